//! Watching a survey: how it comes in, in whole steps and of days that are over; what its responses look like once it
//! has closed; and a brake for whoever sends far too many.

use std::time::Duration as Wait;

use chrono::Duration;
use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use stoa::people::identity::Role;
use stoa::store::schema::survey_daily;

use crate::citizen::press;
use crate::support::{Answer, Api, Backend, Grants, TestApp};
use crate::worth::Scene;

/// One question that is estimated, nine more that make a grid, and one for some alone.
const GRID: &str = "type,name,label,appearance,relevant,required\n\
    select_one yn,course,Did you take a course?,,,\n\
    begin_group,views,What do you think?,,,\n\
    select_one level,a,Parks,likert,,\nselect_one level,b,Buses,likert,,\nselect_one level,c,Schools,likert,,\n\
    select_one level,d,Libraries,likert,,\nselect_one level,e,Museums,likert,,\nselect_one level,f,Pools,likert,,\n\
    select_one level,g,Streets,likert,,\nselect_one level,h,Clubs,likert,,\nselect_one level,i,Markets,likert,,\n\
    end_group,,,,,\n\
    text,where,Where was it?,,${course} = 'yes',\n";
const LEVELS: &str = "list_name,name,label\nyn,yes,Yes\nyn,no,No\nlevel,1,Bad\nlevel,2,Fair\nlevel,3,Good\n";

async fn answer(app: &TestApp, scene: &Scene, times: usize, answers: impl Fn(usize) -> Value) {
    for n in 0..times {
        let body = json!({"answers": answers(n)});
        app.anonymous().post(&format!("/api/v1/surveys/{}/responses", scene.survey.slug), &body).await.expect(201);
    }
}

async fn watch(desk: &Api, scene: &Scene) -> Value {
    desk.get(&format!("/api/v1/surveys/{}/watch", scene.survey.id)).await.expect(200).json()
}

/// Six in the morning after tomorrow's night has begun: the day is over.
fn a_day_passes(app: &TestApp) {
    app.clock.advance(Duration::days(1));
    app.work();
}

/// All that processes have written of the pages of days.
fn reached(app: &TestApp) -> Vec<(String, i64)> {
    let rows = survey_daily::table.order(survey_daily::name).select((survey_daily::name, survey_daily::count));
    app.service.store.read(|db| Ok(rows.load(db)?)).unwrap()
}

