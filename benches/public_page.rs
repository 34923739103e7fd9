//! The public page: against nginx that serves the same compressed bytes, with 111 and with 10,000 names, and told that the
//! client has it already. The program and nginx take turns on one processor, wrk has the other.

use crate::support::bench::{Bench, Reach, grouped, median};
use crate::support::client::{Answer, Client};
use crate::support::crowd::on_one_thread;
use crate::support::folder;
use crate::support::form::attributes;
use crate::support::machine::Used;
use crate::support::nginx::Nginx;
use crate::support::server::{Instance, Server};
use crate::support::wrk::{Found, wrk};
use std::net::SocketAddr;

const BROTLI: (&str, &str) = ("Accept-Encoding", "gzip, br");

/// One measurement: what wrk found, and the server's processor time for each answer, in µs.
type Measured = (Found, f64);

pub fn run(bench: &Bench) {
    let instance = Instance::new();
    instance.import(&folder::of_2019());
    instance.import(folder::of(10_000).path());
    let server = instance.serve();
    let short = ask(server.address, "/letters/letter-2019", "br");
    assert!(short.header("content-encoding") == Some("br"), "the page is not compressed");
    let nginx = Nginx::serving(&short.body);
    let (tag, nginx_tag) = (tag(&short), tag(&ask(nginx.address, "/page", "br")));
    ask(server.address, "/letters/letter-10000", "br");
    let page = server.url("/letters/letter-2019");

    let mut found: [Vec<Measured>; 5] = Default::default();
    wrk(&page, 1, &[BROTLI]);
    wrk(&nginx.url(), 1, &[BROTLI]);
    for _ in 0..bench.rounds() {
        let has = |tag| [BROTLI, ("If-None-Match", tag)];
        let load = |url: &str, headers: &[(&str, &str)]| {
            let used = Used::by(server.id());
            let found = wrk(url, bench.seconds(), headers);
            (found, used.until_now().as_secs_f64() * 1e6 / found.answers)
        };
        found[0].push(load(&page, &[BROTLI]));
        found[1].push(load(&nginx.url(), &[BROTLI]));
        found[2].push(load(&server.url("/letters/letter-10000"), &[BROTLI]));
        found[3].push(load(&page, &has(&tag)));
        found[4].push(load(&nginx.url(), &has(&nginx_tag)));
    }
    let [page, nginx, long, had, nginx_had] = found;
    beside(bench, "letter page, 111 names, brotli", &page, &nginx);
    let (p99, nginx_p99) =
        (median(page.iter().map(|(f, _)| f.p99)), median(nginx.iter().map(|(f, _)| f.p99)));
    bench.row(
        "the same, p99",
        &format!("{p99:.2} ms"),
        &format!("nginx {nginx_p99:.2} ms"),
        Some(p99 / nginx_p99),
        Reach::AtMost(p99 / nginx_p99, 1.5),
    );
    let (each, each_of_long) = (median(page.iter().map(|m| m.1)), median(long.iter().map(|m| m.1)));
    bench.row(
        "letter page, 10,000 names: processor time per request",
        &format!("{each_of_long:.1} µs"),
        &format!("111 names {each:.1} µs"),
        Some(each_of_long / each),
        Reach::AtMost(each_of_long / each, 1.2),
    );
    beside(bench, "304 for who has the page", &had, &nginx_had);
    weigh(bench, &server);
}

fn beside(bench: &Bench, what: &str, ours: &[Measured], nginx: &[Measured]) {
    let rate = |found: &[Measured]| median(found.iter().map(|(found, _)| found.per_second));
    let (ours, nginx) = (rate(ours), rate(nginx));
    bench.row(
        what,
        &format!("{}/s", grouped(ours)),
        &format!("nginx {}/s", grouped(nginx)),
        Some(ours / nginx),
        Reach::AtLeast(ours / nginx, 1.0),
    );
}

/// What a first view costs: the page and everything that it makes a browser fetch.
fn weigh(bench: &Bench, server: &Server) {
    let page = ask(server.address, "/letters/letter-2019", "identity");
    let files = |elements: &str, attribute: &str| -> (usize, usize) {
        let paths = attributes(&page, elements, attribute);
        let plain = paths.iter().map(|path| ask(server.address, path, "identity").body.len());
        let packed = paths.iter().map(|path| ask(server.address, path, "gzip").body.len());
        (plain.sum(), packed.sum())
    };
    let html = (page.body.len(), ask(server.address, "/letters/letter-2019", "gzip").body.len());
    let css = files("link[rel=stylesheet]", "href");
    let script = files("script[src]", "src");
    let icon = files("link[rel=icon]", "href");
    let kilobytes = |bytes: usize| bytes as f64 / 1e3;
    for (what, bytes, most) in [
        ("HTML of the letter page, 111 names", html.0, 50.0),
        ("its CSS", css.0, 15.0),
        ("its JavaScript", script.0, 10.0),
        ("first view in all, gzip", html.1 + css.1 + script.1 + icon.1, 10.0),
    ] {
        let reach = Reach::AtMost(kilobytes(bytes), most);
        bench.row(what, &format!("{:.1} kB", kilobytes(bytes)), "", None, reach);
    }
}

fn tag(answer: &Answer) -> String {
    answer.header("etag").expect("an ETag").to_owned()
}

fn ask(server: SocketAddr, path: &str, encoding: &str) -> Answer {
    on_one_thread(async {
        let mut client = Client::new(server, 0).await;
        client.get_with(path, &format!("Accept-Encoding: {encoding}\r\n")).await.expect(200)
    })
}
