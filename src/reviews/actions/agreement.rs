//! Agreement over a round: coefficients with their verdict, single ratings, open gaps.

use std::collections::BTreeMap;

use serde::Serialize;

use super::cases::{DisagreementView, disagreement_list};
use super::{limits, thresholds};
use crate::framework;
use crate::framework::catalogue::Source;
use crate::ground::ids::{RoundId, SubmissionId};
use crate::ground::{Result, Text};
use crate::people::call::Call;
use crate::people::identity::Target;
use crate::people::policy;
use crate::people::policy::UseCase;
use crate::reports;
use crate::reviews::checks::{Finding, check};
use crate::reviews::coefficients::{Agreement, Given, agreement};
use crate::reviews::review::ReviewKind;
use crate::reviews::store::{self, CaseState};
use crate::rounds;

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MeasureAgreement {
    pub measure: String,
    pub label: Text,
    pub agreement: Agreement,
}

/// A disagreement in the list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct GapView {
    pub id: crate::ground::ids::DisagreementId,
    pub city: Text,
    pub measure: String,
    pub measure_label: Text,
    pub reason: crate::reviews::checks::Reason,
    pub state: CaseState,
}

/// A measure that one expert only has judged.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SingleView {
    pub city: Text,
    pub measure: String,
    pub measure_label: Text,
    pub level: i32,
    /// Next to the decision line: a second rating is wanted.
    pub second_wanted: bool,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AgreementView {
    pub round_id: RoundId,
    pub round: String,
    pub overall: Agreement,
    pub measures: Vec<MeasureAgreement>,
    /// For coordinators only.
    pub gaps: Vec<GapView>,
    pub singles: Vec<SingleView>,
    /// Ratings on another version of the rubric, which are never pooled.
    pub left_out: usize,
    /// Ratings that say "cannot judge"; they are no levels.
    pub cannot_judge: usize,
    pub alpha_good: f64,
    pub alpha_tentative: f64,
}

/// Computed on the independent ratings only.
pub fn agreement_read(call: &Call<'_>, id: &RoundId) -> Result<AgreementView> {
    call.authorise(UseCase::agreement_read, &Target::of_round(id))?;
    let gaps: Vec<GapView> = if policy::allowed(&call.caller, UseCase::disagreement_list, &Target::of_round(id)) {
        disagreement_list(call, id)?.into_iter().map(gap).collect()
    } else {
        Vec::new()
    };
    let (limits, thresholds) = (limits(&call.service.config), thresholds(&call.service.config));
    call.read(|db| {
        let round = rounds::store::round(db, id)?;
        let catalogue = framework::store::catalogue_of(db, &round.framework_id)?;
        let submissions = store::reviewed_submissions(db, id)?;
        let all = store::submitted_ratings(db, &submissions)?;
        // The round's rubric, or the one its reviews began with.
        let rubric = match round.rubric_id.clone() {
            Some(rubric) => Some(rubric),
            None => store::rubric_in_use(db, id)?,
        };
        let independent: Vec<_> = all.iter().filter(|r| r.kind == ReviewKind::Independent).collect();
        let pooled: Vec<_> = independent.iter().filter(|r| Some(&r.rubric_id) == rubric.as_ref()).collect();
        let given: Vec<Given> = pooled
            .iter()
            .filter_map(|r| {
                let (rater, report) = (r.person_id.to_string(), r.submission_id.to_string());
                Some(Given { rater, report, measure: r.measure.clone(), level: r.level? })
            })
            .collect();
        let measures = catalogue.measures_from(Source::ExpertReview).map(|m| {
            let of: Vec<&Given> = given.iter().filter(|g| g.measure == m.code).collect();
            MeasureAgreement { measure: m.code.clone(), label: m.label.clone(), agreement: agreement(&of, thresholds) }
        });
        let measures = measures.collect();
        let newest: BTreeMap<SubmissionId, _> = reports::store::newest_submission_ids(db, id)?.into_iter().map(|(p, s)| (s, p)).collect();
        let cities: BTreeMap<_, Text> = rounds::store::places_of_round(db, id)?.into_iter().map(|p| (p.participation, p.city.name)).collect();
        let mut levels: BTreeMap<(&SubmissionId, &str), Vec<i32>> = BTreeMap::new();
        for rating in &independent {
            levels.entry((&rating.submission_id, &rating.measure)).or_default().extend(rating.level);
        }
        let singles = levels.iter().filter_map(|((submission, measure), levels)| {
            let Finding::Single { second_wanted } = check(levels, limits) else { return None };
            Some(SingleView {
                city: cities.get(newest.get(*submission)?)?.clone(),
                measure: (*measure).to_owned(),
                measure_label: catalogue.measure(measure)?.label.clone(),
                level: levels[0],
                second_wanted,
            })
        });
        let singles = singles.collect();
        Ok(AgreementView {
            round_id: round.id,
            round: round.name,
            overall: agreement(&given.iter().collect::<Vec<_>>(), thresholds),
            measures,
            gaps,
            singles,
            left_out: independent.len() - pooled.len(),
            cannot_judge: pooled.iter().filter(|r| r.cannot_judge).count(),
            alpha_good: thresholds.good,
            alpha_tentative: thresholds.tentative,
        })
    })
}

fn gap(v: DisagreementView) -> GapView {
    GapView { id: v.id, city: v.city, measure: v.measure, measure_label: v.measure_label, reason: v.reason, state: v.state }
}
