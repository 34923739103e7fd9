//! Many at once: one of them is first, and everybody is told the truth.

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Form};
use crate::support::cast::{open_letter, sign_and_verify};
use crate::support::on_both_engines;
use crate::support::queue::{Sent, entry, sent, waiting};
use crate::support::staff::{moderator, second_moderator};
use futures_util::future::join_all;
use reqwest::Method;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use undersigned::clock::minutes;

/// Sends a form and goes nowhere after it. Whom the database cannot take at once is sent away, and comes back.
async fn act(browser: Browser, path: String, body: String) -> u16 {
    loop {
        match browser.once(Method::POST, &path, Some(body.clone())).await.unwrap().status.as_u16() {
            503 => tokio::time::sleep(Duration::from_millis(200)).await,
            status => return status,
        }
    }
}

/// Sends all of them at once; the statuses.
async fn at_once(all: Vec<(Browser, Form)>) -> Vec<u16> {
    let tasks = all
        .into_iter()
        .map(|(browser, form)| tokio::spawn(act(browser, form.action().to_owned(), form.encoded())));
    join_all(tasks).await.into_iter().map(Result::unwrap).collect()
}

/// Reads the list until it is over. Whatever it saw was numbered 1…N, on the page as in the file; how long the lists were.
async fn read_dense(reader: Browser, over: Arc<AtomicBool>) -> Vec<usize> {
    let mut lengths = Vec::new();
    // The letter was made beside the server, which notices within half a second.
    while !reader.get("/letters/letter").await.status.is_success() && !over.load(Ordering::Relaxed) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    while !over.load(Ordering::Relaxed) {
        // On a busy machine two hundred at once keep every connection for longer than a reader waits: that is said, and no list is shown.
        let page = reader.get("/letters/letter").await;
        if page.status == 503 {
            continue;
        }
        let numbers = page.expect(200).attributes("ol.names li", "value");
        let dense: Vec<String> = (1..=numbers.len()).map(|n| n.to_string()).collect();
        assert_eq!(numbers, dense);
        lengths.push(numbers.len());
        let file = reader.get("/letters/letter.csv").await;
        if file.status == 503 {
            continue;
        }
        let rows: Vec<&str> = file.body.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
        assert!(rows.iter().enumerate().all(|(n, number)| number.parse() == Ok(n + 1)), "{rows:?}");
        lengths.push(rows.len());
    }
    lengths
}

