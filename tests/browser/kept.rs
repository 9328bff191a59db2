//! No typed word gets lost: every form with free text or more than three fields that the pages of the
//! demo lead to is typed into and left by the ways that its page offers, with script and without; who
//! comes back finds the text.
//!
//! Without script, a form that keeps a draft is left by its own buttons; any other is found again by
//! the browser's Back button.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use regex::Regex;
use serde_json::{Value, json};
use stoa::demo::fill::{Progress, fill};
use stoa::web::request::SESSION_COOKIE;

use crate::driver::{DESK, Window};
use crate::support::{Backend, TestApp};

const NO_SCRIPT: &str = "--blink-settings=scriptEnabled=false";

/// Who is asked for their pages: all that somebody types into is found by one of them.
const PEOPLE: &[&str] = &["coordinator", "operator", "officer-val-des-tilleuls", "expert-1", "expert-2", "expert-3", "expert-4", "expert-5"];

/// Forms that the walk must have found, by the pattern of their page. More are welcome.
const KNOWN: &[&str] = &[
    "/cities/new",
    "/cities/{}",
    "/disagreements/{}",
    "/experts",
    "/experts/{}",
    "/framework/import",
    "/people/new",
    "/reports/{}/sections/{}",
    "/reports/{}/statistics/{}",
    "/reviews/{}/check",
    "/reviews/{}/rate/{}",
    "/rounds/new",
    "/rounds/{}/edit",
    "/submissions/{}",
];

struct Silent;

impl Progress for Silent {
    fn begin(&mut self, _: &str, _: u64) {}
    fn step(&mut self, _: u64) {}
}

