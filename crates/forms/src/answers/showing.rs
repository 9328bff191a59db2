//! What a page shows besides the questions: offered choices, presets, and texts that
//! quote earlier answers.
//!
//! Nothing here is escaped for HTML; that is the page's work.

use crate::answers::Relevance;
use crate::expression::Value;
use crate::questionnaire::{Choice, Piece, Preset, Text, pieces};

impl<'a> Relevance<'a> {
    /// The choices a question offers under these answers.
    pub fn choices(&self, position: usize) -> Vec<&'a Choice> {
        let questionnaire = self.compiled.questionnaire();
        let Some(question) = questionnaire.questions.get(position) else {
            return Vec::new();
        };
        let choices = questionnaire.choices(question).iter();
        choices.filter(|choice| self.offers(position, choice)).collect()
    }

    /// What a fresh page shows as the answer, as text; `None` if nothing is preset.
    pub fn preset(&self, position: usize) -> Option<String> {
        let question = self.compiled.questionnaire().questions.get(position)?;
        let text = match question.default.as_ref()? {
            Preset::Literal(text) => text.clone(),
            Preset::Computed(expression) => {
                let bindings = &self.compiled.questions[position].default;
                let value = self.evaluate(expression, bindings, &Value::EMPTY);
                if value.is_empty() { String::new() } else { value.into_text().into_owned() }
            }
        };
        (!text.is_empty()).then_some(text)
    }

    /// A label, hint or message in one language, with the answers it quotes as
    /// `${name}` written out. Choices appear with their labels.
    pub fn fill(&self, text: &Text, language: &str) -> String {
        let default = &self.compiled.questionnaire().default_language;
        let mut filled = String::new();
        for piece in pieces(text.get(language, default)) {
            match piece {
                Piece::Plain(plain) => filled.push_str(plain),
                Piece::Reference(name) => {
                    if let Some(position) = self.compiled.position(name) {
                        filled.push_str(&self.shown(position, language));
                    }
                }
            }
        }
        filled
    }

    fn shown(&self, position: usize, language: &str) -> String {
        let questionnaire = self.compiled.questionnaire();
        let question = &questionnaire.questions[position];
        let text = self.value(position).into_text();
        let choices = questionnaire.choices(question);
        if choices.is_empty() || text.is_empty() {
            return text.into_owned();
        }
        let label = |name: &str| {
            let choice = self.compiled.choice_position(position, name).map(|at| &choices[at]);
            choice.map_or(String::new(), |choice| choice.label.get(language, &questionnaire.default_language).to_owned())
        };
        if question.kind.joins_choices() { text.split(' ').map(label).collect::<Vec<_>>().join(", ") } else { label(&text) }
    }
}
