//! Every letter in every language, rendered with its example: nothing missing, nothing left over.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

use std::collections::BTreeSet;

use serde_json::json;
use stoa::mail::templates::Templates;
use stoa::server::letters;
use stoa::web::texts::LANGUAGES;

fn strict() -> Templates {
    Templates::load(true).expect("every template compiles")
}

#[test]
fn every_template_has_an_example_and_every_example_a_template() {
    let samples = letters::samples();
    let named: BTreeSet<&str> = samples.0.iter().map(|(name, _)| *name).collect();
    assert_eq!(named.len(), samples.0.len(), "a letter is listed twice");
    let templates = strict();
    let written: BTreeSet<&str> = templates.known().keys().map(String::as_str).collect();
    assert_eq!(written, named, "email_templates/ (left) and server/letters.rs (right) name the same letters");
}

#[test]
fn every_template_renders_in_every_language_with_nothing_missing() {
    let templates = strict();
    for (template, sample) in &letters::samples().0 {
        for (language, _) in LANGUAGES {
            let at = format!("{language}/{template}");
            let mail = templates
                .render(template, language, sample, "Amina Haddad", "https://stoa.example.org", &|address| Ok(address.to_owned()))
                .unwrap_or_else(|e| panic!("{at}: {e}"));
            assert_eq!(mail.language, *language, "{at} is not written in its language");
            assert!(!mail.subject.is_empty() && mail.subject.chars().count() <= 120, "{at}: subject {:?}", mail.subject);
            assert!(!mail.subject.contains(['\n', '\r']), "{at}: the subject is not one line");
            assert!(mail.text.trim().len() > 40, "{at}: hardly any text");
            assert!(!mail.text.contains("&#") && !mail.text.contains("&amp;"), "{at}: the text part is escaped: {}", mail.text);
            assert!(!mail.text.contains("</"), "{at}: markup in the text part");
            assert!(mail.html.starts_with("<!doctype html>") && mail.html.trim_end().ends_with("</html>"), "{at}: no layout around the HTML");
            let direction = if *language == "ar" { "dir=\"rtl\"" } else { "dir=\"ltr\"" };
            assert!(mail.html.contains(&format!("<html lang=\"{language}\" {direction}")), "{at}: language or direction");
            assert!(!mail.html.contains("<script") && !mail.html.contains("<img"), "{at}: nothing is fetched or run");
            for part in [&mail.subject, &mail.text, &mail.html] {
                assert!(!part.contains("[[") && !part.contains("{{") && !part.contains("[object]"), "{at}: something is left over in {part}");
                // A Fluent text that does not exist shows its key.
                assert!(!part.contains("mail-footer"), "{at}: a text is missing");
            }
        }
    }
}

#[test]
fn a_mail_in_a_language_that_stoa_does_not_speak_is_in_english() {
    let templates = strict();
    let (template, sample) = &letters::samples().0[0];
    let same = |address: &str| Ok(address.to_owned());
    let mail = templates.render(template, "xx", sample, "A", "https://stoa.example.org", &same).expect("English is there");
    assert_eq!(mail.language, "en");
    let mail = templates.render(template, "ar-EG", sample, "A", "https://stoa.example.org", &same).expect("Arabic is there");
    assert_eq!(mail.language, "ar");
}

#[test]
fn what_people_type_is_escaped_in_html_only() {
    let sample = json!({"asked_at": "<b>now</b> & then", "journal": {"$link": "[[base]]/messages"}});
    let mail = strict()
        .render("test_message", "en", &sample, "O'Brien <x>", "https://stoa.example.org", &|a| Ok(a.replace("[[base]]", "https://stoa.example.org")))
        .expect("it renders");
    assert!(mail.text.contains("<b>now</b> & then") && mail.text.contains("O'Brien <x>"), "{}", mail.text);
    assert!(mail.html.contains("&lt;b&gt;now&lt;/b&gt; &amp; then") && !mail.html.contains("<b>now"), "{}", mail.html);
    assert!(mail.text.contains("https://stoa.example.org/messages"));
}

#[test]
fn a_missing_variable_fails_here() {
    let templates = strict();
    assert!(templates.render("test_message", "en", &json!({}), "A", "b", &|a| Ok(a.to_owned())).is_err());
}