both! {
    async fn how_a_survey_comes_in_shows_by_the_day_in_whole_steps(app) {
        let scene = Scene::new(app).await;
        answer(app, &scene, 25, |_| json!({"course": "yes"})).await;
        let now = watch(&scene.desk, &scene).await;
        assert_eq!((&now["days"], &now["responses"], &now["blanks"]), (&json!([]), &json!(0), &Value::Null), "nothing of a day that goes on");
        a_day_passes(app);
        answer(app, &scene, 12, |_| json!({"course": "no"})).await;
        a_day_passes(app);
        let seen = watch(&scene.desk, &scene).await;
        let days: Vec<i64> = seen["days"].as_array().unwrap().iter().map(|day| day["responses"].as_i64().unwrap()).collect();
        assert_eq!((days.iter().sum::<i64>(), days.iter().all(|day| day % 10 == 0), &seen["languages"]), (30, true, &json!([])));
        let page = format!("/surveys/{}/watch", scene.survey.id);
        let shown = app.browser(&scene.coordinator).get(&page).await.expect(200);
        assert!(shown.text().contains("<svg") && shown.text().contains("id=\"days-desc\""));
        shown.shows("All days as a table").shows("Pages that are reached");
        // The city and the agency watch it too; nobody else.
        let officer = app.person(Role::CityOfficer, Grants::City(&scene.survey.city_id));
        let agency = app.person(Role::Agency, Grants::Survey(&scene.survey.id));
        assert_eq!(watch(&app.as_person(&officer), &scene).await, watch(&app.as_person(&agency), &scene).await);
        let analyst = app.person(Role::Analyst, Grants::City(&scene.survey.city_id));
        app.as_person(&analyst).get(&format!("/api/v1{page}")).await.expect(404);

        // Closed: exact, for both days have the limit at least. Their language has not the fifty of an open link.
        scene.desk.post(&format!("/api/v1/surveys/{}/close", scene.survey.id), &json!({})).await.expect(200);
        app.work();
        let over = watch(&scene.desk, &scene).await;
        assert_eq!((&over["days"][0]["responses"], &over["days"][1]["responses"], &over["languages"][0]["responses"]), (&json!(25), &json!(12), &json!(0)));
        assert_eq!(over["languages_step"], 50);
        app.browser(&scene.coordinator).get(&page).await.expect(200).shows("By language").shows("fewer than 50");
        assert_eq!(over["blanks"][0], json!({"question": "course", "label": {"ar": "Did you take a course?"}, "asked": null, "blank": null}), "fewer than 50 are too few");
        assert_eq!(watch(&app.as_person(&officer), &scene).await["blanks"], Value::Null);
    }

    async fn pages_are_counted_by_the_day_and_shown_when_it_is_over(app) {
        let scene = Scene::asking(app, GRID, LEVELS).await;
        let visitor = app.visitor();
        let begin = format!("/s/{}", scene.survey.slug);
        for n in 0..12 {
            visitor.get(&begin).await.expect(200);
            visitor.get(&format!("{begin}?lang=en")).await.expect(200);
            let first = visitor.get(&format!("{begin}/start")).await.expect(200);
            if n < 11 {
                let second = press(&visitor, &scene.survey, &first, "next", &[("course", "no")]).await.expect(200);
                let back = press(&visitor, &scene.survey, &second, "back", &[]).await.expect(200);
                let again = press(&visitor, &scene.survey, &back, "next", &[("course", "no")]).await.expect(200);
                let check = press(&visitor, &scene.survey, &again, "next", &[]).await.expect(200);
                // The page of thanks, loaded anew, has sent nothing more.
                press(&visitor, &scene.survey, &check, "submit", &[]).await.expect(200);
                press(&visitor, &scene.survey, &check, "submit", &[]).await.expect(200);
            }
        }
        a_day_passes(app);
        // What comes next has the process write what it has.
        visitor.get(&begin).await.expect(200);
        let written = async {
            while reached(app).is_empty() {
                tokio::time::sleep(Wait::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Wait::from_secs(20), written).await.expect("the counts are written");
        let seen = watch(&scene.desk, &scene).await;
        let pages: Vec<(&str, Option<i64>)> =
            seen["pages"].as_array().unwrap().iter().map(|page| (page["page"].as_str().unwrap(), page["reached"].as_i64())).collect();
        // Eleven went on to the grid and to their answers: whoever goes back is not counted again, nor a language chosen.
        // Where something was, only some are asked.
        assert_eq!(pages, [("begin", Some(10)), ("0", Some(10)), ("1", Some(10)), ("2", None), ("check", Some(10)), ("sent", Some(10))]);
        assert!(reached(app).contains(&("1".to_owned(), 11)) && reached(app).contains(&("sent".to_owned(), 11)));
        assert_eq!(seen["pages"][2]["title"]["ar"], "What do you think?");
    }

    async fn a_closed_survey_says_what_its_responses_look_like(app) {
        let scene = Scene::asking(app, GRID, LEVELS).await;
        let grid = |level: &dyn Fn(usize) -> usize| {
            let mut answers = json!({"course": "no"});
            "abcdefghi".chars().enumerate().for_each(|(at, name)| answers[name.to_string()] = json!(level(at).to_string()));
            answers
        };
        // Three quiet days, and one on which somebody sends the same sixty times.
        for day in 0..3 {
            answer(app, &scene, 10, |n| grid(&|at| 1 + (at * at + n * (day + 2) + at / (n % 3 + 1)) % 3)).await;
            a_day_passes(app);
        }
        answer(app, &scene, 60, |_| grid(&|_| 3)).await;
        let integrity = format!("/api/v1/surveys/{}/integrity", scene.survey.id);
        let open = scene.desk.get(&integrity).await.expect(200).json();
        assert_eq!((&open["undefined"], &open["same"], &open["bursts"]), (&json!("not_closed"), &Value::Null, &json!([])));
        scene.desk.post(&format!("/api/v1/surveys/{}/close", scene.survey.id), &json!({})).await.expect(200);
        app.work();
        let seen = scene.desk.get(&integrity).await.expect(200).json();
        assert_eq!((seen["bursts"].as_array().unwrap().len(), &seen["bursts"][0]["responses"]), (1, &json!(60)));
        assert_eq!((&seen["same"]["of"], seen["same"]["count"].as_i64().unwrap() >= 60), (&json!(90), true));
        assert_eq!((&seen["levels"][0]["name"], &seen["levels"][0]["of"], &seen["levels"][0]["count"]), (&json!("a"), &json!(90), &json!(60)));
        // Who was asked where it was is an answer: nobody was, and it is not said.
        let blanks = watch(&scene.desk, &scene).await["blanks"].clone();
        let of = |name: &str| blanks.as_array().unwrap().iter().find(|one| one["question"] == name).unwrap().clone();
        assert_eq!((&of("course")["asked"], &of("course")["blank"], &of("where")["asked"]), (&json!(90), &json!(0), &Value::Null));

        // Beside the census, with every line that is wrong named and what was typed kept.
        let (browser, page) = (app.browser(&scene.coordinator), format!("/surveys/{}/integrity", scene.survey.id));
        browser.get(&page).await.expect(200).shows("60").shows("Equal answers");
        let action = format!("/surveys/{}/census", scene.survey.id);
        let wrong = browser.form_to(&page, &action, &[("part", "language"), ("shares_csv", "en, 40\nar")]).await.expect(422);
        wrong.shows("Line 2");
        assert!(wrong.text().contains("en, 40\nar"));
        browser.form_to(&page, &action, &[("part", "language"), ("shares_csv", "en, 37,5\nar; ٦٢")]).await.expect(303);
        let seen = scene.desk.get(&integrity).await.expect(200).json();
        let census = |tag: &str| seen["languages"].as_array().unwrap().iter().find(|one| one["name"] == tag).unwrap().clone();
        assert_eq!((&census("ar")["census"], &census("ar")["responses"]), (&json!(62.0), &json!(100.0)));
        assert_eq!((&census("en")["census"], &census("en")["responses"]), (&json!(37.5), &json!(0.0)));
        browser.get(&page).await.expect(200).shows("37.5");
        let officer = app.person(Role::CityOfficer, Grants::City(&scene.survey.city_id));
        app.as_person(&officer).get(&integrity).await.expect(404);
    }
}

both! {
    async fn a_language_that_comes_late_does_not_tell_of_one_answer_in_another(app) {
        let questions = "type,name,label::English (en),label::Arabic (ar)\nselect_one yn,course,Course?,دورة؟\n";
        let scene = Scene::asking(app, questions, "list_name,name,label::English (en),label::Arabic (ar)\nyn,yes,Yes,نعم\nyn,no,No,لا\n").await;
        for (survey, english) in [(scene.survey.clone(), 1), (scene.another(app), 0)] {
            let say = async |language: &str, times: usize| {
                for _ in 0..times {
                    let body = json!({"answers": {"course": "no"}, "language": language});
                    app.anonymous().post(&format!("/api/v1/surveys/{}/responses", survey.slug), &body).await.expect(201);
                }
            };
            let turn = async |word: &str| {
                scene.desk.post(&format!("/api/v1/surveys/{}/{word}", survey.id), &json!({})).await.expect(200);
                app.clock.advance(Duration::minutes(2));
                app.work();
            };
            say("en", 52).await;
            turn("close").await;
            turn("open").await;
            say("ar", 51 - english).await;
            say("en", english).await;
            turn("close").await;
            let seen = scene.desk.get(&format!("/api/v1/surveys/{}/watch", survey.id)).await.expect(200).json();
            let of = |tag: &str| seen["languages"].as_array().unwrap().iter().find(|one| one["name"] == tag).map(|one| one["responses"].clone());
            assert_eq!((&seen["responses"], of("en"), of("ar")), (&json!(103), Some(json!(50)), Some(json!(50))), "{seen}");
        }
    }

    async fn after_a_second_closing_nobody_is_left_blank_who_was_not_asked_and_no_language_is_short(app) {
        let questions = "type,name,label::English (en),label::Arabic (ar)\nselect_one yn,course,Course?,دورة؟\nselect_one yn,second,More?,مزيد؟\n";
        let scene = Scene::asking(app, questions, "list_name,name,label::English (en),label::Arabic (ar)\nyn,yes,Yes,نعم\nyn,no,No,لا\n").await;
        let say = async |language: &str, times: usize, answers: Value| {
            for _ in 0..times {
                let body = json!({"answers": answers, "language": language});
                app.anonymous().post(&format!("/api/v1/surveys/{}/responses", scene.survey.slug), &body).await.expect(201);
            }
        };
        let turn = async |word: &str| {
            scene.desk.post(&format!("/api/v1/surveys/{}/{word}", scene.survey.id), &json!({})).await.expect(200);
            app.clock.advance(Duration::minutes(2));
            app.work();
        };
        say("en", 60, json!({"course": "no", "second": "no"})).await;
        say("ar", 60, json!({"course": "no"})).await;
        turn("close").await;
        turn("open").await;
        say("en", 49, json!({"course": "no"})).await;
        say("ar", 51, json!({"course": "no"})).await;
        turn("close").await;
        let seen = watch(&scene.desk, &scene).await;
        let languages: Vec<&Value> = seen["languages"].as_array().unwrap().iter().map(|one| &one["responses"]).collect();
        assert_eq!(languages, [&json!(100), &json!(100)], "{seen}");
        for one in seen["blanks"].as_array().unwrap() {
            assert!(one["blank"].as_u64() <= one["asked"].as_u64(), "{one}");
        }
    }

    async fn whether_somebody_answered_while_a_round_was_open_again_is_told_by_nothing(app) {
        let scene = Scene::asking(app, GRID, LEVELS).await;
        answer(app, &scene, 60, |_| json!({"course": "no"})).await;
        let turn = async |word: &str| {
            scene.desk.post(&format!("/api/v1/rounds/{}/{word}", scene.survey.round_id), &json!({})).await.expect(200);
            app.clock.advance(Duration::minutes(2));
            app.work();
            app.clock.advance(Duration::minutes(2));
        };
        let estimates = async || scene.desk.get(&format!("/api/v1/surveys/{}/estimates", scene.survey.id)).await.expect(200).json();
        turn("open").await;
        turn("close").await;
        assert_eq!(estimates().await["stands"], false);
        turn("open").await;
        turn("close").await;
        assert_eq!(estimates().await["stands"], true, "as where one had answered");
    }
}

/// Behind a proxy that is named, an address of the world.
async fn sends(app: &TestApp, path: &str, from: &str, n: usize) -> Answer {
    let body = json!({"once": format!("brake-{from}-{n:012}"), "answers": {"course": "yes"}});
    Answer::of(app.anonymous().request(Method::POST, path).header("X-Forwarded-For", from).json(&body)).await
}

async fn braked(backend: Backend) {
    let settings = |config: &mut stoa::ground::config::Config| {
        config.server.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
        config.limits.answers_per_address = 200;
    };
    let Some(app) = TestApp::spawn_with(backend, settings).await else { return };
    let scene = Scene::new(&app).await;
    let path = format!("/api/v1/surveys/{}/responses", scene.survey.slug);
    for n in 0..200 {
        sends(&app, &path, "203.0.113.7", n).await.expect(201);
    }
    let refused = sends(&app, &path, "203.0.113.7", 200).await.expect(429);
    assert!((1..=3600).contains(&refused.header("retry-after").parse::<u32>().unwrap()));
    sends(&app, &path, "203.0.113.8", 0).await.expect(201);
    for n in 0..205 {
        sends(&app, &path, "192.168.7.7", n).await.expect(201);
    }
    // On the pages everything that was typed comes again, with what to do.
    let visitor = app.visitor();
    let page = visitor.get(&format!("/s/{}/start", scene.survey.slug)).await.expect(200);
    let check = press(&visitor, &scene.survey, &page, "next", &[("course", "yes")]).await.expect(200);
    let fields = [
        ("@once", check.input("@once").unwrap()),
        ("@language", "en".to_owned()),
        ("@seen", check.input("@seen").unwrap()),
        ("@go", "submit".to_owned()),
        ("course", "yes".to_owned()),
    ];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let sent = visitor
        .request(Method::POST, &format!("/s/{}", scene.survey.slug))
        .header("X-Forwarded-For", "203.0.113.7")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    let refused = Answer::of(sent).await.expect(429);
    refused.shows("وصلت إجابات كثيرة جدًا من شبكتكم").shows("Yes");
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(refused.input("course").as_deref(), Some("yes"));
    app.clock.advance(Duration::hours(1));
    sends(&app, &path, "203.0.113.7", 201).await.expect(201);
}

#[actix_web::test]
async fn one_address_that_sends_far_too_many_waits_for_the_next_hour_sqlite() {
    braked(Backend::Sqlite).await;
}

#[actix_web::test]
async fn one_address_that_sends_far_too_many_waits_for_the_next_hour_postgres() {
    braked(Backend::Postgres).await;
}

#[actix_web::test]
async fn what_a_process_has_counted_is_written_when_it_ends() {
    let mut app = TestApp::spawn(Backend::Sqlite).await.expect("a folder is enough");
    let scene = Scene::new(&app).await;
    app.visitor().get(&format!("/s/{}", scene.survey.slug)).await.expect(200);
    app.leave();
    let written = async {
        while reached(&app).is_empty() {
            tokio::time::sleep(Wait::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Wait::from_secs(20), written).await.expect("the counts are written");
    assert_eq!(reached(&app), [("begin".to_owned(), 1)]);
}
