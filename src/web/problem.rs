//! The last step of an error: an RFC 9457 problem document, or a page that says what to do next.
//!
//! A code never changes its meaning. The codes of the web itself are here, each room has its own;
//! the roof puts them together and serves them at `/api/v1/problems`.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use fluent_bundle::FluentArgs;
use serde::Serialize;
use serde_json::{Value, json};

use super::failure::Failure;
use super::form::Typed;
use super::pages::Frame;
use super::texts::Texts;
use crate::ground::problems::{Code, Kind};
use crate::ground::{Error, FieldError};
use crate::problems;

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// `/api/v1/problems#<code>`
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// Stable code from the catalogue.
    pub code: &'static str,
    pub detail: String,
    /// Quote this when asking for help.
    pub request_id: String,
    /// Which fields are wrong, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemField {
    pub field: String,
    pub code: String,
    pub message: String,
}

problems! {
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type", Conflict, "Send application/json.";
    CSRF = "csrf", Forbidden, "The form is too old or came from elsewhere; load the page again.";
    BODY_TOO_SLOW = "body_too_slow", Conflict, "The request came too slowly, or stopped on its way. Nothing of it was taken; send it again.";
    TOO_MANY_BODIES = "too_many_bodies", Conflict, "Too much is being sent at once. Nothing of it was taken; wait a moment and send it again.";
    METHOD_NOT_ALLOWED = "method_not_allowed", Conflict, "This address does not take that method.";
    PRECONDITION_REQUIRED = "precondition_required", Conflict, "Send If-Match with the ETag you have read.";
}

