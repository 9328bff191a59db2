//! The JSON face of surveys; of versions of instruments in `api/versions.rs`, of answers on their
//! way out in `api/leaving.rs`. `response_submit` is the way that thousands of answers a second take:
//! it reads no database and hands its one row straight to the committer.

mod inviting;
mod leaving;
mod watching;
mod versions;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actions;
use super::estimates::Estimates;
use super::files::instrument_files;
use super::instrument::SheetNote;
use super::intake::{Intake, Issued, Prepared, PreparedGuest, Taken};
use super::problems::INVITATION_NEEDED;
use super::reliance::RelianceInput;
use super::survey::{Mode, Standing};
use super::views::{FileFormat, InstrumentInput, InstrumentTaken, InstrumentView, ReceiptView, SurveyChange, SurveyInput, SurveyView, WindowInput};
use crate::ground::given::Readable;
use crate::ground::ids::{InstrumentId, SurveyId};
use crate::ground::problems::CLOSED;
use crate::ground::{Error, FieldError, Language, Result as Outcome, Text};
use crate::people::call::Call;
use crate::people::caller::Ctx;
use crate::people::policy::UseCase;
use crate::service::Service;
use crate::web::blocking::{blocking, heavy};
use crate::web::body::{Body, BodyLimits, created, if_match, is_json, ok, ok_versioned, parse_json, read_all};
use crate::web::download::attachment;
use crate::web::failure::Failure;
use crate::web::form::RawUpload;
use crate::web::in_flight::household;
use crate::web::pace::Pace;
use crate::web::paging::{Listing, PageQuery};
use crate::web::routes::{Part, Routes};
use forms::answers::{AnswerError, Answers, Quick};
use forms::questionnaire::Questionnaire;

type Answer = Result<HttpResponse, Failure>;

/// Where responses are sent: mounted before all else.
pub const RESPONSES: &str = "/api/v1/surveys/{slug}/responses";
/// Where receipts are looked up: no answer to it is kept.
pub const RECEIPTS: &str = "/api/v1/receipts";

/// The form of an import.
const INSTRUMENT_FILES: [Part; 8] = [
    Part::text("name", true, "What the questionnaire is called."),
    Part::text("version_label", true, "The author's version."),
    Part::text("leave_out", false, "`yes`: without what no page asks (repeats, media, places on a map)."),
    Part::file("workbook", "An .xlsx or .xls workbook, or Stoa's own JSON; instead of the sheets."),
    Part::file("survey_csv", "The sheet survey."),
    Part::file("choices_csv", "The sheet choices."),
    Part::file("settings_csv", "The sheet settings."),
    Part::file("measures_csv", "What is estimated from the answers."),
];

