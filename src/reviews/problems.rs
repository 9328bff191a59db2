//! Codes of what goes wrong with reviews, assignments and disagreements.

use crate::problems;

problems! {
    NOT_ACCEPTED = "not_accepted", Conflict, "Accept the invitation to the review first.";
    CONFLICT_OF_INTEREST = "conflict_of_interest", Conflict, "A conflict of interest stands between the expert and the city.";
    CONFLICT_DECLARED = "conflict_declared", Conflict, "The expert declared this conflict; it stands in every round.";
    EXPERT_ELSEWHERE = "expert_elsewhere", Forbidden, "The expert serves in rounds that are not yours; ask a coordinator of all of them.";
    NOTHING_TO_ASSIGN = "nothing_to_assign", Conflict, "Every submitted report has its experts.";
    PLAN_OUTDATED = "plan_outdated", Conflict, "Something has changed since the plan was made; propose a new one.";
    THIRD_INVITED = "third_invited", Conflict, "A third expert has been asked already.";
    CASE_RESOLVED = "case_resolved", Conflict, "The disagreement is resolved.";
    CASE_LAPSED = "case_lapsed", Conflict, "The disagreement stands no longer: the section or its ratings have changed.";
    RATING_KEPT = "rating_kept", Conflict, "The section has not changed since it was rated; its rating is kept.";
    NOT_CURRENT = "not_current", Conflict, "The city has submitted its report again; the newest submission counts.";
    CONFLICT_STANDS = "conflict_stands", Conflict, "A conflict of interest stands between the expert and the city; dismiss it first.";
    ROLE_TAKEN = "role_taken", Forbidden, "The expert's role in this round has ended; what was submitted stays.";
    OWN_PANEL = "own_panel", Forbidden, "You sit on this panel yourself; another coordinator has to do this.";
    OWN_CITY = "own_city", Forbidden, "A conflict of interest stands between you and the city; another coordinator has to do this.";
}