on_both_engines! {
    async fn approve_and_reject_at_once_make_one_decision_and_one_mail(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let names: Vec<String> = (0..4).map(|n| format!("Contested Network {n}")).collect();
        let addresses: Vec<String> = (0..4).map(|n| format!("rep{n}@contested{n}.example")).collect();
        let all: Vec<Sent> =
            names.iter().zip(&addresses).map(|(name, address)| sent(name, "", address)).collect();
        let ids = waiting(&app, &letter, &all).await;
        let mut approved = 0;
        for id in &ids {
            let approval = entry(&mina, *id).await.form_with_button("Approve");
            let rejection = entry(&tom, *id).await.form_with_button("Reject").fill("reason", "not_eligible");
            let forms = (0..50).map(|n| match n % 2 {
                0 => (mina.clone(), approval.clone()),
                _ => (tom.clone(), rejection.clone()),
            });
            let statuses = at_once(forms.collect()).await;
            let page = entry(&mina, *id).await;
            let history = page.texts("dl.dated dd");
            let decided = |word: &str| history.iter().filter(|line| line.starts_with(word)).count();
            assert_eq!(decided("Approved") + decided("Rejected"), 1, "{history:?}");
            let winner = usize::from(decided("Approved") == 0);
            approved += decided("Approved");
            for (n, status) in statuses.iter().enumerate() {
                assert_eq!(*status, if n % 2 == winner { 303 } else { 409 }, "{n}: {statuses:?}");
            }
        }
        assert_eq!(app.get("/letters/letter").await.texts("ol.names li").len(), approved);
        app.clock.advance(minutes(11));
        for address in &addresses {
            app.mailbox().newest_to(address).await;
        }
        for address in &addresses {
            assert_eq!(app.mailbox().all_to(address).await.len(), 1, "{address}");
        }
    }

    async fn two_hundred_approvals_at_once_are_numbered_without_gap(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let names: Vec<String> = (0..200).map(|n| format!("Network of Branch {n}")).collect();
        let all: Vec<Sent> = names.iter().map(|name| sent(name, "", "rep@branch.example")).collect();
        let ids = waiting(&app, &letter, &all).await;
        let body = entry(&mina, ids[0]).await.form_with_button("Approve").untick("notify").encoded();
        let tasks = ids.iter().map(|id| {
            let (path, body, mina) = (format!("/staff/sign-ons/{id}/approve"), body.clone(), mina.clone());
            tokio::spawn(act(mina, path, body))
        });
        let over = Arc::new(AtomicBool::new(false));
        let readers: Vec<_> = (0..4).map(|_| tokio::spawn(read_dense(app.browser(), over.clone()))).collect();
        for status in join_all(tasks).await {
            assert_eq!(status.unwrap(), 303);
        }
        over.store(true, Ordering::Relaxed);
        for lengths in join_all(readers).await {
            assert!(lengths.unwrap().is_sorted(), "a reader saw the list shrink");
        }
        let list = app.get("/letters/letter").await.expect(200);
        let numbers: Vec<String> = (1..=200).map(|n| n.to_string()).collect();
        assert_eq!(list.attributes("ol.names li", "value"), numbers);
        let text = app.get("/letters/letter.txt").await.expect(200);
        assert!((1..=200).all(|n| text.body.contains(&format!("\n{n}. ")) || text.body.starts_with(&format!("{n}. "))));
    }

    async fn of_two_approvals_of_one_organization_one_succeeds(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let all: Vec<Sent> = (0..20).map(|_| sent("The Same Network", "", "rep@same.example")).collect();
        let ids = waiting(&app, &letter, &all).await;
        let mut forms = Vec::new();
        for id in ids {
            forms.push((mina.clone(), entry(&mina, id).await.form_with_button("Approve")));
        }
        let statuses = at_once(forms).await;
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 19, "{statuses:?}");
        assert_eq!(app.get("/letters/letter").await.texts("ol.names li").len(), 1);
    }

    async fn of_two_said_to_be_two_both_are_approved_at_once_and_a_third_is_not(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let all: Vec<Sent> = (0..3).map(|_| sent("The Same Network", "", "rep@same.example")).collect();
        let ids = waiting(&app, &letter, &all).await;
        let page = entry(&mina, ids[0]).await;
        let form = page.form_with_button("Say that they are two").fill("text", "Two countries.");
        let form = form.smuggle("from", &ids[1].to_string());
        mina.submit(&form).await.expect(200);
        let mut forms = Vec::new();
        for _ in 0..10 {
            for id in &ids[..2] {
                forms.push((mina.clone(), entry(&mina, *id).await.form_with_button("Approve")));
            }
        }
        let third = entry(&mina, ids[2]).await.form_with_button("Approve");
        let statuses = at_once(forms).await;
        assert!(statuses.iter().all(|status| *status == 303), "{statuses:?}");
        assert_eq!(at_once(vec![(mina.clone(), third)]).await, [409]);
        assert_eq!(app.get("/letters/letter").await.texts("ol.names li").len(), 2);
    }

    async fn merge_and_approve_at_once_leave_one_entry(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        for n in 0..5 {
            let name = format!("Twice Network {n}");
            let ids = waiting(&app, &letter, &[sent(&name, "", "a@twice.example"), sent(&name, "", "b@twice.example")]).await;
            let page = entry(&mina, ids[1]).await;
            let (merger, approval) = (page.form_with_button("Merge the two"), entry(&tom, ids[1]).await.form_with_button("Approve"));
            let forms = (0..20).map(|n| match n % 2 {
                0 => (mina.clone(), merger.clone()),
                _ => (tom.clone(), approval.clone()),
            });
            let statuses = at_once(forms.collect()).await;
            let history = entry(&mina, ids[1]).await.texts("dl.dated dd");
            let did = |word: &str| history.iter().filter(|line| line.starts_with(word)).count();
            assert_eq!(did("Merged") + did("Approved"), 1, "{history:?}");
            let winner = usize::from(did("Merged") == 0);
            for (n, status) in statuses.iter().enumerate() {
                assert_eq!(*status, if n % 2 == winner { 303 } else { 409 }, "{n}: {statuses:?}");
            }
        }
    }

    async fn merge_and_withdraw_at_once_never_lose_the_other_entry(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        for n in 0..4 {
            let (one, two) = (format!("a{n}@ngo.example"), format!("b{n}@ngo.example"));
            let name = format!("Leaving Network {n}");
            let hers = sign_and_verify(&app, &name, &one).await.link("/sign-ons/");
            app.clock.advance(minutes(1));
            let his = sign_and_verify(&app, &name, &two).await.link("/sign-ons/");
            let queue = mina.get("/staff/letters/letter/queue").await.expect(200);
            let stays = mina.follow(&queue, &name).await.expect(200);
            let merger = stays.form_with_button("Merge the two").choose("keep", "this");
            let theirs = app.browser();
            let ask = theirs.get(&format!("{hers}/withdraw")).await.expect(200).form();
            let mut forms = vec![(theirs.clone(), ask)];
            forms.extend((0..5).map(|_| (mina.clone(), merger.clone())));
            let statuses = at_once(forms).await;
            assert_eq!(statuses[0], 303);
            // Whoever was first, the withdrawn one is withdrawn, and the other one waits: nobody was told that it had ended.
            app.get(&hers).await.says("Withdrawn");
            app.clock.advance(minutes(11));
            app.get(&his).await.says("Waiting for review");
        }
    }
}
