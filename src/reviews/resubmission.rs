//! What becomes of a panel when its report is submitted again. Pure.
//!
//! Every review goes on to the new submission. What was rated of a section that has not changed is kept and
//! counts as before; a changed section is asked again of whoever has a seat. Cases go on where nothing
//! changed; about a changed section they are past, and new ratings open new ones.

use super::review::{ReviewKind, ReviewState};
use crate::ground::MeasureCode;

/// What becomes of one review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Becomes {
    /// It goes on as it is; its expert has nothing to do.
    GoesOn,
    /// Its expert, who is invited or at work, goes on with the new submission.
    Works,
    /// It was submitted, and is asked again about sections that changed.
    Reopens,
    /// A third expert's: the cases about these measures are left, the others are past.
    Narrows(Vec<MeasureCode>),
    /// A third expert's: there is nothing left to judge.
    Ends,
}

/// `judged`: the measures of the review; `changed`: those whose section changed.
pub fn becomes(kind: ReviewKind, state: ReviewState, judged: &[MeasureCode], changed: &[MeasureCode]) -> Becomes {
    let touched = judged.iter().any(|measure| changed.contains(measure));
    match (state, kind) {
        (ReviewState::Invited | ReviewState::Accepted, ReviewKind::Third) if touched => {
            let left: Vec<MeasureCode> = judged.iter().filter(|measure| !changed.contains(measure)).cloned().collect();
            if left.is_empty() { Becomes::Ends } else { Becomes::Narrows(left) }
        }
        (ReviewState::Invited | ReviewState::Accepted, _) => Becomes::Works,
        (ReviewState::Submitted, ReviewKind::Independent) if touched => Becomes::Reopens,
        (ReviewState::Submitted | ReviewState::Declined | ReviewState::Withdrawn | ReviewState::SetAside, _) => Becomes::GoesOn,
    }
}

/// Whether a review that becomes this is asked again about what changed. A third expert is not: the case that
/// they were called for is past.
pub fn is_asked_again(kind: ReviewKind, becomes: &Becomes) -> bool {
    kind == ReviewKind::Independent && matches!(becomes, Becomes::Works | Becomes::Reopens | Becomes::GoesOn)
}

#[cfg(test)]
mod tests {
    use super::*;

    const THIRD: ReviewKind = ReviewKind::Third;
    const SEAT: ReviewKind = ReviewKind::Independent;

    #[test]
    fn a_review_is_asked_again_only_where_its_sections_changed() {
        let measures = ["a", "b"].map(MeasureCode::from_stored);
        let [a, b] = &measures;
        let of = |kind, state, changed: &[&MeasureCode]| {
            let changed: Vec<MeasureCode> = changed.iter().map(|m| (*m).clone()).collect();
            becomes(kind, state, &measures, &changed)
        };
        let other = MeasureCode::from_stored("c");
        assert_eq!(of(SEAT, ReviewState::Submitted, &[]), Becomes::GoesOn);
        assert_eq!(of(SEAT, ReviewState::Submitted, &[&other]), Becomes::GoesOn);
        assert_eq!(of(SEAT, ReviewState::Submitted, &[a]), Becomes::Reopens);
        assert_eq!(of(SEAT, ReviewState::Invited, &[]), Becomes::Works);
        assert_eq!(of(SEAT, ReviewState::Accepted, &[a, b]), Becomes::Works);
        assert_eq!(of(THIRD, ReviewState::Accepted, &[a]), Becomes::Narrows(vec![b.clone()]));
        assert_eq!(of(THIRD, ReviewState::Invited, &[a, b]), Becomes::Ends);
        assert_eq!(of(THIRD, ReviewState::Submitted, &[a]), Becomes::GoesOn);
        for gone in [ReviewState::Declined, ReviewState::Withdrawn, ReviewState::SetAside] {
            assert_eq!(of(SEAT, gone, &[a]), Becomes::GoesOn);
        }
    }
}