/// The HTTP status of a code.
pub fn status_of(code: Code) -> StatusCode {
    match (code, code.kind()) {
        (BODY_TOO_SLOW, _) => StatusCode::REQUEST_TIMEOUT,
        (TOO_MANY_BODIES, _) => StatusCode::SERVICE_UNAVAILABLE,
        (METHOD_NOT_ALLOWED, _) => StatusCode::METHOD_NOT_ALLOWED,
        (UNSUPPORTED_MEDIA_TYPE, _) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        (PRECONDITION_REQUIRED, _) => StatusCode::PRECONDITION_REQUIRED,
        (_, Kind::Invalid) => StatusCode::UNPROCESSABLE_ENTITY,
        (_, Kind::Malformed) => StatusCode::BAD_REQUEST,
        (_, Kind::Unauthenticated) => StatusCode::UNAUTHORIZED,
        (_, Kind::Forbidden) => StatusCode::FORBIDDEN,
        (_, Kind::NotFound) => StatusCode::NOT_FOUND,
        (_, Kind::Conflict) => StatusCode::CONFLICT,
        (_, Kind::Stale) => StatusCode::PRECONDITION_FAILED,
        (_, Kind::TooMany) => StatusCode::TOO_MANY_REQUESTS,
        (_, Kind::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
        (_, Kind::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
        (_, Kind::Internal) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The HTTP status of an error.
pub fn status(error: &Error) -> StatusCode {
    status_of(error.problem())
}

/// A code as the catalogue shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProblemEntry {
    pub code: &'static str,
    pub status: u16,
    pub title: &'static str,
}

/// How the catalogue shows a code.
pub fn entry(code: Code) -> ProblemEntry {
    ProblemEntry { code: code.as_str(), status: status_of(code).as_u16(), title: code.title() }
}

fn sentence(failure: &Failure, fallback: &str) -> (String, Vec<ProblemField>) {
    let Some(pages) = &failure.pages else { return (fallback.to_owned(), Vec::new()) };
    let texts = pages.texts();
    let fields = match &failure.error {
        Error::Invalid(fields) | Error::Malformed(fields) => fields.as_slice(),
        _ => &[],
    };
    let explain = |f: &FieldError| ProblemField { field: f.field.clone(), code: f.code.clone(), message: texts.field_error(&failure.language, f) };
    (texts.problem(&failure.language, &failure.error), fields.iter().map(explain).collect())
}

/// The problem document of a failure.
pub fn document(failure: &Failure) -> HttpResponse {
    let status = status(&failure.error);
    let (code, title) = (failure.error.code(), failure.error.problem().title());
    let (detail, errors) = sentence(failure, title);
    let problem = Problem {
        kind: format!("/api/v1/problems#{code}"),
        title: title.to_owned(),
        status: status.as_u16(),
        code,
        detail,
        request_id: failure.around.request_id.clone(),
        errors,
    };
    let mut response = HttpResponse::build(status);
    response.content_type("application/problem+json");
    extra_headers(&mut response, &failure.error);
    response.json(problem)
}

/// The error page of a failure.
pub fn page(failure: &Failure) -> HttpResponse {
    let status = status(&failure.error);
    let (detail, errors) = sentence(failure, "");
    let detail = failure.around.says.clone().unwrap_or(detail);
    let mut response = HttpResponse::build(status);
    extra_headers(&mut response, &failure.error);
    let Some(pages) = &failure.pages else { return response.body(status.to_string()) };
    let frame = Frame {
        lang: failure.language.clone(),
        title: pages.texts().get(&failure.language, &format!("error-title-{}", status.as_u16())),
        path: failure.around.path.clone(),
        request_id: failure.around.request_id.clone(),
        session: failure.around.session && status != StatusCode::UNAUTHORIZED,
        ..Frame::default()
    };
    let content = json!({
        "status": status.as_u16(), "detail": detail, "errors": errors, "request_id": failure.around.request_id,
        "sign_in": status == StatusCode::UNAUTHORIZED, "code": failure.error.code(), "next": failure.around.next,
        "typed": typed(failure, pages.texts()), "unsure": status.is_server_error(),
    });
    match pages.render("web/error", &frame, &content) {
        Ok(html) => response.content_type("text/html; charset=utf-8").body(html),
        Err(e) => {
            tracing::error!(error = %e, "the error page itself failed");
            response.content_type("text/plain; charset=utf-8").body(detail)
        }
    }
}

/// What was typed into the form that failed, with a label each. Only fields that have a text
/// `typed-<name>` are shown: no password, no version, no button. A name may say after a hyphen which
/// of several it is (`value-1.1.a`).
fn typed(failure: &Failure, texts: &Texts) -> Vec<Value> {
    let Some(Typed(form)) = &failure.around.typed else { return Vec::new() };
    let filled = form.pairs().iter().filter(|(_, value)| !value.trim().is_empty());
    let row = |(name, value): &(String, String)| {
        let (name, which) = name.split_once('-').unwrap_or((name, ""));
        let label = texts.find(&failure.language, &format!("typed-{}", name.replace('_', "-")), &FluentArgs::new())?;
        let value = if value == "cannot_judge" { texts.get(&failure.language, "web-cannot-judge") } else { value.clone() };
        let rows = (value.lines().count() + value.chars().count() / 60).clamp(1, 16);
        Some(json!({"label": label, "which": which, "value": value, "rows": rows}))
    };
    filled.filter_map(row).collect()
}

fn extra_headers(response: &mut actix_web::HttpResponseBuilder, error: &Error) {
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    match error {
        Error::TooMany { retry_after } => {
            response.insert_header((header::RETRY_AFTER, retry_after.to_string()));
        }
        Error::Unavailable(_) | Error::Conflict(TOO_MANY_BODIES) => {
            response.insert_header((header::RETRY_AFTER, "2"));
        }
        Error::Unauthenticated(_) => {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        Error::Stale { current } => {
            response.insert_header((header::ETAG, super::body::etag(*current)));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Not given back: secrets, and what is not typed into a form that changes something.
    const KEPT_BACK: &[&str] =
        &["code", "current_password", "new_password", "new_password_again", "password", "password_again", "subject_id", "receipt", "recovery_code"];

    #[test]
    fn every_field_that_somebody_types_into_has_a_name_for_the_page_that_gives_it_back() {
        let rooms = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let name = regex::Regex::new(r#"web/field_text(?:area)? [^}]*\bname="([a-z_]+)""#).unwrap();
        let known: Vec<String> = super::super::texts::LANGUAGES.iter().flat_map(|(tag, _)| Texts::keys(tag)).collect();
        let mut seen = 0;
        for page in rooms.read_dir().unwrap().filter_map(|room| room.unwrap().path().join("pages").read_dir().ok()).flatten() {
            let page = page.unwrap().path();
            if page.extension().is_none_or(|e| e != "hbs") || page.starts_with(rooms.join("web")) {
                continue;
            }
            for found in name.captures_iter(&std::fs::read_to_string(&page).unwrap()) {
                let key = format!("typed-{}", found[1].replace('_', "-"));
                let expected = if KEPT_BACK.contains(&&found[1]) { 0 } else { super::super::texts::LANGUAGES.len() };
                assert_eq!(known.iter().filter(|k| **k == key).count(), expected, "{key}, for {}", page.display());
                seen += 1;
            }
        }
        assert!(seen > 30, "only {seen} fields were found");
    }
}
