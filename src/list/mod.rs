//! The numbered list that everybody sees.
//!
//! Whatever changes a list raises `list_revision` on its campaign. The first reader after that has `store` build the next
//! edition; `kept` keeps the public forms made from it, finished and compressed, and `page`, `index` and `editions` answer with them.

mod canonical;
pub mod csv;
pub mod edition;
pub mod json;
pub mod ordering;
pub mod store;
pub mod text;
