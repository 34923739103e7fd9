//! Roles as arguments: a handler that takes one cannot run for anybody else.
//!
//! A page takes [`Staff`], [`Administrator`], [`Organizer`] or [`Moderator`]; a form's handler takes [`Acting`] of one of them, which is
//! given out only when the form was ours: sent from a page of ours, with the token of this account. The campaign is the one that the
//! address names, by `{slug}` or by a sign-on of it, `{sign_on}`.

use super::role::Role;
use super::session::{self, Presented};
use super::{next, store};
use crate::ids::{AccountId, CampaignId, SignOnId};
use crate::text::{EmailAddress, Slug};
use crate::web::csrf::{self, Sender};
use crate::web::form::{Fields, ListForm};
use crate::web::page::{Page, page, see};
use crate::web::route::only_reads;
use crate::web::{App, Fault};
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::header::HeaderName;
use actix_web::{Error, FromRequest, HttpRequest, web};
use askama::Template;
use std::future::Future;
use std::pin::Pin;

/// The form token of every form of a staff page. It is bound to the account, not to the session: whoever has to log in again in
/// another tab can still send what they typed.
const FORM: &str = "staff";

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct Staff {
    /// Their account.
    pub id: AccountId,
    /// What other staff see of them.
    pub name: String,
    /// Their address.
    pub email: EmailAddress,
    /// Whether they may do everything.
    pub is_administrator: bool,
}

/// Somebody who may do everything.
#[derive(Clone, Debug)]
pub struct Administrator(pub Staff);

/// Somebody who may run the campaign that the address names.
#[derive(Clone, Debug)]
pub struct Organizer {
    /// Who.
    pub staff: Staff,
    /// The campaign.
    pub campaign: CampaignId,
}

/// Somebody who may decide in the campaign that the address names; organizers and administrators may too.
#[derive(Clone, Debug)]
pub struct Moderator {
    /// Who.
    pub staff: Staff,
    /// The campaign.
    pub campaign: CampaignId,
    /// What they are in it.
    pub role: Role,
}

/// Whoever asks, logged in or not. It never fails for want of a log-in and never sends elsewhere.
#[derive(Clone, Debug)]
pub struct Visitor(pub Option<Staff>);

/// Somebody with a role who sends a form of ours.
#[derive(Debug)]
pub struct Acting<R> {
    /// Who.
    pub who: R,
    /// What was sent.
    pub fields: Fields,
}

/// The same with a form that lists what is acted on: its field `entry` may be repeated.
#[derive(Debug)]
pub struct ActingOnMany<R> {
    /// Who.
    pub who: R,
    /// What was sent.
    pub fields: Fields,
}

/// A role that is asked for by a handler's argument.
pub trait Admission: Sized + 'static {
    /// Gives it, or says why not. `campaign` is the one that the address names, if there is such a one, and what the person is in it.
    ///
    /// # Errors
    /// [`Fault::NotFound`] for what is in a campaign that the person does not work on, so that they do not learn of it;
    /// [`Fault::Forbidden`] for what takes more than they are.
    fn admit(staff: Staff, campaign: Option<(CampaignId, Option<Role>)>) -> Result<Self, Fault>;
}

const TAKES_MORE: Fault =
    Fault::Forbidden("Your role in this letter is not enough for it. Nothing was changed.");

fn admit_to(campaign: Option<(CampaignId, Option<Role>)>, needed: Role) -> Result<(CampaignId, Role), Fault> {
    match campaign {
        Some((id, Some(role))) if role.includes(needed) => Ok((id, role)),
        Some((_, Some(_))) => Err(TAKES_MORE),
        Some((_, None)) | None => Err(Fault::NotFound),
    }
}

impl Admission for Staff {
    fn admit(staff: Staff, _: Option<(CampaignId, Option<Role>)>) -> Result<Self, Fault> {
        Ok(staff)
    }
}

impl Admission for Administrator {
    fn admit(staff: Staff, _: Option<(CampaignId, Option<Role>)>) -> Result<Self, Fault> {
        match staff.is_administrator {
            true => Ok(Self(staff)),
            false => Err(Fault::Forbidden("Only an administrator may do this. Nothing was changed.")),
        }
    }
}

impl Admission for Organizer {
    fn admit(staff: Staff, campaign: Option<(CampaignId, Option<Role>)>) -> Result<Self, Fault> {
        admit_to(campaign, Role::Organizer).map(|(campaign, _)| Self { staff, campaign })
    }
}

impl Admission for Moderator {
    fn admit(staff: Staff, campaign: Option<(CampaignId, Option<Role>)>) -> Result<Self, Fault> {
        admit_to(campaign, Role::Moderator).map(|(campaign, role)| Self { staff, campaign, role })
    }
}

impl Staff {
    /// A page for them, with the token that its forms carry (`page.form_token`).
    pub fn page(&self, app: &App, title: impl Into<String>) -> Page {
        Page::new(title).for_staff(self.name.clone(), app.form_token(FORM, self.id.uuid().as_bytes()))
    }
}

impl From<store::Account> for Staff {
    fn from(account: store::Account) -> Self {
        Self {
            id: account.id,
            name: account.person.shown(),
            email: account.person.email,
            is_administrator: account.administrator,
        }
    }
}

