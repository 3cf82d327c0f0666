//! Files that pages load: styles, scripts, icon. They are part of the program, and their addresses carry a digest, so that
//! a browser may keep them for ever.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use provost_domain::Digest;
use std::sync::LazyLock;

struct Asset {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
    digest: String,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let asset = |name, media_type, bytes: &'static [u8]| Asset { name, media_type, bytes, digest: Digest::of(bytes).to_string()[..16].to_owned() };
    vec![
        asset("console.css", "text/css; charset=utf-8", include_bytes!("../../assets/console.css")),
        asset("console.js", "text/javascript; charset=utf-8", include_bytes!("../../assets/console.js")),
        asset("htmx.js", "text/javascript; charset=utf-8", include_bytes!("../../assets/vendor/htmx-4.0.1.min.js")),
        asset("provost.svg", "image/svg+xml", include_bytes!("../../assets/provost.svg")),
    ]
});

/// The address of a file.
pub fn address(name: &str) -> String {
    match ASSETS.iter().find(|asset| asset.name == name) {
        Some(asset) => format!("/assets/{}/{name}", asset.digest),
        None => format!("/assets/0/{name}"),
    }
}

/// Gives a file. An older digest in the address gives the newer file, and it is not kept.
pub async fn file(Path((digest, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else { return StatusCode::NOT_FOUND.into_response() };
    let tag = format!("\"{}\"", asset.digest);
    let keep = if digest == asset.digest { "public, max-age=31536000, immutable" } else { "no-cache" };
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag), (header::CACHE_CONTROL, keep.to_owned())]).into_response();
    }
    ([(header::CONTENT_TYPE, asset.media_type.to_owned()), (header::ETAG, tag), (header::CACHE_CONTROL, keep.to_owned())], asset.bytes).into_response()
}
