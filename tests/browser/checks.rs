//! What every page must be: no wider than its window, and usable without seeing it.

use serde_json::Value;

use crate::driver::{DESK, PHONE, Window};

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
