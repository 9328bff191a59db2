//! The way of a mail: out of the outbox, over a real socket, into the record, whatever goes wrong.
//!
//! The mail server is written here (`mail/smtp.rs`); time stands still until told to move. What a process does
//! that dies, and several at once, is in `journeys/mail.rs`. What is in the letters is in
//! `mail/templates.rs`.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

#[path = "mail/instance.rs"]
mod instance;
#[path = "mail/smtp.rs"]
mod smtp;
#[path = "mail/templates.rs"]
mod templates;

use chrono::Duration;
use instance::Instance;
use smtp::{Misdeed, Server, Wire};
use stoa::ground::config::{Security, Transport};
use stoa::mail::delivery::{LEASE_SECONDS, Outcome};
use stoa::mail::store::MessageState::{Bounced, Deferred, Failed, Queued, Sending, Sent, Suppressed};
use stoa::mail::templates::{Tokens, render};
use stoa::mail::transport::{Hurry, Limits, Post};
use stoa::mail::{store, worker};
use stoa::server::start_workers;

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
    let lease = now.plus(Duration::seconds(LEASE_SECONDS));
    let lost = app.service.store.write(|db| store::claim(db, std::slice::from_ref(&id), now, lease)).expect("it is due");
    assert_eq!(lost.len(), 1);
    assert_eq!(worker::run_once(&app.service).expect("the worker works"), 0, "the lease holds");
    let again = app.service.store.write(|db| store::claim(db, std::slice::from_ref(&id), now, lease)).expect("a query");
    assert!(again.is_empty(), "nobody else can claim it");

    app.clock.advance(Duration::minutes(1));
    assert_eq!(worker::run_once(&app.service).expect("the worker works"), 1);
    assert_eq!(app.states(&id), [Queued, Sending, Sending, Sent]);
    assert_eq!(server.mails()[0].header("Message-ID"), format!("<{id}@example.org>"));

    // The lost process wakes up after all: what it says no longer counts.
    let outcome = Outcome::Deferred("late".to_owned());
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
    let row = app.row(&id);
    assert_eq!((row.state, row.last_error.starts_with("network error: invalid peer certificate")), (Deferred, true), "{}", row.last_error);
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
    let handle = start_workers(&app.service).expect("the workers start");
    app.write_to(&app.person("Amina", "amina@example.net", "en"));
    app.service.work_waits.ring();
    assert_eq!(server.wait_for(1)[0].to, "amina@example.net");
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

#[test]
fn one_slow_server_stalls_no_other() {
    let server = Server::start(Wire::Plain);
    let app = Instance::start(|mail| server.settings(mail));
    server.hold("slow@slow.example");
    let slow = app.write_to(&app.person("Slow", "slow@slow.example", "en"));
    for i in 0..20 {
        app.write_to(&app.person("P", &format!("p{i}@town{i}.example"), "en"));
    }
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| worker::run_once(&app.service).expect("the worker works"));
        server.wait_for(20);
        // Nor what is written only now.
        app.write_to(&app.person("Late", "late@example.net", "en"));
        assert_eq!(server.wait_for(21)[20].to, "late@example.net");
        let state = app.row(&slow).state;
        server.release();
        assert_eq!(state, Sending);
        assert_eq!(worker.join().expect("no panic"), 22);
    });
    assert_eq!(app.row(&slow).state, Sent);
}

#[test]
fn a_slow_domain_holds_half_of_the_senders_and_its_other_mails_wait_unclaimed() {
    let server = Server::start(Wire::Plain);
    let app = Instance::start(|mail| server.settings(mail));
    let slow: Vec<_> = (0..30)
        .map(|i| {
            let address = format!("p{i}@slow.example");
            server.hold(&address);
            app.write_to(&app.person("Slow", &address, "en"))
        })
        .collect();
    for i in 0..12 {
        app.write_to(&app.person("P", &format!("p{i}@{}", ["example.net", "not.slow.example"][i % 2]), "en"));
    }
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| worker::run_once(&app.service).expect("the worker works"));
        server.wait_for(12);
        let states: Vec<_> = slow.iter().map(|id| app.row(id).state).collect();
        server.release();
        let count = |state| states.iter().filter(|s| **s == state).count();
        assert_eq!((count(Sending), count(Queued)), (4, 26));
        assert_eq!(worker.join().expect("no panic"), 42);
    });
    assert!(slow.iter().all(|id| app.row(id).state == Sent));
}

