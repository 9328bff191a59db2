//! A review: one expert's judgement of one submission, and what it takes to be complete. Pure.
//!
//! A rating that was not given is absent, `cannot_judge` is a value of its own, and neither is a
//! zero. No level is ever chosen for the expert.

use serde::{Deserialize, Serialize};

use super::rubric::TOP;
use crate::ground::Result;
use crate::ground::error::Checks;
use crate::ground::ids::SubmissionId;
use crate::ground::limits::{Limit, Limits};
use crate::ground::{FieldError, MeasureCode, UtcTime};
use crate::words;

words! {
    pub enum ReviewKind {
        /// One of the seats that every report has; agreement is computed on these.
        Independent = "independent",
        /// Called in because others disagree, for the disputed measures only.
        Third = "third",
    }
}

words! {
    pub enum ReviewState {
        Invited = "invited",
        Accepted = "accepted",
        Submitted = "submitted",
        Declined = "declined",
        /// Taken back by the coordinator; the link has ended.
        Withdrawn = "withdrawn",
        /// Kept, but not counted, by a coordinator's word; the seat is free again.
        SetAside = "set_aside",
    }
}

impl ReviewState {
    /// Reviews whose given ratings count: one that is asked again about some sections keeps the others.
    pub const COUNTED: [Self; 2] = [Self::Accepted, Self::Submitted];

    /// Whether it waits for its expert.
    pub fn waits(self) -> bool {
        matches!(self, Self::Invited | Self::Accepted)
    }

    /// Whether the review holds a seat and counts towards the expert's load.
    pub fn holds_seat(self) -> bool {
        matches!(self, Self::Invited | Self::Accepted | Self::Submitted)
    }
}

/// About how many hours it takes to judge so many sections, at 15 minutes each.
pub fn hours(sections: usize) -> usize {
    (sections * 15).div_ceil(60).max(1)
}

/// Why an expert does not review, as told by them; kept as JSON in `decline_reason`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Declining {
    pub reason: String,
    /// Whom they would ask instead.
    pub alternate: String,
    /// Kind of conflict, where that is the reason; else empty.
    pub conflict: String,
}

/// One judgement of one measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Rating {
    pub measure: MeasureCode,
    /// 0 to 4; absent while not given, and where it cannot be judged.
    pub level: Option<i32>,
    pub cannot_judge: bool,
    pub comment: String,
    /// Where in the report or its evidence: section, file, page.
    pub evidence_pointer: String,
    /// 0 before the first save.
    pub version: i32,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub updated_at: Option<UtcTime>,
    /// The submission on which it was given; absent while it is a draft.
    pub given_on: Option<SubmissionId>,
    /// Given on an earlier submission, for a section that has not changed since.
    pub kept: bool,
}

/// A rating, or the draft of one, of a section that the city has changed since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct RatingBefore {
    pub measure: MeasureCode,
    /// The last submission with the section as it was.
    pub submission_id: SubmissionId,
    /// The submission on which it was given; absent where it was a draft.
    pub given_on: Option<SubmissionId>,
    pub level: Option<i32>,
    pub cannot_judge: bool,
    pub comment: String,
    pub evidence_pointer: String,
}

/// Why and when a review was set aside; kept as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SetAside {
    pub reason: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: UtcTime,
    /// Who did so, as the audit names them.
    #[serde(default)]
    pub by: String,
}

/// What an expert sends for one measure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RatingInput {
    /// 0 to 4, or absent.
    #[serde(default)]
    pub level: Option<i32>,
    #[serde(default)]
    pub cannot_judge: bool,
    #[serde(default)]
    pub comment: String,
    #[serde(default)]
    pub evidence_pointer: String,
}

impl RatingInput {
    pub const LIMITS: Limits =
        &[("level", Limit::Number(0, TOP as i64)), ("comment", Limit::Optional(COMMENT_MAX)), ("evidence_pointer", Limit::Optional(POINTER_MAX))];
}

/// Longest comment and pointer, in characters.
pub const COMMENT_MAX: usize = 6000;
pub const POINTER_MAX: usize = 300;
/// Shortest comment of a submitted rating, in characters.
pub const COMMENT_MIN: usize = 10;

