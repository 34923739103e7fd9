//! GET, POST /staff/letters/{slug}/delivery/tell: those who signed are told, once, after a page that says how many mails that is.

use super::{Read, here, read_all};
use crate::account::{Acting, Organizer, SteppedUp};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Delivery, Here, store as campaigns};
use crate::db::Tx;
use crate::delivery::{self, Event, Telling, store as tellings};
use crate::ids::{AccountId, CampaignId, DeliveryId, TellingId};
use crate::mail::Outbox;
use crate::organizing::held::{Stop, changeable};
use crate::organizing::sure::Sure;
use crate::web::form::{self, Problems};
use crate::web::page::page_of;
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

impl Read {
    /// Of what those who signed can be told, and were not.
    pub(super) fn untold(&self, event: Event) -> Vec<&Delivery> {
        self.deliveries.iter().filter(|delivery| is_untold(delivery, event)).collect()
    }
}

fn is_untold(delivery: &Delivery, event: Event) -> bool {
    delivery.is_shown
        && match event {
            Event::Delivered => delivery.told_by.is_none(),
            Event::Replied => delivery.reply.is_some() && delivery.reply_told_by.is_none(),
        }
}

/// The page that asks first.
pub(in crate::organizing) async fn ask(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let read = read_all(&app, who.campaign).await?;
    // Without a word in the address it is about the delivery.
    let event = match form::query(&request)?.get("event") {
        "" => Event::Delivered,
        word => Event::parse(word).ok_or(Fault::NotFound)?,
    };
    if read.untold(event).is_empty() {
        return Err(told(&app, &read, event));
    }
    Ok(page_of(StatusCode::OK, &page(&app, &who, &read, event, Problems::default()))?)
}

fn page(app: &App, who: &Organizer, read: &Read, event: Event, problems: Problems) -> Sure {
    let (organizations, nobody, mailboxes) = read.counts;
    let many = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let untold = read.untold(event);
    let to = untold.iter().map(|delivery| delivery.recipient.to_string()).collect::<Vec<_>>().join("; ");
    let (question, what) = match event {
        Event::Delivered => ("Tell those who signed that it was delivered?", "that it was delivered to"),
        Event::Replied => ("Tell those who signed that a reply came?", "that a reply came from"),
    };
    let mut happens = vec![
        format!("The mail says {what}: {to}."),
        format!(
            "{} on the list: everybody who represents one of them gets one mail. That is {}, to each address once.",
            many(organizations, "organization"),
            many(mailboxes, "mail")
        ),
    ];
    if nobody > 0 {
        happens.push(format!("For {nobody} of them there is nobody who could be told."));
    }
    happens.push("Nobody can call the mails back. Of the same thing nobody is told twice.".to_owned());
    let href = format!("/staff/letters/{}/delivery", read.campaign.settings.slug);
    let hidden = vec![("event", event.as_str().to_owned()), ("seen", seen(&untold))];
    let tick = format!("I have read this, and {} may go out now", many(mailboxes, "mail"));
    Sure::new(app, &who.staff, &read.campaign, Here::Delivery, question.to_owned(), "Tell them now")
        .happens(happens)
        .sent_to(format!("{href}/tell"), hidden, href)
        .ticked(tick, problems)
}

/// What was shown, so that nothing else is told.
fn seen(untold: &[&Delivery]) -> String {
    let one = |delivery: &&Delivery| format!("{}.{}", delivery.id, delivery.version);
    untold.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// What is said where there is nothing to tell any more.
fn told(app: &App, read: &Read, event: Event) -> Fault {
    let last = read.tellings.values().filter(|telling| telling.event == event).max_by_key(|one| one.made_at);
    Fault::Overtaken(match last {
        Some(telling) => {
            let who = read.names.get(&telling.made_by).map_or("Somebody", String::as_str);
            let ago = Moment::new(telling.made_at, app.clock.now()).ago;
            let ago = if ago == "just now" { ago } else { format!("{ago} ago") };
            format!("{who} had those who signed told {ago}. There is nothing that they were not told.")
        }
        None => "There is nothing to tell yet: write down a delivery, and show it on the letter’s page."
            .to_owned(),
    })
}

/// Tells them. The mails follow.
pub(in crate::organizing) async fn tell(
    Acting { who: SteppedUp(who), fields }: Acting<SteppedUp<Organizer>>,
    app: Data<App>,
    outbox: Data<Outbox>,
) -> Result<HttpResponse, Fault> {
    let event = Event::parse(fields.get("event"));
    let event = event.ok_or(Fault::Unprocessable("The form does not say what they are told."))?;
    let read = read_all(&app, who.campaign).await?;
    let done = here(&read.campaign, "told");
    let untold = read.untold(event);
    if untold.is_empty() {
        // The same person pressing the same button again gets the first answer again.
        let last = read.tellings.values().filter(|one| one.event == event).max_by_key(|one| one.made_at);
        return match last.is_some_and(|telling| telling.made_by == who.staff.id) {
            true => Ok(done),
            false => Err(told(&app, &read, event)),
        };
    }
    let mut problems = Problems::default();
    if fields.get("seen") != seen(&untold) {
        problems
            .add("sure", "What they would be told has changed since this page was made. Read it once more.");
    } else if !fields.is_ticked("sure") {
        problems.add("sure", "Tick this, or go back: once the mails are out nobody can call them back.");
    }
    if !problems.is_empty() {
        let page = page(&app, &who, &read, event, problems);
        return Ok(page_of(StatusCode::UNPROCESSABLE_ENTITY, &page)?);
    }
    let (of_app, by, id) = (app.clone(), who.staff.id, who.campaign);
    let of_seen: Vec<(DeliveryId, i64)> =
        untold.iter().map(|delivery| (delivery.id, delivery.version)).collect();
    if app.db.write(move |tx| record(tx, &of_app, id, event, by, &of_seen)).await? {
        delivery::work_soon(&app, &outbox);
        return Ok(done);
    }
    // Between reading and writing somebody was first.
    let read = read_all(&app, who.campaign).await?;
    if read.untold(event).is_empty() {
        return Err(told(&app, &read, event));
    }
    problems.add("sure", "What they would be told has changed since this page was made. Read it once more.");
    Ok(page_of(StatusCode::CONFLICT, &page(&app, &who, &read, event, problems))?)
}

/// Begins to tell of what was seen; `false` where that is not what they would be told now.
fn record(
    tx: &mut Tx<'_>,
    app: &App,
    id: CampaignId,
    event: Event,
    by: AccountId,
    seen: &[(DeliveryId, i64)],
) -> Result<bool, Stop> {
    changeable(tx, id)?;
    let standing = campaigns::deliveries_of(tx, id)?;
    let untold = standing.iter().filter(|delivery| is_untold(delivery, event));
    if !untold.map(|delivery| (delivery.id, delivery.version)).eq(seen.iter().copied()) {
        return Ok(false);
    }
    let now = app.clock.now();
    let telling = Telling {
        id: TellingId::new(now.millis(), app.random.bytes()),
        campaign: id,
        event,
        made_at: now,
        made_by: by,
        reached: None,
        mailed: 0,
        done_at: None,
    };
    if tellings::begin(tx, &telling, seen)? == 0 {
        return Ok(false);
    }
    let past = match event {
        Event::Delivered => "told those who signed that it was delivered",
        Event::Replied => "told those who signed that a reply came",
    };
    let act = Act::new(now, Actor::Staff(by), Subject::Campaign(id), past).in_campaign(id);
    audit::record(tx, &app.random, act)?;
    Ok(true)
}
