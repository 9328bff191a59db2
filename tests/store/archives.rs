//! Archives, held to their promises on both databases: all tables and every bit, one moment while others write,
//! and nothing believed that is not whole.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use serde_json::json;
use stoa::ground::UtcTime;
use stoa::people::identity::Role;
use stoa::people::policy::UseCase;
use stoa::server::rules;
use stoa::store::archive::{self, Manifest, Reader, Rows};
use stoa::store::schema::{audit_entry, audit_head, estimate, idempotency, job};
use stoa::store::{Db, audit};
use stoa::surveys::actions::ensure_default_instrument;
use stoa::surveys::store::responses::{ResponseRow, add};
use stoa::surveys::views::SurveyView;

use crate::support::{self, Backend, Grants, TestApp};

type Archive = Cursor<Vec<u8>>;

fn moment(text: &str) -> UtcTime {
    text.parse().unwrap()
}

fn take(url: &str) -> Result<(Archive, Manifest), String> {
    let mut db = archive::open(url)?;
    archive::take(&mut db, Archive::default(), moment("2026-03-02T09:00:00Z"), |_| Ok(None), &mut ())
}

fn restore(url: &str, from: &Archive) -> Result<(), String> {
    let mut db = archive::open_or_make(url)?.0;
    archive::restore(&mut db, &mut Reader::open(from.clone())?, &[], Rows::Whole, &mut (), |_| Ok(())).map(drop)
}

pub fn survey(app: &TestApp) -> SurveyView {
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let issued = app.act(&coordinator, |call| support::issue_in_amman(call, ensure_default_instrument(call)?));
    issued.unwrap()
}

/// Values that are easily rounded, cut, or taken for something else.
const DOUBLES: [f64; 6] = [1.0 / 3.0, 5e-324, f64::MAX, -1e-7, 0.1 + 0.2, 1e22];
const TEXTS: [&str; 5] = ["", "null", "NULL", "\\N\t\"'\r\n\\", "قلعة 🏛\u{feff}\u{2028}"];

fn fill_with_what_is_easily_lost(app: &TestApp) {
    let (survey, now) = (survey(app), moment("2026-03-02T09:00:00.000001Z"));
    app.service
        .store
        .write(|db| {
            for (n, value) in DOUBLES.into_iter().enumerate() {
                let row = (
                    (
                        estimate::survey_id.eq(&survey.id),
                        estimate::measure.eq("1.2.b"),
                        estimate::domain.eq(n.to_string()),
                        estimate::place.eq(i32::MIN),
                    ),
                    (estimate::kind.eq("mean"), estimate::value.eq(Some(value)), estimate::low.eq(None::<f64>), estimate::n.eq(i64::MAX)),
                    (estimate::suppressed.eq(n % 2 == 0), estimate::undefined.eq((n % 2 == 0).then_some(""))),
                );
                diesel::insert_into(estimate::table).values(row).execute(db)?;
            }
            for (n, text) in TEXTS.into_iter().enumerate() {
                diesel::insert_into(job::table)
                    .values((
                        (job::kind.eq("odd"), job::key.eq(n.to_string()), job::state.eq("done"), job::due_at.eq(now), job::attempts.eq(0)),
                        (job::done.eq(i64::MIN), job::todo.eq(0), job::outcome.eq(text), job::last_error.eq(""), job::created_at.eq(now)),
                        job::finished_at.eq((n == 0).then(|| moment("1969-12-31T23:59:59.999999Z"))),
                    ))
                    .execute(db)?;
            }
            let bytes: Vec<u8> = (0..=255).collect();
            let row = (
                (idempotency::caller.eq("c"), idempotency::key.eq("k"), idempotency::request_hash.eq(""), idempotency::status.eq(201)),
                (
                    idempotency::content_type.eq(""),
                    idempotency::location.eq(""),
                    idempotency::etag.eq(""),
                    idempotency::body.eq(bytes),
                    idempotency::created_at.eq(now),
                ),
            );
            diesel::insert_into(idempotency::table).values(row).execute(db)?;
            audit::append(db, now, "stoa", UseCase::message_test, "thing", &json!({"odd": TEXTS}))
        })
        .unwrap();
}

