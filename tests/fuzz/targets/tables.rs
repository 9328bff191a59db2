//! Tables of numbers: ratings, answers, margins, matrices of reports and experts.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stats::agreement::{Level, Scale, read_ratings, summary};
use stats::assignment::read_matrix;
use stats::estimation::Margin;

fuzz_target!(|data: &[u8]| {
    let Some((which, data)) = data.split_first() else { return };
    match which % 3 {
        0 => {
            if let Ok(ratings) = read_ratings(data, Scale::observed(Level::Ordinal), |_| ()) {
                let _ = summary(&ratings);
            }
        }
        1 => {
            let _ = Margin::read_all(data);
        }
        _ => {
            let _ = read_matrix(data);
        }
    }
});
