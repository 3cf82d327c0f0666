//! What a site publishes in a directory (configmgr.md §5.2), and what has to change there. Pure: the truth and what was seen go
//! in, changes come out, in an order in which they can be made.

pub mod schedule;

use crate::SiteCode;
use crate::boundary::{Boundary, BoundaryKind};
use core::net::Ipv4Addr;
use std::collections::BTreeMap;

const SITE: &str = "mSSMSSite";
const MANAGEMENT_POINT: &str = "mSSMSManagementPoint";
const RANGE: &str = "mSSMSRoamingBoundaryRange";

/// An object below `CN=System Management`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Its common name.
    pub name: String,
    /// Its class.
    pub class: String,
    /// Its attributes of those classes, with their values in the order of the alphabet.
    pub attributes: BTreeMap<String, Vec<String>>,
}

/// What is true of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// Its code.
    pub site: SiteCode,
    /// DNS name of the forest that it is in; empty without one.
    pub forest: String,
    /// Version of what runs there.
    pub version: String,
    /// Its management points by their full names; the first is the default one.
    pub management_points: Vec<String>,
    /// Where its clients are.
    pub boundaries: Vec<Boundary>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// An object goes.
    Remove {
        /// Its common name.
        name: String,
    },
    /// An object comes.
    Add(Published),
    /// Attributes get other values; none takes an attribute away.
    Set {
        /// The object's common name.
        name: String,
        /// Which, and their values.
        attributes: BTreeMap<String, Vec<String>>,
    },
}

impl Change {
    /// The common name of the object that it is about.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Add(object) => &object.name,
            Self::Set { name, .. } | Self::Remove { name } => name,
        }
    }
}

/// The objects that ought to be there.
#[must_use]
pub fn desired(truth: &Truth) -> Vec<Published> {
    let code = truth.site.to_string();
    let common = [("mSSMSSiteCode", vec![code.clone()]), ("mSSMSSourceForest", texts([truth.forest.clone()]))];
    let object = |name: String, class: &str, of: Vec<(&str, Vec<String>)>| Published {
        name,
        class: class.to_owned(),
        attributes: of.into_iter().filter(|(_, values)| !values.is_empty()).map(|(name, values)| (name.to_owned(), values)).collect(),
    };
    let roaming = texts(truth.boundaries.iter().filter(|boundary| ends(boundary).is_none()).map(|boundary| boundary.value().to_owned()));
    let mut site = common.to_vec();
    site.extend([("mSSMSAssignmentSiteCode", vec![code.clone()]), ("mSSMSRoamingBoundaries", roaming)]);
    let mut objects = vec![object(format!("SMS-Site-{code}"), SITE, site)];
    for (number, host) in truth.management_points.iter().enumerate() {
        let mut point = common.to_vec();
        point.extend([
            ("dNSHostName", vec![host.clone()]),
            ("mSSMSMPName", vec![host.clone()]),
            ("mSSMSMPAddress", vec![host.clone()]),
            ("mSSMSDefaultMP", vec![truth_value(number == 0)]),
            ("mSSMSDeviceManagementPoint", vec![truth_value(false)]),
            ("mSSMSVersion", texts([truth.version.clone()])),
            ("mSSMSCapabilities", vec![capabilities(&code, &truth.version)]),
        ]);
        objects.push(object(format!("SMS-MP-{code}-{host}"), MANAGEMENT_POINT, point));
    }
    let mut ranges = BTreeMap::new();
    for boundary in &truth.boundaries {
        if let Some((first, last)) = ends(boundary) {
            // A slash has a meaning in names that some tools show.
            let name = format!("SMS-{code}-{}", boundary.value().replace('/', "_"));
            let of = vec![("mSSMSSiteCode", vec![code.clone()]), ("mSSMSRangedIPLow", vec![number(first)]), ("mSSMSRangedIPHigh", vec![number(last)])];
            ranges.insert(name.clone(), object(name, RANGE, of));
        }
    }
    objects.extend(ranges.into_values());
    objects
}

/// Whether an object is of this site: only what carries its code is.
#[must_use]
pub fn is_of(site: SiteCode, object: &Published) -> bool {
    let code = site.to_string();
    object.attributes.get("mSSMSSiteCode").is_some_and(|values| values.as_slice() == [code.as_str()])
}

/// What has to change so that what was seen becomes what ought to be. Objects of other sites are left alone: only what carries
/// this site's code is this site's.
#[must_use]
pub fn changes(site: SiteCode, desired: &[Published], seen: &[Published]) -> Vec<Change> {
    let same_name = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let (mut removed, mut other) = (Vec::new(), Vec::new());
    for object in seen.iter().filter(|object| is_of(site, object)) {
        if !desired.iter().any(|wanted| same_name(&wanted.name, &object.name) && wanted.class.eq_ignore_ascii_case(&object.class)) {
            removed.push(Change::Remove { name: object.name.clone() });
        }
    }
    for wanted in desired {
        match seen.iter().find(|object| same_name(&object.name, &wanted.name) && wanted.class.eq_ignore_ascii_case(&object.class)) {
            None => other.push(Change::Add(wanted.clone())),
            Some(object) => {
                let different = wanted.attributes.iter().filter(|(name, values)| object.attributes.get(*name) != Some(*values));
                let mut attributes: BTreeMap<String, Vec<String>> = different.map(|(name, values)| (name.clone(), values.clone())).collect();
                for name in object.attributes.keys().filter(|name| !wanted.attributes.contains_key(*name)) {
                    attributes.insert(name.clone(), Vec::new());
                }
                if !attributes.is_empty() {
                    other.push(Change::Set { name: object.name.clone(), attributes });
                }
            }
        }
    }
    removed.append(&mut other);
    removed
}

