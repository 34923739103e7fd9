//! Who may do what, as a table of every address of the staff, and each row tried by everybody.
//!
//! A new address needs a row: the addresses that the features register are read from their `mod.rs`, and the two lists must be the
//! same. A row says what the person must be and how sure we have to be that it is them; everything else follows, and is tried: somebody
//! who is not logged in, a moderator and an organizer of another letter, a moderator, an organizer and an administrator of this one, each without a second
//! factor, with one shown just now and with one shown too long ago; and whoever may, once more without the form's token, from another
//! site's page, and from a page that does not say where it is.

mod people;
mod registered;
mod tried;

use crate::support::app::TestApp;
use crate::support::cast;
use crate::support::files::{files_under, read};
use crate::support::on_both_engines;
use crate::support::queue::{sent, waiting};
use people::{Factor, People};
use std::collections::BTreeSet;
use tried::{expected, is_taken};
use undersigned::campaign::Settings;
use undersigned::clock::minutes;
use undersigned::text::Slug;

/// What somebody must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Needs {
    /// Logged in; without a second factor too: it is their own account.
    OwnAccount,
    /// Logged in.
    Staff,
    /// Organizer of some letter, or administrator.
    OrganizerOfAny,
    /// Moderator of the letter that the address names, or more.
    Moderator,
    /// Organizer of it, or more.
    Organizer,
    /// Administrator.
    Administrator,
}
use Needs::{Administrator, Moderator, Organizer, OrganizerOfAny, OwnAccount, Staff};

/// One address and method.
#[derive(Clone, Copy, Debug)]
struct Row {
    posts: bool,
    /// As it is registered.
    pattern: &'static str,
    /// What stands for the parts of the pattern that are not `{slug}`, `{sign_on}` or `{id}`, in their order.
    parts: &'static [&'static str],
    needs: Needs,
    /// Whether the second factor must have been shown in the last ten minutes.
    lately: bool,
}

impl Row {
    const fn with(self, parts: &'static [&'static str]) -> Self {
        Self { parts, ..self }
    }

    const fn lately(self) -> Self {
        Self { lately: true, ..self }
    }
}

const fn get(pattern: &'static str, needs: Needs) -> Row {
    Row { posts: false, pattern, parts: &[], needs, lately: false }
}

const fn post(pattern: &'static str, needs: Needs) -> Row {
    Row { posts: true, ..get(pattern, needs) }
}

