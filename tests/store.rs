//! The toolkit for the database, held to its promises on both databases: migrations and schema,
//! transactions, the audit chain, the committer.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

#[macro_use]
#[path = "journeys/support/mod.rs"]
mod support;
#[path = "store/archives.rs"]
mod archives;
#[path = "store/operating.rs"]
mod operating;
#[path = "store/verifying.rs"]
mod verifying;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::support::Backend;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::json;
use stoa::ground::ids::SurveyId;
use stoa::ground::problems::{ALREADY_EXISTS, CLOSED};
use stoa::ground::{Error, Result};
use stoa::people::identity::Role;
use stoa::people::policy::UseCase;
use stoa::store::committer::{Batch, Committer};
use stoa::store::schema::{audit_entry, login_attempt};
use stoa::store::{Db, Store, audit, migrate};
use stoa::surveys::store::responses::{ResponseRow, add, sent_at};

fn project(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

// --- migrations and schema -------------------------------------------------------------------

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(project(folder)).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let sqlite = names("migrations/sqlite");
    assert_eq!(sqlite, names("migrations/postgres"));
    assert_eq!(sqlite, migrate::names());
    for name in &sqlite {
        for file in ["up.sql", "down.sql"] {
            for folder in ["sqlite", "postgres"] {
                assert!(project(&format!("migrations/{folder}/{name}/{file}")).is_file(), "{folder}/{name}/{file} is missing");
            }
        }
    }
}

#[actix_web::test]
async fn what_is_committed_moves_into_the_file_beside_the_writers() {
    let app = support::TestApp::sqlite().await;
    // Far less than SQLite itself would wait for, and the service goes on.
    let file = app.service.config.storage.data.join("stoa.db");
    app.service.store.write(|db| audit::append(db, app.service.now(), "stoa", UseCase::message_test, "moved-into-the-file", &json!({}))).unwrap();
    let there = || std::fs::read(&file).unwrap().windows(19).any(|bytes| bytes == b"moved-into-the-file");
    for _ in 0..400 {
        if there() {
            return;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("after ten seconds the entry is only in the log");
}

/// A column: what it holds, and whether it may be empty.
type Columns = BTreeMap<String, (String, bool)>;

/// The tables of `schema.rs` with their key and columns.
fn described() -> BTreeMap<String, (Vec<String>, Columns)> {
    let text = std::fs::read_to_string(project("src/store/schema.rs")).unwrap();
    let table = regex::Regex::new(r"(?s)table! \{.*?\n    (\w+) \(([\w, ]+)\) \{(.*?)\n    \}").unwrap();
    let column = regex::Regex::new(r"(?m)^\s*(\w+) -> (?:(Nullable)<)?(\w+)>?,").unwrap();
    let read = |c: regex::Captures<'_>| {
        let key = c[2].split(',').map(|k| k.trim().to_owned()).collect();
        let columns = column.captures_iter(&c[3]).map(|c| (c[1].to_owned(), (c[3].to_owned(), c.get(2).is_some()))).collect();
        (c[1].to_owned(), (key, columns))
    };
    table.captures_iter(&text).map(read).collect()
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    not_null: i64,
    /// Place in the primary key, from 1; 0 or nothing outside.
    #[diesel(sql_type = Nullable<BigInt>)]
    key: Option<i64>,
}

const SQLITE_COLUMNS: &str = "SELECT m.name AS of, c.name AS name, lower(c.type) AS kind, c.\"notnull\" AS not_null, c.pk AS key \
     FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'";
const POSTGRES_COLUMNS: &str = "SELECT c.table_name::text AS of, c.column_name::text AS name, c.data_type::text AS kind, \
     (c.is_nullable = 'NO')::int::bigint AS not_null, k.ordinal_position::bigint AS key \
     FROM information_schema.columns c \
     LEFT JOIN information_schema.table_constraints t ON t.table_name = c.table_name AND t.constraint_type = 'PRIMARY KEY' AND t.table_schema = 'public' \
     LEFT JOIN information_schema.key_column_usage k ON k.constraint_name = t.constraint_name AND k.column_name = c.column_name AND k.table_schema = 'public' \
     WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '\\_\\_%'";

/// How a type of the schema is called in each database.
fn called(kind: &str, sqlite: bool) -> &'static str {
    match (kind, sqlite) {
        ("Text", _) | ("Date" | "Timestamp", true) => "text",
        ("Integer" | "BigInt" | "Bool", true) | ("Integer", false) => "integer",
        ("BigInt", false) => "bigint",
        ("Double", true) => "real",
        ("Double", false) => "double precision",
        ("Bool", false) => "boolean",
        ("Binary", true) => "blob",
        ("Binary", false) => "bytea",
        ("Date", false) => "date",
        ("Timestamp", false) => "timestamp without time zone",
        _ => panic!("the schema has a {kind}, for which this test knows no column"),
    }
}

