//! Bodies that trickle, stop or come from strangers: nobody else waits for them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;
use stoa::people::identity::Role;
use stoa::people::policy::{Also, UseCase};

use crate::support::{Backend, Grants, TestApp, access_token};

/// Sends a head and a little of a body of 100,000 bytes, and reads until the other side is done with it.
fn half_sent(app: &TestApp, method: &str, path: &str, headers: &str) -> (String, Duration) {
    let mut socket = TcpStream::connect(app.address()).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let began = Instant::now();
    write!(socket, "{method} {path} HTTP/1.1\r\nHost: stoa\r\nContent-Length: 100000\r\n{headers}\r\n{{\"answers\":").unwrap();
    let mut answer = Vec::new();
    let ended = socket.read_to_end(&mut answer);
    assert!(ended.is_ok() || !answer.is_empty(), "{method} {path}: {ended:?}");
    (String::from_utf8_lossy(&answer).into_owned(), began.elapsed())
}

#[actix_web::test]
async fn a_body_that_does_not_come_is_given_up_and_its_connection_closed() {
    let app = TestApp::spawn_with(Backend::Sqlite, |config| config.limits.body_seconds = 1).await.unwrap();
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let json = "Content-Type: application/json\r\n";
    let known = format!("{json}Authorization: Bearer {}\r\n", access_token(&app.service, &coordinator.id));
    let keyed = format!("{known}Idempotency-Key: one\r\n");
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let officer = app.session(&app.person(Role::CityOfficer, Grants::Instance));
    let upload = format!("Content-Type: multipart/form-data; boundary=x\r\nCookie: stoa_session={officer}\r\n");
    let report = "/reports/rpt_019a0000000070008000000000000001/evidence";
    let all = [
        ("POST", "/api/v1/surveys/amman/responses", json),
        ("POST", "/api/v1/tokens", json),
        ("POST", "/api/v1/cities", &known),
        ("POST", "/api/v1/cities", &keyed),
        ("POST", "/sign-in", form),
        ("POST", report, &upload),
    ];
    for (method, path, headers) in all {
        let (answer, took) = half_sent(&app, method, path, headers);
        assert!(answer.starts_with("HTTP/1.1 408"), "{path} {headers}: {answer}");
        assert!(took < Duration::from_secs(15), "{path}: {took:?}");
    }
}

#[actix_web::test]
async fn parts_without_end_are_no_form() {
    let app = TestApp::spawn(Backend::Sqlite).await.unwrap();
    let officer = app.person(Role::CityOfficer, Grants::Instance);
    let report = "/api/v1/reports/rpt_019a0000000070008000000000000001/evidence";
    let empty: Vec<(&str, &str)> = vec![("x", ""); 1_001];
    assert_eq!(app.as_person(&officer).upload(report, &empty, &[]).await.expect(422).fields(), ["body"]);
    let name = "n".repeat(10_000);
    let long: Vec<(&str, &str)> = vec![(name.as_str(), ""); 999];
    let limits = |config: &mut stoa::ground::config::Config| config.limits.evidence_bytes = 1_000_000;
    let small = TestApp::spawn_with(Backend::Sqlite, limits).await.unwrap();
    let officer = small.person(Role::CityOfficer, Grants::Instance);
    small.as_person(&officer).upload(report, &long, &[]).await.expect(413);
}

#[actix_web::test]
async fn a_stranger_is_refused_before_their_body_is_read() {
    // Whoever waits for the body waits until the test has long failed.
    let app = TestApp::spawn_with(Backend::Sqlite, |config| config.limits.body_seconds = 600).await.unwrap();
    let json = "Content-Type: application/json\r\nConnection: close\r\n";
    let keyed = format!("{json}Idempotency-Key: one\r\n");
    let wrong = format!("{json}Authorization: Bearer nonsense\r\n");
    for headers in [json, &keyed, &wrong] {
        for (method, path) in
            [("POST", "/api/v1/cities"), ("PUT", "/api/v1/me"), ("POST", "/api/v1/surveys/srv_019a0000000070008000000000000001/close")]
        {
            let (answer, _) = half_sent(&app, method, path, headers);
            assert!(answer.starts_with("HTTP/1.1 401"), "{method} {path} {headers}: {answer}");
        }
    }
    // However the path is written: routes are found by it decoded.
    let (answer, _) = half_sent(&app, "POST", "/api/v1/%63ities", json);
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    // Before what they say is looked at.
    let answer = app.anonymous().post("/api/v1/cities", &json!({"slug": 7})).await;
    answer.expect(401);
}

