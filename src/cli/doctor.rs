//! `undersigned doctor`: looks at what must be right for serving, and changes nothing.

use super::{Failure, print};
use crate::app::{database_url, holds_sealed_data, is_right_key, relay};
use crate::audit;
use crate::config::{self, KeyFile, Settings};
use crate::db::{self, Db, Use};
use crate::mail::{Limits, Smtp};
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;
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
    let links = match base_url.awaits_port() {
        true => "links start with the address that the server gets when it starts".to_owned(),
        false => format!("links start with {base_url}"),
    };
    let (database, held) = match database(settings).await {
        Ok((found, held)) => (Ok(found), held),
        Err(what) => (Err(what), Held::Unknown),
    };
    vec![
        Check::new("settings", Ok(links)),
        Check::new("database", database),
        Check::new("key", key(settings, &held)),
        Check::new("history", history(settings).await),
        Check::new("disk", disk(&settings.data_dir)),
        Check::new("mail", mail(settings).await),
    ]
}

/// What the database says of the key.
enum Held {
    /// It could not be asked.
    Unknown,
    /// It is not made yet, or nothing in it is sealed.
    Nothing,
    /// It holds sealed data; whether the key file's key opens it, where there is a key.
    Sealed { opens: bool },
}

/// What there is, and what it says of the key.
async fn database(settings: &Settings) -> Result<(String, Held), String> {
    let url = database_url(settings).map_err(|error| error.to_string())?;
    if let db::Url::Sqlite(path) = &url
        && !path.exists()
    {
        return Ok((format!("{url:?} does not exist yet; the first start makes it"), Held::Nothing));
    }
    let root = KeyFile::at(&settings.key_file).read().ok().flatten();
    let found = async {
        let db = Db::open(&url, Use::Look).await?;
        db.probe().await?;
        let held = match (&root, holds_sealed_data(&db).await?) {
            (Some(root), sealed) => {
                let opens = is_right_key(&db, root).await?;
                if sealed || !opens { Held::Sealed { opens } } else { Held::Nothing }
            }
            (None, true) => Held::Sealed { opens: false },
            (None, false) => Held::Nothing,
        };
        Ok((db.syncs().await?, held))
    };
    match found.await.map_err(|error: db::Error| format!("{url:?}: {error}"))? {
        (true, held) => Ok((format!("{url:?} answers and takes writes"), held)),
        (false, _) => Err(format!(
            "{url:?} has fsync turned off: a power cut can take what was acknowledged, and more. Turn it on in postgresql.conf"
        )),
    }
}

/// Whether the chains over the history hold.
async fn history(settings: &Settings) -> Result<String, String> {
    let url = database_url(settings).map_err(|error| error.to_string())?;
    if let db::Url::Sqlite(path) = &url
        && !path.exists()
    {
        return Ok("nothing has happened yet".to_owned());
    }
    let found = async {
        let db = Db::open(&url, Use::Look).await?;
        db.read(|conn| {
            let chains = audit::chains(conn)?;
            let (mut count, mut broken) = (0, Vec::new());
            for chain in &chains {
                let checked = audit::check(conn, *chain)?;
                count += checked.count;
                let of = chain.map_or_else(|| "the instance".to_owned(), |id| format!("campaign {id}"));
                broken.extend(checked.broken.map(|broken| format!("of {of}, {broken}")));
            }
            Ok((count, chains.len(), broken))
        })
        .await
    };
    match found.await.map_err(|error: db::Error| format!("{url:?}: {error}"))? {
        (count, chains, broken) if broken.is_empty() => {
            Ok(format!("{count} entries in {chains} chains are as they were written"))
        }
        (.., broken) => Err(format!(
            "somebody changed the database by hand: {}. Compare with a backup before you trust it",
            broken.join("; ")
        )),
    }
}

fn key(settings: &Settings, held: &Held) -> Result<String, String> {
    let path = settings.key_file.display();
    match (KeyFile::at(&settings.key_file).read(), held) {
        (Ok(Some(_)), Held::Sealed { opens: false }) => Err(format!(
            "{path} is not the key that the database's data is sealed with: put yours back, or set UNDERSIGNED_KEY_FILE to where it is"
        )),
        (Ok(Some(_)), _) => Ok(format!("{path} holds a key; keep a copy of it apart from the database's")),
        (Ok(None), Held::Sealed { .. }) => Err(format!(
            "{path} is missing, and the database holds data sealed with it: restore it from your copy"
        )),
        (Ok(None), _) => Ok(format!("{path} does not exist yet; the first start makes it")),
        (Err(error), _) => Err(error.to_string()),
    }
}

/// Below this much free space the next busy day may fill the disk.
const LEAST_FREE: u64 = 256 << 20;

/// How much room there is where the data is, or will be.
fn disk(folder: &Path) -> Result<String, String> {
    let place = folder.ancestors().find(|place| place.exists()).unwrap_or(Path::new("."));
    let found = rustix::fs::statvfs(place).map_err(|error| format!("{}: {error}", folder.display()))?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let said = format!("{} MB are free where {} is", free / 1_000_000, folder.display());
    if free < LEAST_FREE { Err(format!("{said}: make room before writes fail")) } else { Ok(said) }
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
            Ok(format!("handed over to {url}, which lets us in"))
        }
        Err(down) => Err(format!("{url}: {down}")),
    }
}
