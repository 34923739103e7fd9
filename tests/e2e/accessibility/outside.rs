//! What representatives, organizations and strangers see behind their links, in every state.

use super::Inspector;
use crate::support::app::TestApp;
use crate::support::cast::{open_letter, sign_and_verify};
use crate::support::db::Engine;
use crate::support::queue::press;
use crate::support::staff;
use undersigned::clock::minutes;

const QUEUE: &str = "/staff/letters/letter/queue";
const REP: &str = "ada@ngo.example";
const REPORT: &str = "/letters/letter/report";

#[tokio::test]
async fn the_pages_behind_links_break_no_rule() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let Some(mut inspector) = Inspector::start(&app).await else { return };
    open_letter(&app).await;
    let tom = staff::second_moderator(&app, "letter").await;
    let private = sign_and_verify(&app, "Bots of Freedom", REP).await.link("/sign-ons/");
    let page = tom.follow(&tom.get(QUEUE).await, "Bots of Freedom").await.expect(200);
    let entry = page.path.clone();
    let hold = page.form_with_button("Hold").fill("text", "Which body\ndecided?");
    tom.submit(&hold).await.expect(200);
    app.clock.advance(minutes(11));
    app.mailbox().newest_about(REP, "Answer a question").await;

    // The question, and what is to mend in the answer.
    inspector.open(&private, "Which body").await;
    inspector.press("Send the answer", "to mend").await;
    inspector.browser.fill("answer", "Our board.").await;
    inspector.press("Send the answer", "You answered the question").await;
    let page = tom.get(&entry).await.expect(200);
    press(&tom, &page, "Approve").await.expect(200);
    app.clock.advance(minutes(11));
    app.mailbox().newest_about(REP, "is on the list").await;

    // The organization is asked itself.
    let page = tom.get(&format!("{entry}/notice")).await.expect(200);
    tom.submit(&page.form_with_button("Send the question").fill("email", "press@ngo.example"))
        .await
        .expect(200);
    let notice = app.mailbox().newest_about("press@ngo.example", "Say whether your organization").await;
    let notice = notice.link("/notices/");
    inspector.open(&notice, "Did your organization sign this letter?").await;
    inspector.press("Yes, we signed", "Thank you").await;
    inspector.open(&notice, "You confirmed this line").await;
    inspector.open("/notices/unknown", "We do not know this link").await;

    // Reports, wrong and right.
    inspector.browser.open_until("/letters/letter", "Bots of Freedom").await;
    inspector.open(&format!("{REPORT}?entry=1"), "What is wrong?").await;
    inspector.press("Continue", "to mend").await;
    inspector.browser.choose("kind", "wrong").await;
    inspector.browser.fill("text", "They are called otherwise.").await;
    inspector.browser.fill("email", "sam@gmail.com").await;
    inspector.press("Continue", "Now open your mail").await;
    inspector.open(&format!("{REPORT}?entry=nobody"), "No entry on the list").await;
    let report = app.mailbox().newest_about("sam@gmail.com", "Send your report").await.link("/reports/");
    inspector.open(&report, "Send your report").await;
    inspector.press("Send this report", "has reached the moderators").await;
    inspector.open(&report, "has reached the moderators").await;
    inspector.open("/reports/unknown", "We do not know this link").await;

    // The representative corrects, and speaks against a correction.
    inspector.open(&format!("{private}/edit"), "Correct your sign-on").await;
    inspector.browser.fill("organization", "").await;
    inspector.press("Continue to the printed line", "to mend").await;
    inspector.browser.fill("organization", "Bits of Freedom").await;
    inspector.press("Continue to the printed line", "What changes").await;
    inspector.press("Yes, send the correction", "a correction waits for the moderators").await;
    app.clock.advance(minutes(1));
    let page = tom.get(&format!("{entry}/correct")).await.expect(200);
    let form = page.form_with("correction").fill("text", "It is the other one.");
    tom.submit(&form.press_text("Decline it")).await.expect(200);
    app.clock.advance(minutes(1));
    let page = tom.get(&format!("{entry}/correct")).await.expect(200);
    let form = page.form_with("name").fill("name", "Bats of Freedom").fill("text", "A slip of the pen.");
    tom.submit(&form).await.expect(200);
    inspector.open(&private, "A moderator corrected the printed name").await;
    inspector.open(&format!("{private}/object"), "Is the corrected name wrong?").await;
    inspector.press("Object to the correction", "Your sign-on").await;

    // A colleague is asked, and takes over.
    let hand_over = format!("{private}/hand-over");
    inspector.open(&hand_over, "Hand your sign-on to a colleague").await;
    inspector.press("Mail them the link", "to mend").await;
    for (name, text) in [("representative", "Bob Next"), ("role", "Secretary"), ("email", "bob@ngo.example")]
    {
        inspector.browser.fill(name, text).await;
    }
    inspector.press("Mail them the link", "Until they accept").await;
    inspector.open(&private, "A colleague was asked to take over").await;
    let link = app.mailbox().newest_about("bob@ngo.example", "Take over").await.link("/hand-overs/");
    inspector.open(&link, "Take over this sign-on?").await;
    inspector.press("Accept", "to mend").await;
    inspector.open("/hand-overs/unknown", "We do not know this link").await;
    inspector.browser.open(&link).await;
    inspector.press("Decline", "You have declined").await;
    inspector.open(&format!("{private}/erase"), "Erase what names you?").await;
    inspector.press("Erase what names me", "to mend").await;
    inspector.browser.fill("email", REP).await;
    inspector.press("Erase what names me", "is erased").await;
    inspector.end();
}
