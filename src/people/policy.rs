//! The one policy: which roles, in a scope that covers the target, may do which use case.
//!
//! Deny by default: a use case without a row is refused, and `tests/golden/policy.txt` fails.
//! Pure; whoever asks must have looked the target up first.

use super::identity::{Caller, Grant, Purpose, Role, ScopeKind, Target};
use crate::ground::{Error, Result};

/// Who may, besides by role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Also {
    /// Nobody else.
    Nobody,
    /// Everybody, signed in or not.
    Anyone,
    /// Everybody who is signed in.
    SignedIn,
    /// The person whom the target belongs to, signed in or by capability.
    Owner,
}

/// One row of the policy.
#[derive(Debug)]
pub struct Rule {
    pub use_case: &'static str,
    pub roles: &'static [Role],
    pub also: Also,
}

use Role::{Agency, Analyst, CityOfficer, Coordinator, Expert, Operator};

macro_rules! rules {
    ($($use_case:ident: [$($role:ident),*] $also:ident;)+) => {
        /// Every use case of the service.
        pub const RULES: &[Rule] = &[$(Rule { use_case: stringify!($use_case), roles: &[$($role),*], also: Also::$also }),+];
    };
}

rules! {
    // faces that everybody sees
    home_read: [] Anyone;
    static_read: [] Anyone;
    health_read: [] Anyone;
    ready_read: [] Anyone;
    metrics_read: [] Anyone;
    api_docs_read: [] Anyone;
    problem_list: [] Anyone;
    about_read: [] Anyone;
    demo_enter: [] Anyone;

    // people
    setup_start: [] Anyone;
    session_start: [] Anyone;
    session_end: [] Anyone;
    session_end_everywhere: [] SignedIn;
    token_issue: [] Anyone;
    token_refresh: [] Anyone;
    token_revoke: [] Anyone;
    password_reset_request: [] Anyone;
    password_set: [] Anyone;
    account_read: [] SignedIn;
    account_update: [] SignedIn;
    person_list: [Operator, Coordinator] Nobody;
    person_read: [Operator, Coordinator] Owner;
    person_invite: [Operator, Coordinator] Nobody;
    person_update: [Operator] Nobody;
    grant_add: [Operator, Coordinator] Nobody;
    grant_remove: [Operator, Coordinator] Nobody;
    audit_list: [Operator] Nobody;
    audit_verify: [Operator] Nobody;

    // mail
    message_list: [Operator, Coordinator] Nobody;
    message_read: [Operator, Coordinator] Nobody;
    message_retry: [Operator, Coordinator] Nobody;
    message_test: [Operator, Coordinator] Nobody;
    template_list: [Operator, Coordinator] Nobody;
    template_preview: [Operator, Coordinator] Nobody;
    mailbox_read: [] Anyone;

    // framework
    framework_list: [] Anyone;
    framework_read: [] Anyone;
    framework_import: [Coordinator] Nobody;
    framework_publish: [Coordinator] Nobody;

    // rounds
    city_list: [Operator, Coordinator, Analyst, Agency, CityOfficer, Expert] Nobody;
    city_read: [Operator, Coordinator, Analyst, Agency, CityOfficer, Expert] Nobody;
    city_create: [Coordinator] Nobody;
    city_update: [Coordinator] Nobody;
    round_list: [Operator, Coordinator, Analyst, Agency, CityOfficer, Expert] Nobody;
    round_read: [Operator, Coordinator, Analyst, Agency, CityOfficer, Expert] Nobody;
    round_create: [Coordinator] Nobody;
    round_update: [Coordinator] Nobody;
    round_open: [Coordinator] Nobody;
    round_close: [Coordinator] Nobody;
    round_funnel: [Coordinator] Nobody;
    participation_add: [Coordinator] Nobody;
    participation_remove: [Coordinator] Nobody;
    participation_read: [Coordinator, CityOfficer, Analyst] Nobody;

    // surveys
    instrument_list: [Coordinator, Agency, Analyst] Nobody;
    instrument_read: [Coordinator, Agency, Analyst] Nobody;
    instrument_import: [Coordinator] Nobody;
    instrument_publish: [Coordinator] Nobody;
    survey_list: [Coordinator, CityOfficer, Agency, Analyst] Nobody;
    survey_read: [Coordinator, CityOfficer, Agency, Analyst] Nobody;
    survey_issue: [Coordinator] Nobody;
    survey_open: [Coordinator] Nobody;
    survey_close: [Coordinator] Nobody;
    survey_poster: [Coordinator, CityOfficer, Agency] Nobody;
    survey_estimates: [Coordinator, CityOfficer, Agency, Analyst] Nobody;
    survey_answer: [] Anyone;
    response_submit: [] Anyone;
    receipt_read: [] Anyone;

    // reports
    report_list: [Coordinator, CityOfficer] Nobody;
    report_begin: [CityOfficer] Nobody;
    report_read: [Coordinator, CityOfficer] Nobody;
    report_section_save: [CityOfficer] Nobody;
    report_statistic_save: [CityOfficer] Nobody;
    evidence_add: [CityOfficer] Nobody;
    evidence_remove: [CityOfficer] Nobody;
    evidence_read: [Coordinator, CityOfficer] Owner;
    report_submit: [CityOfficer] Nobody;
    report_return: [Coordinator] Nobody;
    submission_read: [Coordinator, CityOfficer] Owner;

    // reviews
    rubric_list: [Coordinator, Expert, CityOfficer, Analyst] Nobody;
    rubric_read: [Coordinator, Expert, CityOfficer, Analyst] Nobody;
    rubric_import: [Coordinator] Nobody;
    expert_list: [Coordinator] Nobody;
    expert_read: [Coordinator] Nobody;
    expert_add: [Coordinator] Nobody;
    expert_save: [Coordinator] Nobody;
    conflict_list: [Coordinator] Nobody;
    conflict_declare: [Coordinator] Owner;
    conflict_dismiss: [Coordinator] Nobody;
    assignment_read: [Coordinator] Nobody;
    assignment_plan_propose: [Coordinator] Nobody;
    assignment_plan_confirm: [Coordinator] Nobody;
    assignment_plan_discard: [Coordinator] Nobody;
    candidate_list: [Coordinator] Nobody;
    review_assign: [Coordinator] Nobody;
    review_withdraw: [Coordinator] Nobody;
    review_list: [Coordinator] Owner;
    review_read: [Coordinator] Owner;
    review_accept: [] Owner;
    review_decline: [] Owner;
    review_conflict: [] Owner;
    rating_save: [] Owner;
    review_submit: [] Owner;
    agreement_read: [Coordinator, Analyst] Nobody;
    disagreement_list: [Coordinator] Nobody;
    disagreement_read: [Coordinator] Nobody;
    disagreement_invite_third: [Coordinator] Nobody;
    disagreement_resolve: [Coordinator] Nobody;

    // results
    profile_read: [Coordinator, CityOfficer, Analyst] Nobody;
    result_list: [Coordinator, Analyst] Nobody;
}

