//! One question as data for its field on a page, or as a line of the answers to check.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::ground::Language;
use forms::answers::{Answer, Answers, MAXIMUM_TEXT, Relevance, rank_positions};
use forms::questionnaire::{Choice, Compiled, DayPart, Kind, Question};

/// Lists longer than this are a drop-down, not a column of buttons.
const MOST_BUTTONS: usize = 15;
/// Scales with more steps than this are typed.
const MOST_STEPS: f64 = 11.0;

/// What all questions of a page share.
pub struct Asking<'a> {
    pub compiled: &'a Compiled,
    pub relevance: &'a Relevance<'a>,
    pub answers: &'a Answers,
    pub language: &'a Language,
    /// Sentences by question name.
    pub errors: &'a BTreeMap<String, String>,
    /// Whether defaults fill what nobody has answered yet.
    pub presets: &'a dyn Fn(usize) -> bool,
}

impl Asking<'_> {
    /// The field of the question at `position`.
    pub fn field(&self, position: usize) -> Value {
        let question = &self.compiled.questionnaire().questions[position];
        let id = format!("q-{}", question.name);
        let label = self.relevance.fill(&question.label, self.language);
        let html = |text| self.relevance.fill_html(text, self.language);
        if matches!(question.kind, Kind::Note) {
            return json!({"field": "note", "id": id, "paragraphs": [{"text": label, "html": html(&question.label)}]});
        }
        if question.read_only {
            return json!({"field": "shown", "id": id, "label": label, "label_html": html(&question.label), "value": shown(self.compiled, self.relevance, self.language, position, self.answers.get(&question.name))});
        }
        let given = self.answers.get(&question.name).cloned();
        let preset = || self.relevance.preset(position).filter(|_| (self.presets)(position)).map(|text| Answer::Text(text.into()));
        let answer = given.or_else(preset);
        let mut field = json!({
            "id": id,
            "name": question.name,
            "label": label,
            "label_html": html(&question.label),
            "hint": self.relevance.fill(&question.hint, self.language),
            "hint_html": html(&question.hint),
            "guidance": self.relevance.fill(&question.guidance_hint, self.language),
            "guidance_html": html(&question.guidance_hint),
            "error": self.errors.get(&question.name).cloned().unwrap_or_default(),
            "optional": question.required.is_none(),
            "value": answer.as_ref().map(Answer::to_text).unwrap_or_default(),
        });
        self.shape(&mut field, question, position, answer.as_ref());
        field
    }

    fn shape(&self, field: &mut Value, question: &Question, position: usize, answer: Option<&Answer>) {
        let mut set = |name: &str, value: Value| field[name] = value;
        match &question.kind {
            Kind::Text if question.looks("multiline") => {
                set("field", json!("textarea"));
                set("rows", json!(4));
            }
            Kind::Text => {
                let mode = if question.looks("numbers") { "numeric" } else { "" };
                set("field", json!("text"));
                set("inputmode", json!(mode));
                set("maxlength", json!(MAXIMUM_TEXT));
            }
            Kind::Integer => {
                set("field", json!("text"));
                set("inputmode", json!("numeric"));
                set("width", json!("narrow"));
            }
            Kind::Decimal => {
                set("field", json!("text"));
                set("inputmode", json!("decimal"));
                set("width", json!("narrow"));
            }
            range @ Kind::Range { start, end, step } if (end - start) / step <= MOST_STEPS => {
                let option = |point: f64| {
                    let number = Answer::Number(point).to_text();
                    json!({"value": number, "label": number})
                };
                let options: Vec<Value> = range.points().map(option).collect();
                set("field", json!("radio"));
                set("inline", json!(true));
                set("options", json!(options));
            }
            Kind::Range { start, end, .. } => {
                set("field", json!("text"));
                set("inputmode", json!("decimal"));
                set("width", json!("narrow"));
                set("min", json!(start));
                set("max", json!(end));
            }
            Kind::Date | Kind::Time | Kind::DateTime => calendar(field, question, answer),
            Kind::SelectOne { .. } => {
                let options = self.options(position, answer);
                let many = options.len() > MOST_BUTTONS || question.looks("minimal");
                let in_grid = question.group.is_some_and(|at| self.compiled.questionnaire().groups[at].looks("table-list"));
                let scale = (question.looks("likert") || in_grid) && options.len() <= 7;
                set(
                    "field",
                    json!(if scale {
                        "likert"
                    } else if many {
                        "select"
                    } else {
                        "radio"
                    }),
                );
                set("options", json!(options));
                set("choose", json!(true));
                // Marked on the options.
                set("value", Value::Null);
            }
            Kind::SelectMultiple { .. } => {
                set("field", json!("checkbox"));
                set("options", json!(self.options(position, answer)));
                set("value", Value::Null);
            }
            Kind::Rank { .. } => {
                let places = answer.map(rank_positions).unwrap_or_default();
                let choices = self.relevance.choices(position);
                let rows: Vec<Value> = choices
                    .iter()
                    .map(|choice| json!({"name": choice.name, "label": self.label(choice), "label_html": self.label_html(choice), "place": places.get(&choice.name).cloned().unwrap_or_default()}))
                    .collect();
                set("field", json!("rank"));
                set("last", json!(rows.len()));
                set("rows", json!(rows));
            }
            Kind::Acknowledge => {
                set("field", json!("acknowledge"));
                set("checked", json!(answer.is_some()));
            }
            Kind::Note | Kind::Calculate | Kind::Hidden | Kind::Metadata { .. } => set("field", json!("none")),
        }
    }

    fn options(&self, position: usize, answer: Option<&Answer>) -> Vec<Value> {
        let joins = self.compiled.questionnaire().questions[position].kind.joins_choices();
        let chosen = |choice: &Choice| {
            // What begins as one text is not yet split into choices; of one choice it is the name.
            answer.is_some_and(|answer| {
                answer.has(&choice.name) || joins && matches!(answer, Answer::Text(text) if text.split(' ').any(|name| name == choice.name))
            })
        };
        let choices = self.relevance.choices(position);
        choices
            .iter()
            .map(|choice| json!({"value": choice.name, "label": self.label(choice), "label_html": self.label_html(choice), "checked": chosen(choice), "selected": chosen(choice)}))
            .collect()
    }

    fn label(&self, choice: &Choice) -> String {
        self.relevance.fill(&choice.label, self.language)
    }

    fn label_html(&self, choice: &Choice) -> Option<String> {
        self.relevance.fill_html(&choice.label, self.language)
    }
}

