//! Verdicts on what was seen of objects.

use super::{Change, Culprits, Mending, ObjectSeen, Schema, Seen, Told, Views, objects_named};
use crate::accounts::verification::Verdict;
use provost_sd::access::{DIRECTORY_ALL, WRITE_DACL, WRITE_OWNER, directory_words};
use provost_sd::{Guid, Token};
use std::collections::BTreeSet;

/// Objects of which what gives too much is looked for. Many of them mostly have it of one container.
const FAILING_MAX: usize = 20;
/// All rights but those to change permissions and owner, in the letters of `dsacls` and of SDDL.
const CONTROL: (&str, &str) = ("RPWPCCDCLCLOWSSDDTRCCA", "RPWPCRCCDCLCLORCSDDTSW");
/// The same of reading.
const READ: (&str, &str) = ("GR", "RPLCLORC");
/// And of all rights.
const ALL: (&str, &str) = ("GA", "GA");

/// How much of Full Control is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// All of it.
    Everything,
    /// All but changing permissions and owner.
    AllButPermissions,
}

/// One verdict for several objects: the worst, with the objects that made it; of none nothing is known.
pub(super) fn of_all(objects: &[ObjectSeen], passed: &str, judge: impl Fn(&ObjectSeen) -> Seen) -> Seen {
    let judged: Vec<(Verdict, String)> = objects.iter().map(&judge).collect();
    let worst = Verdict::of_all(judged.iter().map(|(verdict, _)| *verdict));
    if judged.is_empty() {
        return (worst, "there was no object to look at".to_owned());
    }
    if worst == Verdict::Pass {
        return (worst, format!("{passed} {}", objects_named(objects.iter().map(|object| object.dn.as_str()))));
    }
    let told: Vec<String> =
        objects.iter().zip(&judged).filter(|(_, (verdict, _))| *verdict == worst).map(|(object, (_, why))| format!("{}: {why}", object.dn)).collect();
    (worst, objects_named(told.iter().map(String::as_str)))
}

/// Where the two views part.
fn differ(server: &Change, descriptor: &Change) -> Seen {
    let (more, less) = (server.beyond(&descriptor.as_told()), descriptor.as_told().beyond(server));
    let why = format!("the domain controller and the descriptor disagree: only the former lets it {}, only the latter {}", more.words(), less.words());
    (Verdict::Fail, why)
}

/// What mends a check that fails, beside what failed: for each object that fails, what gives the account too much.
pub(super) fn with_mending(
    objects: &[ObjectSeen],
    passed: &str,
    judge: impl Fn(&ObjectSeen) -> Seen,
    mending: &Mending,
    culprits: impl Fn(&ObjectSeen) -> Culprits,
) -> Told {
    let told = of_all(objects, passed, &judge);
    let fails = told.0 == Verdict::Fail;
    let failing = objects.iter().filter(|object| fails && judge(object).0 == Verdict::Fail);
    mending.mended(told, failing.take(FAILING_MAX).map(|object| (object.dn.as_str(), culprits(object))))
}

/// That the account may change nothing of `objects`.
#[must_use]
pub fn no_change(objects: &[ObjectSeen], schema: &Schema, token: &Token, mending: &Mending) -> Told {
    let passed = "the domain controller and the descriptors agree that it may change nothing of";
    let judge = |object: &ObjectSeen| match object.views(schema, token) {
        Views::Agree(change) if change.is_nothing() => (Verdict::Pass, String::new()),
        Views::Agree(change) => (Verdict::Fail, format!("it may {}", change.words())),
        Views::Differ { server, descriptor } => differ(&server, &descriptor),
        Views::Unknown(why) => (Verdict::Unknown, why.to_owned()),
    };
    let gives = |object: &ObjectSeen| object.lets_change(schema, token, |change| !change.is_nothing());
    with_mending(objects, passed, judge, mending, |object| object.culprits(token, gives))
}

