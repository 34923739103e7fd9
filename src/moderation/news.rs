//! POST /staff/sign-ons/{id}/mails/{what}: the mails of a decision that wait, or those about the printed line, are sent at once or taken back.

use super::bench::Bench;
use super::history::{LINE_MAIL_BACK, LINE_MAIL_SENT};
use super::mails::DECISIONS;
use crate::account::{Acting, Moderator};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Status};
use crate::db::Tx;
use crate::ids::{AnyId, SignOnId};
use crate::mail::{self, Outbox};
use crate::sign_on::store::ContactError;
use crate::sign_on::{self, CORRECTION, TOLD_AT_ONCE};
use crate::text::EmailAddress;
use crate::web::page::see;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

/// What is to be done with them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Send,
    Cancel,
    SendLine,
    CancelLine,
}

impl What {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "send" => Some(Self::Send),
            "cancel" => Some(Self::Cancel),
            "send-line" => Some(Self::SendLine),
            "cancel-line" => Some(Self::CancelLine),
            _ => None,
        }
    }

    /// What they are called.
    const fn words(self) -> &'static str {
        match self {
            Self::Send | Self::Cancel => "this decision",
            Self::SendLine | Self::CancelLine => "the printed line",
        }
    }
}

/// Does it.
pub(super) async fn settle(
    app: Data<App>,
    outbox: Data<Outbox>,
    path: Path<(String, String)>,
    acting: Acting<Moderator>,
) -> Result<HttpResponse, Fault> {
    let (id, what) = path.into_inner();
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let what = What::parse(&what).ok_or(Fault::NotFound)?;
    let Ok(version) = acting.fields.get("version").parse() else {
        return Err(Fault::Unprocessable(
            "The form does not say from which page it was sent. Nothing was changed.",
        ));
    };
    let bench = Bench::new(&app, acting.who);
    if app.db.write(move |tx| record(tx, &bench, &outbox, (id, version), what)).await? {
        return Ok(see(&format!("/staff/sign-ons/{id}")));
    }
    Err(Fault::Overtaken(format!(
        "No mail about {} waits any more: it has gone, was taken back, or something else stands now. Nothing was changed.",
        what.words()
    )))
}

/// False when nothing of what the moderator saw waits.
fn record(
    tx: &mut Tx<'_>,
    bench: &Bench,
    outbox: &Outbox,
    (id, version): (SignOnId, i64),
    what: What,
) -> Result<bool, ContactError> {
    let Some(held) = campaign::store::hold(tx, bench.who.campaign)? else { return Ok(false) };
    let Some(sign_on) = sign_on::store::by_id(tx, id)? else { return Ok(false) };
    if sign_on.version != version || held.settings.status == Status::Archived {
        return Ok(false);
    }
    let about = AnyId::from_uuid(id.uuid());
    let (count, act) = match what {
        What::Send => {
            // Whoever represents it by a merger that is not told yet hears of that first.
            let all = sign_on::store::representatives_of(tx, &bench.app.keys, id)?;
            let untold: Vec<EmailAddress> = all
                .iter()
                .filter(|held| !held.is_told(bench.now))
                .map(|held| held.contact.email.clone())
                .filter(|email| {
                    !all.iter().any(|held| {
                        held.is_told(bench.now) && held.contact.email.canonical() == email.canonical()
                    })
                })
                .collect();
            let sent = mail::send_at_once(tx, outbox, (about, &DECISIONS), &untold, bench.now)?;
            (sent, TOLD_AT_ONCE)
        }
        What::Cancel => (mail::take_back(tx, about, &DECISIONS, bench.now)?, "mail taken back"),
        What::SendLine => {
            (mail::send_at_once(tx, outbox, (about, &[CORRECTION]), &[], bench.now)?, LINE_MAIL_SENT)
        }
        What::CancelLine => (mail::take_back(tx, about, &[CORRECTION], bench.now)?, LINE_MAIL_BACK),
    };
    if count == 0 {
        return Ok(false);
    }
    if what == What::Send {
        // Told now, so there is nothing to undo any more.
        sign_on::store::forget_before(tx, id)?;
    }
    let act = Act::new(bench.now, Actor::Staff(bench.who.staff.id), Subject::SignOn(id), act);
    audit::record(tx, &bench.app.random, act.in_campaign(held.id))?;
    Ok(true)
}
