//! From responses to estimates: what a survey says about each measure it feeds.
//!
//! Computed by a job after the survey has closed (`jobs/computing.rs`), stored no finer than it may
//! be shown (`disclosure.rs`), and read through [`shown`], the one gate.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use super::disclosure::Limits;
use super::instrument;
use super::reliance::Reliance;
use super::store::estimates::{EstimateRow, SetRow};
use super::store::{self, SurveyRow};
use super::survey::{Mode, Standing, SurveyState};
use crate::ground::ids::{ParticipationId, SurveyId};
use crate::ground::{MeasureCode, Result, UtcTime};
use crate::rounds::place::{Place, RoundState};
use crate::service::Service;
use crate::store::Db;
use crate::words;
use forms::questionnaire::measures::{MeasureRule, Statistic};
use stats::estimation::Reason;

words! {
    /// What is estimated.
    pub enum EstimateKind {
        /// A share between 0 and 1.
        Proportion = "proportion",
        /// In the units of the answers.
        Mean = "mean",
    }
}

impl EstimateKind {
    /// What a measure's rule estimates.
    pub fn of(rule: &MeasureRule) -> Self {
        match rule.statistic {
            Statistic::Proportion { .. } => Self::Proportion,
            Statistic::Mean => Self::Mean,
        }
    }
}

words! {
    /// Why there is no estimate, or no interval. Its text is `surveys-undefined-<word>`.
    pub enum NoEstimate {
        Nobody = "nobody",
        /// The survey takes answers, or will: estimates come from all of them after it has closed.
        NotClosed = "not_closed",
        /// It has closed a moment ago.
        BeingComputed = "being_computed",
        /// All answers are the same, so that they show no spread.
        NoSpread = "no_spread",
        /// It comes by an open link, of which no coordinator has said that it counts.
        NotReliedOn = "not_relied_on",
        /// It would differ from another measure by fewer people than the limit, and so tell about them.
        TooAlike = "too_alike",
        /// One answer is so far from all others that the mean would tell it.
        Dominated = "dominated",
        /// The only respondent, or the only primary sampling unit, shows no variation.
        OneUnit = "one_unit",
        /// A stratum, or every one, has a single primary sampling unit.
        LonelyPsu = "lonely_psu",
        ZeroDenominator = "zero_denominator",
        /// The numbers are too large to be added up.
        TooLarge = "too_large",
        NotComputable = "not_computable",
        /// It is no part of the results as they were released.
        NotReleased = "not_released",
    }
}

impl From<Reason> for NoEstimate {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Nobody => Self::Nobody,
            Reason::NoVariation => Self::NoSpread,
            Reason::OnePsu | Reason::OneRespondent | Reason::NoDegrees => Self::OneUnit,
            Reason::LonelyPsu | Reason::OnlyLonelyPsus => Self::LonelyPsu,
            Reason::ZeroDenominator => Self::ZeroDenominator,
            Reason::TooLarge => Self::TooLarge,
            Reason::NoStandardError | Reason::NoQuantile | Reason::NoPopulation => Self::NotComputable,
            Reason::Suppressed | Reason::TooFew | Reason::GivesAway => Self::NotComputable,
        }
    }
}

impl NoEstimate {
    /// The key of its text.
    pub fn key(self) -> String {
        format!("surveys-undefined-{}", self.as_str().replace('_', "-"))
    }
}

/// What a survey says about one measure.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SurveyEstimate {
    pub survey_id: SurveyId,
    /// Code of the measure in the framework.
    #[schema(value_type = String)]
    pub measure: MeasureCode,
    pub kind: EstimateKind,
    pub estimate: Option<f64>,
    /// Standard error, in the units of the estimate.
    pub se: Option<f64>,
    /// Lower and upper end of the 95 % interval.
    #[schema(value_type = Option<Vec<f64>>)]
    pub ci95: Option<(f64, f64)>,
    /// Respondents who count for the measure; those who do not are counted in whole steps of the limit, so that it may
    /// be up to nine too many where that is ten.
    pub n: Option<u64>,
    /// Effective number of respondents.
    pub n_eff: Option<f64>,
    /// How the interval was computed.
    pub method: Option<String>,
    /// Withheld, because fewer people answered than the limit for this kind of survey.
    pub suppressed: bool,
    /// Why there is no estimate or no interval, where there is none.
    pub undefined: Option<NoEstimate>,
    /// The same in the caller's language.
    pub undefined_text: Option<String>,
    /// When it was computed; said once for all of a survey.
    #[serde(skip)]
    pub computed_at: Option<UtcTime>,
    /// Said once for all of a survey, as the next.
    #[serde(skip)]
    pub mode: Mode,
    #[serde(skip)]
    pub reliance: Reliance,
}

