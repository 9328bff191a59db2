//! What the service bears: durable survey responses against an echo of the same shape in the same
//! run, cold start, idle memory, size of the binary and weight of a survey page.
//!
//! Each is measured several times, with an echo before and after each time: a ratio is to the mean of
//! these two, so that a machine that is faster or slower for a while does not decide. Medians count.
//!
//! `make bench` runs it on the release build. The load comes from a second process on the same
//! machine over loopback, 128 connections, each with one request under way. Everything it writes is
//! in temporary folders. PostgreSQL is measured on a private cluster that syncs its commits.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use actix_web::{App, HttpResponse, HttpServer, web};
use stoa::ground::chance::{Chance, SystemChance};
use stoa::ground::clock::{Clock, SystemClock};
use stoa::ground::config::{Config, Overrides};
use stoa::people::call::Call;
use stoa::people::identity::Caller;
use stoa::service::Service;
use stoa::surveys::store::responses::{ResponseRow, add};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[path = "../tests/journeys/support/postgres.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod postgres;

const CONNECTIONS: usize = 128;
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(4);
const ROUNDS: usize = 5;

/// Place for the changing part of an idempotency key.
const ONCE: &str = "once-................";

/// One complete answer to the shipped questionnaire.
const ANSWERS: &str = r#"{"language":"en","answers":{"residence":"over_14","course":"yes","work_status":"employee","learning_places":["university","online"],"learning_satisfaction":"4","online_learning":"yes","employer_support":"4","employer_training":"yes","community_learning":"monthly","shared_skills":"no","volunteered":"yes","mixing":"weekly","culture_visits":3,"exercise":"weekly","transport_satisfaction":"3","circumstances":["none"],"children":"no","city_rating":"4","age_band":"age_35_44","gender":"woman","neighbourhood":"Harbour"}}"#;

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("--echo") => echo(),
        Some("--load") => load_and_print(),
        _ => measure(),
    }
}

/// The baseline: the same framework, workers and JSON work, without a rule and without a disk.
fn echo() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    println!("{}", listener.local_addr().expect("a bound address"));
    let server =
        || App::new().route("/echo", web::post().to(|body: web::Json<serde_json::Value>| async move { HttpResponse::Created().json(body.0) }));
    let system = actix_web::rt::System::new();
    system.block_on(async { HttpServer::new(server).workers(2).listen(listener).expect("the listener").run().await }).expect("the echo runs");
}

/// What the load process found.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Load {
    per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    failed: usize,
}

/// `--load ADDRESS PATH [--once]`: sends `ANSWERS` over and over, with `--once` each under an
/// idempotency key of its own, and prints what it found as JSON.
fn load_and_print() {
    let args: Vec<String> = std::env::args().collect();
    let address: SocketAddr = args[2].parse().expect("an address");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let load = runtime.block_on(load(address, &args[3], args.get(4).is_some()));
    println!("{}", serde_json::to_string(&load).expect("plain numbers"));
}

async fn load(address: SocketAddr, path: &str, once: bool) -> Load {
    let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n", ANSWERS.len());
    let request = |number: usize| {
        let head = if once { format!("{head}Idempotency-Key: {ONCE}{number:03}") } else { head.trim_end().to_owned() };
        format!("{head}\r\n\r\n{ANSWERS}")
    };
    let begin = Instant::now() + WARM_UP;
    let end = begin + MEASURED;
    let tasks: Vec<_> = (0..CONNECTIONS).map(|number| tokio::spawn(connection(address, request(number), begin, end))).collect();
    let (mut micros, mut failed) = (Vec::new(), 0);
    for task in tasks {
        let (taken, lost) = task.await.expect("a connection ends");
        micros.extend(taken);
        failed += lost;
    }
    micros.sort_unstable();
    let at = |share: f64| {
        micros.get(((micros.len() as f64 * share) as usize).min(micros.len().saturating_sub(1))).map_or(f64::NAN, |m| f64::from(*m) / 1000.0)
    };
    Load { per_second: micros.len() as f64 / MEASURED.as_secs_f64(), p50_ms: at(0.5), p99_ms: at(0.99), failed }
}

