//! The part of a survey's page that says whether its estimates count for the results of its city, where a coordinator
//! decides it.

use actix_web::web;
use serde_json::{Value, json};

use super::office::{Answer, survey_page, target};
use crate::ground::ids::SurveyId;
use crate::people::call::Call;
use crate::people::caller::{Ctx, Sent};
use crate::people::identity::Target;
use crate::people::policy::UseCase;
use crate::surveys::actions;
use crate::surveys::reliance::RelianceInput;
use crate::surveys::views::SurveyReport;
use crate::web::form::RawForm;

/// What the page shows of it.
pub fn panel(call: &Call<'_>, report: &SurveyReport) -> Value {
    let view = &report.view;
    let decided = view.reliance.decided_at.map(|at| at.deadline(report.time_zone, call.caller.time_zone));
    let settled = report.is_released;
    let may = call.may(UseCase::survey_rely, &Target { stage: None, ..target(view) });
    json!({
        "counts": view.reliance.relied_on, "reason": view.reliance.reason, "decided": decided,
        "mode": view.mode.as_str().replace('_', "-"), "may": may && !settled, "settled": may && settled,
    })
}

/// Comes back with what was typed if the reason is missing.
pub async fn survey_rely(ctx: Ctx, id: web::Path<SurveyId>, form: RawForm) -> Answer {
    let id = id.into_inner();
    let of = id.clone();
    match ctx.submit(form, move |call, form| actions::survey_rely(call, &of, &form.read::<RelianceInput>()?)).await? {
        Sent::Done(view) => {
            let key = if view.reliance.relied_on { "surveys-relied-on-flash" } else { "surveys-not-relied-on-flash" };
            Ok(ctx.redirect(&format!("/surveys/{id}"), "success", &ctx.t(key)))
        }
        Sent::Again(again) => survey_page(&ctx, id, again).await,
    }
}
