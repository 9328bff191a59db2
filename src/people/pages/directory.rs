//! The pages about accounts of others: list, invitation, one account with its roles; and the audit.

use actix_web::{HttpResponse, web};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::forms::languages;
use crate::ground::ids::{GrantId, PersonId};
use crate::ground::{Error, Result};
use crate::people::account::UNNAMED;
use crate::people::actions::{self, Outcome, PersonInvite, PersonUpdate};
use crate::people::call::Call;
use crate::people::caller::{Again, Ctx, Sent};
use crate::people::identity::{PersonState, Role, ScopeKind, Target};
use crate::people::policy::{self, UseCase};
use crate::people::views::{GrantInput, PersonView};
use crate::store::audit::WITHHELD;
use crate::web::failure::Failure;
use crate::web::finding::narrow;
use crate::web::form::{Form, RawForm};
use crate::web::names::ZONES;
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
    r.post("/people/{person_id}/second-factor/reset", UseCase::second_factor_reset, second_factor_reset);
    r.post("/people/{person_id}/invite", UseCase::person_invite, person_invite_again);
    r.post("/people/{person_id}/grants", UseCase::grant_add, grant_add);
    r.post("/people/{person_id}/grants/{grant_id}/remove", UseCase::grant_remove, grant_remove);
    r.get("/audit", UseCase::audit_list, audit_page);
}

fn word(ctx: &Ctx, kind: &str, word: &str) -> String {
    ctx.t(&format!("people-{kind}-{}", word.replace('_', "-")))
}

pub fn scope_label(ctx: &Ctx, kind: ScopeKind, name: &str) -> String {
    let key = format!("people-scope-{kind}");
    ctx.service.pages.texts().with(&ctx.language, &key, &[("name", name)])
}

/// A person's grants for people to read.
pub fn grant_lines(ctx: &Ctx, person: &PersonView) -> Vec<Value> {
    let line = |g: &crate::people::views::GrantView| json!({"id": g.id, "role": word(ctx, "role", g.role.as_str()), "scope": scope_label(ctx, g.scope_kind, &g.scope_name)});
    person.grants.iter().map(line).collect()
}

/// What has become of an account, in a word.
fn state_word(ctx: &Ctx, person: &PersonView) -> String {
    if person.erased_at.is_some() { ctx.t("people-state-erased") } else { word(ctx, "state", person.state.as_str()) }
}

/// Whether name and address of an erased account are gone, too.
fn is_unnamed(person: &PersonView) -> bool {
    person.erased_at.is_some() && person.email.domain() == UNNAMED
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
        json!({"id": p.id, "name": p.name, "email": (!is_unnamed(p)).then_some(&p.email), "roles": roles, "state": state_word(&ctx, p), "tone": tone(p.state)})
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

async fn invite_page(ctx: Ctx) -> Answer {
    let zone = ctx.run(|call| call.reach(UseCase::person_invite).map(|_| call.caller.zone())).await?;
    // A link may have chosen role and scope already.
    let asked = |name| query_value(&ctx.request, name).unwrap_or_default();
    let begin = json!({
        "language": crate::web::texts::nearest(&ctx.language), "time_zone": zone, "role": asked("role"), "scope": asked("scope"),
    });
    invite_form(&ctx, Again::fresh(begin)).await
}

async fn invite_form(ctx: &Ctx, again: Again) -> Answer {
    let offer = ctx.run(offer).await?;
    let mut page = json!({"languages": languages(&again.values), "zones": ZONES});
    offered(ctx, &offer, &mut page);
    narrow(&mut page, "scopes", "scope", &again.values);
    ctx.form_page("people/new", &ctx.t("people-invite-title"), again.renamed(FIELDS), page).await
}

async fn person_invite(ctx: Ctx, form: RawForm) -> Answer {
    let invite = |call: &Call<'_>, form: &Form| {
        let text = |name: &str| form.get(name).to_owned();
        let mut input = PersonInvite {
            email: form.get("email").into(),
            name: text("name"),
            language: form.get("language").into(),
            time_zone: form.get("time_zone").into(),
            grants: Vec::new(),
        };
        match chosen(form) {
            Ok(grant) => input.grants.extend(grant),
            // People see everything that is wrong at once.
            Err(Error::Invalid(fields)) => return Err(actions::invite_errors(&input, fields)),
            Err(other) => return Err(other),
        }
        actions::person_invite(call, &input)
    };
    match ctx.submit(form, invite).await? {
        Sent::Done(done) => {
            let key = match done.outcome {
                Outcome::New => "people-invited",
                Outcome::Again => "people-invited-again",
                Outcome::Known => "people-had-account",
                Outcome::Untold => "people-invited-untold",
            };
            let said = ctx.service.pages.texts().with(&ctx.language, key, &[("name", &done.person.name)]);
            Ok(ctx.redirect(&format!("/people/{}", done.person.id), "success", &said))
        }
        Sent::Again(again) => invite_form(&ctx, again).await,
    }
}

