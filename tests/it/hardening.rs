//! What a hostile or broken client meets.

use crate::support::app::TestApp;
use crate::support::db::Engine;
use crate::support::on_both_engines;
use crate::support::raw::{Raw, exchange};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// The longest that any connection may last that does not get on.
const CUT: Duration = Duration::from_secs(10);

on_both_engines! {
    async fn a_running_instance_is_alive_and_ready(app: TestApp) {
        for path in ["/livez", "/readyz"] {
            let page = app.get(path).await.expect(200);
            assert_eq!(page.header("cache-control"), "no-store", "{path}");
        }
    }
}

#[tokio::test]
async fn while_the_database_is_away_the_answer_is_503_and_then_all_is_as_before() {
    if !Engine::Postgres.is_here() {
        return;
    }
    let app = TestApp::spawn(Engine::Postgres).await;
    app.get("/readyz").await.expect(200);
    app.database.take_away().await;
    for path in ["/readyz", "/letters/any/sign"] {
        let began = Instant::now();
        let page = app.get(path).await.expect(503).says("name this reference");
        assert!(
            !page.header("retry-after").is_empty() && !page.text().contains("allow_connections"),
            "{page:?}"
        );
        assert!(began.elapsed() < CUT, "{path}: {:?}", began.elapsed());
    }
    app.get("/livez").await.expect(200);
    app.database.give_back().await;
    // Within 10 s it is as before, by itself.
    for _ in 0..100 {
        if app.get("/readyz").await.status.is_success() {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    app.get("/readyz").await.expect(200);
    app.get("/letters/any/sign").await.expect(404);
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    for path in ["/livez", "/robots.txt", "/nowhere", "/favicon.svg", "/verify"] {
        let page = app.get(path).await;
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(page.header("permissions-policy").contains("camera=()"), "{path}");
        assert!(page.header("content-type").contains('/'), "{path}");
        assert!(page.header("server").is_empty() && page.header("strict-transport-security").is_empty());
    }
    let https = [("UNDERSIGNED_BASE_URL", "https://letters.example")];
    let app = TestApp::spawn_with(Engine::Sqlite, &https).await;
    let page = app.get("/livez").await;
    assert_eq!(page.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
}

#[tokio::test]
async fn the_stylesheet_is_kept_for_ever_and_the_page_names_it() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let missing = app.get("/nowhere").await.expect(404).says("There is no such page");
    let href = missing.attribute("link[rel=stylesheet]", "href").unwrap();
    let css = app.get(&href).await.expect(200);
    assert_eq!(css.header("cache-control"), "public, max-age=31536000, immutable");
    let etag = css.header("etag");
    let request = |more: &str| format!("GET {href} HTTP/1.1\r\nhost: x\r\n{more}\r\n\r\n");
    let known = exchange(&app.base_url, request(&format!("if-none-match: {etag}"))).await;
    assert!(known.starts_with("HTTP/1.1 304"), "{known}");
    let packed = exchange(&app.base_url, request("accept-encoding: br, gzip")).await;
    assert!(packed.contains("content-encoding: br"), "{packed}");
    let css_of_another_build = href.replace("site.", "site.0");
    app.get(&css_of_another_build).await.expect(404);
}

#[tokio::test]
async fn the_operators_address_and_the_crawlers_rules_are_where_they_are_looked_for() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let contact = app.get("/.well-known/security.txt").await.expect(200).body;
    for line in ["Contact: mailto:", "Expires: 2026-08-29T09:00:00Z", "Canonical: http://127.0.0.1:"] {
        assert!(contact.contains(line), "{contact}");
    }
    let rules = app.get("/robots.txt").await.expect(200).body;
    assert!(rules.contains("Disallow: /staff"), "{rules}");
}

#[tokio::test]
async fn head_answers_like_get_without_the_body() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    for path in ["/livez", "/robots.txt", "/verify", "/nowhere"] {
        let ask = |method: &str| format!("{method} {path} HTTP/1.1\r\nhost: x\r\n\r\n");
        let get = exchange(&app.base_url, ask("GET")).await;
        let head = exchange(&app.base_url, ask("HEAD")).await;
        let sorted = |answer: &str| {
            let mut lines: Vec<_> =
                answer.split("\r\n\r\n").next().unwrap().lines().map(str::to_owned).collect();
            lines.retain(|line| !line.starts_with("date:"));
            lines.sort();
            lines
        };
        assert_eq!(sorted(&head), sorted(&get), "{path}");
        assert!(head.ends_with("\r\n\r\n"), "{path}: {head}");
    }
}

