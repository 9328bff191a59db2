//! An `Idempotency-Key` outlives a killed process: programs that ask for surveys, people and mails until they hear
//! that it was done get each of them once, whenever the process is killed in between.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use diesel::prelude::*;
use reqwest::StatusCode;
use serde_json::{Value, json};
use stoa::store::Store;
use stoa::store::schema::{message, person, survey};

use crate::kills::{Server, client, coordinator, open, prepare};
use crate::scale;
use crate::support::access_token;

/// How often the process is killed in a whole storm, and after how many answers each time.
const KILLS: usize = 100;
const ENOUGH: usize = 20;
const CLIENTS: usize = 6;

/// One thing that is asked for until it was answered: the place, and what is sent.
#[derive(Clone)]
pub struct Wish {
    pub key: String,
    pub path: &'static str,
    pub body: Value,
}

pub struct Before {
    /// The address of the survey that is open.
    pub slug: String,
    pub token: String,
    /// What asks for one more survey.
    survey: Value,
}

impl Before {
    /// The wish of a number: a survey, a person (who gets a mail) or a mail.
    pub fn wish(&self, number: usize) -> Wish {
        let (path, body) = match number % 3 {
            0 => ("/api/v1/surveys", self.survey.clone()),
            1 => ("/api/v1/people", json!({"email": format!("p{number}@town.example"), "name": "P", "language": "en", "time_zone": "UTC"})),
            _ => ("/api/v1/messages/test", json!({})),
        };
        Wish { key: format!("wish-{number}"), path, body }
    }
}

/// An instance with a survey, and a coordinator with a token.
pub fn prepared(folder: &Path, database_url: &str) -> Before {
    let slug = prepare(folder, database_url);
    let service = open(folder, database_url);
    let id = coordinator(&service, "coordinator@stoa.example");
    let given = service.store.read(|db| {
        let ids = (survey::participation_id, survey::instrument_id);
        Ok(survey::table.select(ids).first::<(String, String)>(db)?)
    });
    let (participation, instrument) = given.unwrap();
    let survey = json!({"participation_id": participation, "instrument_id": instrument, "mode": "open_link"});
    Before { slug, token: access_token(&service, &id), survey }
}

#[test]
fn whoever_asks_again_after_a_kill_gets_the_first_answer_and_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let before = prepared(folder.path(), "");
    let kills = scale::part(KILLS);
    let (wished, answered) = (AtomicUsize::new(0), AtomicUsize::new(0));
    // What nobody has heard of yet, and the ids that were answered.
    let (open, ids) = (Mutex::new(Vec::<Wish>::new()), Mutex::new(BTreeSet::<String>::new()));
    let mut replayed = 0;
    let wish = || before.wish(wished.fetch_add(1, Ordering::SeqCst));
    let ask = |client: &reqwest::blocking::Client, base: &str, wish: &Wish| -> Option<bool> {
        let request = client.post(format!("{base}{}", wish.path)).bearer_auth(&before.token).header("Idempotency-Key", &wish.key);
        let answer = request.json(&wish.body).send().ok()?;
        let (status, replay) = (answer.status(), answer.headers().contains_key("idempotent-replay"));
        let body: Value = answer.json().ok()?;
        assert!([StatusCode::CREATED, StatusCode::ACCEPTED].contains(&status), "{} gives {status}: {body}", wish.path);
        let id = body["id"].as_str().expect("an id").to_owned();
        assert!(ids.lock().unwrap().insert(id), "an id was given for two keys");
        answered.fetch_add(1, Ordering::SeqCst);
        Some(replay)
    };
    for round in 1..=kills {
        let server = Server::start(folder.path(), "", &[]);
        let base = server.url.split("/api/").next().unwrap().to_owned();
        let stopped = AtomicBool::new(false);
        std::thread::scope(|threads| {
            for _ in 0..CLIENTS {
                let (base, stopped, open, wish, ask) = (&base, &stopped, &open, &wish, &ask);
                threads.spawn(move || {
                    let client = client();
                    while !stopped.load(Ordering::SeqCst) {
                        let next = open.lock().unwrap().pop();
                        let wish = next.unwrap_or_else(wish);
                        if ask(&client, base, &wish).is_none() {
                            open.lock().unwrap().push(wish);
                            break;
                        }
                    }
                });
            }
            while answered.load(Ordering::SeqCst) < round * ENOUGH && !threads_gave_up(&open) {
                std::thread::yield_now();
            }
            server.kill();
            stopped.store(true, Ordering::SeqCst);
        });
        assert!(answered.load(Ordering::SeqCst) >= round * ENOUGH, "the clients gave up before kill {round}");
    }
    let server = Server::start(folder.path(), "", &[]);
    let base = server.url.split("/api/").next().unwrap().to_owned();
    for wish in std::mem::take(&mut *open.lock().unwrap()) {
        replayed += usize::from(ask(&client(), &base, &wish).expect("it is answered now"));
    }
    server.kill();

    let wished = wished.into_inner();
    let share = |kind: usize| i64::try_from((0..wished).filter(|number| number % 3 == kind).count()).unwrap();
    let store = Store::open(&format!("sqlite://{}", folder.path().join("stoa.db").display()), 1).unwrap();
    let surveys: i64 = store.read(|db| Ok(survey::table.count().get_result(db)?)).unwrap();
    let people: i64 = store.read(|db| Ok(person::table.filter(person::email.like("p%@town.example")).count().get_result(db)?)).unwrap();
    let mails: i64 = store.read(|db| Ok(message::table.count().get_result(db)?)).unwrap();
    assert_eq!((surveys - 1, people, mails), (share(0), share(1), share(1) + share(2)), "something is there twice, or not at all");
    scale::figure(format_args!("{kills} kills: {wished} keyed POSTs, none doubled, none lost; {replayed} had been done and not heard of"));
}

fn threads_gave_up(open: &Mutex<Vec<Wish>>) -> bool {
    open.lock().unwrap().len() >= CLIENTS * 2
}
