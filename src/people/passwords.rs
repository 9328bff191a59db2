//! Passwords: Argon2id with OWASP's parameters, and a gate so that sign-ins never starve the memory.
//!
//! Hashing blocks for tens of milliseconds and takes 19 MiB: call it on the blocking pool only, and
//! never inside a transaction. Those who are known queue apart from strangers, and go first.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};

use crate::ground::gate::waits;
use crate::ground::{Error, Result};

/// OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes computed at the same moment; strangers leave one of the places free.
const AT_ONCE: usize = 2;
/// Callers waiting in each queue at most; the next one hears "unavailable" at once.
const WAITING: usize = 64;
/// Places, inside and in front, that one account has in a queue: whoever repeats the password of one holds up nobody
/// else.
const SHARE: usize = 4;
/// How long a caller waits for its turn.
const PATIENCE: Duration = Duration::from_secs(8);

/// A hash that no password has, made with the same parameters: an unknown account costs the same
/// time as a known one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c3RvYS1uby1zdWNoLW9uZQ$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// In which queue somebody waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Queue {
    /// Signed in here before, or holds a session, a link or the setup code.
    Known,
    Stranger,
}

/// Lets `AT_ONCE` callers in; the others wait in front of it. The roof registers the one of the process.
#[derive(Debug, Default)]
pub struct Gate {
    inside: Mutex<Counts>,
    left: Condvar,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    /// Callers inside, by queue.
    inside: [usize; 2],
    /// Callers waiting, by queue.
    waiting: [usize; 2],
    /// Callers inside and waiting in the name of an account, by queue: strangers take nothing from those who are known.
    accounts: HashMap<(Queue, String), usize>,
}

impl Counts {
    fn may_enter(&self, queue: Queue) -> bool {
        let [known, strangers] = self.inside;
        let room = known + strangers < AT_ONCE;
        match queue {
            Queue::Known => room,
            Queue::Stranger => room && strangers < AT_ONCE - 1 && self.waiting[Queue::Known as usize] == 0,
        }
    }
}

impl Gate {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a place, in the name of an account. Errors: too many where the account has its share already,
    /// unavailable where too many wait.
    pub fn enter(&self, queue: Queue, account: &str) -> Result<Place<'_>> {
        let full = || Err(Error::Unavailable("too many passwords at once".to_owned()));
        let mut counts = self.counts();
        let share = counts.accounts.entry((queue, account.to_owned())).or_default();
        if *share >= SHARE {
            return Err(Error::TooMany { retry_after: 1 });
        }
        *share += 1;
        drop(counts);
        // From here on whatever becomes of it gives the share back.
        let mut place = Place { gate: self, queue, account: account.to_owned(), inside: false };
        let mut counts = self.counts();
        if !counts.may_enter(queue) {
            if counts.waiting[queue as usize] >= WAITING {
                drop(counts);
                return full();
            }
            waits();
            counts.waiting[queue as usize] += 1;
            let (mut after, timeout) =
                self.left.wait_timeout_while(counts, PATIENCE, |c| !c.may_enter(queue)).unwrap_or_else(PoisonError::into_inner);
            after.waiting[queue as usize] -= 1;
            if timeout.timed_out() {
                drop(after);
                // Strangers may have waited for this one.
                self.left.notify_all();
                return full();
            }
            counts = after;
        }
        counts.inside[queue as usize] += 1;
        drop(counts);
        place.inside = true;
        Ok(place)
    }
}

/// A place inside; given back when dropped, also when the work panics.
pub struct Place<'g> {
    gate: &'g Gate,
    queue: Queue,
    account: String,
    /// False while it waits.
    inside: bool,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut counts = self.gate.counts();
        if self.inside {
            counts.inside[self.queue as usize] -= 1;
        }
        if let Entry::Occupied(mut share) = counts.accounts.entry((self.queue, std::mem::take(&mut self.account))) {
            *share.get_mut() -= 1;
            if *share.get() == 0 {
                share.remove();
            }
        }
        drop(counts);
        self.gate.left.notify_all();
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash to store, as a PHC string. The salt is random, another one for every hash. Where people ask for it,
/// inside the gate.
pub fn hash(salt: [u8; 16], password: &str) -> Result<String> {
    argon2()?.hash_password_with_salt(password.as_bytes(), &salt).map(|hash: PasswordHash| hash.to_string()).map_err(Error::internal)
}

