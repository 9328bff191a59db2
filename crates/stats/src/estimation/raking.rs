//! Iterative proportional fitting on collapsed cells (rows that share their levels on all margins
//! share one factor), and the projection on the same margins that residuals need.
//! What margins and cells mean, and the checks before and after, are in `calibration`.
//!
//! Source: Deming & Stephan 1940. The rule to keep: the cost of a round depends on the number of
//! cells, never on the number of rows.

/// Rounds after which margins that are still missed are called infeasible.
pub(super) const ROUNDS: u32 = 5_000;

/// The largest relative misfit of a margin that is accepted.
pub(super) const TOLERANCE: f64 = 1e-9;

/// A relative misfit that more rounds cannot better.
const ROUNDING: f64 = 1e-14;

/// One margin over the cells: the level of each cell, and the target of each level.
#[derive(Debug, Clone)]
pub(super) struct CellMargin {
    pub(super) level_of_cell: Vec<usize>,
    pub(super) targets: Vec<f64>,
}

impl CellMargin {
    fn sums(&self, cells: impl Iterator<Item = f64>) -> Vec<f64> {
        let mut sums = vec![0.0; self.targets.len()];
        for (level, value) in self.level_of_cell.iter().zip(cells) {
            sums[*level] += value;
        }
        sums
    }
}

/// The level of a margin that is furthest from its target.
#[derive(Debug, Clone, Copy)]
pub(super) struct Misfit {
    pub(super) margin: usize,
    pub(super) level: usize,
    pub(super) achieved: f64,
    pub(super) relative: f64,
}

fn worst_misfit(margins: &[CellMargin], sums: &[f64], factors: &[f64]) -> Misfit {
    let mut worst = Misfit { margin: 0, level: 0, achieved: 0.0, relative: 0.0 };
    for (index, margin) in margins.iter().enumerate() {
        let achieved = margin.sums(sums.iter().zip(factors).map(|(sum, factor)| sum * factor));
        for (level, (achieved, target)) in achieved.iter().zip(&margin.targets).enumerate() {
            let relative = (achieved - target).abs() / target;
            if *target > 0.0 && (relative > worst.relative || relative.is_nan()) {
                worst = Misfit { margin: index, level, achieved: *achieved, relative };
            }
        }
    }
    worst
}

/// The factor of each cell that brings the weighted sums of the cells to the targets of every
/// margin; or the misfit that is left after the last round. Rounds go on past the tolerance until
/// the misfit is rounding, for they are cheap and estimates inherit it.
pub(super) fn rake(margins: &[CellMargin], sums: &[f64]) -> Result<Vec<f64>, Misfit> {
    let mut factors = vec![1.0; sums.len()];
    let mut before = f64::INFINITY;
    for round in 1..=ROUNDS {
        for margin in margins {
            let achieved = margin.sums(sums.iter().zip(&factors).map(|(sum, f)| sum * f));
            for (factor, level) in factors.iter_mut().zip(&margin.level_of_cell) {
                if achieved[*level] > 0.0 {
                    *factor *= margin.targets[*level] / achieved[*level];
                }
            }
        }
        let misfit = worst_misfit(margins, sums, &factors);
        let met = misfit.relative <= TOLERANCE;
        if met && (misfit.relative <= ROUNDING || misfit.relative >= before) {
            break;
        }
        if !met && round == ROUNDS {
            return Err(misfit);
        }
        before = misfit.relative;
    }
    Ok(factors)
}

/// What the margins explain of a value with the given mean in every cell: its projection on the
/// main effects of the margins, where cell c counts `sizes[c]` times.
pub(super) fn explained(margins: &[CellMargin], sizes: &[f64], means: &[f64]) -> Vec<f64> {
    let mut residuals = means.to_vec();
    let size_sums: Vec<Vec<f64>> = margins.iter().map(|margin| margin.sums(sizes.iter().copied())).collect();
    let scale = means.iter().fold(0.0_f64, |most, mean| most.max(mean.abs()));
    let mut before = f64::INFINITY;
    for _ in 0..ROUNDS {
        let mut largest_step = 0.0_f64;
        for (margin, size_sums) in margins.iter().zip(&size_sums) {
            let sums = margin.sums(residuals.iter().zip(sizes).map(|(r, size)| r * size));
            for (residual, level) in residuals.iter_mut().zip(&margin.level_of_cell) {
                if size_sums[*level] > 0.0 {
                    let step = sums[*level] / size_sums[*level];
                    *residual -= step;
                    largest_step = largest_step.max(step.abs());
                }
            }
        }
        // Steps shrink to rounding and stay there.
        let small = largest_step <= 1e-12 * scale;
        if small && (largest_step <= 1e-16 * scale || largest_step >= before) {
            break;
        }
        before = largest_step;
    }
    means.iter().zip(&residuals).map(|(mean, r)| mean - r).collect()
}
