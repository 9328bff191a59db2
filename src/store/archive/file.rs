//! The file: a ZIP archive with `tables/<name>.jsonl` for every table, `secret.key` where it was asked for, and
//! `manifest.json`, which comes last and says what each of them must be.
//!
//! What is read is believed only at its end, when its number of rows and its hash are those of the manifest.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::read::ZipFile;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::format::{self, Cell};
use super::tables::{Column, Table};
use crate::ground::UtcTime;
use crate::ground::receipt::push_hex;
use crate::ground::secrets::Secrets;

/// What the first line of the manifest says.
const FORMAT: &str = "stoa archive";
/// Raised when archives are written in another way. Older ones stay readable.
const VERSION: u32 = 1;
const MANIFEST: &str = "manifest.json";
const KEY: &str = "secret.key";
/// Bytes that are hashed and compressed at once.
const CHUNK: usize = 256 * 1024;
/// Of a row, so that no file makes us take all memory.
const LONGEST_ROW: u64 = 1 << 28;
const LONGEST_MANIFEST: u64 = 1 << 24;

/// What an archive is, and what its parts must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    pub version: u32,
    #[serde(flatten)]
    pub head: Head,
    pub tables: Vec<Part>,
}

/// Where an archive comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The version of Stoa that wrote it.
    pub stoa: String,
    pub made_at: UtcTime,
    /// `sqlite` or `postgresql`.
    pub database: String,
    /// Versions of the migrations that the database had, oldest first.
    pub migrations: Vec<String>,
    /// Fingerprint of the `secret.key` that the database needs, if it ever had one.
    pub secret: Option<String>,
    /// Whether the key itself is in the archive.
    pub with_key: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub name: String,
    pub columns: Vec<Column>,
    pub rows: u64,
    pub sha256: String,
}

/// Only what is needed to say that an archive is of another kind.
#[derive(Deserialize)]
struct Kind {
    format: String,
    version: u32,
}

fn path(table: &str) -> String {
    format!("tables/{table}.jsonl")
}

fn hex(sha: Sha256) -> String {
    let mut text = String::with_capacity(64);
    push_hex(&mut text, &sha.finalize());
    text
}

/// Writes an archive, part by part.
pub struct Writer<W: Write + Seek> {
    zip: ZipWriter<W>,
    parts: Vec<Part>,
    /// Of the part that is being written.
    sha: Sha256,
    chunk: Vec<u8>,
}

/// What went wrong while writing.
fn unwritten(error: impl std::fmt::Display) -> String {
    format!("the archive cannot be written: {error}")
}

impl<W: Write + Seek> Writer<W> {
    pub fn new(into: W) -> Self {
        Self { zip: ZipWriter::new(into), parts: Vec::new(), sha: Sha256::new(), chunk: Vec::with_capacity(2 * CHUNK) }
    }

    fn begin(&mut self, path: &str) -> Result<(), String> {
        // The fastest: answers shrink to a fifth all the same.
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).compression_level(Some(1));
        self.zip.start_file(path, options.large_file(true).unix_permissions(0o600)).map_err(unwritten)
    }

    /// Begins the next table.
    pub fn table(&mut self, table: Table) -> Result<(), String> {
        self.end()?;
        self.begin(&path(&table.name))?;
        self.sha = Sha256::new();
        self.parts.push(Part { name: table.name, columns: table.columns, rows: 0, sha256: String::new() });
        Ok(())
    }

    /// Adds a row to the table that was begun last.
    pub fn row(&mut self, row: &[Cell]) -> Result<(), String> {
        format::write(row, &mut self.chunk)?;
        if let Some(part) = self.parts.last_mut() {
            part.rows += 1;
        }
        if self.chunk.len() < CHUNK { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), String> {
        self.sha.update(&self.chunk);
        self.zip.write_all(&self.chunk).map_err(unwritten)?;
        self.chunk.clear();
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        self.flush()?;
        if let Some(part) = self.parts.last_mut() {
            part.sha256 = hex(std::mem::take(&mut self.sha));
        }
        Ok(())
    }

    /// Adds the key if it shall be in, and says what is there.
    pub fn finish(mut self, head: Head, key: Option<[u8; 32]>) -> Result<(W, Manifest), String> {
        self.end()?;
        if let Some(key) = key {
            self.begin(KEY)?;
            self.zip.write_all(&key).map_err(unwritten)?;
        }
        let head = Head { with_key: key.is_some(), ..head };
        let manifest = Manifest { format: FORMAT.to_owned(), version: VERSION, head, tables: self.parts };
        let json = serde_json::to_vec_pretty(&manifest).map_err(unwritten)?;
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.zip.start_file(MANIFEST, options.unix_permissions(0o600)).map_err(unwritten)?;
        self.zip.write_all(&json).map_err(unwritten)?;
        Ok((self.zip.finish().map_err(unwritten)?, manifest))
    }
}

