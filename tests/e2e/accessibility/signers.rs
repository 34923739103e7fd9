//! What those who signed have beside the form: updates by mail, the address book, what is shown of them, and their own data.

use super::Inspector;
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::cast;
use crate::support::db::Engine;
use crate::support::queue::press;
use crate::support::staff::administrator;
use undersigned::campaign::{Settings, Title};
use undersigned::text::Slug;

const REP: &str = "ada@bits.example";

/// Approves what waits.
async fn approve(staff: &Browser, name: &str) {
    let page = staff.follow(&staff.get("/staff/letters/letter/queue").await, name).await;
    press(staff, &page, "Approve").await.expect(200);
}

#[tokio::test]
async fn the_pages_of_those_who_signed_break_no_rule() {
    let app = TestApp::spawn_with(Engine::Sqlite, &[("UNDERSIGNED_MODERATION_DELAY", "0s")]).await;
    let Some(mut inspector) = Inspector::start(&app).await else { return };
    cast::campaign(&app, Settings { at_risk: true, ..cast::settings(&app) }).await;
    let ada = administrator(&app).await;
    let private = cast::sign_and_verify(&app, "Bits of Example", REP).await.link("/sign-ons/");
    approve(&ada, "Bits of Example").await;
    inspector.open(&private, "On the list").await;
    inspector.open(&format!("{private}/shown"), "country").await;
    inspector.open(&format!("{private}/text"), "Keep the park open").await;
    inspector.browser.open(&private).await;
    inspector.browser.tick("later").await;
    inspector.press("Agree", "later letters").await;

    // Updates by mail end by one press.
    let browser = app.browser();
    let page = browser.get(&private).await;
    browser.submit(&page.form_with("updates")).await.expect(200);
    let page = ada.get("/staff/letters/letter/mailings").await.expect(200);
    let form = page.form_with("audience").choose("audience", "updates").fill("subject", "News");
    let counted =
        form.fill("body", "The council meets on Monday.").press_text("Save, and count whom it goes to");
    let page = ada.submit(&counted).await.expect(200);
    ada.submit(&page.form_with("counted").tick("sure")).await.expect(200);
    let mail = app.mailbox().newest_about(REP, "News").await;
    inspector.open(&mail.link("/unsubscribe/"), "Stop the updates?").await;
    inspector.browser.click_at("main button").await;
    inspector.look("You get no more updates").await;
    inspector.open("/unsubscribe/unknown", "We do not know this link").await;

    // The next letter starts from the address book.
    let next = Slug::parse("next").unwrap();
    let title = Title::parse("Open the second park").unwrap();
    cast::campaign(&app, Settings { slug: next, title, ..cast::settings(&app) }).await;
    let page = ada.get("/staff/letters/next/invitations/book").await.expect(200).says("Bits of Example");
    let value = page.attributes("fieldset input", "value").remove(0);
    let form =
        page.form_with_button("Look at the list").choose("entry", &value).press_text("Look at the list");
    let page = ada.submit(&form).await.expect(200);
    ada.submit(&page.form_with("organizations").press("do")).await.expect(200);
    let mail = app.mailbox().newest_about(REP, "Open the second park").await;
    inspector.open(&mail.link("/addresses/"), "End invitations to later letters?").await;
    inspector.browser.click_at("main button").await;
    inspector.look("No more invitations to later letters").await;

    // What names the representative is erased, and the link says so.
    inspector.open(&format!("{private}/erase"), "Erase what names you?").await;
    inspector.browser.click_at("main button").await;
    inspector.look("erased").await;
    inspector.end();
}
