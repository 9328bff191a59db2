//! The way through a questionnaire, page by page, with nothing stored until the end: every answer so
//! far travels in hidden fields. Which page comes next is decided here; nothing is rendered.
//!
//! The service's own fields begin with `@`, which no question's name can.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::question::{Asking, carried, shown};
use crate::ground::Language;
use crate::surveys::beginning::Kept;
use crate::surveys::intake::{Issued, field_error};
use crate::surveys::language;
use crate::web::texts::Texts;
use forms::answers::{self, AnswerError, Answers, Relevance, from_form};
use forms::expression::Day;

/// What a citizen has sent.
#[derive(Clone)]
pub struct Sent {
    /// The token made with the first page.
    pub once: String,
    pub language: Language,
    /// Page that was shown; `None` for the answers to check.
    pub page: Option<usize>,
    /// The button that was pressed.
    pub go: Go,
    /// Positions of questions that were shown so far, each with what it was shown with (`Relevance::looks`).
    pub seen: BTreeMap<usize, u32>,
    /// Whether the page was reached from the answers to check.
    pub from_check: bool,
    /// Whether many share the device.
    pub kiosk: bool,
    /// Of an invitation; empty where there is none.
    pub code: String,
    pub answers: Answers,
}

/// What a citizen wants next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Go {
    Next,
    Back,
    Submit,
    Change(usize),
    Language(Language),
    /// To keep what is half done.
    Keep,
    /// To leave nothing of it at a shared device.
    Leave,
}

/// Where that leads.
pub enum Step {
    Page { page: usize, errors: Vec<AnswerError>, more: bool },
    Check,
    Submit,
}

impl Sent {
    /// Reads the fields of a form. Answers are judged later.
    pub fn read(issued: &Issued, pairs: &[(String, String)]) -> Self {
        let own = |name: &str| pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
        let languages = &issued.languages;
        let language = Language::offered(languages, own("@language")).or(languages.first()).cloned().unwrap_or(Language::ENGLISH);
        let go = match own("@go").split_once(':') {
            Some(("change", page)) => page.parse().map_or(Go::Next, Go::Change),
            Some(("language", tag)) => Go::Language(Language::offered(languages, tag).unwrap_or(&language).clone()),
            _ => match own("@go") {
                "stay" => Go::Language(language.clone()),
                "keep" => Go::Keep,
                "leave" => Go::Leave,
                "back" => Go::Back,
                "submit" => Go::Submit,
                _ => Go::Next,
            },
        };
        Self {
            once: own("@once").to_owned(),
            page: own("@page").parse().ok(),
            seen: seen(own("@seen")),
            from_check: own("@from") == "check",
            kiosk: !own("@kiosk").is_empty(),
            code: own("@code").to_owned(),
            answers: from_form(&issued.compiled, pairs),
            language,
            go,
        }
    }

    /// A visit that begins.
    pub fn begin(once: String, language: &Language) -> Self {
        Self {
            once,
            language: language.clone(),
            page: None,
            go: Go::Next,
            seen: BTreeMap::new(),
            from_check: false,
            kiosk: false,
            code: String::new(),
            answers: Answers::new(),
        }
    }

    /// What was shown so far, as a page carries it.
    pub fn seen_so_far(&self) -> String {
        written(&self.seen)
    }

    /// Where its first questions are.
    pub fn start(&self, issued: &Issued) -> String {
        if self.code.is_empty() { format!("{}/start", issued.address()) } else { format!("/i/{}/start", self.code) }
    }

    /// Whether a question was shown as it would be now.
    fn has_seen(&self, relevance: &Relevance<'_>, position: usize) -> bool {
        self.seen.get(&position).is_some_and(|looked| *looked == relevance.looks(position))
    }
}

fn written(seen: &BTreeMap<usize, u32>) -> String {
    let written = |(position, looked): (&usize, &u32)| if *looked == 0 { position.to_string() } else { format!("{position}:{looked}") };
    seen.iter().map(written).collect::<Vec<_>>().join(",")
}

/// What was shown so far, out of what a page carries.
pub fn seen(said: &str) -> BTreeMap<usize, u32> {
    said.split(',').filter_map(shown_as).collect()
}

/// A position, and what it was shown with: `7`, or `7:1405`.
fn shown_as(said: &str) -> Option<(usize, u32)> {
    let (position, looked) = said.split_once(':').unwrap_or((said, "0"));
    Some((position.parse().ok()?, looked.parse().ok()?))
}

/// The first page of a fresh visit.
pub fn first(issued: &Issued, sent: &Sent, today: Day) -> Step {
    let page = answers::relevant_pages(&issued.compiled, &sent.answers, today).first().copied();
    page.map_or(Step::Check, |page| Step::Page { page, errors: Vec::new(), more: false })
}

