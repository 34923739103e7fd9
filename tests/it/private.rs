//! What everybody may not see is like what does not exist, at every address that there is.

use crate::support::app::TestApp;
use crate::support::files::{files_under, read};
use crate::support::list::{join, name, set};
use crate::support::{cast, on_both_engines};
use proc_macro2::{TokenStream, TokenTree};
use reqwest::header::{HeaderMap, HeaderName};
use reqwest::{Client, Method};
use std::collections::BTreeSet;
use undersigned::campaign::{Access, Settings, Status, Title};
use undersigned::clock::days;
use undersigned::text::Slug;

/// The addresses of every feature, as they are written where they are registered: whoever adds one has it tried here.
fn registered() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let files = files_under("src").into_iter().filter(|file| file.ends_with(".rs"));
    for source in files.map(|file| read(&file)).filter(|source| source.contains("ServiceConfig")) {
        paths(source.parse().unwrap(), &mut all);
    }
    all
}

/// Every text in a source that begins like a path.
fn paths(tokens: TokenStream, found: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => paths(group.stream(), found),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let path = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
                // In a format string braces are doubled.
                found.extend(
                    path.filter(|path| path.starts_with('/'))
                        .map(|path| path.replace("{{", "{").replace("}}", "}")),
                );
            }
            _ => {}
        }
    }
}

/// The endings that stand for `{ending}`, as `list/forms.rs` has them.
fn endings() -> Vec<String> {
    let source = read("src/list/forms.rs");
    let endings = source.split("(\"").skip(1).filter_map(|rest| rest.split_once("\", Form::"));
    endings.map(|(ending, _)| ending.to_owned()).collect()
}

/// What can be asked for of a letter: every registered address that names one.
fn about_a_letter() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for pattern in registered().into_iter().filter(|pattern| pattern.contains("{slug")) {
        let pattern = pattern.replace("{slug:[a-z0-9-]+}", "{slug}").replace("{n}", "1");
        let pattern = pattern.replace("{lang:[a-z]{2,3}(-[A-Za-z0-9]+)*}", "fr");
        // The parts of the staff's addresses are theirs: a stranger gets no further than the log-in.
        let part =
            |part: &str| match pattern.starts_with("/staff/") && part.starts_with('{') && part != "{slug}" {
                true => "x".to_owned(),
                false => part.to_owned(),
            };
        let whole = pattern.split('/').map(part).collect::<Vec<_>>().join("/");
        match whole.contains("{ending}") {
            true => all.extend(endings().iter().map(|ending| whole.replace("{ending}", ending))),
            false => drop(all.insert(whole)),
        }
    }
    all
}

#[test]
fn the_addresses_are_found() {
    let found = about_a_letter();
    for path in [
        "",
        ".csv",
        ".atom",
        "/editions",
        "/editions/1",
        "/editions/1.json",
        "/sign",
        "/sign/sent",
        "/report",
        "/fr",
        "/fr/changes",
        "/fr/versions/1.txt",
    ] {
        assert!(found.contains(&format!("/letters/{{slug}}{path}")), "{path}: {found:#?}");
    }
    let unknown: Vec<_> = found.iter().filter(|path| path.replace("{slug}", "").contains('{')).collect();
    assert!(unknown.is_empty(), "say here what stands for the parts of {unknown:?}");
}

