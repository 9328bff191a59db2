//! Coming in: the first person, invitations, passwords, sessions, tokens, being let go.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::json;
use stoa::people::actions::setup_code;
use stoa::people::identity::Role;
use stoa::people::policy::UseCase;
use stoa::server::housekeeping::sweep;
use stoa::store::schema::{capability, login_attempt, refresh_token, session};

use crate::expert::scene::Scene;
use crate::support::{Browser, Grants, TestApp, access_token};

const PASSWORD: &str = "a bridge in Fez";

/// The address of the link in the newest mail to somebody, as the recipient sees it.
fn mailed_link(app: &TestApp, email: &str) -> String {
    let mail = app.mails_to(email).pop().expect("a mail");
    let link = mail.context["link"]["$link"].as_str().expect("a link").to_owned();
    let id = link.split("[[cap:").nth(1).and_then(|rest| rest.split("]]").next()).expect("a capability").parse().expect("its id");
    format!("/password/{}", app.service.secrets.capability(&id))
}

/// A browser in which the first person has just begun.
async fn first_person(app: &TestApp) -> Browser {
    let browser = app.visitor();
    let code = setup_code(&app.service).expect("nobody is there");
    let begun = browser
        .form(
            "/setup",
            &[
                ("code", &code),
                ("name", "Amina Haddad"),
                ("email", "amina@example.org"),
                ("password", PASSWORD),
                ("password_again", PASSWORD),
                ("language", "en"),
                ("time_zone", "Africa/Tunis"),
            ],
        )
        .await
        .expect(303);
    assert_eq!(begun.location(), "/");
    browser
}

