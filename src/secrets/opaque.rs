//! Long words without meaning, which keys and tokens are made of.

use std::ops::Range;

/// No shorter word is taken for a secret because of what it looks like.
const LONG: usize = 20;

/// So long is a key of 128 bits in hexadecimal digits.
const HEXADECIMAL: usize = 32;

/// The long opaque words of `text`, in its order.
///
/// In a word with a meaning, capitals, small letters and digits stand in groups: `VirtualNetworkGateway01`. In base64
/// and the like they change from letter to letter. Ids of subscriptions are shown.
pub(crate) fn opaque(text: &str) -> Vec<Range<usize>> {
    let is_of_word = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_~.-".contains(&byte);
    let bytes = text.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let end =
            bytes[at..].iter().position(|byte| !is_of_word(*byte)).map_or(bytes.len(), |length| at + length);
        if end - at >= LONG {
            word(bytes, at..end, &mut found);
        }
        at = end + 1;
    }
    found
}

/// Adds what is opaque in a word: what stands before, between and behind ids.
fn word(bytes: &[u8], word: Range<usize>, found: &mut Vec<Range<usize>>) {
    let mut from = word.start;
    let mut at = word.start;
    while at + 36 <= word.end {
        if is_id(&bytes[at..at + 36]) {
            add(bytes, from..at, found);
            at += 36;
            from = at;
        } else {
            at += 1;
        }
    }
    add(bytes, from..word.end, found);
}

/// Adds the word where it is opaque as a whole, else the parts of a path that are.
fn add(bytes: &[u8], word: Range<usize>, found: &mut Vec<Range<usize>>) {
    if !is_path(&bytes[word.clone()]) && is_opaque(&bytes[word.clone()]) {
        found.push(word);
        return;
    }
    let mut from = word.start;
    for part in parts(&bytes[word]) {
        if is_opaque(part) {
            found.push(from..from + part.len());
        }
        from += part.len() + 1;
    }
}

fn parts(word: &[u8]) -> impl Iterator<Item = &[u8]> {
    word.split(|byte| matches!(byte, b'/' | b'.' | b'='))
}

/// True for what begins as a path does and has a plain word in it. A key of base64 may begin so, and has none.
fn is_path(word: &[u8]) -> bool {
    let is_plain = |part: &[u8]| part.len() > 2 && part.iter().all(u8::is_ascii_lowercase);
    [&b"/"[..], b"./", b"../", b"~/"].iter().any(|start| word.starts_with(start)) && parts(word).any(is_plain)
}

fn is_opaque(word: &[u8]) -> bool {
    if word.len() < LONG {
        return false;
    }
    let letters = || word.iter().filter(|byte| byte.is_ascii_alphanumeric()).count();
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_hexadecimal = word.iter().all(u8::is_ascii_hexdigit);
    if is_hexadecimal && word.len() >= HEXADECIMAL && digits > 0 {
        return true;
    }
    let kind = |byte: u8| match byte {
        b'A'..=b'Z' => 1,
        b'a'..=b'z' => 2,
        b'0'..=b'9' => 3,
        _ => 0,
    };
    let is_change = |pair: &&[u8]| {
        let (one, other) = (kind(pair[0]), kind(pair[1]));
        one != 0 && other != 0 && one != other
    };
    let changes = word.windows(2).filter(is_change).count();
    let has = |wanted: u8| word.iter().any(|byte| kind(*byte) == wanted);
    // Where there are but two kinds, they change less often by chance.
    let share = if has(1) && has(2) { 35 } else { 30 };
    changes * 100 >= letters() * share && changes >= 6
}

/// True for 8, 4, 4, 4 and 12 hexadecimal digits with dashes between.
fn is_id(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_tokens_are_opaque() {
        for word in [
            "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
            "q7HtX2mPz9Kw4LrVb8Nc3FyJd6GsQe1A",
            "dGhpc2lzbm90YXNlY3JldA==",
            "kP3xQ+9v/T7bLw2Zs8RnYc4HdUfJ6gMe1oAiBqXtVyE=",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
            "Abc8Q~tR5xWzLm2Kp9VbN4hJd7GfYs1CuEoXaT3i",
        ] {
            let text = format!("a `{word}` b");
            assert_eq!(opaque(&text).len(), 1, "{word}");
            assert!(opaque(&text)[0].len() + 2 >= word.len(), "{word}");
        }
    }

    #[test]
    fn names_ids_and_addresses_are_not() {
        for text in [
            "/subscriptions/6f3c2a10-4b7e-4d55-9a01-2c8f0e5d7b31/resourceGroups/rg-network-hub/providers/Microsoft.Network/virtualNetworkGateways/vgw-hub-westeurope-001",
            "vnet-production-westeurope-application-gateway-0001",
            "VirtualNetworkGatewayConnection001",
            "azurerm_virtual_network_gateway_connection.hub_to_branch_01",
            "fd00:1234:5678:9abc:def0:1234:5678:9abc/128",
            "255.255.255.255/255.255.255.255",
            "DefaultEndpointsProtocol",
            "2026-11-28T12:49:11.1234567Z",
            "useRemoteGatewaysAndAllowForwardedTraffic",
            "0.0.0.0/1,128.0.0.0/1",
        ] {
            assert_eq!(opaque(text), [], "{text}");
        }
    }
}
