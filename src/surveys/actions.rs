//! Use cases of instruments, surveys and receipts: get the row with its permit, apply the rule, store,
//! audit.
//!
//! Responses come in through `intake.rs`, which many of them share a transaction in.

mod exporting;
mod instruments;
mod inviting;
mod issuing;
mod reading;
mod revising;
mod versions;
mod watching;
mod relying;
mod wording;

pub use exporting::{codebook_read, exports_of, response_export, response_export_read, response_file_read, response_texts_read, survey_seal};
pub use instruments::{
    ensure_default_instrument, instrument_example, instrument_file, instrument_import, instrument_list, instrument_outline, instrument_read,
    instrument_source, instrument_upload,
};
pub use inviting::{
    LETTERS_AT_ONCE, invitation_correct, invitation_import, invitation_list, invitation_opt_out, invitation_read, invitation_remove, inviting_read,
    letter_read, quota_set, wave_cancel, wave_plan,
};
pub use issuing::{
    issuable_places, survey_close, survey_contact, survey_days, survey_issue, survey_list, survey_open, survey_poster, survey_read,
    survey_reschedule, survey_update,
};
pub use reading::{receipt_read, survey_estimates, survey_report};
pub use relying::survey_rely;
pub use revising::{revisable, survey_edition_list, survey_revise};
pub use versions::{
    instrument_difference_read, instrument_draft, instrument_language_list, instrument_preview, instrument_publish, instrument_restore,
    instrument_retire, instrument_version_list, version_before,
};
pub use watching::{survey_census, survey_integrity, survey_watch};
pub use wording::{instrument_texts_outline, instrument_texts_read, instrument_texts_save};
