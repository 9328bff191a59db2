//! Estimates with calibrated weights. These need the rows twice (the weights are known only after
//! all rows were seen, and a standard error needs residuals), so they work on columns in memory.
//! The uncalibrated one-pass way is `tally`; without a calibration both give the same numbers.
//!
//! The rule to keep: z of a row is its weight times its influence minus what the margins explain,
//! for rows outside the domain too (their influence is 0).

use super::Options;
use super::calibration::{Calibration, Fitted};
use super::codes::{Codes, MISSING};
use super::design::Design;
use super::error::EstimationError;
use super::finish::{Estimate, Measured, Subject, finish};
use super::item::{Answers, Item, Kind};
use super::reason::Reason;
use super::tally::{DomainCount, domains_to_report, levels_to_report};
use super::variance::{Sample, sums_of_psus};

struct Rows<'a> {
    design: &'a Design,
    sample: Sample<'a>,
    /// Weights before and after calibration.
    before: Vec<f64>,
    after: Vec<f64>,
    fitted: Fitted,
}

/// Estimates every item with weights calibrated to the margins.
pub(super) fn estimate(
    design: &Design,
    items: &[Item<'_>],
    domains: Option<&Codes>,
    calibration: &Calibration,
    options: &Options,
) -> Result<Vec<Estimate>, EstimationError> {
    let before: Vec<f64> = (0..design.rows()).map(|row| design.weight(row)).collect();
    let fitted = calibration.fit(&before)?;
    let weight_after = |(row, weight): (usize, &f64)| weight * fitted.factor(row);
    let after = before.iter().enumerate().map(weight_after).collect();
    let rows = Rows { design, sample: design.sample(options.lonely_psu), before, after, fitted };
    let labels = domains.map_or(&[] as &[String], Codes::labels);
    let mut estimates = Vec::new();
    for item in items {
        for (domain, label) in domains_to_report(labels) {
            let inside = |row: usize| domains.is_none_or(|domains| domains.codes()[row] as usize == domain) && rows.after[row] > 0.0;
            let mut count = DomainCount::default();
            for row in (0..design.rows()).filter(|row| inside(*row)) {
                let own = u32::try_from(row).expect("rows are coded in 32 bits");
                let clustered = design.frame().clustered;
                count.add(if clustered { design.slot(row) } else { own });
            }
            let df = rows.degrees_of_freedom(&count, inside);
            let levels = match item.answers {
                Answers::Levels(codes) => levels_to_report(item.level.as_deref(), codes.labels()),
                _ => vec![(None, None)],
            };
            for (level, code) in levels {
                let subject = Subject { kind: item.kind, variable: &item.variable, level, domain: label, df, rows: count.rows };
                let measured = rows.measure(item, code, inside);
                estimates.push(finish(&subject, &measured, options.interval));
            }
        }
    }
    Ok(estimates)
}

impl Rows<'_> {
    fn degrees_of_freedom(&self, count: &DomainCount, inside: impl Fn(usize) -> bool) -> u64 {
        let frame = self.sample.frame;
        if frame.clustered {
            return count.degrees_of_freedom(&self.sample);
        }
        let mut strata = vec![false; frame.strata.len()];
        for row in (0..self.design.rows()).filter(|row| inside(*row)) {
            strata[self.design.slot(row) as usize] = true;
        }
        count.rows - strata.iter().filter(|met| **met).count() as u64
    }

    fn measure(&self, item: &Item<'_>, level: Option<u32>, inside: impl Fn(usize) -> bool) -> Measured {
        // y and x of a row that counts: 0/1 in and out of the level, x only for ratios.
        let answer = |row: usize| -> Option<(f64, f64)> {
            if !inside(row) {
                return None;
            }
            match item.answers {
                Answers::Numbers(y) => y[row].map(|y| (y, 1.0)),
                Answers::Pairs(y, x) => y[row].zip(x[row]),
                Answers::Levels(codes) => {
                    let code = codes.codes()[row];
                    let in_level = f64::from(u8::from(Some(code) == level));
                    (code != MISSING).then_some((in_level, 1.0))
                }
            }
        };
        let answered = || (0..self.after.len()).filter_map(|row| Some((row, answer(row)?)));
        let Some((_, origin)) = answered().next() else {
            return Measured::empty(0, 0.0, 0.0);
        };
        let categorical = matches!(item.answers, Answers::Levels(_));
        let origin = if categorical { (0.0, 0.0) } else { origin };
        let (mut n, mut weight, mut weight_squares, mut dy, mut dx) = (0, 0.0, 0.0, 0.0, 0.0);
        for (row, (y, x)) in answered() {
            let w = self.after[row];
            n += 1;
            weight += w;
            weight_squares += w * w;
            dy += w * (y - origin.0);
            dx += w * (x - origin.1);
        }
        let mut measured = Measured::empty(n, weight, weight_squares);
        let (mean_y, mean_x) = (origin.0 + dy / weight, origin.1 + dx / weight);
        // The estimate, the slope and the centre of the residual y − centre_y − R(x − centre_x),
        // and what a residual is multiplied by to become an influence.
        let ratio = mean_y / mean_x;
        let (estimate, slope, scale) = match item.kind {
            Kind::Mean | Kind::Proportion => (mean_y, 0.0, 1.0 / weight),
            Kind::Total => (weight * mean_y, 0.0, 1.0),
            Kind::Ratio => (ratio, ratio, 1.0 / (weight * mean_x)),
        };
        if item.kind == Kind::Ratio && weight * mean_x == 0.0 {
            measured.undefined = Some(Reason::ZeroDenominator);
            return measured;
        }
        let residual = |(y, x): (f64, f64)| (y - mean_y) - slope * (x - mean_x);
        measured.estimate = estimate;
        measured.scale = scale * weight;
        measured.unit_variance = answered().map(|(row, answer)| self.after[row] * residual(answer).powi(2)).sum::<f64>() / weight;
        let centre = if item.kind == Kind::Total { mean_y } else { 0.0 };
        let influence = |row: usize| answer(row).map_or(0.0, |answer| scale * (residual(answer) + centre));
        let u: Vec<f64> = (0..self.after.len()).map(influence).collect();
        measured.variance = self.variance(&u, |row| answer(row).is_some());
        measured
    }

    fn variance(&self, u: &[f64], present: impl Fn(usize) -> bool) -> Result<f64, Reason> {
        let explained = self.fitted.explained(&self.before, u);
        let z_of_row = |row: usize| {
            let cell = self.fitted.cell_of_row[row] as usize;
            self.after[row] * (u[row] - explained[cell])
        };
        let frame = self.sample.frame;
        if !frame.clustered {
            let z: Vec<f64> = (0..u.len()).map(z_of_row).collect();
            let stratum_of = |row: usize| self.design.slot(row) as usize;
            return self.sample.variance(&sums_of_psus(frame, stratum_of, &z, present));
        }
        let mut z = vec![0.0; frame.stratum_of_psu.len()];
        let mut psu_present = vec![false; z.len()];
        for row in 0..u.len() {
            let psu = self.design.slot(row) as usize;
            z[psu] += z_of_row(row);
            psu_present[psu] |= present(row);
        }
        let stratum_of = |psu: usize| frame.stratum_of_psu[psu] as usize;
        let sums = sums_of_psus(frame, stratum_of, &z, |psu| psu_present[psu]);
        self.sample.variance(&sums)
    }
}
