//! The second factor: a device that signs in with the password, codes on paper, whoever must have one, and all that
//! does not get somebody in.

use std::future::Future;

use diesel::prelude::*;
use serde_json::{Value, json};
use stoa::ground::config::SecondFactor;
use stoa::ground::{Email, Language};
use stoa::people::actions::second_factor_reset_of;
use stoa::people::call::Call;
use stoa::people::identity::{Caller, Role};
use stoa::people::program::Access;
use stoa::store::schema::{passkey, recovery_code, second_step};

use crate::support::device::Device;
use crate::support::{Answer, Backend, Browser, Grants, Person, TestApp};

const PASSWORD: &str = "a bridge in Fez";
const HOME: &str = "http://localhost:8080";
const FACTOR: &str = "/account/second-factor";

/// On both databases, an instance that is reached by a name.
async fn on_both<F: Future<Output = ()>>(required: bool, journey: impl Fn(std::rc::Rc<TestApp>) -> F) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let settings = |config: &mut stoa::ground::config::Config| {
            config.server.base_url = HOME.to_owned();
            config.people.second_factor = if required { SecondFactor::Required } else { SecondFactor::Optional };
        };
        if let Some(app) = TestApp::spawn_with(backend, settings).await {
            journey(std::rc::Rc::new(app)).await;
        }
    }
}

fn somebody(app: &TestApp, role: Role) -> Person {
    let person = app.person(role, Grants::Instance);
    app.password(&person, PASSWORD);
    person
}

/// Ends the test unless somebody has a mail about it.
#[track_caller]
fn told(app: &TestApp, person: &Person, what: &str) {
    assert!(app.mails_to(&person.email).iter().any(|mail| mail.context["what"] == what), "{} heard nothing of {what}", person.name);
}

fn question(page: &Answer) -> String {
    page.attribute("data-question").unwrap_or_else(|| panic!("nothing is asked: {page:?}"))
}

/// The recovery codes of a page.
fn codes(page: &Answer) -> Vec<String> {
    regex::Regex::new("[0-9A-Z]{5}(-[0-9A-Z]{5}){3}").unwrap().find_iter(page.text()).map(|code| code.as_str().to_owned()).collect()
}

/// Adds a passkey by the pages; what comes after it.
async fn add(browser: &Browser, device: &mut Device, name: &str) -> Answer {
    let asked = browser.form(FACTOR, &[("name", name), ("current_password", PASSWORD)]).await.expect(200);
    let (csrf, step, answer) = (asked.csrf().unwrap(), asked.input("step").unwrap(), device.create(&question(&asked)));
    browser.send("/account/second-factor/passkeys", &[("csrf", &csrf), ("step", &step), ("passkey", &answer)]).await
}

/// The password in a new browser, and the page of the second step.
async fn half_way(app: &TestApp, person: &Person) -> (Browser, Answer) {
    let browser = app.visitor();
    let asked = browser.form("/sign-in", &[("email", &person.email), ("password", PASSWORD), ("next", "/account")]).await.expect(303);
    assert_eq!(asked.location(), "/sign-in/second?next=%2Faccount");
    let page = browser.follow(&asked).await.expect(200);
    (browser, page)
}

async fn answer(browser: &Browser, page: &Answer, field: &str, value: &str) -> Answer {
    let csrf = page.csrf().unwrap();
    let next = page.input("next").unwrap_or_default();
    browser.send("/sign-in/second", &[("csrf", csrf.as_str()), ("next", next.as_str()), (field, value)]).await
}

#[actix_web::test]
async fn whoever_adds_a_passkey_signs_in_with_it_and_a_half_way_browser_is_nowhere() {
    on_both(false, |app| async move {
        let amina = somebody(&app, Role::Coordinator);
        let browser = app.browser(&amina);
        browser.get(FACTOR).await.expect(200).shows("Your password alone opens your account");
        browser.form(FACTOR, &[("name", ""), ("current_password", "wrong")]).await.expect(422);
        browser.form(FACTOR, &[("name", "Phone"), ("current_password", "wrong")]).await.expect(422).shows("not your current password");
        let mut phone = Device::at(HOME);
        let added = add(&browser, &mut phone, "Phone <1>").await.expect(200);
        assert_eq!(codes(&added).len(), 10);
        browser.get(FACTOR).await.expect(200).shows("Phone <1>").shows("never used").shows("10 codes are left");
        told(&app, &amina, "passkey_added");

        let (other, page) = half_way(&app, &amina).await;
        page.shows("One more step").shows("Recovery code").shows("A passkey needs a script");
        for path in ["/account", "/rounds", FACTOR, "/people", "/api/v1/me"] {
            other.get(path).await.expect(401);
        }
        let right = phone.get(&question(&page));
        let inside = answer(&other, &page, "passkey", &right).await.expect(303);
        assert_eq!(inside.location(), "/account");
        other.get(FACTOR).await.expect(200).shows("last used 2026-03-02");
        let verbs = app.audit_verbs();
        assert_eq!(verbs[verbs.len() - 3..], ["passkey_add", "second_factor_ask", "session_confirm"]);

        // The step is over: nothing can be done with it again.
        let again = answer(&other, &page, "passkey", &right).await;
        assert!([303, 403].contains(&again.status), "{again:?}");
        let steps = |db: &mut _| Ok(second_step::table.count().get_result::<i64>(db)?);
        assert_eq!(app.service.store.read(steps).unwrap(), 0);
        let arabic = half_way(&app, &amina).await.0.get("/sign-in/second?lang=ar").await.expect(200);
        arabic.shows("الخطوة الثانية");
    })
    .await;
}

