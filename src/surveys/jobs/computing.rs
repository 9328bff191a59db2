//! Computing the estimates of a survey from its responses, which are read in steps. Unweighted: an open
//! link draws no sample, so each respondent counts for one.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{Datelike, NaiveDate};

use super::column::{Column, Marks};
use crate::ground::{Error, MeasureCode, Result, UtcTime};
use crate::service::Service;
use crate::store::Db;
use crate::surveys::disclosure::{Grain, Limits};
use crate::surveys::estimates::{EstimateKind, NoEstimate};
use crate::surveys::instrument::{self, scale};
use crate::surveys::store::estimates::{EstimateRow, SetRow};
use crate::surveys::store::watching::FigureRow;
use crate::surveys::store::{self, SurveyRow};
use crate::surveys::survey::Mode;
use crate::surveys::watching::{Figure, FigurePart, Tally, languages_of, parts};
use forms::answers::Answers;
use forms::expression::{Day, Expression};
use forms::questionnaire::measures::{self, MeasureRule, Statistic};
use forms::questionnaire::{Compiled, Kind};
use stats::estimation::{self, Design, Options};

/// Ends of the numeric scale of a measure's question, where it has one.
fn ends(compiled: &Compiled, rule: &MeasureRule) -> Option<(f64, f64)> {
    compiled.position(&rule.question).and_then(|at| scale(compiled, at))
}

/// Responses read in one step at most.
const STEP: i64 = 2_000;
/// Answers to measures that are in memory at once: those of some measures at a time, where there are many.
const CELLS: usize = 8 << 20;
/// Terms of work between two words: a second at the worst.
const TERMS: usize = 20_000_000;
/// What reading one response and one of its answers costs, in terms.
const RESPONSE: usize = 100;

/// Says that it goes on as it works, so that nobody takes the job away and the process can stop.
struct Going<'p> {
    terms: usize,
    steps: i64,
    progress: &'p mut dyn FnMut(i64) -> Result<()>,
}

impl Going<'_> {
    fn on(&mut self, terms: usize) -> Result<()> {
        self.terms = self.terms.saturating_add(terms);
        if self.terms < TERMS {
            return Ok(());
        }
        self.terms = 0;
        self.steps += 1;
        (self.progress)(self.steps)
    }
}

/// What some measures say of all responses, how many these are, and in which order they were read.
struct Pass {
    columns: Vec<Column>,
    responses: usize,
    order: u64,
}

fn pass(
    service: &Service,
    survey: &SurveyRow,
    compiled: &Compiled,
    rules: &[MeasureRule],
    going: &mut Going<'_>,
    mut tally: Option<&mut Tally<'_>>,
) -> Result<Pass> {
    let mut columns: Vec<Column> = rules.iter().map(|_| Column::default()).collect();
    let reading = if tally.is_some() { RESPONSE.saturating_add(compiled.work()) } else { RESPONSE };
    let each = rules.iter().map(measures::work).fold(reading, usize::saturating_add);
    let (mut responses, mut after, mut order) = (0, None, DefaultHasher::new());
    let mut day = service.store.read(|db| store::responses::next_day(db, &survey.id, None))?;
    while let Some(of) = day {
        let step = service.store.read(|db| store::responses::answers_after(db, &survey.id, of, after, STEP))?;
        let Some((last, _)) = step.last() else {
            (day, after) = (service.store.read(|db| store::responses::next_day(db, &survey.id, day))?, None);
            continue;
        };
        after = Some(*last);
        let today = day_of(of)?;
        for (key, stored) in &step {
            key.hash(&mut order);
            going.on(each.saturating_add(stored.len() / 4))?;
            let answers: Answers = serde_json::from_str(stored).map_err(|e| Error::internal(format!("stored answers: {e}")))?;
            if let Some(tally) = tally.as_mut() {
                tally.push(stored, &answers, today);
            }
            for (rule, column) in rules.iter().zip(&mut columns) {
                column.push(measures::value(compiled, rule, &answers))?;
            }
        }
        responses += step.len();
    }
    Ok(Pass { columns, responses, order: order.finish() })
}

