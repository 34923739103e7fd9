//! What the database holds: every sign-on with its history and its mails.

use crate::support::both;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use undersigned::clock::Timestamp;
use undersigned::db::schema::{audit_entries, campaigns, outbox, sign_ons};
use undersigned::db::{Db, Error};
use undersigned::ids::{AnyId, SignOnId};

/// One sign-on.
#[derive(Debug)]
pub struct Stands {
    pub state: String,
    pub verified: bool,
    /// What was done, in any order.
    pub acts: Vec<String>,
    /// The kinds of mail that were written.
    pub mails: BTreeSet<String>,
}

/// Id, organization, state, when it was verified, its place in the order of joining.
type Row = (SignOnId, String, String, Option<Timestamp>, Option<i64>);

/// Everything, by the organization's name; the names of a run are all different.
#[derive(Default)]
pub struct Books(pub BTreeMap<String, Stands>);

/// The acts that change where a sign-on stands: each is done once in its life here.
const ONCE: [&str; 6] = ["submitted", "verified", "approved", "rejected", "put on hold", "withdrawn"];

impl Books {
    pub async fn read(db: &Db) -> Self {
        let read = db.read(|conn| {
            let rows: Vec<Row> = both!(conn, |c| sign_ons::table
                .select((
                    sign_ons::id,
                    sign_ons::organization,
                    sign_ons::state,
                    sign_ons::verified_at,
                    sign_ons::joined
                ))
                .load(c))?;
            let acts: Vec<(Option<AnyId>, String)> = both!(conn, |c| audit_entries::table
                .select((audit_entries::subject_id, audit_entries::act))
                .load(c))?;
            let mails: Vec<(Option<AnyId>, String)> =
                both!(conn, |c| outbox::table.select((outbox::subject_id, outbox::kind)).load(c))?;
            let joined: i64 = both!(conn, |c| campaigns::table.select(campaigns::joined_count).first(c))?;
            Ok::<_, Error>((rows, acts, mails, joined))
        });
        let (rows, acts, mails, joined_count) = read.await.unwrap();
        let (acts, mails) = (by_subject(acts), by_subject(mails));
        // Each approval takes one place in the order of joining; whoever leaves takes it along.
        let approvals = acts.values().flatten().filter(|act| *act == "approved").count();
        assert_eq!(approvals as i64, joined_count, "places in the order of joining");
        let places: BTreeSet<i64> = rows.iter().filter_map(|row| row.4).collect();
        assert_eq!(places.len(), rows.iter().filter(|row| row.2 == "approved").count(), "{places:?}");
        let stands = rows.into_iter().map(|(id, name, state, verified_at, _)| {
            let of = |all: &BTreeMap<_, Vec<String>>| all.get(&id.uuid()).cloned().unwrap_or_default();
            let mails = of(&mails).into_iter().collect();
            (name, Stands { state, verified: verified_at.is_some(), acts: of(&acts), mails })
        });
        let books = Self(stands.collect());
        books.hold_no_half_acts();
        books
    }

    /// A state without its history or its mail, or the other way about, is half an act.
    fn hold_no_half_acts(&self) {
        for (name, stands) in &self.0 {
            let did = |act: &str| stands.acts.iter().any(|done| done == act);
            let wrote = |kind: &str| stands.mails.contains(kind);
            let is = |state: &str| stands.state == state;
            for act in ONCE {
                let times = stands.acts.iter().filter(|done| *done == act).count();
                assert!(times <= 1, "{name} was {act} {times} times: {stands:?}");
            }
            let whole = did("submitted")
                && wrote("verify")
                && did("verified") == stands.verified
                && wrote("received") == stands.verified
                && (is("awaiting_verification") || stands.verified)
                && did("withdrawn") == is("withdrawn")
                && wrote("withdrawn") == is("withdrawn")
                && did("rejected") == wrote("rejected")
                && did("approved") == wrote("approved")
                && (did("approved") || !is("approved"))
                && (did("rejected") || !is("rejected"))
                && (did("put on hold") || !is("on_hold"));
            assert!(whole, "{name} is half an act: {stands:?}");
        }
    }

    pub fn sign_ons(&self) -> usize {
        self.0.len()
    }

    pub fn count_of(&self, state: &str) -> usize {
        self.0.values().filter(|stands| stands.state == state).count()
    }
}

fn by_subject(rows: Vec<(Option<AnyId>, String)>) -> BTreeMap<uuid::Uuid, Vec<String>> {
    let mut found: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for (subject, what) in rows {
        if let Some(subject) = subject {
            found.entry(subject.uuid()).or_default().push(what);
        }
    }
    found
}
