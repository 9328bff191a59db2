//! A 201 means that it is on disk: the real binary is killed in the middle of a storm of responses,
//! and every receipt that anybody was given must be in the database afterwards.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use diesel::prelude::*;
use figment::Figment;
use figment::providers::{Format, Toml};
use serde_json::{Value, json};
use stoa::framework::actions::ensure_default_framework;
use stoa::ground::Text;
use stoa::ground::config::{Config, DEFAULTS};
use stoa::ground::ids::PersonId;
use stoa::ground::ids::ResponseId;
use stoa::people::call::Call;
use stoa::people::identity::{Caller, Grant, Role, ScopeKind};
use stoa::rounds::actions::{CityInput, ParticipationInput, RoundInput, city_create, participation_add, round_create};
use stoa::service::Service;
use stoa::store::Store;
use stoa::store::schema::response;
use stoa::surveys::actions::{SurveyInput, ensure_default_instrument, survey_issue, survey_open};
use stoa::surveys::receipt::receipt_of;
use stoa::surveys::survey::Mode;

/// Receipts to wait for before the process is killed.
const ENOUGH: usize = 400;
const CLIENTS: usize = 32;

/// An instance in `folder` with one open survey; its slug.
fn prepare(folder: &Path) -> String {
    let mut config: Config = Figment::from(Toml::string(DEFAULTS)).extract().expect("the defaults are complete");
    config.storage.data = folder.to_owned();
    let service = Service::open(config).expect("the instance opens");
    let grants = vec![Grant { role: Role::Coordinator, scope_kind: ScopeKind::Instance, scope_id: String::new() }];
    let person = Some(PersonId::new(&*service.clock, &*service.chance));
    let call = Call::new(&service, Caller { person, grants, ..Caller::default() }, "en");
    let framework_id = ensure_default_framework(&call).expect("the framework");
    let instrument_id = ensure_default_instrument(&call).expect("the questionnaire");
    let city = CityInput {
        slug: "linz".to_owned(),
        name: Text::of("en", "Linz"),
        country: "AT".to_owned(),
        language: "en".to_owned(),
        time_zone: "Europe/Vienna".into(),
        population: None,
    };
    let city = city_create(&call, &city).expect("a city");
    let today = service.now().date();
    let round = RoundInput {
        name: "Storm".to_owned(),
        year: 2026,
        framework_id,
        rubric_id: None,
        time_zone: "UTC".into(),
        report_due_on: today + chrono::Days::new(30),
        review_due_on: today + chrono::Days::new(60),
        experts_per_report: 2,
    };
    let round = round_create(&call, &round).expect("a round");
    let place = participation_add(&call, &round.id, &ParticipationInput { city_id: city.id }).expect("a participation");
    let input = SurveyInput { participation_id: place.id, instrument_id, mode: Mode::OpenLink, closes_on: None };
    let survey = survey_issue(&call, &input).expect("a survey");
    survey_open(&call, &survey.id).expect("the survey opens").slug
}

#[test]
fn every_receipt_outlives_a_killed_process() {
    let folder = tempfile::tempdir().unwrap();
    let slug = prepare(folder.path());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut server = Command::new(env!("CARGO_BIN_EXE_stoa"))
        .args(["serve", "--bind", &format!("127.0.0.1:{port}"), "--data"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The address is printed when everything is open; from then on connections are queued.
    let mut line = String::new();
    // Kept until the end: the process must find somebody to print to.
    let mut printed = BufReader::new(server.stdout.take().unwrap());
    printed.read_line(&mut line).unwrap();
    assert!(line.contains("Stoa is at"), "{line}");

    let (receipts, given) = (Arc::new(Mutex::new(Vec::<String>::new())), Arc::new(AtomicUsize::new(0)));
    let stopped = Arc::new(AtomicBool::new(false));
    let url = format!("http://127.0.0.1:{port}/api/v1/surveys/{slug}/responses");
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (url, receipts, given, stopped) = (url.clone(), receipts.clone(), given.clone(), stopped.clone());
            std::thread::spawn(move || {
                let client = reqwest::blocking::Client::builder().no_proxy().build().unwrap();
                let body = json!({"answers": {"course": "yes", "work_status": "student", "age_band": "age_25_34", "volunteered": "yes"}});
                while !stopped.load(Ordering::SeqCst) {
                    let answer = client.post(&url).json(&body).send().and_then(reqwest::blocking::Response::json::<Value>);
                    let Ok(answer) = answer else { break };
                    if let Some(receipt) = answer["receipt"].as_str() {
                        receipts.lock().unwrap().push(receipt.to_owned());
                        given.fetch_add(1, Ordering::SeqCst);
                    }
                }
            })
        })
        .collect();
    while given.load(Ordering::SeqCst) < ENOUGH && !clients.iter().all(std::thread::JoinHandle::is_finished) {
        std::thread::yield_now();
    }
    // SIGKILL: no destructor, no flush.
    server.kill().unwrap();
    server.wait().unwrap();
    drop(printed);
    stopped.store(true, Ordering::SeqCst);
    for client in clients {
        client.join().unwrap();
    }

    let receipts = receipts.lock().unwrap();
    assert!(receipts.len() >= ENOUGH, "only {} responses were taken", receipts.len());
    let store = Store::open(&format!("sqlite://{}", folder.path().join("stoa.db").display()), 1).unwrap();
    let stored: std::collections::BTreeSet<String> =
        store.read(|db| Ok(response::table.select(response::id).load::<ResponseId>(db)?)).unwrap().iter().map(receipt_of).collect();
    let lost: Vec<&String> = receipts.iter().filter(|receipt| !stored.contains(*receipt)).collect();
    assert!(lost.is_empty(), "{} receipts are lost: {lost:?}", lost.len());
}
