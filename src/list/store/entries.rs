//! Who is on a list: read from the sign-ons, put in order, and kept in an edition's row.

use super::base::Base;
use crate::campaign::Unconfirmed;
use crate::campaign::{Campaign, store as campaigns};
use crate::clock::Timestamp;
use crate::db::columns::UnknownValue;
use crate::db::schema::sign_ons;
use crate::db::{Conn, Error, both};
use crate::ids::SignOnId;
use crate::list::edition::{After, Contents, Entry, LetterFacts, Signatory};
use crate::list::ordering::{self, Orderer};
use crate::secret::sha256_hex;
use crate::sign_on::store::spoken_for;
use crate::text::{Country, OrderingRule, Shown};
use diesel::prelude::*;
use diesel::result::Error as Diesel;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::{Borrow, Cow};
use std::collections::BTreeSet;
use std::io::{BufWriter, Read};

/// How much is compressed at once, in bytes.
const BUFFER: usize = 32 * 1024;

/// What is written after the name of an organization that signed in another way and has not confirmed it here.
const MARK: &str = " (unconfirmed)";

/// An approved sign-on, as far as the list needs it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = sign_ons)]
pub(super) struct Approved {
    pub(super) id: SignOnId,
    pub(super) line: String,
    shown: Shown,
    origin: String,
    verified_at: Option<Timestamp>,
    organization: String,
    acronym: Option<String>,
    native_name: Option<String>,
    sort_as: Option<String>,
    website: Option<String>,
    country: Option<Country>,
    pub(super) pin: Option<i64>,
    joined_at: Option<Timestamp>,
    joined: Option<i64>,
}

/// Everybody on a campaign's list, in no order: who is approved and has agreed to the text that stands, in one of the versions that say the
/// same. So no name ever stands under a text that it did not agree to, whatever is asked, answered or saved at that moment.
pub(super) fn approved(conn: &mut Conn, campaign: &Campaign) -> Result<Vec<Approved>, Error> {
    let agreed = campaigns::same_meaning(conn, campaign.id, campaign.text_number)?;
    let mut all: Vec<Approved> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign.id))
        .filter(sign_ons::state.eq("approved"))
        .filter(sign_ons::letter_version.eq_any(&agreed))
        .filter(sign_ons::lapsed_at.is_null())
        .select(Approved::as_select())
        .load(c))?;
    let spoken_for = match all.iter().any(Approved::is_from_elsewhere) {
        true => spoken_for(conn, campaign.id)?,
        false => BTreeSet::new(),
    };
    let is_unconfirmed =
        |approved: &Approved| approved.is_from_elsewhere() && !spoken_for.contains(&approved.id);
    let unconfirmed = campaign.settings.unconfirmed;
    all.retain(|approved| unconfirmed != Unconfirmed::Hide || !is_unconfirmed(approved));
    let printed = |approved: Approved| {
        let is_marked = unconfirmed == Unconfirmed::Marked && is_unconfirmed(&approved);
        approved.printed(is_marked)
    };
    Ok(all.into_iter().map(printed).collect())
}

impl Approved {
    /// Whether it was signed in another way, and not confirmed by the mailbox that was known then.
    fn is_from_elsewhere(&self) -> bool {
        self.origin == "elsewhere" && self.verified_at.is_none()
    }

    /// As it prints, with the mark of those that are not confirmed or without. From here on nothing is left of what may not be shown.
    fn printed(self, is_marked: bool) -> Self {
        let mark = if is_marked { MARK } else { "" };
        if self.shown.is_named() {
            return Self { line: self.line + mark, ..self };
        }
        let unnamed = self.shown.unnamed(self.country);
        Self {
            line: format!("{unnamed}{mark}"),
            organization: unnamed,
            acronym: None,
            native_name: None,
            sort_as: None,
            website: None,
            country: self.shown.country(self.country),
            pin: None,
            // The moment of joining would tell whoever keeps an older list which of its names is held back now.
            joined_at: self.joined_at.map(Timestamp::month),
            ..self
        }
    }
}

/// Which pinned numbers nobody stands at any more, in order: those of names that are not on the list. The pins after them close up,
/// as numbers do; a name that comes back has its place again.
pub(super) fn vacated(conn: &mut Conn, campaign: &Campaign) -> Result<Vec<i64>, Error> {
    let agreed = campaigns::same_meaning(conn, campaign.id, campaign.text_number)?;
    let pins: Vec<Option<i64>> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign.id))
        .filter(
            sign_ons::state
                .ne("approved")
                .or(sign_ons::letter_version.ne_all(&agreed))
                .or(sign_ons::lapsed_at.is_not_null())
                // The number of a name would give the name away.
                .or(sign_ons::shown.ne(Shown::Full))
        )
        .filter(sign_ons::pin.is_not_null())
        .order(sign_ons::pin)
        .select(sign_ons::pin)
        .load(c))?;
    Ok(pins.into_iter().flatten().collect())
}

