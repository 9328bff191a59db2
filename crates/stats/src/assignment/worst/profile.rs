//! One report's affinities as a staircase, and the bands that a floor on its sum implies.
//!
//! With k(v) the number of its experts whose affinity is at least v, and v₀ > v₁ > … the distinct
//! affinities, the sum is d·v_last + Σ (vᵢ − vᵢ₊₁)·k(vᵢ): it grows with every k, so bounds on some
//! k imply bounds on the others.

use super::super::model::Band;
use super::super::open::Open;
use super::super::problem::narrow;

/// A report's distinct affinities, highest first, with how many eligible experts reach each.
pub(super) struct Profile {
    pub(super) need: u32,
    /// Sum of the fixed pairs.
    base: i64,
    pub(super) affinity: Vec<i64>,
    reach: Vec<u32>,
}

/// What a branch demands of one report: k(affinity[step]) at least, or at most, so many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demand {
    pub(super) step: usize,
    pub(super) least: u32,
    pub(super) most: u32,
}

impl Profile {
    pub(super) fn of_all(open: &Open) -> Vec<Self> {
        (0..open.reports()).map(|report| Self::of(open, report)).collect()
    }

    fn of(open: &Open, report: usize) -> Self {
        let mut all: Vec<i64> = open.of_report(report).filter(|&at| open.loads[open.expert_at(at)].most > 0).map(|at| open.units[at]).collect();
        all.sort_unstable_by(|one, two| two.cmp(one));
        let (mut affinity, mut reach): (Vec<i64>, Vec<u32>) = (Vec::new(), Vec::new());
        for (at, &units) in all.iter().enumerate() {
            if affinity.last() == Some(&units) {
                reach.pop();
            } else {
                affinity.push(units);
            }
            reach.push(narrow(at + 1));
        }
        Self { need: open.needs[report], base: open.base[report], affinity, reach }
    }

    /// The sum of fixed pairs and the best open ones.
    pub(super) fn highest_sum(&self) -> i64 {
        let most: Vec<u32> = self.reach.iter().map(|&reach| reach.min(self.need)).collect();
        self.sum(&most)
    }

    /// The sum when exactly `count[i]` experts reach affinity i.
    fn sum(&self, count: &[u32]) -> i64 {
        let mut before = 0;
        let mut sum = self.base;
        for (&units, &count) in self.affinity.iter().zip(count) {
            sum += units * i64::from(count - before);
            before = count;
        }
        sum
    }

    /// How many of the chosen affinities reach each step.
    pub(super) fn counts(&self, chosen: &[i64]) -> Vec<u32> {
        let reach = |&units: &i64| chosen.iter().filter(|&&other| other >= units).count();
        self.affinity.iter().map(reach).map(narrow).collect()
    }

    /// The bounds on every k under `demands`: what the floor implies included. `None` if the
    /// floor cannot be reached under them.
    pub(super) fn bounds(&self, floor: i64, demands: &[Demand]) -> Option<(Vec<u32>, Vec<u32>)> {
        let steps = self.affinity.len();
        let mut most: Vec<u32> = self.reach.iter().map(|&reach| reach.min(self.need)).collect();
        let mut least = vec![0; steps];
        if let Some(last) = least.last_mut() {
            *last = self.need;
        }
        for demand in demands {
            most[demand.step] = most[demand.step].min(demand.most);
            least[demand.step] = least[demand.step].max(demand.least);
        }
        // k grows down the staircase.
        for step in (1..steps).rev() {
            most[step - 1] = most[step - 1].min(most[step]);
        }
        for step in 1..steps {
            least[step] = least[step].max(least[step - 1]);
        }
        if most.last().is_none_or(|&all| all < self.need) {
            return (self.need == 0 && self.base >= floor).then_some((least, most));
        }
        let highest = self.sum(&most);
        if highest < floor {
            return None;
        }
        // With k(vᵢ) ≤ t every higher k is at most t too; where the sum then misses the floor,
        // k(vᵢ) must be above t.
        for most_here in 0..self.need {
            let mut lost = 0;
            for step in 0..steps {
                let rise = self.affinity[step] - self.affinity.get(step + 1).copied().unwrap_or(self.affinity[step]);
                lost += rise * i64::from(most[step].saturating_sub(most_here));
                if highest - lost < floor && step + 1 < steps {
                    least[step] = least[step].max(most_here + 1);
                }
            }
        }
        for step in 1..steps {
            least[step] = least[step].max(least[step - 1]);
        }
        least.iter().zip(&most).all(|(least, most)| least <= most).then_some((least, most))
    }

    /// The fewest bands that say the same as the bounds: a lower bound is repeated only where it
    /// rises, an upper one only where a branch demanded it.
    pub(super) fn bands(&self, floor: i64, demands: &[Demand]) -> Option<Vec<Band>> {
        let (least, most) = self.bounds(floor, demands)?;
        let mut bands = Vec::new();
        for step in (0..self.affinity.len()).rev() {
            let rises = least[step] > 0 && (step == 0 || least[step - 1] < least[step]);
            let demanded = demands.iter().any(|demand| demand.step == step && demand.most < self.need.min(self.reach[step]));
            let all = step + 1 == self.affinity.len();
            if (rises || demanded) && !all {
                bands.push(Band { threshold: self.affinity[step], least: least[step], most: most[step] });
            }
        }
        Some(bands)
    }
}
