//! The JSON face of people.

use actix_web::{HttpResponse, web};

use super::actions::{self, AccountUpdate, PersonInvite, PersonUpdate, ServiceTokenInput, SignIn, TokenRefresh};
use super::caller::Ctx;
use super::views::{AuditVerification, GrantInput, GrantView, PersonView, ServiceTokenIssued, ServiceTokenView, TokenView};
use crate::ground::ids::{GrantId, PersonId, ServiceTokenId};
use crate::people::policy::UseCase;
use crate::store::audit::AuditEntry;
use crate::web::body::{Body, created, if_match, ok, ok_versioned};
use crate::web::failure::Failure;
use crate::web::paging::{Listing, PageQuery};
use crate::web::request::query_value;
use crate::web::routes::Routes;

pub fn routes(r: &mut Routes) {
    r.post("/api/v1/tokens", UseCase::token_issue, token_issue)
        .summary(
            "Get an access token and a refresh token for an e-mail address and a password, and a recovery code where the account has a second factor",
        )
        .takes::<SignIn>()
        .gives::<TokenView>(200)
        .may_refuse(&[401, 403, 429]);
    r.post("/api/v1/tokens/refresh", UseCase::token_refresh, token_refresh)
        .summary("Exchange a refresh token for the next pair; a token that comes twice ends its whole family")
        .takes::<TokenRefresh>()
        .gives::<TokenView>(200)
        .may_refuse(&[401, 429]);
    r.post("/api/v1/tokens/revoke", UseCase::token_revoke, token_revoke)
        .summary("End a refresh token and its family")
        .takes::<TokenRefresh>()
        .gives_nothing()
        .may_refuse(&[401, 429]);
    r.get("/api/v1/me", UseCase::account_read, account_read).summary("Read your own account").gives_version::<PersonView>();
    r.put("/api/v1/me", UseCase::account_update, account_update)
        .summary("Change your own account; a new password needs the current one and ends all sessions and refresh tokens")
        .takes::<AccountUpdate>()
        .within(AccountUpdate::LIMITS)
        .gives_version::<PersonView>()
        .may_refuse(&[429]);
    r.get("/api/v1/service-tokens", UseCase::service_token_list, service_token_list)
        .summary("List your own service tokens, the newest first, with those that have ended")
        .query("cursor", "Where the page begins: next_cursor of the page before")
        .query("limit", "Items on the page, 1 to 200; 50 when absent")
        .gives::<Listing<ServiceTokenView>>(200);
    r.post("/api/v1/service-tokens", UseCase::service_token_issue, service_token_issue)
        .summary("Make a service token for a program, shown this once; with dry_run, make nothing and see what it would reach")
        .takes::<ServiceTokenInput>()
        .within(ServiceTokenInput::LIMITS)
        .gives::<ServiceTokenIssued>(200)
        .secret()
        .may_refuse(&[429]);
    r.delete("/api/v1/service-tokens/{service_token_id}", UseCase::service_token_revoke, service_token_revoke)
        .summary("End a service token at once: your own, or as operator anybody's")
        .gives_nothing();
    r.get("/api/v1/people", UseCase::person_list, person_list)
        .summary("List accounts: all of them, or those with a role in your scopes")
        .query("cursor", "Where the page begins: next_cursor of the page before")
        .query("limit", "Items on the page, 1 to 200; 50 when absent")
        .gives::<Listing<PersonView>>(200);
    r.post("/api/v1/people", UseCase::person_invite, person_invite)
        .summary("Invite a person, with roles; 200 and only the roles when there is an account already that you see, else 201 and what you sent")
        .takes::<PersonInvite>()
        .within(PersonInvite::LIMITS)
        .creates_once::<PersonView>();
    r.get("/api/v1/people/{person_id}", UseCase::person_read, person_read).summary("Read an account").gives_version::<PersonView>();
    r.put("/api/v1/people/{person_id}", UseCase::person_update, person_update)
        .summary("Change an account; disabling it ends every session, token and link at once")
        .takes::<PersonUpdate>()
        .within(PersonUpdate::LIMITS)
        .gives_version::<PersonView>();
    r.delete("/api/v1/people/{person_id}", UseCase::person_erase, person_erase)
        .summary("Erase an account for good: every way in and role at once, name and address as soon as the last mail has gone out")
        .if_match()
        .gives_version::<PersonView>();
    r.post("/api/v1/people/{person_id}/grants", UseCase::grant_add, grant_add)
        .summary("Give a person a role in a scope; giving it twice changes nothing")
        .takes::<GrantInput>()
        .creates::<GrantView>();
    r.delete("/api/v1/people/{person_id}/grants/{grant_id}", UseCase::grant_remove, grant_remove).summary("Take a role away").gives_nothing();
    r.delete("/api/v1/people/{person_id}/second-factor", UseCase::second_factor_reset, second_factor_reset)
        .summary("Take away the passkeys and recovery codes of somebody who has lost them")
        .gives_nothing();
    r.get("/api/v1/audit-entries", UseCase::audit_list, audit_list)
        .summary("Read the audit chain, newest first")
        .query("object", "Only entries about this id")
        .query("cursor", "Where the page begins: next_cursor of the page before")
        .query("limit", "Items on the page, 1 to 200; 50 when absent")
        .gives::<Listing<AuditEntry>>(200);
    r.get("/api/v1/audit-verification", UseCase::audit_verify, audit_verify)
        .summary("Walk the whole audit chain: whether an entry is missing or was changed")
        .gives::<AuditVerification>(200);
}