#[actix_web::test]
async fn no_answer_counts_but_the_right_one_to_this_question_by_this_person() {
    on_both(false, |app| async move {
        let (amina, omar) = (somebody(&app, Role::Coordinator), somebody(&app, Role::Operator));
        let (mut phone, mut his) = (Device::at(HOME), Device::at(HOME));
        add(&app.browser(&amina), &mut phone, "Phone").await.expect(200);
        add(&app.browser(&omar), &mut his, "His").await.expect(200);
        let known = add(&app.browser(&omar), &mut phone, "Hers").await.expect(422);
        known.shows("This passkey is known already");

        // Another person's passkey, though it is right for its own.
        let (browser, page) = half_way(&app, &amina).await;
        let page = answer(&browser, &page, "passkey", &his.get(&question(&page))).await.expect(422);
        page.shows("not one of your passkeys");
        // The question before, and the answer to it a second time.
        let (used, old) = (phone.get(&question(&page)), question(&page));
        phone.origin = "http://localhost:9090".to_owned();
        let page = answer(&browser, &page, "passkey", &phone.get(&question(&page))).await.expect(422);
        assert_ne!(question(&page), old, "each answer has its question");
        phone.origin = HOME.to_owned();
        let page = answer(&browser, &page, "passkey", &used).await.expect(422);
        let page = answer(&browser, &page, "passkey", &phone.get(&old)).await.expect(422);
        // For another name, and without looking who holds the device.
        phone.name = "evil.example".to_owned();
        let page = answer(&browser, &page, "passkey", &phone.get(&question(&page))).await.expect(422);
        phone.name = "localhost".to_owned();
        phone.verified = false;
        let page = answer(&browser, &page, "passkey", &phone.get(&question(&page))).await.expect(422);
        phone.verified = true;
        let page = answer(&browser, &page, "passkey", "{}").await.expect(422);
        answer(&browser, &page, "passkey", &phone.get(&question(&page))).await.expect(303);

        // A copy of the device, whose counter is behind.
        let ahead = phone.counter;
        phone.counter = 2;
        let (browser, page) = half_way(&app, &amina).await;
        let page = answer(&browser, &page, "passkey", &phone.get(&question(&page))).await.expect(422);
        phone.counter = ahead;
        let right = phone.get(&question(&page));
        answer(&browser, &page, "passkey", &right).await.expect(303);

        // An answer that opened one browser opens no other.
        let (browser, mut page) = half_way(&app, &amina).await;
        for _ in 0..9 {
            page = answer(&browser, &page, "passkey", &right).await.expect(422);
        }
        answer(&browser, &page, "passkey", &right).await;
        let over = answer(&browser, &page, "passkey", &phone.get(&question(&page))).await.expect(303);
        assert_eq!(over.location(), "/sign-in", "after ten the password is asked for again");
        browser.get("/account").await.expect(401);
    })
    .await;
}

