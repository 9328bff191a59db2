//! How well an expert suits a report: language, areas, and room for more work. Pure.
//!
//! Half counts the language, two fifths the areas, one tenth the expert's free share, so that equal
//! experts take turns. Whether the pair is allowed at all is not asked here.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::expert::Expert;
use crate::ground::Language;

/// The affinity of a pair with what it is made of, so that a plan can say why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Affinity {
    /// 0 to 1, higher is better.
    pub value: f64,
    /// Reads the city's own language.
    pub own_language: bool,
    /// Areas of the report that the expert knows.
    pub areas: Vec<String>,
    /// Whether the expert named any area at all.
    pub generalist: bool,
}

/// Affinity of an expert with a report in `language` about `areas`; `load` reviews are taken.
pub fn affinity(expert: &Expert, language: &Language, areas: &BTreeSet<&str>, load: i32) -> Affinity {
    let own_language = expert.reads(language);
    let known: Vec<String> = areas.iter().filter(|a| expert.facts.areas.iter().any(|mine| mine == *a)).map(|a| (*a).to_owned()).collect();
    let generalist = expert.facts.areas.is_empty();
    let covered = match areas.len() {
        _ if generalist => 0.5,
        0 => 0.0,
        n => known.len() as f64 / n as f64,
    };
    let free = if expert.facts.load_max > 0 { 1.0 - f64::from(load.clamp(0, expert.facts.load_max)) / f64::from(expert.facts.load_max) } else { 0.0 };
    let value = 0.5 * if own_language { 1.0 } else { 0.4 } + 0.4 * covered + 0.1 * free;
    Affinity { value, own_language, areas: known, generalist }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::ids::PersonId;
    use crate::reviews::expert::Facts;

    fn expert(languages: &[&str], areas: &[&str]) -> Expert {
        let languages = languages.iter().map(Language::from_stored).collect();
        let areas = areas.iter().map(|s| (*s).to_owned()).collect();
        Expert { person_id: PersonId::from_stored("per_1".into()), facts: Facts { languages, areas, load_max: 4, ..Facts::default() } }
    }

    #[test]
    fn the_citys_language_and_its_areas_make_an_expert_suit_better() {
        let areas = BTreeSet::from(["9", "10"]);
        let of = |e: &Expert, load| affinity(e, &Language::of("ar"), &areas, load).value;
        let (both, language, other) = (expert(&["ar"], &["9", "10"]), expert(&["ar"], &["1"]), expert(&["en"], &["9", "10"]));
        assert!(of(&both, 0) > of(&other, 0) && of(&both, 0) > of(&language, 0));
        assert!(of(&both, 0) > of(&both, 3), "who has room goes first");
        assert!((of(&both, 0) - 1.0).abs() < 1e-12);
        let half = affinity(&expert(&["ar"], &["9"]), &Language::of("ar"), &areas, 0);
        assert_eq!(half.areas, ["9"]);
        assert!(affinity(&expert(&["ar"], &[]), &Language::of("ar"), &areas, 0).generalist);
    }
}
