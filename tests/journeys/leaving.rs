//! Answers on their way out: who may take them, from when on, in which files, and what these never tell.

use std::collections::{BTreeMap, BTreeSet};

use calamine::Reader;
use chrono::Duration;
use diesel::prelude::*;
use serde_json::{Value, json};
use stoa::ground::ids::RoundId;
use stoa::people::identity::{Role, Stage};
use stoa::store::schema::{audit_entry, participation, response_export_part};

use crate::support::{Answer, Api, Grants, Person, TestApp, issue_in_amman};

const SURVEY: &str = "type,name,label::English (en),label::Arabic (ar),relevant\n\
    select_one yn,course,Did you take a course?,هل التحقت بدورة؟,\n\
    select_multiple place,_where,Where?,أين؟,${course} = 'yes'\n\
    integer,hours,How many hours?,كم ساعة؟,${course} = 'yes'\n\
    text,wish,What do you wish for?,ماذا تتمنى؟,\n";
const CHOICES: &str = "list_name,name,label::English (en),label::Arabic (ar)\n\
    yn,yes,Yes,نعم\nyn,no,No,لا\nplace,home,At home,في البيت\nplace,work,At work,في العمل\n";
const MEASURES: &str = "measure,question,statistic,positive,domain\n1.1.a,course,proportion,yes,\n";

/// A survey in Amman and who coordinates its round.
struct Scene {
    desk: Api,
    coordinator: Person,
    survey: String,
    slug: String,
    round: RoundId,
}

impl Scene {
    async fn new(app: &TestApp) -> Self {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let desk = app.as_person(&coordinator);
        let body = json!({"name": "words", "version_label": "1", "survey_csv": SURVEY, "choices_csv": CHOICES, "measures_csv": MEASURES});
        let instrument = desk.post("/api/v1/instruments", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        desk.post(&format!("/api/v1/instruments/{instrument}/publish"), &json!({})).await.expect(200);
        let view = app.act(&coordinator, |call| issue_in_amman(call, instrument.parse().unwrap())).unwrap();
        let scene = Self { desk, coordinator, survey: view.id.to_string(), slug: view.slug, round: view.round_id };
        scene.turn("open").await.expect(200);
        scene
    }

    async fn turn(&self, word: &str) -> Answer {
        self.desk.post(&format!("/api/v1/surveys/{}/{word}", self.survey), &json!({})).await
    }

    /// Answers of so many people, each of them another one.
    async fn answer(&self, app: &TestApp, numbers: std::ops::Range<usize>) {
        for n in numbers {
            let answers = match n % 3 {
                0 => json!({"course": "yes", "_where": ["home", "work"], "hours": n, "wish": format!("=Wish {n}")}),
                1 => json!({"course": "no", "wish": "More evening courses, please"}),
                _ => json!({"course": "yes"}),
            };
            app.anonymous().post(&format!("/api/v1/surveys/{}/responses", self.slug), &json!({"answers": answers})).await.expect(201);
        }
    }

    /// Closed for good, with all its days over.
    async fn sealed(&self, app: &TestApp) {
        self.turn("close").await.expect(200);
        app.work();
        self.turn("seal").await.expect(200);
        app.clock.advance(Duration::hours(30));
        app.work();
    }

    fn exports(&self) -> String {
        format!("/api/v1/surveys/{}/exports", self.survey)
    }

    /// Asks for a file, has it made and takes it.
    async fn file(&self, app: &TestApp, input: Value) -> Vec<u8> {
        let asked = self.desk.post(&self.exports(), &input).await.expect(201).json();
        app.work();
        let view = self.desk.get(&format!("/api/v1/exports/{}", asked["id"].as_str().unwrap())).await.expect(200).json();
        assert_eq!((&view["state"], &view["done"]), (&json!("ready"), &view["todo"]), "{view}");
        let request = self.desk.request(reqwest::Method::GET, &format!("/api/v1/exports/{}/file", view["id"].as_str().unwrap()));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
        let bytes = answer.bytes().await.unwrap().to_vec();
        assert_eq!(json!(bytes.len()), view["bytes"]);
        bytes
    }
}

fn rows(csv: &[u8]) -> Vec<BTreeMap<String, String>> {
    let text = std::str::from_utf8(csv).unwrap().trim_start_matches('\u{feff}');
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.unwrap()).collect()
}

