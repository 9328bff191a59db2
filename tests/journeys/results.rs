//! Journeys of results: from the draft that only coordinators see to what everybody may read, and back.

use serde_json::{Value, json};
use stoa::people::identity::Role;

use crate::expert::scene::Scene;
use crate::support::{Grants, TestApp};

/// A reviewed report, and everybody who waits for what comes of it.
async fn reviewed(app: &TestApp) -> (Scene<'_>, String) {
    let scene = Scene::with(app, &["JO", "CO"]).await;
    let (one, two) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await);
    scene.reviews(0, &one, [3, 2]).await;
    scene.reviews(0, &two, [3, 3]).await;
    app.work();
    let results = app.as_person(&scene.coordinator).get(&format!("/api/v1/rounds/{}/results", scene.round)).await.expect(200).json();
    let city = scene.reports[0].city.to_string();
    let mine = results["items"].as_array().unwrap().iter().find(|p| p["city_id"] == city.as_str()).unwrap();
    let id = mine["participation_id"].as_str().unwrap().to_owned();
    (scene, id)
}

/// What a profile says about one measure.
fn row(profile: &Value, measure: &str) -> Value {
    profile["results"].as_array().unwrap().iter().find(|r| r["measure"] == measure).unwrap().clone()
}

both! {
    async fn results_come_to_the_city_then_to_analysts_then_to_everybody(app) {
        let (scene, id) = reviewed(app).await;
        let desk = app.as_person(&scene.coordinator);
        let officer = app.person(Role::CityOfficer, Grants::City(&scene.reports[0].city));
        let city = app.as_person(&officer);
        let analyst = app.as_person(&app.person(Role::Analyst, Grants::Instance));
        let stranger = app.anonymous();
        let (profile, step) = (format!("/api/v1/participations/{id}/profile"), format!("/api/v1/participations/{id}/results"));
        let list = format!("/api/v1/rounds/{}/results", scene.round);

        // Assessing: the city sees that there is something, and nothing of it.
        let seen = desk.get(&profile).await.expect(200).json();
        assert_eq!((row(&seen, "9.1.a")["value"].as_f64(), seen["stage"].as_str()), (Some(3.0), Some("assessing")));
        let seen = city.get(&profile).await.expect(200).json();
        assert_eq!(row(&seen, "9.1.a"), json!({
            "measure": "9.1.a", "feature": row(&seen, "9.1.a")["feature"], "area": "9", "label": row(&seen, "9.1.a")["label"],
            "unit": "level_0_4", "source": "expert_review", "state": "not_released", "value": null, "low": null, "high": null,
            "n": null, "year": null, "from": "", "as_of": null, "because": null, "because_text": null,
        }));
        analyst.get(&profile).await.expect(404);
        assert_eq!(analyst.get(&list).await.status, 404);
        stranger.get(&profile).await.expect(401);

        // Checking: the city sees what experts judged, and no estimate; nobody else sees anything.
        desk.post(&format!("{step}/release"), &json!({})).await.expect(409);
        desk.post(&format!("{step}/check"), &json!({})).await.expect(200);
        desk.post(&format!("{step}/check"), &json!({})).await.expect(200);
        let seen = city.get(&profile).await.expect(200).json();
        assert_eq!(row(&seen, "9.1.a")["value"], 3.0);
        let of_surveys = seen["results"].as_array().unwrap().iter().filter(|r| r["source"] == "survey");
        assert!(of_surveys.clone().count() > 0 && of_surveys.clone().all(|r| r["state"] == "not_released"));
        analyst.get(&profile).await.expect(404);

        // Released: a version, for the city and for analysts, and each of the steps was told once.
        let stage = desk.post(&format!("{step}/release"), &json!({})).await.expect(200).json();
        assert_eq!((stage["stage"].as_str(), stage["releases"][0]["number"].as_i64()), (Some("released"), Some(1)));
        assert_eq!(row(&analyst.get(&profile).await.expect(200).json(), "9.1.a")["value"], 3.0);
        assert_eq!(analyst.get(&list).await.expect(200).json()["items"].as_array().unwrap().len(), 1);
        stranger.get(&profile).await.expect(401);
        assert_eq!(app.mails_to(&officer.email).iter().filter(|m| m.template == "results_moved").count(), 2);

        // Public: for everybody, and their pages say so.
        desk.post(&format!("{step}/publish"), &json!({})).await.expect(200);
        assert_eq!(row(&stranger.get(&profile).await.expect(200).json(), "9.1.a")["value"], 3.0);
        app.visitor().get(&format!("/participations/{id}/profile")).await.expect(200).shows("Everybody can see these results");
        app.visitor().get("/profiles").await.expect(200).shows("City 0");
    }

    async fn a_released_version_stays_as_it_was_whatever_comes_later(app) {
        let (scene, id) = reviewed(app).await;
        let desk = app.as_person(&scene.coordinator);
        let (profile, step) = (format!("/api/v1/participations/{id}/profile"), format!("/api/v1/participations/{id}/results"));
        desk.post(&format!("{step}/check"), &json!({})).await.expect(200);
        desk.post(&format!("{step}/release"), &json!({})).await.expect(200);
        let three = scene.expert(3, "ES").await;
        scene.reviews(0, &three, [2, 3]).await;
        app.work();
        assert_eq!(row(&desk.get(&profile).await.expect(200).json(), "10.1.a")["n"], 2, "a later rating changes nothing that was released");

        let officer = app.person(Role::CityOfficer, Grants::City(&scene.reports[0].city));
        let back = json!({"from": "released", "reason": "A third expert was late."});
        desk.post(&format!("{step}/recall"), &json!({"from": "released", "reason": " "})).await.expect(422);
        desk.post(&format!("{step}/recall"), &back).await.expect(200);
        assert_eq!(desk.post(&format!("{step}/recall"), &back).await.expect(409).code(), "stage_moved");
        let mail = app.mails_to(&officer.email).pop().expect("the officer is told");
        assert_eq!(mail.template, "results_moved");
        assert_eq!(row(&desk.get(&profile).await.expect(200).json(), "10.1.a")["n"], 3);

        let again = desk.post(&format!("{step}/release"), &json!({})).await.expect(200).json();
        assert_eq!(again["releases"].as_array().unwrap().len(), 2);
        let version = |number: i32| format!("/api/v1/participations/{id}/releases/{number}");
        let first = app.as_person(&officer).get(&version(1)).await.expect(200).json();
        assert_eq!((row(&first, "10.1.a")["n"].clone(), row(&first, "9.1.a")["value"].clone()), (json!(2), json!(3.0)));
        desk.get(&version(3)).await.expect(404);
        let verbs = app.audit_verbs();
        let steps: Vec<&str> = verbs.iter().map(String::as_str).filter(|v| v.starts_with("results_")).collect();
        assert_eq!(steps, ["results_check", "results_release", "results_recall", "results_release"]);
    }

    async fn estimates_wait_for_the_release_on_the_surveys_own_page_and_address(app) {
        let desk = app.person(Role::Coordinator, Grants::Instance);
        let instrument = app.act(&desk, stoa::surveys::actions::ensure_default_instrument).unwrap();
        let survey = app.act(&desk, |call| crate::support::issue_in_amman(call, instrument)).unwrap();
        let agency = app.person(Role::Agency, Grants::Survey(&survey.id));
        let (page, estimates) = (format!("/surveys/{}", survey.id), format!("/api/v1/surveys/{}/estimates", survey.id));
        app.browser(&agency).get(&page).await.expect(200).shows("shown here when the results of the city are released");
        app.as_person(&agency).get(&estimates).await.expect(404);
        let step = format!("/api/v1/participations/{}/results", survey.participation_id);
        for stage in ["check", "release"] {
            app.as_person(&desk).post(&format!("{step}/{stage}"), &json!({})).await.expect(200);
        }
        app.as_person(&agency).get(&estimates).await.expect(200);
        assert!(!app.browser(&agency).get(&page).await.expect(200).seen().contains("shown here when"));
    }

    async fn the_coordinator_steps_on_and_back_on_the_page(app) {
        let (scene, id) = reviewed(app).await;
        let browser = app.browser(&scene.coordinator);
        let page = format!("/participations/{id}/profile");
        browser.get(&page).await.expect(200).shows("Only the coordinators of the round see all results");
        let moved = browser.form_to(&page, &format!("/participations/{id}/results/check"), &[]).await.expect(303);
        browser.follow(&moved).await.expect(200).shows("The officers of the city see the draft").shows("Release the results");
        let recall = format!("/participations/{id}/results/recall");
        let empty = browser.form_to(&page, &recall, &[("from", "checking"), ("reason", "")]).await.expect(422);
        empty.shows("Reason: ");
        browser.form_to(&page, &recall, &[("from", "checking"), ("reason", "Not yet.")]).await.expect(303);
        let officer = app.browser(&app.person(Role::CityOfficer, Grants::City(&scene.reports[0].city)));
        let seen = officer.get(&page).await.expect(200);
        assert!(!seen.seen().contains("Release the results") && !seen.seen().contains("one step back"));
        officer.form_to("/account", &format!("/participations/{id}/results/check"), &[]).await.expect(404);
    }
}
