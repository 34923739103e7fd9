//! The settings of an instance: read once, at the start, from the environment and a file.

mod base_url;
mod key_file;
mod limits;
mod source;

pub use base_url::{BaseUrl, NotABaseUrl};
pub use key_file::{KeyFile, KeyFileError};
pub use limits::Limits;

use ipnet::IpNet;
use jiff::SignedDuration;
use source::{Known, Source};
use std::ffi::OsString;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;

const KNOWN: &[Known] = &[
    Known { name: "DATABASE_URL", secret: true },
    Known { name: "LISTEN", secret: false },
    Known { name: "BASE_URL", secret: false },
    Known { name: "SMTP_URL", secret: true },
    Known { name: "MAIL_FROM", secret: false },
    Known { name: "DATA_DIR", secret: false },
    Known { name: "KEY_FILE", secret: false },
    Known { name: "TRUSTED_PROXIES", secret: false },
    Known { name: "METRICS_LISTEN", secret: false },
    Known { name: "LOG", secret: false },
    Known { name: "MODERATION_DELAY", secret: false },
    Known { name: "LIMIT_SIGN_ONS_PER_10_MINUTES", secret: false },
    Known { name: "LIMIT_SIGN_ONS_PER_HOUR", secret: false },
    Known { name: "LIMIT_LINKS_PER_MINUTE", secret: false },
    Known { name: "LIMIT_LOG_INS_PER_5_MINUTES", secret: false },
    Known { name: "LIMIT_LOG_INS_PER_DAY", secret: false },
];

/// Everything an operator decides.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sqlite:PATH` or `postgres://…`; the database module reads it.
    pub database_url: Hidden,
    /// Where to listen. Port 0 takes any free one.
    pub listen: SocketAddr,
    /// What links start with, if it was set; see [`Settings::base_url`].
    pub base_url: Option<BaseUrl>,
    /// The relay, if there is one; the mail module reads it. Without it, mail is kept and shown on the mailbox page.
    pub smtp_url: Option<Hidden>,
    /// Whom mail is from, if it was set; see [`Settings::mail_from`].
    pub mail_from: Option<MailFrom>,
    /// Holds the embedded database and the key file unless they were set.
    pub data_dir: PathBuf,
    /// The file with the instance's key.
    pub key_file: PathBuf,
    /// Networks whose word on where a request came from is taken, and with whom connections are kept alive.
    pub trusted_proxies: Vec<IpNet>,
    /// Where `/metrics` answers, if anywhere.
    pub metrics_listen: Option<SocketAddr>,
    /// What is logged.
    pub log: Targets,
    /// How long a decision's mail waits, so that the decision can be undone.
    pub moderation_delay: SignedDuration,
    /// How often something may be done.
    pub limits: Limits,
}

