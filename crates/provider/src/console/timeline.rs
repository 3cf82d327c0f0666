//! The picture of credential use: one lane for each account, drawn by the server. Its twin is the table below it.

use super::markup::{Markup, escape, exact};
use crate::operations::bindings::list::Binding;
use crate::operations::uses::list::Used;
use provost_domain::Timestamp;
use provost_domain::outcome::Outcome;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Parts of the time that a lane is drawn in; uses of one part are drawn as one bar.
const PARTS: i64 = 120;
/// Height of a lane, in pixels: marks above, bars on the line, marks of what was done to the account below.
const HEIGHT: i64 = 40;
/// The line that bars stand on.
const GROUND: i64 = 29;
/// The highest bar.
const BAR_MAX: i64 = 20;

/// A stretch of time that can be looked at: its name in addresses, its name for people, its seconds.
pub const SPANS: [(&str, &str, i64); 4] =
    [("hour", "Last hour", 3_600), ("day", "Last 24 hours", 86_400), ("week", "Last 7 days", 7 * 86_400), ("month", "Last 30 days", 30 * 86_400)];

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A stretch of time that ends now.
pub struct Span {
    /// Its name in addresses.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    from: i64,
    to: i64,
}

impl Span {
    /// The stretch with this name, or a week.
    pub fn before(now: Timestamp, id: &str) -> Self {
        let (id, name, seconds) = SPANS.iter().find(|(known, ..)| *known == id).unwrap_or(&SPANS[2]);
        Self { id, name, from: now.plus_seconds(-seconds).as_micros(), to: now.as_micros() }
    }

    /// Whether a point in time is within.
    pub fn holds(&self, at: Timestamp) -> bool {
        (self.from..=self.to).contains(&at.as_micros())
    }

    /// Where a point in time is, in hundredths of a percent from the left.
    fn place(&self, at: i64) -> i64 {
        let whole = (self.to - self.from).max(1);
        let part = i128::from(at.clamp(self.from, self.to) - self.from) * 10_000 / i128::from(whole);
        i64::try_from(part).unwrap_or(0)
    }

    /// Points in time that are named: midnights, or round hours and minutes, six to eight of them.
    fn ticks(&self) -> Vec<(i64, String)> {
        const MINUTE: i64 = 60_000_000;
        let step = match self.id {
            "hour" => 10 * MINUTE,
            "day" => 180 * MINUTE,
            "week" => 1_440 * MINUTE,
            _ => 5 * 1_440 * MINUTE,
        };
        let first = self.from.div_euclid(step) * step + step;
        let name = |at: i64| {
            let text = Timestamp::from_micros(at).to_string();
            if step < 1_440 * MINUTE {
                return text.get(11..16).unwrap_or_default().to_owned();
            }
            let month = text.get(5..7).and_then(|month| month.parse::<usize>().ok()).and_then(|month| MONTHS.get(month.wrapping_sub(1)));
            format!("{} {}", text.get(8..10).unwrap_or_default().trim_start_matches('0'), month.unwrap_or(&""))
        };
        (0..).map(|n| first + n * step).take_while(|at| *at < self.to).map(|at| (self.place(at), name(at))).collect()
    }

    /// The names of its points in time, drawn over the lanes.
    pub fn axis(&self) -> Markup {
        let mut svg = "<svg class=\"lane axis\" height=\"20\" aria-hidden=\"true\">".to_owned();
        for (place, name) in self.ticks() {
            // A name at the end would stand over it.
            let anchor = if place > 9_600 { "end" } else { "middle" };
            let _ = write!(svg, "<text x=\"{}\" y=\"14\" text-anchor=\"{anchor}\">{}</text>", percent(place), escape(&name));
        }
        svg.push_str("</svg>");
        Markup::trusted(svg)
    }
}

/// What one account was used for.
pub struct Lane {
    /// The account.
    pub name: String,
    /// Its page; empty for an identity without a binding.
    pub href: String,
    /// As what it acts.
    pub title: String,
    /// How many of its uses are drawn.
    pub uses: usize,
    /// How many of these did not sign in.
    pub failed: usize,
    /// The drawing.
    pub drawing: Markup,
}

