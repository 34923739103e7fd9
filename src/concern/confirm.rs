//! GET, POST /reports/{token}: whoever reads the mailbox sends the report to the moderators. GET shows, POST acts, under the same rules as
//! verification: a reader of mails, a second press and another browser change nothing.
//!
//! Who writes from the organization's own domain that it never agreed takes its entry off the list with that:
//! docs/decisions/0032-who-may-take-an-entry-off-the-list.md.

use super::hold::{self, Failure};
use super::mails;
use super::receive::erased_at;
use super::report::Letter;
use crate::account::{self, Visitor};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign, Status};
use crate::clock::{Timestamp, hours};
use crate::db::{self, Conn, Tx};
use crate::ids::{AnyId, SignOnId};
use crate::mail::{self, Outbox};
use crate::secret::{Keys, Token, TokenDigest};
use crate::sign_on::store::ContactError;
use crate::sign_on::{self, Confirmed, Report, ReportKind, SignOn, Standing};
use crate::web::link::{Door, Link, Sent};
use crate::web::page::{Page, page_of, see};
use crate::web::show::{Fact, Moment};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

/// What the form's token is for.
const PURPOSE: &str = "confirm report";

/// What stands behind a link.
struct Behind {
    report: Report,
    /// The entry that was reported.
    sign_on: SignOn,
    /// The one that stands for it by now: itself, unless it was merged.
    stands: SignOn,
    campaign: Campaign,
    /// Whether confirming it takes the entry off the list.
    suspends: bool,
}

/// Where a report stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stand {
    /// It can be sent.
    Ready,
    /// It was.
    Sent(Confirmed),
    /// The link has expired.
    Expired,
    /// The entry has left the list for good, or nothing about the letter changes any more.
    Moot,
}

impl Behind {
    fn stand(&self, now: Timestamp) -> Stand {
        let is_over = matches!(
            self.stands.standing(),
            Standing::Rejected | Standing::Removed | Standing::Withdrawn | Standing::AwaitingVerification
        );
        match self.report.confirmed {
            Some(confirmed) => Stand::Sent(confirmed),
            None if self.report.ends_at <= now || self.report.reporter.is_none() => Stand::Expired,
            None if is_over || self.campaign.settings.status == Status::Archived => Stand::Moot,
            None => Stand::Ready,
        }
    }
}

/// The page. It changes nothing, whoever opens it and however often.
pub(super) async fn show(
    app: Data<App>,
    visitor: Visitor,
    Link { token, .. }: Link<Mailed>,
) -> Result<HttpResponse, Fault> {
    page_behind(&app, &visitor, &token, StatusCode::OK).await
}

/// Its button.
pub(super) async fn confirm(
    app: Data<App>,
    outbox: Data<Outbox>,
    visitor: Visitor,
    sent: Sent<Mailed>,
) -> Result<HttpResponse, Fault> {
    if visitor.0.is_some() {
        return staff_here(StatusCode::FORBIDDEN);
    }
    let (token, _, is_fresh) = sent.checked(&app, PURPOSE);
    let digest = token.digest();
    if !is_fresh {
        // The page lay open for longer than its token lives: the same page again, and the button once more.
        return page_behind(&app, &visitor, &token, StatusCode::FORBIDDEN).await;
    }
    for _ in 0..5 {
        let (of_app, of_outbox) = (app.clone(), outbox.clone());
        match app.db.write(move |tx| take(tx, &of_app, &of_outbox, digest)).await {
            Err(Failure::Overtaken) => {}
            Err(error) => return Err(error.into()),
            Ok(None) => return Mailed::unknown(),
            Ok(Some(Stand::Sent(Confirmed { has_suspended: true, .. }))) => {
                return Ok(see("/reports/suspended"));
            }
            Ok(Some(Stand::Sent(_))) => return Ok(see("/reports/confirmed")),
            Ok(Some(_)) => return page_behind(&app, &visitor, &token, StatusCode::CONFLICT).await,
        }
    }
    Err(Fault::Unavailable("the same sign-on changed too many times at once".to_owned()))
}

