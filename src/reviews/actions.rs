//! The use cases of reviews: each finds its row through the policy, applies the rule, stores, audits
//! and puts mail into the outbox, in one transaction.

mod agreement;
mod answering;
mod asides;
mod assignment;
mod cases;
mod conflicts;
mod disagreements;
mod experts;
mod found;
mod guard;
mod inviting;
mod leaving;
mod listing;
mod moves;
mod panels;
mod planning;
mod pool;
mod private;
mod reading;
mod rubrics;
mod scores;
mod writing;

pub use agreement::agreement_read;
pub use answering::{ReviewConflict, ReviewDecline, review_accept, review_conflict, review_decline};
pub use asides::{review_put_back, review_set_aside};
pub use assignment::{ReviewAssign, assignment_read, candidate_list, review_assign, review_withdraw};
pub use conflicts::{ConflictDeclare, ConflictDismiss, NOTE_MAX, conflict_declare, conflict_dismiss, conflict_list};
pub use disagreements::{
    DisagreementResolve, DisagreementThird, disagreement_invite_third, disagreement_list, disagreement_read, disagreement_resolve,
};
pub use experts::{ExpertAdd, expert_add, expert_context, expert_list, expert_read, expert_save};
pub use found::ReviewKey;
pub use guard::{Whom, blind_cities, own_cities, unconflicted};
pub use leaving::{LEAVES, LEAVING};
pub use listing::review_list;
pub use moves::{ROLE_MOVES, city_moves};
pub use panels::PANELS;
pub use planning::{assignment_plan_confirm, assignment_plan_discard, assignment_plan_propose};
pub use private::PRIVATE;
pub use reading::{evidence_download, evidence_read, submission_read};
pub use rubrics::{RubricImport, ensure_default_rubric, round_rubric, rubric_import, rubric_list, rubric_read, rubric_source};
pub use scores::{awaited, complete_panels, panel_scores};
pub use writing::{ReviewSubmit, rating_save, review_read, review_submit};

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
