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
