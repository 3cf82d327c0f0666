//! `start` and `rest`: `provost up` on existing data.

use provost_lab::site::Ready;
use serde_json::{Value, json};
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// `provost up`, killed when dropped.
struct Up {
    child: Child,
    ready: Ready,
    seconds: f64,
}

impl Drop for Up {
    fn drop(&mut self) {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        let _ = self.child.wait();
    }
}

/// Starts the program and waits until it tells that it is ready.
fn up(program: &Path, folder: &Path) -> io::Result<Up> {
    let ready_file = folder.join("ready.json");
    let _ = std::fs::remove_file(&ready_file);
    let started = Instant::now();
    let mut command = Command::new(program);
    command.args(["up", "--data"]).arg(folder.join("site")).args(["--listen", "127.0.0.1:0", "--ready-file"]).arg(&ready_file);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    loop {
        if let Ok(text) = std::fs::read_to_string(&ready_file) {
            let seconds = started.elapsed().as_secs_f64();
            return Ok(Up { child, ready: serde_json::from_str(&text)?, seconds });
        }
        if let Some(status) = child.try_wait()? {
            return Err(io::Error::other(format!("the site ended: {status}")));
        }
        if started.elapsed() > Duration::from_secs(60) {
            let _ = child.kill();
            return Err(io::Error::other("not ready after 60 s"));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Median time from start to ready on data that exists.
///
/// # Errors
/// When the site does not start.
pub fn run(program: &Path, folder: &Path, times: usize) -> io::Result<Vec<Value>> {
    let program = program.canonicalize()?;
    let first = up(&program, folder)?.seconds;
    let mut seconds = (0..times).map(|_| up(&program, folder).map(|up| up.seconds)).collect::<io::Result<Vec<_>>>()?;
    seconds.sort_by(f64::total_cmp);
    let median = seconds.get(times / 2).copied().unwrap_or(first);
    Ok(vec![json!({
        "claim": "start", "figure": median * 1000.0, "unit": "milliseconds until ready, median", "times": times,
        "fastest_ms": seconds.first().map(|s| s * 1000.0), "slowest_ms": seconds.last().map(|s| s * 1000.0), "first_start_on_no_data_ms": first * 1000.0,
    })])
}

/// Resident memory of site and agent after some seconds of rest.
///
/// # Errors
/// When the site does not start or a process cannot be read.
pub fn rest(program: &Path, folder: &Path, seconds: u64) -> io::Result<Vec<Value>> {
    let program = program.canonicalize()?;
    drop(up(&program, folder)?);
    let up = up(&program, folder)?;
    std::thread::sleep(Duration::from_secs(seconds));
    let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", up.ready.pid)).unwrap_or_default();
    let agent = children.split_whitespace().next().map(resident_mib).transpose()?;
    Ok(vec![json!({
        "claim": "rest", "unit": "MiB resident", "site": resident_mib(&up.ready.pid.to_string())?, "agent": agent, "after_seconds": seconds,
    })])
}

fn resident_mib(pid: &str) -> io::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).ok_or_else(|| io::Error::other("no VmRSS"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().map_err(io::Error::other)?;
    Ok(kib / 1024.0)
}
