//! Who may ask: whoever has the key of the link, by a name of this machine, from the page itself.

use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode};

use crate::cli::shell::exit::Failure;

/// How many letters the key has.
const KEY: usize = 40;

/// What the key is made of: nothing that an address writes otherwise.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// What a request needs.
pub(super) struct Gate {
    key: String,
    port: u16,
}

impl Gate {
    /// A new key.
    pub(super) fn new(port: u16) -> Result<Self, Failure> {
        let mut bytes = [0; KEY];
        getrandom::fill(&mut bytes)
            .map_err(|error| Failure::new(format!("the system gives no random numbers: {error}")))?;
        // Thirty-two letters have five bits each.
        let letter = |byte: &u8| char::from(LETTERS[usize::from(byte % 32)]);
        Ok(Self { key: bytes.iter().map(letter).collect(), port })
    }

    /// The address of the page.
    pub(super) fn link(&self) -> String {
        format!("http://127.0.0.1:{}/{}/", self.port, self.key)
    }

    /// The path below the key, if the request may be answered.
    pub(super) fn admit<'request>(&self, request: &'request Parts) -> Result<&'request str, StatusCode> {
        let names = [format!("127.0.0.1:{}", self.port), format!("localhost:{}", self.port)];
        let host = only(&request.headers, &HOST)?.ok_or(StatusCode::FORBIDDEN)?;
        // A name of another machine that leads here is a page elsewhere that pretends to be this one.
        if !names.iter().any(|name| name == host) {
            return Err(StatusCode::FORBIDDEN);
        }
        if let Some(origin) = only(&request.headers, &ORIGIN)?
            && origin.strip_prefix("http://") != Some(host)
        {
            return Err(StatusCode::FORBIDDEN);
        }
        if !is_own(&request.headers)? {
            return Err(StatusCode::FORBIDDEN);
        }
        let path = request.uri.path().strip_prefix('/').unwrap_or_default();
        let (key, rest) = path.split_once('/').ok_or(StatusCode::FORBIDDEN)?;
        if !is_same(key.as_bytes(), self.key.as_bytes()) {
            return Err(StatusCode::FORBIDDEN);
        }
        Ok(rest)
    }
}

/// False where a browser says that another page asks. Whoever follows the link is taken to the page from anywhere.
fn is_own(headers: &HeaderMap) -> Result<bool, StatusCode> {
    let is = |name: &'static str, word: &str| {
        only(headers, &HeaderName::from_static(name)).map(|value| value.is_some_and(|value| value == word))
    };
    let is_told = headers.contains_key("sec-fetch-site");
    let is_here = is("sec-fetch-site", "same-origin")? || is("sec-fetch-site", "none")?;
    Ok(!is_told || is_here || (is("sec-fetch-mode", "navigate")? && is("sec-fetch-dest", "document")?))
}

/// True where a form of another page cannot have sent the request.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let kind = only(headers, &CONTENT_TYPE).ok().flatten().unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The value of a header that may stand once.
fn only<'request>(
    headers: &'request HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'request str>, StatusCode> {
    let mut values = headers.get_all(name).iter();
    let (first, second) = (values.next(), values.next());
    if second.is_some() {
        return Err(StatusCode::FORBIDDEN);
    }
    first.map(|value| value.to_str()).transpose().map_err(|_| StatusCode::FORBIDDEN)
}

/// Compares in a time that tells nothing of where texts of one length differ.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let differences = one.iter().zip(other).fold(0, |found, (one, other)| found | (one ^ other));
    one.len() == other.len() && std::hint::black_box(differences) == 0
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn admitted(gate: &Gate, path: &str, headers: &[(&str, &str)]) -> Result<String, StatusCode> {
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        gate.admit(&request.body(()).unwrap().into_parts().0).map(str::to_owned)
    }

    #[test]
    fn a_key_is_another_each_time_and_long() {
        let (one, other) = (Gate::new(80).unwrap(), Gate::new(80).unwrap());
        assert_ne!(one.key, other.key);
        assert!(
            one.key.len() == 40 && one.key.bytes().all(|letter| LETTERS.contains(&letter)),
            "{}",
            one.key
        );
    }

    #[test]
    fn key_host_and_origin_are_all_looked_at() {
        let gate = Gate { key: "key".into(), port: 8080 };
        assert_eq!(gate.link(), "http://127.0.0.1:8080/key/");
        let own = ("host", "127.0.0.1:8080");
        let no = Err(StatusCode::FORBIDDEN);
        assert_eq!(admitted(&gate, "/key/", &[own]), Ok(String::new()));
        assert_eq!(admitted(&gate, "/key/api/whatif", &[own]), Ok("api/whatif".into()));
        assert_eq!(admitted(&gate, "/key/", &[("host", "localhost:8080")]), Ok(String::new()));
        for path in ["/", "/key", "/kez/", "/ke/", "/keyy/", "/KEY/", "//key/"] {
            assert_eq!(admitted(&gate, path, &[own]), no, "{path}");
        }
        assert_eq!(admitted(&gate, "/key/", &[]), no);
        assert_eq!(admitted(&gate, "/key/", &[own, own]), no);
        for host in ["localhost", "127.0.0.1:80", "attacker.example:8080", "127.0.0.1:8080.attacker.example"]
        {
            assert_eq!(admitted(&gate, "/key/", &[("host", host)]), no, "{host}");
        }
        assert_eq!(admitted(&gate, "/key/", &[own, ("origin", "http://127.0.0.1:8080")]), Ok(String::new()));
        for origin in ["null", "http://localhost:8080", "https://127.0.0.1:8080", "http://attacker.example"] {
            assert_eq!(admitted(&gate, "/key/", &[own, ("origin", origin)]), no, "{origin}");
        }
    }

    #[test]
    fn another_page_is_turned_away_where_the_browser_tells_of_it() {
        let gate = Gate { key: "key".into(), port: 8080 };
        let admits = |site: &str, mode: &str, to: &str| {
            let told = [("sec-fetch-site", site), ("sec-fetch-mode", mode), ("sec-fetch-dest", to)];
            admitted(&gate, "/key/", &[&[("host", "127.0.0.1:8080")][..], &told].concat()).is_ok()
        };
        assert!(admits("same-origin", "cors", "empty") && admits("none", "navigate", "document"));
        // A link to the page may stand anywhere.
        assert!(admits("cross-site", "navigate", "document"));
        for site in ["cross-site", "same-site", "other"] {
            assert!(!admits(site, "navigate", "iframe") && !admits(site, "no-cors", "script"), "{site}");
            assert!(!admits(site, "cors", "empty") && !admits(site, "websocket", "websocket"), "{site}");
        }
    }

    #[test]
    fn a_form_sends_no_json() {
        let headers = |kind: &'static str| HeaderMap::from_iter([(CONTENT_TYPE, kind.parse().unwrap())]);
        assert!(
            is_json(&headers("application/json")) && is_json(&headers("Application/JSON; charset=utf-8"))
        );
        assert!(!is_json(&headers("text/plain")) && !is_json(&HeaderMap::new()));
    }
}
