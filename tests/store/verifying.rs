//! `stoa verify` says of a whole instance that it is whole, and of everything that is not what it was, what.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use stoa::ground::receipt::sha256_hex;
use stoa::store::schema::{evidence, evidence_content, report, submission};
use stoa::store::{Db, archive};

use crate::archives::{said, stoa, survey, text};
use crate::support::{self, Backend, TestApp};

/// A report with a file, submitted, and one that was removed and erased.
fn submit(app: &TestApp) {
    let (place, now) = (survey(app).participation_id, app.service.now());
    app.service
        .store
        .write(|db| {
            diesel::insert_into(report::table)
                .values((
                    report::id.eq("rpt_1"),
                    report::participation_id.eq(place),
                    report::state.eq("submitted"),
                    report::version.eq(1),
                    report::created_at.eq(now),
                ))
                .execute(db)?;
            for (id, bytes) in [("evd_1", Some("first")), ("evd_2", None)] {
                diesel::insert_into(evidence::table)
                    .values((
                        (
                            evidence::id.eq(id),
                            evidence::report_id.eq("rpt_1"),
                            evidence::measure.eq(""),
                            evidence::file_name.eq("a.txt"),
                            evidence::size.eq(5),
                        ),
                        (evidence::media_type.eq("text/plain"), evidence::sha256.eq(sha256_hex(b"first")), evidence::created_at.eq(now)),
                        (evidence::created_by.eq("per_1"), evidence::removed_at.eq(bytes.is_none().then_some(now))),
                    ))
                    .execute(db)?;
                if let Some(bytes) = bytes {
                    diesel::insert_into(evidence_content::table)
                        .values((evidence_content::evidence_id.eq(id), evidence_content::bytes.eq(bytes.as_bytes())))
                        .execute(db)?;
                }
            }
            diesel::insert_into(submission::table)
                .values((
                    (submission::id.eq("sub_1"), submission::report_id.eq("rpt_1"), submission::number.eq(1), submission::content.eq("{}")),
                    (
                        submission::content_hash.eq(sha256_hex(b"{}")),
                        submission::receipt.eq("R"),
                        submission::submitted_at.eq(now),
                        submission::submitted_by.eq("per_1"),
                    ),
                ))
                .execute(db)?;
            Ok(())
        })
        .unwrap();
}

/// Whoever has all rights on the database does this.
fn harm(db: &mut Db, sql: &str) {
    let unchecked = if matches!(db, Db::Sqlite(_)) { "PRAGMA foreign_keys = OFF" } else { "SET session_replication_role = replica" };
    db.batch_execute(unchecked).unwrap();
    db.batch_execute(sql).unwrap();
}

const RESPONSE: &str = "INSERT INTO response (survey_id, day, key, language, answers) VALUES ";

