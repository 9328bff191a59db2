//! The one policy: which roles, in a scope that covers the target, may do which use case, and when.
//!
//! Deny by default: a use case is a row of the table below, and one that is not there does not
//! compile. Pure; `Call::find` looks the target up and asks here.

use std::collections::BTreeMap;

use super::identity::{Caller, Grant, Purpose, Role, ScopeKind, Stage, Target};
use crate::ground::ids::{CityId, PersonId, ReviewId, RoundId, SurveyId};
use crate::ground::problems::{FORBIDDEN, UNAUTHENTICATED};
use crate::ground::words::Word;
use crate::ground::{Error, Result};
use crate::people::problems::NOT_IN_TOKEN;

/// Who may, besides by role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Also {
    /// Nobody else.
    Nobody,
    /// Everybody, signed in or not.
    Anyone,
    /// Everybody, once the results of the target's participation are published.
    Published,
    /// Everybody who is signed in.
    SignedIn,
    /// The person whom the target belongs to, signed in or by capability.
    Owner,
}

/// A role, and from which stage of the target's results on it counts.
#[derive(Debug)]
pub struct By {
    pub role: Role,
    pub from: Stage,
}

/// One row of the policy.
#[derive(Debug)]
pub struct Rule {
    pub use_case: UseCase,
    pub by: &'static [By],
    pub also: Also,
}

macro_rules! stage {
    () => {
        Stage::Assessing
    };
    ($stage:ident) => {
        Stage::$stage
    };
}

