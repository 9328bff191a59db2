//! Settings: `config/default.toml`, then a file, then the environment, then options.
//!
//! Every setting has a default; an unknown or mistyped one stops the start with its name.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

use super::network::Network;

/// Where the instance secret lies in the data folder.
const SECRET_FILE: &str = "secret.key";

/// The defaults, also the documentation of every setting.
pub const DEFAULTS: &str = include_str!("../../config/default.toml");

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: Server,
    pub storage: Storage,
    pub people: People,
    pub mail: Mail,
    pub limits: Limits,
    pub reviews: Reviews,
    pub agreement: Agreement,
    pub disclosure: Disclosure,
    pub retention: Retention,
    /// Set by `stoa demo` only; not readable from files or the environment.
    #[serde(skip)]
    pub demo: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub bind: String,
    pub base_url: String,
    pub workers: usize,
    #[serde(serialize_with = "masked")]
    pub metrics_token: SecretString,
    pub secure_cookies: bool,
    /// Proxies of our own, whose word about addresses is taken.
    pub trusted_proxies: Vec<Network>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    pub data: PathBuf,
    /// May contain a password, hence secret.
    #[serde(serialize_with = "masked_address")]
    pub database_url: SecretString,
    pub pool: u32,
    pub accept_other_secret: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    pub second_factor: SecondFactor,
}

/// Whether coordinators and operators may sign in with a password alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactor {
    Optional,
    Required,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub transport: Transport,
    pub from: String,
    pub reply_to: String,
    pub smtp_host: String,
    pub smtp_port: u16,
    pub smtp_security: Security,
    pub smtp_user: String,
    #[serde(serialize_with = "masked")]
    pub smtp_password: SecretString,
    /// Trusted besides the usual authorities; empty for none.
    pub smtp_ca_file: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    Mailbox,
    Smtp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    Starttls,
    Tls,
    None,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub json_bytes: usize,
    pub form_bytes: usize,
    pub evidence_bytes: usize,
    pub body_seconds: u64,
    pub logins_per_15_minutes: i32,
    pub tries_per_address: i32,
    pub answers_per_address: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reviews {
    pub same_country_is_conflict: bool,
}

/// Days for which something is kept after it was over; 0: for ever.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    pub messages_days: u16,
    pub programs_days: u16,
    pub links_days: u16,
    pub drafts_days: u16,
    pub jobs_days: u16,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    pub alpha_good: f64,
    pub alpha_tentative: f64,
    pub gap: i32,
    pub decision_line: i32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    pub suppress_below: u32,
    pub open_link_below: u32,
}

/// What the command line may override.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    pub file: Option<PathBuf>,
    pub bind: Option<String>,
    pub data: Option<PathBuf>,
}