async fn person_page(ctx: Ctx, id: web::Path<PersonId>) -> Answer {
    person_form(&ctx, &id, Again::fresh(json!({}))).await
}

/// Everything on the page of a person: several forms, each with what is stored or what was typed.
async fn person_form(ctx: &Ctx, id: &PersonId, again: Again) -> Answer {
    let asked = id.clone();
    let (person, offer, may_update, may_erase, factor, zone) = ctx
        .run(move |call| {
            let person = actions::person_read(call, &asked)?;
            let may_give = policy::somewhere(&call.caller, UseCase::grant_add);
            let offer = if may_give { offer(call)? } else { Offer::default() };
            let may_update = call.may(UseCase::person_update, &Target::owned_by(&asked));
            let may_reset = call.may(UseCase::second_factor_reset, &Target::owned_by(&asked));
            let own = policy::owns(&call.caller, &asked);
            let factor = may_reset && !own && actions::second_factor_there(call, &asked)?;
            let open = person.erased_at.is_none();
            let may_erase = open && call.may(UseCase::person_erase, &Target::owned_by(&asked));
            Ok((person, offer, may_update && open, may_erase, factor, call.caller.zone()))
        })
        .await?;
    let state = if person.state == PersonState::Disabled { "disabled" } else { "active" };
    let again = again.over(json!({
        "name": person.name, "version": person.version.to_string(), "language": person.language, "time_zone": person.time_zone, "state": state,
    }));
    let mut page = json!({
        "id": person.id, "name": person.name, "email": person.email, "since": person.created_at.local(zone),
        "languages": languages(&again.values), "zones": ZONES,
        "state": state_word(ctx, &person), "tone": tone(person.state),
        "invited": person.state == PersonState::Invited, "disabled": person.state == PersonState::Disabled,
        "states": [
            {"value": "active", "label": ctx.t("people-state-open"), "hint": ctx.t("people-state-open-hint")},
            {"value": "disabled", "label": ctx.t("people-state-disabled"), "hint": ctx.t("people-state-disabled-hint")},
        ],
        "grants": grant_lines(ctx, &person),
        "erased": person.erased_at.map(|at| at.local(zone)), "unnamed": is_unnamed(&person),
        "may_update": may_update, "may_erase": may_erase, "second_factor": factor, "may_give": !offer.scopes.is_empty(),
    });
    offered(ctx, &offer, &mut page);
    narrow(&mut page, "scopes", "scope", &again.values);
    ctx.form_page("people/person", &person.name, again.renamed(FIELDS), page).await
}

/// What came of one of the person's forms: their page, with a sentence or with what is wrong.
async fn person_done<T>(ctx: &Ctx, id: &PersonId, sent: Sent<T>, said: impl FnOnce(T) -> String) -> Answer {
    match sent {
        Sent::Done(value) => Ok(ctx.redirect(&format!("/people/{id}"), "success", &said(value))),
        Sent::Again(again) => person_form(ctx, id, again).await,
    }
}

async fn person_update(ctx: Ctx, id: web::Path<PersonId>, form: RawForm) -> Answer {
    let person = id.clone();
    let sent = ctx.submit(form, move |call, form| {
        let state = form.get("state").parse().map_err(|_| Error::field("state", "unknown_choice"))?;
        let text = |name: &str| form.get(name).to_owned();
        let input = PersonUpdate { name: text("name"), language: form.get("language").into(), time_zone: form.get("time_zone").into(), state };
        actions::person_update(call, &person, form.get("version").parse().unwrap_or(0), &input)
    });
    person_done(&ctx, &id, sent.await?, |_| ctx.t("people-saved")).await
}

