//! Where secrets stand in what people and tools write, so that none is shown beside what a finding is about.
//!
//! A secret is told by the name that it has: of a field, a column, an element, a setting or an option, however that is
//! written and quoted. What has no name is told by what it looks like: armour of keys, and long words without meaning.
//! Too much is hidden rather than too little, as nothing but excerpts and messages is made from what is found here.

mod name;
mod opaque;
mod table;

use std::borrow::Cow;
use std::ops::Range;

use name::is_secret;

pub(crate) use opaque::opaque;
pub(crate) use table::heading;

/// So many letters of a value are repeated at the most.
const SHOWN: usize = 60;

/// Words between a secret's name and itself.
const SAYS: [&str; 5] = ["is", "was", "are", "ist", "lautet"];

/// How far the two halves of a pair of a name and a value are looked for.
const PAIR: usize = 2048;

/// The stretches of `text` that hold secrets, sorted and apart from each other. `heading` is that of the table which the
/// text is a part of.
pub(crate) fn find(text: &str, heading: Option<&str>) -> Vec<Range<usize>> {
    let mut scan = Scan { text, bytes: text.as_bytes(), found: Vec::new() };
    scan.armour();
    scan.addresses();
    scan.names();
    if let Some(heading) = heading {
        table::columns(heading, text, &mut scan.found);
    }
    joined(&mut scan.found);
    scan.found
}

/// Sorts stretches, and makes one of those that touch each other.
pub(crate) fn joined(found: &mut Vec<Range<usize>>) {
    found.retain(|range| !range.is_empty());
    found.sort_unstable_by_key(|range| (range.start, range.end));
    found.dedup_by(|next, kept| {
        let touches = next.start <= kept.end;
        if touches {
            kept.end = kept.end.max(next.end);
        }
        touches
    });
}

/// Hides in what is said of a place whatever it repeats of the secrets near it, each of them with whether the place lies
/// in it.
pub(crate) fn conceal(said: &mut String, near: &[(&str, bool)]) {
    for (secret, is_place) in near {
        for spelling in spellings(secret) {
            hide(said, &spelling, *is_place);
        }
    }
    let opaque = opaque(said);
    if !opaque.is_empty() {
        *said = masked(said, &opaque).into_owned();
    }
}

/// A secret as it is written, as it is read where it was escaped, and the beginning of a long one.
fn spellings(secret: &str) -> Vec<String> {
    let written = secret.trim().trim_matches(['"', '\'']);
    let read = serde_json::from_str::<String>(&format!("\"{written}\"")).ok();
    let halved = written.contains("\"\"").then(|| written.replace("\"\"", "\""));
    let whole = std::iter::once(written.to_owned()).chain(read).chain(halved);
    let mut spellings: Vec<String> = whole.collect();
    let cut = |text: &String| Some(text[..text.char_indices().nth(SHOWN)?.0].to_owned());
    spellings.extend(spellings.iter().filter_map(cut).collect::<Vec<_>>());
    spellings.retain(|text| text.len() > 2 && !["true", "false", "null"].contains(&text.as_str()));
    spellings.dedup();
    spellings
}

/// Hides `secret` wherever it is said: a short one only in backquotes, where values are repeated. In those of a message
/// about the secret itself a part of it is hidden too.
fn hide(said: &mut String, secret: &str, is_place: bool) {
    const LONG: usize = 6;
    let stars = |text: &str| "*".repeat(text.chars().count());
    if secret.len() >= LONG && said.contains(secret) {
        *said = said.replace(secret, &stars(secret));
    }
    if !said.contains('`') {
        return;
    }
    let hidden = said.split('`').enumerate().map(|(index, part)| {
        let is_part = is_place && part.len() > 2 && secret.contains(part.trim_end_matches('…'));
        if index % 2 == 1 && (part == secret || is_part) { stars(part) } else { part.to_owned() }
    });
    *said = hidden.collect::<Vec<_>>().join("`");
}

