//! Who is on a list, changed beside the running server as another process would.

use std::path::Path;
use std::sync::Arc;
use undersigned::campaign::{self, Campaign};
use undersigned::clock::{Clock, Timestamp};
use undersigned::db::{Db, Error, Tx};
use undersigned::ids::SignOnId;
use undersigned::list;
use undersigned::secret::Random;
use undersigned::sign_on::{self, Entry, Origin, SignOn, Standing, State};
use undersigned::text::{EditionName, LinePattern, OrganizationName, Slug};
use undersigned::transfer::{Folder, import};

/// The folder of the letter of 2019.
pub const LETTER_2019: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/letter-2019");

/// The printed names of 2019, in their order.
pub fn names_2019() -> Vec<String> {
    let mut file = csv::Reader::from_path(Path::new(LETTER_2019).join("signatories.csv")).unwrap();
    file.records().map(|row| row.unwrap()[1].to_owned()).collect()
}

/// Imports the letter of 2019, with another `signatories.csv` or other settings if they are given.
pub async fn import_2019(
    db: &Db,
    change: impl FnOnce(String) -> String,
    signatories: Option<String>,
) -> Campaign {
    let mut files = import::read(Path::new(LETTER_2019)).unwrap();
    let settings = String::from_utf8(files.campaign.into_owned()).unwrap();
    files.campaign = change(settings).into_bytes().into();
    if let Some(signatories) = signatories {
        files.signatories = signatories.into_bytes().into();
    }
    let (folder, refused) = Folder::parse(&files, &|_, _| ()).unwrap();
    assert!(refused.is_empty(), "{refused:?}");
    let clock = Clock::standing(Timestamp::parse("2026-03-02T09:00:00Z").unwrap());
    let random = Random::system();
    let imported = import::import(db, &clock, &random, folder, Arc::new(|_| ())).await.unwrap();
    by_slug(db, imported.slug.as_str()).await
}

pub async fn by_slug(db: &Db, slug: &str) -> Campaign {
    let slug = Slug::parse(slug).unwrap();
    db.read(move |conn| campaign::store::by_slug(conn, &slug)).await.unwrap().unwrap()
}

/// An organization joins a list, in a transaction of its own.
pub async fn join(db: &Db, campaign: &Campaign, name: &str) {
    let (id, name, random) = (campaign.id, OrganizationName::parse(name).unwrap(), Random::system());
    let pattern = LinePattern::parse("{name}").unwrap();
    let now = Timestamp::parse("2026-03-02T09:00:00Z").unwrap();
    let write = move |tx: &mut Tx<'_>| -> Result<(), Error> {
        let joined = campaign::store::next_to_join(tx, id)?;
        let sign_on = SignOn {
            id: SignOnId::new(now.millis(), random.bytes()),
            campaign: id,
            version: 1,
            origin: Origin::Import,
            letter_version: 1,
            entry: Entry::new(&pattern, name, None, None, None, None, None),
            authority: None,
            pin: None,
            submitted_at: now,
            verified_at: None,
            undeliverable_at: None,
            attested_at: None,
            is_flagged: false,
            is_distinct: false,
            state: State::Approved { at: now, by: None, joined },
        };
        sign_on::store::insert_imported(tx, std::slice::from_ref(&sign_on))
    };
    db.write(write).await.unwrap();
}

/// The organization with this line takes its name back.
pub async fn leave(db: &Db, campaign: &Campaign, line: &str) {
    let (id, line) = (campaign.id, line.to_owned());
    let now = Timestamp::parse("2026-03-02T09:00:00Z").unwrap();
    let write = move |tx: &mut Tx<'_>| -> Result<(), Error> {
        let listed = sign_on::store::in_standing(tx, id, &[Standing::Approved])?;
        let before = listed.into_iter().find(|sign_on| sign_on.entry.line == line).unwrap();
        let state = State::Withdrawn { at: now, was_listed: true };
        let after = SignOn { version: before.version + 1, state, ..before.clone() };
        assert!(sign_on::store::replace(tx, &before, &after)?);
        campaign::store::raise_list_revision(tx, id)
    };
    db.write(write).await.unwrap();
}

/// Gives the list of a letter as it stands a name; the number of the edition.
pub async fn name(db: &Db, campaign: &Campaign, name: &str) -> u32 {
    let (id, name) = (campaign.id, EditionName::parse(name).unwrap());
    let now = Timestamp::parse("2026-03-02T09:00:00Z").unwrap();
    let live = list::store::live(db, &Clock::standing(now), &Random::system(), id).await.unwrap().unwrap();
    let number = live.edition.number;
    let write = move |tx: &mut Tx<'_>| -> Result<bool, Error> {
        let held = campaign::store::hold(tx, id)?.unwrap();
        list::store::give_name(tx, &held, number, &name, now)
    };
    assert!(db.write(write).await.unwrap());
    number
}

/// Changes what an organizer set, on the morning when a story begins.
pub async fn set(
    db: &Db,
    campaign: &Campaign,
    change: impl FnOnce(&mut campaign::Settings) + Send + 'static,
) {
    set_at(db, campaign, Timestamp::parse("2026-03-02T09:00:00Z").unwrap(), change).await;
}

/// The same at another moment.
pub async fn set_at(
    db: &Db,
    campaign: &Campaign,
    now: Timestamp,
    change: impl FnOnce(&mut campaign::Settings) + Send + 'static,
) {
    let id = campaign.id;
    let write = move |tx: &mut Tx<'_>| -> Result<(), Error> {
        let before = campaign::store::by_id(tx, id)?.unwrap();
        let mut settings = before.settings.clone();
        change(&mut settings);
        assert!(campaign::store::replace(tx, &before, &settings, now)?);
        Ok(())
    };
    db.write(write).await.unwrap();
}
