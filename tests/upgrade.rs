//! Data is kept: migrations that have landed never change, and an instance that an older commit left
//! (its demonstration and 100,000 responses, `fixtures/baseline.gz`) is opened by the code of today.
//!
//! Nothing may be lost on the way: rows, answers, the audit chain, what people hold in their hands.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

#[macro_use]
#[path = "journeys/support/mod.rs"]
mod support;
#[path = "upgrade/archives.rs"]
mod archives;
#[path = "upgrade/baseline.rs"]
mod baseline;
#[path = "upgrade/comparison.rs"]
mod comparison;

use std::path::Path;

use baseline::Baseline;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::{Value, json};
use stoa::ground::receipt::sha256_hex;
use stoa::store::schema::response;
use stoa::store::{Db, Store, audit, migrate};
use support::{Backend, TestApp};
use tempfile::TempDir;

/// Both databases, or SQLite alone where PostgreSQL is switched off by hand.
const BACKENDS: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];

// --- migrations ------------------------------------------------------------------------------

/// Name and hash of a migration in both databases, as a line of the golden file.
fn line(name: &str) -> String {
    let hash = |database: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database).join(name);
        let files = ["up.sql", "down.sql"].map(|file| std::fs::read(folder.join(file)).unwrap_or_default());
        sha256_hex(&files.concat())
    };
    format!("{name} sqlite {} postgres {}", hash("sqlite"), hash("postgres"))
}

/// What is wrong with the migrations of today if those of `landed` may not change.
fn forbidden(landed: &[String], today: &[String]) -> Option<String> {
    let name = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    for (at, line) in landed.iter().enumerate() {
        match today.get(at) {
            Some(now) if now == line => {}
            Some(now) if name(now) == name(line) => {
                return Some(format!("the migration {} has landed and was edited; take the edit back and write a new migration", name(line)));
            }
            Some(now) if !landed.iter().any(|l| name(l) == name(now)) => {
                return Some(format!("the migration {} would run before {}, which has landed; give it a later number", name(now), name(line)));
            }
            _ => return Some(format!("the migration {} has landed and is gone; bring it back and write a new migration", name(line))),
        }
    }
    None
}

#[test]
fn a_migration_that_has_landed_never_changes() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/migrations.txt");
    let landed: Vec<String> = std::fs::read_to_string(&file).unwrap_or_default().lines().map(str::to_owned).collect();
    let today: Vec<String> = migrate::names().iter().map(|name| line(name)).collect();
    if let Some(why) = forbidden(&landed, &today) {
        panic!("{why}");
    }
    if std::env::var_os("STOA_BLESS").is_some() {
        std::fs::write(&file, today.join("\n") + "\n").unwrap();
        return;
    }
    assert!(
        landed.len() == today.len(),
        "new migrations: {:?}; add them for good with STOA_BLESS=1 cargo test --test upgrade a_migration",
        &migrate::names()[landed.len()..]
    );
}

#[test]
fn an_edited_a_lost_and_a_late_migration_are_refused_even_when_blessed() {
    let lines = |text: &str| -> Vec<String> { text.split_whitespace().map(|l| l.replace('/', " ")).collect() };
    let landed = lines("1_first/aa 3_third/cc");
    assert_eq!(forbidden(&landed, &lines("1_first/aa 3_third/cc 4_fourth/dd")), None);
    for (today, said) in [
        ("1_first/aa 3_third/XX", "3_third has landed and was edited; take the edit back and write a new migration"),
        ("1_first/aa", "3_third has landed and is gone"),
        ("1_first/aa 2_second/bb 3_third/cc", "2_second would run before 3_third"),
        ("1_first/aa 3_other/cc", "3_other would run before 3_third"),
    ] {
        let why = forbidden(&landed, &lines(today)).unwrap();
        assert!(why.contains(said), "{why}");
    }
}

// --- an upgraded instance --------------------------------------------------------------------

/// The instance as the older commit left it, and a copy of its tables beside it.
fn left(backend: Backend, baseline: &Baseline) -> Option<(TempDir, support::Database)> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret.key"), &baseline.secret_key).unwrap();
    let database = support::bare(backend, folder.path())?;
    let mut db = baseline::connect(database.url());
    baseline.load(&mut db);
    comparison::keep(&mut db, folder.path(), baseline);
    Some((folder, database))
}

