//! Pictures of numbers: the temple front, intervals, funnels and level distributions as SVG text.
//!
//! Pure: words and formatted numbers come in from the caller, an `<svg>` element goes out, to be
//! placed in a page unescaped or saved as a file. No figure ranks cities, and none carries the only
//! copy of a number: the page keeps a table or list behind it.
//! Keep to presentation attributes and classes; the content security policy refuses `style=`.

mod bars;
mod drawing;
mod funnel;
mod interval;
mod lettering;
mod levels;
mod temple;

pub use bars::{BarsFigure, bars};
pub use funnel::{FunnelFigure, FunnelStage, funnel};
pub use interval::{IntervalFigure, Mark, interval};
pub use levels::{LevelBar, LevelsFigure, levels};
pub use temple::{Part, TempleArea, TempleFigure, swatch, temple};

#[cfg(test)]
mod xml_check;
