use super::*;
use crate::clock::{Clock, Timestamp};
use crate::ids::{AccountId, AuditId};
use crate::secret::Random;
use diesel::prelude::*;
use schema::{accounts, audit_entries};

/// A database of each engine that can be had here.
async fn databases() -> Vec<(Db, Option<tempfile::TempDir>)> {
    let folder = tempfile::tempdir().unwrap();
    let url = Url::parse(&format!("sqlite:{}/t.db", folder.path().display())).unwrap();
    let mut all = vec![(Db::open(&url, Use::Server).await.unwrap(), Some(folder))];
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        all.push((Db::open(&Url::parse(&url).unwrap(), Use::Server).await.unwrap(), None));
    }
    all
}

fn account(id: AccountId, key: [u8; 32]) -> impl FnOnce(&mut Tx<'_>) -> Result<(), Error> + Send + 'static {
    move |tx| {
        both!(tx, |c| diesel::insert_into(accounts::table)
            .values((
                accounts::id.eq(id),
                accounts::sealed.eq(vec![1_u8]),
                accounts::email_key.eq(key.to_vec()),
                accounts::made_at.eq(Timestamp::from_micros(123_456_789)),
            ))
            .execute(c))?;
        Ok(())
    }
}

#[tokio::test]
async fn ids_and_instants_come_back_as_they_went_in() {
    for (db, _folder) in databases().await {
        let id = AccountId::new(1, Random::system().bytes());
        db.write(account(id, Random::system().bytes())).await.unwrap();
        let found: (AccountId, Timestamp) = db
            .read(move |conn| {
                both!(conn, |c| accounts::table.find(id).select((accounts::id, accounts::made_at)).first(c))
                    .map_err(Error::from)
            })
            .await
            .unwrap();
        assert_eq!(found, (id, Timestamp::from_micros(123_456_789)));
    }
}

#[tokio::test]
async fn a_write_that_fails_leaves_nothing_and_its_neighbors_stay() {
    for (db, _folder) in databases().await {
        let (kept, lost) =
            (AccountId::new(1, Random::system().bytes()), AccountId::new(2, Random::system().bytes()));
        let key = Random::system().bytes();
        let good = db.write(account(kept, key));
        let other = Random::system().bytes();
        let bad = db.write(move |tx| {
            account(lost, other)(tx)?;
            account(AccountId::new(3, Random::system().bytes()), other)(tx)
        });
        let panics = db.write(|_tx| -> Result<(), Error> { panic!("on purpose") });
        let (good, bad, panics) = tokio::join!(good, bad, panics);
        good.unwrap();
        assert!(matches!(bad, Err(Error::Unique(_))), "{bad:?}");
        assert!(matches!(panics, Err(Error::Panicked)), "{panics:?}");
        let count: i64 = db
            .read(move |conn| {
                both!(conn, |c| accounts::table
                    .filter(accounts::id.eq_any([kept, lost]))
                    .count()
                    .get_result(c))
                .map_err(Error::from)
            })
            .await
            .unwrap();
        assert_eq!(count, 1);
        db.probe().await.unwrap();
    }
}

#[tokio::test]
async fn the_history_refuses_to_be_changed() {
    for (db, _folder) in databases().await {
        let id = AuditId::new(1, Random::system().bytes());
        db.write(move |tx| -> Result<(), Error> {
            both!(tx, |c| diesel::insert_into(audit_entries::table)
                .values((
                    audit_entries::id.eq(id),
                    audit_entries::at.eq(Timestamp::from_micros(1)),
                    audit_entries::subject_kind.eq("instance"),
                    audit_entries::act.eq("started"),
                    audit_entries::actor_kind.eq("system"),
                ))
                .execute(c))?;
            Ok(())
        })
        .await
        .unwrap();
        let changed = db.write(move |tx| -> Result<usize, Error> {
            Ok(both!(tx, |c| diesel::update(audit_entries::table.find(id))
                .set(audit_entries::act.eq("never happened"))
                .execute(c))?)
        });
        assert!(changed.await.is_err());
        let erased = db.write(move |tx| -> Result<usize, Error> {
            Ok(both!(tx, |c| diesel::delete(audit_entries::table.find(id)).execute(c))?)
        });
        assert!(erased.await.is_err());
    }
}

#[tokio::test]
async fn a_second_server_on_one_file_is_refused_and_a_command_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let url = Url::parse(&format!("sqlite:{}/t.db", folder.path().display())).unwrap();
    let first = Db::open(&url, Use::Server).await.unwrap();
    assert!(matches!(Db::open(&url, Use::Server).await, Err(Error::InUse(_))));
    Db::open(&url, Use::Command).await.unwrap().probe().await.unwrap();
    drop(first);
    Db::open(&url, Use::Server).await.unwrap();
}

#[tokio::test]
async fn a_reader_of_the_embedded_database_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let url = Url::parse(&format!("sqlite:{}/t.db", folder.path().display())).unwrap();
    let db = Db::open(&url, Use::Server).await.unwrap();
    let wrote =
        db.read(|conn| both!(conn, |c| diesel::delete(accounts::table).execute(c)).map_err(Error::from));
    assert!(wrote.await.is_err());
    assert_eq!(db.clock_ahead(Clock::system()).await.unwrap(), jiff::SignedDuration::ZERO);
}

#[tokio::test]
async fn a_schema_newer_than_the_program_is_refused() {
    use diesel::connection::SimpleConnection;
    let folder = tempfile::tempdir().unwrap();
    let url = Url::parse(&format!("sqlite:{}/t.db", folder.path().display())).unwrap();
    let db = Db::open(&url, Use::Server).await.unwrap();
    db.write(|tx| -> Result<(), Error> {
        Ok(both!(tx, |c| c
            .batch_execute("insert into __diesel_schema_migrations (version) values ('99990101000000')"))?)
    })
    .await
    .unwrap();
    drop(db);
    let again = Db::open(&url, Use::Command).await;
    assert!(matches!(again, Err(Error::NewerSchema { ref found, .. }) if found == "99990101000000"));
}
