//! The floors of the house, read from the code itself: which room uses which, and who may say
//! `diesel`, `actix` or `Clock`; and that words with a type are no text. The rules are those of ARCHITECTURE.md.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

#[path = "floors/documents.rs"]
mod documents;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

/// From the roof down; a room uses only rooms below it.
const FLOORS: &[&str] = &[
    "cli",
    "server",
    "demo",
    "results",
    "reviews",
    "reports",
    "surveys",
    "rounds",
    "framework",
    "mailroom",
    "people",
    "mail",
    "jobs",
    "service",
    "web",
    "store",
    "ground",
];
/// Rooms next to each other on one floor.
const STRANGERS: &[(&str, &str)] = &[("surveys", "reports"), ("reports", "surveys")];
/// The rooms whose plain-named files are pure.
const WORKING: &[&str] = &["demo", "results", "reviews", "reports", "surveys", "rounds", "framework", "mailroom", "people", "mail", "jobs"];
/// Plain-named files of working rooms that touch the service on purpose, each with its reason.
const NOT_PURE: &[(&str, &str)] = &[
    ("demo/citizens.rs", "writes the demo's responses in batches"),
    ("demo/fill.rs", "walks through every room's actions"),
    ("demo/people.rs", "inserts the demo's accounts"),
    ("mail/sentences.rs", "reads the Fluent texts that ship with Stoa"),
    ("mail/templates.rs", "links with the service's secret, languages of its texts"),
    ("people/call.rs", "what every action gets: it carries the service"),
    ("people/capabilities.rs", "issues capabilities inside an action's transaction"),
    ("people/doors.rs", "finds its counters in the service, where the roof has put them"),
    ("people/service_tokens.rs", "finds out which program asks, in whose name"),
    ("people/sessions.rs", "starts and finds sessions, by the service's clock and chance"),
    ("people/standing.rs", "asks inside a transaction whether the caller still stands as they did"),
    ("people/throttle.rs", "counts tries in the database, under keyed hashes"),
    ("people/tokens.rs", "signs with the service's secret"),
    ("surveys/estimates.rs", "reads the responses in steps of bounded size"),
    ("surveys/intake.rs", "the way in: what is kept ready for it, and the committer"),
    ("surveys/intake/batch.rs", "the committer's batch"),
    ("surveys/intake/drafts.rs", "what is kept half done, by the service's clock and chance"),
    ("surveys/intake/invited.rs", "the committer's batch of those who were invited"),
    ("surveys/intake/issued.rs", "looks up what is kept ready"),
    ("surveys/intake/seen.rs", "what was sent before, read from the rows at first"),
    ("surveys/intake/ticks.rs", "writes now and then what it counted"),
];
/// Which room keeps which tables. Only its store files name them; other rooms ask that room.
const TABLES: &[(&str, &[&str])] = &[
    ("reviews", &["assignment_plan", "conflict", "disagreement", "expert", "rating", "rating_before", "review", "round_agreement", "rubric"]),
    ("reports", &["evidence", "evidence_content", "report", "report_return", "report_section", "report_statistic", "submission"]),
    (
        "surveys",
        &[
            "estimate",
            "estimate_set",
            "instrument",
            "invitation",
            "invitation_spent",
            "opt_out",
            "receipt_before",
            "response",
            "response_day",
            "response_draft",
            "response_export",
            "response_export_part",
            "survey",
            "survey_count",
            "survey_edition",
            "survey_stratum",
            "survey_wave",
            "visit_ended",
            "survey_reliance",
            "survey_daily",
            "survey_figure",
            "survey_share",
        ],
    ),
    ("rounds", &["city", "participation", "round"]),
    ("results", &["result", "result_set", "results_release"]),
    ("framework", &["framework"]),
    (
        "people",
        &[
            "capability",
            "known_address",
            "login_attempt",
            "passkey",
            "person",
            "recovery_code",
            "refresh_token",
            "role_grant",
            "second_step",
            "service_token",
            "session",
        ],
    ),
    ("mail", &["message", "message_event"]),
    ("jobs", &["job"]),
    ("store", &["audit_entry", "audit_head", "idempotency", "instance"]),
];
/// Who opens the database, besides a permit of the policy (`people/call.rs`), each with its reason.
const DOORS: &[(&str, &str)] = &[
    ("cli/backup.rs", "reads the whole database for whoever owns the machine"),
    ("cli/restore.rs", "fills an empty database for whoever owns the machine"),
    ("cli/verify.rs", "reads the whole database for whoever owns the machine"),
    ("jobs/worker.rs", "does what actions have asked for; nobody asks for it now"),
    ("mail/worker.rs", "sends what actions have put into the outbox; nobody asks for it"),
    ("people/call.rs", "the permit itself"),
    ("people/caller.rs", "finds out who is asking, before anything can be allowed"),
    ("people/caller/once.rs", "finds what the same person was answered before"),
    ("people/service_tokens.rs", "finds out who is asking, and keeps the day of the last use"),
    ("people/sessions.rs", "finds out who is asking, and lets the session live on"),
    ("people/throttle.rs", "counts tries that are refused afterwards, in a transaction of their own"),
    ("people/tokens.rs", "finds out who is asking, and whether the token's family lives"),
    ("server/housekeeping.rs", "deletes what has had its time; nobody asks for it"),
    ("server/retention.rs", "deletes what was kept for as long as the settings say; nobody asks for it"),
    ("service.rs", "writes as the service itself, with its entry in the audit"),
    ("surveys/intake.rs", "looks up the survey of an answer, which anybody may give"),
    ("surveys/intake/drafts.rs", "keeps what is half answered under a code, which anybody may"),
    ("surveys/intake/ticks.rs", "writes counts of days, in which nobody is"),
    ("web/replay.rs", "keeps and finds the answers to repeated requests"),
];
/// Where a word that has a type is text all the same: a file or a folder, the word, and why.
const TEXT: &[(&str, &str, &str)] = &[
    ("people/actions/entrance.rs", "email", "what somebody typed to sign in; what is no address is nobody's, and nobody is told so"),
    ("reviews/store/experts.rs", "languages", "a list as JSON, as its column has it"),
    ("reviews/store/experts.rs", "countries", "a list as JSON, as its column has it"),
    ("reviews/store/seats.rs", "measures", "a list as JSON, as its column has it"),
    ("surveys/instrument.rs", "measures", "rules as JSON, as they are frozen"),
    ("surveys/store.rs", "measures", "rules as JSON, as their column has them"),
];
/// Of any file but the list of tables.
const MOST_LINES: usize = 500;
const EMPTY_NAMES: &[&str] = &["utils", "util", "common", "helpers", "helper", "types", "misc"];

