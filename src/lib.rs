//! Undersigned collects organization sign-ons for open letters.

pub mod audit;
pub mod campaign;
pub mod clock;
pub mod config;
pub mod db;
pub mod ids;
pub mod list;
pub mod mail;
pub mod secret;
pub mod text;
