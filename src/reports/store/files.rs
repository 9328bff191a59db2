//! SQL of evidence. Removing is soft, for a submission may name a file that the draft no longer has; the bytes
//! of a removed file that none names are deleted.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::ground::ids::{EvidenceId, ReportId};
use crate::ground::{MeasureCode, Result, UtcTime};
use crate::reports::evidence::TakenOut;
use crate::reports::submission::EvidenceRef;
use crate::reports::views::EvidenceView;
use crate::sql_text;
use crate::store::Db;
use crate::store::db::found;
use crate::store::schema::{evidence, evidence_content, submission};

/// A measure or none as its column has it: empty for none.
#[derive(Debug)]
pub struct MeasureColumn(String);

diesel::joinable!(evidence_content -> evidence (evidence_id));

sql_text!(MeasureColumn, |stored| Ok(MeasureColumn(stored)));

impl AsRef<str> for MeasureColumn {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<Option<MeasureCode>> for MeasureColumn {
    fn from(measure: Option<MeasureCode>) -> Self {
        Self(measure.map_or_else(String::new, |code| code.to_string()))
    }
}

impl From<MeasureColumn> for Option<MeasureCode> {
    fn from(column: MeasureColumn) -> Self {
        (!column.0.is_empty()).then(|| MeasureCode::from_stored(column.0))
    }
}

/// What was taken out, as its column has it: words with commas between them.
#[derive(Debug)]
pub struct TakenOutColumn(String);

sql_text!(TakenOutColumn, |stored| Ok(TakenOutColumn(stored)));

impl AsRef<str> for TakenOutColumn {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<Vec<TakenOut>> for TakenOutColumn {
    fn from(taken: Vec<TakenOut>) -> Self {
        Self(taken.iter().map(|t| t.as_str()).collect::<Vec<_>>().join(","))
    }
}

impl From<TakenOutColumn> for Vec<TakenOut> {
    fn from(column: TakenOutColumn) -> Self {
        column.0.split(',').filter_map(|word| word.parse().ok()).collect()
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = evidence)]
pub struct EvidenceRow {
    pub id: EvidenceId,
    pub report_id: ReportId,
    /// None for the report as a whole.
    #[diesel(serialize_as = MeasureColumn, deserialize_as = MeasureColumn)]
    pub measure: Option<MeasureCode>,
    pub file_name: String,
    pub media_type: String,
    pub size: i32,
    pub sha256: String,
    pub removed_at: Option<UtcTime>,
    pub created_at: UtcTime,
    pub created_by: String,
    #[diesel(serialize_as = TakenOutColumn, deserialize_as = TakenOutColumn)]
    pub taken_out: Vec<TakenOut>,
    /// By which rules it was looked into.
    pub rules: i32,
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
            taken_out: self.taken_out.clone(),
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
    diesel::insert_into(evidence::table).values(row.clone()).execute(db)?;
    diesel::insert_into(evidence_content::table)
        .values((evidence_content::evidence_id.eq(&row.id), evidence_content::bytes.eq(bytes)))
        .execute(db)?;
    Ok(())
}

/// The bytes of a file, and by which rules it was looked into.
pub fn evidence_bytes(db: &mut Db, id: &EvidenceId) -> Result<(Vec<u8>, i32)> {
    let row = evidence_content::table.inner_join(evidence::table).filter(evidence::id.eq(id));
    found(row.select((evidence_content::bytes, evidence::rules)).first(db), "evidence")
}

pub fn evidence_remove(db: &mut Db, id: &EvidenceId, now: UtcTime) -> Result<usize> {
    Ok(diesel::update(evidence::table.find(id).filter(evidence::removed_at.is_null())).set(evidence::removed_at.eq(Some(now))).execute(db)?)
}

/// Reports with removed files whose bytes are there.
pub fn reports_with_removed(db: &mut Db) -> Result<Vec<ReportId>> {
    let removed = evidence::table.inner_join(evidence_content::table).filter(evidence::removed_at.is_not_null());
    Ok(removed.select(evidence::report_id).distinct().load(db)?)
}

/// The removed files of a report that no submission names, and whose bytes are there. No draft gets them back.
pub fn evidence_unnamed(db: &mut Db, of: &ReportId) -> Result<Vec<EvidenceId>> {
    let naming = "%".into_sql::<Text>().concat(evidence::id).concat("%");
    let named = submission::table.filter(submission::report_id.eq(evidence::report_id)).filter(submission::content.like(naming));
    let removed = evidence::table.inner_join(evidence_content::table).filter(evidence::removed_at.is_not_null()).filter(not(exists(named)));
    Ok(removed.filter(evidence::report_id.eq(of)).select(evidence::id).load(db)?)
}

/// Deletes the bytes of files; how many that were.
pub fn evidence_erase(db: &mut Db, ids: &[EvidenceId]) -> Result<usize> {
    Ok(diesel::delete(evidence_content::table.filter(evidence_content::evidence_id.eq_any(ids))).execute(db)?)
}
