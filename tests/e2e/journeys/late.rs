//! J4. Forms that are sent in time and verified late: by a link that has expired, within the grace after the deadline, and after it.

use super::people::Person;
use super::{listed, scripts, send};
use crate::journey::verify;
use crate::support::app::TestApp;
use crate::support::cast::{self, campaign};
use crate::support::db::Engine;
use crate::support::queue::press;
use crate::support::staff::moderator;
use undersigned::campaign::Settings;
use undersigned::clock::{days, hours, minutes};

const SLOW: &str = "ada@slow.example";
const LATE: &str = "bob@late.example";
const LATER: &str = "eve@later.example";
const QUEUE: &str = "/staff/letters/letter/queue";

pub async fn journey(engine: Engine) {
    let app = TestApp::spawn(engine).await;
    let Some(them) = Person::with_a_phone(&app, scripts(engine)).await else { return };
    let closes_at = app.clock.now().plus(days(8));
    campaign(&app, Settings { closes_at: Some(closes_at), ..cast::settings(&app) }).await;

    // The link has expired a week later; one press brings a fresh one.
    send(&them, "Slow Network", SLOW).await;
    app.clock.advance(days(7));
    them.follow_mail(SLOW, "/verify/").await;
    them.stops_at("This link has expired").await;
    them.press("Mail me a fresh link").await;
    them.stops_at("A fresh link is on its way").await;
    app.mailbox().once_there_are(2, SLOW).await;
    verify(&them, SLOW).await;
    them.stops_at("Verified. Thank you").await;

    // One minute before the deadline two more are sent.
    app.clock.advance(days(1) - minutes(1));
    send(&them, "Late Network", LATE).await;
    send(&them, "Later Network", LATER).await;
    app.clock.advance(minutes(2));
    them.open("/letters/letter").await;
    them.stops_at("Keep the park open").await;
    them.says("Closed on 10 March 2026, 09:00 UTC").await;
    them.hides("Sign for your organization").await;
    them.open("/letters/letter/sign").await;
    them.stops_at("This letter is closed").await;

    // Nearly three days later one is verified, and another has its page open until it is too late.
    app.clock.advance(hours(71));
    verify(&them, LATE).await;
    let mina = moderator(&app, "letter").await;
    for name in ["Slow Network", "Late Network"] {
        let page = mina.follow(&mina.get(QUEUE).await, name).await.expect(200);
        press(&mina, &page, "Approve").await.expect(200);
    }
    listed(&app, &them, &["Late Network", "Slow Network"]).await;
    them.follow_mail(LATER, "/verify/").await;
    them.stops_at("Verify your sign-on").await;
    app.clock.advance(minutes(59));
    them.press("Verify this sign-on").await;
    them.stops_at("This letter is closed").await;
    them.says("takes no more sign-ons").await;
    them.follow_mail(LATER, "/verify/").await;
    them.stops_at("This letter is closed").await;
    listed(&app, &them, &["Late Network", "Slow Network"]).await;
    let queue = mina.get(QUEUE).await.expect(200).says("Nothing to review");
    mina.follow(&queue, "Not verified").await.says("Later Network");
}
