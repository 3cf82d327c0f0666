//! Who would act for a use at a target, in which order, and why.

use super::form::Refused;
use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, assets, page};
use crate::operations::bindings::list::{self, Binding};
use crate::operations::resolution::show::{self, Attempt, Request, Resolution};
use crate::request::Query;
use askama::Template;
use axum::http::StatusCode;
use provost_catalog::accounts::{ACCOUNTS, Account, Scope, Use};
use provost_catalog::rules::code;
use provost_domain::accounts::Trust;
use provost_domain::shell_word;
use serde::Deserialize;

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default, rename = "use")]
    operation: String,
    #[serde(default, rename = "for")]
    target: String,
}

#[derive(Template)]
#[template(path = "resolution.html")]
struct Page {
    shell: Shell,
    sentence: String,
    operation: String,
    target: String,
    accounts: &'static [&'static Account],
    account: Option<&'static Account>,
    resolution: Option<Resolution>,
    bound: Vec<Binding>,
    refused: Refused,
    same_as: Option<Markup>,
}

impl Page {
    /// The account of an attempt, with the way to its page.
    fn whom(&self, attempt: &Attempt) -> Markup {
        let bound = self.bound.iter().find(|one| attempt.identity == "bound" && one.name == attempt.account);
        match bound {
            Some(one) => markup::link(&format!("/bindings/{}", one.binding_id), &one.name),
            None => markup::plain(&attempt.account),
        }
    }

    /// Those that are bound and not tried.
    fn left_out(&self) -> Vec<&Binding> {
        let attempts = self.resolution.iter().flat_map(|resolution| &resolution.attempts);
        let tried: Vec<&str> = attempts.map(|attempt| attempt.account.as_str()).collect();
        self.bound.iter().filter(|one| !tried.contains(&one.name.as_str())).collect()
    }
}

/// Shows it.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let Asked { operation, target } = asked;
    let (operation, target) = (operation.trim().to_owned(), target.trim().to_owned());
    let account = Use::ALL.iter().find(|known| known.id() == operation).map(|known| known.account());
    let mut page_of = Page {
        shell,
        sentence: "Who would act, in which order and why. Nothing is connected to.".to_owned(),
        operation: operation.clone(),
        target: target.clone(),
        accounts: ACCOUNTS,
        account,
        resolution: None,
        bound: Vec::new(),
        refused: Refused::default(),
        same_as: None,
    };
    if operation.is_empty() {
        return page(&page_of);
    }
    let wanted = Some(target.clone()).filter(|target| !target.is_empty());
    match show::ask(&site, &caller, Request { operation: operation.clone(), target: wanted }).await {
        Ok(resolution) => {
            let request = list::Request { kind: Some(resolution.kind.clone()), on: Some(resolution.target.clone()), name: None };
            page_of.bound = list::ask(&site, &caller, request).await?.items;
            page_of.sentence = sentence(&resolution);
            let flag = if target.is_empty() { String::new() } else { format!(" --for {}", shell_word(&target)) };
            let call = markup::address("GET /api/v1/resolution", &[("use", Some(&operation)), ("for", Some(&target))]);
            page_of.same_as = Some(markup::same_as(&format!("provost account resolve {operation}{flag}"), &call));
            page_of.resolution = Some(resolution);
            page(&page_of)
        }
        Err(error) => {
            let status = error.status;
            // A use that was chosen and a target that was not yet typed is no mistake.
            let untold = target.is_empty() && error.code == code::ACCOUNT_SCOPE_INVALID;
            if untold {
                page_of.sentence = "Say at what, and see who would act.".to_owned();
            } else {
                page_of.refused = Refused::because(error, &[(code::ACCOUNT_SCOPE_INVALID, "for"), (code::NOT_FOUND, "use")]);
            }
            let mut response = page(&page_of)?;
            *response.status_mut() = if untold { StatusCode::OK } else { status };
            Ok(response)
        }
    }
}

/// Who acts, in one sentence.
fn sentence(resolution: &Resolution) -> String {
    match (resolution.attempts.as_slice(), &resolution.refused) {
        (_, Some(_)) => format!("Nobody acts for {} at {}: nothing would be connected to.", resolution.operation, resolution.target),
        ([], None) => format!("Nobody acts for {} at {}.", resolution.operation, resolution.target),
        ([only], None) => format!("{} acts for {} at {}, and nobody else is tried.", only.account, resolution.operation, resolution.target),
        ([first, others @ ..], None) => {
            format!("{} is tried first for {} at {}, then {} more.", first.account, resolution.operation, resolution.target, others.len())
        }
    }
}

/// How a target stands to the site's forest, in words.
pub fn trust(id: &str) -> &str {
    Trust::from_id(id).map_or(id, |trust| trust.words())
}

/// Whether a use's target needs no saying.
fn told(account: &Account) -> bool {
    matches!(account.held_per, Scope::Hierarchy | Scope::Site)
}
