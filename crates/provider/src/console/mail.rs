//! The SMTP server for alerts, and what became of mail.

use super::form::Refused;
use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, ConfirmPage, assets, page, see};
use crate::document::List;
use crate::error::ApiError;
use crate::operations::bindings;
use crate::operations::bindings::list::Binding;
use crate::operations::mail_server::show::MailServer;
use crate::operations::mail_server::{remove, set, show, test};
use crate::operations::mails;
use crate::operations::mails::list::Mail;
use crate::request::{Form, Query};
use askama::Template;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::alerts::Address;
use serde::Deserialize;

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Page {
    shell: Shell,
    sentence: String,
    server: Option<MailServer>,
    account: Option<Binding>,
    recipient: String,
    refused: Refused,
    list: List<Mail>,
    next: Option<String>,
    same_as: Markup,
}

impl Page {
    fn place(&self, server: &MailServer) -> Markup {
        markup::copied(&format!("{}:{}", server.host, server.port))
    }

    /// When it is tried next.
    fn next_try(&self, mail: &Mail) -> Markup {
        match mail.next_at.filter(|at| at.0 > self.shell.now) {
            Some(at) => markup::at(&at, self.shell.now),
            None => markup::plain("due now"),
        }
    }

    fn state(&self, mail: &Mail) -> Markup {
        match mail.state.as_str() {
            "sent" => markup::state("pass", "sent"),
            "given-up" => markup::state("fail", "given up"),
            "waiting" if mail.trouble.is_some() => markup::state("warning", "waiting"),
            other => markup::state("noted", other),
        }
    }
}

/// Shows them.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    mail_page(visit, asked.after, String::new(), Refused::default()).await
}

/// The server; none when none is set.
async fn server(visit: &Visit) -> Result<Option<MailServer>, ApiError> {
    match show::ask(&visit.site, &visit.caller).await {
        Ok(server) => Ok(Some(server)),
        Err(error) if error.code == code::MAIL_SERVER_UNSET => Ok(None),
        Err(error) => Err(error),
    }
}

async fn mail_page(visit: Visit, after: Option<String>, recipient: String, refused: Refused) -> Answer {
    let server = server(&visit).await?;
    let Visit { site, caller, shell } = visit;
    let list = mails::list::ask(&site, &caller, mails::list::Request { after: after.clone(), ..Default::default() }).await?;
    let request = bindings::list::Request { kind: Some("smtp-server-connection".to_owned()), ..Default::default() };
    let account = bindings::list::ask(&site, &caller, request).await?.items.into_iter().next();
    let sentence = match &server {
        None => "No SMTP server is set: alerts are opened, and nobody is told of them.".to_owned(),
        Some(server) => match (server.mails_waiting, &server.trouble) {
            (0, _) => format!("Alerts go out through {}:{}; no mail waits.", server.host, server.port),
            (n, None) => format!("{} for {}:{}.", markup::counted(n, "mail waits", "mails wait"), server.host, server.port),
            (n, Some(trouble)) => format!("{} for {}:{}: {trouble}", markup::counted(n, "mail waits", "mails wait"), server.host, server.port),
        },
    };
    let next = list.next.as_deref().map(|next| markup::address("/mail", &[("after", Some(next))]));
    let same_as = markup::same_as("provost mail list", &markup::address("GET /api/v1/mails", &[("after", after.as_deref())]));
    let status = refused.status();
    let mut response = page(&Page { shell, sentence, server, account, recipient, refused, list, next, same_as })?;
    *response.status_mut() = status;
    Ok(response)
}

/// To whom the test goes.
#[derive(Deserialize)]
pub struct Test {
    #[serde(default)]
    recipient: String,
}

/// Sends a test.
pub async fn test(visit: Visit, Form(form): Form<Test>) -> Answer {
    match test::ask(&visit.site, &visit.caller, test::Request { recipient: form.recipient.trim().to_owned() }).await {
        Ok(_) => Ok(see("/mail?done=test-mail")),
        Err(error) => mail_page(visit, None, form.recipient, Refused::because(error, &[(code::REQUEST_MALFORMED, "recipient")])).await,
    }
}