pub fn routes(r: &mut Routes) {
    r.post(RESPONSES, UseCase::response_submit, response_submit)
        .summary("Answer a survey. 201 means that the response is on disk; the same `once` and answers give the same receipt again.")
        .takes::<ResponseInput>()
        .gives::<Receipt>(201)
        .may_refuse(&[429]);
    r.get("/api/v1/surveys/{slug}/questionnaire", UseCase::survey_answer, questionnaire_read)
        .summary("What a survey asks, while it is open.")
        .gives::<OpenSurvey>(200)
        .may_refuse(&[409]);
    r.post(RECEIPTS, UseCase::receipt_read, receipt_read)
        .summary("The day on which a response was received, and for which survey. Posted, so that no receipt stands in an address.")
        .takes::<Receipt>()
        .gives::<ReceiptView>(200)
        .may_refuse(&[401, 404]);
    let cursor = ("cursor", "The next_cursor of the page before.");
    let limit = ("limit", "Items on a page, 1 to 200.");
    r.get("/api/v1/instruments", UseCase::instrument_list, instrument_list)
        .summary("Questionnaires, newest first.")
        .query(cursor.0, cursor.1)
        .query(limit.0, limit.1)
        .gives::<Listing<InstrumentView>>(200);
    r.post("/api/v1/instruments", UseCase::instrument_import, instrument_import)
        .summary("Import an XLSForm as CSV sheets. Errors name sheet, row and column.")
        .takes::<InstrumentInput>()
        .within(InstrumentInput::LIMITS)
        .creates::<InstrumentTaken>();
    r.post("/api/v1/instruments/files", UseCase::instrument_upload, instrument_upload)
        .summary("Import an XLSForm as a workbook (.xlsx, .xls), as Stoa's own JSON, or as CSV files in any common encoding.")
        .takes_files(&INSTRUMENT_FILES)
        .within(InstrumentInput::LIMITS)
        .creates::<InstrumentTaken>();
    r.get("/api/v1/instruments/{instrument_id}", UseCase::instrument_read, instrument_read)
        .summary("One questionnaire with its questions.")
        .gives_version::<InstrumentWithQuestions>();
    r.get("/api/v1/instruments/{instrument_id}/source", UseCase::instrument_source, instrument_source)
        .summary("A questionnaire as its import takes it.")
        .gives::<InstrumentInput>(200);
    r.get("/api/v1/instruments/{instrument_id}/files/{format}", UseCase::instrument_file, instrument_file)
        .summary("A questionnaire as a file: `xlsx` (XLSForm), `xml` (XForm) or `json` (Stoa's own).")
        .gives_a_file(FileFormat::ALL.iter().map(|format| format.media_type()));
    r.post("/api/v1/instruments/{instrument_id}/publish", UseCase::instrument_publish, instrument_publish)
        .summary("Publish a questionnaire; it never changes again.")
        .gives_version::<InstrumentView>();
    r.get("/api/v1/surveys", UseCase::survey_list, survey_list)
        .summary("Surveys that you work with, newest first.")
        .query(cursor.0, cursor.1)
        .query(limit.0, limit.1)
        .gives::<Listing<SurveyView>>(200);
    r.post("/api/v1/surveys", UseCase::survey_issue, survey_issue)
        .summary("Issue a published questionnaire to a city in a round.")
        .takes::<SurveyInput>()
        .within(SurveyInput::LIMITS)
        .creates::<SurveyView>();
    r.put("/api/v1/surveys/{survey_id}", UseCase::survey_update, survey_update)
        .summary("Change whom citizens may ask about a survey.")
        .takes::<SurveyChange>()
        .within(SurveyInput::LIMITS)
        .gives_version::<SurveyView>();
    r.get("/api/v1/surveys/{survey_id}", UseCase::survey_read, survey_read).summary("One survey.").gives_version::<SurveyView>();
    r.post("/api/v1/surveys/{survey_id}/open", UseCase::survey_open, survey_open).summary("Take answers from now on.").gives_version::<SurveyView>();
    r.post("/api/v1/surveys/{survey_id}/window", UseCase::survey_reschedule, survey_reschedule)
        .summary("Move the days of a survey that has not ended. An end that was given is kept where none is sent.")
        .takes::<WindowInput>()
        .gives_version::<SurveyView>();
    r.post("/api/v1/surveys/{survey_id}/close", UseCase::survey_close, survey_close).summary("Take no more answers.").gives_version::<SurveyView>();
    r.post("/api/v1/surveys/{survey_id}/reliance", UseCase::survey_rely, survey_rely)
        .summary("Say whether a survey's estimates count for the results of its city, with a reason; until those are released.")
        .takes::<RelianceInput>()
        .within(RelianceInput::LIMITS)
        .gives_version::<SurveyView>();
    r.get("/api/v1/surveys/{survey_id}/estimates", UseCase::survey_estimates, survey_estimates)
        .summary("What the responses say about each measure, with 95 % intervals, once the survey has closed; small results are withheld.")
        .gives::<Estimates>(200);
    inviting::routes(r);
    versions::routes(r);
    leaving::routes(r);
    watching::routes(r);
}

