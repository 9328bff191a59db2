//! Where a city stands in a round: counts along the way from answer and report to score. Pure.

use serde::Serialize;

use crate::ground::ids::{CityId, ParticipationId, ReportId, ReviewId, SubmissionId};
use crate::ground::{Text, UtcTime};
use crate::reports::form::ReportState;
use crate::rounds::place::RoundState;
use crate::words;

words! {
    /// How far a city's report is.
    pub enum ReportStage {
        /// Not begun.
        None = "none",
        Draft = "draft",
        Submitted = "submitted",
        /// Given back by the coordinator.
        Returned = "returned",
    }
}

impl From<ReportState> for ReportStage {
    fn from(state: ReportState) -> Self {
        match state {
            ReportState::Draft => Self::Draft,
            ReportState::Submitted => Self::Submitted,
            ReportState::Returned => Self::Returned,
        }
    }
}

words! {
    /// The next thing to do about a city, or what is waited for.
    pub enum NextStep {
        IssueSurvey = "issue_survey",
        /// Nobody could write the report.
        InviteOfficer = "invite_officer",
        /// Until then the report cannot begin.
        OpenRound = "open_round",
        WaitForReport = "wait_for_report",
        ResolveDisagreement = "resolve_disagreement",
        AssignExperts = "assign_experts",
        WaitForReviews = "wait_for_reviews",
        WaitForThird = "wait_for_third",
        ReadProfile = "read_profile",
    }
}

/// The funnel of one city in a round.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct SurveyStanding {
    pub surveys: u64,
    pub open: u64,
    pub responses: u64,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReportStanding {
    pub report_id: Option<ReportId>,
    pub state: ReportStage,
    pub sections_done: u64,
    pub sections: u64,
    pub submission_id: Option<SubmissionId>,
    pub late: bool,
}

/// Independent reviews, counted; a third expert's are listed apart, so that a report that was
/// reviewed stays so while a third opinion is awaited.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct ReviewStanding {
    pub invited: u64,
    pub accepted: u64,
    pub submitted: u64,
    pub declined: u64,
    /// Reviews whose due date has passed without a submission, third experts' included.
    pub late: u64,
    pub disagreements_open: u64,
    /// Those of them that wait for a third expert.
    pub disagreements_waiting: u64,
    /// Third experts who were asked and have not answered yet.
    pub third: Vec<ThirdStanding>,
    /// Whether disagreements and third experts are not counted here, as you may not see the panel: you are bound to the
    /// city, or sit there and have not submitted.
    pub withheld: bool,
}

/// A third expert whose review is awaited.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ThirdStanding {
    pub review_id: ReviewId,
    pub name: String,
    #[schema(value_type = String, format = DateTime)]
    pub due_at: UtcTime,
}

/// One city of a round.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CityStanding {
    pub participation_id: ParticipationId,
    pub city_id: CityId,
    pub city: Text,
    pub survey: SurveyStanding,
    pub report: ReportStanding,
    pub review: ReviewStanding,
    pub next: NextStep,
}

/// A round's cities, counted along the way. Of reports and reviews those of the newest submissions.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct FunnelTotals {
    pub cities: u64,
    /// Cities in which somebody has answered.
    pub with_responses: u64,
    pub responses: u64,
    /// Cities that have submitted a report.
    pub reports: u64,
    /// Cities whose report has an independent expert.
    pub invited: u64,
    /// Cities with independent reviews, none of which is awaited.
    pub reviewed: u64,
    /// Independent reviews that are submitted.
    pub reviews: u64,
    /// Reviews whose due date has passed without a submission, third experts' included.
    pub late: u64,
    /// Without those of panels that you may not see.
    pub disagreements: u64,
}

/// What the next step of a city depends on, besides what has come in.
#[derive(Debug, Clone, Copy)]
pub struct Ground {
    pub round: RoundState,
    /// Whether somebody may write the city's report.
    pub has_officer: bool,
    pub experts_wanted: u64,
}

