//! The route table against the world: the checked-in OpenAPI document, the policy, strangers, and
//! every kind of broken request. New routes are in these tests without being named here. The policy
//! as a table is in `openapi/policy.rs`.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

#[macro_use]
#[path = "journeys/support/mod.rs"]
mod support;
#[path = "openapi/any.rs"]
mod any;
#[path = "openapi/policy.rs"]
mod policy;
#[path = "storm/scale.rs"]
mod scale;

use std::collections::{BTreeMap, BTreeSet};

use std::path::Path;

use futures_util::{StreamExt, stream};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value, json};
use stoa::ground::ids::PREFIXES;
use stoa::people::identity::Role;
use stoa::people::policy::{Also, UseCase};
use stoa::web::openapi;
use stoa::web::openapi::answers::Taken;
use stoa::web::routes::RouteInfo;
use support::{Answer, Grants, Person, TestApp};

/// A well-formed id (after its prefix) of a thing that is not there.
const FOREIGN: &str = "019a0000000070008000000000000001";

fn infos() -> Vec<RouteInfo> {
    stoa::server::routes().infos().to_vec()
}

fn is_api(route: &RouteInfo) -> bool {
    route.path.starts_with("/api/v1/")
}

// --- the document ----------------------------------------------------------------------------

#[test]
fn the_checked_in_document_is_that_of_the_code() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    let made = serde_json::to_string_pretty(&openapi::document(&infos(), &stoa::server::problems(), stoa::server::token)).unwrap() + "\n";
    if std::env::var_os("STOA_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = kept.lines().zip(made.lines()).position(|(a, b)| a != b).unwrap_or(kept.lines().count().min(made.lines().count()));
    let near = |text: &str| text.lines().skip(differs).take(3).collect::<Vec<_>>().join("\n");
    assert!(
        kept == made,
        "docs/openapi.json is not what the code says, from line {}:\nchecked in:\n{}\nthe code:\n{}\nIf the change is meant: STOA_BLESS=1 cargo test --test openapi the_checked_in",
        differs + 1,
        near(&kept),
        near(&made)
    );
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    fn references(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                into.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|v| references(v, into));
            }
            Value::Array(list) => list.iter().for_each(|v| references(v, into)),
            _ => {}
        }
    }
    let document = openapi::document(&infos(), &stoa::server::problems(), stoa::server::token);
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    let lost: Vec<_> = found.iter().filter(|r| document.pointer(r.trim_start_matches('#')).is_none()).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn every_schema_has_a_name_of_its_own() {
    let mut seen: BTreeMap<String, Value> = BTreeMap::new();
    for route in infos() {
        for (name, schema) in &route.schemas {
            let schema = serde_json::to_value(schema).unwrap();
            let first = seen.entry(name.clone()).or_insert_with(|| schema.clone());
            assert_eq!(*first, schema, "{} {}: another schema is called {name} too", route.method, route.path);
        }
    }
}

