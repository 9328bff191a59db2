//! The OpenAPI document, made from the route table and the types' own schemas.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::paging::MOST;
use super::problem::{self, Problem, ProblemField};
use super::routes::RouteInfo;
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
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    for (name, text) in &route.query {
        parameters.push(json!({"name": name, "in": "query", "required": false, "description": text, "schema": query_schema(name)}));
    }
    // What is for everybody keeps no answers, nor do secrets; but a response is known again by its key.
    let length = if token == Token::Needed { Some((1, 200)) } else { (route.use_case == "response_submit").then_some((16, 64)) };
    if route.method == "POST"
        && !route.secret
        && let Some((least, most)) = length
    {
        parameters.push(json!({"name": "Idempotency-Key", "in": "header", "required": false,
            "schema": {"type": "string", "minLength": least, "maxLength": most},
            "description": "Replaying the same request with the same key gives the first answer again."}));
    }
    if route.if_match {
        parameters.push(
            json!({"name": "If-Match", "in": "header", "required": true, "schema": {"type": "string"}, "description": "The ETag that was read."}),
        );
    }
    let (status, schema) = route.answer.clone().unwrap_or((200, None));
    let mut answer = json!({"description": route.summary});
    if let Some(schema) = schema {
        answer["content"] = json!({"application/json": {"schema": schema}});
    }
    let problem = json!({"description": "A problem document; see `code`.", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}});
    let mut operation = json!({
        "operationId": route.use_case, "tags": [tag], "summary": route.summary, "parameters": parameters,
        "responses": {status.to_string(): answer, "default": problem}
    });
    // To whoever is known a reading may show more.
    let useful = token == Token::Useful || (token == Token::Unasked && route.method == "GET");
    match token {
        _ if useful => operation["security"] = json!([{}, {"bearer": []}]),
        Token::Needed => {}
        Token::Useful | Token::Unasked => operation["security"] = json!([]),
    }
    if let Some(body) = &route.body {
        operation["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": body}}});
    }
    operation
}

/// What a parameter of a query may be: `limit` is the only number.
fn query_schema(name: &str) -> Value {
    if name == "limit" { json!({"type": "integer", "minimum": 1, "maximum": MOST}) } else { json!({"type": "string"}) }
}
