//! Inviting people one by one, for programs: lists, addresses, quotas, waves, letters.

use actix_web::{HttpResponse, web};

use super::Answer;
use crate::ground::ids::{InvitationId, SurveyId};
use crate::people::call::Call;
use crate::people::caller::Ctx;
use crate::people::policy::UseCase;
use crate::surveys::actions;
use crate::surveys::views::{AddressInput, InvitationView, InvitingView, LetterView, LettersQuery, ListTaken, QuotaInput, WaveInput, list_of};
use crate::web::body::{Body, ok};
use crate::web::form::RawUpload;
use crate::web::paging::{Listing, PageQuery};
use crate::web::routes::{Part, Routes};

/// The form of a list.
const LIST: [Part; 2] = [
    Part::text("dry_run", false, "`yes`: say what would come of it, and change nothing."),
    Part::file("list", "An .xlsx, .xls or CSV file with the columns name, address (or email and postal), language, stratum."),
];

pub fn routes(r: &mut Routes) {
    r.get("/api/v1/surveys/{survey_id}/inviting", UseCase::inviting_read, inviting_read)
        .summary("A survey with invitations: how many are invited, strata with their quotas, waves. Not how many have answered.")
        .gives::<InvitingView>(200)
        .may_refuse(&[409]);
    r.get("/api/v1/surveys/{survey_id}/invitations", UseCase::invitation_list, invitation_list)
        .summary("Those who are invited, in the order of their lists. Not whether they have answered.")
        .query("cursor", "The next_cursor of the page before.")
        .query("limit", "Items on a page, 1 to 200.")
        .gives::<Listing<InvitationView>>(200)
        .may_refuse(&[409]);
    r.post("/api/v1/surveys/{survey_id}/invitations", UseCase::invitation_import, invitation_import)
        .summary("Invite those whom a list names. Errors name row and column; with one, nobody is invited.")
        .takes_files(&LIST)
        .gives::<ListTaken>(200);
    r.post("/api/v1/surveys/{survey_id}/invitations/{invitation_id}/address", UseCase::invitation_correct, invitation_correct)
        .summary("Correct an address. What is sent later goes to the new one.")
        .takes::<AddressInput>()
        .gives::<InvitationView>(200);
    r.delete("/api/v1/surveys/{survey_id}/invitations/{invitation_id}", UseCase::invitation_remove, invitation_remove)
        .summary("Take somebody off the list. An answer that came stays.")
        .gives::<InvitationView>(200);
    r.post("/api/v1/surveys/{survey_id}/quotas", UseCase::quota_set, quota_set)
        .summary("How many of a stratum may answer.")
        .takes::<QuotaInput>()
        .gives::<InvitingView>(200);
    r.post("/api/v1/surveys/{survey_id}/waves", UseCase::wave_plan, wave_plan)
        .summary("Write, at a time, to those with a mail address: first letters to all of them, reminders to those who have not answered by then.")
        .takes::<WaveInput>()
        .gives::<InvitingView>(200);
    r.post("/api/v1/surveys/{survey_id}/waves/{number}/cancel", UseCase::wave_cancel, wave_cancel)
        .summary("Send no more of a wave.")
        .gives::<InvitingView>(200);
    r.get("/api/v1/surveys/{survey_id}/letters", UseCase::letter_read, letter_read)
        .summary("Letters with the codes by which people answer, up to 100 at a time. Each look is in the audit.")
        .query("without_mail", "`yes`: only those without a mail address.")
        .query("cursor", "The next_cursor of the page before.")
        .query("limit", "Items on a page, 1 to 100.")
        .gives::<Listing<LetterView>>(200)
        .may_refuse(&[409]);
}

async fn inviting_read(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::inviting_read(call, &id)).await?))
}

async fn invitation_list(ctx: Ctx, id: web::Path<SurveyId>, page: web::Query<PageQuery>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::invitation_list(call, &id, &page.at()?)).await?))
}

async fn invitation_import(ctx: Ctx, id: web::Path<SurveyId>, upload: RawUpload) -> Answer {
    let import = move |call: &Call<'_>| {
        let (form, files) = upload.checked();
        let files = files?.into_iter().map(|file| (file.field, file.bytes)).collect();
        let (list, dry_run) = list_of(form.pairs(), files)?;
        actions::invitation_import(call, &id, &list, dry_run)
    };
    ctx.answer(import, |taken: ListTaken| -> HttpResponse { ok(&taken) }).await
}

async fn invitation_correct(ctx: Ctx, path: web::Path<(SurveyId, InvitationId)>, body: Body<AddressInput>) -> Answer {
    let (survey, id) = path.into_inner();
    ctx.answer(move |call| actions::invitation_correct(call, &survey, &id, &body.0), |view: InvitationView| ok(&view)).await
}

async fn invitation_remove(ctx: Ctx, path: web::Path<(SurveyId, InvitationId)>) -> Answer {
    let (survey, id) = path.into_inner();
    ctx.answer(move |call| actions::invitation_remove(call, &survey, &id), |view: InvitationView| ok(&view)).await
}

async fn quota_set(ctx: Ctx, id: web::Path<SurveyId>, body: Body<QuotaInput>) -> Answer {
    ctx.answer(move |call| actions::quota_set(call, &id, &body.0), |view: InvitingView| ok(&view)).await
}

async fn wave_plan(ctx: Ctx, id: web::Path<SurveyId>, body: Body<WaveInput>) -> Answer {
    ctx.answer(move |call| actions::wave_plan(call, &id, &body.0), |view: InvitingView| ok(&view)).await
}

async fn wave_cancel(ctx: Ctx, path: web::Path<(SurveyId, i32)>) -> Answer {
    let (survey, number) = path.into_inner();
    ctx.answer(move |call| actions::wave_cancel(call, &survey, number), |view: InvitingView| ok(&view)).await
}

async fn letter_read(ctx: Ctx, id: web::Path<SurveyId>, query: web::Query<LettersQuery>, page: web::Query<PageQuery>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::letter_read(call, &id, query.without_mail(), &page.at()?)).await?))
}
