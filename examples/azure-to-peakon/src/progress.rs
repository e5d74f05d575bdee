//! How far a cycle is: a bar on a terminal's standard error, a line now and then elsewhere, nothing where a program listens.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use scim_mapping::provisioning::{LogEntry, LogStatus, ObjectKind};

use crate::render;

/// Between two lines where there is no terminal.
const PAUSE: Duration = Duration::from_secs(30);
const PARTS: u64 = 1_000;

/// Shows how far a cycle is.
#[derive(Debug)]
pub(crate) struct Progress {
    shown: Shown,
    started: Instant,
    objects: usize,
    requests: usize,
    done: usize,
    failed: usize,
}

#[derive(Debug)]
enum Shown {
    Bar(ProgressBar),
    Lines(Instant),
    Nothing,
}

impl Progress {
    /// A bar or lines, as standard error is.
    pub(crate) fn new(what: &str) -> Self {
        let shown = if console::user_attended_stderr() {
            let bar = ProgressBar::with_draw_target(Some(PARTS), ProgressDrawTarget::stderr());
            if let Ok(style) =
                ProgressStyle::with_template("{prefix} [{bar:25}] {percent:>3} % {msg}, {eta} left")
            {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.set_prefix(what.to_owned());
            bar.enable_steady_tick(Duration::from_millis(500));
            Shown::Bar(bar)
        } else {
            Shown::Lines(Instant::now())
        };
        Self::with(shown)
    }

    /// Shows nothing.
    pub(crate) fn silent() -> Self {
        Self::with(Shown::Nothing)
    }

    fn with(shown: Shown) -> Self {
        Self {
            shown,
            started: Instant::now(),
            objects: 0,
            requests: 0,
            done: 0,
            failed: 0,
        }
    }

    /// So many objects were read, and this part of the directory is behind them, if that is known.
    pub(crate) fn read(&mut self, kind: ObjectKind, count: usize, fraction: Option<f64>) {
        self.objects += count;
        if let (Shown::Bar(bar), Some(fraction)) = (&self.shown, fraction)
            && kind == ObjectKind::User
        {
            // Users are most of the work: what comes after them is the rest of the bar.
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and 950"
            )]
            bar.set_position((fraction.clamp(0.0, 1.0) * 950.0) as u64);
        }
        self.tell();
    }

    pub(crate) fn answered(&mut self) {
        self.requests += 1;
        self.tell();
    }

    pub(crate) fn entry(&mut self, entry: &LogEntry) {
        self.done += 1;
        self.failed += usize::from(entry.provisioning_status_info.status == LogStatus::Failure);
    }

    /// Somebody has asked to stop.
    pub(crate) fn stopping(&self) {
        let text = "Stopping: the requests in hand are finished and kept. Once more ends at once.";
        match &self.shown {
            Shown::Bar(bar) => bar.println(text),
            Shown::Lines(_) => render::note(text),
            Shown::Nothing => {}
        }
    }

    pub(crate) fn finish(&self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }

    fn message(&self) -> String {
        let seconds = self.started.elapsed().as_secs_f64().max(0.001);
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = self.objects as f64 / seconds;
        let failed = match self.failed {
            0 => String::new(),
            failed => format!(", {failed} failed"),
        };
        format!(
            "{} read ({rate:.0}/s), {} requests{failed}",
            self.objects, self.requests
        )
    }

    fn tell(&mut self) {
        let message = self.message();
        match &mut self.shown {
            Shown::Bar(bar) => bar.set_message(message),
            Shown::Lines(last) if last.elapsed() >= PAUSE => {
                *last = Instant::now();
                render::note(&message);
            }
            Shown::Lines(_) | Shown::Nothing => {}
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}
