//! `provost discovery set`.

use super::show;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use serde_json::json;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Sets a discovery method: whether it runs by itself, how often, and what it leaves out.
#[derive(Debug, clap::Args)]
pub struct Set {
    /// The method.
    #[arg(value_name = "METHOD", value_parser = ["ad-system", "ad-user", "ad-group", "ad-forest"])]
    method: String,

    /// Whether it runs by itself.
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no)]
    enabled: Option<bool>,

    /// Time between full runs, such as 7d or 12h.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    full_every: Option<i64>,

    /// Time between looks for changes, such as 5m, or never.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    delta_every: Option<i64>,

    /// Leaves out what last logged on more days ago, at least 14; 0 when it does not count.
    #[arg(long, value_name = "DAYS")]
    logged_on_within: Option<i64>,

    /// Leaves out what set its password more days ago; 0 when it does not count.
    #[arg(long, value_name = "DAYS")]
    password_within: Option<i64>,

    /// Takes disabled accounts too.
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no)]
    disabled: Option<bool>,

    /// Group discovery: finds members of distribution groups too.
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no)]
    distribution_groups: Option<bool>,

    /// Forest discovery: makes boundaries of subnets.
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no)]
    subnet_boundaries: Option<bool>,

    /// Forest discovery: makes boundaries of Active Directory sites.
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no)]
    site_boundaries: Option<bool>,

    /// Attributes to read besides the usual ones, by their LDAP names, with commas; all of them, or an empty text for none.
    #[arg(long, value_name = "NAMES")]
    attributes: Option<String>,
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("it is yes or no".to_owned()),
    }
}

/// Seconds of a time such as `5m`, `12h` or `7d`; 0 for `never`.
fn duration(text: &str) -> Result<i64, String> {
    let wrong = || "write it as 5m, 12h or 7d, or never".to_owned();
    if text == "never" {
        return Ok(0);
    }
    let unit = match text.chars().last() {
        Some('m') => MINUTE,
        Some('h') => HOUR,
        Some('d') => DAY,
        _ => return Err(wrong()),
    };
    text[..text.len() - 1].parse::<i64>().ok().filter(|count| (1..=100_000).contains(count)).map(|count| count * unit).ok_or_else(wrong)
}

impl Set {
    /// Does it.
    ///
    /// # Errors
    /// When the method has no such setting, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let names = |text: &String| text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let body = json!({
            "enabled": self.enabled, "full_every": self.full_every, "delta_every": self.delta_every, "logged_on_within_days": self.logged_on_within,
            "password_within_days": self.password_within, "disabled": self.disabled, "distribution_groups": self.distribution_groups,
            "subnet_boundaries": self.subnet_boundaries, "site_boundaries": self.site_boundaries, "attributes": self.attributes.as_ref().map(names),
        });
        let method = context.connect()?.put(&format!("/api/v1/discovery-methods/{}", self.method), &body)?;
        context.output.object(&method, show::page);
        Ok(Exit::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_with_their_unit() {
        assert_eq!((duration("5m"), duration("12h"), duration("7d"), duration("never")), (Ok(300), Ok(43_200), Ok(604_800), Ok(0)));
        for wrong in ["", "5", "m", "-1d", "0h", "7ä", "9999999999d"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
