//! The `stoa` binary: reads the command line and hands over.

use clap::Parser;

fn main() -> std::process::ExitCode {
    stoa::cli::run(&stoa::cli::Cli::parse())
}
