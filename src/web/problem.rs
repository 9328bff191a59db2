//! The last step of an error: an RFC 9457 problem document, or a page that says what to do next.
//!
//! The catalogue of codes is served at `/api/v1/problems`; a code never changes its meaning.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use fluent_bundle::FluentArgs;
use serde::Serialize;
use serde_json::{Value, json};

use super::failure::Failure;
use super::form::Typed;
use super::pages::Frame;
use super::texts::Texts;
use crate::ground::{Error, FieldError};

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

/// Every code with its status and what the caller can do.
pub const CATALOGUE: &[(&str, u16, &str)] = &[
    ("invalid", 422, "The input breaks rules; `errors` lists every field."),
    ("malformed", 400, "The request could not be read; `errors` says where."),
    ("unsupported_media_type", 415, "Send application/json."),
    ("unauthenticated", 401, "Sign in, or send a valid token."),
    ("bad_credentials", 401, "E-mail address or password are not right."),
    ("token_expired", 401, "The token is too old; get a new one."),
    ("token_invalid", 401, "The token is not one of this service, or was revoked."),
    ("forbidden", 403, "You are signed in, but this is not yours to do."),
    ("csrf", 403, "The form is too old or came from elsewhere; load the page again."),
    ("not_found", 404, "There is no such thing, or it is not yours to see."),
    ("method_not_allowed", 405, "This address does not take that method."),
    ("already_exists", 409, "One with this name or key is already there."),
    ("conflict", 409, "The thing is not in a state that allows this."),
    ("in_use", 409, "It is in use and can no longer change."),
    ("closed", 409, "It is closed; nothing more is taken."),
    ("already_submitted", 409, "It was submitted before; the first submission stands."),
    ("last_operator", 409, "The instance would be left without an operator."),
    ("account_disabled", 409, "The account is disabled; an operator can open it again."),
    ("not_accepted", 409, "Accept the invitation to the review first."),
    ("expert_elsewhere", 403, "The expert serves in rounds that are not yours; ask a coordinator of all of them."),
    ("conflict_of_interest", 409, "A conflict of interest stands between the expert and the city."),
    ("conflict_declared", 409, "The expert declared this conflict; only they can take it back."),
    ("nothing_to_assign", 409, "Every submitted report has its experts."),
    ("stage_moved", 409, "The results are in another stage by now; look at them again."),
    ("disagreement_open", 409, "Experts still disagree on a measure; settle it before the release."),
    ("plan_outdated", 409, "Something has changed since the plan was made; propose a new one."),
    ("third_invited", 409, "A third expert has been asked already."),
    ("case_resolved", 409, "The disagreement is resolved."),
    ("idempotency_key_reused", 409, "The Idempotency-Key was used with another request."),
    ("idempotency_in_progress", 409, "The first request with this key is still running."),
    ("stale", 412, "Somebody changed it meanwhile; read it again."),
    ("precondition_required", 428, "Send If-Match with the ETag you have read."),
    ("too_large", 413, "The body is larger than allowed."),
    ("too_many_requests", 429, "Too many tries; wait as long as Retry-After says."),
    ("internal", 500, "Our mistake; it was logged under the request id."),
    ("unavailable", 503, "Cannot answer now; try again. With an Idempotency-Key or `once`, repeating is safe."),
];

/// The HTTP status of an error.
pub fn status(error: &Error) -> StatusCode {
    let code = error.code();
    let by_code = CATALOGUE.iter().find(|(c, ..)| *c == code).map(|(_, s, _)| *s);
    let number = match error {
        Error::Invalid(_) => 422,
        Error::Malformed(_) => 400,
        Error::Unauthenticated(_) => 401,
        Error::Forbidden(_) => 403,
        Error::NotFound(_) => 404,
        Error::Conflict(_) => by_code.unwrap_or(409),
        Error::Stale { .. } => 412,
        Error::TooMany { .. } => 429,
        Error::TooLarge { .. } => 413,
        Error::Unavailable(_) => 503,
        Error::Internal(_) => 500,
    };
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn sentence(failure: &Failure, fallback: &str) -> (String, Vec<ProblemField>) {
    let Some(pages) = &failure.pages else { return (fallback.to_owned(), Vec::new()) };
    let texts = pages.texts();
    let key = format!("error-{}", failure.error.code().replace('_', "-"));
    let fields = match &failure.error {
        Error::Invalid(fields) | Error::Malformed(fields) => fields.as_slice(),
        _ => &[],
    };
    let explain = |f: &FieldError| ProblemField { field: f.field.clone(), code: f.code.clone(), message: texts.field_error(&failure.language, f) };
    (texts.get(&failure.language, &key), fields.iter().map(explain).collect())
}

/// The problem document of a failure.
pub fn document(failure: &Failure) -> HttpResponse {
    let status = status(&failure.error);
    let code = failure.error.code();
    let title = CATALOGUE.iter().find(|(c, ..)| *c == code).map_or("", |(_, _, t)| *t);
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
        Error::Unavailable(_) => {
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
        &["code", "current_password", "new_password", "new_password_again", "password", "password_again", "subject_id", "receipt"];

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
