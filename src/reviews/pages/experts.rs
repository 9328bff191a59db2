//! Pages of experts: the list, one expert, their conflicts of interest.

use super::{Answer, Ctx, RawForm, Routes, StatusCode, by_field, local, problems, split, web, word};
use crate::ground::digits;
use crate::ground::error::FieldError;
use crate::ground::given::Readable;
use crate::ground::ids::PersonId;
use crate::ground::{Error, Given, Language, Text};
use crate::people::policy::UseCase;
use crate::reviews::actions::{self, ConflictDeclare, ConflictDismiss, ConflictView, ExpertAdd, ExpertView};
use crate::reviews::conflict::{ConflictKind, ConflictSource, ConflictState};
use crate::reviews::expert::ExpertInput;
use crate::web::form::Form;
use crate::web::names;
use crate::web::paging::PageQuery;
use crate::web::texts::Texts;
use serde_json::{Value, json};

pub fn routes(r: &mut Routes) {
    r.get("/experts", UseCase::expert_list, expert_list);
    r.post("/experts", UseCase::expert_add, expert_add);
    r.get("/experts/{person_id}", UseCase::expert_read, expert_read);
    r.post("/experts/{person_id}", UseCase::expert_save, expert_save);
    r.post("/experts/{person_id}/conflicts", UseCase::conflict_declare, conflict_declare);
    r.post("/experts/{person_id}/conflicts/dismiss", UseCase::conflict_dismiss, conflict_dismiss);
}

fn options(ctx: &Ctx, list: &[(String, Text)], chosen: &[String]) -> Vec<Value> {
    list.iter().map(|(code, label)| json!({"value": code, "label": local(ctx, label), "checked": chosen.contains(code)})).collect()
}

/// A whole number typed into a form.
fn number(form: &Form, field: &str) -> Result<i32, FieldError> {
    digits::whole(form.get(field)).ok_or_else(|| FieldError::new(field, "not_an_integer"))
}

/// What was chosen in the fields of one name.
fn several<T: Readable>(form: &Form, field: &str) -> Vec<Given<T>> {
    form.all(field).iter().flat_map(|one| split(one)).map(|one| one.as_str().into()).collect()
}

/// The fields to choose languages and countries in: those chosen, and room for two more.
fn choices(ctx: &Ctx, typed: &Value) -> Value {
    let texts = ctx.service.pages.texts();
    let fields = |field: &str, options: fn(&Texts, &Language, &str) -> Value| -> Vec<Value> {
        let chosen: Vec<String> = match &typed[field] {
            Value::Array(list) => list.iter().filter_map(Value::as_str).flat_map(split).collect(),
            one => split(one.as_str().unwrap_or("")),
        };
        let fields = chosen.iter().map(String::as_str).chain(["", ""]).zip(1..);
        fields.map(|(code, number): (_, usize)| json!({"number": number, "value": code, "options": options(texts, &ctx.language, code)})).collect()
    };
    json!({"languages": fields("languages", names::languages), "countries": fields("countries", names::countries)})
}

fn facts(form: &Form, load_max: i32) -> ExpertInput {
    ExpertInput {
        languages: several(form, "languages"),
        countries: several(form, "countries"),
        areas: form.all("areas"),
        load_max,
        affiliation: form.get("affiliation").to_owned(),
    }
}

async fn expert_list(ctx: Ctx, query: web::Query<PageQuery>) -> Answer {
    let at = query.at().map_err(|e| ctx.fail(e))?;
    list_page(ctx, at, Vec::new(), &json!({"load_max": "4"}), &[], StatusCode::OK).await
}

async fn list_page(ctx: Ctx, at: crate::web::paging::PageAt, errors: Vec<Value>, typed: &Value, areas: &[String], status: StatusCode) -> Answer {
    let (listing, context) = ctx.run(move |call| Ok((actions::expert_list(call, &at)?, actions::expert_context(call)?))).await?;
    let named = |codes: &[String]| -> Vec<String> {
        codes.iter().map(|c| context.areas.iter().find(|(code, _)| code == c).map_or_else(|| c.clone(), |(_, label)| local(&ctx, label))).collect()
    };
    let texts = ctx.service.pages.texts();
    let experts: Vec<Value> = listing
        .items
        .iter()
        .map(|e| {
            json!({
                "href": format!("/experts/{}", e.person_id), "name": e.name, "email": e.email,
                "languages": names::of_languages(texts, &ctx.language, &e.languages),
                "countries": names::of_countries(texts, &ctx.language, &e.countries), "areas": named(&e.areas).join("; "), "load_max": e.load_max, "affiliation": e.affiliation,
            })
        })
        .collect();
    let page = json!({
        "experts": experts,
        "next": listing.next_cursor.map(|c| format!("?cursor={c}")),
        "areas": options(&ctx, &context.areas, areas),
        "choices": choices(&ctx, typed),
        "typed": typed,
        "error": by_field(&errors),
        "errors": errors,
    });
    ctx.page_with_status(status, "reviews/experts", &ctx.t("reviews-experts-title"), page).await
}

