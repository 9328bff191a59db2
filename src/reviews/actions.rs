//! The use cases of reviews: each authorises, applies the rule, stores, audits and puts mail into
//! the outbox, in one transaction.

mod agreement;
mod assignment;
mod cases;
mod experts;
mod inviting;
mod pool;
mod rubrics;
mod scores;
mod writing;

pub use agreement::{AgreementView, GapView, MeasureAgreement, SingleView, agreement_read};
pub use assignment::{
    AssignmentsView, CandidateView, PlanView, ReportSeats, ReviewAssign, SeatView, assignment_plan_confirm, assignment_plan_discard,
    assignment_plan_propose, assignment_read, candidate_list, review_assign, review_withdraw,
};
pub use cases::{
    DisagreementResolve, DisagreementThird, DisagreementView, DisputedRating, disagreement_invite_third, disagreement_list, disagreement_read,
    disagreement_resolve,
};
pub use experts::{
    ConflictDeclare, ConflictDismiss, ConflictView, ExpertAdd, ExpertContext, ExpertView, conflict_declare, conflict_dismiss, conflict_list,
    expert_add, expert_context, expert_list, expert_read, expert_save,
};
pub use rubrics::{RubricImport, RubricView, ensure_default_rubric, round_rubric, rubric_import, rubric_list, rubric_read};
pub use scores::{panel_scores_of_participation, panel_scores_of_round};
pub use writing::{
    Opened, ReviewConflict, ReviewDecline, ReviewKey, ReviewSubmit, ReviewSummary, ReviewView, evidence_read, rating_save, review_accept,
    review_conflict, review_decline, review_list, review_read, review_submit,
};

use crate::ground::config::Config;
use crate::ground::{UtcTime, Zone};
use crate::reviews::checks::Limits;
use crate::reviews::coefficients::Thresholds;

/// The settings of the check of one report.
pub fn limits(config: &Config) -> Limits {
    Limits { gap: config.agreement.gap, decision_line: config.agreement.decision_line }
}

/// The settings of a round's verdict.
pub fn thresholds(config: &Config) -> Thresholds {
    Thresholds { good: config.agreement.alpha_good, tentative: config.agreement.alpha_tentative }
}

/// An instant for people, with the zone it is told in.
fn told(at: UtcTime, zone: Zone) -> String {
    format!("{} ({zone})", at.local(zone))
}
