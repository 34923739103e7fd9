//! What it takes to run: the program's size, the time to the first answer, and memory, with 10,000 signatories.

use crate::support::bench::{Bench, Reach, median, ms};
use crate::support::client::Client;
use crate::support::crowd::{self, on_one_thread};
use crate::support::folder;
use crate::support::machine;
use crate::support::server::{Instance, PROGRAM};
use crate::support::wrk::wrk;
use std::time::{Duration, Instant};

const PAGE: &str = "/letters/letter-10000";

pub fn run(bench: &Bench) {
    let instance = Instance::new();
    instance.import(folder::of(10_000).path());
    drop(instance.serve()); // the first start of all makes what later ones find
    start(bench, &instance);
    memory(bench, &instance);
    let size = std::fs::metadata(PROGRAM).unwrap().len() as f64 / 1e6;
    bench.row("binary", &format!("{size:.1} MB"), "", None, Reach::AtMost(size, 25.0));
}

fn start(bench: &Bench, instance: &Instance) {
    let (mut alive, mut page) = (Vec::new(), Vec::new());
    // The first makes the edition, which later ones find.
    for round in 0..=bench.rounds() * 2 {
        let began = Instant::now();
        let server = instance.serve_everywhere();
        let (first, letter) = on_one_thread(async {
            let mut client = Client::new(server.address, 0).await;
            client.get("/readyz").await.expect(200);
            let first = began.elapsed();
            client.get(PAGE).await.expect(200);
            (first, began.elapsed())
        });
        if round > 0 {
            alive.push(ms(first));
            page.push(ms(letter));
        }
    }
    let (alive, page) = (median(alive), median(page));
    let reach = Reach::AtMost(alive, 60.0);
    bench.row("start to the first answer, 10,000 signatories", &format!("{alive:.0} ms"), "", None, reach);
    let what = "start to the first letter page, which it makes, 10,000 signatories";
    bench.row(what, &format!("{page:.0} ms"), "", None, Reach::AtMost(page, 60.0));
}

fn memory(bench: &Bench, instance: &Instance) {
    let (mut idle, mut after) = (Vec::new(), Vec::new());
    for round in 0..bench.rounds() {
        let server = instance.serve_everywhere();
        std::thread::sleep(Duration::from_secs(2));
        idle.push(machine::pss(server.id()));
        // Every form of the list and every page of it, the page under full load, and sign-ons.
        on_one_thread(async {
            let mut client = Client::new(server.address, 0).await;
            for ending in ["", ".csv", ".json", ".txt", ".atom", "/sign", "/editions"] {
                client.get(&format!("{PAGE}{ending}")).await.expect(200);
            }
            for page in 2..=20 {
                client.get(&format!("{PAGE}?page={page}")).await.expect(200);
            }
            client.get(&format!("{PAGE}?q=night")).await.expect(200);
        });
        wrk(&server.url(PAGE), bench.seconds(), &[("Accept-Encoding", "br")]);
        let count = bench.count(1_000);
        crowd::submit(server.address, "letter-10000", 32, round * count, count);
        crowd::verify(server.address, 32, &crowd::links(instance));
        after.push(machine::pss(server.id()));
    }
    let (idle, after) = (median(idle), median(after));
    bench.row("memory (PSS) idle", &format!("{idle:.1} MiB"), "", None, Reach::AtMost(idle, 25.0));
    let what = "memory (PSS) after load, 10,000 signatories";
    bench.row(what, &format!("{after:.1} MiB"), "", None, Reach::AtMost(after, 60.0));
}
