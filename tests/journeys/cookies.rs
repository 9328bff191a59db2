//! Cookies and forms that somebody else has put into the browser, and forms of whoever is not signed in (any more).

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use reqwest::Method;
use stoa::people::identity::Role;

use crate::support::{Answer, Backend, Grants, TestApp};

const FORM: &str = "application/x-www-form-urlencoded";

/// A page as a browser with these cookies gets it.
async fn page(app: &TestApp, path: &str, cookies: &str) -> Answer {
    Answer::of(app.anonymous().request(Method::GET, path).header("Cookie", cookies)).await
}

both! {
    async fn a_sentence_that_somebody_has_planted_is_not_shown(app) {
        let planted = "success:/:Your+account+is+blocked.+Call+us.";
        for value in [planted.to_owned(), format!("{}{planted}", "a".repeat(43)), "a".repeat(43), "\u{e9}".repeat(43), String::new()] {
            let shown = page(app, "/sign-in", &format!("stoa_flash={value}")).await.expect(200);
            assert!(!shown.seen().contains("blocked"), "{value}");
        }
        // Stoa's own is, once.
        let browser = app.browser(&app.person(Role::Analyst, Grants::Instance));
        let out = browser.form_to("/account", "/sign-out", &[]).await.expect(303);
        browser.follow(&out).await.expect(200).shows("You are signed out");
        assert!(!browser.get("/sign-in").await.expect(200).seen().contains("You are signed out"));
    }

    async fn a_visit_that_somebody_has_made_up_is_not_taken(app) {
        let made_up = "v".repeat(43);
        let shown = page(app, "/sign-in", &format!("stoa_visit={made_up}")).await.expect(200);
        assert!(!app.service.secrets.matches_masked("csrf", &made_up, &shown.csrf().unwrap()));
        let cookie = shown.header("set-cookie");
        assert!(cookie.starts_with("stoa_visit=") && !cookie.contains(&made_up), "a new one is given: {cookie}");
        let own = app.visitor();
        own.get("/sign-in").await.expect(200);
        assert_eq!(own.get("/sign-in").await.expect(200).header("set-cookie"), "", "one's own visit goes on");
    }

    async fn no_two_pages_carry_the_same_form_token_and_each_is_good(app) {
        // The same secret on many compressed pages, beside what the address says, would come out by their lengths.
        let officer = app.browser(&app.person(Role::Analyst, Grants::Instance));
        let tokens = [officer.csrf("/account").await, officer.csrf("/account").await, officer.csrf("/account").await];
        for at in 0..tokens[0].len() - 8 {
            assert_ne!(tokens[0][at..at + 8], tokens[1][at..at + 8], "{tokens:?}");
        }
        for token in &tokens[..2] {
            officer.send("/account", &[("csrf", token), ("name", ""), ("language", "en"), ("time_zone", "UTC")]).await.expect(422);
        }
        officer.send("/account", &[("csrf", &tokens[0].replace(&tokens[0][..8], "AAAAAAAA")), ("name", "Eve")]).await.expect(403);
        officer.send("/sign-out", &[("csrf", &tokens[2])]).await.expect(303);
    }

    async fn a_form_from_a_sister_site_is_refused(app) {
        let browser = app.visitor();
        let csrf = browser.csrf("/password/forgot").await;
        let send = async |site: &str| {
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs([("csrf", csrf.as_str()), ("email", "a@example.org")]).finish();
            let request = browser.request(Method::POST, "/password/forgot").header("Content-Type", FORM);
            Answer::of(request.header("Sec-Fetch-Site", site).body(body)).await.status
        };
        assert_eq!([send("same-site").await, send("cross-site").await, send("same-origin").await, send("none").await], [403, 403, 200, 200]);
    }

    async fn a_stranger_is_asked_to_sign_in_before_a_form_is_judged(app) {
        let stranger = app.visitor();
        let routes = stoa::server::routes();
        let mut asked = 0;
        for route in routes.infos().iter().filter(|r| r.method.as_str() == "POST" && !r.path.starts_with("/api/") && !r.path.contains("{token}")) {
            if stoa::server::token(route.use_case) != stoa::web::openapi::Token::Needed {
                continue;
            }
            let path = route.path.replace("{", "").replace("}", "");
            stranger.send(&path, &[("nonsense", "x")]).await.expect(401);
            asked += 1;
        }
        assert!(asked > 40, "only {asked} forms were found");
        // A session that has ended loses nothing that was typed.
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let browser = app.browser(&coordinator);
        let csrf = browser.csrf("/cities/new").await;
        app.clock.advance(chrono::Duration::days(400));
        let back = browser.send("/cities", &[("csrf", &csrf), ("name_en", "Tyre"), ("slug", "tyre-of-old")]).await.expect(401);
        back.shows("Sign in");
        assert!(String::from_utf8_lossy(&back.body).contains("tyre-of-old"), "what was typed is given back: {back:?}");
    }
}

#[actix_web::test]
async fn over_https_cookies_are_those_of_this_host_alone() {
    let app = TestApp::spawn_with(Backend::Sqlite, |config| config.server.secure_cookies = true).await.unwrap();
    let session = app.session(&app.person(Role::Analyst, Grants::Instance));
    page(&app, "/account", &format!("__Host-stoa_session={session}")).await.expect(200);
    page(&app, "/account", &format!("stoa_session={session}")).await.expect(401);
    page(&app, "/account", &format!("stoa_session={session}; __Host-stoa_session=planted")).await.expect(401);
    page(&app, "/account", &format!("stoa_session=planted; __Host-stoa_session={session}")).await.expect(200);
    let visit = page(&app, "/sign-in", "").await.expect(200);
    let cookie = visit.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-stoa_visit=") && cookie.contains("Secure") && cookie.contains("Path=/") && !cookie.contains("Domain"),
        "{cookie}"
    );
    let name = page(&app, "/privacy", "").await.expect(200);
    for cookie in ["stoa_session", "stoa_visit", "stoa_language", "stoa_flash", "stoa_device", "__Host-"] {
        name.shows(cookie);
    }
}

#[actix_web::test]
async fn a_file_of_a_stranger_is_refused_before_it_is_read() {
    // Whoever waits for the body waits until the test has long failed.
    let app = TestApp::spawn_with(Backend::Sqlite, |config| config.limits.body_seconds = 600).await.unwrap();
    for path in ["/reports/rpt_019a0000000070008000000000000001/evidence", "/instruments", "/framework/import"] {
        let mut socket = TcpStream::connect(app.address()).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let head = "Host: stoa\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000000\r\nConnection: close\r\n";
        write!(socket, "POST {path} HTTP/1.1\r\n{head}\r\n--x\r\n").unwrap();
        let mut answer = [0; 4096];
        let read = socket.read(&mut answer).unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 401"), "{path}: {}", String::from_utf8_lossy(&answer[..read]));
    }
}
