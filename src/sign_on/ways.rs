//! The ways in which an organization can be shown to everybody, in words.

use crate::text::Shown;
use crate::web::show::Choice;

/// The act of showing more or less of an entry, in the history.
pub(crate) const SHOWN: &str = "changed how it is shown";

/// What the form's token is for.
pub(super) const PURPOSE: &str = "shown";

/// The ways to be shown, to choose from.
pub(crate) fn ways() -> Vec<Choice> {
    let ways = [
        (Shown::Full, "Yes, with its name", ""),
        (
            Shown::InCountry,
            "No: show its country only",
            "The list says “An organization in Georgia”, after all that are named, and counts it.",
        ),
        (
            Shown::Counted,
            "No: count it only",
            "The list says “An organization that is not named”, and counts it.",
        ),
    ];
    ways.into_iter().map(|(way, label, hint)| Choice { value: way.as_str(), label, hint }).collect()
}
