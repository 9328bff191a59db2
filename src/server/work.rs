//! What is done behind requests, for operators: the jobs, what became of each, and a second try.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::ground::{Result, UtcTime, Zone};
use crate::jobs::job::{Job, JobState};
use crate::jobs::store;
use crate::jobs::worker::Kinds;
use crate::mail::store::journal::backlog;
use crate::people::call::Call;
use crate::people::caller::Ctx;
use crate::people::policy::UseCase;
use crate::people::problems::AUDIT_BROKEN;
use crate::web::body::{Body, ok};
use crate::web::failure::Failure;
use crate::web::form::RawForm;
use crate::web::paging::Listing;
use crate::web::routes::Routes;

type Answer = Result<HttpResponse, Failure>;

/// Jobs shown: all that need an eye, are at work or wait, and the newest of those that are over.
const SHOWN: i64 = 150;

pub fn routes(r: &mut Routes) {
    r.get("/jobs", UseCase::job_list, jobs_page);
    r.post("/jobs/{kind}/retry", UseCase::job_retry, retry_form);
    r.get("/api/v1/jobs", UseCase::job_list, job_list)
        .summary("Work behind requests: what failed, is being done, waits, and was done last.")
        .gives::<Listing<Job>>(200);
    r.post("/api/v1/jobs/{kind}/retry", UseCase::job_retry, job_retry).summary("Have a job tried now.").takes::<JobRetry>().gives::<Job>(200);
}

/// Which job of a kind.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JobRetry {
    /// To what it is done; empty where there is one job of the kind.
    #[serde(default)]
    pub key: String,
}

/// Mail that should have gone out long ago: since when, and how much of it waits.
fn late_mail(call: &Call<'_>) -> Result<Option<(UtcTime, i64)>> {
    let mail = call.allow(UseCase::job_list)?.read(|db| backlog(db, call.now))?;
    Ok(mail.late_since(call.now).map(|since| (since, mail.waiting())))
}

fn jobs(call: &Call<'_>) -> Result<Vec<Job>> {
    let rows = call.allow(UseCase::job_list)?.read(|db| store::list(db, SHOWN))?;
    Ok(rows.into_iter().map(store::JobRow::job).collect())
}

/// Has a job tried now; doing it twice is as good as once.
fn retry(call: &Call<'_>, kind: &str, key: &str) -> Result<Job> {
    call.allow(UseCase::job_retry)?.write(|db| {
        if store::retry(db, kind, key, call.now)? {
            call.audit(db, UseCase::job_retry, kind, &json!({"key": key}))?;
        }
        Ok(store::one(db, kind, key)?.job())
    })
}

async fn job_list(ctx: Ctx) -> Answer {
    let items = ctx.run(jobs).await?;
    Ok(ok(&Listing { items, next_cursor: None }))
}

async fn job_retry(ctx: Ctx, kind: web::Path<String>, body: Body<JobRetry>) -> Answer {
    Ok(ok(&ctx.run(move |call| retry(call, &kind, &body.0.key)).await?))
}

async fn retry_form(ctx: Ctx, kind: web::Path<String>, form: RawForm) -> Answer {
    let form = ctx.accept(form)?;
    ctx.run(move |call| retry(call, &kind, form.get("key"))).await?;
    Ok(ctx.redirect("/jobs", "success", &ctx.t("work-retried")))
}

fn tag(job: &Job) -> &'static str {
    match job.state {
        JobState::Waiting if !job.last_error.is_empty() => "warn",
        JobState::Waiting => "",
        JobState::Running => "active",
        JobState::Done => "good",
        JobState::Failed => "bad",
    }
}

fn row(ctx: &Ctx, zone: Zone, job: &Job) -> Value {
    let texts = ctx.service.pages.texts();
    let known = ctx.service.registered::<Kinds>().is_ok_and(|kinds| kinds.0.iter().any(|kind| kind.name == job.kind));
    let kind = if known { job.kind.replace('_', "-") } else { "unknown".to_owned() };
    let args = [("outcome", job.outcome.as_str())];
    let outcome = (!job.outcome.is_empty()).then(|| texts.with(&ctx.language, &format!("work-outcome-{kind}"), &args));
    let error = match job.last_error.as_str() {
        "" => None,
        known @ ("lease_ended" | "unavailable") => Some(ctx.t(&format!("work-error-{}", known.replace('_', "-")))),
        code if code == AUDIT_BROKEN.as_str() => Some(ctx.t("error-audit-broken")),
        _ => Some(ctx.t("work-error-other")),
    };
    let name = texts.with(&ctx.language, &format!("work-kind-{kind}"), &[("kind", job.kind.as_str())]);
    json!({
        "kind": job.kind, "key": job.key, "name": name, "state": job.state, "tag": tag(job),
        "due": (job.state == JobState::Waiting).then(|| job.due_at.local(zone)), "finished": job.finished_at.map(|at| at.local(zone)),
        "attempts": job.attempts, "done": job.done, "todo": (job.todo > 0).then_some(job.todo), "outcome": outcome, "error": error,
        "may_retry": known && job.state != JobState::Running,
    })
}

async fn jobs_page(ctx: Ctx) -> Answer {
    let (jobs, late, zone) = ctx.run(|call| Ok((jobs(call)?, late_mail(call)?, call.caller.zone()))).await?;
    let late = late.map(|(since, waiting)| json!({"since": since.local(zone), "waiting": waiting}));
    let rows: Vec<Value> = jobs.iter().map(|job| row(&ctx, zone, job)).collect();
    let more = i64::try_from(rows.len()).is_ok_and(|shown| shown >= SHOWN);
    ctx.page("server/jobs", &ctx.t("work-title"), json!({"jobs": rows, "more": more, "late": late})).await
}
