//! Instruments: import, publish, read, list, and the one that comes with Stoa.

use serde_json::json;

use crate::framework;
use crate::framework::store::FrameworkRow;
use crate::ground::cells::to_csv;
use crate::ground::error::Checks;
use crate::ground::ids::InstrumentId;
use crate::ground::problems::IN_USE;
use crate::ground::{Error, Result};
use crate::people::call::{Call, Permit};
use crate::people::policy::UseCase;
use crate::service::Service;
use crate::store::Db;
use crate::surveys::files::InstrumentImport;
use crate::surveys::instrument::{self, Content, InstrumentState, SheetNote, Sheets, Source, Whole};
use crate::surveys::store::{self, InstrumentHead, InstrumentRow};
use crate::surveys::views::{FileFormat, InstrumentInput, InstrumentView, Outline};
use crate::web::paging::{Listing, PageAt};
use forms::questionnaire::measures::MeasureRule;
use forms::questionnaire::{Questionnaire, Rows, measures, write};
use forms::workbook::to_xlsx;

/// The questionnaire for citizens that comes with Stoa.
const DEFAULT_NAME: &str = "citizen-default";
const DEFAULT_LABEL: &str = "1";
const SURVEY: &[u8] = include_bytes!("../../../config/instruments/citizen-default/survey.csv");
const CHOICES: &[u8] = include_bytes!("../../../config/instruments/citizen-default/choices.csv");
const SETTINGS: &[u8] = include_bytes!("../../../config/instruments/citizen-default/settings.csv");
const MEASURES: &[u8] = include_bytes!("../../../config/instruments/citizen-default/measures.csv");

fn default_sheets() -> Sheets {
    let sheet = |bytes: &[u8]| Some(bytes.to_vec());
    Sheets { survey: SURVEY.to_vec(), choices: sheet(CHOICES), settings: sheet(SETTINGS), measures: sheet(MEASURES) }
}

/// Stores a questionnaire as a draft; a draft of the same name and version is replaced. Importing
/// what is published already changes nothing; other content under its name is refused. With what its author
/// should know about it.
pub fn instrument_import(call: &Call<'_>, import: &InstrumentImport) -> Result<(InstrumentView, Vec<SheetNote>)> {
    imported(call, &call.allow(UseCase::instrument_import)?, import)
}

/// The same of a file that a program sends.
pub fn instrument_upload(call: &Call<'_>, import: &InstrumentImport) -> Result<(InstrumentView, Vec<SheetNote>)> {
    imported(call, &call.allow(UseCase::instrument_upload)?, import)
}

fn imported(call: &Call<'_>, permit: &Permit<'_>, import: &InstrumentImport) -> Result<(InstrumentView, Vec<SheetNote>)> {
    let mut checks = Checks::new();
    let name = checks.text("name", &import.name, InstrumentInput::NAME_MAX, false);
    let version_label = checks.text("version_label", &import.version_label, InstrumentInput::LABEL_MAX, false);
    let (file, there) = match &import.source {
        Source::Sheets(sheets) => ("survey_csv", !sheets.survey.trim_ascii().is_empty()),
        Source::File(bytes) => ("workbook", !bytes.is_empty()),
    };
    checks.require(there, file, "required");
    checks.done()?;
    let content = instrument::read(&import.source, import.leave_out).map_err(instrument::field_errors)?;
    let (mut notes, rules) = (content.notes.clone(), instrument::rules(&content.measures)?);
    let view = put(call, permit, &name, &version_label, content)?;
    notes.extend(permit.read(|db| unknown_measures(db, &rules))?);
    Ok((view, notes))
}

/// Measures that are in no version of the framework here, as they are now: one may still come.
fn unknown_measures(db: &mut Db, rules: &[MeasureRule]) -> Result<Vec<SheetNote>> {
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let catalogues = framework::store::all(db)?.iter().map(FrameworkRow::read_catalogue).collect::<Result<Vec<_>>>()?;
    if catalogues.is_empty() {
        return Ok(Vec::new());
    }
    let is_there = |code: &str| code.parse().is_ok_and(|code| catalogues.iter().any(|catalogue| catalogue.measure(&code).is_some()));
    let note = |(at, rule): (usize, &MeasureRule)| SheetNote {
        sheet: "measures".to_owned(),
        // Below the row of the names.
        row: at + 2,
        column: "measure".to_owned(),
        code: "unknown_measure".to_owned(),
        message: format!("no framework here has a measure {}: no profile shows what is estimated of it", rule.measure),
    };
    Ok(rules.iter().enumerate().filter(|(_, rule)| !is_there(&rule.measure)).map(note).collect())
}

