//! Every text of a questionnaire: where it stands, what lacks in a language, and how it is put in other words.
//!
//! Not here: what is asked, and under which conditions. Rule to keep: a text has one key, which goes by names and not
//! by rows, and what the sheets make by themselves (the words of `or_other`) has none.

use std::collections::{BTreeMap, HashSet};

use super::{Group, Kind, Part, Piece, Question, Questionnaire, Text, pieces};
use crate::markup;

/// Characters of a text: what one cell takes.
pub const MAXIMUM_WORDING: usize = crate::table::MAXIMUM_CELL;

/// A text with where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Wording<'a> {
    /// `settings/form_title`, `survey/<name>/<column>` or `choices/<list>/<name>`; of several choices of a list that
    /// share a name, the others with `/2` and so on behind it.
    pub key: String,
    pub part: Part,
    pub column: &'static str,
    /// Of the question, group or choice.
    pub name: &'a str,
    /// Of a choice.
    pub list: Option<&'a str>,
    pub text: &'a Text,
    /// The outermost group around it, by position.
    pub section: Option<usize>,
    /// Whether every language should have it.
    pub wanted: bool,
}

/// How much of a questionnaire there is in a language.
#[derive(Clone, Debug, PartialEq)]
pub struct Completeness<'a> {
    pub language: &'a str,
    /// Texts that every language should have.
    pub of: usize,
    pub lacks: Vec<Wording<'a>>,
}

impl Completeness<'_> {
    pub fn there(&self) -> usize {
        self.of - self.lacks.len()
    }
}

/// Why words are not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WordingFault {
    /// The questionnaire has no such text.
    UnknownText,
    /// It quotes the answer to a question that is not there, or quotes where nothing can be quoted.
    UnknownReference(String),
    /// `${` without its `}`.
    OpenReference,
    /// A mark, such as `**`, that does not end.
    OpenMark(&'static str),
    /// The address of a link quotes an answer.
    TellingLink,
    /// The default language has nothing.
    Missing,
}

/// All texts, in the order in which they are met: a group before what is in it, a list behind the first question that
/// offers it.
pub fn wordings(questionnaire: &Questionnaire) -> Vec<Wording<'_>> {
    let mut all = Gathering { q: questionnaire, keys: HashSet::new(), groups: 0, lists: HashSet::new(), found: Vec::new() };
    all.add(
        "settings/form_title".to_owned(),
        Part::Settings,
        "form_title",
        ("", None),
        &questionnaire.title,
        (None, !questionnaire.title.is_empty()),
    );
    let mut made = false;
    for (at, question) in questionnaire.questions.iter().enumerate() {
        if let Some(group) = question.group {
            all.groups_until(group + 1);
        }
        // What `or_other` asks is made with it, in words of the format.
        if std::mem::take(&mut made) {
            continue;
        }
        made = matches!(question.kind, Kind::SelectOne { or_other: true, .. } | Kind::SelectMultiple { or_other: true, .. });
        all.question(at, question);
        if let Some(list) = question.kind.list() {
            let plain = list.strip_suffix(" or_other").filter(|plain| made && questionnaire.choice_lists.contains_key(*plain));
            all.list(plain.unwrap_or(list), outermost(questionnaire, question.group));
        }
    }
    all.groups_until(questionnaire.groups.len());
    let is_made = |list: &str| list.strip_suffix(" or_other").is_some_and(|plain| questionnaire.choice_lists.contains_key(plain));
    for list in questionnaire.choice_lists.keys().filter(|list| !is_made(list)) {
        all.list(list, None);
    }
    all.found
}

fn outermost(questionnaire: &Questionnaire, mut group: Option<usize>) -> Option<usize> {
    while let Some(parent) = group.and_then(|group| questionnaire.groups[group].parent) {
        group = Some(parent);
    }
    group
}

/// The texts of a question by their columns.
fn of_question(question: &Question) -> [(&'static str, &Text); 5] {
    [
        ("label", &question.label),
        ("hint", &question.hint),
        ("guidance_hint", &question.guidance_hint),
        ("required_message", &question.required_message),
        ("constraint_message", &question.constraint_message),
    ]
}

struct Gathering<'a> {
    q: &'a Questionnaire,
    keys: HashSet<String>,
    /// How many groups are there already.
    groups: usize,
    lists: HashSet<&'a str>,
    found: Vec<Wording<'a>>,
}

impl<'a> Gathering<'a> {
    fn add(
        &mut self,
        key: String,
        part: Part,
        column: &'static str,
        (name, list): (&'a str, Option<&'a str>),
        text: &'a Text,
        (section, wanted): (Option<usize>, bool),
    ) {
        let mut own = key.clone();
        let mut number = 2;
        while !self.keys.insert(own.clone()) {
            own = format!("{key}/{number}");
            number += 1;
        }
        self.found.push(Wording { key: own, part, column, name, list, text, section, wanted });
    }

