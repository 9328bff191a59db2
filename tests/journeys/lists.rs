//! Every list with every role: whoever has a role that the policy names, in a scope that holds
//! something, finds it there; whoever has the same role elsewhere does not.

use stoa::ground::ids::{CityId, ParticipationId, RoundId, SurveyId};
use stoa::ground::{Given, Text};
use stoa::people::account::role_fits;
use stoa::people::call::Call;
use stoa::people::identity::{Role, ScopeKind, Stage};
use stoa::people::policy::{Also, UseCase};
use stoa::results::store::{ReleaseRow, release_insert};
use stoa::rounds::actions::{self as rounds, CityInput, ParticipationInput, RoundInput};
use stoa::rounds::store::places_of_round;
use stoa::surveys::actions::{ensure_default_instrument, survey_issue};
use stoa::surveys::views::SurveyInput;

use crate::expert::scene::Scene;
use crate::support::{Grants, Person, TestApp};

/// Somewhere that grants may be limited to.
struct There {
    round: RoundId,
    city: CityId,
    participation: ParticipationId,
    survey: SurveyId,
}

impl There {
    fn grants(&self, kind: ScopeKind) -> Option<Grants<'_>> {
        match kind {
            ScopeKind::Instance => Some(Grants::Instance),
            ScopeKind::Round => Some(Grants::Round(&self.round)),
            ScopeKind::City => Some(Grants::City(&self.city)),
            ScopeKind::Survey => Some(Grants::Survey(&self.survey)),
            ScopeKind::Review => None,
        }
    }
}

/// A list: its route with the ids of what it is of, what is found in it, and the scopes that hold it;
/// none where it is of the whole instance, and the same for everybody who may see it.
struct List {
    route: &'static str,
    path: String,
    shows: String,
    held_by: &'static [ScopeKind],
}

/// What is no list of rows, and where people see their own: experts' desk (`expert.rs` tells), programs (`programs.rs`);
/// and parts of one instrument or survey, seen by whoever sees that for it (`versions.rs`, `inviting.rs`, the matrix).
const NO_LISTS: &[&str] = &[
    "/account/programs",
    "/api/v1/problems",
    "/api/v1/service-tokens",
    "/reviews",
    "/api/v1/instruments/{instrument_id}/versions",
    "/api/v1/instruments/{instrument_id}/languages",
    "/api/v1/surveys/{survey_id}/editions",
    "/surveys/{survey_id}/editions",
    "/api/v1/surveys/{survey_id}/invitations",
    "/surveys/{survey_id}/invitations",
    "/surveys/{survey_id}/invitations/{invitation_id}",
];

/// Hash of a released version, by which it is found in a list.
const RELEASE: &str = "hash of a release";

const PLACES: &[ScopeKind] = &[ScopeKind::Round, ScopeKind::City];

struct World {
    here: There,
    elsewhere: There,
    lists: Vec<List>,
}

/// A city in a round of its own, where nothing happens.
fn another_place(call: &Call<'_>, like: &RoundId) -> stoa::ground::Result<There> {
    let round = call.service.store.read(|db| stoa::rounds::store::round(db, like))?;
    let day = |text: &str| Given::Value(text.parse().expect("a day"));
    let input = RoundInput {
        name: "Another round".to_owned(),
        year: 2025.into(),
        framework_id: round.framework_id,
        rubric_id: None,
        time_zone: "UTC".into(),
        report_due_on: day("2026-06-30"),
        review_due_on: day("2026-09-30"),
        experts_per_report: 2.into(),
    };
    let round = rounds::round_create(call, &input)?.id;
    let city = CityInput {
        slug: "elsewhere".to_owned(),
        name: Text::english("Elsewhere"),
        country: "EG".into(),
        language: "en".into(),
        time_zone: "UTC".into(),
        population: None,
    };
    let city = rounds::city_create(call, &city)?.id;
    let participation = rounds::participation_add(call, &round, &ParticipationInput { city_id: city.clone() })?.id;
    let survey = issue(call, &participation)?;
    Ok(There { round, city, participation, survey })
}

fn issue(call: &Call<'_>, participation: &ParticipationId) -> stoa::ground::Result<SurveyId> {
    let instrument_id = ensure_default_instrument(call)?;
    Ok(survey_issue(call, &SurveyInput::open_link(participation.clone(), instrument_id))?.id)
}

