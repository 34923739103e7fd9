//! POST /invitations/{token}: the form behind an invitation comes back; its review, what is to be mended and the page after sending stand under
//! the same address, because a private letter has no other.

use super::behind::{Asked, found, staff_here, unknown};
use crate::account::Visitor;
use crate::ids::InvitationId;
use crate::mail::Outbox;
use crate::sign_on::submit;
use crate::sign_on::{Invitation, store};
use crate::web::language::wanted;
use crate::web::link::{Link, Sent};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

/// The form.
pub(super) async fn send(
    request: HttpRequest,
    app: Data<App>,
    outbox: Data<Outbox>,
    visitor: Visitor,
    sent: Sent<Asked>,
) -> Result<HttpResponse, Fault> {
    if visitor.0.is_some() {
        return staff_here(StatusCode::FORBIDDEN);
    }
    let (token, fields, is_fresh) = sent.checked(&app, submit::PURPOSE);
    let Some(found) = found(&app, &token).await? else { return unknown() };
    if is_fresh {
        opened(&app, &found.invitation).await?;
    }
    let place = found.place(&token).wanting(wanted(&request)?);
    match submit::answer(&request, &app, &outbox, &place, fields).await? {
        Some(answer) => Ok(answer),
        None => unknown(),
    }
}

/// After sending: the same for everybody.
pub(super) async fn sent(app: Data<App>, Link { token, .. }: Link<Asked>) -> Result<HttpResponse, Fault> {
    match found(&app, &token).await? {
        Some(found) => submit::sent_from(&app, &found.place(&token)),
        None => unknown(),
    }
}

/// Writes down that a person has pressed a button here, if nobody had before.
pub(super) async fn opened(app: &App, invitation: &Invitation) -> Result<(), Fault> {
    if invitation.opened_at.is_some() {
        return Ok(());
    }
    let (id, now): (InvitationId, _) = (invitation.id, app.clock.now());
    Ok(app.db.write(move |tx| store::open_invitation(tx, id, now)).await?)
}
