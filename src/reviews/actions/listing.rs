//! Reviews in lists: one's own, and those within reach.

use std::collections::BTreeMap;

use super::found::places_of;
use super::private::own_submissions;
use crate::ground::Result;
use crate::ground::ids::{ReviewId, RoundId, SubmissionId};
use crate::people::call::Call;
use crate::people::policy::{Reach, UseCase};
use crate::reports;
use crate::reviews::store::{self, Listed, ReviewRow};
use crate::reviews::views::ReviewSummary;
use crate::web::paging::{Listing, PageAt};

/// An expert's own reviews, and those of the rounds that a coordinator runs; with `own` only the first.
pub fn review_list(call: &Call<'_>, round: Option<&RoundId>, own: bool, at: &PageAt<ReviewId>) -> Result<Listing<ReviewSummary>> {
    let permit = call.reach(UseCase::review_list)?;
    let reach = if own { Reach { own: permit.own.clone(), ..Reach::default() } } else { (*permit).clone() };
    permit.read(|db| {
        // Reviews know their round, but neither their city nor its stage.
        let there = if reach.is_everything() { Vec::new() } else { reports::store::submissions_within(db, &reach)? };
        // Who judges a city is not for somebody of that city, whatever they run.
        let listed = Listed { there, unseen: own_submissions(call, db)?, reader: call.caller.acting_person().cloned(), round };
        let rows = Listing::of(store::reviews(db, &reach, listed, at)?, at, |r| r.id.to_string());
        let submissions: Vec<SubmissionId> = rows.items.iter().map(|r| r.submission_id.clone()).collect();
        let places = places_of(db, &submissions)?;
        let ids: Vec<ReviewId> = rows.items.iter().map(|r| r.id.clone()).collect();
        let mut rated: BTreeMap<ReviewId, usize> = BTreeMap::new();
        for rating in store::ratings_of(db, &ids)?.into_iter().filter(|r| r.level.is_some() || r.cannot_judge) {
            *rated.entry(rating.review_id).or_default() += 1;
        }
        let summary = |row: ReviewRow| {
            let place = places.get(&row.submission_id)?;
            let reopened = row.is_reopened();
            Some(ReviewSummary {
                reopened,
                rated: rated.get(&row.id).copied().unwrap_or(0),
                round: place.round.name.clone(),
                city: place.city.name.clone(),
                id: row.id,
                round_id: row.round_id,
                submission_id: row.submission_id,
                person_id: row.person_id,
                kind: row.kind,
                state: row.state,
                due: row.due_at.deadline(place.round.time_zone, call.caller.time_zone),
                due_at: row.due_at,
                version: row.version,
            })
        };
        Ok(Listing { items: rows.items.into_iter().filter_map(summary).collect(), next_cursor: rows.next_cursor })
    })
}
