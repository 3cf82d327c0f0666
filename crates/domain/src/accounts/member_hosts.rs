//! What the hosts of a domain let an account do, as each of them answers it (security.md RC-S01, RC-S03, RC-M06). Hosts that were not
//! reached or asked let nothing pass.

use super::verification::Verdict;
use crate::{powershell_word as powershell, shell_word};
use provost_catalog::hosts::{ADMIN_SHARES, REMOTE_ACCESS, gives_rights};
use provost_sd::{Sid, well_known};

/// Hosts that are told by name, of those that say the same: every one that is asked.
const NAMES_MAX: usize = 100;
/// How it begins why a host told nothing that takes no connection.
const SILENT: &str = "it did not answer on port 445";
/// What brings an answer.
const SETTLES: &str =
    "to settle it, have them on when it is checked and let this server reach port 445 of them, or disable in the directory what is gone; then: provost verify";

/// What a host answers who asks for a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareAnswer {
    /// It lets in.
    Open,
    /// It refuses.
    Refused,
    /// It has no such share.
    NotThere,
}

/// A local group that the account is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalGroupSeen {
    /// Its identifier.
    pub sid: Sid,
    /// Its name; none for a built-in one, or when the host tells none.
    pub name: Option<String>,
}

/// What one host told, or why it did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostAnswers {
    /// Its name.
    pub name: String,
    /// Of each of [`ADMIN_SHARES`].
    pub shares: Result<Vec<(&'static str, ShareAnswer)>, String>,
    /// The local groups that the account is in, by itself or by its groups.
    pub groups: Result<Vec<LocalGroupSeen>, String>,
}

/// Why a host told nothing that takes no connection.
#[must_use]
pub fn silent(why: &str) -> String {
    format!("{SILENT} ({why})")
}

/// One verdict of several hosts: the worst, with those that made it. Hosts that say the same are told together.
pub(super) fn together(judged: Vec<(&str, Verdict, String)>) -> (Verdict, String) {
    let worst = Verdict::of_all(judged.iter().map(|(_, verdict, _)| *verdict));
    if judged.is_empty() {
        return (worst, "there was no host to ask".to_owned());
    }
    let all = judged.len();
    let mut told: Vec<(String, Vec<&str>)> = Vec::new();
    for (host, _, why) in judged.into_iter().filter(|(_, verdict, _)| *verdict == worst) {
        match told.iter_mut().find(|(other, _)| *other == why) {
            Some((_, names)) => names.push(host),
            None => told.push((why, vec![host])),
        }
    }
    let are_silent = told.iter().any(|(why, _)| why.starts_with(SILENT));
    let mut words: Vec<String> = told.into_iter().map(|(why, names)| of_hosts(&why, &names, all)).collect();
    words.extend(are_silent.then(|| SETTLES.to_owned()));
    (worst, words.join("; "))
}

/// What some of `all` hosts say. Of many that are silent how many they are comes first, for their names are long to read.
fn of_hosts(why: &str, names: &[&str], all: usize) -> String {
    let more = names.len().saturating_sub(NAMES_MAX);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let listed = names.iter().copied().take(NAMES_MAX).collect::<Vec<_>>().join(", ");
    match why.strip_prefix("it ").filter(|_| why.starts_with(SILENT) && names.len() > 1) {
        Some(silent) => format!("{} of {all} computers {silent}: {listed}{more}", names.len()),
        None => format!("at {listed}{more}: {why}"),
    }
}

