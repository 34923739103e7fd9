//! Which text is signed: what a form shows of it and in which language, and what a link says when it has changed since the form was filled in.

use super::page::Place;
use super::state::SignOn;
use super::store;
use crate::campaign::{Campaign, Leavers, LetterBody, Reading, store as campaigns};
use crate::db::{Conn, Error};
use crate::text::{Differences, Language};
use crate::web::form::{Fields, Filled};
use crate::web::language::{LanguageLink, links};
use crate::web::show::Moment;
use crate::web::{App, Fault};

/// The field that says which version somebody has read, and in which translation.
pub(super) const FIELD: &str = "wording";
/// The field that says whether they have read that silence counts as consent.
pub(super) const SILENCE: &str = "silence";

/// The field that says whether they have read that editions which are named keep the line of whoever has left.
pub(super) const KEEPS_NAME: &str = "keeps_name";

/// What a form shows of the text.
pub(super) struct ToSign {
    /// What the form names the text by that is read there.
    pub(super) wording: String,
    /// Whether silence counts as consent to a later change.
    pub(super) silence_counts: bool,
    /// What is to be read first, where that is not the text that the public page shows.
    pub(super) another: Option<Another>,
    /// Whether the form was filled in for a text that said something else.
    pub(super) has_changed: bool,
    /// The campaign as it is told in the language of the text.
    pub(super) told: Campaign,
    /// Where the letter is read in that language; empty where strangers may not read it.
    pub(super) letter: String,
    pub(super) tongue: Tongue,
}

/// In which language the text is read.
pub(super) struct Tongue {
    /// The same form in other languages.
    pub(super) languages: Vec<LanguageLink>,
    pub(super) is_translation: bool,
    /// What its language is called, and what the binding one is.
    pub(super) language: String,
    pub(super) binding: String,
    pub(super) lang: String,
    pub(super) dir: &'static str,
    /// Whether a slip was mended in the binding text after it was translated.
    pub(super) is_behind: bool,
    /// The language that was asked for, where there is no translation of this text into it; empty where there is.
    pub(super) instead_of: String,
    /// The binding text, where it is shown instead and is not shown anyway.
    pub(super) instead: String,
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
#[derive(Clone, Default)]
pub(super) struct HasRead {
    /// The version; none where the form did not say.
    pub(super) number: Option<i64>,
    /// The translation of it, by its language and its own version.
    pub(super) translation: Option<(Language, i64)>,
    /// That silence counts as consent.
    pub(super) silence: bool,
    /// That editions which are named keep the line of whoever has left.
    pub(super) keeps_name: bool,
}

impl HasRead {
    pub(super) fn of(fields: &Fields) -> Self {
        let silence = fields.is_ticked(SILENCE);
        let keeps_name = fields.is_ticked(KEEPS_NAME);
        let mut parts = fields.get(FIELD).splitn(3, '.');
        let number = parts.next().and_then(|number| number.parse().ok());
        match (parts.next(), parts.next()) {
            (None, _) => Self { number, translation: None, silence, keeps_name },
            (Some(tag), version) => {
                let version = version.and_then(|version| version.parse().ok());
                let translation = Language::parse(tag).ok().zip(version);
                // What names a translation that is none names no text.
                Self { number: number.filter(|_| translation.is_some()), translation, silence, keeps_name }
            }
        }
    }

