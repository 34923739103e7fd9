//! The queue and the page of an entry, in every state that moderators meet.

use super::Inspector;
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::cast::{self, open_letter, sign_and_verify};
use crate::support::db::Engine;
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::staff;
use crate::workbench::enter;
use undersigned::clock::minutes;
use undersigned::ids::SignOnId;

const QUEUE: &str = "/staff/letters/letter/queue";

fn page_of(id: SignOnId) -> String {
    format!("/staff/sign-ons/{id}")
}

/// “Mina Moderator” looks.
async fn mina(app: &TestApp, inspector: &Inspector) {
    enter(app, &inspector.browser, "Mina Moderator", "mina@staff.example").await;
}

/// Somebody reports an entry of the list by its name.
async fn report(app: &TestApp, name: &str) {
    let stranger = app.browser();
    let page = stranger.get(&format!("/letters/letter/report?entry={name}")).await.expect(200);
    let form = page.form_with("email").choose("kind", "wrong").fill("text", "They are called otherwise.");
    stranger.submit(&form.fill("email", "sam@gmail.com").fill("name", "Sam Stranger")).await.expect(200);
    let link = app.mailbox().newest_about("sam@gmail.com", "Send your report").await.link("/reports/");
    let page = stranger.get(&link).await.expect(200);
    stranger.submit(&page.form()).await.says("has reached the moderators");
}

async fn reject(browser: &Browser, id: SignOnId, words: &str) {
    let form = entry(browser, id).await.form_with_button("Reject");
    browser.submit(&form.fill("reason", "not_eligible").fill("text", words)).await.expect(200);
}

#[tokio::test]
async fn the_queue_breaks_no_rule_in_any_state() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let Some(mut inspector) = Inspector::start(&app).await else { return };
    let letter = open_letter(&app).await;
    let tom = staff::second_moderator(&app, "letter").await;
    let private = sign_and_verify(&app, "Bots of Freedom", "ada@ngo.example").await.link("/sign-ons/");
    let page = tom.follow(&tom.get(QUEUE).await, "Bots of Freedom").await.expect(200);
    let bots = page.path.clone();
    press(&tom, &page, "Approve").await.expect(200);
    let ids = waiting(
        &app,
        &letter,
        &[
            sent("Reported Network", "reported.example", "rep@elsewhere.example"),
            sent("Claimed Network", "claimed.example", "a@claimed.example"),
            sent("Held Network", "held.example", "a@gmail.com"),
            sent("Article 91", "article91.example", "a@article91.example"),
            sent("ARTICLE91", "other.example", "b@other.example"),
            sent("N\u{435}twork", "network.example", "a@network.example"),
            sent("Gone Network", "gone.example", "a@gone.example"),
        ],
    )
    .await;
    press(&tom, &entry(&tom, ids[0]).await, "Approve").await.expect(200);
    let form = entry(&tom, ids[2]).await.form_with_button("Hold");
    tom.submit(&form.fill("text", "Which body decided?")).await.expect(200);
    reject(&tom, ids[6], "Only libraries sign.").await;
    app.clock.advance(minutes(11));
    let ada = app.browser();
    let form = ada.get(&format!("{private}/edit")).await.form_with("organization");
    let review = ada.submit(&form.fill("organization", "Bits of Freedom")).await.expect(200);
    ada.submit(&review.form_with("send").press("send")).await.expect(200);
    report(&app, "Reported").await;
    press(&tom, &entry(&tom, ids[1]).await, "Claim it").await;
    mina(&app, &inspector).await;

    inspector.browser.open_details().await;
    inspector.look("Corrections by representatives").await;
    for (show, words) in [
        ("mine", "There is none"),
        ("held", "Held Network"),
        ("flagged", "To look at"),
        ("alike", "Likely duplicates"),
        ("reported", "Reported Network"),
        ("rejected", "Gone Network"),
    ] {
        inspector.open(&format!("{QUEUE}?show={show}"), words).await;
    }
    for typed in ["network", "nobody has this name"] {
        inspector.browser.open(QUEUE).await;
        inspector.browser.fill("q", typed).await;
        inspector.press("Find", "Find a sign-on").await;
    }
    inspector.browser.open(QUEUE).await;
    inspector.browser.open_details().await;
    for id in [ids[1], ids[3]] {
        inspector.browser.click_at(&format!("input[name=entry][value^='{id}']")).await;
    }
    inspector.press("Reject those ticked", "to mend").await;
    inspector.browser.choose("reason", "not_eligible").await;
    inspector.press("Reject those ticked", "skipped").await;

    // The correction: side by side, and with what is to mend.
    inspector.open(&format!("{bots}/correct"), "asks for a correction").await;
    inspector.press("Decline it", "to mend").await;
    inspector.press("Correct the name", "to mend").await;
    inspector.open("/staff/letters/letter/numbers", "Numbers").await;
    inspector.open("/staff/letters/letter/history", "History").await;
    inspector.end();
}

