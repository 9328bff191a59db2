//! The coordinator in a browser: reads where the round stands, plans the reviews, invites.

use crate::checks::{ARABIC_ON_A_PHONE, ENGLISH_AT_A_DESK, Reader, assert_says, look};
use crate::scene::Scene;
use crate::support::TestApp;

async fn a_coordinator_assigns(app: &TestApp, reader: &Reader) {
    let scene = Scene::with(app, &["JO", "EG", "DE"]).await;
    for (i, country) in ["DE", "FR", "JO"].iter().enumerate() {
        scene.expert(i, country).await;
    }
    let invitations = || app.mails().iter().filter(|m| m.template == "review_invitation").count();

    let window = reader.open(app).await;
    window.sign_in(&scene.coordinator).await;
    window.go(&format!("/rounds?lang={}", reader.language)).await;
    look(&window, reader, "coordinator-1-rounds").await;
    let round = format!("/rounds/{}", scene.round);
    window.press(&format!("main .card a[href='{round}']")).await;
    look(&window, reader, "coordinator-2-round").await;
    assert_eq!(window.script("return document.querySelectorAll('figure svg.funnel title').length").await, 1, "no funnel with a title");
    for city in ["City 0", "City 1", "City 2"] {
        assert_says(&window, city).await;
    }
    window.press(&format!(".tabs a[href='{round}/assignments']")).await;
    look(&window, reader, "coordinator-3-assignments").await;

    window.press("form[action$='/propose'] button").await;
    look(&window, reader, "coordinator-4-plan").await;
    assert_eq!(window.script("return document.querySelectorAll('#plan tbody tr').length").await, 3);
    assert_eq!(window.script("return document.querySelectorAll('#plan tbody td:nth-of-type(1) > div').length").await, 6);
    assert_eq!(invitations(), 0, "nobody is invited before the plan is confirmed");
    window.press("form[action$='/confirm'] button").await;
    look(&window, reader, "coordinator-5-invited").await;
    assert_eq!(window.script("return document.querySelectorAll('#plan').length").await, 0);
    assert_eq!(window.script("return document.querySelectorAll('main ul.files > li a[href^=\"/reviews/\"]').length").await, 6);
    for expert in ["Expert 0", "Expert 1", "Expert 2"] {
        assert_says(&window, expert).await;
    }
    assert_eq!(invitations(), 6);

    // The round's page knows it too.
    window.go(&round).await;
    look(&window, reader, "coordinator-6-round-invited").await;
    window.close().await;
}

#[actix_web::test]
async fn a_coordinator_assigns_in_english_at_a_desk() {
    a_coordinator_assigns(&TestApp::sqlite().await, &ENGLISH_AT_A_DESK).await;
}

#[actix_web::test]
async fn a_coordinator_assigns_in_arabic_on_a_phone() {
    a_coordinator_assigns(&TestApp::sqlite().await, &ARABIC_ON_A_PHONE).await;
}

#[actix_web::test]
async fn a_coordinator_assigns_on_postgresql() {
    if let Some(app) = TestApp::postgres().await {
        a_coordinator_assigns(&app, &ENGLISH_AT_A_DESK).await;
    }
}
