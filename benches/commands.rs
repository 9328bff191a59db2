//! What the commands for statisticians take, from a CSV file of a million units or rows: time and peak
//! memory beside their aims. The CPU's time stands there too: on a busy machine it says what the wall
//! clock cannot. What the calculations alone take is measured in `crates/stats/benches`.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Units that are rated, and people who answer.
const MILLION: usize = 1_000_000;

/// What a command may take.
struct Aim {
    seconds: f64,
    megabytes: f64,
}

fn main() {
    // `cargo test --benches` runs this too, and has no time for it.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str, content: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("room for 60 MB");
        path.to_str().expect("a plain path").to_owned()
    };
    // A fifth of what pandas and krippendorff took for the ordinal alpha alone.
    let aim = Aim { seconds: 0.56, megabytes: 200.0 };
    measure("stoa agreement, every coefficient, CSV of 4.5 million ratings", &["agreement", &file("ratings.csv", ratings())], aim);

    let (answers, margins) = (file("answers.csv", answers()), file("margins.csv", margins()));
    let design = ["--weights", "w", "--strata", "stratum", "--cluster", "cluster"];
    for (what, question) in
        [("proportions with strata and clusters", ["--proportion", "answer"].as_slice()), ("raked mean", &["--mean", "number", "--rake", &margins])]
    {
        let arguments = [["estimate", &answers].as_slice(), question, &design].concat();
        measure(&format!("stoa estimate, {what}, CSV of a million rows"), &arguments, Aim { seconds: 1.0, megabytes: 300.0 });
    }
}

/// Five raters on five levels: each errs by at most one, and one rating in ten is missing.
fn ratings() -> String {
    let mut chance = ChaCha8Rng::seed_from_u64(20_261);
    let mut text = String::from("rater,subject,value\n");
    for unit in 0..MILLION {
        let truth: i16 = chance.random_range(0..5);
        for rater in 0..5 {
            let level = (truth + chance.random_range(-1..=1)).clamp(0, 4);
            if chance.random_range(0..10) != 0 {
                writeln!(text, "r{rater},s{unit},{level}").expect("a string takes all that memory holds");
            }
        }
    }
    text
}

/// People in 20,000 clusters of 40 strata.
fn answers() -> String {
    let mut chance = ChaCha8Rng::seed_from_u64(20_260_101);
    let mut text = String::from("id,w,stratum,cluster,answer,number,group\n");
    for row in 0..MILLION {
        let (cluster, weight, number) = (chance.random_range(0..20_000), chance.random_range(0.5..4.0), chance.random_range(0.0..100.0));
        let (answer, group) = (chance.random_range(0..5), chance.random_range(0..8));
        writeln!(text, "{row},{weight:.6},{},c{cluster},{answer},{number:.3},{group}", cluster % 40).expect("a string takes all that memory holds");
    }
    text
}

/// How many people there are of each answer and of each group.
fn margins() -> String {
    let levels = |variable: &str, count: u32| (0..count).map(|level| format!("{variable},{level},{}\n", 1e7 / f64::from(count))).collect::<String>();
    format!("variable,level,count\n{}{}", levels("answer", 5), levels("group", 8))
}

/// Measures `stoa` with these arguments: the quickest of three runs, the largest memory.
fn measure(what: &str, arguments: &[&str], aim: Aim) {
    let runs: Vec<[f64; 3]> = (0..3).map(|_| run(arguments)).collect();
    let least = |place: usize| runs.iter().map(|run| run[place]).fold(f64::INFINITY, f64::min);
    let megabytes = runs.iter().map(|run| run[2]).fold(0.0, f64::max);
    let (seconds, cpu) = (least(0), least(1));
    println!("{what}: {seconds:.2} s (aim: under {} s; {cpu:.2} s of CPU), {megabytes:.0} MB (aim: under {} MB)", aim.seconds, aim.megabytes);
}

/// Seconds by the clock and of CPU, and megabytes.
fn run(arguments: &[&str]) -> [f64; 3] {
    let begin = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_stoa"));
    let mut child = command.args(arguments).stdout(Stdio::null()).spawn().expect("the binary was built with the bench");
    // Not on Linux: no such files, and what they would say is printed as 0.
    let folder = format!("/proc/{}", child.id());
    let process = |file: &str| std::fs::read_to_string(format!("{folder}/{file}")).unwrap_or_default();
    let (mut cpu, mut peak) = (0.0_f64, 0.0_f64);
    loop {
        let (status, stat) = (process("status"), process("stat"));
        let kibibytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
        peak = peak.max(kibibytes.unwrap_or(0.0) * 1024.0 / 1e6);
        // The 14th and 15th value, in hundredths of a second; the 2nd is the name in brackets.
        let ticks = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
        cpu = cpu.max(ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0);
        if let Some(exit) = child.try_wait().expect("a child of this process") {
            assert!(exit.success(), "stoa {arguments:?}: {exit}");
            return [begin.elapsed().as_secs_f64(), cpu, peak];
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}
