//! Codes of what goes wrong with the stages of results.

use crate::problems;

problems! {
    STAGE_MOVED = "stage_moved", Conflict, "The results are in another stage by now; look at them again.";
    DISAGREEMENT_OPEN = "disagreement_open", Conflict, "Experts still disagree on a measure; settle it before the release.";
}
