//! State messages and the gaps in their serial numbers.
