//! The second factor: who needs one, what stands between a right password and a session, recovery codes. Pure.
//!
//! A step is no session: its token opens the second step of signing in and nothing else.

use super::identity::Role;
use crate::ground::chance::Chance;
use crate::ground::ids::PersonId;
use crate::ground::receipt::{self, sha256_hex};
use crate::words;

words! {
    /// What a step leads to.
    pub enum Purpose {
        /// A session, by a passkey or a code.
        SignIn = "sign_in",
        /// A session, after the first passkey was added.
        SetUp = "set_up",
        /// One more passkey, of somebody signed in.
        Add = "add",
    }
}

/// Wrong answers in one step; after that the password is asked for again.
pub const MOST_TRIES: i32 = 10;
/// How long a step goes on, in minutes: time to find a device.
pub const STEP_MINUTES: i64 = 10;
/// How many recovery codes there are in a set.
pub const CODES: usize = 10;
/// Letters of a recovery code: 80 bits and more, so that nobody finds one by its hash.
const LETTERS: u32 = 20;
/// Longest name of a passkey, in characters.
pub const NAME_MAX: usize = 60;
/// How many passkeys one person has at most.
pub const MOST_PASSKEYS: usize = 10;

/// Whose account must have a second factor where the setting says so: those who see everybody's names.
pub fn needed(roles: impl IntoIterator<Item = Role>) -> bool {
    roles.into_iter().any(|role| matches!(role, Role::Coordinator | Role::Operator))
}

/// A set of new codes.
pub fn new_codes(chance: &dyn Chance) -> Vec<String> {
    let one = || {
        let mut bytes = [0; 16];
        chance.fill(&mut bytes);
        receipt::code(u128::from_be_bytes(bytes) >> (u128::BITS - LETTERS * receipt::LETTER), LETTERS)
    };
    std::iter::repeat_with(one).take(CODES).collect()
}

/// What is kept of a person's code, however it is typed; `None` if it cannot be one.
pub fn code_hash(person: &PersonId, typed: &str) -> Option<String> {
    let bits = receipt::typed(typed, LETTERS)?;
    Some(sha256_hex(format!("recovery\n{person}\n{bits}").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::chance::SeededChance;

    #[test]
    fn codes_differ_and_are_known_again_however_they_are_typed_and_for_their_person_only() {
        let (amina, omar) = (PersonId::from_stored("per_1".to_owned()), PersonId::from_stored("per_2".to_owned()));
        let codes = new_codes(&SeededChance::new(1));
        let hashes: std::collections::BTreeSet<_> = codes.iter().map(|code| code_hash(&amina, code).unwrap()).collect();
        assert_eq!(hashes.len(), CODES);
        let code = &codes[0];
        assert_eq!(code.len(), 23, "{code}");
        assert_eq!(code_hash(&amina, &code.to_lowercase().replace('-', " ")), code_hash(&amina, code));
        assert_ne!(code_hash(&omar, code), code_hash(&amina, code));
        assert_eq!(code_hash(&amina, &code[..22]), None);
    }

    #[test]
    fn whoever_sees_everybodys_names_needs_one() {
        assert!(needed([Role::Expert, Role::Coordinator]) && needed([Role::Operator]));
        assert!(!needed([Role::Expert, Role::CityOfficer, Role::Agency, Role::Analyst]) && !needed([]));
    }
}
