//! A passkey in a browser: added, and signed in with after signing out, by an authenticator that the browser's driver
//! pretends to be. And the second step where no script runs.

use stoa::people::identity::Role;

use crate::checks::{ARABIC_ON_A_PHONE, ENGLISH_AT_A_DESK, Reader, look};
use crate::driver::Window;
use crate::support::{Backend, Grants, TestApp};

const PASSWORD: &str = "a bridge in Fez";

/// An instance that is reached by a name: no browser has passkeys at a number.
async fn named() -> TestApp {
    let settings = |config: &mut stoa::ground::config::Config| {
        config.server.base_url = format!("http://{}", config.server.bind.replace("127.0.0.1", "localhost"))
    };
    TestApp::spawn_with(Backend::Sqlite, settings).await.expect("SQLite is built in")
}

async fn a_passkey_is_added_and_signs_in(reader: &Reader) {
    let app = named().await;
    let amina = app.person(Role::Coordinator, Grants::Instance);
    app.password(&amina, PASSWORD);
    let window = reader.open(&app).await;
    let home = app.service.config.base_url();
    let go = async |path: &str| window.client.goto(&format!("{home}{path}")).await.unwrap_or_else(|e| panic!("{path} does not load: {e}"));
    window.authenticator().await;
    let sign_in = async || {
        go(&format!("/sign-in?lang={}&next=/account/second-factor", reader.language)).await;
        window.fill("#email", &amina.email).await;
        window.fill("#password", PASSWORD).await;
        window.press("main form button").await;
    };
    sign_in().await;
    look(&window, reader, "passkey-1-none").await;
    window.fill("#name", "Phone").await;
    window.fill("#current_password", PASSWORD).await;
    window.press("main form button").await;
    look(&window, reader, "passkey-2-device").await;
    window.press("form[data-passkey] button").await;
    look(&window, reader, "passkey-3-codes").await;
    assert_eq!(window.script("return document.querySelectorAll('main ul code').length").await, 10);
    window.press("main .actions a").await;
    look(&window, reader, "passkey-4-added").await;

    window.press("form[action='/sign-out'] button").await;
    sign_in().await;
    assert!(window.path().await.starts_with("/sign-in/second"), "{}", window.path().await);
    look(&window, reader, "passkey-5-second-step").await;
    window.press("form[data-passkey] button").await;
    assert_eq!(window.path().await, "/account/second-factor");
    window.close().await;
}

#[actix_web::test]
async fn a_passkey_is_added_and_signs_in_english_at_a_desk() {
    a_passkey_is_added_and_signs_in(&ENGLISH_AT_A_DESK).await;
}

#[actix_web::test]
async fn a_passkey_is_added_and_signs_in_arabic_on_a_phone() {
    a_passkey_is_added_and_signs_in(&ARABIC_ON_A_PHONE).await;
}

async fn a_program_is_let_in(reader: &Reader) {
    let app = named().await;
    let amina = app.person(Role::Coordinator, Grants::Instance);
    app.password(&amina, PASSWORD);
    let window: Window<'_> = reader.open(&app).await;
    window.sign_in(&amina).await;
    window.go(&format!("/account/programs?lang={}", reader.language)).await;
    look(&window, reader, "program-1-none").await;
    window.go("/account/programs/new").await;
    look(&window, reader, "program-2-new").await;
    window.fill("#name", "Nightly export").await;
    window.script("document.getElementById('expires_on').value = '2026-12-31'").await;
    window.press("main form button").await;
    look(&window, reader, "program-3-check").await;
    window.fill("#current_password", PASSWORD).await;
    window.press("form[action='/account/programs'] button").await;
    look(&window, reader, "program-4-made").await;
    window.press("main .actions a").await;
    look(&window, reader, "program-5-list").await;
    window.close().await;
}

#[actix_web::test]
async fn a_program_is_let_in_english_at_a_desk() {
    a_program_is_let_in(&ENGLISH_AT_A_DESK).await;
}

#[actix_web::test]
async fn a_program_is_let_in_arabic_on_a_phone() {
    a_program_is_let_in(&ARABIC_ON_A_PHONE).await;
}
