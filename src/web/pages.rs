//! Pages: handlebars templates of every room (`src/<room>/pages/*.hbs`), named `<room>/<file>`.
//!
//! Helpers: `t` (Fluent text), `text` (a value in several languages), `num` (a number for people),
//! `choices` (the options of a select), `eq`. Everything is HTML-escaped unless written with three
//! braces, which only figures and rendered Markdown are.

use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason, ScopedJson, html_escape};
use rust_embed::RustEmbed;
use serde::Serialize;
use serde_json::{Value, json};

use super::names::Lists;
use super::texts::{LANGUAGES, Texts, argument, nearest, number};
use crate::ground::{Error, Language, Result, Text};

#[derive(RustEmbed)]
#[folder = "src/"]
#[include = "*/pages/*.hbs"]
struct Templates;

/// Every page template and every text.
pub struct Pages {
    registry: Handlebars<'static>,
    texts: std::sync::Arc<Texts>,
    /// Whether every page says that it belongs to a demonstration, error pages too.
    demo: bool,
}

/// What every page shows around its own content.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Frame {
    pub lang: Language,
    /// The language of the page's content, where it may be one that Stoa itself does not speak.
    #[serde(skip)]
    pub content_language: Option<Language>,
    pub title: String,
    pub csrf: String,
    pub path: String,
    pub caller: Option<FrameCaller>,
    /// Whether the browser carries a session; whose it is was not looked up.
    pub session: bool,
    pub nav: Vec<NavItem>,
    pub flash: Option<Flash>,
    pub request_id: String,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct FrameCaller {
    pub name: String,
    /// Tells people apart in one tab, and says nothing else.
    pub key: String,
    pub home: String,
    pub roles: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct NavItem {
    pub href: String,
    pub label: String,
    pub current: bool,
}

/// A sentence shown once, after a redirect. `kind` is `success` or `warning`.
#[derive(Debug, Clone, Serialize)]
pub struct Flash {
    pub kind: String,
    /// The address of the form that was taken.
    pub from: String,
    pub text: String,
}

impl Pages {
    /// Compiles every template; the error names the template and the line.
    pub fn load(demo: bool) -> std::result::Result<Self, String> {
        let texts = std::sync::Arc::new(Texts::load()?);
        let mut registry = Handlebars::new();
        add_helpers(&mut registry, &texts);
        for path in Templates::iter() {
            let file = Templates::get(&path).ok_or_else(|| format!("{path}: not embedded"))?;
            let source = String::from_utf8(file.data.into_owned()).map_err(|e| format!("{path}: {e}"))?;
            let name = path.replace("/pages/", "/").trim_end_matches(".hbs").to_owned();
            registry.register_template_string(&name, source).map_err(|e| format!("{path}: {e}"))?;
        }
        Ok(Self { registry, texts, demo })
    }

    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// Names of every template, for tests.
    pub fn names(&self) -> Vec<&String> {
        self.registry.get_templates().keys().collect()
    }

    /// Renders a template inside the frame; the page's own data is `page` in the template.
    pub fn render(&self, template: &str, frame: &Frame, page: &impl Serialize) -> Result<String> {
        let lang = frame.content_language.clone().unwrap_or_else(|| nearest(&frame.lang));
        let mut root = serde_json::to_value(frame).map_err(Error::internal)?;
        let languages: Vec<Value> =
            LANGUAGES.iter().map(|(tag, name)| json!({"tag": tag, "name": name, "current": tag == &lang, "href": format!("?lang={tag}")})).collect();
        root["lang"] = json!(lang);
        root["dir"] = json!(lang.direction());
        root["languages"] = json!(languages);
        root["demo"] = json!(self.demo);
        root["style_href"] = json!(super::static_files::href("style.css"));
        root["survey_style_href"] = json!(super::static_files::href("survey.css"));
        root["survey_script_href"] = json!(super::static_files::href("survey.js"));
        root["script_href"] = json!(super::static_files::href("stoa.js"));
        root["page"] = serde_json::to_value(page).map_err(Error::internal)?;
        self.registry.render(template, &root).map_err(|e| Error::internal(format!("page {template}: {e}")))
    }
}

/// Registers the helpers. Each gives a value, so that it can also stand
/// inside another call, `label=(t "email")`, and is escaped once, where it is written.
fn add_helpers(registry: &mut Handlebars<'static>, texts: &std::sync::Arc<Texts>) {
    // An indented partial must not indent what somebody typed into a text area.
    registry.set_prevent_indent(true);
    registry.register_helper("t", Box::new(Translate(texts.clone())));
    registry.register_helper("text", Box::new(Localised));
    registry.register_helper("num", Box::new(Number));
    registry.register_helper("concat", Box::new(Concat));
    registry.register_helper("words", Box::new(Words));
    registry.register_helper("choices", Box::new(Choices(Lists::of(texts))));
}

type Inner<'rc> = std::result::Result<ScopedJson<'rc>, handlebars::RenderError>;

/// `{{t "key" name=value}}`: a Fluent text.
struct Translate(std::sync::Arc<Texts>);

impl handlebars::HelperDef for Translate {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Inner<'rc> {
        let key = h.param(0).and_then(|p| p.value().as_str()).ok_or(RenderErrorReason::ParamNotFoundForIndex("t", 0))?;
        let mut args = fluent_bundle::FluentArgs::new();
        for (name, value) in h.hash() {
            args.set((*name).to_owned(), argument(&plain(value.value())));
        }
        let text = self.0.find(&language(ctx), key, &args).unwrap_or_else(|| {
            tracing::warn!(key, "no such text");
            key.to_owned()
        });
        Ok(ScopedJson::Derived(Value::String(text)))
    }
}

