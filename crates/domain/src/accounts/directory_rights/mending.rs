//! Commands that mend what a check of a directory found: each as it is typed, for Windows' tools (PowerShell, from any machine
//! that has them) and, at a domain controller of Samba, for a shell there as root.
//!
//! `dsacls /R` takes away every entry that a list has for somebody (Microsoft, Dsacls syntax); what is said for Samba takes away
//! the very entries. `samba-tool` has `dsacl delete` from 4.18 on, and before that the same is done with Samba's own library.

use super::{Culprits, NAMED_MAX, Told};
use crate::accounts::everybody;
use crate::accounts::verification::{Remedy, Tools};
use crate::{powershell_word as powershell, shell_word};
use provost_sd::{Ace, AceFlags, Acl, Dacl, Domains, GenericMapping, SecurityDescriptor, Sid};
use std::collections::BTreeMap;

/// Opens a Samba domain controller's own database, as each of these programs begins. `n` is the first argument, an object's name.
const OPEN: &str = "import sys,ldb;from samba import auth,param,samdb,sd_utils;p=param.LoadParm();p.load_default();d=samdb.SamDB(session_info=auth.system_session(),lp=p);u=sd_utils.SDUtils(d);n,*e=sys.argv[1:];";
/// Takes entries out of a list, and says which are not in it: the same may have been done for another finding. They are compared as
/// Samba itself writes them.
const DELETE: &str = "from samba.dcerpc.security import descriptor as D;i=u.domain_sid;s=u.get_sd_as_sddl(n);e=[D.from_sddl(\"D:\"+x,i).as_sddl(i)[2:] for x in e];[print(x,\"is not there\") for x in e if x not in s];[s:=s.replace(x,\"\") for x in e];u.modify_sd_on_dn(n,s,[\"sd_flags:1:4\"])";
/// Makes Domain Admins the owner, and touches nothing else.
const OWN: &str = "u.modify_sd_on_dn(n,\"O:DA\",[\"sd_flags:1:1\"])";
/// Gives attributes other values: `name=value`, and none for one that goes.
const SET: &str =
    "m=ldb.Message(ldb.Dn(d,n));[m.add(ldb.MessageElement([v] if v else [],ldb.FLAG_MOD_REPLACE,a)) for a,_,v in (x.partition(\"=\") for x in e)];d.modify(m)";

/// What is known of a directory for commands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mending {
    /// The account itself: its object's name, and its identifier.
    pub own: Option<(String, Sid)>,
    /// `sAMAccountName` of those whom entries are about, as far as the directory tells.
    pub names: BTreeMap<Sid, String>,
    /// Containers that may give entries to what is below them, by their names in lower case: how they are written, and their lists.
    pub above: BTreeMap<String, (String, SecurityDescriptor)>,
    /// Of a domain controller of Samba: its version, `4.17.12-Debian`.
    pub samba: Option<String>,
}

/// One thing to do, in both ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    /// With Windows' tools.
    pub(super) windows: String,
    /// At a domain controller of Samba.
    pub(super) samba: String,
}

/// A distinguished name without quotation marks: written as `\22` (RFC 4514 §2.4) they survive Windows' command lines, which take
/// `\"` for `"`.
fn plain_dn(dn: &str) -> String {
    dn.replace("\\\"", "\\22")
}

/// The name of the container that an object stands in.
fn parent(dn: &str) -> Option<&str> {
    let mut escaped = false;
    for (at, byte) in dn.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b',' => return dn.get(at + 1..),
            _ => {}
        }
    }
    None
}

/// Names of all containers that an object stands in, the nearest first.
#[must_use]
pub fn containers_of(dn: &str) -> Vec<&str> {
    std::iter::successors(parent(dn), |dn| parent(dn)).collect()
}

/// The DNS name of the domain that an object is in.
fn domain_of(dn: &str) -> String {
    let label = |part: &str| part.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("DC")).map(|(_, label)| label.to_owned());
    dn.split(',').filter_map(label).collect::<Vec<_>>().join(".")
}

/// An entry as text; none when it has no such form.
pub(super) fn text(ace: &Ace) -> Option<String> {
    SecurityDescriptor::of_dacl(Acl::new(vec![ace.clone()])).to_sddl(&Domains::default()).map(|text| text.trim_start_matches("D:").to_owned())
}

/// A program of Samba's library with its arguments, as a shell takes it.
fn python(what: &str, arguments: &[&str]) -> String {
    let arguments: Vec<String> = arguments.iter().map(|argument| shell_word(argument)).collect();
    format!("python3 -c {} {}", shell_word(&format!("{OPEN}{what}")), arguments.join(" "))
}

