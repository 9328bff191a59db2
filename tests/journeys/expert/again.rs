//! A report that is given back and submitted again, and the experts who judge it meanwhile.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::scene::{Expert, Seat};
use crate::city::{World, begun, etag, fill, world};
use crate::support::TestApp;

/// A submitted report of sixteen sections, and the people around it.
struct Panel<'a> {
    app: &'a TestApp,
    world: World,
    /// `/api/v1/reports/…`
    report: String,
    measures: Vec<String>,
}

impl<'a> Panel<'a> {
    async fn of(app: &'a TestApp) -> Self {
        let world = world(app);
        let report = begun(app, &world).await;
        let officer = app.as_person(&world.officer);
        fill(&officer, &report).await;
        officer.post(&format!("{report}/submit"), &json!({})).await.expect(201);
        let view = officer.get(&report).await.expect(200).json();
        let measures = view["sections"].as_array().unwrap().iter().map(|s| s["measure"].as_str().unwrap().to_owned()).collect();
        Self { app, world, report, measures }
    }

    /// The newest submission.
    async fn submission(&self) -> String {
        let view = self.app.as_person(&self.world.officer).get(&self.report).await.expect(200).json();
        view["submission_id"].as_str().unwrap().to_owned()
    }

    async fn expert(&self, number: usize) -> Expert {
        let email = format!("expert.{number}@example.org");
        let body = json!({"email": email, "name": format!("Expert {number}"), "languages": ["en"], "countries": ["DE"], "load_max": 5});
        let view = self.app.as_person(&self.world.coordinator).post("/api/v1/experts", &body).await.expect(201).json();
        Expert { id: view["person_id"].as_str().unwrap().to_owned(), email }
    }

    /// Invites an expert, who accepts.
    async fn seat(&self, expert: &Expert) -> Seat {
        self.app.clock.advance(chrono::Duration::minutes(1));
        let path = format!("/api/v1/submissions/{}/reviews", self.submission().await);
        let seat = self.app.as_person(&self.world.coordinator).post(&path, &json!({"person_id": expert.id})).await.expect(201).json();
        let seat = self.seat_of(seat["review_id"].as_str().unwrap(), expert);
        self.app.with_token(&seat.token).post(&format!("/api/v1/reviews/{}/accept", seat.id), &json!({})).await.expect(200);
        seat
    }

    fn seat_of(&self, id: &str, expert: &Expert) -> Seat {
        let mail = self.app.last_mail("review_invitation", &expert.email);
        let path = mail.paths(self.app).first().expect("a link").clone();
        Seat { id: id.to_owned(), token: path.strip_prefix("/review/").unwrap().to_owned(), path }
    }

    async fn rates(&self, seat: &Seat, measure: &str, version: &str, level: i32) {
        let path = format!("/api/v1/reviews/{}/ratings/{measure}", seat.id);
        let body = json!({"level": level, "comment": format!("Level {level} is what is shown.")});
        self.app.with_token(&seat.token).put(&path, version, &body).await.expect(200);
    }

    /// Level 2 for everything but what is said otherwise by place, and submits.
    async fn completes(&self, seat: &Seat, other: &[(usize, i32)]) {
        for (i, measure) in self.measures.iter().enumerate() {
            let level = other.iter().find(|(at, _)| *at == i).map_or(2, |(_, level)| *level);
            self.rates(seat, measure, "\"v0\"", level).await;
        }
        self.app.with_token(&seat.token).post(&format!("/api/v1/reviews/{}/submit", seat.id), &json!({})).await.expect(200);
    }

    async fn review(&self, seat: &Seat) -> Value {
        self.app.with_token(&seat.token).get(&format!("/api/v1/reviews/{}", seat.id)).await.expect(200).json()
    }

    async fn give_back(&self) {
        self.app.clock.advance(chrono::Duration::minutes(1));
        let coordinator = self.app.as_person(&self.world.coordinator);
        coordinator.post(&format!("{}/return", self.report), &json!({"note": "Please look at it again."})).await.expect(200);
    }

    async fn change(&self, place: usize, body: &str) {
        let officer = self.app.as_person(&self.world.officer);
        let view = officer.get(&self.report).await.expect(200).json();
        let section = &view["sections"][place];
        let path = format!("{}/sections/{}", self.report, section["measure"].as_str().unwrap());
        officer.put(&path, &etag(section), &json!({"body": body})).await.expect(200);
    }

