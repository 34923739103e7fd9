//! What organizers have for a letter's whole life: languages, names from elsewhere and at risk, mailings, delivery, updates, the press pack, numbers,
//! digests and retention. Each empty, filled, refused, and asking.

use super::Inspector;
use crate::journeys::people::enroll;
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::cast;
use crate::support::db::Engine;
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::staff::{moderator, organizer};
use undersigned::campaign::Settings;

const LETTER: &str = "/staff/letters/letter";

/// The pages with nothing on them yet, and what each says to a form that is empty.
const EMPTY: [(&str, &str, &str, &str); 6] = [
    ("languages", "Languages", "", ""),
    ("elsewhere", "No entry of this letter is from elsewhere", "Look at the table", "to mend"),
    ("at-risk", "Nobody is named yet", "", ""),
    ("mailings", "Nothing has been mailed to many yet", "Save as a draft", "to mend"),
    ("delivery", "The letter has not been delivered yet", "Save", "to mend"),
    ("updates", "No update has been written yet", "Keep it as a draft", "to mend"),
];

/// A letter with names on its list, one that is at risk, and somebody who waits.
async fn letter(app: &TestApp) -> Browser {
    let settings = Settings { at_risk: true, ..cast::settings(app) };
    let campaign = cast::campaign(app, settings).await;
    let olu = organizer(app, "letter").await;
    let names = ["Alder Network with a Name of Some Length", "Birch"];
    let mails = ["rep@alder.example", "rep@birch.example"];
    let all: Vec<_> =
        names.iter().zip(mails).map(|(name, mail)| sent(name, &mail["rep@".len()..], mail)).collect();
    for id in waiting(app, &campaign, &all).await {
        press(&olu, &entry(&olu, id).await, "Approve").await.expect(200);
    }
    cast::sign_and_verify(app, "Cedar Society", "rep@cedar.example").await;
    olu
}

#[tokio::test]
async fn the_pages_of_a_letters_whole_life_break_no_rule() {
    // Only who has been told that they are on the list is written to.
    let app = TestApp::spawn_with(Engine::Sqlite, &[("UNDERSIGNED_MODERATION_DELAY", "0s")]).await;
    let Some(mut inspector) = Inspector::start(&app).await else { return };
    let olu = letter(&app).await;
    moderator(&app, "letter").await;
    enroll(&app, &inspector.browser, ("Oda Organizer", "oda@staff.example"), "organizer", Some("letter"))
        .await;
    for (page, words, button, refusal) in EMPTY {
        inspector.open(&format!("{LETTER}/{page}"), words).await;
        if !button.is_empty() {
            inspector.press(button, refusal).await;
        }
    }
    for (page, words) in [
        ("progress", "How far it has come"),
        ("retention", "Retention"),
        ("digest", "Mails to you"),
        ("press", "Press pack"),
        ("mails", "Mails"),
        ("invitations/book", "address book"),
    ] {
        inspector.open(&format!("{LETTER}/{page}"), words).await;
    }
    inspector.open("/staff/digests", "Mails about your letters").await;

    // Its own words for a mail, taken and refused.
    inspector.open(&format!("{LETTER}/mails"), "Mails").await;
    inspector.browser.follow("Verify").await;
    inspector.look("Verify").await;

    // A table of names from elsewhere.
    let table =
        "name,country,email\nPaper Network,KE,office@paper.example\nBirch,,\nBad,,nobody\nPaper Network,,";
    let form = olu.get(&format!("{LETTER}/elsewhere")).await.form_with("table").fill("table", table);
    let form = form.choose("source", "partner").fill("evidence", "The partner’s list.");
    let look = olu.submit(&form.fill("vouched_by", "Ben Example")).await.expect(200);
    inspector.open(&look.path, "1 organization will be added").await;
    inspector.open(&format!("{}&show=refused", look.path), "Refused").await;
    inspector.open(&look.path, "1 organization will be added").await;
    inspector.press("Add them to the list", "1 organization added").await;
    inspector.open(&format!("{LETTER}/elsewhere"), "1 entry is from elsewhere").await;

    // Who may see the names, and an entry that is hidden.
    inspector.open(&format!("{LETTER}/at-risk"), "Nobody is named yet").await;
    inspector.press("May see them: Oda Organizer", "Yes").await;

    mailings(&mut inspector, &olu).await;
    told(&mut inspector, &olu).await;
    translated(&mut inspector, &olu).await;
    inspector.open(&format!("{LETTER}/progress"), "How far it has come").await;
    inspector.end();
}

