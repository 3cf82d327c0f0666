//! What the Active Directory Forest Account reads and publishes (security.md §3.3, row 4).

use super::{SAMPLE, View};
use crate::verification::Observations;
use provost_catalog::rights::{Place, Profile, Right};
use provost_directory::{Scope, escape};
use provost_domain::Failure;
use provost_domain::accounts::directory_rights::{Declared, Needed, Told, compared, full_control, no_permissions, nobody_else, reads};
use provost_domain::accounts::verification::{Subject, Verdict};
use provost_sd::{Domains, SecurityDescriptor, Sid, well_known};

/// Objects below System Management that are looked at.
const PUBLISHED: usize = 50;
/// Most of those whom entries are about that are told by name.
const NAMES_MAX: usize = 30;

const READS_FOREST: Subject = Subject::Has(Right::Read, Place::Forest);
const CONTROLS: Subject = Subject::Has(Right::FullControl, Place::SystemManagement);
const COMPANY: Subject = Subject::LacksForbidden(Right::EntriesForOthers, Place::SystemManagement);

impl View {
    /// Sites, subnets and domains of the forest.
    pub(super) async fn network(&mut self, seen: &mut Observations) -> Result<(), Failure> {
        let configuration = self.session.root().configuration_dn.clone();
        let parts: [(&str, &str, &[&str]); 2] =
            [("CN=Sites", "(|(objectClass=site)(objectClass=subnet))", &["name"]), ("CN=Partitions", "(objectClass=crossRef)", &["dnsRoot", "nETBIOSName"])];
        for (container, filter, attributes) in parts {
            let objects = self.objects(&format!("{container},{configuration}"), filter, SAMPLE, attributes).await?;
            seen.told(READS_FOREST, reads(&objects, &self.schema, &self.token, attributes, &self.mending));
        }
        Ok(())
    }

    /// System Management and what is below it.
    pub(super) async fn system_management(&mut self, profile: Profile, seen: &mut Observations) -> Result<(), Failure> {
        let permissions = Subject::LacksForbidden(Right::ChangePermissions, Place::SystemManagement);
        let dn = self.management();
        let Some(container) = self.object(&dn, &[]).await? else {
            seen.add(CONTROLS, Verdict::Fail, format!("{dn} is not there, or the account may not see it"));
            seen.add(permissions, Verdict::Unknown, format!("{dn} was not seen"));
            return Ok(());
        };
        let mut objects = self.objects(&dn, "(objectClass=*)", PUBLISHED, &[]).await?;
        objects.retain(|object| !object.dn.eq_ignore_ascii_case(&dn));
        objects.insert(0, container);
        let needed = if profile == Profile::Standard { Needed::Everything } else { Needed::AllButPermissions };
        seen.told(CONTROLS, full_control(&objects, &self.schema, &self.token, needed, &self.mending));
        let mut told = no_permissions(&objects, &self.schema, &self.token, &self.mending);
        if self.learn(told.verdict, &objects).await? {
            told = no_permissions(&objects, &self.schema, &self.token, &self.mending);
        }
        seen.told(permissions, told);
        Ok(())
    }

    /// Objects that whoever may change them can take the domain over with, those around System Management, and where the account
    /// itself stands.
    pub(super) async fn elsewhere(&mut self, seen: &mut Observations) -> Result<(), Failure> {
        let root = self.session.root();
        let (domain, configuration, schema) = (root.domain_dn.clone(), root.configuration_dn.clone(), root.schema_dn.clone());
        let below = ["CN=System", "CN=AdminSDHolder,CN=System", "CN=Policies,CN=System", "OU=Domain Controllers", "CN=Users", "CN=Computers"];
        let own = self.own.as_deref().and_then(escape::parent).map(str::to_owned);
        let mut objects = Vec::new();
        for dn in below.iter().map(|name| format!("{name},{domain}")).chain([domain.clone(), configuration, schema]).chain(own) {
            objects.extend(self.object(&dn, &[]).await?);
        }
        seen.told(Subject::LacksForbidden(Right::MoreThanNeeded, Place::Anywhere), self.changes_nothing(&objects).await?);
        Ok(())
    }

    fn management(&self) -> String {
        format!("CN=System Management,CN=System,{}", self.session.root().domain_dn)
    }