#[test]
fn every_file_of_the_crates_is_pure_and_says_what_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates");
    for folder in std::fs::read_dir(root).expect("the crates").map(|entry| entry.expect("an entry").path()) {
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
        for never in ["diesel", "sqlite", "actix", "hyper", "tokio", "lettre", "handlebars", "fluent", "figment", "path ="] {
            assert!(!manifest.contains(never), "{} knows neither database nor web nor a room: {never}", folder.display());
        }
        for beside in ["benches", "examples", "tests"].map(|beside| folder.join(beside)).iter().filter(|beside| beside.is_dir()) {
            for (path, text) in sources_in(beside) {
                assert!(!bare(&text).contains("stoa::"), "{} needs the service", beside.join(path).display());
            }
        }
        let files = sources_in(&folder.join("src"));
        assert!(files.contains_key("lib.rs"), "{} has no sources", folder.display());
        for (path, text) in &files {
            let shown = folder.join("src").join(path).display().to_string();
            let (wrong, code) = (form(&shown, text), bare(text));
            assert_eq!(wrong, Vec::<String>::new());
            for word in ["Instant", "SystemTime", "thread_rng"] {
                assert!(!words(&code).any(|w| w == word), "{shown} says {word}; take it as an argument");
            }
        }
    }
}

#[test]
fn every_file_keeps_to_its_floor() {
    let files = sources();
    assert!(files.len() > 30, "the sources were not found");
    let macros = macros(&files);
    let broken: Vec<String> = files.iter().flat_map(|(path, text)| check(path, text, &macros)).collect();
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn every_exception_is_still_needed() {
    let files = sources();
    for (path, reason) in NOT_PURE {
        let text = files.get(*path).unwrap_or_else(|| panic!("src/{path} is gone ({reason}); take it off the list"));
        assert!(!impurities(&bare(text), path).is_empty(), "src/{path} is pure now; take it off the list");
    }
    for (path, _) in DOORS {
        assert!(files.get(*path).is_some_and(|text| opens_the_database(&bare(text))), "src/{path} opens no database; take it off the list");
    }
    for (place, word, _) in TEXT {
        let needed = files.iter().any(|(path, text)| belongs(path, place) && typed_words_as_text(&bare(text)).contains(*word));
        assert!(needed, "{word} is no text in src/{place} any more; take it off the list");
    }
}

/// A POST that is done by somebody keeps its answer in its own transaction, or its key would promise too much.
#[test]
fn every_post_that_may_be_repeated_keeps_its_answer() {
    // For everybody, or answered with tokens, which are never kept.
    const NOT_KEPT: &[&str] = &["receipt_read", "response_submit", "service_token_issue", "token_issue", "token_refresh", "token_revoke"];
    let mut kept = 0;
    for (path, text) in sources().iter().filter(|(path, _)| path.ends_with("/api.rs")) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for route in text.split("r.post(").skip(1) {
            let handler = route.split(')').next().and_then(|route| route.rsplit(", ").next()).expect("a handler");
            let body = text.split(&format!("async fn {handler}(")).nth(1).expect("the handler is there").split("async fn ").next().unwrap();
            let (keeps, exempt) = (body.contains("ctx.answer("), NOT_KEPT.contains(&handler));
            assert!(keeps != exempt, "{path}: {handler} {}", if exempt { "is listed for nothing" } else { "keeps no answer" });
            kept += usize::from(keeps);
        }
    }
    assert!(kept > 30, "only {kept} were found");
}