fn put(call: &Call<'_>, permit: &Permit<'_>, name: &str, version_label: &str, content: Content) -> Result<InstrumentView> {
    permit.write(|db| {
        let Some(before) = store::instrument_named(db, name, version_label)? else {
            let row = row(call.service, name, version_label, InstrumentState::Draft, content)?;
            store::instrument_insert(db, &row)?;
            let head = row.head;
            permit.audit(db, &head.id, &json!({"name": name, "version_label": version_label, "hash": head.content_hash}))?;
            return Ok(head.into());
        };
        let before = before.head;
        if before.content_hash == content.content_hash {
            return Ok(before.into());
        }
        if before.state != InstrumentState::Draft {
            return Err(Error::Conflict(IN_USE));
        }
        let row = InstrumentRow {
            notes: notes_json(&content.notes)?,
            head: InstrumentHead { title: content.title, content_hash: content.content_hash, version: before.version + 1, ..before },
            questionnaire: content.questionnaire,
            measures: content.measures,
        };
        store::instrument_replace(db, &row)?;
        permit.audit(db, &row.head.id, &json!({"replaced": true, "hash": row.head.content_hash}))?;
        Ok(row.head.into())
    })
}

fn notes_json(notes: &[SheetNote]) -> Result<String> {
    serde_json::to_string(notes).map_err(Error::internal)
}

fn row(service: &Service, name: &str, version_label: &str, state: InstrumentState, content: Content) -> Result<InstrumentRow> {
    Ok(InstrumentRow {
        notes: notes_json(&content.notes)?,
        head: InstrumentHead {
            id: InstrumentId::new(&*service.clock, &*service.chance),
            name: name.to_owned(),
            version_label: version_label.to_owned(),
            state,
            title: content.title,
            content_hash: content.content_hash,
            version: 1,
            created_at: service.now(),
        },
        questionnaire: content.questionnaire,
        measures: content.measures,
    })
}

/// Stores and publishes the questionnaire that comes with Stoa, unless it is there. Its content is
/// part of the program, so the audit names the service.
pub fn ensure_default_instrument(call: &Call<'_>) -> Result<InstrumentId> {
    let (service, permit) = (call.service, call.allow(UseCase::instrument_publish)?);
    if let Some(there) = permit.read(|db| store::instrument_named(db, DEFAULT_NAME, DEFAULT_LABEL))? {
        return Ok(there.head.id);
    }
    let content = instrument::read(&Source::Sheets(default_sheets()), false)
        .map_err(|errors| Error::internal(format!("the built-in questionnaire: {errors:?}")))?;
    let row = row(service, DEFAULT_NAME, DEFAULT_LABEL, InstrumentState::Published, content)?;
    let detail = json!({"name": DEFAULT_NAME, "version_label": DEFAULT_LABEL, "hash": row.head.content_hash});
    service.write_as_stoa(UseCase::instrument_import, row.head.id.as_str(), &detail, |db| {
        store::instrument_insert(db, &row)?;
        Ok(row.head.id.clone())
    })
}

/// Instruments belong to no round: whoever works with surveys anywhere may see them.
pub fn instrument_list(call: &Call<'_>, at: &PageAt<InstrumentId>) -> Result<Listing<InstrumentView>> {
    let rows = call.reach(UseCase::instrument_list)?.read(|db| store::instruments(db, at))?;
    Ok(Listing::of(rows, at, |row| row.id.to_string()).map(InstrumentView::from))
}

/// An instrument, its questionnaire, and what its author should know about it.
pub fn instrument_read(call: &Call<'_>, id: &InstrumentId) -> Result<(InstrumentView, Questionnaire, Vec<SheetNote>)> {
    instrument_outline(call, id).map(|outline| (outline.view, outline.compiled.into_questionnaire(), outline.notes))
}

