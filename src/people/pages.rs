//! The pages of people: signing in and out, passwords, one's own account, the setup of a fresh
//! instance. Accounts of others and the audit are in `pages/directory.rs`.
//!
//! Following a link changes nothing; only buttons do.

mod directory;
mod forms;

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use self::forms::{again, languages, zones};
use super::account::{PASSWORD_MIN, local_path};
use super::actions::{self, AccountUpdate, Opens, SetupStart, SignIn};
use super::caller::Ctx;
use super::views::PersonView;
use crate::ground::Error;
use crate::people::policy::UseCase;
use crate::web::failure::Failure;
use crate::web::form::{Form, RawForm};
use crate::web::request::{self, SESSION_COOKIE, VISIT_COOKIE};
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
    directory::routes(r);
}

/// Hands the session to the browser. The visit's cookie ends, so that forms are bound to the session.
fn signed_in(ctx: &Ctx, token: String, mut response: HttpResponse) -> Result<HttpResponse, Failure> {
    let failed = |e: actix_web::error::HttpError| ctx.fail(Error::internal(e));
    response.add_cookie(&request::cookie(SESSION_COOKIE, token, ctx.secure())).map_err(failed)?;
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
    let page = json!({"next": local_path(&next), "email": ""});
    ctx.page("people/sign_in", &ctx.t("people-sign-in-title"), page).await
}

