//! A changed fact, its relation known and its values read.

use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::Os;
use crate::language::relations::{Kind, Relation};
use crate::language::syntax::{Atom, Change, Term, Word};
use crate::prefix::Prefix;
use crate::source::Span;

/// A fact that an inventory can state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fact<'a> {
    Vnet(&'a str),
    Site(&'a str),
    Address(&'a str, Prefix),
    Gateway(&'a str),
    ClientPool(&'a str, Prefix),
    CustomRoute(&'a str, Prefix),
    Asn(&'a str, u32),
    Peered(&'a str, &'a str),
    GatewayTransit(&'a str, &'a str),
    S2s(&'a str, &'a str),
    Bgp(&'a str, &'a str),
    StaticRoute(&'a str, &'a str, Prefix),
    TransitSite(&'a str),
    Os(&'a str, Os),
    Client(&'a str, &'a str),
    ManualRoute(&'a str, Prefix),
}

/// A fact to add or to take away.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edit<'a> {
    pub(super) add: bool,
    pub(super) fact: Fact<'a>,
    /// Where the change is written.
    pub(super) span: Span,
}

/// Calls `network` with every name of a network in the change, and `client` with every name of a client.
pub(super) fn names<'a>(
    change: &'a Change,
    mut network: impl FnMut(&'a str),
    mut client: impl FnMut(&'a str),
) {
    let relation = Relation::named(&change.atom.relation.text);
    let columns = relation.map(Relation::columns).unwrap_or_default();
    for (column, term) in columns.iter().zip(&change.atom.terms) {
        match (column.kind, term) {
            (Kind::Network, Term::Constant(word)) => network(&word.text),
            (Kind::Client, Term::Constant(word)) => client(&word.text),
            _ => {}
        }
    }
}

/// Reads the fact of a change.
pub(super) fn read(change: &Change) -> Result<Edit<'_>, Diagnostic> {
    let atom = &change.atom;
    let relation = Relation::named(&atom.relation.text).filter(|relation| relation.is_fact());
    let Some(relation) = relation else {
        let message = format!("`{}` is not a relation that an inventory states", atom.relation.text);
        return Err(Diagnostic::new(Code::BadChange, message)
            .at(atom.relation.span, "expected the relation of a fact")
            .help(format!("what follows from facts cannot be changed; facts are {}", Relation::facts())));
    };
    if relation.columns().len() != atom.terms.len() {
        let message = format!("`{}` has {} values here", relation.name(), atom.terms.len());
        return Err(Diagnostic::new(Code::BadChange, message)
            .at(atom.span, format!("expected `{}`", relation.signature())));
    }
    let fact = match relation {
        Relation::Vnet => Fact::Vnet(name(atom, 0)?),
        Relation::Site => Fact::Site(name(atom, 0)?),
        Relation::Address => Fact::Address(name(atom, 0)?, prefix(atom, 1)?),
        Relation::Gateway => Fact::Gateway(name(atom, 0)?),
        Relation::ClientPool => Fact::ClientPool(name(atom, 0)?, prefix(atom, 1)?),
        Relation::CustomRoute => Fact::CustomRoute(name(atom, 0)?, prefix(atom, 1)?),
        Relation::Asn => Fact::Asn(name(atom, 0)?, number(atom, 1)?),
        Relation::Peered => Fact::Peered(name(atom, 0)?, name(atom, 1)?),
        Relation::GatewayTransit => Fact::GatewayTransit(name(atom, 0)?, name(atom, 1)?),
        Relation::S2s => Fact::S2s(name(atom, 0)?, name(atom, 1)?),
        Relation::Bgp => Fact::Bgp(name(atom, 0)?, name(atom, 1)?),
        Relation::StaticRoute => Fact::StaticRoute(name(atom, 0)?, name(atom, 1)?, prefix(atom, 2)?),
        Relation::TransitSite => Fact::TransitSite(name(atom, 0)?),
        Relation::Os => Fact::Os(name(atom, 0)?, system(atom, 1)?),
        Relation::Client => Fact::Client(name(atom, 0)?, name(atom, 1)?),
        _ => Fact::ManualRoute(name(atom, 0)?, prefix(atom, 1)?),
    };
    Ok(Edit { add: change.add, fact, span: atom.span })
}

fn word(atom: &Atom, index: usize) -> Result<&Word, Diagnostic> {
    let place = match &atom.terms[index] {
        Term::Constant(word) => return Ok(word),
        Term::Variable(word) => word.span,
        Term::Anything(span) => *span,
    };
    Err(Diagnostic::new(Code::BadChange, "a change names one fact, so every value has to be given")
        .at(place, "expected a value"))
}

fn name(atom: &Atom, index: usize) -> Result<&str, Diagnostic> {
    let word = word(atom, index)?;
    if word.text.is_empty() {
        return Err(Diagnostic::new(Code::BadChange, "a name is empty").at(word.span, "expected a name"));
    }
    Ok(&word.text)
}

fn prefix(atom: &Atom, index: usize) -> Result<Prefix, Diagnostic> {
    let word = word(atom, index)?;
    word.text.parse().map_err(|error| {
        let message = format!("`{}` is not a canonical prefix", word.text);
        Diagnostic::new(Code::BadPrefix, message).at(word.span, format!("{error}"))
    })
}

fn number(atom: &Atom, index: usize) -> Result<u32, Diagnostic> {
    let word = word(atom, index)?;
    word.text.parse().map_err(|_| {
        let message = format!("`{}` is not an autonomous system number", word.text);
        Diagnostic::new(Code::BadNumber, message).at(word.span, "expected 0 to 4294967295")
    })
}

fn system(atom: &Atom, index: usize) -> Result<Os, Diagnostic> {
    let word = word(atom, index)?;
    let known = Os::ALL.into_iter().find(|os| os.word().eq_ignore_ascii_case(&word.text));
    known.ok_or_else(|| {
        let words: Vec<String> = Os::ALL.iter().map(|os| format!("`{}`", os.word())).collect();
        let message = format!("`{}` is not an operating system", word.text);
        Diagnostic::new(Code::BadValue, message).at(word.span, format!("expected {}", words.join(", ")))
    })
}