    /// Groups are numbered as they open.
    fn groups_until(&mut self, end: usize) {
        while self.groups < end {
            let (at, group): (usize, &'a Group) = (self.groups, &self.q.groups[self.groups]);
            let around = (outermost(self.q, Some(at)), !group.label.is_empty());
            self.add(format!("survey/{}/label", group.name), Part::Group(at), "label", (&group.name, None), &group.label, around);
            self.groups += 1;
        }
    }

    fn question(&mut self, at: usize, question: &'a Question) {
        for (column, text) in of_question(question) {
            let wanted = !text.is_empty() || column == "label" && question.is_visible();
            let around = (outermost(self.q, question.group), wanted);
            self.add(format!("survey/{}/{column}", question.name), Part::Question(at), column, (&question.name, None), text, around);
        }
    }

    fn list(&mut self, name: &str, section: Option<usize>) {
        let Some((place, (list, choices))) = self.q.choice_lists.iter().enumerate().find(|(_, (list, _))| list.as_str() == name) else { return };
        if self.lists.insert(list) {
            for (at, choice) in choices.iter().enumerate() {
                let part = Part::Choice(place, at);
                self.add(format!("choices/{list}/{}", choice.name), part, "label", (&choice.name, Some(list)), &choice.label, (section, true));
            }
        }
    }
}

/// How much there is in each language, in the order of the questionnaire's languages.
pub fn completeness(questionnaire: &Questionnaire) -> Vec<Completeness<'_>> {
    let wanted: Vec<Wording<'_>> = wordings(questionnaire).into_iter().filter(|wording| wording.wanted).collect();
    let of = |language: &'_ String| wanted.iter().filter(|wording| wording.text.exact(language).is_none()).cloned().collect();
    questionnaire.languages.iter().map(|language| Completeness { language, of: wanted.len(), lacks: of(language) }).collect()
}

/// Puts words of one language into the questionnaire, which gets the language if it has not got it; empty words are
/// none. Nothing is changed where any of them are not taken: each fault has its key.
pub fn reword(questionnaire: &mut Questionnaire, language: &str, words: &BTreeMap<String, String>) -> Result<(), Vec<(String, WordingFault)>> {
    let all = wordings(questionnaire);
    let names: HashSet<&str> = questionnaire.questions.iter().map(|question| question.name.as_str()).collect();
    let mut faults = Vec::new();
    let mut taken: Vec<(Part, &'static str, String)> = Vec::new();
    for (key, text) in words {
        let Some(wording) = all.iter().find(|wording| wording.key == *key) else {
            faults.push((key.clone(), WordingFault::UnknownText));
            continue;
        };
        let missing = text.trim().is_empty() && language == questionnaire.default_language && wording.wanted && wording.column == "label";
        let visible = !matches!(wording.part, Part::Group(_));
        if missing && visible {
            faults.push((key.clone(), WordingFault::Missing));
        }
        let named = |name: &str| names.contains(name) && wording.part != Part::Settings;
        faults.extend(fault(text, named).map(|fault| (key.clone(), fault)));
        taken.push((wording.part, wording.column, text.clone()));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    for (part, column, words) in taken {
        if let Some(text) = text_of(questionnaire, part, column) {
            text.set(language, &words);
        }
    }
    if !questionnaire.languages.iter().any(|known| known == language) {
        questionnaire.languages.push(language.to_owned());
    }
    Ok(())
}

fn text_of<'q>(questionnaire: &'q mut Questionnaire, part: Part, column: &str) -> Option<&'q mut Text> {
    match part {
        Part::Settings => Some(&mut questionnaire.title),
        Part::Group(at) => questionnaire.groups.get_mut(at).map(|group| &mut group.label),
        Part::Choice(list, at) => questionnaire.choice_lists.values_mut().nth(list)?.get_mut(at).map(|choice| &mut choice.label),
        Part::Question(at) => {
            let question = questionnaire.questions.get_mut(at)?;
            match column {
                "label" => Some(&mut question.label),
                "hint" => Some(&mut question.hint),
                "guidance_hint" => Some(&mut question.guidance_hint),
                "required_message" => Some(&mut question.required_message),
                "constraint_message" => Some(&mut question.constraint_message),
                _ => None,
            }
        }
    }
}

/// What is wrong with a text by itself.
fn fault(text: &str, named: impl Fn(&str) -> bool) -> Option<WordingFault> {
    for piece in pieces(text) {
        match piece {
            Piece::Reference(name) if !named(name) => return Some(WordingFault::UnknownReference(name.to_owned())),
            Piece::Plain(plain) if plain.contains("${") => return Some(WordingFault::OpenReference),
            _ => {}
        }
    }
    let telling = markup::is_telling(text).then_some(WordingFault::TellingLink);
    telling.or(markup::open_mark(text).map(WordingFault::OpenMark))
}
