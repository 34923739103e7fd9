use super::*;
use crate::web::form::Form;
use crate::web::page::see;
use actix_web::test::{TestRequest, call_service, init_service, read_body, try_call_service};
use actix_web::{App, web};

fn edge(base: &str) -> Edge {
    Edge::new(BaseUrl::parse(base).unwrap(), vec![], Random::system())
        .with_deadline(Duration::from_millis(50))
}

async fn conflict() -> Result<HttpResponse, Fault> {
    Err(Fault::Overtaken("Approved by A. on 1 May.".to_owned()))
}

async fn defect() -> Result<HttpResponse, Fault> {
    Err(Fault::unexpected("secret detail"))
}

async fn panics() -> HttpResponse {
    panic!("on purpose")
}

async fn hangs() -> HttpResponse {
    std::future::pending().await
}

async fn takes(_form: Form) -> HttpResponse {
    see("/done")
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/page").route(route::get().to(|| async { "hello" })))
        .service(web::resource("/form").route(route::post().to(takes)))
        .route("/conflict", route::get().to(conflict))
        .route("/defect", route::get().to(defect))
        .route("/api/defect", route::get().to(defect))
        .route("/panics", route::get().to(panics))
        .route("/hangs", route::get().to(hangs))
        .route("/own", route::get().to(|| async { HttpResponse::UnprocessableEntity().body("own page") }));
}

async fn get(path: &str) -> (StatusCode, String, actix_web::http::header::HeaderMap) {
    let app = init_service(App::new().wrap(edge("https://letters.example")).configure(routes)).await;
    let request = TestRequest::get().uri(path).to_request();
    let response = match try_call_service(&app, request).await {
        Ok(response) => response.into_parts().1,
        Err(error) => error.error_response(),
    };
    let (status, headers) = (response.status(), response.headers().clone());
    let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap(), headers)
}

#[actix_web::test]
async fn a_failure_is_a_page_that_says_what_to_do() {
    for (path, status, says) in [
        ("/nowhere", 404, "There is no such page"),
        ("/form", 405, "This cannot be done here"),
        ("/conflict", 409, "Approved by A. on 1 May."),
        ("/defect", 500, "name this reference"),
        ("/panics", 500, "name this reference"),
        ("/hangs", 503, "name this reference"),
        ("/own", 422, "own page"),
    ] {
        let (found, body, headers) = get(path).await;
        assert_eq!(found.as_u16(), status, "{path}");
        assert!(body.contains(says), "{path}: {body}");
        assert!(!body.contains("secret detail"), "{path}");
        assert_eq!(headers.contains_key(RETRY_AFTER), status == 503, "{path}");
        assert!(headers.contains_key("content-security-policy"), "{path}");
    }
}

#[actix_web::test]
async fn under_api_a_failure_is_a_document() {
    let (status, body, headers) = get("/api/defect").await;
    assert_eq!(status, 500);
    assert_eq!(headers.get("content-type").unwrap(), "application/problem+json");
    let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(problem["status"], 500);
    assert_eq!(problem["reference"].as_str().unwrap().len(), 14);
    assert_eq!(get("/api/nowhere").await.2.get("content-type").unwrap(), "application/problem+json");
}

#[actix_web::test]
async fn every_answer_has_the_security_headers() {
    for path in ["/page", "/nowhere", "/panics"] {
        let (_, _, headers) = get(path).await;
        for (name, value) in [
            (
                "content-security-policy",
                "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            ),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("strict-transport-security", "max-age=31536000; includeSubDomains"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(headers.get(name).unwrap(), value, "{path}");
        }
    }
    let app = init_service(App::new().wrap(edge("http://127.0.0.1:8080")).configure(routes)).await;
    let response = call_service(&app, TestRequest::get().uri("/page").to_request()).await;
    assert!(!response.headers().contains_key("strict-transport-security"));
}

#[actix_web::test]
async fn a_form_of_somebody_elses_page_is_refused() {
    let app = init_service(App::new().wrap(edge("https://letters.example")).configure(routes)).await;
    for (origin, status) in [
        ("https://letters.example", 303),
        ("https://evil.example", 403),
        ("https://letters.example.evil.example", 403),
    ] {
        let request =
            TestRequest::post().uri("/form").insert_header(("origin", origin)).set_form([("a", "1")]);
        let response = call_service(&app, request.to_request()).await;
        assert_eq!(response.status().as_u16(), status, "{origin}");
        if status == 403 {
            let body = read_body(response).await;
            assert!(String::from_utf8_lossy(&body).contains("somebody else"));
        }
    }
}

#[actix_web::test]
async fn head_has_the_headers_of_get() {
    let app = init_service(App::new().wrap(edge("https://letters.example")).configure(routes)).await;
    let head = TestRequest::default().method(Method::HEAD).uri("/page").to_request();
    let get = TestRequest::get().uri("/page").to_request();
    let (head, get) = (call_service(&app, head).await, call_service(&app, get).await);
    assert_eq!(head.status(), 200);
    for (name, value) in get.headers() {
        assert_eq!(head.headers().get(name), Some(value), "{name}");
    }
}

#[actix_web::test]
async fn after_a_panic_the_next_request_is_answered() {
    let app = init_service(App::new().wrap(edge("https://letters.example")).configure(routes)).await;
    for _ in 0..3 {
        assert!(try_call_service(&app, TestRequest::get().uri("/panics").to_request()).await.is_err());
        assert_eq!(call_service(&app, TestRequest::get().uri("/page").to_request()).await.status(), 200);
    }
}
