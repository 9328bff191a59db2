//! A survey file in CSV, read once from its beginning to its end. Without calibration memory grows
//! with the strata, PSUs, domains and levels, not with the rows; a calibration, or weights that
//! follow from the finite population correction, keep the needed columns.
//!
//! The rule to keep: whatever is refused is named by line and column. The first line is the header
//! and counts as line 1.

use std::io::Read;

use super::answers::{Cell, Column, ItemReader};
use super::calibration::Calibration;
use super::codes::MISSING;
use super::design::Design;
use super::error::EstimationError;
use super::finish::Estimate;
use super::frame::Frame;
use super::header::Header;
use super::margins::Margin;
use super::records::{advance, text_at};
use super::register::Register;
use super::suppression::suppress;
use super::tally::{DomainCount, Place, Report};
use super::variance::{LonelyPsu, Sample};
use super::{Options, estimate};
use crate::rows::Rows;

/// What to estimate from a file, by the names of its columns.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub means: Vec<String>,
    /// `column` (every level) or `column=level`.
    pub proportions: Vec<String>,
    /// `column`, or `column=level` for the number of people of a level.
    pub totals: Vec<String>,
    /// `numerator/denominator`.
    pub ratios: Vec<String>,
    pub weights: Option<String>,
    pub strata: Option<String>,
    pub cluster: Option<String>,
    pub fpc: Option<String>,
    pub by: Option<String>,
    pub poststratify: Option<Margin>,
    pub rake: Vec<Margin>,
    pub options: Options,
}

/// Columns of a margin: where it is in the file, its margin, and the codes read so far.
struct MarginReader {
    place: usize,
    margin: Margin,
    register: Register,
    codes: Vec<u32>,
}

/// Everything that is known of the rows read so far.
struct Reading<'a> {
    plan: &'a Plan,
    header: Header,
    places: [Option<usize>; 5],
    keeps_columns: bool,
    items: Vec<ItemReader>,
    margins: Vec<MarginReader>,
    frame: Frame,
    strata: Register,
    clusters: Register,
    domains: Register,
    counts: Vec<DomainCount>,
    any_weight: bool,
    weights: Vec<f64>,
    slots: Vec<u32>,
    domain_codes: Vec<u32>,
}

/// Reads a survey file and estimates everything in the plan.
pub fn read_and_estimate(source: impl Read, plan: &Plan) -> Result<Vec<Estimate>, EstimationError> {
    let mut rows = Rows::new(source);
    if !advance(&mut rows)? {
        let problem = "is empty: there is not even a header";
        return Err(EstimationError::File(problem.to_owned()));
    }
    let mut reading = Reading::new(plan, Header::read(&rows)?)?;
    let mut any = false;
    while advance(&mut rows)? {
        any = true;
        reading.row(&rows)?;
    }
    if !any {
        let problem = "has a header and no rows";
        return Err(EstimationError::File(problem.to_owned()));
    }
    reading.finish()
}

impl<'a> Reading<'a> {
    fn new(plan: &'a Plan, header: Header) -> Result<Self, EstimationError> {
        let keeps_columns = plan.poststratify.is_some() || !plan.rake.is_empty() || (plan.weights.is_none() && plan.fpc.is_some());
        let mut margins = Vec::new();
        for margin in plan.poststratify.iter().chain(&plan.rake) {
            margins.push(MarginReader {
                place: header.column(&margin.variable)?,
                margin: margin.clone(),
                register: Register::default(),
                codes: Vec::new(),
            });
        }
        let places = [
            header.optional(plan.weights.as_ref())?,
            header.optional(plan.strata.as_ref())?,
            header.optional(plan.cluster.as_ref())?,
            header.optional(plan.fpc.as_ref())?,
            header.optional(plan.by.as_ref())?,
        ];
        Ok(Self {
            plan,
            items: header.items(plan, keeps_columns)?,
            places,
            keeps_columns,
            margins,
            frame: Frame::new(plan.strata.is_some(), plan.cluster.is_some()),
            strata: Register::default(),
            clusters: Register::default(),
            domains: Register::default(),
            counts: vec![DomainCount::default()],
            any_weight: false,
            weights: Vec::new(),
            slots: Vec::new(),
            domain_codes: Vec::new(),
            header,
        })
    }