both! {
    async fn verify_names_everything_that_is_not_what_it_was(app) {
        submit(app);
        let folder = tempfile::tempdir().unwrap();
        let verify = |arguments: &[&str]| stoa(&[&["verify", "--data", text(app.data())], arguments].concat(), app.database_url());
        let whole = verify(&[]);
        assert!(whole.status.success() && whole.stderr.is_empty() && said(&whole).contains("the database is whole"), "{}", said(&whole));
        let mut db = archive::open(app.database_url()).unwrap();
        let other = if app.backend == Backend::Sqlite { "X'6669727375'" } else { r"'\x6669727375'" };
        let mut lines = 0;
        for (n, (sql, line)) in [
            ("UPDATE submission SET content = '[]'".to_owned(), "submission sub_1: not what content_hash says"),
            (format!("UPDATE evidence_content SET bytes = {other}"), "evidence_content evd_1: not what sha256 says"),
            ("UPDATE framework SET catalogue = catalogue || ' '".to_owned(), "not what content_hash says"),
            ("UPDATE instrument SET measures = '[]'".to_owned(), "not what content_hash says"),
            (format!("{RESPONSE} ('srv_none', '2026-03-02', 1, 'en', '{{}}'), ('srv_none', '2026-03-02', 2, 'en', '{{}}')"), "response: refers to survey srv_none and 1 more, which is not there"),
            ("UPDATE audit_entry SET actor = 'per_nobody' WHERE seq = 2".to_owned(), "the audit chain is broken: entry 2 is missing or was changed"),
            ("DELETE FROM role_grant; DELETE FROM city".to_owned(), "participation: 1 rows refer to a city that is not there"),
        ].into_iter().enumerate() {
            harm(&mut db, &sql);
            lines += 1;
            let found = verify(&[]);
            assert!(!found.status.success() && said(&found).contains(line), "{sql}: {}", said(&found));
            assert_eq!(String::from_utf8_lossy(&found.stdout).lines().count(), lines, "{sql}: {}", said(&found));
            assert_eq!(said(&found).contains("one thing is wrong"), lines == 1);
            // An archive of it is no better, and says the same of what is in it.
            let file = folder.path().join(format!("{n}.stoa"));
            let backup = stoa(&["backup", "--data", text(app.data()), text(&file)], app.database_url());
            assert!(backup.status.success(), "{}", said(&backup));
            let of_file = verify(&[text(&file)]);
            let in_rows = !line.contains("refer to");
            assert!(!of_file.status.success() && said(&of_file).contains(line) == in_rows, "{sql}: {}", said(&of_file));
        }
        let key = app.data().join("secret.key");
        std::fs::write(&key, [1; 32]).unwrap();
        assert!(said(&verify(&[])).contains("is another one"), "{}", said(&verify(&[])));
        std::fs::remove_file(key).unwrap();
        assert!(said(&verify(&[])).contains("secret.key is missing"), "{}", said(&verify(&[])));
    }

    async fn verify_finds_a_file_whose_bytes_are_gone_and_a_chain_that_was_cut(app) {
        submit(app);
        let mut db = archive::open(app.database_url()).unwrap();
        harm(&mut db, "DELETE FROM evidence_content");
        harm(&mut db, "DELETE FROM audit_entry WHERE seq = (SELECT max(seq) FROM audit_entry)");
        let found = said(&stoa(&["verify", "--data", text(app.data())], app.database_url()));
        assert!(found.contains("evidence evd_1: its bytes are not in evidence_content") && found.contains("the audit chain is broken"), "{found}");
        assert!(found.contains("2 things are wrong"), "what was removed may be gone: {found}");
        // No archive of it is put in the place of a whole one unseen; what there is can be had all the same.
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cut.stoa");
        assert!(stoa(&["backup", "--with-key", "--data", text(app.data()), text(&file)], app.database_url()).status.success());
        let Some(empty) = support::bare(app.backend, folder.path()) else { return };
        let restore = |more: &[&str]| stoa(&[&["restore", "--data", text(folder.path()), text(&file)], more].concat(), empty.url());
        let refused = restore(&[]);
        assert!(!refused.status.success() && said(&refused).contains("and 1 more; `--as-it-is` restores"), "{}", said(&refused));
        assert!(!folder.path().join("secret.key").exists(), "nothing is left of it");
        let restored = restore(&["--as-it-is"]);
        assert!(restored.status.success() && said(&restored).contains("the audit chain is broken"), "{}", said(&restored));
    }
}

#[actix_web::test]
async fn verify_asks_sqlite_itself_and_says_where_there_is_nothing_to_verify() {
    let app = TestApp::sqlite().await;
    submit(&app);
    let mut db = archive::open(app.database_url()).unwrap();
    // One index gets the tree of another.
    db.batch_execute(
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'session_by_person_id') \
         WHERE name = 'role_grant_by_scope_kind_scope_id'",
    )
    .unwrap();
    drop(db);
    let found = stoa(&["verify", "--data", text(app.data())], app.database_url());
    assert!(!found.status.success() && said(&found).contains("SQLite: "), "{}", said(&found));
    let folder = tempfile::tempdir().unwrap();
    let none = stoa(&["verify", "--data", text(folder.path())], "");
    assert!(!none.status.success() && said(&none).contains("there is no database"), "{}", said(&none));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "it only reads");
}
