//! The mailroom's use cases: reading the journal, trying again, testing, previews, the mailbox.

use serde_json::json;

use super::messages::TestMessage;
use super::samples::Samples;
use super::store::{self, Scope};
use super::views::{MailPreview, MailTemplateView, MessageDetail, MessageEventView, MessageFilter, MessageView, StateCount};
use crate::ground::config::Transport;
use crate::ground::ids::{MessageId, RoundId};
use crate::ground::{Error, Result};
use crate::mail::letter::{Link, Recipient};
use crate::mail::store::{self as outbox, About, MessageRow, MessageState};
use crate::mail::templates::{Tokens, render};
use crate::people::call::Call;
use crate::people::identity::{Role, ScopeKind, Target};
use crate::people::policy;
use crate::people::policy::UseCase;
use crate::web::paging::{Listing, PageAt};
use crate::web::texts::{LANGUAGES, speaks};

/// Messages within the caller's scope, newest first.
pub fn message_list(call: &Call<'_>, filter: &MessageFilter, at: &PageAt<MessageId>) -> Result<Listing<MessageView>> {
    policy::reach(&call.caller, UseCase::message_list)?;
    let rows = call.read(|db| store::page(db, &scope(call), filter, at))?;
    Ok(Listing::of(rows, at, |row| row.id.to_string()).map(|row| view(call, row)))
}

/// How many messages within the caller's scope are in each state; every state is there.
pub fn message_counts(call: &Call<'_>) -> Result<Vec<StateCount>> {
    policy::reach(&call.caller, UseCase::message_list)?;
    let counts = call.read(|db| store::counts(db, &scope(call)))?;
    let of = |state| counts.iter().find(|(s, _)| *s == state).map_or(0, |(_, n)| *n);
    Ok(MessageState::ALL.iter().map(|state| StateCount { state: *state, count: of(*state) }).collect())
}

/// One message with its history and the mail as it reads, tokens masked.
pub fn message_read(call: &Call<'_>, id: &MessageId) -> Result<MessageDetail> {
    let row = visible(call, UseCase::message_read, id)?;
    detail(call, row, Tokens::Masked)
}

/// As `message_read`, for the page: where nothing is delivered (the mailbox transport), an operator
/// sees the links, because nobody else could hand them on.
pub fn message_open(call: &Call<'_>, id: &MessageId) -> Result<MessageDetail> {
    let row = visible(call, UseCase::message_read, id)?;
    let keeps = call.service.config.mail.transport == Transport::Mailbox;
    let tokens = if keeps && !call.caller.scopes(Role::Operator, ScopeKind::Instance).is_empty() { Tokens::Real } else { Tokens::Masked };
    detail(call, row, tokens)
}

/// Puts a mail that was not delivered back into the queue. Doing it twice is as good as once.
pub fn message_retry(call: &Call<'_>, id: &MessageId) -> Result<MessageView> {
    let row = visible(call, UseCase::message_retry, id)?;
    call.write(|db| {
        if outbox::requeue(db, &row, call.now)? {
            call.audit(db, UseCase::message_retry, id, &json!({"state": row.state, "attempts": row.attempts}))?;
        } else if !matches!(store::one(db, id)?.state, MessageState::Queued | MessageState::Sending) {
            return Err(Error::Conflict("conflict"));
        }
        Ok(())
    })?;
    let row = call.read(|db| store::one(db, id))?;
    Ok(view(call, row))
}

/// Sends a test mail to the caller's own address.
pub fn message_test(call: &Call<'_>) -> Result<MessageView> {
    policy::reach(&call.caller, UseCase::message_test)?;
    let person = call.caller.person.clone().ok_or(Error::Unauthenticated("unauthenticated"))?;
    let to = Recipient {
        person: person.clone(),
        name: call.caller.name.clone(),
        email: call.caller.email.clone(),
        language: call.language.clone(),
        time_zone: call.caller.zone(),
    };
    let letter = TestMessage { asked_at: call.now.local(to.time_zone), journal: Link::to("/messages") };
    let row = call.write(|db| {
        let about = About { kind: "person", id: person.as_str(), round: None };
        let id = outbox::put(db, call.service, &to, about, &letter)?;
        call.audit(db, UseCase::message_test, &id, &json!({}))?;
        store::one(db, &id)
    })?;
    Ok(view(call, row))
}

