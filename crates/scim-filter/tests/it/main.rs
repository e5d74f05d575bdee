//! What cannot be said as data: laws, limits, texts of errors, traits.

#[cfg(test)]
mod builders;
#[cfg(test)]
mod error_text;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod traits;
