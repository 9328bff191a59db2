//! Two looks at a survey, subtracted: around one answer, around nine, around closing and reopening, by
//! everybody, at every address that is read. What can be subtracted would be somebody's answer.

use std::collections::BTreeMap;

use chrono::Duration;
use futures_util::{StreamExt, stream};
use reqwest::Method;
use serde_json::{Value, json};
use stoa::demo::fill::fill;
use stoa::people::identity::Role;
use stoa::web::routes::RouteInfo;

use crate::matrix::{Asker, Silent, Things, address, askers, request, things};
use crate::support::{Answer, Api, Grants, TestApp};

/// What somebody hears at an address: status, ETag and text, without what is new at every look.
type Heard = BTreeMap<(String, String), String>;

/// Addresses that are read, but for those that open by a secret and the service's own counters of
/// requests, which say nothing of what was answered.
fn read() -> Vec<RouteInfo> {
    let elsewhere = ["{token}", "/static/", "/mailbox", "/password/", "/metrics", "/setup"];
    let all = stoa::server::routes().infos().to_vec();
    all.into_iter().filter(|r| r.method == Method::GET.as_str() && !elsewhere.iter().any(|part| r.path.contains(part))).collect()
}

async fn look(app: &TestApp, http: &reqwest::Client, things: &Things, askers: &[Asker]) -> Heard {
    let new = regex::Regex::new(r#"name="(csrf|form_token|@once)" value="[^"]*"|"request_id":"[^"]*"|[0-9a-f]{16,}-?[0-9a-zA-Z]*"#).unwrap();
    let routes = read();
    let asked = routes.iter().flat_map(|route| askers.iter().map(move |asker| (route, asker)));
    let heard = stream::iter(asked).map(|(route, asker)| {
        let new = &new;
        async move {
            let path = address(&route.path, things)?;
            let answer = Answer::of(request(app, http, route, &path, None, asker)).await;
            let text = new.replace_all(answer.text(), "").into_owned();
            Some(((path, asker.name.clone()), format!("{} {} {text}", answer.status, answer.header("etag"))))
        }
    });
    heard.buffered(6).filter_map(|one| async { one }).collect().await
}

/// Where the second look differs from the first.
fn differences(first: &Heard, second: &Heard) -> Vec<String> {
    assert_eq!(first.len(), second.len());
    let line = |a: &str, b: &str| {
        let differs = a.lines().zip(b.lines()).find(|(a, b)| a != b);
        differs.map_or_else(|| "another number of lines".to_owned(), |(a, b)| format!("{a:.300} became {b:.300}"))
    };
    first.iter().filter(|(at, heard)| second[*at] != **heard).map(|(at, heard)| format!("{at:?}: {}", line(heard, &second[at]))).collect()
}

async fn answer(app: &TestApp, slug: &str, count: usize) {
    // All alike, and unlike most: each would move every figure.
    let body = json!({"answers": {
        "course": "yes", "work_status": "employee", "learning_satisfaction": "1", "online_learning": "yes", "employer_support": "1",
        "volunteered": "yes", "shared_skills": "yes", "culture_visits": 60, "transport_satisfaction": "1", "city_rating": "1",
        "age_band": "age_18_24",
    }});
    for _ in 0..count {
        app.anonymous().post(&format!("/api/v1/surveys/{slug}/responses"), &body).await.expect(201);
    }
}

/// Every number of a survey that somebody could subtract: its estimates, and the results they go into.
async fn numbers(desk: &Api, things: &Things) -> Vec<Value> {
    let get = async |path: String| desk.get(&path).await.expect(200).json();
    let estimates = get(format!("/api/v1/surveys/{}/estimates", things.survey)).await;
    let profile = get(format!("/api/v1/participations/{}/profile", things.participation)).await;
    let survey = get(format!("/api/v1/surveys/{}", things.survey)).await;
    vec![estimates["items"].clone(), estimates["responses"].clone(), profile["results"].clone(), survey["responses"].clone()]
}

both! {
    async fn two_looks_at_an_open_survey_tell_nothing_of_the_answers_between_them(app) {
        fill(&app.service, &mut Silent).unwrap();
        let things = things(app).await;
        let mut askers = askers(app, &things).await;
        // One of each way to come by rights.
        let ways = ["anonymous", "owner", "capability", "operator", "coordinator", "city_officer@city", "agency@survey", "analyst", "expert"];
        askers.retain(|asker| ways.contains(&asker.name.as_str()));
        assert_eq!(askers.len(), ways.len());
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let desk = app.as_person(&app.person(Role::Coordinator, Grants::Instance));
        let open = async |word: &str| desk.post(&format!("/api/v1/surveys/{}/{word}", things.survey), &json!({})).await.expect(200).json();
        let view = open("open").await;
        let slug = view["slug"].as_str().unwrap().to_owned();
        assert_eq!(view["taking_answers"], true);
        app.work();
        // Once before, so that what the first look itself leaves behind is there.
        look(app, &http, &things, &askers).await;
        let before = look(app, &http, &things, &askers).await;
        for count in [1, 9] {
            answer(app, &slug, count).await;
            app.work();
            assert_eq!(differences(&before, &look(app, &http, &things, &askers).await), Vec::<String>::new(), "after {count} more");
        }
        assert_eq!(numbers(&desk, &things).await[0], json!([]), "an open survey has no estimates");
        // After midnight the count moves, by steps, and nothing else.
        let count = async || desk.get(&format!("/api/v1/surveys/{}", things.survey)).await.expect(200).json()["responses"].as_i64().unwrap();
        let day = count().await;
        answer(app, &slug, 17).await;
        app.clock.advance(Duration::hours(30));
        app.work();
        let next = count().await;
        assert!(next > day && day % 10 == 0 && next % 10 == 0, "{day} became {next}");
    }

    async fn closing_and_reopening_around_one_answer_or_nine_moves_no_figure(app) {
        fill(&app.service, &mut Silent).unwrap();
        let things = things(app).await;
        let desk = app.as_person(&app.person(Role::Coordinator, Grants::Instance));
        let turn = async |word: &str| desk.post(&format!("/api/v1/surveys/{}/{word}", things.survey), &json!({})).await.expect(200).json();
        let page = format!("/surveys/{}", things.survey);
        let slug = turn("open").await["slug"].as_str().unwrap().to_owned();
        turn("close").await;
        app.work();
        let first = numbers(&desk, &things).await;
        assert!(first[0].as_array().unwrap().iter().any(|one| one["estimate"].is_number()), "there is something to subtract from");
        for count in [1, 8] {
            turn("open").await;
            assert_eq!(numbers(&desk, &things).await[0], json!([]), "nothing while it is open");
            answer(app, &slug, count).await;
            turn("close").await;
            app.work();
            assert_eq!(numbers(&desk, &things).await, first, "after {count} more");
            let officer = app.browser(&app.person(Role::Coordinator, Grants::Instance));
            officer.get(&page).await.expect(200).shows("Since then fewer than 10 responses came or changed");
        }
        // The tenth: now all of them move.
        turn("open").await;
        answer(app, &slug, 1).await;
        turn("close").await;
        app.work();
        let moved = numbers(&desk, &things).await;
        assert_eq!(moved[1].as_i64().unwrap(), first[1].as_i64().unwrap() + 10);
        assert_ne!(moved[0], first[0]);
        let said = app.browser(&app.person(Role::Coordinator, Grants::Instance)).get(&page).await.expect(200);
        assert!(!said.seen().contains("Since then fewer"), "{}", said.seen());
    }

    async fn a_survey_that_ends_by_itself_stays_closed_when_the_clock_goes_back(app) {
        fill(&app.service, &mut Silent).unwrap();
        let things = things(app).await;
        let desk = app.as_person(&app.person(Role::Coordinator, Grants::Instance));
        let survey = format!("/api/v1/surveys/{}", things.survey);
        let known = desk.get(&survey).await.expect(200).json();
        let ends = json!({
            "participation_id": known["participation_id"], "instrument_id": known["instrument_id"], "mode": "open_link", "closes_on": "2026-03-04",
        });
        let issued = desk.post("/api/v1/surveys", &ends).await.expect(201).json();
        let (id, slug) = (issued["id"].as_str().unwrap().to_owned(), issued["slug"].as_str().unwrap().to_owned());
        let state = async || desk.get(&format!("/api/v1/surveys/{id}")).await.expect(200).json()["state"].clone();
        desk.post(&format!("/api/v1/surveys/{id}/open"), &json!({})).await.expect(200);
        answer(app, &slug, 60).await;
        app.work();
        assert_eq!(state().await, "open");
        // A week later, for the workers were away; then the clock is put right again.
        app.clock.advance(Duration::days(7));
        app.work();
        assert_eq!(state().await, "closed");
        app.clock.advance(Duration::days(-7));
        let refused = app.anonymous().post(&format!("/api/v1/surveys/{slug}/responses"), &json!({"answers": {}})).await;
        assert!(matches!(refused.status, 409 | 422), "{refused:?}");
        let estimates = desk.get(&format!("/api/v1/surveys/{id}/estimates")).await.expect(200).json();
        assert_eq!((&estimates["responses"], &estimates["undefined"]), (&json!(60), &Value::Null));
        assert!(app.audit_verbs().iter().filter(|verb| *verb == "survey_close").count() >= 2, "who closed it is in the audit");
    }
    async fn a_survey_ends_on_its_last_day_whatever_happened_before(app) {
        fill(&app.service, &mut Silent).unwrap();
        let things = things(app).await;
        let desk = app.as_person(&app.person(Role::Coordinator, Grants::Instance));
        let known = desk.get(&format!("/api/v1/surveys/{}", things.survey)).await.expect(200).json();
        let ends = json!({
            "participation_id": known["participation_id"], "instrument_id": known["instrument_id"], "mode": "open_link", "closes_on": "2026-03-10",
        });
        let issued = desk.post("/api/v1/surveys", &ends).await.expect(201).json();
        let (id, slug, round) = (issued["id"].as_str().unwrap(), issued["slug"].as_str().unwrap(), issued["round_id"].as_str().unwrap());
        desk.post(&format!("/api/v1/surveys/{id}/open"), &json!({})).await.expect(200);
        answer(app, slug, 30).await;
        // Its job is done before its time: with the round, and by an operator's hand.
        for word in ["close", "open"] {
            desk.post(&format!("/api/v1/rounds/{round}/{word}"), &json!({})).await.expect(200);
            app.work();
        }
        let operator = app.as_person(&app.person(Role::Operator, Grants::Instance));
        operator.post("/api/v1/jobs/estimates/retry", &json!({"key": id})).await.expect(200);
        app.work();
        answer(app, slug, 30).await;
        assert_eq!(desk.get(&format!("/api/v1/surveys/{id}/estimates")).await.expect(200).json()["undefined"], "not_closed");
        app.clock.advance(Duration::days(9));
        app.work();
        assert_eq!(desk.get(&format!("/api/v1/surveys/{id}")).await.expect(200).json()["state"], "closed");
        assert_eq!(desk.get(&format!("/api/v1/surveys/{id}/estimates")).await.expect(200).json()["responses"], 60);
    }
}
