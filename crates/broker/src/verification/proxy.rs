//! The proxy accounts (security.md RC-H01): 407 without a credential, through to each allowed host, 403 to a forbidden
//! one, and no tunnel to other ports.

use super::{Observations, Surroundings, credential, outcome_of, sign_in_verdict};
use crate::broker::{Broker, endpoint_name};
use crate::endpoint::Endpoint;
use crate::proxy_endpoint::ProxyEndpoint;
use crate::refused::Refused;
use provost_catalog::accounts::Use;
use provost_catalog::rights::{Place, Right};
use provost_domain::Failure;
use provost_domain::accounts::budget::Asker;
use provost_domain::accounts::verification::{Subject, Verdict};
use provost_domain::outcome::Outcome;
use provost_outbound::proxy::connect_answer;
use provost_store::accounts::Binding;

const PASSES: Subject = Subject::Has(Right::PassProxy, Place::ProxyServer);
const NOTHING_MORE: Subject = Subject::LacksForbidden(Right::MoreThanNeeded, Place::ProxyServer);

/// A port that no destination of the site is on: a proxy that opens a tunnel to it opens one to everything.
const OTHER_PORT: u16 = 22;

impl Broker {
    pub(super) async fn look_at_proxy(
        &self,
        binding: &Binding,
        operation: Use,
        surroundings: &Surroundings,
        actor: &str,
        asker: Asker,
        seen: &mut Observations,
    ) -> Result<(), Refused> {
        let Some(server) = &surroundings.proxy else {
            let kind = binding.kind.definition().id;
            seen.rest(Verdict::Unknown, format!("no proxy server is set: provost proxy set {kind} HOST:PORT --on {}", binding.object));
            return Ok(());
        };
        let allowed: Vec<(&str, u16)> = server.allowed.iter().map(|host| split(host)).collect();
        let Some(first) = allowed.first().copied() else {
            seen.rest(Verdict::Unknown, "no host is named that it must reach");
            return Ok(());
        };
        let at = |host: &str, port: u16| ProxyEndpoint::new(server, host, port);
        let proxy = at(first.0, first.1).proxy;

        match connect_answer(&proxy, None, first.0, first.1).await {
            Ok(answer) if answer.status == 407 => {
                seen.add(Subject::ServerAsksForSignIn, Verdict::Pass, format!("407 without a credential, offering {}", answer.offered.join(", ")));
            }
            Ok(answer) => seen.add(Subject::ServerAsksForSignIn, Verdict::Fail, format!("{} without a credential, where 407 was expected", answer.status)),
            Err(failure) => {
                seen.rest(Verdict::Unknown, failure.to_string());
                return Ok(());
            }
        }
        let (opened, turn) = match self.secret_within_budget(binding, asker).await? {
            Ok(opened) => opened,
            Err(withheld) => {
                seen.withheld(withheld);
                return Ok(());
            }
        };
        let user = endpoint_name(binding);
        let credential = credential(&user, &opened);
        let mut turn = Some(turn);
        for (host, port) in allowed.iter().copied() {
            let endpoint = at(host, port);
            let tunnel = endpoint.open(Some(credential)).await.map(drop);
            if let Some(turn) = turn.take() {
                // The first one tells whether the proxy takes the account at all.
                let signed_in = match &tunnel {
                    Err(failure) if failure.outcome == Outcome::WrongPassword => Err(failure.clone()),
                    Err(failure) if !failure.outcome.is_about_the_account() => Err(failure.clone()),
                    _ => Ok(()),
                };
                let (outcome, detail) = outcome_of(&signed_in);
                self.enter_check(Some(turn), binding, operation, &endpoint.address(), Some(opened.version), actor, outcome, &detail).await?;
                let (verdict, evidence) = sign_in_verdict(&signed_in);
                seen.add(Subject::SignsIn, verdict, evidence);
                if verdict == Verdict::Fail {
                    // Nothing more is tried with a password that is wrong.
                    seen.rest(Verdict::Unknown, "the proxy does not take the account, so nothing was seen of this");
                    return Ok(());
                }
            }
            let (verdict, evidence) = through(&tunnel);
            seen.add(PASSES, verdict, format!("{host}:{port}: {evidence}"));
        }
        let forbidden = [(server.forbidden_host.as_str(), first.1, "a forbidden host"), (first.0, OTHER_PORT, "another port")];
        for (host, port, what) in forbidden.into_iter().filter(|(host, ..)| !host.is_empty()) {
            let (verdict, evidence) = match connect_answer(&proxy, Some(&credential), host, port).await {
                Ok(answer) if (200..300).contains(&answer.status) => (Verdict::Fail, format!("{} at {what}, {host}:{port}", answer.status)),
                Ok(answer) if answer.status == 403 => (Verdict::Pass, format!("403 at {what}, {host}:{port}")),
                Ok(answer) => (Verdict::Unknown, format!("{} at {what}, {host}:{port}, where 403 was expected", answer.status)),
                Err(failure) => (Verdict::Unknown, format!("{what}, {host}:{port}: {failure}")),
            };
            seen.add(NOTHING_MORE, verdict, evidence);
        }
        if server.forbidden_host.is_empty() {
            seen.add(NOTHING_MORE, Verdict::Unknown, "no host is named that it must not reach");
        }
        Ok(())
    }
}

/// The verdict on *it passes the proxy* to one host.
fn through(tunnel: &Result<(), Failure>) -> (Verdict, String) {
    match tunnel {
        Ok(()) => (Verdict::Pass, "reached, certificate checked".to_owned()),
        Err(failure) if failure.outcome.is_about_the_account() => (Verdict::Fail, failure.to_string()),
        Err(failure) => (Verdict::Unknown, failure.to_string()),
    }
}

/// `host` or `host:port`; 443 without one.
fn split(text: &str) -> (&str, u16) {
    text.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?))).unwrap_or((text, 443))
}
