//! The one job that empties the outbox: takes due mails, sends several at once, records what became of each.
//!
//! One thread asks the database and records; each mail is handed over by a thread of its own, and none is taken
//! before one is free. Whoever dies in between leaves a lease that ends; the mail then goes out once more under
//! the same Message-ID.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread::{Builder, scope};
use std::time::Duration as StdDuration;

use chrono::Duration;

use super::delivery::{Hindrance, LEASE_SECONDS, Outcome, WAITS};
use super::store::journal::{REMINDER, is_hidden};
use super::store::{self, Claimed, MessageRow, Unreachable, Unwanted};
use super::templates::{Tokens, render, templates};
use super::transport::{Hurry, Post, Way};
use crate::ground::ids::MessageId;
use crate::ground::{Error, Result, UtcTime};
use crate::jobs::job::wait_after;
use crate::jobs::worker::{Kind, Work, insist};
use crate::service::Service;

pub const KIND: Kind = Kind { name: "outbox", every: Some(3600), lease: LEASE_SECONDS, wanted: Some(store::wanted), long: false, run };

/// Mails that are handed over at once.
const SENDERS: usize = 8;
/// How many of them may be to addresses of one domain, so that a slow one leaves some to all others.
const TO_ONE_DOMAIN: usize = SENDERS / 2;
/// How often the outbox is looked into while mails are under way.
const LOOK: StdDuration = StdDuration::from_secs(1);

/// Whether mails can be written and sent with these settings. Does not connect. The error is one line for the
/// operator.
pub fn check(service: &Service) -> std::result::Result<(), String> {
    service.registered::<Way>().and_then(|way| way.post(service).map(drop)).and(templates().map(drop)).map_err(|e| e.to_string())
}

/// Says how many mails were handled, but for those to people who are invited to surveys.
fn run(work: &Work<'_>) -> Result<String> {
    drain(work.service, Some(work)).map(|(_, told)| told.to_string())
}

/// Sends everything that is due by the service's clock; for tests. Returns how many mails were handled,
/// whatever became of them.
pub fn run_once(service: &Service) -> Result<usize> {
    drain(service, None).map(|(handled, _)| handled)
}

/// What became of a mail.
struct Came {
    id: MessageId,
    subject: String,
    outcome: Outcome,
}

/// Sends until nothing is due and nothing under way. After a failure nothing more is begun.
fn drain(service: &Service, work: Option<&Work<'_>>) -> Result<(usize, usize)> {
    let post = service.registered::<Way>()?.post(service)?;
    let mut round = Round { service, work, under_way: BTreeMap::new(), kept: service.now(), handled: 0, told: 0 };
    let (tell, told) = mpsc::channel();
    let hurry = &Hurry::default();
    scope(|threads| {
        let (mut came, mut failed) = (Vec::new(), Ok(()));
        loop {
            let stops = work.is_some_and(Work::stops);
            if stops {
                post.hurry(hurry);
            }
            let begun = round.step(std::mem::take(&mut came), failed.is_ok() && !stops).unwrap_or_else(|error| {
                failed = Err(error);
                Vec::new()
            });
            // Whether there are more is asked at once.
            let patience = if begun.is_empty() { LOOK } else { StdDuration::ZERO };
            for (mail, against) in begun {
                let (row, tell) = (mail.row.clone(), tell.clone());
                round.under_way.insert(row.id.clone(), mail);
                let id = row.id.clone();
                let thread = Builder::new().name("mail".to_owned());
                if let Err(error) = thread.spawn_scoped(threads, move || tell.send(send(service, (post, hurry), &row, against))) {
                    came.push(Came { id, subject: String::new(), outcome: Outcome::Deferred(error.to_string()) });
                }
            }
            if round.under_way.is_empty() {
                let stopped = || Error::Unavailable("the process stops".into());
                return failed.and_then(|()| if stops { Err(stopped()) } else { Ok((round.handled, round.told)) });
            }
            came.extend(told.recv_timeout(patience));
            came.extend(told.try_iter());
            if let Err(error) = round.keep() {
                failed = Err(error);
            }
        }
    })
}

/// The mails under way, and whose they are.
struct Round<'a> {
    service: &'a Service,
    work: Option<&'a Work<'a>>,
    under_way: BTreeMap<MessageId, Claimed>,
    /// When the leases were lengthened last.
    kept: UtcTime,
    handled: usize,
    /// Of those, what is said: how many of the invited are written to tells how many have not answered.
    told: usize,
}

