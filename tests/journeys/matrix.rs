//! Who may do what, when, as a table made from real requests: role × use case × scope × stage.
//!
//! `tests/golden/policy.txt` is read in reviews; a change of rights shows there as a changed line.
//! `STOA_BLESS=1 cargo test --test journeys matrix` writes it anew. Every route of the API and every
//! page that is read is asked by everybody for the same things of the demonstration. A write that the
//! policy allows goes as far as its audit entry, which the database refuses here, so that nothing changes
//! and everybody asks about the same. Pages that write share their actions with the API.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use futures_util::{StreamExt, stream};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use stoa::demo::fill::{Progress, fill};
use stoa::ground::ids::{CityId, ParticipationId, ReviewId, RoundId, SurveyId};
use stoa::people::identity::{Role, Stage};
use stoa::people::policy::{Also, RULES, UseCase};
use stoa::people::program::Access;
use stoa::store::schema::{capability, participation};
use stoa::web::openapi::answers::{Part, Taken};
use stoa::web::routes::RouteInfo;

use crate::support::{Answer, Backend, Grants, TestApp};

/// Routes whose answer depends on a secret in the address or the body, not on who asks, and files for
/// everybody.
const BY_ADDRESS: &[&str] = &["{token}", "/api/v1/tokens", "/static/", "/demo/", "/s/", "{code}", "/mailbox", "/password/"];

pub struct Silent;

impl Progress for Silent {
    fn begin(&mut self, _: &str, _: u64) {}
    fn step(&mut self, _: u64) {}
}

/// Things of one city in one round of the demonstration, by what stands before them in an address.
pub struct Things {
    pub by_noun: HashMap<&'static str, String>,
    round: RoundId,
    city: CityId,
    pub survey: SurveyId,
    review: ReviewId,
    pub participation: ParticipationId,
    expert: String,
}

/// Somebody who asks: a cookie for pages, a token for the API.
pub struct Asker {
    pub name: String,
    cookie: String,
    token: Option<String>,
}

pub async fn things(app: &TestApp) -> Things {
    let desk = app.as_person(&app.person(Role::Coordinator, Grants::Instance));
    let items = async |path: &str| desk.get(path).await.expect(200).json()["items"].as_array().unwrap().clone();
    let id = |value: &Value, key: &str| value[key].as_str().unwrap_or_else(|| panic!("{key} of {value}")).to_owned();
    let round = id(&items("/api/v1/rounds").await[0], "id");
    let case = items(&format!("/api/v1/rounds/{round}/disagreements")).await[0].clone();
    let submission = desk.get(&format!("/api/v1/submissions/{}", id(&case, "submission_id"))).await.expect(200).json();
    let participation = id(&submission, "participation_id");
    let place = desk.get(&format!("/api/v1/participations/{participation}")).await.expect(200).json();
    let city = id(&place["city"], "id");
    let survey = items("/api/v1/surveys").await.into_iter().find(|s| s["participation_id"] == participation.as_str()).unwrap();
    let review = items(&format!("/api/v1/reviews?round={round}")).await.into_iter().find(|r| r["submission_id"] == submission["id"]).unwrap();
    let report = items("/api/v1/reports").await.into_iter().find(|r| r["participation_id"] == participation.as_str()).unwrap();
    let evidence = submission["content"]["evidence"][0]["id"].as_str().unwrap_or("evd_00000000000070008000000000000001").to_owned();
    let expert = id(&review, "person_id");
    let operator = app.as_person(&app.person(Role::Operator, Grants::Instance));
    let person = operator.get(&format!("/api/v1/people/{expert}")).await.expect(200).json();
    let message = items("/api/v1/messages").await.into_iter().find(|m| m["round_id"] == round.as_str()).unwrap();
    let plan = desk.post(&format!("/api/v1/rounds/{round}/assignment-plans"), &json!({"seed": 1})).await;
    let plan = if plan.status == 201 { id(&plan.json(), "id") } else { format!("pln_{}", "0".repeat(32)) };
    let by_noun = HashMap::from([
        ("rounds", round.clone()),
        ("disagreements", id(&case, "id")),
        ("submissions", id(&submission, "id")),
        ("participations", participation.clone()),
        ("cities", city.clone()),
        ("surveys", id(&survey, "id")),
        ("instruments", id(&survey, "instrument_id")),
        ("reviews", id(&review, "id")),
        ("reports", id(&report, "id")),
        ("evidence", evidence),
        ("people", expert.clone()),
        ("experts", expert.clone()),
        ("grants", id(&person["grants"][0], "id")),
        ("messages", id(&message, "id")),
        ("frameworks", id(&items("/api/v1/frameworks").await[0], "id")),
        ("framework", id(&items("/api/v1/frameworks").await[0], "id")),
        ("rubrics", id(&items("/api/v1/rubrics").await[0], "id")),
        ("measure", id(&case, "measure")),
        ("sections", id(&case, "measure")),
        ("ratings", id(&case, "measure")),
        ("rate", id(&case, "measure")),
        ("statistics", "1".to_owned()),
        ("releases", "1".to_owned()),
        ("assignment-plans", plan),
        // Nobody's: a file is there for none but who asked for it.
        ("exports", format!("exp_{}", "0".repeat(32))),
        // The scene's survey is for whoever has the link.
        ("invitations", format!("inv_{}", "0".repeat(32))),
        ("waves", "1".to_owned()),
        ("codebook", "csv".to_owned()),
        ("slug", id(&survey, "slug")),
        ("receipts", "XXXXX-XXXXX".to_owned()),
        ("service-tokens", app.program(&expert.parse().unwrap(), Access::ReadOnly, &[], Grants::Instance).0.to_string()),
    ]);
    Things {
        round: round.parse().unwrap(),
        city: city.parse().unwrap(),
        survey: id(&survey, "id").parse().unwrap(),
        review: id(&review, "id").parse().unwrap(),
        participation: participation.parse().unwrap(),
        expert,
        by_noun,
    }
}

