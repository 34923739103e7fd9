//! Checking a code that somebody typed. A code that fits is taken in the transaction of what it was typed for, once.

use super::password::{HashError, PasswordHash, Passwords, Typed};
use super::said::BUSY;
use super::second_factor::{Secret, Step, TypedCode};
use super::store;
use crate::audit::{self, Act, Actor, Subject};
use crate::clock::Timestamp;
use crate::db::{self, Tx};
use crate::ids::AccountId;
use crate::secret::Random;
use crate::web::{App, Fault};

/// After so many wrong codes in a row a log-in ends, half-open or whole.
pub(super) const WRONG_CODES: i64 = 5;

/// A code that fits.
pub(super) enum Proof {
    /// Of the app, for this step.
    App(Step),
    /// A recovery code: its number, and the hash that it was checked against.
    Recovery(i64, PasswordHash),
}

/// Why a code does not help.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unproven {
    /// It is not written like one. It costs no try.
    NoCode,
    /// It is not right, or was used before.
    Wrong,
    /// Too many are being checked at this moment.
    Busy,
}

impl Unproven {
    /// What is said beside the field.
    pub(super) const fn says(self) -> &'static str {
        match self {
            Self::NoCode => "Write the six digits that your app shows, or one of your recovery codes.",
            Self::Wrong => {
                "This code is not right, or was used already. Wait for the next one that your app shows."
            }
            Self::Busy => BUSY,
        }
    }
}

/// Checks a code.
pub(super) async fn prove(
    app: &App,
    passwords: &Passwords,
    account: AccountId,
    typed: &str,
) -> Result<Result<Proof, Unproven>, Fault> {
    match TypedCode::parse(typed) {
        None => Ok(Err(Unproven::NoCode)),
        Some(TypedCode::OfApp(code)) => {
            let (keys, now) = (app.keys.clone(), app.clock.now());
            let secret: Option<Secret> =
                app.db.read(move |conn| store::code_app(conn, &keys, account)).await?;
            let step = secret.and_then(|secret| secret.step_of(&code, now));
            Ok(step.map(Proof::App).ok_or(Unproven::Wrong))
        }
        Some(TypedCode::Recovery(code)) => {
            let number = code.number();
            let stored = app.db.read(move |conn| store::recovery_code(conn, account, number)).await?;
            let Some(stored) = stored else { return Ok(Err(Unproven::Wrong)) };
            match passwords.verify(Typed::prepare(code.secret()), Some(stored.clone())).await {
                Ok(true) => Ok(Ok(Proof::Recovery(number, stored))),
                Ok(false) => Ok(Err(Unproven::Wrong)),
                Err(HashError::Busy) => Ok(Err(Unproven::Busy)),
                Err(error) => Err(Fault::unexpected(error)),
            }
        }
    }
}

impl Proof {
    /// Takes the code; false if it was taken meanwhile.
    pub(super) fn take(
        &self,
        tx: &mut Tx<'_>,
        random: &Random,
        account: AccountId,
        now: Timestamp,
    ) -> Result<bool, db::Error> {
        match self {
            Self::App(step) => store::take_step(tx, account, *step),
            Self::Recovery(number, hash) => {
                let taken = store::take_recovery_code(tx, account, *number, hash, now)?;
                if taken {
                    let (actor, subject) = (Actor::Staff(account), Subject::Account(account));
                    audit::record(tx, random, Act::new(now, actor, subject, "used a recovery code"))?;
                }
                Ok(taken)
            }
        }
    }
}
