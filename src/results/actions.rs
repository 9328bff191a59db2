//! Use cases of results: a city's profile, all results of a round, where a round stands.
//!
//! Until they are released, results are read as a job last assembled them (`jobs.rs`); a released version
//! is read as it was frozen.

mod stages;
mod standings;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use self::stages::{ReleaseView, ResultsRecall, StageView, release_list, results_check, results_publish, results_recall, results_release};
pub use self::standings::round_funnel;

use super::jobs::assemble;
use super::profile::{Because, Finding, ResultRow, rows};
use super::standing::{CityStanding, FunnelTotals};
use super::store::assembled::{Assembled, assembled};
use super::store::{self, ReleaseHead, ReleaseRow};
use crate::framework;
use crate::framework::catalogue::{Catalogue, Source};
use crate::ground::ids::{CityId, FrameworkId, ParticipationId, RoundId, SubmissionId, SurveyId};
use crate::ground::{Error, Result, Text, UtcTime, Zone};
use crate::people::call::Call;
use crate::people::identity::{Role, Stage};
use crate::people::policy::UseCase;
use crate::reviews::panel::PanelState;
use crate::rounds::actions::{RoundView, place_for, round_for};
use crate::rounds::place::{Place, PlaceKey};
use crate::store::Db;
use crate::surveys::estimates::{Released, ReleasedEstimate};
use crate::web::paging::{Listing, PageAt};
use crate::{reviews, rounds};

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
    /// How far the results have come; of a version that is no longer in force, how far it came.
    pub stage: Stage,
    /// The released version that this is; absent for a draft.
    pub release: Option<ReleaseView>,
    /// When a draft was last assembled; absent for a released version, until the first time, and for whoever does
    /// not see what experts judged, as it would tell when they did.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub computed_at: Option<UtcTime>,
    pub results: Vec<ResultRow>,
    /// Until when the round takes the city's report, and the time zone in which that was set.
    #[serde(skip)]
    pub report_due: (UtcTime, Zone),
    #[serde(skip)]
    pub catalogue: std::sync::Arc<Catalogue>,
    /// Whether a conflict of interest stands between the reader and the city.
    #[serde(skip)]
    pub own_city: bool,
    /// Whether it was assembled, though the reader is not told when.
    #[serde(skip)]
    pub is_assembled: bool,
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

/// Where a round stands: counted over all cities, and one page of them.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FunnelView {
    pub round: RoundView,
    pub totals: FunnelTotals,
    /// By the cities' short names.
    pub cities: Vec<CityStanding>,
    /// Pass it as `cursor` for the next page of cities; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// The page before; within, no cursor for the first page.
    #[serde(skip)]
    pub previous: Option<Option<String>>,
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

/// What the newest release of a participation is from, as the room of surveys asks.
pub fn released_from(db: &mut Db, id: &ParticipationId) -> Result<Released> {
    let Some(row) = store::newest_releases(db, std::slice::from_ref(id))?.pop() else { return Ok(Released::new()) };
    let frozen: Frozen = serde_json::from_str(&row.content).map_err(Error::internal)?;
    let estimate = |row: ResultRow| {
        let survey = row.from.parse().ok().filter(|_| row.source == Source::Survey)?;
        Some((row.measure, ReleasedEstimate { survey, value: row.value?, ci95: row.low.zip(row.high), n: row.n, computed_at: row.as_of }))
    };
    Ok(frozen.results.into_iter().filter_map(estimate).collect())
}

/// A released version, as it was; one that was never published is for those whom its release was for.
pub fn release_read(call: &Call<'_>, id: &ParticipationId, number: i32) -> Result<ProfileView> {
    let place = place_for(call, UseCase::release_read, id)?;
    place.read(|db| {
        let row = store::release(db, id, Some(number))?;
        if row.published_at.is_none() && !stages::sees_unpublished(call, UseCase::release_read, &place) {
            return Err(Error::NotFound("release"));
        }
        let newest = store::releases(db, id)?.last().map_or(0, |head| head.number);
        Ok(released(db, Place::clone(&place), row, newest)?.told(call))
    })
}

