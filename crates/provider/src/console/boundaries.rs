//! Boundaries: network locations of clients.

use super::form::Refused;
use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, ConfirmPage, assets, page, see};
use crate::operations::boundaries::list::Boundary;
use crate::operations::boundaries::{add, list, remove, show};
use crate::request::{Form, Path, Query};
use askama::Template;
use provost_catalog::rules::code;
use serde::Deserialize;

/// Most boundaries of one page.
const ROWS_MAX: usize = 100;

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    filter: String,
    #[serde(default)]
    from: usize,
}

/// What the form holds.
#[derive(Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    value: String,
    #[serde(default)]
    description: String,
}

#[derive(Template)]
#[template(path = "boundaries.html")]
struct Page {
    shell: Shell,
    sentence: String,
    filter: String,
    boundaries: Vec<Boundary>,
    known: usize,
    shown: String,
    next: Option<String>,
    typed: Typed,
    refused: Refused,
    same_as: Markup,
}

/// Shows them.
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    boundaries_page(visit, asked, Typed::default(), Refused::default()).await
}

async fn boundaries_page(visit: Visit, asked: Asked, typed: Typed, refused: Refused) -> Answer {
    let Visit { site, caller, shell } = visit;
    let mut boundaries = list::ask(&site, &caller).await?.items;
    let known = boundaries.len();
    let filter = asked.filter.trim().to_owned();
    let wanted = filter.to_lowercase();
    boundaries.retain(|one| one.name.to_lowercase().contains(&wanted) || one.description.to_lowercase().contains(&wanted));
    let matching = boundaries.len();
    let boundaries: Vec<Boundary> = boundaries.into_iter().skip(asked.from).take(ROWS_MAX).collect();
    let after = asked.from + boundaries.len();
    let next = (after < matching).then(|| markup::address("/boundaries", &[("filter", Some(&filter)), ("from", Some(&after.to_string()))]));
    let shown = format!("{} of {} shown", boundaries.len(), matching);
    let sentence = match known {
        0 => "No boundary is known: the site cannot tell where a client is.".to_owned(),
        n => format!("{} of the network that the site knows.", markup::counted(i64::try_from(n).unwrap_or(i64::MAX), "location", "locations")),
    };
    let same_as = markup::same_as("provost boundary list", "GET /api/v1/boundaries");
    let status = refused.status();
    let mut response = page(&Page { shell, sentence, filter, boundaries, known, shown, next, typed, refused, same_as })?;
    *response.status_mut() = status;
    Ok(response)
}

/// Adds one.
pub async fn add(visit: Visit, Form(typed): Form<Typed>) -> Answer {
    let request = add::Request { kind: typed.kind.clone(), value: typed.value.trim().to_owned(), description: typed.description.trim().to_owned() };
    match add::ask(&visit.site, &visit.caller, request).await {
        Ok(_) => Ok(see("/boundaries?done=add-boundary")),
        Err(error) => {
            let refused = Refused::because(error, &[(code::BOUNDARY_INVALID, "value"), (code::BOUNDARY_EXISTS, "value")]);
            boundaries_page(visit, Asked::default(), typed, refused).await
        }
    }
}

/// Asks whether one is to be removed.
pub async fn confirm_removal(visit: Visit, Path(number): Path<i64>) -> Answer {
    let one = show::ask(&visit.site, &visit.caller, number).await?;
    page(&ConfirmPage {
        shell: visit.shell,
        title: format!("Remove the boundary {}", one.name),
        consequences: vec!["Forest discovery makes it again while it finds it and is asked to make boundaries.".to_owned()],
        facts: vec![("Boundary", markup::mono(&one.value)), ("Description", markup::plain(&one.description)), ("Added by", markup::plain(&one.created_by))],
        action: format!("/boundaries/{number}/remove"),
        button: "Remove this boundary",
        dangerous: true,
        back: "/boundaries".to_owned(),
        back_name: "Boundaries".to_owned(),
        same_as: markup::same_as(&format!("provost boundary remove {number}"), &format!("DELETE /api/v1/boundaries/{number}")),
    })
}

/// Removes one.
pub async fn remove(visit: Visit, Path(number): Path<i64>) -> Answer {
    remove::ask(&visit.site, &visit.caller, number).await?;
    Ok(see("/boundaries?done=remove-boundary"))
}
