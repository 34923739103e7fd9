//! Every page, in both themes, on a desk and on a phone, against the rules of WCAG 2.2 AA and of good practice that a program
//! can check (axe-core at `TEST_AXE`, which `script/test` installs), and nothing wider than the phone.

mod bench;
mod editions;
mod inviting;
mod organizing;
mod outside;
mod signers;

use crate::chromium::{Chromium, Look, Scripts, driver};
use crate::rules::{Rules, too_wide};
use crate::support::app::TestApp;
use crate::support::cast::{self, filled_in, open_letter, send, sign, sign_and_verify};
use crate::support::db::Engine;
use crate::support::list::import_2019;
use crate::support::staff;
use undersigned::account::second_factor::Secret;
use undersigned::campaign::{Access, Status};
use undersigned::clock::days;
use undersigned::text::Slug;

struct Inspector {
    browser: Chromium,
    rules: Rules,
    pages: usize,
    found: Vec<String>,
}

impl Inspector {
    async fn start(app: &TestApp) -> Option<Self> {
        driver()?;
        let rules = Rules::load()?;
        let browser = Chromium::start(Scripts::On, &app.base_url).await?;
        Some(Self { browser, rules, pages: 0, found: Vec::new() })
    }

    /// Looks at the page that is open, which says this.
    async fn look(&mut self, words: &str) {
        self.browser.says(words).await;
        self.rules.enter(&self.browser).await;
        let place = self.browser.path().await;
        for look in Look::ALL {
            self.browser.look(look).await;
            let theme = if look.dark { "dark" } else { "light" };
            let mut wrong = Rules::broken(&self.browser).await;
            wrong.extend(too_wide(&self.browser).await);
            let all =
                wrong.into_iter().map(|what| format!("{place} “{words}”, {theme}, {}: {what}", look.width));
            self.found.extend(all);
        }
        self.browser.look(Look::DESK).await;
        self.pages += 1;
    }

    /// Opens a page and looks at it.
    async fn open(&mut self, path: &str, words: &str) {
        self.browser.open(path).await;
        self.look(words).await;
    }

    /// Presses a button and looks at what comes.
    async fn press(&mut self, button: &str, words: &str) {
        self.browser.press(button).await;
        self.look(words).await;
    }

    fn end(self) {
        assert!(
            self.found.is_empty(),
            "{} on {} pages:\n{}",
            self.found.len(),
            self.pages,
            self.found.join("\n")
        );
        eprintln!("{} pages without a violation", self.pages);
    }
}

const REP: &str = "ada@ngo.example";

