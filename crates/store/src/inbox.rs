//! Inbox folders: durable deposits, claims and bad files.
