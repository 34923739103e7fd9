//! What happens to every request, around whatever answers it: one deadline, one log event, the security headers, pages for
//! failures, and a boundary that a panic does not cross.
//!
//! It is one hand-written service instead of a few closures, because it runs on the public page, which is to be as fast as a
//! server of static files: nothing here allocates for a request that is answered at once.

mod headers;

use super::csrf::{self, Sender};
use super::error::Fault;
use super::error_page::Words;
use super::reference::{self, Numbers, Reference};
use super::show::Fact;
use super::{address, page, route, typed};
use crate::config::BaseUrl;
use crate::secret::Random;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::error::InternalError;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, HeaderName, RETRY_AFTER};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::{Error, HttpRequest, HttpResponse};
use headers::Headers;
use ipnet::IpNet;
use pin_project_lite::pin_project;
use std::future::{Future, Ready, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready as wait};
use std::time::{Duration, Instant};
use tokio::time::{Sleep, sleep_until};

/// From the end of a request's head to the beginning of its answer. Reading the body is within it, so that a client who
/// dribbles is let go.
const DEADLINE: Duration = Duration::from_secs(8);

/// Answers what is finished and kept, before the routes are tried: finding the route of a public page costs more than
/// answering it. `None` leaves the request to the routes.
pub type AtOnce = Arc<dyn Fn(&HttpRequest) -> Option<HttpResponse> + Send + Sync>;

/// The edge of an instance.
#[derive(Clone)]
pub struct Edge {
    base_url: BaseUrl,
    trusted_proxies: Vec<IpNet>,
    deadline: Duration,
    random: Random,
    at_once: Option<AtOnce>,
}

impl Edge {
    /// The edge of the instance behind this address.
    pub fn new(base_url: BaseUrl, trusted_proxies: Vec<IpNet>, random: Random) -> Self {
        Self { base_url, trusted_proxies, deadline: DEADLINE, random, at_once: None }
    }

    /// The same, where this is asked before the routes are.
    #[must_use]
    pub fn asking_first(self, at_once: AtOnce) -> Self {
        Self { at_once: Some(at_once), ..self }
    }

    /// The same with another deadline.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }
}

impl<S> Transform<S, ServiceRequest> for Edge
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error>,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = Guarded<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let around = Around {
            headers: Headers::new(self.base_url.is_https()),
            base_url: self.base_url.clone(),
            trusted_proxies: self.trusted_proxies.clone(),
            deadline: self.deadline,
            numbers: Numbers::from(&self.random),
            at_once: self.at_once.clone(),
        };
        ready(Ok(Guarded { service, around: Rc::new(around) }))
    }
}

/// What one worker knows.
struct Around {
    headers: Headers,
    base_url: BaseUrl,
    trusted_proxies: Vec<IpNet>,
    deadline: Duration,
    numbers: Numbers,
    at_once: Option<AtOnce>,
}

impl Around {
    fn answer_at_once(&self, request: &ServiceRequest) -> Option<HttpResponse> {
        self.at_once.as_ref().and_then(|ask| ask(request.request()))
    }
}

/// What is remembered of a request while it is answered.
struct Visit {
    around: Rc<Around>,
    reference: Reference,
    began: Instant,
    method: Method,
    api: bool,
    /// Kept-alive connections are for trusted proxies: from others a slow second request would stay unnoticed.
    close: bool,
}

/// The service with its edge.
pub struct Guarded<S> {
    service: S,
    around: Rc<Around>,
}

impl<S> Service<ServiceRequest> for Guarded<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error>,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = Answering<S::Future>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let around = &self.around;
        let peer = request.peer_addr().map(|peer| peer.ip());
        let visit = Visit {
            reference: around.numbers.next(),
            began: Instant::now(),
            method: request.method().clone(),
            api: request.path().starts_with("/api/"),
            close: !peer.is_some_and(|peer| address::is_trusted(peer, &around.trusted_proxies)),
            around: Rc::clone(around),
        };
        let foreign = !route::only_reads(request.method())
            && !route::is_one_click(request.method(), request.path())
            && csrf::sender(request.headers(), &around.base_url) == Sender::Foreign;
        let step = if foreign {
            let fault =
                Fault::Forbidden("The form was sent from a page of somebody else's. Nothing was changed.");
            Step::Answered { response: Some(request.error_response(fault)) }
        } else {
            let called = reference::during(visit.reference, || {
                catch_unwind(AssertUnwindSafe(|| match around.answer_at_once(&request) {
                    Some(answer) => Step::Answered { response: Some(request.into_response(answer)) },
                    None => Step::Running { answer: self.service.call(request) },
                }))
            });
            called.unwrap_or(Step::Panicked)
        };
        Answering { step, timer: None, visit }
    }
}

pin_project! {
    /// An answer on its way.
    pub struct Answering<F> {
        #[pin]
        step: Step<F>,
        // Set when the answer is not there at once: most are.
        #[pin]
        timer: Option<Sleep>,
        visit: Visit,
    }
}