async fn sign_in(ctx: Ctx, form: RawForm) -> Result<HttpResponse, Failure> {
    let form = ctx.accept(form)?;
    let next = local_path(form.get("next")).to_owned();
    let input = SignIn { email: form.get("email").to_owned(), password: form.get("password").to_owned() };
    let (from, former) = (ctx.peer(), ctx.session_token());
    match ctx.run(move |call| actions::session_start(call, &input, &from, former.as_deref())).await {
        Ok(token) => signed_in(&ctx, token, ctx.redirect(&next, "", "")),
        Err(failure) => {
            let page = json!({"next": next, "email": form.get("email")});
            again(&ctx, failure, "people/sign_in", &ctx.t("people-sign-in-title"), page).await
        }
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
    ctx.page("people/forgot", &ctx.t("people-forgot-title"), json!({"email": ""})).await
}

async fn forgot(ctx: Ctx, form: RawForm) -> Result<HttpResponse, Failure> {
    let form = ctx.accept(form)?;
    let email = form.get("email").to_owned();
    match ctx.run(move |call| actions::password_reset_request(call, &email)).await {
        Ok(()) => ctx.page("people/forgot_sent", &ctx.t("people-forgot-sent-title"), json!({"email": form.get("email").trim()})).await,
        Err(failure) => again(&ctx, failure, "people/forgot", &ctx.t("people-forgot-title"), json!({"email": form.get("email")})).await,
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

fn password_title(ctx: &Ctx, invited: bool) -> String {
    ctx.t(if invited { "people-password-first-title" } else { "people-password-new-title" })
}

async fn password_page(ctx: Ctx, token: web::Path<String>) -> Result<HttpResponse, Failure> {
    let ctx = ctx.with_capability(&token);
    match ctx.run(actions::password_link).await {
        Ok(link) => {
            let invited = link.opens == Opens::Invitation;
            let page = json!({"email": link.person.email, "name": link.person.name, "invited": invited, "min": PASSWORD_MIN});
            ctx.page("people/password", &password_title(&ctx, invited), page).await
        }
        Err(failure) => link_ended(&ctx, failure).await,
    }
}

async fn password_set(ctx: Ctx, token: web::Path<String>, form: RawForm) -> Result<HttpResponse, Failure> {
    let form = ctx.accept(form)?;
    let ctx = ctx.with_capability(&token);
    let (password, repeated) = (form.get("password").to_owned(), form.get("password_again").to_owned());
    let set = ctx.run(move |call| same(&password, &repeated, "password_again").and_then(|()| actions::password_set(call, &password))).await;
    match set {
        Ok(_) => Ok(ctx.redirect("/sign-in", "success", &ctx.t("people-password-set"))),
        Err(failure) if matches!(failure.error, Error::NotFound(_)) => link_ended(&ctx, failure).await,
        Err(failure) => {
            let link = ctx.run(actions::password_link).await?;
            let invited = link.opens == Opens::Invitation;
            let page = json!({"email": link.person.email, "name": link.person.name, "invited": invited, "min": PASSWORD_MIN});
            again(&ctx, failure, "people/password", &password_title(&ctx, invited), page).await
        }
    }
}

/// People cannot see what they type, so they type it twice.
fn same(password: &str, repeated: &str, field: &str) -> crate::ground::Result<()> {
    if password == repeated { Ok(()) } else { Err(Error::field(field, "passwords_differ")) }
}

/// The account page's data: what is stored, or what was typed.
fn account_data(person: &PersonView, ctx: &Ctx, typed: Option<&Form>) -> Value {
    let value = |name: &str, stored: &str| typed.filter(|f| f.has(name)).map_or_else(|| stored.to_owned(), |f| f.get(name).to_owned());
    let (language, zone) = (value("language", &person.language), value("time_zone", person.time_zone.name()));
    json!({
        "email": person.email,
        "version": typed.filter(|f| f.has("version")).map_or_else(|| person.version.to_string(), |f| f.get("version").to_owned()),
        "name": value("name", &person.name),
        "languages": languages(&language), "language": language,
        "zones": zones(&zone), "time_zone": zone,
        "grants": directory::grant_lines(ctx, person),
        "min": PASSWORD_MIN,
    })
}

async fn account_page(ctx: Ctx) -> Result<HttpResponse, Failure> {
    let person = ctx.run(actions::account_read).await?;
    ctx.page("people/account", &ctx.t("people-account-title"), account_data(&person, &ctx, None)).await
}

async fn account_details(ctx: Ctx, form: RawForm) -> Result<HttpResponse, Failure> {
    let form = ctx.accept(form)?;
    let version: i32 = form.get("version").parse().unwrap_or(0);
    let input = AccountUpdate {
        name: form.get("name").to_owned(),
        language: form.get("language").to_owned(),
        time_zone: form.get("time_zone").into(),
        current_password: None,
        new_password: None,
    };
    let from = ctx.peer();
    match ctx.run(move |call| actions::account_update(call, version, &input, &from, None)).await {
        Ok(_) => Ok(ctx.redirect("/account", "success", &ctx.t("people-account-saved"))),
        Err(failure) => account_again(&ctx, failure, &form).await,
    }
}

async fn account_password(ctx: Ctx, form: RawForm) -> Result<HttpResponse, Failure> {
    let form = ctx.accept(form)?;
    let text = |name: &str| form.get(name).to_owned();
    let (current, password, repeated) = (text("current_password"), text("new_password"), text("new_password_again"));
    let (from, keep) = (ctx.peer(), ctx.session_token());
    let change = move |call: &super::call::Call<'_>| {
        if password.is_empty() {
            return Err(Error::field("new_password", "required"));
        }
        same(&password, &repeated, "new_password_again")?;
        let account = actions::account_read(call)?;
        let input = AccountUpdate {
            name: account.name,
            language: account.language,
            time_zone: account.time_zone.into(),
            current_password: Some(current),
            new_password: Some(password),
        };
        actions::account_update(call, account.version, &input, &from, keep.as_deref())
    };
    match ctx.run(change).await {
        Ok(_) => Ok(ctx.redirect("/account", "success", &ctx.t("people-password-changed"))),
        Err(failure) => account_again(&ctx, failure, &form).await,
    }
}

async fn account_again(ctx: &Ctx, failure: Failure, form: &Form) -> Result<HttpResponse, Failure> {
    if matches!(failure.error, Error::Unauthenticated(_)) {
        return Err(failure);
    }
    let person = ctx.run(actions::account_read).await?;
    again(ctx, failure, "people/account", &ctx.t("people-account-title"), account_data(&person, ctx, Some(form))).await
}

fn setup_data(form: Option<&Form>) -> Value {
    let value = |name: &str| form.map_or("", |f| f.get(name));
    let zone = if value("time_zone").is_empty() { "UTC" } else { value("time_zone") };
    json!({
        "code": value("code"), "name": value("name"), "email": value("email"), "language": value("language"),
        "languages": languages(value("language")), "time_zone": zone, "zones": zones(zone), "min": PASSWORD_MIN,
    })
}

async fn setup_page(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.run(actions::setup_open).await?;
    let mut page = setup_data(None);
    page["language"] = json!(crate::web::texts::nearest(&ctx.language));
    ctx.page("people/setup", &ctx.t("people-setup-title"), page).await
}

async fn setup_start(ctx: Ctx, form: RawForm) -> Result<HttpResponse, Failure> {
    let form = ctx.accept(form)?;
    let text = |name: &str| form.get(name).to_owned();
    let input = SetupStart {
        code: text("code"),
        email: text("email"),
        name: text("name"),
        language: text("language"),
        time_zone: form.get("time_zone").into(),
        password: text("password"),
    };
    let (repeated, from) = (text("password_again"), ctx.peer());
    let begin = move |call: &super::call::Call<'_>| {
        actions::setup_open(call)?;
        same(&input.password, &repeated, "password_again")?;
        actions::setup_start(call, &input, &from)
    };
    match ctx.run(begin).await {
        Ok(token) => signed_in(&ctx, token, ctx.redirect("/", "success", &ctx.t("people-setup-done"))),
        Err(failure) => again(&ctx, failure, "people/setup", &ctx.t("people-setup-title"), setup_data(Some(&form))).await,
    }
}
