//! Work behind requests: done once, tried again, caught up, shown to operators.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::Duration;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::json;
use stoa::jobs::job::{JobState, MOST_ATTEMPTS};
use stoa::jobs::store;
use stoa::jobs::worker::{prepare, run_due};
use stoa::mail::delivery::Outcome;
use stoa::mail::store as outbox;
use stoa::people::identity::Role;
use stoa::people::policy::UseCase;
use stoa::service::Service;
use stoa::store::audit;
use stoa::store::schema::audit_entry;

use crate::support::{Backend, Grants, TestApp};

/// The one job of housekeeping, as it stands.
fn housekeeping(app: &TestApp) -> store::JobRow {
    one(app, "housekeeping")
}

fn one(app: &TestApp, kind: &str) -> store::JobRow {
    app.service.store.read(|db| store::one(db, kind, "")).expect("it was put in")
}

/// What recurs by itself: the outbox, housekeeping, retention, the check of the audit, the counts of open surveys and
/// days that are over, mails to those invited.
const RECURRING: usize = 7;

/// Writes an entry of the audit about something of that name.
fn entry(service: &Service, name: &str) {
    service.write_as_stoa(UseCase::message_test, name, &json!({}), |_| Ok(())).unwrap();
}

/// Has the second entry be about something else, by hand.
fn change_by_hand(app: &TestApp, object: &str) {
    app.service.store.write(|db| Ok(diesel::update(audit_entry::table.find(2)).set(audit_entry::object.eq(object)).execute(db)?)).unwrap();
}

async fn metrics_say(app: &TestApp, line: &str) {
    let metrics = app.anonymous().get("/metrics").await.expect(200).text().to_owned();
    assert!(metrics.lines().any(|said| said == line), "{line}: {metrics}");
}

