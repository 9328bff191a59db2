//! The JSON face of reviews, and of what they judge. The link's token (`cap_…`) works as a bearer token for
//! its own review.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::actions::{
    self, ConflictDeclare, ConflictDismiss, DisagreementResolve, DisagreementThird, ExpertAdd, ReviewAssign, ReviewConflict, ReviewDecline,
    ReviewKey, ReviewSubmit, RubricImport,
};
use super::expert::ExpertInput;
use super::review::{Rating, RatingInput};
use super::views::{
    AgreementView, AssignmentsView, CandidateView, ConflictView, DisagreementView, ExpertAdded, ExpertView, PlanView, ReviewSummary, ReviewView,
    RubricView, SeatView,
};
use crate::ground::MeasureCode;
use crate::ground::ids::{DisagreementId, EvidenceId, PersonId, PlanId, ReviewId, RoundId, RubricId, SubmissionId};
use crate::ground::limits::{Limit, Limits};
use crate::people::caller::Ctx;
use crate::people::policy::UseCase;
use crate::reports::views::SubmissionView;
use crate::web::body::{Body, created, if_match, ok, ok_versioned};
use crate::web::download::attachment;
use crate::web::failure::Failure;
use crate::web::paging::{Listing, PageQuery};
use crate::web::routes::Routes;

type Answer = Result<HttpResponse, Failure>;

const CURSOR: &str = "`next_cursor` of the page before";
const LIMIT: &str = "how many, 1 to 200";

