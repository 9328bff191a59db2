//! A survey of thousands who are invited by letter and by mail, from its list to the file of its answers: two processes
//! on one PostgreSQL (one on SQLite) take them all at once, one process is killed amid, and everybody who is not sure
//! sends once more. Each answers once, of a stratum no more than its quota, and nothing joins answers to people longer
//! than the survey says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::RwLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use serde_json::{Value, json};
use stoa::ground::clock::{Clock, SystemClock};
use stoa::ground::ids::SurveyId;
use stoa::people::identity::Role;
use stoa::store::schema::{invitation, invitation_spent, response, survey};
use stoa::surveys::actions::{self, response_export, response_file_read};

use crate::kills::{Server, client};
use crate::support::{self, Api, Backend, Grants, TestApp, Upload, issue_in_amman};
use crate::{scale, smtp};

const INVITED: usize = 2_000;
/// Of the one stratum that has a quota, a quarter of all.
const QUOTA: usize = 10;
const CLIENTS: usize = 16;

const SURVEY: &str = "type,name,label\nselect_one yn,course,Did you take a course?\ntext,wish,What do you wish for?\n";
const CHOICES: &str = "list_name,name,label\nyn,yes,Yes\nyn,no,No\n";

/// Whether somebody lives where the quota is, and whether they have a mail address.
fn lives_in_the_centre(n: usize) -> bool {
    n.is_multiple_of(4)
}

fn has_mail(n: usize) -> bool {
    n.is_multiple_of(5)
}