fn texts(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts.into_iter().filter(|text| !text.is_empty()).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

fn truth_value(value: bool) -> String {
    if value { "TRUE" } else { "FALSE" }.to_owned()
}

/// What clients are told on the way: the site to ask for.
fn capabilities(code: &str, version: &str) -> String {
    format!(
        "<ClientOperationalSettings><Version>{version}</Version><RootSiteCode>{code}</RootSiteCode>\
         <CCM><CommandLine>SMSSITECODE={code}</CommandLine></CCM></ClientOperationalSettings>"
    )
}

/// The attribute's number has a sign; the address has none.
fn number(address: Ipv4Addr) -> String {
    i32::from_be_bytes(address.octets()).to_string()
}

/// First and last address of a boundary that is a range of IPv4 addresses.
fn ends(boundary: &Boundary) -> Option<(Ipv4Addr, Ipv4Addr)> {
    match boundary.kind() {
        BoundaryKind::IpRange => {
            let (first, last) = boundary.value().split_once('-')?;
            Some((first.parse().ok()?, last.parse().ok()?))
        }
        BoundaryKind::IpSubnet => {
            let (address, length) = boundary.value().split_once('/')?;
            let (address, length) = (address.parse::<Ipv4Addr>().ok()?.to_bits(), length.parse::<u32>().ok()?);
            let free = u32::MAX.checked_shr(length).unwrap_or(0);
            Some((Ipv4Addr::from_bits(address & !free), Ipv4Addr::from_bits(address | free)))
        }
        BoundaryKind::ActiveDirectorySite | BoundaryKind::Ipv6Prefix => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use provost_catalog::directory_schema::{ATTRIBUTES, CLASSES};

    fn truth() -> Truth {
        let boundary = |kind, value| Boundary::new(kind, value).expect("a boundary");
        Truth {
            site: "LAB".parse().expect("a code"),
            forest: "corp.example.test".to_owned(),
            version: "0.1.0".to_owned(),
            management_points: vec!["site1.corp.example.test".to_owned(), "mp2.corp.example.test".to_owned()],
            boundaries: vec![
                boundary(BoundaryKind::IpSubnet, "10.1.2.0/24"),
                boundary(BoundaryKind::IpRange, "192.0.2.10-192.0.2.20"),
                boundary(BoundaryKind::ActiveDirectorySite, "Berlin"),
                boundary(BoundaryKind::Ipv6Prefix, "2001:db8:1::/48"),
            ],
        }
    }

    #[test]
    fn every_object_is_one_that_the_schema_allows() {
        let objects = desired(&truth());
        let names: Vec<_> = objects.iter().map(|object| object.name.as_str()).collect();
        assert_eq!(
            names,
            ["SMS-Site-LAB", "SMS-MP-LAB-site1.corp.example.test", "SMS-MP-LAB-mp2.corp.example.test", "SMS-LAB-10.1.2.0_24", "SMS-LAB-192.0.2.10-192.0.2.20"]
        );
        for object in &objects {
            let class = CLASSES.iter().find(|class| class.name == object.class).expect("a class");
            for (name, values) in &object.attributes {
                assert!(class.may.contains(&name.as_str()), "{} has no {name}", object.class);
                let single = ATTRIBUTES.iter().find(|attribute| attribute.name == name).is_none_or(|attribute| attribute.single);
                assert!(!single || values.len() == 1, "{name}");
            }
        }
        assert_eq!(objects[0].attributes["mSSMSRoamingBoundaries"], ["2001:db8:1::/48", "Berlin"]);
        assert_eq!(objects[3].attributes["mSSMSRangedIPLow"], ["167838208"]);
        assert_eq!(objects[3].attributes["mSSMSRangedIPHigh"], ["167838463"]);
        assert_eq!(objects[4].attributes["mSSMSRangedIPLow"], ["-1073741302"], "the highest bit is the sign");
    }

    #[test]
    fn what_is_as_it_ought_to_be_is_left_alone_and_so_is_another_site() {
        let truth = truth();
        let wanted = desired(&truth);
        let others = desired(&Truth { site: "P01".parse().expect("a code"), ..truth.clone() });
        let seen: Vec<_> = wanted.iter().chain(&others).cloned().collect();
        assert_eq!(changes(truth.site, &wanted, &seen), []);
        assert_eq!(changes(truth.site, &wanted, &others).len(), wanted.len());
        let gone = changes(truth.site, &[], &seen);
        assert!(gone.len() == wanted.len() && gone.iter().all(|change| matches!(change, Change::Remove { name } if name.contains("LAB"))), "{gone:?}");
    }

    #[test]
    fn what_differs_is_set_and_what_is_too_much_is_taken_away() {
        let mut moved = truth();
        let seen = desired(&moved);
        moved.management_points.swap(0, 1);
        moved.boundaries.truncate(2);
        let changed = changes(moved.site, &desired(&moved), &seen);
        assert_eq!(changed.len(), 3, "{changed:?}");
        assert!(
            changed
                .iter()
                .any(|change| matches!(change, Change::Set { name, attributes } if name == "SMS-Site-LAB" && attributes["mSSMSRoamingBoundaries"].is_empty()))
        );
        moved.boundaries.clear();
        let changed = changes(moved.site, &desired(&moved), &seen);
        assert!(matches!(&changed[0], Change::Remove { name } if name.starts_with("SMS-LAB-")), "what goes goes first");
    }
}
