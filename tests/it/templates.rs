//! The mails of a letter in the organizers' own words: what they write, what they cannot, and what the program promises all the same.

mod usual;

use crate::consenting::listed;
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::smtp::SmtpServer;
use crate::support::{cast, on_both_engines, staff};
use std::time::Duration;
use undersigned::clock::days;

const PAGE: &str = "/staff/letters/letter/mails";
const VERIFY: &str = "Somebody wants to sign “{letter}” for\n{organization}\n\nPress the button here:\n{link}\nor type\n{code}\n\nIt closes {deadline}. More: https://park.example/why";

async fn write(olu: &Browser, mail: &str, subject: &str, body: &str) -> Page {
    let page = olu.get(&format!("{PAGE}?of={mail}")).await.expect(200);
    let form = page.form_with("mail").fill("subject", subject).fill("body", body);
    olu.submit(&form.press_text("Save")).await
}

on_both_engines! {
    async fn the_words_of_a_mail_are_the_organizers_and_its_promises_are_ours(app: TestApp) {
        cast::open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        olu.get(PAGE).await.expect(200).says("Verify the mailbox").says("The usual words").hides("Your words");
        write(&olu, "verify", "Please verify: {letter} (Verify your sign-on)", VERIFY).await.expect(200).says("Saved.");
        olu.get(PAGE).await.says("Your words, since");
        let mail = cast::sign(&app, "Example Network", "rep@example.example").await;
        assert_eq!(mail.subject, "Please verify: Keep the park open (Verify your sign-on)");
        assert!(mail.text.starts_with("Somebody wants to sign “Keep the park open” for\n\n    Example Network\n"), "{}", mail.text);
        // The link and the code stand alone, and both work.
        let link = mail.text.lines().find(|line| line.contains("/verify/")).unwrap();
        assert!(link.starts_with("http://"), "{link}");
        app.get(&mail.link("/verify/")).await.expect(200).says("Example Network");
        let browser = app.browser();
        let page = browser.get("/verify").await.expect(200);
        browser.submit(&page.form().fill("code", &mail.code())).await.expect(200);
        // What the program promises is there, whatever the organizer wrote.
        for promise in ["Not from you? Do nothing: the submission is erased by itself.", "work for 7 days", "nothing is published", "/verify\n", "Questions: host@park.example"] {
            assert!(mail.text.contains(promise), "{promise}: {}", mail.text);
        }
        // Back to the usual text, for the next mail.
        let page = olu.get(&format!("{PAGE}?of=verify")).await.expect(200).says("It says what you wrote.");
        let back = olu.submit(&page.form_with("mail").press_text("Back to the usual words")).await.expect(200);
        back.says("The mail says what it says usually.").says("Version 2").says("Version 1");
        let mail = cast::sign(&app, "Other Network", "rep@other.example").await;
        assert_eq!(mail.subject, "Verify your sign-on: Keep the park open");
        assert!(mail.text.starts_with("Somebody filled in the form"), "{}", mail.text);
        olu.get("/staff/letters/letter/history").await.says("changed the words of a mail").says("took back the words of a mail");
    }

    async fn words_that_would_break_a_mail_are_refused_beside_their_field(app: TestApp) {
        cast::open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        let long = "x".repeat(5001);
        for (mail, subject, body, said) in [
            ("verify", "Verify: {letter}", "{code}", "Add {link} on a line of its own"),
            ("verify", "Verify: {letter}", "{link}", "Add {code} on a line of its own"),
            ("verify", "Verify: {letter}", "Open {link}\n{code}", "Line 1: put {link} on a line of its own."),
            ("verify", "Verify: {letter}", "{link}\n{code}\n{reason}", "Line 3: nothing is filled in for {reason}."),
            ("verify", "Verify: {letter}", "{link}\n{code}\n\n{organization", "Line 4: check the curly brackets."),
            ("verify", "Verify: {letter}", "{link}\n{code}\na\u{200B}b", "Line 3: Remove the invisible character"),
            ("verify", "Verify: {letter}", "{link}\n{code}\n<a href=x>", "Line 3: write words alone."),
            ("verify", "Verify: {letter}", &long, "Shorten the text to 5000 characters"),
            ("verify", "Verify", "{link}\n{code}", "Add {letter} to the subject"),
            ("verify", "{organization}: {letter}", "{link}\n{code}", "In a subject only {letter} and {host} are filled in"),
            ("rejected", "No: {letter}", "{link}", "Add {reason} on a line of its own"),
            ("invited", "Sign: {letter}", "No way in.", "Add {link} on a line of its own"),
        ] {
            let page = write(&olu, mail, subject, body).await.expect(422).says(said);
            assert_eq!(page.form_with("mail").value("subject"), subject);
            assert_eq!(page.form_with("mail").value("body").trim(), body.trim());
        }
        olu.get(PAGE).await.hides("Your words");
        olu.get(&format!("{PAGE}?of=consent")).await.expect(404);
        // Somebody else was first.
        let stale = olu.get(&format!("{PAGE}?of=verify")).await.expect(200).form_with("mail");
        write(&olu, "verify", "Verify: {letter}", VERIFY).await.expect(200);
        let late = stale.fill("subject", "Late: {letter}").press_text("Save");
        olu.submit(&late).await.expect(409).says("Somebody changed it").says("Late: {letter}");
        // Looked at without being saved; and as the HTML that goes out.
        let page = olu.get(&format!("{PAGE}?of=approved")).await.expect(200);
        let look = olu.submit(&page.form_with("mail").press_text("Look at it")).await.expect(200).says("As it goes out");
        assert!(look.raw_text("pre").contains("Keep the link to your private page to yourself"));
        let html = olu.submit(&page.form_with("mail").press_text("Open its HTML part")).await.expect(200);
        assert!(html.body.contains("Open your private page</a>") && html.header("content-security-policy").contains("sandbox"));
        olu.get(&format!("{PAGE}?of=approved")).await.says("It says what it says usually.");
    }

    async fn every_mail_that_can_be_worded_says_it_and_a_copy_of_the_letter_too(app: TestApp) {
        let (letter, olu, _) = listed(&app, &[]).await;
        for mail in ["received", "approved", "invited", "invited-again"] {
            write(&olu, mail, &format!("Own {mail}: {{letter}}"), &format!("Own words of {mail}, {{organization}}.\n\n{{link}}")).await.expect(200);
        }
        write(&olu, "rejected", "Own rejected: {letter}", "Own words of rejected.\n{reason}\n{link}").await.expect(200);
        // Invited and reminded.
        let list = "Beech,info@beech.example\n";
        let page = olu.get("/staff/letters/letter/invitations").await.expect(200);
        let preview = olu.submit(&page.form_with("organizations").fill("organizations", list)).await.expect(200);
        olu.submit(&preview.form_with("organizations").press("do")).await.expect(200);
        let mail = app.mailbox().newest_about("info@beech.example", "Own invited: Keep the park open").await;
        assert!(mail.text.contains("Own words of invited, Beech.") && mail.text.contains("Opening the page changes nothing."), "{}", mail.text);
        app.get(&mail.link("/invitations/")).await.expect(200);
        app.clock.advance(days(6));
        let olu = app.browser();
        staff::log_in(&app, &olu, "olu@staff.example", staff::PASSWORD).await;
        let page = olu.get("/staff/letters/letter/invitations").await.expect(200);
        olu.submit(&page.form_with("remind").press("remind")).await.expect(200);
        let mail = app.mailbox().newest_about("info@beech.example", "Own invited-again").await;
        assert!(mail.text.contains("nobody reminds you"), "{}", mail.text);
        // Verified, approved, rejected.
        let browser = app.browser();
        let verify = cast::sign(&app, "Example Network", "rep@example.example").await;
        let page = browser.get(&verify.link("/verify/")).await.expect(200);
        browser.submit(&page.form()).await.expect(200);
        let mail = app.mailbox().newest_about("rep@example.example", "Own received").await;
        assert!(mail.text.contains("waits for review by the moderators") && mail.text.contains("Keep the link"), "{}", mail.text);
        let ids = waiting(&app, &letter, &[sent("Good Network", "https://good.example", "rep@good.example"), sent("Bad Network", "https://bad.example", "rep@bad.example")]).await;
        press(&olu, &entry(&olu, ids[0]).await, "Approve").await.expect(200);
        let form = entry(&olu, ids[1]).await.form_with_button("Reject").fill("reason", "not_eligible").fill("text", "Next time, <b>perhaps</b>.");
        olu.submit(&form).await.expect(200);
        app.clock.advance(undersigned::clock::minutes(11));
        let mail = app.mailbox().newest_about("rep@good.example", "Own approved: Keep the park open").await;
        assert!(mail.text.contains("Own words of approved, Good Network.") && mail.text.contains("/letters/letter\n"), "{}", mail.text);
        let mail = app.mailbox().newest_about("rep@bad.example", "Own rejected").await;
        assert!(mail.text.contains("This letter is signed by other kinds of organizations.\n\nThey add:\n\nNext time, <b>perhaps</b>."), "{}", mail.text);
        assert!(mail.text.contains("It is not on the list."), "{}", mail.text);
        // A copy has the same words, and its own versions of them.
        let page = olu.get("/staff/letters/letter/copy").await.expect(200);
        olu.submit(&page.form().fill("title", "Keep the pond open").fill("slug", "pond")).await.expect(200);
        olu.get("/staff/letters/pond/mails?of=approved").await.expect(200).says("It says what you wrote.").says("Version 1");
        olu.get("/staff/letters/pond/mails?of=verify").await.expect(200).says("It says what it says usually.");
    }
}

