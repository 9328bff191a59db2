//! The pages of cities and rounds. Where a round stands is shown by `results`, which sees all rooms.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::actions::{self, CityInput, CityView, ParticipationInput, RoundInput};
use crate::framework::store::FrameworkRow;
use crate::ground::digits;
use crate::ground::ids::{CityId, ParticipationId, RoundId};
use crate::ground::problems::ALREADY_EXISTS;
use crate::ground::{Error, Language, Result as Outcome, Text, Zone};
use crate::people::call::Call;
use crate::people::caller::{Again, Ctx, Sent};
use crate::people::identity::Target;
use crate::people::policy::UseCase;
use crate::web::failure::Failure;
use crate::web::form::{Form, RawForm};
use crate::web::names;
use crate::web::paging::PageQuery;
use crate::web::routes::Routes;

type Answer = Result<HttpResponse, Failure>;

pub fn routes(r: &mut Routes) {
    r.get("/rounds", UseCase::round_list, round_list);
    r.get("/rounds/new", UseCase::round_create, round_new);
    r.post("/rounds", UseCase::round_create, round_create);
    r.get("/rounds/{round_id}/edit", UseCase::round_update, round_edit);
    r.post("/rounds/{round_id}/edit", UseCase::round_update, round_update);
    r.post("/rounds/{round_id}/open", UseCase::round_open, round_open);
    r.post("/rounds/{round_id}/close", UseCase::round_close, round_close);
    r.post("/rounds/{round_id}/participations", UseCase::participation_add, participation_add);
    r.post("/participations/{participation_id}/remove", UseCase::participation_remove, participation_remove);
    r.get("/cities", UseCase::city_list, city_list);
    r.get("/cities/new", UseCase::city_create, city_new);
    r.post("/cities", UseCase::city_create, city_create);
    r.get("/cities/{city_id}", UseCase::city_update, city_edit);
    r.post("/cities/{city_id}", UseCase::city_update, city_update);
}

async fn round_list(ctx: Ctx, query: web::Query<PageQuery>) -> Answer {
    let (mut page, next) = ctx
        .run(move |call| {
            let list = actions::round_list(call, &query.at()?)?;
            let dates: Vec<Value> = list
                .items
                .iter()
                .map(|r| {
                    let due = |at: crate::ground::UtcTime| at.deadline(r.time_zone, call.caller.time_zone);
                    let may_read = call.may(UseCase::round_funnel, &Target::of_round(&r.id));
                    json!({"round": r, "may_read": may_read, "report_due": due(r.report_due_at), "review_due": due(r.review_due_at)})
                })
                .collect();
            let may_create = call.may(UseCase::round_create, &Target::instance());
            Ok((json!({"rounds": dates, "may_create": may_create}), list.next_cursor))
        })
        .await?;
    page["next"] = json!(next.map(|c| format!("?cursor={c}")));
    ctx.page("rounds/rounds", &ctx.t("rounds-title"), page).await
}

async fn round_new(ctx: Ctx) -> Answer {
    round_form(&ctx, None, Again::fresh(json!({"time_zone": Zone::UTC, "experts_per_report": "2"}))).await
}

/// The form for a new round or a change, with what was typed and what is wrong with it.
async fn round_form(ctx: &Ctx, id: Option<RoundId>, mut again: Again) -> Answer {
    let wanted = id.clone();
    let frameworks = ctx.run(move |call| actions::round_choices(call, wanted.as_ref())).await?;
    if let ([only], "") = (frameworks.as_slice(), again.values["framework_id"].as_str().unwrap_or("")) {
        again.values["framework_id"] = json!(only.id);
    }
    let option = |f: &FrameworkRow| json!({"value": f.id, "label": format!("{} ({})", f.name, f.version_label)});
    let title = ctx.t(if id.is_some() { "rounds-edit-title" } else { "rounds-new-title" });
    let page = json!({"id": id, "frameworks": frameworks.iter().map(option).collect::<Vec<_>>(), "zones": names::ZONES});
    ctx.form_page("rounds/round_form", &title, again, page).await
}

