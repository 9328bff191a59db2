//! Every answer of the API that any test receives is held against the document: its status, content type,
//! headers and body, every field of it; and whatever body was taken against what the document asks for.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use jsonschema::{Draft, Validator};
use reqwest::header::HeaderMap;
use serde_json::{Map, Value, json};
use stoa::web::openapi;

/// What was asked and heard.
pub struct Exchange<'a> {
    pub method: &'a str,
    /// As it was sent, percent signs and all.
    pub path: &'a str,
    pub sent_type: &'a str,
    /// The body that was sent, where it is in memory.
    pub sent: &'a [u8],
    pub status: u16,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

const API: &str = "/api/v1/";

/// What keeps the exchange from being as documented.
pub fn complaint(exchange: &Exchange<'_>) -> Option<String> {
    if !exchange.path.starts_with(API) {
        return None;
    }
    let method = if exchange.method == "HEAD" { "get".to_owned() } else { exchange.method.to_lowercase() };
    let Some(path) = template(exchange.path) else {
        return refused(exchange, &[400, 404, 405]);
    };
    let operation = &DOCUMENT["paths"][path][&method];
    if operation.is_null() {
        return refused(exchange, &[400, 401, 404, 405]);
    }
    let response = &operation["responses"][exchange.status.to_string()];
    if response.is_null() {
        return Some(format!("{method} {path} may not answer {}", exchange.status));
    }
    let at = format!("{}/{}", operation["operationId"].as_str().unwrap_or(&method), exchange.status);
    answered(&at, resolved(response), exchange).or_else(|| taken(&at, operation, exchange))
}

/// A path that nobody has, or not with that method.
fn refused(exchange: &Exchange<'_>, statuses: &[u16]) -> Option<String> {
    if !statuses.contains(&exchange.status) {
        return Some(format!("what is not in the document answered {}", exchange.status));
    }
    let name = match exchange.status {
        400 => "BadRequest",
        401 => "Unauthorized",
        405 if !exchange.headers.contains_key("allow") => return Some("405 without Allow".to_owned()),
        _ => "NotFound",
    };
    answered(name, &DOCUMENT["components"]["responses"][name], exchange)
}

fn answered(at: &str, response: &Value, exchange: &Exchange<'_>) -> Option<String> {
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        let Some(value) = exchange.headers.get(name.as_str()).and_then(|v| v.to_str().ok()) else {
            if header["required"] == true {
                return Some(format!("{at}: {name} is missing"));
            }
            continue;
        };
        let value = if header["schema"]["type"] == "integer" { value.parse::<i64>().map_or(json!(value), |n| json!(n)) } else { json!(value) };
        if let Some(wrong) = wrong(&format!("{at} {name}"), &header["schema"], &value, true) {
            return Some(wrong);
        }
    }
    if exchange.method == "HEAD" {
        return None;
    }
    let Some(content) = response["content"].as_object() else {
        return (!exchange.body.is_empty()).then(|| format!("{at}: no body is documented"));
    };
    let sent = exchange.headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("");
    let kind = sent.split(';').next().unwrap_or("").trim();
    let Some(media) = content.get(kind) else { return Some(format!("{at}: the content type {sent:?} is not documented")) };
    if media["schema"]["format"] == "binary" {
        return None;
    }
    match serde_json::from_slice::<Value>(exchange.body) {
        Ok(body) => wrong(&format!("{at} {kind}"), &media["schema"], &body, true),
        Err(e) => Some(format!("{at}: not JSON: {e}")),
    }
}

/// A body that was taken is one that the document asks for.
fn taken(at: &str, operation: &Value, exchange: &Exchange<'_>) -> Option<String> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    if schema.is_null() || !(200..300).contains(&exchange.status) || !exchange.sent_type.starts_with("application/json") {
        return None;
    }
    let body: Value = serde_json::from_slice(exchange.sent).ok()?;
    wrong(&format!("{at} request"), schema, &body, false).map(|wrong| format!("it was taken, but {wrong}"))
}

