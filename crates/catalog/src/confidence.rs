//! How sure the book is of what it says about Configuration Manager.

use crate::words::worded;

worded! {
    /// How sure a definition is. What is less than documented may be corrected; nothing secret or destructive rests on it.
    pub enum Confidence {
        Seed = "seed", "said by the seed";
        Documented = "documented", "documented by the vendor";
        Reported = "reported", "reported by people who run it";
        Remembered = "remembered", "remembered, and not looked up";
        Derived = "derived", "derived from what is documented";
    }
}