async fn person_invite_again(ctx: Ctx, id: web::Path<PersonId>, form: RawForm) -> Answer {
    let person = id.clone();
    let sent = ctx.submit(form, move |call, _| actions::person_invite_again(call, &person)).await?;
    person_done(&ctx, &id, sent, |view| ctx.service.pages.texts().with(&ctx.language, "people-invited-again", &[("name", &view.name)])).await
}

async fn second_factor_reset(ctx: Ctx, id: web::Path<PersonId>, form: RawForm) -> Answer {
    let person = id.clone();
    let sent = ctx.submit(form, move |call, _| actions::second_factor_reset(call, &person)).await?;
    person_done(&ctx, &id, sent, |_| ctx.t("second-reset-done")).await
}

async fn grant_add(ctx: Ctx, id: web::Path<PersonId>, form: RawForm) -> Answer {
    let person = id.clone();
    let sent = ctx.submit(form, move |call, form| {
        let input = chosen(form)?.ok_or_else(|| Error::field("role", "required"))?;
        actions::grant_add(call, &person, &input)
    });
    person_done(&ctx, &id, sent.await?, |_| ctx.t("people-grant-added")).await
}

async fn grant_remove(ctx: Ctx, ids: web::Path<(PersonId, GrantId)>, form: RawForm) -> Answer {
    let (person, grant) = ids.into_inner();
    let id = person.clone();
    let sent = ctx.submit(form, move |call, _| {
        actions::grant_remove(call, &id, &grant)?;
        // Whoever takes the last role in the own scope away no longer sees the person.
        Ok(actions::person_read(call, &id).is_ok())
    });
    match sent.await? {
        Sent::Done(false) => Ok(ctx.redirect("/people", "success", &ctx.t("people-grant-removed"))),
        sent => person_done(&ctx, &person, sent, |_| ctx.t("people-grant-removed")).await,
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
    let (list, verified, zone, people, programs) = ctx
        .run(move |call| {
            let list = actions::audit_list(call, asked.as_deref(), &query.at()?)?;
            let verified = if verify { Some(actions::audit_verify(call)?) } else { None };
            let owner = |actor: &str| actor.rsplit(':').next().unwrap_or_default().to_owned();
            let ids: Vec<String> = list.items.iter().flat_map(|e| [owner(&e.actor), e.object.clone()]).collect();
            let people = actions::people_named(call, ids.iter().map(String::as_str))?;
            let programs = actions::programs_named(call, list.items.iter().map(|e| e.actor.as_str()))?;
            Ok((list, verified, call.caller.zone(), people, programs))
        })
        .await?;
    let texts = ctx.service.pages.texts();
    let name = |id: &str| match id {
        "stoa" => ctx.t("people-audit-stoa"),
        "anonymous" => ctx.t("people-audit-anonymous"),
        WITHHELD => ctx.t("people-audit-withheld"),
        id if id.starts_with("capability:") => ctx.t("people-audit-link"),
        id if id.starts_with("program:") => {
            let Some((_, program, person)) = programs.iter().find(|(actor, ..)| actor == id) else { return id.to_owned() };
            let person = people.get(person.as_str()).map_or(person.as_str(), String::as_str);
            texts.with(&ctx.language, "people-audit-program", &[("program", program), ("person", person)])
        }
        id => people.get(id).cloned().unwrap_or_else(|| id.to_owned()),
    };
    // A verb without words, of an older version perhaps, stands for itself.
    let done = |verb: &str| texts.find(&ctx.language, &format!("people-verb-{}", verb.replace('_', "-")), &FluentArgs::new());
    let line = |e: &crate::store::audit::AuditEntry| {
        // Of what is withheld only its day is told.
        let at = if e.is_withheld() { e.at.date().to_string() } else { e.at.local(zone) };
        let object_id = Some(&e.object).filter(|_| !e.is_withheld());
        json!({"seq": e.seq, "at": at, "actor": name(&e.actor), "verb": e.verb, "done": done(&e.verb), "object_id": object_id,
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
