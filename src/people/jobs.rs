//! What people's room does behind requests: once a day the whole audit chain is verified, so that a changed or
//! missing entry shows although nobody asked.

use crate::ground::{Error, Result};
use crate::jobs::job::LONGEST_LEASE;
use crate::jobs::worker::{Kind, Work};
use crate::people::problems::AUDIT_BROKEN;
use crate::store::audit;

/// It walks the chain in one go and says nothing on the way; a second time does no harm.
pub const AUDIT_CHECK: Kind = Kind { name: "audit_check", every: Some(24 * 3600), lease: LONGEST_LEASE, wanted: None, run: audit_check };

/// Says how many entries hold. Errors: conflict where the chain is broken; the log says at which entry.
fn audit_check(work: &Work<'_>) -> Result<String> {
    match work.service.store.apart(audit::verify)? {
        Ok(entries) => Ok(entries.to_string()),
        Err(broken_at) => {
            tracing::error!(broken_at, "the audit chain is broken: this entry is missing or was changed");
            Err(Error::Conflict(AUDIT_BROKEN))
        }
    }
}
