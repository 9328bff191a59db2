//! `/demo`: a door into every role. There only in the demo; elsewhere the address does not exist.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::people::{PASSWORD, PEOPLE, TOWNS, email};
use crate::ground::{Error, Result as Outcome};
use crate::people::call::{Call, Permit};
use crate::people::caller::Ctx;
use crate::people::identity::Caller;
use crate::people::policy::UseCase;
use crate::people::{sessions, store};
use crate::surveys::actions::survey_list;
use crate::web::failure::Failure;
use crate::web::form::RawForm;
use crate::web::paging::PageAt;
use crate::web::request::{self, SESSION_COOKIE};
use crate::web::routes::Routes;

type Answer = Result<HttpResponse, Failure>;

pub fn routes(r: &mut Routes) {
    r.get("/demo", UseCase::demo_enter, demo_read);
    r.post("/demo/{role}", UseCase::demo_enter, demo_enter);
}

/// Outside the demo there is nothing here.
fn only_in_demo<'c>(call: &'c Call<'_>) -> Outcome<Permit<'c>> {
    if call.service.config.demo { call.allow(UseCase::demo_enter) } else { Err(Error::NotFound("page")) }
}

async fn demo_read(ctx: Ctx) -> Answer {
    let language = ctx.language.clone();
    let page = ctx
        .run(move |call| {
            only_in_demo(call)?;
            let stoa = Call::new(call.service, Caller::stoa(), &language);
            let surveys = survey_list(&stoa, &PageAt { after: None, limit: 10 })?.items;
            let open = surveys.iter().filter(|s| s.taking_answers);
            let citizens: Vec<Value> = open.map(|s| json!({"city": s.city, "href": format!("/s/{}", s.slug), "responses": s.responses})).collect();
            let role = |key: &str| key.split('-').next().unwrap_or(key).to_owned();
            let town = |key: &str| TOWNS.iter().find(|t| key.ends_with(t.slug)).map(|t| t.input().name);
            let people: Vec<Value> = PEOPLE
                .iter()
                .map(|p| json!({"key": p.key, "name": p.name, "role": role(p.key), "language": p.language, "time_zone": p.time_zone.name(), "email": email(p.key), "city": town(p.key)}))
                .collect();
            Ok(json!({"people": people, "citizens": citizens, "password": PASSWORD}))
        })
        .await?;
    ctx.page("demo/demo", &ctx.t("demo-title"), page).await
}

/// Signs in as somebody of the demo and goes to their work, in their language.
async fn demo_enter(ctx: Ctx, key: web::Path<String>, form: RawForm) -> Answer {
    ctx.accept(form)?;
    let (token, language) = ctx
        .run(move |call| {
            let permit = only_in_demo(call)?;
            let who = PEOPLE.iter().find(|p| p.key == key.as_str()).ok_or(Error::NotFound("role"))?;
            let token = permit.write(|db| {
                let person = store::person_by_email(db, &email(who.key))?.ok_or(Error::NotFound("account"))?;
                let token = sessions::start(call.service, db, &person.id)?;
                permit.audit(db, &person.id, &json!({}))?;
                Ok(token)
            })?;
            Ok((token, who.language.clone()))
        })
        .await?;
    let language = crate::web::texts::nearest(&language);
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, "/"))
        .cookie(request::cookie(SESSION_COOKIE, token, ctx.secure()))
        .cookie(request::cookie(request::LANGUAGE_COOKIE, language.to_string(), ctx.secure()))
        .finish())
}
