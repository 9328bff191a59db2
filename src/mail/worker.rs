//! The worker: takes due mails out of the outbox, sends them, records what became of each.
//!
//! Claims in one transaction, sends outside of any, records in another. A process that dies in
//! between leaves a lease that ends; the mail then goes out once more under the same Message-ID.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration as StdDuration;

use chrono::Duration;

use super::delivery::{Hindrance, Outcome, wait_after};
use super::store::{self, Claimed, Unreachable};
use super::templates::{Tokens, render, templates};
use super::transport::Post;
use crate::ground::{Error, Result};
use crate::service::Service;

/// Mails claimed at once, and for how long: long enough for each of them to run into a timeout.
const BATCH: i64 = 20;
const LEASE_SECONDS: i64 = 15 * 60;
/// What must be left of the lease to begin another mail.
const MARGIN_SECONDS: i64 = 3 * 60;
/// How often the worker looks for what nobody woke it for: back-offs that have ended, mails of
/// other processes.
const LOOK: StdDuration = StdDuration::from_secs(1);
/// How long it waits when the database does not answer.
const TROUBLE: StdDuration = StdDuration::from_secs(5);

/// Stops the worker when dropped, after the mail it is sending.
pub struct WorkerHandle {
    stop: Arc<AtomicBool>,
    service: Arc<Service>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the worker. Errors (settings, templates) are one line for the operator.
pub fn start(service: Arc<Service>) -> std::result::Result<WorkerHandle, String> {
    let post = Post::open(&service.config.mail)?;
    templates().map_err(|e| e.to_string())?;
    let stop = Arc::new(AtomicBool::new(false));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(|e| format!("cannot start the mail worker: {e}"))?;
    let (for_thread, stopped) = (service.clone(), stop.clone());
    let thread = std::thread::Builder::new()
        .name("mail".to_owned())
        .spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                let round = catch_unwind(AssertUnwindSafe(|| deliver_due(&for_thread, &post, &stopped)));
                let pause = match round {
                    Ok(Ok(_)) => LOOK,
                    Ok(Err(error)) => {
                        tracing::warn!(%error, "the mail worker could not work; trying again");
                        TROUBLE
                    }
                    Err(_) => {
                        tracing::error!("the mail worker panicked; going on");
                        TROUBLE
                    }
                };
                runtime.block_on(async {
                    tokio::select! {
                        () = for_thread.mail_waits.notified() => {}
                        () = tokio::time::sleep(pause) => {}
                    }
                });
            }
        })
        .map_err(|e| format!("cannot start the mail worker: {e}"))?;
    Ok(WorkerHandle { stop, service, thread: Some(thread) })
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.service.mail_waits.notify_one();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the mail worker ended with a panic");
        }
    }
}

/// Sends everything that is due by the service's clock; for tests and the command line. Returns
/// how many mails were handled, whatever became of them.
pub fn run_once(service: &Service) -> Result<usize> {
    let post = Post::open(&service.config.mail).map_err(Error::Internal)?;
    deliver_due(service, &post, &AtomicBool::new(false))
}

fn deliver_due(service: &Service, post: &Post, stop: &AtomicBool) -> Result<usize> {
    let mut handled = 0;
    while !stop.load(Ordering::Relaxed) {
        let now = service.now();
        // Looking needs no write lock; most looks find nothing.
        let ids = service.store.read(|db| store::due(db, now, BATCH))?;
        if ids.is_empty() {
            break;
        }
        let lease = now.plus(Duration::seconds(LEASE_SECONDS));
        let (claimed, unreachable) = service.store.write(|db| {
            let claimed = store::claim(db, &ids, now, lease)?;
            let people: Vec<&str> = claimed.iter().map(|mail| mail.row.person_id.as_str()).collect();
            let unreachable = (service.registered::<Unreachable>()?.0)(db, &people)?;
            Ok((claimed, unreachable))
        })?;
        for (i, mail) in claimed.iter().enumerate() {
            let short = lease.seconds_since(service.now()) < MARGIN_SECONDS;
            if short || stop.load(Ordering::Relaxed) {
                let now = service.now();
                service.store.write(|db| claimed[i..].iter().try_for_each(|mail| store::release(db, mail, now)))?;
                break;
            }
            handle(service, post, mail, unreachable.contains(&mail.row.person_id))?;
            handled += 1;
        }
    }
    Ok(handled)
}

/// One mail, from rendering to its record.
fn handle(service: &Service, post: &Post, mail: &Claimed, unreachable: bool) -> Result<()> {
    let row = &mail.row;
    let (subject, outcome) = if unreachable {
        (row.subject.clone(), Outcome::Suppressed(Hindrance::AccountDisabled.to_string()))
    } else {
        let context = serde_json::from_str(&row.context).map_err(Error::internal);
        match context.and_then(|c| render(service, &row.template, &row.language, &c, &row.to_name, Tokens::Real)) {
            Ok(rendered) => {
                let outcome = post.deliver(&service.config, row, &rendered, service.now());
                (rendered.subject, outcome)
            }
            Err(error) => {
                tracing::error!(message = %row.id, template = row.template, %error, "a mail cannot be rendered");
                (String::new(), Outcome::Failed(Hindrance::NotRendered.to_string()))
            }
        }
    };
    if let Outcome::Deferred(reason) | Outcome::Failed(reason) = &outcome {
        tracing::warn!(message = %row.id, attempt = row.attempts, reason, "a mail was not sent");
    }
    let now = service.now();
    let wait = wait_after(row.attempts, |bound| service.chance.below(bound));
    if !service.store.write(|db| store::finish(db, mail, &subject, &outcome, now, wait))? {
        tracing::warn!(message = %row.id, "the lease of a mail ended while it was being sent");
    }
    Ok(())
}
