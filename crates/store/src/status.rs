//! Status messages.
