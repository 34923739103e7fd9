//! How passwords are kept: argon2id (RFC 9106), made away from the threads that answer.

use super::{NewPassword, Typed};
use crate::secret::Random;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use data_encoding::BASE64_NOPAD;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use zeroize::Zeroizing;

/// Hashes made at once, at most: each takes a whole processor and its memory. One processor is always left to readers, so with two
/// there is one at a time.
const AT_ONCE: usize = 2;
/// How many more may wait. With the standard cost and one at a time the last one waits about three seconds.
const WAITING: usize = 16;
/// How far a hash stands back behind everything else that wants a processor (`nice(2)`: from 0 to 19). At 10 it still gets a
/// tenth of one that is wanted all the time.
const NICE: i32 = 10;
/// The least that argon2 can be: nothing else is allowed to be below it.
const LEAST_KIB: u32 = 8;

/// What a hash costs whoever tries passwords.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
}

impl Cost {
    /// 64 MiB, three passes, one lane: about 0.2 s.
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3 };
    /// Of what holds eighty random bits, such as a recovery code: guessing is hopeless already, so this is the least that is
    /// recommended for passwords (19 MiB, two passes), and ten of them together take about a third of a second.
    const OF_CODES: Self = Self { memory_kib: 19 * 1024, passes: 2 };
    /// Next to nothing: for tests, which log in hundreds of times.
    pub const TRIFLING: Self = Self { memory_kib: LEAST_KIB, passes: 1 };
}

/// A password as it is stored, in the PHC string format. It carries its own cost.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// What the database holds.
    pub(in crate::account) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text for the database.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why there is no answer about a password.
#[derive(Clone, Debug, thiserror::Error)]
pub enum HashError {
    /// Too many wait already.
    #[error("too many passwords are being checked at this moment")]
    Busy,
    /// A defect: a stored hash that is none, or no memory.
    #[error("a password could not be hashed: {0}")]
    Failed(String),
}

/// Makes and checks hashes, one or two at a time; sixteen may wait, and whoever comes then is told to come again. So log-ins cannot
/// starve the public, however many are tried.
pub struct Passwords {
    cost: Cost,
    random: Random,
    /// Verified in the place of what does not exist, so that an unknown address takes as long as a wrong password.
    decoy: String,
    places: Arc<Semaphore>,
    slots: Arc<Semaphore>,
}

impl Passwords {
    /// With this cost for new hashes.
    pub fn new(cost: Cost, random: Random) -> Self {
        let Cost { memory_kib, passes } = cost;
        let (salt, hash) = (random.bytes::<16>(), random.bytes::<32>());
        let (salt, hash) = (BASE64_NOPAD.encode(&salt), BASE64_NOPAD.encode(&hash));
        Self {
            cost,
            random,
            decoy: format!("$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}${hash}"),
            places: Arc::new(Semaphore::new(at_once() + WAITING)),
            slots: Arc::new(Semaphore::new(at_once())),
        }
    }

    /// The hash of a new password.
    ///
    /// # Errors
    /// See [`HashError`].
    pub async fn hash(&self, password: NewPassword) -> Result<PasswordHash, HashError> {
        let (salt, cost): ([u8; 16], Cost) = (self.random.bytes(), self.cost);
        self.run(move || hash(password.0.as_bytes(), &salt, cost)).await
    }

    /// The hashes of codes that we made ourselves, one after the other.
    ///
    /// # Errors
    /// See [`HashError`].
    pub async fn hash_codes(&self, codes: Vec<Zeroizing<String>>) -> Result<Vec<PasswordHash>, HashError> {
        let cost = if self.cost == Cost::STANDARD { Cost::OF_CODES } else { self.cost };
        let salted: Vec<_> = codes.into_iter().map(|code| (code, self.random.bytes::<16>())).collect();
        self.run(move || salted.iter().map(|(code, salt)| hash(code.as_bytes(), salt, cost)).collect()).await
    }

