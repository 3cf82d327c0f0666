//! `discovery`: a directory of users, computers and groups, read, compared with what is known, and stored.
//!
//! The directory is OpenLDAP's slapd with objects as Active Directory has them, and the rival OpenLDAP's own `ldapsearch`, which
//! reads the same attributes of the same objects page by page and throws them away, right before and right after. The site is
//! the real program from the outside: locations, bound account and runs by its API, LDAPS with a pinned authority, three methods
//! at a time, reports through the inbox, the discovery data manager and rows. A claim's time is over when its runs are done:
//! read, on disk, loaded and committed. What a site does while nothing is to be done is not counted: before the first run it
//! makes room in its database's log, as any site with locations does.
//!
//! slapd knows neither ranges of values, nor security descriptors, nor tokens, nor DirSync, nor Kerberos: groups come with
//! all their members at once, none is empty, and nothing is unreadable. Those are tested against Samba. Its root is a file, so that
//! the number of the last change stays.

mod population;
mod slapd;

use crate::device;
use population::{DOMAIN, LARGE_TENTHS, Object, Population, READER, large_sid, large_unit, unit, user};
use provost_catalog::database::Principal;
use provost_domain::discovery::ObjectKind;
use provost_domain::{SiteCode, Timestamp};
use provost_lab::site::{Site, Start};
use provost_store::keys::KeyFolder;
use provost_store::views::directory_objects as views;
use provost_store::{Database, Location, StoreError, Tx};
use serde_json::{Value, json};
use slapd::Slapd;
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// Changes of the delta.
const CHANGES: u64 = 100;
/// Longest run.
const PATIENCE: Duration = Duration::from_secs(1800);
/// Rows of a page when they are checked.
const PAGE: usize = 1000;

/// The methods, their accounts, and what each finds.
const METHODS: [(&str, &str, ObjectKind); 3] = [
    ("ad-system", "ad-system-discovery", ObjectKind::Computer),
    ("ad-user", "ad-user-discovery", ObjectKind::User),
    ("ad-group", "ad-group-discovery", ObjectKind::Group),
];

/// Runs the claims.
///
/// # Errors
/// When slapd or the site fails, or a run does not read everything.
pub fn run(program: &Path, folder: &Path, each: u64) -> io::Result<Vec<Value>> {
    let population = Population { each };
    let slapd = Slapd::start(&folder.join("slapd"), population)?;
    let site = Start::new(&program.canonicalize()?, &folder.join("site")).run()?;
    let measured = Measured { site, slapd };
    let mut places = Vec::new();
    for (method, account, kind) in METHODS {
        places.push((method, measured.look_at(method, account, &unit(kind))?));
    }
    let mut lines = Vec::new();
    measured.slapd.ldapsearch(true)?;
    for claim in ["discovery (first)", "discovery (unchanged)"] {
        let before = measured.slapd.ldapsearch(true)?;
        let mut line = measured.runs(claim, "full", &places)?;
        let after = measured.slapd.ldapsearch(true)?;
        let (rival, clear) = (f64::midpoint(before, after), measured.slapd.ldapsearch(false)?);
        let wall = line["wall_seconds"].as_f64().unwrap_or_default();
        line["objects"] = (each * 3).into();
        line["figure"] = (wall / rival).into();
        line["unit"] = "of the wall time of ldapsearch over the same TLS".into();
        line["ldapsearch_seconds"] = json!([before, after]);
        line["ldapsearch_in_the_clear_seconds"] = clear.into();
        line["objects_per_wall_second"] = ((each * 3) as f64 / wall).into();
        line["device_syncs_per_second"] = device::syncs_per_second(folder)?.into();
        lines.push(line);
    }
    let mut ldif = Vec::new();
    let changed = population.changes(CHANGES.min(each), &mut ldif)?;
    measured.slapd.modify(&ldif)?;
    let mut line = measured.runs("discovery (delta)", "delta", &places)?;
    line["changes"] = changed.len().into();
    line["figure"] = line["wall_seconds"].clone();
    line["unit"] = "seconds until every change is stored".into();
    lines.push(line);
    let mut large = Vec::new();
    for tenths in LARGE_TENTHS {
        let place = measured.look_at("ad-group", "ad-group-discovery", &large_unit(tenths))?;
        let line = measured.runs("discovery (large group)", "full", &[("ad-group", place)])?;
        let members = population.large_members(tenths);
        let seconds = line["wall_seconds"].as_f64().unwrap_or_default();
        large.push(json!({ "members": members, "wall_seconds": seconds, "microseconds_a_member": seconds * 1e6 / members as f64 }));
    }
    let of = |at: usize| large[at]["microseconds_a_member"].as_f64().unwrap_or_default();
    lines.push(json!({
        "claim": "discovery (large groups)", "figure": of(3) / of(0), "groups": large,
        "unit": "time for a member of the largest group, of that for one of the smallest: 1 is linear, and 8 quadratic",
    }));
    let data = measured.site.data().to_owned();
    measured.site.stop()?;
    let wrong = wrong_rows(&data, population, &changed)?;
    lines.push(json!({ "claim": "discovery (rows)", "figure": wrong, "unit": "objects or memberships wrong or lost, after all of it", "objects": each * 3 }));
    Ok(lines)
}