async fn token_issue(ctx: Ctx, body: Body<SignIn>) -> Result<HttpResponse, Failure> {
    let origin = ctx.origin();
    Ok(ok(&ctx.run(move |call| actions::token_issue(call, &body.0, &origin)).await?))
}

async fn token_refresh(ctx: Ctx, body: Body<TokenRefresh>) -> Result<HttpResponse, Failure> {
    let origin = ctx.origin();
    Ok(ok(&ctx.run(move |call| actions::token_refresh(call, &body.0, &origin)).await?))
}

async fn token_revoke(ctx: Ctx, body: Body<TokenRefresh>) -> Result<HttpResponse, Failure> {
    let origin = ctx.origin();
    ctx.run(move |call| actions::token_revoke(call, &body.0, &origin)).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn account_read(ctx: Ctx) -> Result<HttpResponse, Failure> {
    let view = ctx.run(actions::account_read).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn account_update(ctx: Ctx, body: Body<AccountUpdate>) -> Result<HttpResponse, Failure> {
    let version = if_match(&ctx.request).map_err(|e| ctx.fail(e))?;
    let origin = ctx.origin();
    let view = ctx.run(move |call| actions::account_update(call, version, &body.0, &origin, None)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn service_token_list(ctx: Ctx, query: web::Query<PageQuery>) -> Result<HttpResponse, Failure> {
    Ok(ok(&ctx.run(move |call| actions::service_token_list(call, &query.at()?)).await?))
}

async fn service_token_issue(ctx: Ctx, body: Body<ServiceTokenInput>) -> Result<HttpResponse, Failure> {
    let origin = ctx.origin();
    Ok(ok(&ctx.run(move |call| actions::service_token_issue(call, &body.0, &origin)).await?))
}

async fn service_token_revoke(ctx: Ctx, id: web::Path<ServiceTokenId>) -> Result<HttpResponse, Failure> {
    ctx.run(move |call| actions::service_token_revoke(call, &id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn person_list(ctx: Ctx, query: web::Query<PageQuery>) -> Result<HttpResponse, Failure> {
    Ok(ok(&ctx.run(move |call| actions::person_list(call, &query.at()?)).await?))
}

async fn person_invite(ctx: Ctx, body: Body<PersonInvite>) -> Result<HttpResponse, Failure> {
    let reply = |invited: actions::Invited| {
        let view = invited.person;
        let made = matches!(invited.outcome, actions::Outcome::New | actions::Outcome::Untold);
        if made { created(&view, &format!("/api/v1/people/{}", view.id), view.version) } else { ok_versioned(&view, view.version) }
    };
    ctx.answer(move |call| actions::person_invite(call, &body.0), reply).await
}

async fn person_read(ctx: Ctx, id: web::Path<PersonId>) -> Result<HttpResponse, Failure> {
    let view = ctx.run(move |call| actions::person_read(call, &id)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn person_update(ctx: Ctx, id: web::Path<PersonId>, body: Body<PersonUpdate>) -> Result<HttpResponse, Failure> {
    let version = if_match(&ctx.request).map_err(|e| ctx.fail(e))?;
    let view = ctx.run(move |call| actions::person_update(call, &id, version, &body.0)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn person_erase(ctx: Ctx, id: web::Path<PersonId>) -> Result<HttpResponse, Failure> {
    let version = if_match(&ctx.request).map_err(|e| ctx.fail(e))?;
    let view = ctx.run(move |call| actions::person_erase(call, &id, version, None)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn grant_add(ctx: Ctx, id: web::Path<PersonId>, body: Body<GrantInput>) -> Result<HttpResponse, Failure> {
    let person = id.clone();
    ctx.answer(
        move |call| actions::grant_add(call, &id, &body.0),
        move |added| created(&added.grant, &format!("/api/v1/people/{person}/grants/{}", added.grant.id), added.person_version),
    )
    .await
}

async fn grant_remove(ctx: Ctx, ids: web::Path<(PersonId, GrantId)>) -> Result<HttpResponse, Failure> {
    ctx.run(move |call| actions::grant_remove(call, &ids.0, &ids.1)).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn second_factor_reset(ctx: Ctx, id: web::Path<PersonId>) -> Result<HttpResponse, Failure> {
    ctx.run(move |call| actions::second_factor_reset(call, &id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn audit_list(ctx: Ctx, query: web::Query<PageQuery>) -> Result<HttpResponse, Failure> {
    let object = query_value(&ctx.request, "object");
    Ok(ok(&ctx.run(move |call| actions::audit_list(call, object.as_deref(), &query.at()?)).await?))
}

async fn audit_verify(ctx: Ctx) -> Result<HttpResponse, Failure> {
    Ok(ok(&ctx.run(actions::audit_verify).await?))
}
