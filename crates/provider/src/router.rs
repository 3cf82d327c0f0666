//! Which path leads where, and what every request goes through.

use crate::access::{self, Access, Caller};
use crate::error::ApiError;
use crate::operations;
use crate::site::Site;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Extension, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use provost_catalog::rules::code;
use std::time::Duration;

/// Largest body of a request, in bytes: names and passwords.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// Longest that a request may take, its body included.
const REQUEST_TIME_MAX: Duration = Duration::from_secs(60);

/// All routes. Requests carry an extension that says who is at the other end.
pub fn router(site: &Site) -> Router {
    let mut router = Router::new();
    for entry in operations::all() {
        let requires = entry.requires;
        // Who may not is refused before anything of the request is read.
        router = router.route(&entry.path, entry.route.layer(from_fn(move |caller: Caller, request, next| check(requires, caller, request, next))));
    }
    router
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .merge(crate::console::routes(site))
        .fallback(nothing_there)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(site.clone(), access::identify))
        .layer(from_fn(access::refuse_cross_site))
        .layer(from_fn(within_time))
        .layer(from_fn(access::add_headers))
        .with_state(site.clone())
}

async fn check(requires: Access, caller: Caller, request: Request, next: Next) -> Response {
    match caller.check(requires) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

async fn within_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(REQUEST_TIME_MAX, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::new(
            StatusCode::GATEWAY_TIMEOUT,
            code::SERVER_BUSY,
            "the request took too long",
            format!("it was not answered in {} s", REQUEST_TIME_MAX.as_secs()),
        )
        .state("what was asked may be done or not: look before repeating")
        .into_response(),
    }
}

/// Whether the site can answer: its database does, and no role fails.
async fn ready(State(site): State<Site>) -> Response {
    let database = site.blocking(|site| Ok(site.pool().read(|tx| provost_store::clients::count(tx).map(drop))?)).await;
    let failing: Vec<String> = site
        .status()
        .facts()
        .roles
        .iter()
        .filter(|role| role.state != crate::RoleState::Running)
        .map(|role| format!("{}: {}", role.name, role.state.word()))
        .collect();
    match database {
        Ok(()) if failing.is_empty() => "ok\n".into_response(),
        Ok(()) => (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", failing.join("\n"))).into_response(),
        // Anybody may ask, so the details stay in the log.
        Err(error) => {
            tracing::warn!(component = "provider", cause = error.cause, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "database: not available\n").into_response()
        }
    }
}

async fn nothing_there(uri: Uri, headers: HeaderMap, State(site): State<Site>, caller: Caller) -> Response {
    if uri.path().starts_with("/api/") {
        // Nobody learns what there is and what not.
        if let Err(error) = caller.check(Access::SignedIn) {
            return error.into_response();
        }
        let cause = "no operation has this path";
        return ApiError::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "there is nothing to ask here", cause)
            .fix("read what can be asked: GET /api/v1/openapi.json")
            .into_response();
    }
    crate::console::not_found(&site, &caller, &uri, &headers).await
}

async fn no_such_method(uri: Uri, method: Method, Extension(caller): Extension<Caller>) -> Response {
    if let Err(error) = caller.check(Access::SignedIn) {
        return error.into_response();
    }
    let cause = format!("{} does not take {method}", uri.path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, code::REQUEST_MALFORMED, "the request was refused", cause).into_response()
}
