//! Boundaries: network locations that clients are in (configmgr.md §4.6), and what forest discovery makes of subnets.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::fmt;
use std::str::FromStr;

/// What a boundary is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BoundaryKind {
    /// An IPv4 subnet.
    IpSubnet,
    /// An Active Directory site; it follows the site's subnets.
    ActiveDirectorySite,
    /// A prefix of IPv6 addresses.
    Ipv6Prefix,
    /// A range of addresses.
    IpRange,
}

impl BoundaryKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::IpSubnet, Self::ActiveDirectorySite, Self::Ipv6Prefix, Self::IpRange];

    /// Its id in tables and documents.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::IpSubnet => "ip-subnet",
            Self::ActiveDirectorySite => "ad-site",
            Self::Ipv6Prefix => "ipv6-prefix",
            Self::IpRange => "ip-range",
        }
    }

    /// The kind with this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::IpSubnet => "IP subnet",
            Self::ActiveDirectorySite => "Active Directory site",
            Self::Ipv6Prefix => "IPv6 prefix",
            Self::IpRange => "IP address range",
        }
    }
}

/// A boundary: what it is, and its value in the one form that it is written in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Boundary {
    kind: BoundaryKind,
    value: String,
}

/// Why a boundary is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidBoundary(String);

impl fmt::Display for InvalidBoundary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidBoundary {}

impl Boundary {
    /// Reads a boundary of a kind: `10.1.2.0/24`, `2001:db8:1::/48`, `10.1.0.0-10.1.3.255` or the name of a site.
    ///
    /// # Errors
    /// When `value` is not written so.
    pub fn new(kind: BoundaryKind, value: &str) -> Result<Self, InvalidBoundary> {
        let text = value.trim();
        let wrong = |what: &str| InvalidBoundary(format!("{:?} is not {what}", text.chars().filter(|c| !c.is_control()).take(64).collect::<String>()));
        let value = match kind {
            BoundaryKind::IpSubnet | BoundaryKind::Ipv6Prefix => {
                let subnet: Subnet = text.parse().map_err(|_| wrong("a subnet, such as 10.1.2.0/24 or 2001:db8:1::/48"))?;
                match (kind, subnet.address) {
                    (BoundaryKind::IpSubnet, IpAddr::V4(_)) if subnet.is_supernet() => {
                        let range = subnet.range();
                        return Err(InvalidBoundary(format!("{subnet} is a supernet, which no client's subnet is: take the range {range}")));
                    }
                    (BoundaryKind::IpSubnet, IpAddr::V4(_)) | (BoundaryKind::Ipv6Prefix, IpAddr::V6(_)) => subnet.to_string(),
                    (BoundaryKind::IpSubnet, _) => return Err(wrong("an IPv4 subnet")),
                    _ => return Err(wrong("an IPv6 prefix")),
                }
            }
            BoundaryKind::IpRange => {
                let (first, last) = text.split_once('-').ok_or_else(|| wrong("a range, such as 10.1.0.0-10.1.3.255"))?;
                let address = |text: &str| text.trim().parse::<IpAddr>().map_err(|_| wrong("a range of addresses"));
                let (first, last) = (address(first)?, address(last)?);
                if first.is_ipv4() != last.is_ipv4() || first > last {
                    return Err(wrong("a range: its first address is not before its last"));
                }
                format!("{first}-{last}")
            }
            BoundaryKind::ActiveDirectorySite => {
                let fits = !text.is_empty() && text.chars().count() <= 64 && !text.chars().any(char::is_control);
                if fits { text.to_owned() } else { return Err(wrong("the name of a site: it has 1 to 64 characters")) }
            }
        };
        Ok(Self { kind, value })
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> BoundaryKind {
        self.kind
    }

    /// Its value.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Its name: generated, so that equal boundaries have equal names.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.kind.words(), self.value)
    }
}

/// A subnet as a directory has it: `10.1.2.0/24`, `2001:db8::/32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subnet {
    address: IpAddr,
    length: u8,
}

impl Subnet {
    /// Its first and last address, as numbers.
    fn bounds(self) -> (u128, u128) {
        let (first, bits) = match self.address {
            IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
            IpAddr::V6(address) => (address.to_bits(), 128),
        };
        let free = bits - u32::from(self.length);
        let mask = 1_u128.checked_shl(free).map_or(u128::MAX, |size| size - 1);
        (first & !mask, first | mask)
    }

    /// From the first to the last address.
    fn range(self) -> String {
        let (first, last) = self.bounds();
        let text = |number: u128| match self.address {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(number).unwrap_or(u32::MAX))).to_string(),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from_bits(number)).to_string(),
        };
        format!("{}-{}", text(first), text(last))
    }

    /// Whether it has more addresses than its class had: no client's own subnet is so large.
    fn is_supernet(self) -> bool {
        match self.address {
            IpAddr::V6(_) => false,
            IpAddr::V4(address) => {
                let class = match address.octets()[0] {
                    0..=127 => 8,
                    128..=191 => 16,
                    _ => 24,
                };
                self.length < class
            }
        }
    }

    /// Whether `other` is a part of it, and not the whole.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        let same_kind = self.address.is_ipv4() == other.address.is_ipv4();
        same_kind && self.length < other.length && self.bounds().0 == Self { length: self.length, ..other }.bounds().0
    }

    /// What forest discovery makes of it: an IPv4 subnet or an IPv6 prefix is one; a supernet, which has more addresses
    /// than its class or has other subnets of the forest within it, is the range of its addresses.
    #[must_use]
    pub fn boundary(self, others: &[Self]) -> Boundary {
        let (kind, value) = match self.address {
            IpAddr::V4(_) if self.is_supernet() || others.iter().any(|other| self.contains(*other)) => (BoundaryKind::IpRange, self.range()),
            IpAddr::V4(_) => (BoundaryKind::IpSubnet, self.to_string()),
            IpAddr::V6(_) => (BoundaryKind::Ipv6Prefix, self.to_string()),
        };
        Boundary { kind, value }
    }
}

impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

impl FromStr for Subnet {
    type Err = InvalidBoundary;

    /// Reads `address/length`; bits beyond the length must be zero, as a directory asks for.
    fn from_str(text: &str) -> Result<Self, InvalidBoundary> {
        let wrong = || InvalidBoundary(format!("{:?} is not a subnet", text.chars().filter(|c| !c.is_control()).take(64).collect::<String>()));
        let (address, length) = text.split_once('/').ok_or_else(wrong)?;
        let subnet = Self { address: address.parse().map_err(|_| wrong())?, length: length.parse().map_err(|_| wrong())? };
        let bits = if subnet.address.is_ipv4() { 32 } else { 128 };
        if !length.bytes().all(|b| b.is_ascii_digit()) || subnet.length > bits {
            return Err(wrong());
        }
        let first = match subnet.address {
            IpAddr::V4(address) => u128::from(address.to_bits()),
            IpAddr::V6(address) => address.to_bits(),
        };
        if subnet.bounds().0 == first { Ok(subnet) } else { Err(InvalidBoundary(format!("{subnet} has an address of a host; its subnet ends before"))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn subnet(text: &str) -> Subnet {
        text.parse().expect("a subnet")
    }

    fn made_of(text: &str, others: &[&str]) -> String {
        subnet(text).boundary(&others.iter().map(|other| subnet(other)).collect::<Vec<_>>()).name()
    }

    #[test]
    fn forest_discovery_makes_boundaries_of_subnets() {
        assert_eq!(made_of("10.1.2.0/24", &[]), "IP subnet 10.1.2.0/24");
        assert_eq!(made_of("2001:db8:1::/48", &["2001:db8:1:2::/64"]), "IPv6 prefix 2001:db8:1::/48");
        assert_eq!(made_of("192.168.0.0/22", &[]), "IP address range 192.168.0.0-192.168.3.255");
        assert_eq!(made_of("10.0.0.0/8", &["10.1.2.0/24"]), "IP address range 10.0.0.0-10.255.255.255");
        assert_eq!(made_of("10.0.0.0/8", &["10.0.0.0/8", "11.0.0.0/24"]), "IP subnet 10.0.0.0/8");
        assert_eq!(made_of("0.0.0.0/0", &[]), "IP address range 0.0.0.0-255.255.255.255");
    }

    #[test]
    fn boundaries_have_one_written_form() {
        let value = |kind, text: &str| Boundary::new(kind, text).map(|boundary| boundary.value().to_owned()).map_err(|e| e.to_string());
        assert_eq!(value(BoundaryKind::Ipv6Prefix, "2001:DB8:0:0::/32").as_deref(), Ok("2001:db8::/32"));
        assert_eq!(value(BoundaryKind::IpRange, "10.1.0.0 - 10.1.3.255").as_deref(), Ok("10.1.0.0-10.1.3.255"));
        assert_eq!(value(BoundaryKind::ActiveDirectorySite, " Branch ").as_deref(), Ok("Branch"));
        for (kind, text) in [
            (BoundaryKind::IpSubnet, "10.1.2.3/24"),
            (BoundaryKind::IpSubnet, "10.1.2.0"),
            (BoundaryKind::IpSubnet, "10.1.2.0/+24"),
            (BoundaryKind::IpSubnet, "2001:db8::/32"),
            (BoundaryKind::IpSubnet, "192.168.0.0/16"),
            (BoundaryKind::Ipv6Prefix, "10.1.2.0/24"),
            (BoundaryKind::Ipv6Prefix, "2001:db8::/129"),
            (BoundaryKind::IpRange, "10.1.3.255-10.1.0.0"),
            (BoundaryKind::IpRange, "10.1.3.255-2001:db8::"),
            (BoundaryKind::ActiveDirectorySite, ""),
        ] {
            assert!(value(kind, text).is_err(), "{text}");
        }
        assert!(value(BoundaryKind::IpSubnet, "192.168.0.0/22").is_err_and(|why| why.contains("192.168.0.0-192.168.3.255")));
    }

    proptest! {
        #[test]
        fn every_subnet_is_read_as_it_is_written(bits in any::<u128>(), length in 0..=128_u8, four in any::<bool>()) {
            let (address, length) = if four {
                let length = length % 33;
                let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
                (IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(bits >> 96).unwrap_or(0) & mask)), length)
            } else {
                (IpAddr::V6(Ipv6Addr::from_bits(bits & u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0))), length)
            };
            let subnet = Subnet { address, length };
            prop_assert_eq!(subnet.to_string().parse(), Ok(subnet));
            let boundary = subnet.boundary(&[]);
            prop_assert_eq!(Boundary::new(boundary.kind(), boundary.value()), Ok(boundary));
        }

        #[test]
        fn what_contains_another_holds_its_bounds(a in any::<u32>(), b in any::<u32>(), x in 0..=32_u8, y in 0..=32_u8) {
            let of = |bits: u32, length: u8| {
                let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
                Subnet { address: IpAddr::V4(Ipv4Addr::from_bits(bits & mask)), length }
            };
            let (outer, inner) = (of(a, x), of(b, y));
            let within = outer.bounds().0 <= inner.bounds().0 && inner.bounds().1 <= outer.bounds().1;
            prop_assert_eq!(outer.contains(inner), within && x < y);
        }
    }
}
