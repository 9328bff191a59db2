//! The front: the start page, the pages about Stoa itself, the API's documents, and what
//! operators' machines ask (`/health`, `/ready`, `/metrics`).

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use crate::framework::pages::temple_areas;
use crate::ground::Error;
use crate::jobs::job::JobState;
use crate::people::caller::Ctx;
use crate::people::doors::Doors;
use crate::people::identity::{Caller, Role};
use crate::people::policy::UseCase;
use crate::surveys::intake::Intake;
use crate::web::failure::Failure;
use crate::web::figures::{TempleFigure, temple};
use crate::web::metrics::Metrics;
use crate::web::openapi;
use crate::web::problem;
use crate::web::request;
use crate::web::routes::{RouteInfo, Routes};
use crate::web::static_files::static_read;
use crate::web::texts::nearest;

type Answer = Result<HttpResponse, Failure>;

/// The OpenAPI document, made once at start.
pub struct OpenApi(Value);

impl OpenApi {
    pub fn new(routes: &[RouteInfo]) -> Self {
        Self(openapi::document(routes, &super::problems(), super::token))
    }
}

pub fn routes(r: &mut Routes) {
    r.get("/static/{version}/{name}", UseCase::static_read, static_read);
    r.get("/", UseCase::home_read, home_read);
    r.get("/about", UseCase::about_read, about_read);
    r.get("/privacy", UseCase::about_read, privacy_read);
    r.get("/accessibility", UseCase::about_read, accessibility_read);
    r.get("/api", UseCase::api_docs_read, api_docs_page);
    r.get("/api/v1/openapi.json", UseCase::api_docs_read, openapi_read).summary("This document.");
    r.get("/api/v1/problems", UseCase::problem_list, problem_list).summary("Every problem code with its status and meaning.");
    r.get("/health", UseCase::health_read, health_read);
    r.get("/ready", UseCase::ready_read, ready_read);
    r.get("/metrics", UseCase::metrics_read, metrics_read);
}

/// Where somebody's work is.
fn home_of(caller: &Caller) -> Option<&'static str> {
    let ways = [
        (Role::Coordinator, "/rounds"),
        (Role::CityOfficer, "/reports"),
        (Role::Expert, "/reviews"),
        (Role::Agency, "/surveys"),
        (Role::Analyst, "/profiles"),
        (Role::Operator, "/people"),
    ];
    ways.iter().find(|(role, _)| caller.has_role(*role)).map(|(_, way)| *way)
}

async fn home_read(ctx: Ctx) -> Answer {
    let (home, catalogue, setup) = ctx
        .run(|call| {
            let home = call.caller.person.as_ref().map(|_| home_of(&call.caller).unwrap_or("/account"));
            if home.is_some() {
                return Ok((home, None, false));
            }
            let permit = call.allow(UseCase::home_read)?;
            let catalogue = permit.read(crate::framework::store::newest_published)?.map(|f| f.read_catalogue()).transpose()?;
            Ok((home, catalogue, crate::people::actions::setup_code(call.service).is_some()))
        })
        .await?;
    if let Some(home) = home {
        return Ok(ctx.redirect(home, "success", ""));
    }
    let language = &nearest(&ctx.language);
    let figure = catalogue.map(|catalogue| {
        temple(&TempleFigure {
            id: "temple".to_owned(),
            title: ctx.t("framework-temple-title"),
            desc: ctx.t("framework-temple-desc"),
            inscription: ctx.t("framework-temple-inscription"),
            areas: temple_areas(&catalogue, language, |code| Some(format!("/framework#area-{code}"))),
            rtl: language.is_rtl(),
        })
    });
    ctx.page("server/home", &ctx.t("front-title"), json!({"temple": figure, "setup": setup})).await
}

async fn about_read(ctx: Ctx) -> Answer {
    text_page(&ctx, "about").await
}

