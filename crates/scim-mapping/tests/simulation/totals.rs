//! What happened in all seeds.

use std::fmt;

#[derive(Clone, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) cycles: usize,
    pub(crate) requests: usize,
    pub(crate) crashes: usize,
    pub(crate) staged: usize,
    pub(crate) recovered: usize,
    pub(crate) down: usize,
    pub(crate) stops: usize,
    pub(crate) expired: usize,
    pub(crate) missed: usize,
    pub(crate) unreadable: usize,
    pub(crate) network: [usize; 7],
}

impl Totals {
    pub(crate) fn add(&mut self, other: &Self) {
        self.cycles += other.cycles;
        self.requests += other.requests;
        self.crashes += other.crashes;
        self.staged += other.staged;
        self.recovered += other.recovered;
        self.down += other.down;
        self.stops += other.stops;
        self.expired += other.expired;
        self.missed += other.missed;
        self.unreadable += other.unreadable;
        for (total, happened) in self.network.iter_mut().zip(other.network) {
            *total += happened;
        }
    }

    pub(crate) fn assert_that_everything_happened(&self) {
        let all = [
            self.crashes,
            self.staged,
            self.recovered,
            self.down,
            self.stops,
            self.expired,
            self.missed,
            self.unreadable,
        ];
        assert!(
            all.iter().chain(&self.network).all(|count| *count > 0) || self.cycles < 5_000,
            "a fault that never happens tests nothing: {self:?}"
        );
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [lost, refused, throttled, late, lies, doubled, unauthorized] = self.network;
        write!(
            formatter,
            "{} cycles, {} requests, {} crashes, {} stops, {} objects held back before deletions, {} cycles that could not begin, {} recoveries; \
             sources: {} watermarks expired, {} objects missed between pages, {} not readable; answers: {lost} lost, {refused} refused, \
             {unauthorized} tokens refused, {throttled} throttled, {late} before their writes, {lies} lies, {doubled} doubled",
            self.cycles,
            self.requests,
            self.crashes,
            self.stops,
            self.staged,
            self.down,
            self.recovered,
            self.expired,
            self.missed,
            self.unreadable
        )
    }
}
