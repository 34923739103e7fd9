//! GET, POST /staff/sign-ons/{id}/shown: how much of an entry everybody sees. To show less takes one press of any moderator, at once; to show
//! more takes an organizer who may see the name, a reason, and the word that the organization agreed. It is also the page of an entry whose
//! name is held back from whoever opens it: nothing of it is there.

use super::bench::Bench;
use crate::account::{Acting, EvenVeiled, Role, store as staff};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign, Here, Local};
use crate::db::{self, Tx};
use crate::ids::SignOnId;
use crate::sign_on::{self, Remark, SHOWN, SignOn};
use crate::text::Shown;
use crate::web::form::{Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::show::Choice;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

/// A way to show less.
struct Less {
    value: &'static str,
    label: &'static str,
}

/// The ways to show less than this.
fn less(shown: Shown) -> Vec<Less> {
    let ways = [(Shown::InCountry, "Show its country only"), (Shown::Counted, "Count it only")];
    let ways = ways.into_iter().filter(|(way, _)| *way < shown);
    ways.map(|(way, label)| Less { value: way.as_str(), label }).collect()
}

/// The ways to show more than this.
fn more(shown: Shown) -> Vec<Choice> {
    let label = |way| match way {
        Shown::Full => "With its name",
        Shown::InCountry => "By its country only",
        Shown::Counted => "As counted only",
    };
    let ways = Shown::ALL.into_iter().filter(|way| *way > shown);
    ways.map(|way| Choice { value: way.as_str(), label: label(way), hint: "" }).collect()
}

#[derive(Template)]
#[template(path = "moderation/shown.html")]
struct ShownPage {
    page: Page,
    local: Local,
    name: String,
    state: &'static str,
    words: &'static str,
    is_veiled: bool,
    /// Where the entry itself is; nowhere for whoever may not see its name.
    back_href: String,
    action: String,
    less: Vec<Less>,
    more: Vec<Choice>,
    form: Filled,
}

/// An entry as somebody may see it, and whether its name is held back from them.
struct Held {
    campaign: Campaign,
    sign_on: SignOn,
    is_veiled: bool,
}

async fn held(bench: &Bench, id: SignOnId) -> Result<Held, Fault> {
    let (campaign, who) = (bench.who.campaign, bench.who.staff.id);
    let read = bench.app.db.read(move |conn| -> Result<_, db::Error> {
        let sign_on = sign_on::store::by_id(conn, id)?.filter(|sign_on| sign_on.campaign == campaign);
        let Some(sign_on) = sign_on else { return Ok(None) };
        let Some(campaign) = campaign::store::by_id(conn, campaign)? else { return Ok(None) };
        let is_veiled = !sign_on.entry.is_named() && !staff::reads_at_risk(conn, campaign.id, who)?;
        let sign_on = if is_veiled { sign_on.veiled() } else { sign_on };
        Ok(Some(Held { campaign, sign_on, is_veiled }))
    });
    read.await?.ok_or(Fault::NotFound)
}

/// The page.
pub(super) async fn show(
    EvenVeiled(who): EvenVeiled,
    app: Data<App>,
    id: Path<String>,
) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let bench = Bench::new(&app, who);
    let held = held(&bench, id).await?;
    render(&bench, &held, StatusCode::OK, Filled::default())
}

/// The page of an entry for whoever may not see its name; `None` for everybody else.
///
/// # Errors
/// When the database is away.
pub(super) async fn instead(bench: &Bench, id: SignOnId) -> Result<Option<HttpResponse>, Fault> {
    let held = held(bench, id).await?;
    match held.is_veiled {
        true => render(bench, &held, StatusCode::OK, Filled::default()).map(Some),
        false => Ok(None),
    }
}

fn render(bench: &Bench, held: &Held, status: StatusCode, form: Filled) -> Result<HttpResponse, Fault> {
    let entry = &held.sign_on.entry;
    let here = format!("/staff/sign-ons/{}", held.sign_on.id);
    let is_organizer = bench.who.role.includes(Role::Organizer);
    let template = ShownPage {
        page: bench.who.staff.page(&bench.app, format!("{} – Undersigned", entry.organization)),
        local: bench.local(&held.campaign, Here::Elsewhere),
        name: entry.organization.to_string(),
        state: held.sign_on.standing().words(),
        words: entry.shown.words(),
        is_veiled: held.is_veiled,
        back_href: if held.is_veiled { String::new() } else { here.clone() },
        action: format!("{here}/shown"),
        less: less(entry.shown),
        more: if held.is_veiled || !is_organizer { Vec::new() } else { more(entry.shown) },
        form,
    };
    Ok(page_of(status, &template)?)
}

/// Shows less at once, or more after all is said that it takes.
pub(super) async fn set(
    Acting { who: EvenVeiled(who), fields }: Acting<EvenVeiled>,
    app: Data<App>,
    id: Path<String>,
) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let bench = Bench::new(&app, who);
    let held = held(&bench, id).await?;
    let mut problems = Problems::default();
    let wanted = problems.take("shown", Shown::parse(fields.get("shown")).ok_or("Choose how it is shown."));
    let mut why = None;
    if wanted.is_some_and(|wanted| wanted > held.sign_on.entry.shown) {
        if held.is_veiled || !bench.who.role.includes(Role::Organizer) {
            return Err(Fault::Forbidden(
                "To show more of this organization takes an organizer who may see its name, or its representative. Nothing was changed.",
            ));
        }
        why = problems.take(
            "text",
            Remark::parse(fields.get("text")).map_err(|_| "Write how they agreed: the history keeps it."),
        );
        if !fields.is_ticked("sure") {
            problems.add("sure", "Tick this if the organization agreed. What is public once cannot be taken back from those who read it.");
        }
    }
    let Some(wanted) = wanted.filter(|_| problems.is_empty()) else {
        return render(&bench, &held, StatusCode::UNPROCESSABLE_ENTITY, Filled::new(fields, problems));
    };
    let (desk, seen) = (bench.clone(), held.sign_on.entry.shown);
    let done = app.db.write(move |tx| carry_out(tx, &desk, id, (seen, wanted), why)).await?;
    match done {
        true => Ok(see(&format!("/staff/sign-ons/{id}"))),
        false => Err(Fault::Overtaken(
            "Somebody else has just changed this entry. Open it again and look. Nothing was changed."
                .to_owned(),
        )),
    }
}

fn carry_out(
    tx: &mut Tx<'_>,
    bench: &Bench,
    id: SignOnId,
    (seen, wanted): (Shown, Shown),
    why: Option<Remark>,
) -> Result<bool, db::Error> {
    let Some(campaign) = campaign::store::hold(tx, bench.who.campaign)? else { return Ok(false) };
    // To show less never fails because something else has changed meanwhile.
    for _ in 0..5 {
        let Some(before) = sign_on::store::by_id(tx, id)? else { return Ok(false) };
        let stands = before.entry.shown;
        if stands == wanted || (wanted < seen && stands < wanted) {
            return Ok(true);
        }
        if wanted > stands && stands != seen {
            return Ok(false);
        }
        if !sign_on::store::show(tx, &before, wanted)? {
            continue;
        }
        campaign::store::raise_list_revision(tx, campaign.id)?;
        let act = Act::new(bench.now, Actor::Staff(bench.who.staff.id), Subject::SignOn(id), SHOWN)
            .in_campaign(campaign.id)
            .changing(stands.as_str(), wanted.as_str())
            .because(why.as_ref().map(Remark::as_str));
        audit::record(tx, &bench.app.random, act)?;
        return Ok(true);
    }
    Ok(false)
}
