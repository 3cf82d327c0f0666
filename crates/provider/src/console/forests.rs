//! Forests that are known: the map of them, and each with its domains, sites and subnets.

use super::form::Refused;
use super::markup::{self, Markup};
use super::network_map;
use super::shell::{Shell, Visit};
use super::{Answer, ConfirmPage, assets, page, see};
use crate::operations::forests::add::Request;
use crate::operations::forests::list::Forest;
use crate::operations::forests::show::ForestDetail;
use crate::operations::forests::{add, list, publish, remove, show};
use crate::request::{Form, Path};
use askama::Template;
use provost_catalog::rules::code;
use provost_domain::accounts::Trust;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "forests.html")]
struct Page {
    shell: Shell,
    sentence: String,
    forests: Vec<Forest>,
    map: Markup,
    more: usize,
    same_as: Markup,
}

/// How a forest stands to the site's own, as a state.
pub fn trust(id: &str) -> Markup {
    let words = Trust::from_id(id).map_or(id, |trust| trust.words());
    match Trust::from_id(id) {
        Some(trust) if trust.forest_is_trusted() => markup::state("pass", words),
        Some(Trust::Unknown) => markup::state("unknown", words),
        _ => markup::state("warning", words),
    }
}

/// How publishing to a forest stands, as a state.
pub fn publishing(id: &str) -> Markup {
    match id {
        "published" => markup::state("pass", "published"),
        "waiting" => markup::state("unknown", "about to be published"),
        "failing" => markup::state("fail", "not published"),
        "withdrawing" => markup::state("warning", "being withdrawn"),
        "not-allowed" => markup::state("warning", "not allowed at this site"),
        _ => markup::state("off", "off"),
    }
}

/// Shows them, with the map.
pub async fn list(visit: Visit) -> Answer {
    let Visit { site, caller, shell } = visit;
    let forests = list::ask(&site, &caller).await?.items;
    let mut details = Vec::new();
    for forest in forests.iter().take(network_map::FORESTS_MAX) {
        details.push(show::ask(&site, &caller, forest.forest.clone()).await?);
    }
    let (domains, sites) = (forests.iter().map(|one| one.domains).sum::<usize>(), forests.iter().map(|one| one.sites).sum::<usize>());
    let counted = |n: usize, one, several| markup::counted(i64::try_from(n).unwrap_or(i64::MAX), one, several);
    let sentence = match forests.len() {
        0 => "No forest is known.".to_owned(),
        n => format!(
            "{} with {} and {}.",
            counted(n, "forest", "forests"),
            counted(domains, "domain", "domains"),
            counted(sites, "Active Directory site", "Active Directory sites")
        ),
    };
    let more = forests.len().saturating_sub(network_map::FORESTS_MAX);
    let map = network_map::draw(&details);
    page(&Page { shell, sentence, forests, map, more, same_as: markup::same_as("provost forest list", "GET /api/v1/forests") })
}

#[derive(Template)]
#[template(path = "forest.html")]
struct ForestPage {
    shell: Shell,
    sentence: String,
    detail: ForestDetail,
    map: Markup,
    same_as: Markup,
}

/// Shows one.
pub async fn show(visit: Visit, Path(name): Path<String>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let detail = show::ask(&site, &caller, name).await?;
    let forest = &detail.forest;
    let sentence = match forest.discovered_at {
        None => "It was not read yet: what it consists of is not known.".to_owned(),
        Some(at) => format!("Last read {}.", at.0.relative_to(shell.now)),
    };
    let same_as = markup::same_as(&format!("provost forest show {}", forest.forest), &format!("GET /api/v1/forests/{}", markup::address_part(&forest.forest)));
    let map = network_map::draw(std::slice::from_ref(&detail));
    page(&ForestPage { shell, sentence, detail, map, same_as })
}

/// What the form holds.
#[derive(Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    forest: String,
    #[serde(default)]
    controllers: String,
    #[serde(default)]
    ca_pem: String,
    discovers: Option<String>,
}

#[derive(Template)]
#[template(path = "forest_add.html")]
struct AddPage {
    shell: Shell,
    typed: Typed,
    refused: Refused,
    same_as: Markup,
}

/// Shows the form.
pub async fn form(visit: Visit) -> Answer {
    add_page(visit, Typed { discovers: Some("yes".to_owned()), ..Typed::default() }, Refused::default())
}

fn add_page(visit: Visit, typed: Typed, refused: Refused) -> Answer {
    let status = refused.status();
    let same_as = markup::same_as("provost forest add DNS.NAME", "POST /api/v1/forests");
    let mut response = page(&AddPage { shell: visit.shell, typed, refused, same_as })?;
    *response.status_mut() = status;
    Ok(response)
}

