//! `stoa backup FILE`: all that the database holds at one moment, in one file, while the service goes on.
//!
//! The file is whole or not there: it is written beside under another name, on disk before it gets its own.

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use clap::Args;
use tempfile::NamedTempFile;

use super::ServiceArgs;
use super::bar::Bar;
use crate::ground::clock::{Clock, SystemClock};
use crate::ground::config::instance_secret;
use crate::ground::secrets::Secrets;
use crate::store::archive;

#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file to write; readable by its owner only.
    file: PathBuf,
    /// Replace the file if it is there.
    #[arg(long)]
    force: bool,
    /// Put secret.key into it, too: then whoever has the file can open every link.
    #[arg(long)]
    with_key: bool,
    #[command(flatten)]
    service: ServiceArgs,
}

pub fn run(args: &BackupArgs) -> Result<(), String> {
    let config = args.service.load()?;
    let file = &args.file;
    let folder = folder_of(file, args.force)?;
    let mut db = archive::open(&config.database_url())?;
    let cannot = |e: &dyn std::fmt::Display| format!("{} cannot be written: {e}", file.display());
    let mut name = std::ffi::OsString::from(".");
    name.push(file.file_name().unwrap_or_default());
    let written = tempfile::Builder::new().prefix(&name).suffix(".part").tempfile_in(&folder).map_err(|e| cannot(&e))?;
    let data = &config.storage.data;
    let key = |needed: Option<&str>| if args.with_key { key_of(data, needed).map(Some) } else { Ok(None) };
    let into = BufWriter::with_capacity(1 << 20, written);
    let (into, manifest) = archive::take(&mut db, into, SystemClock.now(), key, &mut Bar::new())?;
    let written = into.into_inner().map_err(|e| cannot(&e.error()))?;
    let size = finish(written, file, &folder, args.force).map_err(|e| cannot(&e))?;

    let rows: u64 = manifest.tables.iter().map(|part| part.rows).sum();
    println!("{} holds {} tables with {rows} rows in {} KB, as of {}", file.display(), manifest.tables.len(), size / 1000, manifest.head.made_at);
    match (&manifest.head.secret, manifest.head.with_key) {
        (_, true) => println!("It holds secret.key: whoever has this file can open every link."),
        (Some(print), false) => println!("It needs the secret.key with the fingerprint {print}, which is not in it: keep that elsewhere."),
        (None, false) => {}
    }
    Ok(())
}

/// Where the file may be written.
fn folder_of(file: &Path, force: bool) -> Result<PathBuf, String> {
    let shown = file.display();
    if file.is_dir() || file.file_name().is_none() {
        return Err(format!("{shown} is a folder; give the name of a file"));
    }
    if file.exists() && !file.is_file() {
        return Err(format!("{shown} is no ordinary file; give the name of one"));
    }
    if file.exists() && !force {
        return Err(format!("{shown} is there already; choose another name, or --force to replace it"));
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if folder.is_dir() { Ok(folder.to_owned()) } else { Err(format!("the folder {} does not exist", folder.display())) }
}

/// The instance's key, if it is the one that the database needs.
fn key_of(data: &Path, needed: Option<&str>) -> Result<[u8; 32], String> {
    let Some(key) = instance_secret(data)? else { return Err(format!("secret.key is missing in {}", data.display())) };
    let mine = Secrets::new(key).fingerprint();
    match needed {
        Some(needed) if needed != mine => {
            Err(format!("secret.key in {} is another one ({mine}) than that of the database ({needed})", data.display()))
        }
        _ => Ok(key),
    }
}

/// Has it on disk under its name. Gives its size.
fn finish(written: NamedTempFile, file: &Path, folder: &Path, force: bool) -> std::io::Result<u64> {
    written.as_file().sync_all()?;
    let size = written.as_file().metadata()?.len();
    let named = if force { written.persist(file) } else { written.persist_noclobber(file) };
    named.map_err(|e| e.error)?;
    std::fs::File::open(folder)?.sync_all()?;
    Ok(size)
}
