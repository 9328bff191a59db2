//! The coordinator of reviews: assigns by hand and by plan, withdraws, settles disagreements, reads
//! the agreement of a round.

use serde_json::{Value, json};

use crate::expert::scene::{MEASURES, Scene};
use crate::support::{Grants, TestApp};
use stoa::people::identity::Role;

async fn propose(scene: &Scene<'_>) -> Value {
    let path = format!("/api/v1/rounds/{}/assignment-plans", scene.round);
    scene.app.as_person(&scene.coordinator).post(&path, &json!({})).await.expect(201).json()
}

async fn confirm(scene: &Scene<'_>, plan: &Value) -> crate::support::Answer {
    let path = format!("/api/v1/assignment-plans/{}/confirm", plan["id"].as_str().unwrap());
    scene.app.as_person(&scene.coordinator).post(&path, &json!({})).await
}

fn invitations(app: &TestApp) -> usize {
    app.mails().iter().filter(|m| m.template == "review_invitation").count()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

/// Where a page's link to the next page or the one before leads.
fn way_to(answer: &crate::support::Answer, rel: &str) -> Option<String> {
    let link = regex::Regex::new(&format!(r#"rel="{rel}" href="([^"]*)""#)).unwrap();
    link.captures(answer.text()).map(|c| c[1].replace("&#x3D;", "=").replace("&amp;", "&"))
}

both! {
    async fn a_plan_is_proposed_looked_at_and_confirmed_once(app) {
        let scene = Scene::with(app, &["JO", "EG", "DE"]).await;
        for (i, country) in ["DE", "FR", "JO"].iter().enumerate() {
            scene.expert(i, country).await;
        }
        let desk = app.browser(&scene.coordinator);
        let path = format!("/rounds/{}/assignments", scene.round);
        let to = desk.form_to(&path, &format!("{path}/propose"), &[]).await.expect(303);
        desk.follow(&to).await.expect(200).shows("Proposed plan").shows("6 invitations will go out").shows("Expert 1");
        assert_eq!(invitations(app), 0, "nobody is invited before the plan is confirmed");
        let plan = app.as_person(&scene.coordinator).get(&format!("/api/v1{path}")).await.expect(200).json()["plan"].clone();
        for report in plan["proposal"]["reports"].as_array().unwrap() {
            assert_eq!(report["picks"].as_array().unwrap().len(), 2);
            for pick in report["picks"].as_array().unwrap() {
                let (city, name) = (report["city"]["en"].as_str().unwrap(), pick["name"].as_str().unwrap());
                assert!(!matches!((city, name), ("City 2", "Expert 0") | ("City 0", "Expert 2")), "{name} lives in the country of {city}");
            }
        }
        confirm(&scene, &plan).await.expect(200);
        assert_eq!(invitations(app), 6);
        assert_eq!(confirm(&scene, &plan).await.expect(409).code(), "plan_outdated");
        assert_eq!(invitations(app), 6);
        let again = app.as_person(&scene.coordinator).post(&format!("/api/v1/rounds/{}/assignment-plans", scene.round), &json!({})).await;
        assert_eq!(again.expect(409).code(), "nothing_to_assign");
        desk.get(&path).await.expect(200).shows("complete").shows("Invited 2, accepted 0");
    }

    async fn too_few_experts_are_explained_and_nobody_is_half_assigned(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        scene.expert(1, "JO").await;
        scene.expert(2, "FR").await;
        let plan = propose(&scene).await;
        assert_eq!(plan["state"], "blocked");
        let blocked = &plan["proposal"]["blocked"];
        assert_eq!((&blocked["cities"][0]["en"], &blocked["seats_needed"], &blocked["seats_free"]), (&json!("City 0"), &json!(2), &json!(1)));
        assert_eq!(blocked["reasons"]["conflict"], 1);
        let page = app.browser(&scene.coordinator).get(&format!("/rounds/{}/assignments", scene.round)).await.expect(200);
        page.shows("One report needs 2 more reviews; the one expert who may review has 1 left to give.").shows("conflict of interest: 1");
        assert_eq!(confirm(&scene, &plan).await.expect(409).code(), "plan_outdated");
        assert_eq!(invitations(app), 0);
    }

    async fn a_plan_that_meanwhile_is_outdated_invites_nobody(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let (one, _two) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await);
        let plan = propose(&scene).await;
        scene.invite(0, &one).await.expect(201);
        assert_eq!(confirm(&scene, &plan).await.expect(409).code(), "plan_outdated");
        assert_eq!(invitations(app), 1);
    }

    async fn why_not_this_expert_is_answered_for_everybody(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let (near, seated, _free) = (scene.expert(1, "JO").await, scene.expert(2, "DE").await, scene.expert(3, "FR").await);
        scene.invite(0, &seated).await.expect(201);
        let api = app.as_person(&scene.coordinator);
        let body = json!({"email": "x@example.org", "name": "Only French", "languages": ["fr"], "countries": ["FR"], "load_max": 1});
        api.post("/api/v1/experts", &body).await.expect(201);
        let list = api.get(&format!("/api/v1/submissions/{}/candidates", scene.reports[0].submission)).await.expect(200).json();
        let why: Vec<(&str, &str)> = list["items"].as_array().unwrap().iter().map(|c| (c["name"].as_str().unwrap(), c["ineligible"]["why"].as_str().unwrap_or("may"))).collect();
        assert_eq!(why, [("Expert 3", "may"), ("Expert 1", "conflict"), ("Expert 2", "already_reviews"), ("Only French", "no_shared_language")]);
        assert_eq!(scene.invite(0, &near).await.expect(422).fields(), ["person_id"]);
        let page = app.browser(&scene.coordinator).get(&format!("/submissions/{}/candidates", scene.reports[0].submission)).await.expect(200);
        page.shows("Lives in or is a citizen of the city's country (found by Stoa)").shows("Reads neither the city's language nor English");
        // A derived conflict can be dismissed with a reason, and stays dismissed.
        let dismiss = json!({"city_id": scene.reports[0].city, "kind": "same_country", "reason": "Left the country in 1990."});
        let path = format!("/api/v1/experts/{}/conflicts", near.id);
        api.post(&format!("{path}/dismiss"), &dismiss).await.expect(204);
        assert_eq!(api.get(&path).await.expect(200).json()["items"][0]["state"], "dismissed");
        scene.invite(0, &near).await.expect(201);
    }

    async fn a_withdrawn_review_ends_its_link_and_the_seat_can_be_offered_again(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let expert = scene.expert(1, "DE").await;
        let seat = scene.seat(0, &expert).await;
        let desk = format!("/rounds/{}/assignments", scene.round);
        let browser = app.browser(&scene.coordinator);
        browser.form_to(&desk, &format!("/reviews/{}/withdraw", seat.id), &[("reason", "The report was returned.")]).await.expect(303);
        app.visitor().get(&seat.path).await.expect(404);
        assert!(app.last_mail("review_withdrawn", &expert.email).rendered.text.contains("The report was returned."));
        let again = scene.seat(0, &expert).await;
        assert_ne!(again.token, seat.token);
        app.visitor().get(&again.path).await.expect(200).shows("Accept this review");
        scene.completes(&again, &MEASURES, &[1, 1]).await;
        let late = app.as_person(&scene.coordinator).post(&format!("/api/v1/reviews/{}/withdraw", again.id), &json!({})).await;
        assert_eq!(late.expect(409).code(), "already_submitted");
    }

    async fn a_gap_opens_a_disagreement_and_a_third_expert_settles_it(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let (a, b, c) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await, scene.expert(3, "EG").await);
        let first = scene.reviews(0, &a, [0, 3]).await;
        assert_eq!(scene.disagreements().await.len(), 0);
        scene.reviews(0, &b, [3, 3]).await;
        let cases = scene.disagreements().await;
        assert_eq!((cases.len(), &cases[0]["measure"], &cases[0]["reason"], &cases[0]["state"]), (1, &json!("9.1.a"), &json!("gap"), &json!("open")));
        let case = format!("/disagreements/{}", cases[0]["id"].as_str().unwrap());
        assert!(app.last_mail("disagreement_opened", &scene.coordinator.email).rendered.text.contains(&case));
        let open = |measure: &str, score: Option<f64>, state: &str| (measure.to_owned(), score, state.to_owned());
        assert_eq!(scene.scores(), [open("9.1.a", None, "open_disagreement"), open("10.1.a", Some(3.0), "agreed")]);
        let browser = app.browser(&scene.coordinator);
        let page = browser.get(&case).await.expect(200);
        page.shows("Expert A").shows("Expert B").shows("Level 0").shows("Level 3").shows("What level 0 of 9.1.a shows");
        assert!(!page.seen().contains("Two or more levels apart Expert 1"), "experts are not named beside their ratings");
        browser.form_to(&case, &format!("{case}/third"), &[("person_id", &a.id)]).await.expect(422).shows("already asked about this report");
        browser.form_to(&case, &format!("{case}/third"), &[("person_id", &c.id)]).await.expect(303);
        browser.get(&case).await.expect(200).shows("Third expert asked: Expert 3").shows("Settle it without waiting");
        let round = browser.get(&format!("/rounds/{}", scene.round)).await.expect(200);
        round.shows("Third expert asked: Expert 3").shows("2 in, 0 at work, 0 invited");
        assert!(!round.seen().contains("Resolve the disagreement"), "it waits for the third expert");
        let twice = app.as_person(&scene.coordinator).post(&format!("/api/v1{case}/third"), &json!({"person_id": c.id})).await;
        assert_eq!(twice.expect(409).code(), "third_invited");
        let waiting = app.as_person(&scene.coordinator).get(&format!("/api/v1{case}")).await.expect(200).json();
        let seat = scene.seat_of(waiting["third_review_id"].as_str().unwrap(), &c);
        app.visitor().get(&seat.path).await.expect(200).shows("independent third judgement").shows("one section");
        scene.completes(&seat, &["9.1.a"], &[2]).await;
        let settled = app.as_person(&scene.coordinator).get(&format!("/api/v1{case}")).await.expect(200).json();
        assert_eq!((&settled["state"], &settled["resolution"], &settled["level"]), (&json!("resolved"), &json!("third_expert"), &json!(2.0)));
        assert_eq!(scene.scores()[0], open("9.1.a", Some(2.0), "resolved_third_expert"));
        assert_eq!(scene.review(&first.id).await["ratings"][1]["level"], 0, "independent ratings are never overwritten");
        let late = json!({"resolution": "consensus", "level": 1, "note": "too late"});
        let refused = app.as_person(&scene.coordinator).post(&format!("/api/v1{case}/resolve"), &late).await.expect(409);
        assert_eq!(refused.code(), "case_resolved");
        browser.get(&case).await.expect(200).shows("Panel score 2").shows("By a third expert");
        // Whoever wrote a note meanwhile gets it back, with the way to what was decided.
        let token = browser.csrf("/account").await;
        let typed = [("csrf", token.as_str()), ("resolution", "consensus"), ("level", "1"), ("note", "Both read annex 3 again.")];
        let late = browser.send(&format!("{case}/resolve"), &typed).await.expect(409);
        late.shows("has been settled already").shows("Both read annex 3 again.").shows("Level 1");
        assert!(late.text().contains(&format!("href=\"{case}\"")), "{late:?}");
    }

    async fn who_settles_a_disagreement_reads_what_the_city_wrote(app) {
        let scene = Scene::with(app, &["JO"]).await;
        scene.reviews(0, &scene.expert(1, "DE").await, [0, 3]).await;
        scene.reviews(0, &scene.expert(2, "FR").await, [4, 3]).await;
        let case = scene.disagreements().await[0].clone();
        let browser = app.browser(&scene.coordinator);
        let page = browser.get(&format!("/disagreements/{}", case["id"].as_str().unwrap())).await.expect(200);
        page.shows("What the city says about 9.1.a.").shows("attendance \"2026\".pdf");
        assert!(!page.seen().contains("What the city says about 10.1.a."), "of the disputed measure only");
        let whole = format!("/submissions/{}", scene.reports[0].submission);
        for href in [format!("/evidence/{}", scene.reports[0].evidence), format!("{whole}#9.1.a")] {
            assert!(page.text().contains(&format!("href=\"{href}\"")), "no link to {href}");
        }
        assert!(browser.get(&whole).await.expect(200).text().contains("<h3 id=\"9.1.a\">"), "the link leads to the section");
    }

    async fn a_disagreement_is_settled_by_consensus_with_a_note_and_a_third_expert_who_declines_reopens_it(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let (a, b, c) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await, scene.expert(3, "EG").await);
        scene.reviews(0, &a, [1, 3]).await;
        scene.reviews(0, &b, [2, 3]).await;
        let case = scene.disagreements().await[0].clone();
        assert_eq!(case["reason"], "decision_line");
        let path = format!("/api/v1/disagreements/{}", case["id"].as_str().unwrap());
        let api = app.as_person(&scene.coordinator);
        let third = api.post(&format!("{path}/third"), &json!({"person_id": c.id})).await.expect(200).json();
        let seat = scene.seat_of(third["third_review_id"].as_str().unwrap(), &c);
        app.with_token(&seat.token).post(&format!("/api/v1/reviews/{}/decline", seat.id), &json!({"reason": "No time."})).await.expect(200);
        assert_eq!(api.get(&path).await.expect(200).json()["state"], "open");
        for (body, field) in [
            (json!({"resolution": "consensus", "level": 2, "note": " "}), "note"),
            (json!({"resolution": "third_expert", "level": 2, "note": "x"}), "resolution"),
            (json!({"resolution": "consensus", "level": 7, "note": "x"}), "level"),
        ] {
            assert_eq!(api.post(&format!("{path}/resolve"), &body).await.expect(422).fields(), [field]);
        }
        // All that is missing is said at once, on the page and in the API.
        assert_eq!(api.post(&format!("{path}/resolve"), &json!({})).await.expect(422).fields(), ["resolution", "level", "note"]);
        let page = path.strip_prefix("/api/v1").unwrap();
        let back = app.browser(&scene.coordinator).form_to(page, &format!("{page}/resolve"), &[]).await.expect(422);
        back.shows("How it was settled: Please fill this in.").shows("Level: Please fill this in.").shows("Note: Please fill this in.");
        let said = json!({"resolution": "consensus", "level": 2, "note": "Both read annex 3 again."});
        let settled = api.post(&format!("{path}/resolve"), &said).await.expect(200).json();
        assert_eq!((&settled["level"], &settled["resolution"]), (&json!(2.0), &json!("consensus")));
        assert_eq!(scene.scores()[0].2, "resolved_consensus");
    }

    async fn agreement_is_withheld_below_ten_doubly_judged_reports_and_computed_from_ten_on(app) {
        let scene = Scene::with(app, &["JO"; 10]).await;
        let (a, b) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await);
        let api = app.as_person(&scene.coordinator);
        for (id, expert) in [(&a.id, "DE"), (&b.id, "FR")] {
            let more = json!({"languages": ["en"], "countries": [expert], "load_max": 20});
            api.put(&format!("/api/v1/experts/{id}"), "\"v1\"", &more).await.expect(200);
        }
        for report in 0..9 {
            scene.reviews(report, &a, [report as i32 % 5, 3]).await;
            scene.reviews(report, &b, [report as i32 % 5, 3]).await;
        }
        let path = format!("/rounds/{}/agreement", scene.round);
        let awaited = api.get(&format!("/api/v1{path}")).await.expect(200).json();
        assert_eq!((&awaited["computed_at"], &awaited["overall"], &awaited["measures"]), (&Value::Null, &Value::Null, &json!([])));
        let browser = app.browser(&scene.coordinator);
        browser.get(&path).await.expect(200).shows("The agreement is being computed.");
        browser.get(&format!("{path}?lang=ar")).await.expect(200).shows("يجري حساب اتفاق الخبراء");
        browser.get(&format!("{path}?lang=en")).await.expect(200);
        app.work();
        let nine = api.get(&format!("/api/v1{path}")).await.expect(200).json();
        assert_eq!((&nine["overall"]["verdict"], &nine["overall"]["alpha_ordinal"]["value"]), (&json!("too_few"), &Value::Null));
        app.browser(&scene.coordinator).get(&path).await.expect(200).shows("No coefficient is shown below 10 reports");
        assert_eq!(nine["computed_at"], json!(app.service.now()));
        app.browser(&scene.coordinator).get(&path).await.expect(200).shows("As of \u{2066}2026-03-02");
        scene.reviews(9, &a, [4, 3]).await;
        scene.reviews(9, &b, [4, 3]).await;
        assert_eq!(api.get(&format!("/api/v1{path}")).await.expect(200).json()["overall"], nine["overall"], "as of before");
        app.work();
        let ten = api.get(&format!("/api/v1{path}")).await.expect(200).json();
        assert_eq!((&ten["overall"]["alpha_ordinal"]["value"], &ten["overall"]["reports_doubly_rated"]), (&json!(1.0), &json!(10)));
        let measure = |code: &str| ten["measures"].as_array().unwrap().iter().find(|m| m["measure"] == code).unwrap()["agreement"].clone();
        assert_eq!(measure("10.1.a")["alpha_ordinal"]["undefined"], "no_variation");
        assert_eq!(measure("3.3.a")["ratings"], 0);
        app.browser(&scene.coordinator).get(&path).await.expect(200).shows("Krippendorff's alpha").shows("Only 10 reports were judged");
    }

    async fn sixty_cities_are_walked_page_by_page_and_none_is_missed_or_met_twice(app) {
        let scene = Scene::with(app, &["JO"; 60]).await;
        let beside = scene.beside("Monitoring 2027", &[&scene.reports[0].city], &["EG"]);
        for number in 0..3 {
            scene.expert(number, "DE").await;
        }
        let city = |number: usize| format!("City {number}");
        let (all, theirs): (Vec<String>, Vec<String>) = ((0..60).map(city).collect(), [0, 60].map(city).to_vec());
        let name = |city: &Value| city["city"]["en"].as_str().unwrap().to_owned();
        for (of, there) in [(&scene, &all), (&beside, &theirs)] {
            let round = format!("/rounds/{}", of.round);
            for (way, page, list, heading) in [
                (format!("{round}/assignments"), format!("{round}/assignments"), "reports", r"<h3><bdi>([^<]*)</bdi>"),
                (format!("{round}/funnel"), round.clone(), "cities", r#"/profile"><bdi>([^<]*)</bdi>"#),
            ] {
                let api = app.as_person(&of.coordinator);
                for limit in ["", "limit=7&", "limit=200&"] {
                    let (mut met, mut cursor) = (Vec::new(), String::new());
                    loop {
                        let answer = api.get(&format!("/api/v1{way}?{limit}{cursor}")).await.expect(200).json();
                        met.extend(answer[list].as_array().unwrap().iter().map(name));
                        let Some(next) = answer["next_cursor"].as_str() else { break };
                        cursor = format!("cursor={next}");
                    }
                    assert_eq!(sorted(met), sorted(there.clone()), "{way} {limit}");
                }
                let (browser, mut met, mut at, mut pages) = (app.browser(&of.coordinator), Vec::new(), page.clone(), Vec::new());
                let heading = regex::Regex::new(heading).unwrap();
                loop {
                    let answer = browser.get(&at).await.expect(200);
                    met.extend(heading.captures_iter(answer.text()).map(|c| c[1].to_owned()));
                    pages.push(at);
                    let Some(next) = way_to(&answer, "next") else { break };
                    at = next;
                }
                assert_eq!(sorted(met), sorted(there.clone()), "{page}");
                // And back again, over the same pages.
                while let Some(last) = pages.pop() {
                    assert_eq!(way_to(&browser.get(&last).await.expect(200), "prev"), pages.last().cloned());
                }
            }
        }
        let desk = app.as_person(&scene.coordinator).get(&format!("/api/v1/rounds/{}/assignments", scene.round)).await.expect(200).json();
        assert_eq!(desk["totals"], json!({"reports": 60, "full": 0, "lacking": 120, "submitted": 0}));
        assert_eq!(desk["reports"][19]["candidates"].as_array().unwrap().len(), 3);
        // Whoever assigns somebody on the second page is led back to it.
        let (browser, first) = (app.browser(&scene.coordinator), format!("/rounds/{}/assignments", scene.round));
        let second = way_to(&browser.get(&first).await.expect(200), "next").unwrap();
        let page = browser.get(&second).await.expect(200);
        let (query, expert) = (&second[first.len()..], desk["reports"][0]["candidates"][0]["person_id"].as_str().unwrap());
        let form = regex::Regex::new(r#"action="(/submissions/[^/]*/reviews)[?]"#).unwrap();
        let action = form.captures(page.text()).map(|c| format!("{}{query}", &c[1])).unwrap();
        let led = browser.form_to(&second, &action, &[("person_id", expert)]).await.expect(303);
        assert!(led.location().starts_with(&format!("{second}#sub_")), "{}", led.location());
        let path = format!("/api/v1/rounds/{}/assignments?cursor={}", beside.round, desk["next_cursor"].as_str().unwrap());
        assert_eq!(app.as_person(&beside.coordinator).get(&path).await.status, 200, "a cursor of another round shows nothing of it");
    }

    async fn a_coordinator_of_another_round_sees_and_does_nothing_here(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let expert = scene.expert(1, "DE").await;
        let seat = scene.seat(0, &expert).await;
        let elsewhere = stoa::ground::ids::RoundId::new(&*app.service.clock, &*app.service.chance);
        let other = app.person(Role::Coordinator, Grants::Round(&elsewhere));
        let api = app.as_person(&other);
        for path in [format!("/rounds/{}/assignments", scene.round), format!("/rounds/{}/agreement", scene.round), format!("/reviews/{}", seat.id)] {
            api.get(&format!("/api/v1{path}")).await.expect(404);
        }
        api.post(&format!("/api/v1/rounds/{}/assignment-plans", scene.round), &json!({})).await.expect(404);
        api.post(&format!("/api/v1/reviews/{}/withdraw", seat.id), &json!({})).await.expect(404);
        api.post(&format!("/api/v1/submissions/{}/reviews", scene.reports[0].submission), &json!({"person_id": expert.id})).await.expect(404);
        assert_eq!(api.get("/api/v1/reviews").await.expect(200).json()["items"], json!([]));
    }

    async fn a_further_independent_rating_that_brings_the_others_together_settles_the_case_under_its_own_name(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let (a, b, c) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await, scene.expert(3, "EG").await);
        let late = scene.seat(0, &c).await;
        scene.reviews(0, &a, [0, 3]).await;
        scene.reviews(0, &b, [2, 3]).await;
        let case = scene.disagreements().await[0].clone();
        assert_eq!(case["state"], "open");
        scene.completes(&late, &MEASURES, &[1, 3]).await;
        let path = format!("/disagreements/{}", case["id"].as_str().unwrap());
        let api = app.as_person(&scene.coordinator);
        let settled = api.get(&format!("/api/v1{path}")).await.expect(200).json();
        assert_eq!((&settled["state"], &settled["resolution"], &settled["level"]), (&json!("resolved"), &json!("further_rating"), &json!(1.0)));
        assert_eq!(scene.scores()[0], ("9.1.a".to_owned(), Some(1.0), "resolved_further_rating".to_owned()));
        let browser = app.browser(&scene.coordinator);
        browser.get(&path).await.expect(200).shows("Panel score 1").shows("By a further independent rating");
        browser.get(&format!("{path}?lang=ar")).await.expect(200).shows("بتقييم مستقل إضافي");
        // Nobody can say so of a case; only a rating does it.
        let said = json!({"resolution": "further_rating", "level": 2, "note": "x"});
        api.post(&format!("/api/v1{path}/resolve"), &said).await.expect(409);
    }

    async fn somebody_whose_account_is_disabled_cannot_become_or_stay_an_expert(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let expert = scene.expert(1, "DE").await;
        let gone = app.account("en");
        let operator = app.person(Role::Operator, Grants::Instance);
        let api = app.as_person(&operator);
        for id in [expert.id.as_str(), gone.id.as_str()] {
            let address = format!("/api/v1/people/{id}");
            let account = api.get(&address).await.expect(200);
            let view = account.json();
            let disabled = json!({"name": view["name"], "language": "en", "time_zone": "UTC", "state": "disabled"});
            api.put(&address, account.etag(), &disabled).await.expect(200);
        }
        let browser = app.browser(&scene.coordinator);
        let fields = [("name", "Somebody"), ("email", gone.email.as_str()), ("languages", "en"), ("countries", "PT"), ("load_max", "3")];
        let refused = browser.form("/experts", &fields).await.expect(422);
        refused.shows("This account is disabled");
        assert_eq!(refused.input("email").unwrap(), gone.email);
        let page = format!("/experts/{}", expert.id);
        let fields = [("version", "1"), ("languages", "en, fr"), ("countries", "DE"), ("load_max", "3")];
        browser.form(&page, &fields).await.expect(422).shows("This account is disabled");
        browser.form(&format!("{page}?lang=ar"), &fields).await.expect(422).shows("هذا الحساب معطّل");
        let again = json!({"languages": ["en"], "countries": ["DE"], "load_max": 3});
        let coordinator = app.as_person(&scene.coordinator);
        assert_eq!(coordinator.put(&format!("/api/v1/experts/{}", gone.id), "\"v0\"", &again).await.expect(422).fields(), ["person_id"]);
    }

    async fn a_draft_of_the_key_features_changes_nothing_before_it_is_published(app) {
        use stoa::framework::store as frameworks;
        let scene = Scene::with(app, &["JO"]).await;
        let newest = app.service.store.read(frameworks::newest_published).unwrap().expect("the scene has one");
        let mut catalogue = newest.read_catalogue().unwrap();
        catalogue.areas.retain(|a| a.code == "1");
        app.clock.advance(chrono::Duration::minutes(1));
        let draft = frameworks::FrameworkRow {
            id: stoa::ground::ids::FrameworkId::new(&*app.service.clock, &*app.service.chance),
            name: "Next Key Features".into(),
            state: frameworks::FrameworkState::Draft,
            catalogue: serde_json::to_string(&catalogue).unwrap(),
            ..newest.clone()
        };
        app.service.store.write(|db| frameworks::insert(db, &draft)).unwrap();
        let api = app.as_person(&scene.coordinator);
        let ana = |number: u32| json!({"email": format!("ana.{number}@example.org"), "name": "Ana", "languages": ["en"], "countries": ["PT"], "areas": ["9"], "load_max": 3});
        api.post("/api/v1/experts", &ana(1)).await.expect(201);
        app.service.store.write(|db| frameworks::publish(db, &draft.id)).unwrap();
        assert_eq!(app.service.store.read(frameworks::newest_published).unwrap().expect("one").id, draft.id);
        assert_eq!(api.post("/api/v1/experts", &ana(2)).await.expect(422).fields(), ["areas"]);
    }

    async fn two_coordinators_do_not_overwrite_what_is_said_about_an_expert(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let expert = scene.expert(1, "DE").await;
        let browser = app.browser(&scene.coordinator);
        let page = format!("/experts/{}", expert.id);
        let first = [("version", "1"), ("languages", "en, fr"), ("countries", "DE"), ("load_max", "2"), ("affiliation", "Institute of One")];
        let second = [("version", "1"), ("languages", "en, ar"), ("countries", "DE"), ("areas", "9"), ("load_max", "7"), ("affiliation", "University of Two")];
        browser.form(&page, &first).await.expect(303);
        let stale = browser.form(&page, &second).await.expect(412);
        stale.shows("Nothing is lost").shows("Stored meanwhile").shows("Institute of One").shows("English, French");
        let typed = ["version", "load_max", "affiliation"].map(|name| stale.input(name).unwrap());
        assert_eq!(typed, ["2", "7", "University of Two"], "the next save knows what is stored");
        assert!(["en", "ar", "DE"].iter().all(|code| stale.text().contains(&format!(r#"<option value="{code}" selected>"#))), "what was chosen comes back");
        let again: Vec<(&str, &str)> = second.iter().map(|(k, v)| (*k, if *k == "version" { "2" } else { *v })).collect();
        browser.form(&page, &again).await.expect(303);
        // A conflict that the expert declared stays; the reason typed for dismissing it is not lost.
        let seat = scene.seat(0, &expert).await;
        app.visitor().form_to(&seat.path, &format!("{}/conflict", seat.path), &[("kind", "family")]).await.expect(303);
        let city = scene.reports[0].city.as_str();
        let dismiss = [("city_id", city), ("kind", "family"), ("reason", "They moved away long ago.")];
        let refused = browser.form_to(&page, &format!("{page}/conflicts/dismiss"), &dismiss).await.expect(409);
        refused.shows("cannot be dismissed").shows("They moved away long ago.");
        let record = [("city_id", city), ("kind", "employment"), ("note", "once")];
        browser.form_to(&page, &format!("{page}/conflicts"), &record).await.expect(303);
        let long = "x".repeat(1001);
        let back = browser.form_to(&page, &format!("{page}/conflicts/dismiss"), &[("city_id", city), ("kind", "employment"), ("reason", &long)]).await;
        assert_eq!(back.expect(422).input("reason").unwrap(), long);
    }

    async fn experts_are_added_on_the_page_and_wrong_input_comes_back(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let browser = app.browser(&scene.coordinator);
        let wrong = [("name", "Ana"), ("email", "not an address"), ("languages", "english!"), ("countries", ""), ("load_max", "3"), ("affiliation", "University")];
        let back = browser.form("/experts", &wrong).await.expect(422);
        back.shows("There is a problem").shows("Please give an e-mail address");
        assert!(back.text().contains("not an address") && back.text().contains("University"), "what was typed comes back");
        let right = [("name", "Ana"), ("email", "Ana@Example.org"), ("languages", "en"), ("languages", "ar"), ("languages", ""), ("countries", "PT"), ("areas", "9"), ("areas", "10"), ("load_max", "3")];
        let done = browser.form("/experts", &right).await.expect(303);
        browser.follow(&done).await.expect(200).shows("Ana").shows("ana@example.org");
        browser.get("/experts").await.expect(200).shows("Arabic, English").shows("Portugal");
        let twice = browser.form("/experts", &right).await.expect(422);
        twice.shows("already taken");
    }
}