pub fn routes(r: &mut Routes) {
    r.get("/api/v1/rubrics", UseCase::rubric_list, rubric_list)
        .summary("Rubrics, oldest first")
        .query("cursor", CURSOR)
        .query("limit", LIMIT)
        .gives::<Listing<RubricView>>(200);
    r.post("/api/v1/rubrics", UseCase::rubric_import, rubric_import)
        .summary("Import a rubric from CSV")
        .takes::<RubricImport>()
        .within(RubricImport::LIMITS)
        .creates::<RubricView>();
    r.get("/api/v1/rubrics/{rubric_id}", UseCase::rubric_read, rubric_read).summary("A rubric with its levels").gives::<RubricView>(200);
    r.get("/api/v1/rubrics/{rubric_id}/source", UseCase::rubric_source, rubric_source)
        .summary("A rubric as its import takes it")
        .gives::<RubricImport>(200);

    r.get("/api/v1/experts", UseCase::expert_list, expert_list)
        .summary("Experts who serve in a round within reach")
        .query("cursor", CURSOR)
        .query("limit", LIMIT)
        .gives::<Listing<ExpertView>>(200);
    r.post("/api/v1/experts", UseCase::expert_add, expert_add)
        .summary("Add an expert by e-mail address, for a round or for all")
        .takes::<ExpertAdd>()
        .within(ExpertAdd::LIMITS)
        .gives::<ExpertAdded>(201)
        .located();
    r.get("/api/v1/experts/{person_id}", UseCase::expert_read, expert_read).summary("An expert").gives_version::<ExpertView>();
    r.put("/api/v1/experts/{person_id}", UseCase::expert_save, expert_save)
        .summary("Change what is said about an expert (If-Match \"v0\" at first)")
        .takes::<ExpertInput>()
        .within(ExpertInput::LIMITS)
        .gives_version::<ExpertView>();
    r.get("/api/v1/experts/{person_id}/conflicts", UseCase::conflict_list, conflict_list)
        .summary("Conflicts of interest of an expert with cities within reach, derived and dismissed ones included")
        .gives::<Listing<ConflictView>>(200);
    r.post("/api/v1/experts/{person_id}/conflicts", UseCase::conflict_declare, conflict_declare)
        .summary("Put a conflict on record: for the rounds within reach, by the expert for all")
        .takes::<ConflictDeclare>()
        .within(ConflictDeclare::LIMITS)
        .creates::<Listing<ConflictView>>();
    r.post("/api/v1/experts/{person_id}/conflicts/dismiss", UseCase::conflict_dismiss, conflict_dismiss)
        .summary("Dismiss a conflict with a reason, for the rounds within reach")
        .takes::<ConflictDismiss>()
        .within(ConflictDismiss::LIMITS)
        .gives_nothing();

    r.get("/api/v1/rounds/{round_id}/assignments", UseCase::assignment_read, assignment_read)
        .summary("Reports of a round with their seats, by the cities' short names, 20 on a page at most; and the waiting plan")
        .query("cursor", CURSOR)
        .query("limit", "how many, 1 to 200; of these no more than 20 are given")
        .gives::<AssignmentsView>(200);
    r.post("/api/v1/rounds/{round_id}/assignment-plans", UseCase::assignment_plan_propose, plan_propose)
        .summary("Propose experts for every report that lacks some")
        .creates::<PlanView>();
    r.post("/api/v1/assignment-plans/{plan_id}/confirm", UseCase::assignment_plan_confirm, plan_confirm)
        .summary("Invite everybody a plan names")
        .gives_version::<PlanView>();
    r.post("/api/v1/assignment-plans/{plan_id}/discard", UseCase::assignment_plan_discard, plan_discard)
        .summary("Put a plan away")
        .gives_version::<PlanView>();
    r.get("/api/v1/submissions/{submission_id}", UseCase::submission_read, submission_read)
        .summary("A frozen report with its receipt and hash; for whoever judges it, while they do, the sections and files that they judge")
        .gives::<SubmissionView>(200)
        .may_refuse(&[409]);
    r.get("/api/v1/evidence/{evidence_id}", UseCase::evidence_read, evidence_read)
        .summary("The bytes of a file, as an attachment")
        .gives_a_file(evidence::Kind::ALL.iter().map(|kind| kind.media_type()))
        .may_refuse(&[409]);
    r.get("/api/v1/submissions/{submission_id}/candidates", UseCase::candidate_list, candidate_list)
        .summary("Every expert for a report, or why not")
        .gives::<Listing<CandidateView>>(200);
    r.post("/api/v1/submissions/{submission_id}/reviews", UseCase::review_assign, review_assign)
        .summary("Invite an expert to review a report")
        .takes::<ReviewAssign>()
        .creates::<SeatView>();

    r.get("/api/v1/reviews", UseCase::review_list, review_list)
        .summary("One's own reviews, or those of the rounds one runs")
        .query("round_id", "only of this round")
        .query("cursor", CURSOR)
        .query("limit", LIMIT)
        .gives::<Listing<ReviewSummary>>(200);
    r.get("/api/v1/reviews/{review_id}", UseCase::review_read, review_read).summary("A review with its ratings").gives_version::<ReviewView>();
    r.post("/api/v1/reviews/{review_id}/accept", UseCase::review_accept, review_accept)
        .summary("Accept the invitation")
        .gives_version::<ReviewView>();
    r.post("/api/v1/reviews/{review_id}/decline", UseCase::review_decline, review_decline)
        .summary("Decline, with a reason")
        .takes::<ReviewDecline>()
        .within(ReviewDecline::LIMITS)
        .gives_version::<ReviewView>();
    r.post("/api/v1/reviews/{review_id}/conflict", UseCase::review_conflict, review_conflict)
        .summary("Declare a conflict of interest and give the review back")
        .takes::<ReviewConflict>()
        .within(ReviewConflict::LIMITS)
        .gives_version::<ReviewView>();
    r.put("/api/v1/reviews/{review_id}/ratings/{measure}", UseCase::rating_save, rating_save)
        .summary("Keep the draft of a rating (If-Match \"v0\" at first)")
        .takes::<RatingInput>()
        .within(RatingInput::LIMITS)
        .gives_version::<Rating>();
    r.post("/api/v1/reviews/{review_id}/submit", UseCase::review_submit, review_submit)
        .summary("Submit; ratings are frozen from then on")
        .takes::<ReviewSubmit>()
        .within(ReviewSubmit::LIMITS)
        .gives_version::<ReviewView>();
    r.post("/api/v1/reviews/{review_id}/withdraw", UseCase::review_withdraw, review_withdraw)
        .summary("Take a seat back; its link ends")
        .takes::<Withdraw>()
        .within(Withdraw::LIMITS)
        .gives::<SeatView>(200);

    r.post("/api/v1/reviews/{review_id}/set-aside", UseCase::review_set_aside, review_set_aside)
        .summary("Set a review aside: it is kept, but not counted, and its seat is free again")
        .takes::<Aside>()
        .within(Aside::LIMITS)
        .gives::<SeatView>(200);
    r.post("/api/v1/reviews/{review_id}/put-back", UseCase::review_put_back, review_put_back)
        .summary("Put a review back that was set aside: it counts again")
        .gives::<SeatView>(200);

    r.get("/api/v1/rounds/{round_id}/agreement", UseCase::agreement_read, agreement_read)
        .summary("Agreement of a round's experts as it was last computed, with the disagreements of now, open ones first")
        .query("cursor", "`next_cursor` of the page before, for more disagreements")
        .query("limit", LIMIT)
        .gives::<AgreementView>(200);
    r.get("/api/v1/rounds/{round_id}/disagreements", UseCase::disagreement_list, disagreement_list)
        .summary("Disagreements of a round, open ones first")
        .query("cursor", CURSOR)
        .query("limit", LIMIT)
        .gives::<Listing<DisagreementView>>(200);
    r.get("/api/v1/disagreements/{disagreement_id}", UseCase::disagreement_read, disagreement_read)
        .summary("A disagreement with its ratings; experts unnamed")
        .gives_version::<DisagreementView>();
    r.post("/api/v1/disagreements/{disagreement_id}/third", UseCase::disagreement_invite_third, disagreement_third)
        .summary("Ask a third expert")
        .takes::<DisagreementThird>()
        .gives_version::<DisagreementView>();
    r.post("/api/v1/disagreements/{disagreement_id}/resolve", UseCase::disagreement_resolve, disagreement_resolve)
        .summary("Settle by consensus or adjudication")
        .takes::<DisagreementResolve>()
        .within(DisagreementResolve::LIMITS)
        .gives_version::<DisagreementView>();
}

