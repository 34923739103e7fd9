//! Which text is signed: what a form shows of it, and what a link says when it has changed since the form was filled in.

use super::state::SignOn;
use super::store;
use crate::campaign::{Campaign, LetterBody, store as campaigns};
use crate::db::{Conn, Error};
use crate::text::Differences;
use crate::web::form::Fields;
use crate::web::show::Moment;
use crate::web::{App, Fault};

/// The field that says which version somebody has read.
pub(super) const FIELD: &str = "wording";
/// The field that says whether they have read that silence counts as consent.
pub(super) const SILENCE: &str = "silence";

/// What a form shows of the text.
pub(super) struct ToSign {
    /// The version that is signed.
    pub(super) number: i64,
    /// Whether silence counts as consent to a later change.
    pub(super) silence_counts: bool,
    /// What is to be read first, where that is not the text that the public page shows.
    pub(super) another: Option<Another>,
}

/// Another text than the one that the public page shows.
pub(super) struct Another {
    /// Until when the others are asked.
    pub(super) until: Moment,
    pub(super) html: String,
    /// Its own page; empty where strangers may not read it.
    pub(super) href: String,
}

/// What whoever sent a form had read.
#[derive(Clone, Copy, Default)]
pub(super) struct HasRead {
    /// The version; none where the form did not say.
    pub(super) number: Option<i64>,
    /// That silence counts as consent.
    pub(super) silence: bool,
}

impl HasRead {
    pub(super) fn of(fields: &Fields) -> Self {
        Self { number: fields.get(FIELD).parse().ok(), silence: fields.is_ticked(SILENCE) }
    }
}

/// What the form of a campaign is about.
pub(super) async fn to_sign(app: &App, campaign: &Campaign) -> Result<ToSign, Fault> {
    let (id, stands) = (campaign.id, campaign.text_number);
    let read = app.db.read(move |conn| -> Result<_, Error> {
        let round = campaigns::open_round(conn, id)?.filter(|round| round.to_number != stands);
        round.map(|round| Ok((round, campaigns::letter_version(conn, id, round.to_number)?))).transpose()
    });
    let another = read.await?;
    Ok(ToSign {
        number: another.as_ref().map_or(stands, |(_, version)| version.number),
        silence_counts: campaign.silence_counts,
        another: another.map(|(round, version)| Another {
            until: Moment::new(round.ends_at, app.clock.now()),
            html: whole(&version.body),
            href: match campaign.is_visible(app.clock.now()) {
                true => format!("/letters/{}/versions/{}", campaign.settings.slug, version.number),
                false => String::new(),
            },
        }),
    })
}

fn whole(body: &LetterBody) -> String {
    let html = body.html();
    html.introduction + &html.text
}

/// Whether somebody who has read one version may sign now without reading another.
pub(super) fn is_what_is_signed(conn: &mut Conn, campaign: &Campaign, number: i64) -> Result<bool, Error> {
    let signs = campaigns::signing_number(conn, campaign)?;
    Ok(number == signs || campaigns::same_meaning(conn, campaign.id, signs)?.contains(&number))
}

/// The change between the text that was signed and the one that is signed now.
pub(super) struct Changed {
    /// The version that is signed now.
    pub(super) number: i64,
    pub(super) differences: Differences,
    pub(super) lang: String,
    pub(super) dir: &'static str,
}

/// What changed since somebody filled in the form; nothing, where the text says the same.
pub(super) fn changed(
    conn: &mut Conn,
    campaign: &Campaign,
    sign_on: &SignOn,
) -> Result<Option<Changed>, Error> {
    if is_what_is_signed(conn, campaign, sign_on.letter_version)? {
        return Ok(None);
    }
    let number = campaigns::signing_number(conn, campaign)?;
    let before = campaigns::letter_version(conn, campaign.id, sign_on.letter_version)?;
    let after = campaigns::letter_version(conn, campaign.id, number)?;
    Ok(Some(Changed {
        number,
        differences: Differences::between(&before.body.markdown(), &after.body.markdown()),
        lang: campaign.settings.language.to_string(),
        dir: campaign.settings.language.dir().as_str(),
    }))
}

/// What the private page says of an entry that agrees to another text than the one that stands; nothing where it agrees.
pub(super) fn disagreement(
    conn: &mut Conn,
    campaign: &Campaign,
    sign_on: &SignOn,
) -> Result<&'static str, Error> {
    Ok(match store::agrees(conn, campaign, sign_on)? {
        true => "",
        false if sign_on.letter_version > campaign.text_number => {
            "Those who signed before are asked whether they agree to the text that you signed. Your organization stands under it once it \
             is the text of the letter."
        }
        false => {
            "Your organization has not agreed to the text of the letter as it stands now, so it is not on the list. The mail about the \
             change has a link by which it comes back."
        }
    })
}
