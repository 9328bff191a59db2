//! Journeys of results: from the draft that only coordinators see to what everybody may read, and back.

use diesel::prelude::*;
use serde_json::{Value, json};
use stoa::ground::Error;
use stoa::ground::problems::CLOSED;
use stoa::people::call::Call;
use stoa::people::identity::Role;
use stoa::results::actions::results_release;
use stoa::results::problems::DISAGREEMENT_OPEN;
use stoa::reviews::actions::review_put_back;
use stoa::store::schema::estimate;
use stoa::surveys::views::SurveyInput;

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
            "n": null, "year": null, "from": "", "as_of": null, "mode": null, "chosen": false, "passed_over": 0, "because": null, "because_text": null,
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

    async fn who_has_an_office_in_a_city_takes_no_step_with_its_results(app) {
        let (scene, id) = reviewed(app).await;
        let (desk, step) = (app.as_person(&scene.coordinator), format!("/api/v1/participations/{id}/results"));
        let bound = app.person(Role::Coordinator, Grants::Round(&scene.round));
        app.grant(&bound, Role::CityOfficer, Grants::City(&scene.reports[0].city));
        let mine = app.as_person(&bound);
        let refused = async |word: &str| assert_eq!(mine.post(&format!("{step}/{word}"), &json!({})).await.expect(403).code(), "own_city");
        let recall = async |from: &str| {
            let body = json!({"from": from, "reason": "Too low."});
            assert_eq!(mine.post(&format!("{step}/recall"), &body).await.expect(403).code(), "own_city");
        };
        for (word, stage) in [("check", "checking"), ("release", "released"), ("publish", "published")] {
            refused(word).await;
            desk.post(&format!("{step}/{word}"), &json!({})).await.expect(200);
            // Nor is a step that was taken already answered.
            refused(word).await;
            recall(stage).await;
            let page = app.browser(&bound).get(&format!("/participations/{id}/profile")).await.expect(200);
            page.shows("Another coordinator of the round decides how far its results come");
            assert!(!page.text().contains("/results/recall") && !page.text().contains("/results/release"));
        }
    }

    async fn a_version_that_was_recalled_before_everybody_could_read_it_is_never_everybodys(app) {
        let (scene, id) = reviewed(app).await;
        let desk = app.as_person(&scene.coordinator);
        let step = async |word: &str, body: serde_json::Value| {
            desk.post(&format!("/api/v1/participations/{id}/results/{word}"), &body).await.expect(200).json()
        };
        let version = |number: i32| format!("/api/v1/participations/{id}/releases/{number}");
        let list = format!("/api/v1/participations/{id}/releases");
        step("check", json!({})).await;
        step("release", json!({})).await;
        step("recall", json!({"from": "released", "reason": "A level was typed wrong."})).await;
        let recalled = desk.get(&version(1)).await.expect(200).json();
        assert_eq!((&recalled["stage"], &recalled["release"]["in_force"]), (&json!("released"), &json!(false)));
        step("release", json!({})).await;
        step("publish", json!({})).await;

        let (officer, analyst) = (app.person(Role::CityOfficer, Grants::City(&scene.reports[0].city)), app.person(Role::Analyst, Grants::Instance));
        let elsewhere = app.person(Role::Analyst, Grants::City(&scene.reports[1].city));
        let (_, program) = app.program(&analyst.id, stoa::people::program::Access::Chosen, &[stoa::people::policy::UseCase::city_list], Grants::Instance);
        let numbers = |list: &Value| list["releases"].as_array().unwrap().iter().map(|r| r["number"].as_i64().unwrap()).collect::<Vec<_>>();
        for stranger in [app.anonymous(), app.as_person(&elsewhere), app.with_token(&program)] {
            stranger.get(&version(1)).await.expect(404);
            let second = stranger.get(&version(2)).await.expect(200).json();
            assert_eq!((&second["stage"], &second["release"]["in_force"]), (&json!("published"), &json!(true)));
            assert!(second["release"]["published_at"].is_string());
            assert_eq!(numbers(&stranger.get(&list).await.expect(200).json()), [2]);
        }
        // Whom it was released for reads it as what it was.
        for reader in [&scene.coordinator, &officer, &analyst] {
            let first = app.as_person(reader).get(&version(1)).await.expect(200).json();
            assert_eq!((&first["stage"], &first["release"]["published_at"]), (&json!("released"), &Value::Null));
            assert_eq!(numbers(&app.as_person(reader).get(&list).await.expect(200).json()), [1, 2]);
        }
        // What everybody could read stays everybody's, once results are published again; until then it is nobody else's.
        step("recall", json!({"from": "published", "reason": "Once more."})).await;
        app.anonymous().get(&version(2)).await.expect(401);
        assert_eq!(app.as_person(&analyst).get(&version(2)).await.expect(200).json()["stage"], "released");
        step("recall", json!({"from": "released", "reason": "Once more."})).await;
        step("release", json!({})).await;
        step("publish", json!({})).await;
        assert_eq!(numbers(&app.anonymous().get(&list).await.expect(200).json()), [2, 3]);
        let second = app.anonymous().get(&version(2)).await.expect(200).json();
        assert_eq!((&second["stage"], &second["release"]["in_force"]), (&json!("published"), &json!(false)));
        // An upgrade knows it from the entries of the audit.
        forget_and_read_from_the_audit(app);
        assert_eq!(numbers(&app.anonymous().get(&list).await.expect(200).json()), [2, 3]);
    }

    async fn results_are_not_released_over_a_disagreement_that_opens_meanwhile(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let (one, two) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await);
        let seat = scene.reviews(0, &one, [4, 2]).await;
        scene.reviews(0, &two, [1, 2]).await;
        let desk = app.as_person(&scene.coordinator);
        desk.post(&format!("/api/v1/reviews/{}/set-aside", seat.id), &json!({"reason": "For now."})).await.expect(200);
        let place = app.service.store.read(|db| stoa::rounds::store::places_of_round(db, &scene.round)).unwrap().remove(0);
        let id = place.participation;
        desk.post(&format!("/api/v1/participations/{id}/results/check"), &json!({})).await.expect(200);
        // The review is put back, and the case opens, while the release waits for its turn.
        let review = seat.id.parse().unwrap();
        let release = || app.act(&scene.coordinator, |call| results_release(call, &id));
        let outcome = app.meanwhile(&scene.coordinator, |call| review_put_back(call, &review).map(drop), release);
        assert!(matches!(outcome, Err(Error::Conflict(DISAGREEMENT_OPEN))), "{outcome:?}");
        assert_eq!(scene.disagreements().await[0]["state"], "open");
    }

    async fn nothing_begins_in_a_round_that_closes_meanwhile(app) {
        let desk = app.person(Role::Coordinator, Grants::Instance);
        let instrument = app.act(&desk, stoa::surveys::actions::ensure_default_instrument).unwrap();
        let survey = app.act(&desk, |call| crate::support::issue_in_amman(call, instrument.clone())).unwrap();
        let (round, place) = (&survey.round_id, &survey.participation_id);
        let city = app.service.store.read(|db| Ok(stoa::rounds::store::place(db, place)?.city.id)).unwrap();
        let officer = app.person(Role::CityOfficer, Grants::City(&city));
        let close = |call: &Call<'_>| stoa::rounds::actions::round_close(call, round).map(drop);
        let open = || app.act(&desk, |call| stoa::rounds::actions::round_open(call, round)).map(drop).unwrap();
        let closed = |outcome: Result<(), Error>| assert!(matches!(outcome, Err(Error::Conflict(CLOSED))), "{outcome:?}");
        open();
        let input = SurveyInput::open_link(place.clone(), instrument.clone());
        closed(app.meanwhile(&desk, close, || app.act(&desk, |call| stoa::surveys::actions::survey_issue(call, &input)).map(drop)));
        open();
        closed(app.meanwhile(&desk, close, || app.act(&desk, |call| stoa::surveys::actions::survey_open(call, &survey.id)).map(drop)));
        open();
        let begin = stoa::reports::views::ReportBegin { participation_id: place.clone() };
        closed(app.meanwhile(&desk, close, || app.act(&officer, |call| stoa::reports::actions::report_begin(call, &begin)).map(drop)));
    }

    async fn officers_do_not_learn_when_their_panel_changes(app) {
        let (scene, id) = reviewed(app).await;
        let officer = app.person(Role::CityOfficer, Grants::City(&scene.reports[0].city));
        let bound = app.person(Role::Coordinator, Grants::Round(&scene.round));
        app.grant(&bound, Role::Analyst, Grants::City(&scene.reports[0].city));
        let profile = format!("/api/v1/participations/{id}/profile");
        for reader in [&officer, &bound] {
            assert!(app.as_person(reader).get(&profile).await.expect(200).json()["computed_at"].is_null());
            let page = app.browser(reader).get(&format!("/participations/{id}/profile")).await.expect(200);
            assert!(!page.seen().contains("put together") && !page.seen().contains("As of"), "{}", page.seen());
        }
        assert!(app.as_person(&scene.coordinator).get(&profile).await.expect(200).json()["computed_at"].is_string());
        app.as_person(&scene.coordinator).post(&format!("/api/v1/participations/{id}/results/check"), &json!({})).await.expect(200);
        assert!(app.as_person(&officer).get(&profile).await.expect(200).json()["computed_at"].is_string(), "they see what was judged now");
    }
}

