//! The pages of people: signing in and out, passwords, one's own account, the setup of a fresh
//! instance. The second factor is in `pages/second.rs`, programs are in `pages/programs.rs`, accounts of others and the audit in `pages/directory.rs`.
//!
//! Following a link changes nothing; only buttons do.

mod directory;
mod erasing;
mod forms;
mod programs;
mod second;

use actix_web::{HttpResponse, web};
use serde_json::json;

use self::forms::languages;
use super::account::PASSWORD_MIN;
use super::actions::{self, AccountUpdate, Entered, Opens, SetupStart, SignIn, SignedIn};
use super::call::Call;
use super::caller::{Again, Ctx, Sent};
use crate::ground::config::SecondFactor;
use crate::ground::{Error, Result as Outcome};
use crate::people::policy::UseCase;
use crate::web::failure::Failure;
use crate::web::form::{Form, RawForm};
use crate::web::names::ZONES;
use crate::web::request::{self, SESSION_COOKIE, VISIT_COOKIE, local_path};
use crate::web::routes::Routes;

pub fn routes(r: &mut Routes) {
    r.get("/sign-in", UseCase::session_start, sign_in_page);
    r.post("/sign-in", UseCase::session_start, sign_in);
    r.post("/sign-out", UseCase::session_end, sign_out);
    r.get("/password/forgot", UseCase::password_reset_request, forgot_page);
    r.post("/password/forgot", UseCase::password_reset_request, forgot);
    r.get("/password/{token}", UseCase::password_set, password_page);
    r.post("/password/{token}", UseCase::password_set, password_set);
    r.get("/account", UseCase::account_read, account_page);
    r.post("/account", UseCase::account_update, account_details);
    r.post("/account/password", UseCase::account_update, account_password);
    r.post("/account/sign-out-everywhere", UseCase::session_end_everywhere, sign_out_everywhere);
    r.get("/setup", UseCase::setup_start, setup_page);
    r.post("/setup", UseCase::setup_start, setup_start);
    second::routes(r);
    programs::routes(r);
    directory::routes(r);
    erasing::routes(r);
}

/// Hands the session to the browser. The visit's cookie ends, so that forms are bound to the session.
fn signed_in(ctx: &Ctx, signed_in: SignedIn, mut response: HttpResponse) -> Result<HttpResponse, Failure> {
    let failed = |e: actix_web::error::HttpError| ctx.fail(Error::internal(e));
    response.add_cookie(&request::cookie(SESSION_COOKIE, signed_in.session, ctx.secure())).map_err(failed)?;
    response.add_cookie(&ctx.device_cookie(&signed_in.device)).map_err(failed)?;
    response.add_cookie(&request::forget(VISIT_COOKIE, ctx.secure())).map_err(failed)?;
    Ok(response)
}

/// Takes the session from the browser.
fn signed_out(ctx: &Ctx, mut response: HttpResponse) -> Result<HttpResponse, Failure> {
    response.add_cookie(&request::forget(SESSION_COOKIE, ctx.secure())).map_err(|e| ctx.fail(Error::internal(e)))?;
    Ok(response)
}

async fn sign_in_page(ctx: Ctx) -> Result<HttpResponse, Failure> {
    let next = request::query_value(&ctx.request, "next").unwrap_or_default();
    if ctx.run(|call| Ok(call.caller.person.is_some())).await? {
        return Ok(ctx.redirect(local_path(&next), "", ""));
    }
    sign_in_form(&ctx, Again::fresh(json!({"next": local_path(&next)}))).await
}

async fn sign_in_form(ctx: &Ctx, again: Again) -> Result<HttpResponse, Failure> {
    ctx.form_page("people/sign_in", &ctx.t("people-sign-in-title"), again, json!({})).await
}

async fn sign_in(ctx: Ctx, form: RawForm) -> Result<HttpResponse, Failure> {
    let (origin, former) = (ctx.origin(), ctx.session_token());
    let sent = ctx.submit(form, move |call, form| {
        let input = SignIn { email: form.get("email").to_owned(), password: form.get("password").to_owned(), recovery_code: String::new() };
        Ok((actions::session_start(call, &input, &origin, former.as_deref())?, local_path(form.get("next")).to_owned()))
    });
    match sent.await? {
        Sent::Done((Entered::Session(done), next)) => signed_in(&ctx, done, ctx.redirect(&next, "", "")),
        Sent::Done((Entered::Step(token), next)) => second::to_second(&ctx, token, &next),
        Sent::Again(again) => sign_in_form(&ctx, again).await,
    }
}

