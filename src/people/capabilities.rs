//! Issuing capabilities: scoped secrets for links, usable until they end, stored as hashes.

use chrono::Duration;

use super::call::Call;
use super::identity::Purpose;
use super::store::{self, CapabilityRow};
use crate::ground::Result;
use crate::ground::ids::{CapabilityId, PersonId};
use crate::ground::receipt::sha256_hex;
use crate::ground::{UtcTime, clock::Clock};
use crate::store::Db;

/// Issues a capability inside the action's transaction. The link is made from its id when mailed.
pub fn issue(
    call: &Call<'_>,
    db: &mut Db,
    purpose: Purpose,
    subject_id: &str,
    person: Option<&PersonId>,
    expires_at: UtcTime,
) -> Result<CapabilityId> {
    let clock: &dyn Clock = &*call.service.clock;
    let id = CapabilityId::new(clock, &*call.service.chance);
    let token = call.service.secrets.capability(&id);
    store::capability_insert(
        db,
        &CapabilityRow {
            id: id.clone(),
            token_hash: sha256_hex(token.as_bytes()),
            purpose,
            subject_id: subject_id.to_owned(),
            person_id: person.cloned(),
            created_at: call.now,
            expires_at,
            revoked_at: None,
        },
    )?;
    Ok(id)
}

/// How long a link to set a new password is good.
pub fn password_link_lifetime() -> Duration {
    Duration::hours(48)
}

/// How long an invitation to an account is good: people are on leave, and read mail late.
pub fn invite_link_lifetime() -> Duration {
    Duration::days(14)
}
