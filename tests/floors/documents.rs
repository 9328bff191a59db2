//! The documents about security and privacy, held against the code: what they name exists, every table has its line,
//! and periods are those of the settings; and the page for everybody names the cookies that there are.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regex::Regex;

const DOCUMENTS: [&str; 2] = ["docs/SECURITY.md", "docs/PRIVACY-MODEL.md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

/// Everything between backticks.
fn named(text: &str) -> BTreeSet<String> {
    pattern("`([^`\n]+)`").captures_iter(text).map(|c| c[1].to_owned()).collect()
}

/// All sources and tests, one after the other.
fn code() -> String {
    fn walk(folder: &Path, all: &mut String) {
        for path in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() && !path.ends_with("target") && !path.ends_with("fixtures") {
                walk(&path, all);
            } else if path.extension().is_some_and(|end| end == "rs") {
                all.push_str(&std::fs::read_to_string(&path).expect("a source"));
            }
        }
    }
    let mut all = String::new();
    ["src", "tests", "crates"].iter().for_each(|folder| walk(&root().join(folder), &mut all));
    all
}

/// The settings with their defaults.
fn settings() -> toml::Table {
    read("config/default.toml").parse().expect("settings")
}

/// What is wrong with one document.
fn wrong(text: &str, code: &str) -> Vec<String> {
    let (place, test) = (pattern(r"^[\w./-]+\.(rs|md|toml|txt|ftl)(::(\w+))?$|^(src|tests|crates|docs|config)/"), pattern(r"^[a-z]\w*(_\w+){3,}$"));
    let (setting, settings, keys) = (pattern(r"^([a-z]+)\.([a-z_]+)$"), settings(), schema());
    let mut wrong = Vec::new();
    for name in named(text) {
        if place.is_match(&name) {
            let (path, function) = name.split_once("::").map_or((name.as_str(), None), |(path, function)| (path, Some(function)));
            let found: Option<PathBuf> = [root().join(path), root().join("src").join(path)].into_iter().find(|path| path.exists());
            match (found, function) {
                (None, _) => wrong.push(format!("there is no {path}")),
                (Some(file), Some(function)) if !read(file.to_str().expect("a path")).contains(&format!("fn {function}")) => {
                    wrong.push(format!("{path} has no {function}"));
                }
                _ => {}
            }
        } else if let Some(parts) = setting.captures(&name) {
            let section = settings.get(&parts[1]).and_then(toml::Value::as_table);
            let column = keys.iter().any(|table| *table == parts[1]);
            if section.is_some_and(|section| !section.contains_key(&parts[2]))
                || section.is_none() && !column && parts[1] != *"stoa" && parts[1] != *"secret"
            {
                wrong.push(format!("there is no setting {name}"));
            }
        } else if test.is_match(&name) && !code.contains(&format!("fn {name}")) {
            wrong.push(format!("there is no {name}"));
        }
    }
    for c in pattern(r"`(retention|disclosure)\.(\w+)` \((\d+)\)").captures_iter(text) {
        if settings[&c[1]].get(&c[2]).is_none_or(|value| value.to_string() != c[3]) {
            wrong.push(format!("{}.{} is not {}", &c[1], &c[2], &c[3]));
        }
    }
    wrong
}

/// The names of all tables.
fn schema() -> Vec<String> {
    let name = pattern(r"table! \{\s*(?:///[^\n]*\s*)*(\w+) \(");
    name.captures_iter(&read("src/store/schema.rs")).map(|c| c[1].to_owned()).collect()
}

/// The tables that have a line in what is kept for how long, as often as they have one.
fn kept(text: &str) -> Vec<String> {
    let lines = text.split("\n## What is kept, and for how long").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("the section");
    let first = lines.lines().filter(|line| line.starts_with("| `")).map(|line| line.split('|').nth(1).expect("a cell"));
    let mut tables: Vec<String> = first.flat_map(|cell| named(cell).into_iter()).collect();
    tables.sort();
    tables
}

#[test]
fn what_the_documents_about_security_and_privacy_name_is_there() {
    let code = code();
    for document in DOCUMENTS {
        assert_eq!(wrong(&read(document), &code), Vec::<String>::new(), "{document}");
    }
}

#[test]
fn every_table_has_its_line_in_what_is_kept_for_how_long() {
    let mut tables = schema();
    tables.sort();
    assert!(tables.len() > 30, "the schema was not found");
    assert_eq!(kept(&read("docs/PRIVACY-MODEL.md")), tables);
    for line in &stoa::server::retention::LINES {
        let setting = format!("`retention.{}_days`", line.name);
        for document in ["docs/PRIVACY-MODEL.md", "docs/OPERATING.md"] {
            assert!(read(document).contains(&setting), "{document} says nothing of {setting}");
        }
    }
}

#[test]
fn a_document_that_names_what_is_not_there_is_caught() {
    let said =
        "`src/nowhere.rs`, `people/policy.rs::nobody_there`, `a_test_that_nobody_ever_wrote`, `retention.moon_days`, `retention.jobs_days` (31)";
    let code = code();
    assert_eq!(wrong(said, &code).len(), 5, "{:?}", wrong(said, &code));
    assert!(wrong("`src/people/policy.rs`, `surveys/estimates.rs::shown`, `retention.jobs_days` (30), `secret.key`", &code).is_empty());
}

#[test]
fn the_page_about_privacy_names_every_cookie_and_no_other() {
    let cookies: BTreeSet<String> = pattern(r#"COOKIE: &str = "(stoa_\w+)""#).captures_iter(&code()).map(|c| c[1].to_owned()).collect();
    assert!(cookies.len() > 4, "the cookies were not found");
    for language in ["en", "ar"] {
        let texts = read(&format!("config/locales/{language}/front.ftl"));
        let page: String = texts.lines().filter(|line| line.starts_with("front-privacy-")).collect();
        let said: BTreeSet<String> = pattern(r"stoa_\w+").find_iter(&page).map(|m| m.as_str().to_owned()).collect();
        assert_eq!(said, cookies, "{language}");
    }
}
