//! Alert rules: what people want to be told of.

use super::form::Refused;
use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, ConfirmPage, assets, page, see};
use crate::error::ApiError;
use crate::operations::alert_rules::add::{self, Request};
use crate::operations::alert_rules::list::{self, AlertRule};
use crate::operations::alert_rules::{remove, set};
use crate::operations::mail_server;
use crate::request::{Form, Path, Query};
use askama::Template;
use axum::http::StatusCode;
use provost_catalog::components::COMPONENTS;
use provost_catalog::rules::code;
use provost_domain::alerts::{Address, RuleName, Source};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "alert_rules.html")]
struct Page {
    shell: Shell,
    sentence: String,
    rules: Vec<AlertRule>,
    mail_is_set: bool,
}

/// Shows them.
pub async fn list(visit: Visit) -> Answer {
    let Visit { site, caller, shell } = visit;
    let rules = list::ask(&site, &caller).await?.items;
    let mail_is_set = match mail_server::show::ask(&site, &caller).await {
        Ok(_) => true,
        Err(error) if error.code == code::MAIL_SERVER_UNSET => false,
        Err(error) => return Err(error.into()),
    };
    let off = rules.iter().filter(|rule| !rule.enabled).count();
    let sentence = match (rules.len(), off) {
        (0, _) => "No rule is set: nobody is told of anything.".to_owned(),
        (n, 0) => {
            format!("{} by mail, once for each thing that is the matter.", markup::counted(i64::try_from(n).unwrap_or(i64::MAX), "rule tells", "rules tell"))
        }
        (n, off) => format!("{n} rules; {off} turned off."),
    };
    page(&Page { shell, sentence, rules, mail_is_set })
}

/// Where a rule may look: id, name, and what it is for.
const SOURCES: [(&str, &str, &str); 3] = [
    ("status-message", "Status messages", "Tells of messages that components and clients send, this bad at least."),
    ("component-failing", "A component fails", "Tells when a component has failed for some time, and when it works again."),
    ("client-silent", "A client is silent", "Tells when an approved client was not seen for some time, and when it is back."),
];

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    on: String,
}

/// What the form holds.
#[derive(Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    on: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    severity: String,
    #[serde(default)]
    component: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    minutes: String,
    #[serde(default)]
    hours: String,
    #[serde(default)]
    recipients: String,
}

#[derive(Template)]
#[template(path = "alert_rule_add.html")]
struct AddPage {
    shell: Shell,
    sources: &'static [(&'static str, &'static str, &'static str)],
    about: &'static str,
    components: Vec<(&'static str, &'static str)>,
    typed: Typed,
    refused: Refused,
    same_as: Markup,
}

/// Shows the form for one place to look at.
pub async fn form(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    add_page(visit, Typed { on: asked.on, ..Typed::default() }, Refused::default())
}

fn add_page(visit: Visit, mut typed: Typed, refused: Refused) -> Answer {
    let (on, _, about) = SOURCES.iter().find(|(id, ..)| *id == typed.on).unwrap_or(&SOURCES[1]);
    (*on).clone_into(&mut typed.on);
    let components = COMPONENTS.iter().filter(|c| c.runs_in_this_version).map(|c| (c.id, c.title)).collect();
    let same_as = markup::same_as(&format!("provost alert rule add NAME --on {on} --to ADDRESS"), "POST /api/v1/alert-rules");
    let status = refused.status();
    let mut response = page(&AddPage { shell: visit.shell, sources: &SOURCES, about, components, typed, refused, same_as })?;
    *response.status_mut() = status;
    Ok(response)
}

/// Sets a rule.
pub async fn add(visit: Visit, Form(typed): Form<Typed>) -> Answer {
    match request(&typed) {
        Ok(request) => match add::ask(&visit.site, &visit.caller, request).await {
            Ok(rule) => Ok(see(&markup::address("/alerts/rules", &[("done", Some("add-rule")), ("rule", Some(&rule.name))]))),
            Err(error) => {
                let field = field(&typed, &error);
                add_page(visit, typed, Refused::because(error, &[(code::ALERT_RULE_INVALID, field)]))
            }
        },
        Err((field, cause)) => {
            let error = ApiError::new(StatusCode::BAD_REQUEST, code::ALERT_RULE_INVALID, "the alert rule was not set", cause)
                .fix("write digits alone, or leave it empty");
            add_page(visit, typed, Refused::because(error, &[(code::ALERT_RULE_INVALID, field)]))
        }
    }
}

