//! GET /staff/sign-ons/{id}: one sign-on, what is known of it, and the decision.

mod eyes;
mod forms;
mod reported;
mod said;
mod sent;
mod stand;
mod twins;
mod waiting;

pub(super) use forms::{ReasonOption, Returned};
pub(super) use stand::{state_class, state_of, state_word};

use super::alike::{Alike, USUAL};
use super::bench::{Bench, Seen};
use super::claim::{self, Claimed};
use super::evidence::{self, Known};
use super::history;
use super::likeness::may_deceive;
use super::note::NoteShown;
use super::notice::{Done, Last};
use super::sentence::Sentence;
use super::shortcuts::Script;
use super::shown;
use crate::account::EvenVeiled;
use crate::campaign::{Here, Local, Status};
use crate::ids::SignOnId;
use crate::list;
use crate::sign_on::Standing;
use crate::web::page::{Page, page_of, with_scripts};
use crate::web::show::{Choice, Fact, Moment, length};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use forms::{Acts, Forms, ways_received};
use reported::Reported;
use said::{SaidShown, said};
use sent::sent;
use serde::Deserialize;
use stand::EntryShown;
use std::collections::BTreeSet;
use twins::{Numbers, Twin, twins};
pub(super) use waiting::without_secrets;
use waiting::{MailShown, about_line, waiting};

/// What is asked for besides.
#[derive(Deserialize)]
pub(super) struct Wish {
    /// `all`: as many likely duplicates as a page can hold.
    alike: Option<String>,
}

/// The page.
pub(super) async fn show(
    EvenVeiled(who): EvenVeiled,
    app: Data<App>,
    id: Path<String>,
    Query(last): Query<Last>,
    Query(wish): Query<Wish>,
) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let bench = Bench::new(&app, who);
    if let Some(page) = shown::instead(&bench, id).await? {
        return Ok(page);
    }
    let done = last.notice(&bench).await?;
    let alike = Alike { all: wish.alike.as_deref() == Some("all"), also: None };
    let seen = bench.see_beside(id, alike).await?;
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
    let note = NoteShown::of(bench, seen).await?;
    let status = returned.as_ref().map_or(StatusCode::OK, |returned| returned.status);
    let claimed = claim::on(bench, seen.sign_on.id).await?;
    let queue = format!("/staff/letters/{}/queue", seen.campaign.settings.slug);
    let script = Script::of(bench, &queue).await?;
    let numbers = numbers(bench, seen).await?;
    let beside = Beside { note, claimed, script, numbers };
    Ok(with_scripts(page_of(status, &EntryPage::new(bench, seen, beside, done, returned))?))
}

/// The numbers on the list of what is laid side by side.
async fn numbers(bench: &Bench, seen: &Seen) -> Result<Numbers, Fault> {
    let shown = std::iter::once(&seen.sign_on).chain(seen.twins.iter().map(|twin| &twin.sign_on));
    let listed: BTreeSet<SignOnId> =
        shown.filter(|shown| shown.standing() == Standing::Approved).map(|shown| shown.id).collect();
    if listed.is_empty() || seen.twins.is_empty() {
        return Ok(Numbers::new());
    }
    let app = &bench.app;
    let live = list::store::live(&app.db, &app.clock, &app.random, seen.campaign.id).await?;
    let entries = live.map(|live| live.edition.contents.entries).unwrap_or_default();
    let entries = entries.into_iter().filter(|entry| listed.contains(&entry.sign_on));
    Ok(entries.map(|entry| (entry.sign_on, entry.signatory.number)).collect())
}

/// What stands beside the sign-on on its page.
struct Beside {
    note: NoteShown,
    claimed: Option<Claimed>,
    script: Script,
    numbers: Numbers,
}

