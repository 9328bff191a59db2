//! `stoa verify [FILE]`: whether a backup, or without one the database, is whole: a line for each thing that is not.
//!
//! It only reads, at one moment, beside the running service.

use std::path::PathBuf;

use clap::Args;

use super::ServiceArgs;
use super::bar::Bar;
use super::restore::read;
use crate::ground::config::{Config, instance_secret};
use crate::ground::secrets::Secrets;
use crate::server::rules;
use crate::store::archive;
use crate::store::instance;

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A file that `stoa backup` wrote; without it, the database is checked.
    file: Option<PathBuf>,
    #[command(flatten)]
    service: ServiceArgs,
}

pub fn run(args: &VerifyArgs) -> Result<(), String> {
    let (what, wrong) = match &args.file {
        Some(file) => (file.display().to_string(), archive::check(&mut read(file)?, &rules(), &mut Bar::new())),
        None => {
            let config = args.service.load()?;
            let mut db = archive::open(&config.database_url())?;
            let mut wrong = archive::check_database(&mut db, &rules(), &mut Bar::new())?;
            let needed = instance::fingerprint(&mut db).map_err(|e| e.to_string())?;
            wrong.extend(key(&config, needed.as_deref())?);
            ("the database".to_owned(), wrong)
        }
    };
    for line in &wrong {
        println!("{line}");
    }
    match wrong.len() {
        0 => {
            println!("{what} is whole");
            Ok(())
        }
        1 => Err(format!("{what} is not whole: one thing is wrong")),
        many => Err(format!("{what} is not whole: {many} things are wrong")),
    }
}

/// What is wrong with the key, if anything.
fn key(config: &Config, needed: Option<&str>) -> Result<Option<String>, String> {
    let Some(needed) = needed else { return Ok(None) };
    let data = config.storage.data.display();
    Ok(match instance_secret(&config.storage.data)?.map(|key| Secrets::new(key).fingerprint()) {
        None => Some(format!("secret.key is missing in {data}; the database needs the one with the fingerprint {needed}")),
        Some(mine) if mine != needed => Some(format!("secret.key in {data} is another one ({mine}) than that of the database ({needed})")),
        Some(_) => None,
    })
}
