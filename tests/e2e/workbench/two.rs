//! Two moderators have one entry open.

use super::{QUEUE, mina, moderator};
use crate::chromium::Scripts;
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::queue::{sent, waiting};
use undersigned::clock::minutes;

pub async fn journey(app: &TestApp, scripts: Scripts) {
    let letter = open_letter(app).await;
    waiting(app, &letter, &[sent("Shared Network", "shared.example", "a@shared.example")]).await;
    let Some(mina) = mina(app, scripts).await else { return };
    let tom = moderator(app, scripts, "Tom Twice", "tom@staff.example").await.unwrap();
    mina.press("Open and claim Shared Network").await;
    mina.says("Claimed by you").await;
    tom.open(QUEUE).await;
    tom.says("Claimed by Mina Moderator").await;
    tom.press("Open and claim Shared Network").await;
    tom.says("Mina Moderator has claimed this").await;
    tom.says("Nothing was changed.").await;
    tom.follow("Open the entry as it stands").await;
    tom.says("Claimed by Mina Moderator").await;

    app.clock.advance(minutes(1));
    mina.press("Approve").await;
    mina.says("You approved “Shared Network”").await;
    app.clock.advance(minutes(1));
    tom.open_details().await;
    tom.choose("reason", "not_eligible").await;
    tom.fill_at("#reject-text", "Only libraries sign.").await;
    tom.press("Reject").await;
    tom.says("Mina Moderator was first").await;
    tom.says("Only libraries sign.").await;
    tom.follow("Open the entry as it stands").await;
    tom.says("On the list").await;
    tom.hides("Claimed by").await;
    mina.open(&format!("{QUEUE}?show=mine")).await;
    mina.says("Claimed by you: 0").await;
}
