//! Housekeeping: once an hour, what has had its time is deleted: kept answers of the API, and
//! sessions, tokens, capabilities and counted tries that have ended.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::people::store::keys_sweep;
use crate::service::Service;
use crate::store::idempotency;

const EVERY: Duration = Duration::from_secs(3600);
/// Rows of a kind in one transaction, so that nobody waits long for it.
const AT_ONCE: i64 = 1000;

/// Ends the thread when dropped.
pub struct Housekeeping {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the thread. The error is one line for the operator.
pub fn start(service: Arc<Service>) -> Result<Housekeeping, String> {
    let (stop, stopped) = channel::<()>();
    let thread = std::thread::Builder::new()
        .name("housekeeping".to_owned())
        .spawn(move || {
            while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                sweep(&service);
            }
        })
        .map_err(|e| format!("no thread for housekeeping: {e}"))?;
    Ok(Housekeeping { stop: Some(stop), thread: Some(thread) })
}

/// Deletes until nothing is left that has had its time.
pub fn sweep(service: &Service) {
    let now = service.now();
    loop {
        match service.store.write(|db| Ok(idempotency::sweep(db, now, AT_ONCE)? + keys_sweep(db, now, AT_ONCE)?)) {
            Ok(0) => return,
            Ok(rows) => tracing::info!(rows, "rows that have had their time deleted"),
            Err(error) => return tracing::warn!(%error, "housekeeping was put off"),
        }
    }
}

impl Drop for Housekeeping {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in there was logged by its own thread.
            let _ = thread.join();
        }
    }
}
