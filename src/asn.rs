//! Autonomous system numbers: which texts are one, and which numbers no router of anybody's has.

use std::fmt;

/// Stands in for a number of four bytes where only two fit (RFC 6793).
const TRANSITION: u32 = 23_456;

/// Why a text is not the number of an autonomous system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AsnError {
    /// 0, which no router may use (RFC 7607).
    Zero,
    /// 23456, which stands in for longer numbers (RFC 6793).
    Transition,
    /// Two halves with a dot between them, another way to write the number that is given.
    Halves(u32),
    /// No number from 0 to 4294967295.
    NotANumber,
}

impl fmt::Display for AsnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zero => "0 is the number of no router (RFC 7607); expected a number from 1 to 4294967295",
            Self::Transition => {
                "23456 stands in for numbers of four bytes and is that of no router (RFC 6793); expected the router's own number"
            }
            Self::Halves(_) | Self::NotANumber => "expected a number from 1 to 4294967295",
        })
    }
}

/// The number that `text` is.
pub(crate) fn parse(text: &str) -> Result<u32, AsnError> {
    match digits(text).and_then(|digits| digits.parse().ok()) {
        Some(0) => Err(AsnError::Zero),
        Some(TRANSITION) => Err(AsnError::Transition),
        Some(number) => Ok(number),
        None => Err(without_dot(text).map_or(AsnError::NotANumber, AsnError::Halves)),
    }
}

/// The text where it is digits alone: a sign is no part of a number here.
pub(crate) fn digits(text: &str) -> Option<&str> {
    text.bytes().all(|letter| letter.is_ascii_digit()).then_some(text)
}

fn without_dot(text: &str) -> Option<u32> {
    let (high, low) = text.split_once('.')?;
    let half = |text| digits(text)?.parse::<u16>().ok().map(u32::from);
    let number = (half(high)? << 16) + half(low)?;
    (number > 0 && number != TRANSITION).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_no_router_has_are_none() {
        assert_eq!(["1", "65535", "4294967295"].map(parse), [Ok(1), Ok(65_535), Ok(4_294_967_295)]);
        assert_eq!(["0", "00"].map(parse), [Err(AsnError::Zero); 2]);
        assert_eq!(parse("23456"), Err(AsnError::Transition));
        assert_eq!(parse("1.10"), Err(AsnError::Halves(65_546)));
        for text in ["", "+65001", "-1", "4294967296", "AS65001", "0.0", "0.23456", "1.+2"] {
            assert_eq!(parse(text), Err(AsnError::NotANumber), "{text}");
        }
    }
}
