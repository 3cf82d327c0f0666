//! The console: pages over the operations, made by the server. They show nothing that the API cannot give, and keep
//! nothing: what a page is about is in its address. Scripts only make them quicker.

mod accounts;
mod alert_rules;
mod alerts;
mod assets;
mod binding;
mod binding_form;
mod book;
mod boundaries;
mod client;
mod clients;
mod device;
mod devices;
mod directory;
mod discovery;
mod filter_field;
mod forests;
mod form;
mod inboxes;
mod inventory_value;
mod jump;
mod ledger;
mod mail;
mod markup;
mod me;
mod messages;
mod network_map;
mod overview;
mod people;
mod preferences;
mod proxies;
mod resolution;
mod roles;
mod security;
mod shell;
mod sign_in;
mod timeline;
mod trusts;
mod uses;
mod waiver;

use crate::access::{Access, Caller};
use crate::error::ApiError;
use crate::site::Site;
use askama::Template;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use markup::Markup;
use provost_catalog::rules::code;
use shell::{Shell, Visit};

/// What a page gives: the page, or why not.
type Answer = Result<Response, Refusal>;

/// Why a page is not shown. It becomes a page itself.
pub struct Refusal(Box<ApiError>);

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self(Box::new(error))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        error_response(&self.0)
    }
}

/// A template as a page.
fn page(template: &impl Template) -> Answer {
    let html = template.render().map_err(|error| ApiError::bug("writing a page", &error))?;
    Ok(Html(html).into_response())
}

/// A common filter, one click away.
struct Chip {
    name: &'static str,
    href: String,
    current: bool,
}

/// The heading of a column that a list can be sorted by.
struct Column {
    title: &'static str,
    href: String,
    /// `ascending`, `descending`, or empty.
    direction: &'static str,
}

