//! Headers of columns: tolerant of case and spacing, strict about languages.
//! Not here: which columns a sheet may have; each sheet knows its own.

use crate::tag;

/// A header: `label::Français (fr)` is the key `label` in the language `fr`.
pub(super) struct Header {
    /// As written.
    pub written: String,
    /// Lower case, words joined by `_`, synonyms replaced.
    pub key: String,
    /// Tag of the language of a translated column.
    pub language: Option<String>,
}

/// Bindings that have a column of their own.
const BINDINGS: [&str; 5] = ["relevant", "required", "constraint", "calculate", "readonly"];

/// The key and language of a header. An error has the key, and says how a language must be written.
pub(super) fn split_header(written: &str) -> Result<(String, Option<String>), (String, String)> {
    let (name, language) = match written.split_once("::") {
        Some((name, language)) => (name, Some(language)),
        None => (written, None),
    };
    let key = name
        .to_lowercase()
        .split(|character: char| character.is_whitespace() || matches!(character, '_' | '-'))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("_");
    let key = match key.as_str() {
        "relevance" => "relevant".to_owned(),
        "readonly" => "read_only".to_owned(),
        "calculate" => "calculation".to_owned(),
        "caption" => "label".to_owned(),
        "constraint_msg" => "constraint_message".to_owned(),
        "required_msg" => "required_message".to_owned(),
        "command" => "type".to_owned(),
        "query" => "choice_filter".to_owned(),
        _ => key,
    };
    match language.filter(|language| !language.trim().is_empty()) {
        // What a form says of its bindings is what columns of its own say.
        Some(rest) if key == "bind" && BINDINGS.contains(&rest.trim()) => split_header(rest.trim()),
        // `media::image`, `bind::type` and their like are columns of their own.
        Some(rest) if matches!(key.as_str(), "media" | "bind" | "body" | "instance") => Ok((format!("{key}::{}", rest.trim()), None)),
        Some(language) => match language_tag(language) {
            Some(tag) => Ok((key, Some(tag))),
            None => Err((key, format!("write the language with its tag, such as \"{}::Français (fr)\"", name.trim()))),
        },
        None => Ok((key, None)),
    }
}

/// The tag in `Français (fr)`, a bare tag such as `fr` or `pt-BR`, or that of the language called so, such as
/// `French` or `Français`; in its canonical form.
pub(super) fn language_tag(name: &str) -> Option<String> {
    let name = name.trim();
    let tag = match name.strip_suffix(')').and_then(|open| open.rsplit_once('(')) {
        Some((_, tag)) => tag.trim(),
        None => name,
    };
    tag::canonical(tag).or_else(|| tag::called(tag))
}
