//! `provost group explain`.

use super::page::page;
use crate::command::catalog_document::document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use provost_catalog::groups::{GROUPS, Group};
use provost_catalog::rules::code;
use provost_domain::{SiteCode, suggestion};
use provost_provider::GroupDetail;

/// What stands for the site's code in a group's name.
const SITE_CODE: &str = "<sitecode>";

/// Explains a kind of group: where it is, who is in it, what it grants, and what becomes of it.
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// Name of the group, also with a site's code at its end, or its id.
    #[arg(value_name = "NAME")]
    name: String,
}

impl Explain {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such group.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let group = find(&self.name)?;
        context.output.object(&document(GroupDetail::at(group, SITE_CODE))?, |_| page(group));
        Ok(Exit::Done)
    }
}

/// Whether `name` is the group's: with the placeholder, with any site's code, or without either.
fn is_named(group: &Group, name: &str) -> bool {
    let Some(beginning) = group.name.strip_suffix(SITE_CODE) else { return group.name.eq_ignore_ascii_case(name) };
    let rest = name.get(..beginning.len()).filter(|b| b.eq_ignore_ascii_case(beginning)).map(|b| &name[b.len()..]);
    let without = beginning.trim_end_matches('_').eq_ignore_ascii_case(name);
    without || rest.is_some_and(|rest| rest == SITE_CODE || rest.to_uppercase().parse::<SiteCode>().is_ok())
}

fn find(name: &str) -> Result<&'static Group, Failure> {
    GROUPS.iter().copied().find(|g| g.id.eq_ignore_ascii_case(name) || is_named(g, name)).ok_or_else(|| {
        let look = "see all: provost group kinds";
        let meant = suggestion::nearest(name, GROUPS.iter().flat_map(|g| [g.id, g.name]));
        let fix = meant.map_or_else(|| look.to_owned(), |near| format!("did you mean {near}?\n{look}"));
        Failure::new(code::NOT_FOUND, format!("there is no kind of group {name:?}"), "the catalog has no group of this name").fix(fix)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_is_found_by_id_and_name_and_of_any_site() {
        for group in GROUPS {
            assert_eq!(find(group.id).map(|g| g.id), Ok(group.id));
            assert_eq!(find(group.name).map(|g| g.id), Ok(group.id));
            assert_eq!(find(&group.name.replace(SITE_CODE, "P01")).map(|g| g.id), Ok(group.id));
        }
        assert!(find("SMS Admin").err().is_some_and(|f| f.fix.starts_with("did you mean")));
    }

    #[test]
    fn a_page_tells_everything_of_its_group() {
        for group in GROUPS {
            let text = page(group).text(None);
            let rights = group.grants.iter().flat_map(|h| [h.right.words(), h.place.words()]);
            let members = group.members.iter().map(|m| m.words());
            for part in rights.chain(members).chain([group.name, group.purpose, group.place.words(), group.removal.words()]) {
                assert!(text.contains(part), "{}: {part} is missing in\n{text}", group.id);
            }
        }
    }
}
