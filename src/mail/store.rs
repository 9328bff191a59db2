//! All SQL of the outbox: putting in, claiming with a lease, recording what became of it. Reading it
//! is in `store/journal.rs`, deleting in `store/forgetting.rs`.
//!
//! A mail is owned by whoever moved it to `sending`, until the lease ends. Every step afterwards is
//! conditional on that very lease, so that two processes never record over each other.

pub mod forgetting;
pub mod journal;

use chrono::Duration;
use diesel::dsl::{case_when, max, min};
use diesel::prelude::*;
use diesel::sql_types::Text;

pub use super::delivery::MessageState;
use super::delivery::{LATEST_LEASE, MOST_ATTEMPTS, Outcome, is_over, may_retry};
use super::letter::{Letter, Recipient};
use crate::ground::ids::{MessageId, RoundId};
use crate::ground::{Email, Error, Language, Result, UtcTime};
use crate::service::Service;
use crate::store::Db;
use crate::store::archive::Rule;
use crate::store::schema::{message, message_event};
use crate::{on_each, sql_text, typed};

sql_text!(MessageState, |s: String| s.parse());

/// Every row is what its type says.
pub const RULES: &[Rule] = &[typed!(message, MessageRow), typed!(message_event, EventRow)];

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = message)]
pub struct MessageRow {
    /// Empty for mails that belong to no round.
    pub round_id: String,
    pub id: MessageId,
    pub template: String,
    pub language: Language,
    pub person_id: String,
    pub to_name: String,
    pub to_email: Email,
    pub subject_kind: String,
    pub subject_id: String,
    pub context: String,
    /// The rendered subject line; empty until sent.
    pub subject: String,
    pub state: MessageState,
    pub attempts: i32,
    pub due_at: UtcTime,
    pub lease_until: Option<UtcTime>,
    pub last_error: String,
    pub created_at: UtcTime,
    pub sent_at: Option<UtcTime>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = message_event)]
pub struct EventRow {
    pub round_id: String,
    pub message_id: MessageId,
    /// 0, 1, 2 … within the message.
    pub number: i32,
    pub at: UtcTime,
    pub state: MessageState,
    pub detail: String,
}

/// What a message is about: kind and id of the thing, and the round it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    pub kind: &'a str,
    pub id: &'a str,
    pub round: Option<&'a RoundId>,
}

/// Puts a letter into the outbox inside the caller's transaction. That alone makes the job that sends it due
/// (`wanted`): were its one row touched here, everybody who writes mail would wait for one another.
pub fn put<L: Letter>(db: &mut Db, service: &Service, to: &Recipient, about: About<'_>, letter: &L) -> Result<MessageId> {
    let now = service.now();
    let id = MessageId::new(&*service.clock, &*service.chance);
    let row = MessageRow {
        round_id: about.round.map(ToString::to_string).unwrap_or_default(),
        id: id.clone(),
        template: L::TEMPLATE.to_owned(),
        language: to.language.clone(),
        person_id: to.person.to_string(),
        to_name: to.name.clone(),
        to_email: to.email.clone(),
        subject_kind: about.kind.to_owned(),
        subject_id: about.id.to_owned(),
        context: serde_json::to_string(letter).map_err(Error::internal)?,
        subject: String::new(),
        state: MessageState::Queued,
        attempts: 0,
        due_at: now,
        lease_until: None,
        last_error: String::new(),
        created_at: now,
        sent_at: None,
    };
    diesel::insert_into(message::table).values(&row).execute(db)?;
    event(db, &row, 0, now, MessageState::Queued, "")?;
    Ok(id)
}

/// Records a state in the message's history.
pub fn event(db: &mut Db, row: &MessageRow, number: i32, at: UtcTime, state: MessageState, detail: &str) -> Result<()> {
    let event = EventRow { round_id: row.round_id.clone(), message_id: row.id.clone(), number, at, state, detail: detail.to_owned() };
    diesel::insert_into(message_event::table).values(&event).execute(db)?;
    Ok(())
}

/// A message that this process may send until the lease ends.
#[derive(Debug, Clone)]
pub struct Claimed {
    pub row: MessageRow,
    /// Number of the next event.
    pub next: i32,
}

