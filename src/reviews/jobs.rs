//! What reviews do behind requests: the agreement of a round is computed anew when a review is submitted.
//!
//! Ratings are read in steps and kept as numbers, so that a round of a hundred thousand needs little memory
//! and holds no connection.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use super::actions::{limits, thresholds};
use super::checks::{Finding, check};
use super::coefficients::{Given, agreement};
use super::store;
use super::views::{AgreementView, MeasureAgreement, SingleView};
use crate::framework::catalogue::{Catalogue, Source};
use crate::ground::ids::{ReviewId, RoundId, SubmissionId};
use crate::ground::{Error, MeasureCode, Result, UtcTime};
use crate::jobs::store::put;
use crate::jobs::worker::{Kind, Work};
use crate::rounds::place::{City, Round};
use crate::service::Service;
use crate::store::Db;
use crate::{framework, reports, rounds};

/// The agreement of the round that is its key.
pub const AGREEMENT: Kind = Kind { name: "agreement", every: None, lease: LEASE, wanted: None, long: false, run };

/// Seconds without a word; a step says one.
const LEASE: i64 = 120;
/// Reviews whose ratings are read in one step.
const STEP: usize = 200;
/// Most measures of reports that are listed as judged by one expert only.
const SINGLES: usize = 100;

/// Has the agreement of a round computed anew, inside the transaction that changes what it comes from: after
/// its entry in the audit, as every job.
pub fn round_changed(db: &mut Db, id: &RoundId, now: UtcTime) -> Result<()> {
    put(db, AGREEMENT.name, id.as_str(), now, now)
}

/// Numbers that stand for things, in the order in which these come.
struct Numbered<T> {
    known: HashMap<T, u32>,
}

impl<T: Hash + Eq> Numbered<T> {
    fn new() -> Self {
        Self { known: HashMap::new() }
    }

    fn of(&mut self, thing: T) -> u32 {
        let next = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        *self.known.entry(thing).or_insert(next)
    }

    fn things(self) -> HashMap<u32, T> {
        self.known.into_iter().map(|(thing, number)| (number, thing)).collect()
    }
}

/// Says how many ratings it is computed from.
fn run(work: &Work<'_>) -> Result<String> {
    let (service, now) = (work.service, work.service.now());
    let id: RoundId = work.key().parse().map_err(Error::internal)?;
    let (round, reviews, in_use) =
        service.store.read(|db| Ok((rounds::store::round(db, &id)?, store::independent_counted(db, &id)?, store::rubric_in_use(db, &id)?)))?;
    // The round's rubric, or the one its reviews began with.
    let rubric = round.rubric_id.clone().or(in_use);
    let (mut raters, mut submissions, mut measures) = (Numbered::new(), Numbered::<SubmissionId>::new(), Numbered::new());
    let mut read = Read::default();
    let all = i64::try_from(reviews.len()).unwrap_or(i64::MAX);
    let mut done = 0;
    for step in reviews.chunks(STEP) {
        let of: HashMap<_, _> = step.iter().map(|review| (&review.id, review)).collect();
        let ids: Vec<_> = step.iter().map(|review| &review.id).collect();
        let (before, levels) = service.store.read(|db| Ok((store::levels_before_of(db, &ids)?, store::levels_of(db, &ids)?)))?;
        // What counts now is what single ratings are looked for in.
        for (review, measure, level, _) in &levels {
            let (Some(review), Some(level)) = (of.get(review), level) else { continue };
            let at = (submissions.of(review.submission_id.clone()), measures.of(measure.clone()));
            read.levels.entry(at).and_modify(|levels| levels.0 += 1).or_insert((1, *level));
        }
        // Only what somebody said of a section first is independent, and only with what others said of the same
        // text; a rating that was asked again knows the one before.
        let now = levels.into_iter().filter_map(|level| Some((of.get(&level.0)?.submission_id.clone(), level)));
        let mut said: BTreeSet<(ReviewId, MeasureCode)> = BTreeSet::new();
        for (submission, (review, measure, level, cannot_judge)) in before.into_iter().chain(now) {
            let Some(review) = of.get(&review).filter(|_| said.insert((review.clone(), measure.clone()))) else { continue };
            let (rater, report) = (raters.of(&review.person_id), submissions.of(review.submission_id.clone()));
            let (measure, text) = (measures.of(measure), submissions.of(submission));
            let pooled = Some(&review.rubric_id) == rubric.as_ref();
            read.left_out += usize::from(!pooled);
            read.cannot_judge += usize::from(pooled && cannot_judge);
            if let (true, Some(level)) = (pooled, level) {
                read.given.push(Given { rater, report, measure, text, level });
            }
        }
        done += i64::try_from(step.len()).unwrap_or(0);
        if done < all {
            work.progress(done, all)?;
        }
    }
    let submissions: HashMap<u32, SubmissionId> = submissions.things();
    let view = service.store.read(|db| computed(service, db, &round, &read, &submissions, &measures.known))?;
    let content = serde_json::to_string(&view).map_err(Error::internal)?;
    service.store.write(|db| store::agreement_replace(db, &id, now, &content))?;
    Ok(read.given.len().to_string())
}

