//! Conflicts of interest bind everybody, whenever they are found; reviews are set aside and put back.

use serde_json::{Value, json};
use stoa::people::identity::Role;

use super::scene::{Expert, MEASURES, Scene};
use crate::support::{Grants, Person, TestApp};

/// A conflict that a coordinator records between an expert and the city of report 0.
async fn record(scene: &Scene<'_>, expert: &str) {
    let body = json!({"city_id": scene.reports[0].city, "kind": "family", "note": "heard of it"});
    scene.app.as_person(&scene.coordinator).post(&format!("/api/v1/experts/{expert}/conflicts"), &body).await.expect(201);
}

async fn seats(app: &TestApp, by: &Person, scene: &Scene<'_>) -> Value {
    app.as_person(by).get(&format!("/api/v1/rounds/{}/assignments", scene.round)).await.expect(200).json()["reports"].clone()
}

both! {
    async fn a_conflict_found_late_stops_the_review_and_everybody_concerned_sees_it(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let expert = scene.expert(1, "DE").await;
        let seat = scene.seat(0, &expert).await;
        let api = app.with_token(&seat.token);
        let review = format!("/api/v1/reviews/{}", seat.id);
        record(&scene, &expert.id).await;
        // Between invitation and acceptance: the coordinator sees and hears of it.
        assert_eq!(api.post(&format!("{review}/accept"), &json!({})).await.expect(409).code(), "conflict_of_interest");
        assert_eq!(seats(app, &scene.coordinator, &scene).await[0]["seats"][0]["conflict"], "family");
        let mail = app.last_mail("review_stopped", &scene.coordinator.email);
        assert!(mail.rendered.text.contains("Expert 1") && mail.rendered.text.contains("withdraw"));
        let dismiss = json!({"city_id": scene.reports[0].city, "kind": "family", "reason": "Somebody else of that name."});
        app.as_person(&scene.coordinator).post(&format!("/api/v1/experts/{}/conflicts/dismiss", expert.id), &dismiss).await.expect(204);
        api.post(&format!("{review}/accept"), &json!({})).await.expect(200);
        scene.rates(&seat, MEASURES[0], json!({"level": 4, "comment": "Written before it was known."})).await.expect(200);
        // After acceptance.
        record(&scene, &expert.id).await;
        assert_eq!(scene.rates(&seat, MEASURES[1], json!({"level": 4})).await.expect(409).code(), "conflict_of_interest");
        assert_eq!(api.post(&format!("{review}/submit"), &json!({})).await.expect(409).code(), "conflict_of_interest");
        app.visitor().get(&seat.path).await.expect(200).shows("This review has stopped").shows("Written before it was known.");
        app.visitor().get(&format!("{}/rate/{}", seat.path, MEASURES[0])).await.expect(303);
        app.browser(&scene.coordinator).get(&format!("/rounds/{}/assignments", scene.round)).await.expect(200).shows("Stopped: conflict of interest");
        assert_eq!(api.get(&review).await.expect(200).json()["conflict"], "family");
    }

    async fn of_a_conflict_that_is_said_again_nobody_hears_again(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let (one, two) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await);
        let (submitted, open) = (scene.reviews(0, &one, [4, 2]).await, scene.seat(0, &two).await);
        app.with_token(&open.token).post(&format!("/api/v1/reviews/{}/accept", open.id), &json!({})).await.expect(200);
        let mails = || app.mails_to(&scene.coordinator.email).iter().filter(|mail| mail.template == "review_stopped").count();
        let entries = || app.audit_verbs().iter().filter(|verb| *verb == "conflict_declare").count();
        let said = json!({"kind": "employment", "note": "I have worked there since May."});
        for _ in 0..5 {
            app.with_token(&submitted.token).post(&format!("/api/v1/reviews/{}/conflict", submitted.id), &said).await.expect(200);
        }
        assert_eq!((mails(), entries()), (1, 1), "the same, again");
        // Other words are kept, and another kind; the review had stopped before.
        for (kind, note) in [("employment", "Since April."), ("family", "")] {
            let said = json!({"kind": kind, "note": note});
            app.with_token(&submitted.token).post(&format!("/api/v1/reviews/{}/conflict", submitted.id), &said).await.expect(200);
        }
        assert_eq!((mails(), entries()), (1, 3));
        for _ in 0..3 {
            record(&scene, &two.id).await;
        }
        assert_eq!((mails(), entries()), (2, 4), "nor when a coordinator says so");
    }

    async fn the_audit_tells_operators_nothing_of_what_experts_and_cities_say(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let (one, two) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await);
        let seat = scene.reviews(0, &one, [4, 2]).await;
        scene.reviews(0, &two, [1, 2]).await;
        record(&scene, &one.id).await;
        let aside = json!({"reason": "Works for the city."});
        app.as_person(&scene.coordinator).post(&format!("/api/v1/reviews/{}/set-aside", seat.id), &aside).await.expect(200);
        let operator = app.person(Role::Operator, Grants::Instance);
        let audit = app.as_person(&operator).get("/api/v1/audit-entries?limit=200").await.expect(200);
        let page = app.browser(&operator).get("/audit?limit=200").await.expect(200);
        assert!(audit.text().contains("rating_save") && audit.text().contains("review_set_aside") && page.text().contains("rating_save"));
        let entries = audit.json();
        for entry in entries["items"].as_array().unwrap() {
            let detail = entry["detail"].as_str().unwrap();
            for part in ["level", "cannot_judge", "reason", "family", "Works for", "heard of it"] {
                assert!(!detail.contains(part), "{entry}");
            }
        }
        for part in ["level: ", "Works for", "heard of it"] {
            assert!(!page.text().contains(part), "{part}");
        }
    }

    async fn a_submitted_review_is_set_aside_with_a_reason_and_put_back(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let (one, two) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await);
        let seat = scene.reviews(0, &one, [4, 2]).await;
        scene.reviews(0, &two, [1, 2]).await;
        let api = app.as_person(&scene.coordinator);
        let score = |at: usize| scene.scores()[at].clone();
        let (apart, together) = (if score(0).2 == "open_disagreement" { 0 } else { 1 }, if score(0).2 == "agreed" { 0 } else { 1 });
        assert_eq!(score(together).1, Some(2.0));
        // The expert says so after having submitted: it stops, counts on, and the coordinator hears.
        let said = json!({"kind": "employment", "note": "I have worked there since May."});
        app.with_token(&seat.token).post(&format!("/api/v1/reviews/{}/conflict", seat.id), &said).await.expect(200);
        assert_eq!(scene.review(&seat.id).await["state"], "submitted");
        assert!(app.last_mail("review_stopped", &scene.coordinator.email).rendered.text.contains("set the review aside"));
        let aside = format!("/api/v1/reviews/{}/set-aside", seat.id);
        assert_eq!(api.post(&aside, &json!({"reason": " "})).await.expect(422).fields(), ["reason"]);
        let done = api.post(&aside, &json!({"reason": "Works for the city."})).await.expect(200).json();
        assert_eq!((&done["state"], &done["set_aside"]["reason"]), (&json!("set_aside"), &json!("Works for the city.")));
        // Kept, not counted, the seat free again; the case that it was part of stands no longer.
        assert_eq!(scene.review(&seat.id).await["ratings"].as_array().unwrap().len(), 2);
        assert_eq!((score(apart).1, score(apart).2.as_str()), (Some(1.0), "single"));
        assert_eq!(scene.disagreements().await[0]["state"], "lapsed");
        let report = seats(app, &scene.coordinator, &scene).await[0].clone();
        assert_eq!((&report["need"], &report["submitted"]), (&json!(1), &json!(1)));
        app.work();
        let agreement = api.get(&format!("/api/v1/rounds/{}/agreement", scene.round)).await.expect(200).json();
        assert_eq!(agreement["overall"]["ratings"], 2);
        assert_eq!(app.last_mail("review_aside", &one.email).context["back"], false);
        app.visitor().get(&seat.path).await.expect(200).shows("set this review aside");
        assert_eq!(api.post(&aside, &json!({"reason": "Again."})).await.expect(409).code(), "conflict");
        // Not while the conflict stands; and what an expert declared stands.
        let back = format!("/api/v1/reviews/{}/put-back", seat.id);
        assert_eq!(api.post(&back, &json!({})).await.expect(409).code(), "conflict_stands");
        // Another, without a conflict.
        let (three, desk) = (scene.expert(3, "IT").await, format!("/rounds/{}/assignments", scene.round));
        let third = scene.reviews(0, &three, [4, 2]).await;
        assert_eq!(score(apart).2, "open_disagreement", "the case opens again where ratings part again");
        let browser = app.browser(&scene.coordinator);
        let page = format!("/reviews/{}/set-aside", third.id);
        browser.form_to(&format!("/reviews/{}", third.id), &page, &[("reason", "A mistake.")]).await.expect(303);
        assert_eq!(score(apart).2, "single");
        browser.form_to(&desk, &format!("/reviews/{}/put-back", third.id), &[]).await.expect(303);
        assert_eq!((score(apart).2.as_str(), scene.review(&third.id).await["state"].as_str().unwrap()), ("open_disagreement", "submitted"));
    }

    async fn a_program_of_one_round_says_nothing_for_all_rounds(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let coordinator = &scene.coordinator;
        app.password(coordinator, "a bridge in Fez");
        let api = app.as_person(coordinator);
        let body = json!({"email": coordinator.email, "name": "C", "languages": ["en"], "countries": ["DE"], "load_max": 5});
        api.post("/api/v1/experts", &body).await.expect(201);
        let token = json!({
            "name": "Conflicts", "access": "chosen", "use_cases": ["conflict_declare"], "scope_kind": "round", "scope_id": scene.round,
            "expires_on": "2026-09-01", "current_password": "a bridge in Fez",
        });
        let token = api.post("/api/v1/service-tokens", &token).await.expect(200).json();
        let said = json!({"city_id": scene.reports[0].city, "kind": "family", "note": ""});
        let path = format!("/api/v1/experts/{}/conflicts", coordinator.id);
        let made = app.with_token(token["token"].as_str().unwrap()).post(&path, &said).await.expect(201).json();
        assert_eq!((&made["items"][0]["source"], &made["items"][0]["round_id"]), (&json!("coordinator"), &json!(scene.round)));
        let own = api.post(&path, &said).await.expect(201).json();
        assert_eq!((&own["items"][0]["source"], &own["items"][0]["round_id"]), (&json!("declared"), &json!(null)));
    }

    async fn a_third_expert_whose_review_is_put_back_settles_the_case_again(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let (one, two, three) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await, scene.expert(3, "IT").await);
        scene.reviews(0, &one, [4, 2]).await;
        scene.reviews(0, &two, [1, 2]).await;
        let api = app.as_person(&scene.coordinator);
        let case = scene.disagreements().await[0].clone();
        let asked = api.post(&format!("/api/v1/disagreements/{}/third", case["id"].as_str().unwrap()), &json!({"person_id": three.id})).await;
        let asked = asked.expect(200).json();
        let seat = scene.seat_of(asked["third_review_id"].as_str().unwrap(), &three);
        scene.completes(&seat, &[case["measure"].as_str().unwrap()], &[3]).await;
        let settled = scene.disagreements().await[0].clone();
        assert_eq!((&settled["state"], &settled["level"]), (&json!("resolved"), &json!(3.0)));
        api.post(&format!("/api/v1/reviews/{}/set-aside", seat.id), &json!({"reason": "Too early."})).await.expect(200);
        assert_eq!(scene.disagreements().await[0]["state"], "open");
        api.post(&format!("/api/v1/reviews/{}/put-back", seat.id), &json!({})).await.expect(200);
        let settled = scene.disagreements().await[0].clone();
        assert_eq!((&settled["state"], &settled["level"]), (&json!("resolved"), &json!(3.0)));
    }

    async fn a_coordinator_with_an_office_in_a_city_neither_sees_nor_runs_its_panel(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let (one, two) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await);
        let seat = scene.reviews(0, &one, [4, 2]).await;
        scene.reviews(0, &two, [1, 2]).await;
        let elsewhere = scene.reviews(1, &one, [2, 2]).await;
        let case = scene.disagreements().await[0]["id"].as_str().unwrap().to_owned();
        scene.expert(3, "IT").await;
        scene.expert(4, "ES").await;
        for role in [Role::CityOfficer, Role::Analyst] {
            let bound = app.person(Role::Coordinator, Grants::Round(&scene.round));
            app.grant(&bound, role, Grants::City(&scene.reports[0].city));
            let (api, browser) = (app.as_person(&bound), app.browser(&bound));
            let submission = &scene.reports[0].submission;
            let refused = async |answer: crate::support::Answer| assert_eq!(answer.expect(403).code(), "own_city");
            refused(api.get(&format!("/api/v1/reviews/{}", seat.id)).await).await;
            refused(api.post(&format!("/api/v1/reviews/{}/withdraw", seat.id), &json!({})).await).await;
            refused(api.post(&format!("/api/v1/reviews/{}/set-aside", seat.id), &json!({"reason": "Too low."})).await).await;
            refused(api.get(&format!("/api/v1/submissions/{submission}/candidates")).await).await;
            refused(api.post(&format!("/api/v1/submissions/{submission}/reviews"), &json!({"person_id": two.id})).await).await;
            refused(api.get(&format!("/api/v1/disagreements/{case}")).await).await;
            refused(api.post(&format!("/api/v1/disagreements/{case}/third"), &json!({"person_id": two.id})).await).await;
            refused(api.post(&format!("/api/v1/disagreements/{case}/resolve"), &json!({"resolution": "adjudication", "level": 4, "note": "Mine."})).await).await;
            let dismiss = json!({"city_id": scene.reports[0].city, "kind": "same_city", "reason": "Mine."});
            refused(api.post(&format!("/api/v1/experts/{}/conflicts/dismiss", one.id), &dismiss).await).await;
            let stop = json!({"city_id": scene.reports[0].city, "kind": "family", "note": "So that it stops."});
            refused(api.post(&format!("/api/v1/experts/{}/conflicts", one.id), &stop).await).await;
            let frozen = api.get(&format!("/api/v1/submissions/{submission}")).await.expect(200).json();
            assert!(frozen["at_work"].is_null());
            let give_back = format!("/api/v1/reports/{}/return", frozen["report_id"].as_str().unwrap());
            refused(api.post(&give_back, &json!({"note": "Better."})).await).await;
            browser.get(&format!("/submissions/{submission}")).await.expect(200).shows("Another coordinator of the round");
            // Lists leave it out, and say so; other cities are as before.
            let reports = seats(app, &bound, &scene).await;
            let of = |own: bool| reports.as_array().unwrap().iter().find(|r| r["own_city"] == own).unwrap();
            assert_eq!((of(true)["seats"].as_array().unwrap().len(), of(true)["candidates"].as_array().unwrap().len(), of(false)["seats"].as_array().unwrap().len()), (0, 0, 1));
            let desk = browser.get(&format!("/rounds/{}/assignments", scene.round)).await.expect(200);
            desk.shows("another coordinator of the round decides about it");
            assert!(!desk.text().contains(&format!("/reviews/{}", seat.id)));
            let reviews = api.get("/api/v1/reviews").await.expect(200).json();
            assert_eq!(reviews["items"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap()).collect::<Vec<_>>(), [elsewhere.id.as_str()]);
            assert_eq!(api.get(&format!("/api/v1/rounds/{}/disagreements", scene.round)).await.expect(200).json()["items"], json!([]));
            api.get(&format!("/api/v1/reviews/{}", elsewhere.id)).await.expect(200);
            // A plan that names experts for that city is confirmed by somebody else; one's own leaves it out.
            app.as_person(&scene.coordinator).post(&format!("/api/v1/reviews/{}/set-aside", seat.id), &json!({"reason": "For a free seat."})).await.expect(200);
            let plans = format!("/api/v1/rounds/{}/assignment-plans", scene.round);
            let mine = api.post(&plans, &json!({})).await.expect(201).json();
            let cities = |plan: &Value| plan["proposal"]["reports"].as_array().unwrap().iter().map(|r| r["submission_id"].clone()).collect::<Vec<_>>();
            assert_eq!(cities(&mine), [json!(scene.reports[1].submission)]);
            let theirs = app.as_person(&scene.coordinator).post(&plans, &json!({})).await.expect(201).json();
            assert_eq!(cities(&theirs).len(), 2);
            let shown = api.get(&format!("/api/v1/rounds/{}/assignments", scene.round)).await.expect(200).json()["plan"].clone();
            assert_eq!(shown, Value::Null, "whom it passes over tells who sits in that city");
            browser.get(&format!("/rounds/{}/assignments", scene.round)).await.expect(200).shows("A plan of another coordinator waits");
            refused(api.post(&format!("/api/v1/assignment-plans/{}/confirm", theirs["id"].as_str().unwrap()), &json!({})).await).await;
            app.as_person(&scene.coordinator).post(&format!("/api/v1/reviews/{}/put-back", seat.id), &json!({})).await.expect(200);
            // The journal of mails names nobody either.
            let journal = browser.get("/messages?limit=200").await.expect(200);
            assert!(journal.text().contains("City 1") && !journal.text().contains("City 0"), "{}", journal.text());
            // An operator reads in the audit that something was done there, and not by whom.
            let operator = app.person(Role::Operator, Grants::Instance);
            let audited = async |id: &str| {
                let answer = app.as_person(&operator).get(&format!("/api/v1/audit-entries?object={id}")).await.expect(200).json();
                answer["items"].as_array().unwrap().iter().map(|e| e["actor"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
            };
            assert!(audited(&seat.id).await.iter().all(|actor| actor != "withheld"), "bound to nothing");
            app.grant(&operator, role, Grants::City(&scene.reports[0].city));
            assert_eq!(audited(&seat.id).await, [""; 0], "nor on what");
            assert!(audited(&elsewhere.id).await.iter().all(|actor| actor != "withheld"));
            app.browser(&operator).get("/audit?limit=200").await.expect(200).shows("withheld from you");
            // Nor does the draft of that city's results say what its panel thinks; of other cities it does.
            stoa::jobs::worker::run_due(&app.service).unwrap();
            let results = api.get(&format!("/api/v1/rounds/{}/results", scene.round)).await.expect(200).json();
            let judged = |city: usize| {
                let profile = results["items"].as_array().unwrap().iter().find(|p| p["city_id"] == json!(scene.reports[city].city)).unwrap();
                let rows = profile["results"].as_array().unwrap().iter().filter(|row| row["source"] == "expert_review");
                rows.filter(|row| row["state"] != "not_released").count()
            };
            assert!(judged(0) == 0 && judged(1) > 0, "{results}");
            // Nor are they written to about it.
            assert!(app.mails_to(&bound.email).iter().all(|m| m.template != "review_stopped" && m.template != "disagreement_opened"));
        }
    }

    async fn an_expert_whose_role_was_taken_judges_nothing_more_and_the_seat_says_so(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let (one, somebody) = (scene.expert(1, "DE").await, app.account("en"));
        let body = json!({"email": somebody.email, "name": "Somebody", "languages": ["en"], "countries": ["FR"], "load_max": 5});
        app.as_person(&scene.coordinator).post("/api/v1/experts", &body).await.expect(201);
        let two = Expert { id: somebody.id.to_string(), email: somebody.email.clone() };
        let given = scene.reviews(0, &one, [4, 2]).await;
        let (asked, writing) = (scene.seat(1, &one).await, scene.seat(1, &two).await);
        let desk = app.as_person(&scene.coordinator);
        app.with_token(&writing.token).post(&format!("/api/v1/reviews/{}/accept", writing.id), &json!({})).await.expect(200);
        scene.completes_draft(&writing).await;
        for expert in [&one, &two] {
            let person = desk.get(&format!("/api/v1/people/{}", expert.id)).await.expect(200).json();
            let grant = person["grants"][0]["id"].as_str().unwrap().to_owned();
            desk.delete(&format!("/api/v1/people/{}/grants/{grant}", expert.id)).await.expect(204);
        }
        let refused = |answer: crate::support::Answer| assert_eq!(answer.expect(403).code(), "role_taken");
        refused(app.with_token(&asked.token).post(&format!("/api/v1/reviews/{}/accept", asked.id), &json!({})).await);
        refused(scene.rates(&writing, MEASURES[0], json!({"level": 1, "comment": "Later."})).await);
        for api in [app.with_token(&writing.token), app.as_person(&somebody)] {
            refused(api.post(&format!("/api/v1/reviews/{}/submit", writing.id), &json!({})).await);
        }
        // They are told, and keep what they wrote; the coordinator sees whose seat waits for nobody.
        app.visitor().get(&writing.path).await.expect(200).shows("role in this round has ended").shows("Said in the report");
        app.visitor().get(&format!("{}/rate/{}", writing.path, MEASURES[0])).await.expect(303);
        let reports = seats(app, &scene.coordinator, &scene).await;
        let absent = |report: usize| reports[report]["seats"].as_array().unwrap().iter().map(|s| s["absent"].clone()).collect::<Vec<_>>();
        assert_eq!((absent(0), absent(1)), (vec![Value::Null], vec![json!("role_taken"), json!("role_taken")]), "what was submitted has not stopped");
        app.browser(&scene.coordinator).get(&format!("/rounds/{}/assignments", scene.round)).await.expect(200).shows("no longer an expert of this round");
        // What was submitted stays, and counts; given the role again, they go on.
        assert_eq!((scene.review(&given.id).await["state"].as_str(), scene.scores()[0].1.is_some()), (Some("submitted"), true));
        let role = json!({"role": "expert", "scope_kind": "round", "scope_id": scene.round});
        desk.post(&format!("/api/v1/people/{}/grants", two.id), &role).await.expect(201);
        app.with_token(&writing.token).post(&format!("/api/v1/reviews/{}/submit", writing.id), &json!({})).await.expect(200);
        let last = seats(app, &scene.coordinator, &scene).await;
        let waits = |seat: &&Value| seat["absent"] == "role_taken";
        assert_eq!(last[1]["seats"].as_array().unwrap().iter().filter(waits).count(), 1, "the other one has not");
    }

    async fn a_coordinator_who_sits_on_a_panel_is_one_of_its_experts(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let (one, two) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await);
        let both = app.person(Role::Coordinator, Grants::Round(&scene.round));
        let body = json!({"email": both.email, "name": "Both", "languages": ["en"], "countries": ["FR"], "load_max": 5});
        app.as_person(&scene.coordinator).post("/api/v1/experts", &body).await.expect(201);
        let me = Expert { id: both.id.to_string(), email: both.email.clone() };
        let theirs = scene.reviews(0, &one, [4, 2]).await;
        let mine = scene.seat(0, &me).await;
        let elsewhere = scene.reviews(1, &one, [2, 2]).await;
        let (api, path) = (app.as_person(&both), format!("/api/v1/reviews/{}", theirs.id));
        let refused = |answer: crate::support::Answer| assert_eq!(answer.expect(403).code(), "own_panel");
        app.work();
        // Until they have submitted, they see nothing of what the others gave, wherever it is shown.
        refused(api.get(&path).await);
        refused(api.post(&format!("{path}/set-aside"), &json!({"reason": "Too high."})).await);
        refused(api.post(&format!("{path}/withdraw"), &json!({})).await);
        api.get(&format!("/api/v1/reviews/{}", elsewhere.id)).await.expect(200);
        let results = api.get(&format!("/api/v1/rounds/{}/results", scene.round)).await.expect(200).json();
        for (city, seen) in [(0, false), (1, true)] {
            let profile = results["items"].as_array().unwrap().iter().find(|p| p["city_id"] == json!(scene.reports[city].city)).unwrap();
            let judged = profile["results"].as_array().unwrap().iter().any(|r| r["source"] == "expert_review" && r["value"].is_number());
            assert_eq!((judged, profile["computed_at"].is_string()), (seen, seen), "{profile}");
        }
        let agreement = api.get(&format!("/api/v1/rounds/{}/agreement", scene.round)).await.expect(200).json();
        let figures = |of: &Value| (of["withheld"].clone(), of["overall"].is_null(), of["measures"].as_array().unwrap().len());
        assert_eq!((figures(&agreement), &agreement["singles"]), ((json!(true), true, 0), &json!([])), "{agreement}");
        app.browser(&both).get(&format!("/rounds/{}/agreement", scene.round)).await.expect(200).shows("is not shown to you");
        // Others part before they have submitted: that is not for them either.
        let third = scene.reviews(0, &two, [1, 2]).await;
        let cases = format!("/api/v1/rounds/{}/disagreements", scene.round);
        assert_eq!(api.get(&cases).await.expect(200).json()["items"], json!([]));
        let case = scene.disagreements().await[0]["id"].as_str().unwrap().to_owned();
        refused(api.get(&format!("/api/v1/disagreements/{case}")).await);
        // From then on they read, and decide nothing about those beside whom they sit.
        scene.completes(&mine, &MEASURES, &[4, 2]).await;
        app.work();
        let agreement = api.get(&format!("/api/v1/rounds/{}/agreement", scene.round)).await.expect(200).json();
        assert_eq!((figures(&agreement).0, figures(&agreement).1), (json!(false), false));
        api.get(&path).await.expect(200);
        api.get(&format!("/api/v1/disagreements/{case}")).await.expect(200);
        refused(api.post(&format!("/api/v1/disagreements/{case}/resolve"), &json!({"resolution": "adjudication", "level": 4, "note": "Mine."})).await);
        refused(api.post(&format!("/api/v1/reviews/{}/set-aside", third.id), &json!({"reason": "Too low."})).await);
        refused(api.post(&format!("/api/v1/reviews/{}/set-aside", mine.id), &json!({"reason": "Mine."})).await);
        app.as_person(&scene.coordinator).post(&format!("/api/v1/reviews/{}/set-aside", third.id), &json!({"reason": "A mistake."})).await.expect(200);
        refused(api.post(&format!("/api/v1/reviews/{}/put-back", third.id), &json!({})).await);
    }
}