/// A response to a survey.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResponseInput {
    /// Chosen by the client at random, 16 to 64 visible ASCII characters, never used twice and told nobody (until
    /// its night is over, whoever knows it can try what was answered, or answer in its place): makes repeating
    /// the request safe on the same day and in the night after. Without it, an Idempotency-Key of that form does the same; without either,
    /// each request is another response: do not repeat it.
    pub once: Option<String>,
    /// One of the questionnaire's languages; its default if absent.
    pub language: Option<String>,
    /// Of a survey with invitations: the code of one. It is answered once.
    pub code: Option<String>,
    /// Answers by question name: strings, numbers, arrays of choice names.
    #[schema(value_type = Object)]
    pub answers: Answers,
}

#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    pub receipt: String,
}

/// An open survey as a client needs it to ask.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OpenSurvey {
    pub slug: String,
    pub city: Text,
    pub languages: Vec<Language>,
    #[schema(value_type = Object)]
    pub questionnaire: Questionnaire,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct InstrumentWithQuestions {
    #[serde(flatten)]
    pub instrument: InstrumentView,
    #[schema(value_type = Object)]
    pub questionnaire: Questionnaire,
    /// What was left out, what is not used and what was guessed when it was imported.
    pub notes: Vec<SheetNote>,
}

/// The survey of an address: kept ready, or looked up on the blocking pool.
pub async fn issued(intake: &web::Data<Intake>, slug: &str) -> Outcome<Arc<Issued>> {
    if let Some(issued) = intake.known(slug) {
        return Ok(issued);
    }
    let (intake, slug) = (intake.clone(), slug.to_owned());
    blocking(move || intake.look_up(&slug)).await
}

async fn response_submit(request: HttpRequest, slug: web::Path<String>, payload: web::Payload, intake: web::Data<Intake>) -> Answer {
    let stored = async {
        is_json(&request)?;
        let limit = request.app_data::<web::Data<BodyLimits>>().map_or(262_144, |limits| limits.json);
        let bytes = read_all(payload.into_inner(), limit, Pace::of(&request)).await?;
        let issued = issued(&intake, &slug).await?;
        let key = request.headers().get("Idempotency-Key").and_then(|key| key.to_str().ok()).map(str::to_owned);
        if issued.mode == Mode::Invitation {
            let (of, known) = (intake.clone(), issued.clone());
            let response = in_its_turn(&request, &issued, move || prepared_guest(&of, &known, &bytes, key)).await?;
            return intake.submit_guest(response).await;
        }
        let response = if issued.compiled.is_heavy() {
            let (intake, slug) = (intake.clone(), issued.slug.clone());
            heavy(&request, &slug, move || prepared(&intake, &issued, &bytes, key)).await?
        } else {
            prepared(&intake, &issued, &bytes, key)?
        };
        intake.submit(response, household(&request)).await
    };
    match stored.await {
        // A receipt is plain letters, digits and a hyphen.
        Ok(Taken { receipt, .. }) => Ok(HttpResponse::Created().content_type("application/json").body(format!("{{\"receipt\":\"{receipt}\"}}"))),
        Err(error) => Err(Failure::new(error, &request)),
    }
}

/// Runs what looks something up, and checks answers.
async fn in_its_turn<T: Send + 'static>(request: &HttpRequest, issued: &Issued, work: impl FnOnce() -> Outcome<T> + Send + 'static) -> Outcome<T> {
    if issued.compiled.is_heavy() { heavy(request, &issued.slug, work).await } else { blocking(work).await }
}

