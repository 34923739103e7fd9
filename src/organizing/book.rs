//! GET, POST /staff/letters/{slug}/invitations/book: a list to invite that begins with the address book, or with the names of an earlier letter.
//! It goes on with the look at the list, as a pasted one does: nobody signs by it.

use super::addresses::{self, Row};
use super::history::USED_THE_BOOK;
use super::invitation_lines::{self, Invitee, MOST};
use super::invitations::{self, Asked};
use super::invite::{FROM_BOOK, judged, preview};
use super::life::load;
use super::may_invite::why_not;
use crate::account::{ActingOnMany, Organizer, Staff};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, Here, Local};
use crate::db::Tx;
use crate::ids::AddressId;
use crate::list::Lists;
use crate::list::edition::Signatory;
use crate::sign_on::{BOOK_MONTHS, BookEntry};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use std::collections::BTreeSet;

/// The page on which they are chosen.
pub(super) async fn show(who: Organizer, app: Data<App>, lists: Data<Lists>) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    render(&app, &lists, &who.staff, &campaign, Filled::default(), StatusCode::OK).await
}

/// The list that begins with them.
pub(super) async fn take(
    ActingOnMany { who, fields }: ActingOnMany<Organizer>,
    app: Data<App>,
    lists: Data<Lists>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    if fields.get("do") == "names" {
        return names(&app, &lists, &who.staff, campaign, fields.get("letter")).await;
    }
    let chosen: BTreeSet<AddressId> = fields.all("entry").filter_map(AddressId::parse).collect();
    let entries = addresses::all(&app).await?;
    let chosen: Vec<Invitee> =
        entries.into_iter().filter(|one| chosen.contains(&one.id)).map(invitee).collect();
    let mut problems = Problems::default();
    if chosen.is_empty() {
        problems.add("entry", "Tick whom you want to invite.");
    } else if chosen.len() > MOST {
        problems.add("entry", format!("Tick at most {MOST} at once."));
    }
    if let Some(why_not) = why_not(&campaign, None, app.clock.now()) {
        problems.add("entry", why_not);
    }
    if !problems.is_empty() {
        let form = Filled::new(fields, problems);
        return render(&app, &lists, &who.staff, &campaign, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let count = chosen.len();
    let lines = chosen.iter().map(Invitee::line).collect::<Vec<_>>().join("\n");
    let (of_app, by, id) = (app.clone(), who.staff.id, campaign.id);
    // Their addresses are shown next.
    let write = move |tx: &mut Tx<'_>| {
        let act = Act::new(of_app.clock.now(), Actor::Staff(by), Subject::Campaign(id), USED_THE_BOOK);
        let act = Act { new: Some(count.to_string()), ..act.in_campaign(id) };
        audit::record(tx, &of_app.random, act)
    };
    app.db.write(write).await?;
    let read = invitation_lines::read(&lines).map_err(Fault::unexpected)?;
    let judged = judged(&app, &campaign, read, true).await?;
    let list: Fields = [("organizations", lines.as_str()), (FROM_BOOK, "yes")].into_iter().collect();
    preview(&app, &who.staff, &campaign, judged, list)
}

fn invitee(entry: BookEntry) -> Invitee {
    Invitee {
        organization: entry.organization,
        email: entry.email,
        website: entry.website,
        language: Some(entry.language),
    }
}

/// The names on a public list, to be completed with addresses that the organizers know.
async fn names(
    app: &App,
    lists: &Lists,
    staff: &Staff,
    campaign: Campaign,
    slug: &str,
) -> Result<HttpResponse, Fault> {
    let line = |signatory: &Signatory| {
        let name = signatory.organization.replace('"', "\"\"");
        format!("\"{name}\",,{}", signatory.website.as_deref().unwrap_or_default())
    };
    let signatories = lists.signatories(slug, MOST).await?;
    let list = signatories.iter().map(line).collect::<Vec<_>>().join("\n");
    let asked = Asked {
        paste: Filled::new([("organizations", list)].into_iter().collect(), Problems::default()),
        notice: "The names stand in the list below. Write an address between the two commas of each whom you want to invite, and leave the others out."
            .to_owned(),
        ..Asked::default()
    };
    invitations::render(app, staff, campaign, asked, StatusCode::OK).await
}

async fn render(
    app: &App,
    lists: &Lists,
    staff: &Staff,
    campaign: &Campaign,
    form: Filled,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let settings = &campaign.settings;
    let mut letters = lists.public_letters().await;
    letters.retain(|(slug, _)| slug != settings.slug.as_str());
    let template = Book {
        page: staff.page(app, format!("Start from the address book: {} – Undersigned", settings.title)),
        local: Local::new(campaign, true, Here::Invitations, app.clock.now()),
        action: format!("/staff/letters/{}/invitations/book", settings.slug),
        back_href: format!("/staff/letters/{}/invitations", settings.slug),
        ticked: form.fields().all("entry").map(ToOwned::to_owned).collect(),
        rows: addresses::rows(app).await?,
        letters,
        months: BOOK_MONTHS,
        form,
    };
    Ok(page_of(status, &template)?)
}

#[derive(Template)]
#[template(path = "organizing/book.html")]
struct Book {
    page: Page,
    local: Local,
    action: String,
    back_href: String,
    rows: Vec<Row>,
    /// Who was ticked, where the page comes back.
    ticked: Vec<String>,
    /// The other letters that are public: short name and title.
    letters: Vec<(String, String)>,
    months: i64,
    form: Filled,
}

impl Book {
    fn is_ticked(&self, id: &AddressId) -> bool {
        self.ticked.contains(&id.to_string())
    }
}