/// What the form asks for, or which field cannot be read and why.
fn request(typed: &Typed) -> Result<Request, (&'static str, String)> {
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let whole = |field: &'static str, text: &str| match given(text) {
        None => Ok(None),
        Some(text) => text.parse::<u32>().map(Some).map_err(|_| (field, format!("{text:?} is no whole number"))),
    };
    let number = match given(&typed.number) {
        None => None,
        Some(text) => {
            let digits = text.trim_start_matches(['P', 'V', 'p', 'v']);
            Some(digits.parse::<i32>().map_err(|_| ("number", format!("{text:?} is no number of a message, such as PV4001")))?)
        }
    };
    Ok(Request {
        name: typed.name.trim().to_owned(),
        on: typed.on.clone(),
        severity: given(&typed.severity),
        component: given(&typed.component),
        number,
        minutes: whole("minutes", &typed.minutes)?,
        hours: whole("hours", &typed.hours)?,
        recipients: recipients(typed),
        enabled: None,
    })
}

/// Addresses, one a line or with commas between them.
fn recipients(typed: &Typed) -> Vec<String> {
    typed.recipients.split(['\n', '\r', ',', ';', ' ']).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

/// Which field a refusal is about: the one that cannot be what it should be.
fn field(typed: &Typed, error: &ApiError) -> &'static str {
    let told = recipients(typed);
    if typed.name.trim().parse::<RuleName>().is_err() || error.status == StatusCode::CONFLICT {
        "name"
    } else if told.is_empty() || told.iter().any(|text| text.parse::<Address>().is_err()) {
        "recipients"
    } else {
        match Source::IDS.iter().position(|id| *id == typed.on) {
            Some(1) => "minutes",
            Some(2) => "hours",
            _ => "",
        }
    }
}

/// Asks whether a rule is to be removed.
pub async fn confirm_removal(visit: Visit, Path(name): Path<String>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let rules = list::ask(&site, &caller).await?.items;
    let rule = rules.into_iter().find(|rule| rule.name == name).ok_or_else(|| ApiError::not_found("alert rule", &name, "provost alert rule list"))?;
    let facts = vec![("Looks for", markup::plain(&rule.words)), ("Tells", markup::plain(&rule.recipients.join(", ")))];
    page(&ConfirmPage {
        shell,
        title: format!("Remove the alert rule {}", rule.name),
        consequences: vec!["Its alerts are closed, and nobody is told of that.".to_owned(), "Mail that was written is still sent.".to_owned()],
        facts,
        action: format!("/alerts/rules/{}/remove", markup::address_part(&rule.name)),
        button: "Remove this rule",
        dangerous: true,
        back: "/alerts/rules".to_owned(),
        back_name: "Alert rules".to_owned(),
        same_as: markup::same_as(
            &format!("provost alert rule remove {}", rule.name),
            &format!("DELETE /api/v1/alert-rules/{}", markup::address_part(&rule.name)),
        ),
    })
}

/// Removes it.
pub async fn remove(visit: Visit, Path(name): Path<String>) -> Answer {
    remove::ask(&visit.site, &visit.caller, name).await?;
    Ok(see("/alerts/rules?done=remove-rule"))
}

/// Turns it on.
pub async fn enable(visit: Visit, Path(name): Path<String>) -> Answer {
    set::ask(&visit.site, &visit.caller, name, set::Request { enabled: true }).await?;
    Ok(see("/alerts/rules?done=enable-rule"))
}

/// Turns it off.
pub async fn disable(visit: Visit, Path(name): Path<String>) -> Answer {
    set::ask(&visit.site, &visit.caller, name, set::Request { enabled: false }).await?;
    Ok(see("/alerts/rules?done=disable-rule"))
}
