//! Questionnaires for offices: the list, the upload of sheets with their errors, one questionnaire
//! as people can read it.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::versions;
use crate::ground::ids::InstrumentId;
use crate::ground::problems::IN_USE;
use crate::ground::{Error, FieldError, Language, Result as Outcome};
use crate::people::call::Call;
use crate::people::caller::{Again, Ctx, Sent};
use crate::people::identity::Target;
use crate::people::policy::UseCase;
use crate::surveys::actions;
use crate::surveys::files::instrument_files;
use crate::surveys::instrument::SheetNote;
use crate::surveys::language;
use crate::surveys::views::{InstrumentInput, Outline, SheetName};
use crate::web::download::csv;
use crate::web::failure::Failure;
use crate::web::form::{File, Form, RawForm, RawUpload};
use crate::web::paging::PageQuery;
use forms::questionnaire::measures::Statistic;
use forms::questionnaire::{DayPart, Question, Text};

type Answer = Result<HttpResponse, Failure>;

pub async fn instrument_list(ctx: Ctx, query: web::Query<PageQuery>) -> Answer {
    let page = ctx
        .run(move |call| {
            let list = actions::instrument_list(call, &query.at()?)?;
            let items: Vec<Value> = list
                .items
                .iter()
                .map(|view| {
                    let mut item = json!(view);
                    item["shown"] = json!(!view.title.is_empty());
                    item
                })
                .collect();
            Ok(json!({
                "instruments": items, "next": list.next_cursor.map(|cursor| format!("?cursor={cursor}")),
                "has_default": list.items.iter().any(|view| view.name == "citizen-default"),
                "may_import": call.may(UseCase::instrument_import, &Target::instance()),
            }))
        })
        .await?;
    ctx.page("surveys/instruments", &ctx.t("surveys-instruments-title"), page).await
}

pub async fn instrument_new(ctx: Ctx) -> Answer {
    ctx.run(|call| call.allow(UseCase::instrument_import).map(drop)).await?;
    form_page(&ctx, Again::fresh(json!({"version_label": "1"}))).await
}

/// Errors of sheets that are shown at once; how many more there are is said.
const MOST_ERRORS: usize = 500;

async fn form_page(ctx: &Ctx, mut again: Again) -> Answer {
    let in_sheets = again.gather(|error| error.params.contains_key("sheet"), FieldError::new("sheet-errors", "wrong_sheets"));
    let sheet_errors: Vec<Value> = in_sheets
        .iter()
        .take(MOST_ERRORS)
        .map(|error| {
            let text = ctx.t(&format!("surveys-sheet-error-{}", error.code.replace('_', "-")));
            json!({"sheet": error.params["sheet"], "row": error.params["row"], "column": error.params["column"], "text": text, "detail": error.message})
        })
        .collect();
    let sheets = SheetName::ALL.iter().map(|sheet| (format!("{sheet}_csv"), ctx.t(&format!("surveys-sheet-{sheet}"))));
    let beyond = in_sheets.iter().any(|error| matches!(error.code.as_ref(), "repeats" | "media" | "geo"));
    let leave_out = again.values["leave_out"] == "yes";
    let crumbs = [json!({"href": "/instruments", "label": ctx.t("surveys-instruments-title")})];
    let page = json!({"sheets": SheetName::ALL, "sheet_errors": sheet_errors, "more_errors": in_sheets.len().saturating_sub(MOST_ERRORS), "crumbs": crumbs,
            "beyond": beyond, "leave_out": [{"value": "yes", "label": ctx.t("surveys-leave-out-do"), "checked": leave_out}]});
    ctx.form_page("surveys/instrument_form", &ctx.t("surveys-instrument-new"), again.naming(sheets), page).await
}

pub async fn instrument_import(ctx: Ctx, upload: RawUpload) -> Answer {
    let import = |call: &Call<'_>, form: &Form, files: Outcome<Vec<File>>| {
        let files = files?.into_iter().map(|file| (file.field, file.bytes)).collect();
        actions::instrument_import(call, &instrument_files(form.pairs(), files)?)
    };
    match ctx.submit_upload(upload, import).await? {
        Sent::Done((view, notes)) => {
            let said = if notes.is_empty() { "surveys-imported" } else { "surveys-imported-noted" };
            Ok(ctx.redirect(&format!("/instruments/{}", view.id), "success", &ctx.t(said)))
        }
        Sent::Again(again) => {
            form_page(&ctx, again.renamed(&[("file", "workbook")]).placing(IN_USE, FieldError::new("version_label", "instrument_published"))).await
        }
    }
}

pub async fn instrument_default(ctx: Ctx, form: RawForm) -> Answer {
    ctx.accept(form)?;
    let id = ctx.run(actions::ensure_default_instrument).await?;
    Ok(ctx.redirect(&format!("/instruments/{id}"), "success", &ctx.t("surveys-imported")))
}

