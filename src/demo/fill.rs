//! Fills a fresh database with the demo's round, step by step, telling how far it is.

use std::collections::BTreeMap;

use chrono::{Days, Duration};
use serde::Deserialize;
use serde_json::{Value, json};

use super::citizens;
use super::people::{Cast, PEOPLE, TOWNS, Town, create, email, password_hash};
use crate::framework;
use crate::ground::ids::{ParticipationId, PersonId, ReviewId, SubmissionId, SurveyId};
use crate::ground::{Error, Given, Language, MeasureCode, Result, Zone};
use crate::jobs;
use crate::people::actions::grant_ensure;
use crate::people::call::Call;
use crate::people::identity::{Caller, Role, ScopeKind};
use crate::people::policy::UseCase;
use crate::reports::actions::{report_begin, report_section_save, report_statistic_save, report_submit};
use crate::reports::statistic::StatisticInput;
use crate::reports::views::{ReportBegin, SectionInput};
use crate::reviews::actions::{self as reviewing, ExpertAdd, ReviewAssign, ReviewKey, ReviewSubmit};
use crate::reviews::review::RatingInput;
use crate::rounds::actions::{ParticipationInput, RoundInput, city_create, participation_add, round_create, round_open};
use crate::service::Service;
use crate::surveys::actions::{ensure_default_instrument, survey_close, survey_issue, survey_open, survey_rely};
use crate::surveys::reliance::RelianceInput;
use crate::surveys::views::SurveyInput;

const REVIEWS: &str = include_str!("../../config/demo/reviews.json");

/// A report's content as the demo has it.
#[derive(Deserialize)]
struct Report {
    sections: BTreeMap<MeasureCode, String>,
    statistics: BTreeMap<MeasureCode, Value>,
}

/// One expert's ratings of one city.
#[derive(Deserialize)]
struct Judgement {
    expert: usize,
    ratings: BTreeMap<MeasureCode, RatingInput>,
}

/// How far the filling is: steps done of all, and what is being done.
pub trait Progress {
    fn begin(&mut self, what: &str, steps: u64);
    fn step(&mut self, steps: u64);
}

/// Ids that the steps hand on.
struct Scene<'s> {
    service: &'s Service,
    people: BTreeMap<&'static str, PersonId>,
}

impl Scene<'_> {
    /// A call by somebody of the demo, in their language.
    fn as_person(&self, key: &str) -> Result<Call<'_>> {
        let person = self.people.get(key).ok_or_else(|| Error::internal(format!("nobody is {key}")))?;
        let language = PEOPLE.iter().find(|p| p.key == key).map_or(Language::ENGLISH, |p| p.language.clone());
        Call::by(self.service, person, &language)
    }
}