/// One connection: a request, its whole answer, the next. Times in microseconds; lost requests.
async fn connection(address: SocketAddr, request: String, begin: Instant, end: Instant) -> (Vec<u32>, usize) {
    let mut socket = tokio::net::TcpStream::connect(address).await.expect("the server listens");
    socket.set_nodelay(true).expect("a TCP option");
    let (mut taken, mut failed, mut buffer) = (Vec::with_capacity(8192), 0, Vec::with_capacity(4096));
    let mut request = request.into_bytes();
    // No key comes twice, in no round: a repeated response is not stored again.
    let now = SystemClock.now().chrono().timestamp_micros();
    let mut sent_so_far = u64::try_from(now).expect("after 1970") * 1000;
    let key = request.windows(ONCE.len()).position(|bytes| bytes == ONCE.as_bytes());
    while Instant::now() < end {
        if let Some(at) = key {
            request[at..at + ONCE.len()].copy_from_slice(format!("{:0width$}", sent_so_far, width = ONCE.len()).as_bytes());
            sent_so_far += 1;
        }
        let sent = Instant::now();
        socket.write_all(&request).await.expect("the server reads");
        let created = answer(&mut socket, &mut buffer).await;
        if sent >= begin {
            taken.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
            failed += usize::from(!created);
        }
    }
    (taken, failed)
}

/// Reads one answer with a Content-Length; whether it was 201.
async fn answer(socket: &mut tokio::net::TcpStream, buffer: &mut Vec<u8>) -> bool {
    buffer.clear();
    loop {
        let mut chunk = [0; 4096];
        let n = socket.read(&mut chunk).await.expect("the server answers");
        assert!(n > 0, "the server hung up: {}", String::from_utf8_lossy(buffer));
        buffer.extend_from_slice(&chunk[..n]);
        if let Some(head) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&buffer[..head]).to_lowercase();
            let length = text.split("content-length:").nth(1).and_then(|t| t.split_whitespace().next()?.parse::<usize>().ok()).unwrap_or(0);
            if buffer.len() >= head + 4 + length {
                return text.starts_with("http/1.1 201");
            }
        }
    }
}

/// A process that is ended with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn run_load(address: SocketAddr, path: &str, more: &[&str]) -> Load {
    let me = std::env::current_exe().expect("this program");
    let out = Command::new(me).args(["--load", &address.to_string(), path]).args(more).stderr(Stdio::inherit()).output().expect("the load runs");
    serde_json::from_slice(&out.stdout).expect("the load prints what it found")
}

/// What is stored before the measurement begins.
#[derive(Clone, Copy, PartialEq)]
enum Stored {
    Nothing,
    /// As many as a large survey has, on a day that is over.
    Yesterday,
    /// As many on the same day, each under a key of its own.
    Today,
}

/// Responses of a large survey.
const MANY: usize = 1_300_000;

/// Stores `MANY` responses as the intake and the nightly job leave them: those of one moment beside each other.
fn fill(service: &Service, survey: &stoa::ground::ids::SurveyId, stored: Stored) {
    let today = SystemClock.now().date();
    let answers = ANSWERS.split_once("\"answers\":").and_then(|(_, rest)| rest.strip_suffix('}')).expect("answers").to_owned();
    let day = if stored == Stored::Today { today } else { today - chrono::Days::new(1) };
    let row = ResponseRow {
        survey_id: survey.clone(),
        day,
        language: stoa::ground::Language::ENGLISH,
        answers,
        mark: None,
        edition: 1,
        stratum: None,
        invitation_id: None,
    };
    let number = || i64::try_from(SystemChance.below(1 << 62)).expect("62 bits");
    for _ in 0..MANY / 10_000 {
        let keys: Vec<i64> = (0..100)
            .flat_map(|_| {
                let first = number();
                first..first + 100
            })
            .collect();
        let keys: Vec<i64> = keys.into_iter().map(|key| if stored == Stored::Today { key } else { -1 - key }).collect();
        service
            .store
            .write(|db| {
                let mark = || (stored == Stored::Today).then(|| number() * 2 - (1 << 62));
                let rows: Vec<ResponseRow> = keys.iter().map(|_| ResponseRow { mark: mark(), ..row.clone() }).collect();
                add(db, &rows.iter().zip(keys.iter().copied()).collect::<Vec<_>>()).map(drop)
            })
            .expect("stored");
    }
}

