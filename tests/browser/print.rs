//! Paper: a poster has its sheet for itself, a profile is a table with its heads where they belong.

use serde_json::json;
use stoa::people::identity::Role;
use stoa::surveys::actions::{ensure_default_instrument, survey_open};

use crate::checks::{ARABIC_ON_A_PHONE, ENGLISH_AT_A_DESK, Reader};
use crate::driver::Window;
use crate::support::issue_in_amman;
use crate::support::{Grants, TestApp};

/// What A4 leaves between margins of 18 mm, in CSS pixels.
const PAPER: (u32, u32) = (658, 986);

/// How many sheets the page takes.
async fn sheets(window: &Window<'_>) -> usize {
    let printed = window.devtools("Page.printToPDF", json!({"preferCSSPageSize": true})).await;
    use base64::Engine;
    let pdf = base64::engine::general_purpose::STANDARD.decode(printed["data"].as_str().expect("a document")).expect("Base64");
    regex::bytes::Regex::new(r"/Type\s*/Page\b").expect("a pattern").find_iter(&pdf).count()
}

/// Shows the page as it goes to the printer, at the width of the paper.
async fn on_paper(window: &Window<'_>) {
    window.devtools("Emulation.setEmulatedMedia", json!({"media": "print"})).await;
    window.resize(PAPER).await;
}

async fn a_poster_and_a_profile_are_printed(reader: &Reader) {
    let app = TestApp::sqlite().await;
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let survey = app
        .act(&coordinator, |call| {
            let instrument = ensure_default_instrument(call)?;
            let survey = issue_in_amman(call, instrument)?;
            survey_open(call, &survey.id)
        })
        .unwrap();
    let window = reader.open(&app).await;
    window.sign_in(&coordinator).await;

    window.go(&format!("/surveys/{}/poster?lang={}", survey.id, reader.language)).await;
    assert_eq!(sheets(&window).await, 1, "the poster and nothing else");
    on_paper(&window).await;
    let shown = "return [...document.querySelectorAll('body > *, main > *')].filter((e) => e.offsetHeight > 1).map((e) => e.className || e.tagName)";
    assert_eq!(window.script(shown).await, json!(["page", "poster"]), "only the poster comes out");
    let fills = format!("return document.querySelector('.poster').getBoundingClientRect().height / {}", PAPER.1);
    let fills = window.script(&fills).await.as_f64().unwrap();
    assert!((0.95..=1.0).contains(&fills), "the poster fills its sheet: {fills}");

    window.go(&format!("/participations/{}/profile", survey.participation_id)).await;
    let shape = "return ['table', 'thead', 'tr'].map((tag) => getComputedStyle(document.querySelector('main ' + tag)).display)";
    assert_eq!(window.script(shape).await, json!(["table", "table-header-group", "table-row"]), "a table on paper, not the cards of a phone");
    // What must not stand alone at the foot of a page.
    let held = "return ['h2', 'h2 + p', 'thead'].map((e) => getComputedStyle(document.querySelector('main section ' + e)).breakAfter)";
    assert_eq!(window.script(held).await, json!(["avoid", "avoid", "avoid"]));
    assert!(sheets(&window).await <= 12);
    // The key is drawn, so that it prints without the backgrounds that a printer leaves out.
    assert_eq!(window.script("return document.querySelectorAll('.key li > svg').length").await, 3);
    window.close().await;
}

#[actix_web::test]
async fn a_poster_and_a_profile_are_printed_in_english() {
    a_poster_and_a_profile_are_printed(&ENGLISH_AT_A_DESK).await;
}

#[actix_web::test]
async fn a_poster_and_a_profile_are_printed_in_arabic() {
    a_poster_and_a_profile_are_printed(&ARABIC_ON_A_PHONE).await;
}
