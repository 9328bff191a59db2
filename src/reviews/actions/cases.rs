//! What a submitted review does to the cases of its report: opens them where ratings part, settles
//! those that it was called for. Independent ratings stay as they are.

use serde_json::json;

use super::inviting::tell_coordinators;
use super::limits;
use crate::framework;
use crate::framework::catalogue::Catalogue;
use crate::ground::ids::DisagreementId;
use crate::ground::{Error, MeasureCode, Result};
use crate::mail::letter::Link;
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::reviews::checks::{Finding, Reason, check};
use crate::reviews::messages::{DisagreementOpened, DisputedMeasure};
use crate::reviews::panel::{Case, Resolution, median};
use crate::reviews::problems::CASE_RESOLVED;
use crate::reviews::review::{ReviewKind, ReviewState};
use crate::reviews::store::{self, CaseState, CountedRating, DisagreementRow, ReviewRow};
use crate::rounds::place::Place;
use crate::store::Db;

/// Looks at every measure of a review that has just been submitted: opens cases, settles those
/// that a third expert was called for, and tells the coordinators what waits for them.
pub(super) fn after_submission(call: &Call<'_>, db: &mut Db, row: &ReviewRow, place: &Place, catalogue: &Catalogue) -> Result<()> {
    let limits = limits(&call.service.config);
    let all = store::counted_ratings(db, std::slice::from_ref(&row.submission_id))?;
    let cases = store::disagreements_of_submission(db, &row.submission_id)?;
    let mut waiting: Vec<(MeasureCode, Reason, DisagreementId)> = Vec::new();
    for mine in all.iter().filter(|r| r.review_id == row.id) {
        let levels = |only_independent: bool| -> Vec<i32> {
            let same = all.iter().filter(|r| r.measure == mine.measure && (!only_independent || r.kind == ReviewKind::Independent));
            same.filter_map(|r| r.level).collect()
        };
        let middle = || median(&levels(false).iter().map(|l| f64::from(*l)).collect::<Vec<_>>());
        match cases.iter().find(|c| c.measure == mine.measure) {
            None if row.kind == ReviewKind::Independent => {
                if let Finding::Disagreed(reason) = check(&levels(true), limits) {
                    let id = open(call, db, row, &mine.measure, reason)?;
                    waiting.push((mine.measure.clone(), reason, id));
                }
            }
            // It stood no longer after a rating was set aside.
            Some(case) if case.state == CaseState::Lapsed && row.kind == ReviewKind::Independent => {
                if let Finding::Disagreed(reason) = check(&levels(true), limits) {
                    reopen(call, db, case, reason)?;
                    waiting.push((mine.measure.clone(), reason, case.id.clone()));
                }
            }
            Some(case) if !case.state.is_past() && case.third_review_id.as_ref() == Some(&row.id) => {
                match (mine.level, middle()) {
                    (Some(_), Some(level)) => settle(call, db, case, Resolution::ThirdExpert, level, "")?,
                    _ => {
                        // The third expert could not judge it either: somebody else has to.
                        store::disagreements_reopen(db, &row.id, Some(&case.measure))?;
                        waiting.push((case.measure.clone(), case.reason, case.id.clone()));
                    }
                }
            }
            // A seat that was still open has filled, and the ratings now go together.
            Some(case) if case.state == CaseState::Open && row.kind == ReviewKind::Independent => {
                let independent = levels(true);
                if let (true, Finding::Agreed, Some(level)) = (independent.len() > 2, check(&independent, limits), middle()) {
                    settle(call, db, case, Resolution::FurtherRating, level, "")?;
                }
            }
            _ => {}
        }
    }
    tell_waiting(call, db, row, place, catalogue, &waiting)
}

/// Tells the coordinators which cases wait for them.
fn tell_waiting(
    call: &Call<'_>,
    db: &mut Db,
    row: &ReviewRow,
    place: &Place,
    catalogue: &Catalogue,
    waiting: &[(MeasureCode, Reason, DisagreementId)],
) -> Result<()> {
    if waiting.is_empty() {
        return Ok(());
    }
    tell_coordinators(call, db, row, place, |to| DisagreementOpened {
        city: place.city.name.get(&to.language).to_owned(),
        round: place.round.name.clone(),
        measures: waiting
            .iter()
            .map(|(code, reason, id)| DisputedMeasure {
                label: catalogue.measure(code).map_or_else(|| code.to_string(), |m| m.label.get(&to.language).to_owned()),
                reason: reason.to_string(),
                link: Link::to(&format!("/disagreements/{id}")),
            })
            .collect(),
    })
}

