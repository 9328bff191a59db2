//! Weights brought to known population counts: post-stratification (one margin) and raking (several),
//! with the checks that make an impossible set of margins an error instead of a wrong answer.
//!
//! Sources: Deming & Stephan 1940; Deville & Särndal 1992; Särndal, Swensson & Wretman 1992. The
//! rule to keep: weights leave here only if every margin is met.

use std::collections::HashMap;

use super::codes::{Codes, MISSING};
use super::error::EstimationError;
use super::margins::Margin;
use super::raking::{CellMargin, Misfit, ROUNDS, TOLERANCE, explained, rake};

/// The margins a sample is to be brought to, and the level of every row on each of them.
#[derive(Debug, Clone)]
pub struct Calibration {
    margins: Vec<(Margin, Codes)>,
    raking: bool,
}

impl Calibration {
    /// Post-stratification on one variable.
    pub fn poststratify(margin: Margin, levels: Codes) -> Self {
        Self { margins: vec![(margin, levels)], raking: false }
    }

    /// Raking on several variables.
    pub fn rake(margins: Vec<(Margin, Codes)>) -> Self {
        Self { margins, raking: true }
    }

    /// Checks the margins against the sample and finds the factor of every row's weight.
    pub(super) fn fit(&self, weights: &[f64]) -> Result<Fitted, EstimationError> {
        for (margin, levels) in &self.margins {
            margin.check()?;
            levels.check_length(&margin.variable, weights.len())?;
        }
        self.check_totals()?;
        let levels = self.margins.iter().map(|(margin, levels)| matched_levels(margin, levels, weights)).collect::<Result<Vec<_>, _>>()?;
        let cells = Cells::collapse(&levels, weights);
        let margins: Vec<CellMargin> = self
            .margins
            .iter()
            .enumerate()
            .map(|(index, (margin, _))| CellMargin {
                level_of_cell: cells.keys.iter().map(|key| key[index]).collect(),
                targets: margin.counts.iter().map(|(_, count)| *count).collect(),
            })
            .collect();
        let factors = rake(&margins, &cells.weights).map_err(|misfit| self.infeasible(&misfit))?;
        // R's survey fits post-strata with the weights before calibration and raking margins
        // with every row counting once; standard errors here follow it.
        let sizes = if self.raking { cells.rows } else { cells.weights };
        Ok(Fitted { cell_of_row: cells.cell_of_row, factors, margins, sizes, by_rows: self.raking })
    }

    fn check_totals(&self) -> Result<(), EstimationError> {
        let Some(((first, _), others)) = self.margins.split_first() else {
            return Ok(());
        };
        for (other, _) in others {
            let (a, b) = (first.total(), other.total());
            if (a - b).abs() > TOLERANCE * a.max(b) {
                return Err(EstimationError::ContradictoryMargins {
                    first: first.variable.clone(),
                    first_total: a,
                    second: other.variable.clone(),
                    second_total: b,
                });
            }
        }
        Ok(())
    }

    fn infeasible(&self, misfit: &Misfit) -> EstimationError {
        let (margin, _) = &self.margins[misfit.margin];
        let (level, target) = &margin.counts[misfit.level];
        EstimationError::InfeasibleMargins {
            rounds: ROUNDS,
            variable: margin.variable.clone(),
            level: level.clone(),
            achieved: misfit.achieved,
            target: *target,
        }
    }
}

/// The index into the margin's counts of every row; every row must have a level with a target, and
/// every target must have someone to carry it.
fn matched_levels(margin: &Margin, levels: &Codes, weights: &[f64]) -> Result<Vec<usize>, EstimationError> {
    let refuse = |level: &str, problem: &str| EstimationError::Margin {
        variable: margin.variable.clone(),
        level: level.to_owned(),
        problem: problem.to_owned(),
    };
    let mut index_of_code = Vec::with_capacity(levels.labels().len());
    for label in levels.labels() {
        index_of_code.push(margin.counts.iter().position(|(level, _)| level == label));
    }
    let mut weight_of_level = vec![0.0; margin.counts.len()];
    let mut matched = Vec::with_capacity(weights.len());
    for (row, (code, weight)) in levels.codes().iter().zip(weights).enumerate() {
        if *code == MISSING {
            let problem = "is missing, so the row cannot be calibrated";
            return Err(EstimationError::row(row, &margin.variable, problem));
        }
        let Some(index) = index_of_code[*code as usize] else {
            let level = &levels.labels()[*code as usize];
            return Err(refuse(level, "is in the sample and has no population count"));
        };
        weight_of_level[index] += weight;
        matched.push(index);
    }
    for ((level, target), weight) in margin.counts.iter().zip(weight_of_level) {
        if *target > 0.0 && weight <= 0.0 {
            return Err(refuse(level, "has a population count and nobody in the sample"));
        }
        if *target <= 0.0 && weight > 0.0 {
            return Err(refuse(level, "has a population count of zero and respondents"));
        }
    }
    Ok(matched)
}

/// Rows that share their levels on all margins.
struct Cells {
    keys: Vec<Vec<usize>>,
    weights: Vec<f64>,
    rows: Vec<f64>,
    cell_of_row: Vec<u32>,
}

impl Cells {
    fn collapse(levels: &[Vec<usize>], weights: &[f64]) -> Self {
        let mut cells = Self { keys: Vec::new(), weights: Vec::new(), rows: Vec::new(), cell_of_row: Vec::with_capacity(weights.len()) };
        let mut index_of_key: HashMap<Vec<usize>, usize> = HashMap::new();
        let mut key = Vec::with_capacity(levels.len());
        for (row, weight) in weights.iter().enumerate() {
            key.clear();
            key.extend(levels.iter().map(|levels| levels[row]));
            let index = if let Some(index) = index_of_key.get(&key) {
                *index
            } else {
                index_of_key.insert(key.clone(), cells.keys.len());
                cells.keys.push(key.clone());
                cells.weights.push(0.0);
                cells.rows.push(0.0);
                cells.keys.len() - 1
            };
            cells.weights[index] += weight;
            cells.rows[index] += 1.0;
            let cell = u32::try_from(index).expect("no more cells than rows, which fit memory");
            cells.cell_of_row.push(cell);
        }
        cells
    }
}

/// Calibrated weights, as one factor per cell, and what residuals are taken from.
#[derive(Debug)]
pub(super) struct Fitted {
    pub(super) cell_of_row: Vec<u32>,
    pub(super) factors: Vec<f64>,
    margins: Vec<CellMargin>,
    sizes: Vec<f64>,
    by_rows: bool,
}

impl Fitted {
    /// The factor of a row's weight.
    pub(super) fn factor(&self, row: usize) -> f64 {
        self.factors[self.cell_of_row[row] as usize]
    }

    /// Per cell, what the margins explain of a value `u` given for every row.
    pub(super) fn explained(&self, weights: &[f64], u: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.sizes.len()];
        for ((cell, weight), u) in self.cell_of_row.iter().zip(weights).zip(u) {
            sums[*cell as usize] += if self.by_rows { *u } else { weight * u };
        }
        let mean = |(sum, size): (&f64, &f64)| if *size > 0.0 { sum / size } else { 0.0 };
        let means: Vec<f64> = sums.iter().zip(&self.sizes).map(mean).collect();
        explained(&self.margins, &self.sizes, &means)
    }
}
