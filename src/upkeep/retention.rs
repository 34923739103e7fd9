//! GET /staff/letters/{slug}/retention: what is kept of whom and until when, what would be erased now, and what will be on which date.

use super::due::{ENDED, MAILS, RENEWAL, What};
use super::forecast::{Coming, coming, due_now, organizations};
use crate::account::Organizer;
use crate::campaign::{self, Campaign, Here, Local};
use crate::clock::{Timestamp, days};
use crate::db::{Conn, Error};
use crate::ids::{CampaignId, SignOnId};
use crate::sign_on::{KEPT_DAYS, PROOF_DAYS};
use crate::web::page::{Page, page};
use crate::web::show::{day, in_zone};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// How far ahead organizations are named.
const NAMED: jiff::SignedDuration = days(30);

struct Read {
    campaign: Campaign,
    /// Of this letter.
    coming: Vec<Coming>,
    /// The organizations whose representatives' data goes soon.
    names: BTreeMap<SignOnId, String>,
    /// How many sign-ons have contacts.
    held: usize,
}

fn read(conn: &mut Conn, id: CampaignId, now: Timestamp) -> Result<Option<Read>, Error> {
    let Some(campaign) = campaign::store::by_id(conn, id)? else { return Ok(None) };
    let mut coming = coming(conn, now)?;
    coming.retain(|one| one.campaign == Some(id));
    let soon: Vec<SignOnId> = soon(&coming, now).filter_map(|one| one.sign_on).collect();
    let names = organizations(conn, &soon)?.into_iter().collect();
    let held = crate::sign_on::store::contacts_of_campaigns(conn, &[id], i64::MAX)?.len();
    Ok(Some(Read { campaign, coming, names, held }))
}

fn soon(all: &[Coming], now: Timestamp) -> impl Iterator<Item = &Coming> {
    all.iter().filter(move |one| one.what == What::Contacts && one.on < now.plus(NAMED))
}

/// The page.
pub(super) async fn show(who: Organizer, app: Data<App>) -> Result<HttpResponse, Fault> {
    let (id, now) = (who.campaign, app.clock.now());
    let read = app.db.read(move |conn| read(conn, id, now)).await?.ok_or(Fault::NotFound)?;
    let settings = &read.campaign.settings;
    let zone = &settings.zone;
    let on = |at: Timestamp| zone.local(at).date();
    let mut dates = BTreeMap::<(Date, What), usize>::new();
    for one in read.coming.iter().filter(|one| one.on >= now) {
        *dates.entry((on(one.on), one.what)).or_default() += 1;
    }
    let mut going: Vec<Going> = soon(&read.coming, now)
        .filter_map(|one| {
            let id = one.sign_on?;
            let name = read.names.get(&id)?.clone();
            Some(Going { id, name, day: if one.on < now { "now".to_owned() } else { day(on(one.on)) } })
        })
        .collect();
    going.sort_by(|one, other| one.name.cmp(&other.name));
    let now_due = What::ALL.map(|what| Count { what: what.words(), count: due_now(&read.coming, what, now) });
    Ok(page(&Retention {
        page: who.staff.page(&app, format!("Retention: {} – Undersigned", settings.title)),
        local: Local::new(&read.campaign, true, Here::Retention, now),
        kept_for: settings.kept_for(),
        closed: read.campaign.keeps_until(now).map(|until| in_zone(until, zone)),
        closes: settings
            .closes_at
            .filter(|closes| *closes > now)
            .and_then(|closes| read.campaign.keeps_until(closes))
            .map(|until| day(on(until))),
        held: read.held,
        renewal: RENEWAL.as_hours() / 24,
        ended: ENDED.as_hours() / 24,
        mails: MAILS.as_hours() / 24,
        intended: KEPT_DAYS,
        proof: PROOF_DAYS,
        is_clear: now_due.iter().all(|due| due.count == 0),
        now_due: now_due.into_iter().filter(|due| due.count > 0).collect(),
        dates: dates
            .into_iter()
            .map(|((date, what), count)| Dated {
                day: day(date),
                iso: date.to_string(),
                what: what.words(),
                count,
            })
            .collect(),
        going,
        zone: zone.said(),
    })?)
}

struct Count {
    what: &'static str,
    count: usize,
}

struct Dated {
    day: String,
    iso: String,
    what: &'static str,
    count: usize,
}

struct Going {
    id: SignOnId,
    name: String,
    day: String,
}

#[derive(Template)]
#[template(path = "upkeep/retention.html")]
struct Retention {
    page: Page,
    local: Local,
    kept_for: String,
    /// Until when contacts are kept, where the letter has closed.
    closed: Option<String>,
    /// The same where its deadline lies ahead.
    closes: Option<String>,
    held: usize,
    renewal: i64,
    ended: i64,
    mails: i64,
    intended: i64,
    proof: i64,
    is_clear: bool,
    now_due: Vec<Count>,
    dates: Vec<Dated>,
    going: Vec<Going>,
    zone: String,
}
