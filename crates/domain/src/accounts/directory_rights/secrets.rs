//! Whether an account gets at secrets that a directory keeps of others: confidential attributes, such as kept passwords, and
//! the passwords of group managed service accounts (security.md §3.3, rows 1 to 4).

use super::judgement::with_mending;
use super::{Mending, NAMED_MAX, ObjectSeen, Schema, Seen, Told, named};
use crate::accounts::verification::{Remedy, Tools, Verdict};
use crate::powershell_word as powershell;
use provost_sd::Token;

/// Secrets that no flag of the schema marks as confidential: a domain controller computes the first, the password of a group
/// managed service account, for those only whom that account names (MS-ADTS §3.1.1.4.5.39).
pub const COMPUTED_SECRETS: &[&str] = &[MANAGED_PASSWORD];
const MANAGED_PASSWORD: &str = "msDS-ManagedPassword";

/// Whom such an account names: a descriptor, in which the right to read properties is the right to retrieve the password
/// (MS-ADTS §3.1.1.4.4). A domain controller without a root key computes nothing for anybody, and so tells nothing of it.
pub const PASSWORD_READERS: &str = "msDS-GroupMSAMembership";

/// What is found of one object.
#[derive(Default)]
struct Found {
    /// Why it fails.
    wrong: Vec<String>,
    /// What cannot be told.
    open: Vec<String>,
}

impl Found {
    fn told(self) -> Seen {
        match (self.wrong.is_empty(), self.open.is_empty()) {
            (false, _) => (Verdict::Fail, self.wrong.join(", ")),
            (true, false) => (Verdict::Unknown, self.open.join(", ")),
            (true, true) => (Verdict::Pass, String::new()),
        }
    }
}

/// That the account reads no secret of `objects`: none came, and neither their descriptors nor those of who retrieves
/// passwords allow one.
#[must_use]
pub fn no_confidential(objects: &[ObjectSeen], schema: &Schema, token: &Token, mending: &Mending) -> Told {
    let judge = |object: &ObjectSeen| {
        let mut found = Found::default();
        attributes(object, schema, token, &mut found);
        managed_password(object, schema, token, &mut found);
        found.told()
    };
    let secret = |name: &&str| schema.attribute(name).is_none_or(|attribute| attribute.confidential != Some(false));
    let secrets = |object: &ObjectSeen| object.says.allowed_attributes.iter().map(String::as_str).filter(secret).map(str::to_owned).collect::<Vec<_>>();
    let gives = |object: &ObjectSeen| object.lets_read_secrets(schema, token, &secrets(object));
    let told = with_mending(objects, "it reads no confidential attribute of", judge, mending, |object| object.culprits(token, gives));
    told.mended_by(other_readers(objects, token))
}

/// How others are named, of service accounts whose password the account may retrieve.
fn other_readers(objects: &[ObjectSeen], token: &Token) -> Option<Remedy> {
    let retrieved = objects.iter().filter(|object| object.may_retrieve_password(token) == Some(true));
    let command = |object: &ObjectSeen| format!("Set-ADServiceAccount -Identity {} -PrincipalsAllowedToRetrieveManagedPassword", powershell(&object.dn));
    let mut commands: Vec<String> = retrieved.map(command).collect();
    let more = commands.len().saturating_sub(NAMED_MAX);
    commands.truncate(NAMED_MAX);
    let remark = "with their names behind it".to_owned();
    let does = "name those who may retrieve the password, and nobody else".to_owned();
    (!commands.is_empty()).then_some(Remedy { does, tools: Tools::Windows, commands, more, remark })
}

fn attributes(object: &ObjectSeen, schema: &Schema, token: &Token, found: &mut Found) {
    if object.says.allowed_attributes.is_empty() || object.descriptor.is_none() {
        found.open.push("its descriptor or its attributes did not come".to_owned());
    }
    let (mut came, mut granted, mut against, mut unflagged, mut unknown) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for name in &object.says.allowed_attributes {
        let attribute = schema.attribute(name);
        let confidential = attribute.map_or(Some(true), |attribute| attribute.confidential);
        match (confidential, object.came.contains(&name.to_ascii_lowercase()), object.may_read(schema, token, name)) {
            (Some(false), ..) | (None, false, Some(false)) | (Some(true), false, Some(false)) => {}
            (None, ..) => unflagged.push(name.as_str()),
            (_, true, Some(false)) => against.push(name.as_str()),
            (_, true, _) => came.push(name.as_str()),
            (_, false, Some(true)) => granted.push(name.as_str()),
            (_, false, None) => unknown.push(name.as_str()),
        }
    }
    if !came.is_empty() {
        found.wrong.push(format!("{} came", named(came)));
    }
    if !against.is_empty() {
        found.wrong.push(format!("{} came, though the descriptor does not let it be read", named(against)));
    }
    if !granted.is_empty() {
        found.wrong.push(format!("it may read {}", named(granted)));
    }
    if !unflagged.is_empty() {
        found.open.push(format!("whether {} is confidential cannot be told, for the schema shows no searchFlags of it", named(unflagged)));
    }
    if !unknown.is_empty() && object.descriptor.is_some() {
        found.open.push(format!("whether it may read {} cannot be told", named(unknown)));
    }
}

fn managed_password(object: &ObjectSeen, schema: &Schema, token: &Token, found: &mut Found) {
    let came = |name: &str| object.came.contains(&name.to_ascii_lowercase());
    let may = object.may_retrieve_password(token);
    if came(MANAGED_PASSWORD) {
        let against = if may == Some(false) { format!(", though {PASSWORD_READERS} does not let it") } else { String::new() };
        found.wrong.push(format!("{MANAGED_PASSWORD} came{against}"));
    } else if may == Some(true) {
        found.wrong.push(format!("its {PASSWORD_READERS} lets it retrieve {MANAGED_PASSWORD}"));
    } else if came(PASSWORD_READERS) && may.is_none() {
        found.open.push(format!("its {PASSWORD_READERS} cannot be judged"));
    } else if may.is_none() && object.says.allowed_attributes.iter().any(|name| name.eq_ignore_ascii_case(PASSWORD_READERS)) {
        // Without a value nobody retrieves the password; but it may be that the account does not see the value.
        if object.may_read(schema, token, PASSWORD_READERS) != Some(true) {
            found.open.push(format!("who may retrieve its password cannot be seen: {PASSWORD_READERS} did not come"));
        }
    }
}
