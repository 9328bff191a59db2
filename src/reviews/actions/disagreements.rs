//! Disagreements as coordinators work with them: read, handed to a third expert, settled by consensus
//! or adjudication.

use serde::Deserialize;
use serde_json::json;

use super::assignment::{candidate_list, chosen, refused, rubric_of, still_newest};
use super::cases::settle;
use super::found::{self, places_of};
use super::guard::over_panel;
use super::inviting::{Offer, offer};
use super::pool::Pool;
use super::private::unseen_submissions;
use crate::ground::error::Checks;
use crate::ground::ids::{DisagreementId, PersonId, RoundId, SubmissionId};
use crate::ground::limits::{Limit, Limits};
use crate::ground::problems::CONFLICT;
use crate::ground::{Error, FieldError, Given, Result};
use crate::people::actions::name_of;
use crate::people::call::Call;
use crate::people::identity::Stage;
use crate::people::policy::UseCase;
use crate::reviews::panel::Resolution;
use crate::reviews::problems::{CASE_LAPSED, CASE_RESOLVED, THIRD_INVITED};
use crate::reviews::review::{ReviewKind, ReviewState};
use crate::reviews::rubric::{Rubric, TOP};
use crate::reviews::store::{self, CaseKey, CaseState, CountedRating, DisagreementRow, ReviewRow};
use crate::reviews::views::{CandidateView, DisagreementView, DisputedRating};
use crate::rounds::actions::changed;
use crate::rounds::place::Place;
use crate::store::Db;
use crate::web::paging::{Listing, PageAt};
use crate::{framework, reports};

/// The cases of a round that are within reach, open ones first.
pub fn disagreement_list(call: &Call<'_>, id: &RoundId, at: &PageAt<CaseKey>) -> Result<Listing<DisagreementView>> {
    let round = found::round_or_place(call, UseCase::disagreement_list, id)?;
    let reach = call.reach(UseCase::disagreement_list)?;
    round.read(|db| {
        let catalogue = framework::store::catalogue_of(db, &round.framework_id)?;
        let whole = reach.is_everything() || reach.rounds.get(id) == Some(&Stage::Assessing);
        let there = if whole { None } else { Some(reports::store::submissions_within(db, &reach)?) };
        let unseen = unseen_submissions(call, db)?;
        let rows = store::disagreements_page(db, id, there.as_deref(), &unseen, at)?;
        let rows = Listing::of(rows, at, |r| CaseKey::of(&r.id, r.state).to_string());
        let submissions: Vec<SubmissionId> = rows.items.iter().map(|r| r.submission_id.clone()).collect();
        let places = places_of(db, &submissions)?;
        let view = |row: DisagreementRow| {
            let place = places.get(&row.submission_id)?;
            Some(DisagreementView::of(row, place, &catalogue))
        };
        Ok(Listing { items: rows.items.into_iter().filter_map(view).collect(), next_cursor: rows.next_cursor })
    })
}