/// That every host refuses the account its administrative shares. A host without such a share refuses it too.
#[must_use]
pub fn shares_refused(hosts: &[HostAnswers]) -> (Verdict, String) {
    let judge = |host: &HostAnswers| {
        let answers = match &host.shares {
            Ok(answers) => answers,
            Err(why) => return (Verdict::Unknown, why.clone()),
        };
        let of = |wanted: ShareAnswer| {
            let names = ADMIN_SHARES.iter().copied().filter(|share| answers.contains(&(*share, wanted)));
            Some(names.collect::<Vec<_>>().join(" and ")).filter(|names| !names.is_empty())
        };
        if let Some(open) = of(ShareAnswer::Open) {
            let host_word = shell_word(&host.name);
            let ends = ADMIN_SHARES.iter().filter(|share| answers.contains(&(**share, ShareAnswer::Open)));
            let ends: Vec<String> = ends.map(|share| format!("net rpc share delete {} -S {host_word}", shell_word(share))).collect();
            let ends = ends.join("; ");
            return (
                Verdict::Fail,
                format!(
                    "it lets the account into {open}: take it out of what administers the host, or end the share; see: net rpc share list -S {host_word}; of Samba end it with: {ends}"
                ),
            );
        }
        if ADMIN_SHARES.iter().any(|share| !answers.iter().any(|(name, _)| name == share)) {
            return (Verdict::Unknown, "not every administrative share was asked for".to_owned());
        }
        let refused = of(ShareAnswer::Refused).map(|names| format!("{names} refused"));
        let not_there = of(ShareAnswer::NotThere).map(|names| format!("{names} not there"));
        (Verdict::Pass, [refused, not_there].into_iter().flatten().collect::<Vec<_>>().join(", "))
    };
    together(hosts.iter().map(|host| (host.name.as_str(), judge(host))).map(|(name, (verdict, why))| (name, verdict, why)).collect())
}

/// That the account administers no host (RC-S01).
#[must_use]
pub fn administers_none(hosts: &[HostAnswers]) -> (Verdict, String) {
    in_no_group(hosts, "Administrators", |group| (group.sid == well_known::ADMINISTRATORS).then(|| "Administrators".to_owned()))
}

/// That the account is in no local group that reaches a host from afar, nor in one of the eight groups (RC-S03).
#[must_use]
pub fn reaches_none(hosts: &[HostAnswers]) -> (Verdict, String) {
    in_no_group(hosts, "a group that reaches a host from afar", |group| {
        let builtin = REMOTE_ACCESS.iter().find(|(rid, _)| group.sid == well_known::builtin(*rid)).map(|(_, name)| (*name).to_owned());
        builtin.or_else(|| group.name.clone().filter(|name| gives_rights(name)))
    })
}

