//! The pages of surveys: for citizens (`citizen.rs`, with `walk.rs` for the way through a
//! questionnaire and `question.rs` for one question) and for offices (`office.rs`, `sheets.rs`).

mod citizen;
mod office;
mod question;
mod sheets;
mod walk;

use crate::web::routes::Routes;

pub fn routes(r: &mut Routes) {
    r.get("/s/{slug}", "survey_answer", citizen::survey_answer);
    r.post("/s/{slug}", "response_submit", citizen::response_submit);
    r.get("/s/{slug}/thanks/{receipt}", "receipt_read", citizen::thanks);
    r.get("/receipt", "receipt_read", citizen::receipt_form);
    r.post("/receipt", "receipt_read", citizen::receipt_read);

    r.get("/instruments", "instrument_list", sheets::instrument_list);
    r.get("/instruments/new", "instrument_import", sheets::instrument_new);
    r.post("/instruments", "instrument_import", sheets::instrument_import);
    r.post("/instruments/default", "instrument_import", sheets::instrument_default);
    r.get("/instruments/{instrument_id}", "instrument_read", sheets::instrument_read);
    r.post("/instruments/{instrument_id}/publish", "instrument_publish", sheets::instrument_publish);
    r.get("/surveys", "survey_list", office::survey_list);
    r.get("/surveys/new", "survey_issue", office::survey_new);
    r.post("/surveys", "survey_issue", office::survey_issue);
    r.get("/participations/{participation_id}/surveys/new", "survey_issue", office::survey_new_for);
    r.get("/surveys/{survey_id}", "survey_read", office::survey_read);
    r.post("/surveys/{survey_id}/open", "survey_open", office::survey_open);
    r.post("/surveys/{survey_id}/close", "survey_close", office::survey_close);
    r.get("/surveys/{survey_id}/poster", "survey_poster", office::survey_poster);
}
