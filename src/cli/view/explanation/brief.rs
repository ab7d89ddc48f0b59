//! An explanation in a few lines: the verdict, the paths, and what is missing.

use tunnelog::answer::Status;

use crate::cli::view::explanation::lines::{Kind, Line};
use crate::cli::view::explanation::text::{APPLIANCES, FORWARD, RETURN, ROUTE};
use crate::cli::view::words;

/// What the lines of an explanation come to, with the commands that mend what is missing.
pub(crate) fn brief(lines: Vec<Line>, cures: Vec<String>) -> Vec<Line> {
    let mut sections = lines.into_iter().peekable();
    let mut brief = Vec::new();
    while let Some(line) = sections.next_if(|line| line.kind != Kind::Heading) {
        brief.push(line);
    }
    let is_route_missing = brief.iter().any(|line| line.kind == Kind::Status(Status::NeedsRoute));
    let mut paths: Vec<Line> = Vec::new();
    while let Some(heading) = sections.next() {
        let mut of_section = Vec::new();
        while let Some(line) = sections.next_if(|line| line.kind != Kind::Heading) {
            of_section.push(line);
        }
        match heading.text.as_str() {
            ROUTE if is_route_missing => brief.extend(missing("client route missing", of_section)),
            FORWARD | RETURN => paths.extend(path(&heading.text, of_section)),
            APPLIANCES => paths.extend(appliances(of_section)),
            _ => {}
        }
    }
    brief.extend(paths);
    brief.extend(cures.into_iter().map(|cure| Line::new(Kind::Command, cure)));
    brief
}

/// The first thing that fails, with what is missing there.
fn missing(what: &str, lines: Vec<Line>) -> Option<Line> {
    let mut lines = lines.into_iter().skip_while(|line| line.kind != Kind::Fails);
    let fails = lines.next()?;
    let what = if what.is_empty() { fails.text } else { what.to_owned() };
    let cause = lines.take_while(|line| !matches!(line.kind, Kind::Holds | Kind::Fails));
    match cause.into_iter().find(|line| line.kind == Kind::Missing) {
        Some(cause) => Some(Line::new(Kind::Fails, format!("{what}: {}", cause.text)).at(cause.rows)),
        None => Some(Line::new(Kind::Fails, what).at(fails.rows)),
    }
}

/// The path that packets take, or where they are dropped.
fn path(heading: &str, lines: Vec<Line>) -> Option<Line> {
    if lines.iter().any(|line| line.kind == Kind::Fails) {
        let line = missing("", lines)?;
        return Some(Line { text: format!("{heading}: {}", line.text), ..line });
    }
    let mut paths: Vec<String> = Vec::new();
    for line in lines.into_iter().filter(|line| line.kind == Kind::Holds) {
        if !paths.contains(&line.text) {
            paths.push(line.text);
        }
    }
    (!paths.is_empty()).then(|| Line::new(Kind::Holds, format!("{heading}: {}", words::list(&paths))))
}

/// What appliances on the path do to it.
fn appliances(lines: Vec<Line>) -> Vec<Line> {
    let assumed = |line: Line| match line.kind {
        Kind::Fails => Some(line),
        Kind::Holds => {
            Some(Line::new(Kind::Holds, format!("{}, assumed to permit this connection", line.text)))
        }
        _ => None,
    };
    lines.into_iter().filter_map(assumed).collect()
}