#[test]
fn every_table_has_exactly_one_room() {
    let schema = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/schema.rs")).expect("the schema");
    let name = Regex::new(r"table! \{\s*(?:///[^\n]*\s*)*(\w+) \(").expect("a pattern");
    let mut there: Vec<&str> = name.captures_iter(&schema).map(|c| c.get(1).expect("a name").as_str()).collect();
    let mut kept: Vec<&str> = TABLES.iter().flat_map(|(_, tables)| tables.iter().copied()).collect();
    there.sort_unstable();
    kept.sort_unstable();
    assert!(there.len() > 20, "the schema was not found");
    assert_eq!(kept, there, "a table without a room, or with two");
}

/// So that no word of a column is left out when an archive is verified or restored.
#[test]
fn every_type_of_a_row_is_one_that_archives_are_held_against() {
    let row = Regex::new(r"Selectable[^\n]*\n#\[diesel\(table_name = (\w+)[^\n]*\n[^\n]*struct (\w+)").expect("a pattern");
    let held = Regex::new(r"typed!\((\w+), (?:\w+::)*(\w+)\)").expect("a pattern");
    // An entry of the audit is held against the chain, a head is part of its row, and what is kept for repeats goes in a day.
    let others = ["AuditEntry", "InstrumentHead", "ReleaseHead", "Kept"];
    let pairs =
        |pattern: &Regex, text: &str| -> Vec<(String, String)> { pattern.captures_iter(text).map(|c| (c[1].to_owned(), c[2].to_owned())).collect() };
    let files = sources();
    let held: BTreeSet<(String, String)> = files.values().flat_map(|text| pairs(&held, text)).collect();
    let rows: BTreeSet<(String, String)> =
        files.values().flat_map(|text| pairs(&row, text)).filter(|(_, name)| !others.contains(&name.as_str())).collect();
    assert!(rows.len() > 25, "the rows were not found");
    assert_eq!(rows.difference(&held).collect::<Vec<_>>(), Vec::<&(String, String)>::new());
}

