//! What both faces show of people: accounts with their grants, tokens. Pure, without secrets.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::identity::{PersonState, Role, ScopeKind, Stage};
use super::program::Access;
use crate::ground::ids::{GrantId, PasskeyId, PersonId, ServiceTokenId};
use crate::ground::{Email, Language, UtcTime, Zone};
use crate::words;

/// An account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonView {
    pub id: PersonId,
    pub email: Email,
    pub name: String,
    pub language: Language,
    pub time_zone: Zone,
    pub state: PersonState,
    pub grants: Vec<GrantView>,
    /// Also the ETag.
    pub version: i32,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: UtcTime,
    /// When the account was erased. Name and address go once the last mail has gone out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub erased_at: Option<UtcTime>,
}

/// A role within a scope.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GrantView {
    pub id: GrantId,
    pub role: Role,
    pub scope_kind: ScopeKind,
    /// Empty for the instance.
    pub scope_id: String,
    /// What the scope is called; empty for the instance.
    pub scope_name: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: UtcTime,
}

/// A role to give.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantInput {
    pub role: Role,
    #[serde(default = "instance")]
    pub scope_kind: ScopeKind,
    /// Id of the round, city or survey; absent for the instance.
    #[serde(default)]
    pub scope_id: String,
}

fn instance() -> ScopeKind {
    ScopeKind::Instance
}

/// Access for a program.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TokenView {
    pub access_token: String,
    /// Good for one use; each answer brings the next one.
    pub refresh_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds that the access token is good.
    pub expires_in: i64,
}

/// What walking the whole audit chain found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditVerification {
    /// Whether no entry is missing or was changed.
    pub holds: bool,
    /// How many entries the chain has, where it holds.
    pub entries: Option<i64>,
    /// The number of the first entry that is missing or was changed.
    pub broken_at: Option<i64>,
}

words! {
    /// What has become of a service token.
    pub enum ServiceTokenState {
        Active = "active",
        /// Its last day is over.
        Expired = "expired",
        Revoked = "revoked",
    }
}

/// What a program may do in a person's name, and until when. Never the token itself.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ServiceTokenView {
    pub id: ServiceTokenId,
    pub name: String,
    pub access: Access,
    /// With `chosen`: the use cases by their words.
    #[schema(value_type = Vec<String>)]
    pub use_cases: Vec<&'static str>,
    pub scope_kind: ScopeKind,
    /// Empty for the instance.
    pub scope_id: String,
    /// What the scope is called; empty for the instance.
    pub scope_name: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: UtcTime,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: UtcTime,
    /// The day of the last use, in UTC; absent when it was never used.
    #[schema(value_type = Option<String>, format = Date)]
    pub last_used_on: Option<NaiveDate>,
    pub state: ServiceTokenState,
}

/// A new service token, and what it reaches. After a dry run only what it would reach.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ServiceTokenIssued {
    /// Shown this once; absent after a dry run.
    pub token: Option<String>,
    /// Absent after a dry run.
    pub service_token: Option<ServiceTokenView>,
    pub reach: Vec<ReachedUseCase>,
}

/// A use case that a program may do, and where.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReachedUseCase {
    /// Its word, the `operationId`.
    #[schema(value_type = String)]
    pub use_case: &'static str,
    /// Whether it changes anything.
    pub writes: bool,
    /// In none of them: nowhere, now.
    pub places: Vec<ReachedPlace>,
    /// Whether also what belongs to the person.
    pub own: bool,
}

/// A place that a use case reaches.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReachedPlace {
    pub scope_kind: ScopeKind,
    /// Empty for the instance.
    pub scope_id: String,
    /// What the scope is called; empty for the instance.
    pub scope_name: String,
    /// From which stage of results on.
    pub from: Stage,
}

/// A passkey of somebody; never the key itself.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PasskeyView {
    pub id: PasskeyId,
    pub name: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: UtcTime,
    /// The day of the last use, in UTC; absent when it was never used.
    #[schema(value_type = Option<String>, format = Date)]
    pub last_used_on: Option<NaiveDate>,
}

/// Somebody's second factor.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SecondFactorView {
    /// Whether browsers have passkeys at this instance's address.
    pub possible: bool,
    /// Whether the account must have one.
    pub required: bool,
    pub passkeys: Vec<PasskeyView>,
    pub codes_left: i64,
}
