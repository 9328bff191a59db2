//! Housekeeping: once an hour, what has had its time is deleted.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::service::Service;
use crate::store::idempotency;

const EVERY: Duration = Duration::from_secs(3600);

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

/// Deletes kept answers of the API that are older than a day.
pub fn sweep(service: &Service) {
    match service.store.write(|db| idempotency::sweep(db, service.now())) {
        Ok(0) => {}
        Ok(rows) => tracing::info!(rows, "old idempotency keys deleted"),
        Err(error) => tracing::warn!(%error, "housekeeping was put off"),
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
