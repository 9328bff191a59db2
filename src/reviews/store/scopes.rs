//! Reviews as scopes of grants, for the room of people to ask. No form offers them.

use diesel::prelude::*;

use crate::ground::ids::{PersonId, ReviewId, RoundId};
use crate::ground::{Result, Text};
use crate::people::identity::{ScopeKind, Target};
use crate::people::store::{Scope, ScopesOf};
use crate::store::Db;
use crate::store::schema::review;

pub const REVIEWS: ScopesOf = ScopesOf { kind: ScopeKind::Review, named: reviews_named, within: |_, _| Ok(Vec::new()) };

fn reviews_named(db: &mut Db, ids: &[&str]) -> Result<Vec<Scope>> {
    let rows: Vec<(ReviewId, RoundId, PersonId)> =
        review::table.filter(review::id.eq_any(ids)).select((review::id, review::round_id, review::person_id)).load(db)?;
    let a_review = |(id, round, expert): (ReviewId, RoundId, PersonId)| Scope {
        kind: ScopeKind::Review,
        id: id.to_string(),
        name: Text::english(id.to_string()),
        target: Target::of_round(&round).review(&id, &expert),
    };
    Ok(rows.into_iter().map(a_review).collect())
}