impl Config {
    /// Reads the settings. Errors are one line that names the setting and where it came from.
    pub fn load(overrides: &Overrides) -> Result<Self, String> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(file) = &overrides.file {
            if !file.is_file() {
                return Err(format!("configuration file {} does not exist", file.display()));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        figment = figment.merge(Env::prefixed("STOA_").ignore(&["test_postgres", "test_postgres_durable", "bless", "config"]).split("__"));
        if let Some(bind) = &overrides.bind {
            figment = figment.merge(Serialized::default("server.bind", bind));
        }
        if let Some(data) = &overrides.data {
            figment = figment.merge(Serialized::default("storage.data", data));
        }
        let config: Self = figment.extract().map_err(|e| e.to_string().replace('\n', "; "))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        if self.server.bind.parse::<std::net::SocketAddr>().is_err() {
            return Err(format!("server.bind is {:?}; it should be ADDRESS:PORT, for example 127.0.0.1:8080", self.server.bind));
        }
        if !self.server.base_url.is_empty() && url::Url::parse(&self.server.base_url).map_or(true, |u| !matches!(u.scheme(), "http" | "https")) {
            return Err(format!("server.base_url is {:?}; it should be empty or begin with http:// or https://", self.server.base_url));
        }
        let reached = url::Url::parse(&self.base_url()).ok();
        if reached.as_ref().is_some_and(|u| u.path() != "/" || u.query().is_some() || u.fragment().is_some() || !u.username().is_empty()) {
            return Err(format!("server.base_url is {:?}; it should end with the name or the port, without a path", self.server.base_url));
        }
        let named = reached.is_some_and(|u| u.domain().is_some_and(|name| u.scheme() == "https" || name == "localhost"));
        if self.people.second_factor == SecondFactor::Required && !named {
            return Err("people.second_factor is required, so server.base_url must begin with https and have a name: passkeys need both".to_owned());
        }
        if !(1..=3600).contains(&self.limits.body_seconds) {
            return Err("limits.body_seconds must be between 1 and 3600".to_owned());
        }
        if self.server.base_url.to_ascii_lowercase().starts_with("https:") && !self.server.secure_cookies {
            return Err("server.base_url begins with https, so server.secure_cookies must be true: cookies would travel in clear".to_owned());
        }
        if !(1..=256).contains(&self.server.workers) || !(1..=1_000).contains(&self.storage.pool) {
            return Err("server.workers must be between 1 and 256, and storage.pool between 1 and 1000".to_owned());
        }
        if self.mail.smtp_port == 0 {
            return Err("mail.smtp_port must be at least 1: 25, 465 or 587 as a rule".to_owned());
        }
        if self.limits.logins_per_15_minutes < 1 || self.limits.tries_per_address < 1 {
            return Err("limits.logins_per_15_minutes and limits.tries_per_address must be at least 1".to_owned());
        }
        if (1..200).contains(&self.limits.answers_per_address) {
            return Err("limits.answers_per_address must be at least 200, for a full house sends as many, or 0 for any number".to_owned());
        }
        let limits = &self.disclosure;
        if limits.suppress_below < 3 || limits.open_link_below < limits.suppress_below {
            return Err("disclosure.suppress_below must be at least 3, and disclosure.open_link_below no less than it".to_owned());
        }
        if self.mail.from.parse::<lettre::message::Mailbox>().is_err() {
            return Err(format!("mail.from is {:?}; it should be like Stoa <stoa@example.org>", self.mail.from));
        }
        let url = self.storage.database_url.expose_secret();
        if !url.is_empty() && !url.starts_with("postgres://") && !url.starts_with("postgresql://") && !url.starts_with("sqlite://") {
            return Err("storage.database_url should be empty, or begin with postgres:// or sqlite://".to_owned());
        }
        Ok(())
    }

    /// The database to open: as set, or SQLite in the data folder.
    pub fn database_url(&self) -> String {
        let url = self.storage.database_url.expose_secret();
        if url.is_empty() { format!("sqlite://{}", self.storage.data.join("stoa.db").display()) } else { url.to_owned() }
    }

    /// Where people reach this instance, without a slash at the end.
    pub fn base_url(&self) -> String {
        let url = &self.server.base_url;
        if url.is_empty() { format!("http://{}", self.server.bind) } else { url.trim_end_matches('/').to_owned() }
    }

    /// The effective settings as TOML, secrets masked.
    pub fn masked(&self) -> Result<String, String> {
        let mut shown = self.clone();
        shown.server.base_url = self.base_url();
        shown.storage.database_url = self.database_url().into();
        toml::to_string(&shown).map_err(|e| e.to_string())
    }
}

/// A secret has no way out of the settings but this: whether there is one.
fn masked<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(if secret.expose_secret().is_empty() { "" } else { "********" })
}

fn masked_address<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&masked_url(secret.expose_secret()))
}

/// A database URL for people: passwords in it, before the host or as a parameter, are masked.
pub fn masked_url(text: &str) -> String {
    let Ok(mut url) = url::Url::parse(text) else { return text.to_owned() };
    if url.password().is_some() {
        // A URL with a password has a host, so setting it cannot fail.
        let _ = url.set_password(Some("********"));
    }
    if url.query().is_some() {
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let hide = |name: &str, value: String| if name.contains("password") { "********".to_owned() } else { value };
        url.query_pairs_mut().clear().extend_pairs(pairs.into_iter().map(|(name, value)| (name.clone(), hide(&name, value))));
    }
    url.to_string()
}

