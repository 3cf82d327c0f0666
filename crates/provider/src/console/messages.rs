//! Status messages.

use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, Chip, assets, page};
use crate::document::List;
use crate::operations::messages::list::{self, Message, Request};
use crate::request::Query;
use askama::Template;
use provost_catalog::components::COMPONENTS;
use provost_domain::shell_word;
use serde::Deserialize;

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    severity: String,
    #[serde(default)]
    component: String,
    #[serde(default)]
    system: String,
    #[serde(default)]
    number: String,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "messages.html")]
struct Page {
    shell: Shell,
    sentence: String,
    severity: String,
    component: String,
    system: String,
    number: String,
    chips: Vec<Chip>,
    components: Vec<(&'static str, &'static str)>,
    filtered: bool,
    list: List<Message>,
    shown: String,
    next: Option<String>,
    same_as: Markup,
}

const CHIPS: [(&str, &str); 4] = [("All", ""), ("Errors", "error"), ("Errors and warnings", "error,warning"), ("Information", "information")];

/// Shows them.
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let trimmed = |text: String| text.trim().to_owned();
    let (severity, component, system, number, after) =
        (trimmed(asked.severity), trimmed(asked.component), trimmed(asked.system), trimmed(asked.number), asked.after);
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let request = Request {
        limit: None,
        after: after.clone(),
        severity: given(&severity),
        component: given(&component),
        system: given(&system),
        client: None,
        number: given(&number),
        ..Default::default()
    };
    let list = list::ask(&site, &caller, request).await?;
    let address = |path: &str, severity: &str, after: Option<&str>| {
        let parameters =
            [("severity", Some(severity)), ("component", Some(component.as_str())), ("system", Some(&system)), ("number", Some(&number)), ("after", after)];
        markup::address(path, &parameters)
    };
    let chips = CHIPS.iter().map(|(name, word)| Chip { name, href: address("/messages", word, None), current: *word == severity }).collect();
    let mut components: Vec<_> = COMPONENTS.iter().filter(|c| c.runs_in_this_version).map(|c| (c.id, c.title)).collect();
    components.push(("client", "Client"));
    let filtered = [&severity, &component, &system, &number].iter().any(|text| !text.is_empty());
    let shown = format!("{}, newest first", markup::counted(i64::try_from(list.items.len()).unwrap_or(0), "message", "messages"));
    let next = list.next.as_deref().map(|next| address("/messages", &severity, Some(next)));
    let mut command = "provost message list".to_owned();
    let mut words = String::new();
    for (flag, value) in [("--severity", &severity), ("--component", &component)] {
        // The option takes one severity at a time; what is left out of several is a word of the filter.
        if !value.is_empty() && !value.contains(',') {
            command.push_str(&format!(" {flag} {}", shell_word(value)));
        }
    }
    if severity == "error,warning" {
        words.push_str(" -severity:information");
    }
    for (name, value) in [("system", &system), ("number", &number)] {
        if !value.is_empty() {
            words.push_str(&format!(" {name}:{value}"));
        }
    }
    if !words.is_empty() {
        command.push_str(&format!(" --filter {}", shell_word(words.trim())));
    }
    let same_as = markup::same_as(&command, &address("GET /api/v1/messages", &severity, after.as_deref()));
    let sentence = "What components and clients told, by the sender's clock.".to_owned();
    page(&Page { shell, sentence, severity, component, system, number, chips, components, filtered, list, shown, next, same_as })
}
