//! Codes of what goes wrong with the stages of results.

use crate::problems;

problems! {
    STAGE_MOVED = "stage_moved", Conflict, "The results are in another stage by now; look at them again.";
    BEING_COMPUTED = "being_computed", Conflict, "A survey has closed and its estimates are being computed; release the results in a moment.";
    REVIEW_AWAITED = "review_awaited", Conflict, "A review is awaited; wait for it or take its expert off the panel, then release.";
    DISAGREEMENT_OPEN = "disagreement_open", Conflict, "Experts still disagree on a measure; settle it before the release.";
}
