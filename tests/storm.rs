//! Floods, bodies that never end (`storm/bodies.rs`), kills (`storm/kills.rs`), an instance that is full
//! (`storm/large.rs`), those who are invited (`storm/invited.rs`), its backup (`storm/archives.rs`), several processes (`storm/several.rs`): everything is answered,
//! nothing is lost or stored twice. `make storm` sends the whole flood; `cargo test` a twentieth.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

#[macro_use]
#[path = "journeys/support/mod.rs"]
mod support;
#[path = "mail/instance.rs"]
mod instance;
#[path = "storm/archives.rs"]
mod archives;
#[path = "storm/bodies.rs"]
mod bodies;
#[path = "storm/exports.rs"]
mod exports;
#[path = "storm/invited.rs"]
mod invited;
#[path = "storm/kills.rs"]
mod kills;
#[path = "storm/large.rs"]
mod large;
#[path = "storm/repeats.rs"]
mod repeats;
#[path = "storm/scale.rs"]
mod scale;
#[path = "storm/several.rs"]
mod several;
#[path = "mail/smtp.rs"]
mod smtp;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use diesel::prelude::*;
use futures_util::{StreamExt, stream};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use stoa::ground::chance::{Chance, SystemChance};
use stoa::ground::clock::SystemClock;
use stoa::people::identity::Role;
use stoa::people::passwords;
use stoa::service::Service;
use stoa::store::schema::{framework, instrument, person, response, rubric};
use stoa::surveys::actions::{ensure_default_instrument, survey_open};
use stoa::surveys::store::responses::{Placed, ResponseRow, add, day_begin};
use stoa::surveys::views::SurveyView;
use support::{Backend, Grants, Person, TestApp};

/// Requests under way at once.
const AT_ONCE: usize = 64;

/// A coordinator and an open survey in Amman.
fn survey(app: &TestApp) -> (Person, SurveyView) {
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let open = app.act(&coordinator, |call| {
        let instrument = ensure_default_instrument(call)?;
        let issued = support::issue_in_amman(call, instrument)?;
        survey_open(call, &issued.id)
    });
    (coordinator, open.unwrap())
}

/// Somebody's answers.
fn citizen(chance: &mut ChaCha8Rng) -> Value {
    let mut pick = |words: &[&str]| words[chance.random_range(0..words.len())].to_owned();
    let (course, work) = (pick(&["yes", "no", "no"]), pick(&["student", "retired", "home"]));
    let (volunteered, age) = (pick(&["yes", "no", "no", "no"]), pick(&["age_18_24", "age_25_34", "age_45_54", "age_65_plus"]));
    json!({"course": course, "work_status": work, "volunteered": volunteered, "age_band": age, "culture_visits": chance.random_range(0..5)})
}

/// Answers by their status.
fn tally(statuses: impl IntoIterator<Item = u16>) -> BTreeMap<u16, usize> {
    statuses.into_iter().fold(BTreeMap::new(), |mut counts, status| {
        *counts.entry(status).or_default() += 1;
        counts
    })
}