/// Computes all estimates of a survey from the responses that are there, in steps, so that nobody waits
/// for a connection meanwhile. `progress` hears of each second of work, by its number.
pub fn compute(
    service: &Service,
    survey: &SurveyRow,
    now: UtcTime,
    mut progress: impl FnMut(i64) -> Result<()>,
) -> Result<(SetRow, Vec<EstimateRow>, Vec<FigureRow>)> {
    let instrument = service.store.read(|db| store::instrument(db, &survey.instrument_id))?;
    let compiled = instrument::compile(&instrument.questionnaire)?;
    let rules = instrument::rules(&instrument.measures)?;
    let limits = Limits::of(survey.mode, &service.config.disclosure);
    let chosen = rules.iter().map(|rule| Chosen::of(&compiled, rule, survey.mode)).collect::<Vec<_>>();
    let expected = usize::try_from(service.store.read(|db| store::responses::count(db, &survey.id))?).map_err(Error::internal)?;
    let at_once = (CELLS / expected.max(1)).max(1);
    let mut going = Going { terms: 0, steps: 0, progress: &mut progress };
    let mut tally = Tally::new(&compiled);
    let mut known: Option<(usize, u64)> = None;
    let mut rows = Vec::with_capacity(rules.len());
    // Who counts for the measures of each question so far that are shown.
    let mut shown: HashMap<&str, Vec<(Option<&str>, Marks)>> = HashMap::new();
    for some in rules.chunks(at_once).chain(rules.is_empty().then_some(&[][..])) {
        // What the responses look like is counted once.
        let pass = pass(service, survey, &compiled, some, &mut going, known.is_none().then_some(&mut tally))?;
        if known.is_some_and(|known| known != (pass.responses, pass.order)) {
            return Err(Error::Unavailable("responses were moved while they were read".into()));
        }
        known = Some((pass.responses, pass.order));
        let measured = Figures { survey, limits, design: Design::simple(pass.responses), compiled: &compiled };
        for (rule, column) in some.iter().zip(pass.columns) {
            let place = rows.len();
            let of_question = shown.entry(&rule.question).or_default();
            going.on(pass.responses.saturating_mul(8 + of_question.len() / 8))?;
            let (domain, marks) = (rule.domain.as_ref().map(Expression::source), column.marks());
            // Whether it may not stand beside one of those before it.
            let apart = |other: &Marks| u64::try_from(marks.apart(other)).unwrap_or(u64::MAX);
            let alike = of_question.iter().any(|(other, theirs)| *other != domain && !limits.may_stand_beside(apart(theirs)));
            rows.push(measured.one(place, rule, &column, chosen[place], alike));
            if !alike && rules[place + 1..].iter().any(|later| later.question == rule.question) {
                of_question.push((domain, marks));
            }
        }
    }
    let responses = i64::try_from(known.map_or(0, |(responses, _)| responses)).map_err(Error::internal)?;
    let figures = figures(service, survey, &compiled, tally, limits)?;
    let content_hash = instrument.head.content_hash;
    Ok((SetRow { survey_id: survey.id.clone(), computed_at: now, responses, content_hash, checked_at: now, stands: false }, rows, figures))
}

/// How far an author's expressions decide who counts for a measure, and for how much.
#[derive(Clone, Copy)]
struct Chosen {
    /// What an author's expression computes, be it only what the page comes filled in with.
    computed: bool,
    /// Whether one respondent may be all of it.
    parts: bool,
    /// Whether, by an open link, whoever leaves the question or a choice of it out decides it: nobody but them.
    left_out: bool,
}

impl Chosen {
    /// Where an author's expression decides who counts for what, one respondent may be all of it: where it computes the
    /// answer, or the domain looks at it, by its name or through what hangs on it. Whoever has an open link may send as
    /// many answers as they like, so that somebody's and 49 of their own are a domain; or who is asked, or who answers
    /// what may be left empty, which is the same.
    fn of(compiled: &Compiled, rule: &MeasureRule, mode: Mode) -> Self {
        let of_domain = rule.domain.as_ref().map(|domain| domain.references()).unwrap_or_default();
        let at = compiled.position(&rule.question);
        let computed = at.is_some_and(|at| compiled.is_prefilled(at));
        // Of one choice among several others may be anybody's; a single one is the answer.
        let single = at.is_some_and(|at| matches!(compiled.questionnaire().questions[at].kind, Kind::SelectOne { .. }));
        let open = mode == Mode::OpenLink;
        let own = of_domain == std::slice::from_ref(&rule.question) && (single || !open);
        let looks = |name: &String| compiled.position(name).zip(at).is_some_and(|(seen, answer)| compiled.hangs_on(seen, answer));
        let by_others = open && (!of_domain.is_empty() && !own || at.is_some_and(|at| compiled.is_conditional(at)));
        Self { computed, parts: computed || by_others || !own && of_domain.iter().any(looks), left_out: open }
    }
}

