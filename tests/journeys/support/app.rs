//! `TestApp`: a whole instance on a real port, alone with its database, its clock and its chance.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use diesel::prelude::*;
use figment::Figment;
use figment::providers::{Format, Toml};
use stoa::ground::chance::SeededChance;
use stoa::ground::clock::FrozenClock;
use stoa::ground::config::{Config, DEFAULTS, Transport};
use stoa::service::Service;
use stoa::store::schema::{audit_entry, person, response};
use tempfile::TempDir;

use super::databases::{self, Database};

/// When every journey begins: a Monday morning.
pub const START: &str = "2026-03-02T09:00:00Z";

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A running instance; stops when dropped.
pub struct TestApp {
    pub service: Arc<Service>,
    pub clock: Arc<FrozenClock>,
    pub backend: Backend,
    address: SocketAddr,
    server: Option<(ServerHandle, JoinHandle<()>)>,
    /// Dropped last: the instance's files and its database.
    database: Database,
    data: TempDir,
}

/// The settings of an instance in a folder, on a database.
pub fn settings(folder: &Path, database: &str) -> Config {
    let mut config: Config = Figment::from(Toml::string(DEFAULTS)).extract().expect("the defaults are complete");
    config.server.workers = 1;
    config.storage.data = folder.to_owned();
    config.storage.database_url = database.to_owned().into();
    config.storage.pool = 4;
    config.mail.transport = Transport::Mailbox;
    config.demo = false;
    config
}

impl TestApp {
    /// A fresh instance on SQLite.
    pub async fn sqlite() -> Self {
        Self::spawn_with(Backend::Sqlite, |_| {}).await.expect("SQLite is built in")
    }

    /// A fresh instance on PostgreSQL; `None` only when PostgreSQL is switched off by hand.
    pub async fn postgres() -> Option<Self> {
        Self::spawn_with(Backend::Postgres, |_| {}).await
    }

    /// A fresh instance; `None` only for PostgreSQL when it is switched off by hand.
    pub async fn spawn(backend: Backend) -> Option<Self> {
        Self::spawn_with(backend, |_| {}).await
    }

    /// As `spawn`, with settings changed before the start.
    pub async fn spawn_with(backend: Backend, settings: impl FnOnce(&mut Config)) -> Option<Self> {
        let data = tempfile::tempdir().expect("a folder for the instance");
        let database = databases::fresh(backend, data.path())?;
        Some(Self::on(backend, data, database, START, settings))
    }

    /// An instance on a folder and a database that are there, at a time.
    pub fn on(backend: Backend, data: TempDir, database: Database, at: &str, settings: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let mut config = self::settings(data.path(), database.url());
        config.server.bind = address.to_string();
        settings(&mut config);
        let clock = Arc::new(FrozenClock::at(at.parse().expect("a time")));
        let service =
            Service::open_with(config, clock.clone(), Arc::new(SeededChance::new(7)), stoa::server::registered()).expect("the instance opens");
        let server = Some(serve(service.clone(), listener));
        Self { service, clock, backend, address, server, database, data }
    }

    /// The absolute address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The data folder of this instance.
    pub fn data(&self) -> &std::path::Path {
        self.data.path()
    }

    /// The database of this instance, for a second process or a tool.
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    /// The verbs of the audit, oldest first.
    pub fn audit_verbs(&self) -> Vec<String> {
        self.service.store.read(|db| Ok(audit_entry::table.select(audit_entry::verb).order(audit_entry::seq).load(db)?)).expect("the audit reads")
    }

    /// Does everything that is due behind requests, as the workers of `stoa serve` would.
    pub fn work(&self) {
        stoa::jobs::worker::prepare(&self.service).expect("jobs are put in");
        stoa::jobs::worker::run_due(&self.service).expect("jobs are done");
    }

    /// How many responses are stored, which no page says while a survey is open.
    pub fn stored_responses(&self) -> i64 {
        self.service.store.read(|db| Ok(response::table.count().get_result(db)?)).expect("responses can be counted")
    }

    pub fn people_count(&self) -> i64 {
        self.service.store.read(|db| Ok(person::table.count().get_result(db)?)).expect("people can be counted")
    }
}

impl TestApp {
    /// Ends the server, so that another process may serve the instance.
    pub fn leave(&mut self) {
        if let Some((handle, thread)) = self.server.take() {
            // The command is sent at once; what is awaited is only the answer, and joining does that.
            drop(handle.stop(false));
            if thread.join().is_err() && !std::thread::panicking() {
                panic!("the server thread panicked");
            }
        }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Runs the server on a thread of its own, as `stoa serve` does.
fn serve(service: Arc<Service>, listener: TcpListener) -> (ServerHandle, JoinHandle<()>) {
    let (tell, told) = std::sync::mpsc::channel();
    let run = move || {
        actix_web::rt::System::new().block_on(async move {
            let server = stoa::server::build(service, listener).expect("the server starts");
            tell.send(server.handle()).expect("the test waits for the handle");
            server.await.expect("the server ends in peace");
        });
    };
    let thread = std::thread::Builder::new().name("stoa".to_owned()).spawn(run).expect("a thread");
    (told.recv().expect("the server starts"), thread)
}
