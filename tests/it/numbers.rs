//! The numbers of a letter: how long organizations wait, what is decided, what was decided otherwise later.

use crate::support::app::TestApp;
use crate::support::cast::{self, open_letter};
use crate::support::on_both_engines;
use crate::support::queue::{entry, press};
use crate::support::staff::{administrator, moderator, second_moderator};
use undersigned::clock::{days, hours};
use undersigned::ids::SignOnId;

const NUMBERS: &str = "/staff/letters/letter/numbers";

on_both_engines! {
    async fn waiting_times_decisions_and_reversals_over_a_period(app: TestApp) {
        open_letter(&app).await;
        for (name, email) in [("First Network", "a@first.example"), ("Second Network", "b@second.example")] {
            cast::sign_and_verify(&app, name, email).await;
            app.clock.advance(hours(2));
        }
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        mina.get(NUMBERS).await.expect(200).says("No sign-on was decided for the first time in this period.");
        let queue = mina.get("/staff/letters/letter/queue").await.expect(200);
        let ids: Vec<SignOnId> = queue
            .attributes(".row-name a", "href")
            .iter()
            .map(|href| SignOnId::parse(href.rsplit('/').next().unwrap()).unwrap())
            .collect();
        press(&mina, &entry(&mina, ids[0]).await, "Approve").await.expect(200);
        press(&mina, &entry(&mina, ids[1]).await, "Approve").await.expect(200);
        let form = entry(&tom, ids[0]).await.form_with_button("Remove").fill("reason", "asked_for");
        tom.submit(&form).await.expect(200);

        let page = mina.get(NUMBERS).await.expect(200);
        let page = page.says("2 sign-ons were decided for the first time.");
        let page = page.says("half waited at most 2 hours, and nine of ten at most 4 hours");
        let mut cells: Vec<Vec<String>> = page.texts("tbody td").chunks(7).map(<[String]>::to_vec).collect();
        cells.sort();
        assert_eq!(cells, [
            ["All", "2", "0", "0", "1", "0", "1"],
            ["Mina Moderator", "2", "0", "0", "0", "0", "1"],
            ["Tom Twice", "0", "0", "0", "1", "0", "0"],
        ]);
        app.clock.advance(days(40));
        let ada = administrator(&app).await;
        ada.get(NUMBERS).await.says("No sign-on was decided");
        let first_day = format!("{NUMBERS}?from=2026-03-02&to=2026-03-02");
        ada.get(&first_day).await.expect(200).says("2 sign-ons were decided");
        let page = ada.get(&format!("{NUMBERS}?from=2026-03-02&to=2026-03-01")).await.expect(422);
        let page = page.says("The last day comes before the first one.");
        assert_eq!(page.attribute("input[name=to]", "value").unwrap(), "2026-03-01");
        ada.get(&format!("{NUMBERS}?from=soon")).await.expect(422).says("Write a date, like 2026-03-31.");
        app.get(NUMBERS).await.hides("Mina");
    }
}
