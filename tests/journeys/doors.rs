//! Guessing at the doors: strangers are slowed, and neither lock out whom they guess at nor make them wait.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use stoa::people::actions::setup_code;
use stoa::people::identity::Role;
use stoa::people::passwords;
use stoa::store::schema::{known_address, login_attempt, person};

use crate::support::{Answer, Backend, Browser, Grants, Person, TestApp};

const PASSWORD: &str = "a bridge in Fez";

/// An instance behind a proxy on this machine, and its coordinator with a password.
async fn proxied(backend: Backend) -> Option<(TestApp, Person)> {
    let app = TestApp::spawn_with(backend, |config| config.server.trusted_proxies = vec!["127.0.0.1".parse().unwrap()]).await?;
    let amina = with_password(&app);
    Some((app, amina))
}

fn with_password(app: &TestApp) -> Person {
    let amina = app.person(Role::Coordinator, Grants::Instance);
    let hash = passwords::hash([7; 16], PASSWORD).unwrap();
    app.service.store.write(|db| Ok(diesel::update(person::table.find(&amina.id)).set(person::password_hash.eq(hash)).execute(db)?)).unwrap();
    amina
}

/// One try to get tokens, from an address as the proxy tells it.
async fn tries(app: &TestApp, from: &str, email: &str, password: &str) -> Answer {
    let request = app.anonymous().request(Method::POST, "/api/v1/tokens").header("X-Forwarded-For", from);
    Answer::of(request.json(&json!({"email": email, "password": password}))).await
}

/// The form for signing in, sent by a browser from an address.
async fn signs_in(browser: &Browser, from: &str, email: &str) -> Answer {
    let csrf = browser.csrf("/sign-in").await;
    let fields = [("csrf", csrf.as_str()), ("email", email), ("password", PASSWORD)];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = browser.request(Method::POST, "/sign-in").header("Content-Type", "application/x-www-form-urlencoded");
    Answer::of(request.header("X-Forwarded-For", from).body(body)).await
}

async fn signs_out(browser: &Browser) {
    browser.form_to("/account", "/sign-out", &[]).await.expect(303);
}

fn rows(app: &TestApp) -> i64 {
    app.service.store.read(|db| Ok(login_attempt::table.count().get_result(db)?)).unwrap()
}

async fn metric(app: &TestApp, line: &str) -> f64 {
    let text = String::from_utf8(app.anonymous().get("/metrics").await.expect(200).body).unwrap();
    let found = text.lines().find_map(|l| l.strip_prefix(line)?.strip_prefix(' ')).unwrap_or_else(|| panic!("no {line} in {text}"));
    found.parse().unwrap()
}

