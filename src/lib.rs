//! Undersigned collects organization sign-ons for open letters.

pub mod clock;
pub mod ids;
pub mod secret;
pub mod text;