/// The text with an asterisk for each letter in `hidden`, which are sorted stretches of it.
pub(crate) fn masked<'text>(text: &'text str, hidden: &[Range<usize>]) -> Cow<'text, str> {
    if hidden.is_empty() {
        return text.into();
    }
    let mut hidden = hidden.iter().peekable();
    let mask = |(at, letter): (usize, char)| {
        while hidden.next_if(|range| range.end <= at).is_some() {}
        let is_hidden = hidden.peek().is_some_and(|range| range.start <= at);
        // Lines stay lines.
        if is_hidden && !matches!(letter, '\n' | '\r') { '*' } else { letter }
    };
    text.char_indices().map(mask).collect::<String>().into()
}

struct Scan<'text> {
    text: &'text str,
    bytes: &'text [u8],
    found: Vec<Range<usize>>,
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

impl Scan<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    /// Where `is_end` holds first from `at` on; the end of the text where it never does.
    fn until(&self, at: usize, is_end: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.iter().position(|byte| is_end(*byte)).map_or(self.text.len(), |length| at + length)
    }

    fn line_end(&self, at: usize) -> usize {
        self.until(at, |byte| byte == b'\n')
    }

    /// Keys and certificates between lines of dashes.
    fn armour(&mut self) {
        let mut from = 0;
        while let Some(at) = self.text[from..].find("-----BEGIN ").map(|at| from + at) {
            let start = self.text[at + 11..].find("-----").map_or(self.text.len(), |end| at + 11 + end + 5);
            let end = self.text[start..].find("-----END").map_or(self.text.len(), |end| start + end);
            self.found.push(start..end);
            from = end.max(at + 11);
        }
    }

    /// Whoever is named before the host of a URL, and the values behind its question mark, whatever they are called.
    fn addresses(&mut self) {
        for at in memchr::memmem::find_iter(self.bytes, "://") {
            let start = at + 3;
            let end = self.until(start, |byte| byte.is_ascii_whitespace() || b"\"'`<>,\\".contains(&byte));
            let url = &self.bytes[start..end];
            let place = |mark: &[u8]| url.iter().position(|byte| mark.contains(byte));
            let host_end = place(b"/?#").unwrap_or(url.len());
            if let Some(user) = memchr::memrchr(b'@', url)
                && (user < host_end || url[..user].contains(&b':'))
            {
                self.found.push(start..start + user);
            }
            let mut from = start + place(b"?").unwrap_or(url.len());
            while from < end {
                let next = self.until(from + 1, |byte| matches!(byte, b'&' | b'#')).min(end);
                let value = self.until(from, |byte| byte == b'=').min(next);
                self.found.push((value + 1).min(next)..next);
                from = next;
            }
        }
    }

    /// What stands behind the names of secrets.
    fn names(&mut self) {
        let mut at = 0;
        while at < self.bytes.len() {
            if !is_of_name(self.bytes[at]) {
                at += 1;
                continue;
            }
            let end = self.until(at, |byte| !is_of_name(byte));
            // `connection string` and the like are written in two words.
            let is_string = self.text[at..end].eq_ignore_ascii_case("string") && {
                let before = self.text[..at].trim_end().as_bytes();
                before.last_chunk::<10>().is_some_and(|word| word.eq_ignore_ascii_case(b"connection"))
            };
            if is_string || is_secret(&self.text[at..end]) {
                self.name(at, end);
            }
            at = end;
        }
    }

    /// Hides what the name at `start..end` names.
    fn name(&mut self, start: usize, end: usize) {
        let before = start.checked_sub(1).map_or(b'\n', |before| self.bytes[before]);
        if before == b'<' {
            self.element(start, end);
            return;
        }
        let is_quote = |byte: u8| matches!(byte, b'"' | b'\'' | b'\\' | b'`');
        let closed = self.until(end, |byte| !is_quote(byte));
        let is_quoted = closed > end;
        let blank =
            |byte: u8| if is_quoted { byte.is_ascii_whitespace() } else { matches!(byte, b' ' | b'\t') };
        let mark = self.until(closed, |byte| !blank(byte));
        match self.byte(mark) {
            b':' | b'=' => {
                let value = self.until(mark, |byte| !matches!(byte, b':' | b'=' | b'>'));
                let value = self.until(value, |byte| !blank(byte));
                self.value(value, &self.bytes[end..closed] == b"\"\"");
            }
            b',' | b'}' if is_quoted => self.pair(start, closed),
            b'\n' | b'\r' => {}
            _ if mark > closed || is_quoted => self.words(start, before, mark),
            _ => {}
        }
    }

    /// The content of an element of XML, or of a block between such marks.
    fn element(&mut self, start: usize, end: usize) {
        let open = self.until(end, |byte| byte == b'>');
        self.found.push(end..open);
        if self.byte(open.saturating_sub(1)) == b'/' {
            return;
        }
        let from = (open + 1).min(self.text.len());
        let close = format!("</{}", &self.text[start..end]).to_ascii_lowercase();
        let is_close = |at: &usize| {
            let there = self.bytes.get(*at..at + close.len());
            there.is_some_and(|there| there.eq_ignore_ascii_case(close.as_bytes()))
        };
        let to = memchr::memchr_iter(b'<', &self.bytes[from..]).map(|at| from + at).find(is_close);
        self.found.push(from..to.unwrap_or(self.text.len()));
    }

    /// A value that begins at `start`; `is_doubled` where quotes are doubled, as in a cell of CSV.
    fn value(&mut self, start: usize, is_doubled: bool) {
        let slashes = self.until(start, |byte| byte != b'\\') - start;
        let quote = self.byte(start + slashes);
        match quote {
            b'"' | b'\'' => {
                let open = start + slashes + if is_doubled { 2 } else { 1 };
                self.found.push(open.min(self.text.len())..self.closing(open, quote, slashes));
            }
            b'{' | b'[' => self.found.push(start..self.bracket(start)),
            _ => {
                let end = self.until(start, |byte| b"\n\r;&\"',}<".contains(&byte));
                self.found.push(start..end);
            }
        }
    }

    /// Where the text that was opened by `quote` behind so many backslashes ends.
    fn closing(&self, open: usize, quote: u8, slashes: usize) -> usize {
        let rest = self.bytes.get(open..).unwrap_or_default();
        let found = memchr::memchr_iter(quote, rest).map(|at| open + at).find(|at| {
            let escapes = self.bytes[open..*at].iter().rev().take_while(|byte| **byte == b'\\').count();
            escapes <= slashes
        });
        found.map_or(self.text.len(), |at| at - slashes.min(at - open))
    }

    /// Where what is opened by the bracket at `start` ends.
    fn bracket(&self, start: usize) -> usize {
        let mut depth = 0_usize;
        for (at, byte) in self.bytes.iter().enumerate().skip(start) {
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return at + 1;
            }
        }
        self.text.len()
    }

    /// The value of an object in which another field holds the name: `{"name": "psk", "value": "…"}`.
    fn pair(&mut self, start: usize, end: usize) {
        let first = self.bytes[start.saturating_sub(PAIR)..start].iter().rposition(|byte| *byte == b'{');
        let first = first.map_or(start, |at| start.saturating_sub(PAIR) + at);
        let last = self.until(end, |byte| byte == b'}').min(end + PAIR);
        for range in [first..start, end..last] {
            let Some(part) = self.bytes.get(range.clone()) else { continue };
            let found = part.windows(5).position(|word| word.eq_ignore_ascii_case(b"value"));
            if let Some(at) = found.map(|at| range.start + at) {
                let is_quote = |byte: u8| matches!(byte, b'"' | b'\'' | b'\\');
                let closed = self.until(at + 5, |byte| !is_quote(byte));
                let value = self.until(closed, |byte| byte != b':' && !byte.is_ascii_whitespace());
                self.value(value, &self.bytes[at + 5..closed] == b"\"\"");
            }
        }
    }

    /// What stands behind a directive, an option or the kind of a secret: `auth-token …`, `--psk …`, `: PSK "…"`.
    fn words(&mut self, start: usize, before: u8, value: usize) {
        let name_start = &self.text[start..];
        let is_kind = ["PSK", "EAP", "XAUTH", "NTLM", "PKCS12", "Bearer"]
            .iter()
            .any(|kind| name_start.starts_with(kind));
        let line = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let is_first = self.text[line..start].trim_matches([' ', '\t', '"', '\'', ';', '#']).is_empty();
        if is_kind || is_first || before == b',' || name_start.starts_with('-') {
            let end = self.until(value, |byte| matches!(byte, b'\n' | b','));
            self.found.push(value..end.min(self.line_end(value)));
            return;
        }
        // `the password of the hub is …`.
        let end = self.until(value, |byte| b"\n\r;&\"',}<".contains(&byte));
        let mut from = value;
        for word in self.text[value..end].split_inclusive(' ') {
            from += word.len();
            if SAYS.contains(&word.trim_end()) && from < end {
                self.found.push(from..end);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with what is found in it hidden.
    fn shown(text: &str) -> String {
        masked(text, &find(text, heading(text))).into_owned()
    }

    #[test]
    fn a_value_is_hidden_however_its_name_is_written() {
        let secret = "hunter2!";
        for text in [
            "{\"sharedKey\": \"SECRET\"}",
            "{\"shared_key\" :\n \"SECRET\"}",
            "{'SharedKey':'SECRET'}",
            "\"{\\\"sharedKey\\\":\\\"SECRET\\\"}\"",
            "a,\"{\"\"sharedKey\"\":\"\"SECRET\"\"}\"",
            "{\"sharedKey\": {\"value\": \"SECRET\"}}",
            "{\"keys\": [\"SECRET\"]}",
            "{\"name\": \"vpn_psk\", \"value\": \"SECRET\"}",
            "{\"value\": \"SECRET\", \"name\": \"vpn_psk\"}",
            "shared_key = \"SECRET\"",
            "  password: SECRET",
            "SharedKey : SECRET",
            "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=SECRET;EndpointSuffix=y",
            "connection string: SECRET",
            "https://x.example/y?sv=1&sig=SECRET&se=2",
            "<SharedKey>SECRET</SharedKey>",
            "<key>\nSECRET\n</key>",
            "<Secret a='b'>SECRET</secret>",
            "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----",
            ": PSK \"SECRET\"",
            "%any @hub : PSK SECRET",
            "ada : EAP \"SECRET\"",
            "PUSH_REPLY,route 10.0.0.0 255.0.0.0,auth-token SECRET,ping 10",
            "auth-token SECRET",
            "az network vpn-connection create --shared-key SECRET -n c",
            "Authorization: Bearer SECRET",
            "name,shared_key,bgp\nc,SECRET,true",
            "name;Shared Key;bgp\nc;\"SECRET\";true",
            "name,psk,space\nc,SECRET,10.0.0.0/8,10.1.0.0/16",
            "name,psk,space\nSECRET",
            "name\tpassword\nc\tSECRET",
            "{\"sharedKey\": \"SECRET",
            "{\"sharedKey\": \"SEC\\\"RET\"}",
        ] {
            let text = text.replace("SECRET", secret).replace("SEC\\\"RET", "hunter\\\"2!");
            let shown = shown(&text);
            assert!(!shown.contains("hunter") && shown.contains("***"), "{text} → {shown}");
            assert_eq!(shown.chars().count(), text.chars().count());
        }
    }

    #[test]
    fn a_value_is_hidden_whatever_holds_it() {
        let secret = "Winter2024!x";
        for text in [
            // A comma in a secret makes a cell of what is behind it.
            "from,to,shared_key,bgp,status\nhub,spoke,pre,SECRET,Connected",
            "from,to,shared_key,vnet\nhub,spoke,pre,SECRET",
            "from,to,shared_key,bgp,status\nhub,spoke,pre,SECRET,true,Connected",
            "from,to,bgp,status\nhub,spoke,maybe,Connected,SECRET",
            "from;to;bgp\nhub;spoke;true;SECRET\nhub;spoke;true",
            "{\"a\": \"https://user:SECRET@host/x\", \"b\": \"10.0.0.0/8\"}",
            "see https://SECRET@host/x",
            "{\"a\": \"https://host/api?code=SECRET\", \"b\": 1}",
            "https://host/api?x=1&h=SECRET#top",
            "{\"jwt\": \"SECRET\"}",
            "{\"pfxBlob\": \"SECRET\"}",
            "{\"cookie\": \"SECRET\"}",
            "{\"signature\": \"SECRET\"}",
            "{\"conn_str\": \"SECRET\"}",
            "name,conn_str\nhub,SECRET",
            "the password is SECRET",
            "{\"description\": \"The password of the hub is SECRET\", \"b\": 1}",
        ] {
            let text = text.replace("SECRET", secret);
            let shown = shown(&text);
            assert!(!shown.contains("Winter") && shown.contains("***"), "{text} → {shown}");
            for rest in ["10.0.0.0/8", "\"b\": ", "#top", "hub;spoke;true", "maybe,Connected"] {
                assert!(!text.contains(rest) || shown.contains(rest), "{text} → {shown}");
            }
        }
    }

    #[test]
    fn what_is_said_repeats_no_secret() {
        let concealed = |said: &str, near: &[(&str, bool)]| {
            let mut said = said.to_owned();
            conceal(&mut said, near);
            said
        };
        assert_eq!(
            concealed("`hunter2` is not a prefix", &[("hunter2", false)]),
            "`*******` is not a prefix"
        );
        assert_eq!(concealed("`hunt` is not a prefix", &[("hunt er", true)]), "`****` is not a prefix");
        assert_eq!(
            concealed("expected true or false for `bgp`", &[("true", false)]),
            "expected true or false for `bgp`"
        );
        assert_eq!(concealed("`a\"bc` is no name", &[("a\\\"bc", false)]), "`****` is no name");
        let long = "correct horse battery staple ".repeat(4);
        let said = format!("`{}…` is not a prefix", &long[..60]);
        assert!(!concealed(&said, &[(&long, false)]).contains("horse"));
        assert_eq!(
            concealed("`q7HtX2mPz9Kw4LrVb8Nc3FyJd6` is not", &[]),
            "`**************************` is not"
        );
        let key = "/T7bLw2Zs8RnYc4H/dUfJ6gMe1oAiBqX/tVyEkP3xQ9vA=";
        assert_eq!(concealed(&format!("`{key}`"), &[]), format!("`{}`", "*".repeat(key.len())));
        // A path is no secret as a whole.
        let path = "no file in `/tmp/.tmp8Z5cKk/empty`";
        assert_eq!(concealed(path, &[]), path);
    }

    #[test]
    fn what_is_no_secret_is_shown() {
        for text in [
            "name,address_space,bgp\nhub,10.0.0.0/8,FALSO",
            "{\"name\": \"hub\", \"addressPrefixes\": [\"10.0.0.0/8\"]}",
            "10.0.0.0/8 dev tun0 proto static scope link",
            "<route><destination>10.0.0.0</destination></route>",
            "from,to,bgp,status\nhub,spoke,true,Connected",
            "vnet,client_pool\nhub,10.0.0.0/8,10.1.0.0/16",
            "https://learn.microsoft.com/azure/vpn-gateway/about",
            "PUSH_REPLY,route 10.0.0.0 255.0.0.0,ping 10\nPUSH_REPLY,route 10.0.0.0 255.0.0.0,ping 10,route-gateway 10.1.0.1",
        ] {
            assert_eq!(shown(text), text);
        }
        // What is behind a secret's cell is a name, a word of the field, a number or a prefix.
        let text =
            "name,psk,vnet,psk,bgp,psk,asn,psk,pool\nc,x,hub-1,x,false,x,65001,x,10.0.0.0/8;10.1.0.0/16";
        let expected =
            "name,psk,vnet,psk,bgp,psk,asn,psk,pool\nc,*,hub-1,*,false,*,65001,*,10.0.0.0/8;10.1.0.0/16";
        assert_eq!(shown(text), expected);
        let text = "{\"shared_key\":\"x\",\"name\":\"hub\",\"asn\":1}";
        assert_eq!(shown(text), "{\"shared_key\":\"*\",\"name\":\"hub\",\"asn\":1}");
    }
}
