//! Checking a second factor that somebody shows: a code, or a passkey. One that fits is taken in the transaction of what it was shown
//! for, once.

use super::passkey::{Proven, ShownPasskey, Site, Unfit};
use super::password::{HashError, PasswordHash, Passwords, Typed};
use super::said::BUSY;
use super::second_factor::{Secret, Step, TypedCode};
use super::store::{self, ChallengeFor, Checked};
use crate::audit::{self, Act, Actor, Subject};
use crate::clock::Timestamp;
use crate::db::{self, Tx};
use crate::ids::{AccountId, PasskeyId};
use crate::secret::{Random, TokenDigest};
use crate::web::form::Fields;
use crate::web::{App, Fault};

/// After so many wrong ones in a row a log-in ends, half-open or whole.
pub(super) const WRONG_CODES: i64 = 5;

/// The field of the code.
pub(super) const CODE: &str = "code";
/// The field that a script fills in with a passkey.
pub(super) const PASSKEY: &str = "passkey";

/// What somebody shows.
pub(super) enum Offered<'a> {
    /// A code, as it was typed.
    Code(&'a str),
    /// A passkey, as a browser sent it, for a challenge that this holder was given for this.
    Passkey {
        /// What was sent.
        sent: &'a str,
        /// What the browser holds.
        holder: TokenDigest,
        /// What it was asked for.
        purpose: ChallengeFor,
    },
}

impl<'a> Offered<'a> {
    /// What a form brings, if it brings anything.
    pub(super) fn in_form(fields: &'a Fields, holder: TokenDigest, purpose: ChallengeFor) -> Option<Self> {
        match fields.get(PASSKEY) {
            "" if fields.is_ticked(CODE) => Some(Self::Code(fields.get(CODE))),
            "" => None,
            sent => Some(Self::Passkey { sent, holder, purpose }),
        }
    }

    /// What is said when it is not right.
    pub(super) const fn wrong(&self) -> Unproven {
        match self {
            Self::Code(_) => Unproven::Wrong,
            Self::Passkey { .. } => Unproven::WrongPasskey,
        }
    }
}

/// What fits.
pub(super) enum Proof {
    /// A code of the app, for this step.
    App(Step),
    /// A recovery code: its number, and the hash that it was checked against.
    Recovery(i64, PasswordHash),
    /// A passkey, with whom and what it was asked for.
    Passkey(PasskeyId, Proven, TokenDigest, ChallengeFor),
}

/// Why it does not help.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unproven {
    /// It is not written like a code. It costs no try.
    NoCode,
    /// It is not right, or was used before.
    Wrong,
    /// It is not written like a passkey. It costs no try.
    NoPasskey,
    /// The passkey is not one of theirs, or what it signed is not what we asked for.
    WrongPasskey,
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
            Self::NoPasskey => {
                "We could not read what your browser sent. Use your passkey once more, or type a code."
            }
            Self::WrongPasskey => {
                "This passkey is not one of yours here, or it took too long. Use it once more, or type a code."
            }
            Self::Busy => BUSY,
        }
    }
}

/// Checks it.
pub(super) async fn prove(
    app: &App,
    passwords: &Passwords,
    account: AccountId,
    offered: &Offered<'_>,
) -> Result<Result<Proof, Unproven>, Fault> {
    let typed = match *offered {
        Offered::Code(typed) => typed,
        Offered::Passkey { sent, holder, purpose } => {
            let proven = check_passkey(app, account, sent).await?;
            return Ok(proven.map(|(id, proven)| Proof::Passkey(id, proven, holder, purpose)));
        }
    };
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

async fn check_passkey(
    app: &App,
    account: AccountId,
    sent: &str,
) -> Result<Result<(PasskeyId, Proven), Unproven>, Fault> {
    let (Ok(site), Ok(shown)) = (Site::of(&app.base_url), ShownPasskey::read(sent)) else {
        return Ok(Err(Unproven::NoPasskey));
    };
    let credential = shown.credential.clone();
    let found = app.db.read(move |conn| store::passkey(conn, account, &credential)).await?;
    let Some(Checked { id, key, counter }) = found else { return Ok(Err(Unproven::WrongPasskey)) };
    Ok(match shown.check(&key, counter, &site) {
        Ok(proven) => Ok((id, proven)),
        Err(unfit) => {
            match unfit {
                Unfit::Counter => tracing::warn!(reason = %unfit, "a passkey was refused"),
                _ => tracing::info!(reason = %unfit, "a passkey was refused"),
            }
            Err(Unproven::WrongPasskey)
        }
    })
}

impl Proof {
    /// Takes it; false if it was taken meanwhile.
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
            Self::Passkey(id, proven, holder, purpose) => {
                let asked = store::take_challenge(tx, account, *holder, *purpose, proven.challenge, now)?;
                Ok(asked && store::use_passkey(tx, *id, proven.counter, now)?)
            }
        }
    }
}
