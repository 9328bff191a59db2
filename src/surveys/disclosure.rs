//! What a survey may tell about its respondents: nobody's answer, and not by the difference of two
//! looks either. Pure.
//!
//! The rules: while a survey is open there are no figures, only how many have answered, rounded down and
//! moving once a day. Figures come from one set of rows after it closed, are withheld below a limit, and
//! are no finer than their mode allows. Afterwards all of them move together, and only where at least the
//! limit of rows is behind every change. What somebody who sends many answers can still learn stands in
//! docs/PRIVACY-MODEL.md.

use std::collections::HashMap;

use super::survey::Mode;
use crate::ground::config::Disclosure;

/// How many rows must be behind a figure, and behind its change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Counts are multiples of it, and a change of figures takes that many rows.
    pub step: u64,
    /// A figure of fewer rows is withheld.
    pub least: u64,
}

impl Limits {
    /// The limit counts rows, not people: whoever has an open link may send many.
    pub fn of(mode: Mode, settings: &Disclosure) -> Self {
        let step = u64::from(settings.suppress_below);
        let least = if mode == Mode::OpenLink { step.max(u64::from(settings.open_link_below)) } else { step };
        Self { step, least }
    }

    /// How many of a part must be invited, or have answered, so that it is told apart.
    pub fn least_invited(self) -> i64 {
        i64::try_from(self.step).unwrap_or(i64::MAX)
    }

    /// A number of respondents as it may be shown while more may come: rounded down.
    pub fn rounded_down(self, count: u64) -> u64 {
        count - count % self.step.max(1)
    }

    /// A number of respondents of a part, such as a language: of an open link in steps that are as hard to fill up as its
    /// limit, for whoever sends all of a step but one would see the last of them come.
    pub fn rounded_down_in_part(self, count: u64) -> u64 {
        count - count % self.step_of_parts()
    }

    pub fn step_of_parts(self) -> u64 {
        self.least.max(self.step).max(1)
    }

    /// How many rows all figures are from: exact from the limit on, for they do not move by fewer.
    pub fn counted(self, rows: u64) -> u64 {
        if rows < self.step { 0 } else { rows }
    }

    /// How many of all rows a figure is said to be from: those that it leaves out are counted in whole steps, so that
    /// fewer than a step show in no number.
    pub fn coarse(self, rows: u64, all: u64) -> u64 {
        all.max(rows) - self.rounded_down(all.saturating_sub(rows))
    }

    /// Whether two figures of the same answers, or of computed ones, may stand beside each other when so many rows
    /// count for one of them alone. Fewer than a step, or none, are treated alike, so that this tells nothing either.
    pub fn may_stand_beside(self, apart: u64) -> bool {
        apart >= self.step
    }

    /// The share that a step of respondents is of all who count: the finest step of a figure for which an author's
    /// expression decides who counts for what.
    pub fn part(self, rows: i64) -> f64 {
        self.step as f64 / rows.max(1) as f64
    }

    /// Whether a figure of `rows` leaves out so few of `all` that nobody is alone in it with what somebody made up: nobody
    /// at all, or of many no more than one for each step that counts.
    pub fn leaves_out_few(self, rows: u64, all: u64) -> bool {
        let left = all.saturating_sub(rows);
        left == 0 || rows >= 2 * self.least && left.saturating_mul(self.step) <= rows
    }

    /// Whether at least a step of respondents say something else than most. Where fewer do, or none, a figure would
    /// tell about them.
    pub fn many_differ(self, values: &[Option<f64>]) -> bool {
        let mut counts: HashMap<u64, u64> = HashMap::new();
        for value in values.iter().flatten() {
            *counts.entry(value.to_bits()).or_default() += 1;
        }
        counts.values().sum::<u64>() - counts.values().max().copied().unwrap_or_default() >= self.step
    }

    /// Whether what one respondent says can be read off the mean of numbers without a scale: the p % rule of statistical
    /// disclosure control, with p = 10, on how far answers lie from the middle one. Beside the two that lie farthest, all
    /// others together must be a tenth of the farthest.
    pub fn is_dominated(values: &[Option<f64>]) -> bool {
        let mut known: Vec<f64> = values.iter().flatten().copied().collect();
        known.sort_unstable_by(f64::total_cmp);
        let Some(middle) = known.get(known.len() / 2).copied() else { return false };
        let mut far: Vec<f64> = known.iter().map(|value| (value - middle).abs()).collect();
        far.sort_unstable_by(|a, b| b.total_cmp(a));
        far.first().is_some_and(|most| *most > 0.0 && far.iter().skip(2).sum::<f64>() < most / 10.0)
    }