/// The ratings of a round.
#[derive(Default)]
struct Read {
    /// On the rubric that counts.
    given: Vec<Given>,
    /// How many levels each measure of each report has, on any rubric, and the first of them.
    levels: BTreeMap<(u32, u32), (usize, i32)>,
    left_out: usize,
    cannot_judge: usize,
}

fn computed(
    service: &Service,
    db: &mut Db,
    round: &Round,
    read: &Read,
    submissions: &HashMap<u32, SubmissionId>,
    measures: &HashMap<MeasureCode, u32>,
) -> Result<AgreementView> {
    let catalogue = framework::store::catalogue_of(db, &round.framework_id)?;
    let names: HashMap<u32, &MeasureCode> = measures.iter().map(|(code, number)| (*number, code)).collect();
    let limits = limits(&service.config);
    let mut single: Vec<(&SubmissionId, &MeasureCode, i32, bool)> = Vec::new();
    let newest: HashMap<SubmissionId, _> = reports::store::newest_submission_ids(db, &round.id)?.into_iter().map(|(p, s)| (s, p)).collect();
    for ((report, measure), (levels, first)) in &read.levels {
        if *levels == 1
            && let (Some(submission), Some(code)) = (submissions.get(report).filter(|s| newest.contains_key(s)), names.get(measure))
            && let Finding::Single { second_wanted } = check(&[*first], limits)
        {
            single.push((submission, code, *first, second_wanted));
        }
    }
    let singles_count = single.len();
    single.sort_unstable();
    if singles_count > SINGLES {
        single.sort_by_key(|(.., second_wanted)| !second_wanted);
        single.truncate(SINGLES);
    }
    let places: Vec<_> = single.iter().filter_map(|(submission, ..)| newest.get(submission).cloned()).collect();
    let cities: HashMap<_, City> = rounds::store::places(db, &places)?.into_iter().map(|p| (p.participation, p.city)).collect();
    let singles = single.into_iter().filter_map(|(submission, code, level, second_wanted)| {
        let measure_label = catalogue.measure(code)?.label.clone();
        let city = cities.get(newest.get(submission)?)?;
        Some(SingleView { city: city.name.clone(), city_id: Some(city.id.clone()), measure: code.clone(), measure_label, level, second_wanted })
    });
    let singles = singles.collect();
    let number = |code: &MeasureCode| measures.get(code).copied();
    Ok(AgreementView { singles, singles_count, ..of_ratings(service, round, &catalogue, read, number) })
}

/// The figures of a round.
fn of_ratings(service: &Service, round: &Round, catalogue: &Catalogue, read: &Read, number: impl Fn(&MeasureCode) -> Option<u32>) -> AgreementView {
    let thresholds = thresholds(&service.config);
    let measures = catalogue.measures_from(Source::ExpertReview).map(|m| {
        let of: Vec<&Given> = read.given.iter().filter(|g| number(&m.code) == Some(g.measure)).collect();
        MeasureAgreement { measure: m.code.clone(), label: m.label.clone(), agreement: agreement(&of, thresholds) }
    });
    AgreementView {
        round_id: round.id.clone(),
        round: round.name.clone(),
        computed_at: None,
        measures: measures.collect(),
        overall: Some(agreement(&read.given.iter().collect::<Vec<_>>(), thresholds)),
        gaps: Vec::new(),
        next_cursor: None,
        singles: Vec::new(),
        singles_count: 0,
        left_out: read.left_out,
        cannot_judge: read.cannot_judge,
        alpha_good: thresholds.good,
        alpha_tentative: thresholds.tentative,
        withheld: false,
    }
}

/// The agreement of a round in which nothing is submitted yet.
pub fn of_nothing(service: &Service, round: &Round, catalogue: &Catalogue) -> AgreementView {
    of_ratings(service, round, catalogue, &Read::default(), |_| None)
}
