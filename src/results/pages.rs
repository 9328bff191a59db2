//! The pages of results: where a round stands, and a city's profile as temple, figures and table.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::actions::{self, ProfileView};
use super::profile::{ResultRow, ResultState, coverage, digits, known, scale};
use super::standing::{CityStanding, FunnelTotals, NextStep};
use crate::framework::catalogue::Source;
use crate::framework::pages::temple_areas;
use crate::ground::ids::{ParticipationId, RoundId};
use crate::ground::{Language, Zone};
use crate::people::call::Call;
use crate::people::caller::{Again, Ctx};
use crate::people::identity::{Role, ScopeKind, Target};
use crate::people::policy::UseCase;
use crate::rounds::actions::RoundView;
use crate::rounds::place::{Place, RoundState};
use crate::web::failure::Failure;
use crate::web::figures::{FunnelFigure, FunnelStage, IntervalFigure, Mark, TempleFigure, funnel, interval, swatch, temple};
use crate::web::finding::{field, narrow};
use crate::web::paging::PageQuery;
use crate::web::request::query_value;
use crate::web::routes::Routes;
use crate::web::texts::{as_given, decimals, nearest, number};

mod stages;

type Answer = Result<HttpResponse, Failure>;

pub fn routes(r: &mut Routes) {
    r.get("/rounds/{round_id}", UseCase::round_funnel, round_funnel);
    r.get("/profiles", UseCase::profile_list, profile_list);
    r.get("/participations/{participation_id}/profile", UseCase::profile_read, profile_read);
    stages::routes(r);
    r.get("/participations/{participation_id}/profile.json", UseCase::profile_read, profile_json);
}

async fn round_funnel(ctx: Ctx, id: web::Path<RoundId>, query: web::Query<PageQuery>) -> Answer {
    let (view, to_add, reader) = ctx
        .run(move |call| {
            let view = actions::round_funnel(call, &id, &query.at()?)?;
            Ok((view, actions::cities_to_add(call, &id).unwrap_or_default(), call.caller.time_zone))
        })
        .await?;
    let language = &nearest(&ctx.language);
    let round = &view.round;
    let options: Vec<Value> = to_add.iter().map(|(id, name)| json!({"value": id, "label": name.get(language)})).collect();
    let title = round.name.clone();
    let here = format!("/rounds/{}", round.id);
    let to = |cursor: &String| format!("{here}?cursor={cursor}");
    let mut page = json!({
        "round": round, "cities": view.cities.iter().map(|c| with_way(round, reader, c)).collect::<Vec<_>>(), "to_add": options,
        "report_due": round.report_due_at.deadline(round.time_zone, reader), "review_due": round.review_due_at.deadline(round.time_zone, reader),
        "may_open": round.state != RoundState::Open, "is_open": round.state == RoundState::Open,
        "figure": round_figure(&ctx, &view.totals, language), "key": view.totals,
        "next": view.next_cursor.as_ref().map(to), "previous": view.previous.as_ref().map(|at| at.as_ref().map_or_else(|| here.clone(), to)),
    });
    let typed = query_value(&ctx.request, &field("city_id")).unwrap_or_default();
    narrow(&mut page, "to_add", "city_id", &json!({field("city_id"): typed}));
    ctx.page("results/round", &title, page).await
}

/// A city's standing with the address where its next step is done.
fn with_way(round: &RoundView, reader: Option<Zone>, city: &CityStanding) -> Value {
    let id = &round.id;
    let way = match city.next {
        NextStep::IssueSurvey => format!("/participations/{}/surveys/new", city.participation_id),
        NextStep::InviteOfficer => format!("/people/new?role={}&scope={}:{}", Role::CityOfficer, ScopeKind::City, city.city_id),
        NextStep::OpenRound => "#open-round".to_owned(),
        NextStep::WaitForReport => String::new(),
        NextStep::ResolveDisagreement => format!("/rounds/{id}/agreement"),
        NextStep::AssignExperts | NextStep::WaitForReviews | NextStep::WaitForThird => format!("/rounds/{id}/assignments"),
        NextStep::ReadProfile => format!("/participations/{}/profile", city.participation_id),
    };
    let third = city.review.third.iter();
    let third: Vec<Value> = third
        .map(|t| json!({"name": t.name, "href": format!("/reviews/{}", t.review_id), "due": t.due_at.deadline(round.time_zone, reader)}))
        .collect();
    let mut value = json!(city);
    value["way"] = json!(way);
    value["third"] = json!(third);
    value["disagree_tag"] = json!(if city.review.disagreements_open > city.review.disagreements_waiting { "bad" } else { "warn" });
    value
}