/// Reads an archive. Its parts are read one after the other, in any order.
pub struct Reader<R> {
    zip: ZipArchive<R>,
    manifest: Manifest,
}

impl<R: Read + Seek> Reader<R> {
    /// Errors: it is no archive, not whole, or of a kind that this version does not know.
    pub fn open(from: R) -> Result<Self, String> {
        let mut zip = ZipArchive::new(from).map_err(|e| format!("it is no archive of Stoa, or it is not whole ({e})"))?;
        let mut json = Vec::new();
        match zip.by_name(MANIFEST) {
            Err(ZipError::FileNotFound) => return Err("it is no archive of Stoa: it has no manifest.json".to_owned()),
            Err(error) => return Err(damaged(MANIFEST, error)),
            Ok(part) => part.take(LONGEST_MANIFEST).read_to_end(&mut json).map_err(|e| damaged(MANIFEST, e))?,
        };
        let kind: Kind = serde_json::from_slice(&json).map_err(|e| damaged(MANIFEST, e))?;
        if kind.format != FORMAT {
            return Err("it is no archive of Stoa: its manifest.json is another program's".to_owned());
        }
        if kind.version > VERSION {
            return Err(format!(
                "it was written by a newer Stoa (archive version {}, this one reads up to {VERSION}); install that one",
                kind.version
            ));
        }
        let manifest: Manifest = serde_json::from_slice(&json).map_err(|e| damaged(MANIFEST, e))?;
        let zip = each_once(zip, &manifest)?;
        Ok(Self { zip, manifest })
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The key, where it is in the archive. Errors: it cannot be read, or is another one than that of the database.
    pub fn key(&mut self) -> Result<Option<[u8; 32]>, String> {
        if !self.manifest.head.with_key {
            return Ok(None);
        }
        let part = self.zip.by_name(KEY).map_err(|e| damaged(KEY, e))?;
        let mut key = Vec::with_capacity(33);
        part.take(33).read_to_end(&mut key).map_err(|e| damaged(KEY, e))?;
        let key = key.try_into().map_err(|_| damaged(KEY, "it is no 32-byte secret"))?;
        let print = Secrets::new(key).fingerprint();
        match &self.manifest.head.secret {
            Some(needed) if *needed != print => Err(damaged(KEY, format!("its fingerprint is {print}; the database needs {needed}"))),
            _ => Ok(Some(key)),
        }
    }

    /// The rows of a part of the manifest.
    pub fn rows<'a>(&'a mut self, part: &'a Part) -> Result<Rows<'a, R>, String> {
        let from = self.zip.by_name(&path(&part.name)).map_err(|e| damaged(&path(&part.name), e))?;
        let from = BufReader::with_capacity(CHUNK, Hashed { from, sha: Sha256::new() });
        Ok(Rows { from, part, read: 0, line: Vec::new() })
    }
}

/// The archive, if it has each part once, and none but those of its manifest: of two with one name one reader takes
/// the first and another the last.
fn each_once<R: Read + Seek>(zip: ZipArchive<R>, manifest: &Manifest) -> Result<ZipArchive<R>, String> {
    let named: HashSet<String> = manifest.tables.iter().map(|part| path(&part.name)).collect();
    let more = zip.file_names().find(|name| !(*name == MANIFEST || (*name == KEY && manifest.head.with_key) || named.contains(*name)));
    if let Some(more) = more {
        return Err(damaged(MANIFEST, format!("it does not name the part {}", more.escape_debug())));
    }
    let (parts, start) = (zip.len(), zip.central_directory_start());
    let mut from = zip.into_inner();
    if listed(&mut from, start).map_err(|e| damaged("its directory", e))? != parts {
        return Err(damaged("its directory", "two parts have one name"));
    }
    let mut end = [0; 4];
    from.seek(SeekFrom::End(-END)).and_then(|_| from.read_exact(&mut end)).map_err(|e| damaged("its end", e))?;
    if end != *b"PK\x05\x06" {
        return Err(damaged("its end", "something follows it"));
    }
    ZipArchive::new(from).map_err(|e| damaged("its directory", e))
}

/// What a ZIP archive without a remark ends with, in bytes.
const END: i64 = 22;

/// How many parts the directory at the end of a ZIP archive lists.
fn listed<R: Read + Seek>(from: &mut R, start: u64) -> std::io::Result<usize> {
    from.seek(SeekFrom::Start(start))?;
    let mut from = BufReader::new(from);
    let mut count = 0;
    loop {
        let mut entry = [0; 46];
        match from.read_exact(&mut entry) {
            Ok(()) if entry.starts_with(b"PK\x01\x02") => count += 1,
            Err(error) if error.kind() != ErrorKind::UnexpectedEof => return Err(error),
            _ => return Ok(count),
        }
        // Its name, what else is said of it, and a remark.
        let more: u64 = [28, 30, 32].iter().map(|at| u64::from(u16::from_le_bytes([entry[*at], entry[at + 1]]))).sum();
        std::io::copy(&mut from.by_ref().take(more), &mut std::io::sink())?;
    }
}

/// One line that names the part.
fn damaged(part: &str, what: impl std::fmt::Display) -> String {
    format!("the archive is damaged in {part}: {what}")
}

struct Hashed<R> {
    from: R,
    sha: Sha256,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.from.read(into)?;
        self.sha.update(&into[..read]);
        Ok(read)
    }
}

