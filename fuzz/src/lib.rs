//! What the targets share: without instrumentation a target is a program that replays files.

pub mod operation;

/// Feeds every file, and every file in every folder, that the command line names to the target.
///
/// # Errors
///
/// A file cannot be read.
pub fn replay(target: fn(&[u8])) -> std::io::Result<()> {
    let mut waiting: Vec<std::path::PathBuf> = std::env::args_os()
        .skip(1)
        .map(std::path::PathBuf::from)
        .collect();
    let mut replayed = 0_usize;
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            for entry in std::fs::read_dir(path)? {
                waiting.push(entry?.path());
            }
        } else {
            target(&std::fs::read(path)?);
            replayed += 1;
        }
    }
    println!("replayed {replayed} inputs");
    Ok(())
}

/// The entry point of a target: `fuzz::target!(check);` with `fn check(data: &[u8])`.
#[macro_export]
macro_rules! target {
    ($check:path) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|data: &[u8]| $check(data));

        #[cfg(not(fuzzing))]
        fn main() -> std::io::Result<()> {
            $crate::replay($check)
        }
    };
}
