//! The live edition as files: `.csv`, `.json`, `.txt`, `.atom`; and old editions in the same forms.

use super::kept::{Form, Lists, Shown};
use super::page::{CACHING, slug, unkept};
use super::{csv, editions, feed, json, text, view};
use crate::secret::sha256_hex;
use crate::web::Fault;
use crate::web::kept::Kept;
use actix_web::{HttpRequest, HttpResponse, web};

/// The endings of the live edition's addresses.
pub(super) const LIVE: [(&str, Form); 4] =
    [("csv", Form::Csv), ("json", Form::Json), ("txt", Form::Text), ("atom", Form::Atom)];
/// The endings of an old edition's addresses: the same.
pub(super) const OLD: [(&str, Form); 4] = LIVE;

/// `GET /letters/{slug}.csv` and the like.
pub(super) async fn live(
    lists: web::Data<Lists>,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let letter = lists.letter(slug(&request)).await?;
    lists.live(&letter).await?.answer(&request, form, make).await
}

/// `GET /letters/{slug}/editions/{n}.csv` and the like.
pub(super) async fn old(
    lists: web::Data<Lists>,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let letter = lists.letter(slug(&request)).await?;
    let number = editions::number(&request)?;
    lists.edition(&letter, number).await?.answer(&request, form, make).await
}

fn make(shown: &Shown, form: Form) -> Result<Kept, Fault> {
    let edition = shown.edition();
    let (ending, content_type, body) = match form {
        Form::Csv => ("csv", "text/csv; charset=utf-8; header=present", csv::document(edition)),
        Form::Json => ("json", "application/json", json::document(edition)),
        Form::Text => ("txt", "text/plain; charset=utf-8", text::document(edition)),
        Form::Atom => ("atom", "application/atom+xml; charset=utf-8", feed::document(shown)?),
        other => return Err(Fault::unexpected(format!("no file: {other:?}"))),
    };
    let tag = match form {
        // It tells what happened with the letter too, which no edition says.
        Form::Atom => {
            let bytes = sha256_hex(body.as_bytes());
            format!("{}-{ending}_{}", edition.tag(), bytes.get(..8).unwrap_or(&bytes))
        }
        _ => format!("{}-{ending}", edition.tag()),
    };
    let mut kept = Kept::new(body, content_type, CACHING, &tag)
        .and_then(|kept| kept.with_header("x-edition", &edition.number.to_string()))
        .map_err(unkept)?;
    if form == Form::Csv {
        let name = format!("attachment; filename=\"{}.csv\"", edition.contents.letter.slug);
        kept = kept.with_header("content-disposition", &name).map_err(unkept)?;
    }
    if !view::is_listed(&shown.live.campaign) {
        kept = kept.with_header("x-robots-tag", "noindex").map_err(unkept)?;
    }
    Ok(kept)
}
