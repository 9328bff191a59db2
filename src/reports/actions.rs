//! Use cases of reports: list, begin, read. Writing, evidence and submitting have files of their own.
//!
//! Whoever looks a report up asks the policy about its place before anything else is said.

mod drafting;
mod filing;
mod submitting;

use std::collections::{BTreeMap, HashMap};

use serde_json::json;

pub use drafting::{TypedRow, report_section_save, report_statistic_save, report_statistics_save};
pub use filing::{evidence_add, evidence_for_submission, evidence_read, evidence_remove};
pub use submitting::{report_return, report_submit, submission_read};

use super::form::{Draft, Gap, Prompts, ReportForm, ReportState, words};
use super::statistic::StatisticInput;
use super::store::{self, ReportRow, SectionRow, StatisticRow};
use super::views::{ReportBegin, ReportSummary, ReportView, SectionView, StatisticView, SubmissionBrief};
use crate::framework;
use crate::ground::ids::{CityId, FrameworkId, ParticipationId, ReportId, RoundId, SubmissionId};
use crate::ground::{Error, Result, UtcTime};
use crate::people::call::Call;
use crate::people::identity::{Role, ScopeKind};
use crate::people::policy;
use crate::people::policy::UseCase;
use crate::rounds::actions::place_for;
use crate::rounds::place::{Place, RoundState};
use crate::rounds::store as rounds;
use crate::store::Db;
use crate::web::paging::{Listing, PageAt};

/// Looks a report up and asks the policy about it.
fn report_for(call: &Call<'_>, db: &mut Db, use_case: UseCase, id: &ReportId) -> Result<(ReportRow, Place)> {
    // Strangers learn nothing from the difference between "not there" and "not yours".
    if call.caller.is_anonymous() {
        return Err(Error::Unauthenticated("unauthenticated"));
    }
    let row = store::drafts::report(db, id)?;
    let place = rounds::place(db, &row.participation_id)?;
    call.authorise(use_case, &place.target())?;
    Ok((row, place))
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
        Err(Error::Conflict("already_submitted"))
    }
}

/// Asked inside the transaction: the round may have closed a moment ago.
fn round_is_open(db: &mut Db, place: &Place) -> Result<()> {
    if rounds::round(db, &place.round.id)?.state == RoundState::Open { Ok(()) } else { Err(Error::Conflict("closed")) }
}

/// Sections and statistics of one report, by measure.
#[derive(Debug, Default)]
struct Written {
    sections: BTreeMap<String, SectionRow>,
    statistics: BTreeMap<String, StatisticRow>,
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
            sections: self.sections.iter().map(|(m, r)| (m.as_str(), r.body.as_str())).collect(),
            statistics: self.statistics.iter().map(|(m, r)| (m.as_str(), input_of(r))).collect(),
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

/// What the caller's roles in this room reach.
fn reach(call: &Call<'_>) -> store::lists::Reach {
    let mut reach = store::lists::Reach::default();
    for grant in call.caller.grants.iter().filter(|g| matches!(g.role, Role::Coordinator | Role::CityOfficer)) {
        match grant.scope_kind {
            ScopeKind::Instance => reach.everything = true,
            ScopeKind::Round => reach.rounds.push(RoundId::from_stored(grant.scope_id.clone())),
            ScopeKind::City => reach.cities.push(CityId::from_stored(grant.scope_id.clone())),
            ScopeKind::Survey | ScopeKind::Review => {}
        }
    }
    reach
}

/// Reports that the caller works with, newest first.
pub fn report_list(call: &Call<'_>, round: Option<&RoundId>, at: &PageAt) -> Result<Listing<ReportSummary>> {
    policy::reach(&call.caller, UseCase::report_list)?;
    call.read(|db| {
        let rows = store::lists::reports(db, &reach(call), round, at.after.as_deref(), at.limit + 1)?;
        let listing = Listing::of(rows, at, |r| r.id.to_string());
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

/// Participations of the caller's cities in open rounds whose report is not begun yet.
pub fn report_list_to_begin(call: &Call<'_>) -> Result<Vec<Place>> {
    policy::reach(&call.caller, UseCase::report_list)?;
    call.read(|db| {
        // Coordinators look at the same page, and begin nothing.
        let reach = policy::reach(&call.caller, UseCase::report_begin).unwrap_or_default();
        let mut places = rounds::places_within(db, &reach, &[RoundState::Open])?;
        let ids: Vec<ParticipationId> = places.iter().map(|p| p.participation.clone()).collect();
        let begun = store::lists::begun(db, &ids)?;
        places.retain(|p| !begun.contains(&p.participation));
        Ok(places)
    })
}

/// Begins the report of a participation, or gives the one that was begun before (`false`).
pub fn report_begin(call: &Call<'_>, input: &ReportBegin) -> Result<(ReportView, bool)> {
    let place = place_for(call, UseCase::report_begin, &input.participation_id)?;
    let begun = |db: &mut Db| store::drafts::report_of(db, &place.participation);
    if let Some(row) = call.read(begun)? {
        return Ok((report_read(call, &row.id)?, false));
    }
    if place.round.state != RoundState::Open {
        return Err(Error::Conflict("closed"));
    }
    let id = ReportId::new(&*call.service.clock, &*call.service.chance);
    let row =
        ReportRow { id: id.clone(), participation_id: place.participation.clone(), state: ReportState::Draft, version: 1, created_at: call.now };
    let inserted = call.write(|db| {
        store::drafts::report_insert(db, &row)?;
        call.audit(db, UseCase::report_begin, &id, &json!({"participation": place.participation}))
    });
    match (inserted, call.read(begun)?) {
        (Ok(()), _) => Ok((report_read(call, &id)?, true)),
        // A colleague pressed the same button at the same moment.
        (Err(Error::Conflict("already_exists")), Some(row)) => Ok((report_read(call, &row.id)?, false)),
        (Err(other), _) => Err(other),
    }
}

pub fn report_read(call: &Call<'_>, id: &ReportId) -> Result<ReportView> {
    call.read(|db| {
        let (row, place) = report_for(call, db, UseCase::report_read, id)?;
        view(call, db, &row, &place)
    })
}

fn view(call: &Call<'_>, db: &mut Db, row: &ReportRow, place: &Place) -> Result<ReportView> {
    let form = form_of(db, &place.round.framework_id)?;
    let written = Written::of(db, std::slice::from_ref(&row.id))?.remove(&row.id).unwrap_or_default();
    let submissions = store::submissions_of(db, &row.id)?;
    let sent: Vec<_> = submissions.iter().map(|s| (s.number, s.id.clone(), s.submitted_at)).collect();
    let missing = written.gaps(&form);
    let may = call.authorise(UseCase::report_section_save, &place.target()).is_ok();
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