#[tokio::test]
async fn a_method_that_an_address_does_not_take_is_answered_with_those_that_it_takes() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    for path in
        ["/", "/livez", "/letters/nowhere", "/letters/nowhere.csv", "/letters/nowhere/editions", "/verify"]
    {
        let answer = exchange(&app.base_url, format!("PUT {path} HTTP/1.1\r\nhost: x\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 405"), "{path}: {answer}");
        assert!(answer.to_lowercase().contains("\r\nallow: "), "{path}: {answer}");
    }
}

/// A form as it could be sent to a page of ours; the reader of forms comes first, whatever the page wants.
async fn send(app: &TestApp, headers: &str, body: &[u8]) -> u16 {
    let head =
        format!("POST /verify HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n{headers}\r\n\r\n", body.len());
    let answer = exchange(&app.base_url, [head.as_bytes(), body].concat()).await;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.unwrap_or_else(|| panic!("no answer to {headers:?}: {answer:?}"));
    assert!(status < 400 || answer.contains("<h1>"), "{status} without a page: {answer}");
    status
}

#[tokio::test]
async fn a_form_is_read_strictly_and_refused_with_a_page() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let form = "content-type: application/x-www-form-urlencoded";
    let large = [&b"code="[..], &[b'x'; 70_000]].concat();
    for (headers, body, status) in [
        (form, &b"code=%ff"[..], 400),
        (form, b"code=\xff", 400),
        (form, b"code=%zz", 400),
        (form, b"code=1&code=2", 400),
        (form, b"unknown=1&unknown=2", 400),
        (form, &large, 413),
        ("content-type: application/json", b"{}", 415),
        ("accept: */*", b"code=1", 415),
        (&format!("{form}\r\ncontent-encoding: gzip"), b"code=1", 415),
        (&format!("{form}\r\norigin: https://evil.example"), b"code=1", 403),
        (&format!("{form}\r\nsec-fetch-site: cross-site"), b"code=1", 403),
        (&format!("{form}\r\norigin: null\r\nsec-fetch-site: cross-site"), b"code=1", 403),
    ] {
        assert_eq!(send(&app, headers, body).await, status, "{headers} {:?}", body.get(..20));
    }
}

#[tokio::test]
async fn what_is_no_proper_request_is_refused() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let long = format!("GET /livez HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "y".repeat(140_000));
    for request in [
        "GET /livez HTTP/1.1\r\n\r\n",
        "GET /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "TRACE /livez HTTP/1.1\r\nhost: x\r\n\r\n",
        "FROB /livez HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /verify/%ff HTTP/1.1\r\nhost: x\r\n\r\n",
        "nonsense\r\n\r\n",
        &long,
    ] {
        let answer = exchange(&app.base_url, request).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{:?}: {answer}", request.get(..60));
    }
    app.get("/livez").await.expect(200);
}

