//! An instance, opened: what the server and every command work with.

use super::facts;
use crate::clock::Clock;
use crate::config::{self, BaseUrl, KeyFile, KeyFileError, Settings};
use crate::db::schema::{accounts, contacts, outbox};
use crate::db::{self, Db, Use, both};
use crate::mail::{Outbox, Sender, SmtpUrl};
use crate::secret::{Keys, Random};
use crate::web::App;
use crate::web::PassedOver;
use crate::web::rate_limit::RateLimiter;
use diesel::prelude::*;

/// What the server's handlers and the commands are given.
pub struct Instance {
    /// The instance, as handlers take it.
    pub app: App,
    /// Where mail is put.
    pub outbox: Outbox,
    /// The relay; without one, mail is kept.
    pub relay: Option<SmtpUrl>,
}

/// Why an instance cannot be opened or started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is wrong.
    #[error(transparent)]
    Setting(#[from] config::Error),
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// There is data, but not the key that it is sealed with.
    #[error(
        "the key file {path} is missing, and the database holds data that is sealed with it: restore the file from your \
         copy, or set UNDERSIGNED_KEY_FILE to where it is"
    )]
    KeyLost {
        /// The key file.
        path: String,
    },
    /// There is a key, but it is not the one that the data is sealed with.
    #[error(
        "the key file {path} is not the one that this database's data is sealed with: restore yours from your copy, or \
         set UNDERSIGNED_KEY_FILE to where it is. Nothing was changed"
    )]
    WrongKey {
        /// The key file.
        path: String,
    },
    /// The address cannot be listened on.
    #[error(
        "cannot listen on {address}: {cause}. Stop what uses the address, or choose another one with UNDERSIGNED_LISTEN"
    )]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the operating system says.
        cause: std::io::Error,
    },
    /// The server's threads cannot be started.
    #[error("cannot start the server: {0}")]
    Server(#[source] std::io::Error),
}

impl Instance {
    /// Opens the instance that the settings describe: its database, brought up to date, and its key, made if there is
    /// nothing yet that would need an older one.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn open(
        settings: &Settings,
        base_url: BaseUrl,
        clock: Clock,
        usage: Use,
    ) -> Result<Self, StartError> {
        let url = database_url(settings)?;
        let relay = relay(settings)?;
        let mail_from = settings.mail_from(&base_url);
        let sender = Sender::new(&mail_from).map_err(|why| config::Error::Wrong {
            setting: "UNDERSIGNED_MAIL_FROM".to_owned(),
            value: format!("\"{} <{}>\"", mail_from.name(), mail_from.address()),
            why: why.to_string(),
        })?;
        let random = Random::system();
        let db = Db::open(&url, usage).await?;
        let keys = keys(settings, &db, &random).await?;
        if !facts::remember_key(&db, &keys).await? {
            return Err(StartError::WrongKey { path: settings.key_file.display().to_string() });
        }
        let base_url = match usage {
            Use::Server => {
                facts::remember_base_url(&db, &base_url).await?;
                base_url
            }
            // The port was picked by the server, which has written it down.
            _ if base_url.awaits_port() => facts::base_url(&db).await?.unwrap_or(base_url),
            _ => base_url,
        };
        Ok(Self {
            outbox: Outbox::new(keys.clone(), random.clone(), clock.clone(), sender),
            app: App {
                db,
                clock,
                keys,
                base_url,
                mail_from,
                moderation_delay: settings.moderation_delay,
                trusted_proxies: settings.trusted_proxies.clone(),
                limits: RateLimiter::new(&settings.limits, &random),
                keeps_mail: relay.is_none(),
                passed_over: PassedOver::default(),
                random,
            },
            relay,
        })
    }
}

/// The database's address.
///
/// # Errors
/// When it is none; the value may hold a password and is not shown.
pub fn database_url(settings: &Settings) -> Result<db::Url, config::Error> {
    db::Url::parse(settings.database_url.reveal()).map_err(|why| secret("UNDERSIGNED_DATABASE_URL", why))
}

/// The relay's address, if one is set.
///
/// # Errors
/// When it is none; the value may hold a password and is not shown.
pub fn relay(settings: &Settings) -> Result<Option<SmtpUrl>, config::Error> {
    let parse = |url: &config::Hidden| SmtpUrl::parse(url.reveal());
    settings.smtp_url.as_ref().map(parse).transpose().map_err(|why| secret("UNDERSIGNED_SMTP_URL", why))
}

fn secret(setting: &str, why: impl ToString) -> config::Error {
    config::Error::Wrong { setting: setting.to_owned(), value: "\"…\"".to_owned(), why: why.to_string() }
}

async fn keys(settings: &Settings, db: &Db, random: &Random) -> Result<Keys, StartError> {
    let file = KeyFile::at(&settings.key_file);
    let root = match file.read()? {
        Some(root) => root,
        None if holds_sealed_data(db).await? => {
            return Err(StartError::KeyLost { path: settings.key_file.display().to_string() });
        }
        None => file.make(random)?,
    };
    Ok(Keys::derive(&root))
}

/// Whether the key file's key is the one that the data is sealed with.
///
/// # Errors
/// Those of the database.
pub async fn is_right_key(db: &Db, root: &[u8; 32]) -> Result<bool, db::Error> {
    let keys = Keys::derive(root);
    db.read(move |conn| facts::is_right_key(conn, &keys)).await
}

/// Whether anything was ever sealed.
pub async fn holds_sealed_data(db: &Db) -> Result<bool, db::Error> {
    db.read(|conn| {
        let rows = both!(conn, |c| {
            Ok::<i64, diesel::result::Error>(
                accounts::table.count().get_result::<i64>(c)?
                    + contacts::table.count().get_result::<i64>(c)?
                    + outbox::table.count().get_result::<i64>(c)?,
            )
        });
        Ok(rows? > 0)
    })
    .await
}
