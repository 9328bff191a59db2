//! The expert: invited by mail, accepts or not, judges section by section, submits.

mod again;
mod bound;
mod conflicted;
mod moved;
pub mod scene;

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Grants};
use scene::{EVIDENCE, MEASURES, Scene};
use stoa::people::identity::Role;
use stoa::people::program::Access;

both! {
    async fn an_expert_accepts_judges_and_submits_with_the_link_alone(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let expert = scene.expert(1, "DE").await;
        let seat = scene.seat(0, &expert).await;
        let browser = app.visitor();
        browser.get(&seat.path).await.expect(200).shows("Review of City 0").shows("Monitoring 2026").shows("Accept this review").shows("2026-04-01");
        let to = browser.form_to(&seat.path, &format!("{}/accept", seat.path), &[]).await.expect(303);
        browser.follow(&to).await.expect(200).shows("Begin");
        let first = browser.get(&format!("{}/rate", seat.path)).await.expect(303);
        let page = browser.follow(&first).await.expect(200);
        page.shows("What the city says about 9.1.a.").shows("What level 3 of 9.1.a shows").shows("I cannot judge this");
        assert!(!page.text().contains(" checked"), "no level is chosen for the expert");
        let rate = |measure: &str| format!("{}/rate/{measure}", seat.path);
        // Reasons without a level are kept, and what is missing is said.
        let begun = browser.form(&rate(MEASURES[0]), &[("version", "0"), ("comment", "Events."), ("then", "stay")]).await.expect(303);
        browser.follow(&begun).await.expect(200).shows("is not complete: no level yet").shows("Events.");
        let fields = [("version", "1"), ("level", "3"), ("comment", "Events in every district."), ("evidence_pointer", "p. 2"), ("then", "next")];
        let saved = browser.form(&rate(MEASURES[0]), &fields).await.expect(303);
        assert!(saved.location().ends_with(&rate(MEASURES[1])), "{saved:?}");
        browser.get(&format!("{}/check", seat.path)).await.expect(200).shows("One section is not complete.").shows("Events in every district.");
        let check = format!("{}/check", seat.path);
        let submit = format!("{}/submit", seat.path);
        browser.form_to(&check, &submit, &[("overall_comment", "A good start.")]).await.expect(422).shows("Strength and steadiness of leadership: Please choose a level").shows("A good start.");
        let fields = [("version", "0"), ("level", "cannot_judge"), ("comment", "The section is empty for me."), ("then", "check")];
        let saved = browser.form(&rate(MEASURES[1]), &fields).await.expect(303);
        browser.follow(&saved).await.expect(200).shows("Every section is judged.");
        let token = browser.csrf(&check).await;
        let done = browser.send(&submit, &[("csrf", &token), ("overall_comment", "A good start.")]).await.expect(303);
        let receipt = browser.follow(&done).await.expect(200);
        receipt.shows("Your review was submitted").shows("A good start.").shows("I cannot judge this");
        // A second press finds the receipt; a late save gets its text back; nothing changes.
        let again = browser.send(&submit, &[("csrf", &token)]).await.expect(303);
        assert_eq!(again.location(), seat.path);
        let late = [("csrf", token.as_str()), ("version", "2"), ("level", "0"), ("comment", "Changed my mind.")];
        let late = browser.send(&rate(MEASURES[0]), &late).await.expect(409);
        late.shows("The first submission stands").shows("Changed my mind.");
        assert!(late.text().contains(&format!("href=\"{}\"", seat.path)), "{late:?}");
        let view = scene.review(&seat.id).await;
        assert_eq!((&view["state"], &view["ratings"][1]["level"], &view["ratings"][0]["cannot_judge"]), (&json!("submitted"), &json!(3), &json!(true)));
        let mail = app.last_mail("review_receipt", &expert.email);
        assert!(mail.rendered.text.contains(view["receipt"].as_str().unwrap()));
        assert_eq!(app.mails().iter().filter(|m| m.template == "review_receipt").count(), 1);
        assert_eq!(mail.paths(app)[0], seat.path, "every mail of a review carries the same link");
    }

    async fn an_unfinished_review_is_told_of_each_section_by_name(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let seat = scene.seat(0, &scene.expert(1, "DE").await).await;
        let browser = app.visitor();
        browser.form_to(&seat.path, &format!("{}/accept", seat.path), &[]).await.expect(303);
        scene.rates(&seat, MEASURES[0], json!({"level": 2, "comment": "Short."})).await.expect(200);
        let back = browser.form_to(&format!("{}/check", seat.path), &format!("{}/submit", seat.path), &[("overall_comment", "")]).await.expect(422);
        back.shows("Events that encourage and celebrate learning: Please give reasons").shows("Strength and steadiness of leadership: Please choose a level");
        assert!(back.text().contains("href=\"#ratings.9.1.a\"") && back.text().contains("id=\"ratings.9.1.a\""), "each line leads to its section");
    }

    async fn a_mail_scanner_that_follows_the_link_changes_nothing(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let seat = scene.seat(0, &scene.expert(1, "DE").await).await;
        let before = (scene.review(&seat.id).await, app.audit_verbs().len());
        let scanner = app.visitor();
        for path in ["", "/accept", "/decline", "/conflict", "/rate", "/rate/9.1.a", "/check", "/submit"] {
            let path = format!("{}{path}", seat.path);
            for method in [Method::GET, Method::HEAD] {
                let answer = Answer::of(scanner.request(method, &path)).await;
                assert!(answer.status < 500, "{answer:?}");
            }
        }
        assert_eq!((scene.review(&seat.id).await, app.audit_verbs().len()), before);
        assert_eq!(before.0["state"], "invited");
    }

    async fn two_tabs_do_not_overwrite_each_other_and_no_text_is_lost(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let seat = scene.seat(0, &scene.expert(1, "DE").await).await;
        let browser = app.visitor();
        browser.form_to(&seat.path, &format!("{}/accept", seat.path), &[]).await.expect(303);
        let page = format!("{}/rate/{}", seat.path, MEASURES[0]);
        let token = browser.csrf(&page).await;
        let save = |version: &'static str, level: &'static str, comment: &'static str| {
            [("csrf", token.clone()), ("version", version.into()), ("level", level.into()), ("comment", comment.into()), ("evidence_pointer", String::new())]
        };
        let autosave = format!("{page}/autosave");
        let send = async |to: &str, fields: &[(&str, String)]| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
            browser.send(to, &fields).await
        };
        let saved = send(&autosave, &save("0", "", "first tab")).await.expect(200);
        assert_eq!(saved.json()["version"], "1");
        send(&autosave, &save("0", "2", "second tab")).await.expect(412);
        let back = send(&page, &save("0", "2", "second tab")).await.expect(412);
        back.shows("second tab").shows("first tab").shows("Nothing is lost");
        assert_eq!(back.input("version").as_deref(), Some("1"), "the next save knows what is stored");
        send(&page, &save("1", "2", "second tab")).await.expect(303);
        let api = app.with_token(&seat.token);
        let rating = format!("/api/v1/reviews/{}/ratings/{}", seat.id, MEASURES[0]);
        assert_eq!(api.put(&rating, "\"v1\"", &json!({"level": 4})).await.expect(412).code(), "stale");
        assert_eq!(api.put(&rating, "\"v2\"", &json!({"level": 4})).await.expect(200).etag(), "\"v3\"");
    }

    async fn an_expert_who_declines_frees_the_seat_and_the_coordinator_is_told_whom_to_ask(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let (expert, _other) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await);
        let seat = scene.seat(0, &expert).await;
        let browser = app.visitor();
        let decline = format!("{}/decline", seat.path);
        browser.form_to(&seat.path, &decline, &[("reason", " "), ("alternate", "Chen Wei")]).await.expect(422).shows("Please fill this in").text().contains("Chen Wei");
        let said = [("reason", "On leave."), ("alternate", "Chen Wei")];
        let done = browser.form_to(&seat.path, &decline, &said).await.expect(303);
        browser.follow(&done).await.expect(200).shows("You have declined this review");
        let mail = app.last_mail("review_declined", &scene.coordinator.email);
        for part in ["Expert 1", "On leave.", "Chen Wei", "Expert 2"] {
            assert!(mail.rendered.text.contains(part), "{part} is not in {}", mail.rendered.text);
        }
        let desk = app.browser(&scene.coordinator).get(&format!("/rounds/{}/assignments", scene.round)).await.expect(200);
        desk.shows("lacks 2 experts").shows("On leave.").shows("declined 1");
        // Once declined, nothing more is taken, and the same expert is not asked again.
        let api = app.with_token(&seat.token);
        assert_eq!(api.post(&format!("/api/v1/reviews/{}/accept", seat.id), &json!({})).await.expect(409).code(), "closed");
        assert_eq!(scene.invite(0, &expert).await.expect(422).fields(), ["person_id"]);
    }

    async fn an_expert_who_declares_a_conflict_is_never_asked_about_that_city_again(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let expert = scene.expert(1, "DE").await;
        let seat = scene.seat(0, &expert).await;
        let browser = app.visitor();
        let to = format!("{}/conflict", seat.path);
        browser.form_to(&seat.path, &to, &[("note", "my sister")]).await.expect(422);
        browser.form_to(&seat.path, &to, &[("kind", "family"), ("note", "my sister works there")]).await.expect(303);
        assert_eq!(scene.review(&seat.id).await["state"], "declined");
        let api = app.as_person(&scene.coordinator);
        let conflicts = api.get(&format!("/api/v1/experts/{}/conflicts", expert.id)).await.expect(200).json();
        assert_eq!((&conflicts["items"][0]["kind"], &conflicts["items"][0]["source"]), (&json!("family"), &json!("declared")));
        let dismiss = json!({"city_id": scene.reports[0].city, "kind": "family", "reason": "does not matter"});
        let refused = api.post(&format!("/api/v1/experts/{}/conflicts/dismiss", expert.id), &dismiss).await.expect(409);
        assert_eq!(refused.code(), "conflict_declared");
        scene.invite(1, &expert).await.expect(201);
    }

    async fn a_link_opens_one_review_and_nothing_else(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let (one, two) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await);
        let (mine, theirs) = (scene.seat(0, &one).await, scene.seat(1, &two).await);
        let api = app.with_token(&mine.token);
        for path in [format!("/api/v1/reviews/{}", theirs.id), format!("/api/v1/rounds/{}/assignments", scene.round), format!("/api/v1/rounds/{}/agreement", scene.round)] {
            api.get(&path).await.expect(404);
        }
        api.put(&format!("/api/v1/reviews/{}/ratings/9.1.a", theirs.id), "\"v0\"", &json!({"level": 1})).await.expect(404);
        api.post(&format!("/api/v1/reviews/{}/submit", theirs.id), &json!({})).await.expect(404);
        let broken = format!("{}x", mine.path);
        app.visitor().get(&broken).await.expect(404);
        app.visitor().get(&format!("/reviews/{}", mine.id)).await.expect(401);
        // A stranger with an account does not learn that the review exists.
        let stranger = app.person(Role::Expert, Grants::Instance);
        app.as_person(&stranger).get(&format!("/api/v1/reviews/{}", mine.id)).await.expect(404);
        app.browser(&stranger).get("/reviews").await.expect(200).shows("No reviews");
    }

    async fn evidence_comes_as_a_download_to_the_reviewer_only(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let seat = scene.seat(0, &scene.expert(1, "DE").await).await;
        let file = format!("{}/evidence/{}", seat.path, scene.reports[0].evidence);
        let browser = app.visitor();
        browser.get(&file).await.expect(409);
        browser.form_to(&seat.path, &format!("{}/accept", seat.path), &[]).await.expect(303);
        browser.get(&format!("{}/rate/{}", seat.path, MEASURES[0])).await.expect(200).shows("Taken out: a link to another file");
        let got = browser.get(&file).await.expect(200);
        assert_eq!(got.body, EVIDENCE);
        assert!(got.header("content-disposition").starts_with("attachment; filename=\"attendance _2026_.pdf\""), "{got:?}");
        assert!(got.header("content-security-policy").contains("sandbox") && got.header("x-content-type-options") == "nosniff");
        // The same file with the same headers, whoever fetches it.
        let coordinators = app.browser(&scene.coordinator).get(&format!("/evidence/{}", scene.reports[0].evidence)).await.expect(200);
        for name in ["content-security-policy", "content-disposition", "cache-control", "cross-origin-resource-policy"] {
            assert_eq!(got.header(name), coordinators.header(name), "{name}");
        }
        browser.get(&format!("{}/evidence/{}", seat.path, scene.reports[1].evidence)).await.expect(404);
    }

    async fn an_experts_program_reads_what_it_must_judge_as_long_as_the_page_shows_it(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let account = app.account("en");
        let body = json!({"email": account.email, "name": account.name, "languages": ["en"], "countries": ["DE"], "load_max": 5});
        app.as_person(&scene.coordinator).post("/api/v1/experts", &body).await.expect(201);
        let expert = scene::Expert { id: account.id.to_string(), email: account.email.clone() };
        let seat = scene.seat(0, &expert).await;
        let (_, secret) = app.program(&account.id, Access::ReadOnly, &[], Grants::Instance);
        let submission = format!("/api/v1/submissions/{}", scene.reports[0].submission);
        let file = format!("/api/v1/evidence/{}", scene.reports[0].evidence);
        let (own, link, program) = (app.as_person(&account), app.with_token(&seat.token), app.with_token(&secret));
        for api in [&own, &link, &program] {
            for path in [&submission, &file] {
                assert_eq!(api.get(path).await.expect(409).code(), "not_accepted", "an invitation shows nothing yet");
            }
        }
        link.post(&format!("/api/v1/reviews/{}/accept", seat.id), &json!({})).await.expect(200);
        let whole = app.as_person(&scene.coordinator).get(&submission).await.expect(200).json();
        for api in [&own, &link, &program] {
            let read = api.get(&submission).await.expect(200).json();
            assert_eq!(read["content"], whole["content"]);
            assert_eq!((&read["receipt"], &read["content_hash"], read.get("late")), (&json!(""), &json!(""), None), "pages do not say it");
            assert_eq!(api.get(&file).await.expect(200).body, EVIDENCE);
            // The other city's report is none of theirs.
            api.get(&format!("/api/v1/submissions/{}", scene.reports[1].submission)).await.expect(404);
            api.get(&format!("/api/v1/evidence/{}", scene.reports[1].evidence)).await.expect(404);
        }
        // A conflict stops reading, too, until it is dismissed.
        let conflict = json!({"city_id": scene.reports[0].city, "kind": "family", "note": "heard of it"});
        app.as_person(&scene.coordinator).post(&format!("/api/v1/experts/{}/conflicts", expert.id), &conflict).await.expect(201);
        for api in [&own, &link, &program] {
            for path in [&submission, &file] {
                assert_eq!(api.get(path).await.expect(409).code(), "conflict_of_interest");
            }
        }
        app.visitor().get(&format!("{}/evidence/{}", seat.path, scene.reports[0].evidence)).await.expect(409);
        let dismiss = json!({"city_id": scene.reports[0].city, "kind": "family", "reason": "Somebody else of that name."});
        app.as_person(&scene.coordinator).post(&format!("/api/v1/experts/{}/conflicts/dismiss", expert.id), &dismiss).await.expect(204);
        for (measure, level) in MEASURES.iter().zip([4, 2]) {
            scene.rates(&seat, measure, json!({"level": level, "comment": "Said in the report."})).await.expect(200);
        }
        link.post(&format!("/api/v1/reviews/{}/submit", seat.id), &json!({})).await.expect(200);
        for api in [&own, &link, &program] {
            assert_eq!(api.get(&submission).await.expect(409).code(), "already_submitted", "the page shows their ratings alone");
        }
    }

    async fn a_third_expert_reads_the_disputed_section_and_its_files_alone(app) {
        let scene = Scene::with(app, &["JO"]).await;
        for (number, country, levels) in [(1, "DE", [4, 2]), (2, "FR", [4, 0])] {
            let expert = scene.expert(number, country).await;
            scene.reviews(0, &expert, levels).await;
        }
        let case = scene.disagreements().await[0].clone();
        assert_eq!(case["measure"], MEASURES[1]);
        let third = scene.expert(3, "IT").await;
        let asked = format!("/api/v1/disagreements/{}/third", case["id"].as_str().unwrap());
        app.as_person(&scene.coordinator).post(&asked, &json!({"person_id": third.id})).await.expect(200);
        let id = app.last_mail("review_invitation", &third.email).subject_id.clone();
        let link = app.with_token(&scene.seat_of(&id, &third).token);
        link.post(&format!("/api/v1/reviews/{id}/accept"), &json!({})).await.expect(200);
        let content = link.get(&format!("/api/v1/submissions/{}", scene.reports[0].submission)).await.expect(200).json()["content"].clone();
        let measures: Vec<_> = content["sections"].as_array().unwrap().iter().map(|s| s["measure"].clone()).collect();
        assert_eq!((measures, &content["evidence"]), (vec![json!(MEASURES[1])], &json!([])));
        link.get(&format!("/api/v1/evidence/{}", scene.reports[0].evidence)).await.expect(404);
    }

    async fn broken_ratings_are_refused_field_by_field_and_nothing_is_kept(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let seat = scene.seat(0, &scene.expert(1, "DE").await).await;
        assert_eq!(scene.rates(&seat, MEASURES[0], json!({"level": 1})).await.expect(409).code(), "not_accepted");
        app.with_token(&seat.token).post(&format!("/api/v1/reviews/{}/accept", seat.id), &json!({})).await.expect(200);
        for (body, field) in [
            (json!({"level": 5}), "level"),
            (json!({"level": -1}), "level"),
            (json!({"level": 2, "cannot_judge": true}), "level"),
            (json!({"level": "2"}), "level"),
            (json!({"comment": "x".repeat(6001)}), "comment"),
            (json!({"comment": "a\u{7}b"}), "comment"),
            (json!({"score": 3}), "score"),
        ] {
            assert_eq!(scene.rates(&seat, MEASURES[0], body).await.expect(422).fields(), [field]);
        }
        scene.rates(&seat, "1.1.a", json!({"level": 2})).await.expect(404);
        let own = app.with_token(&seat.token).get(&format!("/api/v1/reviews/{}", seat.id)).await.expect(200).json();
        assert_eq!(own["ratings"], json!([]));
        let submit = app.with_token(&seat.token).post(&format!("/api/v1/reviews/{}/submit", seat.id), &json!({})).await.expect(422);
        assert_eq!(submit.fields(), ["ratings.9.1.a", "ratings.10.1.a"]);
    }
}