/// Reads and checks a response of somebody who was invited.
fn prepared_guest(intake: &Intake, issued: &Issued, bytes: &[u8], key: Option<String>) -> Outcome<PreparedGuest> {
    let now = intake.now();
    let input: ResponseInput = parse_json(bytes)?;
    let language = language_of(issued, input.language.as_deref())?;
    let once = once(key, input.once)?.unwrap_or_else(|| intake.any_once());
    let code = input.code.filter(|code| !code.trim().is_empty()).ok_or(Error::Conflict(INVITATION_NEEDED))?;
    let guest = intake.guest(issued, &code).map_err(|error| match error {
        Error::NotFound(_) => Error::field("code", "unknown_code"),
        other => other,
    })?;
    let wrong = |errors: Vec<AnswerError>| Error::Invalid(intake.field_errors(issued, &input.answers, language, &errors));
    let answers = intake.check(issued, &input.answers, now).map_err(wrong)?;
    if intake.says_nothing(issued, &answers) {
        return Err(Error::field("answers", "nothing_answered"));
    }
    Ok(intake.prepare_guest(issued, &guest, &once, language, answers, now))
}

/// Reads and checks a response. `key`: the Idempotency-Key of its request.
fn prepared(intake: &Intake, issued: &Issued, bytes: &[u8], key: Option<String>) -> Outcome<Prepared> {
    let now = intake.now();
    if let Some(Quick { once: given, language, answers }) = intake.quick(issued, bytes, now) {
        let language = language_of(issued, language.as_deref())?;
        return Ok(intake.prepare(issued, once(key, given)?.as_deref(), language, answers, now));
    }
    // The slow way names what is wrong.
    let input: ResponseInput = serde_json::from_slice(bytes).or_else(|_| parse_json(bytes))?;
    let language = language_of(issued, input.language.as_deref())?;
    let once = once(key, input.once)?;
    let wrong = |errors: Vec<AnswerError>| Error::Invalid(intake.field_errors(issued, &input.answers, language, &errors));
    let answers = intake.check(issued, &input.answers, now).map_err(wrong)?;
    if intake.says_nothing(issued, &answers) {
        return Err(Error::field("answers", "nothing_answered"));
    }
    Ok(intake.prepare(issued, once.as_deref(), language, answers, now))
}

fn language_of<'a>(issued: &'a Issued, asked: Option<&str>) -> Outcome<&'a Language> {
    let languages = &issued.languages;
    match asked {
        None => Ok(languages.first().unwrap_or(Language::english())),
        Some(asked) => Language::offered(languages, asked).ok_or_else(|| Error::field("language", Language::WRONG)),
    }
}

fn once(key: Option<String>, given: Option<String>) -> Outcome<Option<String>> {
    let (field, token) = match (given, key) {
        (Some(token), _) => ("once", token),
        (None, Some(key)) => ("Idempotency-Key", key),
        (None, None) => return Ok(None),
    };
    let good = (16..=64).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic());
    if good { Ok(Some(token)) } else { Err(Error::Invalid(vec![FieldError::new(field, "bad_once").with("min", 16).with("max", 64)])) }
}

async fn questionnaire_read(request: HttpRequest, slug: web::Path<String>, intake: web::Data<Intake>, service: web::Data<Service>) -> Answer {
    let found = async {
        // Always looked up: opening and closing show at once.
        let (intake, slug) = (intake.clone(), slug.into_inner());
        blocking(move || {
            let issued = intake.look_up(&slug)?;
            match issued.gate.standing(service.now()) {
                Standing::Open => document(&issued),
                Standing::NotYet => Err(Error::NotFound("survey")),
                Standing::Over => Err(Error::Conflict(CLOSED)),
            }
        })
        .await
    };
    let body = found.await.map_err(|error| Failure::new(error, &request))?;
    Ok(HttpResponse::Ok().content_type("application/json").body(body))
}

/// A survey for programs: kept as it was written first.
fn document(issued: &Issued) -> Outcome<String> {
    if let Some(written) = issued.document.get() {
        return Ok(written.clone());
    }
    let (slug, city, languages) = (issued.slug.clone(), issued.city.clone(), issued.languages.clone());
    let survey = OpenSurvey { slug, city, languages, questionnaire: issued.compiled.questionnaire().clone() };
    let written = serde_json::to_string(&survey).map_err(Error::internal)?;
    Ok(issued.document.get_or_init(|| written).clone())
}

async fn receipt_read(ctx: Ctx, body: Body<Receipt>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::receipt_read(call, &body.0.receipt)).await?))
}

