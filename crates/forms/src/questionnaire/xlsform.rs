//! From the sheets of an XLSForm to a questionnaire.
//!
//! Here the three sheets come together: default language, languages, pages, and the
//! errors that only the whole shows, traced back to their rows.

use super::beyond::BeyondRows;
use super::choice_sheet::ChoiceLists;
use super::compiled::{CompileError, Part};
use super::measures::{self, MeasureRule};
use super::page::pages;
use super::rows::Rows;
use super::settings_sheet::Settings;
use super::sheet::Sheet;
use super::sheet_error::Faults;
use super::survey_sheet::SurveySheet;
use super::{Compiled, Preset, Question, Questionnaire, SheetCode, SheetError, cost, differences};
use crate::expression::Expression;
use crate::workbook::Workbook;

/// Columns of the survey sheet that may carry a language.
const TRANSLATED: [&str; 5] = ["label", "hint", "guidance_hint", "constraint_message", "required_message"];

/// How a workbook is taken.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Leave out what no page asks (repeats, media, places), unless something else refers to it.
    pub leave_out: bool,
}

/// A questionnaire that was read, and what its author should know about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    pub questionnaire: Questionnaire,
    /// What is estimated: what the questions say themselves, in their order, and after that the sheet of measures.
    pub measures: Vec<MeasureRule>,
    /// What was left out, what is not used, and what was guessed, by sheet and row.
    pub notes: Vec<SheetError>,
}

/// Reads an XLSForm whose sheets are CSV files. `choices` and `settings` may be
/// missing. The errors of all sheets come together, in the order of the sheets and
/// their rows.
pub fn parse(survey: &[u8], choices: Option<&[u8]>, settings: Option<&[u8]>) -> Result<Questionnaire, Vec<SheetError>> {
    import(&Workbook::of_csv(survey, choices, settings, None), Options::default()).map(|import| import.questionnaire)
}

/// Reads an XLSForm. The errors of all sheets come together, in the order of the sheets and their rows.
pub fn import(workbook: &Workbook, options: Options) -> Result<Import, Vec<SheetError>> {
    let mut faults = Faults::default();
    let settings = Settings::read(workbook.settings.as_ref(), &mut faults);
    let survey = Sheet::of("survey", Some(&workbook.survey), &TRANSLATED, &mut faults);
    let mut choices = Sheet::of("choices", workbook.choices.as_ref(), &["label"], &mut faults);
    let mut external = Sheet::of("external_choices", workbook.external_choices.as_ref(), &["label"], &mut faults);
    if faults.is_unreadable() {
        return Err(faults.sorted());
    }
    for sheet in [&mut choices, &mut external] {
        sheet.rename("value", "name");
        sheet.rename("list", "list_name");
    }
    for name in &workbook.others {
        faults.note("workbook", 1, name, SheetCode::NotUsed, format!("the sheet \"{name}\" is not used"));
    }

    let default_language = default_language(&settings, &survey, &choices);
    let languages = languages(&default_language, &settings, &survey, &choices);
    let (mut lists, mut beyond) = (ChoiceLists::default(), BeyondRows::default());
    lists.add(&external, &default_language, settings.twins, &mut beyond, &mut faults);
    lists.add(&choices, &default_language, settings.twins, &mut beyond, &mut faults);
    let mut sheet = SurveySheet::new(&survey, &languages, &mut lists, &mut beyond, options.leave_out);
    sheet.read(&mut faults);
    let (questions, groups, mut rows) = sheet.finish(&mut faults);
    faults.judge_slips(options.leave_out, !beyond.is_empty());
    beyond.tell(options.leave_out, &mut faults);
    if !options.leave_out {
        rows.refused.extend(rows.left_out.drain());
    }
    let choice_rows: Vec<Vec<usize>> = lists.lists.keys().map(|list| lists.rows.get(list).cloned().unwrap_or_default()).collect();
    let known = |name: &String| questions.iter().any(|question| question.name == *name);
    let instance_name = settings.instance_name.clone().filter(|name| {
        let usable = name.references().iter().all(known) && name.columns().is_empty();
        if !usable {
            faults.note("settings", 2, "instance_name", SheetCode::NotUsed, "the name of an answer refers to no question");
        }
        usable
    });
    let questionnaire = Questionnaire {
        form_id: settings.form_id.clone(),
        version: settings.version.clone(),
        title: settings.title(&default_language),
        default_language,
        languages,
        instance_name,
        style: settings.style,
        pages: pages(&questions, &groups),
        typed: questions.iter().any(Question::is_given),
        questions,
        groups,
        choice_lists: lists.lists,
    };
    if questionnaire.pages.is_empty() && rows.refused.is_empty() {
        faults.add("survey", 1, "type", SheetCode::NoQuestions, "the sheet asks no question");
    }
    let default_language = questionnaire.default_language.clone();
    ambiguous(&questionnaire, &rows, &survey, &mut faults);
    let compiled = match Compiled::written(questionnaire) {
        Ok(compiled) => {
            cost::check(compiled.questionnaire(), &rows, &survey, &mut faults);
            tell_differences(compiled.questionnaire(), &rows, &survey, &mut faults);
            let measures = measures::read_all(&survey, &rows, workbook.measures.as_ref(), &compiled, &mut faults);
            measures.map(|measures| (compiled, measures))
        }
        Err(errors) => {
            for error in errors {
                trace(&error, &rows, &choice_rows, [&survey, &choices], &default_language, &mut faults);
            }
            None
        }
    };
    let notes = faults.take_notes();
    match compiled {
        Some((compiled, measures)) if faults.is_empty() => Ok(Import { questionnaire: compiled.into_questionnaire(), measures, notes }),
        _ => Err(faults.sorted()),
    }
}