/// Asks which of some people get no mail (any more); the room of people, which is above, answers.
pub struct Unreachable(pub fn(&mut Db, &[&str]) -> Result<Vec<String>>);

/// Asks which mails to those who are invited to surveys nobody wants any more; the room that invites answers.
pub struct Unwanted(pub fn(&Service, &mut Db, &[&MessageRow]) -> Result<Vec<MessageId>>);

/// Waiting and its time has come, or being sent by somebody whose lease has ended (`is_over`).
macro_rules! is_due {
    ($now:expr) => {
        message::state.eq_any([MessageState::Queued, MessageState::Deferred]).and(message::due_at.le($now)).or(message::state
            .eq(MessageState::Sending)
            .and(message::lease_until.le(Some($now)).or(message::lease_until.gt(Some($now.plus(Duration::seconds(LATEST_LEASE)))))))
    };
}

/// The row, as long as the lease under which it was claimed is the last one.
macro_rules! mine {
    ($row:expr) => {
        message::table
            .filter(message::round_id.eq(&$row.round_id))
            .filter(message::id.eq(&$row.id))
            .filter(message::state.eq(MessageState::Sending))
            .filter(message::attempts.eq($row.attempts))
            .filter(message::lease_until.eq($row.lease_until))
    };
}

/// When the outbox wants to be looked after next: the first time that a mail is due, or that a lease ends.
pub fn wanted(db: &mut Db, now: UtcTime) -> Result<Option<UtcTime>> {
    let mut first = None;
    for state in [MessageState::Queued, MessageState::Deferred] {
        let due: Option<UtcTime> = message::table.filter(message::state.eq(state)).select(min(message::due_at)).first(db)?;
        first = first.into_iter().chain(due).min();
    }
    let sending = message::table.filter(message::state.eq(MessageState::Sending));
    let leases: Vec<Option<UtcTime>> = sending.select(message::lease_until).load(db)?;
    let ends = leases.into_iter().flatten().map(|lease| if is_over(lease, now) { now } else { lease });
    Ok(first.into_iter().chain(ends).min())
}

/// Messages that are due, longest first: waiting ones whose time has come, and ones whose sender died; none to
/// the domains `except`.
pub fn due(db: &mut Db, now: UtcTime, most: i64, except: &[&str]) -> Result<Vec<(MessageId, Email)>> {
    let mut due = message::table.filter(is_due!(now)).into_boxed();
    for domain in except {
        let like: String = domain.chars().flat_map(|c| "%_!".contains(c).then_some('!').into_iter().chain([c])).collect();
        due = due.filter(message::to_email.not_like(format!("%@{like}")).escape('!'));
    }
    Ok(due.order((message::due_at, message::id)).limit(most).select((message::id, message::to_email)).load(db)?)
}

/// Takes the messages among `ids` that are still due, until `lease`, and records that they are
/// being sent. One conditional update: whoever loses the race gets none of its rows.
pub fn claim(db: &mut Db, ids: &[MessageId], now: UtcTime, lease: UtcTime) -> Result<Vec<Claimed>> {
    // What another process is taking at this moment it has: whoever waited for it could be waited for in turn.
    let free = match db {
        Db::Sqlite(_) => ids.to_vec(),
        Db::Postgres(c) => {
            let due = message::table.filter(message::id.eq_any(ids)).filter(is_due!(now)).order(message::id);
            due.select(message::id).for_update().skip_locked().load(c)?
        }
    };
    let mut rows: Vec<MessageRow> = on_each!(db, c => diesel::update(message::table.filter(message::id.eq_any(&free)).filter(is_due!(now)))
        .set((message::state.eq(MessageState::Sending), message::lease_until.eq(Some(lease)), message::attempts.eq(message::attempts + 1)))
        .returning(MessageRow::as_select())
        .get_results(c))?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    rows.sort_by(|a, b| (a.due_at, &a.id).cmp(&(b.due_at, &b.id)));
    let claimed = rows.into_iter().map(|row| Ok(Claimed { next: next_number(db, &row)?, row })).collect::<Result<Vec<_>>>()?;
    let events: Vec<EventRow> = claimed
        .iter()
        .map(|c| EventRow {
            round_id: c.row.round_id.clone(),
            message_id: c.row.id.clone(),
            number: c.next,
            at: now,
            state: MessageState::Sending,
            detail: String::new(),
        })
        .collect();
    on_each!(db, c => diesel::insert_into(message_event::table).values(&events).execute(c))?;
    Ok(claimed.into_iter().map(|c| Claimed { next: c.next + 1, ..c }).collect())
}

