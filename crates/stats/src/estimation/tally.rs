//! One pass over the rows of a sample: sums by item, domain and PSU (or stratum), in memory that
//! grows with the PSUs and not with the rows. Calibrated weights, which are known only after a
//! pass, are the business of `columns`.
//!
//! The rule to keep: a row of weight zero counts as part of its PSU and nowhere else.

use super::Options;
use super::cell::{LevelCell, NumberCell};
use super::codes::{Codes, MISSING, order_of};
use super::design::Design;
use super::finish::{Estimate, Measured, Subject, finish};
use super::interval::Interval;
use super::item::{Answers, Item, Kind};
use super::variance::Sample;

/// The rows of one domain, answered or not: what its degrees of freedom are counted from.
#[derive(Debug, Clone, Default)]
pub(super) struct DomainCount {
    pub(super) rows: u64,
    slots: Vec<bool>,
}

impl DomainCount {
    pub(super) fn add(&mut self, slot: u32) {
        self.rows += 1;
        let slot = slot as usize;
        if slot >= self.slots.len() {
            self.slots.resize(slot + 1, false);
        }
        self.slots[slot] = true;
    }

    /// PSUs with a row in the domain minus strata with a row in the domain (Korn & Graubard).
    pub(super) fn degrees_of_freedom(&self, sample: &Sample<'_>) -> u64 {
        let frame = sample.frame;
        let met = |slots: &[bool]| slots.iter().filter(|met| **met).count() as u64;
        if !frame.clustered {
            return self.rows - met(&self.slots);
        }
        let mut strata = vec![false; frame.strata.len()];
        for (psu, _) in self.slots.iter().enumerate().filter(|(_, met)| **met) {
            strata[frame.stratum_of_psu[psu] as usize] = true;
        }
        met(&self.slots) - met(&strata)
    }
}

/// The cells of one item, one per domain.
#[derive(Debug, Clone)]
pub(super) enum ItemTally {
    Numbers(Vec<NumberCell>),
    Levels(Vec<LevelCell>),
}

impl ItemTally {
    /// Makes room for all domains, levels and slots, when their numbers are known before the pass.
    pub(super) fn reserve(&mut self, domains: usize, levels: usize, slots: usize, clustered: bool) {
        match self {
            Self::Numbers(cells) => {
                cells.resize_with(domains, || NumberCell::new(clustered));
                for cell in cells {
                    cell.spread.reserve(slots);
                }
            }
            Self::Levels(cells) => {
                cells.resize_with(domains, || LevelCell::new(clustered));
                for cell in cells {
                    cell.room_for(levels, slots);
                }
            }
        }
    }

    fn room_for_domain(&mut self, domain: usize, clustered: bool) {
        match self {
            Self::Numbers(cells) if domain >= cells.len() => {
                cells.resize_with(domain + 1, || NumberCell::new(clustered));
            }
            Self::Levels(cells) if domain >= cells.len() => {
                cells.resize_with(domain + 1, || LevelCell::new(clustered));
            }
            _ => {}
        }
    }

    /// Adds a numeric answer (and, for a ratio, its denominator).
    pub(super) fn add_number(&mut self, place: Place, y: f64, x: f64) {
        self.room_for_domain(place.domain as usize, place.clustered);
        if let Self::Numbers(cells) = self {
            cells[place.domain as usize].add(place.slot, place.weight, y, x);
        }
    }

    /// Adds a categorical answer.
    pub(super) fn add_level(&mut self, place: Place, level: u32) {
        self.room_for_domain(place.domain as usize, place.clustered);
        if let Self::Levels(cells) = self {
            cells[place.domain as usize].add(place.slot, place.weight, level);
        }
    }

    /// The measured value of one result, in a domain that may have no answers at all.
    pub(super) fn measure(&self, kind: Kind, domain: usize, level: Option<u32>, sample: &Sample<'_>) -> Measured {
        match self {
            Self::Numbers(cells) => cells.get(domain).map(|cell| cell.measure(kind, sample)),
            Self::Levels(cells) => cells.get(domain).map(|cell| cell.measure(kind, level, sample)),
        }
        .unwrap_or_else(|| Measured::empty(0, 0.0, 0.0))
    }
}

/// Where the answer of a row goes, and how much it weighs (more than zero).
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) domain: u32,
    pub(super) slot: u32,
    pub(super) weight: f64,
    pub(super) clustered: bool,
}

