//! Use cases of results: a city's profile, all results of a round, where a round stands.
//!
//! Until they are released, results are read as a job last assembled them (`jobs.rs`); a released version
//! is read as it was frozen.

mod stages;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::stages::{ReleaseView, ResultsRecall, StageView, release_list, results_check, results_publish, results_recall, results_release};

use super::jobs::assemble;
use super::profile::{Because, Finding, ResultRow, rows};
use super::standing::{CityStanding, Ground, ReportStage, ReportStanding, ReviewStanding, SurveyStanding, ThirdStanding, next};
use super::store::assembled::{Assembled, assembled};
use super::store::{self, ReleaseRow};
use crate::framework;
use crate::framework::catalogue::{Catalogue, Source};
use crate::ground::ids::{CityId, FrameworkId, ParticipationId, PersonId, RoundId, SubmissionId};
use crate::ground::{Error, Result, Text, UtcTime, Zone};
use crate::people;
use crate::people::call::Call;
use crate::people::identity::{Role, Stage};
use crate::people::policy::{UseCase, covers};
use crate::reviews::panel::{Case, PanelState};
use crate::reviews::review::{ReviewKind, ReviewState};
use crate::reviews::store::{CaseState, ReviewRow};
use crate::rounds::actions::{RoundView, place_for, round_for};
use crate::rounds::place::{Place, PlaceKey, Round};
use crate::store::Db;
use crate::surveys::estimates::SurveyCounts;
use crate::web::paging::{Listing, PageAt};
use crate::{reports, reviews, rounds, surveys};

/// All of a city's results in a round.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProfileView {
    pub participation_id: ParticipationId,
    pub round_id: RoundId,
    pub round: String,
    pub year: i32,
    pub city_id: CityId,
    pub city: Text,
    /// The version of the Key Features that the results are on.
    pub framework_id: FrameworkId,
    /// How far the results have come.
    pub stage: Stage,
    /// The released version that this is; absent for a draft.
    pub release: Option<ReleaseView>,
    /// When a draft was last assembled; absent for a released version, and until the first time.
    #[schema(value_type = Option<String>)]
    pub computed_at: Option<UtcTime>,
    pub results: Vec<ResultRow>,
    /// Until when the round takes the city's report, and the time zone in which that was set.
    #[serde(skip)]
    pub report_due: (UtcTime, Zone),
    #[serde(skip)]
    pub catalogue: std::sync::Arc<Catalogue>,
}

impl ProfileView {
    /// With every reason in the caller's words.
    fn told(mut self, call: &Call<'_>) -> Self {
        let (due, of_round) = self.report_due;
        // Kept left-to-right in any sentence.
        let due = format!("\u{2066}{}\u{2069}", due.deadline(of_round, call.caller.time_zone));
        let texts = call.service.pages.texts();
        for row in &mut self.results {
            row.because_text = row.because.map(|why| texts.with(&call.language, &why.key(), &[("due", &due)]));
        }
        self
    }
}

/// Results as a release keeps them.
#[derive(Debug, Serialize, Deserialize)]
struct Frozen {
    framework_id: FrameworkId,
    results: Vec<ResultRow>,
}

/// Where a round stands, city by city.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FunnelView {
    pub round: RoundView,
    pub cities: Vec<CityStanding>,
}

pub fn profile_read(call: &Call<'_>, id: &ParticipationId) -> Result<ProfileView> {
    let place = place_for(call, UseCase::profile_read, id)?;
    place.read(|db| shown(call, db, vec![Place::clone(&place)])?.pop().ok_or(Error::NotFound("profile")))
}

/// Profiles on one page of a round's results at most: each has some sixty measures.
const PROFILES: i64 = 5;

/// The profiles of the cities of a round that the caller may see, in the order of the cities' short names:
/// never by value.
pub fn result_list(call: &Call<'_>, round: &RoundId, at: &PageAt<PlaceKey>) -> Result<Listing<ProfileView>> {
    let reach = call.reach(UseCase::result_list)?;
    let at = PageAt { after: at.after.clone(), limit: at.limit.min(PROFILES) };
    reach.read(|db| {
        rounds::store::round(db, round)?;
        let places = rounds::store::places_page(db, &reach, Some(round), &at)?;
        if places.is_empty() && !call.may(UseCase::result_list, &rounds::store::target_of_round(db, round)?) {
            return Err(Error::NotFound("round"));
        }
        let Listing { items, next_cursor } = Listing::of(places, &at, |place| place.key().to_string());
        Ok(Listing { items: shown(call, db, items)?, next_cursor })
    })
}

/// A released version, as it was.
pub fn release_read(call: &Call<'_>, id: &ParticipationId, number: i32) -> Result<ProfileView> {
    let place = place_for(call, UseCase::release_read, id)?;
    place.read(|db| {
        let row = store::release(db, id, Some(number))?;
        Ok(released(db, Place::clone(&place), row)?.told(call))
    })
}

