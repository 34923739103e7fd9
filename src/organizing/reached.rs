//! How far a letter has come, counted: who was asked, who came, what became of them; by country and by day.

use crate::sign_on::Standing;
use crate::text::Country;
use jiff::Span;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// How many days are shown one by one; a longer time is shown by weeks.
pub(super) const MOST_DAYS: i64 = 60;

/// The invitations of a letter. One that was revoked counts only as that.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Invited {
    pub(super) invited: i64,
    pub(super) opened: i64,
    pub(super) declined: i64,
    pub(super) refused: i64,
    pub(super) revoked: i64,
}

/// Sign-ons that are alike as far as they are counted.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) is_invited: bool,
    pub(super) standing: Standing,
    pub(super) country: Option<Country>,
    /// Of those that were withdrawn, whether they were on the list.
    pub(super) was_listed: bool,
    pub(super) count: i64,
    /// How many of them proved their mailbox, or are vouched for in writing.
    pub(super) verified: i64,
    /// How many of them were merged into another entry.
    pub(super) merged: i64,
}

/// Three steps of a sign-on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Steps {
    /// Sent by the form.
    pub(super) sent: i64,
    /// The mailbox proved, or vouched for in writing.
    pub(super) verified: i64,
    /// Approved, whether or not it is on the list still.
    pub(super) approved: i64,
}

impl Steps {
    pub(super) fn add(&mut self, more: Self) {
        self.sent += more.sent;
        self.verified += more.verified;
        self.approved += more.approved;
    }
}

impl Group {
    fn steps(&self) -> Steps {
        let approved = match self.standing {
            Standing::Approved | Standing::Removed => self.count,
            Standing::Withdrawn if self.was_listed => self.count,
            _ => 0,
        };
        Steps { sent: self.count, verified: self.verified, approved }
    }
}

/// What became of sign-ons: each is one of these.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Became {
    pub(super) unverified: i64,
    pub(super) expired: i64,
    pub(super) waiting: i64,
    pub(super) held: i64,
    pub(super) listed: i64,
    pub(super) rejected: i64,
    pub(super) merged: i64,
    pub(super) withdrawn: i64,
    pub(super) removed: i64,
}

impl Became {
    fn add(&mut self, group: &Group) {
        let count = group.count;
        match group.standing {
            Standing::AwaitingVerification => self.unverified += count,
            Standing::AwaitingModeration => self.waiting += count,
            Standing::OnHold => self.held += count,
            Standing::Approved => self.listed += count,
            Standing::Rejected => {
                self.merged += group.merged;
                self.rejected += count - group.merged;
            }
            Standing::Withdrawn => self.withdrawn += count,
            Standing::Removed => self.removed += count,
        }
    }

    /// Each with its name, in the order of a sign-on's life.
    pub(super) const fn named(&self) -> [(&'static str, i64); 9] {
        [
            ("Not verified yet", self.unverified),
            ("Never verified, erased", self.expired),
            ("Waiting for review", self.waiting),
            ("On hold", self.held),
            ("On the list", self.listed),
            ("Rejected", self.rejected),
            ("Merged into another entry", self.merged),
            ("Withdrawn", self.withdrawn),
            ("Removed from the list", self.removed),
        ]
    }
}

/// Those who came one way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Way {
    pub(super) steps: Steps,
    pub(super) became: Became,
}

/// How far a letter has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Reached {
    pub(super) invitations: Invited,
    /// Those who came by an invitation.
    pub(super) invited: Way,
    /// Those who came by themselves.
    pub(super) own: Way,
    /// By country, and those that gave none.
    pub(super) countries: BTreeMap<Option<Country>, Steps>,
}

impl Reached {
    /// Counts these.
    pub(super) fn new(invitations: Invited, groups: &[Group]) -> Self {
        let mut reached = Self { invitations, ..Self::default() };
        for group in groups {
            let way = if group.is_invited { &mut reached.invited } else { &mut reached.own };
            way.steps.add(group.steps());
            way.became.add(group);
            reached.countries.entry(group.country).or_default().add(group.steps());
        }
        reached
    }

