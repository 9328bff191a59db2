//! The scopes of grants. Rounds, cities, surveys and reviews are kept by rooms above, which the roof
//! registers here; people ask those rooms what a scope is called and which target it is.

use std::collections::{BTreeMap, BTreeSet};

use super::GrantRow;
use crate::ground::ids::PersonId;
use crate::ground::{Result, Text};
use crate::people::identity::{ScopeKind, Target};
use crate::people::policy::Reach;
use crate::service::Service;
use crate::store::Db;

/// A scope that exists.
#[derive(Debug, Clone)]
pub struct Scope {
    pub kind: ScopeKind,
    pub id: String,
    pub name: Text,
    pub target: Target,
}

/// What the room that keeps the scopes of a kind tells of them.
#[derive(Debug, Clone, Copy)]
pub struct ScopesOf {
    pub kind: ScopeKind,
    /// Those with these ids; what does not exist is absent.
    pub named: fn(&mut Db, &[&str]) -> Result<Vec<Scope>>,
    /// All that the reach covers, in the order in which a form offers them.
    pub within: fn(&mut Db, &Reach) -> Result<Vec<Scope>>,
}

/// Every kind of scope but the instance; registered by the roof.
#[derive(Debug)]
pub struct Scopes(pub Vec<ScopesOf>);

/// The scopes of some kinds and ids, by id; those that do not exist are absent.
pub fn scopes<'s>(service: &Service, db: &mut Db, wanted: impl Iterator<Item = (ScopeKind, &'s str)>) -> Result<BTreeMap<String, Scope>> {
    let mut ids: BTreeMap<ScopeKind, BTreeSet<&str>> = BTreeMap::new();
    for (kind, id) in wanted {
        ids.entry(kind).or_default().insert(id);
    }
    let mut found = BTreeMap::new();
    for of in &service.registered::<Scopes>()?.0 {
        if let Some(ids) = ids.remove(&of.kind) {
            let ids: Vec<&str> = ids.into_iter().collect();
            found.extend((of.named)(db, &ids)?.into_iter().map(|scope| (scope.id.clone(), scope)));
        }
    }
    Ok(found)
}

/// The scopes that a reach covers: rounds, cities, surveys to choose from.
pub fn scopes_within(service: &Service, db: &mut Db, reach: &Reach) -> Result<Vec<Scope>> {
    let mut found = Vec::new();
    for of in &service.registered::<Scopes>()?.0 {
        found.extend((of.within)(db, reach)?);
    }
    Ok(found)
}

/// The scopes of these grants, by id.
pub fn scopes_of_grants(service: &Service, db: &mut Db, grants: &[GrantRow]) -> Result<BTreeMap<String, Scope>> {
    scopes(service, db, grants.iter().map(|g| (g.scope_kind, g.scope_id.as_str())))
}

/// An account as the policy sees it: somebody's own, and in every scope in which they have a role.
pub fn targets_of_person(service: &Service, db: &mut Db, id: &PersonId) -> Result<Vec<Target>> {
    let grants = super::grants_of(db, std::slice::from_ref(id))?;
    let scopes = scopes_of_grants(service, db, &grants)?;
    Ok(std::iter::once(Target::owned_by(id)).chain(scopes.into_values().map(|scope| scope.target)).collect())
}
