//! What the stories are told with.

#[allow(dead_code, reason = "the outbox's stories use the rest")]
pub mod smtp;