/// That the account may change everything of `objects`.
#[must_use]
pub fn full_control(objects: &[ObjectSeen], schema: &Schema, token: &Token, needed: Needed, mending: &Mending) -> Told {
    let permissions = needed == Needed::Everything;
    let rights = if permissions { DIRECTORY_ALL } else { DIRECTORY_ALL & !(WRITE_DACL | WRITE_OWNER) };
    let judge = |object: &ObjectSeen| {
        let change = match object.views(schema, token) {
            Views::Agree(change) => change,
            Views::Differ { server, descriptor } => return differ(&server, &descriptor),
            Views::Unknown(why) => return (Verdict::Unknown, why.to_owned()),
        };
        let all = Change {
            attributes: (object.says.allowed_attributes.iter())
                .filter(|name| schema.attribute(name).is_some_and(|attribute| attribute.writable))
                .map(|name| name.to_ascii_lowercase())
                .collect(),
            child_classes: object.says.allowed_child_classes.iter().map(|name| name.to_ascii_lowercase()).collect(),
            owner: permissions,
            permissions,
            further: 0,
        };
        let missing = all.beyond(&change);
        let granted = object.whole(token).map_or(0, |whole| whole.granted);
        if !missing.is_nothing() {
            (Verdict::Fail, format!("it may not {}", missing.words()))
        } else if granted & rights != rights {
            (Verdict::Fail, format!("it has not: {}", directory_words(rights & !granted)))
        } else {
            (Verdict::Pass, String::new())
        }
    };
    let told = of_all(objects, "the domain controller and the descriptors agree that it controls", judge);
    let lacks = |object: &ObjectSeen| matches!(object.views(schema, token), Views::Agree(_));
    granted(told, objects, judge, lacks, mending, if permissions { ALL } else { CONTROL })
}

/// What gives an account what it lacks, at the first object that it lacks it of: what is below inherits it. Where nothing is lacking
/// and the domain controller contradicts the descriptor, how that is looked at.
fn granted(
    seen: Seen,
    objects: &[ObjectSeen],
    judge: impl Fn(&ObjectSeen) -> Seen,
    lacks: impl Fn(&ObjectSeen) -> bool,
    mending: &Mending,
    (dsacls, sddl): (&str, &str),
) -> Told {
    let told = Told::from(seen);
    if told.verdict != Verdict::Fail {
        return told;
    }
    let failing: Vec<&ObjectSeen> = objects.iter().filter(|object| judge(object).0 == Verdict::Fail).take(FAILING_MAX).collect();
    let strange: Vec<&str> = failing.iter().filter(|object| !lacks(object)).map(|object| object.dn.as_str()).collect();
    let grant = failing.into_iter().find(|object| lacks(object)).map(|object| mending.grant(&object.dn, dsacls, sddl));
    let look = (!strange.is_empty()).then(|| mending.look(strange, ""));
    told.mended_by(grant.into_iter().chain(look).flatten())
}

/// That the account reads `attributes` of `objects`. One without a value does not come, readable or not: then the descriptor
/// decides.
#[must_use]
pub fn reads(objects: &[ObjectSeen], schema: &Schema, token: &Token, attributes: &[&str], mending: &Mending) -> Told {
    let judge = |object: &ObjectSeen| {
        let mut verdicts = Vec::new();
        let mut why = Vec::new();
        for name in attributes {
            let came = object.came.contains(&name.to_ascii_lowercase());
            verdicts.push(match (came, object.may_read(schema, token, name)) {
                (true, Some(true)) | (false, Some(true)) => Verdict::Pass,
                (true, Some(false)) => {
                    why.push(format!("{name} came, but the descriptor does not let it be read"));
                    Verdict::Fail
                }
                (false, Some(false)) => {
                    why.push(format!("it may not read {name}"));
                    Verdict::Fail
                }
                (true, None) => Verdict::Pass,
                (false, None) => {
                    why.push(format!("{name} did not come, and whether it may be read cannot be told"));
                    Verdict::Unknown
                }
            });
        }
        (Verdict::of_all(verdicts), why.join(", "))
    };
    let told = of_all(objects, &format!("it reads {} of", attributes.join(", ")), judge);
    let lacks_one = |object: &ObjectSeen, name: &str| !object.came.contains(&name.to_ascii_lowercase()) && object.may_read(schema, token, name) == Some(false);
    let lacks = |object: &ObjectSeen| attributes.iter().any(|name| lacks_one(object, name));
    granted(told, objects, judge, lacks, mending, READ)
}

