//! The mailroom: who sees which mails, what they can do about them, and the demo's open mailbox.

use std::sync::Arc;

use chrono::Duration;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;
use stoa::ground::chance::SeededChance;
use stoa::ground::ids::{CapabilityId, MessageId, RoundId};
use stoa::jobs::store as jobs;
use stoa::jobs::worker::{prepare, run_due};
use stoa::mail::letter::{Letter, Link, Recipient};
use stoa::mail::store::{self, About};
use stoa::mail::{delivery, worker};
use stoa::people::identity::Role;
use stoa::service::Service;
use stoa::store::schema::message;

use crate::support::{Backend, Grants, Person, TestApp};

/// A mail with a capability in its link.
#[derive(Serialize)]
struct Invitation {
    asked_at: String,
    journal: Link,
}

impl Letter for Invitation {
    const TEMPLATE: &'static str = "test_message";

    fn sample() -> Self {
        Self { asked_at: String::new(), journal: Link::sample("/") }
    }
}

/// Puts a mail to somebody into the outbox; its link opens the capability.
fn write(app: &TestApp, to: &Person, round: Option<&RoundId>, capability: &CapabilityId) -> MessageId {
    let to = Recipient {
        person: to.id.clone(),
        name: to.name.clone(),
        email: to.email.parse().unwrap(),
        language: stoa::ground::Language::ENGLISH,
        time_zone: stoa::ground::Zone::UTC,
    };
    let letter = Invitation { asked_at: "[[base]][[cap:typed]]".to_owned(), journal: Link::capability("/review/", capability) };
    let about = About { kind: "person", id: to.person.as_str(), round };
    app.service.store.write(|db| store::put(db, &app.service, &to, about, &letter)).unwrap()
}

fn new_capability(app: &TestApp) -> CapabilityId {
    CapabilityId::new(&*app.service.clock, &*app.service.chance)
}

fn new_round(app: &TestApp) -> RoundId {
    RoundId::new(&*app.service.clock, &*app.service.chance)
}

/// Another process on the same database, by the same clock.
fn another(app: &TestApp) -> Arc<Service> {
    let chance = Arc::new(SeededChance::new(8));
    Service::open_with(app.service.config.clone(), app.clock.clone(), chance, stoa::server::registered()).expect("it opens")
}

/// Each mail was queued, sent and nothing twice.
fn each_went_once(app: &TestApp, ids: &[MessageId]) {
    assert!(app.mails().iter().all(|m| m.state == "sent"));
    for id in ids {
        let states = app.service.store.read(|db| {
            let row = store::journal::one(db, id)?;
            Ok(store::events(db, &row)?.iter().map(|e| e.state.to_string()).collect::<Vec<_>>())
        });
        assert_eq!(states.unwrap(), ["queued", "sending", "sent"]);
    }
}