/// A site beside a directory.
struct Measured {
    site: Site,
    slapd: Slapd,
}

impl Measured {
    fn ask(&self, method: &str, path: &str, body: &Value) -> io::Result<Value> {
        let answer = self.site.api(method, path, body)?;
        if answer.status != 200 {
            return Err(io::Error::other(format!("{method} {path}: {} {}", answer.status, answer.text())));
        }
        Ok(serde_json::from_slice(&answer.body)?)
    }

    /// Has a method look at a unit as the bound reader; gives the location's number.
    fn look_at(&self, method: &str, account: &str, unit: &str) -> io::Result<i64> {
        let location = json!({ "method": method, "path": unit, "controllers": [self.slapd.address.to_string()], "ca_pem": self.slapd.ca_pem });
        let added = self.ask("POST", "/api/v1/discovery-locations", &location)?;
        let binding = json!({ "kind": account, "on": unit, "name": READER, "password": self.slapd.password });
        self.ask("POST", "/api/v1/bindings", &binding)?;
        added["location_id"].as_i64().ok_or_else(|| io::Error::other(format!("a location without a number: {added}")))
    }

    /// Runs methods at their locations together, and tells what that took.
    fn runs(&self, claim: &str, kind: &str, places: &[(&str, i64)]) -> io::Result<Value> {
        device::forget_peak(self.site.ready.pid)?;
        let (started, cpu, slapd_cpu) = (Instant::now(), self.site.cpu_seconds()?, self.slapd.cpu_seconds()?);
        let mut waiting = Vec::new();
        for (method, location_id) in places {
            let runs = self.ask("POST", "/api/v1/discovery-runs", &json!({ "method": method, "kind": kind, "location_id": location_id }))?;
            waiting.push(runs["items"][0]["run_id"].as_i64().ok_or_else(|| io::Error::other(format!("no run: {runs}")))?);
        }
        let mut seconds = serde_json::Map::new();
        while !waiting.is_empty() {
            // Each look is a request that the site pays for, so one asks for all of them: they are the newest.
            std::thread::sleep(if kind == "delta" { Duration::from_millis(2) } else { Duration::from_millis(20) });
            let runs = self.ask("GET", &format!("/api/v1/discovery-runs?limit={}", places.len()), &Value::Null)?;
            for run in runs["items"].as_array().into_iter().flatten() {
                let Some(at) = waiting.iter().position(|run_id| run["run_id"].as_i64() == Some(*run_id)) else { continue };
                match (run["done"].as_bool(), run["outcome"].as_str()) {
                    (Some(true), Some("succeeded")) => {
                        let told = json!({ "read": run["read"], "stored": run["loaded"], "new": run["new"], "changed": run["changed"], "after_seconds": started.elapsed().as_secs_f64() });
                        seconds.insert(run["method"].as_str().unwrap_or_default().to_owned(), told);
                        waiting.swap_remove(at);
                    }
                    (_, Some("" | "succeeded")) => {}
                    _ => return Err(io::Error::other(format!("a run failed: {run}"))),
                }
            }
            if started.elapsed() > PATIENCE {
                return Err(io::Error::other(format!("no end of a run after {} s", PATIENCE.as_secs())));
            }
        }
        Ok(json!({
            "claim": claim, "wall_seconds": started.elapsed().as_secs_f64(), "runs": seconds,
            "server_cpu_seconds": self.site.cpu_seconds()? - cpu, "slapd_cpu_seconds": self.slapd.cpu_seconds()? - slapd_cpu,
            "peak_mib_resident": device::peak_mib(self.site.ready.pid)?,
        }))
    }
}

