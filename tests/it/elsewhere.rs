//! Organizations that signed in another way: added by staff with what shows it, and confirmed, or not, by their contact.

mod confirming;
mod table;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Form, Page};
use crate::support::cast::open_letter;
use crate::support::on_both_engines;
use crate::support::staff::{moderator, organizer};
use std::time::Duration;

const PAGE: &str = "/staff/letters/letter/elsewhere";

/// The form for one organization, filled in but for its contact.
async fn by_hand(olu: &Browser, organization: &str) -> Form {
    let page = olu.get(PAGE).await.expect(200);
    let form = page.form_with_button("Add it to the list").fill("organization", organization);
    let form = form.choose("country", "KE").choose("source", "paper");
    form.fill("evidence", "A letter of 1 March, signed by Ada.").fill("vouched_by", "Ben Example")
}

/// Adds one, with the address of its contact.
async fn add(olu: &Browser, organization: &str, email: &str) -> Page {
    let form = by_hand(olu, organization).await.fill("email", email);
    olu.submit(&form).await.expect(200).says("1 organization added")
}

/// The table form, filled in.
async fn table(olu: &Browser, lines: &str) -> Form {
    let page = olu.get(PAGE).await.expect(200);
    let form = page.form_with("table").fill("table", lines).choose("source", "partner");
    form.fill("evidence", "The list of the partner.").fill("vouched_by", "Ben Example")
}

/// The names on the public list, once they are these.
async fn list_is(app: &TestApp, expected: &[&str]) {
    let mut names = Vec::new();
    for _ in 0..60 {
        let page = app.get("/letters/letter").await.expect(200);
        names = page.texts("ol.names li");
        if names == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not {expected:?} on the list after 3 s, but {names:?}");
}

async fn set_unconfirmed(olu: &Browser, way: &str) {
    let page = olu.get("/staff/letters/letter/settings").await.expect(200);
    olu.submit(&page.form_with("title").choose("unconfirmed", way)).await.expect(200).says("Saved.");
}

on_both_engines! {
    async fn one_is_added_by_hand_with_what_shows_that_it_agreed(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let page = olu.get(PAGE).await.expect(200).says("No entry of this letter is from elsewhere.");
        let empty = olu.submit(&page.form_with_button("Add it to the list")).await.expect(422);
        let empty = empty.says("Write the name of the organization.").says("Choose how it was received.");
        empty.says("Write what shows that they agreed.");
        add(&olu, "Paper Network", "office@paper.example").await;
        list_is(&app, &["Paper Network (unconfirmed), Kenya"]).await;
        // Nothing is sent before somebody presses the button for that.
        assert!(app.mailbox().all_to("office@paper.example").await.is_empty());

        let queue = olu.get("/staff/letters/letter/queue?show=approved").await.expect(200);
        let entry = olu.follow(&queue, "Paper Network").await.expect(200);
        let entry = entry.says("It signed in another way, added on").says("and has not confirmed that here.");
        let entry = entry.says("Received on paper. “A letter of 1 March, signed by Ada.” Ben Example vouches for it.");
        let entry = entry.says("office@paper.example").says("Unconfirmed. Not asked yet.");
        entry.says("Added from elsewhere by Olu Organizer.");
        olu.get("/staff/letters/letter/numbers").await.says("1 entry on the list signed in another way; 1 of them is not confirmed");
        olu.get(PAGE).await.says("1 entry is from elsewhere; 1 of them is not confirmed");
        // The same once more is a likely duplicate, and is added only if somebody says that it is another one.
        let form = by_hand(&olu, "The Paper Network").await;
        let look = olu.submit(&form).await.expect(200).says("Likely the same as Paper Network, which has the same name");
        look.says("Nothing has been added yet.");
        list_is(&app, &["Paper Network (unconfirmed), Kenya"]).await;
    }

    async fn the_organizer_decides_how_the_unconfirmed_print_and_every_form_agrees(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        add(&olu, "Paper Network", "").await;
        list_is(&app, &["Paper Network (unconfirmed), Kenya"]).await;
        let forms = ["", ".csv", ".json", ".txt", ".atom", "?q=paper"];
        for form in forms {
            app.get(&format!("/letters/letter{form}")).await.expect(200).says("Paper Network (unconfirmed)");
        }
        let csv = app.get("/letters/letter.csv").await;
        assert!(csv.body.starts_with("\u{feff}number,name,country,website,joined_on\r\n1,"), "{}", csv.body);
        let edition = csv.header("x-edition").to_owned();

        set_unconfirmed(&olu, "print").await;
        list_is(&app, &["Paper Network, Kenya"]).await;
        for form in forms {
            app.get(&format!("/letters/letter{form}")).await.expect(200).says("Paper Network").hides("unconfirmed");
        }
        set_unconfirmed(&olu, "hide").await;
        list_is(&app, &[]).await;
        for form in forms {
            app.get(&format!("/letters/letter{form}")).await.expect(200).hides("Paper Network");
        }
        app.get("/").await.expect(200).hides("1 organization");
        app.get(&format!("/letters/letter/editions/{edition}.txt")).await.expect(410);
    }

    async fn who_is_no_organizer_adds_nobody(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        mina.get(PAGE).await.expect(403);
    }
}