#[test]
fn the_document_names_the_words_that_are_sent() {
    let document = openapi::document(&infos(), &stoa::server::problems(), stoa::server::token);
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    for (name, schema) in schemas {
        for word in schema["enum"].as_array().into_iter().flatten() {
            let word = word.as_str().expect("a word");
            assert!(word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{name} says {word}");
        }
    }
}

#[test]
fn every_operation_has_its_own_name_and_a_summary() {
    let mut seen = BTreeSet::new();
    for route in infos().iter().filter(|r| is_api(r)) {
        assert!(seen.insert(route.use_case), "{} {}: the operation id {} is taken", route.method, route.path, route.use_case);
        assert!(!route.summary.is_empty(), "{} {} has no summary", route.method, route.path);
    }
}

#[test]
fn every_problem_has_a_title_and_a_sentence_in_every_language() {
    for code in stoa::server::problems() {
        let status = stoa::web::problem::status_of(code).as_u16();
        for (language, _) in stoa::web::texts::LANGUAGES {
            let keys = stoa::web::texts::Texts::keys(language);
            assert!(keys.contains(&format!("error-title-{status}")), "{language}: no title for {status}");
            let sentence = format!("error-{}", code.as_str().replace('_', "-"));
            assert!(keys.contains(&sentence), "{language}: no sentence {sentence}");
        }
    }
}

#[test]
fn what_asks_for_no_token_is_said_to() {
    let document = openapi::document(&infos(), &stoa::server::problems(), stoa::server::token);
    let security = |method: &str, path: &str| document["paths"][path][method]["security"].clone();
    assert_eq!(security("post", "/api/v1/surveys/{slug}/responses"), json!([]));
    assert_eq!(security("post", "/api/v1/tokens"), json!([]));
    assert_eq!(security("get", "/api/v1/frameworks"), json!([{}, {"bearer": []}]), "drafts are for some");
    assert_eq!(security("get", "/api/v1/cities"), Value::Null, "as the document says at its top");
    for path in ["/api/v1/tokens", "/api/v1/tokens/refresh", "/api/v1/tokens/revoke"] {
        let parameters = document["paths"][path]["post"]["parameters"].as_array().unwrap();
        assert!(parameters.iter().all(|p| p["name"] != "Idempotency-Key"), "{path} keeps no answers");
    }
}

// --- strangers -------------------------------------------------------------------------------

both! {
    async fn a_stranger_gets_nothing_from_the_api_but_what_everyone_may_have(app) {
        let schemas = schemas();
        for route in infos().iter().filter(|r| is_api(r)) {
            if UseCase::of(route.use_case).is_some_and(|u| u.rule().also == Also::Anyone) {
                continue;
            }
            for path in filled(&route.path) {
                for body in [json!({}), example(route, &schemas, "x", 1)] {
                    let request = app.anonymous().request(route.method.as_str().parse().unwrap(), &path).header("If-Match", "\"v1\"");
                    let answer = Answer::of(if route.method == Method::GET.as_str() { request } else { request.json(&body) }).await;
                    assert!(matches!(answer.status, 401 | 404 | 415 | 422), "{answer:?}");
                }
            }
        }
    }

    async fn a_method_that_a_path_does_not_have_is_told_those_it_has(app) {
        let mut by_path: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for route in infos() {
            let methods = by_path.entry(route.path.clone()).or_default();
            methods.insert(route.method.to_string());
            if route.method == Method::GET.as_str() {
                methods.insert("HEAD".to_owned());
            }
        }
        for (path, methods) in by_path {
            let other = ["PATCH", "DELETE", "PUT"].into_iter().find(|method| !methods.contains(*method)).unwrap();
            let Some(path) = filled(&path).into_iter().next() else { continue };
            let answer = Answer::of(app.anonymous().request(other.parse().unwrap(), &path)).await.expect(405);
            let allow: BTreeSet<String> = answer.header("allow").split(", ").map(str::to_owned).collect();
            assert_eq!(allow, methods, "{path}");
        }
    }

    async fn no_request_however_broken_is_answered_with_a_failure_of_the_server(app) {
        storm(app).await;
    }
}

#[actix_web::test]
async fn what_is_refused_before_it_is_handled_is_answered_counted_and_named_like_all_else() {
    let app = TestApp::spawn_with(support::Backend::Sqlite, |config| config.limits.json_bytes = 1000).await.unwrap();
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let api = app.as_person(&coordinator);
    let counted = async || {
        let text = app.anonymous().get("/metrics").await.expect(200).text().to_owned();
        let line = text.lines().find(|l| l.starts_with("stoa_http_responses_total{class=\"4xx\"}")).unwrap();
        line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
    };
    let before = counted().await;
    let keyed = |key: &str| api.request(Method::POST, "/api/v1/cities").header("Idempotency-Key", key).json(&json!({}));
    let spent = app.with_token("nonsense").request(Method::POST, "/api/v1/cities").header("Idempotency-Key", "k").json(&json!({}));
    let refused = [
        ("a NUL in the path", api.request(Method::GET, "/api/v1/cities/%00"), 404),
        ("a NUL in a page's path", app.anonymous().request(Method::GET, "/rounds/%00"), 404),
        ("a NUL in the query", api.request(Method::GET, "/api/v1/cities?cursor=%00"), 400),
        ("a key that is too long", keyed(&"k".repeat(201)), 422),
        ("a token that is no good, with a key", spent, 401),
        ("a body that is too large, with a key", keyed("large").body("w".repeat(300_000)), 413),
        ("an address that nobody has", api.request(Method::GET, "/nowhere"), 404),
    ];
    let sent = refused.len();
    for (what, request, status) in refused {
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, status, "{what}: {answer:?}");
        for name in ALWAYS {
            assert!(!answer.header(name).is_empty(), "{what}: {name} is missing: {answer:?}");
        }
        assert!(answer.text().contains(answer.header("x-request-id")), "{what}: the id is not in the answer: {answer:?}");
    }
    assert_eq!(counted().await, before + sent as u64);
}