async fn mailings(inspector: &mut Inspector, olu: &Browser) {
    let page = olu.get(&format!("{LETTER}/mailings")).await;
    let form = page.form_with("audience").choose("audience", "signed").fill("subject", "News of “{letter}”");
    let form = form.fill(
        "body",
        "Dear colleagues of {organization},\n\nthe council meets on Monday.\n\n- one\n- two\n\n{link}",
    );
    let look = olu.submit(&form.clone().press_text("Look at it")).await.expect(200).says("As it goes out");
    let draft = olu.submit(&look.form_with("audience").press_text("Save as a draft")).await.expect(200);
    inspector.open(&draft.path, "Mailing").await;
    inspector.press("Look at it", "As it goes out").await;
    inspector.press("Save, and count whom it goes to", "Send it to").await;
    inspector.browser.tick("sure").await;
    inspector.browser.click_at("main button.primary").await;
    inspector.look("News of").await;
    inspector.browser.open_until(&format!("{LETTER}/mailings"), "Sent").await;
    inspector.look("Sent").await;
}

async fn told(inspector: &mut Inspector, olu: &Browser) {
    let page = olu.get(&format!("{LETTER}/delivery")).await.expect(200);
    let form =
        page.form_with("recipient").fill("recipient", "The Minister of Parks").choose("means", "person");
    let form = form
        .fill("delivered_on", "2026-03-02")
        .fill("replied_on", "2026-03-02")
        .fill("reply", "We *thank* you.");
    olu.submit(&form.press_text("Save")).await.expect(200);
    inspector.open(&format!("{LETTER}/delivery"), "The Minister of Parks").await;
    inspector.browser.follow("Change it, or add the reply").await;
    inspector.look("The Minister of Parks").await;
    inspector.open(&format!("{LETTER}/delivery"), "The Minister of Parks").await;
    inspector.browser.follow("Tell those who signed that it was delivered").await;
    inspector.look("mail").await;
    let page = olu.get(&format!("{LETTER}/updates")).await;
    let form = page.form_with("title").fill("title", "The ministry invites us").fill("text", "On *Friday*.");
    olu.submit(&form.press_text("Keep it as a draft")).await.expect(200);
    inspector.open(&format!("{LETTER}/updates"), "The ministry invites us").await;
    inspector.browser.follow("The ministry invites us").await;
    inspector.look("Draft").await;
    inspector.press("Publish it", "Publish “The ministry invites us”?").await;
}

async fn translated(inspector: &mut Inspector, olu: &Browser) {
    let page = olu.get(&format!("{LETTER}/languages")).await.expect(200);
    let page = olu.submit(&page.form_with("language").fill("language", "ar")).await.expect(200);
    let mut form = page.form_with("letter");
    for (field, words) in [
        ("title", "أبقوا الحديقة مفتوحة"),
        ("authority", "يحق لي إضافة اسم هذه المنظمة إلى هذه الرسالة."),
        ("letter", "نطلب منكم إبقاء الحديقة مفتوحة."),
    ] {
        form = form.fill(field, words);
    }
    olu.submit(&form.press("save")).await.expect(200);
    inspector.open(&format!("{LETTER}/languages"), "Arabic").await;
    inspector.open(&format!("{LETTER}/languages/ar"), "Translation into Arabic").await;
    inspector.browser.fill("title", "").await;
    inspector.press("Save the translation", "to mend").await;
    inspector.open(&format!("{LETTER}/languages/ar/end"), "Delete the translation into Arabic?").await;
    inspector.open(&format!("{LETTER}/languages/ar/bind"), "Make Arabic the binding language?").await;
    // What readers have of it.
    inspector.open("/letters/letter", "العربية").await;
    inspector.open("/letters/letter/ar", "أبقوا الحديقة مفتوحة").await;
    inspector.open("/letters/letter/sign?lang=ar", "أبقوا الحديقة مفتوحة").await;
    inspector.open("/letters/letter/updates", "What happened since").await;
}
