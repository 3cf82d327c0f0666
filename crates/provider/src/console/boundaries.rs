//! Boundaries: network locations of clients.

use super::form::Refused;
use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, ConfirmPage, assets, filter_field, page, see};
use crate::error::ApiError;
use crate::operations::boundaries::list::Boundary;
use crate::operations::boundaries::{add, list, remove, show};
use crate::request::{Form, Path, Query};
use askama::Template;
use provost_catalog::rules::code;
use provost_domain::filter::Looked;
use provost_domain::filter::lists::boundaries;
use provost_domain::shell_word;
use serde::Deserialize;

/// Most boundaries of one page.
const ROWS_MAX: usize = 100;

/// What a filter looks at.
fn looked(one: &Boundary, at: usize) -> Looked {
    match boundaries::ALL[at] {
        boundaries::NAME => Looked::text(&one.name),
        boundaries::DESCRIPTION => Looked::text(&one.description),
        boundaries::BY => Looked::text(&one.created_by),
        boundaries::KIND => Looked::text(&one.kind),
        boundaries::VALUE => Looked::text(&one.value),
        boundaries::CREATED => Looked::Time(Some(one.created_at.0)),
        _ => Looked::Number(Some(one.boundary_id)),
    }
}

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
    trouble: Option<ApiError>,
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
    let mut found = list::ask(&site, &caller).await?.items;
    let known = found.len();
    let filter = asked.filter.trim().to_owned();
    let trouble = filter_field::kept(&mut found, &filter, boundaries::ALL, site.clock().now(), looked);
    let matching = found.len();
    let boundaries: Vec<Boundary> = found.into_iter().skip(asked.from).take(ROWS_MAX).collect();
    let after = asked.from + boundaries.len();
    let next = (after < matching).then(|| markup::address("/boundaries", &[("filter", Some(&filter)), ("from", Some(&after.to_string()))]));
    let shown = format!("{} of {} shown", boundaries.len(), matching);
    let sentence = match known {
        0 => "No boundary is known: the site cannot tell where a client is.".to_owned(),
        n => format!("{} of the network that the site knows.", markup::counted(i64::try_from(n).unwrap_or(i64::MAX), "location", "locations")),
    };
    let flag = if filter.is_empty() { String::new() } else { format!(" --filter {}", shell_word(&filter)) };
    let same_as = markup::same_as(&format!("provost boundary list{flag}"), "GET /api/v1/boundaries");
    let status = trouble.as_ref().map_or_else(|| refused.status(), |error| error.status);
    let shown = Page { shell, sentence, filter, boundaries, known, trouble, shown, next, typed, refused, same_as };
    filter_field::with_status(page(&shown), Some(status))
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