pin_project! {
    #[project = StepNow]
    enum Step<F> {
        Running { #[pin] answer: F },
        Answered { response: Option<ServiceResponse<BoxBody>> },
        Panicked,
    }
}

impl<F> Future for Answering<F>
where
    F: Future<Output = Result<ServiceResponse<BoxBody>, Error>>,
{
    type Output = Result<ServiceResponse<BoxBody>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let visit = this.visit;
        let polled = match this.step.project() {
            StepNow::Running { answer } => {
                reference::during(visit.reference, || catch_unwind(AssertUnwindSafe(|| answer.poll(cx))))
            }
            StepNow::Answered { response } => match response.take() {
                Some(response) => Ok(Poll::Ready(Ok(response))),
                None => Ok(Poll::Pending),
            },
            StepNow::Panicked => Err(Box::new(()) as _),
        };
        match polled {
            Ok(Poll::Ready(Ok(response))) => Poll::Ready(Ok(visit.finish(response))),
            Ok(Poll::Ready(Err(error))) => Poll::Ready(Err(visit.finish_without_request(&error))),
            Ok(Poll::Pending) => {
                if this.timer.is_none() {
                    let end = tokio::time::Instant::from_std(visit.began + visit.around.deadline);
                    this.timer.set(Some(sleep_until(end)));
                }
                if let Some(timer) = this.timer.as_pin_mut() {
                    wait!(timer.poll(cx));
                }
                let fault = Fault::Unavailable("the deadline of the request passed".to_owned());
                Poll::Ready(Err(visit.finish_without_request(&fault.into())))
            }
            Err(_panic) => {
                let fault = Fault::unexpected("a handler panicked");
                Poll::Ready(Err(visit.finish_without_request(&fault.into())))
            }
        }
    }
}

impl Visit {
    fn finish(&self, mut response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            response = self.with_page(response);
        }
        self.dress(response.response_mut());
        self.log(response.status(), |log| {
            let pattern = response.request().match_pattern();
            log(pattern.as_deref().unwrap_or("-"));
        });
        response
    }

    /// When the request is lost (a panic, the deadline), only an error can be handed on; it holds the whole answer.
    fn finish_without_request(&self, error: &Error) -> Error {
        let mut answer = self.page(error.as_error::<Fault>(), &error.error_response(), Vec::new());
        self.dress(&mut answer);
        answer.head_mut().set_connection_type(ConnectionType::Close);
        self.log(answer.status(), |log| log("-"));
        InternalError::from_response("answered", answer).into()
    }

    /// Puts the page of a failure in the place of a bare status. What a handler made itself is left as it is, and so is a page
    /// that one of its arguments made.
    fn with_page(&self, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        let error = response.response().error();
        let bare = matches!(response.response().body().size(), BodySize::None | BodySize::Sized(0));
        let is_page = || response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == page::HTML);
        if !bare && (error.is_none() || is_page()) {
            return response;
        }
        let fault = error.and_then(|error| error.as_error::<Fault>());
        let typed = typed::kept(response.request()).map_or_else(Vec::new, |fields| typed::shown(&fields));
        let page = self.page(fault, response.response(), typed);
        response.into_response(page)
    }

    fn page(&self, fault: Option<&Fault>, bare: &HttpResponse, typed: Vec<Fact>) -> HttpResponse {
        let words = fault.map_or_else(|| Words::of_status(bare.status()), Words::of);
        if let Some(fault) = fault {
            fault.log(self.reference);
        }
        let mut answer = words.answer(bare.status(), self.api, self.reference, typed);
        for name in [ALLOW, RETRY_AFTER] {
            if let Some(value) = bare.headers().get(&name) {
                answer.headers_mut().insert(HeaderName::clone(&name), value.clone());
            }
        }
        answer
    }

    fn dress(&self, response: &mut HttpResponse) {
        // Who is told that nothing has changed keeps the headers that came with what they have (RFC 9110 section 15.4.5).
        if response.status() != StatusCode::NOT_MODIFIED {
            self.around.headers.add(response.headers_mut());
        }
        if self.close {
            response.head_mut().set_connection_type(ConnectionType::Close);
        }
    }

    /// One event for the request. It names the route, not the path: a path may hold a token.
    fn log(&self, status: StatusCode, with_route: impl FnOnce(&mut dyn FnMut(&str))) {
        let quiet =
            (status.is_success() || status == StatusCode::NOT_MODIFIED) && route::only_reads(&self.method);
        let ms = || u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        if quiet && tracing::enabled!(tracing::Level::DEBUG) {
            with_route(&mut |route| {
                tracing::debug!(request = %self.reference, method = %self.method, route, status = status.as_u16(), ms = ms(), "answered");
            });
        } else if !quiet && tracing::enabled!(tracing::Level::INFO) {
            with_route(&mut |route| {
                tracing::info!(request = %self.reference, method = %self.method, route, status = status.as_u16(), ms = ms(), "answered");
            });
        }
    }
}

#[cfg(test)]
mod tests;
