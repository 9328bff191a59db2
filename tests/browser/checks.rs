//! What every page must be: no wider than its window, and usable without seeing it.

use serde_json::Value;

use crate::driver::{DESK, PHONE, Window};
use crate::support::TestApp;

/// In which language and on what size of page a journey is walked.
pub struct Reader {
    pub language: &'static str,
    pub size: (u32, u32),
}

pub const ENGLISH_AT_A_DESK: Reader = Reader { language: "en", size: DESK };
pub const ARABIC_ON_A_PHONE: Reader = Reader { language: "ar", size: PHONE };

impl Reader {
    pub async fn open<'a>(&self, app: &'a TestApp) -> Window<'a> {
        Window::open(app, self.size).await
    }

    /// A sentence of Stoa as this reader gets it.
    pub fn text(&self, app: &TestApp, key: &str) -> String {
        app.service.pages.texts().get(&stoa::ground::Language::of(self.language), key)
    }
}

/// What is wrong with the page's structure, as a list of sentences.
const STRUCTURE: &str = r#"
const wrong = [];
const html = document.documentElement;
const lang = html.getAttribute("lang"), dir = html.getAttribute("dir");
if (!lang) wrong.push("html has no lang");
const expected = /^(ar|he|fa|ur)\b/.test(lang || "") ? "rtl" : "ltr";
if (dir !== expected) wrong.push(`html has dir=${dir} for ${lang}`);
if (!document.title.trim()) wrong.push("the page has no title");
const headings = [...document.querySelectorAll("h1")];
if (headings.length !== 1) wrong.push(`the page has ${headings.length} h1`);
if (document.querySelectorAll("main").length !== 1) wrong.push("the page has not one main");
let level = 0;
for (const h of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
  const now = Number(h.tagName[1]);
  if (now > level + 1 && level > 0) wrong.push(`${h.tagName} ${JSON.stringify(h.textContent.trim())} follows h${level}`);
  level = now;
}
const seen = new Set();
for (const e of document.querySelectorAll("[id]")) {
  if (seen.has(e.id)) wrong.push(`the id ${e.id} is there twice`);
  seen.add(e.id);
}
const name = (e) => {
  const by = (e.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean).map((id) => document.getElementById(id)?.textContent || "").join(" ");
  return (by || e.getAttribute("aria-label") || [...(e.labels || [])].map((l) => l.textContent).join(" ") || "").trim();
};
for (const e of document.querySelectorAll("input, select, textarea")) {
  if (e.type === "hidden" || e.type === "submit") continue;
  if (!name(e)) wrong.push(`${e.tagName.toLowerCase()} ${e.name || e.id} has no label`);
}
for (const e of document.querySelectorAll("button, a[href], input[type=submit], summary")) {
  const text = e.textContent.trim() || e.value || name(e) || e.querySelector("svg title, img[alt]");
  if (!text) wrong.push(`${e.outerHTML.slice(0, 80)} has no name`);
}
for (const e of document.querySelectorAll("img:not([alt])")) wrong.push(`${e.outerHTML.slice(0, 80)} has no alt`);
for (const e of document.querySelectorAll("svg")) {
  if (e.getAttribute("aria-hidden") !== "true" && !e.querySelector("title")) wrong.push("an svg has no title and is not hidden");
}
for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
  for (const e of document.querySelectorAll(`[${attribute}]`)) {
    for (const id of e.getAttribute(attribute).split(/\s+/).filter(Boolean)) {
      if (!document.getElementById(id)) wrong.push(`${attribute}=${id} leads nowhere`);
    }
  }
}
for (const e of document.querySelectorAll("a[href^='#']")) {
  if (!document.getElementById(decodeURIComponent(e.hash.slice(1)))) wrong.push(`the link ${e.getAttribute("href")} leads nowhere`);
}
for (const e of document.querySelectorAll("th:not([scope])")) wrong.push(`a th without scope: ${e.textContent.trim()}`);
for (const e of document.querySelectorAll("[tabindex]")) if (e.tabIndex > 0) wrong.push(`tabindex=${e.tabIndex}`);
return wrong;
"#;

