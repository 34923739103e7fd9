//! Organizers ask organizations to sign: a list is looked at and sent, each gets a link of its own, and the tracker says what came of it.

mod answering;
mod behind_the_link;
mod refusing;
mod tracking;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Form, Page};
use crate::support::cast::{self, open_letter};
use crate::support::on_both_engines;
use crate::support::queue::{sent, waiting};
use crate::support::staff::{PASSWORD, log_in, organizer, second_administrator};
use std::time::{Duration, Instant};
use undersigned::campaign::{Access, Campaign, Settings};
use undersigned::clock::days;

const TRACKER: &str = "/staff/letters/letter/invitations";
const SUBJECT: &str = "Sign for your organization";

/// A letter that only those who are invited may see.
async fn private_letter(app: &TestApp) -> Campaign {
    let settings = Settings { access: Access::Invitation, ..cast::settings(app) };
    cast::campaign(app, settings).await
}

/// Pastes a list; the page that comes first.
async fn paste(olu: &Browser, list: &str) -> Page {
    let page = olu.get(TRACKER).await.expect(200);
    olu.submit(&page.form_with("organizations").fill("organizations", list)).await
}

/// The form of that page with its button pressed.
fn invite_them(preview: &Page) -> Form {
    preview.form_with("organizations").press("do")
}

/// Pastes a list and invites everybody on it.
async fn invite(olu: &Browser, list: &str) -> Page {
    let preview = paste(olu, list).await.expect(200).says("can be invited");
    olu.submit(&invite_them(&preview)).await.expect(200).says("invited: a mail goes to each.")
}

/// Invites one organization; the link in its mail.
async fn invited(app: &TestApp, olu: &Browser, organization: &str, email: &str) -> String {
    let before = app.mailbox().all_to(email).await.len();
    invite(olu, &format!("{organization},{email}")).await;
    let mails = app.mailbox().once_there_are(before + 1, email).await;
    assert!(mails[0].subject.starts_with(SUBJECT), "{}", mails[0].subject);
    mails[0].link("/invitations/")
}

/// Somebody who runs the letter, after days in which their session has ended.
async fn again(app: &TestApp) -> Browser {
    let browser = app.browser();
    log_in(app, &browser, "olu@staff.example", PASSWORD).await;
    browser
}

/// What the tracker says of an organization.
async fn row(olu: &Browser, organization: &str) -> String {
    let page = olu.get(TRACKER).await.expect(200);
    let rows = page.texts("table tr");
    rows.into_iter().find(|row| row.contains(organization)).unwrap_or_else(|| panic!("{page:?}"))
}

/// The page of one invitation.
async fn one(olu: &Browser, organization: &str) -> Page {
    let page = olu.get(TRACKER).await.expect(200);
    olu.follow(&page, organization).await.expect(200)
}

/// The form behind a link, with what is still to be filled in.
fn filled_in(page: &Page) -> Form {
    let form = page.form_with("organization").choose("country", "KE").fill("representative", "Ada Example");
    form.fill("role", "Director").choose("basis", "head").tick("authority")
}

