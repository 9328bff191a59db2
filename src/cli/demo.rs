//! `stoa demo`: prepares an invented round in its own folder, then serves it.
//!
//! A folder that is ready is continued. One whose preparation broke off is prepared anew; a folder
//! that the demo did not make is never touched.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::serve::{listen, serve, start_log};
use crate::demo::fill::{Progress, fill};
use crate::ground::config::{Config, Overrides};
use crate::service::Service;

/// Made first: this folder is the demo's.
const MARK: &str = "stoa-demo";
/// Made last: the preparation is complete.
const READY: &str = "stoa-demo-ready";

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Port on 127.0.0.1.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Folder of the demo; made if it is not there.
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    data: PathBuf,
}

pub fn run(args: &DemoArgs) -> Result<(), String> {
    if std::env::var_os("RUST_LOG").is_some() {
        start_log();
    }
    let bind = format!("127.0.0.1:{}", args.port);
    let overrides = Overrides { bind: Some(bind.clone()), data: Some(args.data.clone()), ..Overrides::default() };
    let mut config = Config::load(&overrides)?;
    config.demo = true;
    // The demo is itself whatever the environment says: its own SQLite, no mail sent.
    config.storage.database_url = String::new().into();
    config.mail.transport = crate::ground::config::Transport::Mailbox;
    config.server.base_url = String::new();
    let listener = listen(&bind).map_err(|e| e.replace("--bind", "--port"))?;
    let fresh = clear(&args.data)?;
    let service = Service::open(config, crate::server::registered())?;
    if fresh {
        println!("Preparing the demo in {}", args.data.display());
        let mut bars = Bars::new();
        fill(&service, &mut bars).map_err(|e| format!("the demo could not be prepared: {e}"))?;
        bars.end();
        mark(&args.data, READY)?;
    } else {
        println!("Continuing the demo in {}", args.data.display());
    }
    let at = service.config.base_url();
    serve(service, listener, |_| {
        println!(
            "\n  Step into a role    {at}/demo\n  Read the mails      {at}/mailbox\n  Start page          {at}/\n\nCtrl-C ends it; the next start goes on from here."
        );
    })
}

/// Whether the folder must be filled; clears what a broken-off preparation left.
fn clear(data: &Path) -> Result<bool, String> {
    let wrong = |e: std::io::Error| format!("data folder {} cannot be written: {e}", data.display());
    if data.join(READY).exists() {
        return Ok(false);
    }
    if data.join("stoa.db").exists() {
        if !data.join(MARK).exists() {
            return Err(format!("{} holds a database that the demo did not make; choose another folder with --data", data.display()));
        }
        for name in ["stoa.db", "stoa.db-wal", "stoa.db-shm"] {
            let path = data.join(name);
            if path.exists() {
                std::fs::remove_file(&path).map_err(wrong)?;
            }
        }
    }
    std::fs::create_dir_all(data).map_err(wrong)?;
    mark(data, MARK)?;
    Ok(true)
}

fn mark(data: &Path, name: &str) -> Result<(), String> {
    std::fs::write(data.join(name), "made by stoa demo\n").map_err(|e| format!("data folder {} cannot be written: {e}", data.display()))
}

/// Bars on a terminal, a line per step elsewhere.
struct Bars {
    terminal: bool,
    bar: Option<ProgressBar>,
}

impl Bars {
    fn new() -> Self {
        Self { terminal: std::io::stdout().is_terminal(), bar: None }
    }

    fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish();
        }
    }
}

impl Progress for Bars {
    fn begin(&mut self, what: &str, steps: u64) {
        self.end();
        if !self.terminal {
            println!("  {what}");
            return;
        }
        let style = ProgressStyle::with_template("  {msg:28} {bar:30} {pos:>4}/{len}").unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(steps).with_style(style).with_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        self.bar = Some(bar);
    }

    fn step(&mut self, steps: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(steps);
        }
    }
}
