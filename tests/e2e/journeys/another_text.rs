//! J14. Ten organizations have signed. A comma is mended; then the letter is to demand something else.

use super::people::{Person, Staff};
use super::{listed, scripts};
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::db::Engine;
use crate::support::mailbox::Mail;
use crate::support::queue::{Sent, sent, waiting};
use std::collections::BTreeSet;
use std::time::Duration;
use undersigned::clock::{days, minutes};

const NAMES: [&str; 10] =
    ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper"];
const SLIP: &str = "We ask you to keep the park open.\n\nIt is, after all, the only one.";
const DEMAND: &str = "We ask you to keep the park open at night.\n\nIt is, after all, the only one.";

pub async fn journey(engine: Engine) {
    let app = TestApp::spawn(engine).await;
    let Some(them) = Person::with_a_phone(&app, scripts(engine)).await else { return };
    let letter = open_letter(&app).await;
    let addresses = NAMES.map(address);
    let all: Vec<Sent<'_>> =
        NAMES.iter().zip(&addresses).map(|(name, email)| sent(name, "", email)).collect();
    waiting(&app, &letter, &all).await;
    let olu = Staff::enter(&app, scripts(engine), "organizer", Some("letter")).await;
    approve(&olu).await;
    listed(&app, &them, &NAMES).await;
    app.clock.advance(minutes(11));
    mails(&app, &addresses, "is on the list").await;

    // A slip: everybody can read it, nobody is asked.
    save(&olu, SLIP).await;
    olu.press("Go on").await;
    olu.mends("One thing to mend").await;
    olu.choose("kind", "slip").await;
    olu.press("Go on").await;
    olu.stops_at("Text of the letter").await;
    olu.says("Saved.").await;
    them.open_until("/letters/letter", "It is, after all, the only one.").await;
    them.follow("Read what changed").await;
    them.stops_at("Changes of the text").await;
    them.says("A slip was mended.").await;
    app.upkeep().await;
    assert!(app.mailbox().all().await.iter().all(|mail| !mail.text.contains("/consents/")));
    listed(&app, &them, &NAMES).await;

    // Another demand: everybody is asked, and the old text stands meanwhile.
    save(&olu, DEMAND).await;
    olu.choose("kind", "meaning").await;
    olu.press("Go on").await;
    olu.stops_at("Consent").await;
    olu.says("10 organizations stand behind the letter.").await;
    olu.forge("#ends_on", "2026-03-16").await;
    olu.press("Go on").await;
    olu.stops_at("Ask 10 organizations?").await;
    olu.press("Ask them now").await;
    olu.confirms(&app).await;
    olu.mends("One thing to mend").await;
    olu.tick("sure").await;
    olu.press("Ask them now").await;
    olu.stops_at("Consent").await;
    olu.says("Asking begins.").await;
    app.upkeep().await;
    for mail in mails(&app, &addresses, "whether your organization agrees").await {
        assert!(mail.text.contains("[-open.-]") && mail.text.contains("{+open at night.+}"), "{}", mail.text);
    }
    for name in &NAMES[..6] {
        answer(&them, name, "Yes, keep our name").await;
        them.says("Your organization agrees").await;
    }
    answer(&them, NAMES[6], "No, withdraw our name").await;
    them.says("withdrawn").await;
    tracked(&olu, &[("Agree", 6), ("Withdrew", 1), ("Silent", 3)]).await;
    let silent = olu.texts("tbody tr").await;
    assert!(
        NAMES[7..].iter().all(|name| silent.iter().any(|row| row.contains(name) && row.contains("Silent")))
    );
    let left: Vec<&str> = NAMES.into_iter().filter(|name| *name != NAMES[6]).collect();
    listed(&app, &them, &left).await;
    them.says("those who signed are asked whether they agree to another text").await;

    // The end of it.
    app.clock.advance(days(15));
    app.upkeep().await;
    listed(&app, &them, &NAMES[..6]).await;
    them.stops_at("Keep the park open").await;
    them.says("keep the park open at night").await;
    olu.log_in(&app).await;
    olu.open("/staff/letters/letter/consent").await;
    olu.stops_at("Consent").await;
    olu.says("Earlier rounds").await;
    olu.says("10 asked: 6 agreed, 1 withdrew, 3 did not answer.").await;
    mails(&app, &addresses[7..], "no longer stands under the letter").await;
}

fn address(name: &str) -> String {
    format!("rep@{}.example", name.to_lowercase())
}

/// One mail to each of these about this, and none to anybody else.
async fn mails(app: &TestApp, to: &[String], subject: &str) -> Vec<Mail> {
    let mut about = Vec::new();
    for _ in 0..40 {
        about = app.mailbox().all().await;
        about.retain(|mail| mail.subject.contains(subject));
        if about.len() >= to.len() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let told: BTreeSet<&String> = about.iter().map(|mail| &mail.to).collect();
    assert_eq!((about.len(), told), (to.len(), to.iter().collect()), "{subject}");
    about
}

/// Approves all that waits, at once.
async fn approve(olu: &Staff) {
    olu.open("/staff/letters/letter/queue").await;
    olu.stops_at("10 sign-ons to review").await;
    for n in 1..=10 {
        olu.click_at(&format!("ol.rows li:nth-child({n}) input[name=entry]")).await;
    }
    olu.open_details().await;
    olu.press("Approve those ticked").await;
    olu.says("10 approved").await;
}

/// Writes another text, and looks at what changes.
async fn save(olu: &Staff, text: &str) {
    olu.open("/staff").await;
    olu.follow("Keep the park open").await;
    olu.click_at("nav.local a[href$='/letter']").await;
    olu.stops_at("Text of the letter").await;
    olu.fill("letter", text).await;
    olu.press("Save: see what changes").await;
    olu.stops_at("What changed in the text").await;
}

/// Somebody answers by the link in their mail.
async fn answer(them: &Person, name: &str, button: &str) {
    them.follow_mail(&address(name), "/consents/").await;
    them.stops_at("Does your organization agree to the new text?").await;
    assert_eq!(them.texts("p.printed bdi").await, [name]);
    them.press(button).await;
}

/// What the organizers read of the round.
async fn tracked(olu: &Staff, counts: &[(&str, usize)]) {
    olu.open("/staff/letters/letter/consent").await;
    olu.stops_at("Consent").await;
    let facts: BTreeSet<String> = olu.texts("dl.facts > div").await.into_iter().collect();
    for (what, count) in counts {
        let is_there = |fact: &String| fact.split_whitespace().eq([*what, &count.to_string()]);
        assert!(facts.iter().any(is_there), "{what} {count}: {facts:?}");
    }
}
