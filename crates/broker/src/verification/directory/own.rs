//! What the directory says of the account itself (security.md RC-L02 to RC-L05, RC-L13, RC-L17).

use super::View;
use crate::verification::Observations;
use provost_catalog::conditions::Condition;
use provost_catalog::rights::{Place, Right};
use provost_directory::{Scope, escape};
use provost_domain::Failure;
use provost_domain::accounts::directory_rights::{AccountSeen, Told, delegation, flags, kerberos_only, no_right, privileged, roaming_profile, unseen};
use provost_domain::accounts::verification::{Subject, Verdict};
use provost_sd::{Guid, Sid, well_known};

/// Most identifiers of a token that the account's own object is looked for by.
const OWN_SIDS: usize = 500;

/// Extended rights on a domain that carry its secrets away (security.md RC-L17).
const REPLICATION: &[(Guid, &str)] = &[
    (Guid::of(0x1131_f6aa_9c07_11d1_f79f_00c0_4fc2_dcd2), "replicate changes"),
    (Guid::of(0x1131_f6ad_9c07_11d1_f79f_00c0_4fc2_dcd2), "replicate all changes"),
    (Guid::of(0x89e9_5b76_444d_4c62_991a_0fac_beda_640c), "replicate changes in a filtered set"),
];

impl View {
    /// What the directory says of the account itself.
    pub(super) async fn account(&mut self, seen: &mut Observations) -> Result<(), Failure> {
        let mut sids: Vec<Sid> = self.token.sids().copied().collect();
        let own = self.own_name(&sids).await?;
        if let Some(dn) = &own {
            sids.extend(self.session.token_groups(dn).await?);
        }
        sids.sort_unstable();
        sids.dedup();
        tell(seen, Right::DomainAdministrator, privileged(&sids));
        if sids.contains(&well_known::ADMINISTRATORS) {
            tell(seen, Right::LocalAdministrator, (Verdict::Fail, "it is in the group Administrators of the domain controllers".to_owned()));
        }
        let account = match &own {
            Some(dn) => self.account_seen(dn).await?,
            None => None,
        };
        tell(seen, Right::Delegation, account.as_ref().map_or_else(unseen, delegation));
        tell(seen, Right::RoamingProfile, account.as_ref().map_or_else(unseen, roaming_profile));
        for (condition, (verdict, evidence)) in flags(account.as_ref()) {
            seen.add(Subject::Stands(condition), verdict, evidence);
        }
        if let Some((verdict, evidence)) = kerberos_only(&sids) {
            seen.add(Subject::Stands(Condition::KerberosOnly), verdict, evidence);
        }
        let head = self.session.root().domain_dn.clone();
        let head = self.object(&head, &[]).await?;
        tell(seen, Right::DirectoryReplication, no_right(head.as_slice(), &self.schema, &self.token, REPLICATION));
        Ok(())
    }

    /// The account's own object: the only user or computer among what it signs in as.
    async fn own_name(&mut self, sids: &[Sid]) -> Result<Option<String>, Failure> {
        let of_domains = sids.iter().filter(|sid| sid.sub_authorities().len() == 5).take(OWN_SIDS);
        let any: String = of_domains.map(|sid| format!("(objectSid={})", escape::filter_bytes(&sid.to_bytes()))).collect();
        let base = self.session.root().domain_dn.clone();
        Ok(self.names(&base, Scope::Subtree, &format!("(&(objectClass=user)(|{any}))"), 1).await?.into_iter().next())
    }

    async fn account_seen(&mut self, dn: &str) -> Result<Option<AccountSeen>, Failure> {
        let Some(entry) = self.session.read(dn, &["sAMAccountName", "userAccountControl"]).await? else { return Ok(None) };
        let Some(object) = self.object(dn, AccountSeen::ATTRIBUTES).await? else { return Ok(None) };
        // What no object of this class has, such as a newer forest's attribute, is without a value too.
        let exists = |name: &str| object.says.allowed_attributes.is_empty() || object.says.allowed_attributes.iter().any(|all| all.eq_ignore_ascii_case(name));
        let readable = AccountSeen::ATTRIBUTES.iter().filter(|name| !exists(name) || object.may_read(&self.schema, &self.token, name) == Some(true));
        let readable = readable.map(|name| name.to_ascii_lowercase()).collect();
        let name = entry.text("sAMAccountName").unwrap_or(dn).to_owned();
        Ok(Some(AccountSeen { name, account_control: entry.number("userAccountControl"), present: object.came, readable }))
    }
}

/// Tells of a right that the account must have nowhere.
fn tell(seen: &mut Observations, right: Right, (verdict, evidence): Told) {
    seen.add(Subject::LacksForbidden(right, Place::Anywhere), verdict, evidence);
}
