//! Extending a forest's schema by what publishing needs: once, for the whole forest, and never undone by anybody. So it is shown
//! first, and refused when anything of it is there already, whoever added it.

use crate::escape::filter_text;
use crate::refusal::{failure, of_request, result};
use crate::search::Scope;
use crate::session::Session;
use provost_catalog::directory_schema::{ARC, ATTRIBUTES, Attribute, CLASSES, Class};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::collections::HashSet;
use std::fmt::Write;
use std::ops::ControlFlow;

const STEP: &str = "extend the schema";

/// What a look at a forest's schema came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaState {
    /// Names of ours that are there, of all that there are.
    pub present: Vec<String>,
    /// Names of ours that are not.
    pub missing: Vec<String>,
}

/// One object of the schema: its common name and its attributes.
type Object = (&'static str, Vec<(&'static str, Vec<String>)>);

fn attribute(attribute: &Attribute) -> Object {
    let (syntax, om_syntax) = attribute.syntax.numbers();
    let single = if attribute.single { "TRUE" } else { "FALSE" };
    let of = [
        ("objectClass", "attributeSchema".to_owned()),
        ("lDAPDisplayName", attribute.name.to_owned()),
        ("attributeID", format!("{ARC}.1.{}", attribute.number)),
        ("attributeSyntax", syntax.to_owned()),
        ("oMSyntax", om_syntax.to_owned()),
        ("isSingleValued", single.to_owned()),
        // Clients ask a global catalog.
        ("isMemberOfPartialAttributeSet", "TRUE".to_owned()),
        ("showInAdvancedViewOnly", "TRUE".to_owned()),
    ];
    (attribute.cn, of.into_iter().map(|(name, value)| (name, vec![value])).collect())
}

fn class(class: &Class) -> Object {
    let of = [
        ("objectClass", "classSchema"),
        ("lDAPDisplayName", class.name),
        ("subClassOf", "top"),
        ("possSuperiors", "container"),
        ("objectClassCategory", "1"),
        ("rDNAttID", "cn"),
        ("showInAdvancedViewOnly", "TRUE"),
        // Administrators of the domain and the system may do all; every signed-in computer and user may read, for clients do.
        ("defaultSecurityDescriptor", "D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPLCLORC;;;AU)"),
    ];
    let mut of: Vec<(&str, Vec<String>)> = of.into_iter().map(|(name, value)| (name, vec![value.to_owned()])).collect();
    of.push(("governsID", vec![format!("{ARC}.2.{}", class.number)]));
    of.push(("mayContain", class.may.iter().map(|name| (*name).to_owned()).collect()));
    (class.cn, of)
}

/// The text that does the same with `ldapmodify` or `ldifde`, for who may extend the schema and runs nothing of this house.
#[must_use]
pub fn ldif(schema_dn: &str) -> String {
    let objects = |objects: Vec<Object>| {
        let mut text = String::new();
        for (cn, of) in objects {
            // Writing to a string does not fail.
            let _ = writeln!(text, "dn: CN={cn},{schema_dn}\nchangetype: add");
            for (name, value) in of.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value))) {
                let _ = writeln!(text, "{name}: {value}");
            }
            text.push('\n');
        }
        text
    };
    // Classes may name attributes only once the server has read them.
    let (attributes, classes) = (objects(ATTRIBUTES.iter().map(attribute).collect()), objects(CLASSES.iter().map(class).collect()));
    format!("{attributes}{REREAD}\n\n{classes}{REREAD}\n")
}

const REREAD: &str = "dn:\nchangetype: modify\nadd: schemaUpdateNow\nschemaUpdateNow: 1\n-";