/// How many objects and groups' members the site does not have exactly so, or should not have.
fn wrong_rows(data: &Path, population: Population, changed: &[Object]) -> io::Result<usize> {
    let keys = KeyFolder::open(&data.join("keys"))?;
    let site: SiteCode = "LAB".parse().map_err(io::Error::other)?;
    let place = Location::Sqlite(data.join("database/site.db"));
    let database = Database::open(&place, &keys, site, "bench", Timestamp::default()).map_err(io::Error::other)?;
    let mut provider = database.connect(Principal::Provider).map_err(io::Error::other)?;
    let changed: HashMap<String, Object> = changed.iter().map(|object| (object.sid(), *object)).collect();
    let mut expected: HashMap<String, Object> =
        population.objects().map(|object| (object.sid(), changed.get(&object.sid()).copied().unwrap_or(object))).collect();
    let mut large: BTreeSet<String> = LARGE_TENTHS.iter().map(|tenths| large_sid(*tenths)).collect();
    let wrong = provider.read(|tx| {
        let mut wrong = 0;
        for kind in ObjectKind::ALL {
            let mut last: Option<views::Listed> = None;
            loop {
                let behind = last.as_ref().map(|views::Listed { object, .. }| views::Behind {
                    account_name: &object.account_name,
                    domain: &object.domain,
                    sid: &object.sid,
                });
                let page = views::list(tx, kind, &[], behind, PAGE)?;
                for stored in &page {
                    match expected.remove(&*stored.object.sid) {
                        Some(object) => wrong += usize::from(!is_as(stored, object)) + wrong_members(tx, object, population.each)?,
                        None => wrong += usize::from(!large.remove(&*stored.object.sid)),
                    }
                }
                last = page.last().filter(|_| page.len() == PAGE).cloned();
                if last.is_none() {
                    break;
                }
            }
        }
        for tenths in LARGE_TENTHS {
            let members = usize::try_from(population.large_members(tenths)).unwrap_or(usize::MAX);
            let now: BTreeSet<String> = views::members(tx, &large_sid(tenths), members + 1)?.into_iter().map(|one| one.sid).collect();
            let should: BTreeSet<String> = (0..population.large_members(tenths)).map(|number| user(number).sid()).collect();
            wrong += now.symmetric_difference(&should).count();
        }
        Ok::<_, StoreError>(wrong)
    });
    Ok(wrong.map_err(io::Error::other)? + expected.len() + large.len())
}

fn is_as(stored: &views::Listed, object: Object) -> bool {
    let known = &stored.object;
    let own = match object.kind {
        ObjectKind::User => known.display_name == object.display_name() && known.principal_name == known.mail && known.last_logon_at.is_some(),
        ObjectKind::Computer => {
            known.operating_system.starts_with(&object.operating_system()) && stored.resource_id.is_some() && known.dns_name.ends_with(DOMAIN)
        }
        ObjectKind::Group => known.scope.is_some(),
    };
    own && !known.limited
        && known.account_name == object.account_name()
        && known.distinguished_name.eq_ignore_ascii_case(&object.dn())
        && !known.guid.is_empty()
}

fn wrong_members(tx: &mut Tx<'_>, object: Object, users: u64) -> Result<usize, StoreError> {
    if object.kind != ObjectKind::Group {
        return Ok(0);
    }
    let now: BTreeSet<String> = views::members(tx, &object.sid(), PAGE)?.into_iter().map(|one| one.sid).collect();
    let should: BTreeSet<String> = object.members(users).into_iter().map(|number| user(number).sid()).collect();
    Ok(now.symmetric_difference(&should).count())
}
