//! The representative's own page: where the sign-on stands, what happened, what is held.

mod due;
mod event;
mod later;
mod public;

pub(super) use later::{PURPOSE as LATER, entry_of as book_entry};

use super::book::BookEntry;
use super::colleague::is_live;
use super::correction::{Correction, objectionable};
use super::page::About;
use super::state::{Remark, SignOn, State};
use super::store::{self, Answer, ContactError, Purpose, TextShown};
use super::submission::{Authority, Representative};
use super::told;
use super::verify::{Signer, unknown};
use super::wording;
use crate::audit::{self, Act};
use crate::campaign::{self, Campaign, Reasons};
use crate::clock::Timestamp;
use crate::db::{Conn, Error};
use crate::ids::AnyId;
use crate::secret::{Keys, Token, TokenDigest};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::link::Link;
use crate::web::page::{Page, page_of};
use crate::web::show::{Fact, Moment};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use due::{Due, due};
use event::Event;
use later::Later;
use public::Public;

/// Everything the page says.
struct Held {
    campaign: Campaign,
    sign_on: SignOn,
    /// Whether whoever holds the link sent it themselves, and not an entry that was merged into it.
    is_own: bool,
    /// What whoever holds the link stated.
    authority: Option<Authority>,
    /// Whoever the link is of; nobody once they were erased.
    contacts: Vec<Representative>,
    history: Vec<Act>,
    /// What was done with the sign-on that they sent, before another entry stood for it.
    before: Vec<Act>,
    answers: Vec<Answer>,
    waiting: Option<Correction>,
    /// What staff made of the name, while it can be objected to.
    made: Option<Correction>,
    /// Why it is not on the list though it is approved; empty where it is.
    disagreement: &'static str,
    /// Which text they were shown.
    shown: Vec<TextShown>,
    /// That the organization may be invited to later letters.
    book: Option<BookEntry>,
}

/// What the form of an answer is bound to.
pub(super) const PURPOSE: &str = "answer";

/// What the form is bound to that switches updates.
pub(super) const UPDATES: &str = "updates";

/// The question that waits for an answer, and what the form names it by.
pub(super) fn question(sign_on: &SignOn) -> Option<(Remark, String)> {
    match &sign_on.state {
        State::OnHold { question: Some(question), since, .. } => Some((question.clone(), since.to_string())),
        _ => None,
    }
}

/// What became of an answer, where the page comes again.
pub(super) enum Came {
    /// It was taken, or none was sent.
    Nothing,
    /// It is to be mended.
    Mend(Fields, Problems),
    /// The question is no longer open; what was typed.
    Over(String),
}

/// The page.
pub(super) async fn show(app: Data<App>, Link { token, .. }: Link<Signer>) -> Result<HttpResponse, Fault> {
    again(&app, &token, Came::Nothing, StatusCode::OK).await
}

/// The page, with an answer that came back or without.
///
/// # Errors
/// When the database is away.
pub(super) async fn again(
    app: &App,
    token: &Token,
    came: Came,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let (digest, keys) = (token.digest(), app.keys.clone());
    let now = app.clock.now();
    let held = app.db.read(move |conn| held(conn, &keys, digest, now)).await.map_err(Fault::from)?;
    let Some(held) = held else { return unknown() };
    let here = format!("/sign-ons/{}", token.reveal());
    let question = question(&held.sign_on);
    let (form, over) = match came {
        Came::Nothing => (Filled::default(), String::new()),
        Came::Mend(fields, problems) => (Filled::new(fields, problems), String::new()),
        Came::Over(typed) => (Filled::default(), typed),
    };
    let template = PrivatePage {
        later: Later::of(app, &here, digest, &held.sign_on, held.contacts.first(), held.book.as_ref()),
        asked: question.map(|(_, asked)| asked).unwrap_or_default(),
        answer_action: format!("{here}/answer"),
        token: app.form_token(PURPOSE, digest.as_bytes()),
        form,
        over,
        page: Page::new("Your sign-on – Undersigned").not_indexed(),
        letter: About::new(&held.campaign, now),
        due: due(&held.sign_on, &held.campaign, now),
        contact: held.campaign.settings.contact.clone(),
        contact_href: held.campaign.settings.contact_href(),
        is_listed: matches!(held.sign_on.state, State::Approved { .. }) && held.disagreement.is_empty(),
        line: held.sign_on.entry.line.clone(),
        shown: Public::of(&held.campaign, &held.sign_on, &here),
        shown_token: app.form_token(super::ways::PURPOSE, digest.as_bytes()),
        state: Stand::of(&held, now),
        correct_href: held
            .sign_on
            .clone()
            .correct(held.sign_on.entry.clone())
            .is_ok()
            .then(|| format!("{here}/edit")),
        waiting: held.waiting.as_ref().map(|waiting| Asked::of(waiting, now)),
        made: held.made.as_ref().map(|made| Asked::of(made, now)),
        object_href: format!("{here}/object"),
        text_href: format!("{here}/text"),
        data_href: format!("{here}/data.json"),
        erase_href: format!("{here}/erase"),
        names_somebody: !held.contacts.is_empty(),
        gets_updates: held.contacts.iter().any(|contact| contact.updates),
        updates_action: format!("{here}/updates"),
        updates_token: app.form_token(UPDATES, digest.as_bytes()),
        hand_over_href: (held.is_own && !held.contacts.is_empty() && is_live(held.sign_on.standing()))
            .then(|| format!("{here}/hand-over")),
        withdraw_href: held.sign_on.clone().withdraw(now).is_ok().then(|| format!("{here}/withdraw")),
        history: told::through(&held.before, &held.history, now, app.moderation_delay)
            .into_iter()
            .filter_map(|act| Event::of(act, now))
            .collect(),
        held: facts(&held, now),
        kept_for: held.campaign.settings.kept_for(),
    };
    Ok(page_of(status, &template)?)
}