/// What may be shown of a survey's estimates.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Estimates {
    /// When they were computed, all of them from one set of responses; absent where there are none.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub computed_at: Option<UtcTime>,
    /// From how many responses; 0 where they are fewer than the limit.
    pub responses: u64,
    /// Whether responses came or changed since, fewer than what moves the estimates.
    pub stands: bool,
    /// Fewer respondents than this are withheld.
    pub limit: u64,
    /// How people came to answer: of an open link whoever wanted to.
    pub mode: Mode,
    /// Whether the estimates count for the city's results.
    pub relied_on: bool,
    /// Why there are none: the survey has not closed, or they are being computed.
    pub undefined: Option<NoEstimate>,
    /// The same in the caller's language.
    pub undefined_text: Option<String>,
    pub items: Vec<SurveyEstimate>,
}

/// What the results of a participation say by surveys that were released last: of each measure.
pub type Released = BTreeMap<MeasureCode, ReleasedEstimate>;

/// An estimate as it was released, in the units of its measure.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleasedEstimate {
    pub survey: SurveyId,
    pub value: f64,
    pub ci95: Option<(f64, f64)>,
    pub n: Option<u64>,
    pub computed_at: Option<UtcTime>,
}

/// A figure of an estimate in the units of its measure: a proportion in percent, so that 0.43 is 43, and not a little
/// less.
pub fn in_units(kind: EstimateKind, figure: f64) -> f64 {
    if kind == EstimateKind::Proportion { (figure * 1e6).round() / 1e4 } else { figure }
}

/// The same the other way round.
fn from_units(kind: EstimateKind, figure: f64) -> f64 {
    if kind == EstimateKind::Proportion { (figure * 1e4).round() / 1e6 } else { figure }
}

/// Asks for it; the room of results, which is above, answers.
pub struct ReleasedFrom(pub fn(&mut Db, &ParticipationId) -> Result<Released>);

impl Estimates {
    /// What those see for whom results are from their release on: what is in it, as it was. That a set was looked at again,
    /// and whether somebody answered meanwhile, shows in nothing.
    #[must_use]
    pub fn as_released(mut self, survey: &SurveyId, released: &Released) -> Self {
        let of = |item: &SurveyEstimate| released.get(&item.measure).filter(|there| there.survey == *survey);
        let computed_at = self.items.iter().filter_map(of).find_map(|there| there.computed_at);
        self.items.retain(|item| of(item).is_some());
        for item in &mut self.items {
            let Some(was) = of(item) else { continue };
            let kind = item.kind;
            let shown = |figure: f64| in_units(kind, figure).to_bits();
            let ends = item.ci95.map(|(low, high)| (shown(low), shown(high)));
            let same = item.n == was.n
                && item.estimate.is_some_and(|value| shown(value) == was.value.to_bits())
                && ends == was.ci95.map(|(low, high)| (low.to_bits(), high.to_bits()));
            // What it has come to since is no part of it: of more answers, or of another arithmetic.
            if !same {
                (item.estimate, item.n) = (Some(from_units(kind, was.value)), was.n);
                item.ci95 = was.ci95.map(|(low, high)| (from_units(kind, low), from_units(kind, high)));
                (item.se, item.n_eff, item.suppressed, item.undefined) = (None, None, false, None);
            }
        }
        self.stands = false;
        // How many have answered since is no part of it either.
        if self.computed_at != computed_at {
            self.responses = self.items.iter().filter_map(|item| item.n).max().unwrap_or_default();
            self.computed_at = computed_at;
        }
        if !self.items.is_empty() || self.undefined.is_some() {
            return self;
        }
        Self { computed_at: None, responses: 0, undefined: Some(NoEstimate::NotReleased), ..self }
    }
}

/// How many surveys and responses a participation has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SurveyCounts {
    pub surveys: i64,
    pub open: i64,
    /// As the surveys themselves show it.
    pub responses: i64,
}

