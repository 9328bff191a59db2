//! How a survey comes in, what its responses look like, and what a census says beside it.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::json;

use super::issuing::{survey_for, view};
use super::reading::for_caller;
use crate::ground::error::Checks;
use crate::ground::ids::SurveyId;
use crate::ground::{Error, FieldError, Language, Result, Text};
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::rounds::place::Place;
use crate::store::Db;
use crate::surveys::disclosure::Limits;
use crate::surveys::estimates;
use crate::surveys::instrument;
use crate::surveys::intake::NIGHT;
use crate::surveys::store::estimates::CountedPart;
use crate::surveys::store::watching::{self as stored, FigureRow, ShareRow};
use crate::surveys::store::{self, SurveyRow};
use crate::surveys::views::{BesideCensus, BlankCount, Burst, DayCount, IntegrityView, PageCount, PartCount, SharesInput, SomeOf, WatchView};
use crate::surveys::watching::{DailyPart, FigurePart, bursts, is_for_everybody};
use forms::questionnaire::Compiled;

/// Figures of a closed survey; none while it takes answers, or until they are computed.
fn figures(call: &Call<'_>, db: &mut Db, row: &SurveyRow, place: &Place) -> Result<(estimates::Estimates, Vec<FigureRow>)> {
    let surveys = std::slice::from_ref(row);
    let shown = estimates::shown(call.service, db, call.now, surveys, std::slice::from_ref(place))?.remove(&row.id);
    let shown = shown.ok_or(Error::NotFound("survey"))?;
    let figures = if shown.undefined.is_some() { Vec::new() } else { stored::figures(db, &row.id)? };
    Ok((shown, figures))
}

fn of(figures: &[FigureRow], part: FigurePart) -> impl Iterator<Item = &FigureRow> {
    figures.iter().filter(move |row| row.part == part)
}

/// How a survey comes in: by day, language and stratum, which pages are reached and, once it has closed, which
/// questions are left blank.
pub fn survey_watch(call: &Call<'_>, id: &SurveyId) -> Result<WatchView> {
    let permit = survey_for(call, UseCase::survey_watch, id)?;
    let (row, place) = &*permit;
    permit.read(|db| {
        let (shown, figures) = figures(call, db, row, place)?;
        let compiled = instrument::compile(&store::instrument(db, &row.instrument_id)?.questionnaire)?;
        let survey = view(call, db, row.clone(), place)?;
        let named = |part: FigurePart| -> Vec<PartCount> {
            let rows = of(&figures, part);
            rows.map(|row| PartCount { name: row.name.clone(), responses: row.count.unwrap_or_default() }).collect()
        };
        let (days, languages, strata) = if figures.is_empty() {
            let newest = match survey.counted_until {
                Some(day) => stored::counted_parts(db, id, day)?,
                None => Vec::new(),
            };
            let languages = newest.iter().filter(|row| row.part == CountedPart::Language);
            let languages = languages.map(|row| PartCount { name: row.name.clone(), responses: row.responses }).collect();
            (days_of(stored::counted_days(db, id)?.into_iter().map(|row| (row.day, row.responses))), languages, Vec::new())
        } else {
            let days = named(FigurePart::Day).into_iter().filter_map(|one| Some(DayCount { day: one.name.parse().ok()?, responses: one.responses }));
            (days.collect(), named(FigurePart::Language), named(FigurePart::Stratum))
        };
        let limits = Limits::of(row.mode, &call.service.config.disclosure);
        // A day is over at six the next morning, when every process has written what it counted.
        let today = call.now.minus(NIGHT).local_date(place.city.time_zone);
        let until = today.pred_opt().unwrap_or(today);
        let may_estimates = call.may(UseCase::survey_estimates, &place.target().survey(id));
        // Who left what blank is of the newest set: for those who are told of an older one, it is not yet.
        let computed_at = shown.computed_at;
        let told = for_caller(call, db, row, place, shown)?;
        let may_estimates = may_estimates && told.undefined.is_none() && told.computed_at == computed_at;
        Ok(WatchView {
            survey_id: id.clone(),
            step: limits.step,
            responses: survey.responses,
            counted_until: survey.counted_until,
            days,
            languages,
            languages_step: limits.step_of_parts(),
            strata,
            pages_until: until,
            pages: pages(limits, &compiled, &place.city.language, stored::daily_until(db, id, DailyPart::Page, until)?),
            blanks: may_estimates.then(|| blanks(&compiled, &place.city.language, &figures)),
        })
    })
}

