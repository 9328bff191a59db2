//! The command line: one file per command under `cli/`. Each gives one clear line on failure and a
//! non-zero exit.

pub mod agreement;
pub mod assign;
pub mod backup;
mod bar;
pub mod check_config;
pub mod demo;
pub mod estimate;
pub mod person;
pub mod restore;
pub mod retention;
pub mod serve;
pub mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::ground::config::{Config, Overrides};

#[derive(Debug, Parser)]
#[command(
    name = "stoa",
    version,
    about,
    long_about = "Stoa issues surveys to citizens, routes city reports to expert reviewers, checks how far they agree, and puts the results into a city's profile.",
    propagate_version = true
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the service.
    Serve(ServiceArgs),
    /// Show Stoa with an invented round, every role one click away.
    Demo(demo::DemoArgs),
    /// Create and list accounts.
    Person(person::PersonArgs),
    /// Write all that the database holds into one file, while the service runs.
    Backup(backup::BackupArgs),
    /// Put a backup into an empty database, of either kind.
    Restore(restore::RestoreArgs),
    /// Check a backup, or the database itself: hashes, references, the audit chain.
    Verify(verify::VerifyArgs),
    /// What is kept for how long, and how much of it would be deleted now.
    Retention(ServiceArgs),
    /// Print the effective configuration, secrets masked, and exit.
    CheckConfig(ServiceArgs),
    /// Agreement coefficients of a table of ratings.
    Agreement(agreement::AgreementArgs),
    /// Survey estimates with design-based errors from a table of answers.
    Estimate(estimate::EstimateArgs),
    /// The best assignment of reports to experts.
    Assign(assign::AssignArgs),
}

/// Where settings come from; options win over the environment, the environment over the file.
#[derive(Debug, Clone, Args)]
pub struct ServiceArgs {
    /// A TOML file; see config/production.example.toml.
    #[arg(long, value_name = "FILE", env = "STOA_CONFIG")]
    pub config: Option<PathBuf>,
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub bind: Option<String>,
    /// Folder for the database and the instance secret.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

impl ServiceArgs {
    /// The effective configuration.
    pub fn load(&self) -> Result<Config, String> {
        Config::load(&Overrides { file: self.config.clone(), bind: self.bind.clone(), data: self.data.clone() })
    }
}

/// Runs the command line and says how it ended.
pub fn run(cli: &Cli) -> ExitCode {
    match &cli.command {
        Command::Serve(args) => finish(serve::run(args)),
        Command::Demo(args) => finish(demo::run(args)),
        Command::Person(args) => finish(person::run(args)),
        Command::Backup(args) => finish(backup::run(args)),
        Command::Restore(args) => finish(restore::run(args)),
        Command::Verify(args) => finish(verify::run(args)),
        Command::Retention(args) => finish(retention::run(args)),
        Command::CheckConfig(args) => finish(check_config::run(args)),
        Command::Agreement(args) => agreement::run(args),
        Command::Estimate(args) => estimate::run(args),
        Command::Assign(args) => assign::run(args),
    }
}

/// One line on standard error, and exit code 1.
fn finish(outcome: Result<(), String>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(line) => {
            eprintln!("stoa: {line}");
            ExitCode::FAILURE
        }
    }
}