async fn instrument_list(ctx: Ctx, page: web::Query<PageQuery>) -> Answer {
    let list = ctx.run(move |call| actions::instrument_list(call, &page.at()?)).await?;
    Ok(ok(&list))
}

fn taken((instrument, notes): (InstrumentView, Vec<SheetNote>)) -> HttpResponse {
    let (location, version) = (format!("/api/v1/instruments/{}", instrument.id), instrument.version);
    created(&InstrumentTaken { instrument, notes }, &location, version)
}

async fn instrument_import(ctx: Ctx, body: Body<InstrumentInput>) -> Answer {
    ctx.answer(move |call| actions::instrument_import(call, &body.0.into()), taken).await
}

async fn instrument_upload(ctx: Ctx, upload: RawUpload) -> Answer {
    let import = move |call: &Call<'_>| {
        let (form, files) = upload.checked();
        let files = files?.into_iter().map(|file| (file.field, file.bytes)).collect();
        actions::instrument_upload(call, &instrument_files(form.pairs(), files)?)
    };
    ctx.answer(import, taken).await
}

async fn instrument_read(ctx: Ctx, id: web::Path<InstrumentId>) -> Answer {
    let (instrument, questionnaire, notes) = ctx.run(move |call| actions::instrument_read(call, &id)).await?;
    let version = instrument.version;
    Ok(ok_versioned(&InstrumentWithQuestions { instrument, questionnaire, notes }, version))
}

async fn instrument_source(ctx: Ctx, id: web::Path<InstrumentId>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::instrument_source(call, &id)).await?))
}

async fn instrument_file(ctx: Ctx, path: web::Path<(InstrumentId, FileFormat)>) -> Answer {
    let (id, format) = path.into_inner();
    let (name, bytes) = ctx.run(move |call| actions::instrument_file(call, &id, format)).await?;
    Ok(attachment(&name, format.media_type(), bytes))
}

async fn instrument_publish(ctx: Ctx, id: web::Path<InstrumentId>) -> Answer {
    ctx.answer(move |call| actions::instrument_publish(call, &id), move |view| ok_versioned(&view, view.version)).await
}

async fn survey_list(ctx: Ctx, page: web::Query<PageQuery>) -> Answer {
    let list = ctx.run(move |call| actions::survey_list(call, &page.at()?)).await?;
    Ok(ok(&list))
}

async fn survey_issue(ctx: Ctx, body: Body<SurveyInput>) -> Answer {
    ctx.answer(move |call| actions::survey_issue(call, &body.0), move |view| created(&view, &format!("/api/v1/surveys/{}", view.id), view.version))
        .await
}

async fn survey_read(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    let view = ctx.run(move |call| actions::survey_read(call, &id)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn survey_update(ctx: Ctx, id: web::Path<SurveyId>, body: Body<SurveyChange>) -> Answer {
    let expected = if_match(&ctx.request);
    let view = ctx.run(move |call| actions::survey_update(call, &id, expected?, &body.0)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn survey_open(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    ctx.answer(move |call| actions::survey_open(call, &id), move |view| ok_versioned(&view, view.version)).await
}

async fn survey_reschedule(ctx: Ctx, id: web::Path<SurveyId>, body: Body<WindowInput>) -> Answer {
    ctx.answer(move |call| actions::survey_reschedule(call, &id, &body.0), move |view| ok_versioned(&view, view.version)).await
}

async fn survey_close(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    ctx.answer(move |call| actions::survey_close(call, &id), move |view| ok_versioned(&view, view.version)).await
}

async fn survey_estimates(ctx: Ctx, id: web::Path<SurveyId>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::survey_estimates(call, &id)).await?))
}

async fn survey_rely(ctx: Ctx, id: web::Path<SurveyId>, body: Body<RelianceInput>) -> Answer {
    ctx.answer(move |call| actions::survey_rely(call, &id, &body.0), move |view| ok_versioned(&view, view.version)).await
}
