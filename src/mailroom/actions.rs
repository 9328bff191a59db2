//! The mailroom's use cases: reading the journal, trying again, testing, previews, the mailbox.

use serde_json::json;

use super::messages::TestMessage;
use super::samples::Samples;
use super::views::{MailPreview, MailTemplateView, MessageDetail, MessageEventView, MessageView, StateCount};
use crate::ground::config::Transport;
use crate::ground::ids::{MessageId, PersonId, ReviewId, RoundId};
use crate::ground::problems::{CONFLICT, UNAUTHENTICATED};
use crate::ground::{Error, Language, Result};
use crate::mail::delivery::may_retry;
use crate::mail::letter::{Link, Recipient};
use crate::mail::store::journal::{self, But, MessageFilter};
use crate::mail::store::{self as outbox, About, MessageRow, MessageState};
use crate::mail::templates::{Tokens, render};
use crate::people::call::{Call, Permit, Private};
use crate::people::identity::{Role, ScopeKind, Target};
use crate::people::policy::{Reach, UseCase};
use crate::store::Db;
use crate::web::paging::{Listing, PageAt};
use crate::web::texts::LANGUAGES;

/// Messages within the caller's reach, newest first.
pub fn message_list(call: &Call<'_>, filter: &MessageFilter, at: &PageAt<MessageId>) -> Result<Listing<MessageView>> {
    let permit = call.reach(UseCase::message_list)?;
    let rows = permit.read(|db| {
        let within = within(call, db, &permit, filter)?;
        journal::page(db, &within, at)
    })?;
    Ok(Listing::of(rows, at, |row| row.id.to_string()).map(|row| view(call, row)))
}

/// How many messages of such a list are in each state; every state is there, whatever state is asked for.
pub fn message_counts(call: &Call<'_>, filter: &MessageFilter) -> Result<Vec<StateCount>> {
    let permit = call.reach(UseCase::message_list)?;
    let counts = permit.read(|db| {
        let within = within(call, db, &permit, filter)?;
        journal::counts(db, &within)
    })?;
    let of = |state| counts.iter().find(|(s, _)| *s == state).map_or(0, |(_, n)| *n);
    Ok(MessageState::ALL.iter().map(|state| StateCount { state: *state, count: of(*state) }).collect())
}

/// One message with its history and the mail as it reads, tokens masked.
pub fn message_read(call: &Call<'_>, id: &MessageId) -> Result<MessageDetail> {
    detail(call, found(call, UseCase::message_read, id)?, Tokens::Masked)
}

/// As `message_read`, for the page: where nothing is delivered (the mailbox transport), an operator
/// sees the links, because nobody else could hand them on. A program never does: a link opens an account.
pub fn message_open(call: &Call<'_>, id: &MessageId) -> Result<MessageDetail> {
    let permit = found(call, UseCase::message_read, id)?;
    let keeps = call.service.config.mail.transport == Transport::Mailbox;
    let operator = call.caller.program.is_none() && !call.caller.scopes(Role::Operator, ScopeKind::Instance).is_empty();
    let tokens = if keeps && operator { Tokens::Real } else { Tokens::Masked };
    detail(call, permit, tokens)
}

/// Puts a mail that was not delivered back into the queue, also one whose sender is not heard of any more. Doing
/// it twice is as good as once; a mail that is being sent now stays what it is.
pub fn message_retry(call: &Call<'_>, id: &MessageId) -> Result<MessageView> {
    let permit = found(call, UseCase::message_retry, id)?;
    let row = permit.write(|db| {
        let queued = outbox::requeue(db, &permit, call.now)?;
        if queued {
            permit.audit(db, id, &json!({"state": permit.state, "attempts": permit.attempts}))?;
        }
        let row = journal::one(db, id)?;
        let waits = matches!(row.state, MessageState::Queued | MessageState::Sending);
        if queued || waits { Ok(row) } else { Err(Error::Conflict(CONFLICT)) }
    })?;
    Ok(view(call, row))
}

/// Sends a test mail to the caller's own address.
pub fn message_test(call: &Call<'_>) -> Result<MessageView> {
    let permit = call.reach(UseCase::message_test)?;
    let own = call.caller.person.clone().zip(call.caller.email.clone());
    let (person, email) = own.ok_or(Error::Unauthenticated(UNAUTHENTICATED))?;
    let to =
        Recipient { person: person.clone(), name: call.caller.name.clone(), email, language: call.language.clone(), time_zone: call.caller.zone() };
    let letter = TestMessage { asked_at: call.now.local(to.time_zone), journal: Link::to("/messages") };
    let row = permit.write(|db| {
        let about = About { kind: "person", id: person.as_str(), round: None };
        let id = outbox::put(db, call.service, &to, about, &letter)?;
        permit.audit(db, &id, &json!({}))?;
        journal::one(db, &id)
    })?;
    Ok(view(call, row))
}

/// Every template with its languages.
pub fn template_list(call: &Call<'_>, samples: &Samples) -> Result<Vec<MailTemplateView>> {
    call.reach(UseCase::template_list)?;
    let languages: Vec<Language> = LANGUAGES.iter().map(|(tag, _)| tag.clone()).collect();
    Ok(samples.0.iter().map(|(name, _)| MailTemplateView { template: (*name).to_owned(), languages: languages.clone() }).collect())
}

