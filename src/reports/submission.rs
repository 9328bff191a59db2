//! A submission: the frozen version of a report that reviewers judge. Pure.

use serde::{Deserialize, Serialize};

use super::evidence::TakenOut;
use crate::ground::ids::{EvidenceId, ParticipationId, ReportId, SubmissionId};
use crate::ground::{MeasureCode, UtcTime, measure};

/// The text for one expert-reviewed measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Section {
    pub measure: MeasureCode,
    pub body: String,
    pub words: usize,
}

/// The value of one official measure; `value` is absent where the city says it is not available.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Statistic {
    pub measure: MeasureCode,
    pub value: Option<f64>,
    pub year: Option<i32>,
    pub source: String,
    pub not_available: bool,
}

/// An evidence file as frozen: its content is found by id and checked by hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EvidenceRef {
    pub id: EvidenceId,
    /// The measure it belongs to; empty for the report as a whole.
    #[serde(with = "measure::or_none")]
    #[schema(value_type = String)]
    pub measure: Option<MeasureCode>,
    pub file_name: String,
    pub media_type: String,
    /// In bytes.
    pub size: i32,
    pub sha256: String,
    /// What was taken out of it when it came; absent where nothing was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_out: Vec<TakenOut>,
}

/// What was frozen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Content {
    pub sections: Vec<Section>,
    pub statistics: Vec<Statistic>,
    pub evidence: Vec<EvidenceRef>,
}

impl Content {
    pub fn section(&self, measure: &MeasureCode) -> Option<&Section> {
        self.sections.iter().find(|s| s.measure == *measure)
    }
}

/// A frozen report with its receipt.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    pub id: SubmissionId,
    pub report_id: ReportId,
    pub participation_id: ParticipationId,
    /// 1 for the first submission of the report, 2 after it was returned …
    pub number: i32,
    pub content: Content,
    pub content_hash: String,
    pub receipt: String,
    pub submitted_at: UtcTime,
}
