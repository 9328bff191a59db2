//! How slowly a body may come: some seconds to begin with, and then no slower than a poor line. Whoever sends a
//! byte now and then would otherwise hold a connection, and what was read so far, for as long as they like.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use futures_util::{FutureExt, Stream, StreamExt};
use tokio::time::{Instant, timeout_at};

use super::body::BodyLimits;
use super::in_flight::Held;
use super::problem::BODY_TOO_SLOW;
use crate::ground::{Error, Result};

/// Bytes a second that a line brings at least.
const RATE: f64 = 8192.0;

/// How many times its first patience a body may stand still at most.
const PAUSES: u32 = 3;

/// One body on its way.
pub struct Pace {
    until: Instant,
    held: Held,
    /// How long a body may stand still at most, however fast it came before.
    longest: Duration,
    /// Its length, where it says so ahead.
    announced: Option<usize>,
}

impl Pace {
    /// Begins now.
    pub fn of(request: &HttpRequest) -> Self {
        let patience = request.app_data::<web::Data<BodyLimits>>().map_or(Duration::from_secs(10), |limits| limits.patience);
        let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        Self { until: Instant::now() + patience, held: Held::of(request), longest: patience * PAUSES, announced: length }
    }

    /// Nothing is read of what says ahead that it is too large. Errors: too large.
    pub fn fits(&self, limit: usize) -> Result<()> {
        if self.announced.is_some_and(|length| length > limit) { Err(Error::TooLarge { limit }) } else { Ok(()) }
    }

    /// The next piece, as soon as it is there. Errors: `body_too_slow`.
    pub async fn next<S: Stream + Unpin>(&mut self, stream: &mut S) -> Result<Option<S::Item>> {
        // What is there needs no timer.
        if let Some(ready) = stream.next().now_or_never() {
            return Ok(ready);
        }
        timeout_at(self.until, stream.next()).await.map_err(|_| Error::Conflict(BODY_TOO_SLOW))
    }

    /// So many bytes have come: the rest has longer. Errors: `too_many_bodies`.
    pub fn came(&mut self, bytes: usize) -> Result<()> {
        let until = self.until + Duration::from_secs_f64(bytes as f64 / RATE);
        self.until = until.min(Instant::now() + self.longest);
        self.held.more(bytes)
    }
}