async fn strangers_lock_nobody_out(backend: Backend) {
    let Some((app, amina)) = proxied(backend).await else { return };
    let (office, home, elsewhere) = ("198.51.100.4", "2001:db8:1:2::7", "203.0.113.66");
    let known = app.visitor();
    signs_in(&known, office, &amina.email).await.expect(303);
    signs_out(&known).await;
    tries(&app, home, &amina.email, PASSWORD).await.expect(200);
    for n in 0..10 {
        // However many proxies they claim to come through.
        tries(&app, &format!("192.0.2.{n}, {elsewhere}"), &amina.email, "a wrong guess").await.expect(401);
    }
    let braked = tries(&app, elsewhere, &amina.email, PASSWORD).await.expect(429);
    assert_eq!((braked.header("retry-after"), braked.code().as_str()), ("30", "too_many_requests"));
    let form = signs_in(&app.visitor(), elsewhere, &amina.email).await.expect(429);
    form.shows("wait a minute");
    assert_eq!((form.header("retry-after"), form.input("email")), ("30", Some(amina.email.clone())), "what was typed is still there");
    tries(&app, "203.0.113.67", &amina.email, PASSWORD).await.expect(429);
    // Each further failure waits longer.
    app.clock.advance(chrono::Duration::seconds(31));
    tries(&app, elsewhere, &amina.email, "a wrong guess").await.expect(401);
    assert_eq!(tries(&app, elsewhere, &amina.email, "a wrong guess").await.expect(429).header("retry-after"), "60");
    // A known browser goes by, wherever it is; a known address too, and all of its household.
    signs_in(&known, elsewhere, &amina.email).await.expect(303);
    signs_out(&known).await;
    tries(&app, office, &amina.email, PASSWORD).await.expect(200);
    tries(&app, "2001:db8:1:2:ffff::1", &amina.email, PASSWORD).await.expect(200);
    // The browser is known for this account, not for another one.
    let other = with_password(&app);
    for _ in 0..10 {
        tries(&app, "203.0.113.68", &other.email, "a wrong guess").await.expect(401);
    }
    signs_in(&known, "203.0.113.69", &other.email).await.expect(429);
    // Known ones have a limit of their own, and a good sign-in clears it.
    for _ in 0..2 {
        for _ in 0..9 {
            tries(&app, office, &amina.email, "a wrong guess").await.expect(401);
        }
        tries(&app, office, &amina.email, PASSWORD).await.expect(200);
    }
    for _ in 0..10 {
        tries(&app, office, &amina.email, "a wrong guess").await.expect(401);
    }
    tries(&app, office, &amina.email, PASSWORD).await.expect(429);
    // From an address that nobody knows, a link in the mail is the way in.
    let abroad = app.visitor();
    abroad.form("/password/forgot", &[("email", &amina.email)]).await.expect(200);
    let mail = app.mails_to(&amina.email).pop().unwrap();
    let id = mail.context["link"]["$link"].as_str().unwrap().split("[[cap:").nth(1).unwrap().split("]]").next().unwrap().parse().unwrap();
    let link = format!("/password/{}", app.service.secrets.capability(&id));
    abroad.form(&link, &[("password", PASSWORD), ("password_again", PASSWORD)]).await.expect(303);
    signs_in(&abroad, elsewhere, &amina.email).await.expect(303);
    assert!(metric(&app, "stoa_sign_in_failed_total").await >= 49.0);
    assert!(metric(&app, "stoa_throttled_total{door=\"sign_in\"}").await >= 6.0);
}

#[actix_web::test]
async fn ten_wrong_passwords_from_elsewhere_stop_neither_a_known_browser_nor_a_known_address() {
    strangers_lock_nobody_out(Backend::Sqlite).await;
    strangers_lock_nobody_out(Backend::Postgres).await;
}

async fn strangers_leave_the_others_in(backend: Backend) {
    let Some((app, amina)) = proxied(backend).await else { return };
    let known = app.visitor();
    signs_in(&known, "198.51.100.4", &amina.email).await.expect(303);
    signs_out(&known).await;
    let before = rows(&app);
    let strangers = (0..110).map(|n| {
        let app = &app;
        async move { tries(app, &format!("203.0.113.{}", n % 4), &format!("made.up.{n}@example.org"), "guess").await.status }
    });
    let coordinator = async {
        let mut took = Duration::ZERO;
        for _ in 0..3 {
            let csrf = known.csrf("/sign-in").await;
            let began = Instant::now();
            known.send("/sign-in", &[("csrf", &csrf), ("email", &amina.email), ("password", PASSWORD)]).await.expect(303);
            took += began.elapsed();
            signs_out(&known).await;
        }
        took
    };
    let (heard, took) = futures_util::future::join(join_all(strangers), coordinator).await;
    let refused = heard.iter().filter(|status| matches!(status, 429 | 503)).count();
    let checked = heard.iter().filter(|status| **status == 401).count();
    assert_eq!(refused + checked, 110, "{heard:?}");
    assert!(took < Duration::from_secs(6), "three sign-ins took {took:?}");
    println!("{backend:?}: three sign-ins beside 110 strangers took {took:?}, {checked} of those were checked");
    let written = rows(&app) - before;
    assert!(written <= i64::try_from(checked).unwrap() + 4, "{written} rows for {checked} that were checked");
    // Over all accounts, an address has thirty.
    let mut last = 0;
    for n in 0..40 {
        last = tries(&app, "203.0.113.99", &format!("one.more.{n}@example.org"), "guess").await.status;
        assert_eq!(last, if n < 30 { 401 } else { 429 }, "try {n}");
    }
    assert_eq!(last, 429);
    let kept = rows(&app);
    for n in 0..50 {
        tries(&app, "203.0.113.99", &format!("and.more.{n}@example.org"), "guess").await.expect(429);
    }
    assert_eq!(rows(&app), kept, "who is refused leaves no row");
    app.clock.advance(chrono::Duration::hours(2));
    stoa::server::housekeeping::sweep(&app.service, |_| Ok(())).unwrap();
    assert_eq!(rows(&app), 0);
    let known_rows = || app.service.store.read(|db| Ok(known_address::table.count().get_result::<i64>(db)?)).unwrap();
    assert!(known_rows() > 0);
    app.clock.advance(chrono::Duration::days(91));
    stoa::server::housekeeping::sweep(&app.service, |_| Ok(())).unwrap();
    assert_eq!(known_rows(), 0);
}

