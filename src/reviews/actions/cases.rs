//! Disagreements: opened when a submitted review makes a gap, settled by a third expert, by a further
//! independent rating, by consensus or by adjudication. Independent ratings stay as they are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::assignment::{CandidateView, candidate_list, place_of, refused, rubric_of};
use super::inviting::{Offer, offer, tell_coordinators};
use super::limits;
use super::pool::Pool;
use crate::framework;
use crate::framework::catalogue::Catalogue;
use crate::ground::error::Checks;
use crate::ground::ids::{DisagreementId, PersonId, ReviewId, RoundId, SubmissionId};
use crate::ground::{Error, FieldError, Result, Text, UtcTime};
use crate::mail::letter::Link;
use crate::people;
use crate::people::call::Call;
use crate::people::identity::Target;
use crate::people::policy::UseCase;
use crate::reports::submission::Content;
use crate::reviews::checks::{Finding, Reason, check};
use crate::reviews::messages::{DisagreementOpened, DisputedMeasure};
use crate::reviews::panel::{Resolution, median};
use crate::reviews::review::{ReviewKind, ReviewState};
use crate::reviews::rubric::{RubricLevel, TOP};
use crate::reviews::store::{self, CaseState, DisagreementRow, ReviewRow, SubmittedRating};
use crate::rounds::place::Place;
use crate::store::Db;
use crate::{reports, rounds};