on_both_engines! {
    async fn a_list_is_looked_at_line_by_line_before_anybody_is_invited(app: TestApp) {
        let letter = open_letter(&app).await;
        waiting(&app, &letter, &[sent("Signed Network", "https://signed.example", "a@signed.example")]).await;
        let olu = organizer(&app, "letter").await;
        let list = "name,email,website,language\n\"Example, z.s.\",office@one.example,one.example,cs\nTwo Society,b@two.example\n\
                    Three,not an address\nThe Signed Network,b@signed.example\nTwo society,B@two.example";
        let page = olu.get(TRACKER).await.expect(200).says("At most 1,000 lines");
        let preview = olu.submit(&page.form_with("organizations").fill("organizations", list)).await.expect(200);
        let preview = preview.says("2 organizations can be invited").says("3 lines cannot be taken").says("Nothing has been sent yet.");
        let fates = preview.texts("tbody tr");
        assert_eq!(fates.len(), 5);
        for (fate, word) in fates.iter().zip(["Taken", "Taken", "Email: Write one email address only", "It has signed already.", "the same as line 3"]) {
            assert!(fate.contains(word), "{fate} is not {word}");
        }
        assert!(app.mailbox().all_to("office@one.example").await.is_empty());
        // What was changed after the look is looked at first.
        let changed = invite_them(&preview).fill("organizations", "Four,d@four.example");
        olu.submit(&changed).await.expect(200).says("1 organization can be invited").says("Nothing has been sent yet.");
        assert!(app.mailbox().all_to("d@four.example").await.is_empty());

        let button = invite_them(&preview);
        olu.submit(&button).await.expect(200).says("2 organizations invited").hides("skipped");
        let mail = app.mailbox().newest_to("office@one.example").await;
        assert_eq!(mail.subject, "Sign for your organization: Keep the park open");
        assert!(mail.text.contains("Friends of the Park invites") && mail.text.contains("Example, z.\u{2060}s."), "{}", mail.text);
        let link = mail.link("/invitations/");
        assert!(mail.text.lines().any(|line| line.ends_with(&link)), "{}", mail.text);
        assert_eq!(mail.links.len(), 1, "{:?}", mail.links);
        let page = app.get(&link).await.expect(200).says("Friends of the Park invites Example, z.s. to sign this letter.").says("keep the park open");
        let form = page.form_with("organization");
        assert_eq!((form.value("organization"), form.value("website")), ("Example, z.s.", "https://one.example"));
        assert_eq!(form.value("email"), "office@one.example");
        // The button once more, and the list once more: nobody is invited twice.
        olu.submit(&button).await.expect(200).says("All 2 on this list are invited already");
        paste(&olu, "Two Society,b@two.example").await.expect(200).says("It is invited already, at this address.");
        assert_eq!(app.mailbox().all_to("office@one.example").await.len(), 1);
        assert!(row(&olu, "Two Society").await.contains("Mail delivered"));
    }

    async fn what_a_hostile_list_holds_is_told_and_never_taken(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let list = "Bell\u{7},a@one.example\n\u{202e}Turned,b@two.example\n<script>alert(1)</script>,c@three.example\n\
                    =HYPERLINK(\"\"x\"\"),d@four.example\nTwo,e@five.example\u{0}\nThree,f@six.example%0d%0aBcc:x@y.example\n\"Open,g@seven.example";
        let preview = paste(&olu, list).await.expect(200).says("5 lines cannot be taken").hides("<script>");
        assert!(preview.texts("tbody bdi").iter().all(|line| !line.contains(['\u{7}', '\u{202e}', '\0'])), "{preview:?}");
        assert_eq!(preview.texts("tbody tr td .ended").len(), 5, "{preview:?}");
        let page = olu.submit(&invite_them(&preview)).await.expect(200);
        // What looks like a formula or like markup is a name, and nothing but text wherever it stands.
        page.says("<script>alert(1)</script>").says("=HYPERLINK").hides("<script>");
        let mail = app.mailbox().newest_to("c@three.example").await;
        assert!(!mail.subject.contains("script") && mail.links.len() == 1, "{}", mail.text);

        let many: String = (0..10_000).map(|n| format!("Network {n},n{n}@many.example\n")).collect();
        let refused = paste(&olu, &many).await.expect(422).says("Paste at most 1,000 lines at once: this list has 10000. Nothing was sent.");
        assert!(refused.form_with("organizations").value("organizations").contains("n9999@many.example"), "what was pasted is gone");
        paste(&olu, " \n").await.expect(422).says("Paste at least one line");
        assert!(!olu.get(TRACKER).await.expect(200).text().contains("many.example"));
    }

    async fn nobody_is_invited_to_what_they_cannot_sign(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let preview = paste(&olu, "One,a@one.example").await.expect(200);
        app.clock.advance(days(31));
        let olu = again(&app).await;
        let page = olu.submit(&invite_them(&preview)).await;
        assert_eq!(page.status, 403, "the page is of a session that has ended");
        paste(&olu, "One,a@one.example").await.expect(422).says("The deadline has passed");
        assert!(app.mailbox().all_to("a@one.example").await.is_empty());
    }

    async fn two_organizers_who_send_the_same_list_at_once_invite_everybody_once(app: TestApp) {
        open_letter(&app).await;
        let (olu, abe) = (organizer(&app, "letter").await, second_administrator(&app).await);
        let list: String = (0..24).map(|n| format!("Network {n},n{n}@many.example\n")).collect();
        let (first, second) = (paste(&olu, &list).await.expect(200), paste(&abe, &list).await.expect(200));
        let again = first.clone();
        let (first, second) = (invite_them(&first), invite_them(&second));
        let (first, second) = tokio::join!(olu.submit(&first), abe.submit(&second));
        let invited = |page: &Page| -> u32 {
            let query = page.path.split("invited=").nth(1).and_then(|rest| rest.split('&').next());
            query.map_or(0, |count| count.parse().unwrap())
        };
        assert_eq!(invited(&first) + invited(&second), 24, "{first:?} {second:?}");
        app.mailbox().once_there_are(1, "n23@many.example").await;
        for n in [0, 1, 12, 23] {
            assert_eq!(app.mailbox().all_to(&format!("n{n}@many.example")).await.len(), 1, "{n}");
        }
        olu.get(TRACKER).await.expect(200).says("All 24");
        // And whoever sends their list again is told that it went.
        olu.submit(&invite_them(&again)).await.expect(200).says("All 24 on this list are invited already");
    }

    async fn a_thousand_invitations_are_sent_and_looked_at_quickly(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        for hundred in 0..10 {
            let numbers = (hundred * 100)..(hundred * 100 + 100);
            let list: String = numbers.map(|n| format!("Network {n},n{n}@many.example,many{n}.example\n")).collect();
            invite(&olu, &list).await;
        }
        // Beside a page that hardly reads anything, because machines and their loads differ.
        let begun = Instant::now();
        olu.get("/staff/letters/letter/settings").await.expect(200);
        let yardstick = begun.elapsed() + Duration::from_millis(50);
        let begun = Instant::now();
        let page = olu.get(TRACKER).await.expect(200).says("All 1000").says("Page 1 of 10");
        let (took, most) = (begun.elapsed(), yardstick * 40);
        assert!(took < most, "{took:?} where {yardstick:?} is the yardstick");
        assert_eq!(page.texts("tbody tr").len(), 100);
        let found = olu.submit(&page.form_with("q").fill("q", "n777@many.example")).await.expect(200).says("1 invitation found");
        assert_eq!(found.texts("tbody th a"), ["Network 777"]);
        let found = olu.submit(&page.form_with("q").fill("q", "network 99")).await.expect(200).says("11 invitations found");
        assert!(found.texts("tbody th a").contains(&"Network 990".to_owned()));
        olu.submit(&page.form_with("q").fill("q", " ")).await.expect(422).says("Write a part of a name");
    }
}
