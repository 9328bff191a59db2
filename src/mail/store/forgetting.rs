//! Taking mails out of the outbox and the journal: those to somebody who is erased, those that have had their time;
//! and what mails to others say of somebody.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::MessageState;
use super::journal::{HIDDEN, WAITING};
use crate::ground::ids::MessageId;
use crate::ground::{Email, Result, UtcTime};
use crate::mail::delivery::Hindrance;
use crate::store::Db;
use crate::store::schema::{message, message_event};

/// Deletes every mail to somebody, waiting ones too. One that is being sent at this moment is sent, and nothing is
/// recorded of it.
pub fn forget_person(db: &mut Db, person: &str) -> Result<()> {
    let theirs: Vec<(String, MessageId)> = message::table.filter(message::person_id.eq(person)).select((message::round_id, message::id)).load(db)?;
    messages_delete(db, &theirs).map(drop)
}

/// Deletes mails with their history; how many those were.
pub fn messages_delete(db: &mut Db, keys: &[(String, MessageId)]) -> Result<usize> {
    let mut deleted = 0;
    for (round, id) in keys {
        let events = message_event::table.filter(message_event::round_id.eq(round)).filter(message_event::message_id.eq(id));
        diesel::delete(events).execute(db)?;
        deleted += diesel::delete(message::table.find((round, id))).execute(db)?;
    }
    Ok(deleted)
}

/// Mails that were written before a moment and are over, whatever became of them. Ids are in the order of time, so
/// that nothing newer is looked at.
macro_rules! over {
    ($before:expr) => {
        message::table
            .filter(message::id.lt(MessageId::first_of($before)))
            .filter(message::created_at.lt($before))
            .filter(message::state.ne_all(WAITING))
    };
}

/// A mail that is over, and what it was about.
#[derive(Debug)]
pub struct Over {
    pub key: (String, MessageId),
    pub kind: String,
    pub about: String,
    pub to: Email,
    state: MessageState,
    last_error: String,
}

impl Over {
    /// Whether it will never reach that address; one that was given up because the server was away might have.
    pub fn is_refused(&self) -> bool {
        self.state == MessageState::Bounced || self.state == MessageState::Failed && self.last_error == Hindrance::BadAddress.as_str()
    }
}

type OverRow = ((String, MessageId), (String, String, Email), MessageState, String);

/// Mails to those who are invited to surveys that are over, `most` at most.
pub fn over_hidden(db: &mut Db, most: i64) -> Result<Vec<Over>> {
    let over = [MessageState::Sent, MessageState::Bounced, MessageState::Failed, MessageState::Suppressed];
    let of = message::table.filter(message::subject_kind.eq_any(HIDDEN)).filter(message::state.eq_any(over)).limit(most);
    let about = (message::subject_kind, message::subject_id, message::to_email);
    let rows: Vec<OverRow> = of.select(((message::round_id, message::id), about, message::state, message::last_error)).load(db)?;
    let row = |(key, (kind, about, to), state, last_error)| Over { key, kind, about, to, state, last_error };
    Ok(rows.into_iter().map(row).collect())
}

/// Has PostgreSQL remove what was deleted. Outside of any transaction.
pub fn remove_what_was_deleted(db: &mut Db) -> Result<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(c) => Ok(c.batch_execute("VACUUM message, message_event")?),
    }
}

/// How many mails are over that were written before that.
pub fn over_count(db: &mut Db, before: UtcTime) -> Result<i64> {
    Ok(over!(before).count().get_result(db)?)
}

/// Deletes mails with their history that are over and were written before that, the oldest first, `most` at most.
pub fn over_delete(db: &mut Db, before: UtcTime, most: i64) -> Result<usize> {
    let keys: Vec<(String, MessageId)> = over!(before).order(message::id).limit(most).select((message::round_id, message::id)).load(db)?;
    messages_delete(db, &keys)
}

/// Whether a mail to somebody has not gone out yet.
pub fn waits_for(db: &mut Db, person: &str) -> Result<bool> {
    let theirs = message::table.filter(message::person_id.eq(person)).filter(message::state.eq_any(WAITING));
    Ok(theirs.select(message::id).first::<MessageId>(db).optional()?.is_some())
}

/// What a mail says besides its template: its id, its values and its subject line.
pub type Said = (String, MessageId, String, String);

/// Mails after one of them in the order of their ids, `most` at most, whoever they are to.
pub fn said_after(db: &mut Db, after: Option<&MessageId>, most: i64) -> Result<Vec<Said>> {
    let mut query =
        message::table.select((message::round_id, message::id, message::context, message::subject)).order(message::id).limit(most).into_boxed();
    if let Some(after) = after {
        query = query.filter(message::id.gt(after.clone()));
    }
    Ok(query.load(db)?)
}

/// Has a mail say something else from now on.
pub fn say_instead(db: &mut Db, (round, id, context, subject): &Said) -> Result<()> {
    diesel::update(message::table.find((round, id))).set((message::context.eq(context), message::subject.eq(subject))).execute(db)?;
    Ok(())
}
