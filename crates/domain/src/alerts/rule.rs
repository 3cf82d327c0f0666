//! Alert rules: what to look for, and who is told.

use super::Address;
use crate::status::{Severity, StatusMessage};
use provost_catalog::components::COMPONENTS;
use provost_catalog::rules::code;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Most recipients of one rule.
pub const RECIPIENTS_MAX: usize = 20;
/// Longest time that a component may fail before it is told, in minutes: a week.
const MINUTES_MAX: u32 = 7 * 24 * 60;
/// Longest time that a client may be silent before it is told, in hours: a year.
const HOURS_MAX: u32 = 365 * 24;
const NAME_MAX: usize = 64;

/// A rule's name: 1 to 64 of `a-z`, `0-9`, `.`, `-`, `_`, beginning with a letter or digit; upper case is taken as lower
/// case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleName(String);

impl RuleName {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RuleName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let name = text.to_ascii_lowercase();
        let begins = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if begins && is_word(&name, b".-_") { Ok(Self(name)) } else { Err(Invalid::Name) }
    }
}

fn is_word(text: &str, signs: &[u8]) -> bool {
    (1..=NAME_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || signs.contains(&b))
}

/// Where a rule looks, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Status messages.
    StatusMessage(StatusMessages),
    /// Components that fail.
    ComponentFailing(ComponentFailing),
    /// Clients that are silent.
    ClientSilent(ClientSilent),
}

/// Which status messages.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusMessages {
    /// This bad at least.
    pub severity: Severity,
    /// Of this component only, by id; also a client's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// With this number only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i32>,
}

/// Which failing components.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComponentFailing {
    /// This one only, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// Failing for so many minutes at least.
    pub minutes: u32,
}

/// Which silent clients.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSilent {
    /// Silent for longer than so many hours.
    pub hours: u32,
}

impl Source {
    /// The ids of all sources.
    pub const IDS: [&'static str; 3] = ["status-message", "component-failing", "client-silent"];

    /// Its id in tables and documents.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::StatusMessage(_) => Self::IDS[0],
            Self::ComponentFailing(_) => Self::IDS[1],
            Self::ClientSilent(_) => Self::IDS[2],
        }
    }

    fn check(&self) -> Result<(), Invalid> {
        match self {
            Self::StatusMessage(StatusMessages { severity: _, component, number }) => {
                if let Some(component) = component.as_ref().filter(|component| !is_word(component, b"-")) {
                    return Err(Invalid::Component(component.chars().take(NAME_MAX).collect()));
                }
                if number.is_some_and(|number| number < 1) {
                    return Err(Invalid::Number);
                }
            }
            Self::ComponentFailing(ComponentFailing { component, minutes }) => {
                if let Some(component) = component.as_ref().filter(|component| !COMPONENTS.iter().any(|known| known.id == component.as_str())) {
                    return Err(Invalid::Component(component.chars().take(NAME_MAX).collect()));
                }
                if *minutes > MINUTES_MAX {
                    return Err(Invalid::Minutes);
                }
            }
            Self::ClientSilent(ClientSilent { hours }) => {
                if !(1..=HOURS_MAX).contains(hours) {
                    return Err(Invalid::Hours);
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for Source {
    /// In words, such as `status messages of at least warning of state-system`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StatusMessage(StatusMessages { severity, component, number }) => {
                write!(f, "status messages of at least {}", severity.word())?;
                if let Some(component) = component {
                    write!(f, " of {component}")?;
                }
                number.map_or(Ok(()), |number| write!(f, " with number {number}"))
            }
            Self::ComponentFailing(ComponentFailing { component, minutes }) => {
                write!(f, "{} failing", component.as_deref().unwrap_or("any component"))?;
                if *minutes > 0 { write!(f, " for at least {minutes} min") } else { Ok(()) }
            }
            Self::ClientSilent(ClientSilent { hours }) => write!(f, "clients silent for longer than {hours} h"),
        }
    }
}

impl StatusMessages {
    /// Whether a message is one of these.
    #[must_use]
    pub fn include(&self, message: &StatusMessage) -> bool {
        message.severity >= self.severity
            && self.component.as_ref().is_none_or(|component| *component == message.component)
            && self.number.is_none_or(|number| number == message.number)
    }
}

/// What somebody wants to be told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRule {
    /// Its name.
    pub name: RuleName,
    /// Where it looks, and for what.
    pub source: Source,
    /// Who is told; nobody twice.
    pub recipients: Vec<Address>,
    /// Whether it looks.
    pub enabled: bool,
}

impl AlertRule {
    /// A rule of these parts.
    ///
    /// # Errors
    /// When a part is wrong; the rule's number is [`code::ALERT_RULE_INVALID`].
    pub fn new(name: &str, source: Source, recipients: &[String], enabled: bool) -> Result<Self, Invalid> {
        let name = name.parse()?;
        source.check()?;
        if recipients.is_empty() {
            return Err(Invalid::NoRecipient);
        }
        if recipients.len() > RECIPIENTS_MAX {
            return Err(Invalid::TooManyRecipients);
        }
        let recipients: Vec<Address> = recipients.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
        let mut known = BTreeSet::new();
        if let Some(twice) = recipients.iter().find(|address| !known.insert(address.as_str().to_ascii_lowercase())) {
            return Err(Invalid::RecipientTwice(twice.to_string()));
        }
        Ok(Self { name, source, recipients, enabled })
    }
}

