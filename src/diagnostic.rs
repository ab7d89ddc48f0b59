//! What is wrong or doubtful in an inventory, as data. Nothing is printed here.
//!
//! ```
//! use tunnelog::diagnostic::{Code, Diagnostic, Report, Severity};
//!
//! let mut report = Report::default();
//! report.push(Diagnostic::new(Code::TunnelDown, "the tunnel is down").help("reset the connection"));
//! assert_eq!(report.worst(), Some(Severity::Warning));
//! assert!(!report.has_errors());
//! ```

use std::error::Error;
use std::fmt;

use crate::marks::is_unseen;
use crate::secrets;
use crate::source::{Sources, Span};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never counts against the inventory.
    Note,
    /// An answer is given, but the user should look.
    Warning,
    /// No answer is given.
    Error,
}

impl Severity {
    /// The lower-case word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $text:literal $severity:ident $summary:literal)*) => {
        /// Every kind of finding. `docs/diagnostics.md` has an example of each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $summary] $variant,)*
        }

        impl Code {
            /// Every code, errors first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The kebab-case name that users see and scripts match.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// How much it weighs.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// What it finds, as a sentence.
            #[must_use]
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)* }
            }
        }
    };
}

codes! {
    UnreadableFile "unreadable-file" Error "A file or folder cannot be read, or is not UTF-8 text."
    UnreadableCsv "unreadable-csv" Error "A record of a CSV file has more cells than the header, or a quote that does not enclose a cell."
    UnreadableJson "unreadable-json" Error "A JSON file cannot be parsed."
    UnreadableXml "unreadable-xml" Error "An XML file cannot be parsed."
    UnknownFormat "unknown-format" Error "A file of routes is of no known kind."
    BadRoute "bad-route" Error "An entry in a file of routes is not what its kind of file has there."
    NotAnInventory "not-an-inventory" Error "A path holds nothing from which a topology can be built."
    MissingColumn "missing-column" Error "A required column is not in the header."
    DuplicateColumn "duplicate-column" Error "The header names a column twice."
    EmptyValue "empty-value" Error "A cell that must hold a value is empty."
    BadPrefix "bad-prefix" Error "A value is not a canonical IPv4 or IPv6 prefix."
    BadBoolean "bad-boolean" Error "A value is neither true nor false."
    BadNumber "bad-number" Error "A value is not an autonomous system number."
    BadValue "bad-value" Error "A value is not one of the words that its column takes."
    UnknownName "unknown-name" Error "A name is not that of a network, gateway or route table of the inventory."
    DuplicateName "duplicate-name" Error "Two rows define the same name."
    NameClash "name-clash" Error "A VNet and a site have the same name."
    OutsideVnet "outside-vnet" Error "A subnet, an appliance, a resolver or a private endpoint has an address that is in no prefix of its VNet."
    OverlappingSubnets "overlapping-subnets" Error "Two subnets of a VNet overlap."
    DuplicateRoute "duplicate-route" Error "A route table has two routes for one prefix."
    SelfReference "self-reference" Error "A peering or connection joins a network to itself."
    QuerySyntax "query-syntax" Error "A line of a query is not what the language allows."
    UnknownRelation "unknown-relation" Error "A query names a relation that does not exist."
    WrongArity "wrong-arity" Error "A relation in a query has more or fewer columns than it should."
    BadTerm "bad-term" Error "A value does not fit its column or comparison."
    UnboundVariable "unbound-variable" Error "A variable under `not` or in a comparison occurs in no condition that gives it a value."
    DerivedRelation "derived-relation" Error "A query changes a relation that follows from others."
    QueryTooLarge "query-too-large" Error "A question has more answers, or passes through more, than fit into memory."
    BadChange "bad-change" Error "A change does not name a fact that an inventory can state."
    ChangeImpossible "change-impossible" Error "A change cannot be made in Azure as things stand, or cannot be written in an inventory."
    BadSetting "bad-setting" Error "A variable or a line of `tunnelog.toml` sets what the program does not have."
    OneSidedPeering "one-sided-peering" Warning "A peering's other side is not in the inventory."
    PeeringNotConnected "peering-not-connected" Warning "A peering's state is other than Connected."
    PeeringOutOfSync "peering-out-of-sync" Warning "A peering link does not carry the address space that the other VNet has now."
    TransitNotUsed "transit-not-used" Warning "The hub allows gateway transit, but the spoke does not use remote gateways."
    TransitNotAllowed "transit-not-allowed" Warning "The spoke uses remote gateways, but the hub does not allow gateway transit."
    RemoteGatewayMissing "remote-gateway-missing" Warning "Remote gateways are used where the hub has no gateway."
    SpokeWithGateway "spoke-with-gateway" Warning "A VNet that has its own gateway uses remote gateways."
    SeveralRemoteGateways "several-remote-gateways" Warning "More than one peering of a VNet uses remote gateways."
    OverlappingAddressSpace "overlapping-address-space" Warning "Two networks of one connected component overlap."
    PoolOverlap "pool-overlap" Warning "An address pool overlaps a network or another pool of its connected component."
    SameAsn "same-asn" Warning "Both ends of a connection with BGP have the same ASN, so the session never comes up."
    DuplicateAsn "duplicate-asn" Warning "Two routers of one connected component share an ASN."
    RepeatedAsn "repeated-asn" Warning "An answer rests on a route that passes two routers with one ASN."
    ReservedAsn "reserved-asn" Warning "A site uses an ASN that Azure reserves."
    LookAlikeNames "look-alike-names" Warning "Two names look alike and are not the same."
    BgpWithoutAsn "bgp-without-asn" Warning "A connection to a site has BGP enabled, and the site's ASN is not known."
    BgpUnsupported "bgp-unsupported" Warning "A connection has BGP enabled, but a gateway at its end has BGP off or is of the Basic SKU."
    ProtocolUnsupported "protocol-unsupported" Warning "A P2S protocol does not go with the SKU, with another protocol, or with the client's operating system."
    ProtocolRetired "protocol-retired" Warning "A P2S protocol is in use that Azure is about to switch off."
    TunnelDown "tunnel-down" Warning "A connection's status is other than Connected."
    TunnelWithoutGateway "tunnel-without-gateway" Warning "A connection ends at a VNet without a gateway, so it carries nothing."
    StaticInsideOwn "static-inside-own" Warning "A static prefix lies inside a network that the same router delivers itself."
    NoRouteBack "no-route-back" Warning "A connection without BGP whose far end has no route to the address pool."
    CustomRouteNowhere "custom-route-nowhere" Warning "No entry of the gateway's table covers a custom route."
    DefaultCustomRoute "default-custom-route" Warning "A custom route has length 0, which Azure refuses."
    DoubtfulSummary "doubtful-summary" Warning "A gateway's summaries leave out its own VNet, or cover what another router delivers."
    AssumedAppliance "assumed-appliance" Warning "A user route leads to an address at which no appliance is listed."
    NextHopUnreachable "next-hop-unreachable" Warning "A user route leads to an address that the subnet's VNet does not reach, so its packets are dropped."
    ApplianceLoop "appliance-loop" Warning "The subnet of an appliance sends back to the appliance itself."
    AsymmetricPath "asymmetric-path" Warning "A stateful appliance sees one direction only of what clients ask for, and so breaks it."
    ForwardedTrafficOff "forwarded-traffic-off" Warning "A peering link does not allow the forwarded traffic that an appliance sends over it."
    PoolMayBeHalved "pool-may-be-halved" Warning "A user route for exactly an address pool loses where the gateway advertises the pool as two halves."
    ReservedRange "reserved-range" Warning "A user route is shorter than a range that Azure routes to `None`, and so does not carry it."
    ForwardingOff "forwarding-off" Warning "A user route leads to an interface that has IP forwarding off."
    GatewaySubnetDefault "gateway-subnet-default" Warning "The route table of GatewaySubnet has a default route, which Azure does not permit there."
    GatewaySubnetPropagation "gateway-subnet-propagation" Warning "The route table of GatewaySubnet keeps gateway routes out, which stops the gateway."
    SummaryOnGatewaySubnet "summary-on-gateway-subnet" Warning "A user route on GatewaySubnet does nothing, as longer routes lead to all that it covers."
    UnusedRouteTable "unused-route-table" Warning "No subnet uses a route table."
    NoDnsServer "no-dns-server" Warning "Private zones are linked, and clients of a gateway are given no DNS server."
    DnsOutOfReach "dns-out-of-reach" Warning "Clients do not reach a DNS server that they are given."
    ZoneNotLinked "zone-not-linked" Warning "A private zone is linked to no VNet, or not to that of the resolver that clients are given."
    AzureResolverAsServer "azure-resolver-as-server" Warning "Clients are given Azure's own resolver as a DNS server, which answers inside Azure only."
    LimitExceeded "limit-exceeded" Warning "A limit of Azure or of a VPN client is exceeded."
    RefusedRange "refused-range" Warning "A VNet or an address pool has addresses that Azure refuses."
    MisnamedFile "misnamed-file" Warning "A CSV file beside an inventory is called almost like one of its files, and is not read."
    UnknownValue "unknown-value" Warning "A plan does not tell a value, which only its application will show."
    NoSuchName "no-such-name" Warning "A query names something that the inventory does not have, so nothing matches it."
    ChangeForced "change-forced" Warning "A change that would be refused was made as far as it goes."
    NoVnet "no-vnet" Note "The inventory has no VNet yet."
    UnknownFile "unknown-file" Note "A CSV or JSON file beside an inventory is not one of its files and is ignored."
    UnknownColumn "unknown-column" Note "A column or field that the format does not know is ignored."
    PeeringInPart "peering-in-part" Note "A peering link carries single subnets, or IPv6 alone."
    ProtocolDisputed "protocol-disputed" Note "Microsoft's pages disagree on whether a SKU serves a P2S protocol."
    OutsideModel "outside-model" Note "A resource that the model does not cover is left out."
    Unmodelled "unmodelled" Note "An export holds things that may change answers and that the model does not cover."
    Incomplete "incomplete" Note "An export lacks something that was taken from elsewhere or assumed."
    ChangeOfNothing "change-of-nothing" Note "A change adds what is there already, or takes away what is not there."
    ChangeCarriesMore "change-carries-more" Note "A change brings about more than the fact that it names."
}

