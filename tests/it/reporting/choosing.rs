//! Which entry is reported: found by number and by name, however long the list is.

use super::REPORT;
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::list;
use crate::support::on_both_engines;
use std::time::Duration;

on_both_engines! {
    async fn an_entry_of_ten_thousand_is_found_by_number_and_name(app: TestApp) {
        let letter = open_letter(&app).await;
        let db = app.db().await;
        for n in 0..25 {
            list::join(&db, &letter, &format!("Common Name {n:02}")).await;
        }
        for _ in 0..40 {
            if app.get("/letters/letter.txt").await.body.contains("25. ") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let stranger = app.browser();
        let page = stranger.get(&format!("{REPORT}?entry=common")).await.expect(200).says("Which of these is it?").says("There are more.");
        assert_eq!(page.hrefs("main li", "Common Name").len(), 20);
        let page = stranger.follow(&page, "3. Common Name 02").await.expect(200);
        assert_eq!(page.form_with("email").value("entry"), "3");
        // Each name that a search finds has its own way there.
        let found = stranger.get("/letters/letter?q=name+07").await.expect(200);
        assert_eq!(found.hrefs("ol.names", "Report"), [format!("{REPORT}?entry=8")]);
        stranger.get(&format!("{REPORT}?entry=8")).await.expect(200).says("Common Name 07");
        assert!(app.get("/letters/letter").await.hrefs("ol.names", "Report").is_empty());
    }
}
