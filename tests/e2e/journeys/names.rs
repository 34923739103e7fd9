//! J8. Names that a form could take for an address, for too long, for a mistake, or that run from right to left.

use super::people::Person;
use super::{listed, scripts, send_what_is_written};
use crate::journey::{fill_in, verify};
use crate::support::app::TestApp;
use crate::support::cast::{self, campaign};
use crate::support::db::Engine;
use crate::support::list::names_2019;
use crate::support::queue::press;
use crate::support::staff::moderator;
use serde_json::json;
use undersigned::campaign::Settings;
use undersigned::text::LinePattern;

const QUEUE: &str = "/staff/letters/letter/queue";
/// A name with a Latin form, and one that has none.
const ARABIC: [&str; 2] = ["شبكة المثال", "منظمة الحقوق"];

/// How a line is shown: which way it runs, and on which side of it its number stands.
const WAYS: &str = "return [...document.querySelectorAll('ol.names > li')].map(
  li => [getComputedStyle(li).direction, getComputedStyle(li.querySelector('bdi')).direction]);";

struct Name<'a> {
    organization: &'a str,
    native: &'a str,
    sort_as: &'a str,
    line: &'a str,
}

pub async fn journey(engine: Engine) {
    let app = TestApp::spawn(engine).await;
    let Some(reader) = Person::with_a_phone(&app, scripts(engine)).await else { return };
    let line = LinePattern::parse("{name} ({native_name})").unwrap();
    campaign(&app, Settings { line, ..cast::settings(&app) }).await;
    let plain = |name| Name { organization: name, native: "", sort_as: "", line: name };
    let of_2019 = names_2019();
    let longest = of_2019.iter().max_by_key(|name| name.chars().count()).unwrap();
    assert_eq!(longest.chars().count(), 79);
    let digit = of_2019.iter().find(|name| name.starts_with("7amleh")).unwrap();
    let [native, alone] = ARABIC;
    let both = format!("Al-Mithal Network ({native})");
    let latin = Name { organization: "Al-Mithal Network", native, sort_as: "Mithal", line: &both };
    let without = Name { organization: alone, native: "", sort_as: "Huquq", line: alone };
    // In the order of the list: a digit first, points ignored, and each under what it is to be sorted by.
    let names = [plain(digit), plain(longest), plain("guifi.net"), without, latin];
    for (n, name) in names.iter().enumerate().rev() {
        let email = format!("rep@org{n}.example");
        reader.open("/letters/letter/sign").await;
        fill_in(&reader, name.organization, &email).await;
        reader.fill("native_name", name.native).await;
        reader.fill("sort_as", name.sort_as).await;
        send_what_is_written(&reader, name.line).await;
        verify(&reader, &email).await;
    }
    let mina = moderator(&app, "letter").await;
    for name in &names {
        let page = mina.follow(&mina.get(QUEUE).await, name.organization).await.expect(200);
        press(&mina, &page, "Approve").await.expect(200);
    }
    listed(&app, &reader, &names.each_ref().map(|name| name.line)).await;
    reader.stops_at("Keep the park open").await;
    let (left, right) = (json!(["ltr", "ltr"]), json!(["ltr", "rtl"]));
    let ways = json!([left, left, left, right, left]);
    assert_eq!(reader.run(WAYS, vec![]).await, ways, "the numbers stand where those of the others do");
    // Nothing that looks like an address has become one.
    assert!(reader.attributes("ol.names bdi a", "href").await.is_empty());
}
