//! The pages about accounts of others: list, invitation, one account with its roles; and the audit.

use actix_web::{HttpResponse, web};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::forms::{again, languages, renamed, zones};
use crate::ground::ids::{GrantId, PersonId};
use crate::ground::{Error, Result};
use crate::people::actions::{self, PersonInvite, PersonUpdate};
use crate::people::call::Call;
use crate::people::caller::Ctx;
use crate::people::identity::{PersonState, Role, ScopeKind, Target};
use crate::people::policy;
use crate::people::policy::UseCase;
use crate::people::views::{GrantInput, PersonView};
use crate::web::failure::Failure;
use crate::web::form::{Form, RawForm};
use crate::web::paging::PageQuery;
use crate::web::request::query_value;
use crate::web::routes::Routes;

type Answer = std::result::Result<HttpResponse, Failure>;

pub fn routes(r: &mut Routes) {
    r.get("/people", UseCase::person_list, people_page);
    r.post("/people", UseCase::person_invite, person_invite);
    r.get("/people/new", UseCase::person_invite, invite_page);
    r.get("/people/{person_id}", UseCase::person_read, person_page);
    r.post("/people/{person_id}", UseCase::person_update, person_update);
    r.post("/people/{person_id}/invite", UseCase::person_invite, person_invite_again);
    r.post("/people/{person_id}/grants", UseCase::grant_add, grant_add);
    r.post("/people/{person_id}/grants/{grant_id}/remove", UseCase::grant_remove, grant_remove);
    r.get("/audit", UseCase::audit_list, audit_page);
}

fn word(ctx: &Ctx, kind: &str, word: &str) -> String {
    ctx.t(&format!("people-{kind}-{}", word.replace('_', "-")))
}

fn scope_label(ctx: &Ctx, kind: ScopeKind, name: &str) -> String {
    let key = format!("people-scope-{kind}");
    ctx.service.pages.texts().with(&ctx.language, &key, &[("name", name)])
}

/// A person's grants for people to read.
pub fn grant_lines(ctx: &Ctx, person: &PersonView) -> Vec<Value> {
    let line = |g: &crate::people::views::GrantView| json!({"id": g.id, "role": word(ctx, "role", g.role.as_str()), "scope": scope_label(ctx, g.scope_kind, &g.scope_name)});
    person.grants.iter().map(line).collect()
}

/// The colour of a state's tag; the word is always there too.
fn tone(state: PersonState) -> &'static str {
    match state {
        PersonState::Invited => "warn",
        PersonState::Active => "good",
        PersonState::Disabled => "bad",
    }
}

async fn people_page(ctx: Ctx, query: web::Query<PageQuery>) -> Answer {
    let first = query.cursor.is_none();
    let list = ctx.run(move |call| actions::person_list(call, &query.at()?)).await?;
    let line = |p: &PersonView| {
        let roles: Vec<Value> = grant_lines(&ctx, p);
        json!({"id": p.id, "name": p.name, "email": p.email, "roles": roles, "state": word(&ctx, "state", p.state.as_str()), "tone": tone(p.state)})
    };
    let page = json!({
        "people": list.items.iter().map(line).collect::<Vec<_>>(),
        "alone": first && list.items.len() < 2 && list.next_cursor.is_none(),
        "next": list.next_cursor.map(|c| format!("/people?cursor={c}")),
        "previous": if first { None } else { Some("/people") },
    });
    ctx.page("people/list", &ctx.t("people-list-title"), page).await
}

/// Roles and scopes that the caller may give, as options.
#[derive(Default)]
struct Offer {
    scopes: Vec<(ScopeKind, String, String)>,
    operator: bool,
}

fn offer(call: &Call<'_>) -> Result<Offer> {
    Ok(Offer { scopes: actions::scopes_to_grant(call)?, operator: call.caller.has_role(Role::Operator) })
}

fn offered(ctx: &Ctx, offer: &Offer, page: &mut Value) {
    let roles = Role::ALL.iter().filter(|r| **r != Role::Operator || offer.operator);
    page["roles"] = roles.map(|r| json!({"value": r, "label": word(ctx, "role", r.as_str()), "hint": word(ctx, "role-hint", r.as_str())})).collect();
    let scopes = offer.scopes.iter();
    page["scopes"] = scopes.map(|(kind, id, name)| json!({"value": format!("{kind}:{id}"), "label": scope_label(ctx, *kind, name)})).collect();
}

