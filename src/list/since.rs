//! An edition that has a name, as it is shown after somebody on it has left the list.
//!
//! What was stored stays, and with it the checksum by which the edition is known. What is shown says of each who left how and when; its name
//! stays where that was announced, and is taken out everywhere else: see `docs/decisions/0055-who-left-a-named-edition.md`.

use super::edition::{Edition, Entry};
use super::left::Left;
use crate::clock::Zone;
use crate::ids::SignOnId;
use std::collections::BTreeMap;

/// An edition as it is shown, now that these have left. Where nobody on it has, it is what was stored.
pub(super) fn shown(edition: Edition, left: &BTreeMap<SignOnId, Left>, zone: &Zone) -> Edition {
    let mut contents = edition.contents.clone();
    let mut is_same = true;
    for entry in &mut contents.entries {
        if let Some(left) = left.get(&entry.sign_on) {
            mark(entry, *left, zone);
            is_same = false;
        }
    }
    if is_same { edition } else { edition.shown_as(contents) }
}

/// Nothing of an entry that is dropped is left but its number: not even when it joined, by which somebody could make sure of a guess.
fn mark(entry: &mut Entry, left: Left, zone: &Zone) {
    let signatory = &mut entry.signatory;
    signatory.name = left.line(&signatory.name, zone);
    if !left.keeps_name {
        signatory.organization = signatory.name.clone();
        (signatory.acronym, signatory.native_name) = (None, None);
        (signatory.country, signatory.website, signatory.joined_on) = (None, None, None);
    }
    entry.left = Some(left);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::list::edition::tests::edition;
    use crate::list::json;
    use crate::list::left::How;
    use crate::secret::sha256_hex;

    fn left(how: How, keeps_name: bool) -> Left {
        Left { how, on: Timestamp::parse("2026-05-02T23:30:00Z"), keeps_name }
    }

    #[test]
    fn who_left_is_named_or_not_and_the_checksum_of_the_edition_stays() {
        let stored = edition(&["Alpha", "Beta", "Gamma"]);
        let ids: Vec<_> = stored.contents.entries.iter().map(|entry| entry.sign_on).collect();
        let zone = Zone::parse("Europe/Brussels").unwrap();
        assert_eq!(shown(stored.clone(), &BTreeMap::new(), &zone), stored);
        let gone = [(ids[0], left(How::Withdrawn, false)), (ids[2], left(How::Removed, true))];
        let now = shown(stored.clone(), &gone.into_iter().collect(), &zone);
        let lines: Vec<_> = now.contents.signatories().map(|signatory| signatory.name.as_str()).collect();
        assert_eq!(lines, ["Name withdrawn on 3 May 2026", "Beta", "Gamma (removed on 3 May 2026)"]);
        assert_eq!(now.original.as_ref(), Some(&stored.sha256));
        assert_ne!(now.tag(), stored.tag());
        let document = json::document(&now);
        for hidden in ["Alpha", "1.example", "https://1"] {
            assert!(!document.contains(hidden), "{document}");
        }
        // The names of the members are ASCII, so that sorting them by bytes, as serde_json does, is the canonical order.
        let mut read: serde_json::Value = serde_json::from_str(&document).unwrap();
        let members = read.as_object_mut().unwrap();
        members.remove("made_at");
        let sha256 = members.remove("sha256").unwrap();
        assert_eq!(sha256, sha256_hex(read.to_string().as_bytes()));
        assert_eq!(read["original_sha256"], stored.sha256);
        assert_eq!(read["signatories"][0]["left"], "withdrawn");
        assert_eq!(read["signatories"][0]["joined_on"], serde_json::Value::Null);
    }
}
