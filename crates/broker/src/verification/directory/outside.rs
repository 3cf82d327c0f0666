//! What the account reads outside the locations that its method looks in (security.md §3.3, row 1).

use super::{DirectoryPlace, View};
use crate::verification::Observations;
use provost_catalog::rights::{Place, Right};
use provost_directory::Scope;
use provost_domain::Failure;
use provost_domain::accounts::directory_rights::{Outside, own_readers, reads_nothing_outside};
use provost_domain::accounts::verification::{Subject, Verdict};
use provost_domain::discovery::DistinguishedName;

/// Containers of each kind that are looked at, and names that are looked through for them.
const LOOKED_AT: usize = 150;
const NAMES: usize = 5_000;
/// Organizational units are where a domain's own people put things; of other containers most are the directory's own.
const KINDS: [&str; 2] = ["(objectClass=organizationalUnit)", "(objectClass=container)"];

const OUTSIDE: Subject = Subject::LacksForbidden(Right::Read, Place::OutsideLocations);

impl View {
    /// Whether it reads what stands outside by an entry of its own.
    pub(super) async fn outside(&mut self, place: &DirectoryPlace, kind: &str, seen: &mut Observations) -> Result<(), Failure> {
        let base = self.session.root().domain_dn.clone();
        let within = |dn: &str| dn.parse().is_ok_and(|dn: DistinguishedName| place.locations.iter().any(|location| location.contains(&dn)));
        if within(&base) {
            seen.add(OUTSIDE, Verdict::NotApplicable, format!("{base} is a location itself, so nothing of the domain is outside"));
            return Ok(());
        }
        let (mut containers, mut more) = (Vec::new(), false);
        for filter in KINDS {
            let mut names = self.names(&base, Scope::Subtree, filter, NAMES).await?;
            more |= names.len() == NAMES;
            names.retain(|dn| !within(dn));
            more |= names.len() > LOOKED_AT;
            names.truncate(LOOKED_AT);
            for dn in names {
                containers.extend(self.object(&dn, &[]).await?);
            }
        }
        let outside = Outside { containers: &containers, more, kind };
        let readers = own_readers(&outside, &self.schema, &self.token);
        if !readers.is_empty() {
            self.learn_names(readers).await?;
            for container in &containers {
                self.learn_above(&container.dn).await?;
            }
        }
        seen.told(OUTSIDE, reads_nothing_outside(&outside, &self.schema, &self.token, &self.mending));
        Ok(())
    }
}