// --- the storm -------------------------------------------------------------------------------

#[actix_web::test]
async fn the_storm_itself_can_be_sent() {
    async fn nothing() -> &'static str {
        ""
    }
    let app = TestApp::sqlite().await;
    let mut table = stoa::web::routes::Routes::new();
    table.post("/api/v1/nowhere/{id}/{other}", UseCase::city_create, nothing).takes::<stoa::web::problem::Problem>();
    table.put("/nowhere/{id}", UseCase::city_update, nothing);
    table.get("/nowhere", UseCase::city_read, nothing);
    for route in table.infos() {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let caller = Caller::new(&app, Some(&coordinator), route);
        let requests = requests(&caller, route, &schemas());
        assert!(requests.len() > if route.method == Method::GET.as_str() { 8 } else { 60 }, "{} requests", requests.len());
        for (what, request) in requests {
            let answer = Answer::of(request).await;
            assert!(complaint(route, &answer).is_none() && (400..500).contains(&answer.status), "{what}: {answer:?}");
        }
    }
}

/// Sends every route everything that could break it, as nobody and as a coordinator, and ends the
/// test with all answers that speak of a failure of the server or are not of their face.
async fn storm(app: &TestApp) {
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let schemas = schemas();
    let mut wrong: Vec<String> = Vec::new();
    let mut sent = 0;
    for route in infos() {
        for caller in [None, Some(&coordinator)] {
            // Some routes end the session; each gets its own.
            let caller = Caller::new(app, caller, &route);
            // Eight at once: faster, and what is broken may also meet itself.
            let mut all = requests(&caller, &route, &schemas);
            all.extend((0..scale::part(SEEDS)).map(|seed| by_chance(&caller, &route, &schemas, seed)));
            let answers = stream::iter(all).map(|(what, request)| async { (what, Answer::of(request).await) });
            for (what, answer) in answers.buffer_unordered(8).collect::<Vec<_>>().await {
                sent += 1;
                if let Some(complaint) = complaint(&route, &answer) {
                    let body: String = String::from_utf8_lossy(&answer.body).chars().take(300).collect();
                    wrong.push(format!("{} {} as {}, {what}: {complaint}\n    {body}", route.method, route.path, caller.name));
                }
            }
        }
    }
    scale::figure(format_args!("{:?}: {sent} broken requests", app.backend));
    let shown: Vec<&String> = wrong.iter().take(40).collect();
    assert!(wrong.is_empty(), "{} of {sent} answers are wrong:\n{shown:#?}", wrong.len());
    assert_eq!(app.anonymous().get("/health").await.status, 200);
}

/// What every answer carries, whoever refused or gave it.
const ALWAYS: &[&str] = &[
    "x-request-id",
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "x-frame-options",
    "cross-origin-opener-policy",
    "permissions-policy",
    "cache-control",
];

fn complaint(route: &RouteInfo, answer: &Answer) -> Option<String> {
    if let Some(lacking) = ALWAYS.iter().find(|name| answer.header(name).is_empty()) {
        return Some(format!("answered {} without {lacking}", answer.status));
    }
    if answer.status >= 500 {
        return Some(format!("answered {}", answer.status));
    }
    if answer.status < 400 || route.path.starts_with("/static/") {
        return None;
    }
    let kind = answer.header("content-type");
    let face = if is_api(route) { "application/problem+json" } else { "text/html" };
    if !kind.starts_with(face) && !answer.body.is_empty() {
        return Some(format!("answered {} as {kind:?} instead of {face:?}", answer.status));
    }
    if is_api(route) {
        let code = answer.code();
        let known = stoa::server::problems().iter().any(|c| c.as_str() == code && stoa::web::problem::status_of(*c).as_u16() == answer.status);
        return (!known).then(|| format!("answered {} with the code {code:?}, which is not in the catalogue", answer.status));
    }
    None
}

/// Somebody who sends requests, with a CSRF token that would be accepted.
struct Caller<'a> {
    app: &'a TestApp,
    name: &'static str,
    http: reqwest::Client,
    authorization: Option<String>,
    cookie: String,
    csrf: String,
}

impl<'a> Caller<'a> {
    fn new(app: &'a TestApp, person: Option<&Person>, route: &RouteInfo) -> Self {
        let binding = match person {
            Some(person) => app.session(person),
            None => stoa::people::caller::visit(&app.service),
        };
        let cookie = format!("{}={binding}", if person.is_some() { "stoa_session" } else { "stoa_visit" });
        let token = || person.map(|p| support::access_token(&app.service, &p.id));
        Self {
            app,
            name: if person.is_some() { "a coordinator" } else { "nobody" },
            http: reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap(),
            authorization: is_api(route).then(token).flatten().map(|t| format!("Bearer {t}")),
            csrf: app.service.secrets.token("csrf", &binding),
            cookie,
        }
    }

