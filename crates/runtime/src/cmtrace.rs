//! Log files in CMTrace's format, one for each component, so that the log readers of Configuration Manager open them.
//!
//! A line is `<![LOG[message]LOG]!><time="hh:mm:ss.mmm+000" date="MM-DD-YYYY" component=".." context="" type="1"
//! thread=".." file="source:line">`. Type 1 is information, 2 a warning, 3 an error. Times are UTC, written with the
//! bias `+000`, because the sign of any other bias is easy to get backwards. A file that grows over
//! [`FILE_BYTES_MAX`] is renamed to `.lo_`, replacing the one before, and begun anew.
//!
//! Which file an event goes to: its own field `component`, else that of the nearest span around it, else the name of
//! the thread it happened in (the supervisor names each thread after its component), else the fallback.

use crate::Clock;
use provost_catalog::components::COMPONENTS;
use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// Size at which a log file is put aside, as in Configuration Manager: 2 MB.
pub const FILE_BYTES_MAX: u64 = 2 * 1024 * 1024;
/// Longest message of one line, in bytes; the rest is cut off, because a stranger's input may be part of it.
const MESSAGE_BYTES_MAX: usize = 8 * 1024;
/// Linux keeps this many characters of a thread's name.
const THREAD_NAME_MAX: usize = 15;

/// Writes events into log files below one folder. A file that cannot be written is given up silently: a log must
/// never stop what it tells of.
pub struct CmTrace {
    folder: PathBuf,
    clock: Clock,
    fallback: Route,
    one_file: bool,
    files: Mutex<HashMap<&'static str, Option<LogFile>>>,
}

/// Where a line goes and what it says it comes from.
#[derive(Clone, Copy)]
struct Route {
    file: &'static str,
    component: &'static str,
}

struct LogFile {
    file: File,
    bytes: u64,
}

impl CmTrace {
    /// One file for each component of a site, as the catalog names them; what belongs to none goes to the site
    /// component manager's.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn for_site(folder: &Path, clock: Clock) -> io::Result<Self> {
        let manager = provost_catalog::components::ComponentName::SiteComponentManager.definition();
        Self::new(folder, clock, Route { file: manager.log_file, component: manager.configmgr_name }, false)
    }

    /// One file for everything, such as a client's.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn one_file(folder: &Path, clock: Clock, file: &'static str, component: &'static str) -> io::Result<Self> {
        Self::new(folder, clock, Route { file, component }, true)
    }

    fn new(folder: &Path, clock: Clock, fallback: Route, one_file: bool) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), clock, fallback, one_file, files: Mutex::new(HashMap::new()) })
    }

    fn route(&self, named: Option<&str>) -> Route {
        if self.one_file {
            return self.fallback;
        }
        let by_id = |id: &str| COMPONENTS.iter().find(|c| c.id == id);
        let by_thread = || {
            let thread = std::thread::current();
            let name = thread.name()?;
            COMPONENTS.iter().find(|c| c.id.len() >= name.len() && c.id.as_bytes()[..c.id.len().min(THREAD_NAME_MAX)] == *name.as_bytes())
        };
        match named.and_then(by_id).or_else(by_thread) {
            Some(component) => Route { file: component.log_file, component: component.configmgr_name },
            None => self.fallback,
        }
    }

    fn write(&self, route: Route, line: &str) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = files.entry(route.file).or_insert_with(|| LogFile::open(&self.folder.join(route.file)).ok());
        let full = |log: &LogFile| log.bytes > 0 && log.bytes + line.len() as u64 > FILE_BYTES_MAX;
        if slot.as_ref().is_some_and(full) {
            let path = self.folder.join(route.file);
            let _ = std::fs::rename(&path, path.with_extension("lo_"));
            *slot = LogFile::open(&path).ok();
        }
        if let Some(log) = slot {
            if log.file.write_all(line.as_bytes()).is_ok() {
                log.bytes += line.len() as u64;
            }
        }
    }
}

impl LogFile {
    fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
        let file = options.open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { file, bytes })
    }
}

/// The component that a span names, kept with the span.
struct SpanComponent(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for CmTrace {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let (Some(component), Some(span)) = (fields.component, context.span(id)) {
            span.extensions_mut().insert(SpanComponent(component));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let from_span = || {
            let scope = context.event_scope(event)?;
            scope.into_iter().find_map(|span| span.extensions().get::<SpanComponent>().map(|c| c.0.clone()))
        };
        let component = fields.component.take().or_else(from_span);
        let route = self.route(component.as_deref());
        let at = self.clock.now().to_string();
        let metadata = event.metadata();
        let source = metadata.file().map_or(metadata.target(), |path| path.rsplit('/').next().unwrap_or(path));
        let line = line(&fields.message(), &at, route.component, kind(*metadata.level()), thread_number(), source, metadata.line().unwrap_or(0));
        self.write(route, &line);
    }
}

/// The number by which the system knows this thread; 0 where it does not tell.
fn thread_number() -> i32 {
    #[cfg(unix)]
    return rustix::thread::gettid().as_raw_nonzero().get();
    #[cfg(not(unix))]
    return 0;
}

/// CMTrace's number of a level.
const fn kind(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 2,
        _ => 1,
    }
}