/// What came on each day, of what had come by the end of each: in whole steps as that is.
fn days_of(counted: impl Iterator<Item = (NaiveDate, i64)>) -> Vec<DayCount> {
    let mut before = 0;
    let one = |(day, all): (NaiveDate, i64)| {
        let responses = (all - before).max(0);
        before = before.max(all);
        DayCount { day, responses }
    };
    counted.map(one).collect()
}

fn pages(limits: Limits, compiled: &Compiled, city: &Language, counted: Vec<(NaiveDate, String, i64)>) -> Vec<PageCount> {
    let mut all: HashMap<String, u64> = HashMap::new();
    for (_, page, count) in counted {
        *all.entry(page).or_default() += count.unsigned_abs();
    }
    let questionnaire = compiled.questionnaire();
    let one = |page: String, title: Text, shown: bool| {
        let reached = limits.rounded_down(all.get(&page).copied().unwrap_or_default());
        PageCount { page, title, reached: Some(reached.cast_signed()).filter(|_| shown) }
    };
    let titled = |at: usize| {
        let group = questionnaire.pages[at].group.map(|group| &questionnaire.groups[group]);
        group.map(|group| text(compiled, city, &group.label)).unwrap_or_default()
    };
    let asked = (0..questionnaire.pages.len()).map(|at| one(at.to_string(), titled(at), is_for_everybody(questionnaire, at)));
    let around = |name: &str| one(name.to_owned(), Text::default(), true);
    std::iter::once(around("begin")).chain(asked).chain(["check", "sent"].map(around)).collect()
}

/// A questionnaire's text in each of its languages, without marks and with what it quotes left as `${name}`; one that
/// names no language is taken to be in the city's.
fn text(compiled: &Compiled, city: &Language, label: &forms::questionnaire::Text) -> Text {
    let questionnaire = compiled.questionnaire();
    let mut text = Text::default();
    for tag in &questionnaire.languages {
        let said = forms::markup::plain(label.get(tag, &questionnaire.default_language)).into_owned();
        text = text.and(if tag == "und" { city.clone() } else { Language::from_stored(tag) }, said);
    }
    text
}

fn label_of(compiled: &Compiled, city: &Language, name: &str) -> Text {
    compiled.position(name).map(|at| text(compiled, city, &compiled.questionnaire().questions[at].label)).unwrap_or_default()
}

fn blanks(compiled: &Compiled, city: &Language, figures: &[FigureRow]) -> Vec<BlankCount> {
    let one =
        |row: &FigureRow| BlankCount { question: row.name.clone(), label: label_of(compiled, city, &row.name), asked: row.base, blank: row.count };
    of(figures, FigurePart::Blank).map(one).collect()
}

