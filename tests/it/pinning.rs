//! Organizers move entries of the list: by buttons, by keyboard, without scripts.

use crate::listing::until;
use crate::naming::{add, lines, listed};
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::list::{import_2019, join, leave};
use crate::support::{on_both_engines, staff};

const LIST: &str = "/staff/letters/letter/list";

async fn page(olu: &Browser) -> Page {
    olu.get(LIST).await.expect(200)
}

/// Presses a button of the row of an entry.
async fn press(olu: &Browser, page: &Page, button: &str) -> Page {
    olu.submit(&page.form_with_button(button).press_text(button)).await
}

async fn order(app: &TestApp) -> String {
    let page = app.get("/letters/letter").await.expect(200);
    let values = page.attributes("ol.names > li", "value");
    assert!(values.iter().zip(1..).all(|(value, number)| *value == number.to_string()), "{values:?}");
    lines(&page).join(" ")
}

on_both_engines! {
    async fn an_entry_is_moved_by_buttons_and_the_result_is_said_where_the_focus_goes(app: TestApp) {
        let (_, olu) = listed(&app, &["Alpha", "Beta", "Charlie", "Delta"]).await;
        let first = page(&olu).await.says("Nobody is pinned.");
        assert!(!first.text().contains("Move up Alpha") && !first.text().contains("Move down Delta"));
        let done = press(&olu, &first, "Move up Charlie").await.expect(200);
        assert!(done.path.ends_with("&others=1#result"), "{}", done.path);
        assert_eq!(done.texts("#entry-2 #result"), ["“Charlie” now stands at 2, pinned; 1 other moved."]);
        assert_eq!(done.attribute("#result", "tabindex").as_deref(), Some("-1"));
        assert_eq!(order(&app).await, "Alpha Charlie Beta Delta");
        // Its neighbor is pinned: the two change places.
        let done = press(&olu, &page(&olu).await, "Move down Alpha").await.expect(200);
        done.says("“Alpha” now stands at 2, pinned; 1 other moved.");
        assert_eq!(order(&app).await, "Charlie Alpha Beta Delta");
        // To take a pin away shows first what moves with it.
        let asked = press(&olu, &page(&olu).await, "Unpin Charlie").await.expect(200);
        let asked = asked.says("It stands at 1 now and would stand at 3, by the rule. One other entry moves.");
        assert_eq!(order(&app).await, "Charlie Alpha Beta Delta", "a look changes nothing");
        olu.submit(&asked.form_with_button("Take the pin away")).await.expect(200).says("“Charlie” now stands at 3, by the rule");
        assert_eq!(order(&app).await, "Beta Alpha Charlie Delta");
        let acts = olu.get("/staff/letters/letter/history").await.expect(200);
        acts.says("moved on the list").says("took its pin away");
    }

    async fn to_pin_at_a_number_shows_first_what_moves(app: TestApp) {
        let (_, olu) = listed(&app, &["Alpha", "Beta", "Charlie", "Delta"]).await;
        let form = page(&olu).await.form_with_button("Pin Delta at number").fill("number", "1").press_text("Pin Delta at number");
        let asked = olu.submit(&form).await.expect(200).says("Pin at 1?").says("It stands at 4 now and would stand at 1. 3 others move.");
        assert_eq!(asked.texts("tbody tr"), ["Alpha12", "Beta23", "Charlie34"]);
        assert_eq!(order(&app).await, "Alpha Beta Charlie Delta", "a look changes nothing");
        let sure = asked.form_with_button("Pin at 1").press("sure");
        for _ in 0..2 {
            olu.submit(&sure).await.expect(200).says("“Delta” now stands at 1, pinned");
        }
        assert_eq!(order(&app).await, "Delta Alpha Beta Charlie");
        // A pin that is taken is refused beside its field, with who has it.
        let form = page(&olu).await.form_with_button("Pin Beta at number").fill("number", "1").press_text("Pin Beta at number");
        let refused = olu.submit(&form).await.expect(422).says("“Delta” is pinned at 1. Take its pin away first");
        assert_eq!(refused.attribute("#n3-number", "aria-invalid").as_deref(), Some("true"));
        assert_eq!(refused.attribute("#n3-number", "value").as_deref(), Some("1"));
        assert_eq!(refused.attribute(".summary a", "href").as_deref(), Some("#n3-number"));
        for wrong in ["", "0", "5", "x", "-1", "1.5", "99999999999"] {
            let form = page(&olu).await.form_with_button("Pin Beta at number").fill("number", wrong).press_text("Pin Beta at number");
            olu.submit(&form).await.expect(422).says("Write ");
        }
        assert_eq!(order(&app).await, "Delta Alpha Beta Charlie");
    }

    async fn a_list_that_moved_on_is_told_with_what_stands_and_nothing_is_changed(app: TestApp) {
        let (campaign, olu) = listed(&app, &["Beta", "Charlie", "Delta"]).await;
        let old = page(&olu).await;
        let asked = olu.submit(&old.form_with_button("Pin Delta at number").fill("number", "1").press_text("Pin Delta at number")).await;
        add(&app, &campaign, &["Alpha"]).await;
        let told = press(&olu, &old, "Move up Charlie").await.expect(409);
        let told = told.says("Nothing was changed: the list has moved on").says("“Charlie” stands at 3 now");
        olu.submit(&asked.form_with_button("Pin at 1").press("sure")).await.expect(409).says("“Delta” stands at 4 now");
        assert_eq!(order(&app).await, "Alpha Beta Charlie Delta");
        // The choice is there again.
        press(&olu, &told, "Move up Charlie").await.expect(200);
        assert_eq!(order(&app).await, "Alpha Charlie Beta Delta");
        // Pressed once more by mistake: it stands where it was wanted.
        press(&olu, &told, "Move up Charlie").await.expect(200).says("“Charlie” now stands at 2");
        assert_eq!(order(&app).await, "Alpha Charlie Beta Delta");
        let last = page(&olu).await;
        leave(&app.db().await, &campaign, "Beta").await;
        until(&app, "/letters/letter", |page| !page.body.contains("Beta")).await;
        press(&olu, &last, "Move up Beta").await.expect(409).says("that entry is not on the list any more");
    }

    async fn a_pin_of_somebody_who_left_is_in_nobodys_way(app: TestApp) {
        let (campaign, olu) = listed(&app, &["Alpha", "Beta", "Charlie", "Delta"]).await;
        let pins = olu.get("/staff/letters/letter/moved").await;
        olu.submit(&pins.form_with("keep").press("keep")).await.expect(200);
        leave(&app.db().await, &campaign, "Beta").await;
        until(&app, "/letters/letter", |page| !page.body.contains("Beta")).await;
        assert_eq!(order(&app).await, "Alpha Charlie Delta");
        press(&olu, &page(&olu).await, "Move up Charlie").await.expect(200);
        assert_eq!(order(&app).await, "Charlie Alpha Delta");
        press(&olu, &page(&olu).await, "Move up Delta").await.expect(200);
        assert_eq!(order(&app).await, "Charlie Delta Alpha");
        let pins = olu.get("/staff/letters/letter/moved").await;
        olu.submit(&pins.form_with("keep").press("keep")).await.expect(200);
        assert_eq!(order(&app).await, "Charlie Delta Alpha");
        add(&app, &campaign, &["Aardvark"]).await;
        assert_eq!(order(&app).await, "Charlie Delta Alpha Aardvark");
    }

    async fn a_long_list_is_paged_and_a_number_leads_to_its_page(app: TestApp) {
        let db = app.db().await;
        let rows: String = (1..=250).map(|n| format!("Organization {n:03}\n")).collect();
        let settings = |settings: String| settings.replace("\"numbers\"", "\"none\"").replace("letter-2019", "letter");
        let campaign = import_2019(&db, settings, Some(format!("name\n{rows}"))).await;
        let olu = staff::organizer(&app, "letter").await;
        let first = page(&olu).await.says("Page 1 of 3");
        assert_eq!(first.texts("tbody tr").len(), 100);
        let second = olu.follow(&first, "More names").await.expect(200);
        assert!(second.texts("tbody tr")[0].starts_with("101 Organization 101"));
        let there = olu.get(&format!("{LIST}?number=250")).await.expect(200).says("Page 3 of 3");
        let form = there.form_with_button("Pin Organization 250 at number").fill("number", "120").press_text("Pin Organization 250 at number");
        let asked = olu.submit(&form).await.expect(200).says("130 others move.").says("and 80 more");
        let done = olu.submit(&asked.form_with_button("Pin at 120").press("sure")).await.expect(200).says("Page 2 of 3");
        assert_eq!(done.texts("#entry-120 #result"), ["“Organization 250” now stands at 120, pinned; 130 others moved."]);
        for wrong in ["?page=0", "?page=x"] {
            olu.get(&format!("{LIST}{wrong}")).await.expect(404);
        }
        join(&db, &campaign, "Zulu").await;
    }
}
