//! Choosing from more than anybody reads through: whatever is there can be found and chosen, without script, and
//! what else was typed stays.

use diesel::prelude::*;
use stoa::demo::fill::fill;
use stoa::ground::UtcTime;
use stoa::ground::ids::{CityId, ParticipationId, PersonId, RoundId};
use stoa::people::identity::{Role, Stage};
use stoa::store::Db;
use stoa::store::schema::{city, participation};

use crate::matrix::Silent;
use crate::support::{Answer, Browser, Grants, TestApp};

const CITIES: usize = 1_203;

/// Cities of which none is called like the last, which stands behind all others.
fn cities(app: &TestApp) -> Vec<CityId> {
    let (now, ids): (UtcTime, Vec<CityId>) =
        (app.service.now(), (0..CITIES).map(|_| CityId::new(&*app.service.clock, &*app.service.chance)).collect());
    let row = |(n, id): (usize, &CityId)| {
        let name = if n + 1 == CITIES { "Żywiec".to_owned() } else { format!("Town {n:04}") };
        (
            city::id.eq(id.clone()),
            city::slug.eq(format!("town-{n:04}")),
            city::name.eq(format!("{{\"en\":\"{name}\"}}")),
            city::country.eq("PL"),
            city::language.eq("pl"),
            city::time_zone.eq("Europe/Warsaw"),
            city::population.eq(None::<i64>),
            city::version.eq(1),
            city::created_at.eq(now),
        )
    };
    let write =
        |db: &mut Db| ids.iter().enumerate().try_for_each(|one| Ok(diesel::insert_into(city::table).values(row(one)).execute(db).map(drop)?));
    app.service.store.write(write).unwrap();
    ids
}

