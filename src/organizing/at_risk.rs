//! GET, POST /staff/letters/{slug}/at-risk: who of the staff may see the names of organizations that everybody may not see.

use super::held::{Stop, changeable};
use super::life::load;
use crate::account::store::{self as accounts, Account};
use crate::account::{Acting, Organizer, Role, SteppedUp};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, Here, Local};
use crate::db::Tx;
use crate::ids::{AccountId, CampaignId};
use crate::sign_on::store as sign_ons;
use crate::web::page::{Page, page, see};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;
use std::collections::BTreeSet;

/// Somebody who works on the letter.
struct Row {
    id: AccountId,
    name: String,
    role: &'static str,
    reads: bool,
}

#[derive(Template)]
#[template(path = "organizing/at_risk.html")]
struct AtRisk {
    page: Page,
    local: Local,
    action: String,
    /// Whether the form asks.
    is_asked: bool,
    unnamed: usize,
    nobody: bool,
    rows: Vec<Row>,
}

/// Everybody who works on a letter: those whom it has, and the administrators.
fn people(
    all: Vec<Account>,
    roles: &[(AccountId, CampaignId, Role)],
    campaign: CampaignId,
    readers: &BTreeSet<AccountId>,
) -> Vec<Row> {
    let row = |account: Account| {
        let own =
            roles.iter().find(|(id, of, _)| *id == account.id && *of == campaign).map(|(.., role)| *role);
        let role = if account.administrator { Some(Role::Administrator) } else { own };
        let reads = readers.contains(&account.id);
        let role = role.filter(|_| account.disabled_at.is_none());
        // Whoever was named and works here no more is shown, so that it can be taken back.
        (role.is_some() || reads).then(|| Row {
            id: account.id,
            name: account.person.shown(),
            role: role.map_or("no longer works on this letter", Role::as_str),
            reads,
        })
    };
    all.into_iter().filter_map(row).collect()
}

/// The page.
pub(super) async fn show(who: Organizer, app: Data<App>) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let (keys, id) = (app.keys.clone(), campaign.id);
    let read = app.db.read(move |conn| -> Result<_, accounts::Error> {
        let (all, roles) = (accounts::every(conn, &keys)?, accounts::roles(conn)?);
        let readers = accounts::at_risk_readers(conn, id)?;
        Ok((people(all, &roles, id, &readers), sign_ons::unnamed(conn, id)?.len()))
    });
    let (rows, unnamed) = read.await?;
    Ok(page(&view(&app, &who, &campaign, rows, unnamed))?)
}

fn view(app: &App, who: &Organizer, campaign: &Campaign, rows: Vec<Row>, unnamed: usize) -> AtRisk {
    let settings = &campaign.settings;
    AtRisk {
        page: who.staff.page(app, format!("At-risk names: {} – Undersigned", settings.title)),
        local: Local::new(campaign, true, Here::AtRisk, app.clock.now()),
        action: format!("/staff/letters/{}/at-risk", settings.slug),
        is_asked: settings.at_risk,
        unnamed,
        nobody: rows.iter().all(|row| !row.reads),
        rows,
    }
}

/// Names somebody, or takes that back.
pub(super) async fn set(
    Acting { who: SteppedUp(who), fields }: Acting<SteppedUp<Organizer>>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let account = AccountId::parse(fields.get("account"));
    let account = account.ok_or(Fault::Unprocessable("The form does not say whom it is about."))?;
    let named = match fields.get("do") {
        "name" => true,
        "take-back" => false,
        _ => return Err(Fault::Unprocessable("The form does not say what to do.")),
    };
    let campaign = load(&app, who.campaign).await?;
    let (desk, by, id) = (app.clone(), who.staff.id, campaign.id);
    app.db.write(move |tx| record(tx, &desk, id, by, (account, named))).await?;
    Ok(see(&format!("/staff/letters/{}/at-risk", campaign.settings.slug)))
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    campaign: CampaignId,
    by: AccountId,
    (account, named): (AccountId, bool),
) -> Result<(), Stop> {
    changeable(tx, campaign)?;
    let roles = accounts::roles(tx)?;
    let is_administrator = accounts::hold_administrators(tx)?.contains(&account);
    let works = is_administrator || roles.iter().any(|(id, of, _)| *id == account && *of == campaign);
    let stands = accounts::at_risk_readers(tx, campaign)?.contains(&account);
    if stands == named || (named && !works) {
        return Ok(());
    }
    let now = app.clock.now();
    accounts::name_at_risk_reader(tx, campaign, account, named, (by, now))?;
    let what = if named { "may see at-risk names" } else { "may no longer see at-risk names" };
    let act = Act::new(now, Actor::Staff(by), Subject::Account(account), what);
    Ok(audit::record(tx, &app.random, act.in_campaign(campaign))?)
}
