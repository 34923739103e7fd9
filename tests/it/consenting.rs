//! Those who signed are asked whether they agree to another text, or to the same one still.

mod asking;
mod rounds;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::cast::{filled_in, open_letter, send};
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::{on_both_engines, staff};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use undersigned::campaign::Campaign;
use undersigned::clock::{days, minutes};
use undersigned::ids::SignOnId;

/// The text as it is at first, and a word of it that the new one lacks.
pub(crate) const OLD: &str = "It is the only one.";
/// What the new text says instead.
pub(crate) const NEW: &str = "Its gates stay unlocked.";

/// A letter with these names on its list, each with a representative at `rep@` its domain.
pub(crate) async fn listed(app: &TestApp, names: &[&str]) -> (Campaign, Browser, Vec<SignOnId>) {
    let letter = open_letter(app).await;
    let olu = staff::organizer(app, "letter").await;
    let ids = join(app, &letter, &olu, names).await;
    (letter, olu, ids)
}

/// More of them.
pub(crate) async fn join(app: &TestApp, letter: &Campaign, olu: &Browser, names: &[&str]) -> Vec<SignOnId> {
    let domains: Vec<String> = names.iter().map(|name| format!("{}.example", name.to_lowercase())).collect();
    let mails: Vec<String> = domains.iter().map(|domain| format!("rep@{domain}")).collect();
    let all: Vec<_> = names
        .iter()
        .zip(&domains)
        .zip(&mails)
        .map(|((name, domain), mail)| sent(name, domain, mail))
        .collect();
    let ids = waiting(app, letter, &all).await;
    for id in &ids {
        press(olu, &entry(olu, *id).await, "Approve").await.expect(200);
    }
    ids
}

/// Writes a text into the editor and presses its button; what comes next.
pub(crate) async fn write(olu: &Browser, text: &str) -> Page {
    let page = olu.get("/staff/letters/letter/letter").await.expect(200);
    olu.submit(&page.form().fill("letter", text).press("save")).await
}

/// Prepares the new text; the page on which everybody is asked.
pub(crate) async fn prepare(olu: &Browser) -> Page {
    let page = write(olu, &format!("We ask you to keep the park open.\n\n{NEW}")).await.expect(200);
    let page = page.says("What changed in the text").says(NEW);
    olu.submit(&page.form().choose("kind", "meaning").press("save")).await.expect(200)
}

/// Asks everybody, until a day.
pub(crate) async fn ask(olu: &Browser, until: &str) -> Page {
    let page = olu.get("/staff/letters/letter/consent").await.expect(200);
    let form = page.form_with("ends_on").fill("ends_on", until).press_text("Go on");
    let page = olu.submit(&form).await.expect(200);
    olu.submit(&page.form().tick("sure")).await.expect(200).says("Asking begins.")
}

/// Opens the newest link of a round that somebody got.
pub(crate) async fn link(app: &TestApp, name: &str) -> String {
    let address = format!("rep@{}.example", name.to_lowercase());
    app.mailbox().newest_saying(&address, "/consents/").await.link("/consents/")
}

/// Presses a button of the page behind somebody's link; what comes next.
pub(crate) async fn answer(app: &TestApp, name: &str, button: &str) -> Page {
    let (browser, link) = (app.browser(), link(app, name).await);
    let page = browser.get(&link).await.expect(200);
    browser.submit(&page.form().press_text(button)).await
}

/// What the public sees at one moment: the text and the names on the letter's page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Seen {
    pub(crate) is_new: bool,
    pub(crate) names: BTreeSet<String>,
}

fn of_names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| format!("{name}, Kenya")).collect()
}

pub(crate) async fn seen(app: &TestApp) -> Seen {
    let page = app.get("/letters/letter").await.expect(200);
    let text = page.texts(".letter-text").join(" ");
    assert_ne!(text.contains(OLD), text.contains(NEW), "{text}");
    Seen { is_new: text.contains(NEW), names: page.texts("ol.names > li").into_iter().collect() }
}

