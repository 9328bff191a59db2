//! What comes out of surveys: the report with its estimates, receipts, the poster's content.

use chrono::NaiveDate;

use super::issuing::{survey_for, view};
use crate::framework;
use crate::ground::ids::SurveyId;
use crate::ground::{Error, Result, Text};
use crate::jobs;
use crate::jobs::store::JobRow;
use crate::people::call::Call;
use crate::people::identity::{Role, Stage};
use crate::people::policy::UseCase;
use crate::rounds;
use crate::rounds::place::Place;
use crate::store::Db;
use crate::surveys::estimates::{self, Estimates, NoEstimate, ReleasedFrom, SurveyEstimate};
use crate::surveys::instrument::{self, scale};
use crate::surveys::jobs::ESTIMATES;
use crate::surveys::receipt;
use crate::surveys::store::{self, SurveyRow, estimates as stored};
use crate::surveys::views::{Measured, ReceiptView, SurveyReport};

/// Counts shown of a survey: a month in a few languages.
const COUNTS_SHOWN: i64 = 120;

/// What a survey says about its measures, as far as it may be shown.
pub fn survey_estimates(call: &Call<'_>, id: &SurveyId) -> Result<Estimates> {
    let permit = survey_for(call, UseCase::survey_estimates, id)?;
    permit.read(|db| told(call, db, &permit.0, &permit.1))
}

/// The survey's estimates, with every reason in the caller's words.
fn told(call: &Call<'_>, db: &mut Db, row: &SurveyRow, place: &Place) -> Result<Estimates> {
    let surveys = std::slice::from_ref(row);
    let shown = estimates::shown(call.service, db, call.now, surveys, std::slice::from_ref(place))?.remove(&row.id);
    let mut shown = for_caller(call, db, row, place, shown.ok_or(Error::NotFound("survey"))?)?;
    let text = |why: Option<NoEstimate>| why.map(|why| call.service.pages.texts().get(&call.language, &why.key()));
    shown.undefined_text = text(shown.undefined);
    shown.items.iter_mut().for_each(|one| one.undefined_text = text(one.undefined));
    Ok(shown)
}

/// Whoever is not of those who release results is told what was released.
pub(super) fn for_caller(call: &Call<'_>, db: &mut Db, row: &SurveyRow, place: &Place, shown: Estimates) -> Result<Estimates> {
    if call.has_role(Role::Coordinator, &place.target().survey(&row.id)) {
        return Ok(shown);
    }
    let released = (call.service.registered::<ReleasedFrom>()?.0)(db, &place.participation)?;
    Ok(shown.as_released(&row.id, &released))
}

/// A survey, how many have answered it and, for whom they are already, its estimates.
pub fn survey_report(call: &Call<'_>, id: &SurveyId) -> Result<SurveyReport> {
    let permit = survey_for(call, UseCase::survey_read, id)?;
    let (row, place) = &*permit;
    permit.read(|db| {
        let held_back = !call.may(UseCase::survey_estimates, &place.target().survey(id));
        let estimates = if held_back { None } else { Some(told(call, db, row, place)?) };
        let shown = estimates.as_ref().map_or(&[][..], |estimates| &estimates.items);
        let measured = if shown.is_empty() { Vec::new() } else { measured(db, row, place, shown)? };
        let computing = match estimates.as_ref().and_then(|estimates| estimates.undefined) {
            Some(NoEstimate::BeingComputed) => jobs::store::one(db, ESTIMATES.name, id.as_str()).ok().map(JobRow::job),
            _ => None,
        };
        let counts = stored::counts(db, id, COUNTS_SHOWN)?;
        Ok(SurveyReport {
            counts,
            estimates,
            measured,
            computing,
            view: view(call, db, row.clone(), place)?,
            time_zone: place.city.time_zone,
            is_released: place.stage >= Stage::Released,
        })
    })
}

/// The words and the scale for each estimate.
fn measured(db: &mut Db, row: &SurveyRow, place: &Place, shown: &[SurveyEstimate]) -> Result<Vec<Measured>> {
    let instrument = store::instrument(db, &row.instrument_id)?;
    let compiled = instrument::compile(&instrument.questionnaire)?;
    let rules = instrument::rules(&instrument.measures)?;
    let catalogue = framework::store::catalogue_of(db, &place.round.framework_id)?;
    let one = |estimate: &SurveyEstimate| {
        let label = catalogue.measure(&estimate.measure).map_or_else(|| Text::english(&*estimate.measure), |m| m.label.clone());
        let question = rules.iter().find(|rule| *rule.measure == *estimate.measure).map(|rule| rule.question.as_str());
        Measured { label, scale: question.and_then(|name| scale(&compiled, compiled.position(name)?)) }
    };
    Ok(shown.iter().map(one).collect())
}

/// A receipt as somebody typed it. Whoever has the code may ask; what was signed here is true.
pub fn receipt_read(call: &Call<'_>, typed: &str) -> Result<ReceiptView> {
    let permit = call.allow(UseCase::receipt_read)?;
    if typed.trim().is_empty() {
        return Err(Error::field("receipt", "required"));
    }
    permit.read(|db| {
        let (survey, day) = match receipt::read(typed) {
            Some(said) => {
                let surveys = store::surveys_by_letters(db, &said.survey)?;
                let about = surveys.into_iter().find(|survey| said.is_about(&call.service.secrets, &survey.id));
                about.map(|survey| (survey.id, said.day))
            }
            None => {
                let number = receipt::read_before(typed).ok_or_else(|| Error::field("receipt", "bad_receipt"))?;
                store::responses::receipts_before(db, number)?.into_iter().next()
            }
        }
        .ok_or_else(|| Error::field("receipt", "no_such_receipt"))?;
        receipt_view(db, &survey, typed.trim().to_uppercase(), day)
    })
}

fn receipt_view(db: &mut Db, survey: &SurveyId, receipt: String, day: NaiveDate) -> Result<ReceiptView> {
    let row = store::survey(db, survey)?;
    let place = rounds::store::place(db, &row.participation_id)?;
    let heads = store::instrument_heads(db, std::slice::from_ref(&row.instrument_id))?;
    let title = heads.get(&row.instrument_id).and_then(|head| serde_json::from_str(&head.title).ok()).unwrap_or_default();
    Ok(ReceiptView { receipt, day, title, city: place.city.name })
}