impl Settings {
    /// Reads the settings. `variables` is the environment; `read` reads a text file.
    ///
    /// # Errors
    /// The first thing that is wrong, as one line that names the setting.
    pub fn load(
        variables: impl IntoIterator<Item = (OsString, OsString)>,
        read: impl Fn(&Path) -> std::io::Result<String>,
    ) -> Result<Self, Error> {
        let source = Source::gather(KNOWN, variables, &read)?;
        let data_dir = source.parse("DATA_DIR", || PathBuf::from("data"), path)?;
        let limit = |name, default| source.parse(name, || default, limits::parse);
        let standard = Limits::default();
        Ok(Self {
            database_url: source.parse(
                "DATABASE_URL",
                || Hidden(format!("sqlite:{}", data_dir.join("undersigned.db").display())),
                database_url,
            )?,
            listen: source.parse("LISTEN", || SocketAddr::from(([127, 0, 0, 1], 8080)), socket_address)?,
            base_url: source.parse("BASE_URL", || None, |text| BaseUrl::parse(text).map(Some))?,
            smtp_url: source.parse("SMTP_URL", || None, |text| smtp_url(text).map(Some))?,
            mail_from: source.parse("MAIL_FROM", || None, |text| MailFrom::parse(text).map(Some))?,
            key_file: source.parse("KEY_FILE", || data_dir.join("key"), path)?,
            trusted_proxies: source.parse("TRUSTED_PROXIES", Vec::new, networks)?,
            metrics_listen: source.parse("METRICS_LISTEN", || None, |text| socket_address(text).map(Some))?,
            log: calm(source.parse("LOG", || Targets::new().with_default(LevelFilter::INFO), log_filter)?),
            moderation_delay: source.parse("MODERATION_DELAY", || SignedDuration::from_mins(10), delay)?,
            limits: Limits {
                sign_ons_per_10_minutes: limit(
                    "LIMIT_SIGN_ONS_PER_10_MINUTES",
                    standard.sign_ons_per_10_minutes,
                )?,
                sign_ons_per_hour: limit("LIMIT_SIGN_ONS_PER_HOUR", standard.sign_ons_per_hour)?,
                links_per_minute: limit("LIMIT_LINKS_PER_MINUTE", standard.links_per_minute)?,
                log_ins_per_5_minutes: limit("LIMIT_LOG_INS_PER_5_MINUTES", standard.log_ins_per_5_minutes)?,
                log_ins_per_day: limit("LIMIT_LOG_INS_PER_DAY", standard.log_ins_per_day)?,
            },
            data_dir,
        })
    }

    /// What links start with when `bound` is the address that is listened on: the set address, else `http://` and `bound`.
    pub fn base_url(&self, bound: SocketAddr) -> BaseUrl {
        match &self.base_url {
            Some(set) => set.clone().with_bound_port(bound.port()),
            None => BaseUrl::listening_at(bound),
        }
    }

    /// Whom mail is from: the set sender, else `Undersigned <noreply@HOST>`.
    pub fn mail_from(&self, base_url: &BaseUrl) -> MailFrom {
        self.mail_from.clone().unwrap_or_else(|| MailFrom {
            name: "Undersigned".to_owned(),
            address: format!("noreply@{}", base_url.mail_domain()),
        })
    }
}

/// A setting that may hold a password. It prints as `…`.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(String);

impl Hidden {
    /// The setting itself, for the one who uses it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// The sender of this instance's mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailFrom {
    name: String,
    address: String,
}

impl MailFrom {
    /// Reads `Name <address>` or an address alone.
    ///
    /// # Errors
    /// What is wrong, in a few words.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.chars().any(char::is_control) {
            return Err("must be one line without control characters");
        }
        let (name, address) = match text.trim().strip_suffix('>') {
            Some(inner) => inner.split_once('<').ok_or("must be an address or Name <address>")?,
            None => ("", text.trim()),
        };
        let good = address.split_once('@').is_some_and(|(local, domain)| {
            let plain = |part: &str| {
                !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "<>()\",;\\@".contains(c))
            };
            plain(local) && plain(domain)
        });
        if !good {
            return Err("must be an address or Name <address>");
        }
        Ok(Self { name: name.trim().trim_matches('"').to_owned(), address: address.to_owned() })
    }

    /// The name that mail programs show; empty if there is none.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What stands after the `@`; Message-IDs end in it.
    pub fn domain(&self) -> &str {
        self.address.split_once('@').map_or("", |(_, domain)| domain)
    }
}