/// `{{text value}}`: the reader's language of a value in several.
struct Localised;

impl handlebars::HelperDef for Localised {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Inner<'rc> {
        let value = h.param(0).map_or(&Value::Null, |p| p.value());
        let text = serde_json::from_value::<Text>(value.clone()).map_or_else(|_| plain(value), |t| t.get(&language(ctx)).to_owned());
        Ok(ScopedJson::Derived(Value::String(text)))
    }
}

/// `{{num value digits}}`: a number for people, a dash where there is none.
struct Number;

impl handlebars::HelperDef for Number {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Inner<'rc> {
        let digits = h.param(1).and_then(|p| p.value().as_u64()).and_then(|d| usize::try_from(d).ok()).unwrap_or(0);
        let text = h.param(0).and_then(|p| p.value().as_f64()).map_or_else(|| "–".to_owned(), |value| number(value, digits));
        Ok(ScopedJson::Derived(Value::String(text)))
    }
}

/// `{{concat "error-" code}}` as a value, for keys made of parts: `{{t (concat "state-" page.state)}}`.
struct Concat;

impl handlebars::HelperDef for Concat {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Inner<'rc> {
        let joined: String = h.params().iter().map(|p| plain(p.value()).replace('_', "-")).collect();
        Ok(ScopedJson::Derived(Value::String(joined)))
    }
}

/// `{{words text html}}`: a text, or the HTML that was made of it where it has marks (`forms::markup`).
struct Words;

impl handlebars::HelperDef for Words {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        match h.param(1).and_then(|html| html.value().as_str()) {
            Some(html) => out.write(html)?,
            None => out.write(&html_escape(&h.param(0).map(|text| plain(text.value())).unwrap_or_default()))?,
        }
        Ok(())
    }
}

/// `{{choices options value}}`: the options of a select, the one equal to `value` chosen. Some selects have
/// hundreds, of cities, languages and zones, which a loop of the template takes many times as long for; where
/// `options` names a list (`web/names.rs`), not even the page carries them.
struct Choices(Lists);

impl handlebars::HelperDef for Choices {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let chosen = h.param(1).map(|p| p.value()).filter(|value| !value.is_null());
        if let Some(list) = h.param(0).and_then(|p| p.value().as_str()) {
            let chosen = chosen.and_then(Value::as_str).unwrap_or_default();
            for (code, name) in self.0.lines(list, &language(ctx), chosen) {
                out.write("<option value=\"")?;
                out.write(&html_escape(code))?;
                out.write(if code == chosen { "\" selected>" } else { "\">" })?;
                out.write(&html_escape(name))?;
                out.write("</option>\n")?;
            }
            return Ok(());
        }
        for option in h.param(0).and_then(|p| p.value().as_array()).into_iter().flatten() {
            let on = |key: &str| option[key] == true;
            out.write("<option value=\"")?;
            out.write(&html_escape(&plain(&option["value"])))?;
            out.write(if on("selected") || chosen == Some(&option["value"]) { "\" selected" } else { "\"" })?;
            out.write(if on("disabled") { " disabled>" } else { ">" })?;
            out.write(&html_escape(&plain(&option["label"])))?;
            out.write("</option>\n")?;
        }
        Ok(())
    }
}

fn language(ctx: &Context) -> Language {
    ctx.data().get("lang").and_then(Value::as_str).map_or(super::texts::FALLBACK, Language::from_stored)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