/// That the account has none of these extended rights on `objects`. No server tells that: the descriptors alone decide.
#[must_use]
pub fn no_right(objects: &[ObjectSeen], schema: &Schema, token: &Token, rights: &[(Guid, &str)], mending: &Mending) -> Told {
    let names: Vec<&str> = rights.iter().map(|(_, name)| *name).collect();
    let judge = |object: &ObjectSeen| {
        let mut unknown = false;
        for (right, name) in rights {
            match object.may_use(schema, token, *right) {
                Some(true) => return (Verdict::Fail, format!("the descriptor lets it {name}")),
                Some(false) => {}
                None => unknown = true,
            }
        }
        if unknown { (Verdict::Unknown, "its descriptor did not come, or does not settle it".to_owned()) } else { (Verdict::Pass, String::new()) }
    };
    let gives = |object: &ObjectSeen| rights.iter().any(|(right, _)| object.may_use(schema, token, *right) == Some(true));
    let passed = format!("the descriptors do not let it {} of", names.join(", "));
    with_mending(objects, &passed, judge, mending, |object| object.culprits(token, gives))
}

/// That the account may change neither permissions nor owner of `objects`.
#[must_use]
pub fn no_permissions(objects: &[ObjectSeen], schema: &Schema, token: &Token, mending: &Mending) -> Told {
    let judge = |object: &ObjectSeen| match object.views(schema, token) {
        Views::Agree(change) if change.permissions || change.owner => {
            (Verdict::Fail, format!("it may {}", Change { attributes: BTreeSet::new(), child_classes: BTreeSet::new(), further: 0, ..change }.words()))
        }
        Views::Agree(_) => (Verdict::Pass, String::new()),
        Views::Differ { server, descriptor } => differ(&server, &descriptor),
        Views::Unknown(why) => (Verdict::Unknown, why.to_owned()),
    };
    let gives = |object: &ObjectSeen| object.lets_change(schema, token, |change| change.permissions || change.owner);
    with_mending(objects, "it may change neither permissions nor owner of", judge, mending, |object| object.culprits(token, gives))
}

/// That the account can make no computer: it may create none in `objects`, and the domain lets nobody join computers who may not
/// create them. `quota` is `ms-DS-MachineAccountQuota` of the domain `head`; without one nothing is known.
#[must_use]
pub fn no_join(objects: &[ObjectSeen], schema: &Schema, token: &Token, quota: Option<i64>, head: &str, mending: &Mending) -> Told {
    let judge = |object: &ObjectSeen| match object.views(schema, token) {
        Views::Agree(change) if change.child_classes.contains("computer") => (Verdict::Fail, "it may create computers".to_owned()),
        Views::Agree(_) => (Verdict::Pass, String::new()),
        Views::Differ { server, descriptor } => differ(&server, &descriptor),
        Views::Unknown(why) => (Verdict::Unknown, why.to_owned()),
    };
    let gives = |object: &ObjectSeen| object.lets_change(schema, token, |change| change.child_classes.contains("computer"));
    let mut told = with_mending(objects, "it may create no computer in", judge, mending, |object| object.culprits(token, gives));
    let (of_domain, quota) = match quota {
        Some(0) => (Verdict::Pass, "ms-DS-MachineAccountQuota is 0".to_owned()),
        Some(many) => {
            told.mending.extend(mending.remedies("set the quota to 0", &[mending.set(head, "ms-DS-MachineAccountQuota", 0)], [""; 2]));
            (Verdict::Fail, format!("ms-DS-MachineAccountQuota lets everybody join {many} computers"))
        }
        None => (Verdict::Unknown, "ms-DS-MachineAccountQuota did not come".to_owned()),
    };
    Told { verdict: Verdict::of_all([told.verdict, of_domain]), evidence: format!("{}; {quota}", told.evidence), ..told }
}
