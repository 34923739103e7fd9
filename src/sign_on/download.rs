//! GET /sign-ons/{token}/data.json: everything that is held about whoever holds the link. What was told to nobody outside yet is not in it, and
//! neither is what names somebody else.

use super::book::BookEntry;
use super::private_page::{behind, book_entry, own, theirs};
use super::report::Report;
use super::state::{SignOn, State};
use super::store::{self, Answer};
use super::submission::Representative;
use super::verify::{Signer, unknown};
use super::{Intention, Invitation};
use crate::audit::{self, Act, Actor};
use crate::campaign::Campaign;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::ids::{AnyId, ContactId};
use crate::mail::{Outbox, State as MailState};
use crate::secret::{Keys, TokenDigest};
use crate::text::EmailAddress;
use crate::web::link::Link;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use actix_web::web::Data;
use serde_json::{Value, json};

/// What is not in the file, and why.
const LEFT_OUT: &str = "What the moderators wrote to each other about the sign-on is theirs and is not in this file. It is erased with your data. \
                        Of secrets in links and of passwords only digests are kept.";

/// Everything that is held.
struct Held {
    campaign: Campaign,
    /// The entry that stands, as far as they have been told.
    sign_on: SignOn,
    /// What the link is of: its own, or one that was merged into that.
    own: SignOn,
    contacts: Vec<Representative>,
    answers: Vec<Answer>,
    corrections: Vec<store::CorrectionHeld>,
    hand_overs: Vec<store::HandOverHeld>,
    consents: Vec<store::ConsentHeld>,
    links: Vec<store::LinkHeld>,
    invitations: Vec<Invitation>,
    intentions: Vec<Intention>,
    reports: Vec<Report>,
    mails: Vec<(String, Timestamp, MailState)>,
    history: Vec<Act>,
    texts: Vec<store::TextShown>,
    /// That they agreed to be invited to later letters.
    book: Option<BookEntry>,
}

fn read(
    conn: &mut Conn,
    keys: &Keys,
    outbox: &Outbox,
    token: TokenDigest,
    now: Timestamp,
) -> Result<Option<Held>, store::ContactError> {
    let Some((campaign, sign_on)) = behind(conn, token, now)? else { return Ok(None) };
    let Some(own) = own(conn, token)? else { return Ok(None) };
    let contacts = store::contacts_of(conn, keys, own.id)?;
    let contacts = theirs(conn, token, contacts)?;
    let whose: Vec<ContactId> = contacts.iter().map(|contact| contact.id).collect();
    let history = audit::of(conn, AnyId::from_uuid(own.id.uuid()))?;
    let sign_on = store::as_told(conn, sign_on, now)?;
    let id = campaign.id;
    let mut held = Held {
        campaign,
        sign_on,
        answers: Vec::new(),
        corrections: Vec::new(),
        hand_overs: Vec::new(),
        consents: store::consents_held(conn, own.id)?,
        links: store::links_held(conn, own.id, &whose)?,
        invitations: Vec::new(),
        intentions: Vec::new(),
        reports: Vec::new(),
        mails: Vec::new(),
        history,
        texts: store::shown(conn, own.id)?,
        book: book_entry(conn, keys, &own, &contacts)?,
        contacts: Vec::new(),
        own,
    };
    for contact in &contacts {
        let key = store::contact_key(keys, &contact.email);
        for invitation in store::invitations_at(conn, id, key)? {
            held.invitations.extend(store::invitation(conn, keys, invitation)?);
        }
        held.intentions.extend(store::intentions_by(conn, keys, id, key)?);
        held.reports.extend(store::reports_by(conn, keys, id, key)?);
        held.mails.extend(outbox.written_to(conn, id, &contact.email)?);
    }
    if !contacts.is_empty() {
        held.answers = store::answers_of(conn, keys, held.own.id)?;
        held.corrections = store::corrections_held(conn, keys, held.own.id)?;
        held.hand_overs = store::hand_overs_held(conn, keys, held.own.id, &whose)?;
    }
    held.contacts = contacts;
    Ok(Some(held))
}

