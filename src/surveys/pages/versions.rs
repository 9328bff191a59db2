//! What the page of a questionnaire shows of its versions and languages, and the buttons that turn its state.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::sheets::instrument_page;
use crate::ground::ids::InstrumentId;
use crate::ground::{Error, Result as Outcome};
use crate::people::call::Call;
use crate::people::caller::{Ctx, Sent};
use crate::people::identity::Target;
use crate::people::policy::UseCase;
use crate::surveys::actions;
use crate::surveys::instrument::InstrumentState;
use crate::surveys::language;
use crate::surveys::views::{InstrumentView, LanguageView, Outline, languages};
use crate::web::failure::Failure;
use crate::web::form::{Form, RawForm};

type Answer = Result<HttpResponse, Failure>;

/// Texts that lack in a language and are written out; how many more there are is said.
const MOST_LACKS: usize = 100;

/// Puts versions, languages and what may be done into the page of a questionnaire.
pub(super) fn around(call: &Call<'_>, outline: &Outline, page: &mut Value) -> Outcome<()> {
    let (view, state) = (&outline.view, outline.view.state);
    let may = |use_case| call.may(use_case, &Target::instance());
    page["may_publish"] = json!(state == InstrumentState::Draft && may(UseCase::instrument_publish));
    page["may_retire"] = json!(state == InstrumentState::Published && may(UseCase::instrument_retire));
    page["may_restore"] = json!(state == InstrumentState::Retired && may(UseCase::instrument_restore));
    page["may_preview"] = json!(may(UseCase::instrument_preview));
    page["may_edit"] = json!(state == InstrumentState::Draft && may(UseCase::instrument_texts_save));
    page["may_draft"] = json!(may(UseCase::instrument_draft));
    let version = |one: InstrumentView| json!({"id": one.id, "version_label": one.version_label, "state": one.state, "day": one.created_at.date(), "current": one.id == view.id});
    let versions: Vec<Value> = actions::instrument_version_list(call, &view.id)?.items.into_iter().map(version).collect();
    page["several"] = json!(versions.len() > 1);
    page["versions"] = json!(versions);
    page["completeness"] = json!(languages(outline.compiled.questionnaire()).iter().map(bar).collect::<Vec<_>>());
    Ok(())
}

/// One language as a bar with what it lacks.
fn bar(of: &LanguageView) -> Value {
    json!({
        "tag": of.language, "name": language::name(&of.language), "dir": of.language.direction(), "there": of.there, "of": of.of, "default": of.default,
        "lacks": of.lacks.iter().take(MOST_LACKS).collect::<Vec<_>>(), "more": of.lacks.len().saturating_sub(MOST_LACKS),
        "lacking": of.lacks.len(),
    })
}

pub async fn instrument_draft(ctx: Ctx, id: web::Path<InstrumentId>, form: RawForm) -> Answer {
    let id = id.into_inner();
    let from = id.clone();
    let begin = move |call: &Call<'_>, form: &Form| actions::instrument_draft(call, &from, &form.read()?);
    match ctx.submit_once(form, begin, |view| format!("/instruments/{}", view.id)).await? {
        Sent::Done(address) => Ok(ctx.redirect(&address, "success", &ctx.t("surveys-version-begun"))),
        Sent::Again(again) => instrument_page(&ctx, id, again).await,
    }
}

pub async fn instrument_publish(ctx: Ctx, id: web::Path<InstrumentId>, form: RawForm) -> Answer {
    turned(&ctx, id, form, actions::instrument_publish, "surveys-published").await
}

pub async fn instrument_retire(ctx: Ctx, id: web::Path<InstrumentId>, form: RawForm) -> Answer {
    turned(&ctx, id, form, actions::instrument_retire, "surveys-retired").await
}

pub async fn instrument_restore(ctx: Ctx, id: web::Path<InstrumentId>, form: RawForm) -> Answer {
    turned(&ctx, id, form, actions::instrument_restore, "surveys-restored").await
}

async fn turned(
    ctx: &Ctx,
    id: web::Path<InstrumentId>,
    form: RawForm,
    turn: fn(&Call<'_>, &InstrumentId) -> Outcome<InstrumentView>,
    says: &str,
) -> Answer {
    ctx.accept(form)?;
    let back = format!("/instruments/{id}");
    match ctx.run(move |call| turn(call, &id)).await {
        Ok(_) => Ok(ctx.redirect(&back, "success", &ctx.t(says))),
        Err(Failure { error: Error::Conflict(code), .. }) => {
            Ok(ctx.redirect(&back, "warning", &ctx.t(&format!("error-{}", code.as_str().replace('_', "-")))))
        }
        Err(other) => Err(other),
    }
}
