//! Inboxes of this site.

use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, assets, page};
use crate::operations::inboxes;
use crate::operations::inboxes::list::Inbox;
use crate::operations::inboxes::show::InboxDetail;
use crate::request::Path;
use askama::Template;

#[derive(Template)]
#[template(path = "inboxes.html")]
struct InboxesPage {
    shell: Shell,
    sentence: String,
    inboxes: Vec<Inbox>,
}

impl InboxesPage {
    fn bad(&self, inbox: &Inbox) -> Markup {
        markup::state("warning", &markup::thousands(inbox.bad_files))
    }
}

/// Shows inboxes.
pub async fn list(visit: Visit) -> Answer {
    let Visit { site, caller, shell } = visit;
    let inboxes = inboxes::list::ask(&site, &caller).await?.items;
    let waiting: i64 = inboxes.iter().map(|inbox| inbox.waiting_files).sum();
    let bad: i64 = inboxes.iter().map(|inbox| inbox.bad_files).sum();
    let sentence = format!("{}; {} not be read.", markup::counted(waiting, "file waits", "files wait"), markup::counted(bad, "file could", "files could"));
    page(&InboxesPage { shell, sentence, inboxes })
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct InboxPage {
    shell: Shell,
    sentence: String,
    detail: InboxDetail,
    same_as: Markup,
}

/// Shows one inbox.
pub async fn show(visit: Visit, Path(name): Path<String>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let detail = inboxes::show::ask(&site, &caller, name).await?;
    let sentence = format!(
        "{}; {} not be read.",
        markup::counted(detail.inbox.waiting_files, "file waits", "files wait"),
        markup::counted(detail.inbox.bad_files, "file could", "files could")
    );
    let same_as = markup::same_as(&format!("provost inbox show {}", detail.inbox.name), &format!("GET /api/v1/inboxes/{}", detail.inbox.name));
    page(&InboxPage { shell, sentence, detail, same_as })
}
