//! The mail server that takes our mails: connections to it, used again, and one conversation for each mail.
//!
//! lettre speaks the protocol, over a line that has an end. Whoever has a mail waits for it in a thread of their own.

use std::error::Error as _;
use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use lettre::Message;
use lettre::transport::smtp::Error as Told;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, Tls};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::{TcpStream, lookup_host};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::timeout;

use super::line::{Encrypted, Hurry, Limits, Line, Talk};

/// For how long a connection is kept that nobody uses.
const KEPT: Duration = Duration::from_secs(60);
/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// Where it is, and how it is spoken to.
pub struct Place {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub credentials: Option<Credentials>,
}

pub struct Relay {
    place: Place,
    limits: Limits,
    idle: Mutex<Vec<Idle>>,
    /// Driven by those who wait; away when the relay ends.
    runtime: Option<Runtime>,
}

struct Idle {
    connection: AsyncSmtpConnection,
    talk: Talk,
    since: Instant,
}

/// Why a mail was not handed over.
pub enum Failure {
    /// There is no way to the server.
    NoWay(io::Error),
    /// What it said, or that it broke off.
    Told(Told),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::NoWay(error)
    }
}

impl From<Told> for Failure {
    fn from(error: Told) -> Self {
        Self::Told(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWay(error) => write!(f, "Connection error: {error}"),
            Self::Told(error) => {
                let text = error.to_string();
                // A handshake that fails is wrapped twice.
                match text.strip_prefix("Connection error: Connection error: ") {
                    Some(why) => write!(f, "network error: {why}"),
                    None => f.write_str(&text),
                }
            }
        }
    }
}

impl Failure {
    /// The code of the server's reply, where there is one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::NoWay(_) => None,
            Self::Told(error) => error.status().map(u16::from),
        }
    }

    /// Whether something took longer than it may.
    pub fn is_late(&self) -> bool {
        let late = |error: &io::Error| error.kind() == ErrorKind::TimedOut;
        match self {
            Self::NoWay(error) => late(error),
            Self::Told(error) => std::iter::successors(error.source(), |cause| (**cause).source()).filter_map(|cause| cause.downcast_ref()).any(late),
        }
    }
}

impl Relay {
    /// Does not connect. The error is one line for the operator.
    pub fn new(place: Place, limits: Limits) -> Result<Arc<Self>, String> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().thread_name("mail-names").build();
        let runtime = runtime.map_err(|e| format!("mail cannot be sent: {e}"))?;
        let relay = Arc::new(Self { place, limits, idle: Mutex::default(), runtime: Some(runtime) });
        let kept = Arc::downgrade(&relay);
        std::thread::Builder::new().name("mail-idle".to_owned()).spawn(move || tidy(&kept)).map_err(|e| format!("no thread for mail: {e}"))?;
        Ok(relay)
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Hands a mail over. Blocks, for as long as the limits say.
    pub fn send(&self, message: &Message, hurry: &Hurry) -> Result<(), Failure> {
        let Some(runtime) = &self.runtime else { return Err(io::Error::from(ErrorKind::NotConnected).into()) };
        let mail = message.formatted();
        let ends = Instant::now() + self.limits.whole;
        runtime.block_on(async {
            let (mut connection, talk) = self.connection(ends, hurry).await?;
            let came = connection.send(message.envelope(), &mail).await;
            if !connection.has_broken() {
                self.idle(|idle| idle.push(Idle { connection, talk, since: Instant::now() }));
            }
            came.map(drop).map_err(Failure::from)
        })
    }

    /// One that is there, or a new one.
    async fn connection(&self, ends: Instant, hurry: &Hurry) -> Result<(AsyncSmtpConnection, Talk), Failure> {
        if let Some(Idle { mut connection, talk, .. }) = self.idle(Vec::pop) {
            talk.again(ends, hurry);
            if connection.test_connected().await {
                return Ok((connection, talk));
            }
            // The others are as old.
            drop(self.idle(std::mem::take));
        }
        let talk = Talk::new(&self.limits, ends, hurry, matches!(self.place.tls, Tls::Required(_)));
        let tcp = talk.wait_for(self.reached()).await?;
        let line = Line::new(tcp, talk.clone());
        let line: Box<dyn AsyncTokioStream> = match &self.place.tls {
            Tls::Wrapper(tls) => Box::new(Encrypted::over(line, tls.clone()).await?),
            _ => Box::new(line),
        };
        let us = ClientId::default();
        let mut connection = AsyncSmtpConnection::connect_with_transport(line, &us).await?;
        if let Tls::Required(tls) = &self.place.tls {
            connection.starttls(tls.clone(), &us).await?;
        }
        if let Some(credentials) = &self.place.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok((connection, talk))
    }

    /// The first of its addresses that takes a connection.
    async fn reached(&self) -> io::Result<TcpStream> {
        let mut why = io::Error::new(ErrorKind::NotFound, "could not resolve to any address");
        for address in lookup_host((self.place.host.as_str(), self.place.port)).await? {
            match timeout(self.limits.step, TcpStream::connect(address)).await {
                Ok(Ok(tcp)) => return Ok(tcp),
                Ok(Err(error)) => why = error,
                Err(_) => why = ErrorKind::TimedOut.into(),
            }
        }
        Err(why)
    }

    fn idle<T>(&self, use_it: impl FnOnce(&mut Vec<Idle>) -> T) -> T {
        use_it(&mut self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Closes what was not used for long.
fn tidy(relay: &Weak<Relay>) {
    while let Some(relay) = relay.upgrade() {
        let old: Vec<Idle> = relay.idle(|idle| idle.extract_if(.., |idle| idle.since.elapsed() >= KEPT).collect());
        if let Some(runtime) = relay.runtime.as_ref().filter(|_| !old.is_empty()) {
            goodbye(runtime, old);
        }
        drop(relay);
        std::thread::sleep(KEPT / 2);
    }
}

fn goodbye(runtime: &Runtime, all: Vec<Idle>) {
    runtime.block_on(async {
        for Idle { mut connection, talk, .. } in all {
            talk.again(Instant::now() + GOODBYE, &Hurry::default());
            connection.abort().await;
        }
    });
}

impl Drop for Relay {
    fn drop(&mut self) {
        let all = self.idle(std::mem::take);
        let Some(runtime) = self.runtime.take() else { return };
        // Inside of another runtime nobody may wait.
        if !all.is_empty() && Handle::try_current().is_err() {
            goodbye(&runtime, all);
        }
        runtime.shutdown_background();
    }
}