/// Every address of the staff. `{id}` is the account of somebody else. A form is sent with nothing but its token, so nothing happens where
/// it is taken.
const ROWS: &[Row] = &[
    // What everybody of the staff has.
    get("/staff", Staff),
    get("/staff/letters", Staff),
    get("/staff/letters/new", OrganizerOfAny),
    post("/staff/letters/new", OrganizerOfAny),
    get("/staff/addresses", OrganizerOfAny),
    post("/staff/addresses", OrganizerOfAny),
    // The own account.
    get("/staff/account", OwnAccount),
    post("/staff/account/sessions", OwnAccount),
    post("/staff/account/recovery-codes", OwnAccount).lately(),
    post("/staff/account/password", OwnAccount).lately(),
    get("/staff/account/app", OwnAccount).lately(),
    post("/staff/account/app", OwnAccount).lately(),
    get("/staff/account/passkeys", OwnAccount).lately(),
    post("/staff/account/passkeys", OwnAccount).lately(),
    post("/staff/account/passkeys/challenge", OwnAccount).lately(),
    post("/staff/account/passkeys/remove", OwnAccount).lately(),
    get("/staff/confirm", Staff),
    post("/staff/confirm", OwnAccount).lately(),
    post("/staff/confirm/passkey", OwnAccount),
    get("/staff/digests", Staff),
    get("/staff/shortcuts", Staff),
    post("/staff/shortcuts", OwnAccount),
    // All accounts.
    get("/staff/accounts", Administrator),
    post("/staff/accounts/invite", Administrator).lately(),
    post("/staff/accounts/{id}/disable", Administrator).lately(),
    post("/staff/accounts/{id}/enable", Administrator).lately(),
    post("/staff/accounts/{id}/end-sessions", Administrator).lately(),
    post("/staff/accounts/{id}/take-factor", Administrator).lately(),
    // The queue and the decisions.
    get("/staff/letters/{slug}/queue", Moderator),
    get("/staff/letters/{slug}/queue/live", Moderator),
    get("/staff/letters/{slug}/queue/search", Moderator),
    post("/staff/letters/{slug}/queue/search", Moderator),
    post("/staff/letters/{slug}/queue/{act}", Moderator).with(&["approve"]),
    post("/staff/letters/{slug}/queue/{act}", Moderator).with(&["hold"]),
    post("/staff/letters/{slug}/queue/{act}", Moderator).with(&["reject"]),
    get("/staff/letters/{slug}/guide", Moderator),
    get("/staff/letters/{slug}/numbers", Moderator),
    get("/staff/letters/{slug}/digest", Moderator),
    post("/staff/letters/{slug}/digest", Moderator),
    get("/staff/letters/{slug}/history", Moderator),
    get("/staff/letters/{slug}/history.csv", Moderator),
    get("/staff/letters/{slug}/history.json", Moderator),
    get("/staff/sign-ons/{sign_on}", Moderator),
    get("/staff/sign-ons/{sign_on}/shown", Moderator),
    post("/staff/sign-ons/{sign_on}/shown", Moderator),
    post("/staff/sign-ons/{sign_on}/note", Moderator),
    get("/staff/sign-ons/{sign_on}/notice", Moderator),
    post("/staff/sign-ons/{sign_on}/notice", Moderator),
    post("/staff/sign-ons/{sign_on}/report", Moderator),
    post("/staff/sign-ons/{sign_on}/claim", Moderator),
    post("/staff/sign-ons/{sign_on}/unclaim", Moderator),
    post("/staff/sign-ons/{sign_on}/{act}", Moderator).with(&["approve"]),
    post("/staff/sign-ons/{sign_on}/{act}", Moderator).with(&["attest"]),
    post("/staff/sign-ons/{sign_on}/{act}", Moderator).with(&["hold"]),
    get("/staff/sign-ons/{sign_on}/mails/edit", Moderator),
    post("/staff/sign-ons/{sign_on}/mails/edit", Moderator),
    post("/staff/sign-ons/{sign_on}/mails/{what}", Moderator).with(&["send"]),
    post("/staff/sign-ons/{sign_on}/mails/{what}", Moderator).with(&["cancel"]),
    post("/staff/sign-ons/{sign_on}/{act}", Moderator).with(&["reject"]),
    post("/staff/sign-ons/{sign_on}/{act}", Moderator).with(&["release"]),
    post("/staff/sign-ons/{sign_on}/{act}", Moderator).with(&["remove"]),
    post("/staff/sign-ons/{sign_on}/{act}", Moderator).with(&["reopen"]),
    post("/staff/sign-ons/{sign_on}/{act}", Moderator).with(&["undo"]),
    post("/staff/sign-ons/{sign_on}/merge", Moderator),
    post("/staff/sign-ons/{sign_on}/distinct", Moderator),
    post("/staff/sign-ons/{sign_on}/distinct/take-back", Moderator),
    get("/staff/sign-ons/{sign_on}/correct", Moderator),
    post("/staff/sign-ons/{sign_on}/correct", Moderator),
    post("/staff/sign-ons/{sign_on}/correction", Moderator),
    get("/staff/sign-ons/{sign_on}/contact", Moderator),
    post("/staff/sign-ons/{sign_on}/contact", Moderator),
    // The letter.
    get("/staff/letters/{slug}/letter", Organizer),
    post("/staff/letters/{slug}/letter", Organizer),
    get("/staff/letters/{slug}/languages", Organizer),
    post("/staff/letters/{slug}/languages", Organizer),
    get("/staff/letters/{slug}/languages/{lang}", Organizer).with(&["fr"]),
    post("/staff/letters/{slug}/languages/{lang}", Organizer).with(&["fr"]),
    get("/staff/letters/{slug}/languages/{lang}/end", Organizer).with(&["fr"]),
    post("/staff/letters/{slug}/languages/{lang}/end", Organizer).with(&["fr"]),
    get("/staff/letters/{slug}/languages/{lang}/bind", Organizer).with(&["fr"]),
    post("/staff/letters/{slug}/languages/{lang}/bind", Organizer).with(&["fr"]),
    get("/staff/letters/{slug}/languages/{lang}/versions/{n}", Moderator).with(&["fr", "1"]),
    get("/staff/letters/{slug}/consent", Organizer),
    post("/staff/letters/{slug}/consent", Organizer),
    post("/staff/letters/{slug}/consent/begin", Organizer).lately(),
    post("/staff/letters/{slug}/consent/stop", Organizer).lately(),
    get("/staff/letters/{slug}/settings", Organizer),
    post("/staff/letters/{slug}/settings", Organizer),
    get("/staff/letters/{slug}/copy", Organizer),
    post("/staff/letters/{slug}/copy", Organizer),
    get("/staff/letters/{slug}/previews", Organizer),
    post("/staff/letters/{slug}/previews", Organizer).lately(),
    get("/staff/letters/{slug}/delivery", Organizer),
    post("/staff/letters/{slug}/delivery", Organizer),
    get("/staff/letters/{slug}/delivery/tell", Organizer),
    post("/staff/letters/{slug}/delivery/tell", Organizer).lately(),
    get("/staff/letters/{slug}/updates", Organizer),
    post("/staff/letters/{slug}/updates", Organizer),
    get("/staff/letters/{slug}/press", Organizer),
    post("/staff/letters/{slug}/press", Organizer),
    get("/staff/letters/{slug}/press.zip", Organizer),
    get("/staff/letters/{slug}/moderation", Organizer),
    post("/staff/letters/{slug}/moderation", Organizer),
    get("/staff/letters/{slug}/invitations", Organizer),
    post("/staff/letters/{slug}/invitations", Organizer),
    post("/staff/letters/{slug}/invitations/search", Organizer),
    post("/staff/letters/{slug}/invitations/one", Organizer),
    get("/staff/letters/{slug}/elsewhere", Organizer),
    post("/staff/letters/{slug}/elsewhere", Organizer),
    post("/staff/letters/{slug}/elsewhere/one", Organizer),
    post("/staff/letters/{slug}/elsewhere/ask", Organizer),
    get("/staff/letters/{slug}/elsewhere/table", Organizer),
    post("/staff/letters/{slug}/elsewhere/table", Organizer),
    get("/staff/letters/{slug}/at-risk", Organizer),
    post("/staff/letters/{slug}/at-risk", Organizer).lately(),
    get("/staff/letters/{slug}/editions", Organizer),
    get("/staff/letters/{slug}/editions/compare", Organizer),
    get("/staff/letters/{slug}/editions/{n}/name", Organizer).with(&["1"]),
    post("/staff/letters/{slug}/editions/{n}/name", Organizer).with(&["1"]).lately(),
    get("/staff/letters/{slug}/list", Organizer),
    post("/staff/letters/{slug}/list", Organizer),
    get("/staff/letters/{slug}/mailings", Organizer),
    post("/staff/letters/{slug}/mailings", Organizer),
    post("/staff/letters/{slug}/mailings/send", Organizer).lately(),
    post("/staff/letters/{slug}/mailings/end", Organizer),
    get("/staff/letters/{slug}/mails", Organizer),
    post("/staff/letters/{slug}/mails", Organizer),
    get("/staff/letters/{slug}/progress", Organizer),
    get("/staff/letters/{slug}/progress/{file}", Organizer).with(&["days.csv"]),
    get("/staff/letters/{slug}/retention", Organizer),
    get("/staff/letters/{slug}/invitations/book", Organizer),
    post("/staff/letters/{slug}/invitations/book", Organizer),
    get("/staff/letters/{slug}/moved", Organizer),
    post("/staff/letters/{slug}/moved", Organizer),
    get("/staff/letters/{slug}/life/{act}", Organizer).with(&["close"]),
    post("/staff/letters/{slug}/life/{act}", Organizer).with(&["close"]),
    get("/staff/letters/{slug}/life/{act:publish|unpublish}", Organizer).with(&["unpublish"]),
    post("/staff/letters/{slug}/life/{act:publish|unpublish}", Organizer).with(&["unpublish"]).lately(),
];

