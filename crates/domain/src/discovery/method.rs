//! The methods that read directories (configmgr.md §4.1).

use super::record::Agent;
use provost_catalog::accounts::Use;
use provost_catalog::components::ComponentName;

/// A method that reads directories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// Computers.
    System,
    /// Users.
    User,
    /// Groups and who is in them.
    Group,
    /// Domains, sites and subnets of forests.
    Forest,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 4] = [Self::System, Self::User, Self::Group, Self::Forest];

    /// Its id in tables, documents and on the command line.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::System => "ad-system",
            Self::User => "ad-user",
            Self::Group => "ad-group",
            Self::Forest => "ad-forest",
        }
    }

    /// The method with this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.id() == id)
    }

    /// Its number in tables of many rows; one that was given stays.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::System => 0,
            Self::User => 1,
            Self::Group => 2,
            Self::Forest => 3,
        }
    }

    /// The method with this number.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.number() == number)
    }

    /// Configuration Manager's name of it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::System => "Active Directory System Discovery",
            Self::User => "Active Directory User Discovery",
            Self::Group => "Active Directory Group Discovery",
            Self::Forest => "Active Directory Forest Discovery",
        }
    }

    /// What it connects for: the account of this use acts.
    #[must_use]
    pub const fn operation(self) -> Use {
        match self {
            Self::System => Use::DiscoverSystems,
            Self::User => Use::DiscoverUsers,
            Self::Group => Use::DiscoverGroups,
            Self::Forest => Use::DiscoverForest,
        }
    }

    /// The component that runs it.
    #[must_use]
    pub const fn component(self) -> ComponentName {
        match self {
            Self::System => ComponentName::AdSystemDiscoveryAgent,
            Self::User => ComponentName::AdUserDiscoveryAgent,
            Self::Group => ComponentName::AdGroupDiscoveryAgent,
            Self::Forest => ComponentName::AdForestDiscoveryManager,
        }
    }

    /// How records name it in a device's agent trail; forest discovery makes none.
    #[must_use]
    pub const fn agent(self) -> Option<Agent> {
        match self {
            Self::System => Some(Agent::ActiveDirectorySystem),
            Self::User => Some(Agent::ActiveDirectoryUser),
            Self::Group => Some(Agent::ActiveDirectoryGroup),
            Self::Forest => None,
        }
    }

    /// Whether it looks in locations that people name; forest discovery looks in forests.
    #[must_use]
    pub const fn has_locations(self) -> bool {
        !matches!(self, Self::Forest)
    }

    /// Whether it can read only what changed. Forest discovery reads everything each time.
    #[must_use]
    pub const fn has_delta(self) -> bool {
        !matches!(self, Self::Forest)
    }
}

/// How much a run reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunKind {
    /// Everything.
    Full,
    /// What changed since the domain controller was last read; everything where it never was.
    Delta,
}

impl RunKind {
    /// Its id in tables and documents.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Delta => "delta",
        }
    }

    /// The kind with this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Full, Self::Delta].into_iter().find(|kind| kind.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// They are in tables.
    #[test]
    fn numbers_that_were_given_stay() {
        assert_eq!(Method::ALL.map(Method::number), [0, 1, 2, 3]);
        assert!(Method::ALL.into_iter().all(|method| Method::from_number(method.number()) == Some(method)));
        assert_eq!(Method::from_number(4), None);
    }

    #[test]
    fn ids_and_components_fit_together() {
        for method in Method::ALL {
            assert_eq!(Method::from_id(method.id()), Some(method));
            assert_eq!(method.component().definition().name, method.component());
            if let Some(agent) = method.agent() {
                assert_eq!(agent.name(), method.component().definition().configmgr_name);
            }
        }
    }
}
