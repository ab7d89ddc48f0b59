//! A canonical IPv4 or IPv6 prefix: parsed strictly, compared, covered, subtracted.
//!
//! Prefixes are ordered by address and then by length, IPv4 first, so that in a sorted list a
//! prefix stands before everything inside it. The look-ups of the analyser rely on that order.
//!
//! ```
//! use tunnelog::prefix::Prefix;
//!
//! let [hub, subnet]: [Prefix; 2] = ["10.1.0.0/16", "10.1.7.0/24"].map(|text| text.parse().unwrap());
//! assert!(hub.covers(subnet) && !subnet.covers(hub));
//! assert!("10.1.0.1/16".parse::<Prefix>().is_err(), "host bits are set");
//! ```

use std::fmt;
use std::io::Write;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// A prefix whose host bits are all zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix(IpNet);

/// An address family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
}

impl Family {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Ipv4, Self::Ipv6];

    /// What it is called.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ipv4 => "IPv4",
            Self::Ipv6 => "IPv6",
        }
    }
}

/// Why a text is not a canonical prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrefixError {
    /// The address has bits set to the right of the prefix length; the canonical form is given.
    HostBits(Prefix),
    /// An address without a length; the prefix that holds just this address is given.
    NoLength(Prefix),
    /// An octet or the length begins with a zero, which some read as octal; the decimal reading is given.
    LeadingZero(Prefix),
    /// Neither an IPv4 nor an IPv6 prefix.
    NotAPrefix,
}

impl fmt::Display for PrefixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HostBits(canonical) => {
                write!(f, "bits are set to the right of the length; did you mean `{canonical}`?")
            }
            Self::NoLength(host) => {
                write!(f, "an address without a length; did you mean `{}`?", host.meant())
            }
            Self::LeadingZero(decimal) => {
                write!(
                    f,
                    "a number begins with a zero, which routers may read as octal; did you mean `{decimal}`?"
                )
            }
            Self::NotAPrefix => f.write_str("not a prefix such as `10.1.0.0/16` or `fd00:1::/48`"),
        }
    }
}

impl std::error::Error for PrefixError {}

impl FromStr for Prefix {
    type Err = PrefixError;

    fn from_str(text: &str) -> Result<Self, PrefixError> {
        let Some(decimal) = without_leading_zeros(text) else { return read(text) };
        match read(&decimal) {
            Ok(prefix) | Err(PrefixError::HostBits(prefix) | PrefixError::NoLength(prefix)) => {
                Err(PrefixError::LeadingZero(prefix))
            }
            Err(error) => Err(error),
        }
    }
}

/// Reads a text without leading zeros, which `ipnet` takes for decimal.
fn read(text: &str) -> Result<Prefix, PrefixError> {
    let net: IpNet = match text.parse() {
        Ok(net) => net,
        Err(_) => {
            return Err(match text.parse::<std::net::IpAddr>() {
                Ok(address) => PrefixError::NoLength(Prefix(address.into())),
                Err(_) => PrefixError::NotAPrefix,
            });
        }
    };
    let canonical = Prefix(net.trunc());
    if canonical.0 == net { Ok(canonical) } else { Err(PrefixError::HostBits(canonical)) }
}

/// The text with its numbers as decimal ones are written, where an octet or the length begins with a zero.
///
/// `010` is 8 to some programs and 10 to others. The groups of an IPv6 address are hexadecimal, and may begin with zeros.
pub(crate) fn without_leading_zeros(text: &str) -> Option<String> {
    let start = match text.rfind(':') {
        Some(last) if text[last..].contains('.') => last + 1,
        Some(_) => text.find('/')? + 1,
        None => 0,
    };
    let (groups, decimal) = text.split_at(start);
    let mut begins = true;
    let is_padded = decimal.as_bytes().windows(2).any(|pair| {
        let is_zero = begins && pair[0] == b'0' && pair[1].is_ascii_digit();
        begins = matches!(pair[0], b'.' | b'/');
        is_zero
    });
    if !is_padded {
        return None;
    }
    let is_padded = |number: &str| number.len() > 1 && number.starts_with('0');
    let mut plain = groups.to_owned();
    for number in decimal.split_inclusive(['.', '/']) {
        let digits = number.trim_end_matches(['.', '/']);
        let significant = if is_padded(digits) { digits.trim_start_matches('0') } else { digits };
        // What is zeros alone keeps one.
        plain.push_str(if significant.is_empty() && !digits.is_empty() { "0" } else { significant });
        plain.push_str(&number[digits.len()..]);
    }
    Some(plain)
}

