//! What operators' machines ask: `/health` (does the process live), `/ready` (can it do its work), `/metrics`.
//!
//! What is not known is not said: a zero of a database that does not answer would be a lie.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use secrecy::ExposeSecret;
use serde_json::json;
use subtle::ConstantTimeEq;

use crate::ground::{Error, UtcTime};
use crate::jobs;
use crate::jobs::job::JobState;
use crate::mail::store::MessageState;
use crate::mail::store::journal::{Backlog, backlog, late_since};
use crate::people::caller::Ctx;
use crate::people::doors::Doors;
use crate::people::policy::UseCase;
use crate::store::Health;
use crate::surveys::intake::Intake;
use crate::web::failure::Failure;
use crate::web::metrics::{Metrics, Said};
use crate::web::request;
use crate::web::routes::Routes;

type Answer = Result<HttpResponse, Failure>;

pub fn routes(r: &mut Routes) {
    r.get("/health", UseCase::health_read, health_read);
    r.get("/ready", UseCase::ready_read, ready_read);
    r.get("/metrics", UseCase::metrics_read, metrics_read);
}

/// The process lives.
async fn health_read() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")}))
}

/// The database answers too, and on SQLite the disk has confirmed every write. What hinders nobody who asks, late
/// mail and a log that grows, is said and makes it no less ready.
async fn ready_read(ctx: Ctx) -> Answer {
    let (late, grown) = ctx
        .run(|call| {
            call.service.store.check()?;
            let mail = call.allow(UseCase::ready_read)?.read(|db| late_since(db, call.now))?;
            Ok((mail.is_some(), call.service.store.health(None).has_grown_log()))
        })
        .await?;
    let (mail, log) = (if late { "late" } else { "on_time" }, if grown { "grown" } else { "ordinary" });
    Ok(HttpResponse::Ok().json(json!({"status": "ready", "mail": mail, "log": log})))
}

/// Counters for Prometheus: with the configured token, or from this machine where none is set.
async fn metrics_read(ctx: Ctx, request: HttpRequest, metrics: web::Data<Metrics>, intake: web::Data<Intake>) -> Answer {
    let token = ctx.service.config.server.metrics_token.expose_secret();
    let local = request.peer_addr().is_some_and(|a| a.ip().is_loopback())
        && !request.headers().contains_key(header::FORWARDED)
        && !request.headers().contains_key("X-Forwarded-For");
    let given = request::bearer(&request).unwrap_or_default();
    let good = if token.is_empty() { local } else { token.as_bytes().ct_eq(given.as_bytes()).into() };
    if !good {
        return Err(ctx.fail(Error::NotFound("page")));
    }
    // The bearer token is the settings', nobody's.
    let plain = ctx.without_credential();
    let asked = plain.run(|call| {
        call.service.store.check()?;
        call.allow(UseCase::metrics_read)?.read(|db| {
            let of_jobs = (jobs::store::counts(db)?, jobs::store::failing(db)?);
            Ok((backlog(db, call.now)?, of_jobs, call.service.store.health(Some(db)), call.now))
        })
    });
    let asked = asked.await.ok();
    let mut said = vec![Said::one("stoa_database_up", "Whether the database answers.", f64::from(u8::from(asked.is_some())))];
    match &asked {
        Some((mail, (jobs, failing), health, now)) => {
            said.extend(of_mail(mail, *now));
            said.extend(of_jobs(jobs, *failing));
            said.extend(of_database(health));
        }
        None => said.extend(of_database(&ctx.service.store.health(None))),
    }
    said.push(Said::one("stoa_responses_waiting", "Responses that wait to be written, of 8192 at most.", intake.waiting() as f64));
    let crowded = "Answers beyond the first 200 of one address to one survey within an hour.";
    said.push(Said::one("stoa_answers_crowded_total", crowded, intake.crowded() as f64));
    let braked = "Answers that were refused because too many had come from their address to an open link.";
    said.push(Said::one("stoa_answers_braked_total", braked, intake.braked() as f64));
    let mut text = metrics.text(&said);
    Doors::of(&ctx.service, |doors| text.push_str(&doors.text()));
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}

fn of_mail(mail: &Backlog, now: UtcTime) -> [Said; 4] {
    let age = |since: Option<UtcTime>| since.map_or(0, |since| now.seconds_since(since).max(0)) as f64;
    let states = MessageState::ALL.iter().map(|state| (state.as_str(), mail.of(*state) as f64));
    [
        Said::one("stoa_outbox_waiting", "Messages that wait to be sent.", mail.waiting() as f64),
        Said::by("stoa_outbox_messages", "Messages of the journal by state.", "state", states),
        Said::one("stoa_outbox_oldest_due_seconds", "For how long the message has been due that nobody has tried for longest.", age(mail.due_since)),
        Said::one("stoa_outbox_oldest_seconds", "Age of the oldest message that is due or was put off.", age(mail.oldest)),
    ]
}

fn of_jobs(jobs: &[(JobState, i64)], failing: i64) -> [Said; 4] {
    let jobs = |state| jobs.iter().filter(|(s, _)| *s == state).map(|(_, n)| *n).sum::<i64>() as f64;
    [
        Said::one("stoa_jobs_waiting", "Jobs that wait for their time or for a worker.", jobs(JobState::Waiting)),
        Said::one("stoa_jobs_running", "Jobs that are being done.", jobs(JobState::Running)),
        Said::one("stoa_jobs_failed", "Jobs that were given up.", jobs(JobState::Failed)),
        Said::one("stoa_jobs_failing", "Jobs whose last attempt failed, given up or not.", failing as f64),
    ]
}

fn of_database(health: &Health) -> Vec<Said> {
    let bytes = [
        ("stoa_database_log_bytes", "Size of SQLite's write-ahead log.", health.log),
        ("stoa_database_bytes", "Size of the database.", health.size),
        ("stoa_disk_free_bytes", "What is free where SQLite's file lies.", health.free),
    ];
    let known = bytes.into_iter().filter_map(|(name, help, bytes)| bytes.map(|bytes| Said::one(name, help, bytes as f64)));
    known
        .chain([
            Said::one("stoa_database_connections", "Connections of the pool that are open.", f64::from(health.connections)),
            Said::one("stoa_database_connections_idle", "Connections of the pool that nobody uses.", f64::from(health.idle)),
            Said::one("stoa_database_waiting", "Threads that wait for a connection, or for their turn to write.", health.waiting as f64),
            Said::one("stoa_database_refused_total", "Writes of which the database stored nothing.", health.refused as f64),
        ])
        .collect()
}
