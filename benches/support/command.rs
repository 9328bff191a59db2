//! Runs a command of the binary and prints its time and peak memory beside their aims. The CPU's
//! time stands there too: on a busy machine it says what the wall clock cannot.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a command may take.
pub struct Aim {
    pub seconds: f64,
    pub megabytes: f64,
}

/// Measures `stoa` with these arguments: the quickest of three runs, the largest memory. Does
/// nothing unless this is `cargo bench`.
pub fn measure(what: &str, arguments: &[&str], aim: Aim) {
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
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
