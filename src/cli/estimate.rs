//! `stoa estimate`: design-based estimates from a CSV file of survey answers.
//!
//! Here: the arguments, the files, the progress bar and the two ways of printing. Reading,
//! checking and computing are in `stats::estimation`. The rule to keep: results go to the standard
//! output, everything else to the standard error.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use stats::estimation::{Estimate, EstimationError, Interval, LonelyPsu, Margin, Options, Plan, read_and_estimate};

/// Exit code for input that is refused.
const REFUSED: u8 = 2;

/// Files longer than this get a progress bar.
const LONG: u64 = 8 << 20;

/// Estimate means, proportions, totals and ratios from a survey, with the standard errors of its
/// sampling design.
///
/// FILE is a CSV file with a header; "-" is the standard input. Empty cells and NA are missing
/// answers. Prints a JSON list, or a table with --table. A number that does not exist is null, and
/// "undefined" says why. "deff" is against simple random sampling without replacement from the sum
/// of the weights, "deff_wr" with replacement; "n_eff" is Kish's.
#[derive(Debug, clap::Args)]
pub struct EstimateArgs {
    /// The survey: a CSV file with a header, or - for the standard input
    pub file: PathBuf,

    /// Mean of a numeric column (repeatable)
    #[arg(long, value_name = "COLUMN")]
    pub mean: Vec<String>,

    /// Proportion of a level of a column, or of every level (repeatable)
    #[arg(long, value_name = "COLUMN[=LEVEL]")]
    pub proportion: Vec<String>,

    /// Total of a numeric column, or the number of people of a level or of every level of a column
    /// in words (repeatable)
    #[arg(long, value_name = "COLUMN[=LEVEL]")]
    pub total: Vec<String>,

    /// Ratio of the totals of two numeric columns (repeatable)
    #[arg(long, value_name = "COLUMN/COLUMN")]
    pub ratio: Vec<String>,

    /// Column of weights; without it every row stands for one, or for N/n of its stratum if there
    /// is --fpc
    #[arg(long, value_name = "COLUMN")]
    pub weights: Option<String>,

    /// Column of strata
    #[arg(long, value_name = "COLUMN")]
    pub strata: Option<String>,

    /// Column of first-stage clusters; the same name in two strata means two clusters
    #[arg(long, value_name = "COLUMN")]
    pub cluster: Option<String>,

    /// Column of the finite population correction: per row the number of first-stage units in the
    /// population of its stratum (at least 1), or the fraction of them in the sample (at most 1)
    #[arg(long, value_name = "COLUMN")]
    pub fpc: Option<String>,

    /// Estimate in every domain that this column makes
    #[arg(long, value_name = "COLUMN")]
    pub by: Option<String>,

    /// Post-stratify on a column; MARGIN is a CSV file of rows level,count
    #[arg(long, value_name = "COLUMN=MARGIN", conflicts_with = "rake")]
    pub poststratify: Option<String>,

    /// Rake to the margins in a CSV file of rows variable,level,count
    #[arg(long, value_name = "MARGINS")]
    pub rake: Option<PathBuf>,

    /// Interval of proportions; at 0 or 1 it is a one-sided Korn–Graubard bound
    #[arg(long, value_enum, default_value_t = Ci::Logit)]
    pub ci: Ci,

    /// What to do with a stratum that has a single PSU
    #[arg(long, value_enum, default_value_t = Lonely::Fail, value_name = "CHOICE")]
    pub lonely_psu: Lonely,

    /// Suppress results with fewer respondents, and the domain that would give a suppressed one
    /// away; 0 suppresses nothing [default: 10 for domains, none for the whole file]
    #[arg(long, value_name = "K")]
    pub suppress_below: Option<u64>,

    /// Print a table instead of JSON
    #[arg(long)]
    pub table: bool,
}

/// Intervals of a proportion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Ci {
    /// On the logit scale, with t
    Logit,
    /// Estimate ± t·se
    Mean,
    /// Wilson's, with the effective size of the design
    Wilson,
    /// Wilson's, with the effective size adjusted for df, and t
    WilsonDf,
    /// Wilson's, with Kish's effective size
    WilsonKish,
    /// Korn and Graubard's
    Beta,
    /// Korn and Graubard's, with an effective size of at most n
    BetaTruncated,
    /// On the arc sine square root scale, with t
    Asin,
}

impl Ci {
    fn interval(self) -> Interval {
        match self {
            Self::Logit => Interval::Logit,
            Self::Mean => Interval::Mean,
            Self::Wilson => Interval::Wilson,
            Self::WilsonDf => Interval::WilsonDf,
            Self::WilsonKish => Interval::WilsonKish,
            Self::Beta => Interval::Beta,
            Self::BetaTruncated => Interval::BetaTruncated,
            Self::Asin => Interval::Asin,
        }
    }
}

/// Strategies for a stratum with a single PSU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Lonely {
    /// Refuse
    #[value(alias = "error")]
    Fail,
    /// It was sampled with certainty and adds no variance
    #[value(alias = "remove")]
    Certainty,
    /// Centre it at the mean of all PSUs
    Adjust,
    /// It adds the average variance of the other strata
    Average,
}

impl Lonely {
    fn choice(self) -> LonelyPsu {
        match self {
            Self::Fail => LonelyPsu::Fail,
            Self::Certainty => LonelyPsu::Certainty,
            Self::Adjust => LonelyPsu::Adjust,
            Self::Average => LonelyPsu::Average,
        }
    }
}

