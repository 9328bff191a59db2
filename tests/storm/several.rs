//! Three processes serve one PostgreSQL. They are started anew one after the other under load, then the whole
//! database server is frozen for a while and one of them told to end meanwhile. Whoever asks until they are
//! answered gets everything once; while nothing can be answered, everybody hears so in time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use serde_json::{Value, json};
use stoa::ground::clock::{Clock, SystemClock};
use stoa::store::schema::{job, message, person, response, survey};
use stoa::store::{Db, Store};

use crate::kills::{Server, client};
use crate::repeats::{Before, prepared};
use crate::support::postgres;
use crate::{scale, smtp};

const PROCESSES: usize = 3;
const CLIENTS: usize = 9;
/// Answers to wait for between one process and the next.
const ENOUGH: usize = 60;
/// Nobody waits longer for an answer: a statement's limit, and what the machine adds.
const PATIENCE: Duration = Duration::from_secs(8);
/// A process ends in less, whatever the database does: requests have ten seconds, then those at work.
const GRACE: Duration = Duration::from_secs(25);

/// What the clients share.
struct Crowd<'a> {
    before: &'a Before,
    /// Where the processes are.
    bases: RwLock<Vec<String>>,
    stopped: AtomicBool,
    wished: AtomicUsize,
    answered: AtomicUsize,
    /// Answers of each kind that each thing got: everybody may hear of theirs once only.
    ids: Mutex<BTreeSet<String>>,
    statuses: Mutex<BTreeMap<u16, usize>>,
    slowest: Mutex<Duration>,
}