impl From<ContactError> for Fault {
    fn from(error: ContactError) -> Self {
        match error {
            ContactError::Database(error) => error.into(),
            ContactError::Sealed(error) => error.into(),
        }
    }
}

fn held(
    conn: &mut Conn,
    keys: &Keys,
    token: TokenDigest,
    now: Timestamp,
) -> Result<Option<Held>, ContactError> {
    let Some((campaign, sign_on)) = behind(conn, token, now)? else { return Ok(None) };
    // What the link's own sign-on holds of a person, whichever entry stands for it: nobody is shown what a colleague sent.
    let Some(own) = own(conn, token)? else { return Ok(None) };
    let contacts = store::contacts_of(conn, keys, own.id)?;
    let contacts = theirs(conn, token, contacts)?;
    let history = audit::of(conn, AnyId::from_uuid(sign_on.id.uuid()))?;
    let is_own = own.id == sign_on.id;
    let before = match is_own {
        true => Vec::new(),
        false => audit::of(conn, AnyId::from_uuid(own.id.uuid()))?,
    };
    let waiting = store::waiting_correction(conn, sign_on.id)?;
    let made = objectionable(&sign_on, store::last_correction_made(conn, sign_on.id)?);
    let sign_on = store::as_told(conn, sign_on, now)?;
    let disagreement = wording::disagreement(conn, &campaign, &sign_on)?;
    let answers = store::answers_of(conn, keys, own.id)?;
    let shown = store::shown(conn, own.id)?;
    let authority = own.authority;
    let book = book_entry(conn, keys, &sign_on, &contacts)?;
    Ok(Some(Held {
        shown,
        campaign,
        sign_on,
        is_own,
        authority,
        contacts,
        history,
        before,
        answers,
        waiting,
        made,
        disagreement,
        book,
    }))
}

/// The sign-on that a private link is of.
pub(super) fn own(conn: &mut Conn, token: TokenDigest) -> Result<Option<SignOn>, Error> {
    let Some(link) = store::link(conn, token, Purpose::Private)? else { return Ok(None) };
    store::by_id(conn, link.sign_on)
}

/// The sign-on that a private link opens: its own, or the one that this was merged into, once those outside are told; and the letter, as it is told
/// in the language in which its holder read it.
pub(super) fn behind(
    conn: &mut Conn,
    token: TokenDigest,
    now: Timestamp,
) -> Result<Option<(Campaign, SignOn)>, Error> {
    let Some(own_sign_on) = own(conn, token)? else { return Ok(None) };
    let own = own_sign_on.id;
    let sign_on = store::standing_for(conn, own_sign_on, now)?;
    let Some(campaign) = campaign::store::by_id(conn, sign_on.campaign)? else { return Ok(None) };
    Ok(Some((store::told_to(conn, &campaign, own)?, sign_on)))
}

/// Of a sign-on's representatives the one whose link this is: nobody sees another's data.
pub(super) fn theirs(
    conn: &mut Conn,
    token: TokenDigest,
    all: Vec<Representative>,
) -> Result<Vec<Representative>, Error> {
    let own = store::link(conn, token, Purpose::Private)?.and_then(|link| link.contact);
    Ok(all.into_iter().filter(|contact| Some(contact.id) == own).collect())
}

/// Where it stands, in words.
struct Stand {
    word: &'static str,
    class: &'static str,
    since: Moment,
    next: String,
    question: String,
}

