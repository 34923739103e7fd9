//! J13. A letter is written, twenty organizations are invited while nobody else knows of it, and at its moment everybody does.

use super::people::{Person, Staff};
use super::{listed, scripts, send_what_is_written};
use crate::support::app::TestApp;
use crate::support::db::Engine;
use std::time::Duration;
use undersigned::clock::{days, minutes};

const INVITED: &str = "info@org7.example";

pub async fn journey(engine: Engine) {
    let app = TestApp::spawn(engine).await;
    let Some(stranger) = Person::with_a_phone(&app, scripts(engine)).await else { return };
    let ada = Staff::enter(&app, scripts(engine), "administrator", None).await;
    write(&ada).await;
    set_moments(&ada).await;
    nothing_is_there(&app, &stranger).await;
    invite(&app, &ada).await;
    nothing_is_there(&app, &stranger).await;
    sign(&app, &stranger, &ada).await;

    // The moment: a minute before it, and at it.
    app.clock.advance(days(3) - minutes(1));
    nothing_is_there(&app, &stranger).await;
    app.clock.advance(minutes(1));
    listed(&app, &stranger, &["Network 7"]).await;
    stranger.stops_at("Keep the park open").await;
    stranger.open("/").await;
    stranger.stops_at("Open letters").await;
    stranger.says("1 organization has signed.").await;
    app.get("/letters/letter.atom").await.expect(200).says("Network 7 signed. It is number 1 on the list.");
}

/// A draft, with everything to mend first.
async fn write(ada: &Staff) {
    ada.open("/staff").await;
    ada.stops_at("Nothing waits").await;
    ada.follow("Letters").await;
    ada.stops_at("Letters").await;
    ada.follow("Write a new letter").await;
    ada.stops_at("Write a new letter").await;
    for (name, text) in [
        ("title", "Keep the park open"),
        ("slug", "letter"),
        ("letter", "We ask you to keep the park open."),
        ("host", "Friends of the Park"),
    ] {
        ada.fill(name, text).await;
    }
    ada.press("Make the draft").await;
    ada.mends("One thing to mend").await;
    ada.fill("recipient", "The City Council").await;
    ada.press("Make the draft").await;
    ada.stops_at("Settings").await;
    ada.says("Draft").await;
}

/// A deadline, the moment of publication, and the letter is opened.
async fn set_moments(ada: &Staff) {
    ada.forge("#closes_at", "2026-03-20T12:00").await;
    ada.forge("#published_at", "2026-03-05T09:00").await;
    ada.press("Save").await;
    ada.stops_at("Settings").await;
    ada.says("Saved.").await;
    ada.follow("Open the letter").await;
    ada.stops_at("Open the letter").await;
    ada.press("Open the letter").await;
    ada.stops_at("Settings").await;
    ada.says("The letter is open").await;
}

/// Twenty are invited: the list is looked at, then sent.
async fn invite(app: &TestApp, ada: &Staff) {
    ada.follow("People").await;
    ada.stops_at("Invitations").await;
    ada.press("Look at the list").await;
    ada.mends("One thing to mend").await;
    let lines: Vec<String> = (1..=20).map(|n| format!("Network {n},info@org{n}.example")).collect();
    ada.fill("organizations", &lines.join("\n")).await;
    ada.press("Look at the list").await;
    ada.stops_at("Look at the list").await;
    ada.says("20 organizations can be invited.").await;
    assert!(app.mailbox().all_to(INVITED).await.is_empty(), "nothing has been sent yet");
    ada.press("Invite 20 organizations").await;
    ada.stops_at("Invitations").await;
    ada.says("20 organizations invited").await;
    assert_eq!(ada.texts("tbody tr").await.len(), 20);
    let mut mails = 0;
    for _ in 0..40 {
        mails = app.mailbox().all().await.iter().filter(|mail| mail.subject.starts_with("Sign for")).count();
        if mails == 20 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(mails, 20);
}

/// One of them signs by the link in its mail; the tracker shows how far that has come.
async fn sign(app: &TestApp, them: &Person, ada: &Staff) {
    them.follow_mail(INVITED, "/invitations/").await;
    them.stops_at("Keep the park open").await;
    them.says("Friends of the Park invites Network 7 to sign this letter.").await;
    them.says("Not public.").await;
    assert_eq!(them.attributes("main [name=organization]", "value").await, ["Network 7"]);
    stage(ada, "Mail delivered").await;
    them.press("Continue to the printed line").await;
    them.mends("5 things to mend").await;
    stage(ada, "Opened by a person").await;
    them.choose("country", "KE").await;
    them.fill("representative", "Ada Example").await;
    them.fill("role", "Director").await;
    them.choose("basis", "head").await;
    them.tick("authority").await;
    send_what_is_written(them, "Network 7").await;
    stage(ada, "Submitted, not verified").await;
    app.mailbox().newest_about(INVITED, "Verify your sign-on").await;
    them.follow_mail(INVITED, "/verify/").await;
    them.stops_at("Verify your sign-on").await;
    them.press("Verify this sign-on").await;
    them.stops_at("Verified. Thank you").await;
    assert_eq!(them.path().await, "/verify/done");
    stage(ada, "Verified, with the moderators").await;
    ada.follow("see the sign-on of Network 7").await;
    ada.stops_at("Network 7").await;
    ada.press("Approve").await;
    stage(ada, "On the list").await;
    them.follow_mail(INVITED, "/invitations/").await;
    them.says("Signed by 1 organization").await;
}

/// What the tracker says of the one that signs.
async fn stage(ada: &Staff, words: &str) {
    ada.open("/staff/letters/letter/invitations").await;
    ada.stops_at("Invitations").await;
    let rows = ada.texts("tbody tr").await;
    let row = rows.iter().find(|row| row.contains(INVITED)).unwrap();
    assert!(row.contains(words), "{row} is not {words}");
}

/// What strangers find of it before its moment: what they find of a letter that does not exist.
async fn nothing_is_there(app: &TestApp, stranger: &Person) {
    stranger.open("/letters/letter").await;
    stranger.stops_at("There is no such page").await;
    let page = stranger.text().await;
    stranger.open("/letters/other").await;
    assert_eq!(page, stranger.text().await);
    stranger.open("/").await;
    stranger.says("No letter is published here at the moment.").await;
    for end in ["", "/sign", ".json", ".csv", ".txt", ".atom", "/changes", "/editions"] {
        app.get(&format!("/letters/letter{end}")).await.expect(404);
    }
}
