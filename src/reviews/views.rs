//! What both faces show of reviews: rubrics, experts, assignments here; what is judged in `judging`.

mod judging;

use std::collections::BTreeSet;

use serde::Serialize;

pub use judging::{AgreementView, DisagreementView, DisputedRating, GapView, MeasureAgreement, Opened, ReviewSummary, ReviewView, SingleView};

use super::affinity::Affinity;
use super::conflict::{ConflictKind, ConflictSource, ConflictState, Ineligible};
use super::expert::{Absent, Expert};
use super::proposal::Proposal;
use super::review::{Declining, ReviewKind, ReviewState, SetAside};
use super::rubric::Rubric;
use super::store::{ExpertRow, PlanRow, PlanState, ReviewRow, RubricRow};
use crate::ground::ids::{CityId, ParticipationId, PersonId, PlanId, ReviewId, RoundId, RubricId, SubmissionId};
use crate::ground::{Country, Email, Language, Result, Text, UtcTime, Zone};
use crate::people::store::PersonRow;

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RubricView {
    pub id: RubricId,
    pub name: String,
    pub version_label: String,
    /// SHA-256 of the content: what a review's rubric is frozen by.
    pub content_hash: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: UtcTime,
    /// Left out of lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rubric: Option<Rubric>,
}

impl RubricView {
    pub fn of(row: &RubricRow, with_content: bool) -> Result<Self> {
        Ok(Self {
            id: row.id.clone(),
            name: row.name.clone(),
            version_label: row.version_label.clone(),
            content_hash: row.content_hash.clone(),
            created_at: row.created_at,
            rubric: with_content.then(|| row.rubric()).transpose()?,
        })
    }
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ExpertView {
    pub person_id: PersonId,
    pub name: String,
    pub email: Email,
    pub languages: Vec<Language>,
    pub countries: Vec<Country>,
    /// Codes of areas; none means all alike.
    pub areas: Vec<String>,
    /// Most reviews in one round.
    pub load_max: i32,
    pub affiliation: String,
    pub version: i32,
    /// Whether the reader may change it: they reach every round that it counts in.
    #[serde(skip)]
    pub may_save: bool,
}

impl ExpertView {
    pub fn of(row: &ExpertRow, person: &PersonRow) -> Result<Self> {
        let Expert { person_id, facts: e } = row.expert()?;
        Ok(Self {
            person_id,
            name: person.name.clone(),
            email: person.email.clone(),
            languages: e.languages,
            countries: e.countries,
            areas: e.areas,
            load_max: e.load_max,
            affiliation: e.affiliation,
            version: row.version,
            may_save: false,
        })
    }
}

/// Who was added. Says nothing of an account that was there before but what was sent.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ExpertAdded {
    pub person_id: PersonId,
    pub email: Email,
    /// Whether there was a record of this expert before, which stays as it was.
    pub on_record: bool,
}

/// What pages of experts offer to choose from.
pub struct ExpertContext {
    /// Code and label of every area of the newest catalogue.
    pub areas: Vec<(String, Text)>,
    /// Cities within reach.
    pub cities: Vec<(CityId, Text)>,
    /// Rounds that an expert can be added for.
    pub rounds: Vec<(RoundId, String)>,
    /// Whether one can be added for all rounds, those to come included.
    pub everywhere: bool,
    pub may_add: bool,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ConflictView {
    pub person_id: PersonId,
    pub city_id: CityId,
    pub city: Text,
    pub kind: ConflictKind,
    pub source: ConflictSource,
    pub state: ConflictState,
    pub note: String,
    /// The round that it holds for; absent: all.
    pub round_id: Option<RoundId>,
    #[serde(skip)]
    pub round: Option<String>,
    /// Whether a coordinator may dismiss it: it stands, and the expert did not say so themself.
    #[serde(skip)]
    pub may_dismiss: bool,
}

/// One seat of a report.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SeatView {
    pub review_id: ReviewId,
    pub person_id: PersonId,
    pub name: String,
    pub kind: ReviewKind,
    pub state: ReviewState,
    #[schema(value_type = String, format = DateTime)]
    pub due_at: UtcTime,
    pub declining: Option<Declining>,
    /// Submitted before, and asked again about sections that changed.
    pub reopened: bool,
    /// Ratings kept from an earlier submission, and those asked again because their section changed.
    pub kept: usize,
    pub asked_again: usize,
    /// A conflict of interest that stands between the expert and the city: the review has stopped.
    pub conflict: Option<ConflictKind>,
    /// Why the expert judges nothing here any more: the review has stopped; what was submitted stays.
    pub absent: Option<Absent>,
    /// Why it is kept but does not count.
    pub set_aside: Option<SetAside>,
    #[serde(skip)]
    pub round_id: RoundId,
}

