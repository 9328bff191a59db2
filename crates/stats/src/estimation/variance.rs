//! The variance of a sum over PSUs, v = Σ_h (1 − f_h) n_h/(n_h − 1) Σ_i (z_hi − z̄_h)², and what to do
//! with a stratum that has a single PSU. How z is made is not known here.
//!
//! Sources: Binder 1983; Lumley 2010, ch. 2. The single-PSU strategies follow R's survey package.

use super::frame::{Frame, Stratum};
use super::reason::Reason;

/// A stratum with a sampling fraction this close to one adds no variance.
const SELF_REPRESENTING: f64 = 1e-7;

/// What to do with a stratum that has a single PSU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LonelyPsu {
    /// Refuse.
    #[default]
    Fail,
    /// It was taken with certainty: it adds nothing to the variance.
    Certainty,
    /// It is centred at the mean over all PSUs instead of its own (conservative).
    Adjust,
    /// It adds the average of the other strata.
    Average,
}

/// The PSU sums z_hi of one stratum, summarised.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct StratumSum {
    /// Σ_i z_hi.
    pub(super) total: f64,
    /// Σ_i (z_hi − z̄_h)².
    pub(super) squares: f64,
    /// Whether any respondent of the domain is in the stratum.
    pub(super) present: bool,
}

/// Strata and PSUs with their sampling fractions, ready to give variances.
#[derive(Debug)]
pub(super) struct Sample<'a> {
    pub(super) frame: &'a Frame,
    pub(super) fractions: &'a [f64],
    pub(super) lonely_psu: LonelyPsu,
}

impl Sample<'_> {
    /// The stratum that `LonelyPsu::Fail` refuses, if there is one. An unstratified sample of one
    /// PSU is not refused: its estimates exist, its standard errors do not.
    pub(super) fn lonely_stratum(frame: &Frame, fractions: &[f64]) -> Option<String> {
        let lonely = |(stratum, fraction): &(&Stratum, &f64)| stratum.psus == 1 && 1.0 - **fraction >= SELF_REPRESENTING;
        let mut strata = frame.strata.iter().zip(fractions);
        strata.find(lonely).filter(|_| frame.stratified).map(|(stratum, _)| stratum.label.clone())
    }

    /// The variance of Σ z, or why it does not exist.
    pub(super) fn variance(&self, sums: &[StratumSum]) -> Result<f64, Reason> {
        let psus: u64 = self.frame.strata.iter().map(|stratum| stratum.psus).sum();
        let centre = sums.iter().map(|sum| sum.total).sum::<f64>() / psus as f64;
        let (mut variance, mut present, mut without) = (0.0, 0_u32, 0_u32);
        for ((stratum, fraction), sum) in self.frame.strata.iter().zip(self.fractions).zip(sums) {
            let correction = 1.0 - fraction;
            present += u32::from(sum.present);
            if correction < SELF_REPRESENTING {
                continue;
            }
            if stratum.psus > 1 {
                let n = stratum.psus as f64;
                variance += correction * n / (n - 1.0) * sum.squares;
                continue;
            }
            if !self.frame.stratified {
                return Err(Reason::OnePsu);
            }
            match self.lonely_psu {
                LonelyPsu::Fail => return Err(Reason::LonelyPsu),
                LonelyPsu::Certainty => {}
                LonelyPsu::Adjust => {
                    let from_centre = sum.total - centre;
                    variance += correction * from_centre * from_centre;
                }
                LonelyPsu::Average => without += u32::from(sum.present),
            }
        }
        if without == 0 {
            return Ok(variance);
        }
        if without == present {
            return Err(Reason::OnlyLonelyPsus);
        }
        Ok(variance * f64::from(present) / f64::from(present - without))
    }
}

/// Summarises PSU sums given one by one: `z` and `present` have one entry per PSU, `stratum_of`
/// gives the stratum of a PSU.
pub(super) fn sums_of_psus(frame: &Frame, stratum_of: impl Fn(usize) -> usize, z: &[f64], present: impl Fn(usize) -> bool) -> Vec<StratumSum> {
    let mut sums = vec![StratumSum::default(); frame.strata.len()];
    for (psu, z) in z.iter().enumerate() {
        let sum = &mut sums[stratum_of(psu)];
        sum.total += z;
        sum.present |= present(psu);
    }
    for (psu, z) in z.iter().enumerate() {
        let stratum = stratum_of(psu);
        let from_mean = z - sums[stratum].total / frame.strata[stratum].psus as f64;
        sums[stratum].squares += from_mean * from_mean;
    }
    sums
}
