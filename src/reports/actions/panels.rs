//! What the room of reports asks about the panel of a submission, of a room that it does not know.

use crate::ground::ids::SubmissionId;
use crate::ground::{MeasureCode, Result};
use crate::people::call::Call;
use crate::reports::submission::Submission;
use crate::reports::views::AtWork;
use crate::rounds::place::Place;
use crate::store::Db;

/// A report that was submitted again.
pub struct Resubmitted<'s> {
    pub before: &'s Submission,
    pub after: &'s Submission,
    /// Measures whose section is not the same.
    pub changed: Vec<MeasureCode>,
}

/// Who judges a submission, and what becomes of that; the roof registers it.
pub struct Panels {
    /// Who is at work, and what has been rated. Errors: forbidden for whom a conflict of interest binds.
    pub at_work: fn(&Call<'_>, &mut Db, &Place, &SubmissionId) -> Result<AtWork>,
    /// The submission was given back: whoever is at work is told.
    pub given_back: fn(&Call<'_>, &mut Db, &Place, &SubmissionId) -> Result<()>,
    /// There is another submission: what was rated goes on to it.
    pub again: fn(&Call<'_>, &mut Db, &Place, &Resubmitted<'_>) -> Result<()>,
}