/// The gate: what may be shown now of the estimates of some surveys, each of which lies in one of
/// `places`. Nothing while a survey takes answers.
pub fn shown(service: &Service, db: &mut Db, now: UtcTime, surveys: &[SurveyRow], places: &[Place]) -> Result<HashMap<SurveyId, Estimates>> {
    let rounds: HashMap<_, _> = places.iter().map(|place| (&place.participation, place.round.state)).collect();
    let closed = over(now, surveys, |survey| rounds.get(&survey.participation_id).copied());
    let mut sets = store::estimates::sets(db, &closed)?;
    let mut rows = store::estimates::estimates(db, &closed)?;
    let reliances = reliances(db, surveys)?;
    let one = |survey: &SurveyRow| {
        let reliance = reliances.get(&survey.id).cloned().unwrap_or_else(|| Reliance::by_default(survey.mode));
        let limits = Limits::of(survey.mode, &service.config.disclosure);
        let missing = if closed.contains(&&survey.id) { NoEstimate::BeingComputed } else { NoEstimate::NotClosed };
        let estimates = match sets.remove(&survey.id) {
            Some(set) => Estimates {
                computed_at: Some(set.computed_at),
                responses: limits.counted(set.responses.unsigned_abs()),
                stands: set.stands,
                limit: limits.least,
                mode: survey.mode,
                relied_on: reliance.relied_on,
                undefined: None,
                undefined_text: None,
                items: rows
                    .remove(&survey.id)
                    .unwrap_or_default()
                    .into_iter()
                    .map(|row| estimate(row, &set, limits, (survey.mode, &reliance)))
                    .collect(),
            },
            None => Estimates {
                computed_at: None,
                responses: 0,
                stands: false,
                limit: limits.least,
                mode: survey.mode,
                relied_on: reliance.relied_on,
                undefined: Some(missing),
                undefined_text: None,
                items: Vec::new(),
            },
        };
        (survey.id.clone(), estimates)
    };
    Ok(surveys.iter().map(one).collect())
}

/// The surveys of some participations of which estimates may be shown now, for whoever keeps them.
pub fn showing(db: &mut Db, now: UtcTime, places: &[Place]) -> Result<HashSet<SurveyId>> {
    let ids: Vec<ParticipationId> = places.iter().map(|place| place.participation.clone()).collect();
    let surveys = store::surveys_of_participations(db, &ids)?;
    let rounds: HashMap<_, _> = places.iter().map(|place| (&place.participation, place.round.state)).collect();
    Ok(over(now, &surveys, |survey| rounds.get(&survey.participation_id).copied()).into_iter().cloned().collect())
}

/// A stored estimate as it is shown: withheld also where the limit was raised since.
fn estimate(row: EstimateRow, set: &SetRow, limits: Limits, (mode, reliance): (Mode, &Reliance)) -> SurveyEstimate {
    let n = row.n.unsigned_abs();
    let suppressed = row.suppressed || n < limits.least;
    let shown = |value: Option<f64>| value.filter(|_| !suppressed);
    let coarse = limits.coarse(n, set.responses.unsigned_abs());
    SurveyEstimate {
        survey_id: row.survey_id,
        measure: row.measure,
        kind: row.kind,
        estimate: shown(row.value),
        se: shown(row.se),
        ci95: row.low.zip(row.high).filter(|_| !suppressed),
        n: Some(coarse).filter(|_| !suppressed),
        // Unweighted, it is the same number.
        n_eff: shown(row.n_eff).map(|_| coarse as f64),
        method: row.method.filter(|_| !suppressed),
        suppressed,
        undefined: row.undefined.filter(|_| !suppressed),
        undefined_text: None,
        computed_at: Some(set.computed_at),
        mode,
        reliance: reliance.clone(),
    }
}

/// Whether some surveys count for their city's results, as far as somebody has decided.
pub fn reliances(db: &mut Db, surveys: &[SurveyRow]) -> Result<HashMap<SurveyId, Reliance>> {
    store::reliance::reliances(db, &surveys.iter().map(|survey| &survey.id).collect::<Vec<_>>())
}

