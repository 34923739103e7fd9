//! How sure we have to be that it is them, and what is asked for when we are not.
//!
//! Every form outside somebody's own account takes a second factor ([`Sureness::Factor`], the rule that nobody has to ask for).
//! What is hard to take back takes one that was shown in the last ten minutes: the handler asks for it by its argument,
//! `Acting<SteppedUp<Organizer>>`, or for a page or a download `SteppedUp<Organizer>`. A list of more than twenty
//! ([`super::ActingOnMany`]) needs it without being told, and a handler that knows only from what was typed calls [`super::stepped_up`]. When it is missing, the answer is a page that carries everything that was
//! typed, asks for the code or the passkey and goes on with it: the handler runs as if nothing had been in between. So no form outside
//! this module has a field of the name `code` or `passkey`.

use super::passkey::Site;
use super::password::Passwords;
use super::proof::{self, CODE, Offered, PASSKEY, Unproven, WRONG_CODES};
use super::store::{ChallengeFor, Factors};
use super::stranger::logged_out;
use super::{next, session, store};
use crate::clock::Timestamp;
use crate::db;
use crate::ids::AccountId;
use crate::secret::TokenDigest;
use crate::web::assets;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, with_scripts};
use crate::web::{App, Fault};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::{Error, HttpResponse};
use askama::Template;

/// The fields of the second factor. They are the step's own, and never go on to the handler.
const FIELDS: [&str; 2] = [CODE, PASSKEY];

/// How sure we have to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sureness {
    /// The password is enough: for what somebody does to their own account alone.
    LoggedIn,
    /// The second factor was shown at the log-in.
    Factor,
    /// The second factor was shown in the last ten minutes, if there is one: for what somebody does to their own account.
    LatelyIfAny,
    /// The second factor was shown in the last ten minutes.
    Lately,
}

impl Sureness {
    /// The same, where the second factor was shown lately.
    pub(super) const fn stepped_up(self) -> Self {
        match self {
            Self::LoggedIn | Self::LatelyIfAny => Self::LatelyIfAny,
            Self::Factor | Self::Lately => Self::Lately,
        }
    }
}

/// What is known of whoever asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) account: AccountId,
    pub(super) session: TokenDigest,
    pub(super) stepped_up_until: Option<Timestamp>,
}

/// What is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Missing {
    /// A second factor.
    Factor,
    /// Showing it once more.
    StepUp,
}

impl Standing {
    /// What is missing to be so sure.
    pub(super) fn lacks(&self, needed: Sureness, now: Timestamp) -> Option<Missing> {
        match (needed, self.stepped_up_until) {
            (Sureness::LoggedIn, _) | (Sureness::LatelyIfAny, None) | (Sureness::Factor, Some(_)) => None,
            (Sureness::Factor | Sureness::Lately, None) => Some(Missing::Factor),
            (Sureness::Lately | Sureness::LatelyIfAny, Some(until)) => {
                (now >= until).then_some(Missing::StepUp)
            }
        }
    }
}

/// A form on its way to a handler.
pub(super) struct Sent<'a> {
    /// A page for whoever sent it.
    pub(super) page: Page,
    /// Where it was sent.
    pub(super) action: &'a str,
    /// What was typed.
    pub(super) fields: Fields,
}

#[derive(Template)]
#[template(path = "account/needs_factor.html")]
struct NeedsFactor<'a> {
    page: Page,
    action: &'a str,
    kept: Vec<(&'a str, &'a str)>,
    set_up_href: &'static str,
}

#[derive(Template)]
#[template(path = "account/confirm.html")]
struct Confirm<'a> {
    page: Page,
    form: Filled,
    action: &'a str,
    kept: Vec<(&'a str, &'a str)>,
    asks: Asks,
}

/// What a page asks for, besides recovery codes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asks {
    /// Codes of an app.
    pub(super) app: bool,
    /// A passkey.
    pub(super) passkey: bool,
    /// The script that talks to the browser about it.
    pub(super) script: &'static str,
}

impl Asks {
    /// What can be asked for of somebody who has these.
    pub(super) fn of(app: &App, factors: Factors) -> Self {
        let passkey = factors.passkeys > 0 && Site::of(&app.base_url).is_ok();
        Self { app: factors.has_app, passkey, script: assets::passkey_js() }
    }

    /// How the field of the code is called.
    pub(super) const fn label(self) -> &'static str {
        if self.app { "Code" } else { "Recovery code" }
    }

    /// What may stand in it.
    pub(super) const fn hint(self) -> &'static str {
        match self.app {
            true => "The six digits that your app shows now. Without your phone, one of your recovery codes.",
            false => "One of those that you put away. Each is good once.",
        }
    }

    /// The answer, which may run the script where there is something to run it for.
    pub(super) fn dressed(self, answer: HttpResponse) -> HttpResponse {
        if self.passkey { with_scripts(answer) } else { answer }
    }
}