/// Adds one.
pub async fn add(visit: Visit, Form(typed): Form<Typed>) -> Answer {
    let request = Request {
        forest: typed.forest.trim().to_owned(),
        controllers: typed.controllers.split(['\n', '\r', ',', ' ']).filter(|host| !host.is_empty()).map(str::to_owned).collect(),
        ca_pem: Some(typed.ca_pem.trim().to_owned()).filter(|pem| !pem.is_empty()),
        discovers: Some(typed.discovers.is_some()),
    };
    match add::ask(&visit.site, &visit.caller, request).await {
        Ok(forest) => Ok(see(&format!("/forests/{}?done=add-forest", markup::address_part(&forest.forest)))),
        Err(error) => add_page(visit, typed, Refused::because(error, &[(code::FOREST_INVALID, "forest")])),
    }
}

/// Asks whether one is to be forgotten.
pub async fn confirm_removal(visit: Visit, Path(name): Path<String>) -> Answer {
    let forest = show::ask(&visit.site, &visit.caller, name).await?.forest;
    let address = markup::address_part(&forest.forest);
    page(&ConfirmPage {
        shell: visit.shell,
        title: format!("Forget the forest {}", forest.forest),
        consequences: vec![
            "Its domains, sites and subnets are forgotten; boundaries that were made of them stay.".to_owned(),
            "A forest that is trusted comes back with the next forest discovery.".to_owned(),
        ],
        facts: Vec::new(),
        action: format!("/forests/{address}/remove"),
        button: "Forget this forest",
        dangerous: true,
        back: format!("/forests/{address}"),
        back_name: forest.forest.clone(),
        same_as: markup::same_as(&format!("provost forest remove {}", forest.forest), &format!("DELETE /api/v1/forests/{address}")),
    })
}

/// Forgets one.
pub async fn remove(visit: Visit, Path(name): Path<String>) -> Answer {
    remove::ask(&visit.site, &visit.caller, name).await?;
    Ok(see("/forests?done=remove-forest"))
}

/// Asks whether the site is to be published to one.
pub async fn confirm_publishing(visit: Visit, Path(name): Path<String>) -> Answer {
    let forest = show::ask(&visit.site, &visit.caller, name).await?.forest;
    let address = markup::address_part(&forest.forest);
    page(&ConfirmPage {
        shell: visit.shell,
        title: format!("Publish to {}", forest.forest),
        consequences: vec![
            "Site, management points and boundaries are written below CN=System Management, and kept equal to the truth.".to_owned(),
            "Whoever may read that container, as a rule everybody who signs in there, learns where this site's servers are.".to_owned(),
            "The account needs Full Control on the container and all that is below, and the forest's schema must be extended.".to_owned(),
        ],
        facts: vec![("Published as", markup::name(forest.account.as_deref().unwrap_or("the site server's computer account")))],
        action: format!("/forests/{address}/publish"),
        button: "Publish",
        dangerous: true,
        back: format!("/forests/{address}"),
        back_name: forest.forest.clone(),
        same_as: markup::same_as(&format!("provost forest publish on {}", forest.forest), &format!("PUT /api/v1/forests/{address}/publishing")),
    })
}

/// Publishes to one.
pub async fn publish(visit: Visit, Path(name): Path<String>) -> Answer {
    let forest = publish::ask(&visit.site, &visit.caller, name, publish::Request { on: true, forget: false }).await?;
    Ok(see(&format!("/forests/{}?done=publish-forest", markup::address_part(&forest.forest))))
}

/// Asks whether what is published is to be removed.
pub async fn confirm_withdrawal(visit: Visit, Path(name): Path<String>) -> Answer {
    let forest = show::ask(&visit.site, &visit.caller, name).await?.forest;
    let address = markup::address_part(&forest.forest);
    page(&ConfirmPage {
        shell: visit.shell,
        title: format!("Stop publishing to {}", forest.forest),
        consequences: vec![
            "What this site published there is removed, under the same account; what other sites published stays.".to_owned(),
            "Until that is done the forest is being withdrawn, and it is tried again.".to_owned(),
        ],
        facts: vec![("Objects there", markup::name(&forest.publishing.objects.to_string()))],
        action: format!("/forests/{address}/withdraw"),
        button: "Stop publishing",
        dangerous: true,
        back: format!("/forests/{address}"),
        back_name: forest.forest.clone(),
        same_as: markup::same_as(&format!("provost forest publish off {}", forest.forest), &format!("PUT /api/v1/forests/{address}/publishing")),
    })
}

/// Removes it.
pub async fn withdraw(visit: Visit, Path(name): Path<String>) -> Answer {
    let forest = publish::ask(&visit.site, &visit.caller, name, publish::Request { on: false, forget: false }).await?;
    Ok(see(&format!("/forests/{}?done=withdraw-forest", markup::address_part(&forest.forest))))
}
