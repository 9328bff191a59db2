//! What this process has answered so far, for Prometheus. Counters only; nothing about people.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the histogram's buckets, in seconds.
const BUCKETS: [f64; 7] = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0];

/// Counters of one process.
#[derive(Debug, Default)]
pub struct Metrics {
    classes: [AtomicU64; 5],
    buckets: [AtomicU64; 7],
    sum_micros: AtomicU64,
    count: AtomicU64,
}

/// What somebody else counts: a counter where the name ends in `_total`, else a gauge.
#[derive(Debug)]
pub struct Said {
    name: &'static str,
    help: &'static str,
    /// Each with its labels, `{state="queued"}`, or without.
    values: Vec<(String, f64)>,
}

impl Said {
    pub fn one(name: &'static str, help: &'static str, value: f64) -> Self {
        Self { name, help, values: vec![(String::new(), value)] }
    }

    /// One value for each word of a label.
    pub fn by(name: &'static str, help: &'static str, label: &str, values: impl Iterator<Item = (&'static str, f64)>) -> Self {
        Self { name, help, values: values.map(|(word, value)| (format!("{{{label}=\"{word}\"}}"), value)).collect() }
    }
}

impl Metrics {
    /// Counts one answer. `status` is an HTTP status code.
    pub fn answered(&self, status: u16, took: Duration) {
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        self.classes[class].fetch_add(1, Ordering::Relaxed);
        let seconds = took.as_secs_f64();
        if let Some(bucket) = BUCKETS.iter().position(|b| seconds <= *b) {
            self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        }
        self.sum_micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    /// The counters in Prometheus' text format, followed by what the roof says.
    pub fn text(&self, others: &[Said]) -> String {
        let mut out = String::from("# HELP stoa_http_responses_total Answers by status class.\n# TYPE stoa_http_responses_total counter\n");
        let mut line = |text: std::fmt::Arguments<'_>| out.write_fmt(text).expect("a String takes every write");
        for (i, count) in self.classes.iter().enumerate() {
            line(format_args!("stoa_http_responses_total{{class=\"{}xx\"}} {}\n", i + 1, count.load(Ordering::Relaxed)));
        }
        line(format_args!("# HELP stoa_http_seconds Time to answer, in seconds.\n# TYPE stoa_http_seconds histogram\n"));
        let mut sum = 0;
        for (bound, count) in BUCKETS.iter().zip(&self.buckets) {
            sum += count.load(Ordering::Relaxed);
            line(format_args!("stoa_http_seconds_bucket{{le=\"{bound}\"}} {sum}\n"));
        }
        let count = self.count.load(Ordering::Relaxed);
        let seconds = Duration::from_micros(self.sum_micros.load(Ordering::Relaxed)).as_secs_f64();
        line(format_args!("stoa_http_seconds_bucket{{le=\"+Inf\"}} {count}\nstoa_http_seconds_sum {seconds}\nstoa_http_seconds_count {count}\n"));
        for Said { name, help, values } in others {
            let kind = if name.ends_with("_total") { "counter" } else { "gauge" };
            line(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
            for (labels, value) in values {
                line(format_args!("{name}{labels} {value}\n"));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_add_up() {
        let metrics = Metrics::default();
        metrics.answered(200, Duration::from_millis(2));
        metrics.answered(503, Duration::from_secs(60));
        let text = metrics.text(&[
            Said::by("stoa_made_total", "Things made.", "kind", [("good", 3.0), ("bad", 0.0)].into_iter()),
            Said::one("stoa_up", "Whether it is up.", 1.0),
        ]);
        assert!(text.contains("# TYPE stoa_made_total counter\nstoa_made_total{kind=\"good\"} 3\nstoa_made_total{kind=\"bad\"} 0\n"), "{text}");
        assert!(text.contains("class=\"2xx\"} 1") && text.contains("class=\"5xx\"} 1"));
        assert!(text.contains("le=\"0.005\"} 1") && text.contains("le=\"10\"} 1") && text.contains("le=\"+Inf\"} 2"));
        assert!(text.ends_with("stoa_up 1\n"));
    }
}
