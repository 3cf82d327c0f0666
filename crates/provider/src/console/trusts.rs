//! How other domains stand to the site's forest: what people enter.

use super::form::Refused;
use super::markup;
use super::shell::{Shell, Visit};
use super::{Answer, ConfirmPage, assets, page, see};
use crate::error::ApiError;
use crate::operations::trusts::list::{self, Trust};
use crate::operations::trusts::{remove, set};
use crate::request::{Form, Path};
use askama::Template;
use provost_catalog::rules::code;
use provost_domain::accounts::Trust as Known;
use provost_domain::accounts::trust::domain_name;
use serde::Deserialize;

/// What the form holds.
#[derive(Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    domain: String,
    #[serde(default)]
    forest: String,
    #[serde(default)]
    trust: String,
}

#[derive(Template)]
#[template(path = "trusts.html")]
struct Page {
    shell: Shell,
    sentence: String,
    own: String,
    trusts: Vec<Trust>,
    choices: Vec<(&'static str, &'static str)>,
    typed: Typed,
    refused: Refused,
}

/// Shows them.
pub async fn list(visit: Visit) -> Answer {
    trusts_page(visit, Typed::default(), Refused::default()).await
}

async fn trusts_page(visit: Visit, typed: Typed, refused: Refused) -> Answer {
    let Visit { site, caller, shell } = visit;
    let trusts = list::ask(&site, &caller).await?.items;
    let own = site.domain();
    let sentence = "Which other domains and forests this site's forest trusts. Nothing is guessed: what is not entered counts as untrusted.".to_owned();
    let choices = Known::ALL.iter().filter(|trust| **trust != Known::Unknown).map(|trust| (trust.id(), trust.words())).collect();
    let status = refused.status();
    let mut response = page(&Page { shell, sentence, own, trusts, choices, typed, refused })?;
    *response.status_mut() = status;
    Ok(response)
}

/// Enters one.
pub async fn set(visit: Visit, Form(typed): Form<Typed>) -> Answer {
    let domain = typed.domain.trim().to_owned();
    // A forest is called as its first domain.
    let forest = Some(typed.forest.trim()).filter(|forest| !forest.is_empty()).unwrap_or(&domain).to_owned();
    match set::ask(&visit.site, &visit.caller, domain.clone(), set::Request { forest, trust: typed.trust.clone() }).await {
        Ok(_) => Ok(see("/trusts?done=set-trust")),
        Err(error) => {
            let field = match (domain_name(&domain), Known::from_id(&typed.trust)) {
                (None, _) => "domain",
                (_, None | Some(Known::Unknown)) => "trust",
                _ => "forest",
            };
            trusts_page(visit, typed, Refused::because(error, &[(code::TRUST_INVALID, field)])).await
        }
    }
}

/// Asks whether one is to be forgotten.
pub async fn confirm_removal(visit: Visit, Path(domain): Path<String>) -> Answer {
    let known = list::ask(&visit.site, &visit.caller).await?.items.into_iter().find(|known| known.domain == domain);
    let known = known.ok_or_else(|| ApiError::not_found("domain", &domain, "provost trust list"))?;
    page(&ConfirmPage {
        shell: visit.shell,
        title: format!("Forget how {} is trusted", known.domain),
        consequences: vec![
            "It counts as untrusted: a computer account means nothing there, and somebody must be bound for each use.".to_owned(),
            "Accounts that are bound for it stay bound.".to_owned(),
        ],
        facts: vec![("Entered as", markup::plain(&known.words)), ("Forest", markup::mono(&known.forest))],
        action: format!("/trusts/{}/remove", markup::address_part(&known.domain)),
        button: "Forget it",
        dangerous: true,
        back: "/trusts".to_owned(),
        back_name: "Trusts".to_owned(),
        same_as: markup::same_as(&format!("provost trust remove {}", known.domain), &format!("DELETE /api/v1/trusts/{}", markup::address_part(&known.domain))),
    })
}

/// Forgets one.
pub async fn remove(visit: Visit, Path(domain): Path<String>) -> Answer {
    remove::ask(&visit.site, &visit.caller, domain).await?;
    Ok(see("/trusts?done=remove-trust"))
}
