//! `undersigned serve`.

use super::{Failure, log, print};
use crate::account::password::Cost;
use crate::app::{self, Running};
use crate::clock::Clock;
use crate::config::{BaseUrl, Settings};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Serves until it is told to stop.
pub(super) async fn run(settings: &Settings) -> Result<(), Failure> {
    log::start(settings);
    if let Some(address) = settings.metrics_listen {
        tracing::warn!(%address, "UNDERSIGNED_METRICS_LISTEN is set, but this version counts nothing: nothing listens there");
    }
    let mut told = Told::new()?;
    let running = app::start(settings, Clock::system(), Cost::STANDARD).await?;
    print(&format!("ready on {}\n", answers_at(&running)))?;
    told.serve_until(running).await
}

/// Where this process answers: the address that links start with where that is its own, not a proxy's.
fn answers_at(running: &Running) -> String {
    let (public, bound) = (running.base_url(), BaseUrl::listening_at(running.address()));
    if public.is_https() || public.port() != bound.port() { bound.to_string() } else { public.to_string() }
}

/// Listens to who tells the process to stop; from before the server starts, so that nobody is missed.
pub(super) struct Told {
    terminate: Signal,
    interrupt: Signal,
}

impl Told {
    pub(super) fn new() -> Result<Self, Failure> {
        let listen = |kind| {
            signal(kind).map_err(|error| Failure::Failed(format!("cannot listen to signals: {error}")))
        };
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    /// Serves until told to stop.
    pub(super) async fn serve_until(&mut self, mut running: Running) -> Result<(), Failure> {
        tokio::select! {
            error = running.ended() => return Err(Failure::Failed(format!("the server failed: {error}"))),
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        tracing::info!("stopping: no more connections are taken");
        running.stop().await;
        tracing::info!("stopped");
        Ok(())
    }
}
