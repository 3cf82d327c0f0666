//! Where realms are asked, found out by others than the library's own resolver, and told to it in its configuration file.

use crate::foreign::Refusal;
use crate::refusal;
use crate::settings::{Realm, Settings, configure};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::fs;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

const STEP: &str = "configure Kerberos";
/// How long an answer is taken for true: as long as several sign in one after the other.
const FRESH: Duration = Duration::from_secs(60);
/// Most realms in the file, beyond which the one goes that was asked for the longest ago.
const REALMS_MAX: usize = 64;
/// Most realms that are found on the way from who signs in to a service.
const ON_THE_WAY_MAX: usize = 6;
/// Some versions of the library look once a second whether the file is another, by a clock that may lag by a tick.
const SEEN_WITHIN: Duration = Duration::from_millis(1050);
/// How much later than the one before a file is at least said to be: by that the library tells it is another.
const LATER: Duration = Duration::from_millis(1);

/// Who knows where a realm is asked: gives the addresses of its controllers, the nearest first. May block.
pub type Ask = Box<dyn Fn(&str) -> Result<Vec<SocketAddr>, Failure> + Send + Sync>;

/// The process's own, as its configuration file is.
static GUIDE: OnceLock<Guide> = OnceLock::new();

/// As [`configure`], with a file at `path` that is written here: whenever somebody signs in to a realm, or is referred to one,
/// `ask` tells where it is asked, and the file says so. The machine's name servers are asked for none.
///
/// # Errors
/// As [`configure`], and when the file cannot be written.
pub fn configure_by(path: &Path, ask: Ask) -> Result<(), Failure> {
    let guide = Guide::new(path, ask)?;
    configure(path)?;
    GUIDE.set(guide).map_err(|_| Failure::new(Outcome::RefusedByRule, STEP, "it is configured already"))
}

/// Has the library know where the realm of `principal` is asked, when that is ours to tell.
///
/// # Errors
/// When nobody tells.
pub fn find_realm_of(principal: &str) -> Result<(), Failure> {
    match (GUIDE.get(), principal.rsplit_once('@')) {
        (Some(guide), Some((_, realm))) => guide.find(realm).map(|_| ()),
        _ => Ok(()),
    }
}

/// Does what may be referred from realm to realm: where it ends at one that the library does not know how to ask, and that is ours
/// to tell, the realm is found and it is done again. Nobody was asked there, so nothing counts twice.
///
/// # Errors
/// As `act`.
pub fn follow<T>(act: impl FnMut() -> Result<Result<T, Refusal>, Failure>) -> Result<Result<T, Refusal>, Failure> {
    follow_by(GUIDE.get(), act)
}

fn follow_by<T>(guide: Option<&Guide>, mut act: impl FnMut() -> Result<Result<T, Refusal>, Failure>) -> Result<Result<T, Refusal>, Failure> {
    for _ in 0..ON_THE_WAY_MAX {
        match act()? {
            Err(refusal) if guide.zip(refusal::realm_unknown(&refusal)).is_some_and(|(guide, realm)| guide.leads_to(realm)) => {}
            done => return Ok(done),
        }
    }
    act()
}

/// Finds realms, and keeps the file.
struct Guide {
    path: PathBuf,
    ask: Ask,
    told: Mutex<Told>,
}

/// What the file says.
#[derive(Default)]
struct Told {
    /// With when each was asked for, the longest ago first.
    realms: Vec<(Realm, Instant)>,
    /// When the library has seen it.
    seen_at: Option<Instant>,
}

impl Told {
    fn of(&self, name: &str) -> Option<&(Realm, Instant)> {
        self.realms.iter().find(|(realm, _)| realm.name() == name)
    }
}

