//! Whether memberships lead to the groups that the directory counts for the account (security.md RC-L03).

use super::View;
use super::own::Own;
use provost_directory::{Scope, escape};
use provost_domain::Failure;
use provost_domain::accounts::directory_rights::{Counted, GroupSeen, Told, counted_here, memberships_agree};
use provost_domain::accounts::verification::Verdict;
use provost_sd::Sid;
use std::collections::{BTreeSet, VecDeque};

/// Most groups that are looked at: more than a ticket takes.
const GROUPS: usize = 1024;
/// The matching rule that follows links as far as they go (MS-ADTS §3.1.1.3.4.4.3). It is asked upwards, of the account: from a
/// group downwards Samba answers nobody who may not see every member.
const IN_CHAIN: &str = "1.2.840.113556.1.4.1941";

impl View {
    /// Whether memberships lead to the groups that are counted.
    pub(super) async fn memberships(&mut self, own: &Own) -> Result<Told, Failure> {
        let unknown = |why: &str| Ok(Told::new(Verdict::Unknown, why));
        let Some(sid) = own.object.sid else { return unknown("its own identifier did not come") };
        if own.object.may_read(&self.schema, &self.token, "memberOf") != Some(true) {
            return unknown("it may not see its own memberships");
        }
        let token = self.session.token_groups(&own.object.dn).await?;
        // No membership is written down for the primary group.
        let primary = match own.primary_group.and_then(|rid| sid.domain()?.with_rid(rid)) {
            Some(primary) => self.by_sid(&primary).await?.map(|dn| (primary, dn)),
            None => None,
        };
        let here = counted_here(&sid, &token);
        if here.len() > GROUPS {
            return unknown("it is in more groups than are looked at");
        }
        let mut counted = Vec::new();
        for sid in here {
            let dn = self.by_sid(&sid).await?;
            let by_rule = match (&dn, &primary) {
                (_, Some((primary, _))) if *primary == sid => Some(true),
                (None, _) => None,
                (Some(group), primary) => match self.leads(&own.object.dn, group).await? {
                    Some(false) if let Some((_, primary)) = primary => self.leads(primary, group).await?,
                    answer => answer,
                },
            };
            counted.push(Counted { sid, dn, by_rule });
        }
        let starts = own.groups.iter().cloned().chain(primary.map(|(_, dn)| dn));
        let led = self.followed(starts).await?;
        Ok(memberships_agree(&own.account, &counted, &led, &self.mending))
    }

    pub(super) async fn by_sid(&mut self, sid: &Sid) -> Result<Option<String>, Failure> {
        let domain = self.session.root().domain_dn.clone();
        let filter = format!("(objectSid={})", escape::filter_bytes(&sid.to_bytes()));
        Ok(self.names(&domain, Scope::Subtree, &filter, 1).await?.into_iter().next())
    }

    /// Whether the directory's rule finds that memberships of `from` lead to `group`; none when it cannot follow them.
    async fn leads(&mut self, from: &str, group: &str) -> Result<Option<bool>, Failure> {
        match self.names(from, Scope::Base, &format!("(memberOf:{IN_CHAIN}:={})", escape::filter_text(group)), 1).await {
            Ok(found) => Ok(Some(!found.is_empty())),
            // Samba refuses where a group between may not be seen; nothing is wrong with the connection.
            Err(failure) => {
                if self.session.is_alive().await {
                    Ok(None)
                } else {
                    Err(failure)
                }
            }
        }
    }

    /// Every group that memberships lead to from these, which are among them; beyond a distribution group nothing counts.
    pub(super) async fn followed(&mut self, starts: impl Iterator<Item = String>) -> Result<Vec<GroupSeen>, Failure> {
        let mut next: VecDeque<String> = starts.collect();
        let (mut known, mut led) = (BTreeSet::new(), Vec::new());
        while let Some(dn) = next.pop_front() {
            if !known.insert(dn.to_lowercase()) {
                continue;
            }
            let entry = self.session.read(&dn, &["objectSid", "groupType", "memberOf"]).await?;
            // Of very many values only a range comes.
            let whole = entry.as_ref().is_some_and(|entry| !entry.names().any(|name| name.to_ascii_lowercase().starts_with("memberof;")));
            let sid = entry.as_ref().filter(|_| whole && led.len() < GROUPS).and_then(|entry| Sid::from_bytes(entry.bytes("objectSid")?).ok());
            let group = GroupSeen { dn, sid, group_type: entry.as_ref().and_then(|entry| entry.number("groupType")) };
            if group.counts() && group.sid.is_some() {
                next.extend(entry.iter().flat_map(|entry| entry.texts("memberOf")).map(str::to_owned));
            }
            led.push(group);
        }
        Ok(led)
    }
}
