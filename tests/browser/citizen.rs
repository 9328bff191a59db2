//! A citizen in a browser that runs no script: answers the survey page by page to the receipt.

use stoa::people::identity::Role;
use stoa::surveys::actions;
use stoa::surveys::views::SurveyView;

use crate::checks::{ARABIC_ON_A_PHONE, ENGLISH_AT_A_DESK, Reader, assert_says, look, look_at_refusal};
use crate::driver::Window;
use crate::support::{Grants, Person, TestApp, issue_in_amman};

/// A coordinator, and an open survey with Stoa's own questionnaire in one city.
fn open_survey(app: &TestApp) -> (Person, SurveyView) {
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let view = app
        .act(&coordinator, |call| {
            let issued = issue_in_amman(call, actions::ensure_default_instrument(call)?)?;
            actions::survey_open(call, &issued.id)
        })
        .expect("a survey");
    (coordinator, view)
}

const NEXT: &str = "button[value=next]";

fn option(question: &str, value: &str) -> String {
    format!(r#"input[name="{question}"][value="{value}"]"#)
}

/// Chooses an answer as a reader does: by its words, not by its small circle.
async fn choose(window: &Window<'_>, question: &str, value: &str) {
    window.click(&format!("label:has({})", option(question, value))).await;
    assert!(is_chosen(window, question, value).await, "{question} does not take {value}");
}

async fn is_chosen(window: &Window<'_>, question: &str, value: &str) -> bool {
    window.script(&format!("return document.querySelector('{}').checked", option(question, value))).await == true
}

async fn a_citizen_answers(app: &TestApp, reader: &Reader) {
    let (_, survey) = open_survey(app);
    let window = Window::open_with(app, reader.size, &["--blink-settings=scriptEnabled=false"]).await;
    window.go(&format!("/s/{}/start?lang={}", survey.slug, reader.language)).await;
    look(&window, reader, "citizen-1-first").await;

    // Something required is left out: it is named, and what was answered is still there.
    choose(&window, "residence", "over_14").await;
    choose(&window, "work_status", "seeking").await;
    window.press(NEXT).await;
    look_at_refusal(&window, reader, "citizen-1-refused").await;
    assert_says(&window, &reader.text(app, "web-error-summary")).await;
    assert!(is_chosen(&window, "residence", "over_14").await && is_chosen(&window, "work_status", "seeking").await);
    // The summary leads to the question.
    window.click(".error-summary a").await;
    assert_eq!(window.script("return document.querySelector(':target').name").await, "course");
    choose(&window, "course", "yes").await;
    window.press(NEXT).await;
    look(&window, reader, "citizen-2-learning").await;

    choose(&window, "learning_places", "school").await;
    choose(&window, "learning_places", "online").await;
    choose(&window, "learning_satisfaction", "4").await;
    window.press(NEXT).await;
    look(&window, reader, "citizen-3-home").await;
    choose(&window, "community_learning", "weekly").await;
    window.press(NEXT).await;
    look(&window, reader, "citizen-4-together").await;
    choose(&window, "volunteered", "yes").await;
    window.fill("#q-culture_visits", "٣").await;
    window.press(NEXT).await;
    look(&window, reader, "citizen-5-daily").await;
    // Back and forth: nothing is lost on the way.
    window.press("button[value=back]").await;
    assert!(is_chosen(&window, "volunteered", "yes").await);
    window.press(NEXT).await;
    choose(&window, "children", "no").await;
    window.press(NEXT).await;
    look(&window, reader, "citizen-6-future").await;
    // The browser's own Back button shows the pages as they were left, and asks nothing.
    window.back().await;
    window.find("input[name=children]").await;
    assert!(is_chosen(&window, "children", "no").await);
    window.back().await;
    window.find("#q-culture_visits").await;
    assert!(is_chosen(&window, "volunteered", "yes").await);
    window.press(NEXT).await;
    choose(&window, "children", "no").await;
    window.press(NEXT).await;
    choose(&window, "city_rating", "4").await;
    window.press(NEXT).await;
    look(&window, reader, "citizen-7-you").await;
    choose(&window, "age_band", "age_35_44").await;
    window.fill("[name=neighbourhood]", "Jabal جبل <b>1</b>").await;
    window.press(NEXT).await;

    look(&window, reader, "citizen-8-check").await;
    assert_says(&window, "Jabal جبل <b>1</b>").await;
    assert_eq!(app.stored_responses(), 0, "nothing is stored before the end");
    window.press("button[value=submit]").await;
    look(&window, reader, "citizen-9-thanks").await;
    assert_says(&window, &reader.text(app, "surveys-thanks-title")).await;
    assert_eq!(app.stored_responses(), 1);

    // The receipt that is shown is one that Stoa knows.
    let receipt = window.find(".receipt code").await.text().await.expect("a receipt");
    // One press away, with the code, and not in any address.
    window.press("main form button").await;
    look(&window, reader, "citizen-receipt").await;
    assert_eq!(window.path().await, "/receipt");
    assert_eq!(window.script("return document.querySelectorAll('.notice.success').length").await, 1);
    window.fill("#receipt", "00000-00000").await;
    window.press("main form button").await;
    look_at_refusal(&window, reader, "citizen-receipt-refused").await;
    window.fill("#receipt", &receipt).await;
    window.press("main form button").await;
    look(&window, reader, "citizen-receipt-found").await;
    assert_eq!(window.script("return document.querySelectorAll('.notice.success').length").await, 1);
    window.close().await;
}

#[actix_web::test]
async fn a_citizen_answers_in_english_at_a_desk() {
    a_citizen_answers(&TestApp::sqlite().await, &ENGLISH_AT_A_DESK).await;
}

#[actix_web::test]
async fn a_citizen_answers_in_arabic_on_a_phone() {
    a_citizen_answers(&TestApp::sqlite().await, &ARABIC_ON_A_PHONE).await;
}