/// The role and scope chosen in a form; none when neither was.
fn chosen(form: &Form) -> Result<Option<GrantInput>> {
    let (role, scope) = (form.get("role"), form.get("scope"));
    if role.is_empty() && scope.is_empty() {
        return Ok(None);
    }
    let mut checks = crate::ground::error::Checks::new();
    checks.require(!role.is_empty(), "role", "required").require(!scope.is_empty(), "scope", "required");
    checks.done()?;
    let role: Role = checks.parse("role", role, "unknown_choice").unwrap_or(Role::Analyst);
    let (kind, scope_id) = scope.split_once(':').unwrap_or((scope, ""));
    let scope_kind: ScopeKind = checks.parse("scope", kind, "unknown_choice").unwrap_or(ScopeKind::Instance);
    checks.done()?;
    Ok(Some(GrantInput { role, scope_kind, scope_id: scope_id.to_owned() }))
}

/// The names of grant fields in errors, and what they are called in the forms.
const FIELDS: &[(&str, &str)] =
    &[("grants[0].scope_kind", "scope"), ("grants[0].scope_id", "scope"), ("grants[0].role", "role"), ("scope_kind", "scope"), ("scope_id", "scope")];

async fn invite_data(ctx: &Ctx, form: Option<&Form>) -> std::result::Result<Value, Failure> {
    let (offer, zone) = ctx.run(|call| Ok((offer(call)?, call.caller.zone()))).await?;
    let value = |name: &str| form.map_or("", |f| f.get(name));
    let language = if form.is_some() { value("language") } else { crate::web::texts::nearest(&ctx.language) };
    let zone = if form.is_some() { value("time_zone") } else { zone.name() };
    let mut page = json!({
        "email": value("email"), "name": value("name"), "language": language, "languages": languages(language),
        "time_zone": zone, "zones": zones(zone), "role": value("role"), "scope": value("scope"),
    });
    offered(ctx, &offer, &mut page);
    Ok(page)
}

async fn invite_page(ctx: Ctx) -> Answer {
    ctx.run(|call| policy::reach(&call.caller, UseCase::person_invite).map(drop)).await?;
    let mut page = invite_data(&ctx, None).await?;
    // A link may have chosen already.
    for name in ["role", "scope"] {
        page[name] = json!(query_value(&ctx.request, name).unwrap_or_default());
    }
    ctx.page("people/new", &ctx.t("people-invite-title"), page).await
}

async fn person_invite(ctx: Ctx, form: RawForm) -> Answer {
    let form = ctx.accept(form)?;
    let typed = form.clone();
    let invite = move |call: &Call<'_>| {
        let text = |name: &str| typed.get(name).to_owned();
        let mut input = PersonInvite {
            email: text("email"),
            name: text("name"),
            language: text("language"),
            time_zone: typed.get("time_zone").into(),
            grants: Vec::new(),
        };
        match chosen(&typed) {
            Ok(grant) => input.grants.extend(grant),
            // People see everything that is wrong at once.
            Err(Error::Invalid(fields)) => return Err(actions::invite_errors(&input, fields)),
            Err(other) => return Err(other),
        }
        actions::person_invite(call, &input)
    };
    match ctx.run(invite).await {
        Ok(done) => {
            let key = match (done.new, done.mailed) {
                (true, _) => "people-invited",
                (false, true) => "people-invited-again",
                (false, false) => "people-had-account",
            };
            let said = ctx.service.pages.texts().with(&ctx.language, key, &[("name", &done.person.name)]);
            Ok(ctx.redirect(&format!("/people/{}", done.person.id), "success", &said))
        }
        Err(failure) => {
            let page = invite_data(&ctx, Some(&form)).await?;
            again(&ctx, renamed(failure, FIELDS), "people/new", &ctx.t("people-invite-title"), page).await
        }
    }
}

