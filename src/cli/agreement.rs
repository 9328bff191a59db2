//! `stoa agreement`: coefficients of agreement for a CSV file of ratings, as JSON or as a table.
//!
//! What is computed lives in `stats::agreement`; here are the options, the progress bar and the
//! table. The rule to keep: nothing goes to standard output unless the whole file was accepted.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{IsTerminal, Read, Write as _};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use stats::agreement::{
    Category, Contribution, InputError, Level, Metric, RaterPair, Ratings, Report, Resampling, Scale, WithoutRater, contributions,
    leave_one_rater_out, rater_pairs, read_ratings, report,
};

/// Files below this size are read before a bar could be seen.
const BAR_FROM: u64 = 8 << 20;
/// More raters than this make a matrix nobody reads.
const MOST_RATERS_PAIRED: usize = 200;

/// How far raters agree: percent agreement, kappas, AC1/AC2, Krippendorff's alpha, ICC.
#[derive(Debug, clap::Args)]
pub struct AgreementArgs {
    /// CSV file with the columns rater, subject and value, one rating a row; `-` reads standard
    /// input. Leave a missing rating out.
    #[arg(value_name = "FILE.csv")]
    file: std::path::PathBuf,
    /// Level of measurement of the values; it decides which coefficients are computed.
    #[arg(long, value_enum, default_value = "ordinal")]
    scale: ScaleName,
    /// All categories of the scale, separated by commas, from lowest to highest, given ones and
    /// ungiven ones alike. Without it the observed values are the scale.
    #[arg(long, value_name = "1,2,3,4,5", allow_hyphen_values = true)]
    categories: Option<String>,
    /// Adds bootstrap intervals from this many resamplings of the subjects (for example 1000).
    #[arg(long, value_name = "REPLICATES", default_value_t = 0)]
    bootstrap: usize,
    /// Where the bootstrap's random numbers start; the same seed gives the same intervals.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Adds jackknife standard errors.
    #[arg(long)]
    jackknife: bool,
    /// Adds each subject's part in the disagreement, the agreement without each rater, and the
    /// matrix of all pairs of raters.
    #[arg(long)]
    details: bool,
    /// Prints a table for people instead of JSON.
    #[arg(long)]
    table: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ScaleName {
    Nominal,
    Ordinal,
    Interval,
    Ratio,
}

impl From<ScaleName> for Level {
    fn from(name: ScaleName) -> Self {
        match name {
            ScaleName::Nominal => Self::Nominal,
            ScaleName::Ordinal => Self::Ordinal,
            ScaleName::Interval => Self::Interval,
            ScaleName::Ratio => Self::Ratio,
        }
    }
}

#[derive(Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    report: &'a Report,
    #[serde(flatten)]
    details: Option<Details>,
}

#[derive(Serialize)]
struct Details {
    contributions: Vec<Contribution>,
    without_rater: Vec<WithoutRater>,
    rater_pairs: Vec<RaterPair>,
}

/// Runs the command: 0 when the report was printed, 2 when the input was refused.
pub fn run(args: &AgreementArgs) -> ExitCode {
    let name = if args.file.as_os_str() == "-" { "standard input".to_owned() } else { args.file.display().to_string() };
    let outcome = scale_of(args).and_then(|scale| read(args, scale).map_err(|error| format!("{name}: {error}")));
    let ratings = match outcome {
        Ok(ratings) => ratings,
        Err(message) => {
            eprintln!("stoa agreement: {message}");
            return ExitCode::from(2);
        }
    };
    let resampling = Resampling { replicates: args.bootstrap, seed: args.seed, jackknife: args.jackknife };
    let report = report(&ratings, resampling);
    let details = args.details.then(|| details_of(&ratings));
    let text = if args.table {
        table(&report, details.as_ref())
    } else {
        let printed = Printed { report: &report, details };
        serde_json::to_string_pretty(&printed).expect("a report has text keys and finite numbers")
    };
    match writeln!(std::io::stdout().lock(), "{}", text.trim_end()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever closed the pipe early has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("stoa agreement: standard output: {error}");
            ExitCode::FAILURE
        }
    }
}

fn scale_of(args: &AgreementArgs) -> Result<Scale, String> {
    let level = Level::from(args.scale);
    let Some(list) = &args.categories else {
        return Ok(Scale::observed(level));
    };
    list.split(',')
        .map(Category::parse)
        .collect::<Result<Vec<_>, _>>()
        .and_then(|categories| Scale::declared(level, categories))
        .map_err(|refusal| format!("--categories: {refusal}"))
}

