//! From responses to estimates: what a survey says about each measure it feeds.
//!
//! Responses are read in steps; a measure's answers are kept as small codes until all are read.
//! Unweighted: an open link draws no sample, so each respondent counts for one. Results with fewer
//! respondents than the limit are withheld with all that was computed, their n included.

use std::collections::HashMap;

use serde::Serialize;

use super::instrument;
use super::store::{self, SurveyRow};
use super::survey::SurveyState;
use crate::ground::ids::{ParticipationId, SurveyId};
use crate::ground::{Error, MeasureCode, Result};
use crate::store::Db;
use crate::words;
use forms::answers::Answers;
use forms::questionnaire::measures::{self, MeasureRule, Statistic};
use stats::estimation::{self, Design, Estimate, Options, Reason};

words! {
    /// What is estimated.
    pub enum EstimateKind {
        /// A share between 0 and 1.
        Proportion = "proportion",
        /// In the units of the answers.
        Mean = "mean",
    }
}

words! {
    /// Why there is no estimate, or no interval. Its text is `surveys-undefined-<word>`.
    pub enum NoEstimate {
        Nobody = "nobody",
        /// All answers are the same, so that they show no spread.
        NoSpread = "no_spread",
        /// The only respondent, or the only primary sampling unit, shows no variation.
        OneUnit = "one_unit",
        /// A stratum, or every one, has a single primary sampling unit.
        LonelyPsu = "lonely_psu",
        ZeroDenominator = "zero_denominator",
        /// The numbers are too large to be added up.
        TooLarge = "too_large",
        NotComputable = "not_computable",
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
    pub measure: MeasureCode,
    pub kind: EstimateKind,
    /// A share between 0 and 1 for a proportion; absent when suppressed or undefined.
    pub estimate: Option<f64>,
    /// Standard error, in the units of the estimate.
    pub se: Option<f64>,
    /// The 95 % interval, lower bound first.
    #[schema(value_type = Option<Vec<f64>>)]
    pub ci95: Option<(f64, f64)>,
    /// Respondents that count for the measure; absent when suppressed.
    pub n: Option<u64>,
    /// How the interval was made: `logit`, `t`, `korn_graubard_one_sided`.
    pub method: Option<String>,
    /// Withheld, because fewer than `disclosure.suppress_below` people answered.
    pub suppressed: bool,
    /// Why there is no estimate or no interval, where there is none.
    pub undefined: Option<NoEstimate>,
    /// The same in the caller's language.
    pub undefined_text: Option<String>,
}

/// How many surveys and responses a participation has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SurveyCounts {
    pub surveys: i64,
    pub open: i64,
    pub responses: i64,
}

/// Responses read in one step.
const STEP: i64 = 2_000;
/// Code of a response that does not count for a measure.
const MISSING: u32 = u32::MAX;

/// The answers to one measure: each different number once, and its code for every response.
#[derive(Default)]
struct Column {
    codes: Vec<u32>,
    numbers: Vec<f64>,
    known: HashMap<u64, u32>,
}

impl Column {
    fn push(&mut self, value: Option<f64>) -> Result<()> {
        let code = match value {
            None => MISSING,
            Some(number) => match self.known.get(&number.to_bits()) {
                Some(code) => *code,
                None => {
                    let code = u32::try_from(self.numbers.len()).ok().filter(|code| *code != MISSING);
                    let code = code.ok_or_else(|| Error::internal("more different answers than can be counted"))?;
                    self.numbers.push(number);
                    self.known.insert(number.to_bits(), code);
                    code
                }
            },
        };
        self.codes.push(code);
        Ok(())
    }

    fn values(&self) -> Vec<Option<f64>> {
        self.codes.iter().map(|&code| self.numbers.get(code as usize).copied()).collect()
    }
}

/// The estimates of one survey, in the order of its instrument's measures.
pub fn estimates_of_survey(db: &mut Db, survey: &SurveyRow, suppress_below: u32) -> Result<Vec<SurveyEstimate>> {
    let instrument = store::instrument(db, &survey.instrument_id)?;
    let compiled = instrument::compile(&instrument.questionnaire)?;
    let rules = instrument::rules(&instrument.measures)?;
    let mut columns: Vec<Column> = rules.iter().map(|_| Column::default()).collect();
    let mut rows = 0;
    let mut after = None;
    loop {
        let step = store::answers_after(db, &survey.id, after, STEP)?;
        let Some((last, _)) = step.last() else { break };
        after = Some(*last);
        rows += step.len();
        for (slot, answers) in &step {
            let answers: Answers = serde_json::from_str(answers).map_err(|e| Error::internal(format!("answers in slot {slot}: {e}")))?;
            for (rule, column) in rules.iter().zip(&mut columns) {
                column.push(measures::value(&compiled, rule, &answers))?;
            }
        }
    }
    let design = Design::simple(rows);
    rules.iter().zip(&columns).map(|(rule, column)| estimate(&survey.id, &design, rule, &column.values(), suppress_below)).collect()
}