macro_rules! rules {
    ($($use_case:ident: [$($role:ident $(from $stage:ident)?),*] $also:ident;)+) => {
        /// Every use case: the same word as the route, the handler, the action, the audit's verb.
        #[expect(non_camel_case_types, reason = "one spelling on every floor, so that a search for the word finds all")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum UseCase { $($use_case),+ }

        impl UseCase {
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$use_case => stringify!($use_case)),+ }
            }

            /// The use case of a word, e.g. of an audit entry or a route; `None` for others.
            pub fn of(word: &str) -> Option<Self> {
                RULES.iter().map(|rule| rule.use_case).find(|u| u.as_str() == word)
            }

            /// The row of the policy.
            pub const fn rule(self) -> &'static Rule {
                &RULES[self as usize]
            }
        }

        /// The policy, a row for each use case.
        pub const RULES: &[Rule] = &[$(Rule {
            use_case: UseCase::$use_case,
            by: &[$(By { role: Role::$role, from: stage!($($stage)?) }),*],
            also: Also::$also,
        }),+];
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
    // done when a right password is not enough
    second_factor_ask: [] Nobody;
    session_confirm: [] Anyone;
    session_set_up: [] Anyone;
    session_end: [] Anyone;
    session_end_everywhere: [] SignedIn;
    token_issue: [] Anyone;
    token_refresh: [] Anyone;
    token_revoke: [] Anyone;
    password_reset_request: [] Anyone;
    password_set: [] Anyone;
    account_read: [] SignedIn;
    account_update: [] SignedIn;
    second_factor_read: [] SignedIn;
    passkey_add: [] SignedIn;
    passkey_remove: [] SignedIn;
    recovery_code_make: [] SignedIn;
    second_factor_reset: [Operator] Nobody;
    service_token_list: [] SignedIn;
    service_token_issue: [] SignedIn;
    service_token_revoke: [Operator] Owner;
    person_list: [Operator, Coordinator] Nobody;
    person_read: [Operator, Coordinator] Owner;
    person_invite: [Operator, Coordinator] Nobody;
    person_update: [Operator] Nobody;
    person_erase: [Operator] Nobody;
    grant_add: [Operator, Coordinator] Nobody;
    grant_remove: [Operator, Coordinator] Nobody;
    audit_list: [Operator] Nobody;
    audit_verify: [Operator] Nobody;
    job_list: [Operator] Nobody;
    job_retry: [Operator] Nobody;

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
    framework_source: [] Anyone;
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
    instrument_version_list: [Coordinator, Agency, Analyst] Nobody;
    instrument_difference_read: [Coordinator, Agency, Analyst] Nobody;
    instrument_language_list: [Coordinator, Agency, Analyst] Nobody;
    instrument_source: [Coordinator, Agency, Analyst] Nobody;
    codebook_read: [Coordinator, Agency, Analyst] Nobody;
    instrument_file: [Coordinator, Agency, Analyst] Nobody;
    instrument_import: [Coordinator] Nobody;
    instrument_upload: [Coordinator] Nobody;
    instrument_preview: [Coordinator] Nobody;
    instrument_texts_read: [Coordinator, Agency, Analyst] Nobody;
    instrument_texts_save: [Coordinator] Nobody;
    instrument_draft: [Coordinator] Nobody;
    instrument_publish: [Coordinator] Nobody;
    instrument_retire: [Coordinator] Nobody;
    instrument_restore: [Coordinator] Nobody;
    survey_list: [Coordinator, CityOfficer, Agency, Analyst] Nobody;
    survey_read: [Coordinator, CityOfficer, Agency, Analyst] Nobody;
    survey_issue: [Coordinator] Nobody;
    survey_update: [Coordinator] Nobody;
    survey_edition_list: [Coordinator, CityOfficer, Agency, Analyst] Nobody;
    survey_revise: [Coordinator] Nobody;
    survey_open: [Coordinator] Nobody;
    survey_close: [Coordinator] Nobody;
    survey_seal: [Coordinator] Nobody;
    // how it comes in; what its responses look like; what a census says beside them
    survey_watch: [Coordinator, CityOfficer, Agency] Nobody;
    survey_integrity: [Coordinator] Nobody;
    survey_census: [Coordinator] Nobody;
    survey_rely: [Coordinator] Nobody;
    survey_reschedule: [Coordinator] Nobody;
    survey_poster: [Coordinator, CityOfficer, Agency] Nobody;
    inviting_read: [Coordinator] Nobody;
    invitation_import: [Coordinator] Nobody;
    invitation_list: [Coordinator] Nobody;
    invitation_correct: [Coordinator] Nobody;
    invitation_remove: [Coordinator] Nobody;
    quota_set: [Coordinator] Nobody;
    wave_plan: [Coordinator] Nobody;
    wave_cancel: [Coordinator] Nobody;
    letter_read: [Coordinator] Nobody;
    invitation_open: [] Anyone;
    invitation_opt_out: [] Anyone;
    survey_estimates: [Coordinator, CityOfficer from Released, Agency from Released, Analyst from Released] Published;
    // answers one by one, of sealed surveys only
    response_export: [Coordinator, Analyst from Released] Nobody;
    response_export_read: [Coordinator, Analyst from Released] Nobody;
    response_file_read: [Coordinator, Analyst from Released] Nobody;
    response_texts_read: [Coordinator, Analyst from Released] Nobody;
    survey_answer: [] Anyone;
    response_submit: [] Anyone;
    response_resume: [] Anyone;
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
    rubric_source: [Coordinator, Expert, CityOfficer, Analyst] Nobody;
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
    review_set_aside: [Coordinator] Nobody;
    review_put_back: [Coordinator] Nobody;
    review_list: [Coordinator] Owner;
    review_read: [Coordinator] Owner;
    review_accept: [] Owner;
    review_decline: [] Owner;
    review_conflict: [] Owner;
    rating_save: [] Owner;
    review_submit: [] Owner;
    agreement_read: [Coordinator, Analyst from Released] Nobody;
    disagreement_list: [Coordinator] Nobody;
    disagreement_read: [Coordinator] Nobody;
    disagreement_open: [] Nobody;
    panel_move: [] Nobody;
    disagreement_invite_third: [Coordinator] Nobody;
    disagreement_resolve: [Coordinator] Nobody;

    // results
    panel_score_read: [Coordinator, CityOfficer from Checking, Analyst from Released] Published;
    profile_list: [Coordinator, CityOfficer, Analyst from Released] Published;
    profile_read: [Coordinator, CityOfficer, Analyst from Released] Published;
    result_list: [Coordinator, Analyst from Released] Nobody;
    results_check: [Coordinator] Nobody;
    results_release: [Coordinator] Nobody;
    results_publish: [Coordinator] Nobody;
    results_recall: [Coordinator] Nobody;
    release_list: [Coordinator, CityOfficer from Released, Analyst from Released] Published;
    release_read: [Coordinator, CityOfficer from Released, Analyst from Released] Published;
}

impl Word for UseCase {
    fn word(self) -> &'static str {
        self.as_str()
    }
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
    let opens = |subject: &str| target.review.as_ref().is_some_and(|r| r.as_str() == subject);
    caller.capability.as_ref().is_some_and(|held| held.purpose == Purpose::Review && opens(&held.subject_id))
}

