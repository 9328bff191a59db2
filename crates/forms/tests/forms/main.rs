//! Questionnaires, expressions and answers, from outside: sheets go in, and what an
//! author, a respondent and an analyst get comes out. One binary, a module for each subject; here
//! is what they share.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

mod answering;
mod calendar;
mod cases;
mod comparing;
mod differing;
mod examples;
mod exporting;
mod expressions;
mod measuring;
mod sheets;
mod versions;
mod workbooks;
mod writing;
mod xforms;

use forms::answers::{AnswerCode, AnswerError, Answers};
use forms::expression::Day;
use forms::questionnaire::{Compiled, SheetCode, SheetError, parse};
use proptest::prelude::ProptestConfig;

/// Failing cases are printed, not written beside the tests.
fn without_files() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

fn today() -> Day {
    Day::from_date(2026, 3, 14).expect("a day")
}

fn form(survey: &str, choices: &str) -> Compiled {
    match parse(survey.as_bytes(), Some(choices.as_bytes()), None) {
        Ok(questionnaire) => Compiled::new(questionnaire).expect("what parses compiles"),
        Err(errors) => panic!("{errors:#?}"),
    }
}

fn refused(survey: &str, choices: &str) -> Vec<SheetError> {
    parse(survey.as_bytes(), Some(choices.as_bytes()), None).expect_err("errors")
}

/// (sheet, row, column, code) of each error.
fn places(errors: &[SheetError]) -> Vec<(&str, usize, &str, SheetCode)> {
    errors.iter().map(|error| (error.sheet, error.row, error.column.as_str(), error.code)).collect()
}

fn answered(json: serde_json::Value) -> Answers {
    serde_json::from_value(json).expect("answers")
}

fn codes(errors: Vec<AnswerError>) -> Vec<(String, AnswerCode)> {
    errors.into_iter().map(|error| (error.question, error.code)).collect()
}

/// One question of every kind.
fn everything() -> Compiled {
    form(
        "type,name,label,relevant,constraint,constraint_message,required,calculation,parameters,choice_filter,default,read_only\n\
         start,began,,,,,,,,,,\n\
         integer,age,Age,,. >= 15 and . <= 120,15 to 120 please,yes,,,,,\n\
         select_one yn,works,Do you work?,${age} < 70,,,,,,,,\n\
         begin_group,job,Job,${works} = 'yes',,,,,,,,\n\
         text,title,Title,,,,yes,,,,,\n\
         decimal,hours,Hours,,. > 0,,,,,,,\n\
         end_group,,,,,,,,,,,\n\
         select_multiple way or_other,ways,Ways,,\"not(selected(., 'none') and count-selected(.) > 1)\",,,,,,,\n\
         rank way,order,Order,,,,,,,,,\n\
         range,mood,Mood,,,,,,start=0 end=10 step=0.5,,,\n\
         date,since,Since,,. <= today(),,,,,,,\n\
         note,thanks,Thanks ${title},,,,,,,,,\n\
         acknowledge,read,I read it,,,,,,,,,\n\
         calculate,decade,,,,,,int(${age} div 10) * 10,,,,\n\
         hidden,source,,,,,,,,,poster,\n\
         select_one region,region,Region,,,,,,,,,\n\
         select_one town,town,Town,${region} != '',,,,,,region = ${region},,\n\
         text,seen,Seen,,,,,,,,today(),yes\n\
         time,at,At,,,,,,,,,\n\
         dateTime,when,When,,,,,,,,,\n",
        "list_name,name,label,region\n\
         yn,yes,Yes,\nyn,no,No,\n\
         way,bus,Bus,\nway,bike,Bike,\nway,none,None,\n\
         region,north,North,\nregion,south,South,\n\
         town,nord,Nord,north\ntown,sud,Sud,south\n",
    )
}
