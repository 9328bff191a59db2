//! Accounts that are erased: every way in at once, name and address after the last mail, and nothing of them left
//! in the database but a number.

use chrono::Duration;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use reqwest::Method;
use serde_json::{Value, json};
use stoa::jobs::worker::run_due;
use stoa::people::identity::Role;
use stoa::people::program::Access;
use stoa::store::archive::tables::Kind;
use stoa::store::audit;
use stoa::store::schema::tables;

use crate::expert::scene::{MEASURES, Scene};
use crate::support::{Answer, Grants, Person, TestApp};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Where in the whole database a text stands, by table and column; on SQLite also in the bytes of its files.
fn places(app: &TestApp, text: &str) -> Vec<String> {
    let sqlite = app.service.store.is_sqlite();
    let mut found = Vec::new();
    for table in tables() {
        for column in table.columns.iter().filter(|column| matches!(column.kind, Kind::Text | Kind::Binary)) {
            let (table, column, kind) = (&table.name, &column.name, column.kind);
            let value = match (kind, sqlite) {
                (Kind::Binary, false) => format!("encode(\"{column}\", 'escape')"),
                _ => format!("CAST(\"{column}\" AS TEXT)"),
            };
            let sql = format!("SELECT count(*) AS n FROM \"{table}\" WHERE lower({value}) LIKE '%{}%'", text.to_lowercase());
            let read = app.service.store.read(|db| Ok(stoa::on_each!(db, c => diesel::sql_query(&sql).get_result::<Count>(c))?));
            if read.unwrap().n > 0 {
                found.push(format!("{table}.{column}"));
            }
        }
    }
    for file in ["stoa.db", "stoa.db-wal"] {
        let bytes = std::fs::read(app.data().join(file)).unwrap_or_default();
        if bytes.windows(text.len()).any(|part| part.eq_ignore_ascii_case(text.as_bytes())) {
            found.push(file.to_owned());
        }
    }
    found
}

async fn erase(app: &TestApp, operator: &Person, id: &str, etag: &str) -> Answer {
    let request = app.as_person(operator).request(Method::DELETE, &format!("/api/v1/people/{id}"));
    Answer::of(if etag.is_empty() { request } else { request.header("If-Match", etag) }).await
}

