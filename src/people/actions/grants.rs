//! Giving and taking roles. Nobody gives what reaches beyond the own scope, and only operators make
//! or unmake operators.

use serde_json::{Value, json};

use super::directory::keep_an_operator;
use super::scope_name;
use crate::ground::error::Checks;
use crate::ground::ids::{GrantId, PersonId};
use crate::ground::{Error, Result};
use crate::people::account::role_fits;
use crate::people::call::Call;
use crate::people::identity::{PersonState, Role, ScopeKind, Target};
use crate::people::policy;
use crate::people::policy::UseCase;
use crate::people::store::{self, GrantRow};
use crate::people::views::{GrantInput, GrantView};
use crate::store::Db;

/// A grant that the caller may give.
#[derive(Debug)]
pub(super) struct GrantTarget {
    role: Role,
    kind: ScopeKind,
    id: String,
    name: String,
}

impl GrantTarget {
    /// For the audit.
    pub(super) fn shown(&self) -> Value {
        json!({"role": self.role, "scope_kind": self.kind, "scope_id": self.id})
    }
}

/// Checks that the scope exists, suits the role, and is the caller's to give in.
pub(super) fn may_give(call: &Call<'_>, db: &mut Db, use_case: UseCase, input: &GrantInput) -> Result<GrantTarget> {
    let mut checks = Checks::new();
    checks.require(role_fits(input.role, input.scope_kind), "scope_kind", "scope_not_for_role");
    let id = input.scope_id.trim().to_owned();
    if input.scope_kind == ScopeKind::Instance {
        checks.require(id.is_empty(), "scope_id", "unknown_scope");
    } else {
        checks.require(!id.is_empty(), "scope_id", "required");
    }
    checks.done()?;
    let operator = || call.caller.grants.iter().any(|g| g.role == Role::Operator && g.scope_kind == ScopeKind::Instance);
    if input.role == Role::Operator && !operator() {
        return Err(Error::Forbidden("forbidden"));
    }
    let (target, name) = match input.scope_kind {
        ScopeKind::Instance => (Target::instance(), String::new()),
        kind => match store::scopes(db, std::slice::from_ref(&id))?.remove(&id).filter(|s| s.kind == kind) {
            Some(scope) => {
                let name = scope_name(call, &scope);
                (scope.target, name)
            }
            None => return Err(Error::field("scope_id", "unknown_scope")),
        },
    };
    if !policy::allowed(&call.caller, use_case, &target) {
        // A scope outside of the caller's own is not told apart from one that is not there.
        return Err(if input.scope_kind == ScopeKind::Instance { Error::Forbidden("forbidden") } else { Error::field("scope_id", "unknown_scope") });
    }
    Ok(GrantTarget { role: input.role, kind: input.scope_kind, id, name })
}

/// Gives the grant, once.
pub(super) fn give(call: &Call<'_>, db: &mut Db, person: &PersonId, target: &GrantTarget) -> Result<GrantView> {
    grant_ensure(call, db, person, target.role, target.kind, &target.id)?;
    let row = store::grant_find(db, person, target.role, target.kind, &target.id)?.ok_or(Error::Conflict("conflict"))?;
    Ok(GrantView {
        id: row.id,
        role: row.role,
        scope_kind: row.scope_kind,
        scope_id: row.scope_id,
        scope_name: target.name.clone(),
        created_at: row.created_at,
    })
}

/// Makes sure that a person has a role in a scope; `true` when it is new. For other rooms' actions,
/// inside their transaction and after their own authorisation; writes no audit entry.
pub fn grant_ensure(call: &Call<'_>, db: &mut Db, person: &PersonId, role: Role, kind: ScopeKind, scope_id: &str) -> Result<bool> {
    store::grant_insert(
        db,
        &GrantRow {
            id: GrantId::new(&*call.service.clock, &*call.service.chance),
            person_id: person.clone(),
            role,
            scope_kind: kind,
            scope_id: scope_id.to_owned(),
            created_at: call.now,
        },
    )
}

/// A grant with the person it was given to.
#[derive(Debug)]
pub struct GrantAdded {
    pub grant: GrantView,
    pub person_version: i32,
}

/// Gives a person a role in a scope. Idempotent.
pub fn grant_add(call: &Call<'_>, person: &PersonId, input: &GrantInput) -> Result<GrantAdded> {
    policy::reach(&call.caller, UseCase::grant_add)?;
    call.write(|db| {
        let target = may_give(call, db, UseCase::grant_add, input)?;
        let row = store::person(db, person)?;
        if row.state == PersonState::Disabled {
            return Err(Error::Conflict("account_disabled"));
        }
        let grant = give(call, db, person, &target)?;
        call.audit(db, UseCase::grant_add, person, &target.shown())?;
        Ok(GrantAdded { grant, person_version: row.version })
    })
}

/// Takes a role away; it stops working with the next request.
pub fn grant_remove(call: &Call<'_>, person: &PersonId, id: &GrantId) -> Result<()> {
    policy::reach(&call.caller, UseCase::grant_remove)?;
    call.write(|db| {
        let row = store::grant(db, person, id)?;
        let known = store::scopes(db, std::slice::from_ref(&row.scope_id))?.remove(&row.scope_id);
        let target = known.map_or_else(Target::instance, |s| s.target);
        if row.scope_kind == ScopeKind::Instance || target == Target::instance() {
            call.authorise(UseCase::grant_remove, &Target::instance())?;
        } else if !policy::allowed(&call.caller, UseCase::grant_remove, &target) {
            return Err(Error::NotFound("grant"));
        }
        if row.role == Role::Operator && !call.caller.has_role(Role::Operator) {
            return Err(Error::Forbidden("forbidden"));
        }
        // First the entry, which makes writers queue; then look whether an operator is left.
        let detail = json!({"role": row.role, "scope_kind": row.scope_kind, "scope_id": row.scope_id});
        call.audit(db, UseCase::grant_remove, person, &detail)?;
        store::grant_delete(db, id)?;
        if row.role == Role::Operator { keep_an_operator(db, None) } else { Ok(()) }
    })
}

/// Scopes in which the caller may give roles: kind, id and name, for forms. The instance is first,
/// if it is the caller's.
pub fn scopes_to_grant(call: &Call<'_>) -> Result<Vec<(ScopeKind, String, String)>> {
    policy::reach(&call.caller, UseCase::grant_add)?;
    let all = call.read(store::scopes_offered)?;
    let mut offered = Vec::new();
    if policy::allowed(&call.caller, UseCase::grant_add, &Target::instance()) {
        offered.push((ScopeKind::Instance, String::new(), String::new()));
    }
    let mine = all.iter().filter(|s| policy::allowed(&call.caller, UseCase::grant_add, &s.target));
    offered.extend(mine.map(|s| (s.kind, s.id.clone(), scope_name(call, s))));
    Ok(offered)
}
