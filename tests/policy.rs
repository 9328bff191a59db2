//! The policy as a table: every route, who may use it, and what the others hear.
//!
//! `tests/golden/policy.txt` is read in reviews; a change of rights shows there as a changed line.
//! `STOA_BLESS=1 cargo test --test policy` writes it anew. Pure: nothing is started.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

use std::collections::BTreeMap;
use std::fmt::Write;

use stoa::ground::Error;
use stoa::ground::ids::{CapabilityId, CityId, ParticipationId, PersonId, ReviewId, RoundId, SurveyId};
use stoa::people::identity::{Caller, Grant, Held, Purpose, Role, ScopeKind, Target};
use stoa::people::policy::{self, UseCase};
use stoa::web::texts::{LANGUAGES, Texts};

fn hex(n: u8) -> String {
    format!("{n:032x}")
}

/// A thing inside round, city, participation, survey and review number 1, belonging to person 1.
fn thing() -> Target {
    Target {
        round: Some(RoundId::from_stored(format!("rnd_{}", hex(1)))),
        city: Some(CityId::from_stored(format!("cty_{}", hex(1)))),
        participation: Some(ParticipationId::from_stored(format!("prt_{}", hex(1)))),
        survey: Some(SurveyId::from_stored(format!("srv_{}", hex(1)))),
        stage: None,
        review: Some(ReviewId::from_stored(format!("rev_{}", hex(1)))),
        owner: Some(PersonId::from_stored(format!("per_{}", hex(1)))),
    }
}

fn person(n: u8, grants: Vec<Grant>) -> Caller {
    Caller { person: Some(PersonId::from_stored(format!("per_{}", hex(n)))), grants, ..Caller::default() }
}

fn grant(role: Role, scope_kind: ScopeKind, scope_id: String) -> Grant {
    Grant { role, scope_kind, scope_id }
}

/// Everybody who could ask, with what they ask for: strangers and people with a role for the whole
/// instance ask for things of the instance; everybody else for the thing above.
fn askers() -> Vec<(String, Caller, Target)> {
    let mut askers = vec![("anonymous".to_owned(), Caller::anonymous(), Target::instance())];
    askers.push(("no-role".to_owned(), person(9, Vec::new()), thing()));
    for role in Role::ALL {
        askers.push((role.to_string(), person(9, vec![grant(*role, ScopeKind::Instance, String::new())]), Target::instance()));
        askers.push((format!("{role}@round"), person(9, vec![grant(*role, ScopeKind::Round, format!("rnd_{}", hex(1)))]), thing()));
        askers.push((format!("{role}@elsewhere"), person(9, vec![grant(*role, ScopeKind::Round, format!("rnd_{}", hex(2)))]), thing()));
    }
    askers.push(("owner".to_owned(), person(1, Vec::new()), thing()));
    let held = |n| Held {
        id: CapabilityId::from_stored(format!("cap_{}", hex(1))),
        purpose: Purpose::Review,
        subject_id: format!("rev_{}", hex(n)),
        person: Some(PersonId::from_stored(format!("per_{}", hex(1)))),
    };
    askers.push(("capability".to_owned(), Caller { capability: Some(held(1)), ..Caller::default() }, thing()));
    askers.push(("capability-of-another".to_owned(), Caller { capability: Some(held(2)), ..Caller::default() }, thing()));
    askers
}

/// Lists are open to whoever has the role somewhere and show only what their scopes cover.
fn outcome(use_case: UseCase, caller: &Caller, target: &Target) -> &'static str {
    let decided =
        if use_case.as_str().ends_with("_list") { policy::reach(caller, use_case).map(drop) } else { policy::check(caller, use_case, target) };
    match decided {
        Ok(()) => "allow",
        Err(Error::Unauthenticated(_)) => "401",
        Err(Error::Forbidden(_)) => "403",
        Err(Error::NotFound(_)) => "404",
        Err(other) => panic!("the policy gave {other}"),
    }
}

fn table() -> String {
    let routes = stoa::server::routes();
    let askers = askers();
    let mut lines: Vec<String> = routes
        .infos()
        .iter()
        .map(|route| {
            let mut heard: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for (name, caller, target) in &askers {
                heard.entry(outcome(UseCase::of(route.use_case).expect("a row"), caller, target)).or_default().push(name);
            }
            let everybody = heard.len() == 1;
            let mut line = format!("{} {} {}\n", route.path, route.method, route.use_case);
            for said in ["allow", "401", "403", "404"] {
                if let Some(names) = heard.get(said) {
                    let names = if everybody { "everybody".to_owned() } else { names.join(" ") };
                    writeln!(line, "    {said:5} {names}").unwrap();
                }
            }
            line
        })
        .collect();
    lines.sort();
    lines.concat()
}

#[test]
fn every_route_has_a_row_in_the_policy() {
    let routes = stoa::server::routes();
    let without: Vec<String> =
        routes.infos().iter().filter(|r| UseCase::of(r.use_case).is_none()).map(|r| format!("{} {} ({})", r.method, r.path, r.use_case)).collect();
    assert!(without.is_empty(), "routes without a row in people/policy.rs: {without:#?}");
}

/// Sent by POST, but without an entry of their own in the audit: citizens' answers, receipts looked
/// up, and a conflict declared from an invitation, which is entered as `conflict_declare`.
const NOT_IN_THE_AUDIT: &[&str] = &["receipt_read", "response_submit", "review_conflict"];

#[test]
fn the_audit_has_words_in_every_language_for_every_use_case_that_writes() {
    let routes = stoa::server::routes();
    for (language, _) in LANGUAGES {
        let keys = Texts::keys(language);
        for route in routes.infos().iter().filter(|r| r.method.as_str() != "GET" && !NOT_IN_THE_AUDIT.contains(&r.use_case)) {
            let key = format!("people-verb-{}", route.use_case.replace('_', "-"));
            assert!(keys.contains(&key), "{key} is not among the {language} texts");
        }
    }
}

#[test]
fn who_may_do_what_is_as_the_golden_file_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/policy.txt");
    let now = table();
    if std::env::var_os("STOA_BLESS").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    if golden != now {
        let changed = now.lines().zip(golden.lines().chain(std::iter::repeat(""))).find(|(a, b)| a != b);
        panic!("rights have changed, first at {changed:?}; if that is meant, run with STOA_BLESS=1 and review tests/golden/policy.txt");
    }
}

#[test]
fn a_role_for_the_whole_instance_reaches_into_every_scope() {
    let rules = policy::RULES.iter().filter(|r| r.by.iter().any(|by| by.role == Role::Coordinator));
    for rule in rules {
        let caller = person(9, vec![grant(Role::Coordinator, ScopeKind::Instance, String::new())]);
        assert!(policy::allowed(&caller, rule.use_case, &thing()), "{}", rule.use_case.as_str());
    }
}
