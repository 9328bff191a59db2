//! `stoa check-config`: the effective settings, secrets masked.

use super::ServiceArgs;

pub fn run(args: &ServiceArgs) -> Result<(), String> {
    print!("{}", args.load()?.masked()?);
    Ok(())
}
