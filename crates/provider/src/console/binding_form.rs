//! Forms that bind an account and that replace its password. Fields and hints come from the account's definition.

use super::form::Refused;
use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, assets, binding, page, see};
use crate::error::ApiError;
use crate::operations::accounts::list::AccountKind;
use crate::operations::accounts::show::AccountDetail;
use crate::operations::bindings::list::{self, Binding};
use crate::operations::bindings::{add, set, show};
use crate::operations::{accounts, bindings};
use crate::request::{Form, Path};
use crate::secret_text::SecretText;
use askama::Template;
use axum::http::StatusCode;
use provost_catalog::accounts::{Account, Cardinality, PrincipalKind, Scope, account};
use provost_catalog::rules::code;
use provost_domain::SiteCode;
use provost_domain::accounts::scope;
use serde::Deserialize;

/// Most of those that are bound already that the form shows.
const BOUND_MAX: usize = 10;

#[derive(Template)]
#[template(path = "binding_kinds.html")]
struct KindsPage {
    shell: Shell,
    kinds: Vec<AccountKind>,
}

/// Asks as which account.
pub async fn choose(visit: Visit) -> Answer {
    let Visit { site, caller, shell } = visit;
    let kinds = accounts::list::ask(&site, &caller).await?.items;
    page(&KindsPage { shell, kinds })
}

/// What the form that binds holds. No `Debug`: it holds a secret.
#[derive(Default, Deserialize)]
pub struct Add {
    #[serde(default)]
    on: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    principal_kind: String,
    #[serde(default)]
    position: String,
    #[serde(default)]
    password: String,
}

/// What the form shows again: everything but the password.
#[derive(Default)]
struct Typed {
    on: String,
    name: String,
    principal_kind: String,
    position: String,
}

/// Which field a refusal is about.
const ADD_FIELDS: &[(u16, &str)] = &[
    (code::ACCOUNT_SCOPE_INVALID, "on"),
    (code::ACCOUNT_NAME_INVALID, "name"),
    (code::ACCOUNT_NAME_NEEDS_DOMAIN, "name"),
    (code::ACCOUNT_PRINCIPAL_KIND, "name"),
    (code::ACCOUNT_EXISTS, "name"),
    (code::ACCOUNT_SHARED, "name"),
    (code::ACCOUNT_ORDER_INVALID, "position"),
    (code::SECRET_INVALID, "password"),
];