#[actix_web::test]
async fn a_code_on_paper_opens_once_and_a_new_set_ends_the_old_one() {
    on_both(false, |app| async move {
        let amina = somebody(&app, Role::Coordinator);
        let browser = app.browser(&amina);
        browser.form(&format!("{FACTOR}/codes"), &[("current_password", PASSWORD)]).await.expect(422).shows("stand in for a passkey");
        let mut phone = Device::at(HOME);
        let first = codes(&add(&browser, &mut phone, "Phone").await.expect(200));
        let kept = app.service.store.read(|db| Ok(recovery_code::table.select(recovery_code::code_hash).load::<String>(db)?)).unwrap();
        assert!(kept.iter().all(|hash| hash.len() == 64 && !first.contains(hash)), "only hashes are kept");

        let (other, page) = half_way(&app, &amina).await;
        let page = answer(&other, &page, "recovery_code", "00000-00000-00000-00000").await.expect(422);
        page.shows("not one of your recovery codes");
        let typed = first[3].to_lowercase().replace('-', " ");
        answer(&other, &page, "recovery_code", &typed).await.expect(303);
        other.get("/account").await.expect(200);
        told(&app, &amina, "recovery_code_used");
        let (other, page) = half_way(&app, &amina).await;
        answer(&other, &page, "recovery_code", &first[3]).await.expect(422);

        // Programs: the password alone is refused, and it is said what helps.
        let tokens = |body: Value| {
            let app = app.clone();
            async move { app.anonymous().post("/api/v1/tokens", &body).await }
        };
        let body = json!({"email": amina.email, "password": PASSWORD});
        assert_eq!(tokens(body.clone()).await.expect(401).code(), "second_factor_needed");
        let with = |code: &str| json!({"email": amina.email, "password": PASSWORD, "recovery_code": code});
        assert_eq!(tokens(with(&first[3])).await.expect(422).fields(), ["recovery_code"]);
        tokens(with(&first[4])).await.expect(200);
        assert_eq!(tokens(with(&first[4])).await.expect(422).fields(), ["recovery_code"]);

        let second = codes(&browser.form(&format!("{FACTOR}/codes"), &[("current_password", PASSWORD)]).await.expect(200));
        assert_eq!(second.len(), 10);
        assert_eq!(tokens(with(&first[5])).await.expect(422).fields(), ["recovery_code"]);
        tokens(with(&second[0])).await.expect(200);

        // Without its last passkey an account has neither codes nor a second step.
        let id = app.service.store.read(|db| Ok(passkey::table.select(passkey::id).first::<String>(db)?)).unwrap();
        let remove = format!("{FACTOR}/passkeys/{id}/remove");
        app.browser(&somebody(&app, Role::Operator)).get(&remove).await.expect(404);
        browser.form(&remove, &[("current_password", "wrong")]).await.expect(422);
        browser.form(&remove, &[("current_password", PASSWORD)]).await.expect(303);
        told(&app, &amina, "passkey_removed");
        tokens(body).await.expect(200);
    })
    .await;
}

#[actix_web::test]
async fn where_it_is_required_coordinators_set_it_up_before_they_get_on_and_others_need_none() {
    on_both(true, |app| async move {
        let (amina, expert) = (somebody(&app, Role::Coordinator), somebody(&app, Role::Expert));
        let plain = app.visitor().form("/sign-in", &[("email", &expert.email), ("password", PASSWORD), ("next", "/")]).await.expect(303);
        assert_eq!(plain.location(), "/");
        let body = json!({"email": amina.email, "password": PASSWORD});
        assert_eq!(app.anonymous().post("/api/v1/tokens", &body).await.expect(403).code(), "second_factor_missing");

        let (browser, page) = half_way(&app, &amina).await;
        page.shows("Your role needs a second factor");
        browser.get("/account").await.expect(401);
        // A code that nobody has does not go around it.
        answer(&browser, &page, "recovery_code", "00000-00000-00000-00000").await.expect(303);
        let mut phone = Device::at(HOME);
        let csrf = page.csrf().unwrap();
        let wrong = browser.send("/sign-in/set-up", &[("csrf", &csrf), ("name", "Phone"), ("passkey", ""), ("next", "/account")]).await.expect(422);
        wrong.shows("needs a script");
        let made = phone.create(&question(&wrong));
        let inside =
            browser.send("/sign-in/set-up", &[("csrf", &csrf), ("name", "Phone"), ("passkey", &made), ("next", "/account")]).await.expect(200);
        assert_eq!(codes(&inside).len(), 10);
        browser.get("/account").await.expect(200);
        let id = app.service.store.read(|db| Ok(passkey::table.select(passkey::id).first::<String>(db)?)).unwrap();
        let remove = format!("{FACTOR}/passkeys/{id}/remove");
        browser.form(&remove, &[("current_password", PASSWORD)]).await.expect(409).shows("Your role needs a passkey");
        let mut key = Device::at(HOME);
        add(&browser, &mut key, "Key").await.expect(303);
        browser.form(&remove, &[("current_password", PASSWORD)]).await.expect(303);
        let (browser, page) = half_way(&app, &amina).await;
        let page = answer(&browser, &page, "passkey", &phone.get(&question(&page))).await.expect(422);
        answer(&browser, &page, "passkey", &key.get(&question(&page))).await.expect(303);
    })
    .await;
}

