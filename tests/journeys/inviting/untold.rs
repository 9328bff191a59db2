//! What inviting people tells nobody: who of an anonymous survey has answered, and which answer is whose. Each of these
//! was found by somebody who tried.

use super::*;
use crate::support::Backend;

/// How many mails of each kind lie in the outbox, over or not, and makes a mail server refuse all of them.
fn refused(app: &TestApp) -> Vec<(String, String)> {
    let hidden = || message::table.filter(message::subject_kind.eq_any(["invitation", "survey_reminder"]));
    let there = app.service.store.write(|db| {
        let there = hidden().order(message::to_email).select((message::to_email, message::subject_kind)).load(db)?;
        diesel::update(hidden()).set((message::state.eq("bounced"), message::last_error.eq("550 nobody"))).execute(db)?;
        Ok(there)
    });
    // The hourly look at what came back.
    app.clock.advance(Duration::minutes(61));
    app.work();
    there.unwrap()
}

impl Scene {
    async fn states(&self) -> Vec<String> {
        let list = self.desk.get(&self.path("invitations")).await.expect(200).json();
        list["items"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap().to_owned()).collect()
    }

    async fn correct(&self, place: usize, email: &str) {
        let list = self.desk.get(&self.path("invitations")).await.expect(200).json();
        let id = list["items"][place]["id"].as_str().unwrap().to_owned();
        self.desk.post(&self.path(&format!("invitations/{id}/address")), &json!({"email": email, "postal": ""})).await.expect(200);
    }

    async fn wave(&self, app: &TestApp, kind: &str) {
        self.desk.post(&self.path("waves"), &json!({"kind": kind})).await.expect(200);
        app.work();
        app.deliver_mail();
    }
}