#[test]
fn every_address_of_the_staff_has_a_row() {
    let rows: BTreeSet<_> = ROWS.iter().map(|row| (row.pattern.to_owned(), row.posts)).collect();
    let registered = registered::addresses();
    assert!(registered.len() > 30, "the addresses were not found");
    let lacking: Vec<_> = registered.difference(&rows).collect();
    let gone: Vec<_> = rows.difference(&registered).collect();
    assert!(lacking.is_empty(), "addresses without a row in {}: {lacking:#?}", file!());
    assert!(gone.is_empty(), "rows without an address: {gone:#?}");
}

/// The second factor is asked for in the middle of any form of the staff, and is taken out of it again.
#[test]
fn no_form_of_the_staff_has_a_field_of_the_name_of_the_second_factor() {
    let theirs =
        ["templates/mailing/", "templates/moderation/", "templates/organizing/", "templates/transfer/"];
    let files = files_under("templates").into_iter();
    for file in files.filter(|file| theirs.iter().any(|folder| file.starts_with(folder))) {
        let text = read(&file);
        for name in ["code", "passkey"] {
            let (field, call) = (format!("name=\"{name}\""), format!("(form, \"{name}\""));
            assert!(!text.contains(&field) && !text.contains(&call), "{file}");
        }
    }
}

