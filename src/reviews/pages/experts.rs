//! Pages of experts: the list, one expert, their conflicts of interest.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Again, Answer, Ctx, RawForm, Routes, Sent, is_conflict, is_stale, local, split, web, word};
use crate::ground::error::Checks;
use crate::ground::given::Readable;
use crate::ground::ids::{PersonId, RoundId};
use crate::ground::{Country, Email, Given, Language, Result};
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::reviews::actions::{self, ExpertAdd};
use crate::reviews::conflict::{ConflictKind, ConflictState};
use crate::reviews::expert::ExpertInput;
use crate::reviews::views::{ConflictView, ExpertContext, ExpertView};
use crate::web::finding::narrow;
use crate::web::form::Form;
use crate::web::names;
use crate::web::paging::{PageAt, PageQuery};

pub fn routes(r: &mut Routes) {
    r.get("/experts", UseCase::expert_list, expert_list);
    r.post("/experts", UseCase::expert_add, expert_add);
    r.get("/experts/{person_id}", UseCase::expert_read, expert_read);
    r.post("/experts/{person_id}", UseCase::expert_save, expert_save);
    r.post("/experts/{person_id}/conflicts", UseCase::conflict_declare, conflict_declare);
    r.post("/experts/{person_id}/conflicts/dismiss", UseCase::conflict_dismiss, conflict_dismiss);
}

/// What the forms about an expert send. One of languages or countries is a list of one.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    email: Given<Email>,
    name: String,
    languages: Vec<Given<Language>>,
    countries: Vec<Given<Country>>,
    areas: Vec<String>,
    load_max: Given<i32>,
    affiliation: String,
    round_id: Given<RoundId>,
    version: Given<i32>,
}

impl Typed {
    fn of(form: &Form) -> Result<Self> {
        let typed: Self = form.read()?;
        Ok(Self { languages: several(form, "languages"), countries: several(form, "countries"), ..typed })
    }

    fn added(form: &Form) -> Result<ExpertAdd> {
        let Self { email, name, languages, countries, areas, load_max, affiliation, round_id, .. } = Self::of(form)?;
        Ok(ExpertAdd { email, name, language: Given::Absent, languages, countries, areas, load_max, affiliation, round_id })
    }

    /// The facts, and the version that they were made from.
    fn saved(form: &Form) -> Result<(ExpertInput, i32)> {
        let Self { languages, countries, areas, load_max, affiliation, version, .. } = Self::of(form)?;
        let mut checks = Checks::new();
        let version = checks.given("version", &version);
        Ok((ExpertInput { languages, countries, areas, load_max, affiliation }, checks.complete(version)?))
    }
}

/// What was chosen in the fields of one name.
fn several<T: Readable>(form: &Form, field: &str) -> Vec<Given<T>> {
    form.all(field).iter().flat_map(|one| split(one)).map(|one| one.as_str().into()).collect()
}

/// The fields to choose languages and countries in: those chosen, and room for two more.
fn choices(typed: &Value) -> Value {
    let fields = |field: &str, list: &str| -> Vec<Value> {
        let chosen: Vec<String> = match &typed[field] {
            Value::Array(list) => list.iter().filter_map(Value::as_str).flat_map(split).collect(),
            one => split(one.as_str().unwrap_or("")),
        };
        let fields = chosen.iter().map(String::as_str).chain(["", ""]).zip(1..);
        fields.map(|(code, number): (_, usize)| json!({"number": number, "value": code, "options": list})).collect()
    };
    json!({"languages": fields("languages", names::LANGUAGES), "countries": fields("countries", names::COUNTRIES)})
}

/// Areas to choose from; ticked are those in `value`, as a form sends them.
fn areas(ctx: &Ctx, context: &ExpertContext, value: &Value) -> Vec<Value> {
    let chosen = |code: &str| *value == code || value.as_array().is_some_and(|list| list.iter().any(|v| v == code));
    context.areas.iter().map(|(code, label)| json!({"value": code, "label": local(ctx, label), "checked": chosen(code)})).collect()
}

/// The names of areas, for reading.
fn named(ctx: &Ctx, context: &ExpertContext, codes: &[String]) -> String {
    let label = |code: &String| context.areas.iter().find(|(c, _)| c == code).map(|(_, label)| local(ctx, label));
    codes.iter().map(|code| label(code).unwrap_or_else(|| code.clone())).collect::<Vec<_>>().join("; ")
}

