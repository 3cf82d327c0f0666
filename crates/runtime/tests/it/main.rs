//! The supervisor with real threads.

mod supervisor;
