//! The limits that the document tells of are those that hold: what is one more is refused, what is as much is not
//! refused for that. And every parameter of a query does what the document says of it.

use reqwest::Method;
use serde_json::{Map, Value, json};
use stoa::demo::fill::fill;
use stoa::ground::limits::Limit;
use stoa::people::identity::Role;
use stoa::web::openapi::answers::Taken;
use stoa::web::routes::RouteInfo;

use crate::matrix::{Asker, Silent, Things, address, askers, body, nothing_is_written, request, things};
use crate::support::{Answer, Grants, TestApp};

/// Fields whose rule is not reached with the things of the demonstration, and why.
const NOT_REACHED: &[(&str, &str)] = &[
    ("evidence_add", "a file, which has its own tests"),
    ("report_return", "the report is not there to be given back twice"),
    ("report_section_save", "the report has been submitted"),
    ("report_statistic_save", "the report has been submitted"),
    ("results_recall", "nothing has been released"),
];

const LANGUAGES: &str = "en ar fr es zh ru de it pt nl sv da fi pl cs hu tr fa he hi bn";

/// A value that is `by` more than the most.
fn beyond(limit: Limit, by: usize) -> Value {
    let text = |length: usize| json!("x".repeat(length + by));
    match limit {
        Limit::Text(most) | Limit::Optional(most) => text(most),
        Limit::Number(_, most) => json!(most + i64::try_from(by).unwrap()),
        // What is said twice counts once.
        Limit::Items(most) => json!(LANGUAGES.split(' ').chain(["x"].into_iter().cycle()).take(most + by).collect::<Vec<_>>()),
        Limit::Names(_, most) => json!({"en": text(most)}),
    }
}

/// The answer of the first who may, which is then remembered.
async fn first_heard(app: &TestApp, http: &reqwest::Client, route: &RouteInfo, path: &str, sent: &Value, askers: &[Asker]) -> Answer {
    let mut last = None;
    for asker in askers {
        let answer = Answer::of(request(app, http, route, path, Some(sent), asker)).await;
        if !matches!(answer.status, 401 | 403 | 404) {
            return answer;
        }
        last = Some(answer);
    }
    last.expect("somebody asks")
}

/// Whether an answer complains about a field, or something in it.
fn complains(answer: &Answer, field: &str) -> bool {
    answer.status == 422
        && answer.fields().iter().any(|of| of == field || of.starts_with(&format!("{field}.")) || of.starts_with(&format!("{field}[")))
}

async fn tried(app: &TestApp, things: &Things, askers: &[Asker], schemas: &Value) -> Vec<String> {
    let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut wrong = Vec::new();
    for route in stoa::server::routes().infos().iter().filter(|r| !NOT_REACHED.iter().any(|(of, _)| *of == r.use_case)) {
        let Taken::Json(schema) = &route.takes else { continue };
        let (Some(path), base) = (address(&route.path, things), body(&serde_json::to_value(schema).unwrap(), "", schemas, things)) else { continue };
        for (field, limit) in route.limits {
            for (by, refused) in [(1, true), (0, false)] {
                let mut sent: Map<String, Value> = base.as_object().cloned().unwrap();
                sent.insert((*field).to_owned(), beyond(*limit, by));
                // A level goes with nothing that says there is none.
                sent.entry("cannot_judge").and_modify(|judged| *judged = json!(false));
                let answer = first_heard(app, &http, route, &path, &Value::Object(sent), askers).await;
                let number = matches!(limit, Limit::Items(_) | Limit::Names(..));
                if complains(&answer, field) != refused && (refused || !number) {
                    wrong.push(format!(
                        "{} {field}, {by} more than the most: {} {:.300}",
                        route.use_case,
                        answer.status,
                        String::from_utf8_lossy(&answer.body)
                    ));
                }
            }
        }
    }
    wrong
}

both! {
    async fn what_is_longer_or_more_than_the_document_says_is_refused_and_what_is_as_much_is_not(app) {
        fill(&app.service, &mut Silent).unwrap();
        let things = things(app).await;
        let askers = askers(app, &things).await;
        nothing_is_written(app);
        let infos = stoa::server::routes().infos().to_vec();
        let document = stoa::web::openapi::document(&infos, &stoa::server::problems(), stoa::server::token);
        let wrong = tried(app, &things, &askers, &document["components"]["schemas"]).await;
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    async fn every_parameter_of_a_query_does_what_the_document_says(app) {
        let desk = app.as_person(&app.person(Role::Coordinator, Grants::Instance));
        let operator = app.as_person(&app.person(Role::Operator, Grants::Instance));
        let mut seen = 0;
        for route in stoa::server::routes().infos().iter().filter(|r| r.path.starts_with("/api/v1/") && r.method == Method::GET.as_str()) {
            if route.path.contains('{') {
                continue;
            }
            let api = if route.use_case == "audit_list" { &operator } else { &desk };
            for query in &route.query {
                seen += 1;
                let good = match query.name {
                    "limit" => "200",
                    "cursor" => "",
                    "round_id" => "rnd_019a0000000070008000000000000001",
                    "state" => "queued",
                    _ => "anything",
                };
                let answer = api.get(&format!("{}?{}={good}", route.path, query.name)).await.expect(200);
                // What nobody is about is nothing.
                if ["round_id", "object", "subject_id"].contains(&query.name) {
                    assert_eq!(answer.json()["items"], json!([]), "{} {}", route.path, query.name);
                }
                let (bad, status) = match query.name {
                    "limit" => ("201", 422),
                    "cursor" => ("made-up", 400),
                    "round_id" | "state" => ("made-up", 422),
                    _ => ("%00", 400),
                };
                api.get(&format!("{}?{}={bad}", route.path, query.name)).await.expect(status);
            }
        }
        assert!(seen > 20, "{seen}");
    }
}