/// One sheet for a spreadsheet, as the import takes it back.
fn sheet(ctx: &Ctx, source: &InstrumentInput, name: &str) -> Answer {
    let of = |name: SheetName| Some((name, source.sheet(name)?));
    let (name, text) = name.parse().ok().and_then(of).ok_or_else(|| ctx.fail(Error::NotFound("sheet")))?;
    Ok(csv(&format!("{} {} {name}.csv", source.name, source.version_label), text))
}

pub async fn instrument_source(ctx: Ctx, path: web::Path<(InstrumentId, String)>) -> Answer {
    let (id, name) = path.into_inner();
    let source = ctx.run(move |call| actions::instrument_source(call, &id)).await?;
    sheet(&ctx, &source, &name)
}

pub async fn instrument_example(ctx: Ctx, name: web::Path<String>) -> Answer {
    let source = ctx.run(actions::instrument_example).await?;
    sheet(&ctx, &source, &name)
}

pub async fn instrument_read(ctx: Ctx, id: web::Path<InstrumentId>) -> Answer {
    instrument_page(&ctx, id.into_inner(), Again::fresh(json!({}))).await
}

/// One questionnaire as people read it. `again`: the form that begins another version.
pub(super) async fn instrument_page(ctx: &Ctx, id: InstrumentId, again: Again) -> Answer {
    let page = ctx
        .run(move |call| {
            let outline = actions::instrument_outline(call, &id)?;
            let mut page = outline_data(&outline, &call.language);
            let source = actions::instrument_source(call, &outline.view.id)?;
            page["sheets"] = json!(SheetName::ALL.iter().filter(|name| source.sheet(**name).is_some()).collect::<Vec<_>>());
            let note = |note: &SheetNote| {
                json!({"sheet": note.sheet, "row": note.row, "column": note.column, "key": note.code.replace('_', "-"), "message": note.message})
            };
            page["notes"] = json!(outline.notes.iter().take(MOST_ERRORS).map(note).collect::<Vec<_>>());
            page["more_notes"] = json!(outline.notes.len().saturating_sub(MOST_ERRORS));
            page["crumbs"] = json!([{"href": "/instruments", "label": call.service.pages.texts().get(&call.language, "surveys-instruments-title")}]);
            versions::around(call, &outline, &mut page)?;
            Ok(page)
        })
        .await?;
    let title = page["heading"].as_str().unwrap_or_default().to_owned();
    ctx.form_page("surveys/instrument", &title, again, page).await
}

/// Choices of a question that are written out for reading.
const MOST_CHOICES: usize = 60;

/// What a question asks for, in a word: of a date no more than is asked.
fn kind(question: &Question) -> &'static str {
    match question.day_part() {
        DayPart::Day => question.kind.word(),
        DayPart::Month => "month",
        DayPart::Year => "year",
    }
}

/// A questionnaire as people read it: pages, questions, conditions, choices, measures.
fn outline_data(outline: &Outline, language: &Language) -> Value {
    let questionnaire = outline.compiled.questionnaire();
    let said = |text: &Text| text.get(language, &questionnaire.default_language).to_owned();
    let question = |question: &Question| {
        // A list that many questions offer is not written out with each of them.
        let all = questionnaire.choices(question);
        let choices: Vec<String> = all.iter().take(MOST_CHOICES).map(|choice| said(&choice.label)).collect();
        json!({
            "name": question.name, "label": said(&question.label), "hint": said(&question.hint), "kind": kind(question), "choices": choices, "more": all.len().saturating_sub(MOST_CHOICES),
            "required": question.required.is_some(), "condition": question.relevant.as_ref().map(|e| e.source()),
            "constraint": question.constraint.as_ref().map(|e| e.source()),
        })
    };
    let pages: Vec<Value> = questionnaire
        .pages
        .iter()
        .enumerate()
        .map(|(at, page)| {
            let group = page.group.map(|group| &questionnaire.groups[group]);
            let questions: Vec<Value> = page.questions.iter().map(|&position| question(&questionnaire.questions[position])).collect();
            json!({
                "n": at + 1, "heading": group.map(|group| said(&group.label)), "questions": questions,
                "condition": group.and_then(|group| group.relevant.as_ref()).map(|e| e.source()),
            })
        })
        .collect();
    let rules: Vec<Value> = outline
        .rules
        .iter()
        .map(|rule| {
            let (statistic, positive) = match &rule.statistic {
                Statistic::Proportion { positive } => ("proportion", positive.join(" | ")),
                Statistic::Mean => ("mean", String::new()),
            };
            json!({"measure": rule.measure, "question": rule.question, "statistic": statistic, "positive": positive,
                "domain": rule.domain.as_ref().map(|e| e.source())})
        })
        .collect();
    let languages: Vec<Value> =
        questionnaire.languages.iter().map(|tag| json!({"tag": tag, "name": language::name(&Language::from_stored(tag))})).collect();
    let title = said(&questionnaire.title);
    json!({
        "instrument": outline.view,
        "heading": if title.is_empty() { outline.view.name.clone() } else { title },
        "languages": languages,
        "questions": questionnaire.pages.iter().map(|page| page.questions.len()).sum::<usize>(),
        "pages": pages,
        "rules": rules,
    })
}