both! {
    async fn a_flood_of_responses_is_stored_once_each(app) {
        let (_, survey) = survey(app);
        let path = format!("/api/v1/surveys/{}/responses", survey.slug);
        let sent = scale::part(100_000);
        let mut chance = ChaCha8Rng::seed_from_u64(1);
        // Every tenth is sent twice at once by a client that is not sure.
        let bodies: Vec<Value> = (0..sent)
            .flat_map(|n| {
                let answers = citizen(&mut chance);
                let unsure = json!({"answers": answers, "once": format!("flood-{n:016}")});
                if n % 10 == 0 { vec![unsure.clone(), unsure] } else { vec![json!({"answers": answers})] }
            })
            .collect();
        let (client, began) = (app.anonymous(), Instant::now());
        let answers: Vec<(Value, u16, Value)> = stream::iter(bodies)
            .map(|body| {
                let (client, path) = (&client, &path);
                async move {
                    let answer = client.post(path, &body).await;
                    (body["once"].clone(), answer.status, answer.json()["receipt"].clone())
                }
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        scale::figure(format_args!("{:?}: {sent} responses stored, {:.0} a second (client included)", app.backend, sent as f64 / began.elapsed().as_secs_f64()));
        assert_eq!(tally(answers.iter().map(|a| a.1)), BTreeMap::from([(201, sent + sent.div_ceil(10))]));
        let mut receipts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (once, _, receipt) in answers.iter().filter(|a| a.0.is_string()) {
            receipts.entry(once.to_string()).or_default().insert(receipt.to_string());
        }
        assert!(receipts.values().all(|of_one| of_one.len() == 1), "the same response has two receipts");
        let stored: i64 = app.service.store.read(|db| Ok(response::table.count().get_result(db)?)).unwrap();
        assert_eq!(stored, i64::try_from(sent).unwrap());
    }

    async fn a_flood_of_guesses_finds_no_password_and_shuts_nobody_else_out(app) {
        let hash = passwords::hash([7; 16], "the right password").unwrap();
        let accounts: Vec<Person> = (0..5).map(|_| app.account("en")).collect();
        app.service.store.write(|db| Ok(diesel::update(person::table).set(person::password_hash.eq(&hash)).execute(db)?)).unwrap();
        let (guessed, others) = accounts.split_at(1);
        let guesses = scale::part(2_000);
        let allowed = usize::try_from(app.service.config.limits.logins_per_15_minutes).unwrap();
        let (client, began) = (app.anonymous(), Instant::now());
        let said: Vec<u16> = stream::iter(0..guesses)
            .map(|n| {
                let (client, body) = (&client, json!({"email": guessed[0].email, "password": format!("guess number {n}")}));
                async move { client.post("/api/v1/tokens", &body).await.status }
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let heard = tally(said);
        scale::figure(format_args!("{:?}: {guesses} guesses in {:.1} s: {heard:?}", app.backend, began.elapsed().as_secs_f64()));
        assert!(heard.keys().all(|status| matches!(status, 401 | 429 | 503)), "{heard:?}");
        assert!(heard.get(&401).copied().unwrap_or_default() <= allowed, "{heard:?}");
        // Most of a flood waits for nothing (a share of the gate for each account); one after the other is slowed.
        for n in 0..=allowed {
            let guess = json!({"email": guessed[0].email, "password": format!("one more, number {n}")});
            if client.post("/api/v1/tokens", &guess).await.status == 429 {
                break;
            }
        }
        let right = |who: &Person| json!({"email": who.email, "password": "the right password"});
        client.post("/api/v1/tokens", &right(&guessed[0])).await.expect(429);
        for other in others {
            client.post("/api/v1/tokens", &right(other)).await.expect(200);
        }
    }

    async fn an_instance_of_a_million_responses_shows_its_pages(app) {
        let (coordinator, survey) = survey(app);
        let rows = scale::part(1_440_000);
        fill(app, &survey, rows);
        let (api, browser) = (app.as_person(&coordinator), app.browser(&coordinator));
        let mut seconds = Vec::new();
        let mut timed = |what: &str, began: Instant| seconds.push(format!("{what} {:.2} s", began.elapsed().as_secs_f64()));
        let began = Instant::now();
        app.visitor().get(&format!("/s/{}", survey.slug)).await.expect(200);
        timed("citizen's page", began);
        let began = Instant::now();
        let silent = json!({"answers": {"course": "no", "work_status": "retired", "age_band": "age_65_plus"}});
        app.anonymous().post(&format!("/api/v1/surveys/{}/responses", survey.slug), &silent).await.expect(201);
        timed("one more response", began);
        let began = Instant::now();
        browser.get(&format!("/surveys/{}", survey.id)).await.expect(200);
        timed("survey", began);
        api.post(&format!("/api/v1/surveys/{}/close", survey.id), &json!({})).await.expect(200);
        let (began, before) = (Instant::now(), peak_from_now());
        app.work();
        timed("estimates computed", began);
        let computing = peak() - before;
        let began = Instant::now();
        let estimates = api.get(&format!("/api/v1/surveys/{}/estimates", survey.id)).await.expect(200).json();
        timed("estimates", began);
        let began = Instant::now();
        browser.get(&format!("/participations/{}/profile", survey.participation_id)).await.expect(200);
        timed("profile", began);
        scale::figure(format_args!("{:?}: {rows} responses: {}; computing took at most {computing:.0} MiB more than before", app.backend, seconds.join(", ")));
        let volunteers = estimates["items"].as_array().unwrap().iter().find(|e| e["measure"] == "1.2.b").expect("a measure of the survey");
        assert!(volunteers["n"].as_u64().unwrap() >= rows as u64, "{volunteers}");
        assert!((volunteers["estimate"].as_f64().unwrap() - 0.25).abs() < 0.05, "{volunteers}");
    }
}

/// Puts responses of a thousand different people into the survey.
fn fill(app: &TestApp, survey: &SurveyView, rows: usize) {
    let mut chance = ChaCha8Rng::seed_from_u64(2);
    let people: Vec<String> = (0..1_000).map(|_| citizen(&mut chance).to_string()).collect();
    let day = app.service.now().date();
    app.service.store.write(|db| day_begin(db, &survey.id, day)).unwrap();
    for from in (0..rows).step_by(1_000) {
        let batch: Vec<ResponseRow> = (from..rows.min(from + 1_000))
            .map(|n| ResponseRow {
                survey_id: survey.id.clone(),
                day,
                language: stoa::ground::Language::ENGLISH,
                answers: people[n % people.len()].clone(),
                mark: None,
                edition: 1,
                stratum: None,
                invitation_id: None,
            })
            .collect();
        let placed: Vec<Placed<'_>> = batch.iter().zip(chance.random_range(0..1_i64 << 62)..).collect();
        let left = app.service.store.write(|db| add(db, &placed)).unwrap();
        assert!(left.is_empty());
    }
}

/// Memory of this process in MiB, as Linux tells it.
fn memory(what: &str) -> f64 {
    memory_of("self", what)
}

fn memory_of(process: &str, what: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    line.and_then(|said| said.split_whitespace().next()?.parse::<f64>().ok()).map_or(f64::NAN, |kb| kb / 1024.0)
}

/// The most since [`peak_from_now`].
fn peak() -> f64 {
    memory("VmHWM:")
}

/// Has Linux count the most memory anew. Gives what is in use.
fn peak_from_now() -> f64 {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    memory("VmRSS:")
}

/// Processes that start at once.
const STARTED: usize = 3;

#[test]
fn a_first_start_of_several_processes_at_once_ends_none_of_them() {
    for _ in 0..scale::part(60) {
        let folders: Vec<_> = (0..STARTED).map(|_| tempfile::tempdir().unwrap()).collect();
        let Some(database) = support::bare(Backend::Postgres, folders[0].path()) else { return };
        let mut key = [0; 32];
        SystemChance.fill(&mut key);
        let starts = std::sync::Barrier::new(STARTED);
        let started = |folder: &tempfile::TempDir| {
            std::fs::write(folder.path().join("secret.key"), key).unwrap();
            let mut config = support::settings(folder.path(), database.url());
            config.storage.pool = 2;
            starts.wait();
            let service = Service::open_with(config, Arc::new(SystemClock), Arc::new(SystemChance), stoa::server::registered())?;
            stoa::server::prepare(&service)?;
            drop(stoa::server::start_workers(&service)?);
            Ok::<_, String>(service)
        };
        let services: Vec<Arc<Service>> = std::thread::scope(|scope| {
            let threads: Vec<_> = folders.iter().map(|folder| scope.spawn(|| started(folder))).collect();
            threads.into_iter().map(|t| t.join().unwrap().expect("it comes up")).collect()
        });
        let counts = services[0].store.read(|db| {
            let of: (i64, i64, i64) =
                (framework::table.count().get_result(db)?, instrument::table.count().get_result(db)?, rubric::table.count().get_result(db)?);
            Ok(of)
        });
        assert_eq!(counts.unwrap(), (1, 1, 1));
    }
    scale::figure(format_args!("{} first starts of {STARTED} processes at once, all of them up", scale::part(60)));
}