async fn round_create(ctx: Ctx, form: RawForm) -> Answer {
    let create = |call: &Call<'_>, form: &Form| actions::round_create(call, &form.read::<RoundInput>()?);
    match ctx.submit_once(form, create, |view| format!("/rounds/{}", view.id)).await? {
        Sent::Done(address) => Ok(ctx.redirect(&address, "success", &ctx.t("rounds-created"))),
        Sent::Again(again) => round_form(&ctx, None, again).await,
    }
}

async fn round_edit(ctx: Ctx, id: web::Path<RoundId>) -> Answer {
    let id = id.into_inner();
    let wanted = id.clone();
    let round = ctx.run(move |call| actions::round_read(call, &wanted)).await?;
    let day = |at: crate::ground::UtcTime| at.local_date(round.time_zone).to_string();
    let values = json!({
        "name": round.name, "year": round.year.to_string(), "framework_id": round.framework_id, "time_zone": round.time_zone,
        "rubric_id": round.rubric_id, "report_due_on": day(round.report_due_at), "review_due_on": day(round.review_due_at),
        "experts_per_report": round.experts_per_report.to_string(), "version": round.version.to_string(),
    });
    round_form(&ctx, Some(id), Again::fresh(values)).await
}

async fn round_update(ctx: Ctx, id: web::Path<RoundId>, form: RawForm) -> Answer {
    let id = id.into_inner();
    let target = id.clone();
    let sent = ctx.submit(form, move |call, form| {
        let (version, rest) = versioned(form)?;
        actions::round_update(call, &target, version, &rest.read::<RoundInput>()?)
    });
    match sent.await? {
        Sent::Done(view) => Ok(ctx.redirect(&format!("/rounds/{}", view.id), "success", &ctx.t("rounds-saved"))),
        Sent::Again(again) => round_form(&ctx, Some(id), again).await,
    }
}

/// Takes the hidden `version` out of a form.
fn versioned(form: &Form) -> Outcome<(i32, Form)> {
    let version = form.get("version").parse().map_err(|_| Error::field("version", "required"))?;
    Ok((version, form.without("version")))
}

async fn round_open(ctx: Ctx, id: web::Path<RoundId>, form: RawForm) -> Answer {
    ctx.accept(form)?;
    let view = ctx.run(move |call| actions::round_open(call, &id)).await?;
    Ok(ctx.redirect(&format!("/rounds/{}", view.id), "success", &ctx.t("rounds-opened")))
}

async fn round_close(ctx: Ctx, id: web::Path<RoundId>, form: RawForm) -> Answer {
    ctx.accept(form)?;
    let view = ctx.run(move |call| actions::round_close(call, &id)).await?;
    Ok(ctx.redirect(&format!("/rounds/{}", view.id), "success", &ctx.t("rounds-closed")))
}

async fn participation_add(ctx: Ctx, id: web::Path<RoundId>, form: RawForm) -> Answer {
    let form = ctx.accept(form)?;
    let id = id.into_inner();
    let back = format!("/rounds/{id}");
    match ctx.run(move |call| actions::participation_add(call, &id, &form.read::<ParticipationInput>()?)).await {
        Ok(_) => Ok(ctx.redirect(&back, "success", &ctx.t("rounds-city-added"))),
        Err(Failure { error: Error::Conflict(ALREADY_EXISTS), .. }) => Ok(ctx.redirect(&back, "warning", &ctx.t("rounds-city-there"))),
        Err(Failure { error: Error::Invalid(_), .. }) => Ok(ctx.redirect(&back, "warning", &ctx.t("rounds-city-choose"))),
        Err(other) => Err(other),
    }
}

async fn participation_remove(ctx: Ctx, id: web::Path<ParticipationId>, form: RawForm) -> Answer {
    ctx.accept(form)?;
    let round = ctx.run(move |call| actions::participation_remove(call, &id)).await?;
    Ok(ctx.redirect(&format!("/rounds/{round}"), "success", &ctx.t("rounds-city-removed")))
}

