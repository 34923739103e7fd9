//! GET /staff/sign-ons/{id}: one sign-on, what is known of it, and the decision.

use super::bench::{Bench, Seen};
use super::evidence::{self, Known};
use super::history;
use super::likeness::may_deceive;
use super::notice::{Done, Last};
use super::order::Verb;
use super::sentence::Sentence;
use crate::account::Moderator;
use crate::campaign::{Here, Local, Status};
use crate::ids::SignOnId;
use crate::sign_on::{Contact, Entry, Reason, SignOn, Standing, State};
use crate::text::Country;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of};
use crate::web::show::{Choice, Fact, Moment, in_utc, length};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;

/// A decision form that came back because something in it is to be mended.
pub(super) struct Returned {
    pub(super) verb: Verb,
    pub(super) fields: Fields,
    pub(super) problems: Problems,
    pub(super) status: StatusCode,
}

/// The page.
pub(super) async fn show(
    who: Moderator,
    app: Data<App>,
    id: Path<String>,
    Query(last): Query<Last>,
) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let bench = Bench::new(&app, who);
    let done = last.notice(&bench).await?;
    let seen = bench.see(id).await?;
    render(&bench, &seen, done, None).await
}

/// The page of a sign-on, with a form that came back or without.
///
/// # Errors
/// When the database is away.
pub(super) async fn render(
    bench: &Bench,
    seen: &Seen,
    done: Option<Done>,
    returned: Option<Returned>,
) -> Result<HttpResponse, Fault> {
    bench.note_reading(seen).await?;
    let status = returned.as_ref().map_or(StatusCode::OK, |returned| returned.status);
    Ok(page_of(status, &EntryPage::new(bench, seen, done, returned))?)
}

/// Where a sign-on stands, in a word or two.
pub(super) const fn state_word(standing: Standing) -> &'static str {
    match standing {
        Standing::AwaitingVerification => "Waiting for verification",
        Standing::AwaitingModeration => "Waiting for review",
        Standing::OnHold => "On hold",
        Standing::Approved => "On the list",
        Standing::Rejected => "Rejected",
        Standing::Withdrawn => "Withdrawn",
        Standing::Removed => "Removed",
    }
}

/// The mark beside it.
pub(super) const fn state_class(standing: Standing) -> &'static str {
    match standing {
        Standing::AwaitingVerification | Standing::AwaitingModeration => "",
        Standing::OnHold => "held",
        Standing::Approved => "done",
        Standing::Rejected | Standing::Withdrawn | Standing::Removed => "ended",
    }
}

/// The reasons to choose from.
fn reasons() -> Vec<Choice> {
    Reason::ALL.iter().map(|r| Choice { value: r.as_str(), label: r.label(), hint: "" }).collect()
}

#[derive(Template)]
#[template(path = "moderation/entry.html")]
struct EntryPage {
    page: Page,
    local: Local,
    done: Option<Done>,
    entry: EntryShown,
    evidence: Vec<Sentence>,
    twins: Vec<Twin>,
    sent: Vec<Fact>,
    history: Vec<Event>,
    forms: Forms,
    acts: Acts,
    open_act: &'static str,
    reasons: Vec<Choice>,
    may_deceive: bool,
    same_name: Option<Named>,
    why_not: &'static str,
    delay: String,
}

struct EntryShown {
    name: String,
    place: String,
    line: String,
    href: String,
    website: String,
    version: i64,
    state: &'static str,
    state_class: &'static str,
    stands: Sentence,
}

/// Another sign-on beside this one.
struct Twin {
    id: SignOnId,
    name: String,
    rows: Vec<TwinRow>,
}

struct TwinRow {
    name: &'static str,
    this: String,
    other: String,
}

struct Named {
    id: SignOnId,
    name: String,
}

struct Event {
    at: Moment,
    what: Sentence,
}

/// The decision forms, each filled in by itself.
struct Forms {
    approve: Filled,
    hold: Filled,
    reject: Filled,
    remove: Filled,
}

/// The decisions that can be taken now.
#[derive(Default)]
struct Acts {
    approve: bool,
    hold: bool,
    release: bool,
    reject: bool,
    remove: bool,
    reopen: bool,
    undo: bool,
}

impl EntryPage {
    fn new(bench: &Bench, seen: &Seen, done: Option<Done>, returned: Option<Returned>) -> Self {
        let (sign_on, now) = (&seen.sign_on, bench.now);
        let title = format!("{} – Undersigned", sign_on.entry.organization);
        let known = Known {
            sign_on,
            contacts: &seen.contacts,
            candidates: &seen.candidates,
            from_domain: &seen.from_domain,
        };
        let history = history::events(&seen.history, &seen.names);
        let acts = Acts::of(bench, seen);
        let delay = bench.app.moderation_delay;
        Self {
            page: bench.who.staff.page(&bench.app, title),
            local: bench.local(&seen.campaign, Here::Elsewhere),
            done,
            entry: EntryShown::new(seen, now),
            evidence: evidence::sentences(&known),
            twins: seen.twins.iter().map(|other| twin(sign_on, other)).collect(),
            sent: sent(seen),
            history: history
                .into_iter()
                .map(|event| Event { at: Moment::new(event.at, now), what: event.what })
                .collect(),
            open_act: returned.as_ref().map_or("", |returned| returned.verb.as_str()),
            forms: Forms::new(returned),
            reasons: reasons(),
            may_deceive: acts.approve && may_deceive(sign_on.id, &sign_on.entry, &seen.candidates),
            same_name: seen
                .same_name
                .as_ref()
                .filter(|_| acts.approve)
                .map(|listed| Named { id: listed.id, name: listed.entry.organization.to_string() }),
            why_not: why_not(seen),
            delay: if delay.is_zero() || !acts.any() { String::new() } else { length(delay) },
            acts,
        }
    }
}