/// A template rendered with its example, in a language it is written in.
pub fn template_preview(call: &Call<'_>, samples: &Samples, template: &str, language: &Language) -> Result<MailPreview> {
    call.reach(UseCase::template_preview)?;
    let sample = samples.get(template)?;
    if !LANGUAGES.iter().any(|(tag, _)| tag == language) {
        return Err(Error::NotFound("template"));
    }
    let name = if call.caller.name.is_empty() { "Amina Haddad" } else { &call.caller.name };
    render(call.service, template, language, sample, name, Tokens::Masked).map(MailPreview::from)
}

/// The demo's mails, newest first. In a real instance there is no such thing.
pub fn mailbox_list(call: &Call<'_>, at: &PageAt<MessageId>) -> Result<Listing<MessageView>> {
    let rows = mailbox(call)?.read(|db| journal::page(db, &MessageFilter { invitations: true, ..MessageFilter::default() }, at))?;
    Ok(Listing::of(rows, at, |row| row.id.to_string()).map(|row| view(call, row)))
}

/// One of the demo's mails, with links that work.
pub fn mailbox_read(call: &Call<'_>, id: &MessageId) -> Result<MessageDetail> {
    mailbox(call)?;
    let permit = call.find(UseCase::mailbox_read, |db| Ok((journal::one(db, id)?, Target::instance())))?;
    detail(call, permit, Tokens::Real)
}

fn mailbox<'c>(call: &'c Call<'_>) -> Result<Permit<'c>> {
    if call.service.config.demo { call.allow(UseCase::mailbox_read) } else { Err(Error::NotFound("page")) }
}

/// The filter, within the caller's reach: all mails, or those of rounds; none that tell of a panel which is not for
/// the caller, neither in lists nor in counts.
fn within(call: &Call<'_>, db: &mut Db, reach: &Reach, filter: &MessageFilter) -> Result<MessageFilter> {
    let rounds = (!reach.is_everything()).then(|| reach.rounds.keys().cloned().collect());
    let reviews = (call.service.registered::<Private>()?.0)(call, db)?.reviews;
    Ok(MessageFilter { rounds, but: But { reviews, reader: call.caller.person.clone() }, ..filter.clone() })
}

/// Whether a mail to somebody else tells of a panel that is not for the caller.
fn is_private(call: &Call<'_>, db: &mut Db, row: &MessageRow) -> Result<bool> {
    let mine = call.caller.person.as_ref().is_some_and(|person| person.as_str() == row.person_id);
    if mine || row.subject_kind != "review" {
        return Ok(false);
    }
    let reviews = (call.service.registered::<Private>()?.0)(call, db)?.reviews;
    Ok(reviews.contains(&ReviewId::from_stored(row.subject_id.clone())))
}

/// The message, if the caller may do that to it; else there is none. A mail of no round belongs to
/// nobody's round, but to whom it was sent.
fn found<'c>(call: &'c Call<'_>, use_case: UseCase, id: &MessageId) -> Result<Permit<'c, MessageRow>> {
    call.find(use_case, |db| {
        let row = journal::one(db, id)?;
        if journal::is_hidden(&row) || is_private(call, db, &row)? {
            return Err(Error::NotFound("message"));
        }
        let target = if row.round_id.is_empty() {
            Target::owned_by(&PersonId::from_stored(row.person_id.clone()))
        } else {
            Target::of_round(&RoundId::from_stored(row.round_id.clone()))
        };
        Ok((row, target))
    })
}

fn rendered(call: &Call<'_>, row: &MessageRow, tokens: Tokens) -> Result<MailPreview> {
    let context = serde_json::from_str(&row.context).map_err(Error::internal)?;
    render(call.service, &row.template, &row.language, &context, &row.to_name, tokens).map(MailPreview::from)
}

fn view(call: &Call<'_>, row: MessageRow) -> MessageView {
    // Before it is sent, a mail has no subject line yet.
    let subject = if row.subject.is_empty() { rendered(call, &row, Tokens::Masked).map(|m| m.subject).unwrap_or_default() } else { row.subject };
    MessageView {
        id: row.id,
        round_id: (!row.round_id.is_empty()).then(|| RoundId::from_stored(row.round_id)),
        template: row.template,
        language: row.language,
        to_name: row.to_name,
        to_email: row.to_email,
        subject_kind: row.subject_kind,
        subject_id: row.subject_id,
        subject,
        state: row.state,
        attempts: row.attempts,
        due_at: row.due_at,
        last_error: row.last_error,
        created_at: row.created_at,
        sent_at: row.sent_at,
    }
}

fn detail(call: &Call<'_>, permit: Permit<'_, MessageRow>, tokens: Tokens) -> Result<MessageDetail> {
    let events = permit.read(|db| outbox::events(db, &permit))?;
    let preview = rendered(call, &permit, tokens).ok();
    let may_retry = may_retry(permit.state, permit.lease_until, call.now);
    Ok(MessageDetail {
        message: view(call, permit.into_row()),
        events: events.into_iter().map(|e| MessageEventView { at: e.at, state: e.state, detail: e.detail }).collect(),
        may_retry,
        preview,
    })
}
