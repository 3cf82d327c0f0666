//! The calling side of one interface, over one pipe.

use crate::pdu::{self, Answer, Interface};
use crate::pipe::Pipe;
use crate::refusal::broken;
use crate::session::Session;
use provost_domain::Failure;

/// Most parts that one answer comes in.
const PARTS_MAX: usize = 4096;

/// An interface that was taken.
pub(crate) struct Client {
    pipe: Pipe,
    call: u32,
    /// The longest fragment that the server takes.
    fragment: u16,
}

impl Client {
    /// Opens the pipe and says which interface is meant.
    pub(crate) async fn open(session: &Session, pipe: &str, interface: Interface) -> Result<Self, Failure> {
        let (pipe, call) = (Pipe::open(session, pipe).await?, 1);
        pipe.write(pdu::bind(call, interface)).await?;
        let mut read = Vec::new();
        for _ in 0..PARTS_MAX {
            read.extend_from_slice(&pipe.read().await?);
            if let Some(fragment) = pdu::read_bound(&read, call)? {
                return Ok(Self { pipe, call, fragment });
            }
        }
        Err(broken("bind", "an answer without end"))
    }

    /// Calls an operation, and waits for its values.
    pub(crate) async fn call(&mut self, operation: u16, values: &[u8]) -> Result<Vec<u8>, Failure> {
        self.call = self.call.wrapping_add(1);
        for fragment in pdu::request(self.call, operation, values, self.fragment) {
            self.pipe.write(fragment).await?;
        }
        let mut answer = Answer::to(self.call);
        for _ in 0..PARTS_MAX {
            if let Some(values) = answer.take(&self.pipe.read().await?)? {
                return Ok(values);
            }
        }
        Err(broken("call", "an answer without end"))
    }

    pub(crate) async fn close(self) -> Result<(), Failure> {
        self.pipe.close().await
    }
}