/// The row of a use case.
pub fn rule(use_case: &str) -> Option<&'static Rule> {
    RULES.iter().find(|r| r.use_case == use_case)
}

/// Whether a grant's scope covers the target.
pub fn covers(grant: &Grant, target: &Target) -> bool {
    let is = |id: Option<&str>| id.is_some_and(|id| id == grant.scope_id);
    match grant.scope_kind {
        ScopeKind::Instance => true,
        ScopeKind::Round => is(target.round.as_ref().map(AsRef::as_ref)),
        ScopeKind::City => is(target.city.as_ref().map(AsRef::as_ref)),
        ScopeKind::Survey => is(target.survey.as_ref().map(AsRef::as_ref)),
        ScopeKind::Review => is(target.review.as_ref().map(AsRef::as_ref)),
    }
}

/// Whether the caller holds the capability that opens the target.
fn holds(caller: &Caller, target: &Target) -> bool {
    caller
        .capability
        .as_ref()
        .is_some_and(|held| held.purpose == Purpose::Review && target.review.as_ref().is_some_and(|r| r.as_str() == held.subject_id))
}

/// Whether the caller may do the use case to the target.
pub fn allowed(caller: &Caller, use_case: &str, target: &Target) -> bool {
    let Some(rule) = rule(use_case) else { return false };
    let by_role = caller.grants.iter().any(|g| rule.roles.contains(&g.role) && covers(g, target));
    let owns = || target.owner.is_some() && caller.person == target.owner || holds(caller, target);
    by_role
        || match rule.also {
            Also::Nobody => false,
            Also::Anyone => true,
            Also::SignedIn => caller.person.is_some(),
            Also::Owner => owns(),
        }
}

/// As `allowed`, with the error to give: 401 to strangers, 404 where existence itself is private
/// (anything inside a round, city, survey, review or account), else 403.
pub fn check(caller: &Caller, use_case: &str, target: &Target) -> Result<()> {
    if allowed(caller, use_case, target) {
        return Ok(());
    }
    if caller.is_anonymous() {
        return Err(Error::Unauthenticated("unauthenticated"));
    }
    if *target == Target::instance() { Err(Error::Forbidden("forbidden")) } else { Err(Error::NotFound("record")) }
}

/// Whether the caller has one of the use case's roles anywhere: for lists, which then show only
/// what the caller's scopes cover.
pub fn check_somewhere(caller: &Caller, use_case: &str) -> Result<()> {
    let Some(rule) = rule(use_case) else { return Err(Error::Forbidden("forbidden")) };
    let signed_in = caller.person.is_some() && matches!(rule.also, Also::SignedIn | Also::Owner);
    if rule.also == Also::Anyone || signed_in || caller.grants.iter().any(|g| rule.roles.contains(&g.role)) {
        return Ok(());
    }
    if caller.is_anonymous() { Err(Error::Unauthenticated("unauthenticated")) } else { Err(Error::Forbidden("forbidden")) }
}