/// Where a post leads.
pub fn next(issued: &Issued, sent: &Sent, today: Day) -> Step {
    let compiled = &issued.compiled;
    let relevance = Relevance::of(compiled, &sent.answers, today);
    let pages: Vec<usize> = relevance.pages().collect();
    let page = |page| Step::Page { page, errors: Vec::new(), more: false };
    let here = sent.page.filter(|here| pages.contains(here));
    match (&sent.go, here) {
        (Go::Language(_) | Go::Keep | Go::Leave, Some(here)) => page(here),
        (Go::Language(_) | Go::Keep | Go::Leave, None) => Step::Check,
        (Go::Change(wanted), _) if pages.contains(wanted) => page(*wanted),
        (Go::Change(_), _) => Step::Check,
        (Go::Back, Some(here)) if !sent.from_check => {
            let before = pages.iter().rev().find(|&&other| other < here).or(pages.first());
            before.map_or(Step::Check, |&before| page(before))
        }
        (Go::Back, Some(_)) => Step::Check,
        (Go::Back, None) => pages.last().map_or(Step::Check, |&last| page(last)),
        (Go::Submit, _) => match answers::check(compiled, &sent.answers, today) {
            Ok(_) => Step::Submit,
            Err(errors) => first_wrong(issued, &relevance, errors),
        },
        (Go::Next, None) => match sent.page {
            // The page has become irrelevant: on to what is left.
            Some(gone) => pages.iter().find(|&&other| other > gone).map_or(Step::Check, |&other| page(other)),
            None => Step::Check,
        },
        (Go::Next, Some(here)) => {
            let unseen = |other: usize| relevance.questions(other).any(|position| !sent.has_seen(&relevance, position));
            // An answer has made another question of the same page relevant, or it would ask something else now.
            let more = unseen(here);
            match answers::check_page(compiled, here, &sent.answers, today) {
                Err(errors) if !more => return Step::Page { page: here, errors, more: false },
                Err(errors) => {
                    let answered = |error: &AnswerError| compiled.position(&error.question).is_some_and(|at| sent.has_seen(&relevance, at));
                    return Step::Page { page: here, errors: errors.into_iter().filter(answered).collect(), more: true };
                }
                Ok(()) if more => return Step::Page { page: here, errors: Vec::new(), more: true },
                Ok(()) => {}
            }
            let mut following = pages.iter().copied().filter(|&other| other > here);
            let to = if sent.from_check { pages.iter().copied().find(|&other| unseen(other)) } else { following.next() };
            to.map_or(Step::Check, page)
        }
    }
}

/// The first page with an error, with the errors of that page.
fn first_wrong(issued: &Issued, relevance: &Relevance<'_>, errors: Vec<AnswerError>) -> Step {
    let page_of = |error: &AnswerError| {
        let position = issued.compiled.position(&error.question)?;
        relevance.pages().find(|&page| relevance.questions(page).any(|other| other == position))
    };
    let Some(page) = errors.iter().filter_map(page_of).min() else { return Step::Check };
    let errors = errors.into_iter().filter(|error| page_of(error) == Some(page)).collect();
    Step::Page { page, errors, more: false }
}

/// The data of a page with questions.
pub fn page_data(issued: &Issued, sent: &Sent, today: Day, texts: &Texts, page: usize, errors: &[AnswerError], more: bool) -> Value {
    let compiled = &*issued.compiled;
    let questionnaire = compiled.questionnaire();
    let relevance = Relevance::of(compiled, &sent.answers, today);
    let language = &sent.language;
    let errors: BTreeMap<String, String> = errors
        .iter()
        .map(|error| (error.question.clone(), texts.field_error(language, &field_error(compiled, &relevance, language, error))))
        .collect();
    let here: Vec<usize> = relevance.questions(page).collect();
    let presets = |position: usize| !sent.has_seen(&relevance, position);
    let asking = Asking { compiled, relevance: &relevance, answers: &sent.answers, language, errors: &errors, presets: &presets };

    let whole = questionnaire.pages.get(page).and_then(|page| page.group);
    let mut fields = Vec::new();
    let mut inside = whole;
    let mut summary = Vec::new();
    for &position in &here {
        let question = &questionnaire.questions[position];
        if question.group != inside
            && let Some(group) = question.group.filter(|group| Some(*group) != whole).map(|group| &questionnaire.groups[group])
            && !group.label.is_empty()
        {
            let html = relevance.fill_html(&group.label, language);
            let label = relevance.fill(&group.label, language);
            fields.push(json!({"field": "heading", "id": format!("g-{}", group.name), "looks": label, "label": label, "label_html": html}));
        }
        inside = question.group;
        let mut field = asking.field(position);
        field["looks"] = json!(relevance.looks(position));
        if let Some(error) = errors.get(&question.name) {
            let text = format!("{} – {error}", field["label"].as_str().unwrap_or_default());
            let id = field["first"].as_str().map_or_else(|| format!("q-{}", question.name), str::to_owned);
            summary.push(json!({"field": id, "text": text}));
        }
        fields.push(field);
    }
    let mut hidden = Vec::new();
    for (name, answer) in sent.answers.iter() {
        let Some(position) = compiled.position(name).filter(|position| !here.contains(position)) else { continue };
        carried(&questionnaire.questions[position], answer, &mut hidden);
    }
    let pages: Vec<usize> = relevance.pages().collect();
    let number = pages.iter().position(|&other| other == page).unwrap_or(0);
    let heading = whole.map(|group| relevance.fill(&questionnaire.groups[group].label, language)).unwrap_or_default();
    let mut seen = sent.seen.clone();
    seen.extend(here.iter().map(|position| (*position, relevance.looks(*position))));
    let mut data = around(issued, sent, &seen);
    data["heading"] = json!(heading);
    data["index"] = json!(page);
    data["n"] = json!(number + 1);
    data["of"] = json!(pages.len() + 1);
    data["fields"] = json!(fields);
    data["hidden"] = json!(hidden);
    data["errors"] = json!(summary);
    data["more"] = json!(more);
    data["live"] = json!(issued.live.get(page));
    data["back"] = json!(number > 0 || sent.from_check);
    data["from_check"] = json!(sent.from_check || matches!(sent.go, Go::Change(_) | Go::Submit));
    data
}

