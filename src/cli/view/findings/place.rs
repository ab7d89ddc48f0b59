//! Paths as build servers expect them.

use std::path::{MAIN_SEPARATOR, Path};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a path segment of a URI cannot hold as it is, and `:`, after which the first segment would be a scheme.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The path with `/` between its parts and no `./` before them, as paths in a repository are written.
pub(crate) fn slashed(path: &str) -> String {
    let path = path.replace(MAIN_SEPARATOR, "/");
    let mut rest = path.as_str();
    while let Some(shorter) = rest.strip_prefix("./").filter(|shorter| !shorter.is_empty()) {
        rest = shorter.trim_start_matches('/');
    }
    if rest.is_empty() { path } else { rest.to_owned() }
}

/// A URI of the file; a relative path gives a relative one.
pub(crate) fn uri(path: &str) -> String {
    let slashed = slashed(path);
    let encoded = utf8_percent_encode(&slashed, ESCAPED);
    match (Path::new(path).is_absolute(), slashed.starts_with('/')) {
        (false, _) => encoded.to_string(),
        (true, true) => format!("file://{encoded}"),
        // A drive letter stands behind the slash that begins the path.
        (true, false) => format!("file:///{encoded}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_path_stays_relative() {
        assert_eq!(uri("inventory/vnets.csv"), "inventory/vnets.csv");
        assert_eq!(uri("././/inventory/vnets.csv"), "inventory/vnets.csv");
        assert_eq!(uri("../inventory/s2s.csv"), "../inventory/s2s.csv");
        assert_eq!(uri("."), ".");
    }

    #[test]
    fn what_has_a_meaning_in_a_uri_is_escaped() {
        assert_eq!(uri("a:b/100% sure?#1/é.csv"), "a%3Ab/100%25%20sure%3F%231/%C3%A9.csv");
    }

    #[cfg(unix)]
    #[test]
    fn an_absolute_path_becomes_a_file_uri() {
        assert_eq!(uri("/srv/my inventory/vnets.csv"), "file:///srv/my%20inventory/vnets.csv");
        assert_eq!(slashed("/srv/vnets.csv"), "/srv/vnets.csv");
    }
}
