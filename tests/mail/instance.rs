//! A service on a fresh SQLite database with a clock that stands still, and people to write to.

// Each test binary that includes this uses another part of it.
#![allow(dead_code, reason = "shared by several test binaries")]

use std::sync::Arc;

use diesel::prelude::*;
use stoa::ground::UtcTime;
use stoa::ground::chance::SeededChance;
use stoa::ground::clock::FrozenClock;
use stoa::ground::config::{Config, Mail, Overrides};
use stoa::ground::ids::{MessageId, PersonId};
use stoa::mail::letter::{Letter, Link, Recipient};
use stoa::mail::store::{self, About, MessageRow, MessageState};
use stoa::mail::transport::{Limits, Way};
use stoa::mailroom::messages::TestMessage;
use stoa::people::identity::PersonState;
use stoa::people::store::PersonRow;
use stoa::service::Service;
use stoa::store::schema::{message, person};

pub struct Instance {
    pub service: Arc<Service>,
    pub clock: Arc<FrozenClock>,
    _data: tempfile::TempDir,
}

impl Instance {
    pub fn start(settings: impl FnOnce(&mut Mail)) -> Self {
        Self::start_within(Limits::default(), settings)
    }

    /// Where a mail server has other limits.
    pub fn start_within(limits: Limits, settings: impl FnOnce(&mut Mail)) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let overrides = Overrides { data: Some(data.path().to_owned()), ..Overrides::default() };
        let mut config = Config::load(&overrides).expect("the defaults are complete");
        config.server.base_url = "http://stoa.test".to_owned();
        config.mail.from = "Stoa <stoa@example.org>".to_owned();
        settings(&mut config.mail);
        let start: UtcTime = "2026-03-02T09:00:00Z".parse().expect("a time");
        let clock = Arc::new(FrozenClock::at(start));
        let registered = stoa::server::registered().with(Way::within(limits));
        let service = Service::open_with(config, clock.clone(), Arc::new(SeededChance::new(11)), registered).expect("the service opens");
        Self { service, clock, _data: data }
    }

    /// A new active account.
    pub fn person(&self, name: &str, email: &str, language: &str) -> Recipient {
        let id = PersonId::new(&*self.service.clock, &*self.service.chance);
        let row = PersonRow {
            id: id.clone(),
            email: stoa::ground::Email::from_stored(email.to_owned()),
            name: name.to_owned(),
            language: language.parse().unwrap(),
            time_zone: "Africa/Tunis".parse().unwrap(),
            password_hash: None,
            state: PersonState::Active,
            version: 1,
            created_at: self.service.now(),
            erased_at: None,
        };
        self.service.store.write(|db| Ok(diesel::insert_into(person::table).values(&row).execute(db)?)).expect("the account is kept");
        Recipient { person: id, name: row.name, email: row.email, language: row.language, time_zone: row.time_zone }
    }

    pub fn disable(&self, who: &Recipient) {
        let disabled = person::state.eq(PersonState::Disabled);
        self.service.store.write(|db| Ok(diesel::update(person::table.find(&who.person)).set(disabled).execute(db)?)).expect("it is kept");
    }

    /// Puts a test mail into the outbox.
    pub fn write_to(&self, to: &Recipient) -> MessageId {
        let letter = TestMessage { journal: Link::to("/messages"), ..TestMessage::sample() };
        let about = About { kind: "person", id: to.person.as_str(), round: None };
        self.service.store.write(|db| store::put(db, &self.service, to, about, &letter)).expect("it is put into the outbox")
    }

    pub fn row(&self, id: &MessageId) -> MessageRow {
        self.service.store.read(|db| Ok(message::table.filter(message::id.eq(id)).select(MessageRow::as_select()).first(db)?)).expect("it is there")
    }

    /// The states that the message went through.
    pub fn states(&self, id: &MessageId) -> Vec<MessageState> {
        let row = self.row(id);
        self.service.store.read(|db| store::events(db, &row)).expect("it has a history").into_iter().map(|e| e.state).collect()
    }
}
