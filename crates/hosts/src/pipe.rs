//! A named pipe of a host: what is written is read by a server, whose answers are read.

use crate::refusal::{broken, failure, refused};
use crate::session::Session;
use provost_domain::Failure;
use smb2::client::Connection;
use smb2::msg::close::CloseRequest;
use smb2::msg::create::{CreateDisposition, CreateRequest, CreateResponse, ImpersonationLevel, ShareAccess};
use smb2::msg::read::{ReadRequest, ReadResponse, SMB2_CHANNEL_NONE};
use smb2::msg::write::{WriteRequest, WriteResponse};
use smb2::pack::{ReadCursor, Unpack};
use smb2::types::flags::FileAccessMask;
use smb2::types::{Command, FileId, OplockLevel, TreeId};

/// Read and write data, attributes and extended attributes, and wait for it (MS-SMB2 §2.2.13.1.1), as Windows' own clients ask.
const ACCESS: u32 = 0x0012_019f;
/// Most bytes that are asked for at once: more need further credits.
const READ_MAX: u32 = 64 << 10;
/// Where data stands in a message that is written or read (MS-SMB2 §2.2.21, §2.2.19).
const WRITTEN_AT: u16 = 0x70;
const READ_AT: u8 = 0x50;
const STEP: &str = "call by a pipe";

/// A pipe that is open; closed with its session, or by [`Pipe::close`].
pub(crate) struct Pipe {
    connection: Connection,
    tree: TreeId,
    file: FileId,
}

impl Pipe {
    pub(crate) async fn open(session: &Session, name: &str) -> Result<Self, Failure> {
        const STEP: &str = "open a pipe";
        let request = CreateRequest {
            requested_oplock_level: OplockLevel::None,
            // The server learns who asks, and acts as nobody else.
            impersonation_level: ImpersonationLevel::Impersonation,
            desired_access: FileAccessMask::new(ACCESS),
            file_attributes: 0,
            share_access: ShareAccess(ShareAccess::FILE_SHARE_READ | ShareAccess::FILE_SHARE_WRITE),
            create_disposition: CreateDisposition::FileOpen,
            create_options: 0,
            name: name.to_owned(),
            create_contexts: Vec::new(),
        };
        let (connection, tree) = (session.connection.clone(), session.pipes);
        let answer = connection.execute(Command::Create, &request, Some(tree)).await.map_err(|error| failure(STEP, &error))?;
        if !answer.header.status.is_success() {
            return Err(refused(STEP, answer.header.status.0));
        }
        let file = CreateResponse::unpack(&mut ReadCursor::new(&answer.body)).map_err(|error| failure(STEP, &error))?.file_id;
        Ok(Self { connection, tree, file })
    }

    /// Writes one fragment.
    pub(crate) async fn write(&self, data: Vec<u8>) -> Result<(), Failure> {
        let length = data.len();
        let request = WriteRequest {
            data_offset: WRITTEN_AT,
            offset: 0,
            file_id: self.file,
            channel: 0,
            remaining_bytes: 0,
            write_channel_info_offset: 0,
            write_channel_info_length: 0,
            flags: 0,
            data,
        };
        let answer = self.connection.execute(Command::Write, &request, Some(self.tree)).await.map_err(|error| failure(STEP, &error))?;
        if !answer.header.status.is_success() {
            return Err(refused(STEP, answer.header.status.0));
        }
        let written = WriteResponse::unpack(&mut ReadCursor::new(&answer.body)).map_err(|error| failure(STEP, &error))?.count;
        if usize::try_from(written) == Ok(length) { Ok(()) } else { Err(broken(STEP, format!("the pipe took {written} of {length} bytes"))) }
    }

    /// Waits for what comes next: a part of an answer, however the server cuts it.
    pub(crate) async fn read(&self) -> Result<Vec<u8>, Failure> {
        let request = ReadRequest {
            padding: READ_AT,
            flags: 0,
            length: READ_MAX,
            offset: 0,
            file_id: self.file,
            minimum_count: 0,
            channel: SMB2_CHANNEL_NONE,
            remaining_bytes: 0,
            read_channel_info: Vec::new(),
        };
        let answer = self.connection.execute(Command::Read, &request, Some(self.tree)).await.map_err(|error| failure(STEP, &error))?;
        // "Buffer overflow" is no failure here: the rest is read next.
        if !answer.header.status.is_success_or_partial() {
            return Err(refused(STEP, answer.header.status.0));
        }
        let data = ReadResponse::unpack(&mut ReadCursor::new(&answer.body)).map_err(|error| failure(STEP, &error))?.data;
        if data.is_empty() { Err(broken(STEP, "an answer of nothing")) } else { Ok(data) }
    }

    pub(crate) async fn close(self) -> Result<(), Failure> {
        let request = CloseRequest { flags: 0, file_id: self.file };
        self.connection.execute(Command::Close, &request, Some(self.tree)).await.map(drop).map_err(|error| failure(STEP, &error))
    }
}
