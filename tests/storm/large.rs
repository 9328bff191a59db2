//! A large instance: five hundred cities in one round, five thousand submitted reviews, a survey with many
//! answers. Every page and list that is read stays small; how long each takes is printed, not asserted.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use diesel::prelude::*;
use futures_util::future::{join, join_all};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use stoa::framework::catalogue::Source;
use stoa::ground::ids::{CityId, DisagreementId, GrantId, ParticipationId, PersonId, ReportId, ReviewId, SubmissionId, SurveyId};
use stoa::ground::receipt::receipt;
use stoa::ground::{Language, MeasureCode, Text, Zone};
use stoa::on_each;
use stoa::people::identity::{PersonState, Role, ScopeKind, Stage};
use stoa::people::store::{GrantRow, PersonRow};
use stoa::reports::form::ReportState;
use stoa::reports::store::{ReportRow, SectionRow, SubmissionRow};
use stoa::reports::submission::{Content, Section};
use stoa::reviews::checks::Reason;
use stoa::reviews::review::{ReviewKind, ReviewState};
use stoa::reviews::store::{CaseState, DisagreementRow, ExpertRow, RatingRow, ReviewRow};
use stoa::rounds::place::City;
use stoa::rounds::store::ParticipationRow;
use stoa::store::schema as tables;
use stoa::surveys::store::SurveyRow;
use stoa::surveys::views::SurveyView;

use crate::scale;
use crate::support::{Answer, Api, Browser, Grants, Person, TestApp};

/// No page and no list is longer.
const MOST: usize = 150_000;
/// Longer on purpose, each with its reason.
const WHOLE: &[(&str, &str)] = &[("/api/v1/openapi.json", "the document of all routes"), ("/static/", "files")];
/// How often each is asked while warm.
const TIMES: usize = 20;
/// Reviews of a report, and seats, so that every report lacks some.
const REVIEWS: usize = 10;
const SEATS: i32 = 12;
/// Rows in one statement: PostgreSQL takes 65,535 values at once.
const STEP: usize = 1_000;

/// Puts rows in, in steps.
macro_rules! insert {
    ($app:expr, $table:ident, $rows:expr) => {{
        let rows = $rows;
        for step in rows.chunks(STEP) {
            let step = step.to_vec();
            let put = |db: &mut stoa::store::Db| Ok(on_each!(db, c => diesel::insert_into(tables::$table::table).values(step).execute(c))?);
            $app.service.store.write(put).unwrap();
        }
    }};
}

/// Ids of one city in the round, by what stands before them in an address.
type Things = HashMap<&'static str, String>;

struct Large {
    desk: Person,
    things: Things,
    slug: String,
    cities: usize,
}

