//! Bodies that trickle, stop or come from strangers: nobody else waits for them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;
use stoa::people::identity::Role;

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
    let upload = format!("Content-Type: multipart/form-data; boundary=x\r\nCookie: stoa_session={}\r\n", app.session(&coordinator));
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
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let report = "/api/v1/reports/rpt_019a0000000070008000000000000001/evidence";
    let empty: Vec<(&str, &str)> = vec![("x", ""); 1_001];
    assert_eq!(app.as_person(&coordinator).upload(report, &empty, &[]).await.expect(422).fields(), ["body"]);
    let name = "n".repeat(10_000);
    let long: Vec<(&str, &str)> = vec![(name.as_str(), ""); 999];
    let limits = |config: &mut stoa::ground::config::Config| config.limits.evidence_bytes = 1_000_000;
    let small = TestApp::spawn_with(Backend::Sqlite, limits).await.unwrap();
    let coordinator = small.person(Role::Coordinator, Grants::Instance);
    small.as_person(&coordinator).upload(report, &long, &[]).await.expect(413);
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
