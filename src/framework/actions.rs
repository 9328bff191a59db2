//! Use cases of frameworks: read, import a corrected version, publish it.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::catalogue::{Catalogue, LineError};
use super::store::{self, FrameworkRow, FrameworkState};
use crate::ground::cells::to_csv;
use crate::ground::error::Checks;
use crate::ground::ids::FrameworkId;
use crate::ground::limits::{Limit, Limits};
use crate::ground::problems::ALREADY_EXISTS;
use crate::ground::receipt::sha256_hex;
use crate::ground::{Error, FieldError, Result};
use crate::people::call::Call;
use crate::people::identity::Target;
use crate::people::policy::UseCase;

/// The catalogue that Stoa ships, and the note on where it comes from.
const DEFAULT_CSV: &[u8] = include_bytes!("../../config/frameworks/key-features-2013.csv");
const DEFAULT_PROVENANCE: &str = include_str!("../../config/frameworks/key-features-2013.md");

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FrameworkSummary {
    pub id: FrameworkId,
    pub name: String,
    pub version_label: String,
    pub state: FrameworkState,
    pub content_hash: String,
    pub version: i32,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FrameworkView {
    #[serde(flatten)]
    pub summary: FrameworkSummary,
    /// Where it comes from, in Markdown.
    pub provenance: String,
    pub catalogue: Catalogue,
}

/// A corrected version as CSV text.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FrameworkImport {
    pub name: String,
    pub version_label: String,
    /// Where it comes from; Markdown.
    pub provenance: String,
    /// Columns `type,code,kind,source,unit,direction,label::<lang>,description::<lang>…`.
    pub csv: String,
}

/// Longest name and version of what is imported, in characters.
pub const NAME_MAX: usize = 120;
pub const LABEL_MAX: usize = 40;
const PROVENANCE_MAX: usize = 20_000;

impl FrameworkImport {
    pub const LIMITS: Limits =
        &[("name", Limit::Text(NAME_MAX)), ("version_label", Limit::Text(LABEL_MAX)), ("provenance", Limit::Text(PROVENANCE_MAX))];
}

fn summary(row: &FrameworkRow) -> FrameworkSummary {
    FrameworkSummary {
        id: row.id.clone(),
        name: row.name.clone(),
        version_label: row.version_label.clone(),
        state: row.state,
        content_hash: row.content_hash.clone(),
        version: row.version,
    }
}

/// Whether the caller also sees drafts.
fn sees_drafts(call: &Call<'_>) -> bool {
    call.may(UseCase::framework_import, &Target::instance())
}

/// Every version; drafts only for those who import them.
pub fn framework_list(call: &Call<'_>) -> Result<Vec<FrameworkSummary>> {
    let all = call.reach(UseCase::framework_list)?.read(store::all)?;
    let drafts = sees_drafts(call);
    Ok(all.iter().filter(|f| drafts || f.state == FrameworkState::Published).map(summary).collect())
}

pub fn framework_read(call: &Call<'_>, id: &FrameworkId) -> Result<FrameworkView> {
    version(call, UseCase::framework_read, id)
}

fn version(call: &Call<'_>, use_case: UseCase, id: &FrameworkId) -> Result<FrameworkView> {
    let row = call.find(use_case, |db| Ok((store::framework(db, id)?, Target::instance())))?.into_row();
    if row.state == FrameworkState::Draft && !sees_drafts(call) {
        return Err(Error::NotFound("framework"));
    }
    Ok(FrameworkView { summary: summary(&row), provenance: row.provenance.clone(), catalogue: row.read_catalogue()? })
}

/// A version as its import takes it: to be corrected in a spreadsheet and imported as another one.
pub fn framework_source(call: &Call<'_>, id: &FrameworkId) -> Result<FrameworkImport> {
    let FrameworkView { summary, provenance, catalogue } = version(call, UseCase::framework_source, id)?;
    Ok(FrameworkImport { name: summary.name, version_label: summary.version_label, provenance, csv: to_csv(&catalogue.rows()) })
}