/// What is wrong with a body; `closed` is also whether it has a field that the document does not.
fn wrong(at: &str, schema: &Value, body: &Value, closed: bool) -> Option<String> {
    static KNOWN: LazyLock<Mutex<BTreeMap<String, &'static Validator>>> = LazyLock::new(Mutex::default);
    let validator = *KNOWN.lock().unwrap_or_else(PoisonError::into_inner).entry(at.to_owned()).or_insert_with(|| {
        let mut whole = if closed { close(schema, false) } else { schema.clone() };
        let mut components = Map::new();
        gather(&whole, closed, &mut components);
        whole["components"] = json!({"schemas": components});
        let built = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true).build(&whole);
        Box::leak(Box::new(built.unwrap_or_else(|e| panic!("{at}: the schema itself is wrong: {e}"))))
    });
    let errors: Vec<String> = validator.iter_errors(body).take(5).map(|e| format!("{} at {}", e, e.instance_path())).collect();
    (!errors.is_empty()).then(|| format!("{at}: {}", errors.join("; ")))
}

/// Every schema that this one leads to.
fn gather(schema: &Value, closed: bool, into: &mut Map<String, Value>) {
    match schema {
        Value::Object(map) => {
            if let Some(name) = map.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix("#/components/schemas/"))
                && !into.contains_key(name)
            {
                let found = &DOCUMENT["components"]["schemas"][name];
                // The root of a component may be a part of another: it is closed where it is used.
                let found = if closed { close(found, true) } else { found.clone() };
                into.insert(name.to_owned(), found.clone());
                gather(&found, closed, into);
            }
            map.values().for_each(|v| gather(v, closed, into));
        }
        Value::Array(list) => list.iter().for_each(|v| gather(v, closed, into)),
        _ => {}
    }
}

/// The schema, allowing no field that it does not name; `part` where it is a part of a larger object.
fn close(schema: &Value, part: bool) -> Value {
    let Value::Object(map) = schema else { return schema.clone() };
    let mut closed: Map<String, Value> = map
        .iter()
        .map(|(key, value)| {
            let value = match (key.as_str(), value) {
                ("properties", Value::Object(all)) => all.iter().map(|(name, schema)| (name.clone(), close(schema, false))).collect(),
                ("allOf", Value::Array(all)) => all.iter().map(|schema| close(schema, true)).collect(),
                ("oneOf" | "anyOf", Value::Array(all)) => all.iter().map(|schema| close(schema, part)).collect(),
                ("items" | "additionalProperties", value) => close(value, false),
                (_, value) => value.clone(),
            };
            (key.clone(), value)
        })
        .collect();
    let names = |schema: &Value| ["properties", "allOf"].iter().any(|key| !schema[*key].is_null());
    if !part && (names(schema) || schema["$ref"].is_string() && names(resolved(schema))) && !closed.contains_key("additionalProperties") {
        closed.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
    }
    Value::Object(closed)
}

/// What a reference leads to.
fn resolved(value: &Value) -> &Value {
    let leads = value["$ref"].as_str().and_then(|r| DOCUMENT.pointer(r.trim_start_matches('#')));
    leads.unwrap_or(value)
}

/// The path of the document that a path is found by: fixed segments before captured ones.
fn template(path: &str) -> Option<&'static str> {
    let segments: Vec<&str> = path.split('/').collect();
    let fits = |of: &&str| {
        let of: Vec<&str> = of.split('/').collect();
        of.len() == segments.len() && of.iter().zip(&segments).all(|(of, is)| of == is || (of.starts_with('{') && !is.is_empty()))
    };
    let paths = DOCUMENT["paths"].as_object().into_iter().flatten().map(|(path, _)| path.as_str());
    paths.filter(fits).min_by_key(|path| path.matches('{').count())
}

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| openapi::document(stoa::server::routes().infos(), &stoa::server::problems(), stoa::server::token));