both! {
    async fn nobody_but_the_coordinator_reads_estimates_that_were_not_released(app) {
        let desk = app.person(Role::Coordinator, Grants::Instance);
        let instrument = app.act(&desk, stoa::surveys::actions::ensure_default_instrument).unwrap();
        let survey = app.act(&desk, |call| crate::support::issue_in_amman(call, instrument)).unwrap();
        let (desk, stranger) = (app.as_person(&desk), app.anonymous());
        let path = |rest: &str| format!("/api/v1/surveys/{}/{rest}", survey.id);
        let answer = async |yes: usize| {
            for n in 0..60 {
                let one = if n < yes { "yes" } else { "no" };
                let body = json!({"answers": {"course": "yes", "work_status": "home", "age_band": "age_35_44", "volunteered": one}});
                stranger.post(&format!("/api/v1/surveys/{}/responses", survey.slug), &body).await.expect(201);
            }
            desk.post(&path("close"), &json!({})).await.expect(200);
            app.work();
        };
        let read = async |api: &crate::support::Api| {
            let seen = api.get(&path("estimates")).await.expect(200).json();
            let first = seen["items"].as_array().unwrap().iter().find(|one| one["measure"] == "1.2.b").map(|one| one["estimate"].as_f64());
            (seen["undefined"].as_str().map(str::to_owned), first.flatten())
        };
        let steps = async |words: &[&str]| {
            for word in words {
                let (word, body) = match word.split_once(' ') {
                    Some((word, from)) => (word, json!({"from": from, "reason": "It counts."})),
                    None => (*word, json!({})),
                };
                desk.post(&format!("/api/v1/participations/{}/results/{word}", survey.participation_id), &body).await.expect(200);
            }
        };
        desk.post(&path("open"), &json!({})).await.expect(200);
        answer(30).await;
        // Published without the survey, whose open link nobody relies on.
        steps(&["check", "release", "publish"]).await;
        assert_eq!(read(&stranger).await, (Some("not_released".to_owned()), None));
        assert_eq!(read(&desk).await.1, Some(0.5));
        steps(&["recall published", "recall released"]).await;
        desk.post(&path("reliance"), &json!({"relied_on": true, "reason": "Nothing else was asked."})).await.expect(200);
        steps(&["release", "publish"]).await;
        assert_eq!(read(&stranger).await, (None, Some(0.5)));
        // Computed anew by another arithmetic, the interval is what was released, with nothing of the other beside it.
        let first = async |api: &crate::support::Api| {
            let seen = api.get(&path("estimates")).await.expect(200).json();
            seen["items"].as_array().unwrap().iter().find(|one| one["measure"] == "1.2.b").unwrap().clone()
        };
        let was = first(&stranger).await;
        app.service.store.write(|db| Ok(diesel::update(estimate::table).set(estimate::low.eq(estimate::low - 0.01)).execute(db)?)).unwrap();
        let (shown, own) = (first(&stranger).await, first(&desk).await);
        assert_eq!((&shown["ci95"], &shown["estimate"], &shown["se"], &shown["n_eff"]), (&was["ci95"], &was["estimate"], &Value::Null, &Value::Null));
        assert_ne!(own["ci95"], was["ci95"]);
        // More answers come, and move the coordinator's figures alone.
        app.clock.advance(chrono::Duration::minutes(1));
        desk.post(&path("open"), &json!({})).await.expect(200);
        app.clock.advance(chrono::Duration::minutes(1));
        answer(60).await;
        assert_eq!(read(&desk).await.1, Some(0.75));
        let agency = app.person(Role::Agency, Grants::Survey(&survey.id));
        for reader in [&stranger, &app.as_person(&agency)] {
            assert_eq!(read(reader).await, (None, Some(0.5)), "as it was released");
            let shown = first(reader).await;
            assert_eq!((&shown["ci95"], &shown["n"], &shown["se"]), (&was["ci95"], &was["n"], &Value::Null));
        }
    }

    async fn a_panel_that_is_not_complete_is_not_shown_to_its_city(app) {
        let (scene, id) = reviewed(app).await;
        let third = scene.expert(3, "PT").await;
        let seat = scene.seat(0, &third).await;
        let desk = app.as_person(&scene.coordinator);
        desk.post(&format!("/api/v1/participations/{id}/results/check"), &json!({})).await.expect(200);
        app.work();
        let city = app.as_person(&app.person(Role::CityOfficer, Grants::City(&scene.reports[0].city)));
        let profile = format!("/api/v1/participations/{id}/profile");
        let seen = async |api: &crate::support::Api| row(&api.get(&profile).await.expect(200).json(), "9.1.a");
        let (mine, theirs) = (seen(&desk).await, seen(&city).await);
        assert_eq!((&mine["value"], &mine["n"], &mine["low"]), (&json!(3.0), &json!(2), &Value::Null), "no range of two");
        assert_eq!((&theirs["value"], &theirs["n"], &theirs["state"]), (&Value::Null, &Value::Null, &json!("not_released")));
        // Nor is it released as it is.
        let release = format!("/api/v1/participations/{id}/results/release");
        assert_eq!(desk.post(&release, &json!({})).await.expect(409).code(), "review_awaited");
        scene.completes(&seat, &["9.1.a", "10.1.a"], &[4, 3]).await;
        // What was put together before is of another panel.
        assert_eq!(seen(&city).await["state"], "not_released");
        app.work();
        let theirs = seen(&city).await;
        assert_eq!((&theirs["value"], &theirs["n"], &theirs["low"], &theirs["high"]), (&json!(3.0), &json!(3), &json!(3.0), &json!(4.0)));
        // One review does not count any more, and the round wants two: two are left. A second, and one is too few.
        let reviews = desk.get(&format!("/api/v1/reviews?round_id={}", scene.round)).await.expect(200).json();
        let ids: Vec<&str> = reviews["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        for (id, state) in ids.iter().zip(["value", "not_released"]) {
            desk.post(&format!("/api/v1/reviews/{id}/set-aside"), &json!({"reason": "A conflict of interest."})).await.expect(200);
            app.work();
            assert_eq!(seen(&city).await["state"], state);
        }
    }
}

/// What the migration does with rows of before.
fn forget_and_read_from_the_audit(app: &TestApp) {
    let up = include_str!("../../migrations/sqlite/00000000000020_published_releases/up.sql");
    let (_, update) = up.split_once("UPDATE").unwrap();
    let change = |db: &mut stoa::store::Db| {
        diesel::sql_query("UPDATE results_release SET published_at = NULL").execute(db)?;
        diesel::sql_query(format!("UPDATE{}", update.trim_end().trim_end_matches(';'))).execute(db)?;
        Ok(())
    };
    app.service.store.write(change).unwrap();
}
