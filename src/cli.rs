//! The command line: what each command is, and with what the process ends.

mod campaign;
mod demo;
mod doctor;
mod log;
mod outbox;
mod purge;
mod serve;
mod staff;

use crate::app::{Instance, StartError};
use crate::clock::Clock;
use crate::config::{self, Settings};
use crate::db::Use;
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Collects organization sign-ons for open letters.
#[derive(Parser)]
#[command(name = "undersigned", version, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show everything: a throw-away instance with the letter of 2019
    Demo {
        /// Where to answer
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: String,
        /// The folder of its data, which is emptied at the next start
        #[arg(long, default_value = "data/demo")]
        data: PathBuf,
    },
    /// Serve: bring the database up to date, answer, send mail
    Serve,
    /// Bring the database up to date and end
    Migrate,
    /// Take a campaign in from a folder, or give one out
    #[command(subcommand)]
    Campaign(campaign::Campaign),
    /// Check the settings, the database, the key and the mail settings
    Doctor {
        /// Write the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// What mail waits, and why
    #[command(subcommand)]
    Outbox(outbox::Outbox),
    /// Erase what is over, as the server does every minute
    Purge {
        /// Erase nothing: say what would go now, and what will go on which day
        #[arg(long)]
        dry_run: bool,
        /// Write the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Who may work on this instance
    #[command(subcommand)]
    Staff(staff::Staff),
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo { listen, data } => demo::run(&listen, &data).await,
        Command::Serve => serve::run(&settings()?).await,
        Command::Migrate => open(&settings()?).await.map(drop),
        Command::Campaign(command) => campaign::run(command).await,
        Command::Doctor { json } => doctor::run(settings(), json).await,
        Command::Outbox(command) => outbox::run(command, &settings()?).await,
        Command::Purge { dry_run, json } => purge::run(&settings()?, dry_run, json).await,
        Command::Staff(command) => staff::run(command, &settings()?).await,
    }
}

/// Why a command did not do its work. Each is one line for the one who typed it.
enum Failure {
    /// Exit code 1.
    Failed(String),
    /// Exit code 2: the command or a setting is wrong.
    Usage(String),
}

impl From<config::Error> for Failure {
    fn from(error: config::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Setting(error) => error.into(),
            other => Self::Failed(other.to_string()),
        }
    }
}

/// Runs the program: 0 done, 1 failed, 2 wrong usage or a wrong setting.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let outcome = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => in_runtime(arguments.command),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            print(&error.to_string())
        }
        Err(error) => Err(Failure::Usage(one_line(&error))),
    };
    let (code, message) = match outcome {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Failed(message)) => (1, message),
        Err(Failure::Usage(message)) => (2, message),
    };
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let _ = writeln!(std::io::stderr(), "undersigned: {message}");
    ExitCode::from(code)
}

fn in_runtime(command: Command) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| Failure::Failed(format!("no threads: {error}")))?;
    runtime.block_on(run(command))
}

/// What is wrong with the arguments, without the usage that clap appends.
fn one_line(error: &clap::Error) -> String {
    let text = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            "say what to do".to_owned()
        }
        _ => error.to_string(),
    };
    let what =
        text.split("\n\nUsage:").next().unwrap_or_default().trim().trim_start_matches("error: ").to_owned();
    format!("{what} (undersigned --help lists the commands)")
}

fn settings() -> Result<Settings, config::Error> {
    Settings::load(std::env::vars_os(), |path| std::fs::read_to_string(path))
}

/// Opens the instance beside a running server.
async fn open(settings: &Settings) -> Result<Instance, Failure> {
    log::start(settings);
    let base_url = settings.base_url(settings.listen);
    Ok(Instance::open(settings, base_url, Clock::system(), Use::Command).await?)
}

/// Writes to standard output.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| Failure::Failed(format!("cannot write to standard output: {error}")))
}
