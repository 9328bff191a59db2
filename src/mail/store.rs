//! All SQL of the outbox.

use diesel::prelude::*;

use super::letter::{Letter, Recipient};
use crate::ground::ids::{MessageId, RoundId};
use crate::ground::{Error, Result, UtcTime};
use crate::service::Service;
use crate::store::Db;
use crate::store::schema::{message, message_event};
use crate::{sql_text, words};

words! {
    pub enum MessageState {
        Queued = "queued",
        Sending = "sending",
        Sent = "sent",
        Deferred = "deferred",
        Bounced = "bounced",
        Failed = "failed",
        Suppressed = "suppressed",
    }
}

sql_text!(MessageState, |s: String| s.parse());

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = message)]
pub struct MessageRow {
    /// Empty for mails that belong to no round.
    pub round_id: String,
    pub id: MessageId,
    pub template: String,
    pub language: String,
    pub person_id: String,
    pub to_name: String,
    pub to_email: String,
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

/// What a message is about: kind and id of the thing, and the round it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    pub kind: &'a str,
    pub id: &'a str,
    pub round: Option<&'a RoundId>,
}

/// Puts a letter into the outbox inside the caller's transaction; the worker sends it afterwards.
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
    diesel::insert_into(message_event::table)
        .values((
            message_event::round_id.eq(&row.round_id),
            message_event::message_id.eq(row.id.as_str()),
            message_event::number.eq(number),
            message_event::at.eq(at),
            message_event::state.eq(state.as_str()),
            message_event::detail.eq(detail),
        ))
        .execute(db)?;
    Ok(())
}