both! {
    async fn an_expert_who_is_erased_leaves_ratings_and_no_name_anywhere(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let operator = app.person(Role::Operator, Grants::Instance);
        let body = json!({
            "email": "zuleikha.qadir@example.org", "name": "Zuleikha Qadir", "languages": ["en"], "countries": ["DE"], "load_max": 5,
            "affiliation": "Qadir Institute",
        });
        app.as_person(&scene.coordinator).post_once("/api/v1/experts", "a-key-of-the-coordinator", &body).await.expect(201);
        let people = app.as_person(&operator).get("/api/v1/people").await.expect(200).json();
        let view = people["items"].as_array().unwrap().iter().find(|p| p["name"] == "Zuleikha Qadir").unwrap().clone();
        let expert = crate::expert::scene::Expert { id: view["id"].as_str().unwrap().to_owned(), email: "zuleikha.qadir@example.org".to_owned() };
        let (done, open) = (scene.seat(0, &expert).await, scene.seat(1, &expert).await);
        let link = app.with_token(&done.token);
        link.post(&format!("/api/v1/reviews/{}/accept", done.id), &json!({})).await.expect(200);
        for measure in MEASURES {
            scene.rates(&done, measure, json!({"level": 3, "comment": "Events in every district."})).await.expect(200);
        }
        link.post(&format!("/api/v1/reviews/{}/submit", done.id), &json!({})).await.expect(200);
        let me = Person { id: expert.id.parse().unwrap(), name: "Zuleikha Qadir".to_owned(), email: expert.email.clone() };
        app.password(&me, "a sentence only she knows");
        app.service.store.write(|db| Ok(diesel::sql_query("UPDATE person SET state = 'active' WHERE name = 'Zuleikha Qadir'").execute(db)?)).unwrap();
        let (theirs, (_, program)) = (app.browser(&me), app.program(&me.id, Access::ReadOnly, &[], Grants::Instance));
        theirs.get("/account").await.expect(200).shows("Leaving Stoa?");
        app.with_token(&program).get("/api/v1/me").await.expect(200);
        app.deliver_mail();

        // Two steps, and the address typed: nobody goes by accident.
        let page = format!("/people/{}", expert.id);
        let desk = app.browser(&operator);
        desk.get(&page).await.expect(200).shows("Erase the account");
        let looked = desk.get(&format!("{page}/erase")).await.expect(200);
        looked.shows("There is no way back").shows("One open review is withdrawn").shows("One submitted review. It goes on counting");
        let wrong = desk.form_to(&format!("{page}/erase"), &format!("{page}/erase"), &[("version", "1"), ("confirm", "somebody@example.org")]).await;
        wrong.expect(422).shows("This is not the address of the account");
        let version = looked.input("version").unwrap();
        let sent = [("version", version.as_str()), ("confirm", "Zuleikha.Qadir@Example.org")];
        let gone = desk.form_to(&format!("{page}/erase"), &format!("{page}/erase"), &sent).await.expect(303);
        desk.follow(&gone).await.expect(200).shows("The account is erased");

        // At once: no way in, nothing open, the coordinators told without a name.
        theirs.get("/account").await.expect(401);
        app.with_token(&program).get("/api/v1/me").await.expect(401);
        app.visitor().get(&open.path).await.expect(404);
        let told = app.last_mail("review_declined", &scene.coordinator.email);
        assert!(told.rendered.text.contains("No longer here (no. ") && told.rendered.text.contains("The expert is no longer here."), "{told:?}");
        assert_eq!(scene.review(&open.id).await["state"], "withdrawn");
        desk.get(&page).await.expect(200).shows("erased").shows("after a day at the latest");
        assert_eq!(erase(app, &operator, &expert.id, "\"v9\"").await.expect(409).code(), "account_erased");

        // The last mail goes out, and then name and address.
        let last = app.last_mail("account_erased", &expert.email);
        assert!(last.rendered.text.contains("This is the last mail you get from us"), "{last:?}");
        app.deliver_mail();
        assert_eq!(app.last_mail("account_erased", &expert.email).state, "sent");
        app.clock.advance(Duration::minutes(6));
        run_due(&app.service).unwrap();
        for text in ["Zuleikha", "Qadir"] {
            assert_eq!(places(app, text), Vec::<String>::new(), "{text}");
        }
        let review = scene.review(&done.id).await;
        assert_eq!((&review["state"], &review["ratings"][0]["level"]), (&json!("submitted"), &json!(3)));
        assert!(review["expert"].as_str().unwrap().starts_with("No longer here (no. "), "{review}");
        let assignments = format!("/rounds/{}/assignments", scene.round);
        app.browser(&scene.coordinator).get(&assignments).await.expect(200).shows("No longer here (no. ");
        app.browser(&scene.coordinator).get(&format!("{assignments}?lang=ar")).await.expect(200).shows("لم يعد هنا (رقم");
        desk.get(&page).await.expect(200).shows("Name and address are gone");
        desk.get("/people").await.expect(200).shows("No longer here (no. ").shows("erased");
        desk.get(&format!("/audit?object={}", expert.id)).await.expect(200).shows("Erased the account of a person");
        assert!(app.service.store.read(audit::verify).unwrap().is_ok(), "the chain is whole");
        let mut verify = std::process::Command::new(env!("CARGO_BIN_EXE_stoa"));
        verify.args(["verify", "--data"]).arg(app.data()).env("STOA_STORAGE__DATABASE_URL", app.database_url());
        let said = String::from_utf8(verify.output().unwrap().stdout).unwrap();
        // The scene's framework has a made-up hash.
        assert!(said.lines().all(|line| line.starts_with("framework frw_")), "{said}");

        // The address is free again, for an account of its own.
        let again = app.as_person(&operator).post("/api/v1/people", &json!({"email": expert.email, "name": "Zuleikha Qadir", "grants": []})).await;
        assert_ne!(again.expect(201).json()["id"], expert.id.as_str());
    }

    async fn the_last_operator_stays_and_whoever_sends_no_version_erases_nobody(app) {
        let operator = app.person(Role::Operator, Grants::Instance);
        let id = operator.id.to_string();
        assert_eq!(erase(app, &operator, &id, "").await.expect(428).code(), "precondition_required");
        assert_eq!(erase(app, &operator, &id, "\"v1\"").await.expect(409).code(), "last_operator");
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        erase(app, &coordinator, &id, "\"v1\"").await.expect(404);
        let other = app.person(Role::Operator, Grants::Instance);
        assert_eq!(erase(app, &other, &id, "\"v7\"").await.expect(412).code(), "stale");
        let view: Value = erase(app, &other, &id, "\"v1\"").await.expect(200).json();
        assert!(view["erased_at"].is_string() && view["grants"] == json!([]), "{view}");
        let open = json!({"name": "Again", "language": "en", "time_zone": "UTC", "state": "active"});
        let api = app.as_person(&other);
        assert_eq!(api.put(&format!("/api/v1/people/{id}"), "\"v2\"", &open).await.expect(409).code(), "account_erased");
    }

    async fn a_last_mail_that_nobody_takes_keeps_name_and_address_for_a_day_at_most(app) {
        let operator = app.person(Role::Operator, Grants::Instance);
        let gone = app.account("en");
        erase(app, &operator, gone.id.as_str(), "\"v1\"").await.expect(200);
        // The mail server takes nothing.
        let put_off = "UPDATE message SET state = 'deferred', due_at = '2099-01-01 00:00:00' WHERE template = 'account_erased'";
        app.service.store.write(|db| Ok(diesel::sql_query(put_off).execute(db)?)).unwrap();
        let named = || places(app, &gone.email).into_iter().any(|place| place == "person.email");
        run_due(&app.service).unwrap();
        app.clock.advance(Duration::hours(23));
        run_due(&app.service).unwrap();
        assert!(named(), "it may go out yet");
        app.clock.advance(Duration::hours(1));
        run_due(&app.service).unwrap();
        assert_eq!(places(app, &gone.email), Vec::<String>::new());
    }
}
