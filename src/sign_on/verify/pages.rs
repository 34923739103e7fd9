//! The pages around verification, as their templates are filled.

use crate::sign_on::page::About;
use crate::sign_on::wording::Changed;
use crate::web::page::Page;
use crate::web::show::{Fact, Moment};
use askama::Template;

#[derive(Template)]
#[template(path = "sign_on/verify.html")]
pub(super) struct Verify {
    pub(super) page: Page,
    pub(super) letter: About,
    pub(super) changed: Option<Changed>,
    pub(super) line: String,
    pub(super) facts: Vec<Fact>,
    pub(super) statement: String,
    pub(super) action: String,
    pub(super) token: String,
    /// When it is erased if nobody presses the button.
    pub(super) erased_on: Option<Moment>,
}

#[derive(Template)]
#[template(path = "sign_on/expired.html")]
pub(super) struct Expired {
    pub(super) page: Page,
    pub(super) term_days: i64,
    pub(super) action: String,
    pub(super) token: String,
    pub(super) erased_on: Moment,
}

#[derive(Template)]
#[template(path = "sign_on/renewed.html")]
pub(super) struct Renewed {
    pub(super) page: Page,
}

#[derive(Template)]
#[template(path = "sign_on/verified.html")]
pub(super) struct Verified {
    pub(super) page: Page,
    pub(super) letter_href: String,
}

#[derive(Template)]
#[template(path = "sign_on/unknown.html")]
pub(super) struct Unknown {
    pub(super) page: Page,
}

#[derive(Template)]
#[template(path = "sign_on/staff_here.html")]
pub(super) struct StaffHere {
    pub(super) page: Page,
}