/// The instance secret in `<data>/secret.key`; `None` where there is no such file. The error is one line.
pub fn instance_secret(data: &Path) -> Result<Option<[u8; 32]>, String> {
    let path = data.join(SECRET_FILE);
    match std::fs::read(&path) {
        Ok(bytes) => bytes.try_into().map(Some).map_err(|_| format!("{} is not a 32-byte secret", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
    }
}

/// Makes the instance secret. One that another process has made meanwhile is kept.
pub fn instance_secret_make(data: &Path, chance: &dyn super::chance::Chance) -> Result<[u8; 32], String> {
    let mut secret = [0; 32];
    chance.fill(&mut secret);
    instance_secret_put(data, secret)
}

/// Puts a secret into the data folder, readable by its owner only: whole and on disk, or not at all. Gives the one
/// that is there then: one of before is kept.
pub fn instance_secret_put(data: &Path, secret: [u8; 32]) -> Result<[u8; 32], String> {
    let written = tempfile::NamedTempFile::new_in(data).and_then(|mut file| {
        std::io::Write::write_all(&mut file, &secret)?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(data.join(SECRET_FILE)) {
            Err(error) if error.error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.error),
            _ => std::fs::File::open(data)?.sync_all(),
        }
    });
    written.map_err(|e| format!("data folder {} cannot be written: {e}", data.display()))?;
    instance_secret(data)?.ok_or_else(|| format!("{SECRET_FILE} in {} is gone again", data.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_shown_and_no_secret() {
        let mut config: Config = Figment::from(Toml::string(DEFAULTS)).extract().unwrap();
        config.server.metrics_token = "hidden".into();
        config.mail.smtp_password = "hidden".into();
        config.storage.database_url = "postgres://u:hidden@h/db".into();
        let shown = config.masked().unwrap();
        assert!(!shown.contains("hidden"), "{shown}");
        let keys = |text: &str| -> Vec<String> {
            let table: toml::Table = text.parse().unwrap();
            let of = |(section, values): (&String, &toml::Value)| {
                values.as_table().unwrap().keys().map(|key| format!("{section}.{key}")).collect::<Vec<_>>()
            };
            table.iter().flat_map(of).collect()
        };
        assert_eq!(keys(&shown), keys(DEFAULTS));
        let again: Config = Figment::from(Toml::string(&shown)).extract().unwrap();
        assert_eq!(again.masked().unwrap(), shown);
    }

    #[test]
    fn what_would_be_unsafe_is_refused_by_name() {
        let with = |lines: &str| -> Result<Config, String> {
            let config: Config = Figment::from(Toml::string(DEFAULTS)).merge(Toml::string(lines)).extract().map_err(|e| e.to_string())?;
            config.check().map(|()| config)
        };
        for (lines, named) in [
            ("[server]\ntrusted_proxies = [\"10.0.0.0/33\"]", "server.trusted_proxies"),
            ("[server]\ntrusted_proxies = [\"0.0.0.0/0\"]", "everybody"),
            ("[server]\ntrusted_proxies = [\"proxy.example\"]", "neither an address nor a network"),
            ("[server]\ntrusted_proxies = \"127.0.0.1\"", "server.trusted_proxies"),
            ("[server]\nbase_url = \"https://stoa.example.org\"", "server.secure_cookies"),
            ("[server]\nbase_url = \"http://stoa.example.org/city\"", "server.base_url"),
            ("[server]\nbase_url = \"http://stoa.example.org/?a=b\"", "server.base_url"),
            ("[server]\nworkers = 100000", "server.workers"),
            ("[storage]\npool = 0", "storage.pool"),
            ("[mail]\nsmtp_port = 0", "mail.smtp_port"),
            ("[disclosure]\nsuppress_below = 0", "disclosure.suppress_below"),
            ("[disclosure]\nsuppress_below = 2", "disclosure.suppress_below"),
            ("[limits]\nlogins_per_15_minutes = 0", "limits.logins_per_15_minutes"),
            ("[limits]\ntries_per_address = 0", "limits.tries_per_address"),
            ("[limits]\nanswers_per_address = 30", "limits.answers_per_address"),
        ] {
            let said = with(lines).unwrap_err();
            assert!(said.contains(named) && !said.contains('\n'), "{lines}: {said}");
        }
        let config = with("[server]\ntrusted_proxies = [\"127.0.0.1\", \"2001:db8::/32\"]").unwrap();
        assert_eq!(config.server.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>(), ["127.0.0.1", "2001:db8::/32"]);
    }

    #[test]
    fn passwords_in_addresses_are_never_shown() {
        assert_eq!(masked_url("postgres://u:secret@h/db"), "postgres://u:********@h/db");
        assert!(!masked_url("postgres://u@h/db?password=secret&sslmode=disable").contains("secret"));
        assert_eq!(masked_url("sqlite:///var/lib/stoa.db"), "sqlite:///var/lib/stoa.db");
    }
}
