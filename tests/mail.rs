//! The way of a mail: out of the outbox, over a real socket, into the record, whatever goes wrong.
//!
//! The mail server is written here (`mail/smtp.rs`); time stands still until told to move. What is in
//! the letters is tested in `mail/templates.rs`.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

#[path = "mail/instance.rs"]
mod instance;
#[path = "mail/smtp.rs"]
mod smtp;
#[path = "mail/templates.rs"]
mod templates;

use chrono::Duration;
use instance::Instance;
use smtp::{Server, Wire};
use stoa::ground::config::{Security, Transport};
use stoa::mail::store::MessageState::{Bounced, Deferred, Failed, Queued, Sending, Sent, Suppressed};
use stoa::mail::{store, worker};

#[test]
fn a_mail_arrives_with_its_headers_and_both_parts() {
    let server = Server::start(Wire::Plain);
    let app = Instance::start(|mail| {
        server.settings(mail);
        mail.from = "Stoa Secretariat <stoa@example.org>".to_owned();
        mail.reply_to = "help@example.org".to_owned();
    });
    let id = app.write_to(&app.person("Amina Haddad", "amina@example.net", "en"));
    assert_eq!(worker::run_once(&app.service).expect("the worker works"), 1);

    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!((mail.from.as_str(), mail.to.as_str()), ("stoa@example.org", "amina@example.net"));
    assert_eq!(mail.header("From"), "\"Stoa Secretariat\" <stoa@example.org>");
    assert_eq!(mail.header("To"), "\"Amina Haddad\" <amina@example.net>");
    assert_eq!(mail.header("Reply-To"), "help@example.org");
    assert_eq!(mail.header("Date"), "Mon, 02 Mar 2026 09:00:00 +0000");
    assert_eq!(mail.header("Message-ID"), format!("<{id}@example.org>"));
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert_eq!(mail.header("Subject"), "Test mail: Stoa can write to you");
    let [text, html] = mail.alternatives();
    assert!(text.0.starts_with("text/plain; charset=utf-8") && html.0.starts_with("text/html; charset=utf-8"), "{} {}", text.0, html.0);
    assert!(text.1.contains("Dear Amina Haddad,") && text.1.contains("http://stoa.test/messages"), "{}", text.1);
    assert!(html.1.contains("<a class=\"button\" href=\"http://stoa.test/messages\">"), "{}", html.1);

    let row = app.row(&id);
    assert_eq!((row.state, row.attempts, row.sent_at), (Sent, 1, Some(app.service.now())));
    assert_eq!(row.subject, "Test mail: Stoa can write to you");
    assert_eq!(app.states(&id), [Queued, Sending, Sent]);
    assert_eq!(worker::run_once(&app.service).expect("the worker works"), 0, "a mail is sent once");
    assert_eq!(server.mails().len(), 1);
}

#[test]
fn an_arabic_name_and_subject_arrive_as_they_were_written() {
    let server = Server::start(Wire::Plain);
    let app = Instance::start(|mail| server.settings(mail));
    app.write_to(&app.person("أمينة حداد", "amina@example.net", "ar"));
    worker::run_once(&app.service).expect("the worker works");
    let mail = &server.mails()[0];
    assert!(mail.raw.is_ascii(), "headers and bodies are encoded for the wire");
    assert_eq!(mail.decoded("Subject"), "رسالة تجريبية: يستطيع ستوا مراسلتكم");
    assert_eq!(mail.decoded("To"), "أمينة حداد <amina@example.net>");
    let [text, html] = mail.alternatives();
    assert!(text.1.contains("مرحبًا \u{2068}أمينة حداد\u{2069}،"), "{}", text.1);
    assert!(html.1.contains("<html lang=\"ar\" dir=\"rtl\">"), "{}", html.1);
}

#[test]
fn a_line_break_in_a_name_adds_no_header() {
    let server = Server::start(Wire::Plain);
    let app = Instance::start(|mail| server.settings(mail));
    app.write_to(&app.person("Eve\r\nBcc: all@example.net", "eve@example.net", "en"));
    worker::run_once(&app.service).expect("the worker works");
    let mail = &server.mails()[0];
    assert_eq!(mail.to, "eve@example.net");
    assert_eq!(mail.header("Bcc"), "", "{}", mail.raw);
}

