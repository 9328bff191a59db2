//! How a mail leaves the house: SMTP, or the built-in mailbox that only keeps it.
//!
//! Knows no database. STARTTLS, where it is set, is demanded: a server without it gets nothing.
//! Every step with a mail server has its time; one that does not answer is put off.

use std::error::Error as _;
use std::io::{self, ErrorKind};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message, SmtpTransport, Transport as _};
use secrecy::ExposeSecret;

use super::delivery::{Hindrance, Outcome, by_reply};
use super::store::MessageRow;
use super::templates::Rendered;
use crate::ground::config::{Config, Mail, Security, Transport};
use crate::ground::{Error, Result, UtcTime};
use crate::service::Service;

/// How long one step of a conversation with a mail server may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longest reason that is kept, in characters.
const LONGEST_REASON: usize = 500;

/// The way out of this process, opened when it is first needed, so that connections are used again; the roof
/// registers it.
#[derive(Default)]
pub struct Way(OnceLock<Post>);

impl Way {
    /// Errors: internal, one line for the operator.
    pub fn post(&self, service: &Service) -> Result<&Post> {
        if let Some(post) = self.0.get() {
            return Ok(post);
        }
        let post = Post::open(&service.config.mail).map_err(Error::Internal)?;
        Ok(self.0.get_or_init(|| post))
    }
}

impl Drop for Way {
    /// Says goodbye to the mail server, and waits for no answer.
    fn drop(&mut self) {
        if let Some(post) = self.0.take() {
            std::thread::spawn(move || drop(post));
        }
    }
}

/// How mails are handed over.
pub enum Post {
    /// Keeps; shown in the journal and, in the demo, in the mailbox.
    Mailbox,
    Smtp(Box<SmtpTransport>),
}

impl Post {
    /// As the settings say. Does not connect. The error is one line for the operator.
    pub fn open(mail: &Mail) -> std::result::Result<Self, String> {
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
        let mut smtp =
            SmtpTransport::builder_dangerous(&mail.smtp_host).port(mail.smtp_port).tls(tls).timeout(Some(PATIENCE)).hello_name(ClientId::default());
        if !mail.smtp_user.is_empty() {
            smtp = smtp.credentials(Credentials::new(mail.smtp_user.clone(), mail.smtp_password.expose_secret().to_owned()));
        }
        Ok(Self::Smtp(Box::new(smtp.build())))
    }

    /// Hands one mail over. Blocks as long as the mail server does.
    pub fn deliver(&self, config: &Config, row: &MessageRow, rendered: &Rendered, now: UtcTime) -> Outcome {
        let message = match compose(config, row, rendered, now) {
            Ok(message) => message,
            Err(reason) => return Outcome::Failed(reason),
        };
        let Self::Smtp(smtp) = self else { return Outcome::Sent };
        match smtp.send(&message) {
            Ok(_) => Outcome::Sent,
            Err(error) if timed_out(&error) => Outcome::Deferred(Hindrance::NoAnswer.to_string()),
            Err(error) => {
                let reason: String = error.to_string().chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_REASON).collect();
                // Without a reply it is the way that failed (no connection, no STARTTLS, a wrong certificate).
                error.status().map_or_else(|| Outcome::Deferred(reason.clone()), |code| by_reply(u16::from(code), reason.clone()))
            }
        }
    }
}

/// Whether a step took longer than it may: the socket then says that it would block.
fn timed_out(error: &lettre::transport::smtp::Error) -> bool {
    let causes = std::iter::successors(error.source(), |cause| (**cause).source());
    causes.filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|e| matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
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
