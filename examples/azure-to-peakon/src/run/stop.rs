//! Ctrl-C and SIGTERM: the first ends the work in good order, the second at once.

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind};
use tokio::sync::watch;

/// Whether somebody wants the work to end.
#[derive(Debug, Clone)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Listens from now on.
    pub(crate) fn listen() -> Self {
        let (sender, receiver) = watch::channel(false);
        // Before anything else begins, and for both: a signal that comes between two listeners would be lost.
        let mut signals = Signals::listen();
        tokio::spawn(async move {
            signals.next().await;
            let _ = sender.send(true);
            signals.next().await;
            std::process::exit(EXIT_CODE.into());
        });
        Self(receiver)
    }

    /// Nobody will.
    pub(crate) fn never() -> Self {
        let (sender, receiver) = watch::channel(false);
        drop(sender);
        Self(receiver)
    }

    pub(crate) fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Comes back when somebody wants it.
    pub(crate) async fn requested(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|wanted| *wanted).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// What shells make of a program that a signal ended.
pub(crate) const EXIT_CODE: u8 = 130;

/// What asks a process to end. What cannot be listened to never comes.
#[cfg(unix)]
struct Signals {
    interrupt: Option<Signal>,
    terminate: Option<Signal>,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> Self {
        let listen = |kind| tokio::signal::unix::signal(kind).ok();
        Self {
            interrupt: listen(SignalKind::interrupt()),
            terminate: listen(SignalKind::terminate()),
        }
    }

    async fn next(&mut self) {
        async fn comes(signal: &mut Option<Signal>) {
            let come = match signal {
                Some(signal) => signal.recv().await,
                None => None,
            };
            if come.is_none() {
                std::future::pending::<()>().await;
            }
        }
        tokio::select! {
            () = comes(&mut self.interrupt) => {}
            () = comes(&mut self.terminate) => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