#[test]
fn one_bad_address_bounces_and_the_others_go_on() {
    let server = Server::start(Wire::Plain);
    server.answer("nobody@example.net", "550 5.1.1 no such mailbox");
    let app = Instance::start(|mail| server.settings(mail));
    let first = app.write_to(&app.person("A", "a@example.net", "en"));
    let bad = app.write_to(&app.person("Nobody", "nobody@example.net", "en"));
    let broken = app.write_to(&app.person("Broken", "not an address", "en"));
    let last = app.write_to(&app.person("B", "b@example.net", "en"));
    assert_eq!(worker::run_once(&app.service).expect("the worker works"), 4);
    assert_eq!([&first, &bad, &broken, &last].map(|id| app.row(id).state), [Sent, Bounced, Failed, Sent]);
    assert!(app.row(&bad).last_error.contains("no such mailbox"), "{}", app.row(&bad).last_error);
    assert_eq!(app.states(&bad), [Queued, Sending, Bounced]);
    app.clock.advance(Duration::days(30));
    assert_eq!(worker::run_once(&app.service).expect("the worker works"), 0, "a bounce is not tried again by itself");
}

#[test]
fn a_busy_server_is_asked_again_later() {
    let server = Server::start(Wire::Plain);
    server.answer("amina@example.net", "451 4.3.0 try again later");
    let app = Instance::start(|mail| server.settings(mail));
    let id = app.write_to(&app.person("Amina", "amina@example.net", "en"));
    worker::run_once(&app.service).expect("the worker works");
    let row = app.row(&id);
    assert_eq!((row.state, row.attempts), (Deferred, 1));
    let wait = row.due_at.seconds_since(app.service.now());
    assert!((60..=75).contains(&wait), "the first wait is about a minute, not {wait} s");
    assert_eq!(worker::run_once(&app.service).expect("the worker works"), 0, "not before its time");

    server.answer("amina@example.net", "250 ok");
    app.clock.advance(Duration::seconds(wait));
    assert_eq!(worker::run_once(&app.service).expect("the worker works"), 1);
    assert_eq!(app.states(&id), [Queued, Sending, Deferred, Sending, Sent]);
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].header("Message-ID"), format!("<{id}@example.org>"));
}

#[test]
fn a_server_that_is_away_is_given_up_after_ten_tries() {
    let app = Instance::start(|mail| {
        mail.transport = Transport::Smtp;
        mail.smtp_host = "127.0.0.1".to_owned();
        mail.smtp_port = smtp::closed_port();
        mail.smtp_security = Security::None;
    });
    let id = app.write_to(&app.person("Amina", "amina@example.net", "en"));
    let mut waits = Vec::new();
    for attempt in 1..=10 {
        assert_eq!(worker::run_once(&app.service).expect("the worker works"), 1);
        let row = app.row(&id);
        assert_eq!((row.state, row.attempts), (if attempt < 10 { Deferred } else { Failed }, attempt));
        assert!(!row.last_error.is_empty());
        waits.push(row.due_at.seconds_since(app.service.now()));
        app.clock.advance(Duration::hours(6));
    }
    assert!(waits[..9].windows(2).all(|w| w[0] < w[1]), "each wait is longer than the one before: {waits:?}");
    assert_eq!(worker::run_once(&app.service).expect("the worker works"), 0);
}

#[test]
fn a_refused_password_of_the_instance_bounces_nobody() {
    let server = Server::start(Wire::Plain);
    let app = Instance::start(|mail| {
        server.settings(mail);
        mail.smtp_user = "stoa".to_owned();
        mail.smtp_password = "wrong".to_owned().into();
    });
    let id = app.write_to(&app.person("Amina", "amina@example.net", "en"));
    worker::run_once(&app.service).expect("the worker works");
    assert_eq!(app.row(&id).state, Deferred, "{}", app.row(&id).last_error);
    assert!(server.mails().is_empty());
}

#[test]
fn a_mail_whose_sender_died_goes_out_once_more_under_the_same_id() {
    let server = Server::start(Wire::Plain);
    let app = Instance::start(|mail| server.settings(mail));
    let id = app.write_to(&app.person("Amina", "amina@example.net", "en"));
    let now = app.service.now();
    // A process that claims and is never heard of again.
    let lost = app.service.store.write(|db| store::claim(db, std::slice::from_ref(&id), now, now.plus(Duration::minutes(15)))).expect("it is due");
    assert_eq!(lost.len(), 1);
    assert_eq!(worker::run_once(&app.service).expect("the worker works"), 0, "the lease holds");
    let again = app.service.store.write(|db| store::claim(db, std::slice::from_ref(&id), now, now.plus(Duration::minutes(15)))).expect("a query");
    assert!(again.is_empty(), "nobody else can claim it");

    app.clock.advance(Duration::minutes(16));
    assert_eq!(worker::run_once(&app.service).expect("the worker works"), 1);
    assert_eq!(app.states(&id), [Queued, Sending, Sending, Sent]);
    assert_eq!(server.mails()[0].header("Message-ID"), format!("<{id}@example.org>"));

    // The lost process wakes up after all: what it says no longer counts.
    let outcome = stoa::mail::delivery::Outcome::Deferred("late".to_owned());
    let counted = app.service.store.write(|db| store::finish(db, &lost[0], "", &outcome, app.service.now(), Duration::minutes(1)));
    assert!(!counted.expect("a query"));
    assert_eq!(app.row(&id).state, Sent);
}

