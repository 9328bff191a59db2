//! Codes of what goes wrong with reports and their evidence.

use crate::problems;

problems! {
    EVIDENCE_WITHHELD = "evidence_withheld", Conflict, "The file came before files were looked into, and holds something that acts when it is opened.";
}
