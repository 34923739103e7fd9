//! The names of a list as pages show them: each with its number, and the heading under which those begin who joined later.

use super::edition::{After, Entry};
use super::store::{Live, Named};
use super::view::{Day, Name};
use crate::campaign::Settings;
use crate::web::show;

/// How many editions that have a name a letter's page lists; the page of all has the others.
const MOST: usize = 3;

/// These entries of a list, with a heading before the first of each group.
pub(super) fn names<'a>(live: &'a Live, entries: impl Iterator<Item = &'a Entry>) -> Vec<Name<'a>> {
    let mut last: Option<&After> = None;
    let name = |entry: &'a Entry| {
        let begun = live.edition.contents.after.iter().rev();
        let group = begun.clone().find(|after| after.from <= entry.signatory.number);
        let heading = match group.filter(|group| last != Some(*group)) {
            Some(after) => format!("Joined after {}", called(&live.named, after.edition)),
            None => String::new(),
        };
        last = group;
        Name { before: heading, ..Name::new(entry, &live.campaign.settings) }
    };
    entries.map(name).collect()
}

/// What an edition is called.
fn called(named: &[Named], number: u32) -> String {
    let found = named.iter().find(|named| named.number == number);
    found.map_or_else(|| format!("edition {number}"), |named| named.name.clone())
}

/// An edition that has a name, among the others.
pub(super) struct NamedLine<'a> {
    pub(super) href: String,
    pub(super) number: u32,
    pub(super) name: &'a str,
    /// The day on which it was named, by the calendar of the letter's zone.
    pub(super) day: Day,
    pub(super) count: u32,
}

/// The editions that have a name, the last of them first.
pub(super) fn named_lines<'a>(named: &'a [Named], settings: &Settings) -> Vec<NamedLine<'a>> {
    let line = |named: &'a Named| {
        let date = settings.zone.local(named.named_at).date();
        NamedLine {
            href: format!("/letters/{}/editions/{}", settings.slug, named.number),
            number: named.number,
            name: &named.name,
            day: Day { iso: date.to_string(), text: show::day(date) },
            count: named.count,
        }
    };
    named.iter().rev().map(line).collect()
}

/// Those that a letter's page lists, and whether there are more.
pub(super) fn some_named<'a>(named: &'a [Named], settings: &Settings) -> (Vec<NamedLine<'a>>, bool) {
    let mut lines = named_lines(named, settings);
    let more = lines.len() > MOST;
    lines.truncate(MOST);
    (lines, more)
}