#[test]
fn a_made_up_upward_use_is_caught() {
    let caught =
        |path: &str, code: &str| check(path, &format!("//! Made up.\n{code}\n"), &BTreeMap::from([("words".to_owned(), "ground".to_owned())]));
    let clean: &[(&str, &str)] = &[
        ("reviews/store.rs", "use diesel::prelude::*; use crate::store::Db; use super::panel::Panel;"),
        ("reviews/panel.rs", "use std::fmt; use crate::ground::{Error, Result}; use stats::agreement; use crate::words;"),
        ("reviews/pages.rs", "use actix_web::HttpResponse; use crate::web::pages::Pages; use super::actions;"),
        (
            "reviews/panel.rs",
            "// crate::server does not count in a comment\nconst S: &str = \"crate::server and diesel::x, .unwrap()\"; fn f<'a>(c: char) -> bool { c == '\"' }",
        ),
        ("reviews/panel.rs", "#[cfg(test)]\nmod tests { fn f() { Some(1).unwrap(); } }"),
        ("reviews/views.rs", "use super::store::ReviewRow; use crate::ground::chance::Chance;"),
        ("reviews/store/seats.rs", "use crate::store::schema::{review, rating}; fn f() { review::table.find(1); rating::table }"),
        ("mail/store.rs", "use crate::store::schema::message; const TOLD: &str = \"from person to person\";"),
        ("reviews/actions.rs", "fn f(c: &Call) { c.find(x)?.read(|db| y) } // never service.store.read(z)"),
        ("server.rs", "use crate::reviews::{api, pages}; use actix_web::App;"),
        ("reviews/jobs.rs", "use crate::service::Service; fn f(s: &Service) { s.store.read(|db| x) }"),
        ("reviews/pages.rs", "fn f(measure: &str) {} struct Form { time_zone: String }"),
        ("cli/person.rs", "struct Args { email: String }"),
        (
            "reviews/panel.rs",
            "struct S<'a> { measure: &'a MeasureCode, measure_label: String, zones: Vec<Zone>, note: String } fn f() { let s = S { measure: String::new() }; }",
        ),
    ];
    for (path, code) in clean {
        assert_eq!(caught(path, code), Vec::<String>::new(), "{path}: {code}");
    }
    let wrong: &[(&str, &str, &str)] = &[
        ("rounds/round.rs", "use crate::reviews::panel::Panel;", "reviews is above rounds"),
        ("rounds/round.rs", "fn f() { crate::{server::routes()} }", "server is above rounds"),
        ("rounds/round.rs", "use crate::{ground::Error, results::{self, Profile}};", "results is above rounds"),
        ("rounds/round.rs", "use super::super::cli::Cli;", "cli is above rounds"),
        ("surveys/intake.rs", "use crate::reports::submission::Submission;", "do not know each other"),
        ("reports/intake.rs", "use crate::surveys::answers::Answer;", "do not know each other"),
        ("ground/words.rs", "use crate::store::Db;", "is above ground"),
        ("reviews/panel.rs", "use diesel::prelude::*;", "says diesel"),
        ("reviews/actions.rs", "use diesel_migrations::x;", "says diesel"),
        ("reviews/actions.rs", "use actix_web::web;", "says actix"),
        ("reviews/api.rs", "use super::pages::page;", "the faces do not know each other"),
        ("reviews/pages.rs", "use crate::reviews::api;", "the faces do not know each other"),
        ("reviews/actions.rs", "use super::api::Input;", "only the server mounts faces"),
        ("reviews/panel.rs", "use crate::ground::clock::Clock;", "is not pure"),
        ("reviews/panel.rs", "use crate::store::Db;", "is not pure"),
        ("reviews/panel.rs", "use crate::ground::chance::SystemChance;", "is not pure"),
        ("reviews/panel.rs", "use super::store::review_insert;", "is not pure"),
        ("reviews/panel.rs", "use super::store;", "is not pure"),
        ("reviews/panel.rs", "use crate::service::Service;", "is not pure"),
        ("reviews/panel.rs", "use crate::people::call::Call;", "is not pure"),
        ("reviews/panel.rs", "fn f() { Some(1).unwrap(); }", "unwrap()"),
        ("reviews/store.rs", "use crate::store::schema::person;", "names the table person, which people keeps"),
        ("people/store.rs", "use crate::store::schema::{person, round};", "names the table round, which rounds keeps"),
        ("rounds/store.rs", "use crate::store::{Db, schema::{self, city}};", "name the tables one by one"),
        ("rounds/store.rs", "use crate::store::schema::*;", "name the tables one by one"),
        ("rounds/store.rs", "use crate::store; fn f() { store::schema::person::table }", "names the table person"),
        ("rounds/store.rs", "fn f() { diesel::sql_query(\"DELETE FROM person WHERE 1\") }", "names the table person"),
        ("people/actions.rs", "use crate::store::schema::person;", "names the table person outside of its store"),
        ("reviews/actions.rs", "fn f(c: &Call) { c.service.store.read(|db| x) }", "opens the database"),
        ("cli/person.rs", "fn f(s: &Service) { s.store\n    .write(|db| x) }", "opens the database"),
        ("reviews/panel.rs", "pub struct Score { pub measure: String, }", "measure is text"),
        ("reviews/panel.rs", "struct Score<'a> { measures: &'a [String] }", "measures is text"),
        ("reviews/panel.rs", "fn f(measure: &str, n: i32) {}", "measure is text"),
        ("reviews/store.rs", "fn f(db: &mut Db, measure: Option<&str>) {}", "measure is text"),
        ("rounds/round.rs", "struct City { time_zone: String }", "time_zone is text"),
        ("rounds/round.rs", "struct Place { pub round_zone: &'static str, pub city_language: String }", "city_language is text"),
        ("people/account.rs", "fn f(email: &String) {}", "email is text"),
        ("people/account.rs", "fn f(languages: Vec<String>, countries: &[&str]) {}", "countries is text"),
        ("reviews/helpers.rs", "", "says nothing"),
        ("cellar/store.rs", "", "no such room"),
        ("reviews/store.rs", &"\n".repeat(500), "lines"),
    ];
    for (path, code, what) in wrong {
        let said = caught(path, code);
        assert!(said.iter().any(|s| s.contains(what)), "{path}: {code:?} should be refused with {what:?}, got {said:?}");
    }
    assert!(check("reviews/panel.rs", "use std::fmt;\n", &BTreeMap::new()).iter().any(|s| s.contains("//!")));
}

