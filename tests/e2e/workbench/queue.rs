//! A moderator works through a queue: each answer once, and the representatives hear what is to be heard.

use super::{QUEUE, mina};
use crate::chromium::{Chromium, Scripts};
use crate::support::app::TestApp;
use crate::support::cast::{open_letter, sign_and_verify};
use undersigned::clock::minutes;

const CLEAR: &str = "ada@ngo.example";
const ASKED: &str = "zoe@gmail.com";
const REJECTED: &str = "eve@elsewhere.example";
const UNDONE: &str = "una@ngo.example";

pub async fn journey(app: &TestApp, scripts: Scripts) {
    let Some(outside) = Chromium::start(scripts, &app.base_url).await else { return };
    open_letter(app).await;
    let mut private = Vec::new();
    for (name, email) in [
        ("Bits of Example", CLEAR),
        ("Zebra League", ASKED),
        ("Aardvark Trust", REJECTED),
        ("BITS of Example.", UNDONE),
    ] {
        private.push(sign_and_verify(app, name, email).await.link("/sign-ons/"));
        app.clock.advance(minutes(5));
    }
    let staff = mina(app, scripts).await.unwrap();
    staff.says("4 sign-ons to review").await;
    let names = ["Bits of Example", "Zebra League", "Aardvark Trust", "BITS of Example."];
    assert_eq!(staff.texts(".row-name").await, names, "the oldest comes first");

    // A clear one, with a note for staff. The next one opens by itself.
    staff.press("Open and claim Bits of Example").await;
    staff.says("Claimed by you").await;
    staff.says("the website is ngo.example: they match").await;
    staff.says("Likely duplicates").await;
    staff.fill_at("#note-text", "Ada called us.").await;
    staff.press("Save the note").await;
    staff.says("Mina Moderator wrote this").await;
    staff.press("Approve").await;
    staff.says("You approved “Bits of Example”").await;
    assert_eq!(staff.texts("h1").await, ["Zebra League"]);
    staff.says("Claimed by you").await;

    // One is asked, one is not accepted.
    staff.says("where anybody can have one").await;
    staff.open_details().await;
    staff.fill_at("#hold-text", "Which body decided?").await;
    staff.press("Hold").await;
    staff.says("You put “Zebra League” on hold").await;
    assert_eq!(staff.texts("h1").await, ["Aardvark Trust"]);
    staff.open_details().await;
    staff.press("Reject").await;
    staff.says("to mend").await;
    staff.choose("reason", "not_eligible").await;
    staff.fill_at("#reject-text", "Only libraries sign.").await;
    staff.press("Reject").await;
    staff.says("You rejected “Aardvark Trust”").await;

    // One is rejected too, which was a mistake.
    assert_eq!(staff.texts("h1").await, ["BITS of Example."]);
    staff.open_details().await;
    staff.choose("reason", "not_eligible").await;
    staff.press("Reject").await;
    staff.says("You rejected “BITS of Example.”").await;
    app.clock.advance(minutes(5));
    staff.press("Undo it").await;
    staff.says("is in the queue again").await;

    // Nobody outside knows of anything until the time to undo is over.
    for path in &private {
        outside.open(path).await;
        outside.says("Waiting for review").await;
    }
    app.clock.advance(minutes(11));
    app.mailbox().newest_about(CLEAR, "Your organization is on the list").await;
    let rejection = app.mailbox().newest_about(REJECTED, "Your sign-on was not accepted").await;
    assert!(rejection.text.contains("Only libraries sign."), "{}", rejection.text);
    outside.open(&private[2]).await;
    outside.says("Not accepted").await;
    outside.says("Only libraries sign.").await;
    outside.open(&private[3]).await;
    outside.says("Waiting for review").await;
    let mails = app.mailbox().all_to(UNDONE).await;
    assert_eq!(mails.len(), 2, "to verify and the receipt: the mail of what was undone never leaves");

    // The question is answered, and the sign-on waits again.
    app.mailbox().newest_about(ASKED, "Answer a question").await;
    outside.follow_mail(ASKED, "/sign-ons/").await;
    outside.says("Which body decided?").await;
    outside.fill("answer", "Our board.").await;
    outside.press("Send the answer").await;
    outside.says("You answered the question").await;
    staff.open(QUEUE).await;
    staff.follow("Zebra League").await;
    staff.says("Answered by the representative").await;
    staff.says("Our board.").await;
}