/// What the caller is shown of some places of one round: from the release on the newest version,
/// before that the draft as it was last assembled, without what is not for them yet.
fn shown(call: &Call<'_>, db: &mut Db, places: Vec<Place>) -> Result<Vec<ProfileView>> {
    let (frozen, drafts): (Vec<&Place>, Vec<&Place>) = places.iter().partition(|p| p.stage >= Stage::Released);
    let ids = |of: Vec<&Place>| of.into_iter().map(|p| p.participation.clone()).collect::<Vec<ParticipationId>>();
    let mut assembled = assembled(db, &ids(drafts))?;
    // What was assembled a moment ago may be of a survey that was opened again since.
    let showing = surveys::estimates::showing(db, call.now, &places)?;
    for (_, found) in assembled.values_mut() {
        found.values_mut().filter(|found| !found.survey.as_ref().is_none_or(|survey| showing.contains(survey))).for_each(Finding::awaits);
    }
    let mut releases: BTreeMap<_, _> =
        store::newest_releases(db, &ids(frozen))?.into_iter().map(|r| (r.participation_id.clone(), r)).collect();
    let mut views = Vec::with_capacity(places.len());
    for place in places {
        let view = match releases.remove(&place.participation) {
            Some(row) => released(db, place, row)?,
            None => {
                let found = assembled.remove(&place.participation);
                draft(call, db, place, found)?
            }
        };
        views.push(view.told(call));
    }
    Ok(views)
}

fn released(db: &mut Db, place: Place, row: ReleaseRow) -> Result<ProfileView> {
    let frozen: Frozen = serde_json::from_str(&row.content).map_err(Error::internal)?;
    let catalogue = framework::store::catalogue_of(db, &frozen.framework_id)?;
    let release = ReleaseView { number: row.number, released_at: row.released_at, content_hash: row.content_hash };
    Ok(ProfileView { release: Some(release), framework_id: frozen.framework_id, ..profile(place, catalogue, frozen.results) })
}

fn draft(call: &Call<'_>, db: &mut Db, place: Place, found: Option<Assembled>) -> Result<ProfileView> {
    let catalogue = framework::store::catalogue_of(db, &place.round.framework_id)?;
    let computed_at = found.as_ref().map(|(set, _)| set.computed_at);
    let found = found.map(|(_, found)| found).unwrap_or_default();
    let mut results = rows(&catalogue, |measure| found.get(&measure.code).cloned());
    let target = place.target();
    let may = |source| match source {
        Source::Survey => call.may(UseCase::survey_estimates, &target),
        Source::ExpertReview => call.may(UseCase::panel_score_read, &target),
        Source::OfficialStatistic => true,
    };
    // Whether there is a report is the city's own doing, and nobody's judgement.
    let own = |row: &ResultRow| matches!(row.because, Some(Because::Panel(PanelState::AwaitingReport | PanelState::NoReport)));
    results.iter_mut().filter(|row| !may(row.source) && !own(row)).for_each(ResultRow::hold_back);
    Ok(ProfileView { computed_at, ..profile(place, catalogue, results) })
}

/// The results of a participation from what they come from now: what a release freezes.
fn fresh(call: &Call<'_>, db: &mut Db, place: &Place) -> Result<ProfileView> {
    let assembled = assemble(call.service, db, call.now, std::slice::from_ref(place))?;
    let found = assembled.into_iter().next().map(|(_, found)| found).unwrap_or_default();
    let catalogue = framework::store::catalogue_of(db, &place.round.framework_id)?;
    let results = rows(&catalogue, |measure| found.get(&measure.code).cloned());
    Ok(profile(place.clone(), catalogue, results))
}

fn profile(place: Place, catalogue: std::sync::Arc<Catalogue>, results: Vec<ResultRow>) -> ProfileView {
    ProfileView {
        participation_id: place.participation,
        round_id: place.round.id,
        round: place.round.name,
        year: place.round.year,
        city_id: place.city.id,
        city: place.city.name,
        framework_id: place.round.framework_id,
        stage: place.stage,
        release: None,
        computed_at: None,
        results,
        report_due: (place.round.report_due_at, place.round.time_zone),
        catalogue,
    }
}

/// The participations whose profiles the caller may read: newest rounds first, cities by name.
pub fn profile_list(call: &Call<'_>, at: &PageAt<PlaceKey>) -> Result<Listing<Place>> {
    let reach = call.reach(UseCase::profile_list)?;
    let places = reach.read(|db| rounds::store::places_page(db, &reach, None, at))?;
    Ok(Listing::of(places, at, |place| place.key().to_string()))
}

fn of_counts(c: &SurveyCounts) -> SurveyStanding {
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    SurveyStanding { surveys: count(c.surveys), open: count(c.open), responses: count(c.responses) }
}

