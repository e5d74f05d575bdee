//! A connection whose client may not be slow for ever.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::limits::Limits;

/// What goes on above a connection.
#[derive(Debug, Default)]
pub(super) struct Activity {
    requests: AtomicUsize,
    is_http2: AtomicBool,
}

impl Activity {
    /// A request has come; it is under way until what is returned is dropped.
    pub(super) fn begin(self: &Arc<Self>, is_http2: bool) -> UnderWay {
        self.requests.fetch_add(1, Ordering::AcqRel);
        self.is_http2.store(is_http2, Ordering::Release);
        UnderWay(Arc::clone(self))
    }
}

pub(super) struct UnderWay(Arc<Activity>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A stream that ends when no request is under way for too long, or when the head of one takes too long, and breaks when the
/// client takes nothing of its answer.
///
/// The time for a head begins with its first byte. In HTTP/2 that is so before the first request only: later, bytes need not be the
/// beginning of a request.
#[derive(Debug)]
pub(super) struct Watched<S> {
    stream: S,
    activity: Arc<Activity>,
    limits: Limits,
    idle_since: Instant,
    head_since: Option<Instant>,
    reading: Alarm,
    writing: Alarm,
    stalled_since: Option<Instant>,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, activity: Arc<Activity>, limits: Limits) -> Self {
        Self {
            stream,
            activity,
            limits,
            idle_since: Instant::now(),
            head_since: None,
            reading: Alarm::default(),
            writing: Alarm::default(),
            stalled_since: None,
        }
    }

    /// Whether the client has been silent, or slow, for too long. If not, the task is woken when it will have been.
    fn is_patience_at_an_end(&mut self, context: &mut Context<'_>) -> bool {
        if self.activity.requests.load(Ordering::Acquire) > 0 {
            self.is_active();
            return false;
        }
        let until = match self.head_since {
            Some(since) if !self.activity.is_http2.load(Ordering::Acquire) => {
                since + self.limits.head()
            }
            _ => self.idle_since + self.limits.idle(),
        };
        self.reading.rings(until, context)
    }

    fn is_active(&mut self) {
        self.idle_since = Instant::now();
        self.head_since = None;
    }

    fn written<T>(
        &mut self,
        context: &mut Context<'_>,
        progress: Poll<Result<T>>,
    ) -> Poll<Result<T>> {
        if progress.is_ready() {
            self.stalled_since = None;
            self.is_active();
            // Nobody need read again before the client sends something: the alarm is set here, too.
            self.reading
                .rings(self.idle_since + self.limits.idle(), context);
            return progress;
        }
        let since = *self.stalled_since.get_or_insert_with(Instant::now);
        if self.writing.rings(since + self.limits.stalled(), context) {
            return Poll::Ready(Err(Error::new(
                ErrorKind::TimedOut,
                "the client takes nothing of its answer",
            )));
        }
        Poll::Pending
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_ready() {
            self.head_since.get_or_insert_with(Instant::now);
            return read;
        }
        if self.is_patience_at_an_end(context) {
            // Nothing more comes: the same as if the client had closed the connection.
            return Poll::Ready(Ok(()));
        }
        Poll::Pending
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        let progress = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, progress)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let progress = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(context, progress)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        // A flush of nothing is no sign of life.
        match Pin::new(&mut self.stream).poll_flush(context) {
            Poll::Ready(flushed) => Poll::Ready(flushed),
            Poll::Pending => self.written(context, Poll::Pending),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let progress = Pin::new(&mut self.stream).poll_shutdown(context);
        self.written(context, progress)
    }
}

/// An alarm clock that is made when it is first needed.
#[derive(Debug, Default)]
struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    fn rings(&mut self, at: Instant, context: &mut Context<'_>) -> bool {
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if sleep.deadline() != at {
            sleep.as_mut().reset(at);
        }
        sleep.as_mut().poll(context).is_ready()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    fn watched() -> (DuplexStream, Watched<DuplexStream>, Arc<Activity>) {
        let (client, stream) = duplex(16);
        let activity = Arc::new(Activity::default());
        let watched = Watched::new(stream, Arc::clone(&activity), Limits::default());
        (client, watched, activity)
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_ends() {
        let (_client, mut watched, _) = watched();
        let began = Instant::now();
        assert_eq!(watched.read(&mut [0; 8]).await.unwrap(), 0);
        assert_eq!(began.elapsed().as_secs(), 75);
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_has_begun_has_less_time_however_it_drips() {
        let (mut client, mut watched, _) = watched();
        let began = Instant::now();
        let drip = async {
            while client.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        let read = async { while watched.read(&mut [0; 8]).await.unwrap() > 0 {} };
        tokio::select! { () = drip => {}, () = read => {} }
        assert_eq!(began.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn while_a_request_is_under_way_nobody_is_slow() {
        let (_client, mut watched, activity) = watched();
        let under_way = activity.begin(false);
        let mut buffer = [0; 8];
        let read = watched.read(&mut buffer);
        let waited = tokio::time::timeout(Duration::from_secs(1_000), read).await;
        assert!(waited.is_err());
        drop(under_way);
        let began = Instant::now();
        assert_eq!(watched.read(&mut [0; 8]).await.unwrap(), 0);
        assert_eq!(began.elapsed().as_secs(), 75);
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_is_given_up() {
        let (_client, mut watched, _) = watched();
        let error = watched.write_all(&[0; 64]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    }
}
