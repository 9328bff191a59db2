//! Stoa against the engines of phones and web forms: `tests/fixtures` has expressions and forms with
//! what each side makes of them. Here Stoa is held to its part, everywhere; `script/compare-forms` asks
//! the engines, and writes the fixtures anew. What differs is in the list of differences, or it is a fault.

use std::collections::BTreeMap;

use forms::answers::{AnswerCode, Answers, Relevance, review};
use forms::expression::{DIFFERENCES, Day, Expression, Moment, Paths, Scope, Sort, Value};
use forms::questionnaire::{Compiled, Kind, Part, Question, differences, parse};
use forms::xform;
use serde_json::{Value as Json, json};

const EXPRESSIONS: &str = include_str!("../fixtures/expressions.tsv");
const FORMS: &str = include_str!("../fixtures/forms.txt");

/// Where only the values make a difference.
const UNSEEN: [&str; 2] = ["round(1.005, 2)", "date(number('x'))"];

/// A form of the fixtures with the answers that are given to it, and what comes of each.
struct Form {
    name: String,
    compiled: Compiled,
    runs: Vec<Run>,
}

#[derive(Default)]
struct Run {
    answers: String,
    /// What Stoa makes of it, and by which difference JavaRosa (`j`) and web forms (`w`) do not.
    stoa: String,
    others: Vec<(String, String)>,
}

/// Blocks that begin with `# name`: the survey sheet, `---`, the choices; then `? answers`, `= state`, and
/// `j difference state` or `w difference state`.
fn forms(text: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    for block in text.split("\n# ").skip(1) {
        let mut lines = block.lines();
        let name = lines.next().unwrap().to_owned();
        let (mut survey, mut choices, mut runs) = (String::new(), None::<String>, Vec::<Run>::new());
        for line in lines.filter(|line| !line.is_empty()) {
            match line.split_once(' ').unwrap_or((line, "")) {
                ("---", _) => choices = Some(String::new()),
                ("?", answers) => runs.push(Run { answers: answers.to_owned(), ..Run::default() }),
                ("=", state) => runs.last_mut().unwrap().stoa = state.to_owned(),
                ("j" | "w", other) => {
                    let (id, state) = other.split_once(' ').unwrap();
                    runs.last_mut().unwrap().others.push((id.to_owned(), state.to_owned()));
                }
                _ => {
                    let sheet = choices.as_mut().unwrap_or(&mut survey);
                    sheet.push_str(line);
                    sheet.push('\n');
                }
            }
        }
        let read = parse(survey.as_bytes(), choices.as_deref().map(str::as_bytes), None);
        let compiled = Compiled::new(read.unwrap_or_else(|errors| panic!("{name}: {errors:#?}"))).unwrap();
        forms.push(Form { name, compiled, runs });
    }
    forms
}

fn now() -> Moment {
    Moment { day: Day::from_date(2026, 3, 14).unwrap(), second: 43_200 }
}

/// What the answers make of the form: values of what is relevant, what is hidden, wrong or missing, what is offered
/// where a filter decides, and what labels say that quote answers.
fn state(compiled: &Compiled, answers: &str) -> Json {
    let answers: Answers = serde_json::from_str(answers).unwrap_or_else(|error| panic!("{answers}: {error}"));
    let relevance = Relevance::of(compiled, &answers, now());
    let (_, errors) = review(compiled, &answers, now());
    let (mut values, mut hidden, mut offers, mut says) = (BTreeMap::new(), Vec::new(), BTreeMap::new(), BTreeMap::new());
    for (position, question) in compiled.questionnaire().questions.iter().enumerate() {
        if matches!(question.kind, Kind::Metadata { .. }) {
            continue;
        }
        if !relevance.is_relevant(position) {
            hidden.push(question.name.clone());
            continue;
        }
        let value = relevance.value(position).into_text().into_owned();
        if !value.is_empty() {
            values.insert(question.name.clone(), value);
        }
        if question.is_visible() && !question.label.references().is_empty() {
            let language = &compiled.questionnaire().default_language;
            says.insert(question.name.clone(), relevance.fill(&question.label, language));
        }
        if question.choice_filter.is_some() {
            let offered: Vec<&str> = relevance.choices(position).iter().map(|choice| choice.name.as_str()).collect();
            offers.insert(question.name.clone(), offered);
        }
    }
    let named = |code: AnswerCode| -> Vec<&str> { errors.iter().filter(|error| error.code == code).map(|error| error.question.as_str()).collect() };
    json!({
        "values": values, "hidden": hidden, "offers": offers,
        "wrong": named(AnswerCode::Constraint), "missing": named(AnswerCode::Required), "says": says,
    })
}