/// Does it all. Expects an empty database.
pub fn fill(service: &Service, progress: &mut dyn Progress) -> Result<()> {
    // The round and its surveys were opened before the first of their answers was given.
    let began = service.now().minus(Duration::days(i64::from(citizens::DAYS)));
    let stoa = Call::new(service, Caller::stoa(), Language::english()).at(began);
    progress.begin("people and roles", PEOPLE.len() as u64);
    let framework_id = framework::actions::ensure_default_framework(&stoa)?;
    let instrument_id = ensure_default_instrument(&stoa)?;
    let rubric = stoa.allow(UseCase::rubric_import)?.write(|db| reviewing::ensure_default_rubric(service, db))?;
    let mut scene = Scene { service, people: BTreeMap::new() };
    let hash = password_hash(&stoa)?;
    for who in PEOPLE {
        let permit = stoa.allow(UseCase::person_invite)?;
        let id = permit.write(|db| {
            let id = create(&stoa, db, who, &hash)?;
            permit.audit(db, &id, &json!({"demo": true}))?;
            Ok(id)
        })?;
        scene.people.insert(who.key, id);
        progress.step(1);
    }
    grant(&stoa, &scene, "coordinator", Role::Coordinator, ScopeKind::Instance, "")?;
    grant(&stoa, &scene, "operator", Role::Operator, ScopeKind::Instance, "")?;
    grant(&stoa, &scene, "analyst", Role::Analyst, ScopeKind::Instance, "")?;

    progress.begin("cities and the round", TOWNS.len() as u64);
    let coordinator = scene.as_person("coordinator")?.at(began);
    let today = service.now().date();
    let round = round_create(
        &coordinator,
        &RoundInput {
            // A name that reads the same in every language.
            name: format!("Agora {}", today.format("%Y")),
            year: chrono::Datelike::year(&today).into(),
            framework_id,
            rubric_id: Some(rubric.id),
            time_zone: Zone::of(chrono_tz::Tz::Europe__Berlin).into(),
            report_due_on: (today + Days::new(21)).into(),
            review_due_on: (today + Days::new(49)).into(),
            experts_per_report: 2.into(),
        },
    )?;
    round_open(&coordinator, &round.id)?;
    let mut places: Vec<(&Town, ParticipationId)> = Vec::new();
    for town in TOWNS {
        let city = city_create(&coordinator, &town.input())?;
        grant(&coordinator, &scene, &format!("officer-{}", town.slug), Role::CityOfficer, ScopeKind::City, city.id.as_str())?;
        let place = participation_add(&coordinator, &round.id, &ParticipationInput { city_id: city.id })?;
        places.push((town, place.id));
        progress.step(1);
    }

    progress.begin("survey responses", TOWNS.iter().map(|t| t.responses as u64).sum());
    for (seed, (town, place)) in places.iter().enumerate() {
        let contact = Some(format!("survey@{}.stoa.example", town.slug));
        let input = SurveyInput { contact, ..SurveyInput::open_link(place.clone(), instrument_id.clone()) };
        let survey = survey_issue(&coordinator, &input)?;
        survey_open(&coordinator, &survey.id)?;
        let reason = scene.service.pages.texts().get(&Language::ENGLISH, "demo-survey-counts");
        survey_rely(&coordinator, &survey.id, &RelianceInput { relied_on: true, reason })?;
        if seed == 1 {
            give_agency(&coordinator, &scene, &survey.id)?;
        }
        let languages = if *town.language == *"ar" { ["ar", "en"] } else { ["en", "ar"] }.map(Language::of);
        citizens::answer(&coordinator, &survey.slug, &languages, town.responses, 20 + seed as u64, |n| progress.step(n))?;
        if !town.open {
            survey_close(&scene.as_person("coordinator")?, &survey.id)?;
        }
    }
    // How many have answered, and what the closed survey says, is there from the first page on.
    jobs::worker::prepare(service)?;
    jobs::worker::run_due(service)?;

    let mut submissions = BTreeMap::new();
    for (town, place) in &places {
        if let Some(id) = report(&scene, town, place, progress)? {
            submissions.insert(town.slug, id);
        }
    }
    reviews(&scene, &submissions, progress)
}

fn grant(call: &Call<'_>, scene: &Scene<'_>, key: &str, role: Role, kind: ScopeKind, scope: &str) -> Result<()> {
    let person = scene.people.get(key).ok_or_else(|| Error::internal(format!("nobody is {key}")))?;
    let permit = call.allow(UseCase::grant_add)?;
    permit.write(|db| {
        grant_ensure(call, db, person, role, kind, scope)?;
        permit.audit(db, person, &json!({"role": role, "scope": scope}))
    })
}

fn give_agency(call: &Call<'_>, scene: &Scene<'_>, survey: &SurveyId) -> Result<()> {
    grant(call, scene, "agency", Role::Agency, ScopeKind::Survey, survey.as_str())
}

