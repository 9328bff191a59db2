//! What is shown of judging: reviews, disagreements, agreement.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use crate::framework::catalogue::Catalogue;
use crate::ground::ids::{CityId, DisagreementId, PersonId, ReviewId, RoundId, RubricId, SubmissionId};
use crate::ground::{MeasureCode, Text, UtcTime, Zone};
use crate::reports::submission::{Content, Submission};
use crate::reviews::checks::Reason;
use crate::reviews::coefficients::Agreement;
use crate::reviews::conflict::ConflictKind;
use crate::reviews::expert::Absent;
use crate::reviews::review::{Declining, Rating, RatingBefore, ReviewKind, ReviewState, SetAside};
use crate::reviews::rubric::{Rubric, RubricLevel};
use crate::reviews::store::{CaseState, DisagreementRow};
use crate::rounds::place::Place;

/// A review with its ratings.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReviewView {
    pub id: ReviewId,
    pub round_id: RoundId,
    pub round: String,
    pub submission_id: SubmissionId,
    pub city_id: CityId,
    pub city: Text,
    pub person_id: PersonId,
    pub expert: String,
    pub rubric_id: RubricId,
    pub kind: ReviewKind,
    pub state: ReviewState,
    /// Codes of the measures to judge, in the catalogue's order.
    pub measures: Vec<MeasureCode>,
    #[schema(value_type = String, format = DateTime)]
    pub due_at: UtcTime,
    #[schema(value_type = String, format = DateTime)]
    pub invited_at: UtcTime,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub responded_at: Option<UtcTime>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub submitted_at: Option<UtcTime>,
    pub declining: Option<Declining>,
    pub overall_comment: String,
    /// Empty until submitted.
    pub receipt: String,
    pub version: i32,
    pub ratings: Vec<Rating>,
    /// What was rated, or begun, of sections that the city has changed since; oldest first.
    pub before: Vec<RatingBefore>,
    /// Submitted before, and asked again about the sections that changed; the other ratings count.
    pub reopened: bool,
    /// The city has its report back, and will submit it again.
    pub given_back: bool,
    /// Why it is kept but does not count; for coordinators.
    pub set_aside: Option<SetAside>,
    /// A conflict of interest that stands between the expert and the city: the review has stopped.
    pub conflict: Option<ConflictKind>,
    /// Why the expert judges nothing here any more: the review has stopped; what was submitted stays.
    pub absent: Option<Absent>,
}

/// A review with everything that its pages show.
pub struct Opened {
    pub view: ReviewView,
    pub submission: Submission,
    /// What earlier submissions said, as far as the review was rated on them.
    pub earlier: BTreeMap<SubmissionId, Content>,
    pub rubric: Rubric,
    pub catalogue: Arc<Catalogue>,
    /// Whether the expert themself is asking, not a coordinator.
    pub own: bool,
    /// The reader's time zone.
    pub time_zone: Zone,
    /// The deadline in the round's time zone, and on the reader's clock.
    pub due: String,
}

/// A review in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReviewSummary {
    pub id: ReviewId,
    pub round_id: RoundId,
    pub round: String,
    pub submission_id: SubmissionId,
    pub city: Text,
    pub person_id: PersonId,
    pub kind: ReviewKind,
    pub state: ReviewState,
    #[schema(value_type = String, format = DateTime)]
    pub due_at: UtcTime,
    /// The deadline in the round's time zone, and on the reader's clock.
    #[serde(skip)]
    pub due: String,
    /// Submitted before, and asked again about sections that changed.
    pub reopened: bool,
    /// Measures with a level or `cannot_judge`.
    pub rated: usize,
    pub version: i32,
}