/// Cities on their way: taking part → report submitted → experts at work → reviews in.
fn round_figure(ctx: &Ctx, totals: &FunnelTotals, language: &Language) -> String {
    let stage = |key: &str, count: u64| FunnelStage { label: ctx.t(key), count, text: format!("{count}") };
    let stages = vec![
        stage("results-stage-cities", totals.cities),
        stage("results-stage-survey", totals.with_responses),
        stage("results-stage-report", totals.reports),
        stage("results-stage-invited", totals.invited),
        stage("results-stage-reviewed", totals.reviewed),
    ];
    funnel(&FunnelFigure {
        id: "round-funnel".to_owned(),
        title: ctx.t("results-funnel-title"),
        desc: ctx.t("results-funnel-desc"),
        stages,
        rtl: language.is_rtl(),
    })
}

async fn profile_list(ctx: Ctx, query: web::Query<PageQuery>) -> Answer {
    let list = ctx.run(move |call| actions::profile_list(call, &query.at()?)).await?;
    let item = |p: &Place| json!({"id": p.participation, "city": p.city.name, "round": p.round.name, "year": p.round.year, "stage": p.stage});
    let items: Vec<Value> = list.items.iter().map(item).collect();
    let next = list.next_cursor.map(|c| format!("?cursor={c}"));
    ctx.page("results/profiles", &ctx.t("results-profiles-title"), json!({"profiles": items, "next": next})).await
}

async fn profile_read(ctx: Ctx, id: web::Path<ParticipationId>) -> Answer {
    profile_page(&ctx, id.into_inner(), Again::fresh(json!({}))).await
}

async fn profile_page(ctx: &Ctx, id: ParticipationId, again: Again) -> Answer {
    let look = move |call: &Call<'_>| {
        let view = actions::profile_read(call, &id)?;
        let panel = stages::panel(call, &view);
        let of = Target::of_participation(&view.round_id, &view.city_id, &view.participation_id);
        let may_survey = call.may(UseCase::survey_read, &Target { stage: Some(view.stage), ..of });
        Ok((view, panel, may_survey))
    };
    let (view, panel, may_survey) = ctx.run(look).await?;
    let language = &nearest(&ctx.language);
    let title = format!("{} · {}", view.city.get(language), view.round);
    let mut areas = temple_areas(&view.catalogue, language, |code| Some(format!("#area-{code}")));
    for area in &mut areas {
        area.coverage = Some(coverage(&view.results, &area.code));
        area.note = note(ctx, &view, &area.code, language);
    }
    let figure = temple(&TempleFigure {
        id: "profile-temple".to_owned(),
        title: ctx.t("results-temple-title"),
        desc: ctx.t("results-temple-desc"),
        inscription: view.city.get(language).to_owned(),
        areas,
        rtl: language.is_rtl(),
    });
    let of = |source| view.results.iter().filter(move |r| r.source == source);
    let valued = |source| of(source).filter(|r| r.state == ResultState::Value).count();
    let counts: Vec<Value> = Source::ALL.iter().map(|s| json!({"source": s, "known": valued(*s), "all": of(*s).count()})).collect();
    let key = [("all", 1.0), ("some", 0.5), ("none", 0.0)];
    let key = key.map(|(word, coverage)| json!({"swatch": swatch(&format!("key-{word}"), coverage), "text": ctx.t(&format!("results-key-{word}"))}));
    let page = json!({
        "city": view.city, "round": view.round, "year": view.year, "id": view.participation_id, "temple": figure, "key": key, "counts": counts,
        "areas": area_tables(ctx, &view, may_survey, language), "panel": panel,
    });
    ctx.form_page("results/profile", &title, again, page).await
}

