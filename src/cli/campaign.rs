//! `undersigned campaign import` and `campaign export`.

use super::{Failure, open, print, settings};
use crate::text::Slug;
use crate::transfer::import::{self, Listener, Progress};
use crate::transfer::{Folder, Refusal, export};
use clap::Subcommand;
use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What can be done with a campaign as a folder.
#[derive(Subcommand)]
pub(super) enum Campaign {
    /// Take a campaign in from a folder with campaign.toml, letter.md and signatories.csv
    Import {
        /// The folder
        dir: PathBuf,
        /// Leave out the lines of names that cannot be taken, and take the rest
        #[arg(long)]
        skip_bad: bool,
    },
    /// Give a campaign out as such a folder
    Export {
        /// The campaign's name in addresses
        slug: String,
        /// The folder, which is made if it is not there
        dir: PathBuf,
    },
}

pub(super) async fn run(command: Campaign) -> Result<(), Failure> {
    match command {
        Campaign::Import { dir, skip_bad } => import(&dir, skip_bad).await,
        Campaign::Export { slug, dir } => export(&slug, &dir).await,
    }
}

async fn import(dir: &Path, skip_bad: bool) -> Result<(), Failure> {
    let settings = settings()?;
    let listener = listener();
    let reading = |done, of| listener(Progress { doing: "read", done, of });
    let parsed = import::read(dir).and_then(|files| Folder::parse(&files, &reading));
    let (folder, skipped) = match parsed {
        Ok((folder, skipped)) if skipped.is_empty() || skip_bad => (folder, skipped),
        Ok((_, refusals)) => return Err(refused(&refusals, "mend this, or take the rest with --skip-bad")),
        Err(refusals) => return Err(refused(&refusals, "mend this first")),
    };
    report(&skipped);
    let instance = open(&settings).await?;
    let app = instance.app;
    let imported = import::import(&app.db, &app.clock, &app.random, folder, listener)
        .await
        .map_err(|error| Failure::Failed(error.to_string()))?;
    let left_out: BTreeSet<_> = skipped.iter().map(|refusal| refusal.line).collect();
    let left_out = match left_out.len() {
        0 => String::new(),
        count => format!(", {} left out", counted(count, "line", "lines")),
    };
    let count = counted(imported.count, "signatory", "signatories");
    print(&format!("imported {}: {count}{left_out}\n", imported.slug))
}

async fn export(slug: &str, dir: &Path) -> Result<(), Failure> {
    let settings = settings()?;
    let slug = Slug::parse(slug).map_err(|error| Failure::Usage(error.to_string()))?;
    let app = open(&settings).await?.app;
    let failed = |error: export::ExportError| Failure::Failed(error.to_string());
    let exported = export::export(&app.db, &app.clock, &app.random, &slug).await.map_err(failed)?;
    export::write(&exported, dir).map_err(failed)?;
    let count = counted(exported.count, "signatory", "signatories");
    print(&format!("exported {slug} to {}: {count}\n", dir.display()))
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// Writes the report, and says that nothing was taken.
fn refused(refusals: &[Refusal], then: &str) -> Failure {
    report(refusals);
    Failure::Failed(format!("nothing was imported: {then}"))
}

fn report(refusals: &[Refusal]) {
    let mut out = std::io::stderr().lock();
    for refusal in refusals {
        let _ = writeln!(out, "{refusal}");
    }
}

/// Shows how far it is, where a person is looking.
fn listener() -> Listener {
    if !std::io::stderr().is_terminal() {
        return Arc::new(|_| ());
    }
    Arc::new(|Progress { doing, done, of }| {
        let end = if done == of { "\n" } else { "" };
        let _ = write!(std::io::stderr().lock(), "\r{doing} {done} of {of} names{end}");
    })
}
