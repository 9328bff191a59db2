//! What reviews ask about people beyond their accounts: offices they hold, and links they were given.

use diesel::prelude::*;

use crate::ground::Result;
use crate::ground::ids::{CapabilityId, CityId, PersonId};
use crate::people::identity::{Purpose, Role, ScopeKind};
use crate::store::Db;
use crate::store::schema::{capability, role_grant};

/// Cities for which people hold an office: what a conflict of interest is derived from.
pub fn offices(db: &mut Db, people: &[PersonId]) -> Result<Vec<(PersonId, CityId)>> {
    let rows: Vec<(PersonId, String)> = role_grant::table
        .filter(role_grant::role.eq(Role::CityOfficer))
        .filter(role_grant::scope_kind.eq(ScopeKind::City))
        .filter(role_grant::person_id.eq_any(people))
        .select((role_grant::person_id, role_grant::scope_id))
        .load(db)?;
    Ok(rows.into_iter().map(|(p, c)| (p, CityId::from_stored(c))).collect())
}

/// The living capability of a review, which every mail about it links to.
pub fn review_capability(db: &mut Db, review: &str) -> Result<Option<CapabilityId>> {
    Ok(capability::table
        .filter(capability::purpose.eq(Purpose::Review))
        .filter(capability::subject_id.eq(review))
        .filter(capability::revoked_at.is_null())
        .order(capability::id.desc())
        .select(capability::id)
        .first(db)
        .optional()?)
}
