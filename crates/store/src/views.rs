//! What people look at: rows read together for API and console.
