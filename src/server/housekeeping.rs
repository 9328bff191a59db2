//! Housekeeping: once an hour, what has had its time is deleted: kept answers of the API, sessions, tokens,
//! capabilities and counted tries that have ended, files of responses whose day is over, answers that were kept half done for too long, removed files of reports that
//! no submission names. What is kept for as long as the settings say goes by `retention.rs`.

use crate::ground::Result;
use crate::jobs::job::LONGEST_LEASE;
use crate::jobs::worker::{Kind, Work};
use crate::people::store::keys_sweep;
use crate::reports::store::files::{evidence_erase, evidence_unnamed, reports_with_removed};
use crate::service::Service;
use crate::store::idempotency;
use crate::surveys::store::{drafts, exports};

/// Rows of a kind in one transaction, so that nobody waits long for it.
const AT_ONCE: i64 = 1000;
/// Parts of files, which are large.
const FILES_AT_ONCE: i64 = 50;

pub const KIND: Kind = Kind { name: "housekeeping", every: Some(3600), lease: LONGEST_LEASE, wanted: None, long: false, run };

/// Says how many rows were deleted.
fn run(work: &Work<'_>) -> Result<String> {
    sweep(work.service, |rows| work.progress(rows, 0)).map(|rows| rows.to_string())
}

/// Deletes until nothing is left that has had its time; how many rows that were.
pub fn sweep(service: &Service, mut progress: impl FnMut(i64) -> Result<()>) -> Result<i64> {
    let now = service.now();
    let mut all = 0;
    // Of older versions; since then they go at once. What submissions name is looked for while nobody waits.
    for report in service.store.read(reports_with_removed)? {
        let unnamed = service.store.read(|db| evidence_unnamed(db, &report))?;
        for some in unnamed.chunks(20) {
            let erased = service.store.write(|db| evidence_erase(db, some))?;
            all += i64::try_from(erased).unwrap_or(i64::MAX);
            progress(all)?;
        }
    }
    loop {
        let swept = service.store.write(|db| {
            Ok(idempotency::sweep(db, now, AT_ONCE)?
                + keys_sweep(db, now, AT_ONCE)?
                + exports::ended_delete(db, now, FILES_AT_ONCE)?
                + drafts::sweep(db, now, AT_ONCE)?)
        })?;
        if swept == 0 {
            return Ok(all);
        }
        all += i64::try_from(swept).unwrap_or(i64::MAX);
        progress(all)?;
    }
}