/// The file.
pub(super) async fn download(
    app: Data<App>,
    outbox: Data<Outbox>,
    Link { token, .. }: Link<Signer>,
) -> Result<HttpResponse, Fault> {
    let (keys, now, digest) = (app.keys.clone(), app.clock.now(), token.digest());
    let held = app.db.read(move |conn| read(conn, &keys, &outbox, digest, now)).await?;
    let Some(held) = held else { return unknown() };
    let body = serde_json::to_string_pretty(&document(&held)).map_err(Fault::unexpected)?;
    let mut answer = HttpResponse::Ok().body(body);
    for (name, value) in [
        (CONTENT_TYPE, "application/json; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"sign-on.json\""),
        (CACHE_CONTROL, "no-store"),
    ] {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(answer)
}

fn at(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| Value::String(at.to_string()))
}

fn document(held: &Held) -> Value {
    let (entry, own) = (&held.sign_on.entry, &held.own);
    json!({
        "letter": held.campaign.settings.title.to_string(),
        "where_it_stands": held.sign_on.standing().words(),
        "moderators_wrote": told(&held.sign_on),
        "submitted_at": own.submitted_at.to_string(),
        "verified_at": at(own.verified_at),
        "mailbox_refused_at": at(own.undeliverable_at),
        "erased": format!("{} after the letter has closed", held.campaign.settings.kept_for()),
        "organization": {
            "line": entry.line,
            "name": entry.organization.as_str(),
            "acronym": entry.acronym.as_ref().map(ToString::to_string),
            "native_name": entry.native_name.as_ref().map(ToString::to_string),
            "sort_as": entry.sort_as.as_ref().map(ToString::to_string),
            "website": entry.website.as_ref().map(|url| url.as_str()),
            "country": entry.country.as_ref().map(|country| country.as_str()),
            "shown": entry.shown.words(),
        },
        "authority": own.authority.as_ref().map(|authority| json!({
            "basis": authority.basis.label(),
            "statement": authority.statement,
            "at": authority.at.to_string(),
        })),
        "texts_shown": held.texts.iter().map(|shown| json!({
            "at": shown.at.to_string(),
            "version": shown.number,
            "language": shown.translation.as_ref().map(|(translation, _)| translation.language.as_str()),
            "translation_version": shown.translation.as_ref().map(|(_, version)| version.number),
        })).collect::<Vec<_>>(),
        "representatives": held.contacts.iter().map(|contact| json!({
            "name": contact.name.as_str(),
            "role": contact.role.as_str(),
            "email": contact.email.as_str(),
            "note": contact.note.as_ref().map(ToString::to_string),
            "updates": contact.updates,
        })).collect::<Vec<_>>(),
        "answers": held.answers.iter().map(|answer| json!({
            "question": answer.question.as_str(),
            "asked_at": answer.asked_at.to_string(),
            "answer": answer.answer.as_str(),
            "at": answer.answered_at.to_string(),
        })).collect::<Vec<_>>(),
        "corrections": held.corrections.iter().map(|correction| json!({
            "at": correction.at.to_string(),
            "before": correction.before,
            "line": correction.line,
            "note": correction.note,
            "settled_at": at(correction.settled_at),
            "accepted": correction.is_accepted,
        })).collect::<Vec<_>>(),
        "hand_overs": held.hand_overs.iter().map(|hand_over| json!({
            "at": hand_over.at.to_string(),
            "until": hand_over.ends_at.to_string(),
            "colleague": hand_over.colleague.as_ref().map(|colleague| json!({
                "name": colleague.name.as_str(),
                "role": colleague.role.as_str(),
                "email": colleague.email.as_str(),
            })),
            "settled_at": at(hand_over.settled_at),
            "accepted": hand_over.is_accepted,
        })).collect::<Vec<_>>(),
        "consents": held.consents.iter().map(|(asked, reminders, question, answer, answered)| json!({
            "asked_at": asked.to_string(),
            "reminders": reminders,
            "question_at": at(*question),
            "answer": answer,
            "at": at(*answered),
        })).collect::<Vec<_>>(),
        "invited_to_later_letters": held.book.as_ref().map(|entry| json!({
            "organization": entry.organization.as_str(),
            "email": entry.email.as_str(),
            "language": entry.language.as_str(),
            "since": entry.agreed_at.to_string(),
            "until": entry.ends_at().to_string(),
        })),
        "invitations": held.invitations.iter().map(invitation).collect::<Vec<_>>(),
        "intentions": held.intentions.iter().map(intention).collect::<Vec<_>>(),
        "reports": held.reports.iter().map(report).collect::<Vec<_>>(),
        "links": held.links.iter().map(|(purpose, made, ends)| json!({
            "for": purpose,
            "made_at": made.to_string(),
            "until": at(*ends),
        })).collect::<Vec<_>>(),
        "mails": held.mails.iter().map(|(kind, made, state)| json!({
            "kind": kind,
            "written_at": made.to_string(),
            "state": state.as_str(),
        })).collect::<Vec<_>>(),
        "by_you": held.history.iter().filter(|act| act.actor == Actor::Representative).map(|act| json!({
            "at": act.at.to_string(),
            "what": act.act,
        })).collect::<Vec<_>>(),
        "not_in_this_file": LEFT_OUT,
    })
}