/// Numbers with their text, texts with their moment, bytes.
type EasilyLost = (Vec<(u64, i32, i64, Option<String>)>, Vec<(String, Option<UtcTime>)>, Vec<u8>);

/// Those values, by the types of the tables.
fn easily_lost(db: &mut Db) -> EasilyLost {
    let rows: Vec<(f64, i32, i64, Option<String>)> = estimate::table
        .order(estimate::domain)
        .select((estimate::value.assume_not_null(), estimate::place, estimate::n, estimate::undefined))
        .load(db)
        .unwrap();
    let jobs = job::table.filter(job::kind.eq("odd")).order(job::key).select((job::outcome, job::finished_at)).load(db).unwrap();
    let estimates = rows.into_iter().map(|(value, place, n, why)| (value.to_bits(), place, n, why)).collect();
    (estimates, jobs, idempotency::table.select(idempotency::body).first(db).unwrap())
}

both! {
    async fn an_archive_has_every_table_and_gives_back_every_bit_on_either_database(app) {
        fill_with_what_is_easily_lost(app);
        let (archive, manifest) = take(app.database_url()).unwrap();
        let described: BTreeSet<String> = crate::described().into_keys().collect();
        assert_eq!(manifest.tables.iter().map(|part| part.name.clone()).collect::<BTreeSet<_>>(), described, "a table is in schema.rs, but not in its list");
        assert_eq!(archive::check(&mut Reader::open(archive.clone()).unwrap(), &[], &mut ()), Vec::<String>::new());
        let before = easily_lost(&mut archive::open(app.database_url()).unwrap());
        assert_eq!(before.0.iter().map(|row| row.0).collect::<Vec<_>>(), DOUBLES.map(f64::to_bits));
        for to in [Backend::Sqlite, Backend::Postgres] {
            let folder = tempfile::tempdir().unwrap();
            let Some(empty) = support::bare(to, folder.path()) else { continue };
            restore(empty.url(), &archive).unwrap();
            let mut db = archive::open(empty.url()).unwrap();
            assert_eq!(easily_lost(&mut db), before, "{to:?}");
            assert!(matches!(audit::verify(&mut db).unwrap(), Ok(entries) if entries > 0));
            assert_eq!(take(empty.url()).unwrap().1.tables, manifest.tables, "{to:?}");
        }
    }

    /// Answers come and use cases are audited all the while: the archive is of one moment, and is ready soon.
    async fn an_archive_is_of_one_moment_while_others_write_and_does_not_hold_them_up(app) {
        let (survey, now, day) = (survey(app).id, app.service.now(), app.service.now().date());
        let (stop, written) = (AtomicBool::new(false), AtomicI64::new(0));
        let write = || {
            let (survey_id, language) = (survey.clone(), stoa::ground::Language::ENGLISH);
            let row = ResponseRow { survey_id, day, language, answers: "{}".repeat(100), mark: None, edition: 1, stratum: None, invitation_id: None };
            while !stop.load(Ordering::SeqCst) {
                // In one transaction each: an entry, and as many answers as entries.
                let wrote = app.service.store.write(|db| {
                    audit::append(db, now, "stoa", UseCase::message_test, "thing", &json!({}))?;
                    let seq: i64 = audit_head::table.find(1).select(audit_head::seq).first(db)?;
                    add(db, &[(&row, seq)])
                });
                wrote.unwrap();
                written.fetch_add(1, Ordering::SeqCst);
            }
        };
        let before = app.service.store.read(|db| Ok(audit_entry::table.count().get_result::<i64>(db)?)).unwrap();
        std::thread::scope(|threads| {
            threads.spawn(write);
            for _ in 0..5 {
                while written.load(Ordering::SeqCst) == 0 {
                    std::thread::yield_now();
                }
                let (began, wrote) = (Instant::now(), written.load(Ordering::SeqCst));
                let (archive, manifest) = take(app.database_url()).unwrap();
                assert!(began.elapsed() < Duration::from_secs(60), "it does not end while somebody writes");
                assert_eq!(archive::check(&mut Reader::open(archive).unwrap(), &[], &mut ()), Vec::<String>::new());
                let rows = |table: &str| i64::try_from(manifest.tables.iter().find(|part| part.name == table).unwrap().rows).unwrap();
                assert!(rows("audit_entry") >= before + wrote, "what was confirmed before is in it");
                assert_eq!(rows("response"), rows("audit_entry") - before, "half a transaction is in it");
                while written.load(Ordering::SeqCst) == wrote {
                    std::thread::yield_now();
                }
            }
            stop.store(true, Ordering::SeqCst);
        });
    }

    async fn an_archive_goes_into_an_empty_database_only(app) {
        let (archive, _) = take(app.database_url()).unwrap();
        let people = app.people_count();
        app.person(Role::Coordinator, Grants::Instance);
        let refused = restore(app.database_url(), &archive).unwrap_err();
        assert!(refused.contains("is not empty, and nothing was touched"), "{refused}");
        assert_eq!(app.people_count(), people + 1);
    }

    async fn an_archive_that_is_not_whole_is_refused_and_leaves_nothing(app) {
        fill_with_what_is_easily_lost(app);
        let (archive, manifest) = take(app.database_url()).unwrap();
        let bytes = archive.into_inner();
        let folder = tempfile::tempdir().unwrap();
        let Some(empty) = support::bare(app.backend, folder.path()) else { return };
        for cut in [0, 10, bytes.len() / 2, bytes.len() - 1] {
            let why = restore(empty.url(), &Cursor::new(bytes[..cut].to_vec())).unwrap_err();
            assert!(why.contains("it is not whole"), "{why}");
        }
        let why = restore(empty.url(), &Cursor::new([&bytes[..], b"and more"].concat())).unwrap_err();
        assert!(why.contains("something follows it"), "{why}");
        // Whichever bit is another one: it is noticed, or it is none of the contents.
        let (mut noticed, mut named) = (0, 0);
        for at in (0..bytes.len()).step_by(bytes.len() / 150) {
            let mut other = bytes.clone();
            other[at] ^= 1 << (at % 8);
            let wrong = match Reader::open(Cursor::new(other)) {
                Err(why) => vec![why],
                Ok(mut reader) if *reader.manifest() == manifest => archive::check(&mut reader, &[], &mut ()),
                Ok(_) => panic!("bit {} of byte {at} makes another manifest", at % 8),
            };
            noticed += usize::from(!wrong.is_empty());
            named += usize::from(wrong.iter().any(|why| why.contains("damaged in ")));
        }
        assert!(noticed > 90 && named > 90, "{noticed} of 150 noticed, {named} with their part");
        // In the middle of a table: refused by name, and nothing stays.
        let mut other = bytes.clone();
        other[bytes.len() / 3] ^= 1;
        let why = restore(empty.url(), &Cursor::new(other)).unwrap_err();
        assert!(why.contains("damaged in tables/"), "{why}");
        restore(empty.url(), &Cursor::new(bytes)).expect("the database is as empty as before");
    }

    async fn an_archive_that_is_not_restored_is_not_called_whole(app) {
        survey(app);
        let (archive, manifest) = take(app.database_url()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let Some(empty) = support::bare(app.backend, folder.path()) else { return };
        let both = |archive: &Archive, said: &str| {
            let (verified, restored) = judged(empty.url(), archive);
            assert!(verified.iter().any(|why| why.contains(said)), "verify, {said}: {verified:?}");
            assert!(restored.as_ref().is_err_and(|why| why.contains(said)), "restore, {said}: {restored:?}");
        };
        let city = serde_json::to_string_pretty(manifest.tables.iter().find(|part| part.name == "city").unwrap()).unwrap();
        let unknown = city.replace("\"city\"", "\"sqlite_master\"");
        for (more, name) in [(&city, "city"), (&unknown, "sqlite_master")] {
            let twice = with_manifest(&archive, "\"tables\": [", &format!("\"tables\": [{more},"));
            let twice = if name == "city" { twice } else { with_part(&twice, "tables/sqlite_master.jsonl", &part(&archive, "tables/city.jsonl")) };
            both(&twice, &format!("its version has no table {name}"));
        }
        let versions = serde_json::to_string_pretty(&manifest.head.migrations).unwrap().replace("\n", "\n  ");
        both(&with_manifest(&archive, &versions, "[]"), "damaged in manifest.json");
        // Two parts of one name, of which one reader takes the first and another the last, and one that nobody named.
        both(&with_part(&archive, "manifest.jsom", &part(&archive, "manifest.json")), "does not name the part manifest.jsom");
        let two = renamed(with_part(&archive, "manifest.jsom", &part(&archive, "manifest.json")), "manifest.jsom", "manifest.json");
        both(&two, "two parts have one name");
        both(&with_part(&archive, "../../evil", b"x"), "does not name the part ../../evil");
        both(&with_part(&archive, "secret.key", &[1; 32]), "does not name the part secret.key");
        // A key that is not that of the database, and a manifest that names neither.
        let mut db = archive::open(app.database_url()).unwrap();
        let (other, _) = archive::take(&mut db, Archive::default(), moment("2026-03-02T09:00:00Z"), |_| Ok(Some([1; 32])), &mut ()).unwrap();
        let mut other = Reader::open(other).unwrap();
        let (why, verified) = (other.key().unwrap_err(), archive::check(&mut other, &rules(), &mut ()));
        assert!(why.contains("damaged in secret.key") && verified == [why], "{verified:?}");
        both(&with_manifest(&archive, &app.service.secrets.fingerprint(), "000000000000"), "the fingerprint of the key is not that of its database");
        let (verified, restored) = judged(empty.url(), &archive);
        assert!(verified.is_empty() && restored.is_ok(), "{verified:?}, {restored:?}");
    }

    async fn words_that_no_room_knows_are_found_in_an_archive_and_in_a_database_and_never_restored(app) {
        survey(app);
        let mut db = archive::open(app.database_url()).unwrap();
        assert_eq!(archive::check_database(&mut db, &rules(), &mut ()).unwrap(), Vec::<String>::new());
        let folder = tempfile::tempdir().unwrap();
        for (table, column, word) in [("person", "state", "'godmode'"), ("role_grant", "role", "'emperor'"), ("survey", "state", "'ajar'"), ("round", "state", "''")] {
            let change = |db: &mut Db, to: &str| {
                diesel::connection::SimpleConnection::batch_execute(db, &format!("UPDATE {table} SET {column} = {to}")).unwrap();
            };
            let kept = format!("(SELECT {column} FROM {table} LIMIT 1)");
            let was: String = text_of(&mut db, &kept);
            change(&mut db, word);
            let wrong = archive::check_database(&mut db, &rules(), &mut ()).unwrap();
            assert!(wrong.len() == 1 && wrong[0].starts_with(&format!("{table}: ")), "{wrong:?}");
            let (archive, _) = take(app.database_url()).unwrap();
            let Some(empty) = support::bare(app.backend, folder.path()) else { return };
            let (verified, restored) = judged(empty.url(), &archive);
            assert!(verified.len() == 1 && verified[0].starts_with(&format!("{table}: ")), "{verified:?}");
            assert!(restored.as_ref().is_err_and(|why| why.starts_with(&format!("{table}: "))), "{restored:?}");
            change(&mut db, &format!("'{was}'"));
        }
    }

    async fn an_archive_of_a_newer_stoa_is_refused_untouched(app) {
        let (archive, _) = take(app.database_url()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let Some(empty) = support::bare(app.backend, folder.path()) else { return };
        for (from, to, said) in [
            ("\"00000000000012\"", "\"00000000000012\", \"99991231235959\"", "newer Stoa (0.1.0, migration 99991231235959)"),
            ("\"version\": 1", "\"version\": 2", "newer Stoa (archive version 2"),
            ("\"stoa archive\"", "\"other archive\"", "another program's"),
            ("\"name\": \"city\"", "\"name\": \"town\"", "damaged in manifest.json: it does not name the part tables/city.jsonl"),
            ("\"name\": \"slug\"", "\"name\": \"slug\\\" --\"", "damaged in manifest.json: its version has no table city"),
            ("\"kind\": \"timestamp\"", "\"kind\": \"text\"", "damaged in manifest.json: the columns of"),
        ] {
            let why = restore(empty.url(), &with_manifest(&archive, from, to)).unwrap_err();
            assert!(why.contains(said), "{why}");
        }
        restore(empty.url(), &archive).expect("the database is as empty as before");
        // Nor does this version take one of what it does not know.
        let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231235959')";
        diesel::connection::SimpleConnection::batch_execute(&mut archive::open(app.database_url()).unwrap(), newer).unwrap();
        assert!(take(app.database_url()).unwrap_err().contains("newer Stoa"));
    }
}

/// What `stoa verify` says of it, and what `stoa restore`.
fn judged(empty: &str, archive: &Archive) -> (Vec<String>, Result<(), String>) {
    let verified = match Reader::open(archive.clone()) {
        Ok(mut reader) => archive::check(&mut reader, &rules(), &mut ()),
        Err(why) => vec![why],
    };
    let restored = Reader::open(archive.clone()).and_then(|mut from| {
        let mut db = archive::open_or_make(empty)?.0;
        archive::restore(&mut db, &mut from, &rules(), Rows::Whole, &mut (), |_| Ok(())).map(drop)
    });
    (verified, restored)
}

fn text_of(db: &mut Db, sql: &str) -> String {
    #[derive(diesel::QueryableByName)]
    struct One {
        #[diesel(sql_type = diesel::sql_types::Text)]
        one: String,
    }
    let one: One = diesel::sql_query(format!("SELECT {sql} AS one")).get_result(db).unwrap();
    one.one
}

fn part(archive: &Archive, name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut zip::ZipArchive::new(archive.clone()).unwrap().by_name(name).unwrap(), &mut bytes).unwrap();
    bytes
}

/// The same archive with one more part.
fn with_part(archive: &Archive, name: &str, bytes: &[u8]) -> Archive {
    let mut new = zip::ZipWriter::new_append(archive.clone()).unwrap();
    new.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    new.write_all(bytes).unwrap();
    new.finish().unwrap()
}

/// The same bytes with another name of the same length.
fn renamed(archive: Archive, from: &str, to: &str) -> Archive {
    let mut bytes = archive.into_inner();
    for at in 0..bytes.len() - from.len() {
        if &bytes[at..at + from.len()] == from.as_bytes() {
            bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
        }
    }
    Archive::new(bytes)
}

/// The same archive with something else in its manifest.
fn with_manifest(archive: &Archive, from: &str, to: &str) -> Archive {
    let mut old = zip::ZipArchive::new(archive.clone()).unwrap();
    let mut new = zip::ZipWriter::new(Archive::default());
    for at in 0..old.len() {
        let mut part = old.by_index(at).unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut part, &mut bytes).unwrap();
        if part.name() == "manifest.json" {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(from), "{from} is not in the manifest");
            bytes = text.replacen(from, to, 1).into_bytes();
        }
        new.start_file(part.name(), zip::write::SimpleFileOptions::default()).unwrap();
        new.write_all(&bytes).unwrap();
    }
    new.finish().unwrap()
}