async fn rubric_list(ctx: Ctx, query: web::Query<PageQuery>) -> Answer {
    let at = query.at().map_err(|e| ctx.fail(e))?;
    Ok(ok(&ctx.run(move |call| actions::rubric_list(call, &at)).await?))
}

async fn rubric_import(ctx: Ctx, body: Body<RubricImport>) -> Answer {
    ctx.answer(move |call| actions::rubric_import(call, &body.0), move |view| created(&view, &format!("/api/v1/rubrics/{}", view.id), 1)).await
}

async fn rubric_source(ctx: Ctx, id: web::Path<RubricId>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::rubric_source(call, &id)).await?))
}

async fn rubric_read(ctx: Ctx, id: web::Path<RubricId>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::rubric_read(call, &id)).await?))
}

async fn expert_list(ctx: Ctx, query: web::Query<PageQuery>) -> Answer {
    let at = query.at().map_err(|e| ctx.fail(e))?;
    Ok(ok(&ctx.run(move |call| actions::expert_list(call, &at)).await?))
}

async fn expert_add(ctx: Ctx, body: Body<ExpertAdd>) -> Answer {
    // No ETag: what is on record may have any version.
    let reply = |added: ExpertAdded| {
        let location = (header::LOCATION, format!("/api/v1/experts/{}", added.person_id));
        HttpResponse::Created().insert_header(location).insert_header((header::CACHE_CONTROL, "no-store")).json(added)
    };
    ctx.answer(move |call| actions::expert_add(call, &body.0), reply).await
}