/// Fills the round of a survey.
fn large(app: &TestApp, desk: Person, survey: &SurveyView) -> Large {
    let (clock, chance, now) = (&*app.service.clock, &*app.service.chance, app.service.now());
    let (cities, mut dice) = (scale::part(500), ChaCha8Rng::seed_from_u64(11));
    let (first, catalogue, rubric) = app
        .service
        .store
        .write(|db| {
            let place = stoa::rounds::store::place(db, &survey.participation_id)?;
            let rubric = stoa::reviews::actions::ensure_default_rubric(&app.service, db)?;
            let seats = (tables::round::experts_per_report.eq(SEATS), tables::round::state.eq("open"));
            diesel::update(tables::round::table.find(&place.round.id)).set(seats).execute(db)?;
            let catalogue = stoa::framework::store::catalogue_of(db, &place.round.framework_id)?;
            let survey: SurveyRow = tables::survey::table.find(&survey.id).select(SurveyRow::as_select()).first(db)?;
            Ok(((place, survey), catalogue, rubric))
        })
        .unwrap();
    let (place, of_first) = first;
    let measures: Vec<MeasureCode> = catalogue.measures_from(Source::ExpertReview).map(|m| m.code.clone()).collect();

    let new_cities: Vec<City> = (1..cities)
        .map(|n| City {
            id: CityId::new(clock, chance),
            slug: format!("storm-{n}"),
            name: Text::english(format!("Storm {n}")).and(Language::of("ar"), format!("مدينة {n}")),
            ..place.city.clone()
        })
        .collect();
    for city in &new_cities {
        app.service.store.write(|db| stoa::rounds::store::city_insert(db, city)).unwrap();
    }
    let row = |city: &City| ParticipationRow {
        id: ParticipationId::new(clock, chance),
        round_id: place.round.id.clone(),
        city_id: city.id.clone(),
        created_at: now,
        version: 1,
        stage: Stage::Assessing,
    };
    let participations: Vec<ParticipationRow> = new_cities.iter().map(row).collect();
    insert!(app, participation, &participations);
    let survey_of = |(n, p): (usize, &ParticipationRow)| SurveyRow {
        id: SurveyId::new(clock, chance),
        participation_id: p.id.clone(),
        slug: format!("storm-{n}"),
        ..of_first.clone()
    };
    insert!(app, survey, participations.iter().enumerate().map(survey_of).collect::<Vec<_>>());

    let all: Vec<ParticipationId> = std::iter::once(place.participation.clone()).chain(participations.into_iter().map(|p| p.id)).collect();
    let report = |id: &ParticipationId| ReportRow {
        id: ReportId::new(clock, chance),
        participation_id: id.clone(),
        state: ReportState::Submitted,
        version: 1,
        created_at: now,
    };
    let reports: Vec<ReportRow> = all.iter().map(report).collect();
    insert!(app, report, &reports);
    let body = "What the city does, for whom, since when, and how it knows. ".repeat(30);
    let section = |report: &ReportRow, measure: &MeasureCode| SectionRow {
        report_id: report.id.clone(),
        measure: measure.clone(),
        body: body.clone(),
        version: 1,
        updated_at: now,
        updated_by: "storm".to_owned(),
    };
    insert!(app, report_section, reports.iter().flat_map(|r| measures.iter().map(move |m| (r, m))).map(|(r, m)| section(r, m)).collect::<Vec<_>>());
    let sections = measures.iter().map(|m| Section { measure: m.clone(), body: body.clone(), words: 360 }).collect();
    let content = serde_json::to_string(&Content { sections, ..Content::default() }).unwrap();
    let submission = |report: &ReportRow| SubmissionRow {
        receipt: receipt("submission", report.id.as_str()),
        id: SubmissionId::new(clock, chance),
        report_id: report.id.clone(),
        number: 1,
        content: content.clone(),
        content_hash: "x".to_owned(),
        submitted_at: now,
        submitted_by: "storm".to_owned(),
    };
    let submissions: Vec<SubmissionRow> = reports.iter().map(submission).collect();
    insert!(app, submission, &submissions);

    let experts = experts(app, scale::part(200).max(REVIEWS + 3));
    let review = |(n, submission): (usize, &SubmissionId)| ReviewRow {
        receipt: receipt("review", &n.to_string()),
        id: ReviewId::new(clock, chance),
        round_id: place.round.id.clone(),
        submission_id: submission.clone(),
        person_id: experts[n % experts.len()].clone(),
        rubric_id: rubric.id.clone(),
        kind: ReviewKind::Independent,
        state: ReviewState::Submitted,
        measures: "[]".to_owned(),
        due_at: place.round.review_due_at,
        invited_at: now,
        responded_at: Some(now),
        submitted_at: Some(now),
        decline_reason: String::new(),
        overall_comment: String::new(),
        aside: String::new(),
        version: 3,
    };
    let reviews: Vec<ReviewRow> = submissions.iter().flat_map(|s| std::iter::repeat_n(&s.id, REVIEWS)).enumerate().map(review).collect();
    insert!(app, review, &reviews);
    let comment = "Said in the report, with figures by district and year. ".repeat(4);
    let mut rating = |review: &ReviewRow, measure: &MeasureCode| RatingRow {
        review_id: review.id.clone(),
        measure: measure.clone(),
        level: (dice.random_range(0..20) > 0).then(|| dice.random_range(0..5)),
        cannot_judge: false,
        comment: comment.clone(),
        evidence_pointer: "page 3".to_owned(),
        version: 1,
        updated_at: now,
        given_on: Some(review.submission_id.clone()),
    };
    for step in reviews.chunks(STEP) {
        let pairs = step.iter().flat_map(|r| measures.iter().map(move |m| (r, m)));
        insert!(app, rating, pairs.map(|(r, m)| rating(r, m)).collect::<Vec<_>>());
    }
    let case = |(submission, measure): (&SubmissionRow, &MeasureCode)| DisagreementRow {
        id: DisagreementId::new(clock, chance),
        round_id: place.round.id.clone(),
        submission_id: submission.id.clone(),
        measure: measure.clone(),
        reason: Reason::Outlier,
        state: CaseState::Open,
        third_review_id: None,
        resolution: String::new(),
        level: None,
        note: String::new(),
        resolved_by: String::new(),
        resolved_at: None,
        version: 1,
        created_at: now,
    };
    let cases: Vec<DisagreementRow> = submissions.iter().flat_map(|s| measures.iter().take(4).map(move |m| (s, m))).map(case).collect();
    insert!(app, disagreement, &cases);
    let queued = app.service.store.write(|db| {
        stoa::results::jobs::round_changed(db, &place.round.id, now)?;
        stoa::reviews::jobs::round_changed(db, &place.round.id, now)
    });
    queued.unwrap();
    let measure = measures[0].to_string();
    let things = HashMap::from([
        ("rounds", place.round.id.to_string()),
        ("cities", place.city.id.to_string()),
        ("participations", place.participation.to_string()),
        ("surveys", survey.id.to_string()),
        ("instruments", of_first.instrument_id.to_string()),
        ("frameworks", place.round.framework_id.to_string()),
        ("framework", place.round.framework_id.to_string()),
        ("reports", reports[0].id.to_string()),
        ("submissions", submissions[0].id.to_string()),
        ("disagreements", cases[0].id.to_string()),
        ("reviews", reviews[0].id.to_string()),
        ("rubrics", rubric.id.to_string()),
        ("experts", experts[0].to_string()),
        ("people", experts[0].to_string()),
        ("measure", measure.clone()),
        ("sections", measure.clone()),
        ("rate", measure),
    ]);
    Large { desk, things, slug: survey.slug.clone(), cities }
}

