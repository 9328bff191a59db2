//! Every letter in every language, rendered with its example: nothing missing, nothing left over.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Value, json};
use stoa::ground::Language;
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
    let written: BTreeSet<&str> = templates.known().iter().map(String::as_str).collect();
    assert_eq!(written, named, "email_templates/ (left) and server/letters.rs (right) name the same letters");
}

/// An example, the same with every yes a no, and the same with nothing in it that may be left out.
fn variants(sample: &Value) -> [Value; 3] {
    let changed = |change: fn(&Value) -> Value| {
        let fields = sample.as_object().expect("a letter is an object").iter();
        Value::Object(fields.map(|(name, value)| (name.clone(), change(value))).collect())
    };
    let other = changed(|value| value.as_bool().map_or(value.clone(), |yes| json!(!yes)));
    let empty = changed(|value| if value.is_string() { json!("") } else { value.clone() });
    [sample.clone(), other, empty]
}

#[test]
fn every_template_renders_in_every_language_with_nothing_missing() {
    let templates = strict();
    for (template, sample) in letters::samples().0.iter().flat_map(|(template, sample)| variants(sample).map(|variant| (template, variant))) {
        for (language, _) in LANGUAGES {
            let at = format!("{language}/{template}");
            let mail = templates
                .render(template, language, &sample, "Amina Haddad", "https://stoa.example.org", &|address| Ok(address.to_owned()))
                .unwrap_or_else(|e| panic!("{at}: {e}"));
            assert_eq!(mail.language, *language, "{at} is not written in its language");
            assert!(!mail.subject.is_empty() && mail.subject.chars().count() <= 120, "{at}: subject {:?}", mail.subject);
            assert!(!mail.subject.contains(['\n', '\r']), "{at}: the subject is not one line");
            assert!(mail.text.trim().len() > 40, "{at}: hardly any text");
            assert!(!mail.text.contains("&#") && !mail.text.contains("&amp;"), "{at}: the text part is escaped: {}", mail.text);
            assert!(!mail.text.contains("</"), "{at}: markup in the text part");
            assert!(mail.html.starts_with("<!doctype html>") && mail.html.trim_end().ends_with("</html>"), "{at}: no layout around the HTML");
            let direction = if **language == *"ar" { "dir=\"rtl\"" } else { "dir=\"ltr\"" };
            assert!(mail.html.contains(&format!("<html lang=\"{language}\" {direction}")), "{at}: language or direction");
            assert!(!mail.html.contains("<script") && !mail.html.contains("<img"), "{at}: nothing is fetched or run");
            for part in [&mail.subject, &mail.text, &mail.html] {
                assert!(!part.contains("[[") && !part.contains("{{") && !part.contains("[object]"), "{at}: something is left over in {part}");
                assert!(!part.contains("{$"), "{at}: an argument is missing in {part}");
            }
        }
    }
}

/// Every string of a letter, links apart.
fn typed(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| typed(item, found)),
        Value::Object(fields) if !fields.contains_key("$link") => fields.values().for_each(|field| typed(field, found)),
        _ => {}
    }
}

#[test]
fn a_date_or_a_latin_name_keeps_its_order_in_an_arabic_mail() {
    let templates = strict();
    let same = |address: &str| Ok(address.to_owned());
    let mut seen = 0;
    for (template, sample) in &letters::samples().0 {
        let mail = templates.render(template, &Language::of("ar"), sample, "Amina Haddad", "https://stoa.example.org", &same).expect("it renders");
        let mut values = vec!["Amina Haddad".to_owned()];
        typed(sample, &mut values);
        for line in mail.text.lines().map(str::trim) {
            let is_arabic = |c: char| ('\u{600}'..='\u{6ff}').contains(&c);
            for value in values.iter().filter(|value| !value.is_empty() && line.contains(value.as_str()) && line.contains(is_arabic)) {
                assert!(line.contains(&format!("\u{2068}{value}\u{2069}")), "{template}: {value} can change its place in {line}");
                seen += 1;
            }
        }
        assert_eq!(mail.text.matches('\u{2068}').count(), mail.text.matches('\u{2069}').count(), "{template}");
        assert!(!mail.subject.contains(['\u{2068}', '\u{2069}']), "{template}: a subject has no invisible marks");
        assert!(!mail.html.contains(['\u{2068}', '\u{2069}']) && mail.html.contains("<bdi>Amina Haddad</bdi>"), "{template}: HTML has elements");
        let english = templates.render(template, Language::english(), sample, "Amina Haddad", "https://stoa.example.org", &same).expect("it renders");
        assert!(!english.text.contains(['\u{2068}', '\u{2069}']), "{template}: an English reader meets no invisible marks");
    }
    assert!(seen > 30, "only {seen} names and dates were found in the samples");
}