both! {
    async fn the_migrations_make_exactly_the_tables_of_the_schema(app) {
        let sqlite = app.service.store.is_sqlite();
        let found: Vec<Found> = app.service.store.read(|db| Ok(match db {
            Db::Sqlite(c) => diesel::sql_query(SQLITE_COLUMNS).load(c)?,
            Db::Postgres(c) => diesel::sql_query(POSTGRES_COLUMNS).load(c)?,
        })).unwrap();
        let mut made: BTreeMap<String, (BTreeMap<i64, String>, Columns)> = BTreeMap::new();
        for c in found {
            let table = made.entry(c.of).or_default();
            if let Some(place) = c.key.filter(|k| *k > 0) {
                table.0.insert(place, c.name.clone());
            }
            table.1.insert(c.name, (c.kind, c.not_null == 0));
        }
        let described = described();
        assert!(described.len() > 20, "schema.rs could not be read");
        assert_eq!(made.keys().collect::<BTreeSet<_>>(), described.keys().collect::<BTreeSet<_>>(), "the tables differ");
        for (table, (key, columns)) in described {
            let (made_key, made_columns) = &made[&table];
            let expected: Columns = columns.into_iter().map(|(n, (kind, empty))| (n, (called(&kind, sqlite).to_owned(), empty))).collect();
            assert_eq!(made_columns, &expected, "the columns of {table} differ");
            assert_eq!(made_key.values().collect::<Vec<_>>(), key.iter().collect::<Vec<_>>(), "the key of {table} differs");
        }
    }

    async fn every_migration_can_be_undone_and_done_again(app) {
        use diesel_migrations::{FileBasedMigrations, MigrationHarness};
        app.service.store.read(|db| {
            let folder = project(if matches!(db, Db::Sqlite(_)) { "migrations/sqlite" } else { "migrations/postgres" });
            let from = FileBasedMigrations::from_path(folder).unwrap();
            let undone = stoa::on_each!(db, c => c.revert_all_migrations(from).map(|v| v.len())).map_err(Error::internal)?;
            assert_eq!(undone, migrate::names().len());
            Ok(())
        }).unwrap();
        assert_eq!(migrate::migrate(&app.service.store).unwrap().len(), migrate::names().len());
        assert_eq!(migrate::migrate(&app.service.store).unwrap(), Vec::<String>::new());
    }

    async fn a_database_of_a_newer_stoa_is_not_opened(app) {
        app.service.store.write(|db| {
            stoa::on_each!(db, c => diesel::sql_query("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231235959')").execute(c))?;
            Ok(())
        }).unwrap();
        let refused = migrate::migrate(&app.service.store).unwrap_err();
        assert!(refused.contains("newer Stoa"), "{refused}");
    }
}

// --- transactions ----------------------------------------------------------------------------

/// A row to write: the subject is its name, the failures its value.
fn insert(db: &mut Db, name: &str, value: i32) -> Result<()> {
    let at = stoa::ground::UtcTime::from_naive(chrono::NaiveDateTime::default());
    let row = (login_attempt::subject.eq(name), login_attempt::failures.eq(value), login_attempt::window_started_at.eq(at));
    diesel::insert_into(login_attempt::table).values(row).execute(db)?;
    Ok(())
}

fn names(store: &Store) -> Vec<String> {
    store.read(|db| Ok(login_attempt::table.select(login_attempt::subject).order(login_attempt::subject).load(db)?)).unwrap()
}

