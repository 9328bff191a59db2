//! The pages about programs that act in one's name: the list, a new one in three steps (what it may do, what that
//! reaches, its token), revoking.

use actix_web::{HttpResponse, web};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::directory::scope_label;
use crate::ground::ids::ServiceTokenId;
use crate::ground::{Error, Given, Result};
use crate::people::actions::{self, ServiceTokenInput};
use crate::people::call::Call;
use crate::people::caller::{Again, Ctx, Sent};
use crate::people::identity::{ScopeKind, Stage};
use crate::people::policy::UseCase;
use crate::people::program::{self, Access};
use crate::people::throttle::Origin;
use crate::people::views::{ReachedPlace, ReachedUseCase, ServiceTokenState, ServiceTokenView};
use crate::web::failure::Failure;
use crate::web::finding::narrow;
use crate::web::form::{Form, RawForm};
use crate::web::paging::PageQuery;
use crate::web::routes::Routes;

type Answer = std::result::Result<HttpResponse, Failure>;

pub fn routes(r: &mut Routes) {
    r.get("/account/programs", UseCase::service_token_list, programs_page);
    r.post("/account/programs", UseCase::service_token_issue, program_issue);
    r.get("/account/programs/new", UseCase::service_token_issue, program_new);
    r.post("/account/programs/new", UseCase::service_token_issue, program_check);
    r.post("/account/programs/{service_token_id}/revoke", UseCase::service_token_revoke, program_revoke);
}

/// The use case as people say it; one without words stands for itself.
fn label(ctx: &Ctx, use_case: &str) -> String {
    let texts = ctx.service.pages.texts();
    texts.find(&ctx.language, &format!("programs-may-{}", use_case.replace('_', "-")), &FluentArgs::new()).unwrap_or_else(|| use_case.to_owned())
}

fn scope_words(ctx: &Ctx, kind: ScopeKind, name: &str) -> String {
    if kind == ScopeKind::Instance { ctx.t("programs-scope-instance") } else { scope_label(ctx, kind, name) }
}

fn state_tone(state: ServiceTokenState) -> &'static str {
    match state {
        ServiceTokenState::Active => "good",
        ServiceTokenState::Expired => "warn",
        ServiceTokenState::Revoked => "bad",
    }
}

async fn programs_page(ctx: Ctx, query: web::Query<PageQuery>) -> Answer {
    let first = query.cursor.is_none();
    let (list, zone) = ctx.run(move |call| Ok((actions::service_token_list(call, &query.at()?)?, call.caller.zone()))).await?;
    let line = |token: &ServiceTokenView| {
        json!({
            "id": token.id, "name": token.name, "active": token.state == ServiceTokenState::Active,
            "state": ctx.t(&format!("programs-state-{}", token.state)), "tone": state_tone(token.state),
            "access": ctx.t(&format!("programs-access-{}", token.access.as_str().replace('_', "-"))),
            "use_cases": token.use_cases.iter().map(|use_case| label(&ctx, use_case)).collect::<Vec<_>>(),
            "scope": scope_words(&ctx, token.scope_kind, &token.scope_name),
            "until": token.expires_at.local(zone), "used": token.last_used_on,
        })
    };
    let page = json!({
        "tokens": list.items.iter().map(line).collect::<Vec<_>>(),
        "time_zone": zone,
        "next": list.next_cursor.map(|c| format!("/account/programs?cursor={c}")),
        "previous": if first { None } else { Some("/account/programs") },
    });
    ctx.page("people/programs", &ctx.t("programs-title"), page).await
}

async fn program_new(ctx: Ctx) -> Answer {
    program_form(&ctx, Again::fresh(json!({"access": "read_only", "scope": "instance:"}))).await
}

/// The names of fields in errors, and what they are called in the form.
const FIELDS: &[(&str, &str)] = &[("scope_kind", "scope"), ("scope_id", "scope")];

async fn program_form(ctx: &Ctx, again: Again) -> Answer {
    let (may, scopes) = ctx.run(|call| Ok((actions::programs_may(call)?, actions::program_scopes(call)?))).await?;
    let chosen = match &again.values["use_cases"] {
        Value::String(one) => vec![one.clone()],
        Value::Array(all) => all.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    };
    let option = |use_case: &UseCase| {
        let word = use_case.as_str();
        json!({"value": word, "label": label(ctx, word), "checked": chosen.iter().any(|c| c == word)})
    };
    let of = |reading: bool| may.iter().filter(|use_case| program::reads(**use_case) == reading).map(option).collect::<Vec<_>>();
    let access = |access: &Access| {
        let key = format!("programs-access-{}", access.as_str().replace('_', "-"));
        json!({"value": access, "label": ctx.t(&key), "hint": ctx.t(&format!("{key}-hint"))})
    };
    let everywhere = (ScopeKind::Instance, String::new(), String::new());
    let scope = |(kind, id, name): &(ScopeKind, String, String)| json!({"value": format!("{kind}:{id}"), "label": scope_words(ctx, *kind, name)});
    let mut page = json!({
        "accesses": Access::ALL.iter().map(access).collect::<Vec<_>>(),
        "reading": of(true), "writing": of(false),
        "scopes": std::iter::once(&everywhere).chain(&scopes).map(scope).collect::<Vec<_>>(),
    });
    narrow(&mut page, "scopes", "scope", &again.values);
    ctx.form_page("people/program_new", &ctx.t("programs-new-title"), again.renamed(FIELDS), page).await
}