/// Experts of all rounds, most of whom read English.
fn experts(app: &TestApp, count: usize) -> Vec<PersonId> {
    let (clock, chance, now) = (&*app.service.clock, &*app.service.chance, app.service.now());
    let person = |n: usize| PersonRow {
        id: PersonId::new(clock, chance),
        email: format!("storm.{n}@example.org").parse().unwrap(),
        name: format!("Expert {n}"),
        language: Language::ENGLISH,
        time_zone: Zone::UTC,
        password_hash: None,
        state: PersonState::Active,
        version: 1,
        created_at: now,
        erased_at: None,
    };
    let people: Vec<PersonRow> = (0..count).map(person).collect();
    let grant = |p: &PersonRow| GrantRow {
        id: GrantId::new(clock, chance),
        person_id: p.id.clone(),
        role: Role::Expert,
        scope_kind: ScopeKind::Instance,
        scope_id: String::new(),
        created_at: now,
    };
    insert!(app, person, &people);
    insert!(app, role_grant, people.iter().map(grant).collect::<Vec<_>>());
    let expert = |(n, p): (usize, &PersonRow)| ExpertRow {
        person_id: p.id.clone(),
        languages: if n % 7 == 0 { r#"["fr"]"# } else { r#"["en","ar"]"# }.to_owned(),
        countries: r#"["PT"]"#.to_owned(),
        areas: "[]".to_owned(),
        load_max: 60,
        affiliation: String::new(),
        version: 1,
        created_at: now,
    };
    insert!(app, expert, people.iter().enumerate().map(expert).collect::<Vec<_>>());
    people.into_iter().map(|p| p.id).collect()
}

/// The address with the things in it; `None` where it names something that is not there.
fn address(path: &str, things: &Things) -> Option<String> {
    let path = path.replace("{template}", "review_invitation").replace("{language}", "en");
    let mut before = "";
    let mut parts = Vec::new();
    for part in path.split('/') {
        parts.push(match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            None => part.to_owned(),
            Some("measure") => things["measure"].clone(),
            Some(_) => things.get(before)?.clone(),
        });
        before = part;
    }
    Some(parts.join("/"))
}

async fn ask(api: &Api, browser: &Browser, path: &str) -> Answer {
    if path.starts_with("/api/") { api.get(path).await } else { browser.get(path).await }
}

/// The least that half of them, and all but one in a hundred, take at most; in milliseconds.
fn quantiles(mut took: Vec<f64>) -> (f64, f64) {
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took[((took.len() as f64 * share).ceil() as usize).clamp(1, took.len()) - 1];
    (at(0.5), at(0.99))
}

