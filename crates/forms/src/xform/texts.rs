//! The texts of a form by language: `itext` with labels, hints, guidance, messages and
//! the labels of choices.
//!
//! Rule to keep: each text has an identifier in every language, since a form stops
//! where one is missing; the default language stands in.

use super::names::{Item, Names, element};
use crate::questionnaire::{Text, pieces};
use crate::xml::{Piece, Xml};

/// What the texts of a question are called behind its path.
pub(super) const LABEL: &str = "label";
pub(super) const HINT: &str = "hint";
pub(super) const CONSTRAINT: &str = "jr:constraintMsg";
pub(super) const REQUIRED: &str = "jr:requiredMsg";

/// The reference to a text.
pub(super) fn reference(path: &str, what: &str) -> String {
    format!("jr:itext('{path}:{what}')")
}

/// The identifier of the label of a choice.
pub(super) fn choice_id(list: &str, choice: usize) -> String {
    format!("{}-{choice}", element(list))
}

pub(super) fn write(names: &Names<'_>, xml: &mut Xml) {
    let questionnaire = names.questionnaire;
    xml.open("itext", &[]);
    for tag in &questionnaire.languages {
        let language = if tag == "und" { "default" } else { tag };
        let default = *tag == questionnaire.default_language;
        let attributes = [("lang", language), ("default", "true()")];
        xml.open("translation", if default { &attributes } else { &attributes[..1] });
        let mut writer = Writer { names, tag, xml: &mut *xml };
        writer.inside(None);
        for (list, choices) in &questionnaire.choice_lists {
            for (number, choice) in choices.iter().enumerate() {
                writer.text(&choice_id(list, number), &[(None, &choice.label)]);
            }
        }
        xml.close();
    }
    xml.close();
}

struct Writer<'a> {
    names: &'a Names<'a>,
    tag: &'a str,
    xml: &'a mut Xml,
}

impl Writer<'_> {
    fn inside(&mut self, group: Option<usize>) {
        let questionnaire = self.names.questionnaire;
        for item in self.names.inside(group) {
            match *item {
                Item::Group(group) => {
                    let path = self.names.group(group);
                    self.text(&format!("{path}:{LABEL}"), &[(None, &questionnaire.groups[group].label)]);
                    self.inside(Some(group));
                }
                Item::Question(position) => {
                    let (path, question) = (self.names.question(position), &questionnaire.questions[position]);
                    self.text(&format!("{path}:{LABEL}"), &[(None, &question.label)]);
                    self.text(&format!("{path}:{HINT}"), &[(None, &question.hint), (Some("guidance"), &question.guidance_hint)]);
                    self.text(&format!("{path}:{CONSTRAINT}"), &[(None, &question.constraint_message)]);
                    self.text(&format!("{path}:{REQUIRED}"), &[(None, &question.required_message)]);
                }
            }
        }
    }

    /// A text in its forms; nothing where none of them says anything.
    fn text(&mut self, id: &str, forms: &[(Option<&str>, &Text)]) {
        if forms.iter().all(|(_, text)| text.is_empty()) {
            return;
        }
        self.xml.open("text", &[("id", id)]);
        for (form, text) in forms.iter().filter(|(_, text)| !text.is_empty()) {
            let attributes: Vec<(&str, &str)> = form.iter().map(|form| ("form", *form)).collect();
            let said = text.get(self.tag, &self.names.questionnaire.default_language);
            let written = pieces(said).map(|piece| match piece {
                crate::questionnaire::Piece::Plain(text) => Piece::Text(text),
                crate::questionnaire::Piece::Reference(name) => self.names.output(name).map_or(Piece::Text(""), Piece::Output),
            });
            self.xml.mixed("value", &attributes, written);
        }
        self.xml.close();
    }
}
