//! A campaign with a long list, made up by rule: the same names on every machine.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const WHO: [&str; 10] = [
    "Association",
    "Foundation",
    "Network",
    "Institute",
    "Center",
    "Union",
    "Forum",
    "Alliance",
    "Society",
    "Council",
];
const WHAT: [&str; 10] = [
    "Open Letters",
    "Digital Rights",
    "Free Expression",
    "Public Libraries",
    "Local Radio",
    "Clean Rivers",
    "Safe Streets",
    "Fair Housing",
    "School Gardens",
    "Night Trains",
];
const WHERE: [&str; 10] = [
    "Northern Example",
    "Example Bay",
    "Upper Example",
    "Example Hills",
    "Old Example",
    "East Example",
    "Example Port",
    "Saint Example",
    "Example Valley",
    "New Example",
];
const COUNTRIES: [&str; 8] = ["KE", "DE", "BR", "IN", "CA", "MX", "PL", "VN"];

/// The campaign with the 111 signatories of 2019.
pub fn of_2019() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/letter-2019")
}

/// A campaign `letter-COUNT`, open for sign-ons, with the same letter and this many signatories.
pub fn of(count: usize) -> TempDir {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let text = std::fs::read_to_string(of_2019().join("campaign.toml")).unwrap();
    let text = text.replace("letter-2019", &format!("letter-{count}")).replace("\"numbers\"", "\"none\"");
    std::fs::write(folder.path().join("campaign.toml"), text).unwrap();
    std::fs::copy(of_2019().join("letter.md"), folder.path().join("letter.md")).unwrap();
    let mut names = "name,country,website\n".to_owned();
    for number in 0..count {
        let (who, what) = (WHO[number % 10], WHAT[number / 10 % 10]);
        let (place, country) = (WHERE[number / 100 % 10], COUNTRIES[number % 8]);
        let chapter = number / 1_000 + 1;
        writeln!(names, "{who} for {what} of {place} No. {chapter},{country},https://o{number}.example")
            .unwrap();
    }
    std::fs::write(folder.path().join("signatories.csv"), names).unwrap();
    folder
}