/// Whether the caller's service token lets it do the use case at all; whoever is no program needs none.
fn may_as_program(caller: &Caller, use_case: UseCase) -> bool {
    caller.program.as_ref().is_none_or(|program| program.may(use_case))
}

/// Errors: `not_in_token` for a program whose token does not let it do the use case.
pub fn named(caller: &Caller, use_case: UseCase) -> Result<()> {
    if may_as_program(caller, use_case) { Ok(()) } else { Err(Error::Forbidden(NOT_IN_TOKEN)) }
}

/// What belongs to a person lies in no scope: a token for one round, city or survey does not reach it.
fn owns_as_program(caller: &Caller) -> bool {
    caller.program.as_ref().is_none_or(|program| program.scope.is_none())
}

/// Whether the caller speaks for that person in what is theirs alone.
pub fn owns(caller: &Caller, person: &PersonId) -> bool {
    caller.person.as_ref() == Some(person) && owns_as_program(caller)
}

/// Whether the caller may do the use case to the target.
pub fn allowed(caller: &Caller, use_case: UseCase, target: &Target) -> bool {
    let rule = use_case.rule();
    let stage = target.stage.unwrap_or(Stage::Assessing);
    if !may_as_program(caller, use_case) {
        return rule.also == Also::Anyone || rule.also == Also::Published && stage == Stage::Published;
    }
    let counts = |grant: &Grant| rule.by.iter().any(|by| by.role == grant.role && by.from <= stage);
    let owns = || target.owner.as_ref().is_some_and(|owner| self::owns(caller, owner)) || holds(caller, target);
    caller.grants.iter().any(|g| counts(g) && covers(g, target))
        || match rule.also {
            Also::Nobody => false,
            Also::Anyone => true,
            Also::Published => stage == Stage::Published,
            Also::SignedIn => caller.person.is_some(),
            Also::Owner => owns(),
        }
}

/// As `allowed`, with the error to give: 401 to strangers, 404 where existence itself is private
/// (anything inside a round, city, survey, review or account), else 403.
pub fn check(caller: &Caller, use_case: UseCase, target: &Target) -> Result<()> {
    if allowed(caller, use_case, target) {
        return Ok(());
    }
    if caller.is_anonymous() {
        return Err(Error::Unauthenticated(UNAUTHENTICATED));
    }
    if !may_as_program(caller, use_case) {
        return Err(Error::Forbidden(NOT_IN_TOKEN));
    }
    if *target == Target::instance() { Err(Error::Forbidden(FORBIDDEN)) } else { Err(Error::NotFound("record")) }
}

/// Whether it is done to the instance as a whole, or to what nobody hides: whoever may not hears 403.
const fn is_of_the_instance(use_case: UseCase) -> bool {
    use UseCase::{
        city_create, expert_add, framework_import, framework_publish, instrument_draft, instrument_import, instrument_publish, instrument_restore,
        instrument_retire, instrument_texts_save, instrument_upload, job_retry, message_test, person_invite, round_create, rubric_import,
    };
    matches!(use_case.rule().also, Also::SignedIn)
        || matches!(
            use_case,
            city_create
                | expert_add
                | framework_import
                | framework_publish
                | instrument_import
                | instrument_upload
                | instrument_publish
                | instrument_draft
                | instrument_texts_save
                | instrument_retire
                | instrument_restore
                | job_retry
                | message_test
                | person_invite
                | round_create
                | rubric_import
        )
}

/// Before anything is read or looked up: lets nobody pass who may do the use case nowhere. They hear what they
/// would hear of something that is not there.
pub fn ahead(caller: &Caller, use_case: UseCase) -> Result<()> {
    let by_link = caller.capability.is_some() && use_case.rule().also == Also::Owner;
    if by_link || somewhere(caller, use_case) {
        return Ok(());
    }
    check(caller, use_case, &Target::instance()).map_err(|error| match error {
        Error::Forbidden(FORBIDDEN) if !is_of_the_instance(use_case) => Error::NotFound("record"),
        error => error,
    })
}

