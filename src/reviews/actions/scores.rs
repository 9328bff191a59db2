//! Panel scores for the results room: one per participation and expert-reviewed measure.

use std::collections::BTreeMap;

use super::limits;
use crate::framework;
use crate::framework::catalogue::Source;
use crate::ground::ids::{ParticipationId, RoundId, SubmissionId};
use crate::ground::{MeasureCode, Result};
use crate::reports;
use crate::reviews::panel::{PanelScore, PanelState, panel_score};
use crate::reviews::review::ReviewKind;
use crate::reviews::store::{self, DisagreementRow, SubmittedRating};
use crate::rounds;
use crate::rounds::place::{Place, Round, RoundState};
use crate::service::Service;
use crate::store::Db;

/// Scores of every participation of a round, by city and then in the catalogue's order. Whoever
/// calls has authorised.
pub fn panel_scores_of_round(service: &Service, db: &mut Db, round: &RoundId) -> Result<Vec<PanelScore>> {
    let places = rounds::store::places_of_round(db, round)?;
    let Some(first) = places.first() else { return Ok(Vec::new()) };
    let newest: BTreeMap<_, _> = reports::store::newest_submission_ids(db, round)?.into_iter().collect();
    scores(service, db, &first.round, places.iter().map(|p| (p.participation.clone(), newest.get(&p.participation).cloned())).collect())
}

/// Scores of one participation, in the catalogue's order. Whoever calls has authorised.
pub fn panel_scores_of_participation(service: &Service, db: &mut Db, place: &Place) -> Result<Vec<PanelScore>> {
    let newest = crate::reports::store::newest_submission(db, &place.participation)?.map(|s| s.id);
    scores(service, db, &place.round, vec![(place.participation.clone(), newest)])
}

fn scores(service: &Service, db: &mut Db, round: &Round, wanted: Vec<(ParticipationId, Option<SubmissionId>)>) -> Result<Vec<PanelScore>> {
    let limits = limits(&service.config);
    let catalogue = framework::store::catalogue_of(db, &round.framework_id)?;
    let ids: Vec<SubmissionId> = wanted.iter().filter_map(|(_, s)| s.clone()).collect();
    let mut ratings: BTreeMap<(SubmissionId, MeasureCode), Vec<SubmittedRating>> = BTreeMap::new();
    for rating in store::submitted_ratings(db, &ids)? {
        ratings.entry((rating.submission_id.clone(), rating.measure.clone())).or_default().push(rating);
    }
    let cases: BTreeMap<(SubmissionId, MeasureCode), DisagreementRow> =
        store::disagreements_of_submissions(db, &ids)?.into_iter().map(|c| ((c.submission_id.clone(), c.measure.clone()), c)).collect();
    let state = match round.state {
        RoundState::Closed => PanelState::NoReport,
        RoundState::Draft | RoundState::Open => PanelState::AwaitingReport,
    };
    let mut all = Vec::new();
    for (participation, submission) in &wanted {
        for measure in catalogue.measures_from(Source::ExpertReview) {
            let Some(submission) = submission else {
                all.push(PanelScore { state, ..panel_score(participation, &measure.code, &[], &[], None, limits) });
                continue;
            };
            let key = (submission.clone(), measure.code.clone());
            let given = ratings.get(&key).map_or(&[][..], Vec::as_slice);
            let levels = |kind| given.iter().filter(|r| r.kind == kind).filter_map(|r| r.level).collect::<Vec<i32>>();
            let case = cases.get(&key).map(DisagreementRow::case);
            all.push(panel_score(participation, &measure.code, &levels(ReviewKind::Independent), &levels(ReviewKind::Third), case, limits));
        }
    }
    Ok(all)
}
