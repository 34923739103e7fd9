//! Deciding, with 10,000 signatories on the list and 5,000 sign-ons waiting.

use crate::support::bench::{Bench, Reach, median, ms};
use crate::support::client::Client;
use crate::support::crowd::{self, on_one_thread};
use crate::support::folder;
use crate::support::form::{attributes, form};
use crate::support::machine::Used;
use crate::support::server::{Instance, Server};
use crate::support::staff;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const QUEUE: &str = "/staff/letters/letter-10000/queue";

pub fn run(bench: &Bench) {
    let instance = Instance::new();
    instance.import(folder::of(10_000).path());
    let server = instance.serve();
    let waiting = bench.count(5_000);
    crowd::submit(server.address, "letter-10000", 8, 0, waiting);
    crowd::verify(server.address, 8, &crowd::links(&instance));
    on_one_thread(async {
        let mut ada = staff::administrator(&instance, &server).await;
        queue(bench, &server, &mut ada).await;
        decide(bench, &server, &mut ada).await;
    });
}

async fn queue(bench: &Bench, server: &Server, ada: &mut Client) {
    ada.get(QUEUE).await.expect(200);
    let mut took = Vec::new();
    for _ in 0..bench.count(50) {
        let used = Used::by(server.id());
        ada.get(QUEUE).await.expect(200);
        took.push(ms(used.until_now()));
    }
    let took = median(took);
    let what = "queue page with 5,000 waiting, processor time";
    bench.row(what, &format!("{took:.1} ms"), "", None, Reach::AtMost(took, 10.0));
}

async fn decide(bench: &Bench, server: &Server, ada: &mut Client) {
    let (mut decision, mut visible) = (Vec::new(), Vec::new());
    let mut visitor = Client::new(server.address, 1).await;
    for _ in 0..bench.count(50) {
        let entry = waiting(ada).await.into_iter().next().expect("nobody waits");
        let page = ada.get(&entry).await.expect(200);
        let (action, fields) = form(&page, "/approve").expect("no form to approve");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let before = visitor.get("/letters/letter-10000").await.expect(200);
        let (used, began) = (Used::by(server.id()), Instant::now());
        ada.post(&action, &fields).await.expect(303);
        let decided = used.until_now();
        let after = loop {
            let now = visitor.get("/letters/letter-10000").await.expect(200);
            if now.header("x-edition") != before.header("x-edition") {
                break now;
            }
            assert!(began.elapsed() < Duration::from_secs(5), "the list does not change");
        };
        visible.push(ms(began.elapsed()));
        decision.push(ms(decided));
        assert!(after.body != before.body, "the new list looks like the old");
    }
    let (decision, visible) = (median(decision), median(visible));
    let what = "a decision (approve), processor time";
    bench.row(what, &format!("{decision:.1} ms"), "", None, Reach::AtMost(decision, 5.0));
    let what = "from approval to the new page, 10,000 signatories";
    bench.row(what, &format!("{visible:.0} ms"), "", None, Reach::AtMost(visible, 150.0));
}

/// The pages of those that wait.
async fn waiting(ada: &mut Client) -> BTreeSet<String> {
    let page = ada.get(QUEUE).await.expect(200);
    attributes(&page, "a[href^='/staff/sign-ons/']", "href").into_iter().collect()
}
