//! The whole way of a name, in a browser that runs no script.

use crate::chromium::{Chromium, Scripts};
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::on_both_engines;
use crate::support::staff::{PASSWORD, invitation};
use undersigned::account::second_factor::Secret;

const REP: &str = "ada@bits.example";

on_both_engines! {
    async fn an_organization_signs_and_stands_on_the_list_without_scripts(app: TestApp) {
        let Some(browser) = Chromium::start(Scripts::Off, &app.base_url).await else { return };
        open_letter(&app).await;
        let ahead = ["Aardvark Trust", "Zebra League"];
        for (n, name) in ahead.iter().enumerate() {
            sign(&browser, name, &format!("rep{n}@ngo.example")).await;
        }

        // The organization: from the letter to the form, the review, the mail, the button.
        browser.open("/").await;
        browser.follow("Keep the park open").await;
        browser.follow("Sign for your organization").await;
        fill_in(&browser, "Bits of Example", "a@b").await;
        browser.press("Continue to the printed line").await;
        browser.says("One thing to mend").await;
        browser.fill("email", REP).await;
        browser.press("Continue to the printed line").await;
        browser.says("Is this the line to be printed?").await;
        browser.press("Yes, send the link to verify").await;
        browser.says("Now open your mail").await;
        assert_eq!(browser.path().await, "/letters/letter/sign/sent");
        verify(&browser, REP).await;
        browser.open("/letters/letter").await;
        browser.says("No name stands here yet").await;

        // The moderator, in a browser of their own.
        let staff = Chromium::start(Scripts::Off, &app.base_url).await.unwrap();
        staff.open(&invitation(&app, "mina@staff.example", "moderator", Some("letter"))).await;
        staff.fill("name", "Mina Moderator").await;
        staff.fill("password", PASSWORD).await;
        staff.press("Accept and log in").await;
        staff.follow("set up your second factor").await;
        let secret = Secret::parse(&staff.texts("code.secret").await[0]).unwrap();
        let step = Secret::step_at(app.clock.now());
        staff.fill("code", &secret.code(step)).await;
        staff.press("Set it up").await;
        staff.follow("I have put them away").await;
        staff.press("Log out").await;
        staff.open("/staff/letters/letter/queue").await;
        assert!(staff.path().await.starts_with("/login"), "the queue is for staff");
        staff.fill("email", "mina@staff.example").await;
        staff.fill("password", PASSWORD).await;
        staff.press("Log in").await;
        staff.says("type the six digits").await;
        staff.fill("code", &secret.code(step + 1)).await;
        staff.press("Log in").await;
        staff.says("3 sign-ons to review").await;
        for name in ["Aardvark Trust", "Zebra League", "Bits of Example"] {
            staff.open("/staff/letters/letter/queue").await;
            staff.follow(name).await;
            staff.says("What we can see").await;
            staff.press("Approve").await;
        }
        staff.open("/staff/letters/letter/queue").await;
        staff.says("Nothing to review").await;

        // Everybody: the page, and what can be taken from it.
        browser.open_until("/letters/letter", "Signed by 3 organizations").await;
        let names = browser.texts("ol.names li bdi").await;
        let numbers = browser.attributes("ol.names li", "value").await;
        assert_eq!(names, ["Aardvark Trust", "Bits of Example", "Zebra League"]);
        assert_eq!(numbers, ["1", "2", "3"]);
        for form in ["csv", "json", "txt"] {
            let links = browser.attributes(&format!("a[href$='.{form}']"), "href").await;
            assert!(!links.is_empty(), "the page leads to no {form}");
        }
        let csv = app.get("/letters/letter.csv").await.expect(200);
        let rows: Vec<String> = csv.body.trim_start_matches('\u{feff}').lines().skip(1).map(two_fields).collect();
        assert_eq!(rows, ["1,Aardvark Trust", "2,Bits of Example", "3,Zebra League"]);
        let json = app.get("/letters/letter.json").await.expect(200);
        let document: serde_json::Value = serde_json::from_str(&json.body).unwrap();
        let entries = document["signatories"].as_array().unwrap();
        let of_json: Vec<_> = entries.iter().map(|e| format!("{},{}", e["number"], e["name"].as_str().unwrap())).collect();
        assert_eq!((of_json, document["count"].as_u64()), (rows, Some(3)));
        assert_eq!(csv.header("x-edition"), json.header("x-edition"));

        // The organization takes its name back: it is gone, and the numbers close up.
        browser.follow_mail(REP, "/sign-ons/").await;
        browser.follow("Withdraw it").await;
        browser.press("Withdraw this sign-on").await;
        browser.says("Your sign-on is withdrawn").await;
        browser.open_until("/letters/letter", "Signed by 2 organizations").await;
        assert_eq!(browser.attributes("ol.names li", "value").await, ["1", "2"]);
    }
}

fn two_fields(line: &str) -> String {
    line.split(',').take(2).collect::<Vec<_>>().join(",")
}

/// Writes what has to be written into the form that is open.
pub async fn fill_in(browser: &Chromium, organization: &str, email: &str) {
    browser.fill("organization", organization).await;
    browser.fill("website", "https://bits.example").await;
    browser.choose("country", "KE").await;
    browser.fill("representative", "Ada Example").await;
    browser.fill("role", "Director").await;
    browser.fill("email", email).await;
    browser.choose("basis", "head").await;
    browser.tick("authority").await;
}

pub async fn sign(browser: &Chromium, organization: &str, email: &str) {
    browser.open("/letters/letter/sign").await;
    fill_in(browser, organization, email).await;
    browser.press("Continue to the printed line").await;
    browser.press("Yes, send the link to verify").await;
    verify(browser, email).await;
}

/// Opens the newest mail on the mailbox page, follows its link and presses the button there.
pub async fn verify(browser: &Chromium, email: &str) {
    browser.follow_mail(email, "/verify/").await;
    browser.says("Verify your sign-on").await;
    browser.press("Verify this sign-on").await;
    browser.says("Verified. Thank you").await;
    assert_eq!(browser.path().await, "/letters/letter/sign/verified");
}
