//! Reference pages of the book: accounts, groups, rules.

use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, assets, page};
use crate::operations::accounts::list::AccountKind;
use crate::operations::accounts::show::AccountDetail;
use crate::operations::bindings::list::Binding;
use crate::operations::groups::list::GroupKind;
use crate::operations::groups::show::GroupDetail;
use crate::operations::rules::list::RuleDocument;
use crate::operations::{accounts, bindings, groups, rules};
use crate::request::Path;
use askama::Template;

/// Most bindings that the page of a kind shows.
const BOUND_MAX: usize = 50;

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
    shell: Shell,
    sentence: String,
    accounts: Vec<AccountKind>,
    bound: Vec<Binding>,
}

impl AccountsPage {
    /// How many are bound as an account.
    fn bound(&self, kind: &str) -> usize {
        self.bound.iter().filter(|one| one.kind == kind).count()
    }
}

/// Shows the kinds of account.
pub async fn accounts(visit: Visit) -> Answer {
    let Visit { site, caller, shell } = visit;
    let accounts = accounts::list::ask(&site, &caller).await?.items;
    let bound = bindings::list::ask(&site, &caller, bindings::list::Request::default()).await?.items;
    let sentence = format!("The {} kinds of account that a site can use, each with what it needs and what it must not have.", accounts.len());
    page(&AccountsPage { shell, sentence, accounts, bound })
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    shell: Shell,
    detail: AccountDetail,
    bound: Vec<Binding>,
    /// How many more are bound than are shown.
    more: usize,
    same_as: Markup,
}

impl AccountPage {
    /// The command that binds one.
    fn add_command(&self) -> Markup {
        markup::copied(&format!("provost account add NAME --for {}", self.detail.account.kind))
    }
}

/// Explains a kind of account.
pub async fn account(visit: Visit, Path(kind): Path<String>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let detail = accounts::show::ask(&site, &caller, kind).await?;
    let request = bindings::list::Request { kind: Some(detail.account.kind.clone()), ..Default::default() };
    let mut bound = bindings::list::ask(&site, &caller, request).await?.items;
    let more = bound.len().saturating_sub(BOUND_MAX);
    bound.truncate(BOUND_MAX);
    let same_as = markup::same_as(&format!("provost account explain {}", detail.account.kind), &format!("GET /api/v1/accounts/{}", detail.account.kind));
    page(&AccountPage { shell, detail, bound, more, same_as })
}

#[derive(Template)]
#[template(path = "groups.html")]
struct GroupsPage {
    shell: Shell,
    sentence: String,
    groups: Vec<GroupKind>,
}

/// Shows the groups.
pub async fn groups(visit: Visit) -> Answer {
    let Visit { site, caller, shell } = visit;
    let groups = groups::list::ask(&site, &caller).await?.items;
    let sentence = format!("The {} Windows groups of a site, with what each grants. Keeping their members comes with a later version.", groups.len());
    page(&GroupsPage { shell, sentence, groups })
}

#[derive(Template)]
#[template(path = "group.html")]
struct GroupPage {
    shell: Shell,
    detail: GroupDetail,
    same_as: Markup,
}

/// Explains a group.
pub async fn group(visit: Visit, Path(name): Path<String>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let detail = groups::show::ask(&site, &caller, name).await?;
    let same_as = markup::same_as(&format!("provost group explain {}", detail.group.id), &format!("GET /api/v1/groups/{}", detail.group.id));
    page(&GroupPage { shell, detail, same_as })
}

#[derive(Template)]
#[template(path = "rules.html")]
struct RulesPage {
    shell: Shell,
    sentence: String,
    rules: Vec<RuleDocument>,
}

/// Shows the rules.
pub async fn rules(visit: Visit) -> Answer {
    let Visit { site, caller, shell } = visit;
    let rules = rules::list::ask(&site, &caller).await?.items;
    let sentence = format!("The {} numbered messages that Provost can show, each with what helps.", rules.len());
    page(&RulesPage { shell, sentence, rules })
}

#[derive(Template)]
#[template(path = "rule.html")]
struct RulePage {
    shell: Shell,
    rule: RuleDocument,
    same_as: Markup,
}

/// Explains a rule.
pub async fn rule(visit: Visit, Path(code): Path<String>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let rule = rules::show::ask(&site, &caller, code).await?;
    let same_as = markup::same_as(&format!("provost explain {}", rule.code), &format!("GET /api/v1/rules/{}", rule.code));
    page(&RulePage { shell, rule, same_as })
}