both! {
    async fn mails_that_come_back_do_not_say_who_has_answered(app) {
        let scene = Scene::new(app, "anonymous").await;
        scene.invite(12).await;
        let codes = scene.codes().await;
        scene.turn("open").await.expect(200);
        app.work();
        // By the code of their letter, before any mail.
        scene.answer(app, &codes[0], said("early")).await.expect(201);
        scene.wave(app, "invitation").await;
        let first = refused(app);
        assert_eq!(first.len(), 4, "whoever has answered gets the first letter too: {first:?}");
        let of = |states: &[String], word: &str| (0..12).filter(|n| states[*n] == word).collect::<Vec<_>>();
        assert_eq!(of(&scene.states().await, "bounced"), [0, 3, 6, 9]);
        // Corrected, all of them are written to at once; and all of those come back.
        for place in [0, 3, 6, 9] {
            scene.correct(place, &format!("new{place}@example.org")).await;
        }
        app.deliver_mail();
        assert_eq!(refused(app).iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), [0, 3, 6, 9].map(|n| format!("new{n}@example.org")));
        assert_eq!(of(&scene.states().await, "bounced"), [0, 3, 6, 9]);
        for place in [0, 3, 6, 9] {
            scene.correct(place, &format!("good{place}@example.org")).await;
        }
        app.deliver_mail();
        app.clock.advance(Duration::minutes(61));
        app.work();
        // A reminder goes to three of them, and whatever comes of it shows nowhere.
        let operator = app.as_person(&app.person(Role::Operator, Grants::Instance));
        let said_by_work = async || {
            let jobs = operator.get("/api/v1/jobs").await.expect(200).json();
            let outbox = jobs["items"].as_array().unwrap().iter().find(|job| job["kind"] == "outbox").unwrap()["outcome"].clone();
            let metrics = app.anonymous().get("/metrics").await.expect(200).text().lines().filter(|line| line.starts_with("stoa_outbox")).map(str::to_owned).collect::<Vec<_>>();
            (outbox, metrics)
        };
        let before = said_by_work().await;
        scene.wave(app, "reminder").await;
        let after = said_by_work().await;
        assert_eq!((before.0, before.1), (after.0, after.1), "how many are reminded tells how many have not answered");
        assert_eq!(refused(app).iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), [3, 6, 9].map(|n| format!("good{n}@example.org")));
        assert_eq!(of(&scene.states().await, "bounced"), Vec::<usize>::new());
        assert_eq!(scene.desk.get(&scene.path("inviting")).await.expect(200).json()["bounced"], 0);
    }

    async fn a_mail_that_waits_does_not_go_to_an_address_that_was_corrected(app) {
        let scene = Scene::new(app, "anonymous").await;
        scene.invite(3).await;
        scene.turn("open").await.expect(200);
        app.work();
        scene.desk.post(&scene.path("waves"), &json!({"kind": "invitation"})).await.expect(200);
        stoa::jobs::worker::run_due(&app.service).unwrap();
        // The mail server is away.
        let hidden = || message::table.filter(message::subject_kind.eq("invitation"));
        let waits = |db: &mut stoa::store::Db| Ok(diesel::update(hidden()).set((message::state.eq("deferred"), message::due_at.eq(app.service.now().chrono().naive_utc() + Duration::minutes(30)))).execute(db)?);
        assert_eq!(app.service.store.write(waits).unwrap(), 1);
        scene.correct(0, "right@example.org").await;
        app.clock.advance(Duration::minutes(31));
        app.deliver_mail();
        let mut became: Vec<(String, String)> = app.service.store.read(|db| Ok(hidden().select((message::to_email, message::state)).load(db)?)).unwrap();
        became.sort();
        assert_eq!(became, [("person0@example.org", "suppressed"), ("right@example.org", "sent")].map(|(to, state)| (to.to_owned(), state.to_owned())));
    }

    async fn marks_of_several_days_are_not_told_apart(app) {
        let scene = Scene::new(app, "anonymous").await;
        scene.invite(12).await;
        let codes = scene.codes().await;
        scene.turn("open").await.expect(200);
        app.work();
        for day in [&codes[0..3], &codes[3..4], &codes[4..6]] {
            for code in day {
                scene.answer(app, code, said("done")).await.expect(201);
            }
            app.clock.advance(Duration::days(1));
            app.work();
        }
        assert_eq!(stored(app).1, 6);
        if app.backend == Backend::Postgres {
            #[derive(diesel::QueryableByName)]
            struct Together {
                #[diesel(sql_type = diesel::sql_types::BigInt)]
                count: i64,
            }
            // PostgreSQL keeps which transaction wrote a row.
            let sql = "SELECT count(DISTINCT xmin::text) AS count FROM invitation_spent";
            let together: Together = app.service.store.read(|db| Ok(stoa::on_each!(db, c => diesel::sql_query(sql).get_result(c))?)).unwrap();
            assert_eq!(together.count, 1, "a day with one answer would tell whose it is");
        }
    }

    async fn nobody_is_alone_without_a_stratum(app) {
        let scene = Scene::new(app, "anonymous").await;
        let line = |n: usize| format!("Person {n},{n} Quay,{}\n", match n { 0 => "Island", n if n % 2 == 0 => "North", _ => "SOUTH" });
        let csv = "name,address,stratum\n".to_owned() + &(0..29).map(line).collect::<String>();
        let tried = scene.list(&csv, "yes").await.expect(200).json();
        let merged: Vec<(&Value, &Value)> = tried["strata"].as_array().unwrap().iter().map(|one| (&one["stratum"], &one["merged"])).collect();
        assert_eq!(merged, [(&json!("Island"), &json!(true)), (&json!("North"), &json!(true)), (&json!("SOUTH"), &json!(false))], "{tried}");
        scene.list(&csv, "no").await.expect(200);
        // Another list writes a stratum otherwise; it is the same one. A quota is for whom enough are invited.
        scene.list("name,address,stratum\nOne more,1 Street,south\n", "no").await.expect(200);
        assert_eq!(scene.desk.post(&scene.path("quotas"), &json!({"stratum": "North", "quota": 9})).await.expect(422).fields(), ["quota"]);
        scene.desk.post(&scene.path("quotas"), &json!({"stratum": "SOUTH", "quota": 14})).await.expect(200);
        let codes = scene.codes().await;
        scene.turn("open").await.expect(200);
        app.work();
        for code in &codes[0..25] {
            scene.answer(app, code, said("done")).await.expect(201);
        }
        let without = stored(app).0.iter().filter(|(_, stratum, _)| stratum.is_none()).count();
        assert_eq!(without, 13, "the islander is among those of the north");
        scene.turn("close").await.expect(200);
        app.work();
        let watched = scene.desk.get(&scene.path("watch")).await.expect(200).json();
        assert_eq!(watched["strata"], json!([{"name": "SOUTH", "responses": 12}, {"name": "", "responses": 13}]), "{watched}");
        app.browser(&scene.coordinator).get(&format!("/surveys/{}/watch", scene.survey)).await.expect(200).shows("all others together");
    }

    async fn no_quota_is_left_for_too_few_without_a_word(app) {
        let scene = Scene::new(app, "anonymous").await;
        scene.invite(20).await;
        scene.desk.post(&scene.path("quotas"), &json!({"stratum": "North", "quota": 1})).await.expect(200);
        // What would leave too few for it is refused, until whoever set it takes it away.
        let ends = scene.list("name,address,stratum\nAlone,1 Street,Island\n", "no").await.expect(422);
        assert_eq!(ends.fields(), ["list:1:stratum"]);
        let list = scene.desk.get(&scene.path("invitations")).await.expect(200).json();
        let one = scene.path(&format!("invitations/{}", list["items"][0]["id"].as_str().unwrap()));
        assert_eq!(scene.desk.delete(&one).await.expect(409).code(), "quota_ends");
        assert_eq!(scene.states().await[0], "invited");
        scene.desk.post(&scene.path("quotas"), &json!({"stratum": "North"})).await.expect(200);
        scene.desk.delete(&one).await.expect(200);
        assert_eq!(scene.desk.post(&scene.path("quotas"), &json!({"stratum": "North", "quota": 1})).await.expect(422).fields(), ["quota"]);
    }

    async fn whoever_comes_back_to_the_list_answers_no_second_time(app) {
        let scene = Scene::new(app, "anonymous").await;
        scene.invite(6).await;
        let codes = scene.codes().await;
        scene.turn("open").await.expect(200);
        app.work();
        scene.answer(app, &codes[1], said("once")).await.expect(201);
        let list = scene.desk.get(&scene.path("invitations")).await.expect(200).json();
        let id = list["items"][1]["id"].as_str().unwrap().to_owned();
        scene.desk.delete(&scene.path(&format!("invitations/{id}"))).await.expect(200);
        assert_eq!(scene.answer(app, &codes[1], said("twice")).await.expect(422).fields(), ["code"]);
        let corrected = scene.desk.post(&scene.path(&format!("invitations/{id}/address")), &json!({"email": "other@example.org", "postal": ""})).await;
        assert_eq!(corrected.expect(409).code(), "invitation_removed", "or an old list would bring somebody else back");
        let later = json!({"opens_on": "2026-03-20", "closes_on": "2026-04-30"});
        assert_eq!(scene.desk.post(&scene.path("window"), &later).await.expect(422).fields(), ["opens_on"], "people are answering");
        let back = scene.list("name,address,stratum\nPERSON 1,1 Quay Street,South\nAnother,2 Quay Street,South\n", "no").await.expect(200).json();
        assert_eq!(back["invited"], 2);
        let list = scene.desk.get(&scene.path("invitations")).await.expect(200).json();
        assert_eq!((&list["items"][1]["id"], &list["items"][1]["state"], list["items"].as_array().unwrap().len()), (&json!(id), &json!("invited"), 7));
        assert_eq!(scene.codes().await[1], codes[1], "it is the same invitation");
        assert_eq!(scene.answer(app, &codes[1], said("twice")).await.expect(409).code(), "invitation_answered");
        assert_eq!(app.stored_responses(), 1);
    }

    async fn what_is_half_done_is_kept_for_those_who_are_invited(app) {
        let scene = Scene::new(app, "anonymous").await;
        scene.invite(6).await;
        let codes = scene.codes().await;
        scene.turn("open").await.expect(200);
        app.work();
        let visitor = app.visitor();
        let resume = visitor.get(&format!("/s/{}/resume?lang=en", scene.slug)).await.expect(200);
        let once = resume.input("@once").unwrap();
        let keep = async |code: &str| {
            let fields = [("@once", once.as_str()), ("@code", code), ("@language", "en"), ("@page", "0"), ("wish", "a library"), ("@go", "keep")];
            visitor.send(&format!("/s/{}", scene.slug), &fields).await
        };
        for stranger in ["", "7KQ2M-X4D9A-TRX8F"] {
            keep(stranger).await.expect(409).shows("This survey is for those who were invited").shows("a library");
        }
        keep(&codes[0]).await.expect(200).shows("/resume");
    }
}
