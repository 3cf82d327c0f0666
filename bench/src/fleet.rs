//! Registered, approved machines for a measured site.

use provost_domain::SiteCode;
use provost_lab::client::Client;
use provost_lab::site::{Site, Start};
use std::io;
use std::path::Path;

/// A started site with its machines.
pub struct Fleet {
    /// The site.
    pub site: Site,
    /// Its machines.
    pub machines: Vec<Client>,
}

/// Runs `work` for every number below `count` on `threads` threads and collects what it gives, in order.
///
/// # Errors
/// The first error of any.
pub fn spread<T: Send>(count: u64, threads: usize, work: impl Fn(u64) -> io::Result<T> + Sync) -> io::Result<Vec<T>> {
    let next = std::sync::atomic::AtomicU64::new(0);
    let mut results: Vec<(u64, T)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut done = Vec::new();
                    loop {
                        let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        if number >= count {
                            return Ok::<_, io::Error>(done);
                        }
                        done.push((number, work(number)?));
                    }
                })
            })
            .collect();
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.join().map_err(|_| io::Error::other("a worker panicked"))??);
        }
        Ok::<_, io::Error>(all)
    })?;
    results.sort_by_key(|(number, _)| *number);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

/// Name of a machine.
#[must_use]
pub fn name(number: u64) -> String {
    format!("pc-{number:05}")
}

impl Fleet {
    /// Starts a new site and registers `machines` with one-time tokens.
    ///
    /// # Errors
    /// When anything of it fails.
    pub fn new(program: &Path, folder: &Path, machines: u64) -> io::Result<Self> {
        let site = Start::new(&program.canonicalize()?, &folder.join("site")).run()?;
        let code: SiteCode = "LAB".parse().map_err(io::Error::other)?;
        let authority = site.data().join("keys/site-ca.pem");
        let machines = spread(machines, 8, |number| {
            let token = site.approval_token()?;
            Client::register(site.ready.management_point, &authority, code, &name(number), Some(&token))
        })?;
        Ok(Self { site, machines })
    }
}