/// What the moderators wrote to them with what stands.
fn told(sign_on: &SignOn) -> Option<&str> {
    match &sign_on.state {
        State::OnHold { question, .. } => question.as_ref().map(|question| question.as_str()),
        State::Rejected(decision) | State::Removed(decision) => {
            decision.text.as_ref().map(|text| text.as_str())
        }
        _ => None,
    }
}

fn invitation(invitation: &Invitation) -> Value {
    json!({
        "organization": invitation.organization.as_str(),
        "email": invitation.email.as_ref().map(EmailAddress::as_str),
        "website": invitation.website.as_ref().map(|url| url.as_str()),
        "language": invitation.language.as_ref().map(|language| language.as_str()),
        "at": invitation.made_at.to_string(),
        "mails": invitation.mails,
        "last_mail_at": invitation.mailed_at.to_string(),
        "mail_taken_over_at": at(invitation.delivered_at),
        "mail_refused_at": at(invitation.bounced_at),
        "opened_at": at(invitation.opened_at),
        "declined_at": at(invitation.declined_at),
        "why_not": invitation.why_not.as_ref().map(ToString::to_string),
        "no_more_reminders_since": at(invitation.quiet_at),
        "may_sign_until": at(invitation.late_until),
        "taken_back_at": at(invitation.revoked.map(|(at, _)| at)),
    })
}

fn intention(intention: &Intention) -> Value {
    json!({
        "organization": intention.organization.as_str(),
        "country": intention.country.as_str(),
        "who": intention.contact.as_ref().map(|contact| json!({
            "name": contact.name.as_str(),
            "role": contact.role.as_str(),
            "email": contact.email.as_str(),
        })),
        "at": intention.made_at.to_string(),
        "decides_at": intention.decides_at.to_string(),
        "confirmed_at": at(intention.confirmed_at),
        "settled_at": at(intention.settled.map(|(_, at)| at)),
    })
}

fn report(report: &Report) -> Value {
    let reporter = report.reporter.as_ref();
    json!({
        "about": report.line,
        "kind": report.kind.label(),
        "email": reporter.map(|who| who.email.as_str()),
        "name": reporter.and_then(|who| who.name.as_ref()).map(|name| name.as_str()),
        "words": reporter.and_then(|who| who.words.as_ref()).map(|words| words.as_str()),
        "at": report.made_at.to_string(),
        "sent_at": at(report.confirmed.map(|confirmed| confirmed.at)),
        "settled_at": at(report.settled.map(|settled| settled.at)),
    })
}
