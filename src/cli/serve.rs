//! `undersigned serve`.

use super::{Failure, log, print};
use crate::account::password::Cost;
use crate::app;
use crate::clock::Clock;
use crate::config::Settings;
use tokio::signal::unix::{SignalKind, signal};

/// Serves until it is told to stop.
pub(super) async fn run(settings: &Settings) -> Result<(), Failure> {
    log::start(settings);
    let unable = |error: std::io::Error| Failure::Failed(format!("cannot listen to signals: {error}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(unable)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(unable)?;
    let mut running = app::start(settings, Clock::system(), Cost::STANDARD).await?;
    print(&format!("ready on {}\n", running.base_url()))?;
    tokio::select! {
        error = running.ended() => return Err(Failure::Failed(format!("the server failed: {error}"))),
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: no more connections are taken");
    running.stop().await;
    tracing::info!("stopped");
    Ok(())
}