    async fn submit_again(&self) -> Value {
        self.app.clock.advance(chrono::Duration::minutes(1));
        self.app.as_person(&self.world.officer).post(&format!("{}/submit", self.report), &json!({})).await.expect(201).json()
    }

    /// Scores by measure, as results get them: the value, and where it stands.
    fn scores(&self) -> BTreeMap<String, (Option<f64>, String)> {
        let service = &self.app.service;
        let read = service.store.read(|db| {
            let newest: BTreeMap<_, _> = stoa::reports::store::newest_submission_ids(db, &self.world.round)?.into_iter().collect();
            let place = stoa::rounds::store::place(db, &self.world.participation)?;
            let wanted = vec![(place.participation.clone(), newest.get(&place.participation).cloned())];
            stoa::reviews::actions::panel_scores(service, db, &place.round, wanted)
        });
        read.unwrap().into_iter().map(|s| (s.measure.to_string(), (s.score, s.state.to_string()))).collect()
    }

    fn given(&self) -> usize {
        self.scores().values().filter(|(score, _)| score.is_some()).count()
    }

    async fn cases(&self) -> Vec<Value> {
        let path = format!("/api/v1/rounds/{}/disagreements", self.world.round);
        self.app.as_person(&self.world.coordinator).get(&path).await.expect(200).json()["items"].as_array().unwrap().clone()
    }

    async fn case(&self, place: usize) -> Value {
        self.cases().await.into_iter().find(|c| c["measure"] == *self.measures[place]).expect("a case")
    }

    async fn settle(&self, place: usize, how: &str, level: i32) {
        let path = format!("/api/v1/disagreements/{}/resolve", self.case(place).await["id"].as_str().unwrap());
        let said = json!({"resolution": how, "level": level, "note": "Talked about."});
        self.app.as_person(&self.world.coordinator).post(&path, &said).await.expect(200);
    }

    async fn desk(&self) -> Value {
        let path = format!("/api/v1/rounds/{}/assignments", self.world.round);
        self.app.as_person(&self.world.coordinator).get(&path).await.expect(200).json()
    }

    async fn agreement(&self) -> Value {
        self.app.work();
        let path = format!("/api/v1/rounds/{}/agreement", self.world.round);
        self.app.as_person(&self.world.coordinator).get(&path).await.expect(200).json()["overall"].clone()
    }

    fn mails(&self, template: &str, to: &Expert) -> usize {
        self.app.mails_to(&to.email).iter().filter(|m| m.template == template).count()
    }
}

