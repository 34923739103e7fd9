//! The postman and what the features make of his news.

use super::{Instance, StartError};
use crate::config;
use crate::consent;
use crate::db::{Error, Tx};
use crate::mail::{Limits, News, Observer, Outbox, Postman, Settled, Smtp, SmtpUrl, Way};
use crate::mailing;
use crate::sign_on;
use std::sync::Arc;
use tokio::sync::watch;

/// The instance's postman, who works until `stop` holds true.
///
/// # Errors
/// When the certificates that the relay's setting names cannot be read.
pub(super) fn postman(instance: &Instance, stop: watch::Receiver<bool>) -> Result<Postman, StartError> {
    let way = match &instance.relay {
        Some(url) => Way::Relay(Box::new(smtp(url.clone(), &instance.outbox)?)),
        None => Way::Kept,
    };
    Ok(Postman::new(instance.app.db.clone(), instance.outbox.clone(), way, observer(instance), stop))
}

fn smtp(url: SmtpUrl, outbox: &Outbox) -> Result<Smtp, config::Error> {
    Smtp::new(url, outbox.domain(), Limits::default()).map_err(|why| config::Error::Wrong {
        setting: "UNDERSIGNED_SMTP_URL".to_owned(),
        value: "\"…\"".to_owned(),
        why: why.to_string(),
    })
}

fn observer(instance: &Instance) -> Observer {
    let (keys, outbox) = (instance.app.keys.clone(), instance.outbox.clone());
    Arc::new(move |tx: &mut Tx<'_>, mail: &Settled| -> Result<(), Error> {
        let Some(about) = mail.about else { return Ok(()) };
        if let Some((campaign, to)) = mail.campaign.zip(outbox.addressee(mail)) {
            let arrives = mail.news == News::Delivered;
            sign_on::note_mailbox(tx, &keys, (campaign, &to), arrives, mail.at)?;
        }
        match mail.news {
            News::Delivered => {
                sign_on::delivered(tx, &mail.kind, about, mail.at)?;
                mailing::delivered(tx, &mail.kind, mail.id, mail.at)?;
                consent::delivered(tx, &mail.kind, about, mail.at)
            }
            News::Failed => {
                mailing::refused(tx, &mail.kind, mail.id, mail.at)?;
                sign_on::refused(tx, &mail.kind, about, mail.at)
            }
        }
    })
}