/// Everybody who could ask: each role for the whole instance, in the thing's own scopes, and elsewhere.
pub async fn askers(app: &TestApp, things: &Things) -> Vec<Asker> {
    let desk = app.person(Role::Coordinator, Grants::Instance);
    let framework = &things.by_noun["frameworks"];
    let body = json!({
        "name": "Elsewhere", "year": 2027, "framework_id": framework, "rubric_id": null, "time_zone": "UTC",
        "report_due_on": "2027-06-30", "review_due_on": "2027-09-30", "experts_per_report": 2,
    });
    let elsewhere = app.as_person(&desk).post("/api/v1/rounds", &body).await.expect(201).json();
    let elsewhere: RoundId = elsewhere["id"].as_str().unwrap().parse().unwrap();
    let mut askers =
        vec![Asker { name: "anonymous".to_owned(), cookie: format!("stoa_visit={}", stoa::people::caller::visit(&app.service)), token: None }];
    let signed_in = |name: String, person: &crate::support::Person| {
        let token = crate::support::access_token(&app.service, &person.id);
        Asker { name, cookie: format!("stoa_session={}", app.session(person)), token: Some(token) }
    };
    askers.push(signed_in("no-role".to_owned(), &app.account("en")));
    for role in Role::ALL {
        let mut scopes = vec![("", Grants::Instance), ("@round", Grants::Round(&things.round)), ("@elsewhere", Grants::Round(&elsewhere))];
        match role {
            Role::CityOfficer | Role::Analyst => scopes.push(("@city", Grants::City(&things.city))),
            Role::Agency => scopes.push(("@survey", Grants::Survey(&things.survey))),
            _ => {}
        }
        for (scope, grants) in scopes {
            askers.push(signed_in(format!("{role}{scope}"), &app.person(*role, grants)));
        }
    }
    // Programs: one that reads whatever its person may, one that was let do everything in the thing's round.
    let everything: Vec<UseCase> = RULES.iter().map(|rule| rule.use_case).collect();
    for (name, access, use_cases, scope) in [
        ("program-reading", Access::ReadOnly, &[][..], Grants::Instance),
        ("program@round", Access::Chosen, &everything[..], Grants::Round(&things.round)),
    ] {
        let (_, token) = app.program(&desk.id, access, use_cases, scope);
        askers.push(Asker { name: name.to_owned(), cookie: format!("stoa_visit={}", stoa::people::caller::visit(&app.service)), token: Some(token) });
    }
    let owner = crate::support::Person { id: things.expert.parse().unwrap(), name: String::new(), email: String::new() };
    askers.push(signed_in("owner".to_owned(), &owner));
    let subjects = |of: bool| {
        let query = capability::table.filter(capability::purpose.eq("review")).filter(capability::revoked_at.is_null()).into_boxed();
        let query = if of {
            query.filter(capability::subject_id.eq(things.review.as_str()))
        } else {
            query.filter(capability::subject_id.ne(things.review.as_str()))
        };
        app.service.store.read(|db| Ok(query.select(capability::id).order(capability::id).first::<stoa::ground::ids::CapabilityId>(db)?)).unwrap()
    };
    for (name, of) in [("capability", true), ("capability-of-another", false)] {
        let token = app.service.secrets.capability(&subjects(of));
        askers.push(Asker { name: name.to_owned(), cookie: format!("stoa_visit={}", stoa::people::caller::visit(&app.service)), token: Some(token) });
    }
    askers
}

