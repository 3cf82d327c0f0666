//! The end of a site, as it is kept and told.

use crate::document::Time;
use provost_domain::{SiteCode, Timestamp};
use serde::{Deserialize, Serialize};
use std::io;
use std::sync::Arc;
use utoipa::ToSchema;

/// Keeps that the site was uninstalled, on disk, and has it stop. Whoever runs the site does that.
pub type End = Arc<dyn Fn(&Ending) -> io::Result<()> + Send + Sync>;

/// That a site was uninstalled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ending {
    /// The site's code.
    #[schema(value_type = String, example = "LAB")]
    pub site: SiteCode,
    /// When.
    #[schema(value_type = Time)]
    #[serde(with = "at")]
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Whether its data goes too.
    pub delete_data: bool,
    /// What it published and left in directories.
    pub left: Vec<Left>,
}

/// What a site left in one forest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Left {
    /// DNS name of its root domain.
    pub forest: String,
    /// Distinguished name of the container.
    pub container: String,
    /// Distinguished names of the objects.
    pub objects: Vec<String>,
}

mod at {
    use provost_domain::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(at)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
