//! How far long work is: a bar where a terminal shows it, nothing elsewhere.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::store::archive::Watch;

pub struct Bar(Option<ProgressBar>);

impl Bar {
    pub fn new() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let style = ProgressStyle::with_template("  {msg:20} {bar:30} {percent:>3} %  {human_pos} of {human_len} rows, {eta} to go");
        let bar = ProgressBar::no_length().with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(Some(bar))
    }
}

/// What is said next begins on a line of its own.
impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

impl Watch for Bar {
    fn expects(&mut self, rows: u64) {
        if let Some(bar) = &self.0 {
            bar.set_length(rows);
        }
    }

    fn looks(&self) -> bool {
        self.0.is_some()
    }

    fn table(&mut self, name: &str) {
        if let Some(bar) = &self.0 {
            bar.set_message(name.to_owned());
        }
    }

    fn rows(&mut self, more: u64) {
        if let Some(bar) = &self.0 {
            bar.inc(more);
        }
    }
}
