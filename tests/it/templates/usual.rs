//! What organizers begin with says what the mail says anyway: sentence by sentence, but for what the program itself promises.

use super::write;
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::{cast, on_both_engines, staff};
use std::collections::{BTreeMap, BTreeSet};
use undersigned::campaign::{Campaign, MailMessage};
use undersigned::clock::{days, minutes};

const INVITATIONS: &str = "/staff/letters/letter/invitations";

/// The text of each mail, as it goes to organizations of these names.
async fn mails(app: &TestApp, letter: &Campaign, name: &str) -> BTreeMap<MailMessage, String> {
    let (lower, mut all) = (name.to_lowercase(), BTreeMap::new());
    let olu = again(app).await;
    let address = |part: &str| format!("{part}@{lower}.example");
    let page = olu.get(INVITATIONS).await.expect(200);
    let list = format!("{name},{}\n", address("info"));
    let preview = olu.submit(&page.form_with("organizations").fill("organizations", &list)).await.expect(200);
    olu.submit(&preview.form_with("organizations").press("do")).await.expect(200);
    all.insert(MailMessage::Invited, app.mailbox().newest_to(&address("info")).await.text);
    app.clock.advance(days(6));
    let olu = again(app).await;
    let page = olu.get(INVITATIONS).await.expect(200);
    let remind = format!("Remind {name}");
    olu.submit(&page.form_with_button(&remind).press_text(&remind)).await.expect(200);
    all.insert(
        MailMessage::InvitedAgain,
        app.mailbox().newest_about(&address("info"), "Reminder").await.text,
    );

    let verify = cast::sign(app, name, &address("rep")).await;
    let browser = app.browser();
    let page = browser.get(&verify.link("/verify/")).await.expect(200);
    browser.submit(&page.form()).await.expect(200);
    all.insert(MailMessage::Verify, verify.text.replace(&verify.code(), "CODE"));
    let received = app.mailbox().newest_about(&address("rep"), "Your sign-on is verified").await;
    all.insert(MailMessage::Received, received.text);

    let (good, bad) = (address("good"), address("bad"));
    let site = format!("https://{lower}.example");
    let second = format!("{name} B");
    let ids =
        waiting(app, letter, &[sent(&second, &site, &good), sent(&format!("{name} C"), &site, &bad)]).await;
    press(&olu, &entry(&olu, ids[0]).await, "Approve").await.expect(200);
    let form = entry(&olu, ids[1]).await.form_with_button("Reject").fill("reason", "not_eligible");
    olu.submit(&form.fill("text", "Next time, perhaps.")).await.expect(200);
    app.clock.advance(minutes(11));
    all.insert(MailMessage::Approved, app.mailbox().newest_about(&good, "is on the list").await.text);
    all.insert(MailMessage::Rejected, app.mailbox().newest_about(&bad, "was not accepted").await.text);
    for text in all.values_mut() {
        *text = text.replace(name, "NAME").replace("8 March 2026, 09:12 UTC", "2 March 2026, 09:01 UTC");
    }
    all
}

async fn again(app: &TestApp) -> Browser {
    let browser = app.browser();
    staff::log_in(app, &browser, "olu@staff.example", staff::PASSWORD).await;
    browser
}

/// Its sentences, without the addresses of links, which differ from mail to mail, and without the frame below.
fn sentences(text: &str) -> BTreeSet<String> {
    let text = text.split("\n-- \n").next().unwrap();
    let mut all = BTreeSet::new();
    for paragraph in text.split("\n\n") {
        let words = paragraph.split_whitespace().filter(|word| !word.starts_with("http"));
        let paragraph = words.collect::<Vec<_>>().join(" ").replace(": ", ":\n").replace(". ", ".\n");
        all.extend(paragraph.lines().map(str::to_owned));
    }
    all
}

/// In which sentences the two may differ: what the mail says anyway, and what it says in the organizers' words with the promises behind them.
fn may_differ(message: MailMessage) -> (&'static [&'static str], &'static [&'static str]) {
    // A letter need not address anybody, so the words to begin with do not say whom.
    const TO: &[&str] = &["to sign an open letter to The City Council:"];
    const OPEN: &[&str] = &["to sign an open letter:"];
    // The promise does not stand right under the link.
    const THAT: &str = "Keep that link to yourself:";
    const THE: &str = "Keep the link to your private page to yourself:";
    match message {
        MailMessage::Invited | MailMessage::InvitedAgain => (TO, OPEN),
        MailMessage::Verify => (&[], &[]),
        // Whether the moderators still decide is the program's to say.
        MailMessage::Received => (
            &[
                THAT,
                "Your sign-on to the letter “Keep the park open” is verified and waits for review by the moderators:",
            ],
            &[
                THE,
                "Your sign-on to the letter “Keep the park open” is verified:",
                "Your sign-on waits for review by the moderators.",
            ],
        ),
        MailMessage::Approved => (&[THAT], &[THE]),
        MailMessage::Rejected => (&["Keep that link to yourself."], &["Keep the link to yourself."]),
    }
}

on_both_engines! {
    async fn the_usual_words_say_what_the_mails_say_anyway(app: TestApp) {
        let letter = cast::open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        app.clock.advance(minutes(1));
        let anyway = mails(&app, &letter, "Beech").await;
        drop(olu);
        let olu = again(&app).await;
        for message in MailMessage::ALL {
            let (subject, text) = message.usual();
            write(&olu, message.as_str(), subject, text).await.expect(200).says("Saved.");
        }
        let worded = mails(&app, &letter, "Cedar").await;
        let mut wrong = Vec::new();
        for message in MailMessage::ALL {
            let (anyway, worded) = (sentences(&anyway[&message]), sentences(&worded[&message]));
            let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> {
                one.difference(other).cloned().collect()
            };
            let found = (only(&anyway, &worded), only(&worded, &anyway));
            let (may, may_worded) = may_differ(message);
            if found.0 != may || found.1 != may_worded {
                wrong.push(format!("{message:?}: {found:#?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
