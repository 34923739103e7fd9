//! The way between the staff pages of one letter, on top of each of them (`templates/campaign/local.html`).

use super::campaign::Campaign;
use crate::clock::Timestamp;

/// A page of a letter's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Here {
    /// What waits for a decision.
    Queue,
    /// The letter's text.
    Letter,
    /// Whether those who signed agree to it.
    Consent,
    /// Everything else that is set.
    Settings,
    /// What to go by in judgment calls.
    Guide,
    /// Everything that was done.
    History,
    /// How long organizations wait, and what is decided.
    Numbers,
    /// The reasons and the guide, to be changed.
    Moderation,
    /// Who is asked to sign.
    Invitations,
    /// Where pins and rule differ.
    Moved,
    /// The links by which it is read before it is public.
    Previews,
    /// A page of one entry or one act.
    Elsewhere,
}

/// The pages of one letter.
#[derive(Clone, Debug)]
pub struct Local {
    /// The letter's title.
    pub title: String,
    /// Where one can go.
    pub links: Vec<LocalLink>,
}

/// A way to one of them.
#[derive(Clone, Debug)]
pub struct LocalLink {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub label: &'static str,
    /// Whether it leads to this page.
    pub here: bool,
}

impl Local {
    /// The pages that this person may see. `runs_it`: an organizer of the letter, or an administrator.
    pub fn new(campaign: &Campaign, runs_it: bool, here: Here, now: Timestamp) -> Self {
        let slug = campaign.settings.slug.as_str();
        let staff = |page: &str| format!("/staff/letters/{slug}/{page}");
        let mut links = vec![
            (staff("queue"), "Queue", here == Here::Queue),
            (staff("guide"), "Guide", here == Here::Guide),
            (staff("history"), "History", here == Here::History),
            (staff("numbers"), "Numbers", here == Here::Numbers),
        ];
        if runs_it {
            links.push((staff("letter"), "Text", here == Here::Letter));
            links.push((staff("consent"), "Consent", here == Here::Consent));
            links.push((staff("settings"), "Settings", here == Here::Settings));
            links.push((staff("invitations"), "Invitations", here == Here::Invitations));
            links.push((staff("moderation"), "Moderation", here == Here::Moderation));
            links.push((staff("moved"), "What moved", here == Here::Moved));
            links.push((staff("previews"), "Preview links", here == Here::Previews));
        }
        if campaign.is_visible(now) {
            links.push((format!("/letters/{slug}"), "Public page", false));
        }
        Self {
            title: campaign.settings.title.to_string(),
            links: links.into_iter().map(|(href, label, here)| LocalLink { href, label, here }).collect(),
        }
    }
}
