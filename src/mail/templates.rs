//! Mail templates: `email_templates/<template>.hbs`, one for every language and for both forms of a
//! mail. It is made of pieces (`{{> p key="lead"}}`), which `layout/text` and `layout/html` have each
//! in its own form; their words are `sentences`. Built into the binary.
//!
//! The text is written as it is, HTML is escaped. A subject is always one line. Tokens come in only
//! here, at the moment of sending, and only into links (`letter::Link`).

use std::sync::LazyLock;

use handlebars::{Handlebars, no_escape};
use rust_embed::RustEmbed;
use serde_json::{Map, Value, json};

use super::letter::{BASE, CLOSE, INVITED, LINK, OPEN};
use super::sentences::{Sentences, html, isolated_where_needed, without_marks};
use crate::ground::ids::CapabilityId;
use crate::ground::{Error, Language, Result};
use crate::service::Service;
use crate::web::texts::nearest;

#[derive(RustEmbed)]
#[folder = "email_templates/"]
#[include = "*.hbs"]
struct Files;

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
    pub language: Language,
}

/// Whether tokens are written out or masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokens {
    /// For sending, and for the demo's mailbox.
    Real,
    /// For everybody who looks at mails of others.
    Masked,
}

/// Every template and every piece, compiled for both forms.
pub struct Templates {
    text: Handlebars<'static>,
    html: Handlebars<'static>,
    known: Vec<String>,
}

static SENDING: LazyLock<std::result::Result<Templates, String>> = LazyLock::new(|| Templates::load(false));

/// The templates as they are used for sending: a variable that an old queued mail lacks leaves a
/// gap and does not hold the mail back.
pub fn templates() -> Result<&'static Templates> {
    SENDING.as_ref().map_err(Error::internal)
}

/// Renders a stored letter for its recipient.
pub fn render(service: &Service, template: &str, language: &Language, context: &Value, recipient_name: &str, tokens: Tokens) -> Result<Rendered> {
    let address = |placeholder: &str| resolve(service, placeholder, tokens);
    templates()?.render(template, language, context, recipient_name, &service.config.base_url(), &address)
}

impl Templates {
    /// Compiles every file; the error names the file. `strict` makes a missing variable an error.
    pub fn load(strict: bool) -> std::result::Result<Self, String> {
        let registry = || {
            let mut registry = Handlebars::new();
            registry.set_strict_mode(strict);
            registry.set_prevent_indent(true);
            registry.register_helper("t", Box::new(Sentences::load(strict)?));
            Ok::<_, String>(registry)
        };
        let mut templates = Self { text: registry()?, html: registry()?, known: Vec::new() };
        templates.text.register_escape_fn(no_escape);
        templates.html.register_escape_fn(html);
        for path in Files::iter() {
            let file = Files::get(&path).ok_or_else(|| format!("{path}: not embedded"))?;
            let source = String::from_utf8(file.data.into_owned()).map_err(|e| format!("{path}: {e}"))?;
            let wrong = |e| format!("email_templates/{path}: {e}");
            let (forms, name) = match path.trim_end_matches(".hbs").split('/').collect::<Vec<_>>()[..] {
                ["layout", "text", piece] => (vec![&mut templates.text], piece),
                ["layout", "html", piece] => (vec![&mut templates.html], piece),
                [template] => {
                    templates.known.push(template.to_owned());
                    (vec![&mut templates.text, &mut templates.html], template)
                }
                _ => return Err(format!("email_templates/{path}: neither <template>.hbs nor layout/<text or html>/<piece>.hbs")),
            };
            for form in forms {
                form.register_template_string(name, &source).map_err(wrong)?;
            }
        }
        Ok(templates)
    }

    /// Every template.
    pub fn known(&self) -> &[String] {
        &self.known
    }

    /// Renders the three parts. `address` turns a link's placeholders into an address.
    pub fn render(
        &self,
        template: &str,
        language: &Language,
        context: &Value,
        recipient_name: &str,
        base_url: &str,
        address: &dyn Fn(&str) -> Result<String>,
    ) -> Result<Rendered> {
        let language = nearest(language);
        let Value::Object(fields) = context else { return Err(Error::internal(format!("the context of {template} is not an object"))) };
        let mut root = Map::new();
        for (name, value) in fields {
            root.insert(name.clone(), with_addresses(value, address)?);
        }
        root.insert("recipient_name".to_owned(), json!(without_marks(recipient_name)));
        root.insert("base_url".to_owned(), json!(base_url));
        root.insert("lang".to_owned(), json!(language));
        root.insert("dir".to_owned(), json!(language.direction()));
        root.insert("template".to_owned(), json!(template));
        let wrong = |e| Error::internal(format!("mail {language}/{template}: {e}"));
        let subject = self.text.render_template(r#"{{t "subject"}}"#, &root).map_err(wrong)?;
        // Some programs draw isolates as boxes in a list of subjects, and filters take them for tricks.
        let subject = one_line(&without_marks(&subject));
        root.insert("mail_subject".to_owned(), json!(subject));
        let mut letter = |form: &Handlebars<'_>| {
            root.insert("body".to_owned(), json!(form.render(template, &root)?));
            form.render("letter", &root)
        };
        let text = isolated_where_needed(&without_gaps(&letter(&self.text).map_err(wrong)?));
        let html = letter(&self.html).map_err(wrong)?;
        Ok(Rendered { subject, text, html, language })
    }
}

/// The value with every link in it turned into an address, and no marks of direction but ours.
fn with_addresses(value: &Value, address: &dyn Fn(&str) -> Result<String>) -> Result<Value> {
    Ok(match value {
        Value::Object(fields) => match fields.get(LINK).and_then(Value::as_str) {
            Some(link) if fields.len() == 1 => Value::String(address(link)?),
            _ => Value::Object(fields.iter().map(|(k, v)| Ok((k.clone(), with_addresses(v, address)?))).collect::<Result<_>>()?),
        },
        Value::Array(items) => Value::Array(items.iter().map(|v| with_addresses(v, address)).collect::<Result<_>>()?),
        Value::String(typed) => Value::String(without_marks(typed)),
        other => other.clone(),
    })
}

/// An address without placeholders.
fn resolve(service: &Service, link: &str, tokens: Tokens) -> Result<String> {
    let address = link.replace(BASE, &service.config.base_url());
    if let Some((before, rest)) = address.split_once(INVITED) {
        let (ids, after) = rest.split_once(CLOSE).ok_or_else(|| Error::internal("a link's placeholder does not end"))?;
        let code = if tokens == Tokens::Real { service.secrets.invitation(ids) } else { MASK.to_owned() };
        return Ok(format!("{before}{code}{after}"));
    }
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
