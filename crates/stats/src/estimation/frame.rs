//! The strata and first-stage units (PSUs) of a sample, and the finite population correction.
//! Who answered what is not known here.
//!
//! The rule to keep: a PSU belongs to one stratum; the same cluster name in two strata is two
//! PSUs (what R calls nested).

use std::collections::HashMap;

use super::codes::MISSING;
use super::error::EstimationError;

/// One stratum: its name, n_h, and what was given as its finite population correction.
#[derive(Debug, Clone)]
pub(super) struct Stratum {
    pub(super) label: String,
    pub(super) psus: u64,
    pub(super) fpc: Option<f64>,
}

/// All strata; and for clustered samples the stratum of each PSU.
#[derive(Debug, Clone, Default)]
pub(super) struct Frame {
    pub(super) strata: Vec<Stratum>,
    pub(super) stratum_of_psu: Vec<u32>,
    pub(super) clustered: bool,
    pub(super) stratified: bool,
    /// Per cluster name: the stratum in which it was met first, and its PSU there.
    first_met: Vec<(u32, u32)>,
    met_again: HashMap<(u32, u32), u32>,
}

impl Frame {
    pub(super) fn new(stratified: bool, clustered: bool) -> Self {
        let mut frame = Self { clustered, stratified, ..Self::default() };
        if !stratified {
            frame.add_stratum("all");
        }
        frame
    }

    fn add_stratum(&mut self, label: &str) {
        self.strata.push(Stratum { label: label.to_owned(), psus: 0, fpc: None });
    }

    /// Makes room for strata named since the last call; codes are indices into `labels`.
    pub(super) fn learn_strata(&mut self, labels: &[String]) {
        while self.strata.len() < labels.len() {
            let next = self.strata.len();
            self.add_stratum(&labels[next]);
        }
    }

    /// Counts a row that is a PSU of its own.
    pub(super) fn add_row(&mut self, stratum: u32) {
        self.strata[stratum as usize].psus += 1;
    }

    /// The PSU of a row of cluster `cluster` in `stratum`; a new pair is a new PSU.
    pub(super) fn psu(&mut self, stratum: u32, cluster: u32) -> u32 {
        let index = cluster as usize;
        if index >= self.first_met.len() {
            self.first_met.resize(index + 1, (MISSING, MISSING));
        }
        let (met_in, psu) = self.first_met[index];
        if met_in == stratum {
            return psu;
        }
        if met_in == MISSING {
            let psu = self.add_psu(stratum);
            self.first_met[index] = (stratum, psu);
            return psu;
        }
        if let Some(psu) = self.met_again.get(&(stratum, cluster)) {
            return *psu;
        }
        let psu = self.add_psu(stratum);
        self.met_again.insert((stratum, cluster), psu);
        psu
    }

    fn add_psu(&mut self, stratum: u32) -> u32 {
        let psu = u32::try_from(self.stratum_of_psu.len()).expect("fewer PSUs than 2^32");
        self.stratum_of_psu.push(stratum);
        self.strata[stratum as usize].psus += 1;
        psu
    }

    /// Notes the finite population correction of a row; says what is wrong with it.
    pub(super) fn note_fpc(&mut self, stratum: u32, value: f64) -> Result<(), String> {
        if !value.is_finite() || value < 0.0 {
            return Err(format!("{value} is neither a population size nor a fraction"));
        }
        let stratum = &mut self.strata[stratum as usize];
        #[expect(clippy::float_cmp, reason = "the same text must give the same number; anything else is a contradiction")]
        match stratum.fpc {
            Some(known) if known != value => Err(format!("{value} where stratum \"{}\" had {known} before", stratum.label)),
            _ => {
                stratum.fpc = Some(value);
                Ok(())
            }
        }
    }

    /// Turns what was given into sampling fractions f_h = n_h / N_h, and checks them. As in R's
    /// survey: all values at most 1 are fractions, all at least 1 are population sizes.
    pub(super) fn fractions(&self) -> Result<Vec<f64>, EstimationError> {
        let given = |wanted: fn(f64) -> bool| {
            let fits = |stratum: &&Stratum| stratum.fpc.is_some_and(wanted);
            self.strata.iter().find(fits)
        };
        let size = given(|fpc| fpc > 1.0);
        if let (Some(size), Some(fraction)) = (size, given(|fpc| fpc < 1.0)) {
            return Err(EstimationError::MixedFpc { fraction: fraction.label.clone(), size: size.label.clone() });
        }
        self.strata
            .iter()
            .map(|stratum| match stratum.fpc {
                Some(population) if size.is_some() => {
                    let psus = stratum.psus as f64;
                    if population < psus {
                        return Err(EstimationError::PopulationBelowSample { stratum: stratum.label.clone(), psus: stratum.psus, population });
                    }
                    Ok(psus / population)
                }
                Some(fraction) => Ok(fraction),
                None => Ok(0.0),
            })
            .collect()
    }

    /// Where a row's sums belong: its PSU, or its stratum if every row is its own PSU.
    pub(super) fn slots(&self) -> usize {
        if self.clustered { self.stratum_of_psu.len() } else { self.strata.len() }
    }
}
