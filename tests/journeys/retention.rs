//! What is kept for some days goes on time and not before; what is not over, and what is kept for ever, stays.

use chrono::Duration;
use diesel::prelude::*;
use serde_json::json;
use stoa::jobs::store as jobs;
use stoa::jobs::worker::run_due;
use stoa::people::identity::Role;
use stoa::people::program::Access;
use stoa::people::store::service_token_revoke;
use stoa::server::retention::LINES;
use stoa::store::schema::{message, message_event, rating, recovery_code, round, service_token};

use crate::expert::scene::{MEASURES, Scene};
use crate::support::{Backend, Grants, TestApp};

/// Has the job done now; what its line of that name would have deleted before, and what the page says came of all.
async fn retain(app: &TestApp, name: &str) -> (i64, String) {
    let due = LINES.iter().find(|line| line.name == name).unwrap().due(&app.service).unwrap();
    let now = app.service.now();
    app.service.store.write(|db| jobs::put(db, "retention", "", now, now)).unwrap();
    run_due(&app.service).unwrap();
    let job = app.service.store.read(|db| jobs::one(db, "retention", "")).unwrap();
    assert_eq!(job.last_error, "");
    (due, job.outcome)
}

fn after(app: &TestApp, start: stoa::ground::UtcTime, days: i64, seconds: i64) {
    app.clock.advance(start.plus(Duration::days(days) + Duration::seconds(seconds)).chrono() - app.service.now().chrono());
}

