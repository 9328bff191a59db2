//! Submitting, giving back, and reading what was frozen.
//!
//! The database decides who submits: turning the report's state is one conditional update, and the
//! draft is read after it, inside the same transaction.

use serde_json::json;

use super::panels::{Panels, Resubmitted};
use super::{Call, Written, form_of, report_for, round_is_open};
use crate::ground::error::Checks;
use crate::ground::ids::{ReportId, SubmissionId};
use crate::ground::problems::{ALREADY_SUBMITTED, CONFLICT};
use crate::ground::receipt::{receipt, sha256_hex};
use crate::ground::{Error, FieldError, Result};
use crate::mail::letter::Link;
use crate::mail::store::{About, put};
use crate::people::policy::UseCase;
use crate::reports::comparison;
use crate::reports::form::{Gap, Part, ReportForm, ReportState, words};
use crate::reports::messages::{ReportReceipt, ReportReturned, ReportSubmitted};
use crate::reports::store::{self, ReturnRow, SubmissionRow, drafts, files, lists};
use crate::reports::submission::{Content, Section, Statistic, Submission};
use crate::reports::views::{NOTE_CHARACTERS, ReportReturn, SubmissionView};
use crate::rounds::actions::{changed, submitted};
use crate::rounds::place::Place;
use crate::rounds::store as rounds;
use crate::store::Db;

/// Freezes a complete draft. Errors: `already_submitted`, `closed`, or everything that is missing
/// (`sections.<measure>`, `statistics.<measure>`).
pub fn report_submit(call: &Call<'_>, id: &ReportId) -> Result<SubmissionView> {
    let permit = report_for(call, UseCase::report_submit, id)?;
    let place = &permit.place;
    permit.write(|db| {
        // An old button pressed again says what happened, even after the round has closed.
        let turned = drafts::report_turn(db, id, &[ReportState::Draft, ReportState::Returned], Some(ReportState::Submitted))?;
        if !turned {
            return Err(Error::Conflict(ALREADY_SUBMITTED));
        }
        round_is_open(db, place)?;
        let form = form_of(db, &place.round.framework_id)?;
        let written = Written::of(db, std::slice::from_ref(id))?.remove(id).unwrap_or_default();
        let gaps = written.gaps(&form);
        if !gaps.is_empty() {
            return Err(Error::Invalid(gaps.iter().map(gap_error).collect()));
        }
        let content = freeze(db, id, &form, &written)?;
        let json = serde_json::to_string(&content).map_err(Error::internal)?;
        let before = store::newest_submission(db, &place.participation)?;
        let number = before.as_ref().map_or(1, |s| s.number + 1);
        let submission_id = SubmissionId::new(&*call.service.clock, &*call.service.chance);
        let row = SubmissionRow {
            receipt: receipt("submission", submission_id.as_str()),
            id: submission_id,
            report_id: id.clone(),
            number,
            content_hash: sha256_hex(json.as_bytes()),
            content: json,
            submitted_at: call.now,
            submitted_by: call.caller.actor(),
        };
        store::submission_insert(db, &row)?;
        permit.audit(db, id, &json!({"submission": row.id, "number": number, "content_hash": row.content_hash, "receipt": row.receipt}))?;
        let frozen = store::submission(db, &row.id)?;
        if let Some(before) = &before {
            let of = Resubmitted { before, after: &frozen, changed: comparison::changed(&before.content, &frozen.content) };
            (call.service.registered::<Panels>()?.again)(call, db, place, &of)?;
        }
        changed(call.service, db, &place.participation, call.now)?;
        submitted(call.service, db, &place.round.id, call.now)?;
        let view = view(db, frozen, place)?;
        letters_of_submission(call, db, place, &view)?;
        Ok(view)
    })
}

fn gap_error(gap: &Gap) -> FieldError {
    let part = match gap.part {
        Part::Section => "sections",
        Part::Statistic => "statistics",
    };
    FieldError::new(format!("{part}.{}", gap.measure), gap.code).with("count", gap.count).with("max", gap.max).with("measure", &gap.measure)
}

/// The draft in the form's order; what belongs to no measure of the form stays behind.
fn freeze(db: &mut Db, id: &ReportId, form: &ReportForm, written: &Written) -> Result<Content> {
    let sections = form.sections.iter().filter_map(|spec| written.sections.get(&spec.measure));
    let statistics = form.statistics.iter().filter_map(|spec| written.statistics.get(&spec.measure));
    Ok(Content {
        sections: sections.map(|s| Section { measure: s.measure.clone(), body: s.body.clone(), words: words(&s.body) }).collect(),
        statistics: statistics
            .map(|s| Statistic { measure: s.measure.clone(), value: s.value, year: s.year, source: s.source.clone(), not_available: s.not_available })
            .collect(),
        evidence: files::evidence_of(db, id)?.iter().map(store::EvidenceRow::file).collect(),
    })
}

