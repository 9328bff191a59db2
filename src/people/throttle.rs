//! Brakes on guessing, which do not punish whom somebody else guesses at. Failures are counted in the database,
//! so that several processes share them: after so many the next try waits, each time longer.
//!
//! A browser or an address from which the account signed in before has a count of its own. Strangers to the
//! account share one, and one for their address over all accounts. Only failures are counted, and only of who got
//! as far as being checked: one row for each subject. The rows keep keyed hashes; nobody can be read from them.

use chrono::Duration;

use super::device::Device;
use super::doors::Doors;
use super::store;
use crate::ground::ids::PersonId;
use crate::ground::{Email, Error, Result, UtcTime};
use crate::service::Service;
use crate::store::Db;

/// A failure is forgotten after so many seconds without another one.
pub const WINDOW: i64 = 900;
/// The first pause, in seconds; each further one is twice as long, up to the window.
const FIRST_PAUSE: i64 = 30;
/// Clocks of several processes may differ by so many seconds. What lies further ahead is from before a clock was
/// set back, and counts no more.
const SKEW: i64 = 10;
/// Links to set a password that somebody may have sent to one account by hand in a window.
const LINKS: i32 = 3;
/// Before a second link goes to the same account, in seconds; the third waits twice as long, and so on.
const BETWEEN_LINKS: i64 = 120;

/// What is being tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Signing in, or showing the password that one has.
    SignIn,
    /// Handing in a refresh token.
    Token,
    /// Asking for a link to set a password.
    Link,
    /// Taking over a fresh instance.
    Setup,
}

impl Door {
    pub const ALL: [Self; 4] = [Self::SignIn, Self::Token, Self::Link, Self::Setup];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Token => "token",
            Self::Link => "password_link",
            Self::Setup => "setup",
        }
    }
}

/// Where a try comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Keyed hash of the address.
    pub address: String,
    /// Whether many may share the address: somebody in between says so, whom nobody has named.
    pub shared: bool,
    /// The mark that the browser brought.
    pub device: Option<Device>,
}

/// Failures that are counted together.
struct Counter {
    subject: String,
    limit: i32,
}

/// What holds one try back, or does not.
pub struct Brake<'s> {
    service: &'s Service,
    door: Door,
    /// For the log: the hash of the address.
    from: &'s str,
    counters: Vec<Counter>,
    known: bool,
}

fn subject(service: &Service, door: Door, kind: &str, who: &str) -> String {
    service.secrets.token("attempt", &format!("{}\n{kind}\n{who}", door.as_str()))
}

/// As `subject`, in one of 65,536 rows, whatever addresses and accounts strangers make up. Who shares one by
/// accident is slowed with somebody else.
fn folded(service: &Service, door: Door, kind: &str, who: &str) -> String {
    let mac = service.secrets.mac("attempt-folded", who);
    format!("{}-{kind}-{:04x}", door.as_str(), u16::from_be_bytes([mac[0], mac[1]]))
}

fn of_address(service: &Service, door: Door, origin: &Origin) -> Counter {
    Counter { subject: folded(service, door, "address", &origin.address), limit: service.config.limits.tries_per_address }
}

fn known_subject(service: &Service, email: &Email, origin: &Origin) -> String {
    service.secrets.token("known-address", &format!("{}\n{}", email.as_str(), origin.address))
}

/// Whether the account signed in before in this browser; else, from this address.
fn is_known(service: &Service, email: &Email, origin: &Origin) -> Result<(bool, bool)> {
    let browser = origin.device.as_ref().is_some_and(|device| device.knows(&service.secrets, email));
    let look = || service.store.read(|db| store::is_known_address(db, &known_subject(service, email, origin), oldest(service.now())));
    Ok((browser, !browser && !origin.shared && look()?))
}

fn oldest(now: UtcTime) -> UtcTime {
    now.minus(Duration::days(store::ADDRESS_DAYS))
}

impl<'s> Brake<'s> {
    /// For showing the password of an account.
    pub fn sign_in(service: &'s Service, email: &Email, origin: &'s Origin) -> Result<Self> {
        let (door, limit) = (Door::SignIn, service.config.limits.logins_per_15_minutes);
        let (browser, address) = is_known(service, email, origin)?;
        let own = |kind: &str, which: &str| vec![Counter { subject: subject(service, door, kind, &format!("{}\n{which}", email.as_str())), limit }];
        let counters = match (&origin.device, browser, address) {
            (Some(device), true, _) => own("browser", device.name()),
            (_, _, true) => own("from", &origin.address),
            _ => {
                let account = Counter { subject: folded(service, door, "account", email.as_str()), limit };
                vec![account, of_address(service, door, origin)]
            }
        };
        Ok(Self { service, door, from: &origin.address, counters, known: browser || address })
    }

    /// For showing one's own password while one is signed in.
    pub fn own(service: &'s Service, person: &PersonId, origin: &'s Origin) -> Self {
        let (door, limit) = (Door::SignIn, service.config.limits.logins_per_15_minutes);
        let counter = Counter { subject: subject(service, door, "person", person.as_str()), limit };
        Self { service, door, from: &origin.address, counters: vec![counter], known: true }
    }

    /// By address alone, over all accounts.
    pub fn by_address(service: &'s Service, door: Door, origin: &'s Origin) -> Self {
        Self { service, door, from: &origin.address, counters: vec![of_address(service, door, origin)], known: false }
    }

