//! What a page of the queue listed, and the proof of it, so that its form acts on nothing else.

use super::bench::Bench;
use crate::ids::SignOnId;
use crate::web::form::Fields;

/// What the proof is for.
const PURPOSE: &str = "queue listing";

/// The fields of a form that acts on what its page listed.
#[derive(Default)]
pub(super) struct Listing {
    /// The ids, in the order of the page.
    pub(super) listed: String,
    /// The proof.
    pub(super) proof: String,
}

/// For the form of a page that lists these.
pub(super) fn of(bench: &Bench, ids: &[SignOnId]) -> Listing {
    let listed = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let proof = bench.app.form_token(PURPOSE, &binding(bench, &listed));
    Listing { listed, proof }
}

/// What the page listed, in its order, if it was a page of ours for this person and this letter.
pub(super) fn read(bench: &Bench, fields: &Fields) -> Option<Vec<SignOnId>> {
    let listed = fields.get("listed");
    bench.app.check_form_token(fields.get("listing"), PURPOSE, &binding(bench, listed)).ok()?;
    Some(listed.split(' ').filter_map(SignOnId::parse).collect())
}

fn binding(bench: &Bench, listed: &str) -> Vec<u8> {
    let (who, campaign) = (bench.who.staff.id.uuid(), bench.who.campaign.uuid());
    [who.as_bytes(), campaign.as_bytes(), listed.as_bytes()].concat()
}
