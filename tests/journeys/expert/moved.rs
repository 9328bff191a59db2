//! Nobody gets out of a conflict of interest by changing what it follows from, nor brings others into one.

use reqwest::Method;
use serde_json::{Value, json};
use stoa::people::identity::Role;

use super::scene::{Expert, Scene};
use crate::support::{Answer, Grants, Person, TestApp};

fn own_city(answer: Answer) {
    assert_eq!(answer.expect(403).code(), "own_city");
}

/// Path of the grant that somebody has in a scope.
async fn grant(app: &TestApp, by: &Person, of: &str, role: &str) -> String {
    let person = app.as_person(by).get(&format!("/api/v1/people/{of}")).await.expect(200).json();
    let grant = person["grants"].as_array().unwrap().iter().find(|g| g["role"] == role).expect("a grant");
    format!("/api/v1/people/{of}/grants/{}", grant["id"].as_str().unwrap())
}

/// The countries of an expert are changed: the path, its version, and the body.
async fn lives(app: &TestApp, by: &Person, expert: &str, countries: &[&str]) -> Answer {
    let path = format!("/api/v1/experts/{expert}");
    let there = app.as_person(by).get(&path).await.expect(200).json();
    let body = json!({"languages": ["en"], "countries": countries, "load_max": 5});
    app.as_person(by).put(&path, &format!("\"v{}\"", there["version"]), &body).await
}