fn open(call: &Call<'_>, db: &mut Db, row: &ReviewRow, measure: &MeasureCode, reason: Reason) -> Result<DisagreementId> {
    let case = DisagreementRow {
        id: DisagreementId::new(&*call.service.clock, &*call.service.chance),
        round_id: row.round_id.clone(),
        submission_id: row.submission_id.clone(),
        measure: measure.clone(),
        reason,
        state: CaseState::Open,
        third_review_id: None,
        resolution: String::new(),
        level: None,
        note: String::new(),
        resolved_by: String::new(),
        resolved_at: None,
        version: 1,
        created_at: call.now,
    };
    store::disagreement_insert(db, &case)?;
    call.audit(db, UseCase::disagreement_open, &case.id, &json!({"submission_id": row.submission_id, "measure": measure}))?;
    Ok(case.id)
}

/// Opens a case again that was past, or was settled by ratings that are others now.
fn reopen(call: &Call<'_>, db: &mut Db, case: &DisagreementRow, reason: Reason) -> Result<()> {
    let detail = json!({"submission_id": case.submission_id, "measure": case.measure, "again": true});
    call.audit(db, UseCase::disagreement_open, &case.id, &detail)?;
    store::disagreement_again(db, &case.id, reason)
}

/// Looks again at the measures of a review that was set aside, or put back: what its ratings opened or settled.
/// What people decided stays decided.
pub(super) fn recheck(call: &Call<'_>, db: &mut Db, row: &ReviewRow, place: &Place) -> Result<()> {
    let limits = limits(&call.service.config);
    release_third(db, row)?;
    let all = store::counted_ratings(db, std::slice::from_ref(&row.submission_id))?;
    let cases = store::disagreements_of_submission(db, &row.submission_id)?;
    if row.kind == ReviewKind::Third && row.state == ReviewState::Submitted {
        return third_is_back(call, db, row, &all, &cases);
    }
    let mut waiting: Vec<(MeasureCode, Reason, DisagreementId)> = Vec::new();
    for measure in store::ratings(db, &row.id)?.into_iter().filter(|r| r.given_on.is_some()).map(|r| r.measure) {
        let independent = all.iter().filter(|r| r.measure == measure && r.kind == ReviewKind::Independent);
        let finding = check(&independent.filter_map(|r| r.level).collect::<Vec<_>>(), limits);
        let case = cases.iter().find(|c| c.measure == measure);
        let by_ratings = |c: &DisagreementRow| matches!(c.case(), Some(Case::Resolved(Resolution::ThirdExpert | Resolution::FurtherRating, _)));
        match (case, finding) {
            (None, Finding::Disagreed(reason)) => {
                let id = open(call, db, row, &measure, reason)?;
                waiting.push((measure, reason, id));
            }
            (Some(case), Finding::Disagreed(reason)) if case.state == CaseState::Lapsed || by_ratings(case) => {
                reopen(call, db, case, reason)?;
                waiting.push((measure, reason, case.id.clone()));
            }
            (Some(case), Finding::Agreed | Finding::Single { .. } | Finding::Unrated) if case.state == CaseState::Open || by_ratings(case) => {
                store::disagreement_lapse(db, &case.id)?;
            }
            _ => {}
        }
    }
    let catalogue = framework::store::catalogue_of(db, &place.round.framework_id)?;
    tell_waiting(call, db, row, place, &catalogue, &waiting)
}

/// A third expert's ratings settle again what waits for somebody, as when they were submitted.
fn third_is_back(call: &Call<'_>, db: &mut Db, row: &ReviewRow, all: &[CountedRating], cases: &[DisagreementRow]) -> Result<()> {
    for mine in all.iter().filter(|r| r.review_id == row.id && r.level.is_some()) {
        let Some(case) = cases.iter().find(|c| c.measure == mine.measure && c.state == CaseState::Open) else { continue };
        let levels: Vec<f64> = all.iter().filter(|r| r.measure == mine.measure).filter_map(|r| r.level).map(f64::from).collect();
        if let Some(level) = median(&levels) {
            settle(call, db, case, Resolution::ThirdExpert, level, "")?;
        }
    }
    Ok(())
}

pub(super) fn settle(call: &Call<'_>, db: &mut Db, case: &DisagreementRow, how: Resolution, level: f64, note: &str) -> Result<()> {
    // The audit's head is locked before the case, as in every other action: no two can wait for each other.
    call.audit(db, UseCase::disagreement_resolve, &case.id, &json!({"resolution": how}))?;
    if store::disagreement_settle(db, &case.id, how, level, note, &call.caller.actor(), call.now)? == 0 {
        return Err(Error::Conflict(CASE_RESOLVED));
    }
    Ok(())
}

/// Opens the cases again that waited for a third expert who does not come.
pub(super) fn release_third(db: &mut Db, row: &ReviewRow) -> Result<()> {
    store::disagreements_reopen(db, &row.id, None).map(drop)
}
