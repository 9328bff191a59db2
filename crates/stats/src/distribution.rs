//! Distribution functions and quantiles of the normal, Student t, F and beta distributions, and a
//! compensated sum. What they are used for lives in `agreement` and `estimation`.
//!
//! The rule to keep: a function that cannot answer (a probability outside 0..1, degrees of freedom
//! that are not positive) returns `None`; no function here returns NaN. Both tails are computed on
//! their own, never as one minus the other, so that small probabilities keep their digits.

use std::f64::consts::PI;

/// Half the logarithm of 2π.
const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_8;
/// One over the square root of 2π.
const INV_SQRT_TWO_PI: f64 = 0.398_942_280_401_432_7;

/// A running sum that carries the rounding error along (Neumaier 1974), so that a million small
/// terms beside a large one are not lost.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    /// Adds one term.
    pub fn add(&mut self, term: f64) {
        let next = self.total + term;
        self.lost += if self.total.abs() >= term.abs() { (self.total - next) + term } else { (term - next) + self.total };
        self.total = next;
    }

    /// The sum so far.
    pub fn value(self) -> f64 {
        self.total + self.lost
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = Self::default();
        for term in terms {
            sum.add(term);
        }
        sum
    }
}

/// The compensated sum of all terms.
pub fn sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    terms.into_iter().collect::<Sum>().value()
}

/// Density of the standard normal distribution at `z`.
pub fn normal_density(z: f64) -> f64 {
    INV_SQRT_TWO_PI * (-0.5 * z * z).exp()
}

/// P(Z ≤ z) of the standard normal distribution; keeps its relative precision far into the lower
/// tail. `z` is a number; the infinities give 0 and 1.
pub fn normal_cdf(z: f64) -> f64 {
    if z > 1.5 {
        1.0 - normal_upper_tail(z)
    } else if z < -1.5 {
        normal_upper_tail(-z)
    } else {
        0.5 + normal_central(z)
    }
}

/// P(0 ≤ Z ≤ z), odd in `z`, by the series of Abramowitz & Stegun 26.2.11.
fn normal_central(z: f64) -> f64 {
    let mut term = z;
    let mut total = z;
    let mut odd = 1.0;
    while term.abs() > total.abs() * 1e-17 {
        odd += 2.0;
        term *= z * z / odd;
        total += term;
    }
    normal_density(z) * total
}

/// P(Z > z) for z ≥ 1.5, by Laplace's continued fraction evaluated from its tail.
fn normal_upper_tail(z: f64) -> f64 {
    let depth = (500.0 / (z * z)).ceil() + 12.0;
    let mut k = depth;
    let mut fraction = z;
    while k >= 1.0 {
        fraction = z + k / fraction;
        k -= 1.0;
    }
    normal_density(z) / fraction
}

/// The z with P(Z ≤ z) = p; `None` unless 0 < p < 1.
pub fn normal_quantile(p: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0) {
        return None;
    }
    if p > 0.5 {
        // 1 − p is exact for p in [0.5, 1].
        return normal_quantile(1.0 - p).map(|z| -z);
    }
    // ln Φ is increasing and concave, so Newton's steps approach the root from below.
    let mut z = if p < 0.1 {
        let r = (-2.0 * p.ln()).sqrt();
        (r.ln() + HALF_LN_TWO_PI) / r - r
    } else {
        0.0
    };
    for _ in 0..60 {
        let below = normal_cdf(z);
        let step = (p.ln() - below.ln()) * below / normal_density(z);
        z += step;
        if step.abs() <= 1e-15 * z.abs() + 1e-17 {
            break;
        }
    }
    Some(z)
}

/// What Stirling's formula lacks: ln Γ(x) − ((x − ½) ln x − x + ½ ln 2π), for x > 0.
fn stirling_remainder(x: f64) -> f64 {
    let mut shifted = x;
    let mut remainder = 0.0;
    while shifted < 12.0 {
        remainder += (shifted + 0.5) * (1.0 / shifted).ln_1p() - 1.0;
        shifted += 1.0;
    }
    let inv = 1.0 / shifted;
    let inv2 = inv * inv;
    // Bernoulli numbers B₂ₖ / (2k(2k−1)), Abramowitz & Stegun 6.1.41.
    let series = 1.0 / 12.0
        - inv2 * (1.0 / 360.0 - inv2 * (1.0 / 1260.0 - inv2 * (1.0 / 1680.0 - inv2 * (1.0 / 1188.0 - inv2 * (691.0 / 360_360.0 - inv2 / 156.0)))));
    remainder + inv * series
}