async fn world(app: &TestApp) -> World {
    let scene = Scene::with(app, &["JO"]).await;
    let (one, two, _) = (scene.expert(1, "DE").await, scene.expert(2, "FR").await, scene.expert(3, "JO").await);
    let seat = scene.reviews(0, &one, [0, 0]).await;
    scene.reviews(0, &two, [4, 4]).await;
    let case = scene.disagreements().await[0]["id"].as_str().expect("they disagree").to_owned();
    let api = app.as_person(&scene.coordinator);
    let conflict = format!("/api/v1/experts/{}/conflicts", one.id);
    let report = &scene.reports[0];
    let stated = serde_json::json!({"city_id": report.city, "kind": "employment", "note": "Advised the city for years."});
    api.post(&conflict, &stated).await.expect(201);
    let (here, elsewhere) = app
        .act(&scene.coordinator, |call| {
            let participation = call.service.store.read(|db| places_of_round(db, &scene.round))?.remove(0).participation;
            let survey = issue(call, &participation)?;
            let here = There { round: scene.round.clone(), city: report.city.clone(), participation, survey };
            Ok((here, another_place(call, &scene.round)?))
        })
        .expect("a coordinator of the instance may");
    let stage = |from, to| app.service.store.write(|db| stoa::rounds::store::participation_turn(db, &here.participation, from, to)).expect("a stage");
    assert!(stage(Stage::Assessing, Stage::Checking) && stage(Stage::Checking, Stage::Released));
    let framework = app.service.store.read(|db| stoa::rounds::store::round(db, &here.round)).expect("a round").framework_id;
    let release = ReleaseRow {
        participation_id: here.participation.clone(),
        number: 1,
        released_at: app.service.now(),
        released_by: "a test".to_owned(),
        content: serde_json::json!({"framework_id": framework, "results": []}).to_string(),
        content_hash: RELEASE.to_owned(),
        published_at: None,
    };
    app.service.store.write(|db| release_insert(db, &release)).expect("a release");

    let member = app.person(Role::Coordinator, Grants::Round(&here.round));
    // Whoever serves in all rounds is seen from each.
    let added = serde_json::json!({
        "email": "of.one.round@example.org", "name": "Of one round", "languages": ["en"], "countries": ["FR"], "load_max": 2, "round_id": here.round
    });
    let hers = api.post("/api/v1/experts", &added).await.expect(201).json()["person_id"].as_str().expect("an id").to_owned();
    stoa::jobs::worker::prepare(&app.service).expect("what recurs");
    let mail = app.mails().into_iter().find(|m| m.template == "review_invitation").expect("an invitation");
    let round = here.round.as_str();
    let list = |route: &'static str, of: &str, shows: &str, held_by: &'static [ScopeKind]| {
        let path = route.split('{').next().expect("a beginning").to_owned();
        let path = if of.is_empty() { path } else { format!("{path}{of}{}", route.split_once('}').expect("an id").1) };
        List { route, path, shows: shows.to_owned(), held_by }
    };
    let rounds_only: &[ScopeKind] = &[ScopeKind::Round];
    let surveys: &[ScopeKind] = &[ScopeKind::Round, ScopeKind::City, ScopeKind::Survey];
    let submission = report.submission.as_str();
    let lists = vec![
        list("/api/v1/people", "", member.id.as_str(), rounds_only),
        list("/people", "", member.id.as_str(), rounds_only),
        list("/api/v1/audit-entries", "", "review_submit", &[]),
        list("/audit", "", "review_submit", &[]),
        list("/api/v1/jobs", "", "housekeeping", &[]),
        list("/jobs", "", "Housekeeping", &[]),
        list("/api/v1/messages", "", &mail.id, rounds_only),
        list("/messages", "", &mail.id, rounds_only),
        list("/api/v1/mail-templates", "", "review_invitation", &[]),
        list("/messages/templates", "", "review_invitation", &[]),
        list("/api/v1/frameworks", "", "Key Features", &[]),
        list("/framework", "", "temple", &[]),
        list("/api/v1/cities", "", here.city.as_str(), PLACES),
        list("/cities", "", "City 0", PLACES),
        list("/api/v1/rounds", "", round, PLACES),
        list("/rounds", "", "Monitoring 2026", PLACES),
        list("/api/v1/instruments", "", "ins_", &[]),
        list("/instruments", "", "ins_", &[]),
        list("/api/v1/surveys", "", here.survey.as_str(), surveys),
        list("/surveys", "", here.survey.as_str(), surveys),
        list("/api/v1/reports", "", "City 0", PLACES),
        list("/reports", "", "City 0", PLACES),
        list("/api/v1/rubrics", "", "rbr_", &[]),
        list("/api/v1/experts", "", &hers, rounds_only),
        list("/experts", "", &hers, rounds_only),
        list("/api/v1/experts/{person_id}/conflicts", &one.id, "Advised the city", rounds_only),
        list("/api/v1/submissions/{submission_id}/candidates", submission, &one.id, rounds_only),
        list("/submissions/{id}/candidates", submission, "Expert 3", rounds_only),
        list("/api/v1/reviews", "", &seat.id, rounds_only),
        list("/api/v1/rounds/{round_id}/disagreements", round, &case, rounds_only),
        list("/profiles", "", here.participation.as_str(), PLACES),
        list("/api/v1/participations/{participation_id}/releases", here.participation.as_str(), RELEASE, PLACES),
        list("/api/v1/rounds/{round_id}/results", round, here.participation.as_str(), PLACES),
    ];
    World { here, elsewhere, lists }
}

