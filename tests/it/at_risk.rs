//! Organizations that are in danger when they are named: shown by their country only or counted only, and seen by few of the staff.

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::cast::{self, open_letter};
use crate::support::list::{join, name as edition_named, set};
use crate::support::on_both_engines;
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::staff::{PASSWORD, administrator, log_in, moderator, organizer, second_moderator};
use std::time::{Duration, Instant};
use undersigned::campaign::{Campaign, Settings};
use undersigned::clock::minutes;
use undersigned::ids::SignOnId;
use undersigned::sign_on::{self, Standing};

const AT_RISK: &str = "/staff/letters/letter/at-risk";

/// As they would be found, in any letter case: what nobody may see of the organization. Each is too long to stand in a form's token by chance.
const PLANTED: [&str; 5] = ["zibellino", "zwxqvkjy", "qvantreese7", "quillon", "ერთობა"];

fn holds_nothing(page: &Page) {
    let (body, head) = (page.body.to_lowercase(), format!("{:?}", page.headers).to_lowercase());
    for planted in PLANTED {
        assert!(
            !body.contains(planted) && !head.contains(planted),
            "{planted:?} is in {}: {}",
            page.path,
            page.text()
        );
    }
}

async fn letter_that_asks(app: &TestApp) -> Campaign {
    cast::campaign(app, Settings { at_risk: true, ..cast::settings(app) }).await
}

/// Signs with everything that could give it away, shown like this, and verifies; the path of its private page.
async fn sign(app: &TestApp, shown: &str) -> String {
    let browser = app.browser();
    let form = cast::filled_in(&browser, "Zibellino Watch", "qvantreese7@zibellino.example").await;
    let form = form
        .fill("acronym", "ZWXQVKJY")
        .fill("native_name", "ერთობა")
        .fill("website", "https://zibellino.example");
    let form =
        form.choose("country", "GE").fill("representative", "Quillon Vantreese").choose("shown", shown);
    cast::send(&browser, &form).await.says("Now open your mail");
    let mail = app.mailbox().newest_about("qvantreese7@zibellino.example", "Verify your sign-on").await;
    let page = browser.get(&mail.link("/verify/")).await.expect(200).says("Zibellino Watch");
    browser.submit(&page.form()).await.says("Verified. Thank you");
    app.mailbox()
        .newest_about("qvantreese7@zibellino.example", "verified and waits for review")
        .await
        .link("/sign-ons/")
}

/// The organizer, who has logged in anew.
async fn again(app: &TestApp) -> Browser {
    let browser = app.browser();
    log_in(app, &browser, "olu@staff.example", PASSWORD).await;
    browser
}

/// Names somebody who may see the names.
async fn name(olu: &Browser, who: &str) {
    let page = olu.get(AT_RISK).await.expect(200);
    olu.submit(&page.form_with_button(&format!("May see them: {who}")).press("do"))
        .await
        .expect(200)
        .says("Yes");
}

async fn only_id(app: &TestApp, campaign: &Campaign, standing: Standing) -> SignOnId {
    let id = campaign.id;
    let read = move |conn: &mut _| sign_on::store::in_standing(conn, id, &[standing]);
    let all = app.db().await.read(read).await.unwrap();
    all.iter().find(|found| found.entry.organization.as_str() == "Zibellino Watch").unwrap().id
}