#[actix_web::test]
async fn what_was_signed_in_before_there_was_a_second_factor_ends_with_it() {
    on_both(false, |app| async move {
        let amina = somebody(&app, Role::Coordinator);
        let (here, elsewhere) = (app.browser(&amina), app.browser(&amina));
        let body = json!({"email": amina.email, "password": PASSWORD});
        let pair = app.anonymous().post("/api/v1/tokens", &body).await.expect(200).json();
        let program = app.with_token(pair["access_token"].as_str().unwrap());
        program.get("/api/v1/me").await.expect(200);
        add(&here, &mut Device::at(HOME), "Phone").await.expect(200);
        here.get("/account").await.expect(200);
        elsewhere.get("/account").await.expect(401);
        program.get("/api/v1/me").await.expect(401);
        let refresh = json!({"refresh_token": pair["refresh_token"]});
        app.anonymous().post("/api/v1/tokens/refresh", &refresh).await.expect(401);
        // A second passkey ends nothing.
        let another = app.browser(&amina);
        add(&here, &mut Device::at(HOME), "Key").await.expect(303);
        another.get("/account").await.expect(200);
    })
    .await;
    on_both(true, |app| async move {
        // Who begins with a stolen password, while the owner adds the first passkey, does not get on.
        let amina = somebody(&app, Role::Coordinator);
        let ((owner, page), (thief, stale)) = (half_way(&app, &amina).await, half_way(&app, &amina).await);
        let set_up = |page: &Answer, device: &mut Device| {
            [
                ("csrf", page.csrf().unwrap()),
                ("name", "Phone".to_owned()),
                ("passkey", device.create(&question(page))),
                ("next", "/account".to_owned()),
            ]
        };
        let fields = set_up(&page, &mut Device::at(HOME));
        owner.send("/sign-in/set-up", &fields.each_ref().map(|(name, value)| (*name, value.as_str()))).await.expect(200);
        let fields = set_up(&stale, &mut Device::at(HOME));
        let refused = thief.send("/sign-in/set-up", &fields.each_ref().map(|(name, value)| (*name, value.as_str()))).await.expect(303);
        assert_eq!(refused.location(), "/sign-in");
        owner.get("/account").await.expect(200);
    })
    .await;
}

#[actix_web::test]
async fn a_role_that_asks_for_a_second_factor_signs_nobody_out_and_counts_once_there_is_one() {
    on_both(true, |app| async move {
        let (boss, omar) = (somebody(&app, Role::Operator), somebody(&app, Role::Expert));
        add(&app.browser(&boss), &mut Device::at(HOME), "Boss").await.expect(200);
        let (browser, elsewhere) = (app.browser(&omar), app.browser(&omar));
        let pair = app.anonymous().post("/api/v1/tokens", &json!({"email": omar.email, "password": PASSWORD})).await.expect(200).json();
        let (_, secret) = app.program(&omar.id, Access::ReadOnly, &[], Grants::Instance);
        let invitation = json!({"email": omar.email, "name": "Omar", "language": "en", "time_zone": "UTC", "grants": [{"role": "coordinator"}]});
        for _ in 0..2 {
            let given = app.as_person(&boss).post("/api/v1/people", &invitation).await.expect(200).json();
            let grant = given["grants"].as_array().unwrap().iter().find(|grant| grant["role"] == "coordinator").unwrap()["id"].clone();
            let path = format!("/api/v1/people/{}/grants/{}", omar.id, grant.as_str().unwrap());
            app.as_person(&boss).delete(&path).await.expect(204);
        }
        app.as_person(&boss).post("/api/v1/people", &invitation).await.expect(200);

        // Nothing has ended; and nothing that a password alone opened has the role.
        let next = app.anonymous().post("/api/v1/tokens/refresh", &json!({"refresh_token": pair["refresh_token"]})).await.expect(200).json();
        let signed_in = app.with_token(next["access_token"].as_str().unwrap());
        for program in [&signed_in, &app.with_token(&secret)] {
            program.get("/api/v1/me").await.expect(200);
            program.get("/api/v1/people").await.expect(403);
        }
        browser.get("/people").await.expect(403);
        browser.get(FACTOR).await.expect(200).shows("Your role needs one");
        app.anonymous().post("/api/v1/tokens", &json!({"email": omar.email, "password": PASSWORD})).await.expect(403);

        // With the first passkey it counts, there; all else that the password opened ends.
        add(&browser, &mut Device::at(HOME), "Phone").await.expect(200);
        browser.get("/people").await.expect(200);
        elsewhere.get("/account").await.expect(401);
        for program in [&signed_in, &app.with_token(&secret)] {
            program.get("/api/v1/me").await.expect(401);
        }
    })
    .await;
}

