//! A campaign as a folder: taken in, and given out, without loss.
//!
//! `folder` is what the files mean: `campaign_file` reads and writes the settings, `reasons_table` the reasons among them and `translations_table` what stands around the text in other languages,
//! `signatories_file` the names, `report` says which lines could not be taken. The steps: `import`, `export`.

mod campaign_file;
mod csv_line;
pub mod export;
mod folder;
pub mod import;
mod mails_table;
mod reasons_table;
mod report;
mod signatories_file;
mod translations_table;

pub use folder::{Files, Folder};
pub use report::Refusal;
