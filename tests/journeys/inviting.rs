//! Those who are invited one by one: lists, codes, mails and letters, quotas; that each answers once, and that nobody
//! learns who has.

mod parted;
mod untold;

use std::collections::BTreeSet;

use chrono::Duration;
use diesel::prelude::*;
use futures_util::future::join_all;
use serde_json::{Value, json};
use stoa::people::identity::Role;
use stoa::store::schema::{invitation, invitation_spent, message, response, survey};
use stoa::surveys::invitation::{code_of, mark_of};

use crate::support::{Answer, Api, Grants, Person, TestApp, Upload, issue_in_amman};

const SURVEY: &str = "type,name,label::English (en),label::Arabic (ar)\n\
    select_one yn,course,Did you take a course?,هل التحقت بدورة؟\n\
    text,wish,What do you wish for?,ماذا تتمنى؟\n";
const CHOICES: &str = "list_name,name,label::English (en),label::Arabic (ar)\nyn,yes,Yes,نعم\nyn,no,No,لا\n";
const MEASURES: &str = "measure,question,statistic,positive,domain\n1.1.a,course,proportion,yes,\n";

/// A survey with invitations in Amman, and who coordinates its round.
struct Scene {
    desk: Api,
    coordinator: Person,
    survey: String,
    slug: String,
}