impl Guide {
    fn new(path: &Path, ask: Ask) -> Result<Self, Failure> {
        let guide = Self { path: path.to_owned(), ask, told: Mutex::default() };
        guide.write(&[])?;
        Ok(guide)
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        // It is changed in one place, as a whole.
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the library knows more of a realm than when it said that it does not know it. Blocks.
    fn leads_to(&self, name: &str) -> bool {
        match self.find(name) {
            Ok(false) => {
                let wait = self.told().seen_at.map(|at| at.saturating_duration_since(Instant::now())).unwrap_or_default();
                std::thread::sleep(wait);
                !wait.is_zero()
            }
            // What is told is where it was referred to, and not that nobody knows that.
            found => found.unwrap_or(false),
        }
    }

    /// Has the library know where a realm is asked; whether that is news to it. Blocks.
    fn find(&self, name: &str) -> Result<bool, Failure> {
        let asked = self.told().of(name).map(|(_, at)| *at);
        if asked.is_some_and(|at| at.elapsed() < FRESH) { Ok(false) } else { self.ask_and_tell(name) }
    }

    fn ask_and_tell(&self, name: &str) -> Result<bool, Failure> {
        // Before anybody is asked for it, who may be told by it what to answer.
        Realm::check(name)?;
        // Without the lock: a realm that is slow to be found keeps no other waiting.
        let found = (self.ask)(name).and_then(|controllers| Realm::new(name, &controllers));
        let mut told = self.told();
        let realm = match (found, told.of(name)) {
            (Ok(found), Some((known, _))) if found.is_where(known) => known.clone(),
            (Ok(found), _) => found,
            // What was found before holds as long as nothing else is.
            (Err(_), Some((known, _))) => known.clone(),
            (Err(failure), None) => return Err(failure),
        };
        let changed = told.of(name).is_none_or(|(known, _)| *known != realm);
        let mut realms = told.realms.clone();
        realms.retain(|(known, _)| known.name() != name);
        if realms.len() >= REALMS_MAX {
            realms.remove(0);
        }
        realms.push((realm, Instant::now()));
        if changed {
            self.write(&realms)?;
            told.seen_at = Some(Instant::now() + SEEN_WITHIN);
        }
        told.realms = realms;
        Ok(changed)
    }

    fn write(&self, realms: &[(Realm, Instant)]) -> Result<(), Failure> {
        let mut realms: Vec<Realm> = realms.iter().map(|(realm, _)| realm.clone()).collect();
        realms.sort_unstable_by(|one, other| one.name().cmp(other.name()));
        let text = Settings { realms, only_these: true }.text();
        replace(&self.path, text.as_bytes()).map_err(|error| Failure::new(Outcome::RefusedByRule, STEP, format!("{}: {error}", self.path.display())))
    }
}

/// So that whoever reads finds the one or the other, and neither in part. It need not outlive the process.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    file.write_all(bytes)?;
    // Files of one tick of the kernel's clock are of the same time.
    let before = fs::metadata(path).and_then(|there| there.modified());
    if let Ok(least) = before.map(|before| before + LATER)
        && file.metadata()?.modified()? < least
    {
        file.set_modified(least)?;
    }
    fs::rename(&new, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    /// Whom a test asks.
    #[derive(Clone, Default)]
    struct Names(Arc<Mutex<Known>>);

    #[derive(Default)]
    struct Known {
        answers: BTreeMap<String, Vec<SocketAddr>>,
        asked: Vec<String>,
    }

    impl Names {
        fn say(&self, realm: &str, controllers: &[&str]) {
            let controllers = controllers.iter().map(|one| one.parse().expect("an address")).collect();
            self.0.lock().expect("no panic").answers.insert(realm.to_owned(), controllers);
        }

        fn forget(&self) {
            self.0.lock().expect("no panic").answers.clear();
        }

        fn asked(&self) -> Vec<String> {
            self.0.lock().expect("no panic").asked.clone()
        }

        fn ask(&self) -> Ask {
            let names = self.clone();
            Box::new(move |realm| {
                let mut names = names.0.lock().expect("no panic");
                names.asked.push(realm.to_owned());
                names.answers.get(realm).cloned().ok_or_else(|| Failure::new(Outcome::Unreachable, "resolve", "nobody knows it"))
            })
        }
    }

    fn text(guide: &Guide) -> String {
        fs::read_to_string(&guide.path).expect("a file")
    }

    #[test]
    fn many_realms_at_once_are_all_in_the_file() {
        let (folder, names) = (tempfile::tempdir().expect("a folder"), Names::default());
        let realms: Vec<String> = (0..16).map(|n| format!("R{n}.EXAMPLE.TEST")).collect();
        for (n, realm) in realms.iter().enumerate() {
            names.say(realm, &[&format!("192.0.2.{n}:88")]);
        }
        let guide = Guide::new(&folder.path().join("krb5.conf"), names.ask()).expect("a guide");
        std::thread::scope(|scope| {
            for realm in &realms {
                scope.spawn(|| assert_eq!(guide.find(realm), Ok(true)));
            }
        });
        for (n, realm) in realms.iter().enumerate() {
            assert!(text(&guide).contains(&format!("    {realm} = {{\n        kdc = 192.0.2.{n}:88\n    }}\n")), "{}", text(&guide));
        }
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left beside it");
    }

    #[test]
    fn what_is_known_is_written_once_and_kept_as_long_as_nothing_else_is_found() {
        let (folder, names) = (tempfile::tempdir().expect("a folder"), Names::default());
        let guide = Guide::new(&folder.path().join("krb5.conf"), names.ask()).expect("a guide");
        assert_eq!(guide.find("A.TEST").expect_err("nobody knows it").detail, "nobody knows it");
        names.say("A.TEST", &["192.0.2.1:88", "192.0.2.2:88"]);
        assert_eq!((guide.ask_and_tell("A.TEST"), guide.find("A.TEST")), (Ok(true), Ok(false)));
        assert_eq!(names.asked(), ["A.TEST", "A.TEST"], "the last did not ask");
        let first = text(&guide);
        names.say("A.TEST", &["192.0.2.2:88", "192.0.2.1:88"]);
        assert_eq!(guide.ask_and_tell("A.TEST"), Ok(false), "another order is no news");
        names.forget();
        assert_eq!(guide.ask_and_tell("A.TEST"), Ok(false), "neither is that nobody answers");
        assert_eq!(text(&guide), first);
        names.say("A.TEST", &["192.0.2.2:88"]);
        assert_eq!(guide.ask_and_tell("A.TEST"), Ok(true));
        assert!(!text(&guide).contains("192.0.2.1"), "{}", text(&guide));
    }

    #[test]
    fn each_file_is_later_than_the_one_before_however_fast_they_come() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("krb5.conf");
        let mut times = Vec::new();
        for n in 0_u8..50 {
            replace(&path, &[n]).expect("written");
            times.push(fs::metadata(&path).and_then(|file| file.modified()).expect("a time"));
        }
        assert!(times.is_sorted_by(|one, next| one < next), "{times:?}");
    }