    /// Whether a typed password is the stored one. Without a stored one it takes as long, and is not.
    ///
    /// # Errors
    /// See [`HashError`].
    pub async fn verify(&self, typed: Typed, stored: Option<PasswordHash>) -> Result<bool, HashError> {
        let real = stored.is_some();
        let stored = stored.map_or_else(|| self.decoy.clone(), |hash| hash.0);
        self.run(move || {
            let hash = argon2::PasswordHash::new(&stored).map_err(failed)?;
            // The cost is that of the stored hash, not this default.
            match Argon2::default().verify_password(typed.as_bytes(), &hash) {
                Ok(()) => Ok(real),
                Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(failed(error)),
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| HashError::Busy)?;
        let slot = self.slots.clone().acquire_owned().await.map_err(failed)?;
        // They go with the work, not with the request: one that is given up keeps its place until its hash is done.
        let held: [OwnedSemaphorePermit; 2] = [place, slot];
        let (tell, told) = oneshot::channel();
        // A thread of its own, because its place in the queue for a processor cannot be given back.
        let hashes = std::thread::Builder::new().name("password".to_owned()).spawn(move || {
            // Whoever reads a letter goes before whoever tries passwords. If the system refuses, both wait alike.
            let _ = rustix::process::nice(NICE);
            let done = work();
            drop(held);
            // Nobody waits any longer when the request was given up.
            let _ = tell.send(done);
        });
        hashes.map_err(failed)?;
        told.await.map_err(failed)?
    }
}

/// How many hashes this machine makes at once.
fn at_once() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    processors.saturating_sub(1).clamp(1, AT_ONCE)
}

fn hash(secret: &[u8], salt: &[u8], cost: Cost) -> Result<PasswordHash, HashError> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(failed)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(PasswordHash(argon2.hash_password_with_salt(secret, salt).map_err(failed)?.to_string()))
}

fn failed(cause: impl std::fmt::Display) -> HashError {
    HashError::Failed(cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::Person;
    use super::*;
    use crate::text::EmailAddress;

    fn new_password(raw: &str) -> NewPassword {
        let person = Person { name: None, email: EmailAddress::parse("a@b.example").unwrap() };
        NewPassword::parse(raw, &person).unwrap()
    }

    #[tokio::test]
    async fn a_hash_knows_its_password_and_no_other() {
        let passwords = Passwords::new(Cost::TRIFLING, Random::system());
        let hash = passwords.hash(new_password("sofa kiln ledger")).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
        let verify = |raw| passwords.verify(Typed::prepare(raw), Some(hash.clone()));
        assert!(verify("sofa kiln ledger").await.unwrap());
        assert!(!verify("sofa kiln ledge").await.unwrap());
        assert!(!passwords.verify(Typed::prepare("sofa kiln ledger"), None).await.unwrap());
        let other = passwords.hash(new_password("sofa kiln ledger")).await.unwrap();
        assert!(hash != other, "each has its own salt");
    }

    #[tokio::test]
    async fn the_standard_cost_is_64_mib_and_three_passes() {
        let passwords = Passwords::new(Cost::STANDARD, Random::system());
        let hash = passwords.hash(new_password("sofa kiln ledger")).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=65536,t=3,p=1$"));
    }

    #[tokio::test]
    async fn sixteen_wait_and_the_next_is_told_to_come_again() {
        let passwords = Arc::new(Passwords::new(Cost::TRIFLING, Random::system()));
        let (release, hold) = std::sync::mpsc::channel::<()>();
        let hold = Arc::new(std::sync::Mutex::new(hold));
        let busy: Vec<_> = (0..at_once() + WAITING)
            .map(|_| {
                let (passwords, hold) = (passwords.clone(), hold.clone());
                tokio::spawn(async move {
                    passwords.run(move || Ok(hold.lock().unwrap().recv().is_ok())).await.unwrap()
                })
            })
            .collect();
        while passwords.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = passwords.verify(Typed::prepare("sofa kiln ledger"), None).await;
        assert!(matches!(refused, Err(HashError::Busy)));
        for _ in &busy {
            release.send(()).unwrap();
        }
        for one in busy {
            assert!(one.await.unwrap());
        }
        assert!(!passwords.verify(Typed::prepare("sofa kiln ledger"), None).await.unwrap());
    }
}
