//! What the forms of people share: showing a form again with what is wrong, and lists to choose from.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde_json::{Map, Value, json};

use crate::ground::{Error, FieldError, Zone};
use crate::people::caller::Ctx;
use crate::web::failure::Failure;
use crate::web::problem;
use crate::web::texts::LANGUAGES;

/// Shows a page again after an error that the person can mend: a summary, the field's sentence, and
/// everything typed, which is in `page`. Other errors go on.
pub async fn again(ctx: &Ctx, failure: Failure, template: &'static str, title: &str, mut page: Value) -> Result<HttpResponse, Failure> {
    let mut by_field = Map::new();
    let mut retry = None;
    let texts = ctx.service.pages.texts();
    let whole = |code: &str| json!({"field": "", "text": texts.get(&ctx.language, &format!("error-{}", code.replace('_', "-")))});
    let (status, summary) = match &failure.error {
        Error::Invalid(fields) => {
            let line = |f: &FieldError| {
                let text = texts.field_error(&ctx.language, f);
                by_field.entry(f.field.clone()).or_insert_with(|| json!(text.clone()));
                json!({"field": f.field, "text": text})
            };
            (StatusCode::UNPROCESSABLE_ENTITY, fields.iter().map(line).collect::<Vec<_>>())
        }
        Error::Unauthenticated(code @ "bad_credentials") => (StatusCode::UNPROCESSABLE_ENTITY, vec![whole(code)]),
        Error::TooMany { retry_after } => {
            retry = Some(*retry_after);
            (StatusCode::TOO_MANY_REQUESTS, vec![whole("too_many_requests")])
        }
        error @ (Error::Conflict(_) | Error::Forbidden(_) | Error::Stale { .. }) => (problem::status(error), vec![whole(error.code())]),
        _ => return Err(failure),
    };
    page["errors"] = Value::Array(summary);
    page["error"] = Value::Object(by_field);
    let mut response = ctx.page_with_status(status, template, title, page).await?;
    if let Some(seconds) = retry {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    }
    Ok(response)
}

/// Gives an error's fields the names that they have on the page.
pub fn renamed(mut failure: Failure, names: &[(&str, &str)]) -> Failure {
    if let Error::Invalid(fields) = &mut failure.error {
        for field in fields {
            if let Some((_, on_page)) = names.iter().find(|(name, _)| *name == field.field) {
                (*on_page).clone_into(&mut field.field);
            }
        }
    }
    failure
}

/// Languages to choose from; the current one too, if it is another.
pub fn languages(current: &str) -> Value {
    let mut options: Vec<Value> = LANGUAGES.iter().map(|(tag, name)| json!({"value": tag, "label": name})).collect();
    if !current.is_empty() && !LANGUAGES.iter().any(|(tag, _)| *tag == current) {
        options.push(json!({"value": current, "label": current}));
    }
    Value::Array(options)
}

/// Time zones to choose from: places, and UTC; the current one too, if it is another.
pub fn zones(current: &str) -> Value {
    let mut names = Zone::names();
    if !current.is_empty() && !names.contains(&current) {
        names.push(current);
    }
    names.iter().map(|name| json!({"value": name, "label": name.replace('_', " ")})).collect()
}