/// Number of the next event of a message; by the whole key, so that no other's history is read.
fn next_number(db: &mut Db, row: &MessageRow) -> Result<i32> {
    let events = message_event::table.filter(message_event::round_id.eq(&row.round_id)).filter(message_event::message_id.eq(&row.id));
    let last: Option<i32> = events.select(max(message_event::number)).first(db)?;
    Ok(last.map_or(0, |n| n + 1))
}

/// Lengthens the lease of a message that is still being sent. `false` when somebody else has taken it.
pub fn keep(db: &mut Db, claimed: &Claimed, lease: UtcTime) -> Result<bool> {
    Ok(diesel::update(mine!(claimed.row)).set(message::lease_until.eq(Some(lease))).execute(db)? == 1)
}

/// Records how the attempt ended. `false` when the lease had ended and somebody else has taken the
/// message: then nothing is recorded. The subject is that of what was sent, unless the message has come to say
/// something else since: whoever was named in it was erased.
pub fn finish(db: &mut Db, claimed: &Claimed, subject: &str, outcome: &Outcome, now: UtcTime, wait: Duration) -> Result<bool> {
    let row = &claimed.row;
    let (state, detail) = match outcome {
        Outcome::Sent => (MessageState::Sent, ""),
        Outcome::Bounced(why) => (MessageState::Bounced, why.as_str()),
        Outcome::Deferred(why) if row.attempts >= MOST_ATTEMPTS => (MessageState::Failed, why.as_str()),
        Outcome::Deferred(why) => (MessageState::Deferred, why.as_str()),
        Outcome::Failed(why) => (MessageState::Failed, why.as_str()),
        Outcome::Suppressed(why) => (MessageState::Suppressed, why.as_str()),
    };
    let due_at = if state == MessageState::Deferred { now.plus(wait) } else { row.due_at };
    let sent_at = (state == MessageState::Sent).then_some(now);
    let said = case_when(message::context.eq(&row.context), subject.into_sql::<Text>()).otherwise(message::subject);
    let changed = diesel::update(mine!(row))
        .set((
            message::state.eq(state),
            message::subject.eq(said),
            message::last_error.eq(detail),
            message::due_at.eq(due_at),
            message::sent_at.eq(sent_at),
            message::lease_until.eq(None::<UtcTime>),
        ))
        .execute(db)?;
    if changed == 1 {
        event(db, row, claimed.next, now, state, detail)?;
    }
    Ok(changed == 1)
}

/// Puts a message that was not delivered back into the queue, due now and with all its attempts; one whose
/// sender is not heard of as well. `false` when it is in no state for that (any more).
pub fn requeue(db: &mut Db, row: &MessageRow, now: UtcTime) -> Result<bool> {
    let there = || message::table.find((&row.round_id, &row.id));
    let (state, lease, tried): (MessageState, Option<UtcTime>, i32) =
        there().select((message::state, message::lease_until, message::attempts)).first(db)?;
    if !may_retry(state, lease, now) {
        return Ok(false);
    }
    // Attempts whose end nobody has recorded still count, so that a late sender is known as such.
    let attempts = if state == MessageState::Sending { tried } else { 0 };
    let as_it_was = there().filter(message::state.eq(state)).filter(message::attempts.eq(tried));
    let queued = (message::state.eq(MessageState::Queued), message::due_at.eq(now), message::lease_until.eq(None::<UtcTime>));
    let changed = diesel::update(as_it_was).set((queued, message::attempts.eq(attempts))).execute(db)?;
    if changed == 1 {
        let next = next_number(db, row)?;
        event(db, row, next, now, MessageState::Queued, "")?;
    }
    Ok(changed == 1)
}

/// The history of a message, oldest first.
pub fn events(db: &mut Db, row: &MessageRow) -> Result<Vec<EventRow>> {
    Ok(message_event::table
        .filter(message_event::round_id.eq(&row.round_id))
        .filter(message_event::message_id.eq(&row.id))
        .order(message_event::number)
        .select(EventRow::as_select())
        .load(db)?)
}
