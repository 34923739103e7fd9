//! The demonstration: a throw-away instance with the letter of 2019, five sign-ons that wait and three people who decide.
//!
//! `folder` makes and empties its folder; `cast` is who is in it. Everything goes the way of the real thing: the import, the
//! submission, the verification.

mod cast;
mod folder;

pub use folder::FolderError;

use crate::account::password::Cost;
use crate::account::person::Person;
use crate::account::store as accounts;
use crate::account::{Appointment, link};
use crate::app::{Instance, Running, StartError, listen, start_on};
use crate::clock::{Clock, Timestamp, hours};
use crate::config::{self, Settings};
use crate::db::{self, Tx, Use};
use crate::ids::AccountId;
use crate::mail::Outbox;
use crate::sign_on::{Submission, demonstrate};
use crate::transfer::import::{ImportError, Imported, import};
use crate::transfer::{Files, Folder};
use crate::web::{App, Fault};
use actix_web::web::Data;
use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// The example, so that the program alone suffices.
const LETTER_2019: Files = Files {
    campaign: Cow::Borrowed(include_bytes!("../../examples/letter-2019/campaign.toml")),
    letter: Cow::Borrowed(include_bytes!("../../examples/letter-2019/letter.md")),
    signatories: Cow::Borrowed(include_bytes!("../../examples/letter-2019/signatories.csv")),
    translations: Vec::new(),
};

/// How long ago the demonstration's story began.
const BEGAN_HOURS: i64 = 150;

/// A demonstration that answers.
pub struct Demo {
    /// The server.
    pub running: Running,
    /// How to get in.
    pub links: Links,
    _folder: File,
}

/// One-time links to log in.
pub struct Links {
    /// As the administrator.
    pub administrator: String,
    /// As the letter's organizer.
    pub organizer: String,
    /// As its moderator.
    pub moderator: String,
}

/// Why there is no demonstration.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The folder is not ours, or in use.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// It cannot be started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// It cannot be filled.
    #[error("the demonstration cannot be filled: {0}")]
    Fill(String),
}

impl From<db::Error> for DemoError {
    fn from(error: db::Error) -> Self {
        Self::Fill(error.to_string())
    }
}

impl From<ImportError> for DemoError {
    fn from(error: ImportError) -> Self {
        Self::Fill(error.to_string())
    }
}

impl From<Fault> for DemoError {
    fn from(fault: Fault) -> Self {
        Self::Fill(fault.to_string())
    }
}

/// The settings of a demonstration. The environment has no say in them, so that it cannot lead to the real data.
///
/// # Errors
/// When the address is none.
pub fn settings(listen: &str, data: &Path, log: OsString) -> Result<Settings, config::Error> {
    let variables = [
        ("UNDERSIGNED_DATA_DIR", data.as_os_str().to_owned()),
        ("UNDERSIGNED_LISTEN", OsString::from(listen)),
        ("UNDERSIGNED_LOG", log),
    ];
    Settings::load(variables.map(|(name, value)| (OsString::from(name), value)), |path| {
        std::fs::read_to_string(path)
    })
}

/// Starts it, with nothing left of the one before.
///
/// # Errors
/// See [`DemoError`].
pub async fn start(settings: &Settings) -> Result<Demo, DemoError> {
    let listener = listen(settings)?;
    let bound = listener.local_addr().map_err(StartError::Server)?;
    let folder = folder::empty(&settings.data_dir)?;
    let clock = Clock::system();
    let base_url = settings.base_url(bound);
    let past = Clock::standing(clock.now().plus(-hours(BEGAN_HOURS)));
    let instance = Instance::open(settings, base_url.clone(), past, Use::Command).await?;
    let (app, outbox) = (Data::new(instance.app), Data::new(instance.outbox));
    let links = fill(&app, &outbox, clock.now()).await?;
    drop((app, outbox));
    let running = start_on(listener, settings, clock, Cost::STANDARD).await?;
    let [administrator, organizer, moderator] = links.map(|path| base_url.join(&path));
    Ok(Demo { running, links: Links { administrator, organizer, moderator }, _folder: folder })
}

/// Plays the story up to `now`; the paths of the log-in links.
async fn fill(app: &Data<App>, outbox: &Data<Outbox>, now: Timestamp) -> Result<[String; 3], DemoError> {
    let refused = |refusals: Vec<_>| DemoError::Fill(format!("{refusals:?}"));
    let (folder, skipped) = Folder::parse(&LETTER_2019, &|_, _| ()).map_err(refused)?;
    if !skipped.is_empty() {
        return Err(refused(skipped));
    }
    let pattern = folder.line();
    let Imported { campaign, slug, .. } =
        import(&app.db, &app.clock, &app.random, folder, Arc::new(|_| ())).await?;
    let of_app = app.clone();
    let people = move |tx: &mut Tx<'_>| -> Result<[String; 3], db::Error> {
        let add = |tx: &mut Tx<'_>, (name, email): (&str, &str), appointment: &Appointment| {
            let (id, then) = (AccountId::new(now.millis(), of_app.random.bytes()), of_app.clock.now());
            if let Some(person) = person(name, email) {
                accounts::insert(tx, &of_app.keys, &of_app.random, id, &person, then)?;
                accounts::appoint(tx, id, appointment, appointment.campaign().map(|_| campaign))?;
            }
            link::make(tx, &of_app.random, id, now)
        };
        Ok([
            add(tx, cast::ADMINISTRATOR, &Appointment::Administrator)?,
            add(tx, cast::ORGANIZER, &Appointment::Organizer(slug.clone()))?,
            add(tx, cast::MODERATOR, &Appointment::Moderator(slug.clone()))?,
        ])
    };
    let links = app.db.write(people).await?;
    for sign_on in cast::SIGN_ONS {
        app.clock.advance(now.plus(-hours(sign_on.hours_ago)).since(app.clock.now()));
        let submission = Submission::parse(&sign_on.fields(), &pattern)
            .map_err(|problems| DemoError::Fill(format!("{problems:?}")))?;
        demonstrate(app, outbox, campaign, submission).await?;
    }
    Ok(links)
}

fn person(name: &str, email: &str) -> Option<Person> {
    use crate::text::{EmailAddress, PersonName};
    Some(Person { name: Some(PersonName::parse(name).ok()?), email: EmailAddress::parse(email).ok()? })
}