impl Scene {
    async fn new(app: &TestApp, privacy: &str) -> Self {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let desk = app.as_person(&coordinator);
        let body = json!({"name": "words", "version_label": "1", "survey_csv": SURVEY, "choices_csv": CHOICES, "measures_csv": MEASURES});
        let instrument = desk.post("/api/v1/instruments", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        desk.post(&format!("/api/v1/instruments/{instrument}/publish"), &json!({})).await.expect(200);
        let first = app.act(&coordinator, |call| issue_in_amman(call, instrument.parse().unwrap())).unwrap();
        let input = json!({"participation_id": first.participation_id, "instrument_id": instrument, "mode": "invitation", "privacy": privacy, "closes_on": "2026-04-30"});
        let view = desk.post("/api/v1/surveys", &input).await.expect(201).json();
        assert_eq!((&view["privacy"], &view["list_until"]), (&json!(privacy), &json!("2026-05-30")), "{view}");
        let text = |name: &str| view[name].as_str().unwrap().to_owned();
        Self { survey: text("id"), slug: text("slug"), desk, coordinator }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/surveys/{}/{rest}", self.survey)
    }

    async fn turn(&self, word: &str) -> Answer {
        self.desk.post(&self.path(word), &json!({})).await
    }

    async fn list(&self, csv: &str, dry_run: &str) -> Answer {
        let file = Upload { field: "list", name: "people.csv", media_type: "text/csv", bytes: csv.as_bytes() };
        self.desk.upload(&self.path("invitations"), &[("dry_run", dry_run)], &[file]).await
    }

    /// So many people of two strata, every third with a mail address.
    async fn invite(&self, count: usize) {
        let line = |n: usize| {
            let address = if n.is_multiple_of(3) { format!("person{n}@example.org") } else { format!("{n} Quay Street") };
            format!(
                "Person {n},{address},{},{}\n",
                if n.is_multiple_of(2) { "en" } else { "ar" },
                if n.is_multiple_of(2) { "North" } else { "South" }
            )
        };
        let csv = "name,address,language,stratum\n".to_owned() + &(0..count).map(line).collect::<String>();
        let taken = self.list(&csv, "no").await.expect(200).json();
        assert_eq!((&taken["invited"], &taken["by_mail"]), (&json!(count), &json!(count.div_ceil(3))));
    }

    /// The codes of those invited, in the order of the list.
    async fn codes(&self) -> Vec<String> {
        let (mut codes, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.desk.get(&self.path(&format!("letters?{after}"))).await.expect(200).json();
            codes.extend(page["items"].as_array().unwrap().iter().map(|letter| letter["code"].as_str().unwrap().to_owned()));
            match page["next_cursor"].as_str() {
                Some(cursor) => after = format!("cursor={cursor}"),
                None => return codes,
            }
        }
    }

    async fn answer(&self, app: &TestApp, code: &str, body: Value) -> Answer {
        let mut body = body;
        body["code"] = json!(code);
        app.anonymous().post(&format!("/api/v1/surveys/{}/responses", self.slug), &body).await
    }
}

/// Turns the clock.
fn at(app: &TestApp, moment: &str) {
    let moment: stoa::ground::UtcTime = moment.parse().unwrap();
    app.clock.advance(Duration::seconds(moment.seconds_since(app.service.now())));
}

fn said(wish: &str) -> Value {
    json!({"answers": {"course": "yes", "wish": wish}})
}

/// To whom reminders have gone.
fn reminders(app: &TestApp) -> BTreeSet<String> {
    let reminds = |mail: &crate::support::Mail| mail.context["reminder"] == true && mail.state == "sent";
    app.mails().into_iter().filter(reminds).map(|mail| mail.to_email).collect()
}

/// Answers, stratum and invitation of a response.
type Stored = (String, Option<String>, Option<String>);

/// Everything that is stored of invitations' answers, as text.
fn stored(app: &TestApp) -> (Vec<Stored>, i64) {
    let rows = app.service.store.read(|db| {
        let rows = response::table.select((response::answers, response::stratum, response::invitation_id)).order(response::answers).load(db)?;
        Ok((rows, invitation_spent::table.count().get_result(db)?))
    });
    rows.unwrap()
}

both! {
    async fn a_list_is_tried_refused_line_by_line_and_taken(app) {
        let scene = Scene::new(app, "anonymous").await;
        let wrong = scene.list("name,email,language,shoe size\n,not an address,tlh-nope-nope,41\nBo,bo@example.org,en,39\nbo,bo@example.org,en,39\n", "no").await.expect(422);
        let codes: Vec<(String, String)> = wrong.json()["errors"].as_array().unwrap().iter().map(|e| (e["field"].as_str().unwrap().to_owned(), e["code"].as_str().unwrap().to_owned())).collect();
        let expected = [("list:1:shoe size", "list_column_unknown"), ("list:2:name", "required"), ("list:2:email", "bad_email"), ("list:2:language", "unknown_language"), ("list:4:name", "list_twice")];
        assert_eq!(codes, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
        let list = "name;address;language;stratum\nAmina;amina@example.org;ar;North\nBo;1 Quay;en;South\nBo's child;1 Quay;;South\n";
        let tried = scene.list(list, "yes").await.expect(200).json();
        assert_eq!((&tried["invited"], &tried["by_mail"], &tried["dry_run"]), (&json!(3), &json!(1), &json!(true)));
        assert_eq!(tried["strata"], json!([{"stratum": "North", "invited": 1, "merged": true}, {"stratum": "South", "invited": 2, "merged": true}]));
        assert_eq!(scene.desk.get(&scene.path("inviting")).await.expect(200).json()["invited"], 0);
        scene.list(list, "no").await.expect(200);
        assert_eq!(scene.list(list, "no").await.expect(422).json()["errors"][0]["code"], "list_known");
        let people = scene.desk.get(&scene.path("invitations")).await.expect(200).json();
        assert_eq!((people["items"][0]["name"].as_str(), people["items"][2]["language"].as_str()), (Some("Amina"), Some("ar")), "the city's language");
        assert!(!people.to_string().contains("code"), "no code in a list");

        let page = app.browser(&scene.coordinator);
        let base = format!("/surveys/{}/invitations", scene.survey);
        page.get(&base).await.expect(200).shows("Amina").shows("Strata and quotas").shows("No mails are planned yet");
        let bad = Upload { field: "list", name: "x.csv", media_type: "text/csv", bytes: b"name,email\nX,nobody\n" };
        page.upload(&format!("{base}/new"), &base, &[("dry_run", "yes")], &[bad]).await.expect(422).shows("What has to be mended");
        let good = Upload { bytes: b"name\nCleo\n", ..bad };
        page.upload(&format!("{base}/new"), &base, &[("dry_run", "yes")], &[good]).await.expect(200).shows("Nobody is invited yet: one person would be");
        let done = page.upload(&format!("{base}/new"), &base, &[("dry_run", "no")], &[good]).await.expect(303);
        page.follow(&done).await.expect(200).shows("One person is invited").shows("Cleo");
        page.get(&format!("/surveys/{}/letters", scene.survey)).await.expect(200).shows("Amina").shows("stored without your name");
        let plain = app.act(&scene.coordinator, |call| stoa::surveys::actions::survey_list(call, &stoa::web::paging::PageAt { after: None, limit: 50 })).unwrap();
        let open = plain.items.iter().find(|one| one.slug != scene.slug).unwrap();
        assert_eq!(scene.desk.get(&format!("/api/v1/surveys/{}/inviting", open.id)).await.expect(409).code(), "survey_by_link");
    }

    async fn each_invitation_is_answered_once_and_nothing_says_which(app) {
        let scene = Scene::new(app, "anonymous").await;
        scene.invite(40).await;
        let codes = scene.codes().await;
        assert_eq!((codes.len(), codes.iter().collect::<BTreeSet<_>>().len()), (40, 40));
        assert_eq!(scene.answer(app, &codes[0], said("early")).await.expect(409).code(), "closed");
        scene.turn("open").await.expect(200);
        let plain = app.anonymous().post(&format!("/api/v1/surveys/{}/responses", scene.slug), &said("no code")).await;
        assert_eq!(plain.expect(409).code(), "invitation_needed");
        for wrong in ["", "7KQ2M", "00000-00000-00000", "nonsense!"] {
            let status = if wrong.is_empty() { 409 } else { 422 };
            scene.answer(app, wrong, said("x")).await.expect(status);
        }
        assert_eq!(scene.answer(app, &codes[0], json!({"answers": {}})).await.expect(422).fields(), ["answers"], "a blank response is none");
        // Pressed twice it is one answer with one receipt; other answers are none.
        let body = |wish: &str| json!({"once": "a-visit-of-somebody", "answers": {"course": "yes", "wish": wish}});
        let typed = codes[0].to_lowercase().replace('-', " ");
        let first = scene.answer(app, &typed, body("one")).await.expect(201).json();
        assert_eq!(scene.answer(app, &codes[0], body("one")).await.expect(201).json(), first);
        assert_eq!(scene.answer(app, &codes[0], body("two")).await.expect(409).code(), "invitation_answered");
        let at_once = join_all((0..8).map(|n| scene.answer(app, &codes[1], said(&format!("race {n}"))))).await;
        assert_eq!(at_once.iter().filter(|answer| answer.status == 201).count(), 1);
        for code in &codes[2..20] {
            scene.answer(app, code, said("one of many")).await.expect(201);
        }
        let (rows, spent) = stored(app);
        assert_eq!((rows.len(), spent), (20, 20));
        assert!(rows.iter().all(|(_, stratum, id)| stratum.as_deref().is_some_and(|name| name == "North" || name == "South") && id.is_none()));

        // When the day is over, nothing knows visits, days or the order any more.
        app.clock.advance(Duration::hours(30));
        app.work();
        let known: i64 = app.service.store.read(|db| Ok(invitation_spent::table.filter(invitation_spent::day.is_not_null().or(invitation_spent::once.is_not_null())).count().get_result(db)?)).unwrap();
        assert_eq!(known, 0);
        assert_eq!(scene.answer(app, &codes[0], body("one")).await.expect(409).code(), "invitation_answered");
        // Whoever has everything but the survey's seed cannot say whose mark is whose; with it, they can until it has closed.
        let (id, seed): (String, Option<String>) = app.service.store.read(|db| Ok(survey::table.find(&scene.survey).select((survey::id, survey::key_seed)).first(db)?)).unwrap();
        let invited: Vec<stoa::ground::ids::InvitationId> = app.service.store.read(|db| Ok(invitation::table.order(invitation::number).select(invitation::id).load(db)?)).unwrap();
        let marks: BTreeSet<i64> = app.service.store.read(|db| Ok(invitation_spent::table.select(invitation_spent::mark).load::<i64>(db)?)).unwrap().into_iter().collect();
        let survey_id: stoa::ground::ids::SurveyId = id.parse().unwrap();
        let linked = |seed: &str| invited.iter().filter(|one| marks.contains(&mark_of(&app.service.secrets, &survey_id, seed, one))).count();
        assert_eq!((linked(&seed.unwrap()), linked("a guess")), (20, 0));
        assert_eq!(code_of(&app.service.secrets, &survey_id, &invited[0]), codes[0]);

        scene.turn("close").await.expect(200);
        app.work();
        let left: (Option<String>, i64) = app.service.store.read(|db| Ok((survey::table.find(&scene.survey).select(survey::key_seed).first(db)?, invitation_spent::table.count().get_result(db)?))).unwrap();
        assert_eq!(left, (None, 0));
        assert_eq!(scene.turn("open").await.expect(409).code(), "survey_invited");
        assert_eq!(scene.answer(app, &codes[39], said("late")).await.expect(409).code(), "closed");
        let estimates = scene.desk.get(&scene.path("estimates")).await.expect(200).json();
        assert_eq!(estimates["responses"], 20, "{estimates}");
    }

    async fn of_a_stratum_no_more_answer_than_its_quota_however_many_finish_at_once(app) {
        let scene = Scene::new(app, "anonymous").await;
        scene.invite(120).await;
        scene.turn("open").await.expect(200);
        assert_eq!(scene.desk.post(&scene.path("quotas"), &json!({"stratum": "East", "quota": 5})).await.expect(422).fields(), ["stratum"]);
        assert_eq!(scene.desk.post(&scene.path("quotas"), &json!({"stratum": "North", "quota": 0})).await.expect(422).fields(), ["quota"]);
        let view = scene.desk.post(&scene.path("quotas"), &json!({"stratum": "North", "quota": 10})).await.expect(200).json();
        assert_eq!(view["strata"][0]["quota"], 10);
        assert!(!view.to_string().contains("taken"), "how many have answered is nowhere exact");
        let codes = scene.codes().await;
        let all = join_all(codes.iter().map(|code| scene.answer(app, code, said("me")))).await;
        let of = |south: usize, status: u16| all.iter().enumerate().filter(|(n, answer)| n % 2 == south && answer.status == status).count();
        assert_eq!((of(0, 201), of(0, 409), of(1, 201)), (10, 50, 60));
        assert!(all.iter().filter(|answer| answer.status == 409).all(|answer| answer.code() == "quota_full"));
        // Whoever was refused has not used up the invitation.
        scene.desk.post(&scene.path("quotas"), &json!({"stratum": "North"})).await.expect(200);
        let refused = all.iter().position(|answer| answer.status == 409).unwrap();
        scene.answer(app, &codes[refused], said("after all")).await.expect(201);
        assert_eq!(stored(app).0.len(), 71);
    }

    async fn those_who_have_not_answered_are_written_to_and_nobody_sees_who_that_is(app) {
        let scene = Scene::new(app, "anonymous").await;
        scene.invite(30).await;
        let codes = scene.codes().await;
        assert_eq!(scene.desk.post(&scene.path("waves"), &json!({"kind": "invitation", "due": "tomorrow"})).await.expect(422).fields(), ["due"]);
        scene.desk.post(&scene.path("waves"), &json!({"kind": "invitation"})).await.expect(200);
        app.work();
        assert_eq!(app.mails().iter().filter(|mail| mail.template == "survey_invitation").count(), 0, "not before it is open");
        scene.turn("open").await.expect(200);
        app.clock.advance(Duration::minutes(20));
        app.work();
        app.deliver_mail();
        let first = app.last_mail("survey_invitation", "person3@example.org");
        assert!(first.rendered.text.contains(&format!("/i/{}", codes[3])), "{}", first.rendered.text);
        assert_eq!(app.mails().iter().filter(|mail| mail.template == "survey_invitation").count(), 10);
        let queued: String = app.service.store.read(|db| Ok(message::table.filter(message::subject_kind.eq_any(["invitation", "survey_reminder"])).select(message::context).first(db)?)).unwrap();
        assert!(codes.iter().all(|code| !queued.contains(code.as_str())), "no code lies in the outbox");

        for n in [0, 3, 6] {
            scene.answer(app, &codes[n], said("done")).await.expect(201);
        }
        // Somebody does not want mail: the page asks, a button says so.
        let visitor = app.visitor();
        let stop = format!("/i/{}/opt-out", codes[9]);
        visitor.get(&stop).await.expect(200).shows("No more mail?");
        visitor.send(&stop, &[]).await.expect(200).shows("You get no more mail");
        scene.desk.post(&scene.path("waves"), &json!({"kind": "reminder", "due": "2026-03-20 09:00"})).await.expect(200);
        app.work();
        assert_eq!(reminders(app), BTreeSet::new());
        at(app, "2026-03-20T07:01:00Z");
        app.work();
        app.deliver_mail();
        let reminded = reminders(app);
        let expected: BTreeSet<String> = [12, 15, 18, 21, 24, 27].map(|n| format!("person{n}@example.org")).into();
        assert_eq!(reminded, expected);
        // Nobody sees to whom: the journal has none of them, and no count.
        let journal = scene.desk.get("/api/v1/messages").await.expect(200).json();
        assert!(!journal.to_string().contains("person12@"), "{journal}");
        let id: String = app.service.store.read(|db| Ok(message::table.filter(message::subject_kind.eq_any(["invitation", "survey_reminder"])).select(message::id).first(db)?)).unwrap();
        scene.desk.get(&format!("/api/v1/messages/{id}")).await.expect(404);
        let view = scene.desk.get(&scene.path("inviting")).await.expect(200).json();
        assert_eq!((&view["opted_out"], &view["waves"][1]["state"]), (&json!(1), &json!("sent")));
        // Another list of the city knows whom not to write to.
        let other = scene.list("name,address\nSomebody new,PERSON9@example.org\n", "yes").await.expect(200).json();
        assert_eq!(other["opted_out"], 1);
        scene.desk.post(&scene.path("waves/2/cancel"), &json!({})).await.expect(200);
    }

    async fn whoever_answers_while_a_mail_waits_gets_none_and_what_went_out_is_not_kept(app) {
        let scene = Scene::new(app, "anonymous").await;
        scene.invite(12).await;
        let codes = scene.codes().await;
        scene.turn("open").await.expect(200);
        app.work();
        // Pressed twice, it is one mailing.
        for _ in 0..2 {
            scene.desk.post(&scene.path("waves"), &json!({"kind": "reminder"})).await.expect(200);
        }
        assert_eq!(scene.desk.get(&scene.path("inviting")).await.json()["waves"].as_array().unwrap().len(), 1);
        let waits = || app.service.store.read(|db| Ok(message::table.filter(message::subject_kind.eq_any(["invitation", "survey_reminder"])).select((message::state, message::to_email)).load::<(String, String)>(db)?)).unwrap();
        stoa::jobs::worker::run_due(&app.service).unwrap();
        // They answer, or want no mail, while the mails wait for the server.
        app.service.store.write(|db| Ok(diesel::update(message::table.filter(message::subject_kind.eq_any(["invitation", "survey_reminder"]))).set((message::state.eq("queued"), message::due_at.eq(app.service.now().chrono().naive_utc() + Duration::hours(1)))).execute(db)?)).unwrap();
        scene.answer(app, &codes[0], said("done")).await.expect(201);
        app.visitor().send(&format!("/i/{}/opt-out", codes[3]), &[]).await.expect(200);
        app.clock.advance(Duration::minutes(61));
        app.deliver_mail();
        let states = waits();
        let of = |email: &str| states.iter().find(|(_, to)| to == email).map_or("", |(state, _)| state.as_str());
        assert_eq!(["person0@example.org", "person3@example.org", "person6@example.org"].map(of), ["suppressed", "suppressed", "sent"], "{states:?}");
        app.clock.advance(Duration::minutes(61));
        app.work();
        assert_eq!(waits(), Vec::new(), "an hour later nothing says who was reminded");
    }

    async fn a_confidential_answer_is_replaced_by_the_next_and_its_link_erased_by_its_day(app) {
        let scene = Scene::new(app, "confidential").await;
        scene.invite(24).await;
        scene.turn("open").await.expect(200);
        let codes = scene.codes().await;
        for code in &codes[..22] {
            scene.answer(app, code, said("first")).await.expect(201);
        }
        scene.answer(app, &codes[0], said("second")).await.expect(201);
        let (rows, spent) = stored(app);
        assert_eq!((rows.len(), spent), (22, 0));
        assert_eq!(rows.iter().filter(|(answers, _, id)| answers.contains("second") && id.is_some()).count(), 1);
        // A day later as well; the row of before is gone.
        app.clock.advance(Duration::hours(40));
        app.work();
        scene.answer(app, &codes[0], said("third")).await.expect(201);
        assert_eq!(stored(app).0.iter().filter(|(answers, ..)| answers.contains("second") || answers.contains("third")).count(), 1);
        assert_eq!(scene.desk.post(&scene.path("window"), &json!({"list_until": "2026-06-30"})).await.expect(422).fields(), ["list_until"]);
        scene.desk.post(&scene.path("window"), &json!({"list_until": "2026-05-10"})).await.expect(200);
        at(app, "2026-05-01T10:00:00Z");
        app.work();
        assert_eq!(scene.answer(app, &codes[23], said("late")).await.expect(409).code(), "closed");
        assert!(stored(app).0.iter().all(|(_, _, id)| id.is_some()), "kept until its day");
        at(app, "2026-05-12T10:00:00Z");
        app.work();
        let people: i64 = app.service.store.read(|db| Ok(invitation::table.count().get_result(db)?)).unwrap();
        assert_eq!(people, 0);
        let (rows, _) = stored(app);
        assert!(rows.len() == 22 && rows.iter().all(|(_, _, id)| id.is_none()));
        assert_eq!(scene.desk.get(&format!("/api/v1/surveys/{}", scene.survey)).await.expect(200).json()["list_until"], Value::Null);
    }

    async fn small_strata_and_rare_languages_are_not_told_apart(app) {
        let scene = Scene::new(app, "anonymous").await;
        scene.invite(24).await;
        scene.list("name,stratum\nOne,Island\nTwo,Island\n", "no").await.expect(200);
        scene.turn("open").await.expect(200);
        let codes = scene.codes().await;
        let mut body = said("from the island");
        body["language"] = json!("ar");
        scene.answer(app, &codes[24], body).await.expect(201);
        for code in &codes[..12] {
            scene.answer(app, code, said("mainland")).await.expect(201);
        }
        assert!(stored(app).0.iter().any(|(answers, stratum, _)| answers.contains("island") && stratum.is_none()), "two were invited of it");
        scene.turn("close").await.expect(200);
        app.work();
        let (rows, _) = stored(app);
        assert!(rows.iter().all(|(_, stratum, _)| stratum.is_none()), "six of each answered: {rows:?}");
        let languages: BTreeSet<String> = app.service.store.read(|db| Ok(response::table.select(response::language).load::<String>(db)?)).unwrap().into_iter().collect();
        assert_eq!(languages, BTreeSet::from(["und".to_owned()]), "one without a language would be known by that");
    }

    async fn days_of_a_survey_are_the_citys_and_can_be_moved(app) {
        let scene = Scene::new(app, "anonymous").await;
        scene.invite(3).await;
        let codes = scene.codes().await;
        scene.desk.post(&scene.path("window"), &json!({"opens_on": "2026-03-10", "closes_on": "2026-03-01"})).await.expect(422);
        let moved = scene.desk.post(&scene.path("window"), &json!({"opens_on": "2026-03-10"})).await.expect(200).json();
        assert_eq!(moved["opens_at"], "2026-03-09T21:00:00Z", "midnight in Amman");
        scene.turn("open").await.expect(200);
        at(app, "2026-03-09T20:59:00Z");
        assert_eq!(scene.answer(app, &codes[0], said("early")).await.expect(409).code(), "closed");
        app.visitor().get(&format!("/i/{}", codes[0])).await.expect(404);
        at(app, "2026-03-09T21:01:00Z");
        scene.answer(app, &codes[0], said("in time")).await.expect(201);
        let page = app.browser(&scene.coordinator);
        let days = format!("/surveys/{}/days", scene.survey);
        page.form(&days, &[("opens_on", "2026-03-10"), ("closes_on", "2026-02-01"), ("list_until", "")]).await.expect(422).shows("Please choose a day that is not over yet");
        let done = page.form(&days, &[("opens_on", "2026-03-10"), ("closes_on", "2026-05-20"), ("list_until", "")]).await.expect(303);
        page.follow(&done).await.expect(200).shows("The days are moved").shows("2026-05-20");
        // A first day that has passed stays as it is.
        at(app, "2026-03-20T10:00:00Z");
        page.form(&days, &[("opens_on", "2026-03-10"), ("closes_on", "2026-05-21"), ("list_until", "")]).await.expect(303);
        let view = scene.desk.get(&format!("/api/v1/surveys/{}", scene.survey)).await.json();
        assert_eq!((&view["opens_at"], &view["closes_at"]), (&json!("2026-03-09T21:00:00Z"), &json!("2026-05-21T20:59:59Z")));
        let officer = app.person(Role::CityOfficer, Grants::Instance);
        app.browser(&officer).get(&days).await.expect(404);
        scene.desk.delete(&scene.path(&format!("invitations/{}", scene.desk.get(&scene.path("invitations")).await.json()["items"][1]["id"].as_str().unwrap()))).await.expect(200);
        assert_eq!(scene.answer(app, &codes[1], said("removed")).await.expect(422).fields(), ["code"]);
    }

    async fn somebody_invited_answers_page_by_page_and_is_told_what_is_kept(app) {
        let scene = Scene::new(app, "anonymous").await;
        scene.invite(24).await;
        scene.turn("open").await.expect(200);
        let codes = scene.codes().await;
        let phone = app.visitor();
        phone.get(&format!("/s/{}", scene.slug)).await.expect(409).shows("This survey is for those who were invited");
        phone.send("/i", &[("code", "7KQ2M-X4D9A-TRX8F")]).await.expect(422).shows("We do not know this code").shows("7KQ2M-X4D9A-TRX8F");
        let found = phone.send("/i", &[("code", &codes[0].to_lowercase().replace('-', ""))]).await.expect(303);
        assert_eq!(found.location(), format!("/i/{}", codes[0]));
        let first = phone.get(&format!("{}?lang=en", found.location())).await.expect(200);
        first.shows("only this survey can read").shows("I do not want mail about this city’s surveys");
        let page = phone.get(&format!("/i/{}/start?lang=en", codes[0])).await.expect(200);
        let field = |page: &Answer, name: &str| page.input(name).unwrap_or_default();
        let carry = |page: &Answer| -> Vec<(String, String)> {
            ["@once", "@code", "@language", "@seen", "@page", "course", "wish"].iter().map(|name| ((*name).to_owned(), field(page, name))).filter(|(_, value)| !value.is_empty()).collect()
        };
        assert_eq!(field(&page, "@code"), codes[0]);
        let mut sent = carry(&page);
        sent.retain(|(name, _)| name != "course");
        sent.extend([("course".to_owned(), "yes".to_owned()), ("wish".to_owned(), "a library".to_owned()), ("@go".to_owned(), "next".to_owned())]);
        let to = format!("/s/{}", scene.slug);
        let post = async |fields: &[(String, String)]| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            phone.send(&to, &fields).await
        };
        let mut check = post(&sent).await;
        while check.input("@page").is_some_and(|page| !page.is_empty()) {
            let mut again = carry(&check);
            again.retain(|(name, _)| name != "wish");
            again.extend([("wish".to_owned(), "a library".to_owned()), ("@go".to_owned(), "next".to_owned())]);
            check = post(&again).await;
        }
        check.shows("a library").shows("nothing joins your answers to you");
        let mut last = carry(&check);
        last.push(("@go".to_owned(), "submit".to_owned()));
        let mut blank = last.clone();
        blank.retain(|(name, _)| name != "course" && name != "wish");
        post(&blank).await.expect(422).shows("You have not answered any question yet");
        let thanks = post(&last).await.expect(200);
        let receipt = thanks.seen();
        assert_eq!(post(&last).await.expect(200).seen(), receipt, "pressed twice");
        phone.get(&format!("/i/{}", codes[0])).await.expect(409).shows("You have answered already");
        assert_eq!(stored(app).0.len(), 1);
        // Without its code nothing is stored; what somebody typed stays on the page where a stratum is full.
        let mut without = last.clone();
        without.retain(|(name, _)| name != "@code");
        post(&without).await.expect(409).shows("This survey is for those who were invited");
        scene.desk.post(&scene.path("quotas"), &json!({"stratum": "North", "quota": 1})).await.expect(200);
        let page = phone.get(&format!("/i/{}", codes[2])).await.expect(409);
        page.shows("Enough people have answered");
        let mut late = last.clone();
        late.retain(|(name, _)| name != "@code" && name != "@once");
        late.extend([("@code".to_owned(), codes[2].clone()), ("@once".to_owned(), field(&phone.get(&format!("/i/{}/start", codes[1])).await.expect(200), "@once"))]);
        post(&late).await.expect(409).shows("a library").shows("Your answers were not stored");
    }
}