#[actix_web::test]
async fn an_instance_of_an_older_commit_is_opened_and_nothing_is_lost() {
    let baseline = Baseline::read();
    for backend in BACKENDS {
        let Some((folder, database)) = left(backend, &baseline) else { continue };
        let app = TestApp::on(backend, folder, database, &baseline.made_at, |config| config.demo = true);
        stoa::server::prepare(&app.service).unwrap();
        let mut db = baseline::connect(app.database_url());
        comparison::beside(&mut db, app.data());
        assert_eq!(comparison::lost(&mut db, &baseline), Vec::<String>::new(), "{backend:?}");
        assert_eq!(answers(&mut db), baseline.answers(), "{backend:?}: an answer is not what it was");
        assert!(matches!(audit::verify(&mut db).unwrap(), Ok(entries) if entries >= baseline.rows("audit_entry")));
        people_find_everything_as_they_left_it(&app, &baseline).await;
        numbers_are_what_they_were(&app, &baseline.known).await;
        marks_go_with_their_day(&app);
    }
}

/// Survey and answers of every response.
fn answers(db: &mut Db) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = response::table.select((response::survey_id, response::answers)).load(db).unwrap();
    all.sort();
    all
}

/// What people hold in their hands is still good: passwords, a browser that is signed in, tokens,
/// links from mails, receipts, requests that are sent once more.
async fn people_find_everything_as_they_left_it(app: &TestApp, baseline: &Baseline) {
    let known = &baseline.known;
    let text = |value: &Value| value.as_str().expect("the baseline says so").to_owned();
    let (nobody, coordinator) = (app.anonymous(), app.with_token(&text(&known["access_token"])));
    for email in known["people"].as_array().unwrap() {
        nobody.post("/api/v1/tokens", &json!({"email": email, "password": known["password"]})).await.expect(200);
    }
    for somebody in stoa::demo::people::PEOPLE {
        let visitor = app.visitor();
        visitor.form_to("/demo", &format!("/demo/{}", somebody.key), &[]).await.expect(303);
        visitor.get("/account").await.expect(200).shows(somebody.name);
    }
    let session = app.visitor().request(reqwest::Method::GET, "/account").header("Cookie", text(&known["session"]));
    support::Answer::of(session).await.expect(200).shows("analyst@demo.stoa.example");
    for link in known["review_links"].as_array().unwrap() {
        app.visitor().get(&text(link)).await.expect(200);
    }
    for sent in known["responses"].as_array().unwrap() {
        let receipt = text(&sent["receipt"]);
        let found = nobody.post("/api/v1/receipts", &json!({"receipt": receipt})).await.expect(200).json();
        assert_eq!(found["city"]["en"], "Great Harbour");
        app.visitor().send("/receipt", &[("receipt", &receipt)]).await.expect(200).shows("Great Harbour");
    }
    let before = response_count(app);
    let (open, again) = (&known["open"], format!("/api/v1/surveys/{}/responses", text(&known["open"]["slug"])));
    // With a receipt of today's kind.
    let receipt = nobody.post(&again, &open["body"]).await.expect(201).json();
    nobody.post("/api/v1/receipts", &receipt).await.expect(200);
    assert_eq!(response_count(app), before, "the same response was stored again");
    let (posted, evidence) = (&known["posted_once"], &known["evidence"]);
    let path = format!("/api/v1{}", text(&posted["path"]));
    let repeated = coordinator.request(reqwest::Method::POST, &path).header("Idempotency-Key", text(&posted["key"]));
    let repeated = support::Answer::of(repeated.header("Content-Type", "application/json").body(text(&posted["body"]))).await;
    assert_eq!(repeated.expect(201).json()["id"], posted["id"]);
    let file = coordinator.get(&format!("/api/v1{}", text(&evidence["path"]))).await.expect(200);
    assert_eq!(file.text(), text(&evidence["content"]));
    let refresh = json!({"refresh_token": known["refresh_token"]});
    nobody.post("/api/v1/tokens/refresh", &refresh).await.expect(200);
    assert!(matches!(app.service.store.read(audit::verify).unwrap(), Ok(entries) if entries > baseline.rows("audit_entry")));
}

/// Once their day is over nothing leads from what was sent to what is stored, of older answers either.
fn marks_go_with_their_day(app: &TestApp) {
    app.clock.advance(chrono::Duration::days(3));
    app.work();
    let marked: i64 = app.service.store.read(|db| Ok(response::table.filter(response::mark.is_not_null()).count().get_result(db)?)).unwrap();
    assert_eq!(marked, 0);
}

fn response_count(app: &TestApp) -> i64 {
    app.service.store.read(|db| Ok(response::table.count().get_result(db)?)).unwrap()
}