async fn expert_add(ctx: Ctx, form: RawForm) -> Answer {
    let form = ctx.accept(form)?;
    let load = number(&form, "load_max");
    let bad_load = load.clone().err();
    let known = facts(&form, load.unwrap_or(0));
    let input = ExpertAdd {
        email: form.get("email").into(),
        name: form.get("name").to_owned(),
        language: None,
        languages: known.languages,
        countries: known.countries,
        areas: known.areas,
        load_max: known.load_max,
        affiliation: known.affiliation,
    };
    let done = match bad_load {
        Some(field) => Err(ctx.fail(Error::Invalid(vec![field]))),
        None => ctx.run(move |call| actions::expert_add(call, &input)).await,
    };
    match done {
        Ok(view) => Ok(ctx.redirect(&format!("/experts/{}", view.person_id), "success", &ctx.t("reviews-expert-added"))),
        Err(failure) => {
            let failure = if failure.error.code() == "already_exists" { ctx.fail(Error::field("email", "already_exists_here")) } else { failure };
            let Some(errors) = problems(&ctx, &failure) else { return Err(failure) };
            let at = PageQuery::default().at().map_err(|e| ctx.fail(e))?;
            list_page(ctx, at, errors, &form.values(), &form.all("areas"), StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn expert_read(ctx: Ctx, id: web::Path<PersonId>) -> Answer {
    expert_page(ctx, id.into_inner(), None, Vec::new(), StatusCode::OK).await
}

/// The page of one expert; `typed` is a form that comes back with `errors`. With 412 what is stored
/// meanwhile is shown beside it.
async fn expert_page(ctx: Ctx, id: PersonId, typed: Option<Form>, errors: Vec<Value>, status: StatusCode) -> Answer {
    let (expert, conflicts, context) =
        ctx.run(move |call| Ok((actions::expert_read(call, &id)?, actions::conflict_list(call, &id)?, actions::expert_context(call)?))).await?;
    let stale = status == StatusCode::PRECONDITION_FAILED;
    let about = typed.as_ref().filter(|f| f.has("languages"));
    let chosen = about.map_or_else(|| expert.areas.clone(), |f| f.all("areas"));
    let named = |code: &String| context.areas.iter().find(|(c, _)| c == code).map_or_else(|| code.clone(), |(_, label)| local(&ctx, label));
    let mut stored = values(&expert);
    stored["areas"] = json!(expert.areas.iter().map(named).collect::<Vec<_>>().join("; "));
    let mut values = about.map_or_else(|| stored.clone(), Form::values);
    let choices = choices(&ctx, &values);
    let texts = ctx.service.pages.texts();
    stored["languages"] = json!(names::of_languages(texts, &ctx.language, &expert.languages));
    stored["countries"] = json!(names::of_countries(texts, &ctx.language, &expert.countries));
    if stale {
        // The next save is made knowing what is stored, so it carries the stored version.
        values["version"] = json!(expert.version);
    }
    // A dismissal says which conflict it is about; its reason comes back there.
    let dismissing = typed.as_ref().filter(|f| f.has("reason"));
    let mut errors = errors;
    for error in errors.iter_mut().filter(|e| e["field"] == "reason") {
        error["field"] = json!(dismissing.map(reason_id));
    }
    let kinds: Vec<Value> = ConflictKind::ALL.iter().map(|k| json!({"value": k, "label": word(&ctx, "conflict", k.as_str())})).collect();
    let cities: Vec<Value> = context.cities.iter().map(|(id, name)| json!({"value": id, "label": local(&ctx, name)})).collect();
    let page = json!({
        "expert": {"name": expert.name, "email": expert.email, "href": format!("/experts/{}", expert.person_id)},
        "typed": values,
        "choices": choices,
        "areas": options(&ctx, &context.areas, &chosen),
        "stored": stale.then_some(stored),
        "conflicts": conflicts.iter().map(|c| conflict(&ctx, c, dismissing, &errors)).collect::<Vec<_>>(),
        "kinds": kinds,
        "cities": cities,
        "declaring": typed.as_ref().filter(|f| f.has("city_id") && !f.has("reason")).map(Form::values),
        "error": by_field(&errors),
        "errors": errors,
        "crumbs": [{"href": "/experts", "label": ctx.t("reviews-experts-title")}],
    });
    let title = expert.name.clone();
    ctx.page_with_status(status, "reviews/expert", &title, page).await
}

fn values(e: &ExpertView) -> Value {
    json!({
        "languages": e.languages, "countries": e.countries, "load_max": e.load_max.to_string(),
        "affiliation": e.affiliation, "version": e.version,
    })
}

/// The id of the field for the reason of one dismissal, as the page makes it.
fn reason_id(form: &Form) -> String {
    format!("reason-{}-{}", form.get("city_id"), form.get("kind")).replace('_', "-")
}

fn conflict(ctx: &Ctx, c: &ConflictView, dismissing: Option<&Form>, errors: &[Value]) -> Value {
    let active = c.state == ConflictState::Active;
    let typed = dismissing.filter(|f| f.get("city_id") == c.city_id.as_str() && f.get("kind") == c.kind.as_str());
    let why = typed.and_then(|f| errors.iter().find(|e| e["field"] == reason_id(f))).map(|e| &e["text"]);
    json!({
        "city": local(ctx, &c.city), "city_id": c.city_id, "kind": c.kind, "kind_label": word(ctx, "conflict", c.kind.as_str()),
        "source": word(ctx, "source", c.source.as_str()), "active": active, "state": word(ctx, "conflict-state", c.state.as_str()), "note": c.note,
        "dismissing": typed.is_some(), "reason": typed.map(|f| f.get("reason")), "error": why,
        "can_dismiss": active && c.source != ConflictSource::Declared,
    })
}

async fn expert_save(ctx: Ctx, id: web::Path<PersonId>, form: RawForm) -> Answer {
    let form = ctx.accept(form)?;
    let id = id.into_inner();
    let done = match (number(&form, "load_max"), number(&form, "version")) {
        (Ok(load), Ok(version)) => {
            let (id, input) = (id.clone(), facts(&form, load));
            ctx.run(move |call| actions::expert_save(call, &id, version, input)).await
        }
        (load, version) => Err(ctx.fail(Error::Invalid([load.err(), version.err()].into_iter().flatten().collect()))),
    };
    answer(ctx, id, form, done.map(|_| ()), "reviews-expert-saved").await
}

/// Back to the expert's page, with success or with what was typed.
async fn answer(ctx: Ctx, id: PersonId, form: Form, done: Result<(), crate::web::failure::Failure>, text: &str) -> Answer {
    match done {
        Ok(()) => Ok(ctx.redirect(&format!("/experts/{id}"), "success", &ctx.t(text))),
        Err(failure) => match (&failure.error, problems(&ctx, &failure)) {
            (Error::Stale { .. }, _) => {
                let errors = vec![json!({"field": "languages", "text": ctx.t("reviews-expert-stale")})];
                expert_page(ctx, id, Some(form), errors, StatusCode::PRECONDITION_FAILED).await
            }
            (_, Some(errors)) => expert_page(ctx, id, Some(form), errors, StatusCode::UNPROCESSABLE_ENTITY).await,
            _ => Err(failure.leading_to(&format!("/experts/{id}"))),
        },
    }
}

async fn conflict_declare(ctx: Ctx, id: web::Path<PersonId>, form: RawForm) -> Answer {
    let form = ctx.accept(form)?;
    let id = id.into_inner();
    let done = match form.read::<ConflictDeclare>() {
        Ok(input) => {
            let id = id.clone();
            ctx.run(move |call| actions::conflict_declare(call, &id, &input)).await.map(|_| ())
        }
        Err(e) => Err(ctx.fail(e)),
    };
    answer(ctx, id, form, done, "reviews-conflict-recorded").await
}

async fn conflict_dismiss(ctx: Ctx, id: web::Path<PersonId>, form: RawForm) -> Answer {
    let form = ctx.accept(form)?;
    let id = id.into_inner();
    let done = match form.read::<ConflictDismiss>() {
        Ok(input) => {
            let id = id.clone();
            ctx.run(move |call| actions::conflict_dismiss(call, &id, &input)).await
        }
        Err(e) => Err(ctx.fail(e)),
    };
    answer(ctx, id, form, done, "reviews-conflict-dismissed").await
}