/// A day, a month, a time or a day with a time: each part a field, as it was typed. A year alone is one field.
fn calendar(field: &mut Value, question: &Question, answer: Option<&Answer>) {
    let text = answer.map(Answer::to_text).unwrap_or_default();
    let split = |text: &str, at: char, most: usize| -> Vec<String> { text.splitn(most, at).map(str::to_owned).collect() };
    let (day, time) = match question.kind {
        Kind::Time => ("", text.as_str()),
        Kind::DateTime => text.split_once('T').unwrap_or((&text, "")),
        _ => (text.as_str(), ""),
    };
    let day = split(day, '-', 3);
    if question.day_part() == DayPart::Year {
        // What begins with a whole day shows its year.
        let year = if day.len() == 3 { &day[0] } else { &text };
        field["value"] = json!(year);
        field["field"] = json!("text");
        field["inputmode"] = json!("numeric");
        field["width"] = json!("narrow");
        return;
    }
    let time = split(time, ':', 2);
    let names: &[(&str, Option<&String>)] = match (&question.kind, question.day_part()) {
        (Kind::Time, _) => &[("hour", time.first()), ("minute", time.get(1))],
        (Kind::DateTime, _) => &[("day", day.get(2)), ("month", day.get(1)), ("year", day.first()), ("hour", time.first()), ("minute", time.get(1))],
        (_, DayPart::Month) => &[("month", day.get(1)), ("year", day.first())],
        _ => &[("day", day.get(2)), ("month", day.get(1)), ("year", day.first())],
    };
    field["field"] = json!("date");
    field["first"] = json!(format!("q-{}-{}", question.name, names[0].0));
    for (name, value) in names {
        field[*name] = json!({"value": value.map_or("", String::as_str)});
    }
}

/// An answer as its respondent gave it: choices by their labels, one a line.
pub fn shown(compiled: &Compiled, relevance: &Relevance<'_>, language: &Language, position: usize, answer: Option<&Answer>) -> String {
    let questionnaire = compiled.questionnaire();
    let question = &questionnaire.questions[position];
    let Some(answer) = answer.filter(|answer| !answer.is_blank()) else {
        return if question.is_computed() || question.read_only { relevance.quoted(position, language) } else { String::new() };
    };
    if matches!(question.kind, Kind::Acknowledge) {
        return "✓".to_owned();
    }
    let choices = questionnaire.choices(question);
    let label = |name: &str| relevance.choice(position, name).map_or_else(|| name.to_owned(), |choice| relevance.fill(&choice.label, language));
    match answer {
        Answer::Many(names) if matches!(question.kind, Kind::Rank { .. }) => {
            names.iter().zip(1..).map(|(name, place): (_, usize)| format!("{place}. {}", label(name))).collect::<Vec<_>>().join("\n")
        }
        Answer::Many(names) => names.iter().map(|name| label(name)).collect::<Vec<_>>().join("\n"),
        Answer::Text(text) if !choices.is_empty() => label(text.trim()),
        // What was asked of the calendar as it was understood; what was not understood, as it was typed.
        _ if question.kind.is_of_the_calendar() => match relevance.quoted(position, language) {
            said if said.is_empty() => answer.to_text(),
            said => said,
        },
        other => other.to_text(),
    }
}

/// Hidden fields that carry an answer on, in the form in which a form would send it.
pub fn carried(question: &Question, answer: &Answer, into: &mut Vec<Value>) {
    let mut add = |name: &str, value: &str| into.push(json!({"name": name, "value": value}));
    match answer {
        Answer::Many(names) => names.iter().for_each(|name| add(&question.name, name)),
        // Places that are no order are kept as `choice=place`.
        Answer::Text(_) if matches!(question.kind, Kind::Rank { .. }) => {
            for (choice, place) in rank_positions(answer) {
                add(&format!("{}[{choice}]", question.name), &place);
            }
        }
        other => add(&question.name, &other.to_text()),
    }
}
