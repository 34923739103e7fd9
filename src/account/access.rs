//! Roles as arguments: a handler that takes one cannot run for anybody else.
//!
//! A page takes [`Staff`], [`Administrator`], [`Organizer`] or [`Moderator`]; a form's handler takes [`Acting`] of one of them, which is
//! given out only when the form was ours: sent from a page of ours, with the token of this account. The campaign is the one that the
//! address names, by `{slug}` or by a sign-on of it, `{sign_on}`.

use super::password::Passwords;
use super::role::Role;
use super::session::{self, Presented};
use super::step_up::{self, Missing, Sent, Standing, Sureness};
use super::stranger::stranger;
use super::{next, store};
use crate::ids::{AccountId, CampaignId, SignOnId};
use crate::secret::TokenDigest;
use crate::text::{EmailAddress, Slug};
use crate::web::csrf::{self, Sender};
use crate::web::form::{Fields, ListForm};
use crate::web::page::{Page, see};
use crate::web::route::only_reads;
use crate::web::{App, Fault, typed};
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::header::HeaderName;
use actix_web::{Error, FromRequest, HttpRequest, web};
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
    standing: Standing,
}

/// Somebody who changes how they themselves log in, or looks at it. It takes no second factor: here it is set up.
#[derive(Clone, Debug)]
pub struct OwnAccount(pub Staff);

/// Somebody who has shown the second factor in the last ten minutes: see [`step_up`](super::step_up). Around [`OwnAccount`] it is
/// asked for only of those who have one.
#[derive(Clone, Debug)]
pub struct SteppedUp<R>(pub R);

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
    /// How sure we have to be that it is them before a form of theirs is taken.
    const SURENESS: Sureness = Sureness::Factor;
    /// Whether it is for nobody from whom the name of the entry is held back.
    const NEEDS_THE_NAME: bool = true;

    /// Gives it, or says why not. `campaign` is the one that the address names, if there is such a one, and what the person is in it.
    ///
    /// # Errors
    /// [`Fault::NotFound`] for what is in a campaign that the person does not work on, so that they do not learn of it;
    /// [`Fault::Forbidden`] for what takes more than they are.
    fn admit(staff: Staff, campaign: Option<(CampaignId, Option<Role>)>) -> Result<Self, Fault>;
}

/// What is said of an entry whose name is held back to those from whom it is.
const HELD_BACK: Fault = Fault::Forbidden(
    "This organization is not named. Its entry is for those whom the organizers named under At-risk names. Nothing was changed.",
);

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

impl Admission for OwnAccount {
    const SURENESS: Sureness = Sureness::LoggedIn;

    fn admit(staff: Staff, _: Option<(CampaignId, Option<Role>)>) -> Result<Self, Fault> {
        Ok(Self(staff))
    }
}

impl<R: Admission> Admission for SteppedUp<R> {
    const SURENESS: Sureness = R::SURENESS.stepped_up();
    const NEEDS_THE_NAME: bool = R::NEEDS_THE_NAME;

    fn admit(staff: Staff, campaign: Option<(CampaignId, Option<Role>)>) -> Result<Self, Fault> {
        R::admit(staff, campaign).map(Self)
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
        let token = app.form_token(FORM, self.id.uuid().as_bytes());
        let page = Page::new(title).for_staff(self.name.clone(), token);
        Page { must_set_up: self.standing.stepped_up_until.is_none(), ..page }
    }

    /// What their session is stored as: what somebody holds for as long as they are logged in refers to it.
    pub fn session(&self) -> TokenDigest {
        self.standing.session
    }

    /// What is known of how they logged in.
    pub(super) fn standing(&self) -> Standing {
        self.standing
    }
}

