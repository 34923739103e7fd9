//! A mailed link as a handler's argument: whoever holds it reads with [`Link`] and acts with [`Sent`]. Both count against the allowance
//! of links, and what cannot be a link of ours gets the page of an unknown one.

use super::form::{Fields, Form};
use super::rate_limit::Limit;
use super::{App, Fault, csrf, typed};
use crate::secret::Token;
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::web::{Data, Path};
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse};
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

/// Whose links these are.
pub trait Door: 'static {
    /// The one page for a link that is unknown, malformed or belongs to something erased.
    ///
    /// # Errors
    /// When the page cannot be made.
    fn unknown() -> Result<HttpResponse, Fault>;
}

/// A link that is looked into: the `{token}` of the address.
#[derive(Debug)]
pub struct Link<D> {
    /// The secret in it.
    pub token: Token,
    door: PhantomData<D>,
}

/// A form of the page behind a link, sent from a page of ours.
#[derive(Debug)]
pub struct Sent<D> {
    token: Token,
    fields: Fields,
    door: PhantomData<D>,
}

impl<D> Sent<D> {
    /// The link, the fields, and whether the form was made for this link and this purpose in the last days. Where it was not, the page lay
    /// open for too long: it is shown again.
    pub fn checked(self, app: &App, purpose: &str) -> (Token, Fields, bool) {
        let sent = self.fields.get(csrf::FIELD);
        let is_fresh = app.check_form_token(sent, purpose, self.token.digest().as_bytes()).is_ok();
        (self.token, self.fields, is_fresh)
    }
}

/// Refuses a form that another site sent.
///
/// # Errors
/// [`Fault::Forbidden`] when the browser says that it comes from elsewhere.
pub fn from_our_pages(request: &HttpRequest, app: &App) -> Result<(), Fault> {
    match csrf::sender(request.headers(), &app.base_url) {
        csrf::Sender::Foreign => {
            Err(Fault::Forbidden("The form was sent from another site. Open our page and send it there."))
        }
        csrf::Sender::Ours | csrf::Sender::Unstated => Ok(()),
    }
}

fn app_of(request: &HttpRequest) -> Result<Data<App>, Fault> {
    let app = request.app_data().cloned();
    app.ok_or_else(|| Fault::unexpected("the server was put together without its state"))
}

async fn token_of<D: Door>(request: &HttpRequest, app: &App) -> Result<Token, Error> {
    app.limits.check(Limit::Links, app.network(request), app.clock.now()).map_err(Fault::from)?;
    match Token::parse(&Path::<String>::extract(request).await?) {
        Some(token) => Ok(token),
        None => Err(InternalError::from_response("unknown link", D::unknown()?).into()),
    }
}

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

impl<D: Door> FromRequest for Link<D> {
    type Error = Error;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = app_of(&request)?;
            Ok(Self { token: token_of::<D>(&request, &app).await?, door: PhantomData })
        })
    }
}

impl<D: Door> FromRequest for Sent<D> {
    type Error = Error;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, form) = (request.clone(), Form::from_request(request, payload));
        Box::pin(async move {
            let Form(fields) = form.await?;
            let app = app_of(&request)?;
            from_our_pages(&request, &app)?;
            typed::keep(&request, &fields);
            Ok(Self { token: token_of::<D>(&request, &app).await?, fields, door: PhantomData })
        })
    }
}
