//! `stoa restore FILE`: puts a backup into an empty database of either kind, all of it or nothing.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args;

use super::ServiceArgs;
use super::bar::Bar;
use crate::ground::config::{instance_secret, instance_secret_put};
use crate::ground::secrets::Secrets;
use crate::server::rules;
use crate::store::archive::{self, Reader, Rows};
use crate::surveys::store::responses;

#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// A file that `stoa backup` wrote.
    file: PathBuf,
    /// Also where its rows are not what their hashes, or the audit chain, say: as the database was.
    #[arg(long)]
    as_it_is: bool,
    #[command(flatten)]
    service: ServiceArgs,
}

pub fn run(args: &RestoreArgs) -> Result<(), String> {
    let config = args.service.load()?;
    let mut archive = read(&args.file)?;
    let named = |why: String| format!("{}: {why}", args.file.display());
    let (head, key) = (archive.manifest().head.clone(), archive.key().map_err(named)?);
    let data = &config.storage.data;
    std::fs::create_dir_all(data).map_err(|e| format!("data folder {} cannot be written: {e}", data.display()))?;
    let there = instance_secret(data)?;
    if key.is_some() && there.is_some() && there != key {
        return Err(format!("secret.key in {} is another one than that of the archive, and nothing was touched: move it away first", data.display()));
    }
    let (url, brought) = (config.database_url(), key.is_some());
    let (mut db, made) = archive::open_or_make(&url)?;
    let shall = if args.as_it_is { Rows::AsTheyAre } else { Rows::Whole };
    let restored = archive::restore(&mut db, &mut archive, &rules(), shall, &mut Bar::new(), |db| {
        // In one moment with the rows: a database without its key does not start.
        responses::place_by_mark(db).map_err(|e| e.to_string())?;
        key.map_or(Ok(()), |key| instance_secret_put(data, key).map(drop))
    });
    drop(db);
    if restored.is_err() {
        if made {
            clear(&url);
        }
        // Nothing of a restore that failed stays, the key that it brought neither.
        if brought && there.is_none() {
            let _ = std::fs::remove_file(data.join("secret.key"));
        }
    }
    for line in restored.map_err(named)? {
        println!("{line}");
    }

    let rows: u64 = archive.manifest().tables.iter().map(|part| part.rows).sum();
    println!("{} is restored: {} tables with {rows} rows, as of {}", args.file.display(), archive.manifest().tables.len(), head.made_at);
    let has = key.or(there).map(|key| Secrets::new(key).fingerprint());
    match (head.secret, has) {
        (Some(needed), has) if has.as_deref() != Some(&needed) => {
            println!("Before it starts, put the secret.key with the fingerprint {needed} into {}.", data.display());
        }
        _ => {}
    }
    Ok(())
}

/// The archive in a file.
pub fn read(file: &Path) -> Result<Reader<BufReader<File>>, String> {
    let shown = file.display();
    if file.is_dir() {
        return Err(format!("{shown} is a folder; give a file that `stoa backup` wrote"));
    }
    let from = File::open(file).map_err(|e| format!("{shown} cannot be read: {e}"))?;
    Reader::open(BufReader::with_capacity(1 << 20, from)).map_err(|why| format!("{shown}: {why}"))
}

/// Takes away the file of a SQLite database that was made in vain.
fn clear(url: &str) {
    if let Some(path) = url.strip_prefix("sqlite://") {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{path}{end}"));
        }
    }
}
