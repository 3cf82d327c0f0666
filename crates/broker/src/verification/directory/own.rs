//! What the directory says of the account itself (security.md RC-L02 to RC-L05, RC-L10, RC-L13, RC-L16, RC-L17).

use super::{Limits, View};
use crate::verification::Observations;
use provost_catalog::conditions::Condition;
use provost_catalog::rights::{Place, Right};
use provost_directory::{Scope, escape};
use provost_domain::Failure;
use provost_domain::accounts::directory_rights::{
    AccountSeen, ObjectSeen, PasswordSeen, Told, Trustee, delegation, flags, holders, is_privileged, kerberos_only, out_of, own_object, password_age,
    privileged, roaming_profile, unseen,
};
use provost_domain::accounts::verification::{Subject, Verdict};
use provost_sd::{Guid, Sid, well_known};
use std::collections::BTreeMap;

/// Most identifiers of a token that the account's own object is looked for by.
const OWN_SIDS: usize = 500;
/// Most of those who may take the account over that are told by name.
const HOLDERS: usize = 50;

/// What is read of the account's own object beside [`AccountSeen::ATTRIBUTES`].
const OWN_ATTRIBUTES: &[&str] =
    &["sAMAccountName", "userAccountControl", "primaryGroupID", "memberOf", "pwdLastSet", "msDS-UserPasswordExpiryTimeComputed", "msDS-ResultantPSO"];

/// The account's own object, as the account sees it.
pub(super) struct Own {
    pub(super) account: AccountSeen,
    password: PasswordSeen,
    pub(super) primary_group: Option<u32>,
    /// `memberOf`.
    pub(super) groups: Vec<String>,
    pub(super) object: ObjectSeen,
}

/// Extended rights on a domain that carry its secrets away (security.md RC-L17).
const REPLICATION: &[(Guid, &str)] = &[
    (Guid::of(0x1131_f6aa_9c07_11d1_f79f_00c0_4fc2_dcd2), "replicate changes"),
    (Guid::of(0x1131_f6ad_9c07_11d1_f79f_00c0_4fc2_dcd2), "replicate all changes"),
    (Guid::of(0x89e9_5b76_444d_4c62_991a_0fac_beda_640c), "replicate changes in a filtered set"),
];

impl View {
    /// What the directory says of the account itself.
    pub(super) async fn account(&mut self, limits: Limits, seen: &mut Observations) -> Result<(), Failure> {
        let mut sids: Vec<Sid> = self.token.sids().copied().collect();
        let own = self.own_name(&sids).await?;
        self.own.clone_from(&own);
        if let Some(dn) = &own {
            sids.extend(self.session.token_groups(dn).await?);
        }
        sids.sort_unstable();
        sids.dedup();
        let account = match &own {
            Some(dn) => self.account_seen(dn).await?,
            None => None,
        };
        let flagged = account.as_ref().map(|own| &own.account);
        let member = flagged.map(|account| (account.dn.as_str(), account.name.as_str()));
        let leading = match &account {
            Some(own) if sids.iter().any(is_privileged) => self.leading(own.object.sid, &own.groups, own.primary_group).await?,
            _ => Vec::new(),
        };
        tell(seen, Right::DomainAdministrator, privileged(&sids, &leading, member, &self.mending));
        if sids.contains(&well_known::ADMINISTRATORS) {
            let out = out_of("it is in the group Administrators of the domain controllers", &leading, member, &self.mending);
            tell(seen, Right::LocalAdministrator, out);
        }
        tell(seen, Right::Delegation, flagged.map_or_else(unseen, |account| delegation(account, &self.mending)));
        tell(seen, Right::RoamingProfile, flagged.map_or_else(unseen, |account| roaming_profile(account, &self.mending)));
        for (condition, told) in flags(flagged, &self.mending) {
            seen.told(Subject::Stands(condition), told);
        }
        let (password, memberships, protected) = match &account {
            Some(own) => (
                password_age(&own.account, &own.password, limits.password_days, limits.now, &self.mending),
                self.memberships(own).await?,
                self.protected(&own.object).await?,
            ),
            None => (unseen(), unseen(), unseen()),
        };
        let told = [(Condition::PasswordFresh, password), (Condition::MembershipsAgree, memberships), (Condition::OwnObjectProtected, protected)];
        for (condition, told) in told {
            seen.told(Subject::Stands(condition), told);
        }
        if let Some(told) = kerberos_only(&sids) {
            seen.told(Subject::Stands(Condition::KerberosOnly), told);
        }
        let head = self.session.root().domain_dn.clone();
        let head = self.object(&head, &[]).await?;
        tell(seen, Right::DirectoryReplication, self.has_no_right(head.as_slice(), REPLICATION).await?);
        Ok(())
    }