impl Place<'_> {
    /// Whether the password is the one of a stored hash. Without a hash the answer is no, and takes as
    /// long.
    pub fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool> {
        let hash = PasswordHash::new(stored.unwrap_or(NOBODY)).map_err(Error::internal)?;
        let right = argon2()?.verify_password(password.as_bytes(), &hash).is_ok();
        Ok(right && stored.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verify(password: &str, stored: Option<&str>) -> Result<bool> {
        Gate::default().enter(Queue::Stranger, "somebody")?.verify(password, stored)
    }

    #[test]
    fn a_password_is_found_again_and_another_is_not() {
        let stored = hash([1; 16], "a bridge in Fez").unwrap();
        assert!(verify("a bridge in Fez", Some(&stored)).unwrap());
        assert!(!verify("a bridge in fez", Some(&stored)).unwrap());
        assert_ne!(stored, hash([2; 16], "a bridge in Fez").unwrap(), "equal passwords do not show");
    }

    #[test]
    fn an_unknown_account_costs_the_same_parameters_and_never_opens() {
        let stored = hash([1; 16], "a bridge in Fez").unwrap();
        let head = |h: &str| h.rsplitn(3, '$').last().unwrap().to_owned();
        assert_eq!(head(&stored), head(NOBODY));
        assert!(!verify("a bridge in Fez", None).unwrap());
    }

    #[test]
    fn no_more_than_two_are_computed_at_once_and_one_of_strangers() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static NOW: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];
        static MOST: [AtomicUsize; 3] = [AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0)];
        let gate = Gate::default();
        let now = |which: usize| NOW[which].load(Ordering::SeqCst);
        std::thread::scope(|threads| {
            for (n, queue) in [Queue::Known, Queue::Stranger].repeat(8).into_iter().enumerate() {
                let gate = &gate;
                threads.spawn(move || {
                    let _place = gate.enter(queue, &n.to_string()).unwrap();
                    NOW[queue as usize].fetch_add(1, Ordering::SeqCst);
                    MOST[queue as usize].fetch_max(now(queue as usize), Ordering::SeqCst);
                    MOST[2].fetch_max(now(0) + now(1), Ordering::SeqCst);
                    std::thread::yield_now();
                    NOW[queue as usize].fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        let most = |which: usize| MOST[which].load(Ordering::SeqCst);
        assert!(most(1) == 1 && most(2) <= AT_ONCE, "{} {} {}", most(0), most(1), most(2));
        assert_eq!(*gate.counts(), Counts::default());
    }

    #[test]
    fn who_is_known_finds_a_place_however_many_strangers_wait() {
        let gate = Gate::default();
        let stranger = gate.enter(Queue::Stranger, "first").unwrap();
        std::thread::scope(|threads| {
            for n in 0..WAITING {
                let gate = &gate;
                threads.spawn(move || gate.enter(Queue::Stranger, &n.to_string()).map(drop));
            }
            while gate.counts().waiting[Queue::Stranger as usize] < WAITING {
                std::thread::yield_now();
            }
            assert!(gate.enter(Queue::Stranger, "last").is_err(), "no room to wait");
            drop(gate.enter(Queue::Known, "first").unwrap());
            drop(stranger);
        });
        assert_eq!(*gate.counts(), Counts::default());
    }

    #[test]
    fn one_account_holds_up_nobody_else_however_often_its_password_is_repeated() {
        let gate = Gate::default();
        let places = [(); AT_ONCE].map(|()| gate.enter(Queue::Known, "amina").unwrap());
        std::thread::scope(|threads| {
            for _ in AT_ONCE..SHARE {
                threads.spawn(|| gate.enter(Queue::Known, "amina").map(drop).unwrap());
            }
            while gate.counts().waiting[Queue::Known as usize] < SHARE - AT_ONCE {
                std::thread::yield_now();
            }
            for _ in 0..250 {
                assert!(matches!(gate.enter(Queue::Known, "amina"), Err(Error::TooMany { .. })), "no more of one account wait");
            }
            let omar = threads.spawn(|| gate.enter(Queue::Known, "omar").map(drop));
            while gate.counts().waiting[Queue::Known as usize] < SHARE - AT_ONCE + 1 {
                std::thread::yield_now();
            }
            drop(places);
            omar.join().unwrap().unwrap();
        });
        assert_eq!(*gate.counts(), Counts::default());
    }
}
