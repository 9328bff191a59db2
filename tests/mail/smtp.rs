//! A small mail server on a loopback socket: takes mails, answers as told, speaks TLS if asked.

// Each test binary that includes this uses another part of it.
#![allow(dead_code, reason = "shared by several test binaries")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use stoa::ground::config::{Mail, Security, Transport};

/// The one password that the server takes.
pub const PASSWORD: &str = "correct horse";

/// How the server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    Plain,
    StartTls,
    Tls,
}

/// A mail that arrived.
#[derive(Debug, Clone, Default)]
pub struct Arrived {
    pub from: String,
    pub to: String,
    pub raw: String,
    pub encrypted: bool,
    pub signed_in: bool,
}

#[derive(Default)]
struct State {
    mails: Mutex<Vec<Arrived>>,
    came: Condvar,
    answers: Mutex<BTreeMap<String, String>>,
    held: Mutex<BTreeSet<String>>,
    released: Condvar,
    connections: AtomicUsize,
    /// By address, or by command: what takes the place of the answer.
    misdeeds: Mutex<BTreeMap<String, Misdeed>>,
    /// Bytes that were taken from it.
    poured: AtomicUsize,
}

/// What the server does where it should answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misdeed {
    /// A line of an answer that never ends, every twentieth of a second.
    Drips,
    /// A line without an end, as fast as it goes.
    Pours,
    /// Answers after this many milliseconds.
    Dawdles(u64),
    /// Hangs up.
    Leaves,
}

pub struct Server {
    port: u16,
    wire: Wire,
    state: Arc<State>,
    authority: PathBuf,
    _folder: tempfile::TempDir,
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// A port on which nobody listens.
pub fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

impl Server {
    pub fn start(wire: Wire) -> Self {
        let certificate = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let folder = tempfile::tempdir().expect("a folder");
        let authority = folder.path().join("authority.pem");
        std::fs::write(&authority, certificate.cert.pem()).expect("the certificate can be written");
        let key = PrivateKeyDer::try_from(certificate.signing_key.serialize_der()).expect("a key");
        let tls = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.cert.der().clone()], key)
            .expect("the certificate fits its key");
        let tls = Arc::new(tls);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(State::default());
        let shared = state.clone();
        // Lives as long as the test's process; connections end when the client hangs up.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (state, tls) = (shared.clone(), tls.clone());
                std::thread::spawn(move || {
                    let _ = talk(stream, wire, &tls, &state);
                });
            }
        });
        Self { port, wire, state, authority, _folder: folder }
    }

    /// Points an instance at this server.
    pub fn settings(&self, mail: &mut Mail) {
        mail.transport = Transport::Smtp;
        mail.smtp_host = "localhost".to_owned();
        mail.smtp_port = self.port;
        mail.smtp_security = match self.wire {
            Wire::Plain => Security::None,
            Wire::StartTls => Security::Starttls,
            Wire::Tls => Security::Tls,
        };
        mail.smtp_ca_file = self.authority.display().to_string();
    }

    /// What the server says to RCPT TO for an address.
    pub fn answer(&self, address: &str, reply: &str) {
        self.state.answers.lock().expect("no panic").insert(address.to_owned(), reply.to_owned());
    }

    /// From now on RCPT TO for an address gets no answer.
    pub fn hold(&self, address: &str) {
        self.state.held.lock().expect("no panic").insert(address.to_owned());
    }

    /// Answers everybody who was held.
    pub fn release(&self) {
        self.state.held.lock().expect("no panic").clear();
        self.state.released.notify_all();
    }

    /// What the server does from now on where it should answer RCPT TO for an address, a command, or the connection
    /// (`""`).
    pub fn misbehave(&self, at: &str, misdeed: Misdeed) {
        self.state.misdeeds.lock().expect("no panic").insert(at.to_owned(), misdeed);
    }

    /// How many bytes of its misdeeds were taken from it.
    pub fn poured(&self) -> usize {
        self.state.poured.load(Ordering::SeqCst)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn mails(&self) -> Vec<Arrived> {
        self.state.mails.lock().expect("no panic").clone()
    }

    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// The first `count` mails, as soon as they are there.
    pub fn wait_for(&self, count: usize) -> Vec<Arrived> {
        let mails = self.state.mails.lock().expect("no panic");
        let (mails, waited) = self.state.came.wait_timeout_while(mails, Duration::from_secs(15), |m| m.len() < count).expect("no panic");
        assert!(!waited.timed_out(), "{} of {count} mails came within 15 s", mails.len());
        mails.clone()
    }
}

