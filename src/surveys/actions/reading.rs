//! What comes out of surveys: the report with its estimates, receipts, the poster's content.

use chrono::NaiveDate;

use super::issuing::{survey_for, view};
use crate::framework;
use crate::ground::ids::SurveyId;
use crate::ground::{Error, Result, Text};
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::rounds;
use crate::store::Db;
use crate::surveys::estimates::{self, SurveyEstimate};
use crate::surveys::instrument;
use crate::surveys::receipt;
use crate::surveys::store;
use crate::surveys::views::{MeasuredEstimate, ReceiptView, SurveyReport};
use forms::questionnaire::{Kind, Questionnaire};

pub fn survey_estimates(call: &Call<'_>, id: &SurveyId) -> Result<Vec<SurveyEstimate>> {
    let permit = survey_for(call, UseCase::survey_estimates, id)?;
    permit.read(|db| estimates::estimates_of_survey(db, &permit.0, call.service.config.disclosure.suppress_below))
}

/// A survey, its responses per day and, for whom they are already, its estimates.
pub fn survey_report(call: &Call<'_>, id: &SurveyId) -> Result<SurveyReport> {
    let permit = survey_for(call, UseCase::survey_read, id)?;
    let (row, place) = &*permit;
    let suppress_below = call.service.config.disclosure.suppress_below;
    permit.read(|db| {
        let instrument = store::instrument(db, &row.instrument_id)?;
        let compiled = instrument::compile(&instrument.questionnaire)?;
        let rules = instrument::rules(&instrument.measures)?;
        let catalogue = framework::store::catalogue_of(db, &place.round.framework_id)?;
        // Not even computed for whoever may not see them yet.
        let held_back = !call.may(UseCase::survey_estimates, &place.target().survey(id));
        let made = if held_back { Vec::new() } else { estimates::estimates_of_survey(db, row, suppress_below)? };
        let shown = |estimate: SurveyEstimate| {
            let label = catalogue.measure(&estimate.measure).map_or_else(|| Text::english(&*estimate.measure), |m| m.label.clone());
            let question = rules.iter().find(|rule| *rule.measure == *estimate.measure).map(|rule| rule.question.as_str());
            let scale = question.and_then(|name| scale(compiled.questionnaire(), compiled.position(name)?));
            MeasuredEstimate { estimate, label, scale }
        };
        Ok(SurveyReport {
            days: store::responses_per_day(db, id)?,
            estimates: made.into_iter().map(shown).collect(),
            view: view(call, db, row.clone(), place)?,
            time_zone: place.city.time_zone,
            suppress_below,
            held_back,
        })
    })
}

/// Ends of a question's numeric scale.
fn scale(questionnaire: &Questionnaire, position: usize) -> Option<(f64, f64)> {
    let question = &questionnaire.questions[position];
    if let Kind::Range { start, end, .. } = question.kind {
        return Some((start, end));
    }
    let numbers = questionnaire.choices(question).iter().filter_map(|choice| choice.name.parse::<f64>().ok());
    numbers.fold(None, |ends, n| ends.map_or(Some((n, n)), |(low, high): (f64, f64)| Some((low.min(n), high.max(n)))))
}

/// A receipt as somebody typed it. Whoever has the code may ask.
pub fn receipt_read(call: &Call<'_>, typed: &str) -> Result<ReceiptView> {
    let permit = call.allow(UseCase::receipt_read)?;
    if typed.trim().is_empty() {
        return Err(Error::field("receipt", "required"));
    }
    let ids = receipt::ids_of(typed).ok_or_else(|| Error::field("receipt", "bad_receipt"))?;
    permit.read(|db| {
        let first = store::responses_between(db, &ids)?.into_iter().next();
        let (survey, day) = first.ok_or_else(|| Error::field("receipt", "no_such_receipt"))?;
        receipt_view(db, &survey, receipt::receipt_of(&ids.0), day)
    })
}

/// A receipt of one survey, for the page that thanks.
pub fn receipt_of(call: &Call<'_>, slug: &str, typed: &str) -> Result<ReceiptView> {
    let permit = call.allow(UseCase::receipt_read)?;
    let ids = receipt::ids_of(typed).ok_or(Error::NotFound("receipt"))?;
    permit.read(|db| {
        let id = store::survey_by_slug(db, &slug.to_lowercase())?.id;
        let here = store::responses_between(db, &ids)?.into_iter().find(|(survey, _)| *survey == id);
        let (survey, day) = here.ok_or(Error::NotFound("receipt"))?;
        receipt_view(db, &survey, receipt::receipt_of(&ids.0), day)
    })
}

fn receipt_view(db: &mut Db, survey: &SurveyId, receipt: String, day: NaiveDate) -> Result<ReceiptView> {
    let row = store::survey(db, survey)?;
    let place = rounds::store::place(db, &row.participation_id)?;
    let heads = store::instrument_heads(db, std::slice::from_ref(&row.instrument_id))?;
    let title = heads.get(&row.instrument_id).and_then(|head| serde_json::from_str(&head.title).ok()).unwrap_or_default();
    Ok(ReceiptView { receipt, day, title, city: place.city.name })
}
