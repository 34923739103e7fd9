//! The one thing about each sign-on of a page that needs a look.

use crate::db::{Conn, Error};
use crate::ids::{CampaignId, SignOnId};
use crate::moderation::evidence::{Tie, one_look};
use crate::moderation::likeness::Candidate;
use crate::moderation::sentence::Sentence;
use crate::moderation::store;
use crate::secret::Keys;
use crate::sign_on::{self, Likeness, ReportKind, SignOn, Standing};
use crate::text::EmailAddress;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

/// Whether nobody has decided about it, and somebody can.
pub(super) const fn is_undecided(standing: Standing) -> bool {
    matches!(standing, Standing::AwaitingModeration | Standing::OnHold)
}

/// That somebody reported it: more than anything else it needs a look.
pub(super) fn reported(kind: ReportKind) -> Sentence {
    Sentence::look(format!("Reported: {}.", kind.said()))
}

/// The one thing about each undecided one that needs a look, where there is one; and of every one whether its mail came back.
pub(super) fn of(
    conn: &mut Conn,
    keys: &Keys,
    campaign: CampaignId,
    listed: &[SignOn],
    sees_all: bool,
) -> Result<BTreeMap<SignOnId, Sentence>, Error> {
    let mut looks: BTreeMap<SignOnId, Sentence> = listed
        .iter()
        .filter(|sign_on| sign_on.undeliverable_at.is_some())
        .map(|sign_on| (sign_on.id, Sentence::look("Our mail to its address came back.")))
        .collect();
    let is_told =
        |sign_on: &&SignOn| is_undecided(sign_on.standing()) && (sees_all || sign_on.entry.is_named());
    let listed: Vec<&SignOn> = listed.iter().filter(is_told).collect();
    if listed.is_empty() {
        return Ok(looks);
    }
    let ids: Vec<SignOnId> = listed.iter().map(|sign_on| sign_on.id).collect();
    let likenesses = store::likenesses(conn, &ids)?;
    let all: Vec<Likeness> = likenesses.values().cloned().collect();
    let candidates = store::candidates(conn, campaign, &all, sees_all)?;
    let distinct = store::pairs_of(conn, &ids)?;
    let ties = ties(keys, &listed, &store::domain_keys(conn, &ids)?);
    let look = |sign_on: &&SignOn| {
        let ties = ties.get(&sign_on.id).map_or(&[][..], Vec::as_slice);
        let is_another = |other: &Candidate| distinct.contains(&store::pair(sign_on.id, other.id));
        let candidates = match candidates.iter().any(is_another) {
            true => Cow::Owned(candidates.iter().filter(|other| !is_another(other)).cloned().collect()),
            false => Cow::Borrowed(&candidates),
        };
        let sentence = one_look(sign_on, likenesses.get(&sign_on.id)?, &candidates, ties)?;
        Some((sign_on.id, sentence))
    };
    for (id, sentence) in listed.iter().filter_map(look) {
        looks.entry(id).or_insert(sentence);
    }
    Ok(looks)
}

/// How each address goes with the website, told by keyed hashes: the list opens nobody's data.
fn ties(
    keys: &Keys,
    listed: &[&SignOn],
    domains: &BTreeMap<SignOnId, Vec<Vec<u8>>>,
) -> BTreeMap<SignOnId, Vec<Tie>> {
    let key = |domain: &str| sign_on::store::mail_domain_key(keys, domain).as_bytes().to_vec();
    let free: HashSet<Vec<u8>> = EmailAddress::free_mail_domains().iter().map(|domain| key(domain)).collect();
    let mut all = BTreeMap::new();
    for sign_on in listed {
        let site = sign_on.entry.website.as_ref().map(|url| key(url.registrable_domain()));
        let tie = |domain: &Vec<u8>| match &site {
            _ if free.contains(domain) => Tie::FreeMail,
            None => Tie::NoWebsite,
            Some(site) if site == domain => Tie::Match,
            Some(_) => Tie::Differ,
        };
        all.insert(sign_on.id, domains.get(&sign_on.id).into_iter().flatten().map(tie).collect());
    }
    all
}
