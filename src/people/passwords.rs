//! Passwords: Argon2id with OWASP's parameters, and a gate so that sign-ins never starve the memory.
//!
//! Hashing blocks for tens of milliseconds and takes 19 MiB: call it on the blocking pool only, and
//! never inside a transaction.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};

use crate::ground::{Error, Result};

/// OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes computed at the same moment.
const AT_ONCE: usize = 2;
/// Callers waiting for their turn at most; the next one hears "unavailable" at once.
const WAITING: usize = 64;
/// How long a caller waits for its turn.
const PATIENCE: Duration = Duration::from_secs(8);

/// A hash that no password has, made with the same parameters: an unknown account costs the same
/// time as a known one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c3RvYS1uby1zdWNoLW9uZQ$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

static GATE: Gate = Gate { inside: Mutex::new((0, 0)), left: Condvar::new() };

/// Lets `AT_ONCE` callers in; the others wait in front of it.
struct Gate {
    /// Callers inside, callers waiting.
    inside: Mutex<(usize, usize)>,
    left: Condvar,
}

impl Gate {
    fn pass<T>(&self, work: impl FnOnce() -> T) -> Result<T> {
        let mut counts = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.0 >= AT_ONCE {
            if counts.1 >= WAITING {
                return Err(Error::Unavailable("too many passwords at once".to_owned()));
            }
            counts.1 += 1;
            let (mut after, timeout) = self.left.wait_timeout_while(counts, PATIENCE, |c| c.0 >= AT_ONCE).unwrap_or_else(PoisonError::into_inner);
            after.1 -= 1;
            if timeout.timed_out() {
                return Err(Error::Unavailable("too many passwords at once".to_owned()));
            }
            counts = after;
        }
        counts.0 += 1;
        drop(counts);
        let leaving = Leaving(self);
        let value = work();
        drop(leaving);
        Ok(value)
    }
}

/// Gives the place back, also when the work panics.
struct Leaving<'a>(&'a Gate);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.inside.lock().unwrap_or_else(PoisonError::into_inner).0 -= 1;
        self.0.left.notify_one();
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash to store, as a PHC string. The salt is random, another one for every hash.
pub fn hash(salt: [u8; 16], password: &str) -> Result<String> {
    let argon2 = argon2()?;
    GATE.pass(|| argon2.hash_password_with_salt(password.as_bytes(), &salt))?.map(|hash: PasswordHash| hash.to_string()).map_err(Error::internal)
}

/// Whether the password is the one of a stored hash. Without a hash the answer is no, and takes as
/// long.
pub fn verify(password: &str, stored: Option<&str>) -> Result<bool> {
    let hash = PasswordHash::new(stored.unwrap_or(NOBODY)).map_err(Error::internal)?;
    let argon2 = argon2()?;
    let right = GATE.pass(|| argon2.verify_password(password.as_bytes(), &hash).is_ok())?;
    Ok(right && stored.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn no_more_than_two_are_computed_at_once() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static NOW: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let gate = Gate { inside: Mutex::new((0, 0)), left: Condvar::new() };
        std::thread::scope(|threads| {
            for _ in 0..12 {
                threads.spawn(|| {
                    gate.pass(|| {
                        MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::yield_now();
                        NOW.fetch_sub(1, Ordering::SeqCst);
                    })
                });
            }
        });
        assert!(MOST.load(Ordering::SeqCst) <= AT_ONCE);
        assert_eq!(*gate.inside.lock().unwrap(), (0, 0));
    }
}
