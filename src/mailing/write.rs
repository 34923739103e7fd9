//! POST /staff/letters/{slug}/mailings: a draft is looked at, saved, sent to whoever writes it; sending it asks first.

use super::audience::Audience;
use super::failure::{Failure, Stop, changeable};
use super::letter::{Stand, Words};
use super::list::{self, load};
use super::look;
use super::{mails, one, store};
use crate::account::{Acting, Organizer};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::Campaign;
use crate::campaign::mails::Parts;
use crate::clock::minutes;
use crate::db::Tx;
use crate::ids::{AccountId, AnyId, MailingId};
use crate::mail::{Outbox, Prepared};
use crate::text::{EmailAddress, MailSubject, MailText};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::see;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

/// How long after one test the next may go.
const BETWEEN_TESTS: jiff::SignedDuration = minutes(1);

/// What was typed.
#[derive(Clone)]
struct Typed {
    audience: Audience,
    words: Words,
}

/// One of the form's buttons.
pub(super) async fn write(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
    outbox: Data<Outbox>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, &who).await?;
    let unclear = Fault::Unprocessable("The form does not name the mailing that it writes.");
    let named = MailingId::parse(fields.get("mailing")).zip(fields.get("version").parse::<i64>().ok());
    let (id, version) = named.ok_or(unclear)?;
    let typed = match read(&fields) {
        Ok(typed) => typed,
        Err(problems) => {
            let form = Filled::new(fields, problems);
            return again(&app, &who, &campaign, StatusCode::UNPROCESSABLE_ENTITY, (form, None)).await;
        }
    };
    let act = fields.get("do");
    let test = match act {
        "look" => {
            let parts = example(&app, &campaign, &typed)?;
            let form = Filled::new(fields, Problems::default());
            return again(&app, &who, &campaign, StatusCode::OK, (form, Some(parts.into()))).await;
        }
        "html" => return look::html(example(&app, &campaign, &typed)),
        "test" => Some(test(&app, &outbox, &campaign, &typed, (id, &who.staff.email))?),
        "save" | "send" => None,
        _ => return Err(Fault::Unprocessable("The form does not say what to do with the mailing.")),
    };
    let (of_app, of, by) = (app.clone(), campaign.id, who.staff.id);
    let save = move |tx: &mut Tx<'_>| save(tx, &of_app, of, (id, version), &typed, by);
    app.db.write(save).await?;
    let next = match (act, test) {
        ("send", _) => "send",
        (_, Some(mail)) => {
            let (now, outbox, to) = (app.clock.now(), outbox.clone(), who.staff.email.clone());
            let post = move |tx: &mut Tx<'_>| -> Result<bool, Stop> {
                // Held, so that two presses at once are one after the other.
                changeable(tx, of)?;
                let about = AnyId::from_uuid(id.uuid());
                if outbox.has_told(tx, &to, about, mails::TEST, now.plus(-BETWEEN_TESTS))? {
                    return Ok(false);
                }
                mail.enqueue(tx)?;
                Ok(true)
            };
            if app.db.write(post).await? { "tested" } else { "wait" }
        }
        _ => "saved",
    };
    Ok(see(&format!("{}?of={id}&{next}", one::href(&campaign))))
}

fn read(fields: &Fields) -> Result<Typed, Problems> {
    let mut problems = Problems::default();
    let audience = Audience::parse(fields.get("audience")).ok_or("Choose whom it is for.");
    let audience = problems.take("audience", audience);
    let subject = problems.take("subject", MailSubject::parse(fields.get("subject")));
    let text = problems.take("body", MailText::parse(fields.get("body"), Audience::placeholders()));
    match (audience, subject, text) {
        (Some(audience), Some(subject), Some(text)) => Ok(Typed { audience, words: Words { subject, text } }),
        _ => Err(problems),
    }
}

fn example(app: &App, campaign: &Campaign, typed: &Typed) -> Result<Parts, Failure> {
    let own = mails::Own::example(&app.base_url, typed.audience);
    Ok(mails::parts(campaign, typed.audience, &typed.words, &own)?)
}

fn test(
    app: &App,
    outbox: &Outbox,
    campaign: &Campaign,
    typed: &Typed,
    (id, to): (MailingId, &EmailAddress),
) -> Result<Prepared, Failure> {
    let parts = example(app, campaign, typed)?;
    Ok(outbox.prepare(&mails::test(campaign, AnyId::from_uuid(id.uuid()), to, parts))?)
}

/// The form again, where the draft is.
async fn again(
    app: &Data<App>,
    who: &Organizer,
    campaign: &Campaign,
    status: StatusCode,
    (form, look): (Filled, Option<look::Look>),
) -> Result<HttpResponse, Fault> {
    match form.value("version") {
        "0" => list::render(app, who, campaign, status, (form, look), "").await,
        _ => one::draft(app, who, campaign, status, (form, look), ""),
    }
}

fn save(
    tx: &mut Tx<'_>,
    app: &App,
    campaign: crate::ids::CampaignId,
    (id, version): (MailingId, i64),
    typed: &Typed,
    by: AccountId,
) -> Result<(), Stop> {
    let now = app.clock.now();
    changeable(tx, campaign)?;
    let written = (typed.audience, &typed.words);
    match store::mailing(tx, id)? {
        None if version == 0 => {
            store::insert(tx, (id, campaign), written, by, now)?;
            let act = Act::new(now, Actor::Staff(by), Subject::Campaign(campaign), "wrote a mailing");
            let act = Act { new: Some(typed.audience.label().to_owned()), ..act.in_campaign(campaign) };
            Ok(audit::record(tx, &app.random, act)?)
        }
        None => Err(Stop::Gone),
        Some(other) if other.campaign != campaign => Err(Stop::Gone),
        // The same press once more, or nothing was changed.
        Some(stands)
            if stands.stand == Stand::Draft
                && stands.audience == typed.audience
                && stands.words == typed.words =>
        {
            Ok(())
        }
        Some(_) if store::rewrite(tx, (id, version), written, by, now)? => Ok(()),
        Some(_) => Err(Stop::Overtaken),
    }
}