/// A use: when, and whether it signed in.
type Mark = (i64, bool);

impl Lane {
    /// The lane of a bound account; `cut` says that there are uses before the oldest of `uses` that were not read.
    pub fn of_binding(binding: &Binding, uses: &[Used], cut: bool, span: &Span, now: Timestamp) -> Self {
        let mine: Vec<&Used> = uses.iter().filter(|used| used.binding_id == Some(binding.binding_id)).collect();
        let mut notes = Vec::new();
        if let Some(secret) = &binding.secret {
            notes.push((secret.sealed_at.0, "sealed", format!("password sealed, version {}", secret.version)));
        }
        if let Some(at) = binding.checked_at {
            notes.push((at.0, "checked", format!("checked: {}", binding.standing.replace('-', " "))));
        }
        let mut lane = Self::of(&binding.name, &mine, uses.last().filter(|_| cut).map(|last| last.at.0), &notes, span, now);
        lane.href = format!("/bindings/{}", binding.binding_id);
        lane.title = binding.title.clone();
        lane
    }

    /// The lane of an identity that acts without a binding.
    pub fn of_identity(name: &str, uses: &[&Used], read_from: Option<Timestamp>, span: &Span, now: Timestamp) -> Self {
        Self::of(name, uses, read_from, &[], span, now)
    }

