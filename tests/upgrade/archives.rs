//! Archives carry everything: from either database into either, and from an older version into this one. The
//! instance of the older commit is the one that is carried, so that what its people hold in their hands is tried.

use std::io::Cursor;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::Value;
use stoa::ground::UtcTime;
use stoa::store::archive::file::Head;
use stoa::store::archive::format::Cell;
use stoa::store::archive::tables::{Column, Kind, Table};
use stoa::store::archive::{self, Manifest, Reader, Rows, Writer};
use stoa::store::{audit, migrate};
use stoa::surveys::store::responses;
use tempfile::TempDir;

use super::{BACKENDS, Baseline, answers, baseline, comparison, left, numbers_are_what_they_were, people_find_everything_as_they_left_it};
use crate::support::{self, Backend, Database, TestApp};

type Archive = Cursor<Vec<u8>>;

fn take_or_say_why(url: &str) -> Result<(Archive, Manifest), String> {
    let mut db = archive::open_or_make(url)?.0;
    let at: UtcTime = "2026-11-30T09:00:00Z".parse().unwrap();
    archive::take(&mut db, Archive::default(), at, |_| Ok(None), &mut ())
}

fn take(url: &str) -> (Archive, Manifest) {
    take_or_say_why(url).unwrap()
}

/// As `stoa restore` does it.
fn restore(url: &str, from: Archive) -> Result<(), String> {
    let mut db = archive::open_or_make(url)?.0;
    let place = |db: &mut stoa::store::Db| responses::place_by_mark(db).map_err(|e| e.to_string());
    archive::restore(&mut db, &mut Reader::open(from)?, &stoa::server::rules(), Rows::Whole, &mut (), place).map(drop)
}

/// An empty database, and beside it what the older commit left, for the comparison.
fn empty_beside_what_was(backend: Backend, baseline: &Baseline) -> Option<(TempDir, Database)> {
    let (folder, database) = left(backend, baseline)?;
    match backend {
        Backend::Sqlite => std::fs::remove_file(folder.path().join("stoa.db")).unwrap(),
        Backend::Postgres => baseline::connect(database.url()).batch_execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").unwrap(),
    }
    Some((folder, database))
}

fn hashes(manifest: &Manifest, but: &str) -> Vec<(String, String)> {
    manifest.tables.iter().filter(|part| part.name != but).map(|part| (part.name.clone(), part.sha256.clone())).collect()
}

#[actix_web::test]
async fn an_archive_of_one_database_is_everything_in_the_other() {
    let baseline = Baseline::read();
    for (from, to) in [(Backend::Sqlite, Backend::Postgres), (Backend::Postgres, Backend::Sqlite)] {
        let (Some((folder, database)), Some((target, empty))) = (left(from, &baseline), empty_beside_what_was(to, &baseline)) else { continue };
        let before = TestApp::on(from, folder, database, &baseline.made_at, |config| config.demo = true);
        stoa::server::prepare(&before.service).unwrap();
        let (archive, manifest) = take(before.database_url());
        drop(before);
        restore(empty.url(), archive).unwrap();
        // Once more, from there: the same again. What has a mark lies elsewhere on PostgreSQL.
        let but = if to == Backend::Postgres { "response" } else { "" };
        assert_eq!(hashes(&take(empty.url()).1, but), hashes(&manifest, but), "{from:?} to {to:?}");

        let app = TestApp::on(to, target, empty, &baseline.made_at, |config| config.demo = true);
        let mut db = baseline::connect(app.database_url());
        comparison::beside(&mut db, app.data());
        assert_eq!(comparison::lost(&mut db, &baseline), Vec::<String>::new(), "{from:?} to {to:?}");
        assert_eq!(answers(&mut db), baseline.answers(), "{from:?} to {to:?}: an answer is not what it was");
        people_find_everything_as_they_left_it(&app, &baseline).await;
        numbers_are_what_they_were(&app, &baseline.known).await;
        super::marks_go_with_their_day(&app);
    }
}

/// What the older commit left, in an archive of its version.
fn archive_of_then(baseline: &Baseline) -> Archive {
    let mut writer = Writer::new(Archive::default());
    for table in &baseline.tables {
        let columns: Vec<Column> = table.columns.iter().map(|name| column(&table.name, name)).collect();
        writer.table(Table { name: table.name.clone(), columns: columns.clone() }).unwrap();
        for row in 0..usize::try_from(baseline.rows(&table.name)).unwrap() {
            let cells: Vec<Cell> = columns.iter().zip(&table.cells).map(|(column, cells)| cell(&cells[row], column.kind)).collect();
            writer.row(&cells).unwrap();
        }
    }
    let head = Head {
        stoa: "0.0.9".to_owned(),
        made_at: baseline.made_at.parse().unwrap(),
        database: "sqlite".to_owned(),
        migrations: baseline.migrations.clone(),
        secret: None,
        with_key: false,
    };
    writer.finish(head, None).unwrap().0
}

