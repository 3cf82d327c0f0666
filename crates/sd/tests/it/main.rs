//! Properties of the readers and writers, and agreement with Samba's own evaluator.

mod arbitrary;
mod properties;
mod samba;