impl Mending {
    /// What there is to do, with Windows' tools and, where the domain controller is Samba's, with its own. Each with a remark.
    pub(super) fn remedies(&self, does: &str, commands: &[Command], [of_windows, of_samba]: [&str; 2]) -> Vec<Remedy> {
        let of = |tools, of: fn(&Command) -> &str, remark: &str| Remedy {
            does: does.to_owned(),
            tools,
            commands: commands.iter().take(NAMED_MAX).map(|command| of(command).to_owned()).collect(),
            more: commands.len().saturating_sub(NAMED_MAX),
            remark: remark.to_owned(),
        };
        let samba = self.samba.as_ref().map(|_| of(Tools::Samba, |command| &command.samba, of_samba));
        std::iter::once(of(Tools::Windows, |command| &command.windows, of_windows)).chain(samba).collect()
    }

    /// Whom `dsacls` knows somebody as.
    fn trustee(&self, sid: &Sid, dn: &str) -> String {
        let of_a_domain = sid.sub_authorities().first() == Some(&21);
        match self.names.get(sid) {
            Some(name) if of_a_domain => format!("{name}@{}", domain_of(dn)),
            Some(name) => name.clone(),
            None => everybody::name(sid).map_or_else(|| sid.to_string(), str::to_owned),
        }
    }

    /// Where an entry of `dn` is given: there, or at the container above that it is inherited from; with the entries that give it.
    /// None when that container was not seen.
    fn given(&self, dn: &str, ace: &Ace) -> Option<(String, Vec<Ace>)> {
        if !ace.flags.contains(AceFlags::INHERITED) {
            return Some((dn.to_owned(), vec![ace.clone()]));
        }
        let mask = |ace: &Ace| GenericMapping::DIRECTORY.map(ace.mask);
        let gives = |above: &&Ace| {
            !above.flags.contains(AceFlags::INHERITED)
                && above.flags.contains(AceFlags::CONTAINER_INHERIT)
                && (above.kind, above.trustee, above.object_type) == (ace.kind, ace.trustee, ace.object_type)
                && (above.inherited_object_type == ace.inherited_object_type || ace.inherited_object_type.is_none())
                && mask(above) & mask(ace) == mask(ace)
        };
        containers_of(dn).into_iter().find_map(|container| {
            let (written, descriptor) = self.above.get(&container.to_lowercase())?;
            let Dacl::List(list) = &descriptor.dacl else { return None };
            let found: Vec<Ace> = list.aces.iter().filter(gives).cloned().collect();
            (!found.is_empty()).then(|| (written.clone(), found))
        })
    }

