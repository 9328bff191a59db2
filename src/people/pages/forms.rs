//! What the forms of people let choose from.

use serde_json::{Value, json};

use crate::web::texts::LANGUAGES;

/// Languages to choose from; the one of the form too, if it is another.
pub fn languages(values: &Value) -> Value {
    let current = values["language"].as_str().unwrap_or_default();
    let mut options: Vec<Value> = LANGUAGES.iter().map(|(tag, name)| json!({"value": tag, "label": name})).collect();
    if !current.is_empty() && !LANGUAGES.iter().any(|(tag, _)| **tag == *current) {
        options.push(json!({"value": current, "label": current}));
    }
    Value::Array(options)
}
