//! The page of a survey's editions: which version of its questionnaire is answered from which day on, and the form by
//! which it takes a newer one over.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::office::target;
use crate::ground::ids::SurveyId;
use crate::people::call::Call;
use crate::people::caller::{Again, Ctx, Sent};
use crate::people::policy::UseCase;
use crate::surveys::actions;
use crate::web::failure::Failure;
use crate::web::form::RawForm;

type Answer = Result<HttpResponse, Failure>;

pub async fn survey_edition_list(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    page(&ctx, id.into_inner(), Again::fresh(json!({}))).await
}

async fn page(ctx: &Ctx, id: SurveyId, again: Again) -> Answer {
    let page = ctx.run(move |call| data(call, &id)).await?;
    ctx.form_page("surveys/editions", &ctx.t("surveys-editions-title"), again, page).await
}

fn data(call: &Call<'_>, id: &SurveyId) -> crate::ground::Result<Value> {
    let view = actions::survey_read(call, id)?;
    let may = call.may(UseCase::survey_revise, &target(&view));
    let newer = if may && view.sealed_at.is_none() { actions::revisable(call, id)? } else { Vec::new() };
    let options: Vec<Value> = newer.iter().map(|one| json!({"value": one.id, "label": one.version_label})).collect();
    let texts = call.service.pages.texts();
    let may_instrument = crate::people::policy::somewhere(&call.caller, UseCase::instrument_read);
    Ok(json!({
        "survey": view, "editions": actions::survey_edition_list(call, id)?.items, "options": options, "may_revise": may, "may_instrument": may_instrument,
        "newest": newer.first().map(|one| format!("/instruments/{}/difference?from={}", one.id, view.instrument_id)),
        "crumbs": [
            {"href": "/surveys", "label": texts.get(&call.language, "surveys-title")},
            {"href": format!("/surveys/{id}"), "label": format!("{}: {}", view.city.get(&call.language), view.title.get(&call.language))},
        ],
    }))
}

pub async fn survey_revise(ctx: Ctx, id: web::Path<SurveyId>, form: RawForm) -> Answer {
    let id = id.into_inner();
    let of = id.clone();
    match ctx.submit(form, move |call, form| actions::survey_revise(call, &of, &form.read()?)).await? {
        Sent::Done(_) => Ok(ctx.redirect(&format!("/surveys/{id}/editions"), "success", &ctx.t("surveys-revised"))),
        Sent::Again(again) => page(&ctx, id, again).await,
    }
}
