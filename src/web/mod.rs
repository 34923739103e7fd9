//! The HTTP kit: what every page of every feature is made with. It knows no feature.

pub mod address;
pub mod assets;
pub mod cookies;
pub mod csrf;
pub mod edge;
mod error;
mod error_page;
pub mod form;
pub mod kept;
pub mod language;
pub mod link;
pub mod page;
mod passed_over;
pub mod rate_limit;
pub mod reference;
pub mod route;
pub mod show;
mod state;
pub mod typed;

pub use error::Fault;
pub use passed_over::PassedOver;
pub use state::App;
