//! A 201 means that it is on disk: the real binary is killed in the middle of a storm of responses,
//! again and again (`make storm`) or once. Every receipt that anybody was given must be in the database
//! afterwards, and whoever heard nothing sends once more and is stored once. Nor is a mail lost.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use figment::Figment;
use figment::providers::{Format, Toml};
use serde_json::{Value, json};
use stoa::framework::actions::ensure_default_framework;
use stoa::ground::config::{Config, DEFAULTS};
use stoa::ground::ids::{GrantId, PersonId};
use stoa::ground::{Email, Text};
use stoa::mail::delivery::MessageState;
use stoa::people::call::Call;
use stoa::people::identity::{PersonState, Role, ScopeKind};
use stoa::people::store::{GrantRow, PersonRow};
use stoa::rounds::actions::{CityInput, ParticipationInput, RoundInput, city_create, participation_add, round_create};
use stoa::service::Service;
use stoa::store::Store;
use stoa::store::schema::{job, message, person, response, role_grant};
use stoa::surveys::actions::{ensure_default_instrument, survey_issue, survey_open};
use stoa::surveys::views::SurveyInput;

use crate::instance::Instance;
use crate::{scale, smtp};

/// Receipts to wait for before the process is killed.
const ENOUGH: usize = 400;
/// How often it is killed in a whole storm.
const KILLS: usize = 20;
const CLIENTS: usize = 32;
/// So that everybody says something else.
static SAID: AtomicUsize = AtomicUsize::new(0);

/// The service of a folder, with the clock of the machine; without a URL its database is in the folder.
pub fn open(folder: &Path, database_url: &str) -> Arc<Service> {
    let mut config: Config = Figment::from(Toml::string(DEFAULTS)).extract().expect("the defaults are complete");
    config.storage.data = folder.to_owned();
    config.storage.database_url = database_url.into();
    Service::open(config, stoa::server::registered()).expect("the instance opens")
}

/// A coordinator of the instance.
pub fn coordinator(service: &Service, email: &str) -> PersonId {
    let (id, now) = (PersonId::new(&*service.clock, &*service.chance), service.now());
    let row = PersonRow {
        id: id.clone(),
        email: Email::from_stored(email.to_owned()),
        name: "C".to_owned(),
        language: "en".parse().unwrap(),
        time_zone: "UTC".parse().unwrap(),
        password_hash: None,
        state: PersonState::Active,
        version: 1,
        created_at: now,
        erased_at: None,
    };
    let grant = GrantRow {
        id: GrantId::new(&*service.clock, &*service.chance),
        person_id: id.clone(),
        role: Role::Coordinator,
        scope_kind: ScopeKind::Instance,
        scope_id: String::new(),
        created_at: now,
    };
    let given = service.store.write(|db| {
        diesel::insert_into(person::table).values(&row).execute(db)?;
        Ok(diesel::insert_into(role_grant::table).values(&grant).execute(db)?)
    });
    given.expect("an account");
    id
}

/// An instance in `folder` with one open survey; its slug.
pub fn prepare(folder: &Path, database_url: &str) -> String {
    let service = open(folder, database_url);
    let person = coordinator(&service, "first@stoa.example");
    let call = Call::by(&service, &person, stoa::ground::Language::english()).expect("a coordinator");
    let framework_id = ensure_default_framework(&call).expect("the framework");
    let instrument_id = ensure_default_instrument(&call).expect("the questionnaire");
    let city = CityInput {
        slug: "linz".to_owned(),
        name: Text::english("Linz"),
        country: "AT".into(),
        language: "en".into(),
        time_zone: "Europe/Vienna".into(),
        population: None,
    };
    let city = city_create(&call, &city).expect("a city");
    let today = service.now().date();
    let round = RoundInput {
        name: "Storm".to_owned(),
        year: 2026.into(),
        framework_id,
        rubric_id: None,
        time_zone: "UTC".into(),
        report_due_on: (today + chrono::Days::new(30)).into(),
        review_due_on: (today + chrono::Days::new(60)).into(),
        experts_per_report: 2.into(),
    };
    let round = round_create(&call, &round).expect("a round");
    let place = participation_add(&call, &round.id, &ParticipationInput { city_id: city.id }).expect("a participation");
    let input = SurveyInput::open_link(place.id, instrument_id);
    let survey = survey_issue(&call, &input).expect("a survey");
    survey_open(&call, &survey.id).expect("the survey opens").slug
}