/// Why a rule cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// The name has not the form of one.
    Name,
    /// A text is no address of mail.
    Address(String),
    /// Nobody would be told.
    NoRecipient,
    /// More would be told than [`RECIPIENTS_MAX`].
    TooManyRecipients,
    /// Somebody would be told twice.
    RecipientTwice(String),
    /// No component has this id.
    Component(String),
    /// A message's number is below 1.
    Number,
    /// Too many minutes.
    Minutes,
    /// No hour, or too many.
    Hours,
}

impl Invalid {
    /// Number of the message that explains it.
    #[must_use]
    pub const fn code(&self) -> u16 {
        code::ALERT_RULE_INVALID
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => write!(f, "a rule's name has 1 to {NAME_MAX} letters a-z, digits, dots, hyphens and underscores, and begins with a letter or digit"),
            Self::Address(text) => write!(f, "{text:?} is no address of mail; one looks like ops@corp.example"),
            Self::NoRecipient => f.write_str("nobody would be told: a rule has a recipient"),
            Self::TooManyRecipients => write!(f, "a rule has at most {RECIPIENTS_MAX} recipients; a list at the mail server has room for more"),
            Self::RecipientTwice(address) => write!(f, "{address} is named twice"),
            Self::Component(id) => write!(f, "{id:?} is no component's id"),
            Self::Number => f.write_str("a status message's number is 1 or more"),
            Self::Minutes => write!(f, "at most {MINUTES_MAX} minutes (a week) can be waited for"),
            Self::Hours => write!(f, "a client may be silent for 1 to {HOURS_MAX} hours (a year)"),
        }
    }
}

impl std::error::Error for Invalid {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    fn to(addresses: &[&str]) -> Vec<String> {
        addresses.iter().map(|&address| address.to_owned()).collect()
    }

    const SILENT: Source = Source::ClientSilent(ClientSilent { hours: 24 });

    #[test]
    fn a_rule_has_a_name_a_condition_and_somebody_to_tell() {
        let rule = AlertRule::new("Ops-1", SILENT, &to(&["ops@corp.example"]), true).expect("a rule");
        assert_eq!((rule.name.as_str(), rule.source.id()), ("ops-1", "client-silent"));
        for name in ["", "-a", "a b", "a/b", "ä", &"a".repeat(65)] {
            assert_eq!(AlertRule::new(name, SILENT, &to(&["ops@corp.example"]), true), Err(Invalid::Name), "{name:?}");
        }
        let with = |recipients: &[String]| AlertRule::new("a", SILENT, recipients, true);
        assert_eq!(with(&[]), Err(Invalid::NoRecipient));
        assert_eq!(with(&to(&["ops"])), Err(Invalid::Address("ops".to_owned())));
        assert_eq!(with(&to(&["ops@a.b", "Ops@A.b"])), Err(Invalid::RecipientTwice("Ops@A.b".to_owned())));
        let many: Vec<String> = (0..=RECIPIENTS_MAX).map(|n| format!("p{n}@corp.example")).collect();
        assert_eq!(with(&many), Err(Invalid::TooManyRecipients));
        assert!(with(&many[1..]).is_ok());
    }

    #[test]
    fn conditions_are_bounded() {
        let refused = |source| AlertRule::new("a", source, &to(&["ops@corp.example"]), true).err();
        let failing = |component: Option<&str>, minutes| Source::ComponentFailing(ComponentFailing { component: component.map(str::to_owned), minutes });
        let status = |component: Option<&str>, number| {
            Source::StatusMessage(StatusMessages { severity: Severity::Error, component: component.map(str::to_owned), number })
        };
        assert_eq!(refused(failing(Some("state-system"), 0)), None);
        assert_eq!(refused(failing(Some("state"), 0)), Some(Invalid::Component("state".to_owned())));
        assert_eq!(refused(failing(None, MINUTES_MAX)), None);
        assert_eq!(refused(failing(None, MINUTES_MAX + 1)), Some(Invalid::Minutes));
        assert_eq!(refused(status(Some("agent"), Some(4711))), None);
        assert_eq!(refused(status(Some("a\nb"), None)), Some(Invalid::Component("a\nb".to_owned())));
        assert_eq!(refused(status(None, Some(0))), Some(Invalid::Number));
        for hours in [0, HOURS_MAX + 1] {
            assert_eq!(refused(Source::ClientSilent(ClientSilent { hours })), Some(Invalid::Hours));
        }
    }

    #[test]
    fn messages_are_told_by_severity_component_and_number() {
        let message = StatusMessage {
            number: 4006,
            severity: Severity::Warning,
            component: "state-system".to_owned(),
            system: "site-server".to_owned(),
            client: None,
            at: Timestamp::from_micros(0),
            insertions: Vec::new(),
        };
        let include =
            |severity, component: Option<&str>, number| StatusMessages { severity, component: component.map(str::to_owned), number }.include(&message);
        assert!(include(Severity::Information, None, None));
        assert!(include(Severity::Warning, Some("state-system"), Some(4006)));
        assert!(!include(Severity::Error, None, None));
        assert!(!include(Severity::Warning, Some("agent"), None));
        assert!(!include(Severity::Warning, None, Some(4007)));
    }
}
