//! Whether what is published could be removed, by whoever is signed in: looked at, with nothing changed.

use crate::descriptor::Observed;
use crate::escape::name_value;
use crate::publish::NotPublished;
use crate::session::Session;
use provost_domain::Failure;
use provost_domain::accounts::directory_rights::{Deletion, may_list};
use provost_domain::outcome::Outcome;
use provost_domain::publishing::Published;
use provost_sd::Token;

/// One object that is to be removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// Its distinguished name.
    pub dn: String,
    /// The right that is missing, on what; none when nothing is.
    pub missing: Option<String>,
}

impl Removal {
    /// An object below `container` of which only the name is known.
    #[must_use]
    pub fn named(container: &str, name: &str) -> String {
        format!("CN={},{container}", name_value(name))
    }
}

impl Session {
    /// Whether each of `objects` below `container` may be deleted. What cannot be told is missing too: it never passes.
    ///
    /// # Errors
    /// When it could not be looked at; also when the account may not see what stands in the container, since then nothing may
    /// be concluded from what it does not see.
    pub async fn removals(&mut self, container: &str, objects: &[Published]) -> Result<Vec<Removal>, NotPublished> {
        let token = Token::new(self.own_token().await?);
        if token.sids().next().is_none() {
            return Err(Failure::new(Outcome::Broken, "token", "the domain controller does not say what it takes the account for").into());
        }
        let above = self.descriptor(container).await?;
        let lacks = |right: &str, on: &str| NotPublished::LacksRight { right: right.to_owned(), on: on.to_owned() };
        let Observed::Seen(above) = above else { return Err(lacks("Read permissions", container)) };
        match may_list(Some(&above), &token) {
            Some(true) => {}
            Some(false) => return Err(lacks("List contents", container)),
            None => {
                return Err(
                    Failure::new(Outcome::Broken, "rights", format!("whether the account sees what stands in {container} depends on conditions")).into()
                );
            }
        }
        let schema = if objects.is_empty() { None } else { Some(self.schema().await?) };
        let mut removals = Vec::with_capacity(objects.len());
        for object in objects {
            let dn = Removal::named(container, &object.name);
            let own = self.descriptor(&dn).await?.seen();
            let class = schema.as_ref().and_then(|schema| schema.class(&object.class));
            let missing = match (Deletion { object: own.as_ref(), container: Some(&above), class }.is_allowed(&token), &own) {
                (Some(true), _) => None,
                (Some(false), _) => Some(lacks("Delete", &dn).to_string()),
                (None, None) => Some(lacks("Read permissions", &dn).to_string()),
                (None, Some(_)) => Some(format!("whether the account may delete {dn} cannot be told from its permissions")),
            };
            removals.push(Removal { dn, missing });
        }
        Ok(removals)
    }
}