impl From<store::Visit> for Staff {
    fn from(visit: store::Visit) -> Self {
        let store::Visit { account, session, stepped_up_until, .. } = visit;
        Self {
            id: account.id,
            name: account.person.shown(),
            email: account.person.email,
            is_administrator: account.administrator,
            standing: Standing { account: account.id, session, stepped_up_until },
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

pub(super) fn app_of(request: &HttpRequest) -> Result<web::Data<App>, Fault> {
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

/// Whether a page asks by itself, while nobody may be there. Browsers say so (Fetch Metadata), and a page cannot say otherwise.
fn is_by_itself(request: &HttpRequest) -> bool {
    let destination = request.headers().get(HeaderName::from_static("sec-fetch-dest"));
    only_reads(request.method()) && destination.is_some_and(|value| value == "empty")
}

async fn visit(request: &HttpRequest, app: &App, place: store::Place) -> Result<Option<store::Visit>, Fault> {
    match Presented::by(request, &app.base_url).session {
        Some(digest) => session::visit(app, digest, place, is_by_itself(request)).await,
        None => Ok(None),
    }
}

pub(super) async fn admit<R: Admission>(request: &HttpRequest, app: &App) -> Result<(Staff, R), Error> {
    let Some(mut visit) = visit(request, app, place_of(request)).await? else {
        return Err(stranger(request));
    };
    let (campaign, is_veiled) = (visit.campaign.take(), visit.is_veiled);
    let staff = Staff::from(visit);
    let who = R::admit(staff.clone(), campaign)?;
    if is_veiled && R::NEEDS_THE_NAME { Err(HELD_BACK.into()) } else { Ok((staff, who)) }
}

/// The most that one form may act on without the second factor being shown once more.
const MANY: usize = 20;
/// The field that lists what is acted on.
const ENTRY: &str = "entry";

async fn admit_to_act<R: Admission>(
    request: HttpRequest,
    form: impl Future<Output = Result<ListForm, Fault>>,
    lists: &[&str],
) -> Result<(R, Fields), Error> {
    let app = app_of(&request)?;
    from_our_page(&request, &app)?;
    // Read first, so that whoever is not admitted gets back what they typed.
    let form = form.await.and_then(|form| form.with_lists(lists));
    if let Ok(fields) = &form {
        typed::keep(&request, fields);
    }
    let (staff, who) = admit::<R>(&request, &app).await?;
    let fields = form?;
    check_form(&app, staff.id, &fields)?;
    let needed = match fields.all(ENTRY).count() > MANY {
        true => R::SURENESS.stepped_up(),
        false => R::SURENESS,
    };
    Ok((who, demand(&request, &app, &staff, needed, fields).await?))
}

async fn demand(
    request: &HttpRequest,
    app: &App,
    staff: &Staff,
    needed: Sureness,
    fields: Fields,
) -> Result<Fields, Error> {
    let passwords: Option<&web::Data<Passwords>> = request.app_data();
    let action = request.uri().path_and_query().map_or(next::HOME, |path| path.as_str());
    let sent = Sent { page: staff.page(app, "Not yet – Undersigned"), action, fields };
    step_up::demand(app, passwords.map(|passwords| passwords.as_ref()), staff.standing, needed, sent).await
}

/// For a handler that takes a form and knows only from what was typed whether it is hard to take back: hands the fields on when the
/// second factor was shown in the last ten minutes, or comes along; else the error is the page that asks for it, see
/// [`step_up`](super::step_up).
///
/// # Errors
/// That page, or a [`Fault`].
pub async fn stepped_up(request: &HttpRequest, staff: &Staff, fields: Fields) -> Result<Fields, Error> {
    demand(request, &*app_of(request)?, staff, Sureness::Lately, fields).await
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
pages_take!(Staff, OwnAccount, Administrator, Organizer, Moderator);

impl<R: Admission> FromRequest for SteppedUp<R> {
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
            let (staff, who) = admit::<R>(&request, &app).await?;
            let page = match staff.standing.lacks(Self::SURENESS, app.clock.now()) {
                None => return Ok(Self(who)),
                Some(Missing::Factor) => next::SET_UP,
                Some(Missing::StepUp) => next::CONFIRM,
            };
            let path = request.uri().path_and_query().map_or(next::HOME, |path| path.as_str());
            Err(InternalError::from_response("not sure enough", see(&next::asking(page, path))).into())
        })
    }
}

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
            admit_to_act(request, form, &[ENTRY]).await.map(|(who, fields)| Self { who, fields })
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
            Ok(Self(found.map(Staff::from)))
        })
    }
}
