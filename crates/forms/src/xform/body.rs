//! The body of a form: what is shown, in the order of the survey sheet.
//! Not here: what is only computed; it has no control.

use super::names::{Item, Names, element};
use super::texts::{HINT, LABEL, reference};
use crate::questionnaire::{Kind, Question};
use crate::xml::Xml;

pub(super) fn write(names: &Names<'_>, xml: &mut Xml) {
    let style = [("class", names.questionnaire.style.as_str())];
    xml.open("h:body", if names.questionnaire.style.is_empty() { &[] } else { &style });
    inside(names, None, xml);
    xml.close();
}

fn inside(names: &Names<'_>, group: Option<usize>, xml: &mut Xml) {
    for item in names.inside(group) {
        match *item {
            // A group has no control where nothing in it has one; what is bound to it is bound.
            Item::Group(position) if !shows(names, position) => {}
            Item::Group(position) => {
                let (path, group) = (names.group(position), &names.questionnaire.groups[position]);
                let appearance = group.appearance.join(" ");
                let attributes = [("ref", path), ("appearance", appearance.as_str())];
                xml.open("group", if appearance.is_empty() { &attributes[..1] } else { &attributes });
                if !group.label.is_empty() {
                    xml.leaf("label", &[("ref", &reference(path, LABEL))], "");
                }
                inside(names, Some(position), xml);
                xml.close();
            }
            Item::Question(position) => {
                let question = &names.questionnaire.questions[position];
                if question.is_visible() {
                    control(names, position, question, xml);
                }
            }
        }
    }
}

/// Whether anything is seen of a group.
fn shows(names: &Names<'_>, group: usize) -> bool {
    names.inside(Some(group)).iter().any(|item| match *item {
        Item::Group(group) => shows(names, group),
        Item::Question(position) => names.questionnaire.questions[position].is_visible(),
    })
}

fn control(names: &Names<'_>, position: usize, question: &Question, xml: &mut Xml) {
    let path = names.question(position);
    let appearance = question.appearance.join(" ");
    let mut attributes = vec![("ref", path.to_owned())];
    if !appearance.is_empty() {
        attributes.push(("appearance", appearance));
    }
    if let Kind::Range { start, end, step } = question.kind {
        attributes.extend([("start", start.to_string()), ("end", end.to_string()), ("step", step.to_string())]);
    }
    let attributes: Vec<(&str, &str)> = attributes.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let name = match question.kind {
        Kind::SelectOne { .. } => "select1",
        Kind::SelectMultiple { .. } => "select",
        Kind::Rank { .. } => "odk:rank",
        Kind::Range { .. } => "range",
        Kind::Acknowledge => "trigger",
        _ => "input",
    };
    xml.open(name, &attributes);
    if !question.label.is_empty() {
        xml.leaf("label", &[("ref", &reference(path, LABEL))], "");
    }
    if !question.hint.is_empty() || !question.guidance_hint.is_empty() {
        xml.leaf("hint", &[("ref", &reference(path, HINT))], "");
    }
    if let Some(list) = question.kind.list() {
        let filter = question.choice_filter.as_ref().map(|filter| format!("[{}]", names.filter(filter, position)));
        let nodes = format!("instance('{}')/root/item{}", element(list), filter.unwrap_or_default());
        xml.open("itemset", &[("nodeset", &nodes)]);
        xml.leaf("value", &[("ref", "name")], "");
        xml.leaf("label", &[("ref", "jr:itext(itextId)")], "");
        xml.close();
    }
    xml.close();
}
