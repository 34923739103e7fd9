//! Undersigned collects organization sign-ons for open letters.

pub mod text;
