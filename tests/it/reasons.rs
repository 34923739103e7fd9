//! How a letter is moderated: the reasons of its own list, wherever they are read, and the guide.

use crate::support::app::TestApp;
use crate::support::browser::{Form, Page};
use crate::support::cast::{self, open_letter};
use crate::support::on_both_engines;
use crate::support::queue::{entry, sent, waiting};
use crate::support::staff::{self, PASSWORD, moderator, organizer};
use undersigned::clock::minutes;

const PAGE: &str = "/staff/letters/letter/moderation";

/// The labels that the form for rejecting lists.
fn choices(page: &Page) -> Vec<String> {
    page.texts("#reject-reason option").into_iter().skip(1).collect()
}

/// The form of a reason, which the first one's page has as well as any.
fn of(page: &Page, code: &str) -> Form {
    page.form_with_button("Save").smuggle("reason", code)
}

on_both_engines! {
    async fn whoever_sets_up_the_second_factor_in_between_loses_nothing_of_the_change(app: TestApp) {
        open_letter(&app).await;
        let link = staff::invitation(&app, "olu@staff.example", "organizer", Some("letter"));
        let olu = app.browser();
        let page = olu.get(&link).await.expect(200);
        olu.submit(&page.form().fill("name", "Olu Organizer").fill("password", PASSWORD)).await.expect(200);
        let page = olu.get(PAGE).await.expect(200);
        let form = of(&page, "not_eligible").press_text("Retire");
        let first = olu.submit(&form).await.expect(403).says("Set up your second factor first");
        staff::set_up_factor(&olu, app.clock.now()).await;
        let page = olu.submit(&first.form_with_button("Send it again")).await.expect(200).says("Saved.");
        page.says("Retired");
    }

    async fn a_letters_own_reason_is_read_wherever_reasons_are(app: TestApp) {
        let letter = open_letter(&app).await;
        let (olu, mina) = (organizer(&app, "letter").await, moderator(&app, "letter").await);
        mina.get(PAGE).await.expect(403);
        let receipt = cast::sign_and_verify(&app, "Boat Club", "a@boats.example").await;
        let ids = waiting(&app, &letter, &[sent("Ship Club", "ships.example", "a@ships.example")]).await;

        let page = olu.get(PAGE).await.expect(200).says("Not the kind of organization this letter is for");
        let form = page.form_with_button("Add the reason").fill("label", "A club");
        let mend = olu.submit(&form).await.expect(422).says("Write what the representative reads.");
        assert_eq!(mend.form_with_button("Add the reason").value("label"), "A club");
        let form = mend.form_with_button("Add the reason").fill("sentence", "Clubs sign another letter.");
        olu.submit(&form).await.expect(200).says("Saved.").says("Clubs sign another letter.");

        let queue = mina.get("/staff/letters/letter/queue").await;
        let boats = mina.follow(&queue, "Boat Club").await.expect(200);
        assert_eq!(choices(&boats).last().unwrap(), "A club");
        let reject = boats.form_with_button("Reject");
        mina.submit(&reject.clone().smuggle("reason", "a_boat")).await.expect(422).says("one of the reasons in the list");
        mina.submit(&reject.fill("reason", "a_club")).await.expect(200);
        let boats = mina.get(&boats.path).await;
        boats.clone().says("Rejected by Mina Moderator. Reason: a club.");
        app.clock.advance(minutes(11));
        let mail = app.mailbox().newest_about("a@boats.example", "not accepted").await;
        assert!(mail.text.contains("Clubs sign another letter."), "{}", mail.text);
        app.get(&receipt.link("/sign-ons/")).await.says("Clubs sign another letter.");

        // Retired: nobody chooses it, and what was decided keeps it.
        let stale = entry(&mina, ids[0]).await.form_with_button("Reject").fill("reason", "a_club");
        let page = olu.get(PAGE).await;
        let form = of(&page, "a_club").press_text("Retire");
        olu.submit(&form).await.expect(200).says("Retired");
        mina.submit(&stale).await.expect(422).says("one of the reasons in the list");
        assert!(!choices(&entry(&mina, ids[0]).await).contains(&"A club".to_owned()));
        app.get(&receipt.link("/sign-ons/")).await.says("Clubs sign another letter.");
        mina.get(&boats.path).await.says("Reason: a club.");

        // Worded anew: past decisions read so too.
        let page = olu.get(PAGE).await;
        let form = of(&page, "a_club").fill("label", "A club").fill("sentence", "Clubs have a letter of their own.");
        olu.submit(&form.press_text("Save")).await.expect(200);
        app.get(&receipt.link("/sign-ons/")).await.says("Clubs have a letter of their own.");
    }

    async fn reasons_are_put_in_order_and_one_always_stays(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let page = olu.get(PAGE).await;
        let form = of(&page, "authority_unclear").press_text("Move down");
        let page = olu.submit(&form).await.expect(200);
        let codes = page.attributes("ol.reasons input[name=reason]", "value");
        assert_eq!(codes[..3], ["not_eligible", "duplicate", "authority_unclear"]);
        let mut page = page;
        for code in &codes[1..] {
            page = olu.submit(&of(&page, code).press_text("Retire")).await.expect(200);
        }
        let last = of(&page, "not_eligible").press_text("Retire");
        olu.submit(&last).await.expect(422).says("Keep at least one reason that can be chosen.");
        let unknown = of(&page, "nothing").press_text("Move down");
        olu.submit(&unknown).await.expect(422).says("There is no such reason.");
    }

    async fn whoever_changes_reasons_on_a_stale_page_is_told_and_keeps_what_was_typed(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let page = olu.get(PAGE).await;
        let first = of(&page, "other").press_text("Retire");
        let second = of(&page, "duplicate").fill("label", "Twice on the list").fill("sentence", "Twice.");
        olu.submit(&first).await.expect(200);
        let told = olu.submit(&second.press_text("Save")).await.expect(409);
        let told = told.says("Nothing was saved: somebody was first. Olu Organizer changed the reasons");
        assert_eq!(told.attribute("#duplicate-label", "value").as_deref(), Some("Twice on the list"));
        let again = of(&told, "duplicate").fill("label", "Twice on the list").fill("sentence", "Twice.");
        olu.submit(&again.press_text("Save")).await.expect(200).says("Twice on the list");
    }

    async fn the_guide_is_the_usual_one_until_organizers_write_their_own(app: TestApp) {
        open_letter(&app).await;
        let (olu, mina) = (organizer(&app, "letter").await, moderator(&app, "letter").await);
        let queue = mina.get("/staff/letters/letter/queue").await;
        let guide = mina.follow(&queue, "Guide").await.expect(200).says("When to hold, and what to ask");
        guide.says("They read: “The organization asked us to.”").hides("change this guide");
        let form = olu.get(PAGE).await.form_with_button("Save the guide");
        let own = form.clone().fill("guide", "# Ours\n\nAsk <b>twice</b>.");
        let mend = olu.submit(&own).await.expect(422).says("Remove the HTML");
        let own = mend.form_with_button("Save the guide").fill("guide", "# Ours\n\nAsk *twice*.");
        olu.submit(&own).await.expect(200).says("It is your own");
        let guide = mina.get("/staff/letters/letter/guide").await.expect(200).says("Ask twice.");
        assert_eq!(guide.texts(".guide h2"), ["Ours"]);
        let usual = olu.get(PAGE).await.form_with_button("Save the guide").fill("guide", " ");
        olu.submit(&usual).await.expect(200).says("It is the usual guide");
        app.browser().get("/staff/letters/letter/guide").await.at("/login?next=%2Fstaff%2Fletters%2Fletter%2Fguide");
    }
}
