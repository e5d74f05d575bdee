//! Outcomes over time: a column for each cycle, in numbers that SVG takes as they are.

use super::Cycle;
use super::words::{Moment, number};

/// So wide is the place of a column; the chart is stretched to the width that it is given.
const PLACE: usize = 10;
const COLUMN: usize = 7;
/// A single cycle fills no whole page.
const FEWEST: usize = 14;
/// The height in hundredths; the smallest count is still seen.
const HEIGHT: usize = 10_000;
const SMALLEST: usize = 120;

/// The series from bottom to top: the name and the class of the style.
pub(super) const SERIES: [(&str, &str); 4] = [
    ("Created", "created"),
    ("Updated or restored", "updated"),
    ("Disabled or deleted", "removed"),
    ("Failed or held back", "failed"),
];

pub(super) struct Chart {
    pub(super) width: usize,
    pub(super) columns: Vec<Column>,
    /// The count at the top of the chart.
    pub(super) top: usize,
    pub(super) series: [(&'static str, &'static str); 4],
}

pub(super) struct Column {
    pub(super) title: String,
    pub(super) parts: Vec<Part>,
}

pub(super) struct Part {
    pub(super) class: &'static str,
    pub(super) x: String,
    pub(super) y: String,
    pub(super) height: String,
    pub(super) width: usize,
}

impl Chart {
    /// Of the latest cycles first; they are drawn from left to right.
    pub(super) fn new(cycles: &[Cycle]) -> Self {
        let places = cycles.len().max(FEWEST);
        let counted: Vec<_> = cycles
            .iter()
            .rev()
            .map(|cycle| (cycle, counts(cycle)))
            .collect();
        let sums = counted
            .iter()
            .map(|(_, counts)| counts.iter().sum::<usize>());
        let top = round(sums.max().unwrap_or_default());
        let first = places - cycles.len();
        let columns = counted
            .into_iter()
            .enumerate()
            .map(|(index, (cycle, counts))| column(cycle, counts, (first + index) * PLACE, top))
            .collect();
        Self {
            width: places * PLACE,
            columns,
            top,
            series: SERIES,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.columns.iter().all(|column| column.parts.is_empty())
    }
}

fn counts(cycle: &Cycle) -> [usize; 4] {
    let counts = &cycle.counts;
    [
        counts.created,
        counts.updated + counts.restored,
        counts.disabled + counts.deleted,
        counts.failed + counts.staged,
    ]
}

fn column(cycle: &Cycle, counts: [usize; 4], x: usize, top: usize) -> Column {
    let mut title = format!("{}: {}", cycle.started, cycle.result.0);
    let mut parts = Vec::new();
    let mut filled = 0;
    for (count, (name, class)) in counts.into_iter().zip(SERIES) {
        if count == 0 {
            continue;
        }
        title.extend(["; ", name, ": ", &number(count)]);
        let height = (count.saturating_mul(HEIGHT) / top).max(SMALLEST);
        filled = (filled + height).min(HEIGHT);
        parts.push(Part {
            class,
            x: hundredths(x * 100 + (PLACE - COLUMN) * 50),
            y: hundredths(HEIGHT - filled),
            height: hundredths(height),
            width: COLUMN,
        });
    }
    Column { title, parts }
}

fn hundredths(value: usize) -> String {
    format!("{}.{:02}", value / 100, value % 100)
}

/// The next number above that begins with 1, 2 or 5 and goes on with zeros, and can be halved.
fn round(most: usize) -> usize {
    let mut step: usize = 2;
    loop {
        for factor in [1, 2, 5] {
            let round = step.saturating_mul(factor);
            if round >= most || round == usize::MAX {
                return round;
            }
        }
        step = step.saturating_mul(10);
    }
}

/// Where the axis of time begins and ends.
pub(super) fn ends(cycles: &[Cycle]) -> Option<(Moment, Moment)> {
    let (latest, earliest) = (cycles.first()?, cycles.last()?);
    Some((earliest.started, latest.started))
}

#[cfg(test)]
mod tests {
    use super::{hundredths, round};

    #[test]
    fn the_top_is_a_round_number_above() {
        let tops = [0, 2, 3, 5, 9, 11, 21, 100, 101, 360].map(round);
        assert_eq!(tops, [2, 2, 4, 10, 10, 20, 40, 100, 200, 400]);
        assert!(round(usize::MAX) == usize::MAX);
    }

    #[test]
    fn hundredths_are_written_as_svg_reads_them() {
        assert_eq!([7, 100, 9_950].map(hundredths), ["0.07", "1.00", "99.50"]);
    }
}
