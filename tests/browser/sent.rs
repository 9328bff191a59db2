//! What becomes of typed text when a form is sent: with Stoa it is not kept any more, refused it is;
//! nothing is saved behind somebody's back, and signing out saves before it goes.

use serde_json::{Value, json};
use stoa::people::identity::Role;

use crate::driver::{DESK, Window};
use crate::officer::officer;
use crate::scene::{MEASURES, Scene};
use crate::support::{Grants, TestApp};

/// The value of a field, and whether a notice stands at its form.
async fn found(window: &Window<'_>, id: &str) -> (String, bool) {
    // What was kept is put back when all of the page is there; what waits in line since then comes before this.
    let seen = format!("const e = document.getElementById('{id}'); go([e.value, e.form.querySelector('.notice') !== null])");
    let look = format!("return new Promise((go) => setTimeout(() => {{ {seen} }}))");
    let seen = window.script(&look).await;
    (seen[0].as_str().expect("a text").to_owned(), seen[1].as_bool().expect("yes or no"))
}

#[actix_web::test]
async fn what_was_sent_does_not_come_back_and_what_was_refused_does() {
    let app = TestApp::sqlite().await;
    let window = Window::open(&app, DESK).await;
    window.sign_in(&app.person(Role::Coordinator, Grants::Instance)).await;
    window.go("/cities/new").await;
    window.fill("#name", "Nowhere").await;
    window.press("main form .actions button").await;
    assert_eq!(found(&window, "name").await, ("Nowhere".to_owned(), false), "refused: the page itself gives it back");
    window.press("main form a.secondary").await;
    window.go("/cities/new").await;
    assert_eq!(found(&window, "name").await, ("Nowhere".to_owned(), true));

    window.fill("#slug", "nowhere").await;
    for (field, value) in [("country", "JO"), ("language", "en"), ("time_zone", "UTC")] {
        window.script(&format!("document.getElementById('{field}').value = '{value}'")).await;
    }
    window.press("main form .actions button").await;
    assert_eq!(window.path().await, "/cities");
    window.go("/cities/new").await;
    assert_eq!(found(&window, "name").await, (String::new(), false), "it was sent");

    // Somebody else in the same tab finds nothing, whatever was typed before.
    window.fill("#name", "Mine").await;
    window.press("main form a.secondary").await;
    window.sign_in(&app.person(Role::Coordinator, Grants::Instance)).await;
    window.go("/cities/new").await;
    assert_eq!(found(&window, "name").await, (String::new(), false));
    window.close().await;
}

#[actix_web::test]
async fn nothing_of_a_stranger_is_kept() {
    let app = TestApp::sqlite().await;
    let window = Window::open(&app, DESK).await;
    window.go("/password/forgot").await;
    window.fill("#email", "amina@example.org").await;
    window.press(".masthead-row > a").await;
    window.go("/password/forgot").await;
    assert_eq!(found(&window, "email").await, (String::new(), false));
    assert_eq!(window.script("return Object.keys(sessionStorage).length").await, 0);
    window.close().await;
}

#[actix_web::test]
async fn who_signs_out_in_the_middle_of_a_sentence_finds_it_the_next_day() {
    let app = TestApp::sqlite().await;
    let officer = officer(&app);
    let window = Window::open(&app, DESK).await;
    window.sign_in(&officer).await;
    window.go("/reports").await;
    window.press("form[action='/reports'] button").await;
    let report = window.path().await;
    window.go(&format!("{report}/sections/3.3.a")).await;
    window.fill("#body", "Half a sentence, and").await;
    window.press("form[action='/sign-out'] button").await;
    assert_eq!(window.script("return Object.keys(sessionStorage).filter((key) => key.startsWith('stoa:')).length").await, 0);
    let view = app.as_person(&officer).get(&format!("/api/v1{report}")).await.expect(200).json();
    let section = view["sections"].as_array().expect("sections").iter().find(|s| s["measure"] == "3.3.a").expect("it is asked").clone();
    assert_eq!(section["body"], "Half a sentence, and");
    window.close().await;
}

#[actix_web::test]
async fn a_judgement_that_somebody_else_changed_is_not_saved_over_theirs_without_a_press() {
    let app = TestApp::sqlite().await;
    let scene = Scene::with(&app, &["JO"]).await;
    let expert = scene.expert(1, "DE").await;
    let seat = scene.seat(0, &expert).await;
    app.visitor().form_to(&seat.path, &format!("{}/accept", seat.path), &[]).await.expect(303);
    let window = Window::open(&app, DESK).await;
    let rate = format!("{}/rate/{}", seat.path, MEASURES[0]);
    window.go(&rate).await;
    // Another tab is faster.
    let rating = format!("/api/v1/reviews/{}/ratings/{}", seat.id, MEASURES[0]);
    let theirs = json!({"level": 3, "comment": "Typed in the other tab."});
    app.with_token(&seat.token).put(&rating, "\"v0\"", &theirs).await.expect(200);
    window.fill("#comment", "Typed here.").await;
    window.press("button[name=then][value=stay]").await;
    assert_eq!(found(&window, "comment").await.0, "Typed here.");
    let autosave = "return document.querySelectorAll('form[data-autosave]').length";
    assert_eq!(window.script(autosave).await, Value::from(0), "the page asks to compare; it saves nothing by itself");
    window.close().await;
}
