//! The page of one mailing: a draft with its form, or how far it has come; and the pages that ask before it is sent, stopped or thrown away.

use super::audience::{Audience, LeftOut, Tally};
use super::letter::{Mailing, Stand};
use super::look::Look;
use super::store::{self, Counts, Reading};
use super::{failure::Failure, mails};
use crate::account::{Organizer, store as accounts};
use crate::campaign::{Campaign, Here, Local, mails as frame};
use crate::ids::MailingId;
use crate::mail::Outbox;
use crate::text::Placeholder;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page, page_of};
use crate::web::show::{Choice, Moment};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

/// Where the mailings of a letter are.
pub(super) fn href(campaign: &Campaign) -> String {
    format!("/staff/letters/{}/mailings", campaign.settings.slug)
}

/// How far it has come: `120 of 400`.
pub(super) fn how_far(mailing: &Mailing) -> String {
    match mailing.stand {
        Stand::Draft => String::new(),
        Stand::Sending(begun) | Stand::Stopped(begun, _, _) => {
            format!("{} of {}", mailing.mailed, begun.counted.max(mailing.mailed))
        }
        Stand::Sent(..) => format!("to {}", addresses(mailing.mailed)),
    }
}

fn addresses(count: i64) -> String {
    format!("{count} address{}", if count == 1 { "" } else { "es" })
}

/// One mailing of a letter.
pub(super) async fn of(app: &Data<App>, campaign: &Campaign, id: MailingId) -> Result<Mailing, Fault> {
    let found = app.db.read(move |conn| store::mailing(conn, id)).await?;
    found.filter(|mailing| mailing.campaign == campaign.id).ok_or(Fault::NotFound)
}

/// The page; or, where the address says so, one that asks first.
pub(super) async fn show(
    (app, outbox): (&Data<App>, &Outbox),
    who: &Organizer,
    campaign: &Campaign,
    id: MailingId,
    asked: &Fields,
) -> Result<HttpResponse, Fault> {
    let mailing = of(app, campaign, id).await?;
    match mailing.stand {
        Stand::Draft if asked.is_ticked("send") => {
            ask((app, outbox), who, campaign, &mailing, Filled::default(), StatusCode::OK).await
        }
        Stand::Draft if asked.is_ticked("discard") => ask_end(app, who, campaign, &mailing, false),
        Stand::Sending(_) if asked.is_ticked("stop") => ask_end(app, who, campaign, &mailing, true),
        Stand::Draft => {
            let notice = match () {
                () if asked.is_ticked("tested") => "A test is on its way to you. Nobody else gets it.",
                () if asked.is_ticked("wait") => {
                    "A test went to you less than a minute ago. Wait a moment before the next one."
                }
                () if asked.is_ticked("saved") => "The draft is saved. Nobody has been sent it.",
                () => "",
            };
            let filled = Filled::new(filled(&mailing), Problems::default());
            let parts = look(app, campaign, &mailing)?;
            draft(app, who, campaign, StatusCode::OK, (filled, Some(parts)), notice)
        }
        _ => progress(app, who, campaign, &mailing).await,
    }
}

/// The audiences to choose from.
pub(super) fn audiences() -> Vec<Choice> {
    let choice = |audience: Audience| Choice {
        value: audience.as_str(),
        label: audience.label(),
        hint: audience.hint(),
    };
    Audience::ALL.into_iter().map(choice).collect()
}

fn filled(mailing: &Mailing) -> Fields {
    let fields = [
        ("mailing", mailing.id.to_string()),
        ("version", mailing.version.to_string()),
        ("audience", mailing.audience.as_str().to_owned()),
        ("subject", mailing.words.subject.to_string()),
        ("body", mailing.words.text.to_string()),
    ];
    fields.into_iter().collect()
}

fn look(app: &App, campaign: &Campaign, mailing: &Mailing) -> Result<Look, Failure> {
    let own = mails::Own::example(&app.base_url, mailing.audience);
    Ok(mails::parts(campaign, mailing.audience, &mailing.words, &own)?.into())
}

/// The page of a draft, with its form.
pub(super) fn draft(
    app: &Data<App>,
    who: &Organizer,
    campaign: &Campaign,
    status: StatusCode,
    (form, look): (Filled, Option<Look>),
    notice: &'static str,
) -> Result<HttpResponse, Fault> {
    let template = Draft {
        page: who.staff.page(app, format!("Mailing: {} – Undersigned", campaign.settings.title)),
        local: Local::new(campaign, true, Here::Mailings, app.clock.now()),
        action: href(campaign),
        discard_href: format!("{}?of={}&discard", href(campaign), form.value("mailing")),
        audiences: audiences(),
        placeholders: Audience::placeholders(),
        form,
        look,
        notice,
    };
    Ok(page_of(status, &template)?)
}