/// Sends a head and a little of a body, and reads how the answer begins.
fn first_words(app: &TestApp, method: &str, path: &str, headers: &str) -> String {
    let mut socket = TcpStream::connect(app.address()).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(socket, "{method} {path} HTTP/1.1\r\nHost: stoa\r\n{headers}Content-Length: 100000\r\n\r\n{{").unwrap();
    let mut answer = [0; 4096];
    let read = socket.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[actix_web::test]
async fn whoever_may_do_it_nowhere_is_refused_before_their_body_is_read() {
    let app = TestApp::spawn_with(Backend::Sqlite, |config| config.limits.body_seconds = 600).await.unwrap();
    let nobody = app.account("en");
    let (token, session) = (access_token(&app.service, &nobody.id), app.session(&nobody));
    let routes = stoa::server::routes();
    let mut asked = 0;
    for route in routes.infos().iter().filter(|route| route.method.as_str() != "GET" && !route.path.contains("{token}")) {
        let rule = UseCase::of(route.use_case).unwrap().rule();
        if rule.also != Also::Nobody {
            continue;
        }
        // Whatever stands in the address: nothing is looked up.
        let path = route.path.replace("{", "").replace("}", "");
        let (who, kind) = match path.starts_with("/api/") {
            true => (format!("Authorization: Bearer {token}\r\nIdempotency-Key: one\r\n"), "application/json"),
            false => (format!("Cookie: stoa_session={session}\r\n"), "multipart/form-data; boundary=x"),
        };
        let answer = first_words(&app, route.method.as_str(), &path, &format!("{who}Content-Type: {kind}\r\n"));
        assert!(answer.starts_with("HTTP/1.1 403") || answer.starts_with("HTTP/1.1 404"), "{} {path}: {answer}", route.method);
        assert!(answer.contains("connection: close"), "{path}: {answer}");
        asked += 1;
    }
    assert!(asked > 80, "only {asked} ways were found");
    // A form is short, and they get it back.
    let (browser, typed) = (app.browser(&nobody), "An evening's work");
    let csrf = browser.csrf("/account").await;
    let back = browser.send("/cities", &[("csrf", &csrf), ("name_en", typed)]).await.expect(403);
    assert!(String::from_utf8_lossy(&back.body).contains("An evening"), "what was typed is given back: {back:?}");
    // And a refusal is counted, as any other.
    let metrics = app.anonymous().get("/metrics").await.expect(200);
    assert!(!metrics.text().contains("stoa_refused_total{code=\"403\"} 0"), "{metrics:?}");
}

/// A body in chunks, a byte at a time for as long as anybody listens; how long that was.
fn trickles_on(app: &TestApp, path: &str, headers: &str) -> (String, Duration) {
    let mut socket = TcpStream::connect(app.address()).unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let began = Instant::now();
    write!(socket, "POST {path} HTTP/1.1\r\nHost: stoa\r\nTransfer-Encoding: chunked\r\n{headers}\r\n").unwrap();
    let (mut answer, mut more) = (Vec::new(), [0; 4096]);
    while began.elapsed() < Duration::from_secs(10) && socket.write_all(b"1\r\n{\r\n").is_ok() {
        match socket.read(&mut more) {
            Ok(0) => break,
            Ok(read) => answer.extend_from_slice(&more[..read]),
            Err(e) if matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    (String::from_utf8_lossy(&answer).into_owned(), began.elapsed())
}

#[actix_web::test]
async fn the_connection_of_a_refused_body_is_closed_however_long_its_sender_goes_on() {
    let app = TestApp::spawn_with(Backend::Sqlite, |config| config.limits.body_seconds = 1).await.unwrap();
    let token = access_token(&app.service, &app.account("en").id);
    let json = "Content-Type: application/json\r\n";
    let known = format!("{json}Authorization: Bearer {token}\r\n");
    let upload = "Content-Type: multipart/form-data; boundary=x\r\n";
    let all = [
        ("/api/v1/cities", json, 401),
        ("/api/v1/cities", known.as_str(), 403),
        ("/api/v1/tokens", json, 408),
        ("/framework/import", upload, 401),
        ("/nowhere", json, 404),
        ("/api/v1/nowhere", json, 404),
    ];
    for (path, headers, status) in all {
        let (answer, took) = trickles_on(&app, path, headers);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
        assert!(answer.contains("connection: close") && took < Duration::from_secs(8), "{path} {took:?}: {answer}");
    }
}

#[actix_web::test]
async fn a_cookie_does_not_speak_for_the_api_however_its_path_is_written() {
    let app = TestApp::sqlite().await;
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let cookie = format!("stoa_session={}", app.session(&coordinator));
    let asked = async |path: &str| {
        let request = app.anonymous().request(reqwest::Method::GET, path).header("Cookie", &cookie);
        crate::support::Answer::of(request).await
    };
    for path in ["/api/v1/me", "/%61pi/v1/me", "/ap%69/v1/me", "/api/%761/me"] {
        let answer = asked(path).await;
        assert!(answer.status == 401 || answer.status == 404, "{path}: {answer:?}");
    }
    asked("/account").await.expect(200);
}

#[actix_web::test]
async fn forty_unfinished_bodies_of_strangers_take_little_and_leave_the_others_as_they_were() {
    let app = TestApp::spawn_with(Backend::Sqlite, |config| config.limits.body_seconds = 600).await.unwrap();
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let report = "/reports/rpt_019a0000000070008000000000000001/evidence";
    // Whoever claims a session has their form read, for it may have ended while they typed.
    let head = format!(
        "POST {report} HTTP/1.1\r\nHost: stoa\r\nCookie: stoa_session=claimed\r\nContent-Type: multipart/form-data; boundary=x\r\n\
         Content-Length: 10000000\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n"
    );
    let part = vec![b'a'; 1_500_000];
    let (mut waiting, mut refused) = (Vec::new(), 0);
    for _ in 0..40 {
        let mut socket = TcpStream::connect(app.address()).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(400))).unwrap();
        socket.set_write_timeout(Some(Duration::from_secs(5))).unwrap();
        let sent = socket.write_all(head.as_bytes()).and_then(|()| socket.write_all(&part));
        let mut answer = [0; 1024];
        match sent.and_then(|()| socket.read(&mut answer)) {
            Err(e) if matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => waiting.push(socket),
            Ok(read) => {
                let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
                assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("connection: close"), "{answer}");
                refused += 1;
            }
            // Closed while it was still being sent.
            Err(_) => refused += 1,
        }
    }
    assert!(waiting.len() <= 6 && refused >= 34, "{} wait, {refused} were refused", waiting.len());
    // Those who are known have a share of their own, and what is small is read as before.
    let long = json!({"slug": "tunis", "name": {"en": "T".repeat(200_000)}, "country": "TN", "language": "en", "time_zone": "UTC"});
    app.as_person(&coordinator).post_once("/api/v1/cities", "one", &long).await.expect(422);
    app.anonymous().post("/api/v1/tokens", &json!({"email": "nobody@example.org", "password": "guess"})).await.expect(401);
    let form = "x".repeat(450_000);
    let strange = async || app.visitor().send("/password/forgot", &[("email", &form)]).await;
    assert!(strange().await.status == 403, "a form beside them still finds room");
    drop(waiting);
}
