//! Names of variables that SPSS, Stata, R and Python take: 32 letters, digits and `_` at most, a letter first, no
//! word that means something to one of them, and none twice however it is written.

use std::collections::{HashMap, HashSet};

/// Stata's limit; SPSS would take 64 bytes.
const MOST: usize = 32;
/// As much of a choice's name is kept beside its question's.
const OF_CHOICE: usize = 16;

/// Words that name something else in SPSS or in Stata, in small letters.
const RESERVED: &[&str] = &[
    "all", "and", "by", "byte", "double", "eq", "float", "ge", "gt", "if", "in", "int", "le", "long", "lt", "ne", "not", "or", "str", "strl", "to",
    "using", "with",
];

/// Names that were given.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Names {
    /// The name of what is called `wanted`, another one at each call.
    pub(super) fn take(&mut self, wanted: &str) -> String {
        let base = safe(wanted);
        let key = base.to_lowercase();
        let mut name = base.clone();
        let next = self.next.entry(key).or_insert(2);
        while self.taken.contains(&name.to_lowercase()) {
            let number = format!("_{next}");
            *next += 1;
            name = format!("{}{number}", base[..base.len().min(MOST - number.len())].trim_end_matches('_'));
        }
        self.taken.insert(name.to_lowercase());
        name
    }

    /// The name of one choice's variable.
    pub(super) fn take_choice(&mut self, question: &str, choice: &str) -> String {
        let (question, choice) = (safe(question), plain(choice));
        let choice = &choice[..choice.len().min(OF_CHOICE)];
        let room = MOST - 1 - choice.len();
        self.take(&format!("{}_{choice}", &question[..question.len().min(room)]))
    }
}

/// Letters, digits and `_` only; whatever else there is becomes `_`.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

fn safe(wanted: &str) -> String {
    let plain = plain(wanted);
    let bare = plain.trim_matches('_');
    let first = bare.chars().next();
    let mut name = if first.is_some_and(|c| c.is_ascii_alphabetic()) { bare.to_owned() } else { format!("v{bare}") };
    name.truncate(MOST);
    name.truncate(name.trim_end_matches('_').len());
    let small = name.to_lowercase();
    let numbered = small.strip_prefix("str").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    if RESERVED.contains(&small.as_str()) || numbered {
        name.push_str("_v");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_takes_every_name_and_none_is_there_twice() {
        let mut names = Names::default();
        let mut given = |wanted: &str| names.take(wanted);
        assert_eq!(given("age"), "age");
        assert_eq!(given("Age"), "Age_2", "however it is written");
        assert_eq!((given("_age").as_str(), given("by"), given("str12")), ("age_3", "by_v".into(), "str12_v".into()));
        assert_eq!((given("2nd").as_str(), given("عمر").as_str(), given("العمل").as_str()), ("v2nd", "v", "v_2"));
        let long = "a".repeat(70);
        assert_eq!((given(&long).len(), given(&long)), (32, format!("{}_2", "a".repeat(30))));
        assert_eq!(names.take_choice("places", "1"), "places_1");
        let (one, other) = (names.take_choice(&long, "university"), names.take_choice(&long, "community"));
        assert!(one.ends_with("_university") && other.ends_with("_community") && one.len() == 32, "{one} {other}");
        let many: HashSet<String> = (0..2000).map(|_| names.take_choice(&long, "نعم").to_lowercase()).collect();
        assert!(many.len() == 2000 && many.iter().all(|name| name.len() <= MOST && !name.ends_with('_')));
    }
}