fn read(args: &AgreementArgs, scale: Scale) -> Result<Ratings, InputError> {
    if args.file.as_os_str() == "-" {
        let bar = ProgressBar::new_spinner().with_style(style("{spinner} {bytes} read"));
        return read_with(std::io::stdin().lock(), scale, &bar, std::io::stderr().is_terminal());
    }
    let file = File::open(&args.file).map_err(InputError::Unreadable)?;
    let length = file.metadata().map_err(InputError::Unreadable)?.len();
    let bar = ProgressBar::new(length).with_style(style("{bar:40} {bytes} of {total_bytes}"));
    let shown = length >= BAR_FROM && std::io::stderr().is_terminal();
    read_with(file, scale, &bar, shown)
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn read_with(source: impl Read, scale: Scale, bar: &ProgressBar, shown: bool) -> Result<Ratings, InputError> {
    let ratings = read_ratings(source, scale, |bytes| {
        if shown {
            bar.set_position(bytes);
        }
    });
    bar.finish_and_clear();
    ratings
}

fn details_of(ratings: &Ratings) -> Details {
    let metric = match ratings.level() {
        Level::Nominal => Metric::Nominal,
        Level::Ordinal => Metric::Ordinal,
        Level::Interval => Metric::Interval,
        Level::Ratio => Metric::Ratio,
    };
    let few = ratings.raters() <= MOST_RATERS_PAIRED;
    Details {
        contributions: contributions(ratings, metric).unwrap_or_default(),
        without_rater: if few { leave_one_rater_out(ratings, metric) } else { Vec::new() },
        rater_pairs: if few { rater_pairs(ratings) } else { Vec::new() },
    }
}

fn table(report: &Report, details: Option<&Details>) -> String {
    let mut text = String::new();
    let categories = if report.categories_declared {
        format!("{} declared categories", report.category_count)
    } else {
        format!("the {} observed values are the scale", report.category_count)
    };
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{} subjects ({} rated twice or more, {} by everyone), {} raters, {} ratings; {categories}\n",
        report.subjects, report.doubly_rated_subjects, report.complete_subjects, report.raters, report.ratings,
    );
    let _ = writeln!(text, "{:<30} {:>9} {:>9}   95 % interval", "coefficient", "value", "se");
    for entry in &report.coefficients {
        match &entry.coefficient.0 {
            Err(reason) => {
                let _ = writeln!(text, "{:<30} undefined, because {reason}", entry.key);
            }
            Ok(estimate) => {
                let se = estimate.se.map_or_else(|| "–".to_owned(), |se| format!("{se:.4}"));
                let interval = estimate.ci95.map_or_else(|| "–".to_owned(), interval_text);
                let _ = write!(text, "{:<30} {:>9.4} {se:>9}   {interval}", entry.key, estimate.value);
                if let Some(bootstrap) = &entry.bootstrap {
                    let _ = write!(text, "   bootstrap {}", interval_text(bootstrap.ci95));
                }
                if let Some(se) = entry.jackknife_se {
                    let _ = write!(text, "   jackknife se {se:.4}");
                }
                text.push('\n');
            }
        }
    }
    if let Some(distribution) = &report.distribution {
        let _ = writeln!(text, "\n{:<30} {:>9} {:>9}", "category", "ratings", "share");
        for row in distribution {
            let _ = writeln!(text, "{:<30} {:>9} {:>8.1}%", row.category.to_string(), row.ratings, 100.0 * row.share);
        }
    }
    if let Some(details) = details {
        let _ = writeln!(text, "\n{:<30} {:>9}   alpha without", "rater", "ratings");
        for row in &details.without_rater {
            let alpha = row.alpha.0.map_or_else(|e| format!("undefined, because {e}"), |e| format!("{:.4}", e.value));
            let _ = writeln!(text, "{:<30} {:>9}   {alpha}", row.rater, row.ratings);
        }
        let _ = writeln!(text, "\n{:<30} {:>9} {:>9}   Cohen's kappa", "pair", "subjects", "equal");
        for pair in &details.rater_pairs {
            let kappa = pair.cohen_kappa.0.map_or_else(|e| format!("undefined, because {e}"), |e| format!("{:.4}", e.value));
            let equal = pair.equal.map_or_else(|| "–".to_owned(), |share| format!("{:.1}%", 100.0 * share));
            let name = format!("{} × {}", pair.first, pair.second);
            let _ = writeln!(text, "{name:<30} {:>9} {equal:>9}   {kappa}", pair.subjects);
        }
        let _ = writeln!(text, "\n{:<30} {:>9}   part of the disagreement", "subject", "ratings");
        for row in &details.contributions {
            let _ = writeln!(text, "{:<30} {:>9}   {:.1}%", row.subject, row.ratings, 100.0 * row.share);
        }
    }
    text
}

fn interval_text([low, high]: [f64; 2]) -> String {
    format!("{low:.4} … {high:.4}")
}