/// A wrong line as an error of the field `csv`.
fn of_line(e: &LineError) -> FieldError {
    let column = if e.column.is_empty() { "–" } else { &e.column };
    FieldError::new("csv", format!("line_{}", e.code)).with("line", e.line).with("column", column).with("detail", &e.detail)
}

/// Wrong lines that are named at once.
const MOST_LINES: usize = 100;

/// Takes in a corrected version as a draft. Errors: every wrong line with its number and column.
pub fn framework_import(call: &Call<'_>, input: &FrameworkImport) -> Result<FrameworkSummary> {
    let permit = call.allow(UseCase::framework_import)?;
    let mut checks = Checks::new();
    let name = checks.text("name", &input.name, NAME_MAX, false);
    let version_label = checks.text("version_label", &input.version_label, LABEL_MAX, false);
    let provenance = checks.text("provenance", &input.provenance, PROVENANCE_MAX, true);
    let catalogue = match Catalogue::from_csv(input.csv.as_bytes()) {
        Ok(catalogue) => catalogue,
        Err(lines) => {
            for line in lines.iter().take(MOST_LINES) {
                checks.push(of_line(line));
            }
            if lines.len() > MOST_LINES {
                checks.push(FieldError::new("csv", "line_more").with("count", lines.len() - MOST_LINES));
            }
            Catalogue::default()
        }
    };
    checks.done()?;
    let row = new_row(call, name, version_label, FrameworkState::Draft, provenance, &catalogue)?;
    permit.write(|db| {
        store::insert(db, &row).map_err(|e| match e {
            Error::Conflict(ALREADY_EXISTS) => Error::field("version_label", "already_exists_here"),
            other => other,
        })?;
        permit.audit(db, &row.id, &json!({"hash": row.content_hash}))
    })?;
    Ok(summary(&row))
}

fn new_row(
    call: &Call<'_>,
    name: String,
    version_label: String,
    state: FrameworkState,
    provenance: String,
    catalogue: &Catalogue,
) -> Result<FrameworkRow> {
    let content = serde_json::to_string(catalogue).map_err(Error::internal)?;
    Ok(FrameworkRow {
        id: FrameworkId::new(&*call.service.clock, &*call.service.chance),
        name,
        version_label,
        state,
        content_hash: sha256_hex(content.as_bytes()),
        catalogue: content,
        provenance,
        version: 1,
        created_at: call.now,
    })
}

/// Makes a draft available to rounds; from then on it never changes.
pub fn framework_publish(call: &Call<'_>, id: &FrameworkId) -> Result<FrameworkSummary> {
    let permit = call.allow(UseCase::framework_publish)?;
    permit.write(|db| {
        let row = store::framework(db, id)?;
        if row.state == FrameworkState::Draft {
            store::publish(db, id)?;
            permit.audit(db, id, &json!({}))?;
        }
        store::framework(db, id).map(|row| summary(&row))
    })
}

/// Makes sure that the shipped version is there, published; returns its id. Idempotent.
pub fn ensure_default_framework(call: &Call<'_>) -> Result<FrameworkId> {
    let permit = call.allow(UseCase::framework_publish)?;
    let name = "Key Features of Learning Cities";
    let label = "2013, reconstruction";
    let known = |db: &mut crate::store::Db| Ok(store::all(db)?.into_iter().find(|f| f.name == name && f.version_label == label));
    if let Some(row) = permit.read(known)? {
        return Ok(row.id);
    }
    let catalogue = Catalogue::from_csv(DEFAULT_CSV).map_err(|e| Error::internal(format!("shipped catalogue: {e:?}")))?;
    let row = new_row(call, name.to_owned(), label.to_owned(), FrameworkState::Published, DEFAULT_PROVENANCE.to_owned(), &catalogue)?;
    permit.write(|db| {
        if let Some(row) = known(db)? {
            return Ok(row.id);
        }
        store::insert(db, &row)?;
        permit.audit(db, &row.id, &json!({"shipped": true}))?;
        Ok(row.id.clone())
    })
}
