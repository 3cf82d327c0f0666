//! Reference pages of the book: accounts, groups, rules.

use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, assets, page};
use crate::operations::accounts::list::AccountKind;
use crate::operations::accounts::show::AccountDetail;
use crate::operations::groups::list::GroupKind;
use crate::operations::groups::show::GroupDetail;
use crate::operations::rules::list::RuleDocument;
use crate::operations::{accounts, groups, rules};
use crate::request::Path;
use askama::Template;

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
    shell: Shell,
    sentence: String,
    accounts: Vec<AccountKind>,
}

/// Shows the kinds of account.
pub async fn accounts(visit: Visit) -> Answer {
    let Visit { site, caller, shell } = visit;
    let accounts = accounts::list::ask(&site, &caller).await?.items;
    let sentence = format!(
        "The {} kinds of account that a site can use, each with what it needs and what it must not have. Binding them comes with a later version.",
        accounts.len()
    );
    page(&AccountsPage { shell, sentence, accounts })
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    shell: Shell,
    detail: AccountDetail,
    same_as: Markup,
}

/// Explains a kind of account.
pub async fn account(visit: Visit, Path(kind): Path<String>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let detail = accounts::show::ask(&site, &caller, kind).await?;
    let same_as = markup::same_as(&format!("provost account explain {}", detail.account.kind), &format!("GET /api/v1/accounts/{}", detail.account.kind));
    page(&AccountPage { shell, detail, same_as })
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