    fn of(name: &str, uses: &[&Used], read_from: Option<Timestamp>, notes: &[(Timestamp, &'static str, String)], span: &Span, now: Timestamp) -> Self {
        let marks: Vec<Mark> =
            uses.iter().filter(|used| span.holds(used.at.0)).map(|used| (used.at.0.as_micros(), used.outcome == Outcome::Succeeded.id())).collect();
        let failed = marks.iter().filter(|(_, succeeded)| !succeeded).count();
        let last = marks.iter().map(|(at, _)| *at).max().map(|at| Timestamp::from_micros(at).relative_to(now));
        let said = match &last {
            Some(last) => format!("{name}: {} uses, {failed} did not sign in; the last {last}", marks.len()),
            None => format!("{name}: not used"),
        };
        let drawing = draw(&said, &marks, read_from, notes, span);
        Self { name: name.to_owned(), href: String::new(), title: String::new(), uses: marks.len(), failed, drawing }
    }
}

fn percent(place: i64) -> String {
    format!("{}.{:02}%", place / 100, place % 100)
}

/// A mark of the page's set, its middle at a place.
fn mark(svg: &mut String, place: i64, y: i64, class: &str, title: &str) {
    let _ = write!(
        svg,
        "<svg class=\"mark {class}\" x=\"{}\" y=\"{y}\" overflow=\"visible\"><title>{}</title><use href=\"#m-{class}\"/></svg>",
        percent(place),
        escape(title)
    );
}

fn draw(said: &str, marks: &[Mark], read_from: Option<Timestamp>, notes: &[(Timestamp, &'static str, String)], span: &Span) -> Markup {
    let mut svg = format!("<svg class=\"lane\" height=\"{HEIGHT}\" role=\"img\" aria-label=\"{}\">", escape(said));
    for (place, _) in span.ticks() {
        let x = percent(place);
        let _ = write!(svg, "<line class=\"tick\" x1=\"{x}\" x2=\"{x}\" y1=\"0\" y2=\"{HEIGHT}\"/>");
    }
    // What was not read is not shown as quiet.
    if let Some(from) = read_from.filter(|from| span.holds(*from)) {
        let _ = write!(
            svg,
            "<rect class=\"unread\" width=\"{}\" height=\"{HEIGHT}\"><title>not drawn: too many uses</title></rect>",
            percent(span.place(from.as_micros()))
        );
    }
    let _ = write!(svg, "<line class=\"ground\" x1=\"0\" x2=\"100%\" y1=\"{GROUND}\" y2=\"{GROUND}\"/>");
    // Uses of one part of the time: how many signed in, how many did not.
    let mut parts = BTreeMap::<i64, (i64, i64)>::new();
    for (at, succeeded) in marks {
        let part = (span.place(*at) * PARTS / 10_000).min(PARTS - 1);
        let counts = parts.entry(part).or_default();
        if *succeeded {
            counts.0 += 1;
        } else {
            counts.1 += 1;
        }
    }
    let most = parts.values().map(|(succeeded, _)| *succeeded).max().unwrap_or(0).max(1);
    let seconds = (span.to - span.from) / PARTS / 1_000_000;
    for (part, (succeeded, failed)) in &parts {
        let begin = Timestamp::from_micros(span.from + (span.to - span.from) / PARTS * part);
        let when = format!("{} UTC and {} after", exact(begin), crate::console::markup::seconds(seconds));
        let left = part * 10_000 / PARTS;
        if *succeeded > 0 {
            // One of few is still seen.
            let height = (succeeded * BAR_MAX / most).max(5);
            let _ = write!(
                svg,
                "<rect class=\"used\" x=\"{}\" y=\"{}\" width=\"0.62%\" height=\"{height}\"><title>{succeeded} signed in, {}</title></rect>",
                percent(left + 10),
                GROUND - height,
                escape(&when)
            );
        }
        if *failed > 0 {
            mark(&mut svg, left + 41, 6, "failed", &format!("{failed} did not sign in, {when}"));
        }
    }
    for (at, class, words) in notes.iter().filter(|(at, ..)| span.holds(*at)) {
        mark(&mut svg, span.place(at.as_micros()), GROUND + 6, class, &format!("{words}, {} UTC", exact(*at)));
    }
    svg.push_str("</svg>");
    Markup::trusted(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_445_413_120_000);

    fn used(ago: i64, outcome: &str) -> Used {
        Used {
            use_id: ago,
            at: NOW.plus_seconds(-ago).into(),
            account: "<svc>".to_owned(),
            identity: "bound".to_owned(),
            operation: "send-alert-mail".to_owned(),
            target: "mail01:587".to_owned(),
            outcome: outcome.to_owned(),
            detail: String::new(),
            microseconds: 1,
            binding_id: None,
        }
    }

    #[test]
    fn every_use_within_the_time_is_drawn_once() {
        let span = Span::before(NOW, "day");
        let uses = [used(60, "succeeded"), used(70, "succeeded"), used(7_200, "locked"), used(86_401, "succeeded")];
        let lane = Lane::of_identity("<svc>", &uses.iter().collect::<Vec<_>>(), None, &span, NOW);
        assert_eq!((lane.uses, lane.failed), (3, 1));
        let svg = lane.drawing.to_string();
        assert_eq!(svg.matches("class=\"used\"").count(), 1, "two uses of one part are one bar");
        assert!(svg.contains("2 signed in") && svg.contains("1 did not sign in") && !svg.contains("<svc>"));
    }

    #[test]
    fn what_was_not_read_is_not_shown_as_quiet() {
        let span = Span::before(NOW, "week");
        let uses = [used(60, "succeeded")];
        let drawn = |read_from| Lane::of_identity("svc", &uses.iter().collect::<Vec<_>>(), read_from, &span, NOW).drawing.to_string();
        assert!(drawn(Some(NOW.plus_seconds(-86_400))).contains("class=\"unread\" width=\"85.71%\""));
        assert!(!drawn(Some(NOW.plus_seconds(-30 * 86_400))).contains("unread"));
        assert!(!drawn(None).contains("unread"));
    }

    #[test]
    fn points_in_time_are_round() {
        for (id, first) in [("hour", "14:00"), ("day", "15:00"), ("week", "17 Nov"), ("month", "29 Oct")] {
            let ticks = Span::before(NOW, id).ticks();
            assert!((5..=8).contains(&ticks.len()), "{id}: {ticks:?}");
            assert!(ticks.windows(2).all(|pair| pair[0].0 < pair[1].0), "{id}");
            assert_eq!(ticks[0].1, first, "{id}: {ticks:?}");
        }
    }
}