fn talk(stream: TcpStream, wire: Wire, tls: &Arc<ServerConfig>, state: &State) -> std::io::Result<()> {
    let secure =
        |stream: TcpStream| -> Box<dyn Stream> { Box::new(StreamOwned::new(ServerConnection::new(tls.clone()).expect("a TLS session"), stream)) };
    let raw = stream.try_clone()?;
    let mut encrypted = wire == Wire::Tls;
    let mut line = BufReader::new(if encrypted { secure(stream) } else { Box::new(stream) as Box<dyn Stream> });
    let mut mail = Arrived::default();
    let mut signed_in = false;
    state.misbehaves("", &mut line)?;
    say(&mut line, "220 post.test ready")?;
    loop {
        let mut command = String::new();
        if line.read_line(&mut command)? == 0 {
            return Ok(());
        }
        let command = command.trim_end().to_owned();
        let upper = command.to_uppercase();
        state.misbehaves(upper.split([' ', ':']).next().unwrap_or(""), &mut line)?;
        if upper.starts_with("EHLO") {
            let more = if wire == Wire::StartTls && !encrypted { "250-STARTTLS\r\n" } else { "" };
            say(&mut line, &format!("250-post.test\r\n{more}250-AUTH PLAIN\r\n250 8BITMIME"))?;
        } else if upper == "STARTTLS" {
            let reply = state.answers.lock().expect("no panic").get("STARTTLS").cloned();
            say(&mut line, reply.as_deref().unwrap_or("220 go ahead"))?;
            line = BufReader::new(secure(raw.try_clone()?));
            encrypted = true;
        } else if let Some(secret) = command.strip_prefix("AUTH PLAIN ") {
            let said = STANDARD.decode(secret).unwrap_or_default();
            signed_in = said == format!("\0stoa\0{PASSWORD}").into_bytes();
            say(&mut line, if signed_in { "235 welcome" } else { "535 5.7.8 authentication failed" })?;
        } else if upper.starts_with("MAIL FROM:") {
            mail = Arrived { from: address(&command), encrypted, signed_in, ..Arrived::default() };
            say(&mut line, "250 ok")?;
        } else if upper.starts_with("RCPT TO:") {
            mail.to = address(&command);
            state.misbehaves(&mail.to, &mut line)?;
            // Not for ever, so that a test that fails ends.
            let held = state.held.lock().expect("no panic");
            drop(state.released.wait_timeout_while(held, Duration::from_secs(60), |held| held.contains(&mail.to)).expect("no panic"));
            let reply = state.answers.lock().expect("no panic").get(&mail.to).cloned();
            say(&mut line, reply.as_deref().unwrap_or("250 ok"))?;
        } else if upper == "DATA" {
            say(&mut line, "354 go on")?;
            loop {
                let mut text = String::new();
                line.read_line(&mut text)?;
                if text == ".\r\n" {
                    break;
                }
                mail.raw.push_str(text.strip_prefix('.').unwrap_or(&text));
            }
            state.mails.lock().expect("no panic").push(mail.clone());
            state.came.notify_all();
            say(&mut line, "250 taken")?;
            state.misbehaves("taken", &mut line)?;
        } else if upper == "QUIT" {
            return say(&mut line, "221 bye");
        } else {
            say(&mut line, "250 ok")?;
        }
    }
}

