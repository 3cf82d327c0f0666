//! Each target on its seeds and on seeded changes of them, with the stable compiler, in every test run.

use provost_fuzz::{TARGETS, Target};
use provost_lab::random::Seeded;
use std::fs;
use std::path::Path;

/// Changes of each seed.
const CHANGES: u64 = 3000;
/// Pieces that break parsers more often than random bytes do.
const PIECES: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b"\xff\xfe",
    b"PVE1 ",
    b"-1",
    b"99999999999999999999",
    b"1e999",
    b"null",
    b"\n",
    b"\0",
    b":",
    b",",
];

#[test]
fn targets_survive_their_seeds_and_changes_of_them() {
    for (number, target) in TARGETS.iter().enumerate() {
        let (name, _) = target;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name);
        let mut seeds: Vec<_> = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{name} has no seeds: {e}")).map(|e| e.expect("readable").path()).collect();
        seeds.sort();
        assert!(!seeds.is_empty(), "{name} has no seeds");
        for seed in &seeds {
            let bytes = fs::read(seed).expect("a seed is readable");
            survive(target, &bytes, &seed.display().to_string());
            let mut random = Seeded::new(number as u64 + 1);
            for change in 0..CHANGES {
                survive(target, &changed(&bytes, &mut random), &format!("{} change {change}", seed.display()));
            }
        }
        println!("{name}: {} seeds, {CHANGES} changes each", seeds.len());
    }
}

fn survive((name, run): &Target, bytes: &[u8], what: &str) {
    let result = std::panic::catch_unwind(|| run(bytes));
    assert!(result.is_ok(), "{name} fails on {what}: {:?}", String::from_utf8_lossy(bytes));
}

/// One to four random changes: bytes flipped, cut, doubled, moved, or a nasty piece put in.
fn changed(bytes: &[u8], random: &mut Seeded) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(4) {
        let length = bytes.len() as u64;
        let at = random.below(length + 1) as usize;
        match random.below(5) {
            0 if length > 0 => bytes[at.min(length as usize - 1)] ^= 1 << random.below(8),
            1 => bytes.truncate(at),
            2 => {
                let piece = bytes[at..].to_vec();
                bytes.extend_from_slice(&piece[..piece.len().min(4096)]);
            }
            3 => {
                let end = (at + random.below(16) as usize).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => {
                let piece = PIECES[random.below(PIECES.len() as u64) as usize];
                bytes.splice(at..at, piece.iter().copied());
            }
        }
    }
    bytes
}
