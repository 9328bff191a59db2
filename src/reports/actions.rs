//! Use cases of reports: list, begin, read. Writing, evidence and submitting have files of their own.

mod drafting;
mod filing;
mod panels;
mod submitting;

use std::collections::{BTreeMap, HashMap};

use serde_json::json;

pub use drafting::{TypedRow, report_section_save, report_statistic_save, report_statistics_save};
pub use filing::{Looking, StoredFile, evidence_add, evidence_for_submission, evidence_read, evidence_remove, submissions_naming};
pub use panels::{Panels, Resubmitted};
pub use submitting::{report_return, report_submit, submission_for_review, submission_read};

use super::form::{Draft, Gap, Prompts, ReportForm, ReportState, words};
use super::statistic::StatisticInput;
use super::store::{self, ReportRow, SectionRow, StatisticRow};
use super::views::{ReportBegin, ReportSummary, ReportView, SectionView, StatisticView, SubmissionBrief};
use crate::framework;
use crate::ground::ids::{FrameworkId, ParticipationId, ReportId, RoundId, SubmissionId};
use crate::ground::problems::{ALREADY_EXISTS, ALREADY_SUBMITTED, CLOSED};
use crate::ground::{Error, MeasureCode, Result, UtcTime};
use crate::people::call::{Call, Permit};
use crate::people::policy::UseCase;
use crate::rounds::actions::place_for;
use crate::rounds::place::{Place, RoundState};
use crate::rounds::store as rounds;
use crate::store::Db;
use crate::web::paging::{Listing, PageAt};

/// A report with its place.
#[derive(Debug, Clone)]
struct Found {
    row: ReportRow,
    place: Place,
}

fn found(db: &mut Db, id: &ReportId) -> Result<Found> {
    let row = store::drafts::report(db, id)?;
    let place = rounds::place(db, &row.participation_id)?;
    Ok(Found { row, place })
}

/// A report with its place, and the use case allowed to it.
fn report_for<'c>(call: &'c Call<'c>, use_case: UseCase, id: &ReportId) -> Result<Permit<'c, Found>> {
    call.find(use_case, |db| {
        let found = found(db, id)?;
        let target = found.place.target();
        Ok((found, target))
    })
}

/// The report form of a round.
fn form_of(db: &mut Db, framework: &FrameworkId) -> Result<ReportForm> {
    Ok(ReportForm::new(&*framework::store::catalogue_of(db, framework)?, Prompts::shipped()))
}

/// Lets a change happen: the round is open, the report not submitted. Raises the report's version.
fn change(db: &mut Db, id: &ReportId, place: &Place) -> Result<()> {
    round_is_open(db, place)?;
    if store::drafts::report_turn(db, id, &[ReportState::Draft, ReportState::Returned], None)? {
        Ok(())
    } else {
        Err(Error::Conflict(ALREADY_SUBMITTED))
    }
}

/// Asked inside the transaction: the round may have closed a moment ago.
fn round_is_open(db: &mut Db, place: &Place) -> Result<()> {
    if rounds::round(db, &place.round.id)?.state == RoundState::Open { Ok(()) } else { Err(Error::Conflict(CLOSED)) }
}

/// Sections and statistics of one report, by measure.
#[derive(Debug, Default)]
struct Written {
    sections: BTreeMap<MeasureCode, SectionRow>,
    statistics: BTreeMap<MeasureCode, StatisticRow>,
}

impl Written {
    /// Of some reports at once.
    fn of(db: &mut Db, ids: &[ReportId]) -> Result<HashMap<ReportId, Self>> {
        let mut all: HashMap<ReportId, Self> = HashMap::new();
        for row in store::drafts::sections(db, ids)? {
            all.entry(row.report_id.clone()).or_default().sections.insert(row.measure.clone(), row);
        }
        for row in store::drafts::statistics(db, ids)? {
            all.entry(row.report_id.clone()).or_default().statistics.insert(row.measure.clone(), row);
        }
        Ok(all)
    }

    fn gaps(&self, form: &ReportForm) -> Vec<Gap> {
        form.gaps(&Draft {
            sections: self.sections.iter().map(|(m, r)| (m, r.body.as_str())).collect(),
            statistics: self.statistics.iter().map(|(m, r)| (m, input_of(r))).collect(),
        })
    }
}

