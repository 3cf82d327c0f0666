//! The security layer of SASL GSSAPI (RFC 4752): how it is chosen, and how messages are packed in it (RFC 4422 §3.7): four
//! bytes of length, then what Kerberos sealed. An LDAP message may span packets, and a packet may hold several.

use bytes::{Buf, BytesMut};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;

/// Most bytes of a packet that is read; Active Directory writes at most 16 MiB (MS-ADTS §5.1.1.1.2), Samba far less.
pub(crate) const PACKET_MAX: usize = 0x00ff_ffff;
/// Most bytes that are sealed into one packet, whatever the server would take.
const PLAIN_MAX: usize = 32 << 10;
/// What sealing adds at most: a token's header, confounder, checksum and padding (RFC 4121 §4.2.4) with room to spare.
const SEAL_MAX: usize = 256;
/// The layer of integrity and confidentiality.
const CONFIDENTIALITY: u8 = 4;
const STEP: &str = "security layer";

/// Reads which layers the server offers, and gives how many bytes may be sealed into one packet for it.
///
/// # Errors
/// [`Outcome::NothingSafe`] when confidentiality is not among them, [`Outcome::Broken`] when it is no offer.
pub fn read_offer(offer: &[u8]) -> Result<usize, Failure> {
    let [layers, size @ ..] = offer else { return Err(Failure::new(Outcome::Broken, STEP, "an empty offer")) };
    let &[a, b, c] = size else { return Err(Failure::new(Outcome::Broken, STEP, format!("an offer of {} bytes", offer.len()))) };
    if layers & CONFIDENTIALITY == 0 {
        return Err(Failure::new(Outcome::NothingSafe, STEP, "the server does not offer to encrypt"));
    }
    let size = usize::try_from(u32::from_be_bytes([0, a, b, c])).unwrap_or(0);
    match size.checked_sub(SEAL_MAX) {
        Some(plain) if plain > 0 => Ok(plain.min(PLAIN_MAX)),
        _ => Err(Failure::new(Outcome::Broken, STEP, format!("the server takes packets of {size} bytes only"))),
    }
}

/// The choice of confidentiality, and how long packets for us may be. Nobody else is acted for.
pub(crate) fn choice() -> [u8; 4] {
    [CONFIDENTIALITY, 0xff, 0xff, 0xff]
}

/// The next packet at the front of what was read, when it is all there.
///
/// # Errors
/// [`Outcome::Broken`] when it is longer than was agreed.
pub fn next_packet(read: &mut BytesMut) -> Result<Option<BytesMut>, Failure> {
    let Some(&length) = read.first_chunk::<4>() else { return Ok(None) };
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > PACKET_MAX {
        return Err(Failure::new(Outcome::Broken, STEP, format!("a packet of {length} bytes; at most {PACKET_MAX} were agreed")));
    }
    if read.len() - 4 < length {
        return Ok(None);
    }
    read.advance(4);
    Ok(Some(read.split_to(length)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_encryption_is_chosen() {
        assert_eq!(read_offer(&[7, 0, 0xff, 0xff]), Ok(PLAIN_MAX));
        assert_eq!(read_offer(&[4, 0, 4, 0]), Ok(1024 - SEAL_MAX));
        assert_eq!(read_offer(&[3, 0, 0xff, 0xff]).map_err(|failure| failure.outcome), Err(Outcome::NothingSafe));
        for broken in [&[][..], &[7], &[7, 0, 0, 1], &[7, 0, 0, 0, 0]] {
            assert_eq!(read_offer(broken).map_err(|failure| failure.outcome), Err(Outcome::Broken), "{broken:?}");
        }
    }

    #[test]
    fn a_packet_of_absurd_length_is_refused_before_it_is_waited_for() {
        let mut read = BytesMut::from(&[0x7f, 0xff, 0xff, 0xff][..]);
        assert_eq!(next_packet(&mut read).map_err(|failure| failure.outcome), Err(Outcome::Broken));
    }

    proptest! {
        #[test]
        fn packets_are_the_same_however_they_arrive(packets in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..50), 0..8), cut in 1usize..20) {
            let mut wire = Vec::new();
            for packet in &packets {
                wire.extend_from_slice(&u32::try_from(packet.len()).expect("short").to_be_bytes());
                wire.extend_from_slice(packet);
            }
            let (mut read, mut found) = (BytesMut::new(), Vec::new());
            for part in wire.chunks(cut) {
                read.extend_from_slice(part);
                while let Some(packet) = next_packet(&mut read).expect("packets") {
                    found.push(packet.to_vec());
                }
            }
            prop_assert_eq!(found, packets);
            prop_assert!(read.is_empty());
        }
    }
}
