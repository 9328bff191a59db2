//! SQL of evidence. Removing is soft: a submission may name a file that the draft no longer has.

use diesel::prelude::*;

use crate::ground::ids::{EvidenceId, ReportId};
use crate::ground::{Result, UtcTime};
use crate::reports::submission::EvidenceRef;
use crate::reports::views::EvidenceView;
use crate::store::Db;
use crate::store::db::found;
use crate::store::schema::{evidence, evidence_content};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = evidence)]
pub struct EvidenceRow {
    pub id: EvidenceId,
    pub report_id: ReportId,
    /// Empty for the report as a whole.
    pub measure: String,
    pub file_name: String,
    pub media_type: String,
    pub size: i32,
    pub sha256: String,
    pub removed_at: Option<UtcTime>,
    pub created_at: UtcTime,
    pub created_by: String,
}

impl EvidenceRow {
    pub fn file(&self) -> EvidenceRef {
        EvidenceRef {
            id: self.id.clone(),
            measure: self.measure.clone(),
            file_name: self.file_name.clone(),
            media_type: self.media_type.clone(),
            size: self.size,
            sha256: self.sha256.clone(),
        }
    }

    pub fn view(&self, already_there: bool) -> EvidenceView {
        EvidenceView { file: self.file(), added_at: self.created_at, already_there }
    }
}

pub fn evidence(db: &mut Db, id: &EvidenceId) -> Result<EvidenceRow> {
    found(evidence::table.find(id).select(EvidenceRow::as_select()).first(db), "evidence")
}

/// The files of a report that were not removed, oldest first.
pub fn evidence_of(db: &mut Db, id: &ReportId) -> Result<Vec<EvidenceRow>> {
    Ok(evidence::table
        .filter(evidence::report_id.eq(id))
        .filter(evidence::removed_at.is_null())
        .order(evidence::id)
        .select(EvidenceRow::as_select())
        .load(db)?)
}

/// How many files a report has had, removed ones included.
pub fn evidence_count(db: &mut Db, id: &ReportId) -> Result<i64> {
    Ok(evidence::table.filter(evidence::report_id.eq(id)).count().get_result(db)?)
}

pub fn evidence_insert(db: &mut Db, row: &EvidenceRow, bytes: &[u8]) -> Result<()> {
    diesel::insert_into(evidence::table).values(row).execute(db)?;
    diesel::insert_into(evidence_content::table)
        .values((evidence_content::evidence_id.eq(&row.id), evidence_content::bytes.eq(bytes)))
        .execute(db)?;
    Ok(())
}

pub fn evidence_bytes(db: &mut Db, id: &EvidenceId) -> Result<Vec<u8>> {
    found(evidence_content::table.find(id).select(evidence_content::bytes).first(db), "evidence")
}

pub fn evidence_remove(db: &mut Db, id: &EvidenceId, now: UtcTime) -> Result<usize> {
    Ok(diesel::update(evidence::table.find(id).filter(evidence::removed_at.is_null())).set(evidence::removed_at.eq(Some(now))).execute(db)?)
}
