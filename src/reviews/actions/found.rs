//! The one way to each kind of row: looked up together with what the policy needs to know of it.

use std::collections::BTreeMap;

use super::guard::{Whom, over_panel, over_review, unconflicted};
use crate::ground::ids::{CityId, DisagreementId, EvidenceId, ParticipationId, PersonId, PlanId, ReviewId, RoundId, SubmissionId};
use crate::ground::{Error, Result};
use crate::people::call::{Call, Permit};
use crate::people::identity::{Purpose, Role, ScopeKind, Target};
use crate::people::policy::UseCase;
use crate::people::store::GrantRow;
use crate::reviews::expert::Serves;
use crate::reviews::store::{self, DisagreementRow, PlanRow, ReviewRow};
use crate::rounds::place::{Place, Round};
use crate::store::Db;
use crate::{people, reports, rounds};

/// Which review: by id, or the one that the link in hand opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewKey {
    Id(ReviewId),
    Link,
}

/// A review with its place.
pub struct Found {
    pub row: ReviewRow,
    pub place: Place,
}

pub fn review<'c>(call: &'c Call<'_>, use_case: UseCase, key: &ReviewKey) -> Result<Permit<'c, Found>> {
    let id = match key {
        ReviewKey::Id(id) => id.clone(),
        ReviewKey::Link => {
            let held = call.caller.capability.as_ref().filter(|h| h.purpose == Purpose::Review).ok_or(Error::NotFound("link"))?;
            held.subject_id.parse().map_err(|_| Error::NotFound("link"))?
        }
    };
    let permit = call.find(use_case, |db| {
        let row = store::review(db, &id)?;
        let place = place_of(db, &row.submission_id)?;
        let target = place.target().review(&row.id, &row.person_id);
        Ok((Found { row, place }, target))
    })?;
    // One's own review is one's own; whoever runs the round must be free of a conflict with the city.
    permit.read(|db| over_review(call, db, use_case, &permit.row, &permit.place))?;
    Ok(permit)
}

/// The caller's own review of a submission.
pub fn own_review<'c>(call: &'c Call<'_>, use_case: UseCase, id: &SubmissionId) -> Result<Permit<'c, Found>> {
    call.find(use_case, |db| own(call, db, use_case, std::slice::from_ref(id)))
}

/// The caller's own review of a submission that names a file; the newest, where there are several.
pub fn review_of_evidence<'c>(call: &'c Call<'_>, use_case: UseCase, id: &EvidenceId) -> Result<Permit<'c, Found>> {
    call.find(use_case, |db| {
        let naming = reports::actions::submissions_naming(db, id)?;
        own(call, db, use_case, &naming)
    })
}

fn own(call: &Call<'_>, db: &mut Db, use_case: UseCase, submissions: &[SubmissionId]) -> Result<(Found, Target)> {
    for row in store::reviews_of_submissions(db, submissions)?.into_iter().rev() {
        let place = place_of(db, &row.submission_id)?;
        let target = place.target().review(&row.id, &row.person_id);
        if call.caller.acting_person() == Some(&row.person_id) && call.may(use_case, &target) {
            return Ok((Found { row, place }, target));
        }
    }
    Err(Error::NotFound("record"))
}

/// A round for whoever may do the use case in it, or in one of its places.
pub fn round_or_place<'c>(call: &'c Call<'_>, use_case: UseCase, id: &RoundId) -> Result<Permit<'c, Round>> {
    call.find(use_case, |db| {
        let round = rounds::store::round(db, id)?;
        let mut targets = vec![rounds::store::target_of_round(db, id)?];
        if !targets.iter().any(|target| call.may(use_case, target)) {
            targets.extend(rounds::store::targets_in_round(db, id)?);
        }
        Ok((round, targets))
    })
}

/// The place of a submission, for whoever has no conflict of interest with its city.
pub fn submission<'c>(call: &'c Call<'_>, use_case: UseCase, id: &SubmissionId) -> Result<Permit<'c, Place>> {
    let permit = call.find(use_case, |db| {
        let place = place_of(db, id)?;
        let target = place.target();
        Ok((place, target))
    })?;
    permit.read(|db| unconflicted(call, db, Whom::Caller, &permit))?;
    Ok(permit)
}

