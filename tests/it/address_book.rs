//! Organizations that agree to be invited to later letters: the next letter starts from their names, and nobody signs by it.

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::db::Engine;
use crate::support::queue::press;
use crate::support::{cast, on_both_engines, staff};
use undersigned::campaign::{Settings, Title};
use undersigned::clock::{days, minutes};
use undersigned::text::Slug;

const ADA: &str = "ada@bits.example";
const NEXT: &str = "/staff/letters/next/invitations";

/// An organization signs the first letter and is on its list; the private page of its representative.
async fn signed(app: &TestApp, staff: &Browser, organization: &str, email: &str) -> String {
    let private = cast::sign_and_verify(app, organization, email).await.link("/sign-ons/");
    let page = staff.follow(&staff.get("/staff/letters/letter/queue").await, organization).await;
    press(staff, &page, "Approve").await.expect(200);
    private
}

/// Ticks and agrees.
async fn agree(app: &TestApp, private: &str) -> Page {
    let browser = app.browser();
    let form = browser.get(private).await.expect(200).form_with("later").tick("later").press_text("Agree");
    browser.submit(&form).await
}

/// Another letter, open for sign-ons.
async fn next_letter(app: &TestApp) {
    let settings = Settings {
        slug: Slug::parse("next").unwrap(),
        title: Title::parse("Open the second park").unwrap(),
        ..cast::settings(app)
    };
    cast::campaign(app, settings).await;
}

/// Ticks organizations on the page of the book; the look at the list.
async fn start(staff: &Browser, organizations: &[&str]) -> Page {
    let page = staff.get(&format!("{NEXT}/book")).await.expect(200);
    let mut form = page.form_with_button("Look at the list");
    for organization in organizations {
        let labels = page.texts("fieldset label");
        let place = labels.iter().position(|label| label.starts_with(organization));
        let place = place.unwrap_or_else(|| panic!("{organization}: {labels:?}"));
        let value = page.attributes("fieldset input", "value").remove(place);
        form = form.choose("entry", &value);
    }
    staff.submit(&form.press_text("Look at the list")).await
}

/// An instance that tells decisions at once, an administrator, and the first letter.
async fn begin(engine: Engine) -> (TestApp, Browser) {
    let app = TestApp::spawn_with(engine, &[("UNDERSIGNED_MODERATION_DELAY", "0s")]).await;
    cast::open_letter(&app).await;
    let staff = staff::administrator(&app).await;
    (app, staff)
}

