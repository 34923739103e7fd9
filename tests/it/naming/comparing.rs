//! What moved between two editions.

use super::{add, give, listed, live};
use crate::listing::until;
use crate::support::app::TestApp;
use crate::support::list::leave;
use crate::support::{on_both_engines, staff};

on_both_engines! {
    async fn staff_read_who_joined_who_left_and_whose_number_changed_why(app: TestApp) {
        let (campaign, olu) = listed(&app, &["Beta", "Charlie", "Delta", "Echo"]).await;
        let nothing = olu.get("/staff/letters/letter/editions/compare?from=live&to=live").await.expect(200);
        nothing.says("Nothing: the same organizations");
        give(&app, &olu, "First wave").await;
        let first = live(&app).await;
        add(&app, &campaign, &["Alpha"]).await;
        leave(&app.db().await, &campaign, "Charlie").await;
        until(&app, "/letters/letter", |page| !page.body.contains("Charlie")).await;
        let page = olu.get("/staff/letters/letter/editions/compare").await.expect(200);
        let page = page.says("1 joined, 1 left, and 1 of the others has another number.");
        let page = page.says("1. Alpha").says("2. Charlie withdrawn on 2 March 2026").says("1 earlier entry joined");
        let rows = page.texts("tbody tr");
        assert_eq!(rows, ["12Beta1 earlier entry joined"], "{page:?}");
        // Two editions can be chosen, in either order, and only those that there are.
        let chosen = olu.get(&format!("/staff/letters/letter/editions/compare?from=live&to={first}")).await.expect(200);
        assert_eq!(chosen.texts("tbody tr"), rows);
        olu.get("/staff/letters/letter/editions/compare?from=999&to=live").await.expect(404);
        olu.get("/staff/letters/letter/editions/compare?from=x").await.expect(404);
        // Everybody reads the same, as far as the edition tells it.
        let then = app.get(&format!("/letters/letter/editions/{first}")).await.expect(200);
        let since = app.browser().follow(&then, "what has changed since").await.expect(200).says("Since First wave");
        let since = since.says("1. Alpha").says("2. Name withdrawn on 2 March 2026").hides("Charlie");
        since.says("1 is 2 now: 1 earlier entry joined");
        app.get("/letters/letter/editions/999/since").await.expect(404);
        let mina = staff::moderator(&app, "letter").await;
        mina.get("/staff/letters/letter/editions/compare").await.expect(403);
    }
}
