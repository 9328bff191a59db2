//! What an account may say about itself: address, name, language, time zone, password, and which
//! role makes sense in which scope. Pure: checks and normal forms, nothing stored.

use super::identity::{Role, ScopeKind};
use crate::ground::error::Checks;
use crate::ground::ids::PersonId;
use crate::ground::{Email, FieldError, Given, Language, Zone};

/// Longest name of a person, in characters.
pub const NAME_MAX: usize = 120;
/// Shortest password, in characters. Length is the only rule: rules of composition make people
/// write passwords down and add little.
pub const PASSWORD_MIN: usize = 12;
/// Longest password, in characters; only to bound the work.
pub const PASSWORD_MAX: usize = 200;

/// The checked details of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    pub name: String,
    pub language: Language,
    pub time_zone: Zone,
}

/// Checks name, language and time zone.
pub fn details(checks: &mut Checks, name: &str, language: &Given<Language>, time_zone: &Given<Zone>) -> Option<Details> {
    let name = checks.text("name", name, NAME_MAX, false);
    let language = checks.word("language", language);
    let time_zone = checks.word("time_zone", time_zone);
    Some(Details { name, language: language?, time_zone: time_zone? })
}

/// Checks a new password: long enough, and not the address itself.
pub fn password(checks: &mut Checks, field: &str, password: &str, email: Option<&Email>) {
    let length = password.chars().count();
    if length == 0 {
        checks.push(FieldError::new(field, "required"));
    } else if length < PASSWORD_MIN {
        checks.push(FieldError::new(field, "password_too_short").with("min", PASSWORD_MIN));
    } else if length > PASSWORD_MAX {
        checks.push(FieldError::new(field, "too_long").with("max", PASSWORD_MAX));
    } else if email.is_some_and(|email| Email::looked_up(password) == *email) {
        checks.push(FieldError::new(field, "password_is_email"));
    }
}

/// The domain of what stands in place of an address that was erased: none that mail could reach (RFC 2606).
pub const UNNAMED: &str = "erased.invalid";

/// By which somebody is told apart whose name is erased: a few characters of the id.
pub fn erased_number(id: &PersonId) -> String {
    let id = id.as_str();
    id[id.len().saturating_sub(6)..].to_uppercase()
}

/// Whether a role means anything in a kind of scope.
pub fn role_fits(role: Role, kind: ScopeKind) -> bool {
    use ScopeKind::{City, Instance, Round, Survey};
    match role {
        Role::Operator => kind == Instance,
        Role::Coordinator | Role::Expert => matches!(kind, Instance | Round),
        Role::CityOfficer => kind == City,
        Role::Agency => matches!(kind, Instance | Round | City | Survey),
        Role::Analyst => matches!(kind, Instance | Round | City),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(work: impl FnOnce(&mut Checks)) -> Vec<String> {
        let mut checks = Checks::new();
        work(&mut checks);
        match checks.done() {
            Err(crate::ground::Error::Invalid(fields)) => fields.into_iter().map(|f| f.code).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_password_is_judged_by_its_length_alone_but_is_not_the_address() {
        assert_eq!(codes(|c| password(c, "password", "elevenchars", Some(&Email::looked_up("a@example.org")))), ["password_too_short"]);
        assert_eq!(codes(|c| password(c, "password", "Amina@Example.org", Some(&Email::looked_up("amina@example.org")))), ["password_is_email"]);
        assert!(codes(|c| password(c, "password", "twelve chars", Some(&Email::looked_up("a@example.org")))).is_empty());
        // Characters count, not bytes.
        assert_eq!(codes(|c| password(c, "password", "كلمة سر", Some(&Email::looked_up("a@example.org")))), ["password_too_short"]);
        assert!(codes(|c| password(c, "password", "كلمة سر طويلة جدا", Some(&Email::looked_up("a@example.org")))).is_empty());
        assert_eq!(codes(|c| password(c, "password", &"x".repeat(201), Some(&Email::looked_up("a@example.org")))), ["too_long"]);
    }

    #[test]
    fn unknown_languages_and_time_zones_are_named() {
        assert_eq!(codes(|c| drop(details(c, "", &"German".into(), &"Mars/Olympus".into()))), ["required", "unknown_language", "unknown_time_zone"]);
        assert!(codes(|c| drop(details(c, "Amina", &"pt-BR".into(), &"Africa/Tunis".into()))).is_empty());
    }

    #[test]
    fn nobody_is_operator_of_a_round_or_officer_of_every_city() {
        assert!(!role_fits(Role::Operator, ScopeKind::Round));
        assert!(!role_fits(Role::CityOfficer, ScopeKind::Instance));
        assert!(Role::ALL.iter().all(|r| ScopeKind::ALL.iter().any(|k| role_fits(*r, *k))));
    }
}