on_both_engines! {
    async fn each_may_do_what_the_table_says_and_nothing_else(app: TestApp) {
        let campaign = cast::open_letter(&app).await;
        let other = Settings { slug: Slug::parse("other").unwrap(), ..cast::settings(&app) };
        cast::campaign(&app, other).await;
        crate::languages::french(&app, &campaign).await;
        let ids = waiting(&app, &campaign, &[sent("First Network", "https://first.example", "a@first.example")]).await;
        let people = People::gather(&app, ids[0]).await;
        let mut wrong = Vec::new();
        for factor in [Factor::None, Factor::ShownNow, Factor::ShownBefore] {
            if factor == Factor::ShownBefore {
                app.clock.advance(minutes(11));
            }
            for row in ROWS {
                for who in people.with(factor) {
                    let answer = people.ask(row, who).await;
                    if let Err(why) = expected(row, who.rank, factor).judge(&answer) {
                        wrong.push(format!("{} {:?} as {:?}, {factor:?}: {why}", method(row), answer.path, who.rank));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn a_form_is_taken_only_with_its_token_and_from_a_page_of_ours(app: TestApp) {
        let campaign = cast::open_letter(&app).await;
        let ids = waiting(&app, &campaign, &[sent("First Network", "https://first.example", "a@first.example")]).await;
        let people = People::gather_administrator(&app, ids[0]).await;
        let (who, strangers_token) = (people.administrator(), people.token_of_somebody_else());
        let (page, token) = (people.headers_of_a_page(), who.token.as_str());
        let foreign = vec![("origin", "https://evil.example".to_owned())];
        let unstated = Vec::new();
        let framed = vec![("origin", "null".to_owned()), ("sec-fetch-site", "cross-site".to_owned())];
        for row in ROWS.iter().filter(|row| row.posts) {
            for (headers, token, why) in [
                (&page, "", "without its token"),
                (&page, strangers_token, "with the token of somebody else"),
                (&foreign, token, "from another site"),
                (&unstated, token, "from nowhere"),
                (&framed, token, "from a frame"),
            ] {
                let answer = people.send(row, who, headers, token).await;
                assert_eq!(answer.status, 403, "{} {why}: {answer:?}", row.pattern);
            }
            let taken = people.send(row, who, &page, token).await;
            assert!(is_taken(&taken), "{}: {taken:?}", row.pattern);
        }
    }

    async fn a_disabled_account_is_a_stranger_at_its_next_request_everywhere(app: TestApp) {
        let campaign = cast::open_letter(&app).await;
        let ids = waiting(&app, &campaign, &[sent("First Network", "https://first.example", "a@first.example")]).await;
        let people = People::gather_administrator(&app, ids[0]).await;
        people.disable(&app, people.administrator()).await;
        for row in ROWS {
            let answer = people.ask(row, people.administrator()).await;
            expected(row, people::Rank::Visitor, Factor::None).judge(&answer).unwrap();
        }
    }
}

fn method(row: &Row) -> &'static str {
    if row.posts { "POST" } else { "GET" }
}
