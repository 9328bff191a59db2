//! The pages on which the texts of a draft are edited: one language, a part of the questionnaire at a time.
//!
//! A text has a field of its own name. What somebody else changed meanwhile is shown beside what was typed.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::sheets::instrument_page;
use crate::ground::given::Readable;
use crate::ground::ids::InstrumentId;
use crate::ground::{Error, Language};
use crate::people::call::Call;
use crate::people::caller::{Again, Ctx, Sent};
use crate::people::identity::Target;
use crate::people::policy::UseCase;
use crate::surveys::actions;
use crate::surveys::instrument::InstrumentState;
use crate::surveys::language;
use crate::surveys::views::Outline;
use crate::surveys::wording::{Words, fingerprint, language_typed, parts};
use crate::web::failure::Failure;
use crate::web::form::{Form, RawForm};
use forms::questionnaire::{Questionnaire, Wording, wordings};

type Answer = Result<HttpResponse, Failure>;

/// What the fields of a form are called: the text, and what it was.
const TEXT: &str = "t:";
const WAS: &str = "w:";

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// From one on.
    #[serde(default)]
    part: Option<usize>,
}

/// The language of an address: one that the questionnaire has, or any other.
fn language_of(ctx: &Ctx, tag: &str) -> Result<Language, Failure> {
    if tag == "und" { Ok(Language::from_stored(tag)) } else { language_typed(tag).ok_or_else(|| ctx.fail(Error::NotFound("language"))) }
}

pub async fn instrument_texts_read(ctx: Ctx, path: web::Path<(InstrumentId, String)>, query: web::Query<Asked>) -> Answer {
    let (id, tag) = path.into_inner();
    let language = language_of(&ctx, &tag)?;
    texts_page(&ctx, id, language, query.part.unwrap_or(1), Again::fresh(json!({}))).await
}

async fn texts_page(ctx: &Ctx, id: InstrumentId, language: Language, number: usize, again: Again) -> Answer {
    let (typed, stale) = (again.values.clone(), again.is_stale());
    let of = language.clone();
    let (mut page, shown) = ctx
        .run(move |call| {
            let outline = actions::instrument_texts_outline(call, &id)?;
            data(call, &outline, &of, number, &typed, stale)
        })
        .await?;
    let at = |key: &str| shown.get(key);
    let ids: Vec<(String, String)> = again.fields().iter().filter_map(|error| Some((error.field.clone(), at(&error.field)?.0.clone()))).collect();
    let ids: Vec<(&str, &str)> = ids.iter().map(|(key, id)| (key.as_str(), id.as_str())).collect();
    let again = again.renamed(&ids).naming(shown.values().map(|(id, label)| (id.clone(), label.clone())));
    let errors = ctx.by_field(again.fields());
    for item in page["items"].as_array_mut().into_iter().flatten() {
        if let Some(error) = item["id"].as_str().and_then(|id| errors.get(id)) {
            item["error"] = json!(error);
        }
    }
    let title = ctx.service.pages.texts().with(&ctx.language, "surveys-texts-of", &[("language", language::name(&language))]);
    ctx.form_page("surveys/wording", &title, again, page).await
}

/// The page, and the id and name of the field of each text on it.
type Shown = (Value, HashMap<String, (String, String)>);