/// Where the round stands, and what the coordinator may do next.
pub fn round_funnel(call: &Call<'_>, id: &RoundId) -> Result<FunnelView> {
    let round = round_for(call, UseCase::round_funnel, id)?;
    round.read(|db| {
        let places = rounds::store::places_of_round(db, id)?;
        let ids: Vec<ParticipationId> = places.iter().map(|p| p.participation.clone()).collect();
        let sections = framework::store::catalogue_of(db, &round.framework_id)?.measures_from(Source::ExpertReview).count();
        let surveys = surveys::estimates::counts_by_participation(call.service, db, call.now, &places)?;
        let reports = reports::store::standing_by_participation(db, &ids)?;
        let mut reviews = review_standings(db, id, call.now)?;
        let officers = people::store::scopes_of_role(db, Role::CityOfficer)?;
        let experts_wanted = u64::try_from(round.experts_per_report).unwrap_or(0);
        let cities = places
            .into_iter()
            .map(|place| {
                let survey = surveys.get(&place.participation).map(of_counts).unwrap_or_default();
                let report = of_report(reports.get(&place.participation), sections);
                let review = reviews.remove(&place.participation).unwrap_or_default();
                let has_officer = officers.iter().any(|scope| covers(scope, &place.target()));
                let next = next(Ground { round: round.state, has_officer, experts_wanted }, &survey, &report, &review);
                CityStanding { participation_id: place.participation, city_id: place.city.id, city: place.city.name, survey, report, review, next }
            })
            .collect();
        Ok(FunnelView { round: Round::clone(&round).into(), cities })
    })
}

/// The cities that could still take part in a round, for the coordinator's form.
pub fn cities_to_add(call: &Call<'_>, id: &RoundId) -> Result<Vec<(CityId, Text)>> {
    round_for(call, UseCase::participation_add, id)?.read(|db| rounds::store::cities_outside(db, id))
}

fn of_report(r: Option<&reports::views::ReportStanding>, sections: usize) -> ReportStanding {
    let sections = sections as u64;
    match r {
        None => ReportStanding { report_id: None, state: ReportStage::None, sections_done: 0, sections, submission_id: None, late: false },
        Some(r) => ReportStanding {
            report_id: Some(r.report_id.clone()),
            state: r.state.into(),
            sections_done: r.sections_done as u64,
            sections,
            submission_id: r.submission_id.clone(),
            late: r.late,
        },
    }
}

/// Reviews and open disagreements of a round's newest submissions, counted per participation.
fn review_standings(db: &mut Db, round: &RoundId, now: UtcTime) -> Result<BTreeMap<ParticipationId, ReviewStanding>> {
    let of: BTreeMap<SubmissionId, ParticipationId> =
        reports::store::newest_submission_ids(db, round)?.into_iter().map(|(participation, submission)| (submission, participation)).collect();
    let ids: Vec<SubmissionId> = of.keys().cloned().collect();
    let mut all: BTreeMap<ParticipationId, ReviewStanding> = BTreeMap::new();
    let rows = reviews::store::reviews_of_submissions(db, &ids)?;
    let waiting = |review: &ReviewRow| matches!(review.state, ReviewState::Invited | ReviewState::Accepted);
    let third: Vec<PersonId> = rows.iter().filter(|r| r.kind == ReviewKind::Third && waiting(r)).map(|r| r.person_id.clone()).collect();
    let names: BTreeMap<PersonId, String> = people::store::people_by_ids(db, &third)?.into_iter().map(|p| (p.id, p.name)).collect();
    for review in rows {
        let Some(participation) = of.get(&review.submission_id) else { continue };
        let standing = all.entry(participation.clone()).or_default();
        standing.late += u64::from(waiting(&review) && review.due_at < now);
        match (review.kind, review.state) {
            (ReviewKind::Third, ReviewState::Invited | ReviewState::Accepted) => {
                let name = names.get(&review.person_id).cloned().unwrap_or_default();
                standing.third.push(ThirdStanding { review_id: review.id, name, due_at: review.due_at });
            }
            (ReviewKind::Independent, ReviewState::Invited) => standing.invited += 1,
            (ReviewKind::Independent, ReviewState::Accepted) => standing.accepted += 1,
            (ReviewKind::Independent, ReviewState::Submitted) => standing.submitted += 1,
            (ReviewKind::Independent, ReviewState::Declined) => standing.declined += 1,
            (ReviewKind::Third, _) | (_, ReviewState::Withdrawn) => {}
        }
    }
    for case in reviews::store::disagreements_of_submissions(db, &ids)? {
        if case.case() == Case::Open
            && let Some(participation) = of.get(&case.submission_id)
        {
            let standing = all.entry(participation.clone()).or_default();
            standing.disagreements_open += 1;
            standing.disagreements_waiting += u64::from(case.state == CaseState::ThirdInvited);
        }
    }
    Ok(all)
}
