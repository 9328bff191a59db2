//! Two rounds, and a coordinator of one: nothing done for a round changes or shows another.

use serde_json::{Value, json};

use crate::expert::scene::{MEASURES, Scene};
use crate::support::Grants;
use stoa::people::identity::Role;

/// The items of a list as one text, to look for what must not be in it.
fn seen(list: &Value) -> String {
    list["items"].to_string()
}

fn facts(country: &str) -> Value {
    json!({"languages": ["en"], "countries": [country], "load_max": 9})
}

both! {
    async fn a_coordinator_of_one_round_does_not_make_an_expert_by_saving_a_record(app) {
        let here = Scene::with(app, &["JO"]).await;
        let there = here.beside("Secret round", &[], &["EG"]);
        let api = app.as_person(&there.coordinator);
        let known = here.expert(1, "DE").await;
        for id in [there.coordinator.id.as_str(), here.coordinator.id.as_str(), "per_00000000000070008000000000000000"] {
            api.put(&format!("/api/v1/experts/{id}"), "\"v0\"", &facts("DE")).await.expect(404);
        }
        assert_eq!(app.caller(&there.coordinator).grants.len(), 1, "no role came with it");
        api.get(&format!("/api/v1/rounds/{}", here.round)).await.expect(404);
        // A coordinator of all rounds gives no role by saving either: of whoever has none there is no record.
        let all = app.as_person(&here.coordinator);
        all.put(&format!("/api/v1/experts/{}", there.coordinator.id), "\"v0\"", &facts("DE")).await.expect(404);
        all.put(&format!("/api/v1/experts/{}", known.id), "\"v1\"", &facts("DE")).await.expect(200);
        // Somebody who was given the role gets a record.
        let given = app.person(Role::Expert, Grants::Round(&there.round));
        api.put(&format!("/api/v1/experts/{}", given.id), "\"v0\"", &facts("DE")).await.expect(200);
        assert_eq!(app.caller(&given).grants.len(), 1);
    }

    async fn an_expert_is_added_for_a_round_and_is_asked_and_seen_in_no_other(app) {
        let here = Scene::with(app, &["JO"]).await;
        let there = here.beside("Round of ports", &[], &["EG"]);
        let third = here.beside("Round of hills", &[], &["FR"]);
        let added = there.expert(7, "DE").await;
        let grants = app.service.store.read(|db| stoa::people::store::grants_of(db, &[added.id.parse().unwrap()])).unwrap();
        assert_eq!(grants.iter().map(|g| (g.role, g.scope_id.as_str())).collect::<Vec<_>>(), [(Role::Expert, there.round.as_str())]);
        assert_eq!(there.candidates(0).await["Expert 7"], "may");
        assert!(!here.candidates(0).await.contains_key("Expert 7"));
        let other = app.as_person(&third.coordinator);
        assert_eq!(other.get("/api/v1/experts").await.expect(200).json()["items"], json!([]));
        for path in ["", "/conflicts"] {
            other.get(&format!("/api/v1/experts/{}{path}", added.id)).await.expect(404);
        }
        other.put(&format!("/api/v1/experts/{}", added.id), "\"v1\"", &facts("FR")).await.expect(404);
        let conflict = json!({"city_id": third.reports[0].city, "kind": "family"});
        other.post(&format!("/api/v1/experts/{}/conflicts", added.id), &conflict).await.expect(404);
        // Whoever runs two rounds says which; a round of others is no choice, and no different from none.
        app.grant(&there.coordinator, Role::Coordinator, Grants::Round(&third.round));
        let api = app.as_person(&there.coordinator);
        let body = |round: Value| json!({"email": "two@example.org", "name": "Two", "languages": ["en"], "countries": ["DE"], "load_max": 1, "round_id": round});
        for round in [Value::Null, json!(here.round), json!("rnd_00000000000070008000000000000000")] {
            assert_eq!(api.post("/api/v1/experts", &body(round)).await.expect(422).fields(), ["round_id"]);
        }
        let page = app.browser(&there.coordinator).get("/experts").await.expect(200);
        page.shows("Asked to review in").shows("Round of ports").shows("Round of hills");
        assert!(!page.seen().contains("Monitoring 2026") && !page.seen().contains("All rounds"), "{page:?}");
        api.post("/api/v1/experts", &body(json!(third.round))).await.expect(201);
        assert_eq!(third.candidates(0).await.keys().collect::<Vec<_>>(), ["Two"]);
        app.browser(&here.coordinator).get("/experts").await.expect(200).shows("All rounds").shows("Expert 7").shows("Two");
    }

    async fn what_is_said_about_an_expert_of_several_rounds_is_changed_by_nobody_who_runs_one(app) {
        let here = Scene::with(app, &["JO"]).await;
        let there = here.beside("Round of ports", &[], &["EG"]);
        let (everywhere, both) = (here.expert(1, "DE").await, there.expert(2, "FR").await);
        let again = json!({"email": both.email, "name": "Somebody Else", "languages": ["fr"], "countries": ["EG"], "load_max": 1, "round_id": here.round});
        let added = app.as_person(&here.coordinator).post("/api/v1/experts", &again).await.expect(201);
        assert_eq!(added.header("etag"), "", "what was on record before may have any version");
        let added = added.json();
        assert_eq!(added["on_record"], true, "what is on record for another round stays as it is");
        let api = app.as_person(&there.coordinator);
        for expert in [&everywhere, &both] {
            let path = format!("/api/v1/experts/{}", expert.id);
            let before = api.get(&path).await.expect(200).json();
            assert_eq!(api.put(&path, "\"v1\"", &facts("EG")).await.expect(403).code(), "expert_elsewhere");
            assert_eq!(api.get(&path).await.expect(200).json(), before);
            let browser = app.browser(&there.coordinator);
            let page = browser.get(&format!("/experts/{}", expert.id)).await.expect(200);
            page.shows("serves in other rounds too");
            let typed = [("version", "1"), ("languages", "xx"), ("countries", "EG"), ("load_max", "1"), ("affiliation", "Institute of Nothing")];
            browser.form(&format!("/experts/{}", expert.id), &typed).await.expect(403).shows("Institute of Nothing");
        }
        // An expert who coordinates a round themself is bound by the same.
        app.grant(&there.coordinator, Role::Expert, Grants::Instance);
        let own = format!("/api/v1/experts/{}", there.coordinator.id);
        assert_eq!(api.put(&own, "\"v0\"", &facts("EG")).await.expect(403).code(), "expert_elsewhere");
        app.as_person(&here.coordinator).put(&format!("/api/v1/experts/{}", both.id), "\"v1\"", &facts("PT")).await.expect(200);
    }

    async fn a_conflict_planted_or_dismissed_in_one_round_binds_in_no_other(app) {
        let here = Scene::with(app, &["JO", "EG"]).await;
        let shared = here.reports[0].city.clone();
        let there = here.beside("Round of ports", &[&shared], &["FR"]);
        let (one, near) = (here.expert(1, "DE").await, here.expert(2, "JO").await);
        let (all, part) = (app.as_person(&here.coordinator), app.as_person(&there.coordinator));
        let path = |expert: &crate::expert::scene::Expert| format!("/api/v1/experts/{}/conflicts", expert.id);
        let family = json!({"city_id": shared, "kind": "family", "note": "her brother"});
        // Planted there, by a coordinator of there.
        part.post(&path(&one), &family).await.expect(201);
        assert_eq!((there.candidates(0).await["Expert 1"].as_str(), here.candidates(0).await["Expert 1"].as_str()), ("conflict", "may"));
        // A city of another round only is no choice, and no different from one that is not there.
        for city in [here.reports[1].city.as_str(), "cty_00000000000070008000000000000000"] {
            let body = json!({"city_id": city, "kind": "family"});
            assert_eq!(part.post(&path(&one), &body).await.expect(422).fields(), ["city_id"]);
            let body = json!({"city_id": city, "kind": "same_country", "reason": "x"});
            assert_eq!(part.post(&format!("{}/dismiss", path(&near)), &body).await.expect(422).fields(), ["city_id"]);
        }
        // What Stoa found is dismissed there, and stands here.
        assert_eq!((there.candidates(0).await["Expert 2"].as_str(), here.candidates(0).await["Expert 2"].as_str()), ("conflict", "conflict"));
        let dismiss = json!({"city_id": shared, "kind": "same_country", "reason": "Left as a child."});
        part.post(&format!("{}/dismiss", path(&near)), &dismiss).await.expect(204);
        assert_eq!((there.candidates(0).await["Expert 2"].as_str(), here.candidates(0).await["Expert 2"].as_str()), ("may", "conflict"));
        let seen_here = all.get(&path(&near)).await.expect(200).json();
        let states: Vec<(&str, bool)> = seen_here["items"].as_array().unwrap().iter().map(|c| (c["state"].as_str().unwrap(), c["round_id"].is_null())).collect();
        assert_eq!(states, [("dismissed", false), ("active", true)]);
        let seen_there = part.get(&path(&near)).await.expect(200).json();
        assert_eq!((seen_there["items"].as_array().unwrap().len(), &seen_there["items"][0]["state"]), (1, &json!("dismissed")));
        // A seat here is refused for the conflict that stands here.
        assert_eq!(here.invite(0, &near).await.expect(422).fields(), ["person_id"]);
        // Dismissed for one round by name, what another said stands, in its own words.
        all.post(&path(&near), &json!({"city_id": shared, "kind": "family", "note": "a cousin"})).await.expect(201);
        part.post(&path(&near), &json!({"city_id": shared, "kind": "family", "note": "an uncle"})).await.expect(201);
        let of_there = json!({"city_id": shared, "kind": "family", "reason": "A namesake.", "round_id": there.round});
        all.post(&format!("{}/dismiss", path(&near)), &of_there).await.expect(204);
        let family = all.get(&path(&near)).await.expect(200).json()["items"].as_array().unwrap().clone();
        let family: Vec<(&str, &str)> =
            family.iter().filter(|c| c["kind"] == "family").map(|c| (c["state"].as_str().unwrap(), c["note"].as_str().unwrap())).collect();
        assert_eq!(family, [("active", "a cousin"), ("dismissed", "A namesake.")]);
        let of_here = json!({"city_id": shared, "kind": "family", "reason": "x", "round_id": here.round});
        assert_eq!(part.post(&format!("{}/dismiss", path(&near)), &of_here).await.expect(422).fields(), ["round_id"]);
        // Said again for all, it stands there too, and no longer with why it did not.
        all.post(&path(&near), &json!({"city_id": shared, "kind": "family", "note": "after all"})).await.expect(201);
        let notes = all.get(&path(&near)).await.expect(200).json();
        assert!(seen(&notes).contains("after all") && !seen(&notes).contains("A namesake."), "{notes}");
        // Whoever coordinates all rounds decides for all; what was set in one goes with it.
        all.post(&format!("{}/dismiss", path(&one)), &json!({"city_id": shared, "kind": "family", "reason": "A namesake."})).await.expect(204);
        assert_eq!(there.candidates(0).await["Expert 1"], "may");
        all.post(&path(&near), &json!({"city_id": shared, "kind": "same_country"})).await.expect(201);
        assert_eq!((there.candidates(0).await["Expert 2"].as_str(), here.candidates(0).await["Expert 2"].as_str()), ("conflict", "conflict"));
    }

    async fn what_an_expert_declares_in_one_round_binds_in_all_and_is_dismissed_in_none(app) {
        let here = Scene::with(app, &["JO"]).await;
        let shared = here.reports[0].city.clone();
        let there = here.beside("Round of ports", &[&shared], &[]);
        let expert = here.expert(1, "DE").await;
        let seat = there.seat(0, &expert).await;
        let said = [("kind", "employment"), ("note", "my employer")];
        app.visitor().form_to(&seat.path, &format!("{}/conflict", seat.path), &said).await.expect(303);
        assert_eq!(here.candidates(0).await["Expert 1"], "conflict");
        let dismiss = json!({"city_id": shared, "kind": "employment", "reason": "It does not matter."});
        for coordinator in [&here.coordinator, &there.coordinator] {
            let refused = app.as_person(coordinator).post(&format!("/api/v1/experts/{}/conflicts/dismiss", expert.id), &dismiss).await;
            assert_eq!(refused.expect(409).code(), "conflict_declared");
        }
    }

    async fn the_page_of_an_expert_names_no_city_and_no_round_of_others(app) {
        let here = Scene::with(app, &["JO", "EG"]).await;
        let there = here.beside("Round of ports", &[], &["JO"]);
        let expert = here.expert(1, "JO").await;
        let note = json!({"city_id": here.reports[1].city, "kind": "family", "note": "a cousin in the office"});
        app.as_person(&here.coordinator).post(&format!("/api/v1/experts/{}/conflicts", expert.id), &note).await.expect(201);
        let list = app.as_person(&there.coordinator).get(&format!("/api/v1/experts/{}/conflicts", expert.id)).await.expect(200).json();
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        assert!(seen(&list).contains("City 2") && !seen(&list).contains("City 0") && !seen(&list).contains("cousin"), "{list}");
        let page = app.browser(&there.coordinator).get(&format!("/experts/{}", expert.id)).await.expect(200);
        page.shows("City 2");
        for other in ["City 0", "City 1", "Monitoring 2026", "cousin"] {
            assert!(!page.text().contains(other), "{other} is shown: {page:?}");
        }
        // All of it is there for whoever coordinates all rounds.
        let all = app.as_person(&here.coordinator).get(&format!("/api/v1/experts/{}/conflicts", expert.id)).await.expect(200).json();
        assert!(seen(&all).contains("City 0") && seen(&all).contains("City 2") && seen(&all).contains("cousin"), "{all}");
    }

    async fn adding_somebody_by_address_tells_nothing_of_their_account(app) {
        let here = Scene::with(app, &["JO"]).await;
        let there = here.beside("Round of ports", &[], &["EG"]);
        let operator = app.person(Role::Operator, Grants::Instance);
        let (gone, api) = (app.account("ar"), app.as_person(&there.coordinator));
        let off = json!({"name": gone.name, "language": "ar", "time_zone": "UTC", "state": "disabled"});
        app.as_person(&operator).put(&format!("/api/v1/people/{}", gone.id), "\"v1\"", &off).await.expect(200);
        for email in [operator.email.as_str(), gone.email.as_str(), "new@example.org"] {
            let body = json!({"email": email, "name": "A Guess", "languages": ["en"], "countries": ["DE"], "load_max": 1});
            let added = api.post("/api/v1/experts", &body).await.expect(201).json();
            let fields: Vec<&str> = added.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!((fields, &added["email"], &added["on_record"]), (vec!["person_id", "email", "on_record"], &json!(email), &json!(false)), "{added}");
        }
        assert_eq!(app.caller(&operator).grants.len(), 2, "an expert of that round and of no other");
    }

    async fn a_coordinator_of_one_round_lists_the_reviews_of_that_round(app) {
        let here = Scene::with(app, &["JO"]).await;
        let there = here.beside("Round of ports", &[], &["EG"]);
        let (one, two) = (here.expert(1, "DE").await, here.expert(2, "FR").await);
        let (mine, theirs) = (here.seat(0, &one).await, there.seat(0, &two).await);
        let ids = |list: Value| list["items"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(ids(app.as_person(&there.coordinator).get("/api/v1/reviews").await.expect(200).json()), std::slice::from_ref(&theirs.id));
        let mut all = ids(app.as_person(&here.coordinator).get("/api/v1/reviews").await.expect(200).json());
        all.sort();
        let mut both = [mine.id.clone(), theirs.id.clone()];
        both.sort();
        assert_eq!(all, both);
        // A page of one, then the next.
        let api = app.as_person(&here.coordinator);
        let first = api.get("/api/v1/reviews?limit=1").await.expect(200).json();
        let next = api.get(&format!("/api/v1/reviews?limit=1&cursor={}", first["next_cursor"].as_str().unwrap())).await.expect(200).json();
        assert_eq!((ids(first), ids(next)), (vec![all[0].clone()], vec![all[1].clone()]));
        there.completes(&theirs, &MEASURES, &[1, 1]).await;
        app.as_person(&there.coordinator).get(&format!("/api/v1/reviews/{}", mine.id)).await.expect(404);
    }
}
