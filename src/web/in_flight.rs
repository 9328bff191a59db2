//! Bodies on their way, by their bytes: so much of all strangers, so much of one address among them, so much of
//! those who are known, so much of one of them. Who sends more at once is told to come again, and the others are
//! read as before.
//!
//! What is small is not counted: thousands of answers come in a second, and each is gone at once.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::http::header::HeaderMap;
use actix_web::{HttpMessage, HttpRequest, web};

use super::problem::TOO_MANY_BODIES;
use crate::ground::network::{self, Household, Network};
use crate::ground::{Error, Result};

/// Bytes of a body that are not counted.
const FREE: usize = 16_384;
const OF_STRANGERS: usize = 32 * 1_048_576;
/// An address has many people behind it where nobody has named the proxy.
const OF_ONE_ADDRESS: usize = 8 * 1_048_576;
/// Of those who are known: four times what one of them has, which is the largest file and half as much again, but at
/// least this.
const OF_ONE_PERSON: usize = 16 * 1_048_576;

/// Put beside a request whose caller is known: who that is.
pub struct Known(pub String);

/// Whose bytes they are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Whose {
    Address(String),
    Person(String),
}

/// What is on its way in this process; part of the application data.
#[derive(Debug)]
pub struct Bodies {
    counts: Mutex<Counts>,
    ours: Vec<Network>,
    of_one_person: usize,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    strangers: usize,
    known: usize,
    each: HashMap<Whose, usize>,
}

impl Counts {
    /// What is on its way of all of their kind, with the most of all and of one.
    fn of(&mut self, whose: &Whose, of_one_person: usize) -> (&mut usize, usize, usize) {
        match whose {
            Whose::Address(_) => (&mut self.strangers, OF_STRANGERS, OF_ONE_ADDRESS),
            Whose::Person(_) => (&mut self.known, of_one_person.saturating_mul(4), of_one_person),
        }
    }
}

impl Bodies {
    /// `largest` is what the largest file may have.
    pub fn new(ours: Vec<Network>, largest: usize) -> Self {
        Self { counts: Mutex::default(), ours, of_one_person: OF_ONE_PERSON.max(largest.saturating_add(largest / 2)) }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// So many bytes more; whether there is room.
    fn take(&self, whose: &Whose, bytes: usize) -> bool {
        let mut counts = self.counts();
        let own = counts.each.get(whose).copied().unwrap_or_default();
        let (all, most, most_of_one) = counts.of(whose, self.of_one_person);
        let room = *all + bytes <= most && own + bytes <= most_of_one;
        if room {
            *all += bytes;
            *counts.each.entry(whose.clone()).or_default() += bytes;
        }
        room
    }

    fn give_back(&self, whose: &Whose, bytes: usize) {
        let mut counts = self.counts();
        let (all, ..) = counts.of(whose, self.of_one_person);
        *all = all.saturating_sub(bytes);
        if let Some(own) = counts.each.get_mut(whose) {
            *own = own.saturating_sub(bytes);
            if *own == 0 {
                counts.each.remove(whose);
            }
        }
    }
}

/// The bytes of one body; given back when it is dropped.
pub struct Held {
    bodies: Option<web::Data<Bodies>>,
    whose: Whose,
    came: usize,
    counted: usize,
}

impl Held {
    pub fn of(request: &HttpRequest) -> Self {
        let bodies = request.app_data::<web::Data<Bodies>>().cloned();
        let known = request.extensions().get::<Known>().map(|known| Whose::Person(known.0.clone()));
        let whose = known.unwrap_or_else(|| Whose::Address(bodies.as_ref().map_or_else(String::new, |bodies| address(request, &bodies.ours))));
        Self { bodies, whose, came: 0, counted: 0 }
    }

    /// So many bytes more have come. Errors: `too_many_bodies`.
    pub fn more(&mut self, bytes: usize) -> Result<()> {
        self.came += bytes;
        let wanted = self.came.saturating_sub(FREE).saturating_sub(self.counted);
        let Some(bodies) = self.bodies.as_ref().filter(|_| wanted > 0) else { return Ok(()) };
        if !bodies.take(&self.whose, wanted) {
            return Err(Error::Conflict(TOO_MANY_BODIES));
        }
        self.counted += wanted;
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(bodies) = self.bodies.as_ref().filter(|_| self.counted > 0) {
            bodies.give_back(&self.whose, self.counted);
        }
    }
}

/// The address that a request comes from; `None` where many share it: somebody in between, in a private network, says
/// so, and nobody has named any proxy. Where some are named, what others say is not listened to; nor is what somebody
/// says who comes from a public address.
pub fn household(request: &HttpRequest) -> Option<Household> {
    let bodies = request.app_data::<web::Data<Bodies>>()?;
    let between = ["X-Forwarded-For", "Forwarded"].iter().any(|name| request.headers().contains_key(*name));
    let from = Household::from(origin(request, &bodies.ours)?);
    Some(from).filter(|from| from.is_public || !between || !bodies.ours.is_empty())
}

fn origin(request: &HttpRequest, ours: &[Network]) -> Option<IpAddr> {
    let headers: &HeaderMap = request.headers();
    let lines = |name: &str| -> Vec<&str> { headers.get_all(name).map(|line| line.to_str().unwrap_or("")).collect() };
    request.peer_addr().map(|peer| network::origin(peer.ip(), ours, &lines("X-Forwarded-For"), &lines("Forwarded")))
}

fn address(request: &HttpRequest, ours: &[Network]) -> String {
    origin(request, ours).map_or_else(String::new, network::household)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_have_a_share_and_each_address_a_part_of_it_and_the_known_are_apart() {
        let (bodies, mib) = (Bodies::new(Vec::new(), 10 * 1_048_576), 1_048_576);
        let address = |from: &str| Whose::Address(from.to_owned());
        let person = |who: usize| Whose::Person(who.to_string());
        assert!(bodies.take(&address("one"), 8 * mib) && !bodies.take(&address("one"), 1), "one address");
        for other in ["two", "three", "four"] {
            assert!(bodies.take(&address(other), 8 * mib));
        }
        assert!(!bodies.take(&address("five"), 1), "all strangers");
        assert!(bodies.take(&person(1), 16 * mib) && !bodies.take(&person(1), 1), "one person");
        for other in 2..5 {
            assert!(bodies.take(&person(other), 16 * mib));
        }
        assert!(!bodies.take(&person(5), 1), "the known");
        bodies.give_back(&address("one"), 8 * mib);
        assert!(bodies.take(&address("five"), mib));
        for (from, bytes) in [("two", 8), ("three", 8), ("four", 8), ("five", 1)] {
            bodies.give_back(&address(from), bytes * mib);
        }
        (1..5).for_each(|who| bodies.give_back(&person(who), 16 * mib));
        assert_eq!(*bodies.counts(), Counts::default(), "nothing is kept of addresses and people");
    }
}