#[tokio::test]
async fn the_pages_of_visitors_break_no_rule() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let Some(mut inspector) = Inspector::start(&app).await else { return };
    inspector.open("/", "No letter").await;
    open_letter(&app).await;
    inspector.browser.open_until("/letters/letter", "No name").await;
    inspector.look("No name stands here").await;
    import_2019(&app.db().await, |settings| settings, None).await;
    inspector.browser.open_until("/", "encryption").await;
    inspector.open("/", "Keep the park open").await;
    inspector.open("/letters/letter-2019", "Signed by 111 organizations").await;
    inspector.open("/letters/letter-2019?q=internet", "Internet Society").await;
    inspector.open("/letters/letter-2019?q=nobody-has-this-name", "No").await;
    inspector.open("/letters/letter-2019/editions", "Edition").await;
    inspector.open("/letters/letter-2019/report", "Which entry?").await;
    inspector.open("/letters/letter-2019/report?entry=internet", "Which of these is it?").await;
    inspector.open("/letters/letter-2019/report?entry=12", "What is wrong?").await;
    inspector.open("/letters/letter-2019/report/sent", "Now open your mail").await;

    // The form, with everything wrong, then right.
    inspector.open("/letters/letter/sign", "Sign for your organization").await;
    inspector.press("Continue to the printed line", "things to mend").await;
    let browser = &inspector.browser;
    for (name, text) in [
        (
            "organization",
            "A name that is as long as the longest on the list: \u{645}\u{646}\u{638}\u{645}\u{629} for Example",
        ),
        ("website", "https://ngo.example"),
        ("representative", "Ada Example"),
        ("role", "Director"),
        ("email", "ada@gmial.com"),
        ("note", "A note"),
    ] {
        browser.fill(name, text).await;
    }
    browser.choose("country", "KE").await;
    browser.choose("basis", "head").await;
    browser.tick("authority").await;
    inspector.press("Continue to the printed line", "Did you mean").await;
    inspector.press("Yes, send the link to verify", "Now open your mail").await;

    // The links in mails.
    let mail = sign(&app, "Bits of Example", REP).await;
    let late = sign(&app, "Late Example", "late@ngo.example").await;
    inspector.open("/mailbox", "Mailbox").await;
    inspector.open("/verify", "Type the code").await;
    inspector.browser.fill("code", "AAAA-AAAA").await;
    inspector.press("Verify this sign-on", "One thing to mend").await;
    inspector.open("/verify/unknown", "We do not know this link").await;
    inspector.open(&mail.link("/verify/"), "Verify your sign-on").await;
    inspector.press("Verify this sign-on", "Verified. Thank you").await;
    let private = app.mailbox().newest_about(REP, "verified and waits").await.link("/sign-ons/");
    inspector.open(&private, "Waiting for review").await;
    inspector.open(&format!("{private}/withdraw"), "Withdraw your sign-on?").await;
    inspector.press("Withdraw this sign-on", "Your sign-on is withdrawn").await;
    inspector.open(&private, "Withdrawn").await;
    app.clock.advance(days(8));
    inspector.open(&late.link("/verify/"), "This link has expired").await;
    inspector.press("Mail me a fresh link", "A fresh link is on its way").await;

    // Letters that cannot be signed, and what is not there.
    let soon = cast::settings(&app);
    let (closed, later) = (app.clock.now(), app.clock.now().plus(days(3)));
    for (slug, opens_at, closes_at, words) in
        [("over", None, Some(closed), "This letter is closed"), ("soon", Some(later), None, "not open yet")]
    {
        let settings = undersigned::campaign::Settings {
            slug: Slug::parse(slug).unwrap(),
            published_at: Some(app.clock.now().plus(days(-1))),
            opens_at,
            closes_at,
            ..soon.clone()
        };
        cast::campaign(&app, settings).await;
        inspector.open(&format!("/letters/{slug}/sign"), words).await;
        inspector.open(&format!("/letters/{slug}"), "Keep the park open").await;
    }
    inspector.open("/nothing", "There is no such page").await;
    inspector.end();
}

