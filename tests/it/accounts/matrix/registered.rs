//! The addresses that the features register, read from where they do: `resource("…")` with its `route(get()…)` and `route(post()…)`.

use crate::support::files::{files_under, read};
use std::collections::BTreeSet;

/// What is under `/staff` and needs no log-in: the link of an invitation is all that somebody new has.
const OPEN: [&str; 1] = ["/staff/invitations/{token}"];

/// Pattern and method (whether it posts) of every address of the staff.
pub(super) fn addresses() -> BTreeSet<(String, bool)> {
    let mut all = BTreeSet::new();
    for file in files_under("src").into_iter().filter(|file| file.ends_with(".rs")) {
        let source: String = read(&file).split_whitespace().collect();
        if !source.contains("ServiceConfig") {
            continue;
        }
        for other in [".route(\"/staff", "scope(", "#[get(", "#[post("] {
            assert!(
                !source.contains(other),
                "{file} registers an address by {other}, which this test does not read"
            );
        }
        for resource in source.split("resource(\"").skip(1) {
            let Some((pattern, rest)) = resource.split_once('"') else { continue };
            if !pattern.starts_with("/staff") || OPEN.contains(&pattern) {
                continue;
            }
            for (route, posts) in [(".route(get()", false), (".route(post()", true)] {
                if rest.contains(route) {
                    all.insert((pattern.to_owned(), posts));
                }
            }
        }
    }
    all
}
