//! The sheets of a questionnaire as an ODK `XForm`.
//!
//! Usage: `cargo run -p stoa-forms --example xform -- survey.csv [choices.csv [settings.csv]]`; without files an
//! example. What is wrong in the sheets is said by sheet, row and column; what engines compute otherwise, by part.

use std::error::Error;
use std::fs::read;
use std::path::Path;

use forms::questionnaire::{differences, parse};
use forms::xform;

const SURVEY: &str = "type,name,label::en,label::ar,relevant\n\
    integer,age,How old are you?,كم عمرك؟,\n\
    select_one yn,works,Do you work?,هل تعمل؟,${age} < 70\n";
const CHOICES: &str = "list_name,name,label::en,label::ar\nyn,yes,Yes,نعم\nyn,no,No,لا\n";

pub fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<String> = std::env::args().skip(1).filter(|file| Path::new(file).extension().is_some_and(|end| end == "csv")).collect();
    let sheets = files.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let read = match sheets.as_slice() {
        [] => parse(SURVEY.as_bytes(), Some(CHOICES.as_bytes()), None),
        [survey, rest @ ..] => parse(survey, rest.first().map(Vec::as_slice), rest.get(1).map(Vec::as_slice)),
    };
    match read {
        Ok(questionnaire) => {
            for found in differences(&questionnaire) {
                eprintln!("{:?}, column {}: {}", found.part, found.column, found.difference.message());
            }
            print!("{}", xform::write(&questionnaire));
        }
        Err(errors) => {
            for error in &errors {
                eprintln!("{error}");
            }
            return Err(format!("{} errors", errors.len()).into());
        }
    }
    Ok(())
}
