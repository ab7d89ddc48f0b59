//! The page: its own files and the libraries that draw the map, put together into one.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

const PAGE: &str = include_str!("../../../assets/report/page.html");

const STYLES: [&str; 3] = [
    include_str!("../../../assets/report/colours.css"),
    include_str!("../../../assets/report/page.css"),
    include_str!("../../../assets/report/print.css"),
];

/// What draws the map, each before what needs it. `assets/report/vendor/README.md` says where it is from.
const LIBRARIES: [&str; 4] = [
    include_str!("../../../assets/report/vendor/cytoscape.min.js"),
    include_str!("../../../assets/report/vendor/layout-base.js"),
    include_str!("../../../assets/report/vendor/cose-base.js"),
    include_str!("../../../assets/report/vendor/cytoscape-fcose.js"),
];

const SCRIPTS: [&str; 16] = [
    include_str!("../../../assets/report/elements.js"),
    include_str!("../../../assets/report/data.js"),
    include_str!("../../../assets/report/addresses.js"),
    include_str!("../../../assets/report/choice.js"),
    include_str!("../../../assets/report/layout.js"),
    include_str!("../../../assets/report/drawing.js"),
    include_str!("../../../assets/report/map.js"),
    include_str!("../../../assets/report/ways.js"),
    include_str!("../../../assets/report/table.js"),
    include_str!("../../../assets/report/reasons.js"),
    include_str!("../../../assets/report/search.js"),
    include_str!("../../../assets/report/changes.js"),
    include_str!("../../../assets/report/overview.js"),
    include_str!("../../../assets/report/saving.js"),
    include_str!("../../../assets/report/sections.js"),
    include_str!("../../../assets/report/start.js"),
];

/// What the page of `serve` has besides.
const LIVE_STYLES: &str = include_str!("../../../assets/serve/edit.css");

const LIVE_SCRIPTS: [&str; 6] = [
    include_str!("../../../assets/serve/server.js"),
    include_str!("../../../assets/serve/patch.js"),
    include_str!("../../../assets/serve/list.js"),
    include_str!("../../../assets/serve/panel.js"),
    include_str!("../../../assets/serve/reasons.js"),
    include_str!("../../../assets/serve/start.js"),
];

/// What the page of `serve` may do: run what is in it, and ask the server that it is from.
pub(crate) const LIVE_POLICY: &str = "default-src 'none'; script-src 'sha256-mihUWv+qAZ2SXhPjjWHVVx1a9GYGcIczZwXbyUYuhTs=' 'sha256-Jap6ziOoVqpRUaO5OHk9uE0KwTXhHc2ymgwO/BIBVrE='; style-src 'sha256-JaTdTO9wfz0s92faH02zuInT/LkCj08c2LClqzYGpRA=' 'sha256-pgvDUBa4IjFA2yuSJ2cqcyxmNYJMborsd0ORcRv9vw8='; connect-src 'self'; img-src data: blob:; base-uri 'none'; form-action 'none'";

/// Loads the page again, with whatever its address has.
const AGAIN: &str = "setInterval(() => location.reload(), 1000);";

/// What a page may do that only waits.
pub(crate) const NOTICE_POLICY: &str = "default-src 'none'; script-src 'sha256-7zJmVLKGWnyR35Oq/IWz3SfBQjq2EF88C3ahwaCjHNU='; base-uri 'none'; form-action 'none'";

/// Where the parts of the page go.
const PLACES: [(&str, Part); 4] = [
    ("/* STYLES */", Part::Styles),
    ("DATA", Part::Data),
    ("// LIBRARIES", Part::Libraries),
    ("// SCRIPTS", Part::Scripts),
];

#[derive(Clone, Copy)]
enum Part {
    Styles,
    Libraries,
    Data,
    Scripts,
}

/// Writes the page with `document` inside.
pub(crate) fn write(document: &impl Serialize, output: &mut impl Write) -> io::Result<()> {
    put(PAGE, document, None, output)
}

/// Writes the page of `serve` with `document` inside, and with what else its own scripts need.
pub(crate) fn write_live(
    document: &impl Serialize,
    live: &impl Serialize,
    output: &mut impl Write,
) -> io::Result<()> {
    let mut text = Vec::new();
    data(live, &mut text)?;
    put(&PAGE.replace(policy(), LIVE_POLICY), document, Some(&text), output)
}

/// What the page may do: run what is in it.
fn policy() -> &'static str {
    const BEGINS: &str = "\"Content-Security-Policy\" content=\"";
    let (_, rest) = PAGE.split_once(BEGINS).unwrap_or_default();
    rest.split('"').next().unwrap_or_default()
}

