//! An entry whose name is held back: its addresses are for those alone whom the organizers named.

use super::access::{Admission, Moderator, Staff};
use super::role::Role;
use crate::ids::CampaignId;
use crate::web::Fault;

/// What everybody else of the staff is told.
pub(super) const HELD_BACK: Fault = Fault::Forbidden(
    "This organization is not named in public. Its entry is for those of the staff whom the organizers named, under At-risk names. \
     Nothing was changed.",
);

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
