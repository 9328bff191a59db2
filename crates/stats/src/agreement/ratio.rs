//! Sums of the ratio distance ((x − y)/(x + y))² over many values.
//!
//! It has no closed form, and all pairs of a million values would take hours. Above a few thousand
//! values the smooth part 1/(x + y)² is interpolated at Chebyshev points on a logarithmic axis,
//! exact to rounding, while (x − y)² is expanded exactly: O(V). The rule to keep: (x − y)² is never
//! interpolated, because close values would lose their digits.

use std::f64::consts::PI;

/// Up to this many values the pairs are summed one by one.
pub const DIRECT: usize = 2048;
/// Chebyshev points a cell: the error is below (2π + √(1 + 4π²))⁻¹⁸ for cells of width 1.
const POINTS: usize = 18;
/// Cells further apart than this have distance 1 to within rounding.
const FAR: usize = 42;

/// ((x − y)/(x + y))² for numbers that are not negative; 0 for two zeros.
pub fn squared_relative(x: f64, y: f64) -> f64 {
    // Halved first, so that the sum of two huge numbers does not overflow; divided by the larger
    // one otherwise keeps tiny numbers from vanishing.
    let top = x.max(y);
    if top <= 0.0 {
        return 0.0;
    }
    let difference = (x - y) / top;
    let whole = x / top + y / top;
    (difference / whole) * (difference / whole)
}

/// For each (value, mass), ascending by value, the sum of mass × distance to all the others.
pub fn to_each(points: &[(f64, f64)]) -> Vec<f64> {
    if points.len() <= DIRECT {
        return points.iter().map(|(x, _)| points.iter().map(|(y, m)| m * squared_relative(*x, *y)).sum()).collect();
    }
    // Zero has no logarithm, and distance 1 to everything else.
    let zeros = points.iter().take_while(|(x, _)| *x <= 0.0).count();
    let zero_mass: f64 = points[..zeros].iter().map(|(_, m)| m).sum();
    let positive = &points[zeros..];
    let total: f64 = positive.iter().map(|(_, m)| m).sum();
    let mut each = vec![total; zeros];
    each.extend(by_cells(positive).into_iter().map(|e| e + zero_mass));
    each
}

/// The values of one cell of width 1 on the logarithmic axis.
struct Cell {
    start: usize,
    end: usize,
    /// The middle of the cell on the axis, as a value.
    unit: f64,
    /// The mean of the values, about which the moments are taken.
    centre: f64,
    mass: f64,
    /// Mass and its first two moments at each Chebyshev point, in units.
    moments: Vec<[f64; 3]>,
}

impl Cell {
    fn offset(&self, x: f64) -> f64 {
        (x - self.centre) / self.unit
    }
}