/// Fills a city's report as its officer would; submits it when every section is there.
fn report(scene: &Scene<'_>, town: &Town, place: &ParticipationId, progress: &mut dyn Progress) -> Result<Option<SubmissionId>> {
    let content: Report = serde_json::from_str(town.report).map_err(|e| Error::internal(format!("demo report of {}: {e}", town.slug)))?;
    progress.begin(&format!("report of {}", town.name.1), (content.sections.len() + content.statistics.len()) as u64);
    let officer = scene.as_person(&format!("officer-{}", town.slug))?;
    let (report, _) = report_begin(&officer, &ReportBegin { participation_id: place.clone() })?;
    for (measure, body) in &content.sections {
        report_section_save(&officer, &report.summary.id, measure, 0, &SectionInput { body: body.clone() })?;
        progress.step(1);
    }
    for (measure, value) in content.statistics {
        let mut input: StatisticInput = serde_json::from_value(value).map_err(Error::internal)?;
        if input.not_available && input.source.is_empty() {
            no_figure(&town.language).clone_into(&mut input.source);
        }
        report_statistic_save(&officer, &report.summary.id, &measure, 0, input)?;
        progress.step(1);
    }
    let complete = content.sections.len() >= 16;
    Ok(if complete { Some(report_submit(&officer, &report.summary.id)?.id) } else { None })
}

/// Why a value is not available, in the city's language.
fn no_figure(language: &Language) -> &'static str {
    match language.main() {
        "ar" => "لا تحصي المدينة هذا الرقم.",
        "fr" => "La ville ne tient pas cette statistique.",
        _ => "The city keeps no such figure.",
    }
}

/// Invites the experts and lets them write what they have written so far.
fn reviews(scene: &Scene<'_>, submissions: &BTreeMap<&str, SubmissionId>, progress: &mut dyn Progress) -> Result<()> {
    let all: BTreeMap<String, Vec<Judgement>> = serde_json::from_str(REVIEWS).map_err(|e| Error::internal(format!("demo reviews: {e}")))?;
    let coordinator = scene.as_person("coordinator")?;
    let experts: Vec<&Cast> = PEOPLE.iter().filter(|p| p.key.starts_with("expert-")).collect();
    for who in &experts {
        enlist(&coordinator, who)?;
    }
    for (slug, judgements) in all {
        let Some(submission) = submissions.get(slug.as_str()) else { continue };
        progress.begin(&format!("reviews of {slug}"), judgements.iter().map(|j| j.ratings.len() as u64).sum());
        for judgement in judgements {
            let key = format!("expert-{}", judgement.expert);
            let person_id = scene.people.get(key.as_str()).cloned().ok_or(Error::NotFound("expert"))?;
            let seat = reviewing::review_assign(&coordinator, submission, &ReviewAssign { person_id: person_id.into() })?;
            write(&scene.as_person(&key)?, &seat.review_id, judgement.ratings, progress)?;
        }
    }
    Ok(())
}

/// Accepts, rates, and submits when every measure is judged.
fn write(expert: &Call<'_>, review: &ReviewId, ratings: BTreeMap<MeasureCode, RatingInput>, progress: &mut dyn Progress) -> Result<()> {
    let key = ReviewKey::Id(review.clone());
    reviewing::review_accept(expert, &key)?;
    let complete = ratings.len() >= 16;
    for (measure, rating) in ratings {
        reviewing::rating_save(expert, &key, &measure, 0, rating)?;
        progress.step(1);
    }
    if complete {
        reviewing::review_submit(expert, &key, &ReviewSubmit { overall_comment: String::new() })?;
    }
    Ok(())
}

/// Makes an account an expert with languages, countries and room for reviews, in every round.
fn enlist(call: &Call<'_>, who: &Cast) -> Result<()> {
    let languages = if *who.language == *"ar" { ["ar", "en"] } else { ["en", "fr"] };
    let input = ExpertAdd {
        email: email(who.key).into(),
        name: who.name.to_owned(),
        language: who.language.clone().into(),
        languages: languages.map(Into::into).into(),
        countries: vec!["NO".into()],
        areas: Vec::new(),
        load_max: 4.into(),
        affiliation: String::new(),
        round_id: Given::Absent,
    };
    reviewing::expert_add(call, &input).map(drop)
}
