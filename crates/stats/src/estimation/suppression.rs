//! Disclosure control: results that rest on too few respondents are withheld, and so is the result
//! that would give them away by subtraction.
//!
//! The rule to keep: a withheld result keeps nothing that was computed, not even its n.

use std::collections::BTreeMap;

use super::finish::Estimate;
use super::reason::Reason;

/// Withholds every result with fewer than `limit` respondents (and at least one). Within the same
/// quantity, whose domains add up to the whole, further domains are withheld, smallest first, until
/// at least two are and together they hold at least `limit` respondents. 0 withholds nothing.
pub fn suppress(estimates: &mut [Estimate], limit: u64) {
    let mut groups: BTreeMap<(&str, String, Option<String>, bool), Vec<usize>> = BTreeMap::new();
    for (index, estimate) in estimates.iter().enumerate() {
        let key = (estimate.kind.name(), estimate.variable.clone(), estimate.level.clone(), estimate.domain.is_some());
        groups.entry(key).or_default().push(index);
    }
    let groups: Vec<Vec<usize>> = groups.into_values().collect();
    for group in groups {
        let mut by_size: Vec<(u64, usize)> =
            group.into_iter().filter_map(|index| Some((estimates[index].n?, index))).filter(|(n, _)| *n > 0).collect();
        by_size.sort_unstable();
        let few = by_size.iter().take_while(|(n, _)| *n < limit).count();
        let (mut hidden, mut respondents) = (0, 0);
        for (n, index) in by_size {
            let enough = hidden >= 2 && respondents >= limit;
            if hidden >= few && (few == 0 || enough) {
                break;
            }
            withhold(&mut estimates[index], if hidden < few { Reason::TooFew } else { Reason::GivesAway });
            hidden += 1;
            respondents += n;
        }
    }
}

fn withhold(estimate: &mut Estimate, reason: Reason) {
    *estimate = Estimate {
        kind: estimate.kind,
        variable: std::mem::take(&mut estimate.variable),
        level: estimate.level.take(),
        domain: estimate.domain.take(),
        estimate: None,
        se: None,
        ci95: None,
        ci_method: None,
        df: None,
        n: None,
        n_eff: None,
        deff: None,
        deff_wr: None,
        deff_kish: None,
        suppressed: Some(reason),
        undefined: BTreeMap::from([("estimate", Reason::Suppressed)]),
    };
}
