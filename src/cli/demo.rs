//! `undersigned demo`.

use super::serve::Told;
use super::{Failure, log, print};
use crate::demo::{self, DemoError};
use std::path::Path;

/// Serves a demonstration until it is told to stop.
pub(super) async fn run(listen: &str, data: &Path) -> Result<(), Failure> {
    let level = std::env::var_os("UNDERSIGNED_LOG").unwrap_or_else(|| "warn".into());
    let settings = demo::settings(listen, data, level)?;
    log::start(&settings);
    let mut told = Told::new()?;
    let demo = demo::start(&settings).await?;
    print(&format!(
        "public      {base}\n\
         log in      {administrator}\n\
         organizer   {organizer}\n\
         moderator   {moderator}\n\
         mailbox     {base}/mailbox\n\
         Each log-in link works once. The 111 names are those of the letter of 2019; the five sign-ons that wait are invented.\n\
         ready on {base}\n",
        base = demo.running.base_url(),
        administrator = demo.links.administrator,
        organizer = demo.links.organizer,
        moderator = demo.links.moderator,
    ))?;
    told.serve_until(demo.running).await
}

impl From<DemoError> for Failure {
    fn from(error: DemoError) -> Self {
        match error {
            DemoError::Start(error) => error.into(),
            other => Self::Failed(other.to_string()),
        }
    }
}
