//! Evidence on its way in and out of the pages. A file leaves only as an attachment.

use actix_web::web;

use super::{Answer, overview};
use crate::ground::ids::{EvidenceId, ReportId};
use crate::ground::problems::INVALID;
use crate::people::caller::{Ctx, Sent};
use crate::reports::actions;
use crate::reports::evidence::NewFile;
use crate::reports::views::EvidenceView;
use crate::web::download::attachment;
use crate::web::form::{File, RawForm, RawUpload};

/// The files of a form. A file field that was left alone arrives as a file without name and bytes.
pub fn new_files(files: Vec<File>) -> Vec<NewFile> {
    let chosen = files.into_iter().filter(|f| !(f.name.is_empty() && f.bytes.is_empty()));
    chosen.map(|f| NewFile { name: f.name, bytes: f.bytes }).collect()
}

/// What is said of files that were added.
pub fn added(views: &[EvidenceView]) -> &'static str {
    if views.iter().all(|view| view.already_there) {
        "reports-evidence-there"
    } else if views.iter().any(|view| !view.file.taken_out.is_empty()) {
        "reports-evidence-added-less"
    } else {
        "reports-evidence-added"
    }
}

/// How it is shown.
pub fn kind_of(said: &str) -> &'static str {
    if matches!(said, "reports-evidence-there" | "reports-evidence-added-less") { "warning" } else { "success" }
}

pub async fn evidence_add(ctx: Ctx, id: web::Path<ReportId>, upload: RawUpload) -> Answer {
    let id = id.into_inner();
    let (of, back) = (id.clone(), format!("/reports/{id}#evidence"));
    match ctx.submit_upload(upload, move |call, _, files| actions::evidence_add(call, &of, None, new_files(files?))).await? {
        Sent::Done(views) => Ok(ctx.redirect(&back, kind_of(added(&views)), &ctx.t(added(&views)))),
        Sent::Again(again) if again.code() == Some(INVALID) => overview(&ctx, id, again.all_at("file")).await,
        Sent::Again(again) => Err(again.failure(&ctx, &back)),
    }
}

pub async fn evidence_read(ctx: Ctx, id: web::Path<EvidenceId>) -> Answer {
    let (file, bytes) = ctx.run(move |call| actions::evidence_read(call, &id)).await?;
    Ok(attachment(&file.file_name, &file.media_type, bytes))
}

pub async fn evidence_remove(ctx: Ctx, id: web::Path<EvidenceId>, form: RawForm) -> Answer {
    ctx.accept(form)?;
    let (report, _) = ctx.run(move |call| actions::evidence_remove(call, None, &id)).await?;
    Ok(ctx.redirect(&format!("/reports/{report}#evidence"), "success", &ctx.t("reports-evidence-removed")))
}