/// One line; `at` is RFC 3339 in UTC with milliseconds.
fn line(message: &str, at: &str, component: &str, kind: u8, thread: i32, source: &str, source_line: u32) -> String {
    let (date, time) = at.trim_end_matches('Z').split_once('T').unwrap_or(("1970-01-01", "00:00:00.000"));
    let date = match date.split_once('-') {
        Some((year, month_and_day)) => format!("{month_and_day}-{year}"),
        None => date.to_owned(),
    };
    format!(
        "<![LOG[{message}]LOG]!><time=\"{time}+000\" date=\"{date}\" component=\"{component}\" context=\"\" type=\"{kind}\" thread=\"{}\" file=\"{source}:{source_line}\">\r\n",
        thread
    )
}

/// What an event says: its message, then its fields as `name=value`.
#[derive(Default)]
struct Fields {
    text: String,
    others: String,
    component: Option<String>,
}

impl Fields {
    fn message(self) -> String {
        let mut message = self.text;
        message.push_str(&self.others);
        clean(&message)
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "component" => self.component = Some(value.to_owned()),
            "message" => self.text.push_str(value),
            name => {
                let _ = write!(self.others, " {name}={value}");
            }
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = match field.name() {
            "component" => {
                self.component = Some(format!("{value:?}"));
                Ok(())
            }
            "message" => write!(self.text, "{value:?}"),
            name => write!(self.others, " {name}={value:?}"),
        };
    }
}

/// A message that stays one record whatever it holds: no control characters but line ends, never the record's own end
/// mark, at most [`MESSAGE_BYTES_MAX`] bytes.
fn clean(message: &str) -> String {
    let mut end = message.len().min(MESSAGE_BYTES_MAX);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    let text: String = message[..end].chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    text.replace("]LOG]!>", "]LOG] !>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use provost_domain::Timestamp;
    use tracing_subscriber::layer::SubscriberExt;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("provost-cmtrace-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        folder
    }

    fn clock() -> Clock {
        Clock::standing_at(Timestamp::from_micros(1_795_445_413_120_999))
    }

    #[test]
    fn lines_go_to_the_components_file() {
        let folder = folder("routes");
        let subscriber = tracing_subscriber::registry().with(CmTrace::for_site(&folder, clock()).expect("the folder is made"));
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(component = "discovery-data-manager", device = "WS01", "a device was added");
            let span = tracing::info_span!("pass", component = "status-manager");
            let _inside = span.enter();
            tracing::error!("it failed]LOG]!>\u{7}");
        });
        let ddm = std::fs::read_to_string(folder.join("ddm.log")).expect("ddm.log");
        assert!(ddm.starts_with("<![LOG[a device was added device=WS01]LOG]!><time=\"14:50:13.120+000\" date=\"11-23-2026\" component=\"SMS_DISCOVERY_DATA_MANAGER\" context=\"\" type=\"1\" thread=\""), "{ddm}");
        assert!(ddm.contains("file=\"cmtrace.rs:"), "{ddm}");
        let status = std::fs::read_to_string(folder.join("statmgr.log")).expect("statmgr.log");
        assert!(status.starts_with("<![LOG[it failed]LOG] !> ]LOG]!><time="), "{status}");
        assert!(status.contains("type=\"3\""), "{status}");
        let _ = std::fs::remove_dir_all(&folder);
    }

    #[test]
    fn threads_are_known_by_their_short_name() {
        let folder = folder("threads");
        let trace = CmTrace::for_site(&folder, clock()).expect("the folder is made");
        let name: String = "inventory-data-loader".chars().take(THREAD_NAME_MAX).collect();
        let file = std::thread::scope(|scope| {
            let trace = &trace;
            std::thread::Builder::new().name(name).spawn_scoped(scope, move || trace.route(None).file).expect("a thread").join().expect("no panic")
        });
        assert_eq!(file, "dataldr.log");
        assert_eq!(trace.route(Some("nothing")).file, "sitecomp.log");
        let _ = std::fs::remove_dir_all(&folder);
    }

    #[test]
    fn a_full_file_is_put_aside() {
        let folder = folder("full");
        let trace = CmTrace::one_file(&folder, clock(), "client.log", "client").expect("the folder is made");
        let line = "x".repeat(1024 * 1024);
        for _ in 0..5 {
            trace.write(trace.route(None), &line);
        }
        assert_eq!(std::fs::metadata(folder.join("client.log")).expect("client.log").len(), 1024 * 1024);
        assert_eq!(std::fs::metadata(folder.join("client.lo_")).expect("client.lo_").len(), 2 * 1024 * 1024);
        let _ = std::fs::remove_dir_all(&folder);
    }
}