impl Column {
    /// All columns; `columns` holds titles and names, `default` is the name that counts when none is given.
    fn all(columns: &[(&'static str, &str)], sort: &str, default: &str, address: impl Fn(&str) -> String) -> Vec<Self> {
        let sort = if sort.is_empty() { default } else { sort };
        let (current, descending) = sort.strip_prefix('-').map_or((sort, false), |name| (name, true));
        let column = |(title, name): &(&'static str, &str)| {
            let is_current = *name == current;
            let direction = match (is_current, descending) {
                (true, true) => "descending",
                (true, false) => "ascending",
                (false, _) => "",
            };
            let href = if is_current && !descending { address(&format!("-{name}")) } else { address(name) };
            Self { title, href, direction }
        };
        columns.iter().map(column).collect()
    }
}

/// A page that asks whether something is meant.
#[derive(Template)]
#[template(path = "confirm.html")]
struct ConfirmPage {
    shell: Shell,
    title: String,
    consequences: Vec<String>,
    facts: Vec<(&'static str, Markup)>,
    action: String,
    button: &'static str,
    dangerous: bool,
    back: String,
    back_name: String,
    same_as: Markup,
}

/// Sends the browser to another page, to be fetched with GET.
fn see(address: &str) -> Response {
    Redirect::to(address).into_response()
}

/// All pages.
pub fn routes(site: &Site) -> Router<Site> {
    Router::new()
        .route("/", get(overview::show))
        .route("/messages", get(messages::list))
        .route("/devices", get(devices::list))
        .route("/devices/{name}", get(device::show))
        .route("/devices/{name}/inventory/{class}", get(device::instances))
        .route("/devices/{name}/remove", get(device::confirm_removal).post(device::remove))
        .route("/clients", get(clients::list))
        .route("/clients/waiting", get(clients::waiting))
        .route("/clients/token", get(clients::tokens).post(clients::make_token))
        .route("/clients/{name}", get(client::show))
        .route("/clients/{name}/{verb}", get(client::confirm).post(client::decide))
        .route("/accounts", get(accounts::list))
        .route("/accounts/verify", post(accounts::verify))
        .route("/accounts/add", get(binding_form::choose))
        .route("/accounts/kinds", get(book::accounts))
        .route("/accounts/{kind}", get(book::account))
        .route("/accounts/{kind}/add", get(binding_form::form).post(binding_form::add))
        .route("/bindings/{number}", get(binding::show))
        .route("/bindings/{number}/verify", post(binding::verify))
        .route("/bindings/{number}/place", post(binding::place))
        .route("/bindings/{number}/password", get(binding_form::password_form).post(binding_form::replace))
        .route("/bindings/{number}/waive", get(waiver::form).post(waiver::grant))
        .route("/bindings/{number}/unwaive", get(waiver::confirm_end).post(waiver::end))
        .route("/bindings/{number}/remove", get(binding::confirm_removal).post(binding::remove))
        .route("/resolve", get(resolution::show))
        .route("/uses", get(uses::list))
        .route("/groups", get(book::groups))
        .route("/groups/{name}", get(book::group))
        .route("/roles", get(roles::show))
        .route("/inboxes", get(inboxes::list))
        .route("/inboxes/{name}", get(inboxes::show))
        .route("/alerts", get(alerts::list))
        .route("/alerts/rules", get(alert_rules::list))
        .route("/alerts/rules/add", get(alert_rules::form).post(alert_rules::add))
        .route("/alerts/rules/{name}/enable", post(alert_rules::enable))
        .route("/alerts/rules/{name}/disable", post(alert_rules::disable))
        .route("/alerts/rules/{name}/remove", get(alert_rules::confirm_removal).post(alert_rules::remove))
        .route("/mail", get(mail::show))
        .route("/mail/server", get(mail::server_form).post(mail::set))
        .route("/mail/test", post(mail::test))
        .route("/mail/remove", get(mail::confirm_removal).post(mail::remove))
        .route("/trusts", get(trusts::list).post(trusts::set))
        .route("/trusts/{domain}/remove", get(trusts::confirm_removal).post(trusts::remove))
        .route("/proxies", get(proxies::list))
        .route("/proxies/set", get(proxies::form).post(proxies::set))
        .route("/proxies/{kind}/{on}/remove", get(proxies::confirm_removal).post(proxies::remove))
        .route("/security", get(security::show))
        .route("/security/profile", post(security::choose))
        .route("/security/uses/{use}/on", get(security::confirm_use).post(security::switch_on))
        .route("/security/uses/{use}/off", post(security::switch_off))
        .route("/security/key", get(security::confirm_key).post(security::change_key))
        .route("/discovery", get(discovery::show))
        .route("/discovery/runs/{number}", get(discovery::run_show))
        .route("/discovery/{method}", get(discovery::method).post(discovery::set))
        .route("/discovery/{method}/run", post(discovery::run))
        .route("/discovery/{method}/add", get(discovery::location_form).post(discovery::location_add))
        .route("/discovery/{method}/locations/{number}/remove", get(discovery::confirm_removal).post(discovery::remove))
        .route("/forests", get(forests::list))
        .route("/forests/add", get(forests::form).post(forests::add))
        .route("/forests/{forest}", get(forests::show))
        .route("/forests/{forest}/publish", get(forests::confirm_publishing).post(forests::publish))
        .route("/forests/{forest}/withdraw", get(forests::confirm_withdrawal).post(forests::withdraw))
        .route("/forests/{forest}/remove", get(forests::confirm_removal).post(forests::remove))
        .route("/boundaries", get(boundaries::list).post(boundaries::add))
        .route("/boundaries/{number}/remove", get(boundaries::confirm_removal).post(boundaries::remove))
        .route("/users", get(directory::users))
        .route("/users/{name}", get(directory::user))
        .route("/user-groups", get(directory::groups))
        .route("/user-groups/{name}", get(directory::group))
        .route("/people", get(people::list).post(people::add))
        .route("/people/{name}/welcome", post(people::welcome))
        .route("/people/{name}/remove", get(people::confirm_removal).post(people::remove))
        .route("/ledger", get(ledger::list))
        .route("/rules", get(book::rules))
        .route("/rules/{code}", get(book::rule))
        .route("/me", get(me::show))
        .route("/me/password", post(me::password))
        .route("/jump", get(jump::jump))
        .route("/preferences", post(preferences::keep))
        .route("/sign-in", get(sign_in::form).post(sign_in::sign_in))
        .route("/sign-in/negotiate", get(sign_in::negotiate))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/welcome/{token}", get(sign_in::welcome).post(sign_in::use_welcome))
        .route("/assets/{digest}/{name}", get(assets::file))
        .layer(from_fn_with_state(site.clone(), show_trouble))
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage {
    shell: Shell,
    name: String,
    error: ApiError,
}

#[derive(Template)]
#[template(path = "trouble_alone.html")]
struct TroubleAlonePage {
    theme: &'static str,
    site_code: String,
    site_name: String,
    name: String,
    error: ApiError,
}

/// An error as a page, to be dressed by [`show_trouble`]; bare where that is not on the way.
pub fn error_response(error: &ApiError) -> Response {
    let text = format!("{} {}\ncause  {}\nstate  {}\nfix    {}\n", error.name(), error.message, error.cause, error.state, error.fix);
    let mut response = (error.status, text).into_response();
    if let Some(seconds) = error.retry_after_seconds {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.max(0).unsigned_abs().into());
    }
    response.extensions_mut().insert(error.clone());
    response
}

/// Makes a page of an error: with everything around it for whoever is signed in, alone for others.
async fn show_trouble(State(site): State<Site>, caller: Caller, request: Request, next: Next) -> Response {
    let (uri, headers) = (request.uri().clone(), request.headers().clone());
    let response = next.run(request).await;
    dress(&site, &caller, &uri, &headers, response).await
}

async fn dress(site: &Site, caller: &Caller, uri: &Uri, headers: &HeaderMap, response: Response) -> Response {
    let Some(error) = response.extensions().get::<ApiError>().cloned() else { return response };
    let name = error.name();
    let visit = match caller.check(Access::SignedIn) {
        Ok(()) => Visit::of(site, caller, uri, headers).await.ok(),
        Err(_) => None,
    };
    let html = match visit {
        Some(visit) => TroublePage { shell: visit.shell, name, error }.render(),
        None => {
            let facts = site.status().facts();
            TroubleAlonePage { theme: shell::theme(headers), site_code: facts.code.to_string(), site_name: facts.name.clone(), name, error }.render()
        }
    };
    match html {
        Ok(html) => {
            let (mut parts, _) = response.into_parts();
            parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, html.into())
        }
        Err(_) => response,
    }
}

/// No such page. Nobody learns which there are.
pub async fn not_found(site: &Site, caller: &Caller, uri: &Uri, headers: &HeaderMap) -> Response {
    if caller.check(Access::SignedIn).is_err() {
        return see("/sign-in");
    }
    let error = ApiError::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "there is no such page", format!("nothing is at {}", uri.path()))
        .fix("begin at the overview, or jump to anything by its name");
    dress(site, caller, uri, headers, error_response(&error)).await
}
