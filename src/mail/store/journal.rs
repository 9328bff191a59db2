//! Reading the outbox: which mails, of which rounds, and how many in which state.

use std::collections::BTreeSet;

use diesel::dsl::{count_star, min};
use diesel::prelude::*;

use super::{MessageRow, MessageState};
use crate::ground::ids::{MessageId, PersonId, ReviewId, RoundId};
use crate::ground::{Result, UtcTime};
use crate::mail::delivery::LATE_SECONDS;
use crate::store::Db;
use crate::store::db::found;
use crate::store::schema::message;
use crate::web::paging::PageAt;

/// What the first letter to somebody who is invited to a survey is about, and what a later one.
pub const INVITATION: &str = "invitation";
pub const REMINDER: &str = "survey_reminder";
/// Mails that are shown and counted nowhere: who is reminded has not answered.
pub const HIDDEN: [&str; 2] = [INVITATION, REMINDER];

/// Whether a mail is about somebody who is invited to a survey.
pub fn is_hidden(row: &MessageRow) -> bool {
    HIDDEN.contains(&row.subject_kind.as_str())
}

/// Which messages to read.
#[derive(Debug, Clone, Default)]
pub struct MessageFilter {
    /// Only the mails of these rounds; else all, those of no round too.
    pub rounds: Option<Vec<RoundId>>,
    pub state: Option<MessageState>,
    /// Id of what the message is about: a round, report, review, account …
    pub subject_id: Option<String>,
    /// Also mails to those who are invited to a survey: of a mailbox that nobody else reads.
    pub invitations: bool,
    /// No mails about these reviews, but those to the reader.
    pub but: But,
}

/// What the reader of a list is not shown, and does not count.
#[derive(Debug, Clone, Default)]
pub struct But {
    pub reviews: BTreeSet<ReviewId>,
    pub reader: Option<PersonId>,
}

/// Narrows a query to the rounds and the subject: the same for lists and counts, whose queries have
/// types of their own.
macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let mut query = $query.into_boxed();
        if !$filter.invitations {
            query = query.filter(message::subject_kind.ne_all(HIDDEN));
        }
        if let Some(rounds) = &$filter.rounds {
            query = query.filter(message::round_id.eq_any(rounds.iter().map(ToString::to_string).collect::<Vec<_>>()));
        }
        if let Some(subject) = &$filter.subject_id {
            query = query.filter(message::subject_id.eq(subject.clone()));
        }
        if !$filter.but.reviews.is_empty() {
            let unseen: Vec<String> = $filter.but.reviews.iter().map(ToString::to_string).collect();
            let reader = $filter.but.reader.as_ref().map_or("", |reader| reader.as_str()).to_owned();
            let others = message::subject_kind.ne("review").or(message::subject_id.ne_all(unseen));
            query = query.filter(others.or(message::person_id.eq(reader)));
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

/// How the outbox is doing. Mails to those who are invited to surveys are in no count, reminders in nothing.
#[derive(Debug, Clone)]
pub struct Backlog {
    /// Mails per state; a state without any is absent.
    pub states: Vec<(MessageState, i64)>,
    /// Since when the mail is due that has been due for longest, and is not sent.
    pub due_since: Option<UtcTime>,
    /// When the oldest mail was written that is due now, or was put off.
    pub oldest: Option<UtcTime>,
}

impl Backlog {
    pub fn of(&self, state: MessageState) -> i64 {
        self.states.iter().filter(|(s, _)| *s == state).map(|(_, n)| n).sum()
    }

    /// How many wait to be sent.
    pub fn waiting(&self) -> i64 {
        WAITING.iter().map(|state| self.of(*state)).sum()
    }

    /// Since when a mail has waited for so long that somebody should look.
    pub fn late_since(&self, now: UtcTime) -> Option<UtcTime> {
        late(self.oldest, now)
    }
}

fn late(oldest: Option<UtcTime>, now: UtcTime) -> Option<UtcTime> {
    oldest.filter(|oldest| now.seconds_since(*oldest) >= LATE_SECONDS)
}

/// The same without a count of all mails.
pub fn late_since(db: &mut Db, now: UtcTime) -> Result<Option<UtcTime>> {
    Ok(late(oldest(db, now)?, now))
}

/// When the oldest mail was written that is due now, or was put off.
fn oldest(db: &mut Db, now: UtcTime) -> Result<Option<UtcTime>> {
    let told = || message::table.filter(message::subject_kind.ne(REMINDER));
    let due = told().filter(message::state.eq_any(WAITING)).filter(message::due_at.le(now));
    let due: Option<UtcTime> = due.select(min(message::created_at)).first(db)?;
    let put_off = told().filter(message::state.eq(MessageState::Deferred)).select(min(message::created_at));
    let put_off: Option<UtcTime> = put_off.first(db)?;
    Ok(due.into_iter().chain(put_off).min())
}

/// States of mails that have not gone out yet, and may.
pub(super) const WAITING: [MessageState; 3] = [MessageState::Queued, MessageState::Sending, MessageState::Deferred];

/// How the outbox is doing at that moment.
pub fn backlog(db: &mut Db, now: UtcTime) -> Result<Backlog> {
    let told = message::table.filter(message::subject_kind.ne(REMINDER));
    let due = told.filter(message::state.eq_any(WAITING)).filter(message::due_at.le(now));
    Ok(Backlog { states: counts(db, &MessageFilter::default())?, due_since: due.select(min(message::due_at)).first(db)?, oldest: oldest(db, now)? })
}

pub fn one(db: &mut Db, id: &MessageId) -> Result<MessageRow> {
    found(message::table.filter(message::id.eq(id)).select(MessageRow::as_select()).first(db), "message")
}