#[test]
fn the_templates_of_mails_have_no_words_of_their_own() {
    let mut files = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/email_templates"))];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(path.read_dir().expect("it lists").map(|entry| entry.expect("an entry").path()));
            continue;
        }
        let mut rest = std::fs::read_to_string(&path).expect("it reads");
        for (open, close) in [("{{", "}}"), ("<style", "</style>"), ("<", ">")] {
            while let Some((before, after)) = rest.split_once(open) {
                let (_, after) = after.split_once(close).unwrap_or_else(|| panic!("{}: {open} does not end", path.display()));
                rest = format!("{before}{after}");
            }
        }
        assert!(!rest.replace("Stoa", "").contains(char::is_alphabetic), "{} says by itself: {rest}", path.display());
    }
}

#[test]
fn nobody_turns_a_mail_around_by_typing_invisible_marks() {
    let sample = json!({"asked_at": "a\u{2069}b\u{202e}c", "journal": {"$link": "x"}});
    let same = |address: &str| Ok(address.to_owned());
    let mail = strict().render("test_message", &Language::of("ar"), &sample, "A\u{2068}", "b", &same).expect("it renders");
    assert!(mail.text.contains("\u{2068}abc\u{2069}") && mail.text.contains("\u{2068}A\u{2069}"), "{}", mail.text);
    assert_eq!(mail.html.matches("<bdi>").count(), mail.html.matches("</bdi>").count());
}

#[test]
fn a_mail_that_waits_since_before_a_field_was_there_has_a_gap_and_goes_out() {
    let templates = Templates::load(false).expect("every template compiles");
    let mail =
        templates.render("review_receipt", &Language::of("ar"), &json!({"city": "Lindenau"}), "A", "b", &|a| Ok(a.to_owned())).expect("it renders");
    assert!(mail.text.contains("Lindenau") && !mail.text.contains('$'), "{}", mail.text);
}

#[test]
fn a_mail_in_a_language_that_stoa_does_not_speak_is_in_english() {
    let templates = strict();
    let (template, sample) = &letters::samples().0[0];
    let same = |address: &str| Ok(address.to_owned());
    let mail = templates.render(template, &Language::of("xx"), sample, "A", "https://stoa.example.org", &same).expect("English is there");
    assert_eq!(&*mail.language, "en");
    let mail = templates.render(template, &Language::of("ar-EG"), sample, "A", "https://stoa.example.org", &same).expect("Arabic is there");
    assert_eq!(&*mail.language, "ar");
}

#[test]
fn what_people_type_is_escaped_in_html_only() {
    let sample = json!({"asked_at": "<b>now</b> & then", "journal": {"$link": "[[base]]/messages"}});
    let mail = strict()
        .render("test_message", Language::english(), &sample, "O'Brien <x>", "https://stoa.example.org", &|a| {
            Ok(a.replace("[[base]]", "https://stoa.example.org"))
        })
        .expect("it renders");
    assert!(mail.text.contains("<b>now</b> & then") && mail.text.contains("O'Brien <x>"), "{}", mail.text);
    assert!(mail.html.contains("&lt;b&gt;now&lt;/b&gt; &amp; then") && !mail.html.contains("<b>now"), "{}", mail.html);
    assert!(mail.text.contains("https://stoa.example.org/messages"));
}

#[test]
fn a_missing_variable_fails_here() {
    let templates = strict();
    assert!(templates.render("test_message", Language::english(), &json!({}), "A", "b", &|a| Ok(a.to_owned())).is_err());
}
