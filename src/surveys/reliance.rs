//! Whether a survey's estimates count for the results of its city, and which one where several do. Pure.
//!
//! An open link measures whoever wanted to answer, so it is no official estimate unless a coordinator says so, with a
//! reason. Invitations and agencies ask a sample, and count unless a coordinator says otherwise.

use serde::{Deserialize, Serialize};

use super::estimates::{NoEstimate, SurveyEstimate};
use super::survey::Mode;
use crate::ground::UtcTime;
use crate::ground::limits::{Limit, Limits};

/// Longest reason, in characters.
pub const REASON_CHARACTERS: usize = 2000;

/// Whether a survey counts where nobody has decided.
pub fn by_default(mode: Mode) -> bool {
    mode != Mode::OpenLink
}

/// A decision, as typed or sent.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RelianceInput {
    /// Whether the estimates count for the city's results from now on.
    pub relied_on: bool,
    /// Why. Whoever may read the survey may read it.
    pub reason: String,
}

impl RelianceInput {
    pub const LIMITS: Limits = &[("reason", Limit::Text(REASON_CHARACTERS))];
}

/// Whether a survey's estimates count for the results of its city.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Reliance {
    /// Whether they do. By default those of an open link do not, those of any other survey do.
    pub relied_on: bool,
    /// The coordinator's reason; absent where it is so by default, or was so before anybody was asked.
    pub reason: Option<String>,
    /// When a coordinator decided.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<UtcTime>,
}

impl Reliance {
    pub fn by_default(mode: Mode) -> Self {
        Self { relied_on: by_default(mode), reason: None, decided_at: None }
    }

    /// Whether a coordinator chose it, rather than the kind of survey.
    pub fn is_chosen(&self) -> bool {
        self.reason.is_some()
    }
}

/// The estimate that a city's results take for a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    pub estimate: SurveyEstimate,
    /// Other surveys that count and say something about the measure too.
    pub passed_over: u32,
}

/// Of what the surveys of one participation say, newest survey first, one estimate for each measure. Only surveys that
/// count say anything; of several one that has a value, then one with a sample before an open link, then the newest.
/// Where none counts the measure has no value, and the newest survey that would have one is named.
pub fn chosen(all: Vec<SurveyEstimate>) -> Vec<Chosen> {
    let mut of: Vec<Vec<SurveyEstimate>> = Vec::new();
    for one in all {
        match of.iter_mut().find(|of| of[0].measure == one.measure) {
            Some(of) => of.push(one),
            None => of.push(vec![one]),
        }
    }
    of.into_iter().filter_map(one_of).collect()
}

fn one_of(of: Vec<SurveyEstimate>) -> Option<Chosen> {
    let counting = of.iter().filter(|one| one.reliance.relied_on);
    let with_value = counting.clone().filter(|one| one.estimate.is_some()).count();
    // The first of equals is the newest.
    let place = |one: &&SurveyEstimate| (one.estimate.is_none(), one.mode == Mode::OpenLink);
    match counting.min_by_key(place) {
        Some(best) => {
            let others = with_value - usize::from(best.estimate.is_some());
            Some(Chosen { passed_over: u32::try_from(others).unwrap_or(u32::MAX), estimate: best.clone() })
        }
        None => of.into_iter().next().map(|newest| Chosen { estimate: newest.not_relied_on(), passed_over: 0 }),
    }
}

impl SurveyEstimate {
    /// Leaves nothing of it but that it does not count.
    fn not_relied_on(self) -> Self {
        let undefined = Some(NoEstimate::NotReliedOn);
        Self { undefined, estimate: None, se: None, ci95: None, n: None, n_eff: None, method: None, suppressed: false, computed_at: None, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::MeasureCode;
    use crate::ground::ids::SurveyId;
    use crate::surveys::estimates::EstimateKind;

    fn says(survey: &str, mode: Mode, relied_on: bool, value: Option<f64>) -> SurveyEstimate {
        SurveyEstimate {
            survey_id: SurveyId::from_stored(survey.to_owned()),
            measure: MeasureCode::from_stored("9.1.b"),
            kind: EstimateKind::Proportion,
            estimate: value,
            se: value,
            ci95: value.map(|value| (value, value)),
            n: value.map(|_| 60),
            n_eff: value.map(|_| 60.0),
            method: None,
            suppressed: value.is_none(),
            undefined: None,
            undefined_text: None,
            computed_at: None,
            mode,
            reliance: Reliance { relied_on, ..Reliance::by_default(mode) },
        }
    }

    fn first(all: &[SurveyEstimate]) -> Chosen {
        let mut chosen = chosen(all.to_vec());
        assert_eq!(chosen.len(), 1);
        chosen.remove(0)
    }

    #[test]
    fn an_open_link_counts_only_where_somebody_says_so() {
        assert!(!by_default(Mode::OpenLink) && by_default(Mode::Invitation) && by_default(Mode::Agency));
        let none = first(&[says("srv_1", Mode::OpenLink, false, Some(0.4))]).estimate;
        assert_eq!((none.estimate, none.n, none.ci95, none.suppressed), (None, None, None, false));
        assert_eq!((none.undefined, none.survey_id.as_str()), (Some(NoEstimate::NotReliedOn), "srv_1"));
        assert_eq!(first(&[says("srv_1", Mode::OpenLink, true, Some(0.4))]).estimate.estimate, Some(0.4));
    }

    #[test]
    fn a_sample_stands_before_an_open_link_and_the_newest_before_older_ones() {
        let link = says("srv_3", Mode::OpenLink, true, Some(0.4));
        let (newer, older) = (says("srv_2", Mode::Invitation, true, Some(0.3)), says("srv_1", Mode::Agency, true, Some(0.2)));
        let of = |all: &[SurveyEstimate]| (first(all).estimate.survey_id.to_string(), first(all).passed_over);
        assert_eq!(of(&[link.clone(), newer.clone(), older.clone()]), ("srv_2".to_owned(), 2));
        let out = says("srv_2", Mode::Invitation, false, Some(0.3));
        assert_eq!(of(&[link.clone(), out]), ("srv_3".to_owned(), 0), "what does not count is not passed over");
        let withheld = says("srv_2", Mode::Invitation, true, None);
        assert_eq!(of(&[link, withheld.clone()]), ("srv_3".to_owned(), 0), "a value before none");
        assert_eq!(of(&[withheld, says("srv_1", Mode::OpenLink, true, None)]), ("srv_2".to_owned(), 0));
    }
}
