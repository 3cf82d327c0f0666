//! What a lab leaves: nothing on the machine, and a capture that tells whether NTLM was spoken.

use crate::tickets::sign_in;
use provost_lab::capture::ntlm_messages;
use provost_lab::lab::OwnLab;
use provost_lab::topology::CORP;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The processes that have this network: their folders, and since when they run. Numbers are given again, also networks'.
pub fn processes_of_network(inode: u64) -> Vec<(PathBuf, String)> {
    let processes = std::fs::read_dir("/proc").expect("processes").flatten().map(|entry| entry.path());
    let processes = processes.filter(|path| std::fs::metadata(path.join("ns/net")).is_ok_and(|network| network.ino() == inode));
    processes.filter_map(|path| started(&path).map(|at| (path, at))).collect()
}

/// Since when a process runs that has not ended.
fn started(process: &Path) -> Option<String> {
    let stat = std::fs::read_to_string(process.join("stat")).ok()?;
    let fields: Vec<_> = stat.rsplit(')').next()?.split_whitespace().collect();
    (fields.first() != Some(&"Z")).then(|| fields.get(19).map(|at| (*at).to_owned())).flatten()
}

#[test]
fn a_lab_stops_without_a_trace() {
    let since = Instant::now();
    let Some(own) = OwnLab::beside(&["dc1"]) else { return };
    println!("a lab of one domain controller started after {:.1} s", since.elapsed().as_secs_f64());
    let (tag, folder) = (own.tag().to_owned(), own.folder().to_owned());
    let network = own.host("dc1").expect("a host").network_inode().expect("a network");
    let traces = || {
        let interfaces = std::fs::read_dir("/sys/class/net").expect("interfaces").flatten();
        let interfaces = interfaces.filter(|entry| entry.file_name().to_string_lossy().split('-').next() == Some(&tag)).count();
        let mounts = std::fs::read_to_string("/proc/mounts").expect("mounts").lines().filter(|line| line.contains(&*folder.to_string_lossy())).count();
        (interfaces, mounts, folder.exists())
    };
    assert_eq!(traces(), (2, 0, true), "a bridge and a cable; the host's mounts are its own");
    let processes = processes_of_network(network);
    assert!(processes.len() > 10, "a domain controller is many processes, not {}", processes.len());
    let since = Instant::now();
    drop(own);
    println!("it was gone after {:.1} s", since.elapsed().as_secs_f64());
    assert_eq!(traces(), (0, 0, false));
    for (process, at) in processes {
        assert_ne!(started(&process).as_ref(), Some(&at), "{} still runs", process.display());
    }
}

#[test]
fn the_capture_tells_kerberos_from_ntlm() {
    let Some(mut own) = OwnLab::beside(&["dc1"]) else { return };
    own.let_ntlm_be_spoken();
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("tickets");
    let address = own.address("dc1").expect("an address").to_string();
    let password = own.password(&CORP, "ben");
    sign_in(&own, &CORP, "ben", &password, Some(&cache)).expect("a ticket");
    let list = |arguments: &[&str]| {
        let mut command = Command::new("smbclient");
        command.args(["//dc1.corp.example.test/sysvol", "--configfile=/dev/null", "--option=realm=CORP.EXAMPLE.TEST", "--ip-address", &address]);
        command.args(arguments).args(["--command", "ls"]).env("KRB5_CONFIG", own.krb5_conf()).env("KRB5CCNAME", &cache);
        command.output().expect("smbclient")
    };
    let listed = list(&["--use-kerberos=required", &format!("--use-krb5-ccache={}", cache.display())]);
    assert!(String::from_utf8_lossy(&listed.stdout).contains("corp.example.test"), "{listed:?}");
    // The capture is written packet by packet, a moment later.
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(std::fs::metadata(&own.network().capture).expect("a capture").len() > 10_000);
    assert_eq!(ntlm_messages(&own.network().capture).expect("it is read"), 0, "the controller's own traffic and that with Kerberos hold none");

    // The forbidden way, so that a search that finds nothing means something.
    let file = folder.path().join("login");
    std::fs::write(&file, format!("username = ben\npassword = {password}\ndomain = CORP\n")).expect("it is written");
    let listed = list(&["--use-kerberos=off", &format!("--authentication-file={}", file.display())]);
    std::thread::sleep(std::time::Duration::from_millis(300));
    own.network().end_capture().expect("it ends");
    assert!(ntlm_messages(&own.network().capture).expect("it is read") >= 2, "smbclient spoke NTLM and it is found: {listed:?}");
}
