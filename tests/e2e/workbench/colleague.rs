//! A colleague signs for an organization that is on the list already.

use super::{QUEUE, listed, mina};
use crate::chromium::{Chromium, Scripts};
use crate::journey::sign;
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use undersigned::clock::minutes;

const ADA: &str = "ada@bits.example";
const BOB: &str = "bob@press.bits.example";

pub async fn journey(app: &TestApp, scripts: Scripts) {
    let Some(outside) = Chromium::start(scripts, &app.base_url).await else { return };
    open_letter(app).await;
    sign(&outside, "ARTICLE 91", ADA).await;
    let hers = app.mailbox().newest_about(ADA, "waits for review").await.link("/sign-ons/");
    let staff = mina(app, scripts).await.unwrap();
    staff.follow("ARTICLE 91").await;
    staff.press("Approve").await;
    app.clock.advance(minutes(11));
    app.mailbox().newest_about(ADA, "is on the list").await;

    // Written in another way, the same site, another address: the same page as for everybody.
    sign(&outside, "article91", BOB).await;
    let his = app.mailbox().newest_about(BOB, "waits for review").await.link("/sign-ons/");
    assert_eq!(listed(&outside, 1).await, ["1. ARTICLE 91"]);
    staff.open(QUEUE).await;
    staff.follow("article91").await;
    staff.says("Name: the same, written in another way").await;
    staff.open_details().await;
    staff.press("Add as a second contact").await;
    staff.says("You merged “article91” into “ARTICLE 91”, which has the contacts of both now.").await;

    app.clock.advance(minutes(11));
    app.mailbox().newest_about(ADA, "A colleague represents your organization too").await;
    app.mailbox().newest_about(BOB, "has one entry, and you represent it").await;
    outside.open(&his).await;
    outside.says("On the list").await;
    outside.says("ARTICLE 91").await;
    outside.says(BOB).await;
    outside.hides(ADA).await;
    outside.open(&hers).await;
    outside.says("a colleague of yours").await;
    outside.hides(BOB).await;
    assert_eq!(listed(&outside, 1).await, ["1. ARTICLE 91"]);
    staff.open(&format!("{QUEUE}?show=approved")).await;
    staff.follow("ARTICLE 91").await;
    staff.says(ADA).await;
    staff.says(BOB).await;
}
