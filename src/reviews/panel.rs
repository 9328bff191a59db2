//! Panel scores: what a report gets on a measure once its experts agree or a case is settled. Pure.
//!
//! Where independent ratings agree, two are averaged and three or more give their median, so that
//! one expert cannot pull a score alone. Where a case was settled, the settled level stands. While
//! a case is open there is no score, and it is said why.

use serde::Serialize;

use super::checks::{Finding, Limits, check};
use crate::ground::MeasureCode;
use crate::ground::ids::ParticipationId;
use crate::words;

words! {
    /// How a disagreement was settled.
    pub enum Resolution {
        /// The median of all independent ratings, a third expert's included.
        ThirdExpert = "third_expert",
        /// The median of all independent ratings, after one that came in later brought them together.
        FurtherRating = "further_rating",
        /// The experts came to one view.
        Consensus = "consensus",
        /// Somebody without a conflict of interest decided.
        Adjudication = "adjudication",
    }
}

words! {
    /// Where a panel score stands.
    pub enum PanelState {
        /// No report yet, and the round still takes one.
        AwaitingReport = "awaiting_report",
        /// The round has ended without a report.
        NoReport = "no_report",
        /// Nobody has given a level.
        Unrated = "unrated",
        /// The city has changed the section since it was rated; its experts are asked again.
        AskedAgain = "asked_again",
        /// One level only: shown, but nothing is known about agreement.
        Single = "single",
        Agreed = "agreed",
        OpenDisagreement = "open_disagreement",
        ResolvedThirdExpert = "resolved_third_expert",
        ResolvedFurtherRating = "resolved_further_rating",
        ResolvedConsensus = "resolved_consensus",
        ResolvedAdjudication = "resolved_adjudication",
    }
}

impl PanelState {
    /// Whether it says why there is no score.
    pub fn is_without_score(self) -> bool {
        matches!(self, Self::AwaitingReport | Self::NoReport | Self::Unrated | Self::AskedAgain | Self::OpenDisagreement)
    }
}

/// A case about one measure of one report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Case {
    Open,
    Resolved(Resolution, f64),
}

/// The score of one measure of one participation's newest submission.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PanelScore {
    pub participation_id: ParticipationId,
    pub measure: MeasureCode,
    /// On the rubric's scale, 0 to 4.
    pub score: Option<f64>,
    /// Levels that were given, a third expert's included; `cannot_judge` is none.
    pub ratings: usize,
    /// The lowest and the highest of them, from three on: the two ends of two ratings are the ratings.
    #[schema(value_type = Option<Vec<i32>>)]
    pub range: Option<(i32, i32)>,
    /// Also says why there is no score.
    pub state: PanelState,
}

/// The fewest ratings whose range is shown.
const RANGE_FROM: usize = 3;

/// The middle value, or the mean of the two middle ones.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[half]),
        _ => Some(f64::midpoint(sorted[half - 1], sorted[half])),
    }
}

/// The score of one measure from its independent levels, a third expert's levels and its case.
pub fn panel_score(
    participation_id: &ParticipationId,
    measure: &MeasureCode,
    independent: &[i32],
    third: &[i32],
    case: Option<Case>,
    limits: Limits,
) -> PanelScore {
    let all: Vec<i32> = independent.iter().chain(third).copied().collect();
    let levels: Vec<f64> = all.iter().map(|l| f64::from(*l)).collect();
    // The median of two is their mean.
    let (score, state) = match (case, check(independent, limits)) {
        (Some(Case::Resolved(how, level)), _) => {
            let state = match how {
                Resolution::ThirdExpert => PanelState::ResolvedThirdExpert,
                Resolution::FurtherRating => PanelState::ResolvedFurtherRating,
                Resolution::Consensus => PanelState::ResolvedConsensus,
                Resolution::Adjudication => PanelState::ResolvedAdjudication,
            };
            (Some(level), state)
        }
        (Some(Case::Open), _) | (None, Finding::Disagreed(_)) => (None, PanelState::OpenDisagreement),
        (None, Finding::Unrated) => (None, PanelState::Unrated),
        (None, Finding::Single { .. }) => (median(&levels), PanelState::Single),
        (None, Finding::Agreed) => (median(&levels), PanelState::Agreed),
    };
    PanelScore {
        participation_id: participation_id.clone(),
        measure: measure.clone(),
        score,
        ratings: all.len(),
        range: all.iter().min().zip(all.iter().max()).filter(|_| all.len() >= RANGE_FROM).map(|(low, high)| (*low, *high)),
        state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(independent: &[i32], third: &[i32], case: Option<Case>) -> (Option<f64>, PanelState) {
        let limits = Limits { gap: 2, decision_line: 2 };
        let given = panel_score(&ParticipationId::from_stored("prt_x".into()), &MeasureCode::from_stored("9.1.a"), independent, third, case, limits);
        assert_eq!(given.score.is_none(), given.state.is_without_score(), "a missing score says why");
        (given.score, given.state)
    }

    #[test]
    fn agreeing_experts_give_their_mean_or_median() {
        assert_eq!(score(&[2, 3], &[], None), (Some(2.5), PanelState::Agreed));
        assert_eq!(score(&[3, 3, 4], &[], None), (Some(3.0), PanelState::Agreed));
        assert_eq!(score(&[1], &[], None), (Some(1.0), PanelState::Single));
        assert_eq!(score(&[], &[], None), (None, PanelState::Unrated));
    }

    #[test]
    fn no_range_tells_the_ratings_of_one_or_two_experts() {
        let limits = Limits { gap: 2, decision_line: 2 };
        let range = |given: &[i32], third: &[i32], case| {
            let participation = ParticipationId::from_stored("prt_x".into());
            panel_score(&participation, &MeasureCode::from_stored("9.1.a"), given, third, case, limits).range
        };
        assert_eq!([range(&[1], &[], None), range(&[2, 3], &[], None), range(&[0, 3], &[], Some(Case::Open))], [None; 3]);
        assert_eq!(range(&[3, 1, 2], &[], None), Some((1, 3)));
        assert_eq!(range(&[0, 3], &[2], Some(Case::Resolved(Resolution::ThirdExpert, 2.0))), Some((0, 3)));
    }

    #[test]
    fn an_open_disagreement_has_no_score() {
        assert_eq!(score(&[0, 3], &[], Some(Case::Open)), (None, PanelState::OpenDisagreement));
        assert_eq!(score(&[0, 3], &[], None), (None, PanelState::OpenDisagreement));
    }

    #[test]
    fn a_settled_case_gives_its_level_and_leaves_the_ratings_alone() {
        let by = |how, level| Some(Case::Resolved(how, level));
        assert_eq!(score(&[0, 3], &[2], by(Resolution::ThirdExpert, 2.0)), (Some(2.0), PanelState::ResolvedThirdExpert));
        assert_eq!(score(&[0, 2, 1], &[], by(Resolution::FurtherRating, 1.0)), (Some(1.0), PanelState::ResolvedFurtherRating));
        assert_eq!(score(&[0, 3], &[], by(Resolution::Consensus, 1.0)), (Some(1.0), PanelState::ResolvedConsensus));
        assert_eq!(score(&[0, 3], &[], by(Resolution::Adjudication, 3.0)), (Some(3.0), PanelState::ResolvedAdjudication));
    }

    #[test]
    fn the_median_of_nothing_is_nothing() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[4.0, 0.0]), Some(2.0));
        assert_eq!(median(&[4.0, 0.0, 1.0]), Some(1.0));
    }
}
