//! A million responses on their way out: as files in little memory, whole, and how fast.

use std::time::Instant;

use chrono::Duration;
use serde_json::json;

use crate::support::{self, TestApp};
use crate::{peak, peak_from_now, scale};

/// MiB that making a file may take beyond what was in use.
const MOST: f64 = 100.0;

/// The bytes of a file as they come in; none are kept.
async fn taken(app: &TestApp, token: &str, export: &str) -> u64 {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut answer = client.get(app.url(&format!("/api/v1/exports/{export}/file"))).bearer_auth(token).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let mut bytes = 0;
    while let Some(piece) = answer.chunk().await.unwrap() {
        bytes += piece.len() as u64;
    }
    bytes
}

both! {
    async fn a_million_responses_leave_as_files_in_little_memory(app) {
        let (coordinator, survey) = crate::survey(app);
        let rows = scale::part(1_000_000);
        crate::fill(app, &survey, rows);
        let post = async |path: &str, body: serde_json::Value, status: u16| {
            // A token lasts for a quarter of an hour.
            let token = support::access_token(&app.service, &coordinator.id);
            app.with_token(&token).post(path, &body).await.expect(status).json()
        };
        let of = format!("/api/v1/surveys/{}", survey.id);
        post(&format!("{of}/close"), json!({}), 200).await;
        app.work();
        post(&format!("{of}/seal"), json!({}), 200).await;
        app.clock.advance(Duration::hours(32));
        app.work();
        // A workbook takes minutes where nothing is built for speed.
        let formats = if scale::storm() { &["csv", "sav", "xlsx"][..] } else { &["csv", "sav"][..] };
        for format in formats {
            let asked = post(&format!("{of}/exports"), json!({"format": format, "language": "en"}), 201).await;
            let (before, began) = (peak_from_now(), Instant::now());
            app.work();
            let (seconds, grown) = (began.elapsed().as_secs_f64(), peak() - before);
            let token = support::access_token(&app.service, &coordinator.id);
            let view = app.with_token(&token).get(&format!("/api/v1/exports/{}", asked["id"].as_str().unwrap())).await.expect(200).json();
            assert_eq!((view["state"].as_str(), view["responses"].as_u64()), (Some("ready"), Some(rows as u64)), "{view}");
            let megabytes = view["bytes"].as_f64().unwrap() / 1e6;
            scale::figure(format_args!(
                "{:?}: {rows} responses as {format} in {seconds:.1} s ({megabytes:.0} MB, {:.1} MB/s), {grown:.0} MiB more memory",
                app.backend,
                megabytes / seconds
            ));
            assert!(grown < MOST, "{grown} MiB");
            assert_eq!(Some(taken(app, &token, asked["id"].as_str().unwrap()).await), view["bytes"].as_u64());
        }
    }
}
