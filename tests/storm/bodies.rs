//! Bodies that trickle and bodies that stop: however many there are, from strangers and from those who are known,
//! the real binary keeps its memory, and the others are answered as before.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use stoa::ground::clock::{Clock, SystemClock};
use stoa::people::identity::Role;
use stoa::people::policy::UseCase;
use stoa::people::program::Access;

use crate::kills::Server;
use crate::support::{self, Backend, Grants, TestApp};
use crate::{scale, survey};

/// Bodies that come byte by byte, in a whole storm.
const TRICKLING: usize = 1_000;
/// Bodies of ten megabytes that are never finished.
const UNFINISHED: usize = 40;
const TEN_MEGABYTES: usize = 10_000_000;
/// What they may cost together, in MiB.
const MOST_MEMORY: f64 = 100.0;
static SAID: AtomicUsize = AtomicUsize::new(0);

/// Somebody who sends one body, and what became of it.
struct Sender {
    socket: TcpStream,
    in_chunks: bool,
    heard: Vec<u8>,
    open: bool,
}

impl Sender {
    fn begin(address: &str, head: &str, in_chunks: bool, length: usize) -> Self {
        let mut socket = TcpStream::connect(address).unwrap();
        let size = if in_chunks { "Transfer-Encoding: chunked".to_owned() } else { format!("Content-Length: {length}") };
        let sent = write!(socket, "{head}Host: stoa\r\n{size}\r\n\r\n");
        socket.set_nonblocking(true).unwrap();
        Self { socket, in_chunks, heard: Vec::new(), open: sent.is_ok() }
    }

    /// One byte more, if anybody is still there; reads what was said.
    fn trickle(&mut self) {
        let byte: &[u8] = if self.in_chunks { b"1\r\n{\r\n" } else { b"{" };
        self.send(byte);
    }

    /// Sends as much as is taken at once.
    fn send(&mut self, bytes: &[u8]) -> usize {
        if !self.open {
            return 0;
        }
        let mut sent = 0;
        while sent < bytes.len() {
            match self.socket.write(&bytes[sent..]) {
                Ok(more) => sent += more,
                Err(e) if e.kind() == ErrorKind::WouldBlock => break,
                Err(_) => {
                    self.open = false;
                    break;
                }
            }
        }
        let mut more = [0; 4096];
        loop {
            match self.socket.read(&mut more) {
                Ok(0) => {
                    self.open = false;
                    break;
                }
                Ok(read) => self.heard.extend_from_slice(&more[..read]),
                Err(e) if e.kind() == ErrorKind::WouldBlock => break,
                Err(_) => {
                    self.open = false;
                    break;
                }
            }
        }
        sent
    }
}

/// How long the others wait, in milliseconds: half of them less than the first, 99 of 100 less than the second.
fn waits(mut took: Vec<f64>) -> (f64, f64) {
    took.sort_by(f64::total_cmp);
    let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize];
    (at(0.5), at(0.99))
}

/// What the others do: a citizen answers and looks at the survey, somebody known reads and sends something small.
fn others_once(client: &reqwest::blocking::Client, base: &str, slug: &str, token: &str, took: &mut Vec<f64>) {
    let mut ask = |request: reqwest::blocking::RequestBuilder, expected: u16| {
        let began = Instant::now();
        let answer = request.send().unwrap();
        assert_eq!(answer.status().as_u16(), expected, "{}: {:?}", answer.url().clone(), answer.text());
        took.push(began.elapsed().as_secs_f64() * 1_000.0);
    };
    let once = format!("bodies-{:016}", SAID.fetch_add(1, Ordering::SeqCst));
    let answers = json!({"course": "no", "work_status": "retired", "age_band": "age_65_plus"});
    ask(client.post(format!("{base}/api/v1/surveys/{slug}/responses")).json(&json!({"once": once, "answers": answers})), 201);
    ask(client.get(format!("{base}/s/{slug}")), 200);
    ask(client.get(format!("{base}/api/v1/cities")).bearer_auth(token), 200);
    ask(client.post(format!("{base}/api/v1/cities")).bearer_auth(token).header("Idempotency-Key", "the-others").json(&json!({"slug": "x"})), 422);
}

