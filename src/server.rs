//! The roof: mounts every room's routes, starts the workers and listens.

pub mod front;
pub mod housekeeping;
pub mod letters;
mod menu;
pub mod retention;
mod watch;
mod work;

use std::collections::{BTreeSet, HashMap};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::http::Method;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpServer, web};

use crate::ground::chance::Chance;
use crate::ground::problems::{ALREADY_EXISTS, Code};
use crate::ground::{Error, Result, UtcTime};
use crate::jobs;
use crate::mail;
use crate::people::caller::{SignedInOnly, ask_first};
use crate::people::policy::{Also, RULES, UseCase};
use crate::people::program::Offered;
use crate::rounds::place::{Round, RoundState};
use crate::service::{Registered, Service};
use crate::store::Db;
use crate::surveys::intake::Intake;
use crate::web::body::BodyLimits;
use crate::web::failure::Failure;
use crate::web::in_flight::Bodies;
use crate::web::openapi::Token;
use crate::web::replay::Replay;
use crate::web::request::SecureCookies;
use crate::web::routes::{RouteInfo, Routes, not_found};
use crate::web::{headers, problem, replay};

/// Every route of the service: what is mounted, documented and held against the policy.
pub fn routes() -> Routes {
    let mut routes = Routes::new();
    front::routes(&mut routes);
    watch::routes(&mut routes);
    work::routes(&mut routes);
    crate::framework::api::routes(&mut routes);
    crate::framework::pages::routes(&mut routes);
    crate::rounds::api::routes(&mut routes);
    crate::rounds::pages::routes(&mut routes);
    crate::reports::api::routes(&mut routes);
    crate::reports::pages::routes(&mut routes);
    crate::mailroom::api::routes(&mut routes);
    crate::mailroom::pages::routes(&mut routes);
    crate::people::api::routes(&mut routes);
    crate::people::pages::routes(&mut routes);
    crate::surveys::api::routes(&mut routes);
    crate::surveys::pages::routes(&mut routes);
    crate::reviews::api::routes(&mut routes);
    crate::reviews::pages::routes(&mut routes);
    crate::results::api::routes(&mut routes);
    crate::results::pages::routes(&mut routes);
    crate::demo::pages::routes(&mut routes);
    routes
}

/// Every problem's code, from the rooms' own tables, by its word.
pub fn problems() -> Vec<Code> {
    let rooms = [
        crate::ground::problems::PROBLEMS,
        crate::store::problems::PROBLEMS,
        crate::web::problem::PROBLEMS,
        crate::people::problems::PROBLEMS,
        crate::reports::problems::PROBLEMS,
        crate::reviews::problems::PROBLEMS,
        crate::results::problems::PROBLEMS,
        crate::surveys::problems::PROBLEMS,
    ];
    let mut all = rooms.concat();
    all.sort_by_key(|code| (problem::status_of(*code).as_u16(), code.as_str()));
    all
}

/// Whether the API asks for a token before a use case.
pub fn token(use_case: &str) -> Token {
    match UseCase::of(use_case).map(|of| &of.rule().also) {
        Some(Also::Anyone) => Token::Unasked,
        Some(Also::Published) => Token::Useful,
        _ => Token::Needed,
    }
}

/// Methods and paths of the API that ask for a token, as far as they are `which`, and what for.
fn guarded(which: fn(&RouteInfo) -> bool) -> HashMap<(Method, String), UseCase> {
    sent_to(|info| info.path.starts_with("/api/v1/") && which(info))
}

/// Methods and paths of what needs somebody, as far as they are `which`, and what for.
fn sent_to(which: impl Fn(&RouteInfo) -> bool) -> HashMap<(Method, String), UseCase> {
    let routes = routes();
    let needed = routes.infos().iter().filter(|info| token(info.use_case) == Token::Needed && which(info));
    needed.filter_map(|info| Some(((info.method.clone(), info.path.clone()), UseCase::of(info.use_case)?))).collect()
}

/// What programs can be given: whatever the API asks a token for.
fn offered() -> Offered {
    let routes = routes();
    let asked = |use_case: &&str| token(use_case) != Token::Unasked;
    let words: BTreeSet<&str> =
        routes.infos().iter().filter(|info| info.path.starts_with("/api/v1/")).map(|info| info.use_case).filter(asked).collect();
    Offered(RULES.iter().map(|rule| rule.use_case).filter(|use_case| words.contains(use_case.as_str())).collect())
}

