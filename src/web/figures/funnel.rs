//! Stages that follow each other, as bars of shrinking length: invited, opened, accepted, submitted.
//!
//! The longest bar is the largest count, usually the first stage. Counts arrive as numbers to draw
//! and as text for the reader; the same text belongs in a table near the figure.

use super::drawing::{Anchor, Drawing, Frame, Paint};
use super::lettering::wrap;

/// One stage and how many reached it.
#[derive(Clone, Debug)]
pub struct FunnelStage {
    pub label: String,
    pub count: u64,
    /// The count, with a share if that helps: "312 (78 %)".
    pub text: String,
}

/// The stages in their order.
#[derive(Clone, Debug)]
pub struct FunnelFigure {
    /// Unique in the page; prefixes the ids inside the drawing.
    pub id: String,
    pub title: String,
    pub desc: String,
    pub stages: Vec<FunnelStage>,
    pub rtl: bool,
}

const WIDTH: f64 = 360.0;
const ROW: f64 = 40.0;

/// Draws one bar a stage, its name and its count above it.
pub fn funnel(figure: &FunnelFigure) -> String {
    let most = figure.stages.iter().map(|stage| stage.count).max().unwrap_or(0).max(1);
    let rows = figure.stages.len().max(1) as f64;
    let mut drawing = Drawing::new(WIDTH, ROW * rows, figure.rtl);
    for (index, stage) in figure.stages.iter().enumerate() {
        let top = ROW * index as f64;
        let length = WIDTH * (stage.count as f64 / most as f64);
        let label = wrap(&stage.label, 13.0, WIDTH * 0.62, 1).remove(0);
        drawing.text(Paint::Ink, Anchor::Start, 0.0, top + 15.0, 13.0, &label);
        drawing.text(Paint::Ink, Anchor::End, WIDTH, top + 15.0, 13.0, &stage.text);
        drawing.rect(Paint::Track, 0.0, top + 22.0, WIDTH, 8.0);
        drawing.rect(Paint::Solid, 0.0, top + 22.0, length, 8.0);
    }
    drawing.finish(&Frame { class: "funnel", id: &figure.id, title: &figure.title, desc: &figure.desc, has_links: false })
}

#[cfg(test)]
mod tests {
    use super::super::xml_check::assert_well_formed;
    use super::*;

    fn stage(label: &str, count: u64) -> FunnelStage {
        FunnelStage { label: label.to_owned(), count, text: count.to_string() }
    }

    fn figure(stages: Vec<FunnelStage>, rtl: bool) -> FunnelFigure {
        let (title, desc) = ("Invitations".to_owned(), "How far they came".to_owned());
        FunnelFigure { id: "f".to_owned(), title, desc, stages, rtl }
    }

    #[test]
    fn bars_are_as_long_as_their_counts() {
        let stages = vec![stage("Invited", 40), stage("Accepted", 30), stage("Submitted", 10)];
        let svg = funnel(&figure(stages.clone(), false));
        assert_well_formed(&svg);
        assert!(svg.contains(r#"width="270" height="8" class="fig-solid""#));
        assert!(svg.contains(r#"width="90" height="8" class="fig-solid""#));
        let mirrored = funnel(&figure(stages, true));
        assert!(mirrored.contains(r#"x="270" y="102" width="90""#));
    }

    #[test]
    fn nobody_invited_yet_is_an_empty_funnel_not_an_error() {
        let svg = funnel(&figure(vec![stage("Invited", 0), stage("<b>", 0)], false));
        assert_well_formed(&svg);
        assert!(svg.contains("&lt;b&gt;"));
        assert_well_formed(&funnel(&figure(Vec::new(), false)));
    }
}