/// Everybody with their numbers: by the pins, of which those in `vacated` are free, or with no pins by the rule alone; behind those of the
/// edition after which the list goes on, where there is one.
pub(super) fn arrange<T: Borrow<Approved>>(
    campaign: &Campaign,
    approved: impl IntoIterator<Item = T>,
    vacated: Option<&[i64]>,
    base: Option<&Base>,
) -> Result<Vec<(u32, T)>, Error> {
    let settings = &campaign.settings;
    let orderer = Orderer::new(&settings.language, &settings.articles).map_err(damaged)?;
    let entry = |item: T| {
        let of: &Approved = item.borrow();
        let place = base.and_then(|base| base.place(of.id));
        let entry = ordering::Entry {
            id: of.id,
            key: orderer.key(&of.organization, of.sort_as.as_deref()),
            joined: of.joined.unwrap_or(0),
            pin: vacated.zip(of.pin).and_then(|(vacated, pin)| closed_up(pin, vacated)),
            item,
        };
        (place, entry)
    };
    let (named, unnamed): (Vec<T>, Vec<T>) =
        approved.into_iter().partition(|item| item.borrow().shown.is_named());
    let mut arranged = ordering::arrange_after(named.into_iter().map(entry).collect(), settings.ordering);
    // Those who are not named come last, in an order that tells neither name nor time.
    let mut unnamed: Vec<(String, T)> =
        unnamed.into_iter().map(|item| (opaque(item.borrow().id), item)).collect();
    unnamed.sort_by(|(one, _), (other, _)| one.cmp(other));
    let after = u32::try_from(arranged.len()).unwrap_or(u32::MAX);
    arranged.extend((after.saturating_add(1)..).zip(unnamed.into_iter().map(|(_, item)| item)));
    Ok(arranged)
}

/// A place that stays the same and says nothing.
fn opaque(id: SignOnId) -> String {
    sha256_hex(format!("place among those who are not named: {id}").as_bytes())
}

/// The number that a pin stands for once those before it that are free have closed up.
pub(super) fn closed_up(pin: i64, vacated: &[i64]) -> Option<u32> {
    let before = vacated.partition_point(|free| *free < pin);
    u32::try_from(pin - i64::try_from(before).ok()?).ok()
}

/// An entry of an edition.
pub(super) fn entry(number: u32, from: Approved) -> Entry {
    Entry {
        sign_on: from.id,
        joined: from.joined.unwrap_or(0),
        signatory: Signatory {
            number,
            shown: from.shown,
            name: from.line,
            organization: from.organization,
            acronym: from.acronym,
            native_name: from.native_name,
            country: from.country,
            website: from.website,
            joined_on: Some(from.joined_at.unwrap_or(Timestamp::from_micros(0))),
        },
        left: None,
    }
}

/// What the column `entries` holds, as JSON. `S` is a text, borrowed to be written, owned when read; `E` the entries, made one by one
/// to be written.
#[derive(Serialize, Deserialize)]
struct Stored<S, E> {
    slug: S,
    title: S,
    version: u32,
    ordering: S,
    /// Where those begin who joined after an edition was named: its number, and the number of the first of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    after: Vec<(u32, u32)>,
    entries: E,
}

/// The entries of an edition as they are written.
struct Entries<'a>(&'a [Entry]);

impl Serialize for Entries<'_> {
    fn serialize<W: Serializer>(&self, to: W) -> Result<W::Ok, W::Error> {
        to.collect_seq(self.0.iter().map(StoredEntry::of))
    }
}

/// What becomes something else than a text is not copied when it is read.
#[derive(Serialize, Deserialize)]
struct StoredEntry<'a, S> {
    #[serde(borrow)]
    sign_on: Cow<'a, str>,
    joined: i64,
    #[serde(borrow)]
    shown: Cow<'a, str>,
    name: S,
    organization: S,
    acronym: Option<S>,
    native_name: Option<S>,
    country: Option<&'a str>,
    website: Option<S>,
    #[serde(borrow)]
    joined_on: Cow<'a, str>,
}

/// The content of an edition as its row keeps it. The same content gives the same bytes.
pub(super) fn pack(contents: &Contents) -> Result<Vec<u8>, Error> {
    let stored = Stored {
        slug: contents.letter.slug.as_str(),
        title: &contents.letter.title,
        version: contents.letter.version,
        ordering: contents.ordering.as_str(),
        after: contents.after.iter().map(|after| (after.edition, after.from)).collect(),
        entries: Entries(&contents.entries),
    };
    // A new edition is made while somebody waits: the better levels take three times as long and more, and save a sixth.
    let mut packed = BufWriter::with_capacity(BUFFER, DeflateEncoder::new(Vec::new(), Compression::fast()));
    serde_json::to_writer(&mut packed, &stored).map_err(damaged)?;
    let packed = packed.into_inner().map_err(|error| damaged(error.into_error()))?;
    packed.finish().map_err(damaged)
}