/// Issues the survey, brings the list and opens it; its id, its slug and the codes of the letters.
async fn invite(desk: &Api, participation: &str, privacy: &str, count: usize) -> (String, String, Vec<String>) {
    let body = json!({"name": "storm", "version_label": "1", "survey_csv": SURVEY, "choices_csv": CHOICES});
    let instrument = desk.post("/api/v1/instruments", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    desk.post(&format!("/api/v1/instruments/{instrument}/publish"), &json!({})).await.expect(200);
    let closes_on = (SystemClock.now().date() + chrono::Days::new(20)).to_string();
    let issue = json!({"participation_id": participation, "instrument_id": instrument, "mode": "invitation", "privacy": privacy, "closes_on": closes_on});
    let view = desk.post("/api/v1/surveys", &issue).await.expect(201).json();
    let path = |rest: &str| format!("/api/v1/surveys/{}/{rest}", view["id"].as_str().unwrap());
    let line = |n: usize| {
        let address = if has_mail(n) { format!("person{n}@example.org") } else { format!("{n} Quay") };
        format!("Person {n},{address},{}\n", if lives_in_the_centre(n) { "Centre" } else { "Around" })
    };
    let csv = "name,address,stratum\n".to_owned() + &(0..count).map(line).collect::<String>();
    let list = Upload { field: "list", name: "people.csv", media_type: "text/csv", bytes: csv.as_bytes() };
    desk.upload(&path("invitations"), &[("dry_run", "no")], &[list]).await.expect(200);
    desk.post(&path("quotas"), &json!({"stratum": "Centre", "quota": QUOTA})).await.expect(200);
    desk.post(&path("open"), &json!({})).await.expect(200);
    desk.post(&path("waves"), &json!({"kind": "invitation"})).await.expect(200);
    let (mut codes, mut after) = (Vec::new(), String::new());
    loop {
        let page = desk.get(&path(&format!("letters?{after}"))).await.expect(200).json();
        codes.extend(page["items"].as_array().unwrap().iter().map(|letter| letter["code"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(cursor) => after = format!("cursor={cursor}"),
            None => return (view["id"].as_str().unwrap().to_owned(), view["slug"].as_str().unwrap().to_owned(), codes),
        }
    }
}

/// Answers by one code until somebody says what became of it, then once more elsewhere; what was said both times.
fn insist(client: &reqwest::blocking::Client, bases: &RwLock<Vec<String>>, slug: &str, code: &str, n: usize) -> [(u16, String); 2] {
    let body = json!({"code": code, "once": format!("invited-{n:016}"), "answers": {"course": "yes", "wish": format!("wish-{n:06}")}});
    [0, 1].map(|turn| {
        for attempt in n + turn.. {
            let bases = bases.read().unwrap();
            let base = bases[attempt % bases.len()].clone();
            drop(bases);
            let Ok(answer) = client.post(format!("{base}/api/v1/surveys/{slug}/responses")).json(&body).send() else {
                std::thread::park_timeout(Duration::from_millis(20));
                continue;
            };
            let status = answer.status().as_u16();
            let Ok(said) = answer.json::<Value>() else { continue };
            if status != 503 {
                return (status, said["code"].as_str().unwrap_or_default().to_owned());
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
        unreachable!("it is tried until it is answered")
    })
}

async fn invited(backend: Backend, privacy: &str) {
    let (folder, post) = (tempfile::tempdir().unwrap(), smtp::Server::start(smtp::Wire::Plain));
    let Some(database) = support::fresh(backend, folder.path()) else { return };
    let mut app = TestApp::on(backend, folder, database, &SystemClock.now().to_string(), |_| {});
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let first = app.act(&coordinator, |call| issue_in_amman(call, actions::ensure_default_instrument(call)?)).unwrap();
    let count = scale::part(INVITED);
    let (id, slug, codes) = invite(&app.as_person(&coordinator), first.participation_id.as_str(), privacy, count).await;
    assert_eq!(codes.len(), count);
    app.leave();

    let settings = [
        ("STOA_STORAGE__DATABASE_URL", app.database_url().to_owned()),
        ("STOA_MAIL__TRANSPORT", "smtp".to_owned()),
        ("STOA_MAIL__SMTP_HOST", "localhost".to_owned()),
        ("STOA_MAIL__SMTP_PORT", post.port().to_string()),
        ("STOA_MAIL__SMTP_SECURITY", "none".to_owned()),
    ];
    let start = || {
        let server = Server::start(app.data(), &slug, &settings);
        let base = server.url.split("/api/").next().unwrap().to_owned();
        (server, base)
    };
    let processes = if backend == Backend::Postgres { 2 } else { 1 };
    let (mut servers, bases): (Vec<Server>, Vec<String>) = (0..processes).map(|_| start()).unzip();
    let bases = RwLock::new(bases);

    // The letters by mail, with the same codes.
    let (began, by_mail) = (Instant::now(), (0..count).filter(|n| has_mail(*n)).count());
    while post.mails().len() < by_mail {
        assert!(began.elapsed() < Duration::from_secs(180), "{} of {by_mail} mails came", post.mails().len());
        std::thread::park_timeout(Duration::from_millis(50));
    }
    let mailed = began.elapsed();
    for mail in post.mails() {
        let n: usize = mail.to.trim_start_matches("person").split('@').next().unwrap().parse().unwrap();
        assert!(mail.alternatives()[0].1.contains(&format!("/i/{}", codes[n])), "{} got another code", mail.to);
    }

    // Everybody at once; amid, the first process is killed and another begins.
    let (next, said) = (AtomicUsize::new(0), std::sync::Mutex::new(BTreeMap::new()));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let client = client();
                loop {
                    let n = next.fetch_add(1, Ordering::SeqCst);
                    let Some(code) = codes.get(n) else { return };
                    let heard = insist(&client, &bases, &slug, code, n);
                    said.lock().unwrap().insert(n, heard);
                }
            });
        }
        while next.load(Ordering::SeqCst) < count / 3 {
            std::thread::park_timeout(Duration::from_millis(2));
        }
        servers.remove(0).kill();
        let (server, base) = start();
        servers.push(server);
        bases.write().unwrap()[0] = base;
    });
    let seconds = began.elapsed().as_secs_f64();
    servers.into_iter().for_each(Server::kill);

    // Whoever was told that it is stored, and nobody else, is there once.
    let said = said.into_inner().unwrap();
    let stores = |heard: &[(u16, String); 2]| heard.iter().any(|(status, code)| *status == 201 || code == "invitation_answered");
    let kept: BTreeSet<String> = said.iter().filter(|(_, heard)| stores(heard)).map(|(n, _)| format!("wish-{n:06}")).collect();
    let rows: Vec<String> = app.service.store.read(|db| Ok(response::table.select(response::answers).load(db)?)).unwrap();
    let there: BTreeSet<String> =
        rows.iter().map(|answers| serde_json::from_str::<Value>(answers).unwrap()["wish"].as_str().unwrap().to_owned()).collect();
    assert_eq!((rows.len(), &there), (kept.len(), &kept), "{backend:?} {privacy}");
    let centre = said.iter().filter(|(n, heard)| lives_in_the_centre(**n) && stores(heard)).count();
    assert_eq!((centre, kept.len()), (QUOTA, count - count.div_ceil(4) + QUOTA), "{backend:?} {privacy}");
    assert!(said.values().flatten().all(|(status, code)| *status == 201 || ["quota_full", "invitation_answered"].contains(&code.as_str())));
    scale::figure(format_args!(
        "{backend:?}, {privacy}: {count} invited, {by_mail} mails in {:.1} s; {} answers and {} too many for {QUOTA} places of a stratum, each sent twice to \
         {processes} processes of which one was killed, in {seconds:.1} s: each once, {QUOTA} of the stratum",
        mailed.as_secs_f64(),
        kept.len(),
        count.div_ceil(4) - QUOTA,
    ));

    // While it is open, the marks or the links; then neither.
    let of: SurveyId = id.parse().unwrap();
    let joins = || -> (i64, i64, i64) {
        let links = response::table.filter(response::invitation_id.is_not_null());
        let seeds = survey::table.filter(survey::key_seed.is_not_null());
        app.service
            .store
            .read(|db| Ok((links.count().get_result(db)?, invitation_spent::table.count().get_result(db)?, seeds.count().get_result(db)?)))
            .unwrap()
    };
    let all = i64::try_from(kept.len()).unwrap();
    assert_eq!(joins(), if privacy == "anonymous" { (0, all, 1) } else { (all, 0, 1) });
    app.clock.advance(chrono::Duration::minutes(5));
    app.act(&coordinator, |call| actions::survey_close(call, &of)).unwrap();
    app.work();
    assert_eq!(joins(), if privacy == "anonymous" { (0, 0, 0) } else { (all, 0, 0) });
    app.act(&coordinator, |call| actions::survey_seal(call, &of)).unwrap();
    app.clock.advance(chrono::Duration::hours(32));
    app.work();
    let asked = json!({"format": "csv", "own_words": true});
    let asked = app.act(&coordinator, |call| response_export(call, &of, &serde_json::from_value(asked.clone()).unwrap())).unwrap().0;
    app.work();
    let (mut file, mut place) = (Vec::new(), 0);
    while let (_, Some(part)) = app.act(&coordinator, |call| response_file_read(call, &asked.id, place)).unwrap() {
        file.extend(part);
        place += 1;
    }
    let file = String::from_utf8(file).unwrap();
    let wishes: BTreeSet<&str> = file.lines().filter_map(|line| line.split(['"', ',', ';']).find(|cell| cell.starts_with("wish-"))).collect();
    assert_eq!(wishes.len(), kept.len(), "{file:.300}");
    // And the list has its last day.
    app.clock.advance(chrono::Duration::days(70));
    app.work();
    let left: i64 = app.service.store.read(|db| Ok(invitation::table.count().get_result(db)?)).unwrap();
    assert_eq!((joins(), left), ((0, 0, 0), 0), "{backend:?} {privacy}");
}

#[actix_web::test]
async fn thousands_who_are_invited_answer_once_each_and_no_more_than_there_are_places_sqlite() {
    invited(Backend::Sqlite, "anonymous").await;
    invited(Backend::Sqlite, "confidential").await;
}

#[actix_web::test]
async fn thousands_who_are_invited_answer_once_each_and_no_more_than_there_are_places_postgres() {
    invited(Backend::Postgres, "anonymous").await;
    invited(Backend::Postgres, "confidential").await;
}
