//! What is to be forgotten of an invitation is forgotten whatever else is done at the time, and what is told of strata
//! tells of nobody. Each of these was found by somebody who tried.

use stoa::jobs::store as jobs;
use stoa::jobs::worker::run_due;
use stoa::store::schema::{job, opt_out, survey_daily};

use super::*;
use crate::support::Backend;

impl Scene {
    /// What is told of how many are of each stratum, where fourteen of the north and one islander were invited and
    /// the islander, who may have answered, is taken off the list.
    async fn without_the_islander(app: &TestApp, answered: bool) -> Value {
        let scene = Self::new(app, "confidential").await;
        let line = |n: usize| format!("Person {n},{n} Quay,{}\n", if n == 14 { "Island" } else { "North" });
        scene.list(&("name,address,stratum\n".to_owned() + &(0..15).map(line).collect::<String>()), "no").await.expect(200);
        let codes = scene.codes().await;
        scene.turn("open").await.expect(200);
        app.work();
        if answered {
            scene.answer(app, &codes[14], said("alone")).await.expect(201);
        }
        let list = scene.desk.get(&scene.path("invitations")).await.expect(200).json();
        let id = list["items"][14]["id"].as_str().unwrap().to_owned();
        scene.desk.delete(&scene.path(&format!("invitations/{id}"))).await.expect(200);
        app.clock.advance(Duration::minutes(2));
        for code in &codes[0..12] {
            scene.answer(app, code, said("done")).await.expect(201);
        }
        scene.turn("close").await.expect(200);
        app.work();
        scene.desk.get(&scene.path("watch")).await.expect(200).json()["strata"].clone()
    }
}

both! {
    async fn whoever_was_taken_off_is_among_the_others_in_what_is_told_of_strata(app) {
        let strata = Scene::without_the_islander(app, true).await;
        let north = strata.as_array().unwrap().iter().find(|one| one["name"] == "North").map(|one| one["responses"].clone());
        assert_eq!(north, Some(json!(10)), "twelve beside a total of thirteen would tell of one: {strata}");
    }

    async fn everybody_at_an_address_that_wants_no_mail_gets_a_letter(app) {
        let scene = Scene::new(app, "anonymous").await;
        let csv = "name,address,stratum\nCleo,family@example.org,\nDan,Family@example.org,\nPat,3 Quay,\nEve,eve@example.org,\n";
        scene.list(csv, "no").await.expect(200);
        let codes = scene.codes().await;
        scene.turn("open").await.expect(200);
        for code in &codes[1..3] {
            app.visitor().send(&format!("/i/{code}/opt-out"), &[]).await.expect(200);
        }
        let names = async |rest: &str| {
            let list = scene.desk.get(&scene.path(&format!("letters?{rest}"))).await.expect(200).json();
            list["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names("without_mail=yes").await, ["Cleo", "Dan"], "Pat wants none, and has no other");
        assert_eq!(app.service.store.read(|db| Ok(opt_out::table.count().get_result::<i64>(db)?)).unwrap(), 2);
        // Taken off and brought back by another list, somebody without a mail address has said so still.
        let list = scene.desk.get(&scene.path("invitations")).await.expect(200).json();
        let pat = list["items"][2]["id"].as_str().unwrap().to_owned();
        scene.desk.delete(&scene.path(&format!("invitations/{pat}"))).await.expect(200);
        let back = scene.list("name,address,stratum\nPAT,3  quay,\n", "no").await.expect(200).json();
        assert_eq!(back["opted_out"], 1, "{back}");
        // Nor by an address that is corrected to theirs.
        let eve = list["items"][3]["id"].as_str().unwrap().to_owned();
        let path = scene.path(&format!("invitations/{eve}/address"));
        let other = scene.desk.post(&path, &json!({"email": "FAMILY@example.org", "postal": ""})).await.expect(200).json();
        assert_eq!(other["state"], "opted_out");
    }

    async fn whoever_comes_by_a_letter_is_counted_at_the_beginning(app) {
        let scene = Scene::new(app, "anonymous").await;
        scene.invite(6).await;
        let codes = scene.codes().await;
        scene.turn("open").await.expect(200);
        for code in &codes {
            app.visitor().get(&format!("/i/{code}")).await.expect(200);
            app.visitor().get(&format!("/i/{code}?lang=ar")).await.expect(200);
            app.visitor().get(&format!("/i/{code}/start")).await.expect(200);
        }
        app.clock.advance(Duration::days(1));
        app.work();
        // What comes next has the process write what it has.
        app.visitor().get(&format!("/i/{}", codes[0])).await.expect(200);
        let reached = || -> Vec<(String, i64)> {
            let rows = survey_daily::table.order(survey_daily::name).select((survey_daily::name, survey_daily::count));
            app.service.store.read(|db| Ok(rows.load(db)?)).unwrap()
        };
        let written = async {
            while reached().is_empty() {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), written).await.expect("the counts are written");
        let reached = reached();
        assert!(reached.contains(&("begin".to_owned(), 6)) && reached.contains(&("0".to_owned(), 6)), "{reached:?}");
    }

    async fn an_instance_that_was_away_over_the_last_days_of_a_list_forgets_all_of_it(app) {
        let scene = Scene::new(app, "confidential").await;
        scene.invite(24).await;
        let codes = scene.codes().await;
        scene.turn("open").await.expect(200);
        for code in &codes {
            scene.answer(app, code, said("done")).await.expect(201);
        }
        // Nothing was done since, and all of it is due now: what is settled is moved while the list is erased.
        at(app, "2026-06-02T09:00:00Z");
        stoa::jobs::worker::prepare(&app.service).unwrap();
        let (now, later) = (app.service.now(), app.service.now().plus(Duration::days(1)));
        app.service.store.write(|db| Ok(diesel::update(job::table.filter(job::kind.ne("days"))).set(job::due_at.eq(later)).execute(db)?)).unwrap();
        if app.backend == Backend::Postgres {
            slow_to_store(app);
        }
        std::thread::scope(|scope| {
            let settles = scope.spawn(|| run_due(&app.service).unwrap());
            while app.backend == Backend::Postgres && !settles.is_finished() && !stores(app) {
                std::thread::park_timeout(std::time::Duration::from_millis(5));
            }
            app.service.store.write(|db| jobs::put(db, "waves", "", now, now)).unwrap();
            run_due(&app.service).unwrap();
        });
        let (rows, _) = stored(app);
        assert_eq!((rows.len(), rows.iter().filter(|(.., invitation)| invitation.is_some()).count()), (24, 0), "links outlive their list");
        let left: i64 = app.service.store.read(|db| Ok(invitation::table.count().get_result(db)?)).unwrap();
        assert_eq!(left, 0);
    }
}

/// Has each response take its time to be put somewhere.
fn slow_to_store(app: &TestApp) {
    let sql = "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.05); RETURN NEW; END $$; \
               CREATE TRIGGER dawdle BEFORE INSERT ON response FOR EACH ROW EXECUTE FUNCTION dawdle()";
    app.service.store.write(|db| Ok(stoa::on_each!(db, c => diesel::connection::SimpleConnection::batch_execute(c, sql))?)).unwrap();
}

/// Whether somebody is at it in this database.
fn stores(app: &TestApp) -> bool {
    #[derive(diesel::QueryableByName)]
    struct At {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        count: i64,
    }
    let sql = "SELECT count(*) AS count FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
    let at: At = app.service.store.read(|db| Ok(stoa::on_each!(db, c => diesel::sql_query(sql).get_result(c))?)).unwrap();
    at.count > 0
}
