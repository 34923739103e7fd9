//! What several steps say in the same words.

/// Said when a form lay open for too long.
pub(super) const STALE: &str = "This page was open for too long. Send it once more.";

/// Said when too many passwords and codes are being checked.
pub(super) const BUSY: &str = "Many are logging in at this moment. Wait five seconds and send it again.";

/// Seconds after which a queue of two seconds has passed.
pub(super) const BUSY_SECONDS: u64 = 5;