/// The profile as a file, for whoever is signed in.
async fn profile_json(ctx: Ctx, id: web::Path<ParticipationId>) -> Answer {
    Ok(crate::web::body::ok(&ctx.run(move |call| actions::profile_read(call, &id)).await?))
}

/// "5 of 7 measures have a value."
fn note(ctx: &Ctx, view: &ProfileView, area: &str, language: &Language) -> String {
    let (known, all) = known(&view.results, area);
    ctx.service.pages.texts().with(language, "results-area-note", &[("known", &known.to_string()), ("all", &all.to_string())])
}

/// `may_survey`: whether the reader reaches the pages of surveys.
fn area_tables(ctx: &Ctx, view: &ProfileView, may_survey: bool, language: &Language) -> Vec<Value> {
    let table = |area: &crate::framework::catalogue::Area| {
        let rows: Vec<Value> = view.results.iter().filter(|r| r.area == area.code).map(|r| row(ctx, view, (r, may_survey), language)).collect();
        json!({"code": area.code, "label": area.label, "note": note(ctx, view, &area.code, language), "rows": rows})
    };
    view.catalogue.areas.iter().map(table).collect()
}

/// One line of the table, with its figure where the unit has a scale.
fn row(ctx: &Ctx, view: &ProfileView, (r, may_survey): (&ResultRow, bool), language: &Language) -> Value {
    // A survey's numbers as they are stored, which is no finer than may be shown; all three alike.
    let beside: Vec<f64> = [r.value, r.low, r.high].into_iter().flatten().collect();
    let places = if r.source == Source::Survey { decimals(&beside) } else { digits(&r.unit) };
    let feature = view.catalogue.features.iter().find(|f| f.code == r.feature).map(|f| f.label.clone());
    // What was counted or agreed is shown as it was given.
    let shown = |v: f64| if r.source == Source::Survey { number(v, places) } else { as_given(v) };
    let figure = match (r.value, scale(&r.unit), r.source) {
        (Some(value), Some((min, max)), Source::Survey | Source::ExpertReview) => Some(interval(&IntervalFigure {
            id: format!("f-{}", r.measure.replace('.', "-")),
            title: r.label.get(language).to_owned(),
            desc: format!("{} {}", shown(value), interval_words(ctx, r, places, language)),
            min: Mark { value: min, text: number(min, 0) },
            max: Mark { value: max, text: number(max, 0) },
            estimate: Mark { value, text: shown(value) },
            bounds: r.low.zip(r.high),
            rtl: language.is_rtl(),
        })),
        _ => None,
    };
    json!({
        "measure": r.measure, "feature": feature, "label": r.label, "unit": r.unit, "source": r.source, "state": r.state,
        "value": r.value.map(shown), "uncertainty": interval_words(ctx, r, places, language),
        "came": came(ctx, r, language),
        "n": r.n, "year": r.year, "survey": (may_survey && r.source == Source::Survey && !r.from.is_empty()).then_some(&r.from),
        "from": if r.source == Source::Survey { "" } else { &r.from }, "because": r.because_text.as_ref().filter(|_| r.state != ResultState::OpenDisagreement), "figure": figure,
    })
}

/// How people came to answer the survey of a measure, and whether others were passed over for it.
fn came(ctx: &Ctx, r: &ResultRow, language: &Language) -> Vec<String> {
    let texts = ctx.service.pages.texts();
    let Some(mode) = r.mode else { return Vec::new() };
    let mut said = vec![texts.get(language, &format!("results-mode-{}", mode.as_str().replace('_', "-")))];
    if r.chosen {
        said.push(texts.get(language, "results-mode-chosen"));
    }
    if r.passed_over > 0 {
        said.push(texts.with(language, "results-passed-over", &[("n", &r.passed_over.to_string())]));
    }
    said
}

/// "95 % between 41.2 and 50.3", "ratings from 2 to 3", or nothing.
fn interval_words(ctx: &Ctx, r: &ResultRow, places: usize, language: &Language) -> String {
    let (Some(low), Some(high)) = (r.low, r.high) else { return String::new() };
    let key = if r.source == Source::Survey { "results-interval" } else { "results-range" };
    let places = if r.source == Source::Survey { places } else { 0 };
    ctx.service.pages.texts().with(language, key, &[("low", &number(low, places)), ("high", &number(high, places))])
}
