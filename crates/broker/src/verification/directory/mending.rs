//! What a command needs to know that mends something: whom entries are about, and which container gives what is inherited. It is
//! only asked for where something is to be mended.

use super::View;
use provost_domain::Failure;
use provost_domain::accounts::directory_rights::{Leads, ObjectSeen, RESET_PASSWORD, Told, containers_of, is_privileged, no_change, no_right};
use provost_domain::accounts::everybody;
use provost_domain::accounts::verification::Verdict;
use provost_sd::{Dacl, Guid, Sid};
use std::collections::BTreeSet;

/// Names that are asked for, and containers that are read.
const NAMES_MAX: usize = 60;
const CONTAINERS_MAX: usize = 100;

impl View {
    /// Learns what is to be known of objects that fail; whether there is anything new to tell.
    pub(super) async fn learn(&mut self, verdict: Verdict, objects: &[ObjectSeen]) -> Result<bool, Failure> {
        if verdict != Verdict::Fail {
            return Ok(false);
        }
        for object in objects {
            self.learn_above(&object.dn).await?;
        }
        let lists = objects.iter().filter_map(|object| object.descriptor.as_ref()).chain(self.mending.above.values().map(|(_, descriptor)| descriptor));
        let aces = lists.filter_map(|descriptor| if let Dacl::List(list) = &descriptor.dacl { Some(&list.aces) } else { None }).flatten();
        let trustees: BTreeSet<Sid> = aces.map(|ace| ace.trustee).filter(|sid| self.token.holds(sid)).collect();
        self.learn_names(trustees).await?;
        Ok(true)
    }

    /// Reads the lists of the containers that an object stands in.
    pub(super) async fn learn_above(&mut self, dn: &str) -> Result<(), Failure> {
        for container in containers_of(dn) {
            let known = container.to_lowercase();
            if self.mending.above.contains_key(&known) || self.mending.above.len() == CONTAINERS_MAX || !self.in_this_forest(&known) {
                continue;
            }
            if let Some(descriptor) = self.session.descriptor(container).await?.seen() {
                self.mending.above.insert(known, (container.to_owned(), descriptor));
            }
        }
        Ok(())
    }

    /// Whether a name is in what this domain controller has: above the heads there is nothing to read.
    fn in_this_forest(&self, lower: &str) -> bool {
        let root = self.session.root();
        [&root.domain_dn, &root.configuration_dn].iter().any(|head| lower.ends_with(&head.to_lowercase()))
    }

    /// Learns the names of those whom entries are about.
    pub(super) async fn learn_names(&mut self, sids: impl IntoIterator<Item = Sid>) -> Result<(), Failure> {
        for sid in sids {
            if everybody::name(&sid).is_some() || self.mending.names.contains_key(&sid) || self.mending.names.len() >= NAMES_MAX {
                continue;
            }
            if let Some(name) = self.trustee(&sid).await?.name {
                self.mending.names.insert(sid, name);
            }
        }
        Ok(())
    }

    /// That the account may change nothing of `objects`.
    pub(super) async fn changes_nothing(&mut self, objects: &[ObjectSeen]) -> Result<Told, Failure> {
        let told = no_change(objects, &self.schema, &self.token, &self.mending);
        let again = self.learn(told.verdict, objects).await?;
        Ok(if again { no_change(objects, &self.schema, &self.token, &self.mending) } else { told })
    }

    /// That the account has none of these extended rights on `objects`.
    pub(super) async fn has_no_right(&mut self, objects: &[ObjectSeen], rights: &[(Guid, &str)]) -> Result<Told, Failure> {
        let told = no_right(objects, &self.schema, &self.token, rights, &self.mending);
        let again = self.learn(told.verdict, objects).await?;
        Ok(if again { no_right(objects, &self.schema, &self.token, rights, &self.mending) } else { told })
    }

    /// That the account may not set the passwords of `objects`.
    pub(super) async fn resets_no_password(&mut self, objects: &[ObjectSeen]) -> Result<Told, Failure> {
        self.has_no_right(objects, &[(RESET_PASSWORD, "reset the password")]).await
    }

    /// The account's own memberships that lead to privileged groups, of `groups` and its primary one.
    pub(super) async fn leading(&mut self, sid: Option<Sid>, groups: &[String], primary: Option<u32>) -> Result<Vec<Leads>, Failure> {
        let primary = match primary.and_then(|rid| sid?.domain()?.with_rid(rid)) {
            Some(primary) => self.by_sid(&primary).await?,
            None => None,
        };
        let mut leading = Vec::new();
        let all = groups.iter().map(|dn| (dn.clone(), false)).chain(primary.map(|dn| (dn, true)));
        for (dn, primary) in all.collect::<Vec<_>>() {
            let led = self.followed(std::iter::once(dn.clone())).await?;
            if led.iter().any(|group| group.counts() && group.sid.as_ref().is_some_and(is_privileged)) {
                let name = self.session.read(&dn, &["sAMAccountName"]).await?.and_then(|entry| entry.text("sAMAccountName").map(str::to_owned));
                leading.extend(name.map(|group| Leads { group, primary }));
            }
        }
        Ok(leading)
    }
}
