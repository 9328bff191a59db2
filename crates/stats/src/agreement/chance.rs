//! Percent agreement, Fleiss' kappa, Gwet's AC1 and AC2, and the Brennan–Prediger coefficient, with
//! Gwet's linearised standard errors, all from count patterns.
//!
//! The formulas are written in disagreement (d = 1 − w), where 1 − p_e does not cancel. Not here:
//! coefficients that ask who rated (`pairs`). Sources: Fleiss 1971; Brennan & Prediger 1981; Gwet
//! 2008, 2014.

use super::distance::Distance;
use super::estimate::{Estimate, Outcome, Undefined, student_interval};
use super::patterns::Patterns;
use crate::distribution::sum;

/// How the agreement that chance would bring is reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chance {
    /// Σ w π π: Fleiss' kappa.
    Fleiss,
    /// T_w/(q(q−1)) Σ π(1−π): Gwet's AC1 and AC2.
    Gwet,
    /// T_w/q²: Brennan and Prediger.
    Uniform,
}

/// Observed disagreement of each pattern, Σ n_c n_l d_cl / (m(m−1)); `None` for single ratings.
pub fn observed_by_pattern(patterns: &Patterns, distance: &Distance) -> Vec<Option<f64>> {
    (0..patterns.len())
        .map(|p| {
            let m = patterns.size(p);
            (m >= 2.0).then(|| distance.within(patterns.counts(p)) / (m * (m - 1.0)))
        })
        .collect()
}

/// Mean observed disagreement over subjects with two ratings or more, and how many they are.
pub(super) fn mean_observed(observed: &[Option<f64>], weights: &[f64]) -> Result<(f64, f64), Undefined> {
    let pairs: f64 = observed.iter().zip(weights).filter(|(d, _)| d.is_some()).map(|(_, w)| w).sum();
    if pairs <= 0.0 {
        return Err(Undefined::NoPairs);
    }
    let total = sum(observed.iter().zip(weights).filter_map(|(d, w)| d.map(|d| d * w)));
    Ok((total / pairs, pairs))
}

/// Prevalence of the categories over all rated subjects, each subject counting once.
pub fn prevalence(patterns: &Patterns, weights: &[f64]) -> Vec<f64> {
    let subjects: f64 = weights.iter().sum();
    let mut share = vec![0.0; patterns.categories()];
    for (p, weight) in weights.iter().enumerate().filter(|(_, w)| **w > 0.0) {
        let each = weight / (subjects * patterns.size(p));
        for (code, n) in patterns.counts(p) {
            share[*code as usize] += each * f64::from(*n);
        }
    }
    share
}

/// Share of agreeing pairs per subject, averaged over the subjects with two ratings or more; its
/// standard error is the one of a mean, its interval is cut to 0..1.
///
/// # Errors
/// Undefined without a subject that has two ratings.
pub fn percent_agreement(patterns: &Patterns, distance: &Distance) -> Outcome {
    let weights = patterns.subjects();
    let observed = observed_by_pattern(patterns, distance);
    percent_of(&observed, &weights)
}

/// Share of pairs at most one level apart.
///
/// # Errors
/// As [`percent_agreement`].
pub fn percent_within_one(patterns: &Patterns) -> Outcome {
    let weights = patterns.subjects();
    let observed: Vec<Option<f64>> = (0..patterns.len())
        .map(|p| {
            let m = patterns.size(p);
            (m >= 2.0).then(|| {
                let counts = patterns.counts(p);
                let mut near = 0.0;
                for (i, (code, n)) in counts.iter().enumerate() {
                    let n = f64::from(*n);
                    near += n * (n - 1.0);
                    if let Some((above, k)) = counts.get(i + 1)
                        && *above == code + 1
                    {
                        near += 2.0 * n * f64::from(*k);
                    }
                }
                1.0 - near / (m * (m - 1.0))
            })
        })
        .collect();
    percent_of(&observed, &weights)
}

fn percent_of(observed: &[Option<f64>], weights: &[f64]) -> Outcome {
    let (mean, pairs) = mean_observed(observed, weights)?;
    let squares = sum(observed.iter().zip(weights).filter_map(|(d, w)| d.map(|d| w * (d - mean) * (d - mean))));
    let se = (pairs > 1.0).then(|| (squares / (pairs * (pairs - 1.0))).sqrt());
    let mut estimate = Estimate::with_student_interval(1.0 - mean, se, pairs)?;
    if let Some([low, _]) = &mut estimate.ci95 {
        *low = low.max(0.0);
    }
    Ok(estimate)
}

/// Expected disagreement, and for each category the part that a rating in it contributes to it.
struct Expected {
    disagreement: f64,
    by_category: Option<Vec<f64>>,
}