    /// The account's own object: the only user or computer among what it signs in as.
    async fn own_name(&mut self, sids: &[Sid]) -> Result<Option<String>, Failure> {
        let of_domains = sids.iter().filter(|sid| sid.sub_authorities().len() == 5).take(OWN_SIDS);
        let any: String = of_domains.map(|sid| format!("(objectSid={})", escape::filter_bytes(&sid.to_bytes()))).collect();
        let base = self.session.root().domain_dn.clone();
        Ok(self.names(&base, Scope::Subtree, &format!("(&(objectClass=user)(|{any}))"), 1).await?.into_iter().next())
    }

    async fn account_seen(&mut self, dn: &str) -> Result<Option<Own>, Failure> {
        let Some(entry) = self.session.read(dn, OWN_ATTRIBUTES).await? else { return Ok(None) };
        let Some(object) = self.object(dn, AccountSeen::ATTRIBUTES).await? else { return Ok(None) };
        // What no object of this class has, such as a newer forest's attribute, is without a value too.
        let exists = |name: &str| object.says.allowed_attributes.is_empty() || object.says.allowed_attributes.iter().any(|all| all.eq_ignore_ascii_case(name));
        let readable = AccountSeen::ATTRIBUTES.iter().filter(|name| !exists(name) || object.may_read(&self.schema, &self.token, name) == Some(true));
        let readable = readable.map(|name| name.to_ascii_lowercase()).collect();
        let name = entry.text("sAMAccountName").unwrap_or(dn).to_owned();
        if let Some(sid) = object.sid {
            self.mending.own = Some((object.dn.clone(), sid));
            self.mending.names.insert(sid, name.clone());
        }
        let account = AccountSeen {
            dn: object.dn.clone(),
            name,
            computer: object.class.eq_ignore_ascii_case("computer"),
            account_control: entry.number("userAccountControl"),
            present: object.came.clone(),
            readable,
        };
        let password = PasswordSeen {
            set_at: entry.number("pwdLastSet"),
            ends_at: entry.number("msDS-UserPasswordExpiryTimeComputed"),
            settings: entry.text("msDS-ResultantPSO").map(str::to_owned),
        };
        let primary_group = entry.number("primaryGroupID").and_then(|rid| u32::try_from(rid).ok());
        let groups = entry.texts("memberOf").map(str::to_owned).collect();
        Ok(Some(Own { account, password, primary_group, groups, object }))
    }

    /// Whether nobody else may take the account over whose object this is.
    async fn protected(&mut self, object: &ObjectSeen) -> Result<Told, Failure> {
        // In a domain that is not the forest's first, only the configuration tells who administers the forest.
        let configuration = self.session.root().configuration_dn.clone();
        let owner = self.session.descriptor(&configuration).await?.seen().and_then(|descriptor| descriptor.owner);
        let enterprise_admins = owner.filter(|sid| sid.rid() == well_known::RID_ENTERPRISE_ADMINS);
        let holders = match holders(object, &self.schema, enterprise_admins) {
            Ok(holders) => holders,
            Err(why) => return Ok(Told::new(Verdict::Unknown, why)),
        };
        let mut known = BTreeMap::new();
        for holder in holders.found.iter().take(HOLDERS) {
            let trustee = self.trustee(&holder.sid).await?;
            if let Some(name) = &trustee.name {
                self.mending.names.insert(holder.sid, name.clone());
            }
            known.insert(holder.sid, trustee);
        }
        if !holders.found.is_empty() {
            self.learn_above(&object.dn).await?;
        }
        Ok(own_object(&object.dn, &holders, &known, &self.mending))
    }

    /// Somebody whom a list names.
    pub(super) async fn trustee(&mut self, sid: &Sid) -> Result<Trustee, Failure> {
        let domain = self.session.root().domain_dn.clone();
        let dn = self.names(&domain, Scope::Subtree, &format!("(objectSid={})", escape::filter_bytes(&sid.to_bytes())), 1).await?.into_iter().next();
        let Some(dn) = dn else { return Ok(Trustee::default()) };
        let name = self.session.read(&dn, &["sAMAccountName"]).await?.and_then(|entry| entry.text("sAMAccountName").map(str::to_owned));
        let Some(group) = self.object(&dn, &["member"]).await?.filter(|object| object.class.eq_ignore_ascii_case("group")) else {
            return Ok(Trustee { name, has_members: None });
        };
        let by_primary_group = !self.names(&domain, Scope::Subtree, &format!("(primaryGroupID={})", sid.rid()), 1).await?.is_empty();
        let has_members = if by_primary_group || group.came.contains("member") {
            Some(true)
        } else {
            group.may_read(&self.schema, &self.token, "member").filter(|readable| *readable).map(|_| false)
        };
        Ok(Trustee { name, has_members })
    }
}

/// Tells of a right that the account must have nowhere.
fn tell(seen: &mut Observations, right: Right, told: Told) {
    seen.told(Subject::LacksForbidden(right, Place::Anywhere), told);
}
