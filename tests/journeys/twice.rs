//! A button that is pressed twice makes one of it, in one moment or later, and leads where the first press led.

use serde_json::json;
use stoa::people::identity::Role;

use crate::support::{Grants, issue_in_amman};
use crate::versions::published;

/// A form that makes something new, and the address where what it makes is listed.
struct New<'a> {
    page: String,
    action: String,
    fields: Vec<(&'a str, &'a str)>,
    listed: String,
}

both! {
    async fn whoever_presses_a_button_twice_makes_one_of_it(app) {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let (api, browser) = (app.as_person(&coordinator), app.browser(&coordinator));
        let instrument = published(&api, "1").await;
        let survey = app.act(&coordinator, |call| issue_in_amman(call, instrument.parse().unwrap())).unwrap();
        let place = survey.participation_id.to_string();
        let rounds = api.get("/api/v1/rounds").await.expect(200).json();
        let framework = rounds["items"][0]["framework_id"].as_str().unwrap().to_owned();
        let new = |page: &str, action: &str, fields: &[(&'static str, &str)], listed: &str| {
            let fields = fields.iter().map(|(name, value)| (*name, String::leak((*value).to_owned()) as &str)).collect();
            New { page: page.to_owned(), action: action.to_owned(), fields, listed: listed.to_owned() }
        };
        let of_instrument = format!("/instruments/{instrument}");
        let issue = [("participation_id", place.as_str()), ("instrument_id", &instrument), ("mode", "open_link")];
        let round = [
            ("framework_id", framework.as_str()), ("name", "Twice"), ("year", "2026"), ("time_zone", "UTC"),
            ("report_due_on", "2026-09-01"), ("review_due_on", "2026-10-01"), ("experts_per_report", "2"),
        ];
        let city = [("slug", "tyre"), ("name", "Tyre"), ("country", "LB"), ("language", "en"), ("time_zone", "Asia/Beirut")];
        let forms = [
            new("/surveys/new", "/surveys", &issue, "/api/v1/surveys"),
            new("/rounds/new", "/rounds", &round, "/api/v1/rounds"),
            new("/cities/new", "/cities", &city, "/api/v1/cities"),
            new(&of_instrument, &format!("{of_instrument}/versions"), &[("version_label", "2")], &format!("/api/v1/instruments/{instrument}/versions")),
        ];
        for New { page, action, fields, listed } in forms {
            let count = || async { api.get(&listed).await.expect(200).json()["items"].as_array().unwrap().len() };
            let before = count().await;
            let csrf = browser.csrf(&page).await;
            let mut all = vec![("csrf", csrf.as_str())];
            all.extend(fields);
            let (one, other) = tokio::join!(browser.send(&action, &all), browser.send(&action, &all));
            let place = one.expect(303).location().to_owned();
            assert_eq!(other.expect(303).location(), place, "{action}");
            app.clock.advance(chrono::Duration::minutes(5));
            assert_eq!(browser.send(&action, &all).await.expect(303).location(), place, "{action}, later");
            assert_eq!(count().await, before + 1, "{action}");
        }
        // Another form is another survey; so is the same one with something else in it.
        let count = || async { api.get("/api/v1/surveys").await.expect(200).json()["items"].as_array().unwrap().len() };
        let before = count().await;
        let first = browser.form_to("/surveys/new", "/surveys", &issue).await.expect(303);
        let csrf = browser.csrf("/surveys/new").await;
        let mut all = vec![("csrf", csrf.as_str()), ("closes_on", "2026-09-01")];
        all.extend(issue);
        let second = browser.send("/surveys", &all).await.expect(303);
        all[1].1 = "2026-09-02";
        let third = browser.send("/surveys", &all).await.expect(303);
        assert!(first.location() != second.location() && second.location() != third.location());
        assert_eq!(count().await, before + 3);
        // Nobody else is led there: what one has pressed is theirs.
        let another = app.browser(&app.person(Role::Coordinator, Grants::Instance));
        another.send("/surveys", &all).await.expect(403);
        assert_eq!(count().await, before + 3);
        assert_eq!(json!(app.audit_verbs().iter().filter(|verb| *verb == "survey_issue").count()), before + 3);
    }
}
