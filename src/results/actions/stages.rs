//! How the results of a participation come to be seen: to the check, to the release, to the public,
//! and a step back. Each step is told to the city's officers; what was released is kept.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Frozen, fresh};
use crate::ground::error::Checks;
use crate::ground::ids::ParticipationId;
use crate::ground::limits::{Limit, Limits};
use crate::ground::receipt::sha256_hex;
use crate::ground::{Error, Result, UtcTime};
use crate::mail::letter::Link;
use crate::mail::store::{About, put};
use crate::people::call::{Call, Permit};
use crate::people::identity::{Role, ScopeKind, Stage, Target};
use crate::people::policy::UseCase;
use crate::people::store::recipients_with_role;
use crate::results::messages::ResultsMoved;
use crate::results::problems::{BEING_COMPUTED, DISAGREEMENT_OPEN, REVIEW_AWAITED, STAGE_MOVED};
use crate::results::profile::{Because, ResultState};
use crate::results::store::{self, ReleaseHead, ReleaseRow};
use crate::reviews::actions::{Whom, unconflicted};
use crate::rounds::actions::place_for;
use crate::rounds::place::Place;
use crate::store::Db;
use crate::surveys::estimates::NoEstimate;
use crate::{reports, reviews, rounds};

/// Longest reason of a step back, in characters.
const REASON_CHARACTERS: usize = 2000;

/// A step back, with the stage that it begins from: pressed twice, it is one step.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResultsRecall {
    pub from: Stage,
    pub reason: String,
}

impl ResultsRecall {
    pub const LIMITS: Limits = &[("reason", Limit::Text(REASON_CHARACTERS))];
}

/// Where a participation's results stand.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StageView {
    pub participation_id: ParticipationId,
    pub stage: Stage,
    /// The versions that were released, oldest first: those that were published, for whoever has no role here.
    pub releases: Vec<ReleaseView>,
}

/// A version of released results.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReleaseView {
    pub number: i32,
    #[schema(value_type = String, format = DateTime)]
    pub released_at: UtcTime,
    /// SHA-256 of the results as they were released.
    pub content_hash: String,
    /// When everybody could read it first; absent where it never came so far.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<UtcTime>,
    /// Whether these are the results now; else they were recalled, and perhaps released anew.
    pub in_force: bool,
}

impl ReleaseView {
    /// `newest`: the last version, which is in force while the results are not recalled.
    pub(super) fn of(head: ReleaseHead, newest: i32, stage: Stage) -> Self {
        Self {
            in_force: head.number == newest && stage >= Stage::Released,
            number: head.number,
            released_at: head.released_at,
            content_hash: head.content_hash,
            published_at: head.published_at,
        }
    }
}

/// Lets the city's officers see the draft, to check the facts.
pub fn results_check(call: &Call<'_>, id: &ParticipationId) -> Result<StageView> {
    step_on(call, UseCase::results_check, id, Stage::Assessing, Stage::Checking)
}

/// Freezes the results as a version, for the city and for analysts.
pub fn results_release(call: &Call<'_>, id: &ParticipationId) -> Result<StageView> {
    step_on(call, UseCase::results_release, id, Stage::Checking, Stage::Released)
}

/// Opens the released version to everybody.
pub fn results_publish(call: &Call<'_>, id: &ParticipationId) -> Result<StageView> {
    step_on(call, UseCase::results_publish, id, Stage::Released, Stage::Published)
}

/// A place for whoever is free of a conflict of interest with its city: how far its results come is for others.
fn free_place<'c>(call: &'c Call<'_>, use_case: UseCase, id: &ParticipationId) -> Result<Permit<'c, Place>> {
    let place = place_for(call, use_case, id)?;
    place.read(|db| unconflicted(call, db, Whom::Caller, &place))?;
    Ok(place)
}

fn step_on(call: &Call<'_>, use_case: UseCase, id: &ParticipationId, from: Stage, to: Stage) -> Result<StageView> {
    let place = free_place(call, use_case, id)?;
    if place.stage == to {
        return place.read(|db| view(call, db, &place, to));
    }
    turn(call, &place, from, to, "", |db| {
        let newest = store::releases(db, id)?.last().map_or(0, |head| head.number);
        match to {
            Stage::Released => {
                let (content, content_hash) = freeze(call, db, &place)?;
                let (number, released_by) = (newest + 1, call.caller.actor());
                let participation_id = id.clone();
                let row = ReleaseRow { participation_id, number, released_at: call.now, released_by, content, content_hash, published_at: None };
                store::release_insert(db, &row)
            }
            Stage::Published => store::release_publish(db, id, newest, call.now),
            Stage::Assessing | Stage::Checking => Ok(()),
        }
    })
}

