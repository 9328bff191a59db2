//! What must be known of all rows before the first is written, where a file says in its head how wide its columns are:
//! found in one pass that keeps no row.

use super::cell::Cell;
use super::layout::{Holds, Layout, Variable, codes};

/// The numbers that stand for what was not asked and not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    pub not_asked: i64,
    pub not_answered: i64,
}

impl Missing {
    /// The first of −98 and −99, −998 and −999 and so on that are below all that is there.
    pub fn below(lowest: f64) -> Self {
        let mut base = 100;
        while lowest <= (2 - base) as f64 && base < 1_000_000_000_000_000 {
            base *= 10;
        }
        Self { not_asked: 2 - base, not_answered: 1 - base }
    }

    /// Those of a variable by its questionnaire alone, for whoever has not seen the answers.
    pub fn of(layout: &Layout<'_>, variable: &Variable) -> Self {
        Self::below(lowest_code(layout, variable))
    }
}

fn lowest_code(layout: &Layout<'_>, variable: &Variable) -> f64 {
    match variable.holds {
        Holds::Choice => codes(layout.choices(variable)).min().unwrap_or_default() as f64,
        _ => 0.0,
    }
}

/// What was seen of one column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shape {
    /// Bytes of the longest text.
    pub longest: usize,
    pub lowest: f64,
    /// Whether some of it is text.
    pub text: bool,
}

/// What was seen of all columns.
#[derive(Clone, Debug)]
pub struct Shapes(pub(super) Vec<Shape>);

impl Shapes {
    pub fn new(layout: &Layout<'_>) -> Self {
        let shape = |variable: &Variable| {
            let text = matches!(variable.holds, Holds::Text | Holds::Joined);
            Shape { longest: layout.not_asked.len(), lowest: lowest_code(layout, variable), text }
        };
        Self(layout.variables.iter().map(shape).collect())
    }

    pub fn look(&mut self, row: &[Cell<'_>]) {
        for (shape, cell) in self.0.iter_mut().zip(row) {
            match cell {
                Cell::Text(text) => {
                    shape.longest = shape.longest.max(text.len());
                    shape.text = true;
                }
                Cell::Number(number) => {
                    shape.lowest = shape.lowest.min(*number);
                    // Where the column turns out to be text, numbers are written as such.
                    shape.longest = shape.longest.max(24);
                }
                _ => {}
            }
        }
    }
}
