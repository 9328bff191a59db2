//! The page on which an account is erased: what goes, what stays, and the address typed once more.

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::ground::ids::PersonId;
use crate::people::actions;
use crate::people::caller::{Again, Ctx, Sent};
use crate::people::policy::UseCase;
use crate::web::failure::Failure;
use crate::web::form::RawForm;
use crate::web::routes::Routes;

type Answer = Result<HttpResponse, Failure>;

pub fn routes(r: &mut Routes) {
    r.get("/people/{person_id}/erase", UseCase::person_erase, erase_page);
    r.post("/people/{person_id}/erase", UseCase::person_erase, person_erase);
}

async fn erase_page(ctx: Ctx, id: web::Path<PersonId>) -> Answer {
    erase_form(&ctx, &id, Again::fresh(json!({}))).await
}

async fn erase_form(ctx: &Ctx, id: &PersonId, again: Again) -> Answer {
    let asked = id.clone();
    let (person, stays) = ctx.run(move |call| Ok((actions::person_read(call, &asked)?, actions::person_leaving(call, &asked)?))).await?;
    if person.erased_at.is_some() {
        return Ok(ctx.redirect(&format!("/people/{id}"), "", ""));
    }
    let again = again.over(json!({"version": person.version.to_string()}));
    let page = json!({"id": person.id, "name": person.name, "email": person.email, "stays": stays});
    ctx.form_page("people/erase", &ctx.t("people-erase-title"), again, page).await
}

async fn person_erase(ctx: Ctx, id: web::Path<PersonId>, form: RawForm) -> Answer {
    let person = id.clone();
    let sent = ctx.submit(form, move |call, form| {
        let version = form.get("version").parse().unwrap_or(0);
        actions::person_erase(call, &person, version, Some(form.get("confirm")))
    });
    match sent.await? {
        Sent::Done(_) => Ok(ctx.redirect("/people", "success", &ctx.t("people-erase-done"))),
        Sent::Again(again) => erase_form(&ctx, &id, again).await,
    }
}
