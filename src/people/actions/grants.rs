//! Giving and taking roles. Nobody gives what reaches beyond the own scope, and only operators make
//! or unmake operators.

use serde_json::{Value, json};

use super::directory::{found, keep_an_operator};
use super::{meets, scope_name, view};
use crate::ground::error::Checks;
use crate::ground::ids::{GrantId, PersonId};
use crate::ground::problems::{CONFLICT, FORBIDDEN};
use crate::ground::{Error, Result};
use crate::people::account::role_fits;
use crate::people::call::Call;
use crate::people::identity::{PersonState, Role, ScopeKind, Target};
use crate::people::policy::UseCase;
use crate::people::problems::ACCOUNT_DISABLED;
use crate::people::store::{self, GrantRow};
use crate::people::views::{GrantInput, GrantView};
use crate::store::{Db, idempotency};

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

/// Checks that the scope exists, suits the role, and is the caller's to give in. A scope outside of
/// the caller's own is not told apart from one that is not there.
pub(super) fn to_give(call: &Call<'_>, use_case: UseCase, input: &GrantInput) -> Result<GrantTarget> {
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
        return Err(Error::Forbidden(FORBIDDEN));
    }
    let name = if input.scope_kind == ScopeKind::Instance {
        call.allow(use_case)?;
        String::new()
    } else {
        let scope = call.find(use_case, |db| {
            let found = store::scopes::scopes(call.service, db, std::iter::once((input.scope_kind, id.as_str())))?.remove(&id);
            found.map(|scope| (scope_name(call, &scope), scope.target)).ok_or(Error::NotFound("scope"))
        });
        match scope {
            Ok(name) => name.into_row(),
            Err(Error::NotFound(_)) => return Err(Error::field("scope_id", "unknown_scope")),
            Err(other) => return Err(other),
        }
    };
    Ok(GrantTarget { role: input.role, kind: input.scope_kind, id, name })
}

/// What rooms above say to a role that is given or taken away, inside the transaction that does it: some keep what
/// follows from it, or refuse. Registered by the roof.
pub struct RoleMoves(pub fn(&Call<'_>, &mut Db, &RoleMove<'_>) -> Result<()>);

/// A role that is new, or about to be taken away.
#[derive(Debug, Clone, Copy)]
pub struct RoleMove<'m> {
    pub person: &'m PersonId,
    pub role: Role,
    pub kind: ScopeKind,
    pub scope_id: &'m str,
    pub given: bool,
}

/// Gives the grant, once. It ends nothing that is there, for else whoever gives roles could sign people out: where
/// the role asks for a second factor and there is none, it counts from when there is one.
pub(super) fn give(call: &Call<'_>, db: &mut Db, person: &PersonId, target: &GrantTarget) -> Result<GrantView> {
    if grant_ensure(call, db, person, target.role, target.kind, &target.id)? {
        let moved = RoleMove { person, role: target.role, kind: target.kind, scope_id: &target.id, given: true };
        (call.service.registered::<RoleMoves>()?.0)(call, db, &moved)?;
    }
    let row = store::grant_find(db, person, target.role, target.kind, &target.id)?.ok_or(Error::Conflict(CONFLICT))?;
    Ok(GrantView {
        id: row.id,
        role: row.role,
        scope_kind: row.scope_kind,
        scope_id: row.scope_id,
        scope_name: target.name.clone(),
        created_at: row.created_at,
    })
}

/// The same of an account that is closed or opened: every role goes or comes with it. That others close the account
/// of whoever reads panels shows nobody one.
pub(super) fn account_moves(call: &Call<'_>, db: &mut Db, person: &PersonId, given: bool) -> Result<()> {
    let moves = call.service.registered::<RoleMoves>()?.0;
    for grant in store::grants_of(db, std::slice::from_ref(person))?.into_iter().filter(|grant| given || grant.role == Role::Expert) {
        moves(call, db, &RoleMove { person, role: grant.role, kind: grant.scope_kind, scope_id: &grant.scope_id, given })?;
    }
    Ok(())
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
    let permit = found(call, UseCase::grant_add, person)?;
    let target = to_give(call, UseCase::grant_add, input)?;
    permit.write(|db| {
        let row = store::person(db, person)?;
        if row.state == PersonState::Disabled && meets(call, db, &row)? {
            return Err(Error::Conflict(ACCOUNT_DISABLED));
        }
        let grant = give(call, db, person, &target)?;
        permit.audit(db, person, &target.shown())?;
        Ok(GrantAdded { grant, person_version: view(call, db, row)?.version })
    })
}

/// Takes a role away; it stops working with the next request. Errors: `own_city` where reviews of the caller's own
/// city would stop.
pub fn grant_remove(call: &Call<'_>, person: &PersonId, id: &GrantId) -> Result<()> {
    let permit = call.find(UseCase::grant_remove, |db| {
        let row = store::grant(db, person, id)?;
        let scope = store::scopes::scopes_of_grants(call.service, db, std::slice::from_ref(&row))?.remove(&row.scope_id);
        // A role for the whole instance is nobody's business but of those who see all of it.
        Ok((row, scope.map_or_else(|| Target::owned_by(person), |scope| scope.target)))
    })?;
    if permit.role == Role::Operator && !call.caller.has_role(Role::Operator) {
        return Err(Error::Forbidden(FORBIDDEN));
    }
    permit.write(|db| {
        let row = store::grant(db, person, id)?;
        // First the entry, which makes writers queue; then look whether an operator is left.
        let detail = json!({"role": row.role, "scope_kind": row.scope_kind, "scope_id": row.scope_id});
        permit.audit(db, person, &detail)?;
        let moved = RoleMove { person, role: row.role, kind: row.scope_kind, scope_id: &row.scope_id, given: false };
        (call.service.registered::<RoleMoves>()?.0)(call, db, &moved)?;
        store::grant_delete(db, id)?;
        idempotency::forget(db, person.as_str())?;
        if row.role == Role::Operator { keep_an_operator(db, None) } else { Ok(()) }
    })
}

/// Scopes in which the caller may give roles: kind, id and name, for forms. The instance is first,
/// if it is the caller's.
pub fn scopes_to_grant(call: &Call<'_>) -> Result<Vec<(ScopeKind, String, String)>> {
    let permit = call.reach(UseCase::grant_add)?;
    let scopes = permit.read(|db| store::scopes::scopes_within(call.service, db, &permit))?;
    let instance = permit.is_everything().then(|| (ScopeKind::Instance, String::new(), String::new()));
    Ok(instance.into_iter().chain(scopes.into_iter().map(|s| (s.kind, s.id.clone(), scope_name(call, &s)))).collect())
}
