//! Raising the worst report by exchanges: a quick search without any proof, whose plans spare the
//! branch and bound most of its work.

use super::super::model::Chosen;
use super::super::open::Open;
use super::super::value::Scale;

/// Exchanges looked at before giving up.
const PATIENCE: usize = 20_000_000;

/// A choice in which the worst report is at least as good as in `chosen`, and at `target` if
/// exchanges that help the worst report without making another as bad lead there.
pub(super) fn raise(open: &Open, scale: &Scale, chosen: &Chosen, target: i64) -> Chosen {
    let mut state = State::new(open, &chosen.at);
    let mut looked = 0;
    while looked < PATIENCE {
        let worst = (0..open.reports()).min_by_key(|&report| state.sums[report]);
        let Some(worst) = worst.filter(|&report| state.sums[report] < target) else { break };
        let Some(exchange) = state.best_exchange(worst, &mut looked) else { break };
        state.make(worst, &exchange);
    }
    let mut at: Vec<usize> = state.seats.into_iter().flatten().collect();
    at.sort_unstable();
    let value = at.iter().map(|&at| scale.value(at)).sum();
    Chosen { at, value }
}

struct State<'a> {
    open: &'a Open<'a>,
    /// Chosen candidates of each report.
    seats: Vec<Vec<usize>>,
    load: Vec<u32>,
    sums: Vec<i64>,
}

/// The worst report gives up seat `seat` and takes candidate `takes`; `other`, if any, is a report
/// that gives up a seat for another candidate in turn: (report, seat, candidate).
struct Exchange {
    seat: usize,
    takes: usize,
    other: Option<(usize, usize, usize)>,
}

impl<'a> State<'a> {
    fn new(open: &'a Open<'a>, chosen: &[usize]) -> Self {
        let mut seats = vec![Vec::new(); open.reports()];
        let mut load = vec![0; open.experts()];
        let mut sums = open.base.clone();
        for &at in chosen {
            let report = open.report_at(at);
            seats[report].push(at);
            load[open.expert_at(at)] += 1;
            sums[report] += open.units[at];
        }
        Self { open, seats, load, sums }
    }

    /// The exchange after which the lower of the two reports is highest, and above the worst now.
    fn best_exchange(&self, worst: usize, looked: &mut usize) -> Option<Exchange> {
        let open = self.open;
        let mut best = (self.sums[worst], None);
        for (seat, &gives) in self.seats[worst].iter().enumerate() {
            let expert = open.expert_at(gives);
            let left = self.sums[worst] - open.units[gives];
            *looked += open.of_report(worst).len() + self.seats.len();
            if self.load[expert] > open.loads[expert].least {
                for takes in open.of_report(worst) {
                    let after = left + open.units[takes];
                    let taker = open.expert_at(takes);
                    let room = self.load[taker] < open.loads[taker].most;
                    if after > best.0 && room && !self.seats[worst].contains(&takes) {
                        best = (after, Some(Exchange { seat, takes, other: None }));
                    }
                }
            }
            for report in (0..self.seats.len()).filter(|&report| report != worst) {
                let Some(takes_back) = self.free(report, expert) else { continue };
                let gain_back = self.sums[report] + open.units[takes_back];
                for (other_seat, &other) in self.seats[report].iter().enumerate() {
                    let back = gain_back - open.units[other];
                    if back <= best.0 {
                        continue;
                    }
                    let Some(takes) = self.free(worst, open.expert_at(other)) else { continue };
                    let after = back.min(left + open.units[takes]);
                    if after > best.0 {
                        let other = Some((report, other_seat, takes_back));
                        best = (after, Some(Exchange { seat, takes, other }));
                    }
                }
            }
        }
        best.1
    }

    /// The candidate of a report for an expert it does not have.
    fn free(&self, report: usize, expert: usize) -> Option<usize> {
        let range = self.open.of_report(report);
        let row = &self.open.expert[range.clone()];
        let found = row.binary_search_by(|other| (*other as usize).cmp(&expert)).ok()?;
        let at = range.start + found;
        (!self.seats[report].contains(&at)).then_some(at)
    }

    fn make(&mut self, worst: usize, exchange: &Exchange) {
        self.change(worst, exchange.seat, exchange.takes);
        if let Some((report, seat, takes)) = exchange.other {
            self.change(report, seat, takes);
        }
    }

    fn change(&mut self, report: usize, seat: usize, takes: usize) {
        let gives = std::mem::replace(&mut self.seats[report][seat], takes);
        self.load[self.open.expert_at(gives)] -= 1;
        self.load[self.open.expert_at(takes)] += 1;
        self.sums[report] += self.open.units[takes] - self.open.units[gives];
    }
}
