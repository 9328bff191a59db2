//! The pages of surveys: for citizens (`begin.rs`, `citizen.rs`, with `walk.rs` for the way through a
//! questionnaire, `question.rs` for one question, `resume.rs` for going on later, `kiosk.rs` for devices that many
//! share) and for offices (`office.rs`, `sheets.rs`, `versions.rs`; answers on their way
//! out in `leaving.rs`).

mod begin;
mod citizen;
mod difference;
mod editions;
mod files;
mod invited;
mod inviting;
mod kiosk;
mod leaving;
mod office;
mod preview;
mod question;
mod reached;
mod relying;
mod resume;
mod sheets;
mod versions;
mod visit;
mod walk;
mod wording;
mod watching;

use crate::people::policy::UseCase;
use crate::web::routes::Routes;

pub fn routes(r: &mut Routes) {
    r.get("/s/{slug}", UseCase::survey_answer, begin::survey_answer);
    r.get("/s/{slug}/start", UseCase::survey_answer, begin::survey_start);
    r.get("/s/{slug}/kiosk", UseCase::survey_answer, kiosk::survey_kiosk);
    r.get("/s/{slug}/resume", UseCase::survey_answer, resume::resume_form);
    r.post("/s/{slug}/resume", UseCase::response_resume, resume::response_resume);
    r.post("/s/{slug}", UseCase::response_submit, citizen::response_submit);
    r.get("/i", UseCase::invitation_open, invited::code_form);
    r.post("/i", UseCase::invitation_open, invited::code_read);
    r.get("/i/{code}", UseCase::invitation_open, invited::invitation_open);
    r.get("/i/{code}/start", UseCase::invitation_open, invited::invitation_start);
    r.get("/i/{code}/opt-out", UseCase::invitation_opt_out, invited::opt_out_form);
    r.post("/i/{code}/opt-out", UseCase::invitation_opt_out, invited::invitation_opt_out);
    r.get("/receipt", UseCase::receipt_read, citizen::receipt_form);
    r.post("/receipt", UseCase::receipt_read, citizen::receipt_read);

    r.get("/instruments", UseCase::instrument_list, sheets::instrument_list);
    r.get("/instruments/new", UseCase::instrument_import, sheets::instrument_new);
    r.get("/instruments/new/sheets/{sheet}", UseCase::instrument_import, sheets::instrument_example);
    r.post("/instruments", UseCase::instrument_import, sheets::instrument_import);
    r.post("/instruments/default", UseCase::instrument_import, sheets::instrument_default);
    r.get("/instruments/{instrument_id}", UseCase::instrument_read, sheets::instrument_read);
    r.get("/instruments/{instrument_id}/sheets/{sheet}", UseCase::instrument_source, sheets::instrument_source);
    r.get("/instruments/{instrument_id}/codebook/{format}", UseCase::codebook_read, leaving::codebook_read);
    r.get("/instruments/{instrument_id}/files/{format}", UseCase::instrument_file, files::instrument_file);
    r.get("/instruments/{instrument_id}/difference", UseCase::instrument_difference_read, difference::instrument_difference_read);
    r.get("/instruments/{instrument_id}/preview", UseCase::instrument_preview, preview::instrument_preview);
    r.get("/instruments/{instrument_id}/preview/start", UseCase::instrument_preview, preview::instrument_preview_start);
    r.post("/instruments/{instrument_id}/preview", UseCase::instrument_preview, preview::instrument_preview_step);
    r.get("/instruments/{instrument_id}/print", UseCase::instrument_read, files::instrument_print);
    r.post("/instruments/{instrument_id}/languages", UseCase::instrument_texts_save, wording::instrument_language_add);
    r.get("/instruments/{instrument_id}/texts/{language}", UseCase::instrument_texts_read, wording::instrument_texts_read);
    r.post("/instruments/{instrument_id}/texts/{language}", UseCase::instrument_texts_save, wording::instrument_texts_save);
    r.post("/instruments/{instrument_id}/versions", UseCase::instrument_draft, versions::instrument_draft);
    r.post("/instruments/{instrument_id}/publish", UseCase::instrument_publish, versions::instrument_publish);
    r.post("/instruments/{instrument_id}/retire", UseCase::instrument_retire, versions::instrument_retire);
    r.post("/instruments/{instrument_id}/restore", UseCase::instrument_restore, versions::instrument_restore);
    r.get("/surveys", UseCase::survey_list, office::survey_list);
    r.get("/surveys/new", UseCase::survey_issue, office::survey_new);
    r.post("/surveys", UseCase::survey_issue, office::survey_issue);
    r.get("/participations/{participation_id}/surveys/new", UseCase::survey_issue, office::survey_new_for);
    r.get("/surveys/{survey_id}", UseCase::survey_read, office::survey_read);
    r.get("/surveys/{survey_id}/contact", UseCase::survey_update, office::survey_contact);
    r.post("/surveys/{survey_id}/contact", UseCase::survey_update, office::survey_update);
    r.post("/surveys/{survey_id}/open", UseCase::survey_open, office::survey_open);
    r.post("/surveys/{survey_id}/close", UseCase::survey_close, office::survey_close);
    r.get("/surveys/{survey_id}/editions", UseCase::survey_edition_list, editions::survey_edition_list);
    r.post("/surveys/{survey_id}/editions", UseCase::survey_revise, editions::survey_revise);
    r.post("/surveys/{survey_id}/seal", UseCase::survey_seal, leaving::survey_seal);
    r.get("/surveys/{survey_id}/exports", UseCase::response_export_read, leaving::exports_page);
    r.post("/surveys/{survey_id}/exports", UseCase::response_export, leaving::response_export);
    r.get("/exports/{export_id}/file", UseCase::response_file_read, leaving::response_file_read);
    r.get("/surveys/{survey_id}/texts", UseCase::response_texts_read, leaving::response_texts_read);
    r.post("/surveys/{survey_id}/reliance", UseCase::survey_rely, relying::survey_rely);
    r.get("/surveys/{survey_id}/watch", UseCase::survey_watch, watching::survey_watch);
    r.get("/surveys/{survey_id}/integrity", UseCase::survey_integrity, watching::survey_integrity);
    r.post("/surveys/{survey_id}/census", UseCase::survey_census, watching::survey_census);
    r.get("/surveys/{survey_id}/invitations", UseCase::invitation_list, inviting::invitation_list);
    r.get("/surveys/{survey_id}/invitations/new", UseCase::invitation_import, inviting::invitation_new);
    r.post("/surveys/{survey_id}/invitations", UseCase::invitation_import, inviting::invitation_import);
    r.get("/surveys/{survey_id}/invitations/{invitation_id}", UseCase::invitation_list, inviting::invitation_read);
    r.post("/surveys/{survey_id}/invitations/{invitation_id}/address", UseCase::invitation_correct, inviting::invitation_correct);
    r.post("/surveys/{survey_id}/invitations/{invitation_id}/remove", UseCase::invitation_remove, inviting::invitation_remove);
    r.post("/surveys/{survey_id}/quotas", UseCase::quota_set, inviting::quota_set);
    r.post("/surveys/{survey_id}/waves", UseCase::wave_plan, inviting::wave_plan);
    r.post("/surveys/{survey_id}/waves/{number}/cancel", UseCase::wave_cancel, inviting::wave_cancel);
    r.get("/surveys/{survey_id}/letters", UseCase::letter_read, inviting::letter_read);
    r.get("/surveys/{survey_id}/days", UseCase::survey_reschedule, office::survey_days);
    r.post("/surveys/{survey_id}/days", UseCase::survey_reschedule, office::survey_reschedule);
    r.get("/surveys/{survey_id}/poster", UseCase::survey_poster, office::survey_poster);
}