#[actix_web::test]
async fn a_hundred_and_ten_strangers_at_once_leave_the_coordinator_in_and_few_rows() {
    strangers_leave_the_others_in(Backend::Sqlite).await;
    strangers_leave_the_others_in(Backend::Postgres).await;
}

both! {
    async fn whoever_claims_an_address_without_being_a_proxy_of_ours_gains_nothing(app) {
        let amina = with_password(app);
        for n in 0..30 {
            tries(app, &format!("203.0.113.{n}"), &format!("made.up.{n}@example.org"), "guess").await.expect(401);
        }
        for lie in ["203.0.113.200", "127.0.0.1", "nonsense, , \u{e9}", ""] {
            tries(app, lie, "made.up.99@example.org", "guess").await.expect(429);
        }
        app.anonymous().post("/api/v1/tokens", &json!({"email": amina.email, "password": PASSWORD})).await.expect(429);
        assert!(metric(app, "stoa_forwarded_untrusted_total").await >= 34.0);
    }

    async fn a_clock_that_is_set_back_leaves_nobody_outside(app) {
        let amina = with_password(app);
        let guest = app.anonymous();
        for _ in 0..10 {
            guest.post("/api/v1/tokens", &json!({"email": amina.email, "password": "a wrong guess"})).await.expect(401);
        }
        guest.post("/api/v1/tokens", &json!({"email": amina.email, "password": PASSWORD})).await.expect(429);
        app.clock.advance(chrono::Duration::hours(-2));
        guest.post("/api/v1/tokens", &json!({"email": amina.email, "password": "a wrong guess"})).await.expect(401);
        guest.post("/api/v1/tokens", &json!({"email": amina.email, "password": PASSWORD})).await.expect(200);
    }

    async fn wrong_setup_codes_are_slowed_and_keep_the_first_person_not_out(app) {
        let code = setup_code(&app.service).unwrap();
        let begin = async |browser: &Browser, code: &str| {
            browser.form("/setup", &[("code", code), ("name", "Amina Haddad"), ("email", "amina@example.org"), ("password", PASSWORD),
                ("password_again", PASSWORD), ("language", "en"), ("time_zone", "Africa/Tunis")]).await
        };
        let stranger = app.visitor();
        for _ in 0..30 {
            begin(&stranger, "00000-00000").await.expect(422);
        }
        let braked = begin(&stranger, "00000-00000").await.expect(429);
        braked.shows("wait a minute");
        assert_eq!(braked.input("name").as_deref(), Some("Amina Haddad"));
        begin(&app.visitor(), &code).await.expect(303);
    }

    async fn wrong_refresh_tokens_are_slowed_and_right_ones_go_by(app) {
        let amina = with_password(app);
        let guest = app.anonymous();
        let right = guest.post("/api/v1/tokens", &json!({"email": amina.email, "password": PASSWORD})).await.expect(200).json();
        for n in 0..30 {
            assert_eq!(guest.post("/api/v1/tokens/refresh", &json!({"refresh_token": format!("rt_{n}")})).await.expect(401).code(), "token_invalid");
        }
        guest.post("/api/v1/tokens/refresh", &json!({"refresh_token": "rt_30"})).await.expect(429);
        guest.post("/api/v1/tokens/revoke", &json!({"refresh_token": "rt_30"})).await.expect(429);
        let next = guest.post("/api/v1/tokens/refresh", &json!({"refresh_token": right["refresh_token"]})).await.expect(200).json();
        guest.post("/api/v1/tokens/revoke", &json!({"refresh_token": next["refresh_token"]})).await.expect(204);
        assert_eq!(metric(app, "stoa_throttled_total{door=\"token\"}").await, 2.0);
    }

    async fn ten_that_ask_for_the_same_mail_at_once_are_one_mail(app) {
        let amina = with_password(app);
        let visitors: Vec<Browser> = (0..10).map(|_| app.visitor()).collect();
        let email = amina.email.as_str();
        let asked = visitors.iter().map(|visitor| async move { visitor.form("/password/forgot", &[("email", email)]).await });
        join_all(asked).await.into_iter().for_each(|answer| drop(answer.expect(200)));
        assert_eq!(app.mails_to(&amina.email).len(), 1);
        app.clock.advance(chrono::Duration::minutes(3));
        visitors[0].form("/password/forgot", &[("email", &amina.email)]).await.expect(200);
        assert_eq!(app.mails_to(&amina.email).len(), 2, "somebody whose mail did not come asks again");

        let body = json!({"email": "omar@example.org", "name": "Omar", "grants": [{"role": "analyst"}]});
        let desk: Vec<_> = (0..10).map(|_| app.as_person(&amina)).collect();
        let invited = join_all(desk.iter().map(|api| api.post("/api/v1/people", &body))).await;
        assert!(invited.iter().all(|answer| matches!(answer.status, 200 | 201)), "{invited:?}");
        assert_eq!(app.mails_to("omar@example.org").len(), 1);
        let mut heard = Vec::new();
        let strange = app.visitor();
        for n in 0..25 {
            heard.push(strange.form("/password/forgot", &[("email", format!("nobody{n}@example.org").as_str())]).await.status);
        }
        assert_eq!((heard.first(), heard.last()), (Some(&200), Some(&429)), "an address asks for so many: {heard:?}");
    }

    async fn a_stranger_who_asks_for_links_keeps_no_invitation_back(app) {
        let operator = app.person(Role::Operator, Grants::Instance);
        for _ in 0..2 {
            app.visitor().form("/password/forgot", &[("email", "new@example.org")]).await.expect(200);
        }
        let body = json!({"email": "new@example.org", "name": "New", "language": "en", "time_zone": "UTC"});
        app.as_person(&operator).post("/api/v1/people", &body).await.expect(201);
        assert_eq!(app.mails_to("new@example.org").len(), 1);
    }

    async fn refusals_to_those_who_are_signed_in_are_counted_and_not_in_the_audit(app) {
        let analyst = app.person(Role::Analyst, Grants::Instance);
        let before = app.audit_verbs();
        for _ in 0..3 {
            app.as_person(&analyst).get("/api/v1/audit-entries").await.expect(403);
        }
        app.browser(&analyst).get("/audit").await.expect(403);
        app.as_person(&analyst).get("/api/v1/rounds/rnd_019a0000000070008000000000000001").await.expect(404);
        app.anonymous().get("/api/v1/audit-entries").await.expect(401);
        assert_eq!(metric(app, "stoa_refused_total{code=\"403\"}").await, 4.0);
        assert_eq!(metric(app, "stoa_refused_total{code=\"404\"}").await, 1.0);
        assert_eq!(metric(app, "stoa_refused_total{code=\"401\"}").await, 0.0, "strangers are asked to sign in all the time");
        assert_eq!(app.audit_verbs(), before);
    }
}
