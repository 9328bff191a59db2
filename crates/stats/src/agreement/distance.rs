//! Disagreement between two categories, d = 1 − w, 0 on the diagonal: the five weightings that the
//! coefficients use, each with closed forms for the sums they need.
//!
//! The rule to keep: no category × category matrix. Polynomial distances take prefix sums, O(V);
//! only the ratio distance has no such form and goes through `ratio`.

use super::ratio;

/// A distance between categories.
#[derive(Debug, Clone)]
pub enum Distance {
    /// 0 for equal, 1 for different: the identity weights.
    Nominal,
    /// `linear`·|x − y| + `quadratic`·(x − y)² on ascending positions x.
    Polynomial {
        /// Position of each category, ascending.
        positions: Vec<f64>,
        /// Factor of |x − y|.
        linear: f64,
        /// Factor of (x − y)².
        quadratic: f64,
    },
    /// ((x − y)/(x + y))², unscaled, on ascending numbers that are not negative; 0 against 0 is 0.
    Ratio {
        /// Value of each category, ascending.
        values: Vec<f64>,
        /// One over the distance of the extremes, so that the largest distance is 1.
        scale: f64,
    },
}

impl Distance {
    /// |x − y| on positions in 0..1 (Gwet's linear weights).
    pub fn linear(positions: Vec<f64>) -> Self {
        Self::Polynomial { positions, linear: 1.0, quadratic: 0.0 }
    }

    /// (x − y)² on positions in 0..1 (Gwet's quadratic weights; Krippendorff's interval metric).
    pub fn quadratic(positions: Vec<f64>) -> Self {
        Self::Polynomial { positions, linear: 0.0, quadratic: 1.0 }
    }

    /// C(k + 1, 2) / C(q, 2) for k ranks apart of q (Gwet's ordinal weights).
    pub fn ordinal(categories: usize) -> Self {
        let half = 0.5 / choose_two(categories).max(1.0);
        Self::Polynomial { positions: ranks(categories), linear: half, quadratic: half }
    }

    /// Cohen's linear weights, by rank.
    pub fn rank_linear(categories: usize) -> Self {
        Self::linear(unit_ranks(categories))
    }

    /// Cohen's quadratic weights, by rank.
    pub fn rank_quadratic(categories: usize) -> Self {
        Self::quadratic(unit_ranks(categories))
    }

    /// Krippendorff's ratio metric; `None` if a value is negative.
    pub fn ratio(values: Vec<f64>) -> Option<Self> {
        let (first, last) = (*values.first()?, *values.last()?);
        if first < 0.0 {
            return None;
        }
        let extreme = ratio::squared_relative(first, last);
        let scale = if extreme > 0.0 { 1.0 / extreme } else { 1.0 };
        Some(Self::Ratio { values, scale })
    }

    /// Sum of the distances over all ordered pairs of ratings of one subject, Σ n_c n_l d_cl.
    pub fn within(&self, counts: &[(u32, u32)]) -> f64 {
        let size: f64 = counts.iter().map(|(_, n)| f64::from(*n)).sum();
        match self {
            Self::Nominal => {
                let equal: f64 = counts.iter().map(|(_, n)| f64::from(*n) * f64::from(*n)).sum();
                size * size - equal
            }
            Self::Polynomial { positions, linear, quadratic } => {
                let Some((first, _)) = counts.first() else {
                    return 0.0;
                };
                let origin = positions[*first as usize];
                let (mut before, mut mass, mut ordered, mut total) = (0.0, 0.0, 0.0, 0.0);
                for (code, n) in counts {
                    let (x, n) = (positions[*code as usize] - origin, f64::from(*n));
                    ordered += n * (x * mass - before);
                    before += n * x;
                    mass += n;
                    total += n * x;
                }
                let mean = total / size;
                let squares: f64 = counts
                    .iter()
                    .map(|(code, n)| {
                        let x = positions[*code as usize] - origin - mean;
                        f64::from(*n) * x * x
                    })
                    .sum();
                // One value has no spread, whatever rounding made of the mean.
                if counts.len() < 2 {
                    return 0.0;
                }
                2.0 * (linear * ordered + quadratic * size * squares)
            }
            Self::Ratio { values, scale } => {
                if counts.len() > ratio::DIRECT {
                    let points: Vec<(f64, f64)> = counts.iter().map(|(code, n)| (values[*code as usize], f64::from(*n))).collect();
                    let each = ratio::to_each(&points);
                    return scale * points.iter().zip(&each).map(|((_, n), e)| n * e).sum::<f64>();
                }
                let mut total = 0.0;
                for (i, (a, n)) in counts.iter().enumerate() {
                    for (b, m) in &counts[..i] {
                        let d = ratio::squared_relative(values[*a as usize], values[*b as usize]);
                        total += f64::from(*n) * f64::from(*m) * d;
                    }
                }
                2.0 * scale * total
            }
        }
    }

    /// For each category k, Σ_l mass_l d_kl.
    pub fn to_each(&self, mass: &[f64]) -> Vec<f64> {
        match self {
            Self::Nominal => {
                let total: f64 = mass.iter().sum();
                mass.iter().map(|m| total - m).collect()
            }
            Self::Polynomial { positions, linear, quadratic } => {
                let mut each = vec![0.0; mass.len()];
                if *linear != 0.0 {
                    spread_linear(positions, mass, *linear, &mut each);
                }
                if *quadratic != 0.0 {
                    let total: f64 = mass.iter().sum();
                    let mean = positions.iter().zip(mass).map(|(x, m)| x * m).sum::<f64>() / total;
                    let squares: f64 = positions.iter().zip(mass).map(|(x, m)| m * (x - mean) * (x - mean)).sum();
                    for (e, x) in each.iter_mut().zip(positions) {
                        *e += quadratic * (total * (x - mean) * (x - mean) + squares);
                    }
                }
                each
            }
            Self::Ratio { values, scale } => {
                let points: Vec<(f64, f64)> = values.iter().copied().zip(mass.iter().copied()).collect();
                ratio::to_each(&points).into_iter().map(|e| e * scale).collect()
            }
        }
    }

    /// Mean distance over all ordered pairs of categories, 1 − T_w/q².
    pub fn mean_over_pairs(&self, categories: usize) -> f64 {
        let q = categories as f64;
        self.to_each(&vec![1.0 / q; categories]).iter().sum::<f64>() / q
    }
}

/// Σ_l mass_l |x_k − x_l| from both sides by the gaps between neighbours: only positive terms.
fn spread_linear(positions: &[f64], mass: &[f64], factor: f64, each: &mut [f64]) {
    let (mut below, mut sum) = (0.0, 0.0);
    for k in 1..mass.len() {
        below += mass[k - 1];
        sum += (positions[k] - positions[k - 1]) * below;
        each[k] += factor * sum;
    }
    let (mut above, mut sum) = (0.0, 0.0);
    for k in (0..mass.len().saturating_sub(1)).rev() {
        above += mass[k + 1];
        sum += (positions[k + 1] - positions[k]) * above;
        each[k] += factor * sum;
    }
}

fn choose_two(n: usize) -> f64 {
    let n = n as f64;
    n * (n - 1.0) / 2.0
}

fn ranks(categories: usize) -> Vec<f64> {
    (0..categories).map(|rank| rank as f64).collect()
}

/// Ranks stretched to 0..1.
pub(super) fn unit_ranks(categories: usize) -> Vec<f64> {
    let top = (categories as f64 - 1.0).max(1.0);
    (0..categories).map(|rank| rank as f64 / top).collect()
}
