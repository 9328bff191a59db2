//! Saving sections and statistics: every field for itself, with its own version.
//!
//! A save that changes nothing succeeds whatever version it brings, so that a replayed form or a
//! double click is no conflict. A text over its limit is kept; only submitting refuses it.

use serde_json::json;

use super::{Call, Found, Permit, ReportForm, change, form_of, report_for, section_view, statistic_view};
use crate::ground::error::Checks;
use crate::ground::ids::ReportId;
use crate::ground::problems::ALREADY_EXISTS;
use crate::ground::{Error, FieldError, MeasureCode, Result};
use crate::people::policy::UseCase;
use crate::reports::form::{SECTION_CHARACTERS, StatisticSpec, words};
use crate::reports::statistic::{StatisticInput, Typed};
use crate::reports::store::{SectionRow, StatisticRow, drafts};
use crate::reports::views::{SectionInput, SectionView, StatisticView};
use crate::rounds::place::Place;
use crate::store::Db;

/// A lost race for the first version is a stale save like any other.
fn raced(error: Error) -> Error {
    if matches!(error, Error::Conflict(ALREADY_EXISTS)) { Error::Stale { current: 1 } } else { error }
}

/// Saves the text of a section; `expected` is the version that was read, 0 for none.
pub fn report_section_save(call: &Call<'_>, id: &ReportId, measure: &MeasureCode, expected: i32, input: &SectionInput) -> Result<SectionView> {
    let permit = report_for(call, UseCase::report_section_save, id)?;
    let form = permit.read(|db| form_of(db, &permit.place.round.framework_id))?;
    let spec = form.section(measure).ok_or(Error::NotFound("section"))?;
    let mut checks = Checks::new();
    let body = checks.optional_text("body", &input.body, SECTION_CHARACTERS, true);
    let checked = checks.done();
    permit.write(|db| {
        // First, so that nobody mends a text that can no longer be saved.
        change(db, id, &permit.place)?;
        checked?;
        let before = drafts::section(db, id, measure)?;
        let current = before.as_ref().map_or(0, |b| b.version);
        if before.as_ref().map_or("", |b| b.body.as_str()) == body {
            return Ok(section_view(spec, before.as_ref()));
        }
        if current != expected {
            return Err(Error::Stale { current });
        }
        let row = SectionRow {
            report_id: id.clone(),
            measure: measure.clone(),
            body: body.clone(),
            version: expected.saturating_add(1),
            updated_at: call.now,
            updated_by: call.caller.actor(),
        };
        drafts::section_write(db, &row, current).map_err(raced)?;
        permit.audit(db, id, &json!({"measure": measure, "version": row.version, "words": words(&body)}))?;
        Ok(section_view(spec, Some(&row)))
    })
}

/// Saves one statistic.
pub fn report_statistic_save(call: &Call<'_>, id: &ReportId, measure: &MeasureCode, expected: i32, input: StatisticInput) -> Result<StatisticView> {
    let permit = report_for(call, UseCase::report_statistic_save, id)?;
    let form = permit.read(|db| form_of(db, &permit.place.round.framework_id))?;
    let spec = form.statistic(measure).ok_or(Error::NotFound("statistic"))?;
    let input = input.checked(&spec.unit, last_year(call, &permit.place), "");
    permit.write(|db| {
        change(db, id, &permit.place)?;
        let input = input?;
        let before = drafts::statistics(db, std::slice::from_ref(id))?.into_iter().find(|r| r.measure == *measure);
        write(call, &permit, db, spec, before, expected, &input)
    })
}

/// One row of the statistics page, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedRow {
    pub measure: MeasureCode,
    pub expected: i32,
    pub typed: Typed,
}

/// Saves the statistics of a page together, or none of them. Errors name `value-<measure>`,
/// `year-<measure>` and `source-<measure>`. With `what_reads`, rows that cannot be read are left as
/// they are and come back as errors; the others are saved.
pub fn report_statistics_save(call: &Call<'_>, id: &ReportId, rows: &[TypedRow], what_reads: bool) -> Result<(Vec<StatisticView>, Vec<FieldError>)> {
    let permit = report_for(call, UseCase::report_statistic_save, id)?;
    let form = permit.read(|db| form_of(db, &permit.place.round.framework_id))?;
    let (inputs, errors) = read_all(&form, rows, last_year(call, &permit.place))?;
    permit.write(|db| {
        change(db, id, &permit.place)?;
        if !errors.is_empty() && !what_reads {
            return Err(Error::Invalid(errors));
        }
        let mut before = drafts::statistics(db, std::slice::from_ref(id))?;
        let mut views = Vec::new();
        for (row, spec, input) in &inputs {
            let old = before.iter().position(|b| b.measure == row.measure).map(|i| before.swap_remove(i));
            views.push(write(call, &permit, db, spec, old, row.expected, input)?);
        }
        Ok((views, errors))
    })
}

/// The rows that can be read, and what is wrong with the others.
#[expect(clippy::type_complexity, reason = "a row, what it is about, and what it says")]
fn read_all<'f>(
    form: &'f ReportForm,
    rows: &'f [TypedRow],
    last_year: i32,
) -> Result<(Vec<(&'f TypedRow, &'f StatisticSpec, StatisticInput)>, Vec<FieldError>)> {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut inputs = Vec::new();
    for row in rows {
        let spec = form.statistic(&row.measure).ok_or(Error::NotFound("statistic"))?;
        match row.typed.read(&spec.unit, last_year, &format!("-{}", row.measure)) {
            Ok(input) => inputs.push((row, spec, input)),
            Err(more) => errors.extend(more),
        }
    }
    Ok((inputs, errors))
}

fn write(
    call: &Call<'_>,
    permit: &Permit<'_, Found>,
    db: &mut Db,
    spec: &StatisticSpec,
    before: Option<StatisticRow>,
    expected: i32,
    input: &StatisticInput,
) -> Result<StatisticView> {
    let current = before.as_ref().map_or(0, |b| b.version);
    let unchanged = before.as_ref().map_or_else(|| input.is_empty(), |b| super::input_of(b) == *input);
    if unchanged {
        return Ok(statistic_view(spec, before.as_ref()));
    }
    if current != expected {
        return Err(Error::Stale { current });
    }
    let row = StatisticRow {
        report_id: permit.row.id.clone(),
        measure: spec.measure.clone(),
        value: input.value,
        year: input.year,
        source: input.source.clone(),
        not_available: input.not_available,
        version: expected.saturating_add(1),
        updated_at: call.now,
        updated_by: call.caller.actor(),
    };
    drafts::statistic_write(db, &row, current).map_err(raced)?;
    permit.audit(db, &permit.row.id, &json!({"measure": spec.measure, "version": row.version}))?;
    Ok(statistic_view(spec, Some(&row)))
}

/// The latest year that a value may be from: this one, or the round's if that is later.
fn last_year(call: &Call<'_>, place: &Place) -> i32 {
    let now = chrono::Datelike::year(&call.now.local_date(place.city.time_zone));
    now.max(place.round.year)
}
