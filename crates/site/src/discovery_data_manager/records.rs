//! Finding, merging and writing device records within one transaction.

use provost_domain::discovery::{Candidate, Ddr, Device, Merged, NoName, merge, resolve};
use provost_domain::{ResourceId, SmsId};
use provost_store::devices::{self, Stored};
use provost_store::{StoreError, Tx};
use std::collections::HashMap;

/// Device records that a transaction has read or written.
#[derive(Default)]
pub(super) struct Records {
    of_clients: HashMap<SmsId, Stored>,
}

impl Records {
    /// Reads the records of these clients at once.
    pub(super) fn read(tx: &mut Tx<'_>, clients: &[SmsId]) -> Result<Self, StoreError> {
        let mut records = Self::default();
        for stored in devices::of_clients(tx, clients)? {
            records.keep(stored);
        }
        Ok(records)
    }

    fn keep(&mut self, stored: Stored) {
        if let Some(smsid) = stored.device.smsid {
            self.of_clients.insert(smsid, stored);
        }
    }

    /// Merges a discovery record into the device that it is about; gives the device's number. An identity that one
    /// record has decides alone, so the database is asked for candidates only when none has it.
    pub(super) fn merge(&mut self, tx: &mut Tx<'_>, ddr: &Ddr) -> Result<Result<ResourceId, NoName>, StoreError> {
        let known = match ddr.smsid.and_then(|smsid| self.of_clients.get(&smsid).cloned()) {
            Some(stored) => Some(stored),
            None => {
                let stored = devices::candidates(tx, ddr)?;
                let candidates: Vec<Candidate<'_>> = stored.iter().map(|s| Candidate { resource_id: s.resource_id, device: &s.device }).collect();
                let found = resolve(ddr, &candidates);
                stored.into_iter().find(|s| Some(s.resource_id) == found)
            }
        };
        let device: Device = match merge(known.as_ref().map(|s| &s.device), ddr) {
            Err(no_name) => return Ok(Err(no_name)),
            Ok(Merged::Device(device)) => *device,
            Ok(Merged::Stale) => match known {
                Some(stored) => return Ok(Ok(stored.resource_id)),
                None => return Ok(Err(NoName)),
            },
        };
        let resource_id = match known {
            // A person may have deleted the record meanwhile; then this is news of a new one.
            Some(before) if devices::change(tx, before.resource_id, &before.device, &device)? => before.resource_id,
            _ => devices::add(tx, &device)?,
        };
        self.keep(Stored { resource_id, device });
        Ok(Ok(resource_id))
    }
}
