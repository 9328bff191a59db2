//! How a mail leaves the house: SMTP, or the built-in mailbox that only keeps it.
//!
//! Knows no database. STARTTLS, where it is set, is demanded: a server without it gets nothing.
//! What a mail server may take of our time and memory has its limits; a mail whose server goes beyond is put off.

mod line;
mod relay;

use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, Message};
use secrecy::ExposeSecret;

pub use self::line::{Hurry, Limits};
use self::relay::{Place, Relay};
use super::delivery::{Hindrance, Outcome, by_reply};
use super::store::MessageRow;
use super::templates::Rendered;
use crate::ground::config::{Config, Mail, Security, Transport};
use crate::ground::{Error, Result, UtcTime};
use crate::service::Service;

/// Longest reason that is kept, in characters.
const LONGEST_REASON: usize = 500;

/// The way out of this process, opened when it is first needed, so that connections are used again; the roof
/// registers it.
#[derive(Default)]
pub struct Way {
    post: OnceLock<Post>,
    limits: Limits,
}

impl Way {
    /// With other limits than the usual ones, for tests.
    pub fn within(limits: Limits) -> Self {
        Self { post: OnceLock::new(), limits }
    }

    /// Errors: internal, one line for the operator.
    pub fn post(&self, service: &Service) -> Result<&Post> {
        if let Some(post) = self.post.get() {
            return Ok(post);
        }
        let post = Post::open(&service.config.mail, self.limits).map_err(Error::Internal)?;
        Ok(self.post.get_or_init(|| post))
    }
}

impl Drop for Way {
    /// Says goodbye to the mail server, and waits for no answer.
    fn drop(&mut self) {
        if let Some(post) = self.post.take() {
            std::thread::spawn(move || drop(post));
        }
    }
}

/// How mails are handed over.
pub enum Post {
    /// Keeps; shown in the journal and, in the demo, in the mailbox.
    Mailbox,
    Smtp(Arc<Relay>),
}

impl Post {
    /// As the settings say. Does not connect. The error is one line for the operator.
    pub fn open(mail: &Mail, limits: Limits) -> std::result::Result<Self, String> {
        if mail.transport == Transport::Mailbox {
            return Ok(Self::Mailbox);
        }
        let tls = || {
            let mut tls = TlsParameters::builder(mail.smtp_host.clone());
            if !mail.smtp_ca_file.is_empty() {
                let pem = std::fs::read(&mail.smtp_ca_file).map_err(|e| format!("mail.smtp_ca_file {} cannot be read: {e}", mail.smtp_ca_file))?;
                let authority =
                    Certificate::from_pem(&pem).map_err(|e| format!("mail.smtp_ca_file {} is not a PEM certificate: {e}", mail.smtp_ca_file))?;
                tls = tls.add_root_certificate(authority);
            }
            tls.build().map_err(|e| format!("mail.smtp_host {:?} cannot be used with TLS: {e}", mail.smtp_host))
        };
        let tls = match mail.smtp_security {
            Security::Starttls => Tls::Required(tls()?),
            Security::Tls => Tls::Wrapper(tls()?),
            Security::None => Tls::None,
        };
        let credentials =
            (!mail.smtp_user.is_empty()).then(|| Credentials::new(mail.smtp_user.clone(), mail.smtp_password.expose_secret().to_owned()));
        let place = Place { host: mail.smtp_host.clone(), port: mail.smtp_port, tls, credentials };
        Relay::new(place, limits).map(Self::Smtp)
    }

    /// The process stops: what is under way must be over soon.
    pub fn hurry(&self, hurry: &Hurry) {
        if let Self::Smtp(relay) = self {
            hurry.within(relay.limits().hurry);
        }
    }

    /// Hands one mail over. Blocks as long as the mail server does, within the limits.
    pub fn deliver(&self, config: &Config, row: &MessageRow, rendered: &Rendered, now: UtcTime, hurry: &Hurry) -> Outcome {
        let message = match compose(config, row, rendered, now) {
            Ok(message) => message,
            Err(reason) => return Outcome::Failed(reason),
        };
        let Self::Smtp(relay) = self else { return Outcome::Sent };
        match relay.send(&message, hurry) {
            Ok(()) => Outcome::Sent,
            Err(failure) if failure.is_late() => Outcome::Deferred(Hindrance::NoAnswer.to_string()),
            Err(failure) => {
                let reason: String = failure.to_string().chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_REASON).collect();
                // Without a reply it is the way that failed (no connection, no STARTTLS, a wrong certificate).
                failure.status().map_or_else(|| Outcome::Deferred(reason.clone()), |code| by_reply(code, reason.clone()))
            }
        }
    }
}

/// Says that no person wrote this, so that no absence note comes back (RFC 3834).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> std::result::Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The mail as it goes over the wire: text and HTML as alternatives. Its Message-ID is made from
/// the message's own id, so that a second try after a crash is recognisable as the same mail.
pub fn compose(config: &Config, row: &MessageRow, rendered: &Rendered, now: UtcTime) -> std::result::Result<Message, String> {
    let mail = &config.mail;
    let from: Mailbox = mail.from.parse().map_err(|e| format!("mail.from: {e}"))?;
    let address: Address = row.to_email.as_str().parse().map_err(|_| Hindrance::BadAddress.to_string())?;
    let name: String = row.to_name.chars().filter(|c| !c.is_control()).collect();
    let domain = from.email.domain().to_owned();
    let mut message = Message::builder()
        .message_id(Some(format!("<{}@{domain}>", row.id)))
        .date(SystemTime::from(now.chrono()))
        .from(from)
        .to(Mailbox::new((!name.trim().is_empty()).then_some(name), address))
        .subject(rendered.subject.clone())
        .header(AutoSubmitted);
    if !mail.reply_to.is_empty() {
        message = message.reply_to(mail.reply_to.parse().map_err(|e| format!("mail.reply_to: {e}"))?);
    }
    message.multipart(MultiPart::alternative_plain_html(rendered.text.clone(), rendered.html.clone())).map_err(|e| e.to_string())
}
