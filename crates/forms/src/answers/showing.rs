//! What a page shows besides the questions: offered choices, presets, and texts that
//! quote earlier answers.
//!
//! Nothing here is escaped for HTML; that is the page's work.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::answers::Relevance;
use crate::expression::Value;
use crate::markup;
use crate::questionnaire::{Choice, Kind, Piece, Preset, Text, pieces};

impl<'a> Relevance<'a> {
    /// The choices a question offers under these answers.
    pub fn choices(&self, position: usize) -> Vec<&'a Choice> {
        let questionnaire = self.compiled.questionnaire();
        let Some(question) = questionnaire.questions.get(position) else {
            return Vec::new();
        };
        let choices = questionnaire.choices(question).iter();
        let mut offered: Vec<&Choice> = choices.filter(|choice| self.offers(position, choice)).collect();
        if self.compiled.has_twins(position) {
            // Whoever picks one of two that are stored alike would see both picked.
            let mut names = HashSet::new();
            offered.retain(|choice| names.insert(choice.name.as_str()));
        }
        offered
    }

    /// The choice called `name` that a question offers; else one that it has.
    pub fn choice(&self, position: usize, name: &str) -> Option<&'a Choice> {
        let questionnaire = self.compiled.questionnaire();
        let choices = questionnaire.choices(questionnaire.questions.get(position)?);
        let mut called = self.compiled.choice_positions(position, name).map(|at| &choices[at]);
        let first = called.next()?;
        if !self.compiled.has_twins(position) || self.offers(position, first) {
            return Some(first);
        }
        Some(called.find(|choice| self.offers(position, choice)).unwrap_or(first))
    }

    /// What a fresh page shows as the answer, as text; `None` if nothing is preset.
    pub fn preset(&self, position: usize) -> Option<String> {
        let value = self.preset_value(position);
        let question = self.compiled.questionnaire().questions.get(position)?;
        (!value.is_empty()).then(|| question.kept(value).into_owned())
    }

    /// What a question begins with, as its kind has it; empty if nothing is preset.
    pub(super) fn preset_value(&self, position: usize) -> Value<'static> {
        let question = self.compiled.questionnaire().questions.get(position);
        let Some((question, default)) = question.and_then(|question| Some((question, question.default.as_ref()?))) else {
            return Value::EMPTY;
        };
        let value = match default {
            Preset::Literal(text) => Value::Text(Cow::Owned(text.clone())),
            Preset::Computed(expression) => {
                let bindings = &self.compiled.questions[position].default;
                self.computed(self.evaluate(expression, bindings, Some(position), &Value::EMPTY))
            }
        };
        if !self.compiled.questionnaire().typed && question.is_given() {
            return value;
        }
        match question.kind {
            Kind::Date => value.to_day().map_or(value, Value::Day),
            // Which time it is where somebody answers is not known here; midnight would be another answer.
            Kind::Time | Kind::DateTime if question.default.as_ref().is_some_and(Preset::uses_clock) => Value::EMPTY,
            Kind::Time => value.to_time().map_or(value, Value::Time),
            Kind::DateTime => value.to_moment().map_or(value, Value::Moment),
            _ if question.kind.is_numeric() && value.to_number().is_finite() => Value::Number(value.to_number()),
            _ => value,
        }
    }

    /// A label, hint or message in one language as it is read, with the answers it quotes as `${name}` written out
    /// and without its marks. Choices appear with their labels.
    pub fn fill(&self, text: &Text, language: &str) -> String {
        let filled = self.filled(text, language);
        match markup::plain(&filled) {
            Cow::Borrowed(_) => filled,
            Cow::Owned(plain) => plain,
        }
    }

    /// The same as HTML, where it has marks or several lines.
    pub fn fill_html(&self, text: &Text, language: &str) -> Option<String> {
        markup::html(&self.filled(text, language))
    }

    /// With its marks; what is quoted stands for itself.
    fn filled(&self, text: &Text, language: &str) -> String {
        let default = &self.compiled.questionnaire().default_language;
        let mut filled = String::new();
        let text = text.get(language, default);
        for piece in pieces(text) {
            match piece {
                Piece::Plain(plain) => filled.push_str(plain),
                Piece::Reference(name) => {
                    if let Some(position) = self.compiled.position(name) {
                        let quoted = self.quoted(position, language);
                        let calendar = self.compiled.questionnaire().questions[position].kind.is_of_the_calendar();
                        if calendar && !quoted.is_empty() && text.chars().any(runs_to_the_left) {
                            // Behind letters that run to the left, 2026-02-03 would be seen as 03-02-2026.
                            filled.push('\u{2066}');
                            markup::literal(&quoted, &mut filled);
                            filled.push('\u{2069}');
                        } else {
                            markup::literal(&quoted, &mut filled);
                        }
                    }
                }
            }
        }
        filled
    }

    /// The value of a question as a text quotes it: choices by their labels, and of a day what was asked.
    pub fn quoted(&self, position: usize, language: &str) -> String {
        let questionnaire = self.compiled.questionnaire();
        let question = &questionnaire.questions[position];
        let text = question.said(self.value(position));
        let choices = questionnaire.choices(question);
        if choices.is_empty() || text.is_empty() {
            return text.into_owned();
        }
        let label = |name: &str| {
            self.choice(position, name)
                .map_or(String::new(), |choice| markup::plain(choice.label.get(language, &questionnaire.default_language)).into_owned())
        };
        if question.kind.joins_choices() { text.split(' ').map(label).collect::<Vec<_>>().join(", ") } else { label(&text) }
    }

    /// What a question is shown with that hangs on other answers, as a number: the choices it offers, what its texts
    /// quote, what it begins with. The same number means that it looks the same, in whichever language. 0 for one
    /// that always looks so.
    pub fn looks(&self, position: usize) -> u32 {
        let questionnaire = self.compiled.questionnaire();
        let Some(question) = questionnaire.questions.get(position) else { return 0 };
        let mut hasher = DefaultHasher::new();
        let mut hangs = question.choice_filter.is_some();
        let mut quoted = |text: &Text| {
            for name in text.references() {
                hangs = true;
                if let Some(position) = self.compiled.position(name) {
                    self.value(position).into_text().hash(&mut hasher);
                }
            }
        };
        [&question.label, &question.hint, &question.guidance_hint].into_iter().for_each(&mut quoted);
        let choices = self.choices(position);
        for choice in &choices {
            quoted(&choice.label);
        }
        if let Some(Preset::Computed(expression)) = &question.default {
            hangs |= !expression.references().is_empty();
        }
        hangs |= question.read_only && question.is_computed();
        if !hangs {
            return 0;
        }
        for choice in &choices {
            choice.name.hash(&mut hasher);
        }
        self.preset(position).hash(&mut hasher);
        if question.read_only {
            self.value(position).into_text().hash(&mut hasher);
        }
        let hash = hasher.finish();
        // Never that of one that always looks the same.
        u32::try_from(hash >> 32).unwrap_or(1).max(1)
    }
}

/// Whether a letter is of Hebrew, Arabic or another script that runs from right to left.
fn runs_to_the_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}
