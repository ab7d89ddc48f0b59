//! What can be told of a statement without an inventory: relations, columns, words and variables.

use std::net::IpAddr;

use super::relations::{HOPS, Kind, Relation};
use super::syntax::{Atom, Change, Expectation, Goal, Query, Statement, Term, Word};
use crate::answer::EffectiveHop;
use crate::diagnostic::{Code, Diagnostic, Report};
use crate::inventory::{nearest, shortened};
use crate::prefix::{Prefix, PrefixError};

/// Reports every mistake in `statement`.
pub(super) fn statement(statement: &Statement, report: &mut Report) {
    match statement {
        Statement::Change(fact) => change(fact, report),
        Statement::Ask(question) => query(question, report),
        Statement::Expect(Expectation::Some(question) | Expectation::None(question)) => {
            query(question, report);
        }
        Statement::Expect(Expectation::Only(patterns)) => patterns.iter().for_each(|pattern| {
            let mut variables = Variables::default();
            atom(pattern, Use::Asked, &mut variables, report);
        }),
    }
}

/// Reports every mistake in a change.
pub(super) fn change(change: &Change, report: &mut Report) {
    let name = &change.atom.relation;
    if let Some(derived) = Relation::named(&name.text).filter(|relation| !relation.is_fact()) {
        let message = format!("`{}` follows from other facts and cannot be changed", derived.name());
        let finding = Diagnostic::new(Code::DerivedRelation, message).at(name.span, "expected a fact");
        report.push(finding.help(format!("the facts are {}", Relation::facts())));
        return;
    }
    let Some(relation) = atom(&change.atom, Use::Changed, &mut Variables::default(), report) else { return };
    for (term, column) in change.atom.terms.iter().zip(relation.columns()) {
        let span = match term {
            Term::Constant(_) => continue,
            Term::Variable(name) => name.span,
            Term::Anything(span) => *span,
        };
        let message = "a change names one fact, so every column needs a value";
        report.push(
            Diagnostic::new(Code::BadTerm, message).at(span, format!("expected {}", column.kind.noun())),
        );
    }
}

/// The variables of a question, each with what it holds and where that was said first.
#[derive(Default)]
struct Variables<'query>(Vec<(&'query Word, Kind)>);

impl<'query> Variables<'query> {
    fn kind(&self, name: &Word) -> Option<Kind> {
        self.0.iter().find(|(known, _)| known.text == name.text).map(|(_, kind)| *kind)
    }

    /// Notes that `name` holds a `kind`, or reports that it holds something else elsewhere.
    fn add(&mut self, name: &'query Word, kind: Kind, report: &mut Report) {
        let Some((first, known)) = self.0.iter().find(|(known, _)| known.text == name.text) else {
            self.0.push((name, kind));
            return;
        };
        if *known != kind {
            let message = format!(
                "`?{}` is {} here and {} elsewhere, which are never the same",
                name.text,
                kind.noun(),
                known.noun()
            );
            let finding =
                Diagnostic::new(Code::BadTerm, message).at(name.span, format!("expected {}", known.noun()));
            report.push(finding.with(first.span, known.noun()));
        }
    }
}

fn query(query: &Query, report: &mut Report) {
    let mut variables = Variables::default();
    for goal in &query.goals {
        if let Goal::Holds(holds) = goal {
            atom(holds, Use::Asked, &mut variables, report);
        }
    }
    for goal in &query.goals {
        match goal {
            Goal::Holds(_) => {}
            Goal::Fails(fails) => {
                let mut own = Variables(variables.0.clone());
                atom(fails, Use::Asked, &mut own, report);
                bound(&fails.terms, &variables, report);
            }
            Goal::Within(one, other) | Goal::Contains(one, other) => {
                bound([one, other], &variables, report);
                comparison([one, other], Some(Kind::Prefix), &variables, report);
            }
            Goal::Equal(one, other) | Goal::Different(one, other) => {
                bound([one, other], &variables, report);
                comparison([one, other], None, &variables, report);
            }
        }
    }
}

/// Reports the variables among `terms` that no positive condition gives a value.
fn bound<'query>(
    terms: impl IntoIterator<Item = &'query Term>,
    variables: &Variables<'_>,
    report: &mut Report,
) {
    for term in terms {
        if let Term::Variable(name) = term
            && variables.kind(name).is_none()
        {
            let message = format!("nothing gives `?{}` a value", name.text);
            let finding = Diagnostic::new(Code::UnboundVariable, message)
                .at(name.span, "expected a variable of another condition");
            report.push(
                finding.help("use the variable in a condition without `not`, or write `_` for any value"),
            );
        }
    }
}

