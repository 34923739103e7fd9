//! The numbered list that everybody sees.

pub mod ordering;