/// The value that is offered under a label; the page must be light and say how much there is.
fn offered(page: &Answer, label: &str) -> Option<String> {
    assert!(page.body.len() < 120_000, "{} bytes", page.body.len());
    page.shows("Part of the name");
    let option = regex::Regex::new(&format!(r#"<option value="([^"]+)"[^>]*>[^<]*{label}"#)).unwrap();
    option.captures(page.text()).map(|found| found[1].to_owned())
}

/// Looks for the city in the form of a page, with other fields typed, and gives its value.
async fn found(browser: &Browser, page: &str, action: &str, field: &str, typed: &[(&str, &str)]) -> String {
    let csrf = browser.csrf(page).await;
    let first = browser.get(page).await.expect(200);
    assert_eq!(offered(&first, "Żywiec"), None, "{page}: there are too many to show all");
    let looked = format!("find_{field}");
    let mut fields = vec![("csrf", csrf.as_str()), (looked.as_str(), "zywiec"), ("find", field)];
    fields.extend_from_slice(typed);
    let again = browser.send(action, &fields).await.expect(200);
    for (name, value) in typed.iter().filter(|(name, _)| ["email", "name", "note"].contains(name)) {
        assert_eq!(again.input(name).as_deref(), Some(*value), "{page}: nothing typed is lost");
    }
    assert_eq!(again.input(&looked).as_deref(), Some("zywiec"), "{page}");
    // What was looked for in vain says so and keeps the form.
    let vain: Vec<(&str, &str)> = fields.iter().map(|(name, value)| if *name == looked { (*name, "Atlantis") } else { (*name, *value) }).collect();
    browser.send(action, &vain).await.expect(200).shows("Type another part of the name");
    offered(&again, "Żywiec").unwrap_or_else(|| panic!("{page}: it is not offered: {again:?}"))
}

both! {
    async fn the_last_of_a_thousand_cities_is_found_and_chosen_wherever_a_city_is_chosen(app) {
        fill(&app.service, &mut Silent).unwrap();
        let ids = cities(app);
        let last = ids.last().unwrap();
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let (browser, api) = (app.browser(&coordinator), app.as_person(&coordinator));
        let rounds = api.get("/api/v1/rounds").await.expect(200).json();
        let round: RoundId = rounds["items"][0]["id"].as_str().unwrap().parse().unwrap();

        // Somebody new who answers for it, and one more role of theirs.
        let person = [("email", "jan@example.org"), ("name", "Jan Kowalski"), ("role", "city_officer"), ("language", "en"), ("time_zone", "UTC")];
        let scope = found(&browser, "/people/new", "/people", "scope", &person).await;
        assert_eq!(scope, format!("city:{last}"));
        let mut fields = person.to_vec();
        fields.extend([("scope", scope.as_str()), ("find_scope", "zywiec")]);
        let page = browser.form_to("/people/new", "/people", &fields).await.expect(303).location().to_owned();
        browser.get(&page).await.expect(200).shows("Żywiec");
        let scope = found(&browser, &page, &format!("{page}/grants"), "scope", &[("role", "analyst")]).await;
        browser.form_to(&page, &format!("{page}/grants"), &[("role", "analyst"), ("scope", &scope)]).await.expect(303);

        // A program for it.
        let scope = found(&browser, "/account/programs/new", "/account/programs/new", "scope", &[("access", "read_only"), ("name", "Export")]).await;
        assert_eq!(scope, format!("city:{last}"));

        // It takes part.
        let here = format!("/rounds/{round}");
        assert_eq!(offered(&browser.get(&here).await.expect(200), "Żywiec"), None);
        let shown = browser.get(&format!("{here}?find=city_id&find_city_id=zywiec")).await.expect(200);
        let city_id = offered(&shown, "Żywiec").expect("it can be added");
        browser.form_to(&here, &format!("{here}/participations"), &[("city_id", &city_id)]).await.expect(303);

        // With all the others in the round, it gets a survey.
        let now = app.service.now();
        let row = |id: &CityId| {
            (
                participation::id.eq(ParticipationId::new(&*app.service.clock, &*app.service.chance)),
                participation::round_id.eq(&round),
                participation::city_id.eq(id.clone()),
                participation::stage.eq(Stage::Assessing),
                participation::version.eq(1),
                participation::created_at.eq(now),
            )
        };
        let write = |db: &mut Db| ids[..ids.len() - 1].iter().try_for_each(|id| Ok(diesel::insert_into(participation::table).values(row(id)).execute(db).map(drop)?));
        app.service.store.write(write).unwrap();
        let instruments = api.get("/api/v1/instruments").await.expect(200).json();
        let instrument = instruments["items"][0]["id"].as_str().unwrap().to_owned();
        let survey = [("instrument_id", instrument.as_str()), ("mode", "open_link")];
        let place = found(&browser, "/surveys/new", "/surveys", "participation_id", &survey).await;
        let mut fields = survey.to_vec();
        fields.extend([("participation_id", place.as_str()), ("find_participation_id", "zywiec")]);
        browser.form_to("/surveys/new", "/surveys", &fields).await.expect(303);

        // And an expert may have a conflict with it.
        let expert: PersonId = api.get("/api/v1/experts").await.expect(200).json()["items"][0]["person_id"].as_str().unwrap().parse().unwrap();
        let page = format!("/experts/{expert}");
        let city_id = found(&browser, &page, &format!("{page}/conflicts"), "city_id", &[("kind", "family"), ("note", "Was born there")]).await;
        browser.form_to(&page, &format!("{page}/conflicts"), &[("city_id", &city_id), ("kind", "family"), ("note", "Born there")]).await.expect(303);
        browser.get(&page).await.expect(200).shows("Żywiec");

        let arabic = browser.get("/people/new?lang=ar").await.expect(200);
        arabic.shows("جزء من الاسم").shows("بحث");
    }

    async fn of_more_wrong_lines_than_are_named_it_is_said_how_many(app) {
        let api = app.as_person(&app.person(Role::Coordinator, Grants::Instance));
        app.act(&app.person(Role::Coordinator, Grants::Instance), stoa::framework::actions::ensure_default_framework).unwrap();
        let id = api.get("/api/v1/frameworks").await.expect(200).json()["items"][0]["id"].as_str().unwrap().to_owned();
        let mut source = api.get(&format!("/api/v1/frameworks/{id}/source")).await.expect(200).json();
        source["version_label"] = "two".into();
        source["csv"] = (source["csv"].as_str().unwrap().to_owned() + &"one,cell too few\n".repeat(150)).into();
        let refused = api.post("/api/v1/frameworks", &source).await.expect(422).json();
        let errors = refused["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 101, "{refused}");
        let last = &errors[100];
        assert_eq!((last["code"].as_str(), last["message"].as_str()), (Some("line_more"), Some("50 more lines are wrong; they are named when these are mended.")));
    }
}
