//! Showing the second factor once more, on the way to a page or a download that takes it.

use super::access::{Acting, OwnAccount, Staff, SteppedUp};
use super::{next, step_up};
use crate::web::form::{Fields, Filled};
use crate::web::page::see;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

/// GET /staff/confirm
pub(super) async fn show(
    request: HttpRequest,
    who: Staff,
    app: web::Data<App>,
) -> Result<HttpResponse, Fault> {
    let page = who.page(&app, "Confirm that it is you – Undersigned");
    let next = next::asked(request.query_string());
    let fields: Fields = [(next::FIELD, next.as_str()), (crate::web::csrf::FIELD, page.form_token.as_str())]
        .into_iter()
        .collect();
    let form = Filled::default();
    step_up::page_that_asks(&app, who.id, StatusCode::OK, page, form, next::CONFIRM, &fields).await
}

/// POST /staff/confirm. That this runs says that the code or the passkey was right.
pub(super) async fn go_on(
    Acting { fields, .. }: Acting<SteppedUp<OwnAccount>>,
) -> Result<HttpResponse, Fault> {
    Ok(see(next::checked(fields.get(next::FIELD))))
}
