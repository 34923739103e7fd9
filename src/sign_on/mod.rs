//! An organization adds its name.
//!
//! `submission` is what a form means; `state` where a sign-on stands, `acts` what moves it; `store` every statement about
//! it. The steps, in the order of the story: `submit`, `verify`, `private_page`, `withdraw`.

mod acts;
mod code;
mod contact;
mod reason;
mod state;
pub mod store;
mod submission;

pub use acts::NotAllowed;
pub use reason::Reason;
pub use state::{Decision, Origin, Remark, SignOn, Standing, State};
pub use submission::{Authority, Basis, Contact, Entry, FIELDS, Likeness, Note, Submission};
