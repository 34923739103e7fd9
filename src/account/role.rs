//! What a member of staff may do.

use crate::text::Slug;

/// What somebody is. Each role includes those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// Of one campaign: the queue, decisions, notes.
    Moderator,
    /// Of one campaign: that, and the letter, its settings, publication, mailings.
    Organizer,
    /// Of the instance: accounts, settings, and everything above in every campaign.
    Administrator,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 3] = [Self::Moderator, Self::Organizer, Self::Administrator];

    /// The word in forms, commands and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Moderator => "moderator",
            Self::Organizer => "organizer",
            Self::Administrator => "administrator",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Whether whoever has this role may do what needs the other one.
    pub fn includes(self, other: Self) -> bool {
        self >= other
    }
}

/// What somebody is made: a role, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Appointment {
    /// Of the instance.
    Administrator,
    /// Of the campaign with this slug.
    Organizer(Slug),
    /// Of the campaign with this slug.
    Moderator(Slug),
}

/// Why a role and a campaign make no appointment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AppointmentError {
    /// An organizer or moderator of nothing.
    #[error("Choose the letter: organizers and moderators work on one.")]
    WhichCampaign,
    /// An administrator of one campaign.
    #[error("Leave the letter out: an administrator may do everything in all of them.")]
    EveryCampaign,
}

impl Appointment {
    /// Puts role and campaign together.
    ///
    /// # Errors
    /// One variant per reason.
    pub fn new(role: Role, campaign: Option<Slug>) -> Result<Self, AppointmentError> {
        match (role, campaign) {
            (Role::Administrator, None) => Ok(Self::Administrator),
            (Role::Administrator, Some(_)) => Err(AppointmentError::EveryCampaign),
            (_, None) => Err(AppointmentError::WhichCampaign),
            (Role::Organizer, Some(slug)) => Ok(Self::Organizer(slug)),
            (Role::Moderator, Some(slug)) => Ok(Self::Moderator(slug)),
        }
    }

    /// The role.
    pub const fn role(&self) -> Role {
        match self {
            Self::Administrator => Role::Administrator,
            Self::Organizer(_) => Role::Organizer,
            Self::Moderator(_) => Role::Moderator,
        }
    }

    /// The campaign, unless it is all of them.
    pub const fn campaign(&self) -> Option<&Slug> {
        match self {
            Self::Administrator => None,
            Self::Organizer(slug) | Self::Moderator(slug) => Some(slug),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_includes_those_before_it() {
        assert!(Role::Administrator.includes(Role::Moderator));
        assert!(Role::Organizer.includes(Role::Organizer));
        assert!(!Role::Moderator.includes(Role::Organizer));
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
    }

    #[test]
    fn only_an_administrator_is_of_no_campaign() {
        let slug = || Slug::parse("letter-2019").ok();
        assert_eq!(Appointment::new(Role::Administrator, slug()), Err(AppointmentError::EveryCampaign));
        assert_eq!(Appointment::new(Role::Moderator, None), Err(AppointmentError::WhichCampaign));
        assert_eq!(Appointment::new(Role::Organizer, slug()).unwrap().role(), Role::Organizer);
    }
}