#[test]
fn a_disabled_person_gets_nothing() {
    let server = Server::start(Wire::Plain);
    let app = Instance::start(|mail| server.settings(mail));
    let person = app.person("Amina", "amina@example.net", "en");
    let id = app.write_to(&person);
    app.disable(&person);
    worker::run_once(&app.service).expect("the worker works");
    assert_eq!((app.states(&id), app.row(&id).last_error.as_str()), (vec![Queued, Sending, Suppressed], "account_disabled"));
    assert!(server.mails().is_empty());
}

#[test]
fn starttls_is_demanded_and_the_certificate_checked() {
    let server = Server::start(Wire::StartTls);
    let app = Instance::start(|mail| server.settings(mail));
    let id = app.write_to(&app.person("Amina", "amina@example.net", "en"));
    worker::run_once(&app.service).expect("the worker works");
    assert_eq!(app.row(&id).state, Sent, "{}", app.row(&id).last_error);
    assert!(server.mails()[0].encrypted);

    // A server without STARTTLS gets nothing.
    let plain = Server::start(Wire::Plain);
    let app = Instance::start(|mail| {
        plain.settings(mail);
        mail.smtp_security = Security::Starttls;
    });
    let id = app.write_to(&app.person("Amina", "amina@example.net", "en"));
    worker::run_once(&app.service).expect("the worker works");
    assert_eq!(app.row(&id).state, Deferred);
    assert!(plain.mails().is_empty());

    // Nor does one whose certificate nobody vouches for.
    let app = Instance::start(|mail| {
        server.settings(mail);
        mail.smtp_ca_file = String::new();
    });
    let id = app.write_to(&app.person("Amina", "amina@example.net", "en"));
    worker::run_once(&app.service).expect("the worker works");
    assert_eq!(app.row(&id).state, Deferred);
    assert_eq!(server.mails().len(), 1);
}

#[test]
fn implicit_tls_with_a_password_works() {
    let server = Server::start(Wire::Tls);
    let app = Instance::start(|mail| {
        server.settings(mail);
        mail.smtp_user = "stoa".to_owned();
        mail.smtp_password = smtp::PASSWORD.to_owned().into();
    });
    let id = app.write_to(&app.person("Amina", "amina@example.net", "en"));
    worker::run_once(&app.service).expect("the worker works");
    assert_eq!(app.row(&id).state, Sent, "{}", app.row(&id).last_error);
    let mail = &server.mails()[0];
    assert!(mail.encrypted && mail.signed_in);
}

#[test]
fn the_running_worker_sends_what_it_is_woken_for_and_stops_when_dropped() {
    let server = Server::start(Wire::Plain);
    let app = Instance::start(|mail| server.settings(mail));
    let handle = worker::start(app.service.clone()).expect("the worker starts");
    app.write_to(&app.person("Amina", "amina@example.net", "en"));
    app.service.mail_waits.notify_one();
    let mail = server.wait_for_one();
    assert_eq!(mail.to, "amina@example.net");
    drop(handle);
    app.write_to(&app.person("Bilal", "bilal@example.net", "en"));
    assert_eq!(server.mails().len(), 1, "nobody sends after the end");
}

#[test]
fn the_builtin_mailbox_keeps_and_marks_as_sent() {
    let app = Instance::start(|_| {});
    let id = app.write_to(&app.person("Amina", "amina@example.net", "en"));
    worker::run_once(&app.service).expect("the worker works");
    assert_eq!(app.states(&id), [Queued, Sending, Sent]);
    assert_eq!(app.row(&id).subject, "Test mail: Stoa can write to you");
}

#[test]
fn a_hundred_mails_go_out_in_one_go_each_once() {
    let server = Server::start(Wire::Plain);
    let app = Instance::start(|mail| server.settings(mail));
    for i in 0..100 {
        app.write_to(&app.person("P", &format!("p{i}@example.net"), "en"));
    }
    assert_eq!(worker::run_once(&app.service).expect("the worker works"), 100);
    let mut seen: Vec<String> = server.mails().into_iter().map(|m| m.to).collect();
    seen.sort();
    seen.dedup();
    assert_eq!((seen.len(), server.mails().len()), (100, 100));
    assert!(server.connections() <= 10, "connections are used again: {}", server.connections());
}
