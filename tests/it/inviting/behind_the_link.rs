//! What is behind the link of an invitation: the letter, its list, and the way to the sign-on.

use super::{TRACKER, again, filled_in, invite_them, invited, one, paste, private_letter, row};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::cast::open_letter;
use crate::support::list::set;
use crate::support::on_both_engines;
use crate::support::queue::{entry, press};
use crate::support::staff::{moderator, organizer};
use reqwest::Method;
use undersigned::campaign::Settings;
use undersigned::clock::{Zone, days};
use undersigned::ids::SignOnId;

/// The sign-on that waits in the queue under this name.
async fn waiting(mina: &Browser, name: &str) -> SignOnId {
    let queue = mina.get("/staff/letters/letter/queue").await.expect(200);
    let href = queue.link(name);
    SignOnId::parse(href.rsplit('/').next().unwrap()).unwrap()
}

on_both_engines! {
    async fn whoever_is_invited_reads_and_signs_a_private_letter_behind_their_link(app: TestApp) {
        private_letter(&app).await;
        let (olu, mina) = (organizer(&app, "letter").await, moderator(&app, "letter").await);
        let link = invited(&app, &olu, "Example Network", "info@network.example").await;
        let missing = app.get("/letters/none").await.expect(404);
        for path in ["/letters/letter", "/letters/letter/sign", "/letters/letter/sign/sent", "/letters/letter/intention", "/letters/letter.json"] {
            let page = app.get(path).await.expect(404);
            assert_eq!(page.body.replace("/letters/letter", "/letters/none").len(), missing.body.len(), "{path}");
        }
        let visitor = app.browser();
        let page = visitor.get(&link).await.expect(200).says("Keep the park open").says("We ask you to keep the park open.");
        let page = page.says("Not public.").says("shown to those who are invited alone").says("No name stands here yet.");
        assert_eq!(page.attribute("meta[name=robots]", "content").as_deref(), Some("noindex"));
        // Everything about the form stands under the invitation's address.
        let wrong = visitor.submit(&page.form_with("organization")).await.expect(422);
        assert_eq!(wrong.path, link);
        let review = visitor.submit(&filled_in(&wrong)).await.expect(200).says("Is this the line to be printed?");
        assert_eq!(review.path, link);
        let mended = visitor.submit(&review.form().press("mend")).await.expect(200);
        assert_eq!(mended.form_with("organization").value("representative"), "Ada Example");
        let done = visitor.submit(&review.form().press("send")).await.at(&format!("{link}/sent")).says("Now open your mail");
        assert_eq!(done.link("fill in the form once more"), link);
        assert!(row(&olu, "Example Network").await.contains("Submitted, not verified"));

        let mail = app.mailbox().newest_about("info@network.example", "Verify your sign-on").await;
        let page = visitor.get(&mail.link("/verify/")).await.expect(200);
        visitor.submit(&page.form()).await.at("/verify/done").says("Verified. Thank you");
        assert!(row(&olu, "Example Network").await.contains("Verified, with the moderators"));
        let id = waiting(&mina, "Example Network").await;
        let page = entry(&mina, id).await;
        let page = page.says("It came by the invitation to “Example Network” at i***@network.example of 2 March 2026, 09:00 UTC: that organization, and this address.");
        let page = page.says("Came by an invitation: the one to “Example Network”");
        press(&mina, &page, "Approve").await.expect(200);
        assert!(row(&olu, "Example Network").await.contains("On the list"));
        visitor.get(&link).await.expect(200).says("Signed by 1 organization").hides("If you do not sign");
        one(&olu, "Example Network").await.says("On the list").says("See the sign-on");
    }

    async fn another_name_or_address_than_the_invited_one_needs_a_look(app: TestApp) {
        open_letter(&app).await;
        let (olu, mina) = (organizer(&app, "letter").await, moderator(&app, "letter").await);
        let link = invited(&app, &olu, "Example Network", "info@network.example").await;
        let visitor = app.browser();
        let form = filled_in(&visitor.get(&link).await.expect(200));
        let form = form.fill("organization", "Another League").fill("email", "ada@league.example");
        let review = visitor.submit(&form).await.expect(200);
        visitor.submit(&review.form().press("send")).await.at(&format!("{link}/sent"));
        let mail = app.mailbox().newest_about("ada@league.example", "Verify your sign-on").await;
        visitor.submit(&visitor.get(&mail.link("/verify/")).await.form()).await.at("/letters/letter/sign/verified");
        let page = entry(&mina, waiting(&mina, "Another League").await).await;
        let looks = page.texts(".evidence .look").join(" ");
        assert!(looks.contains("another name than this one, and another address"), "{looks}");
    }

    async fn scanners_read_everything_and_change_nothing(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let link = invited(&app, &olu, "Example Network", "info@network.example").await;
        let scanner = app.browser();
        for path in [link.clone(), format!("{link}/intention"), format!("{link}/sent"), format!("{link}/intention/sent"), format!("{link}/decline")] {
            for method in [Method::GET, Method::HEAD] {
                scanner.once(method, &path, None).await.unwrap();
            }
        }
        assert!(row(&olu, "Example Network").await.contains("Mail delivered"));
        one(&olu, "Example Network").await.hides("<dt>Opened by a person").hides("<dt>Declined");
        // A form that is no form of the page is not a person at the page either.
        scanner.post(&link, "organization=x").await.expect(422);
        assert!(row(&olu, "Example Network").await.contains("Mail delivered"));
        // A member of staff looks, and can answer nothing.
        let page = olu.get(&link).await.expect(200).says("You are logged in as staff").hides("We do not sign");
        let token = scanner.get(&link).await.form_with("organization").value("form_token").to_owned();
        olu.post(&page.path, format!("form_token={token}&organization=x")).await.expect(403).says("somebody else’s");
        assert!(row(&olu, "Example Network").await.contains("Mail delivered"));

        let visitor = app.browser();
        visitor.submit(&filled_in(&visitor.get(&link).await)).await.expect(200).says("Is this the line to be printed?");
        assert!(row(&olu, "Example Network").await.contains("Opened by a person"));
        one(&olu, "Example Network").await.says("Opened by a person2 March 2026, 09:00 UTC");
    }

    async fn a_revoked_link_is_like_one_that_never_was(app: TestApp) {
        private_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let link = invited(&app, &olu, "Example Network", "info@network.example").await;
        let visitor = app.browser();
        let form = filled_in(&visitor.get(&link).await.expect(200));
        let review = visitor.submit(&form).await.expect(200);
        let page = one(&olu, "Example Network").await;
        let button = page.form_with_button("Revoke the invitation");
        for _ in 0..2 {
            olu.submit(&button).await.expect(200).says("The invitation is revoked");
        }
        assert!(row(&olu, "Example Network").await.contains("Revoked"));
        let unknown = format!("/invitations/{}", "A".repeat(43));
        for path in ["", "/sent", "/intention", "/intention/sent"] {
            let [revoked, never] = [&link, &unknown].map(|link| format!("{link}{path}"));
            let (revoked, never) = (visitor.get(&revoked).await.expect(404), visitor.get(&never).await.expect(404));
            assert_eq!(revoked.body, never.body, "{path}");
        }
        visitor.submit(&review.form().press("send")).await.expect(404).says("We do not know this link");
        assert!(app.mailbox().all_to("info@network.example").await.iter().all(|mail| !mail.subject.contains("Verify")));
        // Whoever is revoked can be invited again, by another link.
        let soon = paste(&olu, "Example Network,info@network.example").await.expect(200);
        soon.says("Nobody on it can be invited").says("the next may go on 7 March 2026");
        app.clock.advance(days(5));
        let olu = again(&app).await;
        let anew = invited(&app, &olu, "Example Network", "info@network.example").await;
        assert_ne!(anew, link);
        visitor.get(&anew).await.expect(200);
    }

    async fn who_may_sign_after_the_deadline_does_so_by_their_invitation_alone(app: TestApp) {
        let letter = open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let closes = letter.settings.closes_at.unwrap();
        let soon = |days_after: i64| closes.plus(days(days_after)).to_string()[..16].to_owned();
        let page = olu.get(TRACKER).await.expect(200);
        let form = page.form_with("organizations").fill("organizations", "Late Network,info@late.example\n").fill("late_until", &soon(-1));
        let page = olu.submit(&form).await.expect(422).says("Choose a moment after the deadline");
        let page = olu.submit(&page.form_with("organizations").fill("late_until", &soon(91))).await.expect(422);
        let page = page.says("Choose a moment within 90 days after the deadline");
        // Times are the letter's zone's: where it has none, or two of a time, another one is asked for.
        let brussels = |settings: &mut Settings| settings.zone = Zone::parse("Europe/Brussels").unwrap();
        set(&app.db().await, &letter, brussels).await;
        let asks = |text: &str| page.form_with("organizations").fill("late_until", text);
        olu.submit(&asks("2026-03-29T02:30")).await.expect(422).says("That time does not exist in Brussels time");
        olu.submit(&asks("2026-10-25T02:30")).await.expect(422).says("That time comes twice in Brussels time");
        let page = olu.get(TRACKER).await.says("In Brussels time. Leave it empty");
        let form = page.form_with("organizations").fill("organizations", "Late Network,info@late.example\n");
        let preview = olu.submit(&form.fill("late_until", &soon(10))).await.expect(200);
        olu.submit(&invite_them(&preview)).await.expect(200);
        let timely = invited(&app, &olu, "Timely Network", "info@timely.example").await;
        let late = app.mailbox().newest_to("info@late.example").await.link("/invitations/");
        app.clock.advance(days(31));
        let visitor = app.browser();
        visitor.get("/letters/letter/sign").await.expect(200).says("This letter is closed");
        visitor.get(&timely).await.expect(200).says("It takes no more sign-ons.").hides("Continue to the printed line");
        let page = visitor.get(&late).await.expect(200).says("Open for you until");
        let review = visitor.submit(&filled_in(&page)).await.expect(200);
        visitor.submit(&review.form().press("send")).await.at(&format!("{late}/sent"));
        let mail = app.mailbox().newest_about("info@late.example", "Verify your sign-on").await;
        app.clock.advance(days(4));
        visitor.submit(&visitor.get(&mail.link("/verify/")).await.expect(200).form()).await.says("Verified. Thank you");
        let mina = moderator(&app, "letter").await;
        let page = entry(&mina, waiting(&mina, "Late Network").await).await;
        page.says("Came late, by an invitation that allows it: the one to “Late Network”.");
        // Its own date ends it.
        app.clock.advance(days(7));
        visitor.get(&late).await.expect(200).says("It takes no more sign-ons.");
        visitor.submit(&review.form().press("send")).await.expect(409).says("This letter is closed").says("Late Network");
    }
}