/// Checks the two sides of a comparison, which takes values of kind `wanted`, or any of one kind.
fn comparison(sides: [&Term; 2], wanted: Option<Kind>, variables: &Variables<'_>, report: &mut Report) {
    let mut kinds = Vec::new();
    for side in sides {
        match side {
            Term::Anything(span) => {
                let message = "`_` cannot be compared";
                report.push(
                    Diagnostic::new(Code::BadTerm, message).at(*span, "expected a value or a variable"),
                );
                return;
            }
            Term::Variable(name) => kinds.extend(variables.kind(name).map(|kind| (name, kind))),
            Term::Constant(_) => {}
        }
    }
    if let Some(wanted) = wanted
        && let Some((name, kind)) = kinds.iter().find(|(_, kind)| *kind != wanted)
    {
        let message = format!("`?{}` is {}, and only prefixes lie within each other", name.text, kind.noun());
        report.push(
            Diagnostic::new(Code::BadTerm, message).at(name.span, format!("expected {}", wanted.noun())),
        );
        return;
    }
    if let [(_, first), (name, second)] = kinds[..]
        && first != second
    {
        let message =
            format!("`?{}` is {}, and the other side is {}", name.text, second.noun(), first.noun());
        report.push(
            Diagnostic::new(Code::BadTerm, message).at(name.span, format!("expected {}", first.noun())),
        );
        return;
    }
    let constants =
        sides.into_iter().filter_map(|side| if let Term::Constant(word) = side { Some(word) } else { None });
    match (wanted, kinds.first()) {
        (Some(_), _) => constants.for_each(|word| compared_prefix(word, report)),
        (None, Some((_, kind))) => constants.for_each(|word| constant(word, *kind, report)),
        // A side that is an unbound variable was reported already.
        (None, None) if sides.iter().any(|side| matches!(side, Term::Variable(_))) => {}
        (None, None) => {
            let Term::Constant(word) = sides[0] else { return };
            let message = "a comparison of two values has the same answer always";
            report.push(Diagnostic::new(Code::BadTerm, message).at(word.span, "expected a variable"));
        }
    }
}

/// What people call relations, with the relations that they mean; of two for a word, the second is for those who change facts.
const SPOKEN: [(&str, &str); 24] = [
    ("route", "advertised"),
    ("route", "custom_route"),
    ("routes", "advertised"),
    ("routes", "custom_route"),
    ("reach", "access"),
    ("reaches", "access"),
    ("reachable", "access"),
    ("status", "access"),
    ("network", "vnet"),
    ("prefix", "address"),
    ("pool", "client_pool"),
    ("peering", "peered"),
    ("peer", "peered"),
    ("transit", "gateway_transit"),
    ("connection", "s2s"),
    ("tunnel", "s2s"),
    ("vpn", "s2s"),
    ("static", "static_route"),
    ("table", "uses_table"),
    ("udr", "user_route"),
    ("firewall", "appliance"),
    ("nva", "appliance"),
    ("dns", "dns_server"),
    ("zone", "private_zone"),
];

/// What an atom stands for, which decides what help is of use.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Asked,
    Changed,
}