impl Round<'_> {
    /// Records what became of mails, and takes as many as there are senders free.
    fn step(&mut self, came: Vec<Came>, mut begin: bool) -> Result<Vec<(Claimed, Option<Hindrance>)>> {
        let over: Vec<(Claimed, Came)> = came.into_iter().filter_map(|c| self.under_way.remove(&c.id).map(|mail| (mail, c))).collect();
        self.handled += over.len();
        self.told += over.iter().filter(|(mail, _)| !is_hidden(&mail.row)).count();
        if over.is_empty() {
            return self.record_and_claim(&over, begin);
        }
        // Were it lost, these mails would go out twice.
        insist(|| self.record_and_claim(&over, std::mem::take(&mut begin)))
    }

    fn record_and_claim(&self, over: &[(Claimed, Came)], begin: bool) -> Result<Vec<(Claimed, Option<Hindrance>)>> {
        let (service, now) = (self.service, self.service.now());
        let ids = if begin { self.next(now)? } else { Vec::new() };
        if over.is_empty() && ids.is_empty() {
            return Ok(Vec::new());
        }
        service.store.write(|db| {
            for (mail, came) in over {
                let wait = wait_after(WAITS, mail.row.attempts, |bound| service.chance.below(bound));
                if !store::finish(db, mail, &came.subject, &came.outcome, now, wait)? {
                    tracing::warn!(message = %came.id, "the lease of a mail ended while it was being sent");
                }
            }
            let claimed = store::claim(db, &ids, now, now.plus(Duration::seconds(LEASE_SECONDS)))?;
            let people: Vec<&str> = claimed.iter().map(|mail| mail.row.person_id.as_str()).collect();
            let unreachable = (service.registered::<Unreachable>()?.0)(db, &people)?;
            let hidden: Vec<&MessageRow> = claimed.iter().map(|mail| &mail.row).filter(|row| is_hidden(row)).collect();
            let unwanted = if hidden.is_empty() { Vec::new() } else { (service.registered::<Unwanted>()?.0)(service, db, &hidden)? };
            let against = |mail: &Claimed| match &mail.row {
                row if unreachable.contains(&row.person_id) => Some(Hindrance::AccountDisabled),
                row if unwanted.contains(&row.id) => Some(Hindrance::NotWanted),
                _ => None,
            };
            Ok(claimed.into_iter().map(|mail| (against(&mail), mail)).map(|(against, mail)| (mail, against)).collect())
        })
    }

    /// Due mails, as many as can be begun at once. Looking needs no write lock; most looks find nothing.
    fn next(&self, now: UtcTime) -> Result<Vec<MessageId>> {
        let free = SENDERS.saturating_sub(self.under_way.len());
        if free == 0 {
            return Ok(Vec::new());
        }
        let mut held: BTreeMap<String, usize> = BTreeMap::new();
        for mail in self.under_way.values() {
            *held.entry(mail.row.to_email.domain().to_owned()).or_default() += 1;
        }
        let full: Vec<&str> = held.iter().filter(|(_, n)| **n >= TO_ONE_DOMAIN).map(|(domain, _)| domain.as_str()).collect();
        let due = self.service.store.read(|db| store::due(db, now, i64::try_from(free).unwrap_or(1), &full))?;
        let mut room = |domain: &str| {
            let n = held.entry(domain.to_owned()).or_default();
            *n += 1;
            *n <= TO_ONE_DOMAIN
        };
        // A clock that goes back makes what is under way look abandoned.
        Ok(due.into_iter().filter(|(id, _)| !self.under_way.contains_key(id)).filter(|(_, to)| room(to.domain())).map(|(id, _)| id).collect())
    }

    /// Lengthens, well before they end, the leases of mails under way and of the job. Errors: unavailable when
    /// somebody else has the job.
    fn keep(&mut self) -> Result<()> {
        let now = self.service.now();
        if now.seconds_since(self.kept) < LEASE_SECONDS / 3 {
            return Ok(());
        }
        let lease = now.plus(Duration::seconds(LEASE_SECONDS));
        let mails = self.under_way.values();
        let kept = self.service.store.write(|db| mails.map(|mail| store::keep(db, mail, lease)).collect::<Result<Vec<bool>>>());
        let kept = match kept {
            Ok(kept) => kept,
            // There is time to try once more.
            Err(error) => {
                tracing::warn!(%error, "the leases of mails are not lengthened yet; trying again");
                return Ok(());
            }
        };
        for (mail, _) in self.under_way.values_mut().zip(kept).filter(|(_, kept)| *kept) {
            mail.row.lease_until = Some(lease);
        }
        self.kept = now;
        let told = i64::try_from(self.told).unwrap_or(i64::MAX);
        self.work.filter(|work| !work.stops()).map_or(Ok(()), |work| work.progress(told, 0))
    }
}

/// Hands one mail over. Blocks as long as the mail server does, within its limits.
fn send(service: &Service, way: (&Post, &Hurry), row: &MessageRow, against: Option<Hindrance>) -> Came {
    let (subject, outcome) = if let Some(against) = against {
        (row.subject.clone(), Outcome::Suppressed(against.to_string()))
    } else {
        catch_unwind(AssertUnwindSafe(|| written_and_sent(service, way, row))).unwrap_or_else(|_| not_rendered(row, &"a panic"))
    };
    // A line for each who is reminded would say who has not answered.
    if let Outcome::Deferred(reason) | Outcome::Failed(reason) = &outcome
        && row.subject_kind != REMINDER
    {
        tracing::warn!(message = %row.id, attempt = row.attempts, reason, "a mail was not sent");
    }
    Came { id: row.id.clone(), subject, outcome }
}

fn written_and_sent(service: &Service, (post, hurry): (&Post, &Hurry), row: &MessageRow) -> (String, Outcome) {
    let context = serde_json::from_str(&row.context).map_err(Error::internal);
    match context.and_then(|c| render(service, &row.template, &row.language, &c, &row.to_name, Tokens::Real)) {
        Ok(rendered) => {
            let outcome = post.deliver(&service.config, row, &rendered, service.now(), hurry);
            (rendered.subject, outcome)
        }
        Err(error) => not_rendered(row, &error),
    }
}

fn not_rendered(row: &MessageRow, error: &dyn std::fmt::Display) -> (String, Outcome) {
    tracing::error!(message = %row.id, template = row.template, %error, "a mail cannot be rendered");
    (String::new(), Outcome::Failed(Hindrance::NotRendered.to_string()))
}