/// Why the settings cannot be used. Each is one line that names the setting.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A variable with our prefix that means nothing, most often a misspelled one.
    #[error("{name} is not a setting")]
    UnknownVariable {
        /// The variable.
        name: String,
    },
    /// A key in the file that means nothing.
    #[error("{key} in {path} is not a setting")]
    UnknownKey {
        /// The file that `UNDERSIGNED_CONFIG` names.
        path: PathBuf,
        /// The key.
        key: String,
    },
    /// A value in the file that is neither text nor a whole number nor a list of texts.
    #[error("{key} in {path} must be text, a whole number or a list of texts")]
    WrongKind {
        /// The file that `UNDERSIGNED_CONFIG` names.
        path: PathBuf,
        /// The key.
        key: String,
    },
    /// The file is no TOML.
    #[error("UNDERSIGNED_CONFIG: {path} is not valid TOML, line {line}: {why}")]
    NotToml {
        /// The file that `UNDERSIGNED_CONFIG` names.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the TOML reader says.
        why: String,
    },
    /// A variable that is no UTF-8.
    #[error("{setting} is not valid UTF-8")]
    NotText {
        /// The variable.
        setting: String,
    },
    /// Both a setting and its `_FILE` form.
    #[error("{setting} and {setting}_FILE are both set: keep one")]
    Twice {
        /// The variable.
        setting: String,
    },
    /// A file that a setting names cannot be read.
    #[error("{setting}: cannot read {path}: {cause}")]
    Unreadable {
        /// The variable that names the file.
        setting: String,
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        cause: std::io::Error,
    },
    /// A value that means nothing.
    #[error("{setting} is {value}: {why}")]
    Wrong {
        /// The variable.
        setting: String,
        /// The value in quotation marks; `…` stands for what is secret.
        value: String,
        /// What it must be.
        why: String,
    },
}

fn path(text: &str) -> Result<PathBuf, &'static str> {
    Ok(PathBuf::from(text))
}

fn socket_address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "must be an IP address and a port, like 127.0.0.1:8080 or [::1]:8080")
}

fn database_url(text: &str) -> Result<Hidden, &'static str> {
    let good = ["sqlite:", "postgres://", "postgresql://"].iter().any(|start| text.starts_with(start));
    if good { Ok(Hidden(text.to_owned())) } else { Err("must be sqlite:PATH or postgres://…") }
}

fn smtp_url(text: &str) -> Result<Hidden, &'static str> {
    let good = ["smtp://", "smtps://"].iter().any(|start| text.starts_with(start));
    if good { Ok(Hidden(text.to_owned())) } else { Err("must be smtp://… or smtps://…") }
}

fn networks(text: &str) -> Result<Vec<IpNet>, &'static str> {
    let one = |word: &str| word.parse().or_else(|_| word.parse::<IpAddr>().map(IpNet::from)).ok();
    text.split([',', ' ', '\n'])
        .filter(|word| !word.is_empty())
        .map(one)
        .collect::<Option<_>>()
        .ok_or("must be IP addresses or networks with commas between, like 127.0.0.1, 10.0.0.0/8")
}

/// What strangers send that is no HTTP is an error to the library that reads it: nobody but us would see these lines among ours, so they
/// are left out unless more than the usual is asked for.
fn calm(log: Targets) -> Targets {
    const READER: &str = "actix_http";
    match log.would_enable(READER, &tracing::Level::DEBUG) {
        true => log,
        false => log.with_target(READER, LevelFilter::OFF),
    }
}

fn log_filter(text: &str) -> Result<Targets, &'static str> {
    const WHY: &str =
        "must be a level (error, warn, info, debug, trace) or a filter like info,undersigned=debug";
    // A word alone would be taken for a module of that name, and a slip of the keys would log nothing.
    let is_level = |piece: &str| piece.contains('=') || piece.trim().parse::<LevelFilter>().is_ok();
    if text.split(',').all(is_level) { text.parse().map_err(|_| WHY) } else { Err(WHY) }
}

fn delay(text: &str) -> Result<SignedDuration, &'static str> {
    const WHY: &str = "must be a whole number and a unit, like 90s, 10m or 1h, and no more than 7d";
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text.strip_prefix(digits) {
        Some("s") => 1,
        Some("m") => 60,
        Some("h") => 3_600,
        Some("d") => 86_400,
        _ => return Err(WHY),
    };
    let number: u32 = digits.parse().map_err(|_| WHY)?;
    let length = SignedDuration::from_secs(i64::from(number) * unit);
    if length <= SignedDuration::from_hours(7 * 24) { Ok(length) } else { Err(WHY) }
}

#[cfg(test)]
mod tests;
