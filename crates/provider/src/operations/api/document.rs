//! The API's document, made from the code.

use crate::access::{Access, Caller};
use crate::error::{ApiError, ErrorDocument};
use crate::operations;
use crate::site::Site;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::sync::LazyLock;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, HttpMethod, InfoBuilder, OpenApi};

/// What the caller needs.
pub const REQUIRES: Access = Access::SignedIn;

/// Name of the way in that the document speaks of.
const SESSION: &str = "session";

/// The document.
#[must_use]
pub fn document() -> OpenApi {
    let mut document = operations::described();
    document.info = InfoBuilder::new()
        .title("Provost")
        .version("v1")
        .description(Some(
            "What people and programs ask of a site. Within `provost/v1` fields are only added: leave alone what you do not know.\n\n\
             Lists come in pages: hand `next` back as `after` until it is null. On the site's own machine the owner of the data folder asks over \
             `run/provost.sock` and needs no session.",
        ))
        .license(None)
        .build();
    let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    document.components.get_or_insert_with(Components::new).add_security_scheme(SESSION, scheme);
    for entry in operations::all() {
        let Some(item) = document.paths.paths.get_mut(&entry.path) else { continue };
        let operation = match operations::method_of(&entry.method) {
            HttpMethod::Post => item.post.as_mut(),
            HttpMethod::Put => item.put.as_mut(),
            HttpMethod::Delete => item.delete.as_mut(),
            _ => item.get.as_mut(),
        };
        let Some(operation) = operation else { continue };
        operation.extensions = Some(ExtensionsBuilder::new().add("x-provost-requires", entry.requires.to_string()).build());
        operation.security = (entry.requires != Access::Anyone).then(|| vec![SecurityRequirement::new(SESSION, Vec::<String>::new())]);
    }
    document
}

static TEXT: LazyLock<Result<String, String>> = LazyLock::new(|| document().to_pretty_json().map_err(|error| error.to_string()));

/// Tells what can be asked, as an OpenAPI 3.1 document.
#[utoipa::path(get, path = "/api/v1/openapi.json", operation_id = "api_document", tag = "api",
    responses((status = 200, description = "The document", body = Object), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Response, ApiError> {
    let text = site.perform(&caller, REQUIRES, |_| TEXT.clone().map_err(|error| ApiError::bug("writing the API's document", &error))).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}
