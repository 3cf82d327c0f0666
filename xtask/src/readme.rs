//! The README is held to what it shows: its first command is run and prints what the block below it says, its second is
//! there, every file it links to exists, and every `provost` command it names is one.

mod shape;

use crate::finding::Finding;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

const FILE: &str = "README.md";
/// Longest wait for the first command to print what it promises. The README's own promise is two seconds; what it took
/// is printed, and this only keeps a broken one from hanging.
const WAIT: Duration = Duration::from_secs(60);

/// Runs the README's first command and compares. The program must be built, so that building it is not waited for.
pub fn check(root: &Path) -> Result<Vec<Finding>, String> {
    let text = std::fs::read_to_string(root.join(FILE)).map_err(|e| format!("{FILE}: {e}"))?;
    let mut findings = Vec::new();
    let blocks = shape::blocks(&text);
    let commands = blocks.iter().find(|block| block.contains("cargo run")).ok_or("the README shows no `cargo run`")?;
    let commands: Vec<&str> = commands.lines().map(|line| line.split('#').next().unwrap_or(line).trim()).filter(|line| !line.is_empty()).collect();
    let [first, second] = commands[..] else { return Err(format!("the README's first block has two commands, not {}", commands.len())) };
    let program = root.join(second);
    if !is_executable(&program) {
        findings.push(Finding::new(
            FILE,
            format!("its second command, {second}, is not there or cannot be run"),
            "both commands of the README work as they stand",
        ));
    }
    for link in shape::links(&text).into_iter().filter(|link| !root.join(link).exists()) {
        findings.push(Finding::new(FILE, format!("links to {link}, which is not there"), "a link leads somewhere"));
    }
    let shown = blocks.iter().find(|block| block.starts_with("Provost ")).ok_or("the README shows no output of its first command")?;
    findings.extend(run_first(root, first, shown)?);
    for command in shape::commands(&text) {
        let known = provost(root).args(&command).arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !known.is_ok_and(|status| status.success()) {
            findings.push(Finding::new(FILE, format!("names `provost {}`, which does not exist", command.join(" ")), "the README tells what exists today"));
        }
    }
    Ok(findings)
}

/// The built program.
fn provost(root: &Path) -> Command {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Command::new(target.join("release/provost"))
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o100 != 0)
}

/// Runs the command on a data folder of its own and a free port, twice as people do, and compares what it prints.
fn run_first(root: &Path, command: &str, shown: &str) -> Result<Vec<Finding>, String> {
    let data = Folder(std::env::temp_dir().join(format!("provost-readme-{}", std::process::id())));
    let mut findings = Vec::new();
    let again = shown.replace("first inventory", "inventory");
    for (run, shown) in [("on a machine without a site", shown), ("on existing data", &again)] {
        let (printed, took) = run_once(root, command, &data.0, shown.lines().count())?;
        println!("readme: {command}, {run}: printed its report after {:.2} s", took.as_secs_f64());
        for difference in shape::differences(shown, &printed) {
            findings.push(Finding::new(FILE, format!("{command}, {run}: {difference}"), "the README shows what the command prints"));
        }
    }
    Ok(findings)
}

fn run_once(root: &Path, command: &str, data: &Path, lines: usize) -> Result<(String, Duration), String> {
    let mut words = command.split_whitespace();
    let program = words.next().ok_or("the README's first command is empty")?;
    let began = Instant::now();
    let mut typed = Command::new(program);
    // What cargo tells this check about itself would be told to the cargo that is run, and crates whose build scripts
    // watch it (ring's does) would be built again: nobody who types the command has these.
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")))
    {
        typed.env_remove(name);
    }
    let child = typed
        .args(words)
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .env("NO_COLOR", "1")
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{program} did not start: {e}"))?;
    let mut running = Running(child);
    let (out, err) = (running.0.stdout.take(), running.0.stderr.take());
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || out.map(|out| BufReader::new(out).lines().map_while(Result::ok).try_for_each(|line| send.send(line))));
    let mut printed = Vec::new();
    while printed.len() < lines {
        match receive.recv_timeout(WAIT.saturating_sub(began.elapsed())) {
            Ok(line) => printed.push(line),
            Err(_) => {
                drop(running);
                let mut told = String::new();
                let _ = err.map(|mut err| err.read_to_string(&mut told));
                return Err(format!("{command} printed {} lines of {lines}:\n{}\n{told}", printed.len(), printed.join("\n")));
            }
        }
    }
    let took = began.elapsed();
    // Ctrl-C, as the report says; it must end with success.
    let ended = running.interrupt()?;
    if ended { Ok((printed.join("\n"), took)) } else { Err(format!("{command} did not stop cleanly at Ctrl-C")) }
}

struct Running(Child);

impl Running {
    fn interrupt(&mut self) -> Result<bool, String> {
        let sent = Command::new("kill").args(["-INT", &self.0.id().to_string()]).status();
        if !sent.is_ok_and(|status| status.success()) {
            return Err("could not send Ctrl-C".to_owned());
        }
        let until = Instant::now() + WAIT;
        while Instant::now() < until {
            if let Some(status) = self.0.try_wait().map_err(|e| e.to_string())? {
                return Ok(status.success());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(false)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
