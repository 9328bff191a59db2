//! Where a city stands in a round: counts along the way from answer and report to score. Pure.

use serde::Serialize;

use crate::ground::ids::{CityId, ParticipationId, ReportId, ReviewId, SubmissionId};
use crate::ground::{Text, UtcTime};

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
    /// `none`, `draft`, `submitted` or `returned`.
    pub state: String,
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
}

/// A third expert whose review is awaited.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ThirdStanding {
    pub review_id: ReviewId,
    pub name: String,
    #[schema(value_type = String)]
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
    /// What should happen next, as the key of a text: `issue_survey`, `wait_for_report` …
    pub next: &'static str,
}

/// The next thing for the coordinator to do about a city.
pub fn next(survey: &SurveyStanding, report: &ReportStanding, review: &ReviewStanding, experts_wanted: u64) -> &'static str {
    if survey.surveys == 0 {
        "issue_survey"
    } else if report.submission_id.is_none() || report.state == "returned" {
        "wait_for_report"
    } else if review.disagreements_open > review.disagreements_waiting {
        "resolve_disagreement"
    } else if review.invited + review.accepted + review.submitted < experts_wanted {
        "assign_experts"
    } else if review.submitted < experts_wanted {
        "wait_for_reviews"
    } else if review.disagreements_open > 0 {
        "wait_for_third"
    } else {
        "read_profile"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_step_follows_the_way_of_a_report() {
        let survey = SurveyStanding { surveys: 1, open: 1, responses: 3 };
        let none = ReportStanding { report_id: None, state: "none".into(), sections_done: 0, sections: 16, submission_id: None, late: false };
        let sent = ReportStanding { state: "submitted".into(), submission_id: Some(SubmissionId::from_stored("sub_1".into())), ..none.clone() };
        let review = |invited, submitted, open| ReviewStanding { invited, submitted, disagreements_open: open, ..ReviewStanding::default() };
        assert_eq!(next(&SurveyStanding::default(), &none, &review(0, 0, 0), 2), "issue_survey");
        assert_eq!(next(&survey, &none, &review(0, 0, 0), 2), "wait_for_report");
        assert_eq!(next(&survey, &sent, &review(1, 0, 0), 2), "assign_experts");
        assert_eq!(next(&survey, &sent, &review(1, 1, 0), 2), "wait_for_reviews");
        assert_eq!(next(&survey, &sent, &review(0, 2, 1), 2), "resolve_disagreement");
        let waiting = ReviewStanding { disagreements_waiting: 1, ..review(0, 2, 1) };
        assert_eq!(next(&survey, &sent, &waiting, 2), "wait_for_third");
        let another = ReviewStanding { disagreements_waiting: 1, ..review(0, 2, 2) };
        assert_eq!(next(&survey, &sent, &another, 2), "resolve_disagreement");
        assert_eq!(next(&survey, &sent, &review(0, 2, 0), 2), "read_profile");
    }
}
