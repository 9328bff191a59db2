//! What of panels is not for the caller, over all rounds: what lists leave out in their queries, and what rooms
//! below, mail and people, leave out or withhold through what the roof has registered.
//!
//! Two kinds: the panels of cities that somebody is bound to, and those on which they sit and have not submitted. Of
//! the first they see nothing at all, of the second what is their own.

use std::collections::BTreeSet;

use super::found::places_of;
use super::guard::{Bound, is_blind};
use crate::ground::Result;
use crate::ground::ids::{CityId, ParticipationId, ReviewId, RoundId, SubmissionId};
use crate::people::call::{Call, NotFor, Private};
use crate::people::policy::UseCase;
use crate::reviews::store;
use crate::store::Db;
use crate::{reports, rounds};

pub const PRIVATE: Private = Private(not_for);

/// The participations whose panels are not for the caller.
#[derive(Default)]
struct Unseen {
    /// Of cities that they are bound to.
    own: BTreeSet<ParticipationId>,
    rounds: BTreeSet<RoundId>,
    cities: BTreeSet<CityId>,
    /// Where they sit on the panel and have not submitted.
    blind: BTreeSet<ParticipationId>,
}

impl Unseen {
    fn of(call: &Call<'_>, db: &mut Db) -> Result<Self> {
        let mut unseen = Self::default();
        let bound = Bound::of_caller(call, db)?;
        for city in bound.cities().filter(|city| bound.bars_somewhere(city)) {
            unseen.cities.insert(city.clone());
            for target in rounds::store::targets_of_city(db, city)? {
                let (Some(round), Some(participation)) = (target.round, target.participation) else { continue };
                if bound.bars(&round, city) {
                    unseen.own.insert(participation);
                    unseen.rounds.insert(round);
                }
            }
        }
        if let Some(person) = call.caller.acting_person() {
            let mine = store::reviews_by(db, person)?.into_iter().filter(is_blind);
            let submissions: Vec<SubmissionId> = mine.map(|row| row.submission_id).collect();
            unseen.blind = places_of(db, &submissions)?.into_values().map(|place| place.participation).collect();
        }
        Ok(unseen)
    }
}

fn submissions(db: &mut Db, of: &BTreeSet<ParticipationId>) -> Result<Vec<SubmissionId>> {
    Ok(reports::store::submissions_by(db, of)?.into_iter().map(|(_, submission)| submission).collect())
}

/// Every submission of cities that the caller is bound to, in the rounds where they are.
pub(super) fn own_submissions(call: &Call<'_>, db: &mut Db) -> Result<Vec<SubmissionId>> {
    let unseen = Unseen::of(call, db)?;
    submissions(db, &unseen.own)
}

/// Those, and the submissions on whose panels they sit without having submitted.
pub(super) fn unseen_submissions(call: &Call<'_>, db: &mut Db) -> Result<Vec<SubmissionId>> {
    let unseen = Unseen::of(call, db)?;
    submissions(db, &unseen.own.union(&unseen.blind).cloned().collect())
}

/// For mails, which name the expert, and for the audit: whatever is done to a review, a disagreement, a submission as
/// a panel goes on to it, or a plan that counts the panel; whatever names a review or a disagreement; that a conflict
/// with the city was said or dismissed, which an expert does who was asked; and that its report was given back, for
/// that tells how much was rated. What the city itself does with its report tells nothing of the panel.
fn not_for(call: &Call<'_>, db: &mut Db) -> Result<NotFor> {
    let unseen = Unseen::of(call, db)?;
    let all: BTreeSet<ParticipationId> = unseen.own.union(&unseen.blind).cloned().collect();
    if all.is_empty() && unseen.cities.is_empty() {
        return Ok(NotFor::default());
    }
    let blind: BTreeSet<SubmissionId> = submissions(db, &unseen.blind)?.into_iter().collect();
    let own: BTreeSet<SubmissionId> = submissions(db, &unseen.own)?.into_iter().collect();
    let reports = reports::store::submissions_by(db, &all)?.into_iter().map(|(report, _)| report.to_string());
    let reports: BTreeSet<String> = reports.collect();
    let there: Vec<SubmissionId> = own.union(&blind).cloned().collect();
    let mine = call.caller.acting_person();
    let reviews = store::reviews_of_submissions(db, &there)?.into_iter();
    let reviews = reviews.filter(|row| own.contains(&row.submission_id) || mine != Some(&row.person_id));
    let reviews: BTreeSet<ReviewId> = reviews.map(|row| row.id).collect();
    let cases = store::disagreements_of_submissions(db, &there)?.into_iter().map(|case| case.id.to_string());
    let named: BTreeSet<String> = cases.chain(reviews.iter().map(ToString::to_string)).collect();
    let plans = store::plans_of(db, &unseen.rounds)?.into_iter().map(|plan| plan.to_string());
    let objects = named.iter().cloned().chain(there.iter().map(ToString::to_string)).chain(plans).collect();
    let said = [UseCase::conflict_declare, UseCase::conflict_dismiss];
    let of_cities = unseen.cities.iter().flat_map(|city| said.map(|use_case| (use_case, city.to_string())));
    let about = of_cities.chain(reports.into_iter().map(|report| (UseCase::report_return, report))).collect();
    Ok(NotFor { reviews, objects, named, about })
}
