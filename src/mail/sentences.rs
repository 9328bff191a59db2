//! The sentences of mails: `{{t "lead"}}` in a template is the Fluent text `mail-<template>-lead`, and
//! `{{t "mail-greeting"}}` that of any mail. Every field of the letter is an argument.
//!
//! Each argument stands between Unicode isolates, so that a date or a Latin name keeps its order
//! inside an Arabic sentence. HTML has `<bdi>` in their place; a subject has none.

use std::collections::BTreeMap;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::resolver::ResolverError;
use fluent_bundle::resolver::errors::ReferenceKind;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use handlebars::{Context, Handlebars, Helper, HelperDef, RenderContext, RenderError, RenderErrorReason, ScopedJson};
use serde_json::{Map, Value};

use crate::ground::{Language, Text};
use crate::web::texts::{self, LANGUAGES};

/// FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE.
pub const OPEN: char = '\u{2068}';
pub const CLOSE: char = '\u{2069}';

/// The helper `t` of mails.
pub struct Sentences {
    bundles: BTreeMap<Language, FluentBundle<FluentResource>>,
    /// Whether a missing sentence or argument is an error, rather than English or a gap.
    strict: bool,
}

impl Sentences {
    pub fn load(strict: bool) -> Result<Self, String> {
        let bundle = |(tag, _): &(Language, _)| Ok((tag.clone(), texts::bundle(tag, true)?));
        Ok(Self { bundles: LANGUAGES.iter().map(bundle).collect::<Result<_, String>>()?, strict })
    }

    fn say(&self, language: &Language, key: &str, mut args: FluentArgs<'_>) -> Result<String, String> {
        let candidates: &[&Language] = if self.strict { &[language] } else { &[language, Language::english()] };
        let found = candidates.iter().find_map(|tag| {
            let bundle = self.bundles.get(*tag)?;
            Some((bundle, bundle.get_message(key)?.value()?))
        });
        let (bundle, pattern) = found.ok_or_else(|| format!("{language}: no text {key}"))?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
        if errors.is_empty() {
            return Ok(text.into_owned());
        }
        if self.strict {
            return Err(format!("{language}: {key}: {errors:?}"));
        }
        for error in errors {
            if let FluentError::ResolverError(ResolverError::Reference(ReferenceKind::Variable { id })) = error {
                args.set(id, "");
            }
        }
        Ok(bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned())
    }
}

impl HelperDef for Sentences {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let key = h.param(0).and_then(|p| p.value().as_str()).ok_or(RenderErrorReason::ParamNotFoundForIndex("t", 0))?;
        let root = ctx.data();
        let word = |name: &str| root.get(name).and_then(Value::as_str).unwrap_or_default();
        let key = if key.starts_with("mail-") { key.to_owned() } else { format!("mail-{}-{key}", word("template").replace('_', "-")) };
        let language = Language::from_stored(word("lang"));
        let mut args = FluentArgs::new();
        // A list's item speaks beside the letter.
        for fields in [Some(root), h.param(1).map(|p| p.value())].into_iter().flatten().filter_map(Value::as_object) {
            set(&mut args, fields, &language);
        }
        let text = self.say(&language, &key, args).map_err(RenderErrorReason::Other)?;
        Ok(ScopedJson::Derived(Value::String(text)))
    }
}

fn set(args: &mut FluentArgs<'_>, fields: &Map<String, Value>, language: &Language) {
    for (name, value) in fields {
        let value = match value {
            Value::String(text) => FluentValue::from(text.clone()),
            Value::Number(number) => number.as_f64().map_or(FluentValue::None, FluentValue::from),
            Value::Bool(yes) => FluentValue::from(yes.to_string()),
            Value::Object(_) => match serde_json::from_value::<Text>(value.clone()) {
                Ok(text) => FluentValue::from(text.get(language).to_owned()),
                Err(_) => continue,
            },
            _ => continue,
        };
        args.set(name.clone(), value);
    }
}

/// What somebody typed, without the marks that would end an isolate or turn what follows.
pub fn without_marks(typed: &str) -> String {
    typed.replace(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'), "")
}

/// The text with isolates only in the lines that have letters of both directions to keep apart:
/// a reader of English meets none of them, which some programs draw as boxes.
pub fn isolated_where_needed(text: &str) -> String {
    text.split_inclusive('\n').map(|line| if line.contains(is_right_to_left) { line.to_owned() } else { without_marks(line) }).collect()
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Escaped for HTML, isolates as elements.
pub fn html(text: &str) -> String {
    handlebars::html_escape(text).replace(OPEN, "<bdi>").replace(CLOSE, "</bdi>")
}