/// What the form of the server holds.
#[derive(Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    host: String,
    #[serde(default)]
    port: String,
    #[serde(default)]
    sender: String,
    /// `no`, or anything else for yes.
    #[serde(default)]
    authenticates: String,
    #[serde(default)]
    ca_pem: String,
}

#[derive(Template)]
#[template(path = "mail_server.html")]
struct ServerPage {
    shell: Shell,
    is_set: bool,
    typed: Typed,
    refused: Refused,
    same_as: Markup,
}

/// Shows the form of the server, with what is set.
pub async fn server_form(visit: Visit) -> Answer {
    let server = server(&visit).await?;
    let is_set = server.is_some();
    let typed = server.map_or_else(
        || Typed { port: "587".to_owned(), ..Typed::default() },
        |server| Typed {
            host: server.host,
            port: server.port.to_string(),
            sender: server.sender,
            authenticates: if server.authenticates { "yes" } else { "no" }.to_owned(),
            ca_pem: server.ca_pem.unwrap_or_default(),
        },
    );
    server_page(visit, is_set, typed, Refused::default())
}

fn server_page(visit: Visit, is_set: bool, typed: Typed, refused: Refused) -> Answer {
    let status = refused.status();
    let same_as = markup::same_as("provost mail set HOST:PORT --sender ADDRESS", "PUT /api/v1/mail-server");
    let mut response = page(&ServerPage { shell: visit.shell, is_set, typed, refused, same_as })?;
    *response.status_mut() = status;
    Ok(response)
}

/// Sets the server.
pub async fn set(visit: Visit, Form(typed): Form<Typed>) -> Answer {
    let trimmed = |text: &str| text.trim().to_owned();
    let port = trimmed(&typed.port).parse::<u16>().ok().filter(|port| *port > 0);
    let Some(port) = port else {
        let error = ApiError::new(StatusCode::BAD_REQUEST, code::REQUEST_MALFORMED, "the SMTP server was not set", "the port is no number from 1 to 65535")
            .fix("587 is usual");
        return server_page(visit, false, typed, Refused::because(error, &[(code::REQUEST_MALFORMED, "port")]));
    };
    let request = set::Request {
        host: trimmed(&typed.host),
        port,
        authenticates: Some(typed.authenticates != "no"),
        sender: trimmed(&typed.sender),
        ca_pem: Some(trimmed(&typed.ca_pem)).filter(|pem| !pem.is_empty()),
    };
    match set::ask(&visit.site, &visit.caller, request).await {
        Ok(_) => Ok(see("/mail?done=set-mail")),
        Err(error) => {
            let field = if typed.sender.trim().parse::<Address>().is_err() { "sender" } else { "" };
            server_page(visit, false, typed, Refused::because(error, &[(code::REQUEST_MALFORMED, field)]))
        }
    }
}

/// Asks whether the server is to be forgotten.
pub async fn confirm_removal(visit: Visit) -> Answer {
    let server = show::ask(&visit.site, &visit.caller).await?;
    page(&ConfirmPage {
        shell: visit.shell,
        title: "Forget the SMTP server".to_owned(),
        consequences: vec![
            "Alerts are opened as before, and nobody is told of them.".to_owned(),
            format!("{} until another server is set, three days at most.", markup::counted(server.mails_waiting, "mail waits", "mails wait")),
        ],
        facts: vec![("Server", markup::mono(&format!("{}:{}", server.host, server.port))), ("Sender", markup::mono(&server.sender))],
        action: "/mail/remove".to_owned(),
        button: "Forget it",
        dangerous: true,
        back: "/mail".to_owned(),
        back_name: "Mail".to_owned(),
        same_as: markup::same_as("provost mail remove", "DELETE /api/v1/mail-server"),
    })
}

/// Forgets it.
pub async fn remove(visit: Visit) -> Answer {
    remove::ask(&visit.site, &visit.caller).await?;
    Ok(see("/mail?done=remove-mail"))
}