/// What is wrong with the form of a file, wherever it is.
fn form(path: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut say = |what: String| wrong.push(format!("{path}: {what}"));
    if !text.starts_with("//!") {
        say("begins without //! (what lives here, what does not, the rule to keep)".to_owned());
    }
    let lines = text.lines().count();
    if lines > MOST_LINES && path != "src/store/schema.rs" {
        say(format!("{lines} lines; split it by meaning (at most {MOST_LINES})"));
    }
    if let Some(name) = path.trim_end_matches(".rs").split('/').find(|part| EMPTY_NAMES.contains(part)) {
        say(format!("the name {name:?} says nothing"));
    }
    if bare(text).contains(".unwrap()") {
        say("unwrap() outside tests".to_owned());
    }
    wrong
}

/// Everything wrong with one file; `path` is relative to `src/`.
fn check(path: &str, text: &str, macros: &BTreeMap<String, String>) -> Vec<String> {
    let mut wrong = form(&format!("src/{path}"), text);
    let mut say = |what: String| wrong.push(format!("src/{path}: {what}"));
    let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".rs");
    let code = bare(text);
    if path == "lib.rs" || path == "main.rs" {
        return wrong;
    }
    let room = path.trim_end_matches(".rs").split('/').next().unwrap_or_default();
    let Some(floor) = FLOORS.iter().position(|r| *r == room) else {
        say(format!("no such room as {room:?} in the list of floors"));
        return wrong;
    };
    for used in paths(&code, path) {
        let Some(first) = used.first() else { continue };
        let other = macros.get(first).unwrap_or(first).as_str();
        let shown = used.join("::");
        match FLOORS.iter().position(|r| *r == other) {
            Some(_) if STRANGERS.contains(&(room, other)) => say(format!("uses crate::{shown}, but {room} and {other} do not know each other")),
            Some(below) if below < floor => say(format!("uses crate::{shown}, but {other} is above {room}")),
            _ => {}
        }
        let face = |name: &str| name == "api" || name == "pages";
        let mine = path.split('/').map(|p| p.trim_end_matches(".rs")).find(|p| face(p)).filter(|_| room != "web");
        let theirs = used.get(1).map(String::as_str).filter(|n| face(n) && WORKING.contains(&other));
        match (mine, theirs) {
            (Some(mine), Some(theirs)) if mine != theirs => say(format!("uses crate::{shown}, but the faces do not know each other")),
            (None, Some(_)) if WORKING.contains(&room) => say(format!("uses crate::{shown}, but only the server mounts faces")),
            _ => {}
        }
    }
    let (says_diesel, says_actix) = (says(&code, "diesel"), says(&code, "actix"));
    if says_diesel && !(room == "store" || stem.ends_with("store") || path.contains("/store/")) {
        say("says diesel; SQL lives in store.rs".to_owned());
    }
    let may_actix = matches!(room, "web" | "server" | "cli") || path.starts_with("people/caller") || is_face(path);
    if says_actix && !may_actix {
        say("says actix; HTTP lives in api.rs and pages.rs".to_owned());
    }
    let in_store = room == "store" || stem.ends_with("store") || path.contains("/store/");
    for table in tables(&code, text, path) {
        let owner = TABLES.iter().find(|(_, tables)| tables.contains(&table.as_str())).map_or("", |(room, _)| room);
        if table == "*" {
            say("takes the whole schema; name the tables one by one".to_owned());
        } else if owner != room {
            say(format!("names the table {table}, which {owner} keeps; ask that room's store"));
        } else if !in_store {
            say(format!("names the table {table} outside of its store"));
        }
    }
    if room != "store" && !is_job(path) && opens_the_database(&code) && !DOORS.iter().any(|(p, _)| *p == path) {
        say("opens the database; only a permit does (`call.find`, `call.allow`, `call.reach`)".to_owned());
    }
    if !is_face(path) && room != "cli" {
        for word in typed_words_as_text(&code) {
            if !TEXT.iter().any(|(place, text, _)| belongs(path, place) && *text == word) {
                say(format!("{word} is text; it has a type of its own (`MeasureCode`, `Language`, `Country`, `Zone`, `Email`)"));
            }
        }
    }
    if is_pure(path) && !NOT_PURE.iter().any(|(p, _)| *p == path) {
        for what in impurities(&code, path) {
            say(format!("is not pure: uses {what}; take it as an argument, or move the code to actions.rs"));
        }
    }
    wrong
}

