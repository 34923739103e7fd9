//! A flood of log-ins: what the public page is like meanwhile. And whether the time of a failed log-in tells if there is an account.

use crate::support::bench::{Bench, Reach, median, ms, percentile};
use crate::support::client::Client;
use crate::support::crowd::on_one_thread;
use crate::support::folder;
use crate::support::form::{form, value};
use crate::support::server::Instance;
use crate::support::staff;
use futures_util::future::{join, join_all};
use std::cell::Cell;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Log-ins at once.
const FLOOD: usize = 200;
/// Readers of the public page, and how often each asks for it: 800 pages a second.
const READERS: usize = 16;
const EVERY: Duration = Duration::from_millis(20);

pub fn run(bench: &Bench) {
    let instance = Instance::new();
    instance.import(&folder::of_2019());
    // One processor is left to readers while the other hashes: that takes two.
    let server = instance.serve_everywhere();
    on_one_thread(async {
        staff::administrator(&instance, &server).await;
        let (mut normal, mut flooded, mut lasted) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..bench.rounds() {
            let over = Cell::new(false);
            let quiet = async {
                tokio::time::sleep(Duration::from_secs(bench.seconds())).await;
                over.set(true);
            };
            let (mut times, ()) = join(read(server.address, &over), quiet).await;
            normal.push(percentile(&mut times, 0.99));
            let over = Cell::new(false);
            let (mut times, took) = join(read(server.address, &over), flood(server.address, &over)).await;
            flooded.push(percentile(&mut times, 0.99));
            lasted.push(took.as_secs_f64());
        }
        tells_nothing(bench, server.address).await;
        let (normal, flooded, lasted) = (median(normal), median(flooded), median(lasted));
        bench.row(
            &format!("public page during {FLOOD} log-ins at once ({lasted:.1} s), p99"),
            &format!("{flooded:.2} ms"),
            &format!("without them {normal:.2} ms"),
            Some(flooded / normal),
            Reach::AtMost(flooded / normal, 2.0),
        );
    });
}

/// Fails to log in to an account and to none, one after the other.
async fn tells_nothing(bench: &Bench, server: SocketAddr) {
    let mut client = Client::new(server, 500).await;
    let page = client.get("/login").await.expect(200);
    let (_, fields) = form(&page, "").unwrap();
    let token = value(&fields, "form_token");
    let [mut somebody, mut nobody] = [Vec::new(), Vec::new()];
    for _ in 0..bench.count(50) {
        for (email, times) in [(staff::EMAIL, &mut somebody), ("eda@staff.example", &mut nobody)] {
            let fields = [("form_token", token), ("email", email), ("password", "not the password")];
            let began = Instant::now();
            client.post("/login", &fields).await.expect(422);
            times.push(ms(began.elapsed()));
        }
    }
    let (somebody, nobody) = (median(somebody), median(nobody));
    let apart = (somebody - nobody).abs();
    bench.row(
        "a failed log-in: an account's time and nobody's, medians apart",
        &format!("{apart:.2} ms"),
        &format!("nobody's {nobody:.1} ms"),
        None,
        Reach::AtMost(apart, 2.0),
    );
}

/// Reads the public page at a steady pace until it is over.
async fn read(server: SocketAddr, over: &Cell<bool>) -> Vec<Duration> {
    let reader = async |number: usize| {
        let mut client = Client::new(server, number).await;
        tokio::time::sleep(EVERY * u32::try_from(number).unwrap() / u32::try_from(READERS).unwrap()).await;
        let mut pace = tokio::time::interval(EVERY);
        let mut times = Vec::new();
        while !over.get() {
            pace.tick().await;
            let began = Instant::now();
            client.get("/letters/letter-2019").await.expect(200);
            times.push(began.elapsed());
        }
        times
    };
    join_all((0..READERS).map(reader)).await.concat()
}

/// Tries to log in, everybody at the same moment with a wrong password; how long it takes until the last is answered.
async fn flood(server: SocketAddr, over: &Cell<bool>) -> Duration {
    let mut all = Vec::new();
    for number in 0..FLOOD {
        let mut client = Client::new(server, 1_000 + number).await;
        let page = client.get("/login").await.expect(200);
        let (_, fields) = form(&page, "").unwrap();
        let token = value(&fields, "form_token").to_owned();
        all.push((client, token));
    }
    let began = Instant::now();
    let log_in = async |(mut client, token): (Client, String)| {
        let fields =
            [("form_token", token.as_str()), ("email", staff::EMAIL), ("password", "not the password")];
        let status = client.post("/login", &fields).await.status;
        assert!(matches!(status, 422 | 503), "a log-in answers {status}");
    };
    join_all(all.into_iter().map(log_in)).await;
    over.set(true);
    began.elapsed()
}