both! {
    async fn a_write_that_fails_leaves_nothing(app) {
        let store = &app.service.store;
        let failed: Result<()> = store.write(|db| {
            insert(db, "half", 1)?;
            Err(Error::Conflict(CLOSED))
        });
        assert!(matches!(failed, Err(Error::Conflict(CLOSED))));
        let broken = store.write(|db| {
            insert(db, "once", 1)?;
            insert(db, "once", 2)
        });
        assert!(matches!(broken, Err(Error::Conflict(ALREADY_EXISTS))), "{broken:?}");
        assert_eq!(names(store), Vec::<String>::new());
    }

    async fn a_write_that_panics_leaves_nothing_and_the_store_goes_on(app) {
        let store = &app.service.store;
        // More often than there are connections: none of them may be left in a transaction.
        for _ in 0..10 {
            let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                store.write(|db| -> Result<()> {
                    insert(db, "half", 1)?;
                    panic!("on purpose")
                })
            }));
            assert!(panicked.is_err());
        }
        assert_eq!(names(store), Vec::<String>::new());
        store.write(|db| insert(db, "whole", 1)).unwrap();
        assert_eq!(names(store), ["whole"]);
    }

    async fn what_reads_the_whole_instance_takes_no_connection_from_those_who_ask_for_little(app) {
        let operator = app.person(Role::Operator, support::Grants::Instance);
        let size = app.service.config.storage.pool as usize;
        // All but one of the shared connections are busy, and the last is in use by whoever asks.
        let (inside, go) = (std::sync::Barrier::new(size), std::sync::Barrier::new(size));
        std::thread::scope(|scope| {
            for _ in 1..size {
                scope.spawn(|| app.service.store.read(|_| {
                    inside.wait();
                    go.wait();
                    Ok(())
                }));
            }
            inside.wait();
            let verified = app.act(&operator, |call| call.service.store.read(|_| stoa::people::actions::audit_verify(call)));
            go.wait();
            assert!(verified.unwrap().holds);
        });
    }

    async fn an_attempt_that_fails_undoes_only_itself(app) {
        let store = &app.service.store;
        store.write(|db| {
            insert(db, "kept", 1)?;
            let failed = db.attempt(|db| {
                insert(db, "undone", 1)?;
                insert(db, "kept", 2)
            });
            assert!(matches!(failed, Err(Error::Conflict(ALREADY_EXISTS))), "{failed:?}");
            insert(db, "after", 1)
        }).unwrap();
        assert_eq!(names(store), ["after", "kept"]);
    }

    async fn a_commit_waits_for_the_disk(app) {
        #[derive(QueryableByName)]
        struct Setting {
            #[diesel(sql_type = Text)]
            value: String,
        }
        // On SQLite, the store waits itself, after the commit.
        let (sql, expected) = if app.service.store.is_sqlite() {
            ("SELECT j.journal_mode || '/' || s.synchronous AS value FROM pragma_journal_mode j, pragma_synchronous s", "wal/1")
        } else {
            ("SELECT current_setting('synchronous_commit') AS value", "on")
        };
        let setting: Setting = app.service.store.write(|db| Ok(stoa::on_each!(db, c => diesel::sql_query(sql).get_result(c))?)).unwrap();
        assert_eq!(setting.value, expected);
    }

    /// So that they can be spread over servers by that column without a rewrite.
    async fn every_unique_key_of_a_large_table_begins_with_what_it_is_spread_by(app) {
        #[derive(QueryableByName)]
        struct First {
            #[diesel(sql_type = Text)]
            value: String,
        }
        let by_survey = ["response", "response_day", "receipt_before", "estimate", "survey_count"].map(|table| (table, "survey_id"));
        for (table, column) in by_survey.into_iter().chain(["message", "message_event"].map(|table| (table, "round_id"))) {
            let sql = if app.service.store.is_sqlite() {
                format!("SELECT c.name AS value FROM pragma_index_list('{table}') i, pragma_index_info(i.name) c WHERE i.\"unique\" AND c.seqno = 0")
            } else {
                format!(
                    "SELECT a.attname::text AS value FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] \
                     WHERE i.indrelid = '{table}'::regclass AND i.indisunique"
                )
            };
            let firsts: Vec<First> = app.service.store.read(|db| Ok(stoa::on_each!(db, c => diesel::sql_query(&sql).load(c))?)).unwrap();
            assert!(!firsts.is_empty() && firsts.iter().all(|first| first.value == column), "{table}: {:?}", firsts.iter().map(|f| &f.value).collect::<Vec<_>>());
        }
    }

    /// On PostgreSQL several processes take answers: of those that write the same, its tree lets one. On SQLite
    /// one does, and knows by itself; a key that is taken can only be a mistake.
    async fn of_what_is_written_twice_under_one_key_the_first_is_kept(app) {
        let (day, survey_id) = (app.service.now().date(), SurveyId::from_stored("srv_1".to_owned()));
        let row = |answers: &str| {
            let (survey_id, language) = (survey_id.clone(), stoa::ground::Language::ENGLISH);
            ResponseRow { survey_id, day, language, answers: answers.to_owned(), mark: Some(7), edition: 1, stratum: None, invitation_id: None }
        };
        let (first, then) = (row("first"), row("then"));
        let left = app.service.store.write(|db| add(db, &(100..121).map(|key| (&first, key)).collect::<Vec<_>>())).unwrap();
        assert!(left.is_empty());
        let again = app.service.store.write(|db| add(db, &(110..131).map(|key| (&then, key)).collect::<Vec<_>>()));
        match app.backend {
            Backend::Sqlite => assert!(matches!(again, Err(Error::Conflict(ALREADY_EXISTS))), "{again:?}"),
            Backend::Postgres => assert_eq!(again.unwrap(), (110..121).collect()),
        }
        let there = app.service.store.read(|db| sent_at(db, &survey_id, day, &[100, 120, 99])).unwrap();
        assert!(there.len() == 2 && there.iter().all(|sent| sent.answers == "first"), "{there:?}");
    }
}