impl SeatView {
    pub fn of(row: &ReviewRow, name: String) -> Self {
        Self {
            review_id: row.id.clone(),
            person_id: row.person_id.clone(),
            name,
            kind: row.kind,
            state: row.state,
            due_at: row.due_at,
            declining: row.declining(),
            reopened: row.is_reopened(),
            kept: 0,
            asked_again: 0,
            conflict: None,
            absent: None,
            set_aside: row.set_aside(),
            round_id: row.round_id.clone(),
        }
    }
}

/// A report with its seats.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReportSeats {
    pub submission_id: SubmissionId,
    pub participation_id: ParticipationId,
    pub city: Text,
    /// Seats still to be filled.
    pub need: u32,
    pub invited: usize,
    pub accepted: usize,
    pub submitted: usize,
    pub declined: usize,
    pub seats: Vec<SeatView>,
    /// Who could be asked where seats are to be filled, best first; ten at most.
    pub candidates: Vec<CandidateView>,
    /// A conflict of interest stands between you and the city: who judges it is not shown, and another coordinator
    /// decides about it.
    pub own_city: bool,
}

/// An expert for one report: how well they suit, or why not.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CandidateView {
    pub person_id: PersonId,
    pub name: String,
    pub load: i32,
    pub load_max: i32,
    pub affinity: Option<Affinity>,
    pub ineligible: Option<Ineligible>,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PlanView {
    pub id: PlanId,
    pub round_id: RoundId,
    pub state: PlanState,
    pub version: i32,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: UtcTime,
    pub proposal: Proposal,
    /// Cities of the proposal whose panels you may not see, as a conflict of interest stands between you and them.
    pub own_cities: usize,
    /// Reports of the proposal that are left out here; none where it is proposed, confirmed or discarded.
    pub reports_more: usize,
    /// Seats in all of it.
    pub seats: usize,
}

impl PlanView {
    pub fn of(row: &PlanRow) -> Result<Self> {
        let proposal = row.proposal()?;
        Ok(Self {
            id: row.id.clone(),
            round_id: row.round_id.clone(),
            state: row.state,
            version: row.version,
            created_at: row.created_at,
            seats: proposal.reports.iter().map(|report| report.picks.len()).sum(),
            own_cities: 0,
            reports_more: 0,
            proposal,
        })
    }

    /// Without the reports of some cities, whose picks are not for everybody.
    #[must_use]
    pub fn without(mut self, submissions: &BTreeSet<SubmissionId>) -> Self {
        let before = self.proposal.reports.len();
        self.proposal.reports.retain(|report| !submissions.contains(&report.submission_id));
        self.own_cities = before - self.proposal.reports.len();
        self
    }

    /// With so many reports at most.
    #[must_use]
    pub fn cut(mut self, most: usize) -> Self {
        self.reports_more = self.proposal.reports.len().saturating_sub(most);
        self.proposal.reports.truncate(most);
        self
    }
}

/// The newest reports of a round, counted.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct AssignmentTotals {
    /// Reports that are submitted.
    pub reports: usize,
    /// Those of them with all their experts.
    pub full: usize,
    /// Seats still to be filled.
    pub lacking: i64,
    /// Independent reviews that are submitted.
    pub submitted: i64,
}

/// Where the assignments of a round stand.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AssignmentsView {
    pub round_id: RoundId,
    pub round: String,
    pub experts_per_report: i32,
    #[schema(value_type = String, format = DateTime)]
    pub review_due_at: UtcTime,
    /// The round's time zone, in which that was set.
    #[serde(skip)]
    pub time_zone: Zone,
    pub experts: usize,
    /// Over all reports.
    pub totals: AssignmentTotals,
    /// One page of them.
    pub reports: Vec<ReportSeats>,
    /// Pass it as `cursor` for the next page of reports; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// The page before; within, no cursor for the first page.
    #[serde(skip)]
    pub previous: Option<Option<String>>,
    /// Cities that have submitted nothing yet: fifty at most, and how many there are.
    pub waiting_for: Vec<Text>,
    pub waiting: usize,
    /// With twenty reports at most; whoever proposes it is answered with all.
    pub plan: Option<PlanView>,
    /// A plan waits that another coordinator proposed, and you are bound to a city of the round: it counts panels that
    /// you may not see.
    pub plan_withheld: bool,
}
