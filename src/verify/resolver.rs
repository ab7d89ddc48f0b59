//! DNS servers as they were read, and whose names are asked of them.

use std::net::IpAddr;

use crate::source::Span;

/// Some DNS servers, and the names that are asked of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolver {
    /// The interface that they belong to, as the file calls it.
    pub interface: Option<Box<str>>,
    /// The servers, in the order of the file.
    pub servers: Vec<Server>,
    /// The suffixes whose names are asked of them.
    pub suffixes: Vec<Suffix>,
    /// True where they are asked for every name that no longer suffix takes.
    pub takes_all: bool,
    /// True where only programs ask them that bind themselves to the interface.
    pub is_scoped: bool,
    /// Where it stands.
    pub span: Span,
}

/// A DNS server, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its address.
    pub address: IpAddr,
    /// Where it stands.
    pub span: Span,
}

/// A suffix of names, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suffix {
    /// The suffix in small letters, without dots around it.
    pub name: Box<str>,
    /// Where it stands.
    pub span: Span,
}

impl Resolver {
    pub(super) fn new(span: Span) -> Self {
        Self {
            interface: None,
            servers: Vec::new(),
            suffixes: Vec::new(),
            takes_all: false,
            is_scoped: false,
            span,
        }
    }

    /// Adds a suffix as it was written; that of all names, `.`, stands for itself.
    pub(super) fn suffix(&mut self, text: &str, span: Span) {
        let name = text.trim_start_matches('~').trim_matches('.').to_ascii_lowercase();
        if name.is_empty() {
            self.takes_all = true;
        } else if !self.suffixes.iter().any(|suffix| *suffix.name == *name) {
            self.suffixes.push(Suffix { name: name.into(), span });
        }
    }

    /// Without suffixes every name is asked of the servers.
    pub(super) fn all_without_suffix(&mut self) {
        self.takes_all |= self.suffixes.is_empty();
    }

    /// Adds a server, each once.
    pub(super) fn server(&mut self, address: IpAddr, span: Span) {
        if !self.servers.iter().any(|server| server.address == address) {
            self.servers.push(Server { address, span });
        }
    }

    /// How many letters of `name` its longest suffix has that `name` ends with; 0 where it takes all names.
    pub(super) fn length(&self, name: &str) -> Option<usize> {
        let suffixes = self.suffixes.iter().filter(|suffix| is_under(name, &suffix.name));
        suffixes.map(|suffix| suffix.name.len()).max().or_else(|| self.takes_all.then_some(0))
    }

    /// True where it holds a server of `servers`.
    pub(super) fn has_one_of(&self, servers: &[IpAddr]) -> bool {
        self.servers.iter().any(|server| servers.contains(&server.address))
    }
}

/// True for a name that is the suffix, or ends with it behind a dot.
fn is_under(name: &str, suffix: &str) -> bool {
    name.strip_suffix(suffix).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn a_suffix_ends_at_a_dot() {
        let file = Sources::default().add(String::new(), String::new(), None);
        let span = Span::beginning(file);
        let mut resolver = Resolver::new(span);
        resolver.suffix("~Contoso.Internal.", span);
        resolver.suffix(".contoso.internal", span);
        assert_eq!(resolver.suffixes.len(), 1);
        assert_eq!(resolver.length("contoso.internal"), Some(16));
        assert_eq!(resolver.length("app.contoso.internal"), Some(16));
        assert_eq!(resolver.length("notcontoso.internal"), None);
        resolver.suffix("~.", span);
        assert_eq!((resolver.length("example.org"), resolver.suffixes.len()), (Some(0), 1));
    }
}
