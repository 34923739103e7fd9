//! What `deny.toml` allows, checked with nothing but cargo: `cargo deny` checks more, but not everybody has it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// The parts of `deny.toml` that this test reads.
struct Rules {
    allowed: BTreeSet<String>,
    /// By package: further licenses allowed for it alone.
    exceptions: BTreeMap<String, BTreeSet<String>>,
    banned: BTreeSet<String>,
}

impl Rules {
    fn read() -> Rules {
        let deny: toml::Table = crate::support::files::read("deny.toml").parse().unwrap();
        let words = |list: &toml::Value| -> BTreeSet<String> {
            list.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
        };
        let name = |entry: &toml::Value| entry["crate"].as_str().unwrap().to_owned();
        let exceptions = deny["licenses"]["exceptions"].as_array().unwrap();
        Rules {
            allowed: words(&deny["licenses"]["allow"]),
            exceptions: exceptions.iter().map(|entry| (name(entry), words(&entry["allow"]))).collect(),
            banned: deny["bans"]["deny"].as_array().unwrap().iter().map(name).collect(),
        }
    }

    /// Whether a package may be used under this SPDX expression (`MIT OR (Apache-2.0 AND ISC)`; the old `MIT/Apache-2.0` too).
    fn allows(&self, package: &str, expression: &str) -> bool {
        let spaced = expression
            .replace('/', " OR ")
            .replace('(', " ( ")
            .replace(')', " ) ")
            .replace(" WITH ", "-WITH-");
        let mut words = spaced.split_whitespace().peekable();
        let allowed = self.any(package, &mut words);
        allowed && words.next().is_none()
    }

    fn any<'a>(&self, package: &str, words: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>) -> bool {
        let mut allowed = self.all(package, words);
        while words.next_if_eq(&"OR").is_some() {
            allowed |= self.all(package, words);
        }
        allowed
    }

    fn all<'a>(&self, package: &str, words: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>) -> bool {
        let mut allowed = self.one(package, words);
        while words.next_if_eq(&"AND").is_some() {
            allowed &= self.one(package, words);
        }
        allowed
    }

    fn one<'a>(&self, package: &str, words: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>) -> bool {
        match words.next() {
            Some("(") => {
                let allowed = self.any(package, words);
                words.next_if_eq(&")").is_some() && allowed
            }
            Some(license) => {
                let own = self.exceptions.get(package).is_some_and(|own| own.contains(license));
                own || self.allowed.contains(license)
            }
            None => false,
        }
    }
}

/// The packages that a build on this machine uses, without asking the network.
fn packages() -> Vec<Value> {
    let host = Command::new("rustc").arg("-vV").output().unwrap();
    let host = String::from_utf8(host.stdout).unwrap();
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

#[test]
fn every_dependency_has_a_license_that_we_allow_and_comes_from_crates_io() {
    let rules = Rules::read();
    let mut wrong = Vec::new();
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        let license = package["license"].as_str().unwrap_or("none");
        if !rules.allows(name, license) {
            wrong.push(format!("{name}: the license {license} is not allowed"));
        }
        if rules.banned.contains(name) {
            wrong.push(format!("{name}: is banned"));
        }
        let source = package["source"].as_str();
        if name != env!("CARGO_PKG_NAME")
            && !source.is_some_and(|from| from.starts_with("registry+") && from.ends_with("/crates.io-index"))
        {
            wrong.push(format!("{name}: comes from {source:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn an_expression_is_judged_as_a_whole() {
    let mut rules = Rules::read();
    rules.exceptions.insert("excused".to_owned(), ["GPL-3.0-only".to_owned()].into());
    for fine in ["MIT", "MIT/GPL-3.0-only", "GPL-3.0-only OR MIT", "(GPL-3.0-only OR MIT) AND ISC"] {
        assert!(rules.allows("some", fine), "{fine}");
    }
    for not in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "none", ""] {
        assert!(!rules.allows("some", not), "{not}");
    }
    assert!(rules.allows("excused", "GPL-3.0-only"));
}