#[test]
fn a_mail_that_takes_long_stays_with_its_sender() {
    let server = Server::start(Wire::Plain);
    let app = Instance::start(|mail| server.settings(mail));
    server.hold("slow@slow.example");
    let slow = app.write_to(&app.person("Slow", "slow@slow.example", "en"));
    app.write_to(&app.person("Amina", "amina@example.net", "en"));
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| worker::run_once(&app.service).expect("the worker works"));
        server.wait_for(1);
        for _ in 0..4 {
            let before = app.row(&slow).lease_until;
            app.clock.advance(Duration::seconds(LEASE_SECONDS / 2));
            while app.row(&slow).lease_until == before {
                std::thread::yield_now();
            }
            // Another process.
            assert_eq!(worker::run_once(&app.service).expect("the worker works"), 0);
        }
        server.release();
        assert_eq!(worker.join().expect("no panic"), 2);
    });
    assert_eq!(app.states(&slow), [Queued, Sending, Sent]);
    assert_eq!(server.mails().len(), 2);
}

#[test]
fn a_server_that_does_not_answer_is_called_by_its_name() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let app = Instance::start(|mail| {
        mail.smtp_host = "127.0.0.1".to_owned();
        mail.smtp_port = port;
        mail.smtp_security = Security::None;
        mail.transport = Transport::Smtp;
    });
    let row = app.row(&app.write_to(&app.person("Amina", "amina@example.net", "en")));
    let context = serde_json::from_str(&row.context).expect("a context is JSON");
    let mail = render(&app.service, &row.template, &row.language, &context, &row.to_name, Tokens::Real).expect("it is rendered");
    let post = Post::open(&app.service.config.mail, limits(50, 60_000)).expect("the settings are right");
    let outcome = post.deliver(&app.service.config, &row, &mail, app.service.now(), &Hurry::default());
    assert_eq!(outcome, Outcome::Deferred("no_answer".to_owned()));
}

/// What a server may take, in milliseconds.
fn limits(step: u64, whole: u64) -> Limits {
    let milliseconds = std::time::Duration::from_millis;
    Limits { step: milliseconds(step), whole: milliseconds(whole), hurry: milliseconds(300) }
}

#[test]
fn a_server_that_drips_its_answer_is_given_up_and_other_mails_go_out_meanwhile() {
    for (misdeed, limits) in
        [(Misdeed::Drips, limits(2500, 60_000)), (Misdeed::Drips, limits(60_000, 2500)), (Misdeed::Dawdles(9_000), limits(60_000, 2500))]
    {
        let server = Server::start(Wire::Plain);
        let app = Instance::start_within(limits, |mail| server.settings(mail));
        let slow: Vec<_> = (0..4)
            .map(|i| {
                let address = format!("p{i}@slow.example");
                server.misbehave(&address, misdeed);
                app.write_to(&app.person("Slow", &address, "en"))
            })
            .collect();
        let ninth = app.write_to(&app.person("Amina", "amina@example.net", "en"));
        let begun = std::time::Instant::now();
        std::thread::scope(|scope| {
            let worker = scope.spawn(|| worker::run_once(&app.service).expect("the worker works"));
            assert_eq!(server.wait_for(1)[0].to, "amina@example.net");
            assert!(slow.iter().all(|id| app.row(id).state == Sending), "{misdeed:?} {limits:?}");
            assert_eq!(worker.join().expect("no panic"), 5);
        });
        assert!(begun.elapsed().as_secs() < 8, "{misdeed:?} {limits:?}: {:?}", begun.elapsed());
        assert_eq!(app.row(&ninth).state, Sent);
        for id in &slow {
            let row = app.row(id);
            assert_eq!((row.state, row.attempts, row.last_error.as_str()), (Deferred, 1, "no_answer"), "{misdeed:?} {limits:?}");
        }
    }
}

#[test]
fn a_refusal_counts_though_the_goodbye_drips() {
    let server = Server::start(Wire::Plain);
    server.answer("nobody@example.net", "550 5.1.1 no such mailbox");
    server.misbehave("QUIT", Misdeed::Drips);
    let app = Instance::start_within(limits(1500, 60_000), |mail| server.settings(mail));
    let id = app.write_to(&app.person("Nobody", "nobody@example.net", "en"));
    assert_eq!(worker::run_once(&app.service).expect("the worker works"), 1);
    assert_eq!((app.row(&id).state, app.row(&id).last_error.as_str()), (Bounced, "permanent error (550): 5.1.1 no such mailbox"));
}