fn put(
    page: &str,
    document: &impl Serialize,
    live: Option<&[u8]>,
    output: &mut impl Write,
) -> io::Result<()> {
    let mut rest = page;
    for (place, part) in PLACES {
        let (before, after) = rest.split_once(place).unwrap_or((rest, ""));
        output.write_all(before.as_bytes())?;
        match part {
            Part::Styles => {
                let all = STYLES.into_iter().chain(live.map(|_| LIVE_STYLES));
                all.into_iter().try_for_each(|text| output.write_all(text.as_bytes()))?;
            }
            Part::Libraries => {
                for text in LIBRARIES {
                    output.write_all(text.as_bytes())?;
                    output.write_all(b"\n")?;
                }
            }
            Part::Data => {
                data(document, &mut *output)?;
                if let Some(live) = live {
                    output.write_all(b"</script>\n<script type=\"application/json\" id=\"live\">")?;
                    output.write_all(live)?;
                }
            }
            Part::Scripts => {
                let all = SCRIPTS.into_iter().chain(live.map(|_| LIVE_SCRIPTS).into_iter().flatten());
                all.into_iter().try_for_each(|text| output.write_all(text.as_bytes()))?;
            }
        }
        rest = after;
    }
    output.write_all(rest.as_bytes())
}

/// A page that says `text`, and looks each second whether there is another in its place.
pub(crate) fn notice(heading: &str, text: &str) -> Vec<u8> {
    let (heading, text) = (escaped(heading), escaped(text));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{NOTICE_POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{heading}</title>\n</head>\n<body>\n<h1>{heading}</h1>\n\
         <p>The page comes back by itself once the files are mended.</p>\n<pre>{text}</pre>\n\
         <script>{AGAIN}</script>\n</body>\n</html>\n"
    )
    .into_bytes()
}

/// A text in which nothing is markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn data(document: &impl Serialize, output: &mut impl Write) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(output, Harmless);
    Ok(document.serialize(&mut serializer)?)
}

