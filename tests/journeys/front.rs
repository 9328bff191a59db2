//! The front of the house, and the harness itself: what every journey relies on.

use serde_json::json;
use stoa::people::identity::Role;
use stoa::people::policy::UseCase;

use crate::support::{Grants, TestApp};

both! {
    async fn a_fresh_instance_says_that_it_lives_and_is_ready(app) {
        let guest = app.anonymous();
        assert_eq!(guest.get("/health").await.expect(200).json()["status"], "ok");
        assert_eq!(guest.get("/ready").await.expect(200).json()["status"], "ready");
    }

    async fn an_unknown_address_answers_each_face_in_its_own_form(app) {
        let problem = app.anonymous().get("/api/v1/nothing-here").await.expect(404);
        assert_eq!(problem.header("content-type"), "application/problem+json");
        assert_eq!(problem.json()["code"], "not_found");
        let page = app.visitor().get("/nothing-here").await.expect(404);
        assert!(page.header("content-type").starts_with("text/html"), "{page:?}");
    }

    async fn people_made_for_a_journey_are_known_to_the_service(app) {
        let person = app.person(Role::Coordinator, Grants::Instance);
        let caller = app.caller(&person);
        assert_eq!(caller.person.as_ref(), Some(&person.id));
        assert!(caller.has_role(Role::Coordinator));
        app.act(&person, |call| call.allow(UseCase::round_create).map(drop)).unwrap();
        let other = app.person(Role::CityOfficer, Grants::Instance);
        assert_ne!(other.email, person.email);
        assert!(app.act(&other, |call| call.allow(UseCase::round_create).map(drop)).is_err());
    }

    async fn the_navigation_never_leads_to_a_closed_door(app) {
        let href = regex::Regex::new(r#"<li><a href="(/[a-z]+)"[^>]*>[^<]+</a></li>"#).unwrap();
        for role in Role::ALL {
            let browser = app.browser(&app.person(*role, Grants::Instance));
            let page = browser.get("/account").await.expect(200);
            let (_, rest) = page.text().split_once(r#"<nav class="main-nav""#).expect("a navigation");
            let (nav, _) = rest.split_once("</nav>").expect("an end of it");
            let ways: Vec<&str> = href.captures_iter(nav).map(|c| c.get(1).expect("an address").as_str()).collect();
            assert!(ways.contains(&"/account"), "{role}: {ways:?}");
            assert_eq!(ways.contains(&"/reports"), matches!(role, Role::Coordinator | Role::CityOfficer), "{role}: {ways:?}");
            assert_eq!(ways.contains(&"/reviews"), *role == Role::Expert, "{role}: {ways:?}");
            for way in ways {
                browser.get(way).await.expect(200);
            }
        }
    }

    async fn whoever_has_no_reviews_is_told_why_and_where_to_go(app) {
        let browser = |role| app.browser(&app.person(role, Grants::Instance));
        browser(Role::Expert).get("/reviews").await.expect(200).shows("When a coordinator invites you");
        browser(Role::Coordinator).get("/reviews").await.expect(200).shows("To the rounds");
        browser(Role::Analyst).get("/reviews").await.expect(200).shows("experts whom a coordinator has invited").shows("To your start page");
    }

    async fn the_privacy_page_names_every_cookie(app) {
        let cookies = regex::Regex::new(r#"_COOKIE: &str = "(\w+)";"#).unwrap();
        let names: Vec<&str> = cookies.captures_iter(include_str!("../../src/web/request.rs")).map(|c| c.get(1).unwrap().as_str()).collect();
        assert!(names.len() >= 4, "{names:?}");
        for language in ["en", "ar"] {
            let page = app.visitor().get(&format!("/privacy?lang={language}")).await.expect(200);
            for name in &names {
                page.shows(name);
            }
        }
    }

    async fn every_journey_begins_with_an_empty_instance_at_the_same_instant(app) {
        assert_eq!(app.service.now().to_string(), "2026-03-02T09:00:00Z");
        assert!(app.mails().is_empty());
        app.clock.advance(chrono::Duration::hours(3));
        assert_eq!(app.service.now().to_string(), "2026-03-02T12:00:00Z");
        app.service.write_as_stoa(UseCase::message_test, "nothing", &json!({}), |_| Ok(())).unwrap();
        assert_eq!(app.audit_verbs(), ["message_test"]);
    }
}

#[actix_web::test]
async fn two_apps_at_once_share_nothing() {
    let (one, two) = (TestApp::sqlite().await, TestApp::sqlite().await);
    one.person(Role::Operator, Grants::Instance);
    assert_eq!((one.people_count(), two.people_count()), (1, 0));
}
