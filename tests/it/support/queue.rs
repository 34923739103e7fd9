//! Sign-ons that wait for review, put into the database as verification leaves them.

use super::app::TestApp;
use super::browser::{Browser, Page};
use undersigned::app::Instance;
use undersigned::campaign::Campaign;
use undersigned::clock::{Timestamp, hours};
use undersigned::db::{Error, Tx, Use};
use undersigned::ids::SignOnId;
use undersigned::secret::Random;
use undersigned::sign_on::{self, Authority, Basis, Contact, Entry, Origin, SignOn, State};
use undersigned::text::{Country, EmailAddress, OrganizationName, PersonName, RoleTitle, WebUrl};

/// What an organization sent.
#[derive(Clone, Copy)]
pub struct Sent<'a> {
    pub organization: &'a str,
    pub website: &'a str,
    pub email: &'a str,
}

/// An organization whose address is at its website's domain.
pub const fn sent<'a>(organization: &'a str, website: &'a str, email: &'a str) -> Sent<'a> {
    Sent { organization, website, email }
}

/// Puts them into the queue of a letter, each verified an hour after the one before, the last one now.
pub async fn waiting(app: &TestApp, campaign: &Campaign, all: &[Sent<'_>]) -> Vec<SignOnId> {
    let base_url = app.settings.base_url(app.settings.listen);
    let instance = Instance::open(&app.settings, base_url, app.clock.clone(), Use::Command).await.unwrap();
    let (keys, random, now) = (instance.app.keys.clone(), Random::system(), app.clock.now());
    let ago = |index: usize| now.plus(hours(index as i64 + 1 - all.len() as i64));
    let rows: Vec<(SignOn, Contact)> =
        all.iter().enumerate().map(|(index, sent)| row(campaign, *sent, ago(index))).collect();
    let ids = rows.iter().map(|(sign_on, _)| sign_on.id).collect();
    let write = move |tx: &mut Tx<'_>| -> Result<(), Error> {
        for (sign_on, contact) in &rows {
            sign_on::store::insert_imported(tx, std::slice::from_ref(sign_on))?;
            sign_on::store::insert_contact(tx, &keys, &random, sign_on.id, contact, now)?;
        }
        Ok(())
    };
    instance.app.db.write(write).await.unwrap();
    ids
}

fn row(campaign: &Campaign, sent: Sent<'_>, at: Timestamp) -> (SignOn, Contact) {
    let email = EmailAddress::parse(sent.email).unwrap();
    let entry = Entry::new(
        &campaign.settings.line,
        OrganizationName::parse(sent.organization).unwrap(),
        None,
        None,
        None,
        WebUrl::parse(sent.website).ok(),
        Some(Country::parse("KE").unwrap()),
    );
    let sign_on = SignOn {
        id: SignOnId::new(at.millis(), Random::system().bytes()),
        campaign: campaign.id,
        version: 2,
        origin: Origin::Form,
        letter_version: 1,
        is_flagged: entry.needs_a_look(Some(&email)),
        entry,
        authority: Some(Authority { basis: Basis::Head, statement: campaign.settings.authority.clone(), at }),
        pin: None,
        submitted_at: at,
        verified_at: Some(at),
        undeliverable_at: None,
        attested_at: None,
        is_distinct: false,
        state: State::AwaitingModeration { first: None },
    };
    let contact = Contact {
        name: PersonName::parse("Ada Example").unwrap(),
        role: RoleTitle::parse("Director").unwrap(),
        email,
        note: None,
        updates: false,
    };
    (sign_on, contact)
}

/// The page of a sign-on.
pub async fn entry(browser: &Browser, id: SignOnId) -> Page {
    browser.get(&format!("/staff/sign-ons/{id}")).await.expect(200)
}

/// Presses a button of a page; what comes next.
pub async fn press(browser: &Browser, page: &Page, button: &str) -> Page {
    browser.submit(&page.form_with_button(button)).await
}