/// The next thing for the coordinator to do about a city.
pub fn next(ground: Ground, survey: &SurveyStanding, report: &ReportStanding, review: &ReviewStanding) -> NextStep {
    let closed = ground.round == RoundState::Closed;
    let awaited = report.submission_id.is_none() || report.state == ReportStage::Returned;
    if survey.surveys == 0 && !closed {
        NextStep::IssueSurvey
    } else if awaited && !closed {
        match (ground.has_officer, ground.round) {
            (false, _) => NextStep::InviteOfficer,
            (true, RoundState::Draft) => NextStep::OpenRound,
            (true, _) => NextStep::WaitForReport,
        }
    } else if report.submission_id.is_none() {
        // A closed round takes no report any more.
        NextStep::ReadProfile
    } else if review.disagreements_open > review.disagreements_waiting {
        NextStep::ResolveDisagreement
    } else if review.invited + review.accepted + review.submitted < ground.experts_wanted {
        NextStep::AssignExperts
    } else if review.submitted < ground.experts_wanted {
        NextStep::WaitForReviews
    } else if review.disagreements_open > 0 {
        NextStep::WaitForThird
    } else {
        NextStep::ReadProfile
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_step_follows_the_way_of_a_report() {
        let survey = SurveyStanding { surveys: 1, open: 1, responses: 3 };
        let open = Ground { round: RoundState::Open, has_officer: true, experts_wanted: 2 };
        let none = ReportStanding { report_id: None, state: ReportStage::None, sections_done: 0, sections: 16, submission_id: None, late: false };
        let sent = ReportStanding { state: ReportStage::Submitted, submission_id: Some(SubmissionId::from_stored("sub_1".into())), ..none.clone() };
        let review = |invited, submitted, open| ReviewStanding { invited, submitted, disagreements_open: open, ..ReviewStanding::default() };
        assert_eq!(next(open, &SurveyStanding::default(), &none, &review(0, 0, 0)), NextStep::IssueSurvey);
        assert_eq!(next(open, &survey, &none, &review(0, 0, 0)), NextStep::WaitForReport);
        assert_eq!(next(open, &survey, &sent, &review(1, 0, 0)), NextStep::AssignExperts);
        assert_eq!(next(open, &survey, &sent, &review(1, 1, 0)), NextStep::WaitForReviews);
        assert_eq!(next(open, &survey, &sent, &review(0, 2, 1)), NextStep::ResolveDisagreement);
        let waiting = ReviewStanding { disagreements_waiting: 1, ..review(0, 2, 1) };
        assert_eq!(next(open, &survey, &sent, &waiting), NextStep::WaitForThird);
        let another = ReviewStanding { disagreements_waiting: 1, ..review(0, 2, 2) };
        assert_eq!(next(open, &survey, &sent, &another), NextStep::ResolveDisagreement);
        assert_eq!(next(open, &survey, &sent, &review(0, 2, 0)), NextStep::ReadProfile);

        // Nobody waits for a report that nobody can write.
        let alone = Ground { has_officer: false, ..open };
        assert_eq!(next(alone, &survey, &none, &review(0, 0, 0)), NextStep::InviteOfficer);
        assert_eq!(next(Ground { round: RoundState::Draft, ..alone }, &survey, &none, &review(0, 0, 0)), NextStep::InviteOfficer);
        assert_eq!(next(Ground { round: RoundState::Draft, ..open }, &survey, &none, &review(0, 0, 0)), NextStep::OpenRound);
        let closed = Ground { round: RoundState::Closed, ..alone };
        assert_eq!(next(closed, &SurveyStanding::default(), &none, &review(0, 0, 0)), NextStep::ReadProfile);
        let returned = ReportStanding { state: ReportStage::Returned, ..sent.clone() };
        assert_eq!(next(open, &survey, &returned, &review(0, 2, 0)), NextStep::WaitForReport);
        assert_eq!(next(closed, &survey, &returned, &review(0, 1, 0)), NextStep::AssignExperts);
    }
}