#[actix_web::test]
async fn where_it_is_required_the_first_person_is_led_to_their_first_passkey() {
    on_both(true, |app| async move {
        let browser = app.visitor();
        let code = stoa::people::actions::setup_code(&app.service).unwrap();
        let said = [
            ("code", code.as_str()),
            ("name", "Amina"),
            ("email", "amina@example.org"),
            ("password", PASSWORD),
            ("password_again", PASSWORD),
            ("language", "en"),
            ("time_zone", "UTC"),
        ];
        let begun = browser.form("/setup", &said).await.expect(303);
        assert_eq!(begun.location(), FACTOR);
        browser.follow(&begun).await.expect(200).shows("Your role needs one");
        browser.get("/people").await.expect(403);
        add(&browser, &mut Device::at(HOME), "Phone").await.expect(200);
        browser.get("/people").await.expect(200);
    })
    .await;
}

#[actix_web::test]
async fn no_operator_takes_away_their_own_second_factor_without_the_password() {
    on_both(true, |app| async move {
        let (boss, other) = (somebody(&app, Role::Operator), somebody(&app, Role::Operator));
        for operator in [&boss, &other] {
            add(&app.browser(operator), &mut Device::at(HOME), "Phone").await.expect(200);
        }
        let own = format!("/api/v1/people/{}/second-factor", boss.id);
        assert_eq!(app.as_person(&boss).delete(&own).await.expect(409).code(), "own_second_factor");
        let page = format!("/people/{}", boss.id);
        let browser = app.browser(&boss);
        assert!(!browser.get(&page).await.expect(200).text().contains("Take the second factor away"));
        browser.form_to(&page, &format!("{page}/second-factor/reset"), &[]).await.expect(409);
        let passkeys = |db: &mut _| Ok(passkey::table.count().get_result::<i64>(db)?);
        assert_eq!(app.service.store.read(passkeys).unwrap(), 2);
        app.as_person(&other).delete(&own).await.expect(204);
    })
    .await;
}

#[actix_web::test]
async fn a_step_ends_with_its_time_and_with_whatever_ends_sessions_and_an_operator_helps_whoever_lost_all() {
    on_both(false, |app| async move {
        let (amina, boss) = (somebody(&app, Role::Coordinator), somebody(&app, Role::Operator));
        let mut phone = Device::at(HOME);
        let browser = app.browser(&amina);
        add(&browser, &mut phone, "Phone").await.expect(200);

        let (late, page) = half_way(&app, &amina).await;
        app.clock.advance(chrono::Duration::minutes(11));
        let over = answer(&late, &page, "passkey", &phone.get(&question(&page))).await.expect(303);
        assert_eq!(over.location(), "/sign-in");
        let (other, page) = half_way(&app, &amina).await;
        browser.form_to("/account", "/account/sign-out-everywhere", &[]).await.expect(303);
        assert_eq!(answer(&other, &page, "passkey", &phone.get(&question(&page))).await.expect(303).location(), "/sign-in");
        other.get("/account").await.expect(401);

        // A step of one person does not add a passkey to another.
        let asked = app.browser(&amina).form(FACTOR, &[("name", "Mine"), ("current_password", PASSWORD)]).await.expect(200);
        let theirs = app.browser(&boss);
        let csrf = theirs.csrf(FACTOR).await;
        let (step, made) = (asked.input("step").unwrap(), Device::at(HOME).create(&question(&asked)));
        theirs.send("/account/second-factor/passkeys", &[("csrf", &csrf), ("step", &step), ("passkey", &made)]).await.expect(404);

        let page = format!("/people/{}", amina.id);
        theirs.get(&page).await.expect(200).shows("Take the second factor away");
        app.browser(&amina).form_to("/account", &format!("{page}/second-factor/reset"), &[]).await.expect(404);
        theirs.form_to(&page, &format!("{page}/second-factor/reset"), &[]).await.expect(303);
        told(&app, &amina, "second_factor_reset");
        app.visitor().form("/sign-in", &[("email", &amina.email), ("password", PASSWORD), ("next", "/")]).await.expect(303);

        // For the last operator there is the command line.
        add(&app.browser(&boss), &mut Device::at(HOME), "Lost").await.expect(200);
        let call = Call::new(&app.service, Caller::stoa(), &Language::ENGLISH);
        let (name, had) = second_factor_reset_of(&call, &Email::looked_up(&boss.email)).unwrap();
        assert_eq!((name, had), (boss.name.clone(), 1));
        assert!(second_factor_reset_of(&call, &Email::looked_up("nobody@example.org")).is_err());
    })
    .await;
}
