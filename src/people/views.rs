//! What both faces show of people: accounts with their grants, tokens. Pure, without secrets.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::identity::{PersonState, Role, ScopeKind};
use crate::ground::ids::{GrantId, PersonId};
use crate::ground::{Email, Language, UtcTime, Zone};

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
    #[schema(value_type = String)]
    pub created_at: UtcTime,
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
    #[schema(value_type = String)]
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
