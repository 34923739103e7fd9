//! Every statement about staff: their accounts, the links mailed to them, and what they are logged in with.

mod accounts;
mod at_risk;
mod factors;
mod half_log_ins;
mod passkeys;
mod roles;
mod sessions;
mod tokens;

pub use accounts::{
    Account, by_email, by_id, every, hold, hold_administrators, id_by_email, insert, names, password_of,
    set_disabled, set_password, set_person,
};
pub use at_risk::{at_risk_readers, name_at_risk_reader, reads_at_risk};
pub use factors::{
    Factors, code_app, factors, recovery_code, recovery_codes_left, remove_factors, set_code_app,
    set_recovery_codes, take_recovery_code, take_step,
};
pub use half_log_ins::{
    count_wrong_half, end_half_log_in, end_half_log_ins, half_log_in, insert_half_log_in,
};
pub use passkeys::{
    ChallengeFor, Checked, Passkey, credentials_of, insert_passkey, passkey, passkeys_of, remove_passkey,
    set_challenge, take_challenge, use_passkey,
};
pub use roles::{
    Work, Workplace, appoint, at_work, campaign_at, campaign_of_sign_on, campaigns, has_role, roles, team,
    work,
};
pub use sessions::{
    NewSession, OpenSession, Place, Visit, count_wrong_session, end_other_sessions, end_session,
    end_session_of, end_sessions, forget_devices, has_known_devices, insert_session, is_known_device,
    remember_device, sessions_of, step_up, tidy, touch, visit,
};
pub use tokens::{Link, Purpose, count_since, insert_token, link, use_up, void};

use super::person::NotAPerson;
use crate::db;
use crate::secret::Unsealable;

/// Why a statement about staff gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database's own.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// The key is another one.
    #[error(transparent)]
    Sealed(#[from] Unsealable),
    /// What was sealed is no person.
    #[error(transparent)]
    Stored(#[from] NotAPerson),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}