    /// Numbers that an author's expression computes may be as large as the author likes, and one respondent's then be
    /// the whole mean. So they are cut to what a step of respondents reach from below and from above.
    pub fn cut(self, values: &mut [Option<f64>]) {
        let mut known: Vec<f64> = values.iter().flatten().copied().collect();
        known.sort_unstable_by(f64::total_cmp);
        let (Some(last), step) = (known.len().checked_sub(1), usize::try_from(self.step).unwrap_or(usize::MAX).max(1)) else { return };
        let (mut low, mut high) = (known[last.min(step - 1)], known[last.saturating_sub(step - 1)]);
        if low > high {
            (low, high) = (known[last / 2], known[last / 2]);
        }
        values.iter_mut().flatten().for_each(|value| *value = value.clamp(low, high));
    }

    /// Whether figures that were computed anew may take the place of those that stand. Each pair says how
    /// many rows a figure is from: as it stands, and anew.
    pub fn may_move(self, rows: (u64, u64), figures: impl IntoIterator<Item = (u64, u64)>) -> bool {
        let enough = |(before, now): (u64, u64)| before.abs_diff(now) >= self.step;
        // From a figure that was withheld nothing is subtracted, and one that did not change tells nothing.
        let harmless = |(before, now): (u64, u64)| before == now || before < self.least;
        enough(rows) && figures.into_iter().all(|figure| harmless(figure) || enough(figure))
    }
}

/// How finely a figure is shown: in steps of 1, 2 or 5 times a power of ten.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grain {
    digit: f64,
    /// Decimals of the step; negative ones are zeros before the point.
    decimals: i32,
}

impl Grain {
    /// Shares are shown in whole per cent where answers come by an open link, else to a tenth of one.
    /// `part` is a share of respondents that must not show by itself ([`Limits::part`]).
    pub fn of_share(mode: Mode, part: f64) -> Self {
        Self::at_least(part.max(if mode == Mode::OpenLink { 0.01 } else { 0.001 }))
    }

    /// Means are shown to a hundredth of their scale where answers come by an open link, else to a
    /// thousandth. `width` is the scale's, or where there is none four standard deviations, but no less than
    /// the mean itself and 1.
    pub fn of_mean(mode: Mode, width: f64, part: f64) -> Self {
        Self::at_least(width * part.max(if mode == Mode::OpenLink { 0.01 } else { 0.001 }))
    }

    /// The smallest step that is no smaller than this.
    fn at_least(least: f64) -> Self {
        let least = if least.is_finite() && least > 0.0 { least } else { 1.0 };
        // The first power of ten from below of which one, two or five times is enough.
        let steps = (-9..9).flat_map(|power: i32| [1.0, 2.0, 5.0].map(|digit| Self { digit, decimals: -power }));
        let mut enough = steps.filter(|step| step.digit * 10_f64.powi(-step.decimals) >= least * (1.0 - 1e-9));
        enough.next().unwrap_or(Self { digit: 1.0, decimals: -9 })
    }

    /// Multiplied and divided by whole numbers only, so that 0.43 is the 0.43 that is written.
    fn with(self, value: f64, to: fn(f64) -> f64) -> f64 {
        let factor = 10_f64.powi(self.decimals.abs());
        let (digit, fine) = (self.digit, self.decimals >= 0);
        let steps = to(if fine { value * factor / digit } else { value / factor / digit });
        let shown = if fine { steps * digit / factor } else { steps * digit * factor };
        // No minus before a nought.
        shown + 0.0
    }

    pub fn nearest(self, value: f64) -> f64 {
        self.with(value, f64::round)
    }

    /// An interval about a value as it is shown: its arms are as much longer as that may be beside the value, and rounded
    /// up, so that it covers what it did. Were its ends rounded by themselves, they would say more about the value than
    /// its own rounding does.
    pub fn about(self, value: f64, (low, high): (f64, f64)) -> (f64, f64) {
        let arm = |length: f64| self.with(length.max(0.0), |v| (v + 0.5 - 1e-9).ceil());
        let shown = self.nearest(value);
        (self.nearest(shown - arm(value - low)), self.nearest(shown + arm(high - value)))
    }

    /// A standard error, one step at least: whether it is none would tell whether all answers are the same.
    pub fn error(self, se: f64) -> f64 {
        self.with(se, |v| (v - 1e-9).ceil().max(1.0))
    }

