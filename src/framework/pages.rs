//! The pages of frameworks: the temple front, its areas, features and measures, and the import.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::actions::{self, FrameworkImport, FrameworkView};
use super::catalogue::{AreaKind, Catalogue};
use crate::ground::ids::FrameworkId;
use crate::ground::{Error, Language};
use crate::people::caller::{Again, Ctx, Sent};
use crate::people::identity::Target;
use crate::people::policy::UseCase;
use crate::web::download::csv;
use crate::web::failure::Failure;
use crate::web::figures::{Part, TempleArea, TempleFigure, temple};
use crate::web::form::RawUpload;
use crate::web::routes::Routes;

type Answer = Result<HttpResponse, Failure>;

pub fn routes(r: &mut Routes) {
    r.get("/framework", UseCase::framework_list, framework_list);
    r.get("/framework/import", UseCase::framework_import, framework_new);
    r.post("/framework/import", UseCase::framework_import, framework_import);
    r.get("/framework/{framework_id}", UseCase::framework_read, framework_read);
    r.get("/framework/{framework_id}/csv", UseCase::framework_source, framework_source);
    r.post("/framework/{framework_id}/publish", UseCase::framework_publish, framework_publish);
}

/// The areas of a catalogue as parts of the temple front, in the reader's language.
pub fn temple_areas(catalogue: &Catalogue, language: &Language, href: impl Fn(&str) -> Option<String>) -> Vec<TempleArea> {
    catalogue
        .areas
        .iter()
        .map(|area| TempleArea {
            code: area.code.clone(),
            label: area.label.get(language).to_owned(),
            part: match area.kind {
                AreaKind::WiderBenefit => Part::Pediment,
                AreaKind::BuildingBlock => Part::Column,
                AreaKind::FundamentalCondition => Part::Step,
            },
            href: href(&area.code),
            coverage: None,
            note: String::new(),
        })
        .collect()
}

async fn framework_list(ctx: Ctx) -> Answer {
    let (newest, all, may_import) = ctx
        .run(|call| {
            let all = actions::framework_list(call)?;
            let newest = match all.iter().find(|f| f.state == super::store::FrameworkState::Published) {
                Some(f) => Some(actions::framework_read(call, &f.id)?),
                None => None,
            };
            Ok((newest, all, call.may(UseCase::framework_import, &Target::instance())))
        })
        .await?;
    show(&ctx, newest, json!({"all": all, "may_import": may_import})).await
}

async fn framework_read(ctx: Ctx, id: web::Path<FrameworkId>) -> Answer {
    let (view, may_publish) = ctx
        .run(move |call| {
            let view = actions::framework_read(call, &id)?;
            let draft = view.summary.state == super::store::FrameworkState::Draft;
            Ok((view, draft && call.may(UseCase::framework_publish, &Target::instance())))
        })
        .await?;
    show(&ctx, Some(view), json!({"may_publish": may_publish})).await
}

async fn show(ctx: &Ctx, view: Option<FrameworkView>, mut page: Value) -> Answer {
    let language = &crate::web::texts::nearest(&ctx.language);
    if let Some(view) = &view {
        let figure = temple(&TempleFigure {
            id: "temple".to_owned(),
            title: ctx.t("framework-temple-title"),
            desc: ctx.t("framework-temple-desc"),
            inscription: ctx.t("framework-temple-inscription"),
            areas: temple_areas(&view.catalogue, language, |code| Some(format!("#area-{code}"))),
            rtl: language.is_rtl(),
        });
        page["temple"] = json!(figure);
        page["framework"] = json!(view.summary);
        page["provenance"] = json!(markdown(&view.provenance));
        page["areas"] = areas(&view.catalogue);
        page["counts"] =
            json!({"areas": view.catalogue.areas.len(), "features": view.catalogue.features.len(), "measures": view.catalogue.measures.len()});
    }
    ctx.page("framework/framework", &ctx.t("framework-title"), page).await
}