both! {
    async fn an_office_that_is_given_back_counts_in_the_rounds_of_its_time(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let (one, two) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await);
        let seat = scene.reviews(0, &one, [4, 2]).await;
        let me = app.person(Role::Coordinator, Grants::Instance);
        app.grant(&me, Role::CityOfficer, Grants::City(&scene.reports[0].city));
        let (api, desk) = (app.as_person(&me), app.as_person(&scene.coordinator));
        let review = format!("/api/v1/reviews/{}", seat.id);
        own_city(api.get(&review).await);
        api.delete(&grant(app, &me, me.id.as_ref(), "city_officer").await).await.expect(204);
        own_city(api.get(&review).await);
        own_city(api.post(&format!("{review}/set-aside"), &json!({"reason": "Mine."})).await);
        // Nor do they say themselves that it does not matter; somebody else may.
        let dismiss = json!({"city_id": scene.reports[0].city, "kind": "same_city", "reason": "A clerk's mistake."});
        let path = format!("/api/v1/experts/{}/conflicts/dismiss", me.id);
        own_city(api.post(&path, &dismiss).await);
        desk.post(&path, &dismiss).await.expect(204);
        api.get(&review).await.expect(200);
        // In a round that begins later it does not count.
        let later = scene.beside("Monitoring 2027", &[&scene.reports[0].city], &[]);
        let next = later.seat(0, &one).await;
        api.get(&format!("/api/v1/reviews/{}", next.id)).await.expect(200);
        // The same for an expert, whoever takes the office away.
        let city = json!({"role": "analyst", "scope_kind": "city", "scope_id": scene.reports[1].city});
        desk.post(&format!("/api/v1/people/{}/grants", two.id), &city).await.expect(201);
        desk.delete(&grant(app, &scene.coordinator, &two.id, "analyst").await).await.expect(204);
        assert_eq!((scene.candidates(1).await["Expert 2"].as_str(), scene.candidates(0).await["Expert 2"].as_str()), ("conflict", "may"));
    }

    async fn nobody_stops_or_frees_a_review_of_their_own_city_by_what_it_follows_from(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let (one, two) = (scene.expert(1, "DE").await, scene.expert(2, "JO").await);
        let seat = scene.seat(0, &one).await;
        let me = app.person(Role::Coordinator, Grants::Instance);
        app.grant(&me, Role::CityOfficer, Grants::City(&scene.reports[0].city));
        let (api, desk) = (app.as_person(&me), app.as_person(&scene.coordinator));
        // An expert's countries, and the city's.
        own_city(lives(app, &me, &one.id, &["DE", "JO"]).await);
        own_city(lives(app, &me, &two.id, &["FR"]).await);
        lives(app, &me, &one.id, &["DE", "IT"]).await.expect(200);
        let path = format!("/api/v1/cities/{}", scene.reports[0].city);
        let city = api.get(&path).await.expect(200).json();
        let with = |country: &str, population: i32| {
            json!({"slug": city["slug"], "name": city["name"], "country": country, "language": "en", "time_zone": "UTC", "population": population})
        };
        own_city(api.put(&path, "\"v1\"", &with("DE", 1000)).await);
        api.put(&path, "\"v1\"", &with("JO", 1000)).await.expect(200);
        // An office for an expert, and the role itself; also by an invitation, and by adding them once more.
        let office = json!({"role": "city_officer", "scope_kind": "city", "scope_id": scene.reports[0].city});
        own_city(api.post(&format!("/api/v1/people/{}/grants", one.id), &office).await);
        let invite = json!({"email": one.email, "name": "X", "language": "en", "time_zone": "UTC", "grants": [office]});
        own_city(api.post("/api/v1/people", &invite).await);
        let role = grant(app, &me, &one.id, "expert").await;
        own_city(api.delete(&role).await);
        desk.delete(&role).await.expect(204);
        own_city(api.post(&format!("/api/v1/people/{}/grants", one.id), &json!({"role": "expert", "scope_kind": "instance", "scope_id": ""})).await);
        let body = json!({"email": one.email, "name": "X", "languages": ["en"], "countries": ["DE"], "load_max": 5});
        own_city(api.post("/api/v1/experts", &body).await);
        desk.post("/api/v1/experts", &body).await.expect(201);
        // Nor the account, by which the role would go and come.
        app.grant(&me, Role::Operator, Grants::Instance);
        let account = format!("/api/v1/people/{}", one.id);
        let now = api.get(&account).await.expect(200).json();
        let version = format!("\"v{}\"", now["version"]);
        let closed = json!({"name": now["name"], "language": "en", "time_zone": "UTC", "state": "disabled"});
        own_city(api.put(&account, &version, &closed).await);
        own_city(Answer::of(api.request(Method::DELETE, &account).header("If-Match", &version)).await);
        // None of it has happened, and other cities are as before.
        app.with_token(&seat.token).post(&format!("/api/v1/reviews/{}/accept", seat.id), &json!({})).await.expect(200);
        let elsewhere = json!({"role": "city_officer", "scope_kind": "city", "scope_id": scene.reports[1].city});
        api.post(&format!("/api/v1/people/{}/grants", two.id), &elsewhere).await.expect(201);
    }

    async fn a_coordinator_who_is_an_expert_does_not_move_out_of_a_conflict(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let me = app.person(Role::Coordinator, Grants::Instance);
        let body = json!({"email": me.email, "name": "Both", "languages": ["en"], "countries": ["JO"], "load_max": 5});
        app.as_person(&scene.coordinator).post("/api/v1/experts", &body).await.expect(201);
        let (api, id) = (app.as_person(&me), me.id.to_string());
        own_city(lives(app, &me, &id, &["FR"]).await);
        lives(app, &me, &id, &["JO", "FR"]).await.expect(200);
        let dismiss = json!({"city_id": scene.reports[0].city, "kind": "same_country", "reason": "Long ago."});
        own_city(api.post(&format!("/api/v1/experts/{id}/conflicts/dismiss"), &dismiss).await);
        let path = format!("/api/v1/cities/{}", scene.reports[0].city);
        let city = api.get(&path).await.expect(200).json();
        let body = json!({"slug": city["slug"], "name": city["name"], "country": "DE", "language": "en", "time_zone": "UTC", "population": null});
        own_city(api.put(&path, "\"v1\"", &body).await);
        app.as_person(&scene.coordinator).put(&path, "\"v1\"", &body).await.expect(200);
        let seat = scene.seat(0, &Expert { id, email: me.email.clone() }).await;
        assert!(!seat.id.is_empty());
    }

    async fn who_judges_ones_own_city_does_not_follow_from_loads(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let (one, two) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await);
        scene.seat(0, &one).await;
        let me = app.person(Role::Coordinator, Grants::Round(&scene.round));
        app.grant(&me, Role::Analyst, Grants::City(&scene.reports[0].city));
        let loads = |list: &Value, key: &str| {
            let mut loads: Vec<(String, i64, String)> = list[key]
                .as_array()
                .unwrap()
                .iter()
                .map(|c| (c["person_id"].as_str().unwrap().to_owned(), c["load"].as_i64().unwrap(), c["affinity"]["value"].to_string()))
                .collect();
            loads.sort();
            loads
        };
        let candidates = format!("/api/v1/submissions/{}/candidates", scene.reports[1].submission);
        let of = |loads: &[(String, i64, String)], expert: &Expert| loads.iter().find(|l| l.0 == expert.id).map(|l| (l.1, l.2.clone())).unwrap();
        let mine = loads(&app.as_person(&me).get(&candidates).await.expect(200).json(), "items");
        assert_eq!((of(&mine, &one), of(&mine, &one).0), (of(&mine, &two), 0));
        let theirs = loads(&app.as_person(&scene.coordinator).get(&candidates).await.expect(200).json(), "items");
        assert_eq!((of(&theirs, &one).0, of(&theirs, &two).0), (1, 0));
        let desk = app.as_person(&me).get(&format!("/api/v1/rounds/{}/assignments", scene.round)).await.expect(200).json();
        let report = desk["reports"].as_array().unwrap().iter().find(|r| r["own_city"] == false).unwrap();
        assert_eq!(loads(report, "candidates"), mine);
        // A seat elsewhere counts as before.
        scene.seat(1, &two).await;
        let mine = loads(&app.as_person(&me).get(&candidates).await.expect(200).json(), "items");
        assert_eq!((of(&mine, &one).0, of(&mine, &two).0), (0, 1));
    }
}
