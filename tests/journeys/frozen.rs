//! A PostgreSQL whose processes are frozen: they neither answer nor hang up. Everybody hears so instead of waiting
//! without end, and where new connections are answered it goes on by itself.

use diesel::prelude::*;
use diesel::sql_types::Integer;
use serde_json::json;
use stoa::people::identity::Role;
use stoa::surveys::actions::{ensure_default_instrument, survey_open};

use crate::support::{Grants, TestApp, issue_in_amman};

#[derive(QueryableByName)]
struct Process {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

/// The processes of PostgreSQL that serve this instance, frozen until this is dropped.
struct Frozen(Vec<String>);

impl Frozen {
    fn of(app: &TestApp) -> Self {
        let others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()";
        let found: Vec<Process> = app.service.store.read(|db| Ok(diesel::sql_query(others).load(db)?)).unwrap();
        let frozen = Self(found.iter().map(|process| process.pid.to_string()).collect());
        assert!(!frozen.0.is_empty());
        frozen.signal("-STOP");
        frozen
    }

    fn signal(&self, signal: &str) {
        assert!(std::process::Command::new("kill").arg(signal).args(&self.0).status().unwrap().success());
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        self.signal("-CONT");
    }
}

#[actix_web::test]
async fn a_frozen_database_is_said_to_be_one_and_its_return_is_noticed() {
    let Some(app) = TestApp::postgres().await else { return };
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let survey = app.act(&coordinator, |call| {
        let instrument = ensure_default_instrument(call)?;
        let issued = issue_in_amman(call, instrument)?;
        survey_open(call, &issued.id)
    });
    let path = format!("/api/v1/surveys/{}/responses", survey.unwrap().slug);
    let (api, citizen) = (app.as_person(&coordinator), app.anonymous());
    let answers =
        |n: usize| json!({"once": format!("frozen-{n:016}"), "answers": {"course": "no", "work_status": "retired", "age_band": "age_65_plus"}});
    citizen.post(&path, &answers(0)).await.expect(201);
    let token = crate::support::access_token(&app.service, &coordinator.id);
    let program = app.with_token(&token);
    let city = json!({"slug": "tunis", "name": {"en": "Tunis"}, "country": "TN", "language": "en", "time_zone": "Africa/Tunis"});

    let other_name = json!({"name": "Another Name", "language": "en", "time_zone": "UTC"});

    let frozen = Frozen::of(&app);
    let first = answers(1);
    let (ready, page, write, answer, edit) = futures_util::future::join5(
        citizen.get("/ready"),
        program.get("/api/v1/rounds"),
        program.post_once("/api/v1/cities", "frozen", &city),
        citizen.post(&path, &first),
        program.put("/api/v1/me", "\"v1\"", &other_name),
    )
    .await;
    // New connections are answered, so that it goes on with those: whoever came upon a frozen one hears of it, and
    // whoever waited for another is served by a new one. What was sent in vain may be sent again.
    let heard = [ready.status, page.status, write.status, answer.status, edit.status];
    assert!(heard.contains(&503) && heard.iter().all(|status| [200, 201, 503].contains(status)), "{heard:?}");
    while citizen.get("/ready").await.status != 200 {}
    while api.get("/api/v1/rounds").await.status != 200 {}
    drop(frozen);
    // What was given up goes on now, and changes nothing any more.
    while stoa::store::patience::stuck() {
        std::thread::yield_now();
    }
    let me = api.get("/api/v1/me").await.expect(200).json();
    assert_eq!(me["name"] == "Another Name", edit.status == 200, "whoever heard that it was not done may believe it: {me}");
    let mut heard = citizen.post(&path, &first).await;
    while heard.status == 503 {
        heard = citizen.post(&path, &first).await;
    }
    heard.expect(201);
    let mut heard = program.post_once("/api/v1/cities", "frozen", &city).await;
    while heard.status == 503 {
        heard = program.post_once("/api/v1/cities", "frozen", &city).await;
    }
    heard.expect(201);
    assert_eq!(app.stored_responses(), 2, "each is stored once");
}
