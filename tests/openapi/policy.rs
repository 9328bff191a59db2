//! The policy as a table: every route has its row, and every write its words in the audit. Pure: nothing
//! is started. Who hears what is asked with real requests in `tests/journeys/matrix.rs`.

use stoa::ground::ids::{CityId, ParticipationId, PersonId, ReviewId, RoundId, SurveyId};
use stoa::people::identity::{Caller, Grant, Role, ScopeKind, Target};
use stoa::people::policy::{self, UseCase};
use stoa::people::program::{self, Offered};
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

#[test]
fn every_route_has_a_row_in_the_policy() {
    let routes = stoa::server::routes();
    let without: Vec<String> =
        routes.infos().iter().filter(|r| UseCase::of(r.use_case).is_none()).map(|r| format!("{} {} ({})", r.method, r.path, r.use_case)).collect();
    assert!(without.is_empty(), "routes without a row in people/policy.rs: {without:#?}");
}

/// Sent by POST, but without an entry of their own in the audit: pages of a preview, citizens' answers, what they keep half done, receipts
/// looked up, codes that lead to a page, that somebody wants no more mail (its moment would say when they had the survey before
/// them), and a conflict declared from an invitation, which is entered as `conflict_declare`.
const NOT_IN_THE_AUDIT: &[&str] =
    &["instrument_preview", "invitation_open", "invitation_opt_out", "receipt_read", "response_resume", "response_submit", "review_conflict"];

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
fn what_programs_may_do_has_words_in_every_language_and_what_reads_changes_nothing() {
    let registered = stoa::server::registered();
    let offered = &registered.get::<Offered>().expect("the roof registers them").0;
    assert!(offered.len() > 60, "{offered:?}");
    let routes = stoa::server::routes();
    for use_case in offered.iter().filter(|use_case| !program::never(**use_case)) {
        let mut of = routes.infos().iter().filter(|route| route.use_case == use_case.as_str());
        assert!(
            !program::reads(*use_case) || of.all(|route| route.method.as_str() == "GET"),
            "{use_case:?} reads by its word, but not by its routes"
        );
        for (language, _) in LANGUAGES {
            let key = format!("programs-may-{}", use_case.as_str().replace('_', "-"));
            assert!(Texts::keys(language).contains(&key), "{key} is not among the {language} texts: config/locales/{language}/programs.ftl");
        }
    }
}

#[test]
fn every_kind_of_job_has_words_in_every_language() {
    let registered = stoa::server::registered();
    let kinds = registered.get::<stoa::jobs::worker::Kinds>().expect("the roof registers them");
    for (language, _) in LANGUAGES {
        let keys = Texts::keys(language);
        for kind in &kinds.0 {
            for what in ["kind", "outcome"] {
                let key = format!("work-{what}-{}", kind.name.replace('_', "-"));
                assert!(keys.contains(&key), "{key} is not among the {language} texts: config/locales/{language}/work.ftl");
            }
        }
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