on_both_engines! {
    async fn what_is_filled_in_is_never_markup_a_link_or_a_header(engine: Engine) {
        let relay = SmtpServer::start();
        let app = TestApp::spawn_with(engine, &[("UNDERSIGNED_SMTP_URL", &relay.url())]).await;
        cast::open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        write(&olu, "verify", "Verify: {letter}", "{organization} signs.\n\n{organization}\n\n{link}\n{code}").await.expect(200);
        let browser = app.browser();
        let hostile = "Free & https://evil.example {link}";
        let form = cast::filled_in(&browser, hostile, "rep@ngo.example").await;
        cast::send(&browser, &form).await.says("Now open your mail");
        let mut mails = Vec::new();
        for _ in 0..200 {
            mails = relay.received_for("rep@ngo.example");
            if !mails.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let parsed = mail_parts(&mails[0].text());
        let (text, html) = parsed;
        assert_eq!(mails[0].header("Subject").as_deref(), Some("Verify: Keep the park open"));
        assert!(!text.contains("https://evil.example"), "no program makes a link of it: {text}");
        assert!(text.contains("{link}"), "what was typed is not filled in: {text}");
        assert!(html.contains("Free &amp; https") || html.contains("Free &#38; https"), "{html}");
        assert!(!html.contains("href=\"https://evil"), "{html}");
        assert_eq!(html.matches("<a ").count(), html.matches(&format!("href=\"{}", app.base_url)).count(), "{html}");
    }
}

/// The text and the HTML of a mail, decoded from quoted-printable.
fn mail_parts(mail: &str) -> (String, String) {
    let part = |kind: &str| {
        let from = mail.find(&format!("Content-Type: {kind}")).unwrap();
        let body = &mail[from..];
        let body = &body[body.find("\r\n\r\n").unwrap() + 4..];
        let body = body.split("\r\n--undersigned-").next().unwrap().replace("=\r\n", "");
        let mut bytes = Vec::new();
        let mut rest = body.as_bytes();
        while let Some((first, tail)) = rest.split_first() {
            match (first, tail) {
                (b'=', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    let pair = [*high, *low];
                    bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).unwrap(), 16).unwrap());
                    rest = after;
                }
                _ => {
                    bytes.push(*first);
                    rest = tail;
                }
            }
        }
        String::from_utf8(bytes).unwrap()
    };
    (part("text/plain"), part("text/html"))
}