/// Everything on the page of a person.
async fn person_data(ctx: &Ctx, id: &PersonId, form: Option<&Form>) -> std::result::Result<(String, Value), Failure> {
    let asked = id.clone();
    let (person, offer, may_update, zone) = ctx
        .run(move |call| {
            let person = actions::person_read(call, &asked)?;
            let may_give = policy::somewhere(&call.caller, UseCase::grant_add);
            let offer = if may_give { offer(call)? } else { Offer::default() };
            let may_update = policy::allowed(&call.caller, UseCase::person_update, &Target::instance());
            Ok((person, offer, may_update, call.caller.zone()))
        })
        .await?;
    let typed = form.filter(|f| f.has("name"));
    let value = |name: &str, stored: &str| typed.map_or_else(|| stored.to_owned(), |f| f.get(name).to_owned());
    let (language, time_zone) = (value("language", &person.language), value("time_zone", person.time_zone.name()));
    let state = if person.state == PersonState::Disabled { "disabled" } else { "active" };
    let mut page = json!({
        "id": person.id, "shown_name": person.name, "email": person.email, "name": value("name", &person.name),
        "version": typed.map_or_else(|| person.version.to_string(), |f| f.get("version").to_owned()),
        "languages": languages(&language), "language": language, "zones": zones(&time_zone), "time_zone": time_zone,
        "state": value("state", state), "state_word": word(ctx, "state", person.state.as_str()), "tone": tone(person.state),
        "invited": person.state == PersonState::Invited, "disabled": person.state == PersonState::Disabled,
        "since": person.created_at.local(zone),
        "states": [
            {"value": "active", "label": ctx.t("people-state-open"), "hint": ctx.t("people-state-open-hint")},
            {"value": "disabled", "label": ctx.t("people-state-disabled"), "hint": ctx.t("people-state-disabled-hint")},
        ],
        "grants": grant_lines(ctx, &person),
        "may_update": may_update, "may_give": !offer.scopes.is_empty(),
        "role": form.map_or("", |f| f.get("role")), "scope": form.map_or("", |f| f.get("scope")),
    });
    offered(ctx, &offer, &mut page);
    Ok((person.name, page))
}

async fn person_page(ctx: Ctx, id: web::Path<PersonId>) -> Answer {
    let (title, page) = person_data(&ctx, &id, None).await?;
    ctx.page("people/person", &title, page).await
}

/// The person's page again, with what is wrong.
async fn person_again(ctx: &Ctx, id: &PersonId, failure: Failure, form: &Form) -> Answer {
    if matches!(failure.error, Error::Unauthenticated(_) | Error::NotFound(_)) {
        return Err(failure);
    }
    let (title, page) = person_data(ctx, id, Some(form)).await?;
    again(ctx, renamed(failure, FIELDS), "people/person", &title, page).await
}

async fn person_update(ctx: Ctx, id: web::Path<PersonId>, form: RawForm) -> Answer {
    let form = ctx.accept(form)?;
    let (typed, person) = (form.clone(), id.clone());
    let update = move |call: &Call<'_>| {
        let state = typed.get("state").parse().map_err(|_| Error::field("state", "unknown_choice"))?;
        let text = |name: &str| typed.get(name).to_owned();
        let input = PersonUpdate { name: text("name"), language: text("language"), time_zone: typed.get("time_zone").into(), state };
        actions::person_update(call, &person, typed.get("version").parse().unwrap_or(0), &input)
    };
    match ctx.run(update).await {
        Ok(_) => Ok(ctx.redirect(&format!("/people/{id}"), "success", &ctx.t("people-saved"))),
        Err(failure) => person_again(&ctx, &id, failure, &form).await,
    }
}

async fn person_invite_again(ctx: Ctx, id: web::Path<PersonId>, form: RawForm) -> Answer {
    let form = ctx.accept(form)?;
    let person = id.clone();
    match ctx.run(move |call| actions::person_invite_again(call, &person)).await {
        Ok(view) => {
            let said = ctx.service.pages.texts().with(&ctx.language, "people-invited-again", &[("name", &view.name)]);
            Ok(ctx.redirect(&format!("/people/{id}"), "success", &said))
        }
        Err(failure) => person_again(&ctx, &id, failure, &form).await,
    }
}