fn data(call: &Call<'_>, outline: &Outline, language: &Language, number: usize, typed: &Value, stale: bool) -> crate::ground::Result<Shown> {
    let questionnaire = outline.compiled.questionnaire();
    let parts = parts(questionnaire);
    let number = number.clamp(1, parts.len().max(1));
    let part = parts.get(number - 1).ok_or(Error::NotFound("text"))?;
    let texts = call.service.pages.texts();
    let default = Language::from_stored(&questionnaire.default_language);
    let own = **language == *questionnaire.default_language;
    let mut shown = HashMap::new();
    let mut items = Vec::new();
    let mut section = None;
    // What was typed on a page that has become another one meanwhile: texts that are elsewhere now, and such that are gone.
    let all = wordings(questionnaire);
    let sent = typed.as_object().into_iter().flatten().filter_map(|(name, value)| Some((name.strip_prefix(TEXT)?, value.as_str()?)));
    let sent: Vec<(&str, &str)> = sent.filter(|(key, _)| part.iter().all(|wording| wording.key != *key)).collect();
    let elsewhere = all.iter().filter(|wording| sent.iter().any(|(key, _)| *key == wording.key));
    let gone = sent.iter().enumerate().filter(|(_, (key, _))| all.iter().all(|wording| wording.key != *key));
    let gone: Vec<Value> = gone
        .map(|(at, (key, text))| {
            let id = format!("gone-{at}");
            shown.insert((*key).to_owned(), (id.clone(), (*key).to_owned()));
            json!({"id": id, "key": key, "text": text})
        })
        .collect();
    for (at, wording) in part.iter().chain(elsewhere).enumerate() {
        let id = format!("text-{at}");
        let name = if wording.name.is_empty() { String::new() } else { format!(" \u{2066}{}\u{2069}", wording.name) };
        let column = if wording.list.is_some() { "choice" } else { wording.column };
        let kind = if matches!(wording.part, forms::questionnaire::Part::Group(_)) { "group" } else { column };
        let label = format!("{}{name}", texts.get(&call.language, &format!("surveys-wording-{}", kind.replace('_', "-"))));
        let stored = wording.text.exact(language).unwrap_or_default();
        let sent = typed[format!("{TEXT}{}", wording.key)].as_str();
        let was = typed[format!("{WAS}{}", wording.key)].as_str();
        // Somebody else was faster, with other words.
        let other = stale && sent.is_some_and(|sent| sent.trim() != stored) && was.is_some_and(|was| was != fingerprint(stored));
        let text = sent.unwrap_or(stored);
        let instead = wording.text.exact(&questionnaire.default_language).unwrap_or_default();
        let heading = (wording.section != section || at == 0).then(|| heading(questionnaire, wording)).filter(|said| !said.is_empty());
        section = wording.section;
        items.push(json!({
            "id": id, "key": wording.key, "label": label, "default": (!own).then_some(instead), "text": text, "was": fingerprint(stored),
            "stored": other.then_some(stored), "rows": rows(text.len().max(instead.len())), "heading": heading,
        }));
        shown.insert(wording.key.clone(), (id, label));
    }
    let draft = outline.view.state == InstrumentState::Draft;
    let id = &outline.view.id;
    let address = format!("/instruments/{id}/texts/{language}");
    let to = |part: usize| format!("{address}?part={part}");
    let others = questionnaire.languages.iter().map(Language::from_stored).filter(|tag| tag != language);
    let of = crate::surveys::views::languages(questionnaire).into_iter().find(|of| of.language == *language);
    let (there, all) = of.as_ref().map_or((0, 0), |of| (of.there, of.of));
    let page = json!({
        "instrument": outline.view, "is_draft": draft, "draft": draft && call.may(UseCase::instrument_texts_save, &Target::instance()),
        "language": language, "name": language::name(language), "dir": language.direction(),
        "default_language": default, "default_dir": default.direction(), "default_name": language::name(&default),
        "own": own, "there": there, "of": all, "address": to(number), "n": number, "parts": parts.len(), "items": items, "gone": gone, "stale": stale,
        "previous": (number > 1).then(|| to(number - 1)), "next": (number < parts.len()).then(|| to(number + 1)),
        "others": others.map(|tag| json!({"tag": tag, "name": language::name(&tag), "href": format!("/instruments/{id}/texts/{tag}?part={number}")})).collect::<Vec<_>>(),
        "crumbs": [
            {"href": "/instruments", "label": texts.get(&call.language, "surveys-instruments-title")},
            {"href": format!("/instruments/{id}"), "label": format!("{} {}", outline.view.name, outline.view.version_label)},
        ],
    });
    Ok((page, shown))
}

/// What the section around a text is called.
fn heading(questionnaire: &Questionnaire, wording: &Wording<'_>) -> String {
    let group = wording.section.map(|at| &questionnaire.groups[at]);
    group.map_or_else(String::new, |group| group.label.get(&questionnaire.default_language, &questionnaire.default_language).to_owned())
}

/// Lines of a field, by the bytes that it will have.
fn rows(length: usize) -> usize {
    (length / 60 + 1).clamp(1, 8)
}

/// The words of a form, each with what it was.
fn words(form: &Form) -> Vec<Words> {
    let was: HashMap<&str, &str> = form.pairs().iter().filter_map(|(name, value)| Some((name.strip_prefix(WAS)?, value.as_str()))).collect();
    let of = |(name, text): &(String, String)| {
        let key = name.strip_prefix(TEXT)?;
        Some(Words { key: key.to_owned(), text: text.clone(), was: was.get(key).map(|was| (*was).to_owned()) })
    };
    form.pairs().iter().filter_map(of).collect()
}

pub async fn instrument_texts_save(ctx: Ctx, path: web::Path<(InstrumentId, String)>, query: web::Query<Asked>, form: RawForm) -> Answer {
    let (id, tag) = path.into_inner();
    let language = language_of(&ctx, &tag)?;
    let (of, into, number) = (id.clone(), language.clone(), query.part.unwrap_or(1));
    let save = move |call: &Call<'_>, form: &Form| {
        actions::instrument_texts_save(call, &of, &into, None, &words(form))?;
        Ok((form.get("then") == "next", form.leaving().map(str::to_owned)))
    };
    match ctx.submit(form, save).await? {
        Sent::Done((next, away)) => {
            let here = || format!("/instruments/{id}/texts/{language}?part={}", if next { number + 1 } else { number });
            Ok(ctx.redirect(&away.unwrap_or_else(here), "success", &ctx.t("surveys-wording-saved")))
        }
        // A draft that was published meanwhile has no such form any more; what was typed is given back.
        Sent::Again(again) if again.error().is_some_and(|error| matches!(error, Error::Conflict(_))) => {
            Err(again.failure(&ctx, &format!("/instruments/{id}")))
        }
        Sent::Again(again) => texts_page(&ctx, id, language, number, again).await,
    }
}

/// A language more, by its tag or its name; its texts come after.
pub async fn instrument_language_add(ctx: Ctx, id: web::Path<InstrumentId>, form: RawForm) -> Answer {
    let id = id.into_inner();
    let of = id.clone();
    let add = move |call: &Call<'_>, form: &Form| {
        let language = language_typed(form.get("language")).ok_or_else(|| Error::field("language", Language::WRONG))?;
        actions::instrument_texts_save(call, &of, &language, None, &[])?;
        Ok(language)
    };
    match ctx.submit(form, add).await? {
        Sent::Done(language) => Ok(ctx.redirect(&format!("/instruments/{id}/texts/{language}"), "success", &ctx.t("surveys-language-added"))),
        Sent::Again(again) => instrument_page(&ctx, id, again).await,
    }
}
