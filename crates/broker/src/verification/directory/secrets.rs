//! Objects that keep secrets of others, and whether the account gets at them (security.md §3.3, rows 1 to 4).

use super::{ADMINISTRATORS, SAMPLE, View};
use crate::verification::Observations;
use provost_catalog::rights::{Place, Right};
use provost_directory::{Scope, escape};
use provost_domain::Failure;
use provost_domain::accounts::directory_rights::{COMPUTED_SECRETS, ObjectSeen, PASSWORD_READERS, Told, no_confidential};
use provost_domain::accounts::verification::{Subject, Verdict};
use std::collections::BTreeSet;

/// What keeps secrets of others, each kind with a sample of its own, so that none hides behind another: computers (LAPS), service
/// accounts whose password the directory makes, and what BitLocker leaves below a computer.
const KEEPERS: &[&str] = &[
    "(objectCategory=computer)",
    "(|(objectClass=msDS-GroupManagedServiceAccount)(objectClass=msDS-DelegatedManagedServiceAccount))",
    "(objectClass=msFVE-RecoveryInformation)",
];
/// Attributes of which the schema shows no flags that are looked at one by one.
const UNFLAGGED: usize = 50;

impl View {
    /// Attributes that are secrets, and what tells who reads them.
    pub(super) fn secrets(&self) -> Vec<String> {
        let confidential = self.schema.confidential().map(str::to_owned);
        confidential.chain(COMPUTED_SECRETS.iter().chain([&PASSWORD_READERS]).map(|name| (*name).to_owned())).collect()
    }

    /// Whether an object is the account's own: its own secrets it may know.
    pub(super) fn is_own(&self, dn: &str) -> bool {
        self.own.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(dn))
    }

    /// Objects below `base` that keep secrets, without those of `known`.
    pub(super) async fn keepers(&mut self, base: &str, known: &[ObjectSeen]) -> Result<Vec<ObjectSeen>, Failure> {
        let secrets = self.secrets();
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let mut keepers = Vec::new();
        for filter in KEEPERS {
            keepers.extend(self.objects(base, filter, SAMPLE, &secrets).await?);
        }
        keepers.retain(|keeper| !known.iter().any(|object| object.dn == keeper.dn));
        Ok(keepers)
    }

    /// That an account that needs nothing of the domain's computers, service accounts and administrators may change none of them, nor
    /// reads what they keep. Containers tell nothing of what is given on what stands below them only.
    pub(super) async fn others_elsewhere(&mut self, seen: &mut Observations) -> Result<(), Failure> {
        let domain = self.session.root().domain_dn.clone();
        let mut others = self.keepers(&domain, &[]).await?;
        let secrets = self.secrets();
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        others.extend(self.objects(&domain, ADMINISTRATORS, SAMPLE, &secrets).await?);
        others.retain(|object| !self.is_own(&object.dn));
        let change = self.changes_nothing(&others).await?;
        let reset = self.resets_no_password(&others).await?;
        for told in [change, reset, self.reads_no_secret(&domain, &others).await?] {
            seen.told(Subject::LacksForbidden(Right::MoreThanNeeded, Place::Anywhere), told);
        }
        Ok(())
    }

    /// That the account reads no secret of `objects`, nor of anything else below `base` that has a value to read.
    pub(super) async fn reads_no_secret(&mut self, base: &str, objects: &[ObjectSeen]) -> Result<Told, Failure> {
        self.settle_flags(objects).await?;
        let Some(mut all) = self.shown(base).await? else {
            let told = self.reads_nothing_confidential(objects).await?;
            let unanswered = format!("whether {base} has an object that shows it a confidential attribute was not answered");
            let (verdict, evidence) = (Verdict::of_all([told.verdict, Verdict::Unknown]), format!("{}; {unanswered}", told.evidence));
            return Ok(Told { verdict, evidence, ..told });
        };
        all.retain(|shown| !objects.iter().any(|object| object.dn == shown.dn) && !self.is_own(&shown.dn));
        // Those first: more may be found than is told by name.
        all.extend_from_slice(objects);
        self.reads_nothing_confidential(&all).await
    }

    async fn reads_nothing_confidential(&mut self, objects: &[ObjectSeen]) -> Result<Told, Failure> {
        let told = no_confidential(objects, &self.schema, &self.token, &self.mending);
        let again = self.learn(told.verdict, objects).await?;
        Ok(if again { no_confidential(objects, &self.schema, &self.token, &self.mending) } else { told })
    }

    /// Objects below `base` of which the account sees that they have a confidential attribute: a directory finds nothing by what may
    /// not be read. None: the directory did not answer.
    async fn shown(&mut self, base: &str) -> Result<Option<Vec<ObjectSeen>>, Failure> {
        let secrets = self.secrets();
        let flagged: Vec<&str> =
            self.schema.confidential().filter(|name| self.schema.attribute(name).is_some_and(|one| one.confidential == Some(true))).collect();
        let any: String = flagged.iter().map(|name| format!("({name}=*)")).collect();
        if any.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let names = match self.names(base, Scope::Subtree, &format!("(|{any})"), SAMPLE).await {
            Ok(names) => names,
            // A large directory may give up before it looked at everything; nothing is wrong with the connection.
            Err(failure) => return if self.session.is_alive().await { Ok(None) } else { Err(failure) },
        };
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let mut objects = Vec::new();
        for dn in names {
            objects.extend(self.object(&dn, &secrets).await?);
        }
        Ok(Some(objects))
    }

    /// Looks at the attributes of `objects` whose flags did not come with the schema: who may read the flags sees that there are none.
    async fn settle_flags(&mut self, objects: &[ObjectSeen]) -> Result<(), Failure> {
        let allowed = objects.iter().flat_map(|object| &object.says.allowed_attributes);
        let open: BTreeSet<String> =
            allowed.filter(|name| self.schema.attribute(name).is_some_and(|one| one.confidential.is_none())).map(|name| name.to_ascii_lowercase()).collect();
        let base = self.session.root().schema_dn.clone();
        for name in open.into_iter().take(UNFLAGGED) {
            let filter = format!("(lDAPDisplayName={})", escape::filter_text(&name));
            let Some(dn) = self.names(&base, Scope::OneLevel, &filter, 1).await?.into_iter().next() else { continue };
            let Some(definition) = self.object(&dn, &["searchFlags"]).await? else { continue };
            if definition.may_read(&self.schema, &self.token, "searchFlags") == Some(true) && !definition.came.contains("searchflags") {
                self.schema.without_flags(&name);
            }
        }
        Ok(())
    }
}