/// The names of an expression are the answers to a form; `.` is the question `here`.
struct Answered<'a> {
    compiled: &'a Compiled,
    relevance: &'a Relevance<'a>,
}

impl Answered<'_> {
    fn question(&self, name: &str) -> (usize, &Question) {
        let position = self.compiled.position(name).unwrap_or_else(|| panic!("no question {name}"));
        (position, &self.compiled.questionnaire().questions[position])
    }
}

impl Scope for Answered<'_> {
    fn reference(&self, _: usize, name: &str) -> Value<'_> {
        self.relevance.value(self.question(name).0)
    }

    fn current(&self) -> Value<'_> {
        self.reference(0, "here")
    }

    fn is_one_choice(&self, slot: Option<usize>, name: &str) -> bool {
        slot.is_some() && matches!(self.question(name).1.kind, Kind::SelectOne { .. })
    }

    fn is_there(&self, _: usize, name: &str) -> bool {
        self.relevance.is_relevant(self.question(name).0)
    }

    fn choice_label(&self, _: usize, name: &str, choice: &str) -> Value<'_> {
        let choices = self.compiled.questionnaire().choices(self.question(name).1);
        let label = choices.iter().find(|known| known.name == choice).map(|choice| choice.label.get("und", "und"));
        Value::from(label.unwrap_or_default())
    }

    fn column(&self, _: &str) -> Value<'_> {
        Value::EMPTY
    }

    fn now(&self) -> Moment {
        now()
    }
}

impl Paths for Answered<'_> {
    fn path(&self, name: &str) -> String {
        path(self.compiled, self.question(name).1)
    }

    fn is_one_with_blanks(&self, name: Option<&str>) -> bool {
        name == Some("blank")
    }

    fn sort(&self, name: Option<&str>) -> Sort {
        match self.reference(0, name.unwrap_or("here")) {
            Value::Number(_) => Sort::Number,
            Value::Day(_) => Sort::Day,
            Value::Time(_) => Sort::Time,
            Value::Moment(_) => Sort::Moment,
            Value::Text(_) => Sort::Text,
            _ => Sort::Any,
        }
    }
}

fn path(compiled: &Compiled, question: &Question) -> String {
    let (mut path, mut group) = (format!("/{}", question.name), question.group);
    while let Some(around) = group {
        let around = &compiled.questionnaire().groups[around];
        path = format!("/{}{path}", around.name);
        group = around.parent;
    }
    format!("/data{path}")
}

/// A value with its kind: text in quotes, numbers and days as they are.
fn shown(value: Value<'_>) -> String {
    match value {
        Value::Text(text) => format!("'{}'", text.replace('\n', "\\n")),
        value => value.into_text().into_owned(),
    }
}

/// The form whose answers the expressions are about, and the lines of expressions.
fn expressions() -> (Form, Vec<Vec<&'static str>>) {
    let (form, lines) = EXPRESSIONS.split_once("\n===\n").unwrap();
    let lines = lines.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    (forms(form).remove(0), lines.map(|line| line.split('\t').collect()).collect())
}

#[test]
fn expressions_have_the_values_that_were_compared_with_the_engines() {
    let (form, lines) = expressions();
    let answers: Answers = serde_json::from_str(&form.runs[0].answers).unwrap();
    let relevance = Relevance::of(&form.compiled, &answers, now());
    let scope = Answered { compiled: &form.compiled, relevance: &relevance };
    let (mut wrong, mut items) = (Vec::new(), Vec::new());
    for line in &lines {
        let source = line[0];
        let (stoa, written) = match Expression::parse(source) {
            Ok(expression) => (shown(expression.evaluate(&scope)), expression.to_xpath(&scope)),
            Err(error) => (format!("refused: {}", error.message), String::new()),
        };
        if line.get(1).is_none_or(|expected| *expected != stoa) {
            wrong.push(format!("{source}: {stoa}, not {:?}", line.get(1)));
        }
        items.push(json!({ "source": source, "stoa": stoa, "written": written }));
    }
    if let Some(folder) = std::env::var_os("COMPARE_FORMS") {
        let made = json!({ "form": described(&form), "items": items });
        std::fs::write(std::path::Path::new(&folder).join("expressions.json"), made.to_string()).unwrap();
    } else {
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(lines.len() >= 500, "{} expressions", lines.len());
    }
}