#[test]
fn a_thousand_trickling_bodies_and_forty_unfinished_ones_leave_memory_and_everybody_elses_answers_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let database = support::fresh(Backend::Sqlite, folder.path()).unwrap();
    let patience = if scale::storm() { 10 } else { 2 };
    let mut app = TestApp::on(Backend::Sqlite, folder, database, &SystemClock.now().to_string(), |_| {});
    let (coordinator, open) = survey(&app);
    let officer = app.person(Role::CityOfficer, Grants::Instance);
    let everything = [UseCase::city_create, UseCase::city_list, UseCase::evidence_add];
    let tokens = [&coordinator, &officer].map(|who| app.program(&who.id, Access::Chosen, &everything, Grants::Instance).1);
    app.leave();
    let server = Server::start(app.data(), &open.slug, &[("STOA_LIMITS__BODY_SECONDS", patience.to_string())]);
    let base = server.url.split("/api/").next().unwrap().to_owned();
    let address = base.trim_start_matches("http://").to_owned();
    let (slug, token) = (open.slug.as_str(), tokens[0].as_str());
    let client = || reqwest::blocking::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();

    // At rest, when the others have done for as long as they will under attack what they always do: what they
    // themselves take of memory is not the attack's.
    let (calm, mut took) = (client(), Vec::new());
    let until = Instant::now() + Duration::from_secs(if scale::storm() { 12 } else { 3 });
    while Instant::now() < until {
        others_once(&calm, &base, slug, token, &mut took);
    }
    let before = waits(took);
    let rest = server.memory("VmRSS:");

    let json = "Content-Type: application/json\r\n";
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let upload = "Content-Type: multipart/form-data; boundary=x\r\n";
    let [known, city] = tokens.each_ref().map(|token| format!("Authorization: Bearer {token}\r\n"));
    let report = "rpt_019a0000000070008000000000000001/evidence";
    let heads = [
        format!("POST /api/v1/surveys/{slug}/responses HTTP/1.1\r\n{json}"),
        format!("POST /api/v1/cities HTTP/1.1\r\n{json}"),
        format!("POST /api/v1/cities HTTP/1.1\r\n{json}{known}"),
        format!("POST /api/v1/cities HTTP/1.1\r\n{json}{known}Idempotency-Key: trickle\r\n"),
        format!("POST /sign-in HTTP/1.1\r\n{form}"),
        format!("POST /s/{slug} HTTP/1.1\r\n{form}"),
        format!("POST /reports/{report} HTTP/1.1\r\nCookie: stoa_session=claimed\r\n{upload}"),
        format!("POST /api/v1/reports/{report} HTTP/1.1\r\n{upload}{city}"),
    ];
    let trickling = scale::part(TRICKLING).max(80);
    let unfinished = scale::part(UNFINISHED).max(24);
    let mut part = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n".to_vec();
    part.resize(TEN_MEGABYTES - 1, b'a');

    let over = AtomicBool::new(false);
    let (during, most, ended) = std::thread::scope(|scope| {
        let others = scope.spawn(|| {
            let (client, mut took) = (client(), Vec::new());
            while !over.load(Ordering::SeqCst) {
                others_once(&client, &base, slug, token, &mut took);
            }
            waits(took)
        });
        let mut trickles: Vec<Sender> =
            (0..trickling).map(|n| Sender::begin(&address, &heads[n % heads.len()], n / heads.len() % 2 == 1, 100_000)).collect();
        let mut large: Vec<(Sender, usize)> =
            (0..unfinished).map(|n| (Sender::begin(&address, &heads[n % heads.len()], false, TEN_MEGABYTES), 0)).collect();
        let (began, mut most) = (Instant::now(), 0.0_f64);
        let long = Duration::from_secs(if scale::storm() { 40 } else { 15 });
        // Until nobody listens to any of those that trickle.
        while began.elapsed() < long && trickles.iter().any(|sender| sender.open) {
            for (sender, sent) in &mut large {
                *sent += sender.send(&part[*sent..]);
            }
            let tick = Instant::now();
            trickles.iter_mut().for_each(Sender::trickle);
            most = most.max(server.memory("VmRSS:"));
            // A byte now and then, not as fast as it goes.
            std::thread::park_timeout(Duration::from_millis(200).saturating_sub(tick.elapsed()));
        }
        over.store(true, Ordering::SeqCst);
        let open = trickles.iter().filter(|sender| sender.open).count();
        assert_eq!(open, 0, "{open} of {trickling} trickle on after {:?}", began.elapsed());
        for sender in trickles.iter().filter(|sender| !sender.heard.is_empty()) {
            let said = String::from_utf8_lossy(&sender.heard);
            let status = said.split(' ').nth(1).unwrap_or_default();
            assert!(["401", "408", "413", "422", "503"].contains(&status), "{said}");
        }
        (others.join().unwrap(), most, began.elapsed())
    });
    let after = server.memory("VmRSS:");
    scale::figure(format_args!(
        "{trickling} trickling bodies and {unfinished} unfinished of 10 MB: all given up after {:.0} s, memory {rest:.0} MiB at rest, at most {most:.0}, \
         afterwards {after:.0}; the others waited {:.1} ms (99 of 100: {:.1}), before {:.1} ({:.1})",
        ended.as_secs_f64(),
        during.0,
        during.1,
        before.0,
        before.1,
    ));
    assert!(most - rest < MOST_MEMORY, "{most:.0} MiB, {rest:.0} at rest");
    assert!(during.1 < 2_000.0, "the others waited: {during:?}, before {before:?}");
    server.kill();
}