both! {
    async fn what_a_clock_that_was_ahead_has_put_off_for_years_is_done(app) {
        app.work();
        let far = app.service.now().plus(Duration::days(3650));
        app.service.store.write(|db| Ok(diesel::update(stoa::store::schema::job::table).set(stoa::store::schema::job::due_at.eq(far)).execute(db)?)).unwrap();
        assert_eq!(run_due(&app.service).unwrap(), RECURRING);
        assert!(housekeeping(app).due_at < far);
    }

    async fn the_audit_is_verified_once_a_day_and_an_entry_that_was_changed_by_hand_shows(app) {
        let operator = app.person(Role::Operator, Grants::Instance);
        let (start, check) = (app.service.now(), || one(app, "audit_check"));
        let day = |n| start.plus(Duration::days(n));
        for name in ["One", "Two", "Three"] {
            entry(&app.service, name);
        }
        prepare(&app.service).unwrap();
        assert_eq!(run_due(&app.service).unwrap(), RECURRING);
        let first = check();
        assert_eq!((first.state, first.outcome.as_str(), first.due_at, first.finished_at), (JobState::Waiting, "3", day(1), Some(start)));
        let browser = app.browser(&operator);
        browser.get("/jobs").await.expect(200).shows("Audit: verify the whole chain").shows("The chain is whole: 3 entries hold");
        browser.get("/jobs?lang=ar").await.expect(200).shows("التحقق من السلسلة كلها مرة في اليوم").shows("السلسلة سليمة: 3 قيود");

        // Not before a day is over, and then again.
        entry(&app.service, "Four");
        app.clock.advance(Duration::days(1) - Duration::seconds(1));
        run_due(&app.service).unwrap();
        assert_eq!(format!("{:?}", check()), format!("{first:?}"));
        app.clock.advance(Duration::seconds(1));
        run_due(&app.service).unwrap();
        let second = check();
        assert_eq!((second.outcome.as_str(), second.due_at, second.finished_at), ("4", day(2), Some(day(1))));
        metrics_say(app, "stoa_jobs_failing 0").await;

        change_by_hand(app, "Other");
        app.clock.advance(Duration::days(1));
        run_due(&app.service).unwrap();
        let third = check();
        assert_eq!((third.state, third.attempts, third.last_error.as_str(), third.finished_at), (JobState::Waiting, 1, "audit_broken", Some(day(2))));
        metrics_say(app, "stoa_jobs_failing 1").await;
        let browser = app.browser(&operator);
        let page = browser.get("/jobs").await.expect(200);
        page.shows("one attempt The audit chain is broken");
        assert!(!page.seen().contains("The chain is whole"), "what held yesterday says nothing of today");
        browser.get("/jobs?lang=ar").await.expect(200).shows("سلسلة التدقيق مقطوعة");

        // Given up until the next day, it still says so; and it goes on once the chain holds again.
        for _ in 1..MOST_ATTEMPTS {
            app.clock.advance(Duration::hours(1));
            run_due(&app.service).unwrap();
        }
        let given_up = check();
        assert_eq!((given_up.attempts, given_up.last_error.as_str(), given_up.due_at), (0, "audit_broken", day(3)));
        metrics_say(app, "stoa_jobs_failing 1").await;
        change_by_hand(app, "Two");
        app.clock.advance(Duration::days(1));
        run_due(&app.service).unwrap();
        assert_eq!((check().outcome.as_str(), check().last_error.as_str()), ("4", ""));
        metrics_say(app, "stoa_jobs_failing 0").await;
    }

    async fn an_audit_that_grows_while_it_is_verified_holds(app) {
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| (0..200).for_each(|_| entry(&app.service, "Nothing")));
            while !writer.is_finished() {
                let found = app.service.store.read(audit::verify).unwrap();
                assert!(found.is_ok(), "an entry that came meanwhile is no break: {found:?}");
            }
        });
    }

    async fn what_recurs_is_done_at_its_time_and_caught_up_once(app) {
        prepare(&app.service).unwrap();
        prepare(&app.service).unwrap();
        assert_eq!(run_due(&app.service).unwrap(), RECURRING);
        assert_eq!(run_due(&app.service).unwrap(), 0, "not before its time");
        let first = housekeeping(app);
        assert_eq!((first.state, first.outcome.as_str(), first.due_at), (JobState::Waiting, "0", app.service.now().plus(Duration::hours(1))));
        // Down for a week.
        app.clock.advance(Duration::days(7) + Duration::minutes(10));
        assert_eq!(run_due(&app.service).unwrap(), RECURRING);
        assert_eq!(run_due(&app.service).unwrap(), 0);
        assert_eq!(housekeeping(app).due_at, app.service.now().plus(Duration::minutes(50)));
        // A clock that goes back does nothing twice.
        app.clock.advance(Duration::hours(-1));
        prepare(&app.service).unwrap();
        assert_eq!(run_due(&app.service).unwrap(), 0);
    }

    async fn many_workers_do_a_job_once(app) {
        prepare(&app.service).unwrap();
        let made = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| made.fetch_add(run_due(&app.service).unwrap(), Ordering::Relaxed));
            }
        });
        assert_eq!(made.into_inner(), RECURRING);
    }

    async fn a_mail_makes_the_job_of_the_outbox_due_and_while_there_is_none_nothing_is_written(app) {
        let job = || one(app, "outbox");
        prepare(&app.service).unwrap();
        run_due(&app.service).unwrap();
        let (rests, hour) = (job(), app.service.now().plus(Duration::hours(1)));
        assert_eq!((rests.state, rests.outcome.as_str(), rests.due_at), (JobState::Waiting, "0", hour));
        for _ in 0..50 {
            app.clock.advance(Duration::seconds(1));
            assert_eq!(run_due(&app.service).unwrap(), 0);
        }
        assert_eq!(format!("{:?}", job()), format!("{rests:?}"));

        let operator = app.person(Role::Operator, Grants::Instance);
        let (api, browser) = (app.as_person(&operator), app.browser(&operator));
        api.post("/api/v1/messages/test", &json!({})).await.expect(202);
        assert_eq!(format!("{:?}", job()), format!("{rests:?}"), "who writes a mail holds up nobody else at the one job");
        assert_eq!(run_due(&app.service).unwrap(), 1);
        assert_eq!((app.mails()[0].state.as_str(), job().outcome.as_str(), job().due_at), ("sent", "1", hour));
        browser.get("/jobs").await.expect(200).shows("Mail: send what waits in the outbox").shows("One mail handled");

        // One that is tried again later says when.
        app.clock.advance(Duration::seconds(1));
        api.post("/api/v1/messages/test", &json!({})).await.expect(202);
        let (id, now) = (app.mails()[1].id.parse().unwrap(), app.service.now());
        app.service.store.write(|db| {
            let claimed = outbox::claim(db, &[id], now, now.plus(Duration::minutes(1)))?;
            outbox::finish(db, &claimed[0], "", &Outcome::Deferred("451 later".to_owned()), now, Duration::minutes(5))
        }).unwrap();
        assert_eq!(run_due(&app.service).unwrap(), 0);
        app.clock.advance(Duration::minutes(5));
        assert_eq!(run_due(&app.service).unwrap(), 1);
        assert_eq!(app.mails()[1].state, "sent");
    }

    async fn mail_that_does_not_go_out_is_known_to_whoever_watches(app) {
        let operator = app.person(Role::Operator, Grants::Instance);
        let (api, browser) = (app.as_person(&operator), app.browser(&operator));
        let late = "Mail has not gone out for a while. One mail waits";
        metrics_say(app, "stoa_outbox_oldest_due_seconds 0").await;
        metrics_say(app, "stoa_outbox_oldest_seconds 0").await;
        api.post("/api/v1/messages/test", &json!({})).await.expect(202);
        app.clock.advance(Duration::minutes(10));
        for line in ["stoa_outbox_waiting 1", "stoa_outbox_messages{state=\"queued\"} 1", "stoa_outbox_oldest_due_seconds 600"] {
            metrics_say(app, line).await;
        }
        // The mail server says "later", and its next time has not come.
        let (id, now) = (app.mails()[0].id.parse().unwrap(), app.service.now());
        app.service.store.write(|db| {
            let claimed = outbox::claim(db, &[id], now, now.plus(Duration::minutes(1)))?;
            outbox::finish(db, &claimed[0], "", &Outcome::Deferred("451 later".to_owned()), now, Duration::minutes(90))
        }).unwrap();
        app.clock.advance(Duration::minutes(49));
        for line in ["stoa_outbox_messages{state=\"deferred\"} 1", "stoa_outbox_oldest_due_seconds 0", "stoa_outbox_oldest_seconds 3540"] {
            metrics_say(app, line).await;
        }
        assert_eq!(app.anonymous().get("/ready").await.expect(200).json()["mail"], "on_time");
        assert!(!browser.get("/jobs").await.expect(200).seen().contains(late));
        app.clock.advance(Duration::minutes(1));
        assert_eq!(app.anonymous().get("/ready").await.expect(200).json()["mail"], "late");
        browser.get("/jobs").await.expect(200).shows(late).shows("See what the mail server says");
        browser.get("/jobs?lang=ar").await.expect(200).shows("لم يخرج البريد منذ مدة. تنتظر رسالة واحدة");
        app.clock.advance(Duration::minutes(40));
        prepare(&app.service).unwrap();
        run_due(&app.service).unwrap();
        for line in ["stoa_outbox_waiting 0", "stoa_outbox_messages{state=\"sent\"} 1", "stoa_outbox_oldest_seconds 0"] {
            metrics_say(app, line).await;
        }
        assert_eq!(app.anonymous().get("/ready").await.expect(200).json()["mail"], "on_time");
        assert!(!browser.get("/jobs").await.expect(200).seen().contains(late));
    }

    async fn the_size_of_the_database_and_its_log_is_measured(app) {
        let text = app.anonymous().get("/metrics").await.expect(200).text().to_owned();
        let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse::<f64>().ok());
        let sqlite = app.backend == Backend::Sqlite;
        assert!(value("stoa_database_bytes").is_some_and(|bytes| bytes > 100_000.0), "{text}");
        assert_eq!(value("stoa_database_log_bytes").is_some(), sqlite, "PostgreSQL's is its own: {text}");
        assert_eq!(value("stoa_disk_free_bytes").is_some_and(|bytes| bytes > 0.0), sqlite, "{text}");
        assert!(value("stoa_database_connections").is_some_and(|n| n >= 1.0) && value("stoa_database_connections_idle").is_some(), "{text}");
        for name in ["stoa_database_waiting", "stoa_database_refused_total", "stoa_responses_waiting"] {
            assert_eq!(value(name), Some(0.0), "{name} in {text}");
        }
        assert_eq!(app.anonymous().get("/ready").await.expect(200).json()["log"], "ordinary");
    }

    async fn of_a_database_that_does_not_answer_the_metrics_say_nothing_else(app) {
        app.service.store.write(|db| Ok(db.batch_execute("ALTER TABLE message RENAME TO away")?)).unwrap();
        let metrics = app.anonymous().get("/metrics").await.expect(200).text().to_owned();
        assert!(metrics.contains("stoa_database_up 0") && !metrics.contains("stoa_outbox") && !metrics.contains("stoa_jobs"), "{metrics}");
    }

    async fn who_dies_in_the_middle_leaves_the_job_to_others_and_records_nothing_over_them(app) {
        let now = app.service.now();
        let key = ("housekeeping".to_owned(), String::new());
        let (dead, alive) = app.service.store.write(|db| {
            store::put(db, &key.0, &key.1, now, now)?;
            let dead = store::claim(db, &key, None, now, now.plus(Duration::minutes(10)))?.expect("it is due");
            assert!(store::claim(db, &key, None, now, now.plus(Duration::minutes(10)))?.is_none(), "somebody has it");
            let later = now.plus(Duration::minutes(11));
            Ok((dead, store::claim(db, &key, None, later, later.plus(Duration::minutes(10)))?.expect("the lease has ended")))
        }).unwrap();
        let ended = store::Ended::Done("late".to_owned(), None);
        assert!(!app.service.store.write(|db| store::finish(db, &dead, &ended, now)).unwrap());
        assert!(app.service.store.write(|db| store::progress(db, &dead, 1, 2, now)).is_err());
        // Asked for while it is being done: it is done once more, at the earliest time that was asked for.
        for at in [now, now.plus(Duration::days(1))] {
            app.service.store.write(|db| store::put(db, &key.0, &key.1, at, now)).unwrap();
        }
        assert!(app.service.store.write(|db| store::finish(db, &alive, &store::Ended::Done("9".to_owned(), None), now)).unwrap());
        let row = housekeeping(app);
        assert_eq!((row.state, row.outcome.as_str(), row.attempts, row.due_at, row.again_at), (JobState::Waiting, "9", 0, now, None));
        // A clock that was ahead leaves a lease of next year: nobody waits for that.
        let year = now.plus(Duration::days(365));
        app.service.store.write(|db| store::claim(db, &key, None, now, year)).unwrap().expect("it is due");
        assert!(app.service.store.write(|db| store::claim(db, &key, None, now, now.plus(Duration::minutes(10)))).unwrap().is_some());
    }

    async fn what_recurs_is_given_up_until_its_next_time_only(app) {
        let key = ("housekeeping".to_owned(), String::new());
        prepare(&app.service).unwrap();
        for _ in 0..=MOST_ATTEMPTS {
            let now = app.service.now();
            app.service.store.write(|db| store::claim(db, &key, Some(3600), now, now.plus(Duration::minutes(10)))).unwrap();
            app.clock.advance(Duration::minutes(11));
        }
        let row = housekeeping(app);
        assert_eq!((row.state, row.last_error.as_str(), row.attempts), (JobState::Waiting, "lease_ended", 0));
        app.clock.advance(Duration::hours(1));
        assert_eq!(run_due(&app.service).unwrap(), RECURRING);
        assert_eq!(housekeeping(app).last_error, "");
    }

    async fn a_job_that_takes_its_worker_along_is_given_up_and_an_operator_has_it_tried_again(app) {
        let key = ("housekeeping".to_owned(), String::new());
        let start = app.service.now();
        app.service.store.write(|db| store::put(db, &key.0, &key.1, start, start)).unwrap();
        for _ in 0..MOST_ATTEMPTS {
            let now = app.service.now();
            assert!(app.service.store.write(|db| store::claim(db, &key, None, now, now.plus(Duration::minutes(10)))).unwrap().is_some());
            app.clock.advance(Duration::minutes(11));
        }
        let now = app.service.now();
        assert!(app.service.store.write(|db| store::claim(db, &key, None, now, now.plus(Duration::minutes(10)))).unwrap().is_none());
        assert_eq!(housekeeping(app).state, JobState::Failed);

        let operator = app.person(Role::Operator, Grants::Instance);
        let (api, browser) = (app.as_person(&operator), app.browser(&operator));
        browser.get("/jobs").await.expect(200).shows("Given up").shows("lost its worker");
        assert_eq!(api.get("/api/v1/jobs").await.expect(200).json()["items"][0]["state"], "failed");
        let again = browser.form_to("/jobs", "/jobs/housekeeping/retry", &[("key", "")]).await.expect(303);
        browser.follow(&again).await.expect(200).shows("in a moment");
        assert_eq!(run_due(&app.service).unwrap(), 1);
        browser.get("/jobs").await.expect(200).shows("Nothing to delete");
        api.post("/api/v1/jobs/nothing/retry", &json!({})).await.expect(404);
        app.as_person(&app.person(Role::Coordinator, Grants::Instance)).get("/api/v1/jobs").await.expect(403);
        let metrics = app.anonymous().get("/metrics").await.expect(200);
        assert!(metrics.text().contains("stoa_jobs_failed 0"), "{}", metrics.text());
    }
}