#[tokio::test]
async fn the_pages_of_staff_break_no_rule() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let Some(mut inspector) = Inspector::start(&app).await else { return };
    import_2019(&app.db().await, |settings| settings, None).await;
    open_letter(&app).await;
    let private = undersigned::campaign::Settings {
        slug: Slug::parse("private").unwrap(),
        access: Access::Invitation,
        status: Status::Draft,
        ..cast::settings(&app)
    };
    cast::campaign(&app, private).await;
    for (name, email) in [
        ("Bits of Example", "ada@ngo.example"),
        ("Bits of Example e.V.", "bob@gmail.com"),
        ("Bits \u{43e}f Example", "eve@other.example"),
        ("Zebra League", "zoe@ngo.example"),
    ] {
        sign_and_verify(&app, name, email).await;
    }
    app.clock.advance(days(4));
    let second = staff::second_moderator(&app, "letter").await;

    inspector.open("/login", "Log in").await;
    inspector.press("Log in", "things to mend").await;
    inspector.open("/login/reset", "Set a new password").await;
    inspector.browser.fill("email", "tom@staff.example").await;
    inspector.press("Mail me the link", "Now open your mail").await;
    let reset =
        app.mailbox().newest_about("tom@staff.example", "Set a new password").await.link("/login/reset/");
    inspector.open(&reset, "Your new password").await;
    inspector.open("/login/reset/unknown", "no longer works").await;
    inspector
        .open(&staff::invitation(&app, "ada@staff.example", "administrator", None), "You are invited")
        .await;
    inspector.press("Accept and log in", "to mend").await;
    inspector.browser.fill("name", "Ada Administrator").await;
    inspector.browser.fill("password", staff::PASSWORD).await;
    inspector.press("Accept and log in", "set up your second factor").await;
    inspector.open("/staff/letters/new", "Write a new letter").await;
    inspector.press("Make the draft", "Set up your second factor first").await;
    inspector.open("/staff/account/app", "Give the app the secret").await;
    inspector.press("Set it up", "to mend").await;
    let secret = Secret::parse(&inspector.browser.texts("code.secret").await[0]).unwrap();
    let step = Secret::step_at(app.clock.now());
    inspector.browser.fill("code", &secret.code(step - 1)).await;
    inspector.press("Set it up", "Your recovery codes").await;
    inspector.browser.press("Log out").await;
    inspector.browser.fill("email", "ada@staff.example").await;
    inspector.browser.fill("password", staff::PASSWORD).await;
    inspector.press("Log in", "Your code").await;
    inspector.press("Log in", "to mend").await;
    inspector.browser.fill("code", &secret.code(step)).await;
    inspector.browser.press("Log in").await;
    inspector.open("/staff/confirm", "Confirm that it is you").await;
    inspector.open("/staff/letters", "Letters").await;

    // The queue and its entries.
    inspector.open("/staff/letters/letter-2019/queue", "Nothing to review").await;
    inspector.open("/staff", "What waits").await;
    inspector.open("/staff/letters/letter/queue", "4 sign-ons to review").await;
    inspector.browser.follow("Bits of Example e.V.").await;
    inspector.look("Side by side").await;
    let entry = inspector.browser.path().await;
    inspector.browser.open_details().await;
    inspector.look("Reject, with a reason").await;
    inspector.press("Reject", "to mend").await;
    inspector.browser.open(&entry).await;
    let hers =
        second.get(&entry).await.form_with_button("Hold").fill("text", "Are you the same organization?");
    second.submit(&hers).await.expect(200);
    // Deciding has claimed the next one; whoever logs out lets go of what they had.
    let page = second.get("/staff").await;
    second.submit(&page.form_with_button("Log out")).await.expect(200);
    inspector.press("Approve", "On hold").await;
    inspector.open(&entry, "Release").await;
    inspector.open("/staff/letters/letter/queue", "to review").await;
    inspector.browser.follow("Zebra League").await;
    inspector.press("Approve", "Undo").await;
    inspector.open("/staff/letters/letter/queue?show=approved", "Approved: 1").await;
    inspector.browser.follow("Zebra League").await;
    inspector.browser.open_details().await;
    inspector.look("Remove it from the list").await;

    // A signer's link, opened by staff.
    let visitor = app.browser();
    let form = filled_in(&visitor, "Another Example", "an@ngo.example").await;
    send(&visitor, &form).await.expect(200);
    let link = app.mailbox().newest_about("an@ngo.example", "Verify your").await.link("/verify/");
    inspector.open(&link, "This link is the signer").await;

    // The letters.
    inspector.open("/staff/letters/new", "Write a new letter").await;
    inspector.press("Make the draft", "to mend").await;
    inspector.open("/staff/letters/letter/letter", "Text of the letter").await;
    inspector.press("Preview", "Text of the letter").await;
    inspector.open("/staff/letters/letter/settings", "Settings").await;
    for way in inspector.browser.attributes("main a[href*='/life/']", "href").await {
        inspector.open(&way, "Keep it as it is").await;
    }
    inspector.open("/staff/letters/private/settings", "Settings").await;
    inspector.open("/staff/letters/private/previews", "Preview links").await;
    inspector.press("Make the link", "to mend").await;
    inspector.browser.fill("link_name", "For the press").await;
    inspector.press("Make the link", "Copy it now").await;
    let link = inspector.browser.texts("p.secret a").await.remove(0);
    inspector.open("/staff/letters/letter/copy", "Copy this letter").await;
    inspector.press("Make the copy", "to mend").await;
    inspector.open(link.trim_start_matches(&app.base_url), "Please do not publish").await;
    inspector.open("/staff/letters/letter-2019/moved", "What moved").await;
    inspector.open("/staff/account", "Your account").await;
    inspector.open("/staff/account/passkeys", "Make a passkey").await;
    inspector.open("/staff/shortcuts", "Keyboard").await;

    // What else is known of a letter and of a sign-on.
    inspector.open("/staff/letters/letter/history", "History").await;
    inspector.open("/staff/letters/letter/numbers", "Numbers").await;
    inspector.open("/staff/letters/letter/guide", "Guide").await;
    inspector.open("/staff/letters/letter/moderation", "Reasons").await;
    inspector.open("/staff/letters/letter/queue?show=reported", "Nothing is reported").await;
    inspector.open("/staff/letters/letter/queue?show=unverified", "Not verified").await;
    inspector.open(&format!("{entry}/correct"), "Correct").await;
    inspector.open(&format!("{entry}/notice"), "itself").await;
    inspector.open("/staff/accounts", "Accounts").await;
    inspector.press("Mail the invitation", "to mend").await;
    inspector.open("/staff/letters/nothing/queue", "There is no such page").await;
    inspector.end();
}
