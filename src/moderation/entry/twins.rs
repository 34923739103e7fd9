//! Likely duplicates, side by side with the sign-on: the facts of both, what differs in words, and what can be done about the two.

use super::forms::Returned;
use super::stand::state_of;
use crate::ids::SignOnId;
use crate::moderation::alike::{self, Beside};
use crate::moderation::bench::Seen;
use crate::sign_on::Representative;
use crate::sign_on::{SignOn, Standing, State};
use crate::text::Country;
use crate::web::form::{Filled, Problems};
use crate::web::show::in_utc;
use std::collections::BTreeMap;

/// The numbers on the list, by the sign-ons that have one.
pub(super) type Numbers = BTreeMap<SignOnId, u32>;

/// Another sign-on beside this one.
pub(super) struct Twin {
    pub(super) id: SignOnId,
    pub(super) version: i64,
    pub(super) name: String,
    /// What is the same of both, and what is not, as sentences.
    pub(super) summary: Vec<String>,
    pub(super) rows: Vec<TwinRow>,
    pub(super) merge: Option<Merge>,
    pub(super) can_be_distinct: bool,
    pub(super) merge_form: Filled,
    pub(super) distinct_form: Filled,
    /// Before the ids of the fields, so that those of several stay apart.
    pub(super) merge_scope: String,
    pub(super) distinct_scope: String,
    /// Which of the forms came back.
    pub(super) open: &'static str,
}

/// One fact of both.
pub(super) struct TwinRow {
    pub(super) name: &'static str,
    /// How they compare, in words.
    pub(super) verdict: &'static str,
    pub(super) this: String,
    pub(super) other: String,
}

/// The form that makes one of the two.
pub(super) struct Merge {
    pub(super) heading: &'static str,
    pub(super) says: String,
    pub(super) button: &'static str,
    /// Which one stays, where that can be chosen.
    pub(super) stays: Vec<Stays>,
}

/// One of the two that can stay.
pub(super) struct Stays {
    pub(super) value: &'static str,
    pub(super) label: String,
    pub(super) hint: &'static str,
}

/// The likely duplicates beside this one.
pub(super) fn twins(seen: &Seen, can_act: bool, numbers: &Numbers, returned: Option<&Returned>) -> Vec<Twin> {
    seen.twins
        .iter()
        .enumerate()
        .map(|(n, other)| {
            let returned = returned.filter(|returned| returned.beside == Some(other.sign_on.id));
            twin(seen, n + 1, other, can_act, numbers, returned)
        })
        .collect()
}

fn twin(
    seen: &Seen,
    n: usize,
    other: &Beside,
    can_act: bool,
    numbers: &Numbers,
    returned: Option<&Returned>,
) -> Twin {
    let (this, that) = (&seen.sign_on, &other.sign_on);
    let rows = rows(seen, other, numbers);
    let older = if that.submitted_at <= this.submitted_at { alike::OTHER } else { alike::THIS };
    let form = |act: &str, blank: &[(&'static str, &'static str)]| match returned {
        Some(returned) if returned.act == act => returned.filled(),
        _ => Filled::new(blank.iter().copied().collect(), Problems::default()),
    };
    Twin {
        id: that.id,
        version: that.version,
        name: that.entry.organization.to_string(),
        summary: summary(&rows),
        rows,
        merge: (can_act && alike::can_be_merged(this) && alike::can_be_merged(that))
            .then(|| merging(seen, other)),
        can_be_distinct: can_act && alike::is_open(this) && alike::is_open(that),
        merge_form: form(alike::MERGE, &[("notify", "yes"), ("keep", older)]),
        distinct_form: form(alike::DISTINCT, &[]),
        merge_scope: format!("merge-{n}-"),
        distinct_scope: format!("distinct-{n}-"),
        open: returned.map_or("", |returned| returned.act),
    }
}

/// What merging does, given where the two stand.
fn merging(seen: &Seen, other: &Beside) -> Merge {
    let (this, that) = (&seen.sign_on, &other.sign_on);
    let named = |sign_on: &SignOn| format!("“{}”", sign_on.entry.organization);
    let second = |has_none: bool| if has_none { "Add as a contact" } else { "Add as a second contact" };
    let is_listed = |sign_on: &SignOn| sign_on.standing() == Standing::Approved;
    let told = "Whoever signed is told, and keeps a link to a private page.";
    match (is_listed(this), is_listed(that)) {
        (false, true) => Merge {
            heading: "The same organization: one entry, and the contacts of both",
            says: format!(
                "{} stays on the list as it is. Whoever sent this sign-on becomes a contact of it, and this sign-on ends. {told}",
                named(that)
            ),
            button: second(other.contacts.is_empty()),
            stays: Vec::new(),
        },
        (true, false) => Merge {
            heading: "The same organization: one entry, and the contacts of both",
            says: format!(
                "This one stays on the list as it is. Whoever sent {} becomes a contact of it, and that sign-on ends. {told}",
                named(that)
            ),
            button: second(seen.contacts.is_empty()),
            stays: Vec::new(),
        },
        (listed, _) => Merge {
            heading: "The same organization: make one entry of the two",
            says: match listed {
                true => format!("The other one leaves the list, and the numbers close up. {told}"),
                false => format!(
                    "The one that stays waits for your decision as before; the other one ends. {told}"
                ),
            },
            button: "Merge the two",
            stays: vec![
                Stays { value: alike::OTHER, label: format!("{} stays", named(that)), hint: "" },
                Stays { value: alike::THIS, label: format!("This one stays, {}", named(this)), hint: "" },
            ],
        },
    }
}