/// Runs the command. Exit code 2 says that the input was refused, with one line on why.
pub fn run(args: &EstimateArgs) -> ExitCode {
    let estimates = match plan(args).and_then(|plan| read(args, &plan)) {
        Ok(estimates) => estimates,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::from(REFUSED);
        }
    };
    let printed = if args.table { print_table(&estimates) } else { print_json(&estimates) };
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever closes the pipe (head, less) has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: the results cannot be printed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn plan(args: &EstimateArgs) -> Result<Plan, String> {
    let poststratify = match &args.poststratify {
        Some(text) => {
            let (column, path) = text.split_once('=').ok_or("--poststratify is written COLUMN=MARGIN")?;
            let (path, file) = open(Path::new(path))?;
            let margin = Margin::read(column.trim(), file);
            Some(margin.map_err(|error| named(&path, &error))?)
        }
        None => None,
    };
    let rake = match &args.rake {
        Some(path) => {
            let (path, file) = open(path)?;
            Margin::read_all(file).map_err(|error| named(&path, &error))?
        }
        None => Vec::new(),
    };
    let default = if args.by.is_some() { Options::default().suppress_below } else { 0 };
    Ok(Plan {
        means: args.mean.clone(),
        proportions: args.proportion.clone(),
        totals: args.total.clone(),
        ratios: args.ratio.clone(),
        weights: args.weights.clone(),
        strata: args.strata.clone(),
        cluster: args.cluster.clone(),
        fpc: args.fpc.clone(),
        by: args.by.clone(),
        poststratify,
        rake,
        options: Options {
            interval: args.ci.interval(),
            lonely_psu: args.lonely_psu.choice(),
            suppress_below: args.suppress_below.unwrap_or(default),
        },
    })
}

fn named(path: &Path, error: &EstimationError) -> String {
    format!("{}: {error}", path.display())
}

fn open(path: &Path) -> Result<(PathBuf, File), String> {
    match File::open(path) {
        Ok(file) => Ok((path.to_owned(), file)),
        Err(error) => Err(format!("{}: cannot be opened: {error}", path.display())),
    }
}

fn read(args: &EstimateArgs, plan: &Plan) -> Result<Vec<Estimate>, String> {
    let of_file = |error: EstimationError| named(&args.file, &error);
    let mut estimates = if args.file.as_os_str() == "-" {
        read_and_estimate(io::stdin().lock(), plan).map_err(of_file)?
    } else {
        let (_, file) = open(&args.file)?;
        read_and_estimate(with_progress(file), plan).map_err(of_file)?
    };
    if let (None, Some(limit)) = (&args.by, args.suppress_below) {
        stats::estimation::suppress(&mut estimates, limit);
    }
    Ok(estimates)
}

/// A progress bar for whoever waits at a terminal for a long file.
pub(super) fn with_progress(file: File) -> Box<dyn Read> {
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    if length < LONG || !io::stderr().is_terminal() {
        return Box::new(file);
    }
    let style = indicatif::ProgressStyle::with_template("{bar:40} {percent}% {bytes}/{total_bytes}")
        .unwrap_or_else(|_| indicatif::ProgressStyle::default_bar());
    let bar = indicatif::ProgressBar::new(length).with_style(style).with_finish(indicatif::ProgressFinish::AndClear);
    Box::new(bar.wrap_read(file))
}

fn print_json(estimates: &[Estimate]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, estimates)?;
    writeln!(out)
}

fn print_table(estimates: &[Estimate]) -> io::Result<()> {
    let header = ["kind", "variable", "level", "domain", "estimate", "se", "95 % interval", "method", "df", "n", "n_eff", "deff"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(estimates.iter().map(table_row));
    let widths: Vec<usize> = (0..header.len())
        .map(|column| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or(0)
        })
        .collect();
    let mut out = io::stdout().lock();
    for row in &rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let gap = " ".repeat(width - cell.chars().count());
            let words = column < 4 || column == 7;
            let (before, after) = if words { ("", gap.as_str()) } else { (gap.as_str(), "") };
            line.extend([before, cell, after, "  "]);
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    for estimate in estimates {
        let of = [Some(&estimate.variable), estimate.level.as_ref(), estimate.domain.as_ref()];
        let of: Vec<&str> = of.into_iter().flatten().map(String::as_str).collect();
        let kind = estimate.kind.name();
        if let Some(reason) = estimate.suppressed {
            writeln!(out, "{kind} {}: suppressed: {reason}", of.join(" "))?;
            continue;
        }
        for (what, reason) in &estimate.undefined {
            writeln!(out, "{kind} {}: {what} undefined: {reason}", of.join(" "))?;
        }
    }
    Ok(())
}

fn table_row(estimate: &Estimate) -> Vec<String> {
    let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), digits);
    let count = |value: Option<u64>| value.map_or_else(|| "-".to_owned(), |n| n.to_string());
    let interval = match estimate.ci95 {
        Some([low, high]) => format!("{} .. {}", digits(low), digits(high)),
        None => "-".to_owned(),
    };
    vec![
        estimate.kind.name().to_owned(),
        estimate.variable.clone(),
        estimate.level.clone().unwrap_or_default(),
        estimate.domain.clone().unwrap_or_default(),
        number(estimate.estimate),
        number(estimate.se),
        interval,
        estimate.ci_method.unwrap_or("-").to_owned(),
        count(estimate.df),
        count(estimate.n),
        number(estimate.n_eff),
        number(estimate.deff),
    ]
}

/// Six significant digits for reading; JSON has them all.
fn digits(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10();
    if !(-5.0..15.0).contains(&magnitude) {
        return format!("{value:.5e}");
    }
    let decimals = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5].iter().filter(|bound| value.abs() >= **bound).count();
    let leading_zeros = if value.abs() < 0.1 { 2 } else { 0 };
    format!("{value:.*}", 6 - decimals + leading_zeros)
}