/// ln Γ(x); `None` unless x is positive and finite.
pub fn ln_gamma(x: f64) -> Option<f64> {
    (x > 0.0 && x.is_finite()).then(|| (x - 0.5) * x.ln() - x + HALF_LN_TWO_PI + stirling_remainder(x))
}

/// u − ln(1 + u), without cancellation near 0; `ratio` is 1 + u, given apart because for u near −1
/// only it has its digits.
fn excess_over_log(u: f64, ratio: f64) -> f64 {
    if u.abs() > 0.3 {
        return u - if u < -0.5 { ratio.ln() } else { u.ln_1p() };
    }
    // With r = u/(2+u): ln(1+u) = 2(r + r³/3 + r⁵/5 + …) and u − 2r = r·u.
    let r = u / (2.0 + u);
    let r2 = r * r;
    let mut power = r * r2;
    let mut odd = 3.0;
    let mut tail = 0.0;
    while power.abs() > 1e-18 * r2 {
        tail += power / odd;
        power *= r2;
        odd += 2.0;
        if power == 0.0 {
            break;
        }
    }
    r * u - 2.0 * tail
}

/// xᵃ yᵇ / B(a, b) with y = 1 − x, keeping its digits when a and b are in the millions: the large
/// logarithms cancel on paper (around the mean of the distribution) and not in the arithmetic.
fn beta_power_term(x: f64, y: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || y <= 0.0 {
        return 0.0;
    }
    let total = a + b;
    let distance = distance_from_mean(x, y, a, b);
    let exponent = a * excess_over_log(distance / a, x * total / a) + b * excess_over_log(-distance / b, y * total / b);
    let correction = stirling_remainder(total) - stirling_remainder(a) - stirling_remainder(b);
    ((a / total) * b / (2.0 * PI)).sqrt() * (correction - exponent).exp()
}

/// (a + b)x − a, from whichever of x and y = 1 − x has its digits.
fn distance_from_mean(x: f64, y: f64, a: f64, b: f64) -> f64 {
    if x <= 0.5 { x * (a + b) - a } else { b - y * (a + b) }
}

/// The continued fraction of DiDonato & Morris (1992, eq. 9), by modified Lentz, for x left of the
/// mean. It takes the distance to the mean apart, which the plainer fractions lose to rounding
/// when one of a and b is in the thousands.
fn beta_fraction(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let tiny = 1e-300;
    let guard = |v: f64| if v.abs() < tiny { tiny } else { v };
    let short = -distance_from_mean(x, y, a, b);
    let denominator = |n: f64| {
        let shifted = (a + n) * (short + 1.0 + n * (1.0 + y)) / (a + 2.0 * n + 1.0);
        if n > 0.0 { n + n * (b - n) * x / (a + 2.0 * n - 1.0) + shifted } else { shifted }
    };
    let mut value = guard(denominator(0.0));
    let mut c = value;
    let mut d = 0.0;
    let mut n = 1.0;
    while n < 2e6 {
        let base = a + 2.0 * n - 1.0;
        let numerator = (a + n - 1.0) / base * ((a + b + n - 1.0) / base) * n * (b - n) * x * x;
        let below = denominator(n);
        d = 1.0 / guard(below + numerator * d);
        c = guard(below + numerator / c);
        let change = c * d;
        value *= change;
        if (change - 1.0).abs() < 2e-16 {
            break;
        }
        n += 1.0;
    }
    value
}

