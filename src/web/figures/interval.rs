//! One estimate with its interval on a scale.
//!
//! There is no mark for another city: cities are not compared with one another.
//! Numbers arrive twice: as values to place, and as text formatted for the reader's language.

use super::drawing::{Anchor, Drawing, Frame, Paint};

/// A value to mark, with its words ("41 %").
#[derive(Clone, Debug)]
pub struct Mark {
    pub value: f64,
    pub text: String,
}

/// An estimate on a scale. All values share the scale's unit.
#[derive(Clone, Debug)]
pub struct IntervalFigure {
    /// Unique in the page; prefixes the ids inside the drawing.
    pub id: String,
    pub title: String,
    pub desc: String,
    /// The scale's ends, smaller first, with their words.
    pub min: Mark,
    pub max: Mark,
    pub estimate: Mark,
    /// Lower and upper bound of the interval; none where it does not exist.
    pub bounds: Option<(f64, f64)>,
    pub rtl: bool,
}

const WIDTH: f64 = 360.0;
const EDGE: f64 = 12.0;
const AXIS: f64 = 52.0;

/// Draws a dot with its interval as a bar.
pub fn interval(figure: &IntervalFigure) -> String {
    let mut drawing = Drawing::new(WIDTH, AXIS + 30.0, figure.rtl);
    let place = |value: f64| -> f64 {
        let span = figure.max.value - figure.min.value;
        let share = if span > 0.0 { (value - figure.min.value) / span } else { 0.5 };
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        EDGE + (WIDTH - 2.0 * EDGE) * share
    };

    drawing.line(Paint::Hair, (EDGE, AXIS), (WIDTH - EDGE, AXIS));
    for x in [EDGE, WIDTH - EDGE] {
        drawing.line(Paint::Hair, (x, AXIS - 5.0), (x, AXIS + 5.0));
    }
    drawing.text(Paint::Quiet, Anchor::Start, EDGE, AXIS + 21.0, 13.0, &figure.min.text);
    drawing.text(Paint::Quiet, Anchor::End, WIDTH - EDGE, AXIS + 21.0, 13.0, &figure.max.text);

    if let Some((low, high)) = figure.bounds {
        let (from, to) = (place(low.min(high)), place(low.max(high)));
        drawing.rect(Paint::Wash(0.25), from, AXIS - 6.0, to - from, 12.0);
    }
    let at = place(figure.estimate.value);
    drawing.circle(Paint::Solid, at, AXIS, 6.0);
    // The number must not hang over the edge when the estimate is near an end of the scale.
    let label = at.clamp(EDGE + 22.0, WIDTH - EDGE - 22.0);
    drawing.text(Paint::Ink, Anchor::Middle, label, AXIS - 21.0, 18.0, &figure.estimate.text);

    drawing.finish(&Frame { class: "interval", id: &figure.id, title: &figure.title, desc: &figure.desc, has_links: false })
}

#[cfg(test)]
mod tests {
    use super::super::xml_check::assert_well_formed;
    use super::*;

    fn mark(value: f64, text: &str) -> Mark {
        Mark { value, text: text.to_owned() }
    }

    fn figure() -> IntervalFigure {
        IntervalFigure {
            id: "i".to_owned(),
            title: "Volunteering".to_owned(),
            desc: "41 % <36 to 46>".to_owned(),
            min: mark(0.0, "0 %"),
            max: mark(100.0, "100 %"),
            estimate: mark(41.0, "41 %"),
            bounds: Some((36.0, 46.0)),
            rtl: false,
        }
    }

    #[test]
    fn the_estimate_and_its_interval_are_drawn() {
        let svg = interval(&figure());
        assert_well_formed(&svg);
        for text in ["41 %", "100 %", "&lt;36 to 46&gt;"] {
            assert!(svg.contains(text), "{text}");
        }
        // 36 to 46 of 0..100 on 336 units.
        assert!(svg.contains(r#"width="33.6""#));
    }

    #[test]
    fn a_right_to_left_scale_starts_on_the_right() {
        let dot = |svg: &str| svg.contains(r#"cx="149.76" cy="52" r="6""#);
        assert!(dot(&interval(&figure())));
        let mut mirrored = figure();
        mirrored.rtl = true;
        let svg = interval(&mirrored);
        assert_well_formed(&svg);
        assert!(svg.contains(r#"cx="210.24" cy="52" r="6""#));
    }

    #[test]
    fn values_off_the_scale_and_an_empty_scale_stay_inside_the_picture() {
        let mut odd = figure();
        odd.bounds = Some((-20.0, f64::INFINITY));
        odd.estimate = mark(140.0, "140 %");
        assert_well_formed(&interval(&odd));
        odd.max = mark(0.0, "0 %");
        odd.bounds = None;
        let svg = interval(&odd);
        assert_well_formed(&svg);
        assert!(!svg.contains("NaN") && !svg.contains("inf\""));
    }
}