/// The levels that an item reports: the one asked for, or all in order.
pub(super) fn levels_to_report<'a>(level: Option<&'a str>, labels: &'a [String]) -> Vec<(Option<&'a str>, Option<u32>)> {
    let code = |index: usize| u32::try_from(index).ok();
    match level {
        Some(level) => {
            let index = labels.iter().position(|label| label == level);
            vec![(Some(level), index.and_then(code))]
        }
        None => order_of(labels).into_iter().map(|index| (Some(labels[index].as_str()), code(index))).collect(),
    }
}

/// Estimates from columns in memory with the weights of the design.
pub(super) fn estimate(design: &Design, items: &[Item<'_>], domains: Option<&Codes>, options: &Options) -> Vec<Estimate> {
    let sample = design.sample(options.lonely_psu);
    let domain_labels = domains.map_or(&[] as &[String], Codes::labels);
    let mut counts = vec![DomainCount::default(); domain_labels.len().max(1)];
    let place = |row: usize| {
        let domain = domains.map_or(0, |domains| domains.codes()[row]);
        let weight = design.weight(row);
        (weight > 0.0 && domain != MISSING).then(|| Place { domain, slot: design.slot(row), weight, clustered: sample.frame.clustered })
    };
    for place in (0..design.rows()).filter_map(place) {
        counts[place.domain as usize].add(place.slot);
    }
    let mut estimates = Vec::new();
    for item in items {
        let report = Report {
            kind: item.kind,
            variable: &item.variable,
            level: item.level.as_deref(),
            labels: match item.answers {
                Answers::Levels(codes) => Some(codes.labels()),
                _ => None,
            },
            domain_labels,
        };
        let tally = tally_item(item, design, counts.len(), place);
        estimates.extend(report.estimates(&tally, &counts, &sample, options.interval));
    }
    estimates
}

/// What is reported of one item: its levels (`None` for numbers) and the domains.
pub(super) struct Report<'a> {
    pub(super) kind: Kind,
    pub(super) variable: &'a str,
    pub(super) level: Option<&'a str>,
    pub(super) labels: Option<&'a [String]>,
    pub(super) domain_labels: &'a [String],
}

impl Report<'_> {
    pub(super) fn estimates(&self, tally: &ItemTally, counts: &[DomainCount], sample: &Sample<'_>, interval: Interval) -> Vec<Estimate> {
        let mut estimates = Vec::new();
        for (domain, label) in domains_to_report(self.domain_labels) {
            let df = counts[domain].degrees_of_freedom(sample);
            let levels = match self.labels {
                Some(labels) => levels_to_report(self.level, labels),
                None => vec![(None, None)],
            };
            for (level, code) in levels {
                let subject = Subject { kind: self.kind, variable: self.variable, level, domain: label, df, rows: counts[domain].rows };
                let measured = tally.measure(self.kind, domain, code, sample);
                estimates.push(finish(&subject, &measured, interval));
            }
        }
        estimates
    }
}

/// The domains in the order of their labels; without domains, one that has no label.
pub(super) fn domains_to_report(labels: &[String]) -> Vec<(usize, Option<&str>)> {
    if labels.is_empty() {
        return vec![(0, None)];
    }
    let order = order_of(labels).into_iter();
    order.map(|index| (index, Some(labels[index].as_str()))).collect()
}

fn tally_item(item: &Item<'_>, design: &Design, domains: usize, place: impl Fn(usize) -> Option<Place>) -> ItemTally {
    let frame = design.frame();
    let (mut tally, levels) = match item.answers {
        Answers::Levels(codes) => (ItemTally::Levels(Vec::new()), codes.labels().len()),
        _ => (ItemTally::Numbers(Vec::new()), 0),
    };
    tally.reserve(domains, levels, frame.slots(), frame.clustered);
    for row in 0..design.rows() {
        let Some(place) = place(row) else { continue };
        match item.answers {
            Answers::Numbers(y) => {
                if let Some(y) = y[row] {
                    tally.add_number(place, y, 0.0);
                }
            }
            Answers::Pairs(y, x) => {
                if let (Some(y), Some(x)) = (y[row], x[row]) {
                    tally.add_number(place, y, x);
                }
            }
            Answers::Levels(codes) => {
                let code = codes.codes()[row];
                if code != MISSING {
                    tally.add_level(place, code);
                }
            }
        }
    }
    tally
}
