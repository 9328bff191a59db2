//! Agreement over a round: coefficients with their verdict, single ratings, open gaps.

use std::collections::BTreeMap;

use super::disagreements::disagreement_list;
use super::{limits, thresholds};
use crate::framework::catalogue::Source;
use crate::ground::ids::{RoundId, SubmissionId};
use crate::ground::{Error, MeasureCode, Result, Text};
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::reviews::checks::{Finding, check};
use crate::reviews::coefficients::{Given, agreement};
use crate::reviews::review::ReviewKind;
use crate::reviews::store;
use crate::reviews::views::{AgreementView, GapView, MeasureAgreement, SingleView};
use crate::rounds::actions::round_for;
use crate::{framework, reports, rounds};

/// Computed on the independent ratings only.
pub fn agreement_read(call: &Call<'_>, id: &RoundId) -> Result<AgreementView> {
    let permit = round_for(call, UseCase::agreement_read, id)?;
    let gaps: Vec<GapView> = match disagreement_list(call, id) {
        Ok(cases) => cases.into_iter().map(GapView::from).collect(),
        // Not for every reader.
        Err(Error::Forbidden(_) | Error::NotFound(_)) => Vec::new(),
        Err(e) => return Err(e),
    };
    let (limits, thresholds) = (limits(&call.service.config), thresholds(&call.service.config));
    permit.read(|db| {
        let round = &*permit;
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
        let cities: BTreeMap<_, Text> = rounds::store::places_of_round(db, id)?.into_iter().map(|p| (p.participation, p.city.name)).collect();
        let newest: BTreeMap<SubmissionId, _> = reports::store::newest_submission_ids(db, id)?.into_iter().map(|(p, s)| (s, p)).collect();
        let mut levels: BTreeMap<(&SubmissionId, &MeasureCode), Vec<i32>> = BTreeMap::new();
        for rating in &independent {
            levels.entry((&rating.submission_id, &rating.measure)).or_default().extend(rating.level);
        }
        let singles = levels.iter().filter_map(|((submission, measure), levels)| {
            let Finding::Single { second_wanted } = check(levels, limits) else { return None };
            Some(SingleView {
                city: cities.get(newest.get(*submission)?)?.clone(),
                measure: (*measure).clone(),
                measure_label: catalogue.measure(measure)?.label.clone(),
                level: levels[0],
                second_wanted,
            })
        });
        let singles = singles.collect();
        Ok(AgreementView {
            round_id: round.id.clone(),
            round: round.name.clone(),
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