async fn sign_out(ctx: Ctx, form: RawForm) -> Result<HttpResponse, Failure> {
    ctx.accept(form)?;
    if let Some(token) = ctx.session_token() {
        ctx.run(move |call| actions::session_end(call, &token)).await?;
    }
    signed_out(&ctx, ctx.redirect("/sign-in", "success", &ctx.t("people-signed-out")))
}

async fn sign_out_everywhere(ctx: Ctx, form: RawForm) -> Result<HttpResponse, Failure> {
    ctx.accept(form)?;
    ctx.run(actions::session_end_everywhere).await?;
    signed_out(&ctx, ctx.redirect("/sign-in", "success", &ctx.t("people-signed-out-everywhere")))
}

async fn forgot_page(ctx: Ctx) -> Result<HttpResponse, Failure> {
    forgot_form(&ctx, Again::fresh(json!({}))).await
}

async fn forgot_form(ctx: &Ctx, again: Again) -> Result<HttpResponse, Failure> {
    ctx.form_page("people/forgot", &ctx.t("people-forgot-title"), again, json!({})).await
}

async fn forgot(ctx: Ctx, form: RawForm) -> Result<HttpResponse, Failure> {
    let origin = ctx.origin();
    let sent = ctx.submit(form, move |call, form| {
        let email = form.get("email").trim();
        actions::password_reset_request(call, &email.into(), &origin).map(|()| email.to_owned())
    });
    match sent.await? {
        Sent::Done(email) => ctx.page("people/forgot_sent", &ctx.t("people-forgot-sent-title"), json!({"email": email})).await,
        Sent::Again(again) => forgot_form(&ctx, again).await,
    }
}

/// The page of a link that has ended: says so, and how to get another.
async fn link_ended(ctx: &Ctx, failure: Failure) -> Result<HttpResponse, Failure> {
    if !matches!(failure.error, Error::NotFound(_)) {
        return Err(failure);
    }
    let plain = ctx.without_credential();
    let status = actix_web::http::StatusCode::NOT_FOUND;
    plain.page_with_status(status, "people/link_ended", &ctx.t("people-link-ended-title"), json!({})).await
}

async fn password_page(ctx: Ctx, token: web::Path<String>) -> Result<HttpResponse, Failure> {
    password_form(&ctx.with_capability(&token), Again::fresh(json!({}))).await
}

async fn password_form(ctx: &Ctx, again: Again) -> Result<HttpResponse, Failure> {
    match ctx.run(|call| Ok(actions::password_link(call)?.into_row())).await {
        Ok(link) => {
            let invited = link.opens == Opens::Invitation;
            let title = ctx.t(if invited { "people-password-first-title" } else { "people-password-new-title" });
            let page = json!({"email": link.person.email, "name": link.person.name, "invited": invited, "min": PASSWORD_MIN});
            ctx.form_page("people/password", &title, again, page).await
        }
        Err(failure) => link_ended(ctx, failure).await,
    }
}

async fn password_set(ctx: Ctx, token: web::Path<String>, form: RawForm) -> Result<HttpResponse, Failure> {
    let ctx = ctx.with_capability(&token);
    let origin = ctx.origin();
    let sent = ctx.submit(form, move |call, form| {
        same(form.get("password"), form.get("password_again"), "password_again")?;
        actions::password_set(call, form.get("password"), &origin)
    });
    match sent.await {
        Ok(Sent::Done((_, device))) => {
            let mut response = ctx.redirect("/sign-in", "success", &ctx.t("people-password-set"));
            response.add_cookie(&ctx.device_cookie(&device)).map_err(|e| ctx.fail(Error::internal(e)))?;
            Ok(response)
        }
        Ok(Sent::Again(again)) => password_form(&ctx, again).await,
        Err(failure) => link_ended(&ctx, failure).await,
    }
}

/// People cannot see what they type, so they type it twice.
fn same(password: &str, repeated: &str, field: &str) -> Outcome<()> {
    if password == repeated { Ok(()) } else { Err(Error::field(field, "passwords_differ")) }
}

