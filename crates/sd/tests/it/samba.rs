//! Samba's own evaluator and reader of text (Debian package python3-samba) answer the same as this crate's, about random
//! descriptors, tokens and masks. `PROVOST_SD_QUESTIONS` asks for more than the 20,000 of each run.

use crate::arbitrary::{DOMAIN, DOMAINS, descriptor, mask, token};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use provost_sd::access::{MAXIMUM_ALLOWED, SYSTEM_SECURITY};
use provost_sd::{Asker, Decision, GenericMapping, SecurityDescriptor, Sid, Token, access_check};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

/// Questions about access in each run, and half as many again about text alone.
const QUESTIONS: usize = 20_000;
/// Debian's own interpreter, which has Debian's modules.
const INTERPRETER: &str = "/usr/bin/python3";

struct Question {
    descriptor: SecurityDescriptor,
    token: Token,
    mask: u32,
    /// Samba's plain check leaves out entries about parts of an object: those descriptors are asked about as text alone.
    about_access: bool,
}

impl Question {
    fn line(&self) -> String {
        let sids: Vec<String> = self.token.sids().map(Sid::to_string).collect();
        let bytes = self.descriptor.to_bytes().expect("it has room");
        let text = self.descriptor.to_sddl(&DOMAINS).expect("it has a text");
        format!("{}\t{text}\t{}\t{}\t{DOMAIN}\n", hexadecimal(&bytes), sids.join(","), self.mask)
    }

    fn check(&self, answer: &str) {
        let about = || format!("about {}\nSamba says {answer}", self.line());
        let [granted, bytes, text] = answer.split('\t').collect::<Vec<_>>()[..] else { panic!("three answers: {}", about()) };
        if self.about_access {
            // Samba maps no generic rights here, and this crate none within an entry.
            let as_it_is = GenericMapping { all: !SYSTEM_SECURITY, ..GenericMapping::FILE };
            let asker = Asker { token: &self.token, itself: None, mapping: as_it_is };
            let ours = match access_check(&self.descriptor, asker, self.mask) {
                Decision::Granted(granted) => granted.to_string(),
                Decision::Denied => "denied".to_owned(),
                Decision::Undecided => "undecided".to_owned(),
            };
            assert_eq!(ours, granted, "{}", about());
        }
        let ours = Ok(self.descriptor.clone());
        assert!(bytes.bytes().all(|byte| byte.is_ascii_hexdigit()), "{}", about());
        assert_eq!(SecurityDescriptor::parse(&from_hexadecimal(bytes)), ours, "our text as Samba reads it, {}", about());
        assert_eq!(
            SecurityDescriptor::from_sddl(text, &DOMAINS).as_ref(),
            ours.as_ref().map_err(|_| unreachable!()),
            "Samba's text as we read it, {}",
            about()
        );
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hexadecimal(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal digits")).collect()
}

/// A mask to ask for: rights, the most that is allowed, or both; generic rights are not asked for, since they are no rights.
fn asked() -> impl Strategy<Value = u32> {
    (mask(), 0..3).prop_map(|(mask, how)| match how {
        0 => MAXIMUM_ALLOWED,
        1 => mask & 0x1f_ffff | MAXIMUM_ALLOWED,
        _ => mask & 0x1f_ffff,
    })
}

fn questions(count: usize) -> Vec<Question> {
    let mut runner = TestRunner::deterministic();
    let plain = (descriptor(true), token(), asked());
    let any = (descriptor(false), token(), asked());
    let mut make = |index: usize| {
        let about_access = index % 3 != 2;
        let tree = if about_access { plain.new_tree(&mut runner).map(|tree| tree.current()) } else { any.new_tree(&mut runner).map(|tree| tree.current()) };
        let (descriptor, token, mask) = tree.expect("a value");
        Question { descriptor, token, mask, about_access }
    };
    (0..count + count / 2).map(&mut make).collect()
}

#[test]
fn samba_gives_the_same_answers() {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/samba_answers.py");
    let here = Command::new(INTERPRETER).args(["-c", "import samba.security"]).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    if !here {
        assert!(std::env::var("CI").is_err(), "python3-samba is missing; apt-get install python3-samba");
        println!("skipped: python3-samba is missing; install it with apt-get install python3-samba");
        return;
    }
    let count = std::env::var("PROVOST_SD_QUESTIONS").map_or(QUESTIONS, |count| count.parse().expect("PROVOST_SD_QUESTIONS is a number"));
    let questions = questions(count);
    let mut samba = Command::new(INTERPRETER).arg(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the interpreter starts");
    let mut input = samba.stdin.take().expect("its input");
    let lines: Vec<String> = questions.iter().map(Question::line).collect();
    // From a thread of its own: neither side waits for the other to read.
    let asking = thread::spawn(move || lines.iter().all(|line| input.write_all(line.as_bytes()).is_ok()));
    let mut answered = 0;
    for (question, answer) in questions.iter().zip(BufReader::new(samba.stdout.take().expect("its output")).lines()) {
        question.check(&answer.expect("a line of text"));
        answered += 1;
    }
    assert!(asking.join().expect("the thread that asks") && samba.wait().expect("it ends").success());
    assert_eq!(answered, questions.len());
    let about_access = questions.iter().filter(|question| question.about_access).count();
    assert!(about_access >= count, "{about_access}");
    println!("Samba agrees on {about_access} questions about access and {answered} about text");
}