/// One rating of a disputed measure. Experts are A, B, C …; nobody is named.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DisputedRating {
    pub expert: String,
    pub kind: ReviewKind,
    pub level: Option<i32>,
    pub cannot_judge: bool,
    pub comment: String,
    pub evidence_pointer: String,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DisagreementView {
    pub id: DisagreementId,
    pub round_id: RoundId,
    pub round: String,
    pub submission_id: SubmissionId,
    pub city: Text,
    pub measure: MeasureCode,
    pub measure_label: Text,
    pub reason: Reason,
    pub state: CaseState,
    pub third_review_id: Option<ReviewId>,
    pub third_state: Option<ReviewState>,
    /// Who the third expert is, and until when they are asked for.
    #[serde(skip)]
    pub third: Option<(String, String)>,
    /// `third_expert`, `further_rating`, `consensus` or `adjudication`; empty until resolved.
    pub resolution: String,
    pub level: Option<f64>,
    pub note: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub resolved_at: Option<UtcTime>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: UtcTime,
    pub version: i32,
    /// Left out of lists.
    pub ratings: Vec<DisputedRating>,
    /// It is about a section of an earlier submission, which the city has changed since.
    pub earlier: bool,
    /// The anchored levels of the measure; left out of lists.
    pub levels: Vec<RubricLevel>,
    /// What the city submitted, for the page: a program reads the submission.
    #[serde(skip)]
    pub content: Option<Content>,
}

impl DisagreementView {
    /// As lists show it: without ratings and levels.
    pub fn of(row: DisagreementRow, place: &Place, catalogue: &Catalogue) -> Self {
        Self {
            round: place.round.name.clone(),
            city: place.city.name.clone(),
            measure_label: catalogue.measure(&row.measure).map(|m| m.label.clone()).unwrap_or_default(),
            id: row.id,
            round_id: row.round_id,
            submission_id: row.submission_id,
            measure: row.measure,
            reason: row.reason,
            state: row.state,
            third_review_id: row.third_review_id,
            third_state: None,
            third: None,
            resolution: row.resolution,
            level: row.level,
            note: row.note,
            resolved_at: row.resolved_at,
            created_at: row.created_at,
            version: row.version,
            ratings: Vec::new(),
            earlier: false,
            levels: Vec::new(),
            content: None,
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MeasureAgreement {
    pub measure: MeasureCode,
    pub label: Text,
    pub agreement: Agreement,
}

/// A disagreement in the list.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GapView {
    pub id: DisagreementId,
    pub city: Text,
    pub measure: MeasureCode,
    pub measure_label: Text,
    pub reason: Reason,
    pub state: CaseState,
}

impl From<DisagreementView> for GapView {
    fn from(v: DisagreementView) -> Self {
        Self { id: v.id, city: v.city, measure: v.measure, measure_label: v.measure_label, reason: v.reason, state: v.state }
    }
}

/// A measure that one expert only has judged.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SingleView {
    pub city: Text,
    /// Absent in what was computed by an older version.
    #[serde(default)]
    pub city_id: Option<CityId>,
    pub measure: MeasureCode,
    pub measure_label: Text,
    pub level: i32,
    /// Next to the decision line: a second rating is wanted.
    pub second_wanted: bool,
}

/// The agreement of a round's experts, as a job computed it last; disagreements as they are now.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AgreementView {
    pub round_id: RoundId,
    pub round: String,
    /// When it was computed; absent as long as nothing is submitted, or until the first time.
    #[serde(default, deserialize_with = "nothing")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub computed_at: Option<UtcTime>,
    /// Absent while it is being computed for the first time, and where it is withheld.
    pub overall: Option<Agreement>,
    pub measures: Vec<MeasureAgreement>,
    /// One page of the disagreements, open ones first; for coordinators only.
    #[serde(default, deserialize_with = "nothing")]
    #[schema(required = true)]
    pub gaps: Vec<GapView>,
    /// Pass it as `cursor` for more disagreements; absent on the last page.
    #[serde(default, deserialize_with = "nothing", skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// A hundred at most; where there are more, those next to the decision line first.
    pub singles: Vec<SingleView>,
    /// How many there are in all.
    pub singles_count: usize,
    /// Ratings on another version of the rubric, which are never pooled.
    pub left_out: usize,
    /// Ratings that say "cannot judge"; they are no levels.
    pub cannot_judge: usize,
    pub alpha_good: f64,
    pub alpha_tentative: f64,
    /// Whether the figures are not shown to you, as they count a panel that you may not see: of a city that you are
    /// bound to, or one on which you sit without having submitted. From the round's release on they are.
    #[serde(default, deserialize_with = "nothing")]
    #[schema(required = true)]
    pub withheld: bool,
}

/// What is not part of the figures that were stored; `skip_deserializing` would leave it out of the document.
fn nothing<'de, D: Deserializer<'de>, T: Default>(stored: D) -> Result<T, D::Error> {
    IgnoredAny::deserialize(stored).map(|_| T::default())
}
