//! Intraclass correlations of the subjects that every rater rated, with their F intervals.
//!
//! Sources: Shrout & Fleiss 1979; McGraw & Wong 1996. The rule to keep: mean squares are computed
//! from centred values in two passes, and a negative coefficient is a value like any other.

use super::estimate::{Estimate, Outcome, Undefined};
use super::profiles::{Profile, profiles};
use super::ratings::Ratings;
use crate::distribution::{f_quantile, sum};

/// The six forms of Shrout and Fleiss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// ICC(1,1): every subject has its own raters.
    OneSingle,
    /// ICC(2,1): raters are a sample; absolute agreement.
    TwoSingle,
    /// ICC(3,1): these raters only; consistency.
    ThreeSingle,
    /// ICC(1,k).
    OneAverage,
    /// ICC(2,k).
    TwoAverage,
    /// ICC(3,k).
    ThreeAverage,
}

/// Mean squares of the complete subjects × raters table.
#[derive(Debug, Clone, Copy)]
pub struct MeanSquares {
    subjects: f64,
    raters: f64,
    rows: f64,
    columns: f64,
    within: f64,
    error: f64,
}

impl MeanSquares {
    /// # Errors
    /// Undefined for labels, one rater, fewer than two complete subjects, or equal ratings only.
    pub fn of(ratings: &Ratings) -> Result<Self, Undefined> {
        let positions = ratings.unit_positions().ok_or(Undefined::NotNumbers)?;
        let k = ratings.raters();
        if k < 2 {
            return Err(Undefined::OneRater);
        }
        let (mut cells, mut weights) = (Vec::new(), Vec::new());
        let mut row = vec![0_u32; k];
        for Profile { subject, weight } in profiles(ratings) {
            let (raters, codes) = ratings.of_subject(subject);
            if raters.len() == k {
                for (rater, code) in raters.iter().zip(codes) {
                    row[*rater as usize] = *code;
                }
                cells.extend(row.iter().map(|code| positions[*code as usize]));
                weights.push(weight);
            }
        }
        Self::of_table(&mut cells, &weights, k)
    }

    /// Rows of `k` cells, each standing for as many subjects as its weight says.
    fn of_table(cells: &mut [f64], weights: &[f64], k: usize) -> Result<Self, Undefined> {
        let (subjects, raters) = (sum(weights.iter().copied()), k as f64);
        if subjects < 2.0 {
            return Err(Undefined::FewComplete);
        }
        let first = cells[0];
        if cells.iter().all(|x| x.to_bits() == first.to_bits()) {
            return Err(Undefined::NoVariation);
        }
        let total_of = |row: &[f64]| sum(row.iter().copied());
        let grand = sum(cells.chunks(k).zip(weights).map(|(row, w)| w * sum(row.iter().map(|x| x - first)))) / (subjects * raters);
        for x in cells.iter_mut() {
            *x = *x - first - grand;
        }
        let rows = || cells.chunks(k).zip(weights);
        let mut columns = vec![0.0; k];
        for (row, w) in rows() {
            for (total, x) in columns.iter_mut().zip(row) {
                *total += w * x / subjects;
            }
        }
        // Σ w f(row, its mean)
        let over_rows = |f: &dyn Fn(&[f64], f64) -> f64| sum(rows().map(|(row, w)| w * f(row, total_of(row) / raters)));
        let total = over_rows(&|row, _| sum(row.iter().map(|x| x * x)));
        // What rounding leaves of an exact zero is far below this share of the total.
        let clean = |squares: f64| if squares <= total * 1e-26 { 0.0 } else { squares };
        let between_rows = clean(raters * over_rows(&|_, mean| mean * mean));
        let between_columns = clean(subjects * sum(columns.iter().map(|m| m * m)));
        let within = clean(over_rows(&|row, mean| sum(row.iter().map(|x| (x - mean) * (x - mean)))));
        let error = clean(over_rows(&|row, mean| sum(row.iter().zip(&columns).map(|(x, c)| (x - mean - c) * (x - mean - c)))));
        if total <= 0.0 {
            return Err(Undefined::TooCloseToTell);
        }
        Ok(Self {
            subjects,
            raters,
            rows: between_rows / (subjects - 1.0),
            columns: between_columns / (raters - 1.0),
            within: within / (subjects * (raters - 1.0)),
            error: error / ((subjects - 1.0) * (raters - 1.0)),
        })
    }

