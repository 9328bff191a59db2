//! A city's officer in a browser: begins the report, writes, goes over a limit, hands it in.

use serde_json::{Value, json};
use stoa::ground::Text;
use stoa::people::identity::Role;
use stoa::rounds::actions::{self as rounds, CityInput, ParticipationInput, RoundInput};

use crate::checks::{ARABIC_ON_A_PHONE, ENGLISH_AT_A_DESK, Reader, assert_says, look, look_at_refusal};
use crate::driver::Window;
use crate::support::{Api, Grants, Person, TestApp};

/// The officer of a city that takes part in an open round on the shipped framework.
pub fn officer(app: &TestApp) -> Person {
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let city = app.act(&coordinator, |call| {
        let framework_id = stoa::framework::actions::ensure_default_framework(call)?;
        let name = Text::english("Port Meridian").and(stoa::ground::Language::of("ar"), "ميناء ميريديان");
        let city = CityInput {
            slug: "port-meridian".to_owned(),
            name,
            country: "JO".into(),
            language: "en".into(),
            time_zone: "Asia/Amman".into(),
            population: Some(120_000),
        };
        let city = rounds::city_create(call, &city)?.id;
        let round = RoundInput {
            name: "Monitoring round 2026".to_owned(),
            year: 2026.into(),
            framework_id,
            rubric_id: None,
            time_zone: "Europe/Berlin".into(),
            report_due_on: "2026-04-30".parse::<chrono::NaiveDate>().expect("a day").into(),
            review_due_on: "2026-06-30".parse::<chrono::NaiveDate>().expect("a day").into(),
            experts_per_report: 2.into(),
        };
        let round = rounds::round_create(call, &round)?.id;
        rounds::participation_add(call, &round, &ParticipationInput { city_id: city.clone() })?;
        rounds::round_open(call, &round)?;
        Ok(city)
    });
    app.person(Role::CityOfficer, Grants::City(&city.expect("an open round")))
}

/// Fills everything that is asked, but for the section `but`.
async fn fill_the_rest(api: &Api, report: &str, but: &str) {
    let view = api.get(report).await.expect(200).json();
    let etag = |part: &Value| format!("\"v{}\"", part["version"]);
    let measure = |part: &Value| part["measure"].as_str().expect("a measure").to_owned();
    for section in view["sections"].as_array().expect("sections").iter().filter(|s| measure(s) != but) {
        let body = json!({"body": "What we do, who does it, and what has come of it."});
        api.put(&format!("{report}/sections/{}", measure(section)), &etag(section), &body).await.expect(200);
    }
    for statistic in view["statistics"].as_array().expect("statistics") {
        let value = json!({"value": 12.5, "year": 2024, "source": "Office"});
        api.put(&format!("{report}/statistics/{}", measure(statistic)), &etag(statistic), &value).await.expect(200);
    }
}

async fn body(window: &Window<'_>) -> String {
    window.script("return document.getElementById('body').value").await.as_str().expect("a text").to_owned()
}

async fn an_officer_reports(app: &TestApp, reader: &Reader) {
    let officer = officer(app);
    let window = reader.open(app).await;
    window.sign_in(&officer).await;
    window.go(&format!("/reports?lang={}", reader.language)).await;
    look(&window, reader, "officer-1-reports").await;
    window.press("form[action='/reports'] button").await;
    let report = window.path().await;
    look(&window, reader, "officer-2-report").await;

    // What is written is counted at once, saved and still there.
    let first = "3.3.a";
    window.press(&format!("main a[href='{report}/sections/{first}']")).await;
    look(&window, reader, "officer-3-section").await;
    let written = if reader.language == "ar" { "نعلّم في المدارس والمكتبات" } else { "We teach in schools and libraries" };
    window.fill("#body", written).await;
    window.press("button[value=stay]").await;
    look(&window, reader, "officer-3-section-saved").await;
    assert_says(&window, &reader.text(app, "reports-section-saved")).await;
    assert_eq!(body(&window).await, written);

    // More than the limit: counted while typing, refused when saving, and nothing of it is lost.
    window.press("button[value=next]").await;
    let second = window.path().await;
    assert!(second.starts_with(&format!("{report}/sections/")) && !second.ends_with(first), "{second}");
    window.script("const b = document.getElementById('body'); b.value = 'word '.repeat(Number(b.dataset.limit))").await;
    window.find("#body").await.send_keys("end").await.expect("typed");
    assert_eq!(window.script("return document.getElementById('body-count').classList.contains('over')").await, true, "the count does not warn");
    window.press("button[value=stay]").await;
    look_at_refusal(&window, reader, "officer-4-section-too-long").await;
    let kept = body(&window).await;
    assert!(kept.starts_with("word word ") && kept.ends_with(" end"), "{kept}");
    assert_eq!(window.script("return document.getElementById('body').getAttribute('aria-invalid')").await, "true");

    window.go(&report).await;
    look(&window, reader, "officer-5-report-begun").await;
    window.press(&format!("main a[href^='{report}/statistics/']")).await;
    look(&window, reader, "officer-6-statistics").await;
    window.go(&format!("{report}/submit")).await;
    look(&window, reader, "officer-7-missing").await;
    assert!(window.script("return document.querySelectorAll('#missing li').length").await.as_u64() > Some(1));

    // The rest comes from the city's own programs; the officer hands it in.
    fill_the_rest(&app.as_person(&officer), &format!("/api/v1{report}"), first).await;
    window.go(&report).await;
    window.press(&format!("main a[href='{report}/submit']")).await;
    look(&window, reader, "officer-8-check").await;
    window.press(&format!("form[action='{report}/submit'] button")).await;
    look(&window, reader, "officer-9-submitted").await;
    assert!(window.path().await.starts_with("/submissions/"));
    assert_says(&window, &reader.text(app, "reports-submitted")).await;
    assert_says(&window, written).await;
    let receipt = window.find(".receipt code").await.text().await.expect("a receipt");
    let mail = app.last_mail("report_receipt", &officer.email);
    assert!(mail.rendered.text.contains(&receipt), "{receipt} is not in {}", mail.rendered.text);
    window.close().await;
}

#[actix_web::test]
async fn an_officer_reports_in_english_at_a_desk() {
    an_officer_reports(&TestApp::sqlite().await, &ENGLISH_AT_A_DESK).await;
}

#[actix_web::test]
async fn an_officer_reports_in_arabic_on_a_phone() {
    an_officer_reports(&TestApp::sqlite().await, &ARABIC_ON_A_PHONE).await;
}
