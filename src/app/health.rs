//! What those ask who run the instance, and those who search it.

use crate::clock::days;
use crate::web::{App, Fault, route};
use actix_web::web::resource;
use actix_web::{HttpResponse, web};
use std::time::Duration;

/// The addresses.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(resource("/livez").route(route::get().to(livez)))
        .service(resource("/readyz").route(route::get().to(readyz)))
        .service(resource("/robots.txt").route(route::get().to(robots)))
        .service(resource("/.well-known/security.txt").route(route::get().to(security)));
}

/// The process answers. It asks nothing of the database: one that is away is no reason to restart the process.
async fn livez() -> &'static str {
    "alive\n"
}

/// The database answers and takes writes.
async fn readyz(app: web::Data<App>) -> Result<&'static str, Fault> {
    match tokio::time::timeout(Duration::from_secs(3), app.db.probe()).await {
        Ok(Ok(())) => Ok("ready\n"),
        Ok(Err(error)) => Err(Fault::Unavailable(error.to_string())),
        Err(_) => Err(Fault::Unavailable("the database did not answer within 3 s".to_owned())),
    }
}

/// Search engines may read what is public; forms and staff pages are nothing to find.
async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /api/\nDisallow: /login\nDisallow: /mailbox\nDisallow: /staff\nDisallow: /verify\n"
}

/// RFC 9116, with the mailbox that RFC 2142 reserves for this.
async fn security(app: web::Data<App>) -> HttpResponse {
    let expires = app.clock.now().plus(days(180));
    let body = format!(
        "Contact: mailto:security@{}\nExpires: {}\nPreferred-Languages: en\nCanonical: {}\n",
        app.base_url.mail_domain(),
        expires.jiff().strftime("%Y-%m-%dT%H:%M:%SZ"),
        app.base_url.join("/.well-known/security.txt"),
    );
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(body)
}
