//! Words of a questionnaire put in other words: which of them, whether somebody else was faster, and the content that
//! comes of it. Pure.
//!
//! Rule to keep: what comes of it is what an import of the workbook with these words would give, letter for letter.

use std::collections::BTreeMap;

use super::instrument::{self, Content};
use crate::ground::error::Checks;
use crate::ground::receipt::sha256_hex;
use crate::ground::{Error, FieldError, Language, Result};
use forms::questionnaire::measures::MeasureRule;
use forms::questionnaire::{MAXIMUM_WORDING, Questionnaire, SheetError, Wording, WordingFault, reword, wordings, write};

/// Words for one text, as they were typed.
#[derive(Debug, Clone, Default)]
pub struct Words {
    pub key: String,
    pub text: String,
    /// What the text was when it was shown ([`fingerprint`]), where somebody else may have changed it since.
    pub was: Option<String>,
}

/// What tells a text from another one, in short.
pub fn fingerprint(text: &str) -> String {
    sha256_hex(text.trim().as_bytes())[..12].to_owned()
}

/// The tag of a language that somebody typed: its own, or that of what it is called.
pub fn language_typed(typed: &str) -> Option<Language> {
    forms::tag::canonical(typed.trim()).or_else(|| forms::tag::called(typed)).map(|tag| Language::from_stored(&tag))
}

/// The words that say something else than what is there. `None` where somebody else has changed one of them since it
/// was shown, and it says something else than what was typed.
pub fn changed(questionnaire: &Questionnaire, language: &Language, words: &[Words]) -> Result<Option<BTreeMap<String, String>>> {
    let all = wordings(questionnaire);
    let there: BTreeMap<&str, &Wording<'_>> = all.iter().map(|wording| (wording.key.as_str(), wording)).collect();
    let mut checks = Checks::new();
    let (mut changed, mut raced) = (BTreeMap::new(), false);
    for of in words {
        let text = checks.optional_text(&of.key, &of.text, MAXIMUM_WORDING, true);
        let Some(wording) = there.get(of.key.as_str()) else {
            checks.push(FieldError::new(&of.key, "no_such_text"));
            continue;
        };
        let stored = wording.text.exact(language).unwrap_or_default();
        if stored != text {
            raced |= of.was.as_ref().is_some_and(|was| *was != fingerprint(stored));
            changed.insert(of.key.clone(), text);
        }
    }
    checks.done()?;
    Ok((!raced).then_some(changed))
}

/// The content with words of a language in place of those that are there. Errors: each at the key of its text.
pub fn reworded(mut questionnaire: Questionnaire, rules: &[MeasureRule], language: &Language, words: &BTreeMap<String, String>) -> Result<Content> {
    reword(&mut questionnaire, language, words).map_err(|faults| Error::Invalid(faults.into_iter().map(|(key, of)| fault(key, &of)).collect()))?;
    instrument::again(&questionnaire, rules).map_err(|errors| {
        let sheets = write(&questionnaire);
        let at = |error: &SheetError| {
            let rows = match error.sheet {
                "survey" => &sheets.survey,
                "choices" => &sheets.choices,
                _ => return None,
            };
            let (header, row) = (rows.first()?, rows.get(error.row.checked_sub(1)?)?);
            let cell = |key: &str| header.iter().position(|name| name == key).and_then(|at| row.get(at)).map_or("", String::as_str);
            let column = error.column.split("::").next().unwrap_or_default();
            Some(if error.sheet == "choices" {
                format!("choices/{}/{}", cell("list_name"), cell("name"))
            } else {
                format!("survey/{}/{column}", cell("name"))
            })
        };
        let field = |error: SheetError| FieldError::new(at(&error).unwrap_or_else(|| "language".to_owned()), "not_taken").saying(error.message);
        Error::Invalid(errors.into_iter().map(field).collect())
    })
}

fn fault(key: String, fault: &WordingFault) -> FieldError {
    match fault {
        WordingFault::UnknownText => FieldError::new(key, "no_such_text"),
        WordingFault::UnknownReference(name) => FieldError::new(key, "quotes_no_question").with("name", format!("${{{name}}}")),
        WordingFault::OpenReference => FieldError::new(key, "open_reference"),
        WordingFault::OpenMark(mark) => FieldError::new(key, "open_mark").with("mark", mark),
        WordingFault::TellingLink => FieldError::new(key, "telling_link"),
        WordingFault::Missing => FieldError::new(key, "default_language_lacks"),
    }
}

/// Texts that one page has at most, and from how many on a new section takes another page.
const MOST: usize = 40;
const FEW: usize = 12;

/// The texts of a questionnaire, a page of them at a time: by section, cut where there are many.
pub fn parts(questionnaire: &Questionnaire) -> Vec<Vec<Wording<'_>>> {
    let mut parts: Vec<Vec<Wording<'_>>> = Vec::new();
    let shown = wordings(questionnaire).into_iter().filter(|wording| wording.wanted || wording.column == "form_title");
    for wording in shown {
        let next = match parts.last() {
            None => true,
            Some(part) => {
                let before = part.last();
                // A question stays whole.
                let begins = before.is_none_or(|before| before.part != wording.part);
                let section = before.is_some_and(|before| before.section != wording.section);
                begins && (part.len() >= MOST || section && part.len() >= FEW)
            }
        };
        if next {
            parts.push(Vec::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(wording);
        }
    }
    parts
}
