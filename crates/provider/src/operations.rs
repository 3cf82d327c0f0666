//! What can be asked of a site: one file for each operation, under its noun.
//!
//! Each file holds what is asked (`Request`), what is answered, what the caller needs (`REQUIRES`), how it is done (`ask`,
//! which the console uses as well), and the handler with its documentation (`answer`). The list below makes the routes and
//! the API document; half an entry does not compile.

pub mod accounts;
pub mod alert_rules;
pub mod alerts;
pub mod allowed_uses;
pub mod api;
pub mod bindings;
pub mod boundaries;
pub mod client_tokens;
pub mod clients;
pub mod components;
pub mod devices;
pub mod discovery_locations;
pub mod discovery_methods;
pub mod discovery_runs;
pub mod forests;
pub mod groups;
pub mod inboxes;
pub mod ledger;
pub mod mail_server;
pub mod mails;
pub mod messages;
pub mod people;
pub mod profile;
pub mod proxies;
pub mod resolution;
pub mod roles;
pub mod rules;
pub mod session;
pub mod site;
pub mod site_key;
pub mod trusts;
pub mod uninstallation;
pub mod user_groups;
pub mod users;
pub mod uses;
pub mod verifications;
pub mod waivers;

use crate::access::Access;
use crate::site::Site;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use utoipa::OpenApi;
use utoipa::openapi::HttpMethod;

/// One operation, as a route.
pub struct Entry {
    /// Method.
    pub method: Method,
    /// Path, with its parts in braces.
    pub path: String,
    /// What the caller needs.
    pub requires: Access,
    /// The handler.
    pub route: MethodRouter<Site>,
}

/// The method as the document knows it.
pub fn method_of(method: &Method) -> HttpMethod {
    match *method {
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::DELETE => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn filter_of(methods: &[HttpMethod]) -> (Method, MethodFilter) {
    match methods.first() {
        Some(HttpMethod::Post) => (Method::POST, MethodFilter::POST),
        Some(HttpMethod::Put) => (Method::PUT, MethodFilter::PUT),
        Some(HttpMethod::Delete) => (Method::DELETE, MethodFilter::DELETE),
        _ => (Method::GET, MethodFilter::GET),
    }
}

macro_rules! operations {
    ($($noun:ident :: $verb:ident),+ $(,)?) => {
        /// Every operation.
        pub fn all() -> Vec<Entry> {
            vec![$({
                let (method, filter) = filter_of(&<$noun::$verb::__path_answer as utoipa::Path>::methods());
                Entry {
                    method,
                    path: <$noun::$verb::__path_answer as utoipa::Path>::path(),
                    requires: $noun::$verb::REQUIRES,
                    route: on(filter, $noun::$verb::answer),
                }
            }),+]
        }

        #[derive(OpenApi)]
        #[openapi(paths($($noun::$verb::answer),+))]
        struct Operations;
    };
}

operations! {
    api::document,
    site::show,
    site::overview,
    roles::list,
    roles::show,
    components::list,
    inboxes::list,
    inboxes::show,
    devices::list,
    devices::show,
    devices::inventory,
    devices::remove,
    clients::list,
    clients::show,
    clients::approve,
    clients::block,
    clients::unblock,
    clients::request_inventory,
    clients::remove,
    client_tokens::list,
    client_tokens::create,
    messages::list,
    ledger::list,
    ledger::verification,
    people::list,
    people::add,
    people::remove,
    people::welcome,
    people::password,
    alerts::list,
    alert_rules::list,
    alert_rules::add,
    alert_rules::set,
    alert_rules::remove,
    mail_server::show,
    mail_server::set,
    mail_server::remove,
    mail_server::test,
    mails::list,
    mails::show,
    accounts::list,
    accounts::show,
    groups::list,
    groups::show,
    bindings::list,
    bindings::add,
    bindings::show,
    bindings::set,
    bindings::remove,
    waivers::grant,
    waivers::end,
    uses::list,
    resolution::show,
    allowed_uses::list,
    allowed_uses::set,
    verifications::start,
    verifications::show,
    profile::show,
    profile::set,
    site_key::change,
    uninstallation::show,
    uninstallation::look,
    uninstallation::end,
    trusts::list,
    trusts::set,
    trusts::remove,
    proxies::list,
    proxies::set,
    proxies::remove,
    discovery_methods::list,
    discovery_methods::show,
    discovery_methods::set,
    discovery_locations::list,
    discovery_locations::add,
    discovery_locations::remove,
    discovery_runs::list,
    discovery_runs::start,
    discovery_runs::show,
    forests::list,
    forests::add,
    forests::show,
    forests::publish,
    forests::extend_schema,
    forests::remove,
    boundaries::list,
    boundaries::add,
    boundaries::show,
    boundaries::remove,
    users::list,
    users::show,
    user_groups::list,
    user_groups::show,
    rules::list,
    rules::show,
    session::sign_in,
    session::negotiate,
    session::sign_out,
    session::whoami,
}

/// The document of every operation, without what is the same for all.
fn described() -> utoipa::openapi::OpenApi {
    Operations::openapi()
}