    /// One of the six coefficients with its 95 % interval.
    ///
    /// # Errors
    /// Undefined where the form divides by a variance whose estimate is zero or negative.
    pub fn coefficient(&self, form: Form) -> Outcome {
        let Self { subjects: n, raters: k, rows, columns, within, error } = *self;
        let (above, below) = match form {
            Form::OneSingle => (rows - within, rows + (k - 1.0) * within),
            Form::TwoSingle => (rows - error, rows + (k - 1.0) * error + k * (columns - error) / n),
            Form::ThreeSingle => (rows - error, rows + (k - 1.0) * error),
            Form::OneAverage => (rows - within, rows),
            Form::TwoAverage => (rows - error, rows + (columns - error) / n),
            Form::ThreeAverage => (rows - error, rows),
        };
        // What rounding leaves of a zero may have either sign.
        let lost = 1e-13 * (rows + error.max(within) + (k + 1.0) * columns / n);
        if below.abs() <= lost {
            return Err(Undefined::EqualMeans);
        }
        // With few subjects the estimate of the variance of the averages can be negative; the
        // quotient would then exceed 1.
        if below < 0.0 {
            return Err(Undefined::NegativeVariance);
        }
        let estimate = Estimate::bare(above / below)?;
        let Some((low, high)) = self.interval(form) else {
            return Ok(estimate);
        };
        // The averages of a negative coefficient pass through a pole, where one end changes sides.
        let inside = low <= estimate.value + 1e-12 && estimate.value <= high + 1e-12;
        Ok(if inside { estimate.with_interval(low, high) } else { estimate })
    }

    fn interval(&self, form: Form) -> Option<(f64, f64)> {
        let (n, k) = (self.subjects, self.raters);
        match form {
            Form::OneSingle => {
                let (low, high) = f_bounds(self.rows, self.within, n - 1.0, n * (k - 1.0))?;
                Some((single(low, k), single(high, k)))
            }
            Form::OneAverage => {
                let (low, high) = f_bounds(self.rows, self.within, n - 1.0, n * (k - 1.0))?;
                Some((1.0 - 1.0 / low, 1.0 - 1.0 / high))
            }
            Form::ThreeSingle => {
                let (low, high) = f_bounds(self.rows, self.error, n - 1.0, (n - 1.0) * (k - 1.0))?;
                Some((single(low, k), single(high, k)))
            }
            Form::ThreeAverage => {
                let (low, high) = f_bounds(self.rows, self.error, n - 1.0, (n - 1.0) * (k - 1.0))?;
                Some((1.0 - 1.0 / low, 1.0 - 1.0 / high))
            }
            Form::TwoSingle => self.absolute_interval(),
            Form::TwoAverage => {
                let (low, high) = self.absolute_interval()?;
                let average = |r: f64| k * r / (1.0 + (k - 1.0) * r);
                Some((average(low), average(high)))
            }
        }
    }

    /// McGraw & Wong's interval for ICC(2,1), with Satterthwaite's degrees of freedom; both terms
    /// are multiplied by the error mean square, so that it may be 0.
    fn absolute_interval(&self) -> Option<(f64, f64)> {
        let Self { subjects: n, raters: k, rows, columns, error, .. } = *self;
        let icc = (rows - error) / (rows + (k - 1.0) * error + k * (columns - error) / n);
        if error == 0.0 && columns == 0.0 {
            return Some((1.0, 1.0));
        }
        let a = k * icc * columns;
        let b = (n * (1.0 + (k - 1.0) * icc) - k * icc) * error;
        let df = (n - 1.0) * (k - 1.0) * (a + b) * (a + b) / ((n - 1.0) * a * a + b * b);
        let upper = f_quantile(0.975, n - 1.0, df)?;
        let lower = f_quantile(0.975, df, n - 1.0)?;
        let mixed = k * columns + (k * n - k - n) * error;
        Some((n * (rows - upper * error) / (upper * mixed + n * rows), n * (lower * rows - error) / (mixed + n * lower * rows)))
    }
}

/// The F ratio over, and times, the 97.5 % points of its distribution.
fn f_bounds(above: f64, below: f64, df1: f64, df2: f64) -> Option<(f64, f64)> {
    if below == 0.0 {
        return Some((f64::INFINITY, f64::INFINITY));
    }
    let ratio = above / below;
    Some((ratio / f_quantile(0.975, df1, df2)?, ratio * f_quantile(0.975, df2, df1)?))
}

fn single(f: f64, k: f64) -> f64 {
    if f.is_infinite() { 1.0 } else { (f - 1.0) / (f + k - 1.0) }
}
