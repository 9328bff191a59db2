//! The stones of the temple front, from the roof down to the steps, and their proportions.
//!
//! Every part of an area is drawn inside the area's link, so that the whole stone can be pressed.

use std::fmt::Write as _;

use super::super::drawing::{Anchor, Drawing, LINE, Paint};
use super::super::lettering::{advance, escape, number, wrap};
use super::TempleArea;

// A phone of 360 px shows about one unit a pixel. Heights from top to bottom.
pub(super) const WIDTH: f64 = 360.0;
const APEX: f64 = 12.0;
const EAVES: f64 = 96.0;
const FRIEZE: f64 = 103.0;
const BEAM: f64 = 153.0;
const CAPITAL: f64 = 175.0;
const SHAFT: f64 = 188.0;
const FOOT: f64 = 350.0;
pub(super) const STEPS: f64 = 358.0;
pub(super) const STEP_HEIGHT: f64 = 32.0;
const ROOF_EDGE: f64 = 8.0;
const BODY_EDGE: f64 = 24.0;
/// Sizes of an area's name: in the frieze, and along a column.
const PANEL_NAME: f64 = 10.8;
const NAME: f64 = 11.5;
const NAME_ROW: f64 = 13.4;

/// Opens the link (or plain group) around everything one area draws. Its title is its accessible
/// name and its tooltip.
fn open(drawing: &mut Drawing, area: &TempleArea) {
    let mut name = format!("{} {}", escape(&area.code), escape(&area.label));
    if !area.note.is_empty() {
        let _ = write!(name, ": {}", escape(&area.note));
    }
    match &area.href {
        Some(href) => drawing.raw(&format!(r#"<a href="{}" class="fig-link"><title>{name}</title>"#, escape(href))),
        None => drawing.raw(&format!("<g><title>{name}</title>")),
    }
}

fn close(drawing: &mut Drawing, area: &TempleArea) {
    drawing.raw(if area.href.is_some() { "</a>" } else { "</g>" });
}

/// Defines the pattern of a stone without a value; gives its id.
pub(super) fn hatch(drawing: &mut Drawing, figure: &str) -> String {
    let hatch = format!("{}-hatch", escape(figure));
    drawing.raw(&format!(
        concat!(
            r#"<defs><pattern id="{}" width="6" height="6" patternUnits="userSpaceOnUse" "#,
            r#"patternTransform="rotate(45)"><path class="fig-hair" stroke="{}" "#,
            r#"stroke-width="0.8" d="M0 0V6"/></pattern></defs>"#
        ),
        hatch, LINE
    ));
    hatch
}

/// The tint of a stone: plain where nothing is said about values, hatched without a value,
/// otherwise stronger with coverage, and never so light that one value looks like none.
pub(super) fn stone(drawing: &mut Drawing, coverage: Option<f64>, hatch: &str, points: &[(f64, f64)]) {
    match coverage {
        None => drawing.polygon(Paint::Wash(0.03), points),
        Some(share) if share > 0.0 => drawing.polygon(Paint::Wash(0.08 + 0.24 * share.min(1.0)), points),
        Some(_) => {
            drawing.polygon_with(&format!(r#"class="fig-hatched" fill="url(#{hatch})""#), points);
            drawing.polygon(Paint::Outline, points);
        }
    }
}

/// The height of the roof's inner edge over a point of the eaves.
fn under_roof(x: f64) -> f64 {
    let inner_apex = APEX + 10.0;
    let half = WIDTH / 2.0 - ROOF_EDGE - 16.0;
    let from_middle = (x - WIDTH / 2.0).abs();
    EAVES - 4.0 - (EAVES - 4.0 - inner_apex) * (1.0 - (from_middle / half).min(1.0))
}

pub(super) fn roof(drawing: &mut Drawing) {
    let middle = WIDTH / 2.0;
    let (left, right) = (ROOF_EDGE, WIDTH - ROOF_EDGE);
    drawing.polygon(Paint::Outline, &[(left, EAVES), (middle, APEX), (right, EAVES)]);
    drawing.rect(Paint::Solid, left - 4.0, EAVES, right - left + 8.0, 2.4);
    drawing.line(Paint::Hair, (left, EAVES + 5.0), (right, EAVES + 5.0));
    // Acroteria: a small flame on the ridge, one on each corner of the eaves.
    for (x, y, size) in [(middle, APEX, 1.0), (left, EAVES, 0.7), (right, EAVES, 0.7)] {
        let (w, h) = (4.0 * size, 10.0 * size);
        drawing.polygon(Paint::Solid, &[(x, y - h), (x + w, y - h * 0.4), (x + w * 0.5, y), (x - w * 0.5, y), (x - w, y - h * 0.4)]);
    }
}

/// The tympanum carries the numbers, the frieze below it the names, of the same areas.
pub(super) fn pediment(drawing: &mut Drawing, areas: &[&TempleArea], hatch: &str) {
    let count = areas.len().max(1) as f64;
    let (start, end) = (ROOF_EDGE + 16.0, WIDTH - ROOF_EDGE - 16.0);
    let floor = EAVES - 4.0;
    let panel = (WIDTH - 2.0 * ROOF_EDGE) / count;
    for (index, area) in areas.iter().enumerate() {
        let from = start + (end - start) * index as f64 / count;
        let to = start + (end - start) * (index as f64 + 1.0) / count;
        let mut points = vec![(from, floor), (from, under_roof(from))];
        let middle = WIDTH / 2.0;
        if from < middle && middle < to {
            points.push((middle, under_roof(middle)));
        }
        points.extend([(to, under_roof(to)), (to, floor)]);
        open(drawing, area);
        stone(drawing, area.coverage, hatch, &points);
        // The number stands where the part is highest: near the middle of the house.
        let lean = if to <= middle {
            0.68
        } else if from >= middle {
            0.32
        } else {
            0.5
        };
        let x = from + (to - from) * lean;
        drawing.text(Paint::Carved, Anchor::Middle, x, floor - 9.0, 20.0, &area.code);

        let left = ROOF_EDGE + panel * index as f64;
        let (a, b) = (left + 4.0, left + panel - 4.0);
        stone(drawing, area.coverage, hatch, &[(a, FRIEZE), (b, FRIEZE), (b, BEAM - 3.0), (a, BEAM - 3.0)]);
        let lines = wrap(&area.label, PANEL_NAME, panel - 12.0, 3);
        let middle = (FRIEZE + BEAM - 3.0) / 2.0;
        let first = middle + 4.0 - NAME_ROW / 2.0 * (lines.len() as f64 - 1.0);
        for (row, line) in lines.iter().enumerate() {
            let y = first + NAME_ROW * row as f64;
            drawing.text(Paint::Ink, Anchor::Middle, left + panel / 2.0, y, PANEL_NAME, line);
        }
        close(drawing, area);
    }
}

pub(super) fn beam(drawing: &mut Drawing, inscription: &str) {
    let (left, right) = (BODY_EDGE - 10.0, WIDTH - BODY_EDGE + 10.0);
    drawing.rect(Paint::Outline, left, BEAM, right - left, CAPITAL - BEAM - 1.0);
    if inscription.is_empty() {
        drawing.line(Paint::Hair, (left, BEAM + 7.0), (right, BEAM + 7.0));
        drawing.line(Paint::Hair, (left, BEAM + 13.0), (right, BEAM + 13.0));
    } else {
        let line = wrap(inscription, 12.0, right - left - 20.0, 1).remove(0);
        drawing.text(Paint::Carved, Anchor::Middle, WIDTH / 2.0, BEAM + 14.5, 12.0, &line);
    }
}

pub(super) fn columns(drawing: &mut Drawing, areas: &[&TempleArea], hatch: &str, rtl: bool) {
    let pitch = (WIDTH - 2.0 * BODY_EDGE) / areas.len().max(1) as f64;
    let shaft = (pitch * 0.74).min(48.0);
    for (index, area) in areas.iter().enumerate() {
        let x = BODY_EDGE + pitch * (index as f64 + 0.5);
        let (top, bottom) = (shaft * 0.45, shaft * 0.5);
        open(drawing, area);
        stone(drawing, area.coverage, hatch, &[(x - top, SHAFT), (x + top, SHAFT), (x + bottom, FOOT), (x - bottom, FOOT)]);
        for inset in [2.2, 4.2] {
            for side in [-1.0, 1.0] {
                let (up, down) = ((top - inset) * side, (bottom - inset) * side);
                drawing.line(Paint::Hair, (x + up, SHAFT + 4.0), (x + down, FOOT - 3.0));
            }
        }
        drawing.rect(Paint::Solid, x - shaft * 0.6, CAPITAL, shaft * 1.2, 4.0);
        drawing.polygon(
            Paint::Outline,
            &[
                (x - shaft * 0.57, CAPITAL + 4.0),
                (x + shaft * 0.57, CAPITAL + 4.0),
                (x + top, SHAFT - 2.0),
                (x + top, SHAFT),
                (x - top, SHAFT),
                (x - top, SHAFT - 2.0),
            ],
        );
        drawing.rect(Paint::Solid, x - shaft * 0.56, FOOT, shaft * 1.12, 3.0);
        drawing.rect(Paint::Outline, x - shaft * 0.6, FOOT + 3.0, shaft * 1.2, STEPS - FOOT - 3.0);
        drawing.text(Paint::Carved, Anchor::Middle, x, SHAFT + 20.0, 16.0, &area.code);
        let room = FOOT - SHAFT - 36.0;
        let lines = wrap(&area.label, NAME, room, 2);
        let start = if rtl { SHAFT + 28.0 } else { FOOT - 8.0 };
        // Lines stack from left to right on paper whatever the direction, so undo the mirroring.
        let side = if rtl { -1.0 } else { 1.0 };
        let first = 3.8 - NAME_ROW / 2.0 * (lines.len() as f64 - 1.0);
        for (row, line) in lines.iter().enumerate() {
            let across = (first + NAME_ROW * row as f64) * side;
            drawing.upright(Paint::Ink, x + across, start, NAME, line);
        }
        close(drawing, area);
    }
}

pub(super) fn stairs(drawing: &mut Drawing, areas: &[&TempleArea], hatch: &str) {
    let count = areas.len() as f64;
    for (index, area) in areas.iter().enumerate() {
        let edge = (count - 1.0 - index as f64) * (14.0 / (count - 1.0).max(1.0)) + 0.8;
        let y = STEPS + STEP_HEIGHT * index as f64;
        let (left, right) = (edge, WIDTH - edge);
        open(drawing, area);
        stone(drawing, area.coverage, hatch, &[(left, y), (right, y), (right, y + STEP_HEIGHT), (left, y + STEP_HEIGHT)]);
        let label = wrap(&area.label, 12.5, right - left - 50.0, 1).remove(0);
        // Number and name are centred together.
        let code_width = advance(&area.code, 15.0) + 7.0;
        let label_width = advance(&label, 12.5);
        let start = (WIDTH - code_width - label_width) / 2.0;
        let base = y + 21.0;
        drawing.text(Paint::Carved, Anchor::Start, start, base, 15.0, &area.code);
        drawing.text(Paint::Ink, Anchor::Start, start + code_width, base - 0.6, 12.5, &label);
        close(drawing, area);
    }
    let ground = STEPS + STEP_HEIGHT * count + 2.0;
    drawing.raw(&format!(
        r#"<path d="M0 {y}H{w}" class="fig-hair" stroke="{c}" stroke-width="0.8"/>"#,
        y = number(ground),
        w = number(WIDTH),
        c = LINE
    ));
}