fn inflate(packed: &[u8]) -> Result<Vec<u8>, Error> {
    let mut json = Vec::new();
    DeflateDecoder::new(packed).read_to_end(&mut json).map_err(damaged)?;
    Ok(json)
}

/// Who is in the row and how much of them is shown, in a third of the time: the sign-on and its place in the order of joining.
pub(super) fn members(packed: &[u8]) -> Result<Vec<(SignOnId, i64, Shown)>, Error> {
    #[derive(Deserialize)]
    struct Members<'a> {
        #[serde(borrow)]
        entries: Vec<Member<'a>>,
    }
    #[derive(Deserialize)]
    struct Member<'a> {
        sign_on: &'a str,
        joined: i64,
        shown: &'a str,
    }
    let json = inflate(packed)?;
    let stored: Members<'_> = serde_json::from_slice(&json).map_err(damaged)?;
    let member = |Member { sign_on, joined, shown }: Member<'_>| {
        let unknown = || damaged(UnknownValue { expected: "SignOnId", value: sign_on.to_owned() });
        Ok((SignOnId::parse(sign_on).ok_or_else(unknown)?, joined, read_shown(shown)?))
    };
    stored.entries.into_iter().map(member).collect()
}

/// The content back from the row.
pub(super) fn unpack(packed: &[u8]) -> Result<Contents, Error> {
    let json = inflate(packed)?;
    let stored: Stored<String, Vec<StoredEntry<'_, String>>> =
        serde_json::from_slice(&json).map_err(damaged)?;
    let ordering = OrderingRule::parse(&stored.ordering)
        .map_err(|_| damaged(UnknownValue { expected: "OrderingRule", value: stored.ordering }))?;
    let entries = (1..).zip(stored.entries).map(|(number, entry)| entry.unstored(number));
    Ok(Contents {
        letter: LetterFacts { slug: stored.slug, title: stored.title, version: stored.version },
        ordering,
        entries: entries.collect::<Result<_, _>>()?,
        after: stored.after.into_iter().map(|(edition, from)| After { edition, from }).collect(),
    })
}

impl<'a> StoredEntry<'a, &'a str> {
    fn of(entry: &'a Entry) -> Self {
        let signatory = &entry.signatory;
        Self {
            sign_on: Cow::Owned(entry.sign_on.to_string()),
            joined: entry.joined,
            shown: Cow::Borrowed(signatory.shown.as_str()),
            name: signatory.name.as_str(),
            organization: &signatory.organization,
            acronym: signatory.acronym.as_deref(),
            native_name: signatory.native_name.as_deref(),
            country: signatory.country.as_ref().map(Country::as_str),
            website: signatory.website.as_deref(),
            joined_on: Cow::Owned(signatory.joined_on.unwrap_or(Timestamp::from_micros(0)).to_string()),
        }
    }
}

impl StoredEntry<'_, String> {
    fn unstored(self, number: u32) -> Result<Entry, Error> {
        let unknown = |expected, value| damaged(UnknownValue { expected, value });
        let country = match self.country {
            Some(code) => Some(Country::parse(code).map_err(|_| unknown("Country", code.to_owned()))?),
            None => None,
        };
        let sign_on =
            SignOnId::parse(&self.sign_on).ok_or_else(|| unknown("SignOnId", self.sign_on.into_owned()))?;
        let joined_on = Timestamp::parse(&self.joined_on)
            .ok_or_else(|| unknown("Timestamp", self.joined_on.into_owned()))?;
        let signatory = Signatory {
            number,
            shown: read_shown(&self.shown)?,
            name: self.name,
            organization: self.organization,
            acronym: self.acronym,
            native_name: self.native_name,
            country,
            website: self.website,
            joined_on: Some(joined_on),
        };
        Ok(Entry { sign_on, joined: self.joined, signatory, left: None })
    }
}

fn read_shown(word: &str) -> Result<Shown, Error> {
    Shown::parse(word).ok_or_else(|| damaged(UnknownValue { expected: "Shown", value: word.to_owned() }))
}

/// A defect: what is not to be in a row of ours.
fn damaged(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Statement(Diesel::DeserializationError(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::edition::tests::edition;

    #[test]
    fn an_edition_comes_back_from_its_row_as_it_was() {
        let mut contents = edition(&["Bits of Freedom", "جمعية", "=1+1"]).contents;
        contents.entries[1].signatory.acronym = Some("J".to_owned());
        contents.entries[1].signatory.native_name = Some("جمعية".to_owned());
        contents.after = vec![After { edition: 2, from: 3 }];
        let packed = pack(&contents).unwrap();
        assert_eq!(unpack(&packed).unwrap(), contents);
        assert_eq!(pack(&contents).unwrap(), packed);
        let members = super::members(&packed).unwrap();
        assert!(
            contents
                .entries
                .iter()
                .map(|entry| (entry.sign_on, entry.joined, entry.signatory.shown))
                .eq(members)
        );
        assert!(unpack(&packed[1..]).is_err());
    }
}