/// An answer, as far as it can tell anything.
#[derive(PartialEq, Debug)]
struct Told {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

async fn ask(client: &Client, app: &TestApp, method: &Method, path: &str, slug: &str) -> Told {
    let mut request = client.request(method.clone(), app.url(&path.replace("{slug}", slug)));
    request = request.header("accept-encoding", "br, gzip").header("if-none-match", "*");
    if *method == Method::POST {
        let form = "organization=Example&line=Listed&entry=1&email=a%40b.example&send=&form_token=x";
        request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
    }
    let answer = request.send().await.unwrap();
    let headers = |headers: &HeaderMap| -> Vec<(String, String)> {
        let told = |name: &HeaderName| name.as_str() != "date";
        let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap().replace(slug, "{slug}");
        let told = headers.iter().filter(|(name, _)| told(name));
        let mut told: Vec<_> = told.map(|(name, value)| (name.to_string(), text(value))).collect();
        // Their order is by chance at each answer.
        told.sort();
        told
    };
    let (status, headers) = (answer.status().as_u16(), headers(answer.headers()));
    let body = String::from_utf8_lossy(&answer.bytes().await.unwrap()).replace(slug, "{slug}");
    Told { status, headers, body }
}

/// Each way in which a letter that was public and read is private now.
fn ways(settings: &mut Settings, way: usize, now: undersigned::clock::Timestamp) {
    match way {
        0 => settings.published_at = None,
        1 => settings.published_at = Some(now.plus(days(1))),
        2 => settings.access = Access::Invitation,
        3 => settings.status = Status::Draft,
        4 => (settings.published_at, settings.status) = (None, Status::Closed),
        5 => (settings.published_at, settings.status) = (None, Status::Archived),
        _ => (settings.published_at, settings.paused) = (None, "Back on Monday.".to_owned()),
    }
}

on_both_engines! {
    async fn whatever_is_asked_about_a_private_letter_is_answered_as_if_there_were_none(app: TestApp) {
        let (db, now) = (app.db().await, app.clock.now());
        let visitor = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let open = registered().into_iter().filter(|path| !path.contains('{') && !path.starts_with("/staff"));
        let open: Vec<String> = open.filter(|path| path != "/readyz" && path != "/livez").collect();
        assert!(open.len() > 8, "{open:?}");
        let mut before = Vec::new();
        for path in &open {
            before.push(ask(&visitor, &app, &Method::GET, path, "hidden-0").await);
        }
        for way in 0..7 {
            let slug = Slug::parse(&format!("hidden-{way}")).unwrap();
            let title = Title::parse("Canary of the park").unwrap();
            let campaign = cast::campaign(&app, Settings { slug: slug.clone(), title, ..cast::settings(&app) }).await;
            join(&db, &campaign, "Canary Network").await;
            // An edition with a name is there for ever, for whoever may see the letter.
            assert_eq!(name(&db, &campaign, "Canary wave").await, 1);
            crate::listing::until(&app, &format!("/letters/{slug}/editions/1"), |page| page.body.contains("Canary wave")).await;
            // Everything of it was read, and is kept finished.
            crate::listing::until(&app, &format!("/letters/{slug}"), |page| page.body.contains("Canary Network")).await;
            for ending in ["", ".json", ".csv", ".txt", ".atom", "/editions/1", "?q=canary"] {
                app.get(&format!("/letters/{slug}{ending}")).await.expect(200);
            }
            set(&db, &campaign, move |settings| ways(settings, way, now)).await;
            crate::listing::until(&app, &format!("/letters/{slug}"), |page| page.status == 404).await;
        }
        for (path, before) in open.iter().zip(before) {
            let now = ask(&visitor, &app, &Method::GET, path, "hidden-0").await;
            assert!(!now.body.contains("Canary") && !now.body.contains("hidden-"), "{path}: {}", now.body);
            // A page with a form holds a token of its own each time.
            if !before.body.contains("form_token") {
                assert_eq!(now, before, "{path}");
            }
        }
        let queries = ["", "?page=2", "?page=x", "?q=canary", "?country=KE", "?country=XX", "?entry=1", "?entry=canary", "?a=%"];
        for path in about_a_letter() {
            let asked = if path.starts_with("/staff/") { &queries[..1] } else { &queries[..] };
            let mut tries: Vec<(Method, String)> =
                asked.iter().map(|query| (Method::GET, format!("{path}{query}"))).collect();
            tries.extend([Method::HEAD, Method::POST, Method::PUT, Method::OPTIONS].map(|method| (method, path.clone())));
            for (method, path) in tries {
                for way in 0..7 {
                    let missing = ask(&visitor, &app, &method, &path, &format!("absent-{way}")).await;
                    let hidden = ask(&visitor, &app, &method, &path, &format!("hidden-{way}")).await;
                    assert_eq!(hidden, missing, "{method} {path}, in the way {way}");
                    assert!(missing.status >= 300, "{method} {path} is answered: {missing:?}");
                }
            }
        }
    }
}