/// The prefix that an IPv4 address and the mask behind it stand for; host bits are cleared.
pub(crate) fn prefix_of_mask(address: &str, mask: &str) -> Option<Prefix> {
    let length = ipnet::ipv4_mask_to_prefix(mask.parse().ok()?).ok()?;
    Some(IpNet::V4(Ipv4Net::new(address.parse().ok()?, length).ok()?).into())
}

/// The length that a text is: digits, without a sign and without zeros before it.
pub(crate) fn length(text: &str) -> Option<u8> {
    let is_plain = text.bytes().all(|digit| digit.is_ascii_digit()) && without_leading_zeros(text).is_none();
    if is_plain { text.parse().ok() } else { None }
}

impl From<IpNet> for Prefix {
    /// Clears the host bits.
    fn from(net: IpNet) -> Self {
        Self(net.trunc())
    }
}

impl From<IpAddr> for Prefix {
    /// The prefix that holds this address alone.
    fn from(address: IpAddr) -> Self {
        Self(address.into())
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            // Answers hold millions of prefixes, and this writes one in a third of the time.
            IpNet::V4(net) => {
                let mut text = ShortText::default();
                let [first, second, third, fourth] = net.addr().octets();
                for (number, mark) in [(first, b'.'), (second, b'.'), (third, b'.'), (fourth, b'/')] {
                    text.number(number);
                    text.push(mark);
                }
                text.number(net.prefix_len());
                f.pad(text.as_str())
            }
            IpNet::V6(net) => net.fmt(f),
        }
    }
}

/// The bytes of `ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128`.
const LONGEST_TEXT: usize = 43;

/// Room for an IPv4 prefix: `255.255.255.255/32`.
#[derive(Default)]
struct ShortText {
    bytes: [u8; 18],
    length: usize,
}

impl ShortText {
    fn push(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    fn number(&mut self, number: u8) {
        if number >= 100 {
            self.push(b'0' + number / 100);
        }
        if number >= 10 {
            self.push(b'0' + number / 10 % 10);
        }
        self.push(b'0' + number % 10);
    }

    fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Prefix {
    /// What sorts prefixes as their texts are sorted bytewise, without a text to be kept for each.
    pub(crate) fn text_order(self) -> [u8; LONGEST_TEXT] {
        let mut text = [0; LONGEST_TEXT];
        // No prefix is longer than the room, which is the only way to fail.
        let _ = write!(text.as_mut_slice(), "{self}");
        text
    }

    /// The same prefix as the `ipnet` type.
    #[must_use]
    pub fn net(self) -> IpNet {
        self.0
    }

    /// True where `other` is this prefix or lies inside it. Never true between IPv4 and IPv6.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        match (self.0, other.0) {
            // Asked for each pair of neighbours among millions: one comparison of what the first has bits for.
            (IpNet::V4(outer), IpNet::V4(inner)) => {
                let hosts = 32 - u32::from(outer.prefix_len());
                let bits = |net: Ipv4Net| u32::from(net.addr()).checked_shr(hosts).unwrap_or(0);
                outer.prefix_len() <= inner.prefix_len() && bits(outer) == bits(inner)
            }
            (outer, inner) => outer.contains(&inner),
        }
    }

