//! Mail: a message is written by the transaction whose news it carries, and the postman takes it to the relay. This
//! module knows SMTP and its own table, and no feature.

mod cap;
mod lease;
mod listing;
mod masked;
mod message;
mod outbox;
mod postman;
mod record;
mod schedule;
mod smtp_url;
mod tls;
mod transport;
mod waiting;

pub use cap::{Written, forget_counts, forget_settled, settled_until};
pub use lease::{News, Settled};
pub use listing::{Kept, Listed, retry, retry_all};
pub use message::{Kind, Message, NotAMessage, NotASender, Rendered, Sender};
pub use outbox::{
    Outbox, Prepared, State, cancel, cancel_all, goes_at, has_gone, newest, take_back, take_back_all,
    untried, was_written_since,
};
pub use postman::{Postman, Way};
pub use record::Observer;
pub use smtp_url::{NotSmtpUrl, Security, SmtpUrl};
pub use tls::TlsSetup;
pub use transport::{Down, Limits, Outcome, Smtp, Stage};
pub use waiting::{Reworded, Waiting, send_at_once, waiting_about};
