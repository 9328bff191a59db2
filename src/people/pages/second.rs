//! The pages of the second factor: the second step of signing in, one's own passkeys and recovery codes.
//!
//! The browser holds the token of a step in a cookie that the second step alone looks at; it is no session.

use actix_web::cookie::Cookie;
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::signed_in;
use crate::ground::ids::PasskeyId;
use crate::ground::{Error, Result as Outcome};
use crate::people::actions::{self, Browser, SignedIn};
use crate::people::call::Call;
use crate::people::caller::{Again, Ctx, Sent};
use crate::people::policy::UseCase;
use crate::people::problems::STEP_ENDED;
use crate::people::second::Purpose;
use crate::people::views::PasskeyView;
use crate::web::failure::Failure;
use crate::web::form::{Form, RawForm};
use crate::web::request::{self, local_path};
use crate::web::routes::Routes;
use crate::web::static_files::href;

type Answer = Result<HttpResponse, Failure>;

/// Name of the cookie that holds the token of a step.
const STEP_COOKIE: &str = "stoa_step";

pub fn routes(r: &mut Routes) {
    r.get("/sign-in/second", UseCase::session_confirm, second_page);
    r.post("/sign-in/second", UseCase::session_confirm, second_answer);
    r.post("/sign-in/set-up", UseCase::session_set_up, set_up);
    r.get("/account/second-factor", UseCase::second_factor_read, factor_page);
    r.post("/account/second-factor", UseCase::passkey_add, passkey_ask);
    r.post("/account/second-factor/passkeys", UseCase::passkey_add, passkey_add);
    r.get("/account/second-factor/passkeys/{passkey_id}/remove", UseCase::passkey_remove, remove_page);
    r.post("/account/second-factor/passkeys/{passkey_id}/remove", UseCase::passkey_remove, passkey_remove);
    r.get("/account/second-factor/codes", UseCase::recovery_code_make, codes_page);
    r.post("/account/second-factor/codes", UseCase::recovery_code_make, codes_make);
}

fn step_cookie(ctx: &Ctx, token: String) -> Cookie<'static> {
    request::cookie(STEP_COOKIE, token, ctx.secure())
}

/// Hands the step to the browser and leads to it.
pub fn to_second(ctx: &Ctx, token: String, next: &str) -> Answer {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    let mut response = ctx.redirect(&format!("/sign-in/second?{query}"), "", "");
    response.add_cookie(&step_cookie(ctx, token)).map_err(|e| ctx.fail(Error::internal(e)))?;
    Ok(response)
}

/// As `signed_in`, and the step's cookie ends.
fn entered(ctx: &Ctx, session: SignedIn, response: HttpResponse) -> Answer {
    let mut response = signed_in(ctx, session, response)?;
    response.add_cookie(&request::forget(STEP_COOKIE, ctx.secure())).map_err(|e| ctx.fail(Error::internal(e)))?;
    Ok(response)
}

fn step_token(ctx: &Ctx) -> String {
    request::cookie_value(&ctx.request, STEP_COOKIE).unwrap_or_default()
}

/// A step that has ended begins again with the password.
fn or_again(ctx: &Ctx, answer: Answer) -> Answer {
    match answer {
        Err(failure) if matches!(failure.error, Error::Unauthenticated(STEP_ENDED)) => {
            Ok(ctx.redirect("/sign-in", "warning", &ctx.t("error-step-ended")))
        }
        other => other,
    }
}

async fn second_page(ctx: Ctx) -> Answer {
    let next = request::query_value(&ctx.request, "next").unwrap_or_default();
    let again = Again::fresh(json!({"next": local_path(&next), "name": ctx.t("second-name-usual")}));
    let answer = second_form(&ctx, again).await;
    or_again(&ctx, answer)
}