/// What the responses of a closed survey look like, for whoever decides what they are worth.
pub fn survey_integrity(call: &Call<'_>, id: &SurveyId) -> Result<IntegrityView> {
    let permit = survey_for(call, UseCase::survey_integrity, id)?;
    let (row, place) = &*permit;
    permit.read(|db| {
        let (shown, figures) = figures(call, db, row, place)?;
        let compiled = instrument::compile(&store::instrument(db, &row.instrument_id)?.questionnaire)?;
        let limits = Limits::of(row.mode, &call.service.config.disclosure);
        let shares = stored::shares(db, id)?;
        let days: Vec<(NaiveDate, u64)> =
            of(&figures, FigurePart::Day).filter_map(|row| Some((row.name.parse().ok()?, row.count.unwrap_or_default().unsigned_abs()))).collect();
        let counts: Vec<u64> = days.iter().map(|(_, count)| *count).collect();
        let burst = |at: usize| Burst { day: days[at].0, responses: days[at].1.cast_signed() };
        let some = |row: &FigureRow| SomeOf {
            name: row.name.clone(),
            label: label_of(&compiled, &place.city.language, &row.name),
            of: row.base,
            count: row.count,
        };
        let today = call.now.minus(NIGHT).local_date(place.city.time_zone);
        let until = today.pred_opt().unwrap_or(today);
        let crowds = stored::daily_until(db, id, DailyPart::Crowd, until)?
            .into_iter()
            .map(|(day, _, count)| DayCount { day, responses: limits.rounded_down(count.unsigned_abs()).cast_signed() });
        Ok(IntegrityView {
            survey_id: id.clone(),
            computed_at: shown.computed_at,
            undefined: shown.undefined,
            step: limits.step,
            limit: limits.least,
            bursts: bursts(limits, &counts).into_iter().map(burst).collect(),
            same: of(&figures, FigurePart::Same).map(some).next(),
            levels: of(&figures, FigurePart::Level).map(some).collect(),
            languages: beside(limits, &figures, &shares, FigurePart::Language),
            strata: beside(limits, &figures, &shares, FigurePart::Stratum),
            crowds: crowds.filter(|day| day.responses > 0 && shown.undefined.is_none()).collect(),
        })
    })
}

/// Parts of the responses beside the census: those that either of them names.
fn beside(limits: Limits, figures: &[FigureRow], shares: &[ShareRow], part: FigurePart) -> Vec<BesideCensus> {
    let counted: Vec<(&str, i64)> = of(figures, part).map(|row| (row.name.as_str(), row.count.unwrap_or_default())).collect();
    let all: i64 = counted.iter().map(|(_, count)| count).sum();
    let enough = all.unsigned_abs() >= limits.least;
    let typed = |name: &str| shares.iter().find(|row| row.part == part && row.name == name).map(|row| row.share * 100.0);
    let percent = |count: i64| (100.0 * count as f64 / all.max(1) as f64).round();
    let mut rows: Vec<BesideCensus> = counted
        .iter()
        .map(|(name, count)| BesideCensus { name: (*name).to_owned(), responses: Some(percent(*count)).filter(|_| enough), census: typed(name) })
        .collect();
    for row in shares.iter().filter(|row| row.part == part && !counted.iter().any(|(name, _)| *name == row.name)) {
        rows.push(BesideCensus { name: row.name.clone(), responses: Some(0.0).filter(|_| enough), census: Some(row.share * 100.0) });
    }
    rows
}

/// Says what a census gives for the parts of a survey.
pub fn survey_census(call: &Call<'_>, id: &SurveyId, input: &SharesInput) -> Result<IntegrityView> {
    let permit = survey_for(call, UseCase::survey_census, id)?;
    let mut checks = Checks::new();
    let part = FigurePart::from(input.part);
    let typed = checks.optional_text("shares_csv", &input.shares_csv, SharesInput::CHARACTERS, true);
    let mut rows: Vec<ShareRow> = Vec::new();
    for (line, number) in typed.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
        let line = line.trim();
        let share = line.split_once([',', ';', '\t', '،']).or_else(|| line.rsplit_once(' ')).and_then(|(name, share)| {
            let digits = forms::digits::ascii(share.trim().trim_end_matches(['%', '٪']).trim_end());
            let share: f64 = digits.replace([',', '٫'], ".").parse().ok()?;
            let name = name.trim().trim_matches('"');
            (!name.is_empty() && (0.0..=100.0).contains(&share)).then(|| (name.to_owned(), share / 100.0))
        });
        match share {
            Some((name, share)) if !rows.iter().any(|row| row.name == name) => {
                rows.push(ShareRow { survey_id: id.clone(), part, name, share });
            }
            _ => {
                checks.push(FieldError::new("shares_csv", "not_a_share").with("line", number));
            }
        }
    }
    let most = rows.iter().map(|row| row.share).sum::<f64>() <= 1.005;
    checks.require(most, "shares_csv", "shares_beyond_all");
    checks.done()?;
    permit.write(|db| {
        stored::shares_replace(db, id, part, &rows)?;
        permit.audit(db, id, &json!({"part": part, "count": rows.len()}))
    })?;
    survey_integrity(call, id)
}
