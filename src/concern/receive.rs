//! A report becomes a row that nobody has confirmed, and a mail with the link that confirms it.

use super::hold::Failure;
use super::mails;
use crate::campaign::{self, Status};
use crate::clock::{Timestamp, days, minutes};
use crate::db::Tx;
use crate::ids::{CampaignId, ReportId, SignOnId};
use crate::mail::Outbox;
use crate::secret::Token;
use crate::sign_on::{self, Report, ReportKind, Reporter, Standing};
use crate::web::{App, Fault};
use actix_web::web::Data;

/// How long the link works.
const TERM: jiff::SignedDuration = days(14);

/// How long after that the row stays, so that the link can say that it has expired.
pub(super) const EXPIRED: jiff::SignedDuration = days(7);

/// A form sent again within this time is the same press of the button, and owes no second mail.
const SAME_PRESS: jiff::SignedDuration = minutes(2);

/// What was sent.
#[derive(Clone)]
pub(super) struct New {
    pub(super) sign_on: SignOnId,
    pub(super) campaign: CampaignId,
    pub(super) kind: ReportKind,
    /// The line that was seen.
    pub(super) line: String,
    pub(super) reporter: Reporter,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Received {
    /// It was taken; or the mailbox has had as many mails as strangers may cause.
    Taken,
    /// Nothing about the letter changes any more.
    Archived,
    /// The entry has left the list.
    NotListed,
}

/// Takes a report.
///
/// # Errors
/// When the database is away.
pub(super) async fn receive(app: &Data<App>, outbox: &Data<Outbox>, new: New) -> Result<Received, Fault> {
    let (of_app, outbox) = (app.clone(), outbox.clone());
    Ok(app.db.write(move |tx| record(tx, &of_app, &outbox, &new)).await?)
}

fn record(tx: &mut Tx<'_>, app: &App, outbox: &Outbox, new: &New) -> Result<Received, Failure> {
    let now = app.clock.now();
    let New { reporter, .. } = new;
    // Of two that come at once from one mailbox, the second sees the first.
    outbox.take_turn(tx, &reporter.email)?;
    let Some(campaign) = campaign::store::by_id(tx, new.campaign)? else { return Ok(Received::NotListed) };
    if campaign.settings.status == Status::Archived {
        return Ok(Received::Archived);
    }
    let sign_on = sign_on::store::by_id(tx, new.sign_on)?;
    if sign_on.is_none_or(|found| found.campaign != campaign.id || found.standing() != Standing::Approved) {
        return Ok(Received::NotListed);
    }
    let whose = sign_on::store::contact_key(&app.keys, &reporter.email);
    let lately = sign_on::store::reports_since(tx, &app.keys, new.sign_on, whose, now.plus(-SAME_PRESS))?;
    let is_same = |report: &Report| report.kind == new.kind && report.reporter.as_ref() == Some(reporter);
    if lately.iter().any(is_same) || outbox.has_had_enough(tx, &reporter.email, campaign.id, now)? {
        return Ok(Received::Taken);
    }
    let report = Report {
        id: ReportId::new(now.millis(), app.random.bytes()),
        campaign: campaign.id,
        sign_on: new.sign_on,
        kind: new.kind,
        line: new.line.clone(),
        reporter: None,
        made_at: now,
        ends_at: now.plus(TERM),
        confirmed: None,
        settled: None,
    };
    let token = Token::make(&app.random);
    sign_on::store::insert_report(tx, &app.keys, &app.random, (&report, reporter), whose, token.digest())?;
    let message =
        mails::confirm(&app.base_url, &campaign, &report, &reporter.email, &token, erased_at(&report))?;
    outbox.prepare(&message)?.enqueue(tx)?;
    Ok(Received::Taken)
}

/// When an unconfirmed report is erased.
pub(super) fn erased_at(report: &Report) -> Timestamp {
    report.ends_at.plus(EXPIRED)
}