/// An instrument as its import takes it: importing it again gives the same.
pub fn instrument_source(call: &Call<'_>, id: &InstrumentId) -> Result<InstrumentInput> {
    let Outline { view, compiled, rules, .. } = outline(call, UseCase::instrument_source, id)?;
    let sheets = write(compiled.questionnaire());
    let filled = |rows: Rows| (rows.len() > 1).then(|| to_csv(&rows));
    Ok(InstrumentInput {
        name: view.name,
        version_label: view.version_label,
        survey_csv: to_csv(&sheets.survey),
        choices_csv: filled(sheets.choices),
        settings_csv: filled(sheets.settings),
        measures_csv: filled(measures::rows(&rules)),
        leave_out: false,
    })
}

/// An instrument as a file, with its name. As an XForm it goes by the name and version that it has here.
pub fn instrument_file(call: &Call<'_>, id: &InstrumentId, format: FileFormat) -> Result<(String, Vec<u8>)> {
    let Outline { view, compiled, rules, .. } = outline(call, UseCase::instrument_file, id)?;
    let mut questionnaire = compiled.into_questionnaire();
    let bytes = match format {
        FileFormat::Xlsx => to_xlsx(&questionnaire, &rules).map_err(Error::internal)?,
        FileFormat::Json => serde_json::to_vec_pretty(&Whole { questionnaire, measures: rules }).map_err(Error::internal)?,
        FileFormat::Xml => {
            if questionnaire.form_id.is_empty() {
                questionnaire.form_id.clone_from(&view.name);
            }
            if questionnaire.version.is_empty() {
                questionnaire.version.clone_from(&view.version_label);
            }
            forms::xform::write(&questionnaire).into_bytes()
        }
    };
    Ok((format!("{} {}.{format}", view.name, view.version_label), bytes))
}

/// The questionnaire that comes with Stoa, as an example of what the import takes.
pub fn instrument_example(call: &Call<'_>) -> Result<InstrumentInput> {
    call.allow(UseCase::instrument_import)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(InstrumentInput {
        name: DEFAULT_NAME.to_owned(),
        version_label: DEFAULT_LABEL.to_owned(),
        survey_csv: text(SURVEY),
        choices_csv: Some(text(CHOICES)),
        settings_csv: Some(text(SETTINGS)),
        measures_csv: Some(text(MEASURES)),
        leave_out: false,
    })
}

/// An instrument with its questions and measures, to be shown to people.
pub fn instrument_outline(call: &Call<'_>, id: &InstrumentId) -> Result<Outline> {
    let mut outline = outline(call, UseCase::instrument_read, id)?;
    let unknown = call.reach(UseCase::instrument_read)?.read(|db| unknown_measures(db, &outline.rules))?;
    outline.notes.extend(unknown);
    Ok(outline)
}

pub(super) fn outline(call: &Call<'_>, use_case: UseCase, id: &InstrumentId) -> Result<Outline> {
    let row = call.reach(use_case)?.read(|db| store::instrument(db, id))?;
    let compiled = instrument::compile(&row.questionnaire)?;
    let rules = instrument::rules(&row.measures)?;
    let notes = serde_json::from_str(&row.notes).map_err(|e| Error::internal(format!("stored notes: {e}")))?;
    Ok(Outline { view: row.head.into(), compiled, rules, notes })
}

#[cfg(test)]
mod tests {
    use forms::questionnaire::{Compiled, parse};

    use super::*;

    #[test]
    fn the_questionnaire_that_comes_with_stoa_speaks_arabic_and_is_written_as_it_is_read() {
        let read = parse(SURVEY, Some(CHOICES), Some(SETTINGS)).unwrap();
        assert!(read.languages.contains(&"ar".to_owned()));
        let sheets = write(&read);
        let [survey, choices, settings] = [&sheets.survey, &sheets.choices, &sheets.settings].map(|rows| to_csv(rows));
        assert_eq!(parse(survey.as_bytes(), Some(choices.as_bytes()), Some(settings.as_bytes())).unwrap(), read);
        let compiled = Compiled::new(read).unwrap();
        let rules = measures::parse(MEASURES, &compiled).unwrap();
        assert!(!rules.is_empty());
        assert_eq!(measures::parse(to_csv(&measures::rows(&rules)).as_bytes(), &compiled).unwrap(), rules);
    }
}