impl Crowd<'_> {
    /// Asks for one thing until it was given, of one process after the other.
    fn insist(&self, client: &reqwest::blocking::Client, number: usize) {
        let wish = self.before.wish(number);
        let once = format!("several-{number:016}");
        let answers = json!({"once": once, "answers": {"course": "yes", "work_status": "student", "age_band": "age_25_34", "neighbourhood": once}});
        for attempt in number.. {
            let bases = self.bases.read().unwrap();
            let base = bases[attempt % bases.len()].clone();
            drop(bases);
            let request = if number.is_multiple_of(4) {
                client.post(format!("{base}/api/v1/surveys/{}/responses", self.before.slug)).json(&answers)
            } else {
                client.post(format!("{base}{}", wish.path)).bearer_auth(&self.before.token).header("Idempotency-Key", &wish.key).json(&wish.body)
            };
            let began = Instant::now();
            let answer = request.send();
            let Ok(answer) = answer else {
                // Nobody is there (any more); a process that is begins soon.
                std::thread::sleep(Duration::from_millis(20));
                continue;
            };
            let (status, waited) = (answer.status().as_u16(), began.elapsed());
            *self.statuses.lock().unwrap().entry(status).or_default() += 1;
            let mut slowest = self.slowest.lock().unwrap();
            *slowest = waited.max(*slowest);
            drop(slowest);
            let Ok(said) = answer.json::<Value>() else { continue };
            if [201, 202].contains(&status) {
                let id = if number.is_multiple_of(4) { once } else { said["id"].as_str().expect("an id").to_owned() };
                assert!(self.ids.lock().unwrap().insert(id), "an id was given for two keys");
                self.answered.fetch_add(1, Ordering::SeqCst);
                return;
            }
            assert_eq!(status, 503, "{} says {said}", wish.path);
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits for some more answers.
    fn enough(&self) {
        let (began, from) = (Instant::now(), self.answered.load(Ordering::SeqCst));
        while self.answered.load(Ordering::SeqCst) < from + ENOUGH {
            assert!(began.elapsed() < Duration::from_secs(120), "nobody is answered; so far: {:?}", self.statuses.lock().unwrap());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn three_processes_lose_nothing_and_do_nothing_twice_through_restarts_and_a_frozen_database() {
    let (Some(cluster), folder, post) = (postgres::own(), tempfile::tempdir().unwrap(), smtp::Server::start(smtp::Wire::Plain)) else { return };
    let url = cluster.database();
    let before = prepared(folder.path(), &url);
    let settings = [
        ("STOA_STORAGE__DATABASE_URL", url.clone()),
        ("STOA_MAIL__TRANSPORT", "smtp".to_owned()),
        ("STOA_MAIL__SMTP_HOST", "localhost".to_owned()),
        ("STOA_MAIL__SMTP_PORT", post.port().to_string()),
        ("STOA_MAIL__SMTP_SECURITY", "none".to_owned()),
    ];
    let start = |folder: &Path| {
        let server = Server::start(folder, "", &settings);
        let base = server.url.split("/api/").next().unwrap().to_owned();
        (server, base)
    };
    let (mut servers, bases): (Vec<Server>, Vec<String>) = (0..PROCESSES).map(|_| start(folder.path())).unzip();
    let crowd = Crowd {
        before: &before,
        bases: RwLock::new(bases),
        stopped: AtomicBool::new(false),
        wished: AtomicUsize::new(0),
        answered: AtomicUsize::new(0),
        ids: Mutex::default(),
        statuses: Mutex::default(),
        slowest: Mutex::default(),
    };
    std::thread::scope(|threads| {
        for _ in 0..CLIENTS {
            threads.spawn(|| {
                let client = client();
                while !crowd.stopped.load(Ordering::SeqCst) {
                    crowd.insist(&client, crowd.wished.fetch_add(1, Ordering::SeqCst));
                }
            });
        }
        // Whatever fails here ends the clients, too.
        let _ends = Ends(&crowd.stopped);
        crowd.enough();
        let mut ended = Vec::new();
        for (place, server) in servers.iter_mut().enumerate() {
            let (next, base) = start(folder.path());
            let former = std::mem::replace(server, next);
            crowd.bases.write().unwrap()[place] = base;
            ended.push(former.end());
            crowd.enough();
        }
        let longest = ended.iter().max().unwrap();
        assert!(*longest < GRACE, "a process took {longest:?} to end");
        scale::figure(format_args!(
            "{PROCESSES} processes started anew in turn; the slowest ended in {longest:.1?}, with {} answers meanwhile",
            crowd.answered.load(Ordering::SeqCst)
        ));

        *crowd.slowest.lock().unwrap() = Duration::ZERO;
        let (frozen, began) = (cluster.freeze(), Instant::now());
        let lasts = Duration::from_secs(if scale::storm() { 60 } else { 12 });
        let doubtful = crowd.bases.read().unwrap()[1].clone();
        // It says that it is not ready, and within the limit.
        let asked = Instant::now();
        let ready = client().get(format!("{doubtful}/ready")).send().map(|answer| answer.status().as_u16());
        assert!(asked.elapsed() < PATIENCE && ready.as_ref().is_ok_and(|status| *status == 503), "/ready says {ready:?} after {:?}", asked.elapsed());
        let last = servers.pop().unwrap();
        crowd.bases.write().unwrap().pop();
        let ended = last.end();
        assert!(ended < GRACE, "with a frozen database a process took {ended:?} to end");
        while began.elapsed() < lasts {
            std::thread::sleep(Duration::from_millis(50));
        }
        drop(frozen);
        let thawed = Instant::now();
        crowd.enough();
        let back = thawed.elapsed();
        let slowest = *crowd.slowest.lock().unwrap();
        assert!(slowest < PATIENCE, "somebody waited {slowest:?} for an answer");
        scale::figure(format_args!(
            "a PostgreSQL frozen for {lasts:?}: nobody waited longer than {slowest:.1?}, a process ended in {ended:.1?}, {ENOUGH} answers {back:.1?} after"
        ));
        let (next, base) = start(folder.path());
        servers.push(next);
        crowd.bases.write().unwrap().push(base);
        crowd.enough();
    });
    let wished = crowd.wished.into_inner();
    assert_eq!(crowd.answered.into_inner(), wished, "everybody was answered in the end");

    let store = Store::open(&url, 1).unwrap();
    let (answers, keyed): (Vec<usize>, Vec<usize>) = (0..wished).partition(|number| number.is_multiple_of(4));
    let share = |kind: usize| i64::try_from(keyed.iter().filter(|number| **number % 3 == kind).count()).unwrap();
    let responses: i64 = store.read(|db| Ok(response::table.count().get_result(db)?)).unwrap();
    let surveys: i64 = store.read(|db| Ok(survey::table.count().get_result(db)?)).unwrap();
    let people: i64 = store.read(|db| Ok(person::table.filter(person::email.like("p%@town.example")).count().get_result(db)?)).unwrap();
    let mails: i64 = store.read(|db| Ok(message::table.count().get_result(db)?)).unwrap();
    let there = (responses, surveys - 1, people, mails);
    assert_eq!(there, (i64::try_from(answers.len()).unwrap(), share(0), share(1), share(1) + share(2)), "something is there twice, or not at all");

    // Every mail goes out; what was handed over while nothing could be recorded does so once more, and can be told.
    // A storm waits the minute that leases last; here it is over at once.
    if !scale::storm() {
        let past = Some(SystemClock.now());
        let over = |db: &mut Db| {
            diesel::update(message::table.filter(message::lease_until.is_not_null())).set(message::lease_until.eq(past)).execute(db)?;
            Ok(diesel::update(job::table.filter(job::lease_until.is_not_null())).set(job::lease_until.eq(past)).execute(db)?)
        };
        store.write(over).unwrap();
    }
    let came = || post.mails().iter().map(|mail| mail.header("Message-ID")).collect::<BTreeSet<String>>();
    let (began, mut different) = (Instant::now(), came());
    while different.len() < usize::try_from(mails).unwrap() {
        assert!(began.elapsed() < Duration::from_secs(150), "{} of {mails} mails went out", different.len());
        std::thread::sleep(Duration::from_millis(50));
        different = came();
    }
    servers.into_iter().for_each(Server::kill);
    let repeated = post.mails().len() - different.len();
    // No more than were on their way: eight senders in each process.
    assert!(!scale::storm() || repeated <= 8 * PROCESSES, "{repeated} mails came twice");
    scale::figure(format_args!("{wished} wishes by {CLIENTS} clients: each once; {mails} mails, {repeated} came once more under their Message-ID"));
}

/// Tells the clients to stop, also where a test fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
