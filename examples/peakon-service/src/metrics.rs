//! What `/metrics` shows: counts only, nothing about anybody.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use http::Method;

/// Requests answered so far, by method and status.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<(&'static str, u16), u64>>,
}

impl Metrics {
    pub(crate) fn count(&self, method: &Method, status: u16) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        *requests.entry((label(method), status)).or_default() += 1;
    }

    /// The Prometheus text format, version 0.0.4.
    pub(crate) fn text(&self, employees: i64, active: i64) -> String {
        let mut text = String::from(
            "# HELP peakon_requests_total Requests answered, by method and status.\n\
             # TYPE peakon_requests_total counter\n",
        );
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        for ((method, status), count) in requests.iter() {
            let _ = writeln!(
                text,
                "peakon_requests_total{{method=\"{method}\",status=\"{status}\"}} {count}"
            );
        }
        let _ = write!(
            text,
            "# HELP peakon_employees Employees, active or not.\n\
             # TYPE peakon_employees gauge\n\
             peakon_employees {employees}\n\
             # HELP peakon_employees_active Employees who are active now.\n\
             # TYPE peakon_employees_active gauge\n\
             peakon_employees_active {active}\n"
        );
        text
    }
}

/// A closed set: a client that invents methods does not make the page grow.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}
