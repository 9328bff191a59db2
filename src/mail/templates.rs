//! Mail templates: `email_templates/<language>/<template>/{subject.txt,body.txt,body.html}.hbs` and
//! the layouts around them, built into the binary.
//!
//! Subject and text are written as they are, HTML is escaped. A subject is always one line. Tokens
//! come in only here, at the moment of sending, and only into links (`letter::Link`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use handlebars::{Handlebars, no_escape};
use rust_embed::RustEmbed;
use serde_json::{Map, Value, json};

use super::letter::{BASE, CLOSE, LINK, OPEN};
use crate::ground::ids::CapabilityId;
use crate::ground::text::direction;
use crate::ground::{Error, Result};
use crate::service::Service;
use crate::web::pages::add_helpers;
use crate::web::texts::{FALLBACK, Texts};

#[derive(RustEmbed)]
#[folder = "email_templates/"]
#[include = "*.hbs"]
struct Files;

/// The folder beside the languages.
const LAYOUTS: &str = "layout";
/// The three files of a template.
pub const PARTS: [&str; 3] = ["subject.txt", "body.txt", "body.html"];
/// Longest subject, in characters.
const LONGEST_SUBJECT: usize = 200;
/// Stands for a token where nobody may see it.
pub const MASK: &str = "••••••••";

/// A finished mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The language it is written in: the wanted one, or the fallback.
    pub language: String,
}

/// Whether tokens are written out or masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokens {
    /// For sending, and for the demo's mailbox.
    Real,
    /// For everybody who looks at mails of others.
    Masked,
}

/// Every template of every language, compiled.
pub struct Templates {
    text: Handlebars<'static>,
    html: Handlebars<'static>,
    /// Template → languages.
    known: BTreeMap<String, BTreeSet<String>>,
}

static SENDING: LazyLock<std::result::Result<Templates, String>> = LazyLock::new(|| Templates::load(false));

/// The templates as they are used for sending: a variable that an old queued mail lacks leaves a
/// gap and does not hold the mail back.
pub fn templates() -> Result<&'static Templates> {
    SENDING.as_ref().map_err(Error::internal)
}

/// Renders a stored letter for its recipient.
pub fn render(service: &Service, template: &str, language: &str, context: &Value, recipient_name: &str, tokens: Tokens) -> Result<Rendered> {
    let address = |placeholder: &str| resolve(service, placeholder, tokens);
    templates()?.render(template, language, context, recipient_name, &service.config.base_url(), &address)
}

impl Templates {
    /// Compiles every file; the error names the file. `strict` makes a missing variable an error.
    pub fn load(strict: bool) -> std::result::Result<Self, String> {
        let texts = Arc::new(Texts::load()?);
        let registry = || {
            let mut registry = Handlebars::new();
            registry.set_strict_mode(strict);
            add_helpers(&mut registry, &texts);
            registry
        };
        let (mut text, mut html) = (registry(), registry());
        text.register_escape_fn(no_escape);
        let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for path in Files::iter() {
            let file = Files::get(&path).ok_or_else(|| format!("{path}: not embedded"))?;
            let source = String::from_utf8(file.data.into_owned()).map_err(|e| format!("{path}: {e}"))?;
            let stem = path.trim_end_matches(".hbs");
            let (name, is_html) = match stem.split('/').collect::<Vec<_>>()[..] {
                [LAYOUTS, layout] => (layout.to_owned(), layout.ends_with("_html")),
                [language, template, part] if PARTS.contains(&part) => {
                    known.entry(template.to_owned()).or_default().insert(language.to_owned());
                    (stem.to_owned(), part == "body.html")
                }
                _ => return Err(format!("email_templates/{path}: not <language>/<template>/{{subject.txt,body.txt,body.html}}.hbs")),
            };
            let registry = if is_html { &mut html } else { &mut text };
            registry.register_template_string(&name, source).map_err(|e| format!("email_templates/{path}: {e}"))?;
        }
        Ok(Self { text, html, known })
    }

    /// Every template with the languages it exists in.
    pub fn known(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.known
    }