both! {
    async fn mails_that_are_over_go_after_a_year_with_their_history_and_a_waiting_one_stays(app) {
        let operator = app.person(Role::Operator, Grants::Instance);
        app.as_person(&operator).post("/api/v1/messages/test", &json!({})).await.expect(202);
        app.deliver_mail();
        let start = app.service.now();
        app.as_person(&operator).post("/api/v1/messages/test", &json!({})).await.expect(202);
        let waits = message::table.filter(message::state.eq("queued"));
        let far = start.plus(Duration::days(4000));
        app.service.store.write(|db| Ok(diesel::update(waits).set(message::due_at.eq(far)).execute(db)?)).unwrap();
        after(app, start, 365, 0);
        assert_eq!(retain(app, "messages").await, (0, "0".to_owned()), "not before");
        after(app, start, 365, 1);
        assert_eq!(retain(app, "messages").await, (1, "1".to_owned()));
        let left: Vec<String> = app.service.store.read(|db| Ok(message::table.select(message::state).load(db)?)).unwrap();
        assert_eq!(left, ["queued"]);
        let events: i64 = app.service.store.read(|db| Ok(message_event::table.count().get_result(db)?)).unwrap();
        assert_eq!(events, 1);
        let browser = app.browser(&operator);
        browser.get("/jobs").await.expect(200).shows("Retention: delete, once a day").shows("One row deleted");
        browser.get("/jobs?lang=ar").await.expect(200).shows("مدد الحفظ").shows("حُذف سطر واحد");
    }

    async fn tokens_go_a_year_after_they_ended_and_codes_after_they_were_used(app) {
        let (person, start) = (app.account("en"), app.service.now());
        let (ended, _) = app.program(&person.id, Access::ReadOnly, &[], Grants::Instance);
        app.program(&person.id, Access::ReadOnly, &[], Grants::Instance);
        app.service.store.write(|db| {
            service_token_revoke(db, &ended, start)?;
            for (hash, used) in [("used", Some(start)), ("unused", None)] {
                let row = (recovery_code::person_id.eq(&person.id), recovery_code::code_hash.eq(hash), recovery_code::created_at.eq(start), recovery_code::used_at.eq(used));
                diesel::insert_into(recovery_code::table).values(row).execute(db)?;
            }
            Ok(())
        }).unwrap();
        let left = || app.service.store.read(|db| {
            let codes: Vec<String> = recovery_code::table.select(recovery_code::code_hash).order(recovery_code::code_hash).load(db)?;
            Ok((service_token::table.count().get_result::<i64>(db)?, codes))
        }).unwrap();
        after(app, start, 365, 0);
        assert_eq!(retain(app, "programs").await.0, 0);
        assert_eq!(left(), (2, vec!["unused".to_owned(), "used".to_owned()]));
        after(app, start, 365, 1);
        assert_eq!(retain(app, "programs").await.0, 2);
        assert_eq!(left(), (1, vec!["unused".to_owned()]), "the other one ended a second ago");
        // It ended by its last day.
        after(app, start, 730, 1);
        assert_eq!(retain(app, "programs").await.0, 1);
        assert_eq!(left(), (0, vec!["unused".to_owned()]));
    }

    async fn links_of_reviews_live_as_long_as_the_work_and_drafts_go_a_year_later(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let (one, two) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await);
        let (declined, open) = (scene.seat(0, &one).await, scene.seat(1, &one).await);
        let done = scene.seat(0, &two).await;
        app.with_token(&declined.token).post(&format!("/api/v1/reviews/{}/decline", declined.id), &json!({"reason": "On leave."})).await.expect(200);
        let said = app.service.now();
        scene.completes(&done, &MEASURES, &[2, 3]).await;
        app.with_token(&open.token).post(&format!("/api/v1/reviews/{}/accept", open.id), &json!({})).await.expect(200);
        scene.rates(&open, MEASURES[0], json!({"level": 2, "comment": "A draft."})).await.expect(200);
        let due = app.service.store.read(|db| Ok(round::table.select(round::review_due_at).first::<stoa::ground::UtcTime>(db)?)).unwrap();
        let works = async |path: &str| app.visitor().get(path).await.status == 200;

        after(app, said, 30, 0);
        assert_eq!(retain(app, "links").await.0, 0);
        assert!(works(&declined.path).await);
        after(app, said, 30, 1);
        assert_eq!(retain(app, "links").await.0, 1, "the one that was declined");
        assert!(!works(&declined.path).await && works(&open.path).await && works(&done.path).await);
        // Late, but the round goes on.
        after(app, due, 31, 0);
        assert_eq!(retain(app, "links").await.0, 0);
        app.service.store.write(|db| Ok(diesel::update(round::table).set((round::state.eq("closed"), round::review_due_at.eq(app.service.now()))).execute(db)?)).unwrap();
        let closed = app.service.now();
        after(app, closed, 30, 0);
        assert_eq!(retain(app, "links").await.0, 0);
        assert!(works(&open.path).await && works(&done.path).await);
        after(app, closed, 30, 1);
        assert_eq!(retain(app, "links").await.0, 1);
        assert!(works(&open.path).await && !works(&done.path).await, "whoever is late may still come");

        let ratings = || app.service.store.read(|db| Ok(rating::table.count().get_result::<i64>(db)?)).unwrap();
        after(app, closed, 365, 0);
        assert_eq!((retain(app, "drafts").await.0, ratings()), (0, 3));
        after(app, closed, 365, 1);
        assert_eq!((retain(app, "drafts").await.0, ratings()), (1, 2), "what was submitted stays");
    }

    async fn work_that_was_done_goes_after_a_month(app) {
        let start = app.service.now();
        app.service.store.write(|db| {
            jobs::put(db, "results", "prt_00000000000070008000000000000001", start, start)?;
            jobs::put(db, "audit_check", "", start.plus(Duration::days(4000)), start)
        }).unwrap();
        run_due(&app.service).unwrap();
        after(app, start, 30, 0);
        assert_eq!(retain(app, "jobs").await.0, 0);
        after(app, start, 30, 1);
        assert_eq!(retain(app, "jobs").await.0, 1);
        assert!(app.service.store.read(|db| jobs::one(db, "results", "prt_00000000000070008000000000000001")).is_err());
        assert!(app.service.store.read(|db| jobs::one(db, "audit_check", "")).is_ok(), "what recurs waits for its time");
    }
}

#[actix_web::test]
async fn what_is_kept_for_ever_never_goes() {
    let app = TestApp::spawn_with(Backend::Sqlite, |config| config.retention.messages_days = 0).await.expect("SQLite is built in");
    let operator = app.person(Role::Operator, Grants::Instance);
    app.as_person(&operator).post("/api/v1/messages/test", &json!({})).await.expect(202);
    app.deliver_mail();
    app.clock.advance(Duration::days(20_000));
    assert_eq!(retain(&app, "messages").await, (0, "0".to_owned()));
    assert_eq!(app.mails().len(), 1);
}