/// The names that an expression refers to.
fn of(expression: Option<&Expression>) -> Vec<&str> {
    expression.map(|e| e.references().iter().map(String::as_str).collect()).unwrap_or_default()
}

/// Refuses what refers to a name that several rows had.
fn ambiguous(questionnaire: &Questionnaire, rows: &Rows, survey: &Sheet, faults: &mut Faults) {
    if rows.ambiguous.is_empty() {
        return;
    }
    let mut tell = |row: usize, key: &str, names: Vec<&str>| {
        for name in names.into_iter().filter(|name| rows.ambiguous.contains(*name)) {
            let message = format!("${{{name}}} could be any of the rows that have this name");
            faults.add(survey.name, row, &survey.column(key, &questionnaire.default_language), SheetCode::UnknownReference, message);
        }
    };
    for (group, &row) in questionnaire.groups.iter().zip(&rows.groups) {
        tell(row, "relevant", of(group.relevant.as_ref()));
        tell(row, "label", group.label.references());
    }
    for (question, &row) in questionnaire.questions.iter().zip(&rows.questions) {
        let default = if let Some(Preset::Computed(expression)) = &question.default { Some(expression) } else { None };
        for (key, expression) in [
            ("relevant", question.relevant.as_ref()),
            ("required", question.required.as_ref()),
            ("constraint", question.constraint.as_ref()),
            ("calculation", question.calculation.as_ref()),
            ("choice_filter", question.choice_filter.as_ref()),
            ("default", default),
        ] {
            tell(row, key, of(expression));
        }
        for (key, text) in [("label", &question.label), ("hint", &question.hint), ("constraint_message", &question.constraint_message)] {
            tell(row, key, text.references());
        }
    }
}

/// Puts an error of the whole where its author finds it.
fn trace(error: &CompileError, rows: &Rows, choice_rows: &[Vec<usize>], sheets: [&Sheet; 2], default_language: &str, faults: &mut Faults) {
    if error.reference.as_ref().is_some_and(|name| rows.refused.contains(name)) {
        return;
    }
    let Some((sheet, row)) = place(error.part, rows, choice_rows) else { return };
    let of = sheets.iter().find(|of| of.name == sheet);
    let column = of.map_or_else(|| error.column.to_owned(), |of| of.column(error.column, default_language));
    let left_out = error.reference.as_ref().filter(|name| rows.left_out.contains(*name));
    let message = left_out.map_or_else(|| error.message.clone(), |name| format!("${{{name}}} refers to what is left out"));
    faults.add(sheet, row, &column, error.code, message);
}

/// The sheet and row of a part. A list that `or_other` made has no rows: its choices are those of another list.
fn place(part: Part, rows: &Rows, choice_rows: &[Vec<usize>]) -> Option<(&'static str, usize)> {
    Some(match part {
        Part::Question(index) => ("survey", rows.questions.get(index).copied().unwrap_or(1)),
        Part::Group(index) => ("survey", rows.groups.get(index).copied().unwrap_or(1)),
        Part::Choice(list, choice) => ("choices", *choice_rows.get(list)?.get(choice)?),
        Part::Settings => ("settings", 2),
    })
}

/// Says where the form would be answered differently by an app or elsewhere on the web.
fn tell_differences(questionnaire: &Questionnaire, rows: &Rows, sheet: &Sheet, faults: &mut Faults) {
    for found in differences(questionnaire) {
        let Some((of, row)) = place(found.part, rows, &[]) else { continue };
        let column = if of == sheet.name { sheet.column(found.column, &questionnaire.default_language) } else { found.column.to_owned() };
        faults.note(of, row, &column, SheetCode::Differs, found.difference.message());
    }
}

/// The language named in the settings; else, if labels have no plain column, the
/// first translated one; else undetermined.
fn default_language(settings: &Settings, survey: &Sheet, choices: &Sheet) -> String {
    if let Some(named) = &settings.default_language {
        return named.clone();
    }
    let labels = || {
        let sheets = survey.headers.iter().chain(&choices.headers);
        sheets.filter(|header| header.key == "label")
    };
    if labels().any(|header| header.language.is_none()) {
        return "und".to_owned();
    }
    let first = labels().find_map(|header| header.language.clone());
    first.unwrap_or_else(|| "und".to_owned())
}

fn languages(default_language: &str, settings: &Settings, survey: &Sheet, choices: &Sheet) -> Vec<String> {
    let mut languages = vec![default_language.to_owned()];
    let headers = survey.headers.iter().chain(&choices.headers);
    let columns = headers.filter_map(|header| header.language.as_ref());
    let titles = settings.title.iter().filter_map(|(language, _)| language.as_ref());
    for language in columns.chain(titles) {
        if !languages.contains(language) {
            languages.push(language.clone());
        }
    }
    languages
}