fn is_face(path: &str) -> bool {
    path.split('/').skip(1).any(|part| matches!(part.trim_end_matches(".rs"), "api" | "pages"))
}

/// What a room does behind requests: an action has asked for it, and nobody asks for it now.
fn is_job(path: &str) -> bool {
    path.split('/').skip(1).any(|part| part.trim_end_matches(".rs") == "jobs")
}

/// Plain-named files of the working rooms: types and rules.
fn is_pure(path: &str) -> bool {
    let mut parts = path.trim_end_matches(".rs").split('/');
    let room = parts.next().unwrap_or_default();
    let inside: Vec<&str> = parts.collect();
    let named = |part: &&str| matches!(*part, "actions" | "jobs" | "api" | "pages" | "caller" | "worker" | "transport") || part.ends_with("store");
    WORKING.contains(&room) && !inside.is_empty() && !inside.iter().any(named)
}

/// What keeps a file from being pure.
fn impurities(code: &str, path: &str) -> Vec<String> {
    let mut found: Vec<String> = paths(code, path)
        .iter()
        .filter(|p| match p.first().map_or("", String::as_str) {
            "store" | "service" | "server" | "on_each" | "sql_text" => true,
            "web" => p.get(1).is_none_or(|m| m != "paging"),
            "people" => p.get(1).is_some_and(|m| matches!(m.as_str(), "call" | "caller")),
            "ground" => matches!(p.last().map_or("", String::as_str), "Clock" | "SystemClock" | "FrozenClock" | "SystemChance"),
            // Types that lower rooms keep in their store.rs are only types; functions there are SQL.
            _ => p.get(1).is_some_and(|m| m == "actions" || m == "store" && !p.last().is_some_and(|l| l.starts_with(char::is_uppercase))),
        })
        .map(|p| p.join("::"))
        .collect();
    for word in ["Instant", "SystemTime", "thread_rng"] {
        if words(code).any(|w| w == word) {
            found.push(word.to_owned());
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The tables that a file names: by their modules, or in SQL of its own. `*` for the schema as a whole.
fn tables(code: &str, text: &str, path: &str) -> Vec<String> {
    static BY_PATH: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bschema\s*::\s*(\w+|\*)").expect("a pattern"));
    static IN_SQL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"(?i)\b(?:from|into|update|join)\s+\\?"?(\w+)"#).expect("a pattern"));
    static LITERAL: LazyLock<Regex> = LazyLock::new(|| Regex::new(NOT_CODE).expect("a pattern"));
    let known = |name: &str| name == "*" || TABLES.iter().any(|(_, tables)| tables.contains(&name));
    let mut found: Vec<String> = BY_PATH.captures_iter(code).map(|c| c[1].to_owned()).collect();
    for used in paths(code, path) {
        match used.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["store", "schema"] => found.push("*".to_owned()),
            ["store", "schema", table, ..] => found.push((*table).to_owned()),
            _ => {}
        }
    }
    if says(code, "sql_query") || says(code, "push_sql") {
        let literals = LITERAL.find_iter(text).map(|m| m.as_str()).filter(|m| !m.starts_with("//"));
        found.extend(literals.flat_map(|sql| IN_SQL.captures_iter(sql).map(|c| c[1].to_lowercase()).collect::<Vec<_>>()));
    }
    found.retain(|name| known(name));
    found.sort();
    found.dedup();
    found
}

/// Whether a file is the one that a list names, or lies in the folder beside it.
fn belongs(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest == ".rs" || rest.starts_with('/'))
}

/// Fields and parameters that are called by a word with a type of its own, and are text.
fn typed_words_as_text(code: &str) -> BTreeSet<String> {
    static TEXT: LazyLock<Regex> = LazyLock::new(|| {
        let word = r"\b((?:\w+_)?(?:measures?|languages?|country|countries|zones?|emails?))\s*:\s*";
        let text = r"(?:&\s*(?:'\w+\s+)?(?:mut\s+)?|\[|(?:Option|Vec|Box|Arc)<|impl\s+(?:Into|AsRef)<|Cow<'\w+,\s*)*(?:String|str|SmolStr)\b";
        Regex::new(&format!(r"{word}{text}[\s>\]]*(?:[,)}}|]|$)")).expect("a pattern")
    });
    TEXT.captures_iter(code).map(|c| c[1].to_owned()).collect()
}

fn opens_the_database(code: &str) -> bool {
    static DOOR: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\bstore\s*\.\s*(?:read|write|apart|commit|begin)\s*\(|\barchive\s*::\s*open").expect("a pattern"));
    DOOR.is_match(code)
}

/// Whether a crate with this first name is mentioned.
fn says(code: &str, name: &str) -> bool {
    words(code).any(|w| w == name || w.strip_prefix(name).is_some_and(|rest| rest.starts_with('_')))
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty())
}

/// Every source file by its path under `src/`.
fn sources() -> BTreeMap<String, String> {
    sources_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

fn sources_in(root: &Path) -> BTreeMap<String, String> {
    fn walk(folder: &Path, root: &Path, into: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, root, into);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(root).expect("it is below").to_string_lossy().replace('\\', "/");
                into.insert(name, std::fs::read_to_string(&path).expect("a readable source"));
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(root, root, &mut files);
    files
}

/// Exported macros live at the root of the crate, whatever room they are written in.
fn macros(files: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let name = Regex::new(r"#\[macro_export\]\s*macro_rules!\s*(\w+)").expect("a pattern");
    let of = |(path, text): (&String, &String)| {
        let room = path.trim_end_matches(".rs").split('/').next().unwrap_or_default().to_owned();
        name.captures_iter(&bare(text)).map(|c| (c[1].to_owned(), room.clone())).collect::<Vec<_>>()
    };
    files.iter().flat_map(of).collect()
}

/// The paths into this crate that the code uses, from the root, `super` and `self` resolved.
fn paths(code: &str, path: &str) -> Vec<Vec<String>> {
    let module: Vec<String> = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    static TOKEN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\w+|::|[{},*]|\S").expect("a pattern"));
    let tokens: Vec<&str> = TOKEN.find_iter(code).map(|m| m.as_str()).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let begins = matches!(tokens[at], "crate" | "super" | "self") && tokens.get(at + 1) == Some(&"::") && (at == 0 || tokens[at - 1] != "::");
        at = if begins { tree(&tokens, at, &module, Vec::new(), &mut found) } else { at + 1 };
    }
    found
}

/// Reads one use tree (or plain path) from `at`; returns where it ends.
fn tree(tokens: &[&str], mut at: usize, module: &[String], mut so_far: Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    let mut first = so_far.is_empty();
    loop {
        match tokens.get(at).copied() {
            Some("crate") => so_far.clear(),
            Some("self") if first => so_far = module.to_vec(),
            Some("self" | "*") => {}
            Some("super") => {
                if first {
                    so_far = module.to_vec();
                }
                so_far.pop();
            }
            Some("{") => {
                at += 1;
                while at < tokens.len() && tokens[at] != "}" {
                    let before = at;
                    at = if tokens[at] == "," { at + 1 } else { tree(tokens, at, module, so_far.clone(), found) };
                    // `as` and the like inside a tree: go on behind it.
                    at = at.max(before + 1);
                }
                return at + 1;
            }
            Some(word) if word.chars().all(|c| c.is_alphanumeric() || c == '_') => so_far.push(word.to_owned()),
            _ => return at + 1,
        }
        first = false;
        at += 1;
        if tokens.get(at) != Some(&"::") {
            found.push(so_far);
            return at;
        }
        at += 1;
    }
}

/// Comments, then raw strings, strings and characters (a lifetime has no closing quote).
const NOT_CODE: &str = r####"(?sx)
        //[^\n]* | /\*.*?\*/
        | \b[bc]?r\#{3}".*?"\#{3} | \b[bc]?r\#{2}".*?"\#{2} | \b[bc]?r\#".*?"\# | \b[bc]?r".*?"
        | [bc]?"(?:\\.|[^"\\])*"
        | b?'(?:\\[^\n']*'?'|[^'\\\n]') "####;

/// The code without comments, the contents of literals, and `#[cfg(test)]` items.
fn bare(text: &str) -> String {
    static LITERAL: LazyLock<Regex> = LazyLock::new(|| Regex::new(NOT_CODE).expect("a pattern"));
    let code = LITERAL.replace_all(text, " ").into_owned();
    let mut kept = String::new();
    let mut rest = code.as_str();
    while let Some(at) = rest.find("#[cfg(test)]") {
        kept.push_str(&rest[..at]);
        let item = &rest[at..];
        let (mut depth, mut end) = (0_usize, item.len());
        for (i, c) in item.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && (c == '}' || c == ';') {
                end = i + 1;
                break;
            }
        }
        rest = &item[end..];
    }
    kept + rest
}
