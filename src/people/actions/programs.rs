//! What people let programs do in their name: service tokens. Making one, or seeing beforehand what it would
//! reach (a dry run); the list; revoking. No program may do any of it.

use chrono::{Days, NaiveDate};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::entrance::verify_own;
use super::own::notify;
use super::{own_row, scope_name};
use crate::ground::error::Checks;
use crate::ground::ids::{PersonId, ServiceTokenId};
use crate::ground::limits::{Limit, Limits};
use crate::ground::problems::ALREADY_EXISTS;
use crate::ground::{Error, FieldError, Given, Result, UtcTime};
use crate::people::call::Call;
use crate::people::identity::{ScopeKind, Target};
use crate::people::messages::Noticed;
use crate::people::policy::{self, Reach, UseCase};
use crate::people::program::{self, Access, Offered, Program};
use crate::people::service_tokens;
use crate::people::store::{self, PersonRow, Scope, ServiceTokenRow};
use crate::people::throttle::Origin;
use crate::people::views::{ReachedPlace, ReachedUseCase, ServiceTokenIssued, ServiceTokenState, ServiceTokenView};
use crate::store::Db;
use crate::web::paging::{Listing, PageAt};

/// Longest name of a program, in characters.
const NAME_MAX: usize = 60;
/// How many tokens one person has at the same time.
const MOST: i64 = 20;
/// How long a token is good at most.
const LONGEST: Days = Days::new(366);

/// What a program is to be let do.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceTokenInput {
    /// What the program is called: here, in the audit, in mails.
    pub name: String,
    pub access: Access,
    /// Use cases of the API by their words (`operationId`); only with `chosen`.
    #[serde(default)]
    pub use_cases: Vec<String>,
    /// `instance` (wherever you may), `round`, `city` or `survey`.
    #[serde(default = "everywhere")]
    pub scope_kind: ScopeKind,
    /// Id of the round, city or survey; empty for the instance.
    #[serde(default)]
    pub scope_id: String,
    /// The last day, on your clock; at most a year ahead.
    #[schema(value_type = String, format = Date)]
    pub expires_on: Given<NaiveDate>,
    /// Your password, once more; not needed for a dry run.
    #[serde(default)]
    pub current_password: String,
    /// Makes nothing; says what the token would reach.
    #[serde(default)]
    pub dry_run: bool,
}

impl ServiceTokenInput {
    pub const LIMITS: Limits = &[("name", Limit::Text(NAME_MAX))];
}

fn everywhere() -> ScopeKind {
    ScopeKind::Instance
}

/// A token as it is to be, checked.
struct Wanted {
    name: String,
    program: Program,
    expires_at: UtcTime,
    reach: Vec<ReachedUseCase>,
}

/// The use cases that the person can let programs do, in the order of the policy.
pub fn programs_may(call: &Call<'_>) -> Result<Vec<UseCase>> {
    let offered: &Offered = call.service.registered()?;
    Ok(offered.0.iter().copied().filter(|use_case| !program::never(*use_case) && policy::somewhere(&call.caller, *use_case)).collect())
}

/// Rounds, cities and surveys that one of the person's grants covers: each can be the scope of a token.
pub fn program_scopes(call: &Call<'_>) -> Result<Vec<(ScopeKind, String, String)>> {
    let permit = call.reach(UseCase::service_token_issue)?;
    let reach = Reach::of_grants(&call.caller.grants);
    let scopes = permit.read(|db| store::scopes::scopes_within(call.service, db, &reach))?;
    let covered = |scope: &Scope| scope.kind != ScopeKind::Review && call.caller.grants.iter().any(|grant| policy::covers(grant, &scope.target));
    Ok(scopes.iter().filter(|scope| covered(scope)).map(|scope| (scope.kind, scope.id.clone(), scope_name(call, scope))).collect())
}