/// The real binary on a folder.
pub struct Server {
    process: Child,
    /// Kept until the end: the process must find somebody to print to.
    _printed: BufReader<ChildStdout>,
    pub url: String,
}

impl Server {
    pub fn start(folder: &Path, slug: &str, settings: &[(&str, String)]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let log = folder.join("log");
        // What speaks to the tests (`STOA_BLESS`) is no setting of this service, and no setting of this shell is meant.
        let ours = std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("STOA_"));
        let mut process = ours
            .fold(&mut Command::new(env!("CARGO_BIN_EXE_stoa")), |command, name| command.env_remove(name))
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .args(["serve", "--bind", &format!("127.0.0.1:{port}"), "--data"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        // The address is printed when everything is open; from then on connections are queued.
        let mut line = String::new();
        let mut printed = BufReader::new(process.stdout.take().unwrap());
        printed.read_line(&mut line).unwrap();
        assert!(line.contains("Stoa is at"), "it did not start: {line}{}", std::fs::read_to_string(&log).unwrap());
        Self { process, _printed: printed, url: format!("http://127.0.0.1:{port}/api/v1/surveys/{slug}/responses") }
    }

    /// Its memory in MiB, as Linux tells it.
    pub fn memory(&self, what: &str) -> f64 {
        crate::memory_of(&self.process.id().to_string(), what)
    }

    /// SIGTERM; how long it takes to end.
    pub fn end(mut self) -> Duration {
        let began = Instant::now();
        assert!(Command::new("kill").arg(self.process.id().to_string()).status().unwrap().success());
        self.process.wait().unwrap();
        began.elapsed()
    }

    /// SIGKILL: no destructor, no flush.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// What the clients remember over all kills.
#[derive(Default)]
struct Memory {
    receipts: Mutex<Vec<String>>,
    /// What each of those said who were given a receipt.
    heard: Mutex<BTreeSet<String>>,
    given: AtomicUsize,
    /// Every `once` that was ever sent, and those that heard nothing.
    sent: AtomicUsize,
    unheard: Mutex<Vec<String>>,
}

impl Memory {
    /// Sends one response. Gives whether it was answered.
    fn send(&self, client: &reqwest::blocking::Client, url: &str, once: Option<&str>) -> bool {
        let said = format!("said-{:016}", SAID.fetch_add(1, Ordering::SeqCst));
        let answers = json!({"course": "yes", "work_status": "student", "age_band": "age_25_34", "volunteered": "yes", "neighbourhood": said});
        let mut body = json!({"answers": answers});
        if let Some(once) = once {
            body["once"] = json!(once);
            // Sent once more, it says the same.
            body["answers"]["neighbourhood"] = json!(once);
            body["answers"]["comment"] = json!("Once only.");
        }
        let answer = client.post(url).json(&body).send().and_then(reqwest::blocking::Response::json::<Value>);
        let receipt = answer.ok().and_then(|answer| answer["receipt"].as_str().map(str::to_owned));
        if let Some(receipt) = &receipt {
            self.receipts.lock().unwrap().push(receipt.clone());
            self.heard.lock().unwrap().insert(body["answers"]["neighbourhood"].as_str().unwrap().to_owned());
            self.given.fetch_add(1, Ordering::SeqCst);
        } else if let Some(once) = once {
            self.unheard.lock().unwrap().push(once.to_owned());
        }
        receipt.is_some()
    }
}

pub fn client() -> reqwest::blocking::Client {
    reqwest::blocking::Client::builder().no_proxy().build().unwrap()
}

#[test]
fn every_receipt_outlives_a_killed_process_and_nothing_is_stored_twice() {
    let folder = tempfile::tempdir().unwrap();
    let slug = prepare(folder.path(), "");
    let (memory, kills) = (Memory::default(), scale::part(KILLS));
    for round in 1..=kills {
        let server = Server::start(folder.path(), &slug, &[]);
        let (stopped, running) = (AtomicBool::new(false), AtomicUsize::new(CLIENTS));
        std::thread::scope(|threads| {
            for number in 0..CLIENTS {
                let (memory, stopped, running, url) = (&memory, &stopped, &running, server.url.clone());
                threads.spawn(move || {
                    let client = client();
                    let named = || Some(format!("killed-{:016}", memory.sent.fetch_add(1, Ordering::SeqCst)));
                    // Every other client makes sure that it may send again.
                    let next = || if number % 2 == 0 { named() } else { None };
                    while !stopped.load(Ordering::SeqCst) && memory.send(&client, &url, next().as_deref()) {}
                    running.fetch_sub(1, Ordering::SeqCst);
                });
            }
            while memory.given.load(Ordering::SeqCst) < round * ENOUGH && running.load(Ordering::SeqCst) > 0 {
                std::thread::yield_now();
            }
            server.kill();
            stopped.store(true, Ordering::SeqCst);
        });
        assert!(memory.given.load(Ordering::SeqCst) >= round * ENOUGH, "the clients gave up before kill {round}");
    }
    let server = Server::start(folder.path(), &slug, &[]);
    let unheard = std::mem::take(&mut *memory.unheard.lock().unwrap());
    for once in &unheard {
        assert!(memory.send(&client(), &server.url, Some(once)), "{once} is not taken");
    }
    server.kill();

    // Receipts are signed and not stored: what somebody was told is stored is found by its number.
    let receipts = memory.receipts.into_inner().unwrap().len();
    let store = Store::open(&format!("sqlite://{}", folder.path().join("stoa.db").display()), 1).unwrap();
    let stored: Vec<String> = store.read(|db| Ok(response::table.select(response::answers).load(db)?)).unwrap();
    let heard: BTreeSet<String> = memory.heard.into_inner().unwrap();
    let there: BTreeSet<String> =
        stored.iter().map(|answers| serde_json::from_str::<Value>(answers).unwrap()["neighbourhood"].as_str().unwrap().to_owned()).collect();
    let lost: Vec<&String> = heard.difference(&there).collect();
    assert!(lost.is_empty(), "{} responses are lost: {lost:?}", lost.len());
    let once_only = stored.iter().filter(|answers| answers.contains("Once only.")).count();
    assert_eq!(once_only, memory.sent.into_inner(), "a response is stored twice, or not at all");
    scale::figure(format_args!("{kills} kills: {receipts} receipts given, none lost; {} sent again", unheard.len()));
}

#[test]
fn every_mail_of_a_killed_process_goes_out_after_the_next_start() {
    const MAILS: usize = 40;
    let (post, app) = (smtp::Server::start(smtp::Wire::Plain), Instance::start(|_| {}));
    let folder = app.service.config.storage.data.clone();
    for i in 0..MAILS {
        app.write_to(&app.person("P", &format!("p@town{i}.example"), "en"));
    }
    post.hold("p@town7.example");
    let settings = [
        ("STOA_MAIL__TRANSPORT", "smtp".to_owned()),
        ("STOA_MAIL__SMTP_HOST", "localhost".to_owned()),
        ("STOA_MAIL__SMTP_PORT", post.port().to_string()),
        ("STOA_MAIL__SMTP_SECURITY", "none".to_owned()),
    ];
    let server = Server::start(&folder, "", &settings);
    post.wait_for(MAILS - 1);
    server.kill();
    post.release();
    // A storm waits the minute that leases last; here it is over at once.
    if !scale::storm() {
        let past = Some(app.service.now());
        app.service
            .store
            .write(|db| {
                diesel::update(message::table.filter(message::lease_until.is_not_null())).set(message::lease_until.eq(past)).execute(db)?;
                Ok(diesel::update(job::table.filter(job::lease_until.is_not_null())).set(job::lease_until.eq(past)).execute(db)?)
            })
            .unwrap();
    }
    let began = Instant::now();
    let server = Server::start(&folder, "", &settings);
    let sent =
        || -> i64 { app.service.store.read(|db| Ok(message::table.filter(message::state.eq(MessageState::Sent)).count().get_result(db)?)).unwrap() };
    while sent() < i64::try_from(MAILS).unwrap() {
        assert!(began.elapsed() < Duration::from_secs(100), "{} of {MAILS} are sent", sent());
        std::thread::yield_now();
    }
    server.kill();
    let arrived: Vec<String> = post.mails().into_iter().map(|mail| mail.to).collect();
    let different: BTreeSet<&String> = arrived.iter().collect();
    assert_eq!(different.len(), MAILS);
    // What was handed over and not yet recorded goes out once more: no more than are under way at once.
    assert!(arrived.len() <= MAILS + 8, "{} mails came", arrived.len());
    scale::figure(format_args!("{MAILS} mails through a kill: none lost, {} twice, {} s later", arrived.len() - MAILS, began.elapsed().as_secs()));
}
