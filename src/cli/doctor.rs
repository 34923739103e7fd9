//! `undersigned doctor`: looks at what must be right for serving, and changes nothing.

use super::{Failure, print};
use crate::app::{database_url, holds_sealed_data, relay};
use crate::config::{self, KeyFile, Settings};
use crate::db::{self, Db, Use};
use crate::mail::{Limits, Smtp};
use serde::Serialize;
use std::fmt::Write;
use std::time::Duration;

/// How long the relay is waited for; a person waits for the answer.
const PATIENCE: Limits = Limits {
    connect: Duration::from_secs(5),
    command: Duration::from_secs(10),
    content: Duration::from_secs(10),
};

/// One thing that was looked at.
#[derive(Serialize)]
struct Check {
    check: &'static str,
    ok: bool,
    detail: String,
}

impl Check {
    fn new(check: &'static str, found: Result<String, String>) -> Self {
        let ok = found.is_ok();
        Self { check, ok, detail: found.unwrap_or_else(|what| what) }
    }
}

/// Looks, prints what was found, and fails if anything is wrong.
pub(super) async fn run(settings: Result<Settings, config::Error>, json: bool) -> Result<(), Failure> {
    let checks = match &settings {
        Err(error) => vec![Check::new("settings", Err(error.to_string()))],
        Ok(settings) => look(settings).await,
    };
    let text = if json {
        serde_json::to_string_pretty(&checks).unwrap_or_default() + "\n"
    } else {
        checks.iter().fold(String::new(), |mut text, Check { check, ok, detail }| {
            let _ = writeln!(text, "{:<7} {check:<9} {detail}", if *ok { "ok" } else { "failed" });
            text
        })
    };
    print(&text)?;
    let failed: Vec<_> = checks.iter().filter(|check| !check.ok).map(|check| check.check).collect();
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Failure::Failed(format!("not in order: {}", failed.join(", "))))
    }
}

async fn look(settings: &Settings) -> Vec<Check> {
    let base_url = settings.base_url(settings.listen);
    let (database, sealed) = match database(settings).await {
        Ok((found, sealed)) => (Ok(found), sealed),
        Err(what) => (Err(what), false),
    };
    vec![
        Check::new("settings", Ok(format!("links start with {base_url}"))),
        Check::new("database", database),
        Check::new("key", key(settings, sealed)),
        Check::new("mail", mail(settings).await),
    ]
}

/// What there is, and whether it holds sealed data.
async fn database(settings: &Settings) -> Result<(String, bool), String> {
    let url = database_url(settings).map_err(|error| error.to_string())?;
    if let db::Url::Sqlite(path) = &url
        && !path.exists()
    {
        return Ok((format!("{url:?} does not exist yet; the first start makes it"), false));
    }
    let found = async {
        let db = Db::open(&url, Use::Look).await?;
        db.probe().await?;
        holds_sealed_data(&db).await
    };
    let sealed = found.await.map_err(|error: db::Error| format!("{url:?}: {error}"))?;
    Ok((format!("{url:?} answers and takes writes"), sealed))
}

fn key(settings: &Settings, sealed: bool) -> Result<String, String> {
    let path = settings.key_file.display();
    match KeyFile::at(&settings.key_file).read() {
        Ok(Some(_)) => Ok(format!("{path} holds a key; keep a copy of it apart from the database's")),
        Ok(None) if sealed => Err(format!("{path} is missing, and the database holds data sealed with it")),
        Ok(None) => Ok(format!("{path} does not exist yet; the first start makes it")),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether the relay lets us in. Sends nothing.
async fn mail(settings: &Settings) -> Result<String, String> {
    let Some(url) = relay(settings).map_err(|error| error.to_string())? else {
        return Ok("kept and shown at /mailbox, because no relay is set".to_owned());
    };
    let from = settings.mail_from(&settings.base_url(settings.listen));
    let mut smtp = Smtp::new(url.clone(), from.domain(), PATIENCE).map_err(|error| error.to_string())?;
    match smtp.probe().await {
        Ok(()) => {
            smtp.close().await;
            Ok(format!("handed over to {url:?}, which lets us in"))
        }
        Err(down) => Err(format!("{url:?}: {down}")),
    }
}