fn input_of(row: &StatisticRow) -> StatisticInput {
    StatisticInput { value: row.value, year: row.year, source: row.source.clone(), not_available: row.not_available }
}

fn summary(call: &Call<'_>, row: &ReportRow, place: &Place, form: &ReportForm, gaps: &[Gap], sent: &[(i32, SubmissionId, UtcTime)]) -> ReportSummary {
    let sections_missing = gaps.iter().filter(|g| g.part == super::form::Part::Section).count();
    let due = place.round.report_due_at;
    ReportSummary {
        id: row.id.clone(),
        participation_id: place.participation.clone(),
        round_id: place.round.id.clone(),
        round_name: place.round.name.clone(),
        city_id: place.city.id.clone(),
        city_name: place.city.name.clone(),
        state: row.state,
        due_at: due,
        time_zone: place.city.time_zone,
        round_time_zone: place.round.time_zone,
        late: sent.first().map_or(call.now, |s| s.2) > due,
        sections_done: form.sections.len() - sections_missing,
        sections_asked: form.sections.len(),
        statistics_done: form.statistics.len() - (gaps.len() - sections_missing),
        statistics_asked: form.statistics.len(),
        submission_id: sent.last().map(|s| s.1.clone()),
    }
}

/// Reports within the caller's reach, newest first.
pub fn report_list(call: &Call<'_>, round: Option<&RoundId>, at: &PageAt<ReportId>) -> Result<Listing<ReportSummary>> {
    let permit = call.reach(UseCase::report_list)?;
    permit.read(|db| {
        let listing = Listing::of(store::lists::reports(db, &permit, round, at)?, at, |r| r.id.to_string());
        let ids: Vec<ReportId> = listing.items.iter().map(|r| r.id.clone()).collect();
        let participations: Vec<ParticipationId> = listing.items.iter().map(|r| r.participation_id.clone()).collect();
        let places: HashMap<ParticipationId, Place> =
            rounds::places(db, &participations)?.into_iter().map(|p| (p.participation.clone(), p)).collect();
        let mut forms: HashMap<FrameworkId, ReportForm> = HashMap::new();
        for place in places.values() {
            // One catalogue for the many reports of a round.
            if !forms.contains_key(&place.round.framework_id) {
                forms.insert(place.round.framework_id.clone(), form_of(db, &place.round.framework_id)?);
            }
        }
        let (written, sent) = (Written::of(db, &ids)?, store::lists::submissions(db, &ids)?);
        let (nothing, none) = (Written::default(), Vec::new());
        let mut items = Vec::new();
        for row in &listing.items {
            let Some(place) = places.get(&row.participation_id) else { continue };
            let Some(form) = forms.get(&place.round.framework_id) else { continue };
            let gaps = written.get(&row.id).unwrap_or(&nothing).gaps(form);
            items.push(summary(call, row, place, form, &gaps, sent.get(&row.id).unwrap_or(&none)));
        }
        Ok(Listing { items, next_cursor: listing.next_cursor })
    })
}

/// Participations in open rounds whose report the caller may begin, and nobody has begun yet.
pub fn report_list_to_begin(call: &Call<'_>) -> Result<Vec<Place>> {
    let permit = match call.reach(UseCase::report_begin) {
        Err(Error::Forbidden(_)) => return Ok(Vec::new()),
        permit => permit?,
    };
    permit.read(|db| {
        let mut places = rounds::places_within(db, &permit, &[RoundState::Open])?;
        let ids: Vec<ParticipationId> = places.iter().map(|p| p.participation.clone()).collect();
        let begun = store::lists::begun(db, &ids)?;
        places.retain(|p| !begun.contains(&p.participation));
        Ok(places)
    })
}

