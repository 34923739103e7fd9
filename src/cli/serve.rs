//! `undersigned serve`.

use super::{Failure, log, print};
use crate::account::password::Cost;
use crate::app::{self, Running};
use crate::clock::Clock;
use crate::config::Settings;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Serves until it is told to stop.
pub(super) async fn run(settings: &Settings) -> Result<(), Failure> {
    log::start(settings);
    let mut told = Told::new()?;
    let running = app::start(settings, Clock::system(), Cost::STANDARD).await?;
    print(&format!("ready on {}\n", running.base_url()))?;
    told.serve_until(running).await
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
