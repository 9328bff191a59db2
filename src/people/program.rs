//! Programs: what a service token lets one do in its person's name. Pure.
//!
//! A token never gives, it only takes away: of the roles that the person has at the moment of a call it leaves
//! some use cases, in some place. What opens doors (passwords, tokens, passkeys, accounts, roles) it never leaves.

use super::identity::{Caller, Grant, ScopeKind, Target};
use super::policy::{self, UseCase};
use crate::ground::ids::ServiceTokenId;
use crate::words;

words! {
    /// How much of what its person may do a program may do.
    pub enum Access {
        /// It reads whatever its person may read, and changes nothing.
        ReadOnly = "read_only",
        /// It does the use cases that were chosen.
        Chosen = "chosen",
    }
}

/// The use cases that programs can be given, those of the API; registered by the roof, which knows the routes.
#[derive(Debug)]
pub struct Offered(pub Vec<UseCase>);

/// A program that asks in a person's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    pub id: ServiceTokenId,
    pub access: Access,
    /// Empty where it reads only.
    pub use_cases: Vec<UseCase>,
    /// The round, city or survey that it is for; none: wherever its person may.
    pub scope: Option<(ScopeKind, String)>,
}

impl Program {
    pub fn may(&self, use_case: UseCase) -> bool {
        !never(use_case)
            && match self.access {
                Access::ReadOnly => reads(use_case),
                Access::Chosen => self.use_cases.contains(&use_case),
            }
    }

    /// The person's caller as the program's; `place` is the target of its scope, if it has one that is still there.
    #[must_use]
    pub fn speaking_for(self, person: Caller, place: Option<&Target>) -> Caller {
        let grants = match &self.scope {
            None => person.grants,
            Some((kind, id)) => {
                let here = |grant: &Grant| place.is_some_and(|place| policy::covers(grant, place));
                let mut grants: Vec<Grant> = Vec::new();
                for grant in person.grants.iter().filter(|grant| here(grant)) {
                    let left = Grant { role: grant.role, scope_kind: *kind, scope_id: id.clone() };
                    if !grants.contains(&left) {
                        grants.push(left);
                    }
                }
                grants
            }
        };
        Caller { grants, program: Some(self), ..person }
    }
}

/// What the words of use cases that change nothing end with.
const READING: &[&str] = &["estimates", "funnel", "integrity", "list", "poster", "preview", "read", "source", "verify", "watch"];

/// Whether a use case changes nothing. By its word; the tests hold it against the routes.
pub fn reads(use_case: UseCase) -> bool {
    use_case.as_str().rsplit('_').next().is_some_and(|last| READING.contains(&last))
}

/// What the words of use cases begin with that are about ways in.
const WAYS_IN: &[&str] = &["demo_", "passkey_", "password_", "recovery_", "second_factor_", "service_token_", "session_", "setup_", "token_"];
/// What those begin with that are about people and what they may do: a program reads them at most.
const OF_PEOPLE: &[&str] = &["account_", "grant_", "person_"];

/// Whether no program may ever do it.
pub fn never(use_case: UseCase) -> bool {
    let word = use_case.as_str();
    let begins = |with: &[&str]| with.iter().any(|with| word.starts_with(with));
    // An expert who is added gets an account and a role; a letter holds the code by which somebody answers, and goes by
    // mail to the address that somebody is given.
    begins(WAYS_IN)
        || matches!(use_case, UseCase::expert_add | UseCase::letter_read | UseCase::invitation_correct)
        || (begins(OF_PEOPLE) && !reads(use_case))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::ids::{CityId, PersonId, RoundId};
    use crate::people::identity::{Role, Stage};
    use crate::people::policy::{allowed, reach};

    const ROUND: &str = "rnd_00000000000000000000000000000001";
    const CITY: &str = "cty_00000000000000000000000000000001";

    fn person(role: Role, scope_kind: ScopeKind, scope_id: &str) -> Caller {
        let grants = vec![Grant { role, scope_kind, scope_id: scope_id.to_owned() }];
        Caller { person: Some(PersonId::from_stored("per_1".to_owned())), grants, ..Caller::default() }
    }

    fn program(access: Access, use_cases: &[UseCase], scope: Option<(ScopeKind, &str)>) -> Program {
        let scope = scope.map(|(kind, id)| (kind, id.to_owned()));
        Program { id: ServiceTokenId::from_stored("svt_1".to_owned()), access, use_cases: use_cases.to_vec(), scope }
    }

    fn in_round(id: &str) -> Target {
        Target { city: Some(CityId::from_stored(CITY.to_owned())), ..Target::of_round(&RoundId::from_stored(id.to_owned())) }
    }

    #[test]
    fn a_program_for_one_round_does_nothing_in_another_though_its_person_may() {
        let place = Target::of_round(&RoundId::from_stored(ROUND.to_owned()));
        let scope = Some((ScopeKind::Round, ROUND));
        let caller = program(Access::ReadOnly, &[], scope).speaking_for(person(Role::Coordinator, ScopeKind::Instance, ""), Some(&place));
        assert!(allowed(&caller, UseCase::round_read, &in_round(ROUND)));
        assert!(!allowed(&caller, UseCase::round_read, &in_round("rnd_00000000000000000000000000000002")));
        assert!(!allowed(&caller, UseCase::round_update, &in_round(ROUND)), "it only reads");
        let reach = reach(&caller, UseCase::round_list).unwrap();
        assert!(reach.instance.is_none() && reach.rounds.len() == 1);
        let nowhere = program(Access::ReadOnly, &[], scope).speaking_for(person(Role::CityOfficer, ScopeKind::City, CITY), Some(&place));
        assert!(nowhere.grants.is_empty(), "an office in a city is no role in the round as a whole");
        let gone = program(Access::ReadOnly, &[], scope).speaking_for(person(Role::Coordinator, ScopeKind::Instance, ""), None);
        assert!(gone.grants.is_empty(), "a scope that is gone leaves nothing");
    }

    #[test]
    fn a_token_never_gives_what_its_person_has_not() {
        let all: Vec<UseCase> = policy::RULES.iter().map(|rule| rule.use_case).collect();
        for role in Role::ALL {
            let owner = person(*role, ScopeKind::Instance, "");
            for access in [Access::ReadOnly, Access::Chosen] {
                let caller = program(access, &all, None).speaking_for(owner.clone(), None);
                for use_case in &all {
                    for target in [
                        Target::instance(),
                        Target { stage: Some(Stage::Published), ..in_round(ROUND) },
                        Target::owned_by(owner.person.as_ref().unwrap()),
                    ] {
                        let (person_may, program_may) = (allowed(&owner, *use_case, &target), allowed(&caller, *use_case, &target));
                        assert!(person_may || !program_may, "{role} {use_case:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn no_choice_lets_a_program_at_ways_in_or_at_what_people_may_do() {
        let all: Vec<UseCase> = policy::RULES.iter().map(|rule| rule.use_case).collect();
        let program = program(Access::Chosen, &all, None);
        for word in [
            "service_token_issue",
            "service_token_list",
            "service_token_revoke",
            "session_end_everywhere",
            "account_update",
            "person_invite",
            "person_update",
            "grant_add",
            "grant_remove",
            "expert_add",
            "letter_read",
            "invitation_correct",
        ] {
            assert!(!program.may(UseCase::of(word).unwrap()), "{word}");
        }
        assert!(program.may(UseCase::person_list) && program.may(UseCase::account_read) && program.may(UseCase::round_open));
    }
}