/// What is said, with escapes for letters that names may hold and nobody sees.
fn in_one_line(message: String) -> String {
    if !message.contains(is_unseen) {
        return message;
    }
    let shown = |letter: char| match letter {
        letter if letter.is_control() => letter.escape_debug().to_string(),
        letter if is_unseen(letter) => letter.escape_unicode().to_string(),
        letter => letter.into(),
    };
    message.chars().map(shown).collect()
}

/// The first few of `items` in backquotes, as messages list them, and how many more there are.
pub(crate) fn few(items: impl IntoIterator<Item: fmt::Display>) -> String {
    const SHOWN: usize = 5;
    let mut items = items.into_iter();
    let shown: Vec<String> = items.by_ref().take(SHOWN).map(|item| format!("`{item}`")).collect();
    match items.count() {
        0 => shown.join(", "),
        rest => format!("{} and {rest} more", shown.join(", ")),
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of finding.
    pub code: Code,
    /// What is wrong: lower case, no full stop, names in backquotes.
    pub message: String,
    /// Where, if it is in a file.
    pub span: Option<Span>,
    /// What stands under the marked cell: what was expected there.
    pub label: String,
    /// Other places that belong to it, each with what stands there.
    pub related: Vec<(Span, String)>,
    /// What the user can do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding without a place, help or related places.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: in_one_line(message.into()),
            span: None,
            label: String::new(),
            related: Vec::new(),
            help: None,
        }
    }

    /// The same finding at `span`, with what was expected there.
    #[must_use]
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Self {
        self.span = Some(span);
        self.label = in_one_line(label.into());
        self
    }

    /// The same finding with a related place.
    #[must_use]
    pub fn with(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, in_one_line(label.into())));
        self
    }

    /// The same finding with what the user can do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(in_one_line(help.into()));
        self
    }

    /// How much it weighs.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Hides secrets that were quoted from the places in `sources` that the finding is about.
    fn conceal(&mut self, sources: &Sources) {
        let places = self.span.into_iter().chain(self.related.iter().map(|(span, _)| *span));
        let near: Vec<(&str, bool)> = places.flat_map(|span| sources.secrets_near(span)).collect();
        let labels = self.related.iter_mut().map(|(_, label)| label);
        for said in [&mut self.message, &mut self.label].into_iter().chain(labels).chain(&mut self.help) {
            secrets::conceal(said, &near);
        }
    }
}

