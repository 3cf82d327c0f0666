//! The kernel's own table of addresses, by rtnetlink(7): which adapter has which address, whatever the routes say.

use super::network_adapter::Address;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netdevice, recv, send, socket_with, sockopt};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// Numbers of `linux/rtnetlink.h`, `linux/netlink.h` and `linux/if_addr.h`.
const RTM_NEWADDR: u16 = 20;
const RTM_GETADDR: u16 = 22;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const NLM_F_REQUEST: u16 = 0x001;
/// The table changed while it was told.
const NLM_F_DUMP_INTR: u16 = 0x010;
const NLM_F_DUMP: u16 = 0x300;
const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const IFA_FLAGS: u16 = 8;
/// Made for privacy and replaced every day; of an IPv4 address the bit means another thing.
const IFA_F_TEMPORARY: u32 = 0x01;
/// Not yet proved unique.
const IFA_F_TENTATIVE: u32 = 0x40;
const AF_INET: u8 = 2;
const AF_INET6: u8 = 10;

/// Bytes of the header before each message, and of the fixed part of a message about an address.
const HEADER: usize = 16;
const FIXED: usize = 8;
/// The kernel tells as much at a time as the reader has room for, and at most this.
const BUFFER: usize = 32 * 1024;
/// It answers at once; this is only so that nothing waits for ever.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// Every address of this network namespace; `None` when the kernel does not tell, such as in a sandbox without netlink.
pub(super) fn read() -> Option<Vec<Address>> {
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None).ok()?;
    sockopt::set_socket_timeout(&socket, sockopt::Timeout::Recv, Some(ANSWER_TIMEOUT)).ok()?;
    let mut request = Vec::with_capacity(HEADER + FIXED);
    request.extend(((HEADER + FIXED) as u32).to_ne_bytes());
    request.extend(RTM_GETADDR.to_ne_bytes());
    request.extend((NLM_F_REQUEST | NLM_F_DUMP).to_ne_bytes());
    // Number of the request, sender, and a fixed part that asks for every family.
    request.extend([0; 8 + FIXED]);
    send(&socket, &request, SendFlags::empty()).ok()?;
    let mut found = Vec::new();
    let mut buffer = vec![0; BUFFER];
    loop {
        let (_, length) = recv(&socket, &mut buffer[..], RecvFlags::empty()).ok()?;
        let name = |index| netdevice::index_to_name(&socket, index).ok();
        if messages(buffer.get(..length)?, &name, &mut found)? {
            return Some(found);
        }
    }
}

/// Takes the addresses from one answer; whether it was the last, `None` when it is an error or cannot be read.
fn messages(mut rest: &[u8], name: &dyn Fn(u32) -> Option<String>, found: &mut Vec<Address>) -> Option<bool> {
    while rest.len() >= HEADER {
        let length = number(rest, 0)? as usize;
        let (kind, flags) = (short(rest, 4)?, short(rest, 6)?);
        let body = rest.get(HEADER..length)?;
        match kind {
            NLMSG_DONE => return Some(true),
            NLMSG_ERROR => return None,
            _ if flags & NLM_F_DUMP_INTR != 0 => return None,
            RTM_NEWADDR => found.extend(address(body, name)),
            _ => {}
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Some(false)
}

/// Family, length of the prefix, flags and index of the adapter, then attributes.
fn address(body: &[u8], name: &dyn Fn(u32) -> Option<String>) -> Option<Address> {
    let (family, prefix, index) = (*body.first()?, *body.get(1)?, number(body, 4)?);
    let mut flags = u32::from(*body.get(2)?);
    let (mut own, mut other) = (None, None);
    let mut rest = body.get(FIXED..)?;
    while rest.len() >= 4 {
        let length = usize::from(short(rest, 0)?);
        let value = rest.get(4..length)?;
        match short(rest, 2)? {
            // The far end, where there is one; else the same as the local address, or the only one.
            IFA_ADDRESS => other = Some(value),
            IFA_LOCAL => own = Some(value),
            IFA_FLAGS => flags = number(value, 0)?,
            _ => {}
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    let bytes = own.or(other)?;
    match family {
        AF_INET => Some(Address::V4(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?), prefix, Some(name(index)?))),
        AF_INET6 if flags & (IFA_F_TEMPORARY | IFA_F_TENTATIVE) == 0 => {
            Some(Address::V6(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?), prefix, name(index)?))
        }
        _ => None,
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}