on_both_engines! {
    async fn an_organization_agrees_on_its_page_and_is_invited_to_the_next_letter(engine: Engine) {
        let (app, staff) = begin(engine).await;
        let receipt = cast::sign_and_verify(&app, "Bits of Example", ADA).await.link("/sign-ons/");
        // Before it is on the list there is nothing to agree to.
        app.get(&receipt).await.expect(200).hides("Later letters");
        let page = staff.follow(&staff.get("/staff/letters/letter/queue").await, "Bits of Example").await;
        press(&staff, &page, "Approve").await.expect(200);
        staff.get("/staff/addresses").await.expect(200).says("Nobody has agreed yet.");
        let ada = app.browser();
        let page = ada.get(&receipt).await.expect(200).says("Later letters").says("24 months after the last letter that you signed here");
        let form = page.form_with("later");
        assert!(!form.is_ticked("later"), "nobody agrees by not looking");
        ada.submit(&form.clone().press_text("Agree")).await.expect(422).says("Tick this if your organization agrees.");
        ada.submit(&form.tick("later").without("form_token").press_text("Agree")).await.expect(403);
        staff.get("/staff/addresses").await.says("Nobody has agreed yet.");
        let page = agree(&app, &receipt).await.expect(200).says("Since 2 March 2026, 09:00 UTC the organizers of letters on this site may invite Bits of Example");
        page.says("You agreed that your organization may be invited to later letters");
        let held = ada.get(&format!("{receipt}/data.json")).await.expect(200);
        let held: serde_json::Value = serde_json::from_str(&held.body).unwrap();
        assert_eq!(held["invited_to_later_letters"]["email"], ADA);
        // The book says who and since when, and no address.
        let page = staff.get("/staff/addresses").await.expect(200).says("1 organization.").says("Keep the park open").says("Kenya");
        assert!(!page.body.contains(ADA) && !page.body.contains("Ada Example"), "{page:?}");

        // Another representative has agreed to nothing.
        signed(&app, &staff, "Other Example", "bob@other.example").await;
        next_letter(&app).await;
        let page = staff.get(NEXT).await.expect(200);
        let page = staff.follow(&page, "Start from the address book").await.expect(200).hides("Other Example,");
        assert_eq!(page.texts("fieldset label"), ["Bits of Example, Kenya"]);
        assert!(page.attributes("fieldset input", "checked").is_empty(), "somebody chooses");
        staff.submit(&page.form_with_button("Look at the list").press_text("Look at the list")).await.expect(422).says("Tick whom you want to invite.");
        let look = start(&staff, &["Bits of Example"]).await.expect(200).says("1 organization can be invited").says("Nothing has been sent yet.");
        assert!(app.mailbox().all_to(ADA).await.iter().all(|mail| !mail.subject.starts_with("Sign for")), "it was sent");
        let button = look.form_with("organizations").press("do");
        staff.submit(&button).await.expect(200).says("1 organization invited");
        let mail = app.mailbox().newest_about(ADA, "Sign for your organization: Open the second park").await;
        assert!(mail.text.contains("your organization agreed, when it signed an earlier"), "{}", mail.text);
        let (link, leave) = (mail.link("/invitations/"), mail.link("/addresses/"));
        for link in [&link, &leave] {
            assert!(mail.text.lines().any(|line| line.ends_with(link.as_str())), "{}", mail.text);
        }
        // An ordinary invitation, with the form filled in; nothing is signed by it.
        let page = app.get(&link).await.expect(200).says("Open the second park");
        let form = page.form_with("organization");
        assert_eq!((form.value("organization"), form.value("email")), ("Bits of Example", ADA));
        assert_eq!((form.value("country"), form.value("website")), ("KE", "https://ngo.example"));
        assert!(!form.is_ticked("authority") && form.value("representative").is_empty(), "it signs by itself");
        let list = crate::listing::until(&app, "/letters/next.txt", |page| page.status == 200).await;
        assert_eq!(list.body, "");
        assert!(staff.get("/staff/letters/next/queue").await.expect(200).hrefs("ol.rows .row-name", "").is_empty());
        let acts: Vec<_> = crate::campaigns::history(&app, "next").await.into_iter().map(|(act, _, new)| (act, new)).collect();
        let one = Some("1".to_owned());
        let expected = [
            ("took organizations from the address book".to_owned(), one.clone()),
            ("invited organizations from the address book".to_owned(), one),
        ];
        assert_eq!(acts, expected);
        // Once more: it is invited already.
        start(&staff, &["Bits of Example"]).await.expect(200).says("It is invited already, at this address.");
        // A reminder has the way out too.
        app.clock.advance(days(6));
        let staff = app.browser();
        staff::log_in(&app, &staff, "ada@staff.example", staff::PASSWORD).await;
        let page = staff.get(NEXT).await.expect(200);
        staff.submit(&page.form_with_button("Remind Bits of Example").press_text("Remind Bits of Example")).await.expect(200);
        let mail = app.mailbox().newest_about(ADA, "Reminder: sign for your organization").await;
        assert_ne!(mail.link("/addresses/"), leave);
        // And so has what organizers write to the invited.
        app.clock.advance(days(6));
        let staff = app.browser();
        staff::log_in(&app, &staff, "ada@staff.example", staff::PASSWORD).await;
        let page = staff.get("/staff/letters/next/mailings").await.expect(200);
        let form = page.form_with("audience").choose("audience", "invited").fill("subject", "A word more");
        let form = form.fill("body", "Please sign.\n\n{link}").press_text("Save, and count whom it goes to");
        let page = staff.submit(&form).await.expect(200).says("Send it to 1 address?");
        staff.submit(&page.form_with("counted").tick("sure")).await.expect(200);
        let mail = app.mailbox().newest_about(ADA, "A word more").await;
        assert!(mail.text.contains("your organization agreed, when it signed an earlier"), "{}", mail.text);
        let page = app.get(&mail.link("/addresses/")).await.expect(200);
        app.browser().submit(&page.form()).await.expect(200);
        staff.get("/staff/addresses").await.says("Nobody has agreed yet.");
    }

    async fn it_leaves_by_one_press_on_its_page_and_by_the_link_in_each_invitation(engine: Engine) {
        let (app, staff) = begin(engine).await;
        let private = signed(&app, &staff, "Bits of Example", ADA).await;
        agree(&app, &private).await.expect(200);
        let ada = app.browser();
        let page = ada.get(&private).await.expect(200);
        let end = page.form_with_button("End it");
        ada.submit(&end).await.expect(200).says("Your organization is not invited to later letters any more").says("If your organization agrees");
        ada.submit(&end).await.expect(200).says("If your organization agrees");
        staff.get("/staff/addresses").await.says("Nobody has agreed yet.");

        agree(&app, &private).await.expect(200);
        next_letter(&app).await;
        let look = start(&staff, &["Bits of Example"]).await.expect(200);
        staff.submit(&look.form_with("organizations").press("do")).await.expect(200).says("1 organization invited");
        let mail = app.mailbox().newest_about(ADA, "Sign for your organization").await;
        let leave = mail.link("/addresses/");
        // Whoever only reads it changes nothing.
        let page = app.get(&leave).await.expect(200).says("End invitations to later letters?").says("Bits of Example");
        app.browser().once(reqwest::Method::HEAD, &leave, None).await.unwrap();
        staff.get("/staff/addresses").await.says("1 organization.");
        let visitor = app.browser();
        visitor.submit(&page.form().without("form_token")).await.expect(403).says("too old");
        for _ in 0..2 {
            let page = visitor.submit(&page.form()).await.expect(200).says("not in the address book any more");
            assert_eq!(page.path, "/addresses/ended", "the address after it carries no secret");
        }
        app.get(&leave).await.expect(200).says("not in the address book any more").hides(ADA);
        staff.get("/staff/addresses").await.says("Nobody has agreed yet.");
        // The invitation itself goes on working.
        app.get(&mail.link("/invitations/")).await.expect(200);
        let unknown = app.get("/addresses/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await.expect(404);
        assert_eq!(app.get("/addresses/-").await.expect(404).body, unknown.body);
    }

    async fn nobody_is_invited_from_the_book_who_is_not_in_it(engine: Engine) {
        let (app, staff) = begin(engine).await;
        let bits = signed(&app, &staff, "Bits of Example", ADA).await;
        let other = signed(&app, &staff, "Other Example", "bob@other.example").await;
        agree(&app, &bits).await.expect(200);
        agree(&app, &other).await.expect(200);
        next_letter(&app).await;
        let look = start(&staff, &["Bits of Example", "Other Example"]).await.expect(200).says("2 organizations can be invited");
        // Neither whom somebody writes into the list, nor whoever has left since.
        let added = look.form_with_button("Look at it again").fill("organizations", "Third Example,c@third.example\nBits of Example,b@bits.example");
        let page = staff.submit(&added.press_text("Look at it again")).await.expect(200).says("Nobody on it can be invited.");
        page.says("It is not in the address book, at this address and under this name.");
        let ada = app.browser();
        ada.submit(&ada.get(&bits).await.form_with_button("End it")).await.expect(200);
        let page = staff.submit(&look.form_with("seen").press("do")).await.expect(200).says("1 organization invited");
        page.says("1 line skipped");
        app.mailbox().newest_about("bob@other.example", "Sign for your organization").await;
        assert!(app.mailbox().all_to(ADA).await.iter().all(|mail| !mail.subject.starts_with("Sign for your")));
        // Staff take one out after a page that asks; only the organization itself comes back.
        let page = staff.get("/staff/addresses").await.expect(200);
        let ask = staff.submit(&page.form_with_button("Take it out: Other Example").press_text("Take it out: Other Example")).await.expect(200);
        let ask = ask.says("Take Other Example out of the address book?");
        staff.get("/staff/addresses").await.says("Other Example");
        staff.submit(&ask.form_with("address").press("do")).await.expect(200).says("taken out").says("Nobody has agreed yet.");
        staff.submit(&ask.form_with("address").press("do")).await.expect(200);
    }

    async fn whoever_is_erased_or_not_on_the_list_any_more_is_not_in_the_book(engine: Engine) {
        let (app, staff) = begin(engine).await;
        let bits = signed(&app, &staff, "Bits of Example", ADA).await;
        let other = signed(&app, &staff, "Other Example", "bob@other.example").await;
        agree(&app, &bits).await.expect(200);
        agree(&app, &other).await.expect(200);
        let ada = app.browser();
        let page = ada.get(&format!("{bits}/erase")).await.expect(200);
        ada.submit(&page.form_with("email").fill("email", ADA)).await.expect(200);
        staff.get("/staff/addresses").await.expect(200).says("1 organization.").hides("Bits of Example");
        ada.get(&bits).await.expect(200).hides("Later letters");
        // Who withdraws is not offered, and is forgotten with what names its representative.
        let bob = app.browser();
        let ask = bob.get(&format!("{other}/withdraw")).await.expect(200);
        bob.submit(&ask.form()).await.expect(200);
        staff.get("/staff/addresses").await.expect(200).says("Nobody has agreed yet.");
        app.clock.advance(days(31));
        app.upkeep().await;
        assert_eq!(kept(&app).await, 0);
    }

    async fn an_entry_ends_two_years_after_the_last_letter_that_was_signed(engine: Engine) {
        let (app, staff) = begin(engine).await;
        let private = signed(&app, &staff, "Bits of Example", ADA).await;
        agree(&app, &private).await.expect(200);
        // The contacts of the first letter go long before: what was agreed to here stays.
        app.clock.advance(days(30 + 184));
        app.upkeep().await;
        assert_eq!(kept(&app).await, 1);
        // It signs once more, without ticking anything; the term begins anew, and outlives the contacts of that letter too.
        next_letter(&app).await;
        let staff = app.browser();
        staff::log_in(&app, &staff, "ada@staff.example", staff::PASSWORD).await;
        let look = start(&staff, &["Bits of Example"]).await.expect(200);
        staff.submit(&look.form_with("seen").press("do")).await.expect(200);
        let link = app.mailbox().newest_about(ADA, "Sign for your organization: Open").await.link("/invitations/");
        let browser = app.browser();
        let form = browser.get(&link).await.expect(200).form_with("organization");
        let form = form.fill("representative", "Ada Example").fill("role", "Director").choose("basis", "head").tick("authority");
        cast::send(&browser, &form).await.expect(200);
        let verify = app.mailbox().newest_saying(ADA, "/verify/").await.link("/verify/");
        let page = browser.get(&verify).await.expect(200);
        browser.submit(&page.form()).await.expect(200);
        let page = staff.follow(&staff.get("/staff/letters/next/queue").await, "Bits of Example").await;
        press(&staff, &page, "Approve").await.expect(200);
        staff.get("/staff/addresses").await.expect(200).says("Open the second park");
        app.clock.advance(days(30 + 184));
        app.upkeep().await;
        app.clock.advance(days(730 - 30 - 184 - 1));
        app.upkeep().await;
        assert_eq!(kept(&app).await, 1, "two years after the first letter, and not after the second");
        app.clock.advance(days(2));
        let staff = app.browser();
        staff::log_in(&app, &staff, "ada@staff.example", staff::PASSWORD).await;
        staff.get("/staff/addresses").await.expect(200).says("Nobody has agreed yet.");
        app.upkeep().await;
        assert_eq!(kept(&app).await, 0);
    }

    async fn the_public_names_of_an_earlier_letter_begin_a_list_without_anybodys_address(engine: Engine) {
        let (app, staff) = begin(engine).await;
        signed(&app, &staff, "Bits of Example", ADA).await;
        next_letter(&app).await;
        crate::listing::until(&app, "/letters/letter", |page| page.body.contains("Bits of Example")).await;
        let page = staff.get(&format!("{NEXT}/book")).await.expect(200);
        let names = page.form_with_button("Take the names of “Keep the park open”");
        let page = staff.submit(&names.clone().press_text("Take the names of “Keep the park open”")).await.expect(200);
        let form = page.form_with("organizations");
        assert_eq!(form.value("organizations").trim(), "\"Bits of Example\",,https://ngo.example");
        assert!(!page.body.contains(ADA), "{page:?}");
        staff.submit(&form).await.expect(200).says("Nobody on it can be invited.");
        // Of a letter that is not theirs to see nobody takes the names.
        let form = names.smuggle("letter", "missing");
        staff.submit(&form.press_text("Take the names of “Keep the park open”")).await.expect(404);
    }

    async fn what_names_somebody_in_the_book_cannot_be_read_in_the_database(engine: Engine) {
        let (app, staff) = begin(engine).await;
        let private = signed(&app, &staff, "Bits of Example", ADA).await;
        agree(&app, &private).await.expect(200);
        app.clock.advance(minutes(1));
        let db = app.db().await;
        let read = db.read(|conn| -> Result<Vec<Vec<u8>>, undersigned::db::Error> {
            use diesel::prelude::*;
            use undersigned::db::schema::addresses;
            Ok(crate::support::both!(conn, |c| addresses::table.select(addresses::sealed).load(c))?)
        });
        let sealed = read.await.unwrap().remove(0);
        assert!(!sealed.windows(3).any(|part| part == b"ada"), "the address stands in clear");
    }
}

/// How many are in the book, whoever is offered.
async fn kept(app: &TestApp) -> i64 {
    let db = app.db().await;
    let read = db.read(|conn| -> Result<i64, undersigned::db::Error> {
        use diesel::prelude::*;
        use undersigned::db::schema::addresses;
        Ok(crate::support::both!(conn, |c| addresses::table.count().get_result(c))?)
    });
    read.await.unwrap()
}