fn letters_of_submission(call: &Call<'_>, db: &mut Db, place: &Place, view: &SubmissionView) -> Result<()> {
    let about = About { kind: "submission", id: view.id.as_str(), round: Some(&place.round.id) };
    let link = Link::to(&format!("/submissions/{}", view.id));
    for to in lists::officers(db, place)? {
        let letter = ReportReceipt {
            city: place.city.name.clone(),
            round: place.round.name.clone(),
            number: view.number,
            receipt: view.receipt.clone(),
            content_hash: view.content_hash.clone(),
            submitted_at: view.submitted_at.local(to.time_zone),
            time_zone: to.time_zone,
            late: view.late == Some(true),
            link: link.clone(),
        };
        put(db, call.service, &to, about, &letter)?;
    }
    let letter =
        ReportSubmitted { city: place.city.name.clone(), round: place.round.name.clone(), number: view.number, late: view.late == Some(true), link };
    for to in lists::coordinators(db, place)? {
        put(db, call.service, &to, about, &letter)?;
    }
    Ok(())
}

/// Gives a submitted report back to the city with a note. The submission stays as it is.
pub fn report_return(call: &Call<'_>, id: &ReportId, input: &ReportReturn) -> Result<()> {
    let permit = report_for(call, UseCase::report_return, id)?;
    let place = &permit.place;
    let mut checks = Checks::new();
    let note = checks.text("note", &input.note, NOTE_CHARACTERS, true);
    let checked = checks.done();
    permit.write(|db| {
        round_is_open(db, place)?;
        if !drafts::report_turn(db, id, &[ReportState::Submitted], Some(ReportState::Returned))? {
            return Err(Error::Conflict(CONFLICT));
        }
        checked?;
        let last = store::newest_submission(db, &place.participation)?.ok_or(Error::NotFound("submission"))?;
        let panels = call.service.registered::<Panels>()?;
        let there = (panels.at_work)(call, db, place, &last.id)?;
        let (submission_id, returned_by) = (last.id.clone(), call.caller.actor());
        store::return_insert(db, &ReturnRow { submission_id, note: note.clone(), returned_at: call.now, returned_by })?;
        permit.audit(db, id, &json!({"experts": there.seats.len(), "ratings": there.ratings}))?;
        (panels.given_back)(call, db, place, &last.id)?;
        let letter = ReportReturned {
            city: place.city.name.clone(),
            round: place.round.name.clone(),
            note: note.clone(),
            link: Link::to(&format!("/reports/{id}")),
        };
        let about = About { kind: "report", id: id.as_str(), round: Some(&place.round.id) };
        for to in lists::officers(db, place)? {
            put(db, call.service, &to, about, &letter)?;
        }
        Ok(())
    })
}

/// A frozen report, for the city and the coordinator.
pub fn submission_read(call: &Call<'_>, id: &SubmissionId) -> Result<SubmissionView> {
    let permit = call.find(UseCase::submission_read, |db| {
        let submission = store::submission(db, id)?;
        let place = rounds::place(db, &submission.participation_id)?;
        let target = place.target();
        Ok(((submission, place), target))
    })?;
    permit.read(|db| {
        let place = &permit.1;
        let mut view = view(db, permit.0.clone(), place)?;
        let could_return = view.newest && view.report_state == ReportState::Submitted && call.may(UseCase::report_return, &place.target());
        if could_return {
            match (call.service.registered::<Panels>()?.at_work)(call, db, place, id) {
                Ok(there) => view.at_work = Some(there),
                Err(Error::Forbidden(code)) => view.barred = Some(code),
                Err(e) => return Err(e),
            }
        }
        Ok(view)
    })
}

/// A submission for whoever judges it: `of` leaves what they are shown. Ask the policy about the review before.
pub fn submission_for_review(db: &mut Db, id: &SubmissionId, place: &Place, of: impl FnOnce(Content) -> Content) -> Result<SubmissionView> {
    let mut submission = store::submission(db, id)?;
    submission.content = of(submission.content);
    let whole = view(db, submission, place)?;
    Ok(SubmissionView { late: None, receipt: String::new(), content_hash: String::new(), ..whole })
}

fn view(db: &mut Db, submission: Submission, place: &Place) -> Result<SubmissionView> {
    let all = store::submissions_of(db, &submission.report_id)?;
    let first = all.first().map_or(submission.submitted_at, |s| s.submitted_at);
    Ok(SubmissionView {
        newest: all.last().is_none_or(|s| s.id == submission.id),
        report_state: drafts::report(db, &submission.report_id)?.state,
        late: Some(first > place.round.report_due_at),
        round_id: place.round.id.clone(),
        round_name: place.round.name.clone(),
        city_name: place.city.name.clone(),
        time_zone: place.city.time_zone,
        id: submission.id,
        report_id: submission.report_id,
        participation_id: submission.participation_id,
        number: submission.number,
        receipt: submission.receipt,
        content_hash: submission.content_hash,
        submitted_at: submission.submitted_at,
        content: submission.content,
        at_work: None,
        barred: None,
    })
}
