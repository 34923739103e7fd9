//! For administrators: who is on the staff, inviting by form, disabling.

use super::access::{Acting, Administrator, Staff, SteppedUp};
use super::alert::{Alert, tell};
use super::invite::{InviteError, Invited, invite};
use super::role::{Appointment, Role};
use super::store::{self, Account, Workplace};
use crate::audit::{self, Act, Actor, Subject};
use crate::db;
use crate::ids::AccountId;
use crate::mail::Outbox;
use crate::text::{EmailAddress, Slug, optional};
use crate::web::form::{Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::show::Choice;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

const ROLES: [Choice; 3] = [
    Choice {
        value: "moderator",
        label: "Moderator",
        hint: "Decides which sign-ons join the list of one letter.",
    },
    Choice {
        value: "organizer",
        label: "Organizer",
        hint: "Runs one letter: its text, its settings, its list.",
    },
    Choice { value: "administrator", label: "Administrator", hint: "May do everything, in every letter." },
];

#[derive(Template)]
#[template(path = "account/accounts.html")]
struct Accounts {
    page: Page,
    form: Filled,
    notice: &'static str,
    accounts: Vec<Line>,
    roles: [Choice; 3],
    campaigns: Vec<CampaignChoice>,
}

/// One account in the table.
struct Line {
    id: String,
    name: String,
    email: String,
    tasks: Vec<String>,
    state: &'static str,
    state_class: &'static str,
    is_self: bool,
    is_disabled: bool,
    /// Whether anybody can be logged in to it.
    has_password: bool,
}

struct CampaignChoice {
    value: String,
    label: String,
}

/// What was done last, as the address of the page says it.
fn notice(query: &str) -> &'static str {
    match query {
        "invited" => "The invitation is on its way. Its link works once, for three days.",
        "added" => {
            "There is an account with this address; it has the role now, and word of it is on its way."
        }
        "disabled" => {
            "The account is disabled, and nobody is logged in to it any more. Any administrator can enable it again."
        }
        "enabled" => "The account is enabled again.",
        "factor-taken" => {
            "The second factor is taken back: at the next log-in the password is enough to set up another one. A mail says so."
        }
        "sessions-ended" => "Nobody is logged in to this account any more.",
        _ => "",
    }
}

/// GET /staff/accounts
pub(super) async fn show(
    request: HttpRequest,
    who: Administrator,
    app: web::Data<App>,
) -> Result<HttpResponse, Fault> {
    render(&app, &who.0, StatusCode::OK, Filled::default(), notice(request.query_string())).await
}

async fn render(
    app: &App,
    who: &Staff,
    status: StatusCode,
    form: Filled,
    notice: &'static str,
) -> Result<HttpResponse, Fault> {
    let keys = app.keys.clone();
    let read = app.db.read(move |conn| -> Result<_, store::Error> {
        Ok((store::every(conn, &keys)?, store::campaigns(conn)?, store::roles(conn)?))
    });
    let (accounts, campaigns, roles) = read.await?;
    let line = |account: Account| line(account, &campaigns, &roles, who.id);
    let template = Accounts {
        page: who.page(app, "Accounts – Undersigned"),
        form,
        notice,
        accounts: accounts.into_iter().map(line).collect(),
        roles: ROLES,
        campaigns: campaigns
            .iter()
            .map(|campaign| CampaignChoice {
                value: campaign.slug.as_str().to_owned(),
                label: campaign.title.clone(),
            })
            .collect(),
    };
    Ok(page_of(status, &template)?)
}

fn line(
    account: Account,
    campaigns: &[Workplace],
    roles: &[(AccountId, crate::ids::CampaignId, Role)],
    own: AccountId,
) -> Line {
    let mut tasks = Vec::new();
    if account.administrator {
        tasks.push(Role::Administrator.as_str().to_owned());
    }
    for (_, campaign, role) in roles.iter().filter(|(id, ..)| *id == account.id) {
        let title = campaigns.iter().find(|place| place.id == *campaign).map_or("", |place| &place.title);
        tasks.push(format!("{} of {title}", role.as_str()));
    }
    let (state, state_class) = match (account.disabled_at, account.has_password) {
        (Some(_), _) => ("Disabled", "ended"),
        (None, false) => ("Invited", "held"),
        (None, true) => ("Active", "done"),
    };
    Line {
        id: account.id.to_string(),
        name: account.person.name.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default(),
        email: account.person.email.shown(),
        tasks,
        state,
        state_class,
        is_self: account.id == own,
        is_disabled: account.disabled_at.is_some(),
        has_password: account.has_password,
    }
}

/// POST /staff/accounts/invite
pub(super) async fn invite_by_form(
    Acting { who: SteppedUp(Administrator(who)), fields }: Acting<SteppedUp<Administrator>>,
    app: web::Data<App>,
    outbox: web::Data<Outbox>,
) -> Result<HttpResponse, Fault> {
    let mut problems = Problems::default();
    let email = problems.take("email", EmailAddress::parse(fields.get("email")));
    let role = problems.take("role", Role::parse(fields.get("role")).ok_or("Choose a role."));
    let slug = problems.take("campaign", optional(fields.get("campaign"), Slug::parse));
    let appointment = match (role, slug) {
        (Some(role), Some(slug)) => problems.take("campaign", Appointment::new(role, slug)),
        _ => None,
    };
    if let (Some(email), Some(appointment)) = (email, appointment) {
        match invite(&app, &outbox, email, appointment, Actor::Staff(who.id)).await {
            Ok(Invited::Link(_) | Invited::Before) => return Ok(see("/staff/accounts?invited")),
            Ok(Invited::Added(_)) => return Ok(see("/staff/accounts?added")),
            Err(InviteError::NoCampaign(_)) => problems.add("campaign", "Choose a letter that exists."),
            Err(InviteError::Disabled) => {
                problems.add("email", "The account of this address is disabled. Enable it first.");
            }
            Err(InviteError::AtOnce) => {
                problems.add("email", "Somebody invited this address at the same moment. Send it again.");
            }
            Err(InviteError::Store(error)) => return Err(error.into()),
            Err(error) => return Err(Fault::unexpected(error)),
        }
    }
    render(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, Filled::new(fields, problems), "").await
}