/// The rows of a table, in the order in which they were written.
pub struct Rows<'a, R: Read> {
    from: BufReader<Hashed<ZipFile<'a, R>>>,
    part: &'a Part,
    read: u64,
    line: Vec<u8>,
}

impl<R: Read> Rows<'_, R> {
    /// The next row; `None` at the end, and only if the part is what the manifest says.
    pub fn next_row(&mut self) -> Result<Option<Vec<Cell>>, String> {
        let part = self.part;
        let wrong = |what: &dyn std::fmt::Display| damaged(&path(&part.name), what);
        self.line.clear();
        let read = (&mut self.from).take(LONGEST_ROW).read_until(b'\n', &mut self.line);
        if let Err(error) = read {
            // What cannot be unpacked.
            let what = if error.kind() == ErrorKind::UnexpectedEof { "it is cut off".to_owned() } else { error.to_string() };
            return Err(wrong(&what));
        }
        if self.line.is_empty() {
            if self.read != part.rows {
                return Err(wrong(&format!("it has {} rows instead of {}", self.read, part.rows)));
            }
            let sha = std::mem::take(&mut self.from.get_mut().sha);
            return if hex(sha) == part.sha256 { Ok(None) } else { Err(wrong(&"its SHA-256 is not that of the manifest")) };
        }
        self.read += 1;
        let row = format::read(&self.line, &part.columns).map_err(|what| wrong(&format!("row {} {what}", self.read)))?;
        Ok(Some(row))
    }
}