/// Waits until the page shows this text with these names, and sees that every other form says the same. At no moment in between may a name
/// stand under a text that it did not agree to.
pub(crate) async fn shows(app: &TestApp, is_new: bool, names: &[&str], agreed: &BTreeMap<bool, &[&str]>) {
    let wanted = Seen { is_new, names: of_names(names) };
    for _ in 0..60 {
        let now = seen(app).await;
        let may = of_names(agreed.get(&now.is_new).copied().unwrap_or_default());
        assert!(now.names.is_subset(&may), "{now:?} may be {may:?}");
        if now == wanted {
            let json = app.get("/letters/letter.json").await.expect(200);
            let json: serde_json::Value = serde_json::from_str(&json.body).unwrap();
            let in_json = json["signatories"].as_array().unwrap().iter();
            let in_json: BTreeSet<String> =
                in_json.map(|one| one["name"].as_str().unwrap().to_owned()).collect();
            // The line holds no country here: the page adds it.
            let bare = |names: &BTreeSet<String>| -> BTreeSet<String> {
                names.iter().map(|name| name.replace(", Kenya", "")).collect()
            };
            assert_eq!(in_json, bare(&wanted.names));
            assert_eq!(json["letter"]["version"], if is_new { 2 } else { 1 });
            let csv = app.get("/letters/letter.csv").await.expect(200).body;
            let txt = app.get("/letters/letter.txt").await.expect(200).body;
            for name in &in_json {
                assert!(csv.contains(name) && txt.contains(name), "{name}: {csv} {txt}");
            }
            assert_eq!((csv.lines().count() - 1, txt.lines().count()), (names.len(), names.len()));
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{wanted:?} is not shown within 3 s: {:?}", seen(app).await);
}

on_both_engines! {
    async fn no_name_ever_stands_under_a_text_that_it_did_not_agree_to(app: TestApp) {
        let (letter, olu, _) = listed(&app, &["Alder", "Birch", "Cedar"]).await;
        let agreed = BTreeMap::from([
            (false, &["Alder", "Birch", "Cedar"] as &[&str]),
            (true, &["Alder", "Daphne", "Cedar"]),
        ]);
        shows(&app, false, &["Alder", "Birch", "Cedar"], &agreed).await;
        let page = prepare(&olu).await.says("3 organizations stand behind the letter.");
        page.at("/staff/letters/letter/consent?prepared");
        shows(&app, false, &["Alder", "Birch", "Cedar"], &agreed).await;
        ask(&olu, "2026-03-16").await;
        app.upkeep().await;
        shows(&app, false, &["Alder", "Birch", "Cedar"], &agreed).await;
        app.get("/letters/letter").await.says("those who signed are asked whether they agree to another text");

        // The mail says what changes, as text; the page behind its link shows it, and only a button acts.
        let mail = app.mailbox().newest_about("rep@alder.example", "whether your organization agrees").await;
        assert!(mail.text.contains(&format!("[-{OLD}-]")) && mail.text.contains(&format!("{{+{NEW}+}}")), "{}", mail.text);
        assert!(mail.text.contains("16 March 2026, 23:59 UTC"), "{}", mail.text);
        let reader = app.browser();
        let page = reader.get(&mail.link("/consents/")).await.expect(200).says("Alder");
        assert_eq!(page.texts("ins"), [format!("added: {NEW}")]);
        assert_eq!(page.texts("del"), [format!("removed: {OLD}")]);
        olu.get("/staff/letters/letter/consent").await.says("Agree0").says("Silent3");
        answer(&app, "Alder", "Yes, keep our name").await.expect(200).says("Your organization agrees");
        answer(&app, "Birch", "No, withdraw our name").await.expect(200).says("The sign-on is withdrawn");
        olu.get("/staff/letters/letter/consent").await.says("Agree1").says("Withdrew1").says("Silent1");
        shows(&app, false, &["Alder", "Cedar"], &agreed).await;

        // Whoever signs now signs the new text, and is printed once it stands.
        let browser = app.browser();
        let form = filled_in(&browser, "Daphne", "rep@daphne.example").await;
        browser.get("/letters/letter/sign").await.says("You sign a new text.").says(NEW);
        send(&browser, &form).await.says("Now open your mail");
        let link = app.mailbox().newest_about("rep@daphne.example", "Verify your sign-on").await.link("/verify/");
        let page = browser.get(&link).await.expect(200).hides("has changed since");
        browser.submit(&page.form()).await.says("Verified. Thank you");
        let queue = olu.get("/staff/letters/letter/queue").await.expect(200);
        let page = olu.follow(&queue, "Daphne").await.expect(200).says("They agreed to another text");
        press(&olu, &page, "Approve").await.expect(200);
        shows(&app, false, &["Alder", "Cedar"], &agreed).await;
        // The mail does not say that it is on the list.
        app.clock.advance(minutes(11));
        let mail = app.mailbox().newest_about("rep@daphne.example", "Your sign-on is approved").await;
        assert!(mail.text.contains("It is not on the list yet. Those who signed before are asked"), "{}", mail.text);
        assert!(!mail.text.contains("It is on the list"), "{}", mail.text);

        // Its time is over: the new text stands, with those who agreed to it.
        app.clock.advance(days(14));
        shows(&app, false, &["Alder", "Cedar"], &agreed).await;
        app.clock.advance(days(1));
        app.upkeep().await;
        shows(&app, true, &["Alder", "Daphne"], &agreed).await;
        app.get("/letters/letter").await.says("Version 2 of the text.");
        let page = app.get("/letters/letter/changes").await.expect(200).says("have agreed to this text");
        assert_eq!(page.texts("ins"), [format!("added: {NEW}")]);

        // Whoever said nothing is told, and comes back by one press.
        let mail = app.mailbox().newest_about("rep@cedar.example", "no longer stands under the letter").await;
        let cedar = app.browser();
        let page = cedar.get(&mail.link("/consents/")).await.expect(200).says("Come back to the list?");
        shows(&app, true, &["Alder", "Daphne"], &agreed).await;
        cedar.submit(&page.form().press_text("Yes, put our name back")).await.expect(200).says("agrees to the text");
        shows(&app, true, &["Alder", "Cedar", "Daphne"], &agreed).await;
        let _ = letter;
    }

    async fn the_first_answer_counts_unless_somebody_withdraws(app: TestApp) {
        let (letter, olu, ids) = listed(&app, &["Alder"]).await;
        colleague(&app, ids[0], "second@alder.example").await;
        prepare(&olu).await;
        ask(&olu, "2026-03-16").await;
        app.upkeep().await;
        answer(&app, "Alder", "Yes, keep our name").await.expect(200);
        let second = app.mailbox().newest_saying("second@alder.example", "/consents/").await.link("/consents/");
        let browser = app.browser();
        let page = browser.get(&second).await.expect(200).says("The first answer counts for all who represent it.");
        browser.submit(&page.form().press_text("No, withdraw our name")).await.expect(200).says("withdrawn");
        // And whoever agreed finds it so, and cannot agree again.
        let page = app.get(&link(&app, "Alder").await).await.expect(200).says("There is nothing to answer now");
        assert!(page.texts("main form").is_empty());
        let _ = letter;
    }

    async fn a_question_is_kept_and_shown_to_staff_and_is_no_answer(app: TestApp) {
        let (_, olu, ids) = listed(&app, &["Alder"]).await;
        prepare(&olu).await;
        ask(&olu, "2026-03-16").await;
        app.upkeep().await;
        let (browser, link) = (app.browser(), link(&app, "Alder").await);
        let page = browser.get(&link).await.expect(200);
        let form = page.form_with("text").fill("text", "");
        browser.submit(&form).await.expect(422).says("Your question");
        let form = page.form_with("text").fill("text", "Are the side gates meant too?");
        browser.submit(&form).await.expect(200).says("A question to the organizers was sent");
        browser.submit(&form).await.expect(200);
        app.mailbox().newest_about("olu@staff.example", "Answer a question about the text").await;
        entry(&olu, ids[0]).await.says("Are the side gates meant too?");
        let page = olu.get("/staff/letters/letter/consent").await.says("Asked a question1").says("Silent1");
        assert_eq!(page.text().matches("Are the side gates").count(), 0, "what a person wrote stands on the entry's page");
        let answers = app.browser().get(&link).await.expect(200);
        app.browser().submit(&answers.form().press_text("Yes, keep our name")).await.expect(200);
        olu.get("/staff/letters/letter/consent").await.says("Silent0").says("Agree1");
    }

    async fn opening_a_link_changes_nothing_and_a_second_press_neither(app: TestApp) {
        let (_, olu, _) = listed(&app, &["Alder"]).await;
        prepare(&olu).await;
        ask(&olu, "2026-03-16").await;
        app.upkeep().await;
        let (browser, link) = (app.browser(), link(&app, "Alder").await);
        let page = browser.get(&link).await.expect(200);
        for _ in 0..3 {
            browser.get(&link).await.expect(200).says("Does your organization agree to the new text?");
        }
        olu.get("/staff/letters/letter/consent").await.says("Silent1");
        olu.get(&link).await.says("there is no button here").hides("keep our name");
        let press = page.form().press_text("Yes, keep our name");
        browser.submit(&press).await.expect(200).says("Your organization agrees");
        app.browser().submit(&press).await.expect(200).says("Your organization agrees");
        // The page was of a text that is asked about no more.
        app.clock.advance(minutes(1));
        app.get("/consents/unknown").await.expect(404).says("We do not know this link");
        let stale = press.fill("number", "1");
        browser.submit(&stale).await.expect(409).says("Nothing was changed");
    }
}

/// A second contact of an entry.
pub(crate) async fn colleague(app: &TestApp, id: SignOnId, email: &str) {
    use undersigned::sign_on::{Contact, store};
    use undersigned::text::{EmailAddress, PersonName, RoleTitle};
    let base_url = app.settings.base_url(app.settings.listen);
    let open = undersigned::app::Instance::open(
        &app.settings,
        base_url,
        app.clock.clone(),
        undersigned::db::Use::Command,
    );
    let instance = open.await.unwrap();
    let person = Contact {
        name: PersonName::parse("Cleo Colleague").unwrap(),
        role: RoleTitle::parse("Board member").unwrap(),
        email: EmailAddress::parse(email).unwrap(),
        note: None,
        updates: false,
    };
    let (keys, random, now) = (instance.app.keys.clone(), instance.app.random.clone(), app.clock.now());
    let put =
        move |tx: &mut undersigned::db::Tx<'_>| store::insert_contact(tx, &keys, &random, id, &person, now);
    instance.app.db.write(put).await.unwrap();
}