impl Stand {
    fn of(held: &Held, now: Timestamp) -> Self {
        let (sign_on, reasons) = (&held.sign_on, &held.campaign.settings.reasons);
        let verified = sign_on.verified_at.unwrap_or(sign_on.submitted_at);
        let mut question = String::new();
        let (word, class, since, next) = match &sign_on.state {
            State::AwaitingVerification { .. } => (
                "Waiting for verification",
                "",
                sign_on.submitted_at,
                "Open the link in the mail we sent you and press the button there.".to_owned(),
            ),
            State::AwaitingModeration { .. } => (
                "Waiting for review",
                "",
                verified,
                "The moderators decide next. You get a mail when they have.".to_owned(),
            ),
            State::OnHold { since, question: asked, .. } => {
                let next = match asked {
                    Some(asked) => {
                        question = asked.to_string();
                        "The moderators ask:"
                    }
                    None => {
                        "The moderators want to know more before they decide. You get a mail when they have."
                    }
                };
                ("On hold", "held", *since, next.to_owned())
            }
            State::Approved { at, .. } if !held.disagreement.is_empty() => {
                ("Not on the list", "held", *at, held.disagreement.to_owned())
            }
            State::Approved { at, .. } => {
                ("On the list", "done", *at, "Its number follows from the order of the list.".to_owned())
            }
            State::Rejected(decision) => ("Not accepted", "ended", decision.at, reason(decision, reasons)),
            State::Removed(decision) => {
                ("Removed from the list", "ended", decision.at, reason(decision, reasons))
            }
            State::Withdrawn { at, .. } => {
                ("Withdrawn", "ended", *at, "To come back, your organization signs again.".to_owned())
            }
        };
        Self { word, class, since: Moment::new(since, now), next, question }
    }
}

fn reason(decision: &super::state::Decision, reasons: &Reasons) -> String {
    let sentence = reasons.sentence(&decision.reason);
    match &decision.text {
        Some(text) => format!("{sentence} The moderators add: “{text}”"),
        None => sentence.into_owned(),
    }
}

/// A correction that waits, or one that staff made.
struct Asked {
    at: Moment,
    before: String,
    line: String,
}

impl Asked {
    fn of(correction: &Correction, now: Timestamp) -> Self {
        Self {
            at: Moment::new(correction.at, now),
            before: correction.old_line.clone(),
            line: correction.entry.line.clone(),
        }
    }
}

fn facts(held: &Held, now: Timestamp) -> Vec<Fact> {
    let mut facts = Vec::new();
    for contact in &held.contacts {
        facts.push(Fact { name: "Name", value: contact.name.to_string() });
        facts.push(Fact { name: "Role", value: contact.role.to_string() });
        facts.push(Fact { name: "Email", value: contact.email.shown() });
        let updates = if contact.updates { "Yes" } else { "No" };
        facts.push(Fact { name: "Updates by mail", value: updates.to_owned() });
        if let Some(note) = &contact.note {
            facts.push(Fact { name: "Note to the moderators", value: note.to_string() });
        }
    }
    if let Some(authority) = &held.authority {
        let value = format!(
            "{}. Stated on {}: “{}”",
            authority.basis.label(),
            Moment::new(authority.at, now).text,
            authority.statement
        );
        facts.push(Fact { name: "Authority", value });
    }
    for shown in &held.shown {
        let value = format!("{}, {}", shown.said(), Moment::new(shown.at, now).text);
        facts.push(Fact { name: "Text that you read", value });
    }
    for answer in &held.answers {
        let at = |at| Moment::new(at, now).text;
        facts.push(Fact {
            name: "Asked", value: format!("“{}”, {}.", answer.question, at(answer.asked_at))
        });
        facts.push(Fact {
            name: "Answered",
            value: format!("“{}”, {}.", answer.answer, at(answer.answered_at)),
        });
    }
    facts
}

#[derive(Template)]
#[template(path = "sign_on/private_page.html")]
struct PrivatePage {
    page: Page,
    letter: About,
    due: Option<Due>,
    contact: String,
    contact_href: String,
    is_listed: bool,
    line: String,
    /// How everybody sees it, where the letter asks.
    shown: Option<Public>,
    shown_token: String,
    state: Stand,
    correct_href: Option<String>,
    waiting: Option<Asked>,
    made: Option<Asked>,
    object_href: String,
    text_href: String,
    data_href: String,
    erase_href: String,
    names_somebody: bool,
    gets_updates: bool,
    updates_action: String,
    updates_token: String,
    hand_over_href: Option<String>,
    withdraw_href: Option<String>,
    /// When the open question was asked, which names it; empty where none is open.
    asked: String,
    answer_action: String,
    token: String,
    form: Filled,
    /// An answer that came too late.
    over: String,
    later: Option<Later>,
    history: Vec<Event>,
    held: Vec<Fact>,
    kept_for: String,
}
