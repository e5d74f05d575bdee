//! What `/metrics` shows: counts only, nothing about anybody.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The upper bounds of the buckets of the histogram, in seconds.
const BOUNDS: [f64; 11] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// What has been counted since the start.
#[derive(Debug, Default)]
pub(crate) struct Metrics(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    requests: BTreeMap<(&'static str, &'static str, u16), u64>,
    seconds: BTreeMap<&'static str, Histogram>,
    refused_tokens: u64,
    refused_addresses: u64,
    given_up: u64,
}

#[derive(Debug, Default)]
struct Histogram {
    /// How many took no longer than the bound, and longer than the one before.
    buckets: [u64; BOUNDS.len()],
    count: u64,
    sum: Duration,
}

/// What is so at this moment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Present {
    /// Employees of all accounts, and how many of them are active, if that can be found out and whoever asks may know it.
    pub(crate) employees: Option<(i64, i64)>,
    pub(crate) open_connections: usize,
    pub(crate) database_connections: usize,
    pub(crate) database_connections_in_use: usize,
}

impl Metrics {
    /// Counts a request that was answered.
    pub(crate) fn count(
        &self,
        method: &'static str,
        route: &'static str,
        status: u16,
        took: Duration,
    ) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counted.requests.entry((method, route, status)).or_default() += 1;
        let histogram = counted.seconds.entry(route).or_default();
        histogram.count += 1;
        histogram.sum += took;
        let seconds = took.as_secs_f64();
        let mut bounds = histogram.buckets.iter_mut().zip(BOUNDS);
        if let Some((bucket, _)) = bounds.find(|(_, bound)| seconds <= *bound) {
            *bucket += 1;
        }
    }

    /// Counts a request that was refused because its token made too many.
    pub(crate) fn count_refused_token(&self) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.refused_tokens += 1;
    }

    /// Counts a request that was refused because its address tried too many wrong tokens.
    pub(crate) fn count_refused_address(&self) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.refused_addresses += 1;
    }

    /// Counts a request that was given up because answering it took too long.
    pub(crate) fn count_given_up(&self) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.given_up += 1;
    }

    /// The Prometheus text format, version 0.0.4.
    pub(crate) fn text(&self, present: &Present) -> String {
        let mut text = String::new();
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name = "peakon_requests_total";
        head(&mut text, name, "counter", "Requests answered.");
        for ((method, route, status), count) in &counted.requests {
            let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
            let _ = writeln!(text, "{name}{{{labels}}} {count}");
        }
        let name = "peakon_request_seconds";
        head(&mut text, name, "histogram", "How long answers took.");
        for (route, histogram) in &counted.seconds {
            histogram.write(&mut text, name, route);
        }
        let name = "peakon_rate_limited_total";
        head(&mut text, name, "counter", "Requests refused with 429.");
        let _ = writeln!(text, "{name}{{by=\"token\"}} {}", counted.refused_tokens);
        let _ = writeln!(
            text,
            "{name}{{by=\"address\"}} {}",
            counted.refused_addresses
        );
        let name = "peakon_given_up_total";
        head(
            &mut text,
            name,
            "counter",
            "Requests given up with 503 because answering took too long.",
        );
        let _ = writeln!(text, "{name} {}", counted.given_up);
        drop(counted);
        present.write(&mut text);
        let version = env!("CARGO_PKG_VERSION");
        let name = "peakon_build_info";
        head(&mut text, name, "gauge", "The version that runs.");
        let _ = writeln!(text, "{name}{{version=\"{version}\"}} 1");
        text
    }
}

impl Histogram {
    fn write(&self, text: &mut String, name: &str, route: &str) {
        let mut so_far = 0;
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS) {
            so_far += bucket;
            let labels = format!("route=\"{route}\",le=\"{bound}\"");
            let _ = writeln!(text, "{name}_bucket{{{labels}}} {so_far}");
        }
        let count = self.count;
        let _ = writeln!(
            text,
            "{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {count}"
        );
        let sum = self.sum.as_secs_f64();
        let _ = writeln!(text, "{name}_sum{{route=\"{route}\"}} {sum}");
        let _ = writeln!(text, "{name}_count{{route=\"{route}\"}} {count}");
    }
}

impl Present {
    fn write(&self, text: &mut String) {
        let mut gauge = |name: &str, help: &str, value: &dyn Display| {
            head(text, name, "gauge", help);
            let _ = writeln!(text, "{name} {value}");
        };
        if let Some((employees, active)) = &self.employees {
            let help = "Employees, active or not; counted anew once a minute.";
            gauge("peakon_employees", help, employees);
            let help = "Employees who are active now; counted anew once a minute.";
            gauge("peakon_employees_active", help, active);
        }
        let help = "Connections of clients.";
        gauge("peakon_connections_open", help, &self.open_connections);
        let help = "Connections to the database.";
        let name = "peakon_database_connections";
        gauge(name, help, &self.database_connections);
        let help = "Connections to the database that a request uses.";
        let name = "peakon_database_connections_in_use";
        gauge(name, help, &self.database_connections_in_use);
    }
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_up_to_its_bounds() {
        let metrics = Metrics::default();
        for milliseconds in [1, 5, 300, 20_000] {
            let took = Duration::from_millis(milliseconds);
            metrics.count("GET", "/healthz", 200, took);
        }
        let text = metrics.text(&Present::default());
        for line in [
            r#"peakon_requests_total{method="GET",route="/healthz",status="200"} 4"#,
            r#"peakon_request_seconds_bucket{route="/healthz",le="0.005"} 2"#,
            r#"peakon_request_seconds_bucket{route="/healthz",le="0.25"} 2"#,
            r#"peakon_request_seconds_bucket{route="/healthz",le="10"} 3"#,
            r#"peakon_request_seconds_bucket{route="/healthz",le="+Inf"} 4"#,
            r#"peakon_request_seconds_count{route="/healthz"} 4"#,
            "# TYPE peakon_request_seconds histogram",
            r#"peakon_rate_limited_total{by="token"} 0"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{text}");
        }
        assert!(text.contains("peakon_request_seconds_sum{route=\"/healthz\"} 20.306"));
    }
}
