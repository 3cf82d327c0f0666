//! People who may sign in.

use super::markup;
use super::shell::{Shell, Visit};
use super::{Answer, ConfirmPage, assets, page, see};
use crate::document::List;
use crate::operations::people::list::{self, Person, Request};
use crate::operations::people::welcome::Link;
use crate::operations::people::{add, remove, welcome};
use crate::request::{Form, Path, Query};
use askama::Template;
use provost_domain::shell_word;
use serde::Deserialize;

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    after: Option<String>,
}

struct MadeLink {
    person: String,
    link: Link,
}

#[derive(Template)]
#[template(path = "people.html")]
struct Page {
    shell: Shell,
    sentence: String,
    link: Option<MadeLink>,
    list: List<Person>,
    next: Option<String>,
}

/// Shows them.
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    people(visit, asked.after, None).await
}

async fn people(visit: Visit, after: Option<String>, link: Option<MadeLink>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let list = list::ask(&site, &caller, Request { limit: None, after }).await?;
    let sentence = "Who may sign in. Everybody who is signed in is a full administrator; whoever owns the site's data is one over the local socket.".to_owned();
    let next = list.next.as_deref().map(|next| markup::address("/people", &[("after", Some(next))]));
    page(&Page { shell, sentence, link, list, next })
}

/// Whom to add.
#[derive(Deserialize)]
pub struct Add {
    name: String,
    /// Empty when discovery has found them, and for people of the site.
    #[serde(default)]
    sid: String,
}

/// Adds a person.
pub async fn add(visit: Visit, Form(form): Form<Add>) -> Answer {
    let sid = Some(form.sid.trim().to_owned()).filter(|sid| !sid.is_empty());
    add::ask(&visit.site, &visit.caller, add::Request { name: form.name.trim().to_owned(), sid }).await?;
    Ok(see("/people?done=add-person"))
}

/// Makes a link and shows it, once.
pub async fn welcome(visit: Visit, Path(name): Path<String>) -> Answer {
    let link = welcome::ask(&visit.site, &visit.caller, name.clone()).await?;
    people(visit, None, Some(MadeLink { person: name, link })).await
}

/// Asks whether somebody is to be removed.
pub async fn confirm_removal(visit: Visit, Path(name): Path<String>) -> Answer {
    page(&ConfirmPage {
        shell: visit.shell,
        title: format!("Remove {name}"),
        consequences: vec!["They can no longer sign in; their sessions end at once.".to_owned(), "What they did stays in the ledger.".to_owned()],
        facts: Vec::new(),
        action: format!("/people/{}/remove", markup::address_part(&name)),
        button: "Remove this person",
        dangerous: true,
        back: "/people".to_owned(),
        back_name: "People".to_owned(),
        same_as: markup::same_as(&format!("provost admin remove {}", shell_word(&name)), &format!("DELETE /api/v1/people/{}", markup::address_part(&name))),
    })
}

/// Removes somebody.
pub async fn remove(visit: Visit, Path(name): Path<String>) -> Answer {
    remove::ask(&visit.site, &visit.caller, name).await?;
    Ok(see("/people?done=remove-person"))
}