    /// Who else is in the list of System Management (RC-L07, RECON-1).
    pub(super) async fn company(&mut self, computer: Option<&str>, seen: &mut Observations) -> Result<(), Failure> {
        seen.told(COMPANY, self.in_company(computer).await?);
        Ok(())
    }

    async fn in_company(&mut self, computer: Option<&str>) -> Result<Told, Failure> {
        let unknown = |why: String| Ok(Told::new(Verdict::Unknown, why));
        let dn = self.management();
        let (domain_dn, configuration) = (self.session.root().domain_dn.clone(), self.session.root().configuration_dn.clone());
        let Some(descriptor) = self.session.descriptor(&dn).await?.seen() else { return unknown(format!("the descriptor of {dn} did not come")) };
        let Some(own) = self.own_sid().await? else { return unknown("its own identifier did not come".to_owned()) };
        let Some(head) = self.object(&domain_dn, &[]).await? else { return unknown(format!("{domain_dn} was not seen")) };
        let (Some(domain), Some(head)) = (head.sid, head.descriptor) else {
            return unknown(format!("the descriptor or identifier of {domain_dn} did not come"));
        };
        // In a domain that is not the forest's first, only the configuration tells who administers the forest.
        let owner = self.session.descriptor(&configuration).await?.seen().and_then(|descriptor| descriptor.owner);
        let enterprise_admins = owner.filter(|sid| sid.rid() == well_known::RID_ENTERPRISE_ADMINS);
        let domains = Domains { domain: Some(domain), forest_root: enterprise_admins.and_then(|sid| sid.domain()).or(Some(domain)) };
        let Some(by_class) = self.by_class(&domains).await? else {
            return unknown("what the schema gives each new container by itself did not come, or cannot be read".to_owned());
        };
        let mut publishers = vec![own];
        publishers.extend(self.computer_sid(computer).await?);
        let declared = Declared { publishers: &publishers, by_class: &by_class, head: &head, domain, enterprise_admins };
        let compared = match compared(&descriptor, &self.schema, &declared) {
            Ok(compared) => compared,
            Err(why) => return unknown(format!("{dn}: {why}")),
        };
        if !compared.extra.is_empty() || compared.owner.is_some() {
            self.learn_above(&dn).await?;
            let concerned: Vec<Sid> = compared.extra.iter().map(|extra| extra.trustee).chain(compared.owner).take(NAMES_MAX).collect();
            self.learn_names(concerned).await?;
        }
        Ok(nobody_else(&dn, &compared, &self.mending))
    }

    async fn own_sid(&mut self) -> Result<Option<Sid>, Failure> {
        let Some(own) = self.own.clone() else { return Ok(None) };
        Ok(self.object(&own, &[]).await?.and_then(|object| object.sid))
    }

    /// The default list of a new container.
    async fn by_class(&mut self, domains: &Domains) -> Result<Option<SecurityDescriptor>, Failure> {
        let base = self.session.root().schema_dn.clone();
        let Some(dn) = self.names(&base, Scope::OneLevel, "(&(objectClass=classSchema)(lDAPDisplayName=container))", 1).await?.into_iter().next() else {
            return Ok(None);
        };
        let entry = self.session.read(&dn, &["defaultSecurityDescriptor"]).await?;
        Ok(entry.and_then(|entry| SecurityDescriptor::from_sddl(entry.text("defaultSecurityDescriptor")?, domains).ok()))
    }

    /// The site server's computer account, where it is of this domain: by itself a site publishes as it.
    async fn computer_sid(&mut self, computer: Option<&str>) -> Result<Option<Sid>, Failure> {
        let base = self.session.root().domain_dn.clone();
        let Some((name, realm)) = computer.and_then(|principal| principal.split_once('@')) else { return Ok(None) };
        let of_realm: Vec<String> = realm.split('.').map(|label| format!("DC={label}")).collect();
        if !of_realm.join(",").eq_ignore_ascii_case(&base) {
            return Ok(None);
        }
        let filter = format!("(&(objectCategory=computer)(sAMAccountName={}))", escape::filter_text(name));
        let Some(dn) = self.names(&base, Scope::Subtree, &filter, 1).await?.into_iter().next() else { return Ok(None) };
        Ok(self.object(&dn, &[]).await?.and_then(|object| object.sid))
    }
}
