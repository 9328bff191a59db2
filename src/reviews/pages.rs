//! The HTML face of reviews: the coordinator's desk (experts, assignments, agreement, cases) and the
//! expert's (invitation, rating, receipt).
//!
//! The expert's pages are the same under `/review/{token}` for whoever holds the link and under
//! `/reviews/{id}` for whoever is signed in. GET and HEAD change nothing.

mod agreement;
mod assignments;
mod experts;
mod invitation;
mod rating;

use actix_web::{HttpResponse, web};

use super::actions::ReviewKey;
use crate::ground::{Error, Text, UtcTime, Zone};
use crate::people::caller::{Again, Ctx, Sent};
use crate::web::failure::Failure;
use crate::web::form::RawForm;
use crate::web::routes::Routes;

type Answer = Result<HttpResponse, Failure>;

pub fn routes(r: &mut Routes) {
    experts::routes(r);
    assignments::routes(r);
    invitation::routes(r);
    rating::routes(r);
    agreement::routes(r);
}

/// The way in to one review: which one, and where its pages begin.
#[derive(Clone)]
struct Door {
    key: ReviewKey,
    base: String,
}

/// Reads the first part of the path: a link's token, or the id of a review.
fn door(ctx: Ctx, part: &str) -> Result<(Ctx, Door), Failure> {
    let by_link = ctx.request.path().starts_with("/review/");
    if by_link {
        let base = format!("/review/{part}");
        return Ok((ctx.with_capability(part), Door { key: ReviewKey::Link, base }));
    }
    match part.parse() {
        Ok(id) => {
            let base = format!("/reviews/{id}");
            Ok((ctx, Door { key: ReviewKey::Id(id), base }))
        }
        Err(_) => Err(ctx.fail(Error::NotFound("review"))),
    }
}

/// Whether a form came back because of the state of what it is about.
fn is_conflict(again: &Again) -> bool {
    matches!(again.error(), Some(Error::Conflict(_)))
}

/// Whether somebody else was faster: what is stored meanwhile is shown beside the form.
fn is_stale(again: &Again) -> bool {
    matches!(again.error(), Some(Error::Stale { .. }))
}

/// A text of reviews with arguments, in the request's language.
fn say(ctx: &Ctx, key: &str, args: &[(&str, &str)]) -> String {
    ctx.service.pages.texts().with(&ctx.language, key, args)
}

/// The text of a word: `reviews-state-third-invited`.
fn word(ctx: &Ctx, family: &str, word: &str) -> String {
    ctx.t(&format!("reviews-{family}-{}", word.replace('_', "-")))
}

fn local(ctx: &Ctx, text: &Text) -> String {
    text.get(&ctx.language).to_owned()
}

/// An instant for people: local time and its zone.
fn when(at: UtcTime, zone: Zone) -> String {
    format!("{} ({zone})", at.local(zone))
}

/// Splits what was typed into one field: commas, semicolons and spaces of any script.
fn split(typed: &str) -> Vec<String> {
    typed.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '،' | '؛' | '、')).filter(|s| !s.is_empty()).map(str::to_owned).collect()
}
