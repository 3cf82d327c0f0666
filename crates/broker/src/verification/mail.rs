//! The SMTP Server Connection Account (security.md RC-E01): AUTH only after TLS, no mail without it, and mail as its own
//! address only.

use super::{Observations, Surroundings, credential, outcome_of, sign_in_verdict};
use crate::broker::{Broker, endpoint_name};
use crate::endpoint::Endpoint;
use crate::mail_endpoint::MailEndpoint;
use crate::refused::Refused;
use provost_catalog::accounts::Use;
use provost_catalog::rights::{Place, Right};
use provost_domain::accounts::budget::Asker;
use provost_domain::accounts::verification::{Subject, Verdict};
use provost_outbound::smtp::probe;
use provost_store::accounts::Binding;

const SENDS: Subject = Subject::Has(Right::SendMail, Place::MailServer);
const NOTHING_MORE: Subject = Subject::LacksForbidden(Right::MoreThanNeeded, Place::MailServer);

impl Broker {
    pub(super) async fn look_at_mail(
        &self,
        binding: &Binding,
        operation: Use,
        surroundings: &Surroundings,
        actor: &str,
        asker: Asker,
        seen: &mut Observations,
    ) -> Result<(), Refused> {
        let Some(server) = &surroundings.mail else {
            seen.rest(Verdict::Unknown, "no SMTP server is set: provost mail set HOST:PORT --sender ADDRESS");
            return Ok(());
        };
        let endpoint = MailEndpoint::new(server, &binding.object, self.host());
        let (opened, turn) = match self.secret_within_budget(binding, asker).await? {
            Ok((opened, turn)) => (Ok(opened), Some(turn)),
            Err(withheld) => (Err(withheld), None),
        };
        let user = endpoint_name(binding);
        let other = another_sender(&server.sender);
        let credential = opened.as_ref().ok().map(|opened| credential(&user, opened));
        let looked = probe(&endpoint.server, credential.as_ref(), &server.sender, &other).await;
        let looked = match looked {
            Ok(looked) => looked,
            Err(failure) => {
                seen.rest(Verdict::Unknown, failure.to_string());
                return Ok(());
            }
        };
        if let (Ok(opened), Some(signed_in), Some(turn)) = (&opened, &looked.signed_in, turn) {
            let (outcome, detail) = outcome_of(signed_in);
            self.enter_check(Some(turn), binding, operation, &endpoint.address(), Some(opened.version), actor, outcome, &detail).await?;
        }
        if looked.auth_before_tls {
            seen.add(Subject::ServerKeepsSecretsSafe, Verdict::Fail, "the server offers AUTH before TLS");
        } else {
            seen.add(Subject::ServerKeepsSecretsSafe, Verdict::Pass, "AUTH is offered only after TLS");
        }
        let before = &looked.mail_before_sign_in;
        let (verdict, words) = if before.accepted { (Verdict::Fail, "took") } else { (Verdict::Pass, "refused") };
        seen.add(Subject::ServerAsksForSignIn, verdict, format!("the server {words} mail from somebody who had not signed in: {}", before.words));
        match (&opened, &looked.signed_in) {
            (Err(withheld), _) => seen.add(Subject::SignsIn, withheld.verdict, withheld.why),
            (_, Some(signed_in)) => {
                let (verdict, evidence) = sign_in_verdict(signed_in);
                seen.add(Subject::SignsIn, verdict, evidence);
            }
            (_, None) => {}
        }
        if let Some(own) = &looked.own_sender {
            let (verdict, words) = if own.accepted { (Verdict::Pass, "may") } else { (Verdict::Fail, "may not") };
            seen.add(SENDS, verdict, format!("it {words} send as {}: {}", server.sender, own.words));
        }
        if let Some(other_sender) = &looked.other_sender {
            let (verdict, words) = if other_sender.accepted { (Verdict::Fail, "may send") } else { (Verdict::Pass, "may not send") };
            seen.add(NOTHING_MORE, verdict, format!("it {words} as another, {other}: {}", other_sender.words));
        }
        seen.rest(Verdict::Unknown, "the account could not sign in, so nothing was seen of this");
        Ok(())
    }
}

/// An address that the account must not send as: of the same domain, and nobody's.
fn another_sender(own: &str) -> String {
    let domain = own.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let other = format!("not-this-account@{domain}");
    if other == own { format!("another@{domain}") } else { other }
}
