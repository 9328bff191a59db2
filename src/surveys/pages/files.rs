//! A questionnaire on its way out: as a workbook, as an XForm for apps, as Stoa's own JSON, and on paper.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use crate::ground::Language;
use crate::ground::ids::InstrumentId;
use crate::people::caller::Ctx;
use crate::surveys::actions;
use crate::surveys::language;
use crate::surveys::views::{FileFormat, Outline};
use crate::web::download::attachment;
use crate::web::failure::Failure;
use crate::web::request::query_value;
use forms::markup;
use forms::questionnaire::{DayPart, Kind, Question, Questionnaire, Text};

type Answer = Result<HttpResponse, Failure>;

pub async fn instrument_file(ctx: Ctx, path: web::Path<(InstrumentId, FileFormat)>) -> Answer {
    let (id, format) = path.into_inner();
    let (name, bytes) = ctx.run(move |call| actions::instrument_file(call, &id, format)).await?;
    Ok(attachment(&name, format.media_type(), bytes))
}

/// The questionnaire as it is printed, in one of its languages.
pub async fn instrument_print(ctx: Ctx, id: web::Path<InstrumentId>) -> Answer {
    let asked = query_value(&ctx.request, "language");
    let spoken = ctx.language.clone();
    let page = ctx
        .run(move |call| {
            let outline = actions::instrument_outline(call, &id)?;
            Ok(printed(&outline, asked.as_deref(), &spoken))
        })
        .await?;
    let title = page["heading"].as_str().unwrap_or_default().to_owned();
    ctx.page("surveys/print", &title, page).await
}

fn printed(outline: &Outline, asked: Option<&str>, spoken: &Language) -> Value {
    let questionnaire = outline.compiled.questionnaire();
    let offered = |tag: &&str| questionnaire.languages.iter().any(|known| known == tag);
    let tag = asked.filter(offered).or(Some(&**spoken).filter(offered)).unwrap_or(&questionnaire.default_language);
    let of = Printed { questionnaire, tag };
    let mut number = 0;
    let pages: Vec<Value> = questionnaire
        .pages
        .iter()
        .map(|page| {
            let group = page.group.map(|group| &questionnaire.groups[group]);
            let questions: Vec<Value> = page.questions.iter().map(|&at| of.question(at, &mut number)).collect();
            json!({
                "heading": group.map(|group| of.said(&group.label)).filter(|said| !said.is_empty()),
                "condition": group.and_then(|group| group.relevant.as_ref()).map(|e| e.source()),
                "questions": questions,
            })
        })
        .collect();
    let title = of.said(&questionnaire.title);
    let languages = questionnaire.languages.iter().map(Language::from_stored);
    let language = Language::from_stored(tag);
    json!({
        "id": outline.view.id,
        "instrument": outline.view,
        "heading": if title.is_empty() { outline.view.name.clone() } else { title },
        "lang": if tag == "und" { "" } else { tag },
        "dir": language.direction(),
        "languages": languages.filter(|one| **one != *tag && **one != *"und").map(|one| json!({"tag": *one, "name": language::name(&one)})).collect::<Vec<_>>(),
        "pages": pages,
    })
}

/// Which words say what is to be written of the calendar.
fn calendar(question: &Question) -> Value {
    let (day, month, year) = match question.day_part() {
        _ if !question.kind.is_of_the_calendar() => return Value::Null,
        DayPart::Day => (matches!(question.kind, Kind::Date), false, false),
        DayPart::Month => (false, true, false),
        DayPart::Year => (false, false, true),
    };
    let (time, both) = (matches!(question.kind, Kind::Time), matches!(question.kind, Kind::DateTime));
    json!({"day": day, "month": month, "year": year, "time": time, "both": both})
}

/// Lines for what is written by hand.
const LINES: usize = 3;

struct Printed<'a> {
    questionnaire: &'a Questionnaire,
    tag: &'a str,
}

impl Printed<'_> {
    /// Without marks; what quotes an answer has a gap to fill.
    fn said(&self, text: &Text) -> String {
        let said = text.get(self.tag, &self.questionnaire.default_language);
        let gaps = forms::questionnaire::pieces(said).map(|piece| match piece {
            forms::questionnaire::Piece::Plain(plain) => plain.to_owned(),
            forms::questionnaire::Piece::Reference(_) => "______".to_owned(),
        });
        markup::plain(&gaps.collect::<String>()).into_owned()
    }

    fn question(&self, at: usize, number: &mut usize) -> Value {
        let question = &self.questionnaire.questions[at];
        let note = matches!(question.kind, Kind::Note);
        if !note {
            *number += 1;
        }
        let choices: Vec<String> = self.questionnaire.choices(question).iter().map(|choice| self.said(&choice.label)).collect();
        let (box_, lines) = match &question.kind {
            Kind::SelectMultiple { .. } => ("box", 0),
            Kind::SelectOne { .. } => ("ring", 0),
            Kind::Rank { .. } => ("place", 0),
            Kind::Acknowledge => ("box", 0),
            Kind::Text => ("", LINES),
            Kind::Integer | Kind::Decimal | Kind::Date | Kind::Time | Kind::DateTime => ("", 1),
            _ => ("", 0),
        };
        let points: Vec<String> = question.kind.points().map(|point| point.to_string()).collect();
        json!({
            "number": (!note).then_some(*number), "label": self.said(&question.label), "hint": self.said(&question.hint),
            "name": question.name, "mark": box_, "choices": choices, "points": points, "lines": vec![(); lines],
            "acknowledge": matches!(question.kind, Kind::Acknowledge), "several": matches!(question.kind, Kind::SelectMultiple { .. }),
            "rank": matches!(question.kind, Kind::Rank { .. }), "calendar": calendar(question),
            "required": question.required.is_some() && !note, "condition": question.relevant.as_ref().map(|e| e.source()),
        })
    }
}
