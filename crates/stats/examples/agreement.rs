//! Three experts have rated twelve reports on the levels 0 to 4; two ratings are missing. How far do
//! they agree, how sure is that, and which report do they see most differently?
//!
//! `cargo run -p stoa-stats --example agreement`

use std::error::Error;

use stats::agreement::{Metric, RatingsBuilder, Resampling, Scale, contributions, report};

/// A row for each report, a column for each expert.
const LEVELS: [[Option<u8>; 3]; 12] = [
    [Some(3), Some(3), Some(2)],
    [Some(1), Some(1), Some(1)],
    [Some(4), Some(4), Some(4)],
    [Some(2), Some(3), None],
    [Some(0), Some(1), Some(0)],
    [Some(2), Some(2), Some(2)],
    [Some(4), Some(1), Some(3)],
    [Some(3), Some(3), Some(3)],
    [None, Some(2), Some(2)],
    [Some(1), Some(0), Some(1)],
    [Some(3), Some(4), Some(3)],
    [Some(2), Some(2), Some(1)],
];

pub fn main() -> Result<(), Box<dyn Error>> {
    let mut builder = RatingsBuilder::new(Scale::levels(0, 4)?);
    for (row, levels) in LEVELS.iter().enumerate() {
        for (expert, level) in ["Amina", "Bo", "Chiara"].iter().zip(levels) {
            // A rating that was not given is absent; it is never a zero.
            if let Some(level) = level {
                builder.add_number(expert, &format!("report {}", row + 1), f64::from(*level))?;
            }
        }
    }
    let ratings = builder.finish()?;

    // A thousand bootstrap replicates beside the analytic intervals; the same seed gives the same ones.
    let all = report(&ratings, Resampling { replicates: 1_000, seed: 1, jackknife: false });
    for key in ["percent_agreement", "krippendorff_alpha_ordinal", "gwet_ac2_ordinal", "fleiss_kappa"] {
        let Some(entry) = all.get(key) else { continue };
        match entry.coefficient.0 {
            Ok(found) => {
                let interval = found.ci95.map_or_else(|| "no interval".to_owned(), |[low, high]| format!("{low:.3} to {high:.3}"));
                println!("{key}: {:.3} ({interval})", found.value);
            }
            Err(reason) => println!("{key}: undefined, because {reason}"),
        }
    }

    let parts = contributions(&ratings, Metric::Ordinal)?;
    if let Some(worst) = parts.iter().max_by(|a, b| a.share.total_cmp(&b.share)) {
        println!("{} brings {:.0} % of the disagreement", worst.subject, worst.share * 100.0);
    }
    Ok(())
}
