//! The front: the start page, the pages about Stoa itself, the API's documents. What operators' machines ask is
//! in `watch.rs`.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use crate::framework::pages::temple_areas;
use crate::people::caller::Ctx;
use crate::people::identity::{Caller, Role};
use crate::people::policy::UseCase;
use crate::web::failure::Failure;
use crate::web::figures::{TempleFigure, temple};
use crate::web::openapi;
use crate::web::paging::Listing;
use crate::web::problem::{self, ProblemEntry};
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
    r.get("/api/v1/openapi.json", UseCase::api_docs_read, openapi_read).summary("This document.").gives_an_object();
    r.get("/api/v1/problems", UseCase::problem_list, problem_list)
        .summary("Every problem code with its status and meaning.")
        .gives::<Listing<ProblemEntry>>(200);
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
    let problems: Vec<ProblemEntry> = super::problems().into_iter().map(problem::entry).collect();
    ctx.page("server/api", &ctx.t("front-api-title"), json!({"groups": groups, "problems": problems})).await
}

async fn openapi_read(document: web::Data<OpenApi>) -> HttpResponse {
    HttpResponse::Ok().json(&document.0)
}

async fn problem_list() -> HttpResponse {
    let items: Vec<ProblemEntry> = super::problems().into_iter().map(problem::entry).collect();
    HttpResponse::Ok().json(Listing { items, next_cursor: None })
}
