//! The mark of a browser in which somebody signed in before: a random name and, for each of the last accounts,
//! a MAC over both. It signs nobody in; it is only that strangers' failures do not stop it. Pure.

use crate::ground::Email;
use crate::ground::chance::Chance;
use crate::ground::secrets::{Secrets, random_token};

/// Accounts that one browser is known for, the last first.
const MOST_ACCOUNTS: usize = 5;
/// Characters of the name and of each mark: 132 bits.
const LENGTH: usize = 22;
/// How long a browser is remembered after the last time.
pub const REMEMBERED_DAYS: i64 = 180;

/// What the cookie holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    name: String,
    marks: Vec<String>,
}

fn mark(secrets: &Secrets, name: &str, email: &Email) -> String {
    secrets.token("device", &format!("{name}\n{}", email.as_str())).chars().take(LENGTH).collect()
}

impl Device {
    /// A cookie's value; `None` where it has not the form of one.
    pub fn read(value: &str) -> Option<Self> {
        let mut parts = value.split('.').map(str::to_owned);
        let name = parts.next()?;
        let marks: Vec<String> = parts.collect();
        let good = |part: &String| part.len() == LENGTH && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        (good(&name) && marks.len() <= MOST_ACCOUNTS && marks.iter().all(good)).then_some(Self { name, marks })
    }

    /// The cookie's value.
    pub fn value(&self) -> String {
        std::iter::once(&self.name).chain(&self.marks).cloned().collect::<Vec<_>>().join(".")
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the account signed in here before.
    pub fn knows(&self, secrets: &Secrets, email: &Email) -> bool {
        let right = mark(secrets, &self.name, email);
        self.marks.iter().any(|mark| subtle::ConstantTimeEq::ct_eq(mark.as_bytes(), right.as_bytes()).into())
    }

    /// The browser, from now on known for the account too.
    #[must_use]
    pub fn learning(before: Option<&Self>, secrets: &Secrets, chance: &dyn Chance, email: &Email) -> Self {
        let name = before.map_or_else(|| random_token(chance).chars().take(LENGTH).collect(), |device| device.name.clone());
        let new = mark(secrets, &name, email);
        let others = before.into_iter().flat_map(|device| &device.marks).filter(|mark| **mark != new).cloned();
        let marks = std::iter::once(new.clone()).chain(others).take(MOST_ACCOUNTS).collect();
        Self { name, marks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::chance::SeededChance;

    #[test]
    fn a_browser_is_known_for_the_last_accounts_that_signed_in_there_and_for_no_other() {
        let (secrets, chance) = (Secrets::new([7; 32]), SeededChance::new(7));
        let emails: Vec<Email> = (0..7).map(|n| format!("person{n}@example.org").parse().unwrap()).collect();
        let mut device = Device::learning(None, &secrets, &chance, &emails[0]);
        assert!(device.knows(&secrets, &emails[0]) && !device.knows(&secrets, &emails[1]));
        for email in &emails {
            device = Device::learning(Some(&device), &secrets, &chance, email);
            assert_eq!(Device::read(&device.value()).as_ref(), Some(&device), "{}", device.value());
        }
        let known: Vec<bool> = emails.iter().map(|email| device.knows(&secrets, email)).collect();
        assert_eq!(known, [false, false, true, true, true, true, true]);
        assert!(!device.knows(&Secrets::new([8; 32]), &emails[6]), "another instance's mark");
    }

    #[test]
    fn what_is_no_mark_of_ours_is_no_browser() {
        for wrong in ["", ".", "short", "aaaaaaaaaaaaaaaaaaaaaa.short", "aaaaaaaaaaaaaaaaaaaaa ", &"aaaaaaaaaaaaaaaaaaaaaa.".repeat(9)] {
            assert_eq!(Device::read(wrong), None, "{wrong}");
        }
        let claimed = Device::read("aaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbb").unwrap();
        assert!(!claimed.knows(&Secrets::new([7; 32]), &"amina@example.org".parse().unwrap()));
    }
}