async fn grant_add(ctx: Ctx, id: web::Path<PersonId>, form: RawForm) -> Answer {
    let form = ctx.accept(form)?;
    let (typed, person) = (form.clone(), id.clone());
    let add = move |call: &Call<'_>| {
        let input = chosen(&typed)?.ok_or_else(|| Error::field("role", "required"))?;
        actions::grant_add(call, &person, &input)
    };
    match ctx.run(add).await {
        Ok(_) => Ok(ctx.redirect(&format!("/people/{id}"), "success", &ctx.t("people-grant-added"))),
        Err(failure) => person_again(&ctx, &id, failure, &form).await,
    }
}

async fn grant_remove(ctx: Ctx, ids: web::Path<(PersonId, GrantId)>, form: RawForm) -> Answer {
    let form = ctx.accept(form)?;
    let (person, grant) = ids.into_inner();
    let id = person.clone();
    match ctx.run(move |call| actions::grant_remove(call, &id, &grant)).await {
        Ok(()) => {
            // Whoever takes the last role in the own scope away no longer sees the person.
            let asked = person.clone();
            let seen = ctx.run(move |call| Ok(actions::person_read(call, &asked).is_ok())).await?;
            let to = if seen { format!("/people/{person}") } else { "/people".to_owned() };
            Ok(ctx.redirect(&to, "success", &ctx.t("people-grant-removed")))
        }
        Err(failure) => person_again(&ctx, &person, failure, &form).await,
    }
}

/// Audit details as words that can wrap: `role: expert, scope_kind: instance`.
fn plain(detail: &str) -> String {
    fn words(value: &Value) -> String {
        match value {
            Value::Object(map) => map.iter().map(|(k, v)| format!("{k}: {}", words(v))).collect::<Vec<_>>().join(", "),
            Value::Array(list) => list.iter().map(words).collect::<Vec<_>>().join("; "),
            Value::String(text) if text.is_empty() => "–".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
    serde_json::from_str::<Value>(detail).map_or_else(|_| detail.to_owned(), |v| words(&v))
}

async fn audit_page(ctx: Ctx, query: web::Query<PageQuery>) -> Answer {
    let first = query.cursor.is_none();
    let object = query_value(&ctx.request, "object");
    let verify = query_value(&ctx.request, "verify").is_some();
    let asked = object.clone();
    let (list, verified, zone, people) = ctx
        .run(move |call| {
            let list = actions::audit_list(call, asked.as_deref(), &query.at()?)?;
            let verified = if verify { Some(actions::audit_verify(call)?) } else { None };
            let people = actions::people_named(call, list.items.iter().flat_map(|e| [e.actor.as_str(), e.object.as_str()]))?;
            Ok((list, verified, call.caller.zone(), people))
        })
        .await?;
    let name = |id: &str| match id {
        "stoa" => ctx.t("people-audit-stoa"),
        "anonymous" => ctx.t("people-audit-anonymous"),
        id if id.starts_with("capability:") => ctx.t("people-audit-link"),
        id => people.get(id).cloned().unwrap_or_else(|| id.to_owned()),
    };
    let texts = ctx.service.pages.texts();
    // A verb without words, of an older version perhaps, stands for itself.
    let done = |verb: &str| texts.find(&ctx.language, &format!("people-verb-{}", verb.replace('_', "-")), &FluentArgs::new());
    let line = |e: &crate::store::audit::AuditEntry| {
        json!({"seq": e.seq, "at": e.at.local(zone), "actor": name(&e.actor), "verb": e.verb, "done": done(&e.verb), "object_id": e.object,
            "object": name(&e.object), "detail": plain(&e.detail)})
    };
    let suffix = object.as_ref().map(|o| format!("object={o}&")).unwrap_or_default();
    let page = json!({
        "entries": list.items.iter().map(line).collect::<Vec<_>>(),
        "object": object,
        "verified": verified,
        "time_zone": zone,
        "next": list.next_cursor.map(|c| format!("/audit?{suffix}cursor={c}")),
        "previous": if first { None } else { Some(format!("/audit?{}", suffix.trim_end_matches('&'))) },
    });
    ctx.page("people/audit", &ctx.t("people-audit-title"), page).await
}
