//! What the reports room shows of itself: the answers of the API and the data of the pages. Pure.

use serde::{Deserialize, Serialize};

use super::form::{AreaSpec, Gap, ReportState, SECTION_CHARACTERS};
use super::submission::{Content, EvidenceRef};
use crate::ground::ids::{CityId, ParticipationId, ReportId, ReviewId, RoundId, SubmissionId};
use crate::ground::limits::{Limit, Limits};
use crate::ground::problems::Code;
use crate::ground::{MeasureCode, Text, UtcTime, Zone};

/// A report in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReportSummary {
    pub id: ReportId,
    pub participation_id: ParticipationId,
    pub round_id: RoundId,
    pub round_name: String,
    pub city_id: CityId,
    pub city_name: Text,
    pub state: ReportState,
    #[schema(value_type = String, format = DateTime)]
    pub due_at: UtcTime,
    /// The city's time zone.
    pub time_zone: Zone,
    /// The round's, in which the deadline was set.
    #[serde(skip)]
    pub round_time_zone: Zone,
    /// First submitted after the deadline, or not yet although it has passed.
    pub late: bool,
    /// Sections with a text within its limit.
    pub sections_done: usize,
    pub sections_asked: usize,
    /// Statistics with value, year and source, or not available.
    pub statistics_done: usize,
    pub statistics_asked: usize,
    /// The newest submission.
    pub submission_id: Option<SubmissionId>,
}

/// A report as it stands.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReportView {
    #[serde(flatten)]
    pub summary: ReportSummary,
    /// Areas of the framework in which something is asked.
    pub areas: Vec<AreaSpec>,
    /// Whether you may change it now.
    pub may_change: bool,
    pub sections: Vec<SectionView>,
    pub statistics: Vec<StatisticView>,
    pub evidence: Vec<EvidenceView>,
    /// What keeps it from being submitted.
    pub missing: Vec<Gap>,
    /// Every submission, oldest first.
    pub submissions: Vec<SubmissionBrief>,
    /// What the coordinator wrote when the report was given back.
    pub return_note: Option<String>,
    /// Goes up with every change.
    pub version: i32,
}

/// The text for one expert-reviewed measure.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SectionView {
    pub measure: MeasureCode,
    pub area: String,
    pub label: Text,
    pub prompt: Text,
    pub body: String,
    pub words: usize,
    pub word_limit: usize,
    /// A draft may be too long; a submission may not.
    pub over_limit: bool,
    /// 0 until something is saved.
    pub version: i32,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub updated_at: Option<UtcTime>,
}

/// The value of one official measure.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StatisticView {
    pub measure: MeasureCode,
    pub area: String,
    pub label: Text,
    pub description: Text,
    pub unit: String,
    pub value: Option<f64>,
    pub year: Option<i32>,
    pub source: String,
    pub not_available: bool,
    pub complete: bool,
    /// 0 until something is saved.
    pub version: i32,
}

/// An evidence file; its bytes are at `/api/v1/evidence/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct EvidenceView {
    #[serde(flatten)]
    pub file: EvidenceRef,
    #[schema(value_type = String, format = DateTime)]
    pub added_at: UtcTime,
    /// The same file was in the report before; it was not stored again.
    pub already_there: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SubmissionBrief {
    pub id: SubmissionId,
    pub number: i32,
    pub receipt: String,
    #[schema(value_type = String, format = DateTime)]
    pub submitted_at: UtcTime,
}

/// A frozen report.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SubmissionView {
    pub id: SubmissionId,
    pub report_id: ReportId,
    pub participation_id: ParticipationId,
    pub round_id: RoundId,
    pub round_name: String,
    pub city_name: Text,
    pub time_zone: Zone,
    /// 1 for the first submission of the report.
    pub number: i32,
    /// Whether it is the one that counts.
    pub newest: bool,
    /// Where the report stands now.
    pub report_state: ReportState,
    /// Not said to whoever judges it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late: Option<bool>,
    /// Empty for whoever judges it.
    pub receipt: String,
    /// SHA-256 of the frozen content; empty for whoever judges it, who is shown a part.
    pub content_hash: String,
    #[schema(value_type = String, format = DateTime)]
    pub submitted_at: UtcTime,
    pub content: Content,
    /// For whoever may give it back: who is at work on it. What they rated goes on to the next submission where
    /// a section has not changed; changed sections are asked again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_work: Option<AtWork>,
    /// Why somebody who could give it back may not: a code.
    #[serde(skip)]
    pub barred: Option<Code>,
}

/// Experts at work on a submission, and what has been rated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AtWork {
    pub invited: usize,
    pub accepted: usize,
    /// Of the accepted: those with a draft.
    pub writing: usize,
    pub submitted: usize,
    /// Ratings that count.
    pub ratings: usize,
    /// Disagreements that are not settled.
    pub cases_open: usize,
    pub cases_settled: usize,
    pub seats: Vec<AtWorkSeat>,
}

impl AtWork {
    pub fn is_nobody(&self) -> bool {
        self.seats.is_empty() && self.ratings == 0
    }
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AtWorkSeat {
    pub review_id: ReviewId,
    pub name: String,
    /// `invited`, `accepted` or `submitted`.
    pub state: String,
}

/// Where a participation's report stands, for the coordinator's funnel.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ReportStanding {
    pub report_id: ReportId,
    pub state: ReportState,
    /// Sections with any text.
    pub sections_done: usize,
    /// When the newest submission came.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub submitted_at: Option<UtcTime>,
    pub submission_id: Option<SubmissionId>,
    /// The first submission came after the round's deadline.
    pub late: bool,
}

/// Which participation a report is begun for.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportBegin {
    pub participation_id: ParticipationId,
}

/// The text of a section as sent.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SectionInput {
    pub body: String,
}

impl SectionInput {
    pub const LIMITS: Limits = &[("body", Limit::Optional(SECTION_CHARACTERS))];
}

/// Why a report is given back.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportReturn {
    pub note: String,
}

/// Longest note, in characters.
pub const NOTE_CHARACTERS: usize = 4000;

impl ReportReturn {
    pub const LIMITS: Limits = &[("note", Limit::Text(NOTE_CHARACTERS))];
}

/// What a section page needs: the section with its evidence and neighbours.
#[derive(Debug, Clone)]
pub struct Neighbours {
    pub number: usize,
    pub previous: Option<MeasureCode>,
    pub next: Option<MeasureCode>,
}

impl ReportView {
    pub fn section(&self, measure: &MeasureCode) -> Option<&SectionView> {
        self.sections.iter().find(|s| s.measure == *measure)
    }

    pub fn neighbours(&self, measure: &MeasureCode) -> Option<Neighbours> {
        let at = self.sections.iter().position(|s| s.measure == *measure)?;
        let code = |i: usize| self.sections.get(i).map(|s| s.measure.clone());
        Some(Neighbours { number: at + 1, previous: at.checked_sub(1).and_then(code), next: code(at + 1) })
    }

    /// Files of one measure.
    pub fn evidence_of<'a>(&'a self, measure: &'a MeasureCode) -> impl Iterator<Item = &'a EvidenceView> {
        self.evidence.iter().filter(move |e| e.file.measure.as_ref() == Some(measure))
    }
}