impl RatingInput {
    /// The input, trimmed and checked; a draft may be incomplete, but not contradict itself.
    pub fn checked(mut self) -> Result<Self> {
        let mut checks = Checks::new();
        if self.level.is_some_and(|l| !(0..=TOP).contains(&l)) {
            checks.push(FieldError::new("level", "out_of_range").with("min", 0).with("max", TOP));
        }
        checks.require(!(self.cannot_judge && self.level.is_some()), "level", "level_and_cannot_judge");
        self.comment = checks.optional_text("comment", &self.comment, COMMENT_MAX, true);
        self.evidence_pointer = checks.optional_text("evidence_pointer", &self.evidence_pointer, POINTER_MAX, false);
        checks.done()?;
        Ok(self)
    }
}

/// What a measure lacks before the review can be submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    Level,
    Comment,
}

impl Lack {
    /// Its error code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Level => "level_missing",
            Self::Comment => "comment_missing",
        }
    }
}

/// What one rating lacks; `None` when it is complete. A reason is asked for every level: a score
/// without one helps neither the city nor whoever has to settle a disagreement.
pub fn lack(rating: Option<&Rating>) -> Option<Lack> {
    match rating {
        Some(r) if r.level.is_some() || r.cannot_judge => (r.comment.trim().chars().count() < COMMENT_MIN).then_some(Lack::Comment),
        _ => Some(Lack::Level),
    }
}

/// Every measure of a review that is not complete yet, in the order of `measures`.
pub fn lacking<'m>(measures: &'m [MeasureCode], ratings: &[Rating]) -> Vec<(&'m MeasureCode, Lack)> {
    measures.iter().filter_map(|m| Some((m, lack(ratings.iter().find(|r| r.measure == *m))?))).collect()
}

/// The first measure after `measure` that is not complete, beginning again at the start.
pub fn next_lacking<'m>(measures: &'m [MeasureCode], ratings: &[Rating], measure: Option<&MeasureCode>) -> Option<&'m MeasureCode> {
    let open: Vec<_> = lacking(measures, ratings).into_iter().map(|(m, _)| m).filter(|m| Some(*m) != measure).collect();
    let place = |m: Option<&MeasureCode>| measures.iter().position(|x| Some(x) == m);
    open.iter().find(|m| place(Some(m)) > place(measure)).or_else(|| open.first()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rating(measure: &str, level: Option<i32>, cannot_judge: bool, comment: &str) -> Rating {
        let (measure, evidence_pointer) = (MeasureCode::from_stored(measure), String::new());
        Rating { measure, level, cannot_judge, comment: comment.into(), evidence_pointer, version: 0, updated_at: None, given_on: None, kept: false }
    }

    #[test]
    fn a_rating_not_given_is_missing_and_cannot_judge_is_an_answer() {
        let measures = ["a", "b", "c", "d", "e"].map(MeasureCode::from_stored);
        let ratings = [
            rating("a", Some(0), false, "No activity is named."),
            rating("b", None, true, "Outside of my own field."),
            rating("c", Some(4), false, "short"),
            rating("d", None, false, "A long enough comment alone."),
        ];
        let [.., c, d, e] = &measures;
        assert_eq!(lacking(&measures, &ratings), [(c, Lack::Comment), (d, Lack::Level), (e, Lack::Level)]);
    }

    #[test]
    fn the_next_measure_to_judge_comes_after_this_one_and_then_from_the_start() {
        let measures = ["a", "b", "c"].map(MeasureCode::from_stored);
        let [a, b, _] = &measures;
        let done = rating("c", Some(1), false, "A sufficient reason.");
        assert_eq!(next_lacking(&measures, std::slice::from_ref(&done), Some(b)), Some(a));
        assert_eq!(next_lacking(&measures, &[done], Some(a)), Some(b));
    }

    #[test]
    fn a_level_and_cannot_judge_at_once_are_refused_and_levels_stay_on_the_scale() {
        let both = RatingInput { level: Some(2), cannot_judge: true, ..RatingInput::default() };
        assert!(both.checked().is_err());
        for level in [-1, 5, i32::MAX] {
            assert!(RatingInput { level: Some(level), ..RatingInput::default() }.checked().is_err());
        }
        assert!(RatingInput::default().checked().is_ok());
    }
}
