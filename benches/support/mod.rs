//! What the benches share.

pub mod bench;
pub mod client;
pub mod crowd;
pub mod folder;
pub mod form;
pub mod machine;
pub mod nginx;
pub mod server;
pub mod staff;
pub mod wrk;