/// One measure from the answers of all respondents; `None` for those who do not count.
fn estimate(survey: &SurveyId, design: &Design, rule: &MeasureRule, values: &[Option<f64>], suppress_below: u32) -> Result<SurveyEstimate> {
    let options = Options { suppress_below: u64::from(suppress_below), ..Options::default() };
    let (kind, made) = match rule.statistic {
        Statistic::Proportion { .. } => (EstimateKind::Proportion, estimation::share(design, &rule.measure, values, &options)),
        Statistic::Mean => (EstimateKind::Mean, estimation::mean(design, &rule.measure, values, &options)),
    };
    let blank = SurveyEstimate {
        survey_id: survey.clone(),
        measure: MeasureCode::from_stored(&rule.measure),
        kind,
        estimate: None,
        se: None,
        ci95: None,
        n: None,
        method: None,
        suppressed: false,
        undefined: None,
        undefined_text: None,
    };
    let n = values.iter().flatten().count();
    if n == 0 {
        return Ok(SurveyEstimate { n: Some(0), undefined: Some(NoEstimate::Nobody), ..blank });
    }
    if (n as u64) < u64::from(suppress_below) {
        return Ok(SurveyEstimate { suppressed: true, ..blank });
    }
    let made: Estimate = match made {
        Ok(made) => made,
        Err(why) => {
            tracing::warn!(survey = %survey, measure = %rule.measure, %why, "no estimate");
            return Ok(SurveyEstimate { n: Some(n as u64), undefined: Some(NoEstimate::NotComputable), ..blank });
        }
    };
    // An interval of no width would claim certainty where the answers only happen to agree.
    let level = kind == EstimateKind::Mean && made.se == Some(0.0);
    if level {
        return Ok(SurveyEstimate { estimate: made.estimate, se: made.se, n: made.n, undefined: Some(NoEstimate::NoSpread), ..blank });
    }
    let undefined = ["estimate", "se", "ci95"].iter().find_map(|name| made.undefined.get(name)).map(|why| NoEstimate::from(*why));
    Ok(SurveyEstimate {
        estimate: made.estimate,
        se: made.se,
        ci95: made.ci95.map(|[low, high]| (low, high)),
        n: made.n,
        method: made.ci_method.map(str::to_owned),
        undefined: undefined.filter(|_| made.estimate.is_none() || made.ci95.is_none()),
        ..blank
    })
}

/// The estimates of all surveys of a participation that were ever opened, the newest survey first.
/// Two surveys may speak about the same measure; the first in the list is the newer one.
pub fn estimates_of_participation(db: &mut Db, participation: &ParticipationId, suppress_below: u32) -> Result<Vec<SurveyEstimate>> {
    let mut estimates = Vec::new();
    for survey in store::surveys_of_participations(db, std::slice::from_ref(participation))? {
        if survey.state != SurveyState::Draft {
            estimates.extend(estimates_of_survey(db, &survey, suppress_below)?);
        }
    }
    Ok(estimates)
}

/// How many surveys and responses some participations have; those without a survey are absent.
pub fn counts_by_participation(db: &mut Db, ids: &[ParticipationId]) -> Result<HashMap<ParticipationId, SurveyCounts>> {
    let surveys = store::surveys_of_participations(db, ids)?;
    let wanted: Vec<SurveyId> = surveys.iter().map(|survey| survey.id.clone()).collect();
    let responses = store::response_counts(db, &wanted)?;
    let mut counts: HashMap<ParticipationId, SurveyCounts> = HashMap::new();
    for survey in surveys {
        let count = counts.entry(survey.participation_id).or_default();
        count.surveys += 1;
        count.open += i64::from(survey.state == SurveyState::Open);
        count.responses += responses.get(&survey.id).copied().unwrap_or(0);
    }
    Ok(counts)
}