#[tokio::test]
async fn slow_clients_are_cut_within_ten_seconds() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let head = "POST /verify HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n";
    let with_body = format!("{head}content-length: 1000\r\n\r\ncode=");
    let patience = CUT + Duration::from_secs(3);
    let every = Duration::from_millis(300);
    let (base, with_body) = (app.base_url.as_str(), with_body.as_str());
    let stalled = |bytes: &'static str| async move {
        let mut raw = Raw::connect(base).await;
        raw.write(bytes).await;
        raw.until_closed(patience).await.1
    };
    let stalled_body = async {
        let mut raw = Raw::connect(base).await;
        raw.write(with_body).await;
        let (answer, lasted) = raw.until_closed(patience).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "whose delay it was: {answer}");
        lasted
    };
    let dribbled = |bytes: &'static str| async move {
        let mut raw = Raw::connect(base).await;
        raw.write(bytes).await;
        raw.dribble(b'x', every, patience).await
    };
    let dribbled_body = async {
        let mut raw = Raw::connect(base).await;
        raw.write(with_body).await;
        raw.dribble(b'x', every, patience).await
    };
    let lasted = tokio::join!(
        stalled(""),
        stalled("GET /livez HTTP/1.1\r\nhost"),
        dribbled("GET /livez HTTP/1.1\r\nx: "),
        stalled("GET /livez HTTP/1.1\r\nhost: x\r\n\r\nGET /livez HTTP/1.1\r\nhost"),
        stalled_body,
        dribbled_body,
    );
    for (kind, lasted) in [
        ("says nothing", lasted.0),
        ("stops in the head", lasted.1),
        ("dribbles the head", lasted.2),
        ("stops in the second head", lasted.3),
        ("stops in the body", lasted.4),
        ("dribbles the body", lasted.5),
    ] {
        assert!(lasted.is_some_and(|lasted| lasted <= CUT), "{kind}: {lasted:?}");
    }
    app.get("/livez").await.expect(200);
}

#[tokio::test]
async fn connections_are_kept_only_for_trusted_proxies() {
    let request = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
    let app = TestApp::spawn(Engine::Sqlite).await;
    let answer = exchange(&app.base_url, request).await;
    assert!(answer.contains("connection: close"), "{answer}");

    let app = TestApp::spawn_with(Engine::Sqlite, &[("UNDERSIGNED_TRUSTED_PROXIES", "10.0.0.0/8")]).await;
    let answer = exchange(&app.base_url, request).await;
    assert!(answer.contains("connection: close"), "another proxy is trusted: {answer}");

    let app = TestApp::spawn_with(Engine::Sqlite, &[("UNDERSIGNED_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let mut raw = Raw::connect(&app.base_url).await;
    for _ in 0..3 {
        raw.write(request).await;
        let answer = raw.read_some().await;
        assert!(answer.starts_with("HTTP/1.1 200") && !answer.contains("connection: close"), "{answer}");
    }
}

#[tokio::test]
async fn who_does_not_read_the_answer_is_cut_within_ten_seconds() {
    let app = TestApp::spawn_with(Engine::Sqlite, &[("UNDERSIGNED_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let css = app.get("/nowhere").await.attribute("link[rel=stylesheet]", "href").unwrap();
    let mut raw = Raw::connect(&app.base_url).await;
    // More than both ends' buffers hold: one connection asks again and again and reads nothing.
    let requests = format!("GET {css} HTTP/1.1\r\nhost: x\r\n\r\n").repeat(8_000);
    let _ = tokio::time::timeout(CUT, raw.write(requests)).await;
    sleep(CUT).await;
    let (answers, lasted) = raw.until_closed(CUT * 3).await;
    assert!(lasted.is_some(), "{} bytes came and the connection stands", answers.len());
    assert!(answers.matches("HTTP/1.1 200").count() < 8_000);
}

#[tokio::test]
async fn what_is_in_flight_is_finished_when_the_server_stops() {
    let mut app = TestApp::spawn(Engine::Sqlite).await;
    let mut raw = Raw::connect(&app.base_url).await;
    let form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: 6\r\n\r\nco";
    raw.write(format!("POST /verify HTTP/1.1\r\nhost: x\r\n{form}")).await;
    sleep(Duration::from_millis(200)).await;
    let stopping = std::thread::spawn(move || app.stop());
    sleep(Duration::from_millis(300)).await;
    raw.write("de=1").await;
    let (answer, _) = raw.until_closed(CUT).await;
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    stopping.join().unwrap();
}