/// Methods and paths of pages that are for people who are signed in; a link in a path may speak for somebody.
fn signed_in_only() -> HashMap<(Method, String), UseCase> {
    sent_to(|info| !info.path.starts_with("/api/v1/") && !info.path.contains("{token}"))
}

/// What lower rooms ask of upper ones, whom only the roof knows all.
pub fn registered() -> Registered {
    use crate::{people, results, reviews, rounds, surveys};
    let scopes = [rounds::store::scopes::ROUNDS, rounds::store::scopes::CITIES, surveys::store::scopes::SURVEYS, reviews::store::scopes::REVIEWS];
    let of_surveys = [surveys::jobs::ESTIMATES, surveys::jobs::COUNTS, surveys::jobs::DAYS, surveys::jobs::EXPORTS, surveys::jobs::WAVES];
    let of_the_instance = [mail::worker::KIND, housekeeping::KIND, retention::KIND, people::jobs::AUDIT_CHECK, people::jobs::ERASURE];
    let kinds = of_the_instance.into_iter().chain(of_surveys).chain([results::jobs::RESULTS, reviews::jobs::AGREEMENT]).collect();
    Registered::default()
        .with(crate::people::store::Scopes(scopes.to_vec()))
        .with(mail::store::Unreachable(crate::people::store::unreachable))
        .with(mail::store::Unwanted(surveys::jobs::unwanted))
        .with(surveys::estimates::ReleasedFrom(results::actions::released_from))
        .with(rounds::actions::Watch {
            round: round_turned,
            participation: results::jobs::participation_changed,
            country: reviews::actions::city_moves,
            report: reviews::jobs::round_changed,
        })
        .with(reviews::actions::PANELS)
        .with(reviews::actions::LEAVES)
        .with(reviews::actions::ROLE_MOVES)
        .with(reviews::actions::LEAVING)
        .with(reviews::actions::PRIVATE)
        .with(mail::transport::Way::default())
        .with(people::doors::Doors::default())
        .with(people::passwords::Gate::default())
        .with(crate::reports::actions::Looking::default())
        .with(jobs::worker::Kinds(kinds))
        .with(offered())
        .with(menu::MENU)
}

/// What must hold of the rows of an instance, as each room says.
pub fn rules() -> Vec<crate::store::archive::Rule> {
    use crate::{framework, people, reports, results, reviews, rounds, surveys};
    let below = [jobs::store::RULES, mail::store::RULES, people::store::RULES, framework::store::RULES, rounds::store::RULES];
    let above = [surveys::store::RULES, reports::store::RULES, reviews::store::RULES, results::store::RULES];
    [below.concat(), above.concat()].concat()
}

/// A round was opened or closed: its surveys end or go on, and its results are others; or its framework
/// or rubric is another.
fn round_turned(db: &mut Db, round: &Round, now: UtcTime) -> Result<()> {
    crate::surveys::jobs::round_turned(db, &round.id, round.state == RoundState::Closed, now)?;
    crate::results::jobs::round_changed(db, &round.id, now)?;
    crate::reviews::jobs::round_changed(db, &round.id, now)
}

/// Makes sure that what Stoa ships is there: framework, instrument and rubric. Idempotent, also where several
/// processes do it at once: the database lets one put each in, and the others look again.
pub fn prepare(service: &Service) -> std::result::Result<(), String> {
    let call = crate::people::call::Call::new(service, crate::people::identity::Caller::stoa(), crate::ground::Language::english());
    let ready = || {
        crate::framework::actions::ensure_default_framework(&call)?;
        crate::surveys::actions::ensure_default_instrument(&call)?;
        call.allow(UseCase::rubric_import)?.write(|db| crate::reviews::actions::ensure_default_rubric(service, db)).map(drop)
    };
    // At most once for each of the three.
    let faster = |ready: &crate::ground::Result<()>| matches!(ready, Err(Error::Conflict(ALREADY_EXISTS)));
    let ready = (0..3).map(|_| ready()).find(|r| !faster(r)).unwrap_or_else(ready);
    ready.map_err(|e| format!("what Stoa ships could not be stored: {e}"))
}