/// SQLite is told that its file may not grow: it says the same as where the disk is full.
#[actix_web::test]
async fn a_full_disk_is_one_answer_everywhere_and_known_to_whoever_asks_whether_stoa_is_ready() {
    let app = support::TestApp::sqlite().await;
    let coordinator = app.person(stoa::people::identity::Role::Coordinator, support::Grants::Instance);
    let room = |pages: &str| app.service.store.write(|db| Ok(db.batch_execute(&format!("PRAGMA max_page_count = {pages}"))?));
    app.as_person(&coordinator).get("/api/v1/me").await.expect(200);
    room("1").unwrap();
    let city = serde_json::json!({"slug": "tunis", "name": {"en": "T".repeat(100)}, "country": "TN", "language": "en", "time_zone": "Africa/Tunis"});
    let mut refused = 0;
    for n in 0..400 {
        let mut city = city.clone();
        city["slug"] = serde_json::json!(format!("tunis-{n}"));
        let answer = app.as_person(&coordinator).post("/api/v1/cities", &city).await;
        match answer.status {
            201 => {}
            503 => refused += 1,
            _ => panic!("{answer:?}"),
        }
        if refused > 3 {
            break;
        }
    }
    assert!(refused > 3, "the file never became full");
    app.anonymous().get("/ready").await.expect(503);
    let refused =
        app.anonymous().get("/metrics").await.expect(200).text().lines().find(|l| l.starts_with("stoa_database_refused_total")).unwrap().to_owned();
    assert!(!refused.ends_with(" 0"), "{refused}");
    let up = |text: &str| text.lines().find(|line| line.starts_with("stoa_database_up")).unwrap().to_owned();
    assert_eq!(up(app.anonymous().get("/metrics").await.expect(200).text()), "stoa_database_up 0");
    // There is room again: the next look tells.
    room("1000000").unwrap();
    app.anonymous().get("/ready").await.expect(200);
    assert_eq!(up(app.anonymous().get("/metrics").await.expect(200).text()), "stoa_database_up 1");
    app.as_person(&coordinator).post("/api/v1/cities", &city).await.expect(201);
}

