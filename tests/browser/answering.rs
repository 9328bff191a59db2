//! Answering with the keyboard alone and without any script, and what script adds: questions that appear at once,
//! answers that wait for the line, a device that is one's own, one that many share.

use serde_json::{Value, json};
use stoa::people::identity::Role;
use stoa::surveys::actions;
use stoa::surveys::views::{InstrumentInput, SurveyView};

use crate::axe;
use crate::checks::{ARABIC_ON_A_PHONE, ENGLISH_AT_A_DESK, Reader, assert_accessible_basics, assert_no_horizontal_scroll, assert_says};
use crate::driver::{PHONE, Window};
use crate::support::{Grants, TestApp, issue_in_amman};

const NO_SCRIPT: &str = "--blink-settings=scriptEnabled=false";

const CHOICES: &str = "list_name,name,label::English (en),label::Français (fr),label::العربية (ar)\n\
    yn,yes,Yes,Oui,نعم\nyn,no,No,Non,لا\n\
    agree,never,Never,Jamais,أبدًا\nagree,sometimes,Sometimes,Parfois,أحيانًا\nagree,often,Often,Souvent,كثيرًا\nagree,always,Always,Toujours,دائمًا\n";

/// Sixty questions of every kind in six pages, in three languages; two of them only after a certain answer.
fn sixty() -> String {
    let mut rows = "type,name,label::English (en),label::Français (fr),label::العربية (ar),required,relevant,appearance,parameters\n".to_owned();
    let mut row = |kind: &str, n: usize, more: &str| match kind {
        "end_group" => rows.push_str("end_group,,,,,,,,\n"),
        _ => rows.push_str(&format!("{kind},q{n},Question number {n}?,Question numéro {n} ?,السؤال رقم {n}؟,{more}\n")),
    };
    for page in 0..6 {
        let at = page * 10;
        let appearance = if page == 3 { "table-list" } else { "" };
        row("begin_group", 1000 + page, &format!(",,{appearance},"));
        if page == 3 {
            (1..=10).for_each(|n| row("select_one agree", at + n, "yes,,,"));
        } else {
            row("select_one yn", at + 1, "yes,,,");
            row("integer", at + 2, &format!(",${{q{}}} = 'yes',,", at + 1));
            row("select_multiple agree", at + 3, "yes,,,");
            row("select_one agree", at + 4, "yes,,likert,");
            row("text", at + 5, ",,,");
            row("text", at + 6, ",,multiline,");
            row("date", at + 7, "yes,,,");
            row("range", at + 8, "yes,,,start=1 end=5 step=1");
            row("rank yn", at + 9, "yes,,,");
            row(if page % 2 == 0 { "select_one agree" } else { "acknowledge" }, at + 10, if page % 2 == 0 { "yes,,minimal," } else { "yes,,," });
        }
        row("end_group", 0, "");
    }
    rows
}

/// An open survey with a questionnaire of its own.
pub fn survey_of(app: &TestApp, survey_csv: String, choices_csv: &str) -> SurveyView {
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let input = InstrumentInput {
        name: "own".to_owned(),
        version_label: "1".to_owned(),
        survey_csv,
        choices_csv: Some(choices_csv.to_owned()),
        ..InstrumentInput::default()
    };
    app.act(&coordinator, |call| {
        let (instrument, _) = actions::instrument_import(call, &input.into())?;
        actions::instrument_publish(call, &instrument.id)?;
        let view = issue_in_amman(call, instrument.id)?;
        actions::survey_open(call, &view.id)
    })
    .expect("a survey")
}

/// A key of the keyboard, pressed and let go.
async fn key(window: &Window<'_>, name: &str, code: &str, number: u32, text: &str) {
    let down = json!({"type": "keyDown", "key": name, "code": code, "windowsVirtualKeyCode": number, "text": text});
    window.devtools("Input.dispatchKeyEvent", down).await;
    window.devtools("Input.dispatchKeyEvent", json!({"type": "keyUp", "key": name, "code": code, "windowsVirtualKeyCode": number})).await;
}

async fn write(window: &Window<'_>, text: &str) {
    window.devtools("Input.insertText", json!({"text": text})).await;
}

/// Where the keyboard is, and whether that shows.
const FOCUS: &str = r#"
const e = document.activeElement;
const shown = [e, e.closest("label")].some((x) => x && getComputedStyle(x).outlineStyle !== "none" && parseFloat(getComputedStyle(x).outlineWidth) >= 2);
return [e.tagName.toLowerCase(), e.type ?? "", e.name ?? "", e.value ?? "", shown, e.getAttribute("inputmode") ?? "", e.checked === true];"#;