both! {
    async fn a_coordinator_of_a_round_sees_that_rounds_mails_only(app) {
        let (mine, other) = (new_round(app), new_round(app));
        let coordinator = app.person(Role::Coordinator, Grants::Round(&mine));
        let operator = app.person(Role::Operator, Grants::Instance);
        let capability = new_capability(app);
        let seen = write(app, &operator, Some(&mine), &capability);
        let hidden = write(app, &operator, Some(&other), &capability);
        let general = write(app, &operator, None, &capability);

        let list = app.as_person(&coordinator).get("/api/v1/messages").await.expect(200).json();
        let ids: Vec<&str> = list["items"].as_array().unwrap().iter().map(|m| m["id"].as_str().unwrap()).collect();
        assert_eq!(ids, [seen.as_str()]);
        app.as_person(&coordinator).get(&format!("/api/v1/messages/{seen}")).await.expect(200);
        for id in [&hidden, &general] {
            app.as_person(&coordinator).get(&format!("/api/v1/messages/{id}")).await.expect(404);
            app.as_person(&coordinator).post(&format!("/api/v1/messages/{id}/retry"), &json!({})).await.expect(404);
            app.browser(&coordinator).get(&format!("/messages/{id}")).await.expect(404);
            app.browser(&coordinator).get(&format!("/messages/{id}/html")).await.expect(404);
        }
        let page = app.browser(&coordinator).get("/messages").await.expect(200).text().to_owned();
        assert!(page.contains(seen.as_str()) && !page.contains(hidden.as_str()) && !page.contains(general.as_str()));

        let all = app.as_person(&operator).get("/api/v1/messages").await.expect(200).json();
        assert_eq!(all["items"].as_array().unwrap().len(), 3);
        let officer = app.person(Role::CityOfficer, Grants::Instance);
        app.as_person(&officer).get("/api/v1/messages").await.expect(403);
        app.as_person(&officer).get(&format!("/api/v1/messages/{seen}")).await.expect(404);
        app.anonymous().get("/api/v1/messages").await.expect(401);
        app.anonymous().get(&format!("/api/v1/messages/{seen}")).await.expect(401);
    }

    async fn nobody_reads_the_token_of_somebody_else(app) {
        let round = new_round(app);
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let expert = app.account("en");
        let capability = new_capability(app);
        let token = app.service.secrets.capability(&capability);
        let id = write(app, &expert, Some(&round), &capability);
        worker::run_once(&app.service).unwrap();

        let answer = app.as_person(&coordinator).get(&format!("/api/v1/messages/{id}")).await.expect(200);
        let detail = answer.json();
        assert_eq!(detail["state"], "sent");
        assert!(detail["preview"]["text"].as_str().unwrap().contains("/review/••••"), "{detail}");
        assert_eq!(detail["events"].as_array().unwrap().iter().map(|e| e["state"].as_str().unwrap()).collect::<Vec<_>>(), ["queued", "sending", "sent"]);
        let browser = app.browser(&coordinator);
        let page = browser.get(&format!("/messages/{id}")).await.expect(200).text().to_owned();
        let html = browser.get(&format!("/messages/{id}/html")).await.expect(200);
        assert!(html.header("content-security-policy").contains("sandbox") && html.header("content-security-policy").contains("default-src 'none'"));
        for text in [answer.text(), page.as_str(), html.text()] {
            assert!(!text.contains(&token) && !text.contains("[[cap:cap_"), "{text}");
            // What somebody typed stays what it is.
            assert!(text.contains("[[base]][[cap:typed]]"), "{text}");
        }
        // Where nothing is delivered, the operator hands the links on.
        let operator = app.person(Role::Operator, Grants::Instance);
        let page = app.browser(&operator).get(&format!("/messages/{id}")).await.expect(200).text().to_owned();
        assert!(page.contains(&token));
        assert!(!app.as_person(&operator).get(&format!("/api/v1/messages/{id}")).await.expect(200).text().contains(&token));
    }

    async fn a_mail_under_way_keeps_no_name_that_was_taken_out_meanwhile(app) {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        for unnamed in [false, true] {
            let id = write(app, &coordinator, None, &new_capability(app));
            let now = app.service.now();
            let ended = app.service.store.write(|db| {
                let claimed = store::claim(db, std::slice::from_ref(&id), now, now.plus(Duration::minutes(15)))?;
                if unnamed {
                    diesel::update(message::table.find((&claimed[0].row.round_id, &id))).set(message::context.eq("{}")).execute(db)?;
                }
                store::finish(db, &claimed[0], "Hind does not review", &delivery::Outcome::Sent, now, Duration::zero())?;
                Ok(message::table.find((&claimed[0].row.round_id, &id)).select((message::state, message::subject)).first::<(String, String)>(db)?)
            });
            assert_eq!(ended.unwrap(), ("sent".to_owned(), if unnamed { "" } else { "Hind does not review" }.to_owned()));
        }
    }

    async fn a_mail_that_failed_is_tried_again_once_however_often_one_clicks(app) {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let id = write(app, &coordinator, None, &new_capability(app));
        let now = app.service.now();
        app.service
            .store
            .write(|db| {
                let claimed = store::claim(db, std::slice::from_ref(&id), now, now.plus(Duration::minutes(15)))?;
                store::finish(db, &claimed[0], "A subject", &delivery::Outcome::Bounced("550 no such mailbox".to_owned()), now, Duration::zero())
            })
            .unwrap();
        let browser = app.browser(&coordinator);
        let page = browser.get(&format!("/messages/{id}")).await.expect(200).text().to_owned();
        assert!(page.contains("550 no such mailbox") && page.contains("Try again now"));
        let (page, retry) = (format!("/messages/{id}"), format!("/messages/{id}/retry"));
        browser.form_to(&page, &retry, &[]).await.expect(303);
        browser.form_to(&page, &retry, &[]).await.expect(303);
        assert_eq!(app.audit_verbs().iter().filter(|v| *v == "message_retry").count(), 1);
        assert_eq!(worker::run_once(&app.service).unwrap(), 1);
        assert_eq!(app.mails()[0].state, "sent");
        browser.form_to(&page, &retry, &[]).await.expect(409);
        app.as_person(&coordinator).post(&format!("/api/v1/messages/{id}/retry"), &json!({})).await.expect(409);
        browser.send(&retry, &[]).await.expect(403);
    }

    async fn an_operator_sends_a_test_mail_to_themselves(app) {
        let operator = app.person(Role::Operator, Grants::Instance);
        let browser = app.browser(&operator);
        let answer = browser.form_to("/messages", "/messages/test", &[]).await.expect(303);
        let page = browser.follow(&answer).await.expect(200).text().to_owned();
        assert!(page.contains("Test mail: Stoa can write to you") && page.contains("Waiting"), "{page}");
        assert_eq!(worker::run_once(&app.service).unwrap(), 1);
        let mails = app.mails_to(&operator.email);
        assert_eq!((mails.len(), mails[0].state.as_str()), (1, "sent"));
        assert_eq!(app.audit_verbs(), ["message_test"]);
        app.as_person(&operator).post("/api/v1/messages/test", &json!({})).await.expect(202);
        app.anonymous().post("/api/v1/messages/test", &json!({})).await.expect(401);
    }

    async fn the_journal_is_filtered_and_paged(app) {
        let operator = app.person(Role::Operator, Grants::Instance);
        let other = app.account("en");
        let capability = new_capability(app);
        for i in 0..7 {
            write(app, if i == 3 { &other } else { &operator }, None, &capability);
            app.clock.advance(Duration::seconds(1));
        }
        let api = app.as_person(&operator);
        let (mut seen, mut path) = (Vec::new(), "/api/v1/messages?limit=3".to_owned());
        loop {
            let page = api.get(&path).await.expect(200).json();
            seen.extend(page["items"].as_array().unwrap().iter().map(|m| m["created_at"].as_str().unwrap().to_owned()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/api/v1/messages?limit=3&cursor={cursor}");
        }
        assert_eq!(seen.len(), 7);
        assert!(seen.windows(2).all(|w| w[0] > w[1]), "newest first: {seen:?}");
        let about = api.get(&format!("/api/v1/messages?subject_id={}", other.id)).await.expect(200).json();
        assert_eq!(about["items"].as_array().unwrap().len(), 1);
        worker::run_once(&app.service).unwrap();
        assert_eq!(api.get("/api/v1/messages?state=queued").await.expect(200).json()["items"].as_array().unwrap().len(), 0);
        assert_eq!(api.get("/api/v1/messages?state=sent").await.expect(200).json()["items"].as_array().unwrap().len(), 7);

        let problem = api.get("/api/v1/messages?state=lost").await.expect(422).json();
        assert_eq!(problem["errors"][0]["field"], "state");
        assert_eq!(api.get("/api/v1/messages?cursor=nonsense").await.expect(400).json()["errors"][0]["field"], "cursor");
        assert_eq!(api.get("/api/v1/messages?limit=0").await.expect(422).json()["errors"][0]["field"], "limit");
        assert_eq!(api.get("/api/v1/messages?subject_id=a%00b").await.expect(400).json()["errors"][0]["field"], "subject_id");
        // "k:" and a NUL, as a cursor would be written.
        assert_eq!(api.get("/api/v1/messages?cursor=azoA").await.expect(400).json()["errors"][0]["field"], "cursor");
        for id in ["msg_1", "rnd_00000000000000000000000000000000", "%FF", "msg_00000000000000000000000000000000"] {
            api.get(&format!("/api/v1/messages/{id}")).await.expect(404);
        }
        let browser = app.browser(&operator);
        let page = browser.get("/messages").await.expect(200).text().to_owned();
        assert!(page.contains(r#"<option value="" selected>All states</option>"#), "what is listed is what the filter says");
        // Sent as the form is shown: an identifier alone finds the mail, which has been sent.
        let found = browser.get(&format!("/messages?state=&subject_id={}", other.id)).await.expect(200).text().to_owned();
        assert_eq!(found.matches("href=\"/messages/msg_").count(), 1, "{found}");
        let page = browser.get("/messages?state=&subject_id=").await.expect(200).text().to_owned();
        assert!(page.contains("<dd><b>7</b>"), "counts per state");
        assert!(browser.get("/messages?state=failed").await.expect(200).text().contains("No mail like that"));
        browser.get("/messages?state=lost").await.expect(422);
    }

    async fn every_template_can_be_looked_at(app) {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let api = app.as_person(&coordinator);
        let list = api.get("/api/v1/mail-templates").await.expect(200).json();
        let browser = app.browser(&coordinator);
        browser.get("/messages/templates").await.expect(200);
        for template in list["items"].as_array().unwrap() {
            let name = template["template"].as_str().unwrap();
            for language in template["languages"].as_array().unwrap() {
                let at = format!("{name}/{}", language.as_str().unwrap());
                let preview = api.get(&format!("/api/v1/mail-templates/{at}")).await.expect(200).json();
                assert!(!preview["subject"].as_str().unwrap().is_empty());
                browser.get(&format!("/messages/templates/{at}")).await.expect(200);
                browser.get(&format!("/messages/templates/{at}/html")).await.expect(200);
            }
        }
        api.get("/api/v1/mail-templates/test_message/xx").await.expect(404);
        api.get("/api/v1/mail-templates/..%2Flayout/en").await.expect(404);
        app.anonymous().get("/api/v1/mail-templates").await.expect(401);
    }

    async fn there_is_no_open_mailbox_outside_the_demo(app) {
        let operator = app.person(Role::Operator, Grants::Instance);
        let id = write(app, &operator, None, &new_capability(app));
        for path in ["/mailbox".to_owned(), format!("/mailbox/{id}"), format!("/mailbox/{id}/html")] {
            app.visitor().get(&path).await.expect(404);
            app.browser(&operator).get(&path).await.expect(404);
        }
    }

    async fn several_workers_on_one_database_send_each_mail_once(app) {
        let person = app.account("en");
        let capability = new_capability(app);
        let ids: Vec<MessageId> = (0..60).map(|_| write(app, &person, None, &capability)).collect();
        let handled: usize = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..4).map(|_| scope.spawn(|| worker::run_once(&app.service).unwrap())).collect();
            workers.into_iter().map(|w| w.join().unwrap()).sum()
        });
        assert_eq!(handled, ids.len());
        each_went_once(app, &ids);
    }

    async fn two_processes_empty_one_outbox_and_send_each_mail_once(app) {
        let (person, capability, other) = (app.account("en"), new_capability(app), another(app));
        let ids: Vec<MessageId> = (0..60).map(|_| write(app, &person, None, &capability)).collect();
        prepare(&other).unwrap();
        std::thread::scope(|scope| {
            for service in [&app.service, &other, &app.service, &other] {
                scope.spawn(|| run_due(service).unwrap());
            }
        });
        each_went_once(app, &ids);
    }

    async fn the_mails_of_a_process_that_dies_go_out_from_another_a_minute_later(app) {
        let (coordinator, capability, other) = (app.person(Role::Coordinator, Grants::Instance), new_capability(app), another(app));
        let ids: Vec<MessageId> = (0..3).map(|_| write(app, &coordinator, None, &capability)).collect();
        prepare(&app.service).unwrap();
        run_due(&app.service).unwrap();
        let more: Vec<MessageId> = (0..3).map(|_| write(app, &coordinator, None, &capability)).collect();
        let (now, key) = (app.service.now(), (worker::KIND.name.to_owned(), String::new()));
        // Takes the job and two of the mails, and is never heard of again.
        app.service.store.write(|db| {
            jobs::hasten(db, &key.0, now)?;
            jobs::claim(db, &key, None, now, now.plus(Duration::seconds(worker::KIND.lease)))?.expect("it is due");
            store::claim(db, &more[..2], now, now.plus(Duration::seconds(delivery::LEASE_SECONDS)))
        }).unwrap();
        assert_eq!(run_due(&other).unwrap(), 0, "it may still live");
        // Somebody who looks is told so, and changes nothing.
        let (browser, page) = (app.browser(&coordinator), format!("/messages/{}", more[0]));
        let shown = browser.get(&page).await.expect(200).text().to_owned();
        assert!(shown.contains("is being sent at this moment") && !shown.contains("Try again now"), "{shown}");
        app.as_person(&coordinator).post(&format!("/api/v1{page}/retry"), &json!({})).await.expect(200);
        assert_eq!(app.as_person(&coordinator).get(&format!("/api/v1{page}")).await.expect(200).json()["state"], "sending");

        app.clock.advance(Duration::minutes(1));
        browser.get(&page).await.expect(200).shows("Try again now");
        let again = browser.form_to(&page, &format!("{page}/retry"), &[]).await.expect(303);
        browser.follow(&again).await.expect(200).shows("back in the queue");
        assert_eq!(run_due(&other).unwrap(), 1);
        each_went_once(app, &ids);
        each_went_once(app, &more[2..]);
        let states = |id| app.service.store.read(|db| { let row = store::journal::one(db, id)?; Ok(store::events(db, &row)?.len()) }).unwrap();
        assert_eq!((states(&more[0]), states(&more[1])), (5, 4), "put back by hand, and taken over");
    }
}

#[actix_web::test]
async fn in_the_demo_anybody_opens_the_mailbox_and_its_links_work() {
    let app = TestApp::spawn_with(Backend::Sqlite, |config| config.demo = true).await.unwrap();
    let person = app.account("en");
    let capability = new_capability(&app);
    let id = write(&app, &person, None, &capability);
    let visitor = app.visitor();
    let list = visitor.get("/mailbox").await.expect(200).text().to_owned();
    assert!(list.contains(&person.name) && list.contains(&format!("/mailbox/{id}")));
    let link = format!("href=\"{}\"", app.url(&format!("/review/{}", app.service.secrets.capability(&capability))));
    for path in [format!("/mailbox/{id}"), format!("/mailbox/{id}/html")] {
        let page = visitor.get(&path).await.expect(200).text().to_owned();
        assert!(page.contains(&link), "{link} in {page}");
    }
    visitor.get("/mailbox/msg_00000000000000000000000000000000").await.expect(404).shows("This is a demonstration");
}