fn in_no_group(hosts: &[HostAnswers], what: &str, is: impl Fn(&LocalGroupSeen) -> Option<String>) -> (Verdict, String) {
    let judge = |host: &HostAnswers| {
        let groups = match &host.groups {
            Ok(groups) => groups,
            Err(why) => return (Verdict::Unknown, why.clone()),
        };
        let found: Vec<String> = groups.iter().filter_map(&is).collect();
        if !found.is_empty() {
            let (mut see, mut leave) = (Vec::new(), Vec::new());
            for group in &found {
                let (word, host) = (shell_word(group), shell_word(&host.name));
                see.push(format!("net rpc group members {word} -S {host}"));
                leave.push(format!("net rpc group delmem {word} MEMBER -S {host}, of Windows there: net localgroup {} MEMBER /delete", powershell(group)));
            }
            let (found, see, leave) = (found.join(", "), see.join("; "), leave.join("; "));
            return (Verdict::Fail, format!("it is in {found}, by itself or by a group; to see by which: {see}; to take that MEMBER out: {leave}"));
        }
        // One without a name may be any.
        let builtin = |group: &&LocalGroupSeen| group.sid.sub_authorities().first() == Some(&32);
        match groups.iter().find(|group| !builtin(group) && group.name.is_none()) {
            Some(group) => (Verdict::Unknown, format!("it is in {}, whose name the host does not tell", group.sid)),
            None => (Verdict::Pass, format!("it is not in {what}")),
        }
    };
    together(hosts.iter().map(|host| (host.name.as_str(), judge(host))).map(|(name, (verdict, why))| (name, verdict, why)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str, shares: [ShareAnswer; 2], groups: &[(&str, Option<&str>)]) -> HostAnswers {
        HostAnswers {
            name: name.to_owned(),
            shares: Ok(ADMIN_SHARES.iter().copied().zip(shares).collect()),
            groups: Ok(groups.iter().map(|(sid, name)| LocalGroupSeen { sid: sid.parse().expect("an identifier"), name: name.map(str::to_owned) }).collect()),
        }
    }

    fn silent(name: &str) -> HostAnswers {
        told_nothing(name, "not reached")
    }

    fn told_nothing(name: &str, why: &str) -> HostAnswers {
        HostAnswers { name: name.to_owned(), shares: Err(why.to_owned()), groups: Err(why.to_owned()) }
    }

    const NOT_THERE: [ShareAnswer; 2] = [ShareAnswer::NotThere, ShareAnswer::NotThere];

    #[test]
    fn a_share_that_lets_in_fails_and_one_that_is_not_there_is_refused() {
        let free = host("a", [ShareAnswer::Refused, ShareAnswer::NotThere], &[]);
        assert_eq!(shares_refused(std::slice::from_ref(&free)), (Verdict::Pass, "at a: ADMIN$ refused, C$ not there".to_owned()));
        let open = host("b", [ShareAnswer::NotThere, ShareAnswer::Open], &[]);
        let (verdict, why) = shares_refused(&[free.clone(), open.clone(), silent("c")]);
        assert!(verdict == Verdict::Fail && why.starts_with("at b: it lets the account into C$:"), "{why}");
        assert_eq!(shares_refused(&[free.clone(), silent("c"), silent("d")]), (Verdict::Unknown, "at c, d: not reached".to_owned()));
        assert_eq!(shares_refused(&[]).0, Verdict::Unknown);
        let half = HostAnswers { shares: Ok(vec![("C$", ShareAnswer::Refused)]), ..free };
        assert_eq!(shares_refused(&[half]).0, Verdict::Unknown, "what was not asked is not refused");
    }

    #[test]
    fn local_groups_are_told_apart() {
        let of = |groups: &[(&str, Option<&str>)]| [host("a", NOT_THERE, groups)];
        let administrator = of(&[("S-1-5-32-544", None), ("S-1-5-32-545", None)]);
        assert!(
            administers_none(&administrator).0 == Verdict::Fail && administers_none(&administrator).1.contains("net rpc group members Administrators -S a")
        );
        assert_eq!(reaches_none(&administrator).0, Verdict::Pass);
        for wrong in [("S-1-5-32-555", None), ("S-1-5-21-1-2-3-1000", Some("sms admins")), ("S-1-5-21-1-2-3-1000", Some("SMS_SiteToSiteConnection_LAB"))] {
            assert_eq!(reaches_none(&of(&[wrong])).0, Verdict::Fail, "{wrong:?}");
            assert_eq!(administers_none(&of(&[wrong])).0, Verdict::Pass, "{wrong:?}");
        }
        assert_eq!(reaches_none(&of(&[("S-1-5-21-1-2-3-1000", Some("Printers of the third floor"))])).0, Verdict::Pass);
        assert_eq!(reaches_none(&of(&[("S-1-5-21-1-2-3-1000", None)])).0, Verdict::Unknown);
        assert_eq!(administers_none(&[silent("c")]).0, Verdict::Unknown);
    }

    #[test]
    fn of_very_many_hosts_the_first_are_named() {
        let many: Vec<HostAnswers> = (0..105).map(|n| silent(&format!("h{n}"))).collect();
        assert!(shares_refused(&many).1.ends_with("h99 and 5 more: not reached"));
    }
    #[test]
    fn hosts_that_are_silent_for_one_reason_are_counted_and_never_pass() {
        let off = super::silent("connection timed out");
        let free = |n: usize| host(&format!("on{n}"), [ShareAnswer::Refused, ShareAnswer::NotThere], &[]);
        let mut hosts: Vec<HostAnswers> = (0..41).map(|n| told_nothing(&format!("pc{n}.corp"), &off)).chain((0..22).map(free)).collect();
        hosts.push(told_nothing("pc99.corp", &super::silent("connection refused")));
        let (verdict, why) = shares_refused(&hosts);
        assert_eq!(verdict, Verdict::Unknown);
        assert!(why.starts_with("41 of 64 computers did not answer on port 445 (connection timed out): pc0.corp, pc1.corp, "), "{why}");
        assert!(why.contains(", pc40.corp; at pc99.corp: it did not answer on port 445 (connection refused); to settle it, "), "every name is kept: {why}");
        assert_eq!(administers_none(&hosts).0, Verdict::Unknown);
        let one = shares_refused(&[free(1), told_nothing("pc1", &off)]).1;
        assert!(one.starts_with("at pc1: it did not answer on port 445 (connection timed out); to settle it, "), "{one}");
        hosts.push(host("open", [ShareAnswer::Open, ShareAnswer::NotThere], &[]));
        assert_eq!(shares_refused(&hosts).0, Verdict::Fail, "nobody hides what another lets in");
    }
}