/// Answers what is on a page with the keyboard alone, and presses its first button. Gives how many fields were met.
async fn by_keyboard(window: &Window<'_>) -> usize {
    let (mut met, mut place) = (std::collections::BTreeSet::new(), 0);
    for _ in 0..200 {
        key(window, "Tab", "Tab", 9, "").await;
        let focus = window.script(FOCUS).await;
        let at = |n: usize| focus[n].as_str().unwrap_or_default().to_owned();
        let (tag, kind, name, value) = (at(0), at(1), at(2), at(3));
        assert!(tag == "body" || focus[4] == true, "the focus does not show on {focus}");
        let base = name.split('[').next().unwrap_or_default().to_owned();
        match (tag.as_str(), kind.as_str()) {
            ("button", _) if value == "next" || value == "submit" => {
                window.script("window.pressed = true").await;
                key(window, "Enter", "Enter", 13, "\r").await;
                return met.len();
            }
            ("input", "radio" | "checkbox") if met.insert(base.clone()) && focus[6] == false => key(window, " ", "Space", 32, " ").await,
            ("input", "radio" | "checkbox") => {}
            ("select", _) => {
                met.insert(base);
                key(window, "ArrowDown", "ArrowDown", 40, "").await;
            }
            ("textarea", _) => {
                met.insert(base);
                if !value.is_empty() {
                    continue;
                }
                write(window, "كلمات Words mots").await;
            }
            ("input", _) => {
                met.insert(base);
                place = if name.ends_with("[yes]") {
                    1
                } else if name.ends_with("[no]") {
                    2
                } else {
                    place
                };
                let text = match name.rsplit('[').next().unwrap_or_default() {
                    "day]" => "5".to_owned(),
                    "month]" => "6".to_owned(),
                    "year]" => "1980".to_owned(),
                    "yes]" | "no]" => place.to_string(),
                    _ if at(5).is_empty() => "Text".to_owned(),
                    _ => "3".to_owned(),
                };
                if value.is_empty() {
                    write(window, &text).await;
                }
            }
            _ => {}
        }
    }
    panic!("no button was reached on {}", window.path().await);
}

