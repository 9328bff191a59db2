//! The model of a form: the empty answers, the choices as secondary instances, what is
//! bound to each question, and what it begins with.

use std::collections::BTreeSet;

use super::names::{Item, Names, ROOT, element};
use super::texts::{CONSTRAINT, REQUIRED, choice_id, reference};
use crate::expression::{Day, Expression, Moment, Sort, Value};
use crate::questionnaire::{Kind, Metadata, Preset, Question};
use crate::xml::Xml;

/// The event at which a computed default is set: once, when a new response begins.
const FIRST_LOAD: &str = "odk-instance-first-load";

pub(super) fn write(names: &Names<'_>, form_id: &str, xml: &mut Xml) {
    let questionnaire = names.questionnaire;
    xml.open("instance", &[]);
    let version = [("id", form_id), ("version", questionnaire.version.as_str())];
    xml.open(ROOT, if questionnaire.version.is_empty() { &version[..1] } else { &version });
    answers(names, None, xml);
    xml.open("orx:meta", &[]);
    xml.leaf("orx:instanceID", &[], "");
    if questionnaire.instance_name.is_some() {
        xml.leaf("orx:instanceName", &[], "");
    }
    xml.close();
    xml.close();
    xml.close();
    choices(names, xml);
    for (position, group) in questionnaire.groups.iter().enumerate() {
        if let Some(relevant) = &group.relevant {
            xml.leaf("bind", &[("nodeset", names.group(position)), ("relevant", &names.condition(relevant, None))], "");
        }
    }
    for (position, question) in questionnaire.questions.iter().enumerate() {
        bind(names, position, question, xml);
    }
    xml.leaf("bind", &[("nodeset", "/data/orx:meta/orx:instanceID"), ("type", "string"), ("readonly", "true()"), ("jr:preload", "uid")], "");
    if let Some(name) = &questionnaire.instance_name {
        xml.leaf("bind", &[("nodeset", "/data/orx:meta/orx:instanceName"), ("type", "string"), ("calculate", &names.xpath(name, None))], "");
    }
    for (position, question) in questionnaire.questions.iter().enumerate() {
        if let Some(Preset::Computed(default)) = &question.default {
            let value = names.default(default, position);
            xml.leaf("setvalue", &[("event", FIRST_LOAD), ("ref", names.question(position)), ("value", &value)], "");
        }
    }
}

/// The elements of the answers, with the defaults that are written out.
fn answers(names: &Names<'_>, group: Option<usize>, xml: &mut Xml) {
    for item in names.inside(group) {
        match *item {
            Item::Group(group) => {
                xml.open(&element(&names.questionnaire.groups[group].name), &[]);
                answers(names, Some(group), xml);
                xml.close();
            }
            Item::Question(position) => {
                let question = &names.questionnaire.questions[position];
                let default = match &question.default {
                    Some(Preset::Literal(text)) => text.as_str(),
                    _ => "",
                };
                let canonical = match question.kind {
                    Kind::Date => Day::parse(default).map(|day| day.to_string()),
                    Kind::Time => Value::from(default).to_time().map(|time| format!("{time}:00.000")),
                    Kind::DateTime => Moment::parse(default).map(|moment| format!("{moment}.000")),
                    _ => None,
                };
                xml.leaf(&element(&question.name), &[], canonical.as_deref().unwrap_or(default));
            }
        }
    }
}

/// Each list of choices with its columns. An empty cell is an element too: to web forms, what is not there does not
/// equal empty text.
fn choices(names: &Names<'_>, xml: &mut Xml) {
    for (list, choices) in &names.questionnaire.choice_lists {
        let asking = names.questionnaire.questions.iter().filter(|question| question.kind.list() == Some(list));
        let filters = asking.filter_map(|question| question.choice_filter.as_ref()).flat_map(Expression::columns);
        let columns: BTreeSet<&String> = choices.iter().flat_map(|choice| choice.columns.keys()).chain(filters).collect();
        xml.open("instance", &[("id", &element(list))]);
        xml.open("root", &[]);
        for (number, choice) in choices.iter().enumerate() {
            xml.open("item", &[]);
            xml.leaf("itextId", &[], &choice_id(list, number));
            xml.leaf("name", &[], &choice.name);
            for column in &columns {
                let name = element(column);
                if name != "name" && name != "itextId" {
                    xml.leaf(&name, &[], choice.columns.get(*column).map_or("", String::as_str));
                }
            }
            xml.close();
        }
        xml.close();
        xml.close();
    }
}

/// The type of what is answered, as `XForms` calls it. A day that is computed needs it, to be sent as a day.
fn data_type(kind: &Kind, given: Option<Sort>) -> &'static str {
    let free = matches!(kind, Kind::Text | Kind::Calculate | Kind::Hidden);
    match kind {
        _ if free && given == Some(Sort::Day) => "date",
        _ if free && given == Some(Sort::Time) => "time",
        _ if free && given == Some(Sort::Moment) => "dateTime",
        Kind::Integer => "int",
        Kind::Decimal => "decimal",
        Kind::Range { start, end, step } if [start, end, step].iter().all(|number| number.fract() == 0.0) => "int",
        Kind::Range { .. } => "decimal",
        Kind::Date | Kind::Metadata { collects: Metadata::Today } => "date",
        Kind::Time => "time",
        Kind::DateTime | Kind::Metadata { collects: Metadata::Start | Metadata::End } => "dateTime",
        Kind::Rank { .. } => "odk:rank",
        _ => "string",
    }
}

/// What a phone records by itself, and how it is told so.
fn preload(kind: &Kind) -> Option<(&'static str, &'static str)> {
    let Kind::Metadata { collects } = kind else { return None };
    Some(match collects {
        Metadata::Start => ("timestamp", "start"),
        Metadata::End => ("timestamp", "end"),
        Metadata::Today => ("date", "today"),
        // A record of what was done on the phone is a file beside the answers, for which there is no place.
        Metadata::Audit => return None,
        property => ("property", property.word()),
    })
}

fn bind(names: &Names<'_>, position: usize, question: &Question, xml: &mut Xml) {
    let path = names.question(position);
    let written = |expression: &Option<Expression>| expression.as_ref().map(|expression| names.condition(expression, Some(position)));
    let message = |text: &crate::questionnaire::Text, what| (!text.is_empty()).then(|| reference(path, what));
    let fixed = question.read_only || matches!(question.kind, Kind::Note);
    let preload = preload(&question.kind);
    let attributes = [
        ("nodeset", Some(path.to_owned())),
        ("type", Some(data_type(&question.kind, question.is_given().then(|| names.sort(position))).to_owned())),
        ("readonly", fixed.then(|| "true()".to_owned())),
        ("required", written(&question.required)),
        ("jr:requiredMsg", message(&question.required_message, REQUIRED)),
        ("relevant", written(&question.relevant)),
        ("constraint", written(&question.constraint)),
        ("jr:constraintMsg", message(&question.constraint_message, CONSTRAINT)),
        ("calculate", question.calculation.as_ref().map(|expression| names.calculation(expression, position))),
        ("jr:preload", preload.map(|(preload, _)| preload.to_owned())),
        ("jr:preloadParams", preload.map(|(_, parameters)| parameters.to_owned())),
    ];
    let attributes: Vec<(&str, &str)> = attributes.iter().filter_map(|(key, value)| Some((*key, value.as_deref()?))).collect();
    xml.leaf("bind", &attributes, "");
}