    /// True where the two have an address in common.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        if self.length() <= other.length() { self.covers(other) } else { other.covers(self) }
    }

    /// The addresses that the two have in common: the longer of two that lie in each other.
    #[must_use]
    pub fn common(self, other: Self) -> Option<Self> {
        if other.covers(self) { Some(self) } else { Some(other).filter(|other| self.covers(*other)) }
    }

    /// The network that somebody means who writes an address without a length: its zeros at the end are host bits. An address
    /// that ends in no zero is meant alone.
    pub(crate) fn meant(self) -> Self {
        let IpNet::V4(host) = self.0 else { return self };
        let zeros = host.addr().octets().iter().rev().take_while(|octet| **octet == 0).count();
        let length = [32, 24, 16, 8, 0][zeros];
        Ipv4Net::new(host.addr(), length).map_or(self, |net| Self(net.into()))
    }

    /// The length: 0 to 32 for IPv4, 0 to 128 for IPv6.
    #[must_use]
    pub fn length(self) -> u8 {
        self.0.prefix_len()
    }

    /// The address family.
    #[must_use]
    pub fn family(self) -> Family {
        match self.0 {
            IpNet::V4(_) => Family::Ipv4,
            IpNet::V6(_) => Family::Ipv6,
        }
    }

    /// This prefix and every wider one that covers it, the longest first.
    pub(crate) fn and_wider(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self.0), IpNet::supernet).map(Self)
    }

    /// True for `0.0.0.0/0` and `::/0`.
    #[must_use]
    pub fn is_default_route(self) -> bool {
        self.length() == 0
    }

    /// `0.0.0.0/0` or `::/0`.
    #[must_use]
    pub fn default_route(family: Family) -> Self {
        match family {
            Family::Ipv4 => Self(IpNet::V4(Ipv4Net::default())),
            Family::Ipv6 => Self(IpNet::V6(Ipv6Net::default())),
        }
    }

    /// The halves of all addresses of a family, which stand for the Internet.
    #[must_use]
    pub fn halves(family: Family) -> [Self; 2] {
        match family {
            Family::Ipv4 => [
                Self(IpNet::V4(Ipv4Net::new_assert([0, 0, 0, 0].into(), 1))),
                Self(IpNet::V4(Ipv4Net::new_assert([128, 0, 0, 0].into(), 1))),
            ],
            Family::Ipv6 => [
                Self(IpNet::V6(Ipv6Net::new_assert([0; 8].into(), 1))),
                Self(IpNet::V6(Ipv6Net::new_assert([0x8000, 0, 0, 0, 0, 0, 0, 0].into(), 1))),
            ],
        }
    }

    /// The ranges that are not of the Internet: private (RFC 1918, RFC 4193), shared (RFC 6598), link-local, loopback, multicast.
    pub(crate) fn not_of_the_internet() -> [Self; 11] {
        let four = |address: [u8; 4], length| Self(IpNet::V4(Ipv4Net::new_assert(address.into(), length)));
        let six =
            |first, length| Self(IpNet::V6(Ipv6Net::new_assert([first, 0, 0, 0, 0, 0, 0, 0].into(), length)));
        [
            four([10, 0, 0, 0], 8),
            four([100, 64, 0, 0], 10),
            four([127, 0, 0, 0], 8),
            four([169, 254, 0, 0], 16),
            four([172, 16, 0, 0], 12),
            four([192, 168, 0, 0], 16),
            four([224, 0, 0, 0], 4),
            Self(IpNet::V6(Ipv6Net::new_assert([0, 0, 0, 0, 0, 0, 0, 1].into(), 128))),
            six(0xfc00, 7),
            six(0xfe80, 10),
            six(0xff00, 8),
        ]
    }

    /// True where some of its addresses may be of the Internet.
    #[must_use]
    pub fn is_public(self) -> bool {
        !Self::not_of_the_internet().iter().any(|range| range.covers(self))
    }

    /// What is left of this prefix without `holes`, in the fewest prefixes, in order.
    ///
    /// Holes that do not lie inside this prefix are ignored; one that covers it leaves nothing.
    #[must_use]
    pub fn without(self, holes: &[Self]) -> Vec<Self> {
        let mut inside: Vec<Self> = holes.iter().copied().filter(|hole| hole.overlaps(self)).collect();
        inside.sort_unstable();
        let mut left = Vec::new();
        cut(self, &inside, &mut left);
        left
    }

    /// The fewest prefixes that hold exactly the addresses of `prefixes`, in order.
    #[must_use]
    pub fn aggregate(prefixes: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let nets: Vec<IpNet> = prefixes.into_iter().map(Self::net).collect();
        let mut fewest: Vec<Self> = IpNet::aggregate(&nets).into_iter().map(Self).collect();
        fewest.sort_unstable();
        fewest
    }
}

