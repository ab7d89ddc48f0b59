//! What is said of a value that is none of its kind, be it in a cell of an inventory or in a field of an export.

use super::columns::States;
use super::read::{nearest, shortened};
use super::text::truth_words;
use crate::asn::AsnError;
use crate::diagnostic::{Code, Diagnostic};
use crate::prefix::{Prefix, PrefixError};
use crate::source::Span;

/// The finding that a value of `name` is neither true nor false.
pub(crate) fn bad_boolean(text: &str, name: &str, place: Span) -> Diagnostic {
    let message = format!("`{}` is neither true nor false", shortened(text));
    let finding =
        Diagnostic::new(Code::BadBoolean, message).at(place, format!("expected true or false for `{name}`"));
    match nearest(text, truth_words()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding
            .help("write `true` or `false`; `yes` and `no`, `1` and `0`, `Enabled` and `Disabled` do too"),
    }
}

/// The finding that a value is no autonomous system number.
pub(crate) fn bad_asn(text: &str, error: AsnError, place: Span) -> Diagnostic {
    let message = match error {
        AsnError::Zero | AsnError::Transition => format!("ASN `{}` is that of no router", shortened(text)),
        AsnError::Halves(_) | AsnError::NotANumber => {
            format!("`{}` is not an autonomous system number", shortened(text))
        }
    };
    let finding = Diagnostic::new(Code::BadNumber, message).at(place, error.to_string());
    match error {
        AsnError::Halves(number) => finding.help(format!("did you mean `{number}`?")),
        AsnError::Zero => finding.help("leave it empty where the number is not known"),
        AsnError::Transition | AsnError::NotANumber => finding,
    }
}

/// The finding that a value is none of the words that are taken, which are of `what`.
pub(crate) fn bad_value<'word>(
    text: &str,
    place: Span,
    words: impl IntoIterator<Item = &'word str> + Clone,
    what: &str,
) -> Diagnostic {
    let listed: Vec<String> = words.clone().into_iter().map(|word| format!("`{word}`")).collect();
    let finding = Diagnostic::new(Code::BadValue, format!("`{}` is not {what}", shortened(text)))
        .at(place, format!("expected one of {}", listed.join(", ")));
    match nearest(text, words.into_iter()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding,
    }
}

/// The finding that a value is no word for a state.
pub(crate) fn bad_state(text: &str, place: Span, states: States) -> Diagnostic {
    bad_value(text, place, states.words(), states.of)
}

/// The finding that a value is no canonical prefix.
pub(crate) fn bad_prefix(element: &str, error: &PrefixError, place: Span) -> Diagnostic {
    let message = format!("`{}` is not a canonical prefix", shortened(element));
    let finding = Diagnostic::new(Code::BadPrefix, message);
    let meant =
        |label: &str, meant| finding.clone().at(place, label).help(format!("did you mean `{meant}`?"));
    match error {
        PrefixError::HostBits(canonical) => meant("bits are set to the right of the length", canonical),
        PrefixError::NoLength(address) => meant("an address without a length", &address.meant()),
        PrefixError::LeadingZero(decimal) => {
            meant("a number begins with a zero, which routers may read as octal", decimal)
        }
        PrefixError::NotAPrefix => finding.at(place, not_a_prefix(element)),
    }
}

/// What is expected in the place of a text that is no prefix, and where it is one of IPv4 but for its numbers, which of them.
fn not_a_prefix(element: &str) -> &'static str {
    let (address, length) = element.split_once('/').unwrap_or((element, ""));
    let numbers: Option<Vec<u32>> = address.split('.').map(|octet| octet.parse().ok()).collect();
    let is_ipv4 = numbers.as_ref().is_some_and(|numbers| numbers.len() == 4);
    if is_ipv4 && numbers.is_some_and(|numbers| numbers.iter().any(|octet| *octet > 255)) {
        "expected numbers up to 255 in an IPv4 address"
    } else if is_ipv4 && length.parse::<u32>().is_ok_and(|length| length > 32) {
        "expected a length up to 32 behind an IPv4 address"
    } else {
        "expected a prefix such as `10.1.0.0/16` or `fd00:1::/48`"
    }
}

/// The finding that a prefix is written as an address and a mask.
pub(crate) fn masked_prefix(text: &str, prefix: Prefix, place: Span) -> Diagnostic {
    let message = format!("`{}` holds an address with a mask", shortened(text));
    let finding = Diagnostic::new(Code::BadPrefix, message);
    finding.at(place, "expected the length behind a `/`").help(format!("did you mean `{prefix}`?"))
}

/// The finding that a value is no address.
pub(crate) fn bad_address(text: &str, place: Span) -> Diagnostic {
    let message = format!("`{}` is not an IP address", shortened(text));
    let finding = Diagnostic::new(Code::BadValue, message);
    match crate::prefix::without_leading_zeros(text) {
        Some(decimal) => finding
            .at(place, "a number begins with a zero, which routers may read as octal")
            .help(format!("did you mean `{decimal}`?")),
        None => finding.at(place, "expected an address such as `10.1.0.4` or `fd00:1::4`"),
    }
}

/// The finding that a value is no name of a DNS zone.
pub(crate) fn bad_zone(text: &str, place: Span) -> Diagnostic {
    let message = format!("`{}` is not the name of a DNS zone", shortened(text));
    Diagnostic::new(Code::BadValue, message)
        .at(place, "expected a name such as `privatelink.blob.core.windows.net`")
}

/// The note that a user route whose prefix is a service tag is left out.
pub(crate) fn service_tag(text: &str, place: Span) -> Diagnostic {
    let message = format!("the route for the service tag `{}` is left out", shortened(text));
    Diagnostic::new(Code::OutsideModel, message)
        .at(place, "")
        .help("a service tag stands for public addresses that change; a prefix of them is counted")
}
