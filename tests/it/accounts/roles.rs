//! Roles as arguments: a handler cannot run for anybody who lacks the role it takes.

use super::session_cookie;
use crate::support::app::TestApp;
use crate::support::cast;
use crate::support::on_both_engines;
use crate::support::staff;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, HttpResponse, web};
use undersigned::account::{Acting, ActingOnMany, Administrator, Moderator, Organizer, Staff, Visitor};
use undersigned::app::Instance;
use undersigned::campaign::Settings;
use undersigned::config::BaseUrl;
use undersigned::db::Use;
use undersigned::text::Slug;

async fn anybody(staff: Staff, app: web::Data<undersigned::web::App>) -> HttpResponse {
    HttpResponse::Ok().body(staff.page(&app, "x").form_token)
}

async fn moderates(who: Moderator) -> String {
    format!("{} {}", who.staff.name, who.role.as_str())
}

async fn organizes(_: Organizer) -> &'static str {
    "organizes"
}

async fn administers(_: Administrator) -> &'static str {
    "administers"
}

async fn decides(act: Acting<Moderator>) -> String {
    format!("{} decides {}", act.who.staff.name, act.fields.get("text"))
}

async fn decides_many(act: ActingOnMany<Moderator>) -> String {
    act.fields.all("entry").collect::<Vec<_>>().join(",")
}

async fn forgets_the_form(_: Moderator) -> &'static str {
    "never"
}

async fn public(Visitor(staff): Visitor) -> String {
    staff.map_or_else(|| "nobody".to_owned(), |staff| staff.name)
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/staff/token", web::get().to(anybody))
        .route("/staff/instance", web::get().to(administers))
        .route("/staff/letters/{slug}/queue", web::get().to(moderates))
        .route("/staff/letters/{slug}/edit", web::get().to(organizes))
        .route("/staff/letters/{slug}/decide", web::post().to(decides))
        .route("/staff/letters/{slug}/many", web::post().to(decides_many))
        .route("/staff/letters/{slug}/careless", web::post().to(forgets_the_form))
        .route("/staff/sign-ons/{sign_on}", web::get().to(moderates))
        .route("/public", web::get().to(public));
}

on_both_engines! {
    async fn a_handler_runs_only_for_the_role_that_it_takes(app: TestApp) {
        cast::open_letter(&app).await;
        let other = Settings { slug: Slug::parse("other").unwrap(), ..cast::settings(&app) };
        cast::campaign(&app, other).await;
        staff::administrator(&app).await;
        staff::organizer(&app, "letter").await;
        staff::moderator(&app, "letter").await;
        let base = BaseUrl::parse(&app.base_url).unwrap();
        let instance = Instance::open(&app.settings, base, app.clock.clone(), Use::Command).await.unwrap();
        let service =
            init_service(App::new().app_data(web::Data::new(instance.app)).configure(routes)).await;
        let get = |path: &'static str, cookie: &str| {
            let request = TestRequest::get().uri(path).insert_header(("cookie", cookie)).to_request();
            let service = &service;
            async move {
                let response = call_service(service, request).await;
                let status = response.status().as_u16();
                (status, String::from_utf8(read_body(response).await.to_vec()).unwrap())
            }
        };
        let ada = session_cookie(&app, "ada@staff.example").await;
        let olu = session_cookie(&app, "olu@staff.example").await;
        let mina = session_cookie(&app, "mina@staff.example").await;
        let stranger = "session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned();

        for (path, statuses) in [
            ("/staff/token", [200, 200, 200, 303]),
            ("/staff/instance", [200, 403, 403, 303]),
            ("/staff/letters/letter/queue", [200, 200, 200, 303]),
            ("/staff/letters/letter/edit", [200, 200, 403, 303]),
            ("/staff/letters/other/queue", [200, 404, 404, 303]),
            ("/staff/letters/other/edit", [200, 404, 404, 303]),
            ("/staff/letters/nothing/queue", [404, 404, 404, 303]),
            ("/staff/letters/NOT-A-SLUG/queue", [404, 404, 404, 303]),
            ("/staff/sign-ons/0198f0d2-0000-7000-8000-000000000000", [404, 404, 404, 303]),
            ("/public", [200, 200, 200, 200]),
        ] {
            for (cookie, status) in [&ada, &olu, &mina, &stranger].into_iter().zip(statuses) {
                assert_eq!(get(path, cookie).await.0, status, "{path}");
            }
        }
        assert_eq!(get("/staff/letters/letter/queue", &mina).await.1, "Mina Moderator moderator");
        assert_eq!(get("/staff/letters/letter/queue", &ada).await.1, "Ada Administrator administrator");
        assert_eq!((get("/public", &mina).await.1, get("/public", &stranger).await.1), ("Mina Moderator".to_owned(), "nobody".to_owned()));

        let token = get("/staff/token", &mina).await.1;
        let adas_token = get("/staff/token", &ada).await.1;
        let post = |path: &'static str, cookie: &str, body: String| {
            let request = TestRequest::post()
                .uri(path)
                .insert_header(("cookie", cookie))
                .insert_header(("origin", app.base_url.as_str()))
                .insert_header(("content-type", "application/x-www-form-urlencoded"))
                .set_payload(body)
                .to_request();
            let service = &service;
            async move {
                let response = call_service(service, request).await;
                let status = response.status().as_u16();
                (status, String::from_utf8(read_body(response).await.to_vec()).unwrap())
            }
        };
        let body = format!("form_token={token}&text=yes");
        assert_eq!(post("/staff/letters/letter/decide", &mina, body.clone()).await, (200, "Mina Moderator decides yes".to_owned()));
        assert_eq!(post("/staff/letters/other/decide", &mina, body.clone()).await.0, 404);
        assert_eq!(post("/staff/letters/letter/decide", &stranger, body.clone()).await.0, 403);
        assert_eq!(post("/staff/letters/letter/decide", &olu, body.clone()).await.0, 403, "a token of somebody else");
        assert_eq!(post("/staff/letters/letter/decide", &mina, format!("form_token={adas_token}")).await.0, 403);
        assert_eq!(post("/staff/letters/letter/decide", &mina, "text=yes".to_owned()).await.0, 403);
        assert_eq!(post("/staff/letters/letter/decide", &mina, format!("{body}&text=no")).await.0, 400);
        let many = format!("form_token={token}&entry=a&entry=b");
        assert_eq!(post("/staff/letters/letter/many", &mina, many).await, (200, "a,b".to_owned()));
        assert_eq!(post("/staff/letters/letter/careless", &mina, body).await.0, 500, "found by its first test");
    }
}