/// Begins the report of a participation, or gives the one that was begun before (`false`).
pub fn report_begin(call: &Call<'_>, input: &ReportBegin) -> Result<(ReportView, bool)> {
    let permit = place_for(call, UseCase::report_begin, &input.participation_id)?;
    let begun = |db: &mut Db| store::drafts::report_of(db, &permit.participation);
    if let Some(row) = permit.read(begun)? {
        return Ok((report_read(call, &row.id)?, false));
    }
    let id = ReportId::new(&*call.service.clock, &*call.service.chance);
    let participation_id = permit.participation.clone();
    let row = ReportRow { id: id.clone(), participation_id, state: ReportState::Draft, version: 1, created_at: call.now };
    let inserted = permit.write(|db| {
        round_is_open(db, &permit)?;
        store::drafts::report_insert(db, &row)?;
        permit.audit(db, &id, &json!({"participation": row.participation_id}))
    });
    match (inserted, permit.read(begun)?) {
        (Ok(()), _) => Ok((report_read(call, &id)?, true)),
        // A colleague pressed the same button at the same moment.
        (Err(Error::Conflict(ALREADY_EXISTS)), Some(row)) => Ok((report_read(call, &row.id)?, false)),
        (Err(other), _) => Err(other),
    }
}

pub fn report_read(call: &Call<'_>, id: &ReportId) -> Result<ReportView> {
    let permit = report_for(call, UseCase::report_read, id)?;
    permit.read(|db| view(call, db, &permit.row, &permit.place))
}

/// The report as whoever may submit it sees it before.
pub fn report_check(call: &Call<'_>, id: &ReportId) -> Result<ReportView> {
    let permit = report_for(call, UseCase::report_submit, id)?;
    permit.read(|db| view(call, db, &permit.row, &permit.place))
}

fn view(call: &Call<'_>, db: &mut Db, row: &ReportRow, place: &Place) -> Result<ReportView> {
    let form = form_of(db, &place.round.framework_id)?;
    let written = Written::of(db, std::slice::from_ref(&row.id))?.remove(&row.id).unwrap_or_default();
    let submissions = store::submissions_of(db, &row.id)?;
    let sent: Vec<_> = submissions.iter().map(|s| (s.number, s.id.clone(), s.submitted_at)).collect();
    let missing = written.gaps(&form);
    let may = call.may(UseCase::report_section_save, &place.target());
    let return_note = match submissions.last() {
        Some(last) if row.state == ReportState::Returned => store::return_note(db, &last.id)?,
        _ => None,
    };
    Ok(ReportView {
        summary: summary(call, row, place, &form, &missing, &sent),
        areas: form.areas.clone(),
        may_change: may && row.state.may_change() && place.round.state == RoundState::Open,
        sections: form.sections.iter().map(|spec| section_view(spec, written.sections.get(&spec.measure))).collect(),
        statistics: form.statistics.iter().map(|spec| statistic_view(spec, written.statistics.get(&spec.measure))).collect(),
        evidence: store::files::evidence_of(db, &row.id)?.iter().map(|e| e.view(false)).collect(),
        missing,
        submissions: submissions
            .into_iter()
            .map(|s| SubmissionBrief { id: s.id, number: s.number, receipt: s.receipt, submitted_at: s.submitted_at })
            .collect(),
        return_note,
        version: row.version,
    })
}

fn section_view(spec: &super::form::SectionSpec, row: Option<&SectionRow>) -> SectionView {
    let body = row.map_or("", |r| r.body.as_str());
    let count = words(body);
    SectionView {
        measure: spec.measure.clone(),
        area: spec.area.clone(),
        label: spec.label.clone(),
        prompt: spec.prompt.clone(),
        words: count,
        word_limit: spec.word_limit,
        over_limit: count > spec.word_limit,
        version: row.map_or(0, |r| r.version),
        updated_at: row.map(|r| r.updated_at),
        body: body.to_owned(),
    }
}

fn statistic_view(spec: &super::form::StatisticSpec, row: Option<&StatisticRow>) -> StatisticView {
    StatisticView {
        measure: spec.measure.clone(),
        area: spec.area.clone(),
        label: spec.label.clone(),
        description: spec.description.clone(),
        unit: spec.unit.clone(),
        value: row.and_then(|r| r.value),
        year: row.and_then(|r| r.year),
        source: row.map_or_else(String::new, |r| r.source.clone()),
        not_available: row.is_some_and(|r| r.not_available),
        complete: row.is_some_and(|r| input_of(r).lacks().is_none()),
        version: row.map_or(0, |r| r.version),
    }
}