/// Checks the columns of `atom` and adds its variables; gives its relation where that is known.
fn atom<'query>(
    atom: &'query Atom,
    purpose: Use,
    variables: &mut Variables<'query>,
    report: &mut Report,
) -> Option<Relation> {
    let name = &atom.relation;
    let Some(relation) = Relation::named(&name.text) else {
        let message = format!("there is no relation `{}`", shortened(&name.text));
        let finding = Diagnostic::new(Code::UnknownRelation, message).at(name.span, "expected a relation");
        let candidates = Relation::ALL.iter().filter(|relation| purpose == Use::Asked || relation.is_fact());
        let spoken = name.text.to_lowercase();
        let spoken =
            SPOKEN.iter().filter(|(word, _)| *word == spoken).map(|(_, meant)| *meant).find_map(|meant| {
                candidates.clone().map(|relation| relation.name()).find(|name| *name == meant)
            });
        let names = candidates.map(|relation| relation.name());
        let meant = spoken.or_else(|| nearest(&name.text, names)).and_then(Relation::named);
        let help = match (meant, purpose) {
            (Some(relation), _) => format!("did you mean `{}`?", relation.signature()),
            (None, Use::Changed) => format!("the facts are {}", Relation::facts()),
            (None, Use::Asked) => {
                let names: Vec<_> =
                    Relation::ALL.iter().map(|relation| format!("`{}`", relation.name())).collect();
                format!("the relations are {}; `tunnelog ask --list` has their columns", names.join(", "))
            }
        };
        report.push(finding.help(help));
        return None;
    };
    let (count, columns) = (atom.terms.len(), relation.columns());
    if count != columns.len() {
        let plural = |count| if count == 1 { "" } else { "s" };
        let message = format!(
            "`{}` has {} column{}, and {count} {} given",
            relation.name(),
            columns.len(),
            plural(columns.len()),
            if count == 1 { "is" } else { "are" },
        );
        let finding = Diagnostic::new(Code::WrongArity, message)
            .at(atom.span, format!("expected `{}`", relation.signature()));
        report.push(match purpose {
            Use::Asked => finding.help("write `_` for a column whose value does not matter"),
            Use::Changed => finding.help("a change names one fact, with a value in every column"),
        });
        return None;
    }
    for (term, column) in atom.terms.iter().zip(columns) {
        match term {
            Term::Constant(word) => constant(word, column.kind, report),
            Term::Variable(name) => variables.add(name, column.kind, report),
            Term::Anything(_) => {}
        }
    }
    Some(relation)
}

/// Reports a value that a column of that kind cannot hold.
fn constant(word: &Word, kind: Kind, report: &mut Report) {
    let text = &word.text;
    let bad = |message: String, help: String| {
        Diagnostic::new(Code::BadTerm, message).at(word.span, format!("expected {}", kind.noun())).help(help)
    };
    match kind {
        Kind::Network | Kind::Client | Kind::Label => {}
        Kind::Hop => {
            if text.parse::<EffectiveHop>().is_err() {
                let message = format!("`{}` is not a next hop", shortened(text));
                report.push(bad(
                    message,
                    format!("write {HOPS}; an effective route may lead to `peering` too"),
                ));
            }
        }
        Kind::Address => {
            if text.parse::<IpAddr>().is_err() {
                let message = format!("`{}` is not an address", shortened(text));
                report.push(bad(message, "write an address as `10.1.0.4` or `fd00:1::4`".into()));
            }
        }
        Kind::Number => {
            if text.parse::<u32>().is_err() {
                let message = format!("`{}` is not an autonomous system number", shortened(text));
                report.push(bad(message, "write a number from 0 to 4294967295".into()));
            }
        }
        Kind::Prefix => {
            if let Err(error) = text.parse::<Prefix>() {
                report.push(bad_prefix(word, &error));
            }
        }
        Kind::Class
        | Kind::Status
        | Kind::Reason
        | Kind::Os
        | Kind::Source
        | Kind::Direction
        | Kind::Resolution => {
            let words = kind.words().unwrap_or_default();
            if words.iter().any(|known| known == text) {
                return;
            }
            let message = format!("`{}` is not {}", shortened(text), kind.noun());
            let help = match nearest(text, words.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!(
                    "write one of {}",
                    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
                ),
            };
            report.push(bad(message, help));
        }
    }
}

/// Reports a value that is neither a prefix nor an address, which stands for the prefix that holds it alone.
fn compared_prefix(word: &Word, report: &mut Report) {
    match word.text.parse::<Prefix>() {
        Ok(_) | Err(PrefixError::NoLength(_)) => {}
        Err(error) => report.push(bad_prefix(word, &error)),
    }
}

fn bad_prefix(word: &Word, error: &PrefixError) -> Diagnostic {
    let text = shortened(&word.text);
    let (message, help) = match error {
        PrefixError::HostBits(canonical) => (
            format!("`{text}` has bits set to the right of its length"),
            format!("did you mean `{canonical}`?"),
        ),
        PrefixError::NoLength(host) => {
            (format!("`{text}` is an address without a length"), format!("did you mean `{}`?", host.meant()))
        }
        PrefixError::LeadingZero(decimal) => (
            format!("a number in `{text}` begins with a zero, which routers may read as octal"),
            format!("did you mean `{decimal}`?"),
        ),
        PrefixError::NotAPrefix => {
            (format!("`{text}` is not a prefix"), "write a prefix as `10.1.0.0/16` or `fd00:1::/48`".into())
        }
    };
    Diagnostic::new(Code::BadTerm, message)
        .at(word.span, format!("expected {}", Kind::Prefix.noun()))
        .help(help)
}