async fn progress(
    app: &Data<App>,
    who: &Organizer,
    campaign: &Campaign,
    mailing: &Mailing,
) -> Result<HttpResponse, Fault> {
    let (id, now, zone) = (mailing.id, app.clock.now(), &campaign.settings.zone);
    let Some(begun) = mailing.stand.begun() else { return Err(Fault::NotFound) };
    let mut people = vec![begun.by];
    if let Stand::Stopped(_, _, by) = mailing.stand {
        people.push(by);
    }
    let keys = app.keys.clone();
    let read = app.db.read(move |conn| -> Result<_, accounts::Error> {
        Ok((store::counts(conn, id)?, accounts::names(conn, &keys, &people)?))
    });
    let (counts, names) = read.await?;
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    let moment = |at| Moment::in_zone(at, now, zone);
    let template = Progress {
        page: who.staff.page(app, format!("Mailing: {} – Undersigned", campaign.settings.title)),
        local: Local::new(campaign, true, Here::Mailings, now),
        audience: mailing.audience.label(),
        look: look(app, campaign, mailing)?,
        how_far: how_far(mailing),
        is_sending: matches!(mailing.stand, Stand::Sending(_)),
        begun: moment(begun.at),
        begun_by: name(begun.by),
        ended: match mailing.stand {
            Stand::Sent(_, at) | Stand::Stopped(_, at, _) => Some(moment(at)),
            Stand::Draft | Stand::Sending(_) => None,
        },
        stopped_by: match mailing.stand {
            Stand::Stopped(_, _, by) => name(by),
            _ => String::new(),
        },
        counts,
        mailed: mailing.mailed,
        left_out: mailing.left_out,
        here: format!("{}?of={id}", href(campaign)),
        list_href: href(campaign),
    };
    Ok(page(&template)?)
}

/// How many there are now.
pub(super) async fn count(
    app: &Data<App>,
    outbox: &Outbox,
    campaign: &Campaign,
    audience: Audience,
) -> Result<Tally, Fault> {
    let reading = Reading { keys: app.keys.clone(), outbox: outbox.clone(), now: app.clock.now() };
    let whom = (campaign.id, audience);
    Ok(app.db.read(move |conn| store::tally(conn, &reading, whom)).await?)
}

/// The page that says how many it goes to, with the button.
pub(super) async fn ask(
    (app, outbox): (&Data<App>, &Outbox),
    who: &Organizer,
    campaign: &Campaign,
    mailing: &Mailing,
    form: Filled,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let tally = count(app, outbox, campaign, mailing.audience).await?;
    let sure = format!("I have read this, and {} may be written to now", addresses(tally.addresses));
    let template = Ask {
        page: who.staff.page(app, format!("Send it: {} – Undersigned", campaign.settings.title)),
        local: Local::new(campaign, true, Here::Mailings, app.clock.now()),
        action: format!("{}/send", href(campaign)),
        back_href: format!("{}?of={}", href(campaign), mailing.id),
        mailing: mailing.id.to_string(),
        version: mailing.version,
        audience: mailing.audience.label(),
        is_necessary: mailing.audience == Audience::Signed,
        counted: tally.addresses,
        seen: (status == StatusCode::CONFLICT).then(|| form.value("counted").to_owned()),
        left_out: tally.left_out.into_iter().map(Left::new).collect(),
        look: look(app, campaign, mailing)?,
        sure,
        form,
    };
    Ok(page_of(status, &template)?)
}

fn ask_end(
    app: &Data<App>,
    who: &Organizer,
    campaign: &Campaign,
    mailing: &Mailing,
    stops: bool,
) -> Result<HttpResponse, Fault> {
    let template = End {
        page: who.staff.page(app, format!("Mailing: {} – Undersigned", campaign.settings.title)),
        local: Local::new(campaign, true, Here::Mailings, app.clock.now()),
        action: format!("{}/end", href(campaign)),
        back_href: format!("{}?of={}", href(campaign), mailing.id),
        mailing: mailing.id.to_string(),
        version: mailing.version,
        subject: mailing.words.subject.filled(&frame::values(campaign)),
        how_far: how_far(mailing),
        stops,
    };
    Ok(page(&template)?)
}

struct Left {
    count: i64,
    why: &'static str,
}

impl Left {
    fn new((why, count): (LeftOut, i64)) -> Self {
        Self { count, why: why.words() }
    }
}

#[derive(Template)]
#[template(path = "mailing/draft.html")]
struct Draft {
    page: Page,
    local: Local,
    action: String,
    discard_href: String,
    audiences: Vec<Choice>,
    placeholders: &'static [Placeholder],
    form: Filled,
    look: Option<Look>,
    notice: &'static str,
}

#[derive(Template)]
#[template(path = "mailing/progress.html")]
struct Progress {
    page: Page,
    local: Local,
    audience: &'static str,
    look: Look,
    how_far: String,
    is_sending: bool,
    begun: Moment,
    begun_by: String,
    ended: Option<Moment>,
    stopped_by: String,
    counts: Counts,
    mailed: i64,
    left_out: i64,
    here: String,
    list_href: String,
}

#[derive(Template)]
#[template(path = "mailing/ask.html")]
struct Ask {
    page: Page,
    local: Local,
    action: String,
    back_href: String,
    mailing: String,
    version: i64,
    audience: &'static str,
    is_necessary: bool,
    counted: i64,
    /// What was shown before, where it is another number now.
    seen: Option<String>,
    left_out: Vec<Left>,
    look: Look,
    sure: String,
    form: Filled,
}

#[derive(Template)]
#[template(path = "mailing/end.html")]
struct End {
    page: Page,
    local: Local,
    action: String,
    back_href: String,
    mailing: String,
    version: i64,
    subject: String,
    how_far: String,
    /// Whether it is stopped, or thrown away.
    stops: bool,
}
