//! Editions that organizers give a name: for ever, as they were shown.

mod comparing;
mod late;
mod leaving;

use crate::campaigns::history;
use crate::listing::{json, until};
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::list::{by_slug, join, leave, name};
use crate::support::{cast, on_both_engines, staff};
use undersigned::campaign::Campaign;
use undersigned::clock::{Clock, days};
use undersigned::list::store as lists;
use undersigned::secret::Random;

const FORMS: [&str; 5] = ["", ".csv", ".json", ".txt", ".atom"];

/// An open letter with these names on its list, as everybody reads it by now, and its organizer.
pub(crate) async fn listed(app: &TestApp, names: &[&str]) -> (Campaign, Browser) {
    let campaign = cast::open_letter(app).await;
    let olu = staff::organizer(app, "letter").await;
    add(app, &campaign, names).await;
    (campaign, olu)
}

/// More of them.
pub(crate) async fn add(app: &TestApp, campaign: &Campaign, names: &[&str]) {
    let db = app.db().await;
    for name in names {
        join(&db, campaign, name).await;
    }
    until(app, "/letters/letter", |page| names.iter().all(|name| page.body.contains(name))).await;
}

/// The names of a page, in order.
pub(crate) fn lines(page: &Page) -> Vec<String> {
    page.texts("ol.names > li > bdi")
}

/// The number of the edition that stands.
pub(crate) async fn live(app: &TestApp) -> String {
    app.get("/letters/letter.json").await.expect(200).header("x-edition").to_owned()
}

/// The page that asks first, as the organizer comes to it.
async fn ask(app: &TestApp, olu: &Browser) -> Page {
    let page = olu.get("/staff/letters/letter/editions").await.expect(200);
    olu.follow(&page, &format!("Name edition {}", live(app).await)).await.expect(200)
}

/// Gives the list as it stands a name.
pub(crate) async fn give(app: &TestApp, olu: &Browser, name: &str) -> Page {
    let page = ask(app, olu).await;
    olu.submit(&page.form_with_button("Name it for ever").fill("name", name)).await.expect(200)
}