/// Hands the fields on when we are sure enough, or when the code that came with them makes us so; else the answer is a page that keeps
/// them.
pub(super) async fn demand(
    app: &App,
    passwords: Option<&Passwords>,
    standing: Standing,
    needed: Sureness,
    sent: Sent<'_>,
) -> Result<Fields, Error> {
    match standing.lacks(needed, app.clock.now()) {
        None => Ok(sent.fields),
        Some(Missing::Factor) => {
            let Sent { page, action, fields } = sent;
            let kept = kept(&fields);
            let template = NeedsFactor { page, action, kept, set_up_href: next::SET_UP };
            Err(answered(page_of(StatusCode::FORBIDDEN, &template).map_err(Fault::from)?))
        }
        Some(Missing::StepUp) => {
            let mut problems = Problems::default();
            let offered = Offered::in_form(&sent.fields, standing.session, ChallengeFor::Confirm);
            if let Some(offered) = offered {
                let passwords = passwords.ok_or_else(|| {
                    Fault::unexpected("the server was put together without what checks passwords")
                })?;
                match step_up(app, passwords, standing, &offered).await? {
                    Stepped::Up => {
                        return Ok(FIELDS.iter().fold(sent.fields, |fields, name| fields.without(name)));
                    }
                    Stepped::Not(unproven) => problems.add(CODE, unproven.says()),
                    Stepped::Out => return Err(logged_out(sent.action, &sent.fields)),
                }
            }
            let status =
                if problems.is_empty() { StatusCode::FORBIDDEN } else { StatusCode::UNPROCESSABLE_ENTITY };
            let Sent { page, action, fields } = sent;
            let form = Filled::new(Fields::default(), problems);
            Err(answered(page_that_asks(app, standing.account, status, page, form, action, &fields).await?))
        }
    }
}

/// The page that asks for the second factor, and keeps what was typed.
pub(super) async fn page_that_asks(
    app: &App,
    account: AccountId,
    status: StatusCode,
    page: Page,
    form: Filled,
    action: &str,
    fields: &Fields,
) -> Result<HttpResponse, Fault> {
    let asks = Asks::of(app, app.db.read(move |conn| store::factors(conn, account)).await?);
    Ok(asks.dressed(page_of(status, &Confirm { page, form, action, kept: kept(fields), asks })?))
}

fn kept(fields: &Fields) -> Vec<(&str, &str)> {
    fields.pairs().filter(|(name, _)| !FIELDS.contains(name)).collect()
}

fn answered(answer: HttpResponse) -> Error {
    InternalError::from_response("not sure enough", answer).into()
}

enum Stepped {
    Up,
    Not(Unproven),
    /// The session has ended with this wrong one.
    Out,
}

async fn step_up(
    app: &App,
    passwords: &Passwords,
    standing: Standing,
    offered: &Offered<'_>,
) -> Result<Stepped, Fault> {
    let Standing { account, session, .. } = standing;
    let wrong = offered.wrong();
    let proof = match proof::prove(app, passwords, account, offered).await? {
        Ok(proof) => Some(proof),
        Err(unproven) if unproven == wrong => None,
        Err(other) => return Ok(Stepped::Not(other)),
    };
    let (random, now) = (app.random.clone(), app.clock.now());
    let stepped = app.db.write(move |tx| -> Result<_, db::Error> {
        let taken = match &proof {
            Some(proof) => proof.take(tx, &random, account, now)?,
            None => false,
        };
        if taken {
            store::step_up(tx, session, session::stepped_up_until(now))?;
            return Ok(Stepped::Up);
        }
        let goes_on = store::count_wrong_session(tx, session, WRONG_CODES)?;
        Ok(if goes_on { Stepped::Not(wrong) } else { Stepped::Out })
    });
    Ok(stepped.await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{Random, Token};

    #[test]
    fn what_is_missing_follows_from_what_was_shown_and_when() {
        let now = Timestamp::from_micros(0);
        let standing = |stepped_up_until| Standing {
            account: AccountId::new(0, [0; 10]),
            session: Token::make(&Random::system()).digest(),
            stepped_up_until,
        };
        let (none, fresh) = (standing(None), standing(Some(session::stepped_up_until(now))));
        let old = standing(Some(now));
        for (needed, of_none, of_old) in [
            (Sureness::LoggedIn, None, None),
            (Sureness::Factor, Some(Missing::Factor), None),
            (Sureness::LatelyIfAny, None, Some(Missing::StepUp)),
            (Sureness::Lately, Some(Missing::Factor), Some(Missing::StepUp)),
        ] {
            assert_eq!(none.lacks(needed, now), of_none, "{needed:?}");
            assert_eq!(old.lacks(needed, now), of_old, "{needed:?}");
            assert_eq!(fresh.lacks(needed, now), None, "{needed:?}");
        }
    }
}