pub fn plan<'c>(call: &'c Call<'_>, use_case: UseCase, id: &PlanId) -> Result<Permit<'c, PlanRow>> {
    call.find(use_case, |db| {
        let row = store::plan(db, id)?;
        let target = rounds::store::target_of_round(db, &row.round_id)?;
        Ok((row, target))
    })
}

/// A disagreement with its place, for whoever has no conflict of interest with its city, and does not judge there.
pub fn case<'c>(call: &'c Call<'_>, use_case: UseCase, id: &DisagreementId) -> Result<Permit<'c, (DisagreementRow, Place)>> {
    let permit = call.find(use_case, |db| {
        let row = store::disagreement(db, id)?;
        let place = place_of(db, &row.submission_id)?;
        let target = place.target();
        Ok(((row, place), target))
    })?;
    permit.read(|db| over_panel(call, db, use_case, &permit.1, &permit.0.submission_id))?;
    Ok(permit)
}

/// Somebody as an expert: where they serve, and the cities in which they hold an office.
pub struct Known {
    pub serves: Serves,
    pub offices: Vec<CityId>,
}

/// An expert is there for whoever reaches a round that they serve in, and for themself.
pub fn expert<'c>(call: &'c Call<'_>, use_case: UseCase, id: &PersonId) -> Result<Permit<'c, Known>> {
    let reach = call.reach(use_case).map(Permit::into_row).unwrap_or_default();
    call.find(use_case, |db| {
        people::store::person(db, id)?;
        let known = known(db, id)?;
        let targets = known.serves.targets(id, &reach);
        Ok((known, targets))
    })
}

/// Somebody as an expert at this moment.
pub(super) fn known(db: &mut Db, id: &PersonId) -> Result<Known> {
    let grants = people::store::grants_of(db, std::slice::from_ref(id))?;
    Ok(Known { serves: serves(&grants), offices: offices(&grants).map(|(_, city)| city).collect() })
}

pub(super) fn serves<'g>(grants: impl IntoIterator<Item = &'g GrantRow>) -> Serves {
    let mut serves = Serves::default();
    for grant in grants.into_iter().filter(|g| g.role == Role::Expert) {
        serves.add(grant.scope_kind, &grant.scope_id);
    }
    serves
}

/// Everybody who is an expert somewhere, and where.
pub fn serving(db: &mut Db) -> Result<BTreeMap<PersonId, Serves>> {
    let mut all: BTreeMap<PersonId, Serves> = BTreeMap::new();
    for grant in people::store::grants_with_role(db, Role::Expert)? {
        all.entry(grant.person_id).or_default().add(grant.scope_kind, &grant.scope_id);
    }
    Ok(all)
}

/// Cities for which people hold an office (its officers, and who reads its results for it): what a conflict of
/// interest is derived from.
pub fn offices(grants: &[GrantRow]) -> impl Iterator<Item = (PersonId, CityId)> {
    let held = grants.iter().filter(|g| matches!(g.role, Role::CityOfficer | Role::Analyst) && g.scope_kind == ScopeKind::City);
    held.map(|g| (g.person_id.clone(), CityId::from_stored(g.scope_id.clone())))
}

/// The places of some submissions.
pub fn places_of(db: &mut Db, submissions: &[SubmissionId]) -> Result<BTreeMap<SubmissionId, Place>> {
    let pairs = reports::store::participations_of(db, submissions)?;
    let ids: Vec<ParticipationId> = pairs.iter().map(|(_, p)| p.clone()).collect();
    let places: BTreeMap<_, _> = rounds::store::places(db, &ids)?.into_iter().map(|p| (p.participation.clone(), p)).collect();
    Ok(pairs.into_iter().filter_map(|(s, p)| Some((s, places.get(&p)?.clone()))).collect())
}

fn place_of(db: &mut Db, id: &SubmissionId) -> Result<Place> {
    let found = reports::store::participations_of(db, std::slice::from_ref(id))?;
    let (_, participation) = found.into_iter().next().ok_or(Error::NotFound("submission"))?;
    rounds::store::place(db, &participation)
}