/// POST /staff/accounts/{id}/disable
pub(super) async fn disable(
    Acting { who: SteppedUp(Administrator(who)), .. }: Acting<SteppedUp<Administrator>>,
    id: web::Path<String>,
    app: web::Data<App>,
) -> Result<HttpResponse, Fault> {
    let id = AccountId::parse(&id).ok_or(Fault::NotFound)?;
    if id == who.id {
        return Err(Fault::Overtaken(
            "You cannot disable your own account: ask another administrator. Nothing was changed.".to_owned(),
        ));
    }
    let (keys, random, now) = (app.keys.clone(), app.random.clone(), app.clock.now());
    app.db
        .write(move |tx| -> Result<_, Fault> {
            // Two administrators who disable each other at once must not leave nobody.
            if !store::hold_administrators(tx)?.contains(&who.id) {
                return Err(Fault::Overtaken("Your own account was disabled meanwhile.".to_owned()));
            }
            store::by_id(tx, &keys, id)?.ok_or(Fault::NotFound)?;
            if store::set_disabled(tx, id, Some(now))? {
                store::end_sessions(tx, id)?;
                store::end_half_log_ins(tx, id)?;
                store::void(tx, id, now)?;
                let act = Act::new(now, Actor::Staff(who.id), Subject::Account(id), "disabled");
                audit::record(tx, &random, act)?;
            }
            Ok(())
        })
        .await?;
    Ok(see("/staff/accounts?disabled"))
}

/// POST /staff/accounts/{id}/enable
pub(super) async fn enable(
    Acting { who: SteppedUp(Administrator(who)), .. }: Acting<SteppedUp<Administrator>>,
    id: web::Path<String>,
    app: web::Data<App>,
) -> Result<HttpResponse, Fault> {
    let id = AccountId::parse(&id).ok_or(Fault::NotFound)?;
    let (random, now) = (app.random.clone(), app.clock.now());
    app.db
        .write(move |tx| {
            if store::set_disabled(tx, id, None)? {
                let act = Act::new(now, Actor::Staff(who.id), Subject::Account(id), "enabled");
                audit::record(tx, &random, act)?;
            }
            Ok::<_, db::Error>(())
        })
        .await?;
    Ok(see("/staff/accounts?enabled"))
}

/// POST /staff/accounts/{id}/end-sessions
pub(super) async fn end_sessions(
    Acting { who: SteppedUp(Administrator(who)), .. }: Acting<SteppedUp<Administrator>>,
    id: web::Path<String>,
    app: web::Data<App>,
) -> Result<HttpResponse, Fault> {
    let id = AccountId::parse(&id).ok_or(Fault::NotFound)?;
    let (keys, random, now) = (app.keys.clone(), app.random.clone(), app.clock.now());
    app.db
        .write(move |tx| -> Result<_, Fault> {
            store::by_id(tx, &keys, id)?.ok_or(Fault::NotFound)?;
            store::end_sessions(tx, id)?;
            store::forget_devices(tx, id)?;
            let act = Act::new(now, Actor::Staff(who.id), Subject::Account(id), "ended the sessions");
            Ok(audit::record(tx, &random, act)?)
        })
        .await?;
    Ok(see("/staff/accounts?sessions-ended"))
}

/// POST /staff/accounts/{id}/take-factor: for somebody who has lost everything that they could show. Whoever knows the password sets up
/// another one, and the owner is told.
pub(super) async fn take_factor(
    Acting { who: SteppedUp(Administrator(who)), .. }: Acting<SteppedUp<Administrator>>,
    id: web::Path<String>,
    app: web::Data<App>,
    outbox: web::Data<Outbox>,
) -> Result<HttpResponse, Fault> {
    let id = AccountId::parse(&id).ok_or(Fault::NotFound)?;
    if id == who.id {
        return Err(Fault::Overtaken(
            "Set up another second factor on the page of your own account. Nothing was changed.".to_owned(),
        ));
    }
    let (of_app, now) = (app.clone(), app.clock.now());
    app.db
        .write(move |tx| -> Result<_, Fault> {
            store::by_id(tx, &of_app.keys, id)?.ok_or(Fault::NotFound)?;
            store::hold(tx, id)?;
            if store::factors(tx, id)?.any() {
                store::remove_factors(tx, id)?;
                store::end_sessions(tx, id)?;
                store::end_half_log_ins(tx, id)?;
                store::forget_devices(tx, id)?;
                let act =
                    Act::new(now, Actor::Staff(who.id), Subject::Account(id), "took the second factor back");
                audit::record(tx, &of_app.random, act)?;
                tell(tx, &of_app, &outbox, id, Alert::FactorsTaken)?;
            }
            Ok(())
        })
        .await?;
    Ok(see("/staff/accounts?factor-taken"))
}