/// What the caller is shown of some places of one round: from the release on the newest version,
/// before that the draft as it was last assembled, without what is not for them yet.
fn shown(call: &Call<'_>, db: &mut Db, places: Vec<Place>) -> Result<Vec<ProfileView>> {
    let (frozen, drafts): (Vec<&Place>, Vec<&Place>) = places.iter().partition(|p| p.stage >= Stage::Released);
    let ids = |of: Vec<&Place>| of.into_iter().map(|p| p.participation.clone()).collect::<Vec<ParticipationId>>();
    let mut assembled = assembled(db, &ids(drafts))?;
    // What was assembled a moment ago may be of a survey that was opened again since.
    let showing = crate::surveys::estimates::showing(db, call.now, &places)?;
    let again = |found: &&mut Finding| !found.is_not_relied_on() && found.survey().is_some_and(|survey| !showing.contains(&survey));
    for (_, found) in assembled.values_mut() {
        found.values_mut().filter(again).for_each(Finding::awaits);
    }
    let judged: Vec<SubmissionId> = assembled.values().filter_map(|(set, _)| set.submission_id.clone()).collect();
    let complete = match places.first() {
        Some(place) => reviews::actions::complete_panels(db, &place.round, &judged)?,
        None => BTreeMap::new(),
    };
    let mut releases: BTreeMap<_, _> = store::newest_releases(db, &ids(frozen))?.into_iter().map(|r| (r.participation_id.clone(), r)).collect();
    let (own, blind) = match places.first().map(|place| place.round.id.clone()) {
        Some(round) => (reviews::actions::own_cities(call, db, &round)?, reviews::actions::blind_cities(call, db, &round)?),
        None => (BTreeSet::new(), BTreeSet::new()),
    };
    let mut views = Vec::with_capacity(places.len());
    for place in places {
        let own_city = own.contains(&place.city.id);
        let view = match releases.remove(&place.participation) {
            Some(row) => {
                let newest = row.number;
                released(db, place, row, newest)?
            }
            None => {
                let found = assembled.remove(&place.participation);
                // Whoever has an office in a city sees of its panel what its officers see, and no sooner; whoever
                // judges there, nothing of what the others gave before they have submitted. Until its panel is complete
                // the city sees nothing of it, nor what was assembled of another panel than it is now: the next
                // expert's levels would be the difference of two looks.
                let by_officer = own_city || !call.has_role(Role::Coordinator, &place.target());
                let of = found.as_ref().and_then(|(set, _)| set.submission_id.as_ref().map(|of| (of, &set.panel)));
                let incomplete = by_officer && of.is_some_and(|(of, panel)| panel.is_none() || complete.get(of) != panel.as_ref());
                let withheld = own_city && place.stage < Stage::Checking || blind.contains(&place.city.id) || incomplete;
                draft(call, db, place, found, withheld)?
            }
        };
        views.push(ProfileView { own_city, ..view }.told(call));
    }
    Ok(views)
}

fn released(db: &mut Db, place: Place, row: ReleaseRow, newest: i32) -> Result<ProfileView> {
    let mut frozen: Frozen = serde_json::from_str(&row.content).map_err(Error::internal)?;
    say_modes(db, &mut frozen.results)?;
    let catalogue = framework::store::catalogue_of(db, &frozen.framework_id)?;
    let head = ReleaseHead { number: row.number, released_at: row.released_at, content_hash: row.content_hash, published_at: row.published_at };
    let release = ReleaseView::of(head, newest, place.stage);
    let came = if release.published_at.is_some() { Stage::Published } else { Stage::Released };
    let stage = if release.in_force { place.stage } else { came };
    Ok(ProfileView { stage, release: Some(release), framework_id: frozen.framework_id, ..profile(place, catalogue, frozen.results) })
}

/// Says of values that were released before it was kept how people came to answer their survey: it never changes.
fn say_modes(db: &mut Db, results: &mut [ResultRow]) -> Result<()> {
    let unsaid = |row: &&mut ResultRow| row.source == Source::Survey && row.mode.is_none();
    let surveys: Vec<SurveyId> = results.iter_mut().filter(unsaid).filter_map(|row| row.from.parse().ok()).collect();
    if surveys.is_empty() {
        return Ok(());
    }
    let modes = crate::surveys::store::modes(db, &surveys)?;
    for row in results.iter_mut().filter(unsaid) {
        row.mode = row.from.parse().ok().and_then(|survey| modes.get(&survey).copied());
    }
    Ok(())
}

fn draft(call: &Call<'_>, db: &mut Db, place: Place, found: Option<Assembled>, withheld: bool) -> Result<ProfileView> {
    let catalogue = framework::store::catalogue_of(db, &place.round.framework_id)?;
    let (assembled_at, is_assembled) = (found.as_ref().map(|(set, _)| set.computed_at), found.is_some());
    let found = found.map(|(_, found)| found).unwrap_or_default();
    let mut results = rows(&catalogue, |measure| found.get(&measure.code).cloned());
    let target = place.target();
    let may = |source| match source {
        Source::Survey => call.may(UseCase::survey_estimates, &target),
        Source::ExpertReview => !withheld && call.may(UseCase::panel_score_read, &target),
        Source::OfficialStatistic => true,
    };
    // Whether there is a report is the city's own doing, and nobody's judgement.
    let own = |row: &ResultRow| matches!(row.because, Some(Because::Panel(PanelState::AwaitingReport | PanelState::NoReport)));
    results.iter_mut().filter(|row| !may(row.source) && !own(row) && !row.is_not_relied_on()).for_each(ResultRow::hold_back);
    // It is assembled anew whenever an expert submits, or a review is set aside.
    let computed_at = assembled_at.filter(|_| may(Source::ExpertReview));
    Ok(ProfileView { computed_at, is_assembled, ..profile(place, catalogue, results) })
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
        own_city: false,
        is_assembled: false,
    }
}

/// The participations whose profiles the caller may read: newest rounds first, cities by name.
pub fn profile_list(call: &Call<'_>, at: &PageAt<PlaceKey>) -> Result<Listing<Place>> {
    let reach = call.reach(UseCase::profile_list)?;
    let places = reach.read(|db| rounds::store::places_page(db, &reach, None, at))?;
    Ok(Listing::of(places, at, |place| place.key().to_string()))
}

/// The cities that could still take part in a round, for the coordinator's form.
pub fn cities_to_add(call: &Call<'_>, id: &RoundId) -> Result<Vec<(CityId, Text)>> {
    round_for(call, UseCase::participation_add, id)?.read(|db| rounds::store::cities_outside(db, id))
}
