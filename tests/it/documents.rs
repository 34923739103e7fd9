//! What the documents say about settings is what the program knows.

use std::collections::BTreeSet;
use std::ffi::OsString;

use undersigned::config::Settings;

use crate::support::files::read;

/// The example with every setting switched on.
fn example() -> String {
    let example = read("config.example.toml");
    let is_setting = |line: &str| {
        let name = line.split(" = ").next().unwrap_or_default();
        line.contains(" = ") && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let lines = example.lines().filter_map(|line| line.strip_prefix("# ")).filter(|line| is_setting(line));
    lines.map(|line| format!("{line}\n")).collect()
}

fn load(file: Option<String>) -> Settings {
    let variables =
        file.is_some().then(|| (OsString::from("UNDERSIGNED_CONFIG"), OsString::from("example.toml")));
    Settings::load(variables, |_| Ok(file.clone().unwrap_or_default())).unwrap()
}

#[test]
fn the_example_of_a_config_file_shows_the_defaults() {
    let (shown, default) = (load(Some(example())), load(None));
    assert_eq!(shown.database_url, default.database_url);
    assert_eq!(shown.listen, default.listen);
    assert_eq!(shown.data_dir, default.data_dir);
    assert_eq!(shown.key_file, default.key_file);
    assert_eq!(shown.log, default.log);
    assert_eq!(shown.moderation_delay, default.moderation_delay);
    assert_eq!(shown.limits, default.limits);
    assert_eq!(shown.base_url(shown.listen), default.base_url(default.listen));
}

#[test]
fn every_setting_is_in_the_example_and_in_the_operators_table() {
    let known: BTreeSet<String> = read("src/config/mod.rs")
        .split("Known { name: \"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    assert!(known.len() > 10, "the list of settings was not found: {known:?}");

    let shown: toml::Table = example().parse().unwrap();
    let shown: BTreeSet<String> = shown.keys().map(|name| name.to_ascii_uppercase()).collect();
    assert_eq!(shown, known, "config.example.toml");

    let table: BTreeSet<String> = read("docs/operating.md")
        .lines()
        .filter_map(|line| line.strip_prefix("| `UNDERSIGNED_"))
        .map(|line| line.split('`').next().unwrap().to_owned())
        .collect();
    assert_eq!(table, known, "docs/operating.md");
}