/// A database folder with one open survey; returns its slug.
fn prepare(data: &Path, url: &str, stored: Stored) -> String {
    let mut config = Config::load(&Overrides { data: Some(data.to_owned()), ..Overrides::default() }).expect("the defaults");
    config.storage.database_url = url.to_owned().into();
    let service = Service::open(config, stoa::server::registered()).expect("a fresh database");
    let call = Call::new(&service, Caller::stoa(), stoa::ground::Language::english());
    let now = SystemClock.now();
    let framework_id = stoa::framework::actions::ensure_default_framework(&call).expect("the shipped framework");
    let instrument_id = stoa::surveys::actions::ensure_default_instrument(&call).expect("the shipped instrument");
    let city = stoa::rounds::actions::CityInput {
        slug: "bench".into(),
        name: stoa::ground::Text::english("Bench"),
        country: "AT".into(),
        language: "en".into(),
        time_zone: "UTC".into(),
        population: None,
    };
    let city = stoa::rounds::actions::city_create(&call, &city).expect("a city");
    let round = stoa::rounds::actions::RoundInput {
        name: "Bench".into(),
        year: 2026.into(),
        framework_id,
        rubric_id: None,
        time_zone: "UTC".into(),
        report_due_on: (now.date() + chrono::Days::new(30)).into(),
        review_due_on: (now.date() + chrono::Days::new(60)).into(),
        experts_per_report: 2.into(),
    };
    let round = stoa::rounds::actions::round_create(&call, &round).expect("a round");
    stoa::rounds::actions::round_open(&call, &round.id).expect("an open round");
    let place = stoa::rounds::actions::participation_add(&call, &round.id, &stoa::rounds::actions::ParticipationInput { city_id: city.id })
        .expect("a participation");
    let input = stoa::surveys::views::SurveyInput::open_link(place.id, instrument_id);
    let survey = stoa::surveys::actions::survey_issue(&call, &input).expect("a survey");
    stoa::surveys::actions::survey_open(&call, &survey.id).expect("an open survey");
    if stored != Stored::Nothing {
        fill(&service, &survey.id, stored);
    }
    survey.slug
}

/// Starts the service; waits until it answers. Returns the process, its address and how long it took.
fn start(data: &Path, url: &str) -> (Running, SocketAddr, Duration) {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port");
    let began = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_stoa"))
        .args(["serve", "--bind", &port.to_string(), "--data"])
        .arg(data)
        .env("STOA_STORAGE__DATABASE_URL", url)
        .env("RUST_LOG", "error")
        .stdout(Stdio::null())
        .spawn()
        .expect("the service starts");
    let running = Running(child);
    while get(port, "/ready").is_none_or(|(status, _)| status != 200) {
        assert!(began.elapsed() < Duration::from_secs(20), "the service did not get ready");
        std::thread::yield_now();
    }
    (running, port, began.elapsed())
}

/// A plain GET: status and the answer's size on the wire.
fn get(address: SocketAddr, path: &str) -> Option<(u16, Vec<u8>)> {
    let mut socket = TcpStream::connect(address).ok()?;
    write!(socket, "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).ok()?;
    let status = std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()?;
    Some((status, answer))
}

/// Resident memory of a process, in MiB.
fn resident(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}

fn responses(slug: &str) -> String {
    format!("/api/v1/surveys/{slug}/responses")
}

/// What is measured in turns.
struct Subject {
    name: &'static str,
    address: SocketAddr,
    path: String,
    more: &'static [&'static str],
    loads: Vec<Load>,
    ratios: Vec<f64>,
    /// Ends it after the last round.
    _running: Running,
}

