//! Writing what a site publishes, below `CN=System Management,CN=System` of a domain (configmgr.md §5.2). Nothing else in a
//! directory is ever written, but for the schema that this needs.

use crate::escape::name_value;
use crate::refusal::{failure, of_request, result};
use crate::search::{Ended, Scope};
use crate::session::Session;
use provost_catalog::directory_schema::{ATTRIBUTES, CLASSES};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_domain::publishing::{Change, Published};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;

/// Most objects of the container that are read.
const OBJECTS_MAX: usize = 100_000;
const STEP: &str = "publish";
const NO_SUCH_ATTRIBUTE: u32 = 16;
const UNDEFINED_TYPE: u32 = 17;
const OBJECT_CLASS_VIOLATION: u32 = 65;

/// Why something is not published, told apart by what helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPublished {
    /// The container is not there, or the account may not see it.
    NoContainer {
        /// Which.
        container: String,
    },
    /// The forest's schema has not what is published.
    NoSchema,
    /// The account lacks a right.
    LacksRight {
        /// Which, in words.
        right: String,
        /// On which object.
        on: String,
    },
    /// Anything else.
    Failed(Failure),
}

impl fmt::Display for NotPublished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoContainer { container } => {
                // Its own name is one part without a comma.
                let parent = container.split_once(',').map_or(container.as_str(), |(_, parent)| parent);
                write!(
                    f,
                    "{container} is not there, or may not be seen: somebody with \"Create container objects\" on {parent} creates it, and gives the account Full Control on it and all that is below"
                )
            }
            Self::NoSchema => f.write_str("the schema of the forest has not what is published: extend it first"),
            Self::LacksRight { right, on } => write!(f, "the account lacks \"{right}\" on {on}"),
            Self::Failed(failure) => failure.fmt(f),
        }
    }
}

impl std::error::Error for NotPublished {}

impl From<Failure> for NotPublished {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The container of what is published in a domain.
#[must_use]
pub fn container(domain_dn: &str) -> String {
    format!("CN=System Management,CN=System,{domain_dn}")
}

impl Session {
    /// What is published below `container`, by whichever site.
    ///
    /// # Errors
    /// Why it could not be looked at; nothing may be concluded then.
    pub async fn published(&mut self, container: &str) -> Result<Vec<Published>, NotPublished> {
        let mut attributes: Vec<&str> = ATTRIBUTES.iter().map(|attribute| attribute.name).collect();
        attributes.extend(["cn", "objectClass", "dNSHostName"]);
        let classes: Vec<String> = CLASSES.iter().map(|class| format!("(objectClass={})", class.name)).collect();
        let mut objects = Vec::new();
        let take = |entry: crate::Entry| {
            // The most special class comes last.
            let (name, class) = (entry.text("cn").map(str::to_owned), entry.texts("objectClass").last().map(str::to_owned));
            if let (Some(name), Some(class)) = (name, class) {
                let mut of = BTreeMap::new();
                for attribute in attributes.iter().filter(|attribute| !matches!(**attribute, "cn" | "objectClass")) {
                    let mut values: Vec<String> = entry.texts(attribute).map(str::to_owned).collect();
                    values.sort_unstable();
                    if !values.is_empty() {
                        of.insert((*attribute).to_owned(), values);
                    }
                }
                objects.push(Published { name, class, attributes: of });
            }
            if objects.len() < OBJECTS_MAX { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let found = self.search(container, Scope::OneLevel, &format!("(|{})", classes.concat()), &attributes, take).await?;
        match found.ended {
            Ended::Complete => Ok(objects),
            Ended::NoSuchBase => Err(NotPublished::NoContainer { container: container.to_owned() }),
            Ended::Stopped => Err(Failure::new(Outcome::Broken, STEP, format!("{container} holds more than {OBJECTS_MAX} objects")).into()),
        }
    }

    /// Makes one change below `container`.
    ///
    /// # Errors
    /// Why not; where a right is missing, which one.
    pub async fn publish(&mut self, container: &str, change: &Change) -> Result<(), NotPublished> {
        let dn = format!("CN={},{container}", name_value(change.name()));
        let answer = match change {
            Change::Remove { .. } => self.connection.remove(STEP, &dn).await?,
            Change::Add(object) => {
                let mut of: Vec<(&str, Vec<String>)> = object.attributes.iter().map(|(name, values)| (name.as_str(), values.clone())).collect();
                of.push(("objectClass", vec![object.class.clone()]));
                self.connection.add(STEP, &dn, of).await?
            }
            Change::Set { attributes, .. } => {
                let of = attributes.iter().map(|(name, values)| (name.as_str(), values.clone())).collect();
                self.connection.set(STEP, &dn, of).await?
            }
        };
        match answer.rc {
            result::SUCCESS => Ok(()),
            // It went meanwhile, which is what was wanted.
            result::NO_SUCH_OBJECT if matches!(change, Change::Remove { .. }) => Ok(()),
            result::NO_SUCH_OBJECT => Err(NotPublished::NoContainer { container: container.to_owned() }),
            NO_SUCH_ATTRIBUTE | UNDEFINED_TYPE | OBJECT_CLASS_VIOLATION => Err(NotPublished::NoSchema),
            result::INSUFFICIENT_ACCESS_RIGHTS => Err(lacking(container, dn, change)),
            code => Err(failure(of_request(code), STEP, code, &answer.text).into()),
        }
    }
}

/// The right that a change needs.
fn lacking(container: &str, dn: String, change: &Change) -> NotPublished {
    let (right, on) = match change {
        Change::Add(object) => (format!("Create {} objects", object.class), container.to_owned()),
        Change::Set { attributes, .. } => (format!("Write {}", attributes.keys().cloned().collect::<Vec<_>>().join(", ")), dn),
        Change::Remove { .. } => ("Delete".to_owned(), dn),
    };
    NotPublished::LacksRight { right, on }
}
