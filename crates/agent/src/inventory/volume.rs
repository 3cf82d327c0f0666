//! Mounted volumes (proc(5), /proc/self/mounts; statvfs).

use super::{Read, integer, text};
use provost_domain::inventory::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// File systems that hold no data of their own.
const VIRTUAL: &[&str] = &[
    "autofs",
    "binfmt_misc",
    "bpf",
    "cgroup",
    "cgroup2",
    "configfs",
    "debugfs",
    "devpts",
    "devtmpfs",
    "efivarfs",
    "fusectl",
    "hugetlbfs",
    "mqueue",
    "nsfs",
    "proc",
    "pstore",
    "ramfs",
    "rpc_pipefs",
    "securityfs",
    "selinuxfs",
    "squashfs",
    "sysfs",
    "tmpfs",
    "tracefs",
];
/// File systems of other machines: they are no volumes of this one, and asking one whose server is away waits for ever.
const REMOTE: &[&str] = &["9p", "afs", "beegfs", "ceph", "cifs", "davfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs", "virtiofs"];
/// Where container runtimes mount what belongs to containers, coming and going with them.
const OF_CONTAINERS: &[&str] = &["/var/lib/docker/", "/var/lib/containers/", "/var/lib/containerd/", "/var/lib/kubelet/", "/run/containerd/", "/run/docker/"];

/// A row for each mounted volume.
pub fn read(root: &Path) -> Read {
    let mounts = std::fs::read_to_string(root.join("proc/self/mounts")).map_err(|e| format!("/proc/self/mounts cannot be read: {e}"))?;
    let mut volumes: BTreeMap<String, [Value<'static>; 6]> = BTreeMap::new();
    for mount in mounts.lines() {
        let fields: Vec<&str> = mount.split(' ').collect();
        let [device, point, file_system, options, ..] = fields[..] else { continue };
        let point = unescape(point);
        // Inside a container the root itself is an overlay.
        let virtual_ = VIRTUAL.contains(&file_system) || file_system == "overlay" && point != "/";
        if virtual_ || REMOTE.contains(&file_system) || file_system.starts_with("fuse.") || OF_CONTAINERS.iter().any(|folder| point.starts_with(folder)) {
            continue;
        }
        let place = root.join(point.trim_start_matches('/'));
        // A single file that is mounted over another is no volume.
        if std::fs::metadata(&place).is_ok_and(|metadata| !metadata.is_dir()) {
            continue;
        }
        let (size_kib, free_gib) = space(&place);
        let read_only = options.split(',').any(|o| o == "ro");
        let row = [text(point.clone()), text(unescape(device)), text(file_system), integer(size_kib), integer(free_gib), Value::Integer(i64::from(read_only))];
        // What is mounted later on the same point hides what was there.
        volumes.insert(point, row);
    }
    Ok(volumes.into_values().flatten().collect())
}

/// Size in KiB and free space in whole GiB: finer numbers would change with every log line.
#[cfg(unix)]
fn space(point: &Path) -> (Option<i64>, Option<i64>) {
    let Ok(space) = rustix::fs::statvfs(point) else { return (None, None) };
    let bytes = |blocks: u64| blocks.saturating_mul(space.f_frsize);
    (i64::try_from(bytes(space.f_blocks) / 1024).ok(), i64::try_from(bytes(space.f_bavail) >> 30).ok())
}

#[cfg(not(unix))]
fn space(_point: &Path) -> (Option<i64>, Option<i64>) {
    (None, None)
}

/// The kernel writes space, tab, newline and backslash as octal (fstab(5)).
fn unescape(field: &str) -> String {
    let mut text = String::with_capacity(field.len());
    let mut rest = field;
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        let code = [("040", ' '), ("011", '\t'), ("012", '\n'), ("134", '\\')].into_iter().find(|(code, _)| after.starts_with(code));
        match code {
            Some((code, character)) => {
                text.push(character);
                rest = &after[code.len()..];
            }
            None => {
                text.push('\\');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}