/// Refuses every audit entry from now on: whoever gets that far was allowed.
pub fn nothing_is_written(app: &TestApp) {
    let statements: &[&str] = match app.backend {
        Backend::Sqlite => &["CREATE TRIGGER matrix BEFORE UPDATE ON audit_head BEGIN SELECT RAISE(ABORT, 'the matrix writes nothing'); END"],
        Backend::Postgres => &[
            "CREATE FUNCTION matrix() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the matrix writes nothing'; END $$",
            "CREATE TRIGGER matrix BEFORE UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION matrix()",
        ],
    };
    for statement in statements {
        app.service.store.write(|db| Ok(diesel::sql_query(*statement).execute(db)?)).unwrap();
    }
}

/// The address with the scene's things in it; `None` where it names something that it has not.
pub fn address(path: &str, things: &Things) -> Option<String> {
    let mut parts = Vec::new();
    let path = path.replace("{template}", "review_invitation").replace("{language}", "en");
    let mut before = "";
    for part in path.split('/') {
        parts.push(match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            None => part.to_owned(),
            Some("slug") => things.by_noun["slug"].clone(),
            Some("measure") => things.by_noun["measure"].clone(),
            Some(_) => things.by_noun.get(before)?.clone(),
        });
        before = part;
    }
    Some(parts.join("/"))
}

/// A body of the right shape with ids of the scene, so that only the policy can refuse it.
pub fn body(schema: &Value, name: &str, schemas: &Value, things: &Things) -> Value {
    if let Some(of) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
        return body(&schemas[of], name, schemas, things);
    }
    if let Some(first) = schema["enum"].as_array().and_then(|e| e.first()) {
        return first.clone();
    }
    for variants in ["oneOf", "anyOf", "allOf"] {
        if let Some(variant) = schema[variants].as_array().and_then(|v| v.iter().find(|s| s["type"] != "null")) {
            return body(variant, name, schemas, things);
        }
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or("object");
    match kind {
        "object" => {
            let fields = schema["properties"].as_object().cloned().unwrap_or_default();
            Value::Object(fields.iter().map(|(k, v)| (k.clone(), body(v, k, schemas, things))).collect())
        }
        "array" => json!([]),
        "integer" | "number" => json!(1),
        "boolean" => json!(true),
        _ => json!(match name {
            "round_id" => things.round.to_string(),
            "city_id" => things.city.to_string(),
            "participation_id" => things.participation.to_string(),
            "person_id" => things.expert.clone(),
            "framework_id" => things.by_noun["frameworks"].clone(),
            "rubric_id" => things.by_noun["rubrics"].clone(),
            "instrument_id" => things.by_noun["instruments"].clone(),
            "scope_id" => String::new(),
            "language" => "en".to_owned(),
            "country" => "JO".to_owned(),
            "time_zone" => "UTC".to_owned(),
            "email" => "somebody.new@example.org".to_owned(),
            _ if name.ends_with("_on") => "2027-06-30".to_owned(),
            _ => "x".to_owned(),
        }),
    }
}

fn is_api(route: &RouteInfo) -> bool {
    route.path.starts_with("/api/")
}

/// What the matrix asks: the API, and pages that are read.
fn asked() -> Vec<RouteInfo> {
    let by_address = |route: &RouteInfo| BY_ADDRESS.iter().any(|part| route.path.contains(part));
    let all = stoa::server::routes().infos().to_vec();
    all.into_iter().filter(|r| (is_api(r) || r.method == Method::GET.as_str()) && !by_address(r)).collect()
}

/// Whether a use case's row speaks of stages.
fn knows_stages(use_case: UseCase) -> bool {
    let rule = use_case.rule();
    rule.also == Also::Published || rule.by.iter().any(|by| by.from > Stage::Assessing)
}