/// Areas with their features with their measures, for the list below the picture.
fn areas(catalogue: &Catalogue) -> Value {
    let features = |area: &str| -> Vec<Value> {
        catalogue
            .features
            .iter()
            .filter(|f| f.area == area)
            .map(|f| json!({"feature": f, "measures": catalogue.measures.iter().filter(|m| m.feature == f.code).collect::<Vec<_>>()}))
            .collect()
    };
    catalogue.areas.iter().map(|a| json!({"area": a, "features": features(&a.code)})).collect()
}

/// Markdown as HTML; raw HTML in it is shown as text, links keep only http and https.
fn markdown(source: &str) -> String {
    use pulldown_cmark::{Event, Options, Parser, Tag, html};
    let safe = |url: &str| url.starts_with("https://") || url.starts_with("http://") || url.starts_with('#');
    let events = Parser::new_ext(source, Options::ENABLE_TABLES).map(move |event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = if safe(&dest_url) { dest_url } else { "#".into() };
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::Start(Tag::Image { .. }) => Event::Text("".into()),
        // The page has its own h1; the note's headings come below it.
        Event::Start(Tag::Heading { level, id, classes, attrs }) => Event::Start(Tag::Heading { level: lower(level), id, classes, attrs }),
        Event::End(pulldown_cmark::TagEnd::Heading(level)) => Event::End(pulldown_cmark::TagEnd::Heading(lower(level))),
        Event::End(pulldown_cmark::TagEnd::Image) => Event::Text("".into()),
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

fn lower(level: pulldown_cmark::HeadingLevel) -> pulldown_cmark::HeadingLevel {
    use pulldown_cmark::HeadingLevel::{H1, H2, H3, H4, H5, H6};
    match level {
        H1 => H3,
        H2 => H4,
        H3 => H5,
        H4 | H5 | H6 => H6,
    }
}

/// The list for a spreadsheet, as the import takes it back.
async fn framework_source(ctx: Ctx, id: web::Path<FrameworkId>) -> Answer {
    let source = ctx.run(move |call| actions::framework_source(call, &id)).await?;
    Ok(csv(&format!("{} {}.csv", source.name, source.version_label), &source.csv))
}

async fn framework_new(ctx: Ctx) -> Answer {
    ctx.run(|call| call.allow(UseCase::framework_import).map(drop)).await?;
    import_form(&ctx, Again::fresh(json!({}))).await
}

async fn import_form(ctx: &Ctx, again: Again) -> Answer {
    let newest = ctx.run(|call| Ok(actions::framework_list(call)?.into_iter().find(|f| f.state == super::store::FrameworkState::Published))).await?;
    ctx.form_page("framework/import", &ctx.t("framework-import-title"), again, json!({"newest": newest})).await
}

async fn framework_import(ctx: Ctx, upload: RawUpload) -> Answer {
    let sent = ctx.submit_upload(upload, |call, form, files| {
        let file = files?.into_iter().find(|f| f.field == "csv" && !f.bytes.is_empty()).ok_or_else(|| Error::field("csv", "not_a_file"))?;
        let csv = String::from_utf8(file.bytes).map_err(|_| Error::field("csv", "not_utf8"))?;
        let text = |name: &str| form.get(name).to_owned();
        let input = FrameworkImport { name: text("name"), version_label: text("version_label"), provenance: text("provenance"), csv };
        actions::framework_import(call, &input)
    });
    match sent.await? {
        Sent::Done(view) => Ok(ctx.redirect(&format!("/framework/{}", view.id), "success", &ctx.t("framework-imported"))),
        Sent::Again(again) => import_form(&ctx, again.renamed(&[("file", "csv")])).await,
    }
}

async fn framework_publish(ctx: Ctx, id: web::Path<FrameworkId>, form: crate::web::form::RawForm) -> Answer {
    ctx.accept(form)?;
    let view = ctx.run(move |call| actions::framework_publish(call, &id)).await?;
    Ok(ctx.redirect(&format!("/framework/{}", view.id), "success", &ctx.t("framework-published")))
}
