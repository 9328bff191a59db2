//! Panel scores for the results room: one per participation and expert-reviewed measure.

use std::collections::{BTreeMap, BTreeSet};

use super::limits;
use crate::framework;
use crate::framework::catalogue::Source;
use crate::ground::ids::{ParticipationId, SubmissionId};
use crate::ground::{MeasureCode, Result};
use crate::reviews::panel::{PanelScore, PanelState, panel_score};
use crate::reviews::review::{ReviewKind, ReviewState};
use crate::reviews::store::{self, CountedRating, DisagreementRow};
use crate::rounds::place::{Round, RoundState};
use crate::service::Service;
use crate::store::Db;

/// Of which of some submissions of a round a review is awaited.
pub fn awaited(db: &mut Db, submissions: &[SubmissionId]) -> Result<BTreeSet<SubmissionId>> {
    let reviews = store::reviews_of_submissions(db, submissions)?;
    Ok(reviews.into_iter().filter(|review| review.state.waits()).map(|review| review.submission_id).collect())
}

/// The panels among those of some submissions that are complete, each by whose reviews count: as many as the round wants
/// have judged the whole report, and no review is awaited.
pub fn complete_panels(db: &mut Db, round: &Round, submissions: &[SubmissionId]) -> Result<BTreeMap<SubmissionId, String>> {
    let wanted = usize::try_from(round.experts_per_report).unwrap_or_default();
    let mut panels: BTreeMap<SubmissionId, BTreeSet<String>> = BTreeMap::new();
    let (mut awaited, mut whole) = (BTreeSet::new(), BTreeMap::<SubmissionId, usize>::new());
    for review in store::reviews_of_submissions(db, submissions)? {
        if review.state.waits() {
            awaited.insert(review.submission_id);
        } else if review.state == ReviewState::Submitted {
            // A third expert judges a few measures only.
            *whole.entry(review.submission_id.clone()).or_default() += usize::from(review.kind == ReviewKind::Independent);
            panels.entry(review.submission_id).or_default().insert(review.id.to_string());
        }
    }
    let complete = panels.into_iter().filter(|(of, _)| whole.get(of).is_some_and(|judged| *judged >= wanted) && !awaited.contains(of));
    Ok(complete.map(|(of, panel)| (of, panel.into_iter().collect::<Vec<_>>().join(" "))).collect())
}

/// Scores of some participations of one round, each with its newest submission: by participation, then in
/// the catalogue's order. Whoever calls has authorised, or is a job.
pub fn panel_scores(service: &Service, db: &mut Db, round: &Round, wanted: Vec<(ParticipationId, Option<SubmissionId>)>) -> Result<Vec<PanelScore>> {
    let limits = limits(&service.config);
    let catalogue = framework::store::catalogue_of(db, &round.framework_id)?;
    let ids: Vec<SubmissionId> = wanted.iter().filter_map(|(_, s)| s.clone()).collect();
    let mut ratings: BTreeMap<(SubmissionId, MeasureCode), Vec<CountedRating>> = BTreeMap::new();
    for rating in store::counted_ratings(db, &ids)? {
        ratings.entry((rating.submission_id.clone(), rating.measure.clone())).or_default().push(rating);
    }
    let cases: BTreeMap<(SubmissionId, MeasureCode), DisagreementRow> =
        store::disagreements_of_submissions(db, &ids)?.into_iter().map(|c| ((c.submission_id.clone(), c.measure.clone()), c)).collect();
    let asked_again: BTreeSet<(SubmissionId, MeasureCode)> = store::asked_again(db, &ids)?.into_iter().collect();
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
            let case = cases.get(&key).and_then(DisagreementRow::case);
            let score = panel_score(participation, &measure.code, &levels(ReviewKind::Independent), &levels(ReviewKind::Third), case, limits);
            let again = score.state == PanelState::Unrated && asked_again.contains(&key);
            all.push(if again { PanelScore { state: PanelState::AskedAgain, ..score } } else { score });
        }
    }
    Ok(all)
}