both! {
    // F1: sixteen scores became none, without a word.
    async fn a_report_submitted_again_unchanged_keeps_its_panel_its_scores_and_its_settled_cases(app) {
        let panel = Panel::of(app).await;
        let (one, two, three) = (panel.expert(1).await, panel.expert(2).await, panel.expert(3).await);
        let (a, b) = (panel.seat(&one).await, panel.seat(&two).await);
        panel.completes(&a, &[(0, 4), (1, 4), (2, 4)]).await;
        panel.completes(&b, &[(0, 1), (1, 1), (2, 1)]).await;
        assert_eq!(panel.given(), 13, "three cases are open");
        panel.settle(0, "consensus", 3).await;
        panel.settle(1, "adjudication", 2).await;
        let third = format!("/api/v1/disagreements/{}/third", panel.case(2).await["id"].as_str().unwrap());
        app.clock.advance(chrono::Duration::minutes(1));
        let asked = app.as_person(&panel.world.coordinator).post(&third, &json!({"person_id": three.id})).await.expect(200).json();
        let c = panel.seat_of(asked["third_review_id"].as_str().unwrap(), &three);
        app.with_token(&c.token).post(&format!("/api/v1/reviews/{}/accept", c.id), &json!({})).await.expect(200);
        panel.rates(&c, &panel.measures[2], "\"v0\"", 3).await;
        app.with_token(&c.token).post(&format!("/api/v1/reviews/{}/submit", c.id), &json!({})).await.expect(200);
        let (scores, agreement) = (panel.scores(), panel.agreement().await);
        assert_eq!(panel.given(), 16);

        panel.give_back().await;
        assert_eq!(panel.scores(), scores, "while the city has its report, what was rated stays");
        // Blanks are typed differently; that is no change.
        panel.change(5, "  What we do,  who does it, and what has come of it. ").await;
        let first = panel.submission().await;
        let again = panel.submit_again().await;
        assert_ne!(again["id"], json!(first));
        assert_eq!(panel.scores(), scores);
        for seat in [&a, &b, &c] {
            let review = panel.review(seat).await;
            assert_eq!((&review["state"], &review["submission_id"], &review["reopened"]), (&json!("submitted"), &again["id"], &json!(false)));
            assert!(review["ratings"].as_array().unwrap().iter().all(|r| r["kept"] == true && r["given_on"] == *first));
        }
        assert_eq!(panel.cases().await.iter().map(|c| (c["state"].as_str().unwrap(), &c["submission_id"])).collect::<Vec<_>>(), vec![("resolved", &again["id"]); 3]);
        assert_eq!(panel.agreement().await, agreement, "what was said once is counted once");
        let desk = panel.desk().await;
        assert_eq!((&desk["totals"]["full"], &desk["totals"]["submitted"], &desk["reports"][0]["submitted"]), (&json!(1), &json!(2), &json!(2)));
        assert_eq!(desk["reports"][0]["seats"].as_array().unwrap().len(), 3);
        assert_eq!([&one, &two, &three].map(|e| panel.mails("review_on", e)), [0, 0, 0], "nobody has anything to do");
        let candidates = format!("/api/v1/submissions/{}/candidates", again["id"].as_str().unwrap());
        let candidates = app.as_person(&panel.world.coordinator).get(&candidates).await.expect(200).json();
        assert!(candidates["items"].as_array().unwrap().iter().all(|c| c["load"] == 1), "{candidates}");
        let funnel = app.as_person(&panel.world.coordinator).get(&format!("/api/v1/rounds/{}/funnel", panel.world.round)).await.expect(200).json();
        assert_eq!((&funnel["totals"]["reviews"], &funnel["totals"]["reviewed"], &funnel["totals"]["disagreements"]), (&json!(2), &json!(1), &json!(0)));
        // Twice is as once.
        panel.give_back().await;
        panel.submit_again().await;
        assert_eq!(panel.scores(), scores);
        // What was about the first submission says so.
        let old = format!("/api/v1/submissions/{first}/reviews");
        assert_eq!(app.as_person(&panel.world.coordinator).post(&old, &json!({"person_id": three.id})).await.expect(409).code(), "not_current");
    }

    async fn a_changed_section_is_asked_again_and_everything_else_is_kept(app) {
        let panel = Panel::of(app).await;
        let (one, two) = (panel.expert(1).await, panel.expert(2).await);
        let (a, b) = (panel.seat(&one).await, panel.seat(&two).await);
        panel.completes(&a, &[(0, 4), (1, 4)]).await;
        panel.completes(&b, &[(0, 1), (1, 1)]).await;
        panel.settle(0, "adjudication", 2).await;
        panel.settle(1, "consensus", 3).await;
        let (before, agreement) = (panel.scores(), panel.agreement().await);
        panel.give_back().await;
        panel.change(0, "Now we say it in other words.").await;
        let again = panel.submit_again().await;
        let changed = panel.measures[0].as_str();

        let scores = panel.scores();
        assert_eq!(scores[changed], (None, "asked_again".to_owned()));
        assert!(before.iter().all(|(measure, was)| measure == changed || scores[measure] == *was), "the settled case of what did not change stands");
        let cases = panel.cases().await;
        let case = |place: usize| cases.iter().find(|c| c["measure"] == *panel.measures[place]).unwrap();
        assert_eq!((&case(1)["submission_id"], &case(1)["state"]), (&again["id"], &json!("resolved")));
        assert_ne!(case(0)["submission_id"], again["id"], "a case about what was there before stays with it");
        assert_eq!(panel.agreement().await, agreement);

        // Both are asked about the one section, beside what was there, by one mail each and the same link.
        let mail = app.last_mail("review_on", &one.email);
        assert_eq!((mail.paths(app)[0].as_str(), mail.context["changed"].as_array().unwrap().len(), &mail.context["reopened"]), (a.path.as_str(), 1, &json!(true)));
        assert_eq!([&one, &two].map(|e| panel.mails("review_on", e)), [1, 1]);
        let review = panel.review(&a).await;
        assert_eq!((&review["state"], &review["reopened"], &review["before"][0]["level"]), (&json!("accepted"), &json!(true), &json!(4)));
        let rating = |of: &Value, measure: &str| of["ratings"].as_array().unwrap().iter().find(|r| r["measure"] == *measure).unwrap().clone();
        let draft = rating(&review, changed);
        assert_eq!((&draft["level"], &draft["comment"], &draft["kept"]), (&Value::Null, &json!("Level 4 is what is shown."), &json!(false)));
        assert_eq!(rating(&review, &panel.measures[3])["kept"], true);
        let browser = app.visitor();
        browser.get(&a.path).await.expect(200).shows("asked again").shows("15 of 16 sections judged");
        browser.get(&format!("{}/rate/{changed}", a.path)).await.expect(200).shows("other words").shows("The city has changed this section");
        browser.get(&format!("{}/rate/{}", a.path, panel.measures[3])).await.expect(200).shows("Your rating is kept");

        // What is kept is not given twice, and nobody saves over the change without seeing it.
        let api = app.with_token(&a.token);
        let at = |measure: &str| format!("/api/v1/reviews/{}/ratings/{measure}", a.id);
        assert_eq!(api.put(&at(&panel.measures[3]), "\"v1\"", &json!({"level": 0})).await.expect(409).code(), "rating_kept");
        assert_eq!(api.put(&at(changed), "\"v1\"", &json!({"level": 0, "comment": "From an old page."})).await.expect(412).code(), "stale");
        let submit = format!("/api/v1/reviews/{}/submit", a.id);
        assert_eq!(api.post(&submit, &json!({})).await.expect(422).fields(), [format!("ratings.{changed}")]);
        assert_eq!(api.post(&format!("/api/v1/reviews/{}/decline", a.id), &json!({"reason": "No."})).await.expect(409).code(), "already_submitted");
        panel.rates(&a, changed, "\"v2\"", 3).await;
        api.post(&submit, &json!({})).await.expect(200);
        assert_eq!(panel.scores()[changed], (Some(3.0), "single".to_owned()));
        panel.rates(&b, changed, "\"v2\"", 2).await;
        app.with_token(&b.token).post(&format!("/api/v1/reviews/{}/submit", b.id), &json!({})).await.expect(200);
        assert_eq!(panel.scores()[changed], (Some(2.5), "agreed".to_owned()));
        assert_eq!(panel.given(), 16);
        // Who was asked again knows what they said before: agreement goes by the first ratings.
        assert_eq!(panel.agreement().await, agreement);
        let review = panel.review(&a).await;
        assert_eq!((&rating(&review, changed)["given_on"], &review["state"]), (&again["id"], &json!("submitted")));
    }

    async fn who_is_at_work_is_said_before_and_told_and_loses_nothing(app) {
        let panel = Panel::of(app).await;
        let (one, two) = (panel.expert(1).await, panel.expert(2).await);
        let (a, b) = (panel.seat(&one).await, panel.seat(&two).await);
        panel.completes(&a, &[]).await;
        for place in [0, 1] {
            panel.rates(&b, &panel.measures[place], "\"v0\"", 3).await;
        }
        // Before: who is at work, and what has been rated; nothing of it for the city.
        let coordinator = app.as_person(&panel.world.coordinator);
        let submission = format!("/submissions/{}", panel.submission().await);
        let there = coordinator.get(&format!("/api/v1{submission}")).await.expect(200).json()["at_work"].clone();
        assert_eq!((&there["accepted"], &there["writing"], &there["submitted"], &there["ratings"]), (&json!(1), &json!(1), &json!(1), &json!(16)));
        assert_eq!(there["seats"][1]["name"], "Expert 2");
        assert!(app.as_person(&panel.world.officer).get(&format!("/api/v1{submission}")).await.expect(200).json()["at_work"].is_null());
        app.browser(&panel.world.coordinator).get(&submission).await.expect(200).shows("Experts at work").shows("Expert 2").shows("16 ratings");
        assert!(!app.browser(&panel.world.officer).get(&submission).await.expect(200).text().contains("Expert 2"));
        panel.give_back().await;
        assert_eq!([&one, &two].map(|e| panel.mails("review_given_back", e)), [0, 1]);
        app.visitor().get(&b.path).await.expect(200).shows("The city has its report back");
        // They go on meanwhile; what is of a section that stays is kept, the rest is asked again.
        panel.rates(&b, &panel.measures[2], "\"v0\"", 2).await;
        panel.change(1, "We have thought again.").await;
        panel.change(4, "Here, too.").await;
        panel.submit_again().await;
        assert_eq!([&one, &two].map(|e| panel.mails("review_on", e)), [1, 1]);
        let review = panel.review(&b).await;
        let rating = |place: usize| review["ratings"].as_array().unwrap().iter().find(|r| r["measure"] == *panel.measures[place]).cloned().unwrap();
        assert_eq!([0, 1, 2].map(|place| rating(place)["level"].clone()), [json!(3), Value::Null, json!(2)]);
        assert_eq!(rating(1)["comment"], "Level 3 is what is shown.");
        assert_eq!((&review["reopened"], &review["state"]), (&json!(false), &json!("accepted")));
        // A page that was open before the change is told, even where nothing was saved yet.
        let late = format!("/api/v1/reviews/{}/ratings/{}", b.id, panel.measures[4]);
        assert_eq!(app.with_token(&b.token).put(&late, "\"v0\"", &json!({"level": 1})).await.expect(412).code(), "stale");
    }

    async fn a_third_expert_whose_section_changes_is_told_that_it_is_past(app) {
        let panel = Panel::of(app).await;
        let (one, two, three) = (panel.expert(1).await, panel.expert(2).await, panel.expert(3).await);
        for (expert, level) in [(&one, 4), (&two, 1)] {
            let seat = panel.seat(expert).await;
            panel.completes(&seat, &[(0, level)]).await;
        }
        let case = panel.case(0).await["id"].as_str().unwrap().to_owned();
        app.clock.advance(chrono::Duration::minutes(1));
        let coordinator = app.as_person(&panel.world.coordinator);
        let asked = coordinator.post(&format!("/api/v1/disagreements/{case}/third"), &json!({"person_id": three.id})).await.expect(200).json();
        panel.give_back().await;
        panel.change(0, "Something else.").await;
        panel.submit_again().await;
        assert_eq!((panel.mails("review_past", &three), panel.mails("review_on", &three)), (1, 0));
        let third = format!("/api/v1/reviews/{}", asked["third_review_id"].as_str().unwrap());
        assert_eq!(coordinator.get(&third).await.expect(200).json()["state"], "withdrawn");
        assert_eq!(panel.case(0).await["state"], "lapsed");
        let settle = json!({"resolution": "consensus", "level": 2, "note": "Late."});
        assert_eq!(coordinator.post(&format!("/api/v1/disagreements/{case}/resolve"), &settle).await.expect(409).code(), "case_lapsed");
        app.browser(&panel.world.coordinator).get(&format!("/disagreements/{case}")).await.expect(200).shows("an earlier submission");
    }

    async fn a_panel_that_an_older_version_left_behind_goes_on_with_the_upgrade(app) {
        use diesel::prelude::*;
        use diesel_migrations::{FileBasedMigrations, MigrationHarness};
        use stoa::store::schema::review;
        let panel = Panel::of(app).await;
        let (one, two) = (panel.expert(1).await, panel.expert(2).await);
        let (a, b) = (panel.seat(&one).await, panel.seat(&two).await);
        panel.completes(&a, &[]).await;
        panel.rates(&b, &panel.measures[0], "\"v0\"", 1).await;
        let (scores, first) = (panel.scores(), panel.submission().await);
        panel.give_back().await;
        let again = panel.submit_again().await;
        // As it was: another submission, and everybody still with the one before.
        app.service.store.read(|db| {
            let kind = if matches!(db, stoa::store::Db::Sqlite(_)) { "sqlite" } else { "postgres" };
            let from = FileBasedMigrations::from_path(format!("{}/migrations/{kind}", env!("CARGO_MANIFEST_DIR"))).unwrap();
            while stoa::on_each!(db, c => c.revert_last_migration(from.clone()).map(|v| v.to_string())).unwrap() != "00000000000015" {}
            diesel::update(review::table).set(review::submission_id.eq(&first)).execute(db)?;
            Ok(())
        }).unwrap();
        stoa::store::migrate::migrate(&app.service.store).unwrap();
        assert_eq!(panel.scores(), scores);
        for (seat, state) in [(&a, "submitted"), (&b, "accepted")] {
            let review = panel.review(seat).await;
            assert_eq!((&review["submission_id"], &review["state"]), (&again["id"], &json!(state)));
        }
        let review = panel.review(&a).await;
        assert!(review["ratings"].as_array().unwrap().iter().all(|r| r["given_on"] == *first && r["kept"] == true));
        assert_eq!(panel.review(&b).await["ratings"][0]["given_on"], Value::Null);
    }
}
