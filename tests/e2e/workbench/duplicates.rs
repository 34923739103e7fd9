//! Two entries side by side: made one, or said to be two.

use super::{QUEUE, listed, mina};
use crate::chromium::{Chromium, Scripts};
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::queue::{sent, waiting};
use undersigned::clock::minutes;

pub async fn journey(app: &TestApp, scripts: Scripts) {
    let Some(outside) = Chromium::start(scripts, &app.base_url).await else { return };
    let letter = open_letter(app).await;
    let ids = waiting(
        app,
        &letter,
        &[
            sent("Aaa Network", "https://aaa.example", "a@aaa.example"),
            sent("Bbb Network", "https://bbb.example", "b@bbb.example"),
            sent("Bbb Group", "https://bbb.example", "c@bbb.example"),
            sent("Society of Example", "https://society.example", "d@society.example"),
            sent("SOCIETY of Example", "https://chapter.example", "e@chapter.example"),
        ],
    )
    .await;
    let staff = mina(app, scripts).await.unwrap();
    for name in ["Aaa Network", "Bbb Network", "Bbb Group"] {
        staff.open(QUEUE).await;
        staff.follow(name).await;
        staff.press("Approve").await;
    }
    assert_eq!(listed(&outside, 3).await, ["1. Aaa Network", "2. Bbb Group", "3. Bbb Network"]);
    app.clock.advance(minutes(11));
    for address in ["b@bbb.example", "c@bbb.example"] {
        app.mailbox().newest_about(address, "is on the list").await;
    }

    // One stays, with the contacts of both.
    staff.open(&format!("/staff/sign-ons/{}", ids[2])).await;
    staff.says("Side by side").await;
    staff.says("Website: the same").await;
    staff.open_details().await;
    staff.choose("keep", "other").await;
    staff.press("Merge the two").await;
    staff.says("You merged “Bbb Group” into “Bbb Network”").await;
    assert_eq!(listed(&outside, 2).await, ["1. Aaa Network", "2. Bbb Network"]);
    staff.open(&format!("/staff/sign-ons/{}", ids[1])).await;
    staff.says("b@bbb.example").await;
    staff.says("c@bbb.example").await;
    app.clock.advance(minutes(11));
    app.mailbox().newest_about("b@bbb.example", "A colleague represents your organization too").await;
    app.mailbox().newest_about("c@bbb.example", "has one entry, and you represent it").await;

    // A chapter is another one, and the hint does not come back.
    staff.open(&format!("{QUEUE}?show=alike")).await;
    assert_eq!(staff.texts(".row-name").await.len(), 2);
    let chapter = format!("/staff/sign-ons/{}", ids[4]);
    staff.open(&chapter).await;
    staff.says("Side by side").await;
    staff.open_details().await;
    staff.press("Say that they are two").await;
    staff.says("Write why they are two organizations").await;
    staff.fill_at("form[action$='/distinct'] textarea", "A chapter of its own.").await;
    staff.press("Say that they are two").await;
    staff.says("Said to be distinct from “Society of Example” by Mina Moderator").await;
    for id in &ids[3..] {
        staff.open(&format!("/staff/sign-ons/{id}")).await;
        staff.hides("Side by side").await;
    }
    staff.open(&format!("{QUEUE}?show=alike")).await;
    assert!(staff.texts(".row-name").await.is_empty());
}
