//! POST /staff/sign-ons/{id}/claim and …/unclaim: who has a sign-on before them, so that two do not read the same one.
//!
//! To look at a page claims nothing: docs/decisions/0021-claims.md.

use super::bench::{Bench, Failure, Glance};
use super::store::{self, Claim};
use super::view::{self, After, View};
use crate::account::store as staff;
use crate::account::{Acting, Moderator, Staff};
use crate::clock::Timestamp;
use crate::db::{self, Tx};
use crate::ids::{ClaimId, SignOnId};
use crate::sign_on::{self, SignOn, Standing};
use crate::web::form::Fields;
use crate::web::page::{Page, page_of, see};
use crate::web::show::Moment;
use crate::web::{App, Fault};
use crate::{campaign, web};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

/// The field that names the claim that is taken over: the one that its sender has seen.
pub(super) const OVER: &str = "over";

/// What to go on with, after it is opened: the form that is unfolded.
const THEN: [&str; 3] = ["hold", "reject", "note"];

/// A claim, as a page says it.
pub(super) struct Claimed {
    /// Which one.
    pub(super) id: ClaimId,
    /// Whose, where it is somebody else's.
    pub(super) by: Option<String>,
    /// Since when.
    pub(super) since: Moment,
}

impl Claimed {
    /// A claim for the page of one of the staff.
    pub(super) fn new(claim: &Claim, reader: &Staff, name: Option<&String>, now: Timestamp) -> Self {
        let name = || name.cloned().unwrap_or_else(|| "Somebody else".to_owned());
        Self { id: claim.id, by: (claim.by != reader.id).then(name), since: Moment::new(claim.since, now) }
    }

    /// `Claimed by Mina Moderator, 5 minutes ago`
    pub(super) fn words(&self) -> String {
        let who = self.by.as_deref().unwrap_or("you");
        match self.since.ago.as_str() {
            "just now" => format!("Claimed by {who}, just now"),
            ago => format!("Claimed by {who}, {ago} ago"),
        }
    }
}

/// The claim on a sign-on, for its page.
///
/// # Errors
/// When the database is away.
pub(super) async fn on(bench: &Bench, id: SignOnId) -> Result<Option<Claimed>, Fault> {
    let (keys, now) = (bench.app.keys.clone(), bench.now);
    let read = bench.app.db.read(move |conn| -> Result<_, Failure> {
        let Some(claim) = store::claim_on(conn, id, now)? else { return Ok(None) };
        let name = staff::names(conn, &keys, &[claim.by])?.remove(&claim.by);
        Ok(Some((claim, name)))
    });
    Ok(read.await?.map(|(claim, name)| Claimed::new(&claim, &bench.who.staff, name.as_ref(), now)))
}

/// What became of it.
enum Outcome {
    /// They have it.
    Theirs,
    /// There is nothing to decide.
    NothingToDecide,
    /// Somebody else has it.
    Held(Claim),
}

/// Opens a sign-on to decide about it.
pub(super) async fn claim(
    acting: Acting<Moderator>,
    app: Data<App>,
    id: Path<String>,
) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let bench = Bench::new(&app, acting.who);
    let over = ClaimId::parse(acting.fields.get(OVER));
    let then = acting.fields.get("then");
    let then = THEN.iter().find(|word| **word == then).map(|word| format!("#{word}")).unwrap_or_default();
    let (desk, page) = (bench.clone(), format!("/staff/sign-ons/{id}{then}"));
    let done = app.db.write(move |tx| take(tx, &desk, id, over)).await?;
    let (sign_on, outcome) = done.ok_or(Fault::NotFound)?;
    match outcome {
        Outcome::Theirs | Outcome::NothingToDecide => Ok(see(&page)),
        Outcome::Held(held) => self::page(&bench, &sign_on, held, None).await,
    }
}

fn take(
    tx: &mut Tx<'_>,
    bench: &Bench,
    id: SignOnId,
    over: Option<ClaimId>,
) -> Result<Option<(SignOn, Outcome)>, db::Error> {
    // Of two who come at once, the second sees what the first has done.
    campaign::store::hold(tx, bench.who.campaign)?;
    let Some(sign_on) = sign_on::store::by_id(tx, id)? else { return Ok(None) };
    if !matches!(sign_on.standing(), Standing::AwaitingModeration | Standing::OnHold) {
        return Ok(Some((sign_on, Outcome::NothingToDecide)));
    }
    let me = bench.who.staff.id;
    let new = Claim {
        sign_on: id,
        id: ClaimId::new(bench.now.millis(), bench.app.random.bytes()),
        by: me,
        since: bench.now,
    };
    let claim = match store::claim_on(tx, id, bench.now)? {
        Some(own) if own.by == me => own,
        Some(held) if over != Some(held.id) => return Ok(Some((sign_on, Outcome::Held(held)))),
        Some(_) | None => new,
    };
    store::claim(tx, claim, bench.who.staff.session(), bench.now)?;
    Ok(Some((sign_on, Outcome::Theirs)))
}

/// Notes that somebody was seen at work on what they have claimed; whoever has not claimed it does not by that. The campaign's row is held.
///
/// # Errors
/// Those of the database.
pub(super) fn go_on(tx: &mut Tx<'_>, bench: &Bench, id: SignOnId) -> Result<(), db::Error> {
    match store::claim_on(tx, id, bench.now)? {
        Some(own) if own.by == bench.who.staff.id => {
            store::claim(tx, own, bench.who.staff.session(), bench.now)
        }
        _ => Ok(()),
    }
}