async fn second_form(ctx: &Ctx, again: Again) -> Answer {
    let token = step_token(ctx);
    let step = ctx.run(move |call| actions::session_step(call, &token)).await?;
    let page = json!({"question": step.question, "codes_left": step.codes_left, "script": href("passkey.js"), "for": step.name});
    let (template, title) =
        if step.purpose == Purpose::SetUp { ("people/second_set_up", "second-set-up-title") } else { ("people/second", "second-title") };
    ctx.form_page(template, &ctx.t(title), again, page).await
}

async fn second_answer(ctx: Ctx, form: RawForm) -> Answer {
    let (token, former, origin) = (step_token(&ctx), ctx.session_token(), ctx.origin());
    let confirm = move |call: &Call<'_>, form: &Form| {
        let browser = Browser { origin: &origin, former: former.as_deref() };
        let session = actions::session_confirm(call, &token, form.get("passkey"), form.get("recovery_code"), &browser)?;
        Ok((session, local_path(form.get("next")).to_owned()))
    };
    let answer = match ctx.submit(form, confirm).await {
        Ok(Sent::Done((session, next))) => entered(&ctx, session, ctx.redirect(&next, "", "")),
        Ok(Sent::Again(again)) => second_form(&ctx, without_answers(again)).await,
        Err(failure) => Err(failure),
    };
    or_again(&ctx, answer)
}

async fn set_up(ctx: Ctx, form: RawForm) -> Answer {
    let (token, former, origin) = (step_token(&ctx), ctx.session_token(), ctx.origin());
    let add = move |call: &Call<'_>, form: &Form| {
        let browser = Browser { origin: &origin, former: former.as_deref() };
        let (session, codes) = actions::session_set_up(call, &token, form.get("name"), form.get("passkey"), &browser)?;
        Ok((session, codes, local_path(form.get("next")).to_owned()))
    };
    let answer = match ctx.submit(form, add).await {
        Ok(Sent::Done((session, codes, next))) => {
            let page = codes_shown(&ctx, &codes, &next).await?;
            entered(&ctx, session, page)
        }
        Ok(Sent::Again(again)) => second_form(&ctx, without_answers(again)).await,
        Err(failure) => Err(failure),
    };
    or_again(&ctx, answer)
}

/// What a device has answered is no use a second time.
fn without_answers(mut again: Again) -> Again {
    again.values["passkey"] = Value::Null;
    again
}

/// The codes, this once.
async fn codes_shown(ctx: &Ctx, codes: &[String], next: &str) -> Answer {
    ctx.page("people/recovery_codes", &ctx.t("second-codes-title"), json!({"codes": codes, "next": next})).await
}

async fn factor_page(ctx: Ctx) -> Answer {
    factor_form(&ctx, Again::fresh(json!({"name": ctx.t("second-name-usual")}))).await
}

async fn factor_form(ctx: &Ctx, again: Again) -> Answer {
    let (factor, zone, email) = ctx.run(|call| Ok((actions::second_factor_read(call)?, call.caller.zone(), call.caller.email.clone()))).await?;
    let line = |key: &PasskeyView| json!({"id": key.id, "name": key.name, "since": key.created_at.local(zone), "used": key.last_used_on});
    let page = json!({
        "passkeys": factor.passkeys.iter().map(line).collect::<Vec<_>>(), "codes_left": factor.codes_left, "few": factor.codes_left < 4,
        "possible": factor.possible, "required": factor.required, "email": email,
    });
    ctx.form_page("people/second_factor", &ctx.t("second-factor-title"), again, page).await
}

async fn passkey_ask(ctx: Ctx, form: RawForm) -> Answer {
    let origin = ctx.origin();
    let ask = move |call: &Call<'_>, form: &Form| actions::passkey_ask(call, form.get("name"), form.get("current_password"), &origin);
    match ctx.submit(form, ask).await? {
        Sent::Done(token) => device_page(&ctx, token, Again::fresh(json!({}))).await,
        Sent::Again(again) => factor_form(&ctx, again).await,
    }
}