/// As the tables of then had it.
fn column(table: &str, name: &str) -> Column {
    let kind = match (table, name) {
        (_, "cannot_judge" | "not_available") => Kind::Bool,
        (_, "body" | "bytes") if table != "report_section" => Kind::Binary,
        ("disagreement", "level") | ("report_statistic", "value") => Kind::Double,
        (_, "seq" | "slot" | "population") => Kind::BigInt,
        (_, "attempts" | "number" | "version" | "year" | "size" | "status" | "load_max" | "level" | "failures" | "experts_per_report")
        | ("audit_head", "id") => Kind::Integer,
        (_, "day") => Kind::Date,
        (_, "at" | "lease_until") => Kind::Timestamp,
        (_, name) if name.ends_with("_at") => Kind::Timestamp,
        _ => Kind::Text,
    };
    Column { name: name.to_owned(), kind, nullable: true }
}

fn cell(value: &Value, kind: Kind) -> Cell {
    let moment = |text: &str| chrono::NaiveDateTime::parse_from_str(text, "%F %T%.f").unwrap();
    match (kind, value) {
        (_, Value::Null) => Cell::Null,
        (_, Value::Object(bytes)) => Cell::Bytes(baseline::bytes(bytes["hex"].as_str().unwrap())),
        (Kind::Binary, other) => panic!("{other} are no bytes"),
        (Kind::Text, text) => Cell::Text(text.as_str().unwrap().to_owned()),
        (Kind::Date, text) => Cell::Day(text.as_str().unwrap().parse().unwrap()),
        (Kind::Timestamp, text) => Cell::Moment(moment(text.as_str().unwrap())),
        (Kind::Bool, truth) => Cell::Truth(truth.as_bool().unwrap_or(truth == 1)),
        (Kind::Double, number) => Cell::Real(number.as_str().unwrap().parse().unwrap()),
        (Kind::Integer | Kind::BigInt, number) => Cell::Whole(number.as_i64().unwrap()),
    }
}

#[test]
fn an_archive_of_an_older_version_is_restored_by_this_one() {
    let baseline = Baseline::read();
    let (_folder, then) = left(Backend::Sqlite, &baseline).unwrap();
    let refused = take_or_say_why(then.url()).unwrap_err();
    assert!(refused.contains("older Stoa and has not had 00000000000003"), "{refused}");
    let archive = archive_of_then(&baseline);
    assert_eq!(archive::check(&mut Reader::open(archive.clone()).unwrap(), &[], &mut ()), Vec::<String>::new());
    for backend in BACKENDS {
        let Some((folder, empty)) = empty_beside_what_was(backend, &baseline) else { continue };
        assert!(take_or_say_why(empty.url()).unwrap_err().contains("holds nothing of Stoa"));
        restore(empty.url(), archive.clone()).unwrap();
        let mut db = baseline::connect(empty.url());
        comparison::beside(&mut db, folder.path());
        assert_eq!(comparison::lost(&mut db, &baseline), Vec::<String>::new(), "{backend:?}");
        assert_eq!(answers(&mut db), baseline.answers(), "{backend:?}: an answer is not what it was");
        assert_eq!(audit::verify(&mut db).unwrap(), Ok(baseline.rows("audit_entry")));
        drop(db);
        let had = take(empty.url()).1.head.migrations.len();
        assert_eq!(had, migrate::names().len(), "{backend:?}: this version's tables");
        assert_same_references(backend, empty.url());
    }
}

/// A restored database refuses what any other refuses.
fn assert_same_references(backend: Backend, url: &str) {
    let mut db = baseline::connect(url);
    if backend == Backend::Sqlite {
        db.batch_execute("PRAGMA foreign_keys = ON").unwrap();
    }
    let orphan = "INSERT INTO report_return (submission_id, note, returned_at, returned_by) VALUES ('sub_none', '', '2026-03-02 09:00:00', '')";
    assert!(db.batch_execute(orphan).is_err(), "{backend:?}: references are not kept any more");
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        references: i64,
    }
    if let stoa::store::Db::Postgres(c) = &mut db {
        let count = |c: &mut PgConnection| {
            let sql =
                "SELECT count(*) AS references FROM pg_constraint WHERE contype = 'f' AND convalidated AND connamespace = 'public'::regnamespace";
            diesel::sql_query(sql).get_result::<Count>(c).unwrap().references
        };
        let folder = tempfile::tempdir().unwrap();
        let fresh = support::fresh(Backend::Postgres, folder.path()).unwrap();
        assert_eq!(count(c), count(&mut PgConnection::establish(fresh.url()).unwrap()));
    }
}
