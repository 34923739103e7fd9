//! GET /staff/letters/{slug}/queue/live: the counts and claims of the queue, for its script.

use crate::account::{Moderator, store as staff};
use crate::moderation::bench::{Bench, Failure};
use crate::moderation::claim::Claimed;
use crate::moderation::store;
use crate::moderation::view::View;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Live {
    /// By the word of the view.
    counts: BTreeMap<&'static str, i64>,
    /// In words, by the sign-on.
    claims: BTreeMap<String, String>,
}

/// What has changed, in the words of the page.
pub(in crate::moderation) async fn live(who: Moderator, app: Data<App>) -> Result<HttpResponse, Fault> {
    let bench = Bench::new(&app, who);
    let reader = bench.clone();
    let read = app.db.read(move |conn| -> Result<_, Failure> {
        let (campaign, me) = (reader.who.campaign, reader.who.staff.id);
        let claims = store::claims_in(conn, campaign, reader.now)?;
        let mut counts = store::counts(conn, campaign)?;
        counts.mine = i64::try_from(claims.values().filter(|claim| claim.by == me).count()).unwrap_or(0);
        let people: Vec<_> = claims.values().map(|claim| claim.by).collect();
        let names = staff::names(conn, &reader.app.keys, &people)?;
        Ok((counts, claims, names))
    });
    let (counts, claims, names) = read.await?;
    let words =
        |claim: &store::Claim| Claimed::new(claim, &bench.who.staff, names.get(&claim.by), bench.now).words();
    Ok(HttpResponse::Ok().json(Live {
        counts: View::ALL.iter().filter_map(|view| Some((view.word(), counts.of(*view)?))).collect(),
        claims: claims.iter().map(|(id, claim)| (id.to_string(), words(claim))).collect(),
    }))
}