/// What all measures of a survey have in common.
struct Figures<'s> {
    survey: &'s SurveyRow,
    limits: Limits,
    design: Design,
    compiled: &'s Compiled,
}

impl Figures<'_> {
    fn one(&self, place: usize, rule: &MeasureRule, column: &Column, chosen: Chosen, alike: bool) -> EstimateRow {
        let (survey, limits) = (self.survey, self.limits);
        let answered = column.answered() as u64;
        let blank = EstimateRow {
            survey_id: survey.id.clone(),
            measure: MeasureCode::from_stored(&rule.measure),
            domain: String::new(),
            place: i32::try_from(place).unwrap_or(i32::MAX),
            kind: EstimateKind::of(rule),
            value: None,
            se: None,
            low: None,
            high: None,
            n: i64::try_from(column.answered()).unwrap_or(i64::MAX),
            n_eff: None,
            method: None,
            suppressed: answered < limits.least,
            undefined: None,
        };
        if blank.suppressed {
            return blank;
        }
        if alike {
            return EstimateRow { undefined: Some(NoEstimate::TooAlike), ..blank };
        }
        let mut values = column.values();
        let coarse = chosen.parts || chosen.left_out && !limits.leaves_out_few(answered, values.len() as u64);
        if coarse {
            if !limits.many_differ(&values) {
                return EstimateRow { undefined: Some(NoEstimate::TooAlike), ..blank };
            }
            if chosen.computed {
                limits.cut(&mut values);
            }
        }
        let part = if coarse { limits.part(blank.n) } else { 0.0 };
        let scale = ends(self.compiled, rule).filter(|_| !chosen.computed);
        if matches!(rule.statistic, Statistic::Mean) && scale.is_none() && Limits::is_dominated(&values) {
            return EstimateRow { undefined: Some(NoEstimate::Dominated), ..blank };
        }
        row(blank, &self.design, rule, &values, (survey.mode, scale, part))
    }
}

fn day_of(day: NaiveDate) -> Result<Day> {
    Day::from_date(day.year(), day.month(), day.day()).ok_or_else(|| Error::internal("a day of no year"))
}

/// What the responses look like, as far as it may be shown.
fn figures(service: &Service, survey: &SurveyRow, compiled: &Compiled, mut tally: Tally<'_>, limits: Limits) -> Result<Vec<FigureRow>> {
    let (days, spoken, strata) = service.store.read(|db| {
        let days = store::responses::by_day(db, &survey.id)?;
        let last = days.last().map(|(day, _)| *day).unwrap_or_default();
        Ok((days, store::responses::by_language(db, &survey.id, last)?, strata(db, survey)?))
    })?;
    let mut rows = Vec::new();
    let mut add = |part: FigurePart, figures: Vec<Figure>| {
        rows.extend(figures.into_iter().zip(0..).map(|((name, base, count), place)| FigureRow {
            survey_id: survey.id.clone(),
            part,
            name,
            place,
            base: base.and_then(|base| i64::try_from(base).ok()),
            count: count.and_then(|count| i64::try_from(count).ok()),
        }));
    };
    let in_parts = |named: Vec<(String, u64)>| -> Vec<Figure> {
        let counts = parts(limits, &named.iter().map(|(_, count)| *count).collect::<Vec<_>>());
        named.into_iter().zip(counts).map(|((name, _), count)| (name, None, Some(count))).collect()
    };
    // Days without a response are days too, and languages in which nobody answered.
    let counted: HashMap<NaiveDate, u64> = days.iter().map(|(day, count)| (*day, count.unsigned_abs())).collect();
    let all_days = days.first().zip(days.last()).map(|((first, _), (last, _))| first.iter_days().take_while(|day| day <= last));
    let all_days = all_days.into_iter().flatten().map(|day| (day.to_string(), counted.get(&day).copied().unwrap_or_default()));
    add(FigurePart::Day, in_parts(all_days.collect()));
    let mut languages: Vec<(String, u64)> = spoken.into_iter().map(|(language, count)| (language.to_string(), count.unsigned_abs())).collect();
    for tag in &compiled.questionnaire().languages {
        if tag != "und" && !languages.iter().any(|(known, _)| known == tag) {
            languages.push((tag.clone(), 0));
        }
    }
    let counts = languages_of(limits, &languages.iter().map(|(_, count)| *count).collect::<Vec<_>>());
    add(FigurePart::Language, languages.into_iter().zip(counts).map(|((name, _), count)| (name, None, Some(count))).collect());
    // Those that are told apart have the limit, or none does.
    add(FigurePart::Stratum, in_parts(strata.into_iter().map(|(name, count)| (name, count.unsigned_abs())).collect()));
    add(FigurePart::Blank, tally.blanks(limits));
    add(FigurePart::Same, vec![tally.same(limits)]);
    add(FigurePart::Level, tally.levels(limits));
    Ok(rows)
}