/// Starts what works beside the requests, until it is dropped. The error is one line for the operator.
pub fn start_workers(service: &Arc<Service>) -> std::result::Result<jobs::worker::Workers, String> {
    mail::worker::check(service)?;
    let asked = jobs::worker::prepare(service)
        .and_then(|()| crate::results::jobs::settings_may_have_changed(service))
        .and_then(|()| crate::surveys::jobs::figures_may_be_missing(service));
    match asked {
        // A full disk, say: what was put in at earlier starts is there.
        Err(Error::Unavailable(why)) => tracing::warn!(why, "jobs cannot be put in now; they are at the next start"),
        asked => asked.map_err(|e| format!("jobs cannot be put in: {e}"))?,
    }
    jobs::worker::start(service)
}

/// A server that listens on `listener` until it is told to stop.
pub fn build(service: Arc<Service>, listener: TcpListener) -> std::io::Result<Server> {
    let data = web::Data::from(service.clone());
    let pages = web::Data::from(service.pages.clone());
    let chance: web::Data<Arc<dyn Chance>> = web::Data::new(service.chance.clone());
    let limits = &service.config.limits;
    let limits = web::Data::new(BodyLimits {
        json: limits.json_bytes,
        form: limits.form_bytes,
        evidence: limits.evidence_bytes,
        patience: Duration::from_secs(limits.body_seconds),
    });
    let asked = service.clone();
    let needed = guarded(|_| true);
    let (paths, uses) = (needed.keys().cloned().collect(), needed);
    let who = Box::new(move |token, route: &_, path: &str| {
        let use_case = uses.get(route).copied().ok_or(Error::NotFound("page"))?;
        crate::people::caller::speaks_for(&asked, token, use_case, path)
    });
    let again = web::Data::new(Replay {
        store: service.store.clone(),
        clock: service.clock.clone(),
        who,
        guarded: paths,
        secret: guarded(|info| info.secret).into_keys().collect(),
    });
    let secure = web::Data::new(SecureCookies(service.config.server.secure_cookies));
    let only = web::Data::new(SignedInOnly(signed_in_only()));
    let bodies = web::Data::new(Bodies::new(service.config.server.trusted_proxies.clone(), service.config.limits.evidence_bytes));
    let samples = web::Data::new(letters::samples());
    let metrics = web::Data::new(crate::web::metrics::Metrics::default());
    let openapi = web::Data::new(front::OpenApi::new(routes().infos()));
    let intake = web::Data::new(Intake::start(&service).map_err(std::io::Error::other)?);
    let workers = service.config.server.workers;
    let server = HttpServer::new(move || {
        let mut table = routes();
        App::new()
            .app_data(data.clone())
            .app_data(pages.clone())
            .app_data(chance.clone())
            .app_data(limits.clone())
            .app_data(again.clone())
            .app_data(metrics.clone())
            .app_data(openapi.clone())
            .app_data(samples.clone())
            .app_data(secure.clone())
            .app_data(bodies.clone())
            .app_data(only.clone())
            .app_data(intake.clone())
            .app_data(web::PathConfig::default().error_handler(|_, request| Failure::new(crate::ground::Error::NotFound("record"), request).into()))
            .app_data(web::QueryConfig::default().error_handler(|e, request| Failure::new(query_error(&e), request).into()))
            .wrap(from_fn(headers::guard))
            // First and without compression, for thousands come in a second: no other address is
            // compared with it, and its answer is a line.
            .configure(|c| table.mount(c, "", |p| [crate::surveys::api::RESPONSES, crate::surveys::api::RECEIPTS].contains(&p)))
            .service(
                web::scope("/api/v1")
                    .wrap(from_fn(replay::once))
                    .wrap(Compress::default())
                    .configure(|c| table.mount(c, "/api/v1", |p| p.starts_with("/api/v1/"))),
            )
            .service(web::scope("").wrap(from_fn(ask_first)).wrap(Compress::default()).configure(|c| table.mount(c, "", |_| true)))
            .default_service(web::to(not_found))
    })
    .workers(workers)
    .shutdown_timeout(10)
    // So long whoever is refused in the middle of a body may go on and read why; then the connection is closed.
    .client_disconnect_timeout(Duration::from_secs(3))
    .listen(listener)?
    .run();
    Ok(server)
}

fn query_error(error: &actix_web::error::QueryPayloadError) -> crate::ground::Error {
    crate::ground::Error::Invalid(vec![crate::ground::FieldError::new("query", "wrong_type").with("detail", error)])
}
