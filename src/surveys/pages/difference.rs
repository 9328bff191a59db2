//! The page of what is different between two versions of a questionnaire.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::ground::Language;
use crate::ground::ids::InstrumentId;
use crate::people::call::Call;
use crate::people::caller::Ctx;
use crate::surveys::actions;
use crate::surveys::language;
use crate::surveys::views::{CellView, DifferenceView, InstrumentView, ItemView};
use crate::web::failure::Failure;
use forms::questionnaire::{ChangeKind, What};

/// Differences that are written out; how many more there are is said.
const MOST: usize = 500;

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    from: String,
}

pub async fn instrument_difference_read(ctx: Ctx, id: web::Path<InstrumentId>, query: web::Query<Asked>) -> Result<HttpResponse, Failure> {
    let id = id.into_inner();
    let page = ctx
        .run(move |call| {
            let of = actions::instrument_version_list(call, &id)?.items;
            let chosen = query.from.trim();
            let difference = if chosen.is_empty() && actions::version_before(&of, &id).is_none() {
                None
            } else {
                let from = (!chosen.is_empty()).then(|| chosen.parse()).transpose();
                // What is no version's id is nothing that is there.
                Some(actions::instrument_difference_read(call, &id, from.map_err(|_| crate::ground::Error::NotFound("instrument"))?.as_ref())?)
            };
            Ok(data(call, &id, &of, difference.as_ref()))
        })
        .await?;
    ctx.page("surveys/difference", &ctx.t("surveys-difference-title"), page).await
}

fn data(call: &Call<'_>, id: &InstrumentId, of: &[InstrumentView], difference: Option<&DifferenceView>) -> Value {
    let texts = call.service.pages.texts();
    let named = |view: &InstrumentView| format!("{} {}", view.name, view.version_label);
    let this = of.iter().find(|view| view.id == *id).map(named).unwrap_or_default();
    let mut options: Vec<Value> =
        of.iter().filter(|view| view.id != *id).map(|view| json!({"value": view.id, "label": view.version_label})).collect();
    if let Some(of_another_name) = difference.map(|d| &d.before).filter(|before| of.iter().all(|view| view.id != before.id)) {
        options.push(json!({"value": of_another_name.id, "label": named(of_another_name)}));
    }
    let mut page = json!({
        "id": id, "named": this, "options": options,
        "crumbs": [
            {"href": "/instruments", "label": texts.get(&call.language, "surveys-instruments-title")},
            {"href": format!("/instruments/{id}"), "label": this},
        ],
    });
    if let Some(difference) = difference {
        page["from"] = json!(difference.before.id);
        page["difference"] = shown(difference);
    }
    page
}

fn shown(difference: &DifferenceView) -> Value {
    let of = |which: &dyn Fn(&ItemView) -> bool| difference.items.iter().filter(|item| which(item)).map(item).take(MOST).collect::<Vec<_>>();
    // What weighs most comes first.
    let parts = [
        ("removed", of(&|item| item.what == What::Removed)),
        ("added", of(&|item| item.what == What::Added)),
        ("moved", of(&|item| item.what == What::Moved)),
        ("changed", of(&|item| item.what == What::Changed && item.kind >= ChangeKind::Measure)),
        ("worded", of(&|item| item.what == What::Changed && item.kind < ChangeKind::Measure)),
    ];
    let written: usize = parts.iter().map(|(_, items)| items.len()).sum();
    let parts: Vec<Value> =
        parts.into_iter().filter(|(_, items)| !items.is_empty()).map(|(key, items)| json!({"key": key, "items": items})).collect();
    let languages = |tags: &[Language]| tags.iter().map(|tag| json!({"tag": tag, "name": language::name(tag)})).collect::<Vec<_>>();
    json!({
        "nothing": difference.items.is_empty() && difference.languages_added.is_empty() && difference.languages_removed.is_empty(),
        "texts_only": difference.texts_only, "keeps_answers": difference.keeps_answers,
        "before": difference.before.version_label, "after": difference.after.version_label,
        "added": languages(&difference.languages_added), "removed": languages(&difference.languages_removed),
        "parts": parts, "more": difference.items.len() - written,
    })
}

fn item(item: &ItemView) -> Value {
    let cell = |cell: &CellView| {
        json!({
            "column": cell.column, "language": cell.language.as_ref().map(language::name), "before": cell.before, "after": cell.after,
            "kind": cell.kind, "text": cell.kind == ChangeKind::Text,
        })
    };
    json!({
        "sheet": item.sheet, "list": item.list, "name": item.name, "label": forms::markup::plain(&item.label), "kind": item.kind,
        "cells": item.cells.iter().map(cell).collect::<Vec<_>>(),
    })
}
