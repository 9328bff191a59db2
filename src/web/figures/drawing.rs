//! The pencil of every figure: shapes and texts at mirrored coordinates, the `<svg>` frame.
//!
//! Abscissas are measured from the edge where reading starts; in a right-to-left figure they are
//! mirrored here, once, so that no figure needs to think about direction.
//! Every shape has a class for the page's themes and a colour attribute for a saved file.

use std::fmt::Write as _;

use super::lettering::{escape, number};

/// Colours of a figure that stands alone; `style.css` overrides them through the classes.
const INK: &str = "#1b2428";
const QUIET: &str = "#55636a";
const ACCENT: &str = "#0b5876";
pub(super) const LINE: &str = "#8b999f";

/// What a shape or a word is drawn with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Paint {
    /// Outline in the accent colour, no fill.
    Outline,
    /// A fine line for ornament and scales.
    Hair,
    /// Solid accent.
    Solid,
    /// Accent at the given opacity, 0 to 1, with an outline.
    Wash(f64),
    /// A quiet track behind a bar.
    Track,
    /// Main text.
    Ink,
    /// Secondary text.
    Quiet,
    /// Text in the accent colour.
    Carved,
}

impl Paint {
    fn attributes(self) -> String {
        match self {
            Self::Outline => {
                format!(r#"class="fig-outline" fill="none" stroke="{ACCENT}" stroke-width="1.2""#)
            }
            Self::Hair => {
                format!(r#"class="fig-hair" fill="none" stroke="{LINE}" stroke-width="0.8""#)
            }
            Self::Solid => format!(r#"class="fig-solid" fill="{ACCENT}""#),
            Self::Wash(opacity) => {
                format!(r#"class="fig-wash" fill="{ACCENT}" fill-opacity="{}" stroke="{ACCENT}" stroke-width="1.2""#, number(opacity.clamp(0.0, 1.0)))
            }
            Self::Track => format!(r#"class="fig-track" fill="{LINE}" fill-opacity="0.25""#),
            Self::Ink => format!(r#"class="fig-ink" fill="{INK}""#),
            Self::Quiet => format!(r#"class="fig-quiet" fill="{QUIET}""#),
            Self::Carved => format!(r#"class="fig-carved" fill="{ACCENT}""#),
        }
    }
}

/// Where a text hangs on its point, in reading direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    const fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// What names a figure to those who do not see it.
pub(super) struct Frame<'a> {
    pub class: &'a str,
    pub id: &'a str,
    pub title: &'a str,
    pub desc: &'a str,
    /// A figure with links must not be an image to assistive technology: an image has no insides.
    pub has_links: bool,
}

/// An SVG under construction. Lengths are in user units, of which a phone shows one per pixel.
pub(super) struct Drawing {
    body: String,
    width: f64,
    height: f64,
    rtl: bool,
}

impl Drawing {
    pub fn new(width: f64, height: f64, rtl: bool) -> Self {
        Self { body: String::new(), width, height, rtl }
    }

    fn mirrored(&self, x: f64) -> f64 {
        if self.rtl { self.width - x } else { x }
    }

    /// Markup that is already safe, such as a group's opening or closing tag.
    pub fn raw(&mut self, markup: &str) {
        self.body.push_str(markup);
    }

    pub fn rect(&mut self, paint: Paint, x: f64, y: f64, width: f64, height: f64) {
        let left = if self.rtl { self.width - x - width } else { x };
        let _ = write!(
            self.body,
            r#"<rect x="{}" y="{}" width="{}" height="{}" {}/>"#,
            number(left),
            number(y),
            number(width.max(0.0)),
            number(height.max(0.0)),
            paint.attributes(),
        );
    }

    pub fn line(&mut self, paint: Paint, from: (f64, f64), to: (f64, f64)) {
        let _ = write!(
            self.body,
            r#"<path d="M{} {}L{} {}" {}/>"#,
            number(self.mirrored(from.0)),
            number(from.1),
            number(self.mirrored(to.0)),
            number(to.1),
            paint.attributes(),
        );
    }

    pub fn polygon(&mut self, paint: Paint, points: &[(f64, f64)]) {
        self.polygon_with(&paint.attributes(), points);
    }

    /// A polygon with hand-made attributes, for a pattern fill.
    pub fn polygon_with(&mut self, attributes: &str, points: &[(f64, f64)]) {
        let list: Vec<String> = points.iter().map(|&(x, y)| format!("{},{}", number(self.mirrored(x)), number(y))).collect();
        let _ = write!(self.body, r#"<polygon points="{}" {attributes}/>"#, list.join(" "));
    }

    pub fn circle(&mut self, paint: Paint, x: f64, y: f64, radius: f64) {
        let _ = write!(self.body, r#"<circle cx="{}" cy="{}" r="{}" {}/>"#, number(self.mirrored(x)), number(y), number(radius), paint.attributes());
    }

    /// A text ends in a space, so that a screen reader does not run neighbours together.
    pub fn text(&mut self, paint: Paint, anchor: Anchor, x: f64, y: f64, size: f64, text: &str) {
        let _ = write!(
            self.body,
            r#"<text x="{}" y="{}" font-size="{}" text-anchor="{}" {}>{}</text> "#,
            number(self.mirrored(x)),
            number(y),
            number(size),
            anchor.word(),
            paint.attributes(),
            escape(text),
        );
    }

    /// Text turned a quarter to the left, reading along a column: upwards in a left-to-right
    /// script, downwards in a right-to-left one. `y` is where the reading starts.
    pub fn upright(&mut self, paint: Paint, x: f64, y: f64, size: f64, text: &str) {
        let (x, y) = (number(self.mirrored(x)), number(y));
        let _ = write!(
            self.body,
            r#"<text transform="translate({x} {y}) rotate(-90)" font-size="{}" {}>{}</text> "#,
            number(size),
            paint.attributes(),
            escape(text),
        );
    }

    pub fn finish(self, frame: &Frame<'_>) -> String {
        let id = escape(frame.id);
        format!(
            concat!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" class="figure {class}" id="{id}" "#,
                r#"viewBox="0 0 {width} {height}" role="{role}" direction="{direction}" "#,
                r#"aria-labelledby="{id}-title {id}-desc"><title id="{id}-title">{title}</title>"#,
                r#"<desc id="{id}-desc">{desc}</desc>{body}</svg>"#,
            ),
            class = frame.class,
            id = id,
            width = number(self.width),
            height = number(self.height),
            role = if frame.has_links { "group" } else { "img" },
            direction = if self.rtl { "rtl" } else { "ltr" },
            title = escape(frame.title),
            desc = escape(frame.desc),
            body = self.body,
        )
    }

    /// The drawing as a sign beside words that say the same: hidden from those who listen.
    pub fn ornament(self, class: &str) -> String {
        let (width, height) = (number(self.width), number(self.height));
        format!(r#"<svg xmlns="http://www.w3.org/2000/svg" class="{class}" viewBox="0 0 {width} {height}" aria-hidden="true">{}</svg>"#, self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_to_left_drawing_is_mirrored() {
        let mut drawing = Drawing::new(100.0, 10.0, true);
        drawing.rect(Paint::Solid, 0.0, 0.0, 30.0, 10.0);
        assert!(drawing.body.contains(r#"x="70""#));
    }
}
