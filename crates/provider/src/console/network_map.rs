//! The map of forests, domains and Active Directory sites, drawn by the server. Its twins are the tables of each forest.

use super::markup::{Markup, escape};
use crate::operations::forests::show::{ForestDetail, ForestDomain, ForestSite};
use provost_domain::accounts::Trust;
use std::fmt::Write as _;

/// Most forests that are drawn.
pub const FORESTS_MAX: usize = 8;
/// Most domains of one forest that are drawn.
const DOMAINS_MAX: usize = 12;
/// Most sites of one forest that are drawn.
const SITES_MAX: usize = 12;
/// Most subnets of one site that are named.
const SUBNETS_MAX: usize = 3;

/// Width of the drawing; it is scaled to the page's.
const WIDTH: i64 = 1000;
const DOMAIN_HEIGHT: i64 = 40;
const DOMAIN_STEP: i64 = 50;
const SITE_WIDTH: i64 = 196;
const SITE_COLUMNS: usize = 3;
const LINE: i64 = 16;

/// Draws forests, the site's own first, one below the other.
pub fn draw(forests: &[ForestDetail]) -> Markup {
    let mut ordered: Vec<&ForestDetail> = forests.iter().collect();
    ordered.sort_by_key(|one| (one.forest.trust != Trust::SameForest.id(), &one.forest.forest));
    let mut body = String::new();
    let mut y = 4;
    for forest in &ordered {
        y = draw_forest(&mut body, forest, y) + 20;
    }
    let said: Vec<String> = ordered
        .iter()
        .map(|one| format!("{}, {}: {} domains, {} sites", one.forest.forest, words(&one.forest.trust), one.domain_list.len(), one.site_list.len()))
        .collect();
    Markup::trusted(format!(
        "<svg class=\"map\" viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"{}\">{body}</svg>",
        (y - 16).max(1),
        escape(&said.join("; "))
    ))
}

fn words(trust: &str) -> &str {
    Trust::from_id(trust).map_or(trust, |trust| trust.words())
}

/// A text that ends where its box does.
fn cut(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters { text.to_owned() } else { text.chars().take(characters.saturating_sub(1)).chain(['…']).collect() }
}

/// Draws one forest from `top` on; gives where it ends.
fn draw_forest(svg: &mut String, detail: &ForestDetail, top: i64) -> i64 {
    let forest = &detail.forest;
    let trusted = Trust::from_id(&forest.trust).is_some_and(Trust::forest_is_trusted);
    let mut inside = String::new();
    let begin = top + 44;
    let left = draw_domains(&mut inside, &detail.domain_list, begin);
    let right = draw_sites(&mut inside, detail, begin);
    let end = left.max(right).max(begin + LINE) + 8;
    let _ = write!(
        svg,
        "<g class=\"forest{}\"><rect x=\"1\" y=\"{top}\" width=\"{}\" height=\"{}\" rx=\"8\"/><text class=\"title\" x=\"18\" y=\"{}\">{}</text><text class=\"trust\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{} {}</text></g>{inside}",
        if trusted { "" } else { " untrusted" },
        WIDTH - 2,
        end - top,
        top + 26,
        escape(&cut(&forest.forest, 60)),
        WIDTH - 18,
        top + 26,
        if trusted { "✓" } else { "!" },
        escape(words(&forest.trust)),
    );
    end
}

