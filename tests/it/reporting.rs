//! Anybody reports an entry of a list; the mailbox sends it; the organization's own word takes the entry off the list, everybody else's opens
//! a case that a moderator settles.

mod choosing;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Form, Page};
use crate::support::cast::{self, open_letter};
use crate::support::list;
use crate::support::on_both_engines;
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::staff::{PASSWORD, log_in, moderator, organizer, second_moderator};
use futures_util::future::join_all;
use reqwest::Method;
use std::time::Duration;
use undersigned::campaign::{Access, Campaign, Status};
use undersigned::clock::{days, minutes};
use undersigned::ids::SignOnId;
use undersigned::text::Slug;

const REPORT: &str = "/letters/letter/report";
const SUBJECT: &str = "Send your report about an entry";
const REPORTED: &str = "/staff/letters/letter/queue?show=reported";

async fn listed(app: &TestApp) -> Vec<String> {
    for _ in 0..40 {
        let page = app.get("/letters/letter").await;
        if page.status == 200 {
            return page.texts("ol.names li > bdi");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the letter is not there after 2 s");
}

/// A list with these organizations, each signed by somebody elsewhere, and the moderator who approved them.
async fn with_listed(app: &TestApp, letter: &Campaign, names: &[(&str, &str)]) -> (Browser, Vec<SignOnId>) {
    let mina = moderator(app, "letter").await;
    let all: Vec<_> = names.iter().map(|(name, site)| sent(name, site, "rep@elsewhere.example")).collect();
    let ids = waiting(app, letter, &all).await;
    for id in &ids {
        press(&mina, &entry(&mina, *id).await, "Approve").await.expect(200);
    }
    assert_eq!(listed(app).await.len(), names.len());
    (mina, ids)
}

/// The form about the entry that this leads to, filled in.
async fn about(browser: &Browser, meant: &str, kind: &str, email: &str) -> Form {
    let page = browser.get(&format!("{REPORT}?entry={meant}")).await.expect(200);
    page.form_with("email").choose("kind", kind).fill("text", "It is not so.").fill("email", email)
}

/// Somebody reports; the link that their mailbox gets.
async fn report(app: &TestApp, meant: &str, kind: &str, email: &str) -> String {
    let (browser, before) = (app.browser(), app.mailbox().all_to(email).await.len());
    let form = about(&browser, meant, kind, email).await;
    browser.submit(&form).await.expect(200).at("/letters/letter/report/sent").says("Now open your mail");
    app.mailbox().once_there_are(before + 1, email).await;
    app.mailbox().newest_about(email, SUBJECT).await.link("/reports/")
}

/// The mailbox sends it.
async fn confirm(app: &TestApp, link: &str) -> Page {
    let browser = app.browser();
    let page = browser.get(link).await.expect(200);
    browser.submit(&page.form()).await
}

/// A session does not live for weeks, nor while nobody does anything for an hour.
async fn log_in_again(app: &TestApp, before: Browser) -> Browser {
    drop(before);
    let browser = app.browser();
    log_in(app, &browser, "mina@staff.example", PASSWORD).await;
    browser
}

/// That so many mails about this have gone to somebody, and no more.
async fn got(app: &TestApp, to: &str, subject: &str, expected: usize) {
    let mut count = 0;
    for _ in 0..40 {
        let all = app.mailbox().all_to(to).await;
        count = all.iter().filter(|mail| mail.subject.starts_with(subject)).count();
        if count > 0 && count >= expected {
            break;
        }
        tokio::time::sleep(Duration::from_millis(if expected == 0 { 5 } else { 50 })).await;
    }
    assert_eq!(count, expected, "{subject} to {to}");
}

on_both_engines! {
    async fn a_stranger_reports_and_a_moderator_settles_the_case(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, ids) = with_listed(&app, &letter, &[("Asked Network", "asked.example"), ("Other League", "other.example")]).await;
        app.clock.advance(minutes(11));
        // From the letter to the entry, by a part of its name.
        let stranger = app.browser();
        let page = stranger.get("/letters/letter").await;
        let page = stranger.follow(&page, "Report a problem with an entry").await.expect(200).says("Which entry?");
        assert_eq!(page.attribute("form[method=get] input", "name").as_deref(), Some("entry"));
        let page = stranger.get(&format!("{}?entry=asked+net", page.path)).await.expect(200).says("Asked Network");
        let wrong = stranger.submit(&page.form_with("email").choose("kind", "wrong").fill("email", "sam")).await;
        let wrong = wrong.expect(422).says("Write what is wrong").says("Write the whole address");
        let form = wrong.form_with("email").fill("text", "They are called Asking.").fill("email", "sam@gmail.com").fill("name", "Sam Stranger");
        let done = stranger.submit(&form.tick("answer")).await.expect(200).says("Now open your mail");
        assert_eq!(done.path, "/letters/letter/report/sent");

        let mail = app.mailbox().newest_about("sam@gmail.com", SUBJECT).await;
        assert!(mail.text.contains("Asked Network") && !mail.text.contains("Asking") && !mail.text.contains("Sam"), "{}", mail.text);
        let link = mail.link("/reports/");
        for _ in 0..2 {
            stranger.get(&link).await.expect(200).says("Send this report").says("They are called Asking.").says("The entry stays as it is");
            stranger.once(Method::HEAD, &link, None).await.unwrap().expect(200);
        }
        mina.get(&link).await.expect(200).says("This link is somebody else’s").hides("Send this report").hides("Asking");
        entry(&mina, ids[0]).await.hides("Reports").hides("Asking");
        mina.get(REPORTED).await.expect(200).says("Reported: 0").says("Nothing is reported.");
        let button = stranger.get(&link).await.form();
        for _ in 0..2 {
            let done = stranger.submit(&button).await.expect(200).says("your report has reached the moderators");
            assert_eq!(done.path, "/reports/confirmed");
        }
        app.get(&link).await.expect(200).says("Your report has reached the moderators").hides("Asking").hides("sam@gmail.com");
        assert_eq!(listed(&app).await.len(), 2, "the entry stays");

        got(&app, "mina@staff.example", "Look at a reported entry", 1).await;
        let queue = mina.get(REPORTED).await.expect(200).says("Reported: 1").says("Reported: the name or its details are wrong.");
        assert_eq!(queue.texts(".row-name"), ["Asked Network"]);
        mina.get("/staff/letters/letter/history").await.expect(200).says("a visitor");
        let page = mina.follow(&queue, "Asked Network").await.expect(200);
        let page = page.says("They are called Asking.").says("Sam Stranger").says("s***@gmail.com").hides("sam@gmail.com");
        let page = page.says("not at the domain of the website").says("Reported from outside: the name or its details are wrong.");
        let settle = page.form_with_button("Settle: nothing changes");
        let lacking = mina.submit(&settle.clone().press_text("Settle: nothing changes")).await.expect(422).says("Write why nothing changes");
        assert_eq!(lacking.form_with("outcome").value("outcome"), "nothing");
        let lacking = mina.submit(&settle.clone().press_text("Settle: acted on")).await.expect(422);
        lacking.says("The entry is as it was when it was reported");
        app.clock.advance(minutes(1));
        let settle = settle.fill("text", "Their website says the same.").press_text("Settle: nothing changes");
        for _ in 0..2 {
            mina.submit(&settle).await.expect(200).says("Settled").says("settled, nothing changed").says("Their website says the same.");
        }
        mina.get(REPORTED).await.expect(200).says("Reported: 0");
        got(&app, "sam@gmail.com", "What came of your report", 0).await;
        app.clock.advance(minutes(11));
        let told = app.mailbox().newest_about("sam@gmail.com", "What came of your report").await;
        assert!(told.text.contains("the entry stays as it is") && !told.text.contains("website says"), "{}", told.text);
        let history = entry(&mina, ids[0]).await;
        assert_eq!(history.text().matches("A report was settled, nothing changed, by Mina Moderator").count(), 1);
    }

    async fn the_organizations_own_word_takes_its_entry_off_the_list_once(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, ids) = with_listed(&app, &letter, &[("Asked Network", "www.asked.example")]).await;
        app.clock.advance(minutes(11));
        app.mailbox().newest_about("rep@elsewhere.example", "Your organization is on the list").await;
        // The moderator has it open.
        let first = report(&app, "1", "never_agreed", "office@asked.example").await;
        app.clock.advance(minutes(1));
        let second = report(&app, "1", "never_agreed", "board@mail.asked.example").await;
        app.get(&first).await.expect(200).says("taken off the list at once");
        assert_eq!(listed(&app).await, ["Asked Network"], "reading changes nothing");
        confirm(&app, &first).await.expect(200).at("/reports/suspended").says("The entry is off the list");
        assert!(listed(&app).await.is_empty());
        confirm(&app, &second).await.expect(200).at("/reports/confirmed");
        got(&app, "mina@staff.example", "Look at an entry whose organization objects", 1).await;
        let page = entry(&mina, ids[0]).await.says("On hold").says("It took the entry off the list.");
        assert_eq!(page.text().matches("Objected to by a report from the domain of its website").count(), 1);
        mina.get("/staff/letters/letter/queue?show=held").await.says("Reported: the organization never agreed.");

        // A moderator has looked, and lists it again: the same domain does not overrule that.
        app.clock.advance(minutes(1));
        let page = press(&mina, &page, "Approve").await;
        page.expect(200);
        assert_eq!(listed(&app).await, ["Asked Network"]);
        app.clock.advance(minutes(61));
        let mina = log_in_again(&app, mina).await;
        let third = report(&app, "1", "never_agreed", "office@asked.example").await;
        app.get(&third).await.expect(200).says("the moderators read it and decide");
        confirm(&app, &third).await.expect(200).at("/reports/confirmed");
        assert_eq!(listed(&app).await, ["Asked Network"]);
        got(&app, "mina@staff.example", "Look at a reported entry", 2).await;

        // Acted on, after the entry is removed.
        app.clock.advance(minutes(1));
        let form = entry(&mina, ids[0]).await.form_with_button("Remove").fill("reason", "other").fill("text", "They say so.");
        mina.submit(&form).await.expect(200);
        app.clock.advance(minutes(1));
        let page = mina.get(REPORTED).await.expect(200).says("Reported: 1");
        let page = mina.follow(&page, "Asked Network").await;
        let settle = page.form_with_button("Settle: acted on").press_text("Settle: acted on");
        mina.submit(&settle).await.expect(200).says("acted on");
    }

    async fn only_the_organizations_own_domain_can_take_it_off(app: TestApp) {
        let letter = open_letter(&app).await;
        let names = [("Site Club", "https://sites.gmail.com/club"), ("Page Society", "https://github.io"), ("No Site League", ""), ("Own Union", "own.example")];
        let (mina, ids) = with_listed(&app, &letter, &names).await;
        for (n, (meant, email)) in [("club", "club@gmail.com"), ("page", "page@github.io"), ("league", "a@league.example"), ("own", "a@owner.example")].into_iter().enumerate() {
            let link = report(&app, meant, "never_agreed", email).await;
            app.get(&link).await.expect(200).hides("taken off the list at once");
            confirm(&app, &link).await.expect(200).at("/reports/confirmed");
            assert_eq!(listed(&app).await.len(), 4, "{n}");
        }
        mina.get(REPORTED).await.expect(200).says("Reported: 4");
        // Their own domain, but only a wrong detail: it stays, unless they ask.
        let link = report(&app, "own", "wrong", "a@own.example").await;
        confirm(&app, &link).await.expect(200).at("/reports/confirmed");
        assert_eq!(listed(&app).await.len(), 4);
        let browser = app.browser();
        let form = about(&browser, "own", "wrong", "b@own.example").await.tick("hold");
        browser.submit(&form).await.expect(200);
        let link = app.mailbox().newest_about("b@own.example", SUBJECT).await.link("/reports/");
        confirm(&app, &link).await.expect(200).at("/reports/suspended");
        assert_eq!(listed(&app).await.len(), 3);
        entry(&mina, ids[3]).await.says("to take it off the list until this is settled");
    }

    async fn a_stranger_learns_nothing_and_one_mailbox_gets_few_mails(app: TestApp) {
        let letter = open_letter(&app).await;
        let (_, _) = with_listed(&app, &letter, &[("Asked Network", "asked.example")]).await;
        let stranger = app.browser();
        let mut answers = Vec::new();
        for n in 0..5 {
            let form = about(&stranger, "1", "other", "press@asked.example").await.fill("text", &format!("Number {n}."));
            for _ in 0..2 {
                let answer = stranger.submit(&form).await.expect(200).at("/letters/letter/report/sent");
                answers.push(answer.body);
            }
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "whoever it is and however often, the answer is the same");
        app.mailbox().once_there_are(3, "press@asked.example").await;
        app.clock.advance(minutes(61));
        for n in 5..9 {
            let form = about(&stranger, "1", "other", "Press+x@asked.example").await.fill("text", &format!("Number {n}."));
            stranger.submit(&form).await.expect(200).at("/letters/letter/report/sent");
        }
        let all = app.mailbox().all().await;
        assert_eq!(all.iter().filter(|mail| mail.subject.starts_with(SUBJECT)).count(), 5);
        // They count with those of sign-ons.
        let form = cast::filled_in(&stranger, "Press League", "press@asked.example").await;
        cast::send(&stranger, &form).await.says("Now open your mail");
        got(&app, "press@asked.example", "Verify", 0).await;

        // One network sends thirty in ten minutes, and no sign-on the less.
        let mut refused = 0;
        for n in 0..31 {
            let form = about(&stranger, "1", "other", &format!("a{n}@many.example")).await;
            refused += usize::from(stranger.submit(&form).await.status == 429);
        }
        assert!(refused >= 1, "{refused}");
        let form = cast::filled_in(&stranger, "Many League", "a@many.example").await;
        cast::send(&stranger, &form).await.says("Now open your mail");
    }

    async fn what_is_private_or_archived_is_not_reported(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, ids) = with_listed(&app, &letter, &[("Asked Network", "asked.example")]).await;
        let hidden = undersigned::campaign::Settings { slug: Slug::parse("hidden").unwrap(), access: Access::Invitation, ..cast::settings(&app) };
        cast::campaign(&app, hidden).await;
        let stranger = app.browser();
        for slug in ["hidden", "nothing"] {
            for path in [format!("/letters/{slug}/report"), format!("/letters/{slug}/report?entry=1"), format!("/letters/{slug}/report/sent")] {
                stranger.get(&path).await.expect(404).hides("Report a problem");
            }
            stranger.post(&format!("/letters/{slug}/report"), "entry=1&line=x").await.expect(404);
        }
        // Closed: it can still be wrong.
        let db = app.db().await;
        let link = report(&app, "1", "other", "sam@gmail.com").await;
        let waits = report(&app, "1", "twice", "tom@gmail.com").await;
        list::set(&db, &letter, |settings| settings.status = Status::Closed).await;
        confirm(&app, &link).await.expect(200).at("/reports/confirmed");
        let kept = about(&stranger, "1", "other", "una@gmail.com").await;
        list::set(&db, &letter, |settings| settings.status = Status::Archived).await;
        let archived = async || stranger.get(REPORT).await.text().contains("This letter is archived");
        for _ in 0..40 {
            if archived().await {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        stranger.get(REPORT).await.expect(200).says("This letter is archived").says("host@park.example");
        stranger.submit(&kept).await.expect(409).says("This letter is archived").says("It is not so.");
        app.get("/letters/letter").await.expect(200).hides("Report a problem");
        app.get(&waits).await.expect(200).says("There is nothing to report any more").hides("Send this report");
        entry(&mina, ids[0]).await.says("Reports").hides("Settle: nothing changes");
    }

    async fn links_expire_and_what_nobody_sent_is_erased(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, ids) = with_listed(&app, &letter, &[("Asked Network", "asked.example")]).await;
        let link = report(&app, "1", "other", "sam@gmail.com").await;
        let sent = report(&app, "1", "wrong", "tom@gmail.com").await;
        confirm(&app, &sent).await.expect(200);
        app.get(&link[..link.len() - 2]).await.expect(404).says("We do not know this link");
        app.get(&link.replace("/reports/", "/notices/")).await.expect(404);
        app.get(&link.replace("/reports/", "/verify/")).await.expect(404);
        let browser = app.browser();
        let button = browser.get(&link).await.form();
        browser.submit(&button.clone().without("form_token")).await.expect(403).says("Send this report");
        let foreign = app.browser();
        foreign.submit(&button.clone().smuggle("form_token", "x")).await.expect(403);
        app.clock.advance(days(15));
        app.upkeep().await;
        app.get(&link).await.expect(410).says("This link has expired").hides("It is not so.").says("report it once more");
        let late = browser.submit(&button).await;
        assert!(late.status == 410 || late.status == 403, "{}", late.status);
        app.clock.advance(days(7));
        app.upkeep().await;
        app.get(&link).await.expect(404).says("We do not know this link");
        // What was sent stays a case, and who sent it is forgotten a month after it is settled.
        let mina = log_in_again(&app, mina).await;
        let page = entry(&mina, ids[0]).await.says("t***@gmail.com").says("It is not so.");
        let settle = page.form_with_button("Settle: nothing changes").fill("text", "It is so.").press_text("Settle: nothing changes");
        mina.submit(&settle).await.expect(200);
        app.clock.advance(days(31));
        app.upkeep().await;
        let mina = log_in_again(&app, mina).await;
        entry(&mina, ids[0]).await.says("Erased.").hides("t***@gmail.com").hides("It is not so.").says("settled, nothing changed");
    }

    async fn forged_and_foreign_ids_and_stale_forms_change_nothing(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, ids) = with_listed(&app, &letter, &[("Asked Network", "asked.example"), ("Baker League", "baker.example")]).await;
        let stranger = app.browser();
        // The number has moved since: the line that was seen is what counts.
        let stale = about(&stranger, "2", "other", "sam@gmail.com").await;
        let gone = about(&stranger, "1", "other", "una@gmail.com").await;
        let remove = entry(&mina, ids[0]).await.form_with_button("Remove").fill("reason", "not_eligible");
        mina.submit(&remove).await.expect(200);
        stranger.submit(&gone).await.expect(409).says("does not stand on the list like that any more").says("It is not so.");
        stranger.submit(&stale.clone().smuggle("line", "Somebody Else")).await.expect(409);
        stranger.submit(&stale.clone().choose("kind", "other").smuggle("kind", "rumor")).await.expect(422).says("Choose what is wrong");
        stranger.submit(&stale.clone().without("form_token")).await.expect(403).says("Baker League");
        stranger.get(&format!("{REPORT}?entry=99")).await.expect(200).says("No entry on the list has this number");
        stranger.get(&format!("{REPORT}?entry=%3Cscript%3E")).await.expect(200).says("<script>");
        stranger.submit(&stale).await.expect(200).says("Now open your mail");
        let link = app.mailbox().newest_about("sam@gmail.com", SUBJECT).await.link("/reports/");
        confirm(&app, &link).await.expect(200);

        // A report of one entry is not settled through another, nor an invented one, nor by a moderator of another letter.
        let page = entry(&mina, ids[1]).await;
        let form = page.form_with_button("Settle: nothing changes").fill("text", "It is so.").press_text("Settle: nothing changes");
        let through = form.encoded();
        mina.post(&format!("/staff/sign-ons/{}/report", ids[0]), through.clone()).await.expect(404);
        mina.submit(&form.clone().smuggle("report", "0197f3c0-0000-7000-8000-000000000000")).await.expect(404);
        mina.submit(&form.clone().smuggle("report", "1 or 1=1")).await.expect(422);
        let other = undersigned::campaign::Settings { slug: Slug::parse("other").unwrap(), ..cast::settings(&app) };
        cast::campaign(&app, other).await;
        let olu = organizer(&app, "other").await;
        olu.post(&format!("/staff/sign-ons/{}/report", ids[1]), through.clone()).await;
        mina.get(REPORTED).await.says("Reported: 1");
        app.browser().post(&format!("/staff/sign-ons/{}/report", ids[1]), through).await;
        mina.get(REPORTED).await.says("Reported: 1");
        let tom = second_moderator(&app, "letter").await;
        let toms = entry(&tom, ids[1]).await.form_with_button("Settle: nothing changes");
        mina.submit(&form).await.expect(200);
        let toms = toms.fill("text", "I looked too.").press_text("Settle: acted on");
        tom.submit(&toms).await.expect(409).says("Mina Moderator was first").says("I looked too.");
    }

    async fn pressed_twice_at_once_it_is_one_case_and_a_removal_beside_it_stands(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, ids) = with_listed(&app, &letter, &[("Asked Network", "asked.example"), ("Baker League", "baker.example")]).await;
        let link = report(&app, "Asked", "never_agreed", "a@asked.example").await;
        let beside = report(&app, "Baker", "never_agreed", "a@baker.example").await;
        let button = app.browser().get(&link).await.form();
        let press = async |form: Form| loop {
            let page = app.browser().once(Method::POST, form.action(), Some(form.encoded())).await.unwrap();
            if page.status != 503 {
                return page.status.as_u16();
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        let statuses = join_all((0..8).map(|_| press(button.clone()))).await;
        assert!(statuses.iter().all(|status| *status == 303), "{statuses:?}");
        let page = entry(&mina, ids[0]).await.says("On hold");
        assert_eq!(page.text().matches("Objected to by a report from the domain of its website").count(), 1);
        got(&app, "mina@staff.example", "Look at an entry whose organization objects", 1).await;

        let button = app.browser().get(&beside).await.form();
        let remove = entry(&mina, ids[1]).await.form_with_button("Remove").fill("reason", "not_eligible");
        let removal = async {
            mina.once(Method::POST, remove.action(), Some(remove.encoded())).await.unwrap().status.as_u16()
        };
        let (sent, removed) = futures_util::future::join(press(button), removal).await;
        // Whichever was first, the other is told what stands.
        assert!(matches!((sent, removed), (303, 409) | (409, 303)), "{sent} {removed}");
        let page = entry(&mina, ids[1]).await;
        let stands = if sent == 303 { "On hold" } else { "Removed" };
        page.says(stands);
        assert!(listed(&app).await.is_empty());
    }
}
