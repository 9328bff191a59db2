//! How many ratings each level of a rubric got, as small standing bars.
//!
//! Levels keep the rubric's order from the reading edge; the panel score may be pointed out.
//! It shows a distribution within one report or one round, never one city against another.

use super::drawing::{Anchor, Drawing, Frame, Paint};

/// One level and its ratings.
#[derive(Clone, Debug)]
pub struct LevelBar {
    /// The level as readers know it: "0" to "4", or a short word.
    pub label: String,
    pub count: u64,
    /// True for the panel score, which gets a mark under its label.
    pub chosen: bool,
}

/// The distribution of ratings over levels.
#[derive(Clone, Debug)]
pub struct LevelsFigure {
    /// Unique in the page; prefixes the ids inside the drawing.
    pub id: String,
    pub title: String,
    pub desc: String,
    pub levels: Vec<LevelBar>,
    pub rtl: bool,
}

const PITCH: f64 = 40.0;
const BASE: f64 = 84.0;
const TALLEST: f64 = 62.0;

/// Draws one bar a level, its count on top, its label below.
pub fn levels(figure: &LevelsFigure) -> String {
    let most = figure.levels.iter().map(|level| level.count).max().unwrap_or(0).max(1);
    let width = PITCH * figure.levels.len().max(1) as f64;
    let mut drawing = Drawing::new(width, BASE + 26.0, figure.rtl);
    for (index, level) in figure.levels.iter().enumerate() {
        let x = PITCH * (index as f64 + 0.5);
        let height = TALLEST * (level.count as f64 / most as f64);
        let paint = if level.chosen { Paint::Solid } else { Paint::Wash(0.3) };
        if level.count > 0 {
            drawing.rect(paint, x - 12.0, BASE - height, 24.0, height);
            let count = level.count.to_string();
            drawing.text(Paint::Ink, Anchor::Middle, x, BASE - height - 6.0, 12.0, &count);
        }
        drawing.text(Paint::Quiet, Anchor::Middle, x, BASE + 16.0, 12.0, &level.label);
        if level.chosen {
            drawing.rect(Paint::Solid, x - 6.0, BASE + 21.0, 12.0, 3.0);
        }
    }
    drawing.line(Paint::Hair, (0.0, BASE), (width, BASE));
    drawing.finish(&Frame { class: "levels-figure", id: &figure.id, title: &figure.title, desc: &figure.desc, has_links: false })
}

#[cfg(test)]
mod tests {
    use super::super::xml_check::assert_well_formed;
    use super::*;

    fn figure(counts: &[u64], rtl: bool) -> LevelsFigure {
        LevelsFigure {
            id: "l".to_owned(),
            title: "Ratings".to_owned(),
            desc: "Three experts & one doubt".to_owned(),
            levels: counts.iter().enumerate().map(|(level, &count)| LevelBar { label: level.to_string(), count, chosen: level == 3 }).collect(),
            rtl,
        }
    }

    #[test]
    fn every_level_has_its_place_even_if_nobody_chose_it() {
        let svg = levels(&figure(&[0, 0, 1, 2, 0], false));
        assert_well_formed(&svg);
        for level in 0..=4 {
            assert!(svg.contains(&format!(">{level}</text>")), "{level}");
        }
        assert!(svg.contains(r#"height="62" class="fig-solid""#));
        assert!(svg.contains(r#"height="31" class="fig-wash""#));
    }

    #[test]
    fn levels_run_from_the_reading_edge() {
        let first = |rtl| levels(&figure(&[5, 0, 0, 0, 0], rtl));
        assert!(first(false).contains(r#"<rect x="8""#));
        assert!(first(true).contains(r#"<rect x="168""#));
    }

    #[test]
    fn no_ratings_give_an_empty_scale() {
        assert_well_formed(&levels(&figure(&[0, 0, 0, 0, 0], false)));
        assert_well_formed(&levels(&figure(&[], false)));
    }
}
