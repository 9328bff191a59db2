//! What no year, list or deadline can be: refused at its field, whoever sends it.

use serde_json::{Value, json};
use stoa::people::identity::Role;
use stoa::surveys::actions::ensure_default_instrument;

use crate::support::{Grants, issue_in_amman};

/// Code at a field of a refusal.
fn code_at(refusal: &Value, field: &str) -> String {
    let errors = refusal["errors"].as_array().expect("errors");
    let found = errors.iter().find(|error| error["field"] == field).unwrap_or_else(|| panic!("nothing at {field}: {refusal}"));
    found["code"].as_str().expect("a code").to_owned()
}

both! {
    async fn days_far_from_their_round_and_names_without_end_are_refused(app) {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let survey = app.act(&coordinator, |call| issue_in_amman(call, ensure_default_instrument(call)?)).expect("a survey");
        let (api, browser) = (app.as_person(&coordinator), app.browser(&coordinator));
        let framework = api.get("/api/v1/frameworks").await.expect(200).json()["items"][0]["id"].clone();
        let round = |year: i32, report: &str, review: &str| {
            json!({"name": "Far", "year": year, "framework_id": framework, "rubric_id": null, "time_zone": "UTC",
                "report_due_on": report, "review_due_on": review, "experts_per_report": 2})
        };
        for (year, report, review) in [
            (2026, "-0001-01-01", "2026-09-30"),
            (2026, "1900-01-01", "2026-09-30"),
            (2100, "2001-06-30", "2100-09-30"),
            (2026, "+262142-12-30", "+262142-12-31"),
        ] {
            let refused = api.post("/api/v1/rounds", &round(year, report, review)).await.expect(422).json();
            assert_eq!(code_at(&refused, "report_due_on"), "deadline_of_another_year", "{report}");
        }
        let refused = api.post("/api/v1/rounds", &round(2026, "2026-06-30", "9999-12-31")).await.expect(422).json();
        assert_eq!(code_at(&refused, "review_due_on"), "deadline_of_another_year");
        api.post("/api/v1/rounds", &round(2026, "2026-12-30", "2027-03-01")).await.expect(201);

        let names: serde_json::Map<String, Value> = (0..5000).map(|n| (format!("en-x-a{n}"), json!("Far"))).collect();
        let city = json!({"slug": "far", "name": names, "country": "JO", "language": "en", "time_zone": "UTC", "population": null});
        let refused = api.post("/api/v1/cities", &city).await.expect(422).json();
        assert_eq!(code_at(&refused, "name"), "too_many_names");
        assert!(refused["errors"].as_array().unwrap().len() < 40, "not an error for each");

        let (participation, instrument) = (survey.participation_id, survey.instrument_id);
        for (day, code) in [("9999-12-31", "closes_too_late"), ("+262142-12-31", "closes_too_late"), ("-0001-01-01", "in_the_past"), ("1900-01-01", "in_the_past")] {
            let body = json!({"participation_id": participation, "instrument_id": instrument, "mode": "open_link", "closes_on": day});
            let refused = api.post("/api/v1/surveys", &body).await.expect(422).json();
            assert_eq!(code_at(&refused, "closes_on"), code, "{day}");
        }
        let framework = framework.as_str().unwrap();
        let form = [("framework_id", framework), ("name", "Far"), ("year", "2026"), ("time_zone", "UTC"), ("report_due_on", "2001-01-01"), ("review_due_on", "2026-10-01"), ("experts_per_report", "2")];
        let page = browser.form_to("/rounds/new", "/rounds", &form).await.expect(422);
        page.shows("in the years 2025 to 2029");
        assert_eq!(page.input("name").unwrap(), "Far", "nothing typed is lost");
    }
}