/// What somebody is shown there; nothing where they are refused.
async fn seen(app: &TestApp, who: &Person, path: &str) -> String {
    let answer = if path.starts_with("/api/") { app.as_person(who).get(path).await } else { app.browser(who).get(path).await };
    match answer.status {
        200 => answer.text().to_owned(),
        403 | 404 => String::new(),
        other => panic!("{path} answers {other}"),
    }
}

both! {
    async fn every_list_shows_to_every_role_what_lies_in_its_scope_and_nothing_else(app) {
        let World { here, elsewhere, lists } = world(app).await;
        let routes = stoa::server::routes();
        let use_case = |route: &str| routes.infos().iter().find(|r| r.method == "GET" && r.path == route).map(|r| UseCase::of(r.use_case).unwrap());
        let forgotten: Vec<&str> = routes
            .infos()
            .iter()
            .filter(|r| r.method == "GET" && r.use_case.ends_with("_list") && !NO_LISTS.contains(&r.path.as_str()))
            .map(|r| r.path.as_str())
            .filter(|path| !lists.iter().any(|list| list.route == *path))
            .collect();
        assert_eq!(forgotten, Vec::<&str>::new(), "lists that nobody looks at here");
        let mut wrong = Vec::new();
        for list in &lists {
            let rule = use_case(list.route).unwrap_or_else(|| panic!("{} is gone", list.route)).rule();
            let (of_instance, open) = (list.held_by.is_empty(), rule.also == Also::Anyone);
            for by in rule.by {
                for kind in ScopeKind::ALL.iter().copied().filter(|kind| role_fits(by.role, *kind)) {
                    let holds = of_instance || kind == ScopeKind::Instance || list.held_by.contains(&kind);
                    let Some(grants) = here.grants(kind).filter(|_| holds) else { continue };
                    if !seen(app, &app.person(by.role, grants), &list.path).await.contains(&list.shows) {
                        wrong.push(format!("{}: {}@{kind} does not see {}", list.path, by.role, list.shows));
                    }
                    let there = elsewhere.grants(kind).filter(|_| kind != ScopeKind::Instance && !of_instance);
                    if let Some(there) = there
                        && seen(app, &app.person(by.role, there), &list.path).await.contains(&list.shows)
                    {
                        wrong.push(format!("{}: {}@{kind} of another place sees {}", list.path, by.role, list.shows));
                    }
                }
            }
            if !open && seen(app, &app.account("en"), &list.path).await.contains(&list.shows) {
                wrong.push(format!("{}: somebody without any role sees {}", list.path, list.shows));
            }
        }
        assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    }

    async fn a_made_up_cursor_is_a_clear_error_on_every_list(app) {
        let World { lists, .. } = world(app).await;
        let somebody = app.person(Role::Coordinator, Grants::Instance);
        app.grant(&somebody, Role::Operator, Grants::Instance);
        let routes = stoa::server::routes();
        let paged = |route: &str| routes.infos().iter().any(|r| r.path == route && r.query.iter().any(|query| query.name == "cursor"));
        for list in &lists {
            // `k:` and a NUL; a NUL where no key is; nonsense.
            for cursor in ["azoA", "AA", "%00", "k"] {
                let path = format!("{}?cursor={cursor}", list.path);
                let (api, page) = (app.as_person(&somebody), app.browser(&somebody));
                let answer = if path.starts_with("/api/") { api.get(&path).await } else { page.get(&path).await };
                let expected = if paged(list.route) { vec![400] } else { vec![200, 400] };
                assert!(expected.contains(&answer.status), "{path} answers {}", answer.status);
            }
        }
    }
}