fn detailed(call: &Call<'_>, db: &mut Db, row: DisagreementRow, place: &Place) -> Result<DisagreementView> {
    let catalogue = framework::store::catalogue_of(db, &place.round.framework_id)?;
    let earlier = !reports::store::is_newest(db, &row.submission_id)?;
    let ratings = if earlier {
        store::ratings_given_before(db, &row.submission_id, &row.measure)?
    } else {
        store::counted_ratings(db, std::slice::from_ref(&row.submission_id))?
    };
    let mine: Vec<&CountedRating> = ratings.iter().filter(|r| r.measure == row.measure).collect();
    let rubric = match mine.first() {
        Some(first) => store::rubric(db, &first.rubric_id)?.rubric()?,
        None => Rubric::default(),
    };
    let third = match &row.third_review_id {
        Some(third) => Some(store::review(db, third)?),
        None => None,
    };
    let mut view = DisagreementView { earlier, ..DisagreementView::of(row, place, &catalogue) };
    if let Some(third) = third {
        let due = third.due_at.deadline(place.round.time_zone, call.caller.time_zone);
        view.third = Some((name_of(call, db, &third.person_id)?, due));
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
    let permit = found::case(call, UseCase::disagreement_read, id)?;
    let (row, place) = &*permit;
    let view = permit.read(|db| detailed(call, db, row.clone(), place))?;
    let candidates = if row.state == CaseState::Open { candidate_list(call, &row.submission_id)?.1 } else { Vec::new() };
    Ok((view, candidates))
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisagreementThird {
    #[schema(value_type = PersonId)]
    pub person_id: Given<PersonId>,
}

/// Asks a third expert to judge the disputed measure, and only that. One who is already a third
/// expert of the same report gets the measure added to their review.
pub fn disagreement_invite_third(call: &Call<'_>, id: &DisagreementId, input: &DisagreementThird) -> Result<DisagreementView> {
    let permit = found::case(call, UseCase::disagreement_invite_third, id)?;
    let wanted = chosen(&input.person_id)?;
    permit.write(|db| {
        let (case, place) = (store::disagreement(db, id)?, &permit.1);
        over_panel(call, db, UseCase::disagreement_invite_third, place, &case.submission_id)?;
        match case.state {
            CaseState::Open => {}
            CaseState::ThirdInvited => return Err(Error::Conflict(THIRD_INVITED)),
            CaseState::Resolved => return Err(Error::Conflict(CASE_RESOLVED)),
            CaseState::Lapsed => return Err(Error::Conflict(CASE_LAPSED)),
        }
        let pool = Pool::load(call, db, &case.round_id)?;
        let expert = pool.expert(&wanted).ok_or_else(|| Error::field("person_id", "unknown_choice"))?;
        let existing = pool.reviews.iter().find(|r| r.submission_id == case.submission_id && r.person_id == wanted);
        let extends = existing.filter(|r| r.kind == ReviewKind::Third && matches!(r.state, ReviewState::Invited | ReviewState::Accepted));
        let review = if let Some(row) = extends {
            // The seat was taken before; what has come up since counts all the same.
            if pool.conflict_of(&wanted, &place.city).is_some() {
                return Err(Error::field("person_id", "ineligible_conflict"));
            }
            let mut measures = row.limited_to()?;
            measures.push(case.measure.clone());
            let json = serde_json::to_string(&measures).map_err(Error::internal)?;
            if store::review_measures_set(db, &row.id, &json)? == 0 {
                return Err(Error::Conflict(CONFLICT));
            }
            row.id.clone()
        } else {
            if let Some(why) = pool.why_not(expert, &place.city, &case.submission_id) {
                return Err(refused(&why));
            }
            let person = pool.people.get(&wanted).ok_or(Error::NotFound("person"))?;
            // The same rubric as the ratings that disagree: versions are never mixed in one case.
            let gave = |r: &&ReviewRow| r.kind == ReviewKind::Independent && r.submitted_at.is_some() && ReviewState::COUNTED.contains(&r.state);
            let first = pool.reviews.iter().filter(|r| r.submission_id == case.submission_id).find(gave);
            let rubric = match first {
                Some(row) => row.rubric_id.clone(),
                None => rubric_of(call, db, place)?.0,
            };
            let measures = [case.measure.clone()];
            let seat = Offer {
                place,
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
        if store::disagreement_third(db, id, &review)? == 0 {
            return Err(Error::Conflict(CASE_RESOLVED));
        }
        permit.audit(db, id, &json!({"review_id": review, "person_id": wanted}))?;
        still_newest(db, &case.submission_id)?;
        let row = store::disagreement(db, id)?;
        detailed(call, db, row, place)
    })
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisagreementResolve {
    /// `consensus` or `adjudication`.
    #[schema(value_type = Resolution)]
    pub resolution: Given<Resolution>,
    /// 0 to 4.
    #[schema(value_type = i32)]
    pub level: Given<i32>,
    /// How it was come to; kept with the case.
    #[serde(default)]
    #[schema(required = true)]
    pub note: String,
}

const NOTE_MAX: usize = 4000;

impl DisagreementResolve {
    pub const LIMITS: Limits = &[("level", Limit::Number(0, TOP as i64)), ("note", Limit::Text(NOTE_MAX))];
}

/// Settles a case. A third expert who was asked keeps their review, but it no longer decides.
pub fn disagreement_resolve(call: &Call<'_>, id: &DisagreementId, input: &DisagreementResolve) -> Result<DisagreementView> {
    let permit = found::case(call, UseCase::disagreement_resolve, id)?;
    let mut checks = Checks::new();
    let how = checks.given("resolution", &input.resolution);
    // Experts settle a case by submitting, never by somebody saying so.
    checks.require(!matches!(how, Some(Resolution::ThirdExpert | Resolution::FurtherRating)), "resolution", "unknown_choice");
    let level = checks.given("level", &input.level);
    if level.is_some_and(|level| !(0..=TOP).contains(&level)) {
        checks.push(FieldError::new("level", "out_of_range").with("min", 0).with("max", TOP));
    }
    let note = checks.text("note", &input.note, NOTE_MAX, true);
    let checked = checks.complete(how.zip(level));
    permit.write(|db| {
        let case = store::disagreement(db, id)?;
        over_panel(call, db, UseCase::disagreement_resolve, &permit.1, &case.submission_id)?;
        match case.state {
            CaseState::Open | CaseState::ThirdInvited => {}
            CaseState::Resolved => return Err(Error::Conflict(CASE_RESOLVED)),
            CaseState::Lapsed => return Err(Error::Conflict(CASE_LAPSED)),
        }
        let (how, level) = checked?;
        settle(call, db, &case, how, f64::from(level), &note)?;
        changed(call.service, db, &permit.1.participation, call.now)?;
        let row = store::disagreement(db, id)?;
        detailed(call, db, row, &permit.1)
    })
}
