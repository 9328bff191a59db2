//! A backup of a large instance while a thousand answers a second arrive, and what it is worth: whole, of one
//! moment, in little memory, and the same figures in the other database.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use stoa::store::archive::Reader;

use crate::support::{self, Backend, TestApp};
use crate::{citizen, scale};

/// Answers in one tick, twenty ticks a second.
const A_TICK: usize = 50;
const TICK: Duration = Duration::from_millis(50);
/// MiB that a command may take at most, however large the instance is.
const MOST: f64 = 200.0;

/// A command as it ran: whether it went well, what it said, how long it took, the most memory it took.
struct Ran {
    well: bool,
    said: String,
    seconds: f64,
    peak: f64,
}

fn stoa(arguments: &[&str], database: &str) -> Ran {
    let ours = std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("STOA_"));
    let began = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_stoa"));
    let command = ours.fold(&mut command, |command, name| command.env_remove(name));
    let command = command.env("STOA_STORAGE__DATABASE_URL", database).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().unwrap();
    let status = format!("/proc/{}/status", process.id());
    let mut peak = 0.0_f64;
    while process.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let most = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<f64>().ok());
        peak = peak.max(most.unwrap_or_default() / 1024.0);
        std::thread::sleep(Duration::from_millis(10));
    }
    let seconds = began.elapsed().as_secs_f64();
    let output = process.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Ran { well: output.status.success(), said, seconds, peak }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Answers come until it is said to stop. Gives how many were confirmed.
async fn answers_come(app: &TestApp, slug: &str, confirmed: &AtomicUsize, stop: &AtomicBool) {
    let (client, path) = (app.anonymous(), format!("/api/v1/surveys/{slug}/responses"));
    let mut chance = ChaCha8Rng::seed_from_u64(5);
    while !stop.load(Ordering::SeqCst) {
        let began = Instant::now();
        let bodies: Vec<_> = (0..A_TICK).map(|_| json!({"answers": citizen(&mut chance)})).collect();
        let answers = join_all(bodies.iter().map(|body| client.post(&path, body))).await;
        for answer in answers {
            answer.expect(201);
            confirmed.fetch_add(1, Ordering::SeqCst);
        }
        actix_web::rt::time::sleep(TICK.saturating_sub(began.elapsed())).await;
    }
}

/// Estimates of the survey once it has closed.
async fn estimates(app: &TestApp, token: &str, survey: &str) -> serde_json::Value {
    let api = app.with_token(token);
    api.post(&format!("/api/v1/surveys/{survey}/close"), &json!({})).await.expect(200);
    app.work();
    api.get(&format!("/api/v1/surveys/{survey}/estimates")).await.expect(200).json()["items"].clone()
}

both! {
    async fn a_large_instance_is_backed_up_while_answers_arrive_and_is_the_same_in_the_other_database(app) {
        let (coordinator, survey) = crate::survey(app);
        let (rows, token) = (scale::part(1_000_000), support::access_token(&app.service, &coordinator.id));
        crate::fill(app, &survey, rows);
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let (busy, quiet) = (at("busy.stoa"), at("quiet.stoa"));

        let (confirmed, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        let (data, url, file) = (text(app.data()).to_owned(), app.database_url().to_owned(), text(&busy).to_owned());
        let backup = async {
            actix_web::rt::time::sleep(Duration::from_secs(1)).await;
            let before = confirmed.load(Ordering::SeqCst);
            let began = Instant::now();
            let ran = actix_web::rt::task::spawn_blocking(move || stoa(&["backup", "--data", &data, &file], &url)).await.unwrap();
            let meanwhile = confirmed.load(Ordering::SeqCst) - before;
            let a_second = meanwhile as f64 / began.elapsed().as_secs_f64();
            stop.store(true, Ordering::SeqCst);
            (ran, before, a_second)
        };
        let ((ran, before, a_second), ()) = futures_util::future::join(backup, answers_come(app, &survey.slug, &confirmed, &stop)).await;
        assert!(ran.well, "{}", ran.said);
        assert!(a_second > 1.0, "answers did not arrive meanwhile");
        let size = std::fs::metadata(&busy).unwrap().len() as f64 / 1e6;
        scale::figure(format_args!("{:?}: backup of {rows} responses in {:.1} s while {a_second:.0} answers a second arrived: {size:.0} MB, peak memory {:.0} MiB", app.backend, ran.seconds, ran.peak));
        assert!(ran.peak < MOST, "{} MiB", ran.peak);
        let manifest = Reader::open(std::fs::File::open(&busy).unwrap()).unwrap().manifest().clone();
        let kept = usize::try_from(manifest.tables.iter().find(|part| part.name == "response").unwrap().rows).unwrap();
        assert!((rows + before..=rows + confirmed.load(Ordering::SeqCst)).contains(&kept), "{kept} responses in it, {before} confirmed before it began");
        let checked = stoa(&["verify", text(&busy)], "");
        assert!(checked.well, "{}", checked.said);

        let ran = stoa(&["backup", "--data", text(app.data()), text(&quiet)], app.database_url());
        assert!(ran.well, "{}", ran.said);
        let (to, target) = (if app.backend == Backend::Sqlite { Backend::Postgres } else { Backend::Sqlite }, tempfile::tempdir().unwrap());
        std::fs::copy(app.data().join("secret.key"), target.path().join("secret.key")).unwrap();
        let Some(empty) = support::bare(to, target.path()) else { return };
        let restored = stoa(&["restore", "--data", text(target.path()), text(&quiet)], empty.url());
        assert!(restored.well, "{}", restored.said);
        let verified = stoa(&["verify", "--data", text(target.path())], empty.url());
        assert!(verified.well, "{}", verified.said);
        scale::figure(format_args!(
            "{:?}: backup without answers {:.1} s; restored into {to:?} in {:.1} s, peak memory {:.0} MiB; archive verified in {:.1} s, {to:?} in {:.1} s",
            app.backend, ran.seconds, restored.seconds, restored.peak, checked.seconds, verified.seconds
        ));
        assert!(restored.peak < MOST && checked.peak < MOST && verified.peak < MOST, "{} {} {}", restored.peak, checked.peak, verified.peak);

        let other = TestApp::on(to, target, empty, support::START, |_| {});
        assert_eq!(other.stored_responses(), app.stored_responses());
        let figures = estimates(app, &token, survey.id.as_str()).await;
        assert!(figures.as_array().is_some_and(|items| items.iter().any(|item| item["n"].as_u64() >= Some(rows as u64))), "{figures}");
        assert_eq!(estimates(&other, &token, survey.id.as_str()).await, figures);
    }
}
