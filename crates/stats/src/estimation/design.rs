//! How the rows in memory were sampled: their weights, strata, clusters and finite population
//! correction, checked once. The answers are not here.
//!
//! The rule to keep: a `Design` that exists is usable; every check is made when it is built.

use super::codes::{Codes, MISSING, check_length};
use super::error::EstimationError;
use super::frame::Frame;
use super::variance::{LonelyPsu, Sample};

/// The columns that describe a sampling design; all are optional and of the same length.
#[derive(Debug, Clone, Default)]
pub struct DesignColumns<'a> {
    /// Number of persons each row stands for; at least zero. Without weights every row stands for
    /// one, or for N_h/n_h where a finite population correction is given.
    pub weights: Option<Vec<f64>>,
    pub strata: Option<&'a Codes>,
    /// First-stage units; the same name in two strata means two units.
    pub clusters: Option<&'a Codes>,
    /// Per row, the population of its stratum in first-stage units (at least 1) or the fraction
    /// of it that was sampled (at most 1).
    pub fpc: Option<&'a [f64]>,
}

/// A checked sampling design of a number of rows.
#[derive(Debug, Clone)]
pub struct Design {
    rows: usize,
    weights: Option<Vec<f64>>,
    /// The PSU of each row, or its stratum if rows are PSUs; empty if there is only one stratum.
    slots: Vec<u32>,
    frame: Frame,
    fractions: Vec<f64>,
}

impl Design {
    /// A simple random sample of `rows` from a large population.
    pub fn simple(rows: usize) -> Self {
        let mut frame = Frame::new(false, false);
        frame.strata[0].psus = rows as u64;
        Self { rows, weights: None, slots: Vec::new(), frame, fractions: vec![0.0] }
    }

    /// A design of `rows` rows from its columns. Refuses columns of another length, missing
    /// strata or clusters, weights that are negative or not finite or all zero, and finite
    /// population corrections that contradict each other or the sample.
    pub fn new(rows: usize, columns: DesignColumns<'_>) -> Result<Self, EstimationError> {
        let DesignColumns { weights, strata, clusters, fpc } = columns;
        if let Some(weights) = &weights {
            check_weights(weights, rows)?;
        }
        for (column, codes) in [("strata", strata), ("clusters", clusters)] {
            let Some(codes) = codes else { continue };
            codes.check_length(column, rows)?;
            if let Some(row) = codes.codes().iter().position(|code| *code == MISSING) {
                return Err(EstimationError::row(row, column, "is missing"));
            }
        }
        if let Some(fpc) = fpc {
            check_length("fpc", fpc.len(), rows)?;
        }
        let mut frame = Frame::new(strata.is_some(), clusters.is_some());
        frame.learn_strata(strata.map_or(&[] as &[String], Codes::labels));
        let mut slots = Vec::with_capacity(rows);
        for row in 0..rows {
            let stratum = strata.map_or(0, |strata| strata.codes()[row]);
            slots.push(if let Some(clusters) = clusters {
                frame.psu(stratum, clusters.codes()[row])
            } else {
                frame.add_row(stratum);
                stratum
            });
            if let Some(fpc) = fpc {
                let noted = frame.note_fpc(stratum, fpc[row]);
                noted.map_err(|problem| EstimationError::row(row, "fpc", problem))?;
            }
        }
        Self::from_frame(frame, weights, slots)
    }

    /// A design of rows that are already sorted into the strata and PSUs of a frame.
    pub(super) fn from_frame(frame: Frame, weights: Option<Vec<f64>>, slots: Vec<u32>) -> Result<Self, EstimationError> {
        let fractions = frame.fractions()?;
        let mut design = Self { rows: slots.len(), weights, slots, frame, fractions };
        let has_fpc = design.frame.strata.iter().any(|s| s.fpc.is_some());
        if design.weights.is_none() && has_fpc {
            design.weights = Some(design.weights_from_fpc()?);
        }
        Ok(design)
    }

    fn weights_from_fpc(&self) -> Result<Vec<f64>, EstimationError> {
        for (stratum, fraction) in self.frame.strata.iter().zip(&self.fractions) {
            if *fraction <= 0.0 && stratum.psus > 0 {
                let stratum = stratum.label.clone();
                return Err(EstimationError::NoWeightFromFpc { stratum });
            }
        }
        let weight = |row: usize| 1.0 / self.fractions[self.stratum_of_slot(self.slot(row))];
        Ok((0..self.rows).map(weight).collect())
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[row])
    }

    pub(super) fn slot(&self, row: usize) -> u32 {
        self.slots.get(row).copied().unwrap_or(0)
    }

    pub(super) fn stratum_of_slot(&self, slot: u32) -> usize {
        if self.frame.clustered { self.frame.stratum_of_psu[slot as usize] as usize } else { slot as usize }
    }

    pub(super) fn frame(&self) -> &Frame {
        &self.frame
    }

    pub(super) fn sample(&self, lonely_psu: LonelyPsu) -> Sample<'_> {
        Sample { frame: &self.frame, fractions: &self.fractions, lonely_psu }
    }

    pub(super) fn check_lonely_psus(&self, choice: LonelyPsu) -> Result<(), EstimationError> {
        match Sample::lonely_stratum(&self.frame, &self.fractions) {
            Some(stratum) if choice == LonelyPsu::Fail => Err(EstimationError::LonelyPsu { stratum }),
            _ => Ok(()),
        }
    }
}

fn check_weights(weights: &[f64], rows: usize) -> Result<(), EstimationError> {
    check_length("weights", weights.len(), rows)?;
    for (row, weight) in weights.iter().enumerate() {
        if !weight.is_finite() {
            return Err(EstimationError::row(row, "weights", "is not a finite number"));
        }
        if *weight < 0.0 {
            let problem = format!("{weight} is negative");
            return Err(EstimationError::row(row, "weights", problem));
        }
    }
    if rows > 0 && weights.iter().all(|weight| *weight == 0.0) {
        return Err(EstimationError::AllWeightsZero);
    }
    Ok(())
}
