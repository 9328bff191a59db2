//! The framework's temple front: the pediment's parts, the columns, the steps, one per area.
//!
//! How strongly a part is tinted says what share of the area's measures has a value; it never says
//! how good the value is, so that two cities' temples cannot be read as a ranking. The key is cut
//! from the same stone, so that it cannot say anything else than the figure.
//! Any number of areas of each kind is drawn; no code depends on there being three, six and three.

mod front;

use super::drawing::{Drawing, Frame};
use front::{STEP_HEIGHT, STEPS, WIDTH};

/// The place of an area in the temple, after the area's kind in the framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A wider benefit.
    Pediment,
    /// A building block.
    Column,
    /// A fundamental condition.
    Step,
}

/// One area of the framework in the drawing.
#[derive(Clone, Debug)]
pub struct TempleArea {
    /// The area's number, such as `4`.
    pub code: String,
    /// A short label; it is broken into lines and, if it must be, cut with an ellipsis.
    pub label: String,
    pub part: Part,
    /// Where the part leads, or none for a drawing without links.
    pub href: Option<String>,
    /// Share of the area's measures that have a value, 0 to 1; 0 is drawn hatched. None in a
    /// drawing that is not about values: plain stone.
    pub coverage: Option<f64>,
    /// Said after the label to whoever hovers or listens, such as "3 of 4 measures have a value".
    pub note: String,
}

/// A temple front with its words.
#[derive(Clone, Debug)]
pub struct TempleFigure {
    /// Unique in the page; prefixes the ids inside the drawing.
    pub id: String,
    pub title: String,
    pub desc: String,
    /// Carved into the beam over the columns: the city and the round. May be empty.
    pub inscription: String,
    pub areas: Vec<TempleArea>,
    pub rtl: bool,
}

/// Draws the temple. Links, where areas have them, are ordinary links inside the figure.
pub fn temple(figure: &TempleFigure) -> String {
    let of = |part: Part| -> Vec<&TempleArea> { figure.areas.iter().filter(|area| area.part == part).collect() };
    let steps = of(Part::Step);
    let height = STEPS + STEP_HEIGHT * steps.len() as f64 + 4.0;
    let mut drawing = Drawing::new(WIDTH, height, figure.rtl);
    let hatch = front::hatch(&mut drawing, &figure.id);
    front::roof(&mut drawing);
    front::pediment(&mut drawing, &of(Part::Pediment), &hatch);
    front::beam(&mut drawing, &figure.inscription);
    front::columns(&mut drawing, &of(Part::Column), &hatch, figure.rtl);
    front::stairs(&mut drawing, &steps, &hatch);
    drawing.finish(&Frame {
        class: "temple",
        id: &figure.id,
        title: &figure.title,
        desc: &figure.desc,
        has_links: figure.areas.iter().any(|area| area.href.is_some()),
    })
}

/// A piece of stone for the key, as an area of this coverage is drawn. What it means stands beside it.
pub fn swatch(id: &str, coverage: f64) -> String {
    let mut drawing = Drawing::new(24.0, 24.0, false);
    let hatch = front::hatch(&mut drawing, id);
    front::stone(&mut drawing, Some(coverage), &hatch, &[(1.0, 1.0), (23.0, 1.0), (23.0, 23.0), (1.0, 23.0)]);
    drawing.ornament("swatch")
}

#[cfg(test)]
mod tests {
    use super::super::xml_check::assert_well_formed;
    use super::*;

    fn figure(rtl: bool) -> TempleFigure {
        let area = |number: usize, part: Part| TempleArea {
            code: number.to_string(),
            label: format!("Area <{number}> & \"co\""),
            part,
            href: Some(format!("/areas/{number}?a=1&b=2")),
            coverage: (number != 5).then_some(number as f64 / 12.0),
            note: "1 of 2 measures".to_owned(),
        };
        TempleFigure {
            id: "temple".to_owned(),
            title: "The profile of <City>".to_owned(),
            desc: "Twelve areas".to_owned(),
            inscription: "City & round".to_owned(),
            areas: (1..=12)
                .map(|n| {
                    area(
                        n,
                        if n < 4 {
                            Part::Pediment
                        } else if n < 10 {
                            Part::Column
                        } else {
                            Part::Step
                        },
                    )
                })
                .collect(),
            rtl,
        }
    }

    #[test]
    fn every_area_is_in_the_temple_and_leads_somewhere() {
        for rtl in [false, true] {
            let svg = temple(&figure(rtl));
            assert_well_formed(&svg);
            assert_eq!(svg.matches("<a href=").count(), 12);
            for number in 1..=12 {
                assert!(svg.contains(&format!(r#"href="/areas/{number}?a=1&amp;b=2""#)), "{number}");
            }
        }
    }

    #[test]
    fn a_temple_with_links_is_a_group_and_one_without_an_image() {
        let mut figure = figure(false);
        assert!(temple(&figure).contains(r#"role="group""#));
        for area in &mut figure.areas {
            area.href = None;
        }
        let svg = temple(&figure);
        assert_well_formed(&svg);
        assert!(svg.contains(r#"role="img""#));
        assert!(!svg.contains("<a "));
    }

    #[test]
    fn names_are_escaped_and_no_style_attribute_appears() {
        let svg = temple(&figure(false));
        assert!(!svg.contains("<City>"));
        assert!(svg.contains("The profile of &lt;City&gt;"));
        assert!(!svg.contains("style="));
    }

    /// What fills the one part of a temple whose only area has this coverage.
    fn filling(coverage: Option<f64>) -> String {
        let mut figure = figure(false);
        figure.areas.truncate(11);
        figure.areas.drain(..10);
        figure.areas[0].coverage = coverage;
        filled(&temple(&figure), "temple")
    }

    /// How the first polygon that is not an outline is filled: hatched, or its opacity.
    fn filled(svg: &str, id: &str) -> String {
        if svg.contains(&format!(r#"fill="url(#{id}-hatch)""#)) {
            return "hatched".to_owned();
        }
        let at = svg.find("fill-opacity=\"").expect("a filling") + "fill-opacity=\"".len();
        svg[at..].split('"').next().unwrap().to_owned()
    }

    #[test]
    fn an_area_without_a_value_is_hatched_and_one_value_in_ten_is_seen() {
        assert_eq!(filling(Some(0.0)), "hatched");
        assert_eq!(filling(Some(f64::NAN)), "hatched");
        let opacity = |coverage| filling(coverage).parse::<f64>().unwrap();
        assert!(opacity(None) < 0.05, "plain stone where the drawing is not about values");
        assert!(opacity(Some(0.1)) > 0.09 && opacity(Some(0.1)) < opacity(Some(1.0)));
    }

    #[test]
    fn the_key_is_cut_from_the_stone_of_the_figure() {
        for coverage in [0.0, 0.5, 1.0] {
            let key = swatch("key", coverage);
            assert_well_formed(&key);
            assert_eq!(filled(&key, "key"), filling(Some(coverage)), "{coverage}");
            assert!(key.contains(r#"aria-hidden="true""#));
        }
    }

    #[test]
    fn other_frameworks_and_odd_numbers_still_give_a_drawing() {
        let mut figure = figure(false);
        figure.areas.truncate(1);
        figure.areas[0].coverage = Some(f64::NAN);
        assert_well_formed(&temple(&figure));
        figure.areas.clear();
        let svg = temple(&figure);
        assert_well_formed(&svg);
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }
}
