//! Evidence on its way in and out of the pages. A file leaves only as an attachment.

use actix_web::http::StatusCode;
use actix_web::web;

use super::sections::{Shown, section_page};
use super::{Answer, overview};
use crate::ground::ids::{EvidenceId, ReportId};
use crate::ground::{Error, FieldError};
use crate::people::caller::Ctx;
use crate::reports::actions;
use crate::reports::evidence::NewFile;
use crate::web::download::attachment;
use crate::web::failure::Failure;
use crate::web::form::RawUpload;

type Arrived = Result<RawUpload, Failure>;

pub async fn evidence_add_to_report(ctx: Ctx, id: web::Path<ReportId>, upload: Arrived) -> Answer {
    add(&ctx, id.into_inner(), "", upload).await
}

pub async fn evidence_add_to_section(ctx: Ctx, path: web::Path<(ReportId, String)>, upload: Arrived) -> Answer {
    let (id, measure) = path.into_inner();
    add(&ctx, id, &measure, upload).await
}

async fn add(ctx: &Ctx, id: ReportId, measure: &str, upload: Arrived) -> Answer {
    let outcome = match upload {
        Ok(upload) => {
            let (_, files) = ctx.accept_upload(upload)?;
            // A file field that was left alone arrives as a file without name and bytes.
            let new: Vec<NewFile> =
                files.into_iter().filter(|f| !(f.name.is_empty() && f.bytes.is_empty())).map(|f| NewFile { name: f.name, bytes: f.bytes }).collect();
            let (wanted, of) = (id.clone(), measure.to_owned());
            ctx.run(move |call| actions::evidence_add(call, &wanted, &of, new)).await
        }
        Err(failure) => Err(failure),
    };
    let back = if measure.is_empty() { format!("/reports/{id}#evidence") } else { format!("/reports/{id}/sections/{measure}#evidence") };
    let (status, errors) = match outcome {
        Ok(views) if views.iter().all(|v| v.already_there) => return Ok(ctx.redirect(&back, "warning", &ctx.t("reports-evidence-there"))),
        Ok(_) => return Ok(ctx.redirect(&back, "success", &ctx.t("reports-evidence-added"))),
        Err(Failure { error: Error::Invalid(errors), .. }) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        Err(Failure { error: Error::TooLarge { limit }, .. }) => {
            (StatusCode::PAYLOAD_TOO_LARGE, vec![FieldError::new("file", "upload_too_large").with("max", limit / 1_048_576)])
        }
        Err(other) => return Err(other),
    };
    // Whatever was wrong, the file field is where to try again.
    let errors: Vec<FieldError> = errors.into_iter().map(|e| FieldError { field: "file".to_owned(), ..e }).collect();
    if measure.is_empty() {
        overview(ctx, status, id, &errors).await
    } else {
        section_page(ctx, status, id, measure.to_owned(), Shown { errors, ..Shown::default() }).await
    }
}

pub async fn evidence_read(ctx: Ctx, id: web::Path<EvidenceId>) -> Answer {
    let (file, bytes) = ctx.run(move |call| actions::evidence_read(call, &id)).await?;
    Ok(attachment(&file.file_name, &file.media_type, bytes))
}

pub async fn evidence_remove(ctx: Ctx, id: web::Path<EvidenceId>, form: crate::web::form::RawForm) -> Answer {
    let form = ctx.accept(form)?;
    let (report, file) = ctx.run(move |call| actions::evidence_remove(call, None, &id)).await?;
    let to = if form.get("from") == "section" && !file.measure.is_empty() {
        format!("/reports/{report}/sections/{}#evidence", file.measure)
    } else {
        format!("/reports/{report}#evidence")
    };
    Ok(ctx.redirect(&to, "success", &ctx.t("reports-evidence-removed")))
}