/// Writes JSON such that nothing in it ends the element that it stands in, nor a line of a script.
///
/// Outside of texts JSON has none of these characters, and inside an escape stands for each.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<Output: ?Sized + Write>(
        &mut self,
        output: &mut Output,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(place) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            output.write_all(&rest.as_bytes()[..place])?;
            let mut letters = rest[place..].chars();
            let code = letters.next().map_or(0, u32::from);
            write!(output, "\\u{code:04x}")?;
            rest = letters.as_str();
        }
        output.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_the_data_ends_its_element() {
        let mut written = Vec::new();
        let names = ["</script><img onerror=1>", "a&b\u{2028}\u{2029}\"\\é"];
        data(&names, &mut written).unwrap();
        let expected = r#"["\u003c/script\u003e\u003cimg onerror=1\u003e","a\u0026b\u2028\u2029\"\\é"]"#;
        assert_eq!(String::from_utf8(written).unwrap(), expected);
        assert_eq!(serde_json::from_str::<Vec<String>>(expected).unwrap(), names);
    }

    #[test]
    fn every_part_has_its_place_in_the_page() {
        let mut rest = PAGE;
        for (place, _) in PLACES {
            let (_, after) = rest.split_once(place).unwrap();
            rest = after;
        }
    }

    #[test]
    fn no_script_ends_its_element() {
        for text in LIBRARIES.iter().chain(&SCRIPTS).chain(&LIVE_SCRIPTS) {
            let lower = text.to_lowercase();
            assert!(!lower.contains("</script") && !lower.contains("<!--"));
        }
        assert!(STYLES.iter().chain([&LIVE_STYLES]).all(|text| !text.to_lowercase().contains("</style")));
    }

    /// SHA-256, as FIPS 180-4 has it.
    #[expect(clippy::many_single_char_names, reason = "the names are those of the standard")]
    fn digest(text: &str) -> [u8; 32] {
        // The first 32 bits of the fractions of roots of the first primes.
        let primes = (2_u32..).filter(|number| (2..*number).all(|divisor| number % divisor != 0));
        let primes: Vec<f64> = primes.take(64).map(f64::from).collect();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "32 bits of a fraction")]
        let bits = |root: f64| (root.fract() * f64::from(1 << 16) * f64::from(1 << 16)) as u32;
        let rounds: Vec<u32> = primes.iter().map(|prime| bits(prime.cbrt())).collect();
        let mut state: Vec<u32> = primes[..8].iter().map(|prime| bits(prime.sqrt())).collect();
        let mut bytes = text.as_bytes().to_vec();
        let length = 8 * bytes.len() as u64;
        bytes.push(0x80);
        bytes.resize((text.len() + 9).next_multiple_of(64) - 8, 0);
        bytes.extend(length.to_be_bytes());
        for block in bytes.as_chunks::<64>().0 {
            let mut words: Vec<u32> =
                block.as_chunks::<4>().0.iter().map(|it| u32::from_be_bytes(*it)).collect();
            for at in 16..64 {
                let (late, early) = (words[at - 2], words[at - 15]);
                let one = early.rotate_right(7) ^ early.rotate_right(18) ^ (early >> 3);
                let other = late.rotate_right(17) ^ late.rotate_right(19) ^ (late >> 10);
                words.push(words[at - 16].wrapping_add(one).wrapping_add(words[at - 7]).wrapping_add(other));
            }
            let mut new = state.clone();
            for at in 0..64 {
                let [a, b, c, _, e, f, g, h] = new[..] else { unreachable!() };
                let chosen = (e & f) ^ (!e & g);
                let late = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
                let sum =
                    [late, chosen, rounds[at], words[at]].iter().fold(h, |sum, it| sum.wrapping_add(*it));
                let most = (a & b) ^ (a & c) ^ (b & c);
                let early = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
                new.rotate_right(1);
                new[0] = sum.wrapping_add(early).wrapping_add(most);
                new[4] = new[4].wrapping_add(sum);
            }
            state = state.iter().zip(new).map(|(old, new)| old.wrapping_add(new)).collect();
        }
        let bytes: Vec<u8> = state.into_iter().flat_map(u32::to_be_bytes).collect();
        bytes.try_into().unwrap()
    }

    /// How a policy names an element with this content.
    fn source(text: &str) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut base64 = String::new();
        for bytes in digest(text).chunks(3) {
            let bits = bytes.iter().fold(0, |bits, byte| (bits << 8) | usize::from(*byte))
                << (8 * (3 - bytes.len()));
            for at in 0..4 {
                let letter = char::from(LETTERS[(bits >> (18 - 6 * at)) & 63]);
                base64.push(if at > bytes.len() { '=' } else { letter });
            }
        }
        format!("'sha256-{base64}'")
    }

    #[test]
    fn the_digest_is_that_of_the_standard() {
        assert_eq!(source(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
        assert_eq!(source("abc"), "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='");
    }

    /// The scripts and styles of a page, as a policy names them.
    fn held(page: Vec<u8>) -> String {
        // A browser reads every end of a line as LF before it takes a digest.
        let page = String::from_utf8(page).unwrap().replace("\r\n", "\n");
        let contents = |open: &str, close: &str| -> Vec<String> {
            page.split(open).skip(1).map(|rest| source(rest.split(close).next().unwrap())).collect()
        };
        // The library that draws the map adds a rule of its own.
        let added = source(".__________cytoscape_container { position: relative; }");
        let scripts = contents("<script>", "</script>").join(" ");
        let styles = contents("<style>", "</style>").join(" ");
        format!("script-src {scripts}; style-src {styles} {added};")
    }

    #[test]
    fn the_policy_names_what_the_page_holds_and_nothing_else() {
        let mut page = Vec::new();
        write(&"data", &mut page).unwrap();
        let policy = held(page.clone());
        let page = String::from_utf8(page).unwrap();
        assert!(page.contains(&policy), "assets/report/page.html needs the policy\n{policy}");
        assert!(!page.contains("unsafe-inline"));
    }

    #[test]
    fn the_policy_of_the_live_page_names_what_it_holds_and_its_server() {
        let mut page = Vec::new();
        write_live(&"data", &"</script>", &mut page).unwrap();
        let policy = held(page.clone());
        let page = String::from_utf8(page).unwrap();
        assert!(LIVE_POLICY.contains(&policy), "`LIVE_POLICY` needs\n{policy}");
        assert!(page.contains(&format!("content=\"{LIVE_POLICY}\"")) && !page.contains(super::policy()));
        assert!(page.contains("id=\"live\">\"\\u003c/script\\u003e\"</script>"));
        assert!(LIVE_POLICY.contains("; connect-src 'self'; ") && !LIVE_POLICY.contains("unsafe-inline"));
    }

    #[test]
    fn a_notice_has_no_markup_but_its_own() {
        assert!(NOTICE_POLICY.contains(&source(AGAIN)), "`NOTICE_POLICY` needs {}", source(AGAIN));
        let page = String::from_utf8(notice("<b>", "<i>\"&")).unwrap();
        assert!(page.contains("<h1>&lt;b&gt;</h1>") && page.contains("<pre>&lt;i&gt;&quot;&amp;</pre>"));
        assert!(page.contains(&format!("content=\"{NOTICE_POLICY}\"")));
    }

    #[test]
    fn the_page_hides_the_letters_that_everything_hides() {
        let stretch = |(first, last): &(u32, u32)| {
            let whole = if first == last { String::new() } else { format!("-\\u{{{last:x}}}") };
            format!("\\u{{{first:x}}}{whole}")
        };
        let list: String = tunnelog::marks::UNSEEN.iter().map(stretch).collect();
        assert!(SCRIPTS[0].contains(&format!("const ACTING = /[{list}]/gu;")), "{list}");
    }
}