/// The domains as the tree that their names make.
fn draw_domains(svg: &mut String, domains: &[ForestDomain], top: i64) -> i64 {
    let mut sorted: Vec<&ForestDomain> = domains.iter().collect();
    // Read from the right, a domain's name begins with its parent's.
    sorted.sort_by_key(|one| one.domain.split('.').rev().map(str::to_owned).collect::<Vec<_>>());
    let mut y = top;
    let mut places: Vec<(&str, i64, i64)> = Vec::new();
    for domain in sorted.iter().take(DOMAINS_MAX) {
        let parent = places.iter().rev().find(|(name, ..)| domain.domain.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'))).copied();
        let x = parent.map_or(18, |(_, x, _)| x + 22);
        let width = 340 - (x - 18);
        if let Some((_, px, py)) = parent {
            let _ = write!(svg, "<path class=\"branch\" d=\"M{} {}V{}H{x}\"/>", px + 10, py + DOMAIN_HEIGHT, y + DOMAIN_HEIGHT / 2);
        }
        let _ = write!(
            svg,
            "<g class=\"domain\"><title>{0}</title><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{DOMAIN_HEIGHT}\" rx=\"5\"/><text x=\"{1}\" y=\"{2}\">{3}</text><text class=\"faint\" x=\"{1}\" y=\"{4}\">{5}</text></g>",
            escape(&domain.domain),
            x + 12,
            y + 17,
            escape(&cut(&domain.domain, usize::try_from(width / 8).unwrap_or(20))),
            y + 32,
            escape(&domain.netbios_name)
        );
        places.push((&domain.domain, x, y));
        y += DOMAIN_STEP;
    }
    if sorted.is_empty() {
        let _ = write!(svg, "<text class=\"faint\" x=\"18\" y=\"{}\">no domain is known</text>", top + 14);
        return top + LINE;
    }
    y + more(svg, sorted.len(), DOMAINS_MAX, 18, y, "domains")
}

/// The sites, each with its first subnets.
fn draw_sites(svg: &mut String, detail: &ForestDetail, top: i64) -> i64 {
    let begin = WIDTH - 18 - 3 * SITE_WIDTH - 2 * 12;
    let mut y = top;
    let sites: Vec<&ForestSite> = detail.site_list.iter().collect();
    for row in sites.iter().take(SITES_MAX).collect::<Vec<_>>().chunks(SITE_COLUMNS) {
        let mut height = 0;
        let mut x = begin;
        for site in row {
            let subnets: Vec<&str> = detail.subnet_list.iter().filter(|one| one.ad_site == site.ad_site).map(|one| one.subnet.as_str()).collect();
            let mut lines: Vec<String> = subnets.iter().take(SUBNETS_MAX).map(|subnet| cut(subnet, 28)).collect();
            if subnets.len() > SUBNETS_MAX {
                lines.push(format!("and {} more", subnets.len() - SUBNETS_MAX));
            }
            if lines.is_empty() {
                lines.push("no subnet".to_owned());
            }
            let tall = 26 + LINE * i64::try_from(lines.len()).unwrap_or(1) + 6;
            let _ = write!(
                svg,
                "<g class=\"site\"><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{SITE_WIDTH}\" height=\"{tall}\" rx=\"5\"/><text x=\"{}\" y=\"{}\">{}</text>",
                escape(&site.ad_site),
                x + 12,
                y + 18,
                escape(&cut(&site.ad_site, 24))
            );
            for (n, line) in (1..).zip(&lines) {
                let _ = write!(svg, "<text class=\"faint\" x=\"{}\" y=\"{}\">{}</text>", x + 12, y + 18 + LINE * n, escape(line));
            }
            svg.push_str("</g>");
            height = height.max(tall);
            x += SITE_WIDTH + 12;
        }
        y += height + 12;
    }
    if sites.is_empty() {
        let _ = write!(svg, "<text class=\"faint\" x=\"{begin}\" y=\"{}\">no site is known</text>", top + 14);
        return top + LINE;
    }
    y + more(svg, sites.len(), SITES_MAX, begin, y, "sites")
}

/// Tells how many are not drawn; gives the room that it takes.
fn more(svg: &mut String, all: usize, most: usize, x: i64, y: i64, what: &str) -> i64 {
    if all <= most {
        return 0;
    }
    let _ = write!(svg, "<text class=\"faint\" x=\"{x}\" y=\"{}\">and {} more {what}</text>", y + 10, all - most);
    LINE
}