impl State {
    fn misbehaves(&self, at: &str, line: &mut BufReader<Box<dyn Stream>>) -> std::io::Result<()> {
        let misdeed = self.misdeeds.lock().expect("no panic").get(at).copied();
        let (what, pause) = match misdeed {
            None => return Ok(()),
            Some(Misdeed::Dawdles(time)) => {
                std::thread::sleep(Duration::from_millis(time));
                return Ok(());
            }
            Some(Misdeed::Leaves) => return Err(std::io::ErrorKind::ConnectionAborted.into()),
            Some(Misdeed::Drips) => (b"250-x\r\n".to_vec(), 50),
            Some(Misdeed::Pours) => (vec![b'x'; 16 * 1024], 0),
        };
        loop {
            line.get_mut().write_all(&what)?;
            line.get_mut().flush()?;
            self.poured.fetch_add(what.len(), Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(pause));
        }
    }
}

fn say(line: &mut BufReader<Box<dyn Stream>>, text: &str) -> std::io::Result<()> {
    let stream = line.get_mut();
    stream.write_all(format!("{text}\r\n").as_bytes())?;
    stream.flush()
}

fn address(command: &str) -> String {
    command.split(['<', '>']).nth(1).unwrap_or("").to_owned()
}

impl Arrived {
    /// A header as it came over the wire, unfolded; empty where it is absent.
    pub fn header(&self, name: &str) -> String {
        header(&self.raw, name)
    }

    /// A header with its encoded words decoded (RFC 2047, base64).
    pub fn decoded(&self, name: &str) -> String {
        let raw = self.header(name);
        let mut bytes = Vec::new();
        let mut after_word = false;
        for part in raw.split(' ') {
            let word = part.strip_prefix("=?utf-8?b?").and_then(|p| p.strip_suffix("?="));
            match word {
                Some(word) => bytes.extend(STANDARD.decode(word).expect("base64")),
                None => {
                    if after_word || !bytes.is_empty() {
                        bytes.push(b' ');
                    }
                    bytes.extend(part.as_bytes());
                }
            }
            after_word = word.is_some();
        }
        String::from_utf8(bytes).expect("UTF-8")
    }

    /// Content type and decoded text of the two alternatives.
    pub fn alternatives(&self) -> [(String, String); 2] {
        let kind = self.header("Content-Type");
        assert!(kind.starts_with("multipart/alternative"), "{kind}");
        let boundary = kind.split("boundary=\"").nth(1).and_then(|b| b.split('"').next()).expect("a boundary");
        let body = self.raw.split_once("\r\n\r\n").expect("a body").1;
        let parts: Vec<(String, String)> = body
            .split(&format!("--{boundary}"))
            .filter(|part| part.contains("Content-Type"))
            .map(|part| {
                let part = part.trim_start();
                let (_, text) = part.split_once("\r\n\r\n").expect("a part's body");
                (header(part, "Content-Type"), transfer_decoded(&header(part, "Content-Transfer-Encoding"), text))
            })
            .collect();
        parts.try_into().expect("two parts")
    }
}

fn header(raw: &str, name: &str) -> String {
    let head = raw.split("\r\n\r\n").next().unwrap_or("").replace("\r\n ", " ").replace("\r\n\t", " ");
    let prefix = format!("{}:", name.to_lowercase());
    head.split("\r\n").find(|l| l.to_lowercase().starts_with(&prefix)).map_or(String::new(), |l| l[prefix.len()..].trim().to_owned())
}

fn transfer_decoded(encoding: &str, text: &str) -> String {
    let bytes = match encoding {
        "base64" => STANDARD.decode(text.split_whitespace().collect::<String>()).expect("base64"),
        "quoted-printable" => quoted_printable(text),
        _ => text.as_bytes().to_vec(),
    };
    String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n")
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let text = text.replace("=\r\n", "");
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'=' {
            let hex = [bytes.next().unwrap_or(b'0'), bytes.next().unwrap_or(b'0')];
            out.push(u8::from_str_radix(std::str::from_utf8(&hex).expect("ASCII"), 16).expect("hex"));
        } else {
            out.push(byte);
        }
    }
    out
}
