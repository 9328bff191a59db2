//! Rubrics: the shipped one, importing others, reading them.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::framework::actions::{LABEL_MAX, NAME_MAX};
use crate::framework::catalogue::LineError;
use crate::ground::cells::to_csv;
use crate::ground::error::Checks;
use crate::ground::ids::RubricId;
use crate::ground::limits::{Limit, Limits};
use crate::ground::receipt::sha256_hex;
use crate::ground::{Error, FieldError, Result};
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::reviews::rubric::{DEFAULT_CSV, Rubric};
use crate::reviews::store::{self, RubricRow};
use crate::reviews::views::RubricView;
use crate::rounds::place::Round;
use crate::service::Service;
use crate::store::{Db, audit};
use crate::web::paging::{Listing, PageAt};

/// Name of the rubric that Stoa ships.
const DEFAULT_NAME: &str = "Stoa";

#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RubricImport {
    pub name: String,
    pub version_label: String,
    /// `measure,level,label::<lang>…,anchor::<lang>…`
    pub csv: String,
}

impl RubricImport {
    pub const LIMITS: Limits = &[("name", Limit::Text(NAME_MAX)), ("version_label", Limit::Text(LABEL_MAX))];
}

/// A rubric belongs to no round: whoever may see rubrics anywhere sees all.
pub fn rubric_list(call: &Call<'_>, at: &PageAt<RubricId>) -> Result<Listing<RubricView>> {
    let rows = call.reach(UseCase::rubric_list)?.read(|db| store::rubrics(db, at))?;
    let views = rows.iter().map(|r| RubricView::of(r, false)).collect::<Result<Vec<_>>>()?;
    Ok(Listing::of(views, at, |v| v.id.to_string()))
}

pub fn rubric_read(call: &Call<'_>, id: &RubricId) -> Result<RubricView> {
    version(call, UseCase::rubric_read, id)
}

fn version(call: &Call<'_>, use_case: UseCase, id: &RubricId) -> Result<RubricView> {
    RubricView::of(&call.reach(use_case)?.read(|db| store::rubric(db, id))?, true)
}

/// A rubric as its import takes it.
pub fn rubric_source(call: &Call<'_>, id: &RubricId) -> Result<RubricImport> {
    let view = version(call, UseCase::rubric_source, id)?;
    let csv = to_csv(&view.rubric.unwrap_or_default().rows());
    Ok(RubricImport { name: view.name, version_label: view.version_label, csv })
}

/// Errors: every wrong line of the file; `already_exists` for a name and version already there.
pub fn rubric_import(call: &Call<'_>, input: &RubricImport) -> Result<RubricView> {
    let permit = call.allow(UseCase::rubric_import)?;
    let mut checks = Checks::new();
    let name = checks.text("name", &input.name, NAME_MAX, false);
    let version_label = checks.text("version_label", &input.version_label, LABEL_MAX, false);
    checks.done()?;
    let rubric = Rubric::from_csv(input.csv.as_bytes()).map_err(|errors| Error::Invalid(errors.iter().map(line_error).collect()))?;
    let row = permit.write(|db| {
        let row = insert(call.service, db, name, version_label, &rubric)?;
        permit.audit(db, &row.id, &json!({"name": row.name, "version_label": row.version_label, "hash": row.content_hash}))?;
        Ok(row)
    })?;
    RubricView::of(&row, true)
}

fn line_error(e: &LineError) -> FieldError {
    let place = if e.column.is_empty() { format!("csv.{}", e.line) } else { format!("csv.{}.{}", e.line, e.column) };
    FieldError::new(place, e.code.clone()).with("line", e.line).with("detail", &e.detail)
}

fn insert(service: &Service, db: &mut Db, name: String, version_label: String, rubric: &Rubric) -> Result<RubricRow> {
    let content = serde_json::to_string(rubric).map_err(Error::internal)?;
    let row = RubricRow {
        id: RubricId::new(&*service.clock, &*service.chance),
        name,
        version_label,
        content_hash: sha256_hex(content.as_bytes()),
        content,
        created_at: service.now(),
    };
    store::rubric_insert(db, &row)?;
    Ok(row)
}

/// The shipped rubric: stored on first use, and as a new version when the file has changed. For
/// use inside a write transaction.
pub fn ensure_default_rubric(service: &Service, db: &mut Db) -> Result<RubricRow> {
    let shipped = Rubric::from_csv(DEFAULT_CSV).map_err(|e| Error::internal(format!("config/rubrics/default.csv: {e:?}")))?;
    let hash = sha256_hex(serde_json::to_string(&shipped).map_err(Error::internal)?.as_bytes());
    let versions = store::rubrics_named(db, DEFAULT_NAME)?;
    if let Some(row) = versions.iter().find(|r| r.content_hash == hash) {
        return Ok(row.clone());
    }
    let row = insert(service, db, DEFAULT_NAME.to_owned(), (versions.len() + 1).to_string(), &shipped)?;
    audit::append(db, service.now(), "stoa", UseCase::rubric_import, row.id.as_str(), &json!({"name": row.name, "hash": row.content_hash}))?;
    Ok(row)
}

/// The rubric of a round: the one it names, else the one its reviews began with, else the shipped
/// one. For use inside a write transaction.
pub fn round_rubric(service: &Service, db: &mut Db, round: &Round) -> Result<RubricRow> {
    let named = match &round.rubric_id {
        Some(id) => Some(id.clone()),
        None => store::rubric_in_use(db, &round.id)?,
    };
    match named {
        Some(id) => store::rubric(db, &id),
        None => ensure_default_rubric(service, db),
    }
}
