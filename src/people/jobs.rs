//! What people's room does behind requests: once a day the whole audit chain is verified, so that a changed or
//! missing entry shows although nobody asked; and who was erased loses name and address once their last mail is out.

use chrono::Duration;
use serde_json::{Value, json};

use crate::ground::ids::{MessageId, PersonId};
use crate::ground::{Error, Language, Result};
use crate::jobs;
use crate::jobs::job::LONGEST_LEASE;
use crate::jobs::worker::{Kind, Work};
use crate::mail::store::forgetting;
use crate::people::actions::Leaves;
use crate::people::call::Call;
use crate::people::identity::Caller;
use crate::people::policy::UseCase;
use crate::people::problems::AUDIT_BROKEN;
use crate::people::store::erasing::{person_unname, ways_delete};
use crate::people::store::{self, PersonRow};
use crate::store::{Db, audit, idempotency};

/// It walks the chain in one go and says nothing on the way; a second time does no harm.
pub const AUDIT_CHECK: Kind = Kind { name: "audit_check", every: Some(24 * 3600), lease: LONGEST_LEASE, wanted: None, long: false, run: audit_check };

/// Takes name and address of one person; asked for by `person_erase`.
pub const ERASURE: Kind = Kind { name: ERASURE_KIND, every: None, lease: LONGEST_LEASE, wanted: None, long: false, run: erasure };
pub const ERASURE_KIND: &str = "erasure";

/// How long the last mail may take before name and address go without it, in hours.
const GOODBYE_HOURS: i64 = 24;
/// How long until it is looked again whether it has gone out, in minutes.
const AGAIN: i64 = 5;
/// Mails that are looked through in one transaction.
const AT_ONCE: i64 = 500;
/// What stands in mails in place of a name.
const SOMEBODY: &str = "…";

/// Says how many entries hold. Errors: conflict where the chain is broken; the log says at which entry.
fn audit_check(work: &Work<'_>) -> Result<String> {
    match work.service.store.apart(audit::verify)? {
        Ok(entries) => Ok(entries.to_string()),
        Err(broken_at) => {
            tracing::error!(broken_at, "the audit chain is broken: this entry is missing or was changed");
            Err(Error::Conflict(AUDIT_BROKEN))
        }
    }
}

/// Says whether name and address are gone.
fn erasure(work: &Work<'_>) -> Result<String> {
    let (service, now) = (work.service, work.service.now());
    let id = PersonId::from_stored(work.key());
    let (person, waits) = service.store.read(|db| Ok((store::person(db, &id)?, forgetting::waits_for(db, id.as_str())?)))?;
    let Some(erased_at) = person.erased_at else { return Ok("kept".to_owned()) };
    if person.name.is_empty() {
        // It was done before, and its end not recorded.
        service.store.empty_log()?;
        return Ok("gone".to_owned());
    }
    if waits && now < erased_at.plus(Duration::hours(GOODBYE_HOURS)) {
        service.store.write(|db| jobs::store::put(db, ERASURE_KIND, id.as_str(), now.plus(Duration::minutes(AGAIN)), now))?;
        return Ok("waits".to_owned());
    }
    // What others were written about them, in steps; what came meanwhile goes with the account.
    let (mut after, mut done) = (None, 0);
    loop {
        let next = service.store.write(|db| unname_mails(db, &person, after.as_ref()))?;
        let Some(next) = next else { break };
        (after, done) = (Some(next), done + AT_ONCE);
        work.progress(done, 0)?;
    }
    let (leaves, call) = (service.registered::<Leaves>()?.0, Call::new(service, Caller::stoa(), Language::english()));
    service.write_as_stoa(UseCase::person_erase, id.as_str(), &json!({"unnamed": true}), |db| {
        while let Some(next) = unname_mails(db, &person, after.as_ref())? {
            after = Some(next);
        }
        forgetting::forget_person(db, id.as_str())?;
        idempotency::say_instead(db, |body| unnamed_answer(body, &person))?;
        // Whoever was asked for by their address meanwhile was given something again.
        leaves(&call, db, &id)?;
        ways_delete(db, &id)?;
        person_unname(db, &id)
    })?;
    // Nor in SQLite's log.
    service.store.empty_log()?;
    Ok("gone".to_owned())
}

/// Takes the person's name and address out of the next mails to others; the last of them, or none where there are
/// no more.
fn unname_mails(db: &mut Db, person: &PersonRow, after: Option<&MessageId>) -> Result<Option<MessageId>> {
    let mails = forgetting::said_after(db, after, AT_ONCE)?;
    let last = mails.last().map(|mail| mail.1.clone());
    for (round, id, context, subject) in mails {
        let names = [person.name.as_str(), person.email.as_str()];
        let mut said: Value = serde_json::from_str(&context).unwrap_or(Value::Null);
        let mut unnamed = subject.clone();
        let changed = names.iter().filter(|name| !name.is_empty()).fold(false, |changed, name| {
            unnamed = without(&unnamed, name);
            unname(&mut said, name) || changed
        });
        if changed || unnamed != subject {
            let context = if changed { said.to_string() } else { context };
            forgetting::say_instead(db, &(round, id, context, unnamed))?;
        }
    }
    Ok(last)
}

/// An answer without the person's name and address, where it had them.
fn unnamed_answer(body: &[u8], person: &PersonRow) -> Option<Vec<u8>> {
    let mut said: Value = serde_json::from_slice(body).ok()?;
    let names = [person.name.as_str(), person.email.as_str()];
    let mut changed = false;
    for name in names.iter().filter(|name| !name.is_empty()) {
        changed |= unname(&mut said, name);
    }
    changed.then(|| said.to_string().into_bytes())
}

/// Takes a name out of every text of a value; whether it was there.
fn unname(value: &mut Value, name: &str) -> bool {
    let mut changed = false;
    match value {
        Value::String(text) => {
            let unnamed = without(text, name);
            changed = unnamed != *text;
            *text = unnamed;
        }
        // All of them, also after one in which it was.
        Value::Array(list) => list.iter_mut().for_each(|value| changed |= unname(value, name)),
        Value::Object(map) => map.values_mut().for_each(|value| changed |= unname(value, name)),
        _ => {}
    }
    changed
}

/// A text without a name where it stands by itself: a short one may be a part of other words.
fn without(text: &str, name: &str) -> String {
    let (mut unnamed, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(name) {
        let (before, after) = (&rest[..at], &rest[at + name.len()..]);
        let inside = before.chars().next_back().is_some_and(char::is_alphanumeric) || after.chars().next().is_some_and(char::is_alphanumeric);
        unnamed.push_str(before);
        unnamed.push_str(if inside { name } else { SOMEBODY });
        rest = after;
    }
    unnamed + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_goes_from_every_text_and_no_word_that_only_holds_it() {
        let mut said = json!({"by": "Al Ma", "list": [{"text": "From Al Ma, to Al Malik: Al Ma"}], "n": 1, "Al Ma": true});
        assert!(unname(&mut said, "Al Ma"));
        assert_eq!(said, json!({"by": "…", "list": [{"text": "From …, to Al Malik: …"}], "n": 1, "Al Ma": true}));
        assert!(!unname(&mut said, "Al Ma"), "nothing is left");
    }
}
