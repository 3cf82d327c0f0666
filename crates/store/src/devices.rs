//! Devices: discovery records and how they merge.