    #[test]
    fn nobody_is_asked_for_what_is_no_realm_and_realms_are_bounded_in_number() {
        let (folder, names) = (tempfile::tempdir().expect("a folder"), Names::default());
        let guide = Guide::new(&folder.path().join("krb5.conf"), names.ask()).expect("a guide");
        for name in ["", "A B", "A.TEST\n    kdc = 192.0.2.9", "A.TEST = {", "ä.test"] {
            assert_eq!(guide.find(name).expect_err("a refusal").outcome, Outcome::RefusedByRule, "{name:?}");
        }
        assert!(names.asked().is_empty());
        let realms: Vec<String> = (0..REALMS_MAX + 6).map(|n| format!("R{n}.TEST")).collect();
        for realm in &realms {
            names.say(realm, &["192.0.2.1:88"]);
            assert_eq!(guide.ask_and_tell(realm), Ok(true));
        }
        let there: Vec<bool> = realms.iter().map(|realm| text(&guide).contains(&format!("    {realm} = {{"))).collect();
        assert_eq!(there, [vec![false; 6], vec![true; REALMS_MAX]].concat());
    }

    #[test]
    fn whoever_is_referred_on_is_followed_to_realms_that_are_found_and_no_further() {
        let (folder, names) = (tempfile::tempdir().expect("a folder"), Names::default());
        let guide = Guide::new(&folder.path().join("krb5.conf"), names.ask()).expect("a guide");
        let unknown = |realm: &str| Refusal { code: -1_765_328_230, routine: 0, said: format!("Cannot find KDC for realm \"{realm}\"") };
        names.say("A.TEST", &["192.0.2.1:88"]);
        names.say("B.TEST", &["192.0.2.2:88"]);
        let mut way = vec!["C.TEST", "B.TEST", "A.TEST"];
        let followed = follow_by::<()>(Some(&guide), || Ok(Err(unknown(way.pop().expect("no more than these")))));
        let refused = followed.expect("a refusal").expect_err("nobody knows the last");
        assert_eq!((refused.said, names.asked()), (unknown("C.TEST").said, ["A.TEST", "B.TEST", "C.TEST"].map(str::to_owned).to_vec()));
    }

    #[test]
    fn a_library_that_has_not_seen_the_file_yet_is_waited_for_once() {
        let (folder, names) = (tempfile::tempdir().expect("a folder"), Names::default());
        let guide = Guide::new(&folder.path().join("krb5.conf"), names.ask()).expect("a guide");
        names.say("A.TEST", &["192.0.2.1:88"]);
        let refused = |guide| {
            let mut count = 0;
            let followed = follow_by::<()>(guide, || {
                count += 1;
                Ok(Err(Refusal { code: -1_765_328_230, routine: 0, said: "Cannot find KDC for realm \"A.TEST\"".to_owned() }))
            });
            assert!(followed.is_ok_and(|done| done.is_err()));
            count
        };
        assert_eq!(refused(Some(&guide)), 3, "when it was found, when the library must have seen it, and no more");
        assert_eq!(refused(Some(&guide)), 1, "that it does not know it still is no reason to try again");
        assert_eq!(refused(None), 1);
    }
}