both! {
    async fn the_first_person_needs_the_code_and_comes_only_once(app) {
        let stranger = app.visitor();
        let refused = stranger.form("/setup", &[("code", "00000-00000"), ("name", "Eve"), ("email", "eve@example.org"),
            ("password", PASSWORD), ("password_again", PASSWORD), ("language", "en"), ("time_zone", "UTC")]).await.expect(422);
        refused.shows("This is not the code");
        assert_eq!(refused.input("name").as_deref(), Some("Eve"), "what was typed is still there");
        let amina = first_person(app).await;
        amina.get("/people").await.expect(200).shows("Amina Haddad");
        let audit = amina.get("/audit").await.expect(200);
        audit.shows("Verify the chain").shows("works out its fingerprint again");
        audit.shows("Became the first person of this service").shows("setup_start");
        assert!(!audit.seen().contains("The chain is whole"), "nothing is verified before somebody asks");
        amina.get("/audit?verify=1").await.expect(200).shows("The chain is whole").shows("Verify again");
        stranger.get("/setup").await.expect(404);
    }

    async fn an_invited_person_follows_the_link_and_scanners_change_nothing(app) {
        let amina = first_person(app).await;
        let invited = amina.form_to("/people/new", "/people", &[("email", "Omar@example.org"), ("name", "Omar <b>"), ("role", "analyst"),
            ("scope", "instance:"), ("language", "ar"), ("time_zone", "Africa/Tunis")]).await.expect(303);
        amina.follow(&invited).await.expect(200).shows("Omar <b>").shows("has not chosen a password");
        let link = mailed_link(app, "omar@example.org");
        let omar = app.visitor();
        for _ in 0..3 {
            omar.get(&link).await.expect(200).shows("omar@example.org");
        }
        omar.form(&link, &[("password", PASSWORD), ("password_again", "another one")]).await.expect(422);
        omar.form(&link, &[("password", PASSWORD), ("password_again", PASSWORD)]).await.expect(303);
        omar.get(&link).await.expect(404).shows("This link has ended");
        let inside = omar.form("/sign-in", &[("email", "omar@example.org"), ("password", PASSWORD), ("next", "//evil.example")]).await.expect(303);
        assert_eq!(inside.location(), "/", "nobody is sent to another site");
        omar.get("/account").await.expect(200);
        omar.get("/people").await.expect(403);
        omar.form_to("/account", "/sign-out", &[]).await.expect(303);
        omar.get("/account").await.expect(401);
    }

    async fn a_forgotten_password_reads_the_same_for_everybody(app) {
        first_person(app).await;
        let guest = app.visitor();
        let known = guest.form("/password/forgot", &[("email", "amina@example.org")]).await.expect(200).seen();
        let unknown = guest.form("/password/forgot", &[("email", "nobody@example.org")]).await.expect(200).seen();
        let same = |page: &str| page.split("Page reference").next().unwrap_or("").replace("amina", "nobody");
        assert_eq!(same(&known), same(&unknown));
        assert!(app.mails_to("nobody@example.org").is_empty());
        let link = mailed_link(app, "amina@example.org");
        guest.form(&link, &[("password", "another bridge"), ("password_again", "another bridge")]).await.expect(303);
        guest.form("/sign-in", &[("email", "amina@example.org"), ("password", PASSWORD)]).await.expect(422).shows("is not right");
        guest.form("/sign-in", &[("email", "amina@example.org"), ("password", "another bridge")]).await.expect(303);
    }

    async fn what_opens_nothing_any_more_is_deleted_whoever_stays_away(app) {
        first_person(app).await;
        let guest = app.visitor();
        guest.form("/password/forgot", &[("email", "amina@example.org")]).await.expect(200);
        guest.form("/sign-in", &[("email", "amina@example.org"), ("password", "wrong")]).await.expect(422);
        app.anonymous().post("/api/v1/tokens", &json!({"email": "amina@example.org", "password": PASSWORD})).await.expect(200);
        let kept = || app.service.store.read(|db| Ok([
            session::table.count().get_result::<i64>(db)?,
            refresh_token::table.count().get_result(db)?,
            capability::table.count().get_result(db)?,
            login_attempt::table.count().get_result(db)?,
        ])).unwrap();
        let before = kept();
        assert!(before.iter().all(|rows| *rows > 0), "{before:?}");
        sweep(&app.service, |_| Ok(())).unwrap();
        assert_eq!(kept(), before, "nothing has ended yet");
        app.clock.advance(chrono::Duration::days(31));
        sweep(&app.service, |_| Ok(())).unwrap();
        assert_eq!(kept(), [0; 4]);
    }

    async fn a_program_keeps_its_access_by_rotating_tokens(app) {
        first_person(app).await;
        let guest = app.anonymous();
        let sign_in = json!({"email": "amina@example.org", "password": PASSWORD});
        let first = guest.post("/api/v1/tokens", &sign_in).await.expect(200).json();
        assert_eq!(first["expires_in"], 900);
        let refresh = |tokens: &serde_json::Value| json!({"refresh_token": tokens["refresh_token"]});
        let second = guest.post("/api/v1/tokens/refresh", &refresh(&first)).await.expect(200).json();
        let program = app.with_token(second["access_token"].as_str().unwrap());
        assert_eq!(program.get("/api/v1/me").await.expect(200).json()["email"], "amina@example.org");
        assert_eq!(guest.post("/api/v1/tokens/refresh", &refresh(&first)).await.expect(401).code(), "token_invalid");
        assert_eq!(guest.post("/api/v1/tokens/refresh", &refresh(&second)).await.expect(401).code(), "token_invalid");
        app.clock.advance(chrono::Duration::minutes(15));
        assert_eq!(program.get("/api/v1/me").await.expect(401).code(), "token_expired");
        assert_eq!(guest.post("/api/v1/tokens", &json!({"email": "amina@example.org", "password": "wrong"})).await.expect(401).code(), "bad_credentials");
        // A key must not make the service keep tokens.
        let once = guest.post_once("/api/v1/tokens", "key-1", &sign_in).await.expect(200).json();
        let again = guest.post_once("/api/v1/tokens", "key-1", &sign_in).await.expect(200).json();
        assert_ne!(once["refresh_token"], again["refresh_token"]);
    }

    async fn guessing_is_braked_for_known_and_unknown_accounts_alike(app) {
        first_person(app).await;
        let guest = app.anonymous();
        for email in ["amina@example.org", "nobody@example.org"] {
            let guess = json!({"email": email, "password": "a wrong guess"});
            for _ in 0..app.service.config.limits.logins_per_15_minutes {
                guest.post("/api/v1/tokens", &guess).await.expect(401);
            }
            let braked = guest.post("/api/v1/tokens", &guess).await.expect(429);
            assert_eq!(braked.header("retry-after"), "30");
        }
        app.visitor().form("/sign-in", &[("email", "amina@example.org"), ("password", PASSWORD)]).await.expect(429).shows("wait a minute");
        app.clock.advance(chrono::Duration::minutes(16));
        app.visitor().form("/sign-in", &[("email", "amina@example.org"), ("password", PASSWORD)]).await.expect(303);
    }

    async fn whoever_is_disabled_is_out_at_once_and_the_last_operator_stays(app) {
        let operator = app.person(Role::Operator, Grants::Instance);
        let analyst = app.person(Role::Analyst, Grants::Instance);
        let (api, browser) = (app.as_person(&analyst), app.browser(&analyst));
        api.get("/api/v1/me").await.expect(200);
        browser.get("/account").await.expect(200);
        let boss = app.as_person(&operator);
        let address = format!("/api/v1/people/{}", analyst.id);
        let read = boss.get(&address).await.expect(200);
        let off = json!({"name": analyst.name, "language": "en", "time_zone": "UTC", "state": "disabled"});
        boss.request(Method::PUT, &address).json(&off).send().await.map(|a| assert_eq!(a.status(), 428)).unwrap();
        let done = boss.put(&address, read.etag(), &off).await.expect(200);
        assert_eq!(boss.put(&address, read.etag(), &off).await.expect(412).etag(), done.etag());
        api.get("/api/v1/me").await.expect(401);
        browser.get("/account").await.expect(401);
        let own = format!("/api/v1/people/{}", operator.id);
        let mine = boss.get(&own).await.expect(200);
        let off = json!({"name": operator.name, "language": "en", "time_zone": "UTC", "state": "disabled"});
        assert_eq!(boss.put(&own, mine.etag(), &off).await.expect(409).code(), "last_operator");
        let grant = mine.json()["grants"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(boss.delete(&format!("{own}/grants/{grant}")).await.expect(409).code(), "last_operator");
        boss.get("/api/v1/me").await.expect(200);
    }

    async fn roles_are_given_within_ones_own_scope_only(app) {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let analyst = app.person(Role::Analyst, Grants::Instance);
        let api = app.as_person(&coordinator);
        let grants = format!("/api/v1/people/{}/grants", analyst.id);
        let given = api.post(&grants, &json!({"role": "expert"})).await.expect(201);
        assert_eq!(api.post(&grants, &json!({"role": "expert"})).await.expect(201).json()["id"], given.json()["id"], "twice changes nothing");
        api.post(&grants, &json!({"role": "operator"})).await.expect(403);
        assert_eq!(api.post(&grants, &json!({"role": "king"})).await.expect(422).fields(), ["role"]);
        assert_eq!(api.post(&grants, &json!({"role": "expert", "scope_kind": "round"})).await.expect(422).fields(), ["scope_id"]);
        let nowhere = json!({"role": "expert", "scope_kind": "round", "scope_id": "rnd_019a0000000070008000000000000001"});
        assert_eq!(api.post(&grants, &nowhere).await.expect(422).fields(), ["scope_id"]);
        app.as_person(&analyst).post(&grants, &json!({"role": "coordinator"})).await.expect(404);
        api.delete(given.location()).await.expect(204);
        api.delete(given.location()).await.expect(404);
        let listed = api.get("/api/v1/people?limit=1").await.expect(200).json();
        let next = listed["next_cursor"].as_str().expect("two people, one a page").to_owned();
        let rest = api.get(&format!("/api/v1/people?limit=1&cursor={next}")).await.expect(200).json();
        assert!(rest.get("next_cursor").is_none() && rest["items"][0]["id"] != listed["items"][0]["id"]);
        api.get("/api/v1/audit-entries").await.expect(403);
        api.get("/api/v1/audit-verification").await.expect(403);
    }

    async fn whoever_invites_an_address_hears_nothing_of_an_account_that_they_could_not_see(app) {
        let scene = Scene::with(app, &["JO"]).await;
        let inviter = app.person(Role::Coordinator, Grants::Round(&scene.round));
        let operator = app.person(Role::Operator, Grants::Instance);
        app.as_person(&inviter).get(&format!("/api/v1/people/{}", operator.id)).await.expect(404);
        let invitation = json!({
            "email": operator.email, "name": "As typed", "language": "ar", "time_zone": "Asia/Amman",
            "grants": [{"role": "expert", "scope_kind": "round", "scope_id": scene.round}],
        });
        let heard = app.as_person(&inviter).post("/api/v1/people", &invitation).await.expect(201).json();
        assert_eq!(heard["name"], "As typed");
        assert_eq!((&heard["language"], &heard["time_zone"], &heard["state"]), (&json!("ar"), &json!("Asia/Amman"), &json!("invited")));
        assert_eq!(heard["grants"].as_array().unwrap().len(), 1, "what they do elsewhere is nobody's business here: {heard}");
        // Having given a role, they see what they would see of somebody new.
        let desk = app.as_person(&inviter);
        let mut invitation_to_new = invitation.clone();
        invitation_to_new["email"] = json!("nobody.yet@example.org");
        let new = desk.post("/api/v1/people", &invitation_to_new).await.expect(201).json();
        let mut seen = Vec::new();
        for (view, email) in [(&heard, operator.email.as_str()), (&new, "nobody.yet@example.org")] {
            let path = format!("/api/v1/people/{}", view["id"].as_str().unwrap());
            let read = desk.get(&path).await.expect(200);
            let mut view = read.json();
            assert_eq!((&view["email"], &view["name"]), (&json!(email), &json!(email)), "the address that they typed");
            app.browser(&inviter).get(&path["/api/v1".len()..]).await.expect(200).shows(email);
            for part in ["id", "email", "name", "grants"] {
                view.as_object_mut().unwrap().remove(part);
            }
            let page = &path["/api/v1".len()..];
            let mut again = Vec::new();
            for _ in 0..4 {
                again.push(app.browser(&inviter).form_to(page, &format!("{page}/invite"), &[]).await.status);
            }
            assert_eq!((again[0], again[3]), (303, 429), "{again:?}");
            seen.push((read.header("etag").to_owned(), view, again));
        }
        assert_eq!(seen[0], seen[1], "whether there was an account does not show");
        let page = desk.get("/api/v1/people").await.expect(200);
        assert!(!page.text().contains(&operator.name), "{page:?}");
        // Once the person has come in, those who run the round know whom they work with.
        app.password(&operator, "a bridge in Fez");
        app.visitor().form("/sign-in", &[("email", &operator.email), ("password", "a bridge in Fez")]).await.expect(303);
        assert_eq!(desk.get(&format!("/api/v1/people/{}", operator.id)).await.expect(200).json()["name"], json!(operator.name));
        let known = app.as_person(&scene.coordinator).post("/api/v1/people", &invitation).await.expect(200).json();
        assert_eq!((&known["name"], known["grants"].as_array().unwrap().len()), (&json!(operator.name), 2), "whoever sees all sees the account");
        assert!(app.caller(&operator).has_role(Role::Expert));
    }

    async fn a_repeated_request_is_answered_as_before_to_the_same_person_only_and_while_their_token_is_good(app) {
        let (amina, omar) = (app.person(Role::Coordinator, Grants::Instance), app.person(Role::Coordinator, Grants::Instance));
        let city = json!({"slug": "tunis", "name": {"en": "Tunis"}, "country": "TN", "language": "en", "time_zone": "Africa/Tunis"});
        let old = access_token(&app.service, &amina.id);
        let first = app.with_token(&old).post_once("/api/v1/cities", "key-1", &city).await.expect(201);
        // Her next token is another one, and the repeat is still a repeat.
        app.clock.advance(chrono::Duration::minutes(10));
        let again = app.as_person(&amina).post_once("/api/v1/cities", "key-1", &city).await.expect(201);
        assert_eq!((again.body.as_slice(), again.header("idempotent-replay")), (first.body.as_slice(), "true"));
        assert_eq!(again.location(), first.location());
        let other = json!({"slug": "sfax", "name": {"en": "Sfax"}, "country": "TN", "language": "en", "time_zone": "Africa/Tunis"});
        assert_eq!(app.as_person(&amina).post_once("/api/v1/cities", "key-1", &other).await.expect(409).code(), "idempotency_key_reused");
        // Pressed many times at once, it is done once, and everybody hears of it.
        let third = json!({"slug": "gabes", "name": {"en": "Gabès"}, "country": "TN", "language": "en", "time_zone": "Africa/Tunis"});
        let api = app.as_person(&amina);
        let heard = futures_util::future::join_all((0..8).map(|_| api.post_once("/api/v1/cities", "key-3", &third))).await;
        let replayed = heard.iter().filter(|answer| answer.header("idempotent-replay") == "true").count();
        assert!(replayed == 7 && heard.iter().all(|answer| answer.status == 201 && answer.body == heard[0].body), "{heard:?}");
        // The same key of somebody else is another key: the request is done, and meets the city that is there.
        let foreign = app.as_person(&omar).post_once("/api/v1/cities", "key-1", &city).await;
        assert!(foreign.status != 201 && foreign.header("idempotent-replay").is_empty(), "{foreign:?}");
        app.anonymous().post_once("/api/v1/cities", "key-1", &city).await.expect(401);
        // Nothing for a token that is too old, broken, or of an account that was disabled.
        app.clock.advance(chrono::Duration::minutes(10));
        assert_eq!(app.with_token(&old).post_once("/api/v1/cities", "key-1", &city).await.expect(401).code(), "token_expired");
        assert_eq!(app.with_token("nonsense").post_once("/api/v1/cities", "key-1", &city).await.expect(401).code(), "token_invalid");
        let fresh = access_token(&app.service, &amina.id);
        let operator = app.person(Role::Operator, Grants::Instance);
        let address = format!("/api/v1/people/{}", amina.id);
        let disabled = json!({"name": amina.name, "language": "en", "time_zone": "UTC", "state": "disabled"});
        app.as_person(&operator).put(&address, "\"v1\"", &disabled).await.expect(200);
        assert_eq!(app.with_token(&fresh).post_once("/api/v1/cities", "key-1", &city).await.expect(401).code(), "token_invalid");
        // Nor for somebody whose role was taken away: what they were told then, they may not be told now.
        let sfax = app.as_person(&omar).post_once("/api/v1/cities", "key-2", &other).await.expect(201).json();
        app.as_person(&omar).get(&format!("/api/v1/cities/{}", sfax["id"].as_str().unwrap())).await.expect(200);
        let account = app.as_person(&operator).get(&format!("/api/v1/people/{}", omar.id)).await.expect(200).json();
        let role = account["grants"][0]["id"].as_str().unwrap();
        app.as_person(&operator).delete(&format!("/api/v1/people/{}/grants/{role}", omar.id)).await.expect(204);
        app.as_person(&omar).post_once("/api/v1/cities", "key-2", &other).await.expect(403);
    }

    async fn an_operator_has_the_audit_verified_and_learns_where_it_was_changed(app) {
        let operator = app.person(Role::Operator, Grants::Instance);
        let api = app.as_person(&operator);
        for name in ["One", "Two", "Three"] {
            app.service.write_as_stoa(UseCase::message_test, name, &json!({}), |_| Ok(())).unwrap();
        }
        assert_eq!(api.get("/api/v1/audit-verification").await.expect(200).json(), json!({"holds": true, "entries": 3, "broken_at": null}));
        use diesel::prelude::*;
        use stoa::store::schema::audit_entry;
        app.service.store.write(|db| Ok(diesel::update(audit_entry::table.find(2)).set(audit_entry::object.eq("Other")).execute(db)?)).unwrap();
        assert_eq!(api.get("/api/v1/audit-verification").await.expect(200).json(), json!({"holds": false, "entries": null, "broken_at": 2}));
        let browser = app.browser(&operator);
        browser.get("/audit?verify=1").await.expect(200).shows("The chain is broken at entry 2");
        browser.get("/audit?verify=1&lang=ar").await.expect(200).shows("السلسلة مقطوعة عند القيد 2");
    }
}
