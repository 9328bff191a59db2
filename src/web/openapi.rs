//! The OpenAPI document, made from the route table and the types' own schemas.

pub mod answers;
mod parameters;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use self::answers::{Part, Taken};
use super::problem::{self, Problem, ProblemField};
use super::routes::RouteInfo;
use crate::ground::limits::{Limit, Limits};
use crate::ground::problems::Code;

/// Whether a use case asks for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    Needed,
    /// Some of it is for everybody.
    Useful,
    /// It is for everybody.
    Unasked,
}

/// OpenAPI 3.1 of every route under `/api/v1`, with every problem's code. Deterministic: the same code
/// gives the same bytes.
pub fn document(routes: &[RouteInfo], problems: &[Code], token: fn(&str) -> Token) -> Value {
    let mut schemas: BTreeMap<String, Value> = BTreeMap::new();
    let mut own = |name: &str, schema: utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>| {
        schemas.insert(name.to_owned(), serde_json::to_value(schema).unwrap_or_default());
    };
    own("Problem", <Problem as utoipa::PartialSchema>::schema());
    own("ProblemField", <ProblemField as utoipa::PartialSchema>::schema());
    for (name, schema) in routes.iter().flat_map(|r| r.schemas.iter().cloned()) {
        own(&name, schema);
    }
    for route in routes {
        if let Taken::Json(body) = &route.takes
            && let Some(schema) = json!(body)["$ref"].as_str().and_then(|r| r.rsplit('/').next()).and_then(|name| schemas.get_mut(name))
        {
            parameters::limit(schema, route.limits);
        }
    }
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for route in routes.iter().filter(|r| r.path.starts_with("/api/v1")) {
        paths.entry(route.path.clone()).or_default().insert(route.method.as_str().to_lowercase(), operation(route, token(route.use_case)));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Stoa",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Surveys of citizens and expert reviews for learning cities. Errors are RFC 9457 problem documents with a stable `code`; lists are paged by an opaque `cursor`; POST takes an `Idempotency-Key`; edits demand `If-Match`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}
        },
        "servers": [{"url": "/", "description": "This instance."}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": answers::components(problems),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token (15 minutes), a service token (`stoa_…`), or the capability of a link (`cap_…`)."}
            }
        },
        "security": [{"bearer": []}],
        "x-problem-codes": problems.iter().map(|code| problem::entry(*code)).collect::<Vec<_>>()
    })
}

fn operation(route: &RouteInfo, token: Token) -> Value {
    let tag = route.path.trim_start_matches("/api/v1/").split('/').next().unwrap_or("api");
    let mut parameters: Vec<Value> = route
        .path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": parameters::schema(name)}))
        .collect();
    for query in &route.query {
        let schema = query.schema.as_ref().map_or_else(|| parameters::schema(query.name), |schema| json!(schema));
        parameters.push(json!({"name": query.name, "in": "query", "required": false, "description": query.text, "schema": schema}));
    }
    // What is for everybody keeps no answers, nor do secrets; but a response is known again by its key.
    let kept = answers::keeps_answers(route, token).then_some((1, 200));
    if let Some((least, most)) = kept.or((route.use_case == "response_submit").then_some((16, 64))) {
        parameters.push(json!({"name": "Idempotency-Key", "in": "header", "required": false,
            "schema": {"type": "string", "minLength": least, "maxLength": most},
            "description": "Replaying the same request with the same key gives the first answer again."}));
    }
    if route.if_match {
        parameters.push(
            json!({"name": "If-Match", "in": "header", "required": true, "schema": parameters::etag(), "description": "The ETag that was read."}),
        );
    }
    let mut operation = json!({
        "operationId": route.use_case, "tags": [tag], "summary": route.summary, "parameters": parameters,
        "responses": answers::responses(route, token)
    });
    // To whoever is known a reading may show more.
    let useful = token == Token::Useful || (token == Token::Unasked && route.method == "GET");
    match token {
        _ if useful => operation["security"] = json!([{}, {"bearer": []}]),
        Token::Needed => {}
        Token::Useful | Token::Unasked => operation["security"] = json!([]),
    }
    match &route.takes {
        Taken::Nothing => {}
        Taken::Json(body) => operation["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": body}}}),
        Taken::Form(parts) => {
            operation["requestBody"] = json!({"required": true, "content": {"multipart/form-data": {"schema": form(parts, route.limits)}}});
        }
        Taken::Upload => operation["requestBody"] = json!({"required": true, "content": {"multipart/form-data": {"schema": upload()}}}),
    }
    operation
}

/// Fields and files of a form.
fn form(parts: &[Part], limits: Limits) -> Value {
    let property = |part: &Part| {
        let mut schema = if part.file {
            json!({"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"})
        } else {
            json!({"type": "string"})
        };
        if let Some((_, Limit::Text(most))) = limits.iter().find(|(name, _)| *name == part.name) {
            schema["maxLength"] = json!(most);
        }
        schema["description"] = json!(part.text);
        (part.name.to_owned(), schema)
    };
    let required: Vec<&str> = parts.iter().filter(|part| part.required).map(|part| part.name).collect();
    let properties: serde_json::Map<String, Value> = parts.iter().map(property).collect();
    json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
}

/// One file, and perhaps the measure that it is about.
fn upload() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["file"],
        "properties": {
            "file": {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream", "description": "The file, with its name."},
            "measure": {"$ref": "#/components/schemas/MeasureCode", "description": "Absent where it is about the whole report."}
        }
    })
}
