//! What is asked before settings are saved of which something cannot be taken back: names become public by an old consent, or contacts are
//! erased.

use super::open::{self, Stale};
use super::store::{self, STALE_DAYS};
use crate::campaign::{Access, Campaign, Leavers, Settings};
use crate::clock::Timestamp;
use crate::db::{Conn, Error};
use crate::list::store as lists;
use crate::text::Prose;
use crate::web::form::{Fields, Problems};

/// Why nobody is asked again.
pub(super) type Reason = Prose<500>;

/// What a change of the settings does that cannot be taken back.
#[derive(Default)]
pub(super) struct Grave {
    /// Who is on the list by a consent that is old when the letter becomes public.
    stale: Vec<(String, Timestamp)>,
    /// Whether it is this change that decides when; else a moment lies ahead, and a reason can be written.
    decides: bool,
    /// Whose contacts are kept for longer than the new settings let them be.
    erased: usize,
    /// How many editions that have a name keep the lines of those who left, and would not any more.
    drops: i64,
}

/// The same as the form shows it.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) stale: Vec<Stale>,
    pub(super) more: usize,
    pub(super) count: usize,
    /// What was shown of it, so that what is written down is about that and nothing else.
    pub(super) stale_seen: String,
    pub(super) erased: usize,
    pub(super) drops: i64,
}

impl Grave {
    /// What a change does. Inside a transaction that holds the letter, what is found stays so.
    pub(super) fn of(
        conn: &mut Conn,
        before: &Campaign,
        after: &Settings,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let was = &before.settings;
        let opens_up = was.access == Access::Invitation && after.access != Access::Invitation;
        let decides = opens_up || was.published_at != after.published_at;
        let stale = match after.published_at.filter(|at| decides || *at > now) {
            Some(at) => store::stale(conn, before.id, store::stale_before(at.max(now)))?,
            None => Vec::new(),
        };
        let later = Campaign { settings: after.clone(), ..before.clone() };
        let erased = match later.has_kept_long_enough(now) && !before.has_kept_long_enough(now) {
            true => store::with_contacts(conn, before.id)?,
            false => 0,
        };
        let drops = match (was.leavers, after.leavers) {
            (Leavers::Kept, Leavers::Dropped) => lists::keeps_names(conn, before.id)?,
            _ => 0,
        };
        Ok(Self { stale, decides, erased, drops })
    }

    /// Whether contacts are erased by it.
    pub(super) fn erases(&self) -> bool {
        self.erased > 0
    }

    /// Whether names are taken out of editions by it.
    pub(super) fn drops(&self) -> bool {
        self.drops > 0
    }

    /// As the form shows it.
    pub(super) fn shown(self, now: Timestamp) -> Shown {
        let Self { stale, erased, drops, .. } = self;
        let (stale_seen, count) = (open::seen(&stale), stale.len());
        let stale = open::named(stale, now);
        Shown { more: count - stale.len(), count, stale, stale_seen, erased, drops }
    }

    /// The reason that was written, where one is asked for; or what has to be answered first. An answer to another question, because
    /// the list has changed since it was shown, is none.
    pub(super) fn answered(&self, fields: &Fields) -> Result<Option<Reason>, Problems> {
        let mut problems = Problems::default();
        let is_typed = !fields.get("consent").trim().is_empty();
        let reason = match !self.stale.is_empty() && (self.decides || is_typed) {
            true => self.reason(fields, &mut problems),
            false => None,
        };
        if self.erases()
            && !(fields.is_ticked("erase_now") && fields.get("erased_seen") == self.erased.to_string())
        {
            let whose = count(self.erased, "sign-on");
            problems.add(
                "erase_now",
                format!(
                    "By these settings the contacts of {whose} are over and are erased now, for good. Tick this if that is what you want."
                ),
            );
        }
        if self.drops()
            && !(fields.is_ticked("drop_now") && fields.get("drops_seen") == self.drops.to_string())
        {
            let which = count(usize::try_from(self.drops).unwrap_or(usize::MAX), "edition");
            problems.add(
                "drop_now",
                format!(
                    "The names of those who left are taken out of {which} now, for good. Tick this if that is what you want."
                ),
            );
        }
        if problems.is_empty() { Ok(reason) } else { Err(problems) }
    }

    fn reason(&self, fields: &Fields, problems: &mut Problems) -> Option<Reason> {
        let typed = fields.get("consent");
        if !typed.trim().is_empty() && fields.get("stale_seen") == open::seen(&self.stale) {
            return problems.take("consent", Reason::parse(typed));
        }
        let many = count(self.stale.len(), "organization");
        problems.add(
            "consent",
            format!(
                "{many} on the list verified more than {STALE_DAYS} days before the letter is to be public. Ask them again first, or \
                 write here why you do not."
            ),
        );
        None
    }
}

fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}