    /// Whether a standard deviation is too small to be shown: less than a twentieth of the scale. That all
    /// answers but one are the same must look as if all were.
    pub fn is_level(self, deviation: f64) -> bool {
        deviation < 5.0 * self.with(1.0, |_| 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: Limits = Limits { step: 10, least: 50 };

    #[test]
    fn a_count_tells_of_no_single_answer() {
        assert_eq!([0, 9, 10, 19, 277].map(|n| LINK.rounded_down(n)), [0, 0, 10, 10, 270]);
        assert_eq!([0, 9, 10, 277].map(|n| LINK.counted(n)), [0, 0, 10, 277]);
    }

    #[test]
    fn what_a_figure_leaves_out_shows_in_whole_steps() {
        assert_eq!([60, 59, 51, 50, 49].map(|n| LINK.coarse(n, 60)), [60, 60, 60, 50, 50]);
        assert!(!LINK.may_stand_beside(0) && !LINK.may_stand_beside(9) && LINK.may_stand_beside(10));
    }

    #[test]
    fn somebody_and_what_one_made_up_are_not_nearly_all() {
        assert!(LINK.leaves_out_few(50, 50) && !LINK.leaves_out_few(50, 51) && !LINK.leaves_out_few(50, 450));
        assert!(LINK.leaves_out_few(100, 110) && !LINK.leaves_out_few(100, 111) && LINK.leaves_out_few(400, 440));
    }

    #[test]
    fn one_number_that_dwarfs_all_others_is_no_mean() {
        let of = |one: f64| (0..60).map(|n| Some(if n == 7 { one } else { f64::from(n % 5) })).chain([None]).collect::<Vec<_>>();
        assert_eq!([4.0, 100.0, 900.0, 100_000.0].map(|one| Limits::is_dominated(&of(one))), [false, false, true, true]);
        assert!(!Limits::is_dominated(&[Some(3.0); 60]) && !Limits::is_dominated(&[]));
    }

    #[test]
    fn nobody_alone_is_a_mean() {
        let cut = |values: &[f64]| {
            let mut values: Vec<Option<f64>> = values.iter().copied().map(Some).chain([None]).collect();
            LINK.cut(&mut values);
            values.into_iter().flatten().collect::<Vec<_>>()
        };
        let (none, mut one) = (vec![0.0; 60], vec![0.0; 60]);
        one[17] = 1e6;
        assert_eq!(cut(&one), cut(&none));
        let ages: Vec<f64> = (0..60).map(f64::from).collect();
        assert_eq!(cut(&ages), ages.iter().map(|age| age.clamp(9.0, 50.0)).collect::<Vec<_>>());
        assert_eq!(cut(&ages[..7]), vec![3.0; 7], "fewer than two steps show the middle");
        assert!(cut(&[]).is_empty());
        let few = |ones: usize| LINK.many_differ(&(0..60).map(|n| Some(if n < ones { 1.0 } else { 0.0 })).collect::<Vec<_>>());
        assert_eq!([0, 1, 9, 10, 50, 51, 60].map(few), [false, false, false, true, true, false, false]);
    }

    #[test]
    fn figures_move_together_and_by_the_limit_or_not_at_all() {
        let figures = |a: (u64, u64), b: (u64, u64)| [a, b];
        assert!(!LINK.may_move((100, 101), figures((90, 91), (60, 60))));
        assert!(!LINK.may_move((100, 109), figures((90, 99), (60, 69))));
        assert!(LINK.may_move((100, 110), figures((90, 100), (60, 70))));
        assert!(!LINK.may_move((100, 110), figures((90, 100), (60, 61))), "one of them would tell of one answer");
        assert!(LINK.may_move((100, 110), figures((90, 100), (60, 60))));
        assert!(LINK.may_move((100, 110), figures((90, 100), (3, 7))), "withheld before and after");
        assert!(LINK.may_move((100, 110), figures((90, 100), (47, 51))), "withheld before");
        assert!(!LINK.may_move((100, 110), figures((90, 100), (52, 49))));
        assert!(LINK.may_move((49, 59), figures((49, 59), (40, 50))));
        assert!(!LINK.may_move((100, 100), []), "nothing changed");
    }

    #[test]
    fn open_links_are_shown_in_whole_per_cent_and_hundredths_of_a_scale() {
        let share = Grain::of_share(Mode::OpenLink, 0.0);
        assert_eq!((share.nearest(0.4349), share.about(0.4349, (0.3901, 0.48)), share.error(0.021)), (0.43, (0.38, 0.49), 0.03));
        assert!((Grain::of_share(Mode::Agency, 0.0).nearest(0.4349) - 0.435).abs() < 1e-12);
        let mean = |width: f64| Grain::of_mean(Mode::OpenLink, width, 0.0);
        assert_eq!((mean(4.0).nearest(3.44), mean(10.0).nearest(3.44), mean(100.0).nearest(61.5)), (3.45, 3.4, 62.0));
        assert_eq!((mean(4.0).error(0.0), mean(4.0).about(3.47, (3.31, 3.61))), (0.05, (3.25, 3.65)));
        assert_eq!((mean(5_000.0).nearest(1_234.0), mean(23.0).nearest(9.4), mean(5.6).nearest(1.53)), (1_250.0, 9.5, 1.5));
        assert_eq!((mean(f64::NAN).nearest(2.6), mean(0.0).nearest(2.6), mean(150.0).nearest(43.1)), (3.0, 3.0, 44.0));
        for n in 0..1_000 {
            let (value, low, high) = (f64::from(n) / 1_000.0, f64::from(n) / 1_000.0 - 0.0371, f64::from(n) / 1_000.0 + 0.05);
            let shown = share.about(value, (low, high));
            assert!(shown.0 <= low + 1e-9 && shown.1 >= high - 1e-9, "{value}: {shown:?} covers {low} to {high}");
        }
        assert!(share.nearest(-0.001).is_sign_positive());
        assert!(mean(4.0).is_level(0.249) && !mean(4.0).is_level(0.25));
    }
}