/// The page on which the device is asked for a new passkey.
async fn device_page(ctx: &Ctx, token: String, again: Again) -> Answer {
    let asked = token.clone();
    let step = ctx.run(move |call| actions::passkey_step(call, &asked)).await?;
    let page = json!({"question": step.question, "name": step.name, "step": token, "script": href("passkey.js")});
    ctx.form_page("people/passkey_device", &ctx.t("second-device-title"), again, page).await
}

async fn passkey_add(ctx: Ctx, form: RawForm) -> Answer {
    let keep = ctx.session_token();
    let add = move |call: &Call<'_>, form: &Form| actions::passkey_add(call, form.get("step"), form.get("passkey"), keep.as_deref());
    match ctx.submit(form, add).await {
        Ok(Sent::Done(Some(codes))) => codes_shown(&ctx, &codes, "/account/second-factor").await,
        Ok(Sent::Done(None)) => Ok(ctx.redirect("/account/second-factor", "success", &ctx.t("second-added"))),
        Ok(Sent::Again(again)) => {
            let token = again.values["step"].as_str().unwrap_or_default().to_owned();
            device_page(&ctx, token, without_answers(again)).await
        }
        Err(failure) if matches!(failure.error, Error::Unauthenticated(STEP_ENDED)) => {
            Ok(ctx.redirect("/account/second-factor", "warning", &ctx.t("error-step-ended")))
        }
        Err(failure) => Err(failure),
    }
}

/// A page that asks for the password before something is done.
async fn confirm_page(ctx: &Ctx, title: &str, text: &str, danger: bool, again: Again) -> Answer {
    let email = ctx.run(|call| Ok(call.caller.email.clone())).await?;
    ctx.form_page("people/second_confirm", title, again, json!({"heading": title, "text": text, "danger": danger, "email": email})).await
}

async fn remove_page(ctx: Ctx, id: web::Path<PasskeyId>) -> Answer {
    remove_form(&ctx, &id, Again::fresh(json!({}))).await
}

async fn remove_form(ctx: &Ctx, id: &PasskeyId, again: Again) -> Answer {
    let id = id.clone();
    let name = ctx.run(move |call| actions::passkey_name(call, &id)).await?;
    let title = ctx.service.pages.texts().with(&ctx.language, "second-remove-title", &[("name", &name)]);
    confirm_page(ctx, &title, &ctx.t("second-remove-text"), true, again).await
}

async fn passkey_remove(ctx: Ctx, id: web::Path<PasskeyId>, form: RawForm) -> Answer {
    let (origin, passkey) = (ctx.origin(), id.clone());
    let remove =
        move |call: &Call<'_>, form: &Form| -> Outcome<String> { actions::passkey_remove(call, &passkey, form.get("current_password"), &origin) };
    match ctx.submit(form, remove).await? {
        Sent::Done(name) => {
            let said = ctx.service.pages.texts().with(&ctx.language, "second-removed", &[("name", &name)]);
            Ok(ctx.redirect("/account/second-factor", "success", &said))
        }
        Sent::Again(again) => remove_form(&ctx, &id, again).await,
    }
}

async fn codes_page(ctx: Ctx) -> Answer {
    ctx.run(|call| call.allow(UseCase::recovery_code_make).map(drop)).await?;
    codes_form(&ctx, Again::fresh(json!({}))).await
}

async fn codes_form(ctx: &Ctx, again: Again) -> Answer {
    confirm_page(ctx, &ctx.t("second-codes-new-title"), &ctx.t("second-codes-new-text"), false, again).await
}

async fn codes_make(ctx: Ctx, form: RawForm) -> Answer {
    let origin = ctx.origin();
    let make = move |call: &Call<'_>, form: &Form| actions::recovery_code_make(call, form.get("current_password"), &origin);
    match ctx.submit(form, make).await? {
        Sent::Done(codes) => codes_shown(&ctx, &codes, "/account/second-factor").await,
        Sent::Again(again) => codes_form(&ctx, again).await,
    }
}