    /// Counts so many more that were sent, never verified and erased.
    pub(super) fn add_expired(&mut self, is_invited: bool, country: Option<Country>, count: i64) {
        let way = if is_invited { &mut self.invited } else { &mut self.own };
        way.steps.sent += count;
        way.became.expired += count;
        self.countries.entry(country).or_default().sent += count;
    }

    /// The countries, those with most on the list first, then most verified, then by name.
    pub(super) fn by_country(&self) -> Vec<(Option<Country>, Steps)> {
        let mut all: Vec<_> = self.countries.iter().map(|(country, steps)| (*country, *steps)).collect();
        all.sort_by_key(|(country, steps)| {
            let name = country.map_or("", |country| country.name());
            (-steps.approved, -steps.verified, -steps.sent, country.is_none(), name)
        });
        all
    }
}

/// A day, or a week that begins on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Period {
    pub(super) begins: Date,
    pub(super) steps: Steps,
}

/// Every day from the first one to the last, those without anything too.
pub(super) fn days(counted: &BTreeMap<Date, Steps>, last: Date) -> Vec<Period> {
    let Some(first) = counted.keys().next().copied() else { return Vec::new() };
    let last = counted.keys().next_back().copied().map_or(last, |counted| counted.max(last));
    first
        .series(Span::new().days(1))
        .take_while(|day| *day <= last)
        .map(|day| Period { begins: day, steps: counted.get(&day).copied().unwrap_or_default() })
        .collect()
}

/// The same by weeks, each from its Monday.
pub(super) fn weeks(days: &[Period]) -> Vec<Period> {
    let mut weeks = Vec::<Period>::new();
    for day in days {
        let since_monday = i64::from(day.begins.weekday().to_monday_zero_offset());
        let begins = day.begins.saturating_sub(Span::new().days(since_monday));
        match weeks.last_mut().filter(|week| week.begins == begins) {
            Some(week) => week.steps.add(day.steps),
            None => weeks.push(Period { begins, steps: day.steps }),
        }
    }
    weeks
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn group(standing: Standing, count: i64, verified: i64) -> Group {
        let country = Country::parse("KE").ok();
        Group { is_invited: false, standing, country, was_listed: true, count, verified, merged: 0 }
    }

    #[test]
    fn each_sign_on_is_counted_once_in_what_became_of_it_and_in_every_step_that_it_took() {
        let groups = [
            group(Standing::AwaitingVerification, 1, 0),
            group(Standing::Approved, 4, 4),
            group(Standing::Withdrawn, 2, 2),
            Group { merged: 1, ..group(Standing::Rejected, 3, 3) },
            Group { is_invited: true, ..group(Standing::Removed, 1, 1) },
        ];
        let mut reached = Reached::new(Invited::default(), &groups);
        reached.add_expired(true, None, 5);
        assert_eq!(reached.own.steps, Steps { sent: 10, verified: 9, approved: 6 });
        assert_eq!(reached.invited.steps, Steps { sent: 6, verified: 1, approved: 1 });
        for way in [reached.own, reached.invited] {
            assert_eq!(way.became.named().iter().map(|(_, count)| count).sum::<i64>(), way.steps.sent);
        }
        assert_eq!((reached.own.became.rejected, reached.own.became.merged), (2, 1));
        let countries = reached.by_country();
        assert_eq!(countries[0].1, Steps { sent: 11, verified: 10, approved: 7 });
        assert_eq!(countries[1], (None, Steps { sent: 5, ..Steps::default() }));
    }

    #[test]
    fn a_day_without_anything_is_a_day_and_weeks_begin_on_monday() {
        let sent = |count| Steps { sent: count, ..Steps::default() };
        let counted = [(date(2026, 2, 28), sent(2)), (date(2026, 3, 3), sent(1))].into_iter().collect();
        let all = days(&counted, date(2026, 3, 4));
        let counts: Vec<i64> = all.iter().map(|day| day.steps.sent).collect();
        assert_eq!(counts, [2, 0, 0, 1, 0]);
        let weeks = weeks(&all);
        assert_eq!(weeks.iter().map(|week| week.steps.sent).collect::<Vec<_>>(), [2, 1]);
        assert_eq!([weeks[0].begins, weeks[1].begins], [date(2026, 2, 23), date(2026, 3, 2)]);
        assert!(days(&BTreeMap::new(), date(2026, 3, 4)).is_empty());
    }
}