/// The names on the public list, once they are these; how long that took.
async fn list_is(app: &TestApp, expected: &[&str]) -> Duration {
    let (begun, mut names) = (Instant::now(), Vec::new());
    while begun.elapsed() < Duration::from_secs(3) {
        let page = app.get("/letters/letter").await.expect(200);
        names = page.texts("ol.names li");
        if names == expected {
            return begun.elapsed();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("not {expected:?} on the list after 3 s, but {names:?}");
}

/// Every public answer.
async fn nothing_in_public(app: &TestApp) {
    let visitor = app.browser();
    for path in [
        "",
        ".csv",
        ".json",
        ".txt",
        ".atom",
        "?q=zibellino",
        "?q=ZWXQVKJY",
        "?country=GE",
        "?page=1",
        "/editions",
        "/changes",
        "/report?entry=zibellino",
        "/report?entry=1",
        "/report?entry=3",
        "/sign",
    ] {
        // What somebody searches for stands in the field again.
        let page = visitor.get(&format!("/letters/letter{path}")).await;
        let asked = path.contains("zibellino") || path.contains("ZWXQVKJY");
        if asked {
            assert!(
                !page.body.contains("Zibellino") && page.texts("ol.names li").is_empty(),
                "{}",
                page.text()
            );
        } else {
            holds_nothing(&page);
        }
    }
    for number in 1..6 {
        for ending in ["", ".csv", ".json", ".txt", ".atom"] {
            holds_nothing(&visitor.get(&format!("/letters/letter/editions/{number}{ending}")).await);
        }
    }
    holds_nothing(&visitor.get("/").await);
}

/// Every page of somebody of the staff who may not see the name.
async fn nothing_for(staff: &Browser, id: SignOnId, is_organizer: bool) {
    for path in [
        "/staff",
        "/staff/letters",
        "/staff/letters/letter/queue",
        "/staff/letters/letter/queue/live",
        "/staff/letters/letter/history",
        "/staff/letters/letter/history?check",
        "/staff/letters/letter/history.csv",
        "/staff/letters/letter/history.json",
        "/staff/letters/letter/numbers",
        "/staff/letters/letter/guide",
    ] {
        holds_nothing(&staff.get(path).await.expect(200));
    }
    for view in [
        "waiting",
        "held",
        "mine",
        "flagged",
        "alike",
        "reported",
        "unverified",
        "approved",
        "rejected",
        "removed",
        "withdrawn",
    ] {
        holds_nothing(
            &staff.get(&format!("/staff/letters/letter/queue?show={view}&done={id}")).await.expect(200),
        );
    }
    if is_organizer {
        for path in [
            "consent",
            "invitations",
            "moved",
            "previews",
            "settings",
            "moderation",
            "elsewhere",
            "at-risk",
            "letter",
            "copy",
        ] {
            holds_nothing(&staff.get(&format!("/staff/letters/letter/{path}")).await.expect(200));
        }
    }
    let queue = staff.get("/staff/letters/letter/queue").await;
    for wish in ["zibellino", "zibellino.example", "qvantreese7@zibellino.example"] {
        let found =
            staff.submit(&queue.form_with("q").fill("q", wish)).await.expect(200).says("0 sign-ons found");
        assert!(!found.body.contains("Zibellino"), "{}", found.text());
    }
    // Its own page says that there is one, and all of its others are closed.
    holds_nothing(
        &staff.get(&format!("/staff/sign-ons/{id}")).await.expect(200).says("You are not one of them"),
    );
    holds_nothing(&staff.get(&format!("/staff/sign-ons/{id}/shown")).await.expect(200));
    for path in ["correct", "contact", "notice", "mails/edit"] {
        holds_nothing(&staff.get(&format!("/staff/sign-ons/{id}/{path}")).await.expect(403));
    }
    for file in ["csv", "json"] {
        holds_nothing(
            &staff.get(&format!("/staff/letters/letter/history.{file}?sign_on={id}")).await.expect(404),
        );
    }
}

on_both_engines! {
    async fn a_name_that_is_held_back_is_in_no_public_answer_and_on_no_page_of_staff_not_named(app: TestApp) {
        let letter = letter_that_asks(&app).await;
        let (olu, mina) = (organizer(&app, "letter").await, moderator(&app, "letter").await);
        let (tom, ada) = (second_moderator(&app, "letter").await, administrator(&app).await);
        olu.get(AT_RISK).await.says("Nobody is named yet");
        name(&olu, "Tom Twice").await;
        let private = sign(&app, "country").await;
        let id = only_id(&app, &letter, Standing::AwaitingModeration).await;
        // An entry that looks like it, so that there is something to give it away.
        waiting(&app, &letter, &[sent("Zibel1ino Watch", "https://friends.example", "a@friends.example")]).await;
        for mail in app.mailbox().all_to("mina@staff.example").await {
            assert!(!mail.text.contains("Zibellino") && !mail.subject.contains("Zibellino"), "{}", mail.text);
        }
        let queue = mina.get("/staff/letters/letter/queue").await.expect(200).says("An organization in Georgia");
        assert_eq!(queue.attributes("ol.rows input[type=checkbox]", "value").len(), 1);
        let page = entry(&tom, id).await.says("Zibellino Watch").says("At risk").says("The name looks like that of");
        tom.submit(&page.form_with_button("Approve").tick("looked")).await.expect(200);
        app.clock.advance(minutes(11));
        join(&app.db().await, &letter, "Zulu Network").await;
        list_is(&app, &["Zulu Network", "An organization in Georgia"]).await;
        nothing_in_public(&app).await;
        app.get("/letters/letter.csv").await.says("2,An organization in Georgia,GE,,2026-03-01T00:00:00Z");
        app.get("/letters/letter?country=GE").await.says("An organization in Georgia");
        app.get("/letters/letter.atom").await.says("Zulu Network").hides("Georgia");
        for (staff, is_organizer) in [(&mina, false), (&olu, true), (&ada, true)] {
            nothing_for(staff, id, is_organizer).await;
        }
        // Nothing about it can be decided, by its own form or among many.
        let token = mina.get("/staff/letters/letter/queue").await.form_with("q").value("form_token").to_owned();
        for act in ["remove", "note", "claim", "correct", "merge"] {
            let page = mina.post(&format!("/staff/sign-ons/{id}/{act}"), format!("form_token={token}&version=3&reason=other&text=x")).await;
            holds_nothing(&page.expect(403));
        }
        list_is(&app, &["Zulu Network", "An organization in Georgia"]).await;
        // Whoever is named sees all of it.
        entry(&tom, id).await.says("Zibellino Watch").says("Quillon Vantreese").says("qvantreese7@zibellino.example");
        tom.get("/staff/letters/letter/history").await.says("Zibellino Watch");
        app.get(&private).await.says("Zibellino Watch").says("An organization in Georgia");
        // A folder of the letter travels without it.
        let folder = tempfile::tempdir().unwrap();
        let into = folder.path().join("out");
        assert!(app.command(&["campaign", "export", "letter", into.to_str().unwrap()]).output().unwrap().status.success());
        let listed = std::fs::read_to_string(into.join("signatories.csv")).unwrap();
        assert!(listed.contains("Zulu Network") && !listed.contains("Zibellino"), "{listed}");
        // Once it is taken back, it is held back from Tom too.
        let olu = again(&app).await;
        let page = olu.get(AT_RISK).await;
        olu.submit(&page.form_with_button("Take it back: Tom Twice").press("do")).await.expect(200);
        nothing_for(&tom, id, false).await;
    }

    async fn one_press_hides_a_name_within_a_second_and_what_showed_it_ends(app: TestApp) {
        let letter = letter_that_asks(&app).await;
        let (olu, mina) = (organizer(&app, "letter").await, moderator(&app, "letter").await);
        join(&app.db().await, &letter, "Zulu Network").await;
        sign(&app, "full").await;
        let id = only_id(&app, &letter, Standing::AwaitingModeration).await;
        press(&mina, &entry(&mina, id).await, "Approve").await.expect(200);
        list_is(&app, &["Zibellino Watch, Georgia", "Zulu Network"]).await;
        let shows = app.get("/letters/letter.json").await.says("Zibellino Watch");
        let edition = shows.header("x-edition").to_owned();
        set(&app.db().await, &letter, |settings| settings.title = undersigned::campaign::Title::parse("Another").unwrap()).await;
        list_is(&app, &["Zibellino Watch, Georgia", "Zulu Network"]).await;
        app.get(&format!("/letters/letter/editions/{edition}.txt")).await.expect(200).says("Zibellino Watch");

        let page = entry(&mina, id).await.form_with_button("Hide its name at once").press("shown");
        mina.submit(&page).await.expect(200).says("You are not one of them");
        let took = list_is(&app, &["Zulu Network", "An organization that is not named"]).await;
        assert!(took < Duration::from_secs(1), "{took:?}");
        for ending in ["", ".csv", ".json", ".txt", ".atom"] {
            app.get(&format!("/letters/letter/editions/{edition}{ending}")).await.expect(410);
        }
        nothing_in_public(&app).await;
        app.get("/letters/letter?country=GE").await.hides("not named");
        nothing_for(&mina, id, false).await;
        nothing_for(&olu, id, true).await;
        // Pressed again it is as it is.
        mina.submit(&page).await.expect(200);
        list_is(&app, &["Zulu Network", "An organization that is not named"]).await;
    }

    async fn what_has_changed_since_a_named_edition_does_not_tell_whose_name_is_held_back(app: TestApp) {
        let letter = letter_that_asks(&app).await;
        let mina = moderator(&app, "letter").await;
        join(&app.db().await, &letter, "Zulu Network").await;
        sign(&app, "full").await;
        let id = only_id(&app, &letter, Standing::AwaitingModeration).await;
        press(&mina, &entry(&mina, id).await, "Approve").await.expect(200);
        list_is(&app, &["Zibellino Watch, Georgia", "Zulu Network"]).await;
        let number = edition_named(&app.db().await, &letter, "First wave").await;
        mina.submit(&entry(&mina, id).await.form_with_button("Hide its name at once").press("shown")).await.expect(200);
        list_is(&app, &["Zulu Network", "An organization that is not named"]).await;
        let since = app.get(&format!("/letters/letter/editions/{number}/since")).await.expect(200);
        holds_nothing(&since);
        // That a name is not shown any more stands there, and not which line of today is that one's.
        since.says("1. Name not shown at the moment").hides("An organization that is not named");
    }

    async fn to_show_more_takes_a_named_organizer_or_the_representatives_own_consent(app: TestApp) {
        let letter = letter_that_asks(&app).await;
        let (olu, mina) = (organizer(&app, "letter").await, moderator(&app, "letter").await);
        name(&olu, "Mina Moderator").await;
        let private = sign(&app, "counted").await;
        let id = only_id(&app, &letter, Standing::AwaitingModeration).await;
        press(&mina, &entry(&mina, id).await, "Approve").await.expect(200);
        app.clock.advance(minutes(11));
        list_is(&app, &["An organization that is not named"]).await;
        let more = "form_token={}&shown=full&text=They+called.&sure=yes";
        let token = |page: &Page| page.form_with("q").value("form_token").to_owned();
        for staff in [&mina, &olu] {
            let own = token(&staff.get("/staff/letters/letter/queue").await);
            staff.post(&format!("/staff/sign-ons/{id}/shown"), more.replace("{}", &own)).await.expect(403);
        }
        mina.get(&format!("/staff/sign-ons/{id}/shown")).await.expect(200).says("To show more takes an organizer");
        let olu = again(&app).await;
        name(&olu, "Olu Organizer").await;
        let page = olu.get(&format!("/staff/sign-ons/{id}/shown")).await.expect(200).says("Zibellino Watch");
        let form = page.form_with("sure").choose("shown", "country");
        olu.submit(&form).await.expect(422).says("Write how they agreed").says("Tick this if the organization agreed.");
        list_is(&app, &["An organization that is not named"]).await;
        olu.submit(&form.fill("text", "Their board wrote on Monday.").tick("sure")).await.expect(200).says("by its country only");
        list_is(&app, &["An organization in Georgia"]).await;
        entry(&olu, id).await.says("Shown by its country only, no longer as counted only, by Olu Organizer.");

        // The representative: more only with their consent, less by one press.
        let ada = app.browser();
        let page = ada.get(&private).await.expect(200).says("Everybody sees your organization by its country only");
        let choose = ada.follow(&page, "Change how it is shown").await.expect(200);
        let form = choose.form_with("sure").choose("shown", "full");
        ada.submit(&form).await.expect(422).says("Tick this if your organization agrees to be shown like this.");
        list_is(&app, &["An organization in Georgia"]).await;
        ada.submit(&form.tick("sure")).await.expect(200).says("Everybody sees your organization with its name");
        list_is(&app, &["Zibellino Watch, Georgia"]).await;
        let page = ada.get(&private).await;
        ada.submit(&page.form_with_button("Hide its name now")).await.expect(200).says("as counted only");
        let took = list_is(&app, &["An organization that is not named"]).await;
        assert!(took < Duration::from_secs(1), "{took:?}");
        ada.get(&private).await.says("You changed how your organization is shown").says("Staff changed how your organization is shown");
        // What was approved once is shown less whatever else is changed of it.
        let page = ada.get(&format!("{private}/edit")).await.expect(200);
        let review = ada.submit(&page.form_with("organization").fill("organization", "Zibellino Watch Trust")).await.expect(200);
        ada.submit(&review.form_with("line").press("send")).await.expect(200);
        let page = mina.get(&format!("/staff/sign-ons/{id}/correct")).await.expect(200);
        let accept = page.form_with_button("Accept the correction").press_text("Accept the correction");
        mina.submit(&accept).await.expect(200);
        list_is(&app, &["An organization that is not named"]).await;
    }

    async fn the_form_asks_only_where_the_letter_does(app: TestApp) {
        let letter = open_letter(&app).await;
        let browser = app.browser();
        let form = cast::filled_in(&browser, "Zibellino Watch", "a@zibellino.example").await;
        browser.get("/letters/letter/sign").await.hides("Can your organization be named in public?");
        // Nobody is hidden by a field that the form does not have.
        let form = form.smuggle("shown", "counted");
        cast::send(&browser, &form).await.says("Now open your mail");
        let mail = app.mailbox().newest_about("a@zibellino.example", "Verify your sign-on").await;
        let page = browser.get(&mail.link("/verify/")).await;
        browser.submit(&page.form()).await.says("Verified. Thank you");
        let mina = moderator(&app, "letter").await;
        let id = only_id(&app, &letter, Standing::AwaitingModeration).await;
        entry(&mina, id).await.says("Zibellino Watch").hides("At risk");
        let olu = organizer(&app, "letter").await;
        let page = olu.get("/staff/letters/letter/settings").await;
        olu.submit(&page.form_with("title").tick("at_risk")).await.expect(200).says("Saved.");
        browser.get("/letters/letter/sign").await.says("Can your organization be named in public?");
    }
}