fn behind(conn: &mut Conn, keys: &Keys, token: TokenDigest) -> Result<Option<Behind>, ContactError> {
    let Some(report) = sign_on::store::report_by_token(conn, keys, token)? else { return Ok(None) };
    let Some(sign_on) = sign_on::store::by_id(conn, report.sign_on)? else { return Ok(None) };
    let Some(campaign) = campaign::store::by_id(conn, report.campaign)? else { return Ok(None) };
    let (_, stands) = sign_on::store::chain_of(conn, sign_on.clone())?;
    let suspends = is_own_word(&report, &stands)
        && matches!(stands.standing(), Standing::Approved | Standing::AwaitingModeration)
        && !was_suspended(conn, stands.id)?;
    Ok(Some(Behind { report, sign_on, stands, campaign, suspends }))
}

/// Whether a report has ever taken this entry off the list, or, through one that was merged into it, whichever entry stood then.
fn was_suspended(conn: &mut Conn, id: SignOnId) -> Result<bool, db::Error> {
    for about in sign_on::store::family_of(conn, id)? {
        if sign_on::store::was_suspended(conn, about)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether it is the organization's own word, by its domain, that the entry should not stand there.
fn is_own_word(report: &Report, sign_on: &SignOn) -> bool {
    report.reporter.as_ref().is_some_and(|reporter| {
        sign_on.entry.is_at_own_domain(&reporter.email)
            && (report.kind == ReportKind::NeverAgreed || reporter.wants_hold)
    })
}

/// Makes it a case; where it stands then.
fn take(tx: &mut Tx<'_>, app: &App, outbox: &Outbox, token: TokenDigest) -> Result<Option<Stand>, Failure> {
    let now = app.clock.now();
    let Some(found) = behind(tx, &app.keys, token)? else { return Ok(None) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    campaign::store::hold(tx, found.campaign.id)?;
    let Some(found) = behind(tx, &app.keys, token)? else { return Ok(None) };
    let (stand, Behind { report, sign_on, stands, campaign, suspends }) = (found.stand(now), found);
    let (Stand::Ready, Some(reporter)) = (stand, &report.reporter) else { return Ok(Some(stand)) };
    let confirmed = Confirmed {
        at: now,
        version: sign_on.version,
        is_own_domain: stands.entry.is_at_own_domain(&reporter.email),
        has_suspended: suspends,
    };
    if !sign_on::store::confirm_report(tx, report.id, confirmed)? {
        return Err(Failure::Overtaken);
    }
    if suspends {
        let act = Act::new(now, Actor::Representative, Subject::SignOn(sign_on.id), OWN_WORD);
        hold::object(tx, app, outbox, &campaign, &sign_on, act.in_campaign(campaign.id))?;
    } else {
        let act = Act {
            new: Some(report.kind.as_str().to_owned()),
            ..Act::new(now, Actor::Visitor, Subject::SignOn(sign_on.id), CASE).in_campaign(campaign.id)
        };
        audit::record(tx, &app.random, act)?;
        tell(tx, app, outbox, &campaign, &sign_on)?;
    }
    Ok(Some(Stand::Sent(confirmed)))
}

/// The acts, in the history.
const OWN_WORD: &str = "objected to from its own domain";
const CASE: &str = "reported";

/// Tells whoever works on the campaign that there is a case, at most once an hour: one mail stands for all that wait.
fn tell(
    tx: &mut Tx<'_>,
    app: &App,
    outbox: &Outbox,
    campaign: &Campaign,
    sign_on: &SignOn,
) -> Result<(), Failure> {
    let about = AnyId::from_uuid(campaign.id.uuid());
    if mail::was_written_since(tx, about, mails::REPORTED, app.clock.now().plus(hours(-1)))? {
        return Ok(());
    }
    for member in account::store::team(tx, &app.keys, campaign.id)? {
        let message = mails::reported(&app.base_url, campaign, sign_on, &member.person.email)?;
        outbox.prepare(&message)?.enqueue(tx)?;
    }
    Ok(())
}

async fn page_behind(
    app: &Data<App>,
    visitor: &Visitor,
    token: &Token,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let (digest, keys) = (token.digest(), app.keys.clone());
    let found = app.db.read(move |conn| behind(conn, &keys, digest)).await.map_err(Fault::from)?;
    let Some(found) = found else { return Mailed::unknown() };
    if visitor.0.is_some() {
        return staff_here(status);
    }
    let now = app.clock.now();
    let stand = found.stand(now);
    let status = if stand == Stand::Expired { StatusCode::GONE } else { status };
    Ok(page_of(status, &ConfirmPage::new(app, token, &found, stand, now))?)
}

impl ConfirmPage {
    fn new(app: &App, token: &Token, found: &Behind, stand: Stand, now: Timestamp) -> Self {
        let Behind { report, campaign, suspends, .. } = found;
        let letter = Letter::new(campaign, now);
        Self {
            page: Page::new("Send your report – Undersigned").not_indexed(),
            again_href: match letter.href.is_empty() || campaign.settings.status == Status::Archived {
                true => String::new(),
                false => format!("{}/report", letter.href),
            },
            letter,
            line: report.line.clone(),
            facts: facts(report),
            action: format!("/reports/{}", token.reveal()),
            token: app.form_token(PURPOSE, token.digest().as_bytes()),
            until: Moment::new(report.ends_at, now),
            erased_on: Moment::new(erased_at(report), now),
            is_ready: stand == Stand::Ready,
            is_expired: stand == Stand::Expired,
            suspends: *suspends,
            sent_at: match stand {
                Stand::Sent(confirmed) => Some(Moment::new(confirmed.at, now)),
                _ => None,
            },
        }
    }
}

/// Everything that the button sends, so that nothing that somebody else typed is sent unseen.
fn facts(report: &Report) -> Vec<Fact> {
    let mut facts = vec![Fact { name: "What is wrong", value: report.kind.label().to_owned() }];
    if let Some(reporter) = &report.reporter {
        let yes = |wanted: bool| if wanted { "Yes" } else { "No" }.to_owned();
        let words = reporter.words.as_ref().map(ToString::to_string);
        facts.extend(words.map(|value| Fact { name: "In your words", value }));
        let name = reporter.name.as_ref().map(ToString::to_string);
        facts.extend(name.map(|value| Fact { name: "Your name", value }));
        facts.push(Fact { name: "Off the list until it is settled", value: yes(reporter.wants_hold) });
        facts.push(Fact { name: "Tell you what comes of it", value: yes(reporter.wants_answer) });
    }
    facts
}

/// After sending, without a secret in the address.
pub(super) async fn confirmed() -> Result<HttpResponse, Fault> {
    done(false)
}

/// After it has taken the entry off the list.
pub(super) async fn suspended() -> Result<HttpResponse, Fault> {
    done(true)
}

fn done(has_suspended: bool) -> Result<HttpResponse, Fault> {
    let page = Page::new("Thank you – Undersigned").not_indexed();
    Ok(page_of(StatusCode::OK, &Done { page, has_suspended })?)
}

/// A member of staff who looks into somebody's link finds no button, and cannot send it by accident.
fn staff_here(status: StatusCode) -> Result<HttpResponse, Fault> {
    let page = Page::new("This link is somebody else’s – Undersigned").not_indexed();
    Ok(page_of(status, &StaffHere { page })?)
}

/// The links that whoever reports an entry gets.
#[derive(Debug)]
pub(super) struct Mailed;

impl Door for Mailed {
    fn unknown() -> Result<HttpResponse, Fault> {
        let page = Page::new("We do not know this link – Undersigned").not_indexed();
        Ok(page_of(StatusCode::NOT_FOUND, &Unknown { page })?)
    }
}

#[derive(Template)]
#[template(path = "concern/confirm.html")]
struct ConfirmPage {
    page: Page,
    letter: Letter,
    line: String,
    facts: Vec<Fact>,
    action: String,
    token: String,
    until: Moment,
    erased_on: Moment,
    is_ready: bool,
    is_expired: bool,
    suspends: bool,
    sent_at: Option<Moment>,
    again_href: String,
}

#[derive(Template)]
#[template(path = "concern/reported.html")]
struct Done {
    page: Page,
    has_suspended: bool,
}

#[derive(Template)]
#[template(path = "concern/staff_here_report.html")]
struct StaffHere {
    page: Page,
}

#[derive(Template)]
#[template(path = "concern/unknown_report.html")]
struct Unknown {
    page: Page,
}
