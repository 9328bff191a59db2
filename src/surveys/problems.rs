//! Codes of what goes wrong with surveys and with answers on their way out.

use crate::problems;

problems! {
    INSTRUMENT_IS_DRAFT = "instrument_is_draft", Conflict, "A draft is no version yet: only what was published is retired or restored.";
    INSTRUMENT_NOT_DRAFT = "instrument_not_draft", Conflict, "What was published never changes; begin another version.";
    INSTRUMENT_RETIRED = "instrument_retired", Conflict, "The questionnaire is retired; restore it, or begin another version.";
    SURVEY_SEALED = "survey_sealed", Conflict, "The survey was closed for good and is never opened again; issue another one.";
    SURVEY_NOT_SEALED = "survey_not_sealed", Conflict, "Answers leave only once the survey is closed for good.";
    SURVEY_TAKES_ANSWERS = "survey_takes_answers", Conflict, "The survey takes answers; close it first.";
    ESTIMATES_NOT_READY = "estimates_not_ready", Conflict, "The estimates are being computed; try again in a moment.";
    ESTIMATES_STAND = "estimates_stand", Conflict, "Fewer responses than the limit came since the estimates were computed, so that a file would tell of them.";
    TOO_FEW_RESPONSES = "too_few_responses", Conflict, "Fewer responses came than the limit for this kind of survey.";
    RESULTS_RELEASED = "results_released", Conflict, "The results of the city are released and stay as they are.";
    QUOTA_ENDS = "quota_ends", Conflict, "A quota would be for too few then; take it away first.";
    INVITATION_REMOVED = "invitation_removed", Conflict, "Whoever was taken off the list has no address; bring them back by a list.";
    INVITATION_ANSWERED = "invitation_answered", Conflict, "This invitation was answered already.";
    INVITATION_NEEDED = "invitation_needed", Conflict, "This survey is for those who were invited: open it with the link or the code of the invitation.";
    QUOTA_FULL = "quota_full", Conflict, "As many have answered as were asked for of this group.";
    SURVEY_INVITED = "survey_invited", Conflict, "A survey with invitations is never opened again once it has closed; issue another one.";
    SURVEY_BY_LINK = "survey_by_link", Conflict, "This survey is open to whoever has the link; it has no invitations.";
    EXPORT_NOT_READY = "export_not_ready", Conflict, "The file is still being made.";
}
