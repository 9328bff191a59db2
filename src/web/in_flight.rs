//! Bodies on their way, by their bytes: so much of all strangers, so much of one address among them, so much of
//! those who are known. Who sends more at once is told to come again, and the others are read as before.
//!
//! What is small is not counted: thousands of answers come in a second, and each is gone at once.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::http::header::HeaderMap;
use actix_web::{HttpMessage, HttpRequest, web};

use super::problem::TOO_MANY_BODIES;
use crate::ground::network::{self, Network};
use crate::ground::{Error, Result};

/// Bytes of a body that are not counted.
const FREE: usize = 16_384;
const OF_STRANGERS: usize = 32 * 1_048_576;
/// An address has many people behind it where nobody has named the proxy.
const OF_ONE_ADDRESS: usize = 8 * 1_048_576;
const OF_THE_KNOWN: usize = 128 * 1_048_576;

/// Put beside a request whose caller is known.
pub struct Known;

/// What is on its way in this process; part of the application data.
#[derive(Debug, Default)]
pub struct Bodies {
    counts: Mutex<Counts>,
    ours: Vec<Network>,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    strangers: usize,
    known: usize,
    by_address: HashMap<String, usize>,
}

impl Bodies {
    pub fn new(ours: Vec<Network>) -> Self {
        Self { counts: Mutex::default(), ours }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// So many bytes more, of a stranger's address or of somebody known; whether there is room.
    fn take(&self, address: Option<&str>, bytes: usize) -> bool {
        let mut counts = self.counts();
        let Some(address) = address else {
            let room = counts.known + bytes <= OF_THE_KNOWN;
            counts.known += if room { bytes } else { 0 };
            return room;
        };
        let own = counts.by_address.get(address).copied().unwrap_or_default();
        let room = counts.strangers + bytes <= OF_STRANGERS && own + bytes <= OF_ONE_ADDRESS;
        if room {
            counts.strangers += bytes;
            *counts.by_address.entry(address.to_owned()).or_default() += bytes;
        }
        room
    }

    fn give_back(&self, address: Option<&str>, bytes: usize) {
        let mut counts = self.counts();
        let Some(address) = address else {
            counts.known = counts.known.saturating_sub(bytes);
            return;
        };
        counts.strangers = counts.strangers.saturating_sub(bytes);
        if let Some(own) = counts.by_address.get_mut(address) {
            *own = own.saturating_sub(bytes);
            if *own == 0 {
                counts.by_address.remove(address);
            }
        }
    }
}

/// The bytes of one body; given back when it is dropped.
pub struct Held {
    bodies: Option<web::Data<Bodies>>,
    /// `None` where somebody known sends it.
    address: Option<String>,
    came: usize,
    counted: usize,
}

impl Held {
    pub fn of(request: &HttpRequest) -> Self {
        let bodies = request.app_data::<web::Data<Bodies>>().cloned();
        let known = request.extensions().contains::<Known>();
        let address = (!known).then(|| bodies.as_ref().map_or_else(String::new, |bodies| address(request, &bodies.ours)));
        Self { bodies, address, came: 0, counted: 0 }
    }

    /// So many bytes more have come. Errors: `too_many_bodies`.
    pub fn more(&mut self, bytes: usize) -> Result<()> {
        self.came += bytes;
        let wanted = self.came.saturating_sub(FREE).saturating_sub(self.counted);
        let Some(bodies) = self.bodies.as_ref().filter(|_| wanted > 0) else { return Ok(()) };
        if !bodies.take(self.address.as_deref(), wanted) {
            return Err(Error::Conflict(TOO_MANY_BODIES));
        }
        self.counted += wanted;
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(bodies) = self.bodies.as_ref().filter(|_| self.counted > 0) {
            bodies.give_back(self.address.as_deref(), self.counted);
        }
    }
}

fn address(request: &HttpRequest, ours: &[Network]) -> String {
    let headers: &HeaderMap = request.headers();
    let lines = |name: &str| -> Vec<&str> { headers.get_all(name).map(|line| line.to_str().unwrap_or("")).collect() };
    let origin = |peer| network::household(network::origin(peer, ours, &lines("X-Forwarded-For"), &lines("Forwarded")));
    request.peer_addr().map_or_else(String::new, |peer| origin(peer.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_have_a_share_and_each_address_a_part_of_it_and_the_known_are_apart() {
        let bodies = Bodies::default();
        let mib = 1_048_576;
        assert!(bodies.take(Some("one"), 8 * mib) && !bodies.take(Some("one"), 1), "one address");
        for other in ["two", "three", "four"] {
            assert!(bodies.take(Some(other), 8 * mib));
        }
        assert!(!bodies.take(Some("five"), 1), "all strangers");
        assert!(bodies.take(None, 100 * mib) && !bodies.take(None, 29 * mib), "the known");
        bodies.give_back(Some("one"), 8 * mib);
        assert!(bodies.take(Some("five"), mib));
        for (address, bytes) in [("two", 8), ("three", 8), ("four", 8), ("five", 1)] {
            bodies.give_back(Some(address), bytes * mib);
        }
        bodies.give_back(None, 100 * mib);
        assert_eq!(*bodies.counts(), Counts::default(), "nothing is kept of addresses");
    }
}