/// Why nothing can be decided, where nothing can.
fn why_not(seen: &Seen) -> &'static str {
    match (seen.campaign.settings.status, seen.sign_on.standing()) {
        (Status::Archived, _) => "The letter is archived: nothing about it changes any more.",
        (_, Standing::AwaitingVerification) => "There is nothing to decide until the mailbox is verified.",
        (_, Standing::Withdrawn) => "They took their name back. To come back, the organization signs again.",
        _ => "",
    }
}

impl EntryShown {
    fn new(seen: &Seen, now: crate::clock::Timestamp) -> Self {
        let sign_on = &seen.sign_on;
        let place = match sign_on.verified_at {
            Some(at) => format!("Verified {} ago, on {}.", Moment::new(at, now).ago, in_utc(at))
                .replace("just now ago", "just now"),
            None => format!("Came in on {}.", in_utc(sign_on.submitted_at)),
        };
        Self {
            name: sign_on.entry.organization.to_string(),
            place,
            line: sign_on.entry.line.clone(),
            href: format!("/staff/sign-ons/{}", sign_on.id),
            website: sign_on.entry.website.as_ref().map(ToString::to_string).unwrap_or_default(),
            version: sign_on.version,
            state: state_word(sign_on.standing()),
            state_class: state_class(sign_on.standing()),
            stands: stands(seen),
        }
    }
}

/// Who decided what stands, when, and why.
fn stands(seen: &Seen) -> Sentence {
    let Some((_, at)) = seen.sign_on.decided() else { return Sentence::default() };
    let by = match history::latest(&seen.history) {
        Some(act) => Sentence::plain("by ").typed(history::who(act.actor, &seen.names)).and(", "),
        None => Sentence::default(),
    };
    let since = by.and(format!("{}.", in_utc(at)));
    match &seen.sign_on.state {
        State::OnHold { question: Some(question), .. } => {
            since.and(" Asked: “").typed(question.as_str()).and("”")
        }
        State::Rejected(decision) | State::Removed(decision) => {
            let reason = since.and(format!(" {}.", decision.reason.label()));
            match &decision.text {
                Some(text) => reason.and(" In the mail: “").typed(text.as_str()).and("”"),
                None => reason,
            }
        }
        _ => since,
    }
}

/// A likely duplicate beside this one.
fn twin(this: &SignOn, other: &SignOn) -> Twin {
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

/// What the representative sent.
fn sent(seen: &Seen) -> Vec<Fact> {
    let entry = &seen.sign_on.entry;
    let mut facts = vec![("Organization", Some(entry.organization.to_string()))];
    facts.push(("Acronym", entry.acronym.as_ref().map(ToString::to_string)));
    facts.push(("In its own script", entry.native_name.as_ref().map(ToString::to_string)));
    facts.push(("Sorted as", entry.sort_as.as_ref().map(ToString::to_string)));
    facts.push(("Country", entry.country.as_ref().map(|country| country.name().to_owned())));
    for contact in &seen.contacts {
        facts.extend(personal(contact));
    }
    facts.push((
        "Authority",
        seen.sign_on.authority.as_ref().map(|authority| {
            let basis = authority.basis.label();
            format!("{basis}. “{}” Ticked on {}.", authority.statement, in_utc(authority.at))
        }),
    ));
    facts.into_iter().filter_map(|(name, value)| Some(Fact { name, value: value? })).collect()
}

fn personal(contact: &Contact) -> [(&'static str, Option<String>); 4] {
    let wants = if contact.updates { "Wanted" } else { "Not wanted" };
    [
        ("Representative", Some(format!("{}, {}", contact.name, contact.role))),
        ("Address", Some(contact.email.shown())),
        ("Updates", Some(wants.to_owned())),
        ("Note", contact.note.as_ref().map(ToString::to_string)),
    ]
}

impl Acts {
    fn of(bench: &Bench, seen: &Seen) -> Self {
        if seen.campaign.settings.status == Status::Archived {
            return Self::default();
        }
        let standing = seen.sign_on.standing();
        let undecided = matches!(standing, Standing::AwaitingModeration | Standing::OnHold);
        let undo = bench.undo_until(seen).is_some();
        Self {
            approve: undecided,
            reject: undecided,
            hold: standing == Standing::AwaitingModeration,
            release: standing == Standing::OnHold,
            remove: standing == Standing::Approved,
            reopen: matches!(standing, Standing::Rejected | Standing::Removed) && !undo,
            undo,
        }
    }

    const fn any(&self) -> bool {
        self.approve || self.remove || self.undo
    }
}

impl Forms {
    fn new(returned: Option<Returned>) -> Self {
        let mut forms = Self { approve: blank(), hold: Filled::default(), reject: blank(), remove: blank() };
        let Some(Returned { verb, fields, problems, .. }) = returned else { return forms };
        let filled = Filled::new(fields, problems);
        match verb {
            Verb::Approve => forms.approve = filled,
            Verb::Hold => forms.hold = filled,
            Verb::Reject => forms.reject = filled,
            Verb::Remove => forms.remove = filled,
            Verb::Release | Verb::Reopen | Verb::Undo => {}
        }
        forms
    }
}

/// A form that nobody has filled in: the representative is told unless the box is cleared.
fn blank() -> Filled {
    Filled::new([("notify", "yes")].into_iter().collect(), Problems::default())
}