    /// How entries are taken away, one after the other; each `dn` with an entry of its list.
    pub(super) fn take_away<'a>(&self, entries: impl IntoIterator<Item = (&'a str, &'a Ace)>) -> Vec<Remedy> {
        // Where, for whom, and which.
        let mut given: Vec<(String, Sid, Vec<Ace>)> = Vec::new();
        let mut unseen: Vec<&str> = Vec::new();
        for (dn, ace) in entries {
            let Some((at, aces)) = self.given(dn, ace) else {
                if !unseen.contains(&dn) {
                    unseen.push(dn);
                }
                continue;
            };
            let known = given.iter().position(|(known, sid, _)| *known == at && *sid == ace.trustee);
            let of = known.unwrap_or_else(|| {
                given.push((at, ace.trustee, Vec::new()));
                given.len() - 1
            });
            for one in aces {
                if !given[of].2.contains(&one) {
                    given[of].2.push(one);
                }
            }
        }
        let commands: Vec<Command> = given.iter().map(|(dn, sid, aces)| self.without(dn, sid, aces)).collect();
        let mut told = Vec::new();
        if !commands.is_empty() {
            let remark = "every entry of the list for that name goes: grant again what it needs";
            told.extend(self.remedies("take it away", &commands, [remark, ""]));
        }
        if !unseen.is_empty() {
            told.extend(self.look(unseen, "what is inherited is taken away at the container above that gives it, which was not seen"));
        }
        told
    }

    fn without(&self, dn: &str, sid: &Sid, aces: &[Ace]) -> Command {
        let dn = plain_dn(dn);
        let texts: Vec<String> = aces.iter().filter_map(text).collect();
        let samba = if texts.len() != aces.len() {
            // No tool of Samba writes such entries.
            format!("samba-tool dsacl get {}", shell_word(&format!("--objectdn={dn}")))
        } else if self.samba.as_deref().is_some_and(has_dsacl_delete) {
            format!("samba-tool dsacl delete {} {}", shell_word(&format!("--objectdn={dn}")), shell_word(&format!("--sddl={}", texts.concat())))
        } else {
            let arguments: Vec<&str> = std::iter::once(dn.as_str()).chain(texts.iter().map(String::as_str)).collect();
            python(DELETE, &arguments)
        };
        Command { windows: format!("dsacls {} /R {}", powershell(&dn), powershell(&self.trustee(sid, &dn))), samba }
    }

    /// How somebody else than a person owns an object: Domain Admins.
    pub(super) fn owned_by_administrators<'a>(&self, objects: impl IntoIterator<Item = &'a str>) -> Vec<Remedy> {
        let own = |dn: &str| {
            let dn = plain_dn(dn);
            Command { windows: format!("dsacls {} /takeOwnership", powershell(&dn)), samba: python(OWN, &[&dn]) }
        };
        let commands: Vec<Command> = objects.into_iter().map(own).collect();
        self.remedies("make Domain Admins its owner", &commands, ["as one of them", ""])
    }

    /// How the lists of objects are seen, with why.
    pub(super) fn look<'a>(&self, objects: impl IntoIterator<Item = &'a str>, why: &str) -> Vec<Remedy> {
        let see = |dn: &str| {
            let dn = plain_dn(dn);
            let samba = format!("samba-tool dsacl get {}", shell_word(&format!("--objectdn={dn}")));
            Command { windows: format!("dsacls {} /A", powershell(&dn)), samba }
        };
        let commands: Vec<Command> = objects.into_iter().map(see).collect();
        self.remedies("see the list", &commands, [why; 2])
    }

    /// A verdict with what mends it, where it fails: `of` are the objects that it fails for, each with what gives the account too much.
    pub(super) fn mended<'a>(&self, told: impl Into<Told>, of: impl IntoIterator<Item = (&'a str, Culprits)>) -> Told {
        let mut told = told.into();
        let of: Vec<(&str, Culprits)> = of.into_iter().collect();
        let entries: Vec<(&str, &Ace)> = of.iter().flat_map(|(dn, culprits)| culprits.entries.iter().map(|ace| (*dn, ace))).collect();
        if !entries.is_empty() {
            told.mending.extend(self.take_away(entries));
        }
        let owned: Vec<&str> = of.iter().filter(|(_, culprits)| culprits.owner).map(|(dn, _)| *dn).collect();
        if !owned.is_empty() {
            told.mending.extend(self.owned_by_administrators(owned));
        }
        let open: Vec<&str> = of.iter().filter(|(_, culprits)| culprits.entries.is_empty() && !culprits.owner).map(|(dn, _)| *dn).collect();
        if !open.is_empty() {
            told.mending.extend(self.look(open, "no entry gives that by itself"));
        }
        told
    }

    /// How the account is given rights on an object and what is below it, in the letters of `dsacls` and those of SDDL.
    pub(super) fn grant(&self, dn: &str, dsacls: &str, sddl: &str) -> Vec<Remedy> {
        let Some((own, sid)) = self.own.as_ref() else { return Vec::new() };
        let (dn, own) = (plain_dn(dn), plain_dn(own));
        let windows = format!("dsacls {} /I:T /G {}", powershell(&dn), powershell(&format!("{}:{dsacls}", self.trustee(sid, &own))));
        let words = [format!("--objectdn={dn}"), format!("--trusteedn={own}"), format!("--sddl=(A;CI;{sddl};;;{sid})")];
        let samba = format!("samba-tool dsacl set {}", words.map(|word| shell_word(&word)).join(" "));
        self.remedies("grant it", &[Command { windows, samba }], [""; 2])
    }

    /// How a member leaves a group.
    pub(super) fn leave(&self, group: &str, member: &str) -> Command {
        let member = plain_dn(member);
        let windows = format!("Remove-ADGroupMember -Identity {} -Members {} -Confirm:$false", powershell(group), powershell(&member));
        Command { windows, samba: format!("samba-tool group removemembers {} {}", shell_word(group), shell_word(&format!("--member-dn={member}"))) }
    }

    /// How attributes of an object lose their values.
    pub(super) fn clear(&self, dn: &str, attributes: &[&str]) -> Command {
        let dn = plain_dn(dn);
        let values: Vec<String> = attributes.iter().map(|name| format!("{name}=")).collect();
        let arguments: Vec<&str> = std::iter::once(dn.as_str()).chain(values.iter().map(String::as_str)).collect();
        Command { windows: format!("Set-ADObject -Identity {} -Clear {}", powershell(&dn), attributes.join(",")), samba: python(SET, &arguments) }
    }

    /// How an attribute of an object gets a number.
    pub(super) fn set(&self, dn: &str, attribute: &str, value: i64) -> Command {
        let dn = plain_dn(dn);
        let windows = format!("Set-ADObject -Identity {} -Replace @{{{}={value}}}", powershell(&dn), powershell(attribute));
        Command { windows, samba: python(SET, &[&dn, &format!("{attribute}={value}")]) }
    }
}

/// Whether Samba of this version has `samba-tool dsacl delete`: from 4.18 on.
fn has_dsacl_delete(version: &str) -> bool {
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map(|number| number.parse().unwrap_or(0_u32));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (4, 18)
}

#[cfg(test)]
mod tests;