async fn expert_list(ctx: Ctx, query: web::Query<PageQuery>) -> Answer {
    let at = query.at().map_err(|e| ctx.fail(e))?;
    list_page(&ctx, at, Again::fresh(json!({"load_max": "4"}))).await
}

async fn list_page(ctx: &Ctx, at: PageAt<PersonId>, again: Again) -> Answer {
    let (listing, context) = ctx.run(move |call| Ok((actions::expert_list(call, &at)?, actions::expert_context(call)?))).await?;
    let texts = ctx.service.pages.texts();
    let row = |e: &ExpertView| {
        json!({
            "href": format!("/experts/{}", e.person_id), "name": e.name, "email": e.email,
            "languages": names::of_languages(texts, &ctx.language, &e.languages),
            "countries": names::of_countries(texts, &ctx.language, &e.countries), "areas": named(ctx, &context, &e.areas), "load_max": e.load_max, "affiliation": e.affiliation,
        })
    };
    // Whoever runs one round has nothing to choose; whoever runs all may leave it at that.
    let everywhere = context.everywhere.then(|| json!({"value": "", "label": ctx.t("reviews-expert-everywhere")}));
    let rounds: Vec<Value> = everywhere.into_iter().chain(context.rounds.iter().map(|(id, name)| json!({"value": id, "label": name}))).collect();
    let mut page = json!({
        "experts": listing.items.iter().map(row).collect::<Vec<_>>(),
        "next": listing.next_cursor.map(|c| format!("?cursor={c}")),
        "areas": areas(ctx, &context, &again.values["areas"]),
        "choices": choices(&again.values),
        "rounds": if rounds.len() > 1 { json!(rounds) } else { json!(null) },
        "choose": !context.everywhere, "may_add": context.may_add,
    });
    narrow(&mut page, "rounds", "round_id", &again.values);
    ctx.form_page("reviews/experts", &ctx.t("reviews-experts-title"), again, page).await
}

async fn expert_add(ctx: Ctx, form: RawForm) -> Answer {
    match ctx.submit(form, |call, form| actions::expert_add(call, &Typed::added(form)?)).await? {
        Sent::Done(added) => {
            let text = if added.on_record { "reviews-expert-added-known" } else { "reviews-expert-added" };
            Ok(ctx.redirect(&format!("/experts/{}", added.person_id), "success", &ctx.t(text)))
        }
        Sent::Again(again) => list_page(&ctx, PageQuery::default().at().map_err(|e| ctx.fail(e))?, again).await,
    }
}

async fn expert_read(ctx: Ctx, id: web::Path<PersonId>) -> Answer {
    expert_page(&ctx, id.into_inner(), Again::fresh(json!({}))).await
}

/// The page of one expert with its three kinds of forms, one of which may come back. Where somebody
/// else was faster, what is stored meanwhile is shown beside the facts.
async fn expert_page(ctx: &Ctx, id: PersonId, again: Again) -> Answer {
    let (expert, conflicts, context) =
        ctx.run(move |call| Ok((actions::expert_read(call, &id)?, actions::conflict_list(call, &id)?, actions::expert_context(call)?))).await?;
    let sent = |field: &str| again.values.get(field).is_some();
    let stored = json!({
        "languages": expert.languages, "countries": expert.countries, "load_max": expert.load_max.to_string(), "affiliation": expert.affiliation, "version": expert.version, "areas": expert.areas,
    });
    let facts = if sent("languages") { again.values.clone() } else { stored.clone() };
    let dismissing = sent("reason").then(|| again.values.clone());
    let kinds: Vec<Value> = ConflictKind::ALL.iter().map(|k| json!({"value": k, "label": word(ctx, "conflict", k.as_str())})).collect();
    let cities: Vec<Value> = context.cities.iter().map(|(id, name)| json!({"value": id, "label": local(ctx, name)})).collect();
    let texts = ctx.service.pages.texts();
    let shown = json!({
        "languages": names::of_languages(texts, &ctx.language, &expert.languages),
        "countries": names::of_countries(texts, &ctx.language, &expert.countries), "load_max": stored["load_max"], "affiliation": stored["affiliation"],
        "areas": named(ctx, &context, &expert.areas),
    });
    let mut page = json!({
        "expert": {"name": expert.name, "email": expert.email, "href": format!("/experts/{}", expert.person_id)},
        "may_save": expert.may_save,
        "facts": facts,
        "areas": areas(ctx, &context, &facts["areas"]),
        "choices": choices(&facts),
        "stored": (is_stale(&again) || !expert.may_save).then_some(shown),
        "conflicts": conflicts.iter().map(|c| conflict(ctx, c, dismissing.as_ref())).collect::<Vec<_>>(),
        "kinds": kinds,
        "cities": cities,
        "declaring": (sent("note") && !sent("reason")).then(|| again.values.clone()),
        "crumbs": [{"href": "/experts", "label": ctx.t("reviews-experts-title")}],
    });
    narrow(&mut page, "cities", "city_id", if dismissing.is_some() { &Value::Null } else { &again.values });
    // A dismissal says which conflict it is about; what is wrong with it is shown there.
    let again = match dismissing {
        Some(about) => {
            let id = reason_id(&about["city_id"], &about["kind"], &about["round_id"]);
            again.renamed(&[("reason", &id)]).naming([(id, ctx.t("typed-reason"))])
        }
        None => again,
    };
    ctx.form_page("reviews/expert", &expert.name, again, page).await
}