    /// What was announced to them and is still so: where either is missing, what is better for them holds.
    pub(super) fn announced(&self, campaign: &Campaign) -> store::Announced {
        store::Announced {
            silence_counts: self.silence && campaign.silence_counts,
            keeps_name: self.keeps_name && campaign.settings.leavers == Leavers::Kept,
        }
    }
}

/// What the form of a campaign is about. It is read anew: whoever sent a form learns of the text that stands when it comes back, and a form
/// never comes back as if they had read what they have not.
pub(super) async fn to_sign(app: &App, place: &Place, form: &Filled) -> Result<ToSign, Fault> {
    let (campaign, wanted) = (place.campaign.clone(), place.wanted.clone());
    let had_read = HasRead::of(form.fields());
    let read = app.db.read(move |conn| -> Result<_, Error> {
        let stands = campaigns::text_number(conn, campaign.id)?;
        let round = campaigns::open_round(conn, campaign.id)?.filter(|round| round.to_number != stands);
        let number = round.as_ref().map_or(stands, |round| round.to_number);
        let has_changed = had_read.number.is_some() && has_read(conn, &campaign, &had_read)?.is_none();
        let reading = campaigns::reading(conn, &campaign, wanted.as_ref(), number)?;
        let languages = campaigns::languages_of(conn, &campaign, number)?;
        Ok((round, has_changed, campaigns::letter_version(conn, campaign.id, number)?, reading, languages))
    });
    let (round, has_changed, version, reading, languages) = read.await?;
    let (campaign, now) = (&place.campaign, app.clock.now());
    let letter = format!("/letters/{}", campaign.settings.slug);
    let (here, is_visible) = (&reading.language, campaign.is_visible(now));
    let html = whole(reading.body(&version));
    let versions = match &reading.translation {
        Some(read) => format!("{letter}/{here}/versions/{}", read.number),
        None => format!("{letter}/versions/{}", version.number),
    };
    let instead_of = reading.instead_of.as_ref().map(Language::english_name).unwrap_or_default();
    Ok(ToSign {
        wording: reading.wording(),
        has_changed,
        silence_counts: campaign.silence_counts,
        told: reading.of(campaign),
        letter: match &reading.translation {
            _ if !is_visible => String::new(),
            // While others are asked about it, the translation may be of no text that the public reads yet.
            Some(_) if round.is_none() => format!("{letter}/{here}"),
            _ => letter,
        },
        tongue: Tongue {
            languages: links(&languages, here, |language, _| place.in_tongue(language)),
            is_translation: reading.translation.is_some(),
            language: here.english_name(),
            binding: campaign.settings.language.english_name(),
            lang: here.to_string(),
            dir: here.dir().as_str(),
            is_behind: reading.is_behind(),
            instead: if instead_of.is_empty() || round.is_some() { String::new() } else { html.clone() },
            instead_of,
        },
        another: round.map(|round| Another {
            until: Moment::new(round.ends_at, now),
            html,
            href: if is_visible { versions } else { String::new() },
        }),
    })
}

/// The campaign as it is told to whoever fills in a form.
pub(super) async fn told(app: &App, place: &Place) -> Result<Campaign, Fault> {
    let (campaign, wanted) = (place.campaign.clone(), place.wanted.clone());
    let read = app.db.read(move |conn| -> Result<_, Error> {
        let number = campaigns::signing_number(conn, &campaign)?;
        Ok(campaigns::reading(conn, &campaign, wanted.as_ref(), number)?.of(&campaign))
    });
    Ok(read.await?)
}

/// A text with the host's words above it, as HTML.
pub(super) fn whole(body: &LetterBody) -> String {
    let html = body.html();
    html.introduction + &html.text
}

/// Whether somebody who has read one version may sign now without reading another.
fn is_what_is_signed(conn: &mut Conn, campaign: &Campaign, number: i64) -> Result<bool, Error> {
    let signs = campaigns::signing_number(conn, campaign)?;
    Ok(number == signs || campaigns::same_meaning(conn, campaign.id, signs)?.contains(&number))
}

/// What somebody has read, if they may sign now without reading anything else: a version that says what is signed, by itself or in a
/// translation that is offered and has not been corrected since in what it says.
pub(super) fn has_read(
    conn: &mut Conn,
    campaign: &Campaign,
    read: &HasRead,
) -> Result<Option<Reading>, Error> {
    // A form that does not say which text was read is not taken.
    let Some(number) = read.number else { return Ok(None) };
    if !is_what_is_signed(conn, campaign, number)? {
        return Ok(None);
    }
    let Some((language, version)) = &read.translation else {
        return campaigns::reading(conn, campaign, None, number).map(Some);
    };
    let found = campaigns::read_before(conn, campaign, number, (language, *version))?;
    let now = campaigns::reading(conn, campaign, Some(language), number)?;
    let meaning = |reading: &Reading| reading.translation.as_ref().map(|version| version.meaning);
    Ok(found.filter(|found| meaning(found) == meaning(&now)))
}

/// The change between the text that was signed and the one that is signed now.
pub(super) struct Changed {
    /// The text that is signed now, as it is shown.
    pub(super) reading: Reading,
    pub(super) differences: Differences,
    pub(super) lang: String,
    pub(super) dir: &'static str,
    /// The language in which they read it before, where there is no translation of the new text into it; empty where there is.
    pub(super) instead_of: String,
    /// What the language is called that is shown.
    pub(super) language: String,
}

/// What changed since somebody filled in the form; nothing, where the text says the same. In the language in which they read it, where the new
/// text is translated too.
pub(super) fn changed(
    conn: &mut Conn,
    campaign: &Campaign,
    sign_on: &SignOn,
) -> Result<Option<Changed>, Error> {
    if is_what_is_signed(conn, campaign, sign_on.letter_version)? {
        return Ok(None);
    }
    let number = campaigns::signing_number(conn, campaign)?;
    let last = store::shown(conn, sign_on.id)?.into_iter().rev().find_map(|shown| shown.translation);
    let wanted = last.as_ref().map(|(translation, _)| &translation.language);
    let reading = campaigns::reading(conn, campaign, wanted, number)?;
    let before = campaigns::letter_version(conn, campaign.id, sign_on.letter_version)?.body;
    let after = campaigns::letter_version(conn, campaign.id, number)?.body;
    let differences = match (&reading.translation, &last) {
        (Some(version), Some((_, shown))) => shown.says.differences(&version.says),
        _ => before.differences(&after),
    };
    Ok(Some(Changed {
        differences,
        lang: reading.language.to_string(),
        dir: reading.language.dir().as_str(),
        instead_of: reading.instead_of.as_ref().map(Language::english_name).unwrap_or_default(),
        language: reading.language.english_name(),
        reading,
    }))
}

/// What whoever signed is told of an entry that agrees to another text than the one that stands; nothing where it agrees.
pub(crate) fn disagreement(
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