// --- the commands ----------------------------------------------------------------------------

/// The real binary, with no setting of this shell.
pub fn stoa(arguments: &[&str], database: &str) -> Output {
    let ours = std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("STOA_"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_stoa"));
    let command = ours.fold(&mut command, |command, name| command.env_remove(name));
    command.env("STOA_STORAGE__DATABASE_URL", database).args(arguments).output().unwrap()
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The text of a path.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

both! {
    async fn the_commands_carry_an_instance_with_its_key_or_say_which_it_needs(app) {
        fill_with_what_is_easily_lost(app);
        // Beside the limits of numbers and texts, words that the rooms know.
        let known = "UPDATE estimate SET undefined = NULL";
        diesel::connection::SimpleConnection::batch_execute(&mut archive::open(app.database_url()).unwrap(), known).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let (plain, with_key) = (at("plain.stoa"), at("with-key.stoa"));
        let here = text(app.data());
        let backup = |arguments: &[&str]| stoa(&[&["backup", "--data", here], arguments].concat(), app.database_url());
        let made = backup(&[text(&plain)]);
        assert!(made.status.success() && made.stderr.is_empty(), "{}", said(&made));
        let print = app.service.secrets.fingerprint();
        assert!(said(&made).contains(&format!("the secret.key with the fingerprint {print}, which is not in it")), "{}", said(&made));
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&plain).unwrap().permissions()) & 0o777, 0o600);
        assert!(backup(&["--with-key", text(&with_key)]).status.success());
        // What is there is not replaced by mistake.
        let refused = backup(&[text(&plain)]);
        assert!(!refused.status.success() && said(&refused).contains("is there already"), "{}", said(&refused));
        assert!(backup(&["--force", text(&plain)]).status.success());
        let other = at("other");
        std::fs::create_dir(&other).unwrap();
        std::fs::write(other.join("secret.key"), [9; 32]).unwrap();
        for (arguments, why) in [
            (["--force", "/dev/full"], "is no ordinary file"),
            (["--force", text(folder.path())], "is a folder"),
            (["--force", text(&at("none/x"))], "does not exist"),
        ] {
            let refused = backup(&arguments);
            assert!(!refused.status.success() && said(&refused).contains(why), "{}", said(&refused));
        }
        let refused = stoa(&["backup", "--with-key", "--data", text(&other), text(&at("x.stoa"))], app.database_url());
        assert!(said(&refused).contains("is another one"), "{}", said(&refused));

        for (n, to) in [Backend::Sqlite, Backend::Postgres].into_iter().enumerate() {
            let target = at(&format!("target-{n}"));
            std::fs::create_dir(&target).unwrap();
            let Some(empty) = support::bare(to, &target) else { continue };
            let restore = |file: &Path, data: &Path| stoa(&["restore", "--data", text(data), text(file)], empty.url());
            let refused = restore(&with_key, &other);
            assert!(!refused.status.success() && said(&refused).contains("secret.key"), "{}", said(&refused));
            let refused = restore(&at("none.stoa"), &target);
            assert!(said(&refused).contains("cannot be read"), "{}", said(&refused));
            let refused = restore(&other.join("secret.key"), &target);
            assert!(said(&refused).contains("no archive of Stoa"), "{}", said(&refused));
            let restored = restore(&with_key, &target);
            assert!(restored.status.success(), "{}", said(&restored));
            assert_eq!(std::fs::read(target.join("secret.key")).unwrap(), std::fs::read(app.data().join("secret.key")).unwrap());
            // Whoever held an account holds it there.
            let people = |data: &Path, url: &str| said(&stoa(&["person", "list", "--data", text(data)], url));
            assert_eq!(people(&target, empty.url()), people(app.data(), app.database_url()));
            let refused = restore(&plain, &target);
            assert!(said(&refused).contains("is not empty"), "{}", said(&refused));
        }
        let bare = at("bare");
        std::fs::create_dir(&bare).unwrap();
        let empty = support::bare(Backend::Sqlite, &bare).unwrap();
        let restored = said(&stoa(&["restore", "--data", text(&bare), text(&plain)], empty.url()));
        assert!(restored.contains(&format!("put the secret.key with the fingerprint {print} into")), "{restored}");
    }

    /// The shell lets no file grow beyond some blocks, as a full disk would.
    async fn a_full_disk_leaves_no_half_backup_and_no_half_database(app) {
        survey(app);
        app.service.store.write(|db| {
            // Nothing that a compression makes small.
            let chance = (0..300_000_u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17).wrapping_mul(n | 1)).fold(String::new(), |text, n| text + &format!("{n:x}"));
            audit::append(db, app.service.now(), "stoa", UseCase::message_test, "large", &json!(chance))
        }).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("b.stoa");
        let full = |arguments: &[&str], database: &str| {
            let limited = "ulimit -f 2000; trap '' XFSZ; exec \"$0\" \"$@\"";
            Command::new("bash").args(["-c", limited, env!("CARGO_BIN_EXE_stoa")]).args(arguments).env("STOA_STORAGE__DATABASE_URL", database).output().unwrap()
        };
        let refused = full(&["backup", "--data", text(app.data()), text(&file)], app.database_url());
        assert!(!refused.status.success() && said(&refused).contains("cannot be written"), "{}", said(&refused));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "something of it stays");
        let made = stoa(&["backup", "--data", text(app.data()), text(&file)], app.database_url());
        assert!(made.status.success() && std::fs::metadata(&file).unwrap().len() > 2_000_000, "{}", said(&made));
        // PostgreSQL is another process, with a disk of its own.
        let target = folder.path().join("target");
        let database = format!("sqlite://{}", target.join("stoa.db").display());
        let refused = full(&["restore", "--data", text(&target), text(&file)], &database);
        assert!(!refused.status.success() && said(&refused).contains("the database says: "), "{}", said(&refused));
        assert_eq!(std::fs::read_dir(&target).unwrap().count(), 0, "something of it stays");
    }
}
