//! From the sheets of an XLSForm to a questionnaire.
//!
//! Here the three sheets come together: default language, languages, pages, and the
//! errors that only the whole shows, traced back to their rows.

use super::choice_sheet::ChoiceLists;
use super::compiled::{CompileError, Part};
use super::page::pages;
use super::rows::Rows;
use super::settings_sheet::Settings;
use super::sheet::Sheet;
use super::sheet_error::Faults;
use super::survey_sheet::SurveySheet;
use super::{Compiled, Question, Questionnaire, SheetCode, SheetError, cost};

/// Columns of the survey sheet that may carry a language.
const TRANSLATED: [&str; 5] = ["label", "hint", "guidance_hint", "constraint_message", "required_message"];

/// Reads an XLSForm whose sheets are CSV files. `choices` and `settings` may be
/// missing. The errors of all sheets come together, in the order of the sheets and
/// their rows.
pub fn parse(survey: &[u8], choices: Option<&[u8]>, settings: Option<&[u8]>) -> Result<Questionnaire, Vec<SheetError>> {
    let mut faults = Faults::default();
    let settings = Settings::read(settings, &mut faults);
    let survey = Sheet::read("survey", survey, &TRANSLATED, &mut faults);
    let mut choices = Sheet::read("choices", choices.unwrap_or_default(), &["label"], &mut faults);
    if faults.is_unreadable() {
        return Err(faults.sorted());
    }
    accept_synonyms(&mut choices);

    let default_language = default_language(&settings, &survey, &choices);
    let languages = languages(&default_language, &settings, &survey, &choices);
    let mut lists = ChoiceLists::read(&choices, &default_language, &mut faults);
    let mut sheet = SurveySheet::new(&survey, &languages, &mut lists);
    sheet.read(&mut faults);
    let (questions, groups, rows) = sheet.finish(&mut faults);
    let choice_rows: Vec<Vec<usize>> = lists.lists.keys().map(|list| lists.rows.get(list).cloned().unwrap_or_default()).collect();
    let questionnaire = Questionnaire {
        form_id: settings.form_id.clone(),
        version: settings.version.clone(),
        title: settings.title(&default_language),
        default_language,
        languages,
        instance_name: settings.instance_name,
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
    let compiled = match Compiled::written(questionnaire) {
        Ok(compiled) => {
            cost::check(compiled.questionnaire(), &rows, &survey, &mut faults);
            Some(compiled)
        }
        Err(errors) => {
            for error in errors {
                trace(&error, &rows, &choice_rows, [&survey, &choices], &default_language, &mut faults);
            }
            None
        }
    };
    match compiled {
        Some(compiled) if faults.is_empty() => Ok(compiled.into_questionnaire()),
        _ => Err(faults.sorted()),
    }
}

/// Puts an error of the whole where its author finds it.
fn trace(error: &CompileError, rows: &Rows, choice_rows: &[Vec<usize>], sheets: [&Sheet; 2], default_language: &str, faults: &mut Faults) {
    if error.reference.as_ref().is_some_and(|name| rows.refused.contains(name)) {
        return;
    }
    let (sheet, row) = match error.part {
        Part::Question(index) => ("survey", rows.questions.get(index).copied()),
        Part::Group(index) => ("survey", rows.groups.get(index).copied()),
        // A list that `or_other` made has no rows: its choices are those of another list.
        Part::Choice(list, choice) => match choice_rows.get(list).and_then(|rows| rows.get(choice)) {
            Some(row) => ("choices", Some(*row)),
            None => return,
        },
        Part::Settings => ("settings", Some(2)),
    };
    let of = sheets.iter().find(|of| of.name == sheet);
    let column = of.map_or_else(|| error.column.to_owned(), |of| of.column(error.column, default_language));
    faults.add(sheet, row.unwrap_or(1), &column, error.code, error.message.clone());
}

/// The choices sheet calls two columns by older names as well.
fn accept_synonyms(choices: &mut Sheet) {
    for (synonym, key) in [("value", "name"), ("list", "list_name")] {
        if !choices.headers.iter().any(|header| header.key == key) {
            for header in &mut choices.headers {
                if header.key == synonym {
                    key.clone_into(&mut header.key);
                }
            }
        }
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
