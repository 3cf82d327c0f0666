//! A trace of system calls, and the order that an acknowledgement must keep.

use std::collections::HashMap;

/// One system call; positions count lines of the trace.
#[derive(Clone, Debug)]
pub struct Call {
    name: String,
    /// Arguments as printed, paths and sockets included.
    arguments: String,
    began: usize,
    ended: usize,
    succeeded: bool,
    /// What it gave, when that is a number.
    result: i64,
}

impl Call {
    fn is(&self, names: &[&str]) -> bool {
        names.contains(&self.name.as_str())
    }
}

/// Reads what `strace -f -yy` wrote; calls that never ended are left out.
pub fn parse(trace: &str) -> Vec<Call> {
    let mut begun: HashMap<&str, (usize, String)> = HashMap::new();
    let mut calls = Vec::new();
    for (position, line) in trace.lines().enumerate() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(start) = rest.strip_suffix("<unfinished ...>") {
            begun.insert(thread, (position, start.trim_end().to_owned()));
            continue;
        }
        let (began, whole) = match rest.strip_prefix("<... ").and_then(|r| r.split_once(" resumed>")) {
            Some((_, end)) => match begun.remove(thread) {
                Some((began, start)) => (began, format!("{start}{end}")),
                None => continue,
            },
            None => (position, rest.to_owned()),
        };
        let Some((name, after)) = whole.split_once('(') else { continue };
        let Some((arguments, result)) = after.rsplit_once(" = ") else { continue };
        let result: i64 = result.split([' ', '<']).next().and_then(|r| r.parse().ok()).unwrap_or(-1);
        calls.push(Call { name: name.to_owned(), arguments: arguments.to_owned(), began, ended: position, succeeded: result >= 0, result });
    }
    calls
}

const READS: &[&str] = &["read", "readv", "recvfrom", "recvmsg"];
const WRITES: &[&str] = &["write", "writev", "sendto", "sendmsg"];
const SYNCS: &[&str] = &["fsync", "fdatasync"];
const RENAMES: &[&str] = &["rename", "renameat", "renameat2"];

/// Proves for the one message that came on the socket: its file was synced, then renamed into the inbox folder, then
/// the folder was synced, and only then the answer was written.
pub fn acknowledgement_follows_syncs(calls: &[Call], socket: &str, folder: &str) -> Result<String, String> {
    let on_socket = |call: &&Call| call.succeeded && call.result > 0 && call.arguments.contains(socket);
    // The message is the last thing read before the first answer that follows it; everything after is the goodbye.
    let answer_of = |read: &Call| calls.iter().filter(on_socket).find(|c| c.is(WRITES) && c.began > read.ended);
    let reads: Vec<&Call> = calls.iter().filter(on_socket).filter(|c| c.is(READS)).collect();
    let renames: Vec<&Call> = calls.iter().filter(|c| c.is(RENAMES) && c.succeeded && c.arguments.contains(folder)).collect();
    // Of all files renamed into the folder, this message's is the first one renamed after the message was read.
    let mut broken = "no message was read on this socket".to_owned();
    for read in reads.iter().rev() {
        let Some(answer) = answer_of(read) else { continue };
        let Some(rename) = renames.iter().find(|r| r.began > read.ended) else {
            broken = "no file was renamed into the inbox after the message was read".to_owned();
            continue;
        };
        let Some(temporary) = rename.arguments.split('"').nth(1) else { return Err(format!("an unknown form of rename: {}", rename.arguments)) };
        let file_sync = calls
            .iter()
            .find(|c| c.is(SYNCS) && c.succeeded && c.arguments.contains(&format!("<{temporary}>")) && c.ended < rename.began)
            .ok_or_else(|| format!("{temporary} was renamed before it was synced"))?;
        let folder_sync = calls
            .iter()
            .find(|c| c.is(SYNCS) && c.succeeded && c.arguments.contains(&format!("{folder}>")) && c.began > rename.ended && c.ended < answer.began)
            .ok_or_else(|| format!("the answer at line {} came before the folder's sync after the rename at line {}", answer.began + 1, rename.began + 1))?;
        return Ok(format!(
            "read at line {}, file synced at {}, renamed at {}, folder synced at {}, answered at {}",
            read.ended + 1,
            file_sync.ended + 1,
            rename.ended + 1,
            folder_sync.ended + 1,
            answer.began + 1
        ));
    }
    Err(broken)
}