fn rows(seen: &Seen, other: &Beside, numbers: &Numbers) -> Vec<TwinRow> {
    let (this, that) = (&seen.sign_on, &other.sign_on);
    let (one, two) = (&this.entry, &that.entry);
    let (own, others) = (one.likeness(), two.likeness());
    let row = |name, this: String, other: String, nearly: Option<&'static str>| {
        let verdict = match (this.is_empty(), other.is_empty()) {
            _ if this == other => "the same",
            (true, false) => "given by the other one alone",
            (false, true) => "given by this one alone",
            _ => nearly.unwrap_or("different"),
        };
        TwinRow { name, verdict, this, other }
    };
    let text = |value: Option<&dyn ToString>| value.map(ToString::to_string).unwrap_or_default();
    macro_rules! typed {
        ($field:ident) => {
            (
                text(one.$field.as_ref().map(|value| value as &dyn ToString)),
                text(two.$field.as_ref().map(|value| value as &dyn ToString)),
            )
        };
    }
    let name = if own.folded == others.folded {
        Some("the same, written in another way")
    } else if own.skeleton == others.skeleton {
        Some("different letters that look the same")
    } else {
        None
    };
    let mut rows = vec![row("Name", one.organization.to_string(), two.organization.to_string(), name)];
    let (own_acronym, other_acronym) = typed!(acronym);
    let is_same = own.acronym.is_some() && own.acronym == others.acronym;
    rows.push(row(
        "Acronym",
        own_acronym,
        other_acronym,
        is_same.then_some("the same, written in another way"),
    ));
    let (own_native, other_native) = typed!(native_name);
    rows.push(row("In its own script", own_native, other_native, None));
    let (own_site, other_site) = typed!(website);
    let is_same = own.website_host.is_some() && own.website_host == others.website_host;
    rows.push(row("Website", own_site, other_site, is_same.then_some("another page of the same site")));
    let country = |sign_on: &SignOn| sign_on.entry.country.as_ref().map_or("", Country::name).to_owned();
    rows.push(row("Country", country(this), country(that), None));
    rows.retain(|row| !(row.this.is_empty() && row.other.is_empty()));
    rows.push(represented(&seen.contacts, &other.contacts));
    rows.push(row("Stands", state_of(this).to_owned(), state_of(that).to_owned(), None));
    let number =
        |sign_on: &SignOn| numbers.get(&sign_on.id).map_or("not on the list".to_owned(), u32::to_string);
    if numbers.contains_key(&this.id) || numbers.contains_key(&that.id) {
        rows.push(row("Number on the list", number(this), number(that), None));
    }
    let order = match this.submitted_at.cmp(&that.submitted_at) {
        std::cmp::Ordering::Less => Some("this one came first"),
        std::cmp::Ordering::Greater => Some("the other one came first"),
        std::cmp::Ordering::Equal => None,
    };
    rows.push(row("Since", since(this), since(that), order));
    for row in &mut rows {
        for value in [&mut row.this, &mut row.other].into_iter().filter(|value| value.is_empty()) {
            *value = "not given".to_owned();
        }
    }
    rows
}

/// Who represents each: the role, and where the address is. Names and addresses are on the page of the entry itself.
fn represented(own: &[Representative], others: &[Representative]) -> TwinRow {
    let words = |held: &[Representative]| match held {
        [] => "nobody we know of".to_owned(),
        some => {
            let each = |held: &Representative| {
                format!("{}, at {}", held.contact.role, held.contact.email.domain().shown())
            };
            some.iter().map(each).collect::<Vec<_>>().join("; ")
        }
    };
    let domains = |held: &[Representative]| -> Vec<String> {
        held.iter().map(|held| held.contact.email.registrable_domain().to_owned()).collect()
    };
    let (here, there) = (domains(own), domains(others));
    let verdict = match (here.as_slice(), there.as_slice()) {
        ([], _) | (_, []) => "only one of them is known",
        _ if here.iter().any(|domain| there.contains(domain)) => "addresses of the same domain",
        _ => "addresses of different domains",
    };
    TwinRow { name: "Represented by", verdict, this: words(own), other: words(others) }
}

/// Since when it is where it is.
fn since(sign_on: &SignOn) -> String {
    let came = in_utc(sign_on.submitted_at);
    match (&sign_on.state, sign_on.verified_at) {
        (State::Approved { at, .. }, _) => format!("came in {came}; on the list since {}", in_utc(*at)),
        (_, Some(at)) => format!("came in {came}; verified {}", in_utc(at)),
        (_, None) => format!("came in {came}"),
    }
}

/// What is the same and what is not, in two sentences: the table below has the details.
fn summary(rows: &[TwinRow]) -> Vec<String> {
    const COMPARED: [&str; 5] = ["Name", "Acronym", "In its own script", "Website", "Country"];
    let of = |fits: &dyn Fn(&str) -> bool| -> String {
        let named = rows.iter().filter(|row| COMPARED.contains(&row.name) && fits(row.verdict));
        named.map(|row| row.name.to_lowercase()).collect::<Vec<_>>().join(", ")
    };
    let is_same = |verdict: &str| verdict.starts_with("the same") || verdict.ends_with("the same site");
    let is_missing = |verdict: &str| verdict.starts_with("given by");
    let sentences = [
        ("The same", of(&is_same)),
        ("Different", of(&|verdict| !is_same(verdict) && !is_missing(verdict))),
        ("Given by one of them alone", of(&is_missing)),
    ];
    let said = sentences.into_iter().filter(|(_, what)| !what.is_empty());
    said.map(|(start, what)| format!("{start}: {what}.")).collect()
}
