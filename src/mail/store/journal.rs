//! Reading the outbox: which mails, of which rounds, and how many in which state.

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::{MessageRow, MessageState};
use crate::ground::Result;
use crate::ground::ids::{MessageId, RoundId};
use crate::store::Db;
use crate::store::db::found;
use crate::store::schema::message;
use crate::web::paging::PageAt;

/// Which messages to read.
#[derive(Debug, Clone, Default)]
pub struct MessageFilter {
    /// Only the mails of these rounds; else all, those of no round too.
    pub rounds: Option<Vec<RoundId>>,
    pub state: Option<MessageState>,
    /// Id of what the message is about: a round, report, review, account …
    pub subject_id: Option<String>,
}

/// Narrows a query to the rounds and the subject: the same for lists and counts, whose queries have
/// types of their own.
macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let mut query = $query.into_boxed();
        if let Some(rounds) = &$filter.rounds {
            query = query.filter(message::round_id.eq_any(rounds.iter().map(ToString::to_string).collect::<Vec<_>>()));
        }
        if let Some(subject) = &$filter.subject_id {
            query = query.filter(message::subject_id.eq(subject.clone()));
        }
        query
    }};
}

/// Newest first, one more than asked for.
pub fn page(db: &mut Db, filter: &MessageFilter, at: &PageAt<MessageId>) -> Result<Vec<MessageRow>> {
    let mut query = narrowed!(message::table.select(MessageRow::as_select()).order(message::id.desc()).limit(at.limit + 1), filter);
    if let Some(state) = filter.state {
        query = query.filter(message::state.eq(state));
    }
    if let Some(after) = &at.after {
        query = query.filter(message::id.lt(after.clone()));
    }
    Ok(query.load(db)?)
}

/// Messages per state, whatever state the filter asks for.
pub fn counts(db: &mut Db, filter: &MessageFilter) -> Result<Vec<(MessageState, i64)>> {
    Ok(narrowed!(message::table.group_by(message::state).select((message::state, count_star())), filter).load(db)?)
}

pub fn one(db: &mut Db, id: &MessageId) -> Result<MessageRow> {
    found(message::table.filter(message::id.eq(id)).select(MessageRow::as_select()).first(db), "message")
}
