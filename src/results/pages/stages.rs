//! The part of a profile's page that says who sees the results, and takes the coordinator's steps.

use actix_web::web;
use serde_json::{Value, json};

use super::Answer;
use crate::ground::ids::ParticipationId;
use crate::ground::{Result, Zone};
use crate::people::call::Call;
use crate::people::caller::{Ctx, Sent};
use crate::people::identity::{Stage, Target};
use crate::people::policy::UseCase;
use crate::results::actions::{self, ProfileView, ResultsRecall, StageView};
use crate::web::form::RawForm;
use crate::web::routes::Routes;

pub fn routes(r: &mut Routes) {
    r.post("/participations/{participation_id}/results/check", UseCase::results_check, results_check);
    r.post("/participations/{participation_id}/results/release", UseCase::results_release, results_release);
    r.post("/participations/{participation_id}/results/publish", UseCase::results_publish, results_publish);
    r.post("/participations/{participation_id}/results/recall", UseCase::results_recall, results_recall);
}

/// What the page shows of the stage; `next` is the coordinator's next step, where there is one.
pub fn panel(call: &Call<'_>, view: &ProfileView) -> Value {
    let of = Target::of_participation(&view.round_id, &view.city_id, &view.participation_id);
    let target = Target { stage: Some(view.stage), ..of };
    let next = match view.stage {
        Stage::Assessing => Some(("check", UseCase::results_check)),
        Stage::Checking => Some(("release", UseCase::results_release)),
        Stage::Released => Some(("publish", UseCase::results_publish)),
        Stage::Published => None,
    };
    let next = next.filter(|(_, use_case)| !view.own_city && call.may(*use_case, &target)).map(|(word, _)| word);
    let steps = call.may(UseCase::results_recall, &target);
    let back = view.stage.before().filter(|_| !view.own_city && steps);
    let released = view.release.as_ref().map(|r| {
        let at = call.caller.time_zone.unwrap_or(Zone::UTC);
        json!({"number": r.number, "at": r.released_at.local(at), "hash": r.content_hash})
    });
    let computed = view.computed_at.map(|at| at.local(call.caller.time_zone.unwrap_or(Zone::UTC)));
    // Whoever is not told when it was assembled is not told that it never was.
    let draft = released.is_none() && (computed.is_some() || !view.is_assembled);
    json!({
        "stage": view.stage, "next": next, "back": back, "released": released, "draft": draft, "computed": computed,
        "own_city": view.own_city && steps,
    })
}

/// Goes back to the profile, where the new stage shows; a step that cannot be taken says why there.
async fn step(ctx: Ctx, id: ParticipationId, form: RawForm, done: fn(&Call<'_>, &ParticipationId) -> Result<StageView>) -> Answer {
    let back = format!("/participations/{id}/profile");
    match ctx.submit(form, move |call, _| done(call, &id)).await? {
        Sent::Done(view) => Ok(ctx.redirect(&back, "success", &ctx.t(&format!("results-moved-{}", view.stage)))),
        Sent::Again(again) => Ok(ctx.redirect(&back, "warning", &again.sentence(&ctx))),
    }
}

async fn results_check(ctx: Ctx, id: web::Path<ParticipationId>, form: RawForm) -> Answer {
    step(ctx, id.into_inner(), form, actions::results_check).await
}

async fn results_release(ctx: Ctx, id: web::Path<ParticipationId>, form: RawForm) -> Answer {
    step(ctx, id.into_inner(), form, actions::results_release).await
}

async fn results_publish(ctx: Ctx, id: web::Path<ParticipationId>, form: RawForm) -> Answer {
    step(ctx, id.into_inner(), form, actions::results_publish).await
}

/// A step back comes back with its reason if something is wrong with it.
async fn results_recall(ctx: Ctx, id: web::Path<ParticipationId>, form: RawForm) -> Answer {
    let id = id.into_inner();
    let target = id.clone();
    match ctx.submit(form, move |call, form| actions::results_recall(call, &target, &form.read::<ResultsRecall>()?)).await? {
        Sent::Done(view) => {
            let text = ctx.t(&format!("results-moved-{}", view.stage));
            Ok(ctx.redirect(&format!("/participations/{id}/profile"), "success", &text))
        }
        Sent::Again(again) => super::profile_page(&ctx, id, again).await,
    }
}
