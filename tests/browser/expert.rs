//! An expert in a browser: comes with the link from the mail, accepts, judges a section.

use crate::checks::{ARABIC_ON_A_PHONE, ENGLISH_AT_A_DESK, Reader, assert_says, look, look_at_refusal};
use crate::scene::{MEASURES, Scene};
use crate::support::TestApp;

async fn an_expert_judges(app: &TestApp, reader: &Reader) {
    let scene = Scene::with(app, &["JO"]).await;
    let expert = scene.expert(1, "DE").await;
    scene.invite(0, &expert).await.expect(201);
    let link = app.last_mail("review_invitation", &expert.email).paths(app).first().expect("a link").clone();

    let window = reader.open(app).await;
    window.go(&format!("{link}?lang={}", reader.language)).await;
    look(&window, reader, "expert-1-invitation").await;
    assert_says(&window, &reader.text(app, "reviews-accept")).await;
    window.press("form[action$='/accept'] button").await;
    look(&window, reader, "expert-2-accepted").await;
    window.press("main .actions a.button:not(.secondary)").await;
    assert_eq!(window.path().await, format!("{link}/rate/{}", MEASURES[0]));
    look(&window, reader, "expert-3-rate").await;
    assert_eq!(window.script("return document.querySelectorAll('input[name=level]:checked').length").await, 0, "no level is chosen for the expert");
    assert_says(&window, &format!("What the city says about {}.", MEASURES[0])).await;

    // A card is chosen by its words; what is saved is still there.
    let comment =
        if reader.language == "ar" { "فعاليات في كل حي من أحياء المدينة" } else { "Events in every district of the city" };
    window.click("label.level:has(input[value='3']) .level-text").await;
    window.fill("#comment", comment).await;
    window.press("button[name=then][value=stay]").await;
    look(&window, reader, "expert-4-rated").await;
    assert_eq!(window.script("return document.querySelector('input[name=level]:checked').value").await, "3");
    assert_eq!(window.script("return document.getElementById('comment').value").await, comment);

    window.press("button[name=then][value=check]").await;
    assert_eq!(window.path().await, format!("{link}/check"));
    look(&window, reader, "expert-5-check").await;
    assert_says(&window, comment).await;
    assert_says(&window, "Level 3").await;
    // The other section is missing: handing in names it and keeps what was typed.
    window.fill("#overall_comment", "A good start.").await;
    window.press("form[action$='/submit'] button").await;
    look_at_refusal(&window, reader, "expert-6-refused").await;
    assert_eq!(window.script("return document.getElementById('overall_comment').value").await, "A good start.");
    window.close().await;
}

#[actix_web::test]
async fn an_expert_judges_in_english_at_a_desk() {
    an_expert_judges(&TestApp::sqlite().await, &ENGLISH_AT_A_DESK).await;
}

#[actix_web::test]
async fn an_expert_judges_in_arabic_on_a_phone() {
    an_expert_judges(&TestApp::sqlite().await, &ARABIC_ON_A_PHONE).await;
}
