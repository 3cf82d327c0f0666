//! The address of a site's console and API.

use std::fmt;
use std::str::FromStr;

/// Port of the console when an address names none.
const DEFAULT_PORT: u16 = 8443;

/// `https://HOST[:PORT]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerAddress {
    /// Host name or IP address; IPv6 without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
}

impl ServerAddress {
    /// Host and port as in a URL.
    #[must_use]
    pub fn authority(&self) -> String {
        if self.host.contains(':') { format!("[{}]:{}", self.host, self.port) } else { format!("{}:{}", self.host, self.port) }
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}", self.authority())
    }
}

impl FromStr for ServerAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || "write https://HOST:PORT, such as https://cm01.example.net:8443".to_owned();
        let rest = match text.split_once("://") {
            Some(("https", rest)) => rest,
            Some(_) => return Err(format!("only https is spoken; {}", form())),
            None => text,
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains(['/', '?', '#', '@']) || authority.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(form());
        }
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let (host, after) = rest.split_once(']').ok_or_else(form)?;
                (host, if after.is_empty() { None } else { Some(after.strip_prefix(':').ok_or_else(form)?) })
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let port = port.map_or(Ok(DEFAULT_PORT), |port| port.parse().map_err(|_| form()))?;
        if host.is_empty() { Err(form()) } else { Ok(Self { host: host.to_lowercase(), port }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let shown = |text: &str| text.parse::<ServerAddress>().map(|a| a.to_string());
        assert_eq!(shown("https://CM01.example.net"), Ok("https://cm01.example.net:8443".to_owned()));
        assert_eq!(shown("cm01:9443/"), Ok("https://cm01:9443".to_owned()));
        assert_eq!(shown("https://[::1]:9443"), Ok("https://[::1]:9443".to_owned()));
        for wrong in ["http://cm01", "https://", "https://ada:pw@cm01", "cm01:port", "https://cm01/console", "[::1"] {
            assert!(shown(wrong).is_err(), "{wrong}");
        }
    }
}
