//! Who reviews what: reports are assigned to experts so that the total affinity is the highest
//! possible, exactly, within everybody's load and without a forbidden pair; or it is said why that
//! cannot be done. On request the worst report is looked after first.
//!
//! Method: minimum-cost flow by a network simplex of our own (`simplex`), integer costs, ties
//! decided by the seed. Pure: no clock, no global randomness; the same problem and seed give the
//! same plan. Knows numbers only; who is in conflict with whom is the callers' business.

mod alternates;
mod blocking;
mod connectivity;
mod input;
mod model;
mod open;
mod plan;
mod problem;
mod replan;
mod simplex;
mod value;
mod worst;

pub use alternates::{Alternate, alternates};
pub use blocking::{Cause, Infeasible};
pub use connectivity::{Component, Connectivity, WeakestLink, connectivity};
pub use input::{Matrix, Refused, read_matrix};
pub use plan::{Options, Plan, Stage, Worst, solve, solve_watched};
pub use problem::{Candidate, Invalid, Load, Pair, Problem};
pub use replan::{Declined, Replan, after_declines, without_declined};