#[actix_web::test]
async fn when_the_disk_does_not_confirm_nobody_hears_of_success() {
    let app = support::TestApp::sqlite().await;
    let store = &app.service.store;
    let ((), commit) = store.commit(|db| insert(db, "good", 1)).unwrap();
    commit.on_disk().unwrap();
    // SQLite goes on writing into it.
    std::fs::remove_file(app.service.config.storage.data.join("stoa.db-wal")).unwrap();
    for name in ["first", "second"] {
        let answer = store.write(|db| insert(db, name, 1));
        assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
    }
    assert!(store.check().is_err(), "nor is the service ready");
    let committer = Committer::start("test", store.clone(), || Rows { sizes: Arc::default() }).unwrap();
    let answer = committer.commit(Item::Write("third".to_owned())).await;
    assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
}

#[actix_web::test]
async fn eight_writers_on_sqlite_lose_no_update() {
    let app = support::TestApp::sqlite().await;
    let store = &app.service.store;
    store.write(|db| insert(db, "counter", 0)).unwrap();
    std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                for _ in 0..50 {
                    store
                        .write(|db| {
                            let now: i32 = login_attempt::table.find("counter").select(login_attempt::failures).first(db)?;
                            diesel::update(login_attempt::table.find("counter")).set(login_attempt::failures.eq(now + 1)).execute(db)?;
                            Ok(())
                        })
                        .unwrap();
                }
            });
        }
    });
    let total: i32 = store.read(|db| Ok(login_attempt::table.find("counter").select(login_attempt::failures).first(db)?)).unwrap();
    assert_eq!(total, 400);
}

// --- the audit chain -------------------------------------------------------------------------

fn five_entries(store: &Store) {
    let at = support::START.parse().unwrap();
    for n in 1..=5 {
        store.write(|db| audit::append(db, at, "per_somebody", UseCase::round_open, "rnd_something", &json!({"n": n}))).unwrap();
    }
    assert_eq!(store.read(audit::verify).unwrap(), Ok(5));
}

both! {
    async fn an_unbroken_audit_chain_holds_whoever_writes_at_once(app) {
        let store = &app.service.store;
        assert_eq!(store.read(audit::verify).unwrap(), Ok(0));
        std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| {
                    for n in 0..10 {
                        let at = support::START.parse().unwrap();
                        store.write(|db| audit::append(db, at, "stoa", UseCase::message_test, "nothing", &json!({"n": n}))).unwrap();
                    }
                });
            }
        });
        assert_eq!(store.read(audit::verify).unwrap(), Ok(40));
    }

    async fn a_changed_audit_entry_shows(app) {
        let store = &app.service.store;
        five_entries(store);
        store.write(|db| Ok(diesel::update(audit_entry::table.find(3)).set(audit_entry::actor.eq("per_nobody")).execute(db)?)).unwrap();
        assert_eq!(store.read(audit::verify).unwrap(), Err(3));
    }

    async fn a_removed_audit_entry_shows(app) {
        let store = &app.service.store;
        five_entries(store);
        store.write(|db| Ok(diesel::delete(audit_entry::table.find(2)).execute(db)?)).unwrap();
        assert_eq!(store.read(audit::verify).unwrap(), Err(2));
    }

    async fn a_cut_off_end_of_the_audit_shows(app) {
        let store = &app.service.store;
        five_entries(store);
        store.write(|db| Ok(diesel::delete(audit_entry::table.find(5)).execute(db)?)).unwrap();
        assert_eq!(store.read(audit::verify).unwrap(), Err(5));
    }

    async fn a_failed_write_leaves_no_audit_entry(app) {
        let store = &app.service.store;
        five_entries(store);
        let failed = app.service.write_as_stoa(UseCase::message_test, "nothing", &json!({}), |_| -> Result<()> { Err(Error::NotFound("record")) });
        assert!(failed.is_err());
        assert_eq!(store.read(audit::verify).unwrap(), Ok(5));
    }
}

// --- the committer ---------------------------------------------------------------------------

enum Item {
    /// Holds the batch until the test lets go, so that the others gather behind it.
    Gate(std::sync::mpsc::Receiver<()>),
    Write(String),
    /// Answers with its own error, without harm to the batch.
    Refuse,
    /// Makes the whole batch fail.
    Poison,
    /// Makes the whole batch panic.
    Bomb,
}

struct Rows {
    /// How many items each batch had.
    sizes: Arc<Mutex<Vec<usize>>>,
}