/// Both tails of the beta distribution, (`I_x`(a, b), 1 − `I_x`(a, b)), with y = 1 − x given apart.
fn beta_tails(x: f64, y: f64, a: f64, b: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if y <= 0.0 {
        return (1.0, 0.0);
    }
    let power = beta_power_term(x, y, a, b);
    if distance_from_mean(x, y, a, b) < 0.0 {
        let lower = (power / beta_fraction(x, y, a, b)).clamp(0.0, 1.0);
        (lower, 1.0 - lower)
    } else {
        let upper = (power / beta_fraction(y, x, b, a)).clamp(0.0, 1.0);
        (1.0 - upper, upper)
    }
}

fn positive(v: f64) -> bool {
    v > 0.0 && v.is_finite()
}

/// The regularized incomplete beta function `I_x`(a, b); `None` unless 0 ≤ x ≤ 1 and a, b > 0.
pub fn incomplete_beta(x: f64, a: f64, b: f64) -> Option<f64> {
    (positive(a) && positive(b) && (0.0..=1.0).contains(&x)).then(|| beta_tails(x, 1.0 - x, a, b).0)
}

/// ln(x / (1 − x)) of the beta quantile for a lower tail `p` and an upper tail `q` = 1 − p.
///
/// In the log-odds w both ln I and ln(1 − I) are concave, so Newton's method approaches the root
/// from one side after its first step, and dI/dw is the power term itself. The bracket is for a
/// first step so long that a tail underflows.
fn beta_quantile_log_odds(p: f64, q: f64, a: f64, b: f64) -> f64 {
    let mut w = (a / b).ln();
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    for _ in 0..200 {
        let x = 1.0 / (1.0 + (-w).exp());
        let y = 1.0 / (1.0 + w.exp());
        let (lower, upper) = beta_tails(x, y, a, b);
        let slope = beta_power_term(x, y, a, b);
        let (step, root_is_right) =
            if p <= q { ((p / lower).ln() * lower / slope, p > lower) } else { (-(q / upper).ln() * upper / slope, q < upper) };
        if root_is_right {
            low = w;
        } else {
            high = w;
        }
        let next = w + step;
        let moved = if next > low && next < high {
            next
        } else if low.is_finite() && high.is_finite() {
            0.5 * (low + high)
        } else {
            break;
        };
        let change = (moved - w).abs();
        w = moved;
        if change <= 4e-16 * (1.0 + w.abs()) {
            break;
        }
    }
    w
}

fn open_probability(p: f64) -> bool {
    p > 0.0 && p < 1.0
}

/// The x with `I_x`(a, b) = p; `None` unless 0 ≤ p ≤ 1 and a, b > 0.
pub fn incomplete_beta_inverse(p: f64, a: f64, b: f64) -> Option<f64> {
    if !(positive(a) && positive(b) && (0.0..=1.0).contains(&p)) {
        return None;
    }
    if !open_probability(p) {
        return Some(p);
    }
    let w = beta_quantile_log_odds(p, 1.0 - p, a, b);
    Some(1.0 / (1.0 + (-w).exp()))
}

/// P(T ≤ t) for Student's t with `df` degrees of freedom (they need not be whole, and may be
/// infinite: the normal distribution); `None` unless df > 0 and t is a number.
pub fn student_t_cdf(t: f64, df: f64) -> Option<f64> {
    if df.is_nan() || df <= 0.0 || t.is_nan() {
        return None;
    }
    if df.is_infinite() || t.is_infinite() {
        return Some(normal_cdf(t));
    }
    let square = t * t;
    let (inner, outer) = if square.is_infinite() { (1.0, df / t.abs() / t.abs()) } else { (square / (df + square), df / (df + square)) };
    let (central, tails) = beta_tails(inner, outer, 0.5, 0.5 * df);
    Some(if t < 0.0 { 0.5 * tails } else { 0.5 + 0.5 * central })
}

/// The t with P(T ≤ t) = p for `df` degrees of freedom; `None` unless 0 < p < 1 and df > 0.
pub fn student_t_quantile(p: f64, df: f64) -> Option<f64> {
    if !open_probability(p) || df.is_nan() || df <= 0.0 {
        return None;
    }
    if df.is_infinite() {
        return normal_quantile(p);
    }
    if p > 0.5 {
        return student_t_quantile(1.0 - p, df).map(|t| -t);
    }
    if p >= 0.5 {
        return Some(0.0);
    }
    let w = beta_quantile_log_odds(1.0 - 2.0 * p, 2.0 * p, 0.5, 0.5 * df);
    // t² = df·eʷ; half of w first, so that a far tail of few degrees of freedom does not overflow.
    Some(-df.sqrt() * (0.5 * w).exp())
}

