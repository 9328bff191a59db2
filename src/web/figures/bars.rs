//! Counts that follow each other, as upright bars: responses by day.
//!
//! The longest bar is the largest count; its number stands above, the first and the last name below. A table beside the
//! figure has them all.

use super::drawing::{Anchor, Drawing, Frame, Paint};

/// The counts in their order.
#[derive(Clone, Debug)]
pub struct BarsFigure {
    /// Unique in the page; prefixes the ids inside the drawing.
    pub id: String,
    pub title: String,
    pub desc: String,
    pub counts: Vec<u64>,
    /// The largest count, as it is read.
    pub most: String,
    /// What the first and the last bar are of.
    pub ends: (String, String),
    pub rtl: bool,
}

const WIDTH: f64 = 360.0;
const TOP: f64 = 22.0;
const LENGTH: f64 = 90.0;
/// Of a bar, where there are few.
const WIDEST: f64 = 40.0;

pub fn bars(figure: &BarsFigure) -> String {
    let most = figure.counts.iter().copied().max().unwrap_or(0).max(1);
    let step = (WIDTH / figure.counts.len().max(1) as f64).min(WIDEST);
    let gap = if step > 4.0 { 2.0 } else { 0.0 };
    let mut drawing = Drawing::new(WIDTH, TOP + LENGTH + 22.0, figure.rtl);
    drawing.text(Paint::Ink, Anchor::Start, 0.0, 14.0, 13.0, &figure.most);
    drawing.line(Paint::Hair, (0.0, TOP), (WIDTH, TOP));
    for (at, count) in figure.counts.iter().enumerate() {
        let length = LENGTH * (*count as f64 / most as f64);
        drawing.rect(Paint::Solid, step * at as f64, TOP + LENGTH - length, step - gap, length);
    }
    drawing.line(Paint::Hair, (0.0, TOP + LENGTH), (WIDTH, TOP + LENGTH));
    drawing.text(Paint::Quiet, Anchor::Start, 0.0, TOP + LENGTH + 16.0, 12.0, &figure.ends.0);
    if figure.counts.len() > 1 {
        drawing.text(Paint::Quiet, Anchor::End, WIDTH, TOP + LENGTH + 16.0, 12.0, &figure.ends.1);
    }
    drawing.finish(&Frame { class: "bars", id: &figure.id, title: &figure.title, desc: &figure.desc, has_links: false })
}

#[cfg(test)]
mod tests {
    use super::super::xml_check::assert_well_formed;
    use super::*;

    fn figure(counts: Vec<u64>, rtl: bool) -> BarsFigure {
        let (title, desc) = ("Responses".to_owned(), "By day".to_owned());
        let ends = ("2026-03-01".to_owned(), "2026-03-02 <&>".to_owned());
        BarsFigure { id: "d".to_owned(), title, desc, counts, most: "80".to_owned(), ends, rtl }
    }

    #[test]
    fn bars_are_as_long_as_their_counts() {
        let svg = bars(&figure(vec![40, 80, 0], false));
        assert_well_formed(&svg);
        assert!(svg.contains(r#"x="0" y="67" width="38" height="45""#) && svg.contains(r#"x="40" y="22" width="38" height="90""#));
        assert!(bars(&figure(vec![40, 80], true)).contains(r#"x="322" y="67""#));
    }

    #[test]
    fn no_days_and_very_many_are_no_error() {
        assert_well_formed(&bars(&figure(Vec::new(), false)));
        assert_well_formed(&bars(&figure((0..157).collect(), true)));
    }
}