/// Every template with its languages.
pub fn template_list(call: &Call<'_>, samples: &Samples) -> Result<Vec<MailTemplateView>> {
    policy::reach(&call.caller, UseCase::template_list)?;
    let languages: Vec<String> = LANGUAGES.iter().map(|(tag, _)| (*tag).to_owned()).collect();
    Ok(samples.0.iter().map(|(name, _)| MailTemplateView { template: (*name).to_owned(), languages: languages.clone() }).collect())
}

/// A template rendered with its example, in a language it is written in.
pub fn template_preview(call: &Call<'_>, samples: &Samples, template: &str, language: &str) -> Result<MailPreview> {
    policy::reach(&call.caller, UseCase::template_preview)?;
    let sample = samples.get(template)?;
    if !speaks(language) {
        return Err(Error::NotFound("template"));
    }
    let name = if call.caller.name.is_empty() { "Amina Haddad" } else { &call.caller.name };
    render(call.service, template, language, sample, name, Tokens::Masked).map(MailPreview::from)
}

/// The demo's mails, newest first. In a real instance there is no such thing.
pub fn mailbox_list(call: &Call<'_>, at: &PageAt<MessageId>) -> Result<Listing<MessageView>> {
    open_mailbox(call)?;
    let rows = call.read(|db| store::page(db, &Scope::All, &MessageFilter::default(), at))?;
    Ok(Listing::of(rows, at, |row| row.id.to_string()).map(|row| view(call, row)))
}

/// One of the demo's mails, with links that work.
pub fn mailbox_read(call: &Call<'_>, id: &MessageId) -> Result<MessageDetail> {
    open_mailbox(call)?;
    let row = call.read(|db| store::one(db, id))?;
    detail(call, row, Tokens::Real)
}

fn open_mailbox(call: &Call<'_>) -> Result<()> {
    if !call.service.config.demo {
        return Err(Error::NotFound("page"));
    }
    call.authorise(UseCase::mailbox_read, &Target::instance())
}

/// Operators and coordinators of the instance see all; coordinators of rounds those rounds' mails.
fn scope(call: &Call<'_>) -> Scope {
    let caller = &call.caller;
    let everywhere = [Role::Operator, Role::Coordinator].iter().any(|role| !caller.scopes(*role, ScopeKind::Instance).is_empty());
    if everywhere {
        return Scope::All;
    }
    let rounds = [Role::Operator, Role::Coordinator].iter().flat_map(|role| caller.scopes(*role, ScopeKind::Round));
    Scope::Rounds(rounds.map(str::to_owned).collect())
}

/// The message, if the caller may see it; else there is none.
fn visible(call: &Call<'_>, use_case: UseCase, id: &MessageId) -> Result<MessageRow> {
    policy::reach(&call.caller, use_case)?;
    let row = call.read(|db| store::one(db, id))?;
    let target = if row.round_id.is_empty() { Target::instance() } else { Target::of_round(&RoundId::from_stored(row.round_id.clone())) };
    if policy::allowed(&call.caller, use_case, &target) { Ok(row) } else { Err(Error::NotFound("message")) }
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

fn detail(call: &Call<'_>, row: MessageRow, tokens: Tokens) -> Result<MessageDetail> {
    let events = call.read(|db| outbox::events(db, &row))?;
    let preview = rendered(call, &row, tokens).ok();
    Ok(MessageDetail {
        message: view(call, row),
        events: events.into_iter().map(|e| MessageEventView { at: e.at, state: e.state, detail: e.detail }).collect(),
        preview,
    })
}
