//! What differs between two submissions of a report, section by section. Pure.
//!
//! A section is the same while its text (in NFC, without outer and repeated blanks), its files by hash and
//! the values of its measure's statistics are: how it is typed, or what a file is called, is no change.

use std::collections::BTreeSet;

use icu_normalizer::ComposingNormalizerBorrowed;

use super::submission::Content;
use crate::ground::MeasureCode;

/// A text as it is compared.
fn normalised(text: &str) -> String {
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The measures whose section is not the same in both, in the order of the newer one.
pub fn changed(before: &Content, after: &Content) -> Vec<MeasureCode> {
    let measures = after.sections.iter().chain(&before.sections).map(|section| &section.measure);
    let mut seen = BTreeSet::new();
    measures.filter(|measure| seen.insert(*measure) && !is_same(before, after, measure)).cloned().collect()
}

fn is_same(before: &Content, after: &Content, measure: &MeasureCode) -> bool {
    let text = |content: &Content| content.section(measure).map(|section| normalised(&section.body)).unwrap_or_default();
    text(before) == text(after) && files(before, measure) == files(after, measure) && values(before, measure) == values(after, measure)
}

/// What its files contain.
fn files<'c>(content: &'c Content, measure: &MeasureCode) -> BTreeSet<&'c str> {
    content.evidence.iter().filter(|file| file.measure.as_ref() == Some(measure)).map(|file| file.sha256.as_str()).collect()
}

/// Value, year, and whether there is none.
fn values(content: &Content, measure: &MeasureCode) -> Vec<(Option<f64>, Option<i32>, bool)> {
    let of = content.statistics.iter().filter(|statistic| statistic.measure == *measure);
    of.map(|statistic| (statistic.value, statistic.year, statistic.not_available)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::ids::EvidenceId;
    use crate::reports::submission::{EvidenceRef, Section, Statistic};

    fn of(bodies: &[(&str, &str)]) -> Content {
        let section = |(measure, body): &(&str, &str)| Section { measure: MeasureCode::from_stored(*measure), body: (*body).to_owned(), words: 1 };
        Content { sections: bodies.iter().map(section).collect(), ..Content::default() }
    }

    fn file(id: &str, measure: Option<&str>, sha256: &str) -> EvidenceRef {
        let measure = measure.map(MeasureCode::from_stored);
        EvidenceRef {
            id: EvidenceId::from_stored(id.into()),
            measure,
            file_name: id.into(),
            media_type: "application/pdf".into(),
            size: 1,
            sha256: sha256.into(),
            taken_out: Vec::new(),
        }
    }

    #[test]
    fn blanks_and_the_way_a_letter_is_typed_are_no_change_and_words_are() {
        let before = of(&[("1.1.a", "  Caf\u{e9}s  and\n\nlibraries "), ("1.1.b", "A market.")]);
        assert!(changed(&before, &of(&[("1.1.a", "Cafe\u{301}s and libraries"), ("1.1.b", "A market.")])).is_empty());
        let after = of(&[("1.1.a", "Cafes and libraries"), ("1.1.b", "A market.")]);
        assert_eq!(changed(&before, &after), [MeasureCode::from_stored("1.1.a")]);
        assert_eq!(changed(&before, &of(&[("1.1.b", "A market.")])), [MeasureCode::from_stored("1.1.a")], "a section that is gone has changed");
        assert_eq!(changed(&before, &of(&[("1.1.a", "Cafés and libraries"), ("1.1.b", "a market.")])), [MeasureCode::from_stored("1.1.b")]);
    }

    #[test]
    fn files_count_by_what_they_contain_and_statistics_by_their_values() {
        let mut before = of(&[("1.1.a", "Text.")]);
        before.evidence = vec![file("a", Some("1.1.a"), "h1"), file("b", Some("1.1.a"), "h2"), file("c", None, "h3")];
        let mut after = before.clone();
        after.evidence = vec![file("x", Some("1.1.a"), "h2"), file("y", Some("1.1.a"), "h1"), file("z", None, "h4")];
        assert!(changed(&before, &after).is_empty(), "the same bytes under other names; what belongs to the whole report is no part of a section");
        after.evidence.pop();
        after.evidence.pop();
        assert_eq!(changed(&before, &after).len(), 1);
        let statistic = |value, source: &str| Statistic {
            measure: MeasureCode::from_stored("1.1.a"),
            value: Some(value),
            year: Some(2025),
            source: source.into(),
            not_available: false,
        };
        let mut after = before.clone();
        before.statistics = vec![statistic(12.0, "office")];
        after.statistics = vec![statistic(12.0, "the statistical office")];
        assert!(changed(&before, &after).is_empty());
        after.statistics = vec![statistic(13.0, "office")];
        assert_eq!(changed(&before, &after).len(), 1);
    }
}
