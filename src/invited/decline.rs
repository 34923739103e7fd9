//! POST /invitations/{token}/decline: they do not sign, or want no more reminders.

use super::behind::{ANSWER, Asked, behind, found, staff_here, unknown};
use super::page::{Shown, render};
use crate::account::Visitor;
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign;
use crate::db::Tx;
use crate::secret::TokenDigest;
use crate::sign_on::store::{self, ContactError};
use crate::sign_on::{INVITATION_MAILS, WhyNot, meant};
use crate::text::optional;
use crate::web::form::{Filled, Problems};
use crate::web::link::Sent;
use crate::web::page::see;
use crate::web::{App, Fault};
use crate::{ids::AnyId, mail};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

/// What they answer.
#[derive(Clone)]
enum Answer {
    Decline(Option<WhyNot>),
    Quiet,
}

/// The form.
pub(super) async fn decline(
    app: Data<App>,
    visitor: Visitor,
    sent: Sent<Asked>,
) -> Result<HttpResponse, Fault> {
    if visitor.0.is_some() {
        return staff_here(StatusCode::FORBIDDEN);
    }
    let (token, fields, is_fresh) = sent.checked(&app, ANSWER);
    let Some(found) = found(&app, &token).await? else { return unknown() };
    let mut problems = Problems::default();
    let answer = match fields.get("do") {
        "quiet" => Some(Answer::Quiet),
        "decline" => problems.take("text", optional(fields.get("text"), WhyNot::parse)).map(Answer::Decline),
        _ => return Err(Fault::Unprocessable("The form does not say what to answer.")),
    };
    let Some(answer) = answer.filter(|_| is_fresh) else {
        // To be mended; or the page lay open for longer than its token lives: the button once more.
        let status = if is_fresh { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::FORBIDDEN };
        let shown = Shown { number: 1, wanted: None, is_staff: false, answer: Filled::new(fields, problems) };
        return render(&app, &token, &found, shown, status).await;
    };
    let (of_app, digest) = (app.clone(), token.digest());
    match app.db.write(move |tx| record(tx, &of_app, digest, answer)).await? {
        Done::Taken => Ok(see(&format!("/invitations/{}#answer", token.reveal()))),
        Done::Unknown => unknown(),
        Done::Signed => Err(Fault::Overtaken(
            "Your organization has sent its form by this invitation, so there is nothing to decline. To take the name back, \
             use the link in the mail about your sign-on. Nothing was changed."
                .to_owned(),
        )),
    }
}

enum Done {
    Taken,
    Unknown,
    Signed,
}

fn record(tx: &mut Tx<'_>, app: &App, link: TokenDigest, answer: Answer) -> Result<Done, ContactError> {
    let now = app.clock.now();
    let Some(found) = behind(tx, &app.keys, link)? else { return Ok(Done::Unknown) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    campaign::store::hold(tx, found.campaign.id)?;
    let Some(found) = behind(tx, &app.keys, link)? else { return Ok(Done::Unknown) };
    let id = found.invitation.id;
    let about = AnyId::from_uuid(id.uuid());
    let past = match answer {
        Answer::Decline(_) if found.has_signed() => return Ok(Done::Signed),
        Answer::Decline(_) if found.invitation.declined_at.is_some() => return Ok(Done::Taken),
        Answer::Decline(why_not) => {
            // Mails before rows, as everywhere here.
            meant::end_by(tx, id, now)?;
            mail::take_back(tx, about, &INVITATION_MAILS, now)?;
            let is_first = store::decline_invitation(tx, &app.keys, &app.random, id, why_not.as_ref(), now)?;
            if !is_first {
                return Ok(Done::Taken);
            }
            "declined an invitation"
        }
        Answer::Quiet if found.invitation.quiet_at.is_some() => return Ok(Done::Taken),
        Answer::Quiet => {
            mail::take_back(tx, about, &INVITATION_MAILS, now)?;
            store::quiet_invitation(tx, id, now)?;
            "asked for no more reminders"
        }
    };
    let act = Act {
        new: Some(found.invitation.organization.to_string()),
        ..Act::new(now, Actor::Representative, Subject::Campaign(found.campaign.id), past)
    };
    audit::record(tx, &app.random, act.in_campaign(found.campaign.id))?;
    Ok(Done::Taken)
}