/// Checks everything but the password and says what the token would reach.
fn wanted(call: &Call<'_>, db: &mut Db, person: &PersonRow, input: &ServiceTokenInput) -> Result<Wanted> {
    let mut checks = Checks::new();
    let name = checks.text("name", &input.name, NAME_MAX, false);
    let use_cases = chosen(&mut checks, call, input)?;
    let scope_id = input.scope_id.trim().to_owned();
    let scope = (input.scope_kind != ScopeKind::Instance).then(|| (input.scope_kind, scope_id.clone()));
    checks.require(input.scope_kind != ScopeKind::Review, "scope_kind", "unknown_choice");
    checks.require(scope.is_some() != scope_id.is_empty(), "scope_id", if scope.is_some() { "required" } else { "unknown_scope" });
    let expires_on = checks.given("expires_on", &input.expires_on);
    if let Some(on) = expires_on {
        let today = call.now.local_date(person.time_zone);
        let last = today.checked_add_days(LONGEST).unwrap_or(today);
        checks.require(on >= today, "expires_on", "in_the_past");
        if on > last {
            checks.push(FieldError::new("expires_on", "token_too_long").with("last", last));
        }
    }
    let expires_on = checks.complete(expires_on)?;
    let id = ServiceTokenId::new(&*call.service.clock, &*call.service.chance);
    let program = Program { id, access: input.access, use_cases, scope };
    let speaking = service_tokens::speaking(call.service, db, call.caller.clone(), program.clone())?;
    if program.scope.is_some() && speaking.grants.is_empty() {
        return Err(Error::field("scope_id", "unknown_scope"));
    }
    let mut reach = Vec::new();
    for use_case in programs_may(call)?.into_iter().filter(|use_case| program.may(*use_case)) {
        reach.push((use_case, policy::reach(&speaking, use_case).unwrap_or_default()));
    }
    let reach = reached(call, db, &reach)?;
    Ok(Wanted { name, program, expires_at: UtcTime::end_of_day(expires_on, person.time_zone), reach })
}

fn chosen(checks: &mut Checks, call: &Call<'_>, input: &ServiceTokenInput) -> Result<Vec<UseCase>> {
    if input.access == Access::ReadOnly {
        checks.require(input.use_cases.is_empty(), "use_cases", "only_with_chosen");
        return Ok(Vec::new());
    }
    checks.require(!input.use_cases.is_empty(), "use_cases", "required");
    let may = programs_may(call)?;
    let chosen: Vec<UseCase> = may.iter().copied().filter(|use_case| input.use_cases.iter().any(|word| word == use_case.as_str())).collect();
    let known = |word: &String| chosen.iter().any(|use_case| use_case.as_str() == word);
    checks.require(input.use_cases.iter().all(known), "use_cases", "unknown_choice");
    Ok(chosen)
}

/// Reaches with the names of their places.
fn reached(call: &Call<'_>, db: &mut Db, reaches: &[(UseCase, Reach)]) -> Result<Vec<ReachedUseCase>> {
    let parts: Vec<_> = reaches.iter().map(|(use_case, reach)| (*use_case, reach.parts(), reach.own.is_some())).collect();
    let ids = parts.iter().flat_map(|(_, parts, _)| parts.iter().map(|(kind, id, _)| (*kind, id.as_str())));
    let scopes = store::scopes::scopes(call.service, db, ids.filter(|(kind, _)| *kind != ScopeKind::Instance))?;
    let place = |(kind, id, from): (ScopeKind, String, _)| ReachedPlace {
        scope_kind: kind,
        scope_name: scopes.get(&id).map_or_else(String::new, |scope| scope_name(call, scope)),
        scope_id: id,
        from,
    };
    let line = |(use_case, parts, own): (UseCase, Vec<_>, bool)| ReachedUseCase {
        use_case: use_case.as_str(),
        writes: !program::reads(use_case),
        places: parts.into_iter().map(place).collect(),
        own,
    };
    Ok(parts.into_iter().map(line).collect())
}

