//! Programs that act in somebody's name: what their tokens reach, how they end, and that they never open more.

use diesel::prelude::*;
use serde_json::{Value, json};
use stoa::ground::ids::RoundId;
use stoa::people::identity::Role;
use stoa::store::schema::{audit_entry, idempotency, service_token};

use crate::support::{Grants, Person, TestApp, access_token};

const PASSWORD: &str = "a bridge in Fez";

/// Somebody who runs everything, with a password.
fn coordinator(app: &TestApp) -> Person {
    let amina = app.person(Role::Coordinator, Grants::Instance);
    app.password(&amina, PASSWORD);
    amina
}

/// Two rounds of somebody.
async fn two_rounds(app: &TestApp, of: &Person) -> [String; 2] {
    let desk = app.as_person(of);
    let framework = desk.get("/api/v1/frameworks").await.expect(200).json();
    let framework = framework["items"].as_array().and_then(|all| all.first()).map(|f| f["id"].clone());
    let framework = match framework {
        Some(id) => id,
        None => {
            stoa::server::prepare(&app.service).unwrap();
            desk.get("/api/v1/frameworks").await.expect(200).json()["items"][0]["id"].clone()
        }
    };
    let mut ids = Vec::new();
    for name in ["Round A", "Round B"] {
        let body = json!({"name": name, "year": 2027, "framework_id": framework, "rubric_id": null, "time_zone": "UTC",
            "report_due_on": "2027-06-30", "review_due_on": "2027-09-30", "experts_per_report": 2});
        ids.push(desk.post("/api/v1/rounds", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned());
    }
    ids.try_into().unwrap()
}

fn wanted(name: &str) -> Value {
    json!({"name": name, "access": "read_only", "expires_on": "2026-09-01", "current_password": PASSWORD})
}

fn with(mut body: Value, field: &str, value: impl Into<Value>) -> Value {
    body[field] = value.into();
    body
}

/// The token of a program, made as the person would.
async fn token(app: &TestApp, of: &Person, body: &Value) -> String {
    let made = app.as_person(of).post("/api/v1/service-tokens", body).await.expect(200).json();
    made["token"].as_str().unwrap().to_owned()
}

both! {
    async fn a_program_reads_in_one_round_as_it_was_shown_beforehand_until_it_is_revoked(app) {
        let amina = coordinator(app);
        let [here, there] = two_rounds(app, &amina).await;
        let desk = app.as_person(&amina);
        let body = with(with(wanted("Nightly export"), "scope_kind", "round"), "scope_id", here.as_str());
        let shown = desk.post("/api/v1/service-tokens", &with(with(body.clone(), "dry_run", true), "current_password", "")).await.expect(200).json();
        assert!(shown["token"].is_null() && shown["service_token"].is_null());
        let line = shown["reach"].as_array().unwrap().iter().find(|r| r["use_case"] == "round_read").unwrap().clone();
        assert_eq!(line["places"], json!([{"scope_kind": "round", "scope_id": here, "scope_name": "Round A", "from": "assessing"}]));
        assert!(shown["reach"].as_array().unwrap().iter().all(|r| r["writes"] == false), "{shown}");
        let none = |db: &mut _| Ok(service_token::table.count().get_result::<i64>(db)?);
        assert_eq!(app.service.store.read(none).unwrap(), 0, "a dry run makes nothing");

        let made = desk.post("/api/v1/service-tokens", &body).await.expect(200).json();
        assert_eq!(made["reach"], shown["reach"]);
        let secret = made["token"].as_str().unwrap();
        assert!(secret.starts_with("stoa_") && secret.len() == 48, "{secret}");
        let program = app.with_token(secret);
        program.get(&format!("/api/v1/rounds/{here}")).await.expect(200);
        program.get(&format!("/api/v1/rounds/{there}")).await.expect(404);
        let list = program.get("/api/v1/rounds").await.expect(200).json();
        assert_eq!(list["items"].as_array().unwrap().len(), 1, "lists know the scope too");
        assert_eq!(program.post(&format!("/api/v1/rounds/{here}/open"), &json!({})).await.expect(403).code(), "not_in_token");
        assert_eq!(program.get("/api/v1/me").await.expect(200).json()["name"], amina.name);
        assert_eq!(program.get("/api/v1/service-tokens").await.expect(403).code(), "not_in_token");

        let listed = desk.get("/api/v1/service-tokens").await.expect(200);
        assert!(!listed.text().contains(secret), "it is shown once");
        let view = listed.json()["items"][0].clone();
        assert_eq!((&view["last_used_on"], &view["state"], &view["scope_name"]), (&json!("2026-03-02"), &json!("active"), &json!("Round A")));
        let mail = app.mails_to(&amina.email).pop().expect("the owner hears of it");
        assert_eq!((mail.template.as_str(), &mail.context["name"]), ("account_notice", &json!("Nightly export")));
        desk.delete(&format!("/api/v1/service-tokens/{}", view["id"].as_str().unwrap())).await.expect(204);
        assert_eq!(program.get(&format!("/api/v1/rounds/{here}")).await.expect(401).code(), "service_token_ended");
        assert_eq!(desk.get("/api/v1/service-tokens").await.expect(200).json()["items"][0]["state"], "revoked");
    }

    async fn no_page_speaks_to_a_program_so_that_none_reads_the_links_of_letters(app) {
        let (omar, amina) = (app.person(Role::Operator, Grants::Instance), coordinator(app));
        app.password(&omar, PASSWORD);
        app.visitor().form("/password/forgot", &[("email", &amina.email)]).await.expect(200);
        let mail = app.mails_to(&amina.email).pop().expect("a link");
        let link = mail.rendered.text.split_whitespace().find_map(|word| word.split("/password/").nth(1)).expect("a token").to_owned();
        let tokens = [token(app, &omar, &wanted("Nightly export")).await, access_token(&app.service, &omar.id)];
        for program in tokens.iter().map(|token| app.with_token(token)) {
            let masked = program.get(&format!("/api/v1/messages/{}", mail.id)).await.expect(200);
            assert!(!masked.text().contains(&link), "{masked:?}");
            for path in [format!("/messages/{}", mail.id), format!("/messages/{}/html", mail.id), "/messages".to_owned(), "/audit".to_owned()] {
                let page = program.get(&path).await.expect(401);
                assert!(!page.text().contains(&link) && !page.text().contains(&amina.email), "{path}: {page:?}");
            }
        }
        app.browser(&omar).get(&format!("/messages/{}", mail.id)).await.expect(200).shows(&link);
    }

    async fn a_program_does_what_was_chosen_and_the_audit_names_it(app) {
        let amina = coordinator(app);
        app.grant(&amina, Role::Operator, Grants::Instance);
        let body = with(with(wanted("City <list>"), "access", "chosen"), "use_cases", json!(["city_create"]));
        let program = app.with_token(&token(app, &amina, &body).await);
        let city = json!({"slug": "fez", "name": {"en": "Fez"}, "country": "MA", "time_zone": "Africa/Casablanca", "language": "en"});
        let made = program.post("/api/v1/cities", &city).await;
        assert!([201, 422].contains(&made.status), "{made:?}");
        program.get("/api/v1/cities").await.expect(403);
        program.get("/api/v1/frameworks").await.expect(200);
        if made.status == 201 {
            let actor = |db: &mut _| Ok(audit_entry::table.filter(audit_entry::verb.eq("city_create")).select(audit_entry::actor).first::<String>(db)?);
            let actor = app.service.store.read(actor).unwrap();
            assert!(actor.starts_with("program:svt_") && actor.ends_with(amina.id.as_str()), "{actor}");
            app.browser(&amina).get("/audit").await.expect(200).shows(&format!("program “City <list>” of {}", amina.name));
        }
        assert_eq!(made.status, 201, "{made:?}");
    }

    async fn a_token_is_never_wider_than_its_person_and_shrinks_with_them(app) {
        let amina = coordinator(app);
        let [here, there] = two_rounds(app, &amina).await;
        let omar = app.account("en");
        app.password(&omar, PASSWORD);
        let round: RoundId = here.parse().unwrap();
        app.grant(&omar, Role::Coordinator, Grants::Round(&round));
        let desk = app.as_person(&omar);
        let elsewhere = with(with(wanted("x"), "scope_kind", "round"), "scope_id", there.as_str());
        assert_eq!(desk.post("/api/v1/service-tokens", &elsewhere).await.expect(422).fields(), ["scope_id"]);
        for (use_case, why) in [("person_update", "accounts"), ("grant_add", "roles"), ("service_token_issue", "tokens"), ("audit_list", "not his"), ("x", "none")] {
            let body = with(with(wanted("x"), "access", "chosen"), "use_cases", json!(["round_read", use_case]));
            assert_eq!(desk.post("/api/v1/service-tokens", &body).await.expect(422).fields(), ["use_cases"], "{why}");
        }
        let program = app.with_token(&token(app, &omar, &wanted("Everything of mine")).await);
        program.get(&format!("/api/v1/rounds/{here}")).await.expect(200);
        program.get(&format!("/api/v1/rounds/{there}")).await.expect(404);
        let person = app.as_person(&amina).get(&format!("/api/v1/people/{}", omar.id)).await.expect(200).json();
        let grant = person["grants"][0]["id"].as_str().unwrap();
        app.as_person(&amina).delete(&format!("/api/v1/people/{}/grants/{grant}", omar.id)).await.expect(204);
        program.get(&format!("/api/v1/rounds/{here}")).await.expect(404);
        program.get("/api/v1/rounds").await.expect(403);
    }

    async fn a_token_ends_with_its_day_its_account_and_a_sign_out_everywhere(app) {
        let amina = coordinator(app);
        let boss = app.person(Role::Operator, Grants::Instance);
        for (on, why) in [("2026-03-01", "over"), ("2027-03-04", "more than a year"), ("soon", "no day"), ("", "none")] {
            assert_eq!(app.as_person(&amina).post("/api/v1/service-tokens", &with(wanted("x"), "expires_on", on)).await.expect(422).fields(), ["expires_on"], "{why}");
        }
        let short = app.with_token(&token(app, &amina, &with(wanted("Today"), "expires_on", "2026-03-02")).await);
        let long = token(app, &amina, &wanted("Longer")).await;
        short.get("/api/v1/rounds").await.expect(200);
        app.clock.advance(chrono::Duration::hours(15));
        assert_eq!(short.get("/api/v1/rounds").await.expect(401).code(), "service_token_ended");
        // Its name is free again, and a second one of a living name is refused.
        token(app, &amina, &wanted("Today")).await;
        assert_eq!(app.as_person(&amina).post("/api/v1/service-tokens", &wanted("Today")).await.expect(422).fields(), ["name"]);
        app.with_token(&long).get("/api/v1/rounds").await.expect(200);
        app.browser(&amina).form_to("/account", "/account/sign-out-everywhere", &[]).await.expect(303);
        assert_eq!(app.with_token(&long).get("/api/v1/rounds").await.expect(401).code(), "service_token_ended");

        let last = token(app, &amina, &wanted("Last")).await;
        let seen = app.as_person(&boss).get(&format!("/api/v1/people/{}", amina.id)).await.expect(200);
        let body = json!({"name": amina.name, "language": "en", "time_zone": "UTC", "state": "disabled"});
        let disabled = app.as_person(&boss).put(&format!("/api/v1/people/{}", amina.id), seen.etag(), &body).await.expect(200);
        assert_eq!(app.with_token(&last).get("/api/v1/rounds").await.expect(401).code(), "token_invalid");
        let body = with(body, "state", "active");
        app.as_person(&boss).put(&format!("/api/v1/people/{}", amina.id), disabled.etag(), &body).await.expect(200);
        assert_eq!(app.with_token(&last).get("/api/v1/rounds").await.expect(401).code(), "service_token_ended", "an account that opens again opens no old doors");
    }

    async fn no_program_gets_at_ways_in_and_nothing_keeps_its_secret(app) {
        let amina = coordinator(app);
        app.grant(&amina, Role::Operator, Grants::Instance);
        let may: Vec<Value> = {
            let all = app.as_person(&amina).post("/api/v1/service-tokens", &with(with(wanted("x"), "dry_run", true), "access", "read_only")).await.expect(200).json();
            all["reach"].as_array().unwrap().iter().map(|r| r["use_case"].clone()).collect()
        };
        assert!(may.len() > 20 && !may.contains(&json!("service_token_list")), "{may:?}");
        let made = app.as_person(&amina).post_once("/api/v1/service-tokens", "the-same-key", &wanted("Reader")).await.expect(200).json();
        let secret = made["token"].as_str().unwrap().to_owned();
        let bodies = |db: &mut _| Ok(idempotency::table.select(idempotency::body).load::<Vec<u8>>(db)?);
        assert!(app.service.store.read(bodies).unwrap().iter().all(|body| !String::from_utf8_lossy(body).contains(&secret)), "no answer with a token is kept");
        let program = app.with_token(&secret);
        let somebody = format!("/api/v1/people/{}", amina.id);
        for (path, body) in [
            ("/api/v1/service-tokens".to_owned(), wanted("Another")),
            ("/api/v1/people".to_owned(), json!({"email": "eve@example.org", "name": "Eve", "grants": []})),
            (format!("{somebody}/grants"), json!({"role": "operator"})),
        ] {
            assert_eq!(program.post(&path, &body).await.expect(403).code(), "not_in_token", "{path}");
        }
        let own = json!({"name": "Eve", "language": "en", "time_zone": "UTC"});
        assert_eq!(program.put("/api/v1/me", "\"v1\"", &own).await.expect(403).code(), "not_in_token");
        let id = made["service_token"]["id"].as_str().unwrap();
        program.delete(&format!("/api/v1/service-tokens/{id}")).await.expect(403);
        let page = program.get("/account/programs").await;
        assert_eq!(page.status, 401, "nor by the pages: {page:?}");
        let wrong = with(wanted("Other"), "current_password", "not it");
        assert_eq!(app.as_person(&amina).post("/api/v1/service-tokens", &wrong).await.expect(422).fields(), ["current_password"]);
    }

    async fn somebody_lets_a_program_in_by_the_pages_and_takes_it_back(app) {
        let amina = coordinator(app);
        let [here, _] = two_rounds(app, &amina).await;
        let browser = app.browser(&amina);
        browser.get("/account").await.expect(200).shows("See your programs");
        browser.get("/account/programs").await.expect(200).shows("No program");
        let scope = format!("round:{here}");
        browser.get("/account/programs/new").await.expect(200).shows("list rounds").shows("open rounds").shows("round: Round A");
        let wrong = browser.form("/account/programs/new", &[("name", ""), ("access", "chosen"), ("scope", "round:rnd_x"), ("expires_on", "٢٠٢٥-٠١-٠١")]).await.expect(422);
        wrong.shows("There is a problem");
        assert_eq!(wrong.input("expires_on").as_deref(), Some("٢٠٢٥-٠١-٠١"), "what was typed is still there");
        let fields = [("name", "Dashboard"), ("access", "chosen"), ("scope", scope.as_str()), ("expires_on", "2026-12-31"), ("use_cases", "round_read"), ("use_cases", "round_open")];
        let check = browser.form("/account/programs/new", &fields).await.expect(200);
        check.shows("Check what the program may do").shows("open rounds").shows("round: Round A").shows("Nothing is made yet");
        let back = browser.form("/account/programs/new", &[&fields[..], &[("go", "back")]].concat()).await.expect(200);
        assert_eq!(back.input("name").as_deref(), Some("Dashboard"));
        let refused = browser.form_to("/account/programs/new", "/account/programs", &[&fields[..], &[("current_password", "no")]].concat()).await.expect(422);
        refused.shows("This is not your current password").shows("open rounds");
        let made = browser.form_to("/account/programs/new", "/account/programs", &[&fields[..], &[("current_password", PASSWORD)]].concat()).await.expect(200);
        let secret = regex::Regex::new("stoa_[A-Za-z0-9_-]{43}").unwrap().find(made.text()).expect("the token").as_str().to_owned();
        app.with_token(&secret).get(&format!("/api/v1/rounds/{here}")).await.expect(200);
        let list = browser.get("/account/programs").await.expect(200);
        list.shows("Dashboard").shows("works").shows("2026-12-31").shows("2026-03-02");
        assert!(!list.text().contains(&secret));
        let id = app.service.store.read(|db| Ok(service_token::table.select(service_token::id).first::<String>(db)?)).unwrap();
        let revoke = format!("/account/programs/{id}/revoke");
        let other = app.browser(&app.person(Role::Coordinator, Grants::Instance));
        other.form_to("/account", &revoke, &[]).await.expect(404);
        let gone = browser.form_to("/account/programs", &revoke, &[]).await.expect(303);
        browser.follow(&gone).await.expect(200).shows("“Dashboard” is revoked").shows("revoked");
        app.with_token(&secret).get(&format!("/api/v1/rounds/{here}")).await.expect(401);
        let arabic = browser.get("/account/programs?lang=ar").await.expect(200);
        arabic.shows("برامجكم").shows("ملغى");
    }
}