/// Claims the next one that waits and that nobody else has before them.
///
/// # Errors
/// When the database is away.
pub(super) async fn next(bench: &Bench, after: &SignOn) -> Result<Option<SignOnId>, Fault> {
    let (db, bench, after) = (bench.app.db.clone(), bench.clone(), after.clone());
    let claimed = db.write(move |tx| -> Result<_, db::Error> {
        campaign::store::hold(tx, bench.who.campaign)?;
        let next = store::next_waiting(tx, &after, bench.who.staff.id, bench.now)?;
        if let Some(id) = next {
            take(tx, &bench, id, None)?;
        }
        Ok(next)
    });
    Ok(claimed.await?)
}

/// Where somebody who decides from the list goes on: on the same page of it, at the next one that nobody else has. It is not opened, so it is not
/// claimed.
///
/// # Errors
/// When the database is away.
pub(super) async fn next_of_list(bench: &Bench, seen: &Glance, fields: &Fields) -> Result<String, Fault> {
    let (after, me, now) = (seen.sign_on.clone(), bench.who.staff.id, bench.now);
    let next = bench.app.db.read(move |conn| store::next_waiting(conn, &after, me, now)).await?;
    let action = format!("/staff/letters/{}/queue", seen.campaign.settings.slug);
    let view = View::parse(fields.get("show")).unwrap_or(View::Review);
    let list = view::address(&action, view, After::parse(fields.get("after")));
    let and = if list.contains('?') { '&' } else { '?' };
    let at = next.map(|next| format!("&at={next}")).unwrap_or_default();
    Ok(format!("{list}{and}done={}{at}", seen.sign_on.id))
}

/// Lets it go.
pub(super) async fn unclaim(
    acting: Acting<Moderator>,
    app: Data<App>,
    id: Path<String>,
) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let bench = Bench::new(&app, acting.who);
    let (desk, me) = (bench.clone(), bench.who.staff.id);
    let done = app.db.write(move |tx| -> Result<_, db::Error> {
        let campaign = campaign::store::hold(tx, desk.who.campaign)?;
        if store::claim_on(tx, id, desk.now)?.is_some_and(|claim| claim.by == me) {
            store::end_claim(tx, id)?;
        }
        Ok(campaign)
    });
    let campaign = done.await?.ok_or(Fault::NotFound)?;
    Ok(see(&format!("/staff/letters/{}/queue", campaign.settings.slug)))
}

#[derive(Template)]
#[template(path = "moderation/claimed.html")]
struct ClaimedPage<'a> {
    page: Page,
    name: String,
    claimed: Claimed,
    who: String,
    asked: &'static str,
    button: String,
    action: String,
    kept: Vec<(&'a str, &'a str)>,
    typed: &'a str,
    queue_href: String,
    entry_href: String,
}

/// A form that was sent, and what it asked for.
#[derive(Clone, Copy)]
pub(super) struct Sent<'a> {
    /// The entry whose page it was on.
    pub(super) at: SignOnId,
    /// The last word of its address.
    pub(super) act: &'static str,
    /// The same, after "You asked to".
    pub(super) asked: &'static str,
    pub(super) fields: &'a Fields,
}

/// 409: somebody else has it before them. What was typed is kept, and sent again with whoever takes it over.
pub(super) async fn page(
    bench: &Bench,
    sign_on: &SignOn,
    held: Claim,
    sent: Option<Sent<'_>>,
) -> Result<HttpResponse, Fault> {
    let (keys, id) = (bench.app.keys.clone(), bench.who.campaign);
    let read = bench.app.db.read(move |conn| -> Result<_, Failure> {
        Ok((staff::names(conn, &keys, &[held.by])?, campaign::store::by_id(conn, id)?))
    });
    let (names, campaign) = read.await?;
    let campaign = campaign.ok_or(Fault::NotFound)?;
    let claimed = Claimed::new(&held, &bench.who.staff, names.get(&held.by), bench.now);
    let who = claimed.by.clone().unwrap_or_default();
    let entry_href = format!("/staff/sign-ons/{}", sign_on.id);
    let is_ours = |(name, _): &(&str, &str)| *name != OVER && *name != web::csrf::FIELD;
    let claimed_page = ClaimedPage {
        page: bench.who.staff.page(&bench.app, format!("{who} has claimed this – Undersigned")),
        name: sign_on.entry.organization.to_string(),
        asked: sent.map_or("", |sent| sent.asked),
        button: match sent {
            Some(sent) => format!("Take it over and {}", sent.act),
            None => "Take it over".to_owned(),
        },
        action: match sent {
            Some(sent) => format!("/staff/sign-ons/{}/{}", sent.at, sent.act),
            None => format!("{entry_href}/claim"),
        },
        kept: sent.map(|sent| sent.fields.pairs().filter(is_ours).collect()).unwrap_or_default(),
        typed: sent.map_or("", |sent| sent.fields.get("text")),
        queue_href: format!("/staff/letters/{}/queue", campaign.settings.slug),
        who,
        claimed,
        entry_href,
    };
    Ok(page_of(StatusCode::CONFLICT, &claimed_page)?)
}