#[tokio::test]
async fn an_entry_breaks_no_rule_while_it_is_decided() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let Some(mut inspector) = Inspector::start(&app).await else { return };
    let letter = open_letter(&app).await;
    let tom = staff::second_moderator(&app, "letter").await;
    let ids = waiting(
        &app,
        &letter,
        &[
            sent("Claimed Network", "claimed.example", "a@claimed.example"),
            sent("Article 91", "https://article91.example", "a@article91.example"),
            sent("ARTICLE91", "https://article91.example/about", "b@gmail.com"),
            sent("N\u{435}twork", "network.example", "a@network.example"),
            sent("Raced Network", "raced.example", "a@raced.example"),
        ],
    )
    .await;
    cast::sign(&app, "Paper Network", "paper@ngo.example").await;
    // Deciding claims the next one.
    let next = press(&tom, &entry(&tom, ids[1]).await, "Approve").await.says("Claimed by you");
    press(&tom, &next, "Let it go").await.expect(200);
    press(&tom, &entry(&tom, ids[0]).await, "Claim it").await.says("Claimed by you");
    mina(&app, &inspector).await;

    inspector.open(&page_of(ids[0]), "Whoever decides now takes it over").await;
    inspector.press("Approve", "has claimed this").await;
    inspector.open(&page_of(ids[3]), "I have compared the letters").await;
    inspector.press("Approve", "to mend").await;
    inspector.open(&format!("{QUEUE}?show=unverified"), "Paper Network").await;
    inspector.browser.follow("Paper Network").await;
    inspector.browser.open_details().await;
    inspector.look("Who vouches for it").await;
    inspector.press("Approve with this evidence", "to mend").await;

    // Under the same name as one on the list.
    inspector.browser.open(&page_of(ids[2])).await;
    inspector.browser.open_details().await;
    inspector.look("is on the list under the same name").await;
    inspector.press("Say that they are two", "to mend").await;
    inspector.browser.open_details().await;
    inspector.browser.click_at("form[action$='/merge'] input[name=notify]").await;
    inspector.press("Add as a second contact", "to mend").await;
    inspector.browser.open(&page_of(ids[2])).await;
    inspector.press("Approve", "of this name is on the list").await;

    // Somebody else was first.
    inspector.browser.open(&page_of(ids[4])).await;
    inspector.browser.open_details().await;
    inspector.browser.choose("reason", "not_eligible").await;
    inspector.browser.fill_at("#reject-text", "Only libraries sign.").await;
    reject(&tom, ids[4], "Only museums sign.").await;
    inspector.press("Reject", "was first").await;

    // The mail that waits is read and reworded.
    inspector.browser.open(&page_of(ids[4])).await;
    inspector.browser.open_details().await;
    inspector.look("Mails that wait").await;
    inspector.browser.follow("Edit your words in it").await;
    inspector.look("Edit the mail").await;
    inspector.press("See the mail", "Put these words in").await;

    // Whom the mails go to, and who is asked.
    let contact = format!("{}/contact", page_of(ids[1]));
    inspector.open(&contact, "Replace the contact").await;
    inspector.press("Ask them", "to mend").await;
    for (name, text) in [
        ("representative", "Bob Next"),
        ("role", "Secretary"),
        ("email", "bob@article91.example"),
        ("text", "Ada left."),
    ] {
        inspector.browser.fill(name, text).await;
    }
    inspector.browser.press("Ask them").await;
    inspector.open(&contact, "Somebody is asked").await;
    let notice = format!("{}/notice", page_of(ids[1]));
    inspector.browser.open(&notice).await;
    inspector.press("Send the question", "to mend").await;
    inspector.browser.fill("email", "press@article91.example").await;
    inspector.press("Send the question", "No answer yet").await;

    let olu = staff::organizer(&app, "letter").await;
    let settings = olu.get("/staff/letters/letter/settings").await.expect(200);
    olu.submit(&settings.form_with("four_eyes").tick("four_eyes")).await.says("Saved.");
    press(&tom, &entry(&tom, ids[0]).await, "Approve").await.says("the first approval");
    inspector.open(&page_of(ids[0]), "gave the first approval").await;
    inspector.end();
}

#[tokio::test]
async fn an_entry_breaks_no_rule_after_it_is_decided() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let Some(mut inspector) = Inspector::start(&app).await else { return };
    let letter = open_letter(&app).await;
    let tom = staff::second_moderator(&app, "letter").await;
    let receipt = sign_and_verify(&app, "Withdrawn Network", "ada@ngo.example").await;
    let page = tom.follow(&tom.get(QUEUE).await, "Withdrawn Network").await.expect(200);
    let withdrawn = page.path.clone();
    let ada = app.browser();
    let ask = ada.get(&format!("{}/withdraw", receipt.link("/sign-ons/"))).await.expect(200);
    ada.submit(&ask.form()).await.expect(200);
    let ids = waiting(
        &app,
        &letter,
        &[
            sent("Article 91", "https://article91.example", "a@article91.example"),
            sent("ARTICLE91", "https://article91.example/about", "b@gmail.com"),
            sent("Removed Network", "removed.example", "a@removed.example"),
            sent("Rejected Network", "rejected.example", "a@rejected.example"),
        ],
    )
    .await;
    for id in [ids[0], ids[2]] {
        press(&tom, &entry(&tom, id).await, "Approve").await.expect(200);
    }
    press(&tom, &entry(&tom, ids[1]).await, "Add as a second contact").await.says("You merged");
    reject(&tom, ids[3], "Only libraries sign.").await;
    app.clock.advance(minutes(11));
    report(&app, "1").await;
    let form = entry(&tom, ids[2]).await.form_with_button("Remove");
    tom.submit(&form.fill("reason", "other").fill("text", "They say so.")).await.expect(200);
    mina(&app, &inspector).await;

    inspector.open(&withdrawn, "Withdrawn").await;
    inspector.open(&page_of(ids[1]), "Merged").await;
    inspector.open(&page_of(ids[2]), "Removed").await;
    inspector.open(&page_of(ids[3]), "Rejected").await;
    inspector.open(&page_of(ids[0]), "Note on this report").await;
    inspector.press("Settle: nothing changes", "to mend").await;
    inspector.browser.fill("text", "Their website says the same.").await;
    inspector.press("Settle the report", "Settled").await;
    inspector.end();
}
