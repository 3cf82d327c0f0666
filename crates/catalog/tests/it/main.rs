//! Laws over all definitions, and the seed's sentences.

mod laws;
mod matrix;
mod restrictions;
mod seed;
