//! Which text is signed: what a form shows of it, and what a link says when it has changed since the form was filled in.

use super::state::SignOn;
use super::store;
use crate::campaign::{Campaign, LetterBody, store as campaigns};
use crate::db::{Conn, Error};
use crate::text::Differences;
use crate::web::form::{Fields, Filled};
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
    /// Whether the form was filled in for a text that said something else.
    pub(super) has_changed: bool,
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

/// What the form of a campaign is about. It is read anew: whoever sent a form learns of the text that stands when it comes back, and a form
/// never comes back as if they had read what they have not.
pub(super) async fn to_sign(app: &App, campaign: &Campaign, form: &Filled) -> Result<ToSign, Fault> {
    let (id, had_read) = (campaign.id, HasRead::of(form.fields()).number);
    let read = app.db.read(move |conn| -> Result<_, Error> {
        let stands = campaigns::text_number(conn, id)?;
        let round = campaigns::open_round(conn, id)?.filter(|round| round.to_number != stands);
        let number = round.as_ref().map_or(stands, |round| round.to_number);
        let has_changed = match had_read {
            Some(had_read) => !campaigns::same_meaning(conn, id, number)?.contains(&had_read),
            None => false,
        };
        let another = round.map(|round| -> Result<_, Error> {
            Ok((round, campaigns::letter_version(conn, id, round.to_number)?))
        });
        Ok((number, has_changed, another.transpose()?))
    });
    let (number, has_changed, another) = read.await?;
    Ok(ToSign {
        number,
        has_changed,
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

pub(super) fn whole(body: &LetterBody) -> String {
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
        differences: before.body.differences(&after.body),
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
        false if is_asked_about(conn, campaign, sign_on)? => {
            "Those who signed before are asked whether they agree to the text that you signed. Your organization stands under it once it \
             is the text of the letter."
        }
        false => {
            "Your organization has not agreed to the text of the letter as it stands now, so it is not on the list. The mail about the \
             change has a link by which it comes back."
        }
    })
}

/// Whether others are asked at this moment about the text that this one signed.
fn is_asked_about(conn: &mut Conn, campaign: &Campaign, sign_on: &SignOn) -> Result<bool, Error> {
    let round = campaigns::open_round(conn, campaign.id)?;
    Ok(round.is_some_and(|round| round.changes_text() && round.to_number == sign_on.letter_version))
}
