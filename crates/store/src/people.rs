//! People who may sign in, their sessions, one-time links and approval tokens.