    /// For asking for a link: who is known to the account is not held back by their address.
    pub fn link(service: &'s Service, email: &Email, origin: &'s Origin) -> Result<Self> {
        let (browser, address) = is_known(service, email, origin)?;
        let counters = if browser || address { Vec::new() } else { vec![of_address(service, Door::Link, origin)] };
        Ok(Self { service, door: Door::Link, from: &origin.address, counters, known: browser || address })
    }

    /// Whether the account signed in here before.
    pub fn is_known(&self) -> bool {
        self.known
    }

    /// Reads only. Errors: too many, with the seconds to wait.
    pub fn check(&self) -> Result<()> {
        let now = self.service.now();
        let subjects: Vec<&str> = self.counters.iter().map(|counter| counter.subject.as_str()).collect();
        if subjects.is_empty() {
            return Ok(());
        }
        let counted = self.service.store.read(|db| store::attempts(db, &subjects))?;
        let limit = |subject: &str| self.counters.iter().find(|c| c.subject == subject).map_or(i32::MAX, |c| c.limit);
        let left = counted.iter().filter_map(|(subject, failures, last)| left(*failures, limit(subject), *last, now)).max();
        match left {
            None => Ok(()),
            Some(retry_after) => {
                Doors::of(self.service, |doors| doors.throttled(self.door, self.from, now));
                Err(Error::TooMany { retry_after })
            }
        }
    }

    /// Counts a failure, in a transaction of its own.
    pub fn failed(&self) -> Result<()> {
        Doors::of(self.service, |doors| doors.failed(self.door, self.from, self.service.now()));
        if self.counters.is_empty() { Ok(()) } else { self.service.store.write(|db| self.count(db)) }
    }

    /// Counts a try inside the caller's transaction.
    pub fn count(&self, db: &mut Db) -> Result<()> {
        let now = self.service.now();
        for counter in &self.counters {
            store::attempt_count(db, &counter.subject, now, span(now))?;
        }
        Ok(())
    }

    /// After a success: one's own failures are forgotten, those of strangers are not.
    pub fn succeeded(&self, db: &mut Db) -> Result<()> {
        for counter in self.counters.iter().filter(|_| self.known) {
            store::attempt_clear(db, &counter.subject)?;
        }
        Ok(())
    }
}

/// Remembers that an account signed in from there.
pub fn remember(service: &Service, db: &mut Db, email: &Email, origin: &Origin) -> Result<()> {
    if origin.shared {
        return Ok(());
    }
    store::known_address_keep(db, &known_subject(service, email, origin), service.now())
}

/// Who has a link to set a password sent: whoever names an address, or somebody who invites. What strangers ask for
/// keeps no invitation back.
#[derive(Debug, Clone, Copy)]
pub enum Asker {
    Anybody,
    Inviter,
}

impl Asker {
    fn of(self, service: &Service, email: &Email) -> String {
        let kind = match self {
            Self::Anybody => "account",
            Self::Inviter => "invitation",
        };
        subject(service, Door::Link, kind, email.as_str())
    }
}

/// Whether a link to set a password is to go to this account now: not if one has just gone. Counts it where it is.
pub fn link_due(service: &Service, db: &mut Db, email: &Email, by: Asker) -> Result<bool> {
    let now = service.now();
    let due = |sent: i32, last: UtcTime| now.seconds_since(last) >= BETWEEN_LINKS << (sent - 1).clamp(0, 8);
    store::attempt_take(db, &by.of(service, email), now, span(now), due)
}

/// As `link_due`, for somebody who asks for another one by hand. Errors: too many.
pub fn link_again(service: &Service, db: &mut Db, email: &Email) -> Result<()> {
    let now = service.now();
    let free = |sent: i32, _| sent < LINKS;
    let taken = store::attempt_take(db, &Asker::Inviter.of(service, email), now, span(now), free)?;
    if taken { Ok(()) } else { Err(Error::TooMany { retry_after: u32::try_from(WINDOW).unwrap_or(900) }) }
}

/// When the last failure was, if it still counts.
fn span(now: UtcTime) -> std::ops::Range<UtcTime> {
    now.minus(Duration::seconds(WINDOW))..now.plus(Duration::seconds(SKEW))
}

/// How many seconds are left to wait.
fn left(failures: i32, limit: i32, last: UtcTime, now: UtcTime) -> Option<u32> {
    if !span(now).contains(&last) || failures < limit {
        return None;
    }
    let pause = (FIRST_PAUSE << (failures - limit).clamp(0, 8)).min(WINDOW);
    u32::try_from(pause - now.seconds_since(last).max(0)).ok().filter(|left| *left > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_quarter_of_an_hour_and_end_with_it() {
        let now: UtcTime = "2026-03-02T09:00:00Z".parse().unwrap();
        let first: Vec<_> = (9..18).map(|failures| left(failures, 10, now, now)).collect();
        assert_eq!(first, [None, Some(30), Some(60), Some(120), Some(240), Some(480), Some(900), Some(900), Some(900)]);
        assert_eq!(left(1_000_000, 10, now, now), Some(900));
        let after = |seconds| left(12, 10, now, now.plus(Duration::seconds(seconds)));
        assert_eq!([after(0), after(119), after(120), after(900)], [Some(120), Some(1), None, None]);
    }

    #[test]
    fn a_clock_that_is_set_back_leaves_no_pause_behind() {
        let now: UtcTime = "2026-03-02T09:00:00Z".parse().unwrap();
        let back = |seconds| left(99, 10, now, now.minus(Duration::seconds(seconds)));
        assert_eq!(back(3), Some(900), "clocks of two processes differ");
        assert_eq!((back(11), back(3600), back(1_000_000)), (None, None, None));
    }
}
