//! A bar on a terminal's standard error; silence where nobody watches.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shows how far a cycle is.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(crate) fn new(what: &str, length: usize) -> Self {
        let target = ProgressDrawTarget::stderr();
        let bar = ProgressBar::with_draw_target(u64::try_from(length).ok(), target);
        if let Ok(style) = ProgressStyle::with_template("{msg:24} [{bar:30}] {pos}/{len} {eta}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(what.to_owned());
        Self { bar }
    }

    pub(crate) fn step(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