/// `holes` are sorted and all overlap `prefix`.
fn cut(prefix: Prefix, holes: &[Prefix], left: &mut Vec<Prefix>) {
    let Some(first) = holes.first() else {
        left.push(prefix);
        return;
    };
    if first.covers(prefix) {
        return;
    }
    // A hole strictly inside the prefix means the prefix is not a single address, so it has halves.
    let Ok(halves) = prefix.0.subnets(prefix.length() + 1) else { return };
    for half in halves.map(Prefix) {
        let from = holes.partition_point(|hole| *hole < half && !half.overlaps(*hole));
        let to = from + holes[from..].partition_point(|hole| half.overlaps(*hole));
        cut(half, &holes[from..to], left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(text: &str) -> Prefix {
        text.parse().unwrap()
    }

    #[test]
    fn host_bits_name_the_canonical_form() {
        assert_eq!("10.1.0.1/16".parse::<Prefix>(), Err(PrefixError::HostBits(prefix("10.1.0.0/16"))));
        assert_eq!("10.1.0.1".parse::<Prefix>(), Err(PrefixError::NoLength(prefix("10.1.0.1/32"))));
        assert_eq!("10.1.0.0/33".parse::<Prefix>(), Err(PrefixError::NotAPrefix));
        assert_eq!("fd00::1/48".parse::<Prefix>(), Err(PrefixError::HostBits(prefix("fd00::/48"))));
    }

    #[test]
    fn an_address_alone_stands_for_the_network_that_it_ends_like() {
        let meant = |text: &str| prefix(text).meant().to_string();
        assert_eq!(meant("10.3.0.0/32"), "10.3.0.0/16");
        assert_eq!(meant("10.3.7.0/32"), "10.3.7.0/24");
        assert_eq!(meant("10.0.0.0/32"), "10.0.0.0/8");
        assert_eq!(meant("10.3.7.4/32"), "10.3.7.4/32");
        assert_eq!(meant("fd00::/128"), "fd00::/128");
    }

    #[test]
    fn a_mask_is_told_from_an_address() {
        let read = |address: &str, mask: &str| prefix_of_mask(address, mask).map(|prefix| prefix.to_string());
        assert_eq!(read("10.2.0.0", "255.255.0.0").as_deref(), Some("10.2.0.0/16"));
        assert_eq!(read("10.2.3.0", "255.255.0.0").as_deref(), Some("10.2.0.0/16"));
        assert_eq!(read("10.2.0.0", "255.0.255.0"), None, "no length has this mask");
        assert_eq!(read("10.2.0.0", "10.3.0.0"), None);
        assert_eq!(read("10.2.0.0/16", "255.255.0.0"), None);
    }

    #[test]
    fn a_number_with_a_zero_before_it_is_told_as_such() {
        let zero = |text: &str| Err(PrefixError::LeadingZero(prefix(text)));
        for text in ["010.0.0.0/8", "10.0.0.0/08", "10.00.0.0/8", "0010.0.0.0/8", "010.0.0.1/8"] {
            assert_eq!(text.parse::<Prefix>(), zero("10.0.0.0/8"), "{text}");
        }
        assert_eq!("10.1.0.01".parse::<Prefix>(), zero("10.1.0.1/32"));
        assert_eq!("0.0.0.0/00".parse::<Prefix>(), zero("0.0.0.0/0"));
        assert_eq!("fd00::/048".parse::<Prefix>(), zero("fd00::/48"));
        assert_eq!("::ffff:010.0.0.0/104".parse::<Prefix>(), zero("::ffff:10.0.0.0/104"));
        assert_eq!("010.0.0/8".parse::<Prefix>(), Err(PrefixError::NotAPrefix));
        // Groups of IPv6 are hexadecimal.
        assert_eq!("fd00:0db8:0000::/48".parse::<Prefix>(), Ok(prefix("fd00:db8::/48")));
        assert_eq!(["0", "8", "128"].map(length), [Some(0), Some(8), Some(128)]);
        assert!(["", "08", "00", "+8", "-1", "256"].into_iter().all(|text| length(text).is_none()));
    }

    #[test]
    fn families_do_not_cover_each_other() {
        assert!(!prefix("0.0.0.0/0").covers(prefix("::/0")));
        assert!(!prefix("::/0").covers(prefix("0.0.0.0/0")));
        assert!(prefix("::/0").covers(prefix("fd00::/48")));
    }

    #[test]
    fn what_two_have_in_common_is_the_longer_one() {
        let common = |one: &str, other: &str| prefix(one).common(prefix(other));
        assert_eq!(common("10.0.0.0/8", "10.1.0.0/16"), Some(prefix("10.1.0.0/16")));
        assert_eq!(common("10.1.0.0/16", "10.0.0.0/8"), Some(prefix("10.1.0.0/16")));
        assert_eq!(common("10.1.0.0/16", "10.1.0.0/16"), Some(prefix("10.1.0.0/16")));
        assert_eq!(common("10.1.0.0/16", "10.2.0.0/16"), None);
        assert_eq!(common("0.0.0.0/0", "fd00::/8"), None);
    }

    #[test]
    fn a_prefix_stands_before_what_it_holds() {
        let mut list = ["10.1.0.0/16", "fd00::/8", "10.0.0.0/8", "10.1.0.0/24", "9.0.0.0/8"].map(prefix);
        list.sort_unstable();
        assert_eq!(list, ["9.0.0.0/8", "10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/24", "fd00::/8"].map(prefix));
    }

    #[test]
    fn texts_are_those_of_the_address() {
        for text in ["0.0.0.0/0", "255.255.255.255/32", "10.100.9.0/24", "fd00:1::/48"] {
            assert_eq!(prefix(text).to_string(), text);
        }
        assert_eq!(format!("{:<12}|", prefix("10.0.0.0/8")), "10.0.0.0/8  |");
    }

    #[test]
    fn cutting_a_hole_leaves_the_siblings() {
        assert_eq!(
            prefix("10.0.0.0/8").without(&[prefix("10.64.0.0/10"), prefix("11.0.0.0/8")]),
            ["10.0.0.0/10", "10.128.0.0/9"].map(prefix)
        );
        assert_eq!(
            prefix("10.0.0.0/30").without(&[prefix("10.0.0.1/32"), prefix("10.0.0.2/32")]),
            ["10.0.0.0/32", "10.0.0.3/32"].map(prefix)
        );
        assert_eq!(prefix("10.0.0.0/8").without(&[prefix("10.0.0.0/9"), prefix("10.128.0.0/9")]), []);
        assert_eq!(prefix("10.0.0.0/8").without(&[prefix("0.0.0.0/0")]), []);
        assert_eq!(prefix("10.0.0.0/8").without(&[prefix("::/0")]), [prefix("10.0.0.0/8")]);
    }

    #[test]
    fn aggregation_is_the_fewest_and_sorted() {
        let parts = ["10.128.0.0/9", "10.0.0.0/10", "10.64.0.0/10", "9.0.0.0/8"].map(prefix);
        assert_eq!(Prefix::aggregate(parts), ["9.0.0.0/8", "10.0.0.0/8"].map(prefix));
    }
}
