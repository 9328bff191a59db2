//! `stoa assign`: reads a matrix of affinities and prints the best assignment as JSON or a table.
//! The numbers are made in `stats::assignment`; only reading, timing and printing live here.
//! Exit codes: 0 assigned, 2 input refused, 3 impossible.

use std::fs::File;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::estimate::with_progress;
use stats::assignment::{Infeasible, Load, Matrix, Options, Plan, Problem, Stage, Worst, read_matrix, solve_watched};

/// Assign reports to experts so that the total affinity is the highest possible.
///
/// FILE has a first line `P R` and then P rows (reports) of R affinities (experts); a negative
/// affinity forbids the pair. Prints `total`, `worst` (the lowest sum of a report), `seconds`,
/// `loads`, `connected` and `pairs` ([report, expert], counted from 0). If there is no assignment,
/// prints what is in the way and exits with 3; input that is refused exits with 2.
#[derive(clap::Args, Debug)]
pub struct AssignArgs {
    /// Affinities to read; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Experts that each report needs
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub per_report: u32,
    /// Reports that each expert takes at least
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub min_load: u32,
    /// Reports that each expert takes at most [default: no limit]
    #[arg(long, value_name = "N")]
    pub max_load: Option<u32>,
    /// What the worst report's affinities must sum to, or `max` for as much as possible
    #[arg(long, value_name = "max|NUMBER", value_parser = worst, allow_negative_numbers = true)]
    pub worst: Option<Worst>,
    /// Decides among equally good assignments
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Print a table for reading instead of JSON
    #[arg(long)]
    pub table: bool,
}

fn worst(text: &str) -> Result<Worst, String> {
    if text == "max" {
        return Ok(Worst::Highest);
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Worst::AtLeast(number)),
        _ => Err("must be `max` or a number".to_owned()),
    }
}

/// Inputs from this many affinities on, or any search for the worst report, show progress.
const LONG: usize = 100_000;

/// Runs the command.
pub fn run(args: &AssignArgs) -> ExitCode {
    let name = if args.file == Path::new("-") { "standard input".to_owned() } else { args.file.display().to_string() };
    let (matrix, problem) = match read(args) {
        Ok(read) => read,
        Err(why) => {
            eprintln!("stoa assign: {name}: {why}");
            return ExitCode::from(2);
        }
    };
    let options = Options { worst: args.worst.unwrap_or_default(), seed: args.seed };
    let long = matrix.affinity.len() >= LONG || args.worst.is_some();
    let progress = progress(long);
    let begin = Instant::now();
    let solved = solve_watched(&problem, &options, &mut |stage| progress.set_message(said(stage)));
    let seconds = begin.elapsed().as_secs_f64();
    progress.finish_and_clear();
    let (text, code) = match &solved {
        Ok(plan) if args.table => (table(&problem, plan, seconds), 0),
        Ok(plan) => (assigned(plan, seconds, args.worst), 0),
        Err(why) if args.table => (format!("No assignment is possible. {}\n", why.because), 3),
        Err(why) => (impossible(why), 3),
    };
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::from(code),
        // Whoever closed the pipe early has read enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::from(code),
        Err(error) => {
            eprintln!("stoa assign: cannot print: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read(args: &AssignArgs) -> Result<(Matrix, Problem), String> {
    let source: Box<dyn Read> = if args.file == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        with_progress(File::open(&args.file).map_err(|error| format!("cannot be opened: {error}"))?)
    };
    let matrix = read_matrix(source).map_err(|refused| refused.to_string())?;
    let unlimited = u32::try_from(matrix.reports).unwrap_or(u32::MAX).max(args.min_load);
    let load = Load { least: args.min_load, most: args.max_load.unwrap_or(unlimited) };
    if load.least > load.most {
        return Err(format!("--min-load {} is more than --max-load {}", load.least, load.most));
    }
    let problem = matrix.problem(args.per_report, load).map_err(|invalid| invalid.to_string())?;
    Ok((matrix, problem))
}

fn progress(long: bool) -> ProgressBar {
    if !long || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {wide_msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

fn said(stage: Stage) -> String {
    match stage {
        Stage::Optimising => "assigning reports to experts".to_owned(),
        Stage::Raising { worst, flows } => {
            format!("bringing every report to {worst} ({flows} tried)")
        }
        Stage::Explaining => "looking for what is in the way".to_owned(),
    }
}

fn assigned(plan: &Plan, seconds: f64, worst: Option<Worst>) -> String {
    let mut answer = json!({
        "total": plan.total,
        "worst": plan.worst,
        "seconds": seconds,
        "loads": plan.loads,
        "connected": plan.connectivity.connected,
    });
    if worst.is_some() {
        answer["total_bound"] = plan.total_bound.into();
        answer["worst_bound"] = plan.worst_bound.into();
        answer["proved"] = plan.is_proved().into();
    }
    answer["components"] = plan.connectivity.components.len().into();
    answer["weakest_link"] = json!(plan.connectivity.weakest_link);
    answer["pairs"] = json!(plan.pairs);
    format!("{answer}\n")
}

fn impossible(why: &Infeasible) -> String {
    format!("{}\n", json!({ "infeasible": why }))
}

fn table(problem: &Problem, plan: &Plan, seconds: f64) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    let mut say = |line: String| {
        let _ = writeln!(text, "{line}");
    };
    say(format!("total affinity   {}", plan.total));
    say(format!("worst report     {}", plan.worst));
    let (least, most) = (plan.loads.iter().min(), plan.loads.iter().max());
    say(format!("loads            {} to {}", least.unwrap_or(&0), most.unwrap_or(&0)));
    say(format!("connected        {}", if plan.connectivity.connected { "yes" } else { "no" }));
    if let Some(link) = &plan.connectivity.weakest_link {
        let pairs = link.pairs.len();
        say(format!("weakest link     {pairs} {}", if pairs == 1 { "pair" } else { "pairs" }));
    }
    say(format!("proved optimal   {}", if plan.is_proved() { "yes" } else { "no" }));
    say(format!("seconds          {seconds:.3}\n"));
    say(format!("{:>6}  {:>9}  experts (affinity)", "report", "sum"));
    for (report, experts) in plan.experts_by_report(problem.reports()).iter().enumerate() {
        let affinity = |expert: usize| problem.affinity(report, expert).unwrap_or(0.0);
        let sum: f64 = experts.iter().map(|&expert| affinity(expert)).sum();
        let named: Vec<String> = experts.iter().map(|&expert| format!("{expert} ({})", affinity(expert))).collect();
        say(format!("{report:>6}  {sum:>9.3}  {}", named.join(", ")));
    }
    text
}
