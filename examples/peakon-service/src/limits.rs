//! How much one client may ask, hold and delay.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

/// What one client may ask of the service, so that the others are served too. Whatever is larger is refused, never tried.
///
/// ```
/// use peakon_service::Limits;
///
/// let mut limits = Limits::default();
/// assert_eq!(limits.requests_per_second, 200);
/// limits.requests_per_second = 0; // no limit
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Limits")]
#[non_exhaustive]
pub struct Limits {
    /// Requests a second with one token, each operation of a bulk request counted; twice as many at once; 0 means no limit
    #[arg(long, value_name = "NUMBER", env = "PEAKON_REQUESTS_PER_SECOND", default_value_t = Self::DEFAULT.requests_per_second,
          value_parser = whole(0..=u32::MAX, Self::DEFAULT.requests_per_second))]
    pub requests_per_second: u32,

    /// The largest body of a request, in bytes
    #[arg(long, value_name = "BYTES", env = "PEAKON_BODY_BYTES", default_value_t = Self::DEFAULT.body_bytes,
          value_parser = whole(1..=u32::MAX, Self::DEFAULT.body_bytes))]
    pub body_bytes: u32,

    /// Operations of a bulk request
    #[arg(long, value_name = "NUMBER", env = "PEAKON_BULK_OPERATIONS", default_value_t = Self::DEFAULT.bulk_operations,
          value_parser = whole(1..=u32::MAX, Self::DEFAULT.bulk_operations))]
    pub bulk_operations: u32,

    /// Resources of one page
    #[arg(long, value_name = "NUMBER", env = "PEAKON_PAGE_SIZE", default_value_t = Self::DEFAULT.page_size,
          value_parser = whole(1..=u32::MAX, Self::DEFAULT.page_size))]
    pub page_size: u32,

    /// Comparisons that one query may cost: the resources that its indexed conditions leave, or else all of its type, times its
    /// conditions. A query that costs more is refused before it is carried out; 2,000,000 keep a database busy for 5 to 15 seconds
    #[arg(long, value_name = "NUMBER", env = "PEAKON_FILTER_STEPS", default_value_t = Self::DEFAULT.filter_steps,
          value_parser = whole(1..=u64::MAX, Self::DEFAULT.filter_steps))]
    pub filter_steps: u64,

    /// How long answering a request may take, its body included; then it is given up and answered with 503
    #[arg(long, value_name = "SECONDS", env = "PEAKON_REQUEST_SECONDS", default_value_t = Self::DEFAULT.request_seconds,
          value_parser = whole(1..=86_400, Self::DEFAULT.request_seconds))]
    pub request_seconds: u32,

    /// Connections open at a time; more wait until one is closed
    #[arg(long, value_name = "NUMBER", env = "PEAKON_CONNECTIONS", default_value_t = Self::DEFAULT.connections,
          value_parser = whole(1..=1_000_000, Self::DEFAULT.connections))]
    pub connections: u32,

    /// How long a client may take for the head of a request once it has begun, and for the TLS handshake
    #[arg(long, value_name = "SECONDS", env = "PEAKON_HEAD_SECONDS", default_value_t = Self::DEFAULT.head_seconds,
          value_parser = whole(1..=86_400, Self::DEFAULT.head_seconds))]
    pub head_seconds: u32,

    /// How long a client may take for the body of a request
    #[arg(long, value_name = "SECONDS", env = "PEAKON_BODY_SECONDS", default_value_t = Self::DEFAULT.body_seconds,
          value_parser = whole(1..=86_400, Self::DEFAULT.body_seconds))]
    pub body_seconds: u32,

    /// How long a client may take nothing of its answer
    #[arg(long, value_name = "SECONDS", env = "PEAKON_STALLED_SECONDS", default_value_t = Self::DEFAULT.stalled_seconds,
          value_parser = whole(1..=86_400, Self::DEFAULT.stalled_seconds))]
    pub stalled_seconds: u32,

    /// How long a connection is kept open between two requests
    #[arg(long, value_name = "SECONDS", env = "PEAKON_IDLE_SECONDS", default_value_t = Self::DEFAULT.idle_seconds,
          value_parser = whole(1..=86_400, Self::DEFAULT.idle_seconds))]
    pub idle_seconds: u32,

    /// How long requests under way may take to end when the service stops
    #[arg(long, value_name = "SECONDS", env = "PEAKON_GRACE_SECONDS", default_value_t = Self::DEFAULT.grace_seconds,
          value_parser = whole(1..=86_400, Self::DEFAULT.grace_seconds))]
    pub grace_seconds: u32,

    /// How many proxies stand before the service: the address of a client is then that many places from the end of
    /// X-Forwarded-For. It decides whose wrong tokens are counted together
    #[arg(long, value_name = "NUMBER", env = "PEAKON_PROXIES", default_value_t = Self::DEFAULT.proxies,
          value_parser = whole(0..=u8::MAX, 1))]
    pub proxies: u8,
}

/// Reads a number. What is wrong with it is told by the rule and an example: the words of a parser name neither.
fn whole<T>(
    range: RangeInclusive<T>,
    example: T,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static
where
    T: FromStr + PartialOrd + Display + Clone + Send + Sync + 'static,
{
    move |text: &str| {
        let number = text
            .parse::<T>()
            .ok()
            .filter(|number| range.contains(number));
        number.ok_or_else(|| {
            let (least, most) = (range.start(), range.end());
            format!("it is a whole number from {least} to {most}, such as {example}")
        })
    }
}

impl Limits {
    const DEFAULT: Self = Self {
        requests_per_second: 200,
        body_bytes: 1 << 20,
        bulk_operations: 1_000,
        page_size: 1_000,
        filter_steps: 2_000_000,
        request_seconds: 60,
        connections: 1_000,
        head_seconds: 10,
        body_seconds: 30,
        stalled_seconds: 30,
        idle_seconds: 75,
        grace_seconds: 10,
        proxies: 0,
    };

    pub(crate) const fn request(&self) -> Duration {
        Duration::from_secs(self.request_seconds as u64)
    }

    pub(crate) const fn head(&self) -> Duration {
        Duration::from_secs(self.head_seconds as u64)
    }

    pub(crate) const fn body(&self) -> Duration {
        Duration::from_secs(self.body_seconds as u64)
    }

    pub(crate) const fn stalled(&self) -> Duration {
        Duration::from_secs(self.stalled_seconds as u64)
    }

    pub(crate) const fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_seconds as u64)
    }

    pub(crate) const fn grace(&self) -> Duration {
        Duration::from_secs(self.grace_seconds as u64)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