/// Refuses a form that was not sent from a page of ours. Staff's browsers always say where a form comes from.
pub(super) fn from_our_page(request: &HttpRequest, app: &App) -> Result<(), Fault> {
    match csrf::sender(request.headers(), &app.base_url) {
        Sender::Ours => Ok(()),
        Sender::Foreign | Sender::Unstated => Err(Fault::Forbidden(
            "Your browser did not say that the form was sent from a page of ours. Nothing was changed.",
        )),
    }
}

/// Refuses a form of a staff page that was not made for this account.
pub(super) fn check_form(app: &App, id: AccountId, fields: &Fields) -> Result<(), Fault> {
    app.check_form_token(fields.get(csrf::FIELD), FORM, id.uuid().as_bytes()).map(drop).map_err(|_| {
        Fault::Forbidden(
            "The page was open for too long, or for somebody else who was logged in. Nothing was changed.",
        )
    })
}

#[derive(Template)]
#[template(path = "account/arrive.html")]
struct Arrive<'a> {
    page: Page,
    path: &'a str,
}

/// Somebody who is not logged in, or whose browser does not say so yet.
fn stranger(request: &HttpRequest) -> Error {
    if !only_reads(request.method()) {
        return Fault::LoggedOut.into();
    }
    let path = request.uri().path_and_query().map_or(next::HOME, |path| path.as_str());
    // A browser that follows a link in a mail program on the web keeps the session's cookie back (SameSite=Strict). A
    // step from a page of ours brings it along.
    let from = request.headers().get(HeaderName::from_static("sec-fetch-site"));
    let answer = match from.map(|value| value.as_bytes()) {
        Some(b"cross-site" | b"same-site") => {
            let path = next::checked(path);
            match page(&Arrive { page: Page::new("Undersigned").not_indexed(), path }) {
                Ok(answer) => answer,
                Err(error) => return Fault::from(error).into(),
            }
        }
        _ => see(&next::log_in_for(path)),
    };
    InternalError::from_response("not logged in", answer).into()
}

fn app_of(request: &HttpRequest) -> Result<web::Data<App>, Fault> {
    request
        .app_data()
        .cloned()
        .ok_or_else(|| Fault::unexpected("the server was put together without its state"))
}

fn place_of(request: &HttpRequest) -> store::Place {
    let named = request.match_info();
    if let Some(slug) = named.get("slug").and_then(|slug| Slug::parse(slug).ok()) {
        store::Place::Campaign(slug)
    } else if let Some(id) = named.get("sign_on").and_then(SignOnId::parse) {
        store::Place::SignOn(id)
    } else {
        store::Place::Instance
    }
}

async fn visit(request: &HttpRequest, app: &App, place: store::Place) -> Result<Option<store::Visit>, Fault> {
    match Presented::by(request, &app.base_url).session {
        Some(digest) => session::visit(app, digest, place).await,
        None => Ok(None),
    }
}

async fn admit<R: Admission>(request: &HttpRequest, app: &App) -> Result<(AccountId, R), Error> {
    let Some(visit) = visit(request, app, place_of(request)).await? else { return Err(stranger(request)) };
    let staff = Staff::from(visit.account);
    let id = staff.id;
    Ok((id, R::admit(staff, visit.campaign)?))
}

async fn admit_to_act<R: Admission>(
    request: HttpRequest,
    form: impl Future<Output = Result<ListForm, Fault>>,
    lists: &[&str],
) -> Result<(R, Fields), Error> {
    let app = app_of(&request)?;
    from_our_page(&request, &app)?;
    let (id, who) = admit::<R>(&request, &app).await?;
    let fields = form.await?.with_lists(lists)?;
    check_form(&app, id, &fields)?;
    Ok((who, fields))
}

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

macro_rules! pages_take {
    ($($role:ident),+) => {$(
        impl FromRequest for $role {
            type Error = Error;
            type Future = Extracting<Self>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move {
                    if !only_reads(request.method()) {
                        let defect = "a handler of a form takes a role without `Acting`, which checks the form";
                        return Err(Fault::unexpected(defect).into());
                    }
                    let app = app_of(&request)?;
                    Ok(admit::<Self>(&request, &app).await?.1)
                })
            }
        }
    )+};
}
pages_take!(Staff, Administrator, Organizer, Moderator);

impl<R: Admission> FromRequest for Acting<R> {
    type Error = Error;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, form) = (request.clone(), ListForm::from_request(request, payload));
        Box::pin(async { admit_to_act(request, form, &[]).await.map(|(who, fields)| Self { who, fields }) })
    }
}

impl<R: Admission> FromRequest for ActingOnMany<R> {
    type Error = Error;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, form) = (request.clone(), ListForm::from_request(request, payload));
        Box::pin(async {
            admit_to_act(request, form, &["entry"]).await.map(|(who, fields)| Self { who, fields })
        })
    }
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = app_of(&request)?;
            let found = visit(&request, &app, store::Place::Instance).await?;
            Ok(Self(found.map(|visit| visit.account.into())))
        })
    }
}