/// All findings about an inventory, with the files they point into.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The findings. [`Report::sort`] puts them in file order.
    pub diagnostics: Vec<Diagnostic>,
    /// The files.
    pub sources: Sources,
}

impl Report {
    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// True where an error was found, so that no answer may be given.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.worst() == Some(Severity::Error)
    }

    /// The greatest weight of all findings.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.diagnostics.iter().map(Diagnostic::severity).max()
    }

    /// Puts the findings in file order; those without a place come first. What they repeat of secrets becomes asterisks.
    pub fn sort(&mut self) {
        for finding in &mut self.diagnostics {
            finding.conceal(&self.sources);
        }
        sort(&mut self.diagnostics);
    }
}

impl fmt::Display for Report {
    /// A line for each finding: where, how grave, what, and what can be done.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.diagnostics.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            if let Some(span) = finding.span {
                let position = self.sources.position(span);
                let path = &self.sources.get(span.file).path;
                write!(f, "{path}:{}:{}: ", position.line, position.column)?;
            }
            write!(f, "{}[{}]: {}", finding.severity().word(), finding.code.name(), finding.message)?;
            if let Some(help) = &finding.help {
                write!(f, "; {help}")?;
            }
        }
        Ok(())
    }
}

impl Error for Report {}

/// Puts findings in file order; those without a place come first.
pub(crate) fn sort(findings: &mut [Diagnostic]) {
    findings.sort_by(|one, other| {
        (one.span, one.code, &one.message).cmp(&(other.span, other.code, &other.message))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_whatever_names_hold() {
        let message = |text: &str| Diagnostic::new(Code::UnknownName, text).message;
        assert_eq!(message("`a\nerror: b\u{1b}[2J` is not a VNet"), "`a\\nerror: b\\u{1b}[2J` is not a VNet");
        assert_eq!(message("`hub west` é"), "`hub west` é");
        assert_eq!(message("`hub\u{200b}\u{3164}`"), "`hub\\u{200b}\\u{3164}`");
        let file = Sources::default().add("a".into(), String::new(), None);
        let span = Span::beginning(file);
        let all = Diagnostic::new(Code::UnknownName, "").at(span, "\n").with(span, "\r").help("\u{1b}");
        let texts = (all.label.as_str(), all.related[0].1.as_str(), all.help.as_deref());
        assert_eq!(texts, ("\\n", "\\r", Some("\\u{1b}")));
    }
}
