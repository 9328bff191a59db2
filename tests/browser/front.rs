//! The front of the house in a browser: the pages that everybody meets first.

use crate::checks::{assert_no_complaints, look_at};
use crate::driver::{DESK, Window};
use crate::support::TestApp;

#[actix_web::test]
async fn the_start_page_reads_well_in_english_and_in_arabic() {
    let app = TestApp::sqlite().await;
    let window = Window::open(&app, DESK).await;
    look_at(&window, "/?lang=en", "start-en").await;
    assert_eq!(window.script("return document.documentElement.dir").await, "ltr");
    look_at(&window, "/?lang=ar", "start-ar").await;
    assert_eq!(window.script("return document.documentElement.dir").await, "rtl");
    assert!(window.text().await.chars().any(|c| ('\u{600}'..'\u{700}').contains(&c)), "no Arabic on the page");
    // The choice is remembered.
    window.go("/").await;
    assert_eq!(window.script("return document.documentElement.lang").await, "ar");
    assert_no_complaints(&window).await;
    window.close().await;
}

#[actix_web::test]
async fn an_address_that_nobody_has_leads_to_a_page_that_helps() {
    let app = TestApp::sqlite().await;
    let window = Window::open(&app, DESK).await;
    for language in ["en", "ar"] {
        look_at(&window, &format!("/nothing-here?lang={language}"), &format!("not-found-{language}")).await;
    }
    window.close().await;
}