fn by_cells(points: &[(f64, f64)]) -> Vec<f64> {
    let Some((smallest, _)) = points.first() else {
        return Vec::new();
    };
    // Halves are enough to keep the middle of the last cell finite.
    let shrink = if points[points.len() - 1].0 > 1e307 { 0.25 } else { 1.0 };
    let origin = smallest.ln();
    let place_of = |x: f64| {
        let place = (x.ln() - origin).max(0.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1500")]
        let index = place as usize;
        (index, 2.0 * (place - index as f64) - 1.0)
    };
    let nodes: Vec<f64> = (0..POINTS).map(|k| ((2 * k + 1) as f64 * PI / (2 * POINTS) as f64).cos()).collect();
    let mut cells: Vec<(usize, Cell)> = Vec::new();
    let mut start = 0;
    for group in points.chunk_by(|a, b| place_of(a.0).0 == place_of(b.0).0) {
        let index = place_of(group[0].0).0;
        let first = group[0].0 * shrink;
        let spread: f64 = group.iter().map(|(x, _)| x * shrink - first).sum();
        let mut cell = Cell {
            start,
            end: start + group.len(),
            unit: (origin + shrink.ln() + index as f64 + 0.5).exp(),
            centre: first + spread / group.len() as f64,
            mass: group.iter().map(|(_, m)| m).sum(),
            moments: vec![[0.0; 3]; POINTS],
        };
        for (x, mass) in group {
            let offset = cell.offset(x * shrink);
            for (moment, b) in cell.moments.iter_mut().zip(lagrange(&nodes, place_of(*x).1)) {
                moment[0] += mass * b;
                moment[1] += mass * b * offset;
                moment[2] += mass * b * offset * offset;
            }
        }
        start = cell.end;
        cells.push((index, cell));
    }
    let mut each = vec![0.0; points.len()];
    for (target, own) in &cells {
        // Potential at each node: factors of 1, offset and offset² of the target value.
        let mut potential = vec![[0.0; 3]; POINTS];
        let mut far = 0.0;
        for (source, cell) in &cells {
            if source.abs_diff(*target) > FAR {
                far += cell.mass;
            } else {
                gather(&mut potential, own, cell, &nodes, *source as f64 - *target as f64);
            }
        }
        let range = own.start..own.end;
        for (e, (x, _)) in each[range.clone()].iter_mut().zip(&points[range]) {
            let offset = own.offset(x * shrink);
            let near: f64 = potential.iter().zip(lagrange(&nodes, place_of(*x).1)).map(|(p, b)| b * (p[0] + offset * (p[1] + offset * p[2]))).sum();
            *e = near.max(0.0) + far;
        }
    }
    each
}

/// In units of the target cell, with offsets o from the two centres and r the source's unit:
/// x − y = o_x + gap − r·o_y, squared exactly; 1/(x + y)² is taken at the nodes.
fn gather(potential: &mut [[f64; 3]], own: &Cell, cell: &Cell, nodes: &[f64], shift: f64) {
    let r = shift.exp();
    let gap = (own.centre - cell.centre) / own.unit;
    for (target, p) in nodes.iter().zip(potential.iter_mut()) {
        for (source, moment) in nodes.iter().zip(&cell.moments) {
            let whole = (0.5 * target).exp() + (shift + 0.5 * source).exp();
            let kernel = 1.0 / (whole * whole);
            let [m0, m1, m2] = *moment;
            p[0] += kernel * (gap * gap * m0 - 2.0 * gap * r * m1 + r * r * m2);
            p[1] += kernel * 2.0 * (gap * m0 - r * m1);
            p[2] += kernel * m0;
        }
    }
}

/// Values of the Lagrange polynomials of the Chebyshev nodes at t, by the barycentric formula.
fn lagrange(nodes: &[f64], t: f64) -> [f64; POINTS] {
    let mut basis = [0.0; POINTS];
    let mut total = 0.0;
    for (k, (b, node)) in basis.iter_mut().zip(nodes).enumerate() {
        let difference = t - node;
        if difference.abs() < 1e-15 {
            basis = [0.0; POINTS];
            basis[k] = 1.0;
            return basis;
        }
        let angle = (2 * k + 1) as f64 * PI / (2 * POINTS) as f64;
        let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
        *b = sign * angle.sin() / difference;
        total += *b;
    }
    for b in &mut basis {
        *b /= total;
    }
    basis
}

#[cfg(test)]
mod tests {
    use super::{by_cells, squared_relative};

    #[test]
    fn cells_and_pairs_give_the_same_sums() {
        for (low, factor) in [(1e-3, 1.02_f64), (1e9, 1.0 + 1e-9), (5.0, 1.0007)] {
            let points: Vec<(f64, f64)> = (0..900).map(|i| (low * factor.powi(i), f64::from(i % 7) + 0.5)).collect();
            let sums = by_cells(&points);
            for ((x, _), sum) in points.iter().zip(&sums).step_by(37) {
                let direct: f64 = points.iter().map(|(y, m)| m * squared_relative(*x, *y)).sum();
                assert!((sum - direct).abs() <= 1e-10 * direct, "{x} {sum} {direct}");
            }
        }
    }
}
