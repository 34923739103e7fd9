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
    /// The letter in other languages.
    Languages,
    /// Everything else that is set.
    Settings,
    /// What to go by in judgment calls.
    Guide,
    /// Everything that was done.
    History,
    /// How long organizations wait, and what is decided.
    Numbers,
    /// What is mailed to whoever looks at it.
    Digest,
    /// How many were asked, came, and are on the list.
    Progress,
    /// The reasons and the guide, to be changed.
    Moderation,
    /// Who is asked to sign.
    Invitations,
    /// Those who signed in another way.
    FromElsewhere,
    /// Who may see names that everybody may not see.
    AtRisk,
    /// The list with its pins.
    List,
    /// Its editions, and the names of some.
    Editions,
    /// What is mailed to many.
    Mailings,
    /// Where pins and rule differ.
    Moved,
    /// The links by which it is read before it is public.
    Previews,
    /// What the mails say.
    Mails,
    /// What is kept of whom, and until when.
    Retention,
    /// To whom it was delivered.
    Delivery,
    /// What happened since.
    Updates,
    /// What the press gets.
    Press,
    /// A page of one entry or one act.
    Elsewhere,
}

/// What belongs together: a way on top of each page of a letter, with the pages under it beside the one that is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Section {
    /// What organizations sent in, and what was decided.
    Entries,
    /// What they sign.
    Text,
    /// Whom the organizers ask and tell.
    People,
    /// What prints under the letter.
    List,
    /// How it reaches its readers.
    Readers,
    /// The rest.
    Settings,
}

/// Every page of a letter that staff can go to, in the order in which it is offered.
const PAGES: [(Section, Here, &str, &str); 24] = [
    (Section::Entries, Here::Queue, "queue", "Queue"),
    (Section::Entries, Here::Guide, "guide", "Guide"),
    (Section::Entries, Here::History, "history", "History"),
    (Section::Entries, Here::Numbers, "numbers", "Numbers"),
    (Section::Entries, Here::Digest, "digest", "Mails to you"),
    (Section::Text, Here::Letter, "letter", "Text"),
    (Section::Text, Here::Languages, "languages", "Languages"),
    (Section::Text, Here::Consent, "consent", "Consent"),
    (Section::People, Here::Invitations, "invitations", "Invitations"),
    (Section::People, Here::Progress, "progress", "How far it has come"),
    (Section::People, Here::Mailings, "mailings", "Mailings"),
    (Section::List, Here::List, "list", "Order and pins"),
    (Section::List, Here::Editions, "editions", "Editions"),
    (Section::List, Here::Moved, "moved", "What moved"),
    (Section::List, Here::FromElsewhere, "elsewhere", "From elsewhere"),
    (Section::Readers, Here::Previews, "previews", "Preview links"),
    (Section::Readers, Here::Delivery, "delivery", "Delivery"),
    (Section::Readers, Here::Updates, "updates", "Updates"),
    (Section::Readers, Here::Press, "press", "Press pack"),
    (Section::Settings, Here::Settings, "settings", "Settings"),
    (Section::Settings, Here::Moderation, "moderation", "Moderation"),
    (Section::Settings, Here::AtRisk, "at-risk", "At-risk names"),
    (Section::Settings, Here::Mails, "mails", "Mails"),
    (Section::Settings, Here::Retention, "retention", "Retention"),
];

impl Section {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Entries, "Entries"),
        (Self::Text, "Letter"),
        (Self::People, "People"),
        (Self::List, "List"),
        (Self::Readers, "Readers"),
        (Self::Settings, "Settings"),
    ];

    /// The one that a page belongs to.
    fn of(here: Here) -> Option<Self> {
        PAGES.iter().find(|(_, page, _, _)| *page == here).map(|(section, _, _, _)| *section)
    }
}

/// The pages of one letter.
#[derive(Clone, Debug)]
pub struct Local {
    /// The letter's title.
    pub title: String,
    /// The sections, each by its first page. Nobody but organizers has more than one: moderators go between pages alone.
    pub sections: Vec<LocalLink>,
    /// The pages of the section that is shown.
    pub links: Vec<LocalLink>,
}

/// A way to one of them.
#[derive(Clone, Debug)]
pub struct LocalLink {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub label: &'static str,
    /// Whether it leads to this page, or to its section.
    pub here: bool,
}

impl Local {
    /// The pages that this person may see. `runs_it`: an organizer of the letter, or an administrator.
    pub fn new(campaign: &Campaign, runs_it: bool, here: Here, now: Timestamp) -> Self {
        let slug = campaign.settings.slug.as_str();
        let staff = |page: &str| format!("/staff/letters/{slug}/{page}");
        let section = Section::of(here);
        let shown = if runs_it { section } else { Some(Section::Entries) };
        let mut sections = Vec::new();
        if runs_it {
            for (each, label) in Section::ALL {
                let first = PAGES.iter().find(|(of, ..)| *of == each);
                let href = staff(first.map_or("queue", |(_, _, page, _)| page));
                sections.push(LocalLink { href, label, here: section == Some(each) });
            }
        }
        let mut links: Vec<LocalLink> = PAGES
            .iter()
            .filter(|(of, ..)| shown == Some(*of))
            .map(|(_, page, path, label)| LocalLink { href: staff(path), label, here: *page == here })
            .collect();
        if campaign.is_visible(now) {
            let public = LocalLink { href: format!("/letters/{slug}"), label: "Public page", here: false };
            if runs_it { sections.push(public) } else { links.push(public) }
        }
        Self { title: campaign.settings.title.to_string(), sections, links }
    }
}
