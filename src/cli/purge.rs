//! `undersigned purge`: erases what is over, as the server does every minute; or says what it would erase, and when.

use super::{Failure, open, print};
use crate::campaign;
use crate::clock::Timestamp;
use crate::config::Settings;
use crate::db::Error;
use crate::upkeep::{self, Coming, What, coming, due_now};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What is due, or was erased.
#[derive(Serialize)]
struct Count {
    what: What,
    count: usize,
}

/// What will be erased on a day.
#[derive(Serialize)]
struct Dated {
    /// The letter's name in addresses; nothing where it belongs to none.
    letter: Option<String>,
    /// The day, in UTC.
    on: String,
    what: What,
    count: usize,
}

#[derive(Serialize)]
struct DryRun {
    at: String,
    due: Vec<Count>,
    coming: Vec<Dated>,
}

#[derive(Serialize)]
struct Erased {
    at: String,
    erased: Vec<Count>,
}

/// Does it, beside a running server.
pub(super) async fn run(settings: &Settings, dry_run: bool, json: bool) -> Result<(), Failure> {
    let app = open(settings).await?.app;
    let now = app.clock.now();
    if !dry_run {
        let round = upkeep::round(&app).await.map_err(failed)?;
        let erased = counts(|what| round.of(what));
        let text = erased.iter().fold(String::new(), |text, count| text + &line("erased", count));
        return written(json, &Erased { at: now.to_string(), erased }, text);
    }
    let read = app.db.read(move |conn| -> Result<_, Error> {
        let slugs: BTreeMap<_, String> = campaign::store::all(conn)?
            .into_iter()
            .map(|campaign| (campaign.id, campaign.settings.slug.to_string()))
            .collect();
        Ok((coming(conn, now)?, slugs))
    });
    let (all, slugs) = read.await.map_err(failed)?;
    let due = counts(|what| due_now(&all, what, now));
    let slug = |one: &Coming| one.campaign.and_then(|id| slugs.get(&id).cloned());
    let coming = dated(&all, slug, now);
    let mut text = due.iter().fold(String::new(), |text, count| text + &line("due", count));
    for Dated { letter, on, what, count } in &coming {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{on}  {count:>6}  {}  {}", name(*what), letter.as_deref().unwrap_or("-"));
    }
    written(json, &DryRun { at: now.to_string(), due, coming }, text)
}

fn counts(of: impl Fn(What) -> usize) -> Vec<Count> {
    What::ALL.into_iter().map(|what| Count { what, count: of(what) }).collect()
}

fn dated(all: &[Coming], slug: impl Fn(&Coming) -> Option<String>, now: Timestamp) -> Vec<Dated> {
    let mut days = BTreeMap::<(String, Option<String>, What), usize>::new();
    for one in all.iter().filter(|one| one.on >= now) {
        let on = crate::clock::Zone::default().local(one.on).date().to_string();
        *days.entry((on, slug(one), one.what)).or_default() += 1;
    }
    days.into_iter().map(|((on, letter, what), count)| Dated { letter, on, what, count }).collect()
}

/// The name of a kind, as the JSON form has it.
fn name(what: What) -> String {
    let json = serde_json::to_value(what).unwrap_or_default();
    json.as_str().unwrap_or_default().to_owned()
}

fn line(word: &str, Count { what, count }: &Count) -> String {
    format!("{word:<10}  {count:>6}  {}\n", name(*what))
}

fn written(json: bool, document: &impl Serialize, text: String) -> Result<(), Failure> {
    if !json {
        return print(&text);
    }
    let text = serde_json::to_string_pretty(document).map_err(|error| Failure::Failed(error.to_string()))?;
    print(&(text + "\n"))
}

fn failed(error: Error) -> Failure {
    Failure::Failed(error.to_string())
}