/// The id of the field for the reason of one dismissal.
fn reason_id(city: &Value, kind: &Value, round: &Value) -> String {
    let part = |v: &Value| v.as_str().unwrap_or_default().replace('_', "-");
    format!("reason-{}-{}-{}", part(city), part(kind), part(round))
}

fn conflict(ctx: &Ctx, c: &ConflictView, dismissing: Option<&Value>) -> Value {
    let id = reason_id(&json!(c.city_id), &json!(c.kind), &json!(c.round_id));
    let typed = dismissing.filter(|about| reason_id(&about["city_id"], &about["kind"], &about["round_id"]) == id);
    json!({
        "id": id, "city": local(ctx, &c.city), "city_id": c.city_id, "kind": c.kind, "kind_label": word(ctx, "conflict", c.kind.as_str()),
        "round_id": c.round_id, "round": c.round,
        "source": word(ctx, "source", c.source.as_str()), "active": c.state == ConflictState::Active,
        "state": word(ctx, "conflict-state", c.state.as_str()), "note": c.note, "reason": typed.map(|about| about["reason"].clone()),
        "dismissing": typed.is_some(), "can_dismiss": c.may_dismiss,
    })
}

/// Back to the expert's page, with a sentence, or with the form.
async fn answer<T>(ctx: &Ctx, id: PersonId, sent: Sent<T>, text: &str) -> Answer {
    let home = format!("/experts/{id}");
    match sent {
        Sent::Done(_) => Ok(ctx.redirect(&home, "success", &ctx.t(text))),
        Sent::Again(again) if is_conflict(&again) => Err(again.failure(ctx, &home)),
        Sent::Again(again) => expert_page(ctx, id, again).await,
    }
}

async fn expert_save(ctx: Ctx, id: web::Path<PersonId>, form: RawForm) -> Answer {
    let person = id.clone();
    let save = move |call: &Call<'_>, form: &Form| {
        let (facts, version) = Typed::saved(form)?;
        actions::expert_save(call, &person, version, facts)
    };
    let sent = ctx.submit(form, save).await?;
    answer(&ctx, id.into_inner(), sent, "reviews-expert-saved").await
}

async fn conflict_declare(ctx: Ctx, id: web::Path<PersonId>, form: RawForm) -> Answer {
    let person = id.clone();
    let sent = ctx.submit(form, move |call, form| actions::conflict_declare(call, &person, &form.read()?)).await?;
    answer(&ctx, id.into_inner(), sent, "reviews-conflict-recorded").await
}

async fn conflict_dismiss(ctx: Ctx, id: web::Path<PersonId>, form: RawForm) -> Answer {
    let person = id.clone();
    let sent = ctx.submit(form, move |call, form| actions::conflict_dismiss(call, &person, &form.read()?)).await?;
    answer(&ctx, id.into_inner(), sent, "reviews-conflict-dismissed").await
}