    fn row(&mut self, row: &Rows<impl Read>) -> Result<(), EstimationError> {
        let (line, header) = (row.line(), &self.header.names);
        if row.len() != header.len() {
            let (found, expected) = (row.len(), header.len());
            let problem = match header.get(found) {
                Some(first) => {
                    format!("{found} fields where the header has {expected}; \"{first}\" is lacking")
                }
                None => format!("{found} fields where the header has {expected}"),
            };
            return Err(EstimationError::Line { line, problem });
        }
        let cell = |place: usize| -> Result<Cell<'_>, EstimationError> {
            let column = header[place].as_str();
            let text = text_at(row, place).ok_or_else(|| EstimationError::cell(line, column, "is not UTF-8 text"))?;
            Ok(Cell { line, column, text })
        };
        let given = |place: usize| {
            let cell = cell(place)?;
            if cell.is_missing() {
                return Err(cell.refused("is missing"));
            }
            Ok(cell)
        };
        let [weights, strata, clusters, fpc, by] = self.places;
        let weight = match weights {
            Some(place) => weight_of(given(place)?)?,
            None => 1.0,
        };
        self.any_weight |= weight > 0.0;
        let stratum = match strata {
            Some(place) => self.strata.code(given(place)?.text),
            None => 0,
        };
        self.frame.learn_strata(self.strata.labels());
        let slot = if let Some(place) = clusters {
            let cluster = self.clusters.code(given(place)?.text);
            self.frame.psu(stratum, cluster)
        } else {
            self.frame.add_row(stratum);
            stratum
        };
        if let Some(place) = fpc {
            let cell = given(place)?;
            let value = cell.number()?.unwrap_or_default();
            let noted = self.frame.note_fpc(stratum, value);
            noted.map_err(|problem| cell.refused(problem))?;
        }
        let domain = match by.map(&cell).transpose()? {
            Some(cell) if cell.is_missing() => MISSING,
            Some(cell) => self.domains.code(cell.text),
            None => 0,
        };
        let place = (weight > 0.0 && domain != MISSING).then_some(Place { domain, slot, weight, clustered: self.frame.clustered });
        if self.keeps_columns {
            self.slots.push(slot);
            self.domain_codes.push(domain);
            if weights.is_some() {
                self.weights.push(weight);
            }
        } else if place.is_some() {
            let index = domain as usize;
            if index >= self.counts.len() {
                self.counts.resize(index + 1, DomainCount::default());
            }
            self.counts[index].add(slot);
        }
        for margin in &mut self.margins {
            let level = given(margin.place)?.text;
            margin.codes.push(margin.register.code(level));
        }
        for item in &mut self.items {
            let [first, second] = item.columns;
            let first_cell = cell(first)?;
            let second_cell = if second == first { first_cell } else { cell(second)? };
            item.take([first_cell, second_cell], place)?;
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<Estimate>, EstimationError> {
        if !self.any_weight {
            return Err(EstimationError::AllWeightsZero);
        }
        if let (Some(by), true) = (&self.plan.by, self.domains.labels().is_empty()) {
            let problem = format!("column \"{by}\" is missing in every row, so there are no domains");
            return Err(EstimationError::File(problem));
        }
        if self.keeps_columns {
            return self.finish_columns();
        }
        let options = &self.plan.options;
        let fractions = self.frame.fractions()?;
        if let (Some(stratum), LonelyPsu::Fail) = (Sample::lonely_stratum(&self.frame, &fractions), options.lonely_psu) {
            return Err(EstimationError::LonelyPsu { stratum });
        }
        let sample = Sample { frame: &self.frame, fractions: &fractions, lonely_psu: options.lonely_psu };
        let mut counts = self.counts;
        let domains = self.domains.labels().len().max(1);
        counts.resize(domains, DomainCount::default());
        let mut estimates = Vec::new();
        for item in &self.items {
            let report = Report {
                kind: item.kind,
                variable: &item.variable,
                level: item.level.as_deref(),
                labels: item.labels(),
                domain_labels: self.domains.labels(),
            };
            if let Some(tally) = item.tally() {
                estimates.extend(report.estimates(tally, &counts, &sample, options.interval));
            }
        }
        if self.plan.by.is_some() {
            suppress(&mut estimates, options.suppress_below);
        }
        Ok(estimates)
    }

    fn finish_columns(self) -> Result<Vec<Estimate>, EstimationError> {
        let weights = self.plan.weights.is_some().then_some(self.weights);
        let design = Design::from_frame(self.frame, weights, self.slots)?;
        let mut margins = self.margins.into_iter().map(|read| (read.margin, read.register.into_codes(read.codes)));
        let calibration = if self.plan.poststratify.is_some() {
            let first = margins.next();
            first.map(|(margin, levels)| Calibration::poststratify(margin, levels))
        } else if self.plan.rake.is_empty() {
            None
        } else {
            Some(Calibration::rake(margins.collect()))
        };
        let domains = self.domains.into_codes(self.domain_codes);
        let domains = self.plan.by.is_some().then_some(&domains);
        let columns: Vec<Column> = self.items.into_iter().map(ItemReader::into_column).collect();
        let items: Vec<_> = columns.iter().map(Column::item).collect();
        let options = &self.plan.options;
        estimate(&design, &items, domains, calibration.as_ref(), options)
    }
}

fn weight_of(cell: Cell<'_>) -> Result<f64, EstimationError> {
    let weight = cell.number()?.unwrap_or_default();
    if weight < 0.0 {
        return Err(cell.refused(format!("{} is a negative weight", cell.text)));
    }
    Ok(weight)
}
