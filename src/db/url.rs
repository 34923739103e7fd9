//! Where the database is: `sqlite:PATH` or `postgres://…`.

use super::postgres::Server;
use std::fmt;
use std::path::PathBuf;

/// A parsed database address. Its `Debug` shows no password.
#[derive(Clone)]
pub enum Url {
    /// The embedded database in this file.
    Sqlite(PathBuf),
    /// A PostgreSQL server.
    Postgres(Box<Server>),
}

/// Why a database address is refused.
#[derive(Debug, thiserror::Error)]
pub enum UrlError {
    /// It is for neither engine.
    #[error("it begins with neither `sqlite:` nor `postgres://`")]
    UnknownEngine,
    /// `sqlite:` names no file.
    #[error("`sqlite:` needs the path of a file")]
    NoPath,
    /// The PostgreSQL part cannot be read; the reason names no password.
    #[error("{0}")]
    Postgres(String),
}

impl Url {
    /// Reads an address.
    ///
    /// # Errors
    /// See [`UrlError`].
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path == ":memory:" {
                return Err(UrlError::NoPath);
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(Box::new(Server::parse(text).map_err(UrlError::Postgres)?)));
        }
        Err(UrlError::UnknownEngine)
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(server) => write!(f, "postgres://{}", server.place()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_for_one_of_the_two_engines() {
        assert!(
            matches!(Url::parse("sqlite:data/undersigned.db"), Ok(Url::Sqlite(p)) if p.ends_with("undersigned.db"))
        );
        assert!(matches!(Url::parse("postgres://u:p@127.0.0.1:5432/db"), Ok(Url::Postgres(_))));
        assert!(matches!(Url::parse("mysql://x"), Err(UrlError::UnknownEngine)));
        assert!(matches!(Url::parse("sqlite:"), Err(UrlError::NoPath)));
    }

    #[test]
    fn a_password_is_never_shown() {
        let url = Url::parse("postgres://u:hunter2@db.example/x?sslmode=verify-full").unwrap();
        assert!(!format!("{url:?}").contains("hunter2"));
        let wrong = Url::parse("postgres://u:hunter2@db.example/x?sslmode=maybe").unwrap_err();
        assert!(!wrong.to_string().contains("hunter2"), "{wrong}");
    }
}