pub fn request(app: &TestApp, http: &reqwest::Client, route: &RouteInfo, path: &str, sent: Option<&Value>, asker: &Asker) -> RequestBuilder {
    let request = http.request(route.method.as_str().parse().unwrap(), app.url(path));
    let request = if is_api(route) { asker.token.iter().fold(request, |r, t| r.bearer_auth(t)) } else { request.header("Cookie", &asker.cookie) };
    let request = if route.if_match { request.header("If-Match", "\"v1\"") } else { request };
    if route.use_case == "evidence_add" {
        let file = reqwest::multipart::Part::bytes(b"%PDF-1.4 a file".to_vec()).file_name("a.pdf");
        return request.multipart(reqwest::multipart::Form::new().text("measure", "9.1.a").part("file", file));
    }
    if let Taken::Form(parts) = route.takes {
        let text = |form: reqwest::multipart::Form, part: &Part| form.text(part.name, if part.name == "leave_out" { "yes" } else { "Made" });
        let form = parts.iter().filter(|part| !part.file).fold(reqwest::multipart::Form::new(), text);
        return request.multipart(form);
    }
    sent.iter().fold(request, |r, body| r.json(body))
}

/// What everybody hears from a route, as the golden file says it.
async fn heard(app: &TestApp, http: &reqwest::Client, route: &RouteInfo, things: &Things, askers: &[Asker], schemas: &Value) -> Option<String> {
    let path = address(&route.path, things)?;
    let sent = match &route.takes {
        Taken::Json(schema) => Some(body(&serde_json::to_value(schema).unwrap(), "", schemas, things)),
        _ => None,
    };
    let answers = stream::iter(askers).map(|asker| async {
        // A link is no way into pages.
        let answer = Answer::of(request(app, http, route, &path, sent.as_ref(), asker)).await;
        let said = match answer.status {
            401 | 403 | 404 => answer.status.to_string(),
            303 if answer.location().starts_with("/sign-in") => "401".to_owned(),
            _ => "allow".to_owned(),
        };
        (said, asker.name.as_str())
    });
    let mut by: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (said, name) in answers.buffered(6).collect::<Vec<_>>().await {
        by.entry(said).or_default().push(name);
    }
    let everybody = by.len() == 1;
    let line = |said: &str| {
        let names = by.get(said)?;
        Some(format!("    {said:5} {}\n", if everybody { "everybody".to_owned() } else { names.join(" ") }))
    };
    Some(["allow", "401", "403", "404"].iter().filter_map(|said| line(said)).collect())
}

both! {
    async fn who_may_do_what_is_as_the_golden_file_says(app) {
        fill(&app.service, &mut Silent).unwrap();
        let things = things(app).await;
        let askers = askers(app, &things).await;
        nothing_is_written(app);
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let schemas = stoa::web::openapi::document(&asked(), &stoa::server::problems(), stoa::server::token)["components"]["schemas"].clone();
        let mut table = BTreeMap::new();
        for stage in Stage::ALL {
            let turn = diesel::update(participation::table).set(participation::stage.eq(*stage));
            app.service.store.write(|db| Ok(turn.execute(db)?)).unwrap();
            for route in asked() {
                let use_case = UseCase::of(route.use_case).unwrap();
                if *stage > Stage::Assessing && !knows_stages(use_case) {
                    continue;
                }
                let when = if knows_stages(use_case) { format!(" when {stage}") } else { String::new() };
                let heard = heard(app, &http, &route, &things, &askers, &schemas).await;
                let heard = heard.unwrap_or_else(|| "    not asked: the demonstration has no such thing\n".to_owned());
                table.insert((route.path.clone(), route.method.to_string(), *stage), format!("{} {} {}{when}\n{heard}", route.path, route.method, route.use_case));
            }
        }
        let now: String = table.into_values().collect();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/policy.txt");
        if std::env::var_os("STOA_BLESS").is_some() && app.backend == Backend::Sqlite {
            std::fs::write(path, &now).unwrap();
        }
        let golden = std::fs::read_to_string(path).unwrap_or_default();
        if golden != now {
            let changed: Vec<_> = now.lines().zip(golden.lines().chain(std::iter::repeat(""))).filter(|(a, b)| a != b).take(5).collect();
            panic!("rights have changed, first at {changed:#?}; if that is meant, run with STOA_BLESS=1 and review tests/golden/policy.txt");
        }
    }
}
