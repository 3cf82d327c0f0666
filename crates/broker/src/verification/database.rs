//! The accounts that reach the site database (security.md RC-Q01 to RC-Q06): the full grid of what the login may do must
//! equal its role's definition, and one forbidden statement is tried.

use super::{Observations, outcome_of, sign_in_verdict};
use crate::broker::{Broker, blocking, endpoint_name};
use crate::database_endpoint::{DatabaseEndpoint, role_of};
use crate::endpoint::Endpoint;
use crate::refused::Refused;
use provost_catalog::accounts::{PrincipalKind, Use};
use provost_catalog::rights::{Place, Right};
use provost_domain::accounts::budget::Asker;
use provost_domain::accounts::verification::{Subject, Verdict};
use provost_store::Credential;
use provost_store::accounts::Binding;
use provost_store::database::{Login, LoginRights};
use provost_store::{StoreError, ledger};

/// What a definition may ask of an account that reaches the site database.
const NEEDS: [Subject; 2] = [Subject::Has(Right::Read, Place::SiteDatabase), Subject::Has(Right::Write, Place::SiteDatabase)];
const MUST_NOT: [Subject; 3] = [
    Subject::LacksForbidden(Right::MoreThanNeeded, Place::SiteDatabase),
    Subject::LacksForbidden(Right::Write, Place::SiteDatabase),
    Subject::LacksForbidden(Right::Execute, Place::SiteDatabase),
];

/// Most rights that a finding names; the rest is counted.
const NAMED_MAX: usize = 5;

impl Broker {
    pub(super) async fn look_at_database(&self, binding: &Binding, operation: Use, actor: &str, asker: Asker, seen: &mut Observations) -> Result<(), Refused> {
        if !self.database().has_logins() {
            seen.rest(
                Verdict::NotApplicable,
                "the embedded database has no logins, so its role connects as nobody while the account is bound: remove it, or move the site to PostgreSQL",
            );
            return Ok(());
        }
        let Some((role, principal)) = role_of(binding) else {
            seen.rest(Verdict::Unsupported, "no role of this version reaches the site database with it");
            return Ok(());
        };
        if binding.principal_kind != PrincipalKind::LocalDatabaseAccount {
            seen.rest(Verdict::Unsupported, "this version reaches PostgreSQL with accounts that are local to it, not with those of a domain");
            return Ok(());
        }
        let (opened, turn) = match self.secret_within_budget(binding, asker).await? {
            Ok(opened) => opened,
            Err(withheld) => {
                seen.withheld(withheld);
                return Ok(());
            }
        };
        let (Some(secret), name) = (binding.secret, endpoint_name(binding)) else { return Ok(()) };
        let made = {
            let login = Login { name: &name, password: &opened.secret, secret, version: opened.version };
            tokio::task::block_in_place(|| self.database().make_login(principal, &login))
        };
        if let Err(error) = made {
            // The set-up login may not, or the name is somebody else's: then nothing of this account is seen.
            let verdict = if matches!(error, StoreError::Denied(_)) { Verdict::Fail } else { Verdict::Unknown };
            seen.add(Subject::SignsIn, verdict, error.to_string());
            seen.rest(Verdict::Unknown, "the login could not be made, so nothing was seen of this");
            return Ok(());
        }
        let host = binding.object.rsplit_once('@').map_or("", |(_, host)| host);
        let endpoint = DatabaseEndpoint::new(self.database(), principal, role.id, host);
        let connected = endpoint.open(Some(Credential { user: &name, password: &opened.secret })).await;
        let signed_in = connected.as_ref().map(drop).map_err(Clone::clone);
        let (outcome, detail) = outcome_of(&signed_in);
        self.enter_check(Some(turn), binding, operation, &endpoint.address(), Some(opened.version), actor, outcome, &detail).await?;
        let (verdict, evidence) = sign_in_verdict(&signed_in);
        seen.add(Subject::SignsIn, verdict, evidence);

        let (database, login) = (self.database().clone(), name.clone());
        match blocking(move || database.login_rights(principal, &login)).await {
            Ok(rights) => compare(&rights, seen),
            Err(error) => NEEDS.into_iter().chain(MUST_NOT).for_each(|subject| seen.add(subject, Verdict::Unknown, error.to_string())),
        }
        if let Ok(mut connection) = connected {
            let (verdict, evidence) = match tokio::task::block_in_place(|| connection.write(ledger::try_to_erase)) {
                Err(StoreError::Denied(_)) => (Verdict::Pass, "it was refused to delete from the ledger".to_owned()),
                Err(other) => (Verdict::Unknown, format!("it was tried to delete from the ledger: {other}")),
                Ok(()) => (Verdict::Fail, "it may delete from the ledger".to_owned()),
            };
            MUST_NOT.into_iter().for_each(|subject| seen.add(subject, verdict, evidence.clone()));
        }
        Ok(())
    }
}

/// The grid as verdicts: what is missing concerns what it needs, what is too much what it must not have.
fn compare(rights: &LoginRights, seen: &mut Observations) {
    let named = |rights: &[String]| {
        let more = rights.len().saturating_sub(NAMED_MAX);
        let first = rights.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join(", ");
        if more == 0 { first } else { format!("{first}, and {more} more") }
    };
    let (verdict, evidence) = if rights.missing.is_empty() {
        (Verdict::Pass, "it has every right of its role's definition".to_owned())
    } else {
        (Verdict::Fail, format!("it lacks {}", named(&rights.missing)))
    };
    NEEDS.into_iter().for_each(|subject| seen.add(subject, verdict, evidence.clone()));
    let extra: Vec<String> = rights.attributes.iter().chain(&rights.extra).cloned().collect();
    let (verdict, evidence) = if extra.is_empty() {
        (Verdict::Pass, format!("of {} rights it has those of its role's definition and no other", rights.looked_at))
    } else {
        (Verdict::Fail, format!("beyond its role's definition: {}", named(&extra)))
    };
    MUST_NOT.into_iter().for_each(|subject| seen.add(subject, verdict, evidence.clone()));
}
