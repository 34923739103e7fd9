//! What stands behind the link of an invitation.

use crate::campaign::{self, Campaign};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::secret::{Keys, Token, TokenDigest};
use crate::sign_on::page::Place;
use crate::sign_on::store::{self, ContactError};
use crate::sign_on::{Invitation, Standing, Via, stands};
use crate::web::link::Door;
use crate::web::page::{Page, page_of};
use crate::web::show::in_utc;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

/// What the token is for of the form with the answer that is no.
pub(super) const ANSWER: &str = "decline invitation";

/// An invitation that stands, and its letter.
pub(super) struct Found {
    pub(super) invitation: Invitation,
    /// The letter, with the deadline that holds for this invitation.
    pub(super) campaign: Campaign,
    /// Where the sign-ons stand that came by it.
    pub(super) sign_ons: Vec<Standing>,
}

impl Found {
    /// Whether something that came by it stands.
    pub(super) fn has_signed(&self) -> bool {
        stands(&self.sign_ons)
    }

    /// Where the form stands behind this link.
    pub(super) fn place(&self, token: &Token) -> Place {
        let here = format!("/invitations/{}", token.reveal());
        Place {
            campaign: self.campaign.clone(),
            via: Via::Invitation(self.invitation.id),
            sent: format!("{here}/sent"),
            later: format!("{here}/intention"),
            action: here.clone(),
            letter: here,
            binding: token.digest().as_bytes().to_vec(),
            wanted: self.invitation.language.clone(),
        }
    }
}

/// What a link leads to; nothing where it is unknown or revoked.
pub(super) async fn found(app: &App, token: &Token) -> Result<Option<Found>, Fault> {
    let (keys, digest) = (app.keys.clone(), token.digest());
    Ok(app.db.read(move |conn| behind(conn, &keys, digest)).await?)
}

pub(super) fn behind(conn: &mut Conn, keys: &Keys, link: TokenDigest) -> Result<Option<Found>, ContactError> {
    let Some(invitation) = store::invitation_behind(conn, keys, link)? else { return Ok(None) };
    let Some(campaign) = campaign::store::by_id(conn, invitation.campaign)? else { return Ok(None) };
    let sign_ons = store::standings_by(conn, invitation.id)?;
    Ok(Some(Found { campaign: invitation.extends(&campaign), invitation, sign_ons }))
}

/// What whoever may read a letter that is not public is asked for; empty where everybody may.
pub(super) fn embargo(campaign: &Campaign, now: Timestamp) -> String {
    const KEEP: &str = "keep the letter and the names under it to yourselves";
    match campaign.settings.published_at {
        _ if campaign.is_visible(now) => String::new(),
        None => format!("This letter is not published yet. Please {KEEP} until it is."),
        Some(at) if at > now => {
            format!("This letter will be published on {}. Please {KEEP} until then.", in_utc(at))
        }
        Some(_) => format!("This letter is shown to those who are invited alone. Please {KEEP}."),
    }
}

/// The links of invitations and intentions.
#[derive(Debug)]
pub(super) struct Asked;

impl Door for Asked {
    fn unknown() -> Result<HttpResponse, Fault> {
        unknown()
    }
}

/// The one page for a link that is unknown, malformed, revoked or belongs to something erased.
pub(super) fn unknown() -> Result<HttpResponse, Fault> {
    let page = Page::new("We do not know this link – Undersigned").not_indexed();
    Ok(page_of(StatusCode::NOT_FOUND, &Unknown { page })?)
}

/// A member of staff who sends a form behind somebody else's link.
pub(super) fn staff_here(status: StatusCode) -> Result<HttpResponse, Fault> {
    let page = Page::new("This link is somebody else’s – Undersigned").not_indexed();
    Ok(page_of(status, &StaffHere { page })?)
}

#[derive(Template)]
#[template(path = "invited/unknown.html")]
struct Unknown {
    page: Page,
}

#[derive(Template)]
#[template(path = "invited/staff_here.html")]
struct StaffHere {
    page: Page,
}
