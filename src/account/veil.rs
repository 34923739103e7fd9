//! An entry whose name is held back: its addresses are for those alone whom the organizers named, but for these.

use super::access::{Admission, Moderator, Staff, admit, app_of};
use super::role::Role;
use crate::ids::CampaignId;
use crate::web::Fault;
use crate::web::route::only_reads;
use actix_web::dev::Payload;
use actix_web::{Error, FromRequest, HttpRequest};
use std::future::Future;
use std::pin::Pin;

/// A moderator of the campaign, whether or not they may see the name of the entry that the address names: for the page that shows
/// nothing of it, and for the button that shows less of it to everybody.
#[derive(Clone, Debug)]
pub struct EvenVeiled(pub Moderator);

impl Admission for EvenVeiled {
    const NEEDS_THE_NAME: bool = false;

    fn admit(staff: Staff, campaign: Option<(CampaignId, Option<Role>)>) -> Result<Self, Fault> {
        Moderator::admit(staff, campaign).map(Self)
    }
}

impl FromRequest for EvenVeiled {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

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
