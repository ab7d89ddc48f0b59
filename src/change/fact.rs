//! A changed fact, its relation known and its values read.

use std::net::IpAddr;

use crate::asn;
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::Os;
use crate::inventory::routing::Hop;
use crate::inventory::wrong::bad_asn;
use crate::language::relations::{HOPS, Kind, Relation};
use crate::language::syntax::{Atom, Change, Term, Word};
use crate::prefix::Prefix;
use crate::schema::{self, Asn, Terms};
use crate::source::Span;

/// A fact that names networks and clients by text, as it may name what is not there yet.
pub(super) type Fact<'a> = schema::Fact<&'a str, &'a str, &'a str>;

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
    let not_stated = || {
        let message = format!("`{}` is not a relation that an inventory states", atom.relation.text);
        Diagnostic::new(Code::BadChange, message)
            .at(atom.relation.span, "expected the relation of a fact")
            .help(format!("what follows from facts cannot be changed; facts are {}", Relation::facts()))
    };
    let relation = Relation::named(&atom.relation.text).filter(|relation| relation.is_fact());
    let Some(relation) = relation else { return Err(not_stated()) };
    if relation.columns().len() != atom.terms.len() {
        let message = format!("`{}` has {} values here", relation.name(), atom.terms.len());
        return Err(Diagnostic::new(Code::BadChange, message)
            .at(atom.span, format!("expected `{}`", relation.signature())));
    }
    let fact = Fact::read(relation, &mut Values { atom, column: 0 })?.ok_or_else(not_stated)?;
    Ok(Edit { add: change.add, fact, span: atom.span })
}

/// The values of a changed fact.
struct Values<'a> {
    atom: &'a Atom,
    column: usize,
}

impl<'a> Values<'a> {
    fn word(&mut self) -> Result<&'a Word, Diagnostic> {
        let term = self.atom.terms.get(self.column);
        self.column += 1;
        let place = match term {
            Some(Term::Constant(word)) => return Ok(word),
            Some(Term::Variable(word)) => word.span,
            Some(Term::Anything(span)) => *span,
            None => self.atom.span,
        };
        Err(Diagnostic::new(Code::BadChange, "a change names one fact, so every value has to be given")
            .at(place, "expected a value"))
    }

    fn name(&mut self) -> Result<&'a str, Diagnostic> {
        let word = self.word()?;
        if word.text.is_empty() {
            return Err(Diagnostic::new(Code::BadChange, "a name is empty").at(word.span, "expected a name"));
        }
        Ok(&word.text)
    }
}

impl<'a> Terms for Values<'a> {
    type Network = &'a str;
    type Client = &'a str;
    type Label = &'a str;
    type Error = Diagnostic;

    fn network(&mut self) -> Result<&'a str, Diagnostic> {
        self.name()
    }

    fn client(&mut self) -> Result<&'a str, Diagnostic> {
        self.name()
    }

    fn label(&mut self) -> Result<&'a str, Diagnostic> {
        self.name()
    }

    fn hop(&mut self) -> Result<Hop, Diagnostic> {
        let word = self.word()?;
        word.text.parse().map_err(|()| {
            let message = format!("`{}` is not a next hop", word.text);
            Diagnostic::new(Code::BadValue, message).at(word.span, format!("expected {HOPS}"))
        })
    }

    fn address(&mut self) -> Result<IpAddr, Diagnostic> {
        let word = self.word()?;
        word.text.parse().map_err(|_| {
            let message = format!("`{}` is not an address", word.text);
            Diagnostic::new(Code::BadValue, message).at(word.span, "expected an address such as `10.0.1.4`")
        })
    }

    fn prefix(&mut self) -> Result<Prefix, Diagnostic> {
        let word = self.word()?;
        word.text.parse().map_err(|error| {
            let message = format!("`{}` is not a canonical prefix", word.text);
            Diagnostic::new(Code::BadPrefix, message).at(word.span, format!("{error}"))
        })
    }

    fn number(&mut self) -> Result<Asn, Diagnostic> {
        let word = self.word()?;
        asn::parse(&word.text).map(Asn::Number).map_err(|error| bad_asn(&word.text, error, word.span))
    }

    fn os(&mut self) -> Result<Os, Diagnostic> {
        let word = self.word()?;
        let known = Os::ALL.into_iter().find(|os| os.word().eq_ignore_ascii_case(&word.text));
        known.ok_or_else(|| {
            let words: Vec<String> = Os::ALL.iter().map(|os| format!("`{}`", os.word())).collect();
            let message = format!("`{}` is not an operating system", word.text);
            Diagnostic::new(Code::BadValue, message).at(word.span, format!("expected {}", words.join(", ")))
        })
    }
}
