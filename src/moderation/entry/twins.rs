//! Likely duplicates, side by side with the sign-on.

use super::stand::state_word;
use crate::ids::SignOnId;
use crate::sign_on::{Entry, SignOn};
use crate::text::Country;

/// Another sign-on beside this one.
pub(super) struct Twin {
    pub(super) id: SignOnId,
    pub(super) name: String,
    pub(super) rows: Vec<TwinRow>,
}

pub(super) struct TwinRow {
    pub(super) name: &'static str,
    pub(super) this: String,
    pub(super) other: String,
}

/// A likely duplicate beside this one.
pub(super) fn twin(this: &SignOn, other: &SignOn) -> Twin {
    Twin { id: other.id, name: other.entry.organization.to_string(), rows: rows(this, other) }
}

fn rows(this: &SignOn, other: &SignOn) -> Vec<TwinRow> {
    type Column = (&'static str, fn(&Entry) -> String);
    const COLUMNS: [Column; 5] = [
        ("Name", |entry| entry.organization.to_string()),
        ("Acronym", |entry| entry.acronym.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("In its own script", |entry| {
            entry.native_name.as_ref().map(ToString::to_string).unwrap_or_default()
        }),
        ("Country", |entry| entry.country.as_ref().map_or("", Country::name).to_owned()),
        ("Website", |entry| entry.website.as_ref().map(ToString::to_string).unwrap_or_default()),
    ];
    let given = |text: String| if text.is_empty() { "not given".to_owned() } else { text };
    let mut rows: Vec<TwinRow> = COLUMNS
        .iter()
        .map(|(name, column)| (*name, column(&this.entry), column(&other.entry)))
        .filter(|(_, this, other)| !(this.is_empty() && other.is_empty()))
        .map(|(name, this, other)| TwinRow { name, this: given(this), other: given(other) })
        .collect();
    let state = |sign_on: &SignOn| state_word(sign_on.standing()).to_owned();
    rows.push(TwinRow { name: "Stands", this: state(this), other: state(other) });
    rows
}