#[test]
fn a_server_that_drips_does_not_keep_the_process_from_its_end() {
    let server = Server::start(Wire::Plain);
    server.misbehave("slow@slow.example", Misdeed::Drips);
    let app = Instance::start_within(limits(60_000, 60_000), |mail| server.settings(mail));
    let slow = app.write_to(&app.person("Slow", "slow@slow.example", "en"));
    let workers = start_workers(&app.service).expect("the workers start");
    while server.poured() == 0 {
        std::thread::yield_now();
    }
    let stopped = std::time::Instant::now();
    drop(workers);
    assert!(stopped.elapsed().as_secs() < 10, "{:?}", stopped.elapsed());
    assert_eq!((app.row(&slow).state, app.row(&slow).last_error.as_str()), (Deferred, "no_answer"));
    // What ended was the process, not the way out.
    let next = app.write_to(&app.person("Amina", "amina@example.net", "en"));
    worker::run_once(&app.service).expect("the worker works");
    assert_eq!(app.row(&next).state, Sent);
}

#[test]
fn a_line_without_an_end_is_not_read_to_its_end() {
    for wire in [Wire::Plain, Wire::StartTls, Wire::Tls] {
        for place in ["", "EHLO", "amina@example.net"] {
            let server = Server::start(wire);
            server.misbehave(place, Misdeed::Pours);
            let app = Instance::start(|mail| server.settings(mail));
            let id = app.write_to(&app.person("Amina", "amina@example.net", "en"));
            let begun = std::time::Instant::now();
            assert_eq!(worker::run_once(&app.service).expect("the worker works"), 1);
            assert!(begun.elapsed().as_secs() < 8, "{wire:?} {place:?}: {:?}", begun.elapsed());
            let row = app.row(&id);
            assert_eq!((row.state, row.last_error.as_str()), (Deferred, "network error: the mail server says too much"), "{wire:?} {place:?}");
            // What the sockets hold is in it.
            assert!(server.poured() < 16 << 20, "{wire:?} {place:?}: {} bytes", server.poured());
        }
    }
}

#[test]
fn what_comes_behind_the_answer_to_starttls_is_no_word_of_the_encrypted_server() {
    let server = Server::start(Wire::StartTls);
    server.answer("STARTTLS", "220 go ahead\r\n250-post.test\r\n250 AUTH PLAIN");
    let app = Instance::start(|mail| {
        server.settings(mail);
        mail.smtp_user = "stoa".to_owned();
        mail.smtp_password = smtp::PASSWORD.to_owned().into();
    });
    let id = app.write_to(&app.person("Amina", "amina@example.net", "en"));
    worker::run_once(&app.service).expect("the worker works");
    assert_eq!(app.row(&id).state, Deferred);
    assert!(server.mails().is_empty());
}

#[test]
fn a_connection_is_used_again_and_replaced_where_the_server_has_left() {
    let server = Server::start(Wire::StartTls);
    let app = Instance::start(|mail| server.settings(mail));
    let send = || {
        let id = app.write_to(&app.person("P", &format!("p{}@example.net", server.mails().len()), "en"));
        worker::run_once(&app.service).expect("the worker works");
        assert_eq!(app.row(&id).state, Sent, "{}", app.row(&id).last_error);
        server.connections()
    };
    assert_eq!([send(), send()], [1, 1]);
    server.misbehave("NOOP", Misdeed::Leaves);
    assert_eq!([send(), send()], [2, 3]);
}

/// Tells of every line that is logged.
#[derive(Clone)]
struct Told(std::sync::mpsc::Sender<String>);

impl std::io::Write for Told {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let _ = self.0.send(String::from_utf8_lossy(line).into_owned());
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_database_that_is_away_for_a_moment_sends_no_mail_twice() {
    use diesel::connection::SimpleConnection;
    let server = Server::start(Wire::Plain);
    let app = Instance::start(|mail| server.settings(mail));
    let id = app.write_to(&app.person("Amina", "amina@example.net", "en"));
    let sql = |sql: &str| app.service.store.write(|db| Ok(db.batch_execute(sql)?)).expect("it is done");
    sql("CREATE TRIGGER away BEFORE UPDATE ON message WHEN new.state = 'sent' BEGIN SELECT raise(ABORT, 'away'); END");
    let (tell, told) = std::sync::mpsc::channel();
    let log = tracing_subscriber::fmt().with_writer(move || Told(tell.clone())).finish();
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| tracing::subscriber::with_default(log, || worker::run_once(&app.service)));
        let said = told.recv_timeout(std::time::Duration::from_secs(15)).expect("the failure is told");
        assert!(said.contains("not recorded yet"), "{said}");
        sql("DROP TRIGGER away");
        assert_eq!(worker.join().expect("no panic").expect("it is recorded after all"), 1);
    });
    assert_eq!(app.states(&id), [Queued, Sending, Sent]);
    app.clock.advance(Duration::days(1));
    assert_eq!(worker::run_once(&app.service).expect("the worker works"), 0);
    assert_eq!(server.mails().len(), 1);
}