async fn city_list(ctx: Ctx, query: web::Query<PageQuery>) -> Answer {
    let page = ctx
        .run(move |call| {
            let list = actions::city_list(call, &query.at()?)?;
            let may_create = call.may(UseCase::city_create, &Target::instance());
            let texts = call.service.pages.texts();
            let named = |city: &CityView| {
                let country = names::of_countries(texts, &call.language, std::slice::from_ref(&city.country));
                let language = names::of_languages(texts, &call.language, std::slice::from_ref(&city.language));
                json!({"city": city, "country": country, "language": language})
            };
            let cities: Vec<Value> = list.items.iter().map(named).collect();
            Ok(json!({"cities": cities, "next": list.next_cursor.map(|c| format!("?cursor={c}")), "may_create": may_create}))
        })
        .await?;
    ctx.page("rounds/cities", &ctx.t("rounds-cities-title"), page).await
}

async fn city_new(ctx: Ctx) -> Answer {
    ctx.run(|call| call.allow(UseCase::city_create).map(drop)).await?;
    city_form(&ctx, None, Again::fresh(json!({"language": "en", "time_zone": Zone::UTC}))).await
}

async fn city_form(ctx: &Ctx, id: Option<CityId>, again: Again) -> Answer {
    let title = ctx.t(if id.is_some() { "rounds-city-edit-title" } else { "rounds-city-new-title" });
    let page = json!({"id": id, "countries": names::COUNTRIES, "languages": names::LANGUAGES, "zones": names::ZONES});
    ctx.form_page("rounds/city_form", &title, again, page).await
}

/// The form has two names: in the city's language and in English.
fn city_input(form: &Form) -> Outcome<CityInput> {
    let language = form.get("language").trim();
    let mut name = Text::default();
    // Where the language is wrong, that is said at its own field.
    name.set(language.parse().unwrap_or(Language::ENGLISH), form.get("name"));
    if !form.get("name_en").trim().is_empty() {
        name.set(Language::ENGLISH, form.get("name_en"));
    }
    let population = match digits::ascii(form.get("population").trim()).replace([' ', ',', '\u{66c}', '\u{a0}', '\u{202f}'], "") {
        empty if empty.is_empty() => None,
        typed => Some(typed.parse().map_err(|_| Error::field("population", "not_an_integer"))?),
    };
    Ok(CityInput {
        slug: form.get("slug").to_owned(),
        name,
        country: form.get("country").into(),
        language: language.into(),
        time_zone: form.get("time_zone").into(),
        population,
    })
}

async fn city_create(ctx: Ctx, form: RawForm) -> Answer {
    let create = |call: &Call<'_>, form: &Form| actions::city_create(call, &city_input(form)?);
    match ctx.submit_once(form, create, |_| "/cities".to_owned()).await? {
        Sent::Done(address) => Ok(ctx.redirect(&address, "success", &ctx.t("rounds-city-created"))),
        Sent::Again(again) => city_form(&ctx, None, again).await,
    }
}

async fn city_edit(ctx: Ctx, id: web::Path<CityId>) -> Answer {
    let id = id.into_inner();
    let wanted = id.clone();
    let city = ctx.run(move |call| actions::city_to_change(call, &wanted)).await?;
    let values = json!({
        "slug": city.slug, "name": city.name.get(&city.language), "name_en": city.name.get(&Language::ENGLISH), "country": city.country,
        "language": city.language, "time_zone": city.time_zone, "population": city.population.map(|p| p.to_string()), "version": city.version.to_string(),
    });
    city_form(&ctx, Some(id), Again::fresh(values)).await
}

async fn city_update(ctx: Ctx, id: web::Path<CityId>, form: RawForm) -> Answer {
    let id = id.into_inner();
    let target = id.clone();
    let sent = ctx.submit(form, move |call, form| {
        let (version, rest) = versioned(form)?;
        actions::city_update(call, &target, version, &city_input(&rest)?)
    });
    match sent.await? {
        Sent::Done(_) => Ok(ctx.redirect("/cities", "success", &ctx.t("rounds-city-saved"))),
        Sent::Again(again) => city_form(&ctx, Some(id), again).await,
    }
}
