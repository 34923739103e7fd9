//! What an instance remembers of itself: the key that its data is sealed with, and where its server answers.

use crate::config::BaseUrl;
use crate::db::schema::instance_facts;
use crate::db::{Conn, Db, Error, Tx, both};
use crate::secret::{self, Keys};
use diesel::prelude::*;

/// The keyed hash of a constant: only the key that made it makes it again.
const KEY: &str = "key";
/// What links start with, as the server that started last has it.
const BASE_URL: &str = "base_url";

/// Whether this is the key of the data, as far as anything was ever remembered.
///
/// # Errors
/// Those of the database.
pub(super) fn is_right_key(conn: &mut Conn, keys: &Keys) -> Result<bool, Error> {
    Ok(fact(conn, KEY)?.is_none_or(|kept| secret::same(&kept, mark(keys).as_slice())))
}

/// Remembers the key of the data, once; whether it is the one that is remembered.
///
/// # Errors
/// Those of the database.
pub(super) async fn remember_key(db: &Db, keys: &Keys) -> Result<bool, Error> {
    let of_look = keys.clone();
    let kept = db.read(move |conn| fact(conn, KEY)).await?;
    if let Some(kept) = kept {
        return Ok(secret::same(&kept, mark(&of_look).as_slice()));
    }
    let keys = keys.clone();
    db.write(move |tx| {
        both!(tx, |c| diesel::insert_into(instance_facts::table)
            .values((instance_facts::name.eq(KEY), instance_facts::value.eq(mark(&keys))))
            .on_conflict_do_nothing()
            .execute(c))?;
        is_right_key(tx, &keys)
    })
    .await
}

/// Remembers what links start with, for commands that cannot know the port that the server was given.
///
/// # Errors
/// Those of the database.
pub(super) async fn remember_base_url(db: &Db, base_url: &BaseUrl) -> Result<(), Error> {
    let text = base_url.to_string().into_bytes();
    let kept = db.read(|conn| fact(conn, BASE_URL)).await?;
    if kept.as_deref() == Some(text.as_slice()) {
        return Ok(());
    }
    db.write(move |tx: &mut Tx<'_>| {
        both!(tx, |c| diesel::insert_into(instance_facts::table)
            .values((instance_facts::name.eq(BASE_URL), instance_facts::value.eq(&text)))
            .on_conflict(instance_facts::name)
            .do_update()
            .set(instance_facts::value.eq(&text))
            .execute(c))?;
        Ok(())
    })
    .await
}

/// What links start with, as the server that started last had it.
///
/// # Errors
/// Those of the database.
pub(super) async fn base_url(db: &Db) -> Result<Option<BaseUrl>, Error> {
    let kept = db.read(|conn| fact(conn, BASE_URL)).await?;
    Ok(kept.and_then(|kept| String::from_utf8(kept).ok()).and_then(|text| BaseUrl::parse(&text).ok()))
}

fn fact(conn: &mut Conn, name: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(both!(conn, |c| instance_facts::table.find(name).select(instance_facts::value).first(c).optional())?)
}

fn mark(keys: &Keys) -> Vec<u8> {
    keys.lookup("the key of this instance", "").as_bytes().to_vec()
}
