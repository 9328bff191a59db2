//! The JSON face of versions: of instruments, and editions of surveys. All of one name, another one begun, retired and restored.

use actix_web::web;
use serde::Deserialize;

use super::Answer;
use crate::ground::ids::{InstrumentId, SurveyId};
use crate::ground::{Error, Language, Result};
use crate::people::call::Call;
use crate::people::caller::Ctx;
use crate::people::policy::UseCase;
use crate::surveys::actions;
use crate::surveys::views::{
    DifferenceView, DraftInput, EditionInput, EditionView, InstrumentView, LanguageView, SurveyView, WordingsInput, WordingsView,
};
use crate::surveys::wording::language_typed;
use crate::web::body::{Body, created, if_match, ok, ok_versioned};
use crate::web::paging::Listing;
use crate::web::routes::Routes;

pub fn routes(r: &mut Routes) {
    r.get("/api/v1/instruments/{instrument_id}/versions", UseCase::instrument_version_list, instrument_version_list)
        .summary("All versions of a questionnaire's name, newest first: drafts, published and retired ones.")
        .gives::<Listing<InstrumentView>>(200);
    r.get("/api/v1/instruments/{instrument_id}/difference", UseCase::instrument_difference_read, instrument_difference_read)
        .summary("What is different between a questionnaire and another one, and whether their answers can be compared.")
        .query("from", "The other one's id; the version before of the same name if absent.")
        .gives::<DifferenceView>(200);
    r.get("/api/v1/instruments/{instrument_id}/languages", UseCase::instrument_language_list, instrument_language_list)
        .summary("The languages of a questionnaire, its own first: how many of its texts each has, and which it lacks.")
        .gives::<Listing<LanguageView>>(200);
    r.get("/api/v1/instruments/{instrument_id}/texts/{language}", UseCase::instrument_texts_read, instrument_texts_read)
        .summary("The texts of a questionnaire in a language, by their keys, beside the default language.")
        .gives_version::<WordingsView>();
    r.put("/api/v1/instruments/{instrument_id}/texts/{language}", UseCase::instrument_texts_save, instrument_texts_save)
        .summary("Put words into a draft, which gets the language if it lacks it. Texts that are not named stay; the content is what an import of the workbook with these words would give.")
        .takes::<WordingsInput>()
        .gives_version::<InstrumentView>();
    r.post("/api/v1/instruments/{instrument_id}/versions", UseCase::instrument_draft, instrument_draft)
        .summary("Begin a draft of another version of the same name with this content.")
        .takes::<DraftInput>()
        .within(DraftInput::LIMITS)
        .creates::<InstrumentView>();
    r.post("/api/v1/instruments/{instrument_id}/retire", UseCase::instrument_retire, instrument_retire)
        .summary("Retire a published questionnaire: no other survey is issued with it; those that use it go on.")
        .gives_version::<InstrumentView>();
    r.post("/api/v1/instruments/{instrument_id}/restore", UseCase::instrument_restore, instrument_restore)
        .summary("Offer a retired questionnaire again.")
        .gives_version::<InstrumentView>();
    r.get("/api/v1/surveys/{survey_id}/editions", UseCase::survey_edition_list, survey_edition_list)
        .summary("Which versions of its questionnaire a survey has had, and from which day on each is answered.")
        .gives::<Listing<EditionView>>(200);
    r.post("/api/v1/surveys/{survey_id}/editions", UseCase::survey_revise, survey_revise)
        .summary(
            "Have a survey take over a newer version of its questionnaire that differs in words alone: answered from the next day on, in the city.",
        )
        .takes::<EditionInput>()
        .gives_version::<SurveyView>();
}

async fn survey_edition_list(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::survey_edition_list(call, &id)).await?))
}

async fn survey_revise(ctx: Ctx, id: web::Path<SurveyId>, body: Body<EditionInput>) -> Answer {
    ctx.answer(move |call| actions::survey_revise(call, &id, &body.0), move |view| ok_versioned(&view, view.version)).await
}

async fn instrument_version_list(ctx: Ctx, id: web::Path<InstrumentId>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::instrument_version_list(call, &id)).await?))
}

async fn instrument_language_list(ctx: Ctx, id: web::Path<InstrumentId>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::instrument_language_list(call, &id)).await?))
}

#[derive(Debug, Default, Deserialize)]
struct FromQuery {
    from: Option<String>,
}

async fn instrument_difference_read(ctx: Ctx, id: web::Path<InstrumentId>, query: web::Query<FromQuery>) -> Answer {
    let read = move |call: &Call<'_>| {
        let from = query.from.as_deref().map(str::parse).transpose().map_err(|_| Error::NotFound("instrument"))?;
        actions::instrument_difference_read(call, &id, from.as_ref())
    };
    Ok(ok(&ctx.run(read).await?))
}

/// The language of an address.
fn language_of(tag: &str) -> Result<Language> {
    if tag == "und" { Ok(Language::from_stored(tag)) } else { language_typed(tag).ok_or(Error::NotFound("language")) }
}

async fn instrument_texts_read(ctx: Ctx, path: web::Path<(InstrumentId, String)>) -> Answer {
    let (view, texts) = ctx.run(move |call| actions::instrument_texts_read(call, &path.0, &language_of(&path.1)?)).await?;
    Ok(ok_versioned(&texts, view.version))
}

async fn instrument_texts_save(ctx: Ctx, path: web::Path<(InstrumentId, String)>, body: Body<WordingsInput>) -> Answer {
    let expected = if_match(&ctx.request);
    let save = move |call: &Call<'_>| actions::instrument_texts_save(call, &path.0, &language_of(&path.1)?, Some(expected?), &body.0.words());
    let view = ctx.run(save).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn instrument_draft(ctx: Ctx, id: web::Path<InstrumentId>, body: Body<DraftInput>) -> Answer {
    let begun = |view: InstrumentView| created(&view, &format!("/api/v1/instruments/{}", view.id), view.version);
    ctx.answer(move |call| actions::instrument_draft(call, &id, &body.0), begun).await
}

async fn instrument_retire(ctx: Ctx, id: web::Path<InstrumentId>) -> Answer {
    ctx.answer(move |call| actions::instrument_retire(call, &id), move |view| ok_versioned(&view, view.version)).await
}

async fn instrument_restore(ctx: Ctx, id: web::Path<InstrumentId>) -> Answer {
    ctx.answer(move |call| actions::instrument_restore(call, &id), move |view| ok_versioned(&view, view.version)).await
}