/// Where a caller may do a use case, each part from a stage on: what lists are filtered by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// The whole instance.
    pub instance: Option<Stage>,
    pub rounds: BTreeMap<RoundId, Stage>,
    pub cities: BTreeMap<CityId, Stage>,
    pub surveys: BTreeMap<SurveyId, Stage>,
    pub reviews: BTreeMap<ReviewId, Stage>,
    /// What belongs to this person.
    pub own: Option<PersonId>,
}

impl Reach {
    /// Whether all of the instance is within reach, whatever its stage.
    pub fn is_everything(&self) -> bool {
        self.instance == Some(Stage::Assessing)
    }

    /// Where grants of these scopes reach, whatever their roles.
    pub fn of_grants(grants: &[Grant]) -> Self {
        let mut reach = Self::default();
        for grant in grants {
            reach.add(grant, Stage::Assessing);
        }
        reach
    }

    /// Its scopes one by one, each with the stage from which on it counts.
    pub fn parts(&self) -> Vec<(ScopeKind, String, Stage)> {
        fn of<K: ToString>(kind: ScopeKind, parts: &BTreeMap<K, Stage>) -> impl Iterator<Item = (ScopeKind, String, Stage)> {
            parts.iter().map(move |(id, stage)| (kind, id.to_string(), *stage))
        }
        let instance = self.instance.map(|stage| (ScopeKind::Instance, String::new(), stage));
        let rounds = of(ScopeKind::Round, &self.rounds).chain(of(ScopeKind::City, &self.cities));
        let others = of(ScopeKind::Survey, &self.surveys).chain(of(ScopeKind::Review, &self.reviews));
        instance.into_iter().chain(rounds).chain(others).collect()
    }

    /// Ids of the scopes that it names, whatever they are.
    pub fn ids(&self) -> impl Iterator<Item = String> + '_ {
        let rounds = self.rounds.keys().map(ToString::to_string);
        let cities = self.cities.keys().map(ToString::to_string);
        let surveys = self.surveys.keys().map(ToString::to_string);
        rounds.chain(cities).chain(surveys).chain(self.reviews.keys().map(ToString::to_string))
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, grant: &Grant, from: Stage) {
        fn earliest<K: Ord>(parts: &mut BTreeMap<K, Stage>, id: K, from: Stage) {
            let stage = parts.entry(id).or_insert(from);
            *stage = from.min(*stage);
        }
        let id = grant.scope_id.clone();
        match grant.scope_kind {
            ScopeKind::Instance => self.instance = Some(self.instance.map_or(from, |stage| from.min(stage))),
            ScopeKind::Round => earliest(&mut self.rounds, RoundId::from_stored(id), from),
            ScopeKind::City => earliest(&mut self.cities, CityId::from_stored(id), from),
            ScopeKind::Survey => earliest(&mut self.surveys, SurveyId::from_stored(id), from),
            ScopeKind::Review => earliest(&mut self.reviews, ReviewId::from_stored(id), from),
        }
    }
}

/// Where the caller may do the use case. Errors: 401 for strangers, 403 for whoever may nowhere.
pub fn reach(caller: &Caller, use_case: UseCase) -> Result<Reach> {
    let rule = use_case.rule();
    let mut reach = Reach::default();
    let may = may_as_program(caller, use_case);
    let roles: &[By] = if may { rule.by } else { &[] };
    for (grant, by) in caller.grants.iter().flat_map(|g| roles.iter().map(move |by| (g, by))) {
        if grant.role == by.role {
            reach.add(grant, by.from);
        }
    }
    match rule.also {
        Also::Anyone => reach.instance = Some(Stage::Assessing),
        Also::SignedIn if caller.person.is_some() && may => reach.instance = Some(Stage::Assessing),
        Also::Published => reach.instance = reach.instance.or(Some(Stage::Published)),
        Also::Owner if may && owns_as_program(caller) => reach.own.clone_from(&caller.person),
        Also::Nobody | Also::SignedIn | Also::Owner => {}
    }
    match (reach.is_empty(), caller.is_anonymous()) {
        (false, _) => Ok(reach),
        (true, true) => Err(Error::Unauthenticated(UNAUTHENTICATED)),
        (true, false) if !may => Err(Error::Forbidden(NOT_IN_TOKEN)),
        (true, false) => Err(Error::Forbidden(FORBIDDEN)),
    }
}

/// Whether the caller may do the use case anywhere: what menus and buttons go by.
pub fn somewhere(caller: &Caller, use_case: UseCase) -> bool {
    reach(caller, use_case).is_ok()
}
