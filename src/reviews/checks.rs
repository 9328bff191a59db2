//! The check of one measure of one report: do its independent ratings go together? Pure.
//!
//! A coefficient is impossible for a single report; this is what a report gets instead. Whoever
//! finds a gap opens a case, and no independent rating is ever changed because of it.

use super::panel::median;
use crate::words;

words! {
    /// Why ratings do not go together.
    pub enum Reason {
        /// Two ratings that are too many levels apart.
        Gap = "gap",
        /// Two ratings on opposite sides of the decision line.
        DecisionLine = "decision_line",
        /// One rating too far from the median of the others.
        Outlier = "outlier",
    }
}

/// The settings of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Levels between two ratings from which on they disagree.
    pub gap: i32,
    /// Levels at or above this count as "in place".
    pub decision_line: i32,
}

/// What the ratings of one measure of one report say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// Nobody has judged it yet.
    Unrated,
    /// One rating; `second_wanted` where it lies next to the decision line.
    Single {
        second_wanted: bool,
    },
    Agreed,
    Disagreed(Reason),
}

/// Checks the independent levels of one measure of one report.
pub fn check(levels: &[i32], limits: Limits) -> Finding {
    let line = limits.decision_line;
    match levels {
        [] => Finding::Unrated,
        [one] => Finding::Single { second_wanted: *one == line || *one == line - 1 },
        [a, b] if (a - b).abs() >= limits.gap => Finding::Disagreed(Reason::Gap),
        [a, b] if (*a < line) != (*b < line) => Finding::Disagreed(Reason::DecisionLine),
        [_, _] => Finding::Agreed,
        many => {
            let outlying = (0..many.len()).any(|i| {
                let others: Vec<f64> = many.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, l)| f64::from(*l)).collect();
                median(&others).is_some_and(|m| (f64::from(many[i]) - m).abs() >= f64::from(limits.gap))
            });
            if outlying { Finding::Disagreed(Reason::Outlier) } else { Finding::Agreed }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { gap: 2, decision_line: 2 };

    #[test]
    fn two_experts_disagree_by_two_levels_or_across_the_decision_line() {
        assert_eq!(check(&[1, 3], LIMITS), Finding::Disagreed(Reason::Gap));
        assert_eq!(check(&[4, 0], LIMITS), Finding::Disagreed(Reason::Gap));
        assert_eq!(check(&[2, 1], LIMITS), Finding::Disagreed(Reason::DecisionLine));
        for same_side in [[0, 1], [2, 3], [4, 3], [2, 2], [0, 0]] {
            assert_eq!(check(&same_side, LIMITS), Finding::Agreed, "{same_side:?}");
        }
    }

    #[test]
    fn of_three_experts_one_may_be_two_levels_from_the_median_of_the_others() {
        assert_eq!(check(&[3, 3, 1], LIMITS), Finding::Disagreed(Reason::Outlier));
        assert_eq!(check(&[0, 2, 4], LIMITS), Finding::Disagreed(Reason::Outlier));
        // The others' median is 1.5, and 1.5 is less than two.
        assert_eq!(check(&[1, 2, 3], LIMITS), Finding::Agreed);
    }

    #[test]
    fn a_single_rating_beside_the_decision_line_wants_a_second() {
        assert_eq!(check(&[], LIMITS), Finding::Unrated);
        for (level, second_wanted) in [(0, false), (1, true), (2, true), (3, false), (4, false)] {
            assert_eq!(check(&[level], LIMITS), Finding::Single { second_wanted });
        }
    }

    #[test]
    fn the_order_of_the_experts_does_not_matter() {
        for a in 0..=4 {
            for b in 0..=4 {
                assert_eq!(check(&[a, b], LIMITS), check(&[b, a], LIMITS));
                for c in 0..=4 {
                    assert_eq!(check(&[a, b, c], LIMITS), check(&[c, a, b], LIMITS));
                }
            }
        }
    }
}
