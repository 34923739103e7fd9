//! Word to somebody of what was done to their account, so that whoever did it cannot keep it from them. It is written in the transaction
//! of what it tells.

use super::mails::To;
use super::store;
use crate::db::Tx;
use crate::ids::AccountId;
use crate::mail::Outbox;
use crate::web::show::in_utc;
use crate::web::{App, Fault};

/// What was done.
pub(super) enum Alert {
    /// Somebody logged in from a browser that had not logged in before: what it says it is.
    NewBrowser(String),
    /// The password is another one.
    Password,
    /// The app for codes is another one.
    CodeApp,
    /// There is one passkey more: what the browser says it is that made it.
    PasskeyMade(String),
    /// There is one passkey less.
    PasskeyRemoved,
    /// An administrator took everything that counts as a second factor.
    FactorsTaken,
    /// The recovery codes are others.
    RecoveryCodes,
}

/// Mails it to the account's own address.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    app: &App,
    outbox: &Outbox,
    account: AccountId,
    alert: Alert,
) -> Result<(), Fault> {
    let Some(found) = store::by_id(tx, &app.keys, account)? else { return Ok(()) };
    let (subject, done) = match alert {
        Alert::NewBrowser(browser) => (
            "A log-in from a new browser",
            format!("Somebody logged in from a browser that had not logged in before: {browser}"),
        ),
        Alert::Password => ("Your password was changed", "The password was changed".to_owned()),
        Alert::CodeApp => ("Your second factor was changed", "An app for codes was set up".to_owned()),
        Alert::PasskeyMade(browser) => {
            ("Your second factor was changed", format!("A passkey was made with a browser: {browser}"))
        }
        Alert::PasskeyRemoved => ("Your second factor was changed", "A passkey was removed".to_owned()),
        Alert::FactorsTaken => (
            "Your second factor was taken back",
            "An administrator took your second factor back, so that you can set up a new one. You were logged out".to_owned(),
        ),
        Alert::RecoveryCodes => {
            ("New recovery codes", "New recovery codes were made, and the old ones are void".to_owned())
        }
    };
    let to = To {
        base: &app.base_url,
        account,
        email: &found.person.email,
        link: app.base_url.join("/staff/account"),
    };
    let at = in_utc(app.clock.now());
    let message = to.alert(subject, format!("{done}, on {at}.")).map_err(Fault::unexpected)?;
    outbox.prepare(&message).map_err(Fault::unexpected)?.enqueue(tx)?;
    Ok(())
}