impl Subject {
    fn new(name: &'static str, (running, address): (Running, SocketAddr), path: String, more: &'static [&'static str]) -> Self {
        Self { name, address, path, more, loads: Vec::new(), ratios: Vec::new(), _running: running }
    }

    fn load(&mut self) -> f64 {
        self.loads.push(run_load(self.address, &self.path, self.more));
        self.loads.last().map_or(f64::NAN, |load| load.per_second)
    }

    fn print(&self) {
        let of = |what: fn(&Load) -> f64| median(self.loads.iter().map(what).collect());
        let failed: usize = self.loads.iter().map(|load| load.failed).sum();
        println!(
            "{:<44} {:>10.0} {:>8.2} {:>9.2} {:>9.2} {failed:>7}   {}",
            self.name,
            of(|load| load.per_second),
            median(self.ratios.clone()),
            of(|load| load.p50_ms),
            of(|load| load.p99_ms),
            self.ratios.iter().map(|ratio| format!("{ratio:.2}")).collect::<Vec<_>>().join(" "),
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn start_echo() -> (Running, SocketAddr) {
    let me = std::env::current_exe().expect("this program");
    let mut child = Running(Command::new(me).arg("--echo").stdout(Stdio::piped()).spawn().expect("the echo starts"));
    let mut line = String::new();
    BufReader::new(child.0.stdout.take().expect("piped")).read_line(&mut line).expect("its address");
    (child, line.trim().parse().expect("an address"))
}

fn measure() {
    println!(
        "Stoa's figures, {} processors, {CONNECTIONS} connections, medians of {ROUNDS} times {} s after {} s of warm-up.\n",
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        MEASURED.as_secs(),
        WARM_UP.as_secs()
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut echo = Subject::new("echo of the same JSON (baseline)", start_echo(), "/echo".to_owned(), &[]);
    let data = folder.path().join("sqlite");
    let slug = prepare(&data, "", Stored::Nothing);
    let (running, address, cold) = start(&data, "");
    let (pid, idle) = (running.0.id(), resident(running.0.id()));
    let page = get(address, &format!("/s/{slug}")).expect("the survey page");
    assert_eq!(page.0, 200, "the survey page");
    let weight = page_weight(address, &page.1);
    let mut subjects = vec![Subject::new("durable responses, SQLite", (running, address), responses(&slug), &[])];
    let mut add = |name, folder_name: &str, url: &str, more, stored| {
        let data = folder.path().join(folder_name);
        let slug = prepare(&data, url, stored);
        let (running, address, _) = start(&data, url);
        subjects.push(Subject::new(name, (running, address), responses(&slug), more));
    };
    add("  each under a key of its own", "sqlite-keys", "", &["--once"], Stored::Nothing);
    add("  so, 1.3 million stored the day before", "sqlite-yesterday", "", &["--once"], Stored::Yesterday);
    add("  so, 1.3 million stored the same day", "sqlite-today", "", &["--once"], Stored::Today);
    let mut databases = Vec::new();
    for (name, more) in [("durable responses, PostgreSQL", &[][..]), ("  each under a key of its own", &["--once"][..])] {
        let Some((database, url)) = postgres::create_database() else {
            println!("{name}: not measured (switched off)");
            continue;
        };
        add(name, &database, &url, more, Stored::Nothing);
        databases.push(database);
    }
    if !databases.is_empty() && std::env::var("STOA_TEST_POSTGRES_DURABLE").is_err() {
        println!("*** PostgreSQL runs WITHOUT fsync: set STOA_TEST_POSTGRES_DURABLE=1 for durable figures. ***");
    }
    let mut before = echo.load();
    for _ in 0..ROUNDS {
        for subject in &mut subjects {
            let per_second = subject.load();
            let after = echo.load();
            subject.ratios.push(per_second / before.midpoint(after));
            before = after;
        }
    }
    let busy = resident(pid);
    echo.ratios.push(1.0);
    println!("{:<44} {:>10} {:>8} {:>9} {:>9} {:>7}   one by one", "responses", "per s", "ratio", "p50 ms", "p99 ms", "failed");
    echo.print();
    subjects.iter().for_each(Subject::print);
    drop(subjects);
    databases.iter().for_each(|database| postgres::drop_database(database));
    let binary = std::fs::metadata(env!("CARGO_BIN_EXE_stoa")).map_or(f64::NAN, |m| m.len() as f64 / 1_048_576.0);
    println!(
        "\ncold start to /ready           {:>8.0} ms\nidle memory                    {idle:>8.1} MiB\nmemory after the load          {busy:>8.1} MiB\nsize of the binary             {binary:>8.1} MiB\nsurvey page with its style     {weight:>8.1} KB on the wire",
        cold.as_secs_f64() * 1000.0
    );
}

/// The page and every style sheet it names, compressed, in KB.
fn page_weight(address: SocketAddr, page: &[u8]) -> f64 {
    let mut total = page.len();
    // The compressed page does not show its links; ask for it plain once more.
    let plain = {
        let mut socket = TcpStream::connect(address).expect("the server listens");
        let path = "/";
        write!(socket, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("sent");
        let mut text = String::new();
        socket.read_to_string(&mut text).expect("a page");
        text
    };
    let sheet =
        plain.split("href=\"").skip(1).filter_map(|p| p.split('"').next()).find(|h| h.ends_with("survey.css")).expect("the survey's style sheet");
    total += get(address, sheet).expect("the style sheet").1.len();
    total as f64 / 1000.0
}
