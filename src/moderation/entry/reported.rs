//! What was reported about a sign-on, by whom as far as staff need to know, and what came of it.

use crate::audit::Actor;
use crate::ids::ReportId;
use crate::moderation::bench::{Bench, Seen};
use crate::moderation::history::who;
use crate::moderation::view::{self, View};
use crate::sign_on::{Report, Reporter, Words};
use crate::web::show::{Fact, Moment, in_utc};

/// The reports on the page (`templates/moderation/entry/reports.html`).
pub(super) struct Reported {
    pub(super) reports: Vec<ReportShown>,
    /// The way to the others.
    pub(super) queue_href: String,
    /// Whether a case can be settled: nothing changes about an archived letter.
    pub(super) can_settle: bool,
}

/// One report.
pub(super) struct ReportShown {
    pub(super) id: ReportId,
    pub(super) at: Moment,
    pub(super) facts: Vec<Fact>,
    pub(super) is_open: bool,
}

impl Reported {
    pub(super) fn of(bench: &Bench, seen: &Seen) -> Self {
        let settings = &seen.campaign.settings;
        let queue = format!("/staff/letters/{}/queue", settings.slug);
        Self {
            reports: seen.reports.iter().filter_map(|report| shown(bench, seen, report)).collect(),
            queue_href: view::address(&queue, View::Reported, None),
            can_settle: settings.status != crate::campaign::Status::Archived,
        }
    }
}

fn shown(bench: &Bench, seen: &Seen, report: &Report) -> Option<ReportShown> {
    let confirmed = report.confirmed?;
    let mut facts = vec![Fact { name: "What is wrong", value: report.kind.label().to_owned() }];
    if report.line != seen.sign_on.entry.line {
        facts.push(Fact { name: "It printed as", value: report.line.clone() });
    }
    match &report.reporter {
        Some(reporter) => facts.extend(personal(reporter)),
        None => facts.push(Fact { name: "Who reported it", value: "Erased.".to_owned() }),
    }
    let domain = match (confirmed.is_own_domain, confirmed.has_suspended) {
        (true, true) => "The address is at the domain of the website. It took the entry off the list.",
        (true, false) => "The address is at the domain of the website.",
        (false, _) => "The address is not at the domain of the website.",
    };
    facts.push(Fact { name: "Whose word it is", value: domain.to_owned() });
    if let Some(settled) = report.settled {
        let name = who(Actor::Staff(settled.by), &seen.names);
        let value = format!("{name}, {}: {}.", in_utc(settled.at), settled.outcome.words());
        facts.push(Fact { name: "Settled", value });
    }
    Some(ReportShown {
        id: report.id,
        at: Moment::new(confirmed.at, bench.now),
        facts,
        is_open: report.settled.is_none(),
    })
}

/// The address only as far as it takes to know it again: who reports is nobody else's business.
fn personal(reporter: &Reporter) -> Vec<Fact> {
    let facts = [
        ("In their words", reporter.words.as_ref().map(Words::as_str).map(str::to_owned)),
        ("Name", reporter.name.as_ref().map(ToString::to_string)),
        ("Address", Some(reporter.email.masked())),
        ("They ask", reporter.wants_hold.then(|| "to take it off the list until this is settled".to_owned())),
        ("Told what comes of it", Some(if reporter.wants_answer { "Yes" } else { "No" }.to_owned())),
    ];
    facts.into_iter().filter_map(|(name, value)| Some(Fact { name, value: value? })).collect()
}