impl Session {
    /// Which of our names the forest's schema has.
    ///
    /// # Errors
    /// As [`Failure`] tells.
    pub async fn schema_state(&mut self) -> Result<SchemaState, Failure> {
        let schema_dn = self.root().schema_dn.clone();
        let names = || ATTRIBUTES.iter().map(|a| (a.name, a.cn)).chain(CLASSES.iter().map(|c| (c.name, c.cn)));
        let mut filter = String::from("(|");
        for (name, cn) in names() {
            let _ = write!(filter, "(lDAPDisplayName={})(cn={})", filter_text(name), filter_text(cn));
        }
        filter.push(')');
        let mut found: HashSet<String> = HashSet::new();
        let take = |entry: crate::Entry| {
            found.extend(["lDAPDisplayName", "cn"].iter().filter_map(|name| entry.text(name)).map(str::to_lowercase));
            ControlFlow::Continue(())
        };
        self.search(&schema_dn, Scope::OneLevel, &filter, &["lDAPDisplayName", "cn"], take).await?;
        let is_there = |(name, cn): &(&str, &str)| found.contains(&name.to_lowercase()) || found.contains(&cn.to_lowercase());
        let (present, missing): (Vec<_>, Vec<_>) = names().partition(is_there);
        let only_names = |of: Vec<(&str, &str)>| of.into_iter().map(|(name, _)| name.to_owned()).collect();
        Ok(SchemaState { present: only_names(present), missing: only_names(missing) })
    }

    /// The only domain controller that may change the forest's schema, by its DNS name; none when that may not be seen.
    ///
    /// # Errors
    /// As [`Failure`] tells.
    pub async fn schema_master(&mut self) -> Result<Option<String>, Failure> {
        let schema_dn = self.root().schema_dn.clone();
        let schema = self.read(&schema_dn, &["fSMORoleOwner"]).await?;
        // The owner is `CN=NTDS Settings` below the server.
        let server = schema.as_ref().and_then(|entry| entry.text("fSMORoleOwner")).and_then(|owner| owner.split_once(',')).map(|(_, server)| server.to_owned());
        let Some(server) = server else { return Ok(None) };
        let server = self.read(&server, &["dNSHostName"]).await?;
        Ok(server.and_then(|entry| entry.text("dNSHostName").map(str::to_lowercase)))
    }

    /// Extends the forest's schema. It needs a member of Schema Admins, and the domain controller that may change the schema.
    ///
    /// # Errors
    /// [`Outcome::RefusedByRule`] when any of the names is there already, with which; nothing was changed then.
    /// [`Outcome::LacksRight`] when the account may not; else as [`Failure`] tells, with how far it came.
    pub async fn extend_schema(&mut self) -> Result<(), Failure> {
        let state = self.schema_state().await?;
        if !state.present.is_empty() {
            let why = format!("the schema has {} already, and what is there is never changed", state.present.join(", "));
            return Err(Failure::new(Outcome::RefusedByRule, STEP, why));
        }
        let schema_dn = self.root().schema_dn.clone();
        let mut added = 0;
        let (attributes, classes) = (ATTRIBUTES.iter().map(attribute).collect::<Vec<_>>(), CLASSES.iter().map(class).collect());
        for (schema_class, objects) in [("attributeSchema", attributes), ("classSchema", classes)] {
            for (cn, of) in objects {
                let answer = self.connection.add(STEP, &format!("CN={cn},{schema_dn}"), of).await?;
                if answer.rc != result::SUCCESS {
                    let outcome = of_request(answer.rc);
                    let right = if outcome == Outcome::LacksRight {
                        format!("; the account lacks \"Create {schema_class} objects\" on {schema_dn}, which members of Schema Admins have")
                    } else {
                        String::new()
                    };
                    let failed = failure(outcome, STEP, answer.rc, &answer.text);
                    return Err(Failure::new(outcome, STEP, format!("{cn}, after {added} others{right}: {}", failed.detail)));
                }
                added += 1;
            }
            let answer = self.connection.set(STEP, "", vec![("schemaUpdateNow", vec!["1".to_owned()])]).await?;
            if answer.rc != result::SUCCESS {
                return Err(failure(of_request(answer.rc), STEP, answer.rc, &answer.text));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_adds_every_attribute_before_the_classes_that_name_it() {
        let text = ldif("CN=Schema,CN=Configuration,DC=corp,DC=example,DC=test");
        let (attributes, classes) = text.split_once(REREAD).expect("read again between them");
        assert_eq!(attributes.matches("changetype: add").count(), 14);
        assert_eq!(classes.matches("changetype: add").count(), 4);
        assert!(classes.trim_end().ends_with(REREAD));
        for class in CLASSES {
            for name in class.may.iter().filter(|name| name.starts_with("mSSMS")) {
                assert!(attributes.contains(&format!("lDAPDisplayName: {name}\n")), "{name}");
            }
        }
        let numbers: std::collections::BTreeSet<_> = text.lines().filter(|line| line.contains(ARC)).collect();
        assert_eq!(numbers.len(), 18, "each has a number of its own");
    }
}
