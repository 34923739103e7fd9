//! `undersigned outbox`: the mail that waits, and why.

use super::{Failure, open, print};
use crate::clock::days;
use crate::config::Settings;
use crate::db;
use crate::ids::MailId;
use crate::mail::{self, Listed};
use clap::{Args, Subcommand};
use std::fmt::Write;

/// How far back `list --all` looks.
const DAYS: i64 = 30;

#[derive(Subcommand)]
pub(super) enum Outbox {
    /// List what is not done, with what went wrong last
    List {
        /// Write the list as JSON
        #[arg(long)]
        json: bool,
        /// Also what was sent or cancelled in the last 30 days
        #[arg(long)]
        all: bool,
    },
    /// Try again now: one message, or all that went wrong
    Retry(Which),
    /// Take back a message that has not gone
    Cancel {
        /// Its id, as `list` shows it
        id: String,
    },
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub(super) struct Which {
    /// The message's id, as `list` shows it
    id: Option<String>,
    /// All that went wrong
    #[arg(long)]
    all: bool,
}

/// Does it, beside a running server, which notices within a second.
pub(super) async fn run(command: Outbox, settings: &Settings) -> Result<(), Failure> {
    match command {
        Outbox::List { json, all } => list(settings, json, all).await,
        Outbox::Retry(Which { id: Some(id), .. }) => {
            let id = parse(&id)?;
            let app = open(settings).await?.app;
            let now = app.clock.now();
            let again = app.db.write(move |tx| mail::retry(tx, id, now)).await.map_err(failed)?;
            if again { Ok(()) } else { Err(not_there(id)) }
        }
        Outbox::Retry(_) => {
            let app = open(settings).await?.app;
            let now = app.clock.now();
            let count = app.db.write(move |tx| mail::retry_all(tx, now)).await.map_err(failed)?;
            print(&format!("{count}\n"))
        }
        Outbox::Cancel { id } => {
            let id = parse(&id)?;
            let app = open(settings).await?.app;
            let now = app.clock.now();
            let taken = app.db.write(move |tx| mail::cancel(tx, id, now)).await.map_err(failed)?;
            if taken { Ok(()) } else { Err(not_there(id)) }
        }
    }
}

async fn list(settings: &Settings, json: bool, all: bool) -> Result<(), Failure> {
    let instance = open(settings).await?;
    let (app, outbox) = (instance.app, instance.outbox);
    let since = all.then(|| app.clock.now().plus(-days(DAYS)));
    let listed = app.db.read(move |conn| outbox.list(conn, since)).await.map_err(failed)?;
    if json {
        let text =
            serde_json::to_string_pretty(&listed).map_err(|error| Failure::Failed(error.to_string()))?;
        return print(&(text + "\n"));
    }
    print(&listed.iter().fold(String::new(), |text, mail| text + &line(mail)))
}

fn line(mail: &Listed) -> String {
    let Listed { id, kind, state, attempts, next_at, to, last_error } = mail;
    let state = state.as_str();
    let mut line = format!("{id}  {state:<11}  {kind}  to {to}  attempts {attempts}  next {next_at}");
    if let Some(error) = last_error {
        // Writing to a String cannot fail.
        let _ = write!(line, "  {error}");
    }
    line + "\n"
}

fn parse(id: &str) -> Result<MailId, Failure> {
    MailId::parse(id).ok_or_else(|| Failure::Usage(format!("{id:?} is not the id of a message")))
}

fn failed(error: db::Error) -> Failure {
    Failure::Failed(error.to_string())
}

fn not_there(id: MailId) -> Failure {
    Failure::Failed(format!(
        "no message {id} waits: it has gone, is going, or there is none (undersigned outbox list --all)"
    ))
}