impl Batch for Rows {
    type Item = Item;
    type Outcome = String;

    fn write(&mut self, db: &mut Db, items: &[Item]) -> Result<Vec<Result<String>>> {
        self.sizes.lock().unwrap().push(items.len());
        let mut outcomes = Vec::new();
        for item in items {
            outcomes.push(match item {
                Item::Gate(open) => {
                    open.recv().expect("the test opens the gate");
                    Ok("gate".to_owned())
                }
                Item::Write(name) => {
                    insert(db, name, 1)?;
                    Ok(name.clone())
                }
                Item::Refuse => Err(Error::Conflict(CLOSED)),
                Item::Poison => return Err(Error::internal("poison")),
                Item::Bomb => panic!("on purpose"),
            });
        }
        Ok(outcomes)
    }
}

/// Commits all items as one batch (they gather behind a gate) and gives each one's outcome.
async fn commit_together(store: &Store, items: Vec<Item>) -> (Vec<Result<String>>, Vec<usize>) {
    let sizes = Arc::new(Mutex::new(Vec::new()));
    let its = sizes.clone();
    let committer = Committer::start("test", store.clone(), move || Rows { sizes: its.clone() }).unwrap();
    let (open, gate) = std::sync::mpsc::channel();
    let send = |item: Item| {
        let committer = committer.clone();
        actix_web::rt::spawn(async move { committer.commit(item).await })
    };
    let first = send(Item::Gate(gate));
    while sizes.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    let waiting: Vec<_> = items.into_iter().map(send).collect();
    // Every task has been asked once, and so stands in the queue, when control comes back here.
    tokio::task::yield_now().await;
    open.send(()).unwrap();
    first.await.unwrap().unwrap();
    let mut outcomes = Vec::new();
    for task in waiting {
        outcomes.push(task.await.unwrap());
    }
    let sizes = sizes.lock().unwrap().clone();
    (outcomes, sizes)
}

both! {
    async fn many_small_writes_are_one_commit_and_each_hears_its_own_outcome(app) {
        let mut items: Vec<Item> = (0..50).map(|n| Item::Write(format!("row-{n:02}"))).collect();
        items.insert(25, Item::Refuse);
        let (outcomes, sizes) = commit_together(&app.service.store, items).await;
        assert_eq!(sizes, [1, 51], "the items that wait are one batch");
        for (n, outcome) in outcomes.iter().enumerate() {
            match n {
                25 => assert!(matches!(outcome, Err(Error::Conflict(CLOSED))), "{outcome:?}"),
                n => assert_eq!(outcome.as_ref().unwrap(), &format!("row-{:02}", if n < 25 { n } else { n - 1 })),
            }
        }
        assert_eq!(names(&app.service.store).len(), 50);
    }

    async fn a_poisoned_item_harms_no_neighbour(app) {
        let items = vec![Item::Write("one".into()), Item::Poison, Item::Write("two".into()), Item::Write("one".into()), Item::Write("three".into())];
        let (outcomes, _) = commit_together(&app.service.store, items).await;
        let said: Vec<bool> = outcomes.iter().map(Result::is_ok).collect();
        assert_eq!(said, [true, false, true, false, true], "{outcomes:?}");
        assert!(matches!(outcomes[3], Err(Error::Conflict(ALREADY_EXISTS))), "{outcomes:?}");
        assert_eq!(names(&app.service.store), ["one", "three", "two"]);
    }

    async fn an_item_that_panics_harms_no_neighbour(app) {
        let items = vec![Item::Write("one".into()), Item::Bomb, Item::Write("two".into())];
        let (outcomes, sizes) = commit_together(&app.service.store, items).await;
        assert_eq!(sizes, [1, 3, 1, 1, 1], "after the batch, each for itself");
        let said: Vec<bool> = outcomes.iter().map(Result::is_ok).collect();
        assert_eq!(said, [true, false, true], "{outcomes:?}");
        assert_eq!(names(&app.service.store), ["one", "two"]);
        // The committer and the store live on.
        let (again, _) = commit_together(&app.service.store, vec![Item::Write("three".into())]).await;
        assert_eq!(again[0].as_ref().unwrap(), "three");
    }
}