/// The data of the page on which all answers are checked.
pub fn check_data(issued: &Issued, sent: &Sent, today: Day) -> Value {
    let compiled = &*issued.compiled;
    let questionnaire = compiled.questionnaire();
    let relevance = Relevance::of(compiled, &sent.answers, today);
    let language = &sent.language;
    let pages: Vec<usize> = relevance.pages().collect();
    let mut sections = Vec::new();
    for &page in &pages {
        let heading = questionnaire.pages[page].group.map(|group| relevance.fill(&questionnaire.groups[group].label, language)).unwrap_or_default();
        let rows: Vec<Value> = relevance
            .questions(page)
            .filter(|&position| !matches!(questionnaire.questions[position].kind, forms::questionnaire::Kind::Note))
            .map(|position| {
                let question = &questionnaire.questions[position];
                let answer = shown(compiled, &relevance, language, position, sent.answers.get(&question.name));
                json!({"label": relevance.fill(&question.label, language), "answer": answer, "page": page, "fixed": question.read_only})
            })
            .collect();
        if !rows.is_empty() {
            sections.push(json!({"heading": heading, "rows": rows}));
        }
    }
    let mut data = carrying(issued, sent);
    data["sections"] = json!(sections);
    data["n"] = json!(pages.len() + 1);
    data["of"] = json!(pages.len() + 1);
    data["back"] = json!(!pages.is_empty());
    data
}

/// The data of a page that asks nothing and carries all answers on.
pub fn carrying(issued: &Issued, sent: &Sent) -> Value {
    let mut data = around(issued, sent, &sent.seen);
    data["hidden"] = json!(all_carried(issued, sent));
    data
}

/// Every answer so far, as hidden fields.
pub fn all_carried(issued: &Issued, sent: &Sent) -> Vec<Value> {
    let questions = &issued.compiled.questionnaire().questions;
    let mut hidden = Vec::new();
    for (name, answer) in sent.answers.iter() {
        if let Some(position) = issued.compiled.position(name) {
            carried(&questions[position], answer, &mut hidden);
        }
    }
    hidden
}

/// What every page of the questionnaire carries.
fn around(issued: &Issued, sent: &Sent, seen: &BTreeMap<usize, u32>) -> Value {
    let languages = &issued.languages;
    let others: Vec<Value> =
        languages.iter().filter(|tag| **tag != sent.language).map(|tag| json!({"tag": tag, "name": language::name(tag)})).collect();
    json!({
        "action": issued.address(),
        "code_of": sent.code,
        "preview": issued.is_preview().then_some(&issued.instrument_id),
        "slug": issued.slug,
        "title": issued.title(&sent.language),
        "city": issued.city.get(&sent.language),
        "once": sent.once,
        "language": sent.language,
        "seen": written(seen),
        "kiosk": sent.kiosk,
        "final": Kept::of(issued.mode, issued.is_confidential()).key("final"),
        "other_languages": others,
    })
}

/// The languages of the questionnaire as links to the page `here` with `more` in its query, for pages on which nothing
/// was typed yet.
pub fn language_links(issued: &Issued, current: &Language, here: &str, more: &str) -> Value {
    let links: Vec<Value> = issued
        .languages
        .iter()
        .map(|tag| {
            let href = format!("{here}?lang={tag}{more}");
            json!({"tag": tag, "name": language::name(tag), "current": tag == current, "href": href})
        })
        .collect();
    json!(links)
}
