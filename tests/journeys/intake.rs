//! Answers on their way to the disk, and what is left of their order once their day is over.

use chrono::Duration;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::{Value, json};
use stoa::people::identity::Role;
use stoa::store::Db;
use stoa::store::schema::{response, response_day};
use stoa::surveys::actions;
use stoa::surveys::intake::Intake;

use crate::support::{Backend, Grants, TestApp, issue_in_amman};

/// Where an open survey in Amman takes responses.
fn open_survey(app: &TestApp) -> String {
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let open = app.act(&coordinator, |call| {
        let view = issue_in_amman(call, actions::ensure_default_instrument(call)?)?;
        actions::survey_open(call, &view.id)
    });
    format!("/api/v1/surveys/{}/responses", open.unwrap().slug)
}

fn body(said: &str, once: &str) -> Value {
    let answers = json!({"course": "yes", "work_status": "seeking", "age_band": "age_35_44", "neighbourhood": said});
    json!({"once": once, "answers": answers})
}

/// How many rows say under which `once` something was sent, and how many days lie as they came.
fn remembered(app: &TestApp) -> (i64, i64) {
    let count =
        |db: &mut Db| Ok((response::table.filter(response::mark.is_not_null()).count().get_result(db)?, response_day::table.count().get_result(db)?));
    app.service.store.read(count).unwrap()
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    answers: String,
}

/// Everything that whoever holds the database may put the answers in order by.
fn orders(app: &TestApp) -> Vec<Vec<usize>> {
    let number = |answers: &str| answers.split("said-").nth(1).unwrap()[..4].parse::<usize>().unwrap();
    let by = |order: &str| {
        let sql = format!("SELECT answers FROM response ORDER BY {order}");
        let said: Vec<Said> = app.service.store.read(|db| Ok(stoa::on_each!(db, c => diesel::sql_query(&sql).load(c))?)).unwrap();
        said.iter().map(|one| number(&one.answers)).collect::<Vec<usize>>()
    };
    if !app.service.store.is_sqlite() {
        return vec![by("key"), by("ctid"), by("xmin::text::bigint, ctid")];
    }
    // The bytes of the file and of its log, deleted ones too.
    let file = |name: &str| std::fs::read(app.data().join(name)).unwrap_or_default();
    let text = [file("stoa.db"), file("stoa.db-wal")].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    vec![by("key"), text.split("said-").skip(1).filter_map(|rest| rest.get(..4)?.parse().ok()).collect()]
}

/// Spearman's rank correlation of an order with the one in which the answers came.
fn correlation(order: &[usize]) -> f64 {
    let n = order.len() as f64;
    let apart: f64 = order.iter().enumerate().map(|(at, came)| (at as f64 - *came as f64).powi(2)).sum();
    1.0 - 6.0 * apart / (n * (n * n - 1.0))
}