/// What the form asks for. What was ticked counts only where it was chosen that ticks count.
fn input(form: &Form, dry_run: bool) -> Result<ServiceTokenInput> {
    let (kind, scope_id) = form.get("scope").split_once(':').unwrap_or((form.get("scope"), ""));
    let access: Access = form.get("access").parse().map_err(|_| Error::field("access", "required"))?;
    Ok(ServiceTokenInput {
        name: form.get("name").to_owned(),
        access,
        use_cases: if access == Access::Chosen { form.all("use_cases") } else { Vec::new() },
        scope_kind: kind.parse().map_err(|_| Error::field("scope", "unknown_choice"))?,
        scope_id: scope_id.to_owned(),
        expires_on: Given::typed(form.get("expires_on")),
        current_password: form.get("current_password").to_owned(),
        dry_run,
    })
}

async fn program_check(ctx: Ctx, form: RawForm) -> Answer {
    let sent = ctx.submit(form, |call, form| {
        let back = form.get("go") == "back";
        let reach = if back { Vec::new() } else { actions::service_token_issue(call, &input(form, true)?, &Origin::default())?.reach };
        Ok((form.without("csrf").without("go").values(), back, reach))
    });
    match sent.await? {
        Sent::Done((values, true, _)) => program_form(&ctx, Again::fresh(values)).await,
        Sent::Done((values, false, reach)) => check_page(&ctx, Again::fresh(values), &reach).await,
        Sent::Again(again) => program_form(&ctx, again).await,
    }
}

/// A place in words, with the stage from which on it counts.
fn place(ctx: &Ctx, place: &ReachedPlace) -> String {
    let there =
        if place.scope_kind == ScopeKind::Instance { ctx.t("programs-everywhere") } else { scope_label(ctx, place.scope_kind, &place.scope_name) };
    match place.from {
        Stage::Assessing => there,
        from => ctx.service.pages.texts().with(&ctx.language, &format!("programs-from-{from}"), &[("place", &there)]),
    }
}

/// What the program will reach, to be read before the token is made.
async fn check_page(ctx: &Ctx, again: Again, reach: &[ReachedUseCase]) -> Answer {
    let line = |reached: &ReachedUseCase| {
        let own = reached.own.then(|| ctx.t("programs-own"));
        let places: Vec<String> = reached.places.iter().map(|p| place(ctx, p)).chain(own).collect();
        json!({"label": label(ctx, reached.use_case), "places": places, "nowhere": places.is_empty()})
    };
    let of = |writes: bool| reach.iter().filter(|reached| reached.writes == writes).map(line).collect::<Vec<_>>();
    let kept: Vec<Value> = ["name", "access", "scope", "expires_on", "use_cases"]
        .iter()
        .flat_map(|name| match &again.values[*name] {
            Value::Array(all) => all.iter().map(|value| json!({"name": name, "value": value})).collect(),
            value => vec![json!({"name": name, "value": value})],
        })
        .filter(|field| field["value"].is_string())
        .collect();
    let email = ctx.run(|call| Ok(call.caller.email.clone())).await?;
    let page = json!({"reading": of(false), "writing": of(true), "kept": kept, "email": email});
    ctx.form_page("people/program_check", &ctx.t("programs-check-title"), again, page).await
}

async fn program_issue(ctx: Ctx, form: RawForm) -> Answer {
    let origin = ctx.origin();
    let issue = move |call: &Call<'_>, form: &Form| actions::service_token_issue(call, &input(form, false)?, &origin);
    match ctx.submit(form, issue).await? {
        Sent::Done(issued) => {
            let zone = ctx.run(|call| Ok(call.caller.zone())).await?;
            let token = issued.service_token.as_ref();
            let page = json!({
                "token": issued.token, "name": token.map(|t| &t.name), "until": token.map(|t| t.expires_at.local(zone)), "time_zone": zone,
            });
            ctx.page("people/program_made", &ctx.t("programs-made-title"), page).await
        }
        // Only the password is asked for on this page; anything else is mended where it was typed.
        Sent::Again(again) if again.fields().iter().all(|field| field.field == "current_password") => {
            let wanted: Vec<(String, String)> = pairs(&again.values);
            let reach =
                ctx.run(move |call| Ok(actions::service_token_issue(call, &input(&Form::of(wanted), true)?, &Origin::default())?.reach)).await?;
            check_page(&ctx, again, &reach).await
        }
        Sent::Again(again) => program_form(&ctx, again).await,
    }
}

/// The values of a form as they were sent.
fn pairs(values: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let fields = values.as_object().into_iter().flatten();
    fields
        .flat_map(|(name, value)| match value {
            Value::Array(all) => all.iter().map(|one| (name.clone(), text(one))).collect(),
            one => vec![(name.clone(), text(one))],
        })
        .collect()
}

async fn program_revoke(ctx: Ctx, id: web::Path<ServiceTokenId>, form: RawForm) -> Answer {
    ctx.accept(form)?;
    let name = ctx.run(move |call| actions::service_token_revoke(call, &id)).await?;
    let said = ctx.service.pages.texts().with(&ctx.language, "programs-revoked", &[("name", &name)]);
    Ok(ctx.redirect("/account/programs", "success", &said))
}
