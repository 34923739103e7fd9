//! What somebody typed into a form that was not taken. It is kept beside the request, so that every page that says why can give it back;
//! passwords and codes never come back.

use super::form::Fields;
use super::show::Fact;
use crate::ids::ContactId;
use actix_web::{HttpMessage, HttpRequest};

/// What is never sent back.
const SECRET: [&str; 4] = ["password", "current", "code", "passkey"];

/// What a person types, by the names of the fields, in the order in which it is given back.
const TYPED: [(&str, &str); 60] = [
    ("organization", "Name of the organization"),
    ("acronym", "Acronym"),
    ("native_name", "Name in its own script"),
    ("sort_as", "Sort under"),
    ("website", "Website"),
    ("name", "Name"),
    ("representative", "Representative"),
    ("role", "Role"),
    ("email", "Email address"),
    ("source", "Where it is published"),
    ("text", "What you wrote"),
    ("vouched_by", "Who vouches for it"),
    ("answer", "Your answer"),
    ("note", "Note"),
    ("title", "Title"),
    ("slug", "Short name in the address"),
    ("language", "Language"),
    ("recipient", "Recipient"),
    ("salutation", "Salutation"),
    ("introduction", "Introduction"),
    ("letter", "Text of the letter"),
    ("ends_on", "Time to answer until"),
    ("closing", "Closing"),
    ("letter_date", "Date of the letter"),
    ("host", "Host"),
    ("contact", "Contact"),
    ("authority", "Statement about authority"),
    ("articles", "Leading words to ignore when sorting"),
    ("published_at", "Public from"),
    ("opens_at", "Opens"),
    ("closes_at", "Deadline"),
    ("amber_days", "Due after days"),
    ("red_days", "Overdue after days"),
    ("line", "Printed line"),
    ("label", "Label"),
    ("sentence", "Sentence"),
    ("guide", "Guide"),
    ("zone", "Time zone"),
    ("eligibility", "Who may sign"),
    ("keep_months", "Months for which contacts are kept"),
    ("message", "What the form says instead"),
    ("consent", "Why without asking again"),
    ("link_name", "For whom the link is"),
    ("until", "Until when the link works"),
    ("organizations", "Organizations"),
    ("late_until", "May sign after the deadline until"),
    ("decides_on", "Day of the decision"),
    ("evidence", "Evidence"),
    ("table", "Table"),
    ("subject", "Subject"),
    ("body", "Text of the mail"),
    ("by_whom", "Who handed it over"),
    ("delivered_on", "Day of the delivery"),
    ("delivered_at", "Time of the delivery"),
    ("edition", "Number of the edition"),
    ("receipt", "Receipt"),
    ("replied_on", "Day of the reply"),
    ("reply", "Reply"),
    ("reply_link", "Where the reply can be read"),
    ("press_contact", "Contact for the press"),
];

struct Kept(Fields);

/// Keeps what a form of ours holds beside its request. The sender was checked before: what another site made up is not shown on a page
/// of ours.
pub fn keep(request: &HttpRequest, fields: &Fields) {
    request.extensions_mut().insert(Kept(fields.clone()));
}

/// What was kept, secrets included: only [`shown`] and [`without_secrets`] go on a page.
pub fn kept(request: &HttpRequest) -> Option<Fields> {
    request.extensions().get::<Kept>().map(|Kept(fields)| fields.clone())
}

/// Whether a form holds what is never sent back.
pub fn has_secrets(fields: &Fields) -> bool {
    SECRET.iter().any(|name| fields.is_ticked(name))
}

/// The same form without what is never sent back.
pub fn without_secrets(fields: &Fields) -> Fields {
    SECRET.iter().fold(fields.clone(), |fields, name| fields.without(name))
}

/// What a person typed into a form, for them to read and copy.
pub fn shown(fields: &Fields) -> Vec<Fact> {
    let of = |(field, name): &(&str, &'static str)| {
        let values = fields.all(field).filter(|value| !value.trim().is_empty());
        // Where one is chosen instead of typed, the value says nothing to anybody.
        let values = values.filter(|value| ContactId::parse(value).is_none());
        values.map(|value| Fact { name, value: value.to_owned() }).collect::<Vec<_>>()
    };
    TYPED.iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn what_is_typed_comes_back_in_words_and_no_secret_does() {
        let sent = [
            ("text", "Two\nlines."),
            ("password", "sofa"),
            ("version", "3"),
            ("name", " "),
            ("email", "a@b.example"),
        ];
        let fields: Fields = sent.into_iter().collect();
        let facts: Vec<_> = shown(&fields).into_iter().map(|fact| (fact.name, fact.value)).collect();
        assert_eq!(
            facts,
            [("Email address", "a@b.example".to_owned()), ("What you wrote", "Two\nlines.".to_owned())]
        );
        assert!(has_secrets(&fields) && !has_secrets(&without_secrets(&fields)));
        assert_eq!(without_secrets(&fields).get("version"), "3");
    }

    /// The names of the fields that a template lets people type into.
    fn names(template: &str) -> Vec<String> {
        let after = |call: &str| {
            let mut found = Vec::new();
            for part in template.split(call).skip(1) {
                // Where the name is no literal, it is that of a key, in the settings of shortcuts.
                let Some((form, rest)) = part.split_once(", \"") else { continue };
                if !form.contains(',') {
                    found.extend(rest.split('"').next().map(str::to_owned));
                }
            }
            found
        };
        [after("field::text("), after("field::textarea(")].concat()
    }

    fn templates(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                templates(&path, found);
            } else if path.extension().is_some_and(|kind| kind == "html") {
                found.extend(names(&std::fs::read_to_string(&path).unwrap()));
            }
        }
    }

    #[test]
    fn every_field_that_somebody_types_into_comes_back_or_is_secret() {
        // What is looked for, and the days of a page of numbers: nothing is written.
        const ASKED: [&str; 3] = ["q", "from", "to"];
        let mut found = Vec::new();
        templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut found);
        assert!(found.len() > 50);
        for name in found {
            let comes_back = TYPED.iter().any(|(typed, _)| *typed == name);
            assert!(comes_back || SECRET.contains(&&*name) || ASKED.contains(&&*name), "{name}");
        }
    }
}
