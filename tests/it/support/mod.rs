//! What the stories are told with.

#[allow(dead_code, reason = "not every story uses all of it")]
pub mod db;
#[allow(dead_code, reason = "the outbox's stories use the rest")]
pub mod smtp;