fn expected(chance: Chance, distance: &Distance, share: &[f64]) -> Result<Expected, Undefined> {
    let q = share.len() as f64;
    match chance {
        Chance::Fleiss => {
            if share.iter().filter(|s| **s > 0.0).count() < 2 {
                return Err(Undefined::NoVariation);
            }
            let each = distance.to_each(share);
            let disagreement = sum(each.iter().zip(share).map(|(e, s)| e * s));
            // In agreement: Σ_l w_kl π_l = 1 − e_k.
            let by_category = each.iter().map(|e| 1.0 - e).collect();
            Ok(Expected { disagreement, by_category: Some(by_category) })
        }
        Chance::Gwet => {
            if share.len() < 2 {
                return Err(Undefined::OneCategory);
            }
            let weight = (1.0 - distance.mean_over_pairs(share.len())) * q / (q - 1.0);
            let spread = sum(share.iter().map(|s| s * (1.0 - s)));
            let by_category = share.iter().map(|s| weight * (1.0 - s)).collect();
            Ok(Expected { disagreement: 1.0 - weight * spread, by_category: Some(by_category) })
        }
        Chance::Uniform => {
            if share.len() < 2 {
                return Err(Undefined::OneCategory);
            }
            let disagreement = distance.mean_over_pairs(share.len());
            Ok(Expected { disagreement, by_category: None })
        }
    }
}

/// A chance-corrected coefficient for subjects of each pattern counted by `weights`: the value only,
/// for resampling. `observed` comes from [`observed_by_pattern`].
///
/// # Errors
/// Undefined without pairs, or where chance explains everything.
pub fn corrected_value(
    patterns: &Patterns,
    observed: &[Option<f64>],
    distance: &Distance,
    chance: Chance,
    weights: &[f64],
) -> Result<f64, Undefined> {
    let (mean, _) = mean_observed(observed, weights)?;
    let expected = expected(chance, distance, &prevalence(patterns, weights))?;
    let value = 1.0 - mean / expected.disagreement;
    if value.is_finite() { Ok(value) } else { Err(Undefined::TooCloseToTell) }
}

/// A chance-corrected coefficient with Gwet's standard error (divisor N(N−1)) and Student's
/// interval.
///
/// # Errors
/// Undefined without pairs, with one category, or where all ratings are equal (Fleiss).
pub fn chance_corrected(patterns: &Patterns, distance: &Distance, chance: Chance) -> Outcome {
    let weights = patterns.subjects();
    let subjects: f64 = weights.iter().sum();
    let observed = observed_by_pattern(patterns, distance);
    let (mean, pairs) = mean_observed(&observed, &weights)?;
    let expected = expected(chance, distance, &prevalence(patterns, &weights))?;
    let disagreement = expected.disagreement;
    let agreement = 1.0 - disagreement;
    let shift: Vec<f64> = (0..patterns.len())
        .map(|p| {
            expected.by_category.as_ref().map_or(0.0, |part| {
                let counts = patterns.counts(p);
                let own: f64 = counts.iter().map(|(c, n)| f64::from(*n) * part[*c as usize]).sum();
                own / patterns.size(p) - agreement
            })
        })
        .collect();
    linearised(&Parts { observed: &observed, weights: &weights, mean, pairs, subjects, expected: disagreement }, &shift)
}

/// What Gwet's linearisation is made of, shared with Conger's kappa.
pub(super) struct Parts<'a> {
    /// Observed disagreement of each row; `None` for single ratings.
    pub observed: &'a [Option<f64>],
    /// How many subjects each row stands for.
    pub weights: &'a [f64],
    /// Mean observed disagreement.
    pub mean: f64,
    /// Subjects with two ratings or more.
    pub pairs: f64,
    /// All subjects.
    pub subjects: f64,
    /// Expected disagreement, 1 − p_e.
    pub expected: f64,
}

/// The coefficient with both standard errors; `shift` is p_e|u − p_e for each row.
pub(super) fn linearised(parts: &Parts<'_>, shift: &[f64]) -> Outcome {
    let value = 1.0 - parts.mean / parts.expected;
    if !value.is_finite() {
        return Err(Undefined::TooCloseToTell);
    }
    let rest = parts.mean / parts.expected;
    let factor = parts.subjects / parts.pairs;
    let (mut reference, mut corrected) = (Vec::new(), Vec::new());
    for ((observed, weight), shift) in parts.observed.iter().zip(parts.weights).zip(shift) {
        let expected = 2.0 * rest * shift / parts.expected;
        let (as_published, consistent) = match observed {
            Some(d) => (factor * (parts.expected - d) / parts.expected - value, factor * (parts.mean - d) / parts.expected),
            None => (-value, 0.0),
        };
        reference.push(weight * (as_published - expected) * (as_published - expected));
        corrected.push(weight * (consistent - expected) * (consistent - expected));
    }
    let divisor = parts.subjects * (parts.subjects - 1.0);
    let se = |squares: Vec<f64>| (parts.subjects > 1.0).then(|| (sum(squares) / divisor).sqrt());
    let mut estimate = Estimate::with_student_interval(value, se(reference), parts.subjects)?;
    if parts.pairs < parts.subjects
        && let Some(se) = se(corrected).filter(|se| se.is_finite())
        && let Some(interval) = student_interval(value, se, parts.subjects)
    {
        estimate.corrected = Some((se, interval));
    }
    Ok(estimate)
}