/// Types into every field of a form that takes text; gives what was typed.
const TYPE: &str = r#"
const form = document.forms[arguments[0]];
for (let d = form.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
const typed = {};
for (const e of form.elements) {
  if (!e.name || !e.id || !e.matches("textarea, input") || ["hidden", "file", "password", "checkbox", "radio"].includes(e.type)) continue;
  const number = e.type === "number" || e.inputMode === "numeric" || e.inputMode === "decimal";
  const text = e.type === "email" ? "typed@example.org" : e.type === "date" ? "2027-05-04" : number ? (e.name.startsWith("year") ? "2024" : "3") : `Typed ${arguments[1]}`;
  e.focus();
  e.value = text;
  e.dispatchEvent(new Event("input", { bubbles: true }));
  typed[e.id] = text;
}
return typed;"#;

/// The ways that lead away from a page: links, each kind once, and the form's own buttons that leave.
const WAYS: &str = r#"
const kinds = new Set();
const kind = (to) => to.split("?")[0].replace(/[a-z]{3}_[0-9a-f]{32}|\d+\.\d+\.[a-z]|\/\d+$/g, "_");
const once = (to) => !kinds.has(kind(to)) && kinds.add(kind(to));
const here = location.pathname;
const links = [...document.querySelectorAll("main a[href], .masthead-row > a, .main-nav li:last-child a")];
const away = links.filter((a) => !a.hasAttribute("download") && a.origin === location.origin && a.pathname !== here);
const ways = away.filter((a) => once(a.pathname)).map((a) => ["a", a.getAttribute("href")]);
for (const b of document.querySelectorAll("button[name=then]")) {
  if (b.form === document.forms[arguments[0]] && (b.value.startsWith("/") || b.value === "next") && once(b.value)) ways.push(["button", b.value]);
}
return ways;"#;

const PRESS: &str = r#"
const [kind, to] = arguments[0];
const all = [...document.querySelectorAll(kind === "a" ? "a[href]" : "button[name=then]")];
all.find((e) => (kind === "a" ? e.getAttribute("href") : e.value) === to).click();"#;

const FOUND: &str = r#"
const lost = [];
for (const [id, text] of Object.entries(arguments[0])) {
  const e = document.getElementById(id);
  if (!e || e.value !== text) lost.push(`${id} is ${e ? JSON.stringify(e.value) : "gone"}`);
}
return lost;"#;

fn pattern(path: &str) -> String {
    let path = path.split('?').next().unwrap_or(path);
    let part = Regex::new(r"^(?:[a-z]{3}_[0-9a-f]{32}|\d+(?:\.\d+\.[a-z])?)$").unwrap();
    path.split('/').map(|p| if part.is_match(p) { "{}" } else { p }).collect::<Vec<_>>().join("/")
}

/// A form by its page and its place on it.
#[derive(Debug, Clone)]
struct Found {
    person: &'static str,
    page: String,
    at: u64,
}

/// Waits until another page is there, whole.
async fn arrived(window: &Window<'_>, from: &str) {
    for _ in 0..400 {
        let state = window.client.execute("return [location.pathname, document.readyState]", Vec::new()).await;
        if matches!(state, Ok(Value::Array(ref s)) if s[0] != from && s[1] == "complete") {
            return;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("nothing comes after {from}");
}

/// A form of a page as its text has it: where it is sent, and whether somebody writes into it.
struct Form {
    action: String,
    asks: bool,
}

/// The forms of a page, and where its links lead.
fn read(html: &str) -> (Vec<Form>, Vec<String>) {
    let all = |pattern: &str| Regex::new(pattern).unwrap();
    let (field, name) = (all(r"<(textarea|select|input)\b[^>]*>"), all(r#"\bname="([^"]*)""#));
    let unasked = all(r#"\btype="(?:hidden|file|password|submit)""#);
    let (form, action) = (all(r"(?s)<form\b([^>]*)>(.*?)</form>"), all(r#"\baction="([^"]*)""#));
    let forms = form.captures_iter(html).map(|form| {
        let fields: Vec<_> = field.captures_iter(&form[2]).filter(|f| !unasked.is_match(&f[0])).collect();
        let names: BTreeSet<_> = fields.iter().filter_map(|f| name.captures(&f[0])).map(|n| n[1].to_owned()).collect();
        let action = action.captures(&form[1]).map(|a| a[1].to_owned()).unwrap_or_default();
        Form { action, asks: form[1].contains("post") && (names.len() > 3 || fields.iter().any(|f| &f[1] == "textarea")) }
    });
    let link = all(r##"<a\b[^>]*\bhref="(/[^"#]*)[^>]*>"##);
    let away = link
        .captures_iter(html)
        .filter(|link| !link[0].contains(" download") && !link[1].contains("lang="))
        .map(|link| link[1].replace("&amp;", "&"));
    (forms.collect(), away.collect())
}

/// Every form that somebody's pages lead to, one of each kind.
async fn forms_of(app: &TestApp, person: &'static str, known: &mut BTreeSet<String>) -> (String, Vec<Found>) {
    let visitor = app.visitor();
    let session = visitor.form_to("/demo", &format!("/demo/{person}"), &[]).await.expect(303);
    let session = session.header("set-cookie").split(';').next().and_then(|c| c.split_once('=')).expect("a session").1.to_owned();
    let (mut seen, mut found) = (BTreeMap::<String, u32>::new(), Vec::new());
    let mut waiting = VecDeque::from(["/".to_owned()]);
    while let Some(path) = waiting.pop_front() {
        let often = seen.entry(pattern(&path)).or_default();
        *often += 1;
        // A second and a third of a kind may be in another state.
        if *often > 3 {
            continue;
        }
        let page = visitor.get(&path).await;
        if page.status == 303 {
            waiting.push_front(page.location().to_owned());
        }
        if page.status != 200 || !page.header("content-type").starts_with("text/html") {
            continue;
        }
        let (forms, links) = read(page.text());
        for (at, form) in forms.iter().enumerate() {
            if form.asks && known.insert(format!("{} {}", pattern(&path), pattern(&form.action))) {
                found.push(Found { person, page: path.clone(), at: at as u64 });
            }
        }
        if pattern(&path) == "/reviews/{}" {
            // Where a button leads that is pressed last.
            waiting.push_back(format!("{path}/check"));
        }
        waiting.extend(links);
    }
    (session, found)
}

/// Types, leaves by every way, comes back; gives what was lost.
async fn walk(window: &Window<'_>, form: &Found, script: bool) -> Vec<String> {
    let mut lost = Vec::new();
    window.go(&form.page).await;
    let arguments = |more: Value| vec![Value::from(form.at), more];
    let ways = window.client.execute(WAYS, arguments(Value::Null)).await.unwrap();
    for (round, way) in ways.as_array().into_iter().flatten().enumerate() {
        window.go(&form.page).await;
        let here = window.script("return location.pathname").await.as_str().unwrap_or_default().to_owned();
        let word = format!("{} {round}", way[1].as_str().unwrap_or_default().len());
        let typed = window.client.execute(TYPE, arguments(word.into())).await.unwrap();
        window.client.execute(PRESS, vec![way.clone()]).await.unwrap();
        arrived(window, &here).await;
        if script || way[0] == "button" {
            window.go(&form.page).await;
        } else {
            window.back().await;
            arrived(window, "").await;
        }
        // What was kept is put back when all of the page is there.
        let mut missing = Value::Null;
        for _ in 0..40 {
            missing = window.client.execute(FOUND, vec![typed.clone()]).await.unwrap_or_else(|_| "no page".into());
            if missing.as_array().is_some_and(Vec::is_empty) {
                break;
            }
            actix_web::rt::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        if missing.as_array().is_none_or(|m| !m.is_empty()) {
            lost.push(format!("{} (form {}, {}), left by {way}: {missing}", form.page, form.at, form.person));
        }
    }
    lost
}

async fn the_text_is_found_again(script: bool) {
    let app = TestApp::spawn_with(Backend::Sqlite, |config| config.demo = true).await.expect("SQLite is built in");
    fill(&app.service, &mut Silent).expect("the demo");
    let window = Window::open_with(&app, DESK, if script { &[] } else { &[NO_SCRIPT] }).await;
    let mut known = BTreeSet::new();
    let mut lost = Vec::new();
    for person in PEOPLE {
        let (session, forms) = forms_of(&app, person, &mut known).await;
        let cookie = json!({"name": SESSION_COOKIE, "value": session, "url": app.url("/"), "httpOnly": true});
        window.devtools("Network.setCookie", cookie).await;
        for form in forms {
            lost.extend(walk(&window, &form, script).await);
        }
    }
    let pages: BTreeSet<&str> = known.iter().filter_map(|k| k.split(' ').next()).collect();
    assert!(lost.is_empty(), "{} times what was typed was lost:\n{}", lost.len(), lost.join("\n"));
    let missing: Vec<_> = KNOWN.iter().filter(|page| !pages.contains(**page)).collect();
    assert!(missing.is_empty(), "no form was found on {missing:?}; found: {known:#?}");
    window.close().await;
}

#[actix_web::test]
async fn whoever_leaves_a_form_and_comes_back_finds_what_they_typed() {
    the_text_is_found_again(true).await;
}

#[actix_web::test]
async fn whoever_has_no_script_finds_what_they_typed_too() {
    the_text_is_found_again(false).await;
}
