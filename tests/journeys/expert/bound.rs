//! Whoever is bound to a city learns nothing of its panel: not by guessing, counting, trying, nor by a second account.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stoa::mail::store::journal::MessageFilter;
use stoa::mailroom::actions::message_counts;
use stoa::people::identity::{Role, Stage};
use stoa::rounds::store as rounds;

use super::scene::{Expert, Scene, Seat};
use crate::support::{Answer, Api, Grants, Person, TestApp};

fn own_city(answer: Answer) {
    assert_eq!(answer.expect(403).code(), "own_city");
}

fn items(list: &Value) -> Vec<Value> {
    list["items"].as_array().unwrap().clone()
}

/// Every item of a list, read one at a time: no page is empty but the only one.
async fn one_by_one(api: &Api, path: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = api.get(&format!("{path}limit=1{cursor}")).await.expect(200).json();
        let there = items(&page);
        let nothing = all.is_empty() && page["next_cursor"].is_null();
        assert!(there.len() == 1 || there.is_empty() && nothing, "{path}: an empty page");
        all.extend(there);
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

/// Somebody who is an officer of the city of report 0, too.
fn bound(app: &TestApp, scene: &Scene<'_>, role: Role, scope: Grants<'_>) -> Person {
    let person = app.person(role, scope);
    app.grant(&person, Role::CityOfficer, Grants::City(&scene.reports[0].city));
    person
}

/// A panel on report 0 that has parted, with a third expert; one seat on report 1. Gives the seats and the case.
async fn parted(scene: &Scene<'_>, experts: &[Expert; 4]) -> (Vec<Seat>, String) {
    let [one, two, three, four] = experts;
    let elsewhere = scene.reviews(1, four, [2, 2]).await;
    let mut panel = vec![scene.reviews(0, one, [4, 2]).await, scene.reviews(0, two, [1, 2]).await];
    let case = scene.disagreements().await[0]["id"].as_str().unwrap().to_owned();
    let desk = scene.app.as_person(&scene.coordinator);
    let asked = desk.post(&format!("/api/v1/disagreements/{case}/third"), &json!({"person_id": three.id})).await;
    let third = asked.expect(200).json();
    panel.push(scene.seat_of(third["third_review_id"].as_str().unwrap(), three));
    panel.push(elsewhere);
    (panel, case)
}

async fn four(scene: &Scene<'_>) -> [Expert; 4] {
    [scene.expert(1, "DE").await, scene.expert(2, "FR").await, scene.expert(3, "IT").await, scene.expert(4, "ES").await]
}

async fn entries(app: &TestApp, of: &Person) -> Vec<Value> {
    items(&app.as_person(of).get("/api/v1/audit-entries?limit=200").await.expect(200).json())
}

both! {
    async fn what_the_audit_withholds_is_found_by_no_guess_and_names_nobody(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let experts = four(&scene).await;
        let (seats, case) = parted(&scene, &experts).await;
        let desk = app.as_person(&scene.coordinator);
        let said = json!({"city_id": scene.reports[0].city, "kind": "family", "note": "heard of it"});
        desk.post(&format!("/api/v1/experts/{}/conflicts", experts[0].id), &said).await.expect(201);
        desk.post(&format!("/api/v1/rounds/{}/assignment-plans", scene.round), &json!({})).await;
        let submission = scene.reports[0].submission.to_string();
        let frozen = desk.get(&format!("/api/v1/submissions/{submission}")).await.expect(200).json();
        let back = format!("/api/v1/reports/{}/return", frozen["report_id"].as_str().unwrap());
        desk.post(&back, &json!({"note": "Say more."})).await.expect(200);
        let unbound = app.person(Role::Operator, Grants::Instance);
        let operator = bound(app, &scene, Role::Operator, Grants::Instance);
        let (all, seen) = (entries(app, &unbound).await, entries(app, &operator).await);
        assert_eq!(all.len(), seen.len());
        assert!(all.iter().all(|e| e["actor"] != "withheld" && e["hash"].as_str().unwrap().len() == 64));
        // What leads to the panel, by its object or in its detail.
        let private: Vec<&str> = seats[..3].iter().map(|seat| seat.id.as_str()).chain([case.as_str()]).collect();
        let leads = |e: &Value| {
            let verb = e["verb"].as_str().unwrap();
            let text = e.to_string();
            let of_plans = verb.starts_with("assignment_plan");
            let of_city = verb.starts_with("conflict_") || verb == "report_return";
            private.iter().any(|id| text.contains(id)) || of_city || of_plans
        };
        for (full, shown) in all.iter().zip(&seen) {
            assert_eq!((&full["seq"], &full["verb"]), (&shown["seq"], &shown["verb"]));
            assert_eq!((&shown["hash"], &shown["previous_hash"]), (&json!(""), &json!("")), "each tells of those before");
            if leads(full) {
                let told = [&shown["actor"], &shown["object"], &shown["detail"], &shown["at"]];
                let day = format!("{}T00:00:00Z", &full["at"].as_str().unwrap()[..10]);
                assert_eq!(told, [&json!("withheld"), &json!("withheld"), &json!("{}"), &json!(day)], "{full}");
            } else {
                let told = |e: &Value| (e["actor"].clone(), e["object"].clone(), e["at"].clone());
                assert_eq!(told(full), told(shown));
            }
        }
        let verbs: BTreeSet<&str> = all.iter().filter(|e| leads(e)).map(|e| e["verb"].as_str().unwrap()).collect();
        for verb in ["review_assign", "rating_save", "review_submit", "disagreement_open", "conflict_declare"] {
            assert!(verbs.contains(verb), "{verb} was done");
        }
        assert!(verbs.contains("disagreement_invite_third") && verbs.contains("report_return"));
        // Asked about one thing, there is nothing; about somebody, only what is for them, on every page of it.
        let api = app.as_person(&operator);
        for id in private.iter().copied().chain([submission.as_str()]) {
            let there = api.get(&format!("/api/v1/audit-entries?object={id}")).await.expect(200).json();
            assert_eq!(there, json!({"items": []}));
        }
        let about = format!("/api/v1/audit-entries?object={}", experts[0].id);
        let shown = one_by_one(&api, &format!("{about}&")).await;
        assert!(!shown.is_empty() && shown.iter().all(|e| e["verb"] != "conflict_declare"), "{shown:?}");
        let full = items(&app.as_person(&unbound).get(&about).await.expect(200).json());
        assert_eq!(full.len(), shown.len() + 1);
        app.browser(&operator).get("/audit?limit=200").await.expect(200).shows("withheld from you");
        // Whoever sits on a panel sees what is their own.
        let judge = app.person(Role::Operator, Grants::Instance);
        let body = json!({"email": judge.email, "name": "Judge", "languages": ["en"], "countries": ["FR"], "load_max": 5});
        desk.post("/api/v1/experts", &body).await.expect(201);
        let mine = scene.seat(1, &Expert { id: judge.id.to_string(), email: judge.email.clone() }).await;
        let of = async |id: &str| {
            let there = app.as_person(&judge).get(&format!("/api/v1/audit-entries?object={id}")).await;
            items(&there.expect(200).json()).len()
        };
        assert_eq!((of(&mine.id).await, of(&seats[3].id).await), (1, 0));
    }

    async fn nothing_that_a_bound_coordinator_proposes_or_tries_depends_on_seats_of_their_city(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let (one, two) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await);
        let desk = app.as_person(&scene.coordinator);
        let facts = json!({"languages": ["en"], "countries": ["DE"], "load_max": 1});
        desk.put(&format!("/api/v1/experts/{}", one.id), "\"v1\"", &facts).await.expect(200);
        scene.seat(0, &one).await;
        let me = bound(app, &scene, Role::Coordinator, Grants::Round(&scene.round));
        let api = app.as_person(&me);
        let plans = format!("/api/v1/rounds/{}/assignment-plans", scene.round);
        let planned = |plan: &Value| {
            let reports = plan["proposal"]["reports"].as_array().unwrap().iter();
            let picks = reports.flat_map(|r| r["picks"].as_array().unwrap().clone());
            picks.map(|pick| (pick["person_id"].to_string(), pick["affinity"]["value"].to_string())).collect::<Vec<_>>()
        };
        // To somebody else they are full; to the bound one they look as they did before.
        assert_eq!(desk.post(&plans, &json!({})).await.expect(201).json()["state"], "blocked");
        let theirs = api.get(&format!("/api/v1/rounds/{}/assignments", scene.round)).await.expect(200).json();
        assert_eq!((&theirs["plan"], &theirs["plan_withheld"]), (&Value::Null, &json!(true)));
        let mine = api.post(&plans, &json!({})).await.expect(201).json();
        let picks = planned(&mine);
        assert_eq!((&mine["state"], picks.len()), (&json!("proposed"), 2));
        assert_eq!(picks[0].1, picks[1].1, "{mine}");
        let shown = api.get(&format!("/api/v1/rounds/{}/assignments", scene.round)).await.expect(200).json();
        assert_eq!((planned(&shown["plan"]), &shown["plan_withheld"]), (picks, &json!(false)));
        // Whoever is not bound finds that it does not hold.
        let confirm = |plan: &Value| format!("/api/v1/assignment-plans/{}/confirm", plan["id"].as_str().unwrap());
        assert_eq!(desk.post(&confirm(&mine), &json!({})).await.expect(409).code(), "plan_outdated");
        // A plan of others is theirs, also where it is about other cities alone.
        scene.expert(3, "IT").await;
        scene.seat(0, &two).await;
        let others = desk.post(&plans, &json!({})).await.expect(201).json();
        assert_eq!(others["proposal"]["reports"].as_array().unwrap().len(), 1);
        own_city(api.post(&confirm(&others), &json!({})).await);
        own_city(api.post(&confirm(&others).replace("confirm", "discard"), &json!({})).await);
        // By hand it is the same.
        let seat = format!("/api/v1/submissions/{}/reviews", scene.reports[1].submission);
        assert_eq!(desk.post(&seat, &json!({"person_id": one.id})).await.expect(422).fields(), ["person_id"]);
        let asked = api.post(&seat, &json!({"person_id": one.id})).await.expect(201).json();
        // Nor does the mail about a seat that is free again name the next, which passes over who is full.
        let seat = scene.seat_of(asked["review_id"].as_str().unwrap(), &one);
        let decline = format!("/api/v1/reviews/{}/decline", seat.id);
        app.with_token(&seat.token).post(&decline, &json!({"reason": "No time."})).await.expect(200);
        assert_eq!(app.last_mail("review_declined", &me.email).context["next"], "");
    }

    async fn what_is_counted_over_a_round_tells_nobody_of_their_own_citys_panel(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let experts = four(&scene).await;
        parted(&scene, &experts).await;
        app.work();
        let me = bound(app, &scene, Role::Coordinator, Grants::Round(&scene.round));
        let [agreement, funnel] = ["agreement", "funnel"].map(|of| format!("/api/v1/rounds/{}/{of}", scene.round));
        let of = async |person: &Person, path: &str| app.as_person(person).get(path).await.expect(200).json();
        let figures = |view: &Value| {
            (view["overall"].is_object(), view["measures"].as_array().unwrap().is_empty(), view["withheld"].clone())
        };
        let (theirs, mine) = (of(&scene.coordinator, &agreement).await, of(&me, &agreement).await);
        assert_eq!((figures(&theirs), figures(&mine)), ((true, false, json!(false)), (false, true, json!(true))));
        assert_eq!((&mine["singles"], &mine["singles_count"], &mine["gaps"]), (&json!([]), &json!(0), &json!([])));
        let page = app.browser(&me).get(&format!("/rounds/{}/agreement", scene.round)).await.expect(200);
        page.shows("Another coordinator of the round reads it");
        let cases = |view: &Value| {
            let reviews = view["cities"].as_array().unwrap().iter().map(|city| &city["review"]);
            let of_cities = reviews.map(|of| (of["disagreements_open"].clone(), of["withheld"].clone()));
            (view["totals"]["disagreements"].clone(), of_cities.collect::<Vec<_>>())
        };
        let shown = |count: i32| vec![(json!(count), json!(count == 0)), (json!(0), json!(false))];
        assert_eq!(cases(&of(&me, &funnel).await), (json!(0), shown(0)));
        assert_eq!(cases(&of(&scene.coordinator, &funnel).await), (json!(1), shown(1)));
        // When all results of the round are released, others read it too.
        let turned = app.service.store.write(|db| {
            let places = rounds::places_of_round(db, &scene.round)?;
            let released = |id| rounds::participation_turn(db, id, Stage::Assessing, Stage::Released);
            places.iter().map(|place| &place.participation).map(released).collect::<Result<Vec<_>, _>>()
        });
        assert_eq!(turned.unwrap(), [true, true]);
        let mine = of(&me, &agreement).await;
        assert_eq!((figures(&mine), &mine["overall"]["distribution"]), ((true, false, json!(false)), &json!([])));
    }

    async fn nobody_bound_lets_a_second_account_read_the_panel(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let there = scene.beside("Another round", &[&scene.reports[1].city], &[]);
        let second = app.account("en");
        let role = |role: &str, round: Option<&str>| {
            let kind = if round.is_some() { "round" } else { "instance" };
            json!({"role": role, "scope_kind": kind, "scope_id": round.unwrap_or_default()})
        };
        let (round, other) = (Some(scene.round.as_str()), Some(there.round.as_str()));
        let me = bound(app, &scene, Role::Coordinator, Grants::Round(&scene.round));
        let invite = |email: &str, role: Value| {
            json!({"email": email, "name": "Me", "language": "en", "time_zone": "UTC", "grants": [role]})
        };
        let (api, path) = (app.as_person(&me), format!("/api/v1/people/{}/grants", second.id));
        own_city(api.post("/api/v1/people", &invite("mine@example.org", role("coordinator", round))).await);
        own_city(api.post("/api/v1/people", &invite(&second.email, role("coordinator", round))).await);
        api.post("/api/v1/people", &invite("expert@example.org", role("expert", round))).await.expect(201);
        // Nor does whoever runs the instance, of whatever reaches the round.
        let operator = bound(app, &scene, Role::Operator, Grants::Instance);
        let api = app.as_person(&operator);
        // A city may be added to any round later, by whoever runs it.
        for (refused, of) in [("coordinator", round), ("coordinator", other), ("coordinator", None), ("operator", None)] {
            own_city(api.post(&path, &role(refused, of)).await);
        }
        api.post(&path, &json!({"role": "analyst", "scope_kind": "round", "scope_id": there.round})).await.expect(201);
        // Others do; and an account that was closed opens again by others.
        let desk = app.as_person(&app.person(Role::Operator, Grants::Instance));
        desk.post(&path, &role("coordinator", round)).await.expect(201);
        let account = format!("/api/v1/people/{}", second.id);
        let state = async |api: &Api, state: &str| {
            let now = api.get(&account).await.expect(200).json();
            let body = json!({"name": now["name"], "language": "en", "time_zone": "UTC", "state": state});
            api.put(&account, &format!("\"v{}\"", now["version"]), &body).await
        };
        state(&api, "disabled").await.expect(200);
        own_city(state(&api, "active").await);
        state(&desk, "active").await.expect(200);
    }

    async fn neither_pages_nor_counts_of_lists_tell_of_what_is_left_out(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let experts = four(&scene).await;
        let (seats, _) = parted(&scene, &experts).await;
        let me = bound(app, &scene, Role::Coordinator, Grants::Round(&scene.round));
        let api = app.as_person(&me);
        let reviews = one_by_one(&api, "/api/v1/reviews?").await;
        assert_eq!(reviews.iter().map(|r| r["id"].as_str().unwrap()).collect::<Vec<_>>(), [seats[3].id.as_str()]);
        assert_eq!(one_by_one(&api, &format!("/api/v1/rounds/{}/disagreements?", scene.round)).await, [Value::Null; 0]);
        let mails = one_by_one(&api, "/api/v1/messages?").await;
        let of_panel = |mail: &Value| seats[..3].iter().any(|seat| mail["subject_id"] == seat.id.as_str());
        assert!(!mails.is_empty() && !mails.iter().any(of_panel), "{mails:?}");
        let counted = |person: &Person, subject: Option<&str>| -> i64 {
            let filter = MessageFilter { subject_id: subject.map(str::to_owned), ..MessageFilter::default() };
            app.act(person, |call| message_counts(call, &filter)).unwrap().iter().map(|of| of.count).sum()
        };
        assert_eq!(counted(&me, None), i64::try_from(mails.len()).unwrap());
        let counts = |person: &Person| seats.iter().map(|seat| counted(person, Some(&seat.id)) > 0).collect::<Vec<_>>();
        assert_eq!(counts(&me), [false, false, false, true]);
        assert_eq!(counts(&scene.coordinator), [true; 4]);
    }

    async fn neither_conflicts_nor_an_account_to_erase_tell_who_was_asked(app) {
        let scene = Scene::with(app, &["JO", "EG"]).await;
        let experts = four(&scene).await;
        let (seats, _) = parted(&scene, &experts).await;
        let me = bound(app, &scene, Role::Coordinator, Grants::Round(&scene.round));
        // Of conflicts with the city, which an expert declares who was asked, others hear.
        let said = json!({"kind": "employment", "note": "Mine."});
        let declare = format!("/api/v1/reviews/{}/conflict", seats[2].id);
        app.with_token(&seats[2].token).post(&declare, &said).await.expect(200);
        let conflicts = async |person: &Person| {
            let path = format!("/api/v1/experts/{}/conflicts", experts[2].id);
            items(&app.as_person(person).get(&path).await.expect(200).json()).len()
        };
        assert_eq!((conflicts(&me).await, conflicts(&scene.coordinator).await), (0, 1));
        // Of an account that is erased, how much it has given elsewhere is told.
        let operator = bound(app, &scene, Role::Operator, Grants::Instance);
        let unbound = app.person(Role::Operator, Grants::Instance);
        let stays = async |person: &Person, expert: usize| {
            let page = app.browser(person).get(&format!("/people/{}/erase", experts[expert].id)).await;
            page.expect(200).seen().contains("submitted review")
        };
        assert_eq!((stays(&unbound, 0).await, stays(&operator, 0).await), (true, false));
        assert_eq!((stays(&unbound, 3).await, stays(&operator, 3).await), (true, true));
    }
}