/// How many responses are of each stratum that is told apart, and, where people of others are invited, how many are of
/// all of those, under no name: whoever subtracts all others from all learns no more.
fn strata(db: &mut Db, survey: &SurveyRow) -> Result<Vec<(String, i64)>> {
    let mut told = store::responses::by_stratum(db, &survey.id)?;
    if told.is_empty() {
        return Ok(told);
    }
    let invited = store::invitations::strata(db, &survey.id)?;
    // Of whoever was taken off a list since, too.
    let without = store::responses::without_stratum(db, &survey.id)?;
    if without > 0 || invited.iter().any(|row| row.invited > 0 && !told.iter().any(|(name, _)| *name == row.name)) {
        told.push((String::new(), without));
    }
    Ok(told)
}

/// One measure from the answers of all respondents; `None` for those who do not count.
fn row(
    blank: EstimateRow,
    design: &Design,
    rule: &MeasureRule,
    values: &[Option<f64>],
    (mode, scale, part): (Mode, Option<(f64, f64)>, f64),
) -> EstimateRow {
    // Withholding is this room's own, by the limits of the survey's mode.
    let options = Options { suppress_below: 0, ..Options::default() };
    let made = match rule.statistic {
        Statistic::Proportion { .. } => estimation::share(design, &rule.measure, values, &options),
        Statistic::Mean => estimation::mean(design, &rule.measure, values, &options),
    };
    let made = match made {
        Ok(made) => made,
        Err(why) => {
            tracing::warn!(survey = %blank.survey_id, measure = %rule.measure, %why, "no estimate");
            return EstimateRow { undefined: Some(NoEstimate::NotComputable), ..blank };
        }
    };
    let deviation = made.se.unwrap_or_default() * (blank.n as f64).sqrt();
    let spread = || (4.0 * deviation).max(made.estimate.unwrap_or_default().abs()).max(1.0);
    let grain = match blank.kind {
        EstimateKind::Proportion => Grain::of_share(mode, part),
        EstimateKind::Mean => Grain::of_mean(mode, scale.map_or_else(spread, |(low, high)| high - low), part),
    };
    let value = made.estimate.map(|value| grain.nearest(value));
    // An interval of no width would claim certainty where the answers only happen to agree.
    // Where steps are that coarse, it was asked before whether enough differ.
    if blank.kind == EstimateKind::Mean && part <= 0.0 && grain.is_level(deviation) {
        return EstimateRow { value, undefined: Some(NoEstimate::NoSpread), ..blank };
    }
    let most = if blank.kind == EstimateKind::Proportion { (0.0, 1.0) } else { scale.unwrap_or((f64::NEG_INFINITY, f64::INFINITY)) };
    let ends = made.estimate.zip(made.ci95).map(|(value, [low, high])| grain.about(value, (low, high)));
    let ends = ends.map(|(low, high)| (low.max(most.0), high.min(most.1)));
    let undefined = ["estimate", "se", "ci95"].iter().find_map(|name| made.undefined.get(name)).map(|why| NoEstimate::from(*why));
    EstimateRow {
        value,
        se: made.se.map(|se| grain.error(se)),
        low: ends.map(|ends| ends.0),
        high: ends.map(|ends| ends.1),
        n_eff: made.n_eff.map(f64::round),
        method: made.ci_method.map(str::to_owned),
        undefined: undefined.filter(|_| made.estimate.is_none() || made.ci95.is_none()),
        ..blank
    }
}
