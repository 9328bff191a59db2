//! Whether a survey's estimates count for the results of its city: decided by a coordinator, with a reason.

use serde_json::json;

use super::issuing::{survey_for, view};
use crate::ground::error::Checks;
use crate::ground::ids::SurveyId;
use crate::ground::{Error, Result};
use crate::people::call::Call;
use crate::people::identity::Stage;
use crate::people::policy::UseCase;
use crate::rounds;
use crate::surveys::problems::RESULTS_RELEASED;
use crate::surveys::reliance::{REASON_CHARACTERS, Reliance, RelianceInput};
use crate::surveys::store;
use crate::surveys::store::reliance::{self, RelianceRow};
use crate::surveys::views::SurveyView;

/// Until the results are released: from then on they stay as they are, whatever is decided. Deciding what is so already
/// is no error, and keeps the first reason.
pub fn survey_rely(call: &Call<'_>, id: &SurveyId, input: &RelianceInput) -> Result<SurveyView> {
    let permit = survey_for(call, UseCase::survey_rely, id)?;
    let mut checks = Checks::new();
    let reason = checks.text("reason", &input.reason, REASON_CHARACTERS, true);
    checks.done()?;
    let (row, place) = &*permit;
    permit.write(|db| {
        let of = &place.participation;
        let stage = rounds::store::place(db, of)?.stage;
        // Turned into what it is, so that it stays that until this is done.
        if stage >= Stage::Released || !rounds::store::participation_turn(db, of, stage, stage)? {
            return Err(Error::Conflict(RESULTS_RELEASED));
        }
        store::survey_hold(db, id)?;
        let known = reliance::reliances(db, &[id])?.remove(id).unwrap_or_else(|| Reliance::by_default(row.mode));
        if known.relied_on != input.relied_on {
            let decision = RelianceRow {
                survey_id: id.clone(),
                number: reliance::decisions(db, id)? + 1,
                relied_on: input.relied_on,
                reason,
                decided_at: call.now,
                decided_by: call.caller.actor(),
            };
            reliance::decision_insert(db, &decision)?;
            permit.audit(db, id, &json!({"relied_on": input.relied_on}))?;
            rounds::actions::changed(call.service, db, of, call.now)?;
        }
        let row = store::survey(db, id)?;
        view(call, db, row, place)
    })
}