/// Looks at every measure of a review that has just been submitted: opens cases, settles those
/// that a third expert was called for, and tells the coordinators what waits for them.
pub(super) fn after_submission(call: &Call<'_>, db: &mut Db, row: &ReviewRow, place: &Place, catalogue: &Catalogue) -> Result<()> {
    let limits = limits(&call.service.config);
    let all = store::submitted_ratings(db, std::slice::from_ref(&row.submission_id))?;
    let cases = store::disagreements_of_submission(db, &row.submission_id)?;
    let mut waiting: Vec<(String, Reason, DisagreementId)> = Vec::new();
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
            Some(case) if case.state != CaseState::Resolved && case.third_review_id.as_ref() == Some(&row.id) => {
                match (mine.level, middle()) {
                    (Some(_), Some(level)) => settle(call, db, case, Resolution::ThirdExpert, level, "")?,
                    _ => {
                        // The third expert could not judge it either: somebody else has to.
                        store::disagreement_third(db, &case.id, None)?;
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
    if waiting.is_empty() {
        return Ok(());
    }
    tell_coordinators(call, db, row, |to| DisagreementOpened {
        city: place.city.name.get(&to.language).to_owned(),
        round: place.round.name.clone(),
        measures: waiting
            .iter()
            .map(|(code, reason, id)| DisputedMeasure {
                label: catalogue.measure(code).map_or_else(|| code.clone(), |m| m.label.get(&to.language).to_owned()),
                reason: reason.to_string(),
                link: Link::to(&format!("/disagreements/{id}")),
            })
            .collect(),
    })
}

fn open(call: &Call<'_>, db: &mut Db, row: &ReviewRow, measure: &str, reason: Reason) -> Result<DisagreementId> {
    let case = DisagreementRow {
        id: DisagreementId::new(&*call.service.clock, &*call.service.chance),
        round_id: row.round_id.clone(),
        submission_id: row.submission_id.clone(),
        measure: measure.to_owned(),
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
    call.audit(db, UseCase::disagreement_open, &case.id, &json!({"submission_id": row.submission_id, "measure": measure, "reason": reason}))?;
    Ok(case.id)
}

fn settle(call: &Call<'_>, db: &mut Db, case: &DisagreementRow, how: Resolution, level: f64, note: &str) -> Result<()> {
    // The audit's head is locked before the case, as in every other action: no two can wait for each other.
    call.audit(db, UseCase::disagreement_resolve, &case.id, &json!({"resolution": how, "level": level}))?;
    if store::disagreement_settle(db, &case.id, how, level, note, &call.caller.actor(), call.now)? == 0 {
        return Err(Error::Conflict("case_resolved"));
    }
    Ok(())
}

/// Opens the cases again that waited for a third expert who does not come.
pub(super) fn release_third(db: &mut Db, row: &ReviewRow) -> Result<()> {
    if row.kind != ReviewKind::Third {
        return Ok(());
    }
    for case in store::disagreements_of_submission(db, &row.submission_id)?.iter().filter(|c| c.third_review_id.as_ref() == Some(&row.id)) {
        store::disagreement_third(db, &case.id, None)?;
    }
    Ok(())
}

/// One rating of a disputed measure. Experts are A, B, C …; nobody is named.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DisputedRating {
    pub expert: String,
    pub kind: ReviewKind,
    pub level: Option<i32>,
    pub cannot_judge: bool,
    pub comment: String,
    pub evidence_pointer: String,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DisagreementView {
    pub id: DisagreementId,
    pub round_id: RoundId,
    pub round: String,
    pub submission_id: SubmissionId,
    pub city: Text,
    pub measure: String,
    pub measure_label: Text,
    pub reason: Reason,
    pub state: CaseState,
    pub third_review_id: Option<ReviewId>,
    pub third_state: Option<ReviewState>,
    /// Who the third expert is, and until when they are asked for.
    #[serde(skip)]
    pub third: Option<(String, String)>,
    /// `third_expert`, `further_rating`, `consensus` or `adjudication`; empty until resolved.
    pub resolution: String,
    pub level: Option<f64>,
    pub note: String,
    #[schema(value_type = Option<String>)]
    pub resolved_at: Option<UtcTime>,
    #[schema(value_type = String)]
    pub created_at: UtcTime,
    pub version: i32,
    /// Left out of lists.
    pub ratings: Vec<DisputedRating>,
    /// The anchored levels of the measure; left out of lists.
    pub levels: Vec<RubricLevel>,
    /// What the city submitted, for the page: a program reads the submission.
    #[serde(skip)]
    pub content: Option<Content>,
}

fn view(row: DisagreementRow, place: &Place, catalogue: &Catalogue) -> DisagreementView {
    DisagreementView {
        round: place.round.name.clone(),
        city: place.city.name.clone(),
        measure_label: catalogue.measure(&row.measure).map(|m| m.label.clone()).unwrap_or_default(),
        id: row.id,
        round_id: row.round_id,
        submission_id: row.submission_id,
        measure: row.measure,
        reason: row.reason,
        state: row.state,
        third_review_id: row.third_review_id,
        third_state: None,
        third: None,
        resolution: row.resolution,
        level: row.level,
        note: row.note,
        resolved_at: row.resolved_at,
        created_at: row.created_at,
        version: row.version,
        ratings: Vec::new(),
        levels: Vec::new(),
        content: None,
    }
}

/// Every case of a round, open ones first.
pub fn disagreement_list(call: &Call<'_>, round: &RoundId) -> Result<Vec<DisagreementView>> {
    call.authorise(UseCase::disagreement_list, &Target::of_round(round))?;
    call.read(|db| {
        let found = rounds::store::round(db, round)?;
        let catalogue = framework::store::catalogue_of(db, &found.framework_id)?;
        let places: BTreeMap<_, _> = rounds::store::places_of_round(db, round)?.into_iter().map(|p| (p.participation.clone(), p)).collect();
        let rows = store::disagreements_of_round(db, round)?;
        let ids: Vec<SubmissionId> = rows.iter().map(|r| r.submission_id.clone()).collect();
        let of: BTreeMap<_, _> = reports::store::participations_of(db, &ids)?.into_iter().collect();
        let place = |row: &DisagreementRow| of.get(&row.submission_id).and_then(|p| places.get(p));
        let mut views: Vec<_> = rows.into_iter().filter_map(|r| Some((place(&r)?, r))).map(|(p, r)| view(r, p, &catalogue)).collect();
        views.sort_by_key(|v| v.state == CaseState::Resolved);
        Ok(views)
    })
}

fn find(call: &Call<'_>, db: &mut Db, id: &DisagreementId, use_case: UseCase) -> Result<(DisagreementRow, Place)> {
    if call.caller.is_anonymous() {
        return Err(Error::Unauthenticated("unauthenticated"));
    }
    let row = store::disagreement(db, id)?;
    let place = place_of(db, &row.submission_id)?;
    call.authorise(use_case, &place.target())?;
    Ok((row, place))
}

fn detailed(call: &Call<'_>, db: &mut Db, row: DisagreementRow, place: &Place) -> Result<DisagreementView> {
    let catalogue = framework::store::catalogue_of(db, &place.round.framework_id)?;
    let ratings = store::submitted_ratings(db, std::slice::from_ref(&row.submission_id))?;
    let mine: Vec<&SubmittedRating> = ratings.iter().filter(|r| r.measure == row.measure).collect();
    let rubric = match mine.first() {
        Some(first) => store::rubric(db, &first.rubric_id)?.rubric()?,
        None => crate::reviews::rubric::Rubric::default(),
    };
    let third = match &row.third_review_id {
        Some(third) => Some(store::review(db, third)?),
        None => None,
    };
    let mut view = view(row, place, &catalogue);
    if let Some(third) = third {
        let due = third.due_at.deadline(place.round.time_zone, call.caller.time_zone);
        view.third = Some((people::store::person(db, &third.person_id)?.name, due));
        view.third_state = Some(third.state);
    }
    view.levels = rubric.measure(&view.measure).map(|m| m.levels.clone()).unwrap_or_default();
    let lettered = mine.iter().zip('A'..='Z').map(|(r, letter)| DisputedRating {
        expert: letter.to_string(),
        kind: r.kind,
        level: r.level,
        cannot_judge: r.cannot_judge,
        comment: r.comment.clone(),
        evidence_pointer: r.evidence_pointer.clone(),
    });
    view.ratings = lettered.collect();
    view.content = Some(reports::store::submission(db, &view.submission_id)?.content);
    Ok(view)
}

/// A case with its ratings, and who could be the third expert.
pub fn disagreement_read(call: &Call<'_>, id: &DisagreementId) -> Result<(DisagreementView, Vec<CandidateView>)> {
    let (view, open) = call.read(|db| {
        let (row, place) = find(call, db, id, UseCase::disagreement_read)?;
        let open = row.state == CaseState::Open;
        Ok((detailed(call, db, row, &place)?, open))
    })?;
    let candidates = if open { candidate_list(call, &view.submission_id)?.1 } else { Vec::new() };
    Ok((view, candidates))
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisagreementThird {
    pub person_id: PersonId,
}

/// Asks a third expert to judge the disputed measure, and only that. One who is already a third
/// expert of the same report gets the measure added to their review.
pub fn disagreement_invite_third(call: &Call<'_>, id: &DisagreementId, input: &DisagreementThird) -> Result<DisagreementView> {
    call.write(|db| {
        let (case, place) = find(call, db, id, UseCase::disagreement_invite_third)?;
        match case.state {
            CaseState::Open => {}
            CaseState::ThirdInvited => return Err(Error::Conflict("third_invited")),
            CaseState::Resolved => return Err(Error::Conflict("case_resolved")),
        }
        let pool = Pool::load(call, db, &case.round_id)?;
        let expert = pool.expert(&input.person_id).ok_or_else(|| Error::field("person_id", "unknown_choice"))?;
        let existing = pool.reviews.iter().find(|r| r.submission_id == case.submission_id && r.person_id == input.person_id);
        let extends = existing.filter(|r| r.kind == ReviewKind::Third && matches!(r.state, ReviewState::Invited | ReviewState::Accepted));
        let review = if let Some(row) = extends {
            let mut measures = row.limited_to()?;
            measures.push(case.measure.clone());
            let json = serde_json::to_string(&measures).map_err(Error::internal)?;
            if store::review_measures_set(db, &row.id, &json)? == 0 {
                return Err(Error::Conflict("conflict"));
            }
            row.id.clone()
        } else {
            if let Some(why) = pool.why_not(expert, &place.city, &case.submission_id) {
                return Err(refused(&why));
            }
            let person = pool.people.get(&input.person_id).ok_or(Error::NotFound("person"))?;
            // The same rubric as the ratings that disagree: versions are never mixed in one case.
            let first = pool.reviews.iter().find(|r| r.submission_id == case.submission_id && r.state == ReviewState::Submitted);
            let rubric = match first {
                Some(row) => row.rubric_id.clone(),
                None => rubric_of(call, db, &place)?.0,
            };
            let measures = [case.measure.clone()];
            let seat = Offer {
                place: &place,
                submission: &case.submission_id,
                rubric: &rubric,
                person,
                kind: ReviewKind::Third,
                measures: &measures,
                sections: 1,
                withdrawn: existing,
            };
            offer(call, db, &seat)?
        };
        if store::disagreement_third(db, id, Some(&review))? == 0 {
            return Err(Error::Conflict("case_resolved"));
        }
        call.audit(db, UseCase::disagreement_invite_third, id, &json!({"review_id": review, "person_id": input.person_id}))?;
        let row = store::disagreement(db, id)?;
        detailed(call, db, row, &place)
    })
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisagreementResolve {
    /// `consensus` or `adjudication`.
    pub resolution: Resolution,
    /// 0 to 4.
    pub level: i32,
    /// How it was come to; kept with the case.
    pub note: String,
}

/// Settles a case. A third expert who was asked keeps their review, but it no longer decides.
pub fn disagreement_resolve(call: &Call<'_>, id: &DisagreementId, input: &DisagreementResolve) -> Result<DisagreementView> {
    let mut checks = Checks::new();
    // Experts settle a case by submitting, never by somebody saying so.
    checks.require(matches!(input.resolution, Resolution::Consensus | Resolution::Adjudication), "resolution", "unknown_choice");
    if !(0..=TOP).contains(&input.level) {
        checks.push(FieldError::new("level", "out_of_range").with("min", 0).with("max", TOP));
    }
    let note = checks.text("note", &input.note, 4000, true);
    let checked = checks.done();
    call.write(|db| {
        let (case, place) = find(call, db, id, UseCase::disagreement_resolve)?;
        if case.state == CaseState::Resolved {
            return Err(Error::Conflict("case_resolved"));
        }
        checked?;
        settle(call, db, &case, input.resolution, f64::from(input.level), &note)?;
        let row = store::disagreement(db, id)?;
        detailed(call, db, row, &place)
    })
}