/// Makes a token for a program, which is shown this once; or, as a dry run, says what it would reach and makes
/// nothing.
pub fn service_token_issue(call: &Call<'_>, input: &ServiceTokenInput, origin: &Origin) -> Result<ServiceTokenIssued> {
    let permit = call.allow(UseCase::service_token_issue)?;
    let (person, wanted) = permit.read(|db| {
        let person = own_row(call, db)?;
        let wanted = wanted(call, db, &person, input)?;
        Ok((person, wanted))
    })?;
    if input.dry_run {
        return Ok(ServiceTokenIssued { token: None, service_token: None, reach: wanted.reach });
    }
    if input.current_password.is_empty() {
        return Err(Error::field("current_password", "required"));
    }
    let known = verify_own(&permit, &person, &input.current_password, origin)?;
    let (token, token_hash) = service_tokens::new(call.service);
    let (scope_kind, scope_id) = wanted.program.scope.clone().unwrap_or((ScopeKind::Instance, String::new()));
    let words: Vec<&str> = wanted.program.use_cases.iter().map(|use_case| use_case.as_str()).collect();
    let row = ServiceTokenRow {
        id: wanted.program.id.clone(),
        person_id: person.id.clone(),
        name: wanted.name.clone(),
        token_hash,
        access: wanted.program.access,
        use_cases: serde_json::to_string(&words).map_err(Error::internal)?,
        scope_kind,
        scope_id,
        created_at: call.now,
        expires_at: wanted.expires_at,
        last_used_on: None,
        revoked_at: None,
    };
    let view = permit.write(|db| {
        own_row(call, db)?;
        known.still(db)?;
        // First the entry, which makes writers queue; then count.
        let detail = json!({"access": row.access, "use_cases": words, "scope_kind": scope_kind, "scope_id": row.scope_id,
            "expires_at": row.expires_at});
        permit.audit(db, &row.id, &detail)?;
        if store::service_tokens_living(db, &person.id, call.now)? >= MOST {
            return Err(Error::Invalid(vec![FieldError::new("name", "too_many_programs").with("max", MOST)]));
        }
        store::service_token_insert(db, &row).map_err(|e| match e {
            Error::Conflict(ALREADY_EXISTS) => Error::field("name", "program_name_taken"),
            other => other,
        })?;
        notify(call, db, &person, Noticed::ProgramAdded, &row.name)?;
        views(call, db, vec![row.clone()])?.pop().ok_or_else(|| Error::internal("one token gave no view"))
    })?;
    Ok(ServiceTokenIssued { token: Some(token), service_token: Some(view), reach: wanted.reach })
}

/// One's own tokens, the newest first; also those that have ended.
pub fn service_token_list(call: &Call<'_>, at: &PageAt<ServiceTokenId>) -> Result<Listing<ServiceTokenView>> {
    call.allow(UseCase::service_token_list)?.read(|db| {
        let person = own_row(call, db)?;
        let rows = Listing::of(store::service_tokens_page(db, &person.id, at)?, at, |row| row.id.to_string());
        let next_cursor = rows.next_cursor;
        Ok(Listing { items: views(call, db, rows.items)?, next_cursor })
    })
}

/// Ends a token at once. Ending one that has ended changes nothing. Gives its name.
pub fn service_token_revoke(call: &Call<'_>, id: &ServiceTokenId) -> Result<String> {
    let permit = call.find(UseCase::service_token_revoke, |db| {
        let row = store::service_token(db, id)?;
        let owner = Target::owned_by(&row.person_id);
        Ok((row, owner))
    })?;
    permit.write(|db| {
        if store::service_token_revoke(db, id, call.now)? > 0 {
            permit.audit(db, id, &json!({"person": permit.person_id}))?;
        }
        Ok(())
    })?;
    Ok(permit.into_row().name)
}

fn views(call: &Call<'_>, db: &mut Db, rows: Vec<ServiceTokenRow>) -> Result<Vec<ServiceTokenView>> {
    let ids = rows.iter().filter(|row| row.scope_kind != ScopeKind::Instance).map(|row| (row.scope_kind, row.scope_id.as_str()));
    let scopes = store::scopes::scopes(call.service, db, ids)?;
    let view = |row: ServiceTokenRow| {
        let state = match row.revoked_at {
            Some(at) if at < row.expires_at => ServiceTokenState::Revoked,
            _ if row.has_ended(call.now) => ServiceTokenState::Expired,
            _ => ServiceTokenState::Active,
        };
        Ok(ServiceTokenView {
            use_cases: row.program()?.use_cases.iter().map(|use_case| use_case.as_str()).collect(),
            scope_name: scopes.get(&row.scope_id).map_or_else(String::new, |scope| scope_name(call, scope)),
            id: row.id,
            name: row.name,
            access: row.access,
            scope_kind: row.scope_kind,
            scope_id: row.scope_id,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_on: row.last_used_on,
            state,
        })
    };
    rows.into_iter().map(view).collect()
}

/// Programs by what the audit calls them (`program:<token>:<person>`): the name, and whose it is.
pub fn programs_named<'a>(call: &Call<'_>, actors: impl Iterator<Item = &'a str>) -> Result<Vec<(String, String, PersonId)>> {
    let permit = call.allow(UseCase::audit_list)?;
    let ids: Vec<ServiceTokenId> = actors.filter_map(|actor| actor.strip_prefix("program:")?.split(':').next()?.parse().ok()).collect();
    let rows = permit.read(|db| store::service_tokens_by_ids(db, &ids))?;
    Ok(rows.into_iter().map(|row| (format!("program:{}:{}", row.id, row.person_id), row.name, row.person_id)).collect())
}