async fn timed(api: &Api, browser: &Browser, path: &str, times: usize) -> Vec<f64> {
    let mut took = Vec::new();
    for _ in 0..times {
        let began = Instant::now();
        ask(api, browser, path).await;
        took.push(began.elapsed().as_secs_f64() * 1e3);
    }
    took
}

both! {
    async fn a_large_round_is_read_page_by_page(app) {
        let (desk, survey) = crate::survey(app);
        crate::fill(app, &survey, scale::part(100_000));
        let large = large(app, desk, &survey);
        app.grant(&large.desk, Role::Operator, Grants::Instance);
        let began = Instant::now();
        app.work();
        let (api, browser) = (app.as_person(&large.desk), app.browser(&large.desk));
        scale::figure(format_args!("{:?}: {} cities; results and agreement computed in {:.1} s; peak memory with the test {:.0} MiB", app.backend, large.cities, began.elapsed().as_secs_f64(), crate::peak()));
        let round = &large.things["rounds"];
        let agreement = api.get(&format!("/api/v1/rounds/{round}/agreement")).await.expect(200).json();
        assert_eq!((&agreement["overall"]["reports"], agreement["computed_at"].is_string()), (&json!(large.cities), true));
        let began = Instant::now();
        api.post(&format!("/api/v1/rounds/{round}/assignment-plans"), &json!({})).await.expect(201);
        scale::figure(format_args!("{:?}: a plan for {} reports proposed in {:.1} s", app.backend, large.cities, began.elapsed().as_secs_f64()));

        let mut slow: BTreeMap<String, String> = BTreeMap::new();
        let (mut too_long, mut hungry) = (Vec::new(), Vec::new());
        let times = if scale::storm() { TIMES } else { 2 };
        for route in stoa::server::routes().infos().iter().filter(|r| r.method == reqwest::Method::GET.as_str()) {
            let Some(path) = address(&route.path, &large.things) else { continue };
            let before = crate::peak_from_now();
            let answer = ask(&api, &browser, &path).await;
            if answer.status != 200 {
                continue;
            }
            // Of this process with its client; true where nothing else runs beside it, as in the storm.
            hungry.push((crate::peak() - before, route.path.clone()));
            let (p50, p99) = quantiles(timed(&api, &browser, &path, times).await);
            if answer.body.len() > MOST && !WHOLE.iter().any(|(whole, _)| path.starts_with(whole)) {
                too_long.push(format!("{} has {} bytes", route.path, answer.body.len()));
            }
            if p99 > 20.0 || answer.body.len() > 80_000 {
                slow.insert(format!("{:09.1} {}", 1e6 - p99, route.path), format!("{}: p50 {p50:.1} ms, p99 {p99:.1} ms, {} kB", route.path, answer.body.len() / 1000));
            }
        }
        for line in slow.values() {
            scale::figure(format_args!("{:?}: {line}", app.backend));
        }
        hungry.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (more, path) in hungry.iter().take(3) {
            scale::figure(format_args!("{:?}: {path}: at most {more:.1} MiB while it is made", app.backend));
        }
        assert_eq!(too_long, Vec::<String>::new());

        let (profile, asked) = (format!("/participations/{}/profile", large.things["participations"]), scale::part(400));
        let others = [format!("/rounds/{round}"), "/ready".to_owned(), format!("/s/{}", large.slug)];
        let readers = join_all((0..9).map(|_| timed(&api, &browser, &profile, asked)));
        let beside = async {
            let mut said = Vec::new();
            for path in &others {
                let (p50, p99) = quantiles(timed(&api, &browser, path, asked).await);
                said.push(format!("{}: p50 {p50:.1} ms, p99 {p99:.1} ms", path.split('/').nth(1).unwrap_or_default()));
            }
            said
        };
        let (read, beside) = join(readers, beside).await;
        let (p50, p99) = quantiles(read.concat());
        scale::figure(format_args!("{:?}: nine read a profile: p50 {p50:.1} ms, p99 {p99:.1} ms; beside them {}; peak memory {:.0} MiB", app.backend, beside.join("; "), crate::peak()));
        let last: Value = api.get(&format!("/api/v1/rounds/{round}/funnel")).await.expect(200).json();
        assert_eq!((&last["totals"]["cities"], &last["totals"]["reviews"]), (&json!(large.cities), &json!(large.cities * REVIEWS)));
    }
}