/// What the surveys of some participations say, the newest survey of each first. A survey without
/// estimates gives a row for each measure that it feeds, with the reason.
pub fn of_participations(service: &Service, db: &mut Db, now: UtcTime, places: &[Place]) -> Result<HashMap<ParticipationId, Vec<SurveyEstimate>>> {
    let ids: Vec<ParticipationId> = places.iter().map(|place| place.participation.clone()).collect();
    let surveys = store::surveys_of_participations(db, &ids)?;
    let mut shown = shown(service, db, now, &surveys, places)?;
    let reliances = reliances(db, &surveys)?;
    let waiting = surveys.iter().filter(|survey| shown.get(&survey.id).is_some_and(|of| of.undefined.is_some()));
    let instruments: Vec<_> = waiting.map(|survey| survey.instrument_id.clone()).collect();
    let rules = store::instrument_measures(db, &instruments)?;
    let mut all: HashMap<ParticipationId, Vec<SurveyEstimate>> = HashMap::new();
    for survey in surveys {
        let Some(of) = shown.remove(&survey.id) else { continue };
        let all = all.entry(survey.participation_id).or_default();
        all.extend(of.items);
        let (Some(undefined), Some(rules)) = (of.undefined, rules.get(&survey.instrument_id)) else { continue };
        all.extend(instrument::rules(rules)?.into_iter().map(|rule| SurveyEstimate {
            survey_id: survey.id.clone(),
            measure: MeasureCode::from_stored(&rule.measure),
            kind: EstimateKind::of(&rule),
            estimate: None,
            se: None,
            ci95: None,
            n: None,
            n_eff: None,
            method: None,
            suppressed: false,
            undefined: Some(undefined),
            undefined_text: None,
            computed_at: None,
            mode: survey.mode,
            reliance: reliances.get(&survey.id).cloned().unwrap_or_else(|| Reliance::by_default(survey.mode)),
        }));
    }
    Ok(all)
}

/// How many have answered some surveys, as far as it may be shown, and by the end of which day; without
/// a day, from all responses that the estimates are from.
pub fn counts(service: &Service, db: &mut Db, now: UtcTime, surveys: &[SurveyRow], places: &[Place]) -> Result<HashMap<SurveyId, Count>> {
    let rounds: HashMap<_, _> = places.iter().map(|place| (&place.participation, place.round.state)).collect();
    counted(service, db, now, surveys, |survey| rounds.get(&survey.participation_id).copied())
}

fn counted(
    service: &Service,
    db: &mut Db,
    now: UtcTime,
    surveys: &[SurveyRow],
    round: impl Fn(&SurveyRow) -> Option<RoundState>,
) -> Result<HashMap<SurveyId, Count>> {
    let closed = over(now, surveys, round);
    let sets = store::estimates::sets(db, &closed)?;
    let ids: Vec<&SurveyId> = surveys.iter().map(|survey| &survey.id).filter(|id| !sets.contains_key(id)).collect();
    let newest = store::estimates::newest_counts(db, &ids)?;
    let one = |survey: &SurveyRow| {
        let counted = newest.get(&survey.id).map(|(day, responses)| Count { responses: *responses, until: Some(*day) });
        let closed = sets.get(&survey.id).map(|set| {
            let responses = Limits::of(survey.mode, &service.config.disclosure).counted(set.responses.unsigned_abs());
            Count { responses: i64::try_from(responses).unwrap_or(i64::MAX), until: None }
        });
        (survey.id.clone(), closed.or(counted).unwrap_or_default())
    };
    Ok(surveys.iter().map(one).collect())
}

/// Those of some surveys that take no answers any more.
fn over(now: UtcTime, surveys: &[SurveyRow], round: impl Fn(&SurveyRow) -> Option<RoundState>) -> Vec<&SurveyId> {
    let standing = |survey: &SurveyRow| Some(survey.gate(round(survey)?).standing(now));
    let issued = surveys.iter().filter(|survey| survey.state != SurveyState::Draft);
    issued.filter(|survey| standing(survey) == Some(Standing::Over)).map(|survey| &survey.id).collect()
}

/// How many have answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub responses: i64,
    pub until: Option<chrono::NaiveDate>,
}

/// How many surveys and responses participations have whose round is in a state; those without a survey are
/// absent.
pub fn counts_by_participation(
    service: &Service,
    db: &mut Db,
    now: UtcTime,
    ids: &[ParticipationId],
    round: RoundState,
) -> Result<HashMap<ParticipationId, SurveyCounts>> {
    let surveys = store::surveys_of_participations(db, ids)?;
    let responses = counted(service, db, now, &surveys, |_| Some(round))?;
    let mut all: HashMap<ParticipationId, SurveyCounts> = HashMap::new();
    for survey in surveys {
        let count = all.entry(survey.participation_id).or_default();
        count.surveys += 1;
        count.open += i64::from(survey.state == SurveyState::Open);
        count.responses += responses.get(&survey.id).map_or(0, |count| count.responses);
    }
    Ok(all)
}
