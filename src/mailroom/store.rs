//! All SQL of the journal: reading the outbox within the caller's scope.

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::views::MessageFilter;
use crate::ground::Result;
use crate::ground::ids::MessageId;
use crate::mail::store::{MessageRow, MessageState};
use crate::store::Db;
use crate::store::db::found;
use crate::store::schema::message;
use crate::web::paging::PageAt;

/// Whose messages: all, or those of some rounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    All,
    Rounds(Vec<String>),
}

/// Newest first, one more than asked for.
pub fn page(db: &mut Db, scope: &Scope, filter: &MessageFilter, at: &PageAt<MessageId>) -> Result<Vec<MessageRow>> {
    let mut query = message::table.select(MessageRow::as_select()).order(message::id.desc()).limit(at.limit + 1).into_boxed();
    if let Scope::Rounds(rounds) = scope {
        query = query.filter(message::round_id.eq_any(rounds.clone()));
    }
    if let Some(state) = filter.state {
        query = query.filter(message::state.eq(state));
    }
    if let Some(subject) = &filter.subject_id {
        query = query.filter(message::subject_id.eq(subject.clone()));
    }
    if let Some(after) = &at.after {
        query = query.filter(message::id.lt(after.clone()));
    }
    Ok(query.load(db)?)
}

/// Messages per state.
pub fn counts(db: &mut Db, scope: &Scope) -> Result<Vec<(MessageState, i64)>> {
    let mut query = message::table.group_by(message::state).select((message::state, count_star())).into_boxed();
    if let Scope::Rounds(rounds) = scope {
        query = query.filter(message::round_id.eq_any(rounds.clone()));
    }
    Ok(query.load(db)?)
}

pub fn one(db: &mut Db, id: &MessageId) -> Result<MessageRow> {
    found(message::table.filter(message::id.eq(id)).select(MessageRow::as_select()).first(db), "message")
}
