//! Names to addresses and services to hosts, by the place's name servers or the system's.

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Longest wait for one answer; each server is asked twice.
const ANSWER: Duration = Duration::from_secs(3);
/// Most records that are read of an answer.
const RECORDS_MAX: usize = 64;
const STEP: &str = "resolve";

/// Where a service is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Service {
    pub(crate) priority: u16,
    pub(crate) weight: u16,
    pub(crate) port: u16,
    /// In lower case, without a last dot.
    pub(crate) host: String,
}

/// Asks name servers.
pub(crate) struct Resolver(TokioResolver);

impl Resolver {
    /// Of these name servers, or the system's when there are none.
    pub(crate) fn new(servers: &[SocketAddr]) -> Result<Self, Failure> {
        let provider = TokioRuntimeProvider::default();
        let mut builder = if servers.is_empty() {
            TokioResolver::builder(provider).map_err(|error| Failure::new(Outcome::Unreachable, STEP, format!("the system's name servers: {error}")))?
        } else {
            let servers = servers.iter().map(|server| {
                let mut config = NameServerConfig::udp_and_tcp(server.ip());
                config.connections.iter_mut().for_each(|connection: &mut ConnectionConfig| connection.port = server.port());
                config
            });
            let mut builder = TokioResolver::builder_with_config(ResolverConfig::from_parts(None, Vec::new(), servers.collect()), provider);
            // What this machine's own file says of another network's names is not asked.
            builder.options_mut().use_hosts_file = ResolveHosts::Never;
            builder
        };
        let options = builder.options_mut();
        options.timeout = ANSWER;
        options.attempts = 2;
        builder.build().map(Self).map_err(|error| Failure::new(Outcome::Unreachable, STEP, error))
    }

    /// The hosts of a service, most preferred first; none when the name is not known.
    pub(crate) async fn services(&self, name: &str) -> Result<Vec<Service>, Failure> {
        let answer = match self.0.srv_lookup(absolute(name)).await {
            Ok(answer) => answer,
            Err(error) if absent(&error) => return Ok(Vec::new()),
            Err(error) => return Err(Failure::new(Outcome::Unreachable, STEP, format!("{name}: {error}"))),
        };
        let of = |data: &RData| match data {
            RData::SRV(srv) => {
                let host = srv.target.to_utf8().trim_end_matches('.').to_lowercase();
                // A target of "." says that the service is decidedly not there (RFC 2782).
                (!host.is_empty()).then_some(Service { priority: srv.priority, weight: srv.weight, port: srv.port, host })
            }
            _ => None,
        };
        let mut services: Vec<Service> = answer.answers().iter().take(RECORDS_MAX).filter_map(|record| of(&record.data)).collect();
        // Within one priority the heavier first; name servers turn the rest around. No dice: who is asked must be foreseeable.
        services.sort_by_key(|service| (service.priority, std::cmp::Reverse(service.weight)));
        Ok(services)
    }

    /// The addresses of a host.
    pub(crate) async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Failure> {
        if let Ok(address) = host.parse() {
            return Ok(vec![address]);
        }
        let failed = |error: NetError| {
            let why = if absent(&error) { "no name server knows an address of it".to_owned() } else { error.to_string() };
            Failure::new(Outcome::Unreachable, STEP, format!("{host}: {why}"))
        };
        let answer = self.0.lookup_ip(absolute(host)).await.map_err(failed)?;
        Ok(answer.iter().take(RECORDS_MAX).collect())
    }
}

/// With a last dot a name is taken as it is, without the machine's search list. A name of one label is left to that list.
fn absolute(name: &str) -> String {
    if name.contains('.') && !name.ends_with('.') { format!("{name}.") } else { name.to_owned() }
}

fn absent(error: &NetError) -> bool {
    error.is_nx_domain() || error.is_no_records_found()
}