async fn account_page(ctx: Ctx) -> Result<HttpResponse, Failure> {
    account_form(&ctx, Again::fresh(json!({}))).await
}

/// The account's page: two forms, each with what is stored or what was typed.
async fn account_form(ctx: &Ctx, again: Again) -> Result<HttpResponse, Failure> {
    let person = ctx.run(actions::account_read).await?;
    let again = again.over(json!({
        "version": person.version.to_string(), "name": person.name, "language": person.language, "time_zone": person.time_zone,
    }));
    let page = json!({
        "email": person.email, "grants": directory::grant_lines(ctx, &person), "min": PASSWORD_MIN,
        "languages": languages(&again.values), "zones": ZONES,
    });
    ctx.form_page("people/account", &ctx.t("people-account-title"), again, page).await
}

async fn account_details(ctx: Ctx, form: RawForm) -> Result<HttpResponse, Failure> {
    let origin = ctx.origin();
    let sent = ctx.submit(form, move |call, form| {
        let input = AccountUpdate {
            name: form.get("name").to_owned(),
            language: form.get("language").into(),
            time_zone: form.get("time_zone").into(),
            current_password: None,
            new_password: None,
        };
        actions::account_update(call, form.get("version").parse().unwrap_or(0), &input, &origin, None)
    });
    match sent.await? {
        Sent::Done(_) => Ok(ctx.redirect("/account", "success", &ctx.t("people-account-saved"))),
        Sent::Again(again) => account_form(&ctx, again).await,
    }
}

async fn account_password(ctx: Ctx, form: RawForm) -> Result<HttpResponse, Failure> {
    let (origin, keep) = (ctx.origin(), ctx.session_token());
    let sent = ctx.submit(form, move |call, form| {
        let password = form.get("new_password");
        if password.is_empty() {
            return Err(Error::field("new_password", "required"));
        }
        same(password, form.get("new_password_again"), "new_password_again")?;
        let account = actions::account_read(call)?;
        let input = AccountUpdate {
            name: account.name,
            language: account.language.into(),
            time_zone: account.time_zone.into(),
            current_password: Some(form.get("current_password").to_owned()),
            new_password: Some(password.to_owned()),
        };
        actions::account_update(call, account.version, &input, &origin, keep.as_deref())
    });
    match sent.await? {
        Sent::Done(_) => Ok(ctx.redirect("/account", "success", &ctx.t("people-password-changed"))),
        Sent::Again(again) => account_form(&ctx, again).await,
    }
}

async fn setup_page(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.run(|call| actions::setup_open(call).map(drop)).await?;
    let language = crate::web::texts::nearest(&ctx.language);
    setup_form(&ctx, Again::fresh(json!({"language": language, "time_zone": "UTC"}))).await
}

async fn setup_form(ctx: &Ctx, again: Again) -> Result<HttpResponse, Failure> {
    let page = json!({"languages": languages(&again.values), "zones": ZONES, "min": PASSWORD_MIN});
    ctx.form_page("people/setup", &ctx.t("people-setup-title"), again, page).await
}

async fn setup_start(ctx: Ctx, form: RawForm) -> Result<HttpResponse, Failure> {
    let origin = ctx.origin();
    let begin = move |call: &Call<'_>, form: &Form| {
        actions::setup_open(call)?;
        same(form.get("password"), form.get("password_again"), "password_again")?;
        let text = |name: &str| form.get(name).to_owned();
        let input = SetupStart {
            code: text("code"),
            email: form.get("email").into(),
            name: text("name"),
            language: form.get("language").into(),
            time_zone: form.get("time_zone").into(),
            password: text("password"),
        };
        actions::setup_start(call, &input, &origin)
    };
    match ctx.submit(form, begin).await? {
        Sent::Done(done) => {
            // Where it is required, their roles count from their first passkey on.
            let required = ctx.service.config.people.second_factor == SecondFactor::Required;
            let next = if required { "/account/second-factor" } else { "/" };
            signed_in(&ctx, done, ctx.redirect(next, "success", &ctx.t("people-setup-done")))
        }
        Sent::Again(again) => setup_form(&ctx, again).await,
    }
}
