//! What the parameters of addresses may be, by their names (an id has the shape of its kind, everywhere), and
//! what the fields of bodies hold.

use serde_json::{Value, json};
use utoipa::PartialSchema;

use crate::ground::ids::{TYPES, id_schema};
use crate::ground::limits::{Limit, Limits};
use crate::ground::{Language, MeasureCode};
use crate::web::paging::MOST;

/// The schema of a parameter of a path or a query.
pub fn schema(name: &str) -> Value {
    // `service_token_id` is a `ServiceTokenId`; an expert is a person.
    let kind: String = name.split('_').map(capital).collect();
    if let Some((_, prefix)) = TYPES.iter().find(|(of, _)| *of == kind) {
        return json!(id_schema(prefix));
    }
    match name {
        "limit" => json!({"type": "integer", "minimum": 1, "maximum": MOST}),
        "number" => json!({"type": "integer", "format": "int32", "minimum": 1}),
        "measure" => json!(MeasureCode::schema()),
        "language" => json!(Language::schema()),
        _ => json!({"type": "string"}),
    }
}

/// The schema of `If-Match`, which holds what `ETag` said; a weak one is as good.
pub fn etag() -> Value {
    json!({"type": "string", "pattern": "^(W/)?\"v[0-9]+\"$"})
}

/// Writes the limits of its fields into the schema of a body.
pub fn limit(schema: &mut Value, limits: Limits) {
    for (field, limit) in limits {
        let field = &mut schema["properties"][field];
        match *limit {
            Limit::Text(most) => {
                field["minLength"] = json!(1);
                field["maxLength"] = json!(most);
            }
            Limit::Optional(most) => field["maxLength"] = json!(most),
            Limit::Number(least, most) => {
                field["minimum"] = json!(least);
                field["maximum"] = json!(most);
            }
            Limit::Items(most) => field["maxItems"] = json!(most),
            Limit::Names(most, characters) => {
                field["minProperties"] = json!(1);
                field["maxProperties"] = json!(most);
                field["additionalProperties"] = json!({"type": "string", "maxLength": characters});
            }
        }
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
