//! What an operation may answer: what its line in the route table gives, and every refusal that follows
//! from what it is (its method, body, token, version, query). Only what does not follow is said there.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::Token;
use super::parameters::etag;
use crate::ground::problems::Code;
use crate::web::problem::{METHOD_NOT_ALLOWED, status_of};
use crate::web::routes::RouteInfo;

/// What a good answer brings.
#[derive(Clone)]
pub struct Given {
    pub status: u16,
    pub content: Content,
    /// Whether `Location` says where the thing is.
    pub located: bool,
    /// Whether `ETag` says its version.
    pub versioned: bool,
}

#[derive(Clone)]
pub enum Content {
    Nothing,
    Json(Box<RefOr<Schema>>),
    /// Any object: a document that describes itself.
    Object,
    /// Bytes, under one of these media types.
    File(Vec<&'static str>),
}

/// What a request brings.
#[derive(Clone)]
pub enum Taken {
    Nothing,
    Json(Box<RefOr<Schema>>),
    /// One file as multipart/form-data, and perhaps the measure that it is about.
    Upload,
    /// Fields and files as multipart/form-data.
    Form(&'static [Part]),
}

/// One field or file of a form.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    pub name: &'static str,
    pub text: &'static str,
    pub required: bool,
    pub file: bool,
}

impl Part {
    pub const fn text(name: &'static str, required: bool, text: &'static str) -> Self {
        Self { name, text, required, file: false }
    }

    pub const fn file(name: &'static str, text: &'static str) -> Self {
        Self { name, text, required: false, file: true }
    }
}

/// The responses of an operation.
pub fn responses(route: &RouteInfo, token: Token) -> Value {
    let mut all: BTreeMap<String, Value> = BTreeMap::new();
    let keeps = keeps_answers(route, token);
    for given in &route.gives {
        all.insert(given.status.to_string(), good(route, given, keeps));
    }
    for status in refusals(route, token) {
        all.insert(status.to_string(), json!({"$ref": format!("#/components/responses/{}", name(status))}));
    }
    json!(all)
}

/// Whether the first answer to an `Idempotency-Key` is kept and given again.
pub fn keeps_answers(route: &RouteInfo, token: Token) -> bool {
    route.method == Method::POST && token == Token::Needed && !route.secret
}

fn good(route: &RouteInfo, given: &Given, keeps: bool) -> Value {
    let mut headers = Map::new();
    let mut header = |name: &str, required: bool, text: &str, schema: Value| {
        headers.insert(name.to_owned(), json!({"required": required, "description": text, "schema": schema}));
    };
    if given.versioned {
        header("ETag", true, "The version, for If-Match.", etag());
    }
    if given.located {
        header("Location", true, "Where the thing is.", json!({"type": "string", "pattern": "^/api/v1/"}));
    }
    if keeps {
        header("Idempotent-Replay", false, "There where this answer was given before.", json!({"type": "string", "const": "true"}));
    }
    let mut answer = json!({"description": route.summary});
    if !headers.is_empty() {
        answer["headers"] = Value::Object(headers);
    }
    match &given.content {
        Content::Nothing => {}
        Content::Json(schema) => answer["content"] = json!({"application/json": {"schema": schema}}),
        Content::Object => answer["content"] = json!({"application/json": {"schema": {"type": "object"}}}),
        Content::File(kinds) => {
            let bytes = json!({"schema": {"type": "string", "format": "binary"}});
            answer["content"] = kinds.iter().map(|kind| ((*kind).to_owned(), bytes.clone())).collect::<Map<_, _>>().into();
        }
    }
    answer
}

/// The statuses with which an operation may refuse or fail.
fn refusals(route: &RouteInfo, token: Token) -> BTreeSet<u16> {
    let mut all = BTreeSet::from([400, 500, 503]);
    let reads = route.method == Method::GET;
    let named = route.path.contains('{');
    // A token is looked at wherever one may be sent.
    if token != Token::Unasked || reads {
        all.extend([401, 403]);
    }
    // What is not for somebody is not there for them.
    if named || token != Token::Unasked {
        all.insert(404);
    }
    if !reads {
        all.insert(409);
    }
    if route.method == Method::POST || !matches!(route.takes, Taken::Nothing) {
        all.extend([408, 413, 422]);
    }
    if matches!(route.takes, Taken::Json(_)) {
        all.insert(415);
    }
    if route.if_match {
        all.extend([412, 422, 428]);
    }
    if !route.query.is_empty() {
        all.insert(422);
    }
    all.extend(&route.refuses);
    all
}

/// Every refusal as a response that operations point to, with the codes that it may have. A method that is not in
/// the document (405) is no operation.
pub fn components(problems: &[Code]) -> Value {
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for code in problems.iter().filter(|code| **code != METHOD_NOT_ALLOWED) {
        by_status.entry(status_of(*code).as_u16()).or_default().push(code.as_str());
    }
    let all: Map<String, Value> = by_status.into_iter().map(|(status, codes)| (name(status), refusal(status, &codes))).collect();
    all.into()
}

fn refusal(status: u16, codes: &[&str]) -> Value {
    let codes = codes.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ");
    let mut answer = json!({
        "description": format!("A problem with one of the codes {codes}."),
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    });
    let header = match status {
        401 => ("WWW-Authenticate", json!({"type": "string"}), "`Bearer`."),
        412 => ("ETag", etag(), "The version that it has now."),
        429 | 503 => ("Retry-After", json!({"type": "integer", "minimum": 0}), "Seconds to wait."),
        _ => return answer,
    };
    answer["headers"] = json!({header.0: {"required": true, "description": header.2, "schema": header.1}});
    answer
}

/// What a refusal is called among the components.
fn name(status: u16) -> String {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Problem");
    reason.chars().filter(char::is_ascii_alphanumeric).collect()
}