/// P(F ≤ f) with `df1` and `df2` degrees of freedom; `None` unless both are positive and finite and
/// f is a number.
pub fn f_cdf(f: f64, df1: f64, df2: f64) -> Option<f64> {
    if !(positive(df1) && positive(df2)) || f.is_nan() {
        return None;
    }
    if f <= 0.0 {
        return Some(0.0);
    }
    let odds = df1 / df2 * f;
    Some(beta_tails(1.0 / (1.0 + 1.0 / odds), 1.0 / (1.0 + odds), 0.5 * df1, 0.5 * df2).0)
}

/// The f with P(F ≤ f) = p; `None` unless 0 < p < 1 and both degrees of freedom are positive.
pub fn f_quantile(p: f64, df1: f64, df2: f64) -> Option<f64> {
    (open_probability(p) && positive(df1) && positive(df2)).then(|| {
        let w = beta_quantile_log_odds(p, 1.0 - p, 0.5 * df1, 0.5 * df2);
        df2 / df1 * w.exp()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: Option<f64>, expected: f64) {
        let found = found.unwrap();
        assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{found:e} for {expected:e}");
    }

    #[test]
    fn tabulated_quantiles_are_met() {
        close(normal_quantile(0.975), 1.959_963_984_540_054);
        close(student_t_quantile(0.975, 1.0), 12.706_204_736_174_71);
        // For two degrees of freedom t = c√(2/(1 − c²)) with the central area c.
        close(student_t_quantile(0.975, 2.0), 0.95 * (2.0_f64 / (1.0 - 0.95 * 0.95)).sqrt());
        // For two and two degrees of freedom the distribution function is f/(1 + f).
        close(f_quantile(0.975, 2.0, 2.0), 39.0);
        close(f_cdf(1.0, 10_000.0, 100_000.0), 0.501_613_806_704_166_4);
        close(f_cdf(0.05, 5.0, 100_000.0), 0.001_520_868_979_475_010_8);
        close(incomplete_beta(0.25, 1.0, 3.0), 1.0 - 0.421_875);
        close(ln_gamma(11.0), 3_628_800.0_f64.ln());
    }

    #[test]
    fn a_quantile_undoes_its_distribution_function() {
        for p in [1e-12, 0.001, 0.025, 0.3, 0.7, 0.999] {
            close(normal_quantile(p).map(normal_cdf), p);
            for df in [0.5, 1.0, 3.7, 99.0, 1e6] {
                close(student_t_cdf(student_t_quantile(p, df).unwrap(), df), p);
            }
            for (a, b) in [(0.5, 0.5), (2.0, 300.0), (5e4, 0.5), (40.0, 40.0)] {
                if p > 1e-6 {
                    let odds = beta_quantile_log_odds(p, 1.0 - p, a, b);
                    let (x, y) = (1.0 / (1.0 + (-odds).exp()), 1.0 / (1.0 + odds.exp()));
                    close(Some(beta_tails(x, y, a, b).0), p);
                }
            }
        }
    }

    #[test]
    fn what_has_no_answer_is_none() {
        assert_eq!(normal_quantile(1.0), None);
        assert_eq!(normal_quantile(f64::NAN), None);
        assert_eq!(student_t_quantile(0.5, 0.0), None);
        assert_eq!(student_t_cdf(f64::NAN, 3.0), None);
        assert_eq!(f_quantile(0.5, 1.0, f64::INFINITY), None);
        assert_eq!(incomplete_beta(1.5, 1.0, 1.0), None);
    }

    #[test]
    fn small_terms_survive_beside_large_ones() {
        let total = sum([1e16, 1.0, 1.0, -1e16]);
        assert!((total - 2.0).abs() < 1e-12);
    }
}