/// What differs has a name, the table says of it what is so, and whoever imports such an expression hears of it.
#[test]
fn every_difference_is_known_and_told() {
    if std::env::var_os("COMPARE_FORMS").is_some() {
        // The fixtures are being made.
        return;
    }
    let (form, lines) = expressions();
    let mut questionnaire = form.compiled.into_questionnaire();
    let mut probe = questionnaire.questions.iter().find(|question| question.is_computed()).unwrap().clone();
    probe.name = "probe".to_owned();
    questionnaire.questions.push(probe);
    let at = questionnaire.questions.len() - 1;
    let mut shown: BTreeMap<&str, bool> = BTreeMap::new();
    let (mut silent, mut loud) = (Vec::new(), Vec::new());
    for line in &lines {
        let code = line.get(4).copied();
        if let Some(code) = code {
            assert!(DIFFERENCES.iter().any(|told| told.code == code), "{code} is no difference: {line:?}");
            *shown.entry(code).or_insert(true) &= line.len() < 7;
        }
        let Ok(expression) = Expression::parse(line[0]) else { continue };
        questionnaire.questions[at].calculation = Some(expression);
        let found = differences(&questionnaire).into_iter().filter(|found| found.part == Part::Question(at));
        let found: Vec<&str> = found.map(|found| found.difference.told().code).collect();
        match code {
            Some(code) if !found.contains(&code) && !UNSEEN.contains(&line[0]) => silent.push(format!("{}: {code}, not {found:?}", line[0])),
            None if !found.is_empty() => loud.push(format!("{}: {found:?}", line[0])),
            _ => {}
        }
    }
    assert!(silent.is_empty(), "nobody hears of these:\n{}", silent.join("\n"));
    assert!(loud.len() * 6 < lines.len(), "heard of without need:\n{}", loud.join("\n"));
    for told in DIFFERENCES {
        // Of several languages, very long texts and what is kept there is no expression in the list.
        let exempt = ["label_of_choice", "joined_text", "no_number_kept", "refused"].contains(&told.code);
        assert!(exempt || shown.get(told.code) == Some(&told.mended), "{}: {:?}", told.code, shown.get(told.code));
    }
    for (form, run) in forms(FORMS).iter().flat_map(|form| form.runs.iter().map(move |run| (form, run))) {
        for (code, _) in &run.others {
            assert!(DIFFERENCES.iter().any(|told| told.code == code), "{}: {code} is no difference", form.name);
        }
    }
}

#[test]
fn forms_take_the_course_that_was_compared_with_the_engines() {
    let all = forms(FORMS);
    let mut wrong = Vec::new();
    for form in &all {
        for run in &form.runs {
            let stoa = state(&form.compiled, &run.answers);
            if serde_json::from_str::<Json>(&run.stoa).ok().as_ref() != Some(&stoa) {
                wrong.push(format!("{} ? {}\n   is {stoa}\n  not {}", form.name, run.answers, run.stoa));
            }
        }
    }
    if let Some(folder) = std::env::var_os("COMPARE_FORMS") {
        let mut made: Vec<Json> = all.iter().map(described).collect();
        // Only for those who say whether a form is one.
        made.push(json!({ "xml": xform::write(crate::everything().questionnaire()), "runs": [] }));
        std::fs::write(std::path::Path::new(&folder).join("forms.json"), Json::from(made).to_string()).unwrap();
    } else {
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(all.len() >= 40, "{} forms", all.len());
    }
}

/// For the script: the `XForm`, where the questions stand in it, and the answers with what Stoa makes of them.
fn described(form: &Form) -> Json {
    let questionnaire = form.compiled.questionnaire();
    let questions: Vec<Json> = questionnaire
        .questions
        .iter()
        .map(|question| {
            let control = match question.kind {
                Kind::Integer => "int",
                Kind::Decimal => "decimal",
                Kind::Range { start, end, step } if [start, end, step].iter().all(|number| number.fract() == 0.0) => "int",
                Kind::Range { .. } => "decimal",
                Kind::Date => "date",
                Kind::Time => "time",
                Kind::DateTime => "dateTime",
                Kind::SelectOne { .. } => "one",
                Kind::SelectMultiple { .. } | Kind::Rank { .. } => "many",
                Kind::Metadata { .. } => "metadata",
                _ => "text",
            };
            json!({ "name": question.name, "path": path(&form.compiled, question), "control": control, "filtered": question.choice_filter.is_some(), "quotes": question.is_visible() && !question.label.references().is_empty() })
        })
        .collect();
    let runs = form.runs.iter().map(|run| {
        let answers: Json = serde_json::from_str(&run.answers).unwrap();
        json!({ "answers": answers, "stoa": state(&form.compiled, &run.answers) })
    });
    json!({ "name": form.name, "xml": xform::write(questionnaire), "questions": questions, "runs": runs.collect::<Vec<_>>() })
}