both! {
    async fn a_round_that_opens_again_takes_no_answers_from_those_who_may_have_them(app) {
        let scene = Scene::new(app).await;
        scene.answer(app, 0..60).await;
        scene.sealed(app).await;
        let round = scene.desk.get(&format!("/api/v1/surveys/{}", scene.survey)).await.expect(200).json()["round_id"].as_str().unwrap().to_owned();
        for word in ["open", "close", "open", "close"] {
            scene.desk.post(&format!("/api/v1/rounds/{round}/{word}"), &json!({})).await.expect(200);
            app.clock.advance(Duration::minutes(2));
            app.work();
            app.clock.advance(Duration::minutes(2));
        }
        let estimates = scene.desk.get(&format!("/api/v1/surveys/{}/estimates", scene.survey)).await.expect(200).json();
        assert_eq!(estimates["stands"], false, "nobody could answer: {estimates}");
        scene.desk.post(&scene.exports(), &json!({"format": "csv"})).await.expect(201);
    }

    async fn before_it_was_looked_at_nothing_says_whether_somebody_answered_meanwhile(app) {
        let scene = Scene::new(app).await;
        scene.answer(app, 0..60).await;
        scene.turn("close").await.expect(200);
        app.work();
        let page = app.browser(&scene.coordinator);
        for (answers, stands) in [(60..60, true), (60..61, true)] {
            app.clock.advance(Duration::minutes(2));
            scene.turn("open").await.expect(200);
            app.clock.advance(Duration::minutes(2));
            scene.answer(app, answers).await;
            scene.turn("close").await.expect(200);
            assert_eq!(scene.turn("seal").await.expect(409).code(), "estimates_not_ready");
            page.get(&format!("/surveys/{}/exports", scene.survey)).await.expect(200).shows("still being computed");
            app.work();
            let estimates = scene.desk.get(&format!("/api/v1/surveys/{}/estimates", scene.survey)).await.expect(200).json();
            assert_eq!(estimates["stands"], stands);
            assert_eq!(scene.turn("seal").await.expect(409).code(), "estimates_stand");
        }
    }

    async fn answers_leave_as_files_once_the_survey_is_closed_for_good(app) {
        let scene = Scene::new(app).await;
        scene.answer(app, 0..60).await;
        let ask = async |input: Value| scene.desk.post(&scene.exports(), &input).await;
        assert_eq!(ask(json!({"format": "csv"})).await.expect(409).code(), "survey_not_sealed");
        assert_eq!(scene.turn("seal").await.expect(409).code(), "survey_takes_answers");
        scene.turn("close").await.expect(200);
        assert_eq!(scene.turn("seal").await.expect(409).code(), "estimates_not_ready");
        app.work();
        let page = app.browser(&scene.coordinator);
        page.get(&format!("/surveys/{}/exports", scene.survey)).await.expect(200).shows("never opened again");
        let done = page.form_to(&format!("/surveys/{}/exports", scene.survey), &format!("/surveys/{}/seal", scene.survey), &[]).await.expect(303);
        page.follow(&done).await.expect(200).shows("The survey is closed for good").shows("Answers in people’s own words");
        assert_eq!(scene.turn("open").await.expect(409).code(), "survey_sealed");
        assert_eq!(scene.turn("seal").await.expect(200).json()["state"], "closed", "twice is no error");

        // The last day still lies as it came: the file waits for the night.
        let asked = ask(json!({"format": "csv", "language": "ar"})).await.expect(201).json();
        app.work();
        let path = format!("/api/v1/exports/{}", asked["id"].as_str().unwrap());
        let waiting = scene.desk.get(&path).await.expect(200).json();
        assert_eq!((&waiting["state"], &waiting["waits_for_night"]), (&json!("waiting"), &json!(true)));
        assert_eq!(scene.desk.get(&format!("{path}/file")).await.expect(409).code(), "export_not_ready");
        page.get(&format!("/surveys/{}/exports", scene.survey)).await.expect(200).shows("lose their order in the night");
        app.clock.advance(Duration::hours(22));
        app.work();
        app.clock.advance(Duration::minutes(16));
        app.work();
        assert_eq!(scene.desk.get(&path).await.expect(200).json()["state"], "ready");
        let again = ask(json!({"format": "csv", "language": "ar"})).await.expect(200).json();
        assert_eq!(again["id"], asked["id"], "the same file is not made twice");

        let plain = rows(&scene.file(app, json!({"format": "csv", "language": "en"})).await);
        assert_eq!(plain.len(), 60);
        let names: Vec<&str> = plain[0].keys().map(String::as_str).collect();
        assert_eq!(names, ["course", "hours", "where", "where_home", "where_work"], "no day, no language, no id, nothing that people wrote");
        let kinds: BTreeSet<[&str; 4]> = plain.iter().map(|row| ["course", "where", "where_home", "hours"].map(|name| if name == "hours" && row[name].parse::<u32>().is_ok() { "n" } else { row[name].as_str() })).collect();
        assert_eq!(kinds, BTreeSet::from([["no", "NA", "NA", "NA"], ["yes", "", "", ""], ["yes", "home work", "1", "n"]]));
        let came: Vec<usize> = plain.iter().filter_map(|row| row["hours"].parse().ok()).collect();
        assert!(came.len() == 20 && came.windows(2).any(|pair| pair[0] > pair[1]), "in another order than they came");

        let words = rows(&scene.file(app, json!({"format": "csv", "language": "en", "own_words": true})).await);
        assert!(words.iter().any(|row| row["wish"] == "'=Wish 0") && words.iter().all(|row| !row["wish"].starts_with('=')));
        let order = |rows: &[BTreeMap<String, String>]| rows.iter().map(|row| row["hours"].clone()).collect::<Vec<_>>();
        assert_eq!(order(&plain), order(&words), "every file has its rows in the same order");

        let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(scene.file(app, json!({"format": "xlsx", "language": "en"})).await)).unwrap();
        assert_eq!(book.worksheet_range("responses").unwrap().height(), 61);
        assert!(book.worksheet_range("codebook").unwrap().height() > 10);
        let sav = scene.file(app, json!({"format": "sav", "language": "ar", "own_words": true})).await;
        assert!(sav.starts_with(b"$FL2@(#) SPSS DATA FILE") && String::from_utf8_lossy(&sav).contains("هل التحقت بدورة؟"));
        assert_eq!(ask(json!({"format": "csv", "language": "fr"})).await.expect(422).fields(), ["language"]);

        // Who asked for what is in the audit, and no more than that.
        let details: Vec<String> = app.service.store.read(|db| {
            Ok(audit_entry::table.filter(audit_entry::verb.eq("response_export")).select(audit_entry::detail).order(audit_entry::seq).load(db)?)
        }).unwrap();
        assert_eq!(details.len(), 5);
        assert!(details.iter().all(|detail| detail.contains("\"responses\":60") && !detail.contains("Wish")), "{details:?}");

        // After a day nothing is left of them.
        app.clock.advance(Duration::hours(25));
        app.work();
        scene.desk.get(&path).await.expect(404);
        let left: i64 = app.service.store.read(|db| Ok(response_export_part::table.count().get_result(db)?)).unwrap();
        assert_eq!(left, 0);
        page.get("/jobs").await;
    }

    async fn fewer_answers_than_the_limit_never_leave_and_nor_do_those_by_which_two_looks_would_differ(app) {
        let scene = Scene::new(app).await;
        scene.answer(app, 0..49).await;
        scene.turn("close").await.expect(200);
        app.work();
        assert_eq!(scene.turn("seal").await.expect(409).code(), "too_few_responses");
        let page = app.browser(&scene.coordinator);
        page.get(&format!("/surveys/{}/exports", scene.survey)).await.expect(200).shows("So that nobody can be recognised, there is no file");
        scene.turn("open").await.expect(200);
        scene.answer(app, 49..60).await;
        scene.turn("close").await.expect(200);
        app.work();
        // One more: the estimates stand, and a file would tell of it.
        scene.turn("open").await.expect(200);
        scene.answer(app, 60..61).await;
        scene.turn("close").await.expect(200);
        app.work();
        assert_eq!(scene.turn("seal").await.expect(409).code(), "estimates_stand");
        scene.turn("open").await.expect(200);
        scene.answer(app, 61..90).await;
        scene.sealed(app).await;
        assert_eq!(rows(&scene.file(app, json!({"format": "csv"})).await).len(), 90);
        let estimates = scene.desk.get(&format!("/api/v1/surveys/{}/estimates", scene.survey)).await.expect(200).json();
        assert_eq!(estimates["responses"], 90, "from the same rows");
    }

    async fn only_who_may_takes_answers_and_only_who_asked_takes_the_file(app) {
        let scene = Scene::new(app).await;
        scene.answer(app, 0..60).await;
        scene.sealed(app).await;
        let texts = format!("/api/v1/surveys/{}/texts", scene.survey);
        for role in [Role::Operator, Role::Expert, Role::CityOfficer, Role::Agency, Role::Analyst] {
            let other = app.as_person(&app.person(role, Grants::Round(&scene.round)));
            for (path, body) in [(scene.exports(), Some(json!({"format": "csv"}))), (texts.clone(), None), (format!("/api/v1/surveys/{}/seal", scene.survey), Some(json!({})))] {
                let answer = match body {
                    Some(body) => other.post(&path, &body).await,
                    None => other.get(&path).await,
                };
                answer.expect(404);
            }
        }
        let asked = scene.desk.post(&scene.exports(), &json!({"format": "csv"})).await.expect(201).json();
        app.work();
        let file = format!("/api/v1/exports/{}/file", asked["id"].as_str().unwrap());
        scene.desk.get(&file).await.expect(200);
        let colleague = app.person(Role::Coordinator, Grants::Round(&scene.round));
        app.as_person(&colleague).get(&file).await.expect(404);
        app.browser(&colleague).get(&format!("/exports/{}/file", asked["id"].as_str().unwrap())).await.expect(404);
        app.anonymous().get(&file).await.expect(401);

        // An analyst from the release on.
        let analyst = app.person(Role::Analyst, Grants::Round(&scene.round));
        let turn = diesel::update(participation::table).set(participation::stage.eq(Stage::Released));
        app.service.store.write(|db| Ok(turn.execute(db)?)).unwrap();
        let theirs = app.as_person(&analyst).post(&scene.exports(), &json!({"format": "sav"})).await.expect(201).json();
        app.work();
        app.browser(&analyst).get(&format!("/exports/{}/file", theirs["id"].as_str().unwrap())).await.expect(200);
        app.browser(&analyst).get(&format!("/surveys/{}/exports", scene.survey)).await.expect(200).shows("60 rows");
        scene.desk.get(&format!("/api/v1/exports/{}", theirs["id"].as_str().unwrap())).await.expect(404);
    }

    async fn what_people_wrote_is_read_alone_a_page_at_a_time_and_each_look_is_in_the_audit(app) {
        let scene = Scene::new(app).await;
        scene.answer(app, 0..90).await;
        scene.turn("close").await.expect(200);
        app.work();
        let texts = format!("/api/v1/surveys/{}/texts", scene.survey);
        assert_eq!(scene.desk.get(&texts).await.expect(409).code(), "survey_not_sealed");
        scene.sealed(app).await;
        let (mut read, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = scene.desk.get(&format!("{texts}?limit=7{cursor}")).await.expect(200).json();
            read.extend(page["items"].as_array().unwrap().clone());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(read.len(), 31, "thirty of their own and one that thirty wrote");
        assert!(read.contains(&json!({"text": "More evening courses, please", "times": 30})));
        let came: Vec<usize> = read.iter().filter_map(|one| one["text"].as_str()?.strip_prefix("=Wish ")?.parse().ok()).collect();
        assert!(came.windows(2).any(|pair| pair[0] > pair[1]), "{came:?}");
        let found = scene.desk.get(&format!("{texts}?find=EVENING")).await.expect(200).json();
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
        assert_eq!(scene.desk.get(&format!("{texts}?question=course")).await.expect(422).fields(), ["question"]);
        let looks = || app.audit_verbs().iter().filter(|verb| *verb == "response_texts_read").count();
        let before = looks();
        assert!(before >= 6);
        let page = app.browser(&scene.coordinator).get(&format!("/surveys/{}/texts?find=evening&question=wish", scene.survey)).await.expect(200);
        page.shows("More evening courses, please").shows("(30 times)").shows("30 of 60 fit.").shows("It may name people");
        assert_eq!(looks(), before + 1);
    }

    async fn a_file_that_was_being_made_when_the_process_ended_is_begun_again(app) {
        let scene = Scene::new(app).await;
        scene.answer(app, 0..60).await;
        scene.sealed(app).await;
        let asked = scene.desk.post(&scene.exports(), &json!({"format": "csv"})).await.expect(201).json();
        let id = asked["id"].as_str().unwrap();
        // A part of an attempt that was cut off, and its lease.
        app.service.store.write(|db| {
            stoa::surveys::store::exports::part_insert(db, &id.parse().unwrap(), 0, b"half")?;
            let due = stoa::jobs::store::due(db, &["exports"], app.service.now())?.unwrap();
            stoa::jobs::store::claim(db, &due, None, app.service.now(), app.service.now().plus(Duration::minutes(2)))
        }).unwrap().unwrap();
        let state = async || scene.desk.get(&format!("/api/v1/exports/{id}")).await.expect(200).json()["state"].clone();
        app.work();
        assert_eq!(state().await, "running");
        app.browser(&scene.coordinator).get(&format!("/surveys/{}/exports", scene.survey)).await.expect(200).shows("Being made");
        app.clock.advance(Duration::minutes(3));
        app.work();
        assert_eq!(state().await, "ready");
        let file = scene.desk.get(&format!("/api/v1/exports/{id}/file")).await.expect(200);
        assert_eq!(rows(file.text().as_bytes()).len(), 60);
    }

    async fn a_codebook_is_taken_in_every_language(app) {
        let scene = Scene::new(app).await;
        let survey = scene.desk.get(&format!("/api/v1/surveys/{}", scene.survey)).await.expect(200).json();
        let instrument = survey["instrument_id"].as_str().unwrap();
        let book = |query: &str| format!("/api/v1/instruments/{instrument}/codebook{query}");
        let csv = scene.desk.get(&book("?language=ar")).await.expect(200);
        assert!(csv.text().contains("where_home,") && csv.text().contains("في البيت") && csv.text().contains("لم يُسأل"), "{}", csv.text());
        let ddi = scene.desk.get(&book("?format=ddi&language=en")).await.expect(200);
        assert_eq!(ddi.header("content-type"), "application/xml");
        assert!(ddi.text().contains("<qstnLit>Did you take a course?</qstnLit>") && ddi.text().contains("codebook:2_5"));
        assert_eq!(scene.desk.get(&book("?format=pdf")).await.expect(422).fields(), ["format"]);
        assert_eq!(scene.desk.get(&book("?language=fr")).await.expect(422).fields(), ["language"]);
        let page = app.browser(&scene.coordinator);
        page.get(&format!("/instruments/{instrument}")).await.expect(200).shows("Codebook");
        assert!(page.get(&format!("/instruments/{instrument}/codebook/csv?language=en")).await.expect(200).text().contains("Did you take a course?"));
    }
}