/// One step back, with a reason that the city's officers are told. Versions that were released stay.
pub fn results_recall(call: &Call<'_>, id: &ParticipationId, input: &ResultsRecall) -> Result<StageView> {
    let place = free_place(call, UseCase::results_recall, id)?;
    let mut checks = Checks::new();
    let reason = checks.text("reason", &input.reason, REASON_CHARACTERS, true);
    checks.done()?;
    let to = input.from.before().ok_or(Error::Conflict(STAGE_MOVED))?;
    turn(call, &place, input.from, to, &reason, |_| Ok(()))
}

/// Turns the stage if it is still the expected one; the database decides between two who press.
fn turn(
    call: &Call<'_>,
    place: &Permit<'_, Place>,
    from: Stage,
    to: Stage,
    reason: &str,
    besides: impl FnOnce(&mut Db) -> Result<()>,
) -> Result<StageView> {
    let id = &place.participation;
    place.write(|db| {
        // What was seen before may be otherwise by now: a conflict was found, a case opened.
        unconflicted(call, db, Whom::Caller, place)?;
        if !rounds::store::participation_turn(db, id, from, to)? {
            return Err(Error::Conflict(STAGE_MOVED));
        }
        besides(db)?;
        place.audit(db, id, &json!({"from": from, "to": to}))?;
        let letter = ResultsMoved {
            city: place.city.name.clone(),
            round: place.round.name.clone(),
            stage: to,
            back: to < from,
            reason: reason.to_owned(),
            link: Link::to(&format!("/participations/{id}/profile")),
        };
        let about = About { kind: "participation", id: id.as_str(), round: Some(&place.round.id) };
        for officer in recipients_with_role(db, Role::CityOfficer, ScopeKind::City, place.city.id.as_str())? {
            put(db, call.service, &officer, about, &letter)?;
        }
        view(call, db, place, to)
    })
}

fn view(call: &Call<'_>, db: &mut Db, place: &Place, stage: Stage) -> Result<StageView> {
    let heads = store::releases(db, &place.participation)?;
    let newest = heads.last().map_or(0, |head| head.number);
    let all = sees_unpublished(call, UseCase::release_list, place);
    let shown = heads.into_iter().filter(|head| all || head.published_at.is_some());
    let releases = shown.map(|head| ReleaseView::of(head, newest, stage)).collect();
    Ok(StageView { participation_id: place.participation.clone(), stage, releases })
}

/// Whether somebody reads versions that were never published: by a role, from the release on, and not only because
/// the results are everybody's.
pub(super) fn sees_unpublished(call: &Call<'_>, use_case: UseCase, place: &Place) -> bool {
    call.may(use_case, &Target { stage: Some(place.stage.min(Stage::Released)), ..place.target() })
}

/// The results as JSON with their hash, of the moment in which they are released. Refused while experts disagree:
/// what is released is final.
fn freeze(call: &Call<'_>, db: &mut Db, place: &Place) -> Result<(String, String)> {
    let view = fresh(call, db, place)?;
    if view.results.iter().any(|row| row.state == ResultState::OpenDisagreement) {
        return Err(Error::Conflict(DISAGREEMENT_OPEN));
    }
    let newest = reports::store::newest_submissions_of(db, std::slice::from_ref(&place.participation))?;
    let judged: Vec<_> = newest.into_iter().map(|submission| submission.id).collect();
    if !reviews::actions::awaited(db, &judged)?.is_empty() {
        return Err(Error::Conflict(REVIEW_AWAITED));
    }
    if view.results.iter().any(|row| row.because == Some(Because::Estimate(NoEstimate::BeingComputed))) {
        return Err(Error::Conflict(BEING_COMPUTED));
    }
    let frozen = Frozen { framework_id: view.framework_id, results: view.results };
    let content = serde_json::to_string(&frozen).map_err(Error::internal)?;
    let hash = sha256_hex(content.as_bytes());
    Ok((content, hash))
}

/// Where the results stand, with every released version.
pub fn release_list(call: &Call<'_>, id: &ParticipationId) -> Result<StageView> {
    let place = place_for(call, UseCase::release_list, id)?;
    place.read(|db| view(call, db, &place, place.stage))
}
