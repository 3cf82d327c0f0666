//! Ids of messages that were loaded, so that each is loaded once.