async fn expert_read(ctx: Ctx, id: web::Path<PersonId>) -> Answer {
    let view = ctx.run(move |call| actions::expert_read(call, &id)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn expert_save(ctx: Ctx, id: web::Path<PersonId>, body: Body<ExpertInput>) -> Answer {
    let expected = if_match(&ctx.request).map_err(|e| ctx.fail(e))?;
    let view = ctx.run(move |call| actions::expert_save(call, &id, expected, body.0)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn conflict_list(ctx: Ctx, id: web::Path<PersonId>) -> Answer {
    let items = ctx.run(move |call| actions::conflict_list(call, &id)).await?;
    Ok(ok(&Listing { items, next_cursor: None }))
}

async fn conflict_declare(ctx: Ctx, id: web::Path<PersonId>, body: Body<ConflictDeclare>) -> Answer {
    let at = format!("/api/v1/experts/{id}/conflicts");
    ctx.answer(move |call| actions::conflict_declare(call, &id, &body.0), move |items| created(&Listing { items, next_cursor: None }, &at, 1)).await
}

async fn conflict_dismiss(ctx: Ctx, id: web::Path<PersonId>, body: Body<ConflictDismiss>) -> Answer {
    ctx.answer(move |call| actions::conflict_dismiss(call, &id, &body.0), |()| HttpResponse::NoContent().finish()).await
}

async fn assignment_read(ctx: Ctx, id: web::Path<RoundId>, page: web::Query<PageQuery>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::assignment_read(call, &id, &page.at()?)).await?))
}

async fn plan_propose(ctx: Ctx, id: web::Path<RoundId>) -> Answer {
    ctx.answer(
        move |call| actions::assignment_plan_propose(call, &id),
        move |view| created(&view, &format!("/api/v1/rounds/{}/assignments", view.round_id), view.version),
    )
    .await
}

async fn plan_confirm(ctx: Ctx, id: web::Path<PlanId>) -> Answer {
    ctx.answer(move |call| actions::assignment_plan_confirm(call, &id), move |view| ok_versioned(&view, view.version)).await
}

async fn plan_discard(ctx: Ctx, id: web::Path<PlanId>) -> Answer {
    ctx.answer(move |call| actions::assignment_plan_discard(call, &id), move |view| ok_versioned(&view, view.version)).await
}

async fn submission_read(ctx: Ctx, id: web::Path<SubmissionId>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::submission_read(call, &id)).await?))
}

async fn evidence_read(ctx: Ctx, id: web::Path<EvidenceId>) -> Answer {
    let (file, bytes) = ctx.run(move |call| actions::evidence_download(call, &id)).await?;
    Ok(attachment(&file.file_name, &file.media_type, bytes))
}

async fn candidate_list(ctx: Ctx, id: web::Path<SubmissionId>) -> Answer {
    let (_, items) = ctx.run(move |call| actions::candidate_list(call, &id)).await?;
    Ok(ok(&Listing { items, next_cursor: None }))
}

async fn review_assign(ctx: Ctx, id: web::Path<SubmissionId>, body: Body<ReviewAssign>) -> Answer {
    ctx.answer(move |call| actions::review_assign(call, &id, &body.0), move |view| created(&view, &format!("/api/v1/reviews/{}", view.review_id), 1))
        .await
}

#[derive(Debug, Deserialize)]
struct OfRound {
    round_id: Option<String>,
}

async fn review_list(ctx: Ctx, query: web::Query<PageQuery>, of: web::Query<OfRound>) -> Answer {
    let at = query.at().map_err(|e| ctx.fail(e))?;
    let round = match of.round_id.as_deref().filter(|r| !r.is_empty()).map(str::parse::<RoundId>) {
        Some(Ok(round)) => Some(round),
        Some(Err(_)) => return Err(ctx.fail(crate::ground::Error::field("round_id", "bad_id"))),
        None => None,
    };
    Ok(ok(&ctx.run(move |call| actions::review_list(call, round.as_ref(), false, &at)).await?))
}

async fn review_read(ctx: Ctx, id: web::Path<ReviewId>) -> Answer {
    let view = ctx.run(move |call| actions::review_read(call, &ReviewKey::Id(id.into_inner()))).await?.view;
    Ok(ok_versioned(&view, view.version))
}

