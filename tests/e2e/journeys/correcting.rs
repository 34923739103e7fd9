//! J5. The acronym is corrected from the private page, and the sign-on withdrawn.

use super::people::{Person, Staff};
use super::{listed, scripts};
use crate::journey::sign;
use crate::support::app::TestApp;
use crate::support::cast::{self, campaign};
use crate::support::db::Engine;
use undersigned::campaign::Settings;
use undersigned::clock::minutes;
use undersigned::text::LinePattern;

const ADA: &str = "ada@bits.example";

pub async fn journey(engine: Engine) {
    let app = TestApp::spawn(engine).await;
    let Some(ada) = Person::with_a_phone(&app, scripts(engine)).await else { return };
    let line = LinePattern::parse("{name} ({acronym})").unwrap();
    campaign(&app, Settings { line, ..cast::settings(&app) }).await;
    sign(&ada, "Bits of Example", ADA).await;
    app.clock.advance(minutes(1));
    sign(&ada, "Zebra League", "zoe@zebra.example").await;
    let mina = Staff::enter(&app, scripts(engine), "moderator", Some("letter")).await;
    mina.open("/staff").await;
    mina.stops_at("What waits").await;
    mina.follow("Keep the park open").await;
    mina.stops_at("2 sign-ons to review").await;
    mina.follow("Bits of Example").await;
    mina.stops_at("Bits of Example").await;
    mina.press("Approve").await;
    mina.stops_at("Zebra League").await;
    mina.press("Approve").await;
    mina.stops_at("Nothing to review").await;
    listed(&app, &ada, &["Bits of Example", "Zebra League"]).await;

    // The private page, the correction, and what is to mend in it.
    app.clock.advance(minutes(11));
    app.mailbox().newest_about(ADA, "is on the list").await;
    ada.follow_mail(ADA, "/sign-ons/").await;
    ada.stops_at("Your sign-on").await;
    ada.says("On the list").await;
    ada.follow("Correct it").await;
    ada.stops_at("Correct your sign-on").await;
    ada.fill("organization", "").await;
    ada.press("Continue to the printed line").await;
    ada.mends("One thing to mend").await;
    ada.fill("organization", "Bits of Example").await;
    ada.fill("acronym", "BOE").await;
    ada.press("Continue to the printed line").await;
    ada.stops_at("Is this the line to be printed?").await;
    assert_eq!(ada.texts("p.printed bdi").await, ["Bits of Example (BOE)"]);
    ada.press("Yes, send the correction").await;
    ada.stops_at("Your sign-on").await;
    ada.says("a correction waits for the moderators: Bits of Example (BOE)").await;
    assert_eq!(ada.texts("p.printed bdi").await, ["Bits of Example"]);
    listed(&app, &ada, &["Bits of Example", "Zebra League"]).await;

    mina.open("/staff/letters/letter/queue").await;
    mina.says("Corrections by representatives").await;
    mina.follow("Bits of Example").await;
    mina.stops_at("What is printed").await;
    mina.press("Accept the correction").await;
    mina.stops_at("Nothing to review").await;
    listed(&app, &ada, &["Bits of Example (BOE)", "Zebra League"]).await;

    // Withdrawn in two steps: gone from everything, the numbers close up, and nobody waits for anything.
    ada.follow_mail(ADA, "/sign-ons/").await;
    ada.hides("a correction waits").await;
    ada.follow("Withdraw it").await;
    ada.stops_at("Withdraw your sign-on?").await;
    let question = ada.path().await;
    listed(&app, &ada, &["Bits of Example (BOE)", "Zebra League"]).await;
    ada.open(&question).await;
    ada.press("Withdraw this sign-on").await;
    ada.stops_at("Your sign-on is withdrawn").await;
    listed(&app, &ada, &["Zebra League"]).await;
    let feed = app.get("/letters/letter.atom").await.expect(200);
    assert!(!feed.hides("Bits of Example").body.is_empty());
    app.mailbox().newest_about(ADA, "withdrawn").await;
    ada.open(&question).await;
    ada.stops_at("Your sign-on is withdrawn").await;
    ada.follow("Back to your private page").await;
    ada.stops_at("Your sign-on").await;
    ada.says("Withdrawn").await;
}