async fn privacy_read(ctx: Ctx) -> Answer {
    text_page(&ctx, "privacy").await
}

async fn accessibility_read(ctx: Ctx) -> Answer {
    text_page(&ctx, "accessibility").await
}

/// A page of paragraphs `front-<name>-1`, `-2` … under `front-<name>-title`.
async fn text_page(ctx: &Ctx, name: &str) -> Answer {
    let texts = ctx.service.pages.texts();
    let paragraphs: Vec<String> =
        (1..20).map_while(|n| texts.find(&ctx.language, &format!("front-{name}-{n}"), &fluent_bundle::FluentArgs::new())).collect();
    ctx.page("server/text", &ctx.t(&format!("front-{name}-title")), json!({"paragraphs": paragraphs})).await
}

async fn api_docs_page(ctx: Ctx, document: web::Data<OpenApi>) -> Answer {
    let mut groups: std::collections::BTreeMap<String, Vec<Value>> = std::collections::BTreeMap::new();
    for (path, methods) in document.0["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let tag = operation["tags"][0].as_str().unwrap_or("").to_owned();
            groups.entry(tag).or_default().push(json!({
                "method": method.to_uppercase(), "path": path, "summary": operation["summary"], "use_case": operation["operationId"],
                "if_match": operation["parameters"].as_array().is_some_and(|p| p.iter().any(|p| p["name"] == "If-Match")),
            }));
        }
    }
    let groups: Vec<Value> = groups.into_iter().map(|(tag, operations)| json!({"tag": tag, "operations": operations})).collect();
    let problems: Vec<Value> = super::problems().into_iter().map(problem::entry).collect();
    ctx.page("server/api", &ctx.t("front-api-title"), json!({"groups": groups, "problems": problems})).await
}

async fn openapi_read(document: web::Data<OpenApi>) -> HttpResponse {
    HttpResponse::Ok().json(&document.0)
}

async fn problem_list() -> HttpResponse {
    let items: Vec<Value> = super::problems().into_iter().map(problem::entry).collect();
    HttpResponse::Ok().json(json!({"items": items}))
}

/// The process lives.
async fn health_read() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")}))
}

/// The database answers too, and on SQLite the disk has confirmed every write.
async fn ready_read(ctx: Ctx) -> Answer {
    ctx.run(|call| call.service.store.check()).await?;
    Ok(HttpResponse::Ok().json(json!({"status": "ready"})))
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
    let waiting = plain.run(|call| {
        call.service.store.check()?;
        call.allow(UseCase::metrics_read)?
            .read(|db| Ok((crate::mail::store::waiting(db)?, crate::jobs::store::counts(db)?, crate::jobs::store::failing(db)?)))
    });
    let crowded =
        ("stoa_answers_crowded_total", "Answers beyond the first 200 of one address to one survey within an hour.", intake.crowded() as f64);
    let mut gauges = vec![("stoa_database_up", "Whether the database answers.", 0.0), crowded];
    // What is not known is not said.
    if let Ok((waiting, jobs, failing)) = waiting.await {
        let jobs = |state| jobs.iter().filter(|(s, _)| *s == state).map(|(_, n)| *n).sum::<i64>() as f64;
        gauges[0].2 = 1.0;
        gauges.extend([
            ("stoa_outbox_waiting", "Messages that wait to be sent.", waiting as f64),
            ("stoa_jobs_waiting", "Jobs that wait for their time or for a worker.", jobs(JobState::Waiting)),
            ("stoa_jobs_running", "Jobs that are being done.", jobs(JobState::Running)),
            ("stoa_jobs_failed", "Jobs that were given up.", jobs(JobState::Failed)),
            ("stoa_jobs_failing", "Jobs whose last attempt failed, given up or not.", failing as f64),
        ]);
    }
    let mut text = metrics.text(&gauges);
    Doors::of(&ctx.service, |doors| text.push_str(&doors.text()));
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}
