//! Random and mutated texts by the million, with the worst time for a byte: `storm [texts of each kind] [seed]`.
//!
//! A fuzzer looks for new paths, this for slow ones too: each text is read as a filter and as a PATCH path, as strictly and as
//! leniently as can be, and its error is formatted. A panic ends the run; the text is printed before.

use std::fs;
use std::hint::black_box;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use fastrand::Rng;
use scim_filter::{Leniency, Parser};

const PEAKON: &str = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User";
const LONGEST: usize = 512;
/// Shorter texts cost what a call and its error cost, whatever they hold.
const SHORTEST_TIMED: usize = 16;
/// The length of a text of few tokens over and over.
const REPEATED: usize = 65_536;
/// From here on the content decides.
const LONG: usize = 128;

/// What filters are made of, so that random texts get further than the first byte.
const TOKENS: [&str; 32] = [
    "userName",
    "emails",
    "a",
    ".value",
    "$ref",
    " eq ",
    " pr",
    " co ",
    " and ",
    " or ",
    "not (",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "\"x\"",
    "\\u00e9",
    "\\",
    "1.5e3",
    "-",
    "true",
    "null",
    " ",
    "+",
    "'",
    PEAKON,
    ":Job Title",
    ":",
    ".",
    "日",
    "\u{1f469}\u{200d}",
];

struct Parsers([Parser; 3]);

impl Parsers {
    fn new() -> Self {
        Self([
            Parser::new(),
            Parser::new().leniency(Leniency::all()).schema(PEAKON),
            Parser::new()
                .leniency(Leniency::all())
                .schema_with_free_names(PEAKON),
        ])
    }

    /// Reads the text in every way; the number of ways in which it is right.
    fn read(&self, text: &str) -> u32 {
        let mut right = 0;
        for parser in &self.0 {
            match parser.filter_with_report(text) {
                Ok(parsed) => {
                    black_box(parsed);
                    right += 1;
                }
                Err(error) => drop(black_box(format!("{error:#}"))),
            }
            match parser.patch_path(text) {
                Ok(path) => {
                    black_box(path);
                    right += 1;
                }
                Err(error) => drop(black_box(format!("{error:#}"))),
            }
        }
        right
    }

    fn time(&self, text: &str) -> Duration {
        let begin = Instant::now();
        black_box(self.read(black_box(text)));
        begin.elapsed()
    }
}

/// The text that took longest for its length, by the best of several runs: the scheduler cannot make it up.
#[derive(Default)]
struct Worst {
    nanoseconds_per_byte: f64,
    text: String,
}

impl Worst {
    fn see(&mut self, parsers: &Parsers, text: &str, first: Duration) {
        let per_byte = |time: Duration| time.as_secs_f64() * 1e9 / text.len() as f64;
        if per_byte(first) <= self.nanoseconds_per_byte {
            return;
        }
        let best = (0..7).map(|_| parsers.time(text)).min().unwrap_or(first);
        if per_byte(best) > self.nanoseconds_per_byte {
            self.nanoseconds_per_byte = per_byte(best);
            text.clone_into(&mut self.text);
        }
    }
}

/// Bytes of any value, as a lossy reader of them would see them; every other text of tokens.
fn random(random: &mut Rng, bytes: &mut Vec<u8>) {
    let length = random.usize(0..=LONGEST);
    if random.bool() {
        bytes.resize_with(length, || random.u8(..));
        return;
    }
    while bytes.len() < length {
        let token = TOKENS[random.usize(..TOKENS.len())];
        bytes.extend_from_slice(token.as_bytes());
    }
}

/// A filter of the seeds after one to four accidents.
fn mutated(random: &mut Rng, seeds: &[Vec<u8>], bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&seeds[random.usize(..seeds.len())]);
    for _ in 0..random.usize(1..=4) {
        let place = random.usize(..=bytes.len());
        let end = random.usize(place..=bytes.len());
        match random.u8(..6) {
            0 if place < bytes.len() => bytes[place] = random.u8(..),
            1 if place < bytes.len() => drop(bytes.remove(place)),
            2 => drop(bytes.drain(place..end)),
            3 if bytes.len() < 8 * LONGEST => bytes.extend_from_within(place..end),
            4 => {
                let other = &seeds[random.usize(..seeds.len())];
                let from = random.usize(..=other.len());
                bytes.truncate(place);
                bytes.extend_from_slice(&other[from..]);
            }
            _ => {
                let token = TOKENS[random.usize(..TOKENS.len())];
                bytes.splice(place..place, token.bytes());
            }
        }
    }
}

/// A few tokens over and over: what costs more than its length shows here.
fn repeated(random: &mut Rng, bytes: &mut Vec<u8>) {
    let unit: String = (0..random.usize(1..=6))
        .map(|_| TOKENS[random.usize(..TOKENS.len())])
        .collect();
    if random.bool() {
        bytes.extend_from_slice(PEAKON.as_bytes());
        bytes.push(b':');
    }
    while bytes.len() < REPEATED {
        bytes.extend_from_slice(unit.as_bytes());
    }
}

fn storm(name: &str, texts: u64, parsers: &Parsers, mut next: impl FnMut(&mut Vec<u8>)) {
    let (mut short, mut long) = (Worst::default(), Worst::default());
    let (mut right, mut longest) = (0_u64, 0);
    let mut bytes = Vec::new();
    for _ in 0..texts {
        bytes.clear();
        next(&mut bytes);
        let text = String::from_utf8_lossy(&bytes);
        longest = longest.max(text.len());
        let begin = Instant::now();
        let read = catch_unwind(AssertUnwindSafe(|| parsers.read(&text)));
        let time = begin.elapsed();
        match read {
            Ok(ways) => right += u64::from(ways > 0),
            Err(panic) => {
                eprintln!("{name}: {text:?}");
                resume_unwind(panic);
            }
        }
        match text.len() {
            LONG.. => long.see(parsers, &text, time),
            SHORTEST_TIMED.. => short.see(parsers, &text, time),
            _ => {}
        }
    }
    println!(
        "{name}: {texts} texts of up to {longest} bytes, {right} of them right in some way, no panic"
    );
    for (kind, worst) in [("shorter than", short), ("from", long)] {
        println!(
            "  {kind} {LONG} bytes, at worst {:.1} ns for a byte, all six ways together: {:?}",
            worst.nanoseconds_per_byte,
            worst.text.chars().take(400).collect::<String>()
        );
    }
}

fn number(argument: Option<String>, otherwise: u64) -> io::Result<u64> {
    argument.map_or(Ok(otherwise), |text| {
        text.parse().map_err(|_| {
            io::Error::other(format!(
                "{text:?} is no number; usage: storm [texts of each kind] [seed]"
            ))
        })
    })
}

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let texts = number(arguments.next(), 10_000_000)?;
    let seed = number(arguments.next(), 7_644)?;

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let mut seeds = Vec::new();
    for target in ["filter_round_trip", "patch_path_round_trip"] {
        for entry in fs::read_dir(folder.join(target))? {
            seeds.push(fs::read(entry?.path())?);
        }
    }

    let parsers = Parsers::new();
    let mut source = Rng::with_seed(seed);
    storm("random", texts, &parsers, |bytes| {
        random(&mut source, bytes)
    });
    storm("mutated", texts, &parsers, |bytes| {
        mutated(&mut source, &seeds, bytes)
    });
    // Each is a thousand times as long as the others.
    storm("repeated", texts.div_ceil(1_000), &parsers, |bytes| {
        repeated(&mut source, bytes)
    });
    Ok(())
}