    /// The language a mail will be in: the wanted tag, its main language, or English.
    pub fn language<'a>(&self, template: &str, wanted: &'a str) -> &'a str {
        let main = wanted.split('-').next().unwrap_or(wanted);
        let languages = self.known.get(template);
        [wanted, main].into_iter().find(|tag| languages.is_some_and(|l| l.contains(*tag))).unwrap_or(FALLBACK)
    }

    /// Renders the three parts. `address` turns a link's placeholders into an address.
    pub fn render(
        &self,
        template: &str,
        language: &str,
        context: &Value,
        recipient_name: &str,
        base_url: &str,
        address: &dyn Fn(&str) -> Result<String>,
    ) -> Result<Rendered> {
        let language = self.language(template, language);
        let Value::Object(fields) = context else { return Err(Error::internal(format!("the context of {template} is not an object"))) };
        let mut root = Map::new();
        for (name, value) in fields {
            root.insert(name.clone(), with_addresses(value, address)?);
        }
        root.insert("recipient_name".to_owned(), json!(recipient_name));
        root.insert("base_url".to_owned(), json!(base_url));
        root.insert("lang".to_owned(), json!(language));
        root.insert("dir".to_owned(), json!(direction(language)));
        let part = |registry: &Handlebars<'_>, part: &str, root: &Map<String, Value>| {
            registry
                .render(&format!("{language}/{template}/{part}"), root)
                .map_err(|e| Error::internal(format!("mail {language}/{template}/{part}: {e}")))
        };
        let subject = one_line(&part(&self.text, "subject.txt", &root)?);
        root.insert("mail_subject".to_owned(), json!(subject));
        let text = without_gaps(&part(&self.text, "body.txt", &root)?);
        let html = part(&self.html, "body.html", &root)?;
        Ok(Rendered { subject, text, html, language: language.to_owned() })
    }
}

/// The value with every link in it turned into an address.
fn with_addresses(value: &Value, address: &dyn Fn(&str) -> Result<String>) -> Result<Value> {
    Ok(match value {
        Value::Object(fields) => match fields.get(LINK).and_then(Value::as_str) {
            Some(link) if fields.len() == 1 => Value::String(address(link)?),
            _ => Value::Object(fields.iter().map(|(k, v)| Ok((k.clone(), with_addresses(v, address)?))).collect::<Result<_>>()?),
        },
        Value::Array(items) => Value::Array(items.iter().map(|v| with_addresses(v, address)).collect::<Result<_>>()?),
        other => other.clone(),
    })
}

/// An address without placeholders.
fn resolve(service: &Service, link: &str, tokens: Tokens) -> Result<String> {
    let address = link.replace(BASE, &service.config.base_url());
    let Some((before, rest)) = address.split_once(OPEN) else { return Ok(address) };
    let (id, after) = rest.split_once(CLOSE).ok_or_else(|| Error::internal("a link's placeholder does not end"))?;
    let id: CapabilityId = id.parse().map_err(Error::internal)?;
    let token = if tokens == Tokens::Real { service.secrets.capability(&id) } else { MASK.to_owned() };
    Ok(format!("{before}{token}{after}"))
}

/// One line without control characters: nobody adds a header by typing a line break.
fn one_line(subject: &str) -> String {
    let clean: String = subject.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_SUBJECT).collect()
}

/// At most one empty line in a row (conditions in a template leave more), and one line break at the end.
fn without_gaps(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 2;
    for line in text.lines() {
        // The line above a signature is told by its space at the end.
        let line = if line == "-- " { line } else { line.trim_end() };
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line_whatever_was_typed() {
        assert_eq!(one_line("  Round 2026\r\nBcc: all@example.org\n"), "Round 2026 Bcc: all@example.org");
        assert_eq!(one_line("a\u{2028}b\u{0}c"), "a b c");
    }

    #[test]
    fn conditions_leave_no_gaps_in_a_text() {
        assert_eq!(without_gaps("\n\nHello\n\n\n\nBye  \n-- \nStoa\n\n"), "Hello\n\nBye\n-- \nStoa\n");
    }

    #[test]
    fn only_links_are_resolved_never_typed_text() {
        let context =
            json!({"link": {"$link": "[[base]]/a"}, "typed": "[[base]]/a[[cap:x]]", "list": [{"$link": "b"}], "other": {"$link": "x", "more": 1}});
        let seen = with_addresses(&context, &|link| Ok(format!("<{link}>"))).expect("the address never fails");
        assert_eq!(seen, json!({"link": "<[[base]]/a>", "typed": "[[base]]/a[[cap:x]]", "list": ["<b>"], "other": {"$link": "x", "more": 1}}));
    }
}