#[derive(Template)]
#[template(path = "moderation/entry.html")]
struct EntryPage {
    page: Page,
    local: Local,
    done: Option<Done>,
    note: NoteShown,
    can_claim: bool,
    claim_words: String,
    script: Script,
    show: &'static str,
    after: String,
    claimed: Option<Claimed>,
    entry: EntryShown,
    evidence: Vec<Sentence>,
    twins: Vec<Twin>,
    more_twins: usize,
    /// Whether they were all asked for.
    all_twins: bool,
    said: Vec<SaidShown>,
    can_take_back: bool,
    sent: Vec<Fact>,
    reported: Reported,
    history: Vec<Event>,
    forms: Forms,
    acts: Acts,
    open_act: &'static str,
    reasons: Vec<ReasonOption>,
    may_deceive: bool,
    same_name: Option<Named>,
    waiting: Vec<MailShown>,
    about_line: Vec<MailShown>,
    eyes: Sentence,
    ways_received: Vec<Choice>,
    why_not: &'static str,
    delay: String,
}

struct Named {
    id: SignOnId,
    name: String,
}

struct Event {
    at: Moment,
    what: Sentence,
}

impl EntryPage {
    fn new(
        bench: &Bench,
        seen: &Seen,
        beside: Beside,
        done: Option<Done>,
        returned: Option<Returned>,
    ) -> Self {
        let (sign_on, now) = (&seen.sign_on, bench.now);
        let Beside { note, claimed, script, numbers } = beside;
        let reasons = &seen.campaign.settings.reasons;
        let title = format!("{} – Undersigned", sign_on.entry.organization);
        let known = Known {
            sign_on,
            contacts: &seen.contacts,
            candidates: &seen.candidates,
            from_domain: &seen.from_domain,
            hand_over: seen.hand_over.as_ref(),
            notices: &seen.notices,
            now: bench.now,
            invitation: seen.invitation.as_ref(),
        };
        let history = history::events(&seen.history, &seen.names, reasons);
        let acts = Acts::of(bench, seen);
        let delay = bench.app.moderation_delay;
        let can_act = seen.campaign.settings.status != Status::Archived;
        Self {
            page: bench.who.staff.page(&bench.app, title),
            local: bench.local(&seen.campaign, Here::Elsewhere),
            done,
            note,
            can_claim: acts.approve,
            claim_words: claimed.as_ref().map(Claimed::words).unwrap_or_default(),
            script,
            show: "",
            after: String::new(),
            claimed: claimed.filter(|_| acts.approve),
            entry: EntryShown::new(seen, now),
            evidence: evidence::sentences(&known),
            twins: twins(seen, can_act, &numbers, returned.as_ref()),
            more_twins: seen.more_twins,
            all_twins: seen.twins.len() > USUAL,
            said: said(seen),
            can_take_back: can_act,
            sent: sent(seen),
            reported: Reported::of(bench, seen),
            history: history
                .into_iter()
                .map(|event| Event { at: Moment::new(event.at, now), what: event.what })
                .collect(),
            open_act: returned.as_ref().map_or("", |returned| returned.act),
            forms: Forms::new(returned.as_ref()),
            reasons: reasons.open().map(ReasonOption::from).collect(),
            may_deceive: (acts.approve || acts.attest)
                && may_deceive(sign_on.id, &sign_on.entry, &seen.candidates),
            same_name: seen
                .same_name
                .as_ref()
                .filter(|_| acts.approve)
                .map(|listed| Named { id: listed.id, name: listed.entry.organization.to_string() }),
            eyes: if acts.any() { eyes::sentence(bench, seen) } else { Sentence::default() },
            ways_received: ways_received(),
            waiting: if acts.any() || acts.reopen || acts.release {
                waiting(bench, seen)
            } else {
                Vec::new()
            },
            about_line: about_line(bench, seen),
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
        (_, Standing::AwaitingVerification) => {
            "There is nothing to decide until the mailbox is verified, unless you have the agreement in writing."
        }
        (_, Standing::Withdrawn) => "They took their name back. To come back, the organization signs again.",
        _ => "",
    }
}