#[derive(Template)]
#[template(path = "binding_add.html")]
struct AddPage {
    shell: Shell,
    detail: AccountDetail,
    typed: Typed,
    refused: Refused,
    /// Label and hint of the field that says for what; none where there is one thing only.
    on: Option<(&'static str, String)>,
    /// What it is bound for where nobody has to say it.
    only: String,
    example: String,
    /// Kinds of principal to choose from; none where the name tells.
    kinds: Vec<(&'static str, &'static str)>,
    /// Whether it has a place in an order.
    ordered: bool,
    takes_password: bool,
    bound: Vec<Binding>,
    same_as: Markup,
}

impl AddPage {
    fn takes_group(&self) -> bool {
        self.kinds.iter().any(|(id, _)| *id == PrincipalKind::Group.id())
    }
}

/// Shows the form.
pub async fn form(visit: Visit, Path(kind): Path<String>) -> Answer {
    add_page(visit, kind, Typed::default(), Refused::default()).await
}

/// Label of the field that says for what, and its hint; none where there is one thing only.
fn object_field(account: &Account) -> Option<(&'static str, String)> {
    let computers = "The name of the computer. One of another domain counts as untrusted until its domain is entered under Trusts.".to_owned();
    match account.held_per {
        Scope::Hierarchy | Scope::Site => None,
        Scope::Forest => Some(("Forest", "Its DNS name. Where it is not trusted, somebody must be bound: enter what is known under Trusts.".to_owned())),
        Scope::DiscoveryLocation => Some(("Location", "The distinguished name of the container that is searched.".to_owned())),
        Scope::SiteSystem => Some(("Site system", computers)),
        Scope::Role => {
            let roles: Vec<&str> = scope::roles(account).map(|role| role.id).collect();
            Some(("Role on a computer", format!("ROLE@COMPUTER; the roles are {}.", roles.join(", "))))
        }
        Scope::Proxy => Some(("Site system", "The computer whose requests go through the proxy server.".to_owned())),
        Scope::ExchangeServer => Some(("Exchange Server", computers)),
        Scope::SourceHierarchy => Some(("Site server of the source hierarchy", computers)),
        Scope::Package => Some(("Package", "Its id: three characters of the site and five hexadecimal digits.".to_owned())),
        Scope::TaskSequenceStep => Some(("Step", "TASK SEQUENCE/STEP, by their names.".to_owned())),
        Scope::ClientSettings => Some(("Client settings", "Their name.".to_owned())),
    }
}

async fn add_page(visit: Visit, kind: String, typed: Typed, refused: Refused) -> Answer {
    let Visit { site, caller, shell } = visit;
    let detail = accounts::show::ask(&site, &caller, kind.clone()).await?;
    let account = account(&kind).ok_or_else(|| ApiError::not_found("kind of account", &kind, "provost account kinds"))?;
    let mut bound = list::ask(&site, &caller, list::Request { kind: Some(kind.clone()), ..Default::default() }).await?.items;
    bound.truncate(BOUND_MAX);
    let code: SiteCode = site.status().facts().code;
    let on = object_field(account);
    let only = if on.is_none() { scope::example(account, code) } else { String::new() };
    let told_by_name =
        account.accepts.len() < 2 || account.accepts.iter().all(|kind| matches!(kind, PrincipalKind::ComputerAccount | PrincipalKind::DomainUser));
    let kinds = if told_by_name && account.accepts != [PrincipalKind::Group] {
        Vec::new()
    } else {
        account.accepts.iter().map(|kind| (kind.id(), kind.words())).collect()
    };
    let takes_password = account.accepts.iter().any(|kind| !matches!(kind, PrincipalKind::ComputerAccount | PrincipalKind::Group));
    let mut command = format!("provost account add NAME --for {kind}");
    if on.is_some() {
        command.push_str(" --on OBJECT");
    }
    let status = refused.status();
    let mut response = page(&AddPage {
        ordered: matches!(account.cardinality, Cardinality::OrderedList | Cardinality::UpTo(_)),
        example: scope::example(account, code),
        same_as: markup::same_as(&command, "POST /api/v1/bindings"),
        shell,
        detail,
        typed,
        refused,
        on,
        only,
        kinds,
        takes_password,
        bound,
    })?;
    *response.status_mut() = status;
    Ok(response)
}

/// Binds. What was typed stays when it is refused, but for the password.
pub async fn add(visit: Visit, Path(kind): Path<String>, Form(form): Form<Add>) -> Answer {
    let Add { on, name, principal_kind, position, password } = form;
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let place = given(&position).map(|text| text.parse::<u32>()).transpose();
    let password = (!password.is_empty()).then(|| SecretText::of_form(password));
    let done = match place {
        Ok(position) => {
            let request =
                add::Request { kind: kind.clone(), on: given(&on), name: name.trim().to_owned(), principal_kind: given(&principal_kind), position, password };
            add::ask(&visit.site, &visit.caller, request).await
        }
        Err(_) => Err(ApiError::new(StatusCode::CONFLICT, code::ACCOUNT_ORDER_INVALID, "the account was not bound", "its place is no number, counted from 1")
            .fix("leave it empty to add it at the end")),
    };
    match done {
        Ok(binding) => Ok(see(&format!("/bindings/{}?done=add-binding", binding.binding_id))),
        // There is no such account: no form either.
        Err(error) if error.status == StatusCode::NOT_FOUND => Err(error.into()),
        Err(error) => add_page(visit, kind, Typed { on, name, principal_kind, position }, Refused::because(error, ADD_FIELDS)).await,
    }
}

/// What the form that replaces a password holds. No `Debug`: it holds a secret.
#[derive(Deserialize)]
pub struct Replace {
    password: String,
    expected_version: Option<i64>,
}

#[derive(Template)]
#[template(path = "binding_password.html")]
struct PasswordPage {
    shell: Shell,
    binding: Binding,
    detail: AccountDetail,
    /// The version that is shown as the one to be replaced; when another is the newest by then, that is refused.
    expected: Option<i64>,
    refused: Refused,
    same_as: Markup,
}

/// Shows the form.
pub async fn password_form(visit: Visit, Path(binding_id): Path<i64>) -> Answer {
    password_page(visit, binding_id, Refused::default()).await
}

async fn password_page(visit: Visit, binding_id: i64, refused: Refused) -> Answer {
    let Visit { site, caller, shell } = visit;
    let binding = show::ask(&site, &caller, binding_id).await?.binding;
    let detail = accounts::show::ask(&site, &caller, binding.kind.clone()).await?;
    let expected = binding.secret.as_ref().map(|secret| secret.version);
    let same_as = markup::same_as(&format!("provost account set {}", binding::named(&binding)), &format!("PUT /api/v1/bindings/{binding_id}"));
    let status = refused.status();
    let mut response = page(&PasswordPage { shell, binding, detail, expected, refused, same_as })?;
    *response.status_mut() = status;
    Ok(response)
}

/// Replaces the password.
pub async fn replace(visit: Visit, Path(binding_id): Path<i64>, Form(form): Form<Replace>) -> Answer {
    let Replace { password, expected_version } = form;
    let request = bindings::set::Request { password: Some(SecretText::of_form(password)), expected_version, position: None };
    match set::ask(&visit.site, &visit.caller, binding_id, request).await {
        Ok(_) => Ok(see(&format!("/bindings/{binding_id}?done=replace-password"))),
        Err(error) if error.status == StatusCode::NOT_FOUND => Err(error.into()),
        Err(error) => password_page(visit, binding_id, Refused::because(error, &[(code::SECRET_INVALID, "password")])).await,
    }
}