/// The elements that make the page wider than its window.
const TOO_WIDE: &str = r#"
const width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth <= width) return [];
const scrolls = (e) => { for (let p = e.parentElement; p; p = p.parentElement) if (/(auto|scroll|hidden|clip)/.test(getComputedStyle(p).overflowX) && p !== document.body && p !== document.documentElement) return true; return false; };
return [`the page is ${document.documentElement.scrollWidth} wide in a window of ${width}`].concat([...document.querySelectorAll("body *")].filter((e) => { const r = e.getBoundingClientRect(); return (r.right > width + 1 || r.left < -1) && r.width > 1 && !scrolls(e); }).map((e) => e.outerHTML.slice(0, 120)));
"#;

/// Names of texts that stand where the texts should.
const UNTRANSLATED: &str =
    r"return document.body.innerText.match(/\b(?:web|error|people|reports|reviews|results|rounds|surveys)-[a-z]+(?:-[a-z]+)+\b/g) || []";

fn sentences(value: &Value) -> Vec<String> {
    value.as_array().expect("a list").iter().map(|v| v.as_str().unwrap_or_default().to_owned()).collect()
}

/// Ends the test if the page is wider than its window.
pub async fn assert_no_horizontal_scroll(window: &Window<'_>) {
    let wide = sentences(&window.script(TOO_WIDE).await);
    assert!(wide.is_empty(), "{}: {wide:#?}", window.path().await);
}

/// Ends the test if the page lacks language, direction, labels, one main heading, or has ids twice.
pub async fn assert_accessible_basics(window: &Window<'_>) {
    let wrong = sentences(&window.script(STRUCTURE).await);
    assert!(wrong.is_empty(), "{}: {wrong:#?}", window.path().await);
}

/// Ends the test if the browser complained about the page.
pub async fn assert_no_complaints(window: &Window<'_>) {
    let complaints = window.complaints().await;
    assert!(complaints.is_empty(), "{}: {complaints:#?}", window.path().await);
}

/// Looks at a page on a phone and on a desk: every check, and a picture of each.
pub async fn look_at(window: &Window<'_>, path: &str, name: &str) {
    for (size, place) in [(PHONE, "phone"), (DESK, "desk")] {
        window.resize(size).await;
        window.go(path).await;
        assert_accessible_basics(window).await;
        assert_no_horizontal_scroll(window).await;
        window.picture(&format!("{name}-{place}")).await;
    }
}

/// Looks at the page that a journey has come to: every check, and a picture.
pub async fn look(window: &Window<'_>, reader: &Reader, name: &str) {
    look_at_answer(window, reader, name, 200).await;
}

/// As `look`, at the page that refuses what was sent.
pub async fn look_at_refusal(window: &Window<'_>, reader: &Reader, name: &str) {
    look_at_answer(window, reader, name, 422).await;
    assert_eq!(window.script("return document.querySelectorAll('.error-summary li').length > 0").await, true, "no summary of what is wrong");
}

async fn look_at_answer(window: &Window<'_>, reader: &Reader, name: &str, status: u16) {
    let path = window.path().await;
    assert_eq!(window.script("return performance.getEntriesByType('navigation')[0].responseStatus").await, status, "{path}");
    assert_eq!(window.script("return document.documentElement.lang").await, reader.language, "{path}");
    if reader.language == "ar" {
        let main = window.script("return document.querySelector('main').innerText").await;
        assert!(main.as_str().expect("a text").chars().any(|c| ('\u{600}'..'\u{700}').contains(&c)), "{path}: no Arabic on the page");
    }
    window.picture(&format!("{name}-{}", reader.language)).await;
    assert_accessible_basics(window).await;
    assert_no_horizontal_scroll(window).await;
    let keys = sentences(&window.script(UNTRANSLATED).await);
    assert!(keys.is_empty(), "{path}: {keys:?}");
    // The browser notes every answer that is not a success; only the expected one may be there.
    let noted = format!("a status of {status}");
    let complaints: Vec<String> = window.complaints().await.into_iter().filter(|c| status == 200 || !c.contains(&noted)).collect();
    assert!(complaints.is_empty(), "{path}: {complaints:#?}");
}

/// Ends the test if the page does not say this.
pub async fn assert_says(window: &Window<'_>, text: &str) {
    let page = window.script("return document.body.textContent.replace(/\\s+/g, ' ')").await;
    assert!(page.as_str().expect("a text").contains(text), "{}: {text:?} is not in {page}", window.path().await);
}