/// Waits until the page that was left is gone.
async fn arrived(window: &Window<'_>) {
    for _ in 0..400 {
        let there = window.client.execute("return !window.pressed && document.readyState === 'complete'", Vec::new()).await;
        if matches!(there, Ok(Value::Bool(true))) {
            return;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("no other page came after {}", window.path().await);
}

/// Waits until something is so.
async fn until(window: &Window<'_>, what: &str) {
    for _ in 0..400 {
        if matches!(window.client.execute(&format!("return Boolean({what})"), Vec::new()).await, Ok(Value::Bool(true))) {
            return;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("never: {what} on {}: {}", window.path().await, window.text().await);
}

#[actix_web::test]
async fn sixty_questions_are_answered_by_keyboard_alone_without_script_in_three_languages() {
    let app = TestApp::sqlite().await;
    let survey = survey_of(&app, sixty(), CHOICES);
    for (language, stored) in [("en", 1), ("fr", 2), ("ar", 3)] {
        let window = Window::open_with(&app, PHONE, &[NO_SCRIPT]).await;
        window.go(&format!("/s/{}?lang={language}", survey.slug)).await;
        assert_eq!(window.script("return document.documentElement.lang").await, language);
        window.press(".actions a.button").await;
        let mut met = 0;
        // A page comes again where its first answer has opened a question.
        for _ in 0..14 {
            if window.script("return document.querySelector('button[value=submit]') !== null").await == true {
                break;
            }
            assert_accessible_basics(&window).await;
            assert_no_horizontal_scroll(&window).await;
            met += by_keyboard(&window).await;
            arrived(&window).await;
            let wrong = window.script("return [...document.querySelectorAll('.error-summary li')].map((e) => e.textContent)").await;
            assert_eq!(wrong, json!([]), "{language}");
        }
        assert!(met >= 60, "{met} fields were met in {language}");
        assert_eq!(window.script("return document.querySelectorAll('.summary dt').length").await, 60, "{language}: all are there to be checked");
        assert_eq!(window.script("return [...document.querySelectorAll('.summary .optional')].length").await, 0, "{language}: all are answered");
        by_keyboard(&window).await;
        arrived(&window).await;
        window.find(".receipt.success code").await;
        assert_eq!(app.stored_responses(), stored);
        window.close().await;
    }
}

/// Every kind of page that a citizen meets.
async fn every_kind_of_page(app: &TestApp, reader: &Reader) {
    let survey = survey_of(app, sixty(), CHOICES);
    let window = reader.open(app).await;
    let (address, lang) = (format!("/s/{}", survey.slug), reader.language);
    let look = async |name: &str| {
        window.picture(&format!("answering-{name}-{lang}")).await;
        assert_accessible_basics(&window).await;
        assert_no_horizontal_scroll(&window).await;
        axe::finds_nothing(&window, name).await;
    };
    window.go(&format!("{address}?lang={lang}")).await;
    look("first").await;
    window.press(".actions a.button").await;
    look("page").await;
    window.press("button[value=next]").await;
    look("page-refused").await;
    for n in 0..6 {
        if n == 3 {
            look("grid").await;
            window.press("button[value=next]").await;
            look("grid-refused").await;
            let rows = window.script("return [...document.querySelectorAll('fieldset.likert')].filter((e) => e.querySelector('legend') && e.querySelector('.error')).length").await;
            assert_eq!(rows, 10, "each row has its own words and its own error");
        }
        window.script("window.pressed = true").await;
        window.script(FILL).await;
        window.press("button[value=next]").await;
    }
    look("check").await;
    window.press("button[value=keep]").await;
    look("keep").await;
    window.go(&format!("{address}/resume?lang={lang}")).await;
    look("resume").await;
    window.fill("#code", "no code").await;
    window.press("main form button").await;
    look("resume-refused").await;
    window.go(&format!("{address}/kiosk?lang={lang}")).await;
    look("kiosk").await;
    window.press(".actions a.button").await;
    window.script("document.querySelector('dialog').showModal()").await;
    look("kiosk-idle").await;
    let complaints: Vec<String> = window.complaints().await.into_iter().filter(|c| !c.contains("a status of 422")).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
    window.close().await;
}

/// Answers everything on a page but what only a certain answer opens.
const FILL: &str = r#"
const seen = new Set();
for (const e of document.querySelectorAll("form[data-survey] [data-fields] :is(input, textarea, select)")) {
  if (e.type === "radio") { if (!seen.has(e.name)) e.form.elements[e.name][1].checked = true; seen.add(e.name); }
  else if (e.type === "checkbox") e.checked = true;
  else if (e.tagName === "SELECT") e.selectedIndex = 1;
  else e.value = e.name.endsWith("[year]") ? "1980" : e.name.endsWith("[no]") ? "2" : e.name.includes("[") ? "1" : "3";
}"#;

#[actix_web::test]
async fn axe_finds_nothing_on_any_kind_of_page_in_english_at_a_desk() {
    every_kind_of_page(&TestApp::sqlite().await, &ENGLISH_AT_A_DESK).await;
}

#[actix_web::test]
async fn axe_finds_nothing_on_any_kind_of_page_in_arabic_on_a_phone() {
    every_kind_of_page(&TestApp::sqlite().await, &ARABIC_ON_A_PHONE).await;
}

const PETS: &str =
    "type,name,label::English (en),required,relevant\nselect_one yn,pets,Pets?,yes,\ninteger,number,How many?,yes,${pets} = 'yes'\ntext,why,Why?,,\n";
const YN: &str = "list_name,name,label::English (en)\nyn,yes,Yes\nyn,no,No\n";

#[actix_web::test]
async fn a_question_appears_as_soon_as_an_answer_opens_it_and_what_is_typed_stays() {
    let app = TestApp::sqlite().await;
    let survey = survey_of(&app, PETS.to_owned(), YN);
    let window = ENGLISH_AT_A_DESK.open(&app).await;
    window.go(&format!("/s/{}/start", survey.slug)).await;
    window.fill("#q-why", "Because").await;
    window.script("window.pressed = true").await;
    window.click("label:has(input[value=yes])").await;
    until(&window, "document.querySelector('#q-number')").await;
    let state = "return [document.querySelector('#q-why').value, window.pressed, document.querySelector('[data-said]').textContent !== '', document.activeElement.value]";
    assert_eq!(window.script(state).await, json!(["Because", true, true, "yes"]), "no page came, and the keyboard is where it was");
    window.fill("#q-number", "4").await;
    // It goes again with the answer, and comes back with what was typed.
    window.click("label:has(input[value=no])").await;
    until(&window, "!document.querySelector('#q-number')").await;
    window.click("label:has(input[value=yes])").await;
    until(&window, "document.querySelector('#q-number')?.value === '4'").await;
    window.press("button[value=next]").await;
    assert_says(&window, "Check your answers").await;
    assert!(window.complaints().await.is_empty());
    window.close().await;
}

#[actix_web::test]
async fn answers_wait_for_the_line_and_stay_only_in_a_browser_that_is_ones_own() {
    let app = TestApp::sqlite().await;
    let survey = survey_of(&app, PETS.to_owned(), YN);
    let window = ENGLISH_AT_A_DESK.open(&app).await;
    let kept = "Object.keys(localStorage).length";
    let line = async |there: bool| {
        window.devtools("Network.enable", json!({})).await;
        let conditions = json!({"offline": !there, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        window.devtools("Network.emulateNetworkConditions", conditions).await;
    };
    let answer = async || {
        window.go(&format!("/s/{}/start", survey.slug)).await;
        window.click("label:has(input[value=no])").await;
        window.fill("#q-why", "A secret").await;
    };
    answer().await;
    assert_eq!(window.script(&format!("return {kept}")).await, 0, "nothing without a tick");
    line(false).await;
    window.click("button[value=next]").await;
    until(&window, "document.querySelector('[data-line]').textContent.includes('There is no line')").await;
    line(true).await;
    window.press("button[value=next]").await;
    line(false).await;
    window.click("button[value=submit]").await;
    until(&window, "document.querySelector('[data-line]').textContent.includes('sent by themselves')").await;
    assert_eq!((app.stored_responses(), window.script(&format!("return {kept}")).await), (0, json!(0)));
    line(true).await;
    until(&window, "document.querySelector('.receipt.success code')").await;
    assert_eq!((app.stored_responses(), window.script("return document.activeElement.id").await), (1, json!("main")));

    // With the tick they outlast the window, until they are sent.
    answer().await;
    window.click("[data-own] label").await;
    assert_eq!(window.script(&format!("return {kept}")).await, 1);
    window.go(&format!("/s/{}", survey.slug)).await;
    window.press("button[data-go]").await;
    assert_eq!(window.script("return document.querySelector('#q-why').value").await, "A secret");
    window.press("button[value=next]").await;
    window.click("button[value=submit]").await;
    until(&window, "document.querySelector('.receipt.success code')").await;
    assert_eq!((app.stored_responses(), window.script(&format!("return {kept}")).await), (2, json!(0)), "wiped at the receipt");
    // Or until they are deleted.
    answer().await;
    window.click("[data-own] label").await;
    window.go(&format!("/s/{}", survey.slug)).await;
    window.click("button[data-drop]").await;
    assert_eq!(window.script(&format!("return {kept}")).await, 0);
    window.close().await;
}

#[actix_web::test]
async fn a_shared_device_asks_whether_somebody_is_there_and_clears_itself() {
    let app = TestApp::sqlite().await;
    let survey = survey_of(&app, PETS.to_owned(), YN);
    let window = ENGLISH_AT_A_DESK.open(&app).await;
    window.go(&format!("/s/{}/kiosk", survey.slug)).await;
    window.press(".actions a.button").await;
    window.fill("#q-why", "A secret").await;
    window.script("const d = document.querySelector('dialog'); d.dataset.idle = 0.2; d.dataset.warn = 30").await;
    write(&window, "!").await;
    until(&window, "document.querySelector('dialog').open").await;
    assert_says(&window, "Are you still there?").await;
    window.script("const d = document.querySelector('dialog'); d.dataset.idle = 60").await;
    window.click("[data-here]").await;
    assert_eq!(window.script("return document.querySelector('#q-why').value").await, "A secret!", "who is there loses nothing");
    window.script("window.pressed = true; const d = document.querySelector('dialog'); d.dataset.idle = 0.2; d.dataset.warn = 1").await;
    write(&window, "?").await;
    arrived(&window).await;
    assert_eq!(window.path().await.split('?').next(), Some(format!("/s/{}/kiosk", survey.slug).as_str()));
    window.back().await;
    until(&window, "document.readyState === 'complete'").await;
    assert!(
        !window
            .script("return document.body.innerHTML + [...document.querySelectorAll('input,textarea')].map((e) => e.value)")
            .await
            .to_string()
            .contains("A secret")
    );
    assert_eq!(app.stored_responses(), 0);

    // After the receipt the next person begins; Back shows nothing of the one before.
    window.go(&format!("/s/{}/kiosk", survey.slug)).await;
    window.press(".actions a.button").await;
    window.click("label:has(input[value=no])").await;
    window.fill("#q-why", "A secret").await;
    window.press("button[value=next]").await;
    window.click("button[value=submit]").await;
    until(&window, "document.querySelector('.receipt.success code')").await;
    window.press(".actions a.button").await;
    for _ in 0..3 {
        window.back().await;
        actix_web::rt::time::sleep(std::time::Duration::from_millis(300)).await;
        let seen = "return document.body.innerHTML + [...document.querySelectorAll('input,textarea')].map((e) => e.value)";
        assert!(!window.script(seen).await.to_string().contains("A secret"), "{}", window.path().await);
    }
    assert_eq!(app.stored_responses(), 1);
    window.close().await;
}