/// Estimates, profile and agreement of before say the same today.
async fn numbers_are_what_they_were(app: &TestApp, known: &Value) {
    // Estimates of surveys that have ended are computed anew, after the start.
    app.work();
    let coordinator = app.with_token(known["access_token"].as_str().unwrap());
    for (path, before) in known["numbers"].as_object().unwrap() {
        let now = coordinator.get(&format!("/api/v1{path}")).await.expect(200).json();
        assert_eq!(comparison::other_numbers(before, &now), Vec::<String>::new(), "{path}");
    }
}

#[test]
fn several_processes_that_start_at_once_on_an_empty_database_migrate_it_once() {
    let folder = tempfile::tempdir().unwrap();
    let Some(database) = support::bare(Backend::Postgres, folder.path()) else { return };
    let applied: Vec<usize> = std::thread::scope(|threads| {
        let start = || Store::open(database.url(), 1).and_then(|store| migrate::migrate(&store)).unwrap().len();
        let started: Vec<_> = (0..6).map(|_| threads.spawn(start)).collect();
        started.into_iter().map(|process| process.join().unwrap()).collect()
    });
    assert_eq!(applied.iter().sum::<usize>(), migrate::names().len(), "{applied:?}");
}

// --- the comparison itself -------------------------------------------------------------------

#[test]
fn a_lost_row_a_changed_answer_and_a_broken_chain_would_be_seen() {
    let baseline = Baseline::read();
    for backend in BACKENDS {
        let Some((folder, database)) = left(backend, &baseline) else { continue };
        let mut db = baseline::connect(database.url());
        comparison::beside(&mut db, folder.path());
        assert_eq!(comparison::lost(&mut db, &baseline), Vec::<String>::new());
        // In the tables of before.
        let first = "WHERE slot = (SELECT MIN(slot) FROM response)";
        let events = format!("message_event: {} rows are gone or changed", baseline.rows("message_event"));
        for (done, said) in [
            (format!("DELETE FROM response {first}"), "response: 1 rows are gone or changed"),
            (format!("UPDATE response SET answers = '{{}}' {first}"), "response: 1 rows are gone or changed"),
            ("UPDATE audit_entry SET actor = 'per_nobody' WHERE seq = 3".to_owned(), "audit_entry: 1 rows are gone or changed"),
            ("DELETE FROM message_event".to_owned(), events.as_str()),
            ("ALTER TABLE city DROP COLUMN population".to_owned(), "city: cannot be compared"),
            ("DROP TABLE evidence_content".to_owned(), "evidence_content: cannot be compared"),
        ] {
            let undone: QueryResult<()> = db.transaction(|db| {
                db.batch_execute(&done)?;
                let found = comparison::lost(db, &baseline);
                assert!(found.len() == 1 && found[0].starts_with(said), "{backend:?}, {done}: {found:?}");
                assert_eq!(answers(db) != baseline.answers(), done.contains("response"), "{done}");
                assert_eq!(audit::verify(db).unwrap().is_err(), done.contains("audit_entry"), "{done}");
                Err(diesel::result::Error::RollbackTransaction)
            });
            assert!(undone.is_err());
        }
    }
}

#[test]
fn another_number_would_be_seen_and_a_new_field_is_no_harm() {
    let before = json!({"items": [{"measure": "1.2.b", "estimate": 0.25, "n": 100_000}, {"estimate": null}]});
    let more = json!({"items": [{"measure": "1.2.c", "estimate": 0.25, "n": 100_000, "new": 1}, {"estimate": null}, {}], "etag": 2});
    assert_eq!(comparison::other_numbers(&before, &more), Vec::<String>::new());
    for (path, value) in
        [("/items/0/estimate", json!(0.250_000_1)), ("/items/0/n", json!(99_999)), ("/items/0/n", json!(null)), ("/items", json!([]))]
    {
        let mut now = before.clone();
        *now.pointer_mut(path).unwrap() = value;
        assert!(!comparison::other_numbers(&before, &now).is_empty(), "{path}");
    }
    let share = |value: f64, n: u64| json!({"kind": "proportion", "estimate": value, "n": n});
    assert_eq!(comparison::other_numbers(&share(0.249, 60), &share(0.25, 60)), Vec::<String>::new());
    assert_eq!(comparison::other_numbers(&share(0.249, 9), &json!({"n": null})), Vec::<String>::new());
    // Who does not count is counted in tens since.
    assert_eq!(comparison::other_numbers(&share(0.249, 60), &share(0.25, 69)), Vec::<String>::new());
    for now in [share(0.27, 60), share(0.25, 70), share(0.25, 59), json!({"n": null})] {
        assert!(!comparison::other_numbers(&share(0.249, 60), &now).is_empty(), "{now}");
    }
}