both! {
    async fn a_crowd_at_one_address_is_counted_and_nobody_in_it_refused(app) {
        let path = open_survey(app);
        let client = app.anonymous();
        let beyond = async || -> String {
            let metrics = client.get("/metrics").await.expect(200);
            metrics.text().lines().find_map(|line| line.strip_prefix("stoa_answers_crowded_total ")).expect("it is said").to_owned()
        };
        for n in 0..200 {
            client.post(&path, &body("a school", &format!("crowd-{n:012}"))).await.expect(201);
        }
        assert_eq!(beyond().await, "0", "a full house is none");
        for n in 200..207 {
            client.post(&path, &body("and then", &format!("crowd-{n:012}"))).await.expect(201);
        }
        assert_eq!(beyond().await, "7");
        app.clock.advance(Duration::hours(1));
        client.post(&path, &body("the next hour", "crowd-the-next-one")).await.expect(201);
        assert_eq!(beyond().await, "7");
        // Behind a proxy that nobody has named all have one address: nothing is said of them.
        for n in 0..203 {
            let sent = client.request(reqwest::Method::POST, &path).header("X-Forwarded-For", "192.0.2.1");
            crate::support::Answer::of(sent.json(&body("from behind", &format!("behind-{n:012}")))).await.expect(201);
        }
        assert_eq!(beyond().await, "7");
    }

    async fn the_same_answers_are_known_again_until_their_day_is_over(app) {
        let path = open_survey(app);
        let client = app.anonymous();
        let sent = body("here", "0123456789abcdef");
        // 23:30 in Amman, and again after midnight: the same receipt, with the day on which it came.
        app.clock.advance(Duration::minutes(11 * 60 + 30));
        let receipt = client.post(&path, &sent).await.expect(201).json();
        app.clock.advance(Duration::hours(3));
        app.work();
        assert_eq!(client.post(&path, &sent).await.expect(201).json(), receipt);
        assert_eq!(client.post("/api/v1/receipts", &receipt).await.expect(200).json()["day"], "2026-03-02");
        assert_eq!(client.post(&path, &body("elsewhere", "0123456789abcdef")).await.expect(409).code(), "already_submitted");
        assert_eq!(app.stored_responses(), 1);
        // From six on the day is over, and nothing leads from what was sent to what is stored.
        app.clock.advance(Duration::hours(4));
        app.work();
        assert_eq!((remembered(app).0, app.stored_responses()), (0, 1));
        client.post("/api/v1/receipts", &receipt).await.expect(200);
        client.post(&path, &sent).await.expect(201);
        assert_eq!((remembered(app), app.stored_responses()), ((1, 2), 2));
        // The mark of the day goes a day later.
        app.clock.advance(Duration::days(3));
        app.work();
        assert_eq!((remembered(app), app.stored_responses()), ((0, 0), 2));
    }

    async fn what_could_not_be_stored_is_not_taken_for_known(app) {
        let path = open_survey(app);
        let rename = |from: &str, to: &str| app.service.store.write(|db| Ok(db.batch_execute(&format!("ALTER TABLE {from} RENAME TO {to}"))?)).unwrap();
        app.anonymous().post(&path, &body("before", "before-0123456789")).await.expect(201);
        rename("response", "away");
        let sent = body("here", "0123456789abcdef");
        assert!(app.anonymous().post(&path, &sent).await.status >= 500);
        rename("away", "response");
        let receipt = app.anonymous().post(&path, &sent).await.expect(201).json();
        assert_eq!(app.anonymous().post(&path, &sent).await.expect(201).json(), receipt);
        app.anonymous().post(&path, &body("before", "before-0123456789")).await.expect(201);
        assert_eq!(app.stored_responses(), 2);
    }

    /// On SQLite the process that takes answers knows alone what was sent before.
    async fn a_second_process_takes_answers_on_postgres_only(app) {
        let second = Intake::start(&app.service).map(|_| ()).map_err(|error| error.to_string());
        match app.backend {
            Backend::Sqlite => assert!(second.unwrap_err().contains("another process of Stoa serves this database")),
            Backend::Postgres => second.unwrap(),
        }
    }

    async fn when_the_day_is_over_nothing_tells_which_answer_came_when(app) {
        const ALL: usize = 240;
        let path = open_survey(app);
        for number in 0..ALL {
            let sent = body(&format!("said-{number:04}"), &format!("{number:016}"));
            app.anonymous().post(&path, &sent).await.expect(201);
        }
        // Until then the heap of PostgreSQL and the log of SQLite say in which order they came.
        if !app.service.store.is_sqlite() {
            assert!(orders(app).iter().any(|order| correlation(order).abs() > 0.9));
        }
        app.clock.advance(Duration::hours(24));
        app.work();
        assert_eq!(remembered(app), (0, 1));
        for order in orders(app) {
            let mut all = order.clone();
            all.sort_unstable();
            assert_eq!(all, (0..ALL).collect::<Vec<usize>>(), "each answer is there once, and no trace of where it was");
            assert!(correlation(&order).abs() < 0.25, "{order:?}");
        }
        let keys: Vec<i64> = app.service.store.read(|db| Ok(response::table.select(response::key).load(db)?)).unwrap();
        assert!(keys.iter().all(|key| *key < 0));
    }

    async fn who_answers_while_the_day_before_is_closed_is_stored_like_anybody(app) {
        let path = open_survey(app);
        for number in 0..30 {
            app.anonymous().post(&path, &body("first", &format!("{number:016}"))).await.expect(201);
        }
        app.clock.advance(Duration::hours(24));
        let service = app.service.clone();
        let work = std::thread::spawn(move || {
            stoa::jobs::worker::prepare(&service).unwrap();
            stoa::jobs::worker::run_due(&service).unwrap()
        });
        for number in 30..60 {
            app.anonymous().post(&path, &body("second", &format!("{number:016}"))).await.expect(201);
        }
        work.join().unwrap();
        app.work();
        assert_eq!((app.stored_responses(), remembered(app)), (60, (30, 2)));
    }
}
