//! Logs of a running site: one file for each component, in CMTrace's format.

use crate::data_folder::DataFolder;
use crate::failure::Failure;
use provost_catalog::rules::code;
use provost_runtime::Clock;
use provost_runtime::cmtrace::CmTrace;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Begins to log, for the rest of the process.
///
/// # Errors
/// When the folder cannot be used or the levels are none.
pub fn begin(folder: &DataFolder, clock: &Clock, levels: &str) -> Result<(), Failure> {
    let unusable = |e: &dyn std::fmt::Display| Failure::new(code::DATA_FOLDER_UNUSABLE, format!("cannot write logs to {}", folder.logs().display()), e);
    let files = CmTrace::for_site(&folder.logs(), clock.clone()).map_err(|e| unusable(&e))?;
    let levels: Targets = levels.parse().map_err(|e| unusable(&e))?;
    tracing_subscriber::registry().with(files.with_filter(levels)).try_init().map_err(|e| unusable(&e))
}
