//! Accounts that are bound: who, as what, for what, and whether that is proved.

use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, Chip, assets, filter_field, page, see};
use crate::error::ApiError;
use crate::operations::bindings::list::{self, Binding, Request};
use crate::operations::verifications;
use crate::operations::verifications::Task;
use crate::request::Query;
use askama::Template;
use provost_domain::filter::Looked;
use provost_domain::filter::lists::bindings;
use provost_domain::shell_word;
use serde::Deserialize;

/// Most bindings of one page.
const ROWS_MAX: usize = 60;

/// What a filter looks at; the kind is also known by its title here.
fn looked(one: &Binding, at: usize) -> Looked {
    let secret = one.secret.as_ref();
    match bindings::ALL[at] {
        bindings::ACCOUNT => Looked::text(&one.name),
        bindings::FOR => Looked::Texts(vec![one.kind.clone(), one.title.clone()]),
        bindings::ON => Looked::text(&one.on),
        bindings::STANDING => Looked::text(&one.standing),
        bindings::PRINCIPAL => Looked::text(&one.principal_kind),
        bindings::KEY => Looked::text(secret.map_or("", |secret| &secret.key)),
        bindings::BOUND_BY => Looked::text(&one.created_by),
        bindings::ORDER => Looked::Number(Some(one.position.into())),
        bindings::VERSION => Looked::Number(secret.map(|secret| secret.version)),
        bindings::CHECKED => Looked::Time(one.checked_at.map(|at| at.0)),
        bindings::USED => Looked::Time(one.last_used_at.map(|at| at.0)),
        _ => Looked::Time(secret.map(|secret| secret.sealed_at.0)),
    }
}

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    filter: String,
    #[serde(default)]
    standing: String,
    #[serde(default)]
    from: usize,
    task: Option<i64>,
}

#[derive(Template)]
#[template(path = "bindings.html")]
struct Page {
    shell: Shell,
    sentence: String,
    filter: String,
    standing: String,
    chips: Vec<Chip>,
    bindings: Vec<Binding>,
    bound: usize,
    trouble: Option<ApiError>,
    shown: String,
    next: Option<String>,
    task: Option<Task>,
    same_as: Markup,
}

impl Page {
    /// A title without the word that every one ends with.
    fn short<'a>(&self, title: &'a str) -> &'a str {
        title.strip_suffix(" Account").unwrap_or(title)
    }
}

const CHIPS: [(&str, &str); 4] = [("All", ""), ("Blocked", "blocked"), ("Not proved", "not-proved"), ("Proved", "proved")];

/// Shows them, those first that need somebody.
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let Asked { filter, standing, from, task } = asked;
    let filter = filter.trim().to_owned();
    let mut found = list::ask(&site, &caller, Request::default()).await?.items;
    let bound = found.len();
    let sentence = sentence(&found);
    let trouble = filter_field::kept(&mut found, &filter, bindings::ALL, site.clock().now(), looked);
    found.retain(|one| standing.is_empty() || one.standing == standing);
    found.sort_by_key(|one| rank(&one.standing));
    let matching = found.len();
    let bindings: Vec<Binding> = found.into_iter().skip(from).take(ROWS_MAX).collect();
    let address = |standing: &str, from: usize| {
        let from = (from > 0).then(|| from.to_string());
        markup::address("/accounts", &[("standing", Some(standing)), ("filter", Some(&filter)), ("from", from.as_deref())])
    };
    let chips = CHIPS.iter().map(|(name, word)| Chip { name, href: address(word, 0), current: *word == standing }).collect();
    let after = from + bindings.len();
    let next = (after < matching).then(|| address(&standing, after));
    let shown = if matching > bindings.len() {
        format!("{} to {after} of {matching} shown, those that need somebody first", from + 1)
    } else {
        markup::counted(i64::try_from(matching).unwrap_or(i64::MAX), "binding", "bindings") + " shown, those that need somebody first"
    };
    let task = match task {
        Some(task) => verifications::show::ask(&site, &caller, task).await.ok(),
        None => None,
    };
    let flag = if filter.is_empty() { String::new() } else { format!(" --filter {}", shell_word(&filter)) };
    let same_as = markup::same_as(&format!("provost account list{flag}"), "GET /api/v1/bindings");
    let status = trouble.as_ref().map(|error| error.status);
    filter_field::with_status(page(&Page { shell, sentence, filter, standing, chips, bindings, bound, trouble, shown, next, task, same_as }), status)
}

fn rank(standing: &str) -> u8 {
    match standing {
        "blocked" => 0,
        "not-proved" => 1,
        _ => 2,
    }
}

/// How the accounts are, in one sentence.
fn sentence(bindings: &[Binding]) -> String {
    let count = |standing: &str| bindings.iter().filter(|one| one.standing == standing).count();
    let (blocked, unproved) = (count("blocked"), count("not-proved"));
    match (bindings.len(), blocked, unproved) {
        (0, ..) => "No account is bound. Each use says who acts meanwhile.".to_owned(),
        (n, 0, 0) => format!("All {n} are proved: they hold what they need and nothing that they must not have."),
        (n, 0, unproved) => format!("{unproved} of {n} are not proved; none is blocked."),
        (n, blocked, unproved) => format!("{blocked} of {n} {} blocked and not used; {unproved} are not proved.", if blocked == 1 { "is" } else { "are" }),
    }
}

/// Has all of them checked.
pub async fn verify(visit: Visit) -> Answer {
    let Visit { site, caller, .. } = visit;
    let task = verifications::start::ask(&site, &caller, verifications::start::Request { binding_id: None }).await?;
    Ok(see(&format!("/accounts?task={}", task.task_id)))
}