async fn review_accept(ctx: Ctx, id: web::Path<ReviewId>) -> Answer {
    ctx.answer(move |call| actions::review_accept(call, &ReviewKey::Id(id.into_inner())), move |view| ok_versioned(&view, view.version)).await
}

async fn review_decline(ctx: Ctx, id: web::Path<ReviewId>, body: Body<ReviewDecline>) -> Answer {
    ctx.answer(move |call| actions::review_decline(call, &ReviewKey::Id(id.into_inner()), &body.0), move |view| ok_versioned(&view, view.version))
        .await
}

async fn review_conflict(ctx: Ctx, id: web::Path<ReviewId>, body: Body<ReviewConflict>) -> Answer {
    ctx.answer(move |call| actions::review_conflict(call, &ReviewKey::Id(id.into_inner()), &body.0), move |view| ok_versioned(&view, view.version))
        .await
}

async fn rating_save(ctx: Ctx, path: web::Path<(ReviewId, MeasureCode)>, body: Body<RatingInput>) -> Answer {
    let expected = if_match(&ctx.request).map_err(|e| ctx.fail(e))?;
    let (id, measure) = path.into_inner();
    let view = ctx.run(move |call| actions::rating_save(call, &ReviewKey::Id(id), &measure, expected, body.0)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn review_submit(ctx: Ctx, id: web::Path<ReviewId>, body: Body<ReviewSubmit>) -> Answer {
    ctx.answer(move |call| actions::review_submit(call, &ReviewKey::Id(id.into_inner()), &body.0), move |view| ok_versioned(&view, view.version))
        .await
}

/// Why a seat is taken back; the expert reads it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Withdraw {
    #[serde(default)]
    reason: String,
}

impl Withdraw {
    const LIMITS: Limits = &[("reason", Limit::Optional(actions::NOTE_MAX))];
}

async fn review_withdraw(ctx: Ctx, id: web::Path<ReviewId>, body: Body<Withdraw>) -> Answer {
    ctx.answer(move |call| actions::review_withdraw(call, &id, &body.0.reason), |view| ok(&view)).await
}

/// Why a review is set aside; kept with it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Aside {
    #[serde(default)]
    #[schema(required = true)]
    reason: String,
}

impl Aside {
    const LIMITS: Limits = &[("reason", Limit::Text(actions::NOTE_MAX))];
}

async fn review_set_aside(ctx: Ctx, id: web::Path<ReviewId>, body: Body<Aside>) -> Answer {
    ctx.answer(move |call| actions::review_set_aside(call, &id, &body.0.reason), |view| ok(&view)).await
}

async fn review_put_back(ctx: Ctx, id: web::Path<ReviewId>) -> Answer {
    ctx.answer(move |call| actions::review_put_back(call, &id), |view| ok(&view)).await
}

async fn agreement_read(ctx: Ctx, id: web::Path<RoundId>, page: web::Query<PageQuery>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::agreement_read(call, &id, &page.at()?)).await?))
}

async fn disagreement_list(ctx: Ctx, id: web::Path<RoundId>, page: web::Query<PageQuery>) -> Answer {
    Ok(ok(&ctx.run(move |call| actions::disagreement_list(call, &id, &page.at()?)).await?))
}

async fn disagreement_read(ctx: Ctx, id: web::Path<DisagreementId>) -> Answer {
    let (view, _) = ctx.run(move |call| actions::disagreement_read(call, &id)).await?;
    Ok(ok_versioned(&view, view.version))
}

async fn disagreement_third(ctx: Ctx, id: web::Path<DisagreementId>, body: Body<DisagreementThird>) -> Answer {
    ctx.answer(move |call| actions::disagreement_invite_third(call, &id, &body.0), move |view| ok_versioned(&view, view.version)).await
}

async fn disagreement_resolve(ctx: Ctx, id: web::Path<DisagreementId>, body: Body<DisagreementResolve>) -> Answer {
    ctx.answer(move |call| actions::disagreement_resolve(call, &id, &body.0), move |view| ok_versioned(&view, view.version)).await
}