    fn request(&self, route: &RouteInfo, path: &str) -> RequestBuilder {
        let request = self.http.request(route.method.as_str().parse().unwrap(), self.app.url(path)).header("Cookie", &self.cookie);
        match &self.authorization {
            Some(authorization) => request.header("Authorization", authorization),
            None => request,
        }
    }
}

/// Values for the parameters of a path that no id looks like.
fn garbage() -> Vec<String> {
    vec!["x".into(), "%00".into(), "%FF%FE".into(), "..%2F..%2Fetc%2Fpasswd".into(), "%F0%9F%8F%9B".into(), "%27%3B--".into(), "a".repeat(3000)]
}

fn with_parameters(path: &str, value: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        out.push_str(value);
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// What the ids under a plural noun begin with.
const NOUNS: &[(&str, &str)] = &[
    ("people", "per"),
    ("experts", "per"),
    ("grants", "grt"),
    ("frameworks", "frw"),
    ("framework", "frw"),
    ("cities", "cty"),
    ("rounds", "rnd"),
    ("participations", "prt"),
    ("instruments", "ins"),
    ("surveys", "srv"),
    ("responses", "rsp"),
    ("reports", "rpt"),
    ("evidence", "evd"),
    ("submissions", "sub"),
    ("rubrics", "rbr"),
    ("plans", "pln"),
    ("assignment-plans", "pln"),
    ("reviews", "rev"),
    ("conflicts", "cfl"),
    ("disagreements", "dis"),
    ("messages", "msg"),
];

/// The path with ids of things that are not there; of every kind where the path does not say which.
fn filled(path: &str) -> Vec<String> {
    let segments: Vec<&str> = path.split('/').collect();
    let mut known = true;
    let guessed: Vec<String> = segments
        .iter()
        .enumerate()
        .map(|(i, segment)| {
            if !segment.starts_with('{') {
                return (*segment).to_owned();
            }
            let noun = i.checked_sub(1).and_then(|i| NOUNS.iter().find(|(noun, _)| *noun == segments[i]));
            known &= noun.is_some();
            noun.map_or_else(|| "x".to_owned(), |(_, prefix)| format!("{prefix}_{FOREIGN}"))
        })
        .collect();
    if known { vec![guessed.join("/")] } else { PREFIXES.iter().map(|prefix| with_parameters(path, &format!("{prefix}_{FOREIGN}"))).collect() }
}

/// Everything sent to one route by one caller, each with a word on what it is.
fn requests(caller: &Caller<'_>, route: &RouteInfo, schemas: &Value) -> Vec<(String, RequestBuilder)> {
    let mut all = Vec::new();
    let paths = filled(&route.path);
    let broken: Vec<String> = if route.path.contains('{') { garbage().iter().map(|g| with_parameters(&route.path, g)).collect() } else { Vec::new() };
    if route.method == Method::GET.as_str() {
        for path in paths.iter().chain(&broken) {
            all.push((format!("path {path:.60}"), caller.request(route, path)));
        }
        let queries = [
            "cursor=garbage&limit=99999999999999999999",
            "cursor=azox&limit=-1",
            "lang=%FF",
            "lang=zz&limit=x",
            "cursor=&page=%00",
            "=&&=%",
            "q=%27%22%3Cscript%3E%00",
            "state=nonsense&round=x&round_id=x&city_id=x&language=x&object=%00&before=x",
        ];
        for query in queries {
            all.push((format!("query {query}"), caller.request(route, &format!("{}?{query}", paths[0]))));
        }
        let odd = caller.request(route, &paths[0]);
        all.push((
            "odd headers".into(),
            odd.header("Accept-Language", "x;q=nan,,;;q=9").header("Range", "bytes=9-1").header("If-None-Match", "x").header("Accept", "image/png"),
        ));
        return all;
    }
    for path in &broken {
        all.push((format!("path {path:.60}"), caller.request(route, path).json(&json!({"x": 1}))));
        all.push((format!("form at {path:.60}"), form(caller, route, path, "x=1")));
    }
    // Only edits ask for a version.
    let mut versions = vec![("no If-Match", None)];
    if route.if_match {
        versions.extend([("If-Match v1", Some(&b"\"v1\""[..])), ("odd If-Match", Some(&b"v\xe9"[..]))]);
    }
    for path in &paths {
        for (what, if_match) in &versions {
            for (filling, text, number) in [("plain", "x", 1), ("odd", "\u{0}\u{202e}\u{10ffff}<b>'\"", -1), ("huge", "", i64::MAX)] {
                // Every kind of id is worth one well-formed body; the odd ones go to the first only.
                if filling != "plain" && *path != paths[0] {
                    continue;
                }
                let text = if filling == "huge" { "w".repeat(20_000) } else { text.to_owned() };
                let request = caller.request(route, path).json(&example(route, schemas, &text, number));
                let request = if_match.iter().fold(request, |r, value| r.header("If-Match", *value));
                all.push((format!("{filling} body, {what}, {path:.60}"), request));
            }
        }
        all.push((format!("form with a token, {path:.60}"), form(caller, route, path, "x=1")));
    }
    if caller.name == "nobody" {
        // Bodies are read in the same way for everybody.
        return all;
    }
    let path = &paths[0];
    let big = format!("{{\"x\":\"{}\"}}", "w".repeat(300_000));
    let bodies: [(&str, &str, Vec<u8>); 15] = [
        ("empty", "application/json", vec![]),
        ("open brace", "application/json", b"{".to_vec()),
        ("list", "application/json", b"[]".to_vec()),
        ("null", "application/json", b"null".to_vec()),
        ("unknown field", "application/json", b"{\"x\":1}".to_vec()),
        ("300 KB", "application/json", big.into_bytes()),
        ("deep", "application/json", "[".repeat(50_000).into_bytes()),
        ("broken UTF-8", "application/json", b"{\"name\":\"\xff\xfe\"}".to_vec()),
        ("wrong type", "text/plain", b"{}".to_vec()),
        ("no type", "", b"{}".to_vec()),
        ("odd type", "application/json; charset=\"", b"{}".to_vec()),
        ("form as JSON route", "application/x-www-form-urlencoded", b"a=%FF&b=%zz&=&&c".to_vec()),
        ("600 KB form", "application/x-www-form-urlencoded", format!("a={}", "w".repeat(600_000)).into_bytes()),
        ("broken multipart", "multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nx".to_vec()),
        ("multipart without boundary", "multipart/form-data", b"--b--".to_vec()),
    ];
    for (what, kind, body) in bodies {
        for (_, if_match) in versions.iter().take(2) {
            let request = caller.request(route, path).body(body.clone());
            let request = if kind.is_empty() { request } else { request.header("Content-Type", kind) };
            all.push((format!("{what} body"), if_match.iter().fold(request, |r, v| r.header("If-Match", *v))));
        }
    }
    // What a form may hold, for those who get past its token.
    for (what, fields) in [
        ("nothing else", ""),
        ("broken UTF-8", "name=%FF%FE&email=%FF"),
        ("NUL", "name=%00&email=a%00@example.org&title=%00&note=%00&comment=%00&text=%00&body=%00"),
        ("a repeated field", "name=1&name=2&email=a&email=b"),
        (
            "odd values",
            "name=%F4%8F%BF%BF&email=%3Cb%3E&language=zz&time_zone=Moon&role=king&scope_kind=x&scope_id=x&year=99999999999&version=-1&state=x&password=x",
        ),
        ("a foreign cap", "token=cap_xxx&version=2147483648&level=9&value=NaN&next=https://example.org/"),
    ] {
        all.push((format!("form with a token and {what}"), form(caller, route, path, fields)));
    }
    for key in ["k".repeat(201), String::new(), "once".to_owned(), "once".to_owned()] {
        all.push((format!("Idempotency-Key {key:.10}"), caller.request(route, path).header("Idempotency-Key", key).json(&json!({"x": 1}))));
    }
    all
}

/// Requests by chance to each route from each caller in a whole storm.
const SEEDS: usize = 60;

const TEXTS: &[&str] =
    &["", "x", "0", "-1", "null", "\u{0}", "\u{202e}", "\u{feff}", "٣", "2026-02-30", "en", "a@b", "v1", "cap_x", "%00", "<b>", "' --", "\n"];

/// One request that only its seed knows: a body of nearly the right shape, a form or a query.
fn by_chance(caller: &Caller<'_>, route: &RouteInfo, schemas: &Value, seed: usize) -> (String, RequestBuilder) {
    let name: u64 = route.use_case.bytes().fold(seed as u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let mut chance = ChaCha8Rng::seed_from_u64(name);
    let paths = filled(&route.path);
    let mut path = paths.choose(&mut chance).cloned().unwrap_or_default();
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    for _ in 0..chance.random_range(0..5) {
        let name = ["cursor", "limit", "q", "state", "name", "email", "version", "text", "level", "next", "lang"].choose(&mut chance).unwrap_or(&"x");
        pairs.append_pair(name, &text(&mut chance));
    }
    let pairs = pairs.finish();
    let request = if route.method == Method::GET.as_str() {
        // No client sends an address of 64 KB or more.
        path = format!("{path}?{pairs:.60000}");
        caller.request(route, &path)
    } else if chance.random_bool(0.3) {
        form(caller, route, &path, &pairs)
    } else {
        let mut body = example(route, schemas, "x", 1);
        spoil(&mut body, &mut chance);
        caller.request(route, &path).json(&body)
    };
    let request = if chance.random_bool(0.3) { request.header("If-Match", format!("\"v{}\"", chance.random_range(0..3))) } else { request };
    (format!("by chance, seed {seed}, {path:.60}"), request)
}

fn text(chance: &mut ChaCha8Rng) -> String {
    let times = if chance.random_bool(0.05) { 5_000 } else { chance.random_range(1..4) };
    (0..times).map(|_| *TEXTS.choose(chance).unwrap_or(&"")).collect()
}

/// Puts something else in some places of a body.
fn spoil(value: &mut Value, chance: &mut ChaCha8Rng) {
    if chance.random_bool(0.2) {
        *value = match chance.random_range(0..7) {
            0 => Value::Null,
            1 => json!([]),
            2 => json!({}),
            3 => json!(chance.random::<i64>()),
            4 => json!(chance.random::<f64>() * 1e300),
            5 => json!(chance.random::<bool>()),
            _ => json!(text(chance)),
        };
    }
    match value {
        Value::Object(map) => {
            let lost: Vec<String> = map.keys().filter(|_| chance.random_bool(0.1)).cloned().collect();
            lost.iter().for_each(|key| drop(map.remove(key)));
            map.values_mut().for_each(|value| spoil(value, chance));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| spoil(value, chance)),
        _ => {}
    }
}

/// A form that passes the CSRF check.
fn form(caller: &Caller<'_>, route: &RouteInfo, path: &str, fields: &str) -> RequestBuilder {
    caller.request(route, path).header("Content-Type", "application/x-www-form-urlencoded").body(format!("csrf={}&{fields}", caller.csrf))
}

// --- bodies of the right shape ---------------------------------------------------------------

fn schemas() -> Value {
    openapi::document(&infos(), &stoa::server::problems(), stoa::server::token)["components"]["schemas"].clone()
}

/// A body with every field of the route's schema, all texts and numbers being these.
fn example(route: &RouteInfo, schemas: &Value, text: &str, number: i64) -> Value {
    let schema = match &route.takes {
        Taken::Json(body) => serde_json::to_value(body).unwrap(),
        _ => Value::Null,
    };
    fill(&schema, schemas, text, number, 0)
}

fn fill(schema: &Value, schemas: &Value, text: &str, number: i64, depth: usize) -> Value {
    if depth > 8 {
        return Value::Null;
    }
    let again = |s: &Value| fill(s, schemas, text, number, depth + 1);
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
        return again(&schemas[name]);
    }
    if let Some(first) = schema["enum"].as_array().and_then(|e| e.first()) {
        return first.clone();
    }
    for variants in ["oneOf", "anyOf", "allOf"] {
        if let Some(variant) = schema[variants].as_array().and_then(|v| v.iter().find(|s| s["type"] != "null")) {
            return again(variant);
        }
    }
    let kind = schema["type"].as_array().map_or(&schema["type"], |kinds| kinds.iter().find(|k| **k != "null").unwrap_or(&Value::Null));
    match kind.as_str().unwrap_or("object") {
        "string" => json!(text),
        "integer" => json!(number),
        "number" => json!(if number == 1 { 1.0 } else { 1e300 }),
        "boolean" => json!(true),
        "array" => json!([again(&schema["items"])]),
        _ => {
            let mut object = Map::new();
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                object.insert(name.clone(), again(property));
            }
            if schema["additionalProperties"].is_object() {
                object.insert(if text.is_empty() { "x".to_owned() } else { text.to_owned() }, again(&schema["additionalProperties"]));
            }
            Value::Object(object)
        }
    }
}