on_both_engines! {
    async fn an_edition_is_named_after_a_page_that_says_what_stays(app: TestApp) {
        let (_, olu) = listed(&app, &["Beta", "Alpha", "Gamma"]).await;
        let number = live(&app).await;
        let mut before = Vec::new();
        for form in &FORMS[1..] {
            before.push(app.get(&format!("/letters/letter/editions/{number}{form}")).await.expect(200).body);
        }
        let page = ask(&app, &olu).await.says("names in this order, with these numbers, stay for ever");
        let checksum = json(&app.get("/letters/letter.json").await)["sha256"].as_str().unwrap().to_owned();
        let page = page.says(&checksum).says("It cannot be taken back.").says("The name of whoever leaves the list later is taken out");
        app.get(&format!("/letters/letter/editions/{number}")).await.expect(200).hides("First wave");
        let form = page.form_with_button("Name it for ever").fill("name", " First wave,  7 October ");
        for _ in 0..2 {
            let done = olu.submit(&form).await.expect(200);
            done.says(&format!("Edition {number} is called “First wave, 7 October” from now on."));
        }
        let mina = staff::moderator(&app, "letter").await;
        mina.get("/staff/letters/letter/history").await.says("named an edition of the list").says(&checksum);
        let acts: Vec<_> = history(&app, "letter").await.into_iter().map(|(act, ..)| act).collect();
        assert_eq!(acts, ["named an edition of the list"], "pressed twice, named once");

        // Everybody reads the name where it belongs, and the bytes of the edition are what they were.
        let letter = app.get("/letters/letter").await.says("First wave, 7 October, 2 March 2026: 3 organizations");
        let page = app.browser().follow(&letter, "First wave, 7 October").await.expect(200);
        assert_eq!(page.path, format!("/letters/letter/editions/{number}"));
        page.says("First wave, 7 October: signed by 3 organizations").says("stays at this address for ever");
        for (form, before) in FORMS[1..].iter().zip(&before) {
            let now = app.get(&format!("/letters/letter/editions/{number}{form}")).await.expect(200);
            assert_eq!(now.body, *before, "{form}");
        }
        // It is among what happened since, with the way to it.
        let since = app.get("/letters/letter/updates").await.expect(200).says("The list as it stood got a name: First wave, 7 October");
        let since = since.says(&format!("Edition {number} of the list: 3 organizations. SHA-256 {checksum}"));
        let edition = app.browser().follow(&since, "See this edition").await.expect(200);
        assert_eq!(edition.path, format!("/letters/letter/editions/{number}"));
        // It stands first among the editions, though others came after it.
        let campaign = by_slug(&app.db().await, "letter").await;
        add(&app, &campaign, &["Delta"]).await;
        let all = app.get("/letters/letter/editions").await.expect(200).says("With a name");
        assert!(all.texts(".letters > li")[0].starts_with("First wave, 7 October"), "{all:?}");
        assert!(all.texts(".letters > li")[1].starts_with("Edition "), "{all:?}");
        app.get(&format!("/letters/letter/editions/{number}")).await.says("This is how the list stood then").hides("Delta");
    }

    async fn the_edition_that_is_named_is_the_one_that_the_page_showed(app: TestApp) {
        let (campaign, olu) = listed(&app, &["Alpha"]).await;
        let first = live(&app).await;
        let form = ask(&app, &olu).await.form_with_button("Name it for ever").fill("name", "First wave");
        add(&app, &campaign, &["Beta"]).await;
        let second = live(&app).await;
        let page = olu.submit(&form).await.expect(409).says("Nothing was named: the list has moved on");
        let page = page.says(&format!("That showed edition {first}; edition {second} stands now"));
        app.get(&format!("/letters/letter/editions/{first}")).await.expect(200).hides("First wave");
        let again = page.form_with_button("Name it for ever");
        assert_eq!(again.value("name"), "First wave");
        olu.submit(&again).await.expect(200).says(&format!("Edition {second} is called “First wave”"));
        app.get(&format!("/letters/letter/editions/{second}")).await.says("First wave: signed by 2 organizations");
        // A change that no form of the list says is none.
        add(&app, &campaign, &["Gamma"]).await;
        let form = ask(&app, &olu).await.form_with_button("Name it for ever").fill("name", "Second wave");
        let later = app.clock.now().plus(days(20));
        crate::support::list::set(&app.db().await, &campaign, move |settings| settings.closes_at = Some(later)).await;
        olu.submit(&form).await.expect(200).says("is called “Second wave”");
    }

    async fn a_name_that_is_empty_long_or_used_is_refused_beside_its_field(app: TestApp) {
        let (campaign, olu) = listed(&app, &["Alpha"]).await;
        let form = ask(&app, &olu).await.form_with_button("Name it for ever");
        let long = "long ".repeat(20);
        for (typed, said) in [("", "Write a name for the edition."), ("…", "at least one letter"), (long.as_str(), "Shorten a name for the edition")] {
            let page = olu.submit(&form.clone().fill("name", typed)).await.expect(422).says(said);
            assert_eq!(page.texts(".field.wrong label"), ["Name"]);
        }
        olu.submit(&form.fill("name", "First wave")).await.expect(200);
        add(&app, &campaign, &["Beta"]).await;
        let form = ask(&app, &olu).await.form_with_button("Name it for ever");
        let page = olu.submit(&form.fill("name", "FIRST  wave.")).await.expect(422).says("an edition of this letter is called so already");
        assert_eq!(page.form_with_button("Name it for ever").value("name"), "FIRST  wave.");
        olu.submit(&page.form_with_button("Name it for ever").fill("name", "Second wave")).await.expect(200);
        // Nobody is on the list of another letter.
        let empty = undersigned::campaign::Settings { slug: undersigned::text::Slug::parse("empty").unwrap(), ..cast::settings(&app) };
        cast::campaign(&app, empty).await;
        let ada = staff::administrator(&app).await;
        ada.get("/staff/letters/empty/editions").await.expect(200).says("Nobody stands on the list yet.");
        ada.get("/staff/letters/empty/editions/1/name").await.expect(200).says("Nobody stands on the list yet").hides("Name it for ever");
    }

    async fn a_slip_in_a_name_is_corrected_and_the_history_says_what_it_was(app: TestApp) {
        let (_, olu) = listed(&app, &["Alpha"]).await;
        give(&app, &olu, "Frist wave").await;
        let page = olu.get("/staff/letters/letter/editions").await;
        let page = olu.follow(&page, "Correct the name").await.expect(200).says("may have cited it by this name");
        let (first, second) = (page.form_with("was"), page.form_with("was"));
        let done = olu.submit(&first.fill("name", "First wave")).await.expect(200);
        done.says("The name of edition").says("“First wave”");
        let page = olu.submit(&second.fill("name", "Fist wave")).await.expect(409).says("somebody was first");
        page.says("is called “First wave” now");
        let acts = history(&app, "letter").await;
        assert_eq!(acts.last().unwrap().0, "corrected the name of an edition");
        assert!(acts.last().unwrap().1.as_deref().unwrap().starts_with("Frist wave: edition "));
        app.get("/letters/letter").await.says("First wave").hides("Frist");
    }

    async fn a_named_edition_outlives_the_thirty_days_and_whoever_leaves(app: TestApp) {
        let (campaign, olu) = listed(&app, &["Alpha", "Beta"]).await;
        give(&app, &olu, "First wave").await;
        let number = live(&app).await;
        leave(&app.db().await, &campaign, "Alpha").await;
        until(&app, "/letters/letter", |page| !page.body.contains("Alpha")).await;
        app.clock.advance(days(100));
        let now = app.clock.now();
        app.db().await.write(move |tx| lists::prune(tx, now)).await.unwrap();
        for form in FORMS {
            app.get(&format!("/letters/letter/editions/{number}{form}")).await.expect(200);
        }
        app.get("/letters/letter/editions").await.expect(200).says("First wave");
    }

    async fn more_editions_than_a_page_holds_are_listed_on_several(app: TestApp) {
        let (campaign, olu) = listed(&app, &["Alpha"]).await;
        let (db, clock, random) = (app.db().await, Clock::standing(app.clock.now()), Random::system());
        for n in 0..205 {
            join(&db, &campaign, &format!("Organization {n}")).await;
            lists::live(&db, &clock, &random, campaign.id).await.unwrap();
        }
        let page = olu.get("/staff/letters/letter/editions").await.expect(200);
        assert_eq!(page.texts("tbody tr").len(), 200);
        let older = olu.follow(&page, "Older").await.expect(200);
        assert!((5..=10).contains(&older.texts("tbody tr").len()), "{older:?}");
        olu.follow(&older, "Newest").await.expect(200).says("Stands now");
        olu.get("/staff/letters/letter/editions?below=x").await.expect(404);
    }

    async fn nothing_is_named_in_an_archived_letter(app: TestApp) {
        let (campaign, olu) = listed(&app, &["Alpha"]).await;
        let form = ask(&app, &olu).await.form_with_button("Name it for ever").fill("name", "First wave");
        crate::support::list::set(&app.db().await, &campaign, |settings| settings.status = undersigned::campaign::Status::Archived).await;
        olu.submit(&form).await.expect(409).says("It is archived");
        let listed = olu.get("/staff/letters/letter/list").await.expect(200).says("Nothing about an archived letter");
        assert!(listed.texts("form.row-acts").is_empty());
    }

    async fn a_named_edition_can_be_made_before_the_letter_is_public_and_is_read_after(app: TestApp) {
        let mut settings = cast::settings(&app);
        settings.published_at = None;
        let campaign = cast::campaign(&app, settings).await;
        let db = app.db().await;
        join(&db, &campaign, "Alpha").await;
        let number = name(&db, &campaign, "First wave").await;
        app.get(&format!("/letters/letter/editions/{number}")).await.expect(404);
        let now = app.clock.now();
        crate::support::list::set(&db, &campaign, move |settings| settings.published_at = Some(now)).await;
        let page = until(&app, &format!("/letters/letter/editions/{number}"), |page| page.status == 200).await;
        page.says("First wave: signed by 1 organization");
    }
}
