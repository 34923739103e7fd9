//! The history as a file.

use crate::audit::{Actor, Entry, Subject};
use crate::clock::Timestamp;
use crate::moderation::history::{self, Names};
use crate::text::write_csv_field;
use serde::Serialize;

/// One entry, as the JSON file has it: enough to compute its digest anew.
#[derive(Serialize)]
pub(super) struct Line {
    number: Option<i64>,
    id: String,
    at: String,
    by: Party,
    act: String,
    about: Party,
    before: Option<String>,
    after: Option<String>,
    reason: Option<String>,
    reason_salt: Option<String>,
    reason_sha256: Option<String>,
    sha256: Option<String>,
}

/// Who acts, or what is acted on.
#[derive(Serialize)]
struct Party {
    kind: &'static str,
    id: Option<String>,
    name: String,
}

#[derive(Serialize)]
struct Document<'a> {
    letter: &'a str,
    chain: &'a str,
    exported_at: String,
    entries: &'a [Line],
}

impl Line {
    /// The line of an entry; `about` is what it is about, as people say it.
    pub(super) fn new(entry: &Entry, names: &Names, about: &str) -> Self {
        let (act, link) = (&entry.act, entry.link.as_ref());
        let (kind, id) = match act.actor {
            Actor::Representative => ("representative", None),
            Actor::Visitor => ("visitor", None),
            Actor::Staff(id) => ("staff", Some(id.to_string())),
            Actor::Command => ("command", None),
            Actor::System => ("system", None),
        };
        let by = Party { kind, id, name: history::who(act.actor, names) };
        let (kind, id) = match act.subject {
            Subject::Account(id) => ("account", Some(id.to_string())),
            Subject::Campaign(id) => ("campaign", Some(id.to_string())),
            Subject::SignOn(id) => ("sign_on", Some(id.to_string())),
            Subject::Instance => ("instance", None),
        };
        Self {
            number: link.map(|link| link.number),
            id: entry.id.to_string(),
            at: act.at.to_string(),
            by,
            act: act.act.clone(),
            about: Party { kind, id, name: about.to_owned() },
            before: act.old.clone(),
            after: act.new.clone(),
            reason: act.reason.clone(),
            reason_salt: link.and_then(|link| link.salt.clone()),
            reason_sha256: link.and_then(|link| link.words.clone()),
            sha256: link.map(|link| link.digest.clone()),
        }
    }
}

/// The file as JSON.
///
/// # Errors
/// Never in practice: everything in it has a JSON form.
pub(super) fn json(
    slug: &str,
    chain: &str,
    now: Timestamp,
    lines: &[Line],
) -> Result<String, serde_json::Error> {
    let document = Document { letter: slug, chain, exported_at: now.to_string(), entries: lines };
    serde_json::to_string_pretty(&document)
}

/// The file as comma-separated values, with a byte order mark, because spreadsheets take a file without one for something else than UTF-8.
pub(super) fn csv(lines: &[Line]) -> String {
    let mut csv = String::from("\u{feff}number,at,by,act,about,before,after,reason,sha256\r\n");
    for line in lines {
        let number = line.number.map(|number| number.to_string()).unwrap_or_default();
        let given = |value: &'_ Option<String>| value.clone().unwrap_or_default();
        let fields = [
            number,
            line.at.clone(),
            line.by.name.clone(),
            line.act.clone(),
            line.about.name.clone(),
            given(&line.before),
            given(&line.after),
            given(&line.reason),
            given(&line.sha256),
        ];
        for (place, field) in fields.iter().enumerate() {
            if place > 0 {
                csv.push(',');
            }
            write_csv_field(&mut csv, field);
        }
        csv.push_str("\r\n");
    }
    csv
}
