//! People as reviews need them: by address and id, as recipients of mail, and the coordinators of a
//! round.

use diesel::prelude::*;

use crate::ground::ids::{CapabilityId, CityId, GrantId, PersonId, RoundId};
use crate::ground::{Result, UtcTime};
use crate::mail::letter::Recipient;
use crate::people::identity::{PersonState, Purpose, Role, ScopeKind};
use crate::people::store::{GrantRow, PersonRow};
use crate::rounds::place::City;
use crate::rounds::store::CityRow;
use crate::store::Db;
use crate::store::db::found;
use crate::store::schema::{capability, city, person, role_grant};

pub fn person(db: &mut Db, id: &PersonId) -> Result<PersonRow> {
    found(person::table.find(id).select(PersonRow::as_select()).first(db), "person")
}

pub fn person_by_email(db: &mut Db, email: &str) -> Result<Option<PersonRow>> {
    Ok(person::table.filter(person::email.eq(email)).select(PersonRow::as_select()).first(db).optional()?)
}

pub fn people_by_ids(db: &mut Db, ids: &[PersonId]) -> Result<Vec<PersonRow>> {
    Ok(person::table.filter(person::id.eq_any(ids)).select(PersonRow::as_select()).load(db)?)
}

pub fn person_insert(db: &mut Db, row: &PersonRow) -> Result<()> {
    diesel::insert_into(person::table).values(row).execute(db)?;
    Ok(())
}

/// Gives a role for the whole instance unless the person has it.
pub fn role_ensure(db: &mut Db, id: GrantId, person_id: &PersonId, role: Role, now: UtcTime) -> Result<()> {
    let there: i64 = role_grant::table
        .filter(role_grant::person_id.eq(person_id))
        .filter(role_grant::role.eq(role))
        .filter(role_grant::scope_kind.eq(ScopeKind::Instance))
        .count()
        .get_result(db)?;
    if there == 0 {
        let row = GrantRow { id, person_id: person_id.clone(), role, scope_kind: ScopeKind::Instance, scope_id: String::new(), created_at: now };
        diesel::insert_into(role_grant::table).values(&row).execute(db)?;
    }
    Ok(())
}

/// How mail reaches a person.
pub fn recipient(row: &PersonRow) -> Recipient {
    Recipient {
        person: row.id.clone(),
        name: row.name.clone(),
        email: row.email.clone(),
        language: row.language.clone(),
        time_zone: row.time_zone.clone(),
    }
}

/// Everybody who coordinates a round, by a grant for it or for the instance.
pub fn coordinators(db: &mut Db, round: &RoundId) -> Result<Vec<Recipient>> {
    let ids: Vec<PersonId> = role_grant::table
        .filter(role_grant::role.eq(Role::Coordinator))
        .filter(
            role_grant::scope_kind
                .eq(ScopeKind::Instance)
                .or(role_grant::scope_kind.eq(ScopeKind::Round).and(role_grant::scope_id.eq(round.as_str().to_owned()))),
        )
        .select(role_grant::person_id)
        .distinct()
        .load(db)?;
    let rows = people_by_ids(db, &ids)?;
    Ok(rows.iter().filter(|r| r.state != PersonState::Disabled).map(recipient).collect())
}

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

/// Every city, by slug; hundreds at most.
pub fn cities(db: &mut Db) -> Result<Vec<City>> {
    let rows: Vec<CityRow> = city::table.order(city::slug.asc()).select(CityRow::as_select()).load(db)?;
    Ok(rows.into_iter().map(CityRow::city).collect())
}
